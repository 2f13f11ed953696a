//! The loop nest: outer dimensions as plain loops, the innermost one as a main loop of whole
//! chunks and a tail of masked ones.
//!
//! ```text
//! entry          the frame, arguments, run-time scalars
//! start          level-0 values, then dimension by dimension: values of that level, the next one
//!   row          tracks into registers
//!     main       bottom-tested, `copies` chunks per iteration, constants pinned
//!     tail       one masked chunk at a time; padding lanes repeat the chunk's first element
//! ```

use iced_x86::{Code, Register};
use numfuse_ir::kernel::{Access, Inst as Ir, Lane, Step};
use smallvec::SmallVec;

use super::asm::{Label, O};
use super::emit::Emitter;
use super::inst::{Addr, Class, Home, Inst, Place, Placed, Special, V};
use super::isa::Isa;
use super::lower::{BROADCAST, Scope, by_width};
use super::memory::Pairs;
use super::ops::{Op, Size};
use super::plan::Walk;
use crate::abi::STREAM;

const RAX: Register = Register::RAX;
const RCX: Register = Register::RCX;
const RSP: Register = Register::RSP;
/// Elements to go.
pub(super) const COUNT: Register = Register::R15;
/// The index in the row, for accumulators in the frame.
pub(super) const POSITION: Register = Register::R14;
/// Registers for tracks; routines keep the first four.
const TRACKS: [Register; 10] = [
    Register::RBX,
    Register::RBP,
    Register::R12,
    Register::R13,
    Register::RSI,
    Register::RDI,
    Register::R8,
    Register::R9,
    Register::R10,
    Register::R11,
];
const SAVED: [Register; 6] = [Register::RBX, Register::RBP, Register::R12, Register::R13, Register::R14, Register::R15];

/// Whether a called function keeps a register.
pub(super) fn is_kept(r: Register) -> bool {
    SAVED.contains(&r)
}

/// Where a track is.
#[derive(Clone, Copy, Debug)]
pub(super) enum At {
    Register(Register),
    Slot(u32),
}

/// A track in the innermost loop.
#[derive(Clone, Copy, Debug)]
pub(super) struct TrackPlace {
    pub at: At,
    /// Slots of the stride, of a chunk's strides, and of each lane's offset.
    pub stride: u32,
    pub bump: u32,
    pub offsets: u32,
}

/// The same code, with stores of whole registers that bypass the caches.
fn streaming(code: &[Placed], isa: Isa) -> Vec<Placed> {
    let bypassing = |code: Code| {
        [Size::X, Size::Y, Size::Z].into_iter().filter(|&size| size <= isa.whole()).find_map(|size| {
            let plain = [Op::Store8, Op::Store16, Op::Store32, Op::Store64].map(|op| op.code(isa, size));
            plain.contains(&code).then(|| Op::Stream.code(isa, size))
        })
    };
    let mut code = code.to_vec();
    for p in &mut code {
        if let (Some(Place::Mem(Addr::Track(..))), Some(stream)) = (p.operands.first(), bypassing(p.code)) {
            p.code = stream;
        }
    }
    code
}

/// The first instructions of all, then the second ones, ….
fn interleave(chunks: Vec<Vec<Inst>>, to: &mut Vec<Inst>) {
    let longest = chunks.iter().map(Vec::len).max().unwrap_or(0);
    let mut chunks: Vec<_> = chunks.into_iter().map(Vec::into_iter).collect();
    for _ in 0..longest {
        to.extend(chunks.iter_mut().filter_map(Iterator::next));
    }
}

impl Emitter<'_> {
    /// Emits everything; returns where the function starts.
    pub(super) fn nest(&mut self) -> Label {
        let l = self.l;
        self.args.strides = self.frame.word();
        self.args.sizes = self.frame.word();
        self.args.params = self.frame.word();
        self.args.flags = self.frame.word();
        self.rest = self.frame.word();
        let stack = self.frame.word();
        self.pointers = (0..l.operands.len()).map(|_| self.frame.word()).collect();
        let operands = self.pointers.clone();
        for (i, track) in self.plan.tracks.iter().enumerate() {
            let at = TRACKS.get(i).map_or_else(|| At::Slot(self.frame.word()), |&r| At::Register(r));
            let offsets = matches!(track.walk, Walk::Iota | Walk::Gather);
            self.tracks.push(TrackPlace {
                at,
                stride: self.frame.word(),
                bump: self.frame.word(),
                offsets: if offsets { self.frame.block(64) } else { 0 },
            });
        }

        let start = self.asm.here();
        let done = self.asm.label();
        let outer = l.rank - l.reduce_dims;
        self.asm.load_frame(RCX, self.args.sizes);
        for d in 0..outer {
            self.asm.ins(Code::Cmp_rm64_imm32, &[O::M(RCX, d as i32 * 8), O::I32(0)]);
            self.asm.jump(Code::Jle_rel32_64, done);
        }
        self.fill_strides();
        self.prepare_accumulators();
        self.prepare_scans();
        self.hoist(0);
        self.dimension(0);
        self.asm.bind(done);
        self.asm.load_frame(RSP, stack);
        for &r in SAVED.iter().rev() {
            self.asm.ins(Code::Pop_r64, &[O::R(r)]);
        }
        self.asm.ins(Code::VEX_Vzeroupper, &[]);
        self.asm.ins(Code::Retnq, &[]);
        self.emit_late();

        let entry = self.asm.here();
        for r in SAVED {
            self.asm.ins(Code::Push_r64, &[O::R(r)]);
        }
        self.asm.mov(RAX, RSP);
        let mut left = self.frame.bytes as i32;
        // Page by page, for the guard page.
        while left > 4096 {
            self.asm.ins(Code::Sub_rm64_imm32, &[O::R(RSP), O::I32(4096)]);
            self.asm.ins(Code::Or_rm8_imm8, &[O::M(RSP, 0), O::I8(0)]);
            left -= 4096;
        }
        self.asm.ins(Code::Sub_rm64_imm32, &[O::R(RSP), O::I32(left)]);
        self.asm.ins(Code::And_rm64_imm32, &[O::R(RSP), O::I32(-64)]);
        self.asm.store_frame(stack, RAX);
        self.asm.store_frame(self.args.strides, Register::RSI);
        self.asm.store_frame(self.args.sizes, Register::RDX);
        self.asm.store_frame(self.args.params, RCX);
        self.asm.store_frame(self.args.flags, Register::R8);
        for (k, &slot) in operands.iter().enumerate() {
            self.asm.load(RAX, Register::RDI, k as i32 * 8);
            self.asm.store_frame(slot, RAX);
        }
        self.fill_params();
        self.asm.jmp(start);
        entry
    }

    /// An operand's stride along a dimension.
    fn stride(&mut self, to: Register, operand: usize, d: usize) {
        self.asm.load_frame(to, self.args.strides);
        self.asm.load(to, to, ((operand * (self.l.rank + 1) + d) * 8) as i32);
    }

    /// Strides of gathered axes in all lanes, and lane offsets: the same for every row.
    fn fill_strides(&mut self) {
        let l = self.l;
        for (_, inst, _) in l.body.insts() {
            let Ir::Gather { operand, .. } = *inst else { continue };
            let k = operand as usize;
            if self.gather_strides[k] == 0 {
                self.gather_strides[k] = self.frame.block(64);
                self.stride(RAX, k, l.rank);
                for lane in 0..self.isa.bytes() as u32 / 8 {
                    self.asm.store_frame(self.gather_strides[k] + 8 * lane, RAX);
                }
            }
        }
        for t in 0..self.tracks.len() {
            if self.tracks[t].offsets != 0 {
                self.stride(RAX, self.plan.tracks[t].operand, l.rank - 1);
                self.asm.constant32(RCX, 0);
                for lane in 0..self.isa.bytes() as u32 / 8 {
                    self.asm.store_frame(self.tracks[t].offsets + 8 * lane, RCX);
                    self.asm.ins(Code::Add_r64_rm64, &[O::R(RCX), O::R(RAX)]);
                }
            }
        }
    }

    /// Computes the values that need exactly `level` loops around them, and keeps those that are
    /// used further in.
    fn hoist(&mut self, level: usize) {
        let l = self.l;
        // As many as the widest lanes fill: narrower floats fill a register, too, and no unused lane sees
        // anything else than the used ones.
        (self.lanes, self.uniform) = (self.isa.bytes() / 8, true);
        let mut scope = Scope::new(&l.body);
        scope.vals = self.outer_values();
        for (v, inst, lane) in l.body.insts() {
            let i = v.0 as usize;
            let has_home = matches!(inst, Ir::Const(_) | Ir::Param(_));
            if self.plan.levels[i] != level || !self.plan.live[i] || has_home {
                continue;
            }
            match *inst {
                Ir::Load { operand, part } => {
                    scope.vals[i] = Some(self.load_uniform(operand as usize, part as usize));
                }
                Ir::Gather { operand, part, index } => {
                    scope.vals[i] = Some(self.gather(&scope, operand as usize, part as usize, index));
                }
                _ => self.compute(&mut scope, v),
            }
            if let (Some(value), true) = (scope.vals[i], self.is_used_inside(v, level)) {
                let slot = if lane == Lane::B1 { self.truth_slot() } else { self.frame.block(64) };
                self.hoisted[i] = Some(slot);
                self.keep(value, lane, slot);
            }
        }
        self.flush();
        (self.lanes, self.uniform) = (self.plan.lanes, false);
    }

    /// Puts the first lane of a value into all lanes of a slot.
    pub(super) fn keep(&mut self, value: V, lane: Lane, slot: u32) {
        match lane {
            Lane::B1 => self.keep_truth(value, slot),
            _ => self.keep_lane(value, lane.bytes(), slot),
        }
    }

    pub(super) fn keep_lane(&mut self, value: V, bytes: usize, slot: u32) {
        let whole = self.isa.whole();
        let all = self.values.new_value(Class::Vector(whole));
        let broadcast = Inst::of(self.isa, by_width(BROADCAST, bytes), whole);
        self.insts.push(Inst { dst: Some(all), srcs: SmallVec::from_slice(&[value]), ..broadcast });
        let store = Inst::of(self.isa, Op::Store64, whole);
        self.insts.push(Inst { srcs: SmallVec::from_slice(&[all]), mem: Some(Addr::Frame(slot)), ..store });
    }

    fn is_used_inside(&self, v: numfuse_ir::kernel::ValueId, level: usize) -> bool {
        let l = self.l;
        let mut used = l.stores.iter().any(|s| s.values.contains(&v))
            || l.reductions.iter().any(|r| r.values.contains(&v))
            || l.scans.iter().any(|s| s.values.contains(&v));
        for (user, inst, _) in l.body.insts() {
            let inside = self.plan.live[user.0 as usize] && self.plan.levels[user.0 as usize] > level;
            inst.for_each_operand(|a| used |= inside && a == v);
        }
        used
    }

    /// Values that were computed further out, as lanes of the region at hand.
    fn outer_values(&mut self) -> Vec<Option<V>> {
        let l = self.l;
        let slots: Vec<Option<u32>> = self.hoisted.clone();
        l.body.insts().zip(slots).map(|((_, _, lane), slot)| slot.map(|slot| self.slot_value(slot, lane))).collect()
    }

    fn dimension(&mut self, d: usize) {
        let l = self.l;
        let reduced = l.reduce_dims > 0 && d == l.rank - l.reduce_dims;
        if reduced {
            self.start_totals();
        }
        let exit = self.asm.label();
        self.asm.load_frame(RAX, self.args.sizes);
        self.asm.load(COUNT, RAX, d as i32 * 8);
        self.asm.ins(Code::Test_rm64_r64, &[O::R(COUNT), O::R(COUNT)]);
        self.asm.jump(Code::Jle_rel32_64, exit);
        if d + 1 == l.rank {
            self.row();
        } else {
            let counter = self.frame.word();
            self.asm.store_frame(counter, COUNT);
            let outside = self.pointers.clone();
            for k in 0..l.operands.len() {
                if l.operands[k].steps[d] != Step::Zero {
                    let slot = self.frame.word();
                    self.asm.load_frame(RAX, self.pointers[k]);
                    self.asm.store_frame(slot, RAX);
                    self.pointers[k] = slot;
                }
            }
            let head = self.asm.here();
            self.hoist(d + 1);
            self.dimension(d + 1);
            for k in 0..l.operands.len() {
                if l.operands[k].steps[d] != Step::Zero {
                    self.stride(RAX, k, d);
                    self.asm.ins(Code::Add_rm64_r64, &[O::M(RSP, self.pointers[k] as i32), O::R(RAX)]);
                }
            }
            self.asm.ins(Code::Sub_rm64_imm32, &[O::M(RSP, counter as i32), O::I32(1)]);
            self.asm.jump(Code::Jne_rel32_64, head);
            self.pointers = outside;
        }
        self.asm.bind(exit);
        if reduced {
            self.store_totals();
        }
    }

    /// Puts the tracks at the start of the row.
    fn start_tracks(&mut self) {
        let l = self.l;
        for (t, track) in self.plan.tracks.iter().enumerate() {
            let place = self.tracks[t];
            let to = if let At::Register(r) = place.at { r } else { RAX };
            if let Some(index) = track.row_of {
                match (l.body.inst(index), self.hoisted[index.0 as usize]) {
                    (Ir::Const(bits), _) => self.asm.constant(RCX, *bits),
                    (Ir::Param(k), _) => {
                        let _ = self.param(*k);
                        self.asm.load_frame(RCX, self.args.params);
                        self.asm.load(RCX, RCX, *k as i32 * 8);
                    }
                    (_, Some(slot)) => self.asm.load_frame(RCX, slot),
                    _ => self.fail("an index that is not there"),
                }
                self.stride(RAX, track.operand, l.rank);
                self.asm.ins(Code::Imul_r64_rm64, &[O::R(RCX), O::R(RAX)]);
                self.asm.load_frame(to, self.pointers[track.operand]);
                self.asm.ins(Code::Add_r64_rm64, &[O::R(to), O::R(RCX)]);
            } else {
                self.asm.load_frame(to, self.pointers[track.operand]);
            }
            if let At::Slot(slot) = place.at {
                self.asm.store_frame(slot, to);
            }
            if track.walk != Walk::Unit {
                self.stride(RCX, track.operand, l.rank - 1);
                self.asm.store_frame(place.stride, RCX);
                let shift = self.plan.lanes.trailing_zeros() as u8;
                self.asm.ins(Code::Shl_rm64_imm8, &[O::R(RCX), O::I8(shift)]);
                self.asm.store_frame(place.bump, RCX);
            }
        }
    }

    /// The innermost dimension; the number of elements is in `COUNT`.
    fn row(&mut self) {
        self.start_tracks();
        if !self.l.reductions.is_empty() {
            self.reduce_row();
            return;
        }
        if self.l.scans.is_empty() {
            let step = self.main_loop(1);
            self.tail_loop(step);
        } else {
            self.start_scans();
            self.main_loop(1);
            self.element_loop();
            self.end_scans();
        }
    }

    /// Moves contiguous tracks on.
    pub(super) fn advance(&mut self, elements: usize) {
        for (t, track) in self.plan.tracks.iter().enumerate() {
            if track.walk != Walk::Unit {
                continue;
            }
            let bytes = O::I32((elements * track.bytes) as i32);
            match self.tracks[t].at {
                At::Register(r) => self.asm.ins(Code::Add_rm64_imm32, &[O::R(r), bytes]),
                At::Slot(slot) => self.asm.ins(Code::Add_rm64_imm32, &[O::M(RSP, slot as i32), bytes]),
            }
        }
    }

    /// Runs whole iterations of the elements in `COUNT`, of some multiple of `multiple` chunks;
    /// those that remain are in `COUNT` afterwards.
    pub(super) fn main_loop(&mut self, multiple: usize) -> usize {
        // One copy, to see how much there is to do, and what it leaves of the registers.
        self.chunk(0);
        let cost = self.insts.len();
        let most = self.measure().most;
        let insts = std::mem::take(&mut self.insts);
        let together = self.interleaving(cost, most);
        let copies = multiple
            * match cost * multiple {
                0..=10 => 4,
                11..=24 => together.max(2).div_ceil(multiple),
                _ => together.div_ceil(multiple),
            };
        let together = together.min(copies);
        let pinned = self.choose_pinned(&insts, most * together);
        let mut mixed = Vec::new();
        for group in (0..copies).step_by(together) {
            let chunks: Vec<Vec<Inst>> = (group..copies.min(group + together))
                .map(|copy| {
                    self.chunk(copy);
                    std::mem::take(&mut self.insts)
                })
                .collect();
            interleave(chunks, &mut mixed);
        }
        self.insts = mixed;
        let step = copies * self.lanes;
        let skip = self.asm.label();
        self.asm.ins(Code::Sub_rm64_imm32, &[O::R(COUNT), O::I32(step as i32)]);
        self.asm.jump(Code::Jb_rel32_64, skip);
        self.load_pinned(&pinned);
        let code = self.allocate();
        let light = cost * copies <= 64;
        if cost * copies <= 160 && self.can_stream() {
            let plain = self.asm.label();
            self.leave_unless_streaming(plain);
            self.iterations(&streaming(&code, self.isa), step, light);
            self.asm.ins(Code::Sfence, &[]);
            self.asm.jmp(skip);
            self.asm.bind(plain);
        }
        self.iterations(&code, step, light);
        self.asm.bind(skip);
        self.asm.ins(Code::Add_rm64_imm32, &[O::R(COUNT), O::I32(step as i32)]);
        for (v, _) in pinned {
            self.values.at_mut(v).pinned = None;
        }
        step
    }

    /// How many chunks are mixed, instruction by instruction. Long bodies are chains of dependent
    /// instructions, of which the processor's schedulers see few at a time.
    fn interleaving(&self, cost: usize, most: usize) -> usize {
        let contiguous = self.plan.tracks.iter().all(|t| t.walk == Walk::Unit);
        // Accumulators in the frame are read and written by every chunk.
        let apart = match self.accumulators.first() {
            None => 4,
            Some(_) => self.accumulator_chunks(),
        };
        // (exp: 0.73 ns per element with 1, 0.68 with 2, 0.64 with 4; pow: 4.26, 3.71 with 2.)
        let free = self.isa.registers() - 4;
        match most {
            _ if !contiguous || cost <= 12 || !self.l.scans.is_empty() => 1,
            0..=3 if apart >= 4 => 4,
            _ if 2 * most <= free && apart >= 2 => 2,
            _ => 1,
        }
    }

    /// The bottom-tested loop over allocated code.
    fn iterations(&mut self, code: &[Placed], step: usize, light: bool) {
        self.asm.align(if light { 64 } else { 16 });
        let head = self.asm.here();
        self.emit_all(code);
        self.advance(step);
        if !self.accumulators.is_empty() {
            self.asm.ins(Code::Add_rm64_imm32, &[O::R(POSITION), O::I32(step as i32)]);
        }
        self.asm.ins(Code::Sub_rm64_imm32, &[O::R(COUNT), O::I32(step as i32)]);
        self.asm.jump(Code::Jae_rel32_64, head);
    }

    /// Whether stores write whole registers of neighbouring lanes.
    fn can_stream(&self) -> bool {
        let l = self.l;
        l.reductions.is_empty()
            && l.stores.iter().all(|s| {
                let operand = &l.operands[s.operand as usize];
                let track = self.plan.find(s.operand as usize, None, false);
                operand.access == Access::Store
                    && track.is_some_and(|t| self.plan.tracks[t].walk == Walk::Unit)
                    && self.lanes * operand.lane.bytes() >= 16
            })
    }

    /// Jumps unless the caller wants results to bypass the caches, and they are aligned for it.
    fn leave_unless_streaming(&mut self, plain: Label) {
        self.asm.load_frame(RAX, self.args.flags);
        self.asm.ins(Code::Test_rm8_imm8, &[O::M(RAX, 0), O::I8(STREAM as u8)]);
        self.asm.jump(Code::Je_rel32_64, plain);
        for store in &self.l.stores {
            if let Some(t) = self.plan.find(store.operand as usize, None, false) {
                let bytes = self.lanes * self.l.operands[store.operand as usize].lane.bytes();
                let at = self.track_register(t, RAX);
                self.asm.mov(RAX, at);
                self.asm.ins(Code::And_rm64_imm32, &[O::R(RAX), O::I32(bytes as i32 - 1)]);
                self.asm.jump(Code::Jne_rel32_64, plain);
            }
        }
    }

    /// Constants and values of the outer levels that stay in registers: those used most, as far as
    /// the body leaves registers to them.
    fn choose_pinned(&mut self, insts: &[Inst], most: usize) -> Vec<(V, u8)> {
        let taken = self.values.infos.iter().filter(|i| i.pinned.is_some() && i.class != Class::Mask).count();
        let spare = (self.isa.registers() - taken).saturating_sub(most + 1);
        let mut uses: Vec<(usize, V)> = Vec::new();
        for inst in insts {
            for &v in &inst.srcs {
                let info = self.values.at(v);
                let fits = matches!(info.home, Some(Home::Const(..) | Home::Slot(_))) && info.class != Class::Mask;
                if !fits || info.pinned.is_some() {
                    continue;
                }
                match uses.iter_mut().find(|u| u.1 == v) {
                    Some(u) => u.0 += 1,
                    None => uses.push((1, v)),
                }
            }
        }
        uses.sort_by_key(|&(n, v)| (std::cmp::Reverse(n), v));
        uses.truncate(spare);
        let first = (self.isa.registers() - 1 - taken) as u8;
        let pinned: Vec<(V, u8)> = uses.iter().enumerate().map(|(i, &(_, v))| (v, first - i as u8)).collect();
        for &(v, r) in &pinned {
            self.values.at_mut(v).pinned = Some(r);
        }
        pinned
    }

    pub(super) fn load_pinned(&mut self, pinned: &[(V, u8)]) {
        for &(v, r) in pinned {
            let info = *self.values.at(v);
            let Class::Vector(size) = info.class else { continue };
            let (op, from) = match info.home {
                Some(Home::Const(id, 0)) => (Op::Load64, Addr::Full(id)),
                Some(Home::Const(id, width)) => (by_width(BROADCAST, width as usize), Addr::Scalar(id)),
                Some(Home::Slot(at)) => (Op::Load64, Addr::Frame(at)),
                _ => continue,
            };
            let from = self.address(from);
            self.sized(op, size, &[O::R(super::alloc::vector_register(size, r)), from]);
        }
    }

    /// Whole chunks, one at a time; those that remain are in `COUNT` afterwards.
    fn single_chunks(&mut self) {
        let (lanes, skip) = (self.lanes, self.asm.label());
        self.asm.ins(Code::Sub_rm64_imm32, &[O::R(COUNT), O::I32(lanes as i32)]);
        self.asm.jump(Code::Jb_rel32_64, skip);
        self.chunk(0);
        let code = self.allocate();
        self.iterations(&code, lanes, false);
        self.asm.bind(skip);
        self.asm.ins(Code::Add_rm64_imm32, &[O::R(COUNT), O::I32(lanes as i32)]);
    }

    /// The elements in `COUNT` that remain of a loop of some step, a masked chunk at a time.
    pub(super) fn tail_loop(&mut self, step: usize) {
        if self.isa == Isa::Avx2 && step > self.lanes {
            self.single_chunks();
        }
        let done = self.asm.label();
        self.asm.ins(Code::Test_rm64_r64, &[O::R(COUNT), O::R(COUNT)]);
        self.asm.jump(Code::Je_rel32_64, done);
        let lanes = self.lanes as i32;
        let head = self.asm.here();
        self.asm.constant32(RAX, lanes);
        self.asm.ins(Code::Cmp_r64_rm64, &[O::R(COUNT), O::R(RAX)]);
        self.asm.ins(Code::Cmovb_r64_rm64, &[O::R(RAX), O::R(COUNT)]);
        self.asm.store_frame(self.rest, RAX);
        match self.isa {
            Isa::Avx512 => self.tail_masks(),
            Isa::Avx2 => {
                let iota = self.byte_table(1, |i| i as u8);
                let rest = Some(Addr::Frame(self.rest));
                let rest = self.op_with(Op::Broadcast8, 1, &[], |inst| inst.mem = rest);
                self.tail = Some(self.greater_bytes(rest, iota));
            }
        }
        self.chunk(0);
        self.flush();
        for v in self.tail.take().into_iter().chain(self.tail_pairs.iter_mut().filter_map(Option::take)) {
            self.values.at_mut(v).pinned = None;
        }
        self.advance(self.lanes);
        if !self.accumulators.is_empty() {
            self.asm.ins(Code::Add_rm64_imm32, &[O::R(POSITION), O::I32(lanes)]);
        }
        self.asm.ins(Code::Sub_rm64_imm32, &[O::R(COUNT), O::I32(lanes)]);
        self.asm.jump(Code::Ja_rel32_64, head);
        self.asm.bind(done);
    }

    /// The number of elements is in `rax`.
    fn tail_masks(&mut self) {
        self.asm.constant32(RCX, -1);
        self.asm.ins(Code::VEX_Bzhi_r64_rm64_r64, &[O::R(Register::RDX), O::R(RCX), O::R(RAX)]);
        self.asm.ins(Code::VEX_Kmovq_kr_r64, &[O::R(Register::K7), O::R(Register::RDX)]);
        if self.plan.tracks.iter().any(|t| t.pairs) {
            self.asm.ins(Code::Add_r64_rm64, &[O::R(RAX), O::R(RAX)]);
            self.asm.ins(Code::VEX_Bzhi_r64_rm64_r64, &[O::R(Register::RDX), O::R(RCX), O::R(RAX)]);
            self.asm.ins(Code::VEX_Kmovq_kr_r64, &[O::R(Register::K6), O::R(Register::RDX)]);
            let (to, from) = (O::R(Register::K5), O::R(Register::K6));
            self.asm.ins(Code::VEX_Kshiftrq_kr_kr_imm8, &[to, from, O::I8(self.lanes as u8)]);
        }
        let mut fixed = |n: u8| {
            let v = self.values.new_value(Class::Mask);
            self.values.at_mut(v).pinned = Some(n);
            v
        };
        let masks = [fixed(7), fixed(6), fixed(5)];
        self.tail = Some(masks[0]);
        self.tail_pairs = [Some(masks[1]), Some(masks[2])];
    }

    /// One emission of the body, for the elements `copy` chunks after the iteration's first.
    pub(super) fn chunk(&mut self, copy: usize) {
        let l = self.l;
        let mut scope = Scope::new(&l.body);
        scope.vals = self.outer_values();
        let mut pairs = Pairs::new();
        let at = copy * self.lanes;
        for (v, inst, _) in l.body.insts() {
            let i = v.0 as usize;
            if !self.plan.live[i] || self.plan.levels[i] != l.rank {
                continue;
            }
            let val = match *inst {
                Ir::Load { operand, part } => {
                    let Some(t) = self.plan.find(operand as usize, None, false) else { continue };
                    self.load(t, part as usize, at, self.plan.once[i], &mut pairs)
                }
                Ir::Gather { operand, part, index } => {
                    let row = (self.plan.levels[index.0 as usize] < l.rank).then_some(index);
                    match self.plan.find(operand as usize, row, false) {
                        Some(t) if row.is_some() => self.load(t, part as usize, at, self.plan.once[i], &mut pairs),
                        _ => self.gather(&scope, operand as usize, part as usize, index),
                    }
                }
                Ir::ScanOut { scan, .. } => {
                    self.scan_out(&mut scope, scan as usize);
                    continue;
                }
                _ => {
                    self.compute(&mut scope, v);
                    continue;
                }
            };
            scope.vals[i] = Some(val);
        }
        self.accumulate(&scope, copy);
        for store in &l.stores {
            let values: SmallVec<[V; 2]> = store.values.iter().map(|&v| self.val(&scope, v)).collect();
            if let Some(t) = self.plan.find(store.operand as usize, None, false) {
                self.store(t, &values, at);
            }
        }
        for (t, track) in self.plan.tracks.iter().enumerate() {
            if track.walk != Walk::Unit {
                self.insts.push(Inst::special(Special::Advance { track: t as u8 }));
            }
        }
    }
}
