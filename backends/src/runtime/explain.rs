//! The story of an evaluation, as text.

use std::fmt::Write;

use numfuse_ir::{Graph, fuse, graph::letters, lower, passes};

/// The graph, the rewrites, the kernels and their traffic.
pub fn explain(graph: &Graph) -> String {
    let mut out = String::new();
    let optimized = passes::optimize(graph.clone(), |name, fired, _| {
        let _ = writeln!(out, "{name}: {fired:?}");
    });
    let optimized = lower::kernels::store_generated_outputs(&optimized);
    let fusion = fuse::Fusion::new(&optimized);
    let program = lower::kernels::program_of(&optimized, &fusion);
    for (k, kernel) in program.kernels.iter().enumerate() {
        let names: Vec<String> = kernel.nodes.iter().map(|n| letters(n.index())).collect();
        let (read, written) = kernel.traffic();
        let _ = writeln!(out, "kernel {k}: {} reads {read} B, writes {written} B", names.join(" "));
    }
    out
}
