//! A kernel bound to machine code, and calls of it on parts of its iteration space.

use std::sync::Arc;

use numfuse_ir::kernel::{Access, Loop, Operand, Step};
use numfuse_ir::program::Kernel;
use smallvec::SmallVec;

use super::config;
use super::stats::{add, counters};
use crate::abi::{FAULT, LoopFn, STREAM};
use crate::{interp, native};

/// Runnable code of a loop.
#[derive(Clone)]
pub(super) enum Code {
    Native(Arc<native::Code>),
    Interp(Arc<Loop>),
}

impl Code {
    /// Bytes of machine code.
    pub fn size(&self) -> usize {
        match self {
            Code::Native(code) => code.size(),
            Code::Interp(_) => 0,
        }
    }
}

/// A kernel with its code.
pub(super) struct Launch {
    pub kernel: Kernel,
    pub code: Code,
    entry: Option<LoopFn>,
    rank: usize,
    /// Operand-major, `rank + 1` each, as the calling convention wants them.
    pub strides: Vec<i64>,
}

/// A box of the iteration space.
#[derive(Clone, Debug)]
pub(super) struct Tile {
    pub start: SmallVec<[usize; 4]>,
    pub size: SmallVec<[usize; 4]>,
}

/// Addresses of operands at index (0, …, 0), and scalars.
pub(super) struct Frame {
    pub ptrs: SmallVec<[*mut u8; 8]>,
    pub params: SmallVec<[u64; 8]>,
    /// Results will not be found in the caches.
    pub stream: bool,
}

// SAFETY: the pointers are to buffers that outlive the run; tiles of one run write disjoint parts.
unsafe impl Sync for Frame {}
// SAFETY: as above.
unsafe impl Send for Frame {}

impl Frame {
    /// The same addresses and scalars.
    pub fn copy(&self, stream: bool) -> Frame {
        Frame { ptrs: self.ptrs.clone(), params: self.params.clone(), stream }
    }
}

impl Launch {
    pub fn new(kernel: Kernel, code: Code) -> Launch {
        let entry = match &code {
            Code::Native(code) => Some(code.entry()),
            Code::Interp(_) => None,
        };
        let rank = kernel.dims.len();
        let strides = kernel.bindings.iter().flat_map(|b| b.strides.iter().copied()).collect();
        Launch { kernel, code, entry, rank, strides }
    }

    pub fn rank(&self) -> usize {
        self.rank
    }

    /// The addresses of a tile's first elements.
    pub fn tile_ptrs(&self, frame: &Frame, strides: &[i64], tile: &Tile) -> SmallVec<[*mut u8; 8]> {
        let rank = self.rank();
        let mut ptrs = frame.ptrs.clone();
        for (o, ptr) in ptrs.iter_mut().enumerate() {
            let row = &strides[o * (rank + 1)..][..rank];
            let shift: i64 = row.iter().zip(&tile.start).map(|(s, &i)| s.wrapping_mul(i as i64)).sum();
            *ptr = ptr.wrapping_offset(shift as isize);
        }
        ptrs
    }

    /// Runs one tile.
    ///
    /// # Safety
    ///
    /// As [`Launch::call`], for the tile; the tile must lie inside the iteration space.
    pub unsafe fn call_tile(&self, frame: &Frame, strides: &[i64], tile: &Tile) -> bool {
        let ptrs = self.tile_ptrs(frame, strides, tile);
        // SAFETY: the caller's promise; the shifted pointers are the tile's first elements.
        unsafe { self.call(&ptrs, strides, &tile.size, &frame.params, frame.stream) }
    }

    /// Runs a box of so many iterations. Returns whether a check failed.
    ///
    /// # Safety
    ///
    /// The memory must be valid for the box's extents, and not written by others.
    pub unsafe fn call(
        &self,
        ptrs: &[*mut u8],
        strides: &[i64],
        sizes: &[usize],
        params: &[u64],
        stream: bool,
    ) -> bool {
        let mut flags = if stream { STREAM } else { 0 };
        let sizes: SmallVec<[i64; 4]> = sizes.iter().map(|&n| n as i64).collect();
        add(&counters().loop_calls, 1);
        let (p, s, n, a) = (ptrs.as_ptr(), strides.as_ptr(), sizes.as_ptr(), params.as_ptr());
        match (&self.entry, &self.code) {
            // SAFETY: the caller's promise, and the code was compiled from this loop.
            (Some(entry), _) => unsafe { entry(p, s, n, a, &mut flags) },
            // SAFETY: as above.
            (None, Code::Interp(code)) => unsafe { interp::run(code, p, s, n, a, &mut flags) },
            (None, Code::Native(_)) => {}
        }
        flags & FAULT != 0
    }

    /// Whether a box's operands fill so much of the caches that nobody will find the results there. Parts of one
    /// array that lie over each other count once.
    pub fn exceeds_caches(&self, ptrs: &[*mut u8], sizes: &[usize]) -> bool {
        let span = |(o, ptr): (&Operand, &*mut u8)| {
            let moving = o.steps.iter().zip(sizes).filter(|(step, _)| **step != Step::Zero);
            let bytes = moving.fold(o.element_bytes(), |bytes, (_, &n)| bytes.saturating_mul(n));
            (ptr.addr(), ptr.addr().saturating_add(bytes))
        };
        let operands = self.kernel.code.operands.iter().zip(ptrs).filter(|(o, _)| o.access != Access::Iota);
        let mut spans: SmallVec<[(usize, usize); 16]> = operands.map(span).collect();
        spans.sort_unstable();
        let (mut bytes, mut end) = (0, 0);
        for (from, to) in spans {
            bytes += to.saturating_sub(from.max(end));
            end = end.max(to);
        }
        bytes > config::cache_bytes() / 2
    }

    /// The outer dimension along which packed operands are in order.
    pub fn packed(&self) -> Option<usize> {
        self.kernel.bindings.iter().find_map(|b| b.packed)
    }

    /// Whether an operand's innermost stride is long while another dimension's is short: then
    /// tiles of both keep cache lines while they are used.
    pub fn crossing(&self) -> Option<usize> {
        let rank = self.rank();
        let inner = rank - 1;
        if rank < 2 || !self.kernel.code.reductions.is_empty() || !self.kernel.code.scans.is_empty() {
            return None;
        }
        self.kernel.code.operands.iter().enumerate().find_map(|(o, operand)| {
            if operand.access == Access::Iota {
                return None;
            }
            let row = &self.strides[o * (rank + 1)..][..rank];
            let long = row[inner].unsigned_abs() >= 64;
            let short = |d: &usize| row[*d] != 0 && row[*d].unsigned_abs() * 4 <= row[inner].unsigned_abs();
            if long { (0..inner).rev().find(short) } else { None }
        })
    }
}
