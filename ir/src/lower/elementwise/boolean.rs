//! Truth values.

use super::no_loop;
use crate::kernel::{Builder, Lane, ValueId};
use crate::op::Ew;

/// Lowers an op on `B1` lanes.
pub fn lower(b: &mut Builder, op: Ew, x: ValueId, y: ValueId) -> ValueId {
    match op {
        Ew::Add | Ew::Maximum | Ew::Fmax | Ew::BitwiseOr | Ew::LogicalOr => b.or(x, y),
        Ew::Multiply | Ew::Minimum | Ew::Fmin | Ew::BitwiseAnd | Ew::LogicalAnd => b.and(x, y),
        Ew::BitwiseXor | Ew::LogicalXor | Ew::NotEqual => b.xor(x, y),
        Ew::Invert | Ew::LogicalNot => b.not(x),
        Ew::Equal => not_both(b, x, y, |b, x, y| b.xor(x, y)),
        Ew::Less => greater(b, y, x),
        Ew::Greater => greater(b, x, y),
        Ew::LessEqual => not_both(b, x, y, greater),
        Ew::GreaterEqual => not_both(b, y, x, greater),
        Ew::Absolute | Ew::Floor | Ew::Ceil | Ew::Trunc => x,
        Ew::Isnan | Ew::Isinf => b.int(Lane::B1, 0),
        Ew::Isfinite => b.int(Lane::B1, 1),
        _ => no_loop(op, "bool"),
    }
}

fn greater(b: &mut Builder, x: ValueId, y: ValueId) -> ValueId {
    let not_y = b.not(y);
    b.and(x, not_y)
}

fn not_both(
    b: &mut Builder,
    x: ValueId,
    y: ValueId,
    f: impl FnOnce(&mut Builder, ValueId, ValueId) -> ValueId,
) -> ValueId {
    let r = f(b, x, y);
    b.not(r)
}

/// `x != 0` for any lane type.
pub fn truth(b: &mut Builder, x: ValueId) -> ValueId {
    b.convert(Lane::B1, x)
}

/// Ops on truth values of operands of any lane type, and comparisons of real ones; `None` for
/// other ops.
pub fn logic(b: &mut Builder, op: Ew, x: ValueId, y: ValueId) -> Option<ValueId> {
    Some(match op {
        Ew::Equal => b.eq(x, y),
        Ew::NotEqual => b.ne(x, y),
        Ew::Less => b.lt(x, y),
        Ew::LessEqual => b.le(x, y),
        Ew::Greater => b.gt(x, y),
        Ew::GreaterEqual => b.ge(x, y),
        Ew::LogicalAnd | Ew::LogicalOr | Ew::LogicalXor | Ew::LogicalNot => {
            let (x, y) = (truth(b, x), truth(b, y));
            lower(b, op, x, y)
        }
        _ => return None,
    })
}
