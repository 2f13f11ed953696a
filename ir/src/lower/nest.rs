//! One loop nest: the body of a cluster, its operands, and the order of its dimensions.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use smallvec::{SmallVec, smallvec};

use super::kernels::Lowering;
use super::{Lanes, combine, elementwise};
use crate::dtype::{DType, Kind};
use crate::fuse::{self, Kind as Loops};
use crate::graph::{NodeId, Op};
use crate::index_map::{IndexMap, contiguous_strides};
use crate::kernel::{Access, Builder, Combine, Inst, Lane, Loop, Operand, Reduction, Scan, Step, Store, ValueId};
use crate::op::{Ew, ReduceOp};
use crate::passes::constant;
use crate::program::{Binding, Check, Dim, DimKind, Form, Kernel, Param, Reduce, ResultSlot, Source};
use crate::shape::Shape;

/// Below this length a dimension is not worth vectorizing along.
const SHORT: usize = 8;

/// Where accumulators live: in lanes if the last axis is reduced (or too short to vectorize),
/// else in memory, so that memory is still walked in order. Depends on the shape only, so that
/// results do too.
pub(super) fn choose_form(space: &Shape, kind: &Loops) -> Form {
    let special: &[usize] = match kind {
        Loops::Map => return Form::Map,
        Loops::Reduce(axes) => axes,
        Loops::Scan(axis) => std::slice::from_ref(axis),
    };
    let extent = |inside: bool| -> usize {
        let axes = (0..space.len()).filter(|d| special.contains(d) == inside);
        axes.map(|d| space[d]).fold(1, usize::saturating_mul)
    };
    let last = space.iter().rposition(|&n| n != 1);
    let inner_parallel: usize = match last {
        Some(d) if !special.contains(&d) => {
            let from = special.iter().filter(|&&a| a < d).max().map_or(0, |a| a + 1);
            space[from..].iter().fold(1, |n, &d| n.saturating_mul(d))
        }
        _ => return if extent(true) == 1 && extent(false) > 1 { Form::Memory } else { Form::Lanes },
    };
    if inner_parallel < SHORT && extent(true) >= SHORT { Form::Lanes } else { Form::Memory }
}

struct NestOperand {
    source: Source,
    access: Access,
    lane: Lane,
    parts: u8,
    /// Bytes (ones for iota).
    offset: i64,
    /// Per axis of the space.
    strides: SmallVec<[i64; 4]>,
    gather: i64,
}

/// Builds one kernel.
pub(super) struct Nest<'l, 'g> {
    lowering: &'l mut Lowering<'g>,
    cluster: Option<usize>,
    space: Shape,
    kind: Loops,
    form: Form,
    b: Builder,
    operands: Vec<NestOperand>,
    loads: FxHashMap<(Source, IndexMap, DType), u16>,
    params: Vec<(Param, Lane)>,
    values: FxHashMap<NodeId, Lanes>,
    stores: Vec<Store>,
    reductions: Vec<Reduction>,
    scans: Vec<Scan>,
    reduces: Vec<Reduce>,
    nodes: Vec<NodeId>,
    check: Option<Check>,
}

impl<'l, 'g> Nest<'l, 'g> {
    pub fn new(lowering: &'l mut Lowering<'g>, cluster: Option<usize>, space: Shape, kind: Loops, form: Form) -> Self {
        Nest {
            lowering,
            cluster,
            space,
            kind,
            form,
            b: Builder::new(),
            operands: Vec::new(),
            loads: FxHashMap::default(),
            params: Vec::new(),
            values: FxHashMap::default(),
            stores: Vec::new(),
            reductions: Vec::new(),
            scans: Vec::new(),
            reduces: Vec::new(),
            nodes: Vec::new(),
            check: None,
        }
    }

    /// Computes a member of the cluster and stores it.
    pub fn store_node(&mut self, id: NodeId) {
        let node = self.lowering.graph.node(id);
        if let Op::Reduce { op, axes } = &node.op {
            let (op, axes) = (*op, axes.clone());
            self.reduce(id, op, &axes);
        } else if let Some((buffer, place)) = self.lowering.store_target(id) {
            let lanes = self.emit(id);
            self.store(lanes, self.lowering.graph.node(id).dtype, buffer, &place);
        }
        self.nodes.push(id);
    }

    /// Copies any value into a region of a buffer.
    pub fn copy_node(&mut self, id: NodeId, buffer: u32, place: IndexMap) {
        let dtype = self.lowering.graph.node(id).dtype;
        let lanes = self.load(id);
        self.store(lanes, dtype, buffer, &place);
        self.nodes.push(id);
    }

    fn store(&mut self, lanes: Lanes, dtype: DType, buffer: u32, place: &IndexMap) {
        let lanes = elementwise::to_memory(&mut self.b, dtype, lanes);
        let operand = self.add_operand(Source::Buffer(buffer), Access::Store, place, dtype);
        self.stores.push(Store { operand, values: lanes.0 });
    }

    fn add_operand(&mut self, source: Source, access: Access, map: &IndexMap, dtype: DType) -> u16 {
        let size = if source == Source::Iota { 1 } else { dtype.itemsize() as i64 };
        let lead = self.space.len() - map.shape.len();
        let mut strides: SmallVec<[i64; 4]> = SmallVec::from_elem(0, self.space.len());
        for d in 0..map.shape.len() {
            if map.shape[d] != 1 {
                strides[lead + d] = map.strides[d] as i64 * size;
            }
        }
        self.operands.push(NestOperand {
            source,
            access,
            lane: Lane::of_memory(dtype),
            parts: if dtype.is_complex() { 2 } else { 1 },
            offset: map.offset as i64 * size,
            strides,
            gather: 0,
        });
        self.operands.len() as u16 - 1
    }

    /// The lanes of an operand of `user`, computed here or loaded.
    fn operand(&mut self, user: NodeId, position: usize) -> Lanes {
        let graph = self.lowering.graph;
        let direct = fuse::strip_broadcast(graph, graph.node(user).inputs[position]);
        if let Some(lanes) = self.values.get(&direct) {
            return lanes.clone();
        }
        let fusion = self.lowering.fusion;
        let computed_here = fuse::can_inline(graph, user, position)
            && match graph.node(direct).op {
                Op::Ew(_) | Op::Cast | Op::Take { .. } => {
                    let same_cluster = self.cluster.is_some() && fusion.cluster_of(direct) == self.cluster;
                    same_cluster || fusion.can_recompute(graph, direct, &self.space)
                }
                Op::Scan { .. } => fusion.cluster_of(direct) == self.cluster && self.cluster.is_some(),
                _ => false,
            };
        if computed_here { self.emit(direct) } else { self.load(direct) }
    }

    /// Loads a leaf or a stored value, through its views.
    fn load(&mut self, id: NodeId) -> Lanes {
        if let Some(lanes) = self.values.get(&id) {
            return lanes.clone();
        }
        let graph = self.lowering.graph;
        let base = graph.node(fuse::base(graph, id));
        let lanes = match base.op {
            Op::Const(value) => constant(&mut self.b, value),
            Op::Param { slot } => self.param(slot, base.dtype),
            _ => {
                let (source, map) = self.lowering.memory(id);
                self.load_from(source, map, base.dtype)
            }
        };
        self.values.insert(id, lanes.clone());
        lanes
    }

    fn load_from(&mut self, source: Source, map: IndexMap, dtype: DType) -> Lanes {
        let key = (source, map.clone(), dtype);
        let operand = match self.loads.get(&key) {
            Some(&operand) => operand,
            None => {
                let access = if source == Source::Iota { Access::Iota } else { Access::Load };
                let operand = self.add_operand(source, access, &map, dtype);
                self.loads.insert(key, operand);
                operand
            }
        };
        let lane = Lane::of_memory(dtype);
        let parts = if dtype.is_complex() { 2 } else { 1 };
        let values = (0..parts).map(|part| self.b.push(Inst::Load { operand, part }, lane)).collect();
        elementwise::from_memory(&mut self.b, dtype, Lanes(values))
    }

    fn param(&mut self, slot: u32, dtype: DType) -> Lanes {
        let lane = Lane::of_memory(dtype);
        let parts = if dtype.is_complex() { 2 } else { 1 };
        let values = (0..parts).map(|part| self.param_value(Param::Scalar { slot, part }, lane)).collect();
        elementwise::from_memory(&mut self.b, dtype, Lanes(values))
    }

    fn param_value(&mut self, param: Param, lane: Lane) -> ValueId {
        let known = self.params.iter().position(|p| *p == (param, lane));
        let k = known.unwrap_or_else(|| {
            self.params.push((param, lane));
            self.params.len() - 1
        });
        self.b.push(Inst::Param(k as u16), lane)
    }

    /// Computes a node at the current point.
    fn emit(&mut self, id: NodeId) -> Lanes {
        if let Some(lanes) = self.values.get(&id) {
            return lanes.clone();
        }
        let graph = self.lowering.graph;
        let node = graph.node(id);
        let lanes = match &node.op {
            Op::Ew(op) => {
                let args: SmallVec<[Lanes; 3]> = (0..node.inputs.len()).map(|k| self.operand(id, k)).collect();
                // `where` and `ldexp` have one operand of another dtype.
                let at = if op.info().arity == 3 { 1 } else { 0 };
                let dtype = graph.node(node.inputs[at]).dtype;
                if *op == Ew::Power && dtype.kind() == Kind::Signed {
                    self.check_exponent(args[1].re());
                }
                elementwise::lower(&mut self.b, *op, dtype, &args)
            }
            Op::Cast => {
                let from = graph.node(node.inputs[0]).dtype;
                let a = self.operand(id, 0);
                elementwise::cast(&mut self.b, from, node.dtype, &a)
            }
            Op::Copy => self.operand(id, 0),
            Op::Take { axis } => self.take(id, *axis),
            Op::Scan { op, axis } => {
                let (op, axis) = (*op, *axis);
                let element = self.operand(id, 0);
                self.scan(combine::scan(op, node.dtype), axis, element)
            }
            _ => self.load(id),
        };
        self.nodes.push(id);
        self.values.insert(id, lanes.clone());
        lanes
    }

    fn take(&mut self, id: NodeId, axis: usize) -> Lanes {
        let graph = self.lowering.graph;
        let (x, indices) = (graph.node(id).inputs[0], graph.node(id).inputs[1]);
        let after = graph.node(x).shape.len() - axis - 1;
        let index = if after == 0 {
            self.operand(id, 1)
        } else {
            // Indices vary along the taken axes only: trailing axes repeat them.
            let base = graph.node(fuse::base(graph, indices)).clone();
            match base.op {
                Op::Const(_) | Op::Param { .. } => self.load(indices),
                _ => {
                    let (source, mut map) = self.lowering.memory(indices);
                    map.shape.extend(std::iter::repeat_n(1, after));
                    map.strides.extend(std::iter::repeat_n(0, after));
                    self.load_from(source, map, base.dtype)
                }
            }
        };
        let (source, mut map) = self.lowering.memory(x);
        let dtype = graph.node(x).dtype;
        let (n, gather) = (map.shape[axis] as i64, map.strides[axis] as i64);
        let taken = graph.node(indices).shape.len();
        map.shape.remove(axis);
        map.strides.remove(axis);
        map.shape.insert_many(axis, std::iter::repeat_n(1, taken));
        map.strides.insert_many(axis, std::iter::repeat_n(0, taken));
        let operand =
            self.add_operand(source, if source == Source::Iota { Access::Iota } else { Access::Load }, &map, dtype);
        let size = if source == Source::Iota { 1 } else { dtype.itemsize() as i64 };
        self.operands[operand as usize].gather = gather * size;

        let b = &mut self.b;
        let zero = b.int(Lane::I64, 0);
        let n = self.param_value(Param::Size(n), Lane::I64);
        let b = &mut self.b;
        let raw = index.re();
        let negative = b.lt(raw, zero);
        let wrapped = b.add(raw, n);
        let wrapped = b.select(negative, wrapped, raw);
        let low = b.ge(wrapped, zero);
        let high = b.lt(wrapped, n);
        let inside = b.and(low, high);
        let inside = b.push(Inst::Check(inside), Lane::B1);
        // Takes can be looked into when the loop has failed, so that they go first.
        self.check = Some(Check::Index);
        let safe = b.select(inside, wrapped, zero);
        if source == Source::Iota {
            // No memory to gather from: the value is the start plus index times stride.
            let start = b.push(Inst::Load { operand, part: 0 }, Lane::I64);
            let stride = self.param_value(Param::Size(gather), Lane::I64);
            let reach = self.b.mul(safe, stride);
            return Lanes::real(self.b.add(start, reach));
        }
        let lane = Lane::of_memory(dtype);
        let parts = if dtype.is_complex() { 2 } else { 1 };
        let values = (0..parts).map(|part| b.push(Inst::Gather { operand, part, index: safe }, lane)).collect();
        elementwise::from_memory(&mut self.b, dtype, Lanes(values))
    }

    /// NumPy refuses integers to negative integer powers.
    fn check_exponent(&mut self, exponent: ValueId) {
        let lane = self.b.lane(exponent);
        let zero = self.b.int(lane, 0);
        let allowed = self.b.ge(exponent, zero);
        self.b.push(Inst::Check(allowed), Lane::B1);
        self.check.get_or_insert(Check::NegativePower);
    }

    fn scan(&mut self, combine: Combine, axis: usize, element: Lanes) -> Lanes {
        if self.form == Form::Memory {
            return Lanes(self.accumulate(combine, &[axis], element.0, smallvec![None; 2], false));
        }
        let scan = self.scans.len() as u16;
        let lanes = combine.lanes.clone();
        self.scans.push(Scan { combine, values: element.0 });
        let out = lanes.iter().enumerate();
        Lanes(out.map(|(k, &lane)| self.b.push(Inst::ScanOut { scan, component: k as u8 }, lane)).collect())
    }

    fn reduce(&mut self, id: NodeId, op: ReduceOp, axes: &[usize]) {
        let graph = self.lowering.graph;
        let node = graph.node(id);
        let from = graph.node(node.inputs[0]).dtype;
        let Some((buffer, _)) = self.lowering.store_target(id) else { return };
        let mut element = self.operand(id, 0);
        let mut dtype = from;
        if matches!(op, ReduceOp::Any | ReduceOp::All) {
            element = elementwise::cast(&mut self.b, from, DType::Bool, &element);
            dtype = DType::Bool;
        }
        let itemsize = node.dtype.itemsize() as i64;
        let slot = |offset: i64| Some(ResultSlot { buffer, offset, stride: itemsize });
        if op == ReduceOp::Sum && dtype.is_inexact() {
            // One compensated sum per part.
            for (part, &v) in element.0.iter().enumerate() {
                let offset = part as i64 * dtype.real().itemsize() as i64;
                let combine = combine::reduction(op, dtype.real());
                self.add_reduction(combine, axes, smallvec![v], smallvec![slot(offset)], true);
            }
            return;
        }
        let combine = combine::reduction(op, dtype);
        let mut values = element.0;
        let mut results: SmallVec<[Option<ResultSlot>; 2]> = SmallVec::new();
        if op.is_arg() {
            values.push(self.position(axes));
            results.extend(values[1..].iter().map(|_| None));
            results.push(slot(0));
        } else {
            let bytes = itemsize / values.len() as i64;
            results.extend((0..values.len()).map(|k| slot(k as i64 * bytes)));
        }
        self.add_reduction(combine, axes, values, results, false);
    }

    /// The row-major position along the reduced axes.
    fn position(&mut self, axes: &[usize]) -> ValueId {
        let lengths: Shape = axes.iter().map(|&a| self.space[a]).collect();
        let mut map = IndexMap { offset: 0, shape: self.space.clone(), strides: smallvec![0; self.space.len()] };
        for (&a, s) in axes.iter().zip(contiguous_strides(&lengths)) {
            map.strides[a] = s;
        }
        self.load_from(Source::Iota, map, DType::I64).re()
    }

    fn add_reduction(
        &mut self,
        combine: Combine,
        axes: &[usize],
        values: SmallVec<[ValueId; 2]>,
        results: SmallVec<[Option<ResultSlot>; 2]>,
        compensated: bool,
    ) {
        if self.form == Form::Memory {
            self.accumulate(combine, axes, values, results, compensated);
            return;
        }
        let reduction = self.reduces.len() as u16;
        let count = combine.lanes.len() * if compensated { 2 } else { 1 };
        let outs = (0..count)
            .map(|c| {
                let lane = combine.lanes[c % combine.lanes.len()];
                self.accumulator(reduction, c as u16, lane, axes, Access::Store)
            })
            .collect();
        self.reduces.push(Reduce { combine: Arc::new(combine.clone()), compensated, results });
        self.reductions.push(Reduction { combine, values, compensated, outs });
    }

    /// An accumulator operand: contiguous over the axes that are not in `axes`.
    fn accumulator(&mut self, reduction: u16, component: u16, lane: Lane, axes: &[usize], access: Access) -> u16 {
        let kept: Shape = (0..self.space.len()).map(|d| if axes.contains(&d) { 1 } else { self.space[d] }).collect();
        let mut strides: SmallVec<[i64; 4]> = SmallVec::new();
        for (d, s) in contiguous_strides(&kept).into_iter().enumerate() {
            strides.push(if axes.contains(&d) || self.space[d] == 1 { 0 } else { s as i64 * lane.bytes() as i64 });
        }
        let source = Source::Scratch { reduction, component };
        self.operands.push(NestOperand { source, access, lane, parts: 1, offset: 0, strides, gather: 0 });
        self.operands.len() as u16 - 1
    }

    /// Combines an element into accumulators in memory; returns the new accumulators.
    fn accumulate(
        &mut self,
        combine: Combine,
        axes: &[usize],
        values: SmallVec<[ValueId; 2]>,
        results: SmallVec<[Option<ResultSlot>; 2]>,
        compensated: bool,
    ) -> SmallVec<[ValueId; 2]> {
        let reduction = self.reduces.len() as u16;
        let operands: SmallVec<[u16; 2]> = combine
            .lanes
            .iter()
            .enumerate()
            .map(|(c, &lane)| self.accumulator(reduction, c as u16, lane, axes, Access::Update))
            .collect();
        let mut args: SmallVec<[ValueId; 4]> = SmallVec::new();
        for (&operand, &lane) in operands.iter().zip(&combine.lanes) {
            args.push(self.b.push(Inst::Load { operand, part: 0 }, lane));
        }
        args.extend(values);
        let new = inline(&mut self.b, &combine, &args);
        for (&operand, &v) in operands.iter().zip(&new) {
            self.stores.push(Store { operand, values: smallvec![v] });
        }
        self.reduces.push(Reduce { combine: Arc::new(combine), compensated, results });
        new
    }

    /// Orders and collapses dimensions and assembles the kernel.
    pub fn finish(self) -> Kernel {
        let Nest { space, kind, form, operands, .. } = &self;
        let special: SmallVec<[usize; 4]> = match kind {
            Loops::Map => smallvec![],
            Loops::Reduce(axes) => axes.clone(),
            Loops::Scan(axis) => smallvec![*axis],
        };
        let order = dimension_order(space, &special, *form);
        let is_scan = matches!(kind, Loops::Scan(_));
        // Along an axis of length 1 any stride will do; a store that steps needs no special code.
        let stride = |o: &NestOperand, axis: usize| {
            let own_store = o.access == Access::Store && !matches!(o.source, Source::Scratch { .. });
            if space[axis] == 1 && own_store { unit(o) } else { o.strides[axis] }
        };

        // Collapse neighbours that every operand walks as one.
        let mut dims: SmallVec<[Dim; 4]> = SmallVec::new();
        let mut strides: Vec<SmallVec<[i64; 5]>> = vec![SmallVec::new(); operands.len()];
        for &axis in &order {
            let size = space[axis];
            let sequential = special.contains(&axis);
            let merges = dims.last().is_some_and(|last: &Dim| {
                let same_kind = (last.kind == DimKind::Sequential) == sequential;
                let adjacent = operands
                    .iter()
                    .zip(&strides)
                    .all(|(o, s)| s.last().is_some_and(|&outer| outer == stride(o, axis).wrapping_mul(size as i64)));
                same_kind && adjacent && !(is_scan && sequential)
            });
            if let (true, Some(last)) = (merges, dims.last_mut()) {
                last.size *= size;
                for (o, s) in operands.iter().zip(&mut strides) {
                    if let Some(inner) = s.last_mut() {
                        *inner = stride(o, axis);
                    }
                }
            } else {
                let kind = if sequential { DimKind::Sequential } else { DimKind::Parallel };
                dims.push(Dim { size, kind });
                for (o, s) in operands.iter().zip(&mut strides) {
                    s.push(stride(o, axis));
                }
            }
        }
        if dims.is_empty() {
            dims.push(Dim { size: 1, kind: DimKind::Parallel });
            for (o, s) in operands.iter().zip(&mut strides) {
                s.push(unit(o));
            }
        }

        let rank = dims.len();
        let mut bindings = Vec::with_capacity(operands.len());
        let mut code_operands = Vec::with_capacity(operands.len());
        // An order other than the axes' keeps short axes outside, whose elements share cache lines.
        let in_order = order.is_sorted();
        let crossed = if *form == Form::Map && in_order { crossed(operands, &strides, &dims) } else { None };
        for (o, mut s) in operands.iter().zip(strides) {
            let packed = crossed.filter(|&d| crosses(o, &s, d));
            let steps = s.iter().enumerate().map(|(d, &stride)| match stride {
                0 => Step::Zero,
                x if d + 1 == rank && (x == unit(o) || packed.is_some()) => Step::Unit,
                _ => Step::Strided,
            });
            code_operands.push(Operand { access: o.access, lane: o.lane, parts: o.parts, steps: steps.collect() });
            s.push(o.gather);
            bindings.push(Binding { source: o.source, offset: o.offset, strides: s, packed });
        }
        let reduce_dims = if *form == Form::Lanes && !is_scan {
            dims.iter().filter(|d| d.kind == DimKind::Sequential).count()
        } else {
            0
        };
        let (params, param_lanes) = self.params.iter().copied().unzip();
        let body = self.b.finish();
        let cost = body.len() as u32;
        Kernel {
            code: Arc::new(Loop {
                rank,
                reduce_dims,
                operands: code_operands,
                params: param_lanes,
                body,
                stores: self.stores,
                reductions: self.reductions,
                scans: self.scans,
            }),
            dims,
            bindings,
            params,
            form: if is_scan && self.form == Form::Lanes { Form::Map } else { self.form },
            reductions: self.reduces,
            scan_in_memory: is_scan && self.form == Form::Memory,
            check: self.check,
            nodes: self.nodes,
            cost,
        }
    }
}

/// The stride of consecutive elements.
fn unit(o: &NestOperand) -> i64 {
    if o.access == Access::Iota { 1 } else { o.lane.bytes() as i64 * o.parts as i64 }
}

/// Whether an array is read across: its elements are neighbours along an outer dimension, and not
/// along the innermost.
fn crosses(o: &NestOperand, strides: &[i64], outer: usize) -> bool {
    let inner = strides[strides.len() - 1];
    o.access == Access::Load && o.gather == 0 && inner != 0 && inner != unit(o) && strides[outer] == unit(o)
}

/// The dimension along which arrays that the loop reads across are in order.
fn crossed(operands: &[NestOperand], strides: &[SmallVec<[i64; 5]>], dims: &[Dim]) -> Option<usize> {
    if dims.iter().any(|d| d.kind == DimKind::Sequential) {
        return None;
    }
    (0..dims.len() - 1).find(|&d| operands.iter().zip(strides).any(|(o, s)| crosses(o, s, d)))
}

/// The axes of a space in loop order, without those of length 1 that no reduction needs.
fn dimension_order(space: &Shape, special: &[usize], form: Form) -> SmallVec<[usize; 4]> {
    let mut parallel: SmallVec<[usize; 4]> =
        (0..space.len()).filter(|d| !special.contains(d) && space[*d] != 1).collect();
    let mut sequential: SmallVec<[usize; 4]> = special.iter().copied().filter(|&d| space[d] != 1).collect();
    if sequential.is_empty() {
        sequential.extend(special.last().copied());
    }
    match form {
        Form::Map => {
            // A short innermost axis changes places with the longest one.
            if let (Some(&last), Some(&longest)) = (parallel.last(), parallel.iter().max_by_key(|&&d| space[d]))
                && space[last] < SHORT
                && space[longest] >= SHORT * 8
            {
                parallel.retain(|d| *d != longest);
                parallel.push(longest);
            }
            parallel
        }
        Form::Lanes => parallel.into_iter().chain(sequential).collect(),
        Form::Memory => {
            let first = sequential.first().copied().unwrap_or(0);
            let (outer, inner): (SmallVec<[usize; 4]>, SmallVec<[usize; 4]>) =
                parallel.into_iter().partition(|&d| d < first);
            outer.into_iter().chain(sequential).chain(inner).collect()
        }
    }
}

/// Copies a combining body into another, with its arguments given; returns its results.
fn inline(b: &mut Builder, combine: &Combine, args: &[ValueId]) -> SmallVec<[ValueId; 2]> {
    let mut map: Vec<ValueId> = Vec::with_capacity(combine.body.len());
    for (_, inst, lane) in combine.body.insts() {
        let at = |v: &ValueId| map[v.0 as usize];
        let value = match inst {
            Inst::Arg(k) => args[*k as usize],
            inst => b.push(inst.map_operands(at), lane),
        };
        map.push(value);
    }
    combine.results.iter().map(|v| map[v.0 as usize]).collect()
}
