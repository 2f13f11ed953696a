//! Hyperbolic functions and their inverses.

use super::exp::{exp_moderate, power_of_minus_k, reduce_exact, scale};
use super::log::{LogOfSum, log2_short};
use super::{By, Math, Poly, in_f64};
use crate::kernel::{Builder, Lane, ValueId};

/// `(tanh x − x) / x³` in `x²` for `|x| ≤` [`TANH_LIMIT`] (own Remez exchange); relative errors of
/// the tangent: 2^-56.3 and 2^-27.7.
const TANH: Poly = By {
    f64: &[
        -0.3333333333333285,
        0.13333333333261188,
        -0.05396825393085368,
        0.021869487566844738,
        -0.008863220886100384,
        0.0035919882774237116,
        -0.0014549545017100648,
        0.000586302905042156,
        -0.0002285379289044671,
        7.71158028439692e-05,
        -1.605918451095086e-05,
    ],
    f32: &[-0.33333296, 0.13332348, -0.053879984, 0.021487193, -0.007946951, 0.0023020357, -0.00035866132],
};

/// Where the polynomial for the tangent ends.
const TANH_LIMIT: By<f64> = By { f64: 0.625, f32: 1.0 };

/// Hyperbolic tangent.
pub fn tanh(b: &mut Builder, x: ValueId) -> ValueId {
    let m = &mut Math::of(b, x);
    let a = m.abs(x);
    let limit = m.by(&TANH_LIMIT);
    let limit = m.k(limit);
    let big = m.ge(a, limit);
    // x + x³·P(x²)
    let z = m.mul(a, a);
    let p = m.poly_by(z, &TANH);
    let cube = m.mul(z, a);
    let small_y = m.fma(cube, p, a);
    // 1 − 2/(e^2x + 1), which is 1 from the clamp on.
    let clamp = m.by(&By { f64: 20.0, f32: 10.0 });
    let a = m.at_most(a, clamp);
    let twice = m.add(a, a);
    let e = exp_moderate(m, twice);
    let (one, minus_two) = (m.k(1.0), m.k(-2.0));
    let e = m.add(e, one);
    let q = m.div(minus_two, e);
    let big_y = m.add(one, q);
    let y = m.select(big, big_y, small_y);
    let sign = m.sign_bit(x);
    m.xor_sign(y, sign)
}

/// `(sinh r − r) / r³` in `r²` for `|r| ≤ ln 2 / 2` (own Remez exchange); errors relative to the
/// sine: 2^-61.7 and 2^-26.2.
const SINH: Poly = By {
    f64: &[
        0.16666666666666677,
        0.008333333333321386,
        0.00019841269886757562,
        2.7557243583554326e-06,
        2.5109249349408942e-08,
    ],
    f32: &[0.16666543, 0.008366546],
};

/// `(cosh r − 1 − r²/2) / r⁴` in `r²`; errors of the cosine: 2^-57.3 and 2^-33.2.
const COSH: Poly = By {
    f64: &[0.04166666666660263, 0.0013888888927340187, 2.480150799556586e-05, 2.7625460384015205e-07],
    f32: &[0.04166646, 0.0013935429],
};

/// Hyperbolic sine (`odd`) or cosine of `|x|`.
///
/// With `|x| = k·ln 2 + r`, `A = (1 − 4^−k)/2` and `B = (1 + 4^−k)/2`, the sine is
/// `2^k·(A·cosh r + B·sinh r)` and the cosine `2^k·(B·cosh r + A·sinh r)`.
fn sinh_or_cosh(m: &mut Math, x: ValueId, odd: bool) -> ValueId {
    let a = m.abs(x);
    let clamp = m.by(&By { f64: 711.0, f32: 90.0 });
    let a = m.at_most(a, clamp);
    let reduced = reduce_exact(m, a);
    let r = reduced.r;

    let (zero, half, far) = (m.k(0.0), m.k(0.5), m.k(30.0));
    let power = power_of_minus_k(m, &reduced, 2);
    let is_far = m.gt(reduced.k, far);
    let power = m.select(is_far, zero, power);
    let minus = m.fma_k(power, -0.5, half);
    let plus = m.fma(power, half, half);
    let (with_cosh, with_sinh, sign) = if odd { (minus, plus, -0.5) } else { (plus, minus, 0.5) };
    let coefficient_error = m.sub(half, with_cosh);
    let coefficient_error = m.fma_k(power, sign, coefficient_error);

    let z = m.mul(r, r);
    let s = m.poly_by(z, &SINH);
    let cube = m.mul(z, r);
    let s = m.fma(cube, s, reduced.low);
    let c = m.poly_by(z, &COSH);
    let c = m.fma(c, z, half);
    let c = m.mul(c, z);
    // cosh r = 1 + c and sinh r = r + s; the leading terms keep their rounding error.
    let top = m.fma(with_sinh, r, with_cosh);
    let error = m.sub(with_cosh, top);
    let error = m.fma(with_sinh, r, error);
    let error = m.add(error, coefficient_error);
    let rest = m.fma(with_cosh, c, error);
    let rest = m.fma(with_sinh, s, rest);
    let y = m.add(top, rest);
    scale(m, y, reduced.k_bits)
}

/// Hyperbolic sine.
pub fn sinh(b: &mut Builder, x: ValueId) -> ValueId {
    let m = &mut Math::of(b, x);
    let y = sinh_or_cosh(m, x, true);
    let sign = m.sign_bit(x);
    m.xor_sign(y, sign)
}

/// Hyperbolic cosine.
pub fn cosh(b: &mut Builder, x: ValueId) -> ValueId {
    sinh_or_cosh(&mut Math::of(b, x), x, false)
}

/// Where `log(2a)` stands for the inverse sine and cosine of `a`.
const LARGE: By<f64> = By { f64: 268435456.0, f32: 16384.0 };

/// `log(u + c)`, or `log(2a)` where `a` is large.
fn log_unless_large(m: &mut Math, a: ValueId, u: ValueId, c: ValueId, sign: ValueId) -> ValueId {
    let (zero, one) = (m.k(0.0), m.k(1.0));
    let large = m.by(&LARGE);
    let large = m.k(large);
    let large = m.gt(a, large);
    let u = m.select(large, a, u);
    let c = m.select(large, zero, c);
    let k = m.select(large, one, zero);
    let mut log = LogOfSum::new(m, u, c);
    log.scale(m, k);
    log.finish(m, sign, u)
}

/// Inverse hyperbolic sine: `log(1 + (a + a²/(1 + √(a² + 1))))` of `a = |x|`.
pub fn asinh(b: &mut Builder, x: ValueId) -> ValueId {
    if b.lane(x) == Lane::F32 {
        return asinh_f32(b, x);
    }
    let m = &mut Math::of(b, x);
    let a = m.abs(x);
    // Squares must not overflow.
    let large = m.by(&LARGE);
    let near = m.at_most(a, large);
    let one = m.k(1.0);
    let square = m.mul(near, near);
    let root = m.add(square, one);
    let root = m.sqrt(root);
    let denominator = m.add(root, one);
    let t = m.div(square, denominator);
    let (u, c) = m.one_plus(near);
    let (u, low) = m.sum_exact(u, t);
    let c = m.add(c, low);
    let sign = m.sign_bit(x);
    log_unless_large(m, a, u, c, sign)
}

/// `log(a + √(a² + 1))` in `F64`, but `x` where that loses too much.
fn asinh_f32(b: &mut Builder, x: ValueId) -> ValueId {
    let wide = in_f64(b, x);
    let m = &mut Math::of(b, wide);
    let (a, one, infinity, ln2) = (m.abs(wide), m.k(1.0), m.k(f64::INFINITY), m.k(std::f64::consts::LN_2));
    let root = m.fma(a, a, one);
    let root = m.sqrt(root);
    let u = m.add(a, root);
    let y = log2_short(m, u);
    let y = m.mul(y, ln2);
    let finite = m.lt(a, infinity);
    let y = m.select(finite, y, a);
    let sign = m.sign_bit(wide);
    let y = m.xor_sign(y, sign);
    let y = b.convert(Lane::F32, y);
    let m = &mut Math::of(b, x);
    let a = m.abs(x);
    m.unless_tiny(x, a, y)
}

/// Inverse hyperbolic cosine: `log(x + √(x² − 1))`; NaN below 1.
pub fn acosh(b: &mut Builder, x: ValueId) -> ValueId {
    let m = &mut Math::of(b, x);
    let (one, minus_one, two) = (m.k(1.0), m.k(-1.0), m.k(2.0));
    let large = m.by(&LARGE);
    let near = m.at_most(x, large);
    // x² − 1 = d² + 2d, where d = x − 1 is exact.
    let d = m.sub(near, one);
    let twice = m.mul(d, two);
    let z = m.fma(d, d, twice);
    let z_error = m.sub(twice, z);
    let z_error = m.fma(d, d, z_error);
    let (root, root_error) = m.sqrt_with_error(z, Some(z_error));
    let (u, c) = m.sum_exact(near, root);
    let c = m.add(c, root_error);
    let invalid = m.lt(x, one);
    let u = m.select(invalid, minus_one, u);
    let plus = m.n(0);
    log_unless_large(m, x, u, c, plus)
}

/// Inverse hyperbolic tangent: `½·log(1 + 2a/(1 − a))` of `a = |x|`; NaN beyond ±1.
pub fn atanh(b: &mut Builder, x: ValueId) -> ValueId {
    let m = &mut Math::of(b, x);
    let a = m.abs(x);
    let (one, half) = (m.k(1.0), m.k(0.5));
    let minus_a = m.neg(a);
    let (denominator, denominator_low) = m.sum_exact(one, minus_a);
    let twice = m.add(a, a);
    let w = m.div(twice, denominator);
    let minus_w = m.neg(w);
    let rest = m.fma(minus_w, denominator, twice);
    let rest = m.fma(minus_w, denominator_low, rest);
    let reciprocal = m.rough_reciprocal(denominator);
    let w_error = m.mul(rest, reciprocal);
    let (u, c) = m.one_plus(w);
    let c = m.add(c, w_error);
    let log = LogOfSum::new(m, u, c);
    let sign = m.sign_bit(x);
    let y = log.finish(m, sign, u);
    let y = m.mul(y, half);
    m.unless_tiny(x, a, y)
}
