//! Instructions of a body as instructions of the machine: arithmetic, comparisons, selection.
//!
//! A value's lanes fill one register, or the low end of one.

use iced_x86::Code;
use numfuse_ir::kernel::{BinOp, Body, CmpOp, Inst as Ir, Lane, UnOp, ValueId};
use smallvec::SmallVec;

use super::emit::Emitter;
use super::inst::{Class, Home, Inst, Special, V};
use super::isa::Isa;
use super::ops::{Form, Op, Size};
use super::plan::{Choice, choice};
use super::truth::Logic;

/// The op of a lane width, out of those for 1, 2, 4 and 8 bytes.
pub(super) fn by_width(ops: [Op; 4], bytes: usize) -> Op {
    ops[bytes.trailing_zeros() as usize & 3]
}

/// The op of a float lane, out of those for 8 and 4 bytes.
pub(super) fn by_float(lane: Lane, double: Op, single: Op) -> Op {
    if lane == Lane::F64 { double } else { single }
}

macro_rules! widths {
    ($($name:ident: $a:ident $b:ident $c:ident $d:ident;)*) => {
        $(pub(super) const $name: [Op; 4] = [Op::$a, Op::$b, Op::$c, Op::$d];)*
    };
}
widths! {
    ADD: Add8 Add16 Add32 Add64;
    SUB: Sub8 Sub16 Sub32 Sub64;
    // Bytes are multiplied and shifted as 16-bit lanes.
    MUL: Mul16 Mul16 Mul32 Mul64;
    SHL: Shl16 Shl16 Shl32 Shl64;
    SHR: Shr16 Shr16 Shr32 Shr64;
    SAR: Sar16 Sar16 Sar32 Sar64;
    SHLV: ShlV16 ShlV16 ShlV32 ShlV64;
    SHRV: ShrV16 ShrV16 ShrV32 ShrV64;
    SARV: SarV16 SarV16 SarV32 SarV64;
    MIN_S: MinS8 MinS16 MinS32 MinS64;
    MIN_U: MinU8 MinU16 MinU32 MinU64;
    MAX_S: MaxS8 MaxS16 MaxS32 MaxS64;
    MAX_U: MaxU8 MaxU16 MaxU32 MaxU64;
    // Logic does not know lanes, but constants that are broadcast have a width.
    AND: And32 And32 And32 And64;
    OR: Or32 Or32 Or32 Or64;
    XOR: Xor32 Xor32 Xor32 Xor64;
    ABS: Abs8 Abs16 Abs32 Abs64;
    POPCOUNT: Popcount8 Popcount16 Popcount32 Popcount64;
    BLEND: Blend8 Blend16 Blend32 Blend64;
    COMPARE_S: CompareS8 CompareS16 CompareS32 CompareS64;
    COMPARE_U: CompareU8 CompareU16 CompareU32 CompareU64;
    TEST: Test8 Test16 Test32 Test64;
    EQUAL: Equal8 Equal16 Equal32 Equal64;
    GREATER: Greater8 Greater16 Greater32 Greater64;
    BROADCAST: Broadcast8 Broadcast16 Broadcast32 Broadcast64;
    LOAD: Load8 Load16 Load32 Load64;
    STORE: Store8 Store16 Store32 Store64;
}

/// The comparison that NaN passes: AVX's immediate.
const UNORDERED: u8 = 3;

/// By how much lanes are shifted.
#[derive(Clone, Copy)]
enum Amount {
    Known(u64),
    /// As far as there are bits: the number's rest.
    Modulo(V),
    /// Bits that are shifted beyond the lanes are gone.
    Any(V),
}

/// A body being lowered, and the values that are there so far.
pub(super) struct Scope<'b> {
    pub body: &'b Body,
    pub vals: Vec<Option<V>>,
}

impl<'b> Scope<'b> {
    pub(super) fn new(body: &'b Body) -> Scope<'b> {
        Scope { body, vals: vec![None; body.len()] }
    }
}

/// Building blocks.
impl Emitter<'_> {
    /// The register for lanes of some bytes.
    pub(super) fn size(&self, bytes: usize) -> Size {
        Size::of(self.lanes * bytes)
    }

    pub(super) fn vector(&mut self, bytes: usize) -> V {
        let size = self.size(bytes);
        self.values.new_value(Class::Vector(size))
    }

    /// An instruction of one result whose lanes have some bytes.
    pub(super) fn op(&mut self, op: Op, bytes: usize, srcs: &[V]) -> V {
        if !op.exists(self.isa) {
            return self.compose(op, bytes, srcs, None);
        }
        self.op_with(op, bytes, srcs, |_| {})
    }

    pub(super) fn op_imm(&mut self, op: Op, bytes: usize, srcs: &[V], imm: u8) -> V {
        if !op.exists(self.isa) {
            return self.compose(op, bytes, srcs, Some(imm));
        }
        self.op_with(op, bytes, srcs, |inst| inst.imm = Some(imm))
    }

    pub(super) fn op_with(&mut self, op: Op, bytes: usize, srcs: &[V], change: impl FnOnce(&mut Inst)) -> V {
        let dst = self.vector(bytes);
        let form = op.form(self.isa);
        let wide = |s: &&V| form != Form::Low && matches!(self.values.at(**s).class, Class::Vector(_));
        let size = srcs.iter().filter(wide).map(|&s| self.values.size(s)).max();
        let size = size.unwrap_or(Size::X).max(self.values.size(dst));
        let mut inst = Inst { dst: Some(dst), srcs: SmallVec::from_slice(srcs), ..Inst::of(self.isa, op, size) };
        change(&mut inst);
        self.insts.push(inst);
        dst
    }

    /// An instruction that is not in the table.
    pub(super) fn raw(&mut self, code: Code, bytes: usize, srcs: &[V], imm: u8) -> V {
        let dst = self.vector(bytes);
        let inst = Inst::new(code, Form::NoMemory);
        self.insts.push(Inst { dst: Some(dst), srcs: SmallVec::from_slice(srcs), imm: Some(imm), ..inst });
        dst
    }

    /// A constant of the pool, in all lanes of some bytes.
    pub(super) fn constant(&mut self, id: u32, bytes: u8, size: Size) -> V {
        let values = &mut self.values;
        *self
            .constants
            .entry((id, size as u8))
            .or_insert_with(|| values.with_home(Class::Vector(size), Home::Const(id, bytes)))
    }

    /// A constant in all lanes of some bytes, in a register like that of another value.
    pub(super) fn splat_like(&mut self, bits: u64, bytes: usize, like: V) -> V {
        let id = self.asm.pool.add(&bits.to_le_bytes()[..bytes]);
        self.constant(id, bytes as u8, self.values.size(like))
    }

    pub(super) fn splat(&mut self, bits: u64, bytes: usize) -> V {
        let id = self.asm.pool.add(&bits.to_le_bytes()[..bytes]);
        self.constant(id, bytes as u8, self.size(bytes))
    }

    pub(super) fn splat_float(&mut self, lane: Lane, x: f64) -> V {
        let bits = if lane == Lane::F32 { (x as f32).to_bits() as u64 } else { x.to_bits() };
        self.splat(bits, lane.bytes())
    }

    /// A constant that fills a register of lanes of some bytes.
    pub(super) fn table(&mut self, bytes: usize, lane: impl Fn(usize) -> u64) -> V {
        self.byte_table(bytes, |i| lane(i / bytes).to_le_bytes()[i % bytes])
    }

    /// The same, byte by byte.
    pub(super) fn byte_table(&mut self, bytes: usize, byte: impl Fn(usize) -> u8) -> V {
        let size = self.size(bytes);
        let content: Vec<u8> = (0..size.bytes()).map(byte).collect();
        let id = self.asm.pool.add(&content);
        let values = &mut self.values;
        *self
            .constants
            .entry((id, size as u8 + 8))
            .or_insert_with(|| values.with_home(Class::Vector(size), Home::Const(id, 0)))
    }

    /// The first lane in all lanes.
    pub(super) fn first_everywhere(&mut self, v: V, bytes: usize) -> V {
        self.op(by_width(BROADCAST, bytes), bytes, &[v])
    }

    /// Lanes beyond the tail's last element repeat the first, so that no lane sees a value that no
    /// element has: nothing divides by a padding zero, no check fails, no routine is called in vain.
    pub(super) fn pad(&mut self, v: V, bytes: usize) -> V {
        let Some(mask) = self.tail else { return v };
        let first = self.first_everywhere(v, bytes);
        self.blend_bytes(bytes, mask, v, first)
    }
}

impl Emitter<'_> {
    pub(super) fn val(&mut self, scope: &Scope, v: ValueId) -> V {
        if let Some(v) = scope.vals[v.0 as usize] {
            return v;
        }
        match *scope.body.inst(v) {
            Ir::Const(bits) if scope.body.lane(v) == Lane::B1 => self.truth(bits & 1 != 0),
            Ir::Const(bits) => self.splat(bits, scope.body.lane(v).bytes()),
            Ir::Param(k) => self.param(k),
            // Whoever lowers a body puts leaves in place; an order that is broken shows in the allocator.
            _ => self.vector(8),
        }
    }

    /// Lowers an instruction that does not depend on where it stands.
    pub(super) fn compute(&mut self, scope: &mut Scope, v: ValueId) {
        let body = scope.body;
        let lane = body.lane(v);
        let bytes = lane.bytes();
        let result = match body.inst(v) {
            Ir::Unary(op, a) => {
                let a = self.val(scope, *a);
                self.unary(*op, lane, a)
            }
            Ir::Binary(op, a, b) if lane == Lane::B1 => {
                let (a, b) = (self.val(scope, *a), self.val(scope, *b));
                let op = match op {
                    BinOp::And | BinOp::Min => Logic::And,
                    BinOp::Or | BinOp::Max => Logic::Or,
                    _ => Logic::Xor,
                };
                self.logic(op, a, b)
            }
            Ir::Binary(op @ (BinOp::Shl | BinOp::Shr), a, b) => {
                let a = self.val(scope, *a);
                let by = match *body.inst(*b) {
                    Ir::Const(bits) => Amount::Known(bits),
                    _ => Amount::Modulo(self.val(scope, *b)),
                };
                self.shift(*op, lane, a, by)
            }
            Ir::Binary(op @ (BinOp::Min | BinOp::Max), a, b) if lane.is_float() => {
                let number = match *body.inst(*b) {
                    Ir::Const(bits) if lane == Lane::F64 => !f64::from_bits(bits).is_nan(),
                    Ir::Const(bits) => !f32::from_bits(bits as u32).is_nan(),
                    _ => false,
                };
                let (a, b) = (self.val(scope, *a), self.val(scope, *b));
                self.float_extremum(*op, lane, a, b, number)
            }
            Ir::Binary(op, a, b) => {
                let (a, b) = (self.val(scope, *a), self.val(scope, *b));
                self.binary(*op, lane, a, b)
            }
            Ir::Compare(op, a, b) if body.lane(*a) == Lane::B1 => {
                let (a, b) = (self.val(scope, *a), self.val(scope, *b));
                self.compare_truths(*op, a, b)
            }
            Ir::Compare(op, a, b) => {
                let of = body.lane(*a);
                let (a, b) = (self.val(scope, *a), self.val(scope, *b));
                self.compare(*op, of, a, b)
            }
            Ir::Fma(a, b, c) => {
                let srcs = [self.val(scope, *a), self.val(scope, *b), self.val(scope, *c)];
                let dst = self.vector(bytes);
                let size = self.size(bytes);
                let special = Special::Fma { double: lane == Lane::F64, size };
                self.insts.push(Inst { dst: Some(dst), srcs: SmallVec::from_slice(&srcs), ..Inst::special(special) });
                dst
            }
            Ir::Select(c, a, b) if lane == Lane::B1 => {
                let (c, a, b) = (self.val(scope, *c), self.val(scope, *a), self.val(scope, *b));
                self.blend_truths(c, a, b)
            }
            Ir::Select(c, a, b) if let Some(choice) = choice(body, *c, *a, *b) => match choice {
                Choice::Extreme(extreme, a, b) => {
                    let srcs = [self.val(scope, a), self.val(scope, b)];
                    let op = match extreme {
                        BinOp::Min => by_float(lane, Op::MinF64, Op::MinF32),
                        _ => by_float(lane, Op::MaxF64, Op::MaxF32),
                    };
                    self.op(op, bytes, &srcs)
                }
                Choice::Shift(op, a, by) => {
                    let (a, by) = (self.val(scope, a), self.val(scope, by));
                    self.shift(op, lane, a, Amount::Any(by))
                }
            },
            Ir::Select(c, a, b) => {
                let (c, a, b) = (self.val(scope, *c), self.val(scope, *a), self.val(scope, *b));
                self.blend(lane, c, a, b)
            }
            Ir::Convert(a) if body.lane(*a) == Lane::B1 => {
                let mask = self.val(scope, *a);
                let one = match lane {
                    Lane::F32 => 1f32.to_bits() as u64,
                    Lane::F64 => 1f64.to_bits(),
                    _ => 1,
                };
                self.where_set(mask, one, bytes)
            }
            Ir::Convert(a) => {
                let from = body.lane(*a);
                let a = self.val(scope, *a);
                self.convert(from, lane, a)
            }
            Ir::Bitcast(a) => self.val(scope, *a),
            Ir::Call(routine, args) => {
                let args: SmallVec<[V; 4]> = args.iter().map(|&a| self.val(scope, a)).collect();
                self.routine(*routine, &args, None)
            }
            Ir::CallWhere(routine, args, mask, other) => {
                let args: SmallVec<[V; 4]> = args.iter().map(|&a| self.val(scope, a)).collect();
                let (mask, other) = (self.val(scope, *mask), self.val(scope, *other));
                self.routine(*routine, &args, Some((mask, other)))
            }
            Ir::Check(a) => {
                let mask = self.val(scope, *a);
                let special = Special::Check { bytes: self.truth_bytes(mask) as u8 };
                self.insts.push(Inst { srcs: SmallVec::from_slice(&[mask]), ..Inst::special(special) });
                mask
            }
            // Leaves are put in place by whoever lowers the body.
            _ => return,
        };
        scope.vals[v.0 as usize] = Some(result);
    }

    fn routine(&mut self, routine: numfuse_ir::routine::Routine, args: &[V], rare: Option<(V, V)>) -> V {
        let result = routine.result().bytes();
        let widths = routine.args().iter().map(|l| l.bytes() as u8).collect();
        let mut srcs: SmallVec<[V; 4]> = SmallVec::from_slice(args);
        // Without lanes to keep, any content will do.
        let (mask, other) = match rare {
            Some((mask, other)) => (Some(mask), other),
            None => (
                None,
                args.first()
                    .copied()
                    .filter(|_| result == routine.args()[0].bytes())
                    .unwrap_or_else(|| self.splat(0, result)),
            ),
        };
        srcs.push(other);
        srcs.extend(mask);
        let lanes = if self.uniform { 1 } else { self.lanes };
        let mask = mask.map(|m| self.truth_bytes(m) as u8);
        let special = Special::Routine { routine, lanes, widths, mask };
        let dst = self.vector(result);
        self.insts.push(Inst { dst: Some(dst), srcs, ..Inst::special(special) });
        if self.uniform { self.first_everywhere(dst, result) } else { dst }
    }

    fn unary(&mut self, op: UnOp, lane: Lane, a: V) -> V {
        let bytes = lane.bytes();
        let sign = 1u64 << (lane.bits() - 1);
        let round = by_float(lane, Op::RoundF64, Op::RoundF32);
        // Rounding to integers does not raise the inexact flag: bit 3.
        match op {
            UnOp::Not if lane == Lane::B1 => self.not(a),
            _ if lane == Lane::B1 => a,
            UnOp::Neg if lane.is_float() => {
                let sign = self.splat(sign, bytes);
                self.op(by_float(lane, Op::XorF64, Op::XorF32), bytes, &[a, sign])
            }
            UnOp::Abs if lane.is_float() => {
                let rest = self.splat(sign - 1, bytes);
                self.op(by_float(lane, Op::AndF64, Op::AndF32), bytes, &[a, rest])
            }
            UnOp::Sqrt if lane.is_float() => self.op(by_float(lane, Op::SqrtF64, Op::SqrtF32), bytes, &[a]),
            UnOp::Round if lane.is_float() => self.op_imm(round, bytes, &[a], 8),
            UnOp::Floor if lane.is_float() => self.op_imm(round, bytes, &[a], 9),
            UnOp::Ceil if lane.is_float() => self.op_imm(round, bytes, &[a], 10),
            UnOp::Trunc if lane.is_float() => self.op_imm(round, bytes, &[a], 11),
            _ if lane.is_float() => a,
            UnOp::Neg => {
                let zero = self.splat_like(0, 8, a);
                self.op(by_width(SUB, bytes), bytes, &[zero, a])
            }
            UnOp::Abs if lane.is_signed() => self.op(by_width(ABS, bytes), bytes, &[a]),
            UnOp::Not => {
                let ones = self.splat_like(u64::MAX, 8, a);
                self.op(Op::Xor64, bytes, &[a, ones])
            }
            UnOp::Popcount => self.op(by_width(POPCOUNT, bytes), bytes, &[a]),
            UnOp::LeadingZeros if bytes == 8 => self.op(Op::LeadingZeros64, bytes, &[a]),
            UnOp::LeadingZeros if bytes == 4 => self.op(Op::LeadingZeros32, bytes, &[a]),
            UnOp::LeadingZeros => {
                let wide = self.extend(a, bytes, 4, false);
                let count = self.op(Op::LeadingZeros32, 4, &[wide]);
                let spare = self.splat(32 - lane.bits() as u64, 4);
                let count = self.op(Op::Sub32, 4, &[count, spare]);
                self.narrow(count, 4, bytes)
            }
            _ => a,
        }
    }

    /// Two-operand instructions, except shifts, and extrema of floats.
    pub(super) fn binary(&mut self, op: BinOp, lane: Lane, a: V, b: V) -> V {
        let (bytes, signed) = (lane.bytes(), lane.is_signed());
        if lane.is_float() {
            let op = match op {
                BinOp::Add => by_float(lane, Op::AddF64, Op::AddF32),
                BinOp::Sub => by_float(lane, Op::SubF64, Op::SubF32),
                BinOp::Mul => by_float(lane, Op::MulF64, Op::MulF32),
                BinOp::Div => by_float(lane, Op::DivF64, Op::DivF32),
                // Not defined on floats.
                _ => return a,
            };
            return self.op(op, bytes, &[a, b]);
        }
        let table = match op {
            BinOp::Div | BinOp::Rem => return self.divide(op, lane, a, b),
            BinOp::Mul if bytes == 1 => {
                let (x, y) = (self.extend(a, 1, 2, false), self.extend(b, 1, 2, false));
                let product = self.op(Op::Mul16, 2, &[x, y]);
                return self.narrow(product, 2, 1);
            }
            BinOp::Add => ADD,
            BinOp::Sub => SUB,
            BinOp::Mul => MUL,
            BinOp::Min if signed => MIN_S,
            BinOp::Min => MIN_U,
            BinOp::Max if signed => MAX_S,
            BinOp::Max => MAX_U,
            BinOp::And => AND,
            BinOp::Or => OR,
            BinOp::Xor => XOR,
            BinOp::Shl | BinOp::Shr => return self.shift(op, lane, a, Amount::Modulo(b)),
        };
        self.op(by_width(table, bytes), bytes, &[a, b])
    }

    /// `min` and `max` of floats: x86's own give the second operand unless the first is strictly
    /// beyond it, so NaN must be taken from `b` apart, if `b` can be NaN.
    pub(super) fn float_extremum(&mut self, op: BinOp, lane: Lane, a: V, b: V, number: bool) -> V {
        let bytes = lane.bytes();
        let x = match op {
            BinOp::Min => by_float(lane, Op::MinF64, Op::MinF32),
            _ => by_float(lane, Op::MaxF64, Op::MaxF32),
        };
        let r = self.op(x, bytes, &[b, a]);
        if number {
            return r;
        }
        match self.isa {
            // One instruction, but in a chain of combinations it would be waited for.
            Isa::Avx512 if self.combining => {
                let nan = self.compare_floats(lane, UNORDERED, b, b);
                self.blend(lane, nan, b, r)
            }
            _ => self.or_nan(lane, r, b),
        }
    }

    /// `r`, or NaN where `x` is.
    pub(super) fn or_nan(&mut self, lane: Lane, r: V, x: V) -> V {
        let bytes = lane.bytes();
        match self.isa {
            Isa::Avx512 => {
                // NaN, quiet or not, replaces the result; other classes leave it.
                let table = self.splat(0x22, bytes);
                self.op_imm(by_float(lane, Op::FixupF64, Op::FixupF32), bytes, &[r, x, table], 0)
            }
            // All ones are a NaN.
            Isa::Avx2 => {
                let nan = self.compare_floats(lane, UNORDERED, x, x);
                self.op(Op::Or64, bytes, &[r, nan])
            }
        }
    }

    fn shift(&mut self, op: BinOp, lane: Lane, a: V, by: Amount) -> V {
        let bytes = lane.bytes();
        let signed = lane.is_signed() && op == BinOp::Shr;
        // The narrowest lanes that the machine shifts.
        let work = bytes.max(if self.isa == Isa::Avx2 && !matches!(by, Amount::Known(_)) { 4 } else { 2 });
        let a = self.extend(a, bytes, work, signed);
        let (fixed, variable) = match op {
            BinOp::Shl => (SHL, SHLV),
            _ if signed => (SAR, SARV),
            _ => (SHR, SHRV),
        };
        let r = match by {
            Amount::Known(n) => self.op_imm(by_width(fixed, work), work, &[a], n as u8 & (lane.bits() as u8 - 1)),
            Amount::Any(b) => {
                let n = self.extend(b, bytes, work, false);
                self.op(by_width(variable, work), work, &[a, n])
            }
            Amount::Modulo(b) => {
                let b = self.extend(b, bytes, work, false);
                let mask = self.splat(lane.bits() as u64 - 1, work);
                let n = self.op(by_width(AND, work), work, &[b, mask]);
                self.op(by_width(variable, work), work, &[a, n])
            }
        };
        self.narrow(r, work, bytes)
    }

    fn compare(&mut self, op: CmpOp, lane: Lane, a: V, b: V) -> V {
        if lane.is_float() {
            // Quiet predicates: comparing NaN raises no flag.
            let predicate = match op {
                CmpOp::Eq => 0x00,
                CmpOp::Ne => 0x04,
                CmpOp::Lt => 0x11,
                CmpOp::Le => 0x12,
                CmpOp::Gt => 0x1e,
                CmpOp::Ge => 0x1d,
            };
            return self.compare_floats(lane, predicate, a, b);
        }
        self.compare_ints(op, lane.bytes(), lane.is_signed(), a, b)
    }
}
