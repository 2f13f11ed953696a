//! `a[...]` as a value.

use numfuse_backends::host::select::compress;
use numfuse_ir::shape::Shape;
use numfuse_ir::{DType, Ew, IndexMap, Scalar};
use smallvec::SmallVec;

use super::find::mask_of;
use super::subscript::{Dim, Positions, Selection, Subscript, check_mask, select, sole_mask};
use crate::array::build::{Cx, call};
use crate::array::operand::k;
use crate::array::{Array, evaluate};
use crate::error::{Raised, of_fault, raise};

impl Array {
    /// What a subscript selects: Python's `a[...]` with integers, slices, `newaxis`, `Ellipsis`, arrays
    /// of positions and masks, alone or mixed, with NumPy's rules for where dimensions go. Without
    /// arrays the result is a view; with arrays of positions it is a lazy gather, which fuses; masks
    /// are evaluated when the call is made, since they decide the shape.
    ///
    /// Errors: too many indices, an index out of bounds, a mask of another shape, arrays that do not
    /// broadcast. Positions in a single array are checked by the evaluation.
    ///
    /// ```
    /// use numfuse as np;
    /// use np::prelude::*;
    /// let a = np::arange(12, ..).reshape([3, 4]);
    /// assert_eq!(a.get([2, 0]).shape(), [2, 4]); // rows
    /// assert_eq!(a.get(([0, 2], [1, -1])).to_vec::<i64>()?, [1, 11]); // elements
    /// assert_eq!(a.get(&(&a % 5).eq(0)).to_vec::<i64>()?, [0, 5, 10]); // where a mask holds
    /// let b = np::zeros([2, 3, 4, 5], ..);
    /// assert_eq!(b.get(s![.., [0, 1, 1], 2, ..]).shape(), [2, 3, 5]); // arrays side by side: in place
    /// assert_eq!(b.get(s![0, .., [[0, 1, 1]]]).shape(), [1, 3, 3, 5]); // apart: in front
    /// assert!(a.get([[3]]).eval().is_err());
    /// # Ok::<(), np::Error>(())
    /// ```
    #[track_caller]
    pub fn get(&self, subscript: impl Into<Subscript>) -> Array {
        let subscript = subscript.into();
        call("getitem", |cx| get(cx, self, &subscript))
    }

    /// [`Array::get`] under the name that suits slices. See [`s!`](crate::s) for an example.
    #[track_caller]
    pub fn slice(&self, subscript: impl Into<Subscript>) -> Array {
        let subscript = subscript.into();
        call("slice", |cx| get(cx, self, &subscript))
    }
}

pub(crate) fn get(cx: Cx, a: &Array, subscript: &Subscript) -> Raised<Array> {
    a.check()?;
    if let Some(mask) = sole_mask(&subscript.0, a.0.shape.len()) {
        check_mask(&mask.0.shape, &a.0.shape, 0)?;
        return where_true(cx, a, mask);
    }
    let selection = select(cx, &a.0.shape, &subscript.0)?;
    selected(cx, a, &selection)
}

/// The rows of `a`, whose leading axes are the mask's, where a mask is true.
pub(super) fn where_true(cx: Cx, a: &Array, mask: &Array) -> Raised<Array> {
    evaluate(&[a, &cx.cast(mask, DType::Bool)?])?;
    let mask = mask_of(cx, mask)?;
    let mut rows = a.concrete()?;
    if !rows.map.is_contiguous() {
        rows = rows.packed().map_err(of_fault)?;
    }
    let mut shape: Shape = smallvec::smallvec![mask.len()];
    shape.extend_from_slice(&rows.map.shape[mask.map.shape.len()..]);
    rows.map = IndexMap { offset: rows.map.offset, ..IndexMap::contiguous(&shape) };
    let kept = compress(mask.contiguous::<bool>().unwrap_or_default(), &rows).map_err(of_fault)?;
    Ok(Array::ready(kept, cx.location))
}

/// The elements of a selection.
pub(super) fn selected(cx: Cx, a: &Array, s: &Selection) -> Raised<Array> {
    let (slices, lengths) = s.slices.iter().copied().unzip();
    let part = cx.slice(a, slices, lengths)?;
    if s.arrays.is_empty() {
        return cx.reshape(&part, &s.shape());
    }
    // The axes of arrays side by side, where they are or in front.
    let axes: SmallVec<[usize; 4]> = s.arrays.iter().filter_map(|p| p.axis).collect();
    let first = if s.together { s.dims[..s.place].iter().filter(|d| matches!(d, Dim::Axis(_))).count() } else { 0 };
    let mut order: SmallVec<[usize; 4]> = (0..part.0.shape.len()).filter(|d| !axes.contains(d)).collect();
    let mut merged: Shape = order.iter().map(|&d| part.0.shape[d]).collect();
    order.insert_many(first, axes.iter().copied());
    merged.insert(first, axes.iter().map(|&d| part.0.shape[d]).product());
    let lane = cx.reshape(&cx.permute(&part, &order)?, &merged)?;
    let index = flat_index(cx, &part.0.shape, &s.arrays)?;
    let index = cx.broadcast(&index, &s.picked)?;
    let n = lane.0.shape[first];
    if n == 0 && !s.picked.contains(&0) {
        let axis = axes.iter().copied().find(|&d| part.0.shape[d] == 0).unwrap_or(first);
        return raise!(Index, "index 0 is out of bounds for axis {axis} with size 0");
    }
    cx.reshape(&cx.take(&lane, &index, first)?, &s.shape())
}

/// Smallest and largest position of an array that is there already.
fn extremes(index: &Array) -> Raised<Option<(i64, i64)>> {
    if !index.is_evaluated() && !index.0.shape.is_empty() {
        return Ok(None);
    }
    if index.0.traced {
        return Ok(None);
    }
    let value = index.eval()?;
    let items = value.as_slice::<i64>()?;
    Ok(items.iter().fold(None, |range, &i| match range {
        None => Some((i, i)),
        Some((lo, hi)) => Some((i.min(lo), i.max(hi))),
    }))
}

/// One index into the joined axes of several arrays. A single one is left as it is.
fn flat_index(cx: Cx, shape: &[usize], arrays: &[Positions]) -> Raised<Array> {
    let with_axis: SmallVec<[(usize, &Array); 4]> = arrays.iter().filter_map(|p| Some((p.axis?, &p.index))).collect();
    if let [(_, only)] = with_axis[..] {
        return Ok(only.clone());
    }
    let mut sum: Option<Array> = None;
    let mut valid: Option<Array> = None;
    for (axis, index) in with_axis {
        let n = shape[axis] as i64;
        let length = || cx.param(Scalar::new(n));
        let range = extremes(index)?;
        if let Some((lo, hi)) = range
            && let Some(i) = [lo, hi].into_iter().find(|i| !(-n..n).contains(i))
        {
            return raise!(Index, "index {i} is out of bounds for axis {axis} with size {n}");
        }
        let positive = match range {
            Some((0.., _)) => index.clone(),
            _ => {
                let negative = cx.bin(Ew::Less, index, k(0))?;
                cx.select(&negative, &cx.bin(Ew::Add, index, length())?, index, DType::I64)?
            }
        };
        if range.is_none() && !index.0.shape.contains(&0) {
            let low = cx.bin(Ew::GreaterEqual, &positive, k(0))?;
            let inside = cx.bin(Ew::BitwiseAnd, &low, &cx.bin(Ew::Less, &positive, length())?)?;
            valid = Some(match valid {
                None => inside,
                Some(other) => cx.bin(Ew::BitwiseAnd, &other, &inside)?,
            });
        }
        sum = Some(match sum {
            None => positive,
            Some(sum) => cx.bin(Ew::Add, &cx.bin(Ew::Multiply, &sum, length())?, &positive)?,
        });
    }
    match (sum, valid) {
        // The take finds out, though it cannot tell which of the arrays it was.
        (Some(sum), Some(valid)) => cx.select(&valid, &sum, k(i64::MIN), DType::I64),
        (Some(sum), None) => Ok(sum),
        (None, _) => cx.array(k(0)),
    }
}
