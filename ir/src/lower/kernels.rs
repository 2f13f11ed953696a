//! From a fused graph to a [`Program`]: one loop per cluster, stores only where another cluster
//! or the caller needs a value.

use rustc_hash::FxHashMap;
use smallvec::smallvec;

use super::nest::{Nest, choose_form};
use crate::fuse::{self, Fusion, Kind};
use crate::graph::{Graph, Node, NodeId, Op};
use crate::host::HostCall;
use crate::index_map::IndexMap;
use crate::kernel::{Access, Inst, Loop};
use crate::passes::index_map;
use crate::program::{BufferInfo, Form, HostStep, Kernel, Output, Program, Source, Step};
use crate::shape::Shape;

/// Lowers a graph that has been through the passes.
pub fn program(graph: &Graph) -> Program {
    let graph = &store_generated_outputs(graph);
    program_of(graph, &Fusion::new(graph))
}

/// Outputs and operands of host calls that are generators get a loop that writes them.
pub fn store_generated_outputs(graph: &Graph) -> Graph {
    let calls = graph.ids().any(|id| matches!(graph.node(id).op, Op::Host(_)));
    let mut out = if calls { graph.rebuild(|new, _, node| store_generated_operands(new, node)) } else { graph.clone() };
    let graph = &out.clone();
    for k in 0..out.outputs.len() {
        let id = out.outputs[k];
        if graph.node(fuse::base(graph, id)).is_generator() {
            let node = out.node(id);
            let (dtype, shape) = (node.dtype, node.shape.clone());
            out.outputs[k] = out.add(Node { op: Op::Copy, inputs: smallvec![id], dtype, shape });
        }
    }
    out
}

fn store_generated_operands(graph: &mut Graph, mut node: Node) -> NodeId {
    if let Op::Host(_) = node.op {
        for operand in &mut node.inputs {
            if graph.node(fuse::base(graph, *operand)).is_generator() {
                let Node { dtype, shape, .. } = graph.node(*operand).clone();
                *operand = graph.add(Node { op: Op::Copy, inputs: smallvec![*operand], dtype, shape });
            }
        }
    }
    graph.add(node)
}

/// Lowers a graph with a given fusion.
pub fn program_of(graph: &Graph, fusion: &Fusion) -> Program {
    let mut lowering = Lowering {
        graph,
        fusion,
        uses: graph.use_counts(),
        buffer_of: FxHashMap::default(),
        placed: FxHashMap::default(),
        program: Program::default(),
    };
    lowering.run();
    lowering.program
}

/// State of one lowering.
pub(super) struct Lowering<'g> {
    pub graph: &'g Graph,
    pub fusion: &'g Fusion,
    uses: Vec<u32>,
    buffer_of: FxHashMap<NodeId, u32>,
    /// Nodes stored inside the buffer of a concatenation: where.
    placed: FxHashMap<NodeId, (u32, IndexMap)>,
    program: Program,
}

impl Lowering<'_> {
    fn run(&mut self) {
        let graph = self.graph;
        for &id in &graph.outputs {
            let base = fuse::base(graph, id);
            if !fuse::is_leaf(graph, base) {
                self.demand(base);
            }
        }
        // From the results down: what a cluster loads is known before its producer is lowered.
        let mut order = self.work_order();
        order.reverse();
        let mut kernels: Vec<(u32, Lowered)> = Vec::new();
        for work in order {
            match work {
                Work::Cluster(c) => self.lower_cluster(c, &mut kernels),
                Work::Concat(id) => self.lower_concat(id, &mut kernels),
                Work::Host(nodes) => self.lower_host(&nodes, &mut kernels),
            }
        }
        kernels.reverse();
        kernels.sort_by_key(|(depth, _)| *depth);
        for (_, step) in kernels {
            let program = &mut self.program;
            program.steps.push(match step {
                Lowered::Kernel(kernel) => {
                    program.kernels.push(kernel);
                    Step::Kernel(program.kernels.len() - 1)
                }
                Lowered::Host(call) => {
                    program.hosts.push(call);
                    Step::Host(program.hosts.len() - 1)
                }
            });
        }
        self.program.outputs = graph.outputs.iter().map(|&id| self.output(id)).collect();
        self.program.stops = self.fusion.stops.iter().map(|&(user, operand, why)| (user, operand, why.why())).collect();
        self.lifetimes();
    }

    fn work_order(&self) -> Vec<Work> {
        let live = self.graph.live();
        let concats = self
            .graph
            .ids()
            .filter(|id| live[id.index()])
            .filter(|&id| matches!(self.graph.node(id).op, Op::Concat { .. }));
        let mut order: Vec<(u32, Work)> = concats.map(|id| (self.fusion.depth_of(id), Work::Concat(id))).collect();
        order.extend(
            self.host_calls(&live).into_iter().map(|nodes| (self.fusion.depth_of(nodes[0]), Work::Host(nodes))),
        );
        let clusters = self.fusion.order().into_iter();
        order.extend(clusters.map(|c| (self.fusion.cluster(c).depth, Work::Cluster(c))));
        order.sort_by_key(|(depth, _)| *depth);
        order.into_iter().map(|(_, w)| w).collect()
    }

    /// The nodes of each host call.
    fn host_calls(&self, live: &[bool]) -> Vec<Vec<NodeId>> {
        let mut number: FxHashMap<(HostCall, &[NodeId]), usize> = FxHashMap::default();
        let mut calls: Vec<Vec<NodeId>> = Vec::new();
        for id in self.graph.ids().filter(|id| live[id.index()]) {
            let node = self.graph.node(id);
            let Op::Host(call) = &node.op else { continue };
            let key = (HostCall { output: 0, ..call.clone() }, &node.inputs[..]);
            let k = *number.entry(key).or_insert(calls.len());
            if k == calls.len() {
                calls.push(Vec::new());
            }
            calls[k].push(id);
        }
        calls
    }

    fn lower_host(&mut self, nodes: &[NodeId], kernels: &mut Vec<(u32, Lowered)>) {
        let Op::Host(call) = &self.graph.node(nodes[0]).op else { return };
        let mut results = vec![None; call.op.results()];
        for &id in nodes {
            let Op::Host(result) = &self.graph.node(id).op else { continue };
            results[usize::from(result.output)] = self.buffer_of.get(&id).copied();
        }
        if results.iter().all(Option::is_none) {
            return;
        }
        let inputs = self.graph.node(nodes[0]).inputs.iter().map(|&i| self.output(i)).collect();
        let step = HostStep { call: call.clone(), inputs, results, nodes: nodes.to_vec() };
        kernels.push((self.fusion.depth_of(nodes[0]), Lowered::Host(step)));
    }

    /// The buffer that will hold a node's value.
    pub fn demand(&mut self, id: NodeId) -> u32 {
        if let Some(&buffer) = self.buffer_of.get(&id) {
            return buffer;
        }
        let node = self.graph.node(id);
        let buffer = self.program.buffers.len() as u32;
        self.program.buffers.push(BufferInfo {
            node: id,
            dtype: node.dtype,
            shape: node.shape.clone(),
            bytes: node.size() * node.dtype.itemsize(),
            last_use: None,
            donor: None,
        });
        self.buffer_of.insert(id, buffer);
        buffer
    }

    /// Memory and map of a stored value or an input, seen through its views.
    pub fn memory(&mut self, id: NodeId) -> (Source, IndexMap) {
        // The passes leave only affine views, so the map is there.
        let (base, map) = index_map(self.graph, id)
            .unwrap_or_else(|| (fuse::base(self.graph, id), IndexMap::contiguous(&self.graph.node(id).shape)));
        let source = match self.graph.node(base).op {
            Op::Input { slot, .. } => Source::Input(slot),
            Op::Iota => Source::Iota,
            _ => Source::Buffer(self.demand(base)),
        };
        (source, map)
    }

    fn output(&mut self, id: NodeId) -> Output {
        let (source, map) = self.memory(id);
        Output { source, map, dtype: self.graph.node(id).dtype }
    }

    /// Where a demanded node is stored.
    pub fn store_target(&self, id: NodeId) -> Option<(u32, IndexMap)> {
        if let Some(place) = self.placed.get(&id) {
            return Some(place.clone());
        }
        let buffer = *self.buffer_of.get(&id)?;
        Some((buffer, IndexMap::contiguous(&self.graph.node(id).shape)))
    }

    fn lower_cluster(&mut self, number: usize, kernels: &mut Vec<(u32, Lowered)>) {
        let cluster = self.fusion.cluster(number);
        let stored: Vec<NodeId> = cluster.nodes.iter().copied().filter(|&id| self.store_target(id).is_some()).collect();
        if stored.is_empty() {
            return;
        }
        // Only what is stored decides the form: a reduction that nobody wants is gone.
        let kind = match &cluster.kind {
            Kind::Reduce(_) if !stored.iter().any(|&id| matches!(self.graph.node(id).op, Op::Reduce { .. })) => {
                Kind::Map
            }
            kind => kind.clone(),
        };
        let form = choose_form(&cluster.space, &kind);
        let depth = cluster.depth;
        let mut nest = Nest::new(self, Some(number), cluster.space.clone(), kind, form);
        for id in stored {
            nest.store_node(id);
        }
        kernels.push((depth, Lowered::Kernel(nest.finish())));
    }

    /// Parts that nothing else uses are written in place by their own loops; others are copied.
    fn lower_concat(&mut self, id: NodeId, kernels: &mut Vec<(u32, Lowered)>) {
        let Some((buffer, whole)) = self.store_target(id) else { return };
        let node = self.graph.node(id).clone();
        let Op::Concat { axis } = node.op else { return };
        let mut start = 0;
        for &part in &node.inputs {
            let shape = self.graph.node(part).shape.clone();
            let place = IndexMap {
                offset: whole.offset + start as isize * whole.strides[axis],
                shape: shape.clone(),
                strides: whole.strides.clone(),
            };
            start += shape[axis];
            let own_loop =
                matches!(self.graph.node(part).op, Op::Ew(_) | Op::Cast | Op::Copy | Op::Take { .. } | Op::Scan { .. });
            if own_loop && self.uses[part.index()] == 1 {
                self.placed.insert(part, (buffer, place));
            } else {
                kernels.push((self.fusion.depth_of(id), Lowered::Kernel(self.copy(part, shape, buffer, place))));
            }
        }
    }

    fn copy(&mut self, part: NodeId, shape: Shape, buffer: u32, place: IndexMap) -> Kernel {
        let mut nest = Nest::new(self, None, shape, Kind::Map, Form::Map);
        nest.copy_node(part, buffer, place);
        nest.finish()
    }

    /// Last uses, and buffers that can take over the memory of one that dies.
    fn lifetimes(&mut self) {
        let program = &mut self.program;
        let mut last = vec![None; program.buffers.len()];
        for (k, step) in program.steps.iter().enumerate() {
            let mut touch = |source: Source| {
                if let Source::Buffer(b) = source {
                    last[b as usize] = Some(k);
                }
            };
            match *step {
                Step::Kernel(kernel) => {
                    let kernel = &program.kernels[kernel];
                    kernel.bindings.iter().for_each(|b| touch(b.source));
                    let results = kernel.reductions.iter().flat_map(|r| r.results.iter().flatten());
                    results.for_each(|slot| touch(Source::Buffer(slot.buffer)));
                }
                Step::Host(call) => {
                    let call = &program.hosts[call];
                    call.inputs.iter().for_each(|i| touch(i.source));
                    call.results.iter().flatten().for_each(|&b| touch(Source::Buffer(b)));
                }
            }
        }
        for output in &program.outputs {
            if let Source::Buffer(b) = output.source {
                last[b as usize] = None;
            }
        }
        for (buffer, last_use) in program.buffers.iter_mut().zip(last) {
            buffer.last_use = last_use;
        }
        donate(program);
        program.stages = super::stages::stages(program);
    }
}

enum Work {
    Cluster(usize),
    Concat(NodeId),
    Host(Vec<NodeId>),
}

enum Lowered {
    Kernel(Kernel),
    Host(HostStep),
}

/// An elementwise loop may write a result over an operand that nobody reads afterwards, if it
/// reads each element of it only where it writes.
fn donate(program: &mut Program) {
    let mut written_by: Vec<Option<usize>> = vec![None; program.buffers.len()];
    let mut writers: Vec<u32> = vec![0; program.buffers.len()];
    let mut step_of = vec![0; program.kernels.len()];
    for (s, step) in program.steps.iter().enumerate() {
        if let Step::Kernel(k) = *step {
            step_of[k] = s;
        }
    }
    for (k, kernel) in program.kernels.iter().enumerate() {
        for (operand, binding) in kernel.code.operands.iter().zip(&kernel.bindings) {
            if let (Access::Store, Source::Buffer(b)) = (operand.access, binding.source) {
                written_by[b as usize].get_or_insert(k);
                writers[b as usize] += 1;
            }
        }
    }
    let mut taken = vec![false; program.buffers.len()];
    for target in 0..program.buffers.len() {
        let (Some(k), 1) = (written_by[target], writers[target]) else { continue };
        let kernel = &program.kernels[k];
        if kernel.form != Form::Map || kernel.scan_in_memory {
            continue;
        }
        let store = kernel.bindings.iter().position(|b| b.source == Source::Buffer(target as u32));
        let Some(store) = store else { continue };
        let donor = kernel.bindings.iter().find_map(|b| {
            let Source::Buffer(d) = b.source else { return None };
            let info = &program.buffers[d as usize];
            let dies = info.last_use == Some(step_of[k]) && !taken[d as usize] && d as usize != target;
            let same = info.bytes == program.buffers[target].bytes
                && info.dtype.itemsize() == program.buffers[target].dtype.itemsize();
            let aligned = || {
                kernel.bindings.iter().enumerate().filter(|(_, o)| o.source == b.source).all(|(k, o)| {
                    let (offset, strides) = (kernel.bindings[store].offset, &kernel.bindings[store].strides);
                    o.offset == offset && o.strides == *strides && !gathers(&kernel.code, k)
                })
            };
            (dies && same && aligned()).then_some(d)
        });
        if let Some(d) = donor {
            taken[d as usize] = true;
            program.buffers[target].donor = Some(d);
        }
    }
}

/// Whether elements of an operand are picked by index.
fn gathers(code: &Loop, operand: usize) -> bool {
    code.body.insts().any(|(_, inst, _)| matches!(inst, Inst::Gather { operand: k, .. } if *k as usize == operand))
}
