//! NumPy's `emath`: functions that give complex results where real ones would be NaN.
//!
//! Whether they do depends on the values, so they evaluate what they look at when they are called.

use numfuse_ir::{DType, Ew, ReduceOp};

use crate::array::Array;
use crate::array::build::{Cx, call};
use crate::array::operand::{Operand, k};
use crate::error::Raised;

/// Whether a condition holds anywhere.
fn any(cx: Cx, condition: &Array) -> Raised<bool> {
    if condition.0.shape.contains(&0) {
        return Ok(false);
    }
    let axes: Vec<usize> = (0..condition.0.shape.len()).collect();
    Ok(cx.reduce(ReduceOp::Any, condition, &axes, false)?.item::<bool>()?)
}

/// The real parts, and whether the numbers are real: an imaginary part of 0 counts.
fn reals(cx: Cx, x: &Array) -> Raised<(Array, Option<Array>)> {
    if !x.0.dtype.is_complex() {
        return Ok((x.clone(), None));
    }
    let real = cx.bin(Ew::Equal, &cx.un(Ew::Imag, x)?, k(0))?;
    Ok((cx.un(Ew::Real, x)?, Some(real)))
}

/// Whether some number is real and meets a condition on its real part.
fn any_real(cx: Cx, x: &Array, condition: impl Fn(&Array) -> Raised<Array>) -> Raised<bool> {
    if x.0.dtype == DType::Bool {
        return Ok(false);
    }
    let (part, real) = reals(cx, x)?;
    let meets = condition(&part)?;
    match real {
        Some(real) => any(cx, &cx.bin(Ew::LogicalAnd, &real, &meets)?),
        None => any(cx, &meets),
    }
}

/// `_tocomplex` of `numpy/lib/_scimath_impl.py`.
fn complex(cx: Cx, x: &Array) -> Raised<Array> {
    use DType::*;
    let dtype = match x.0.dtype {
        F32 | I8 | I16 | U8 | U16 | C64 => C64,
        _ => C128,
    };
    cx.cast(x, dtype)
}

/// The numbers, complex if a real one is negative.
fn with_negatives(cx: Cx, x: Operand) -> Raised<Array> {
    let x = cx.array(x)?;
    if any_real(cx, &x, |part| cx.bin(Ew::Less, part, k(0)))? { complex(cx, &x) } else { Ok(x) }
}

/// The numbers, complex if a real one is outside of -1 to 1.
fn with_outside(cx: Cx, x: Operand) -> Raised<Array> {
    let x = cx.array(x)?;
    if any_real(cx, &x, |part| cx.bin(Ew::Greater, &cx.un(Ew::Absolute, part)?, k(1)))? {
        complex(cx, &x)
    } else {
        Ok(x)
    }
}

macro_rules! functions {
    ($($(#[$doc:meta])* $name:ident $op:ident $domain:ident;)*) => {$(
        $(#[$doc])*
        #[track_caller]
        pub fn $name(x: impl Into<Operand>) -> Array {
            let x = x.into();
            call(stringify!($name), |cx| cx.un(Ew::$op, &$domain(cx, x)?))
        }
    )*};
}

functions! {
    /// Square root; of negative numbers, imaginary.
    ///
    /// ```
    /// use numfuse as np;
    /// use num_complex::Complex;
    /// assert_eq!(np::emath::sqrt([1.0, 4.0]).dtype(), np::float64);
    /// assert_eq!(np::emath::sqrt(-1.0).item::<Complex<f64>>()?, Complex::new(0.0, 1.0));
    /// assert_eq!(np::emath::log2([-4.0]).item::<Complex<f64>>()?.re, 2.0);
    /// assert_eq!(np::emath::power([2, 4], -1).to_vec::<f64>()?, [0.5, 0.25]);
    /// assert_eq!(np::emath::logn(2, [4.0, 8.0]).to_vec::<f64>()?, [2.0, 3.0]);
    /// assert_eq!(np::emath::arccos(2.0).dtype(), np::complex128);
    /// # Ok::<(), np::Error>(())
    /// ```
    sqrt Sqrt with_negatives;
    /// Natural logarithm; of negative numbers, that of their magnitude plus `πi`. See [`sqrt`].
    log Log with_negatives;
    /// Logarithm to base 2. See [`sqrt`].
    log2 Log2 with_negatives;
    /// Logarithm to base 10. See [`sqrt`].
    log10 Log10 with_negatives;
    /// Inverse cosine; complex beyond 1. See [`sqrt`].
    arccos Arccos with_outside;
    /// Inverse sine; complex beyond 1. See [`sqrt`].
    arcsin Arcsin with_outside;
    /// Inverse hyperbolic tangent; complex beyond 1. See [`sqrt`].
    arctanh Arctanh with_outside;
}

/// Logarithm to base `n`. See [`sqrt`].
#[track_caller]
pub fn logn(n: impl Into<Operand>, x: impl Into<Operand>) -> Array {
    let (n, x) = (n.into(), x.into());
    call("logn", |cx| {
        let (x, n) = (with_negatives(cx, x)?, with_negatives(cx, n)?);
        cx.bin(Ew::Divide, &cx.un(Ew::Log, &x)?, &cx.un(Ew::Log, &n)?)
    })
}

/// `x` to the power `p`: complex for negative numbers, and a float for negative integer powers. See
/// [`sqrt`].
#[track_caller]
pub fn power(x: impl Into<Operand>, p: impl Into<Operand>) -> Array {
    let (x, p) = (x.into(), p.into());
    call("power", |cx| {
        let x = with_negatives(cx, x)?;
        let mut p = cx.array(p)?;
        if any_real(cx, &p, |part| cx.bin(Ew::Less, part, k(0)))? {
            p = cx.bin(Ew::Multiply, &p, k(1.0))?;
        }
        cx.bin(Ew::Power, &x, &p)
    })
}
