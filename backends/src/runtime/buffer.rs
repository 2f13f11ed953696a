//! Buffers and the concrete arrays over them.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::sync::Arc;

use numfuse_ir::{DType, Element, IndexMap, Scalar, Shape, dispatch};

use super::fault::Fault;
use super::pool::Block;

/// Memory of an array: a block of the pool, or memory that someone gave away. Immutable once it is
/// shared.
pub struct Buffer {
    ptr: *mut u8,
    bytes: usize,
    owner: Owner,
    access: Access,
}

/// Who may write to memory that has one holder.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// The holder: it is plain memory.
    Own,
    /// Who asks for it: what is written goes to a file.
    File,
    /// Nobody.
    Never,
}

enum Owner {
    Pool(Option<Block>),
    Foreign(#[allow(dead_code, reason = "kept for its destructor")] Box<dyn Any + Send + Sync>),
}

// SAFETY: the memory is owned, and written only before the buffer is shared.
unsafe impl Send for Buffer {}
// SAFETY: as above.
unsafe impl Sync for Buffer {}

impl Buffer {
    /// Uninitialized memory of the pool.
    pub(super) fn uninit(bytes: usize) -> Result<Buffer, Fault> {
        let block = Block::new(bytes)?;
        Ok(Buffer { ptr: block.ptr(), bytes, owner: Owner::Pool(Some(block)), access: Access::Own })
    }

    /// A copy of a slice.
    pub fn from_slice<T: Element>(data: &[T]) -> Result<Arc<Buffer>, Fault> {
        let buffer = Buffer::uninit(size_of_val(data))?;
        // SAFETY: the block holds at least the slice's bytes and is not shared yet.
        unsafe { std::ptr::copy_nonoverlapping(data.as_ptr().cast(), buffer.ptr, buffer.bytes) };
        Ok(Arc::new(buffer))
    }

    /// A vector's own memory, without a copy.
    pub fn from_vec<T: Element>(mut data: Vec<T>) -> Arc<Buffer> {
        let (ptr, bytes) = (data.as_mut_ptr().cast(), size_of_val(data.as_slice()));
        Arc::new(Buffer { ptr, bytes, owner: Owner::Foreign(Box::new(data)), access: Access::Own })
    }

    /// Memory that `owner` keeps alive until it is dropped.
    ///
    /// # Safety
    ///
    /// `ptr` must be valid for reads of `bytes` bytes, and for writes unless that is `Never`, as long as
    /// `owner` lives; it must be aligned for the elements of the arrays over it, which must be values
    /// of their type; and nobody else may write while the buffer lives.
    pub(crate) unsafe fn foreign(
        ptr: *mut u8,
        bytes: usize,
        owner: Box<dyn Any + Send + Sync>,
        access: Access,
    ) -> Arc<Buffer> {
        Arc::new(Buffer { ptr, bytes, owner: Owner::Foreign(owner), access })
    }

    /// Memory of the pool for so many elements, written by `fill`.
    ///
    /// # Safety
    ///
    /// `fill` must write every element.
    pub(crate) unsafe fn written<T: Element>(
        len: usize,
        fill: impl FnOnce(&mut [MaybeUninit<T>]),
    ) -> Result<Arc<Buffer>, Fault> {
        let Some(bytes) = len.checked_mul(size_of::<T>()) else { return Err(Fault::Memory { bytes: u128::MAX }) };
        let buffer = Buffer::uninit(bytes)?;
        if len > 0 {
            // SAFETY: the block holds `len` elements, is aligned for all of them and not shared yet.
            fill(unsafe { std::slice::from_raw_parts_mut(buffer.ptr.cast(), len) });
        }
        Ok(Arc::new(buffer))
    }

    /// Who may write to it, once there is only one holder.
    pub fn access(&self) -> Access {
        self.access
    }

    /// The length in bytes.
    pub fn len_bytes(&self) -> usize {
        self.bytes
    }

    /// The address of the first byte.
    pub fn as_ptr(&self) -> *mut u8 {
        self.ptr
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        if let Owner::Pool(block) = &mut self.owner
            && let Some(block) = block.take()
        {
            block.recycle();
        }
    }
}

impl fmt::Debug for Buffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Buffer({} bytes)", self.bytes)
    }
}

/// A concrete array: a strided view of a buffer.
#[derive(Clone, Debug)]
pub struct Concrete {
    /// The memory.
    pub buffer: Arc<Buffer>,
    /// Element type.
    pub dtype: DType,
    /// The view, in elements of the dtype.
    pub map: IndexMap,
}

impl Concrete {
    /// A contiguous array of a vector's elements. Fails if the shape has another size.
    pub fn from_vec<T: Element>(data: Vec<T>, shape: &[usize]) -> Result<Concrete, Fault> {
        if numfuse_ir::shape::size_of(shape) != Some(data.len()) {
            return Err(Fault::Mismatch(format!(
                "cannot reshape array of size {} into shape {}",
                data.len(),
                numfuse_ir::shape::tuple(shape)
            )));
        }
        Ok(Concrete { buffer: Buffer::from_vec(data), dtype: T::DTYPE, map: IndexMap::contiguous(shape) })
    }

    /// A 0-d array.
    pub fn from_scalar(value: Scalar) -> Result<Concrete, Fault> {
        dispatch!(value.dtype(), T => {
            let value = <T as Element>::from_bits(value.bits());
            Ok(Concrete {
                buffer: Buffer::from_slice(&[value])?,
                dtype: T::DTYPE,
                map: IndexMap::contiguous(&[]),
            })
        })
    }

    /// The number of elements.
    pub fn len(&self) -> usize {
        self.map.shape.iter().product()
    }

    /// Whether there are no elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The elements in row-major order, if they are of type `T` and stored so.
    pub fn contiguous<T: Element>(&self) -> Option<&[T]> {
        if T::DTYPE != self.dtype || !self.map.is_contiguous() {
            return None;
        }
        let len = self.len();
        if len == 0 {
            return Some(&[]);
        }
        let start = usize::try_from(self.map.offset).ok()?;
        let end = start.checked_add(len)?.checked_mul(size_of::<T>())?;
        if end > self.buffer.bytes {
            return None;
        }
        // SAFETY: in bounds as checked; the dtype says that the memory holds `T`s, and buffers
        // are aligned for every element type and immutable while shared.
        Some(unsafe { std::slice::from_raw_parts(self.buffer.ptr.cast::<T>().add(start), len) })
    }

    /// The element at a row-major position, or `None` past the end.
    pub fn get(&self, position: usize) -> Option<Scalar> {
        if position >= self.len() {
            return None;
        }
        let mut rest = position;
        let mut at = self.map.offset;
        for (&n, &s) in self.map.shape.iter().zip(&self.map.strides).rev() {
            at += (rest % n) as isize * s;
            rest /= n;
        }
        let size = self.dtype.itemsize();
        let byte = usize::try_from(at).ok()?.checked_mul(size)?;
        if byte + size > self.buffer.bytes {
            return None;
        }
        dispatch!(self.dtype, T => {
            // SAFETY: in bounds as checked, and the memory holds `T`s.
            let value = unsafe { self.buffer.ptr.add(byte).cast::<T>().read_unaligned() };
            Some(Scalar::new(value))
        })
    }

    /// All elements in row-major order, if they are of type `T`.
    pub fn to_vec<T: Element>(&self) -> Option<Vec<T>> {
        if T::DTYPE != self.dtype {
            return None;
        }
        if let Some(slice) = self.contiguous::<T>() {
            return Some(slice.to_vec());
        }
        (0..self.len()).map(|i| self.get(i)?.get::<T>()).collect()
    }

    /// The address of element (0, …, 0), if the elements are of type `T` and all lie inside the
    /// buffer.
    pub fn base<T: Element>(&self) -> Option<*mut T> {
        let len = self.buffer.bytes / size_of::<T>();
        let inside = match self.map.extent() {
            Some((lo, hi)) => lo >= 0 && (hi as usize) < len,
            None => true,
        };
        (T::DTYPE == self.dtype && inside).then(|| self.buffer.ptr.cast::<T>().wrapping_offset(self.map.offset))
    }
}

/// A contiguous array of pool memory that is being written: nobody else sees it before
/// [`Fresh::finish`].
pub struct Fresh<T> {
    buffer: Buffer,
    shape: Shape,
    element: PhantomData<T>,
}

impl<T: Element> Fresh<T> {
    /// All zeros (false).
    pub fn zeroed(shape: &[usize]) -> Result<Fresh<T>, Fault> {
        let (buffer, shape) = Fresh::<T>::memory(shape)?;
        // SAFETY: the block holds as many bytes, and zeros are a value of every element type.
        unsafe { buffer.ptr.write_bytes(0, buffer.bytes) };
        Ok(Fresh { buffer, shape, element: PhantomData })
    }

    /// Uninitialized.
    ///
    /// # Safety
    ///
    /// Every element must be written, through [`Fresh::ptr`], before it is read by any means.
    pub unsafe fn uninit(shape: &[usize]) -> Result<Fresh<T>, Fault> {
        let (buffer, shape) = Fresh::<T>::memory(shape)?;
        Ok(Fresh { buffer, shape, element: PhantomData })
    }

    fn memory(shape: &[usize]) -> Result<(Buffer, Shape), Fault> {
        let bytes = numfuse_ir::shape::bytes_of(shape, T::DTYPE).ok_or(Fault::Memory { bytes: u128::MAX })?;
        Ok((Buffer::uninit(bytes)?, shape.into()))
    }

    /// The address of the first element.
    pub fn ptr(&mut self) -> *mut T {
        self.buffer.ptr.cast()
    }

    /// The length in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.buffer.bytes
    }

    /// Whether the memory lies on pages of its own, which the system zeroes.
    pub(super) fn is_mapped(&self) -> bool {
        matches!(&self.buffer.owner, Owner::Pool(Some(block)) if block.is_mapped())
    }

    /// The elements.
    pub fn slice(&mut self) -> &mut [T] {
        // SAFETY: the block is aligned and as long as the shape says, nobody else has it, and its elements are
        // initialized, as `zeroed` did and the caller of `uninit` promised.
        unsafe { std::slice::from_raw_parts_mut(self.ptr(), self.buffer.bytes / size_of::<T>()) }
    }

    /// The finished array.
    pub fn finish(self) -> Concrete {
        let map = IndexMap::contiguous(&self.shape);
        Concrete { buffer: Arc::new(self.buffer), dtype: T::DTYPE, map }
    }
}

/// Working memory of the pool, for any plain type: fresh pages cost more than a pass over them.
pub struct Scratch<T> {
    buffer: Buffer,
    len: usize,
    element: PhantomData<T>,
}

impl<T: Copy> Scratch<T> {
    /// `len` times the same value.
    pub fn new(len: usize, value: T) -> Result<Scratch<T>, Fault> {
        const { assert!(align_of::<T>() <= 64, "blocks are aligned to 64 bytes") };
        let Some(bytes) = len.checked_mul(size_of::<T>()) else { return Err(Fault::Memory { bytes: u128::MAX }) };
        let buffer = Buffer::uninit(bytes)?;
        let start = buffer.ptr.cast::<T>();
        for i in 0..len {
            // SAFETY: the block holds `len` elements, is aligned for them and not shared.
            unsafe { start.add(i).write(value) };
        }
        Ok(Scratch { buffer, len, element: PhantomData })
    }
}

impl<T> std::ops::Deref for Scratch<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        // SAFETY: the block holds `len` elements, which `new` wrote.
        unsafe { std::slice::from_raw_parts(self.buffer.ptr.cast(), self.len) }
    }
}

impl<T> std::ops::DerefMut for Scratch<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        // SAFETY: as above, and nobody else has the block.
        unsafe { std::slice::from_raw_parts_mut(self.buffer.ptr.cast(), self.len) }
    }
}
