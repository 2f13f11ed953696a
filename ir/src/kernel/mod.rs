//! The kernel IR: loop nests over straight-line typed SSA bodies, in which lanes are abstract.
//!
//! A [`Loop`] is what a backend compiles to one native function. It says what happens to *one*
//! element; how many elements a backend handles at a time is its own business, as long as every
//! element gets the same bits. Nothing in a `Loop` depends on sizes, pointers, stride values or
//! scalar constants: those are run-time arguments ([`Loop`]'s doc gives the calling convention),
//! so a `Loop` is its own cache key.

use smallvec::SmallVec;

use crate::dtype::DType;
use crate::routine::Routine;

mod builder;

pub use builder::Builder;

/// The type of one lane. `B1` is a truth value, stored in memory as one byte, 0 or 1.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
#[allow(missing_docs)]
pub enum Lane {
    B1,
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
    F32,
    F64,
}

impl Lane {
    /// Every lane type.
    pub const ALL: [Lane; 11] = [
        Lane::B1,
        Lane::I8,
        Lane::I16,
        Lane::I32,
        Lane::I64,
        Lane::U8,
        Lane::U16,
        Lane::U32,
        Lane::U64,
        Lane::F32,
        Lane::F64,
    ];

    /// Bytes per lane in memory.
    pub const fn bytes(self) -> usize {
        match self {
            Lane::B1 | Lane::I8 | Lane::U8 => 1,
            Lane::I16 | Lane::U16 => 2,
            Lane::I32 | Lane::U32 | Lane::F32 => 4,
            Lane::I64 | Lane::U64 | Lane::F64 => 8,
        }
    }

    /// Bits per lane in memory.
    pub const fn bits(self) -> u32 {
        self.bytes() as u32 * 8
    }

    /// `F32` or `F64`.
    pub const fn is_float(self) -> bool {
        matches!(self, Lane::F32 | Lane::F64)
    }

    /// A signed integer.
    pub const fn is_signed(self) -> bool {
        matches!(self, Lane::I8 | Lane::I16 | Lane::I32 | Lane::I64)
    }

    /// A signed or unsigned integer (not `B1`).
    pub const fn is_int(self) -> bool {
        !matches!(self, Lane::B1 | Lane::F32 | Lane::F64)
    }

    /// The name in dumps.
    pub const fn name(self) -> &'static str {
        match self {
            Lane::B1 => "b1",
            Lane::I8 => "i8",
            Lane::I16 => "i16",
            Lane::I32 => "i32",
            Lane::I64 => "i64",
            Lane::U8 => "u8",
            Lane::U16 => "u16",
            Lane::U32 => "u32",
            Lane::U64 => "u64",
            Lane::F32 => "f32",
            Lane::F64 => "f64",
        }
    }

    /// The lane type that holds a dtype in memory: complex dtypes are two lanes of their real
    /// part, `float16` is its bits.
    pub fn of_memory(dtype: DType) -> Lane {
        match dtype {
            DType::F16 => Lane::U16,
            other => Lane::of(other),
        }
    }

    /// The lane type in which a dtype is computed: `float16` computes in `float32`.
    pub fn of(dtype: DType) -> Lane {
        match dtype {
            DType::Bool => Lane::B1,
            DType::I8 => Lane::I8,
            DType::I16 => Lane::I16,
            DType::I32 => Lane::I32,
            DType::I64 => Lane::I64,
            DType::U8 => Lane::U8,
            DType::U16 => Lane::U16,
            DType::U32 => Lane::U32,
            DType::U64 => Lane::U64,
            DType::F16 | DType::F32 | DType::C64 => Lane::F32,
            DType::F64 | DType::C128 => Lane::F64,
        }
    }
}

/// Names a value of a [`Body`]: the index of the instruction that makes it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ValueId(pub u32);

/// One-operand instructions. The result has the operand's lane type.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum UnOp {
    /// Floats: flip the sign bit. Integers: wrapping negation.
    Neg,
    /// Floats: clear the sign bit. Integers: wrapping absolute value.
    Abs,
    /// Bitwise complement of integers, logical not of `B1`.
    Not,
    /// Floats: IEEE square root.
    Sqrt,
    /// Floats: round down.
    Floor,
    /// Floats: round up.
    Ceil,
    /// Floats: round towards zero.
    Trunc,
    /// Floats: round to nearest, ties to even.
    Round,
    /// Integers: number of set bits.
    Popcount,
    /// Integers: number of leading zero bits (the width for 0).
    LeadingZeros,
}

/// Two-operand instructions. Both operands and the result have one lane type.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BinOp {
    /// Wrapping for integers.
    Add,
    /// Wrapping for integers.
    Sub,
    /// Wrapping for integers.
    Mul,
    /// Floats: IEEE division. Integers: truncating; `x / 0 = 0`, `MIN / -1 = MIN`; never traps.
    Div,
    /// Integers only: truncating remainder; `x % 0 = 0`, `MIN % -1 = 0`; never traps.
    Rem,
    /// `if b < a || b is NaN { b } else { a }`.
    Min,
    /// `if b > a || b is NaN { b } else { a }`.
    Max,
    /// Integers and `B1`.
    And,
    /// Integers and `B1`.
    Or,
    /// Integers and `B1`.
    Xor,
    /// Integers: shift left by `b mod width`.
    Shl,
    /// Integers: shift right by `b mod width`; arithmetic for signed, logical for unsigned.
    Shr,
}

/// IEEE comparisons: false on NaN, except `Ne`, which is true. The result is `B1`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub enum CmpOp {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

/// An instruction; its value has the lane type in [`Body::lane`].
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Inst {
    /// The bits of a constant, zero-extended. Part of the cache key: for constants of algorithms,
    /// never for a user's scalars.
    Const(u64),
    /// Run-time scalar `k` of the loop's parameter list.
    Param(u16),
    /// Argument `k` of a combining body ([`Reduction`], [`Scan`]).
    Arg(u16),
    /// Lane `part` (0, or 1 for the imaginary part) of an operand at the current position.
    /// For an iota operand the value (`I64`) is `start + Σ index[d]·stride[d]`.
    Load {
        /// Index into [`Loop::operands`].
        operand: u16,
        /// 0 or 1.
        part: u8,
    },
    /// Lane `part` of an operand, `index · stride[rank]` bytes away from the current position.
    /// The lowering guarantees that `index` (`I64`) stays inside the operand.
    Gather {
        /// Index into [`Loop::operands`].
        operand: u16,
        /// 0 or 1.
        part: u8,
        /// Element index along the gathered axis.
        index: ValueId,
    },
    /// See [`UnOp`].
    Unary(UnOp, ValueId),
    /// See [`BinOp`].
    Binary(BinOp, ValueId, ValueId),
    /// See [`CmpOp`].
    Compare(CmpOp, ValueId, ValueId),
    /// Floats: `a·b + c`, rounded once.
    Fma(ValueId, ValueId, ValueId),
    /// `if c { a } else { b }`; `c` is `B1`.
    Select(ValueId, ValueId, ValueId),
    /// Numeric conversion to this instruction's lane type. Integers wrap or extend, `B1` counts
    /// as 0 or 1, floats round to nearest; float to integer is [`crate::scalar::float_to_int`].
    /// Never converts *to* `B1` (compare with 0 instead).
    Convert(ValueId),
    /// Reinterprets the bits as another lane type of the same width (not `B1`).
    Bitcast(ValueId),
    /// A scalar routine, called once per lane.
    Call(Routine, SmallVec<[ValueId; 2]>),
    /// `if mask { routine(args) } else { otherwise }`, for rare lanes: a backend tests whether any
    /// lane needs the routine and calls it for those only.
    CallWhere(Routine, SmallVec<[ValueId; 2]>, ValueId, ValueId),
    /// Component `k` of running reduction `scan` after this element.
    ScanOut {
        /// Index into [`Loop::scans`].
        scan: u16,
        /// Component of the accumulator.
        component: u8,
    },
    /// Sets the loop's fault flag if the `B1` operand is false for any element (not for padding
    /// lanes). The value is the operand itself.
    Check(ValueId),
}

impl Inst {
    /// The same instruction on other operands.
    pub fn map_operands(&self, f: impl Fn(&ValueId) -> ValueId) -> Inst {
        match self {
            Inst::Gather { operand, part, index } => Inst::Gather { operand: *operand, part: *part, index: f(index) },
            Inst::Unary(op, a) => Inst::Unary(*op, f(a)),
            Inst::Binary(op, a, b) => Inst::Binary(*op, f(a), f(b)),
            Inst::Compare(op, a, b) => Inst::Compare(*op, f(a), f(b)),
            Inst::Fma(a, b, c) => Inst::Fma(f(a), f(b), f(c)),
            Inst::Select(c, a, b) => Inst::Select(f(c), f(a), f(b)),
            Inst::Convert(a) => Inst::Convert(f(a)),
            Inst::Bitcast(a) => Inst::Bitcast(f(a)),
            Inst::Call(r, args) => Inst::Call(*r, args.iter().map(f).collect()),
            Inst::CallWhere(r, args, mask, other) => {
                Inst::CallWhere(*r, args.iter().map(&f).collect(), f(mask), f(other))
            }
            Inst::Check(a) => Inst::Check(f(a)),
            Inst::Const(_) | Inst::Param(_) | Inst::Arg(_) | Inst::Load { .. } | Inst::ScanOut { .. } => self.clone(),
        }
    }

    /// Calls `f` with each operand value.
    pub fn for_each_operand(&self, mut f: impl FnMut(ValueId)) {
        match self {
            Inst::Const(_) | Inst::Param(_) | Inst::Arg(_) | Inst::Load { .. } | Inst::ScanOut { .. } => {}
            Inst::Gather { index: a, .. }
            | Inst::Unary(_, a)
            | Inst::Convert(a)
            | Inst::Bitcast(a)
            | Inst::Check(a) => f(*a),
            Inst::Binary(_, a, b) | Inst::Compare(_, a, b) => {
                f(*a);
                f(*b);
            }
            Inst::Fma(a, b, c) | Inst::Select(a, b, c) => {
                f(*a);
                f(*b);
                f(*c);
            }
            Inst::Call(_, args) => args.iter().copied().for_each(f),
            Inst::CallWhere(_, args, mask, other) => {
                args.iter().copied().for_each(&mut f);
                f(*mask);
                f(*other);
            }
        }
    }
}

/// Straight-line SSA: instruction `i` makes value `i` and uses only earlier values.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Body {
    insts: Vec<(Inst, Lane)>,
}

impl Body {
    /// The instructions with their lane types, in order.
    pub fn insts(&self) -> impl ExactSizeIterator<Item = (ValueId, &Inst, Lane)> {
        self.insts.iter().enumerate().map(|(i, (inst, lane))| (ValueId(i as u32), inst, *lane))
    }

    /// The instruction that makes a value.
    pub fn inst(&self, v: ValueId) -> &Inst {
        &self.insts[v.0 as usize].0
    }

    /// The lane type of a value.
    pub fn lane(&self, v: ValueId) -> Lane {
        self.insts[v.0 as usize].1
    }

    /// The number of instructions.
    pub fn len(&self) -> usize {
        self.insts.len()
    }

    /// Whether there are no instructions.
    pub fn is_empty(&self) -> bool {
        self.insts.is_empty()
    }

    /// Appends an instruction as it is; for the parser. Everyone else uses [`Builder`].
    pub fn push_raw(&mut self, inst: Inst, lane: Lane) -> ValueId {
        self.insts.push((inst, lane));
        ValueId(self.insts.len() as u32 - 1)
    }
}

/// How an operand is used.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Access {
    /// Read.
    Load,
    /// Written.
    Store,
    /// Read, then written at the same place (an accumulator in memory).
    Update,
    /// No memory: the "pointer" is an `i64` start and strides are counted in ones.
    Iota,
}

/// How an operand moves along one loop dimension.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Step {
    /// Stays (broadcast).
    Zero,
    /// The next element; only ever on the innermost dimension. For iota: stride 1.
    Unit,
    /// Any run-time stride.
    Strided,
}

/// An array operand of a loop.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Operand {
    /// How it is used.
    pub access: Access,
    /// The lane type in memory (`I64` for iota).
    pub lane: Lane,
    /// Lanes per element: 2 for complex, interleaved (re, im).
    pub parts: u8,
    /// One step per loop dimension, outermost first.
    pub steps: SmallVec<[Step; 4]>,
}

impl Operand {
    /// Bytes per element (0 for iota).
    pub fn element_bytes(&self) -> usize {
        if self.access == Access::Iota { 0 } else { self.lane.bytes() * self.parts as usize }
    }
}

/// A store of the body's result(s) to an operand.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Store {
    /// Index into [`Loop::operands`].
    pub operand: u16,
    /// One value per part, of the operand's lane type.
    pub values: SmallVec<[ValueId; 2]>,
}

/// An accumulator (of one or more components) and how elements are combined into it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Combine {
    /// Lane types of the components.
    pub lanes: SmallVec<[Lane; 2]>,
    /// Bits of the neutral element, per component.
    pub identity: SmallVec<[u64; 2]>,
    /// `Arg(0..k)` is the accumulator, `Arg(k..2k)` the element (or another accumulator).
    pub body: Body,
    /// The values of `body` that become the accumulator.
    pub results: SmallVec<[ValueId; 2]>,
    /// A cheaper way to the same results, if the last component is a position.
    pub next: Option<Next>,
}

/// What [`Combine::body`] comes to when the element's position, the last component, lies behind all
/// positions in the accumulator. That the combine is one of a choice by value and then position,
/// which no order changes, goes with it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Next {
    /// As [`Combine::body`].
    pub body: Body,
    /// As [`Combine::results`].
    pub results: SmallVec<[ValueId; 2]>,
}

impl Combine {
    /// Whether a step rounds, so that short blocks keep the error down.
    fn rounds(&self) -> bool {
        self.body.insts().any(|(_, inst, lane)| {
            let arithmetic = match inst {
                Inst::Binary(op, ..) => !matches!(op, BinOp::Min | BinOp::Max),
                Inst::Fma(..) | Inst::Call(..) | Inst::CallWhere(..) => true,
                _ => false,
            };
            arithmetic && lane.is_float()
        })
    }

    /// The depth of a reduction block, in accumulator vectors (see [`Reduction`]).
    pub fn block_depth(&self) -> usize {
        if self.rounds() { 8 } else { 1 << 16 }
    }

    /// The body and results that combine any two accumulators.
    pub fn any(&self) -> (&Body, &[ValueId]) {
        (&self.body, &self.results)
    }

    /// The body and results that take in element `values`, which comes after all before it along
    /// the innermost dimension of `l`.
    pub fn step(&self, l: &Loop, values: &[ValueId]) -> (&Body, &[ValueId]) {
        let ascends = |v: &ValueId| match *l.body.inst(*v) {
            Inst::Load { operand, .. } => {
                let operand = &l.operands[usize::from(operand)];
                operand.access == Access::Iota && operand.steps.last() == Some(&Step::Unit)
            }
            _ => false,
        };
        match &self.next {
            Some(next) if values.last().is_some_and(ascends) => (&next.body, &next.results),
            _ => self.any(),
        }
    }

    /// Whether the order of combination can change the result: not where a single integer
    /// operation that associates and commutes combines, or the extreme and its position are chosen.
    pub fn order_matters(&self) -> bool {
        if self.next.is_some() {
            return false;
        }
        let [result] = self.results[..] else { return true };
        let Inst::Binary(op, a, b) = *self.body.inst(result) else { return true };
        let args = [a, b].map(|v| self.body.inst(v).clone());
        self.lanes[0].is_float()
            || matches!(op, BinOp::Sub | BinOp::Div | BinOp::Rem | BinOp::Shl | BinOp::Shr)
            || args != [Inst::Arg(0), Inst::Arg(1)]
    }
}

/// A reduction over the innermost [`Loop::reduce_dims`] dimensions.
///
/// Canonical order, the same in every backend: for each iteration of the dimensions outside, the
/// accumulator starts at the identity. The innermost dimension is cut into blocks of
/// `depth·W` elements, `W = 128 / (bytes of the widest component)`, with [`Combine::block_depth`] 8
/// where steps round and 65536 elsewhere. Within a block, element `e`
/// (counted from the block's start) is combined into lane `e mod W`, in order; lanes start at the
/// identity. Then neighbouring lanes are folded: lane `2i` with lane `2i + 1` becomes lane `i`,
/// until one is left. Neighbours first, because data of alternating sign cancels there. (Unless
/// [`Combine::order_matters`], backends fold as they like.)
/// Block results are combined in order into the accumulator; if `compensated`, with Knuth's
/// two-sum: `(hi, e) = two_sum(hi, p); lo += e` (`hi` starts at the identity, `lo` at 0), which
/// keeps the error below that of pairwise summation whatever the length.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Reduction {
    /// How elements combine.
    pub combine: Combine,
    /// The element: one value per component.
    pub values: SmallVec<[ValueId; 2]>,
    /// Float sum with one component per accumulator: block results merge by two-sum.
    pub compensated: bool,
    /// Where the accumulator goes: store operands, one per component; if `compensated`, then one
    /// more per component for `lo`.
    pub outs: SmallVec<[u16; 4]>,
}

/// A running reduction along the innermost dimension: strictly in order, from the identity at
/// the start of every innermost loop.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Scan {
    /// How elements combine.
    pub combine: Combine,
    /// The element: one value per component.
    pub values: SmallVec<[ValueId; 2]>,
}

/// A loop nest of `rank` dimensions with a body run once per point.
///
/// # Calling convention
///
/// `extern "C" fn(ptrs, strides, sizes, params, flags)`:
/// - `ptrs: *const *mut u8`, one per operand: the address at index (0, …, 0); for iota the start.
/// - `strides: *const i64`, operand-major, `rank + 1` entries each: bytes per step of each
///   dimension (ones for iota), then bytes per element of the gathered axis (0 if unused).
/// - `sizes: *const i64`, `rank` entries. Any may be 0: then nothing happens, except that a
///   reduction with empty reduce dimensions stores its identity.
/// - `params: *const u64`, the bits of each scalar.
/// - `flags: *mut u32`: bit 0 is set when a [`Inst::Check`] fails.
///
/// Operands may overlap only where a store goes exactly where a load at the same position reads
/// (a load, not a gather).
/// Memory outside the operands' extents is neither read nor written. No alignment is assumed
/// beyond that of the element.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Loop {
    /// Number of loop dimensions, at least 1; the last is innermost and is vectorized.
    pub rank: usize,
    /// How many innermost dimensions are reduced (0: none). If positive, the dimensions outside
    /// of them hold the results.
    pub reduce_dims: usize,
    /// Arrays read and written.
    pub operands: Vec<Operand>,
    /// Lane types of run-time scalars.
    pub params: Vec<Lane>,
    /// The body, run for every point.
    pub body: Body,
    /// Stores, for every point.
    pub stores: Vec<Store>,
    /// Reductions; their outputs are stored once per outer iteration.
    pub reductions: Vec<Reduction>,
    /// Running reductions read by `Inst::ScanOut`.
    pub scans: Vec<Scan>,
}

impl Loop {
    /// For each value, the number of loops that must surround it: 0 for loop-invariant values,
    /// `rank` for values that change along the innermost dimension. Backends hoist by it.
    pub fn levels(&self) -> Vec<usize> {
        let mut levels = Vec::with_capacity(self.body.len());
        for (_, inst, _) in self.body.insts() {
            let own = match inst {
                Inst::Load { operand, .. } | Inst::Gather { operand, .. } => {
                    let op = &self.operands[*operand as usize];
                    if op.access == Access::Update {
                        self.rank
                    } else {
                        op.steps.iter().rposition(|&s| s != Step::Zero).map_or(0, |d| d + 1)
                    }
                }
                Inst::ScanOut { .. } | Inst::Check(_) => self.rank,
                _ => 0,
            };
            let mut level = own;
            inst.for_each_operand(|v: ValueId| level = level.max(levels[v.0 as usize]));
            levels.push(level);
        }
        levels
    }

    /// The number of lanes `W` of a reduction's accumulator (see [`Reduction`]).
    pub fn reduction_lanes(combine: &Combine) -> usize {
        128 / combine.lanes.iter().map(|l| l.bytes()).max().unwrap_or(8).max(1)
    }
}
