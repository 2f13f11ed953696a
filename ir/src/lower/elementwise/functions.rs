//! Transcendental functions: expansions where there are any, scalar routines elsewhere.

use crate::expand;
use crate::kernel::{Builder, Lane, ValueId};
use crate::op::Ew;
use crate::routine::Routine::{self, *};

/// A function of real `F32` or `F64` lanes; `None` if the op is not one.
pub fn real(b: &mut Builder, op: Ew, x: ValueId, y: ValueId) -> Option<ValueId> {
    Some(match op {
        Ew::Logaddexp => logaddexp(b, x, y, std::f64::consts::LN_2, Ew::Exp, Ew::Log1p, 1.0),
        Ew::Logaddexp2 => {
            logaddexp(b, x, y, 1.0, Ew::Exp2, Ew::Log1p, std::f64::consts::LOG2_E)
        }
        Ew::Exp => expand::exp(b, x),
        Ew::Log => expand::log(b, x),
        Ew::Sin => expand::sin(b, x),
        Ew::Cos => expand::cos(b, x),
        Ew::Tanh => expand::tanh(b, x),
        Ew::Arcsin => expand::asin(b, x),
        _ => {
            let [wide, narrow] = real_routines(op)?;
            let routine = if b.lane(x) == Lane::F64 { wide } else { narrow };
            let args = [x, y];
            b.call(routine, &args[..routine.args().len()])
        }
    })
}

/// A one-operand function of a real lane, for ops that [`real`] knows; others pass `x`.
pub fn unary(b: &mut Builder, op: Ew, x: ValueId) -> ValueId {
    real(b, op, x, x).unwrap_or(x)
}

/// A one-operand function of complex lanes; `None` if the op is not one.
pub fn complex(b: &mut Builder, op: Ew, re: ValueId, im: ValueId) -> Option<(ValueId, ValueId)> {
    let [re64, im64, re32, im32] = complex_routines(op)?;
    let parts = if b.lane(re) == Lane::F64 { [re64, im64] } else { [re32, im32] };
    let [re, im] = parts.map(|routine| b.call(routine, &[re, im]));
    Some((re, im))
}

/// `larger + log(1 + base^(smaller - larger))`, as NumPy's `npy_logaddexp` computes it.
fn logaddexp(
    b: &mut Builder,
    x: ValueId,
    y: ValueId,
    of_equal: f64,
    exp: Ew,
    log1p: Ew,
    factor: f64,
) -> ValueId {
    let lane = b.lane(x);
    let difference = b.sub(x, y);
    let distance = b.abs(difference);
    let minus = b.neg(distance);
    let power = unary(b, exp, minus);
    let correction = unary(b, log1p, power);
    let factor = b.float(lane, factor);
    let correction = b.mul(correction, factor);
    let larger = b.max(x, y);
    let r = b.add(larger, correction);
    // Also keeps the difference of equal infinities out.
    let (same, of_equal) = (b.eq(x, y), b.float(lane, of_equal));
    let twice = b.add(x, of_equal);
    b.select(same, twice, r)
}

/// The routines of an op without an expansion, for `F64` and `F32`.
fn real_routines(op: Ew) -> Option<[Routine; 2]> {
    Some(match op {
        Ew::Exp2 => [Exp2F64, Exp2F32],
        Ew::Expm1 => [Expm1F64, Expm1F32],
        Ew::Log2 => [Log2F64, Log2F32],
        Ew::Log10 => [Log10F64, Log10F32],
        Ew::Log1p => [Log1pF64, Log1pF32],
        Ew::Tan => [TanF64, TanF32],
        Ew::Arccos => [AcosF64, AcosF32],
        Ew::Arctan => [AtanF64, AtanF32],
        Ew::Sinh => [SinhF64, SinhF32],
        Ew::Cosh => [CoshF64, CoshF32],
        Ew::Arcsinh => [AsinhF64, AsinhF32],
        Ew::Arccosh => [AcoshF64, AcoshF32],
        Ew::Arctanh => [AtanhF64, AtanhF32],
        Ew::Cbrt => [CbrtF64, CbrtF32],
        Ew::Arctan2 => [Atan2F64, Atan2F32],
        Ew::Hypot => [HypotF64, HypotF32],
        Ew::Power | Ew::FloatPower => [PowF64, PowF32],
        _ => return None,
    })
}

/// The routines of an op: real and imaginary part for `F64`, then for `F32`.
fn complex_routines(op: Ew) -> Option<[Routine; 4]> {
    Some(match op {
        Ew::Sqrt => [CsqrtReF64, CsqrtImF64, CsqrtReF32, CsqrtImF32],
        Ew::Exp => [CexpReF64, CexpImF64, CexpReF32, CexpImF32],
        Ew::Log => [ClogReF64, ClogImF64, ClogReF32, ClogImF32],
        Ew::Sin => [CsinReF64, CsinImF64, CsinReF32, CsinImF32],
        Ew::Cos => [CcosReF64, CcosImF64, CcosReF32, CcosImF32],
        Ew::Tan => [CtanReF64, CtanImF64, CtanReF32, CtanImF32],
        Ew::Arcsin => [CasinReF64, CasinImF64, CasinReF32, CasinImF32],
        Ew::Arccos => [CacosReF64, CacosImF64, CacosReF32, CacosImF32],
        Ew::Arctan => [CatanReF64, CatanImF64, CatanReF32, CatanImF32],
        Ew::Sinh => [CsinhReF64, CsinhImF64, CsinhReF32, CsinhImF32],
        Ew::Cosh => [CcoshReF64, CcoshImF64, CcoshReF32, CcoshImF32],
        Ew::Tanh => [CtanhReF64, CtanhImF64, CtanhReF32, CtanhImF32],
        Ew::Arcsinh => [CasinhReF64, CasinhImF64, CasinhReF32, CasinhImF32],
        Ew::Arccosh => [CacoshReF64, CacoshImF64, CacoshReF32, CacoshImF32],
        Ew::Arctanh => [CatanhReF64, CatanhImF64, CatanhReF32, CatanhImF32],
        _ => return None,
    })
}
