//! The class of the older interface.

use std::fmt;
use std::ops::{Add, Mul, Neg, Sub};

use numfuse_ir::{Element, Scalar};

use super::{
    Poly1dOptions, PolyderOptions, PolyintOptions, lengthened, poly, polyadd, polyder, polydiv, polyint, polymul,
};
use super::{polysub, polyval, roots, trimmed};
use crate::array::Array;
use crate::array::build::call;
use crate::array::operand::Operand;
use crate::error::{Result, raise};

/// A polynomial in one variable, its coefficients highest degree first and without zeros in front.
///
/// The newer classes of [`crate::polynomial`] are better for most things.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// let p = np::poly1d::new([1, 2, 3], ..);
/// assert_eq!(p.to_string(), "   2\n1 x + 2 x + 3");
/// assert_eq!(p.call(0.5).item::<f64>()?, 4.25);
/// assert_eq!((p.order(), p.get(2).cast(np::float64)), (2, np::Scalar::new(1.0)));
/// assert_eq!((&p * &p).coeffs().to_vec::<i32>()?, [1, 4, 10, 12, 9]);
/// assert_eq!((&p + 1_i64).coeffs().to_vec::<i64>()?, [1, 2, 4]);
/// let (quotient, rest) = p.divide(&np::poly1d::new([1, 1], ..));
/// assert_eq!((quotient.order(), rest.order()), (1, 0));
/// assert_eq!(p.integ(..).deriv(..), p);
/// let q = np::poly1d::new([2, -1], r().variable("z"));
/// assert_eq!(q.coeffs().to_vec::<f64>()?, [1.0, -1.0, -2.0]);
/// assert_eq!(p.repr()?, "poly1d([1, 2, 3], dtype=int32)");
/// # Ok::<(), np::Error>(())
/// ```
#[allow(non_camel_case_types, reason = "NumPy's name")]
#[derive(Clone, Debug)]
pub struct poly1d {
    coeffs: Array,
    variable: String,
}

impl poly1d {
    #[track_caller]
    fn of(coeffs: impl Into<Operand>) -> poly1d {
        let coeffs = coeffs.into();
        poly1d { coeffs: call("poly1d", |cx| trimmed(cx, &coeffs)), variable: "x".to_owned() }
    }

    /// The polynomial with these coefficients, or with these roots.
    #[track_caller]
    pub fn new(c_or_r: impl Into<Operand>, options: impl Into<Poly1dOptions>) -> poly1d {
        let (c, o) = (c_or_r.into(), options.into());
        let mut out = poly1d::of(if o.r.unwrap_or(false) { poly(c).into() } else { c });
        out.variable = o.variable.unwrap_or("x").to_owned();
        out
    }

    /// The coefficients, highest degree first.
    pub fn coeffs(&self) -> &Array {
        &self.coeffs
    }

    /// Another name of [`poly1d::coeffs`].
    pub fn c(&self) -> &Array {
        &self.coeffs
    }

    /// Another name of [`poly1d::coeffs`].
    pub fn coef(&self) -> &Array {
        &self.coeffs
    }

    /// Another name of [`poly1d::coeffs`].
    pub fn coefficients(&self) -> &Array {
        &self.coeffs
    }

    /// The degree.
    #[track_caller]
    pub fn order(&self) -> usize {
        self.coeffs.size().saturating_sub(1)
    }

    /// Another name of [`poly1d::order`].
    #[track_caller]
    pub fn o(&self) -> usize {
        self.order()
    }

    /// The roots; see [`roots`].
    #[track_caller]
    pub fn roots(&self) -> Array {
        roots(&self.coeffs)
    }

    /// Another name of [`poly1d::roots`].
    #[track_caller]
    pub fn r(&self) -> Array {
        self.roots()
    }

    /// The letter for the variable.
    pub fn variable(&self) -> &str {
        &self.variable
    }

    /// The values at points. Lazy.
    #[track_caller]
    pub fn call(&self, x: impl Into<Operand>) -> Array {
        polyval(&self.coeffs, x)
    }

    /// The polynomial of another one: `self(inner(x))`.
    #[track_caller]
    pub fn compose(&self, inner: &poly1d) -> poly1d {
        let mut out = poly1d::of(0);
        let Ok(coeffs) = self.coeffs.eval() else { return self.clone() };
        for i in 0..coeffs.size() {
            out = &(&out * inner) + &poly1d::of(coeffs.get_flat(i));
        }
        out
    }

    /// The derivative; the bare value is its order.
    #[track_caller]
    pub fn deriv(&self, options: impl Into<PolyderOptions>) -> poly1d {
        poly1d::of(polyder(&self.coeffs, options))
    }

    /// The integral; the bare value is its order.
    #[track_caller]
    pub fn integ(&self, options: impl Into<PolyintOptions>) -> poly1d {
        poly1d::of(polyint(&self.coeffs, options))
    }

    /// A power.
    #[track_caller]
    pub fn pow(&self, power: i64) -> poly1d {
        let failed = call("poly1d::pow", |cx| match power {
            ..0 => raise!(Value, "Power to non-negative integers only."),
            _ if i128::from(power) * (self.coeffs.0.shape.first().map_or(0, |&n| n as i128) - 1) > 1 << 32 => {
                raise!(Value, "the power is too large")
            }
            _ => cx.array(1),
        });
        if failed.check().is_err() {
            return poly1d { coeffs: failed, variable: self.variable.clone() };
        }
        let mut out = poly1d::of([1_i64]);
        for _ in 0..power {
            out = self * &out;
        }
        out
    }

    /// Quotient and remainder.
    #[track_caller]
    pub fn divide(&self, other: &poly1d) -> (poly1d, poly1d) {
        let (quotient, rest) = polydiv(&self.coeffs, &other.coeffs);
        (poly1d::of(quotient), poly1d::of(rest))
    }

    /// The coefficient of a power of the variable: 0 beyond the degree. Evaluates the coefficients.
    pub fn get(&self, power: usize) -> Scalar {
        match self.coeffs.eval() {
            Ok(coeffs) if power < coeffs.size() => coeffs.get_flat(coeffs.size() - 1 - power),
            _ => Scalar::from_bits(self.coeffs.0.dtype, [0, 0]),
        }
    }

    /// Sets the coefficient of a power of the variable, in the dtype of the coefficients.
    #[track_caller]
    pub fn set(&mut self, power: usize, value: impl Into<Operand>) {
        let value = value.into();
        self.coeffs = call("poly1d::set", |cx| {
            self.coeffs.check()?;
            if power > 1 << 32 {
                return raise!(Value, "the power is too large");
            }
            let n = self.coeffs.0.shape[0].max(power + 1);
            let c = lengthened(cx, &self.coeffs, n)?;
            let value = cx.reshape(&cx.array_as(&value, c.0.dtype)?, &[1])?;
            let at = n - 1 - power;
            cx.concat(&[cx.part(&c, 0, 0, at)?, value, cx.part(&c, 0, at + 1, power)?], 0)
        });
    }

    /// The polynomial as a call of its constructor, as NumPy's `repr` prints it.
    pub fn repr(&self) -> Result<String> {
        let text = crate::array_repr(&self.coeffs, ..)?;
        Ok(format!("poly1d({})", text.get(6..text.len().saturating_sub(1)).unwrap_or_default()))
    }
}

impl From<&poly1d> for Operand {
    fn from(p: &poly1d) -> Operand {
        (&p.coeffs).into()
    }
}

impl From<poly1d> for Operand {
    fn from(p: poly1d) -> Operand {
        p.coeffs.into()
    }
}

macro_rules! operators {
    ($($Trait:ident $method:ident $function:ident;)*) => {$(
        impl $Trait<&poly1d> for &poly1d {
            type Output = poly1d;
            #[track_caller]
            fn $method(self, other: &poly1d) -> poly1d { poly1d::of($function(&self.coeffs, &other.coeffs)) }
        }
        impl $Trait<poly1d> for poly1d {
            type Output = poly1d;
            #[track_caller]
            fn $method(self, other: poly1d) -> poly1d { poly1d::of($function(&self.coeffs, &other.coeffs)) }
        }
        operators!(@numbers $Trait $method $function: i32, i64, f32, f64);
    )*};
    (@numbers $Trait:ident $method:ident $function:ident: $($t:ty),*) => {$(
        impl $Trait<$t> for &poly1d {
            type Output = poly1d;
            #[track_caller]
            fn $method(self, other: $t) -> poly1d { poly1d::of($function(&self.coeffs, other)) }
        }
        impl $Trait<&poly1d> for $t {
            type Output = poly1d;
            #[track_caller]
            fn $method(self, other: &poly1d) -> poly1d { poly1d::of($function(self, &other.coeffs)) }
        }
    )*};
}
operators! { Add add polyadd; Sub sub polysub; Mul mul polymul; }

impl std::ops::Div<f64> for &poly1d {
    type Output = poly1d;
    #[track_caller]
    fn div(self, other: f64) -> poly1d {
        poly1d::of(crate::divide(&self.coeffs, other))
    }
}

impl Neg for &poly1d {
    type Output = poly1d;
    #[track_caller]
    fn neg(self) -> poly1d {
        poly1d::of(crate::negative(&self.coeffs))
    }
}

/// Equal coefficients. Evaluates them; nothing equals an error.
impl PartialEq for poly1d {
    fn eq(&self, other: &poly1d) -> bool {
        crate::array_equal(&self.coeffs, &other.coeffs, ..).item::<bool>().unwrap_or(false)
    }
}

/// C's `%.4g`.
fn short(x: f64) -> String {
    if !x.is_finite() {
        return if x.is_nan() { "nan".to_owned() } else { if x > 0.0 { "inf" } else { "-inf" }.to_owned() };
    }
    let without_zeros = |text: &str| match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text.to_owned(),
    };
    let scientific = format!("{x:.3e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let power: i32 = exponent.parse().unwrap_or(0);
    if x == 0.0 {
        return if x.is_sign_negative() { "-0" } else { "0" }.to_owned();
    }
    if (-4..4).contains(&power) {
        return without_zeros(&format!("{x:.*}", (3 - power) as usize));
    }
    let sign = if power < 0 { '-' } else { '+' };
    format!("{}e{sign}{:02}", without_zeros(mantissa), power.abs())
}

/// One coefficient, in few digits.
fn coefficient(x: Scalar) -> String {
    let z = x.to_c128();
    match (z.re, z.im) {
        (re, 0.0) => short(re),
        (0.0, im) => format!("{}j", short(im)),
        (re, im) => format!("({} + {}j)", short(re), short(im)),
    }
}

/// Characters of a line.
const WRAP: usize = 70;

/// Powers, written `**12`, on lines above.
fn raised(text: &str) -> String {
    let (mut above, mut line) = (String::new(), String::new());
    let mut out = " ".to_owned();
    let mut rest = text;
    while let Some(at) = rest.find("**") {
        let part = &rest[..at];
        let behind = &rest[at + 2..];
        let digits = behind.len() - behind.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let power = &behind[..digits];
        rest = &behind[digits..];
        let low = part.to_owned() + &" ".repeat(power.len().saturating_sub(1));
        let high = " ".repeat(part.chars().count().saturating_sub(1)) + power;
        if line.chars().count() + low.chars().count() > WRAP || above.chars().count() + high.chars().count() > WRAP {
            out += &format!("{above}\n{line}\n ");
            (above, line) = (high, low);
        } else {
            line += &low;
            above += &high;
        }
    }
    format!("{out}{above}\n{line}{rest}")
}

/// The polynomial as NumPy's `str` prints it, powers on a line of their own; an error prints as its message.
impl fmt::Display for poly1d {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let coeffs = match self.coeffs.eval() {
            Ok(coeffs) => coeffs,
            Err(error) => return write!(f, "<error: {error}>"),
        };
        let all: Vec<Scalar> = (0..coeffs.size()).map(|i| coeffs.get_flat(i)).collect();
        let zero = |x: &Scalar| x.to_c128() == num_complex::Complex::new(0.0, 0.0);
        let all = all.get(all.iter().position(|x| !zero(x)).unwrap_or(all.len())..).unwrap_or_default();
        let mut text = "0".to_owned();
        for (i, &x) in all.iter().enumerate() {
            let (number, power) = (coefficient(x), all.len() - 1 - i);
            let term = match (power, number.as_str()) {
                (0, "0") if i > 0 => String::new(),
                (0, _) => number,
                (_, "0") => String::new(),
                (1, _) => format!("{number} {}", self.variable),
                _ => format!("{number} {}**{power}", self.variable),
            };
            if i == 0 {
                text = term;
            } else if let Some(size) = term.strip_prefix('-') {
                text += &format!(" - {size}");
            } else if !term.is_empty() {
                text += &format!(" + {term}");
            }
        }
        f.write_str(&raised(&text))
    }
}

/// Elements as in NumPy's iteration: coefficients, highest degree first.
impl poly1d {
    /// The coefficients as numbers of `T`, which must be the type of their dtype.
    #[track_caller]
    pub fn to_vec<T: Element>(&self) -> Result<Vec<T>> {
        self.coeffs.to_vec::<T>()
    }
}
