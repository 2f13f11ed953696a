//! Algebraic identities that hold for every IEEE 754 input: signed zeros, infinities and NaN
//! included (NaN stays NaN; its sign and payload may differ). No `x·0 → 0`, no reassociation, no
//! contraction. Rules see the library's constants ([`Op::Const`]) but never a user's scalars,
//! whose values are not part of the program.

use smallvec::smallvec;

use super::{Fired, Rule, apply_rules};
use crate::dtype::{DType, Kind};
use crate::graph::{Graph, Node, NodeId, Op, View};
use crate::op::{Ew, IDEMPOTENT, INVOLUTION};

const RULES: &[(&str, Rule)] = &[
    // name                       rewrite
    ("positive", |_, n| unary(n, Ew::Positive)),    // +a → a
    ("involution", |g, n| twice(g, n, INVOLUTION)), // f(f(a)) → a
    ("idempotent", |g, n| twice(g, n, IDEMPOTENT)), // f(f(a)) → f(a)
    ("idempotent-operands", idempotent_operands),   // f(a, a) → a
    ("identity-on-integers", identity_on_integers), // floor(i) → i
    ("conjugate-of-real", conjugate_of_real),       // conj(x) → x
    ("even-of-negative", even_of_negative),         // |−a| → |a|
    ("subtract-negative", |g, n| sign_swap(g, n, Ew::Subtract, Ew::Add)), // a − (−b) → a + b
    ("add-negative", |g, n| sign_swap(g, n, Ew::Add, Ew::Subtract)), // a + (−b) → a − b
    ("neutral-constant", neutral_constant),         // a·1, a/1, a−0 → a
    ("power-of-constant", power_of_constant),       // a**1 → a, a**2 → a²
    ("where-same", where_same),                     // where(c, a, a) → a
    ("where-not", where_not),                       // where(!c, a, b) → where(c, b, a)
    ("not-comparison", not_comparison),             // !(a == b) → a != b
    ("part-of-complex", part_of_complex),           // real(complex(a, b)) → a
    ("identity-view", identity_view),
    ("view-of-view", view_of_view),
];

/// Runs the rules.
pub fn run(graph: &Graph, fired: &mut Fired) -> Graph {
    apply_rules(graph, RULES, fired)
}

fn unary(node: &Node, op: Ew) -> Option<NodeId> {
    (node.op == Op::Ew(op)).then(|| node.inputs[0])
}

fn ew(node: &Node) -> Option<Ew> {
    if let Op::Ew(op) = node.op { Some(op) } else { None }
}

fn twice(graph: &mut Graph, node: &Node, property: u8) -> Option<NodeId> {
    let op = ew(node)?;
    let inner = graph.node(node.inputs[0]);
    // z/|z| rounds, so the sign of a complex number is not exactly idempotent.
    let rounds = op == Ew::Sign && node.dtype.is_complex();
    if op.info().arity != 1 || !op.has(property) || rounds || inner.op != node.op || inner.dtype != node.dtype {
        return None;
    }
    Some(if property == INVOLUTION { inner.inputs[0] } else { node.inputs[0] })
}

fn idempotent_operands(_: &mut Graph, node: &Node) -> Option<NodeId> {
    let op = ew(node)?;
    (op.info().arity == 2 && op.has(IDEMPOTENT) && node.inputs[0] == node.inputs[1]).then(|| node.inputs[0])
}

fn identity_on_integers(_: &mut Graph, node: &Node) -> Option<NodeId> {
    let op = ew(node)?;
    let rounds = matches!(op, Ew::Floor | Ew::Ceil | Ew::Trunc);
    (rounds && !node.dtype.is_inexact()).then(|| node.inputs[0])
}

fn conjugate_of_real(_: &mut Graph, node: &Node) -> Option<NodeId> {
    (ew(node)? == Ew::Conjugate && !node.dtype.is_complex()).then(|| node.inputs[0])
}

fn even_of_negative(graph: &mut Graph, node: &Node) -> Option<NodeId> {
    let op = ew(node)?;
    let inner = graph.node(node.inputs[0]);
    // The absolute value of an unsigned integer is itself, whereas its negative wraps.
    let unsigned = inner.dtype.kind() == Kind::Unsigned;
    let even = matches!(op, Ew::Fabs | Ew::Square) || (op == Ew::Absolute && !unsigned);
    if !even || inner.op != Op::Ew(Ew::Negative) {
        return None;
    }
    let inputs = inner.inputs.clone();
    Some(graph.add(Node { inputs, ..node.clone() }))
}

fn sign_swap(graph: &mut Graph, node: &Node, from: Ew, to: Ew) -> Option<NodeId> {
    if ew(node)? != from {
        return None;
    }
    let inner = graph.node(node.inputs[1]);
    if inner.op != Op::Ew(Ew::Negative) {
        return None;
    }
    let inputs = smallvec![node.inputs[0], inner.inputs[0]];
    Some(graph.add(Node { op: Op::Ew(to), inputs, ..node.clone() }))
}

/// The constant of a 0-d node, as a real number.
fn constant(graph: &Graph, id: NodeId) -> Option<f64> {
    match graph.node(id).op {
        Op::Const(c) if !c.dtype().is_complex() => Some(c.to_c128().re),
        _ => None,
    }
}

fn neutral_constant(graph: &mut Graph, node: &Node) -> Option<NodeId> {
    let op = ew(node)?;
    if op.info().arity != 2 || graph.node(node.inputs[0]).dtype != node.dtype {
        return None;
    }
    let (a, b) = (node.inputs[0], node.inputs[1]);
    let is = |id, x: f64| constant(graph, id).is_some_and(|c| c.to_bits() == x.to_bits());
    match op {
        Ew::Multiply if is(b, 1.0) => Some(a),
        Ew::Multiply if is(a, 1.0) => Some(b),
        Ew::Divide if is(b, 1.0) => Some(a),
        Ew::Subtract if is(b, 0.0) => Some(a),
        Ew::Add if is(b, -0.0) || (is(b, 0.0) && !node.dtype.is_inexact()) => Some(a),
        Ew::Add if is(a, -0.0) || (is(a, 0.0) && !node.dtype.is_inexact()) => Some(b),
        _ => None,
    }
}

fn power_of_constant(graph: &mut Graph, node: &Node) -> Option<NodeId> {
    if !matches!(ew(node)?, Ew::Power | Ew::FloatPower) {
        return None;
    }
    let a = node.inputs[0];
    match constant(graph, node.inputs[1])? {
        1.0 => Some(a),
        2.0 => Some(graph.add(Node { op: Op::Ew(Ew::Square), inputs: smallvec![a], ..node.clone() })),
        _ => None,
    }
}

fn where_same(_: &mut Graph, node: &Node) -> Option<NodeId> {
    (ew(node)? == Ew::Where && node.inputs[1] == node.inputs[2]).then(|| node.inputs[1])
}

fn where_not(graph: &mut Graph, node: &Node) -> Option<NodeId> {
    if ew(node)? != Ew::Where {
        return None;
    }
    let c = graph.node(node.inputs[0]);
    let is_not = matches!(c.op, Op::Ew(Ew::LogicalNot | Ew::Invert));
    let inner = *c.inputs.first()?;
    if !is_not || graph.node(inner).dtype != DType::Bool {
        return None;
    }
    let inputs = smallvec![inner, node.inputs[2], node.inputs[1]];
    Some(graph.add(Node { inputs, ..node.clone() }))
}

fn not_comparison(graph: &mut Graph, node: &Node) -> Option<NodeId> {
    let not = ew(node)?;
    let inner = graph.node(node.inputs[0]);
    if !(not == Ew::LogicalNot || not == Ew::Invert && inner.dtype == DType::Bool) {
        return None;
    }
    // The order comparisons are not each other's negation where NaN occurs.
    let ordered = || !graph.node(inner.inputs[0]).dtype.is_inexact();
    let op = match ew(inner)? {
        Ew::Equal => Ew::NotEqual,
        Ew::NotEqual => Ew::Equal,
        Ew::Less if ordered() => Ew::GreaterEqual,
        Ew::LessEqual if ordered() => Ew::Greater,
        Ew::Greater if ordered() => Ew::LessEqual,
        Ew::GreaterEqual if ordered() => Ew::Less,
        _ => return None,
    };
    let inputs = inner.inputs.clone();
    Some(graph.add(Node { op: Op::Ew(op), inputs, ..node.clone() }))
}

fn part_of_complex(graph: &mut Graph, node: &Node) -> Option<NodeId> {
    let part = match ew(node)? {
        Ew::Real => 0,
        Ew::Imag => 1,
        _ => return None,
    };
    let inner = graph.node(node.inputs[0]);
    (inner.op == Op::Ew(Ew::MakeComplex)).then(|| inner.inputs[part])
}

fn identity_view(graph: &mut Graph, node: &Node) -> Option<NodeId> {
    let Op::View(view) = &node.op else { return None };
    let input = node.inputs[0];
    let same_shape = graph.node(input).shape == node.shape;
    let identity = match view {
        View::Permute(axes) => axes.iter().enumerate().all(|(i, &a)| i == a),
        View::Slice(slices) => same_shape && slices.iter().all(|s| s.start == 0 && s.step == 1),
        View::Broadcast | View::Reshape => same_shape,
        View::Diagonal { .. } => false,
    };
    identity.then_some(input)
}

fn view_of_view(graph: &mut Graph, node: &Node) -> Option<NodeId> {
    let Op::View(outer) = &node.op else { return None };
    let source = graph.node(node.inputs[0]);
    let Op::View(inner) = &source.op else { return None };
    let view = match (outer, inner) {
        (View::Reshape, View::Reshape) => View::Reshape,
        (View::Broadcast, View::Broadcast) => View::Broadcast,
        (View::Permute(o), View::Permute(i)) => View::Permute(o.iter().map(|&a| i[a]).collect()),
        (View::Slice(o), View::Slice(i)) => View::Slice(
            o.iter()
                .zip(i)
                .map(|(o, i)| crate::graph::Slice {
                    start: (i.start as isize + o.start as isize * i.step).max(0) as usize,
                    step: o.step.saturating_mul(i.step),
                })
                .collect(),
        ),
        _ => return None,
    };
    let inputs = source.inputs.clone();
    Some(graph.add(Node { op: Op::View(view), inputs, ..node.clone() }))
}
