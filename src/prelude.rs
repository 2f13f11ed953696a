//! What most programs want in scope: the array types, the [`s!`](crate::s) and
//! [`array!`](macro@crate::array) macros, `newaxis` and `Ellipsis`, and the functions that start a chain
//! of options (see [`crate::options`]).

pub use crate::array::{Array, NdArray, Operand};
pub use crate::index::{Ellipsis, newaxis};
pub use crate::options::{
    TakeMode, atol, axes, axis, axis1, axis2, axisa, axisb, axisc, base, casting, check_valid, compute_uv, counter, d,
    ddof, decimals, default, deg, dtype, edgeitems, endpoint, equal_nan, exp_digits, floatmode, formatter, fractional,
    full_matrices, hermitian, high, include_initial, ind, indexing, infstr, initial, k, keepdims, key, lam, legacy,
    linewidth, loc, low, m, max_line_width, mean, method, min_digits, mode, n, n_children_spawned, nan, nanstr, ndmin,
    neginf, norm, num, offset, optimize, ord, order, override_repr, p, pad_left, pad_right, padding, pairs, pool_size,
    posinf, precision, prefix, qr_mode, rcond, replace, rtol, s, scale, separator, shape, shuffle, sigma, sign, size,
    sparse, spawn_key, start, step, stop, suffix, suppress, suppress_small, threshold, tol, trim, unique, uplo, upper,
    width,
};
pub use crate::options::{
    buffer, constant_values, count, end_values, increasing, ndim, reflect_type, requirements, stat_length, strides,
    where_, wrap,
};
pub use crate::{array, s};
