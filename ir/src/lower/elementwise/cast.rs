//! Casts between dtypes.

use super::{boolean, complex, float16};
use crate::dtype::DType;
use crate::kernel::{Builder, Lane, ValueId};
use crate::lower::Lanes;

/// Lowers `astype`: integers wrap, floats round once to nearest, complex numbers drop their
/// imaginary part, and what is not 0 is true. Floats out of an integer's range give what x86-64
/// gives ([`crate::scalar::float_to_int`]).
pub fn cast(b: &mut Builder, from: DType, to: DType, a: &Lanes) -> Lanes {
    if from == to {
        return a.clone();
    }
    if to == DType::Bool && from.is_complex() {
        return Lanes::real(complex::truth(b, (a.re(), a.im())));
    }
    let re = real(b, from.real(), to.real(), a.re());
    if !to.is_complex() {
        return Lanes::real(re);
    }
    let im = if from.is_complex() { real(b, from.real(), to.real(), a.im()) } else { b.float(Lane::of(to), 0.0) };
    Lanes::complex(re, im)
}

fn real(b: &mut Builder, from: DType, to: DType, x: ValueId) -> ValueId {
    match to {
        DType::Bool => boolean::truth(b, x),
        DType::F16 => match from {
            DType::F16 => x,
            // Rounded from `F64` directly: twice is once too often.
            DType::F64 => float16::round(b, x),
            DType::Bool | DType::I8 | DType::U8 => b.convert(Lane::F32, x),
            _ => {
                let x = b.convert(Lane::F32, x);
                float16::round(b, x)
            }
        },
        _ => b.convert(Lane::of(to), x),
    }
}
