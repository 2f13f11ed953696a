//! How bodies are made.

use rustc_hash::FxHashMap;

use super::{BinOp, Body, CmpOp, Inst, Lane, UnOp, ValueId};
use crate::routine::Routine;

/// Builds a [`Body`], sharing equal instructions.
#[derive(Default)]
pub struct Builder {
    body: Body,
    seen: FxHashMap<(Inst, Lane), ValueId>,
}

impl Builder {
    /// An empty body.
    pub fn new() -> Builder {
        Builder::default()
    }

    /// The finished body.
    pub fn finish(self) -> Body {
        self.body
    }

    /// The lane type of a value.
    pub fn lane(&self, v: ValueId) -> Lane {
        self.body.lane(v)
    }

    /// The body so far.
    pub fn body(&self) -> &Body {
        &self.body
    }

    /// The value of an instruction, made unless it is there already.
    pub fn push(&mut self, inst: Inst, lane: Lane) -> ValueId {
        if let Some(&v) = self.seen.get(&(inst.clone(), lane)) {
            return v;
        }
        let v = self.body.push_raw(inst.clone(), lane);
        self.seen.insert((inst, lane), v);
        v
    }

    /// A constant given by its bits.
    pub fn bits(&mut self, lane: Lane, bits: u64) -> ValueId {
        self.push(Inst::Const(bits), lane)
    }

    /// A float constant, rounded to the lane type.
    pub fn float(&mut self, lane: Lane, x: f64) -> ValueId {
        let bits = if lane == Lane::F32 { (x as f32).to_bits() as u64 } else { x.to_bits() };
        self.bits(lane, bits)
    }

    /// An integer or truth constant, wrapped to the lane type.
    pub fn int(&mut self, lane: Lane, x: i64) -> ValueId {
        let mask = if lane.bits() == 64 { u64::MAX } else { (1 << lane.bits()) - 1 };
        self.bits(lane, x as u64 & mask)
    }

    /// A constant of any lane type from a small number.
    pub fn number(&mut self, lane: Lane, x: i32) -> ValueId {
        if lane.is_float() { self.float(lane, x as f64) } else { self.int(lane, x as i64) }
    }

    /// A one-operand instruction.
    pub fn un(&mut self, op: UnOp, a: ValueId) -> ValueId {
        let lane = self.lane(a);
        self.push(Inst::Unary(op, a), lane)
    }

    /// A two-operand instruction.
    pub fn bin(&mut self, op: BinOp, a: ValueId, b: ValueId) -> ValueId {
        let lane = self.lane(a);
        debug_assert_eq!(lane, self.lane(b), "{op:?}");
        self.push(Inst::Binary(op, a, b), lane)
    }

    /// A comparison.
    pub fn cmp(&mut self, op: CmpOp, a: ValueId, b: ValueId) -> ValueId {
        debug_assert_eq!(self.lane(a), self.lane(b), "{op:?}");
        self.push(Inst::Compare(op, a, b), Lane::B1)
    }

    /// `a·b + c`, rounded once.
    pub fn fma(&mut self, a: ValueId, b: ValueId, c: ValueId) -> ValueId {
        let lane = self.lane(a);
        debug_assert!(lane == self.lane(b) && lane == self.lane(c));
        self.push(Inst::Fma(a, b, c), lane)
    }

    /// `if c { a } else { b }`.
    pub fn select(&mut self, c: ValueId, a: ValueId, b: ValueId) -> ValueId {
        let lane = self.lane(a);
        debug_assert!(self.lane(c) == Lane::B1 && lane == self.lane(b));
        self.push(Inst::Select(c, a, b), lane)
    }

    /// Numeric conversion; to `B1` it compares with zero.
    pub fn convert(&mut self, to: Lane, a: ValueId) -> ValueId {
        let from = self.lane(a);
        if from == to {
            return a;
        }
        if to == Lane::B1 {
            let zero = self.number(from, 0);
            return self.cmp(CmpOp::Ne, a, zero);
        }
        self.push(Inst::Convert(a), to)
    }

    /// Reinterprets bits.
    pub fn bitcast(&mut self, to: Lane, a: ValueId) -> ValueId {
        let from = self.lane(a);
        debug_assert_eq!(from.bytes(), to.bytes());
        if from == to { a } else { self.push(Inst::Bitcast(a), to) }
    }

    /// A routine call for every lane.
    pub fn call(&mut self, routine: Routine, args: &[ValueId]) -> ValueId {
        self.push(Inst::Call(routine, args.into()), routine.result())
    }

    /// A routine call for the lanes in `mask`; `otherwise` elsewhere.
    pub fn call_where(&mut self, routine: Routine, args: &[ValueId], mask: ValueId, otherwise: ValueId) -> ValueId {
        self.push(Inst::CallWhere(routine, args.into(), mask, otherwise), routine.result())
    }
}

/// Shorthands, so that expansions read like formulas.
macro_rules! shorthands {
    ($($name:ident = bin $op:ident;)* | $($cname:ident = cmp $cop:ident;)* | $($uname:ident = un $uop:ident;)*) => {
        #[allow(missing_docs)]
        impl Builder {
            $(pub fn $name(&mut self, a: ValueId, b: ValueId) -> ValueId { self.bin(BinOp::$op, a, b) })*
            $(pub fn $cname(&mut self, a: ValueId, b: ValueId) -> ValueId { self.cmp(CmpOp::$cop, a, b) })*
            $(pub fn $uname(&mut self, a: ValueId) -> ValueId { self.un(UnOp::$uop, a) })*
        }
    };
}
shorthands! {
    add = bin Add; sub = bin Sub; mul = bin Mul; div = bin Div; rem = bin Rem;
    min = bin Min; max = bin Max; and = bin And; or = bin Or; xor = bin Xor; shl = bin Shl; shr = bin Shr;
    |
    eq = cmp Eq; ne = cmp Ne; lt = cmp Lt; le = cmp Le; gt = cmp Gt; ge = cmp Ge;
    |
    neg = un Neg; abs = un Abs; not = un Not; sqrt = un Sqrt; floor = un Floor; ceil = un Ceil;
    trunc = un Trunc; round = un Round; popcount = un Popcount; leading_zeros = un LeadingZeros;
}
