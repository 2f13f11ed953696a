//! Graphs: every node's shape and dtype follow from its operands.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::graph::{Graph, Node, NodeId, Op};
use crate::infer::{Hint, Operand, infer};
use crate::print;
use crate::shape::tuple;

/// Checks a graph: operands come before users, every node's shape and dtype are those that
/// [`infer`] finds, no size overflows, and an array or scalar of the evaluation has one type.
///
/// The error names the first broken node as a dump does.
pub fn graph(graph: &Graph) -> Result<(), String> {
    if let Some(o) = graph.outputs.iter().find(|o| o.index() >= graph.len()) {
        return Err(format!("output {} does not exist", o.index()));
    }
    let mut slots = FxHashMap::default();
    for id in graph.ids() {
        node(graph, id, &mut slots).map_err(|e| {
            let op = print::op_name(&graph.node(id).op);
            match print::names(graph).swap_remove(id.index()) {
                Some(name) => format!("{name}: {op}: {e}"),
                None => format!("dead node {}: {op}: {e}", id.index()),
            }
        })?;
    }
    Ok(())
}

/// The node that declares each input (`false`) and parameter (`true`).
type Slots<'g> = FxHashMap<(bool, u32), &'g Node>;

fn node<'g>(graph: &'g Graph, id: NodeId, slots: &mut Slots<'g>) -> Result<(), String> {
    let node = graph.node(id);
    if let Some(later) = node.inputs.iter().find(|&&i| i >= id) {
        return Err(format!("operand {} does not come before it", later.index()));
    }
    let operands: SmallVec<[Operand; 4]> =
        node.inputs.iter().map(|&i| (graph.node(i).shape.as_slice(), graph.node(i).dtype)).collect();
    let hint = Hint { shape: Some(&node.shape), dtype: Some(node.dtype) };
    let (shape, dtype) = infer(&node.op, &operands, hint)?;
    if shape != node.shape {
        return Err(format!("shape is {}, not {}", tuple(&shape), tuple(&node.shape)));
    }
    if dtype != node.dtype {
        return Err(format!("dtype is {dtype}, not {}", node.dtype));
    }
    let (kind, slot) = match node.op {
        Op::Input { slot, .. } => (false, slot),
        Op::Param { slot } => (true, slot),
        _ => return Ok(()),
    };
    match slots.entry((kind, slot)) {
        Entry::Occupied(first) if *first.get() != node => Err(format!("slot {slot} is declared twice")),
        Entry::Occupied(_) => Ok(()),
        Entry::Vacant(entry) => {
            entry.insert(node);
            Ok(())
        }
    }
}
