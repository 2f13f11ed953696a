//! View composition: views move through elementwise ops to the leaves, where they become one
//! index map per operand, so that `(a + b)[1:]` computes only what is kept and never stops fusion.

use smallvec::{SmallVec, smallvec};

use super::{Fired, Memo};
use crate::graph::{Graph, Node, NodeId, Op, View};
use crate::index_map::IndexMap;
use crate::shape::{Shape, broadcast};

/// A value used more than once is recomputed per view, rather than stored, up to this cost.
const CHEAP: u32 = 4;

/// The index map of a node over the memory of its nearest non-view ancestor, or `None` if a
/// reshape on the way is not affine.
pub fn index_map(graph: &Graph, id: NodeId) -> Option<(NodeId, IndexMap)> {
    let mut chain: SmallVec<[NodeId; 8]> = SmallVec::new();
    let mut at = id;
    while let Op::View(_) = graph.node(at).op {
        chain.push(at);
        at = graph.node(at).inputs[0];
    }
    let base = graph.node(at);
    let mut map = IndexMap::contiguous(&base.shape);
    if let Op::Input { strides, .. } = &base.op {
        map.strides = strides.clone();
    }
    for &view_id in chain.iter().rev() {
        let node = graph.node(view_id);
        if let Op::View(view) = &node.op {
            map = map.through(view, &node.shape)?;
        }
    }
    Some((at, map))
}

/// Runs the pass.
pub fn run(graph: &Graph, fired: &mut Fired) -> Graph {
    let old_uses = graph.use_counts();
    let mut pass = Pusher { facts: Vec::new(), memo: Memo::default(), fired };
    graph.rebuild(|new, old_id, node| {
        let id = match &node.op {
            Op::View(view) => pass.push(new, view, &node),
            Op::Ew(_) | Op::Cast => pass.strip_broadcasts(new, node),
            _ => new.add(node),
        };
        pass.learn(new);
        let uses = &mut pass.facts[id.index()].uses;
        *uses = (*uses).max(old_uses[old_id.index()]);
        id
    })
}

#[derive(Clone, Copy)]
struct Facts {
    uses: u32,
    /// What recomputing the value costs per element, down to memory.
    recompute: u32,
}

struct Pusher<'f> {
    facts: Vec<Facts>,
    memo: Memo<(View, Shape, NodeId)>,
    fired: &'f mut Fired,
}

impl Pusher<'_> {
    /// Fills in facts of nodes added since the last call.
    fn learn(&mut self, graph: &Graph) {
        for i in self.facts.len()..graph.len() {
            let node = graph.node(NodeId::new(i));
            let below = || node.inputs.iter().map(|i| self.facts[i.index()].recompute).fold(0, u32::saturating_add);
            let recompute = match node.op {
                Op::Ew(op) => {
                    let loop_dtype = graph.node(node.inputs[node.inputs.len() - 1]).dtype;
                    below().saturating_add(op.cost(loop_dtype))
                }
                Op::Cast => below().saturating_add(1),
                Op::View(_) => below(),
                _ => 0,
            };
            self.facts.push(Facts { uses: 1, recompute });
        }
    }

    fn pushable(&self, graph: &Graph, id: NodeId) -> bool {
        let facts = self.facts[id.index()];
        matches!(graph.node(id).op, Op::Ew(_) | Op::Cast) && (facts.uses <= 1 || facts.recompute <= CHEAP)
    }

    /// The node for `view` of `node.inputs[0]`, moved below elementwise ops where that helps.
    fn push(&mut self, graph: &mut Graph, view: &View, node: &Node) -> NodeId {
        let source = node.inputs[0];
        // A broadcast below an op would recompute the op; consumers take it as it is.
        let movable = !matches!(view, View::Broadcast) && self.pushable(graph, source);
        if movable && let Some(id) = self.push_region(graph, view, node) {
            return id;
        }
        self.place(graph, view, &node.shape, source)
    }

    /// `view` of one operand: composed if affine, else of a copy.
    fn place(&mut self, graph: &mut Graph, view: &View, shape: &Shape, source: NodeId) -> NodeId {
        let src = graph.node(source);
        let dtype = src.dtype;
        let affine = index_map(graph, source).and_then(|(_, map)| map.through(view, shape)).is_some();
        let source = if affine {
            source
        } else {
            self.fired.note("copy-for-reshape");
            let copy = Node { op: Op::Copy, inputs: smallvec![source], dtype, shape: src.shape.clone() };
            graph.add(copy)
        };
        graph.add(Node { op: Op::View(view.clone()), inputs: smallvec![source], dtype, shape: shape.clone() })
    }

    /// Rebuilds the elementwise region above a view's source with the view on its operands.
    fn push_region(&mut self, graph: &mut Graph, view: &View, node: &Node) -> Option<NodeId> {
        let source = node.inputs[0];
        let from = graph.node(source).shape.clone();
        let mut region: Vec<NodeId> = vec![source];
        let mut inside = Memo::<NodeId>::default();
        inside.insert(source, source);
        let mut operands: Vec<NodeId> = Vec::new();
        let mut next = 0;
        while next < region.len() {
            for &i in &graph.node(region[next]).inputs.clone() {
                if inside.contains_key(&i) || graph.node(i).shape.is_empty() {
                    continue;
                }
                if graph.node(i).shape == from && self.pushable(graph, i) {
                    inside.insert(i, i);
                    region.push(i);
                } else {
                    operands.push(i);
                }
            }
            next += 1;
        }
        if *view == View::Reshape && !operands.iter().all(|&i| reshapes(graph, i, &from, &node.shape)) {
            return None;
        }
        self.fired.note("push-view");
        region.sort_unstable();
        for &m in &region {
            let old = graph.node(m).clone();
            let mut inputs = old.inputs.clone();
            for i in &mut inputs {
                *i = if let (true, Some(&mapped)) = (region.binary_search(i).is_ok(), inside.get(i)) {
                    mapped
                } else if graph.node(*i).shape.is_empty() {
                    *i
                } else {
                    self.view_operand(graph, view, &from, &node.shape, *i)
                };
            }
            let mut mapped = Node { inputs, ..old };
            mapped.shape = operand_shape(graph, &mapped);
            let id = graph.add(mapped);
            // With only 0-d operands left the op itself is 0-d.
            let same = graph.node(id).shape == node.shape;
            let mapped = if same { id } else { self.broadcast_to(graph, id, &node.shape) };
            inside.insert(m, mapped);
        }
        self.learn(graph);
        inside.get(&source).copied()
    }

    fn broadcast_to(&mut self, graph: &mut Graph, id: NodeId, shape: &Shape) -> NodeId {
        let dtype = graph.node(id).dtype;
        graph.add(Node { op: Op::View(View::Broadcast), inputs: smallvec![id], dtype, shape: shape.clone() })
    }

    fn view_operand(&mut self, graph: &mut Graph, view: &View, from: &Shape, to: &Shape, id: NodeId) -> NodeId {
        let key = (view.clone(), to.clone(), id);
        if let Some(&done) = self.memo.get(&key) {
            return done;
        }
        let full = if graph.node(id).shape == *from { id } else { self.broadcast_to(graph, id, from) };
        let viewed = self.place(graph, view, to, full);
        self.memo.insert(key, viewed);
        self.learn(graph);
        viewed
    }

    /// Elementwise ops broadcast their operands anyway, and an op whose operands are all smaller
    /// than its shape runs on the smaller shape: a broadcast never recomputes.
    fn strip_broadcasts(&mut self, graph: &mut Graph, node: Node) -> NodeId {
        let mut small = node.clone();
        for i in &mut small.inputs {
            while graph.node(*i).op == Op::View(View::Broadcast) {
                *i = graph.node(*i).inputs[0];
            }
        }
        if small.inputs == node.inputs {
            return graph.add(node);
        }
        self.fired.note("strip-broadcast");
        small.shape = operand_shape(graph, &small);
        let shape_differs = small.shape != node.shape;
        let id = graph.add(small);
        if shape_differs { self.broadcast_to(graph, id, &node.shape) } else { id }
    }
}

fn operand_shape(graph: &Graph, node: &Node) -> Shape {
    node.inputs.iter().fold(Shape::new(), |s, &i| broadcast(&s, &graph.node(i).shape).unwrap_or(s))
}

/// Whether an operand, broadcast to `from`, can be reshaped to `to` without a copy.
fn reshapes(graph: &Graph, id: NodeId, from: &Shape, to: &Shape) -> bool {
    let Some((_, map)) = index_map(graph, id) else { return false };
    map.through(&View::Broadcast, from).and_then(|m| m.through(&View::Reshape, to)).is_some()
}
