//! Subscripts, and what they select from a shape.

use numfuse_ir::graph::Slice;
use numfuse_ir::shape::Shape;
use numfuse_ir::{DType, Scalar};
use smallvec::SmallVec;

use super::find::{mask_of, positions};
use crate::array::build::{Cx, broadcast_all};
use crate::array::{Array, NdArray, Nested};
use crate::error::{Raised, raise, tight};

/// One item of a subscript.
#[derive(Clone, Debug)]
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
    /// Positions along one axis, or a mask over as many axes as it has.
    Array(Array),
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

/// A subscript: what `a[...]` takes in Python. A position, a range, an array of positions, a mask, an
/// array of [`Index`] from [`s!`](crate::s), or a tuple of such items.
#[derive(Clone, Debug)]
pub struct Subscript(pub(super) SmallVec<[Index; 4]>);

/// Conversions of what stands for an array of positions or a mask.
macro_rules! index_arrays {
    ($([$($generics:tt)*] $t:ty, $x:ident => $array:expr;)*) => {$(
        impl<$($generics)*> From<$t> for Index {
            #[track_caller]
            fn from($x: $t) -> Index { Index::Array($array) }
        }
        impl<$($generics)*> From<$t> for Subscript {
            #[track_caller]
            fn from(x: $t) -> Subscript { Subscript(smallvec::smallvec![x.into()]) }
        }
    )*};
}
index_arrays! {
    [] Array, a => a;
    [] &Array, a => a.clone();
    [] NdArray, a => a.into();
    [] &NdArray, a => a.into();
    [] bool, x => crate::scalar(x);
    [N: Nested, const L: usize] [N; L], x => Array::from_nested(&x);
    [N: Nested, const L: usize] &[N; L], x => Array::from_nested(x);
    [N: Nested] Vec<N>, x => Array::from_nested(&x);
    [N: Nested] &Vec<N>, x => Array::from_nested(x);
    [N: Nested] &[N], x => Array::from_nested(x);
}

impl From<()> for Subscript {
    fn from(_: ()) -> Subscript {
        Subscript(SmallVec::new())
    }
}

impl From<Vec<Index>> for Subscript {
    fn from(items: Vec<Index>) -> Subscript {
        Subscript(SmallVec::from_vec(items))
    }
}

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
        Subscript(items.into_iter().collect())
    }
}

impl From<&[Index]> for Subscript {
    fn from(items: &[Index]) -> Subscript {
        Subscript(items.iter().cloned().collect())
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
/// stands for `start:stop:step`. Arrays of positions and masks may stand among them.
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
/// assert_eq!(a.get(s![.., [0, -1]]).to_vec::<i64>()?, [0, 3, 4, 7, 8, 11]);
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

/// Python's `slice.indices`: the first element, the step and the length.
pub(crate) fn clamp(start: Option<isize>, stop: Option<isize>, step: isize, n: usize) -> Raised<(Slice, usize)> {
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

/// A dimension of the result that does not come from arrays: an axis of the array, or a new one.
#[derive(Clone, Copy)]
pub(super) enum Dim {
    Axis(usize),
    New,
}

/// An array of positions along an axis; without an axis (from a 0-d mask) all positions are 0.
pub(super) struct Positions {
    pub(super) axis: Option<usize>,
    /// `int64`.
    pub(super) index: Array,
}

/// What a subscript selects from an array of some shape.
pub(super) struct Selection {
    /// Per axis the slice and its length; axes of arrays are whole.
    pub(super) slices: SmallVec<[(Slice, usize); 4]>,
    /// In the order of their axes.
    pub(super) arrays: SmallVec<[Positions; 2]>,
    /// The shape of all arrays together.
    pub(super) picked: Shape,
    /// The result's dimensions but for those of the arrays.
    pub(super) dims: SmallVec<[Dim; 4]>,
    /// Where the arrays' dimensions are among them: where the arrays stand in the subscript if they stand
    /// together, in front otherwise.
    pub(super) place: usize,
    pub(super) together: bool,
}

impl Selection {
    /// The lengths of `dims`.
    pub(super) fn lengths(&self) -> Shape {
        let length = |dim: &Dim| match dim {
            Dim::Axis(d) => self.slices[*d].1,
            Dim::New => 1,
        };
        self.dims.iter().map(length).collect()
    }

    /// The result's shape.
    pub(super) fn shape(&self) -> Shape {
        let mut shape = self.lengths();
        shape.insert_many(self.place, self.picked.iter().copied());
        shape
    }
}

/// The mask that a subscript consists of, over leading axes: `a[mask]`, `a[mask, ...]`.
pub(super) fn sole_mask(items: &[Index], ndim: usize) -> Option<&Array> {
    match items {
        [Index::Array(mask)] | [Index::Array(mask), Index::Ellipsis] => {
            let fits = mask.0.dtype == DType::Bool && (1..=ndim).contains(&mask.0.shape.len());
            fits.then_some(mask)
        }
        _ => None,
    }
}

/// A mask must have the lengths of the axes from `axis` on.
pub(super) fn check_mask(mask: &[usize], shape: &[usize], axis: usize) -> Raised<()> {
    for (d, (&m, &n)) in mask.iter().zip(&shape[axis..]).enumerate() {
        if m != n {
            let axis = axis + d;
            return raise!(
                Index,
                "boolean index did not match indexed array along axis {axis}; size of axis is {n} but size of corresponding boolean axis is {m}"
            );
        }
    }
    Ok(())
}

/// The value of a 0-d array of positions that is there already.
fn known(index: &Array) -> Option<isize> {
    if !index.0.shape.is_empty() || !index.is_evaluated() {
        return None;
    }
    let value = index.concrete().ok()?.get(0)?.to_i128()?;
    isize::try_from(value).ok()
}

/// NumPy's rules: which axes and elements the items of a subscript stand for, and where the dimensions
/// of arrays go (<https://numpy.org/doc/stable/user/basics.indexing.html>, "Combining advanced and
/// basic indexing"). Masks are evaluated.
pub(super) fn select(cx: Cx, shape: &[usize], items: &[Index]) -> Raised<Selection> {
    let ndim = shape.len();
    let mut items: SmallVec<[Index; 4]> = items.iter().cloned().collect();
    let mut used = 0;
    for item in &mut items {
        used += match item {
            Index::At(_) | Index::Slice { .. } => 1,
            Index::NewAxis | Index::Ellipsis => 0,
            Index::Array(a) => {
                a.check()?;
                match a.0.dtype {
                    DType::Bool => a.0.shape.len(),
                    dtype if dtype.is_integer() => 1,
                    _ => return raise!(Index, "arrays used as indices must be of integer (or boolean) type"),
                }
            }
        };
        // A single number in an array is a number.
        if let Index::Array(a) = item
            && a.0.dtype != DType::Bool
            && let Some(i) = known(a)
        {
            *item = Index::At(i);
        }
    }
    if used > ndim {
        return raise!(Index, "too many indices for array: array is {ndim}-dimensional, but {used} were indexed");
    }
    let ellipses = items.iter().filter(|i| matches!(i, Index::Ellipsis)).count();
    if ellipses > 1 {
        return raise!(Index, "an index can only have a single ellipsis ('...')");
    }
    if ellipses == 0 {
        items.push(Index::Ellipsis);
    }
    let fancy = items.iter().any(|i| matches!(i, Index::Array(_)));
    let mut out = Selection {
        slices: SmallVec::new(),
        arrays: SmallVec::new(),
        picked: Shape::new(),
        dims: SmallVec::new(),
        place: 0,
        together: true,
    };
    // Whether arrays came, and something after them.
    let (mut began, mut ended) = (false, false);
    for (number, item) in items.iter().enumerate() {
        let axis = out.slices.len();
        let is_array = matches!(item, Index::Array(_)) || fancy && matches!(item, Index::At(_));
        if is_array && !began {
            began = true;
            out.place = out.dims.len();
        } else if is_array && ended {
            out.together = false;
        } else if began && !is_array {
            // The ellipsis that nobody wrote does not count.
            ended |= ellipses == 1 || number + 1 < items.len();
        }
        match item {
            Index::NewAxis => out.dims.push(Dim::New),
            Index::Ellipsis => {
                for (d, &n) in shape.iter().enumerate().skip(axis).take(ndim - used) {
                    out.slices.push((Slice { start: 0, step: 1 }, n));
                    out.dims.push(Dim::Axis(d));
                }
            }
            Index::Slice { start, stop, step } => {
                out.slices.push(clamp(*start, *stop, *step, shape[axis])?);
                out.dims.push(Dim::Axis(axis));
            }
            Index::At(i) => {
                let n = shape[axis];
                let at = if *i < 0 { i.checked_add(n as isize) } else { Some(*i) };
                let Some(at) = at.and_then(|i| usize::try_from(i).ok()).filter(|&i| i < n) else {
                    return raise!(Index, "index {i} is out of bounds for axis {axis} with size {n}");
                };
                if fancy {
                    let index = cx.array(cx.param(Scalar::new(at as i64)))?;
                    out.slices.push((Slice { start: 0, step: 1 }, n));
                    out.arrays.push(Positions { axis: Some(axis), index });
                } else {
                    out.slices.push((Slice { start: at, step: 1 }, 1));
                }
            }
            Index::Array(a) if a.0.dtype == DType::Bool && a.0.shape.is_empty() => {
                let count = usize::from(mask_of(cx, a)?.get(0) == Some(Scalar::new(true)));
                let index = Array::from_vec_shape(vec![0i64; count], smallvec::smallvec![count], cx.location);
                out.arrays.push(Positions { axis: None, index });
            }
            Index::Array(a) if a.0.dtype == DType::Bool => {
                check_mask(&a.0.shape, shape, axis)?;
                for (d, index) in positions(cx, a)?.into_iter().enumerate() {
                    out.slices.push((Slice { start: 0, step: 1 }, shape[axis + d]));
                    out.arrays.push(Positions { axis: Some(axis + d), index });
                }
            }
            Index::Array(a) => {
                out.slices.push((Slice { start: 0, step: 1 }, shape[axis]));
                out.arrays.push(Positions { axis: Some(axis), index: cx.cast(a, DType::I64)? });
            }
        }
    }
    if !out.together {
        out.place = 0;
    }
    let shapes = || out.arrays.iter().map(|p| &p.index.0.shape[..]);
    out.picked = match broadcast_all(shapes()) {
        Ok(shape) => shape,
        Err(_) => {
            // NumPy leaves out plain positions.
            let all: Vec<_> = shapes().filter(|s| !s.is_empty()).map(tight).collect();
            return raise!(
                Index,
                "shape mismatch: indexing arrays could not be broadcast together with shapes {}",
                all.join(" ")
            );
        }
    };
    Ok(out)
}
