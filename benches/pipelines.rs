//! Fused, compiled and eager, per pipeline and size.

mod cases;
#[allow(dead_code)] // The example also times them.
#[path = "../examples/pipelines/pipes.rs"]
mod pipes;

use std::hint::black_box;

use cases::{SIZES, run};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use numfuse as np;
use pipes::{PIPELINES, inputs};

fn pipelines(c: &mut Criterion) {
    np::set_threads(1);
    for pipeline in PIPELINES {
        let build = pipeline.run;
        let mut group = c.benchmark_group(format!("pipelines/{}", pipeline.name));
        for n in SIZES {
            let [a, b, c] = inputs(n, np::float64);
            group.throughput(Throughput::Elements(n as u64));
            group.bench_function(BenchmarkId::new("fused", n), |bencher| {
                bencher.iter(|| run(|| build(&a, &b, &c)));
            });
            let compiled = np::compile(move |[a, b, c]| build(&a, &b, &c));
            group.bench_function(BenchmarkId::new("compiled", n), |bencher| {
                bencher.iter(|| black_box(compiled.call([&a, &b, &c]).is_ok()));
            });
            group.bench_function(BenchmarkId::new("eager", n), |bencher| {
                bencher.iter(|| np::eager(|| run(|| build(&a, &b, &c))));
            });
        }
        group.finish();
    }
}

criterion_group! { name = benches; config = cases::criterion(); targets = pipelines }
criterion_main!(benches);
