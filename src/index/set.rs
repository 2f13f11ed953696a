//! `a[...] = v` and its kin.
//!
//! Arrays are values: the handle is bound to the changed array, and no other handle notices. The
//! memory is written in place when nobody else holds it, so that a loop that fills an array element by
//! element costs what it does in NumPy. What is elementwise (`putmask`, `copyto`, `fill`) stays lazy.

use numfuse_backends::runtime::Concrete;
use numfuse_ir::graph::Slice;
use numfuse_ir::index_map::Strides;
use numfuse_ir::shape::{Shape, broadcast};
use numfuse_ir::{Casting, DType, Ew, IndexMap, Kind, Scalar, View};
use smallvec::SmallVec;

use super::find::{flat_positions, mask_of};
use super::positions::check_square;
use super::subscript::{Dim, Selection, Subscript, check_mask, select, sole_mask};
use super::take::{AlongOptions, ModeOptions, along_axis, bounded};
use crate::array::build::{Cx, call};
use crate::array::operand::{Arg, Operand, Weak, k};
use crate::array::{Array, evaluate};
use crate::error::{Raised, of_fault, raise, tight};
use crate::options::{ModeValue, options};

options! {
    /// Options of [`copyto`]; the bare value is `casting`.
    CopytoOptions { casting: CastingKey(Casting), where_: Where(Operand) } bare casting casting;
    /// Options of [`fill_diagonal`].
    FillDiagonalOptions { wrap: Wrap(bool) };
}

/// Runs the body of a function that changes an array; on an error the array carries it.
#[track_caller]
pub(crate) fn change(name: &'static str, a: &mut Array, body: impl FnOnce(Cx, &mut Array) -> Raised<()>) {
    let failed = call(name, |cx| {
        a.check()?;
        if a.0.locks.read_only {
            return raise!(Value, "assignment destination is read-only");
        }
        body(cx, a)?;
        Ok(a.clone())
    });
    if failed.check().is_err() {
        *a = failed;
    }
}

/// The value of an array to write to, in memory that nobody else holds: the array's own, or a copy.
/// The array is bound to what becomes of it by [`give_back`].
fn take_value(a: &mut Array) -> Raised<Concrete> {
    evaluate(&[a])?;
    let value = match a.release() {
        Some(value) => value,
        None => a.concrete()?,
    };
    value.exclusive().map_err(of_fault)
}

fn give_back(cx: Cx, a: &mut Array, value: Concrete) {
    *a = Array::ready(value, cx.location);
}

/// The value to assign, in the array's dtype, under the rules of item assignment: any cast of arrays,
/// and of Python's numbers those that Python itself converts.
pub(crate) fn value_as(cx: Cx, value: &Operand, dtype: DType) -> Raised<Array> {
    match value.0 {
        Arg::Weak(Weak::Float(x)) if dtype.is_integer() && dtype != DType::Bool && !x.is_finite() => {
            let (class, what) = if x.is_nan() { ("Value", "NaN") } else { ("Overflow", "infinity") };
            match class {
                "Value" => raise!(Value, "cannot convert float {what} to integer"),
                _ => raise!(Overflow, "cannot convert float {what} to integer"),
            }
        }
        Arg::Weak(Weak::Complex(_)) if dtype.kind() == Kind::Float => {
            raise!(DType, "float() argument must be a string or a real number, not 'complex'")
        }
        Arg::Weak(Weak::Complex(_)) if dtype.is_integer() && dtype != DType::Bool => {
            raise!(DType, "int() argument must be a string, a bytes-like object or a real number, not 'complex'")
        }
        _ => cx.array_as(value, dtype),
    }
}

/// [`value_as`] for functions that cast arrays safely only.
fn safely_as(cx: Cx, value: &Operand, dtype: DType) -> Raised<Array> {
    if let Some(own) = value.strong()
        && !own.can_cast(dtype, Casting::Safe)
    {
        return raise!(
            DType,
            "Cannot cast array data from dtype('{own}') to dtype('{dtype}') according to the rule 'safe'"
        );
    }
    value_as(cx, value, dtype)
}

/// A value for a target of some shape: broadcast, after leading axes of length 1 that are too many.
fn fitted(value: &Concrete, shape: &[usize], words: impl Fn(&[usize]) -> Raised<()>) -> Raised<Concrete> {
    let own = &value.map.shape;
    let extra = own.len().saturating_sub(shape.len());
    if own[..extra].iter().any(|&n| n != 1) || broadcast(&own[extra..], shape).as_deref() != Some(shape) {
        words(own)?;
    }
    let mut seen = value.clone();
    seen.map.shape.drain(..extra);
    seen.map.strides.drain(..extra);
    match seen.map.through(&View::Broadcast, shape) {
        Some(map) => seen.map = map,
        None => words(own)?,
    }
    Ok(seen)
}

impl Array {
    /// Assigns to what a subscript selects: Python's `a[...] = value`, with all that [`Array::get`]
    /// takes. The value is broadcast, and cast to the array's dtype. Other handles do not notice; the
    /// memory is written in place if there are none. Of repeated positions the last value stays.
    ///
    /// On an error (an index out of bounds, a value that does not broadcast or fit) the handle carries
    /// it.
    ///
    /// ```
    /// use numfuse as np;
    /// use np::prelude::*;
    /// let mut a = np::zeros([2, 3], np::int64);
    /// a.set(s![0, ..], [1, 2, 3]);
    /// a.set((1, [0, 2]), 7);
    /// a.set(&a.eq(2), -1);
    /// assert_eq!(a.to_vec::<i64>()?, [1, -1, 3, 7, 0, 7]);
    /// let before = a.clone();
    /// a.set(s![.., ..;2], 0);
    /// assert_eq!(before.sum(..).item::<i64>()?, 17);
    /// a.set((5, 5), 0);
    /// assert!(a.check().is_err());
    /// # Ok::<(), np::Error>(())
    /// ```
    #[track_caller]
    pub fn set(&mut self, subscript: impl Into<Subscript>, value: impl Into<Operand>) {
        let (subscript, value) = (subscript.into(), value.into());
        change("setitem", self, |cx, a| set(cx, a, &subscript, &value));
    }

    /// Sets one element: `a.itemset([i, j], value)`. Needs one position per axis.
    ///
    /// ```
    /// use numfuse as np;
    /// let mut a = np::zeros([2, 2], ..);
    /// a.itemset([0, 1], 5.0);
    /// assert_eq!(a.to_vec::<f64>()?, [0.0, 5.0, 0.0, 0.0]);
    /// # Ok::<(), np::Error>(())
    /// ```
    #[track_caller]
    pub fn itemset<const N: usize>(&mut self, index: [isize; N], value: impl Into<Operand>) {
        let value = value.into();
        change("itemset", self, |cx, a| {
            if N != a.0.shape.len() {
                return raise!(Value, "incorrect number of indices for array");
            }
            set(cx, a, &index.map(super::Index::At).into(), &value)
        });
    }
}

fn set(cx: Cx, a: &mut Array, subscript: &Subscript, value: &Operand) -> Raised<()> {
    let dtype = a.0.dtype;
    let value = value_as(cx, value, dtype)?;
    if let Some(mask) = sole_mask(&subscript.0, a.0.shape.len()) {
        check_mask(&mask.0.shape, &a.0.shape, 0)?;
        if mask.0.shape.len() == a.0.shape.len() {
            return set_masked(cx, a, &cx.cast(mask, DType::Bool)?, &value);
        }
    }
    let selection = select(cx, &a.0.shape, &subscript.0)?;
    let element = !subscript.0.is_empty() && subscript.0.iter().all(|i| matches!(i, super::Index::At(_)));
    if element && subscript.0.len() == a.0.shape.len() && !value.0.shape.is_empty() {
        return raise!(Value, "setting an array element with a sequence.");
    }
    if a.0.traced || value.0.traced {
        *a = set_lazily(cx, a, &selection, &value)?;
        return Ok(());
    }
    evaluate(&[a, &value])?;
    assign(cx, a, &selection, &value)
}

/// `a[mask] = value` for a mask of the whole shape.
fn set_masked(cx: Cx, a: &mut Array, mask: &Array, value: &Array) -> Raised<()> {
    if value.0.shape.len() < 2 && value.0.shape.iter().all(|&n| n == 1) && (a.0.traced || !a.is_evaluated()) {
        // Elementwise, so it may wait and fuse.
        let one = cx.reshape(value, &[])?;
        *a = cx.select(mask, &one, &*a, a.0.dtype)?;
        return Ok(());
    }
    evaluate(&[a, mask, value])?;
    let mask = mask_of(cx, mask)?;
    let bits = mask.contiguous::<bool>().unwrap_or_default();
    let mut value = value.concrete()?;
    if value.map.shape.len() > 1 {
        let n = value.map.shape.len();
        return raise!(
            DType,
            "NumPy boolean array indexing assignment requires a 0 or 1-dimensional input, input has {n} dimensions"
        );
    }
    if value.len() != 1 {
        let count = numfuse_backends::host::select::count(bits);
        if value.len() != count {
            return raise!(
                Value,
                "NumPy boolean array indexing assignment cannot assign {} input values to the {count} output values where the mask is true",
                value.len()
            );
        }
        if !value.map.is_contiguous() {
            value = value.packed().map_err(of_fault)?;
        }
    }
    let mut own = take_value(a)?;
    if !own.map.is_contiguous() {
        own = own.packed().map_err(of_fault)?;
    }
    own.assign_masked(bits, &value).map_err(of_fault)?;
    give_back(cx, a, own);
    Ok(())
}

/// Writes an evaluated value to a selection of an evaluated array.
fn assign(cx: Cx, a: &mut Array, s: &Selection, value: &Array) -> Raised<()> {
    let shape = s.shape();
    let fancy = !s.arrays.is_empty();
    let value = fitted(&value.concrete()?, &shape, |own| {
        if fancy {
            raise!(
                Shape,
                "shape mismatch: value array of shape {} could not be broadcast to indexing result of shape {}",
                tight(own),
                tight(&shape)
            )
        } else {
            no_broadcast(own, &shape)
        }
    })?;
    let axes = a.0.shape.clone();
    let mut indices = Vec::with_capacity(s.arrays.len());
    for p in &s.arrays {
        let Some(axis) = p.axis else { continue };
        indices.push((axis, checked(cx, &cx.broadcast(&p.index, &s.picked)?, axis, axes[axis])?));
    }
    let mut own = take_value(a)?;
    let (slices, lengths): (SmallVec<[Slice; 4]>, Shape) = s.slices.iter().copied().unzip();
    let Some(part) = own.map.through(&View::Slice(slices), &lengths) else {
        return raise!(Runtime, "a slice that is no view");
    };
    let mut target = IndexMap { offset: part.offset, shape: Shape::new(), strides: Strides::new() };
    for (dim, n) in s.dims.iter().zip(s.lengths()) {
        target.shape.push(n);
        target.strides.push(match dim {
            Dim::Axis(d) => part.strides[*d],
            Dim::New => 0,
        });
    }
    let written = if !fancy {
        own.assign(&target, &value)
    } else {
        let count = s.picked.iter().product();
        let mut offsets = vec![0isize; count];
        for (axis, index) in &indices {
            let stride = part.strides[*axis];
            let n = axes[*axis] as i64;
            for (offset, &i) in offsets.iter_mut().zip(index.contiguous::<i64>().unwrap_or_default()) {
                *offset += if i < 0 { i + n } else { i } as isize * stride;
            }
        }
        // The picked dimensions first, as the kernel wants them.
        let picked = s.place..s.place + s.picked.len();
        let order: SmallVec<[usize; 4]> =
            picked.clone().chain((0..shape.len()).filter(|d| !picked.contains(d))).collect();
        let turned = order.iter().map(|&d| shape[d]).collect::<Shape>();
        let mut value = value;
        if let Some(map) = value.map.through(&View::Permute(order), &turned) {
            value.map = map;
        }
        own.scatter(&offsets, &s.picked, &target, &value)
    };
    written.map_err(of_fault)?;
    give_back(cx, a, own);
    Ok(())
}

fn no_broadcast<T>(own: &[usize], shape: &[usize]) -> Raised<T> {
    if shape.is_empty() {
        return raise!(Value, "setting an array element with a sequence.");
    }
    raise!(Shape, "could not broadcast input array from shape {} into shape {}", tight(own), tight(shape))
}

/// Positions of an axis, contiguous, none of them out of bounds.
fn checked(cx: Cx, index: &Array, axis: usize, n: usize) -> Raised<Concrete> {
    let mut value = cx.cast(index, DType::I64)?.concrete()?;
    if !value.map.is_contiguous() {
        value = value.packed().map_err(of_fault)?;
    }
    let length = n as i64;
    let items = value.contiguous::<i64>().unwrap_or_default();
    match items.iter().find(|i| !(-length..length).contains(i)) {
        Some(i) => raise!(Index, "index {i} is out of bounds for axis {axis} with size {n}"),
        None => Ok(value),
    }
}

/// Assignment to slices as an expression, for functions that are being traced: every element asks along
/// each axis whether it is in the slice, and for which element of the value.
fn set_lazily(cx: Cx, a: &Array, s: &Selection, value: &Array) -> Raised<Array> {
    if !s.arrays.is_empty() {
        return raise!(
            Runtime,
            "assignment to positions in arrays needs their values, which a traced function does not have"
        );
    }
    let shape = s.shape();
    if broadcast(&value.0.shape, &shape).as_deref() != Some(&shape[..]) {
        return no_broadcast(&value.0.shape, &shape);
    }
    let ndim = a.0.shape.len();
    let kept: Shape = s.slices.iter().map(|(_, n)| *n).collect();
    if kept.contains(&0) {
        return Ok(a.clone());
    }
    let mut value = cx.reshape(&cx.broadcast(value, &shape)?, &kept)?;
    let mut inside: Option<Array> = None;
    for (d, &(slice, n)) in s.slices.iter().enumerate() {
        let number = |x: isize| cx.param(Scalar::new(x as i64));
        let at = cx.iota(a.0.shape[d], d, ndim)?;
        let (low, step) = match slice.step {
            step if step < 0 => (slice.start as isize + (n as isize - 1) * step, -step),
            step => (slice.start as isize, step),
        };
        let from = cx.bin(Ew::Subtract, &at, number(low))?;
        let on = cx.bin(Ew::Equal, &cx.bin(Ew::Remainder, &from, number(step))?, k(0))?;
        let turn = cx.bin(Ew::FloorDivide, &from, number(step))?;
        let low_enough = cx.bin(Ew::Less, &turn, number(n as isize))?;
        let here = cx.bin(Ew::BitwiseAnd, &on, &cx.bin(Ew::GreaterEqual, &turn, k(0))?)?;
        let here = cx.bin(Ew::BitwiseAnd, &here, &low_enough)?;
        inside = Some(match inside {
            None => here,
            Some(inside) => cx.bin(Ew::BitwiseAnd, &inside, &here)?,
        });
        let turn = if slice.step < 0 { cx.bin(Ew::Subtract, number(n as isize - 1), &turn)? } else { turn };
        let safe = bounded(cx, &cx.reshape(&turn, &[a.0.shape[d]])?, n, crate::TakeMode::Clip)?;
        value = cx.take(&value, &safe, d)?;
    }
    match inside {
        Some(inside) => cx.select(&inside, &value, a, a.0.dtype),
        None => Ok(value),
    }
}

/// A contiguous array to write to, and its value to be.
fn flat_value(a: &mut Array) -> Raised<Concrete> {
    let own = take_value(a)?;
    if own.map.is_contiguous() { Ok(own) } else { own.packed().map_err(of_fault) }
}

/// One application of an op for every position in a list, if there is a loop for it.
pub(crate) fn accumulate_at(cx: Cx, a: &mut Array, positions: &[i64], values: &Array, op: Ew) -> Raised<bool> {
    let mut values = cx.cast(values, a.0.dtype)?.concrete()?;
    if !values.map.is_contiguous() {
        values = values.packed().map_err(of_fault)?;
    }
    let mut own = flat_value(a)?;
    let done = own.accumulate(positions, &values, op);
    give_back(cx, a, own);
    done.map_err(of_fault)
}

/// Writes values, over and over, to row-major positions that are in range.
pub(crate) fn put_flat(cx: Cx, a: &mut Array, positions: &[i64], values: &Array) -> Raised<()> {
    let count = values.0.shape.iter().product::<usize>();
    if positions.is_empty() || count == 0 {
        return Ok(());
    }
    let flat = cx.reshape(values, &[count])?;
    let flat = match count {
        1 => cx.broadcast(&flat, &[positions.len()])?,
        n if n >= positions.len() => {
            cx.slice(&flat, smallvec::smallvec![Slice { start: 0, step: 1 }], smallvec::smallvec![positions.len()])?
        }
        n => cx.take(&flat, &bounded(cx, &cx.iota(positions.len(), 0, 1)?, n, crate::TakeMode::Wrap)?, 0)?,
    };
    let values = flat.concrete()?;
    let mut own = flat_value(a)?;
    let offsets: Vec<isize> = positions.iter().map(|&i| i as isize).collect();
    let rest = IndexMap { offset: own.map.offset, shape: Shape::new(), strides: Strides::new() };
    own.scatter(&offsets, &[positions.len()], &rest, &values).map_err(of_fault)?;
    give_back(cx, a, own);
    Ok(())
}

/// Replaces elements at row-major positions: `a.flat[indices] = values`, the values over and over if
/// there are fewer. Positions out of bounds are an error unless a mode says otherwise.
///
/// ```
/// use numfuse as np;
/// let mut a = np::arange(5, ..);
/// np::put(&mut a, [0, 2], [-44, -55], ..);
/// assert_eq!(a.to_vec::<i64>()?, [-44, 1, -55, 3, 4]);
/// a.put([22, -1], 9, np::TakeMode::Clip);
/// assert_eq!(a.to_vec::<i64>()?, [9, 1, -55, 3, 9]);
/// let low = a.lt(5);
/// np::place(&mut a, low, [0, 1]);
/// assert_eq!(a.to_vec::<i64>()?, [9, 0, 1, 0, 9]);
/// let high = a.gt(5);
/// np::putmask(&mut a, high, [10, 20, 30, 40, 50]);
/// assert_eq!(a.to_vec::<i64>()?, [10, 0, 1, 0, 50]);
/// np::copyto(&mut a, 7, np::options::where_([true, false, false, false, true]));
/// assert_eq!(a.to_vec::<i64>()?, [7, 0, 1, 0, 7]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn put(a: &mut Array, indices: impl Into<Operand>, values: impl Into<Operand>, options: impl Into<ModeOptions>) {
    let (indices, values, options) = (indices.into(), values.into(), options.into());
    change("put", a, |cx, a| {
        let indices = cx.array(indices)?;
        if !indices.0.dtype.can_cast(DType::I64, Casting::SameKind) {
            return raise!(
                DType,
                "Cannot cast array data from dtype('{}') to dtype('int64') according to the rule 'safe'",
                indices.0.dtype
            );
        }
        let values = value_as(cx, &values, a.0.dtype)?;
        let n: usize = a.0.shape.iter().product();
        let count: usize = indices.0.shape.iter().product();
        if count == 0 {
            return Ok(());
        }
        if n == 0 {
            return raise!(Index, "cannot replace elements of an empty array");
        }
        let indices = cx.reshape(&cx.cast(&indices, DType::I64)?, &[count])?;
        let indices = bounded(cx, &indices, n, ModeValue::take(&options.mode)?)?;
        evaluate(&[a, &indices, &values])?;
        let mut at = checked(cx, &indices, 0, n)?.to_vec::<i64>().unwrap_or_default();
        at.iter_mut().filter(|i| **i < 0).for_each(|i| *i += n as i64);
        put_flat(cx, a, &at, &values)
    });
}

/// Replaces the elements where a mask is true by values in order, over and over if there are fewer. See
/// [`put`].
#[track_caller]
pub fn place(a: &mut Array, mask: impl Into<Operand>, values: impl Into<Operand>) {
    let (mask, values) = (mask.into(), values.into());
    change("place", a, |cx, a| {
        let mask = cx.array(mask)?;
        if mask.0.shape.iter().product::<usize>() != a.0.shape.iter().product::<usize>() {
            return raise!(Value, "place: mask and data must be the same size");
        }
        let values = safely_as(cx, &values, a.0.dtype)?;
        let at = flat_positions(cx, &mask)?;
        if !at.is_empty() && values.0.shape.contains(&0) {
            return raise!(Value, "Cannot insert from an empty array!");
        }
        put_flat(cx, a, at.contiguous::<i64>().unwrap_or_default(), &values)
    });
}

/// Replaces the elements where a mask is true by the value at their own position, the values over and
/// over if there are fewer. Lazy. See [`put`].
#[track_caller]
pub fn putmask(a: &mut Array, mask: impl Into<Operand>, values: impl Into<Operand>) {
    let (mask, values) = (mask.into(), values.into());
    change("putmask", a, |cx, a| {
        let mask = cx.array(mask)?;
        let shape = a.0.shape.clone();
        let n: usize = shape.iter().product();
        if mask.0.shape.iter().product::<usize>() != n {
            return raise!(Value, "putmask: mask and data must be the same size");
        }
        let values = safely_as(cx, &values, a.0.dtype)?;
        let count: usize = values.0.shape.iter().product();
        if count == 0 || n == 0 {
            return Ok(());
        }
        let mask = cx.reshape(&mask, &shape)?;
        let values = match count {
            1 => cx.reshape(&values, &[])?,
            _ if count == n => cx.reshape(&values, &shape)?,
            _ => {
                let turns = bounded(cx, &cx.iota(n, 0, 1)?, count, crate::TakeMode::Wrap)?;
                cx.reshape(&cx.take(&cx.reshape(&values, &[count])?, &turns, 0)?, &shape)?
            }
        };
        *a = cx.select(&mask, &values, &*a, a.0.dtype)?;
        Ok(())
    });
}

/// Replaces all elements, or those where a mask is true, by values that are broadcast and cast under a
/// rule (`'same_kind'`). Lazy. See [`put`].
#[track_caller]
pub fn copyto(dst: &mut Array, src: impl Into<Operand>, options: impl Into<CopytoOptions>) {
    let (src, o) = (src.into(), options.into());
    change("copyto", dst, |cx, dst| {
        let (to, shape) = (dst.0.dtype, dst.0.shape.clone());
        let rule = o.casting.unwrap_or(Casting::SameKind);
        let from = match src.weak() {
            // Python's numbers go by their kind.
            Some(w) if w.kind() <= to.kind() || (w.kind() == Kind::Signed && to.is_integer() && to != DType::Bool) => {
                to
            }
            Some(Weak::Complex(_)) if to.is_float() => to.complex(),
            _ => src.own_dtype(),
        };
        let what = if src.dims().is_empty() { "scalar" } else { "array data" };
        crate::manip::check_cast(what, from, to, rule)?;
        let mask = match o.where_ {
            Some(mask) => Some(cx.array(mask)?),
            None => None,
        };
        if let Some(mask) = mask.as_ref().filter(|m| m.0.dtype != DType::Bool) {
            return raise!(
                DType,
                "Cannot cast array data from dtype('{}') to dtype('bool') according to the rule 'safe'",
                mask.0.dtype
            );
        }
        let value = cx.array_as(&src, to)?;
        let own = value.0.shape.clone();
        let extra = own.len().saturating_sub(shape.len());
        let fits = own[..extra].iter().all(|&n| n == 1);
        if !fits || broadcast(&own[extra..], &shape).as_deref() != Some(&shape[..]) {
            return no_broadcast(&own, &shape);
        }
        let value = cx.reshape(&value, &own[extra..])?;
        *dst = match mask {
            None => cx.broadcast(&value, &shape)?,
            Some(mask) => {
                if broadcast(&mask.0.shape, &shape).as_deref() != Some(&shape[..]) {
                    return raise!(
                        Shape,
                        "could not broadcast where mask from shape {} into shape {}",
                        tight(&mask.0.shape),
                        tight(&shape)
                    );
                }
                cx.select(&mask, &value, &*dst, to)?
            }
        };
        Ok(())
    });
}

/// Sets the main diagonal, which for two axes `wrap()` continues below a tall matrix, to a value or to
/// the elements of an array, over and over.
///
/// ```
/// use numfuse as np;
/// let mut a = np::zeros([3, 3], np::int64);
/// np::fill_diagonal(&mut a, [1, 2], ..);
/// assert_eq!(a.diagonal(..).to_vec::<i64>()?, [1, 2, 1]);
/// let largest = a.argmax(np::options::axis(1).keepdims());
/// np::put_along_axis(&mut a, largest, 9, 1);
/// assert_eq!(a.diagonal(..).to_vec::<i64>()?, [9, 9, 9]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn fill_diagonal(a: &mut Array, value: impl Into<Operand>, options: impl Into<FillDiagonalOptions>) {
    let (value, options) = (value.into(), options.into());
    change("fill_diagonal", a, |cx, a| {
        check_square(&a.0.shape)?;
        let size: usize = a.0.shape.iter().product();
        let (step, end) = match a.0.shape[..] {
            [_, columns] if options.wrap.unwrap_or(false) => (columns + 1, size),
            [_, columns] => (columns + 1, size.min(columns.saturating_mul(columns))),
            ref all => (
                1 + all[1..]
                    .iter()
                    .scan(1, |n, &m| {
                        *n *= m;
                        Some(*n)
                    })
                    .sum::<usize>(),
                size,
            ),
        };
        let value = value_as(cx, &value, a.0.dtype)?;
        evaluate(&[a, &value])?;
        let at: Vec<i64> = (0..end).step_by(step).map(|i| i as i64).collect();
        put_flat(cx, a, &at, &value)
    });
}

/// Sets the elements that [`take_along_axis`](crate::take_along_axis) takes. See [`fill_diagonal`] for
/// an example.
#[track_caller]
pub fn put_along_axis(
    a: &mut Array,
    indices: impl Into<Operand>,
    values: impl Into<Operand>,
    options: impl Into<AlongOptions>,
) {
    let (indices, values, options) = (indices.into(), values.into(), options.into());
    change("put_along_axis", a, |cx, a| {
        let indices = cx.array(indices)?;
        let shape = a.0.shape.clone();
        let (mut flat, selection) = along_axis(cx, a, &indices, &options.axis)?;
        let values = value_as(cx, &values, a.0.dtype)?;
        evaluate(&[&flat, &values, &indices])?;
        if flat.0.shape == shape {
            drop(flat);
            return assign(cx, a, &selection, &values);
        }
        // The flattened array is a view, and must be the only one.
        *a = cx.array(k(0))?;
        assign(cx, &mut flat, &selection, &values)?;
        *a = cx.reshape(&flat, &shape)?;
        Ok(())
    });
}

impl Array {
    /// See [`put`].
    #[track_caller]
    pub fn put(&mut self, indices: impl Into<Operand>, values: impl Into<Operand>, options: impl Into<ModeOptions>) {
        put(self, indices, values, options);
    }

    /// Sets every element to one value. Lazy.
    ///
    /// ```
    /// use numfuse as np;
    /// let mut a = np::array![1, 2];
    /// a.fill(7);
    /// assert_eq!(a.to_vec::<i32>()?, [7, 7]);
    /// # Ok::<(), np::Error>(())
    /// ```
    #[track_caller]
    pub fn fill(&mut self, value: impl Into<Operand>) {
        let value = value.into();
        change("fill", self, |cx, a| {
            let value = value_as(cx, &value, a.0.dtype)?;
            if !value.0.shape.is_empty() {
                return raise!(Value, "setting an array element with a sequence.");
            }
            *a = cx.broadcast(&value, &a.0.shape.clone())?;
            Ok(())
        });
    }
}
