//! What AVX2 composes of several instructions where AVX-512 has one.

use iced_x86::Code;
use numfuse_ir::kernel::{CmpOp, Lane};
use smallvec::SmallVec;

use super::emit::Emitter;
use super::inst::{Inst, Special, V};
use super::ops::{Form, Op, Size};

/// `2^52`, `2^84`: floats whose last 52 bits count ones, or `2^32`s.
const ONES: u64 = 0x4330_0000_0000_0000;
const UPPER: u64 = 0x4530_0000_0000_0000;

impl Emitter<'_> {
    /// An instruction that AVX2 does not have, of one result whose lanes have some bytes.
    pub(super) fn compose(&mut self, op: Op, bytes: usize, srcs: &[V], imm: Option<u8>) -> V {
        let (a, b) = (srcs[0], srcs[srcs.len() - 1]);
        match op {
            Op::Mul64 => self.mul_64(a, b),
            Op::MinS64 | Op::MinU64 => {
                let less = self.compare_ints(CmpOp::Lt, 8, op == Op::MinS64, a, b);
                self.blend(Lane::I64, less, a, b)
            }
            Op::MaxS64 | Op::MaxU64 => {
                let more = self.compare_ints(CmpOp::Gt, 8, op == Op::MaxS64, a, b);
                self.blend(Lane::I64, more, a, b)
            }
            Op::Abs64 => {
                let zero = self.splat(0, 8);
                let sign = self.op(Op::Greater64, 8, &[zero, a]);
                self.extend_sign(a, sign)
            }
            Op::Sar64 => {
                let n = imm.unwrap_or(0);
                let shifted = self.op_imm(Op::Shr64, 8, &[a], n);
                let sign = self.splat(1 << 63 >> n, 8);
                self.extend_sign(shifted, sign)
            }
            Op::SarV64 => {
                let shifted = self.op(Op::ShrV64, 8, &[a, b]);
                let sign = self.splat(1 << 63, 8);
                let sign = self.op(Op::ShrV64, 8, &[sign, b]);
                self.extend_sign(shifted, sign)
            }
            Op::Popcount8 | Op::Popcount16 | Op::Popcount32 | Op::Popcount64 => self.popcount(bytes, a),
            Op::LeadingZeros32 => self.leading_zeros_32(bytes, a),
            Op::LeadingZeros64 => {
                let each = self.leading_zeros_32(8, a);
                let high = self.op_imm(Op::Shr64, 8, &[each], 32);
                let low = self.splat(u32::MAX as u64, 8);
                let low = self.op(Op::And64, 8, &[each, low]);
                let all = self.splat(32, 8);
                let all = self.op(Op::Equal64, 8, &[high, all]);
                let low = self.op(Op::And64, 8, &[all, low]);
                self.op(Op::Add64, 8, &[high, low])
            }
            Op::Narrow16To8 => self.narrow_lanes(a, 2, 1),
            Op::Narrow32To8 => self.narrow_lanes(a, 4, 1),
            Op::Narrow64To8 => self.narrow_lanes(a, 8, 1),
            Op::Narrow32To16 => self.narrow_lanes(a, 4, 2),
            Op::Narrow64To16 => self.narrow_lanes(a, 8, 2),
            Op::Narrow64To32 => self.narrow_lanes(a, 8, 4),
            Op::I64ToF64 => self.int64_to_f64(true, a),
            Op::U64ToF64 => self.int64_to_f64(false, a),
            Op::I64ToF32 => self.int64_to_f32(true, a),
            Op::U64ToF32 => self.int64_to_f32(false, a),
            Op::U32ToF64 => {
                let wide = self.extend(a, 4, 8, false);
                let ones = self.splat(ONES, 8);
                let float = self.op(Op::Or64, 8, &[wide, ones]);
                self.op(Op::SubF64, 8, &[float, ones])
            }
            Op::U32ToF32 => {
                // Both halves are exact.
                let low = self.splat(0xffff, 4);
                let low = self.op(Op::And32, 4, &[a, low]);
                let low = self.op(Op::I32ToF32, 4, &[low]);
                let high = self.op_imm(Op::Shr32, 4, &[a], 16);
                let high = self.op(Op::I32ToF32, 4, &[high]);
                let scale = self.splat_float(Lane::F32, 65536.0);
                let high = self.op(Op::MulF32, 4, &[high, scale]);
                self.op(Op::AddF32, 4, &[high, low])
            }
            Op::F64ToI64 | Op::F32ToI64 => {
                let dst = self.vector(8);
                let special = Special::FloatToInt { double: op == Op::F64ToI64 };
                self.insts.push(Inst { dst: Some(dst), srcs: SmallVec::from_slice(&[a]), ..Inst::special(special) });
                dst
            }
            Op::F64ToU64 => self.float_to_u64(Lane::F64, a),
            _ => {
                self.fail("an instruction that AVX2 does not have");
                a
            }
        }
    }

    /// `(a ^ s) - s`: extends the sign bit `s` of `a`, or negates where `s` is all ones.
    fn extend_sign(&mut self, a: V, s: V) -> V {
        let flipped = self.op(Op::Xor64, 8, &[a, s]);
        self.op(Op::Sub64, 8, &[flipped, s])
    }

    /// The low halves' product, and 2^32 times the two mixed ones.
    fn mul_64(&mut self, a: V, b: V) -> V {
        let swapped = self.op_imm(Op::Shuffle32, 8, &[b], 0b10_11_00_01);
        let mixed = self.op(Op::Mul32, 8, &[a, swapped]);
        let other = self.op_imm(Op::Shr64, 8, &[mixed], 32);
        let mixed = self.op(Op::Add32, 8, &[mixed, other]);
        let mixed = self.op_imm(Op::Shl64, 8, &[mixed], 32);
        let low = self.op(Op::MulEven32, 8, &[a, b]);
        self.op(Op::Add64, 8, &[low, mixed])
    }

    /// Bits of each nibble, from a table; then sums of bytes.
    fn popcount(&mut self, bytes: usize, a: V) -> V {
        let table = self.byte_table(bytes, |i| (i as u8 % 16).count_ones() as u8);
        let nibble = self.byte_table(bytes, |_| 15);
        let low = self.op(Op::And64, bytes, &[a, nibble]);
        let high = self.op_imm(Op::Shr64, bytes, &[a], 4);
        let high = self.op(Op::And64, bytes, &[high, nibble]);
        let low = self.op(Op::ShuffleBytes, bytes, &[table, low]);
        let high = self.op(Op::ShuffleBytes, bytes, &[table, high]);
        let each = self.op(Op::Add8, bytes, &[low, high]);
        if bytes == 1 {
            return each;
        }
        if bytes == 8 {
            let zero = self.splat(0, 8);
            return self.op(Op::SumBytes, 8, &[each, zero]);
        }
        let ones = self.byte_table(bytes, |_| 1);
        let pairs = self.op(Op::SumPairs8, bytes, &[each, ones]);
        if bytes == 2 {
            return pairs;
        }
        let ones = self.byte_table(bytes, |i| (i % 2 == 0) as u8);
        self.op(Op::SumPairs16, bytes, &[pairs, ones])
    }

    /// From the exponents of floats. Of the bits, only the first counts, and keeping the seven after it
    /// but not the eighth keeps rounding from carrying into the exponent.
    fn leading_zeros_32(&mut self, bytes: usize, a: V) -> V {
        let later = self.op_imm(Op::Shr32, bytes, &[a], 8);
        let first = self.op(Op::AndNot, bytes, &[later, a]);
        let float = self.op(Op::I32ToF32, bytes, &[first]);
        let exponent = self.op_imm(Op::Shr32, bytes, &[float], 23);
        // Clamped at 0: bit 31 makes a negative float, whose sign is part of the number.
        let top = self.splat(158 | 158 << 32, 8.min(bytes.max(4)));
        let zeros = self.op(Op::SubClamped16, bytes, &[top, exponent]);
        let most = self.splat(32 | 32 << 32, 8.min(bytes.max(4)));
        self.op(Op::MinS16, bytes, &[zeros, most])
    }

    /// The low ends of lanes: gathered in each half of the register, then put together.
    fn narrow_lanes(&mut self, v: V, from: usize, to: usize) -> V {
        let two = self.values.size(v) == Size::Y;
        if two && from == 8 && to == 4 {
            let high = self.upper_half(v, to);
            return self.op_low(Op::ShuffleF32, to, &[v, high], Some(0b10_00_10_00));
        }
        let table = self.byte_table(from, |i| {
            let i = i % 16;
            if i < 16 / from * to { (i / to * from + i % to) as u8 } else { 0x80 }
        });
        let low = self.op(Op::ShuffleBytes, from, &[v, table]);
        if !two {
            return low;
        }
        let high = self.upper_half(low, to);
        let unpack = match 16 / from * to {
            2 => Op::UnpackLow16,
            4 => Op::UnpackLow32,
            _ => Op::UnpackLow64,
        };
        self.op_low(unpack, to, &[low, high], None)
    }

    /// An instruction on the low ends of registers.
    fn op_low(&mut self, op: Op, bytes: usize, srcs: &[V], imm: Option<u8>) -> V {
        let dst = self.vector(bytes);
        let inst = Inst { dst: Some(dst), srcs: SmallVec::from_slice(srcs), imm, ..Inst::of(self.isa, op, Size::X) };
        self.insts.push(Inst { form: Form::Low, ..inst });
        dst
    }

    /// The upper 16 bytes.
    fn upper_half(&mut self, v: V, bytes: usize) -> V {
        self.raw(Code::VEX_Vextracti128_xmmm128_ymm_imm8, bytes, &[v], 1)
    }

    /// The quarters of a register in another order.
    pub(super) fn quarters(&mut self, v: V, bytes: usize, order: u8) -> V {
        self.raw(Code::VEX_Vpermq_ymm_ymmm256_imm8, bytes, &[v], order)
    }

    /// The upper and lower halves are put into the low bits of large floats; taking away what is too
    /// much is exact in the upper one, and adding both rounds once.
    fn int64_to_f64(&mut self, signed: bool, a: V) -> V {
        // Signed numbers are 2^63 too large then.
        let offset = if signed { 1 << 31 } else { 0 };
        let upper = self.op_imm(Op::Shr64, 8, &[a], 32);
        let exponent = self.splat(UPPER ^ offset, 8);
        let upper = self.op(Op::Xor64, 8, &[upper, exponent]);
        let surplus = self.splat(UPPER + (1 << 20) + offset, 8);
        let upper = self.op(Op::SubF64, 8, &[upper, surplus]);
        let ones = self.splat(ONES, 8);
        let lower = self.op_imm(Op::Mix32, 8, &[a, ones], 0b1010_1010);
        self.op(Op::AddF64, 8, &[upper, lower])
    }

    /// By way of a float of 53 bits, so that numbers of more bits must not be rounded before: what is
    /// below their bit 11 sets that bit instead, which moves no number onto or over a tie (rounding to odd).
    fn int64_to_f32(&mut self, signed: bool, a: V) -> V {
        let below = self.splat(2047, 8);
        let rest = self.op(Op::And64, 8, &[a, below]);
        let carry = self.op(Op::Add64, 8, &[rest, below]);
        let odd = self.op(Op::Or64, 8, &[a, carry]);
        let above = self.splat(!2047, 8);
        let odd = self.op(Op::And64, 8, &[odd, above]);
        let beyond = if signed {
            let shift = self.splat(1 << 53, 8);
            let positive = self.op(Op::Add64, 8, &[a, shift]);
            self.op_imm(Op::Shr64, 8, &[positive], 54)
        } else {
            self.op_imm(Op::Shr64, 8, &[a], 53)
        };
        let large = self.nonzero(beyond, 8);
        let exact = self.blend(Lane::I64, large, odd, a);
        let double = self.int64_to_f64(signed, exact);
        self.op(Op::F64ToF32, 4, &[double])
    }

    /// Whole numbers from -2^31 to 2^32 - 1, in floats, as 32 bits.
    pub(super) fn whole_to_32(&mut self, v: V) -> V {
        let magic = self.splat_float(Lane::F64, 1.5 * 2f64.powi(52));
        let bits = self.op(Op::AddF64, 8, &[v, magic]);
        self.narrow(bits, 8, 4)
    }
}
