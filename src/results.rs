//! Results with several parts, of which all but the first have to be asked for: they stand for the first.

/// Makes a struct stand for one of its fields: it derefs to the array, and is an operand.
macro_rules! stands_for {
    ($($Result:ident . $field:ident)*) => {$(
        impl std::ops::Deref for $Result {
            type Target = $crate::array::Array;
            fn deref(&self) -> &$crate::array::Array { &self.$field }
        }
        impl From<&$Result> for $crate::array::Operand {
            fn from(result: &$Result) -> $crate::array::Operand { (&result.$field).into() }
        }
        impl From<$Result> for $crate::array::Operand {
            fn from(result: $Result) -> $crate::array::Operand { result.$field.into() }
        }
    )*};
}
pub(crate) use stands_for;
