//! Elements moved around an axis, or there more than once.

use numfuse_ir::shape::Shape;
use numfuse_ir::{Casting, DType};

use super::split::part;
use crate::array::Array;
use crate::array::build::{Cx, call, checked_size};
use crate::array::operand::{Dims, Operand};
use crate::error::{Raised, raise};
use crate::options::{Axes, normalize_axis, options};

options! {
    /// Options of [`roll`] and [`repeat`]; the bare value is `axis`.
    RollOptions { axis: Axis(Axes) } bare axis axes;
}

/// Elements shifted along an axis, or along several by several shifts; what leaves at one end comes in
/// at the other. Without an axis the flattened array is shifted.
///
/// ```
/// use numfuse as np;
/// let a = np::arange(6, ..).reshape([2, 3]);
/// assert_eq!(np::roll(&a, 1, ..).to_vec::<i64>()?, [5, 0, 1, 2, 3, 4]);
/// assert_eq!(np::roll(&a, -1, 1).to_vec::<i64>()?, [1, 2, 0, 4, 5, 3]);
/// assert_eq!(np::repeat(&a, 2, 0).shape(), [4, 3]);
/// assert_eq!(np::repeat([1, 2], [3, 1], ..).to_vec::<i32>()?, [1, 1, 1, 2]);
/// assert_eq!(np::tile([1, 2], [2, 2]).to_vec::<i32>()?, [1, 2, 1, 2, 1, 2, 1, 2]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn roll(a: impl Into<Operand>, shift: impl Into<Dims>, options: impl Into<RollOptions>) -> Array {
    let (a, shift, options) = (a.into(), shift.into(), options.into());
    call("roll", |cx| {
        let a = cx.array(a)?;
        let ndim = a.0.shape.len();
        let axes: Vec<usize> = match &options.axis {
            None | Some(Axes::All) => {
                let flat = cx.reshape(&a, &[checked_size(&a.0.shape)?])?;
                let total = shift.0.iter().fold(0i128, |sum, &s| sum.saturating_add(s));
                return cx.reshape(&rolled(cx, &flat, total, 0)?, &a.0.shape);
            }
            Some(Axes::One(axis)) => vec![normalize_axis(*axis, ndim)?],
            Some(Axes::Many(axes)) => axes.iter().map(|&x| normalize_axis(x, ndim)).collect::<Raised<_>>()?,
        };
        let shifts = &shift.0;
        let count = match (shifts.len(), axes.len()) {
            (s, x) if s == x => s,
            (1, x) => x,
            (s, 1) => s,
            _ => {
                return raise!(
                    Shape,
                    "shape mismatch: objects cannot be broadcast to a single shape.  Mismatch is between arg 0 with shape ({},) and arg 1 with shape ({},).",
                    shifts.len(),
                    axes.len()
                );
            }
        };
        let mut sums = vec![0i128; ndim];
        for i in 0..count {
            let sum = &mut sums[axes[i % axes.len()]];
            *sum = sum.saturating_add(shifts[i % shifts.len()]);
        }
        sums.iter().enumerate().try_fold(a, |a, (d, &sum)| rolled(cx, &a, sum, d))
    })
}

fn rolled(cx: Cx, a: &Array, shift: i128, axis: usize) -> Raised<Array> {
    let n = a.0.shape[axis];
    let shift = if n == 0 { 0 } else { shift.rem_euclid(n as i128) as usize };
    if shift == 0 {
        return Ok(a.clone());
    }
    cx.concat(&[part(cx, a, axis, n - shift, n)?, part(cx, a, axis, 0, n - shift)?], axis)
}

/// Each element of an axis (of the flattened array, without one) so many times: as often for all, or as
/// an array says, which is evaluated when the call is made. See [`roll`] for an example.
#[track_caller]
pub fn repeat(a: impl Into<Operand>, repeats: impl Into<Operand>, options: impl Into<RollOptions>) -> Array {
    let (a, repeats, options) = (a.into(), repeats.into(), options.into());
    call("repeat", |cx| repeated(cx, &cx.array(a)?, &cx.array(repeats)?, &options.axis))
}

pub(super) fn repeated(cx: Cx, a: &Array, repeats: &Array, axis: &Option<Axes>) -> Raised<Array> {
    if !repeats.0.dtype.can_cast(DType::I64, Casting::Safe) {
        return raise!(
            DType,
            "Cannot cast array data from dtype('{}') to dtype('int64') according to the rule 'safe'",
            repeats.0.dtype
        );
    }
    if repeats.0.shape.len() > 1 {
        return raise!(Value, "object too deep for desired array");
    }
    let (a, axis) = match axis {
        None | Some(Axes::All) => (cx.reshape(a, &[checked_size(&a.0.shape)?])?, 0),
        Some(Axes::One(axis)) => {
            // A number counts as a vector.
            let a = if a.0.shape.is_empty() { cx.reshape(a, &[1])? } else { a.clone() };
            let axis = normalize_axis(*axis, a.0.shape.len())?;
            (a, axis)
        }
        Some(Axes::Many(_)) => return raise!(DType, "'tuple' object cannot be interpreted as an integer"),
    };
    let n = a.0.shape[axis];
    let counts = cx.cast(repeats, DType::I64)?.to_vec::<i64>()?;
    if let [count] = counts[..] {
        let Ok(count) = usize::try_from(count) else {
            return raise!(Value, "negative dimensions are not allowed");
        };
        // A new axis of copies, joined with the old one.
        let mut wide = a.0.shape.clone();
        wide.insert(axis + 1, 1);
        let lone = cx.reshape(&a, &wide)?;
        wide[axis + 1] = count;
        let copies = cx.broadcast(&lone, &wide)?;
        let mut shape = a.0.shape.clone();
        shape[axis] = match n.checked_mul(count) {
            Some(length) => length,
            None => {
                return raise!(
                    Value,
                    "array is too big; `arr.size * arr.dtype.itemsize` is larger than the maximum possible size."
                );
            }
        };
        return cx.reshape(&copies, &shape);
    }
    if counts.len() != n {
        return raise!(Shape, "operands could not be broadcast together with shape ({n},) ({},)", counts.len());
    }
    if counts.iter().any(|&c| c < 0) {
        return raise!(Value, "repeats may not contain negative values.");
    }
    let total = counts.iter().try_fold(0i64, |sum, &c| sum.checked_add(c));
    let mut from: Vec<i64> = Vec::new();
    let fits = total.and_then(|n| usize::try_from(n).ok()).is_some_and(|n| from.try_reserve_exact(n).is_ok());
    if !fits {
        return Err(crate::error::no_memory(total.unwrap_or(i64::MAX) as u128 * 8, None));
    }
    for (i, &count) in counts.iter().enumerate() {
        from.extend(std::iter::repeat_n(i as i64, count as usize));
    }
    let shape = smallvec::smallvec![from.len()];
    cx.take(&a, &Array::from_vec_shape(from, shape, cx.location), axis)
}

/// The array so many times along each axis, with new axes in front if there are more numbers than
/// axes. See [`roll`] for an example.
#[track_caller]
pub fn tile(a: impl Into<Operand>, reps: impl Into<Dims>) -> Array {
    let (a, reps) = (a.into(), reps.into());
    call("tile", |cx| {
        let a = cx.array(a)?;
        tiled(cx, &a, &reps.lengths()?)
    })
}

pub(super) fn tiled(cx: Cx, a: &Array, reps: &[usize]) -> Raised<Array> {
    let ndim = a.0.shape.len().max(reps.len());
    let mut shape: Shape = smallvec::smallvec![1; ndim - a.0.shape.len()];
    shape.extend_from_slice(&a.0.shape);
    let mut times: Shape = smallvec::smallvec![1; ndim - reps.len()];
    times.extend_from_slice(reps);
    // Each axis gets one of copies in front of it, where there is more than one.
    let (mut lone, mut wide, mut out) = (Shape::new(), Shape::new(), Shape::new());
    for (&n, &r) in shape.iter().zip(&times) {
        if r != 1 {
            lone.push(1);
            wide.push(r);
        }
        lone.push(n);
        wide.push(n);
        out.push(match n.checked_mul(r) {
            Some(length) => length,
            None => {
                return raise!(
                    Value,
                    "array is too big; `arr.size * arr.dtype.itemsize` is larger than the maximum possible size."
                );
            }
        });
    }
    cx.reshape(&cx.broadcast(&cx.reshape(a, &lone)?, &wide)?, &out)
}

impl Array {
    /// See [`repeat`].
    #[track_caller]
    pub fn repeat(&self, repeats: impl Into<Operand>, options: impl Into<RollOptions>) -> Array {
        repeat(self, repeats, options)
    }
}
