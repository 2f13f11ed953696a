//! Exponentials.
//!
//! `x = k·ln 2 + r` with `|r| ≤ ln 2 / 2`, then a minimax polynomial for `e^r` (coefficients by
//! our own Remez exchange, weighted for relative error) and a product with `2^k`.

use super::{By, Math, Poly};
use crate::kernel::{Builder, ValueId};

/// `(e^r − 1 − r) / r²` on `|r| ≤ ln 2 / 2`; relative errors of `e^r`: 2^-54.5 and 2^-28.2.
pub(super) const EXP_TAIL: Poly = By {
    f64: &[
        0.5,
        0.1666666666666194,
        0.04166666666661979,
        0.008333333336537501,
        0.0013888888920599073,
        0.00019841262657598532,
        2.4801516216194335e-05,
        2.756386590047767e-06,
        2.762226731415995e-07,
        2.2973882641726848e-08,
    ],
    f32: &[0.49999994, 0.16666517, 0.04166812, 0.008369202, 0.0013837226],
};

/// Results are `p·2^k` with the bias of this many exponents in the low bits of `k`'s integer.
fn scale_bias(m: &Math) -> i64 {
    2 * m.f.bias
}

/// `p·2^k` for an integer that holds `k + scale_bias`; in two steps, so that results may be
/// subnormal (rounded once) or overflow.
fn scale(m: &mut Math, p: ValueId, k: ValueId) -> ValueId {
    let width = m.f.mantissa;
    let half = m.shr_k(k, 1);
    let rest = m.sub(k, half);
    let mut y = p;
    for part in [half, rest] {
        let factor = m.shl_k(part, width);
        let factor = m.as_float(factor);
        y = m.mul(y, factor);
    }
    y
}

/// `x − k·ln 2` for the nearest integer `k` (given as a float).
fn reduce(m: &mut Math, x: ValueId, k: ValueId) -> ValueId {
    let [hi, lo] = m.f.ln2;
    let r = m.fma_k(k, -hi, x);
    m.fma_k(k, -lo, r)
}

/// `e^r` for a reduced argument.
fn exp_reduced(m: &mut Math, r: ValueId) -> ValueId {
    let mut y = m.poly_by(r, &EXP_TAIL);
    let one = m.k(1.0);
    for _ in 0..2 {
        y = m.fma(y, r, one);
    }
    y
}

/// `e^x`.
pub fn exp(b: &mut Builder, x: ValueId) -> ValueId {
    let m = &mut Math::of(b, x);
    // Beyond these, results are infinity and zero, and k must not outgrow the two factors.
    let (low, high) = m.by(&By { f64: (-746.0, 710.0), f32: (-104.5, 89.0) });
    let x = m.at_most(x, high);
    let x = m.at_least(x, low);
    let bias = scale_bias(m);
    let (k, k_bits) = m.round_mul(x, std::f64::consts::LOG2_E, bias);
    let r = reduce(m, x, k);
    let p = exp_reduced(m, r);
    scale(m, p, k_bits)
}

/// `e^x` for `|x|` so small that the result is far from subnormal and infinite.
pub(super) fn exp_moderate(m: &mut Math, x: ValueId) -> ValueId {
    let (k, k_bits) = m.round_mul(x, std::f64::consts::LOG2_E, 0);
    let r = reduce(m, x, k);
    let p = exp_reduced(m, r);
    let width = m.f.mantissa;
    let (p, k) = (m.as_int(p), m.shl_k(k_bits, width));
    let y = m.add(p, k);
    m.as_float(y)
}
