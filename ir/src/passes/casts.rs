//! Cast folding.

use smallvec::smallvec;

use super::{Fired, Rule, apply_rules};
use crate::dtype::{DType, Kind};
use crate::graph::{Graph, Node, NodeId, Op};

const RULES: &[(&str, Rule)] = &[("cast-to-same", cast_to_same), ("cast-of-exact-cast", cast_of_exact_cast)];

/// Runs the rules.
pub fn run(graph: &Graph, fired: &mut Fired) -> Graph {
    apply_rules(graph, RULES, fired)
}

fn cast_to_same(graph: &mut Graph, node: &Node) -> Option<NodeId> {
    let input = *node.inputs.first()?;
    (node.op == Op::Cast && graph.node(input).dtype == node.dtype).then_some(input)
}

/// `(x as B) as C` is `x as C` when B holds every value of x's dtype, and C takes them from either alike.
fn cast_of_exact_cast(graph: &mut Graph, node: &Node) -> Option<NodeId> {
    let inner = graph.node(*node.inputs.first()?);
    if node.op != Op::Cast || inner.op != Op::Cast {
        return None;
    }
    let source = inner.inputs[0];
    let from = graph.node(source).dtype;
    // Integers wrap where floats out of range do not.
    let integer = |dtype: DType| matches!(dtype.kind(), Kind::Signed | Kind::Unsigned);
    let differs = integer(from) && inner.dtype.is_inexact() && integer(node.dtype) && !is_exact(from, node.dtype);
    if !is_exact(from, inner.dtype) || differs {
        return None;
    }
    if from == node.dtype {
        return Some(source);
    }
    Some(graph.add(Node { inputs: smallvec![source], ..node.clone() }))
}

/// Every value of `from` is a value of `to`.
fn is_exact(from: DType, to: DType) -> bool {
    // NumPy calls int64 → float64 safe although it rounds.
    let rounds = matches!(from, DType::I64 | DType::U64) && to.is_inexact();
    from.promote(to) == to && !rounds
}
