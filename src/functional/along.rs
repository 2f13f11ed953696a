//! Functions of lanes and of axes.

use numfuse_backends::host;
use numfuse_ir::shape::Shape;
use smallvec::SmallVec;

use crate::array::build::call;
use crate::array::operand::Operand;
use crate::array::{Array, evaluate};
use crate::error::{Raised, raise, tight};
use crate::manip::part;
use crate::options::{Axes, normalize_axis};

/// Calls a function for every vector of an array along an axis, on several threads, and puts its
/// results, which must all have one shape, where the vectors were. The result has the dtype of the
/// function's first result.
///
/// ```
/// use numfuse as np;
/// let a = np::array![[3.0, 1.0, 2.0], [6.0, 5.0, 4.0]];
/// let spread = np::apply_along_axis(|v| v.max(..) - v.min(..), 1, &a);
/// assert_eq!(spread.to_vec::<f64>()?, [2.0, 2.0]);
/// let shares = np::apply_along_axis(|v| v / v.sum(..), 0, &a);
/// assert_eq!(shares.shape(), [2, 3]);
/// let total = np::apply_over_axes(|a, axis| a.sum(axis), &a, [0, 1]);
/// assert_eq!(total.shape(), [1, 1]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn apply_along_axis<R: Into<Operand>>(
    function: impl Fn(&Array) -> R + Sync,
    axis: impl Into<Axes>,
    a: impl Into<Operand>,
) -> Array {
    let (axis, a) = (axis.into(), a.into());
    call("apply_along_axis", |cx| {
        let a = cx.array(a)?;
        let ndim = a.0.shape.len();
        let axis = match axis {
            Axes::One(axis) => normalize_axis(axis, ndim)?,
            _ => return raise!(DType, "'tuple' object cannot be interpreted as an integer"),
        };
        let mut order: SmallVec<[usize; 4]> = (0..ndim).filter(|&d| d != axis).collect();
        let outer: Shape = order.iter().map(|&d| a.0.shape[d]).collect();
        order.push(axis);
        let count: usize = outer.iter().product();
        if count == 0 {
            return raise!(Value, "Cannot apply_along_axis when any iteration dimensions are 0");
        }
        let n = a.0.shape[axis];
        let lanes = cx.reshape(&cx.permute(&a, &order)?, &[count, n])?;
        evaluate(&[&lanes])?;
        let lane = |i: usize| -> Raised<Array> {
            let lane = cx.reshape(&part(cx, &lanes, 0, i, i + 1)?, &[n])?;
            let result = cx.array(function(&lane))?;
            evaluate(&[&result])?;
            Ok(result)
        };
        let mut results = host::map(count, lane).into_iter();
        let Some(first) = results.next() else { return raise!(Runtime, "no lanes") };
        let first = first?;
        let (shape, dtype) = (first.0.shape.clone(), first.0.dtype);
        let mut row: Shape = smallvec::smallvec![1];
        row.extend_from_slice(&shape);
        let mut rows = vec![cx.reshape(&first, &row)?];
        for result in results {
            let result = cx.cast(&result?, dtype)?;
            let Ok(result) = cx.broadcast(&result, &shape) else {
                return raise!(
                    Shape,
                    "could not broadcast input array from shape {} into shape {}",
                    tight(&result.0.shape),
                    tight(&shape)
                );
            };
            rows.push(cx.reshape(&result, &row)?);
        }
        let mut all = outer.clone();
        all.extend_from_slice(&shape);
        let joined = cx.reshape(&cx.concat(&rows, 0)?, &all)?;
        // The results' axes take the place of the lanes'.
        let results = outer.len()..all.len();
        let mut places: SmallVec<[usize; 4]> = (0..outer.len()).collect();
        places.insert_many(axis, results);
        cx.permute(&joined, &places)
    })
}

/// Calls a function, such as a reduction, for one axis after another; an axis that it takes away comes
/// back with length 1. See [`apply_along_axis`] for an example.
#[track_caller]
pub fn apply_over_axes(
    function: impl Fn(&Array, isize) -> Array,
    a: impl Into<Operand>,
    axes: impl Into<Axes>,
) -> Array {
    let (a, axes) = (a.into(), axes.into());
    call("apply_over_axes", |cx| {
        let mut value = cx.array(a)?;
        let n = value.0.shape.len() as i64;
        let axes: SmallVec<[i64; 4]> = match axes {
            Axes::All => (0..n).collect(),
            Axes::One(axis) => smallvec::smallvec![axis],
            Axes::Many(axes) => axes,
        };
        for axis in axes {
            let axis = if axis < 0 { n + axis } else { axis };
            let result = function(&value, axis as isize);
            result.check()?;
            let ndim = value.0.shape.len();
            value = if result.0.shape.len() == ndim {
                result
            } else {
                // An axis that the result could not have is the first fault.
                let at = normalize_axis(axis, result.0.shape.len() + 1)?;
                let mut shape = result.0.shape.clone();
                shape.insert(at, 1);
                if shape.len() != ndim {
                    return raise!(Value, "function is not returning an array of the correct shape");
                }
                cx.reshape(&result, &shape)?
            };
        }
        Ok(value)
    })
}
