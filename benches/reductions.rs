//! Reductions and scans: over everything, over rows, over columns, and of expressions.

mod cases;

use cases::{Case, fused_and_eager};
use criterion::{Criterion, criterion_group, criterion_main};
use numfuse as np;
use numfuse::Array;

/// The vector as a matrix with rows of 100.
fn rows(a: &Array) -> Array {
    a.reshape([-1, 100])
}

const CASES: &[Case] = &[
    ("sum", |a, _| np::sum(a, ..)),
    ("sum over rows", |a, _| np::sum(rows(a), 1)),
    ("sum over columns", |a, _| np::sum(rows(a), 0)),
    ("prod", |a, _| np::prod(a, ..)),
    ("max", |a, _| np::max(a, ..)),
    ("max over columns", |a, _| np::max(rows(a), 0)),
    ("argmax", |a, _| np::argmax(a, ..)),
    ("any", |a, _| np::any(np::greater(a, 1e4), ..)),
    ("mean", |a, _| np::mean(a, ..)),
    ("var", |a, _| np::var(a, ..)),
    ("var over rows", |a, _| np::var(rows(a), 1)),
    ("cumsum", |a, _| np::cumsum(a, ..)),
    ("cumsum over columns", |a, _| np::cumsum(rows(a), 0)),
    ("dot", |a, b| np::sum(a * b, ..)),
    ("root mean square", |a, b| np::sqrt(np::mean(np::square(a - b), ..))),
    ("extent", |a, _| np::max(a, ..) - np::min(a, ..)),
];

fn reductions(c: &mut Criterion) {
    fused_and_eager(c, "reductions", &[np::float64, np::float32, np::int32], CASES);
}

criterion_group! { name = benches; config = cases::criterion(); targets = reductions }
criterion_main!(benches);
