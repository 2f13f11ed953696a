//! `float32` and `float64`, and the ops of `float16` between its conversions.

use super::{bits, boolean, functions, no_loop, select_or};
use crate::kernel::{Builder, Lane, ValueId};
use crate::op::Ew;
use crate::routine::Routine;

/// Lowers an op on `F32` or `F64` lanes.
pub fn lower(b: &mut Builder, op: Ew, x: ValueId, y: ValueId) -> ValueId {
    if let Some(v) = boolean::logic(b, op, x, y) {
        return v;
    }
    match op {
        Ew::Add => b.add(x, y),
        Ew::Subtract => b.sub(x, y),
        Ew::Multiply => b.mul(x, y),
        Ew::Divide => b.div(x, y),
        Ew::FloorDivide => floor_divide(b, x, y),
        Ew::Remainder => remainder(b, x, y),
        Ew::Fmod => fmod(b, x, y),
        Ew::Negative => b.neg(x),
        Ew::Positive | Ew::Conjugate => x,
        Ew::Absolute | Ew::Fabs => b.abs(x),
        Ew::Sign => sign(b, x),
        Ew::Square => b.mul(x, x),
        Ew::Reciprocal => {
            let one = b.float(b.lane(x), 1.0);
            b.div(one, x)
        }
        // Operands swapped: NumPy's vector loops return the second of two equal values.
        Ew::Maximum => b.max(y, x),
        Ew::Minimum => b.min(y, x),
        Ew::Fmax => {
            let first = b.gt(x, y);
            ignoring_nan(b, first, x, y)
        }
        Ew::Fmin => {
            let first = b.lt(x, y);
            ignoring_nan(b, first, x, y)
        }
        Ew::Heaviside => heaviside(b, x, y),
        Ew::Copysign => bits::copysign(b, x, y),
        Ew::Nextafter => bits::nextafter(b, x, y),
        Ew::Spacing => bits::spacing(b, x),
        Ew::Ldexp => bits::ldexp(b, x, y),
        Ew::ModfFraction => bits::fraction_part(b, x),
        Ew::ModfIntegral | Ew::Trunc => b.trunc(x),
        Ew::FrexpMantissa => bits::frexp(b, x).0,
        Ew::FrexpExponent => bits::frexp(b, x).1,
        Ew::Isnan => b.ne(x, x),
        Ew::Isinf => bits::is_infinite(b, x),
        Ew::Isfinite => bits::is_finite(b, x),
        Ew::Signbit => bits::signbit(b, x),
        Ew::Floor => b.floor(x),
        Ew::Ceil => b.ceil(x),
        Ew::Rint => b.round(x),
        Ew::Sqrt => b.sqrt(x),
        Ew::Deg2rad => scaled(b, x, std::f32::consts::PI / 180.0, std::f64::consts::PI / 180.0),
        Ew::Rad2deg => scaled(b, x, 180.0 / std::f32::consts::PI, 180.0 / std::f64::consts::PI),
        _ => functions::real(b, op, x, y).unwrap_or_else(|| no_loop(op, "float")),
    }
}

/// `x` times a constant that was computed in the precision of `x`.
fn scaled(b: &mut Builder, x: ValueId, narrow: f32, wide: f64) -> ValueId {
    let lane = b.lane(x);
    let factor = b.float(lane, if lane == Lane::F32 { narrow as f64 } else { wide });
    b.mul(x, factor)
}

/// `if first || y is NaN { x } else { y }`.
fn ignoring_nan(b: &mut Builder, first: ValueId, x: ValueId, y: ValueId) -> ValueId {
    let ordered = b.eq(y, y);
    let unless_nan = b.select(ordered, y, x);
    b.select(first, x, unless_nan)
}

/// -1, 0 or 1; NaN for NaN, and 0 without sign.
fn sign(b: &mut Builder, x: ValueId) -> ValueId {
    let lane = b.lane(x);
    let zero = b.float(lane, 0.0);
    let (one, minus_one) = (b.float(lane, 1.0), b.float(lane, -1.0));
    let (positive, negative, is_zero) = (b.gt(x, zero), b.lt(x, zero), b.eq(x, zero));
    let r = b.select(is_zero, zero, x);
    let r = b.select(negative, minus_one, r);
    b.select(positive, one, r)
}

fn heaviside(b: &mut Builder, x: ValueId, at_zero: ValueId) -> ValueId {
    let lane = b.lane(x);
    let (zero, one) = (b.float(lane, 0.0), b.float(lane, 1.0));
    let (positive, negative, is_zero) = (b.gt(x, zero), b.lt(x, zero), b.eq(x, zero));
    let r = b.select(is_zero, at_zero, x);
    let r = b.select(negative, zero, r);
    b.select(positive, one, r)
}

/// C's `fmod`, which is exact.
///
/// If the quotient `|x| / |y|` is below the `2^p` that integers are exact to, its truncation is
/// right or, if the division rounded up to an integer, one too large; one fma then gives the exact
/// remainder or the remainder less `|y|`. Other lanes (and infinities, 0, NaN) call C's `fmod`.
pub fn fmod(b: &mut Builder, x: ValueId, y: ValueId) -> ValueId {
    let lane = b.lane(x);
    let (limit, routine) =
        if lane == Lane::F32 { (16777216.0, Routine::FmodF32) } else { (9007199254740992.0, Routine::FmodF64) };
    let (ax, ay) = (b.abs(x), b.abs(y));
    let q = b.div(ax, ay);
    let q = b.trunc(q);
    let minus_q = b.neg(q);
    let r = b.fma(minus_q, ay, ax);
    let zero = b.float(lane, 0.0);
    let (too_low, moved) = (b.lt(r, zero), b.add(r, ay));
    let near = b.select(too_low, moved, r);

    let limit = b.float(lane, limit);
    // The remainder is NaN for infinite `y`.
    let (small, defined) = (b.lt(q, limit), b.eq(r, r));
    let exact = b.and(small, defined);
    let rare = b.not(exact);
    let near = bits::with_sign(b, near, x);
    b.call_where(routine, &[x, y], rare, near)
}

/// `fmod`, and whether Python's remainder is that plus `y`.
fn fmod_and_carry(b: &mut Builder, x: ValueId, y: ValueId) -> (ValueId, ValueId) {
    let m = fmod(b, x, y);
    let zero = b.float(b.lane(x), 0.0);
    let (nonzero, below, divisor_below) = (b.ne(m, zero), b.lt(m, zero), b.lt(y, zero));
    let opposite = b.xor(below, divisor_below);
    (m, b.and(nonzero, opposite))
}

/// NumPy's `npy_divmod`, the modulus.
fn remainder(b: &mut Builder, x: ValueId, y: ValueId) -> ValueId {
    let (m, carry) = fmod_and_carry(b, x, y);
    let moved = b.add(m, y);
    let r = b.select(carry, moved, m);
    // A zero takes the divisor's sign.
    let zero = b.float(b.lane(x), 0.0);
    let (is_zero, signed_zero) = (b.eq(m, zero), bits::copysign(b, zero, y));
    b.select(is_zero, signed_zero, r)
}

/// NumPy's `npy_divmod`, the quotient: `(x - fmod(x, y)) / y` snapped to an integer.
fn floor_divide(b: &mut Builder, x: ValueId, y: ValueId) -> ValueId {
    let lane = b.lane(x);
    let (zero, half, one) = (b.float(lane, 0.0), b.float(lane, 0.5), b.float(lane, 1.0));
    let (m, carry) = fmod_and_carry(b, x, y);
    let multiple = b.sub(x, m);
    let q = b.div(multiple, y);
    let lower = b.sub(q, one);
    let q = b.select(carry, lower, q);

    let floor = b.floor(q);
    let (error, next) = (b.sub(q, floor), b.add(floor, one));
    let short = b.gt(error, half);
    let snapped = b.select(short, next, floor);

    let quotient = b.div(x, y);
    let (q_is_zero, signed_zero) = (b.eq(q, zero), bits::copysign(b, zero, quotient));
    let r = b.select(q_is_zero, signed_zero, snapped);
    let by_zero = b.eq(y, zero);
    b.select(by_zero, quotient, r)
}

/// `x` where `c`, else NaN.
pub fn or_nan(b: &mut Builder, c: ValueId, x: ValueId) -> ValueId {
    select_or(b, c, x, f64::NAN)
}
