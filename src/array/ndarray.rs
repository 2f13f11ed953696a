//! The concrete array, and the way to and from the `ndarray` crate.

use std::fmt;
use std::panic::Location;
use std::sync::{Arc, OnceLock};

use ::ndarray::{ArrayD, ArrayViewD, Dimension, IxDyn};
use numfuse_backends::runtime::{Buffer, Concrete};
use numfuse_ir::shape::tuple;
use numfuse_ir::{DType, Element, IndexMap, Scalar};

use super::Array;
use crate::error::{Class, Error, Raised, Result, no_memory};

/// A concrete array: memory that [`Array::eval`] filled. Cheap to clone; the memory is shared and
/// never changes.
///
/// ```
/// use numfuse as np;
/// let a = np::linspace(0.0, 1.0, 3).eval()?;
/// assert_eq!(a.as_slice::<f64>()?, [0.0, 0.5, 1.0]);
/// assert!(a.as_slice::<f32>().is_err());
/// assert_eq!(a.get::<f64>([1])?, 0.5);
/// assert_eq!(a.to_string(), "[0.  0.5 1. ]");
///
/// let matrix: ndarray::ArrayD<f64> = np::eye(2, ..).eval()?.into_ndarray()?;
/// assert_eq!(matrix[[1, 1]], 1.0);
/// assert_eq!(np::Array::from(matrix).shape(), [2, 2]);
/// # Ok::<(), np::Error>(())
/// ```
#[derive(Clone)]
pub struct NdArray {
    value: Concrete,
    /// Row-major copy of a strided view, made when somebody asks for a slice.
    packed: OnceLock<Concrete>,
}

impl NdArray {
    pub(crate) fn new(value: Concrete) -> NdArray {
        NdArray { value, packed: OnceLock::new() }
    }

    /// Its memory, for a value that replaces it.
    pub(crate) fn memory(&mut self) -> &mut Arc<Buffer> {
        self.packed = OnceLock::new();
        &mut self.value.buffer
    }

    /// Its value, whose memory is about to change.
    pub(crate) fn value_mut(&mut self) -> &mut Concrete {
        self.packed = OnceLock::new();
        &mut self.value
    }

    pub(crate) fn value(&self) -> &Concrete {
        &self.value
    }

    /// Axis lengths.
    pub fn shape(&self) -> &[usize] {
        &self.value.map.shape
    }

    /// The number of axes.
    pub fn ndim(&self) -> usize {
        self.shape().len()
    }

    /// The number of elements.
    pub fn size(&self) -> usize {
        self.shape().iter().product()
    }

    /// The element type.
    pub fn dtype(&self) -> DType {
        self.value.dtype
    }

    /// Steps between neighbours along each axis, in bytes.
    pub fn strides(&self) -> Vec<isize> {
        self.value.map.strides.iter().map(|s| s * self.dtype().itemsize() as isize).collect()
    }

    /// All elements in row-major order. `T` must be the type of the dtype. A view that is not
    /// stored in that order is packed once, on first use.
    #[track_caller]
    pub fn as_slice<T: Element>(&self) -> Result<&[T]> {
        self.items::<T>("as_slice", Location::caller())
    }

    fn items<T: Element>(&self, op: &'static str, location: &'static Location<'static>) -> Result<&[T]> {
        self.expect_dtype::<T>(op, location)?;
        if let Some(items) = self.value.contiguous::<T>() {
            return Ok(items);
        }
        if self.packed.get().is_none() {
            let items = gather::<T>(&self.value).map_err(|raise| raise.sign(op, location))?;
            let map = IndexMap::contiguous(self.shape());
            // Another thread may have been faster with the same elements.
            let _ = self.packed.set(Concrete { buffer: Buffer::from_vec(items), dtype: T::DTYPE, map });
        }
        Ok(self.packed.get().and_then(Concrete::contiguous::<T>).unwrap_or_default())
    }

    /// A copy of all elements in row-major order.
    #[track_caller]
    pub fn to_vec<T: Element>(&self) -> Result<Vec<T>> {
        let location = Location::caller();
        self.expect_dtype::<T>("to_vec", location)?;
        match self.value.contiguous::<T>() {
            Some(items) => Ok(items.to_vec()),
            None => gather(&self.value).map_err(|raise| raise.sign("to_vec", location)),
        }
    }

    /// The element of an array of size 1.
    #[track_caller]
    pub fn item<T: Element>(&self) -> Result<T> {
        let location = Location::caller();
        if self.size() != 1 {
            let text = "can only convert an array of size 1 to a Python scalar";
            return Err(Error::new(Class::Value, "item", text.into(), location));
        }
        self.expect_dtype::<T>("item", location)?;
        Ok(T::from_bits(self.get_flat(0).bits()))
    }

    /// The element at an index, one position per axis.
    #[track_caller]
    pub fn get<T: Element>(&self, index: impl AsRef<[usize]>) -> Result<T> {
        let (index, location) = (index.as_ref(), Location::caller());
        self.expect_dtype::<T>("get", location)?;
        if index.len() != self.ndim() {
            let text = format!("{} indices for an array with {} axes", index.len(), self.ndim());
            return Err(Error::new(Class::Index, "get", text, location));
        }
        let mut position = 0;
        for (axis, (&i, &n)) in index.iter().zip(self.shape()).enumerate() {
            if i >= n {
                let text = format!("index {i} is out of bounds for axis {axis} with size {n}");
                return Err(Error::new(Class::Index, "get", text, location));
            }
            position = position * n + i;
        }
        Ok(T::from_bits(self.get_flat(position).bits()))
    }

    /// The element at a row-major position, which must be in range.
    pub(crate) fn get_flat(&self, position: usize) -> Scalar {
        self.value.get(position).unwrap_or_else(|| Scalar::from_bits(self.dtype(), [0, 0]))
    }

    fn expect_dtype<T: Element>(&self, op: &'static str, location: &'static Location<'static>) -> Result<()> {
        if T::DTYPE == self.dtype() {
            return Ok(());
        }
        let text = format!("the array is {}, not {}", self.dtype(), T::DTYPE);
        Err(Error::new(Class::DType, op, text, location))
    }

    /// A view for the `ndarray` crate, without copying.
    #[track_caller]
    pub fn view<T: Element>(&self) -> Result<ArrayViewD<'_, T>> {
        let location = Location::caller();
        ArrayViewD::from_shape(IxDyn(self.shape()), self.items::<T>("view", location)?)
            .map_err(|e| Error::new(Class::Shape, "view", e.to_string(), location))
    }

    /// An owned array of the `ndarray` crate. It copies: the memory here is shared.
    #[track_caller]
    pub fn into_ndarray<T: Element>(self) -> Result<ArrayD<T>> {
        Ok(self.view::<T>()?.to_owned())
    }
}

/// The elements of a strided view in row-major order.
fn gather<T: Element>(value: &Concrete) -> Raised<Vec<T>> {
    let map = &value.map;
    let n: usize = map.shape.iter().product();
    let mut out = Vec::new();
    if out.try_reserve_exact(n).is_err() {
        return Err(no_memory(n as u128 * size_of::<T>() as u128, Some((&map.shape, T::DTYPE))));
    }
    let whole = IndexMap::contiguous(&[value.buffer.len_bytes() / size_of::<T>()]);
    let storage = Concrete { buffer: value.buffer.clone(), dtype: value.dtype, map: whole };
    let items = storage.contiguous::<T>().unwrap_or_default();
    let Some((&inner, &step)) = map.shape.last().zip(map.strides.last()) else {
        return Ok(vec![items[map.offset as usize]]);
    };
    let outer = map.shape.len() - 1;
    let mut index = vec![0usize; outer];
    let mut at = map.offset;
    while out.len() < n {
        out.extend((0..inner).map(|i| items[(at + step * i as isize) as usize]));
        // The next row, as an odometer counts.
        for d in (0..outer).rev() {
            index[d] += 1;
            at += map.strides[d];
            if index[d] < map.shape[d] {
                break;
            }
            at -= map.strides[d] * map.shape[d] as isize;
            index[d] = 0;
        }
    }
    Ok(out)
}

/// Takes over the memory of an owned `ndarray` array, whatever the order of its axes; one with
/// gaps or negative strides is copied.
impl<T: Element, D: Dimension> From<::ndarray::Array<T, D>> for Array {
    #[track_caller]
    fn from(array: ::ndarray::Array<T, D>) -> Array {
        let location = Location::caller();
        let shape: smallvec::SmallVec<[usize; 4]> = array.shape().into();
        let strides: smallvec::SmallVec<[isize; 4]> = array.strides().into();
        let dense = array.as_slice_memory_order().is_some() && strides.iter().all(|&s| s >= 0);
        if !dense {
            return Array::from_vec_shape(array.iter().copied().collect(), shape, location);
        }
        let (items, offset) = array.into_raw_vec_and_offset();
        let map = IndexMap { offset: offset.unwrap_or(0) as isize, shape, strides };
        Array::ready(Concrete { buffer: Buffer::from_vec(items), dtype: T::DTYPE, map }, location)
    }
}

/// Copies a view of the `ndarray` crate.
impl<T: Element, D: Dimension> From<::ndarray::ArrayView<'_, T, D>> for Array {
    #[track_caller]
    fn from(view: ::ndarray::ArrayView<'_, T, D>) -> Array {
        let shape = view.shape().into();
        Array::from_vec_shape(view.iter().copied().collect(), shape, Location::caller())
    }
}

impl From<NdArray> for Array {
    #[track_caller]
    fn from(a: NdArray) -> Array {
        Array::ready(a.value, Location::caller())
    }
}

impl From<&NdArray> for Array {
    #[track_caller]
    fn from(a: &NdArray) -> Array {
        Array::ready(a.value.clone(), Location::caller())
    }
}

impl fmt::Debug for NdArray {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NdArray({}, {})", tuple(self.shape()), self.dtype())
    }
}
