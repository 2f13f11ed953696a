//! The shape of an argument.

use std::panic::Location;

use crate::array::build::call;
use crate::array::operand::Operand;
use crate::error::Result;
use crate::options::Axes;

/// The number of axes of an argument.
///
/// ```
/// use numfuse as np;
/// assert_eq!(np::ndim([[1, 2, 3]])?, 2);
/// assert_eq!(np::shape([[1, 2, 3]])?, [1, 3]);
/// assert_eq!(np::size([[1, 2, 3]], ..)?, 3);
/// assert_eq!(np::size([[1, 2, 3]], 0)?, 1);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn ndim(a: impl Into<Operand>) -> Result<usize> {
    Ok(shape(a)?.len())
}

/// The axis lengths of an argument. See [`ndim`].
#[track_caller]
pub fn shape(a: impl Into<Operand>) -> Result<Vec<usize>> {
    let a = call("shape", |cx| cx.array(a));
    a.check()?;
    Ok(a.0.shape.to_vec())
}

/// The number of elements of an argument (`..`), or along some axes. See [`ndim`].
#[track_caller]
pub fn size(a: impl Into<Operand>, axis: impl Into<Axes>) -> Result<usize> {
    let (shape, location) = (shape(a)?, Location::caller());
    let axes = axis.into().resolve(shape.len()).map_err(|raise| raise.sign("size", location))?;
    Ok(axes.iter().map(|&d| shape[d]).product())
}
