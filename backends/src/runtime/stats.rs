//! Counters of the process.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

macro_rules! stats {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// A snapshot of the counters.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct Stats { $($(#[$doc])* pub $name: u64,)* }

        pub(super) struct Counters { $(pub $name: AtomicU64,)* }

        impl Counters {
            const fn zero() -> Counters {
                Counters { $($name: AtomicU64::new(0),)* }
            }

            fn snapshot(&self) -> Stats {
                Stats { $($name: self.$name.load(Relaxed),)* }
            }
        }
    };
}

stats! {
    /// Evaluations asked for.
    evaluations,
    /// Evaluations that the limit on pending work started.
    auto_evaluations,
    /// Evaluations whose plan was known.
    plan_hits,
    /// Evaluations that ran the passes.
    plan_misses,
    /// Kernels found in the kernel cache while planning.
    kernel_hits,
    /// Kernels compiled.
    kernels_compiled,
    /// Kernels dropped to keep the cache within its bound.
    kernels_evicted,
    /// Nanoseconds spent compiling.
    compile_ns,
    /// Bytes of code in the cache.
    code_bytes,
    /// Kernels run.
    kernel_runs,
    /// Stages whose kernels ran slab by slab.
    slab_runs,
    /// Calls of library kernels.
    host_calls,
    /// Calls of compiled loops (tiles).
    loop_calls,
    /// Buffers taken from the pool.
    pool_hits,
    /// Buffers taken from the system.
    pool_misses,
    /// Bytes waiting in the pool.
    pool_bytes,
    /// Bytes in live buffers.
    live_bytes,
    /// The most bytes that were ever live.
    peak_bytes,
    /// Buffers that took over the memory of a dying one.
    donations,
}

pub(super) fn counters() -> &'static Counters {
    static COUNTERS: Counters = Counters::zero();
    &COUNTERS
}

pub(super) fn add(counter: &AtomicU64, n: u64) {
    counter.fetch_add(n, Relaxed);
}

/// The counters now.
///
/// ```
/// let before = numfuse_backends::runtime::stats();
/// assert!(before.plan_hits <= before.evaluations + before.plan_misses);
/// ```
pub fn stats() -> Stats {
    counters().snapshot()
}

/// Counts an evaluation that the limit on pending work started.
pub fn count_auto_evaluation() {
    add(&counters().auto_evaluations, 1);
}
