//! Arrays with parts added or left out: compositions of joins, slices and gathers, which fuse.

use numfuse_ir::DType;
use numfuse_ir::shape::Shape;
use smallvec::SmallVec;

use super::split::part;
use crate::array::Array;
use crate::array::build::{Cx, call, checked_size};
use crate::array::operand::{Dims, Operand, common_dtype, k};
use crate::error::{Class, Raise, Raised, raise, tight};
use crate::index::{Index, clamp, nonzero, value_as};
use crate::options::{Axes, normalize_axis, options};

options! {
    /// Options of [`append`], [`delete`] and [`insert`]; the bare value is `axis`.
    EditOptions { axis: Axis(Axes) } bare axis axes;
    /// Options of [`trim_zeros`]; the bare value is `trim`.
    TrimOptions { trim: TrimKey(String), axis: Axis(Axes) } bare trim text;
}

/// The array, flattened unless there is an axis, and that axis.
fn along(cx: Cx, a: &Array, axis: &Option<Axes>) -> Raised<(Array, usize)> {
    match axis {
        None | Some(Axes::All) => Ok((cx.reshape(a, &[checked_size(&a.0.shape)?])?, 0)),
        Some(Axes::One(axis)) => Ok((a.clone(), normalize_axis(*axis, a.0.shape.len())?)),
        Some(Axes::Many(_)) => raise!(DType, "'tuple' object cannot be interpreted as an integer"),
    }
}

/// Positions along an axis, from an array of concrete numbers.
fn gathered(cx: Cx, a: &Array, positions: Vec<i64>, axis: usize) -> Raised<Array> {
    let n = positions.len();
    let index = Array::from_vec_shape(positions, smallvec::smallvec![n], cx.location);
    cx.take(a, &index, axis)
}

/// Values at the end of an array: along an axis, or of both flattened.
///
/// ```
/// use numfuse as np;
/// let a = np::array![[1, 2], [3, 4]];
/// assert_eq!(np::append(&a, [5, 6], ..).to_vec::<i32>()?, [1, 2, 3, 4, 5, 6]);
/// assert_eq!(np::append(&a, [[5, 6]], 0).shape(), [3, 2]);
/// assert_eq!(np::insert(&a, 1, [8, 9], 1).to_vec::<i32>()?, [1, 8, 2, 3, 9, 4]);
/// assert_eq!(np::insert([1, 2, 3], [0, 3], [10, 20], ..).to_vec::<i32>()?, [10, 1, 2, 3, 20]);
/// assert_eq!(np::delete(&a, 0, 1).to_vec::<i32>()?, [2, 4]);
/// assert_eq!(np::delete([1, 2, 3, 4], np::s![..;2][0].clone(), ..).to_vec::<i32>()?, [2, 4]);
/// assert_eq!(np::resize(&a, [3, 3]).to_vec::<i32>()?, [1, 2, 3, 4, 1, 2, 3, 4, 1]);
/// assert_eq!(np::trim_zeros([0, 0, 1, 0, 2, 0], ..).to_vec::<i32>()?, [1, 0, 2]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn append(a: impl Into<Operand>, values: impl Into<Operand>, options: impl Into<EditOptions>) -> Array {
    let (a, values, options) = (a.into(), values.into(), options.into());
    call("append", |cx| {
        // As arrays, so that numbers count by their own dtype.
        let (a, values) = (cx.array(&a)?, cx.array(&values)?);
        let dtype = common_dtype([&(&a).into(), &(&values).into()]);
        let (a, values) = (cx.cast(&a, dtype)?, cx.cast(&values, dtype)?);
        let flat = |a: &Array| cx.reshape(a, &[checked_size(&a.0.shape)?]);
        match options.axis {
            None | Some(Axes::All) => super::join(cx, &[flat(&a)?, flat(&values)?], &None),
            axis => super::join(cx, &[a, values], &axis),
        }
    })
}

/// Where to delete or insert: an index, once its array is evaluated.
enum Places {
    One(i64),
    /// Evaluated positions, and whether they were given as a single number in a vector.
    Many(Vec<i64>),
    /// A mask over the axis.
    Mask(Vec<bool>),
    Slice {
        start: usize,
        step: isize,
        len: usize,
    },
}

fn places(index: &Index, n: usize, function: &str) -> Raised<Places> {
    Ok(match index {
        Index::At(i) => Places::One(*i as i64),
        Index::Slice { start, stop, step } => {
            let (slice, len) = clamp(*start, *stop, *step, n)?;
            Places::Slice { start: slice.start, step: slice.step, len }
        }
        Index::Array(a) if a.0.dtype == DType::Bool => {
            a.check()?;
            if function == "delete" && a.0.shape[..] != [n] {
                return raise!(
                    Value,
                    "boolean array argument obj to delete must be one dimensional and match the axis length of {n}"
                );
            }
            if a.0.shape.len() != 1 {
                return raise!(Value, "boolean array argument obj to {function} must be one dimensional");
            }
            Places::Mask(a.to_vec::<bool>()?)
        }
        Index::Array(a) => {
            a.check()?;
            if !a.0.dtype.is_integer() && function == "insert" && a.0.shape.iter().all(|&n| n == 1) {
                return raise!(DType, "slice indices must be integers or None or have an __index__ method");
            }
            if !a.0.dtype.is_integer() && !a.0.shape.contains(&0) {
                return raise!(Index, "arrays used as indices must be of integer (or boolean) type");
            }
            if a.0.shape.len() > 1 && function == "insert" {
                return raise!(Value, "index array argument obj to insert must be one dimensional or scalar");
            }
            let items = a.astype(DType::I64).to_vec::<i64>()?;
            match items[..] {
                [i] if a.0.shape.is_empty() => Places::One(i),
                _ => Places::Many(items),
            }
        }
        Index::NewAxis | Index::Ellipsis => {
            return raise!(Index, "only integers, slices (`:`) and integer or boolean arrays are valid indices");
        }
    })
}

fn position(i: i64, axis: usize, n: usize, end: i64) -> Raised<usize> {
    let length = n as i64;
    match i {
        i if (0..end).contains(&i) => Ok(i as usize),
        i if (-length..0).contains(&i) => Ok((i + length) as usize),
        _ => raise!(Index, "index {i} is out of bounds for axis {axis} with size {n}"),
    }
}

/// The array without the elements or slices at a position, a slice, positions in an array or a mask.
/// See [`append`] for an example.
#[track_caller]
pub fn delete(a: impl Into<Operand>, index: impl Into<Index>, options: impl Into<EditOptions>) -> Array {
    let (a, index, options) = (a.into(), index.into(), options.into());
    call("delete", |cx| {
        let (a, axis) = along(cx, &cx.array(a)?, &options.axis)?;
        let n = a.0.shape[axis];
        let without =
            |start: usize, stop: usize| cx.concat(&[part(cx, &a, axis, 0, start)?, part(cx, &a, axis, stop, n)?], axis);
        let mut keep = match places(&index, n, "delete")? {
            Places::One(i) => {
                let at = position(i, axis, n, n as i64)?;
                return without(at, at + 1);
            }
            Places::Many(items) if items.len() == 1 => {
                let at = position(items[0], axis, n, n as i64)?;
                return without(at, at + 1);
            }
            Places::Slice { len: 0, .. } => return Ok(a),
            Places::Slice { start, step: 1, len } => return without(start, start + len),
            Places::Slice { start, step: -1, len } => return without(start + 1 - len, start + 1),
            Places::Slice { start, step, len } => {
                let mut keep = vec![true; n];
                for i in 0..len as isize {
                    if let Some(slot) = keep.get_mut((start as isize + i * step) as usize) {
                        *slot = false;
                    }
                }
                keep
            }
            Places::Many(items) => {
                let mut keep = vec![true; n];
                for i in items {
                    keep[position(i, 0, n, n as i64)?] = false;
                }
                keep
            }
            Places::Mask(mask) => mask.into_iter().map(|bit| !bit).collect(),
        };
        keep.truncate(n);
        let kept = (0..n as i64).zip(&keep).filter(|(_, keep)| **keep).map(|(i, _)| i);
        gathered(cx, &a, kept.collect(), axis)
    })
}

/// The array with values inserted before a position, a slice, positions in an array or where a mask is
/// true; the positions are those before anything is inserted. Values are broadcast and cast to the
/// array's dtype. See [`append`] for an example.
#[track_caller]
pub fn insert(
    a: impl Into<Operand>,
    index: impl Into<Index>,
    values: impl Into<Operand>,
    options: impl Into<EditOptions>,
) -> Array {
    let (a, index, values, options) = (a.into(), index.into(), values.into(), options.into());
    call("insert", |cx| {
        let (a, axis) = along(cx, &cx.array(a)?, &options.axis)?;
        let n = a.0.shape[axis];
        let ndim = a.0.shape.len();
        if ndim == 0 {
            return raise!(Axis, "axis 0 is out of bounds for array of dimension 0");
        }
        let values = value_as(cx, &values, a.0.dtype)?;
        let (items, scalar) = match places(&index, n, "insert")? {
            Places::One(i) => (vec![i], true),
            Places::Many(items) => (items, false),
            Places::Slice { start, step, len } => {
                ((0..len as isize).map(|i| (start as isize + i * step) as i64).collect(), false)
            }
            Places::Mask(mask) => {
                ((0..).zip(&mask).filter(|(_, bit)| **bit).map(|(i, _)| i).collect::<Vec<i64>>(), false)
            }
        };
        if let [i] = items[..] {
            let Ok(at) = position(i, axis, n, n as i64 + 1) else {
                let shown = if scalar { i.to_string() } else { format!("[{i}]") };
                return raise!(Index, "index {shown} is out of bounds for axis {axis} with size {n}");
            };
            let mut widened: Shape = smallvec::smallvec![1; ndim.saturating_sub(values.0.shape.len())];
            widened.extend_from_slice(&values.0.shape);
            let mut values = cx.reshape(&values, &widened)?;
            if scalar {
                // A number selects like `a[:, i]`, whose value has no such axis: the first one is moved there.
                let mut order: SmallVec<[usize; 4]> = (1..widened.len()).collect();
                order.insert(axis, 0);
                values = cx.permute(&values, &order)?;
            }
            let mut shape = a.0.shape.clone();
            shape[axis] = *values.0.shape.get(axis).unwrap_or(&1);
            let values = broadcast_value(cx, &values, &shape)?;
            return cx.concat(&[part(cx, &a, axis, 0, at)?, values, part(cx, &a, axis, at, n)?], axis);
        }
        let count = items.len();
        let total = n + count;
        // Where each value is in the result: behind those that come before it.
        let mut at: Vec<i64> = items.iter().map(|&i| if i < 0 { i + n as i64 } else { i }).collect();
        let mut order: Vec<usize> = (0..count).collect();
        order.sort_by_key(|&i| at[i]);
        for (rank, &i) in order.iter().enumerate() {
            at[i] = at[i].saturating_add(rank as i64);
        }
        let mut from: Vec<Option<usize>> = vec![None; total];
        let length = total as i64;
        for (value, &i) in at.iter().enumerate() {
            if !(-length..length).contains(&i) {
                return raise!(Index, "index {i} is out of bounds for axis 0 with size {total}");
            }
            from[if i < 0 { i + length } else { i } as usize] = Some(value);
        }
        // Elements of the result come from the array, or from the values behind it.
        let mut olds = 0..n;
        let mut index = Vec::with_capacity(total);
        for slot in from {
            index.push(match slot {
                Some(value) => (n + value) as i64,
                None => match olds.next() {
                    Some(old) => old as i64,
                    None => {
                        return raise!(Shape, "shape mismatch: value array could not be broadcast to indexing result");
                    }
                },
            });
        }
        let mut shape = a.0.shape.clone();
        shape[axis] = count;
        let Ok(values) = broadcast_value(cx, &values, &shape) else {
            return raise!(
                Shape,
                "shape mismatch: value array of shape {} could not be broadcast to indexing result of shape {}",
                tight(&values.0.shape),
                tight(&shape)
            );
        };
        gathered(cx, &cx.concat(&[a, values], axis)?, index, axis)
    })
}

fn broadcast_value(cx: Cx, values: &Array, shape: &[usize]) -> Raised<Array> {
    let extra = values.0.shape.len().saturating_sub(shape.len());
    let ones = values.0.shape[..extra].iter().take_while(|n| **n == 1).count();
    let own = tight(&values.0.shape[ones..]);
    let words = || {
        Raise::New(
            Class::Shape,
            format!("could not broadcast input array from shape {own} into shape {}", tight(shape)),
        )
    };
    if values.0.shape[..extra].iter().any(|&n| n != 1) {
        return Err(words());
    }
    let values_shape: Shape = values.0.shape[extra..].into();
    cx.broadcast(&cx.reshape(values, &values_shape)?, shape).map_err(|_| words())
}

/// The elements in row-major order under a new shape: repeated from the start if there are too few, cut
/// off if too many. See [`append`] for an example.
#[track_caller]
pub fn resize(a: impl Into<Operand>, new_shape: impl Into<Dims>) -> Array {
    let (a, dims) = (a.into(), new_shape.into());
    call("resize", |cx| {
        let a = cx.array(a)?;
        if dims.0.iter().any(|&n| n < 0) {
            return raise!(Value, "all elements of `new_shape` must be non-negative");
        }
        let shape = dims.lengths()?;
        let (old, new) = (checked_size(&a.0.shape)?, checked_size(&shape)?);
        if old == 0 || new == 0 {
            return cx.full(&shape, &k(0), a.0.dtype);
        }
        let flat = cx.reshape(&a, &[old])?;
        if new <= old {
            return cx.reshape(&part(cx, &flat, 0, 0, new)?, &shape);
        }
        let whole = super::repeat::tiled(cx, &flat, &[new / old])?;
        let rest = part(cx, &flat, 0, 0, new % old)?;
        let all = if new % old == 0 { whole } else { cx.concat(&[whole, rest], 0)? };
        cx.reshape(&all, &shape)
    })
}

/// The array without the zeros at its ends: along every axis, or those given, at the front (`"f"`), the
/// back (`"b"`) or both (`"fb"`). The array is evaluated when the call is made. See [`append`].
#[track_caller]
pub fn trim_zeros(a: impl Into<Operand>, options: impl Into<TrimOptions>) -> Array {
    let (a, options) = (a.into(), options.into());
    call("trim_zeros", |cx| {
        let a = cx.array(a)?;
        let trim = options.trim.as_deref().unwrap_or("fb").to_lowercase();
        if !["fb", "bf", "f", "b"].contains(&&*trim) {
            return raise!(Value, "unexpected character(s) in `trim`: '{trim}'");
        }
        let ndim = a.0.shape.len();
        let axes = super::named("axis", options.axis.unwrap_or(Axes::All).resolve(ndim))?;
        if ndim == 0 || axes.is_empty() {
            return Ok(a);
        }
        let mut out = a.clone();
        for (d, at) in nonzero(&a).iter().enumerate() {
            if !axes.contains(&d) {
                continue;
            }
            let at = at.eval()?;
            let at = at.as_slice::<i64>()?;
            let (start, stop) = match (at.iter().min(), at.iter().max()) {
                (Some(&lo), Some(&hi)) => (
                    if trim.contains('f') { lo as usize } else { 0 },
                    if trim.contains('b') { hi as usize + 1 } else { a.0.shape[d] },
                ),
                _ => (0, 0),
            };
            out = part(cx, &out, d, start, stop)?;
        }
        Ok(out)
    })
}
