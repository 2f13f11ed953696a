//! How an iteration space is cut: fixed tiles, whatever the number of threads.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

use smallvec::SmallVec;

use super::config;
use super::fault::Fault;
use super::launch::Tile;

/// Calls `work` with 0 to `n - 1`, on up to `threads` threads.
pub(crate) fn each(n: usize, threads: usize, work: impl Fn(usize) + Sync) {
    if threads <= 1 || n <= 1 {
        return (0..n).for_each(work);
    }
    let next = AtomicUsize::new(0);
    config::fan_out(threads.min(n), || {
        loop {
            let i = next.fetch_add(1, Relaxed);
            if i >= n {
                break;
            }
            work(i);
        }
    });
}

/// A grid of tiles over an iteration space.
#[derive(Clone, Debug)]
pub(super) struct Grid {
    sizes: SmallVec<[usize; 4]>,
    tile: SmallVec<[usize; 4]>,
    counts: SmallVec<[usize; 4]>,
}

impl Grid {
    pub fn new(sizes: &[usize], tile: &[usize]) -> Grid {
        let tile: SmallVec<[usize; 4]> = tile.iter().map(|&t| t.max(1)).collect();
        let counts = sizes.iter().zip(&tile).map(|(&n, &t)| n.div_ceil(t)).collect();
        Grid { sizes: sizes.into(), tile, counts }
    }

    /// The number of tiles.
    pub fn len(&self) -> usize {
        self.counts.iter().product()
    }

    /// Tile `index`, in row-major order.
    pub fn get(&self, mut index: usize) -> Tile {
        let mut start: SmallVec<[usize; 4]> = SmallVec::from_elem(0, self.sizes.len());
        let mut size = start.clone();
        for d in (0..self.sizes.len()).rev() {
            start[d] = index % self.counts[d] * self.tile[d];
            size[d] = self.tile[d].min(self.sizes[d] - start[d]);
            index /= self.counts[d];
        }
        Tile { start, size }
    }

    /// Calls `f` for each tile, on `threads` threads. Returns whether any call returned true.
    pub fn for_each(&self, threads: usize, f: impl Fn(usize, &Tile) -> bool + Sync) -> bool {
        let fault = AtomicBool::new(false);
        each(self.len(), threads, |i| {
            if f(i, &self.get(i)) {
                fault.store(true, Relaxed);
            }
        });
        fault.into_inner()
    }

    /// [`Grid::for_each`] for what may fail: the first error that occurred, and no more tiles after it.
    pub fn try_for_each(
        &self,
        threads: usize,
        f: impl Fn(usize, &Tile) -> Result<bool, Fault> + Sync,
    ) -> Result<bool, Fault> {
        let error = OnceLock::new();
        let fault = self.for_each(threads, |i, tile| {
            if error.get().is_some() {
                return false;
            }
            f(i, tile).unwrap_or_else(|e| {
                let _ = error.set(e);
                false
            })
        });
        error.into_inner().map_or(Ok(fault), Err)
    }
}
