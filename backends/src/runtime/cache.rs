//! The kernel cache and the plan cache.

use std::sync::{Arc, Mutex, OnceLock, RwLock};
use std::time::Instant;

use numfuse_ir::kernel::Loop;
use numfuse_ir::{Graph, Scalar, passes};
use rustc_hash::FxHashMap;

use super::buffer::Concrete;
use super::config::{self, Backend};
use super::fault::Fault;
use super::launch::Code;
use super::plan::Plan;
use super::stats::{add, counters};
use crate::{cranelift, native};

/// Bytes of machine code that the kernel cache holds.
const CODE_BOUND: usize = 64 << 20;
/// Entries that the caches hold: an interpreted kernel has no code, and a plan little.
const KERNEL_BOUND: usize = 1 << 14;
const PLAN_BOUND: usize = 1 << 12;

#[derive(Default)]
struct Kernels {
    entries: FxHashMap<(Arc<Loop>, Backend), (Code, u64)>,
    bytes: usize,
    clock: u64,
}

fn kernels() -> &'static Mutex<Kernels> {
    static KERNELS: OnceLock<Mutex<Kernels>> = OnceLock::new();
    KERNELS.get_or_init(Mutex::default)
}

type Plans = FxHashMap<Box<[u64]>, Arc<Plan>>;

fn plans() -> &'static RwLock<Plans> {
    static PLANS: OnceLock<RwLock<Plans>> = OnceLock::new();
    PLANS.get_or_init(RwLock::default)
}

/// Forgets all plans and kernels. Running evaluations keep what they use.
pub fn clear_caches() {
    plans().write().unwrap_or_else(|e| e.into_inner()).clear();
    let mut kernels = kernels().lock().unwrap_or_else(|e| e.into_inner());
    *kernels = Kernels::default();
}

/// Whether a loop's code is there.
pub(super) fn is_cached(code: &Arc<Loop>) -> bool {
    let key = (code.clone(), config::backend());
    kernels().lock().unwrap_or_else(|e| e.into_inner()).entries.contains_key(&key)
}

/// The code of a loop, compiled unless it is there.
pub(super) fn code(code: &Arc<Loop>, backend: Backend) -> Result<Code, Fault> {
    if backend == Backend::Interp {
        return Ok(Code::Interp(code.clone()));
    }
    let key = (code.clone(), backend);
    {
        let mut cache = kernels().lock().unwrap_or_else(|e| e.into_inner());
        cache.clock += 1;
        let now = cache.clock;
        if let Some((found, used)) = cache.entries.get_mut(&key) {
            *used = now;
            add(&counters().kernel_hits, 1);
            return Ok(found.clone());
        }
    }
    // Outside the lock: another thread may compile the same loop, which costs time and nothing else.
    let start = Instant::now();
    let made = match native::compile(code, backend) {
        Ok(native) => Code::Native(Arc::new(native)),
        // A host without a code generator still computes, slowly.
        Err(cranelift::CompileError::Host(_)) => Code::Interp(code.clone()),
        Err(e) => return Err(Fault::Compile(e.to_string())),
    };
    add(&counters().kernels_compiled, 1);
    add(&counters().compile_ns, start.elapsed().as_nanos() as u64);
    let mut cache = kernels().lock().unwrap_or_else(|e| e.into_inner());
    cache.bytes += made.size();
    let now = cache.clock;
    cache.entries.insert(key, (made.clone(), now));
    if cache.bytes > CODE_BOUND || cache.entries.len() > KERNEL_BOUND {
        cache.evict();
    }
    counters().code_bytes.store(cache.bytes as u64, std::sync::atomic::Ordering::Relaxed);
    Ok(made)
}

impl Kernels {
    /// Drops the least recently used half.
    fn evict(&mut self) {
        let mut ages: Vec<u64> = self.entries.values().map(|(_, used)| *used).collect();
        ages.sort_unstable();
        let cut = ages[ages.len() / 2];
        let before = self.entries.len();
        self.entries.retain(|_, (_, used)| *used > cut);
        self.bytes = self.entries.values().map(|(code, _)| code.size()).sum();
        add(&counters().kernels_evicted, (before - self.entries.len()) as u64);
    }
}

/// Optimizes, lowers and compiles a graph.
pub fn plan(graph: Graph) -> Result<Arc<Plan>, Fault> {
    plan_with(graph, config::backend())
}

/// [`plan`], for a backend of choice.
pub fn plan_with(graph: Graph, backend: Backend) -> Result<Arc<Plan>, Fault> {
    super::explain::dump_if_asked(&graph);
    let optimized = passes::optimize(graph.clone(), |_, _, _| {});
    Ok(Arc::new(Plan::new(&graph, &optimized, backend)?))
}

/// Runs the graph whose structure `key` describes: from the plan cache, or built by `build`.
/// The key must determine the graph, apart from addresses and the values of scalars.
pub fn run(
    key: &[u64],
    inputs: &[Concrete],
    scalars: &[Scalar],
    build: &mut dyn FnMut() -> Graph,
) -> Result<Vec<Concrete>, Fault> {
    add(&counters().evaluations, 1);
    let known = plans().read().unwrap_or_else(|e| e.into_inner()).get(key).cloned();
    let ready = match known {
        Some(found) => {
            add(&counters().plan_hits, 1);
            found
        }
        None => {
            add(&counters().plan_misses, 1);
            let made = plan(build())?;
            let mut plans = plans().write().unwrap_or_else(|e| e.into_inner());
            if plans.len() >= PLAN_BOUND {
                // Plans are cheap to make again while their kernels are cached.
                plans.clear();
            }
            plans.insert(key.into(), made.clone());
            made
        }
    };
    ready.run(inputs, scalars)
}
