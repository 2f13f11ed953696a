//! Repeated evaluations: what finding a plan costs, by what is new since the last time.

mod cases;

use cases::{run, vectors};
use criterion::{Criterion, criterion_group, criterion_main};
use numfuse as np;
use numfuse::Array;

fn expression(a: &Array, b: &Array, scale: f64) -> Array {
    np::sqrt((a + b) * scale) + np::maximum(a, b) * 0.5
}

fn cache_hits(c: &mut Criterion) {
    let mut group = c.benchmark_group("cache hits");
    let [a, b] = vectors(10, np::float64);
    group.bench_function("same expression", |bencher| {
        bencher.iter(|| run(|| expression(&a, &b, 2.0)));
    });
    group.bench_function("new scalar", |bencher| {
        let mut scale = 0.0;
        bencher.iter(|| {
            scale += 0.25;
            run(|| expression(&a, &b, scale));
        });
    });
    group.bench_function("new data", |bencher| {
        let others: Vec<[Array; 2]> = (0..16).map(|_| vectors(10, np::float64)).collect();
        let mut turn = 0;
        bencher.iter(|| {
            turn += 1;
            let [a, b] = &others[turn % 16];
            run(|| expression(a, b, 2.0));
        });
    });
    group.bench_function("size seen before", |bencher| {
        let others: Vec<[Array; 2]> = (1..17).map(|n| vectors(n, np::float64)).collect();
        let mut turn = 0;
        bencher.iter(|| {
            turn += 1;
            let [a, b] = &others[turn % 16];
            run(|| expression(a, b, 2.0));
        });
    });
    // No plan yet, but the kernel is there: passes and lowering run, the compiler does not.
    group.bench_function("new size", |bencher| {
        let [long_a, long_b] = vectors(10_000, np::float64);
        let mut n = 0;
        bencher.iter(|| {
            n = n % 9_999 + 1;
            run(|| expression(&long_a.slice(..n), &long_b.slice(..n), 2.0));
        });
    });
    group.finish();
}

criterion_group! { name = benches; config = cases::criterion(); targets = cache_hits }
criterion_main!(benches);
