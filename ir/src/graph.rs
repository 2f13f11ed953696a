//! The DAG of one evaluation: hash-consed nodes over `petgraph`.
//!
//! Nodes are only ever appended, operands first, so the index order is a topological order.
//! Passes do not edit a graph; they build a new one ([`Graph::rebuild`]).

use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::dtype::DType;
use crate::host::HostCall;
use crate::index_map::Strides;
use crate::op::{Ew, ReduceOp, ScanOp};
use crate::scalar::Scalar;
use crate::shape::Shape;

/// Names a node of a [`Graph`].
pub type NodeId = NodeIndex<u32>;

/// Start and step along one axis; the length is in the view's shape.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Slice {
    /// Index of the first element.
    pub start: usize,
    /// Step, negative to run backwards, never 0.
    pub step: isize,
}

/// A view: the same elements under other indices. The node's shape completes it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum View {
    /// Axis `d` of the view is axis `axes[d]` of the operand.
    Permute(SmallVec<[usize; 4]>),
    /// One slice per axis.
    Slice(SmallVec<[Slice; 4]>),
    /// NumPy's broadcasting to the node's shape.
    Broadcast,
    /// Row-major reinterpretation under the node's shape.
    Reshape,
    /// The `offset`-th diagonal of two axes, which becomes the last axis.
    Diagonal {
        /// Above (positive) or below the main diagonal.
        offset: isize,
        /// Row axis.
        axis1: usize,
        /// Column axis.
        axis2: usize,
    },
}

/// What a node computes.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Op {
    /// Concrete array number `slot`, with the strides (in elements) of its memory.
    Input {
        /// Which of the evaluation's arrays.
        slot: u32,
        /// Element strides.
        strides: Strides,
    },
    /// A 0-d run-time scalar: number `slot` of the evaluation's scalars.
    Param {
        /// Which of the evaluation's scalars.
        slot: u32,
    },
    /// A 0-d constant whose value passes may use. The library's own constants, never a user's.
    Const(Scalar),
    /// `0, 1, …, n-1` as `int64`, shape `(n,)`.
    Iota,
    /// An elementwise op; operands of the loop's dtype, broadcast to the node's shape.
    Ew(Ew),
    /// `astype` to the node's dtype.
    Cast,
    /// See [`View`].
    View(View),
    /// The operand, stored contiguously: what a reshape needs that no index map expresses.
    Copy,
    /// Reduction over `axes` (ascending), which the shape loses. `argmin`/`argmax` count
    /// positions in row-major order over `axes`.
    Reduce {
        /// Which reduction.
        op: ReduceOp,
        /// Reduced axes, ascending.
        axes: SmallVec<[usize; 4]>,
    },
    /// Running reduction along an axis.
    Scan {
        /// Which scan.
        op: ScanOp,
        /// The axis.
        axis: usize,
    },
    /// `take(a, indices, axis)`: operands `(a, indices: int64)`. Negative indices count from the
    /// end; an index out of range is a fault of the evaluation.
    Take {
        /// The axis.
        axis: usize,
    },
    /// Operands joined along an axis; all of the node's dtype.
    Concat {
        /// The axis.
        axis: usize,
    },
    /// A result of a library kernel, which needs its operands whole.
    Host(HostCall),
}

/// A node: an op, its operands, and the dtype and shape of its value.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Node {
    /// What it computes.
    pub op: Op,
    /// Operands in order.
    pub inputs: SmallVec<[NodeId; 3]>,
    /// The value's dtype.
    pub dtype: DType,
    /// The value's shape.
    pub shape: Shape,
}

impl Node {
    /// The number of elements. Shapes in a graph never overflow.
    pub fn size(&self) -> usize {
        self.shape.iter().product()
    }

    /// No operands and no memory behind it: a constant, a parameter or an iota.
    pub fn is_generator(&self) -> bool {
        matches!(self.op, Op::Const(_) | Op::Param { .. } | Op::Iota)
    }
}

/// A DAG of nodes with named outputs.
#[derive(Clone, Default)]
pub struct Graph {
    dag: DiGraph<Node, u32>,
    seen: FxHashMap<Node, NodeId>,
    /// The values wanted, in order.
    pub outputs: Vec<NodeId>,
}

impl Graph {
    /// An empty graph.
    pub fn new() -> Graph {
        Graph::default()
    }

    /// Adds a node, or finds the equal one that is there.
    pub fn add(&mut self, node: Node) -> NodeId {
        if let Some(&id) = self.seen.get(&node) {
            return id;
        }
        let id = self.dag.add_node(node.clone());
        for (slot, &input) in node.inputs.iter().enumerate() {
            debug_assert!(input < id, "operands come first");
            self.dag.add_edge(input, id, slot as u32);
        }
        self.seen.insert(node, id);
        id
    }

    /// A node.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.dag[id]
    }

    /// The number of nodes.
    pub fn len(&self) -> usize {
        self.dag.node_count()
    }

    /// Whether there are no nodes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All nodes, operands before users.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        (0..self.len() as u32).map(NodeId::from)
    }

    /// The nodes that use a value, once per operand position.
    pub fn users(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        self.dag.edges_directed(id, Direction::Outgoing).map(|e| e.target())
    }

    /// The `petgraph` graph: edges run from operand to user and carry the operand's position.
    pub fn dag(&self) -> &DiGraph<Node, u32> {
        &self.dag
    }

    /// Which nodes the outputs need.
    pub fn live(&self) -> Vec<bool> {
        let mut live = vec![false; self.len()];
        for &o in &self.outputs {
            live[o.index()] = true;
        }
        for id in self.ids().rev() {
            if live[id.index()] {
                for &i in &self.node(id).inputs {
                    live[i.index()] = true;
                }
            }
        }
        live
    }

    /// How often each node is used by live nodes and outputs.
    pub fn use_counts(&self) -> Vec<u32> {
        let live = self.live();
        let mut uses = vec![0u32; self.len()];
        for &o in &self.outputs {
            uses[o.index()] += 1;
        }
        for id in self.ids().filter(|id| live[id.index()]) {
            for i in &self.node(id).inputs {
                uses[i.index()] += 1;
            }
        }
        uses
    }

    /// A new graph of the live nodes, each replaced by what `rewrite` makes of it. `rewrite` gets
    /// the new graph, the node's old name, and the node with its operands already renamed.
    pub fn rebuild(&self, mut rewrite: impl FnMut(&mut Graph, NodeId, Node) -> NodeId) -> Graph {
        let live = self.live();
        let mut new = Graph::new();
        let mut map = vec![NodeId::end(); self.len()];
        for id in self.ids().filter(|id| live[id.index()]) {
            let mut node = self.node(id).clone();
            for i in &mut node.inputs {
                *i = map[i.index()];
            }
            map[id.index()] = rewrite(&mut new, id, node);
        }
        new.outputs = self.outputs.iter().map(|o| map[o.index()]).collect();
        new
    }
}

/// The name of a node in dumps: A, B, …, Z, AA, AB, ….
///
/// ```
/// use numfuse_ir::graph::letters;
/// assert_eq!([letters(0), letters(25), letters(26)], ["A", "Z", "AA"]);
/// ```
pub fn letters(mut index: usize) -> String {
    let mut name = Vec::new();
    loop {
        name.push(b'A' + (index % 26) as u8);
        if index < 26 {
            break;
        }
        index = index / 26 - 1;
    }
    name.reverse();
    String::from_utf8_lossy(&name).into_owned()
}
