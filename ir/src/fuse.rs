//! Fusion: which nodes share a kernel.
//!
//! Nodes get a *depth*, the number of stored values on the longest path below them, and a *space*,
//! the shape their loop runs over. Nodes of one depth and space that feed each other, or read the
//! same array, form a cluster, which becomes one loop. Nodes of one depth cannot depend on each
//! other through memory, so clusters never form a cycle, and one sweep suffices.
//!
//! A value needed by another cluster is either recomputed there (if cheap, or if it only changes
//! with outer loops, where it is hoisted) or stored once and loaded.

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use crate::graph::{Graph, NodeId, Op, View};
use crate::shape::Shape;

/// A value is recomputed in another cluster, rather than stored and loaded, up to this cost.
const CHEAP: u32 = 4;
/// A value that only changes with the outer loops is recomputed there up to this cost.
const HOISTABLE: u32 = 400;
/// A value that repeats along an outer axis and changes along the innermost is recomputed up to this
/// cost: stored, it takes little memory and is divided, say, once.
const REPEATED: u32 = 2;
/// The innermost length from which hoisting pays.
const HOIST_INNER: usize = 16;
/// Most nodes per cluster: compile time is superlinear in the body's length.
pub const MAX_NODES: usize = 320;
/// Most array operands per cluster.
pub const MAX_LOADS: usize = 24;

/// What a cluster's loop does besides elementwise work.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Kind {
    /// Elementwise only.
    #[default]
    Map,
    /// Reduces these axes of the space.
    Reduce(SmallVec<[usize; 4]>),
    /// Runs along this axis of the space.
    Scan(usize),
}

/// Nodes that share one loop.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// Stored values on the longest path below.
    pub depth: u32,
    /// What the loop runs over.
    pub space: Shape,
    /// Reduction, scan or neither.
    pub kind: Kind,
    /// The members, in topological order.
    pub nodes: Vec<NodeId>,
    count: usize,
    loads: FxHashSet<NodeId>,
}

/// Why an edge of the graph became a store and a load.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stop {
    /// A reduction's result is needed.
    Reduction,
    /// Library kernels read and write whole arrays.
    HostCall,
    /// The cluster would have too many nodes.
    TooManyNodes,
    /// The cluster would read too many arrays.
    TooManyLoads,
    /// Reductions over different axes, or a scan among reductions.
    OtherAxes,
    /// Needed under several views, and dearer to recompute than to store.
    ViewsOfDear,
    /// Broadcast along the innermost axis, and dearer to recompute than to store.
    BroadcastOfDear,
}

impl Stop {
    /// The reason in words.
    pub fn why(self) -> &'static str {
        match self {
            Stop::Reduction => "the result of a reduction, copy or concatenation is needed whole",
            Stop::HostCall => "a host call needs and gives whole arrays",
            Stop::TooManyNodes => "the kernel would exceed the limit on ops",
            Stop::TooManyLoads => "the kernel would exceed the limit on operands",
            Stop::OtherAxes => "reductions or scans over other axes",
            Stop::ViewsOfDear => "read through a view, and dearer to recompute than to store",
            Stop::BroadcastOfDear => "broadcast, and dearer to recompute than to store",
        }
    }
}

/// The result of fusion.
pub struct Fusion {
    /// Union-find parents over cluster numbers.
    parent: Vec<u32>,
    clusters: Vec<Cluster>,
    member: Vec<u32>,
    depth: Vec<u32>,
    recompute: Vec<u32>,
    /// Where fusion stopped: the user, the operand, and why.
    pub stops: Vec<(NodeId, NodeId, Stop)>,
}

const NONE: u32 = u32::MAX;

/// The nearest ancestor that is not a view.
pub fn base(graph: &Graph, mut id: NodeId) -> NodeId {
    while let Op::View(_) = graph.node(id).op {
        id = graph.node(id).inputs[0];
    }
    id
}

/// Inputs and generators: nothing to compute.
pub fn is_leaf(graph: &Graph, id: NodeId) -> bool {
    let node = graph.node(id);
    node.is_generator() || matches!(node.op, Op::Input { .. })
}

/// Computed point by point within a loop.
fn is_pointwise(op: &Op) -> bool {
    matches!(op, Op::Ew(_) | Op::Cast | Op::Take { .. })
}

/// What a node's loop runs over; `None` for nodes that are no loop of their own.
pub fn space(graph: &Graph, id: NodeId) -> Option<&Shape> {
    let node = graph.node(id);
    match node.op {
        Op::Ew(_) | Op::Cast | Op::Take { .. } | Op::Scan { .. } | Op::Copy => Some(&node.shape),
        Op::Reduce { .. } => Some(&graph.node(node.inputs[0]).shape),
        _ => None,
    }
}

/// Whether an operand can be computed where it is used: its indices are those of the loop. The
/// indices of a `take` are, unless axes follow the taken one; the array taken from never is.
pub fn can_inline(graph: &Graph, user: NodeId, position: usize) -> bool {
    let node = graph.node(user);
    match node.op {
        Op::Take { axis } => position == 1 && axis + graph.node(node.inputs[1]).shape.len() == node.shape.len(),
        Op::Concat { .. } | Op::Host(_) => false,
        _ => true,
    }
}

/// The value under broadcasts, which loops apply by themselves.
pub fn strip_broadcast(graph: &Graph, mut id: NodeId) -> NodeId {
    while graph.node(id).op == Op::View(View::Broadcast) {
        id = graph.node(id).inputs[0];
    }
    id
}

impl Fusion {
    /// Clusters a graph that has been through the passes.
    pub fn new(graph: &Graph) -> Fusion {
        let n = graph.len();
        let mut fusion = Fusion {
            parent: Vec::new(),
            clusters: Vec::new(),
            member: vec![NONE; n],
            depth: vec![0; n],
            recompute: vec![0; n],
            stops: Vec::new(),
        };
        let live = graph.live();
        let mut by_load: FxHashMap<(u32, Shape, NodeId), u32> = FxHashMap::default();
        for id in graph.ids().filter(|id| live[id.index()]) {
            fusion.visit(graph, id, &mut by_load);
        }
        for id in graph.ids() {
            if fusion.member[id.index()] != NONE {
                let c = fusion.cluster_of(id).unwrap_or(0);
                fusion.clusters[c].nodes.push(id);
            }
        }
        fusion
    }

    fn visit(&mut self, graph: &Graph, id: NodeId, by_load: &mut FxHashMap<(u32, Shape, NodeId), u32>) {
        let node = graph.node(id);
        let i = id.index();
        if is_leaf(graph, id) {
            return;
        }
        if let Op::View(_) = node.op {
            self.depth[i] = self.depth[node.inputs[0].index()];
            return;
        }
        let Some(space) = space(graph, id).cloned() else {
            // A concatenation, whose parts are written in place or copied, or a host call.
            if let Op::Host(_) = node.op {
                let computed = node.inputs.iter().filter(|&&o| !is_leaf(graph, base(graph, o)));
                self.stops.extend(computed.map(|&o| (id, o, Stop::HostCall)));
            }
            self.depth[i] = node.inputs.iter().map(|&o| self.depth[base(graph, o).index()]).max().unwrap_or(0) + 1;
            self.recompute[i] = u32::MAX;
            return;
        };
        self.recompute[i] = self.recompute_cost(graph, id);

        let mut depth = 0;
        let mut fused: SmallVec<[NodeId; 3]> = SmallVec::new();
        let mut loads: SmallVec<[NodeId; 3]> = SmallVec::new();
        for (position, &operand) in node.inputs.iter().enumerate() {
            let direct = strip_broadcast(graph, operand);
            let producer = base(graph, direct);
            if is_leaf(graph, producer) {
                if !graph.node(producer).is_generator() {
                    loads.push(direct);
                }
                continue;
            }
            let below = self.depth[producer.index()];
            let op = &graph.node(direct).op;
            let inlinable = can_inline(graph, id, position) && (is_pointwise(op) || matches!(op, Op::Scan { .. }));
            let same_space = graph.node(direct).shape == space;
            if inlinable && same_space {
                fused.push(direct);
                depth = depth.max(below);
            } else if inlinable && self.can_recompute(graph, direct, &space) {
                depth = depth.max(below);
            } else {
                let why = match op {
                    Op::View(_) if is_pointwise(&graph.node(producer).op) => Stop::ViewsOfDear,
                    op if is_pointwise(op) => Stop::BroadcastOfDear,
                    _ if matches!(graph.node(producer).op, Op::Host(_)) => Stop::HostCall,
                    _ => Stop::Reduction,
                };
                self.stops.push((id, direct, why));
                loads.push(direct);
                depth = depth.max(below + 1);
            }
        }
        let kind = match &node.op {
            Op::Reduce { axes, .. } => Kind::Reduce(axes.clone()),
            Op::Scan { axis, .. } => Kind::Scan(*axis),
            _ => Kind::Map,
        };
        let own = self.new_cluster(depth, space.clone(), kind, &loads);
        for &o in &fused {
            if self.depth[o.index()] != depth {
                continue; // recomputed or loaded
            }
            let Some(c) = self.cluster_of(o) else { continue };
            if let Err(why) = self.union(own, c as u32) {
                // Start over one level up: operands come from memory.
                self.stops.push((id, o, why));
                depth += 1;
                break;
            }
        }
        let own = if self.clusters[self.find(own) as usize].depth == depth {
            own
        } else {
            let kind = self.clusters[own as usize].kind.clone();
            self.new_cluster(depth, space.clone(), kind, &loads)
        };
        self.member[i] = own;
        self.depth[i] = depth;
        for &load in &loads {
            let key = (depth, space.clone(), base(graph, load));
            match by_load.get(&key) {
                // Siblings that read the same array run over it once, unless a limit says no.
                Some(&other) => drop(self.union(own, other)),
                None => drop(by_load.insert(key, own)),
            }
        }
    }

    /// What recomputing a value costs per element, down to memory.
    fn recompute_cost(&self, graph: &Graph, id: NodeId) -> u32 {
        let node = graph.node(id);
        let own = match node.op {
            Op::Ew(op) => op.cost(graph.node(node.inputs[node.inputs.len() - 1]).dtype),
            Op::Cast => 1,
            Op::Take { .. } => 8,
            _ => return u32::MAX,
        };
        node.inputs.iter().enumerate().fold(own, |sum, (position, &o)| {
            let direct = strip_broadcast(graph, o);
            // What shares the loop costs; what is loaded is there. A running reduction shares the
            // loop and cannot be computed elsewhere.
            let shared = match graph.node(direct).op {
                Op::Scan { .. } => graph.node(direct).shape == node.shape,
                ref op => is_pointwise(op),
            };
            let same = graph.node(direct).shape == node.shape;
            let inline =
                shared && can_inline(graph, id, position) && (same || self.can_recompute(graph, direct, &node.shape));
            sum.saturating_add(if inline { self.recompute[direct.index()] } else { 0 })
        })
    }

    /// Whether a cluster over `space` computes this value itself instead of loading it.
    pub fn can_recompute(&self, graph: &Graph, id: NodeId, space: &Shape) -> bool {
        let cost = self.recompute[id.index()];
        // Constant along the innermost loop?
        let shape = &graph.node(id).shape;
        let inner = space.iter().rposition(|&n| n != 1);
        let still = inner.is_none_or(|d| (d + shape.len()).checked_sub(space.len()).is_none_or(|k| shape[k] == 1));
        let smaller = shape.iter().product::<usize>() < space.iter().product::<usize>();
        if cost <= if smaller && !still { REPEATED } else { CHEAP } {
            return true;
        }
        let long = inner.is_none_or(|d| space[d] >= HOIST_INNER);
        still && long && smaller && cost <= HOISTABLE
    }

    fn new_cluster(&mut self, depth: u32, space: Shape, kind: Kind, loads: &[NodeId]) -> u32 {
        let id = self.clusters.len() as u32;
        let loads = loads.iter().copied().collect();
        self.clusters.push(Cluster { depth, space, kind, nodes: Vec::new(), count: 1, loads });
        self.parent.push(id);
        id
    }

    fn find(&self, mut c: u32) -> u32 {
        while self.parent[c as usize] != c {
            c = self.parent[c as usize];
        }
        c
    }

    /// Merges two clusters of one depth and space, if the limits allow.
    fn union(&mut self, a: u32, b: u32) -> Result<(), Stop> {
        let (a, b) = (self.find(a), self.find(b));
        if a == b {
            return Ok(());
        }
        // By size, so that `find` stays short.
        let (big, small) =
            if self.clusters[a as usize].count >= self.clusters[b as usize].count { (a, b) } else { (b, a) };
        let kind = match (&self.clusters[big as usize].kind, &self.clusters[small as usize].kind) {
            (x, Kind::Map) => x.clone(),
            (Kind::Map, y) => y.clone(),
            (x, y) if x == y => x.clone(),
            _ => return Err(Stop::OtherAxes),
        };
        if self.clusters[big as usize].count + self.clusters[small as usize].count > MAX_NODES {
            return Err(Stop::TooManyNodes);
        }
        let new_loads = {
            let (x, y) = (&self.clusters[big as usize].loads, &self.clusters[small as usize].loads);
            x.len() + y.iter().filter(|l| !x.contains(l)).count()
        };
        if new_loads > MAX_LOADS {
            return Err(Stop::TooManyLoads);
        }
        let taken = std::mem::take(&mut self.clusters[small as usize].loads);
        let count = self.clusters[small as usize].count;
        let into = &mut self.clusters[big as usize];
        into.loads.extend(taken);
        into.count += count;
        into.kind = kind;
        self.parent[small as usize] = big;
        Ok(())
    }

    /// The cluster of a node.
    pub fn cluster_of(&self, id: NodeId) -> Option<usize> {
        let c = self.member[id.index()];
        (c != NONE).then(|| self.find(c) as usize)
    }

    /// A cluster by number.
    pub fn cluster(&self, number: usize) -> &Cluster {
        &self.clusters[number]
    }

    /// Numbers of the clusters that have nodes, shallowest first.
    pub fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.clusters.len()).filter(|&c| !self.clusters[c].nodes.is_empty()).collect();
        order.sort_by_key(|&c| (self.clusters[c].depth, self.clusters[c].nodes[0]));
        order
    }

    /// The depth of a node: stored values on the longest path below it.
    pub fn depth_of(&self, id: NodeId) -> u32 {
        self.depth[id.index()]
    }
}
