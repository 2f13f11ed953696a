//! The meaning of every elementwise op, as kernel instructions.
//!
//! One file per kind of dtype; the results are NumPy's, bit for bit where NumPy's own do not
//! depend on the machine. Where they do, the forms are those of NumPy's vector loops on x86-64:
//! complex multiplication contracts, and of two equal floats (zeros of either sign) `maximum` and
//! `minimum` take the second.

use super::Lanes;
use crate::dtype::{DType, Kind};
use crate::kernel::{Builder, ValueId};
use crate::op::Ew;

mod bits;
mod boolean;
mod cast;
mod complex;
mod float;
mod float16;
mod functions;
mod integer;

pub(super) use bits::signbit;
pub use cast::cast;
pub use float16::{from_memory, to_memory};

/// Lowers one op for operands of dtype `dtype` (the loop's dtype; see [`Ew::resolve`]).
///
/// Three ops have an operand of another type: the first of `where` is a `B1` lane, and the second
/// of `ldexp` an `I32` or `I64` lane.
pub fn lower(b: &mut Builder, op: Ew, dtype: DType, args: &[Lanes]) -> Lanes {
    match op {
        Ew::Where => {
            let parts = args[1].0.iter().zip(&args[2].0);
            return Lanes(parts.map(|(&x, &y)| b.select(args[0].re(), x, y)).collect());
        }
        Ew::MakeComplex => return Lanes::complex(args[0].re(), args[1].re()),
        _ => {}
    }
    // One-operand ops see their operand twice.
    let (x, y) = (&args[0], &args[args.len() - 1]);
    match dtype.kind() {
        Kind::Bool => Lanes::real(boolean::lower(b, op, x.re(), y.re())),
        Kind::Signed | Kind::Unsigned => Lanes::real(integer::lower(b, op, x.re(), y.re())),
        Kind::Float if dtype == DType::F16 => Lanes::real(float16::lower(b, op, x.re(), y.re())),
        Kind::Float => Lanes::real(float::lower(b, op, x.re(), y.re())),
        Kind::Complex => complex::lower(b, op, x, y),
    }
}

/// For pairs of op and kind that [`Ew::resolve`] never yields.
fn no_loop(op: Ew, kind: &str) -> ! {
    unreachable!("{} has no {kind} loop", op.name())
}

/// `x` if `c`, else a constant.
fn select_or(b: &mut Builder, c: ValueId, x: ValueId, otherwise: f64) -> ValueId {
    let lane = b.lane(x);
    let otherwise = b.float(lane, otherwise);
    b.select(c, x, otherwise)
}
