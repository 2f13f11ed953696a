//! Powers and roots.

use super::exp::exp2_of_sum;
use super::log::split;
use super::{By, Math, Poly};
use crate::kernel::{Builder, Lane, ValueId};

/// `x^(−1/3)` for `1 ≤ x < 2` (own Remez exchange); relative error 2^-17.4.
const RECIPROCAL_CBRT: Poly = By {
    f64: &[
        1.7811025043819326,
        -1.5661914318429764,
        1.2440158996128192,
        -0.598032244537026,
        0.15612566069642306,
        -0.017026244123033288,
    ],
    f32: &[1.7811025, -1.5661916, 1.244016, -0.5980318, 0.15612513, -0.0170261],
};

/// Cube root.
///
/// `|x| = 8^j·m` with `½ ≤ m < 4`; a polynomial for `m^(−1/3)`, in `F64` a Newton step, then one
/// for the cube root itself with the residual computed exactly.
pub fn cbrt(b: &mut Builder, x: ValueId) -> ValueId {
    let m = &mut Math::of(b, x);
    let (width, bias) = (m.f.mantissa, m.f.bias);
    let a = m.abs(x);
    // Subnormals are scaled up by a power of 8.
    let up = (width + 3) / 3 * 3;
    let tiny = m.k(2f64.powi(1 - bias as i32));
    let subnormal = m.lt(a, tiny);
    let factor = m.k(2f64.powi(up as i32));
    let scaled = m.mul(a, factor);
    let scaled = m.select(subnormal, scaled, a);

    let bits = m.as_int(scaled);
    let implicit = 2f64.powi(width as i32);
    let implicit_bits = m.n_of(implicit);
    let exponent = m.shr_k(bits, width);
    let exponent = m.or(exponent, implicit_bits);
    let exponent = m.as_float(exponent);
    let (normal, small) = (m.k(implicit + bias as f64), m.k(implicit + (bias + up) as f64));
    let exponent_bias = m.select(subnormal, small, normal);
    let exponent = m.sub(exponent, exponent_bias);
    let (mask, one_bits) = (m.n((1 << width) - 1), m.n_of(1.0));
    let fraction = m.and(bits, mask);
    let fraction = m.or(fraction, one_bits);
    let fraction = m.as_float(fraction);

    // The exponent is 3j + r, and m = 2^r·fraction.
    let (j, j_bits) = m.round_mul(exponent, 1.0 / 3.0, bias);
    let (minus_three, half, one, two) = (m.k(-3.0), m.k(0.5), m.k(1.0), m.k(2.0));
    let r = m.fma(j, minus_three, exponent);
    let (zero, root_half, root_two) = (m.k(0.0), m.k(0.793_700_525_984_099_8), m.k(1.259_921_049_894_873_2));
    let (above, below) = (m.gt(r, zero), m.lt(r, zero));
    let power = m.select(below, half, one);
    let power = m.select(above, two, power);
    let power_root = m.select(below, root_two, one);
    let power_root = m.select(above, root_half, power_root);
    let value = m.mul(fraction, power);

    let y = m.poly_by(fraction, &RECIPROCAL_CBRT);
    let mut y = m.mul(y, power_root);
    let third = m.k(1.0 / 3.0);
    let minus_value = m.neg(value);
    if m.f.lane == Lane::F64 {
        // y + y·(1 − m·y³)/3
        let square = m.mul(y, y);
        let cube = m.mul(square, y);
        let rest = m.fma(minus_value, cube, one);
        let rest = m.mul(rest, third);
        y = m.fma(y, rest, y);
    }
    // t = m·y², then t − (t³ − m)·y²/3.
    let square = m.mul(y, y);
    let t = m.mul(value, square);
    let t_square = m.mul(t, t);
    let minus_t_square = m.neg(t_square);
    let t_square_low = m.fma(t, t, minus_t_square);
    let rest = m.fma(t_square, t, minus_value);
    let rest = m.fma(t_square_low, t, rest);
    let slope = m.mul(square, third);
    let slope = m.neg(slope);
    let t = m.fma(rest, slope, t);

    let factor = m.shl_k(j_bits, width);
    let factor = m.as_float(factor);
    let y = m.mul(t, factor);
    let sign = m.sign_bit(x);
    let y = m.or_sign(y, sign);
    let infinity = m.k(f64::INFINITY);
    let (finite, nonzero) = (m.lt(a, infinity), m.gt(a, zero));
    let ordinary = m.and(finite, nonzero);
    m.select(ordinary, y, x)
}

/// `√(x² + y²)`; infinite if either is, even if the other is NaN.
///
/// The squares' rounding errors correct the root, as in Borges, "An improved algorithm for
/// hypot(a, b)" (2019).
pub fn hypot(b: &mut Builder, x: ValueId, y: ValueId) -> ValueId {
    let m = &mut Math::of(b, x);
    let (one, infinity) = (m.k(1.0), m.k(f64::INFINITY));
    let (x, y) = (m.abs(x), m.abs(y));
    let swap = m.gt(y, x);
    let (high, low) = (m.select(swap, y, x), m.select(swap, x, y));
    // Squares must neither overflow nor lose bits.
    let (limit, shift) = m.by(&By { f64: (500, 600), f32: (60, 80) });
    let (top, bottom) = (m.k(2f64.powi(limit)), m.k(2f64.powi(-limit)));
    let (up, down) = (m.k(2f64.powi(shift)), m.k(2f64.powi(-shift)));
    let (huge, tiny) = (m.gt(high, top), m.lt(high, bottom));
    let factor = m.select(tiny, up, one);
    let factor = m.select(huge, down, factor);
    let back = m.select(tiny, down, one);
    let back = m.select(huge, up, back);
    let (high, low) = (m.mul(high, factor), m.mul(low, factor));

    let (high_square, low_square) = (m.mul(high, high), m.mul(low, low));
    let (minus_high, minus_low) = (m.neg(high_square), m.neg(low_square));
    let high_error = m.fma(high, high, minus_high);
    let low_error = m.fma(low, low, minus_low);
    let (sum, error) = m.sum_exact(high_square, low_square);
    let errors = m.add(high_error, low_error);
    let error = m.add(error, errors);
    let (root, root_error) = m.sqrt_with_error(sum, Some(error));
    let root = m.add(root, root_error);
    let root = m.mul(root, back);
    let (x_infinite, y_infinite) = (m.eq(x, infinity), m.eq(y, infinity));
    let infinite = m.or(x_infinite, y_infinite);
    m.select(infinite, infinity, root)
}

/// `Q(z)` in `log2(1 + f) = s·(c1 + z·(c3 + z·Q(z)))`, `s = f/(2 + f)`, `z = s²` (own Remez
/// exchange); errors relative to the logarithm: 2^-66.3 and 2^-36.7.
const LOG2_Q: Poly = By {
    f64: &[
        0.5770780163556182,
        0.4121985830918272,
        0.3205989022947395,
        0.26230769919422103,
        0.22198408972958766,
        0.19125296149487342,
        0.19040628593957518,
    ],
    f32: &[0.5770802, 0.41184977, 0.33782735],
};

/// `c1 = 2/ln 2` and `c3 = 2/(3·ln 2)`, as sums of two floats.
const LOG2_C1: By<[f64; 2]> =
    By { f64: [2.8853900817779268, 4.0710547481862066e-17], f32: [2.885390043258667, 3.851926067000022e-8] };
const LOG2_C3: By<[f64; 2]> =
    By { f64: [0.9617966939259756, 5.0577616648125907e-17], f32: [0.9617967009544373, -7.028461812552678e-9] };

/// `log2 x` of a positive finite `x` as a sum of two floats.
fn log2_pair(m: &mut Math, x: ValueId) -> (ValueId, ValueId) {
    let (k, f) = split(m, x, true);
    let (one, two) = (m.k(1.0), m.k(2.0));
    // s = f/(2 + f)
    let (denominator, denominator_low) = m.sum_exact(two, f);
    let reciprocal = m.div(one, denominator);
    let s = m.mul(f, reciprocal);
    let minus_s = m.neg(s);
    let rest = m.fma(minus_s, denominator, f);
    let rest = m.fma(minus_s, denominator_low, rest);
    let s_low = m.mul(rest, reciprocal);

    let (z, z_low) = product(m, (s, s_low), (s, s_low));
    let q = m.poly_by(z, &LOG2_Q);
    let q = m.mul(q, z);
    let inner = plus_constant(m, &LOG2_C3, q, None);
    let (p, p_low) = product(m, (z, z_low), inner);
    let outer = plus_constant(m, &LOG2_C1, p, Some(p_low));
    let (log, log_low) = product(m, (s, s_low), outer);
    let (high, low) = m.sum_exact(k, log);
    (high, m.add(low, log_low))
}

/// The product of two sums of two floats.
fn product(m: &mut Math, a: (ValueId, ValueId), b: (ValueId, ValueId)) -> (ValueId, ValueId) {
    let high = m.mul(a.0, b.0);
    let minus_high = m.neg(high);
    let low = m.fma(a.0, b.0, minus_high);
    let low = m.fma(a.0, b.1, low);
    (high, m.fma(a.1, b.0, low))
}

/// The sum of a constant and something smaller.
fn plus_constant(m: &mut Math, c: &By<[f64; 2]>, x: ValueId, x_low: Option<ValueId>) -> (ValueId, ValueId) {
    let [high, low] = m.by(c);
    let (high, mut low) = (m.k(high), m.k(low));
    let (sum, error) = m.sum_exact(high, x);
    if let Some(x_low) = x_low {
        low = m.add(low, x_low);
    }
    (sum, m.add(error, low))
}

/// `x^y`, as C has it at zeros, infinities and NaN: `x^0 = 1^y = 1`, NaN for a negative finite
/// `x` and a `y` that is no integer.
pub fn pow(b: &mut Builder, x: ValueId, y: ValueId) -> ValueId {
    let m = &mut Math::of(b, x);
    let (zero, half, one, minus_one) = (m.k(0.0), m.k(0.5), m.k(1.0), m.k(-1.0));
    let (infinity, minus_infinity) = (m.k(f64::INFINITY), m.k(f64::NEG_INFINITY));
    let a = m.abs(x);
    let (log, log_low) = log2_pair(m, a);
    let is_zero = m.eq(a, zero);
    let finite = m.lt(a, infinity);
    let log = m.select(is_zero, minus_infinity, log);
    let log = m.select(finite, log, a);

    // A y so large that any base but 1 overflows or vanishes stands for the infinite ones.
    let saturation = m.by(&By { f64: 2f64.powi(65), f32: 2f64.powi(33) });
    let exponent = m.at_most(y, saturation);
    let exponent = m.at_least(exponent, -saturation);
    let e = m.mul(exponent, log);
    let minus_e = m.neg(e);
    let e_low = m.fma(exponent, log, minus_e);
    let e_low = m.fma(exponent, log_low, e_low);
    let (low, high) = m.by(&By { f64: (-1080.0, 1030.0), f32: (-155.0, 135.0) });
    let clamped = m.at_most(e, high);
    let clamped = m.at_least(clamped, low);
    let moderate = m.eq(e, clamped);
    let e_low = m.select(moderate, e_low, zero);
    let magnitude = exp2_of_sum(m, clamped, e_low);

    // Odd integers y give a negative base's sign; other y that are no integers give 0·∞ = NaN.
    let rounded = m.round(y);
    let integer = m.eq(rounded, y);
    let half_y = m.mul(y, half);
    let rounded = m.round(half_y);
    let not_even = m.ne(rounded, half_y);
    let odd = m.and(integer, not_even);
    let sign = m.sign_bit(x);
    let sign_mask = m.n_of(-0.0);
    let signed = m.eq(sign, sign_mask);
    let flip = m.and(signed, odd);
    let negative = m.lt(x, zero);
    let negative = m.and(negative, finite);
    let broken = m.not(integer);
    let invalid = m.and(negative, broken);
    let factor = m.select(flip, minus_one, one);
    let factor = m.select(invalid, infinity, factor);
    let magnitude = m.select(invalid, zero, magnitude);
    let power = m.mul(magnitude, factor);

    let (y_zero, x_one) = (m.eq(y, zero), m.eq(x, one));
    let trivial = m.or(y_zero, x_one);
    m.select(trivial, one, power)
}
