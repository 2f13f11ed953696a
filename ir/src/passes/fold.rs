//! Constant folding: ops whose operands are all the library's own constants.

use crate::eval;
use crate::graph::{Graph, Node, Op};
use crate::kernel::{Builder, Inst};
use crate::lower::{Lanes, elementwise};
use crate::routine::Routine;
use crate::scalar::Scalar;

use super::Fired;

/// Folds `Ew` and `Cast` nodes over `Const` operands. Routine calls are left to run time.
pub fn run(graph: &Graph, fired: &mut Fired) -> Graph {
    graph.rebuild(|new, _, node| {
        if let Some(value) = fold(new, &node) {
            fired.note("fold-constants");
            return new.add(Node { op: Op::Const(value), inputs: Default::default(), ..node });
        }
        new.add(node)
    })
}

fn fold(graph: &Graph, node: &Node) -> Option<Scalar> {
    if node.inputs.is_empty() || !node.shape.is_empty() {
        return None;
    }
    let mut b = Builder::new();
    let mut args = Vec::new();
    let mut dtype = node.dtype;
    for (k, &i) in node.inputs.iter().enumerate() {
        let Op::Const(value) = graph.node(i).op else { return None };
        if k == usize::from(node.op == Op::Ew(crate::Ew::Where)) {
            dtype = value.dtype();
        }
        args.push(constant(&mut b, value));
    }
    let lanes = match node.op {
        Op::Ew(op) => elementwise::lower(&mut b, op, dtype, &args),
        Op::Cast => elementwise::cast(&mut b, dtype, node.dtype, &args[0]),
        _ => return None,
    };
    let lanes = elementwise::to_memory(&mut b, node.dtype, lanes);
    let body = b.finish();
    if body.insts().any(|(_, inst, _)| matches!(inst, Inst::Call(..) | Inst::CallWhere(..))) {
        return None;
    }
    let mut values = Vec::new();
    eval::body(&body, &mut values, &mut NoContext);
    let bit = |k: usize| lanes.0.get(k).map_or(0, |v| values[v.0 as usize]);
    Some(Scalar::from_bits(node.dtype, [bit(0), bit(1)]))
}

/// The lanes of a constant, as [`elementwise`] wants them.
pub fn constant(b: &mut Builder, value: Scalar) -> Lanes {
    let lane = crate::kernel::Lane::of_memory(value.dtype());
    let [re, im] = value.bits();
    let re = b.bits(lane, re);
    let lanes = if value.dtype().is_complex() { Lanes::complex(re, b.bits(lane, im)) } else { Lanes::real(re) };
    elementwise::from_memory(b, value.dtype(), lanes)
}

struct NoContext;

impl eval::Context for NoContext {
    fn leaf(&mut self, _: &Inst, _: u64, _: &[u64]) -> u64 {
        0
    }
    fn call(&mut self, _: Routine, _: &[u64]) -> u64 {
        0
    }
}
