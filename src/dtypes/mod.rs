//! NumPy's names of dtypes, and the promotion queries.

use numfuse_ir::{Casting, DType, Kind};

use crate::array::operand::{Arg, Operand, Weak, promote};
use crate::error::{Error, Raise, Raised, Result, raise};
use crate::options::options;

macro_rules! names {
    ($($name:ident = $dtype:ident;)*) => {
        $(
            #[doc = concat!("NumPy's `", stringify!($name), "`.")]
            #[allow(non_upper_case_globals)]
            pub const $name: DType = DType::$dtype;
        )*
    };
}
names! {
    bool_ = Bool; bool = Bool;
    int8 = I8; byte = I8;
    int16 = I16; short = I16;
    int32 = I32; intc = I32;
    int64 = I64; int_ = I64; intp = I64; long = I64; longlong = I64;
    uint8 = U8; ubyte = U8;
    uint16 = U16; ushort = U16;
    uint32 = U32; uintc = U32;
    uint64 = U64; uint = U64; uintp = U64; ulong = U64; ulonglong = U64;
    float16 = F16; half = F16;
    float32 = F32; single = F32;
    float64 = F64; double = F64;
    complex64 = C64; csingle = C64;
    complex128 = C128; cdouble = C128;
}

/// An argument of [`result_type`] and [`can_cast`]: a dtype, an array or a number.
#[derive(Clone, Debug)]
pub enum TypeArg {
    /// A dtype.
    DType(DType),
    /// An array, which stands for its dtype, or a number, which is weak.
    Value(Operand),
}

impl From<DType> for TypeArg {
    fn from(dtype: DType) -> TypeArg {
        TypeArg::DType(dtype)
    }
}

macro_rules! value_arg {
    ($($t:ty),*) => {$(impl From<$t> for TypeArg {
        fn from(value: $t) -> TypeArg { TypeArg::Value(value.into()) }
    })*};
}
value_arg!(
    crate::Array,
    &crate::Array,
    std::primitive::bool,
    i32,
    i64,
    isize,
    u64,
    usize,
    f32,
    f64,
    num_complex::Complex<f64>
);

impl TypeArg {
    fn split(&self) -> Raised<(Option<DType>, Option<Weak>)> {
        match self {
            TypeArg::DType(d) => Ok((Some(*d), None)),
            TypeArg::Value(o) => {
                if let Arg::Array(a) = &o.0 {
                    a.check()?;
                }
                Ok((o.strong(), o.weak()))
            }
        }
    }
}

/// Several [`TypeArg`]s: an array or vector of them, or a tuple of mixed ones.
pub trait TypeArgs {
    /// The arguments in order.
    fn type_args(self) -> Vec<TypeArg>;
}

impl<T: Into<TypeArg>, const N: usize> TypeArgs for [T; N] {
    fn type_args(self) -> Vec<TypeArg> {
        self.into_iter().map(Into::into).collect()
    }
}

impl<T: Into<TypeArg>> TypeArgs for Vec<T> {
    fn type_args(self) -> Vec<TypeArg> {
        self.into_iter().map(Into::into).collect()
    }
}

macro_rules! type_args {
    ($($T:ident $i:tt),*) => {
        impl<$($T: Into<TypeArg>),*> TypeArgs for ($($T,)*) {
            fn type_args(self) -> Vec<TypeArg> { vec![$(self.$i.into()),*] }
        }
    };
}
type_args!(A 0);
type_args!(A 0, B 1);
type_args!(A 0, B 1, C 2);
type_args!(A 0, B 1, C 2, D 3);

#[track_caller]
fn signed<T>(name: &'static str, result: Raised<T>) -> Result<T> {
    let location = std::panic::Location::caller();
    result.map_err(|raise: Raise| -> Error { raise.sign(name, location) })
}

/// The dtype of an operation on all arguments (NEP 50: bare numbers count by kind only).
///
/// ```
/// use numfuse as np;
/// assert_eq!(np::result_type((np::int32, np::float32))?, np::float64);
/// assert_eq!(np::result_type((np::float32, 2.0))?, np::float32);
/// assert_eq!(np::promote_types(np::uint8, np::int8), np::int16);
/// assert!(np::can_cast(np::int32, np::float64, ..)?);
/// assert!(!np::can_cast(np::float64, np::float32, ..)?);
/// assert!(np::can_cast(np::float64, np::float32, np::Casting::SameKind)?);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn result_type(args: impl TypeArgs) -> Result<DType> {
    let args = args.type_args();
    let split = || {
        if args.is_empty() {
            return raise!(Value, "at least one array or dtype is required");
        }
        let (mut strong, mut weak) = (None::<DType>, None::<Kind>);
        for arg in &args {
            let (s, w) = arg.split()?;
            strong = match (strong, s) {
                (Some(a), Some(b)) => Some(a.promote(b)),
                (a, b) => a.or(b),
            };
            weak = weak.max(w.map(Weak::kind));
        }
        Ok(promote(strong, weak))
    };
    signed("result_type", split())
}

/// The smallest dtype to which both cast safely. See [`result_type`] for an example.
pub fn promote_types(a: DType, b: DType) -> DType {
    a.promote(b)
}

options! {
    /// Options of [`can_cast`]; the bare value is `casting`.
    CanCastOptions { casting: CastingKey(Casting) } bare casting casting;
}

/// Whether a cast is allowed (`Casting::Safe` unless told otherwise). Bare numbers have no dtype
/// to cast from and are an error. See [`result_type`] for an example.
#[track_caller]
pub fn can_cast(
    from: impl Into<TypeArg>,
    to: DType,
    options: impl Into<CanCastOptions>,
) -> Result<std::primitive::bool> {
    let (from, options) = (from.into(), options.into());
    let answer = || match from.split()? {
        (Some(d), _) => Ok(d.can_cast(to, options.casting.unwrap_or(Casting::Safe))),
        _ => raise!(
            DType,
            "can_cast() does not support Python ints, floats, and complex because the result used to depend on the value."
        ),
    };
    signed("can_cast", answer())
}
