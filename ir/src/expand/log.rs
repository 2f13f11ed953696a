//! Logarithms.
//!
//! `x = 2^k·(1 + f)` with `√½ ≤ 1 + f < √2`, and, after FreeBSD msun's `e_log.c`,
//! `log(1 + f) = f − (f²/2 − s·(f²/2 + R))` with `s = f/(2 + f)` and `R` a polynomial in `s²`
//! (coefficients by our own Remez exchange).

use super::{By, Math, Poly};
use crate::kernel::{Builder, ValueId};

/// `R / s²`, where `log(1 + f) = 2s + s·R`; errors relative to the logarithm: 2^-59.4, 2^-30.2.
const LOG_R: Poly = By {
    f64: &[
        0.6666666666666735,
        0.39999999999409336,
        0.28571428743641664,
        0.22222198442078553,
        0.1818357112737909,
        0.1531387787937672,
        0.1479766996450892,
    ],
    f32: &[0.66666776, 0.39977568, 0.2987146],
};

/// `log(1 + f) = f − (half_sq − s·(half_sq + r))`.
struct Parts {
    /// The exponent, as a float.
    k: ValueId,
    f: ValueId,
    half_sq: ValueId,
    /// `s·(half_sq + r)`.
    tail: ValueId,
    /// Where `x ≤ 0`, and the result there: −∞ or NaN, made by a division by zero.
    pole: ValueId,
    pole_value: ValueId,
}

/// Splits off the exponent of `x`.
fn parts(m: &mut Math, x: ValueId) -> Parts {
    let width = m.f.mantissa;
    let zero = m.k(0.0);
    let (one, two) = (m.k(1.0), m.k(2.0));

    // Subnormals are scaled up.
    let tiny = m.k(2f64.powi(1 - m.f.bias as i32));
    let subnormal = m.lt(x, tiny);
    let up = m.k(2f64.powi(width as i32 + 2));
    let scaled = m.mul(x, up);
    let scaled = m.select(subnormal, scaled, x);

    let root = std::f64::consts::FRAC_1_SQRT_2;
    let (bits, root_bits, one_bits) = (m.as_int(scaled), m.n_of(root), m.n_of(1.0));
    let offset = m.sub(one_bits, root_bits);
    let bits = m.add(bits, offset);
    // The biased exponent e, as the float 2^mantissa + e.
    let implicit = 2f64.powi(width as i32);
    let exponent = m.shr_k(bits, width);
    let implicit_bits = m.n_of(implicit);
    let exponent = m.or(exponent, implicit_bits);
    let exponent = m.as_float(exponent);
    let normal_bias = m.k(implicit + m.f.bias as f64);
    let subnormal_bias = m.k(implicit + (m.f.bias + width + 2) as f64);
    let bias = m.select(subnormal, subnormal_bias, normal_bias);
    let k = m.sub(exponent, bias);

    let fraction_mask = m.n((1 << width) - 1);
    let fraction = m.and(bits, fraction_mask);
    let fraction = m.add(fraction, root_bits);
    let fraction = m.as_float(fraction);
    let f = m.sub(fraction, one);

    // One division serves both log(1 + f) and the poles, which so set the right IEEE flags.
    let pole = m.le(x, zero);
    let is_zero = m.eq(x, zero);
    let minus_one = m.k(-1.0);
    let numerator = m.select(is_zero, minus_one, zero);
    let numerator = m.select(pole, numerator, f);
    let denominator = m.add(f, two);
    let denominator = m.select(pole, zero, denominator);
    let s = m.div(numerator, denominator);

    let half = m.k(0.5);
    let half_f = m.mul(f, half);
    let half_sq = m.mul(half_f, f);
    let z = m.mul(s, s);
    let r = m.poly_by(z, &LOG_R);
    let sum = m.fma(z, r, half_sq);
    let tail = m.mul(s, sum);
    Parts { k, f, half_sq, tail, pole, pole_value: s }
}

/// Puts in what infinity, NaN, zero and negative arguments give.
fn specials(m: &mut Math, x: ValueId, p: &Parts, y: ValueId) -> ValueId {
    let infinity = m.k(f64::INFINITY);
    let finite = m.lt(x, infinity);
    let y = m.select(finite, y, x);
    m.select(p.pole, p.pole_value, y)
}

/// Natural logarithm.
pub fn log(b: &mut Builder, x: ValueId) -> ValueId {
    let m = &mut Math::of(b, x);
    let p = parts(m, x);
    let [hi, lo] = m.f.ln2;
    let tail = m.fma_k(p.k, lo, p.tail);
    let y = m.sub(tail, p.half_sq);
    let y = m.add(p.f, y);
    let y = m.fma_k(p.k, hi, y);
    specials(m, x, &p, y)
}
