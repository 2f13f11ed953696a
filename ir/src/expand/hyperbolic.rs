//! Hyperbolic functions and their inverses.

use super::exp::exp_moderate;
use super::{By, Math, Poly};
use crate::kernel::{Builder, ValueId};

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
