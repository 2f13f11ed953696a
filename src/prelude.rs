//! What most programs want in scope: the array types, the [`s!`](crate::s) and
//! [`array!`](macro@crate::array) macros, `newaxis` and `Ellipsis`, and the functions that start a chain
//! of options (see [`crate::options`]).

pub use crate::array::{Array, NdArray, Operand};
pub use crate::index::{Ellipsis, newaxis};
pub use crate::options::{
    TakeMode, atol, axes, axis, axis1, axis2, axisa, axisb, axisc, base, casting, check_valid, compute_uv, counter, d,
    ddof, decimals, default, deg, dtype, endpoint, equal_nan, full_matrices, hermitian, high, include_initial, ind,
    indexing, initial, k, keepdims, key, lam, loc, low, m, mean, method, mode, n, n_children_spawned, nan, ndim, ndmin,
    neginf, norm, num, offset, optimize, ord, order, p, pairs, pool_size, posinf, qr_mode, rcond, replace, rtol, s,
    scale, shape, shuffle, sigma, size, sparse, spawn_key, start, step, stop, tol, uplo, upper, where_, wrap,
};
pub use crate::{array, s};
