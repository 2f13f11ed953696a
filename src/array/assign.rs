//! Operators that assign: the handle is bound to the result, which keeps the array's dtype and
//! shape, as NumPy's in-place operators do. Other handles to the old value do not notice.

use std::ops::{
    AddAssign, BitAndAssign, BitOrAssign, BitXorAssign, DivAssign, MulAssign, RemAssign, ShlAssign, ShrAssign,
    SubAssign,
};

use numfuse_ir::{Casting, Ew};

use super::Array;
use super::build::{Cx, call};
use super::operand::Operand;
use crate::error::{Raised, raise, tight};

fn assigned(cx: Cx, op: Ew, old: &Array, other: Operand) -> Raised<Array> {
    if old.0.locks.read_only {
        return raise!(Value, "output array is read-only");
    }
    let new = cx.bin(op, old, other)?;
    let (from, to) = (new.0.dtype, old.0.dtype);
    if !from.can_cast(to, Casting::SameKind) {
        return raise!(
            DType,
            "Cannot cast ufunc '{}' output from dtype('{from}') to dtype('{to}') with casting rule 'same_kind'",
            op.name()
        );
    }
    if new.0.shape != old.0.shape {
        return raise!(
            Shape,
            "non-broadcastable output operand with shape {} doesn't match the broadcast shape {}",
            tight(&old.0.shape),
            tight(&new.0.shape)
        );
    }
    cx.cast(&new, to)
}

macro_rules! assign_operators {
    ($($Trait:ident $method:ident $op:ident $name:literal;)*) => {$(
        impl<R: Into<Operand>> $Trait<R> for Array {
            #[track_caller]
            fn $method(&mut self, other: R) {
                let other = other.into();
                *self = call($name, |cx| assigned(cx, Ew::$op, self, other));
            }
        }
    )*};
}

assign_operators! {
    AddAssign add_assign Add "add";
    SubAssign sub_assign Subtract "subtract";
    MulAssign mul_assign Multiply "multiply";
    DivAssign div_assign Divide "divide";
    RemAssign rem_assign Remainder "remainder";
    BitAndAssign bitand_assign BitwiseAnd "bitwise_and";
    BitOrAssign bitor_assign BitwiseOr "bitwise_or";
    BitXorAssign bitxor_assign BitwiseXor "bitwise_xor";
    ShlAssign shl_assign LeftShift "left_shift";
    ShrAssign shr_assign RightShift "right_shift";
}
