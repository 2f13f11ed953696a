//! Ops that the kernels do not run as written.

use smallvec::smallvec;

use super::Fired;
use crate::dtype::DType;
use crate::graph::{Graph, Node, NodeId, Op};
use crate::op::ReduceOp;

/// `float16` reductions accumulate in `float32` lanes: sums and products round once at the end, as
/// NumPy's do, and extremes are exact anyway.
pub fn run(graph: &Graph, fired: &mut Fired) -> Graph {
    graph.rebuild(|new, _, node| match node.op {
        Op::Reduce { op, .. } if node.dtype == DType::F16 && !matches!(op, ReduceOp::Any | ReduceOp::All) => {
            fired.note("f16-reduce-in-f32");
            let cast = |new: &mut Graph, input: NodeId, dtype| {
                let shape = new.node(input).shape.clone();
                new.add(Node { op: Op::Cast, inputs: smallvec![input], dtype, shape })
            };
            let wide = cast(new, node.inputs[0], DType::F32);
            let sum = new.add(Node { inputs: smallvec![wide], dtype: DType::F32, ..node });
            cast(new, sum, DType::F16)
        }
        _ => new.add(node),
    })
}
