//! Register allocation for straight-line code: one pass, the register whose value is needed last
//! gives way (L. Belady, "A study of replacement algorithms", IBM Systems Journal 5(2), 1966).
//!
//! Values with a [`Home`] are read from there by the instructions that can, and never spilled.
//! Pinned values keep their register for the whole region.

use iced_x86::{Code, Register};
use smallvec::SmallVec;

use super::inst::{Addr, Class, Frame, Home, Inst, Place, Placed, PlacedSpecial, Special, V, Values};
use super::isa::Isa;
use super::ops::{Form, Op, Size};

const NONE: u32 = u32::MAX;
const NO_REG: u8 = u8::MAX;

/// Mask registers that allocation may use: `k0` cannot mask, and the tail's masks come from the top.
pub(super) const MASKS: u8 = 0b0001_1110;

pub(super) fn vector_register(size: Size, n: u8) -> Register {
    let first = match size {
        Size::X => Register::XMM0,
        Size::Y => Register::YMM0,
        Size::Z => Register::ZMM0,
    };
    first + n as u32
}

/// The size and number of a vector register: iced lists those of a size after one another.
pub(super) fn number(r: Register) -> (Size, u8) {
    let n = r as u32 - Register::XMM0 as u32;
    let size = match n / 32 {
        0 => Size::X,
        1 => Size::Y,
        _ => Size::Z,
    };
    (size, (n % 32) as u8)
}

pub(super) fn mask_register(n: u8) -> Register {
    Register::K0 + n as u32
}

pub(super) struct Allocated {
    pub code: Vec<Placed>,
    /// The most vector registers in use at a time, pinned ones not counted.
    pub most: usize,
}

/// Allocates one region.
pub(super) fn allocate(
    insts: &[Inst],
    values: &Values,
    frame: &mut Frame,
    isa: Isa,
) -> Result<Allocated, &'static str> {
    let n = values.infos.len();
    let mut uses = Vec::with_capacity(insts.len() * 3);
    let mut last = vec![NONE; n];
    let mut starts = vec![0; insts.len()];
    for (i, inst) in insts.iter().enumerate().rev() {
        starts[i] = uses.len();
        inst.for_each_use(|v| uses.push(last[v as usize]));
        inst.for_each_use(|v| last[v as usize] = i as u32);
    }
    let mut pinned = 0u32;
    let mut pinned_masks = 0u8;
    let mut reg = vec![NO_REG; n];
    for (v, info) in values.infos.iter().enumerate() {
        if let Some(r) = info.pinned {
            reg[v] = r;
            match info.class {
                Class::Vector(_) => pinned |= 1 << r,
                Class::Mask => pinned_masks |= 1 << r,
            }
        }
    }
    let mut a = Allocator {
        isa,
        values,
        frame,
        next: last,
        reg,
        slot: vec![NONE; n],
        freed: SmallVec::new(),
        vectors: [None; 32],
        masks: [None; 8],
        free: isa.all_registers() & !pinned,
        free_masks: MASKS & !pinned_masks,
        busy: 0,
        busy_masks: 0,
        out: Vec::with_capacity(insts.len() + 8),
        pinned: pinned.count_ones() as usize,
        most: 0,
    };
    a.hint(insts);
    for (i, inst) in insts.iter().enumerate() {
        a.inst(inst, &uses[starts[i]..])?;
    }
    a.freed.drain(..).for_each(|slot| a.frame.free_vector(slot));
    Ok(Allocated { code: a.out, most: a.most })
}

struct Allocator<'a> {
    isa: Isa,
    values: &'a Values,
    frame: &'a mut Frame,
    /// The next instruction that uses a value.
    next: Vec<u32>,
    reg: Vec<u8>,
    slot: Vec<u32>,
    /// Slots that the instruction at hand may still read.
    freed: SmallVec<[u32; 4]>,
    vectors: [Option<V>; 32],
    masks: [Option<V>; 8],
    free: u32,
    free_masks: u8,
    /// Registers that the instruction at hand reads or writes.
    busy: u32,
    busy_masks: u8,
    out: Vec<Placed>,
    pinned: usize,
    most: usize,
}

impl Allocator<'_> {
    /// Lets a value that ends up in a pinned register be made there, if the register's old value
    /// is not needed after that.
    fn hint(&mut self, insts: &[Inst]) {
        let mut made = vec![NONE; self.reg.len()];
        let mut read = vec![NONE; self.reg.len()];
        for (i, inst) in insts.iter().enumerate() {
            inst.for_each_use(|v| read[v as usize] = i as u32);
            if inst.special == Some(Special::Assign) && inst.mask.is_none() {
                let (Some(to), from) = (inst.dst, inst.srcs[0]) else { continue };
                let (at, to_read) = (made[from as usize], read[to as usize]);
                let old_done = to_read == NONE || at != NONE && to_read <= at;
                if at != NONE && old_done && self.reg[from as usize] == NO_REG {
                    self.reg[from as usize] = self.reg[to as usize];
                }
                made[to as usize] = i as u32;
            } else if let Some(d) = inst.dst {
                made[d as usize] = i as u32;
            }
        }
        // From here on `reg` of a value not made yet is where it will be made.
    }

    fn is_mask(&self, v: V) -> bool {
        self.values.at(v).class == Class::Mask
    }

    fn register(&self, v: V) -> Register {
        let n = self.reg[v as usize];
        match self.values.at(v).class {
            Class::Vector(size) => vector_register(size, n),
            Class::Mask => mask_register(n),
        }
    }

    fn in_register(&self, v: V) -> bool {
        let r = self.reg[v as usize];
        if r == NO_REG {
            return false;
        }
        let holder = if self.is_mask(v) { self.masks[r as usize] } else { self.vectors[r as usize] };
        holder == Some(v) || self.fixed(v)
    }

    /// Whether the value lives in a pinned register (its own, or one that it will be assigned to).
    fn fixed(&self, v: V) -> bool {
        let r = self.reg[v as usize];
        if r == NO_REG {
            return false;
        }
        self.values.at(v).pinned.is_some() || {
            let holder = if self.is_mask(v) { self.masks[r as usize] } else { self.vectors[r as usize] };
            let free = if self.is_mask(v) { self.free_masks >> r & 1 == 1 } else { self.free >> r & 1 == 1 };
            holder != Some(v) && !free && holder.is_none()
        }
    }

    fn mark(&mut self, v: V) {
        let r = self.reg[v as usize];
        if self.is_mask(v) {
            self.busy_masks |= 1 << r;
        } else {
            self.busy |= 1 << r;
        }
    }

    /// A free register, made free if need be.
    fn take(&mut self, mask: bool) -> Result<u8, &'static str> {
        if mask {
            let free = self.free_masks & !self.busy_masks;
            if free != 0 {
                return Ok(free.trailing_zeros() as u8);
            }
        } else {
            let free = self.free & !self.busy;
            if free != 0 {
                let used = self.isa.registers() - self.pinned - self.free.count_ones() as usize + 1;
                self.most = self.most.max(used);
                return Ok(free.trailing_zeros() as u8);
            }
            self.most = self.isa.registers();
        }
        let holders: &[Option<V>] = if mask { &self.masks } else { &self.vectors };
        let busy = if mask { self.busy_masks as u32 } else { self.busy };
        let victim = holders
            .iter()
            .enumerate()
            .filter(|(r, _)| busy >> r & 1 == 0)
            .filter_map(|(r, v)| v.map(|v| (self.next[v as usize], self.is_clean(v), r, v)))
            .max_by_key(|&(next, clean, ..)| (next, clean));
        let Some((_, clean, r, v)) = victim else { return Err("an instruction needs more registers than there are") };
        if !clean {
            let slot = if mask { self.frame.word() } else { self.frame.vector() };
            self.slot[v as usize] = slot;
            let code = if mask { Code::VEX_Kmovq_m64_kr } else { Op::Store64.code(self.isa, self.values.size(v)) };
            self.push(code, &[Place::Mem(Addr::Frame(slot)), Place::Reg(self.register(v))]);
        }
        self.reg[v as usize] = NO_REG;
        if mask {
            self.masks[r] = None;
            self.free_masks |= 1 << r;
        } else {
            self.vectors[r] = None;
            self.free |= 1 << r;
        }
        Ok(r as u8)
    }

    fn is_clean(&self, v: V) -> bool {
        self.slot[v as usize] != NONE || matches!(self.values.at(v).home, Some(Home::Const(..) | Home::Slot(_)))
    }

    /// Gives a register to a value.
    fn occupy(&mut self, v: V, r: u8) {
        self.reg[v as usize] = r;
        if self.is_mask(v) {
            self.masks[r as usize] = Some(v);
            self.free_masks &= !(1 << r);
        } else {
            self.vectors[r as usize] = Some(v);
            self.free &= !(1 << r);
        }
    }

    fn release(&mut self, v: V) {
        let r = self.reg[v as usize];
        if r == NO_REG || self.fixed(v) {
            return;
        }
        if self.is_mask(v) {
            self.masks[r as usize] = None;
            self.free_masks |= 1 << r;
        } else {
            self.vectors[r as usize] = None;
            self.free |= 1 << r;
        }
        self.reg[v as usize] = NO_REG;
    }

    fn push(&mut self, code: Code, operands: &[Place]) {
        self.out.push(Placed {
            code,
            operands: SmallVec::from_slice(operands),
            imm: None,
            mask: None,
            zeroing: false,
            special: None,
        });
    }

    /// Loads a value that is in memory into a register.
    fn fill(&mut self, v: V, r: u8) -> Result<(), &'static str> {
        let info = *self.values.at(v);
        let Class::Vector(size) = info.class else {
            let at = match (self.slot[v as usize], info.home) {
                (NONE, Some(Home::Slot(at))) => at,
                (NONE, _) => return Err("a mask is used before it is made"),
                (at, _) => at,
            };
            self.push(Code::VEX_Kmovq_kr_km64, &[Place::Reg(mask_register(r)), Place::Mem(Addr::Frame(at))]);
            return Ok(());
        };
        let (op, from) = match (self.slot[v as usize], info.home) {
            (NONE, Some(Home::Const(id, width))) => match width {
                1 => (Op::Broadcast8, Addr::Scalar(id)),
                2 => (Op::Broadcast16, Addr::Scalar(id)),
                4 => (Op::Broadcast32, Addr::Scalar(id)),
                8 => (Op::Broadcast64, Addr::Scalar(id)),
                _ => (Op::Load64, Addr::Full(id)),
            },
            (NONE, Some(Home::Slot(at))) => (Op::Load64, Addr::Frame(at)),
            (NONE, Some(Home::Stream(at, _))) => (Op::Load64, at),
            (NONE, None) => return Err("a value is used before it is made"),
            (at, _) => (Op::Load64, Addr::Frame(at)),
        };
        self.push(op.code(self.isa, size), &[Place::Reg(vector_register(size, r)), Place::Mem(from)]);
        Ok(())
    }

    /// Puts a value into a register.
    fn ensure(&mut self, v: V) -> Result<(), &'static str> {
        if !self.in_register(v) {
            let r = self.take(self.is_mask(v))?;
            self.reg[v as usize] = NO_REG;
            self.fill(v, r)?;
            self.occupy(v, r);
        }
        self.mark(v);
        Ok(())
    }

    /// The value as a memory operand of an instruction, if it is not in a register.
    fn in_memory(&self, v: V, broadcast: u8) -> Option<Place> {
        if self.in_register(v) || self.is_mask(v) {
            return None;
        }
        if self.slot[v as usize] != NONE {
            // Worth it if this is the last use.
            return (self.next[v as usize] == NONE).then_some(Place::Mem(Addr::Frame(self.slot[v as usize])));
        }
        match self.values.at(v).home? {
            Home::Const(id, width) if width == broadcast && width != 0 => Some(Place::Broadcast(Addr::Scalar(id))),
            Home::Const(id, _) => Some(Place::Mem(Addr::Full(id))),
            Home::Slot(at) => Some(Place::Mem(Addr::Frame(at))),
            Home::Stream(at, _) => Some(Place::Mem(at)),
        }
    }

    fn inst(&mut self, inst: &Inst, nexts: &[u32]) -> Result<(), &'static str> {
        (self.busy, self.busy_masks) = (0, 0);
        self.freed.drain(..).for_each(|slot| self.frame.free_vector(slot));
        // Uses were pushed operand by operand.
        let mut k = 0;
        inst.for_each_use(|v| {
            self.next[v as usize] = nexts[k];
            k += 1;
        });
        if let Some(special) = &inst.special {
            return match special {
                Special::Fma { double, size } => self.fma(inst, *double, *size),
                Special::Assign => self.assign(inst),
                _ => self.special(inst, special),
            };
        }
        let mut srcs = inst.srcs.clone();
        if inst.form == Form::Commutes && srcs.len() == 2 && self.in_memory(srcs[0], inst.broadcast).is_some() {
            srcs.swap(0, 1);
        }
        let tied = inst.form == Form::Tied;
        let foldable = matches!(inst.form, Form::Plain | Form::Commutes | Form::Tied | Form::Low) && inst.mem.is_none();
        let mut folded = None;
        if let (true, Some((&v, others))) = (foldable, srcs.split_last())
            && !others.contains(&v)
            && !(tied && others.is_empty())
        {
            folded = self.in_memory(v, inst.broadcast);
        }
        let registers = srcs.len() - usize::from(folded.is_some());
        for (j, &v) in srcs[..registers].iter().enumerate() {
            // What is overwritten is loaded into the destination.
            let later = tied && j == 0 && !self.in_register(v) && !srcs[1..].contains(&v);
            if !later {
                self.ensure(v)?;
            }
        }
        if let Some(m) = inst.mask {
            self.ensure(m)?;
        }
        let place = |v: V| match inst.form {
            Form::Low => vector_register(Size::X, self.reg[v as usize]),
            _ => self.register(v),
        };
        let places: SmallVec<[Option<Register>; 4]> =
            srcs[..registers].iter().map(|&v| self.in_register(v).then(|| place(v))).collect();
        let mask = inst.mask.map(|m| self.register(m));
        let mut operands: SmallVec<[Place; 4]> = SmallVec::new();
        if inst.form == Form::Stores {
            operands.extend(inst.mem.map(Place::Mem));
            operands.extend(places.iter().flatten().map(|&r| Place::Reg(r)));
            self.retire(inst);
        } else {
            let dst = inst.dst.ok_or("an instruction without a result")?;
            if tied {
                let first = srcs[0];
                let here = places.first().copied().flatten();
                self.tie(inst, dst, first, here)?;
                operands.push(Place::Reg(self.register(dst)));
                operands.extend(places.iter().skip(1).flatten().map(|&r| Place::Reg(r)));
            } else {
                // A masked result that is not zeroed elsewhere must not be made in its own mask; no
                // instruction here does that.
                self.retire(inst);
                self.busy_masks = 0;
                self.busy = 0;
                self.define(dst)?;
                operands.push(Place::Reg(self.register(dst)));
                operands.extend(places.iter().flatten().map(|&r| Place::Reg(r)));
            }
            operands.extend(folded);
            operands.extend(inst.mem.map(Place::Mem));
        }
        self.out.push(Placed { code: inst.code, operands, imm: inst.imm, mask, zeroing: inst.zeroing, special: None });
        self.forget(inst);
        Ok(())
    }

    /// Makes the destination of an instruction that overwrites its first source.
    fn tie(&mut self, inst: &Inst, dst: V, first: V, here: Option<Register>) -> Result<(), &'static str> {
        let size = self.values.size(dst);
        let hinted = self.reg[dst as usize];
        if let (Some(from), true) = (here, hinted != NO_REG && self.fixed(dst)) {
            if self.reg[first as usize] == hinted {
                self.retire(inst);
                return Ok(());
            }
            if self.busy >> hinted & 1 == 0 {
                self.push(
                    Op::Load64.code(self.isa, size),
                    &[Place::Reg(vector_register(size, hinted)), Place::Reg(from)],
                );
                self.retire(inst);
                return Ok(());
            }
            // The register is read by the instruction itself: be made elsewhere, and moved.
            self.reg[dst as usize] = NO_REG;
        } else if hinted != NO_REG {
            self.reg[dst as usize] = NO_REG;
        }
        match here {
            Some(_)
                if self.next[first as usize] == NONE
                    && !self.fixed(first)
                    && inst.srcs.iter().filter(|&&v| v == first).count() == 1 =>
            {
                let r = self.reg[first as usize];
                self.release(first);
                self.retire(inst);
                self.occupy(dst, r);
            }
            Some(from) => {
                let r = self.take(false)?;
                self.push(Op::Load64.code(self.isa, size), &[Place::Reg(vector_register(size, r)), Place::Reg(from)]);
                self.retire(inst);
                self.occupy(dst, r);
            }
            None => {
                let r = self.take(false)?;
                self.fill(first, r)?;
                self.retire(inst);
                self.occupy(dst, r);
            }
        }
        Ok(())
    }

    /// Gives the destination a register.
    fn define(&mut self, dst: V) -> Result<(), &'static str> {
        if self.reg[dst as usize] != NO_REG && self.fixed(dst) {
            return Ok(());
        }
        let r = self.take(self.is_mask(dst))?;
        self.occupy(dst, r);
        Ok(())
    }

    /// Frees the registers of values that are not used again.
    fn retire(&mut self, inst: &Inst) {
        inst.for_each_use(|v| {
            if self.next[v as usize] == NONE {
                self.release(v);
                let slot = std::mem::replace(&mut self.slot[v as usize], NONE);
                if slot != NONE && !self.is_mask(v) {
                    self.freed.push(slot);
                }
            }
        });
    }

    /// Frees a result that nobody uses.
    fn forget(&mut self, inst: &Inst) {
        if let Some(d) = inst.dst
            && self.next[d as usize] == NONE
        {
            self.release(d);
        }
    }

    fn assign(&mut self, inst: &Inst) -> Result<(), &'static str> {
        let (Some(to), from) = (inst.dst, inst.srcs[0]) else { return Ok(()) };
        self.ensure(from)?;
        if let Some(m) = inst.mask {
            self.ensure(m)?;
        }
        let mask = inst.mask.map(|m| self.register(m));
        if self.reg[from as usize] != self.reg[to as usize] {
            let size = self.values.size(to);
            let op = match inst.imm {
                Some(1) => Op::Load8,
                Some(2) => Op::Load16,
                Some(4) => Op::Load32,
                _ => Op::Load64,
            };
            let operands = SmallVec::from_slice(&[
                Place::Reg(self.register(to)),
                Place::Reg(vector_register(size, self.reg[from as usize])),
            ]);
            self.out.push(Placed {
                code: op.code(self.isa, size),
                operands,
                imm: None,
                mask,
                zeroing: false,
                special: None,
            });
        }
        self.retire(inst);
        Ok(())
    }

    /// `a·b + c` has three forms: which operand is overwritten, and which may be in memory.
    fn fma(&mut self, inst: &Inst, double: bool, size: Size) -> Result<(), &'static str> {
        let [a, b, c] = [inst.srcs[0], inst.srcs[1], inst.srcs[2]];
        let width = Op::Fma132F64.broadcast(self.isa).min(if double { 8 } else { 4 }) as u8;
        let memory = |s: &Self, v: V| s.in_memory(v, width).is_some();
        let dies = |s: &Self, v: V| {
            s.in_register(v)
                && s.next[v as usize] == NONE
                && !s.fixed(v)
                && inst.srcs.iter().filter(|&&x| x == v).count() == 1
        };
        let dst = inst.dst.ok_or("an instruction without a result")?;
        let hinted = self.reg[dst as usize];
        let home = |s: &Self, v: V| hinted != NO_REG && s.reg[v as usize] == hinted;
        // (form, overwritten, middle, last); the last may be in memory.
        let forms = [(231, c, a, b), (231, c, b, a), (213, a, b, c), (213, b, a, c), (132, a, c, b), (132, b, c, a)];
        let cost = |s: &Self, &(_, first, middle, last): &(u32, V, V, V)| {
            let copies = if dies(s, first) || home(s, first) { 0 } else { 2 };
            let loads = usize::from(memory(s, middle)) * 2;
            let folds = usize::from(memory(s, last) && last != first && last != middle);
            copies + loads + folds
        };
        let best = forms.iter().min_by_key(|f| cost(self, f)).copied().unwrap_or(forms[0]);
        let (form, first, middle, last) = best;
        let op = match (form, double) {
            (231, true) => Op::Fma231F64,
            (231, false) => Op::Fma231F32,
            (213, true) => Op::Fma213F64,
            (213, false) => Op::Fma213F32,
            (_, true) => Op::Fma132F64,
            (_, false) => Op::Fma132F32,
        };
        self.ensure(middle)?;
        let folded = if last != first && last != middle { self.in_memory(last, width) } else { None };
        if folded.is_none() {
            self.ensure(last)?;
        }
        if self.in_register(first) {
            self.mark(first);
        }
        let middle = Place::Reg(self.register(middle));
        let last = folded.unwrap_or_else(|| Place::Reg(self.register(last)));
        let here = self.in_register(first).then(|| self.register(first));
        self.tie(inst, dst, first, here)?;
        let operands = SmallVec::from_slice(&[Place::Reg(self.register(dst)), middle, last]);
        self.out.push(Placed {
            code: op.code(self.isa, size),
            operands,
            imm: None,
            mask: None,
            zeroing: false,
            special: None,
        });
        self.forget(inst);
        Ok(())
    }

    fn special(&mut self, inst: &Inst, special: &Special) -> Result<(), &'static str> {
        // Arguments of routines are read from memory anyway.
        let routine = matches!(special, Special::Routine { .. });
        let count = inst.srcs.len();
        let masked = matches!(special, Special::Routine { mask: Some(_), .. });
        let mut srcs: SmallVec<[Place; 4]> = SmallVec::new();
        let tied = if routine { Some(inst.srcs[count - 1 - usize::from(masked)]) } else { None };
        for (j, &v) in inst.srcs.iter().enumerate() {
            let is_arg = routine && j < count - 1 - usize::from(masked);
            match self.in_memory(v, 8).filter(|_| is_arg && matches!(self.values.at(v).home, Some(Home::Slot(_)))) {
                Some(place) => srcs.push(place),
                None if tied == Some(v) && !is_arg && !self.in_register(v) => srcs.push(Place::Reg(Register::None)),
                None => {
                    self.ensure(v)?;
                    srcs.push(Place::Reg(self.register(v)));
                }
            }
        }
        let mut dst = None;
        let (mut temp, mut temp_mask) = (None, None);
        let is_gather = matches!(special, Special::Gather { .. });
        let by_lane =
            matches!(special, Special::StridedLoad { .. } | Special::StridedStore { .. } | Special::FloatToInt { .. });
        if by_lane || is_gather {
            let r = self.take(false)?;
            self.busy |= 1 << r;
            temp = Some(vector_register(Size::X, r));
        }
        if is_gather && self.isa == Isa::Avx512 {
            temp_mask = Some(mask_register(self.take(true)?));
        }
        if let Some(d) = inst.dst {
            if let Some(first) = tied {
                let here = self.in_register(first).then(|| self.register(first));
                self.tie(inst, d, first, here)?;
            } else {
                if self.reg[d as usize] != NO_REG {
                    self.reg[d as usize] = NO_REG;
                }
                // Apart from what is read.
                let r = self.take(false)?;
                self.retire(inst);
                self.occupy(d, r);
            }
            dst = Some(self.register(d));
        } else {
            self.retire(inst);
        }
        let placed = PlacedSpecial {
            special: special.clone(),
            dst,
            srcs,
            temp,
            temp_mask,
            live: self.isa.all_registers() & !self.free,
            live_masks: MASKS_ALL & !self.free_masks,
        };
        self.out.push(Placed {
            code: Code::INVALID,
            operands: SmallVec::new(),
            imm: None,
            mask: None,
            zeroing: false,
            special: Some(Box::new(placed)),
        });
        self.forget(inst);
        Ok(())
    }
}

const MASKS_ALL: u8 = 0b1111_1110;
