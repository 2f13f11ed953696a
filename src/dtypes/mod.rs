//! NumPy's names of dtypes, and what can be asked about dtypes.

mod classes;
mod limits;
mod queries;

use numfuse_ir::{Casting, DType, Kind};

pub use classes::*;
pub use limits::*;
pub use queries::*;

use crate::array::operand::{Arg, Operand, Weak, promote};
use crate::error::{Error, Raise, Raised, Result, raise};
use crate::options::options;

macro_rules! names {
    ($($name:ident = $dtype:ident;)*) => {
        /// Every name below.
        const NAMES: &[(&str, DType)] = &[$((stringify!($name), $name)),*];
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

macro_rules! long_names {
    ($($name:ident = $dtype:ident;)*) => {
        $(
            #[doc = concat!("NumPy's `", stringify!($name), "`, with the precision of `", stringify!($dtype), "`:")]
            /// Rust has no 80-bit numbers, so this is as on platforms whose C compiler has none.
            #[allow(non_upper_case_globals)]
            pub const $name: DType = $dtype;
        )*

        /// The names of dtypes, as [`dtype`] takes them, besides those that NumPy prints.
        const LONG_NAMES: &[(&str, DType)] = &[$((stringify!($name), $name)),*];
    };
}
long_names! {
    longdouble = float64; float128 = float64;
    clongdouble = complex128; complex256 = complex128;
}

/// An argument of [`result_type`] and [`can_cast`]: a dtype, an array or a number.
#[derive(Clone, Debug)]
pub enum TypeArg {
    /// A dtype.
    DType(DType),
    /// The name of a dtype, as [`dtype`] takes it.
    Name(String),
    /// An array, which stands for its dtype, or a number, which is weak.
    Value(Operand),
}

impl From<&str> for TypeArg {
    fn from(name: &str) -> TypeArg {
        TypeArg::Name(name.to_owned())
    }
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
            TypeArg::Name(name) => Ok((Some(parse(name)?), None)),
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

/// The dtype of a name or a type string.
///
/// Takes what NumPy takes for the dtypes that are here: its names (`"float64"`, `"half"`, `"intp"`), Python's
/// (`"int"`, `"float"`, `"complex"`), the one-character codes (`"d"`), and type strings (`"f8"`, `"<i4"`, `"|b1"`).
/// Arrays are in the byte order of the machine, so others (`">f8"`) are an error, as is what is not understood.
///
/// ```
/// use numfuse as np;
/// assert_eq!(np::dtype("f8")?, np::float64);
/// assert_eq!(np::dtype("single")?, np::float32);
/// assert_eq!(np::dtype("?")?, np::bool_);
/// assert_eq!(np::dtype("float65").unwrap_err().detail().message, "data type 'float65' not understood");
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn dtype(name: impl AsRef<str>) -> Result<DType> {
    signed("dtype", parse(name.as_ref()))
}

fn parse(name: &str) -> Raised<DType> {
    const PYTHON: &[(&str, DType)] = &[("float", float64), ("int", int64), ("complex", complex128)];
    let named = [NAMES, LONG_NAMES, PYTHON].into_iter().flatten().find(|(known, _)| *known == name);
    if let Some((_, dtype)) = named {
        return Ok(*dtype);
    }
    let mut letters = name.chars();
    if let (Some(code), None) = (letters.next(), letters.next()) {
        let of_pointer = match code {
            'p' | 'n' => Some(int64),
            'P' | 'N' => Some(uint64),
            'g' => Some(longdouble),
            'G' => Some(clongdouble),
            _ => None,
        };
        if let Some(dtype) = of_pointer.or_else(|| DType::from_char(code)) {
            return Ok(dtype);
        }
    }
    let code = name.strip_prefix(['<', '>', '=', '|']).unwrap_or(name);
    match DType::ALL.into_iter().find(|d| d.type_code() == code) {
        Some(dtype) if name.starts_with('>') && dtype.itemsize() > 1 => {
            raise!(DType, "data type '{name}' has not the byte order of this machine, which all arrays have")
        }
        Some(dtype) => Ok(dtype),
        None if matches!(code, "f16" | "c32") => Ok(if code == "f16" { longdouble } else { clongdouble }),
        None => raise!(DType, "data type '{name}' not understood"),
    }
}

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
