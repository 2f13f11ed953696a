//! First evaluations: passes, lowering and code generation with cold caches, on ten elements.

mod cases;
#[allow(dead_code)] // The example also times them.
#[path = "../examples/pipelines/pipes.rs"]
mod pipes;

use cases::{run, vectors};
use criterion::{Criterion, criterion_group, criterion_main};
use numfuse as np;
use numfuse::Array;
use pipes::{PIPELINES, inputs};

/// Ten elementwise ops.
fn ten_ops(a: &Array, b: &Array) -> Array {
    np::maximum(np::sqrt(((a + b) * a - b) * b + a) / (b + 1.0), a * 0.5) - b
}

fn compile_time(c: &mut Criterion) {
    let mut group = c.benchmark_group("compile time");
    let [a, b] = vectors(10, np::float64);
    group.bench_function("ten elementwise ops", |bencher| {
        bencher.iter(|| {
            np::clear_caches();
            run(|| ten_ops(&a, &b));
        });
    });
    for pipeline in PIPELINES {
        let [a, b, c] = inputs(100, np::float64);
        group.bench_function(pipeline.name, |bencher| {
            bencher.iter(|| {
                np::clear_caches();
                run(|| (pipeline.run)(&a, &b, &c));
            });
        });
    }
    // What depends on the number of nodes alone: building, planning and dropping a long chain.
    for nodes in [1_000, 10_000] {
        group.bench_function(format!("chain of {nodes} nodes"), |bencher| {
            bencher.iter(|| {
                np::clear_caches();
                run(|| (0..nodes / 2).fold(a.clone(), |x, _| x * 0.5 + &b));
            });
        });
    }
    group.finish();
}

criterion_group! { name = benches; config = cases::criterion(); targets = compile_time }
criterion_main!(benches);
