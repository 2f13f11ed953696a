//! Arithmetic, comparisons and selection on registers. What Cranelift has no vector form for is
//! done lane by lane.

use ::cranelift::codegen::ir::condcodes::{FloatCC, IntCC};
use ::cranelift::codegen::ir::types::{F64X2, I8X16, I16X8, I32, I64X2};
use ::cranelift::codegen::ir::{InstBuilder, Value};
use numfuse_ir::kernel::{BinOp, CmpOp, Lane, UnOp};

use super::emit::{Emitter, Val, scalar, vector, vector_of};

/// By how much a shift shifts.
pub(super) enum Amount {
    Known(u64),
    Value(Val),
}

impl Emitter<'_> {
    pub(super) fn unary(&mut self, op: UnOp, lane: Lane, a: &Val, lanes: usize) -> Val {
        let ty = vector(lane);
        let sign = 1 << (lane.bits() - 1);
        if lane == Lane::B1 {
            return match op {
                UnOp::Not => self.zip(lane, &[a], |e, x| e.cur.ins().bnot(x[0])),
                _ => a.clone(),
            };
        }
        let float = lane.is_float();
        match op {
            UnOp::Neg if float => {
                let sign = self.splat_bits(ty, sign);
                self.zip(lane, &[a], |e, x| e.cur.ins().bxor(x[0], sign))
            }
            UnOp::Abs if float => {
                let rest = self.splat_bits(ty, !sign);
                self.zip(lane, &[a], |e, x| e.cur.ins().band(x[0], rest))
            }
            UnOp::Sqrt if float => self.zip(lane, &[a], |e, x| e.cur.ins().sqrt(x[0])),
            UnOp::Floor if float => self.zip(lane, &[a], |e, x| e.cur.ins().floor(x[0])),
            UnOp::Ceil if float => self.zip(lane, &[a], |e, x| e.cur.ins().ceil(x[0])),
            UnOp::Trunc if float => self.zip(lane, &[a], |e, x| e.cur.ins().trunc(x[0])),
            UnOp::Round if float => self.zip(lane, &[a], |e, x| e.cur.ins().nearest(x[0])),
            _ if float => a.clone(),
            UnOp::Neg => self.zip(lane, &[a], |e, x| e.cur.ins().ineg(x[0])),
            UnOp::Abs if lane.is_signed() => self.zip(lane, &[a], |e, x| e.cur.ins().iabs(x[0])),
            UnOp::Not => self.zip(lane, &[a], |e, x| e.cur.ins().bnot(x[0])),
            UnOp::Popcount if lane.bytes() == 1 => self.zip(lane, &[a], |e, x| e.cur.ins().popcnt(x[0])),
            UnOp::Popcount => self.lanewise(lanes, &[(a, lane)], lane, |e, x| e.cur.ins().popcnt(x[0])),
            UnOp::LeadingZeros => self.lanewise(lanes, &[(a, lane)], lane, |e, x| e.leading_zeros(lane, x[0])),
            _ => a.clone(),
        }
    }

    fn leading_zeros(&mut self, lane: Lane, x: Value) -> Value {
        if lane.bytes() >= 4 {
            return self.cur.ins().clz(x);
        }
        let wide = self.cur.ins().uextend(I32, x);
        let n = self.cur.ins().clz(wide);
        let n = self.cur.ins().iadd_imm_s(n, lane.bits() as i64 - 32);
        self.cur.ins().ireduce(scalar(lane), n)
    }

    /// Two-operand instructions, except shifts of integers.
    pub(super) fn binary(&mut self, op: BinOp, lane: Lane, a: &Val, b: &Val, lanes: usize) -> Val {
        let float = lane.is_float();
        let signed = lane.is_signed();
        let scalars = [(a, lane), (b, lane)];
        if matches!(op, BinOp::Div | BinOp::Rem) && !float {
            if lane.bytes() < 8 {
                return self.divide_as_floats(op, lane, a, b, lanes);
            }
            return self.lanewise(lanes, &scalars, lane, |e, x| e.divide(op, lane, x[0], x[1]));
        }
        self.zip(lane, &[a, b], |e, x| {
            let (x, y) = (x[0], x[1]);
            match op {
                BinOp::Add if float => e.cur.ins().fadd(x, y),
                BinOp::Sub if float => e.cur.ins().fsub(x, y),
                BinOp::Mul if float => e.cur.ins().fmul(x, y),
                BinOp::Div => e.cur.ins().fdiv(x, y),
                BinOp::Min | BinOp::Max if float => e.float_extremum(op, lane, x, y),
                BinOp::Add => e.cur.ins().iadd(x, y),
                BinOp::Sub => e.cur.ins().isub(x, y),
                BinOp::Mul if lane.bytes() == 1 => e.multiply_bytes(x, y),
                BinOp::Mul => e.cur.ins().imul(x, y),
                BinOp::Min | BinOp::Max if lane.bytes() == 8 => {
                    let cc = if op == BinOp::Min { CmpOp::Lt } else { CmpOp::Gt };
                    let mask = e.cur.ins().icmp(int_cc(cc, signed), y, x);
                    e.blend(mask, y, x)
                }
                BinOp::Min if signed => e.cur.ins().smin(x, y),
                BinOp::Min => e.cur.ins().umin(x, y),
                BinOp::Max if signed => e.cur.ins().smax(x, y),
                BinOp::Max => e.cur.ins().umax(x, y),
                BinOp::And if !float => e.cur.ins().band(x, y),
                BinOp::Or if !float => e.cur.ins().bor(x, y),
                BinOp::Xor if !float => e.cur.ins().bxor(x, y),
                // Not defined on floats.
                _ => x,
            }
        })
    }

    /// `min` and `max` of floats: x86's own, which give the first operand only if it is strictly
    /// beyond the second, then NaN from the second.
    fn float_extremum(&mut self, op: BinOp, lane: Lane, a: Value, b: Value) -> Value {
        let ty = vector(lane);
        // This form of compare and select becomes one minpd or maxpd.
        let beyond = match op {
            BinOp::Min => self.cur.ins().fcmp(FloatCC::LessThan, b, a),
            _ => self.cur.ins().fcmp(FloatCC::LessThan, a, b),
        };
        let beyond = self.cast(beyond, ty);
        let r = self.cur.ins().bitselect(beyond, b, a);
        let nan = self.cur.ins().fcmp(FloatCC::Unordered, b, b);
        self.blend(nan, b, r)
    }

    /// There is no 8-bit multiplication: the low bytes of 16-bit products of even and odd lanes.
    fn multiply_bytes(&mut self, a: Value, b: Value) -> Value {
        let (a, b) = (self.cast(a, I16X8), self.cast(b, I16X8));
        let eight = self.cur.ins().iconst(I32, 8);
        let even = self.cur.ins().imul(a, b);
        let (a, b) = (self.cur.ins().ushr(a, eight), self.cur.ins().ushr(b, eight));
        let odd = self.cur.ins().imul(a, b);
        let odd = self.cur.ins().ishl(odd, eight);
        let low = self.splat_bits(I16X8, 0xff);
        let even = self.cur.ins().band(even, low);
        let v = self.cur.ins().bor(even, odd);
        self.cast(v, I8X16)
    }

    pub(super) fn shift(&mut self, op: BinOp, lane: Lane, a: &Val, amount: &Amount, lanes: usize) -> Val {
        let apply = |e: &mut Self, x: Value, n: Value| match op {
            BinOp::Shl => e.cur.ins().ishl(x, n),
            _ if lane.is_signed() => e.cur.ins().sshr(x, n),
            _ => e.cur.ins().ushr(x, n),
        };
        // Vectors shift by one scalar amount, taken modulo the width.
        let n = match amount {
            Amount::Known(bits) => self.cur.ins().iconst(I32, (bits & (lane.bits() as u64 - 1)) as i64),
            Amount::Value(b) if b.uniform => {
                let n = self.extract(b, lane, 0);
                match lane.bytes() {
                    1 | 2 => self.cur.ins().uextend(I32, n),
                    8 => self.cur.ins().ireduce(I32, n),
                    _ => n,
                }
            }
            Amount::Value(b) => {
                return self.lanewise(lanes, &[(a, lane), (b, lane)], lane, |e, x| apply(e, x[0], x[1]));
            }
        };
        self.zip(lane, &[a], |e, x| apply(e, x[0], n))
    }

    /// Division and remainder of integers of up to 32 bits, by way of floats that hold them exactly:
    /// a quotient that is not whole is further from the next whole number than rounding moves it
    /// (1/|b| against at most |a|/|b| · 2^-24, or 2^-53). A divisor of 0 is replaced by 1, so that no flag is raised.
    fn divide_as_floats(&mut self, op: BinOp, lane: Lane, a: &Val, b: &Val, lanes: usize) -> Val {
        let ty = vector(lane);
        let (zero, one) = (self.splat_bits(ty, 0), self.splat_bits(ty, 1));
        let is_zero = self.zip(lane, &[b], |e, y| e.cur.ins().icmp(IntCC::Equal, y[0], zero));
        let safe = self.zip(lane, &[b, &is_zero], |e, y| e.blend(y[1], one, y[0]));
        let float = if lane.bytes() == 4 { Lane::F64 } else { Lane::F32 };
        let (x, y) = (self.convert(lane, float, a, lanes), self.convert(lane, float, &safe, lanes));
        let quotient = self.zip(float, &[&x, &y], |e, x| e.cur.ins().fdiv(x[0], x[1]));
        let quotient = match lane {
            Lane::U32 => self.f64_to_u32(&quotient, lanes),
            _ => self.convert(float, lane, &quotient, lanes),
        };
        if op == BinOp::Div {
            return self.zip(lane, &[&quotient, &is_zero], |e, q| e.cur.ins().band_not(q[0], q[1]));
        }
        let product = self.binary(BinOp::Mul, lane, &quotient, &safe, lanes);
        self.binary(BinOp::Sub, lane, a, &product, lanes)
    }

    /// Division or remainder of 64-bit scalars that never traps: a divisor of 0 or -1 is replaced
    /// by 1, and the result fixed.
    fn divide(&mut self, op: BinOp, lane: Lane, x: Value, y: Value) -> Value {
        let signed = lane.is_signed();
        let ty = scalar(lane);
        let zero = self.cur.ins().iconst(ty, 0);
        let one = self.cur.ins().iconst(ty, 1);
        let is_zero = self.cur.ins().icmp_imm_s(IntCC::Equal, y, 0);
        let mut safe = self.cur.ins().select(is_zero, one, y);
        let negate = signed.then(|| self.cur.ins().icmp_imm_s(IntCC::Equal, y, -1));
        if let Some(negate) = negate {
            safe = self.cur.ins().select(negate, one, safe);
        }
        let mut r = match (op, signed) {
            (BinOp::Div, true) => self.cur.ins().sdiv(x, safe),
            (BinOp::Div, false) => self.cur.ins().udiv(x, safe),
            (_, true) => self.cur.ins().srem(x, safe),
            (_, false) => self.cur.ins().urem(x, safe),
        };
        if let (Some(negate), BinOp::Div) = (negate, op) {
            let negative = self.cur.ins().ineg(x);
            r = self.cur.ins().select(negate, negative, r);
        }
        if op == BinOp::Div {
            // The remainder by 1 is 0 already.
            r = self.cur.ins().select(is_zero, zero, r);
        }
        r
    }

    pub(super) fn binary_mask(&mut self, op: BinOp, a: &Val, b: &Val) -> Val {
        self.zip(Lane::B1, &[a, b], |e, x| match op {
            BinOp::And | BinOp::Min => e.cur.ins().band(x[0], x[1]),
            BinOp::Or | BinOp::Max => e.cur.ins().bor(x[0], x[1]),
            _ => e.cur.ins().bxor(x[0], x[1]),
        })
    }

    pub(super) fn compare(&mut self, op: CmpOp, lane: Lane, a: &Val, b: &Val) -> Val {
        self.zip(lane, &[a, b], |e, x| {
            if lane.is_float() {
                e.cur.ins().fcmp(float_cc(op), x[0], x[1])
            } else {
                e.cur.ins().icmp(int_cc(op, lane.is_signed()), x[0], x[1])
            }
        })
    }

    /// Truth values compare as 0 and 1.
    pub(super) fn compare_masks(&mut self, op: CmpOp, a: &Val, b: &Val) -> Val {
        self.zip(Lane::B1, &[a, b], |e, x| {
            let (a, b) = (x[0], x[1]);
            let mut not = |v| e.cur.ins().bnot(v);
            match op {
                CmpOp::Eq => {
                    let b = not(b);
                    e.cur.ins().bxor(a, b)
                }
                CmpOp::Ne => e.cur.ins().bxor(a, b),
                CmpOp::Lt => {
                    let a = not(a);
                    e.cur.ins().band(a, b)
                }
                CmpOp::Le => {
                    let a = not(a);
                    e.cur.ins().bor(a, b)
                }
                CmpOp::Gt => {
                    let b = not(b);
                    e.cur.ins().band(a, b)
                }
                CmpOp::Ge => {
                    let b = not(b);
                    e.cur.ins().bor(a, b)
                }
            }
        })
    }

    /// `if mask { a } else { b }`, for masks of whole lanes.
    pub(super) fn blend(&mut self, mask: Value, a: Value, b: Value) -> Value {
        let ty = self.cur.func.dfg.value_type(a);
        // The type chooses the domain of the instruction: blendvpd, blendvps or pblendvb.
        let by = if ty == F64X2 {
            I64X2
        } else if ty == vector(Lane::F32) {
            vector_of(4)
        } else {
            I8X16
        };
        let (mask, a, b) = (self.cast(mask, by), self.cast(a, by), self.cast(b, by));
        let v = self.cur.ins().blendv(mask, a, b);
        self.cast(v, ty)
    }
}

fn float_cc(op: CmpOp) -> FloatCC {
    match op {
        CmpOp::Eq => FloatCC::Equal,
        CmpOp::Ne => FloatCC::NotEqual,
        CmpOp::Lt => FloatCC::LessThan,
        CmpOp::Le => FloatCC::LessThanOrEqual,
        CmpOp::Gt => FloatCC::GreaterThan,
        CmpOp::Ge => FloatCC::GreaterThanOrEqual,
    }
}

fn int_cc(op: CmpOp, signed: bool) -> IntCC {
    match (op, signed) {
        (CmpOp::Eq, _) => IntCC::Equal,
        (CmpOp::Ne, _) => IntCC::NotEqual,
        (CmpOp::Lt, true) => IntCC::SignedLessThan,
        (CmpOp::Le, true) => IntCC::SignedLessThanOrEqual,
        (CmpOp::Gt, true) => IntCC::SignedGreaterThan,
        (CmpOp::Ge, true) => IntCC::SignedGreaterThanOrEqual,
        (CmpOp::Lt, false) => IntCC::UnsignedLessThan,
        (CmpOp::Le, false) => IntCC::UnsignedLessThanOrEqual,
        (CmpOp::Gt, false) => IntCC::UnsignedGreaterThan,
        (CmpOp::Ge, false) => IntCC::UnsignedGreaterThanOrEqual,
    }
}
