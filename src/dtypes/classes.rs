//! Classes of dtypes: NumPy's tree of scalar types above the dtypes themselves.

use numfuse_ir::{DType, Kind};

use super::{parse, signed};
use crate::error::{Raised, Result, raise};

/// A class of dtypes, such as [`floating`]: an argument of [`issubdtype`] and [`isdtype`].
///
/// ```text
/// generic ─┬─ number ─┬─ integer ─┬─ signedinteger
///          │          │           └─ unsignedinteger
///          │          └─ inexact ─┬─ floating
///          │                      └─ complexfloating
///          ├─ flexible
///          └─ bool
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum TypeClass {
    /// Any dtype.
    Generic,
    /// Any dtype of numbers; not bool.
    Number,
    /// Signed and unsigned integers.
    Integer,
    /// Signed integers.
    SignedInteger,
    /// Unsigned integers.
    UnsignedInteger,
    /// Real and complex floating-point numbers.
    Inexact,
    /// Real floating-point numbers.
    Floating,
    /// Complex floating-point numbers.
    ComplexFloating,
    /// Dtypes without a size of their own, of which there are none here yet.
    Flexible,
}

macro_rules! classes {
    ($($name:ident = $class:ident in $parent:ident, $doc:literal;)*) => {
        $(
            #[doc = concat!("NumPy's `", stringify!($name), "`: ", $doc, ". See [`issubdtype`].")]
            #[allow(non_upper_case_globals)]
            pub const $name: TypeClass = TypeClass::$class;
        )*

        impl TypeClass {
            /// The class above; [`generic`] is its own.
            fn parent(self) -> TypeClass {
                match self { $(TypeClass::$class => TypeClass::$parent),* }
            }
        }
    };
}
classes! {
    generic = Generic in Generic, "any dtype";
    number = Number in Generic, "any dtype of numbers (not `bool`)";
    integer = Integer in Number, "any integer dtype";
    signedinteger = SignedInteger in Integer, "any signed integer dtype";
    unsignedinteger = UnsignedInteger in Integer, "any unsigned integer dtype";
    inexact = Inexact in Number, "any floating-point dtype, real or complex";
    floating = Floating in Inexact, "any real floating-point dtype";
    complexfloating = ComplexFloating in Inexact, "any complex dtype";
    flexible = Flexible in Generic, "any dtype without a size of its own; none of the present ones";
}

impl TypeClass {
    /// The class directly above a dtype.
    fn of(dtype: DType) -> TypeClass {
        match dtype.kind() {
            Kind::Bool => TypeClass::Generic,
            Kind::Unsigned => TypeClass::UnsignedInteger,
            Kind::Signed => TypeClass::SignedInteger,
            Kind::Float => TypeClass::Floating,
            Kind::Complex => TypeClass::ComplexFloating,
        }
    }

    fn is_in(self, other: TypeClass) -> bool {
        self == other || self != self.parent() && self.parent().is_in(other)
    }
}

/// A dtype, by value or name, or a class of dtypes: an argument of [`issubdtype`].
#[derive(Clone, Debug)]
pub enum TypeOrClass {
    /// A dtype.
    DType(DType),
    /// A class.
    Class(TypeClass),
    /// The name of a dtype, as [`dtype`](fn@super::dtype) takes it.
    Name(String),
}

impl From<DType> for TypeOrClass {
    fn from(dtype: DType) -> TypeOrClass {
        TypeOrClass::DType(dtype)
    }
}

impl From<TypeClass> for TypeOrClass {
    fn from(class: TypeClass) -> TypeOrClass {
        TypeOrClass::Class(class)
    }
}

impl From<&str> for TypeOrClass {
    fn from(name: &str) -> TypeOrClass {
        TypeOrClass::Name(name.to_owned())
    }
}

impl TypeOrClass {
    fn named(self) -> Raised<TypeOrClass> {
        match self {
            TypeOrClass::Name(name) => parse(&name).map(TypeOrClass::DType),
            other => Ok(other),
        }
    }
}

/// Whether the first is the second, or below it in NumPy's tree of types ([`TypeClass`]). Names that are not
/// understood are an error.
///
/// ```
/// use numfuse as np;
/// assert!(np::issubdtype(np::float32, np::floating)?);
/// assert!(np::issubdtype("u4", np::integer)?);
/// assert!(np::issubdtype(np::floating, np::inexact)?);
/// assert!(!np::issubdtype(np::float32, np::float64)?);
/// assert!(!np::issubdtype(np::bool_, np::number)?);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn issubdtype(arg1: impl Into<TypeOrClass>, arg2: impl Into<TypeOrClass>) -> Result<bool> {
    let (arg1, arg2) = (arg1.into(), arg2.into());
    let answer = || {
        Ok(match (arg1.named()?, arg2.named()?) {
            (TypeOrClass::DType(a), TypeOrClass::DType(b)) => a == b,
            (TypeOrClass::DType(a), TypeOrClass::Class(b)) => TypeClass::of(a).is_in(b),
            (TypeOrClass::Class(a), TypeOrClass::Class(b)) => a.is_in(b),
            _ => false,
        })
    };
    signed("issubdtype", answer())
}

/// Kinds of dtypes, any of which will do: the second argument of [`isdtype`].
#[derive(Clone, Debug)]
pub struct Kinds(Vec<TypeOrClass>);

macro_rules! kinds_from {
    ($($t:ty),*) => {$(
        impl From<$t> for Kinds {
            fn from(kind: $t) -> Kinds { Kinds(vec![kind.into()]) }
        }
    )*};
}
kinds_from!(DType, TypeClass, &str);

impl<T: Into<TypeOrClass>, const N: usize> From<[T; N]> for Kinds {
    fn from(kinds: [T; N]) -> Kinds {
        Kinds(kinds.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<TypeOrClass>> From<Vec<T>> for Kinds {
    fn from(kinds: Vec<T>) -> Kinds {
        Kinds(kinds.into_iter().map(Into::into).collect())
    }
}

impl<A: Into<TypeOrClass>, B: Into<TypeOrClass>> From<(A, B)> for Kinds {
    fn from((a, b): (A, B)) -> Kinds {
        Kinds(vec![a.into(), b.into()])
    }
}

/// Whether a dtype is one of some kinds: dtypes, or the array API's names `"bool"`, `"signed integer"`,
/// `"unsigned integer"`, `"integral"`, `"real floating"`, `"complex floating"` and `"numeric"`. Other names are an
/// error. Classes such as [`floating`] are taken, and no dtype is one: ask [`issubdtype`].
///
/// ```
/// use numfuse as np;
/// assert!(np::isdtype(np::float32, "real floating")?);
/// assert!(np::isdtype(np::uint8, ("bool", np::uint8))?);
/// assert!(!np::isdtype(np::float32, ["integral", "complex floating"])?);
/// assert!(np::isdtype(np::float32, "floating").is_err());
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn isdtype(dtype: DType, kind: impl Into<Kinds>) -> Result<bool> {
    let kind = kind.into();
    let answer = || {
        let mut found = false;
        for kind in &kind.0 {
            found |= match kind {
                TypeOrClass::DType(other) => dtype == *other,
                TypeOrClass::Class(_) => false,
                TypeOrClass::Name(name) => match (name.as_str(), dtype.kind()) {
                    ("bool", kind) => kind == Kind::Bool,
                    ("signed integer", kind) => kind == Kind::Signed,
                    ("unsigned integer", kind) => kind == Kind::Unsigned,
                    ("integral", _) => dtype.is_integer(),
                    ("real floating", kind) => kind == Kind::Float,
                    ("complex floating", kind) => kind == Kind::Complex,
                    ("numeric", kind) => kind != Kind::Bool,
                    _ => {
                        return raise!(Value, "kind argument is a string, but '{name}' is not a known kind name.");
                    }
                },
            };
        }
        Ok(found)
    };
    signed("isdtype", answer())
}
