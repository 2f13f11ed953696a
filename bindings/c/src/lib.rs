//! The C ABI of numfuse: what `include/numfuse.h` declares, as `libnumpy.so`.
//!
//! Every function copies its arguments, calls the `numfuse` function of NumPy's name, and hands out a copy of the result
//! that module `buffers` keeps until it is given back. An error, and should it happen a panic, is NULL or NaN.

use std::panic::{AssertUnwindSafe, catch_unwind};

use numfuse as np;
use numfuse::prelude::*;

mod buffers;

/// Why there is no result; C callers learn no more than that.
struct Refused;

impl From<np::Error> for Refused {
    fn from(_: np::Error) -> Refused {
        Refused
    }
}

type Outcome<T> = Result<T, Refused>;

fn guarded<T>(body: impl FnOnce() -> Outcome<T>) -> Option<T> {
    catch_unwind(AssertUnwindSafe(body)).ok()?.ok()
}

/// The elements of a result in a buffer of their own, with room to read `spare` more.
fn give_with(spare: impl FnOnce(usize) -> usize, body: impl FnOnce() -> Outcome<Array>) -> *mut f32 {
    let buffer = guarded(|| {
        let mut items = body()?.astype(np::float32).to_vec::<f32>()?;
        // A buffer without elements has an address, too.
        let room = spare(items.len()).max(usize::from(items.is_empty()));
        items.try_reserve_exact(room).map_err(|_| Refused)?;
        items.resize(items.len() + room, 0.0);
        Ok(buffers::keep(items))
    });
    buffer.unwrap_or(std::ptr::null_mut())
}

fn give(body: impl FnOnce() -> Outcome<Array>) -> *mut f32 {
    give_with(|_| 0, body)
}

fn number(body: impl FnOnce() -> Outcome<Array>) -> f32 {
    guarded(|| Ok(body()?.item::<f32>()?)).unwrap_or(f32::NAN)
}

/// A copy of `n` values. Their address may have any alignment, and be NULL if there are none.
///
/// # Safety
///
/// If it is not NULL, `n` values must be there.
unsafe fn read<T: Copy + Default>(ptr: *const T, n: usize) -> Outcome<Vec<T>> {
    let mut items = Vec::new();
    if n == 0 {
        return Ok(items);
    }
    if ptr.is_null() || n.checked_mul(size_of::<T>()).is_none_or(|bytes| bytes > isize::MAX as usize) {
        return Err(Refused);
    }
    items.try_reserve_exact(n).map_err(|_| Refused)?;
    // SAFETY: the caller's promise; the vector has room for `n` values, and bytes need no alignment.
    unsafe {
        std::ptr::copy_nonoverlapping(ptr.cast::<u8>(), items.as_mut_ptr().cast::<u8>(), n * size_of::<T>());
        items.set_len(n);
    }
    Ok(items)
}

/// The vector at an address.
///
/// # Safety
///
/// As [`read`].
unsafe fn vector(ptr: *const f32, n: usize) -> Outcome<Array> {
    // SAFETY: the caller's promise.
    Ok(Array::from_vec(unsafe { read(ptr, n) }?))
}

/// The matrix at an address.
///
/// # Safety
///
/// As [`read`], for `rows * cols` values.
unsafe fn matrix(ptr: *const f32, rows: usize, cols: usize) -> Outcome<Array> {
    let n = rows.checked_mul(cols).ok_or(Refused)?;
    // SAFETY: the caller's promise.
    Ok(unsafe { vector(ptr, n) }?.reshape([rows, cols]))
}

/// The vectors of a list.
///
/// # Safety
///
/// As [`read`], for both lists and for each vector.
unsafe fn vectors(arrays: *const *const f32, sizes: *const usize, count: usize) -> Outcome<Vec<Array>> {
    // Pointers have no default value, addresses have.
    // SAFETY: the caller's promise.
    let (arrays, sizes) = unsafe { (read(arrays.cast::<usize>(), count)?, read(sizes, count)?) };
    // SAFETY: the caller's promise; the addresses are pointers that the caller gave.
    arrays.iter().zip(&sizes).map(|(&a, &n)| unsafe { vector(std::ptr::with_exposed_provenance(a), n) }).collect()
}

/// `np.arange(start, stop, step)` as `float32`; see the header.
#[unsafe(no_mangle)]
pub extern "C" fn arange(start: f32, stop: f32, step: f32) -> *mut f32 {
    let options = np::prelude::stop(f64::from(stop)).step(f64::from(step)).dtype(np::float32);
    give_with(|n| n / (1 << 22) + 1, || Ok(np::arange(f64::from(start), options)))
}

/// `np.zeros(size)`.
#[unsafe(no_mangle)]
pub extern "C" fn zeros_vec(size: usize) -> *mut f32 {
    give(|| Ok(np::zeros(size, np::float32)))
}

/// `np.ones(size)`.
#[unsafe(no_mangle)]
pub extern "C" fn ones_vec(size: usize) -> *mut f32 {
    give(|| Ok(np::ones(size, np::float32)))
}

/// `np.eye(n)`.
#[unsafe(no_mangle)]
pub extern "C" fn eye(n: usize) -> *mut f32 {
    give(|| Ok(np::eye(n, dtype(np::float32))))
}

/// `np.linspace(start, stop, num)`.
#[unsafe(no_mangle)]
pub extern "C" fn linspace(start: f32, stop: f32, num: usize) -> *mut f32 {
    give(|| {
        let num = i64::try_from(num).map_err(|_| Refused)?;
        let options = np::prelude::num(num).dtype(np::float32);
        Ok(np::linspace(f64::from(start), f64::from(stop), options))
    })
}

/// `np.log(samples)`.
///
/// # Safety
///
/// `samples` must be NULL or hold `size` elements.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn log_vec(samples: *const f32, size: usize) -> *mut f32 {
    // SAFETY: the caller's promise.
    give(|| Ok(unsafe { vector(samples, size) }?.log()))
}

/// `np.power(samples, exponent)`.
///
/// # Safety
///
/// `samples` must be NULL or hold `size` elements.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn power_vec(samples: *const f32, size: usize, exponent: f32) -> *mut f32 {
    give(|| {
        // SAFETY: the caller's promise.
        let samples = unsafe { vector(samples, size) }?;
        // NumPy takes the square root when one exponent is for all, which differs for -inf and -0.0.
        Ok(if exponent == 0.5 { samples.sqrt() } else { np::power(samples, np::scalar(exponent)) })
    })
}

/// `np.min(samples)`; NaN if there are none.
///
/// # Safety
///
/// `samples` must be NULL or hold `size` elements.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn compute_min(samples: *const f32, size: usize) -> f32 {
    // SAFETY: the caller's promise.
    number(|| Ok(unsafe { vector(samples, size) }?.min(..)))
}

/// `np.std(samples)`; NaN if there are none.
///
/// # Safety
///
/// `samples` must be NULL or hold `size` elements.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn compute_std(samples: *const f32, size: usize) -> f32 {
    // SAFETY: the caller's promise.
    number(|| Ok(unsafe { vector(samples, size) }?.std(..)))
}

/// `np.var(samples)`; NaN if there are none.
///
/// # Safety
///
/// `samples` must be NULL or hold `size` elements.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn compute_var(samples: *const f32, size: usize) -> f32 {
    // SAFETY: the caller's promise.
    number(|| Ok(unsafe { vector(samples, size) }?.var(..)))
}

/// `np.transpose(data)`.
///
/// # Safety
///
/// `data` must be NULL or hold `rows * cols` elements.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn transpose_2d(data: *const f32, rows: usize, cols: usize) -> *mut f32 {
    // SAFETY: the caller's promise.
    give(|| Ok(np::transpose(unsafe { matrix(data, rows, cols) }?, ..)))
}

/// `np.dot(a, b)`; NaN if the sizes differ.
///
/// # Safety
///
/// `a` and `b` must be NULL or hold `a_size` and `b_size` elements.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dot_vec(a: *const f32, a_size: usize, b: *const f32, b_size: usize) -> f32 {
    // SAFETY: the caller's promise.
    number(|| Ok(np::dot(unsafe { vector(a, a_size) }?, unsafe { vector(b, b_size) }?)))
}

/// `np.matmul(a, b)`; NULL if `a_cols` is not `b_rows`.
///
/// # Safety
///
/// `a` and `b` must be NULL or hold `a_rows * a_cols` and `b_rows * b_cols` elements.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn matmul_2d(
    a: *const f32,
    a_rows: usize,
    a_cols: usize,
    b: *const f32,
    b_rows: usize,
    b_cols: usize,
) -> *mut f32 {
    // SAFETY: the caller's promise.
    give(|| Ok(np::matmul(unsafe { matrix(a, a_rows, a_cols) }?, unsafe { matrix(b, b_rows, b_cols) }?)))
}

/// `np.clip(samples, a_min, a_max)`.
///
/// # Safety
///
/// `samples` must be NULL or hold `size` elements.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clip_vec(samples: *const f32, size: usize, a_min: f32, a_max: f32) -> *mut f32 {
    // SAFETY: the caller's promise.
    give(|| Ok(np::clip(unsafe { vector(samples, size) }?, a_min, a_max)))
}

/// `np.reshape(data, shape)`; NULL if the shape is not one of `size` elements.
///
/// # Safety
///
/// `data` must be NULL or hold `size` elements, `shape` `ndim` lengths.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn reshape_vec(data: *const f32, size: usize, shape: *const usize, ndim: usize) -> *mut f32 {
    // SAFETY: the caller's promise.
    give(|| Ok(unsafe { vector(data, size) }?.reshape(unsafe { read(shape, ndim) }?)))
}

/// `np.concatenate(arrays)` of vectors; NULL for another axis than 0.
///
/// # Safety
///
/// `arrays` and `sizes` must be NULL or hold `count` entries; each array must be NULL or hold as many elements as its
/// entry in `sizes` says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn concatenate(
    arrays: *const *const f32,
    sizes: *const usize,
    count: usize,
    axis: usize,
) -> *mut f32 {
    give(|| {
        let axis = i64::try_from(axis).map_err(|_| Refused)?;
        // SAFETY: the caller's promise.
        Ok(np::concatenate(unsafe { vectors(arrays, sizes, count) }?, axis))
    })
}

/// `np.vstack(arrays)` of vectors; NULL if their lengths differ.
///
/// # Safety
///
/// As [`concatenate`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vstack(arrays: *const *const f32, sizes: *const usize, count: usize) -> *mut f32 {
    // SAFETY: the caller's promise.
    give(|| Ok(np::vstack(unsafe { vectors(arrays, sizes, count) }?, ..)))
}

/// `np.hstack(arrays)` of vectors.
///
/// # Safety
///
/// As [`concatenate`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hstack(arrays: *const *const f32, sizes: *const usize, count: usize) -> *mut f32 {
    // SAFETY: the caller's promise.
    give(|| Ok(np::hstack(unsafe { vectors(arrays, sizes, count) }?, ..)))
}

/// `np.interp(x, xp, fp)`; NULL if there are no points.
///
/// # Safety
///
/// `x` must be NULL or hold `x_size` elements, `xp` and `fp` `xp_size` each.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn interp(
    x: *const f32,
    x_size: usize,
    xp: *const f32,
    fp: *const f32,
    xp_size: usize,
) -> *mut f32 {
    give(|| {
        // SAFETY: the caller's promise.
        let (x, xp, fp) = unsafe { (vector(x, x_size)?, vector(xp, xp_size)?, vector(fp, xp_size)?) };
        Ok(np::interp(x, xp, fp, ..))
    })
}

/// Gives a result back. Anything else is ignored, and so is the size.
#[unsafe(no_mangle)]
pub extern "C" fn free_float_buffer(ptr: *mut f32, _size: usize) {
    let _ = guarded(|| {
        buffers::release(ptr);
        Ok(())
    });
}
