//! Views and copies: what reading in another order costs, and what joins cost.

mod cases;

use cases::{Case, fused_and_eager};
use criterion::{Criterion, criterion_group, criterion_main};
use np::prelude::*;
use numfuse as np;

/// The vector as a matrix with rows of 100.
fn rows(a: &Array) -> Array {
    a.reshape([-1, 100])
}

// Adding 1 turns a view into a copy.
const CASES: &[Case] = &[
    ("contiguous", |a, _| a + 1.0),
    ("reversed", |a, _| a.slice(s![..;-1]) + 1.0),
    ("every second", |a, _| a.slice(s![..;2]) + 1.0),
    ("transposed", |a, _| rows(a).t() + 1.0),
    ("plus its transpose", |a, b| rows(a) + rows(b).t().reshape([-1, 100])),
    ("inner rows and columns", |a, _| rows(a).slice(s![1..-1, 1..-1]) + 1.0),
    ("broadcast row", |a, b| rows(a) + b.slice(s![..100])),
    ("broadcast column", |a, b| rows(a) + rows(b).slice(s![.., ..1])),
    ("concatenate", |a, b| np::concatenate([a, b], ..) + 1.0),
    ("stack", |a, b| np::stack([a, b], -1) + 1.0),
    ("shifted difference", |a, _| a.slice(s![1..]) - a.slice(s![..-1])),
    ("take", |a, _| np::take(a, np::arange(a.size(), ..) >> 1, ..)),
];

fn views(c: &mut Criterion) {
    fused_and_eager(c, "views", &[np::float64], CASES);
}

criterion_group! { name = benches; config = cases::criterion(); targets = views }
criterion_main!(benches);
