//! Padding: what comes before and after each axis.
//!
//! Axis by axis, as NumPy's `_arraypad_impl.py` does: what an axis gets is computed from the array
//! padded along the axes before it. The pieces are slices, gathers and reductions of the array, joined,
//! so that the middle is copied once and all of it can fuse.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use numfuse_ir::{DType, Ew, Kind, Scalar};

use super::split::part;
use crate::array::Array;
use crate::array::build::{Cx, call};
use crate::array::operand::{Operand, k};
use crate::error::{Raised, raise, tight};
use crate::index::value_as;
use crate::options::options;

options! {
    /// Options of [`pad`], each of some of the modes.
    PadOptions {
        constant_values: ConstantValues(Operand), end_values: EndValues(Operand), stat_length: StatLength(Operand),
        reflect_type: ReflectType(&'static str),
    };
}

type Vector = Arc<dyn Fn(&Array, (usize, usize), usize) -> Array + Send + Sync>;

/// What [`pad`] puts around an array.
#[derive(Clone)]
pub enum PadMode {
    /// A mode by its name.
    Named(&'static str),
    /// A function; see [`PadMode::function`].
    Function(Vector),
}

impl PadMode {
    /// A function that is called for every vector along each axis in turn: it gets the vector, padded
    /// with zeros, how many elements of it are padding at both ends, and the axis, and gives the vector
    /// that takes its place.
    pub fn function(f: impl Fn(&Array, (usize, usize), usize) -> Array + Send + Sync + 'static) -> PadMode {
        PadMode::Function(Arc::new(f))
    }
}

impl fmt::Debug for PadMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PadMode::Named(name) => f.write_str(name),
            PadMode::Function(_) => f.write_str("function"),
        }
    }
}

impl From<&'static str> for PadMode {
    fn from(name: &'static str) -> PadMode {
        PadMode::Named(name)
    }
}

impl From<std::ops::RangeFull> for PadMode {
    fn from(_: std::ops::RangeFull) -> PadMode {
        PadMode::Named("constant")
    }
}

/// The array with `pad_width` more elements before and after each axis: a number for all, a pair
/// `[before, after]`, or a pair per axis. What they are, the mode says:
///
/// - `"constant"` (also `..`): `constant_values` (0), a number, a pair or a pair per axis,
/// - `"edge"`: the nearest element, `"empty"`: nothing in particular,
/// - `"linear_ramp"`: numbers from the edge to `end_values` (0),
/// - `"maximum"`, `"mean"`, `"median"`, `"minimum"`: of all elements of the vector, or of the
///   `stat_length` nearest ones,
/// - `"reflect"`, `"symmetric"`: mirrored at the edge, without or with it; with `reflect_type("odd")`
///   also turned over,
/// - `"wrap"`: from the other end,
/// - or a function ([`PadMode::function`]).
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// let a = np::array![1, 2, 3];
/// assert_eq!(np::pad(&a, [2, 1], "constant", constant_values(9)).to_vec::<i32>()?, [9, 9, 1, 2, 3, 9]);
/// assert_eq!(np::pad(&a, 2, "edge", ..).to_vec::<i32>()?, [1, 1, 1, 2, 3, 3, 3]);
/// assert_eq!(np::pad(&a, 2, "reflect", ..).to_vec::<i32>()?, [3, 2, 1, 2, 3, 2, 1]);
/// assert_eq!(np::pad(&a, 2, "wrap", ..).to_vec::<i32>()?, [2, 3, 1, 2, 3, 1, 2]);
/// assert_eq!(np::pad(&a, [0, 3], "linear_ramp", ..).to_vec::<i32>()?, [1, 2, 3, 2, 1, 0]);
/// assert_eq!(np::pad(&a, 1, "maximum", stat_length(2)).to_vec::<i32>()?, [2, 1, 2, 3, 3]);
/// assert_eq!(np::pad(np::ones([2, 2], ..), [[1, 0], [0, 2]], .., ..).shape(), [3, 4]);
/// let ten = np::PadMode::function(|v, (before, after), _| {
///     let mut v = v.clone();
///     v.set(s![..before], 10);
///     v.set(s![v.size() - after..], 10);
///     v
/// });
/// assert_eq!(np::pad(&a, 1, ten, ..).to_vec::<i32>()?, [10, 1, 2, 3, 10]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn pad(
    a: impl Into<Operand>,
    pad_width: impl Into<Operand>,
    mode: impl Into<PadMode>,
    options: impl Into<PadOptions>,
) -> Array {
    let (a, width, mode, options) = (a.into(), pad_width.into(), mode.into(), options.into());
    call("pad", |cx| {
        let a = cx.array(a)?;
        if width.own_dtype().kind() != Kind::Signed {
            return raise!(DType, "`pad_width` must be of integral type.");
        }
        let widths = index_pairs(cx, &width, a.0.shape.len())?;
        match mode {
            PadMode::Named(name) => padded(cx, &a, &widths, name, &options),
            PadMode::Function(f) => by_function(cx, &a, &widths, &f),
        }
    })
}

/// An argument that is one for all, one for each end, or two for each axis, as pairs (`_as_pairs`).
fn pairs(cx: Cx, x: &Operand, ndim: usize) -> Raised<Vec<[Array; 2]>> {
    let x = cx.array(x)?;
    let size: usize = x.0.shape.iter().product();
    let x = match (x.0.shape.len() < 3, size) {
        (true, 1) => cx.reshape(&x, &[])?,
        (true, 2) if x.0.shape[..] != [2, 1] => cx.reshape(&x, &[2])?,
        _ => x,
    };
    let Ok(x) = cx.broadcast(&x, &[ndim, 2]) else {
        return raise!(
            Shape,
            "operands could not be broadcast together with remapped shapes [original->remapped]: {}  and requested shape {}",
            tight(&x.0.shape),
            tight(&[ndim, 2])
        );
    };
    let element = |d: usize, end: usize| cx.reshape(&part(cx, &part(cx, &x, 0, d, d + 1)?, 1, end, end + 1)?, &[]);
    (0..ndim).map(|d| Ok([element(d, 0)?, element(d, 1)?])).collect()
}

fn index_pairs(cx: Cx, x: &Operand, ndim: usize) -> Raised<Vec<[usize; 2]>> {
    let x: Operand = (&cx.cast(&cx.un(Ew::Rint, &cx.cast(&cx.array(x)?, DType::F64)?)?, DType::I64)?).into();
    let number = |a: &Array| match usize::try_from(a.item::<i64>()?) {
        Ok(n) => Ok(n),
        Err(_) => raise!(Value, "index can't contain negative values"),
    };
    let out = pairs(cx, &x, ndim)?.iter().map(|[l, r]| Ok([number(l)?, number(r)?])).collect::<Raised<Vec<_>>>()?;
    // Checked also when there is no axis to pad.
    if ndim == 0 && cx.array(&x)?.to_vec::<i64>()?.iter().any(|&n| n < 0) {
        return raise!(Value, "index can't contain negative values");
    }
    Ok(out)
}

fn padded(cx: Cx, a: &Array, widths: &[[usize; 2]], mode: &str, o: &PadOptions) -> Raised<Array> {
    let given = [
        ("constant_values", o.constant_values.is_some(), &["constant"][..]),
        ("end_values", o.end_values.is_some(), &["linear_ramp"]),
        ("stat_length", o.stat_length.is_some(), &["maximum", "mean", "median", "minimum"]),
        ("reflect_type", o.reflect_type.is_some(), &["reflect", "symmetric"]),
    ];
    let known = ["empty", "edge", "wrap"].contains(&mode) || given.iter().any(|(_, _, modes)| modes.contains(&mode));
    if !known {
        return raise!(Value, "mode '{mode}' is not supported");
    }
    let wrong = given.iter().find(|(_, given, modes)| *given && !modes.contains(&mode));
    if let Some((name, ..)) = wrong {
        return raise!(Value, "unsupported keyword arguments for mode '{mode}': {{'{name}'}}");
    }
    let ndim = a.0.shape.len();
    let empty = a.0.shape.contains(&0) && !["constant", "empty"].contains(&mode);
    if empty && let Some(axis) = (0..ndim).find(|&d| a.0.shape[d] == 0 && widths[d] != [0, 0]) {
        return raise!(Value, "can't extend empty axis {axis} using modes other than 'constant' or 'empty'");
    }
    let values = match mode {
        "constant" => Some(pairs(cx, &o.constant_values.clone().unwrap_or_else(|| k(0)), ndim)?),
        "linear_ramp" => Some(pairs(cx, &o.end_values.clone().unwrap_or_else(|| k(0)), ndim)?),
        _ => None,
    };
    let lengths = match &o.stat_length {
        Some(length) => Some(index_pairs(cx, length, ndim)?),
        None => None,
    };
    let mut out = a.clone();
    for (axis, &width) in widths.iter().enumerate() {
        let full = |value: &Array, end: usize| {
            let mut shape = out.0.shape.clone();
            shape[axis] = width[end];
            cx.broadcast(value, &shape)
        };
        // Without elements there is nothing to compute from, and nothing to put anywhere.
        let ends = match (mode, &values) {
            _ if empty => {
                let zero = cx.array_as(&k(0), a.0.dtype)?;
                [full(&zero, 0)?, full(&zero, 1)?]
            }
            ("constant", Some(values)) => {
                let value = |end: usize| full(&constant(cx, &values[axis][end], a.0.dtype)?, end);
                [value(0)?, value(1)?]
            }
            ("empty", _) => {
                let zero = cx.array_as(&k(0), a.0.dtype)?;
                [full(&zero, 0)?, full(&zero, 1)?]
            }
            ("linear_ramp", Some(values)) => {
                [ramp(cx, &out, axis, width, 0, &values[axis][0])?, ramp(cx, &out, axis, width, 1, &values[axis][1])?]
            }
            ("maximum" | "minimum" | "mean" | "median", _) => {
                let n = out.0.shape[axis];
                let [l, r] = lengths.as_ref().map_or([n, n], |l| l[axis].map(|x| x.min(n)));
                if (l == 0 || r == 0) && (mode == "maximum" || mode == "minimum") {
                    return raise!(Value, "stat_length of 0 yields no value for padding");
                }
                let left = statistic(cx, &part(cx, &out, axis, 0, l)?, axis, mode)?;
                let right = match l == n && r == n {
                    true => left.clone(),
                    false => statistic(cx, &part(cx, &out, axis, n - r, n)?, axis, mode)?,
                };
                [full(&left, 0)?, full(&right, 1)?]
            }
            ("reflect" | "symmetric", _) if o.reflect_type == Some("odd") && a.0.shape[axis] > 1 => {
                out = reflected_odd(cx, &out, axis, width, mode == "symmetric")?;
                continue;
            }
            _ => {
                let n = out.0.shape[axis] as i64;
                let shown = |range| positions(cx, &out, axis, range, |i| source(mode, i, n));
                [shown(-(width[0] as i64)..0)?, shown(n..n.saturating_add(width[1] as i64))?]
            }
        };
        let [left, right] = ends;
        let mut pieces = vec![out.clone()];
        if width[0] > 0 {
            pieces.insert(0, left);
        }
        if width[1] > 0 {
            pieces.push(right);
        }
        out = cx.concat(&pieces, axis)?;
    }
    Ok(out)
}

/// A number as an element; signed integers must be able to hold it.
fn constant(cx: Cx, value: &Array, dtype: DType) -> Raised<Array> {
    if value.0.traced || dtype.kind() != Kind::Signed {
        return cx.cast(value, dtype);
    }
    match value.concrete()?.get(0).and_then(Scalar::to_i128) {
        Some(i) => value_as(cx, &i.into(), dtype),
        None => cx.cast(value, dtype),
    }
}

/// The position inside an axis of length `n` that a position outside shows.
fn source(mode: &str, i: i64, n: i64) -> i64 {
    match mode {
        "wrap" => i.rem_euclid(n),
        "symmetric" => {
            let at = i.rem_euclid(2 * n);
            at.min(2 * n - 1 - at)
        }
        "reflect" if n > 1 => {
            let at = i.rem_euclid(2 * n - 2);
            at.min(2 * n - 2 - at)
        }
        _ => i.clamp(0, n - 1),
    }
}

/// The elements of an axis that positions outside show.
fn positions(cx: Cx, a: &Array, axis: usize, range: Range<i64>, source: impl Fn(i64) -> i64) -> Raised<Array> {
    let mut items: Vec<i64> = Vec::new();
    let count = range.end.abs_diff(range.start);
    if items.try_reserve_exact(usize::try_from(count).unwrap_or(usize::MAX)).is_err() {
        return Err(crate::error::no_memory(u128::from(count) * 8, None));
    }
    items.extend(range.map(source));
    let shape = smallvec::smallvec![items.len()];
    cx.take(a, &Array::from_vec_shape(items, shape, cx.location), axis)
}

fn ramp(cx: Cx, a: &Array, axis: usize, width: [usize; 2], end: usize, value: &Array) -> Raised<Array> {
    let n = a.0.shape[axis];
    let at = if end == 0 { 0 } else { n - 1 };
    let mut rest = a.0.shape.clone();
    rest.remove(axis);
    let edge = cx.reshape(&part(cx, a, axis, at, at + 1)?, &rest)?;
    let options = crate::options::num(width[end] as i64).endpoint(false).dtype(a.0.dtype).axis(axis);
    let ramp = crate::linspace(value, &edge, options);
    ramp.check()?;
    if end == 0 { Ok(ramp) } else { super::flipped(cx, &ramp, &[axis]) }
}

fn statistic(cx: Cx, chunk: &Array, axis: usize, mode: &str) -> Raised<Array> {
    let dtype = chunk.0.dtype;
    let kept = || crate::options::axis(axis).keepdims();
    let value = match mode {
        "maximum" => chunk.max(kept()),
        "minimum" => chunk.min(kept()),
        "median" => crate::median(chunk, kept()),
        _ => chunk.mean(kept()),
    };
    value.check()?;
    if dtype.is_integer() && value.0.dtype.is_inexact() && dtype != DType::Bool {
        return cx.cast(&cx.un(Ew::Rint, &value)?, dtype);
    }
    cx.cast(&value, dtype)
}

/// Mirrored at both edges and turned over, as often as it takes: `2·edge - a`.
fn reflected_odd(cx: Cx, a: &Array, axis: usize, width: [usize; 2], with_edge: bool) -> Raised<Array> {
    let period = a.0.shape[axis];
    let offset = usize::from(with_edge);
    let [mut left, mut right] = width;
    let mut out = a.clone();
    while left > 0 || right > 0 {
        let n = out.0.shape[axis];
        // Whole periods only, so that the pattern goes on.
        let length = if with_edge { n / period * period } else { (n - 1) / (period - 1) * (period - 1) };
        let turned = |from: usize, count: usize, at: usize| {
            let edge = part(cx, &out, axis, at, at + 1)?;
            let twice = cx.bin(Ew::Multiply, cx.param(Scalar::new(2i64).cast(a.0.dtype)), &edge)?;
            let chunk = super::flipped(cx, &part(cx, &out, axis, from, from + count)?, &[axis])?;
            cx.bin(Ew::Subtract, &twice, &chunk)
        };
        let mut pieces = vec![out.clone()];
        if left > 0 {
            let count = length.min(left);
            pieces.insert(0, turned(1 - offset, count, 0)?);
            left -= count;
        }
        if right > 0 {
            let count = length.min(right);
            pieces.push(turned(n - 1 + offset - count, count, n - 1)?);
            right -= count;
        }
        out = cx.concat(&pieces, axis)?;
    }
    Ok(out)
}

fn by_function(cx: Cx, a: &Array, widths: &[[usize; 2]], f: &Vector) -> Raised<Array> {
    let mut out = padded(cx, a, widths, "constant", &PadOptions::default())?;
    for (axis, &[before, after]) in widths.iter().enumerate() {
        let n = out.0.shape[axis];
        let last = out.0.shape.len() - 1;
        let turned = crate::moveaxis(&out, axis, last);
        let shape = turned.shape().to_vec();
        let count: usize = shape[..last].iter().product();
        let rows = cx.reshape(&turned, &[count, n])?;
        crate::eval([&rows])?;
        let mut vectors = Vec::with_capacity(count);
        for i in 0..count {
            let vector = cx.reshape(&part(cx, &rows, 0, i, i + 1)?, &[n])?;
            let new = f(&vector, (before, after), axis);
            new.check()?;
            let new = cx.cast(&new, a.0.dtype)?;
            let Ok(new) = cx.broadcast(&new, &[n]) else {
                return raise!(
                    Shape,
                    "could not broadcast input array from shape {} into shape {}",
                    tight(&new.0.shape),
                    tight(&[n])
                );
            };
            vectors.push(cx.reshape(&new, &[1, n])?);
        }
        if count > 0 {
            let joined = cx.concat(&vectors, 0)?;
            crate::eval([&joined])?;
            out = crate::moveaxis(cx.reshape(&joined, &shape)?, last, axis);
            out.check()?;
        }
    }
    Ok(out)
}
