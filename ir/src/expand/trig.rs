//! Sine, cosine and tangent.
//!
//! `|x| = k·π/2 + r` with `|r| ≤ π/4`, where `r` is a sum of two floats (Cody and Waite, 1980,
//! with fma), then minimax polynomials (coefficients by our own Remez exchange) for sine or
//! cosine, as the quadrant says. Beyond [`LIMIT`] a scalar routine takes over.

use super::{By, Math, Poly};
use crate::kernel::{Builder, Lane, ValueId};
use crate::routine::Routine;

/// The largest `|x|` for which the reduction keeps full precision.
const LIMIT: By<f64> = By { f64: 16777216.0, f32: 131072.0 };

/// `(sin r − r) / r³` in `r²`; relative errors of the sine: 2^-57.9 and 2^-27.8.
const SIN: Poly = By {
    f64: &[
        -0.1666666666666663,
        0.00833333333332184,
        -0.00019841269829358533,
        2.755731353865011e-06,
        -2.5050734455703572e-08,
        1.5895441210166517e-10,
    ],
    f32: &[-0.16666654, 0.008332106, -0.00019507884],
};

/// `(cos r − 1 + r²/2) / r⁴` in `r²`; relative errors of the cosine: 2^-63.9 and 2^-32.7.
const COS: Poly = By {
    f64: &[
        0.041666666666666595,
        -0.0013888888888873344,
        2.4801587289003418e-05,
        -2.755731421737608e-07,
        2.087570543598667e-09,
        -1.1358751039141931e-11,
    ],
    f32: &[0.041666646, -0.0013887298, 2.4430083e-05],
};

/// `|x|` and its quadrant.
struct Reduced {
    magnitude: ValueId,
    /// The quadrant, in the low two bits, and the lowest of them.
    k: ValueId,
    parity: ValueId,
    r: ValueId,
    low: ValueId,
    /// `r²`.
    z: ValueId,
}

/// Sine and cosine of `|x|`, and what they are made of.
struct Quadrant {
    of: Reduced,
    /// Of the reduced argument, and the two terms of which each is the sum.
    sin: ValueId,
    sin_terms: [ValueId; 2],
    cos: ValueId,
    cos_terms: [ValueId; 2],
}

impl Quadrant {
    /// The rounding error of the sine.
    fn sin_low(&self, m: &mut Math) -> ValueId {
        let error = m.sum_error(self.sin, self.sin_terms);
        if !m.is_single() {
            return error;
        }
        // The sine has low·cos r, not low.
        let error = m.sub(error, self.of.low);
        m.fma(self.of.low, self.cos, error)
    }

    /// The rounding error of the cosine.
    fn cos_low(&self, m: &mut Math) -> ValueId {
        let low = m.sum_error(self.cos, self.cos_terms);
        if !m.is_single() {
            return low;
        }
        // And that of the square in 1 − z/2.
        let minus_z = m.neg(self.of.z);
        let z_low = m.fma(self.of.r, self.of.r, minus_z);
        m.fma_k(z_low, -0.5, low)
    }
}

fn reduce(m: &mut Math, x: ValueId) -> Reduced {
    let magnitude = m.abs(x);
    let (k, k_bits) = m.round_mul(magnitude, std::f64::consts::FRAC_2_PI, 0);
    let (r, low) = if m.f.lane == Lane::F32 { reduce_f32(m, magnitude, k) } else { reduce_f64(m, magnitude, k) };
    let z = m.mul(r, r);
    let one = m.n(1);
    let parity = m.and(k_bits, one);
    Reduced { magnitude, k: k_bits, parity, r, low, z }
}

/// `1 − z/2` and its rounding error.
fn top_of_cos(m: &mut Math, z: ValueId) -> (ValueId, ValueId) {
    let (half, one) = (m.k(-0.5), m.k(1.0));
    let top = m.fma(z, half, one);
    let error = m.sub(one, top);
    (top, m.fma(z, half, error))
}

fn quadrant(m: &mut Math, x: ValueId) -> Quadrant {
    let of = reduce(m, x);
    let Reduced { r, low, z, .. } = of;
    // sin(r + low) = r + (low + r³·S)
    let s = m.poly_by(z, &SIN);
    let cube = m.mul(z, r);
    let s = m.fma(cube, s, low);
    let sin = m.add(r, s);
    // cos(r + low) = 1 − z/2 + (z²·C − r·low), where 1 − z/2 is summed with its rounding error.
    let (top, error) = top_of_cos(m, z);
    let c = m.poly_by(z, &COS);
    let zz = m.mul(z, z);
    let c = m.fma(zz, c, error);
    let minus_low = m.neg(low);
    let c = m.fma(r, minus_low, c);
    let cos = m.add(top, c);
    Quadrant { of, sin, sin_terms: [r, s], cos, cos_terms: [top, c] }
}

/// The sine of the reduced argument, or its cosine `in_cos`: what [`quadrant`] computes, with one polynomial,
/// whose coefficients are selected, instead of two. A processor selects in other units than it multiplies in.
fn sin_or_cos(m: &mut Math, &Reduced { r, low, z, .. }: &Reduced, in_cos: ValueId) -> ValueId {
    let (sin, cos) = (m.by(&SIN), m.by(&COS));
    let mut p = None;
    for (&s, &c) in sin.iter().zip(cos).rev() {
        let (s, c) = (m.k(s), m.k(c));
        let k = m.select(in_cos, c, s);
        p = Some(p.map_or(k, |p| m.fma(p, z, k)));
    }
    let (top, error) = top_of_cos(m, z);
    let factor = m.select(in_cos, z, r);
    let factor = m.mul(z, factor);
    let rest = m.select(in_cos, error, low);
    let y = p.map_or(rest, |p| m.fma(factor, p, rest));
    let minus_low = m.neg(low);
    let with_low = m.fma(r, minus_low, y);
    let y = m.select(in_cos, with_low, y);
    let large = m.select(in_cos, top, r);
    m.add(large, y)
}

/// `k·p1` has a multiple of p1's last bit as value, so that `x − k·p1`, being small, is exact;
/// `p2` has 29 bits, so that `k·p2` is exact for `k < 2^24`.
fn reduce_f64(m: &mut Math, x: ValueId, k: ValueId) -> (ValueId, ValueId) {
    let t = m.fma_k(k, -std::f64::consts::FRAC_PI_2, x);
    let p2 = m.k(-6.12323399409214e-17);
    let r = m.fma(k, p2, t);
    let low = m.sub(t, r);
    let low = m.fma(k, p2, low);
    let low = m.fma_k(k, -1.6446256936324258e-26, low);
    (r, low)
}

/// As [`reduce_f64`], but with a `p2` of full width, and the error of its product computed.
fn reduce_f32(m: &mut Math, x: ValueId, k: ValueId) -> (ValueId, ValueId) {
    let t = m.fma_k(k, -1.5707963705062866, x);
    let p2 = m.k(4.371138828673793e-08);
    let product = m.mul(k, p2);
    let minus_product = m.neg(product);
    let product_low = m.fma(k, p2, minus_product);
    let r = m.add(t, product);
    let low = m.sub(t, r);
    let low = m.add(low, product);
    let low = m.add(low, product_low);
    let low = m.fma_k(k, 1.7151245100058819e-15, low);
    (r, low)
}

/// Calls a routine for the arguments that are too large.
fn beyond_limit(m: &mut Math, routine: By<Routine>, x: ValueId, magnitude: ValueId, y: ValueId) -> ValueId {
    let limit = m.by(&LIMIT);
    let limit = m.k(limit);
    let beyond = m.gt(magnitude, limit);
    let routine = m.by(&routine);
    m.call_where(routine, &[x], beyond, y)
}

/// Sine.
pub fn sin(b: &mut Builder, x: ValueId) -> ValueId {
    let m = &mut Math::of(b, x);
    let q = reduce(m, x);
    let zero = m.n(0);
    let odd = m.ne(q.parity, zero);
    let y = sin_or_cos(m, &q, odd);
    // Negative in quadrants 2 and 3, and odd.
    let flip = m.shl_k(q.k, m.f.sign_shift() - 1);
    let x_bits = m.as_int(x);
    let flip = m.xor(flip, x_bits);
    let mask = m.n_of(-0.0);
    let flip = m.and(flip, mask);
    let y = m.xor_sign(y, flip);
    beyond_limit(m, By { f64: Routine::SinF64, f32: Routine::SinF32 }, x, q.magnitude, y)
}

/// Cosine.
pub fn cos(b: &mut Builder, x: ValueId) -> ValueId {
    let m = &mut Math::of(b, x);
    let q = reduce(m, x);
    let zero = m.n(0);
    let even = m.eq(q.parity, zero);
    let y = sin_or_cos(m, &q, even);
    // Negative in quadrants 1 and 2: where the second bit of k + 1 is set.
    let one = m.n(1);
    let k = m.add(q.k, one);
    let flip = m.shl_k(k, m.f.sign_shift() - 1);
    let mask = m.n_of(-0.0);
    let flip = m.and(flip, mask);
    let y = m.xor_sign(y, flip);
    beyond_limit(m, By { f64: Routine::CosF64, f32: Routine::CosF32 }, x, q.magnitude, y)
}

/// Tangent.
pub fn tan(b: &mut Builder, x: ValueId) -> ValueId {
    let m = &mut Math::of(b, x);
    let q = quadrant(m, x);
    // Tangent in even quadrants, −cotangent in odd ones: a quotient of sums of two floats.
    let (sin, sin_low, cos, cos_low) = (q.sin, q.sin_low(m), q.cos, q.cos_low(m));
    let zero = m.n(0);
    let odd = m.ne(q.of.parity, zero);
    let numerator = m.select(odd, cos, sin);
    let numerator_low = m.select(odd, cos_low, sin_low);
    let denominator = m.select(odd, sin, cos);
    let denominator_low = m.select(odd, sin_low, cos_low);
    let one = m.k(1.0);
    let reciprocal = m.div(one, denominator);
    let y = m.mul(numerator, reciprocal);
    let minus_y = m.neg(y);
    let rest = m.fma(minus_y, denominator, numerator);
    let rest = m.fma(minus_y, denominator_low, rest);
    let rest = m.add(rest, numerator_low);
    let y = m.fma(rest, reciprocal, y);
    let flip = m.shl_k(q.of.k, m.f.sign_shift());
    let x_bits = m.as_int(x);
    let flip = m.xor(flip, x_bits);
    let mask = m.n_of(-0.0);
    let flip = m.and(flip, mask);
    let y = m.xor_sign(y, flip);
    beyond_limit(m, By { f64: Routine::TanF64, f32: Routine::TanF32 }, x, q.of.magnitude, y)
}
