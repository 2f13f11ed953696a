//! One kernel on memory: how its iteration space is cut, and how partial results come together.
//!
//! What a reduction's result is depends on its shape alone, never on threads: one that combines
//! more than [`CHUNK`] points per result is the fold of its chunks, in order, and each chunk follows
//! the canonical order of [`numfuse_ir::kernel::Reduction`], or, with accumulators in memory, blocks
//! of [`BLOCK_ROWS`] rows.

use numfuse_ir::kernel::Lane;
use numfuse_ir::program::{Check, DimKind, Form, Source};
use smallvec::{SmallVec, smallvec};

use super::buffer::Buffer;
use super::config;
use super::fault::Fault;
use super::launch::{Frame, Launch, Tile};
use super::pack;
use super::reduce;
use super::tiles::Grid;

/// Points from which a loop is worth a second thread, times the body's length.
const PARALLEL_WORK: usize = 1 << 18;
/// Points per chunk of a reduction. Part of the result's definition.
const CHUNK: usize = 1 << 16;
/// Results up to which a reduction in memory is cut in chunks of rows: more results keep the
/// threads busy by themselves. Part of the result's definition.
const FEW_RESULTS: usize = 512;
/// Rows per block of a sum whose accumulators are in memory. Part of the result's definition.
const BLOCK_ROWS: usize = 64;
/// Accumulators per tile of such a sum: they stay in the first-level cache.
const TILE_ACCUMULATORS: usize = 4096;
/// Edge of the tiles of a transposing loop.
const CROSS_TILE: usize = 128;
/// Tiles per thread: the last ones to finish do not wait long for each other.
const TILES_PER_THREAD: usize = 4;

/// Where a component of a reduction's results goes.
#[derive(Clone, Copy)]
pub(super) struct Target {
    pub ptr: *mut u8,
    /// Bytes between results.
    pub stride: i64,
}

// SAFETY: the memory outlives the run, and parts of one run write disjoint results.
unsafe impl Sync for Target {}
// SAFETY: as above.
unsafe impl Send for Target {}

/// A kernel, addresses, and the box of its iteration space that starts there.
pub(super) struct Work<'p> {
    pub launch: &'p Launch,
    pub frame: Frame,
    pub sizes: SmallVec<[usize; 4]>,
    /// Per reduction, its components, and, if it is compensated, the compensation: without a place
    /// of its own it joins the sum.
    pub targets: SmallVec<[SmallVec<[Option<Target>; 2]>; 1]>,
}

/// Threads that a kernel may use: small work stays on the calling thread.
pub(super) fn thread_count(launch: &Launch) -> usize {
    let work = launch.kernel.points().saturating_mul(launch.kernel.cost.max(2) as usize);
    if work < PARALLEL_WORK { 1 } else { config::threads() }
}

/// Tiles that a kernel is cut into.
pub(super) fn tile_count(launch: &Launch, threads: usize) -> usize {
    let sizes: SmallVec<[usize; 4]> = launch.kernel.dims.iter().map(|d| d.size).collect();
    match launch.packed() {
        Some(lines) => packed_grid(launch, lines, &sizes, threads).len(),
        None if threads <= 1 && launch.crossing().is_none() => 1,
        None => parallel_grid(launch, &sizes, threads).len(),
    }
}

/// What a kernel's fault flag means.
pub(super) fn fault_of(launch: &Launch) -> Fault {
    match launch.kernel.check {
        Some(Check::NegativePower) => Fault::NegativePower,
        _ => Fault::IndexOutOfBounds,
    }
}

/// Tiles over the parallel dimensions: each about as many points, cut from the outside.
fn parallel_grid(launch: &Launch, sizes: &[usize], threads: usize) -> Grid {
    let mut tile: SmallVec<[usize; 4]> = sizes.into();
    if let Some(other) = launch.crossing() {
        let inner = sizes.len() - 1;
        tile[inner] = tile[inner].min(CROSS_TILE);
        tile[other] = tile[other].min(CROSS_TILE);
        if threads <= 1 {
            return Grid::new(sizes, &tile);
        }
    }
    if threads > 1 {
        let total: usize = sizes.iter().product();
        let least = (16384 / launch.kernel.cost.max(1) as usize * 16).max(1024);
        let target = (total / (threads * TILES_PER_THREAD)).max(least);
        for d in 0..sizes.len() {
            if launch.kernel.dims[d].kind != DimKind::Parallel {
                continue;
            }
            let below: usize = sizes[d + 1..].iter().product();
            let rows = (target / below.max(1)).max(1);
            // Whole cache lines per tile along the innermost dimension.
            let rows = if d + 1 == sizes.len() { rows.next_multiple_of(64) } else { rows };
            tile[d] = tile[d].min(rows);
            // Few long iterations are cut further inside.
            if below <= target {
                break;
            }
        }
    }
    Grid::new(sizes, &tile)
}

/// Tiles of a loop with packed operands: some lines of the innermost dimension each.
fn packed_grid(launch: &Launch, lines: usize, sizes: &[usize], threads: usize) -> Grid {
    let operands = launch.kernel.code.operands.iter().zip(&launch.kernel.bindings);
    let bytes = operands.filter(|(_, b)| b.packed.is_some()).map(|(o, _)| o.element_bytes()).sum();
    let inner = sizes.len() - 1;
    let mut tile: SmallVec<[usize; 4]> = smallvec![1; sizes.len()];
    (tile[lines], tile[inner]) = pack::tile(sizes[lines], sizes[inner], bytes, threads);
    Grid::new(sizes, &tile)
}

impl Work<'_> {
    fn is_parallel(&self, d: usize) -> bool {
        self.launch.kernel.dims[d].kind == DimKind::Parallel
    }

    /// The product of the lengths of some dimensions.
    fn extent(&self, dims: impl Iterator<Item = usize>) -> usize {
        dims.map(|d| self.sizes[d]).product()
    }

    fn results(&self) -> usize {
        self.extent((0..self.sizes.len()).filter(|&d| self.is_parallel(d)))
    }

    /// Some iterations of a dimension, which must be sequential or the first that is parallel.
    /// Operands that `stays` points out have the same address for all of them.
    pub fn part(&self, d: usize, start: usize, size: usize, stays: impl Fn(usize) -> bool) -> Self {
        let rank = self.sizes.len();
        let mut ptrs = self.frame.ptrs.clone();
        for (o, ptr) in ptrs.iter_mut().enumerate().filter(|(o, _)| !stays(*o)) {
            let shift = self.launch.strides[o * (rank + 1) + d].wrapping_mul(start as i64);
            *ptr = ptr.wrapping_offset(shift as isize);
        }
        let mut targets = self.targets.clone();
        if self.is_parallel(d) {
            let below = self.extent((d + 1..rank).filter(|&d| self.is_parallel(d)));
            for target in targets.iter_mut().flatten().flatten() {
                let shift = target.stride * (start * below) as i64;
                target.ptr = target.ptr.wrapping_offset(shift as isize);
            }
        }
        let mut sizes = self.sizes.clone();
        sizes[d] = size;
        let frame = Frame { ptrs, params: self.frame.params.clone(), stream: false };
        Work { launch: self.launch, frame, sizes, targets }
    }

    /// Runs the box on up to so many threads. Returns whether a check failed.
    pub fn run(&self, threads: usize) -> Result<bool, Fault> {
        if self.sizes.contains(&0) && self.launch.kernel.reductions.is_empty() {
            return Ok(false);
        }
        let kernel = &self.launch.kernel;
        match kernel.form {
            Form::Map if !kernel.scan_in_memory => match self.launch.packed() {
                Some(lines) => self.run_packed(lines, threads),
                None => Ok(self.run_map(threads)),
            },
            Form::Lanes if self.results() == 0 => Ok(false),
            _ => match self.chunks() {
                Some((d, chunk)) => self.run_chunks(d, chunk, threads),
                None if kernel.form == Form::Lanes => self.run_in_lanes(threads),
                None => self.run_in_memory(threads),
            },
        }
    }

    fn run_map(&self, threads: usize) -> bool {
        let stream = self.launch.exceeds_caches(&self.frame.ptrs, &self.sizes);
        if threads <= 1 && self.launch.crossing().is_none() {
            // SAFETY: bindings lie inside their buffers, by construction of the program.
            return unsafe {
                self.launch.call(&self.frame.ptrs, &self.launch.strides, &self.sizes, &self.frame.params, stream)
            };
        }
        self.run_tiles(&self.frame.copy(stream), &self.launch.strides, threads)
    }

    /// A loop that reads arrays across, tile by tile, on packed copies of their tiles.
    fn run_packed(&self, lines: usize, threads: usize) -> Result<bool, Fault> {
        let inner = self.sizes.len() - 1;
        let kernel = &self.launch.kernel;
        let stream = self.launch.exceeds_caches(&self.frame.ptrs, &self.sizes);
        packed_grid(self.launch, lines, &self.sizes, threads).try_for_each(threads, |_, tile| {
            let mut ptrs = self.launch.tile_ptrs(&self.frame, &self.launch.strides, tile);
            let mut strides: SmallVec<[i64; 16]> = self.launch.strides.as_slice().into();
            let mut copies: SmallVec<[Buffer; 2]> = SmallVec::new();
            let (n, length) = (tile.size[lines], tile.size[inner]);
            for (o, operand) in kernel.code.operands.iter().enumerate() {
                if kernel.bindings[o].packed.is_none() {
                    continue;
                }
                let bytes = operand.element_bytes();
                let copy = Buffer::uninit(n * length * bytes)?;
                let row = &mut strides[o * (self.sizes.len() + 1)..][..self.sizes.len()];
                // SAFETY: the operand holds the tile, by construction of the program, and the copy has
                // room for it.
                unsafe { pack::pack(bytes, ptrs[o], row[inner] as isize, copy.as_ptr(), n, length) };
                (row[lines], row[inner]) = ((length * bytes) as i64, bytes as i64);
                ptrs[o] = copy.as_ptr();
                copies.push(copy);
            }
            // SAFETY: the other operands lie inside their buffers; tiles write disjoint elements.
            Ok(unsafe { self.launch.call(&ptrs, &strides, &tile.size, &self.frame.params, stream) })
        })
    }

    fn run_tiles(&self, frame: &Frame, strides: &[i64], threads: usize) -> bool {
        parallel_grid(self.launch, &self.sizes, threads).for_each(threads, |_, tile| {
            // SAFETY: bindings lie inside their buffers; tiles write disjoint elements and results.
            unsafe { self.launch.call_tile(frame, strides, tile) }
        })
    }

    /// Points an accumulator operand at memory whose elements are `target.stride` bytes apart.
    fn bind(&self, frame: &mut Frame, strides: &mut [i64], scratch: Source, target: Target) {
        let rank = self.sizes.len();
        for (o, binding) in self.launch.kernel.bindings.iter().enumerate() {
            if binding.source == scratch {
                frame.ptrs[o] = target.ptr;
                let lane = self.launch.kernel.code.operands[o].lane.bytes() as i64;
                for d in 0..rank {
                    strides[o * (rank + 1) + d] = binding.strides[d] / lane * target.stride;
                }
            }
        }
    }

    /// The dimension along which a long reduction is cut, and the length of its chunks.
    fn chunks(&self) -> Option<(usize, usize)> {
        let kernel = &self.launch.kernel;
        let sequential = || (0..self.sizes.len()).filter(|&d| !self.is_parallel(d));
        let points = self.extent(sequential());
        let (d, per_step) = match kernel.form {
            Form::Lanes if points > CHUNK => {
                let d = sequential().max_by_key(|&d| self.sizes[d])?;
                (d, points / self.sizes[d])
            }
            // By the whole kernel's results: a part of them is cut alike.
            Form::Memory if kernel.parallel_points() <= FEW_RESULTS => {
                let d = sequential().next()?;
                (d, points / self.sizes[d].max(1) * kernel.parallel_points())
            }
            _ => return None,
        };
        let chunk = (CHUNK / per_step.max(1)).max(1);
        let chunk = if kernel.form == Form::Memory { chunk.next_multiple_of(BLOCK_ROWS) } else { chunk };
        (self.sizes[d] > chunk).then_some((d, chunk))
    }

    /// A reduction in fixed chunks of a dimension, which are folded in order.
    fn run_chunks(&self, d: usize, chunk: usize, threads: usize) -> Result<bool, Fault> {
        let results = self.results();
        let outermost = self.is_parallel(0) && self.sizes[0] >= threads * TILES_PER_THREAD;
        if threads > 1 && outermost {
            let rows = self.sizes[0].div_ceil(threads * TILES_PER_THREAD);
            return Grid::new(&[self.sizes[0]], &[rows]).try_for_each(threads, |_, tile| {
                self.part(0, tile.start[0], tile.size[0], |_| false).run_chunks(d, chunk, 1)
            });
        }
        let grid = Grid::new(&[self.sizes[d]], &[chunk]);
        let chunks = grid.len();
        let reductions = &self.launch.kernel.reductions;
        // Per reduction and component: the lanes of all results, chunk after chunk.
        let mut partial: Vec<SmallVec<[(Lane, Buffer); 2]>> = Vec::with_capacity(reductions.len());
        for reduce in reductions {
            let lanes = &reduce.combine.lanes;
            let count = lanes.len() * if reduce.compensated { 2 } else { 1 };
            let buffer = |c: usize| {
                let lane = lanes[c % lanes.len()];
                Ok((lane, Buffer::uninit((chunks * results).saturating_mul(lane.bytes()))?))
            };
            partial.push((0..count).map(buffer).collect::<Result<_, Fault>>()?);
        }
        let fault = grid.try_for_each(threads, |i, tile| {
            let mut part = self.part(d, tile.start[0], tile.size[0], |_| false);
            part.targets = partial
                .iter()
                .map(|lanes| {
                    let target = |(lane, buffer): &(Lane, Buffer)| Target {
                        ptr: buffer.as_ptr().wrapping_add(i * results * lane.bytes()),
                        stride: lane.bytes() as i64,
                    };
                    lanes.iter().map(|x| Some(target(x))).collect()
                })
                .collect();
            if self.launch.kernel.form == Form::Lanes { part.run_in_lanes(1) } else { part.run_in_memory(1) }
        })?;

        let mut accumulators = Vec::new();
        for ((reduce, lanes), targets) in reductions.iter().zip(&partial).zip(&self.targets) {
            for result in 0..results {
                accumulators.clear();
                for i in 0..chunks {
                    for (lane, buffer) in lanes {
                        let at = (i * results + result) * lane.bytes();
                        // SAFETY: the buffer holds a lane per chunk and result.
                        accumulators.push(unsafe { reduce::take(buffer.as_ptr().add(at), *lane) });
                    }
                }
                let folded = reduce::fold(reduce, &accumulators, chunks);
                for ((target, &bits), &lane) in targets.iter().zip(&folded).zip(&reduce.combine.lanes) {
                    let Some(target) = target else { continue };
                    let ptr = target.ptr.wrapping_offset(result as isize * target.stride as isize);
                    // SAFETY: the result buffer has this element, and it is this part's.
                    unsafe { reduce::put(ptr, lane, bits) };
                }
            }
        }
        Ok(fault)
    }

    /// Reductions whose accumulators are lanes.
    fn run_in_lanes(&self, threads: usize) -> Result<bool, Fault> {
        let results = self.results();
        let mut strides = self.launch.strides.clone();
        let mut frame = self.frame.copy(false);
        let mut scratch: SmallVec<[Buffer; 2]> = SmallVec::new();
        let mut compensations: SmallVec<[(Target, *mut u8, Lane); 2]> = SmallVec::new();
        for ((r, reduce), targets) in self.launch.kernel.reductions.iter().enumerate().zip(&self.targets) {
            let lanes = &reduce.combine.lanes;
            let count = lanes.len() * if reduce.compensated { 2 } else { 1 };
            for c in 0..count {
                let lane = lanes[c % lanes.len()];
                let target = match targets.get(c).copied().flatten() {
                    Some(target) => target,
                    None => {
                        let buffer = Buffer::uninit(results * lane.bytes())?;
                        let ptr = buffer.as_ptr();
                        scratch.push(buffer);
                        if let (true, Some(Some(sum))) = (c == lanes.len(), targets.first()) {
                            compensations.push((*sum, ptr, lane));
                        }
                        Target { ptr, stride: lane.bytes() as i64 }
                    }
                };
                self.bind(
                    &mut frame,
                    &mut strides,
                    Source::Scratch { reduction: r as u16, component: c as u16 },
                    target,
                );
            }
        }
        let fault = if threads <= 1 || results == 1 {
            // SAFETY: bindings lie inside their buffers; accumulators hold a lane per result.
            unsafe { self.launch.call(&frame.ptrs, &strides, &self.sizes, &frame.params, false) }
        } else {
            self.run_tiles(&frame, &strides, threads)
        };
        for (sum, lo, lane) in compensations {
            // SAFETY: both hold a lane per result.
            unsafe { reduce::add_compensation(sum.ptr, sum.stride, lo, results, lane) };
        }
        Ok(fault)
    }

    /// Accumulators in memory: rows combine into a row of accumulators, tile by tile; long float
    /// sums in blocks of rows that merge by two-sum.
    fn run_in_memory(&self, threads: usize) -> Result<bool, Fault> {
        let outer = self.results();
        if outer == 0 {
            return Ok(false);
        }
        let rank = self.sizes.len();
        let rows = self.extent((0..rank).filter(|&d| !self.is_parallel(d)));
        let mut strides = self.launch.strides.clone();
        let mut frame = self.frame.copy(false);
        let mut scratch: Vec<Buffer> = Vec::new();
        let mut blocked: Vec<Blocked> = Vec::new();
        let mut copies: Vec<(*mut u8, Target, Lane)> = Vec::new();

        for ((r, reduce), targets) in self.launch.kernel.reductions.iter().enumerate().zip(&self.targets) {
            for (c, &lane) in reduce.combine.lanes.iter().enumerate() {
                let identity = reduce.combine.identity[c];
                let target = targets.get(c).copied().flatten();
                let compensation = if reduce.compensated { targets.get(1).copied().flatten() } else { None };
                let in_blocks = reduce.compensated && (rows > BLOCK_ROWS || compensation.is_some());
                let lanes = match target {
                    // The loop steps from lane to lane; parts of complex results are further apart.
                    Some(target) if !in_blocks && target.stride == lane.bytes() as i64 => target,
                    _ => {
                        let buffer = Buffer::uninit(outer * lane.bytes())?;
                        let ptr = buffer.as_ptr();
                        scratch.push(buffer);
                        if let (Some(target), false) = (target, in_blocks) {
                            copies.push((ptr, target, lane));
                        }
                        Target { ptr, stride: lane.bytes() as i64 }
                    }
                };
                // SAFETY: results and scratch hold `outer` lanes.
                unsafe { reduce::fill(lanes.ptr, lanes.stride, outer, lane, identity) };
                self.bind(
                    &mut frame,
                    &mut strides,
                    Source::Scratch { reduction: r as u16, component: c as u16 },
                    lanes,
                );
                if in_blocks {
                    let (hi, lo) = (Buffer::uninit(outer * lane.bytes())?, Buffer::uninit(outer * lane.bytes())?);
                    // SAFETY: as above.
                    unsafe {
                        reduce::fill(hi.as_ptr(), lane.bytes() as i64, outer, lane, identity);
                        reduce::fill(lo.as_ptr(), lane.bytes() as i64, outer, lane, 0);
                    }
                    let (hi_ptr, lo_ptr) = (hi.as_ptr(), lo.as_ptr());
                    scratch.extend([hi, lo]);
                    blocked.push(Blocked {
                        identity,
                        partial: lanes.ptr,
                        hi: hi_ptr,
                        lo: lo_ptr,
                        lane,
                        target,
                        compensation,
                    });
                }
            }
        }
        if rows == 0 {
            for b in &blocked {
                if let Some(target) = b.target {
                    // SAFETY: the result buffer holds `outer` results.
                    unsafe { reduce::fill(target.ptr, target.stride, outer, b.lane, b.identity) };
                }
            }
        }
        let fault = rows > 0 && self.accumulate(&frame, &strides, &blocked, threads);
        for (from, target, lane) in copies {
            // SAFETY: scratch and results hold `outer` lanes.
            unsafe { reduce::store_lanes(target.ptr, target.stride, from, outer, lane) };
        }
        Ok(fault)
    }

    /// Runs the rows over accumulators in memory that are at their identities.
    fn accumulate(&self, frame: &Frame, strides: &[i64], blocked: &[Blocked], threads: usize) -> bool {
        // Tiles cut parallel dimensions only: one outer point at a time if blocks are merged, so that
        // a tile's accumulators are contiguous.
        let rank = self.sizes.len();
        let outer = self.results();
        let mut tile = self.sizes.clone();
        let first_row = (0..rank).find(|&d| !self.is_parallel(d)).unwrap_or(0);
        let inner: SmallVec<[usize; 4]> = (first_row..rank).filter(|&d| self.is_parallel(d)).collect();
        if !blocked.is_empty() {
            tile[..first_row].fill(1);
        } else if threads > 1
            && let Some(d) = (0..first_row).find(|&d| self.sizes[d] > 1)
        {
            tile[d] = self.sizes[d].div_ceil(threads * TILES_PER_THREAD);
        }
        if let Some((&cut, rest)) = inner.split_first() {
            let below = self.extent(rest.iter().copied());
            let wanted = if threads > 1 && first_row == 0 {
                TILE_ACCUMULATORS.min(outer.div_ceil(threads * 2).next_multiple_of(64))
            } else {
                TILE_ACCUMULATORS
            };
            tile[cut] = (wanted / below.max(1)).max(1);
        }
        // Blocks of rows along the first sequential dimension, whole along the others.
        let below = self.extent((first_row + 1..rank).filter(|&d| !self.is_parallel(d)));
        let step = (BLOCK_ROWS / below.max(1)).max(1);
        Grid::new(&self.sizes, &tile).for_each(threads, |_, tile| {
            if blocked.is_empty() {
                // SAFETY: bindings lie inside their buffers; tiles differ in parallel dimensions.
                return unsafe { self.launch.call_tile(frame, strides, tile) };
            }
            let parallel = (0..rank).filter(|&d| self.is_parallel(d));
            let at = parallel.fold(0, |at, d| at * self.sizes[d] + tile.start[d]);
            let n: usize = inner.iter().map(|&d| tile.size[d]).product();
            let mut fault = false;
            let mut block: Tile = tile.clone();
            for start in (0..tile.size[first_row]).step_by(step) {
                block.start[first_row] = start;
                block.size[first_row] = step.min(tile.size[first_row] - start);
                // SAFETY: this tile's range of the scratch.
                blocked.iter().for_each(|b| unsafe { b.clear(at, n) });
                // SAFETY: as for whole tiles.
                fault |= unsafe { self.launch.call_tile(frame, strides, &block) };
                // SAFETY: this tile's ranges of the scratch.
                blocked.iter().for_each(|b| unsafe { b.merge(at, n) });
            }
            // SAFETY: as above; the results are this tile's.
            blocked.iter().for_each(|b| unsafe { b.store(at, n) });
            fault
        })
    }
}

/// A sum that is accumulated in blocks: partial, hi and lo per result.
struct Blocked {
    identity: u64,
    partial: *mut u8,
    hi: *mut u8,
    lo: *mut u8,
    lane: Lane,
    target: Option<Target>,
    compensation: Option<Target>,
}

// SAFETY: tiles use disjoint ranges of these.
unsafe impl Sync for Blocked {}

impl Blocked {
    fn range(&self, ptr: *mut u8, at: usize) -> *mut u8 {
        ptr.wrapping_add(at * self.lane.bytes())
    }

    /// # Safety
    ///
    /// The scratch must hold results `at` to `at + n`, and no one else may use them.
    unsafe fn clear(&self, at: usize, n: usize) {
        // SAFETY: the caller's promise.
        unsafe { reduce::fill(self.range(self.partial, at), self.lane.bytes() as i64, n, self.lane, self.identity) };
    }

    /// # Safety
    ///
    /// As [`Blocked::clear`].
    unsafe fn merge(&self, at: usize, n: usize) {
        let [hi, lo, partial] = [self.hi, self.lo, self.partial].map(|ptr| self.range(ptr, at));
        // SAFETY: the caller's promise; the three do not overlap.
        unsafe { reduce::merge_block(hi, lo, partial, n, self.lane) };
    }

    /// # Safety
    ///
    /// As [`Blocked::clear`], for the results too.
    unsafe fn store(&self, at: usize, n: usize) {
        let [hi, lo] = [self.hi, self.lo].map(|ptr| self.range(ptr, at));
        let shifted = |t: Target| t.ptr.wrapping_offset(at as isize * t.stride as isize);
        // SAFETY: the caller's promise.
        unsafe {
            match (self.target, self.compensation) {
                (Some(target), Some(compensation)) => {
                    reduce::store_lanes(shifted(target), target.stride, hi, n, self.lane);
                    reduce::store_lanes(shifted(compensation), compensation.stride, lo, n, self.lane);
                }
                (Some(target), None) => reduce::store_sum(shifted(target), target.stride, hi, lo, n, self.lane),
                (None, _) => {}
            }
        }
    }
}

impl<'p> Work<'p> {
    /// The whole of a kernel.
    pub fn whole(launch: &'p Launch, frame: Frame, target: impl Fn(u32, i64) -> *mut u8) -> Work<'p> {
        let targets = launch.kernel.reductions.iter().map(|reduce| {
            let mut targets: SmallVec<[Option<Target>; 2]> = reduce
                .results
                .iter()
                .map(|slot| {
                    slot.as_ref().map(|slot| Target { ptr: target(slot.buffer, slot.offset), stride: slot.stride })
                })
                .collect();
            if reduce.compensated {
                targets.push(None);
            }
            targets
        });
        let targets = if launch.kernel.reductions.is_empty() { smallvec![] } else { targets.collect() };
        Work { launch, frame, sizes: launch.kernel.dims.iter().map(|d| d.size).collect(), targets }
    }
}
