//! Arrays from what is there: other arrays, bytes and iterators.

use std::panic::Location;

pub use numfuse_backends::runtime::DlTensor;
use numfuse_backends::runtime::{Buffer, Concrete};
use numfuse_ir::shape::{Shape, bytes_of};
use numfuse_ir::{DType, Element, IndexMap, Kind, ReduceOp, dispatch};

use super::CreateOptions;
use crate::array::Array;
use crate::array::build::{Cx, call};
use crate::array::operand::{Dims, Operand};
use crate::error::{Raised, of_fault, raise};
use crate::options::{Int, options};

options! {
    /// Options of [`require`]; the bare value is `dtype`.
    RequireOptions { dtype: Dtype(DType), requirements: Requirements(Vec<&'static str>) } bare dtype dtype;
    /// Options of [`fromiter`]; the bare value is `count`.
    FromiterOptions { count: Count(Int) } bare count int;
    /// Options of [`Array::new`].
    NdarrayOptions {
        dtype: Dtype(DType), buffer: BufferKey(Vec<u8>), offset: Offset(Int), strides: StridesKey(Dims), order: Order(char),
    } bare dtype dtype;
}

/// NumPy's name of the array type.
#[allow(non_camel_case_types)]
pub type ndarray = Array;

/// [`asarray`](crate::asarray): wrapper types convert through functions of their own.
#[track_caller]
pub fn asanyarray(data: impl Into<Operand>, options: impl Into<CreateOptions>) -> Array {
    super::asarray(data, options)
}

/// The argument as an array without infinities and NaN, which are an error. Evaluates.
///
/// ```
/// use numfuse as np;
/// assert!(np::asarray_chkfinite([1.0, 2.0], ..).check().is_ok());
/// let error = np::asarray_chkfinite([1.0, np::nan], ..).check().unwrap_err();
/// assert_eq!(error.detail().message, "array must not contain infs or NaNs");
/// assert_eq!(np::ascontiguousarray(3.0, ..).shape(), [1]);
/// assert_eq!(np::require([1, 2], np::float64).dtype(), np::float64);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn asarray_chkfinite(data: impl Into<Operand>, options: impl Into<CreateOptions>) -> Array {
    let (data, options) = (data.into(), options.into());
    call("asarray_chkfinite", |cx| {
        let dtype = options.dtype.unwrap_or_else(|| data.own_dtype());
        let a = cx.array_as(&data, dtype)?;
        if dtype.is_inexact() && !a.0.shape.contains(&0) {
            let finite = cx.un(numfuse_ir::Ew::Isfinite, &a)?;
            let axes: Vec<usize> = (0..a.0.shape.len()).collect();
            let all = cx.reduce(ReduceOp::All, &finite, &axes, false)?;
            crate::eval([&all, &a])?;
            if !all.item::<bool>()? {
                return raise!(Value, "array must not contain infs or NaNs");
            }
        }
        Ok(a)
    })
}

/// The value in memory of its own, rows first or columns first.
fn laid_out(cx: Cx, a: &Array, order: char) -> Raised<Array> {
    let value = match order {
        'F' => {
            let turned = crate::transpose(a, ..);
            let packed = turned.concrete()?.packed().map_err(of_fault)?;
            return Ok(crate::transpose(Array::ready(packed, cx.location), ..));
        }
        _ => a.concrete()?,
    };
    if value.map.is_contiguous() {
        Ok(a.clone())
    } else {
        Ok(Array::ready(value.packed().map_err(of_fault)?, cx.location))
    }
}

/// The argument evaluated, in row-major memory, with at least one axis. See [`asarray_chkfinite`].
#[track_caller]
pub fn ascontiguousarray(data: impl Into<Operand>, options: impl Into<CreateOptions>) -> Array {
    let a = super::asarray(data, options);
    call("ascontiguousarray", |cx| laid_out(cx, &at_least_1d(cx, &a)?, 'C'))
}

/// The argument evaluated, in column-major memory, with at least one axis. See [`asarray_chkfinite`].
#[track_caller]
pub fn asfortranarray(data: impl Into<Operand>, options: impl Into<CreateOptions>) -> Array {
    let a = super::asarray(data, options);
    call("asfortranarray", |cx| laid_out(cx, &at_least_1d(cx, &a)?, 'F'))
}

fn at_least_1d(cx: Cx, a: &Array) -> Raised<Array> {
    a.check()?;
    if a.0.shape.is_empty() { cx.reshape(a, &[1]) } else { Ok(a.clone()) }
}

/// The argument as an array that meets requirements: `"C"` or `"F"` order, `"A"`ligned, `"W"`riteable,
/// `"O"`wning its memory, `"E"`nsured to be an array. The last four always hold. See
/// [`asarray_chkfinite`].
#[track_caller]
pub fn require(a: impl Into<Operand>, options: impl Into<RequireOptions>) -> Array {
    let (a, options) = (a.into(), options.into());
    call("require", |cx| {
        let a = cx.array_as(&a, options.dtype.unwrap_or_else(|| a.own_dtype()))?;
        let mut order = None;
        for name in options.requirements.unwrap_or_default() {
            match &*name.to_uppercase() {
                "C" | "C_CONTIGUOUS" | "CONTIGUOUS" if order != Some('F') => order = Some('C'),
                "F" | "F_CONTIGUOUS" | "FORTRAN" if order != Some('C') => order = Some('F'),
                "C" | "C_CONTIGUOUS" | "CONTIGUOUS" | "F" | "F_CONTIGUOUS" | "FORTRAN" => {
                    return raise!(Value, "Cannot specify both \"C\" and \"F\" order");
                }
                "A" | "ALIGNED" | "W" | "WRITEABLE" | "O" | "OWNDATA" | "E" | "ENSUREARRAY" => {}
                _ => return raise!(Key, "'{}'", name.to_uppercase()),
            }
        }
        match order {
            Some(order) => laid_out(cx, &a, order),
            None => Ok(a),
        }
    })
}

/// The value of an expression in memory of its own, which fixes a pending one.
///
/// ```
/// use numfuse as np;
/// let a = np::arange(6, ..).reshape([2, 3]);
/// assert!(np::copy(a.t(), ..).is_evaluated());
/// assert_eq!(a.copy(..).to_vec::<i64>()?, a.to_vec::<i64>()?);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn copy(a: impl Into<Operand>, options: impl Into<crate::OrderOptions>) -> Array {
    let (a, options) = (a.into(), options.into());
    call("copy", |cx| {
        let a = cx.array(a)?;
        match options.order.unwrap_or('C') {
            order @ ('C' | 'F') => {
                let turned = if order == 'F' { crate::transpose(&a, ..) } else { a };
                let own = Array::ready(turned.concrete()?.packed().map_err(of_fault)?, cx.location);
                Ok(if order == 'F' { crate::transpose(own, ..) } else { own })
            }
            'A' | 'K' => Ok(Array::ready(a.concrete()?.packed().map_err(of_fault)?, cx.location)),
            other => raise!(Value, "order must be one of 'C', 'F', 'A', or 'K' (got '{other}')"),
        }
    })
}

/// An array over bytes; the map starts at the byte `offset` and must stay inside.
fn of_bytes(cx: Cx, buffer: Vec<u8>, dtype: DType, offset: usize, mut map: IndexMap) -> Raised<Array> {
    let value = dispatch!(dtype, T => {
        let size = size_of::<T>();
        map.offset = (offset / size) as isize;
        let elements = buffer.get(offset % size..).unwrap_or_default();
        let items: Vec<T> = elements.chunks_exact(size).map(|bytes| element(bytes, dtype)).collect();
        Concrete { buffer: Buffer::from_vec(items), dtype, map }
    });
    if !value.inside() {
        return raise!(Value, "strides is incompatible with shape of requested array and size of buffer");
    }
    Ok(Array::ready(value, cx.location))
}

/// One element from its bytes in memory.
fn element<T: Element>(bytes: &[u8], dtype: DType) -> T {
    let word = |bytes: &[u8]| {
        let mut word = [0u8; 8];
        word[..bytes.len()].copy_from_slice(bytes);
        u64::from_le_bytes(word)
    };
    let parts = if dtype.kind() == Kind::Complex { 2 } else { 1 };
    let (re, im) = bytes.split_at(bytes.len() / parts);
    let bits = match dtype {
        DType::Bool => [u64::from(bytes[0] != 0), 0],
        _ if parts == 2 => [word(re), word(im)],
        _ => [word(bytes), 0],
    };
    T::from_bits(bits)
}

/// A vector of what an iterator gives, as a dtype. With a `count` so many are taken, and fewer are an
/// error.
///
/// ```
/// use numfuse as np;
/// let squares = np::fromiter((0..4).map(|i| i * i), np::float64, ..);
/// assert_eq!(squares.to_vec::<f64>()?, [0.0, 1.0, 4.0, 9.0]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn fromiter<T: Element>(
    iter: impl IntoIterator<Item = T>,
    dtype: DType,
    options: impl Into<FromiterOptions>,
) -> Array {
    let options = options.into();
    let location = Location::caller();
    let count = options.count.map_or(-1, |c| c.0);
    let mut items: Vec<T> = Vec::new();
    match usize::try_from(count) {
        Ok(count) => items.extend(iter.into_iter().take(count)),
        Err(_) => items.extend(iter),
    }
    call("fromiter", |cx| {
        if (items.len() as i64) < count {
            return raise!(Value, "iterator too short: Expected {count} but iterator had only {} items.", items.len());
        }
        let shape = smallvec::smallvec![items.len()];
        cx.cast(&Array::from_vec_shape(items, shape, location), dtype)
    })
}

/// What can be handed over as a DLPack tensor: an array, or a tensor of another library.
pub trait Dlpack {
    /// The tensor.
    fn dlpack(self) -> crate::Result<DlTensor>;
}

impl Dlpack for DlTensor {
    fn dlpack(self) -> crate::Result<DlTensor> {
        Ok(self)
    }
}

impl Dlpack for &Array {
    #[track_caller]
    fn dlpack(self) -> crate::Result<DlTensor> {
        self.to_dlpack()
    }
}

/// An array over the memory of a DLPack tensor, or of a type that gives one. Nothing is copied but what is
/// not aligned, and bools. Tensors on other devices, and dtypes that there are not, are an error.
///
/// A `DLManagedTensor *` of a C library becomes a [`DlTensor`] by its `from_raw`.
///
/// ```
/// use numfuse as np;
/// let a = np::array![[0_i64, 1, 2], [3, 4, 5]];
/// let tensor = a.t().to_dlpack()?; // shares the memory
/// assert_eq!(tensor.device(), (1, 0));
/// let b = np::from_dlpack(tensor);
/// assert_eq!(b.to_vec::<i64>()?, [0, 3, 1, 4, 2, 5]);
/// assert!(np::shares_memory(&a, &b)?);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn from_dlpack(x: impl Dlpack) -> Array {
    let tensor = x.dlpack();
    call("from_dlpack", |cx| Ok(Array::ready(tensor?.import().map_err(of_fault)?, cx.location)))
}

impl Array {
    /// The value as a DLPack tensor, which shares its memory. Evaluates. See [`from_dlpack`].
    #[track_caller]
    pub fn to_dlpack(&self) -> crate::Result<DlTensor> {
        let location = Location::caller();
        DlTensor::export(self.concrete()?).map_err(|fault| of_fault(fault).sign("to_dlpack", location))
    }

    /// NumPy's `ndarray(shape, …)`: an array of a shape and dtype (`float64`) over `buffer`, bytes from
    /// which the elements are read at `offset` and steps of `strides` bytes. Without a buffer all
    /// elements are zero.
    ///
    /// ```
    /// use numfuse as np;
    /// use np::prelude::*;
    /// let bytes = (0..6u8).collect::<Vec<_>>();
    /// let a = np::ndarray::new([2, 2], dtype(np::uint8).buffer(bytes).offset(1).strides([3, 1]));
    /// assert_eq!(a.to_vec::<u8>()?, [1, 2, 4, 5]);
    /// # Ok::<(), np::Error>(())
    /// ```
    #[track_caller]
    pub fn new(shape: impl Into<Dims>, options: impl Into<NdarrayOptions>) -> Array {
        let (shape, o) = (shape.into(), options.into());
        call("ndarray", |cx| {
            let shape = shape.lengths()?;
            let dtype = o.dtype.unwrap_or(DType::F64);
            let size = dtype.itemsize() as i128;
            let Some(buffer) = o.buffer else {
                return cx.full(&shape, &crate::array::operand::k(0), dtype);
            };
            let Some(bytes) = bytes_of(&shape, dtype) else {
                return raise!(
                    Value,
                    "array is too big; `arr.size * arr.dtype.itemsize` is larger than the maximum possible size."
                );
            };
            let mut map = match o.order.unwrap_or('C') {
                'F' => {
                    let turned: Shape = shape.iter().rev().copied().collect();
                    let mut map = IndexMap::contiguous(&turned);
                    map.shape.reverse();
                    map.strides.reverse();
                    map
                }
                _ => IndexMap::contiguous(&shape),
            };
            if let Some(strides) = &o.strides {
                if strides.0.len() != shape.len() {
                    return raise!(Value, "strides, if given, must be the same length as shape");
                }
                for (stride, &step) in map.strides.iter_mut().zip(&strides.0) {
                    if step % size != 0 {
                        return raise!(Value, "strides must be a multiple of the itemsize {size}");
                    }
                    *stride = match isize::try_from(step / size) {
                        Ok(step) => step,
                        Err(_) => {
                            return raise!(
                                Value,
                                "strides is incompatible with shape of requested array and size of buffer"
                            );
                        }
                    };
                }
            }
            let offset = o.offset.unwrap_or_default().0;
            let Ok(offset) = usize::try_from(offset) else {
                return raise!(
                    Value,
                    "offset must be non-negative and no greater than buffer length ({})",
                    buffer.len()
                );
            };
            if offset > buffer.len() {
                return raise!(DType, "buffer is too small for requested array");
            }
            if o.strides.is_none() && bytes > buffer.len() - offset {
                return raise!(DType, "buffer is too small for requested array");
            }
            of_bytes(cx, buffer, dtype, offset, map)
        })
    }

    /// See [`copy`].
    #[track_caller]
    pub fn copy(&self, options: impl Into<crate::OrderOptions>) -> Array {
        copy(self, options)
    }
}
