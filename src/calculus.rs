//! Differences, derivatives, integrals, interpolation, convolution.
//!
//! But for the search of [`interp`] and the sums of [`convolve`], these are arithmetic on shifted slices, which fuses.

use numfuse_ir::{DType, Ew, HostOp, Kind, ReduceOp, ScanOp};

use crate::array::Array;
use crate::array::build::{Cx, call};
use crate::array::operand::{Operand, Weak, common_dtype, k};
use crate::error::{Raised, raise};
use crate::manip::joined;
use crate::options::{Axes, Int, normalize_axis, options};
use crate::sort::places;

options! {
    /// Options of [`diff`]; the bare value is `n`, how often differences are taken.
    DiffOptions { n: NKey(Int), axis: Axis(Axes), prepend: Prepend(Operand), append: Append(Operand) } bare n int;
    /// Options of [`ediff1d`].
    Ediff1dOptions { to_end: ToEnd(Operand), to_begin: ToBegin(Operand) };
    /// Options of [`gradient`]; the bare value is `spacing`.
    GradientOptions { spacing: SpacingKey(Spacing), axis: Axis(Axes), edge_order: EdgeOrder(Int) } bare spacing operand;
    /// Options of [`interp`].
    InterpOptions { left: Left(Operand), right: Right(Operand), period: Period(Operand) };
    /// Options of [`trapezoid`]; the bare value is `x`, the sample points.
    TrapezoidOptions { x: X(Operand), dx: Dx(Operand), axis: Axis(Axes) } bare x operand;
    /// Options of [`unwrap`]; the bare value is `discont`.
    UnwrapOptions { discont: Discont(Operand), axis: Axis(Axes), period: Period(Operand) } bare discont operand;
}

/// The option of [`convolve`] and [`correlate`]: the mode, `"full"`, `"same"` or `"valid"`.
#[derive(Clone, Debug, Default)]
pub struct ConvolveOptions {
    mode: Option<&'static str>,
}

impl From<std::ops::RangeFull> for ConvolveOptions {
    fn from(_: std::ops::RangeFull) -> ConvolveOptions {
        ConvolveOptions::default()
    }
}

impl From<&'static str> for ConvolveOptions {
    fn from(mode: &'static str) -> ConvolveOptions {
        ConvolveOptions { mode: Some(mode) }
    }
}

/// How far samples are apart: a number, the coordinates of the samples, or one of these for each axis.
#[derive(Clone, Debug)]
pub struct Spacing(Vec<Operand>);

impl<T: Into<Operand>> From<T> for Spacing {
    #[track_caller]
    fn from(spacing: T) -> Spacing {
        Spacing(vec![spacing.into()])
    }
}

impl Spacing {
    /// One spacing for each axis.
    pub fn each<T: Into<Operand>>(spacings: impl IntoIterator<Item = T>) -> Spacing {
        Spacing(spacings.into_iter().map(Into::into).collect())
    }
}

/// A single axis, the last unless given.
pub(crate) fn one_axis(axis: &Option<Axes>, ndim: usize) -> Raised<usize> {
    match axis {
        None => normalize_axis(-1, ndim),
        Some(axis) => match Axes::single(&Some(axis.clone()), ndim)? {
            Some(axis) => Ok(axis),
            None => raise!(DType, "'NoneType' object cannot be interpreted as an integer"),
        },
    }
}

impl Cx {
    /// Elements `start..start + length` along an axis.
    pub(crate) fn part(self, a: &Array, axis: usize, start: usize, length: usize) -> Raised<Array> {
        let mut shape = a.0.shape.clone();
        shape[axis] = length;
        let start_of = |d: usize| if d == axis && length > 0 { start } else { 0 };
        let slices = (0..shape.len()).map(|d| numfuse_ir::Slice { start: start_of(d), step: 1 }).collect();
        self.slice(a, slices, shape)
    }

    /// Each element and the one before it: `a[1:]` and `a[:-1]` along an axis.
    fn neighbours(self, a: &Array, axis: usize) -> Raised<[Array; 2]> {
        let n = a.0.shape[axis].saturating_sub(1);
        Ok([self.part(a, axis, 1, n)?, self.part(a, axis, 0, n)?])
    }
}

fn differences(cx: Cx, a: &Array, axis: usize) -> Raised<Array> {
    let [next, this] = cx.neighbours(a, axis)?;
    let op = if a.0.dtype == DType::Bool { Ew::NotEqual } else { Ew::Subtract };
    cx.bin(op, &next, &this)
}

/// Differences of neighbours along an axis (the last unless given), `n` times over. Of bools: whether they differ.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// let a = np::array![1, 2, 4, 7];
/// assert_eq!(np::diff(&a, ..).to_vec::<i32>()?, [1, 2, 3]);
/// assert_eq!(np::diff(&a, 2).to_vec::<i32>()?, [1, 1]);
/// assert_eq!(np::diff(&a, prepend(np::array![0])).to_vec::<i32>()?, [1, 1, 2, 3]);
/// assert_eq!(np::ediff1d(&a, to_end(99)).to_vec::<i32>()?, [1, 2, 3, 99]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn diff(a: impl Into<Operand>, options: impl Into<DiffOptions>) -> Array {
    let (a, o) = (a.into(), options.into());
    call("diff", |cx| {
        let n = o.n.map_or(1, |n| n.0);
        let mut a = cx.array(a)?;
        if n == 0 {
            return Ok(a);
        }
        if n < 0 {
            return raise!(Value, "order must be non-negative but got {n}");
        }
        let ndim = a.0.shape.len();
        if ndim == 0 {
            return raise!(Value, "diff requires input that is at least one dimensional");
        }
        let axis = one_axis(&o.axis, ndim)?;
        let mut edge = a.0.shape.clone();
        edge[axis] = 1;
        let end = |operand: &Operand| -> Raised<Array> {
            let end = cx.array(operand)?;
            if end.0.shape.is_empty() { cx.broadcast(&end, &edge) } else { Ok(end) }
        };
        let mut parts = vec![];
        parts.extend(o.prepend.as_ref().map(end).transpose()?);
        parts.push(a.clone());
        parts.extend(o.append.as_ref().map(end).transpose()?);
        if parts.len() > 1 {
            a = joined(cx, &parts, axis)?;
        }
        for _ in 0..n {
            if a.0.shape[axis] == 0 {
                break;
            }
            a = differences(cx, &a, axis)?;
        }
        Ok(a)
    })
}

/// Differences of neighbours of the flattened array, between `to_begin` and `to_end`. See [`diff`].
#[track_caller]
pub fn ediff1d(a: impl Into<Operand>, options: impl Into<Ediff1dOptions>) -> Array {
    let (a, o) = (a.into(), options.into());
    call("ediff1d", |cx| {
        let a = cx.array(a)?;
        let a = cx.reshape(&a, &[a.0.shape.iter().product()])?;
        let end = |name: &str, operand: &Operand| -> Raised<Array> {
            let end = cx.array(operand)?;
            if !end.0.dtype.can_cast(a.0.dtype, numfuse_ir::Casting::SameKind) {
                return raise!(
                    DType,
                    "dtype of `{name}` must be compatible with input `ary` under the `same_kind` rule."
                );
            }
            cx.cast(&cx.reshape(&end, &[end.0.shape.iter().product()])?, a.0.dtype)
        };
        let mut parts = vec![];
        parts.extend(o.to_begin.as_ref().map(|x| end("to_begin", x)).transpose()?);
        let [next, this] = cx.neighbours(&a, 0)?;
        parts.push(cx.bin(Ew::Subtract, &next, &this)?);
        parts.extend(o.to_end.as_ref().map(|x| end("to_end", x)).transpose()?);
        cx.concat(&parts, 0)
    })
}

/// The derivative along each axis: central differences inside, one-sided ones of order `edge_order` (1 or 2) at the
/// ends. `spacing` is a distance or the coordinates of the samples, or one of them for each axis
/// ([`Spacing::each`]). Gives one array per axis.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// let f = np::array![1.0, 2.0, 4.0, 7.0];
/// assert_eq!(np::gradient(&f, ..)[0].to_vec::<f64>()?, [1.0, 1.5, 2.5, 3.0]);
/// assert_eq!(np::gradient(&f, 2.0)[0].to_vec::<f64>()?, [0.5, 0.75, 1.25, 1.5]);
/// assert_eq!(np::gradient(&f, edge_order(2))[0].to_vec::<f64>()?, [0.5, 1.5, 2.5, 3.5]);
/// let x = np::array![0.0, 1.0, 3.0, 4.0];
/// let slopes = np::gradient(&x * &x, spacing(&x)).remove(0);
/// assert!(np::allclose(slopes, [1.0, 2.0, 6.0, 7.0], ..).item::<bool>()?);
/// let planes = np::gradient(np::array![[1.0, 2.0], [3.0, 5.0]], spacing(np::Spacing::each([1.0, 2.0])));
/// assert_eq!(planes[1].to_vec::<f64>()?, [0.5, 0.5, 1.0, 1.0]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn gradient(f: impl Into<Operand>, options: impl Into<GradientOptions>) -> Vec<Array> {
    let (f, o) = (f.into(), options.into());
    let location = std::panic::Location::caller();
    gradients(Cx { location }, f, &o).unwrap_or_else(|raise| vec![Array::failed(raise.sign("gradient", location))])
}

fn gradients(cx: Cx, f: Operand, o: &GradientOptions) -> Raised<Vec<Array>> {
    let f = cx.array(f)?;
    let ndim = f.0.shape.len();
    let axes = match &o.axis {
        None => Axes::All.resolve(ndim)?,
        Some(axes) => axes.resolve(ndim)?,
    };
    let spacings = match o.spacing.as_ref().map(|s| &s.0[..]) {
        None => vec![k(1.0); axes.len()],
        Some([one]) if one.dims().is_empty() => vec![one.clone(); axes.len()],
        Some(each) if each.len() == axes.len() => each.to_vec(),
        Some(_) => return raise!(DType, "invalid number of arguments"),
    };
    let edge_order = o.edge_order.map_or(1, |n| n.0);
    if edge_order > 2 {
        return raise!(Value, "'edge_order' greater than 2 not supported");
    }
    let steps: Vec<Step> = spacings
        .iter()
        .zip(&axes)
        .map(|(spacing, &axis)| Step::new(cx, spacing, f.0.shape[axis]))
        .collect::<Raised<_>>()?;
    // Integers would wrap.
    let f = if f.0.dtype.is_integer() { cx.cast(&f, DType::F64)? } else { f };
    let out = if f.0.dtype.is_inexact() { f.0.dtype } else { DType::F64 };
    let mut all = Vec::with_capacity(axes.len());
    for (&axis, step) in axes.iter().zip(&steps) {
        if (f.0.shape[axis] as i64) < edge_order + 1 {
            return raise!(
                Value,
                "Shape of array too small to calculate a numerical gradient, at least (edge_order + 1) elements are required."
            );
        }
        let parts = slopes(cx, &f, axis, step, edge_order == 2)?;
        let parts: Vec<Array> = parts.iter().map(|part| cx.cast(part, out)).collect::<Raised<_>>()?;
        all.push(cx.concat(&parts, axis)?);
    }
    Ok(all)
}

/// The distance of samples along an axis.
enum Step {
    /// Everywhere the same.
    Even(Operand),
    /// From each sample to the next.
    Uneven(Array),
}

impl Step {
    fn new(cx: Cx, spacing: &Operand, n: usize) -> Raised<Step> {
        if spacing.dims().is_empty() {
            return Ok(Step::Even(spacing.clone()));
        }
        let x = cx.array(spacing)?;
        if x.0.shape.len() != 1 {
            return raise!(Value, "distances must be either scalars or 1d");
        }
        if x.0.shape[0] != n {
            return raise!(Value, "when 1d, distances must match the length of the corresponding dimension");
        }
        let x = if x.0.dtype.is_integer() { cx.cast(&x, DType::F64)? } else { x };
        let steps = differences(cx, &x, 0)?;
        if steps.0.shape[0] == 0 {
            return raise!(Index, "index 0 is out of bounds for axis 0 with size 0");
        }
        // While a function is traced there are no values to look at.
        if !steps.0.traced {
            let first = cx.reshape(&cx.part(&steps, 0, 0, 1)?, &[])?;
            let even = cx.reduce(ReduceOp::All, &cx.bin(Ew::Equal, &steps, &first)?, &[0], false)?;
            crate::array::evaluate(&[&even, &steps])?;
            if even.item::<bool>()? {
                return Ok(Step::Even(first.into()));
            }
        }
        Ok(Step::Uneven(steps))
    }

    /// The distance number `i` of `n`, for the ends.
    fn at(&self, cx: Cx, i: usize) -> Raised<Operand> {
        match self {
            Step::Even(step) => Ok(step.clone()),
            Step::Uneven(steps) => Ok(cx.reshape(&cx.part(steps, 0, i, 1)?, &[])?.into()),
        }
    }
}

/// A sum of products, the first factor of each a number or an array that broadcasts.
fn combine(cx: Cx, terms: [(Operand, Array); 3]) -> Raised<Array> {
    let [a, b, c] = terms.map(|(factor, values)| cx.bin(Ew::Multiply, factor, &values));
    cx.bin(Ew::Add, &cx.bin(Ew::Add, &a?, &b?)?, &c?)
}

/// The derivative at the first sample, at those inside, and at the last one.
fn slopes(cx: Cx, f: &Array, axis: usize, step: &Step, second_order: bool) -> Raised<[Array; 3]> {
    use Ew::{Add, Divide, Multiply, Negative, Subtract};
    let n = f.0.shape[axis];
    let at = |i: usize| cx.part(f, axis, i, 1);
    let inner = n.saturating_sub(2);
    let (before, here, behind) =
        (cx.part(f, axis, 0, inner)?, cx.part(f, axis, 1, inner)?, cx.part(f, axis, 2, inner)?);
    let middle = match step {
        Step::Even(step) => cx.bin(Divide, &cx.bin(Subtract, &behind, &before)?, &cx.bin(Multiply, k(2.0), step)?)?,
        Step::Uneven(steps) => {
            let (d1, d2) = (cx.part(steps, 0, 0, inner)?, cx.part(steps, 0, 1, inner)?);
            let sum = cx.bin(Add, &d1, &d2)?;
            let a = cx.bin(Divide, &cx.un(Negative, &d2)?, &cx.bin(Multiply, &d1, &sum)?)?;
            let b = cx.bin(Divide, &cx.bin(Subtract, &d2, &d1)?, &cx.bin(Multiply, &d1, &d2)?)?;
            let c = cx.bin(Divide, &d1, &cx.bin(Multiply, &d2, &sum)?)?;
            let mut shape = vec![1; f.0.shape.len()];
            shape[axis] = inner;
            let along = |x: Array| -> Raised<Operand> { Ok(cx.reshape(&x, &shape)?.into()) };
            combine(cx, [(along(a)?, before), (along(b)?, here), (along(c)?, behind)])?
        }
    };
    if !second_order {
        let first = cx.bin(Divide, &cx.bin(Subtract, &at(1)?, &at(0)?)?, step.at(cx, 0)?)?;
        let last = cx.bin(Divide, &cx.bin(Subtract, &at(n - 1)?, &at(n - 2)?)?, step.at(cx, n - 2)?)?;
        return Ok([first, middle, last]);
    }
    let [first, last]: [[Operand; 3]; 2] = match step {
        Step::Even(step) => {
            let over = |x: f64| -> Raised<Operand> { Ok(cx.bin(Divide, k(x), step)?.into()) };
            [[over(-1.5)?, over(2.0)?, over(-0.5)?], [over(0.5)?, over(-2.0)?, over(1.5)?]]
        }
        Step::Uneven(_) => {
            let ends = |i: usize| -> Raised<[Array; 4]> {
                let (d1, d2) = (cx.array(step.at(cx, i)?)?, cx.array(step.at(cx, i + 1)?)?);
                let sum = cx.bin(Add, &d1, &d2)?;
                let product = cx.bin(Multiply, &d1, &d2)?;
                Ok([d1, d2, sum, product])
            };
            let far = |near: &Array, next: &Array| cx.bin(Add, &cx.bin(Multiply, k(2.0), near)?, next);
            let [d1, d2, sum, product] = ends(0)?;
            let a = cx.bin(Divide, &cx.un(Negative, &far(&d1, &d2)?)?, &cx.bin(Multiply, &d1, &sum)?)?;
            let b = cx.bin(Divide, &sum, &product)?;
            let c = cx.bin(Divide, &cx.un(Negative, &d1)?, &cx.bin(Multiply, &d2, &sum)?)?;
            let first = [a.into(), b.into(), c.into()];
            let [d1, d2, sum, product] = ends(n - 3)?;
            let a = cx.bin(Divide, &d2, &cx.bin(Multiply, &d1, &sum)?)?;
            let b = cx.bin(Divide, &cx.un(Negative, &cx.bin(Add, &d2, &d1)?)?, &product)?;
            let c = cx.bin(Divide, &far(&d2, &d1)?, &cx.bin(Multiply, &d2, &sum)?)?;
            [first, [a.into(), b.into(), c.into()]]
        }
    };
    let [a, b, c] = first;
    let first = combine(cx, [(a, at(0)?), (b, at(1)?), (c, at(2)?)])?;
    let [a, b, c] = last;
    let last = combine(cx, [(a, at(n - 3)?), (b, at(n - 2)?), (c, at(n - 1)?)])?;
    Ok([first, middle, last])
}

/// A vector of sample points or values, as numbers of a dtype.
fn points(cx: Cx, a: &Operand, dtype: DType) -> Raised<Array> {
    let a = cx.array(a)?;
    if a.0.dtype.is_complex() && !dtype.is_complex() {
        return raise!(
            DType,
            "Cannot cast array data from dtype('{}') to dtype('{dtype}') according to the rule 'safe'",
            a.0.dtype
        );
    }
    cx.cast(&a, dtype)
}

/// Piecewise linear interpolation: the values at `x` of the function that is `fp` at the ascending points `xp`. Beyond
/// the ends it is `left` and `right`, by default the values at the ends; with `period` it repeats, and `xp` need not
/// ascend. `float64`, or `complex128` for complex `fp`.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// let (xp, fp) = ([1.0, 2.0, 3.0], [3.0, 2.0, 0.0]);
/// assert_eq!(np::interp([0.0, 1.5, 2.5, 9.0], xp, fp, ..).to_vec::<f64>()?, [3.0, 2.5, 1.0, 0.0]);
/// assert_eq!(np::interp(9.0, xp, fp, right(-1)).item::<f64>()?, -1.0);
/// assert_eq!(np::interp([-180, 190], [190, -190, 350], [5, 10, 3], period(360)).to_vec::<f64>()?, [7.5, 5.0]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn interp(
    x: impl Into<Operand>,
    xp: impl Into<Operand>,
    fp: impl Into<Operand>,
    options: impl Into<InterpOptions>,
) -> Array {
    let (x, xp, fp, o) = (x.into(), xp.into(), fp.into(), options.into());
    call("interp", |cx| interpolated(cx, x, xp, fp, o))
}

fn interpolated(cx: Cx, x: Operand, xp: Operand, fp: Operand, mut o: InterpOptions) -> Raised<Array> {
    let dtype = if fp.own_dtype().is_complex() { DType::C128 } else { DType::F64 };
    let (mut x, mut xp, mut fp) = (points(cx, &x, DType::F64)?, points(cx, &xp, DType::F64)?, points(cx, &fp, dtype)?);
    for points in [&xp, &fp] {
        match (points.0.shape.len(), o.period.is_some()) {
            (1, _) => {}
            (_, true) => return raise!(Value, "Data points must be 1-D sequences"),
            (0, _) => return raise!(Value, "object of too small depth for desired array"),
            _ => return raise!(Value, "object too deep for desired array"),
        }
    }
    if xp.0.shape != fp.0.shape {
        return raise!(Value, "fp and xp are not of the same length.");
    }
    if let Some(period) = &o.period {
        if number(period) == Some(0.0) {
            return raise!(Value, "period must be a non-zero value");
        }
        let period = cx.un(Ew::Absolute, period)?;
        x = cx.bin(Ew::Remainder, &x, &period)?;
        let around = cx.bin(Ew::Remainder, &xp, &period)?;
        let order = crate::argsort(&around, ..);
        (xp, fp) = (cx.take(&around, &order, 0)?, cx.take(&fp, &order, 0)?);
        let n = xp.0.shape[0];
        let ends = |a: &Array| -> Raised<(Array, Array)> {
            Ok((cx.part(a, 0, n.saturating_sub(1), n.min(1))?, cx.part(a, 0, 0, n.min(1))?))
        };
        let (last, first) = ends(&xp)?;
        let (last, first) = (cx.bin(Ew::Subtract, &last, &period)?, cx.bin(Ew::Add, &first, &period)?);
        xp = cx.concat(&[last, xp, first], 0)?;
        let (last, first) = ends(&fp)?;
        fp = cx.concat(&[last, fp, first], 0)?;
        (o.left, o.right) = (None, None);
    }
    let n = xp.0.shape[0];
    if n == 0 {
        return raise!(Value, "array of sample points is empty");
    }
    let end = |given: Option<Operand>, at: usize| -> Raised<Array> {
        match given {
            Some(value) => points(cx, &value, dtype),
            None => cx.reshape(&cx.part(&fp, 0, at, 1)?, &[]),
        }
    };
    let (left, right) = (end(o.left, 0)?, end(o.right, n - 1)?);
    // The sample before each point, and the one after it.
    let count = places(cx, &xp, &x, true)?;
    let last = cx.param(numfuse_ir::Scalar::new(n as i64 - 1));
    let low = cx.bin(Ew::Maximum, &cx.bin(Ew::Subtract, &count, k(1))?, k(0))?;
    let high = cx.bin(Ew::Minimum, &cx.bin(Ew::Add, &low, k(1))?, last)?;
    let (x0, x1) = (cx.take(&xp, &low, 0)?, cx.take(&xp, &high, 0)?);
    let width = cx.bin(Ew::Subtract, &x1, &x0)?;
    let (from_left, from_right) = (cx.bin(Ew::Subtract, &x, &x0)?, cx.bin(Ew::Subtract, &x, &x1)?);
    let on_sample = cx.bin(Ew::Equal, &x, &x0)?;
    let below = cx.bin(Ew::Less, &x, &cx.reshape(&cx.part(&xp, 0, 0, 1)?, &[])?)?;
    let above = cx.bin(Ew::Greater, &x, &cx.reshape(&cx.part(&xp, 0, n - 1, 1)?, &[])?)?;
    // Parts of complex numbers one by one, as in NumPy's C code (`arr_interp` in compiled_base.c).
    let part = |fp: &Array, left: &Array, right: &Array| -> Raised<Array> {
        let (f0, f1) = (cx.take(fp, &low, 0)?, cx.take(fp, &high, 0)?);
        let slope = cx.bin(Ew::Divide, &cx.bin(Ew::Subtract, &f1, &f0)?, &width)?;
        let value = cx.bin(Ew::Add, &cx.bin(Ew::Multiply, &slope, &from_left)?, &f0)?;
        // Infinities at one end may still have a value seen from the other.
        let other = cx.bin(Ew::Add, &cx.bin(Ew::Multiply, &slope, &from_right)?, &f1)?;
        let flat = cx.select(&cx.bin(Ew::Equal, &f0, &f1)?, &f0, &other, DType::F64)?;
        let other = cx.select(&cx.un(Ew::Isnan, &other)?, &flat, &other, DType::F64)?;
        let value = cx.select(&cx.un(Ew::Isnan, &value)?, &other, &value, DType::F64)?;
        let value = cx.select(&on_sample, &f0, &value, DType::F64)?;
        let value = if n == 1 { f0 } else { value };
        let value = cx.select(&below, left, &value, DType::F64)?;
        cx.select(&above, right, &value, DType::F64)
    };
    let not_a_number = cx.un(Ew::Isnan, &x)?;
    if !dtype.is_complex() {
        let value = part(&fp, &left, &right)?;
        return if n == 1 { Ok(value) } else { cx.select(&not_a_number, &x, &value, dtype) };
    }
    let [re, im] = [Ew::Real, Ew::Imag].map(|op| part(&cx.un(op, &fp)?, &cx.un(op, &left)?, &cx.un(op, &right)?));
    let (re, im) = (re?, im?);
    let re = if n == 1 { re } else { cx.select(&not_a_number, &x, &re, DType::F64)? };
    let im = if n == 1 { im } else { cx.select(&not_a_number, k(0.0), &im, DType::F64)? };
    cx.bin(Ew::MakeComplex, &re, &im)
}

/// The value of a real number that is no array.
fn number(operand: &Operand) -> Option<f64> {
    match (&operand.0, operand.weak()) {
        (_, Some(Weak::Int(i))) => Some(i as f64),
        (_, Some(Weak::Float(x))) => Some(x),
        (_, Some(Weak::Bool(b))) => Some(b.into()),
        (crate::array::operand::Arg::Strong(s), _) => Some(s.to_c128().re),
        _ => None,
    }
}

/// The integral along an axis by the trapezoidal rule, of samples at `x` or `dx` apart.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// let y = np::array![1.0, 2.0, 3.0];
/// assert_eq!(np::trapezoid(&y, ..).item::<f64>()?, 4.0);
/// assert_eq!(np::trapezoid(&y, dx(2)).item::<f64>()?, 8.0);
/// assert_eq!(np::trapezoid(&y, np::array![4.0, 6.0, 8.0]).item::<f64>()?, 8.0);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn trapezoid(y: impl Into<Operand>, options: impl Into<TrapezoidOptions>) -> Array {
    let (y, o) = (y.into(), options.into());
    call("trapezoid", |cx| {
        let y = cx.array(y)?;
        let ndim = y.0.shape.len();
        let Ok(axis) = one_axis(&o.axis, ndim) else { return raise!(Index, "list assignment index out of range") };
        let distance: Operand = match &o.x {
            None => o.dx.clone().unwrap_or_else(|| k(1.0)),
            Some(x) => {
                let x = cx.array(x)?;
                match x.0.shape.len() {
                    0 => return raise!(Value, "diff requires input that is at least one dimensional"),
                    1 => {
                        let d = differences(cx, &x, 0)?;
                        let mut shape = vec![1; ndim];
                        shape[axis] = d.0.shape[0];
                        cx.reshape(&d, &shape)?.into()
                    }
                    n => {
                        let axis = match &o.axis {
                            Some(Axes::One(axis)) => normalize_axis(*axis, n)?,
                            _ => n - 1,
                        };
                        differences(cx, &x, axis)?.into()
                    }
                }
            }
        };
        let [next, this] = cx.neighbours(&y, axis)?;
        let sums = cx.bin(Ew::Add, &next, &this)?;
        let areas = cx.bin(Ew::Divide, &cx.bin(Ew::Multiply, distance, &sums)?, k(2.0))?;
        let axis = areas.0.shape.len() - (ndim - axis);
        Ok(crate::sum(&areas, axis))
    })
}

/// Removes jumps of more than `discont` (half a period unless given) along an axis, by adding multiples of the period
/// (2π unless given).
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// assert_eq!(np::unwrap([0, 1, 2, -1, 0], period(4)).to_vec::<i32>()?, [0, 1, 2, 3, 4]);
/// let phase = np::linspace(0.0, 20.0, 50);
/// let wrapped = np::angle(np::complex(np::cos(&phase), np::sin(&phase)), ..);
/// assert!(np::allclose(np::unwrap(wrapped, ..), &phase, ..).item::<bool>()?);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn unwrap(p: impl Into<Operand>, options: impl Into<UnwrapOptions>) -> Array {
    let (p, o) = (p.into(), options.into());
    call("unwrap", |cx| {
        let p = cx.array(p)?;
        let ndim = p.0.shape.len();
        if ndim == 0 {
            return raise!(Value, "diff requires input that is at least one dimensional");
        }
        let axis = one_axis(&o.axis, ndim)?;
        let period = o.period.clone().unwrap_or_else(|| k(std::f64::consts::TAU));
        let dd = differences(cx, &p, axis)?;
        let dtype = common_dtype([&(&dd).into(), &period]);
        let discont = match o.discont {
            Some(discont) => discont,
            None => cx.bin(Ew::Divide, &period, k(2.0)).map(Operand::from)?,
        };
        // Half a period. Numbers stay numbers, which adopt the dtype of the phases.
        let whole = dtype.is_integer();
        let (high, ambiguous): (Operand, bool) = match period.weak() {
            Some(Weak::Int(i)) if whole => (i.div_euclid(2).into(), i % 2 == 0),
            Some(Weak::Int(i)) => ((i as f64 / 2.0).into(), true),
            Some(Weak::Float(x)) => ((x / 2.0).into(), true),
            _ if whole => {
                (cx.bin(Ew::FloorDivide, &period, k(2))?.into(), number(&period).is_none_or(|x| x % 2.0 == 0.0))
            }
            _ => (cx.bin(Ew::Divide, &period, k(2.0))?.into(), true),
        };
        let low: Operand = match high.weak() {
            Some(Weak::Int(i)) => (-i).into(),
            Some(Weak::Float(x)) => (-x).into(),
            _ => cx.un(Ew::Negative, &high)?.into(),
        };
        let shifted = cx.bin(Ew::Remainder, &cx.bin(Ew::Subtract, &dd, &low)?, &period)?;
        let mut wrapped = cx.bin(Ew::Add, &shifted, &low)?;
        if ambiguous {
            // Exactly half a period keeps its direction.
            let up = cx.bin(Ew::Greater, &dd, k(0))?;
            let half = cx.bin(Ew::BitwiseAnd, &cx.bin(Ew::Equal, &wrapped, &low)?, &up)?;
            wrapped = cx.select(&half, &high, &wrapped, wrapped.0.dtype)?;
        }
        let correction = cx.bin(Ew::Subtract, &wrapped, &dd)?;
        let small = cx.bin(Ew::Less, &cx.un(Ew::Absolute, &dd)?, discont)?;
        let correction = cx.select(&small, k(0), &correction, correction.0.dtype)?;
        if correction.0.shape.contains(&0) {
            return cx.cast(&p, dtype);
        }
        let correction = cx.cast(&correction, crate::reduce::sum_dtype(correction.0.dtype))?;
        let total = cx.scan(ScanOp::Sum, &correction, axis)?;
        let rest = cx.part(&p, axis, 1, p.0.shape[axis] - 1)?;
        let rest = cx.cast(&cx.bin(Ew::Add, &rest, &total)?, dtype)?;
        cx.concat(&[cx.cast(&cx.part(&p, axis, 0, 1)?, dtype)?, rest], axis)
    })
}

/// Sums of products of `a` with the shifts of the shorter `v`.
fn shifts(cx: Cx, a: &Array, v: &Array, mode: &str) -> Raised<Array> {
    let (n, m) = (a.0.shape[0], v.0.shape[0]);
    let (left, length) = match mode {
        "valid" => (0, n - m + 1),
        "same" => (m / 2, n),
        "full" => (m - 1, n + m - 1),
        other => return raise!(Value, "mode must be one of 'valid', 'same', or 'full' (got '{other}')"),
    };
    // Half precision adds up in single precision, as in NumPy.
    let dtype = a.0.dtype;
    let inner = if dtype == DType::F16 { DType::F32 } else { dtype };
    let params = [left as i64, length as i64];
    let shape = smallvec::smallvec![length];
    let [out] = cx.host(HostOp::Correlate, &params, &[&cx.cast(a, inner)?, &cx.cast(v, inner)?], [(inner, shape)])?;
    cx.cast(&out, dtype)
}

fn reversed(cx: Cx, a: &Array) -> Raised<Array> {
    let n = a.0.shape[0];
    cx.slice(a, smallvec::smallvec![numfuse_ir::Slice { start: n - 1, step: -1 }], a.0.shape.clone())
}

/// Both operands as vectors of their common dtype.
fn vectors(cx: Cx, a: &Operand, v: &Operand) -> Raised<[Array; 2]> {
    let dtype = DType::promote(a.own_dtype(), v.own_dtype());
    let vector = |operand: &Operand| -> Raised<Array> {
        let a = cx.array(operand)?;
        match a.0.shape.len() {
            0 => raise!(Value, "object of too small depth for desired array"),
            1 => cx.cast(&a, dtype),
            _ => raise!(Value, "object too deep for desired array"),
        }
    };
    Ok([vector(a)?, vector(v)?])
}

/// The convolution of two vectors: `"full"` (every overlap, `n + m - 1` elements) unless given, `"same"` (as many as
/// the longer one has) or `"valid"` (full overlaps).
///
/// ```
/// use numfuse as np;
/// let (a, v) = (np::array![1, 2, 3], np::array![0, 1, 5]);
/// assert_eq!(np::convolve(&a, &v, ..).to_vec::<i32>()?, [0, 1, 7, 13, 15]);
/// assert_eq!(np::convolve(&a, &v, "same").to_vec::<i32>()?, [1, 7, 13]);
/// assert_eq!(np::correlate(&a, &v, ..).to_vec::<i32>()?, [17]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn convolve(a: impl Into<Operand>, v: impl Into<Operand>, options: impl Into<ConvolveOptions>) -> Array {
    let (a, v, o) = (a.into(), v.into(), options.into());
    call("convolve", |cx| {
        let at_least_1d = |operand: Operand| -> Raised<Operand> {
            let a = cx.array(operand)?;
            Ok(if a.0.shape.is_empty() { cx.reshape(&a, &[1])? } else { a }.into())
        };
        let (a, v) = (at_least_1d(a)?, at_least_1d(v)?);
        for (name, x) in [("a", &a), ("v", &v)] {
            if x.dims()[0] == 0 {
                return raise!(Value, "{name} cannot be empty");
            }
        }
        let [mut a, mut v] = vectors(cx, &a, &v)?;
        if v.0.shape[0] > a.0.shape[0] {
            std::mem::swap(&mut a, &mut v);
        }
        shifts(cx, &a, &reversed(cx, &v)?, o.mode.unwrap_or("full"))
    })
}

/// The cross-correlation of two vectors, `Σ_j a[i + j]·conj(v[j])`: `"valid"` unless given, or as for [`convolve`].
#[track_caller]
pub fn correlate(a: impl Into<Operand>, v: impl Into<Operand>, options: impl Into<ConvolveOptions>) -> Array {
    let (a, v, o) = (a.into(), v.into(), options.into());
    call("correlate", |cx| {
        let [a, v] = vectors(cx, &a, &v)?;
        for (name, x) in [("first", &a), ("second", &v)] {
            if x.0.shape[0] == 0 {
                return raise!(Value, "{name} array argument cannot be empty");
            }
        }
        let v = if v.0.dtype.kind() == Kind::Complex { cx.un(Ew::Conjugate, &v)? } else { v };
        let mode = o.mode.unwrap_or("valid");
        if a.0.shape[0] < v.0.shape[0] {
            return reversed(cx, &shifts(cx, &v, &a, mode)?);
        }
        shifts(cx, &a, &v, mode)
    })
}
