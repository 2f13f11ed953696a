//! What most programs want in scope: the array types, the [`s!`](crate::s) and
//! [`array!`](macro@crate::array) macros, `newaxis` and `Ellipsis`, and the functions that start a chain
//! of options (see [`crate::options`]).

pub use crate::array::{Array, NdArray, Operand};
pub use crate::index::{Ellipsis, newaxis};
pub use crate::options::{
    TakeMode, atol, axes, axis, axis1, axis2, axisa, axisb, axisc, base, casting, compute_uv, d, ddof, decimals,
    default, deg, dtype, endpoint, equal_nan, full_matrices, hermitian, include_initial, ind, indexing, initial, k,
    keepdims, m, mode, n, nan, ndmin, neginf, norm, num, offset, optimize, ord, order, p, pairs, posinf, qr_mode,
    rcond, rtol, s, shape, sparse, start, step, stop, tol, uplo, upper,
};
pub use crate::{array, s};
