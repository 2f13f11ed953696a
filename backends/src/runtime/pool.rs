//! Memory blocks, reused: a page fault costs more than the arithmetic on the page.

use std::alloc::{Layout, alloc, dealloc};
use std::ptr::NonNull;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use memmap2::{MmapMut, MmapOptions};
use rustc_hash::FxHashMap;

use super::fault::Fault;
use super::stats::counters;

/// Cache line, and the widest vector.
const ALIGN: usize = 64;
/// Blocks larger than this start on a boundary of it. Processors tell by the low 12 bits of addresses whether
/// a load has to wait for an earlier store, so an output that lies a few vectors ahead of an input, modulo a
/// page, takes up to 1.7 times as long (measured: `a + b` in the second cache). At equal offsets every load
/// is ahead of the stores.
const PAGE: usize = 4096;
/// Bytes that may wait in the pool.
const BOUND: usize = 1 << 30;
/// A huge page of x86-64 and of AArch64 with 4 KiB pages. Blocks of at least this size lie on
/// boundaries of it and ask for it: with 4 KiB pages, a stream over 80 MB spends a fifth of its time
/// in page faults and walks.
const HUGE_PAGE: usize = 2 << 20;

/// Owned memory, 64-byte aligned, or page aligned if it is larger than a page; uninitialized.
pub(super) struct Block {
    ptr: NonNull<u8>,
    capacity: usize,
    /// The mapping that holds a large block.
    map: Option<MmapMut>,
}

// SAFETY: a block is plain memory with one owner.
unsafe impl Send for Block {}
// SAFETY: shared access to a block is through raw pointers, whose users answer for it.
unsafe impl Sync for Block {}

#[derive(Default)]
struct Pool {
    free: FxHashMap<usize, Vec<Block>>,
    bytes: usize,
}

static POOL: Mutex<Option<Pool>> = Mutex::new(None);

fn with_pool<R>(f: impl FnOnce(&mut Pool) -> R) -> R {
    let mut guard = POOL.lock().unwrap_or_else(|e| e.into_inner());
    f(guard.get_or_insert_with(Pool::default))
}

/// Adds to a counter that is written under the pool's lock only, which spares it an atomic addition.
fn bump(counter: &AtomicU64, by: u64) -> u64 {
    let value = counter.load(Relaxed).wrapping_add(by);
    counter.store(value, Relaxed);
    value
}

/// Sizes are rounded so that nearly equal requests share blocks.
fn class(bytes: usize) -> Option<usize> {
    let step = match bytes {
        0..=PAGE => ALIGN,
        4097..=1048576 => PAGE,
        _ => 65536,
    };
    bytes.max(1).checked_next_multiple_of(step)
}

impl Block {
    /// A block of at least `bytes`.
    pub fn new(bytes: usize) -> Result<Block, Fault> {
        let fault = || Fault::Memory { bytes: bytes as u128 };
        let capacity = class(bytes).filter(|&c| isize::try_from(c).is_ok()).ok_or_else(fault)?;
        let reused = with_pool(|pool| {
            let block = pool.free.get_mut(&capacity).and_then(Vec::pop);
            if block.is_some() {
                pool.bytes -= capacity;
            }
            let counters = counters();
            bump(if block.is_some() { &counters.pool_hits } else { &counters.pool_misses }, 1);
            counters.pool_bytes.store(pool.bytes as u64, Relaxed);
            let live = bump(&counters.live_bytes, capacity as u64);
            if live > counters.peak_bytes.load(Relaxed) {
                counters.peak_bytes.store(live, Relaxed);
            }
            block
        });
        let block = reused.or_else(|| system_block(capacity)).or_else(|| {
            trim();
            system_block(capacity)
        });
        let Some(block) = block else {
            with_pool(|_| bump(&counters().live_bytes, (capacity as u64).wrapping_neg()));
            return Err(fault());
        };
        Ok(block)
    }

    /// The address.
    pub fn ptr(&self) -> *mut u8 {
        self.ptr.as_ptr()
    }

    /// Whether it lies on pages of its own.
    pub fn is_mapped(&self) -> bool {
        self.map.is_some()
    }

    /// Gives the block back to the pool.
    pub fn recycle(self) {
        with_pool(|pool| {
            bump(&counters().live_bytes, (self.capacity as u64).wrapping_neg());
            if self.capacity > BOUND {
                return;
            }
            pool.bytes += self.capacity;
            pool.free.entry(self.capacity).or_default().push(self);
            while pool.bytes > BOUND {
                // Rarely: drop the largest class first, which frees most per call.
                let Some(&largest) = pool.free.iter().filter(|(_, v)| !v.is_empty()).map(|(k, _)| k).max() else {
                    break;
                };
                pool.free.get_mut(&largest).and_then(Vec::pop);
                pool.bytes -= largest;
            }
            counters().pool_bytes.store(pool.bytes as u64, Relaxed);
        });
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        if self.map.is_some() {
            return;
        }
        if let Some(layout) = layout(self.capacity) {
            // SAFETY: allocated in `system_block` with this layout, and owned.
            unsafe { dealloc(self.ptr.as_ptr(), layout) };
        }
    }
}

fn layout(capacity: usize) -> Option<Layout> {
    Layout::from_size_align(capacity, if capacity > PAGE { PAGE } else { ALIGN }).ok()
}

fn system_block(capacity: usize) -> Option<Block> {
    if capacity >= HUGE_PAGE {
        return mapped_block(capacity);
    }
    // SAFETY: the size is not zero.
    let ptr = unsafe { alloc(layout(capacity)?) };
    NonNull::new(ptr).map(|ptr| Block { ptr, capacity, map: None })
}

/// Memory on huge pages, if the system has some to give.
fn mapped_block(capacity: usize) -> Option<Block> {
    let mut map = MmapOptions::new().len(capacity.checked_add(HUGE_PAGE)?).map_anon().ok()?;
    let start = map.as_ptr().align_offset(HUGE_PAGE);
    #[cfg(target_os = "linux")]
    // Advice: without it the memory is as good, and slower.
    let _ = map.advise_range(memmap2::Advice::HugePage, start, capacity);
    let ptr = NonNull::new(map.get_mut(start..)?.as_mut_ptr());
    ptr.map(|ptr| Block { ptr, capacity, map: Some(map) })
}

/// Frees all waiting blocks.
pub(super) fn trim() {
    let dropped = with_pool(|pool| {
        pool.bytes = 0;
        counters().pool_bytes.store(0, Relaxed);
        std::mem::take(&mut pool.free)
    });
    drop(dropped);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_blocks_lie_on_huge_pages() {
        for bytes in [HUGE_PAGE, 3 * HUGE_PAGE + 1] {
            let Ok(block) = Block::new(bytes) else { panic!("no memory") };
            assert_eq!(block.ptr().align_offset(HUGE_PAGE), 0);
            // SAFETY: the block has so many bytes, and nobody else has it.
            unsafe {
                block.ptr().write(1);
                block.ptr().add(bytes - 1).write(2);
            }
        }
        let Ok(small) = Block::new(HUGE_PAGE / 2) else { panic!("no memory") };
        assert!(small.map.is_none());
    }

    #[test]
    fn absurd_sizes_are_an_error() {
        assert!(Block::new(usize::MAX).is_err());
        assert!(Block::new(isize::MAX as usize - 70000).is_err());
    }
}
