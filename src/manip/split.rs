//! Arrays cut into parts: views along an axis.

use numfuse_ir::graph::Slice;

use crate::array::Array;
use crate::array::build::Cx;
use crate::array::operand::{Arg, Operand};
use crate::error::{Raised, raise};
use crate::index::{call_all, clamp};
use crate::options::{Axes, normalize_axis, options};

options! {
    /// Options of [`split`], [`array_split`] and [`unstack`]; the bare value is `axis`.
    SplitOptions { axis: Axis(Axes) } bare axis axes;
}

/// The part of an array between two positions of an axis.
pub(crate) fn part(cx: Cx, a: &Array, axis: usize, start: usize, stop: usize) -> Raised<Array> {
    let mut shape = a.0.shape.clone();
    shape[axis] = stop.saturating_sub(start);
    let start = if shape[axis] == 0 { 0 } else { start };
    let slices = (0..shape.len()).map(|d| Slice { start: if d == axis { start } else { 0 }, step: 1 });
    cx.slice(a, slices.collect(), shape)
}

/// The parts between cuts, each of which is a Python slice.
fn cut(cx: Cx, a: &Array, axis: usize, cuts: &[isize]) -> Raised<Vec<Array>> {
    let n = a.0.shape[axis];
    let ends = cuts.iter().map(|&c| Some(c)).chain([None]);
    let starts = std::iter::once(Some(0)).chain(cuts.iter().map(|&c| Some(c)));
    let piece = |(start, stop)| {
        let (slice, length) = clamp(start, stop, 1, n)?;
        part(cx, a, axis, slice.start, slice.start + length)
    };
    starts.zip(ends).map(piece).collect()
}

/// Where to cut: so many equal parts, or before these positions.
fn cuts(sections: &Operand, n: usize, uneven: bool) -> Raised<Vec<isize>> {
    if !sections.dims().is_empty() {
        let Arg::Array(positions) = &sections.0 else { return raise!(Runtime, "a number with axes") };
        if !positions.0.dtype.is_integer() && positions.0.shape[..] != [0] {
            return raise!(DType, "slice indices must be integers or None or have an __index__ method");
        }
        let positions = positions.astype(crate::int64).eval()?;
        return Ok(positions.as_slice::<i64>()?.iter().map(|&i| i as isize).collect());
    }
    let count = crate::creation::real_number(sections)?.to_i128();
    let Some(count) = count.and_then(|c| isize::try_from(c).ok()) else {
        return raise!(DType, "an integer or positions are wanted");
    };
    if !uneven && count == 0 {
        return raise!(ZeroDivision, "integer modulo by zero");
    }
    if !uneven && n as isize % count != 0 {
        return raise!(Value, "array split does not result in an equal division");
    }
    if count <= 0 {
        return raise!(Value, "number sections must be larger than 0.");
    }
    // As many empty parts as somebody wants, within reason.
    if count as usize > n.saturating_add(1 << 24) {
        return Err(crate::error::no_memory(count as u128 * size_of::<Array>() as u128, None));
    }
    let (each, extra) = (n as isize / count, n as isize % count);
    let mut at = 0;
    Ok((0..count - 1)
        .map(|i| {
            at += if i < extra { each + 1 } else { each };
            at
        })
        .collect())
}

fn split_axis(a: &Array, axis: &Option<Axes>) -> Raised<usize> {
    let axis = match axis {
        None => 0,
        Some(Axes::One(axis)) => *axis,
        Some(_) => return raise!(DType, "tuple indices must be integers or slices, not tuple"),
    };
    match normalize_axis(axis, a.0.shape.len()) {
        Ok(axis) => Ok(axis),
        Err(_) => raise!(Index, "tuple index out of range"),
    }
}

/// Declares the functions that split along the axis that their name says.
macro_rules! splits {
    ($($(#[$doc:meta])* $name:ident at least $ndim:literal, $axis:expr;)*) => {$(
        $(#[$doc])*
        #[track_caller]
        pub fn $name(a: impl Into<Operand>, sections: impl Into<Operand>) -> Vec<Array> {
            let (a, sections) = (a.into(), sections.into());
            call_all(stringify!($name), |cx| {
                let a = cx.array(a)?;
                let ndim = a.0.shape.len();
                if ndim < $ndim {
                    return raise!(
                        Value,
                        concat!(stringify!($name), " only works on arrays of ", $ndim, " or more dimensions")
                    );
                }
                let axis: fn(usize) -> usize = $axis;
                let axis = axis(ndim);
                cut(cx, &a, axis, &cuts(&sections, a.0.shape[axis], false)?)
            })
        }
    )*};
}

splits! {
    /// [`split`] along the second axis, or the first of vectors.
    hsplit at least 1, |ndim| if ndim > 1 { 1 } else { 0 };
    /// [`split`] along the first axis.
    vsplit at least 2, |_| 0;
    /// [`split`] along the third axis.
    dsplit at least 3, |_| 2;
}

/// An array cut along an axis (the first unless given) into so many equal parts, or before the given
/// positions. On an error there is one array, which carries it.
///
/// ```
/// use numfuse as np;
/// let a = np::arange(9, ..);
/// let parts = np::split(&a, 3, ..);
/// assert_eq!(parts[1].to_vec::<i64>()?, [3, 4, 5]);
/// let parts = np::split(&a, [2, 7], ..);
/// assert_eq!(parts.iter().map(|p| p.size()).collect::<Vec<_>>(), [2, 5, 2]);
/// assert_eq!(np::array_split(&a, 4, ..)[0].size(), 3);
/// let m = a.reshape([3, 3]);
/// assert_eq!(np::hsplit(&m, [1])[1].shape(), [3, 2]);
/// assert_eq!(np::unstack(&m, 1)[0].to_vec::<i64>()?, [0, 3, 6]);
/// assert!(np::split(&a, 2, ..)[0].check().is_err());
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn split(a: impl Into<Operand>, sections: impl Into<Operand>, options: impl Into<SplitOptions>) -> Vec<Array> {
    let (a, sections, options) = (a.into(), sections.into(), options.into());
    call_all("split", |cx| {
        let a = cx.array(a)?;
        let axis = split_axis(&a, &options.axis)?;
        cut(cx, &a, axis, &cuts(&sections, a.0.shape[axis], false)?)
    })
}

/// [`split`] that allows parts of different lengths: the first ones are one longer.
#[track_caller]
pub fn array_split(
    a: impl Into<Operand>,
    sections: impl Into<Operand>,
    options: impl Into<SplitOptions>,
) -> Vec<Array> {
    let (a, sections, options) = (a.into(), sections.into(), options.into());
    call_all("array_split", |cx| {
        let a = cx.array(a)?;
        let axis = split_axis(&a, &options.axis)?;
        cut(cx, &a, axis, &cuts(&sections, a.0.shape[axis], true)?)
    })
}

/// The slices along an axis (the first unless given), which they lose. See [`split`].
#[track_caller]
pub fn unstack(x: impl Into<Operand>, options: impl Into<SplitOptions>) -> Vec<Array> {
    let (x, options) = (x.into(), options.into());
    call_all("unstack", |cx| {
        let x = cx.array(x)?;
        let ndim = x.0.shape.len();
        if ndim == 0 {
            return raise!(Value, "Input array must be at least 1-d.");
        }
        let axis = match &options.axis {
            None => 0,
            Some(Axes::One(axis)) => match normalize_axis(*axis, ndim) {
                Ok(axis) => axis,
                Err(_) => return raise!(Axis, "source: axis {axis} is out of bounds for array of dimension {ndim}"),
            },
            Some(_) => return raise!(DType, "only one axis is allowed here"),
        };
        let mut rest = x.0.shape.clone();
        let n = rest.remove(axis);
        (0..n).map(|i| cx.reshape(&part(cx, &x, axis, i, i + 1)?, &rest)).collect()
    })
}
