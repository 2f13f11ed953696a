//! Inverse trigonometric functions.

use super::{By, Math, Poly, in_f64};
use crate::kernel::{Builder, ValueId};

/// `(asin x − x) / x³` in `x²` for `|x| ≤ ½` (own Remez exchange); relative errors of the
/// arcsine: 2^-55.9 and 2^-27.6.
const ASIN: Poly = By {
    f64: &[
        0.16666666666665403,
        0.07500000000338555,
        0.04464285682697988,
        0.030381959195537968,
        0.022371756581035827,
        0.01735972782024168,
        0.01388499925173294,
        0.012170818300578461,
        0.006520777061399184,
        0.01954868158145472,
        -0.01625747460605804,
        0.03193589147176286,
    ],
    f32: &[0.16666752, 0.074953064, 0.045469765, 0.02418091, 0.042165987],
};

/// `asin v = v + v·p` for the `v` that argument reduction leaves.
struct Reduced {
    /// Whether `|x| > ½`; then `v` is `√((1 − |x|)/2)`, otherwise `|x|`.
    big: ValueId,
    magnitude: ValueId,
    root: ValueId,
    /// The rounding error of `root`.
    root_error: ValueId,
    p: ValueId,
}

fn reduce(m: &mut Math, x: ValueId) -> Reduced {
    let magnitude = m.abs(x);
    let half = m.k(0.5);
    let big = m.gt(magnitude, half);
    let square = m.mul(magnitude, magnitude);
    let complement = m.fma_k(magnitude, -0.5, half);
    let z = m.select(big, complement, square);
    let (root, root_error) = m.sqrt_with_error(z, None);
    let p = m.poly_by(z, &ASIN);
    let p = m.mul(z, p);
    Reduced { big, magnitude, root, root_error, p }
}

/// Arcsine; NaN beyond ±1.
pub fn asin(b: &mut Builder, x: ValueId) -> ValueId {
    let m = &mut Math::of(b, x);
    let [pio2_hi, pio2_lo] = m.f.pio2;
    let Reduced { big, magnitude, root, root_error, p } = reduce(m, x);
    let small_y = m.fma(magnitude, p, magnitude);
    // π/2 − 2·asin v: π/2 − 2·root, with its rounding error, then the small terms.
    let (hi, lo, minus_two) = (m.k(pio2_hi), m.k(pio2_lo), m.k(-2.0));
    let top = m.fma(root, minus_two, hi);
    let error = m.sub(hi, top);
    let error = m.fma(root, minus_two, error);
    let error = m.add(error, lo);
    let rest = m.fma(root, p, root_error);
    let rest = m.fma(rest, minus_two, error);
    let big_y = m.add(top, rest);
    let y = m.select(big, big_y, small_y);
    let sign = m.sign_bit(x);
    m.xor_sign(y, sign)
}

/// Arccosine; NaN beyond ±1.
pub fn acos(b: &mut Builder, x: ValueId) -> ValueId {
    let m = &mut Math::of(b, x);
    let [pio2_hi, pio2_lo] = m.f.pio2;
    let Reduced { big, root, root_error, p, .. } = reduce(m, x);
    // base + factor·asin v, where v = x and π/2 − asin x for small x, then
    // 2·asin v for positive x and π − 2·asin v for negative x.
    let zero = m.k(0.0);
    let negative = m.lt(x, zero);
    let (one, two, minus_one, minus_two) = (m.k(1.0), m.k(2.0), m.k(-1.0), m.k(-2.0));
    let quarters = m.select(negative, two, zero);
    let quarters = m.select(big, quarters, one);
    let factor = m.select(negative, minus_two, two);
    let factor = m.select(big, factor, minus_one);
    let v = m.select(big, root, x);
    let v_error = m.select(big, root_error, zero);

    let (hi, lo) = (m.k(pio2_hi), m.k(pio2_lo));
    let base = m.mul(quarters, hi);
    let top = m.fma(v, factor, base);
    let error = m.sub(base, top);
    let error = m.fma(v, factor, error);
    let error = m.fma(quarters, lo, error);
    let rest = m.fma(v, p, v_error);
    let rest = m.fma(rest, factor, error);
    m.add(top, rest)
}

/// `(atan q − q) / q³` in `q²` for `|q| ≤ 1` (own Remez exchange); relative errors of the
/// arctangent: 2^-55.7 and 2^-28.3.
const ATAN: Poly = By {
    f64: &[
        -0.33333333333333065,
        0.1999999999995146,
        -0.14285714282575182,
        0.11111111007028995,
        -0.09090907003049462,
        0.07692279840028299,
        -0.06666404063875503,
        0.058805278530961604,
        -0.0525351872645075,
        0.04722322807787188,
        -0.042191804964305815,
        0.03664194192841347,
        -0.029903906833963722,
        0.021984911555533594,
        -0.013900613722242229,
        0.007196540298679098,
        -0.0028849371152550878,
        0.0008313282817020358,
        -0.00015216222570913618,
        1.3225208514693386e-05,
    ],
    f32: &[
        -0.333333,
        0.1999853,
        -0.14264016,
        0.1095088,
        -0.08399351,
        0.057883874,
        -0.03110204,
        0.010873227,
        -0.0017843386,
    ],
};

/// `quarters·π/2 + atan q` for `|q| ≤ 1`, where `q` lacks `q_error`.
fn atan_from(m: &mut Math, quarters: ValueId, q: ValueId, q_error: Option<ValueId>) -> ValueId {
    let [hi, lo] = m.f.pio2;
    let z = m.mul(q, q);
    let p = m.poly_by(z, &ATAN);
    let p = m.mul(z, p);
    let (hi, lo) = (m.k(hi), m.k(lo));
    let base = m.mul(quarters, hi);
    let (top, error) = m.sum_exact(base, q);
    let error = m.fma(quarters, lo, error);
    let error = match q_error {
        // The derivative of atan q is 1 / (1 + q²) ≈ 1 − 3/4·q² + q⁴/4.
        Some(e) => {
            let slope = m.poly(z, &[1.0, -0.75, 0.25]);
            m.fma(e, slope, error)
        }
        None => error,
    };
    let rest = m.fma(q, p, error);
    m.add(top, rest)
}

/// `atan q / q` in `q²` on `|q| ≤ 1` (own Remez exchange); relative error 2^-31.3.
const ATAN_SHORT: &[f64] = &[
    0.9999999996282362,
    -0.3333332393531101,
    0.19999604636386314,
    -0.14279159629479599,
    0.11054501236374248,
    -0.0879877243728713,
    0.06716109193886864,
    -0.04435752891202193,
    0.02227439069167431,
    -0.007199403542880113,
    0.001091115178725719,
];

/// Arctangent.
pub fn atan(b: &mut Builder, x: ValueId) -> ValueId {
    let wide = in_f64(b, x);
    let m = &mut Math::of(b, wide);
    let a = m.abs(wide);
    let (zero, one, minus_one) = (m.k(0.0), m.k(1.0), m.k(-1.0));
    // atan a = π/2 + atan(−1/a)
    let inverse = m.gt(a, one);
    let numerator = m.select(inverse, minus_one, a);
    let denominator = m.select(inverse, a, one);
    let quarters = m.select(inverse, one, zero);
    let q = m.div(numerator, denominator);
    let y = if wide == x {
        atan_from(m, quarters, q, None)
    } else {
        let z = m.mul(q, q);
        let p = m.poly(z, ATAN_SHORT);
        let right_angle = m.k(std::f64::consts::FRAC_PI_2);
        let base = m.mul(quarters, right_angle);
        m.fma(q, p, base)
    };
    let sign = m.sign_bit(wide);
    let y = m.xor_sign(y, sign);
    let lane = b.lane(x);
    b.convert(lane, y)
}

/// The angle of the point `(x, y)`, in `[−π, π]`; of zeros and infinities as C has it.
pub fn atan2(b: &mut Builder, y: ValueId, x: ValueId) -> ValueId {
    let m = &mut Math::of(b, x);
    let (zero, one, two) = (m.k(0.0), m.k(1.0), m.k(2.0));
    let (ax, ay) = (m.abs(x), m.abs(y));
    let swap = m.gt(ay, ax);
    let numerator = m.select(swap, ax, ay);
    let denominator = m.select(swap, ay, ax);
    // Equal magnitudes stand for 0/1 or 1/1, whether they are zero, infinite or neither.
    let equal = m.eq(ax, ay);
    let is_zero = m.eq(ax, zero);
    let ratio = m.select(is_zero, zero, one);
    let numerator = m.select(equal, ratio, numerator);
    let denominator = m.select(equal, one, denominator);
    let q = m.div(numerator, denominator);
    let minus_q = m.neg(q);

    // (numerator − q·denominator) / denominator, for which 3 bits of the reciprocal suffice;
    // its exponent is a difference that must not overflow.
    let rest = m.fma(minus_q, denominator, numerator);
    let reciprocal = m.rough_reciprocal(denominator);
    let q_error = m.mul(rest, reciprocal);
    let huge = m.by(&By { f64: 1e300, f32: 1e37 });
    let huge = m.k(huge);
    let moderate = m.lt(denominator, huge);
    let q_error = m.select(moderate, q_error, zero);

    // ±q from 0, π/2 or π.
    let sign_mask = m.n_of(-0.0);
    let x_sign = m.sign_bit(x);
    let left = m.eq(x_sign, sign_mask);
    let flip = m.xor(swap, left);
    let quarters = m.select(left, two, zero);
    let quarters = m.select(swap, one, quarters);
    let minus_error = m.neg(q_error);
    let q = m.select(flip, minus_q, q);
    let q_error = m.select(flip, minus_error, q_error);
    let angle = atan_from(m, quarters, q, Some(q_error));
    let sign = m.sign_bit(y);
    m.xor_sign(angle, sign)
}
