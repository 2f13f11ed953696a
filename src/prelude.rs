//! What most programs want in scope: the array types, the [`s!`](crate::s) and
//! [`array!`](macro@crate::array) macros, `newaxis` and `Ellipsis`, and the functions that start a chain
//! of options (see [`crate::options`]).

pub use crate::array::{Array, NdArray, Operand};
pub use crate::index::{Ellipsis, newaxis};
pub use crate::options::{
    TakeMode, atol, axes, axis, axis1, axis2, base, casting, check_valid, counter, ddof, decimals, default, deg, dtype,
    endpoint, equal_nan, high, include_initial, indexing, initial, k, keepdims, key, lam, loc, low, m, mean, method,
    mode, n_children_spawned, nan, ndmin, neginf, num, offset, order, p, pool_size, posinf, replace, rtol, scale,
    shape, shuffle, sigma, size, sparse, spawn_key, start, step, stop, tol,
};
pub use crate::{array, s};
