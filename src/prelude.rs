//! What most programs want in scope: the array types, the [`s!`](crate::s) and
//! [`array!`](macro@crate::array) macros, `newaxis` and `Ellipsis`, and the functions that start a chain
//! of options (see [`crate::options`]).

pub use crate::array::{Array, NdArray, Operand};
pub use crate::index::{Ellipsis, newaxis};
pub use crate::options::{
    TakeMode, append, assume_unique, atol, aweights, axes, axis, axis1, axis2, axisa, axisb, axisc, base, bias, bins,
    bitorder, casting, check_valid, compute_uv, correction, counter, d, ddof, decimals, default, deg, density, discont,
    dtype, dx, edge_order, edgeitems, endpoint, equal_nan, exp_digits, floatmode, formatter, fractional, full_matrices,
    fweights, hermitian, high, include_initial, ind, indexing, infstr, initial, invert, k, keepdims, key, kind, lam,
    left, legacy, linewidth, loc, low, m, max_line_width, mean, method, min_digits, minlength, mode, n,
    n_children_spawned, nan, nanstr, ndmin, neginf, norm, num, offset, optimize, ord, order, override_repr, p,
    pad_left, pad_right, padding, pairs, period, pool_size, posinf, precision, prefix, prepend, qr_mode, range, rcond,
    replace, return_counts, return_index, return_indices, return_inverse, returned, right, rowvar, rtol, s, scale,
    separator, shape, shuffle, side, sigma, sign, size, sorted, sorter, spacing, sparse, spawn_key, stable, start,
    step, stop, suffix, suppress, suppress_small, threshold, to_begin, to_end, tol, trim, unique, uplo, upper, weights,
    width,
};
pub use crate::options::{align, buffersize, flags, itershape, op_axes, op_dtypes, op_flags, refcheck, uic, write};
pub use crate::options::{
    buffer, constant_values, count, end_values, increasing, ndim, reflect_type, requirements, stat_length, strides,
    where_, wrap,
};
pub use crate::{array, s};
// Options of what prints, reads and writes.
pub use crate::options::{
    allow_pickle, autostrip, byteorder, case_sensitive, comments, converters, defaultfmt, deletechars, delimiter,
    dtypes, encoding, excludelist, filling_values, fmt, footer, format, header, invalid_raise, loose, max_header_size,
    max_rows, max_unpacked, missing_values, mmap_mode, names, newline, progress, quotechar, replace_space, sep,
    skip_footer, skip_header, skiprows, unpack, usecols,
};
// Options of polynomials.
pub use crate::options::{
    constants, cov, domain, full, lbnd, maxpower, parens, r, scl, symbol, tensor, trim_zeros, variable, w, window,
};
