//! `float16`: computed in `F32` lanes and rounded back after every op.
//!
//! The lanes hold values of binary16, so most of this file is about rounding to it exactly
//! (subnormals, ties, overflow), and about its bits in memory.

use super::bits::{self, Format};
use super::{float, select_or};
use crate::dtype::DType;
use crate::kernel::{Builder, Lane, ValueId};
use crate::lower::Lanes;
use crate::op::Ew;

/// The largest finite value.
const MAX: f64 = 65504.0;
/// The smallest normal exponent.
const MIN_EXPONENT: i32 = -14;
/// Stored bits of the significand.
const FRACTION: i32 = 10;

/// Lowers an op on `F32` lanes that hold `float16` values.
pub fn lower(b: &mut Builder, op: Ew, x: ValueId, y: ValueId) -> ValueId {
    match op {
        // These two go by the neighbours in float16.
        Ew::Nextafter => return nextafter(b, x, y),
        Ew::Spacing => return spacing(b, x),
        // NumPy has no vector loops for these: the first of two equal values wins.
        Ew::Maximum => return b.max(x, y),
        Ew::Minimum => return b.min(x, y),
        Ew::Fmax => return float::lower(b, op, y, x),
        Ew::Fmin => return float::lower(b, op, y, x),
        _ => {}
    }
    let r = float::lower(b, op, x, y);
    if b.lane(r) != Lane::F32 || is_exact(op) { r } else { round(b, r) }
}

/// Ops whose result, computed in `F32`, is a `float16` value already.
fn is_exact(op: Ew) -> bool {
    use Ew::*;
    matches!(
        op,
        Negative
            | Positive
            | Conjugate
            | Absolute
            | Fabs
            | Sign
            | Fmod
            | Heaviside
            | Copysign
            | ModfFraction
            | ModfIntegral
            | FrexpMantissa
            | Floor
            | Ceil
            | Trunc
            | Rint
    )
}

/// Rounds an `F32` or `F64` lane to the nearest `float16` value, ties to even, once.
///
/// Adding and subtracting `2^(e + p)`, where `2^e` is the binade of `|x|` (at least the
/// subnormals') and `p` the number of surplus bits, makes the addition round at the right place.
pub fn round(b: &mut Builder, x: ValueId) -> ValueId {
    let format = Format::of(b.lane(x));
    let (float, int) = (format.float, format.int);
    let surplus = format.fraction as i32 - FRACTION;
    let magnitude = b.abs(x);
    let infinity = b.float(float, f64::INFINITY);
    let mask = b.bitcast(int, infinity);
    let binade = bits::of_float(b, magnitude);
    let binade = b.and(binade, mask);
    let binade = b.bitcast(float, binade);
    // The upper bound keeps infinities out of the subtraction.
    let (lo, hi) = (b.float(float, format.power_of_two(MIN_EXPONENT)), b.float(float, 65536.0));
    let binade = b.max(lo, binade);
    let binade = b.min(hi, binade);
    let scale = b.float(float, format.power_of_two(surplus));
    let magic = b.mul(binade, scale);
    let sum = b.add(magnitude, magic);
    let rounded = b.sub(sum, magic);
    let max = b.float(float, MAX);
    let overflows = b.gt(rounded, max);
    let rounded = b.select(overflows, infinity, rounded);
    let r = bits::with_sign(b, rounded, x);
    b.convert(Lane::F32, r)
}

/// The bits (an `I32` lane, 0 to 65535) of a `float16` value in an `F32` lane.
fn to_bits(b: &mut Builder, x: ValueId) -> ValueId {
    let magnitude = b.abs(x);
    // Scaled by the difference of the biases, exponent fields agree, down to the subnormals.
    let scale = b.float(Lane::F32, f64::from(f32::from_bits((127 - 112) << 23)));
    let scaled = b.mul(magnitude, scale);
    let scaled = b.bitcast(Lane::I32, scaled);
    let shift = b.number(Lane::I32, 13);
    let finite_bits = b.shr(scaled, shift);
    let (infinite, nan) = (b.number(Lane::I32, 0x7c00), b.number(Lane::I32, 0x7e00));
    let (is_number, is_finite) = (b.eq(x, x), bits::is_finite(b, x));
    let other = b.select(is_number, infinite, nan);
    let m = b.select(is_finite, finite_bits, other);
    let (x, shift, sign) = (bits::of_float(b, x), b.number(Lane::I32, 16), b.number(Lane::I32, 0x8000));
    let high = b.shr(x, shift);
    let sign = b.and(high, sign);
    b.or(m, sign)
}

/// The inverse of [`to_bits`].
fn from_bits(b: &mut Builder, x: ValueId) -> ValueId {
    let (magnitude, sign) = (b.number(Lane::I32, 0x7fff), b.number(Lane::I32, 0x8000));
    let (m, s) = (b.and(x, magnitude), b.and(x, sign));
    let (by_13, by_16) = (b.number(Lane::I32, 13), b.number(Lane::I32, 16));
    let (m, s) = (b.shl(m, by_13), b.shl(s, by_16));
    let scaled = b.bitcast(Lane::F32, m);
    let scale = b.float(Lane::F32, f64::from(f32::from_bits((127 + 112) << 23)));
    let finite = b.mul(scaled, scale);
    let finite = b.bitcast(Lane::I32, finite);
    // Exponent field 31 is infinity and NaN.
    let (special, exponent) = (b.int(Lane::I32, 0x7c00 << 13), b.int(Lane::I32, 0x7f80_0000));
    let other = b.or(m, exponent);
    let is_special = b.ge(m, special);
    let r = b.select(is_special, other, finite);
    let r = b.or(r, s);
    b.bitcast(Lane::F32, r)
}

/// Turns lanes as they are in memory into lanes to compute with: the bits of `float16` become an
/// `F32` lane; others pass.
pub fn from_memory(b: &mut Builder, dtype: DType, a: Lanes) -> Lanes {
    if dtype != DType::F16 {
        return a;
    }
    let x = b.convert(Lane::I32, a.re());
    Lanes::real(from_bits(b, x))
}

/// The inverse of [`from_memory`]; the lane must hold a `float16` value.
pub fn to_memory(b: &mut Builder, dtype: DType, a: Lanes) -> Lanes {
    if dtype != DType::F16 {
        return a;
    }
    let x = to_bits(b, a.re());
    Lanes::real(b.convert(Lane::U16, x))
}

/// C's `nextafter`, but for zeros of either sign, of which NumPy's `float16` keeps the first.
fn nextafter(b: &mut Builder, x: ValueId, y: ValueId) -> ValueId {
    let (h, to) = (to_bits(b, x), to_bits(b, y));
    let (zero, one, sign) = (b.float(Lane::F32, 0.0), b.number(Lane::I32, 1), b.number(Lane::I32, 0x8000));
    let step = bits::step_towards(b, Lane::I32, x, y);
    let moved = b.add(h, step);
    let to_sign = b.and(to, sign);
    let tiny = b.or(to_sign, one);
    let from_zero = b.eq(x, zero);
    let moved = b.select(from_zero, tiny, moved);
    let moved = from_bits(b, moved);
    let same = b.eq(x, y);
    let r = b.select(same, x, moved);
    let (x_ok, y_ok) = (b.eq(x, x), b.eq(y, y));
    let ok = b.and(x_ok, y_ok);
    float::or_nan(b, ok, r)
}

/// The distance to the next larger value, as NumPy's `float16` has it: never negative, and
/// infinite for the largest value.
fn spacing(b: &mut Builder, x: ValueId) -> ValueId {
    let int = Lane::I32;
    let bits = bits::of_float(b, x);
    let (exponent, fraction) = (b.int(int, 0x7f80_0000), b.int(int, 0x007f_ffff));
    let lowest = b.int(int, ((MIN_EXPONENT + 127) as i64) << 23);
    let binade = b.and(bits, exponent);
    let binade = b.max(binade, lowest);
    // Above a negative power of two, values are twice as dense.
    let (fraction, zero) = (b.and(bits, fraction), b.number(int, 0));
    let (negative, power, coarse) = (b.lt(bits, zero), b.eq(fraction, zero), b.gt(binade, lowest));
    let boundary = b.and(negative, power);
    let boundary = b.and(boundary, coarse);
    let one = b.int(int, 1 << 23);
    let denser = b.sub(binade, one);
    let binade = b.select(boundary, denser, binade);
    let binade = b.bitcast(Lane::F32, binade);
    let scale = b.float(Lane::F32, 2f64.powi(-FRACTION));
    let r = b.mul(binade, scale);
    let max = b.float(Lane::F32, MAX);
    let below = b.ne(x, max);
    let r = select_or(b, below, r, f64::INFINITY);
    let finite = bits::is_finite(b, x);
    float::or_nan(b, finite, r)
}
