//! Products, solvers and factorizations at several sizes, for one and two threads.

mod cases;

use cases::{evaluated, run};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use numfuse as np;
use numfuse::Array;

type Case = (&'static str, fn(&Array, &Array) -> Array);

const CASES: &[Case] = &[
    ("matmul", |a, _| np::matmul(a, a)),
    ("solve", |a, b| np::linalg::solve(a, b)),
    ("inv", |a, _| np::linalg::inv(a)),
    ("cholesky", |a, _| np::linalg::cholesky(np::matmul(a.t(), a), ..)),
    ("qr", |a, _| np::linalg::qr(a, ..).Q),
    ("eigh", |a, _| np::linalg::eigh(a, ..).eigenvectors),
    ("svd", |a, _| np::linalg::svd(a, ..).U),
];

/// A well-conditioned matrix.
fn matrix(n: usize, dtype: np::DType) -> Array {
    let i = np::arange(n, ..).astype(np::float64);
    let mixed = np::sin(i.reshape([n, 1]) * 12.9898 + i.reshape([1, n]) * 78.233) + np::eye(n, ..) * 2.0;
    evaluated(&mixed.astype(dtype))
}

fn linalg(c: &mut Criterion) {
    for threads in [1, 2] {
        np::set_threads(threads);
        for dtype in [np::float64, np::float32] {
            for (name, case) in CASES {
                let mut group = c.benchmark_group(format!("linalg/{name}/{dtype}/{threads} threads"));
                group.sample_size(10);
                for n in [100, 500, 1000] {
                    let a = matrix(n, dtype);
                    let b = evaluated(&np::ones(n, dtype));
                    group.bench_function(BenchmarkId::from_parameter(n), |bencher| {
                        bencher.iter(|| run(|| case(&a, &b)))
                    });
                }
                group.finish();
            }
        }
    }
    let mut group = c.benchmark_group("linalg/stack of 10,000 4×4 products");
    let a = evaluated(&np::sin(np::arange(160_000, ..).astype(np::float64)).reshape([10_000, 4, 4]));
    group.bench_function("matmul", |bencher| bencher.iter(|| run(|| np::matmul(&a, &a))));
    group.finish();
}

criterion_group! { name = benches; config = cases::criterion(); targets = linalg }
criterion_main!(benches);
