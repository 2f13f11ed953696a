//! What most programs want in scope: the array types, the [`s!`](crate::s) and
//! [`array!`](macro@crate::array) macros, `newaxis` and `Ellipsis`, and the functions that start a chain
//! of options (see [`crate::options`]).

pub use crate::array::{Array, NdArray, Operand};
pub use crate::index::{Ellipsis, newaxis};
pub use crate::options::{
    TakeMode, append, assume_unique, atol, aweights, axes, axis, axis1, axis2, axisa, axisb, axisc, base, bias, bins,
    bitorder, casting, check_valid, compute_uv, correction, count, counter, d, ddof, decimals, default, deg, density,
    discont, dtype, dx, edge_order, endpoint, equal_nan, full_matrices, fweights, hermitian, high, include_initial,
    ind, indexing, initial, invert, k, keepdims, key, kind, lam, left, loc, low, m, mean, method, minlength, mode, n,
    n_children_spawned, nan, ndmin, neginf, norm, num, offset, optimize, ord, order, p, pairs, period, pool_size,
    posinf, prepend, qr_mode, range, rcond, replace, return_counts, return_index, return_indices, return_inverse,
    returned, right, rowvar, rtol, s, scale, shape, shuffle, side, sigma, size, sorted, sorter, spacing, sparse,
    spawn_key, stable, start, step, stop, to_begin, to_end, tol, uplo, upper, weights,
};
pub use crate::{array, s};
