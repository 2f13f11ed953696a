//! Polynomials as vectors of coefficients, highest degree first: the older of NumPy's two interfaces. The other is
//! [`crate::polynomial`].

use std::panic::Location;

use numfuse_ir::{DType, Ew, Scalar};

use crate::array::Array;
use crate::array::build::{Cx, call, call_n};
use crate::array::operand::{Operand, k};
use crate::error::{Raised, raise};
use crate::options::{Int, options};
use crate::polynomial::algebra::Field;
use crate::polynomial::fit::{epsilon, fit};
use crate::polynomial::functions::{array_of, numbers, with_field};
use crate::polynomial::power_basis;
use crate::polynomial::{Degrees, FitDiagnostics, FitOptions};
use crate::results::stands_for;

mod class;

pub use class::poly1d;

options! {
    /// Options of [`polyder`]; the bare value is `m`, the order.
    PolyderOptions { m: MKey(Int) } bare m int;
    /// Options of [`polyint`]; the bare value is `m`, the order. `constants` (NumPy's `k`) are those of each integral.
    PolyintOptions { m: MKey(Int), constants: Constants(Operand) } bare m int;
    /// Options of [`polyfit`]; the bare value is `rcond`. `cov` asks for the covariance of the coefficients: `true`, or
    /// `"unscaled"` if the weights are known standard deviations.
    PolyfitOptions { rcond: Rcond(Operand), full: FullKey(bool), w: W(Operand), cov: CovKey(Covariance) } bare rcond float;
    /// Options of [`poly1d::new`]: whether the numbers are the roots, and the letter for the variable.
    Poly1dOptions { r: RootsGiven(bool), variable: Variable(&'static str) };
}

/// The value of option `cov` of [`polyfit`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Covariance {
    /// None.
    No,
    /// Scaled by the residuals.
    Scaled,
    /// For weights that are known standard deviations.
    Unscaled,
}

impl From<bool> for Covariance {
    fn from(wanted: bool) -> Covariance {
        if wanted { Covariance::Scaled } else { Covariance::No }
    }
}

impl From<&'static str> for Covariance {
    fn from(text: &'static str) -> Covariance {
        if text == "unscaled" { Covariance::Unscaled } else { Covariance::Scaled }
    }
}

/// What [`polyfit`] gives. It stands for the coefficients: all methods of [`Array`] are at hand.
#[derive(Clone, Debug)]
pub struct PolyfitResult {
    /// The coefficients, highest degree first.
    pub coefficients: Array,
    /// How well it went, with `full`.
    pub diagnostics: Option<FitDiagnostics>,
    /// The covariance of the coefficients, with `cov`.
    pub covariance: Option<Array>,
}
stands_for!(PolyfitResult.coefficients);

/// At least a vector.
fn vector(cx: Cx, a: &Operand) -> Raised<Array> {
    let a = cx.array(a)?;
    match a.0.shape.len() {
        0 => cx.reshape(&a, &[1]),
        1 => Ok(a),
        _ => raise!(Value, "Polynomial must be 1d only."),
    }
}

/// Zeros in front, up to a length.
fn lengthened(cx: Cx, a: &Array, n: usize) -> Raised<Array> {
    match n - a.0.shape[0] {
        0 => Ok(a.clone()),
        missing => cx.concat(&[cx.full(&[missing], &k(0), a.0.dtype)?, a.clone()], 0),
    }
}

fn combined(cx: Cx, op: Ew, a: &Operand, b: &Operand) -> Raised<Array> {
    let (a, b) = (vector(cx, a)?, vector(cx, b)?);
    let n = a.0.shape[0].max(b.0.shape[0]);
    cx.bin(op, &lengthened(cx, &a, n)?, &lengthened(cx, &b, n)?)
}

/// Coefficients without zeros in front; one zero if there is nothing else.
fn trimmed(cx: Cx, a: &Operand) -> Raised<Array> {
    let a = vector(cx, a)?;
    let n = a.0.shape[0];
    let zero = cx.bin(Ew::Equal, &a, k(0))?.to_vec::<bool>()?;
    match zero.iter().position(|zero| !zero) {
        Some(first) => cx.part(&a, 0, first, n - first),
        None => cx.full(&[1], &k(0), a.0.dtype),
    }
}

macro_rules! of_two {
    ($($(#[$doc:meta])* $name:ident |$cx:ident, $a:ident, $b:ident| $body:expr;)*) => {$(
        $(#[$doc])*
        #[track_caller]
        pub fn $name(a1: impl Into<Operand>, a2: impl Into<Operand>) -> Array {
            let ($a, $b) = (&a1.into(), &a2.into());
            call(stringify!($name), |$cx| $body)
        }
    )*};
}

of_two! {
    /// The sum of two polynomials.
    ///
    /// ```
    /// use numfuse as np;
    /// assert_eq!(np::polyadd([1, 2], [9, 5, 4]).to_vec::<i32>()?, [9, 6, 6]);
    /// assert_eq!(np::polysub([2, 10, -2], [3, 10, -4]).to_vec::<i32>()?, [-1, 0, 2]);
    /// assert_eq!(np::polymul([1, 2, 3], [9, 5, 1]).to_vec::<i32>()?, [9, 23, 38, 17, 3]);
    /// let (quotient, rest) = np::polydiv([3.0, 5.0, 2.0], [2.0, 1.0]);
    /// assert_eq!((quotient.to_vec::<f64>()?, rest.to_vec::<f64>()?), (vec![1.5, 1.75], vec![0.25]));
    /// assert_eq!(np::polyval([3, 0, 1], 5).item::<i64>()?, 76);
    /// assert_eq!(np::polyder([1, 1, 1, 1], ..).to_vec::<i64>()?, [3, 2, 1]);
    /// assert_eq!(np::polyint([6, 2], ..).to_vec::<f64>()?, [3.0, 2.0, 0.0]);
    /// assert_eq!(np::poly([1, 2]).to_vec::<f64>()?, [1.0, -3.0, 2.0]);
    /// assert_eq!(np::roots([1, 0, -4]).eval()?.size(), 2);
    /// # Ok::<(), np::Error>(())
    /// ```
    polyadd |cx, a, b| combined(cx, Ew::Add, a, b);
    /// The difference of two polynomials. See [`polyadd`].
    polysub |cx, a, b| combined(cx, Ew::Subtract, a, b);
    /// The product of two polynomials, without zeros in front of either. See [`polyadd`].
    polymul |cx, a, b| Ok(crate::convolve(&trimmed(cx, a)?, &trimmed(cx, b)?, ..));
}

/// A vector of floats, of a dtype in which polynomials are divided.
fn inexact(cx: Cx, a: &Operand) -> Raised<Array> {
    let a = vector(cx, a)?;
    if a.0.shape[0] == 0 {
        return raise!(Index, "index 0 is out of bounds for axis 0 with size 0");
    }
    if a.0.dtype.is_inexact() { Ok(a) } else { cx.cast(&a, DType::F64) }
}

fn divided<T: Field>(u: Vec<T>, v: &[T]) -> (Vec<T>, Vec<T>) {
    let (m, n) = (u.len(), v.len());
    let scale = T::of(1.0) / v[0];
    let mut rest = u;
    let mut quotient = vec![T::zero(); (m + 1).saturating_sub(n).max(1)];
    for at in 0..(m + 1).saturating_sub(n) {
        let d = scale * rest[at];
        quotient[at] = d;
        for (r, &x) in rest[at..].iter_mut().zip(v) {
            *r = *r - d * x;
        }
    }
    // As near to 0 as `allclose` wants.
    let small = |x: T| x.parts().0.hypot(x.parts().1) <= 1e-8;
    let first = rest.iter().position(|&x| !small(x)).unwrap_or(rest.len() - 1);
    (quotient, rest.split_off(first))
}

/// Quotient and remainder of two polynomials. See [`polyadd`].
#[track_caller]
pub fn polydiv(u: impl Into<Operand>, v: impl Into<Operand>) -> (Array, Array) {
    let (u, v) = (u.into(), v.into());
    let [quotient, rest] = call_n("polydiv", |cx| {
        let (u, v) = (inexact(cx, &u)?, inexact(cx, &v)?);
        with_field!(u.0.dtype.promote(v.0.dtype), T => {
            let (quotient, rest) = divided(numbers::<T>(cx, &u)?, &numbers::<T>(cx, &v)?);
            Ok([array_of(cx, quotient)?, array_of(cx, rest)?])
        })
    });
    (quotient, rest)
}

/// The values of a polynomial at points, by Horner's rule: one loop. See [`polyadd`].
#[track_caller]
pub fn polyval(p: impl Into<Operand>, x: impl Into<Operand>) -> Array {
    let (p, x) = (p.into(), x.into());
    call("polyval", |cx| {
        let (p, x) = (cx.array(p)?, cx.array(x)?);
        let Some((&n, rest)) = p.0.shape.split_first() else { return raise!(DType, "iteration over a 0-d array") };
        let values = match rest.is_empty() && !p.0.traced {
            true => Some(p.eval()?),
            false => None,
        };
        let mut y = cx.full(&x.0.shape, &k(0), x.0.dtype)?;
        for i in 0..n {
            let coefficient: Operand = match &values {
                Some(values) => values.get_flat(i).into(),
                None => cx.reshape(&cx.part(&p, 0, i, 1)?, rest)?.into(),
            };
            y = cx.bin(Ew::Add, &cx.bin(Ew::Multiply, &y, &x)?, coefficient)?;
        }
        Ok(y)
    })
}

/// `n, n - 1, …, 1`.
fn degrees(cx: Cx, n: usize) -> Raised<Array> {
    let most: Operand = cx.param(Scalar::new(n as i64));
    cx.bin(Ew::Subtract, most, &cx.iota(n, 0, 1)?)
}

/// The derivative of a polynomial. See [`polyadd`].
#[track_caller]
pub fn polyder(p: impl Into<Operand>, options: impl Into<PolyderOptions>) -> Array {
    let (p, o) = (p.into(), options.into());
    call("polyder", |cx| {
        let order = o.m.map_or(1, |m| m.0);
        if order < 0 {
            return raise!(Value, "Order of derivative must be positive (see polyint)");
        }
        let mut p = cx.array(p)?;
        if p.0.shape.is_empty() {
            return raise!(DType, "len() of unsized object");
        }
        for _ in 0..order {
            let n = p.0.shape[0].saturating_sub(1);
            p = cx.bin(Ew::Multiply, &cx.part(&p, 0, 0, n)?, &degrees(cx, n)?)?;
            if n == 0 {
                break;
            }
        }
        Ok(p)
    })
}

/// The integral of a polynomial. See [`polyadd`].
#[track_caller]
pub fn polyint(p: impl Into<Operand>, options: impl Into<PolyintOptions>) -> Array {
    let (p, o) = (p.into(), options.into());
    call("polyint", |cx| {
        let Ok(order) = usize::try_from(o.m.map_or(1, |m| m.0)) else {
            return raise!(Value, "Order of integral must be positive (see polyder)");
        };
        let mut p = cx.array(p)?;
        if p.0.shape.is_empty() {
            return raise!(DType, "len() of unsized object");
        }
        if p.0.shape[0].checked_add(order).is_none_or(|n| n > 1 << 32) {
            return raise!(Value, "the order of integration is too large");
        }
        let constants = match &o.constants {
            None => cx.full(&[1], &k(0.0), DType::F64)?,
            Some(constants) => vector(cx, constants)?,
        };
        let given = constants.0.shape[0];
        if given < order && given != 1 {
            return raise!(Value, "k must be a scalar or a rank-1 array of length 1 or >m.");
        }
        for i in 0..order {
            let n = p.0.shape[0];
            let quotients = cx.bin(Ew::Divide, &p, &degrees(cx, n)?)?;
            let constant = cx.part(&constants, 0, if given == 1 { 0 } else { i }, 1)?;
            p = crate::manip::joined(cx, &[quotients, constant], 0)?;
        }
        Ok(p)
    })
}

/// The coefficients of the monic polynomial with these roots, or of the characteristic polynomial of a square matrix.
/// Real if the roots come in conjugate pairs. See [`polyadd`].
#[track_caller]
pub fn poly(seq_of_zeros: impl Into<Operand>) -> Array {
    let zeros = seq_of_zeros.into();
    call("poly", |cx| {
        let mut zeros = cx.array(zeros)?;
        match zeros.0.shape[..] {
            [] => return raise!(DType, "iteration over a 0-d array"),
            [_] => {}
            [m, n] if m == n && m != 0 => zeros = crate::linalg::eigvals(&zeros),
            _ => return raise!(Value, "input must be 1d or non-empty square 2d array."),
        }
        zeros.check()?;
        if zeros.0.shape[0] == 0 {
            return cx.array(k(1.0));
        }
        let dtype = match zeros.0.dtype {
            dtype @ (DType::F32 | DType::C64 | DType::C128) => dtype,
            _ => DType::F64,
        };
        let product = |zeros: &Array| -> Raised<Array> {
            with_field!(dtype, T => {
                let mut c = vec![T::of(1.0)];
                for zero in numbers::<T>(cx, zeros)? {
                    c.push(T::zero());
                    for i in (1..c.len()).rev() {
                        let below = c[i - 1];
                        c[i] -= zero * below;
                    }
                }
                array_of(cx, c)
            })
        };
        let c = product(&zeros)?;
        if dtype.is_complex() {
            let sorted = |a: &Array| {
                crate::sort(cx.cast(a, DType::C128)?, ..).to_vec::<num_complex::Complex<f64>>().map_err(Into::into)
            };
            let (here, mirrored): (Raised<Vec<_>>, Raised<Vec<_>>) =
                (sorted(&zeros), sorted(&cx.un(Ew::Conjugate, &zeros)?));
            if here? == mirrored? {
                return cx.un(Ew::Real, &c);
            }
        }
        Ok(c)
    })
}

/// The roots of a polynomial: eigenvalues of its companion matrix, and a 0 for each zero at the end. See [`polyadd`].
#[track_caller]
pub fn roots(p: impl Into<Operand>) -> Array {
    let p = p.into();
    call("roots", |cx| {
        let p = cx.array(p)?;
        let p = match p.0.shape.len() {
            0 => return raise!(DType, "iteration over a 0-d array"),
            1 => p,
            _ => return raise!(Value, "Input must be a rank-1 array."),
        };
        let dtype = if p.0.dtype.is_inexact() { p.0.dtype } else { DType::F64 };
        with_field!(dtype, T => {
            let c = numbers::<T>(cx, &p)?;
            let (Some(first), Some(last)) =
                (c.iter().position(|x| !x.is_zero()), c.iter().rposition(|x| !x.is_zero()))
            else {
                return array_of(cx, Vec::<f64>::new());
            };
            let zeros = c.len() - 1 - last;
            let c = &c[first..=last];
            let n = c.len() - 1;
            let found = if n == 0 {
                array_of(cx, Vec::<f64>::new())?
            } else {
                let mut matrix = vec![T::zero(); n * n];
                for i in 0..n {
                    matrix[i] = -c[i + 1] / c[0];
                    if i + 1 < n {
                        matrix[(i + 1) * n + i] = T::of(1.0);
                    }
                }
                let matrix = array_of(cx, matrix)?;
                crate::linalg::eigvals(cx.reshape(&matrix, &[n, n])?)
            };
            found.check()?;
            if zeros == 0 {
                return Ok(found);
            }
            cx.concat(&[found.clone(), cx.full(&[zeros], &k(0), found.0.dtype)?], 0)
        })
    })
}

/// The coefficients of the polynomial of a degree that is nearest to values `y` at points `x`, by least squares,
/// highest degree first. Columns of `y` are fitted each on its own.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// let x = np::array![0.0, 1.0, 2.0, 3.0];
/// let fit = np::polyfit(&x, &x * &x - 1.0, 2, ..);
/// assert!(np::allclose(&fit.coefficients, [1.0, 0.0, -1.0], atol(1e-12)).item::<bool>()?);
/// let fit = np::polyfit(&x, [0.0, 1.1, 1.9, 3.2], 1, cov(true));
/// assert_eq!(fit.covariance.unwrap().shape(), [2, 2]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn polyfit(
    x: impl Into<Operand>,
    y: impl Into<Operand>,
    deg: impl Into<Int>,
    options: impl Into<PolyfitOptions>,
) -> PolyfitResult {
    let (x, y, deg, o) = (x.into(), y.into(), deg.into().0, options.into());
    let cx = Cx { location: Location::caller() };
    fitted(cx, &x, &y, deg, &o).unwrap_or_else(|raise| {
        let failed = Array::failed(raise.sign("polyfit", cx.location));
        PolyfitResult { coefficients: failed, diagnostics: None, covariance: None }
    })
}

fn fitted(cx: Cx, x: &Operand, y: &Operand, deg: i64, o: &PolyfitOptions) -> Raised<PolyfitResult> {
    let (x, y) = (cx.array(x)?, cx.array(y)?);
    if let Some(w) = &o.w {
        if w.dims().len() != 1 {
            return raise!(DType, "expected a 1-d array for weights");
        }
        if w.dims().first() != y.0.shape.first() {
            return raise!(DType, "expected w and y to have the same length");
        }
    }
    let full = o.full.unwrap_or(false);
    let rcond = o.rcond.clone().unwrap_or_else(|| {
        let points = x.0.shape.iter().product::<usize>() as f64;
        cx.param(Scalar::new(points * epsilon(x.0.dtype)))
    });
    let how = FitOptions { rcond: Some(rcond), full: Some(true), w: o.w.clone() };
    // The matrix is that of `vander`, which holds integers, too.
    let wide = cx.cast(&x, x.0.dtype.promote(DType::I64))?;
    let found = fit(cx, power_basis(), &wide.into(), &(&y).into(), Degrees::from(deg), &how)?;
    let reversed = |a: &Array, axes: &[usize]| -> Raised<Array> {
        let ndim = a.0.shape.len();
        let slices = (0..ndim).map(|d| match axes.contains(&d) {
            true => numfuse_ir::Slice { start: a.0.shape[d].saturating_sub(1), step: -1 },
            false => numfuse_ir::Slice { start: 0, step: 1 },
        });
        cx.slice(a, slices.collect(), a.0.shape.clone())
    };
    let coefficients = reversed(&found.coefficients, &[0])?;
    let wanted = o.cov.unwrap_or(Covariance::No);
    let mut covariance = None;
    if !full && wanted != Covariance::No {
        let n = x.0.shape[0];
        let order = deg as usize + 1;
        let x = if x.0.dtype.is_inexact() { x } else { cx.cast(&x, DType::F64)? };
        let mut lhs = crate::polynomial::functions::vander(cx, power_basis(), &x.into(), deg)?;
        if let Some(w) = &o.w {
            lhs = cx.bin(Ew::Multiply, &lhs, &cx.reshape(&cx.array(w)?, &[n, 1])?)?;
        }
        lhs = reversed(&lhs, &[1])?;
        let scale = cx.un(Ew::Sqrt, crate::sum(&cx.un(Ew::Square, &lhs)?, 0))?;
        let lhs = cx.bin(Ew::Divide, &lhs, &scale)?;
        let products = crate::products::matrices(cx, &cx.permute(&lhs, &[1, 0])?, &lhs)?;
        let inverse = crate::linalg::inv(&products);
        inverse.check()?;
        let outer = cx.bin(Ew::Multiply, &cx.reshape(&scale, &[order, 1])?, &cx.reshape(&scale, &[1, order])?)?;
        let base = cx.bin(Ew::Divide, &inverse, &outer)?;
        let factor: Operand = match (wanted, &found.diagnostics) {
            (Covariance::Scaled, Some(diagnostics)) => {
                if n <= order {
                    return raise!(Value, "the number of data points must exceed order to scale the covariance matrix");
                }
                cx.bin(Ew::Divide, &diagnostics.residuals, k((n - order) as f64))?.into()
            }
            _ => k(1),
        };
        covariance = Some(if y.0.shape.len() == 1 {
            cx.bin(Ew::Multiply, &base, factor)?
        } else {
            cx.bin(Ew::Multiply, &cx.reshape(&base, &[order, order, 1])?, factor)?
        });
    }
    Ok(PolyfitResult { coefficients, diagnostics: found.diagnostics.filter(|_| full), covariance })
}
