//! Arrays as bytes: what files and other libraries hold.

use numfuse_ir::{DType, IndexMap, dispatch};

use super::buffer::{Concrete, Fresh};
use super::fault::{Fault, FaultKind};

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

    /// The same bytes as elements of another dtype. Of another size, they must follow each other along the
    /// last axis, which gets another length. Memory is shared, but where it is not aligned for the
    /// dtype, or would hold bools that are neither true nor false: then the bytes are copied.
    /// The rules are those of NumPy (`array_descr_set` in `numpy/_core/src/multiarray/getset.c`).
    pub fn viewed(&self, dtype: DType) -> Result<Concrete, Fault> {
        let (old, new) = (self.dtype.itemsize(), dtype.itemsize());
        let mut shape = self.map.shape.clone();
        if old != new {
            let Some(last) = shape.last_mut() else {
                return value("Changing the dtype of a 0d array is only supported if the itemsize is unchanged");
            };
            if *last != 1 && !self.is_empty() && self.map.strides.last() != Some(&1) {
                return value("To change to a dtype of a different size, the last axis must be contiguous");
            }
            let bytes = *last * old;
            if bytes % new != 0 {
                return value(
                    "When changing to a larger dtype, its size must be a divisor of the total size in bytes of the last axis of the array.",
                );
            }
            *last = bytes / new;
        }
        let to_bool = dtype == DType::Bool && self.dtype != DType::Bool;
        if !self.is_empty() && !to_bool {
            let scale = |n: isize| {
                let bytes = n * old as isize;
                (bytes % new as isize == 0).then(|| bytes / new as isize)
            };
            let outer = self.map.strides.len().saturating_sub(usize::from(old != new));
            let steps = self.map.strides[..outer].iter().map(|&s| scale(s)).collect::<Option<Vec<_>>>();
            let aligned = self.buffer.as_ptr().addr().is_multiple_of(new.min(8));
            if let (Some(offset), Some(mut strides), true) = (scale(self.map.offset), steps, aligned && self.inside()) {
                strides.resize(shape.len(), 1);
                let map = IndexMap { offset, shape, strides: strides.as_slice().into() };
                return Ok(Concrete { buffer: self.buffer.clone(), dtype, map });
            }
        }
        let packed = self.packed()?;
        let from = packed.as_bytes().unwrap_or_default();
        Concrete::from_bytes(dtype, &shape, |to| {
            to.copy_from_slice(from);
            Ok(())
        })
    }

    /// The addresses of the first byte and of the one behind the last, of an array that has elements.
    pub fn reach(&self) -> Option<(usize, usize)> {
        let (lo, hi) = self.map.extent()?;
        let (start, size) = (self.buffer.as_ptr().addr(), self.dtype.itemsize());
        Some((start.wrapping_add_signed(lo * size as isize), start.wrapping_add_signed((hi + 1) * size as isize)))
    }

    /// Whether some byte belongs to elements of both arrays: those of one are marked, those of the other
    /// looked up.
    pub fn shares(&self, other: &Concrete) -> Result<bool, Fault> {
        let (Some(a), Some(b)) = (self.reach(), other.reach()) else { return Ok(false) };
        let (start, end) = (a.0.max(b.0), a.1.min(b.1));
        if start >= end {
            return Ok(false);
        }
        if self.map.is_contiguous() && other.map.is_contiguous() {
            return Ok(true);
        }
        let mut marks = flags(end - start)?;
        self.each_address(|at| {
            (at..at + self.dtype.itemsize()).for_each(|byte| {
                if let Some(mark) = byte.checked_sub(start).and_then(|i| marks.get_mut(i)) {
                    *mark = true;
                }
            });
        })?;
        let mut shared = false;
        other.each_address(|at| {
            let mut bytes = at..at + other.dtype.itemsize();
            shared |= bytes.any(|byte| byte.checked_sub(start).and_then(|i| marks.get(i)) == Some(&true));
        })?;
        Ok(shared)
    }

    /// Calls a function with the address of every element, once for each that indices share. Axes are gone
    /// through by doubling, so that repeated elements (windows, broadcasting) take no longer.
    fn each_address(&self, mut visit: impl FnMut(usize)) -> Result<(), Fault> {
        let Some((low, high)) = self.map.extent() else { return Ok(()) };
        let mut there = flags(high.abs_diff(low) + 1)?;
        there[0] = true;
        for (&n, &step) in self.map.shape.iter().zip(&self.map.strides) {
            let mut covered = 1;
            while step != 0 && covered < n {
                let more = covered.min(n - covered);
                let shift = step.unsigned_abs() * more;
                for i in (shift..there.len()).rev() {
                    there[i] |= there[i - shift];
                }
                covered += more;
            }
        }
        let size = self.dtype.itemsize();
        let start = self.buffer.as_ptr().addr().wrapping_add_signed(low * size as isize);
        (0..there.len()).filter(|&i| there[i]).for_each(|i| visit(start + i * size));
        Ok(())
    }
}

/// So many bools, all false.
fn flags(n: usize) -> Result<Vec<bool>, Fault> {
    let mut flags = Vec::new();
    if flags.try_reserve_exact(n).is_err() {
        return Err(Fault::Memory { bytes: n as u128 });
    }
    flags.resize(n, false);
    Ok(flags)
}

fn value<T>(message: &str) -> Result<T, Fault> {
    Err(Fault::Host { op: None, kind: FaultKind::Value, message: message.into() })
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
    fn bytes_in_common() {
        let all = Concrete::from_vec((0..12i16).collect(), &[12]).unwrap_or_else(|f| panic!("{f}"));
        let part = |offset, n: usize, step| {
            let map = IndexMap { offset, shape: [n].as_slice().into(), strides: [step].as_slice().into() };
            Concrete { map, ..all.clone() }
        };
        let shares = |a: &Concrete, b: &Concrete| a.shares(b).unwrap_or_else(|f| panic!("{f}"));
        assert!(shares(&all, &part(3, 2, 4)));
        assert!(!shares(&part(0, 6, 2), &part(1, 6, 2)));
        assert!(shares(&part(0, 6, 2), &part(3, 4, 1)));
        assert!(!shares(&part(0, 4, 3), &part(11, 4, -3)));
        // A line seen again and again, as windows see it.
        let map = IndexMap { offset: 0, shape: [1 << 40, 3].as_slice().into(), strides: [0, 2].as_slice().into() };
        let repeated = Concrete { map, ..all.clone() };
        assert!(shares(&repeated, &part(4, 1, 1)) && !shares(&repeated, &part(3, 1, 1)));
        assert!(!shares(&all, &strided()));
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
