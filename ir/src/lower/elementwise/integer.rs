//! Signed and unsigned integers: everything wraps, nothing traps.

use super::{boolean, no_loop};
use crate::kernel::{Builder, Lane, ValueId};
use crate::op::Ew;
use crate::routine::Routine;

/// Lowers an op on integer lanes.
pub fn lower(b: &mut Builder, op: Ew, x: ValueId, y: ValueId) -> ValueId {
    if let Some(v) = boolean::logic(b, op, x, y) {
        return v;
    }
    match op {
        Ew::Add => b.add(x, y),
        Ew::Subtract => b.sub(x, y),
        Ew::Multiply => b.mul(x, y),
        Ew::FloorDivide => floor_divide(b, x, y),
        Ew::Remainder => remainder(b, x, y),
        Ew::Fmod => b.rem(x, y),
        Ew::Power => power(b, x, y),
        Ew::Negative => b.neg(x),
        Ew::Absolute if b.lane(x).is_signed() => b.abs(x),
        Ew::Absolute | Ew::Positive | Ew::Conjugate | Ew::Floor | Ew::Ceil | Ew::Trunc => x,
        Ew::Sign => sign(b, x),
        Ew::Square => b.mul(x, x),
        Ew::Reciprocal => {
            // NumPy divides in double and casts back, whence the values for 0.
            let lane = b.lane(x);
            let (one, x) = (b.float(Lane::F64, 1.0), b.convert(Lane::F64, x));
            let r = b.div(one, x);
            b.convert(lane, r)
        }
        Ew::Maximum | Ew::Fmax => b.max(x, y),
        Ew::Minimum | Ew::Fmin => b.min(x, y),
        Ew::Gcd => {
            let lane = b.lane(x);
            let (x, y) = (magnitude(b, x), magnitude(b, y));
            let g = gcd(b, x, y);
            from_unsigned(b, lane, g)
        }
        Ew::Lcm => {
            let lane = b.lane(x);
            let (x, y) = (magnitude(b, x), magnitude(b, y));
            let g = gcd(b, x, y);
            // Division by 0 gives 0, as does lcm(0, 0).
            let q = b.div(x, g);
            let r = b.mul(q, y);
            from_unsigned(b, lane, r)
        }
        Ew::BitwiseAnd => b.and(x, y),
        Ew::BitwiseOr => b.or(x, y),
        Ew::BitwiseXor => b.xor(x, y),
        Ew::Invert => b.not(x),
        Ew::LeftShift => left_shift(b, x, y),
        Ew::RightShift => right_shift(b, x, y),
        Ew::BitwiseCount => {
            let m = magnitude(b, x);
            let n = b.popcount(m);
            b.convert(Lane::U8, n)
        }
        Ew::Isnan | Ew::Isinf => b.int(Lane::B1, 0),
        Ew::Isfinite => b.int(Lane::B1, 1),
        _ => no_loop(op, "integer"),
    }
}

/// The unsigned lane type of the same width.
fn unsigned(lane: Lane) -> Lane {
    match lane {
        Lane::I8 => Lane::U8,
        Lane::I16 => Lane::U16,
        Lane::I32 => Lane::U32,
        Lane::I64 => Lane::U64,
        other => other,
    }
}

/// `|x|`, unsigned, so that the most negative integer has one.
fn magnitude(b: &mut Builder, x: ValueId) -> ValueId {
    let lane = b.lane(x);
    if !lane.is_signed() {
        return x;
    }
    let m = b.abs(x);
    b.bitcast(unsigned(lane), m)
}

fn from_unsigned(b: &mut Builder, lane: Lane, x: ValueId) -> ValueId {
    if lane.is_signed() { b.bitcast(lane, x) } else { x }
}

fn gcd(b: &mut Builder, x: ValueId, y: ValueId) -> ValueId {
    let lane = b.lane(x);
    let (x, y) = (b.convert(Lane::U64, x), b.convert(Lane::U64, y));
    let g = b.call(Routine::GcdU64, &[x, y]);
    b.convert(lane, g)
}

/// Powers wrap, so those of narrow integers are the low bits of wide ones.
fn power(b: &mut Builder, x: ValueId, y: ValueId) -> ValueId {
    let lane = b.lane(x);
    let (wide, routine) = if lane.is_signed() { (Lane::I64, Routine::PowI64) } else { (Lane::U64, Routine::PowU64) };
    let (x, y) = (b.convert(wide, x), b.convert(wide, y));
    let r = b.call(routine, &[x, y]);
    b.convert(lane, r)
}

/// Whether a truncated division with remainder `r` must be corrected towards minus infinity.
fn rounds_down(b: &mut Builder, r: ValueId, y: ValueId) -> ValueId {
    let zero = b.number(b.lane(r), 0);
    let inexact = b.ne(r, zero);
    let signs = b.xor(r, y);
    let opposite = b.lt(signs, zero);
    b.and(inexact, opposite)
}

fn floor_divide(b: &mut Builder, x: ValueId, y: ValueId) -> ValueId {
    let q = b.div(x, y);
    if !b.lane(x).is_signed() {
        return q;
    }
    // `x % 0 = 0`, so a division by 0 stays 0.
    let r = b.rem(x, y);
    let down = rounds_down(b, r, y);
    let one = b.number(b.lane(x), 1);
    let lower = b.sub(q, one);
    b.select(down, lower, q)
}

fn remainder(b: &mut Builder, x: ValueId, y: ValueId) -> ValueId {
    let r = b.rem(x, y);
    if !b.lane(x).is_signed() {
        return r;
    }
    let down = rounds_down(b, r, y);
    let moved = b.add(r, y);
    b.select(down, moved, r)
}

fn sign(b: &mut Builder, x: ValueId) -> ValueId {
    let lane = b.lane(x);
    let one = b.number(lane, 1);
    let bounded = b.min(x, one);
    if !lane.is_signed() {
        return bounded;
    }
    let minus_one = b.number(lane, -1);
    b.max(bounded, minus_one)
}

/// Whether a shift amount is below the width; negative amounts are huge ones.
fn in_width(b: &mut Builder, y: ValueId) -> ValueId {
    let lane = unsigned(b.lane(y));
    let (amount, width) = (b.bitcast(lane, y), b.number(lane, lane.bits() as i32));
    b.lt(amount, width)
}

fn left_shift(b: &mut Builder, x: ValueId, y: ValueId) -> ValueId {
    let (shifted, ok) = (b.shl(x, y), in_width(b, y));
    let zero = b.number(b.lane(x), 0);
    b.select(ok, shifted, zero)
}

fn right_shift(b: &mut Builder, x: ValueId, y: ValueId) -> ValueId {
    let lane = b.lane(x);
    if lane.is_signed() {
        // Shifting by the width less one fills with the sign.
        let wide = unsigned(lane);
        let (amount, last) = (b.bitcast(wide, y), b.number(wide, lane.bits() as i32 - 1));
        let amount = b.min(amount, last);
        let amount = b.bitcast(lane, amount);
        return b.shr(x, amount);
    }
    let (shifted, ok) = (b.shr(x, y), in_width(b, y));
    let zero = b.number(lane, 0);
    b.select(ok, shifted, zero)
}
