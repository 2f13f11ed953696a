//! Inverse trigonometric functions.

use super::{By, Math, Poly};
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

/// `√z` of a value in [0, 1] and the rounding error it has.
fn sqrt_with_error(m: &mut Math, z: ValueId) -> (ValueId, ValueId) {
    let s = m.sqrt(z);
    // (z − s²) / 2s, for which 5 bits of 1/√z suffice: Blinn's shift of the exponent, with the
    // constants of Lomont, "Fast inverse square root" (2003), here halved.
    let magic = m.by(&By { f64: 0x5fe6eb50c7b537a9 - (1 << 52), f32: 0x5f375a86 - (1 << 23) });
    let (bits, magic) = (m.as_int(z), m.n(magic));
    let bits = m.shr_k(bits, 1);
    let bits = m.sub(magic, bits);
    let half_reciprocal = m.as_float(bits);
    let minus_s = m.neg(s);
    let rest = m.fma(minus_s, s, z);
    (s, m.mul(rest, half_reciprocal))
}

/// Arcsine; NaN beyond ±1.
pub fn asin(b: &mut Builder, x: ValueId) -> ValueId {
    let m = &mut Math::of(b, x);
    let [pio2_hi, pio2_lo] = m.f.pio2;
    let a = m.abs(x);
    let half = m.k(0.5);
    let big = m.gt(a, half);
    // Near 1, asin a = π/2 − 2·asin √((1 − a)/2).
    let square = m.mul(a, a);
    let complement = m.fma_k(a, -0.5, half);
    let z = m.select(big, complement, square);
    let (root, root_error) = sqrt_with_error(m, z);
    let p = m.poly_by(z, &ASIN);
    let p = m.mul(z, p);
    let small_y = m.fma(a, p, a);
    // π/2 − 2·root, with its rounding error, then the small terms.
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
