//! The calling convention of compiled loops.

/// A compiled [`numfuse_ir::kernel::Loop`]: `(ptrs, strides, sizes, params, flags)`, as that type's
/// documentation says.
///
/// # Safety
///
/// Pointers, strides and sizes must describe memory that is valid for the whole iteration space.
pub type LoopFn = unsafe extern "C" fn(*const *mut u8, *const i64, *const i64, *const u64, *mut u32);

/// A bit of the loop's flags that the caller sets: results will not be read soon, so that stores may
/// bypass the caches. A hint, for results that don't replace operands.
pub const STREAM: u32 = 1 << 1;

/// The bit of the loop's flags that a failed check sets.
pub const FAULT: u32 = 1;
