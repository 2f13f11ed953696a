//! Exponentials, logarithms, circular and hyperbolic functions, powers.

mod cases;

use cases::{Case, fused_and_eager};
use criterion::{Criterion, criterion_group, criterion_main};
use numfuse as np;

const CASES: &[Case] = &[
    ("exp", |a, _| np::exp(a)),
    ("expm1", |a, _| np::expm1(a)),
    ("log", |a, _| np::log(a)),
    ("log1p", |a, _| np::log1p(a)),
    ("sin", |a, _| np::sin(a)),
    ("tan", |a, _| np::tan(a)),
    ("arcsin", |a, _| np::arcsin(a - 0.2)),
    ("arctan2", |a, b| np::arctan2(a, b)),
    ("tanh", |a, _| np::tanh(a)),
    ("power", |a, b| np::power(a, b)),
    ("cbrt", |a, _| np::cbrt(a)),
    ("hypot", |a, b| np::hypot(a, b)),
    ("logaddexp", |a, b| np::logaddexp(a, b)),
    ("gauss", |a, b| np::exp((a * a + b * b) * -0.5) * b),
];

fn transcendental(c: &mut Criterion) {
    fused_and_eager(c, "transcendental", &[np::float64, np::float32], CASES);
}

criterion_group! { name = benches; config = cases::criterion(); targets = transcendental }
criterion_main!(benches);
