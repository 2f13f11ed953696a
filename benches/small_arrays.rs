//! Small arrays: what an evaluation costs besides its loop, expression building included.

mod cases;

use std::hint::black_box;

use cases::{evaluated, run, vectors};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use numfuse as np;

fn small_arrays(c: &mut Criterion) {
    let mut group = c.benchmark_group("small arrays");
    for n in [1, 10, 100, 1_000] {
        let [a, b] = vectors(n, np::float64);
        group.bench_function(BenchmarkId::new("a * 2 + 1", n), |bencher| {
            bencher.iter(|| run(|| &a * 2.0 + 1.0));
        });
        group.bench_function(BenchmarkId::new("a * 2 + 1, errors raised", n), |bencher| {
            let _guard = np::errstate(np::options::all("raise"));
            bencher.iter(|| run(|| &a * 2.0 + 1.0));
        });
        group.bench_function(BenchmarkId::new("eager a * 2 + 1", n), |bencher| {
            bencher.iter(|| np::eager(|| run(|| &a * 2.0 + 1.0)));
        });
        let compiled = np::compile(|[a]| a * 2.0 + 1.0);
        group.bench_function(BenchmarkId::new("compiled a * 2 + 1", n), |bencher| {
            bencher.iter(|| black_box(compiled.call([&a]).is_ok()));
        });
        group.bench_function(BenchmarkId::new("sum of a * b", n), |bencher| {
            bencher.iter(|| run(|| np::sum(&a * &b, ..)));
        });
        group.bench_function(BenchmarkId::new("expression alone", n), |bencher| {
            bencher.iter(|| black_box(&a * 2.0 + 1.0));
        });
        group.bench_function(BenchmarkId::new("array from a slice", n), |bencher| {
            let items = vec![1.0; n];
            bencher.iter(|| black_box(np::array(items.as_slice(), ..)));
        });
        group.bench_function(BenchmarkId::new("value that is there", n), |bencher| {
            let there = evaluated(&(&a + 1.0));
            bencher.iter(|| black_box(there.eval().is_ok()));
        });
    }
    group.finish();
}

criterion_group! { name = benches; config = cases::criterion(); targets = small_arrays }
criterion_main!(benches);
