//! What the six modules have in common: functions of coefficient arrays, for any basis.

use numfuse_backends::runtime::Concrete;
use numfuse_ir::{DType, Element, Ew, Scalar};

use super::algebra::{self, Field, Rows};
use super::basis::{Basis, CHEBYSHEV, POWER};
use crate::array::Array;
use crate::array::build::{Cx, checked_size};
use crate::array::operand::{Operand, k, promote};
use crate::calculus::one_axis;
use crate::error::{Raised, of_fault, raise};
use crate::options::{Axes, Int, options};
use crate::results::stands_for;

/// Runs `$body` with `$T` bound to the type of a dtype of coefficients.
macro_rules! with_field {
    ($dtype:expr, $T:ident => $body:expr) => {
        match $dtype {
            DType::F16 => {
                type $T = half::f16;
                $body
            }
            DType::F32 => {
                type $T = f32;
                $body
            }
            DType::C64 => {
                type $T = num_complex::Complex<f32>;
                $body
            }
            DType::C128 => {
                type $T = num_complex::Complex<f64>;
                $body
            }
            _ => {
                type $T = f64;
                $body
            }
        }
    };
}
pub(crate) use with_field;

options! {
    /// Options of powers of a series; the bare value is `maxpower`, 16 unless given (none for powers of x).
    PowOptions { maxpower: Maxpower(Int) } bare maxpower int;
    /// Options of the value of a series at points; the bare value is `tensor`: whether the series in coefficients of
    /// several dimensions are all evaluated at all points (by default), or each at its own.
    ValOptions { tensor: Tensor(bool) } bare tensor truth;
    /// Options of derivatives; the bare value is `m`, the order. `scl` multiplies each derivative.
    DerOptions { m: MKey(Int), scl: Scl(Operand), axis: Axis(Axes) } bare m int;
    /// Options of integrals; the bare value is `m`, the order. `constants` (NumPy's `k`) are the values at `lbnd` of each
    /// integral, `scl` multiplies before each.
    IntOptions {
        m: MKey(Int), constants: Constants(Operand), lbnd: Lbnd(Operand), scl: Scl(Operand), axis: Axis(Axes),
    } bare m int;
    /// Options of least-squares fits; the bare value is `rcond`.
    FitOptions { rcond: Rcond(Operand), full: FullKey(bool), w: W(Operand) } bare rcond float;
    /// Options of trimming; the bare value is `tol`.
    TrimOptions { tol: Tol(Operand) } bare tol number;
}

/// What a least-squares fit gives. It stands for the coefficients: all methods of [`Array`] are at hand.
#[derive(Clone, Debug)]
pub struct Fit {
    /// The coefficients.
    pub coefficients: Array,
    /// How well it went, with `full`.
    pub diagnostics: Option<FitDiagnostics>,
}
stands_for!(Fit.coefficients);

/// How well a least-squares fit went.
#[derive(Clone, Debug)]
pub struct FitDiagnostics {
    /// Sums of squared residuals.
    pub residuals: Array,
    /// The rank of the scaled Vandermonde matrix.
    pub rank: Array,
    /// Its singular values.
    pub singular_values: Array,
    /// The cut-off for them.
    pub rcond: Array,
}

/// The dtype of coefficients of an array.
fn field(dtype: DType) -> Raised<DType> {
    match dtype {
        DType::Bool => raise!(Value, "Coefficient arrays have no common type"),
        dtype if dtype.is_inexact() => Ok(dtype),
        _ => Ok(DType::F64),
    }
}

/// A vector of coefficients, as an array.
pub(super) fn series_array(cx: Cx, c: &Operand) -> Raised<Array> {
    let c = cx.array(c)?;
    if c.0.shape.contains(&0) {
        return raise!(Value, "Coefficient array is empty");
    }
    match c.0.shape.len() {
        0 => cx.reshape(&c, &[1]),
        1 => Ok(c),
        _ => raise!(Value, "Coefficient array is not 1-d"),
    }
}

/// The common dtype of series.
pub(super) fn series_dtype(all: &[&Array]) -> Raised<DType> {
    let mut dtype: Option<DType> = None;
    for c in all {
        let own = field(c.0.dtype)?;
        dtype = Some(dtype.map_or(own, |d| d.promote(own)));
    }
    Ok(dtype.unwrap_or(DType::F64))
}

/// The coefficients of a vector, which are needed now.
pub(crate) fn numbers<T: Field>(cx: Cx, c: &Array) -> Raised<Vec<T>> {
    Ok(cx.cast(c, T::DTYPE)?.to_vec::<T>()?)
}

/// Coefficients without zeros at the end.
fn trimmed<T: Field>(cx: Cx, c: &Array) -> Raised<Vec<T>> {
    Ok(algebra::trim(numbers(cx, c)?))
}

pub(crate) fn array_of<T: Element>(cx: Cx, items: Vec<T>) -> Raised<Array> {
    let n = items.len();
    Ok(Array::ready(Concrete::from_vec(items, &[n]).map_err(of_fault)?, cx.location))
}

fn matrix_of<T: Element>(cx: Cx, items: Vec<T>, shape: &[usize]) -> Raised<Array> {
    Ok(Array::ready(Concrete::from_vec(items, shape).map_err(of_fault)?, cx.location))
}

/// A function of two series.
#[derive(Clone, Copy)]
pub(super) enum Two {
    Add,
    Sub,
    Mul,
}

pub(super) fn two(cx: Cx, basis: &Basis, op: Two, a: &Operand, b: &Operand) -> Raised<Array> {
    let (a, b) = (series_array(cx, a)?, series_array(cx, b)?);
    with_field!(series_dtype(&[&a, &b])?, T => {
        let (a, b) = (trimmed::<T>(cx, &a)?, trimmed::<T>(cx, &b)?);
        array_of(cx, match op {
            Two::Add => algebra::add(&a, &b),
            Two::Sub => algebra::sub(&a, &b),
            Two::Mul => algebra::mul(basis, &a, &b),
        })
    })
}

pub(super) fn div(cx: Cx, basis: &Basis, a: &Operand, b: &Operand) -> Raised<[Array; 2]> {
    let (a, b) = (series_array(cx, a)?, series_array(cx, b)?);
    let dtype = series_dtype(&[&a, &b])?;
    // But for the two families that NumPy divides in ways of their own, products are of Python's floats.
    let narrow = [&POWER, &CHEBYSHEV].into_iter().any(|own| std::ptr::eq(basis, own));
    with_field!(if narrow { dtype } else { dtype.promote(DType::F64) }, T => {
        let (a, b) = (trimmed::<T>(cx, &a)?, trimmed::<T>(cx, &b)?);
        let long = (2..=a.len()).contains(&b.len());
        let (quotient, rest) = algebra::div(basis, &a, &b)?;
        let (quotient, rest) = (array_of(cx, quotient)?, array_of(cx, rest)?);
        Ok([cx.cast(&quotient, dtype)?, if long { rest } else { cx.cast(&rest, dtype)? }])
    })
}

/// A function of one series.
#[derive(Clone, Copy)]
pub(super) enum One {
    TimesX,
    ToPower,
    FromPower,
    Pow(i64, Option<i64>),
}

pub(super) fn one(cx: Cx, basis: &Basis, op: One, c: &Operand) -> Raised<Array> {
    let c = series_array(cx, c)?;
    let dtype = series_dtype(&[&c])?;
    // NumPy starts with a Python 0.
    let dtype = if matches!(op, One::FromPower) { dtype.promote(DType::F64) } else { dtype };
    with_field!(dtype, T => {
        let c = trimmed::<T>(cx, &c)?;
        array_of(cx, match op {
            One::TimesX => algebra::times_x(basis, &c),
            One::ToPower => algebra::to_power(basis, &c),
            One::FromPower => algebra::from_power(basis, &c),
            One::Pow(power, most) => algebra::pow(basis, &c, power, most)?,
        })
    })
}

pub(super) fn most_power(basis: &Basis, o: &PowOptions) -> Option<i64> {
    match o.maxpower {
        Some(most) => Some(most.0),
        None if std::ptr::eq(basis, &POWER) => None,
        None => Some(16),
    }
}

pub(super) fn line(cx: Cx, basis: &Basis, offset: &Operand, scale: &Operand) -> Raised<Array> {
    let dtype = crate::array::operand::common_dtype([offset, scale]);
    let whole = !dtype.is_inexact();
    let number = |x: &Operand| -> Raised<Array> {
        let x = cx.array_as(x, if whole { DType::F64 } else { dtype })?;
        if x.0.shape.is_empty() { cx.reshape(&x, &[1]) } else { raise!(Value, "a line has two numbers") }
    };
    let (offset, scale) = (number(offset)?, number(scale)?);
    let line = with_field!(offset.0.dtype, T => {
        array_of(cx, algebra::line(basis, numbers::<T>(cx, &offset)?[0], numbers::<T>(cx, &scale)?[0]))
    })?;
    // Whole numbers stay whole, where the basis allows.
    let fraction = (basis.next)(0.0)[0].abs() != 1.0 && line.0.shape[0] > 1;
    if whole && !fraction { cx.cast(&line, dtype) } else { Ok(line) }
}

pub(super) fn from_roots(cx: Cx, basis: &Basis, roots: &Operand) -> Raised<Array> {
    let roots = cx.array(roots)?;
    if roots.0.shape[..] == [0] {
        return array_of(cx, vec![1.0_f64]);
    }
    let roots = series_array(cx, &roots.into())?;
    with_field!(series_dtype(&[&roots])?, T => array_of(cx, algebra::from_roots(basis, numbers::<T>(cx, &roots)?)))
}

pub(super) fn trim(cx: Cx, c: &Operand, o: &TrimOptions) -> Raised<Array> {
    let tol = match &o.tol {
        None => 0.0,
        Some(tol) => cx.array_as(tol, DType::F64)?.item::<f64>()?,
    };
    if tol < 0.0 {
        return raise!(Value, "tol must be non-negative");
    }
    let c = series_array(cx, c)?;
    with_field!(series_dtype(&[&c])?, T => {
        let mut c = trimmed::<T>(cx, &c)?;
        let size = |x: T| x.parts().0.hypot(x.parts().1);
        while c.last().is_some_and(|&x| size(x) <= tol) && c.len() > 1 {
            c.pop();
        }
        if size(c[0]) <= tol && c.len() == 1 {
            c[0] *= T::zero();
        }
        array_of(cx, c)
    })
}

/// Coefficients as NumPy makes them of any array: at least a vector, integers as `float64`.
fn coefficients(cx: Cx, c: &Operand) -> Raised<Array> {
    let c = cx.array(c)?;
    let c = if c.0.shape.is_empty() { cx.reshape(&c, &[1])? } else { c };
    if c.0.dtype.is_inexact() { Ok(c) } else { cx.cast(&c, DType::F64) }
}

/// Applies `work` to the series along an axis.
fn along<T: Field>(cx: Cx, c: &Array, axis: usize, work: impl FnOnce(Rows<T>) -> Rows<T>) -> Raised<Array> {
    let ndim = c.0.shape.len();
    let mut order: Vec<usize> = (0..ndim).filter(|&d| d != axis).collect();
    order.insert(0, axis);
    let first = cx.permute(c, &order)?;
    let n = first.0.shape[0];
    let rest: usize = first.0.shape[1..].iter().product();
    let items = first.to_vec::<T>()?;
    let rows = (0..n).map(|i| items[i * rest..(i + 1) * rest].to_vec()).collect();
    let out = work(Rows { rows }).rows;
    let mut shape = first.0.shape.clone();
    shape[0] = out.len();
    let out = matrix_of(cx, out.concat(), &shape)?;
    let mut back: Vec<usize> = (1..ndim).collect();
    back.insert(axis, 0);
    cx.permute(&out, &back)
}

/// The axis of the degrees, the first unless given.
fn axis_of(axis: &Option<Axes>, ndim: usize) -> Raised<usize> {
    one_axis(&Some(axis.clone().unwrap_or(Axes::One(0))), ndim)
}

/// The one number of an argument.
fn scalar<T: Field>(cx: Cx, name: &str, x: &Option<Operand>, default: f64) -> Raised<T> {
    match x {
        None => Ok(T::of(default)),
        Some(x) if !x.dims().is_empty() => raise!(Value, "{name} must be a scalar."),
        Some(x) => Ok(cx.array_as(x, T::DTYPE)?.item::<T>()?),
    }
}

pub(super) fn der(cx: Cx, basis: &Basis, c: &Operand, o: &DerOptions) -> Raised<Array> {
    let c = coefficients(cx, c)?;
    let order = o.m.map_or(1, |m| m.0);
    let Ok(order) = usize::try_from(order) else {
        return raise!(Value, "The order of derivation must be non-negative");
    };
    let axis = axis_of(&o.axis, c.0.shape.len())?;
    if order == 0 || c.0.shape[axis] == 0 {
        return Ok(c);
    }
    with_field!(c.0.dtype, T => {
        let scale = scalar::<T>(cx, "scl", &o.scl, 1.0)?;
        along::<T>(cx, &c, axis, |rows| rows.derive(basis, order, scale))
    })
}

pub(super) fn int(cx: Cx, basis: &Basis, c: &Operand, o: &IntOptions) -> Raised<Array> {
    let c = coefficients(cx, c)?;
    let order = o.m.map_or(1, |m| m.0);
    let Ok(order) = usize::try_from(order) else {
        return raise!(Value, "The order of integration must be non-negative");
    };
    let constants = match &o.constants {
        None => None,
        Some(constants) => Some(cx.array(constants)?),
    };
    let given: usize = constants.as_ref().map_or(0, |k| k.0.shape.iter().product());
    if given > order {
        return raise!(Value, "Too many integration constants");
    }
    for (name, x) in [("lbnd", &o.lbnd), ("scl", &o.scl)] {
        if x.as_ref().is_some_and(|x| !x.dims().is_empty()) {
            return raise!(Value, "{name} must be a scalar.");
        }
    }
    let axis = axis_of(&o.axis, c.0.shape.len())?;
    if order == 0 {
        return Ok(c);
    }
    if c.0.shape[axis] == 0 {
        return raise!(Index, "index 0 is out of bounds for axis 0 with size 0");
    }
    if c.0.shape[axis].checked_add(order).is_none_or(|n| n > 1 << 32) {
        return raise!(Value, "the order of integration is too large");
    }
    with_field!(c.0.dtype, T => {
        let mut values: Vec<T> = match &constants {
            None => Vec::new(),
            Some(k) => cx.cast(k, T::DTYPE)?.to_vec::<T>()?,
        };
        values.resize(order, T::zero());
        let (bound, scale) = (scalar::<T>(cx, "lbnd", &o.lbnd, 0.0)?, scalar::<T>(cx, "scl", &o.scl, 1.0)?);
        along::<T>(cx, &c, axis, |rows| rows.integrate(basis, &values, bound, scale))
    })
}

/// The value of series at points: Clenshaw's recurrence, which fuses into one loop.
pub(super) fn val(cx: Cx, basis: &Basis, x: &Operand, c: &Operand, tensor: bool) -> Raised<Array> {
    let c = coefficients(cx, c)?;
    let n = c.0.shape[0];
    if n == 0 {
        return raise!(Index, "index -1 is out of bounds for axis 0 with size 0");
    }
    // Bare numbers adopt the dtype of the coefficients.
    let x = match x.weak() {
        Some(w) => cx.array_as(x, promote(Some(c.0.dtype), Some(w.kind())))?,
        None => cx.array(x)?,
    };
    let mut shape = c.0.shape[1..].to_vec();
    if tensor {
        shape.extend(std::iter::repeat_n(1, x.0.shape.len()));
    }
    // Numbers are arguments of the loop; what is not computed yet is read.
    let values: Option<Vec<Operand>> = match c.0.shape.len() == 1 && !c.0.traced {
        true => Some(with_field!(c.0.dtype, T => {
            c.to_vec::<T>()?.into_iter().map(|x| cx.param(Scalar::new(x))).collect()
        })),
        false => None,
    };
    let at = |i: usize| -> Raised<Operand> {
        match &values {
            Some(values) => Ok(values[i].clone()),
            None => Ok(cx.reshape(&cx.part(&c, 0, i, 1)?, &shape)?.into()),
        }
    };
    let linear = Linear::new(cx, &x)?;
    if n == 1 {
        // Not a number is no number of a constant either.
        return cx.bin(Ew::Add, at(0)?, &cx.bin(Ew::Multiply, &x, k(0))?);
    }
    let (mut c0, mut c1) = (at(n - 2)?, at(n - 1)?);
    for i in (1..n - 1).rev() {
        let ([_, _, g], d) = ((basis.next)(i as f64), (basis.divisor)(i as f64));
        let before = c0;
        c0 = at(i - 1)?;
        if g != 0.0 {
            let mut less = if g == 1.0 { c1.clone() } else { cx.bin(Ew::Multiply, &c1, k(g))?.into() };
            if d != 1.0 {
                less = cx.bin(Ew::Divide, less, k(d))?.into();
            }
            c0 = cx.bin(Ew::Subtract, c0, less)?.into();
        }
        let mut line = linear.times(basis, i, &c1)?;
        if d != 1.0 {
            line = cx.bin(Ew::Divide, &line, k(d))?;
        }
        c1 = cx.bin(Ew::Add, before, &line)?.into();
    }
    cx.bin(Ew::Add, c0, &linear.times(basis, 0, &c1)?)
}

/// Points, for products with the lines of recurrences.
struct Linear<'a> {
    cx: Cx,
    x: &'a Array,
    /// `2x`, in the dtype of the points.
    twice: Array,
}

impl Linear<'_> {
    fn new(cx: Cx, x: &Array) -> Raised<Linear<'_>> {
        Ok(Linear { cx, x, twice: cx.bin(Ew::Multiply, x, k(2))? })
    }

    /// `(a·x + b)·p`, with `a` and `b` of a recurrence.
    fn times(&self, basis: &Basis, n: usize, p: &Operand) -> Raised<Array> {
        let cx = self.cx;
        match (basis.next)(n as f64) {
            [1.0, 0.0, _] => cx.bin(Ew::Multiply, p, self.x),
            [2.0, 0.0, _] => cx.bin(Ew::Multiply, p, &self.twice),
            [a, 0.0, _] => cx.bin(Ew::Multiply, &cx.bin(Ew::Multiply, p, self.x)?, k(a)),
            // Laguerre's: whole numbers, as are the points of unsigned dtypes, which wrap.
            [_, b, _] => cx.bin(Ew::Multiply, p, &cx.bin(Ew::Subtract, k(b as i64), self.x)?),
        }
    }
}

/// Series in several variables, at points.
pub(super) fn val_nd(cx: Cx, basis: &Basis, points: &[Operand], c: &Operand) -> Raised<Array> {
    let points: Vec<Array> = points.iter().map(|x| cx.array(x)).collect::<Raised<_>>()?;
    if points.iter().any(|x| x.0.shape != points[0].0.shape) {
        return match points.len() {
            3 => raise!(Value, "x, y, z are incompatible"),
            _ => raise!(Value, "x, y are incompatible"),
        };
    }
    let mut c = cx.array(c)?;
    for (i, x) in points.iter().enumerate() {
        c = val(cx, basis, &x.into(), &c.into(), i == 0)?;
    }
    Ok(c)
}

/// Series in several variables, at the points of a grid.
pub(super) fn grid_nd(cx: Cx, basis: &Basis, points: &[Operand], c: &Operand) -> Raised<Array> {
    let mut c = cx.array(c)?;
    for x in points {
        c = val(cx, basis, &cx.array(x)?.into(), &c.into(), true)?;
    }
    Ok(c)
}

fn degree_of(degree: i64) -> Raised<usize> {
    match usize::try_from(degree) {
        Ok(degree) if degree < 1 << 32 => Ok(degree),
        Ok(_) => raise!(Value, "deg is too large"),
        Err(_) => raise!(Value, "deg must be non-negative"),
    }
}

/// The polynomials of degree 0 to `degree` at points, along a new last axis.
pub(crate) fn vander(cx: Cx, basis: &Basis, x: &Operand, degree: i64) -> Raised<Array> {
    let degree = degree_of(degree)?;
    let x = cx.array(x)?;
    let x = if x.0.shape.is_empty() { cx.reshape(&x, &[1])? } else { x };
    let x = if x.0.dtype.is_inexact() { x } else { cx.cast(&x, DType::F64)? };
    let mut shape = x.0.shape.to_vec();
    shape.push(degree + 1);
    checked_size(&shape)?;
    let mut all = vec![cx.bin(Ew::Add, &cx.bin(Ew::Multiply, &x, k(0))?, k(1))?];
    let linear = Linear::new(cx, &x)?;
    for n in 0..degree {
        let ([a, b, g], d) = ((basis.next)(n as f64), (basis.divisor)(n as f64));
        let mut next = linear.times(basis, n, &(&all[n]).into())?;
        if n > 0 && g != 0.0 {
            next = cx.bin(Ew::Subtract, &next, &cx.bin(Ew::Multiply, &all[n - 1], k(g))?)?;
        }
        if d != 1.0 {
            next = cx.bin(Ew::Divide, &next, k(d))?;
        }
        all.push(if n == 0 && (a, b) == (1.0, 0.0) { x.clone() } else { next });
    }
    shape[x.0.shape.len()] = 1;
    let columns: Vec<Array> = all.iter().map(|p| cx.reshape(p, &shape)).collect::<Raised<_>>()?;
    cx.concat(&columns, x.0.shape.len())
}

/// Products of polynomials in several variables.
pub(super) fn vander_nd(cx: Cx, basis: &Basis, points: &[Operand], degrees: &[i64]) -> Raised<Array> {
    if points.len() != degrees.len() {
        return raise!(Value, "Expected {} dimensions of degrees, got {}", points.len(), degrees.len());
    }
    let points: Vec<Array> = points.iter().map(|x| cx.array(x)).collect::<Raised<_>>()?;
    if points.iter().any(|x| x.0.shape != points[0].0.shape) {
        let first = &points[0].0.shape;
        let same = (0..first.len()).take_while(|&d| points.iter().all(|x| x.0.shape.get(d) == Some(&first[d]))).count();
        let found: Vec<String> = [points.len()].iter().chain(&first[..same]).map(usize::to_string).collect();
        let comma = if same == 0 { "," } else { "" };
        return raise!(
            Value,
            "setting an array element with a sequence. The requested array has an inhomogeneous shape after {} dimensions. \
             The detected shape was ({}{comma}) + inhomogeneous part.",
            same + 1,
            found.join(", ")
        );
    }
    let dtype = points.iter().map(|x| x.0.dtype).reduce(DType::promote).unwrap_or(DType::F64);
    let mut product: Option<Array> = None;
    let mut columns = 1_usize;
    for (i, (x, &degree)) in points.iter().zip(degrees).enumerate() {
        let own = vander(cx, basis, &cx.cast(x, dtype)?.into(), degree)?;
        let ndim = own.0.shape.len() - 1;
        let count = own.0.shape[ndim];
        let mut shape = own.0.shape[..ndim].to_vec();
        shape.extend((0..points.len()).map(|j| if i == j { count } else { 1 }));
        let own = cx.reshape(&own, &shape)?;
        columns = columns.saturating_mul(count);
        product = Some(match product {
            None => own,
            Some(product) => cx.bin(Ew::Multiply, &product, &own)?,
        });
    }
    let Some(product) = product else {
        return raise!(Value, "Unable to guess a dtype or shape when no points are given");
    };
    let ndim = product.0.shape.len() - points.len();
    let mut shape = product.0.shape[..ndim].to_vec();
    shape.push(columns);
    cx.reshape(&product, &shape)
}

pub(super) fn companion(cx: Cx, basis: &Basis, c: &Operand) -> Raised<Array> {
    let c = series_array(cx, c)?;
    with_field!(series_dtype(&[&c])?, T => {
        let c = trimmed::<T>(cx, &c)?;
        let n = c.len() - 1;
        if n < 1 {
            return raise!(Value, "Series must have maximum degree of at least 1.");
        }
        matrix_of(cx, algebra::companion(basis, &c), &[n, n])
    })
}

pub(super) fn roots(cx: Cx, basis: &Basis, c: &Operand) -> Raised<Array> {
    let c = series_array(cx, c)?;
    with_field!(series_dtype(&[&c])?, T => {
        let c = trimmed::<T>(cx, &c)?;
        match c.len() {
            1 => return array_of(cx, Vec::<T>::new()),
            2 => return array_of(cx, vec![algebra::root_of_line(basis, &c)]),
            _ => {}
        }
        let n = c.len() - 1;
        let mut matrix = algebra::companion(basis, &c);
        // Turned upside down, it loses less (but for powers).
        if !std::ptr::eq(basis, &POWER) {
            matrix.reverse();
        }
        let values = crate::linalg::eigvals(matrix_of(cx, matrix, &[n, n])?);
        let sorted = crate::sort(values, ..);
        sorted.check()?;
        Ok(sorted)
    })
}

/// The product of `x - r` over the first axis of `r`.
pub(super) fn val_from_roots(cx: Cx, x: &Operand, r: &Operand, tensor: bool) -> Raised<Array> {
    let r = coefficients(cx, r)?;
    let x = match x.weak() {
        Some(w) => cx.array_as(x, promote(Some(r.0.dtype), Some(w.kind())))?,
        None => cx.array(x)?,
    };
    let mut shape = r.0.shape.to_vec();
    if tensor {
        shape.extend(std::iter::repeat_n(1, x.0.shape.len()));
    } else if x.0.shape.len() >= shape.len() {
        return raise!(Value, "x.ndim must be < r.ndim when tensor == False");
    }
    Ok(crate::prod(&cx.bin(Ew::Subtract, &x, &cx.reshape(&r, &shape)?)?, 0))
}
