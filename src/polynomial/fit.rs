//! Least-squares fits, for any basis.

use half::f16;
use numfuse_ir::{DType, Ew, Scalar};

use super::basis::Basis;
use super::functions::{Fit, FitDiagnostics, FitOptions, array_of, vander};
use crate::array::Array;
use crate::array::build::Cx;
use crate::array::operand::{Operand, k};
use crate::error::{Raised, raise};

/// The degrees of a fit: up to one, or some.
#[derive(Clone, Debug)]
pub struct Degrees {
    degrees: Vec<i64>,
    several: bool,
}

macro_rules! degrees_from {
    ($($t:ty),*) => {$(
        impl From<$t> for Degrees {
            fn from(degree: $t) -> Degrees { Degrees { degrees: vec![degree as i64], several: false } }
        }
        impl<const N: usize> From<[$t; N]> for Degrees {
            fn from(degrees: [$t; N]) -> Degrees {
                Degrees { degrees: degrees.iter().map(|&d| d as i64).collect(), several: true }
            }
        }
        impl From<Vec<$t>> for Degrees {
            fn from(degrees: Vec<$t>) -> Degrees {
                Degrees { degrees: degrees.iter().map(|&d| d as i64).collect(), several: true }
            }
        }
    )*};
}
degrees_from!(i32, i64, usize);

/// A vector as floats; `words` say what is wrong with anything else.
fn float_vector(cx: Cx, x: &Operand, words: &str) -> Raised<Array> {
    let x = cx.array(x)?;
    if x.0.shape.len() != 1 {
        return raise!(DType, "{words}");
    }
    if x.0.dtype.is_inexact() { Ok(x) } else { cx.cast(&x, DType::F64) }
}

pub(crate) fn fit(cx: Cx, basis: &Basis, x: &Operand, y: &Operand, degrees: Degrees, o: &FitOptions) -> Raised<Fit> {
    let y = cx.array(y)?;
    let y = if y.0.dtype.is_inexact() { y } else { cx.cast(&y, DType::F64)? };
    let Degrees { mut degrees, several } = degrees;
    degrees.sort_unstable();
    let (Some(&least), Some(&most)) = (degrees.first(), degrees.last()) else {
        return raise!(DType, "deg must be an int or non-empty 1-D array of int");
    };
    if least < 0 {
        return raise!(Value, "expected deg >= 0");
    }
    let x = float_vector(cx, x, "expected 1D vector for x")?;
    let n = x.0.shape[0];
    if n == 0 {
        return raise!(DType, "expected non-empty vector for x");
    }
    if !(1..=2).contains(&y.0.shape.len()) {
        return raise!(DType, "expected 1D or 2D array for y");
    }
    if y.0.shape[0] != n {
        return raise!(DType, "expected x and y to have same length");
    }
    let mut lhs = vander(cx, basis, &(&x).into(), most)?;
    if several {
        lhs = cx.take(&lhs, &array_of(cx, degrees.clone())?, 1)?;
    }
    let mut rhs = y;
    if let Some(w) = &o.w {
        let w = float_vector(cx, w, "expected 1D vector for w")?;
        if w.0.shape[0] != n {
            return raise!(DType, "expected x and w to have same length");
        }
        let column = cx.reshape(&w, &[n, 1])?;
        lhs = cx.bin(Ew::Multiply, &lhs, &column)?;
        rhs = cx.bin(Ew::Multiply, &rhs, if rhs.0.shape.len() == 2 { &column } else { &w })?;
    }
    let rcond = match &o.rcond {
        Some(rcond) => rcond.clone(),
        None => cx.param(Scalar::new(n as f64 * epsilon(x.0.dtype))),
    };
    // Columns of one length.
    let squares = match lhs.0.dtype.is_complex() {
        true => {
            let (re, im) = (cx.un(Ew::Real, &lhs)?, cx.un(Ew::Imag, &lhs)?);
            cx.bin(Ew::Add, &cx.un(Ew::Square, &re)?, &cx.un(Ew::Square, &im)?)?
        }
        false => cx.un(Ew::Square, &lhs)?,
    };
    let scale = cx.un(Ew::Sqrt, crate::sum(&squares, 0))?;
    let scale = cx.select(&cx.bin(Ew::Equal, &scale, k(0))?, k(1), &scale, scale.0.dtype)?;
    let found = crate::linalg::lstsq(&cx.bin(Ew::Divide, &lhs, &scale)?, &rhs, crate::options::rcond(rcond.clone()));
    found.x.check()?;
    let matrix = found.x.0.shape.len() == 2;
    let count = degrees.len();
    let column = if several { count } else { most as usize + 1 };
    let scale = if matrix { cx.reshape(&scale, &[column, 1])? } else { scale };
    let mut c = cx.bin(Ew::Divide, &found.x, &scale)?;
    if several {
        // Coefficients that were not fitted are 0.
        let mut shape = c.0.shape.clone();
        shape[0] = 1;
        let none = cx.full(&shape, &k(0), c.0.dtype)?;
        let rows = (0..=most).map(|d| match degrees.binary_search(&d) {
            Ok(i) => cx.part(&c, 0, i, 1),
            Err(_) => Ok(none.clone()),
        });
        let rows: Vec<Array> = rows.collect::<Raised<_>>()?;
        c = cx.concat(&rows, 0)?;
    }
    let diagnostics = match o.full.unwrap_or(false) {
        false => None,
        true => Some(FitDiagnostics {
            residuals: found.residuals,
            rank: found.rank,
            singular_values: found.s,
            rcond: cx.array(rcond)?,
        }),
    };
    Ok(Fit { coefficients: c, diagnostics })
}

/// The distance from 1 to the next number.
pub(crate) fn epsilon(dtype: DType) -> f64 {
    match dtype {
        DType::F16 => f16::EPSILON.to_f64(),
        DType::F32 | DType::C64 => f32::EPSILON.into(),
        _ => f64::EPSILON,
    }
}

/// [`fit`] as a public function.
#[track_caller]
pub(super) fn fitted(
    name: &'static str,
    basis: &Basis,
    x: &Operand,
    y: &Operand,
    degrees: Degrees,
    o: &FitOptions,
) -> Fit {
    let cx = Cx { location: std::panic::Location::caller() };
    fit(cx, basis, x, y, degrees, o).unwrap_or_else(|raise| {
        let failed = Array::failed(raise.sign(name, cx.location));
        let diagnostics = o.full.unwrap_or(false).then(|| FitDiagnostics {
            residuals: failed.clone(),
            rank: failed.clone(),
            singular_values: failed.clone(),
            rcond: failed.clone(),
        });
        Fit { coefficients: failed, diagnostics }
    })
}
