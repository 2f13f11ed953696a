//! Running reductions: lane by lane, in order, with the carry in a register.

use ::cranelift::codegen::ir::types::I32;
use ::cranelift::codegen::ir::{InstBuilder, Value};
use numfuse_ir::kernel::{Inst, Lane, ValueId};

use super::emit::{Emitter, Scope, Val, memory, vector_of};
use super::plan::REG;

impl Emitter<'_> {
    /// The carries at the start of a row, scan by scan, component by component.
    pub(super) fn start_scans(&mut self) -> Vec<Value> {
        let l = self.l;
        let mut carries = Vec::new();
        for scan in &l.scans {
            for c in 0..scan.combine.lanes.len() {
                carries.push(self.identity_of(&scan.combine, c));
            }
        }
        carries
    }

    /// Runs a scan over a chunk, unless that was done, and puts its values in place.
    pub(super) fn scan_out(&mut self, scope: &mut Scope, v: ValueId, scan: usize, carries: &mut [Value]) {
        if scope.vals[v.0 as usize].is_some() {
            return;
        }
        let l = self.l;
        let first: usize = l.scans[..scan].iter().map(|s| s.combine.lanes.len()).sum();
        let combine = &l.scans[scan].combine;
        let elements: Vec<Val> = l.scans[scan].values.iter().map(|&v| self.val(scope, v)).collect();
        let mut outs: Vec<Vec<Value>> = vec![Vec::new(); combine.lanes.len()];
        for j in 0..scope.lanes {
            let mut args: Vec<Val> = Vec::new();
            for (c, &lane) in combine.lanes.iter().enumerate() {
                args.push(Val::uniform(carries[first + c], lane.bytes()));
            }
            for v in &elements {
                args.push(self.lane_everywhere(v, j));
            }
            let results = self.combine(combine, combine.any(), args, 1);
            for (c, result) in results.iter().enumerate() {
                carries[first + c] = result.regs[0];
                outs[c].push(self.extract(result, combine.lanes[c], 0));
            }
        }
        let outs: Vec<Val> = outs
            .iter()
            .zip(&combine.lanes)
            .map(|(x, &lane)| {
                // Truth values are masks of bytes here.
                let mut val = self.assemble(if lane == Lane::B1 { Lane::U8 } else { lane }, x);
                val.uniform = false;
                val
            })
            .collect();
        for (v, inst, _) in scope.body.insts() {
            if let Inst::ScanOut { scan: s, component } = *inst
                && s as usize == scan
            {
                scope.vals[v.0 as usize] = Some(outs[component as usize].clone());
            }
        }
    }

    /// One lane in all lanes.
    fn lane_everywhere(&mut self, v: &Val, j: usize) -> Val {
        if v.uniform {
            return v.clone();
        }
        let per = REG / v.width;
        let reg = v.reg(j / per);
        Val::uniform(self.pick(v.width, reg, reg, |_| j % per), v.width)
    }

    /// Sets the fault flag if any lane of a mask is false.
    pub(super) fn check(&mut self, mask: &Val) {
        let ty = vector_of(mask.width);
        let mut all: Option<Value> = None;
        for &reg in &mask.regs {
            let reg = self.cast(reg, ty);
            all = Some(match all {
                Some(a) => self.cur.ins().band(a, reg),
                None => reg,
            });
        }
        let Some(mut all) = all else { return };
        let lanes = self.plan.lanes;
        let per = REG / mask.width;
        if !mask.uniform && lanes < per {
            // Lanes beyond the chunk never fail.
            let spare = self.lanes_const(mask.width, |i| if i < lanes { 0 } else { u64::MAX >> (64 - 8 * mask.width) });
            let spare = self.cast(spare, ty);
            all = self.cur.ins().bor(all, spare);
        }
        let fine = self.cur.ins().vall_true(all);
        let (fault, _) = self.block(&[]);
        let (go_on, _) = self.block(&[]);
        self.branch(fine, (go_on, &[]), (fault, &[]));
        self.enter(fault);
        self.cold(fault);
        let at = self.args.flags;
        let flags = self.cur.ins().load(I32, memory(), at, 0);
        let flags = self.cur.ins().bor_imm_u(flags, 1);
        self.cur.ins().store(memory(), flags, at, 0);
        self.jump(go_on, &[]);
        self.enter(go_on);
    }
}
