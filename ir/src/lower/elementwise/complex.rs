//! `complex64` and `complex128`: pairs of float lanes.

use super::{bits, boolean, float, functions, no_loop};
use crate::kernel::{Builder, Lane, ValueId};
use crate::lower::Lanes;
use crate::op::Ew;
use crate::routine::Routine;

/// Lowers an op on (re, im) pairs of `F32` or `F64` lanes.
pub fn lower(b: &mut Builder, op: Ew, x: &Lanes, y: &Lanes) -> Lanes {
    let (a, c) = ((x.re(), x.im()), (y.re(), y.im()));
    match op {
        Ew::Negative | Ew::Rint => parts(b, a, |b, x| float::lower(b, op, x, x)),
        Ew::Add | Ew::Subtract => Lanes::complex(float::lower(b, op, a.0, c.0), float::lower(b, op, a.1, c.1)),
        Ew::Positive => x.clone(),
        Ew::Conjugate => Lanes::complex(a.0, b.neg(a.1)),
        Ew::Multiply => multiply(b, a, c),
        Ew::Square => multiply(b, a, a),
        Ew::Divide => divide(b, a, c),
        Ew::Reciprocal => reciprocal(b, a),
        Ew::Power | Ew::FloatPower => power(b, a, c),
        Ew::Absolute => Lanes::real(absolute(b, a)),
        Ew::Sign => sign(b, a),
        Ew::Real => Lanes::real(a.0),
        Ew::Imag => Lanes::real(a.1),
        Ew::Maximum | Ew::Minimum | Ew::Fmax | Ew::Fmin => extreme(b, op, a, c),
        Ew::Isnan | Ew::Isinf => Lanes::real(either(b, op, a)),
        Ew::Isfinite => {
            let (re, im) = (float::lower(b, op, a.0, a.0), float::lower(b, op, a.1, a.1));
            Lanes::real(b.and(re, im))
        }
        Ew::Equal | Ew::NotEqual | Ew::Less | Ew::LessEqual | Ew::Greater | Ew::GreaterEqual => {
            Lanes::real(compare(b, op, a, c))
        }
        Ew::LogicalAnd | Ew::LogicalOr | Ew::LogicalXor | Ew::LogicalNot => {
            let (a, c) = (truth(b, a), truth(b, c));
            Lanes::real(boolean::lower(b, op, a, c))
        }
        Ew::Exp2 => {
            let ln_2 = b.float(b.lane(a.0), std::f64::consts::LN_2);
            let scaled = parts(b, a, |b, x| b.mul(x, ln_2));
            function(b, Ew::Exp, (scaled.re(), scaled.im()))
        }
        Ew::Log2 | Ew::Log10 => {
            let factor = if op == Ew::Log2 { std::f64::consts::LOG2_E } else { std::f64::consts::LOG10_E };
            let factor = b.float(b.lane(a.0), factor);
            let log = function(b, Ew::Log, a);
            parts(b, (log.re(), log.im()), |b, x| b.mul(x, factor))
        }
        Ew::Log1p => log1p(b, a),
        Ew::Expm1 => expm1(b, a),
        _ => function(b, op, a),
    }
}

type Pair = (ValueId, ValueId);

fn parts(b: &mut Builder, a: Pair, mut f: impl FnMut(&mut Builder, ValueId) -> ValueId) -> Lanes {
    Lanes::complex(f(b, a.0), f(b, a.1))
}

fn function(b: &mut Builder, op: Ew, a: Pair) -> Lanes {
    match functions::complex(b, op, a.0, a.1) {
        Some((re, im)) => Lanes::complex(re, im),
        None => no_loop(op, "complex"),
    }
}

fn select(b: &mut Builder, c: ValueId, x: Pair, y: Pair) -> Lanes {
    Lanes::complex(b.select(c, x.0, y.0), b.select(c, x.1, y.1))
}

/// A predicate of either part.
fn either(b: &mut Builder, op: Ew, a: Pair) -> ValueId {
    let (re, im) = (float::lower(b, op, a.0, a.0), float::lower(b, op, a.1, a.1));
    b.or(re, im)
}

/// Whether a value counts as true.
pub fn truth(b: &mut Builder, a: Pair) -> ValueId {
    let (re, im) = (boolean::truth(b, a.0), boolean::truth(b, a.1));
    b.or(re, im)
}

/// The product, with one of the two products of each part unrounded, as NumPy's vector loops have
/// it on every machine with fma.
fn multiply(b: &mut Builder, x: Pair, y: Pair) -> Lanes {
    let (ii, ir) = (b.mul(x.1, y.1), b.mul(x.1, y.0));
    let minus_ii = b.neg(ii);
    Lanes::complex(b.fma(x.0, y.0, minus_ii), b.fma(x.0, y.1, ir))
}

/// A divisor `z` as Smith's algorithm sees it (R. L. Smith, Algorithm 116, CACM 5, 1962).
struct Divisor {
    /// Whether the real part is the larger one.
    real: ValueId,
    /// The smaller part over the larger one.
    ratio: ValueId,
    /// The larger part plus the smaller one times `ratio`.
    denominator: ValueId,
}

fn divisor(b: &mut Builder, z: Pair) -> Divisor {
    let (re, im) = (b.abs(z.0), b.abs(z.1));
    let real = b.ge(re, im);
    let (larger, smaller) = (b.select(real, z.0, z.1), b.select(real, z.1, z.0));
    let ratio = b.div(smaller, larger);
    let product = b.mul(smaller, ratio);
    let denominator = b.add(larger, product);
    Divisor { real, ratio, denominator }
}

fn divide(b: &mut Builder, x: Pair, y: Pair) -> Lanes {
    let lane = b.lane(x.0);
    let one = b.float(lane, 1.0);
    let Divisor { real, ratio, denominator } = divisor(b, y);
    let scale = b.div(one, denominator);
    // The part of `x` that meets the larger part of `y`, and the other.
    let (p, q) = (b.select(real, x.0, x.1), b.select(real, x.1, x.0));
    let (p_ratio, q_ratio) = (b.mul(p, ratio), b.mul(q, ratio));
    let re = b.add(p, q_ratio);
    let (im, other_im) = (b.sub(q, p_ratio), b.sub(p_ratio, q));
    let im = b.select(real, im, other_im);
    let quotient = (b.mul(re, scale), b.mul(im, scale));
    // `x / 0` is `x` over positive zeros.
    let nonzero = truth(b, y);
    let infinity = b.float(lane, f64::INFINITY);
    let by_zero = (b.mul(x.0, infinity), b.mul(x.1, infinity));
    select(b, nonzero, quotient, by_zero)
}

fn reciprocal(b: &mut Builder, x: Pair) -> Lanes {
    let Divisor { real, ratio, denominator } = divisor(b, x);
    let one = b.float(b.lane(x.0), 1.0);
    let (re, im) = (b.select(real, one, ratio), b.select(real, ratio, one));
    let im = b.neg(im);
    Lanes::complex(b.div(re, denominator), b.div(im, denominator))
}

fn power(b: &mut Builder, x: Pair, y: Pair) -> Lanes {
    let routines = if b.lane(x.0) == Lane::F64 {
        [Routine::CpowReF64, Routine::CpowImF64]
    } else {
        [Routine::CpowReF32, Routine::CpowImF32]
    };
    let [re, im] = routines.map(|r| b.call(r, &[x.0, x.1, y.0, y.1]));
    Lanes::complex(re, im)
}

/// `larger · sqrt(1 + (smaller / larger)²)`, as NumPy's vector loop has it; infinite if a part
/// is, even if the other is NaN.
fn absolute(b: &mut Builder, x: Pair) -> ValueId {
    let lane = b.lane(x.0);
    let (zero, one, infinity) = (b.float(lane, 0.0), b.float(lane, 1.0), b.float(lane, f64::INFINITY));
    let (re, im) = (b.abs(x.0), b.abs(x.1));
    let (larger, smaller) = (b.max(re, im), b.min(re, im));
    let ratio = b.div(smaller, larger);
    let is_zero = b.eq(larger, zero);
    let ratio = b.select(is_zero, zero, ratio);
    let square = b.fma(ratio, ratio, one);
    let root = b.sqrt(square);
    let r = b.mul(root, larger);
    let infinite = either(b, Ew::Isinf, x);
    b.select(infinite, infinity, r)
}

/// `x / |x|`; 0 for 0, NaN for NaN, and the limit where one part is infinite and only that one.
fn sign(b: &mut Builder, x: Pair) -> Lanes {
    let lane = b.lane(x.0);
    let (zero, one, nan) = (b.float(lane, 0.0), b.float(lane, 1.0), b.float(lane, f64::NAN));
    let magnitude = functions::real(b, Ew::Hypot, x.0, x.1).unwrap_or(one);
    let is_zero = b.eq(magnitude, zero);
    let (re_infinite, im_infinite) = (bits::is_infinite(b, x.0), bits::is_infinite(b, x.1));
    let (infinite, both) = (b.or(re_infinite, im_infinite), b.and(re_infinite, im_infinite));
    let is_nan = b.ne(magnitude, magnitude);
    let undefined = b.or(is_nan, both);
    parts(b, x, |b, part| {
        let quotient = b.div(part, magnitude);
        let quotient = b.select(is_zero, zero, quotient);
        let (part_infinite, unit) = (bits::is_infinite(b, part), bits::copysign(b, one, part));
        let limit = b.select(part_infinite, unit, zero);
        let r = b.select(infinite, limit, quotient);
        b.select(undefined, nan, r)
    })
}

/// Lexicographic comparisons; with NaN in a part that matters, or in an imaginary part, false.
fn compare(b: &mut Builder, op: Ew, x: Pair, y: Pair) -> ValueId {
    let (re_equal, im) = (b.eq(x.0, y.0), float::lower(b, op, x.1, y.1));
    let strict = match op {
        Ew::Equal => return b.and(re_equal, im),
        Ew::NotEqual => {
            let re = b.ne(x.0, y.0);
            return b.or(re, im);
        }
        Ew::Less | Ew::LessEqual => b.lt(x.0, y.0),
        _ => b.gt(x.0, y.0),
    };
    let (x_ok, y_ok) = (b.eq(x.1, x.1), b.eq(y.1, y.1));
    let ok = b.and(x_ok, y_ok);
    let by_re = b.and(strict, ok);
    let by_im = b.and(re_equal, im);
    b.or(by_re, by_im)
}

/// `maximum`, `minimum` (NaN wins) and `fmax`, `fmin` (NaN loses).
fn extreme(b: &mut Builder, op: Ew, x: Pair, y: Pair) -> Lanes {
    let (order, tested) = match op {
        Ew::Maximum => (Ew::GreaterEqual, x),
        Ew::Minimum => (Ew::LessEqual, x),
        Ew::Fmax => (Ew::GreaterEqual, y),
        _ => (Ew::LessEqual, y),
    };
    let (first, nan) = (compare(b, order, x, y), either(b, Ew::Isnan, tested));
    let first = b.or(first, nan);
    select(b, first, x, y)
}

/// From real functions, as NumPy has it.
fn log1p(b: &mut Builder, x: Pair) -> Lanes {
    let one = b.float(b.lane(x.0), 1.0);
    let re = b.add(x.0, one);
    let magnitude = functions::real(b, Ew::Hypot, re, x.1).unwrap_or(re);
    let angle = functions::real(b, Ew::Arctan2, x.1, re).unwrap_or(re);
    Lanes::complex(functions::unary(b, Ew::Log, magnitude), angle)
}

/// From real functions, as NumPy has it: `expm1(re)·cos(im) - 2·sin²(im/2)`, `exp(re)·sin(im)`.
fn expm1(b: &mut Builder, x: Pair) -> Lanes {
    let lane = b.lane(x.0);
    let (half, two) = (b.float(lane, 0.5), b.float(lane, 2.0));
    let half_angle = b.mul(x.1, half);
    let a = functions::unary(b, Ew::Sin, half_angle);
    let (growth, cos) = (functions::unary(b, Ew::Expm1, x.0), functions::unary(b, Ew::Cos, x.1));
    let first = b.mul(growth, cos);
    let second = b.mul(two, a);
    let second = b.mul(second, a);
    let re = b.sub(first, second);
    let (exp, sin) = (functions::unary(b, Ew::Exp, x.0), functions::unary(b, Ew::Sin, x.1));
    Lanes::complex(re, b.mul(exp, sin))
}
