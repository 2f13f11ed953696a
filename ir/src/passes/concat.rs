//! Elementwise ops move into the parts of a concatenation, so that each part is written once, by
//! the loop that computes it.

use smallvec::SmallVec;

use super::Fired;
use crate::graph::{Graph, Node, NodeId, Op};

/// `f(concat(a, b), scalar)` becomes `concat(f(a, scalar), f(b, scalar))` when nothing else uses
/// the concatenation.
pub fn run(graph: &Graph, fired: &mut Fired) -> Graph {
    let uses = graph.use_counts();
    let single: Vec<bool> = uses.iter().map(|&u| u <= 1).collect();
    // Old operand ids, to look up use counts: `rebuild` hands out renamed ones.
    graph.rebuild(|new, old_id, node| {
        let old = graph.node(old_id);
        match sink(new, &node, |k| single[old.inputs[k].index()]) {
            Some(id) => {
                fired.note("sink-into-concat");
                id
            }
            None => new.add(node),
        }
    })
}

fn sink(graph: &mut Graph, node: &Node, single_use: impl Fn(usize) -> bool) -> Option<NodeId> {
    if !matches!(node.op, Op::Ew(_) | Op::Cast) {
        return None;
    }
    let is_concat = |id: NodeId| matches!(graph.node(id).op, Op::Concat { .. });
    let at = node.inputs.iter().position(|&i| is_concat(i))?;
    let others_scalar = node.inputs.iter().enumerate().all(|(k, &i)| k == at || graph.node(i).shape.is_empty());
    let concat = graph.node(node.inputs[at]).clone();
    if !others_scalar || !single_use(at) || concat.shape != node.shape {
        return None;
    }
    let parts: SmallVec<[NodeId; 3]> = concat
        .inputs
        .iter()
        .map(|&part| {
            let mut inputs = node.inputs.clone();
            inputs[at] = part;
            let shape = graph.node(part).shape.clone();
            graph.add(Node { op: node.op.clone(), inputs, dtype: node.dtype, shape })
        })
        .collect();
    Some(graph.add(Node { op: concat.op, inputs: parts, dtype: node.dtype, shape: node.shape.clone() }))
}
