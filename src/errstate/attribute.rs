//! Which op of an evaluation met which floating-point error.
//!
//! What an op made of its operands tells: NaN of what is not NaN is an invalid operation, infinity of what is finite a
//! division by zero where the function has a pole and an overflow elsewhere. Every check is an expression of this
//! crate, one pass over operands and result.

use std::cell::Cell;

use numfuse_backends::runtime::config::{Backend, backend};
use numfuse_backends::runtime::{Concrete, flags};
use numfuse_ir::{DType, Ew, HostOp, Op, ReduceOp, ScanOp};

use super::report::report;
use super::{ErrMode, POLICY, Policy};
use crate::array::Array;
use crate::array::flatten::{Flat, Replayed};
use crate::array::node::{Input, State};
use crate::error::{Raised, Result};
use crate::options::axis;
use crate::{
    any, equal, isfinite, isinf, isnan, less, less_equal, logical_and, logical_not, logical_or, not_equal, trunc,
};

thread_local! {
    /// This thread looks for the cause of a flag, and its own evaluations have none.
    static SEARCHING: Cell<bool> = const { Cell::new(false) };
}

/// What an evaluation has to listen for.
pub(crate) struct Watch {
    /// The kinds of errors of which somebody wants to hear.
    wanted: u32,
    /// What the processor met.
    pub(crate) met: u32,
}

impl Watch {
    /// `None` if nobody wants to hear of anything.
    pub(crate) fn new() -> Option<Watch> {
        let warnings = log::max_level() >= log::LevelFilter::Warn;
        let wanted = POLICY.with_borrow(|policy| {
            let heard = |mode| mode != ErrMode::Ignore && (mode != ErrMode::Warn || warnings);
            policy.state.kinds().into_iter().filter(|(_, _, mode)| heard(*mode)).fold(0, |all, (flag, ..)| all | flag)
        });
        if wanted == 0 || SEARCHING.get() {
            return None;
        }
        Some(Watch { wanted, met: 0 })
    }

    /// Acts on what an evaluation of `flat` over `inputs` met.
    pub(crate) fn settle(self, flat: &Flat, inputs: &[Concrete]) -> Raised<()> {
        // The power of zero raises overflow where it has a pole.
        let silent_pole = if self.wanted & flags::DIVIDE != 0 { flags::OVER } else { 0 };
        // The interpreter's conversions of floats to integers are no instructions that raise flags.
        let raised = self.met & (self.wanted | silent_pole) != 0 || backend() == Backend::Interp;
        let any_of = |kinds: u32| self.wanted & kinds != 0;
        let silent = || flat.has_silent_ops(any_of(flags::DIVIDE | flags::OVER), any_of(flags::OVER | flags::UNDER));
        if !raised && !silent() {
            return Ok(());
        }
        /// Ends the search also when it panics.
        struct Found;
        impl Drop for Found {
            fn drop(&mut self) {
                SEARCHING.set(false);
            }
        }
        let policy = POLICY.with_borrow(Policy::clone);
        SEARCHING.set(true);
        let _found = Found;
        flat.replay(inputs, |step| {
            let met = errors(step, self.wanted)? & self.wanted;
            if met == 0 {
                return Ok(());
            }
            report(&policy, met, name(step), step.value.0.location)
        })
    }
}

/// The function that NumPy names.
fn name(step: &Replayed) -> &'static str {
    match &step.array.0.op {
        Op::Ew(op) => op.name(),
        // Half precision is summed in single, and rounded at the end.
        Op::Cast => match operand_op(&step.array) {
            Some(Op::Reduce { .. }) => "reduce",
            Some(Op::Scan { .. }) => "accumulate",
            _ => "cast",
        },
        Op::Reduce { .. } => "reduce",
        Op::Scan { .. } => "accumulate",
        Op::Host(call) => call.op.name(),
        _ => "evaluation",
    }
}

/// The op of a pending node's operand.
fn operand_op(array: &Array) -> Option<Op> {
    match &*array.0.state() {
        State::Lazy(inputs) => match inputs.first() {
            Some(Input::Node(operand)) => Some(operand.0.op.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// The errors of one op.
fn errors(step: &Replayed, wanted: u32) -> Result<u32> {
    let (value, operands) = (&step.value, &step.operands[..]);
    let checks = match (&step.array.0.op, operands) {
        (Op::Ew(op), [_, ..]) => elementwise(*op, operands, value, wanted),
        (Op::Cast, [a]) => cast(a, value),
        (Op::Reduce { op: ReduceOp::Sum | ReduceOp::Prod, axes }, [a]) if value.dtype().is_inexact() => {
            let axes: Vec<isize> = axes.iter().map(|&d| d as isize).collect();
            let along = |mask: Array| any(mask, axis(&axes[..]));
            made_of_nothing(value, along(isnan(a)), along(logical_not(isfinite(a))))
        }
        // What comes after the first NaN or infinity is its consequence, and does no harm to the answer.
        (Op::Scan { op: ScanOp::Sum | ScanOp::Prod, .. }, [a]) if value.dtype().is_inexact() => {
            made_of_nothing(value, any(isnan(a), ..), any(logical_not(isfinite(a)), ..))
        }
        (Op::Host(call), [a, b]) if call.op == HostOp::MatMul && value.dtype().is_inexact() => {
            let (nan, infinite) = (
                logical_or(any(isnan(a), ..), any(isnan(b), ..)),
                logical_not(logical_and(crate::all(isfinite(a), ..), crate::all(isfinite(b), ..))),
            );
            made_of_nothing(value, nan, infinite)
        }
        _ => vec![],
    };
    let checks: Vec<(u32, Array)> =
        checks.into_iter().filter(|(flag, _)| flag & wanted != 0).map(|(flag, mask)| (flag, any(mask, ..))).collect();
    crate::eval(checks.iter().map(|(_, check)| check))?;
    let mut met = 0;
    for (flag, check) in checks {
        if check.item::<bool>()? {
            met |= flag;
        }
    }
    Ok(met)
}

/// Invalid where the result is NaN and the operands are not, overflow where it is infinite and they are finite.
fn made_of_nothing(value: &Array, nan: Array, infinite: Array) -> Vec<(u32, Array)> {
    vec![
        (flags::INVALID, logical_and(isnan(value), logical_not(nan))),
        (flags::OVER, logical_and(isinf(value), logical_not(infinite))),
    ]
}

fn elementwise(op: Ew, operands: &[Array], value: &Array, wanted: u32) -> Vec<(u32, Array)> {
    use Ew::*;
    let [a, rest @ ..] = operands else { return vec![] };
    let b = rest.first();
    let dtype = a.dtype();
    if dtype.is_integer() {
        return match (op, b) {
            (FloorDivide | Remainder | Fmod, Some(b)) => {
                let mut checks = vec![(flags::DIVIDE, equal(b, 0))];
                if op == FloorDivide && dtype.kind() == numfuse_ir::Kind::Signed {
                    let least = crate::array::operand::int_range(dtype).0;
                    checks.push((flags::OVER, logical_and(equal(a, least), equal(b, -1))));
                }
                checks
            }
            // NumPy divides in double and casts infinity back.
            (Reciprocal, _) => vec![(flags::DIVIDE, equal(a, 0)), (flags::INVALID, equal(a, 0))],
            _ => vec![],
        };
    }
    // These pass infinities and NaN on, or look at their bits only.
    let quiet = matches!(
        op,
        Where
            | Maximum
            | Minimum
            | Fmax
            | Fmin
            | Positive
            | Negative
            | Fabs
            | Conjugate
            | Sign
            | Copysign
            | Heaviside
            | Spacing
            | Floor
            | Ceil
            | Trunc
            | Rint
            | ModfFraction
            | ModfIntegral
            | FrexpMantissa
            | FrexpExponent
            | Real
            | Imag
            | MakeComplex
            | Logaddexp
            | Logaddexp2
    );
    if quiet || !value.dtype().is_inexact() || dtype.is_complex() && op == Absolute {
        return vec![];
    }
    let inexact = |x: &&Array| x.dtype().is_inexact();
    let of = |test: fn(&Array) -> Array| {
        let masks = [Some(a), b].into_iter().flatten().filter(inexact).map(test);
        masks.reduce(|p, q| logical_or(p, q)).unwrap_or_else(|| crate::asarray(false, ..))
    };
    let (nan, infinite) = (of(|x| isnan(x)), of(|x| logical_not(isfinite(x))));
    let mut checks = made_of_nothing(value, nan, infinite.clone());
    let pole = match (op, b) {
        (Divide | FloorDivide, Some(b)) => Some(equal(b, 0)),
        (Reciprocal | Power | FloatPower | Log | Log2 | Log10, _) => Some(equal(a, 0)),
        (Log1p, _) => Some(equal(a, -1)),
        (Arctanh, _) => Some(equal(crate::absolute(a), 1)),
        _ => None,
    };
    if let Some(pole) = pole {
        let endless = logical_and(isinf(value), logical_not(infinite));
        checks[1].1 = logical_and(&endless, logical_not(&pole));
        checks.push((flags::DIVIDE, logical_and(endless, pole)));
    }
    if wanted & flags::UNDER != 0
        && let Some(mask) = underflow(op, a, b, value)
    {
        checks.push((flags::UNDER, mask));
    }
    checks
}

/// Where a result is below the normal numbers and not exact.
fn underflow(op: Ew, a: &Array, b: Option<&Array>, value: &Array) -> Option<Array> {
    use Ew::*;
    if value.dtype().is_complex() {
        return None;
    }
    let limits = crate::finfo(value.dtype()).ok()?;
    let tiny = less(crate::absolute(value), limits.smallest_normal);
    // A product or quotient of a scaled operand, or in a wider dtype, is far from underflow: it is the result if that
    // is exact.
    let (wide, scale) = match value.dtype() {
        DType::F16 => (DType::F32, 1.0),
        DType::F32 => (DType::F64, 1.0),
        _ => (DType::F64, (f64::from(limits.nmant) - f64::from(limits.minexp) / 2.0).exp2()),
    };
    let widened = |x: &Array| crate::astype(x, wide);
    let scaled = |x: &Array| crate::multiply(widened(x), scale);
    let zero = equal(value, 0);
    let lost = |of: Array, from: Array| logical_or(not_equal(of, scaled(value)), logical_and(&zero, from));
    let inexact = match (op, b) {
        (Multiply, Some(b)) => {
            lost(crate::multiply(scaled(a), widened(b)), logical_and(not_equal(a, 0), not_equal(b, 0)))
        }
        (Square, _) => lost(crate::multiply(scaled(a), widened(a)), not_equal(a, 0)),
        (Divide, Some(b)) => lost(crate::divide(scaled(a), widened(b)), logical_and(not_equal(a, 0), isfinite(b))),
        (Reciprocal, _) => lost(crate::divide(scale, widened(a)), isfinite(a)),
        // Never exact down there, but where an infinity makes a zero.
        (Exp | Exp2 | Deg2rad | Ldexp, _) => logical_and(isfinite(a), not_equal(a, 0)),
        (Power | FloatPower, Some(b)) => logical_and(logical_and(isfinite(a), isfinite(b)), not_equal(a, 0)),
        _ => return None,
    };
    Some(logical_and(tiny, inexact))
}

/// Floats that the new dtype cannot hold. Integers of 32 bits and less come from 32 bits on x86-64, and from 64 bits
/// where those have no sign, whence the ranges.
fn cast(a: &Array, value: &Array) -> Vec<(u32, Array)> {
    let (from, to) = (a.dtype(), value.dtype());
    if !from.is_inexact() {
        return vec![];
    }
    if to.is_inexact() {
        let narrower = to.real().itemsize() < from.real().itemsize();
        if !narrower {
            return vec![];
        }
        let finite = isfinite(a);
        let mut checks = vec![(flags::OVER, logical_and(isinf(value), finite))];
        if let (false, Ok(limits)) = (from.is_complex(), crate::finfo(to)) {
            let tiny = less(crate::absolute(a), limits.smallest_normal);
            checks.push((flags::UNDER, logical_and(tiny, not_equal(crate::astype(value, from), a))));
        }
        return checks;
    }
    if !to.is_integer() {
        return vec![];
    }
    let (low, high) = match to {
        DType::U64 => (-(2f64.powi(63)), 2f64.powi(64)),
        DType::U32 | DType::I64 => (-(2f64.powi(63)), 2f64.powi(63)),
        _ => (-(2f64.powi(31)), 2f64.powi(31)),
    };
    // A limit that half precision does not hold is infinite there, and so excludes infinities as it should.
    let real = crate::real(a);
    let whole = trunc(if from.real() == DType::F16 { crate::astype(&real, DType::F32) } else { real });
    let fits = logical_and(less_equal(low, &whole), less(&whole, high));
    vec![(flags::INVALID, logical_not(fits))]
}
