//! Gauss' quadrature, the weights of the families, and Chebyshev's points.

use std::f64::consts::PI;

use numfuse_ir::{DType, Ew};

use super::algebra::{self, Rows};
use super::basis::{Basis, CHEBYSHEV, HERMITE, HERMITE_E, LAGUERRE, LEGENDRE};
use super::functions::{array_of, vander};
use crate::array::Array;
use crate::array::build::Cx;
use crate::array::operand::{Operand, k};
use crate::error::{Raised, raise};

/// Quadratures need a matrix of as many rows and columns.
const MOST: i64 = 1 << 15;

fn degree_of(degree: i64) -> Raised<usize> {
    if degree <= 0 {
        return raise!(Value, "deg must be a positive integer");
    }
    if degree > MOST {
        return raise!(Value, "deg must be at most {MOST}");
    }
    Ok(degree as usize)
}

/// Eigenvalues of the symmetric companion matrix of a polynomial: a first approximation of its roots (G. H. Golub and J.
/// H. Welsch, "Calculation of Gauss quadrature rules", 1969).
fn first_roots(cx: Cx, basis: &Basis, degree: usize) -> Raised<Vec<f64>> {
    let mut c = vec![0.0; degree + 1];
    c[degree] = 1.0;
    let matrix = array_of(cx, algebra::companion(basis, &c))?;
    let matrix = cx.reshape(&matrix, &[degree, degree])?;
    Ok(crate::linalg::eigvalsh(&matrix, ..).to_vec::<f64>()?)
}

/// Divided by the largest absolute value.
fn normalized(mut values: Vec<f64>) -> Vec<f64> {
    let most = values.iter().fold(0.0_f64, |m, x| m.max(x.abs()));
    values.iter_mut().for_each(|x| *x /= most);
    values
}

/// Symmetric about 0, as the exact ones are.
fn symmetrized(x: &mut [f64], w: &mut [f64]) {
    let (xs, ws) = (x.to_vec(), w.to_vec());
    let mirrored = |v: &[f64], i: usize| v[v.len() - 1 - i];
    for i in 0..x.len() {
        x[i] = (xs[i] - mirrored(&xs, i)) / 2.0;
        w[i] = (ws[i] + mirrored(&ws, i)) / 2.0;
    }
}

/// Points and weights, scaled to a total.
fn pair(cx: Cx, x: Vec<f64>, mut w: Vec<f64>, total: f64) -> Raised<[Array; 2]> {
    let sum: f64 = w.iter().sum();
    w.iter_mut().for_each(|w| *w *= total / sum);
    Ok([array_of(cx, x)?, array_of(cx, w)?])
}

pub(super) fn chebyshev_gauss(cx: Cx, degree: i64) -> Raised<[Array; 2]> {
    let n = degree_of(degree)?;
    let x = (0..n).map(|i| (PI * (2 * i + 1) as f64 / (2.0 * n as f64)).cos()).collect();
    Ok([array_of(cx, x)?, array_of(cx, vec![PI / n as f64; n])?])
}

/// By the derivative: Laguerre and Legendre.
fn by_derivative(cx: Cx, basis: &Basis, degree: i64, symmetric: bool, total: f64) -> Raised<[Array; 2]> {
    let n = degree_of(degree)?;
    let mut c = vec![0.0; n + 1];
    c[n] = 1.0;
    let rows = Rows { rows: c.iter().map(|&x| vec![x]).collect() };
    let slope: Vec<f64> = rows.derive(basis, 1, 1.0).rows.concat();
    let mut x = first_roots(cx, basis, n)?;
    let values = |c: &[f64], x: &[f64]| -> Vec<f64> { x.iter().map(|&x| algebra::value(basis, c, x)).collect() };
    // One step of Newton's method.
    let (error, slopes) = (values(&c, &x), values(&slope, &x));
    x.iter_mut().zip(error.iter().zip(&slopes)).for_each(|(x, (e, s))| *x -= e / s);
    let (below, slopes) = (normalized(values(&c[1..], &x)), normalized(slopes));
    let mut w: Vec<f64> = below.iter().zip(&slopes).map(|(b, s)| 1.0 / (b * s)).collect();
    if symmetric {
        symmetrized(&mut x, &mut w);
    }
    pair(cx, x, w, total)
}

pub(super) fn laguerre_gauss(cx: Cx, degree: i64) -> Raised<[Array; 2]> {
    by_derivative(cx, &LAGUERRE, degree, false, 1.0)
}

pub(super) fn legendre_gauss(cx: Cx, degree: i64) -> Raised<[Array; 2]> {
    by_derivative(cx, &LEGENDRE, degree, true, 2.0)
}

/// The value of the normalized Hermite polynomial of degree `n`; `a` is 2 for the physicists' and 1 for the others.
fn normed(x: f64, n: usize, a: f64, total: f64) -> f64 {
    let first = 1.0 / total.sqrt();
    if n == 0 {
        return first;
    }
    let (mut c0, mut c1) = (0.0, first);
    for degree in (2..=n).rev() {
        let degree = degree as f64;
        let before = c0;
        c0 = -c1 * ((degree - 1.0) / degree).sqrt();
        c1 = before + c1 * x * (a / degree).sqrt();
    }
    c0 + c1 * x * a.sqrt()
}

fn by_norm(cx: Cx, basis: &Basis, degree: i64, a: f64, total: f64) -> Raised<[Array; 2]> {
    let n = degree_of(degree)?;
    let mut x = first_roots(cx, basis, n)?;
    for x in &mut x {
        *x -= normed(*x, n, a, total) / (normed(*x, n - 1, a, total) * (a * n as f64).sqrt());
    }
    let below = normalized(x.iter().map(|&x| normed(x, n - 1, a, total)).collect());
    let mut w: Vec<f64> = below.iter().map(|b| 1.0 / (b * b)).collect();
    symmetrized(&mut x, &mut w);
    pair(cx, x, w, total)
}

pub(super) fn hermite_gauss(cx: Cx, degree: i64) -> Raised<[Array; 2]> {
    by_norm(cx, &HERMITE, degree, 2.0, PI.sqrt())
}

pub(super) fn hermite_e_gauss(cx: Cx, degree: i64) -> Raised<[Array; 2]> {
    by_norm(cx, &HERMITE_E, degree, 1.0, (2.0 * PI).sqrt())
}

pub(super) fn chebyshev_weight(cx: Cx, x: &Operand) -> Raised<Array> {
    let (right, left) = (cx.bin(Ew::Add, k(1.0), x)?, cx.bin(Ew::Subtract, k(1.0), x)?);
    let root = cx.bin(Ew::Multiply, &cx.un(Ew::Sqrt, &right)?, &cx.un(Ew::Sqrt, &left)?)?;
    cx.bin(Ew::Divide, k(1.0), &root)
}

pub(super) fn hermite_weight(cx: Cx, x: &Operand) -> Raised<Array> {
    cx.un(Ew::Exp, &cx.un(Ew::Negative, &cx.un(Ew::Square, x)?)?)
}

pub(super) fn hermite_e_weight(cx: Cx, x: &Operand) -> Raised<Array> {
    cx.un(Ew::Exp, &cx.bin(Ew::Multiply, k(-0.5), &cx.un(Ew::Square, x)?)?)
}

pub(super) fn laguerre_weight(cx: Cx, x: &Operand) -> Raised<Array> {
    cx.un(Ew::Exp, &cx.un(Ew::Negative, x)?)
}

pub(super) fn legendre_weight(cx: Cx, x: &Operand) -> Raised<Array> {
    cx.bin(Ew::Add, &cx.bin(Ew::Multiply, x, k(0.0))?, k(1.0))
}

pub(super) fn chebyshev_points_1(cx: Cx, n: i64) -> Raised<Array> {
    if n < 1 {
        return raise!(Value, "npts must be >= 1");
    }
    let odd = crate::arange(1 - n, crate::options::stop(n + 1).step(2));
    odd.check()?;
    cx.un(Ew::Sin, &cx.bin(Ew::Multiply, k(0.5 * PI / n as f64), &odd)?)
}

pub(super) fn chebyshev_points_2(cx: Cx, n: i64) -> Raised<Array> {
    if n < 2 {
        return raise!(Value, "npts must be >= 2");
    }
    let angles = crate::linspace(-PI, 0.0, crate::options::num(n));
    angles.check()?;
    cx.un(Ew::Cos, &angles)
}

pub(super) fn chebyshev_interpolation(cx: Cx, f: impl FnOnce(&Array) -> Array, degree: i64) -> Raised<Array> {
    if degree < 0 {
        return raise!(Value, "expected deg >= 0");
    }
    let order = degree_of(degree.saturating_add(1))?;
    let points = chebyshev_points_1(cx, order as i64)?;
    let values = f(&points);
    values.check()?;
    let matrix = cx.permute(&vander(cx, &CHEBYSHEV, &points.into(), degree)?, &[1, 0])?;
    let c = crate::dot(&matrix, &values);
    c.check()?;
    let mut parts = vec![1.0 / (0.5 * order as f64); order];
    parts[0] = 1.0 / order as f64;
    let mut shape = vec![1; c.0.shape.len()];
    shape[0] = order;
    let factors = cx.reshape(&array_of(cx, parts)?, &shape)?;
    cx.bin(Ew::Multiply, &c, &cx.cast(&factors, c.0.dtype.real().promote(DType::F16))?)
}
