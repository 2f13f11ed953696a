//! Transcendental functions: expansions of the real ones; formulas and routines for the complex ones.

use super::bits;
use crate::expand;
use crate::kernel::{Builder, Lane, ValueId};
use crate::op::Ew;
use crate::routine::Routine::{self, *};

/// A function of real `F32` or `F64` lanes; `None` if the op is not one.
pub fn real(b: &mut Builder, op: Ew, x: ValueId, y: ValueId) -> Option<ValueId> {
    Some(match op {
        Ew::Exp => expand::exp(b, x),
        Ew::Log => expand::log(b, x),
        Ew::Sin => expand::sin(b, x),
        Ew::Cos => expand::cos(b, x),
        Ew::Tanh => expand::tanh(b, x),
        Ew::Arcsin => expand::asin(b, x),
        Ew::Exp2 => expand::exp2(b, x),
        Ew::Expm1 => expand::expm1(b, x),
        Ew::Log2 => expand::log2(b, x),
        Ew::Log10 => expand::log10(b, x),
        Ew::Log1p => expand::log1p(b, x),
        Ew::Tan => expand::tan(b, x),
        Ew::Arccos => expand::acos(b, x),
        Ew::Arctan => expand::atan(b, x),
        Ew::Sinh => expand::sinh(b, x),
        Ew::Cosh => expand::cosh(b, x),
        Ew::Arctan2 => expand::atan2(b, x, y),
        Ew::Arcsinh => expand::asinh(b, x),
        Ew::Arccosh => expand::acosh(b, x),
        Ew::Arctanh => expand::atanh(b, x),
        Ew::Cbrt => expand::cbrt(b, x),
        Ew::Hypot => expand::hypot(b, x, y),
        Ew::Power | Ew::FloatPower => expand::pow(b, x, y),
        Ew::Logaddexp => expand::logaddexp(b, x, y),
        Ew::Logaddexp2 => expand::logaddexp2(b, x, y),
        _ => return None,
    })
}

/// A one-operand function of a real lane, for ops that [`real`] knows; others pass `x`.
pub fn unary(b: &mut Builder, op: Ew, x: ValueId) -> ValueId {
    real(b, op, x, x).unwrap_or(x)
}

/// A one-operand function of complex lanes; `None` if the op is not one.
///
/// Where a formula in real functions is as good as C's function, it is used for the lanes that it
/// is good for, and the routines are called for the others.
pub fn complex(b: &mut Builder, op: Ew, re: ValueId, im: ValueId) -> Option<(ValueId, ValueId)> {
    let [re64, im64, re32, im32] = complex_routines(op)?;
    let [re_routine, im_routine] = if b.lane(re) == Lane::F64 { [re64, im64] } else { [re32, im32] };
    let args = [re, im];
    if op == Ew::Log {
        // log|z| needs care near 1; the angle is a real function.
        let angle = real(b, Ew::Arctan2, im, re)?;
        return Some((b.call(re_routine, &args), angle));
    }
    let formula = match op {
        // The last two operands: the part that makes the result grow, and the angle.
        Ew::Exp => Some(products(b, [(Ew::Exp, re), (Ew::Cos, im)], [(Ew::Exp, re), (Ew::Sin, im)], re, im)),
        Ew::Sinh => Some(products(b, [(Ew::Sinh, re), (Ew::Cos, im)], [(Ew::Cosh, re), (Ew::Sin, im)], re, im)),
        Ew::Cosh => Some(products(b, [(Ew::Cosh, re), (Ew::Cos, im)], [(Ew::Sinh, re), (Ew::Sin, im)], re, im)),
        Ew::Sin => Some(products(b, [(Ew::Cosh, im), (Ew::Sin, re)], [(Ew::Sinh, im), (Ew::Cos, re)], im, re)),
        Ew::Cos => {
            let mut f = products(b, [(Ew::Cosh, im), (Ew::Cos, re)], [(Ew::Sinh, im), (Ew::Sin, re)], im, re);
            f.im = b.neg(f.im);
            Some(f)
        }
        Ew::Sqrt => Some(sqrt(b, re, im)),
        _ => None,
    };
    Some(match formula {
        Some(Formula { re, im, rare }) => {
            (b.call_where(re_routine, &args, rare, re), b.call_where(im_routine, &args, rare, im))
        }
        None => (b.call(re_routine, &args), b.call(im_routine, &args)),
    })
}

/// A complex result, and the lanes that it is not good for.
struct Formula {
    re: ValueId,
    im: ValueId,
    rare: ValueId,
}

/// Products of a hyperbolic or exponential function of `growth` and a circular one of `angle`,
/// for finite angles and as long as nothing overflows.
fn products(
    b: &mut Builder,
    re: [(Ew, ValueId); 2],
    im: [(Ew, ValueId); 2],
    growth: ValueId,
    angle: ValueId,
) -> Formula {
    let [re, im] = [re, im].map(|[(f, x), (g, y)]| {
        let (f, g) = (unary(b, f, x), unary(b, g, y));
        b.mul(f, g)
    });
    let lane = b.lane(growth);
    let limit = b.float(lane, if lane == Lane::F32 { 80.0 } else { 700.0 });
    let magnitude = b.abs(growth);
    let (bounded, finite) = (b.lt(magnitude, limit), bits::is_finite(b, angle));
    let good = b.and(bounded, finite);
    Formula { re, im, rare: b.not(good) }
}

/// The square root with the larger part from `sqrt((|z| + |re|) / 2)` and the smaller one by
/// division, so that nothing cancels; for `z` whose square is in range.
fn sqrt(b: &mut Builder, re: ValueId, im: ValueId) -> Formula {
    let lane = b.lane(re);
    let (zero, half) = (b.float(lane, 0.0), b.float(lane, 0.5));
    let exponent = if lane == Lane::F32 { 60 } else { 500 };
    let (lo, hi) = (b.float(lane, 2f64.powi(-exponent)), b.float(lane, 2f64.powi(exponent)));
    let (x, y) = (b.abs(re), b.abs(im));
    let square = b.mul(y, y);
    let square = b.fma(x, x, square);
    let modulus = b.sqrt(square);
    let sum = b.add(modulus, x);
    let sum = b.mul(half, sum);
    let larger = b.sqrt(sum);
    let half_y = b.mul(half, y);
    let smaller = b.div(half_y, larger);
    let right = b.ge(re, zero);
    let (root_re, root_im) = (b.select(right, larger, smaller), b.select(right, smaller, larger));
    // NaN of either part reaches the maximum.
    let size = b.max(x, y);
    let (above, below) = (b.gt(size, lo), b.lt(size, hi));
    let good = b.and(above, below);
    Formula { re: root_re, im: bits::with_sign(b, root_im, im), rare: b.not(good) }
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
