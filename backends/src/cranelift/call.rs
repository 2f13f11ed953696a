//! Calls of scalar routines, and gathers: what happens lane by lane.

use ::cranelift::codegen::ir::condcodes::IntCC;
use ::cranelift::codegen::ir::{AbiParam, InstBuilder, SigRef, Signature, Value};
use numfuse_ir::kernel::Lane;
use numfuse_ir::routine::Routine;

use super::emit::{Emitter, Regs, Val, memory, regs_for, scalar, scalar_of, vector, vector_of};
use super::memory_ops::Track;
use super::plan::REG;

impl Emitter<'_> {
    /// The address of a routine and its signature. In dumps the address is the routine's number.
    fn routine(&mut self, routine: Routine) -> (SigRef, Value) {
        let conv = self.cur.func.signature.call_conv;
        let mut signature = Signature::new(conv);
        signature.params.extend(routine.args().iter().map(|&lane| AbiParam::new(scalar(lane))));
        signature.returns.push(AbiParam::new(scalar(routine.result())));
        let signature = self.cur.func.import_signature(signature);
        let address = if self.source.is_some() { crate::routines::address(routine) } else { routine as usize };
        let address = self.int(address as i64);
        (signature, address)
    }

    /// A call for every lane.
    pub(super) fn call(&mut self, routine: Routine, args: &[Val], lanes: usize) -> Val {
        let (signature, address) = self.routine(routine);
        let typed: Vec<(&Val, Lane)> = args.iter().zip(routine.args().iter().copied()).collect();
        self.lanewise(lanes, &typed, routine.result(), |e, x| {
            let call = e.cur.ins().call_indirect(signature, address, x);
            e.cur.func.dfg.first_result(call)
        })
    }

    /// A call for the lanes of a mask (as wide as the result), if there are any. The cold part
    /// goes through memory, so that there is one call site however many lanes there are.
    pub(super) fn call_where(&mut self, routine: Routine, args: &[Val], mask: &Val, other: &Val, lanes: usize) -> Val {
        let lane = routine.result();
        let (ty, width) = (vector(lane), lane.bytes());
        let ints = vector_of(width);
        let uniform = other.uniform && mask.uniform && args.iter().all(|a| a.uniform);
        let lanes = if uniform { 1 } else { lanes };
        let count = regs_for(lanes, width);
        let mut any: Option<Value> = None;
        for r in 0..mask.regs.len() {
            let reg = self.cast(mask.reg(r), ints);
            any = Some(match any {
                Some(a) => self.cur.ins().bor(a, reg),
                None => reg,
            });
        }
        let Some(any) = any else { return other.clone() };
        let any = self.cur.ins().vany_true(any);
        let (rare, _) = self.block(&[]);
        let (merge, merged) = self.block(&vec![ty; count]);
        let others: Vec<Value> = (0..count).map(|r| self.cast(other.reg(r), ty)).collect();
        self.branch(any, (rare, &[]), (merge, &others));

        self.enter(rare);
        self.cold(rare);
        let result = self.spill(&others);
        let masks: Vec<Value> = (0..count).map(|r| mask.reg(r)).collect();
        let masks = self.spill(&masks);
        let args: Vec<(Value, Lane)> = args
            .iter()
            .zip(routine.args())
            .map(|(a, &lane)| {
                let regs: Vec<Value> = (0..regs_for(lanes, lane.bytes())).map(|r| a.reg(r)).collect();
                (self.spill(&regs), lane)
            })
            .collect();
        let (signature, address) = self.routine(routine);
        let count_value = self.int(lanes as i64);
        self.count_up(count_value, &[], |e, j, _| {
            let at = e.indexed(masks, j, width.trailing_zeros());
            let wanted = e.cur.ins().load(scalar_of(width), memory(), at, 0);
            let wanted = e.cur.ins().icmp_imm_s(IntCC::NotEqual, wanted, 0);
            let (yes, _) = e.block(&[]);
            let (next, _) = e.block(&[]);
            e.branch(wanted, (yes, &[]), (next, &[]));
            e.enter(yes);
            e.cold(yes);
            let scalars: Vec<Value> = args
                .iter()
                .map(|&(base, lane)| {
                    let at = e.indexed(base, j, lane.bytes().trailing_zeros());
                    e.cur.ins().load(scalar(lane), memory(), at, 0)
                })
                .collect();
            let call = e.cur.ins().call_indirect(signature, address, &scalars);
            let x = e.cur.func.dfg.first_result(call);
            let at = e.indexed(result, j, width.trailing_zeros());
            e.cur.ins().store(memory(), x, at, 0);
            e.jump(next, &[]);
            e.enter(next);
            e.cold(next);
            Vec::new()
        });
        let results: Regs = if uniform {
            let x = self.cur.ins().load(scalar(lane), memory(), result, 0);
            Regs::from_slice(&[self.cur.ins().splat(ty, x)])
        } else {
            (0..count).map(|r| self.cur.ins().load(ty, memory(), result, (r * REG) as i32)).collect()
        };
        self.jump(merge, &results);
        self.enter(merge);
        Val { regs: merged.into(), width, uniform }
    }

    /// Registers in a stack slot of their own.
    fn spill(&mut self, regs: &[Value]) -> Value {
        let slot = self.slot(regs.len() * REG);
        let base = self.slot_addr(slot);
        for (r, &v) in regs.iter().enumerate() {
            self.cur.ins().store(memory(), v, base, (r * REG) as i32);
        }
        base
    }

    /// The lanes of a gather. Without a stream, the operand stays where it is along the innermost
    /// dimension, at `still`.
    pub(super) fn gather(
        &mut self,
        track: Option<&mut Track>,
        still: Value,
        (operand, part): (usize, usize),
        index: &Val,
        chunk: usize,
    ) -> Val {
        let lanes = self.plan.lanes;
        let lane = self.operand(operand).lane;
        let stride = self.stride(operand, self.l.rank);
        let mut scalars = Vec::with_capacity(lanes);
        for j in 0..lanes {
            let base = match &track {
                Some(track) => self.gather_address(track, chunk * lanes + j),
                None => still,
            };
            let i = self.extract(index, Lane::I64, j);
            let offset = self.cur.ins().imul(i, stride);
            let at = self.cur.ins().iadd(base, offset);
            scalars.push(self.cur.ins().load(scalar(lane), memory(), at, (part * lane.bytes()) as i32));
        }
        let mut val = self.assemble(lane, &scalars);
        val.uniform = false;
        if lane == Lane::B1 { self.bytes_to_mask(&val) } else { val }
    }
}
