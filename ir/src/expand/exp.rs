//! Exponentials.
//!
//! `x = k·ln 2 + r` with `|r| ≤ ln 2 / 2`, then a minimax polynomial for `e^r` (coefficients by
//! our own Remez exchange, weighted for relative error) and a product with `2^k`.

use super::{By, Math, Poly};
use crate::kernel::{Builder, ValueId};

/// `(e^r − 1 − r) / r²` on `|r| ≤ ln 2 / 2`; relative errors of `e^r`: 2^-54.5 and 2^-28.2.
const EXP_TAIL: Poly = By {
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

/// As [`EXP_TAIL`], for errors relative to `e^r − 1`: 2^-61.5 and 2^-28.2.
const EXPM1_TAIL: Poly = By {
    f64: &[
        0.5,
        0.16666666666666677,
        0.041666666666666706,
        0.008333333333321532,
        0.0013888888888863654,
        0.00019841269885964027,
        2.480158735386517e-05,
        2.7557244697616773e-06,
        2.755726215781122e-07,
        2.5108786001995892e-08,
        2.091443245541487e-09,
    ],
    f32: &[0.5, 0.16666636, 0.04166651, 0.00834163, 0.0013930533, 0.00014909997],
};

/// Results are `p·2^k` with the bias of this many exponents in the low bits of `k`'s integer.
pub(super) fn scale_bias(m: &Math) -> i64 {
    2 * m.f.bias
}

/// `p·2^k` for an integer that holds `k + scale_bias`; in two steps, so that results may be
/// subnormal (rounded once) or overflow.
pub(super) fn scale(m: &mut Math, p: ValueId, k: ValueId) -> ValueId {
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

/// `(2^r − 1) / r` on `|r| ≤ ½`; relative errors of `2^r`: 2^-54.4 and 2^-27.5.
const EXP2: Poly = By {
    f64: &[
        0.6931471805599457,
        0.240226506959101,
        0.05550410866478799,
        0.009618129107606135,
        0.0013333558153744308,
        0.00015403530445643455,
        1.5252727602870118e-05,
        1.3215438979284816e-06,
        1.0180310704909962e-07,
        7.073461372363241e-09,
        4.165430077299181e-10,
    ],
    f32: &[0.69314724, 0.24022655, 0.055502728, 0.009617054, 0.0013417754, 0.0001582981],
};

/// `2^x`.
pub fn exp2(b: &mut Builder, x: ValueId) -> ValueId {
    let m = &mut Math::of(b, x);
    let (low, high) = m.by(&By { f64: (-1077.0, 1025.0), f32: (-152.0, 129.0) });
    let x = m.at_most(x, high);
    let x = m.at_least(x, low);
    let bias = scale_bias(m);
    let (k, k_bits) = m.round_mul(x, 1.0, bias);
    let r = m.sub(x, k);
    let p = m.poly_by(r, &EXP2);
    let one = m.k(1.0);
    let p = m.fma(p, r, one);
    scale(m, p, k_bits)
}

/// `(2^r − 1 − r·ln 2) / r²` on `|r| ≤ ½`; relative errors of `2^r`: 2^-57.4 and 2^-28.1.
const EXP2_TAIL: Poly = By {
    f64: &[
        0.24022650695910122,
        0.05550410866482072,
        0.009618129107596742,
        0.0013333558146688131,
        0.00015403530454416954,
        1.525273354535942e-05,
        1.3215436415320057e-06,
        1.0178185043032256e-07,
        7.0736154543492785e-09,
        4.436284526262128e-10,
    ],
    f32: &[0.24022648, 0.05550362, 0.009618524, 0.0013390282, 0.00015322005],
};

/// `2^(x + low)`, hardly worse than rounded once; for `x` in the range that [`scale`] takes.
pub(super) fn exp2_of_sum(m: &mut Math, x: ValueId, low: ValueId) -> ValueId {
    let bias = scale_bias(m);
    let (k, k_bits) = m.round_mul(x, 1.0, bias);
    let r = m.sub(x, k);
    // 1 + r·ln 2 with its rounding errors, then the small terms.
    let [hi, lo] = m.f.ln2;
    let (one, hi) = (m.k(1.0), m.k(hi));
    let t = m.mul(r, hi);
    let minus_t = m.neg(t);
    let t_low = m.fma(r, hi, minus_t);
    let (top, error) = m.sum_exact(one, t);
    let error = m.add(error, t_low);
    let error = m.fma_k(r, lo, error);
    let error = m.fma(low, hi, error);
    let r = m.add(r, low);
    let square = m.mul(r, r);
    let tail = m.poly_by(r, &EXP2_TAIL);
    let rest = m.fma(square, tail, error);
    let p = m.add(top, rest);
    scale(m, p, k_bits)
}

/// A reduced argument `x − k·ln 2` with its rounding error.
pub(super) struct Reduced {
    pub(super) r: ValueId,
    pub(super) low: ValueId,
    pub(super) k: ValueId,
    /// `k +` [`scale_bias`] in the low bits.
    pub(super) k_bits: ValueId,
}

/// Reduces with twice the precision.
pub(super) fn reduce_exact(m: &mut Math, x: ValueId) -> Reduced {
    let bias = scale_bias(m);
    let (k, k_bits) = m.round_mul(x, std::f64::consts::LOG2_E, bias);
    let [hi, lo] = m.f.ln2;
    let t = m.fma_k(k, -hi, x);
    let r = m.fma_k(k, -lo, t);
    let low = m.sub(t, r);
    let low = m.fma_k(k, -lo, low);
    Reduced { r, low, k, k_bits }
}

/// `2^(−n·k)` for `k ≥ 0` and `n` of 1 or 2; without meaning where it underflows.
pub(super) fn power_of_minus_k(m: &mut Math, reduced: &Reduced, n: i64) -> ValueId {
    let (width, bias) = (m.f.mantissa, m.f.bias);
    // The exponent field of 2^(−n·k) is bias − n·k.
    let nk = m.shl_k(reduced.k_bits, width + n - 1);
    let field = m.n((bias + n * scale_bias(m)) << width);
    let bits = m.sub(field, nk);
    m.as_float(bits)
}

/// `e^x − 1`.
pub fn expm1(b: &mut Builder, x: ValueId) -> ValueId {
    let m = &mut Math::of(b, x);
    let sign = m.sign_bit(x);
    let (low, high) = m.by(&By { f64: (-40.0, 710.0), f32: (-20.0, 89.0) });
    let x = m.at_most(x, high);
    let x = m.at_least(x, low);
    let reduced = reduce_exact(m, x);
    let r = reduced.r;
    // 2^k·((1 − 2^−k) + (e^r − 1)), with the rounding error of (1 − 2^−k) + r.
    let (one, far) = (m.k(1.0), m.k(60.0));
    let power = power_of_minus_k(m, &reduced, 1);
    let rest = m.sub(one, power);
    let is_far = m.gt(reduced.k, far);
    let mut low = reduced.low;
    if m.is_single() {
        // What 1 − 2^−k rounds away.
        let zero = m.k(0.0);
        let lost = m.sub(one, rest);
        let lost = m.sub(lost, power);
        let lost = m.select(is_far, zero, lost);
        low = m.add(low, lost);
    }
    let rest = m.select(is_far, one, rest);
    let (top, error) = m.sum_exact(rest, r);
    let q = m.poly_by(r, &EXPM1_TAIL);
    let rr = m.mul(r, r);
    let q = m.fma(rr, q, low);
    let q = m.add(error, q);
    let y = m.add(top, q);
    let y = scale(m, y, reduced.k_bits);
    // For the sign of zero.
    m.or_sign(y, sign)
}
