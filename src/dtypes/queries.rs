//! Dtypes that fit, and what kind of thing a value is.

use half::f16;
use num_complex::Complex;
use numfuse_ir::{DType, Kind, Scalar};

use super::signed;
use crate::array::operand::{Arg, Operand, Weak, int_range};
use crate::array::{Array, NdArray};
use crate::error::{Raised, Result, raise};
use crate::options::options;

/// The inexact dtype to which all arrays cast: what arithmetic on them, be they integers, would need.
/// Arrays of truth values are an error.
///
/// ```
/// use numfuse as np;
/// assert_eq!(np::common_type([np::zeros(2, np::float32)])?, np::float32);
/// assert_eq!(np::common_type([np::zeros(2, np::float32), np::arange(2, ..)])?, np::float64);
/// assert_eq!(np::common_type([np::zeros(2, np::float16), np::zeros(2, np::complex64)])?, np::complex64);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn common_type<A: Into<Operand>>(arrays: impl IntoIterator<Item = A>) -> Result<DType> {
    let arrays: Vec<Operand> = arrays.into_iter().map(Into::into).collect();
    let answer = || {
        let (mut complex, mut common) = (false, DType::F16);
        for a in &arrays {
            if let Arg::Array(a) = &a.0 {
                a.check()?;
            }
            let dtype = a.own_dtype();
            complex |= dtype.is_complex();
            common = common.promote(match dtype.kind() {
                Kind::Bool => return raise!(DType, "can't get common type for non-numeric array"),
                Kind::Signed | Kind::Unsigned => DType::F64,
                Kind::Float | Kind::Complex => dtype.real(),
            });
        }
        Ok(if complex { common.complex() } else { common })
    };
    signed("common_type", answer())
}

/// The smallest dtype that holds a number, or the elements of an array: that is the array's own dtype unless it
/// has no axes. Floats may lose digits, not magnitude. Integers beyond 64 bits are an error.
///
/// ```
/// use numfuse as np;
/// assert_eq!(np::min_scalar_type(10)?, np::uint8);
/// assert_eq!(np::min_scalar_type(-260)?, np::int16);
/// assert_eq!(np::min_scalar_type(1e50)?, np::float64);
/// assert_eq!(np::min_scalar_type(np::arange(4, np::prelude::dtype(np::float64)))?, np::float64);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn min_scalar_type(a: impl Into<Operand>) -> Result<DType> {
    let a = a.into();
    let answer = || match &a.0 {
        Arg::Array(array) => {
            array.check()?;
            if array.0.shape.is_empty() { Ok(smallest(array.eval()?.get_flat(0))) } else { Ok(array.0.dtype) }
        }
        Arg::Strong(value) => Ok(smallest(*value)),
        Arg::Weak(Weak::Int(i)) | Arg::Const(Weak::Int(i)) => smallest_integer(*i),
        Arg::Weak(other) | Arg::Const(other) => Ok(smallest(other.wrap(other.default_dtype()))),
    };
    signed("min_scalar_type", answer())
}

fn smallest_integer(i: i128) -> Raised<DType> {
    let kind = if i < 0 { Kind::Signed } else { Kind::Unsigned };
    let fits = |d: &DType| d.kind() == kind && (int_range(*d).0..=int_range(*d).1).contains(&i);
    match DType::ALL.into_iter().find(fits) {
        Some(dtype) => Ok(dtype),
        None => raise!(Overflow, "Python integer {i} out of bounds for every dtype; NumPy has object here"),
    }
}

/// The limits are those of NumPy's `min_scalar_type_num`, just below what the narrower types hold.
fn smallest(value: Scalar) -> DType {
    let dtype = value.dtype();
    let z = value.to_c128();
    let below = |x: f64, limit: f64| -limit < x && x < limit;
    match dtype {
        DType::F32 | DType::F64 if below(z.re, 65000.0) || !z.re.is_finite() => DType::F16,
        DType::F64 if below(z.re, 3.4e38) => DType::F32,
        DType::C128 if below(z.re, 3.4e38) && below(z.im, 3.4e38) => DType::C64,
        _ if dtype.is_integer() => value.to_i128().and_then(|i| smallest_integer(i).ok()).unwrap_or(dtype),
        _ => dtype,
    }
}

/// Codes of dtypes, one character each: an argument of [`mintypecode`].
#[derive(Clone, Debug)]
pub struct TypeCodes(Vec<char>);

impl From<&str> for TypeCodes {
    fn from(codes: &str) -> TypeCodes {
        TypeCodes(codes.chars().collect())
    }
}

impl From<Vec<DType>> for TypeCodes {
    fn from(dtypes: Vec<DType>) -> TypeCodes {
        TypeCodes(dtypes.into_iter().map(DType::char_code).collect())
    }
}

impl<const N: usize> From<[DType; N]> for TypeCodes {
    fn from(dtypes: [DType; N]) -> TypeCodes {
        dtypes.to_vec().into()
    }
}

options! {
    /// Options of [`mintypecode`].
    MinTypeCodeOptions { typeset: Typeset(String), default_code: DefaultCode(char) };
}

/// The code of the smallest dtype, among those of `typeset` (`"GDFgdf"`), to which all of `typechars` cast;
/// codes that are not in the set count for nothing. Without any, `default_code`, which is `'d'`.
///
/// ```
/// use numfuse as np;
/// assert_eq!(np::mintypecode("dfS", ..), 'd');
/// assert_eq!(np::mintypecode([np::float64, np::complex64], ..), 'D');
/// assert_eq!(np::mintypecode("abceh", np::options::default_code('G')), 'G');
/// ```
pub fn mintypecode(typechars: impl Into<TypeCodes>, options: impl Into<MinTypeCodeOptions>) -> char {
    const BY_SIZE: &str = "GDFgdfQqLlIiHhBb?";
    let (codes, options) = (typechars.into().0, options.into());
    let set = options.typeset.as_deref().unwrap_or("GDFgdf");
    let has = |code: char| set.contains(code) && codes.contains(&code);
    if has('F') && has('d') {
        return 'D';
    }
    BY_SIZE.chars().find(|&code| has(code)).unwrap_or_else(|| options.default_code.unwrap_or('d'))
}

/// What a code of a dtype stands for, in words. Codes that NumPy does not know are an error.
///
/// ```
/// use numfuse as np;
/// assert_eq!(np::typename("d")?, "double precision");
/// assert_eq!(np::typename("?")?, "bool");
/// assert!(np::typename("e").is_err());
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn typename(char: impl AsRef<str>) -> Result<&'static str> {
    let words = match char.as_ref() {
        "S1" => "character",
        "?" => "bool",
        "b" => "signed char",
        "B" => "unsigned char",
        "h" => "short",
        "H" => "unsigned short",
        "i" => "integer",
        "I" => "unsigned integer",
        "l" => "long integer",
        "L" => "unsigned long integer",
        "q" => "long long integer",
        "Q" => "unsigned long long integer",
        "f" => "single precision",
        "d" => "double precision",
        "g" => "long precision",
        "F" => "complex single precision",
        "D" => "complex double precision",
        "G" => "complex long double precision",
        "S" => "string",
        "U" => "unicode",
        "V" => "void",
        "O" => "object",
        other => return signed("typename", raise!(Key, "'{other}'")),
    };
    Ok(words)
}

/// Whether the elements of an array are stored in Fortran's order and not also in C's: along the first axis first.
/// Evaluates the array, whose layout is that of its value.
///
/// ```
/// use numfuse as np;
/// let a = np::arange(6, ..).reshape([2, 3]);
/// assert!(!np::isfortran(&a)?);
/// assert!(np::isfortran(np::asfortranarray(&a, ..))?);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn isfortran(a: impl Into<Operand>) -> Result<bool> {
    let value = crate::asarray(a, ..).eval()?;
    let (shape, strides, item) = (value.shape(), value.strides(), value.dtype().itemsize() as isize);
    let dense = |axes: &mut dyn Iterator<Item = usize>| {
        let mut step = item;
        // An axis of one element has no step, an array without elements no order.
        shape.contains(&0)
            || axes.filter(|&d| shape[d] != 1).all(|d| {
                let fits = strides[d] == step;
                step *= shape[d] as isize;
                fits
            })
    };
    Ok(dense(&mut (0..shape.len())) && !dense(&mut (0..shape.len()).rev()))
}

/// Whether a value has a complex dtype, be its imaginary parts zero.
///
/// ```
/// use numfuse as np;
/// assert!(np::iscomplexobj(np::zeros(2, np::complex64)) && !np::iscomplexobj(1.5));
/// assert!(np::isrealobj([1, 2]));
/// ```
pub fn iscomplexobj(x: impl Into<Operand>) -> bool {
    x.into().own_dtype().is_complex()
}

/// Whether a value has a real dtype: the opposite of [`iscomplexobj`].
pub fn isrealobj(x: impl Into<Operand>) -> bool {
    !iscomplexobj(x)
}

/// What kind of thing a value is, for [`isscalar`] and [`iterable`].
pub trait Classify {
    /// Whether it is one value, not an array or a list.
    fn is_one_value(&self) -> bool;
    /// Whether it has items that can be visited one after another.
    fn has_items(&self) -> bool;
}

macro_rules! classify {
    ($([$($generics:tt)*] $t:ty: $scalar:expr, $items:expr;)*) => {$(
        impl<$($generics)*> Classify for $t {
            fn is_one_value(&self) -> bool { $scalar }
            #[allow(clippy::redundant_closure_call, reason = "one form for all")]
            fn has_items(&self) -> bool { ($items)(self) }
        }
    )*};
}
classify! {
    [] bool: true, |_: &Self| false;
    [] i8: true, |_: &Self| false;
    [] i16: true, |_: &Self| false;
    [] i32: true, |_: &Self| false;
    [] i64: true, |_: &Self| false;
    [] i128: true, |_: &Self| false;
    [] isize: true, |_: &Self| false;
    [] u8: true, |_: &Self| false;
    [] u16: true, |_: &Self| false;
    [] u32: true, |_: &Self| false;
    [] u64: true, |_: &Self| false;
    [] usize: true, |_: &Self| false;
    [] f16: true, |_: &Self| false;
    [] f32: true, |_: &Self| false;
    [] f64: true, |_: &Self| false;
    [] Scalar: true, |_: &Self| false;
    [T] Complex<T>: true, |_: &Self| false;
    [] str: true, |_: &Self| true;
    [] String: true, |_: &Self| true;
    [] (): false, |_: &Self| false;
    [T] [T]: false, |_: &Self| true;
    [T] Vec<T>: false, |_: &Self| true;
    [T, const N: usize] [T; N]: false, |_: &Self| true;
    [] NdArray: false, |a: &Self| a.ndim() > 0;
    [] Array: false, |a: &Self| !a.0.shape.is_empty();
}

impl<T: Classify + ?Sized> Classify for &T {
    fn is_one_value(&self) -> bool {
        (**self).is_one_value()
    }
    fn has_items(&self) -> bool {
        (**self).has_items()
    }
}

/// Whether a value is one number or text: false for lists and for arrays, also those without axes.
///
/// ```
/// use numfuse as np;
/// assert!(np::isscalar(3.1) && np::isscalar("text"));
/// assert!(!np::isscalar(np::asarray(3.1, ..)) && !np::isscalar([3.1]));
/// ```
pub fn isscalar(element: impl Classify) -> bool {
    element.is_one_value()
}

/// Whether a value has items: true for lists, text and arrays with axes.
///
/// ```
/// use numfuse as np;
/// assert!(np::iterable([1, 2]) && np::iterable(np::arange(3, ..)));
/// assert!(!np::iterable(2) && !np::iterable(np::asarray(2, ..)));
/// ```
pub fn iterable(y: impl Classify) -> bool {
    y.has_items()
}
