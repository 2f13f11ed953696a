//! Operators: arrays with arrays and with Rust numbers on either side.

use std::ops::{Add, BitAnd, BitOr, BitXor, Div, Mul, Neg, Not, Rem, Shl, Shr, Sub};

use half::f16;
use num_complex::Complex;
use numfuse_ir::Ew;

use super::Array;
use super::build::call;
use super::operand::Operand;

macro_rules! binary_operators {
    ($($Trait:ident $method:ident $op:ident $name:literal;)*) => {$(
        impl<R: Into<Operand>> $Trait<R> for &Array {
            type Output = Array;
            #[track_caller]
            fn $method(self, other: R) -> Array {
                let other = other.into();
                call($name, |cx| cx.bin(Ew::$op, self, other))
            }
        }
        impl<R: Into<Operand>> $Trait<R> for Array {
            type Output = Array;
            #[track_caller]
            fn $method(self, other: R) -> Array {
                let other = other.into();
                call($name, |cx| cx.bin(Ew::$op, self, other))
            }
        }
        number_on_the_left!($Trait $method $op $name:
            bool, i8, i16, i32, i64, isize, u8, u16, u32, u64, usize, f16, f32, f64, Complex<f32>, Complex<f64>);
    )*};
}

macro_rules! number_on_the_left {
    ($Trait:ident $method:ident $op:ident $name:literal: $($t:ty),*) => {$(
        impl $Trait<&Array> for $t {
            type Output = Array;
            #[track_caller]
            fn $method(self, other: &Array) -> Array {
                call($name, |cx| cx.bin(Ew::$op, self, other))
            }
        }
        impl $Trait<Array> for $t {
            type Output = Array;
            #[track_caller]
            fn $method(self, other: Array) -> Array {
                call($name, |cx| cx.bin(Ew::$op, self, other))
            }
        }
    )*};
}

binary_operators! {
    Add add Add "add";
    Sub sub Subtract "subtract";
    Mul mul Multiply "multiply";
    Div div Divide "divide";
    Rem rem Remainder "remainder";
    BitAnd bitand BitwiseAnd "bitwise_and";
    BitOr bitor BitwiseOr "bitwise_or";
    BitXor bitxor BitwiseXor "bitwise_xor";
    Shl shl LeftShift "left_shift";
    Shr shr RightShift "right_shift";
}

macro_rules! unary_operators {
    ($($Trait:ident $method:ident $op:ident $name:literal;)*) => {$(
        impl $Trait for &Array {
            type Output = Array;
            #[track_caller]
            fn $method(self) -> Array {
                call($name, |cx| cx.un(Ew::$op, self))
            }
        }
        impl $Trait for Array {
            type Output = Array;
            #[track_caller]
            fn $method(self) -> Array {
                call($name, |cx| cx.un(Ew::$op, self))
            }
        }
    )*};
}

unary_operators! {
    Neg neg Negative "negative";
    Not not Invert "invert";
}
