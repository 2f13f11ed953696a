//! Packing: a transposed copy of a tile, so that a loop can walk it in order.
//!
//! A loop that reads down columns touches a cache line per element, and the line is gone before its
//! next element is wanted. A tile is copied instead: read along the rows of memory, turned in
//! registers, written in the order of the loop. Tiles span whole rows of the loop where they can, for
//! rows that are cut short cost the loop's other operands their prefetching.

/// Bytes of a packed tile: around the size of a second-level cache.
const TILE_BYTES: usize = 1 << 20;
/// Lines of the loop per tile, which are elements in a row of memory: eight cache lines of doubles,
/// and not less than two.
const LINES: (usize, usize) = (16, 64);

/// The tile of a crossing loop: lines, and elements per line.
pub(super) fn tile(lines: usize, length: usize, bytes: usize, threads: usize) -> (usize, usize) {
    let (least, most) = LINES;
    let most = if threads > 1 { lines.div_ceil(threads * 4).next_multiple_of(least).min(most) } else { most };
    let fit = TILE_BYTES / (length * bytes).max(1);
    let rows = fit.clamp(least, most).min(lines).max(1);
    (rows, length.min((TILE_BYTES / (rows * bytes)).next_multiple_of(64)))
}

/// Copies `lines × length` elements: element `j` of line `i` is at `from + i·bytes + j·step`, and
/// goes to `to + (i·length + j)·bytes`.
///
/// # Safety
///
/// Both must be valid for that, and must not overlap.
pub(super) unsafe fn pack(bytes: usize, from: *const u8, step: isize, to: *mut u8, lines: usize, length: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        match bytes {
            1 => blocks::<u8, 8>(from, step, to, lines, length, scalar::<u8, 8>),
            2 => blocks::<u16, 8>(from, step, to, lines, length, scalar::<u16, 8>),
            4 => blocks::<u32, 4>(from, step, to, lines, length, turn4),
            8 => blocks::<u64, 4>(from, step, to, lines, length, turn8()),
            _ => blocks::<u128, 4>(from, step, to, lines, length, scalar::<u128, 4>),
        }
    }
}

/// Turns a block of `B × B` elements: from, bytes between its rows, to, elements between its rows.
type Turn<T> = unsafe fn(*const u8, isize, *mut T, usize);

/// Block by block along a row of blocks of the result, and the rest element by element.
///
/// # Safety
///
/// As [`pack`], for elements of type `T`.
unsafe fn blocks<T: Copy, const B: usize>(
    from: *const u8,
    step: isize,
    to: *mut u8,
    lines: usize,
    length: usize,
    turn: Turn<T>,
) {
    let to = to.cast::<T>();
    let (whole_lines, whole_length) = (lines / B * B, length / B * B);
    for j in (0..whole_length).step_by(B) {
        let row = from.wrapping_offset(j as isize * step);
        for i in (0..whole_lines).step_by(B) {
            // SAFETY: the block lies inside both, as the caller promised.
            unsafe { turn(row.wrapping_add(i * size_of::<T>()), step, to.add(i * length + j), length) };
        }
    }
    for i in 0..lines {
        let start = if i < whole_lines { whole_length } else { 0 };
        for j in start..length {
            let at = from.wrapping_add(i * size_of::<T>()).wrapping_offset(j as isize * step);
            // SAFETY: as above.
            unsafe { to.add(i * length + j).write_unaligned(at.cast::<T>().read_unaligned()) };
        }
    }
}

/// # Safety
///
/// As [`Turn`] says: both blocks must be valid.
unsafe fn scalar<T: Copy, const B: usize>(from: *const u8, step: isize, to: *mut T, length: usize) {
    for i in 0..B {
        for j in 0..B {
            // SAFETY: the caller's promise.
            unsafe {
                let at = from.wrapping_offset(j as isize * step).cast::<T>().add(i);
                to.add(i * length + j).write_unaligned(at.read_unaligned());
            }
        }
    }
}

/// # Safety
///
/// As [`Turn`] says: both blocks must be valid.
#[cfg(target_arch = "x86_64")]
unsafe fn turn4(from: *const u8, step: isize, to: *mut u32, length: usize) {
    use std::arch::x86_64::*;
    let row = |k: isize| from.wrapping_offset(k * step).cast::<f32>();
    // SAFETY: the caller's promise; SSE is part of x86-64.
    unsafe {
        let (mut a, mut b) = (_mm_loadu_ps(row(0)), _mm_loadu_ps(row(1)));
        let (mut c, mut d) = (_mm_loadu_ps(row(2)), _mm_loadu_ps(row(3)));
        _MM_TRANSPOSE4_PS(&mut a, &mut b, &mut c, &mut d);
        for (k, line) in [a, b, c, d].into_iter().enumerate() {
            _mm_storeu_ps(to.add(k * length).cast(), line);
        }
    }
}

#[cfg(target_arch = "x86_64")]
fn turn8() -> Turn<u64> {
    if std::is_x86_feature_detected!("avx") { turn8_avx } else { scalar::<u64, 4> }
}

/// # Safety
///
/// As [`Turn`] says: both blocks must be valid; and the processor must have AVX.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx")]
unsafe fn turn8_avx(from: *const u8, step: isize, to: *mut u64, length: usize) {
    use std::arch::x86_64::*;
    let row = |k: isize| from.wrapping_offset(k * step).cast::<f64>();
    // SAFETY: the caller's promise.
    unsafe {
        let (a, b) = (_mm256_loadu_pd(row(0)), _mm256_loadu_pd(row(1)));
        let (c, d) = (_mm256_loadu_pd(row(2)), _mm256_loadu_pd(row(3)));
        let (ab0, ab1) = (_mm256_unpacklo_pd(a, b), _mm256_unpackhi_pd(a, b));
        let (cd0, cd1) = (_mm256_unpacklo_pd(c, d), _mm256_unpackhi_pd(c, d));
        let lines = [
            _mm256_permute2f128_pd::<0x20>(ab0, cd0),
            _mm256_permute2f128_pd::<0x20>(ab1, cd1),
            _mm256_permute2f128_pd::<0x31>(ab0, cd0),
            _mm256_permute2f128_pd::<0x31>(ab1, cd1),
        ];
        for (k, line) in lines.into_iter().enumerate() {
            _mm256_storeu_pd(to.add(k * length).cast(), line);
        }
    }
}

#[cfg(not(target_arch = "x86_64"))]
use scalar_turns::{turn4, turn8};

#[cfg(not(target_arch = "x86_64"))]
mod scalar_turns {
    pub(super) unsafe fn turn4(from: *const u8, step: isize, to: *mut u32, length: usize) {
        // SAFETY: the caller's promise.
        unsafe { super::scalar::<u32, 4>(from, step, to, length) }
    }
    pub(super) fn turn8() -> super::Turn<u64> {
        super::scalar::<u64, 4>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_size_and_step() {
        for bytes in [1, 2, 4, 8, 16] {
            for (lines, length) in [(1, 1), (3, 17), (4, 4), (9, 70), (64, 33)] {
                for gap in [0, 1, 5] {
                    let row = lines * bytes + gap;
                    let source: Vec<u8> = (0..row * length).map(|i| (i * 31 % 251) as u8).collect();
                    for backwards in [false, true] {
                        let (start, step) =
                            if backwards { (row * (length - 1), -(row as isize)) } else { (0, row as isize) };
                        let mut out = vec![0u8; lines * length * bytes];
                        // SAFETY: both hold what is copied.
                        unsafe { pack(bytes, source.as_ptr().add(start), step, out.as_mut_ptr(), lines, length) };
                        for i in 0..lines {
                            for j in 0..length {
                                let at = (start as isize + j as isize * step) as usize + i * bytes;
                                let to = (i * length + j) * bytes;
                                assert_eq!(out[to..][..bytes], source[at..][..bytes], "{lines} {length} {i} {j}");
                            }
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn tiles_are_whole_rows_if_they_fit() {
        assert_eq!(tile(3162, 3162, 8, 1), (41, 3162));
        assert_eq!(tile(5, 100, 8, 2), (5, 100));
        assert_eq!(tile(100_000, 1_000_000, 8, 1), (16, 8192));
        assert_eq!(tile(3, 10_000_000, 8, 1).0, 3);
    }
}
