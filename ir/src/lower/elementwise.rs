//! The meaning of every elementwise op, as kernel instructions.

use super::Lanes;
use crate::dtype::DType;
use crate::kernel::Builder;
use crate::op::Ew;

/// Lowers one op for operands of dtype `dtype` (the loop's dtype; see [`Ew::resolve`]).
pub fn lower(b: &mut Builder, op: Ew, dtype: DType, args: &[Lanes]) -> Lanes {
    let _ = dtype;
    match op {
        Ew::Add => Lanes::real(b.add(args[0].re(), args[1].re())),
        _ => todo!(),
    }
}

/// Lowers `astype`.
pub fn cast(b: &mut Builder, from: DType, to: DType, a: &Lanes) -> Lanes {
    let _ = (b, from, to, a);
    todo!()
}

/// Loads from memory: `float16` bits become an `F32` lane; others pass.
pub fn from_memory(b: &mut Builder, dtype: DType, a: Lanes) -> Lanes {
    let _ = (b, dtype);
    a
}

/// The inverse of [`from_memory`].
pub fn to_memory(b: &mut Builder, dtype: DType, a: Lanes) -> Lanes {
    let _ = (b, dtype);
    a
}
