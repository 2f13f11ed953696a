//! What the benches share: settings, inputs, and fused against eager for a list of cases.

#![allow(dead_code)] // Each bench uses some of it.

pub mod rows;

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput};
use numfuse as np;
use numfuse::Array;

/// In the first-level cache, and beyond the second.
pub const SIZES: [usize; 2] = [1_000, 1_000_000];

/// A named function of two arrays.
pub type Case = (&'static str, fn(&Array, &Array) -> Array);

/// Short runs: there are many cases, and their times differ by orders of magnitude.
pub fn criterion() -> Criterion {
    Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(800))
        .configure_from_args()
}

/// Two vectors in [0.1, 1.1) of a dtype; integers are 1 to 1000.
pub fn vectors(n: usize, dtype: np::DType) -> [Array; 2] {
    let i = np::arange(n, ..);
    [7919, 7907].map(|step| {
        let thousandths = &i * step % 1000 + 1;
        let vector =
            if dtype.is_integer() { thousandths.astype(dtype) } else { (thousandths * 1e-3 + 0.1).astype(dtype) };
        evaluated(&vector)
    })
}

/// The array, with its value computed.
pub fn evaluated(array: &Array) -> Array {
    if let Err(error) = array.eval() {
        panic!("{error}");
    }
    array.clone()
}

/// Builds and evaluates; the result is dropped, which gives its memory back.
pub fn run(build: impl FnOnce() -> Array) {
    black_box(evaluated(&build()));
}

/// Times every case fused and op by op, per size, on one thread.
pub fn fused_and_eager(c: &mut Criterion, family: &str, dtypes: &[np::DType], cases: &[Case]) {
    np::set_threads(1);
    for &dtype in dtypes {
        for (name, case) in cases {
            let mut group = c.benchmark_group(format!("{family}/{name}/{dtype}"));
            for n in SIZES {
                let [a, b] = vectors(n, dtype);
                group.throughput(Throughput::Elements(n as u64));
                group.bench_function(BenchmarkId::new("fused", n), |bencher| bencher.iter(|| run(|| case(&a, &b))));
                group.bench_function(BenchmarkId::new("eager", n), |bencher| {
                    bencher.iter(|| np::eager(|| run(|| case(&a, &b))));
                });
            }
            group.finish();
        }
    }
}
