//! What each instruction means: scalar reference semantics on zero-extended bits.
//!
//! The interpreter runs on these functions, constant folding uses them, and the other backends
//! are fuzzed against them.

use crate::dtype::DType;
use crate::kernel::{BinOp, Body, CmpOp, Inst, Lane, UnOp, ValueId};
use crate::routine::Routine;
use crate::scalar::float_to_int;

/// Runs `$body` with `$T` bound to the Rust integer type of an integer lane.
macro_rules! int_lane {
    ($lane:expr, $T:ident => $body:expr, else $other:expr) => {
        match $lane {
            Lane::I8 => {
                type $T = i8;
                $body
            }
            Lane::I16 => {
                type $T = i16;
                $body
            }
            Lane::I32 => {
                type $T = i32;
                $body
            }
            Lane::I64 => {
                type $T = i64;
                $body
            }
            Lane::U8 => {
                type $T = u8;
                $body
            }
            Lane::U16 => {
                type $T = u16;
                $body
            }
            Lane::U32 => {
                type $T = u32;
                $body
            }
            Lane::U64 => {
                type $T = u64;
                $body
            }
            _ => $other,
        }
    };
}

/// Clears the bits above a lane's width.
pub fn truncate(lane: Lane, bits: u64) -> u64 {
    match lane {
        Lane::B1 => bits & 1,
        _ if lane.bits() == 64 => bits,
        _ => bits & ((1 << lane.bits()) - 1),
    }
}

fn f32_of(bits: u64) -> f32 {
    f32::from_bits(bits as u32)
}

macro_rules! unary_float {
    ($op:expr, $x:expr) => {
        match $op {
            UnOp::Neg => -$x,
            UnOp::Abs => $x.abs(),
            UnOp::Sqrt => $x.sqrt(),
            UnOp::Floor => $x.floor(),
            UnOp::Ceil => $x.ceil(),
            UnOp::Trunc => $x.trunc(),
            UnOp::Round => $x.round_ties_even(),
            UnOp::Not | UnOp::Popcount | UnOp::LeadingZeros => $x,
        }
    };
}

/// A one-operand instruction.
pub fn unary(op: UnOp, lane: Lane, a: u64) -> u64 {
    match lane {
        Lane::F32 => unary_float!(op, f32_of(a)).to_bits() as u64,
        Lane::F64 => unary_float!(op, f64::from_bits(a)).to_bits(),
        Lane::B1 => (a & 1) ^ u64::from(op == UnOp::Not),
        _ => {
            let signed = sign_extend(lane, a);
            let bits = match op {
                UnOp::Neg => signed.wrapping_neg() as u64,
                UnOp::Abs if lane.is_signed() => signed.wrapping_abs() as u64,
                UnOp::Not => !a,
                UnOp::Popcount => truncate(lane, a).count_ones() as u64,
                UnOp::LeadingZeros => (truncate(lane, a).leading_zeros() - (64 - lane.bits())) as u64,
                _ => a,
            };
            truncate(lane, bits)
        }
    }
}

/// The value of an integer lane as `i64` (the bits, for `u64`).
pub fn sign_extend(lane: Lane, a: u64) -> i64 {
    match lane {
        Lane::I8 => a as i8 as i64,
        Lane::I16 => a as i16 as i64,
        Lane::I32 => a as i32 as i64,
        _ => a as i64,
    }
}

macro_rules! binary_float {
    ($op:expr, $a:expr, $b:expr) => {
        match $op {
            BinOp::Add => $a + $b,
            BinOp::Sub => $a - $b,
            BinOp::Mul => $a * $b,
            BinOp::Div => $a / $b,
            BinOp::Min => {
                if $b < $a || $b.is_nan() {
                    $b
                } else {
                    $a
                }
            }
            BinOp::Max => {
                if $b > $a || $b.is_nan() {
                    $b
                } else {
                    $a
                }
            }
            BinOp::Rem | BinOp::And | BinOp::Or | BinOp::Xor | BinOp::Shl | BinOp::Shr => $a,
        }
    };
}

/// A two-operand instruction.
#[allow(clippy::unnecessary_cast, reason = "the macro's type is sometimes the target")]
pub fn binary(op: BinOp, lane: Lane, a: u64, b: u64) -> u64 {
    match lane {
        Lane::F32 => binary_float!(op, f32_of(a), f32_of(b)).to_bits() as u64,
        Lane::F64 => binary_float!(op, f64::from_bits(a), f64::from_bits(b)).to_bits(),
        _ => int_lane!(lane, T => {
            let (x, y) = (a as T, b as T);
            let r = match op {
                BinOp::Add => x.wrapping_add(y),
                BinOp::Sub => x.wrapping_sub(y),
                BinOp::Mul => x.wrapping_mul(y),
                BinOp::Div => if y == 0 { 0 } else { x.wrapping_div(y) },
                BinOp::Rem => if y == 0 { 0 } else { x.wrapping_rem(y) },
                BinOp::Min => x.min(y),
                BinOp::Max => x.max(y),
                BinOp::And => x & y,
                BinOp::Or => x | y,
                BinOp::Xor => x ^ y,
                BinOp::Shl => x.wrapping_shl(y as u32 & (T::BITS - 1)),
                BinOp::Shr => x.wrapping_shr(y as u32 & (T::BITS - 1)),
            };
            truncate(lane, r as u64)
        }, else match op {
            BinOp::And | BinOp::Min => a & b & 1,
            BinOp::Or | BinOp::Max => (a | b) & 1,
            _ => (a ^ b) & 1,
        }),
    }
}

macro_rules! compare_as {
    ($op:expr, $a:expr, $b:expr) => {
        match $op {
            CmpOp::Eq => $a == $b,
            CmpOp::Ne => $a != $b,
            CmpOp::Lt => $a < $b,
            CmpOp::Le => $a <= $b,
            CmpOp::Gt => $a > $b,
            CmpOp::Ge => $a >= $b,
        }
    };
}

/// A comparison of two values of a lane type.
pub fn compare(op: CmpOp, lane: Lane, a: u64, b: u64) -> bool {
    match lane {
        Lane::F32 => compare_as!(op, f32_of(a), f32_of(b)),
        Lane::F64 => compare_as!(op, f64::from_bits(a), f64::from_bits(b)),
        _ => int_lane!(lane, T => compare_as!(op, a as T, b as T), else compare_as!(op, a & 1, b & 1)),
    }
}

/// `a·b + c`, rounded once.
pub fn fma(lane: Lane, a: u64, b: u64, c: u64) -> u64 {
    if lane == Lane::F32 {
        f32_of(a).mul_add(f32_of(b), f32_of(c)).to_bits() as u64
    } else {
        f64::from_bits(a).mul_add(f64::from_bits(b), f64::from_bits(c)).to_bits()
    }
}

/// Numeric conversion between lane types (not to `B1`).
pub fn convert(from: Lane, to: Lane, a: u64) -> u64 {
    match (from, to) {
        (Lane::F32, Lane::F64) => (f32_of(a) as f64).to_bits(),
        (Lane::F64, Lane::F32) => (f64::from_bits(a) as f32).to_bits() as u64,
        (Lane::F32 | Lane::F64, _) if to.is_float() => a,
        (Lane::F32, _) => truncate(to, float_to_int(f32_of(a) as f64, dtype_of(to)) as u64),
        (Lane::F64, _) => truncate(to, float_to_int(f64::from_bits(a), dtype_of(to)) as u64),
        (Lane::U64, Lane::F32) => (a as f32).to_bits() as u64,
        (Lane::U64, Lane::F64) => (a as f64).to_bits(),
        (_, Lane::F32) => (sign_extend(from, truncate(from, a)) as f32).to_bits() as u64,
        (_, Lane::F64) => (sign_extend(from, truncate(from, a)) as f64).to_bits(),
        _ => truncate(to, sign_extend(from, truncate(from, a)) as u64),
    }
}

fn dtype_of(lane: Lane) -> DType {
    match lane {
        Lane::B1 => DType::Bool,
        Lane::I8 => DType::I8,
        Lane::I16 => DType::I16,
        Lane::I32 => DType::I32,
        Lane::I64 => DType::I64,
        Lane::U8 => DType::U8,
        Lane::U16 => DType::U16,
        Lane::U32 => DType::U32,
        Lane::U64 => DType::U64,
        Lane::F32 => DType::F32,
        Lane::F64 => DType::F64,
    }
}

/// What a body needs from outside: memory, scalars and routine code.
pub trait Context {
    /// The value of `Param`, `Arg`, `Load`, `Gather` (with its index' bits) or `ScanOut`.
    fn leaf(&mut self, inst: &Inst, index: u64, values: &[u64]) -> u64;
    /// Calls a scalar routine.
    fn call(&mut self, routine: Routine, args: &[u64]) -> u64;
    /// A `Check` failed.
    fn fault(&mut self) {}
}

/// Evaluates a body; `values` receives the bits of each value in order.
pub fn body(body: &Body, values: &mut Vec<u64>, cx: &mut impl Context) {
    values.clear();
    for (_, inst, lane) in body.insts() {
        let at = |v: &ValueId| values[v.0 as usize];
        let routine = |cx: &mut _, r: &Routine, args: &[ValueId]| {
            let args: smallvec::SmallVec<[u64; 4]> = args.iter().map(at).collect();
            Context::call(cx, *r, &args)
        };
        let bits = match inst {
            Inst::Const(bits) => *bits,
            Inst::Gather { index, .. } => cx.leaf(inst, at(index), values),
            Inst::Param(_) | Inst::Arg(_) | Inst::Load { .. } | Inst::ScanOut { .. } => cx.leaf(inst, 0, values),
            Inst::Unary(op, a) => unary(*op, lane, at(a)),
            Inst::Binary(op, a, b) => binary(*op, lane, at(a), at(b)),
            Inst::Compare(op, a, b) => compare(*op, body.lane(*a), at(a), at(b)) as u64,
            Inst::Fma(a, b, c) => fma(lane, at(a), at(b), at(c)),
            Inst::Select(c, a, b) => {
                if at(c) & 1 != 0 {
                    at(a)
                } else {
                    at(b)
                }
            }
            Inst::Convert(a) => convert(body.lane(*a), lane, at(a)),
            Inst::Bitcast(a) => at(a),
            Inst::Call(r, args) => routine(cx, r, args),
            Inst::CallWhere(r, args, mask, other) => {
                if at(mask) & 1 != 0 {
                    routine(cx, r, args)
                } else {
                    at(other)
                }
            }
            Inst::Check(a) => {
                if at(a) & 1 == 0 {
                    cx.fault();
                }
                at(a)
            }
        };
        values.push(truncate(lane, bits));
    }
}
