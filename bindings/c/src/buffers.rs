//! The buffers that C callers hold, by address: freeing is safe with any pointer.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

static LIVE: LazyLock<Mutex<HashMap<usize, Vec<f32>>>> = LazyLock::new(Mutex::default);

fn live() -> MutexGuard<'static, HashMap<usize, Vec<f32>>> {
    LIVE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Hands a buffer, which must not be empty, out until [`release`].
pub fn keep(mut buffer: Vec<f32>) -> *mut f32 {
    let ptr = buffer.as_mut_ptr();
    // Moving a vector leaves its elements, and pointers to them, as they are.
    live().insert(ptr.addr(), buffer);
    ptr
}

/// Frees a buffer that is handed out. Other pointers are nobody's.
pub fn release(ptr: *mut f32) {
    let buffer = live().remove(&ptr.addr());
    // Not under the lock.
    drop(buffer);
}
