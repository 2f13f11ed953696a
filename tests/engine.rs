//! What the engine promises beyond right values: no compilation for new sizes, data or numbers, graphs of any depth,
//! bounded pending work, threads, reductions that keep their bits and their accuracy, clear errors.

#[path = "engine/accuracy.rs"]
mod accuracy;
#[path = "engine/errors.rs"]
mod errors;
#[path = "engine/fused_is_eager.rs"]
mod fused_is_eager;
#[path = "engine/in_place.rs"]
mod in_place;
#[path = "engine/into.rs"]
mod into;
#[path = "engine/long_graphs.rs"]
mod long_graphs;
#[path = "engine/recompilation.rs"]
mod recompilation;
#[path = "engine/slabs.rs"]
mod slabs;
#[path = "engine/threads.rs"]
mod threads;

use std::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};

use numfuse::Array;

/// The counters are the process': tests that read them run alone.
static COUNTERS: RwLock<()> = RwLock::new(());

fn alone() -> RwLockWriteGuard<'static, ()> {
    COUNTERS.write().unwrap_or_else(|e| e.into_inner())
}

fn together() -> RwLockReadGuard<'static, ()> {
    COUNTERS.read().unwrap_or_else(|e| e.into_inner())
}

/// SplitMix64 (Steele, Lea, Flood 2014), top 53 bits: numbers in [0, 1).
fn random(seed: u64) -> impl Iterator<Item = f64> {
    let mut state = seed;
    std::iter::repeat_with(move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    })
}

/// Evaluated float64 data in [0.1, 1.1).
fn data(seed: u64, n: usize) -> Array {
    Array::from_vec(random(seed).take(n).map(|x| x + 0.1).collect())
}

/// The value's bits, of any dtype used here.
fn bits(a: &Array) -> Vec<u64> {
    match a.dtype() {
        numfuse::float64 => a.to_vec::<f64>().unwrap().into_iter().map(f64::to_bits).collect(),
        numfuse::float32 => a.to_vec::<f32>().unwrap().into_iter().map(|x| u64::from(x.to_bits())).collect(),
        numfuse::int64 => a.to_vec::<i64>().unwrap().into_iter().map(|x| x as u64).collect(),
        numfuse::bool => a.to_vec::<bool>().unwrap().into_iter().map(u64::from).collect(),
        other => panic!("no bits of {other}"),
    }
}
