//! Rust functions of positions, on as many threads as may be used.

use std::sync::{Mutex, OnceLock};

use numfuse_ir::Element;

use super::each;
use crate::runtime::{Concrete, Fault, Fresh, config};

/// The results of `work` for 0 to `n - 1`.
pub fn map<R: Send + Sync>(n: usize, work: impl Fn(usize) -> R + Sync) -> Vec<R> {
    let threads = config::threads();
    if threads <= 1 || n <= 1 {
        return (0..n).map(work).collect();
    }
    let slots: Vec<OnceLock<R>> = (0..n).map(|_| OnceLock::new()).collect();
    // A few turns per thread: a turn is a range, for single calls may be short.
    let turn = n.div_ceil(threads * 8);
    each(n.div_ceil(turn), threads, |t| {
        for (i, slot) in slots.iter().enumerate().skip(t * turn).take(turn) {
            // Each slot has one turn.
            let _ = slot.set(work(i));
        }
    });
    slots.into_iter().filter_map(OnceLock::into_inner).collect()
}

/// A new array whose element at the row-major position `i` is `item(i)`.
pub fn generate<T: Element>(shape: &[usize], item: impl Fn(usize) -> T + Sync) -> Result<Concrete, Fault> {
    const TURN: usize = 1 << 14;
    let mut out = Fresh::<T>::zeroed(shape)?;
    let turns: Vec<Mutex<&mut [T]>> = out.slice().chunks_mut(TURN).map(Mutex::new).collect();
    each(turns.len(), config::threads(), |t| {
        // Nobody else has this turn.
        if let Ok(mut part) = turns[t].lock() {
            for (i, slot) in part.iter_mut().enumerate() {
                *slot = item(t * TURN + i);
            }
        }
    });
    drop(turns);
    Ok(out.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_position_once() {
        for n in [0, 1, 2, 17, 1000, 40_000] {
            assert_eq!(map(n, |i| 2 * i), (0..n).map(|i| 2 * i).collect::<Vec<_>>());
            let array = generate(&[n], |i| i as i64).unwrap();
            assert_eq!(array.to_vec::<i64>().unwrap(), (0..n as i64).collect::<Vec<_>>());
        }
    }
}
