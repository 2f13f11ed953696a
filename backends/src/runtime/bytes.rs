//! Arrays as bytes: what files and other libraries hold.

use numfuse_ir::{DType, dispatch};

use super::buffer::{Concrete, Fresh};
use super::fault::Fault;

/// Bytes that are gathered from a strided array before they are handed on.
const CHUNK: usize = 4 << 20;

impl Concrete {
    /// A contiguous array whose bytes, in row-major order and the machine's byte order, `fill`
    /// writes. Whatever it leaves out is unspecified, but a value of the dtype.
    pub fn from_bytes<E: From<Fault>>(
        dtype: DType,
        shape: &[usize],
        fill: impl FnOnce(&mut [u8]) -> Result<(), E>,
    ) -> Result<Concrete, E> {
        dispatch!(dtype, T => {
            // SAFETY: initialized right below.
            let mut fresh = unsafe { Fresh::<T>::uninit(shape)? };
            let len = fresh.bytes();
            // SAFETY: the block has so many bytes, nobody else has it, and once it is zeroed its bytes
            // are initialized. Blocks on huge pages come zeroed, or written, from the system.
            let bytes = unsafe {
                if !fresh.is_mapped() {
                    fresh.ptr().cast::<u8>().write_bytes(0, len);
                }
                std::slice::from_raw_parts_mut(fresh.ptr().cast::<u8>(), len)
            };
            let filled = fill(bytes);
            if dtype == DType::Bool {
                // The only dtype for which not every byte is a value.
                bytes.iter_mut().for_each(|b| *b = u8::from(*b != 0));
            }
            filled?;
            Ok(fresh.finish())
        })
    }

    /// The elements' bytes, if they are stored in row-major order.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        dispatch!(self.dtype, T => {
            let items = self.contiguous::<T>()?;
            // SAFETY: numbers have no padding, and bytes no alignment.
            Some(unsafe { std::slice::from_raw_parts(items.as_ptr().cast(), size_of_val(items)) })
        })
    }

    /// Hands all elements' bytes, in row-major order, to `sink`, piece by piece.
    pub fn each_bytes<E: From<Fault>>(&self, mut sink: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        if let Some(bytes) = self.as_bytes() {
            return sink(bytes);
        }
        let row = self.map.shape[1..].iter().product::<usize>() * self.dtype.itemsize();
        let (n, rows) = (self.map.shape[0], (CHUNK / row.max(1)).max(1));
        for start in (0..n).step_by(rows) {
            let mut part = self.clone();
            part.map.shape[0] = rows.min(n - start);
            part.map.offset += start as isize * self.map.strides[0];
            sink(part.packed()?.as_bytes().unwrap_or_default())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use numfuse_ir::IndexMap;

    use super::*;

    fn strided() -> Concrete {
        let map = IndexMap { offset: 5, shape: [2, 3].as_slice().into(), strides: [-3, -1].as_slice().into() };
        Concrete { map, ..Concrete::from_vec(vec![0i16, 1, 2, 3, 4, 5], &[6]).unwrap_or_else(|f| panic!("{f}")) }
    }

    #[test]
    fn bytes_are_in_row_major_order() {
        let mut bytes = Vec::new();
        let ok: Result<(), Fault> = strided().each_bytes(|b| {
            bytes.extend_from_slice(b);
            Ok(())
        });
        assert!(ok.is_ok());
        assert_eq!(bytes, [5u8, 0, 4, 0, 3, 0, 2, 0, 1, 0, 0, 0]);
    }

    #[test]
    fn bools_are_made_of_any_bytes() {
        let made = Concrete::from_bytes::<Fault>(DType::Bool, &[3], |b| {
            b.copy_from_slice(&[0, 2, 255]);
            Ok(())
        });
        assert_eq!(made.ok().and_then(|c| c.to_vec::<bool>()), Some(vec![false, true, true]));
    }
}
