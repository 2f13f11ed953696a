//! Graphs as a self-contained page: an inline SVG picture above the dump.
//!
//! The layout is the simplest that reads well: a node's row is the longest path to it, and a row
//! is sorted by the mean column of its operands (one downward sweep of the barycenter method of
//! Sugiyama, Tagawa and Toda, 1981).

use std::fmt::Write;

use super::Cluster;
use super::graph::{declaration, expression, graph as text_of, names};
use crate::graph::{Graph, NodeId};

const CHAR_WIDTH: usize = 8;
const BOX_HEIGHT: usize = 38;
const ROW_HEIGHT: usize = 76;
const GAP: usize = 20;
/// Longer labels are cut; the full text is in the tooltip and in the dump.
const MAX_LABEL: usize = 48;

/// Fill colors of kernels, in turn (the light half of Brewer's "Paired" and "Set3").
const FILLS: [&str; 8] = ["#a6cee3", "#b2df8a", "#fdbf6f", "#cab2d6", "#fb9a99", "#ffffb3", "#8dd3c7", "#fccde5"];

struct Placed {
    id: NodeId,
    x: usize,
    y: usize,
    width: usize,
    lines: [String; 2],
}

/// A page that shows the live nodes of a graph, colored by kernel if `cluster` is given, and the
/// dump below. Nothing is fetched from anywhere.
pub fn html(title: &str, graph: &Graph, cluster: Cluster) -> String {
    let placed = layout(graph);
    let mut at = vec![None; graph.len()];
    placed.iter().for_each(|p| at[p.id.index()] = Some(p));
    let width = placed.iter().map(|p| p.x + p.width).max().unwrap_or(0) + GAP;
    let height = placed.iter().map(|p| p.y + BOX_HEIGHT).max().unwrap_or(0) + GAP;
    let title = escape(title);
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\n\
         <style>body {{ font: 13px monospace; margin: 16px }} text {{ font: 13px monospace }} \
         .box {{ stroke: #333 }} .out {{ stroke-width: 3 }} path {{ fill: none; stroke: #888 }}</style></head>\n\
         <body><h1>{title}</h1>\n\
         <svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" role=\"img\">\n"
    );
    for p in &placed {
        for from in graph.node(p.id).inputs.iter().filter_map(|i| at[i.index()]) {
            let (x1, y1) = (from.x + from.width / 2, from.y + BOX_HEIGHT);
            let (x2, y2) = (p.x + p.width / 2, p.y);
            let middle = y1.midpoint(y2);
            let _ = writeln!(out, "<path d=\"M{x1} {y1}C{x1} {middle} {x2} {middle} {x2} {y2}\"/>");
        }
    }
    let mut is_output = vec![false; graph.len()];
    graph.outputs.iter().for_each(|o| is_output[o.index()] = true);
    for p in &placed {
        let kernel = cluster.and_then(|f| f(p.id));
        let fill = kernel.map_or("#fff", |k| FILLS[k % FILLS.len()]);
        let class = if is_output[p.id.index()] { "box out" } else { "box" };
        let [head, body] = &p.lines;
        let note = kernel.map_or(String::new(), |k| format!("\nkernel {k}"));
        let _ = writeln!(
            out,
            "<g><title>{}\n{}{note}</title><rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{BOX_HEIGHT}\" \
             rx=\"4\" fill=\"{fill}\"/><text x=\"{tx}\" y=\"{}\">{}</text><text x=\"{tx}\" y=\"{}\">{}</text></g>",
            escape(head),
            escape(body),
            p.x,
            p.y,
            p.width,
            p.y + 15,
            escape(&cut(head)),
            p.y + 31,
            escape(&cut(body)),
            tx = p.x + 6,
        );
    }
    let _ = write!(out, "</svg>\n<pre>{}</pre>\n</body></html>\n", escape(&text_of(graph)));
    out
}

fn layout(graph: &Graph) -> Vec<Placed> {
    let names = names(graph);
    let mut row = vec![0; graph.len()];
    let mut rows: Vec<Vec<NodeId>> = Vec::new();
    for id in graph.ids().filter(|id| names[id.index()].is_some()) {
        let r = graph.node(id).inputs.iter().map(|i| row[i.index()] + 1).max().unwrap_or(0);
        row[id.index()] = r;
        rows.resize_with(rows.len().max(r + 1), Vec::new);
        rows[r].push(id);
    }
    let mut center = vec![0usize; graph.len()];
    let mut placed = Vec::with_capacity(graph.len());
    for (r, mut members) in rows.into_iter().enumerate() {
        members.sort_by_cached_key(|&id| {
            let inputs = &graph.node(id).inputs;
            let sum: usize = inputs.iter().map(|i| center[i.index()]).sum();
            sum.checked_div(inputs.len()).unwrap_or(id.index())
        });
        let mut x = GAP;
        for id in members {
            let mut head = String::new();
            declaration(&mut head, graph, id, names[id.index()].as_deref().unwrap_or_default());
            let lines = [head, expression(graph, id, &names)];
            let longest = lines.iter().map(|l| l.chars().count().min(MAX_LABEL)).max().unwrap_or(0);
            let width = longest * CHAR_WIDTH + 12;
            center[id.index()] = x + width / 2;
            placed.push(Placed { id, x, y: GAP + r * ROW_HEIGHT, width, lines });
            x += width + GAP;
        }
    }
    placed
}

fn cut(label: &str) -> String {
    match label.char_indices().nth(MAX_LABEL - 1) {
        Some((end, c)) if end + c.len_utf8() < label.len() => format!("{}…", &label[..end]),
        _ => label.into(),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
