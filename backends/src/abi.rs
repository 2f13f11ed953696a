//! The calling convention of compiled loops.

/// A compiled [`numfuse_ir::kernel::Loop`]: `(ptrs, strides, sizes, params, flags)`, as that type's
/// documentation says.
///
/// # Safety
///
/// Pointers, strides and sizes must describe memory that is valid for the whole iteration space.
pub type LoopFn = unsafe extern "C" fn(*const *mut u8, *const i64, *const i64, *const u64, *mut u32);
