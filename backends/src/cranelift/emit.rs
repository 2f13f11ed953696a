//! What the emitting modules build on: values in registers, constants, blocks, lanes.

use ::cranelift::codegen::cursor::{Cursor, FuncCursor};
use ::cranelift::codegen::ir::condcodes::IntCC;
use ::cranelift::codegen::ir::types::{F32, F32X4, F64, F64X2, I8, I8X16, I16, I16X8, I32, I32X4, I64, I64X2};
use ::cranelift::codegen::ir::{
    AbiParam, Block, BlockArg, ConstantData, Endianness, Function, Inst as ClifInst, InstBuilder, MemFlagsData,
    Signature, StackSlot, StackSlotData, StackSlotKind, Type, Value,
};
use ::cranelift::codegen::isa::TargetIsa;
use numfuse_ir::kernel::{Body, Inst, Lane, Loop, ValueId};
use rustc_hash::FxHashMap;
use smallvec::{SmallVec, smallvec};

use super::plan::{Plan, REG};

/// Registers that together hold the lanes of a chunk.
pub(super) type Regs = SmallVec<[Value; 4]>;

/// A value of a body.
#[derive(Clone, Debug)]
pub(super) struct Val {
    /// The lanes, in order. Less than a register's worth of lanes sit in the low bytes of one.
    pub regs: Regs,
    /// Bytes per lane. A `B1` value is a mask of lanes of all ones or all zeros, of any width.
    pub width: usize,
    /// All lanes of the one register are equal.
    pub uniform: bool,
}

impl Val {
    pub(super) fn uniform(reg: Value, width: usize) -> Val {
        Val { regs: smallvec![reg], width, uniform: true }
    }

    /// Register `r`, which is the only one if all are alike.
    pub(super) fn reg(&self, r: usize) -> Value {
        self.regs[if self.regs.len() == 1 { 0 } else { r }]
    }
}

/// The vector type of a lane type (of a mask of bytes for `B1`).
pub(super) fn vector(lane: Lane) -> Type {
    match lane {
        Lane::F32 => F32X4,
        Lane::F64 => F64X2,
        other => vector_of(other.bytes()),
    }
}

/// The integer vector type of lanes of some bytes.
pub(super) fn vector_of(width: usize) -> Type {
    match width {
        1 => I8X16,
        2 => I16X8,
        4 => I32X4,
        _ => I64X2,
    }
}

/// The scalar type of a lane type.
pub(super) fn scalar(lane: Lane) -> Type {
    match lane {
        Lane::F32 => F32,
        Lane::F64 => F64,
        other => scalar_of(other.bytes()),
    }
}

/// The integer type of some bytes.
pub(super) fn scalar_of(width: usize) -> Type {
    match width {
        1 => I8,
        2 => I16,
        4 => I32,
        _ => I64,
    }
}

/// Registers for some lanes.
pub(super) fn regs_for(lanes: usize, width: usize) -> usize {
    (lanes * width).div_ceil(REG)
}

/// Memory that is there, of any alignment.
pub(super) fn memory() -> MemFlagsData {
    MemFlagsData::new().with_notrap()
}

/// A body being emitted for some lanes.
pub(super) struct Scope<'b> {
    pub body: &'b Body,
    pub lanes: usize,
    /// What is there so far: hoisted values, and the chunk's own.
    pub vals: Vec<Option<Val>>,
    /// Masks in other widths, by their first register.
    pub masks: FxHashMap<(Value, usize), Val>,
    /// This is the innermost loop, where registers are scarce.
    pub innermost: bool,
}

impl<'b> Scope<'b> {
    pub(super) fn new(body: &'b Body, lanes: usize) -> Scope<'b> {
        Scope { body, lanes, vals: vec![None; body.len()], masks: FxHashMap::default(), innermost: false }
    }
}

/// The arguments of the function.
pub(super) struct Args {
    pub ptrs: Value,
    pub strides: Value,
    pub sizes: Value,
    pub params: Value,
    pub flags: Value,
}

/// Emits one function.
pub(super) struct Emitter<'a> {
    pub cur: FuncCursor<'a>,
    pub l: &'a Loop,
    pub plan: &'a Plan,
    pub args: Args,
    /// The jump at the end of the entry block; constants go before it.
    entry_end: ClifInst,
    constants: FxHashMap<(Type, u128), Value>,
    /// Constants in memory: where each is, and the table's slot and address.
    const_slots: FxHashMap<(Type, u64), usize>,
    table: Option<(StackSlot, Value)>,
    params: FxHashMap<u16, Value>,
    /// Values of the outer levels.
    pub hoisted: Vec<Option<Val>>,
    /// The memory of the reductions.
    pub components: Vec<Vec<super::reduce::Component>>,
    /// The address of the loop, for empty reductions; `None` if the text is all that matters.
    pub source: Option<usize>,
}

/// Emits a loop as a Cranelift function.
pub(super) fn function(l: &Loop, func: &mut Function, isa: &dyn TargetIsa, source: Option<usize>) {
    let plan = Plan::new(l);
    let mut signature = Signature::new(isa.default_call_conv());
    signature.params.extend([AbiParam::new(I64); 5]);
    func.signature = signature;
    let mut cur = FuncCursor::new(func);
    let entry = cur.func.dfg.make_block();
    let [ptrs, strides, sizes, params, flags] = [(); 5].map(|()| cur.func.dfg.append_block_param(entry, I64));
    cur.insert_block(entry);
    let start = cur.func.dfg.make_block();
    let entry_end = cur.ins().jump(start, &[]);
    cur.insert_block(start);
    let mut emitter = Emitter {
        cur,
        l,
        plan: &plan,
        args: Args { ptrs, strides, sizes, params, flags },
        entry_end,
        constants: FxHashMap::default(),
        const_slots: FxHashMap::default(),
        table: None,
        params: FxHashMap::default(),
        hoisted: vec![None; l.body.len()],
        components: Vec::new(),
        source,
    };
    emitter.nest();
}

/// Blocks and control flow.
impl Emitter<'_> {
    /// A block that is not placed yet, and its parameters.
    pub(super) fn block(&mut self, types: &[Type]) -> (Block, Vec<Value>) {
        let block = self.cur.func.dfg.make_block();
        let params = types.iter().map(|&t| self.cur.func.dfg.append_block_param(block, t)).collect();
        (block, params)
    }

    /// Places a block after all others and goes on there.
    pub(super) fn enter(&mut self, block: Block) {
        self.cur.func.layout.append_block(block);
        self.cur.goto_bottom(block);
    }

    pub(super) fn jump(&mut self, block: Block, args: &[Value]) {
        let args: SmallVec<[BlockArg; 16]> = args.iter().map(|&v| v.into()).collect();
        self.cur.ins().jump(block, args.iter());
    }

    pub(super) fn branch(&mut self, cond: Value, yes: (Block, &[Value]), no: (Block, &[Value])) {
        let a: SmallVec<[BlockArg; 16]> = yes.1.iter().map(|&v| v.into()).collect();
        let b: SmallVec<[BlockArg; 16]> = no.1.iter().map(|&v| v.into()).collect();
        self.cur.ins().brif(cond, yes.0, a.iter(), no.0, b.iter());
    }

    pub(super) fn cold(&mut self, block: Block) {
        self.cur.func.layout.set_cold(block);
    }

    /// Emits at the end of the entry block, which dominates everything.
    pub(super) fn at_entry<T>(&mut self, emit: impl FnOnce(&mut Self) -> T) -> T {
        let here = self.cur.position();
        self.cur.goto_inst(self.entry_end);
        let result = emit(self);
        self.cur.set_position(here);
        result
    }

    /// `for j in 0..count` with carried values; `body` returns their next values.
    pub(super) fn count_up(
        &mut self,
        count: Value,
        carried: &[Value],
        body: impl FnOnce(&mut Self, Value, &[Value]) -> Vec<Value>,
    ) {
        let types: Vec<Type> =
            std::iter::once(I64).chain(carried.iter().map(|&v| self.cur.func.dfg.value_type(v))).collect();
        let (head, params) = self.block(&types);
        let (done, _) = self.block(&[]);
        let zero = self.int(0);
        let mut start = vec![zero];
        start.extend_from_slice(carried);
        self.jump(head, &start);
        self.enter(head);
        let mut next = vec![params[0]];
        next.extend(body(self, params[0], &params[1..]));
        next[0] = self.cur.ins().iadd_imm_s(params[0], 1);
        let more = self.cur.ins().icmp(IntCC::UnsignedLessThan, next[0], count);
        self.branch(more, (head, &next), (done, &[]));
        self.enter(done);
    }
}

/// Constants, scalars and register shuffling.
impl Emitter<'_> {
    pub(super) fn int(&mut self, x: i64) -> Value {
        self.cur.ins().iconst(I64, x)
    }

    /// A vector constant, materialized once in the entry block.
    pub(super) fn constant(&mut self, ty: Type, bytes: u128) -> Value {
        if let Some(&v) = self.constants.get(&(ty, bytes)) {
            return v;
        }
        let v = self.at_entry(|e| {
            let data = e.cur.func.dfg.constants.insert(ConstantData::from(&bytes.to_le_bytes()[..]));
            e.cur.ins().vconst(ty, data)
        });
        self.constants.insert((ty, bytes), v);
        v
    }

    /// A vector constant with all lanes equal.
    pub(super) fn splat_bits(&mut self, ty: Type, bits: u64) -> Value {
        let width = ty.lane_bits();
        let lane = if width == 64 { bits as u128 } else { bits as u128 & ((1 << width) - 1) };
        let bytes = (0..128 / width).fold(0, |acc, i| acc | lane << (i * width));
        self.constant(ty, bytes)
    }

    /// A vector constant given by the bits of each lane.
    pub(super) fn lanes_const(&mut self, width: usize, lane: impl Fn(usize) -> u64) -> Value {
        let bytes = (0..REG / width).fold(0, |acc, i| acc | (lane(i) as u128) << (i * width * 8));
        self.constant(vector_of(width), bytes)
    }

    /// The value of a constant instruction.
    pub(super) fn const_val(&mut self, lane: Lane, bits: u64) -> Val {
        if lane == Lane::B1 {
            let reg = self.splat_bits(I64X2, if bits & 1 != 0 { u64::MAX } else { 0 });
            return Val::uniform(reg, 8);
        }
        Val::uniform(self.splat_bits(vector(lane), bits), lane.bytes())
    }

    /// A constant that is loaded here, from a slot filled in the entry block.
    fn const_from_memory(&mut self, lane: Lane, bits: u64) -> Val {
        if lane == Lane::B1 {
            return self.const_val(lane, bits);
        }
        let ty = vector(lane);
        let (slot, base) = match self.table {
            Some(table) => table,
            None => {
                let slot = self.slot(0);
                let base = self.at_entry(|e| e.slot_addr(slot));
                (slot, base)
            }
        };
        self.table = Some((slot, base));
        let next = self.const_slots.len() * REG;
        let offset = *self.const_slots.entry((ty, bits)).or_insert(next) as i32;
        if offset as usize == next {
            self.cur.func.sized_stack_slots[slot].size = (next + REG) as u32;
            let v = self.splat_bits(ty, bits);
            self.at_entry(|e| e.cur.ins().store(memory(), v, base, offset));
        }
        Val::uniform(self.cur.ins().load(ty, memory(), base, offset), lane.bytes())
    }

    /// A run-time scalar, splatted once in the entry block.
    pub(super) fn param(&mut self, k: u16) -> Val {
        let lane = self.l.params[k as usize];
        let width = if lane == Lane::B1 { 1 } else { lane.bytes() };
        if let Some(&v) = self.params.get(&k) {
            return Val::uniform(v, width);
        }
        let v = self.at_entry(|e| {
            let at = e.args.params;
            let x = e.cur.ins().load(scalar(lane), memory(), at, k as i32 * 8);
            let v = e.cur.ins().splat(vector(lane), x);
            if lane == Lane::B1 { e.cur.ins().ineg(v) } else { v }
        });
        self.params.insert(k, v);
        Val::uniform(v, width)
    }

    /// Reinterprets a register; free.
    pub(super) fn cast(&mut self, v: Value, ty: Type) -> Value {
        if self.cur.func.dfg.value_type(v) == ty {
            return v;
        }
        self.cur.ins().bitcast(ty, MemFlagsData::new().with_endianness(Endianness::Little), v)
    }

    /// Picks bytes of `a` (0 to 15) and `b` (16 to 31). The result has the type of `a`.
    pub(super) fn shuffle(&mut self, a: Value, b: Value, mask: impl Fn(usize) -> usize) -> Value {
        let ty = self.cur.func.dfg.value_type(a);
        let bytes: [u8; REG] = std::array::from_fn(|i| mask(i) as u8);
        let mask = self.cur.func.dfg.immediates.push(ConstantData::from(&bytes[..]));
        let (a, b) = (self.cast(a, I8X16), self.cast(b, I8X16));
        let v = self.cur.ins().shuffle(a, b, mask);
        self.cast(v, ty)
    }

    /// Picks lanes of some width out of `a` followed by `b`.
    pub(super) fn pick(&mut self, width: usize, a: Value, b: Value, lane: impl Fn(usize) -> usize) -> Value {
        self.shuffle(a, b, |byte| lane(byte / width) * width + byte % width)
    }

    /// The upper half in both halves.
    pub(super) fn upper(&mut self, v: Value) -> Value {
        self.pick(8, v, v, |_| 1)
    }

    /// One lane as a scalar of its type.
    pub(super) fn extract(&mut self, val: &Val, lane: Lane, index: usize) -> Value {
        let per = REG / val.width;
        let index = if val.uniform { 0 } else { index };
        let ty = if lane == Lane::B1 { vector_of(val.width) } else { vector(lane) };
        let reg = self.cast(val.reg(index / per), ty);
        self.cur.ins().extractlane(reg, (index % per) as u8)
    }

    /// A value with the given scalars as lanes; one scalar fills all.
    pub(super) fn assemble(&mut self, lane: Lane, scalars: &[Value]) -> Val {
        let (ty, width) = (vector(lane), lane.bytes());
        let mut regs = Regs::new();
        for lanes in scalars.chunks(REG / width) {
            let mut v = self.cur.ins().splat(ty, lanes[0]);
            for (i, &x) in lanes.iter().enumerate().skip(1) {
                v = self.cur.ins().insertlane(v, x, i as u8);
            }
            regs.push(v);
        }
        Val { regs, width, uniform: scalars.len() == 1 }
    }

    /// Computes lane by lane: what vectors cannot do.
    pub(super) fn lanewise(
        &mut self,
        lanes: usize,
        args: &[(&Val, Lane)],
        out: Lane,
        mut f: impl FnMut(&mut Self, &[Value]) -> Value,
    ) -> Val {
        let lanes = if args.iter().all(|(v, _)| v.uniform) { 1 } else { lanes };
        let mut results = Vec::with_capacity(lanes);
        for i in 0..lanes {
            let scalars: SmallVec<[Value; 4]> = args.iter().map(|(v, lane)| self.extract(v, *lane, i)).collect();
            results.push(f(self, &scalars));
        }
        self.assemble(out, &results)
    }

    /// A stack slot of some bytes.
    pub(super) fn slot(&mut self, bytes: usize) -> StackSlot {
        let data = StackSlotData::new(StackSlotKind::ExplicitSlot, bytes.max(REG) as u32, 4);
        self.cur.func.create_sized_stack_slot(data)
    }

    pub(super) fn slot_addr(&mut self, slot: StackSlot) -> Value {
        self.cur.ins().stack_addr(I64, slot, 0)
    }

    /// `base + index · 2^shift`, in a form that folds into addressing modes.
    pub(super) fn indexed(&mut self, base: Value, index: Value, shift: u32) -> Value {
        let offset = if shift == 0 { index } else { self.cur.ins().ishl_imm_u(index, shift as i64) };
        self.cur.ins().iadd(base, offset)
    }

    /// A value of a body: constants and parameters are shared by the whole function.
    pub(super) fn val(&mut self, scope: &Scope, v: ValueId) -> Val {
        if let Some(val) = &scope.vals[v.0 as usize] {
            return val.clone();
        }
        match *scope.body.inst(v) {
            Inst::Param(k) => self.param(k),
            Inst::Const(bits) if scope.innermost && self.plan.in_memory[v.0 as usize] => {
                self.const_from_memory(scope.body.lane(v), bits)
            }
            Inst::Const(bits) => self.const_val(scope.body.lane(v), bits),
            // Bodies use earlier values only; a malformed one reads zeros.
            _ => self.const_val(scope.body.lane(v), 0),
        }
    }
}
