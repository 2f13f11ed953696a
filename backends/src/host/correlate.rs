//! Sums of products of one vector with the shifts of another.

use num_complex::Complex;
use numfuse_ir::{DType, Element};

use super::lanes::{Lanes, only, operand};
use super::{Shared, each};
use crate::runtime::{Concrete, Fault, Fresh, Scratch, config};

/// Results that are summed up side by side, in registers.
const BLOCK: usize = 32;
/// Products from which a second thread pays.
const PARALLEL_PRODUCTS: usize = 1 << 18;
/// Results that one task computes.
const TASK: usize = 1 << 13;

/// A dtype with sums of products, as NumPy's `dot` adds them up: integers wrap, bools `or`.
trait Ring: Element {
    fn plus(self, a: Self, b: Self) -> Self;
}

macro_rules! rings {
    (integers $($i:ty)*; floats $($f:ty)*) => {
        $(impl Ring for $i {
            #[inline(always)]
            fn plus(self, a: $i, b: $i) -> $i { self.wrapping_add(a.wrapping_mul(b)) }
        })*
        $(impl Ring for $f {
            #[inline(always)]
            fn plus(self, a: $f, b: $f) -> $f { self + a * b }
        })*
    };
}
rings!(integers i8 i16 i32 i64 u8 u16 u32 u64; floats f32 f64 Complex<f32> Complex<f64>);

impl Ring for bool {
    #[inline(always)]
    fn plus(self, a: bool, b: bool) -> bool {
        self | (a & b)
    }
}

/// Results `start..` of `Σ_j a[i + j]·v[j]`.
#[inline(always)]
fn sums<T: Ring>(a: &[T], v: &[T], start: usize, out: &mut [T]) {
    let mut blocks = out.chunks_exact_mut(BLOCK);
    let mut at = start;
    for block in &mut blocks {
        let mut acc = [T::default(); BLOCK];
        for (j, &factor) in v.iter().enumerate() {
            let part = &a[at + j..][..BLOCK];
            for (acc, &x) in acc.iter_mut().zip(part) {
                *acc = acc.plus(x, factor);
            }
        }
        block.copy_from_slice(&acc);
        at += BLOCK;
    }
    for slot in blocks.into_remainder() {
        *slot = a[at..].iter().zip(v).fold(T::default(), |acc, (&x, &factor)| acc.plus(x, factor));
        at += 1;
    }
}

/// The same code for wider registers.
#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{Ring, sums};

    #[target_feature(enable = "avx2")]
    pub(super) fn avx2<T: Ring>(a: &[T], v: &[T], start: usize, out: &mut [T]) {
        sums(a, v, start, out);
    }

    #[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl")]
    pub(super) fn avx512<T: Ring>(a: &[T], v: &[T], start: usize, out: &mut [T]) {
        sums(a, v, start, out);
    }
}

fn best<T: Ring>(a: &[T], v: &[T], start: usize, out: &mut [T]) {
    #[cfg(target_arch = "x86_64")]
    {
        let wide = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512vl");
        if wide {
            // SAFETY: the processor has these instructions.
            return unsafe { x86::avx512(a, v, start, out) };
        }
        if is_x86_feature_detected!("avx2") {
            // SAFETY: as above.
            return unsafe { x86::avx2(a, v, start, out) };
        }
    }
    sums(a, v, start, out);
}

/// `Σ_j a[i + j - left]·v[j]` for `length` values of `i`, where `a` is 0 outside. Parameters: `left`, `length`.
pub(super) fn correlate(inputs: &[Concrete], params: &[i64]) -> Result<Vec<Concrete>, Fault> {
    let (a, v) = (operand(inputs, 0)?, operand(inputs, 1)?);
    let &[left, length] = params else { return Err(Fault::Mismatch("correlate has two parameters".into())) };
    let (left, length) = (left as usize, length as usize);
    macro_rules! by_dtype {
        ($($D:ident $T:ty),*) => {
            match a.dtype {
                $(DType::$D => of::<$T>(a, v, left, length),)*
                other => Err(Fault::Mismatch(format!("no sums of products of {other}"))),
            }
        };
    }
    Ok(vec![by_dtype!(
        Bool bool, I8 i8, I16 i16, I32 i32, I64 i64, U8 u8, U16 u16, U32 u32, U64 u64, F32 f32, F64 f64,
        C64 Complex<f32>, C128 Complex<f64>
    )?])
}

fn of<T: Ring>(a: &Concrete, v: &Concrete, left: usize, length: usize) -> Result<Concrete, Fault> {
    let (a, v) = (Lanes::<T>::new(a)?, Lanes::<T>::new(v)?);
    let (a, v) = (only(&a), only(&v));
    let mut factors = Scratch::new(v.len, T::default())?;
    v.copy_to(&mut factors);
    // Zeros on both sides, so that no sum looks where it is.
    let mut padded = Scratch::new((length + v.len).max(left + a.len), T::default())?;
    a.copy_to(&mut padded[left..left + a.len]);
    let mut out = Fresh::<T>::zeroed(&[length])?;
    let target = Shared(out.ptr());
    let threads = if length.saturating_mul(v.len) < PARALLEL_PRODUCTS { 1 } else { config::threads() };
    each(length.div_ceil(TASK), threads, |task| {
        let start = task * TASK;
        // SAFETY: the tasks' parts of the result are disjoint, and its memory starts as zeros.
        let part = unsafe { std::slice::from_raw_parts_mut(target.get().add(start), TASK.min(length - start)) };
        best(&padded, &factors, start, part);
    });
    Ok(out.finish())
}
