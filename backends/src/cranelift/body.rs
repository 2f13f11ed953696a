//! One instruction of a body, for all lanes of a chunk.

use ::cranelift::codegen::ir::{InstBuilder, Value};
use numfuse_ir::kernel::{BinOp, Inst, Lane, ValueId};

use super::emit::{Emitter, Regs, Scope, Val, vector, vector_of};
use super::vector::Amount;

impl Emitter<'_> {
    /// Emits an instruction that does not depend on where it stands (no memory, no scans).
    pub(super) fn compute(&mut self, scope: &mut Scope, v: ValueId) {
        let lane = scope.body.lane(v);
        let body = scope.body;
        let result = match body.inst(v) {
            Inst::Unary(op, a) => {
                let a = self.val(scope, *a);
                self.unary(*op, lane, &a, scope.lanes)
            }
            Inst::Binary(op, a, b) if lane == Lane::B1 => {
                let (a, b) = self.mask_pair(scope, *a, *b);
                self.binary_mask(*op, &a, &b)
            }
            Inst::Binary(op @ (BinOp::Shl | BinOp::Shr), a, b) if !lane.is_float() => {
                let a = self.val(scope, *a);
                let amount = match *body.inst(*b) {
                    Inst::Const(bits) => Amount::Known(bits),
                    _ => Amount::Value(self.val(scope, *b)),
                };
                self.shift(*op, lane, &a, &amount, scope.lanes)
            }
            Inst::Binary(op, a, b) => {
                let (a, b) = (self.val(scope, *a), self.val(scope, *b));
                self.binary(*op, lane, &a, &b, scope.lanes)
            }
            Inst::Compare(op, a, b) if body.lane(*a) == Lane::B1 => {
                let (a, b) = self.mask_pair(scope, *a, *b);
                self.compare_masks(*op, &a, &b)
            }
            Inst::Compare(op, a, b) => {
                let of = body.lane(*a);
                let (a, b) = (self.val(scope, *a), self.val(scope, *b));
                self.compare(*op, of, &a, &b)
            }
            Inst::Fma(a, b, c) => {
                let (a, b, c) = (self.val(scope, *a), self.val(scope, *b), self.val(scope, *c));
                self.zip(lane, &[&a, &b, &c], |e, x| e.cur.ins().fma(x[0], x[1], x[2]))
            }
            Inst::Select(c, a, b) if lane == Lane::B1 => {
                let (a, b) = self.mask_pair(scope, *a, *b);
                let c = self.mask(scope, *c, a.width);
                self.zip(Lane::B1, &[&c, &a, &b], |e, x| e.blend(x[0], x[1], x[2]))
            }
            Inst::Select(c, a, b) => {
                let c = self.mask(scope, *c, lane.bytes());
                let (a, b) = (self.val(scope, *a), self.val(scope, *b));
                self.zip(lane, &[&c, &a, &b], |e, x| e.blend(x[0], x[1], x[2]))
            }
            Inst::Convert(a) if body.lane(*a) == Lane::B1 => {
                let mask = self.mask(scope, *a, lane.bytes());
                self.truth_to(lane, &mask)
            }
            Inst::Convert(a) => {
                let from = body.lane(*a);
                let a = self.val(scope, *a);
                self.convert(from, lane, &a, scope.lanes)
            }
            Inst::Bitcast(a) => {
                let a = self.val(scope, *a);
                self.zip(lane, &[&a], |e, x| e.cast(x[0], vector(lane)))
            }
            Inst::Call(routine, args) => {
                let args: Vec<Val> = args.iter().map(|a| self.val(scope, *a)).collect();
                self.call(*routine, &args, scope.lanes)
            }
            Inst::CallWhere(routine, args, mask, other) => {
                let args: Vec<Val> = args.iter().map(|a| self.val(scope, *a)).collect();
                let other = self.val(scope, *other);
                let mask = self.mask(scope, *mask, lane.bytes());
                self.call_where(*routine, &args, &mask, &other, scope.lanes)
            }
            // Leaves are put in place by whoever emits the body.
            _ => return,
        };
        scope.vals[v.0 as usize] = Some(result);
    }

    /// Applies a register operation to all registers of some values of equal width. Masks come
    /// as integers of their width.
    pub(super) fn zip(&mut self, lane: Lane, args: &[&Val], mut f: impl FnMut(&mut Self, &[Value]) -> Value) -> Val {
        let count = args.iter().map(|a| a.regs.len()).max().unwrap_or(1);
        let width = if lane == Lane::B1 { args[0].width } else { lane.bytes() };
        let mut regs = Regs::new();
        for r in 0..count {
            let x: Regs = args.iter().map(|a| a.reg(r)).collect();
            regs.push(f(self, &x));
        }
        Val { regs, width, uniform: args.iter().all(|a| a.uniform) }
    }

    /// A `B1` value as a mask of a width.
    pub(super) fn mask(&mut self, scope: &mut Scope, v: ValueId, width: usize) -> Val {
        let val = self.val(scope, v);
        self.mask_of(scope, &val, width)
    }

    fn mask_of(&mut self, scope: &mut Scope, val: &Val, width: usize) -> Val {
        if val.width == width {
            return val.clone();
        }
        let key = (val.regs[0], width);
        if let Some(known) = scope.masks.get(&key) {
            return known.clone();
        }
        let converted = self.resize_mask(val, width, scope.lanes);
        scope.masks.insert(key, converted.clone());
        converted
    }

    /// Two masks in the wider of their widths, as integers.
    fn mask_pair(&mut self, scope: &mut Scope, a: ValueId, b: ValueId) -> (Val, Val) {
        let (a, b) = (self.val(scope, a), self.val(scope, b));
        let width = match (a.uniform, b.uniform) {
            (true, false) => b.width,
            (false, true) => a.width,
            _ => a.width.max(b.width),
        };
        let (a, b) = (self.mask_of(scope, &a, width), self.mask_of(scope, &b, width));
        let ty = vector_of(width);
        let as_ints = |e: &mut Self, m: &Val| Val { regs: m.regs.iter().map(|&r| e.cast(r, ty)).collect(), ..*m };
        (as_ints(self, &a), as_ints(self, &b))
    }
}
