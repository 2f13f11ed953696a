//! Logarithms.
//!
//! `x = 2^k·(1 + f)` with `√½ ≤ 1 + f < √2`, and, after FreeBSD msun's `e_log.c`,
//! `log(1 + f) = f − (f²/2 − s·(f²/2 + R))` with `s = f/(2 + f)` and `R` a polynomial in `s²`
//! (coefficients by our own Remez exchange).

use super::exp::{exp, exp2};
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

/// `x = 2^k·(1 + f)` and `log(1 + f) = f − (half_sq − tail)`.
struct Parts {
    /// The exponent, as a float.
    k: ValueId,
    f: ValueId,
    half_sq: ValueId,
    /// `s·(half_sq + R)`.
    tail: ValueId,
    /// Where `x ≤ 0`, and the result there: −∞ or NaN, made by a division by zero.
    pole: ValueId,
    pole_value: ValueId,
}

/// `x = 2^k·(1 + f)`, given as `k` (a float) and `f`, for positive finite `x`; subnormals only if
/// `subnormals`.
pub(super) fn split(m: &mut Math, x: ValueId, subnormals: bool) -> (ValueId, ValueId) {
    let (width, bias) = (m.f.mantissa, m.f.bias);
    // The float 2^mantissa + e has the biased exponent e in its low bits.
    let implicit = 2f64.powi(width as i32);
    let normal_bias = m.k(implicit + bias as f64);
    let (scaled, exponent_bias) = if subnormals {
        let tiny = m.k(2f64.powi(1 - bias as i32));
        let subnormal = m.lt(x, tiny);
        let up = m.k(2f64.powi(width as i32 + 2));
        let scaled = m.mul(x, up);
        let scaled = m.select(subnormal, scaled, x);
        let subnormal_bias = m.k(implicit + (bias + width + 2) as f64);
        (scaled, m.select(subnormal, subnormal_bias, normal_bias))
    } else {
        (x, normal_bias)
    };

    // Adding 1 − √½ to the bits carries into the exponent from √2 on.
    let (bits, root, one_bits) = (m.as_int(scaled), m.n_of(std::f64::consts::FRAC_1_SQRT_2), m.n_of(1.0));
    let offset = m.sub(one_bits, root);
    let bits = m.add(bits, offset);
    let exponent = m.shr_k(bits, width);
    let implicit_bits = m.n_of(implicit);
    let exponent = m.or(exponent, implicit_bits);
    let exponent = m.as_float(exponent);
    let k = m.sub(exponent, exponent_bias);
    let fraction_mask = m.n((1 << width) - 1);
    let fraction = m.and(bits, fraction_mask);
    let fraction = m.add(fraction, root);
    let fraction = m.as_float(fraction);
    let one = m.k(1.0);
    (k, m.sub(fraction, one))
}

/// `f²/2` and `s·(f²/2 + R)`, given `R/s²` as a polynomial in `s²`.
fn series(m: &mut Math, f: ValueId, s: ValueId, r: &Poly) -> (ValueId, ValueId) {
    let half = m.k(0.5);
    let half_f = m.mul(f, half);
    let half_sq = m.mul(half_f, f);
    let z = m.mul(s, s);
    let r = m.poly_by(z, r);
    let sum = m.fma(z, r, half_sq);
    (half_sq, m.mul(s, sum))
}

/// The parts of the logarithm of `x`.
fn parts(m: &mut Math, x: ValueId, subnormals: bool) -> Parts {
    let (k, f) = split(m, x, subnormals);
    let (zero, two) = (m.k(0.0), m.k(2.0));

    // One division serves both log(1 + f) and the poles, which so set the right IEEE flags.
    let pole = m.le(x, zero);
    let is_zero = m.eq(x, zero);
    let minus_one = m.k(-1.0);
    let numerator = m.select(is_zero, minus_one, zero);
    let numerator = m.select(pole, numerator, f);
    let denominator = m.add(f, two);
    let denominator = m.select(pole, zero, denominator);
    let s = m.div(numerator, denominator);

    let (half_sq, tail) = series(m, f, s, &LOG_R);
    Parts { k, f, half_sq, tail, pole, pole_value: s }
}

impl Parts {
    /// Puts in what infinity, NaN, zero and negative arguments give.
    fn specials(&self, m: &mut Math, x: ValueId, y: ValueId) -> ValueId {
        let infinity = m.k(f64::INFINITY);
        let finite = m.lt(x, infinity);
        let y = m.select(finite, y, x);
        m.select(self.pole, self.pole_value, y)
    }

    /// `k·ln 2 + log(1 + f) + correction`.
    fn natural(&self, m: &mut Math, correction: Option<ValueId>) -> ValueId {
        let [hi, lo] = m.f.ln2;
        let tail = m.fma_k(self.k, lo, self.tail);
        let tail = match correction {
            Some(c) => m.add(tail, c),
            None => tail,
        };
        let y = m.sub(tail, self.half_sq);
        let y = m.add(self.f, y);
        m.fma_k(self.k, hi, y)
    }

    /// As [`Parts::natural`], with the rounding errors of `k·ln 2 + f`.
    fn natural_exact(&self, m: &mut Math, correction: ValueId) -> ValueId {
        let [hi, lo] = m.f.ln2;
        let hi = m.k(hi);
        let whole = m.mul(self.k, hi);
        let minus_whole = m.neg(whole);
        let low = m.fma(self.k, hi, minus_whole);
        let low = m.fma_k(self.k, lo, low);
        let (top, error) = m.sum_exact(whole, self.f);
        let low = m.add(low, error);
        let low = m.add(low, correction);
        let low = m.add(low, self.tail);
        let low = m.sub(low, self.half_sq);
        m.add(top, low)
    }

    /// `k·unit + log(1 + f)·scale`, all constants being sums of two floats, `k·unit[0]` exact.
    fn scaled(&self, m: &mut Math, unit: [f64; 2], scale: [f64; 2]) -> ValueId {
        let top = m.sub(self.f, self.half_sq);
        let low = m.sub(self.f, top);
        let low = m.sub(low, self.half_sq);
        let low = m.add(low, self.tail);
        let (scale_hi, scale_lo) = (m.k(scale[0]), m.k(scale[1]));
        let product = m.mul(top, scale_hi);
        let minus_product = m.neg(product);
        let error = m.fma(top, scale_hi, minus_product);
        let error = m.fma(top, scale_lo, error);
        let error = m.fma(low, scale_hi, error);
        let unit_hi = m.k(unit[0]);
        let whole = m.mul(self.k, unit_hi);
        let (y, sum_error) = m.sum_exact(whole, product);
        let error = m.add(error, sum_error);
        let error = if unit[1] == 0.0 { error } else { m.fma_k(self.k, unit[1], error) };
        m.add(y, error)
    }
}

/// `log2(1 + f)/s` in `s²`, `s = f/(2 + f)` (own Remez exchange); relative error 2^-45.1.
const LOG2_SHORT: &[f64] = &[
    2.88539008177785,
    0.9617966941134005,
    0.5770779423468428,
    0.4122092543224666,
    0.31990561200677603,
    0.282901444932892,
];

/// `log2 x` in `F64` of a positive normal `x`, right to 45 bits.
pub(super) fn log2_short(m: &mut Math, x: ValueId) -> ValueId {
    let (k, f) = split(m, x, false);
    let two = m.k(2.0);
    let denominator = m.add(f, two);
    let s = m.div(f, denominator);
    let z = m.mul(s, s);
    let p = m.poly(z, LOG2_SHORT);
    m.fma(s, p, k)
}

/// Natural logarithm.
pub fn log(b: &mut Builder, x: ValueId) -> ValueId {
    let m = &mut Math::of(b, x);
    let p = parts(m, x, true);
    let y = p.natural(m, None);
    p.specials(m, x, y)
}

/// Binary logarithm; exact for powers of two.
pub fn log2(b: &mut Builder, x: ValueId) -> ValueId {
    let m = &mut Math::of(b, x);
    let p = parts(m, x, true);
    let scale =
        By { f64: [std::f64::consts::LOG2_E, 2.0355273740931033e-17], f32: [1.4426950216293335, 1.925963033500011e-8] };
    let scale = m.by(&scale);
    let y = p.scaled(m, [1.0, 0.0], scale);
    p.specials(m, x, y)
}

/// Decimal logarithm.
pub fn log10(b: &mut Builder, x: ValueId) -> ValueId {
    let m = &mut Math::of(b, x);
    let p = parts(m, x, true);
    let scale = By {
        f64: [std::f64::consts::LOG10_E, 1.098319650216765e-17],
        f32: [0.4342944920063019, -1.0103049952192578e-8],
    };
    // log10 2, whose first part is short.
    let unit = By { f64: [0.3010299956640665, -8.532344317057107e-14], f32: [0.301025390625, 4.605039066518657e-6] };
    let (unit, scale) = (m.by(&unit), m.by(&scale));
    let y = p.scaled(m, unit, scale);
    p.specials(m, x, y)
}

/// `log(u + c)` of a sum of two floats, where `u` is positive and normal, or zero or negative for
/// the pole and NaN.
pub(super) struct LogOfSum {
    parts: Parts,
    c: ValueId,
}

impl LogOfSum {
    pub(super) fn new(m: &mut Math, u: ValueId, c: ValueId) -> LogOfSum {
        let parts = parts(m, u, false);
        // log(u + c) ≈ log u + c/u; c·2^−k does not matter for large k.
        let k = m.at_most(parts.k, 60.0);
        let offset = m.k(m.f.rounder + m.f.bias as f64);
        let exponent = m.sub(offset, k);
        let exponent = m.as_int(exponent);
        let power = m.shl_k(exponent, m.f.mantissa);
        let power = m.as_float(power);
        let c = m.mul(c, power);
        // 1/(1 + f) to 5 bits, and exact where c is all there is.
        let mut reciprocal = m.poly(parts.f, &[1.0, -1.0, 0.9]);
        if m.is_single() {
            // The next term, which shows where c is all there is.
            reciprocal = m.fma_k(c, -0.5, reciprocal);
        }
        LogOfSum { parts, c: m.mul(c, reciprocal) }
    }

    /// Multiplies the argument by `2^k`.
    pub(super) fn scale(&mut self, m: &mut Math, k: ValueId) {
        self.parts.k = m.add(self.parts.k, k);
    }

    /// The logarithm, `x` where that is infinite or NaN; a set `sign` bit makes it negative.
    pub(super) fn finish(&self, m: &mut Math, sign: ValueId, x: ValueId) -> ValueId {
        let y = if m.is_single() { self.parts.natural_exact(m, self.c) } else { self.parts.natural(m, Some(self.c)) };
        let y = self.parts.specials(m, x, y);
        m.or_sign(y, sign)
    }
}

/// `log(1 + x)`.
pub fn log1p(b: &mut Builder, x: ValueId) -> ValueId {
    let m = &mut Math::of(b, x);
    let (u, c) = m.one_plus(x);
    let log = LogOfSum::new(m, u, c);
    let sign = m.sign_bit(x);
    log.finish(m, sign, u)
}

/// As [`LOG_R`] for `0 ≤ f ≤ 1`; errors 2^-58.0 and 2^-27.5.
const LOG_R_WIDE: Poly = By {
    f64: &[
        0.6666666666666631,
        0.40000000000157243,
        0.2857142854785399,
        0.22222223969725438,
        0.181817439250686,
        0.1538655992132634,
        0.13300973593762186,
        0.12106086294092039,
        0.08340100975609777,
        0.17018576833131577,
    ],
    f32: &[0.6666641, 0.40021685, 0.279993, 0.28024018],
};

/// The larger of two values, their distance (0 if they are equal, even if infinite) negated, and
/// whether they are equal.
fn order(m: &mut Math, x: ValueId, y: ValueId) -> (ValueId, ValueId, ValueId) {
    let zero = m.k(0.0);
    let swap = m.gt(y, x);
    let (high, low) = (m.select(swap, y, x), m.select(swap, x, y));
    let equal = m.eq(x, y);
    let (a, b) = (m.select(equal, zero, low), m.select(equal, zero, high));
    (high, m.sub(a, b), equal)
}

/// `log(1 + f)` for `0 ≤ f ≤ 1`.
fn log1p_unit(m: &mut Math, f: ValueId) -> ValueId {
    let two = m.k(2.0);
    let denominator = m.add(f, two);
    let s = m.div(f, denominator);
    let (half_sq, tail) = series(m, f, s, &LOG_R_WIDE);
    let tail = m.sub(half_sq, tail);
    m.sub(f, tail)
}

/// `log(e^x + e^y)`.
pub fn logaddexp(b: &mut Builder, x: ValueId, y: ValueId) -> ValueId {
    let (high, distance, _) = order(&mut Math::of(b, x), x, y);
    let e = exp(b, distance);
    let l = log1p_unit(&mut Math::of(b, x), e);
    b.add(high, l)
}

/// `log2(2^x + 2^y)`.
pub fn logaddexp2(b: &mut Builder, x: ValueId, y: ValueId) -> ValueId {
    let (high, distance, equal) = order(&mut Math::of(b, x), x, y);
    let e = exp2(b, distance);
    let m = &mut Math::of(b, x);
    let l = log1p_unit(m, e);
    let sum = m.fma_k(l, std::f64::consts::LOG2_E, high);
    // log2(1 + 1), exactly.
    let one = m.k(1.0);
    let doubled = m.add(high, one);
    m.select(equal, doubled, sum)
}
