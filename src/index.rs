//! Indexing: slices with steps and negative strides, `newaxis`, `Ellipsis`, and `take`.

use numfuse_ir::graph::Slice;
use numfuse_ir::{Casting, DType, Ew, Scalar};
use smallvec::SmallVec;

use crate::array::Array;
use crate::array::build::{Cx, call};
use crate::array::operand::{Operand, k};
use crate::error::{Raised, raise};
use crate::options::{Axes, TakeMode, options};

/// One item of a subscript.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Index {
    /// One position; the axis goes away.
    At(isize),
    /// `start:stop:step`, clamped to the axis as in Python.
    Slice {
        /// First position; negative counts from the end.
        start: Option<isize>,
        /// End, not included.
        stop: Option<isize>,
        /// Distance, negative to run backwards.
        step: isize,
    },
    /// A new axis of length 1.
    NewAxis,
    /// As many full slices as are missing.
    Ellipsis,
}

/// A new axis of length 1, in subscripts.
#[allow(non_upper_case_globals)]
pub const newaxis: Index = Index::NewAxis;

/// As many full slices as are missing, in subscripts.
#[allow(non_upper_case_globals)]
pub const Ellipsis: Index = Index::Ellipsis;

impl Index {
    /// The slice with another step. A position with a step is that position.
    pub fn step(self, step: isize) -> Index {
        match self {
            Index::Slice { start, stop, .. } => Index::Slice { start, stop, step },
            other => other,
        }
    }
}

/// A number as a position: what does not fit saturates and is then out of range.
fn position(i: i128) -> isize {
    isize::try_from(i).unwrap_or(if i < 0 { isize::MIN } else { isize::MAX })
}

macro_rules! index_from {
    ($($t:ty),*) => {$(
        impl From<$t> for Index {
            fn from(i: $t) -> Index { Index::At(position(i as i128)) }
        }
        impl From<std::ops::Range<$t>> for Index {
            fn from(r: std::ops::Range<$t>) -> Index {
                Index::Slice { start: Some(position(r.start as i128)), stop: Some(position(r.end as i128)), step: 1 }
            }
        }
        impl From<std::ops::RangeFrom<$t>> for Index {
            fn from(r: std::ops::RangeFrom<$t>) -> Index {
                Index::Slice { start: Some(position(r.start as i128)), stop: None, step: 1 }
            }
        }
        impl From<std::ops::RangeTo<$t>> for Index {
            fn from(r: std::ops::RangeTo<$t>) -> Index {
                Index::Slice { start: None, stop: Some(position(r.end as i128)), step: 1 }
            }
        }
    )*};
}
index_from!(i32, i64, isize, usize);

impl From<std::ops::RangeFull> for Index {
    fn from(_: std::ops::RangeFull) -> Index {
        Index::Slice { start: None, stop: None, step: 1 }
    }
}

/// A subscript: what `a[...]` takes in Python. A position, a range, an array of [`Index`] from
/// [`s!`](crate::s), or a tuple of positions and ranges.
#[derive(Clone, Debug)]
pub struct Subscript(SmallVec<[Index; 4]>);

macro_rules! subscript_from {
    ($($t:ty),*) => {$(
        impl From<$t> for Subscript {
            fn from(i: $t) -> Subscript { Subscript(smallvec::smallvec![i.into()]) }
        }
    )*};
}
subscript_from!(Index, i32, i64, isize, usize, std::ops::RangeFull);
subscript_from!(std::ops::Range<i32>, std::ops::Range<usize>, std::ops::Range<isize>);
subscript_from!(std::ops::RangeFrom<i32>, std::ops::RangeFrom<usize>, std::ops::RangeFrom<isize>);
subscript_from!(std::ops::RangeTo<i32>, std::ops::RangeTo<usize>, std::ops::RangeTo<isize>);

impl<const N: usize> From<[Index; N]> for Subscript {
    fn from(items: [Index; N]) -> Subscript {
        Subscript(SmallVec::from_slice(&items))
    }
}

impl From<&[Index]> for Subscript {
    fn from(items: &[Index]) -> Subscript {
        Subscript(SmallVec::from_slice(items))
    }
}

macro_rules! subscript_tuple {
    ($($T:ident $i:tt),*) => {
        impl<$($T: Into<Index>),*> From<($($T,)*)> for Subscript {
            fn from(items: ($($T,)*)) -> Subscript { Subscript(smallvec::smallvec![$(items.$i.into()),*]) }
        }
    };
}
subscript_tuple!(A 0, B 1);
subscript_tuple!(A 0, B 1, C 2);
subscript_tuple!(A 0, B 1, C 2, D 3);

/// A subscript with Python's slices: `s![1..-1, ..;2, newaxis, 0, ..;-1]`, where `start..stop;step`
/// stands for `start:stop:step`.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// let a = np::arange(12, ..).reshape([3, 4]);
/// assert_eq!(a.slice(s![1, ..]).to_vec::<i64>()?, [4, 5, 6, 7]);
/// assert_eq!(a.slice(s![.., 1..-1]).shape(), [3, 2]);
/// assert_eq!(a.slice(s![..;-1, ..;2]).to_vec::<i64>()?, [8, 10, 4, 6, 0, 2]);
/// assert_eq!(a.slice(s![Ellipsis, newaxis, -1]).to_vec::<i64>()?, [3, 7, 11]);
/// assert_eq!(a.slice((0, 2)).item::<i64>()?, 2);
/// assert!(a.slice(3).check().is_err());
/// # Ok::<(), np::Error>(())
/// ```
#[macro_export]
macro_rules! s {
    ($($i:expr $(; $step:expr)?),* $(,)?) => {
        [$({
            // `3..0;-1` runs backwards.
            #[allow(clippy::reversed_empty_ranges)]
            let index = $crate::Index::from($i)$(.step($step))?;
            index
        }),*]
    };
}

impl Array {
    /// The part of the array that a subscript selects: Python's `a[...]` with integers, slices,
    /// `newaxis` and `Ellipsis`. See [`s!`](crate::s) for an example.
    #[track_caller]
    pub fn slice(&self, subscript: impl Into<Subscript>) -> Array {
        let subscript = subscript.into();
        call("slice", |cx| subscript_of(cx, &cx.array(self)?, &subscript.0))
    }

    /// See [`take()`].
    #[track_caller]
    pub fn take(&self, indices: impl Into<Operand>, options: impl Into<TakeOptions>) -> Array {
        take(self, indices, options)
    }
}

fn subscript_of(cx: Cx, a: &Array, items: &[Index]) -> Raised<Array> {
    let ndim = a.0.shape.len();
    let used = items.iter().filter(|i| matches!(i, Index::At(_) | Index::Slice { .. })).count();
    if used > ndim {
        return raise!(Index, "too many indices for array: array is {ndim}-dimensional, but {used} were indexed");
    }
    if items.iter().filter(|i| matches!(i, Index::Ellipsis)).count() > 1 {
        return raise!(Index, "an index can only have a single ellipsis ('...')");
    }
    let mut slices: SmallVec<[Slice; 4]> = SmallVec::new();
    // The shape after slicing, and the one after positions left and new axes came.
    let mut sliced: SmallVec<[usize; 4]> = SmallVec::new();
    let mut shape: SmallVec<[usize; 4]> = SmallVec::new();
    let full = Index::Slice { start: None, stop: None, step: 1 };
    let missing = ndim - used;
    let trailing = if items.contains(&Index::Ellipsis) { 0 } else { missing };
    for item in items.iter().chain(std::iter::repeat_n(&full, trailing)) {
        let repeat = if *item == Index::Ellipsis { missing } else { 1 };
        let item = if *item == Index::Ellipsis { full } else { *item };
        for _ in 0..repeat {
            let axis = slices.len();
            match item {
                Index::NewAxis => shape.push(1),
                Index::At(i) => {
                    let n = a.0.shape[axis];
                    let at = if i < 0 { i.checked_add(n as isize) } else { Some(i) };
                    match at.and_then(|i| usize::try_from(i).ok()) {
                        Some(i) if i < n => slices.push(Slice { start: i, step: 1 }),
                        _ => return raise!(Index, "index {i} is out of bounds for axis {axis} with size {n}"),
                    }
                    sliced.push(1);
                }
                Index::Slice { start, stop, step } => {
                    let (slice, len) = clamp(start, stop, step, a.0.shape[axis])?;
                    slices.push(slice);
                    sliced.push(len);
                    shape.push(len);
                }
                Index::Ellipsis => {}
            }
        }
    }
    let part = cx.slice(a, slices, sliced)?;
    cx.reshape(&part, &shape)
}

/// Python's `slice.indices`: the first element, the step and the length.
fn clamp(start: Option<isize>, stop: Option<isize>, step: isize, n: usize) -> Raised<(Slice, usize)> {
    if step == 0 {
        return raise!(Value, "slice step cannot be zero");
    }
    let n = n as isize;
    let (lo, hi) = if step < 0 { (-1, n - 1) } else { (0, n) };
    let place = |i: isize| if i < 0 { i.saturating_add(n).max(lo) } else { i.min(hi) };
    let start = start.map_or(if step < 0 { hi } else { lo }, place);
    let stop = stop.map_or(if step < 0 { lo } else { hi }, place);
    let span = if step < 0 { start - stop } else { stop - start };
    if span <= 0 {
        return Ok((Slice { start: 0, step: 1 }, 0));
    }
    let len = (span as usize - 1) / step.unsigned_abs() + 1;
    // The step of a single element is of no consequence; 1 keeps strides from overflowing.
    let step = if len == 1 { 1 } else { step };
    Ok((Slice { start: start as usize, step }, len))
}

options! {
    /// Options of [`take()`]; the bare value is `axis`.
    TakeOptions { axis: Axis(Axes), mode: Mode(TakeMode) } bare axis axes;
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
        let indices = cx.array(indices)?;
        if !indices.0.dtype.can_cast(DType::I64, Casting::SameKind) {
            return raise!(
                DType,
                "Cannot cast array data from dtype('{}') to dtype('int64') according to the rule 'same_kind'",
                indices.0.dtype
            );
        }
        let indices = cx.cast(&indices, DType::I64)?;
        let (a, axis) = match Axes::single(&options.axis, a.0.shape.len())? {
            Some(axis) => (a, axis),
            None => (cx.reshape(&a, &[a.0.shape.iter().product()])?, 0),
        };
        let n = a.0.shape[axis];
        if n == 0 && !indices.0.shape.contains(&0) {
            return raise!(Index, "cannot do a non-empty take from an empty axes.");
        }
        let length = |n: usize| cx.param(Scalar::new(n as i64));
        let indices = match options.mode.unwrap_or_default() {
            TakeMode::Raise => indices,
            TakeMode::Wrap => cx.bin(Ew::Remainder, &indices, length(n))?,
            TakeMode::Clip => {
                let low = cx.bin(Ew::Maximum, &indices, k(0))?;
                cx.bin(Ew::Minimum, &low, length(n.saturating_sub(1)))?
            }
        };
        cx.take(&a, &indices, axis)
    })
}
