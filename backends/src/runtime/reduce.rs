//! What reductions need besides their loops: scratch accumulators and the merging of partial
//! results, in a fixed order.

use numfuse_ir::eval::{self, Context};
use numfuse_ir::kernel::{Combine, Inst, Lane};
use numfuse_ir::program::Reduce;
use numfuse_ir::routine::Routine;

use crate::routines;

/// Writes `n` copies of a lane, `stride` bytes apart.
///
/// # Safety
///
/// The destination must be valid for that.
pub(super) unsafe fn fill(ptr: *mut u8, stride: i64, n: usize, lane: Lane, bits: u64) {
    for i in 0..n {
        // SAFETY: the caller's promise.
        unsafe { put(ptr.offset(i as isize * stride as isize), lane, bits) };
    }
}

/// Writes one lane.
///
/// # Safety
///
/// `ptr` must be valid for a lane.
pub(super) unsafe fn put(ptr: *mut u8, lane: Lane, bits: u64) {
    let bytes = bits.to_le_bytes();
    // SAFETY: the caller's promise; x86-64 and AArch64 are little-endian.
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), ptr, lane.bytes()) };
}

/// Reads one lane.
///
/// # Safety
///
/// `ptr` must be valid for a lane.
pub(super) unsafe fn take(ptr: *const u8, lane: Lane) -> u64 {
    let mut bytes = [0u8; 8];
    // SAFETY: the caller's promise.
    unsafe { std::ptr::copy_nonoverlapping(ptr, bytes.as_mut_ptr(), lane.bytes()) };
    u64::from_le_bytes(bytes)
}

/// Runs `$body` for the float type of a lane; compensated sums have no other.
macro_rules! float_lane {
    ($lane:expr, $T:ident => $body:expr) => {
        if $lane == Lane::F32 {
            type $T = f32;
            $body
        } else {
            type $T = f64;
            $body
        }
    };
}

/// The value of a compensated sum. An infinite sum has no compensation: two-sum makes it NaN.
macro_rules! total {
    ($hi:expr, $lo:expr) => {{
        let hi = $hi;
        if hi.is_finite() { hi + $lo } else { hi }
    }};
}

/// `result[i] += lo[i]`: the compensation joins the sum.
///
/// # Safety
///
/// Both must hold `n` values, the results `stride` bytes apart.
pub(super) unsafe fn add_compensation(result: *mut u8, stride: i64, lo: *const u8, n: usize, lane: Lane) {
    float_lane!(lane, T => for i in 0..n {
        // SAFETY: the caller's promise.
        unsafe {
            let r = result.offset(i as isize * stride as isize).cast::<T>();
            r.write_unaligned(total!(r.read_unaligned(), lo.cast::<T>().add(i).read()));
        }
    });
}

/// Knuth's two-sum: the rounded sum and its exact error.
fn two_sum<T: Copy + std::ops::Add<Output = T> + std::ops::Sub<Output = T>>(a: T, b: T) -> (T, T) {
    let s = a + b;
    let t = s - a;
    (s, (a - (s - t)) + (b - t))
}

/// `(hi[i], lo[i]) += p[i]` with two-sum.
///
/// # Safety
///
/// All three must hold `n` lanes.
pub(super) unsafe fn merge_block(hi: *mut u8, lo: *mut u8, p: *const u8, n: usize, lane: Lane) {
    float_lane!(lane, T => {
        // SAFETY: the caller's promise; scratch is aligned, and the three do not overlap.
        let (hi, lo, p) = unsafe {
            (
                std::slice::from_raw_parts_mut(hi.cast::<T>(), n),
                std::slice::from_raw_parts_mut(lo.cast::<T>(), n),
                std::slice::from_raw_parts(p.cast::<T>(), n),
            )
        };
        for ((hi, lo), &p) in hi.iter_mut().zip(lo).zip(p) {
            let (s, e) = two_sum(*hi, p);
            *hi = s;
            *lo += e;
        }
    });
}

/// `result[i] = hi[i] + lo[i]`.
///
/// # Safety
///
/// All must hold `n` lanes, the results `stride` bytes apart.
pub(super) unsafe fn store_sum(result: *mut u8, stride: i64, hi: *const u8, lo: *const u8, n: usize, lane: Lane) {
    float_lane!(lane, T => for i in 0..n {
        // SAFETY: the caller's promise.
        unsafe {
            let sum = total!(hi.cast::<T>().add(i).read(), lo.cast::<T>().add(i).read());
            result.offset(i as isize * stride as isize).cast::<T>().write_unaligned(sum);
        }
    });
}

/// Copies `n` lanes to where results go.
///
/// # Safety
///
/// Both must hold `n` lanes, the results `stride` bytes apart.
pub(super) unsafe fn store_lanes(result: *mut u8, stride: i64, from: *const u8, n: usize, lane: Lane) {
    for i in 0..n {
        // SAFETY: the caller's promise.
        unsafe { put(result.offset(i as isize * stride as isize), lane, take(from.add(i * lane.bytes()), lane)) };
    }
}

struct Args<'a>(&'a [u64]);

impl Context for Args<'_> {
    fn leaf(&mut self, inst: &Inst, _: u64, _: &[u64]) -> u64 {
        if let Inst::Arg(k) = inst { self.0[*k as usize] } else { 0 }
    }
    fn call(&mut self, routine: Routine, args: &[u64]) -> u64 {
        routines::call(routine, args)
    }
}

/// Folds the partial accumulators of `chunks` chunks, in order: `accumulators[c * components + k]`
/// is component `k` of chunk `c`. For compensated sums the components are (hi, lo), and the fold's
/// single result is their sum.
pub(super) fn fold(reduce: &Reduce, accumulators: &[u64], chunks: usize) -> Vec<u64> {
    let combine: &Combine = &reduce.combine;
    let lane = combine.lanes[0];
    if reduce.compensated {
        let pairs = accumulators.chunks_exact(2).take(chunks);
        let sum = pairs.fold((0.0f64, 0.0f64), |(hi, lo), pair| {
            let (s, e) = if lane == Lane::F32 {
                let (s, e) = two_sum(hi as f32, f32::from_bits(pair[0] as u32));
                (s as f64, e as f64)
            } else {
                two_sum(hi, f64::from_bits(pair[0]))
            };
            if lane == Lane::F32 {
                (s, (lo as f32 + (e as f32 + f32::from_bits(pair[1] as u32))) as f64)
            } else {
                (s, lo + (e + f64::from_bits(pair[1])))
            }
        });
        return vec![if lane == Lane::F32 {
            total!(sum.0 as f32, sum.1 as f32).to_bits() as u64
        } else {
            total!(sum.0, sum.1).to_bits()
        }];
    }
    let k = combine.lanes.len();
    let mut acc: Vec<u64> = accumulators[..k].to_vec();
    let mut values = Vec::new();
    for chunk in accumulators.chunks_exact(k).take(chunks).skip(1) {
        let args: Vec<u64> = acc.iter().chain(chunk).copied().collect();
        eval::body(&combine.body, &mut values, &mut Args(&args));
        acc.clear();
        acc.extend(combine.results.iter().map(|v| values[v.0 as usize]));
    }
    acc
}
