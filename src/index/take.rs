//! Elements at positions along an axis, and choices between arrays.

use numfuse_ir::graph::Slice;
use numfuse_ir::{Casting, DType, Ew, Scalar};

use smallvec::SmallVec;

use super::get::selected;
use super::subscript::{Dim, Positions, Selection};
use crate::array::Array;
use crate::array::build::{Cx, broadcast_all, call};
use crate::array::operand::{Operand, common_dtype, k};
use crate::error::{Raised, raise, tight};
use crate::options::{Axes, ModeValue, TakeMode, normalize_axis, options};

options! {
    /// Options of [`take()`]; the bare value is `axis`.
    TakeOptions { axis: Axis(Axes), mode: Mode(ModeValue) } bare axis axes;
}

/// Elements at integer positions along an axis, or of the flattened array. Negative positions
/// count from the end; with `mode(TakeMode::Wrap)` or `Clip` none is out of range.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// let a = np::array![[1, 2, 3], [4, 5, 6]];
/// assert_eq!(np::take(&a, [0, -1], 1).to_vec::<i32>()?, [1, 3, 4, 6]);
/// assert_eq!(np::take(&a, 4, ..).item::<i32>()?, 5);
/// assert_eq!(np::take(&a, [7, -9], mode(np::TakeMode::Clip)).to_vec::<i32>()?, [6, 1]);
/// assert!(np::take(&a, 9, ..).eval().is_err());
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn take(a: impl Into<Operand>, indices: impl Into<Operand>, options: impl Into<TakeOptions>) -> Array {
    let (a, indices, options) = (a.into(), indices.into(), options.into());
    call("take", |cx| {
        let a = cx.array(a)?;
        let (a, axis) = match Axes::single(&options.axis, a.0.shape.len())? {
            Some(axis) => (a, axis),
            None => (cx.reshape(&a, &[a.0.shape.iter().product()])?, 0),
        };
        let indices = cx.array(indices)?;
        if !indices.0.dtype.can_cast(DType::I64, Casting::SameKind) {
            return raise!(
                DType,
                "Cannot cast array data from dtype('{}') to dtype('int64') according to the rule 'same_kind'",
                indices.0.dtype
            );
        }
        let indices = cx.cast(&indices, DType::I64)?;
        let n = a.0.shape[axis];
        if n == 0 && !indices.0.shape.contains(&0) {
            return raise!(Index, "cannot do a non-empty take from an empty axes.");
        }
        let indices = bounded(cx, &indices, n, ModeValue::take(&options.mode)?)?;
        cx.take(&a, &indices, axis)
    })
}

/// Positions brought into range as a mode says.
pub(crate) fn bounded(cx: Cx, indices: &Array, n: usize, mode: TakeMode) -> Raised<Array> {
    let length = |n: usize| cx.param(Scalar::new(n as i64));
    match mode {
        TakeMode::Raise => Ok(indices.clone()),
        TakeMode::Wrap => cx.bin(Ew::Remainder, indices, length(n)),
        TakeMode::Clip => {
            let low = cx.bin(Ew::Maximum, indices, k(0))?;
            cx.bin(Ew::Minimum, &low, length(n.saturating_sub(1)))
        }
    }
}

options! {
    /// Options of [`take_along_axis`] and [`put_along_axis`](crate::put_along_axis); the bare value is
    /// `axis`.
    AlongOptions { axis: Axis(Axes) } bare axis axes;
    /// Options of [`choose`], [`put`](crate::put) and [`ravel_multi_index`](crate::ravel_multi_index); the
    /// bare value is `mode`.
    ModeOptions { mode: Mode(ModeValue) } bare mode mode;
}

/// For each position along an axis (the last unless given) its element: what `argsort` or
/// `argmax(keepdims)` point at. `axis(..)` flattens the array.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// let a = np::array![[30, 10, 20], [5, 15, 25]];
/// let at = a.argmax(axis(1).keepdims());
/// assert_eq!(np::take_along_axis(&a, &at, 1).to_vec::<i32>()?, [30, 25]);
/// assert_eq!(np::choose([1, 0, 1], [&a.slice(0), &a.slice(1)], ..).to_vec::<i32>()?, [5, 10, 25]);
/// assert!(np::take_along_axis(&a, [0, 1], 1).check().is_err());
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn take_along_axis(a: impl Into<Operand>, indices: impl Into<Operand>, options: impl Into<AlongOptions>) -> Array {
    let (a, indices, options) = (a.into(), indices.into(), options.into());
    call("take_along_axis", |cx| {
        let (a, selection) = along_axis(cx, &cx.array(a)?, &cx.array(indices)?, &options.axis)?;
        selected(cx, &a, &selection)
    })
}

/// The selection of [`take_along_axis`], and the array that it selects from: positions along one axis,
/// and along each other axis the position itself.
pub(super) fn along_axis(cx: Cx, a: &Array, indices: &Array, axis: &Option<Axes>) -> Raised<(Array, Selection)> {
    if !indices.0.dtype.is_integer() || indices.0.dtype == DType::Bool {
        return raise!(Index, "`indices` must be an integer array");
    }
    let (a, axis) = match axis {
        Some(Axes::All) => {
            if indices.0.shape.len() != 1 {
                return raise!(Value, "when axis=None, `indices` must have a single dimension.");
            }
            (cx.reshape(a, &[a.0.shape.iter().product()])?, 0)
        }
        None => (a.clone(), normalize_axis(-1, a.0.shape.len())?),
        Some(Axes::One(axis)) => (a.clone(), normalize_axis(*axis, a.0.shape.len())?),
        Some(Axes::Many(_)) => return raise!(DType, "only one axis is allowed here"),
    };
    let ndim = a.0.shape.len();
    if indices.0.shape.len() != ndim {
        return raise!(Value, "`indices` and `arr` must have the same number of dimensions");
    }
    let mut arrays: SmallVec<[Positions; 2]> = SmallVec::new();
    for d in 0..ndim {
        let index = if d == axis { cx.cast(indices, DType::I64)? } else { cx.iota(a.0.shape[d], d, ndim)? };
        arrays.push(Positions { axis: Some(d), index });
    }
    let shapes = || arrays.iter().map(|p| &p.index.0.shape[..]);
    let Ok(picked) = broadcast_all(shapes()) else {
        let all: Vec<_> = shapes().map(tight).collect();
        return raise!(
            Index,
            "shape mismatch: indexing arrays could not be broadcast together with shapes {}",
            all.join(" ")
        );
    };
    let slices = a.0.shape.iter().map(|&n| (Slice { start: 0, step: 1 }, n)).collect();
    let dims: SmallVec<[Dim; 4]> = SmallVec::new();
    Ok((a, Selection { slices, arrays, picked, dims, place: 0, together: true }))
}

/// Element by element, the choice that `a` (integers) says: `choices[a[i]][i]`. Numbers out of range
/// are an error unless a mode says otherwise, so that they are evaluated when the call is made. See
/// [`take_along_axis`] for an example.
#[track_caller]
pub fn choose<T: Into<Operand>>(
    a: impl Into<Operand>,
    choices: impl IntoIterator<Item = T>,
    options: impl Into<ModeOptions>,
) -> Array {
    let (a, options) = (a.into(), options.into());
    let choices: Vec<Operand> = choices.into_iter().map(Into::into).collect();
    call("choose", |cx| {
        let a = cx.array(a)?;
        let n = choices.len();
        if n == 0 {
            return raise!(Value, "0-length sequence.");
        }
        if !a.0.dtype.can_cast(DType::I64, Casting::SameKind) {
            return raise!(
                DType,
                "Cannot cast array data from dtype('{}') to dtype('int64') according to the rule 'safe'",
                a.0.dtype
            );
        }
        let a = cx.cast(&a, DType::I64)?;
        let mode = ModeValue::take(&options.mode)?;
        if mode == TakeMode::Raise {
            let value = a.eval()?;
            if value.as_slice::<i64>()?.iter().any(|i| !(0..n as i64).contains(i)) {
                return raise!(Value, "invalid entry in choice array");
            }
        }
        let a = bounded(cx, &a, n, mode)?;
        let dtype = common_dtype(&choices);
        let arrays: Vec<Array> = choices.iter().map(|c| cx.array_as(c, dtype)).collect::<Raised<_>>()?;
        let shapes = || arrays.iter().chain([&a]).map(|x| &x.0.shape[..]);
        let Ok(shape) = broadcast_all(shapes().collect::<Vec<_>>()) else {
            return mismatch(&shapes().collect::<Vec<_>>());
        };
        let mut result = cx.broadcast(&arrays[n - 1], &shape)?;
        for (i, choice) in arrays.iter().enumerate().rev().skip(1) {
            let here = cx.bin(Ew::Equal, &a, k(i as i128))?;
            result = cx.select(&here, choice, &result, dtype)?;
        }
        Ok(result)
    })
}

/// NumPy's words for operands that do not broadcast: the first axis from the front at which one does not
/// fit those before it.
fn mismatch<T>(shapes: &[&[usize]]) -> Raised<T> {
    let mut known: SmallVec<[(usize, usize); 4]> = SmallVec::new();
    for (n, shape) in shapes.iter().enumerate() {
        for (d, &length) in shape.iter().rev().enumerate().filter(|(_, n)| **n != 1) {
            match known.get(d) {
                Some(&(1, _)) => known[d] = (length, n),
                Some(&(other, first)) if other != length => {
                    return raise!(
                        Shape,
                        "shape mismatch: objects cannot be broadcast to a single shape.  Mismatch is between arg {first} with shape {} and arg {n} with shape {}.",
                        tight(shapes[first]),
                        tight(shape)
                    );
                }
                Some(_) => {}
                None => {
                    known.resize(d, (1, n));
                    known.push((length, n));
                }
            }
        }
    }
    raise!(Shape, "shape mismatch: objects cannot be broadcast to a single shape.")
}

impl Array {
    /// See [`take()`].
    #[track_caller]
    pub fn take(&self, indices: impl Into<Operand>, options: impl Into<TakeOptions>) -> Array {
        take(self, indices, options)
    }

    /// See [`choose`].
    #[track_caller]
    pub fn choose<T: Into<Operand>>(
        &self,
        choices: impl IntoIterator<Item = T>,
        options: impl Into<ModeOptions>,
    ) -> Array {
        choose(self, choices, options)
    }
}
