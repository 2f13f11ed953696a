//! Settings of the process and the thread, and what the engine counted.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};

use numfuse_backends::runtime;
pub use numfuse_backends::runtime::config::{set_threads, threads, with_threads};
pub use numfuse_backends::runtime::{Stage, Stats as Statistics, clear_caches};
use numfuse_ir::Op;

use crate::array::Array;

/// Nodes on one pending chain after which the library evaluates on its own.
static MAX_PENDING_NODES: AtomicU64 = AtomicU64::new(1 << 17);
/// Bytes that a pending chain may keep alive before the library evaluates on its own.
static MAX_PENDING_BYTES: AtomicU64 = AtomicU64::new(4 << 30);

thread_local! {
    static EAGER: Cell<bool> = const { Cell::new(false) };
}

/// Limits how long expressions may wait: past so many nodes on one chain, or so many bytes of
/// concrete arrays kept alive by one, the library evaluates on its own and counts that in
/// [`statistics`]. The defaults are 131072 nodes and 4 GiB.
pub fn set_pending_limits(nodes: u32, bytes: u64) {
    MAX_PENDING_NODES.store(u64::from(nodes.max(1)), Ordering::Relaxed);
    MAX_PENDING_BYTES.store(bytes, Ordering::Relaxed);
}

/// Runs a function on this thread op by op: every operation is its own kernel, evaluated when it
/// is built. The results are the same bit for bit; it is the baseline against which fusion is
/// measured.
///
/// ```
/// use numfuse as np;
/// let x = np::linspace(0.0, 1.0, 5);
/// let eager = np::eager(|| (&x * 2.0).sqrt());
/// assert!(eager.is_evaluated());
/// assert_eq!(eager.to_vec::<f64>()?, (&x * 2.0).sqrt().to_vec::<f64>()?);
///
/// // The results of a library kernel are one operation.
/// let before = np::statistics().host_calls;
/// let f = np::eager(|| np::linalg::svd(np::eye(3, ..), ..));
/// assert!(f.U.is_evaluated() && f.S.is_evaluated() && f.Vh.is_evaluated());
/// assert_eq!(np::statistics().host_calls, before + 1);
/// # Ok::<(), np::Error>(())
/// ```
pub fn eager<R>(body: impl FnOnce() -> R) -> R {
    /// Restores the mode also when the body panics.
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            EAGER.set(self.0);
        }
    }
    let _restore = Restore(EAGER.replace(true));
    body()
}

/// Evaluates a new node at once in eager mode, or when its chain has become too long.
pub(crate) fn after_build(array: &Array) {
    let node = &*array.0;
    if matches!(node.op, Op::Const(_) | Op::Param { .. }) {
        return;
    }
    let eager = EAGER.get();
    let long = u64::from(node.depth) > MAX_PENDING_NODES.load(Ordering::Relaxed)
        || node.bytes > MAX_PENDING_BYTES.load(Ordering::Relaxed) && node.depth > 1;
    if !eager && !long {
        return;
    }
    if !eager {
        runtime::count_auto_evaluation();
    }
    // Nobody waits for a result here; the error shows when somebody does.
    if let Err(error) = array.eval() {
        array.fail(error);
    }
}

/// The counters of the process: evaluations (also those that the library started on its own),
/// plans and kernels found or compiled, memory.
///
/// ```
/// use numfuse as np;
/// let run = |s: f64| (np::arange(100, ..) * s).sum(..).item::<f64>();
/// run(2.0)?;
/// let before = np::statistics().kernels_compiled;
/// run(3.0)?;
/// assert_eq!(np::statistics().kernels_compiled, before);
/// # Ok::<(), np::Error>(())
/// ```
pub fn statistics() -> Statistics {
    runtime::stats()
}
