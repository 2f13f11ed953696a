//! Types for signatures: `numpy.typing`.

use std::marker::PhantomData;
use std::ops::Deref;
use std::panic::Location;

use half::f16;
use num_complex::Complex;
use numfuse_ir::Element;

use crate::array::Array;
use crate::error::{Class, Error, Result};

/// Element types of some number of bits: for code that is generic over precision.
///
/// ```
/// use numfuse as np;
/// use np::typing::{NBitBase, NDArray};
/// fn bytes<T: NBitBase>(a: &NDArray<T>) -> usize {
///     a.size() * T::BITS as usize / 8
/// }
/// assert_eq!(bytes::<f32>(&np::zeros(6, np::float32).try_into()?), 24);
/// # Ok::<(), np::Error>(())
/// ```
pub trait NBitBase: Element {
    /// Bits of a number, or of each part of a complex one.
    const BITS: u32;
}

macro_rules! bits {
    ($($t:ty: $bits:literal),*) => {$(impl NBitBase for $t { const BITS: u32 = $bits; })*};
}
bits! {
    i8: 8, i16: 16, i32: 32, i64: 64, u8: 8, u16: 16, u32: 32, u64: 64, f16: 16, f32: 32, f64: 64,
    Complex<f32>: 32, Complex<f64>: 64
}

/// An [`Array`] whose elements are known to be of type `T`: its values come out without naming a type, and without
/// a way to name a wrong one. It is made from an array by `try_from`, which fails for another dtype, and is used as
/// one.
///
/// ```
/// use numfuse as np;
/// use np::typing::NDArray;
/// fn half_sum(a: NDArray<f64>) -> np::Result<f64> {
///     Ok(a.to_vec()?.iter().sum::<f64>() / 2.0)
/// }
/// assert_eq!(half_sum(np::array![1.0, 2.0, 5.0].try_into()?)?, 4.0);
/// let integers = NDArray::<f64>::try_from(np::arange(3, ..));
/// assert_eq!(integers.unwrap_err().detail().message, "the array is int64, not float64");
/// # Ok::<(), np::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct NDArray<T>(Array, PhantomData<T>);

impl<T: Element> NDArray<T> {
    /// All elements in row-major order.
    #[track_caller]
    pub fn to_vec(&self) -> Result<Vec<T>> {
        self.0.to_vec::<T>()
    }

    /// The element of an array of size 1.
    #[track_caller]
    pub fn item(&self) -> Result<T> {
        self.0.item::<T>()
    }

    /// The array, whose type is not told any more.
    pub fn into_inner(self) -> Array {
        self.0
    }
}

impl<T: Element> TryFrom<Array> for NDArray<T> {
    type Error = Error;

    #[track_caller]
    fn try_from(array: Array) -> Result<NDArray<T>> {
        array.check()?;
        if array.0.dtype == T::DTYPE {
            return Ok(NDArray(array, PhantomData));
        }
        let text = format!("the array is {}, not {}", array.0.dtype, T::DTYPE);
        Err(Error::new(Class::DType, "NDArray", text, Location::caller()))
    }
}

impl<T> Deref for NDArray<T> {
    type Target = Array;

    fn deref(&self) -> &Array {
        &self.0
    }
}

impl<T> From<NDArray<T>> for Array {
    fn from(array: NDArray<T>) -> Array {
        array.0
    }
}
