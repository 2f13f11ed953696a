//! From the nodes that roots need to the key of their plan and, when no plan has that key, to the
//! graph.
//!
//! One walk in post-order, without recursion. The key says everything that shapes the generated
//! code and nothing else: ops, operand numbers, dtypes, shapes and strides, but no pointers and no
//! values of a user's numbers.

use std::sync::Arc;

use numfuse_backends::runtime::{Concrete, Fault};
use numfuse_ir::graph::{Node as IrNode, NodeId};
use numfuse_ir::index_map::{IndexMap, Strides, contiguous_strides};
use numfuse_ir::{DType, Ew, Graph, HostOp, Op, Scalar, View};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::Array;
use super::build::Cx;
use super::node::{Input, Inputs, State};
use super::operand::Operand;
use crate::error::{Class, Raise, Raised, of_fault, raise};

/// A flattened expression.
#[derive(Default)]
pub(crate) struct Flat {
    /// Identifies the plan.
    pub(crate) key: SmallVec<[u64; 64]>,
    /// Concrete arrays, by slot. Slots of placeholders are in `arguments` instead.
    pub(crate) inputs: SmallVec<[Source; 4]>,
    /// Run-time scalars, by slot.
    pub(crate) scalars: SmallVec<[Scalar; 8]>,
    entries: SmallVec<[Entry; 8]>,
    consts: SmallVec<[Scalar; 4]>,
    roots: SmallVec<[Ref; 2]>,
    seen: Seen,
    params: Params,
}

/// An op of an expression, with its operands and its value: see [`Flat::replay`].
pub(crate) struct Replayed {
    /// The node of the expression.
    pub(crate) array: Array,
    pub(crate) operands: Vec<Array>,
    pub(crate) value: Array,
}

/// Where the array of an input slot comes from.
#[derive(Clone)]
pub(crate) enum Source {
    /// A concrete array.
    Array(Concrete),
    /// An argument of the traced function.
    Argument(u32),
}

struct Entry {
    array: Array,
    refs: SmallVec<[Ref; 3]>,
    kind: Kind,
}

enum Kind {
    Op,
    Leaf { slot: u32, strides: Strides },
}

/// An operand: the number of an entry, a scalar slot or a constant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Ref(u32);

const PARAM: u32 = 1 << 31;
const CONST: u32 = 1 << 30;

/// Finds entries by node: a scan for small graphs, a hash map for large ones.
#[derive(Default)]
struct Seen(Option<FxHashMap<usize, u32>>);

/// Small enough for a scan to beat hashing.
const SCAN: usize = 24;

fn address(array: &Array) -> usize {
    Arc::as_ptr(&array.0) as usize
}

impl Seen {
    fn find(&self, entries: &[Entry], array: &Array) -> Option<Ref> {
        match &self.0 {
            Some(map) => map.get(&address(array)).map(|&n| Ref(n)),
            None => entries.iter().position(|e| Arc::ptr_eq(&e.array.0, &array.0)).map(|n| Ref(n as u32)),
        }
    }

    fn added(&mut self, entries: &[Entry]) {
        match &mut self.0 {
            Some(map) => {
                if let Some(last) = entries.last() {
                    map.insert(address(&last.array), entries.len() as u32 - 1);
                }
            }
            None if entries.len() > SCAN => {
                self.0 = Some(entries.iter().enumerate().map(|(n, e)| (address(&e.array), n as u32)).collect());
            }
            None => {}
        }
    }
}

/// A number shares a slot with another only when both come from the same operand position of the
/// same op on the same source line with the same value: a loop body that is traced twenty times
/// shares its numbers, while sweeping a number never merges it with an unrelated one.
type ParamKey = (usize, Op, u32, Scalar);

#[derive(Default)]
struct Params {
    keys: SmallVec<[ParamKeyLite; 8]>,
    map: Option<FxHashMap<ParamKey, u32>>,
}

/// What the scan compares: source position, operand position, op and value.
struct ParamKeyLite {
    location: usize,
    position: u32,
    array: Array,
    value: Scalar,
}

impl Params {
    fn slot(&mut self, scalars: &mut SmallVec<[Scalar; 8]>, array: &Array, position: u32, value: Scalar) -> Ref {
        let location = std::ptr::from_ref(array.0.location) as usize;
        let full = |k: &ParamKeyLite| (k.location, k.array.0.op.clone(), k.position, k.value);
        let found = match &self.map {
            Some(map) => map.get(&(location, array.0.op.clone(), position, value)).copied(),
            None => self
                .keys
                .iter()
                .position(|k| {
                    k.location == location && k.position == position && k.value == value && k.array.0.op == array.0.op
                })
                .map(|n| n as u32),
        };
        let slot = found.unwrap_or_else(|| {
            let slot = scalars.len() as u32;
            scalars.push(value);
            let key = ParamKeyLite { location, position, array: array.clone(), value };
            if let Some(map) = &mut self.map {
                map.insert(full(&key), slot);
            } else {
                self.keys.push(key);
                if self.keys.len() > SCAN {
                    self.map = Some(self.keys.iter().enumerate().map(|(n, k)| (full(k), n as u32)).collect());
                }
            }
            slot
        });
        Ref(slot | PARAM)
    }
}

struct Frame {
    array: Array,
    inputs: Inputs,
    refs: SmallVec<[Ref; 3]>,
}

impl Flat {
    /// Numbers everything that `roots` need.
    pub(crate) fn new<'a>(roots: impl IntoIterator<Item = &'a Array>) -> Raised<Flat> {
        let mut flat = Flat::default();
        let mut stack: SmallVec<[Frame; 8]> = SmallVec::new();
        for root in roots {
            let r = match flat.enter(root, &mut stack)? {
                Some(r) => r,
                None => flat.walk(&mut stack)?,
            };
            flat.roots.push(r);
        }
        flat.key.push(u64::MAX);
        flat.key.extend(flat.roots.iter().map(|r| u64::from(r.0)));
        // The dtype of a number does not follow from its use where it is cast or compared.
        let mut dtypes = 0;
        for (i, scalar) in flat.scalars.iter().enumerate() {
            dtypes = dtypes << 8 | scalar.dtype() as u64;
            if i % 8 == 7 || i + 1 == flat.scalars.len() {
                flat.key.push(dtypes);
            }
        }
        Ok(flat)
    }

    /// The operand of a node that is known or a leaf; otherwise pushes a frame.
    fn enter(&mut self, array: &Array, stack: &mut SmallVec<[Frame; 8]>) -> Raised<Option<Ref>> {
        if let Some(r) = self.seen.find(&self.entries, array) {
            return Ok(Some(r));
        }
        let (source, strides) = match &*array.0.state() {
            State::Failed(error) => return Err(error.clone().into()),
            State::Lazy(inputs) => {
                stack.push(Frame { array: array.clone(), inputs: inputs.clone(), refs: SmallVec::new() });
                return Ok(None);
            }
            State::Ready(value) => (Source::Array(value.clone()), canonical_strides(&value.map)),
            State::Placeholder { argument, strides } => {
                let map = IndexMap { offset: 0, shape: array.0.shape.clone(), strides: strides.clone() };
                (Source::Argument(*argument), canonical_strides(&map))
            }
        };
        let slot = self.inputs.len() as u32;
        self.inputs.push(source);
        self.emit(array.clone(), SmallVec::new(), Kind::Leaf { slot, strides }).map(Some)
    }

    fn walk(&mut self, stack: &mut SmallVec<[Frame; 8]>) -> Raised<Ref> {
        let mut done = None;
        while let Some(frame) = stack.last_mut() {
            if let Some(r) = done.take() {
                frame.refs.push(r);
            }
            let position = frame.refs.len();
            let Some(input) = frame.inputs.get(position) else {
                let Some(Frame { array, refs, .. }) = stack.pop() else { break };
                done = Some(match (&array.0.op, refs.as_slice()) {
                    // A number on its own is its slot.
                    (Op::Param { .. }, [r]) => *r,
                    _ => self.emit(array, refs, Kind::Op)?,
                });
                continue;
            };
            done = match input {
                Input::Param(value) => {
                    let known = self.scalars.len();
                    let slot = self.params.slot(&mut self.scalars, &frame.array, position as u32, *value);
                    if self.scalars.len() > known {
                        // A cast or a comparison does not tell what it reads.
                        self.key.push(u64::from(value.dtype() as u8) | 3 << 62);
                    }
                    Some(slot)
                }
                Input::Const(value) => Some(self.constant(*value)),
                Input::Node(child) => {
                    let child = child.clone();
                    self.enter(&child, stack)?
                }
            };
        }
        match done {
            Some(r) => Ok(r),
            None => raise!(Runtime, "an expression without a root"),
        }
    }

    fn constant(&mut self, value: Scalar) -> Ref {
        let n = self.consts.iter().position(|c| *c == value).unwrap_or_else(|| {
            self.consts.push(value);
            let [re, im] = value.bits();
            self.key.extend([u64::from(value.dtype() as u8) | 1 << 63, re, im]);
            self.consts.len() - 1
        });
        Ref(n as u32 | CONST)
    }

    fn emit(&mut self, array: Array, refs: SmallVec<[Ref; 3]>, kind: Kind) -> Raised<Ref> {
        let number = self.entries.len() as u32;
        if number >= CONST {
            return raise!(Runtime, "an expression of more than 2^30 nodes");
        }
        write_key(&mut self.key, &array, &refs, &kind);
        self.entries.push(Entry { array, refs, kind });
        self.seen.added(&self.entries);
        Ok(Ref(number))
    }

    /// The graph of the expression, for the passes.
    pub(crate) fn graph(&self) -> Graph {
        let mut graph = Graph::new();
        let mut ids: Vec<NodeId> = Vec::with_capacity(self.entries.len());
        for entry in &self.entries {
            let node = &*entry.array.0;
            let inputs = entry.refs.iter().map(|&r| self.id(&mut graph, &ids, r)).collect();
            let op = match &entry.kind {
                Kind::Leaf { slot, strides } => Op::Input { slot: *slot, strides: strides.clone() },
                Kind::Op => node.op.clone(),
            };
            let id = graph.add(IrNode { op, inputs, dtype: node.dtype, shape: node.shape.clone() });
            ids.push(id);
        }
        for &r in &self.roots {
            let id = self.id(&mut graph, &ids, r);
            graph.outputs.push(id);
        }
        graph
    }

    /// Whether some op may meet an error of which the processor's flags do not tell: a division of integers (if that is
    /// `divisions`), half precision, which integers round (if that is `halves`), or an op on constants, which is
    /// computed with the plan.
    pub(crate) fn has_silent_ops(&self, divisions: bool, halves: bool) -> bool {
        use Ew::{FloorDivide, Fmod, Reciprocal, Remainder};
        let mut constant: SmallVec<[bool; 32]> = SmallVec::with_capacity(self.entries.len());
        for entry in &self.entries {
            let node = &*entry.array.0;
            let fixed = |r: &Ref| r.0 & CONST != 0 || r.0 & PARAM == 0 && constant[r.0 as usize];
            let folded = !entry.refs.is_empty() && entry.refs.iter().all(fixed);
            constant.push(folded || matches!(node.op, Op::Const(_)));
            if !matches!(node.op, Op::Ew(_) | Op::Cast | Op::Reduce { .. } | Op::Scan { .. }) {
                continue;
            }
            let divides = matches!(node.op, Op::Ew(FloorDivide | Fmod | Reciprocal | Remainder));
            if folded || divisions && divides && node.dtype.is_integer() || halves && node.dtype == DType::F16 {
                return true;
            }
        }
        false
    }

    /// Evaluates op by op over `inputs`, and shows each op with its operands and its value. What no op needs any more
    /// is dropped.
    pub(crate) fn replay(&self, inputs: &[Concrete], mut visit: impl FnMut(&Replayed) -> Raised<()>) -> Raised<()> {
        let mut uses = vec![0usize; self.entries.len()];
        let entries = self.entries.iter().flat_map(|e| &e.refs).filter(|r| r.0 & (PARAM | CONST) == 0);
        entries.for_each(|r| uses[r.0 as usize] += 1);
        let mut values: Vec<Option<Array>> = vec![None; self.entries.len()];
        for (number, entry) in self.entries.iter().enumerate() {
            let node = &*entry.array.0;
            if let Kind::Leaf { slot, .. } = entry.kind {
                values[number] = inputs.get(slot as usize).map(|v| Array::ready(v.clone(), node.location));
                continue;
            }
            let mut operands = Vec::with_capacity(entry.refs.len());
            let mut nodes = Inputs::new();
            for r in &entry.refs {
                let number = r.0 & !(PARAM | CONST);
                let (input, operand) = if r.0 & PARAM != 0 {
                    (Input::Param(self.scalars[number as usize]), self.scalars[number as usize].into())
                } else if r.0 & CONST != 0 {
                    (Input::Const(self.consts[number as usize]), self.consts[number as usize].into())
                } else {
                    let Some(value) = values[number as usize].clone() else { continue };
                    uses[number as usize] -= 1;
                    if uses[number as usize] == 0 {
                        values[number as usize] = None;
                    }
                    (Input::Node(value.clone()), Operand::from(value))
                };
                nodes.push(input);
                operands.push(Cx { location: node.location }.array(operand)?);
            }
            let value = Array::waiting(node.op.clone(), node.dtype, node.shape.clone(), nodes, node.location)?;
            value.eval()?;
            let step = Replayed { array: entry.array.clone(), operands, value };
            visit(&step)?;
            if uses[number] > 0 {
                values[number] = Some(step.value);
            }
        }
        Ok(())
    }

    /// The error of the first `take` whose indices are out of range, signed with its caller, or that of an
    /// integer raised to a negative power in the same loop.
    /// Evaluates indices, so it is for failed evaluations only.
    pub(crate) fn bad_take(&self) -> Option<Raise> {
        for entry in &self.entries {
            let Op::Take { axis } = entry.array.0.op else { continue };
            let operands = match &*entry.array.0.state() {
                State::Lazy(inputs) => inputs.clone(),
                _ => continue,
            };
            let [Input::Node(from), Input::Node(indices)] = operands.as_slice() else { continue };
            let n = from.0.shape[axis];
            let values = indices.eval().and_then(|v| v.to_vec::<i64>()).ok()?;
            let outside = |i: &&i64| !(-(n as i64)..n as i64).contains(*i);
            if let Some(i) = values.iter().find(outside) {
                if *i == i64::MIN {
                    // Several arrays of positions in one; see `index::get`.
                    return None;
                }
                let text = format!("index {i} is out of bounds for axis {axis} with size {n}");
                let error = Raise::New(Class::Index, text).sign("take", entry.array.0.location);
                return Some(Raise::Carried(error));
            }
        }
        // All are in range: then it was the other check of the loop.
        let powers = |e: &Entry| matches!(e.array.0.op, Op::Ew(Ew::Power)) && e.array.0.dtype.is_integer();
        self.entries.iter().any(powers).then(|| of_fault(Fault::NegativePower))
    }

    /// The error of the first host call that fails, signed with its caller. Evaluates calls one by one if
    /// there are several, so it is for failed evaluations only.
    pub(crate) fn failed_call(&self, op: HostOp, fault: Fault) -> Raise {
        let is_call = |e: &&Entry| matches!(&e.array.0.op, Op::Host(call) if call.op == op) && !e.array.is_evaluated();
        let mut entries: Vec<&Entry> = self.entries.iter().filter(is_call).collect();
        // Results of one call stand for it together.
        entries.dedup_by(|a, b| a.refs == b.refs && std::ptr::eq(a.array.0.location, b.array.0.location));
        let calls: Vec<&Array> = entries.into_iter().map(|e| &e.array).collect();
        match calls[..] {
            [] => of_fault(fault),
            [only] => Raise::Carried(of_fault(fault).sign(op.name(), only.0.location)),
            _ => match calls.iter().find_map(|call| call.eval().err()) {
                Some(error) => Raise::Carried(error),
                None => of_fault(fault),
            },
        }
    }

    fn id(&self, graph: &mut Graph, ids: &[NodeId], r: Ref) -> NodeId {
        let leaf = |op, dtype| IrNode { op, inputs: SmallVec::new(), dtype, shape: SmallVec::new() };
        if r.0 & PARAM != 0 {
            let slot = r.0 & !PARAM;
            graph.add(leaf(Op::Param { slot }, self.scalars[slot as usize].dtype()))
        } else if r.0 & CONST != 0 {
            let value = self.consts[(r.0 & !CONST) as usize];
            graph.add(leaf(Op::Const(value), value.dtype()))
        } else {
            ids[r.0 as usize]
        }
    }
}

/// Strides in which axes of length 1 do not make a difference.
fn canonical_strides(map: &IndexMap) -> Strides {
    if map.is_contiguous() { contiguous_strides(&map.shape) } else { map.strides.clone() }
}

fn write_key(key: &mut SmallVec<[u64; 64]>, array: &Array, refs: &[Ref], kind: &Kind) {
    let node = &*array.0;
    let (tag, sub) = match (kind, &node.op) {
        (Kind::Leaf { .. }, _) | (_, Op::Input { .. }) => (0u8, 0u8),
        (_, Op::Ew(op)) => (1, *op as u8),
        (_, Op::Cast) => (2, 0),
        (_, Op::View(View::Permute(_))) => (3, 0),
        (_, Op::View(View::Slice(_))) => (3, 1),
        (_, Op::View(View::Broadcast)) => (3, 2),
        (_, Op::View(View::Reshape)) => (3, 3),
        (_, Op::View(View::Diagonal { .. })) => (3, 4),
        (_, Op::Reduce { op, .. }) => (4, *op as u8),
        (_, Op::Scan { op, .. }) => (5, *op as u8),
        (_, Op::Take { .. }) => (6, 0),
        (_, Op::Concat { .. }) => (7, 0),
        (_, Op::Iota) => (8, 0),
        (_, Op::Const(_)) => (9, 0),
        (_, Op::Param { .. }) => (10, 0),
        (_, Op::Copy) => (11, 0),
        (_, Op::Host(call)) => (12, call.output),
    };
    let head = [tag, sub, node.dtype as u8, node.shape.len() as u8];
    key.push(u64::from(u32::from_le_bytes(head)) | (refs.len() as u64) << 32);
    key.extend(node.shape.iter().map(|&n| n as u64));
    for pair in refs.chunks(2) {
        key.push(u64::from(pair[0].0) | pair.get(1).map_or(0, |r| u64::from(r.0) << 32));
    }
    match (kind, &node.op) {
        (Kind::Leaf { strides, .. }, _) => key.extend(strides.iter().map(|&s| s as u64)),
        (_, Op::View(View::Permute(axes))) => key.extend(axes.iter().map(|&a| a as u64)),
        (_, Op::View(View::Slice(slices))) => {
            key.extend(slices.iter().flat_map(|s| [s.start as u64, s.step as u64]));
        }
        (_, Op::View(View::Diagonal { offset, axis1, axis2 })) => {
            key.extend([*offset as u64, *axis1 as u64, *axis2 as u64]);
        }
        (_, Op::Reduce { axes, .. }) => {
            key.push(axes.len() as u64);
            key.extend(axes.iter().map(|&a| a as u64));
        }
        (_, Op::Scan { axis, .. } | Op::Take { axis } | Op::Concat { axis }) => key.push(*axis as u64),
        (_, Op::Const(value)) => key.extend(value.bits()),
        (_, Op::Host(call)) => {
            key.push(call.op as u64 | (call.params.len() as u64) << 32);
            key.extend(call.params.iter().map(|&p| p as u64));
        }
        _ => {}
    }
}
