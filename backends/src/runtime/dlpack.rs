//! Arrays to and from other libraries by DLPack (`dlpack.h` of `dmlc/dlpack`, version 0.8: the
//! unversioned structures, which every producer and consumer knows).

use std::ffi::c_void;
use std::ptr::{self, NonNull};

use numfuse_ir::shape::MAX_NDIM;
use numfuse_ir::{DType, IndexMap, Kind};

use super::buffer::{Access, Buffer, Concrete};
use super::fault::{Fault, FaultKind};

/// `kDLCPU`.
const CPU: i32 = 1;

/// `DLDevice`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
struct Device {
    device_type: i32,
    device_id: i32,
}

/// `DLDataType`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
struct DataType {
    code: u8,
    bits: u8,
    lanes: u16,
}

/// `DLTensor`.
#[repr(C)]
#[derive(Debug)]
struct Tensor {
    data: *mut c_void,
    device: Device,
    ndim: i32,
    dtype: DataType,
    shape: *mut i64,
    strides: *mut i64,
    byte_offset: u64,
}

/// `DLManagedTensor`.
#[repr(C)]
#[derive(Debug)]
struct Managed {
    tensor: Tensor,
    context: *mut c_void,
    deleter: Option<unsafe extern "C" fn(*mut Managed)>,
}

/// What an exported tensor keeps alive.
struct Export {
    managed: Managed,
    lengths: Vec<i64>,
    steps: Vec<i64>,
    #[allow(dead_code, reason = "kept for its memory")]
    value: Concrete,
}

/// A DLPack tensor that this handle owns: a `DLManagedTensor *`, whose deleter runs when it is dropped.
///
/// Memory of an exported array is shared with it, and stays as it is: whoever gets the tensor must not
/// write to it.
#[derive(Debug)]
pub struct DlTensor(NonNull<Managed>);

// SAFETY: the tensor is owned, DLPack's deleters may be called on any thread, and its memory is not written.
unsafe impl Send for DlTensor {}
// SAFETY: nothing changes through a shared handle.
unsafe impl Sync for DlTensor {}

impl DlTensor {
    /// Takes over a `DLManagedTensor *`; `None` for a null pointer.
    ///
    /// # Safety
    ///
    /// The pointer must be null, or point to a valid `DLManagedTensor` that nobody else owns, whose data
    /// nobody writes to as long as this handle or an array made of it lives, and whose deleter can be
    /// called on any thread.
    pub unsafe fn from_raw(managed: *mut c_void) -> Option<DlTensor> {
        NonNull::new(managed.cast()).map(DlTensor)
    }

    /// The `DLManagedTensor *`, which is the caller's now: somebody must call its deleter once.
    pub fn into_raw(self) -> *mut c_void {
        let raw = self.0.as_ptr().cast();
        std::mem::forget(self);
        raw
    }

    fn tensor(&self) -> &Tensor {
        // SAFETY: the pointer is valid as long as the handle lives, as its maker promised.
        unsafe { &self.0.as_ref().tensor }
    }

    /// `DLDeviceType` and number of the device.
    pub fn device(&self) -> (i32, i32) {
        (self.tensor().device.device_type, self.tensor().device.device_id)
    }

    /// Exports an array, whose memory is shared.
    pub fn export(value: Concrete) -> Result<DlTensor, Fault> {
        if !value.inside() {
            return Err(Fault::Mismatch("an array reaches outside its buffer".into()));
        }
        let size = value.dtype.itemsize();
        let lengths: Vec<i64> = value.map.shape.iter().map(|&n| n as i64).collect();
        let steps: Vec<i64> = value.map.strides.iter().map(|&s| s as i64).collect();
        let code = match value.dtype.kind() {
            Kind::Signed => 0,
            Kind::Unsigned => 1,
            Kind::Float => 2,
            Kind::Complex => 5,
            Kind::Bool => 6,
        };
        let start = value.map.offset * size as isize;
        let tensor = Tensor {
            data: value.buffer.as_ptr().wrapping_offset(start).cast(),
            device: Device { device_type: CPU, device_id: 0 },
            ndim: lengths.len() as i32,
            dtype: DataType { code, bits: (size * 8) as u8, lanes: 1 },
            shape: ptr::null_mut(),
            strides: ptr::null_mut(),
            byte_offset: 0,
        };
        let managed = Managed { tensor, context: ptr::null_mut(), deleter: Some(delete_export) };
        let export = Box::into_raw(Box::new(Export { managed, lengths, steps, value }));
        // SAFETY: the box was just leaked, so that the pointer is valid and nobody else has it. Its vectors do
        // not move any more.
        unsafe {
            (*export).managed.tensor.shape = (*export).lengths.as_mut_ptr();
            (*export).managed.tensor.strides = (*export).steps.as_mut_ptr();
            (*export).managed.context = export.cast();
            Ok(DlTensor(NonNull::new_unchecked(&raw mut (*export).managed)))
        }
    }

    /// The array of a tensor in the memory of the processor. Its memory is shared unless it is not aligned,
    /// or bool, whose bytes may be anything.
    pub fn import(self) -> Result<Concrete, Fault> {
        let tensor = self.tensor();
        if tensor.device.device_type != CPU {
            return refuse(FaultKind::Runtime, "Unsupported device in DLTensor.");
        }
        let kind = match tensor.dtype.code {
            0 => Kind::Signed,
            1 => Kind::Unsigned,
            2 => Kind::Float,
            5 => Kind::Complex,
            6 => Kind::Bool,
            _ => return refuse(FaultKind::Runtime, "Unsupported dtype in DLTensor."),
        };
        let found =
            DType::ALL.into_iter().find(|d| d.kind() == kind && d.itemsize() * 8 == usize::from(tensor.dtype.bits));
        let Some(dtype) = found.filter(|_| tensor.dtype.lanes == 1) else {
            return refuse(FaultKind::Runtime, "Unsupported dtype in DLTensor.");
        };
        let Some(ndim) = usize::try_from(tensor.ndim).ok().filter(|&n| n <= MAX_NDIM) else {
            return refuse(FaultKind::Runtime, "maxdims of DLPack tensor is higher than the supported maxdims.");
        };
        let list = |from: *mut i64| -> Option<Vec<i64>> {
            // SAFETY: a list that is given has as many numbers as there are axes.
            (!from.is_null()).then(|| unsafe { std::slice::from_raw_parts(from, ndim) }.to_vec())
        };
        let lengths = list(tensor.shape).unwrap_or_default();
        let shape: Option<Vec<usize>> = lengths.iter().map(|&n| usize::try_from(n).ok()).collect();
        let Some(shape) = shape.filter(|s| s.len() == ndim) else {
            return refuse(FaultKind::Value, "negative dimensions are not allowed");
        };
        if numfuse_ir::shape::bytes_of(&shape, dtype).is_none() {
            return refuse(FaultKind::Value, "array is too big");
        }
        let mut map = IndexMap::contiguous(&shape);
        if let Some(steps) = list(tensor.strides) {
            map.strides = steps.iter().map(|&s| s as isize).collect();
        }
        let empty = shape.contains(&0);
        let size = dtype.itemsize();
        let offset = usize::try_from(tensor.byte_offset).unwrap_or(usize::MAX);
        let start = tensor.data.cast::<u8>().wrapping_add(offset);
        if empty || start.is_null() {
            return if empty {
                Concrete::from_bytes(dtype, &shape, |_| Ok(()))
            } else {
                refuse(FaultKind::Value, "a DLPack tensor without data")
            };
        }
        // The stretch of memory from the first to the last element.
        let Some((low, high)) = map.extent() else { return refuse(FaultKind::Value, "a DLPack tensor without data") };
        let (Some(bytes), Some(before)) = (
            high.checked_sub(low).and_then(|n| n.checked_add(1)).and_then(|n| n.checked_mul(size as isize)),
            low.checked_mul(size as isize),
        ) else {
            return refuse(FaultKind::Value, "array is too big");
        };
        map.offset = -low;
        let first = start.wrapping_offset(before);
        let align = size.min(8);
        if dtype == DType::Bool || !first.addr().is_multiple_of(align) {
            // Bytes are aligned, and may be anything.
            let mut wide = map.clone();
            wide.strides = map.strides.iter().map(|s| s * size as isize).collect();
            wide.strides.push(1);
            wide.shape.push(size);
            wide.offset *= size as isize;
            // SAFETY: as below, for bytes.
            let buffer = unsafe { Buffer::foreign(first, bytes as usize, Box::new(self), Access::Never) };
            let all = Concrete { buffer, dtype: DType::U8, map: wide }.packed()?;
            return Concrete::from_bytes(dtype, &shape, |to| {
                to.copy_from_slice(all.as_bytes().unwrap_or_default());
                Ok(())
            });
        }
        // SAFETY: the tensor's memory, from its first element to its last, is valid as long as the handle
        // lives, which the buffer owns, and nobody writes to it, as who made the handle promised. It is
        // aligned, and all bytes of numbers are numbers.
        let buffer = unsafe { Buffer::foreign(first, bytes as usize, Box::new(self), Access::Never) };
        Ok(Concrete { buffer, dtype, map })
    }
}

fn refuse<T>(kind: FaultKind, message: &str) -> Result<T, Fault> {
    Err(Fault::Host { op: None, kind, message: message.into() })
}

impl Drop for DlTensor {
    fn drop(&mut self) {
        // SAFETY: the tensor is valid and owned, and this is the one call of its deleter.
        unsafe {
            if let Some(delete) = self.0.as_ref().deleter {
                delete(self.0.as_ptr());
            }
        }
    }
}

/// The deleter of exported tensors.
unsafe extern "C" fn delete_export(managed: *mut Managed) {
    if !managed.is_null() {
        // SAFETY: `export` leaked a box, which this takes back; DLPack calls a deleter once.
        drop(unsafe { Box::from_raw((*managed).context.cast::<Export>()) });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn ok<T>(result: Result<T, Fault>) -> T {
        result.unwrap_or_else(|fault| panic!("{fault}"))
    }

    #[test]
    fn there_and_back_without_a_copy() {
        for dtype in DType::ALL {
            let value = ok(Concrete::from_bytes::<Fault>(dtype, &[3, 2], |b| {
                b.iter_mut().enumerate().for_each(|(i, b)| *b = (i % 2) as u8);
                Ok(())
            }));
            let turned = IndexMap { offset: 4, shape: [2, 3].as_slice().into(), strides: [1, -2].as_slice().into() };
            let value = Concrete { map: turned, ..value };
            let back = ok(ok(DlTensor::export(value.clone())).import());
            assert_eq!((back.dtype, &back.map.shape), (dtype, &value.map.shape));
            assert!((0..6).all(|i| back.get(i) == value.get(i)), "{dtype}");
            assert_eq!(ok(back.shares(&value)), dtype != DType::Bool);
        }
    }

    static DELETED: AtomicUsize = AtomicUsize::new(0);

    unsafe extern "C" fn count(_: *mut Managed) {
        DELETED.fetch_add(1, Ordering::SeqCst);
    }

    #[test]
    fn foreign_tensors() {
        let mut data: Vec<u64> = vec![0x0102_0304, 5, 6, 7];
        let mut shape = [2i64];
        let mut tensor = |dtype, device_type, offset| Managed {
            tensor: Tensor {
                data: data.as_mut_ptr().cast(),
                device: Device { device_type, device_id: 0 },
                ndim: 1,
                dtype,
                shape: shape.as_mut_ptr(),
                strides: ptr::null_mut(),
                byte_offset: offset,
            },
            context: ptr::null_mut(),
            deleter: Some(count),
        };
        let ints = DataType { code: 0, bits: 64, lanes: 1 };
        let mut import = |dtype, device, offset| {
            let mut managed = tensor(dtype, device, offset);
            // SAFETY: the tensor outlives the call and what is read from it.
            let handle = unsafe { DlTensor::from_raw((&raw mut managed).cast()) };
            let value = handle.map(DlTensor::import)?;
            Some(value.map(|v| v.to_vec::<i64>()))
        };
        assert!(matches!(import(ints, CPU, 8), Some(Ok(Some(v))) if v == [5, 6]));
        // Not aligned: copied.
        assert!(
            matches!(import(ints, CPU, 1), Some(Ok(Some(v))) if v == [0x0500_0000_0001_0203, 0x0600_0000_0000_0000])
        );
        assert!(matches!(import(ints, 2, 0), Some(Err(_))));
        assert!(matches!(import(DataType { lanes: 4, ..ints }, CPU, 0), Some(Err(_))));
        assert!(matches!(import(DataType { code: 4, ..ints }, CPU, 0), Some(Err(_))));
        assert_eq!(DELETED.load(Ordering::SeqCst), 5);
        // SAFETY: null is allowed.
        assert!(unsafe { DlTensor::from_raw(ptr::null_mut()) }.is_none());
    }
}
