//! Functions of floats that work on their bits (IEEE 754 binary32 and binary64).

use super::select_or;
use crate::kernel::{Builder, Lane, ValueId};

/// The layout of a float lane type.
#[derive(Clone, Copy)]
pub struct Format {
    /// The float lane.
    pub float: Lane,
    /// The integer lane of its bits.
    pub int: Lane,
    /// Bits of the significand that are stored.
    pub fraction: u32,
    /// The exponent's bias, which is also the largest exponent.
    pub bias: i32,
}

impl Format {
    /// The layout of `F32` or `F64`.
    pub fn of(lane: Lane) -> Format {
        if lane == Lane::F32 {
            Format { float: lane, int: Lane::I32, fraction: 23, bias: 127 }
        } else {
            Format { float: lane, int: Lane::I64, fraction: 52, bias: 1023 }
        }
    }

    /// `2^e` of a normal exponent.
    pub fn power_of_two(self, e: i32) -> f64 {
        f64::from_bits(((e + 1023) as u64) << 52)
    }

    fn sign(self, b: &mut Builder) -> ValueId {
        b.bits(self.int, 1 << (self.int.bits() - 1))
    }

    fn exponent_mask(self) -> i64 {
        (2 * self.bias as i64 + 1) << self.fraction
    }
}

/// The bits of a float, as a signed integer.
pub fn of_float(b: &mut Builder, x: ValueId) -> ValueId {
    let int = Format::of(b.lane(x)).int;
    b.bitcast(int, x)
}

/// The sign bit of `x`, alone.
fn sign_of(b: &mut Builder, x: ValueId) -> ValueId {
    let format = Format::of(b.lane(x));
    let (sign, x) = (format.sign(b), of_float(b, x));
    b.and(x, sign)
}

/// A value without sign bit, given that of `y`.
pub fn with_sign(b: &mut Builder, magnitude: ValueId, y: ValueId) -> ValueId {
    let lane = b.lane(magnitude);
    let (m, sign) = (of_float(b, magnitude), sign_of(b, y));
    let r = b.or(m, sign);
    b.bitcast(lane, r)
}

/// `|x|` with the sign of `y`.
pub fn copysign(b: &mut Builder, x: ValueId, y: ValueId) -> ValueId {
    let m = b.abs(x);
    with_sign(b, m, y)
}

/// Whether the sign bit is set.
pub fn signbit(b: &mut Builder, x: ValueId) -> ValueId {
    let x = of_float(b, x);
    let zero = b.number(b.lane(x), 0);
    b.lt(x, zero)
}

/// `|x| < inf`.
pub fn is_finite(b: &mut Builder, x: ValueId) -> ValueId {
    let m = b.abs(x);
    let inf = b.float(b.lane(x), f64::INFINITY);
    b.lt(m, inf)
}

/// `|x| == inf`.
pub fn is_infinite(b: &mut Builder, x: ValueId) -> ValueId {
    let m = b.abs(x);
    let inf = b.float(b.lane(x), f64::INFINITY);
    b.eq(m, inf)
}

/// The step (+1 or -1) that moves the bits of a non-zero `x` one value towards `y`.
pub fn step_towards(b: &mut Builder, int: Lane, x: ValueId, y: ValueId) -> ValueId {
    let zero = b.number(b.lane(x), 0);
    let (up, positive) = (b.lt(x, y), b.gt(x, zero));
    let shrinks = b.xor(up, positive);
    let (minus_one, one) = (b.number(int, -1), b.number(int, 1));
    b.select(shrinks, minus_one, one)
}

/// C's `nextafter`.
pub fn nextafter(b: &mut Builder, x: ValueId, y: ValueId) -> ValueId {
    let format = Format::of(b.lane(x));
    let (zero, one) = (b.number(format.float, 0), b.number(format.int, 1));
    let (bits, step) = (of_float(b, x), step_towards(b, format.int, x, y));
    let moved = b.add(bits, step);
    let sign = sign_of(b, y);
    let tiny = b.or(sign, one);
    let from_zero = b.eq(x, zero);
    let moved = b.select(from_zero, tiny, moved);
    let moved = b.bitcast(format.float, moved);
    let same = b.eq(x, y);
    let r = b.select(same, y, moved);
    let (x_ok, y_ok) = (b.eq(x, x), b.eq(y, y));
    let ok = b.and(x_ok, y_ok);
    let nan = b.add(x, y);
    b.select(ok, r, nan)
}

/// The distance to the next value away from zero, with the sign of `x`, as NumPy has it.
pub fn spacing(b: &mut Builder, x: ValueId) -> ValueId {
    let format = Format::of(b.lane(x));
    let (zero, one) = (b.number(format.float, 0), b.number(format.int, 1));
    let bits = of_float(b, x);
    let next = b.add(bits, one);
    let next = b.bitcast(format.float, next);
    let distance = b.sub(next, x);
    let is_zero = b.eq(x, zero);
    let tiny = b.bitcast(format.float, one);
    b.select(is_zero, tiny, distance)
}

/// `x·2^n` for an integer lane `n`, rounded once.
///
/// Three factors reach every exponent. As in musl's `scalbn`, the factors that shrink leave a
/// `fraction + 1`-bit margin, so that only the last product can be subnormal and round.
pub fn ldexp(b: &mut Builder, x: ValueId, n: ValueId) -> ValueId {
    let format = Format::of(b.lane(x));
    let (float, int, bias) = (format.float, format.int, format.bias);
    // Beyond these every result is 0 or infinite; then the exponent fits the narrow lane.
    let far = 3 * bias - 60;
    let lane = b.lane(n);
    let (lo, hi) = (b.number(lane, -far), b.number(lane, far));
    let n = b.max(n, lo);
    let n = b.min(n, hi);
    let mut n = b.convert(int, n);
    let mut x = x;
    let shrink = 1 - bias + format.fraction as i32 + 1;
    for (limit, by) in [(bias, bias), (1 - bias, shrink)] {
        let (limit, by_n) = (b.number(int, limit), b.number(int, by));
        let by_x = b.float(float, format.power_of_two(by));
        for _ in 0..2 {
            let beyond = if by > 0 { b.gt(n, limit) } else { b.lt(n, limit) };
            let (scaled, rest) = (b.mul(x, by_x), b.sub(n, by_n));
            x = b.select(beyond, scaled, x);
            n = b.select(beyond, rest, n);
        }
    }
    let (lo, hi) = (b.number(int, 1 - bias), b.number(int, bias));
    let n = b.max(n, lo);
    let n = b.min(n, hi);
    let (bias, fraction) = (b.number(int, bias), b.number(int, format.fraction as i32));
    let biased = b.add(n, bias);
    let power = b.shl(biased, fraction);
    let power = b.bitcast(float, power);
    b.mul(x, power)
}

/// C's `frexp`: a fraction in [0.5, 1) and an exponent (0 for zeros, infinities and NaN).
pub fn frexp(b: &mut Builder, x: ValueId) -> (ValueId, ValueId) {
    let format = Format::of(b.lane(x));
    let (float, int) = (format.float, format.int);
    let up = format.fraction as i32 + 2;
    let magnitude = b.abs(x);
    let min_normal = b.float(float, format.power_of_two(1 - format.bias));
    let subnormal = b.lt(magnitude, min_normal);
    let scale = b.float(float, format.power_of_two(up));
    let scaled = b.mul(x, scale);
    let normal = b.select(subnormal, scaled, x);

    let bits = b.bitcast(int, normal);
    let (mask, shift) = (b.int(int, format.exponent_mask()), b.number(int, format.fraction as i32));
    let field = b.and(bits, mask);
    let field = b.shr(field, shift);
    let (bias, extra) = (b.number(int, format.bias - 1), b.number(int, format.bias - 1 + up));
    let bias = b.select(subnormal, extra, bias);
    let exponent = b.sub(field, bias);

    let (others, half) = (b.not(mask), b.int(int, (format.bias as i64 - 1) << format.fraction));
    let fraction = b.and(bits, others);
    let fraction = b.or(fraction, half);
    let fraction = b.bitcast(float, fraction);

    let zero = b.number(float, 0);
    let (finite, nonzero) = (is_finite(b, x), b.ne(x, zero));
    let regular = b.and(finite, nonzero);
    let zero = b.number(int, 0);
    let exponent = b.select(regular, exponent, zero);
    (b.select(regular, fraction, x), b.convert(Lane::I32, exponent))
}

/// C's `modf`: the fractional part, with the sign of `x`.
pub fn fraction_part(b: &mut Builder, x: ValueId) -> ValueId {
    let whole = b.trunc(x);
    let fraction = b.sub(x, whole);
    let infinite = is_infinite(b, x);
    let finite = b.not(infinite);
    let fraction = select_or(b, finite, fraction, 0.0);
    copysign(b, fraction, x)
}
