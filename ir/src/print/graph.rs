//! Graphs as text: one line per live node.

use std::fmt::Write;

use super::join;
use crate::dtype::DType;
use crate::graph::{Graph, NodeId, Op, View, letters};
use crate::scalar::Scalar;

/// Longer declarations are not waited for by the column of `=`.
const MAX_ALIGNED: usize = 40;

/// The name of each live node in dumps: A, B, … in order. Dead nodes have none.
pub fn names(graph: &Graph) -> Vec<Option<String>> {
    let mut next = 0;
    let name = |live: bool| {
        live.then(|| {
            next += 1;
            letters(next - 1)
        })
    };
    graph.live().into_iter().map(name).collect()
}

/// The live nodes of a graph, one per line, operands first, then its outputs. Parsing it with
/// [`crate::parse::graph`] and printing it again gives the same text.
///
/// ```
/// let text = "\
/// A: f64[1000] = input 0 strides(1)
/// B: f64[]     = param 0
/// C: f64[1000] = add(A, B)
/// D: f64[]     = sum(C; axes 0)
/// outputs C, D
/// ";
/// let graph = numfuse_ir::parse::graph(text).unwrap();
/// assert_eq!(numfuse_ir::print::graph(&graph), text);
/// ```
pub fn graph(graph: &Graph) -> String {
    let names = names(graph);
    let live = || graph.ids().filter_map(|id| Some((id, names[id.index()].as_deref()?)));
    let mut head = String::new();
    let mut width = 0;
    for (id, name) in live() {
        declaration(&mut head, graph, id, name);
        if head.len() <= MAX_ALIGNED {
            width = width.max(head.len());
        }
        head.clear();
    }
    let mut out = String::new();
    for (id, name) in live() {
        declaration(&mut head, graph, id, name);
        let _ = write!(out, "{head:width$} = ");
        write_expression(&mut out, graph, id, &names);
        if let Op::Const(value) = graph.node(id).op {
            let _ = write!(out, " ; {}", number(value));
        }
        out.push('\n');
        head.clear();
    }
    out.push_str("outputs");
    for (k, o) in graph.outputs.iter().enumerate() {
        out.push_str(if k == 0 { " " } else { ", " });
        out.push_str(named(&names, *o));
    }
    out.push('\n');
    out
}

fn named(names: &[Option<String>], id: NodeId) -> &str {
    names.get(id.index()).and_then(Option::as_deref).unwrap_or("?")
}

/// `A: f64[2, 3]`
pub(super) fn declaration(out: &mut String, graph: &Graph, id: NodeId, name: &str) {
    let node = graph.node(id);
    let _ = write!(out, "{name}: {}[", node.dtype.short());
    numbers(out, ", ", node.shape.iter());
    out.push(']');
}

fn numbers<T: std::fmt::Display>(out: &mut String, separator: &str, items: impl IntoIterator<Item = T>) {
    join(out, separator, items, |out, x| {
        let _ = write!(out, "{x}");
    });
}

/// A constant without its dtype.
fn number(value: Scalar) -> String {
    let text = format!("{value:?}");
    match text.strip_suffix(value.dtype().short()) {
        Some(number) => number.into(),
        None => text,
    }
}

/// The name of an op in dumps.
pub fn op_name(op: &Op) -> &'static str {
    match op {
        Op::Input { .. } => "input",
        Op::Param { .. } => "param",
        Op::Const(_) => "const",
        Op::Iota => "iota",
        Op::Ew(ew) => ew.name(),
        Op::Cast => "cast",
        Op::View(View::Permute(_)) => "permute",
        Op::View(View::Slice(_)) => "slice",
        Op::View(View::Broadcast) => "broadcast",
        Op::View(View::Reshape) => "reshape",
        Op::View(View::Diagonal { .. }) => "diagonal",
        Op::Copy => "copy",
        Op::Reduce { op, .. } => op.name(),
        Op::Scan { op, .. } => op.name(),
        Op::Take { .. } => "take",
        Op::Concat { .. } => "concat",
        Op::Host(call) => call.op.name(),
    }
}

/// What a node computes, as in its line of the dump: `add(A, B)`. `names` are [`names`].
pub fn expression(graph: &Graph, id: NodeId, names: &[Option<String>]) -> String {
    let mut out = String::new();
    write_expression(&mut out, graph, id, names);
    out
}

fn write_expression(out: &mut String, graph: &Graph, id: NodeId, names: &[Option<String>]) {
    let node = graph.node(id);
    out.push_str(op_name(&node.op));
    // Broken nodes print too: a generator with operands shows them.
    let is_leaf = matches!(node.op, Op::Input { .. } | Op::Param { .. } | Op::Const(_) | Op::Iota);
    if !is_leaf || !node.inputs.is_empty() {
        out.push('(');
        join(out, ", ", &node.inputs, |out, &i| out.push_str(named(names, i)));
    }
    // A `String` takes all that is written.
    let _ = match &node.op {
        Op::Input { slot, strides } => {
            let _ = write!(out, " {slot} strides(");
            numbers(out, ", ", strides);
            write!(out, ")")
        }
        Op::Param { slot } => write!(out, " {slot}"),
        Op::Const(value) => {
            let [re, im] = value.bits();
            let complex = value.dtype().is_complex() || im != 0;
            let digits = hex_digits(value.dtype());
            let _ = write!(out, " 0x{re:0digits$x}");
            if complex { write!(out, " 0x{im:0digits$x}") } else { Ok(()) }
        }
        Op::View(View::Permute(axes)) if !axes.is_empty() => {
            out.push_str("; ");
            numbers(out, ", ", axes);
            Ok(())
        }
        Op::View(View::Slice(slices)) if !slices.is_empty() => {
            out.push_str("; ");
            numbers(out, ", ", slices.iter().map(|s| format!("{}:{:+}", s.start, s.step)));
            Ok(())
        }
        Op::View(View::Diagonal { offset, axis1, axis2 }) => write!(out, "; {offset}, {axis1}, {axis2}"),
        Op::Reduce { axes, .. } => {
            out.push_str("; axes");
            axes.iter().try_for_each(|a| write!(out, " {a}"))
        }
        Op::Scan { axis, .. } | Op::Take { axis } | Op::Concat { axis } => write!(out, "; axis {axis}"),
        Op::Host(call) => {
            let several = call.op.results() > 1;
            if several || call.output > 0 || !call.params.is_empty() {
                let _ = write!(out, "; result {}", call.output);
            }
            if !call.params.is_empty() {
                out.push_str(" params ");
                numbers(out, " ", &call.params);
            }
            Ok(())
        }
        _ => Ok(()),
    };
    if !is_leaf {
        out.push(')');
    }
}

/// Hexadecimal digits of one lane of a dtype.
fn hex_digits(dtype: DType) -> usize {
    dtype.real().itemsize() * 2
}
