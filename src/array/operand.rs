//! What functions take where NumPy takes an `array_like`.

use half::f16;
use num_complex::Complex;
use numfuse_ir::shape::{MAX_NDIM, Shape};
use numfuse_ir::{DType, Element, Kind, Scalar};

use super::{Array, NdArray};
use crate::error::{Raised, raise};

/// A bare Rust number. It takes part in promotion by its kind alone, as Python's numbers do under
/// NEP 50: `f32` array times `2.0` is `f32`.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Weak {
    Bool(bool),
    Int(i128),
    Float(f64),
    Complex(Complex<f64>),
}

impl Weak {
    pub(crate) fn kind(self) -> Kind {
        match self {
            Weak::Bool(_) => Kind::Bool,
            Weak::Int(_) => Kind::Signed,
            Weak::Float(_) => Kind::Float,
            Weak::Complex(_) => Kind::Complex,
        }
    }

    /// The dtype of the number on its own, as `np.asarray` gives it.
    pub(crate) fn default_dtype(self) -> DType {
        match self {
            Weak::Bool(_) => DType::Bool,
            Weak::Int(i) if i > i64::MAX as i128 => DType::U64,
            Weak::Int(_) => DType::I64,
            Weak::Float(_) => DType::F64,
            Weak::Complex(_) => DType::C128,
        }
    }

    /// The number in a dtype; integers that do not fit are an error.
    pub(crate) fn to_dtype(self, dtype: DType) -> Raised<Scalar> {
        match self {
            Weak::Int(i) if dtype.is_integer() && !fits(i, dtype) => {
                raise!(Overflow, "Python integer {i} out of bounds for {dtype}")
            }
            _ => Ok(self.wrap(dtype)),
        }
    }

    /// The number in a dtype; integers that do not fit wrap.
    pub(crate) fn wrap(self, dtype: DType) -> Scalar {
        match self {
            Weak::Bool(b) => Scalar::new(b).cast(dtype),
            Weak::Int(i) => match i64::try_from(i) {
                Ok(i) => Scalar::new(i).cast(dtype),
                Err(_) if dtype.is_inexact() => Scalar::new(i as f64).cast(dtype),
                Err(_) => Scalar::new(i as u64).cast(dtype),
            },
            Weak::Float(x) => Scalar::new(x).cast(dtype),
            Weak::Complex(z) => Scalar::new(z).cast(dtype),
        }
    }
}

/// Whether an integer is in the range of an integer dtype.
pub(crate) fn fits(i: i128, dtype: DType) -> bool {
    let (lo, hi) = int_range(dtype);
    (lo..=hi).contains(&i)
}

/// Smallest and largest value of a bool or integer dtype.
pub(crate) fn int_range(dtype: DType) -> (i128, i128) {
    let bits = dtype.itemsize() as u32 * 8;
    match dtype.kind() {
        Kind::Bool => (0, 1),
        Kind::Unsigned => (0, (1 << bits) - 1),
        _ => (-(1 << (bits - 1)), (1 << (bits - 1)) - 1),
    }
}

/// NumPy's promotion of strong dtypes and weak kinds together (NEP 50).
pub(crate) fn promote(strong: Option<DType>, weak: Option<Kind>) -> DType {
    let Some(s) = strong else {
        return match weak {
            None | Some(Kind::Float) => DType::F64,
            Some(Kind::Bool) => DType::Bool,
            Some(Kind::Unsigned | Kind::Signed) => DType::I64,
            Some(Kind::Complex) => DType::C128,
        };
    };
    match weak {
        Some(Kind::Signed | Kind::Unsigned) if s == DType::Bool => DType::I64,
        Some(Kind::Float) if !s.is_inexact() => DType::F64,
        Some(Kind::Complex) if s.is_float() => s.complex(),
        Some(Kind::Complex) if !s.is_complex() => DType::C128,
        _ => s,
    }
}

/// An argument that stands for an array: an [`Array`] or a reference to one, an [`NdArray`], a
/// Rust number, or a slice, vector or nested array of numbers.
///
/// Functions take `impl Into<Operand>`. Rust numbers are weak (see the crate's documentation);
/// [`crate::scalar()`] makes strong ones.
///
/// ```
/// use numfuse as np;
/// let a = np::array![1.0_f32, 2.0];
/// assert_eq!(np::multiply(&a, 2.0).dtype(), np::float32);
/// assert_eq!(np::multiply(&a, np::scalar(2.0)).dtype(), np::float64);
/// assert_eq!(np::add([[1, 2], [3, 4]], 1).shape(), [2, 2]);
/// ```
#[derive(Clone, Debug)]
pub struct Operand(pub(crate) Arg);

#[derive(Clone, Debug)]
pub(crate) enum Arg {
    Array(Array),
    /// A user's number: a run-time argument of kernels.
    Weak(Weak),
    /// The library's own number: passes may look at its value.
    Const(Weak),
    /// A typed number.
    Strong(Scalar),
}

/// The library's own constant.
pub(crate) fn k(value: impl Into<Weak>) -> Operand {
    Operand(Arg::Const(value.into()))
}

macro_rules! weak_from {
    ($($t:ty => $x:ident, $weak:expr;)*) => {$(
        impl From<$t> for Weak {
            fn from($x: $t) -> Weak { $weak }
        }
        impl From<$t> for Operand {
            fn from(x: $t) -> Operand { Operand(Arg::Weak(x.into())) }
        }
        impl From<&$t> for Operand {
            fn from(x: &$t) -> Operand { Operand(Arg::Weak((*x).into())) }
        }
    )*};
}
weak_from! {
    bool => x, Weak::Bool(x);
    i8 => x, Weak::Int(x as i128);
    i16 => x, Weak::Int(x as i128);
    i32 => x, Weak::Int(x as i128);
    i64 => x, Weak::Int(x as i128);
    i128 => x, Weak::Int(x);
    isize => x, Weak::Int(x as i128);
    u8 => x, Weak::Int(x as i128);
    u16 => x, Weak::Int(x as i128);
    u32 => x, Weak::Int(x as i128);
    u64 => x, Weak::Int(x as i128);
    usize => x, Weak::Int(x as i128);
    f16 => x, Weak::Float(x.to_f64());
    f32 => x, Weak::Float(x as f64);
    f64 => x, Weak::Float(x);
    Complex<f32> => z, Weak::Complex(Complex::new(z.re as f64, z.im as f64));
    Complex<f64> => z, Weak::Complex(z);
}

impl From<Scalar> for Operand {
    fn from(s: Scalar) -> Operand {
        Operand(Arg::Strong(s))
    }
}

impl From<Array> for Operand {
    fn from(a: Array) -> Operand {
        Operand(Arg::Array(a))
    }
}

impl From<&Array> for Operand {
    fn from(a: &Array) -> Operand {
        Operand(Arg::Array(a.clone()))
    }
}

impl From<&&Array> for Operand {
    fn from(a: &&Array) -> Operand {
        Operand(Arg::Array((*a).clone()))
    }
}

impl From<&Operand> for Operand {
    fn from(a: &Operand) -> Operand {
        a.clone()
    }
}

impl From<NdArray> for Operand {
    fn from(a: NdArray) -> Operand {
        Operand(Arg::Array(a.into()))
    }
}

impl From<&NdArray> for Operand {
    fn from(a: &NdArray) -> Operand {
        Operand(Arg::Array(a.into()))
    }
}

/// Rust data that becomes an array by copying: (nested) slices, arrays and vectors of numbers.
///
/// The shape is that of the nesting; rows of different lengths are an error.
pub trait Nested {
    /// The element type.
    type Item: Element;
    /// Appends the shape of this level and those below.
    #[doc(hidden)]
    fn nested_shape(&self, shape: &mut Shape);
    /// Appends the elements; `false` when a row does not have the expected shape.
    #[doc(hidden)]
    fn nested_items(&self, shape: &[usize], out: &mut Vec<Self::Item>) -> bool;
}

macro_rules! nested_element {
    ($($t:ty),*) => {$(
        impl Nested for $t {
            type Item = $t;
            fn nested_shape(&self, _: &mut Shape) {}
            fn nested_items(&self, _: &[usize], out: &mut Vec<$t>) -> bool {
                out.push(*self);
                true
            }
        }
    )*};
}
nested_element!(bool, i8, i16, i32, i64, u8, u16, u32, u64, f16, f32, f64, Complex<f32>, Complex<f64>);

impl<N: Nested> Nested for [N] {
    type Item = N::Item;
    fn nested_shape(&self, shape: &mut Shape) {
        shape.push(self.len());
        if let Some(first) = self.first() {
            first.nested_shape(shape);
        }
    }
    fn nested_items(&self, shape: &[usize], out: &mut Vec<N::Item>) -> bool {
        shape.first() == Some(&self.len()) && self.iter().all(|row| row.nested_items(&shape[1..], out))
    }
}

macro_rules! nested_like_slice {
    ($([$($generics:tt)*] $t:ty;)*) => {$(
        impl<$($generics)*> Nested for $t {
            type Item = N::Item;
            fn nested_shape(&self, shape: &mut Shape) {
                self[..].nested_shape(shape);
            }
            fn nested_items(&self, shape: &[usize], out: &mut Vec<N::Item>) -> bool {
                self[..].nested_items(shape, out)
            }
        }
        impl<$($generics)*> From<$t> for Operand {
            #[track_caller]
            fn from(data: $t) -> Operand {
                Operand(Arg::Array(Array::from_nested(&data)))
            }
        }
        impl<$($generics)*> From<&$t> for Operand {
            #[track_caller]
            fn from(data: &$t) -> Operand {
                Operand(Arg::Array(Array::from_nested(data)))
            }
        }
    )*};
}
nested_like_slice! {
    [N: Nested, const L: usize] [N; L];
    [N: Nested] Vec<N>;
}

impl<N: Nested> From<&[N]> for Operand {
    #[track_caller]
    fn from(data: &[N]) -> Operand {
        Operand(Arg::Array(Array::from_nested(data)))
    }
}

impl<N: Nested + ?Sized> Nested for &N {
    type Item = N::Item;
    fn nested_shape(&self, shape: &mut Shape) {
        (**self).nested_shape(shape);
    }
    fn nested_items(&self, shape: &[usize], out: &mut Vec<N::Item>) -> bool {
        (**self).nested_items(shape, out)
    }
}

impl Operand {
    /// The dtype when it is strong.
    pub(crate) fn strong(&self) -> Option<DType> {
        match &self.0 {
            Arg::Array(a) => Some(a.0.dtype),
            Arg::Strong(s) => Some(s.dtype()),
            Arg::Weak(_) | Arg::Const(_) => None,
        }
    }

    pub(crate) fn weak(&self) -> Option<Weak> {
        match &self.0 {
            Arg::Weak(w) | Arg::Const(w) => Some(*w),
            _ => None,
        }
    }

    /// The shape; `()` for numbers.
    pub(crate) fn dims(&self) -> &[usize] {
        match &self.0 {
            Arg::Array(a) => &a.0.shape,
            _ => &[],
        }
    }

    /// The dtype of the array that the operand becomes on its own.
    pub(crate) fn own_dtype(&self) -> DType {
        self.strong().unwrap_or_else(|| self.weak().map_or(DType::F64, Weak::default_dtype))
    }
}

/// The promoted dtype of operands (NumPy's `result_type`).
pub(crate) fn common_dtype<'a>(operands: impl IntoIterator<Item = &'a Operand>) -> DType {
    let (mut strong, mut weak) = (None::<DType>, None::<Kind>);
    for o in operands {
        match o.weak() {
            Some(w) => weak = weak.max(Some(w.kind())),
            None => {
                let d = o.own_dtype();
                strong = Some(strong.map_or(d, |s| s.promote(d)));
            }
        }
    }
    promote(strong, weak)
}

/// A shape argument: a length, an array or slice of lengths, or a tuple; `-1` is allowed where
/// the function says so.
#[derive(Clone, Debug)]
pub struct Dims(pub(crate) smallvec::SmallVec<[i128; 4]>);

impl Dims {
    /// The lengths, none of them negative.
    pub(crate) fn lengths(&self) -> Raised<Shape> {
        if self.0.len() > MAX_NDIM {
            return raise!(
                Value,
                "maximum supported dimension for an ndarray is currently {MAX_NDIM}, found {}",
                self.0.len()
            );
        }
        let mut shape = Shape::new();
        for &d in &self.0 {
            match usize::try_from(d) {
                Ok(n) if d <= isize::MAX as i128 => shape.push(n),
                Ok(_) => return raise!(Value, "Maximum allowed dimension exceeded"),
                Err(_) => return raise!(Value, "negative dimensions are not allowed"),
            }
        }
        Ok(shape)
    }
}

macro_rules! dims_from {
    ($($t:ty),*) => {$(
        impl From<$t> for Dims {
            fn from(n: $t) -> Dims { Dims(smallvec::smallvec![n as i128]) }
        }
        impl<const N: usize> From<[$t; N]> for Dims {
            fn from(shape: [$t; N]) -> Dims { Dims(shape.iter().map(|&n| n as i128).collect()) }
        }
        impl<const N: usize> From<&[$t; N]> for Dims {
            fn from(shape: &[$t; N]) -> Dims { Dims(shape.iter().map(|&n| n as i128).collect()) }
        }
        impl From<&[$t]> for Dims {
            fn from(shape: &[$t]) -> Dims { Dims(shape.iter().map(|&n| n as i128).collect()) }
        }
        impl From<Vec<$t>> for Dims {
            fn from(shape: Vec<$t>) -> Dims { Dims(shape.iter().map(|&n| n as i128).collect()) }
        }
        impl From<&Vec<$t>> for Dims {
            fn from(shape: &Vec<$t>) -> Dims { Dims(shape.iter().map(|&n| n as i128).collect()) }
        }
    )*};
}
dims_from!(i32, i64, isize, u32, u64, usize);

impl From<()> for Dims {
    fn from(_: ()) -> Dims {
        Dims(smallvec::SmallVec::new())
    }
}

macro_rules! dims_from_tuple {
    ($($n:ident $i:tt),*) => {
        /// Lengths of mixed integer types.
        impl<$($n: Length),*> From<($($n,)*)> for Dims {
            fn from(shape: ($($n,)*)) -> Dims {
                Dims(smallvec::smallvec![$(shape.$i.length()),*])
            }
        }
    };
}
dims_from_tuple!(A 0);
dims_from_tuple!(A 0, B 1);
dims_from_tuple!(A 0, B 1, C 2);
dims_from_tuple!(A 0, B 1, C 2, D 3);

/// An integer type that can be an axis length.
pub trait Length: Copy {
    /// The value.
    #[doc(hidden)]
    fn length(self) -> i128;
}

macro_rules! length {
    ($($t:ty),*) => {$(impl Length for $t {
        fn length(self) -> i128 { self as i128 }
    })*};
}
length!(i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);
