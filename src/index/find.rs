//! Where elements are nonzero. The shape of the answer depends on the values, so the input is evaluated
//! when the call is made.

use std::panic::Location;

use numfuse_backends::host::select::flatnonzero as find;
use numfuse_backends::runtime::Concrete;
use numfuse_ir::{DType, IndexMap};

use super::get::where_true;
use crate::array::Array;
use crate::array::build::{Cx, call};
use crate::array::operand::Operand;
use crate::error::{Raised, of_fault, raise};
use crate::options::{Axes, options};

options! {
    /// Options of [`compress`]; the bare value is `axis`.
    CompressOptions { axis: Axis(Axes) } bare axis axes;
}

/// The truth of every element, contiguous in memory.
pub(super) fn mask_of(cx: Cx, a: &Array) -> Raised<Concrete> {
    let mask = cx.cast(a, DType::Bool)?.concrete()?;
    if mask.map.is_contiguous() { Ok(mask) } else { mask.packed().map_err(of_fault) }
}

/// Row-major positions of nonzero elements.
pub(super) fn flat_positions(cx: Cx, a: &Array) -> Raised<Concrete> {
    let mask = mask_of(cx, a)?;
    find(mask.contiguous::<bool>().unwrap_or_default()).map_err(of_fault)
}

/// One array of positions per axis.
pub(super) fn positions(cx: Cx, a: &Array) -> Raised<Vec<Array>> {
    let flat = flat_positions(cx, a)?;
    let shape = &a.0.shape;
    let Some((_, outer)) = shape.split_first() else { return Ok(Vec::new()) };
    let mut axes = Vec::with_capacity(shape.len());
    let mut rest = flat;
    // From the last axis on: the position in its row, and the number of the row. Both only grow, so that
    // counting replaces division.
    for &n in outer.iter().rev() {
        let items = rest.contiguous::<i64>().unwrap_or_default();
        let (mut rows, mut columns) = (Vec::with_capacity(items.len()), Vec::with_capacity(items.len()));
        let n = n as i64;
        let (mut row, mut start) = (0, 0);
        for &at in items {
            if at - start >= n {
                let skipped = if at - start < 4 * n { 1 } else { (at - start) / n };
                row += skipped;
                start += skipped * n;
                while at - start >= n {
                    row += 1;
                    start += n;
                }
            }
            rows.push(row);
            columns.push(at - start);
        }
        let length = smallvec::smallvec![columns.len()];
        axes.push(Array::from_vec_shape(columns, length, cx.location));
        let count = rows.len();
        rest = Concrete::from_vec(rows, &[count]).map_err(of_fault)?;
    }
    axes.push(Array::ready(rest, cx.location));
    axes.reverse();
    Ok(axes)
}

/// The positions of nonzero elements, one `int64` array per axis, in row-major order. On an error
/// there is one array, which carries it.
///
/// ```
/// use numfuse as np;
/// let a = np::array![[3, 0, 0], [0, 4, 5]];
/// let at = np::nonzero(&a);
/// assert_eq!(at[0].to_vec::<i64>()?, [0, 1, 1]);
/// assert_eq!(at[1].to_vec::<i64>()?, [0, 1, 2]);
/// assert_eq!(np::flatnonzero(&a).to_vec::<i64>()?, [0, 4, 5]);
/// assert_eq!(np::argwhere(&a).shape(), [3, 2]);
/// assert_eq!(np::extract(a.gt(3), &a).to_vec::<i32>()?, [4, 5]);
/// assert_eq!(np::compress([false, true], &a, 0).shape(), [1, 3]);
/// assert!(np::nonzero(5)[0].check().is_err());
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn nonzero(a: impl Into<Operand>) -> Vec<Array> {
    let location = Location::caller();
    let cx = Cx { location };
    let find = |a: Operand| {
        let a = cx.array(a)?;
        if a.0.shape.is_empty() {
            let hint = match a.0.dtype {
                DType::Bool => {
                    " If the context of this error is of the form `arr[nonzero(cond)]`, just use `arr[cond]`."
                }
                _ => "",
            };
            return raise!(
                Value,
                "Calling nonzero on 0d arrays is not allowed. Use np.atleast_1d(scalar).nonzero() instead.{hint}"
            );
        }
        positions(cx, &a)
    };
    find(a.into()).unwrap_or_else(|raise| vec![Array::failed(raise.sign("nonzero", location))])
}

/// The positions of nonzero elements as the rows of a matrix, shape `(count, ndim)`. See [`nonzero`].
#[track_caller]
pub fn argwhere(a: impl Into<Operand>) -> Array {
    let a = a.into();
    call("argwhere", |cx| {
        let a = cx.array(a)?;
        let columns = a.0.shape.len();
        if columns == 1 {
            let mut flat = flat_positions(cx, &a)?;
            flat.map = IndexMap::contiguous(&[flat.len(), 1]);
            return Ok(Array::ready(flat, cx.location));
        }
        if columns == 0 {
            let rows = flat_positions(cx, &a)?.len();
            return Ok(Array::from_vec_shape(Vec::<i64>::new(), smallvec::smallvec![rows, 0], cx.location));
        }
        let axes: Vec<Array> = positions(cx, &a)?;
        let rows = axes[0].0.shape[0];
        let columns: Raised<Vec<Array>> = axes.iter().map(|axis| cx.reshape(axis, &[rows, 1])).collect();
        cx.concat(&columns?, 1)
    })
}

/// The row-major positions of nonzero elements. See [`nonzero`].
#[track_caller]
pub fn flatnonzero(a: impl Into<Operand>) -> Array {
    let a = a.into();
    call("flatnonzero", |cx| Ok(Array::ready(flat_positions(cx, &cx.array(a)?)?, cx.location)))
}

/// The elements of the flattened array where the flattened condition is nonzero. See [`nonzero`].
#[track_caller]
pub fn extract(condition: impl Into<Operand>, a: impl Into<Operand>) -> Array {
    let (condition, a) = (condition.into(), a.into());
    call("extract", |cx| {
        let (condition, a) = (cx.array(condition)?, cx.array(a)?);
        let flat = |a: &Array| cx.reshape(a, &[a.0.shape.iter().product()]);
        chosen(cx, &flat(&condition)?, &flat(&a)?, 0)
    })
}

/// The slices along an axis (of the flattened array, without one) at which a vector is nonzero. It may
/// be shorter than the axis. See [`nonzero`].
#[track_caller]
pub fn compress(condition: impl Into<Operand>, a: impl Into<Operand>, options: impl Into<CompressOptions>) -> Array {
    let (condition, a, options) = (condition.into(), a.into(), options.into());
    call("compress", |cx| {
        let (condition, a) = (cx.array(condition)?, cx.array(a)?);
        if condition.0.shape.len() != 1 {
            return raise!(Value, "condition must be a 1-d array");
        }
        let (a, axis) = match Axes::single(&options.axis, a.0.shape.len())? {
            Some(axis) => (a, axis),
            None => (cx.reshape(&a, &[a.0.shape.iter().product()])?, 0),
        };
        chosen(cx, &condition, &a, axis)
    })
}

fn chosen(cx: Cx, condition: &Array, a: &Array, axis: usize) -> Raised<Array> {
    if axis == 0 && condition.0.shape[0] == a.0.shape[0] {
        return where_true(cx, a, condition);
    }
    let at = Array::ready(flat_positions(cx, condition)?, cx.location);
    let n = a.0.shape[axis];
    if let Some(i) = at.eval()?.as_slice::<i64>()?.iter().find(|i| **i >= n as i64) {
        return raise!(Index, "index {i} is out of bounds for axis {axis} with size {n}");
    }
    cx.take(a, &at, axis)
}

impl Array {
    /// See [`nonzero`].
    #[track_caller]
    pub fn nonzero(&self) -> Vec<Array> {
        nonzero(self)
    }

    /// See [`compress`].
    #[track_caller]
    pub fn compress(&self, condition: impl Into<Operand>, options: impl Into<CompressOptions>) -> Array {
        compress(condition, self, options)
    }
}
