//! Conversions between lane types.

use numfuse_ir::kernel::{BinOp, Lane};

use super::emit::Emitter;
use super::inst::V;
use super::lower::by_float;
use super::ops::Op;

impl Emitter<'_> {
    /// Integers in wider lanes.
    pub(super) fn extend(&mut self, v: V, from: usize, to: usize, signed: bool) -> V {
        let op = match (from, to, signed) {
            (1, 2, true) => Op::Sign8To16,
            (1, 4, true) => Op::Sign8To32,
            (1, 8, true) => Op::Sign8To64,
            (2, 4, true) => Op::Sign16To32,
            (2, 8, true) => Op::Sign16To64,
            (4, 8, true) => Op::Sign32To64,
            (1, 2, false) => Op::Zero8To16,
            (1, 4, false) => Op::Zero8To32,
            (1, 8, false) => Op::Zero8To64,
            (2, 4, false) => Op::Zero16To32,
            (2, 8, false) => Op::Zero16To64,
            (4, 8, false) => Op::Zero32To64,
            _ => return v,
        };
        self.op(op, to, &[v])
    }

    /// The low ends of integers.
    pub(super) fn narrow(&mut self, v: V, from: usize, to: usize) -> V {
        let op = match (from, to) {
            (2, 1) => Op::Narrow16To8,
            (4, 1) => Op::Narrow32To8,
            (8, 1) => Op::Narrow64To8,
            (4, 2) => Op::Narrow32To16,
            (8, 2) => Op::Narrow64To16,
            (8, 4) => Op::Narrow64To32,
            _ => return v,
        };
        self.op(op, to, &[v])
    }

    /// Converts between lane types other than `B1`; floats to integers as
    /// [`numfuse_ir::scalar::float_to_int`] says.
    pub(super) fn convert(&mut self, from: Lane, to: Lane, a: V) -> V {
        let bytes = to.bytes();
        match (from, to) {
            _ if from == to => a,
            (Lane::F32, Lane::F64) => self.op(Op::F32ToF64, 8, &[a]),
            (Lane::F64, Lane::F32) => self.op(Op::F64ToF32, 4, &[a]),
            (Lane::I64, Lane::F64) => self.op(Op::I64ToF64, 8, &[a]),
            (Lane::U64, Lane::F64) => self.op(Op::U64ToF64, 8, &[a]),
            (Lane::I64, Lane::F32) => self.op(Op::I64ToF32, 4, &[a]),
            (Lane::U64, Lane::F32) => self.op(Op::U64ToF32, 4, &[a]),
            (_, Lane::F32 | Lane::F64) => {
                let a = self.extend(a, from.bytes(), 4, from.is_signed());
                let op = match (from == Lane::U32, to) {
                    (false, Lane::F64) => Op::I32ToF64,
                    (false, _) => Op::I32ToF32,
                    (true, Lane::F64) => Op::U32ToF64,
                    (true, _) => Op::U32ToF32,
                };
                self.op(op, bytes, &[a])
            }
            (Lane::F32 | Lane::F64, Lane::U64) => self.float_to_u64(from, a),
            (Lane::F32 | Lane::F64, Lane::I64 | Lane::U32) => {
                let op = if from == Lane::F64 { Op::F64ToI64 } else { Op::F32ToI64 };
                let wide = self.op(op, 8, &[a]);
                self.narrow(wide, 8, bytes)
            }
            (Lane::F32 | Lane::F64, _) => {
                let op = if from == Lane::F64 { Op::F64ToI32 } else { Op::F32ToI32 };
                let int = self.op(op, 4, &[a]);
                self.narrow(int, 4, bytes)
            }
            _ if from.bytes() < bytes => self.extend(a, from.bytes(), bytes, from.is_signed()),
            _ => self.narrow(a, from.bytes(), bytes),
        }
    }

    /// Up to 2^63 as signed integers, which gives the indefinite value below -2^63 and for NaN; from
    /// there on less 2^63, which is added afterwards, so that the indefinite value becomes 0 from 2^64 on.
    /// Each lane is converted once, so that only those out of range raise the invalid flag.
    pub(super) fn float_to_u64(&mut self, from: Lane, a: V) -> V {
        const AT_LEAST: u8 = 0x1d;
        let two63 = self.splat_float(from, 2f64.powi(63));
        let large = self.compare_floats(from, AT_LEAST, a, two63);
        let surplus = self.only(large, from.bytes(), two63);
        let signed = self.binary(BinOp::Sub, from, a, surplus);
        let bits = self.op(by_float(from, Op::F64ToI64, Op::F32ToI64), 8, &[signed]);
        let top = self.where_set(large, 1 << 63, 8);
        self.op(Op::Xor64, 8, &[bits, top])
    }
}
