//! Settings of the process and of a call.

use std::cell::Cell;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering::Relaxed};

/// Which code runs kernels.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Backend {
    /// Machine code from Cranelift.
    Cranelift,
    /// The interpreter: slow, the reference.
    Interp,
}

static BACKEND: AtomicU8 = AtomicU8::new(0);
static THREADS: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static CALL_THREADS: Cell<usize> = const { Cell::new(0) };
}

/// The backend: `NUMFUSE_BACKEND=cranelift|interp`, or what [`set_backend`] said.
pub fn backend() -> Backend {
    match BACKEND.load(Relaxed) {
        1 => Backend::Cranelift,
        2 => Backend::Interp,
        _ => {
            let interp = std::env::var("NUMFUSE_BACKEND").is_ok_and(|b| b == "interp");
            let backend = if interp { Backend::Interp } else { Backend::Cranelift };
            set_backend(backend);
            backend
        }
    }
}

/// Chooses the backend for plans made from now on, in the whole process.
pub fn set_backend(backend: Backend) {
    let code = match backend {
        Backend::Cranelift => 1,
        Backend::Interp => 2,
    };
    if BACKEND.swap(code, Relaxed) != code {
        super::cache::clear_caches();
    }
}

/// Threads that a large evaluation may use: `NUMFUSE_THREADS`, or as many as this process may run
/// on (affinity and container limits count).
pub fn threads() -> usize {
    let call = CALL_THREADS.with(Cell::get);
    if call != 0 {
        return call;
    }
    match THREADS.load(Relaxed) {
        0 => default_threads(),
        n => n,
    }
}

fn default_threads() -> usize {
    static DEFAULT: OnceLock<usize> = OnceLock::new();
    *DEFAULT.get_or_init(|| {
        let asked = std::env::var("NUMFUSE_THREADS").ok().and_then(|n| n.parse().ok());
        asked.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from)).clamp(1, 1024)
    })
}

/// Sets the thread count of the process; 0 is the default.
pub fn set_threads(n: usize) {
    THREADS.store(n.min(1024), Relaxed);
}

/// Runs `f` with a thread count for evaluations that this thread starts.
pub fn with_threads<R>(n: usize, f: impl FnOnce() -> R) -> R {
    struct Restore(usize);
    impl Drop for Restore {
        fn drop(&mut self) {
            CALL_THREADS.with(|c| c.set(self.0));
        }
    }
    let _restore = Restore(CALL_THREADS.with(|c| c.replace(n.min(1024))));
    f()
}

/// Runs `work` on the calling thread and on up to `n - 1` others, and waits for all of them.
pub(crate) fn fan_out(n: usize, work: impl Fn() + Sync) {
    static POOL: OnceLock<Option<rayon::ThreadPool>> = OnceLock::new();
    // The pool's threads sleep when idle; the caller is one of the n, so n - 1 suffice.
    let pool = POOL.get_or_init(|| {
        let size = default_threads().max(2) - 1;
        let name = |i| format!("numfuse-{i}");
        rayon::ThreadPoolBuilder::new().num_threads(size).thread_name(name).build().ok()
    });
    match pool {
        Some(pool) if n > 1 => pool.in_place_scope(|scope| {
            for _ in 1..n {
                scope.spawn(|_| work());
            }
            work();
        }),
        _ => work(),
    }
}
