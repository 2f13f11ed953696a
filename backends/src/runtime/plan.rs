//! A program with its code: what an evaluation runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use numfuse_ir::program::{HostStep, Output, Param, Program, Source, Stage, Step};
use numfuse_ir::{Graph, HostOp, IndexMap, Scalar, graph::NodeId};
use smallvec::SmallVec;

use super::buffer::{Access, Buffer, Concrete};
use super::cache;
use super::config;
use super::fault::Fault;
use super::flags;
use super::launch::{Frame, Launch};
use super::stats::{add, counters};
use super::tiles::Grid;
use super::work::{Work, fault_of, thread_count};

/// Bytes that the kernels of a stage touch before the first of them goes on: half of a second-level
/// cache.
const SLAB_BYTES: usize = 512 << 10;
/// Slabs larger than this gain nothing from running together.
const LARGEST_SLAB: usize = 4 << 20;
/// Groups of slabs per thread.
const GROUPS_PER_THREAD: usize = 4;

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

/// What a run is asked for besides its results.
#[derive(Default)]
pub struct Asked<'r> {
    /// Memory for the first result: taken if nobody else holds it and it has the right size.
    pub into: Option<&'r mut Arc<Buffer>>,
    /// Receives the steps that ran together and how long they took.
    pub times: Option<&'r mut Vec<(Vec<Step>, Duration)>>,
    /// Receives the floating-point [`flags`] that the run's arithmetic set.
    pub flags: Option<&'r mut u32>,
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
        self.run_as(inputs, scalars, Asked::default())
    }

    /// [`Plan::run`] with special wishes.
    pub fn run_as(&self, inputs: &[Concrete], scalars: &[Scalar], asked: Asked) -> Result<Vec<Concrete>, Fault> {
        self.check(inputs, scalars)?;
        if asked.flags.is_some() {
            flags::clear();
        }
        let mut buffers: SmallVec<[Slot; 8]> = self.program.buffers.iter().map(|_| Slot::Empty).collect();
        if let (Some(memory), Some(Output { source: Source::Buffer(b), .. })) =
            (asked.into, self.program.outputs.first())
        {
            let info = &self.program.buffers[*b as usize];
            let fits = memory.len_bytes() == info.bytes && memory.as_ptr().align_offset(info.dtype.itemsize()) == 0;
            // Exclusive for as long as the borrow: nobody reads what the kernels write.
            if fits && memory.access() != Access::Never && Arc::get_mut(memory).is_some() {
                add(&counters().donations, 1);
                buffers[*b as usize] = Slot::Held(memory.clone());
            }
        }
        let mut times = asked.times;
        for stage in &self.program.stages {
            let start = times.is_some().then(Instant::now);
            match self.slabs_at_once(stage) {
                Some(slabs) => self.run_slabs(stage, slabs, inputs, scalars, &mut buffers)?,
                None => self.run_steps(stage, inputs, scalars, &mut buffers)?,
            }
            if let (Some(times), Some(start)) = (&mut times, start) {
                times.push((self.program.steps[stage.steps.clone()].to_vec(), start.elapsed()));
            }
        }
        if let Some(met) = asked.flags {
            *met = flags::raised();
        }
        self.program.outputs.iter().map(|output| self.array(output, inputs, &buffers)).collect()
    }

    /// Runs the steps of a stage one after another.
    fn run_steps(
        &self,
        stage: &Stage,
        inputs: &[Concrete],
        scalars: &[Scalar],
        buffers: &mut [Slot],
    ) -> Result<(), Fault> {
        for s in stage.steps.clone() {
            match self.program.steps[s] {
                Step::Kernel(k) => {
                    let launch = &self.launches[k];
                    self.allocate(launch, buffers, &[])?;
                    add(&counters().kernel_runs, 1);
                    if self.work(launch, inputs, scalars, buffers).run(thread_count(launch))? {
                        return Err(fault_of(launch));
                    }
                }
                Step::Host(k) => self.call_host(&self.program.hosts[k], inputs, buffers)?,
            }
            for &b in &self.dying[s] {
                buffers[b as usize] = Slot::Empty;
            }
        }
        Ok(())
    }

    /// How many slabs of a stage run at once, or `None` if its steps run one after another: because
    /// everything fits into the cache anyway, or a single slab does not.
    fn slabs_at_once(&self, stage: &Stage) -> Option<usize> {
        let fits = stage.slabs > 1
            && stage.slab_bytes <= LARGEST_SLAB
            && stage.slab_bytes.saturating_mul(stage.slabs) > SLAB_BYTES;
        fits.then(|| (SLAB_BYTES / stage.slab_bytes.max(1)).clamp(1, stage.slabs))
    }

    /// Runs the kernels of a stage on some slabs, then on the next ones.
    fn run_slabs(
        &self,
        stage: &Stage,
        slabs: usize,
        inputs: &[Concrete],
        scalars: &[Scalar],
        buffers: &mut [Slot],
    ) -> Result<(), Fault> {
        let launches: SmallVec<[&Launch; 4]> = self.program.steps[stage.steps.clone()]
            .iter()
            .filter_map(|step| match *step {
                Step::Kernel(k) => Some(&self.launches[k]),
                Step::Host(_) => None,
            })
            .collect();
        for launch in &launches {
            self.allocate(launch, buffers, &stage.local)?;
        }
        let works: SmallVec<[Work; 4]> =
            launches.iter().map(|launch| self.work(launch, inputs, scalars, buffers)).collect();
        add(&counters().kernel_runs, works.len() as u64);
        add(&counters().slab_runs, 1);
        let threads = launches.iter().map(|launch| thread_count(launch)).max().unwrap_or(1);
        let slabs = if threads > 1 { slabs.min(stage.slabs.div_ceil(threads * GROUPS_PER_THREAD)) } else { slabs };
        let slab_of = |b: u32| self.program.buffers[b as usize].bytes / stage.slabs;
        // The first kernel that failed, whichever group of slabs was first.
        let failed = AtomicUsize::new(usize::MAX);
        Grid::new(&[stage.slabs], &[slabs]).try_for_each(threads, |_, tile| {
            let (start, n) = (tile.start[0], tile.size[0]);
            let own: SmallVec<[(u32, Buffer); 2]> =
                stage.local.iter().map(|&b| Ok((b, Buffer::uninit(slab_of(b) * n)?))).collect::<Result<_, Fault>>()?;
            let own_of = |b: u32| own.iter().find(|(local, _)| *local == b).map(|(_, buffer)| buffer.as_ptr());
            for (k, work) in works.iter().enumerate() {
                let kernel = &work.launch.kernel;
                let each = kernel.dims[0].size / stage.slabs;
                let local = |o: usize| match kernel.bindings[o].source {
                    Source::Buffer(b) => own_of(b),
                    _ => None,
                };
                let mut part = work.part(0, start * each, n * each, |o| local(o).is_some());
                for (o, binding) in kernel.bindings.iter().enumerate() {
                    if let Some(ptr) = local(o) {
                        part.frame.ptrs[o] = ptr.wrapping_offset(binding.offset as isize);
                    }
                }
                let results = kernel.reductions.iter().zip(&mut part.targets);
                for (slot, target) in results.flat_map(|(r, targets)| r.results.iter().zip(targets)) {
                    if let (Some(slot), Some(target)) = (slot, target)
                        && let Some(ptr) = own_of(slot.buffer)
                    {
                        target.ptr = ptr.wrapping_offset(slot.offset as isize);
                    }
                }
                if part.run(1)? {
                    failed.fetch_min(k, Relaxed);
                    return Ok(true);
                }
            }
            Ok(false)
        })?;
        if let Some(launch) = launches.get(failed.into_inner()) {
            return Err(fault_of(launch));
        }
        for &b in stage.steps.clone().flat_map(|s| &self.dying[s]) {
            buffers[b as usize] = Slot::Empty;
        }
        Ok(())
    }

    /// A kernel on the memory of this run.
    fn work<'p>(&self, launch: &'p Launch, inputs: &[Concrete], scalars: &[Scalar], buffers: &[Slot]) -> Work<'p> {
        let frame = self.frame(launch, inputs, scalars, buffers);
        Work::whole(launch, frame, |b, offset| address(buffers, b).wrapping_offset(offset as isize))
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
        let call = || crate::host::run(step.call.op, &operands, &step.call.params);
        // A library's flags are its own affair, but for the products and sums of a matrix product.
        let results = if step.call.op == HostOp::MatMul { call() } else { flags::unheard(call) }?;
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

    /// Buffers that this kernel is the first to write, but for some.
    fn allocate(&self, launch: &Launch, buffers: &mut [Slot], but: &[u32]) -> Result<(), Fault> {
        for b in launch.kernel.buffers() {
            if !matches!(buffers[b as usize], Slot::Empty) || but.contains(&b) {
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
        let frame = Frame { ptrs: ptrs.collect(), params: params.collect(), stream: false };
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
            let end = slot.offset + (kernel.parallel_points() as i64 - 1) * slot.stride + lane.bytes() as i64;
            let Some(buffer) = buffer_of(Source::Buffer(slot.buffer)) else { continue };
            assert!(
                slot.offset >= 0 && end <= buffer.len_bytes() as i64,
                "results reach outside their buffer: {slot:?}"
            );
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
