//! The passes: an ordered table of named rewrites, each a pure function from graph to graph.
//!
//! Common subexpressions need no pass: [`Graph::add`] shares equal nodes, so every rebuild does.
//! Dead code needs none either: a rebuild only visits what the outputs need.

use rustc_hash::FxHashMap;

use crate::graph::{Graph, Node, NodeId, Op, View};

mod algebra;
mod casts;
mod concat;
mod fold;
mod legalize;
mod views;

pub use fold::constant;
pub use views::index_map;

/// How often each rule fired, in the order of first firing.
#[derive(Default, Debug, Clone)]
pub struct Fired(pub Vec<(&'static str, usize)>);

impl Fired {
    /// Counts one firing.
    pub fn note(&mut self, rule: &'static str) {
        match self.0.iter_mut().find(|(name, _)| *name == rule) {
            Some((_, n)) => *n += 1,
            None => self.0.push((rule, 1)),
        }
    }
}

/// A named rewrite.
pub struct Pass {
    /// The name in dumps and for `irtool`.
    pub name: &'static str,
    /// What it does, in a line.
    pub about: &'static str,
    /// Rewrites the graph and counts which rules fired.
    pub run: fn(&Graph, &mut Fired) -> Graph,
}

/// The pipeline, in order.
pub const PIPELINE: &[Pass] = &[
    Pass { name: "legalize", about: "float16 reductions run in float32", run: legalize::run },
    Pass { name: "fold", about: "ops on the library's constants", run: fold::run },
    Pass { name: "algebra", about: "identities that are exact under IEEE 754", run: algebra::run },
    Pass { name: "casts", about: "cast of a cast", run: casts::run },
    Pass { name: "concat", about: "elementwise ops move into the parts of a concatenation", run: concat::run },
    Pass { name: "views", about: "views move through elementwise ops to their operands", run: views::run },
];

/// Rounds after which the pipeline stops even if rules still fire.
pub const MAX_ROUNDS: usize = 4;

/// Runs the pipeline to a fixpoint, or [`MAX_ROUNDS`] times. `observe` sees each pass that did
/// something: its name, the rules that fired and the graph after it.
pub fn optimize(graph: Graph, mut observe: impl FnMut(&'static str, &Fired, &Graph)) -> Graph {
    let mut graph = graph;
    for round in 0..MAX_ROUNDS {
        let mut any = false;
        for pass in PIPELINE {
            let mut fired = Fired::default();
            let next = (pass.run)(&graph, &mut fired);
            #[cfg(debug_assertions)]
            if let Err(e) = crate::verify::graph(&next) {
                panic!("pass `{}` broke the graph: {e}\n{}", pass.name, crate::print::graph(&next));
            }
            if !fired.0.is_empty() {
                any = true;
                observe(pass.name, &fired, &next);
            }
            graph = next;
        }
        if !any {
            break;
        }
        if round + 1 == MAX_ROUNDS {
            observe("round limit reached", &Fired::default(), &graph);
        }
    }
    graph
}

/// A rewrite rule: what to use instead of a node whose operands are in `graph`.
type Rule = fn(&mut Graph, &Node) -> Option<NodeId>;

/// Applies the first rule that matches to each node, bottom-up. The replacement is broadcast to
/// the node's shape if a rule dropped the operand that gave it.
fn apply_rules(graph: &Graph, rules: &[(&'static str, Rule)], fired: &mut Fired) -> Graph {
    graph.rebuild(|new, _, node| {
        for (name, rule) in rules {
            if let Some(id) = rule(new, &node) {
                fired.note(name);
                let replacement = new.node(id);
                debug_assert_eq!(replacement.dtype, node.dtype, "{name}");
                if replacement.shape == node.shape {
                    return id;
                }
                let inputs = smallvec::smallvec![id];
                return new.add(Node { op: Op::View(View::Broadcast), inputs, dtype: node.dtype, shape: node.shape });
            }
        }
        new.add(node)
    })
}

/// Memo of views already pushed: (view, shape, source) to the node made for it.
type Memo<K> = FxHashMap<K, NodeId>;
