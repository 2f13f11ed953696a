//! Settings of the process and of a call.

use std::cell::Cell;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, AtomicU32, AtomicUsize, Ordering::Relaxed};

use super::flags;
use crate::wide::Isa;

/// Which code runs kernels.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Backend {
    /// Machine code for AVX-512; from Cranelift for what that does not cover.
    WideAvx512,
    /// Machine code for AVX2; from Cranelift for what that does not cover.
    WideAvx2,
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

impl Backend {
    /// Every backend, the fastest first.
    pub const ALL: [Backend; 4] = [Backend::WideAvx512, Backend::WideAvx2, Backend::Cranelift, Backend::Interp];

    /// The name that `NUMFUSE_BACKEND` gives.
    pub fn name(self) -> &'static str {
        match self {
            Backend::WideAvx512 => "wide-avx512",
            Backend::WideAvx2 => "wide-avx2",
            Backend::Cranelift => "cranelift",
            Backend::Interp => "interp",
        }
    }

    /// The instruction set that it emits vectors for; none if another emitter chooses.
    pub fn isa(self) -> Option<Isa> {
        match self {
            Backend::WideAvx512 => Some(Isa::Avx512),
            Backend::WideAvx2 => Some(Isa::Avx2),
            Backend::Cranelift | Backend::Interp => None,
        }
    }

    /// Whether this processor can run it.
    pub fn is_available(self) -> bool {
        self.isa().is_none_or(Isa::is_available)
    }

    /// Those that make machine code and that this processor can run. Says which are left out, for
    /// tests.
    pub fn native() -> Vec<Backend> {
        let native = Backend::ALL.into_iter().filter(|&b| b != Backend::Interp);
        let (can, cannot): (Vec<Backend>, Vec<Backend>) = native.partition(|b| b.is_available());
        cannot.iter().for_each(|b| println!("skipped: this processor cannot run {}", b.name()));
        can
    }

    /// The fastest that this processor can run.
    fn best() -> Backend {
        Backend::ALL.into_iter().find(|b| b.is_available()).unwrap_or(Backend::Interp)
    }
}

/// The backend: what `NUMFUSE_BACKEND` names (see [`Backend::name`]), or what [`set_backend`] said; the
/// fastest if neither did.
pub fn backend() -> Backend {
    match BACKEND.load(Relaxed) {
        0 => {
            let asked = std::env::var("NUMFUSE_BACKEND").ok();
            let named = Backend::ALL.into_iter().find(|b| asked.as_deref() == Some(b.name()));
            let backend = named.filter(|b| b.is_available()).unwrap_or_else(Backend::best);
            set_backend(backend);
            backend
        }
        code => Backend::ALL[code as usize - 1],
    }
}

/// Chooses the backend for plans made from now on, in the whole process.
pub fn set_backend(backend: Backend) {
    let code = 1 + Backend::ALL.iter().position(|&b| b == backend).unwrap_or(0) as u8;
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

/// Bytes of the last-level cache; 32 MiB if the system does not say.
pub(super) fn cache_bytes() -> usize {
    static BYTES: OnceLock<usize> = OnceLock::new();
    *BYTES.get_or_init(|| {
        let size = |level: usize| {
            let path = format!("/sys/devices/system/cpu/cpu0/cache/index{level}/size");
            let text = std::fs::read_to_string(path).ok()?;
            text.trim().strip_suffix('K')?.parse::<usize>().ok()
        };
        (0..8).filter_map(size).max().map_or(32 << 20, |k| k << 10)
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

/// Runs `work` on the calling thread and on up to `n - 1` others, and waits for all of them. Floating-point
/// flags that the others met are set on the calling thread, too.
pub(crate) fn fan_out(n: usize, work: impl Fn() + Sync) {
    static POOL: OnceLock<Option<rayon::ThreadPool>> = OnceLock::new();
    // The pool's threads sleep when idle; the caller is one of the n, so n - 1 suffice.
    let pool = POOL.get_or_init(|| {
        let size = default_threads().max(2) - 1;
        let name = |i| format!("numfuse-{i}");
        rayon::ThreadPoolBuilder::new().num_threads(size).thread_name(name).build().ok()
    });
    match pool {
        Some(pool) if n > 1 => {
            let met = AtomicU32::new(0);
            pool.in_place_scope(|scope| {
                for _ in 1..n {
                    scope.spawn(|_| {
                        flags::clear();
                        work();
                        met.fetch_or(flags::raised(), Relaxed);
                    });
                }
                work();
            });
            flags::raise(met.into_inner());
        }
        _ => work(),
    }
}
