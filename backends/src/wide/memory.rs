//! Loads and stores of a chunk's lanes.

use iced_x86::Code;
use numfuse_ir::kernel::{Access, Lane, ValueId};
use smallvec::SmallVec;

use super::emit::Emitter;
use super::inst::{Addr, Class, Home, Inst, Special, V};
use super::isa::Isa;
use super::lower::{BROADCAST, LOAD, STORE, Scope, by_width};
use super::ops::{Form, Op, Size};
use super::plan::{Track, Walk};

impl Emitter<'_> {
    /// Whether lanes go through memory one by one: AVX2 does not mask narrow ones.
    fn lane_by_lane(&self, track: &Track) -> bool {
        self.uniform || self.tail.is_some() && self.isa == Isa::Avx2 && (track.pairs || track.bytes < 4)
    }

    /// One part of an operand, for the chunk whose first element is `chunk` elements after the
    /// iteration's. Pairs that were loaded before are in `pairs`.
    pub(super) fn load(&mut self, t: usize, part: usize, chunk: usize, once: bool, pairs: &mut Pairs) -> V {
        let track = self.plan.tracks[t];
        let operand = &self.l.operands[track.operand];
        let (lane, access) = (operand.lane, operand.access);
        let bytes = lane.bytes();
        let v = match track.walk {
            Walk::Iota => {
                debug_assert_eq!(access, Access::Iota);
                let at = self.vector(8);
                let special = Special::Position { track: t as u8 };
                self.insts.push(Inst { dst: Some(at), ..Inst::special(special) });
                if self.uniform {
                    return at;
                }
                let offsets = self.slot_value(self.tracks[t].offsets, Lane::I64);
                let v = self.op(Op::Add64, 8, &[at, offsets]);
                return self.pad(v, 8);
            }
            _ if self.uniform => {
                let from = Addr::Track(t as u8, (part * bytes) as i32);
                self.op_with(by_width(BROADCAST, bytes), bytes, &[], |inst| inst.mem = Some(from))
            }
            Walk::Unit | Walk::Strided if track.walk == Walk::Strided || self.lane_by_lane(&track) => {
                let dst = self.vector(bytes);
                let special = Special::StridedLoad { track: t as u8, width: bytes as u8, part: (part * bytes) as u8 };
                self.insts.push(Inst { dst: Some(dst), ..Inst::special(special) });
                dst
            }
            Walk::Unit if track.pairs => {
                let halves = match pairs.iter().find(|p| p.0 == t) {
                    Some(&(_, halves)) => halves,
                    None => {
                        let register = self.lanes * bytes;
                        let at = (chunk * track.bytes) as i32;
                        let halves = [0, 1].map(|half| {
                            let at = Addr::Track(t as u8, at + (half * register) as i32);
                            self.load_register(at, bytes, self.pair_mask(half))
                        });
                        pairs.push((t, halves));
                        halves
                    }
                };
                let v = self.part_of(halves, part, bytes);
                self.pad(v, bytes)
            }
            Walk::Unit => {
                let at = Addr::Track(t as u8, (chunk * track.bytes) as i32);
                if once && self.tail.is_none() && self.lanes * bytes >= 16 && lane != Lane::B1 {
                    let class = Class::Vector(self.size(bytes));
                    return self.values.with_home(class, Home::Stream(at, bytes as u8));
                }
                let v = self.load_register(at, bytes, self.tail);
                self.pad(v, bytes)
            }
            Walk::Strided | Walk::Gather => self.vector(bytes),
        };
        if lane == Lane::B1 { self.nonzero(v, 1) } else { v }
    }

    /// Every other lane of two registers.
    fn part_of(&mut self, halves: [V; 2], part: usize, bytes: usize) -> V {
        if self.isa == Isa::Avx512 {
            let lanes = self.lanes as u64;
            let table = self.table(bytes, |i| (2 * i as u64 + part as u64) % (2 * lanes));
            let op = if bytes == 8 { Op::PickF64 } else { Op::PickF32 };
            return self.op(op, bytes, &[table, halves[0], halves[1]]);
        }
        let v = match (bytes, part) {
            (8, 0) => self.op(Op::UnpackLow64, bytes, &halves),
            (8, _) => self.op(Op::UnpackHigh64, bytes, &halves),
            (_, 0) => self.op_imm(Op::ShuffleF32, bytes, &halves, 0b10_00_10_00),
            _ => self.op_imm(Op::ShuffleF32, bytes, &halves, 0b11_01_11_01),
        };
        self.middle_swapped(v, bytes)
    }

    /// AVX2 shuffles the halves of a register apart: what belongs into the middle quarters is in the other one.
    fn middle_swapped(&mut self, v: V, bytes: usize) -> V {
        if self.size(bytes) == Size::X { v } else { self.quarters(v, bytes, 0b11_01_10_00) }
    }

    /// Lanes of two registers in turn, as two registers.
    fn pairs_of(&mut self, values: [V; 2], bytes: usize) -> [V; 2] {
        if self.isa == Isa::Avx512 {
            let per = (self.size(bytes).bytes() / bytes) as u64;
            return [0, self.lanes as u64 / 2].map(|first| {
                let table = self.table(bytes, |i| first + i as u64 / 2 + (i as u64 % 2) * per);
                let op = if bytes == 8 { Op::PickF64 } else { Op::PickF32 };
                self.op(op, bytes, &[table, values[0], values[1]])
            });
        }
        let values = values.map(|v| self.middle_swapped(v, bytes));
        let ops = match bytes {
            8 => [Op::UnpackLow64, Op::UnpackHigh64],
            _ => [Op::UnpackLow32, Op::UnpackHigh32],
        };
        ops.map(|op| self.op(op, bytes, &values))
    }

    /// Masks of the halves of pairs in the tail.
    fn pair_mask(&self, half: usize) -> Option<V> {
        self.tail.and(self.tail_pairs[half])
    }

    pub(super) fn load_register(&mut self, at: Addr, bytes: usize, mask: Option<V>) -> V {
        if let (Isa::Avx2, Some(mask)) = (self.isa, mask) {
            let mask = self.widened(mask, bytes);
            let op = if bytes == 8 { Op::MaskLoad64 } else { Op::MaskLoad32 };
            return self.op_with(op, bytes, &[mask], |inst| inst.mem = Some(at));
        }
        let dst = self.vector(bytes);
        let mut inst = match self.lanes * bytes {
            ..8 if mask.is_none() => Inst::new(Code::VEX_Vmovd_xmm_rm32, Form::NoMemory),
            8..16 if mask.is_none() => {
                let code = self.isa.pick(Code::EVEX_Vmovq_xmm_xmmm64, Code::VEX_Vmovq_xmm_xmmm64);
                Inst::new(code, Form::NoMemory)
            }
            _ => Inst::of(self.isa, by_width(LOAD, bytes), self.size(bytes)),
        };
        inst.dst = Some(dst);
        inst.mem = Some(at);
        inst.mask = mask;
        inst.zeroing = mask.is_some();
        self.insts.push(inst);
        dst
    }

    pub(super) fn store_register(&mut self, at: Addr, v: V, bytes: usize, mask: Option<V>) {
        if let (Isa::Avx2, Some(mask)) = (self.isa, mask) {
            let mask = self.widened(mask, bytes);
            let op = if bytes == 8 { Op::MaskStore64 } else { Op::MaskStore32 };
            let srcs = SmallVec::from_slice(&[mask, v]);
            let inst = Inst::of(self.isa, op, self.size(bytes));
            self.insts.push(Inst { srcs, mem: Some(at), ..inst });
            return;
        }
        let mut inst = match self.lanes * bytes {
            ..8 if mask.is_none() => Inst::new(Code::VEX_Vmovd_rm32_xmm, Form::Stores),
            8..16 if mask.is_none() => {
                let code = self.isa.pick(Code::EVEX_Vmovq_xmmm64_xmm, Code::VEX_Vmovq_xmmm64_xmm);
                Inst::new(code, Form::Stores)
            }
            _ => Inst::of(self.isa, by_width(STORE, bytes), self.size(bytes)),
        };
        inst.srcs = SmallVec::from_slice(&[v]);
        inst.mem = Some(at);
        inst.mask = mask;
        self.insts.push(inst);
    }

    /// Stores a chunk: one value per part.
    pub(super) fn store(&mut self, t: usize, values: &[V], chunk: usize) {
        let track = self.plan.tracks[t];
        let lane = self.l.operands[track.operand].lane;
        let bytes = lane.bytes();
        let values: SmallVec<[V; 2]> =
            values.iter().map(|&v| if lane == Lane::B1 { self.where_set(v, 1, 1) } else { v }).collect();
        match track.walk {
            Walk::Unit if track.pairs && !self.lane_by_lane(&track) => {
                let register = self.lanes * bytes;
                for (half, v) in self.pairs_of([values[0], values[1]], bytes).into_iter().enumerate() {
                    let at = (chunk * track.bytes + half * register) as i32;
                    self.store_register(Addr::Track(t as u8, at), v, bytes, self.pair_mask(half));
                }
            }
            Walk::Unit if !self.lane_by_lane(&track) => {
                let at = Addr::Track(t as u8, (chunk * track.bytes) as i32);
                self.store_register(at, values[0], bytes, self.tail);
            }
            _ => {
                for (part, &v) in values.iter().enumerate() {
                    let special =
                        Special::StridedStore { track: t as u8, width: bytes as u8, part: (part * bytes) as u8 };
                    self.insts.push(Inst { srcs: SmallVec::from_slice(&[v]), ..Inst::special(special) });
                }
            }
        }
    }

    /// Lanes `index · stride` bytes from where an operand is.
    pub(super) fn gather(&mut self, scope: &Scope, operand: usize, part: usize, index: ValueId) -> V {
        let l = self.l;
        let (lane, bytes) = (l.operands[operand].lane, l.operands[operand].lane.bytes());
        let index = self.val(scope, index);
        let stride = self.slot_value(self.gather_strides[operand], Lane::I64);
        let mut offsets = self.op(Op::Mul64, 8, &[index, stride]);
        let mut base = Addr::Through(self.pointers[operand], (part * bytes) as i32);
        if let Some(t) = self.plan.find(operand, None, true) {
            if !self.uniform {
                let lanes = self.slot_value(self.tracks[t].offsets, Lane::I64);
                offsets = self.op(Op::Add64, 8, &[offsets, lanes]);
                offsets = self.pad(offsets, 8);
            }
            base = Addr::Track(t as u8, (part * bytes) as i32);
        }
        let dst = self.vector(bytes);
        let special = Special::Gather { base, width: bytes as u8 };
        self.insts.push(Inst { dst: Some(dst), srcs: SmallVec::from_slice(&[offsets]), ..Inst::special(special) });
        if lane == Lane::B1 { self.nonzero(dst, 1) } else { dst }
    }

    /// An element in all lanes, from a pointer in the frame.
    pub(super) fn load_uniform(&mut self, operand: usize, part: usize) -> V {
        let op = &self.l.operands[operand];
        let (lane, bytes) = (op.lane, op.lane.bytes());
        let pointer = self.pointers[operand];
        let mem = match op.access {
            Access::Iota => Addr::Frame(pointer),
            _ => Addr::Through(pointer, (part * bytes) as i32),
        };
        let v = self.op_with(by_width(BROADCAST, bytes), bytes, &[], |inst| inst.mem = Some(mem));
        if lane == Lane::B1 { self.nonzero(v, 1) } else { v }
    }
}

/// Halves of interleaved pairs, by track.
pub(super) type Pairs = SmallVec<[(usize, [V; 2]); 2]>;
