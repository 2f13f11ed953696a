//! Picking elements by truth: where a mask holds, and the elements there.
//!
//! How many there are is known only afterwards, so these run when they are called and are no nodes
//! of a graph. Both passes are free of branches on single elements: words of eight equal bits are
//! skipped or copied whole, mixed ones advance the output by the bit.

use std::mem::MaybeUninit;
use std::sync::Arc;

use numfuse_ir::{DType, IndexMap};

use super::sized;
use crate::runtime::{Buffer, Concrete, Fault};

/// Eight bools at once.
fn word(mask: &[bool; 8]) -> u64 {
    u64::from_ne_bytes(mask.map(u8::from))
}

const ALL: u64 = 0x0101_0101_0101_0101;

/// How many elements are true.
pub fn count(mask: &[bool]) -> usize {
    // Bytes add up in bytes as long as they cannot overflow, which vectorizes.
    mask.chunks(255 * 32)
        .map(|chunk| {
            let mut lanes = [0u8; 32];
            let (rows, rest) = chunk.as_chunks::<32>();
            for row in rows {
                for (lane, &bit) in lanes.iter_mut().zip(row) {
                    *lane += u8::from(bit);
                }
            }
            lanes.iter().map(|&n| usize::from(n)).sum::<usize>() + rest.iter().filter(|&&bit| bit).count()
        })
        .sum()
}

/// Calls `each` with the position of every true element, in order, and with `run` of eight where
/// all are. `each` may be called for a position that is not true if it is told again to write to
/// the same place: it gets the number of true elements before.
fn walk(mask: &[bool], mut each: impl FnMut(usize, usize), mut run: impl FnMut(usize, usize)) {
    let total = count(mask);
    let (mut found, mut at) = (0, 0);
    let (words, rest) = mask.as_chunks::<8>();
    for bits in words {
        match word(bits) {
            0 => {}
            ALL => {
                run(found, at);
                found += 8;
            }
            // Near the end a place past the last one must not be written.
            _ if found + 8 > total => {
                for (i, _) in bits.iter().enumerate().filter(|(_, bit)| **bit) {
                    each(found, at + i);
                    found += 1;
                }
            }
            _ => {
                for (i, &bit) in bits.iter().enumerate() {
                    each(found, at + i);
                    found += usize::from(bit);
                }
            }
        }
        at += 8;
    }
    for (i, _) in rest.iter().enumerate().filter(|(_, bit)| **bit) {
        each(found, at + i);
        found += 1;
    }
}

/// The positions where a row-major mask is true, as `int64`.
pub fn flatnonzero(mask: &[bool]) -> Result<Concrete, Fault> {
    let n = count(mask);
    // SAFETY: `walk` visits the places 0 to n - 1, each one last with its true element.
    let buffer = unsafe {
        Buffer::written::<i64>(n, |out| {
            let out = out.as_mut_ptr().cast::<i64>();
            let put = |place: usize, at: usize| out.add(place).write(at as i64);
            walk(mask, put, |place, at| (0..8).for_each(|i| put(place + i, at + i)));
        })?
    };
    Ok(Concrete { buffer, dtype: DType::I64, map: IndexMap::contiguous(&[n]) })
}

/// The rows of `rows` where the mask is true. `rows` is contiguous and has as many rows as the mask
/// elements.
pub fn compress(mask: &[bool], rows: &Concrete) -> Result<Concrete, Fault> {
    let shape = &rows.map.shape;
    let lane: usize = shape.iter().skip(1).product();
    let n = count(mask);
    let fits = shape.first() == Some(&mask.len()) && rows.map.is_contiguous() && rows.inside();
    if !fits {
        return Err(Fault::Mismatch("a mask of another length".into()));
    }
    let mut kept = shape.clone();
    kept[0] = n;
    let size = rows.dtype.itemsize();
    let from = rows.buffer.as_ptr().wrapping_add(rows.map.offset as usize * size).cast_const();
    let buffer = match (lane, size) {
        (0, _) => Buffer::from_slice::<u8>(&[])?,
        (1, _) => sized!(size, T => picked::<T>(mask, from.cast(), n)?),
        // SAFETY: every row of the result is written, from inside `rows` as checked.
        _ => unsafe {
            let bytes = lane * size;
            Buffer::written::<u8>(n * bytes, |out| {
                let out = out.as_mut_ptr().cast::<u8>();
                let mut place = 0;
                for (i, _) in mask.iter().enumerate().filter(|(_, bit)| **bit) {
                    std::ptr::copy_nonoverlapping(from.add(i * bytes), out.add(place), bytes);
                    place += bytes;
                }
            })?
        },
    };
    Ok(Concrete { buffer, dtype: rows.dtype, map: IndexMap::contiguous(&kept) })
}

/// Single elements; `from` holds as many as the mask.
fn picked<T: Copy>(mask: &[bool], from: *const T, n: usize) -> Result<Arc<Buffer>, Fault> {
    let fill = |out: *mut T| {
        // SAFETY: `walk` stays within the mask's positions and the places 0 to n - 1.
        let put = |place: usize, at: usize| unsafe { out.add(place).write(from.add(at).read()) };
        walk(mask, put, |place, at| {
            // SAFETY: as above, eight at once.
            unsafe { std::ptr::copy_nonoverlapping(from.add(at), out.add(place), 8) }
        });
    };
    // SAFETY: every place is written, the last time with its true element.
    unsafe {
        Buffer::written::<u8>(n * size_of::<T>(), |out: &mut [MaybeUninit<u8>]| fill(out.as_mut_ptr().cast::<T>()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_around_words() {
        for n in 0..40 {
            for seed in 0..200u64 {
                let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
                let mask: Vec<bool> = (0..n)
                    .map(|i| {
                        state = state.rotate_left(7).wrapping_mul(0x2545_f491_4f6c_dd1d).wrapping_add(i);
                        match seed % 4 {
                            0 => true,
                            1 => false,
                            2 => state % 9 != 0,
                            _ => state % 2 == 0,
                        }
                    })
                    .collect();
                let want: Vec<i64> = (0..n as i64).filter(|&i| mask[i as usize]).collect();
                assert_eq!(count(&mask), want.len());
                assert_eq!(flatnonzero(&mask).unwrap().to_vec::<i64>().unwrap(), want);
                let rows = Concrete::from_vec((0..n as i64).collect(), &[n as usize]).unwrap();
                assert_eq!(compress(&mask, &rows).unwrap().to_vec::<i64>().unwrap(), want);
                let rows = Concrete::from_vec((0..3 * n as i32).collect(), &[n as usize, 3]).unwrap();
                let wide: Vec<i32> = want.iter().flat_map(|&i| (0..3).map(move |j| 3 * i as i32 + j)).collect();
                assert_eq!(compress(&mask, &rows).unwrap().to_vec::<i32>().unwrap(), wide);
            }
        }
    }
}
