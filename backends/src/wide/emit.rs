//! What the emitting modules build on: regions of allocated code, operands, the function's frame.

use iced_x86::{Code, Register};
use numfuse_ir::kernel::{Lane, Loop};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::CompileError;
use super::alloc::{self, Allocated};
use super::asm::{Asm, Mods, O};
use super::inst::{Addr, Class, Frame, Home, Inst, Place, Placed, V, Values};
use super::isa::Isa;
use super::nest::TrackPlace;
use super::ops::{Op, Size};
use super::plan::Plan;

/// Code that is put behind the function.
type Late<'a> = Box<dyn FnOnce(&mut Emitter<'a>)>;

/// Where the arguments of the function are kept.
#[derive(Clone, Copy, Default)]
pub(super) struct Args {
    pub strides: u32,
    pub sizes: u32,
    pub params: u32,
    pub flags: u32,
}

/// Emits one function.
pub(super) struct Emitter<'a> {
    pub isa: Isa,
    pub l: &'a Loop,
    pub plan: &'a Plan,
    pub asm: Asm,
    pub values: Values,
    pub frame: Frame,
    pub args: Args,
    pub constants: FxHashMap<(u32, u8), V>,
    /// Truth values in other widths.
    pub widened: FxHashMap<(V, usize), V>,
    /// Values that are in the frame, by slot and kind of register.
    slots: FxHashMap<(u32, u8), V>,
    params: FxHashMap<u16, u32>,
    /// The slots of values of the outer levels.
    pub hoisted: Vec<Option<u32>>,
    /// The slots of the operands' pointers at the level at hand.
    pub pointers: Vec<u32>,
    pub tracks: Vec<TrackPlace>,
    /// Elements per chunk of the region at hand.
    pub lanes: usize,
    /// All lanes are equal in the region at hand.
    pub uniform: bool,
    /// The mask of the tail, if this is the tail.
    pub tail: Option<V>,
    /// The tail's masks for the halves of interleaved pairs.
    pub tail_pairs: [Option<V>; 2],
    /// The slot of the number of elements in the tail's chunk.
    pub rest: u32,
    /// The slots of the strides of gathered axes, in all lanes.
    pub gather_strides: Vec<u32>,
    pub accumulators: Vec<super::reduce::Accumulator>,
    /// Scan by scan, component by component.
    pub carries: Vec<Vec<super::scan::Carry>>,
    /// A register's worth of memory for lane-by-lane work.
    bounce: Option<u32>,
    /// What is lowered depends on what was before it along the row.
    pub combining: bool,
    pub insts: Vec<Inst>,
    late: Vec<Late<'a>>,
    /// Where registers are kept during calls.
    save: Option<u32>,
    /// Routines' addresses are their numbers, for stable text.
    pub symbolic: bool,
    failed: Option<&'static str>,
}

/// Machine code, and where it starts.
pub(super) struct Emitted {
    pub bytes: Vec<u8>,
    /// Bytes of instructions; constants follow.
    pub code: usize,
    pub entry: usize,
}

/// Emits a loop.
pub(super) fn function(l: &Loop, isa: Isa, symbolic: bool) -> Result<Emitted, CompileError> {
    let plan = Plan::new(l, isa)?;
    let mut e = Emitter {
        isa,
        l,
        plan: &plan,
        asm: Asm::new(),
        values: Values::default(),
        frame: Frame::default(),
        args: Args::default(),
        constants: FxHashMap::default(),
        widened: FxHashMap::default(),
        slots: FxHashMap::default(),
        params: FxHashMap::default(),
        hoisted: vec![None; l.body.len()],
        pointers: Vec::new(),
        tracks: Vec::new(),
        lanes: plan.lanes,
        uniform: false,
        tail: None,
        tail_pairs: [None; 2],
        rest: 0,
        gather_strides: vec![0; l.operands.len()],
        accumulators: Vec::new(),
        carries: Vec::new(),
        bounce: None,
        combining: false,
        insts: Vec::new(),
        late: Vec::new(),
        save: None,
        symbolic,
        failed: None,
    };
    let entry = e.nest();
    if let Some(why) = e.failed {
        return Err(CompileError::Encode(why.into()));
    }
    let entry = e.asm.position(entry);
    let (bytes, code) = e.asm.finish().map_err(CompileError::Encode)?;
    Ok(Emitted { bytes, code, entry })
}

impl<'a> Emitter<'a> {
    /// Notes an error of this emitter, not a loop that is none of its business.
    pub(super) fn fail(&mut self, why: &'static str) {
        self.failed.get_or_insert(why);
    }

    /// Allocates the instructions gathered so far, without emitting them.
    pub(super) fn measure(&mut self) -> Allocated {
        let insts = std::mem::take(&mut self.insts);
        let mut frame = Frame::default();
        let result = alloc::allocate(&insts, &self.values, &mut frame, self.isa);
        self.insts = insts;
        self.allocated(result)
    }

    fn allocated(&mut self, result: Result<Allocated, &'static str>) -> Allocated {
        result.unwrap_or_else(|why| {
            self.fail(why);
            Allocated { code: Vec::new(), most: 0 }
        })
    }

    /// Allocates and emits the instructions gathered so far.
    pub(super) fn flush(&mut self) {
        let code = self.allocate();
        self.emit_all(&code);
    }

    /// Allocates the instructions gathered so far.
    pub(super) fn allocate(&mut self) -> Vec<Placed> {
        let insts = std::mem::take(&mut self.insts);
        let result = alloc::allocate(&insts, &self.values, &mut self.frame, self.isa);
        self.allocated(result).code
    }

    pub(super) fn emit_all(&mut self, code: &[Placed]) {
        code.iter().for_each(|placed| self.emit(placed));
    }

    fn emit(&mut self, placed: &Placed) {
        if let Some(special) = &placed.special {
            self.special(special);
            return;
        }
        let mut mods = Mods { mask: placed.mask, zeroing: placed.zeroing, broadcast: false };
        let mut operands: SmallVec<[O; 4]> = SmallVec::new();
        for &place in &placed.operands {
            mods.broadcast |= matches!(place, Place::Broadcast(_));
            let o = match place {
                Place::Reg(r) => O::R(r),
                Place::Mem(addr) | Place::Broadcast(addr) => self.address(addr),
            };
            operands.push(o);
        }
        operands.extend(placed.imm.map(O::I8));
        self.asm.with(placed.code, &operands, mods);
    }

    /// A memory operand. May use `rax`.
    pub(super) fn address(&mut self, addr: Addr) -> O {
        match addr {
            Addr::Frame(at) => O::M(Register::RSP, at as i32),
            Addr::Through(slot, at) => {
                self.asm.load_frame(Register::RAX, slot);
                O::M(Register::RAX, at)
            }
            Addr::Track(t, at) => {
                let base = self.track_register(t as usize, Register::RAX);
                O::M(base, at)
            }
            Addr::Lanes { block, offset, mask, width } => {
                let from = O::M(super::nest::POSITION, offset as i32);
                self.asm.ins(Code::Lea_r64_m, &[O::R(Register::RAX), from]);
                self.asm.ins(Code::And_rm64_imm32, &[O::R(Register::RAX), O::I32(mask as i32)]);
                O::X(Register::RSP, Register::RAX, width as u32, block as i32)
            }
            Addr::Scalar(_) | Addr::Full(_) => O::P(addr),
        }
    }

    /// The register of a track; loaded if it has none.
    pub(super) fn track_register(&mut self, t: usize, scratch: Register) -> Register {
        match self.tracks[t].at {
            super::nest::At::Register(r) => r,
            super::nest::At::Slot(slot) => {
                self.asm.load_frame(scratch, slot);
                scratch
            }
        }
    }

    /// A value that is in the frame, as lanes of the region at hand.
    pub(super) fn slot_value(&mut self, slot: u32, lane: Lane) -> V {
        let class = match lane {
            Lane::B1 if self.isa == Isa::Avx512 => Class::Mask,
            _ => Class::Vector(self.size(lane.bytes())),
        };
        self.slot(slot, class)
    }

    /// What is in a slot, as a register of some kind.
    pub(super) fn slot(&mut self, slot: u32, class: Class) -> V {
        let key = match class {
            Class::Mask => 3,
            Class::Vector(size) => size as u8,
        };
        let values = &mut self.values;
        *self.slots.entry((slot, key)).or_insert_with(|| values.with_home(class, Home::Slot(slot)))
    }

    /// A run-time scalar, put into the frame on entry.
    pub(super) fn param(&mut self, k: u16) -> V {
        let slot = match self.params.get(&k) {
            Some(&slot) => slot,
            None => {
                let slot = if self.l.params[k as usize] == Lane::B1 { self.truth_slot() } else { self.frame.block(64) };
                self.params.insert(k, slot);
                slot
            }
        };
        self.slot_value(slot, self.l.params[k as usize])
    }

    /// Fills the slots of the parameters that were asked for.
    pub(super) fn fill_params(&mut self) {
        let mut used: Vec<(u16, u32)> = self.params.iter().map(|(&k, &slot)| (k, slot)).collect();
        used.sort_unstable();
        if used.is_empty() {
            return;
        }
        self.asm.load_frame(Register::RAX, self.args.params);
        for (k, slot) in used {
            let lane = self.l.params[k as usize];
            self.spread(lane, Register::RAX, k as i32 * 8, slot);
        }
    }

    /// Puts an element into all lanes of a slot.
    pub(super) fn spread(&mut self, lane: Lane, base: Register, at: i32, slot: u32) {
        if lane == Lane::B1 {
            self.asm.ins(Code::Movzx_r32_rm8, &[O::R(Register::ECX), O::M(base, at)]);
            self.spread_truth(slot);
            return;
        }
        let op = super::lower::by_width(super::lower::BROADCAST, lane.bytes());
        self.whole(op, &[O::R(self.isa.register(0)), O::M(base, at)]);
        self.whole(Op::Store64, &[O::M(Register::RSP, slot as i32), O::R(self.isa.register(0))]);
    }

    /// An instruction on whole registers.
    pub(super) fn whole(&mut self, op: Op, operands: &[O]) {
        self.sized(op, self.isa.whole(), operands);
    }

    pub(super) fn sized(&mut self, op: Op, size: Size, operands: &[O]) {
        self.asm.ins(op.code(self.isa, size), operands);
    }

    /// Puts code behind the function.
    pub(super) fn later(&mut self, emit: impl FnOnce(&mut Emitter<'a>) + 'static) {
        self.late.push(Box::new(emit));
    }

    pub(super) fn emit_late(&mut self) {
        while let Some(emit) = self.late.pop() {
            emit(self);
        }
    }

    /// Where register `n` is kept during a call; masks follow.
    pub(super) fn save_area(&mut self) -> u32 {
        match self.save {
            Some(at) => at,
            None => {
                let at = self.frame.block(33 * 64);
                self.save = Some(at);
                at
            }
        }
    }

    /// Two registers' worth of memory for lane-by-lane work.
    pub(super) fn bounce(&mut self) -> u32 {
        match self.bounce {
            Some(at) => at,
            None => {
                let at = self.frame.block(128);
                self.bounce = Some(at);
                at
            }
        }
    }
}
