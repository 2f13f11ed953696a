//! Reductions in their canonical order (see [`numfuse_ir::kernel::Reduction`]).
//!
//! The lanes of the block at hand are in registers if an iteration covers exactly one vector of
//! them, else in a stack slot. Totals are in stack slots: they are touched once per block.

use ::cranelift::codegen::ir::condcodes::IntCC;
use ::cranelift::codegen::ir::{InstBuilder, StackSlot, Type, Value};
use numfuse_ir::kernel::{Body, Combine, Inst, Lane, ValueId};
use smallvec::SmallVec;

use super::emit::{Emitter, Regs, Scope, Val, memory, regs_for, vector};
use super::plan::{Place, REG};

/// The memory of one component of one reduction.
#[derive(Clone, Copy)]
pub(super) struct Component {
    pub lane: Lane,
    /// Lanes of the block.
    block: StackSlot,
    /// The lanes that the tail touches, as they were before.
    saved: StackSlot,
    /// The total so far, and what its additions rounded away, in all lanes of a register.
    total: StackSlot,
    lost: StackSlot,
}

/// The accumulators inside the innermost loop.
pub(super) struct Accumulators {
    /// Of the reductions in registers, component by component.
    pub registers: Vec<Value>,
    /// Addresses of the blocks of the reductions in slots, component by component.
    slots: Vec<Value>,
    /// The index of the iteration's first element.
    index: Value,
    /// The addresses of the iteration's lanes, once known.
    addresses: Vec<Option<Value>>,
}

impl Accumulators {
    pub(super) fn new(registers: Vec<Value>, slots: Vec<Value>, index: Value) -> Accumulators {
        let addresses = vec![None; slots.len()];
        Accumulators { registers, slots, index, addresses }
    }
}

impl Emitter<'_> {
    pub(super) fn prepare_accumulators(&mut self) {
        let l = self.l;
        let step = self.plan.step();
        for (r, reduction) in l.reductions.iter().enumerate() {
            let w = self.plan.reducers[r].lanes;
            let components = reduction.combine.lanes.iter().map(|&lane| Component {
                lane,
                block: self.slot(w * lane.bytes()),
                saved: self.slot(step * lane.bytes()),
                total: self.slot(REG),
                lost: self.slot(REG),
            });
            let components = components.collect();
            self.components.push(components);
        }
    }

    fn identity(&mut self, r: usize, c: usize) -> Value {
        let combine = &self.l.reductions[r].combine;
        self.identity_of(combine, c)
    }

    /// A register of identities; bytes of all ones or zeros for `B1`.
    pub(super) fn identity_of(&mut self, combine: &Combine, c: usize) -> Value {
        let (lane, bits) = (combine.lanes[c], combine.identity[c]);
        let bits = if lane == Lane::B1 { (bits & 1).wrapping_neg() } else { bits };
        self.splat_bits(vector(lane), bits)
    }

    /// Elements per block of a reduction.
    fn block_len(&self, r: usize) -> usize {
        self.plan.reducers[r].block
    }

    fn in_slot(&self, r: usize) -> bool {
        self.plan.reducers[r].place == Place::Slot
    }

    fn slot_store(&mut self, v: Value, slot: StackSlot, offset: i32) {
        let at = self.slot_addr(slot);
        self.cur.ins().store(memory(), v, at, offset);
    }

    fn slot_load(&mut self, slot: StackSlot, ty: Type) -> Value {
        let at = self.slot_addr(slot);
        self.cur.ins().load(ty, memory(), at, 0)
    }

    /// Totals at the start of the reduced dimensions.
    pub(super) fn start_totals(&mut self) {
        for r in 0..self.l.reductions.len() {
            for (c, at) in self.components[r].clone().into_iter().enumerate() {
                let identity = self.identity(r, c);
                self.slot_store(identity, at.total, 0);
                if self.l.reductions[r].compensated {
                    let zero = self.splat_bits(vector(at.lane), 0);
                    self.slot_store(zero, at.lost, 0);
                }
            }
        }
    }

    fn reset_block(&mut self, r: usize) {
        let w = self.plan.reducers[r].lanes;
        for (c, at) in self.components[r].clone().into_iter().enumerate() {
            let identity = self.identity(r, c);
            for i in 0..regs_for(w, at.lane.bytes()) {
                self.slot_store(identity, at.block, (i * REG) as i32);
            }
        }
    }

    /// Blocks that are longer than a segment start with the row.
    pub(super) fn start_row(&mut self) {
        for r in 0..self.l.reductions.len() {
            if self.in_slot(r) && Some(self.block_len(r)) != self.plan.segment() {
                self.reset_block(r);
            }
        }
    }

    /// Starts the blocks that are as long as a segment; the registers of those that live there.
    pub(super) fn start_segment(&mut self) -> Vec<Value> {
        let mut registers = Vec::new();
        for r in 0..self.l.reductions.len() {
            if Some(self.block_len(r)) != self.plan.segment() {
                continue;
            }
            if self.in_slot(r) {
                self.reset_block(r);
                continue;
            }
            let w = self.plan.reducers[r].lanes;
            for c in 0..self.components[r].len() {
                let count = regs_for(w, self.components[r][c].lane.bytes());
                registers.extend(vec![self.identity(r, c); count]);
            }
        }
        registers
    }

    pub(super) fn slot_bases(&mut self) -> Vec<Value> {
        let mut bases = Vec::new();
        for r in 0..self.l.reductions.len() {
            if self.in_slot(r) {
                for at in self.components[r].clone() {
                    bases.push(self.slot_addr(at.block));
                }
            }
        }
        bases
    }

    /// The lane of an accumulator that element `index` goes to, as an address.
    fn lane_address(&mut self, base: Value, index: Value, r: usize, lane: Lane) -> Value {
        let w = self.plan.reducers[r].lanes;
        if self.plan.step() == w {
            return base;
        }
        let at = self.cur.ins().band_imm_u(index, w as i64 - 1);
        self.indexed(base, at, lane.bytes().trailing_zeros())
    }

    /// Combines a chunk into the accumulators.
    pub(super) fn accumulate(&mut self, scope: &mut Scope, chunk: usize, accs: &mut Accumulators) {
        let l = self.l;
        let lanes = self.plan.lanes;
        let (mut register, mut slot) = (0, 0);
        for (r, reduction) in l.reductions.iter().enumerate() {
            let combine = &reduction.combine;
            let mut args: Vec<Val> = Vec::new();
            let mut places: SmallVec<[usize; 2]> = SmallVec::new();
            let mut addresses: SmallVec<[Value; 2]> = SmallVec::new();
            for at in self.components[r].clone() {
                let bytes = at.lane.bytes();
                let ty = vector(at.lane);
                let regs: Regs = if self.in_slot(r) {
                    let address = match accs.addresses[slot] {
                        Some(a) => a,
                        None => self.lane_address(accs.slots[slot], accs.index, r, at.lane),
                    };
                    accs.addresses[slot] = Some(address);
                    slot += 1;
                    addresses.push(address);
                    self.load_regs(address, chunk * lanes * bytes, lanes * bytes, ty)
                } else {
                    let count = regs_for(lanes, bytes);
                    let first = register + chunk * count;
                    places.push(first);
                    register += regs_for(self.plan.reducers[r].lanes, bytes);
                    accs.registers[first..first + count].into()
                };
                args.push(Val { regs, width: bytes, uniform: false });
            }
            for &v in &reduction.values {
                args.push(self.val(scope, v));
            }
            let step = combine.step(l, &reduction.values);
            let results = self.combine(combine, step, args, lanes);
            for (c, result) in results.iter().enumerate() {
                let bytes = combine.lanes[c].bytes();
                if self.in_slot(r) {
                    self.store_regs(addresses[c], chunk * lanes * bytes, lanes * bytes, &result.regs);
                } else {
                    for i in 0..regs_for(lanes, bytes) {
                        accs.registers[places[c] + i] = result.reg(i);
                    }
                }
            }
        }
    }

    /// One step of a combining body. `B1` results come as masks of bytes.
    pub(super) fn combine(
        &mut self,
        combine: &Combine,
        (body, results): (&Body, &[ValueId]),
        args: Vec<Val>,
        lanes: usize,
    ) -> Vec<Val> {
        let mut scope = Scope::new(body, lanes);
        for (v, inst, _) in body.insts() {
            if let Inst::Arg(k) = *inst {
                scope.vals[v.0 as usize] = args.get(k as usize).cloned();
            } else {
                self.compute(&mut scope, v);
            }
        }
        let mut combined = Vec::new();
        for (&v, &lane) in results.iter().zip(&combine.lanes) {
            let val = if lane == Lane::B1 { self.mask(&mut scope, v, 1) } else { self.val(&scope, v) };
            let ty = vector(lane);
            combined.push(self.zip(lane, &[&val], |e, x| e.cast(x[0], ty)));
        }
        combined
    }

    /// Before the tail: remembers the lanes that it will touch.
    pub(super) fn save_accumulators(&mut self, registers: &[Value], tail_at: Value) {
        let step = self.plan.step();
        let mut register = 0;
        for r in 0..self.l.reductions.len() {
            for at in self.components[r].clone() {
                let bytes = step * at.lane.bytes();
                let regs: Regs = if self.in_slot(r) {
                    let base = self.slot_addr(at.block);
                    let from = self.lane_address(base, tail_at, r, at.lane);
                    self.load_regs(from, 0, bytes, vector(at.lane))
                } else {
                    let count = regs_for(step, at.lane.bytes());
                    register += count;
                    registers[register - count..register].into()
                };
                let saved = self.slot_addr(at.saved);
                self.store_regs(saved, 0, bytes, &regs);
            }
        }
    }

    /// After the tail: undoes what padding lanes did.
    pub(super) fn restore_accumulators(&mut self, registers: &[Value], tail_at: Value, rest: Value) -> Vec<Value> {
        if self.l.reductions.is_empty() {
            return Vec::new();
        }
        let step = self.plan.step();
        let mut register = 0;
        let mut moves: Vec<(Value, Value, usize)> = Vec::new();
        for r in 0..self.l.reductions.len() {
            for at in self.components[r].clone() {
                let bytes = at.lane.bytes();
                let mut to = self.slot_addr(at.block);
                if self.in_slot(r) {
                    to = self.lane_address(to, tail_at, r, at.lane);
                } else {
                    let count = regs_for(step, bytes);
                    self.store_regs(to, 0, step * bytes, &registers[register..register + count]);
                    register += count;
                }
                let from = self.slot_addr(at.saved);
                moves.push((from, to, bytes));
            }
        }
        let step_value = self.int(step as i64);
        let padding = self.cur.ins().isub(step_value, rest);
        self.count_up(padding, &[], |e, j, _| {
            let j = e.cur.ins().iadd(j, rest);
            for &(from, to, bytes) in &moves {
                let shift = bytes.trailing_zeros();
                let (from, to) = (e.indexed(from, j, shift), e.indexed(to, j, shift));
                e.copy_element(bytes, from, to);
            }
            Vec::new()
        });
        let mut restored = Vec::new();
        for r in 0..self.l.reductions.len() {
            if !self.in_slot(r) {
                for at in self.components[r].clone() {
                    let base = self.slot_addr(at.block);
                    restored.extend(self.load_regs(base, 0, step * at.lane.bytes(), vector(at.lane)));
                }
            }
        }
        restored
    }

    /// At the end of a segment: merges the blocks that end here.
    pub(super) fn finish_segment(&mut self, registers: &[Value], end: Value, n: Value) {
        let mut register = 0;
        for r in 0..self.l.reductions.len() {
            let w = self.plan.reducers[r].lanes;
            let long = Some(self.block_len(r)) != self.plan.segment();
            let skip = long.then(|| {
                let block = self.block_len(r) as i64;
                let inside = self.cur.ins().band_imm_u(end, block - 1);
                let row_goes_on = self.cur.ins().icmp(IntCC::UnsignedLessThan, end, n);
                let (check, _) = self.block(&[]);
                let (merge, _) = self.block(&[]);
                let (skip, _) = self.block(&[]);
                self.branch(row_goes_on, (check, &[]), (merge, &[]));
                self.enter(check);
                self.branch(inside, (skip, &[]), (merge, &[]));
                self.enter(merge);
                skip
            });
            let mut lanes: Vec<Val> = Vec::new();
            for at in self.components[r].clone() {
                let bytes = at.lane.bytes();
                let regs: Regs = if self.in_slot(r) {
                    let base = self.slot_addr(at.block);
                    self.load_regs(base, 0, w * bytes, vector(at.lane))
                } else {
                    let count = regs_for(w, bytes);
                    register += count;
                    registers[register - count..register].into()
                };
                lanes.push(Val { regs, width: bytes, uniform: false });
            }
            self.merge_block(r, lanes);
            if let Some(skip) = skip {
                self.reset_block(r);
                self.jump(skip, &[]);
                self.enter(skip);
            }
        }
    }

    /// Folds neighbouring lanes and merges the result into the total.
    fn merge_block(&mut self, r: usize, mut lanes: Vec<Val>) {
        let reduction = &self.l.reductions[r];
        let mut half = self.plan.reducers[r].lanes / 2;
        while half > 0 {
            let mut low = Vec::new();
            let mut high = Vec::new();
            for v in &lanes {
                let (a, b) = if reduction.combine.order_matters() {
                    self.neighbours(v, half)
                } else {
                    self.low_and_high(v, half)
                };
                low.push(a);
                high.push(b);
            }
            low.append(&mut high);
            lanes = self.combine(&reduction.combine, reduction.combine.any(), low, half);
            half /= 2;
        }
        let components = self.components[r].clone();
        let block: Vec<Val> =
            lanes.iter().map(|v| Val::uniform(self.pick(v.width, v.regs[0], v.regs[0], |_| 0), v.width)).collect();
        let load = |e: &mut Self, slot: StackSlot, ty: Type| e.slot_load(slot, ty);
        if reduction.compensated {
            for (at, p) in components.iter().zip(&block) {
                let ty = vector(at.lane);
                let (total, lost) = (load(self, at.total, ty), load(self, at.lost, ty));
                let (hi, e) = self.two_sum(total, p.regs[0]);
                let lost = self.cur.ins().fadd(lost, e);
                self.slot_store(hi, at.total, 0);
                self.slot_store(lost, at.lost, 0);
            }
            return;
        }
        let mut args: Vec<Val> =
            components.iter().map(|at| Val::uniform(load(self, at.total, vector(at.lane)), at.lane.bytes())).collect();
        args.extend(block);
        let results = self.combine(&reduction.combine, reduction.combine.any(), args, 1);
        for (at, result) in components.iter().zip(&results) {
            self.slot_store(result.regs[0], at.total, 0);
        }
    }

    /// The even lanes and the odd lanes of `2·half`.
    fn neighbours(&mut self, v: &Val, half: usize) -> (Val, Val) {
        let lanes = 2 * half.min(REG / v.width);
        let mut every_other = |first: usize| {
            let regs = v.regs.chunks(2).map(|pair| {
                let (a, b) = (pair[0], pair[pair.len() - 1]);
                self.pick(v.width, a, b, |i| (2 * i + first) % lanes)
            });
            Val { regs: regs.collect(), width: v.width, uniform: false }
        };
        (every_other(0), every_other(1))
    }

    /// Lanes `0..half` and `half..2·half`.
    fn low_and_high(&mut self, v: &Val, half: usize) -> (Val, Val) {
        let count = regs_for(half, v.width);
        let with = |regs: Regs| Val { regs, width: v.width, uniform: false };
        if v.regs.len() > count {
            return (with(v.regs[..count].into()), with(v.regs[count..].into()));
        }
        let per = REG / v.width;
        let reg = v.regs[0];
        let high = self.pick(v.width, reg, reg, |i| (i + half) % per);
        (with(Regs::from_slice(&[reg])), with(Regs::from_slice(&[high])))
    }

    /// Knuth's two-sum: the rounded sum and its rounding error (TAOCP 2, 4.2.2, theorem B).
    fn two_sum(&mut self, a: Value, b: Value) -> (Value, Value) {
        let s = self.cur.ins().fadd(a, b);
        let a1 = self.cur.ins().fsub(s, b);
        let b1 = self.cur.ins().fsub(s, a1);
        let da = self.cur.ins().fsub(a, a1);
        let db = self.cur.ins().fsub(b, b1);
        (s, self.cur.ins().fadd(da, db))
    }

    /// Stores the totals once the reduced dimensions are done.
    pub(super) fn store_totals(&mut self, ptrs: &[Value]) {
        let l = self.l;
        for (r, reduction) in l.reductions.iter().enumerate() {
            let components = self.components[r].clone();
            let sources =
                components.iter().map(|c| (c.lane, c.total)).chain(components.iter().map(|c| (c.lane, c.lost)));
            for (&out, (lane, slot)) in reduction.outs.iter().zip(sources) {
                let v = self.slot_load(slot, vector(lane));
                let mut x = self.cur.ins().extractlane(v, 0);
                if lane == Lane::B1 {
                    x = self.cur.ins().band_imm_u(x, 1);
                }
                self.cur.ins().store(memory(), x, ptrs[out as usize], 0);
            }
        }
    }
}
