//! Division and remainder of integers, by way of floats.

use numfuse_ir::kernel::{BinOp, CmpOp, Lane};

use super::emit::Emitter;
use super::inst::V;
use super::isa::Isa;
use super::ops::Op;

impl Emitter<'_> {
    /// Division and remainder of up to 32 bits by way of floats that hold them exactly: a quotient that
    /// is not whole is further from the next whole number than rounding moves it (1/|b| against at
    /// most |a|/|b| · 2^-24, or 2^-53). A divisor of 0 is replaced by 1, so that no flag is raised.
    pub(super) fn divide(&mut self, op: BinOp, lane: Lane, a: V, b: V) -> V {
        let (bytes, signed) = (lane.bytes(), lane.is_signed());
        if bytes == 8 {
            return self.divide_64(op, signed, a, b);
        }
        let (x, y) = (self.extend(a, bytes, 4, signed), self.extend(b, bytes, 4, signed));
        let nonzero = self.nonzero(y, 4);
        let one = self.splat(1, 4);
        let safe = self.blend(Lane::I32, nonzero, y, one);
        let quotient = if bytes == 4 {
            let to_float = if signed { Op::I32ToF64 } else { Op::U32ToF64 };
            let (p, q) = (self.op(to_float, 8, &[x]), self.op(to_float, 8, &[safe]));
            let r = self.op(Op::DivF64, 8, &[p, q]);
            self.truncate_to_32(r)
        } else {
            let (p, q) = (self.op(Op::I32ToF32, 4, &[x]), self.op(Op::I32ToF32, 4, &[safe]));
            let r = self.op(Op::DivF32, 4, &[p, q]);
            self.op(Op::F32ToI32, 4, &[r])
        };
        let r = if op == BinOp::Div {
            self.only(nonzero, 4, quotient)
        } else {
            let product = self.op(Op::Mul32, 4, &[quotient, safe]);
            self.op(Op::Sub32, 4, &[x, product])
        };
        self.narrow(r, 4, bytes)
    }

    /// 64-bit division in two steps on magnitudes. Each multiplies by a reciprocal that is less than
    /// exact by 2^-49, which is more than its five roundings, so that no quotient is too large; what
    /// the first one misses, at most 2^-48 of it, the second one finds but for one.
    fn divide_64(&mut self, op: BinOp, signed: bool, a: V, b: V) -> V {
        let (x, y) = if signed { (self.op(Op::Abs64, 8, &[a]), self.op(Op::Abs64, 8, &[b])) } else { (a, b) };
        let nonzero = self.nonzero(y, 8);
        let one = self.splat(1, 8);
        let safe = self.blend(Lane::I64, nonzero, y, one);
        let float = self.op(Op::U64ToF64, 8, &[safe]);
        let less = self.splat_float(Lane::F64, 1.0 - 2f64.powi(-49));
        let one_float = self.splat_float(Lane::F64, 1.0);
        let reciprocal = self.op(Op::DivF64, 8, &[one_float, float]);
        let reciprocal = self.op(Op::MulF64, 8, &[reciprocal, less]);
        let mut rest = x;
        let steps = [(); 2].map(|()| {
            let r = self.op(Op::U64ToF64, 8, &[rest]);
            let q = self.op(Op::MulF64, 8, &[r, reciprocal]);
            let q = self.op(Op::F64ToU64, 8, &[q]);
            let product = self.op(Op::Mul64, 8, &[q, safe]);
            rest = self.op(Op::Sub64, 8, &[rest, product]);
            q
        });
        let more = self.compare_ints(CmpOp::Ge, 8, false, rest, safe);
        let (result, signs) = if op == BinOp::Div {
            let q = self.op(Op::Add64, 8, &steps);
            let last = self.where_set(more, 1, 8);
            (self.op(Op::Add64, 8, &[q, last]), if signed { self.op(Op::Xor64, 8, &[a, b]) } else { a })
        } else {
            let last = self.only(more, 8, safe);
            (self.op(Op::Sub64, 8, &[rest, last]), a)
        };
        let mut result = result;
        if signed {
            let zero = self.splat(0, 8);
            let negative = self.compare_ints(CmpOp::Lt, 8, true, signs, zero);
            let negated = self.op(Op::Sub64, 8, &[zero, result]);
            result = self.blend(Lane::I64, negative, negated, result);
        }
        self.only(nonzero, 8, result)
    }

    /// Floats from -2^31 to 2^32 - 1 without their fractions, as 32 bits. None is out of range, for
    /// which a flag would be raised.
    fn truncate_to_32(&mut self, v: V) -> V {
        match self.isa {
            Isa::Avx512 => {
                let r = self.op(Op::F64ToI64, 8, &[v]);
                self.narrow(r, 8, 4)
            }
            Isa::Avx2 => {
                let whole = self.op_imm(Op::RoundF64, 8, &[v], 11);
                self.whole_to_32(whole)
            }
        }
    }
}
