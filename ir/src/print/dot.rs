//! Graphs for Graphviz.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::Cluster;
use super::graph::{declaration, expression, names};
use crate::graph::{Graph, Op};

/// The live nodes of a graph in Graphviz' language, boxed by kernel if `cluster` is given.
/// Outputs have a double frame.
pub fn dot(graph: &Graph, cluster: Cluster) -> String {
    let names = names(graph);
    let mut is_output = vec![false; graph.len()];
    graph.outputs.iter().for_each(|o| is_output[o.index()] = true);
    let mut clusters: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    let mut out = String::from("digraph numfuse {\n  node [shape=box, fontname=monospace];\n");
    let mut edges = String::new();
    for id in graph.ids() {
        let Some(name) = names[id.index()].as_deref() else { continue };
        let node = graph.node(id);
        let mut label = String::new();
        declaration(&mut label, graph, id, name);
        label.push('\n');
        label.push_str(&expression(graph, id, &names));
        let frame = if is_output[id.index()] { ", peripheries=2" } else { "" };
        let shape = match node.op {
            Op::Input { .. } | Op::Param { .. } | Op::Const(_) | Op::Iota => ", style=rounded",
            _ => "",
        };
        let _ = writeln!(out, "  {name} [label=\"{}\"{shape}{frame}];", escape(&label));
        for operand in node.inputs.iter().filter_map(|i| names[i.index()].as_deref()) {
            let _ = writeln!(edges, "  {operand} -> {name};");
        }
        if let Some(k) = cluster.and_then(|f| f(id)) {
            clusters.entry(k).or_default().push(name);
        }
    }
    for (k, members) in clusters {
        let _ = writeln!(out, "  subgraph cluster_{k} {{ label=\"kernel {k}\"; {}; }}", members.join("; "));
    }
    out + &edges + "}\n"
}

/// Text within a quoted string of Graphviz' language, lines set flush left.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split('\n') {
        for c in line.chars() {
            if matches!(c, '"' | '\\') {
                out.push('\\');
            }
            out.push(c);
        }
        out.push_str("\\l");
    }
    out
}
