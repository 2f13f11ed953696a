//! A lowered evaluation: loops in order, the buffers between them, and where results are.

use std::ops::Range;
use std::sync::Arc;

use smallvec::SmallVec;

use crate::dtype::DType;
use crate::graph::NodeId;
use crate::host::HostCall;
use crate::index_map::IndexMap;
use crate::kernel::{Combine, Loop};
use crate::shape::Shape;

/// Where an operand's memory comes from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Source {
    /// Array `slot` of the evaluation.
    Input(u32),
    /// Buffer of the program.
    Buffer(u32),
    /// Scratch accumulator `component` of reduction `reduction`, owned by the run-time.
    Scratch {
        /// Index into [`Kernel::reductions`].
        reduction: u16,
        /// Index among the accumulators (for compensated sums, 1 is `lo`).
        component: u16,
    },
    /// No memory: the offset is the start of an iota.
    Iota,
}

/// An operand of a kernel: memory, and how the loops move over it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Binding {
    /// The memory.
    pub source: Source,
    /// Bytes from the memory's first element to index (0, …, 0); for iota the start.
    pub offset: i64,
    /// Bytes (ones for iota) per step of each loop dimension, then of the gathered axis.
    pub strides: SmallVec<[i64; 5]>,
    /// The run-time copies the operand tile by tile, in the order of the loop, which walks the copy:
    /// memory goes element by element along this outer dimension instead of the innermost.
    pub packed: Option<usize>,
}

/// A run-time scalar of a loop.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Param {
    /// Lane `part` of scalar `slot` of the evaluation.
    Scalar {
        /// Which scalar.
        slot: u32,
        /// 0, or 1 for the imaginary part.
        part: u8,
    },
    /// A size that the body needs.
    Size(i64),
}

/// What a loop dimension is to the schedule.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DimKind {
    /// Iterations are independent: may be split over tiles and threads.
    Parallel,
    /// Iterations combine: run in order, split only by the fixed blocking.
    Sequential,
}

/// A loop dimension.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Dim {
    /// Number of iterations.
    pub size: usize,
    /// Independent or not.
    pub kind: DimKind,
}

/// Where one component of a reduction's result goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ResultSlot {
    /// Buffer of the program.
    pub buffer: u32,
    /// Bytes to the first result.
    pub offset: i64,
    /// Bytes between results, which follow the parallel dimensions in row-major order.
    pub stride: i64,
}

/// A reduction of a kernel, as the run-time sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reduce {
    /// How accumulators combine.
    pub combine: Arc<Combine>,
    /// Merge with two-sum.
    pub compensated: bool,
    /// Per component, where it goes (the value of an `argmax` goes nowhere).
    pub results: SmallVec<[Option<ResultSlot>; 2]>,
}

/// How accumulators are laid out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// No reduction.
    Map,
    /// Reduced dimensions are innermost: accumulators live in lanes ([`crate::kernel::Reduction`]).
    Lanes,
    /// A parallel dimension is innermost: accumulators live in memory, one per lane position.
    Memory,
}

/// What a failed [`crate::kernel::Inst::Check`] of a kernel means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Check {
    /// A `take` index is out of range.
    Index,
    /// An integer is raised to a negative power.
    NegativePower,
}

/// One loop with everything it needs but addresses.
#[derive(Clone, Debug)]
pub struct Kernel {
    /// The code, which is also the cache key.
    pub code: Arc<Loop>,
    /// Loop dimensions, outermost first.
    pub dims: SmallVec<[Dim; 4]>,
    /// One per operand of the code.
    pub bindings: Vec<Binding>,
    /// One per parameter of the code.
    pub params: Vec<Param>,
    /// How reductions accumulate.
    pub form: Form,
    /// The reductions of the loop, or accumulators in memory.
    pub reductions: Vec<Reduce>,
    /// Accumulators in memory that a running reduction uses start at their identity.
    pub scan_in_memory: bool,
    /// What its checks check; for several kinds, the first that occurred in the body.
    pub check: Option<Check>,
    /// The nodes it covers, for dumps.
    pub nodes: Vec<NodeId>,
    /// Operation estimate per point, in additions.
    pub cost: u32,
}

impl Kernel {
    /// Points of the iteration space.
    pub fn points(&self) -> usize {
        self.dims.iter().map(|d| d.size).product()
    }

    /// Points of the dimensions that are independent: results of a reduction.
    pub fn parallel_points(&self) -> usize {
        self.dims.iter().filter(|d| d.kind == DimKind::Parallel).map(|d| d.size).product()
    }

    /// The buffers that it touches, some of them several times.
    pub fn buffers(&self) -> impl Iterator<Item = u32> {
        let bound = self.bindings.iter().filter_map(|b| match b.source {
            Source::Buffer(b) => Some(b),
            _ => None,
        });
        bound.chain(self.reductions.iter().flat_map(|r| r.results.iter().flatten()).map(|slot| slot.buffer))
    }

    /// Bytes read and written if every operand is touched once.
    pub fn traffic(&self) -> (usize, usize) {
        let (mut read, mut written) = (0, 0);
        for (operand, binding) in self.code.operands.iter().zip(&self.bindings) {
            let touched: usize =
                self.dims.iter().zip(&binding.strides).filter(|(_, s)| **s != 0).map(|(d, _)| d.size).product();
            let bytes = touched * operand.element_bytes();
            match operand.access {
                crate::kernel::Access::Load => read += bytes,
                crate::kernel::Access::Store => written += bytes,
                crate::kernel::Access::Update => {
                    read += bytes;
                    written += bytes;
                }
                crate::kernel::Access::Iota => {}
            }
        }
        (read, written)
    }
}

/// A buffer that the program fills.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BufferInfo {
    /// The node whose value it holds.
    pub node: NodeId,
    /// Element type.
    pub dtype: DType,
    /// Elements, stored contiguously.
    pub shape: Shape,
    /// Number of elements times bytes.
    pub bytes: usize,
    /// The last step that uses it, or `None` if it is a result.
    pub last_use: Option<usize>,
    /// A buffer that dies in the kernel that first writes this one, and whose memory it takes.
    pub donor: Option<u32>,
}

/// Where a result of the evaluation or an operand of a host call is: a view of an input or a buffer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Output {
    /// The memory.
    pub source: Source,
    /// The view, in elements.
    pub map: IndexMap,
    /// Element type.
    pub dtype: DType,
}

/// A call of a library kernel.
#[derive(Clone, Debug)]
pub struct HostStep {
    /// The kernel and its parameters.
    pub call: HostCall,
    /// Its operands.
    pub inputs: Vec<Output>,
    /// Per result, the buffer that it becomes, if anybody wants it.
    pub results: Vec<Option<u32>>,
    /// The nodes of its results, for dumps.
    pub nodes: Vec<NodeId>,
}

/// What happens next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// Kernel of this number.
    Kernel(usize),
    /// Host call of this number.
    Host(usize),
}

/// Steps that run together: one, or kernels that may run slab by slab. Then all of them run on a
/// part of their outermost dimensions, and after that all of them on the next part, so that what
/// one writes is in the cache when the next one reads it. Slabs are independent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stage {
    /// Which steps.
    pub steps: Range<usize>,
    /// How many slabs there are; 1 for a step on its own. The outermost dimension of each kernel has
    /// a multiple of as many iterations.
    pub slabs: usize,
    /// Bytes of memory that one slab touches.
    pub slab_bytes: usize,
    /// Buffers that nothing outside touches: a slab's part of them is enough.
    pub local: Vec<u32>,
}

/// A lowered evaluation.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// Loops in order.
    pub kernels: Vec<Kernel>,
    /// Host calls in order.
    pub hosts: Vec<HostStep>,
    /// Loops and host calls in the order in which they run.
    pub steps: Vec<Step>,
    /// The steps again, in stages.
    pub stages: Vec<Stage>,
    /// Intermediate and result buffers.
    pub buffers: Vec<BufferInfo>,
    /// One per output of the graph.
    pub outputs: Vec<Output>,
    /// Where and why fusion stopped: (user, operand, reason).
    pub stops: Vec<(NodeId, NodeId, &'static str)>,
}
