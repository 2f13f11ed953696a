//! Truth values of lanes: mask registers with AVX-512; with AVX2, lanes of ones or zeros, as wide as
//! those that were compared, and made wider or narrower where other lanes are to be chosen by them.
//! Bits of lanes that a chunk does not have mean nothing.

use iced_x86::{Code, Register};
use numfuse_ir::kernel::{CmpOp, Lane};
use smallvec::SmallVec;

use super::asm::O;
use super::emit::Emitter;
use super::inst::{Addr, Class, Home, Inst, Special, V};
use super::isa::Isa;
use super::lower::{
    BLEND, BROADCAST, COMPARE_S, COMPARE_U, EQUAL, GREATER, LOAD, MAX_U, MIN_U, TEST, by_float, by_width,
};
use super::ops::{Form, Op};

const RAX: Register = Register::RAX;
const RCX: Register = Register::RCX;
const RDX: Register = Register::RDX;

/// Two truth values to one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Logic {
    And,
    Or,
    Xor,
    /// The second but not the first.
    AndNot,
}

impl Emitter<'_> {
    /// Bytes per lane of a truth value in a vector register; 1 in a mask register.
    pub(super) fn truth_bytes(&self, v: V) -> usize {
        match self.values.at(v).truth {
            0 => 1,
            bytes => bytes as usize,
        }
    }

    fn as_truth(&mut self, v: V, bytes: usize) -> V {
        self.values.at_mut(v).truth = bytes as u8;
        v
    }

    /// A truth value as lanes of some bytes.
    pub(super) fn widened(&mut self, v: V, bytes: usize) -> V {
        let info = *self.values.at(v);
        // Those in memory are all ones or zeros, of whatever width.
        match info.home {
            Some(Home::Const(id, width)) => return self.constant(id, width, self.size(bytes)),
            Some(Home::Slot(at)) => return self.slot(at, Class::Vector(self.size(bytes))),
            _ => {}
        }
        let from = info.truth as usize;
        if from == bytes {
            return v;
        }
        if let Some(&known) = self.widened.get(&(v, bytes)) {
            return known;
        }
        let other = if from < bytes { self.extend(v, from, bytes, true) } else { self.narrow(v, from, bytes) };
        self.widened.insert((v, bytes), other);
        self.as_truth(other, bytes)
    }

    /// An instruction on mask registers.
    fn mask_op(&mut self, code: Code, srcs: &[V]) -> V {
        let dst = self.values.new_value(Class::Mask);
        let inst = Inst { dst: Some(dst), srcs: SmallVec::from_slice(srcs), ..Inst::new(code, Form::NoMemory) };
        self.insts.push(inst);
        dst
    }

    /// An instruction of AVX-512 that makes a mask.
    fn test(&mut self, op: Op, srcs: &[V], imm: Option<u8>) -> V {
        let dst = self.values.new_value(Class::Mask);
        let size = srcs.iter().map(|&s| self.values.size(s)).max().unwrap_or(self.isa.whole());
        let inst = Inst::of(self.isa, op, size);
        self.insts.push(Inst { dst: Some(dst), srcs: SmallVec::from_slice(srcs), imm, ..inst });
        dst
    }

    /// The same truth value in all lanes.
    pub(super) fn truth(&mut self, value: bool) -> V {
        match self.isa {
            Isa::Avx512 => {
                let zero = self.splat(0, 8);
                let none = self.test(Op::Test64, &[zero, zero], None);
                if value { self.not(none) } else { none }
            }
            Isa::Avx2 => self.splat(if value { 0xff } else { 0 }, 1),
        }
    }

    pub(super) fn logic(&mut self, op: Logic, a: V, b: V) -> V {
        if self.isa == Isa::Avx512 {
            let code = match op {
                Logic::And => Code::VEX_Kandq_kr_kr_kr,
                Logic::Or => Code::VEX_Korq_kr_kr_kr,
                Logic::Xor => Code::VEX_Kxorq_kr_kr_kr,
                Logic::AndNot => Code::VEX_Kandnq_kr_kr_kr,
            };
            return self.mask_op(code, &[a, b]);
        }
        let bytes = self.truth_bytes(a).max(self.truth_bytes(b));
        let (a, b) = (self.widened(a, bytes), self.widened(b, bytes));
        let op = match op {
            Logic::And => Op::And64,
            Logic::Or => Op::Or64,
            Logic::Xor => Op::Xor64,
            Logic::AndNot => Op::AndNot,
        };
        let v = self.op(op, bytes, &[a, b]);
        self.as_truth(v, bytes)
    }

    pub(super) fn not(&mut self, a: V) -> V {
        match self.isa {
            Isa::Avx512 => self.mask_op(Code::VEX_Knotq_kr_kr, &[a]),
            Isa::Avx2 => {
                let yes = self.truth(true);
                self.logic(Logic::Xor, a, yes)
            }
        }
    }

    /// Truth values compare as 0 and 1.
    pub(super) fn compare_truths(&mut self, op: CmpOp, a: V, b: V) -> V {
        let r = match op {
            CmpOp::Eq | CmpOp::Ne => self.logic(Logic::Xor, a, b),
            CmpOp::Lt | CmpOp::Ge => self.logic(Logic::AndNot, a, b),
            CmpOp::Gt | CmpOp::Le => self.logic(Logic::AndNot, b, a),
        };
        if matches!(op, CmpOp::Eq | CmpOp::Ge | CmpOp::Le) { self.not(r) } else { r }
    }

    /// Which lanes are not zero.
    pub(super) fn nonzero(&mut self, v: V, bytes: usize) -> V {
        match self.isa {
            Isa::Avx512 => self.test(by_width(TEST, bytes), &[v, v], None),
            Isa::Avx2 => {
                let zero = self.splat(0, bytes);
                self.compare_ints(CmpOp::Ne, bytes, false, v, zero)
            }
        }
    }

    /// Which integers are in some order.
    pub(super) fn compare_ints(&mut self, op: CmpOp, bytes: usize, signed: bool, a: V, b: V) -> V {
        if self.isa == Isa::Avx512 {
            let predicate = match op {
                CmpOp::Eq => 0,
                CmpOp::Lt => 1,
                CmpOp::Le => 2,
                CmpOp::Ne => 4,
                CmpOp::Ge => 5,
                CmpOp::Gt => 6,
            };
            let table = if signed { COMPARE_S } else { COMPARE_U };
            return self.test(by_width(table, bytes), &[a, b], Some(predicate));
        }
        // There are `=` and the signed `>`.
        let equal = by_width(EQUAL, bytes);
        let (r, opposite) = match op {
            CmpOp::Eq | CmpOp::Ne => (self.op(equal, bytes, &[a, b]), op == CmpOp::Ne),
            // The greater of both is `a`.
            CmpOp::Ge | CmpOp::Lt if !signed && bytes < 8 => {
                let greater = self.op(by_width(MAX_U, bytes), bytes, &[a, b]);
                (self.op(equal, bytes, &[greater, a]), op == CmpOp::Lt)
            }
            CmpOp::Le | CmpOp::Gt if !signed && bytes < 8 => {
                let less = self.op(by_width(MIN_U, bytes), bytes, &[a, b]);
                (self.op(equal, bytes, &[less, a]), op == CmpOp::Gt)
            }
            _ => {
                let [a, b] = if signed { [a, b] } else { [a, b].map(|v| self.flip_sign(v)) };
                let (x, y) = if matches!(op, CmpOp::Gt | CmpOp::Le) { (a, b) } else { (b, a) };
                (self.op(by_width(GREATER, bytes), bytes, &[x, y]), matches!(op, CmpOp::Le | CmpOp::Ge))
            }
        };
        self.as_truth(r, bytes);
        if opposite { self.not(r) } else { r }
    }

    /// Which signed bytes are greater than others, for AVX2.
    pub(super) fn greater_bytes(&mut self, a: V, b: V) -> V {
        let v = self.op(Op::Greater8, 1, &[a, b]);
        self.as_truth(v, 1)
    }

    /// Unsigned 64-bit numbers in the order of signed ones.
    fn flip_sign(&mut self, v: V) -> V {
        let sign = self.splat(1 << 63, 8);
        self.op(Op::Xor64, 8, &[v, sign])
    }

    /// Which floats are in the order that a predicate of the machine names.
    pub(super) fn compare_floats(&mut self, lane: Lane, predicate: u8, a: V, b: V) -> V {
        let op = by_float(lane, Op::CompareF64, Op::CompareF32);
        match self.isa {
            Isa::Avx512 => self.test(op, &[a, b], Some(predicate)),
            Isa::Avx2 => {
                let v = self.op_imm(op, lane.bytes(), &[a, b], predicate);
                self.as_truth(v, lane.bytes())
            }
        }
    }

    /// A number where the mask is set, zero elsewhere.
    pub(super) fn where_set(&mut self, mask: V, bits: u64, bytes: usize) -> V {
        if self.isa == Isa::Avx2 {
            let number = self.splat(bits, bytes);
            return self.only(mask, bytes, number);
        }
        let id = self.asm.pool.add(&bits.to_le_bytes()[..bytes]);
        self.op_with(by_width(BROADCAST, bytes), bytes, &[], |inst| {
            inst.mem = Some(Addr::Scalar(id));
            inst.mask = Some(mask);
            inst.zeroing = true;
        })
    }

    /// Lanes where the mask is set, zeros elsewhere.
    pub(super) fn only(&mut self, mask: V, bytes: usize, v: V) -> V {
        if self.isa == Isa::Avx2 {
            let mask = self.widened(mask, bytes);
            return self.op(Op::And64, bytes, &[mask, v]);
        }
        self.op_with(by_width(LOAD, bytes), bytes, &[v], |inst| {
            inst.mask = Some(mask);
            inst.zeroing = true;
        })
    }

    /// `if mask { a } else { b }`
    pub(super) fn blend(&mut self, lane: Lane, mask: V, a: V, b: V) -> V {
        let bytes = lane.bytes();
        let op = if lane.is_float() { by_float(lane, Op::BlendF64, Op::BlendF32) } else { by_width(BLEND, bytes) };
        self.blend_with(op, bytes, mask, a, b)
    }

    fn blend_with(&mut self, op: Op, bytes: usize, mask: V, a: V, b: V) -> V {
        match self.isa {
            Isa::Avx512 => self.op_with(op, bytes, &[b, a], |inst| inst.mask = Some(mask)),
            Isa::Avx2 => {
                let mask = self.widened(mask, bytes);
                self.op(op, bytes, &[b, a, mask])
            }
        }
    }

    /// The same for lanes of some bytes, whatever they are.
    pub(super) fn blend_bytes(&mut self, bytes: usize, mask: V, a: V, b: V) -> V {
        self.blend_with(by_width(BLEND, bytes), bytes, mask, a, b)
    }

    /// `if mask { a } else { b }`, all truth values.
    pub(super) fn blend_truths(&mut self, mask: V, a: V, b: V) -> V {
        let yes = self.logic(Logic::And, mask, a);
        let no = self.logic(Logic::AndNot, mask, b);
        self.logic(Logic::Or, yes, no)
    }

    /// Lane `i + distance` in lane `i`, as far as there is one.
    pub(super) fn shifted_truth(&mut self, v: V, distance: usize) -> V {
        match self.isa {
            Isa::Avx512 => {
                let dst = self.mask_op(Code::VEX_Kshiftrq_kr_kr_imm8, &[v]);
                if let Some(inst) = self.insts.last_mut() {
                    inst.imm = Some(distance as u8);
                }
                dst
            }
            Isa::Avx2 => {
                let bytes = self.truth_bytes(v);
                let v = self.shifted(v, bytes, distance);
                self.as_truth(v, bytes)
            }
        }
    }

    /// A slot for a truth value that all lanes share.
    pub(super) fn truth_slot(&mut self) -> u32 {
        match self.isa {
            Isa::Avx512 => self.frame.word(),
            Isa::Avx2 => self.frame.block(64),
        }
    }

    /// Puts the first lane of a truth value into all lanes of a slot.
    pub(super) fn keep_truth(&mut self, v: V, slot: u32) {
        match self.isa {
            Isa::Avx512 => {
                let special = Special::SpreadMask { slot };
                self.insts.push(Inst { srcs: SmallVec::from_slice(&[v]), ..Inst::special(special) });
            }
            Isa::Avx2 => {
                let bytes = self.truth_bytes(v);
                self.keep_lane(v, bytes, slot);
            }
        }
    }

    /// Bit 0 of `rcx` to all lanes of a slot.
    pub(super) fn spread_truth(&mut self, slot: u32) {
        self.asm.ins(Code::And_rm64_imm32, &[O::R(RCX), O::I32(1)]);
        self.asm.ins(Code::Neg_rm64, &[O::R(RCX)]);
        for word in 0..if self.isa == Isa::Avx512 { 1 } else { self.isa.bytes() as u32 / 8 } {
            self.asm.store_frame(slot + 8 * word, RCX);
        }
    }

    /// The truth value in a register: jumps if any lane is set, or unless all are. May use `rax`.
    pub(super) fn branch(&mut self, mask: Register, bytes: usize, any: bool, to: super::asm::Label) {
        if self.isa == Isa::Avx512 {
            let code = match self.lanes {
                ..=8 => Code::VEX_Kortestb_kr_kr,
                16 => Code::VEX_Kortestw_kr_kr,
                32 => Code::VEX_Kortestd_kr_kr,
                _ => Code::VEX_Kortestq_kr_kr,
            };
            self.asm.ins(code, &[O::R(mask), O::R(mask)]);
            self.asm.jump(if any { Code::Jne_rel32_64 } else { Code::Jae_rel32_64 }, to);
            return;
        }
        self.sign_bits(RAX, mask);
        if !any {
            self.asm.ins(Code::Not_rm32, &[O::R(Register::EAX)]);
        }
        match self.lanes * bytes {
            n @ ..32 => self.asm.ins(Code::Test_rm64_imm32, &[O::R(RAX), O::I32((1 << n) - 1)]),
            _ => self.asm.ins(Code::Test_rm32_r32, &[O::R(Register::EAX), O::R(Register::EAX)]),
        }
        self.asm.jump(Code::Jne_rel32_64, to);
    }

    /// The sign of each byte of a vector register.
    fn sign_bits(&mut self, to: Register, from: Register) {
        let code = if from.is_ymm() { Code::VEX_Vpmovmskb_r64_ymm } else { Code::VEX_Vpmovmskb_r64_xmm };
        self.asm.ins(code, &[O::R(to), O::R(from)]);
    }

    /// The truth value in a register as one bit per lane, in `rcx`. Uses `rdx`.
    pub(super) fn lane_bits(&mut self, mask: Register, bytes: usize) {
        if self.isa == Isa::Avx512 {
            self.asm.ins(Code::VEX_Kmovq_r64_kr, &[O::R(RCX), O::R(mask)]);
            return;
        }
        self.sign_bits(RCX, mask);
        let one_per_lane: u64 = (0..64).step_by(bytes).map(|i| 1 << i).sum();
        self.asm.constant(RDX, one_per_lane);
        self.asm.ins(Code::VEX_Pext_r64_r64_rm64, &[O::R(RCX), O::R(RCX), O::R(RDX)]);
    }
}
