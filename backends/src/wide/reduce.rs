//! Reductions in their canonical order (see [`numfuse_ir::kernel::Reduction`]).
//!
//! The lanes of the block at hand are in pinned registers while whole iterations run, if there are
//! few enough and an iteration covers a multiple of them; in the frame otherwise, and in the tail.
//! Blocks are folded from the frame. Totals are in the frame, in all lanes.

use iced_x86::{Code, Register};
use numfuse_ir::kernel::{BinOp, Body, Inst as Ir, Lane, Loop, Reduction, ValueId};
use smallvec::SmallVec;

use super::alloc::vector_register;
use super::asm::O;
use super::emit::Emitter;
use super::inst::{Addr, Class, Inst, Special, V};
use super::isa::Isa;
use super::lower::{Scope, by_width};
use super::nest::{COUNT, POSITION};
use super::ops::{Op, Size};

const RAX: Register = Register::RAX;
const RCX: Register = Register::RCX;
const RSP: Register = Register::RSP;

/// The share of the registers that accumulators may take, of those that the machine has.
const MOST: (usize, usize) = (3, 8);

/// One reduction.
pub(super) struct Accumulator {
    /// Lanes of the accumulator.
    lanes: usize,
    /// Elements per block.
    block: usize,
    components: Vec<Component>,
}

struct Component {
    lane: Lane,
    /// The lanes of the block, the total so far, what its additions rounded away: slots.
    block: u32,
    total: u32,
    lost: u32,
    /// Where whole iterations keep the lanes, chunk by chunk.
    registers: Vec<V>,
    /// And, if it is an [`extreme`], NaN where one was seen: beside the chain of extremes, not in it.
    nans: Vec<V>,
}

/// Whether a reduction's step is the smallest or largest float, NaN if there is one; and whether the element
/// is the operand that the processor's instruction gives if both are zero.
pub(super) fn extreme(l: &Loop, reduction: &Reduction) -> Option<(BinOp, bool)> {
    let (body, results) = reduction.combine.step(l, &reduction.values);
    let [result] = *results else { return None };
    let Ir::Binary(op @ (BinOp::Min | BinOp::Max), a, b) = *body.inst(result) else { return None };
    let element_first = match (body.inst(a), body.inst(b)) {
        (Ir::Arg(1), Ir::Arg(0)) => true,
        (Ir::Arg(0), Ir::Arg(1)) => false,
        _ => return None,
    };
    body.lane(a).is_float().then_some((op, element_first))
}

impl Emitter<'_> {
    pub(super) fn prepare_accumulators(&mut self) {
        for reduction in &self.l.reductions {
            let combine = &reduction.combine;
            // A choice of one element has a long chain of dependent instructions, and no order.
            let lanes = Loop::reduction_lanes(combine) * if combine.next.is_some() { 2 } else { 1 };
            let block = lanes * combine.block_depth();
            let components = reduction.combine.lanes.iter().map(|&lane| Component {
                lane,
                block: self.frame.block((lanes * lane.bytes()) as u32),
                total: self.frame.block(64),
                lost: self.frame.block(64),
                registers: Vec::new(),
                nans: Vec::new(),
            });
            let components = components.collect();
            self.accumulators.push(Accumulator { lanes, block, components });
        }
    }

    /// Chunks per accumulator, if all live in registers.
    fn chunks_in_registers(&self) -> Option<usize> {
        let chunks = self.accumulators.first()?.lanes / self.lanes;
        let fits = |a: &Accumulator| a.lanes == chunks * self.lanes && a.components.iter().all(|c| c.lane != Lane::B1);
        let each = |(a, r): (&Accumulator, &Reduction)| {
            let kinds = if extreme(self.l, r).is_some() { 2 } else { 1 };
            a.components.len() * chunks * kinds
        };
        let registers: usize = self.accumulators.iter().zip(&self.l.reductions).map(each).sum();
        let most = self.isa.registers() * MOST.0 / MOST.1;
        (self.accumulators.iter().all(fits) && registers <= most).then_some(chunks)
    }

    /// Chunks that go to different accumulators.
    pub(super) fn accumulator_chunks(&self) -> usize {
        let components = self.accumulators.iter().flat_map(|a| &a.components);
        components.map(|c| c.registers.len()).min().unwrap_or(0).max(1)
    }

    /// Elements between block boundaries.
    fn segment(&self) -> usize {
        self.accumulators.iter().map(|a| a.block).min().unwrap_or(1)
    }

    /// Stores identities to the lanes of a block: bytes for `B1`.
    fn reset_block(&mut self, r: usize) {
        let l = self.l;
        for c in 0..self.accumulators[r].components.len() {
            let (lane, block) = (self.accumulators[r].components[c].lane, self.accumulators[r].components[c].block);
            let bits = l.reductions[r].combine.identity[c];
            let id = self.asm.pool.add(&bits.to_le_bytes()[..lane.bytes()]);
            let op = by_width(super::lower::BROADCAST, lane.bytes());
            let (register, bytes) = (O::R(self.isa.register(0)), self.isa.bytes());
            self.whole(op, &[register, O::P(Addr::Scalar(id))]);
            for i in 0..(self.accumulators[r].lanes * lane.bytes()).div_ceil(bytes) {
                self.whole(Op::Store64, &[O::M(RSP, block as i32 + (bytes * i) as i32), register]);
            }
        }
    }

    /// Totals at the start of the reduced dimensions.
    pub(super) fn start_totals(&mut self) {
        let l = self.l;
        for (r, reduction) in l.reductions.iter().enumerate() {
            for c in 0..self.accumulators[r].components.len() {
                let at = &self.accumulators[r].components[c];
                let (lane, total, lost) = (at.lane, at.total, at.lost);
                let bits = reduction.combine.identity[c];
                if lane == Lane::B1 {
                    self.asm.constant32(RCX, bits as i32);
                    self.spread_truth(total);
                    continue;
                }
                let id = self.asm.pool.add(&bits.to_le_bytes()[..lane.bytes()]);
                let op = by_width(super::lower::BROADCAST, lane.bytes());
                let register = O::R(self.isa.register(0));
                self.whole(op, &[register, O::P(Addr::Scalar(id))]);
                self.whole(Op::Store64, &[O::M(RSP, total as i32), register]);
                if reduction.compensated {
                    self.whole(Op::Xor64, &[register; 3]);
                    self.whole(Op::Store64, &[O::M(RSP, lost as i32), register]);
                }
            }
        }
    }

    /// The innermost dimension; the number of elements is in `COUNT`.
    pub(super) fn reduce_row(&mut self) {
        let segment = self.segment();
        let left = self.frame.word();
        for r in 0..self.accumulators.len() {
            self.reset_block(r);
        }
        self.asm.ins(Code::Xor_r32_rm32, &[O::R(Register::R14D), O::R(Register::R14D)]);
        let head = self.asm.here();
        // What is left after this segment.
        self.asm.mov(RAX, COUNT);
        self.asm.constant32(RCX, segment as i32);
        self.asm.ins(Code::Cmp_r64_rm64, &[O::R(COUNT), O::R(RCX)]);
        self.asm.ins(Code::Cmova_r64_rm64, &[O::R(COUNT), O::R(RCX)]);
        self.asm.ins(Code::Sub_r64_rm64, &[O::R(RAX), O::R(COUNT)]);
        self.asm.store_frame(left, RAX);
        let step = match self.chunks_in_registers() {
            Some(chunks) => {
                self.pin_accumulators(chunks);
                let step = self.main_loop(chunks);
                self.unpin_accumulators();
                step
            }
            None => self.main_loop(1),
        };
        self.tail_loop(step);
        self.finish_segment(left);
        self.asm.load_frame(COUNT, left);
        self.asm.ins(Code::Test_rm64_r64, &[O::R(COUNT), O::R(COUNT)]);
        self.asm.jump(Code::Jne_rel32_64, head);
    }

    /// Registers for the lanes of blocks, loaded from the frame.
    fn pin_accumulators(&mut self, chunks: usize) {
        let mut next = self.isa.registers() as u8 - 1;
        let l = self.l;
        for (r, reduction) in l.reductions.iter().enumerate() {
            let is_extreme = extreme(l, reduction).is_some();
            for c in 0..self.accumulators[r].components.len() {
                let bytes = self.accumulators[r].components[c].lane.bytes();
                let size = self.size(bytes);
                let block = self.accumulators[r].components[c].block;
                let mut pin = |e: &mut Self, i: usize| {
                    let v = e.values.new_value(Class::Vector(size));
                    e.values.at_mut(v).pinned = Some(next);
                    let from = O::M(RSP, (block as usize + i * e.lanes * bytes) as i32);
                    e.sized(Op::Load64, size, &[O::R(vector_register(size, next)), from]);
                    next -= 1;
                    v
                };
                for i in 0..chunks {
                    let v = pin(self, i);
                    self.accumulators[r].components[c].registers.push(v);
                    if is_extreme {
                        // A copy: NaN if that is what was found before.
                        let v = pin(self, i);
                        self.accumulators[r].components[c].nans.push(v);
                    }
                }
            }
        }
    }

    /// Back to the frame.
    fn unpin_accumulators(&mut self) {
        for r in 0..self.accumulators.len() {
            for c in 0..self.accumulators[r].components.len() {
                let lane = self.accumulators[r].components[c].lane;
                let bytes = lane.bytes();
                let size = self.size(bytes);
                let block = self.accumulators[r].components[c].block;
                let registers = std::mem::take(&mut self.accumulators[r].components[c].registers);
                let nans = std::mem::take(&mut self.accumulators[r].components[c].nans);
                for (i, v) in registers.into_iter().enumerate() {
                    let to = (block as usize + i * self.lanes * bytes) as u32;
                    let Some(&nan) = nans.get(i) else {
                        let Some(n) = self.values.at_mut(v).pinned.take() else { continue };
                        self.sized(Op::Store64, size, &[O::M(RSP, to as i32), O::R(vector_register(size, n))]);
                        continue;
                    };
                    let whole = self.or_nan(lane, v, nan);
                    self.store_register(Addr::Frame(to), whole, bytes, None);
                    self.flush();
                    for v in [v, nan] {
                        self.values.at_mut(v).pinned = None;
                    }
                }
            }
        }
    }

    /// Takes a chunk into an accumulator of extremes.
    fn accumulate_extreme(&mut self, (op, element_first): (BinOp, bool), at: usize, copy: usize, element: V) {
        let component = &self.accumulators[at].components[0];
        let n = copy % component.registers.len();
        let (lane, value, nan) = (component.lane, component.registers[n], component.nans[n]);
        let (a, b) = if element_first { (element, value) } else { (value, element) };
        let results = [self.float_extremum(op, lane, a, b, true), self.or_nan(lane, nan, element)];
        for (to, v) in [value, nan].into_iter().zip(results) {
            let assign = Inst::special(Special::Assign);
            self.insts.push(Inst { dst: Some(to), srcs: SmallVec::from_slice(&[v]), ..assign });
        }
    }

    /// Combines a chunk into the accumulators.
    pub(super) fn accumulate(&mut self, scope: &Scope, copy: usize) {
        let l = self.l;
        for (r, reduction) in l.reductions.iter().enumerate() {
            let combine = &reduction.combine;
            if let (Some(kind), false) = (extreme(l, reduction), self.accumulators[r].components[0].nans.is_empty()) {
                let element = self.val(scope, reduction.values[0]);
                self.accumulate_extreme(kind, r, copy, element);
                continue;
            }
            let mut args: SmallVec<[V; 4]> = SmallVec::new();
            for c in 0..combine.lanes.len() {
                let at = &self.accumulators[r].components[c];
                let v = match at.registers.len() {
                    0 => {
                        // Copies are one chunk apart.
                        let offset = (copy * self.lanes) as u32;
                        let addr = self.block_address(r, c, offset);
                        self.load_lanes(addr, combine.lanes[c])
                    }
                    n => at.registers[copy % n],
                };
                args.push(v);
            }
            for &v in &reduction.values {
                args.push(self.val(scope, v));
            }
            let results = self.combine(combine.step(l, &reduction.values), &args);
            // Before any register changes.
            let registers: Vec<V> =
                self.accumulators[r].components.iter().flat_map(|c| c.registers.iter().copied()).collect();
            let results: Vec<V> = results
                .iter()
                .enumerate()
                .map(|(c, &v)| {
                    let own = &self.accumulators[r].components[c].registers;
                    if registers.contains(&v) && own[copy % own.len()] != v {
                        let bytes = combine.lanes[c].bytes();
                        return self.op(Op::Load64, bytes, &[v]);
                    }
                    v
                })
                .collect();
            for (c, &v) in results.iter().enumerate() {
                let lane = combine.lanes[c];
                let at = &self.accumulators[r].components[c];
                match at.registers.len() {
                    0 => {
                        let offset = (copy * self.lanes) as u32;
                        let addr = self.block_address(r, c, offset);
                        self.store_lanes(addr, v, lane, self.tail);
                    }
                    n => {
                        let to = at.registers[copy % n];
                        let assign = Inst::special(Special::Assign);
                        self.insts.push(Inst { dst: Some(to), srcs: SmallVec::from_slice(&[v]), ..assign });
                    }
                }
            }
        }
    }

    /// The lanes of a block that the elements some way after the position go to.
    fn block_address(&self, r: usize, c: usize, offset: u32) -> Addr {
        let a = &self.accumulators[r];
        let width = a.components[c].lane.bytes();
        Addr::Lanes { block: a.components[c].block, offset, mask: a.lanes as u32 - 1, width: width as u8 }
    }

    /// One step of a combining body.
    pub(super) fn combine(&mut self, (body, results): (&Body, &[ValueId]), args: &[V]) -> Vec<V> {
        self.combining = true;
        let mut scope = Scope::new(body);
        for (v, inst, _) in body.insts() {
            match *inst {
                Ir::Arg(k) => scope.vals[v.0 as usize] = args.get(k as usize).copied(),
                Ir::Const(_) | Ir::Param(_) => {}
                _ => self.compute(&mut scope, v),
            }
        }
        self.combining = false;
        results.iter().map(|&v| self.val(&scope, v)).collect()
    }

    fn load_lanes(&mut self, at: Addr, lane: Lane) -> V {
        let v = self.load_register(at, lane.bytes(), None);
        if lane == Lane::B1 { self.nonzero(v, 1) } else { v }
    }

    fn store_lanes(&mut self, at: Addr, v: V, lane: Lane, mask: Option<V>) {
        let v = if lane == Lane::B1 { self.where_set(v, 1, 1) } else { v };
        if let (Isa::Avx2, Some(mask)) = (self.isa, mask) {
            let before = self.load_register(at, lane.bytes(), None);
            let v = self.blend_bytes(lane.bytes(), mask, v, before);
            return self.store_register(at, v, lane.bytes(), None);
        }
        self.store_register(at, v, lane.bytes(), mask);
    }

    /// At the end of a segment: merges the blocks that end here.
    fn finish_segment(&mut self, left: u32) {
        let segment = self.segment();
        for r in 0..self.accumulators.len() {
            let block = self.accumulators[r].block;
            let goes_on = self.asm.label();
            if block != segment {
                // The row ends here, or the position is a multiple of the block's length.
                let ends = self.asm.label();
                self.asm.ins(Code::Cmp_rm64_imm32, &[O::M(RSP, left as i32), O::I32(0)]);
                self.asm.jump(Code::Je_rel32_64, ends);
                self.asm.mov(RAX, POSITION);
                self.asm.ins(Code::And_rm64_imm32, &[O::R(RAX), O::I32(block as i32 - 1)]);
                self.asm.jump(Code::Jne_rel32_64, goes_on);
                self.asm.bind(ends);
            }
            self.merge_block(r);
            self.reset_block(r);
            self.asm.bind(goes_on);
        }
    }

    /// Folds neighbouring lanes and merges the result into the total.
    fn merge_block(&mut self, r: usize) {
        let l = self.l;
        let reduction = &l.reductions[r];
        let combine = &reduction.combine;
        let components = combine.lanes.len();
        let pieces = self.accumulators[r].lanes / self.lanes;
        let mut parts: Vec<Vec<V>> = Vec::new();
        for i in 0..pieces {
            let mut piece = Vec::new();
            for c in 0..components {
                let at = &self.accumulators[r].components[c];
                let addr = Addr::Frame(at.block + (i * self.lanes * at.lane.bytes()) as u32);
                piece.push(self.load_lanes(addr, combine.lanes[c]));
            }
            parts.push(piece);
        }
        // Inside each register, lane `i + d` comes to lane `i`; lanes in between are of no use.
        let mut distance = 1;
        while distance < self.lanes {
            for piece in &mut parts {
                let mut args = piece.clone();
                for (&v, &lane) in piece.iter().zip(&combine.lanes) {
                    args.push(match lane {
                        Lane::B1 => self.shifted_truth(v, distance),
                        _ => self.shifted(v, lane.bytes(), distance),
                    });
                }
                *piece = self.combine(combine.any(), &args);
            }
            distance *= 2;
        }
        while parts.len() > 1 {
            parts = parts.chunks(2).map(|pair| self.combine(combine.any(), &pair.concat())).collect();
        }
        let block = parts.pop().unwrap_or_default();
        let block: Vec<V> = block
            .iter()
            .zip(&combine.lanes)
            .map(|(&v, &lane)| if lane == Lane::B1 { v } else { self.first_everywhere(v, lane.bytes()) })
            .collect();
        for (c, &part) in block.iter().enumerate() {
            if reduction.compensated {
                let at = &self.accumulators[r].components[c];
                let (lane, total, lost) = (at.lane, at.total, at.lost);
                let (a, b) = (self.slot_value(total, lane), part);
                let lost_before = self.slot_value(lost, lane);
                let (s, e) = self.two_sum(lane, a, b);
                let e = self.binary(BinOp::Add, lane, lost_before, e);
                self.store_register(Addr::Frame(total), s, lane.bytes(), None);
                self.store_register(Addr::Frame(lost), e, lane.bytes(), None);
            }
        }
        if !reduction.compensated {
            let mut args: Vec<V> = Vec::new();
            for c in 0..components {
                let at = &self.accumulators[r].components[c];
                let (lane, total) = (at.lane, at.total);
                args.push(self.slot_value(total, lane));
            }
            args.extend(&block);
            let results = self.combine(combine.any(), &args);
            for (c, v) in results.into_iter().enumerate() {
                let at = &self.accumulators[r].components[c];
                let (lane, total) = (at.lane, at.total);
                if lane == Lane::B1 {
                    self.keep_truth(v, total);
                } else {
                    self.store_register(Addr::Frame(total), v, lane.bytes(), None);
                }
            }
        }
        self.flush();
    }

    /// Lane `i + distance` in lane `i`. Nothing is shifted in that no lane had.
    pub(super) fn shifted(&mut self, v: V, bytes: usize, distance: usize) -> V {
        match (distance * bytes, self.isa) {
            (by @ ..16, _) => self.op_imm(Op::AlignBytes, bytes, &[v, v], by as u8),
            (_, Isa::Avx2) => self.quarters(v, bytes, 0b01_00_11_10),
            (by, Isa::Avx512) => {
                let (code, order) = match (self.size(bytes), by) {
                    (Size::Z, 16) => (Code::EVEX_Vshufi64x2_zmm_k1z_zmm_zmmm512b64_imm8, 0b10_11_00_01),
                    (Size::Z, _) => (Code::EVEX_Vshufi64x2_zmm_k1z_zmm_zmmm512b64_imm8, 0b01_00_11_10),
                    _ => (Code::EVEX_Vshufi64x2_ymm_k1z_ymm_ymmm256b64_imm8, 0b01),
                };
                self.raw(code, bytes, &[v, v], order)
            }
        }
    }

    /// Knuth's two-sum: the rounded sum and its rounding error (TAOCP 2, 4.2.2, theorem B).
    fn two_sum(&mut self, lane: Lane, a: V, b: V) -> (V, V) {
        let s = self.binary(BinOp::Add, lane, a, b);
        let a1 = self.binary(BinOp::Sub, lane, s, b);
        let b1 = self.binary(BinOp::Sub, lane, s, a1);
        let da = self.binary(BinOp::Sub, lane, a, a1);
        let db = self.binary(BinOp::Sub, lane, b, b1);
        (s, self.binary(BinOp::Add, lane, da, db))
    }

    /// Stores the totals once the reduced dimensions are done.
    pub(super) fn store_totals(&mut self) {
        let l = self.l;
        for (r, reduction) in l.reductions.iter().enumerate() {
            let components = &self.accumulators[r].components;
            let slots: Vec<(Lane, u32)> = components
                .iter()
                .map(|c| (c.lane, c.total))
                .chain(components.iter().map(|c| (c.lane, c.lost)))
                .collect();
            for (&out, (lane, slot)) in reduction.outs.iter().zip(slots) {
                self.asm.load_frame(RAX, self.pointers[out as usize]);
                self.asm.load_frame(RCX, slot);
                if lane == Lane::B1 {
                    self.asm.ins(Code::And_rm64_imm32, &[O::R(RCX), O::I32(1)]);
                }
                let to = O::M(RAX, 0);
                match lane.bytes() {
                    1 => self.asm.ins(Code::Mov_rm8_r8, &[to, O::R(Register::CL)]),
                    2 => self.asm.ins(Code::Mov_rm16_r16, &[to, O::R(Register::CX)]),
                    4 => self.asm.ins(Code::Mov_rm32_r32, &[to, O::R(Register::ECX)]),
                    _ => self.asm.ins(Code::Mov_rm64_r64, &[to, O::R(RCX)]),
                }
            }
        }
    }
}
