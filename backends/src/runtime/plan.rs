//! A program with its code: what an evaluation runs.

use std::sync::Arc;

use numfuse_ir::kernel::Lane;
use numfuse_ir::program::{Check, DimKind, Form, HostStep, Output, Param, Program, ResultSlot, Source, Step};
use numfuse_ir::{Graph, IndexMap, Scalar, graph::NodeId};
use smallvec::SmallVec;

use super::buffer::{Buffer, Concrete};
use super::cache;
use super::config;
use super::fault::Fault;
use super::launch::{Frame, Launch};
use super::reduce;
use super::stats::{add, counters};
use super::tiles::Grid;

/// Points from which a loop is worth a second thread, times the body's length.
const PARALLEL_WORK: usize = 1 << 18;
/// Elements per chunk of a whole reduction. Part of the result's definition: a reduction to a
/// point is the fold of its chunks.
const CHUNK: usize = 1 << 16;
/// Rows per block of a sum whose accumulators are in memory. Part of the result's definition.
const BLOCK_ROWS: usize = 64;
/// Accumulators per tile of such a sum: they stay in the first-level cache.
const TILE_ACCUMULATORS: usize = 4096;
/// Edge of the tiles of a transposing loop.
const CROSS_TILE: usize = 128;

/// A compiled evaluation. Run it with arrays and scalars of the dtypes, shapes and strides it was
/// made for.
pub struct Plan {
    program: Program,
    launches: Vec<Launch>,
    /// Per step, the buffers that nothing uses afterwards.
    dying: Vec<SmallVec<[u32; 2]>>,
    graph: Graph,
    inputs: Vec<(numfuse_ir::DType, IndexMap)>,
    scalars: Vec<numfuse_ir::DType>,
}

enum Slot {
    Empty,
    Held(Arc<Buffer>),
}

impl Plan {
    /// Lowers an optimized graph and compiles what the kernel cache does not have.
    pub(super) fn new(source: &Graph, optimized: &Graph, backend: config::Backend) -> Result<Plan, Fault> {
        let graph = numfuse_ir::lower::kernels::store_generated_outputs(optimized);
        let fusion = numfuse_ir::fuse::Fusion::new(&graph);
        let program = numfuse_ir::lower::kernels::program_of(&graph, &fusion);
        let mut launches = Vec::with_capacity(program.kernels.len());
        for kernel in &program.kernels {
            #[cfg(debug_assertions)]
            if let Err(e) = numfuse_ir::verify::kernel(&kernel.code) {
                panic!("lowering made a broken loop: {e}\n{}", numfuse_ir::print::kernel(&kernel.code));
            }
            let code = cache::code(&kernel.code, backend)?;
            launches.push(Launch::new(kernel.clone(), code));
        }
        let mut dying = vec![SmallVec::new(); program.steps.len()];
        for (b, info) in program.buffers.iter().enumerate() {
            if let Some(k) = info.last_use {
                dying[k].push(b as u32);
            }
        }
        let (inputs, scalars) = slots(source);
        Ok(Plan { program, launches, dying, graph, inputs, scalars })
    }

    /// The program behind the plan.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The graph that was lowered.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// Runs the plan. `inputs` and `scalars` are checked against what it was made for.
    pub fn run(&self, inputs: &[Concrete], scalars: &[Scalar]) -> Result<Vec<Concrete>, Fault> {
        self.check(inputs, scalars)?;
        let mut buffers: SmallVec<[Slot; 8]> = self.program.buffers.iter().map(|_| Slot::Empty).collect();
        for (s, step) in self.program.steps.iter().enumerate() {
            match *step {
                Step::Kernel(k) => {
                    let launch = &self.launches[k];
                    self.allocate(launch, &mut buffers)?;
                    let frame = self.frame(launch, inputs, scalars, &buffers);
                    add(&counters().kernel_runs, 1);
                    run_launch(launch, frame, &buffers)?;
                }
                Step::Host(k) => self.call_host(&self.program.hosts[k], inputs, &mut buffers)?,
            }
            for &b in &self.dying[s] {
                buffers[b as usize] = Slot::Empty;
            }
        }
        self.program.outputs.iter().map(|output| self.array(output, inputs, &buffers)).collect()
    }

    /// An array of the evaluation, or one that it has computed.
    fn array(&self, output: &Output, inputs: &[Concrete], buffers: &[Slot]) -> Result<Concrete, Fault> {
        let mut map = output.map.clone();
        let buffer = match output.source {
            Source::Input(slot) => {
                let input = &inputs[slot as usize];
                map.offset += input.map.offset;
                input.buffer.clone()
            }
            Source::Buffer(b) => match &buffers[b as usize] {
                Slot::Held(buffer) => buffer.clone(),
                // Nothing writes an empty array, so nothing allocated it.
                Slot::Empty => Arc::new(Buffer::uninit(self.program.buffers[b as usize].bytes)?),
            },
            Source::Scratch { .. } | Source::Iota => {
                return Err(Fault::Mismatch("an operand without memory".into()));
            }
        };
        Ok(Concrete { buffer, dtype: output.dtype, map })
    }

    fn call_host(&self, step: &HostStep, inputs: &[Concrete], buffers: &mut [Slot]) -> Result<(), Fault> {
        let operands: SmallVec<[Concrete; 4]> =
            step.inputs.iter().map(|i| self.array(i, inputs, buffers)).collect::<Result<_, _>>()?;
        add(&counters().host_calls, 1);
        let results = crate::host::run(step.call.op, &operands, &step.call.params)?;
        for (&wanted, result) in step.results.iter().zip(results) {
            let Some(b) = wanted else { continue };
            let info = &self.program.buffers[b as usize];
            if (result.dtype, &result.map.shape) != (info.dtype, &info.shape) {
                let (name, shape) = (step.call.op.name(), numfuse_ir::shape::tuple(&result.map.shape));
                return Err(Fault::Mismatch(format!("{name} gave {} of shape {shape}", result.dtype)));
            }
            buffers[b as usize] = Slot::Held(result.buffer);
        }
        Ok(())
    }

    fn check(&self, inputs: &[Concrete], scalars: &[Scalar]) -> Result<(), Fault> {
        let fits = inputs.len() >= self.inputs.len()
            && self
                .inputs
                .iter()
                .zip(inputs)
                .all(|((dtype, map), input)| *dtype == input.dtype && same_layout(map, &input.map))
            && scalars.len() >= self.scalars.len()
            && self.scalars.iter().zip(scalars).all(|(dtype, s)| *dtype == s.dtype());
        if !fits {
            return Err(Fault::Mismatch("the plan was made for other arrays".into()));
        }
        for input in inputs {
            let (lo, hi) = input.map.extent().unwrap_or((0, -1));
            let end = (hi + 1).checked_mul(input.dtype.itemsize() as isize);
            if lo < 0 || end.is_none_or(|end| end > input.buffer.len_bytes() as isize) {
                return Err(Fault::Mismatch("an array reaches outside its buffer".into()));
            }
        }
        Ok(())
    }

    /// Buffers that this kernel is the first to write.
    fn allocate(&self, launch: &Launch, buffers: &mut [Slot]) -> Result<(), Fault> {
        let bound = launch.kernel.bindings.iter().map(|b| b.source);
        let results = launch.kernel.reductions.iter().flat_map(|r| r.results.iter().flatten());
        for source in bound.chain(results.map(|r| Source::Buffer(r.buffer))) {
            let Source::Buffer(b) = source else { continue };
            if !matches!(buffers[b as usize], Slot::Empty) {
                continue;
            }
            let info = &self.program.buffers[b as usize];
            buffers[b as usize] = match info.donor.map(|d| &buffers[d as usize]) {
                Some(Slot::Held(donor)) => {
                    add(&counters().donations, 1);
                    Slot::Held(donor.clone())
                }
                _ => Slot::Held(Arc::new(Buffer::uninit(info.bytes)?)),
            };
        }
        Ok(())
    }

    fn frame(&self, launch: &Launch, inputs: &[Concrete], scalars: &[Scalar], buffers: &[Slot]) -> Frame {
        let ptrs = launch.kernel.bindings.iter().map(|binding| match binding.source {
            Source::Input(slot) => {
                let input = &inputs[slot as usize];
                let bytes = input.map.offset * input.dtype.itemsize() as isize + binding.offset as isize;
                input.buffer.as_ptr().wrapping_offset(bytes)
            }
            Source::Buffer(b) => address(buffers, b).wrapping_offset(binding.offset as isize),
            Source::Scratch { .. } => std::ptr::null_mut(),
            Source::Iota => binding.offset as usize as *mut u8,
        });
        let params = launch.kernel.params.iter().map(|param| match *param {
            Param::Scalar { slot, part } => scalars[slot as usize].bits()[part as usize],
            Param::Size(n) => n as u64,
        });
        let frame = Frame { ptrs: ptrs.collect(), params: params.collect() };
        #[cfg(debug_assertions)]
        assert_inside(launch, &frame, |source| match source {
            Source::Input(slot) => Some(&inputs[slot as usize].buffer),
            Source::Buffer(b) => match &buffers[b as usize] {
                Slot::Held(buffer) => Some(buffer),
                Slot::Empty => None,
            },
            Source::Scratch { .. } | Source::Iota => None,
        });
        frame
    }
}

/// Loops stay inside the extents of their operands (tested between guard pages); this shows that the
/// extents lie inside the buffers.
#[cfg(debug_assertions)]
fn assert_inside<'b>(launch: &Launch, frame: &Frame, buffer_of: impl Fn(Source) -> Option<&'b Arc<Buffer>>) {
    let kernel = &launch.kernel;
    if kernel.points() == 0 {
        return;
    }
    for ((operand, binding), ptr) in kernel.code.operands.iter().zip(&kernel.bindings).zip(&frame.ptrs) {
        let Some(buffer) = buffer_of(binding.source) else { continue };
        let (mut low, mut high) = (*ptr as i128, *ptr as i128 + operand.element_bytes() as i128);
        for (dim, &stride) in kernel.dims.iter().zip(&binding.strides) {
            let reach = (dim.size as i128 - 1) * stride as i128;
            if reach < 0 { low += reach } else { high += reach }
        }
        let start = buffer.as_ptr() as i128;
        assert!(
            start <= low && high <= start + buffer.len_bytes() as i128,
            "an operand of {:?} reaches outside its buffer\n{}",
            binding,
            numfuse_ir::print::kernel(&kernel.code)
        );
    }
    for reduce in &kernel.reductions {
        for (slot, lane) in reduce.results.iter().zip(&reduce.combine.lanes) {
            let Some(slot) = slot else { continue };
            let end = slot.offset + (parallel_points(launch) as i64 - 1) * slot.stride + lane.bytes() as i64;
            let room = buffer_of(Source::Buffer(slot.buffer)).map_or(0, |b| b.len_bytes());
            assert!(slot.offset >= 0 && end <= room as i64, "results reach outside their buffer: {slot:?}");
        }
    }
}

/// Same shape, and same strides wherever they matter.
fn same_layout(a: &IndexMap, b: &IndexMap) -> bool {
    let walked = || a.shape.iter().zip(a.strides.iter().zip(&b.strides)).filter(|(n, _)| **n != 1);
    a.shape == b.shape && (a.shape.contains(&0) || walked().all(|(_, (x, y))| x == y))
}

fn address(buffers: &[Slot], b: u32) -> *mut u8 {
    match &buffers[b as usize] {
        Slot::Held(buffer) => buffer.as_ptr(),
        Slot::Empty => std::ptr::null_mut(),
    }
}

/// Dtypes and layouts of the arrays, and dtypes of the scalars, that a graph refers to.
fn slots(graph: &Graph) -> (Vec<(numfuse_ir::DType, IndexMap)>, Vec<numfuse_ir::DType>) {
    use numfuse_ir::Op;
    let node = |id: NodeId| graph.node(id);
    let mut inputs = std::collections::BTreeMap::new();
    let mut scalars = std::collections::BTreeMap::new();
    for id in graph.ids() {
        match &node(id).op {
            Op::Input { slot, strides } => {
                let map = IndexMap { offset: 0, shape: node(id).shape.clone(), strides: strides.clone() };
                inputs.insert(*slot, (node(id).dtype, map));
            }
            Op::Param { slot } => {
                scalars.insert(*slot, node(id).dtype);
            }
            _ => {}
        }
    }
    (inputs.into_values().collect(), scalars.into_values().collect())
}

/// Threads that a kernel may use: small work stays on the calling thread.
pub(super) fn thread_count(launch: &Launch) -> usize {
    let work = launch.kernel.points().saturating_mul(launch.kernel.cost.max(2) as usize);
    if work < PARALLEL_WORK { 1 } else { config::threads() }
}

fn run_launch(launch: &Launch, mut frame: Frame, buffers: &[Slot]) -> Result<(), Fault> {
    let threads = thread_count(launch);
    let fault = match launch.kernel.form {
        Form::Map if launch.kernel.scan_in_memory => run_in_memory(launch, &mut frame, buffers, threads)?,
        Form::Map => run_map(launch, &frame, &launch.strides, threads),
        Form::Memory => run_in_memory(launch, &mut frame, buffers, threads)?,
        Form::Lanes => run_in_lanes(launch, &mut frame, buffers, threads)?,
    };
    match (fault, launch.kernel.check) {
        (false, _) => Ok(()),
        (true, Some(Check::NegativePower)) => Err(Fault::NegativePower),
        (true, _) => Err(Fault::IndexOutOfBounds),
    }
}

fn sizes(launch: &Launch) -> SmallVec<[usize; 4]> {
    launch.kernel.dims.iter().map(|d| d.size).collect()
}

/// Tiles over the parallel dimensions: each about `work` points, cut from the outside.
fn parallel_grid(launch: &Launch, threads: usize) -> Grid {
    let sizes = sizes(launch);
    let mut tile = sizes.clone();
    if let Some(other) = launch.crossing() {
        let inner = sizes.len() - 1;
        tile[inner] = tile[inner].min(CROSS_TILE);
        tile[other] = tile[other].min(CROSS_TILE);
        if threads <= 1 {
            return Grid::new(&sizes, &tile);
        }
    }
    if threads > 1 {
        let total: usize = sizes.iter().product();
        let target = (total / (threads * 4)).max(16384 / launch.kernel.cost.max(1) as usize * 16).max(1024);
        for d in 0..sizes.len() {
            if launch.kernel.dims[d].kind != DimKind::Parallel {
                continue;
            }
            let below: usize = sizes[d + 1..].iter().product();
            let rows = (target / below.max(1)).max(1);
            // Whole cache lines per tile along the innermost dimension.
            let rows = if d + 1 == sizes.len() { rows.next_multiple_of(64) } else { rows };
            if rows < tile[d] {
                tile[d] = rows;
                break;
            }
            if rows > 1 {
                break;
            }
        }
    }
    Grid::new(&sizes, &tile)
}

/// Tiles that a kernel is cut into.
pub(super) fn tile_count(launch: &Launch, threads: usize) -> usize {
    if threads <= 1 && launch.crossing().is_none() { 1 } else { parallel_grid(launch, threads).len() }
}

fn run_map(launch: &Launch, frame: &Frame, strides: &[i64], threads: usize) -> bool {
    if launch.kernel.points() == 0 {
        return false;
    }
    if threads <= 1 && launch.crossing().is_none() {
        // SAFETY: bindings lie inside their buffers, by construction of the program.
        return unsafe { launch.call_all(frame, strides) };
    }
    parallel_grid(launch, threads).for_each(threads, |_, tile| {
        // SAFETY: as above; tiles of a map write disjoint elements.
        unsafe { launch.call_tile(frame, strides, tile) }
    })
}

/// Points an accumulator operand at results or scratch whose elements are `stride` bytes apart.
fn bind(launch: &Launch, frame: &mut Frame, strides: &mut [i64], target: Source, ptr: *mut u8, stride: i64) {
    let rank = launch.rank();
    for (o, binding) in launch.kernel.bindings.iter().enumerate() {
        if binding.source == target {
            frame.ptrs[o] = ptr;
            let lane = launch.kernel.code.operands[o].lane.bytes() as i64;
            for d in 0..rank {
                strides[o * (rank + 1) + d] = binding.strides[d] / lane * stride;
            }
        }
    }
}

fn parallel_points(launch: &Launch) -> usize {
    launch.kernel.dims.iter().filter(|d| d.kind == DimKind::Parallel).map(|d| d.size).product()
}

/// Reductions whose accumulators are lanes: one call, or fixed chunks folded in order.
fn run_in_lanes(launch: &Launch, frame: &mut Frame, buffers: &[Slot], threads: usize) -> Result<bool, Fault> {
    let outer = parallel_points(launch);
    let mut strides = launch.strides.clone();
    let mut scratch: Vec<Buffer> = Vec::new();
    if outer == 1 && launch.kernel.points() > CHUNK {
        return run_chunks(launch, frame, buffers, threads);
    }
    if outer == 0 {
        return Ok(false);
    }
    for (r, reduce) in launch.kernel.reductions.iter().enumerate() {
        let lanes = &reduce.combine.lanes;
        let count = lanes.len() * if reduce.compensated { 2 } else { 1 };
        for c in 0..count {
            let target = Source::Scratch { reduction: r as u16, component: c as u16 };
            match reduce.results.get(c).and_then(Option::as_ref) {
                Some(slot) => {
                    let ptr = address(buffers, slot.buffer).wrapping_offset(slot.offset as isize);
                    bind(launch, frame, &mut strides, target, ptr, slot.stride);
                }
                None => {
                    let lane = lanes[c % lanes.len()];
                    let buffer = Buffer::uninit(outer * lane.bytes())?;
                    bind(launch, frame, &mut strides, target, buffer.as_ptr(), lane.bytes() as i64);
                    scratch.push(buffer);
                }
            }
        }
    }
    let one_call = threads <= 1 || outer == 1;
    let fault = if one_call {
        // SAFETY: bindings lie inside their buffers; accumulators hold `outer` lanes.
        unsafe { launch.call_all(frame, &strides) }
    } else {
        parallel_grid(launch, threads).for_each(threads, |_, tile| {
            // SAFETY: as above; tiles differ in the parallel dimensions, so in their results.
            unsafe { launch.call_tile(frame, &strides, tile) }
        })
    };
    for (r, reduce) in launch.kernel.reductions.iter().enumerate() {
        if let (true, Some(Some(slot))) = (reduce.compensated, reduce.results.first()) {
            let lo = launch
                .kernel
                .bindings
                .iter()
                .position(|b| b.source == Source::Scratch { reduction: r as u16, component: 1 });
            if let Some(lo) = lo {
                let result = address(buffers, slot.buffer).wrapping_offset(slot.offset as isize);
                // SAFETY: both hold `outer` results.
                unsafe { reduce::add_compensation(result, slot, frame.ptrs[lo], outer, reduce.combine.lanes[0]) };
            }
        }
    }
    Ok(fault)
}

/// A reduction to one point, in fixed chunks of its longest dimension.
fn run_chunks(launch: &Launch, frame: &mut Frame, buffers: &[Slot], threads: usize) -> Result<bool, Fault> {
    let sizes = sizes(launch);
    let longest = (0..sizes.len()).max_by_key(|&d| sizes[d]).unwrap_or(0);
    let others: usize = sizes.iter().enumerate().filter(|(d, _)| *d != longest).map(|(_, &n)| n).product();
    let mut tile = sizes.clone();
    tile[longest] = (CHUNK / others.max(1)).max(1);
    let grid = Grid::new(&sizes, &tile);
    let chunks = grid.len();

    // Per operand that is an accumulator: lanes of all chunks, contiguous.
    let mut partial: SmallVec<[(usize, Lane, Buffer); 4]> = SmallVec::new();
    for (o, binding) in launch.kernel.bindings.iter().enumerate() {
        if let Source::Scratch { .. } = binding.source {
            let lane = launch.kernel.code.operands[o].lane;
            partial.push((o, lane, Buffer::uninit(chunks * lane.bytes())?));
        }
    }
    let frame = &*frame;
    let fault = grid.for_each(threads, |i, tile| {
        let mut own = Frame { ptrs: frame.ptrs.clone(), params: frame.params.clone() };
        for (o, lane, buffer) in &partial {
            own.ptrs[*o] = buffer.as_ptr().wrapping_add(i * lane.bytes());
        }
        // SAFETY: each chunk has accumulators of its own; other operands are only read, or
        // written per point.
        unsafe { launch.call_tile(&own, &launch.strides, tile) }
    });

    for (r, reduce) in launch.kernel.reductions.iter().enumerate() {
        let mine: SmallVec<[&(usize, Lane, Buffer); 4]> = partial
            .iter()
            .filter(|(o, ..)| matches!(launch.kernel.bindings[*o].source, Source::Scratch { reduction, .. } if reduction as usize == r))
            .collect();
        let mut accumulators = Vec::with_capacity(chunks * mine.len());
        for i in 0..chunks {
            for (_, lane, buffer) in &mine {
                // SAFETY: the buffer holds a lane per chunk.
                accumulators.push(unsafe { reduce::take(buffer.as_ptr().add(i * lane.bytes()), *lane) });
            }
        }
        let folded = reduce::fold(reduce, &accumulators, chunks);
        for (c, (slot, &bits)) in reduce.results.iter().zip(&folded).enumerate() {
            if let Some(slot) = slot {
                let ptr = address(buffers, slot.buffer).wrapping_offset(slot.offset as isize);
                // SAFETY: the result buffer has this one element.
                unsafe { reduce::put(ptr, reduce.combine.lanes[c], bits) };
            }
        }
    }
    Ok(fault)
}

/// Accumulators in memory: rows combine into a row of accumulators, tile by tile; long float
/// sums in blocks of rows that merge by two-sum.
fn run_in_memory(launch: &Launch, frame: &mut Frame, buffers: &[Slot], threads: usize) -> Result<bool, Fault> {
    let outer = parallel_points(launch);
    if outer == 0 {
        return Ok(false);
    }
    let dims = &launch.kernel.dims;
    let rows: usize = dims.iter().filter(|d| d.kind == DimKind::Sequential).map(|d| d.size).product();
    let mut strides = launch.strides.clone();
    let mut scratch: Vec<Buffer> = Vec::new();
    /// A sum that is accumulated in blocks: partial, hi and lo per result.
    struct Blocked {
        reduction: usize,
        partial: *mut u8,
        hi: *mut u8,
        lo: *mut u8,
        lane: Lane,
    }
    // SAFETY: tiles use disjoint ranges of these.
    unsafe impl Sync for Blocked {}
    let mut blocked: Vec<Blocked> = Vec::new();
    let mut copies: Vec<(*mut u8, &ResultSlot, Lane)> = Vec::new();

    for (r, reduce) in launch.kernel.reductions.iter().enumerate() {
        for (c, &lane) in reduce.combine.lanes.iter().enumerate() {
            let target = Source::Scratch { reduction: r as u16, component: c as u16 };
            let identity = reduce.combine.identity[c];
            let slot = reduce.results.get(c).and_then(Option::as_ref);
            let in_blocks = reduce.compensated && rows > BLOCK_ROWS;
            let (ptr, stride) = match slot {
                // The loop steps from lane to lane; parts of complex results are further apart.
                Some(slot) if !in_blocks && slot.stride == lane.bytes() as i64 => {
                    (address(buffers, slot.buffer).wrapping_offset(slot.offset as isize), slot.stride)
                }
                _ => {
                    let buffer = Buffer::uninit(outer * lane.bytes())?;
                    let ptr = buffer.as_ptr();
                    scratch.push(buffer);
                    if let (Some(slot), false) = (slot, in_blocks) {
                        copies.push((ptr, slot, lane));
                    }
                    (ptr, lane.bytes() as i64)
                }
            };
            // SAFETY: results and scratch hold `outer` lanes.
            unsafe { reduce::fill(ptr, stride, outer, lane, identity) };
            bind(launch, frame, &mut strides, target, ptr, stride);
            if in_blocks {
                let (hi, lo) = (Buffer::uninit(outer * lane.bytes())?, Buffer::uninit(outer * lane.bytes())?);
                // SAFETY: as above.
                unsafe {
                    reduce::fill(hi.as_ptr(), lane.bytes() as i64, outer, lane, identity);
                    reduce::fill(lo.as_ptr(), lane.bytes() as i64, outer, lane, 0);
                }
                blocked.push(Blocked { reduction: r, partial: ptr, hi: hi.as_ptr(), lo: lo.as_ptr(), lane });
                scratch.extend([hi, lo]);
            }
        }
    }
    if rows == 0 {
        store_blocked_empty(launch, buffers, outer);
        return Ok(false);
    }

    // Tiles cut parallel dimensions only: one outer point at a time if blocks are merged, so that
    // a tile's accumulators are contiguous.
    let mut tile = sizes(launch);
    let first_row = dims.iter().position(|d| d.kind == DimKind::Sequential).unwrap_or(0);
    let inner: Vec<usize> = (first_row..dims.len()).filter(|&d| dims[d].kind == DimKind::Parallel).collect();
    if !blocked.is_empty() {
        tile[..first_row].fill(1);
    } else if threads > 1
        && let Some(d) = (0..first_row).find(|&d| dims[d].size > 1)
    {
        tile[d] = dims[d].size.div_ceil(threads * 4);
    }
    if let Some((&cut, rest)) = inner.split_first() {
        let below: usize = rest.iter().map(|&d| dims[d].size).product();
        let wanted = if threads > 1 && first_row == 0 {
            TILE_ACCUMULATORS.min(outer.div_ceil(threads * 2).next_multiple_of(64))
        } else {
            TILE_ACCUMULATORS
        };
        tile[cut] = (wanted / below.max(1)).max(1);
    }
    let grid = Grid::new(&sizes(launch), &tile);
    let outer_index = |start: &[usize]| -> usize {
        let mut index = 0;
        for (d, dim) in dims.iter().enumerate().filter(|(_, dim)| dim.kind == DimKind::Parallel) {
            index = index * dim.size + start[d];
        }
        index
    };
    let frame = &*frame;
    let blocked = &blocked;
    let fault = grid.for_each(threads, |_, tile| {
        if blocked.is_empty() {
            // SAFETY: bindings lie inside their buffers; tiles differ in parallel dimensions.
            return unsafe { launch.call_tile(frame, &strides, tile) };
        }
        let at = outer_index(&tile.start);
        let n: usize = inner.iter().map(|&d| tile.size[d]).product();
        // Blocks of rows along the first sequential dimension, whole along the others.
        let below: usize =
            dims[first_row + 1..].iter().filter(|d| d.kind == DimKind::Sequential).map(|d| d.size).product();
        let step = (BLOCK_ROWS / below.max(1)).max(1);
        let mut fault = false;
        let mut block = tile.clone();
        for start in (0..tile.size[first_row]).step_by(step) {
            block.start[first_row] = start;
            block.size[first_row] = step.min(tile.size[first_row] - start);
            for b in blocked {
                let identity = launch.kernel.reductions[b.reduction].combine.identity[0];
                // SAFETY: this tile's range of the scratch.
                unsafe { reduce::fill(b.partial.add(at * b.lane.bytes()), b.lane.bytes() as i64, n, b.lane, identity) };
            }
            // SAFETY: as for whole tiles.
            fault |= unsafe { launch.call_tile(frame, &strides, &block) };
            for b in blocked {
                let shift = at * b.lane.bytes();
                // SAFETY: this tile's ranges of the scratch, which do not overlap.
                unsafe { reduce::merge_block(b.hi.add(shift), b.lo.add(shift), b.partial.add(shift), n, b.lane) };
            }
        }
        for b in blocked {
            if let Some(Some(slot)) = launch.kernel.reductions[b.reduction].results.first() {
                let shift = at * b.lane.bytes();
                let result = address(buffers, slot.buffer)
                    .wrapping_offset(slot.offset as isize + at as isize * slot.stride as isize);
                // SAFETY: as above; the results are this tile's.
                unsafe { reduce::store_sum(result, slot, b.hi.add(shift), b.lo.add(shift), n, b.lane) };
            }
        }
        fault
    });
    for (from, slot, lane) in copies {
        let result = address(buffers, slot.buffer).wrapping_offset(slot.offset as isize);
        // SAFETY: scratch and results hold `outer` lanes.
        unsafe { reduce::store_lanes(result, slot, from, outer, lane) };
    }
    Ok(fault)
}

/// Reductions of no rows are their identity.
fn store_blocked_empty(launch: &Launch, buffers: &[Slot], outer: usize) {
    for reduce in &launch.kernel.reductions {
        for ((slot, &lane), &identity) in reduce.results.iter().zip(&reduce.combine.lanes).zip(&reduce.combine.identity)
        {
            if let Some(slot) = slot {
                let ptr = address(buffers, slot.buffer).wrapping_offset(slot.offset as isize);
                // SAFETY: the result buffer holds `outer` results.
                unsafe { reduce::fill(ptr, slot.stride, outer, lane, identity) };
            }
        }
    }
}
