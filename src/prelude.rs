//! What most programs want in scope: the array types, the [`s!`](crate::s) and
//! [`array!`](macro@crate::array) macros, `newaxis` and `Ellipsis`, and the functions that start a chain
//! of options (see [`crate::options`]).

pub use crate::array::{Array, NdArray, Operand};
pub use crate::index::{Ellipsis, newaxis};
pub use crate::options::{
    TakeMode, atol, axes, axis, axis1, axis2, base, casting, ddof, decimals, default, deg, dtype, endpoint, equal_nan,
    include_initial, indexing, initial, k, keepdims, m, mode, nan, ndmin, neginf, num, offset, order, posinf, rtol,
    shape, sparse, start, step, stop,
};
pub use crate::{array, s};
