//! Arithmetic, comparisons and bits, alone and in a chain.

mod cases;

use cases::{Case, fused_and_eager};
use criterion::{Criterion, criterion_group, criterion_main};
use numfuse as np;

const ANY: &[Case] = &[
    ("add", |a, b| a + b),
    ("multiply", |a, b| a * b),
    ("floor_divide", |a, b| np::floor_divide(a, b)),
    ("remainder", |a, b| a % b),
    ("maximum", |a, b| np::maximum(a, b)),
    ("less", |a, b| np::less(a, b)),
    ("where", |a, b| np::where_(np::less(a, b), a, b)),
    ("chain of 8", |a, b| (((a + b) * a - b) * b + a) * 2 - a * b),
];

const FLOATS: &[Case] = &[("divide", |a, b| a / b), ("sqrt", |a, _| np::sqrt(a)), ("rint", |a, _| np::rint(a))];

const INTEGERS: &[Case] = &[
    ("bitwise_and", |a, b| a & b),
    ("left_shift", |a, _| a << 3),
    ("mixed bits", |a, b| ((a * 7 + 3) ^ (b << 2)) & 1023),
    ("astype", |a, _| a.astype(np::float64)),
];

fn arithmetic(c: &mut Criterion) {
    fused_and_eager(c, "arithmetic", &[np::float64, np::float32, np::int32, np::int64], ANY);
    fused_and_eager(c, "arithmetic", &[np::float64, np::float32], FLOATS);
    fused_and_eager(c, "arithmetic", &[np::int32, np::int64], INTEGERS);
}

criterion_group! { name = benches; config = cases::criterion(); targets = arithmetic }
criterion_main!(benches);
