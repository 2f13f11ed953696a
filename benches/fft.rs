//! Transforms of short, long and prime lengths, of rows and of planes.

mod cases;

use cases::{evaluated, run};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use numfuse as np;
use numfuse::Array;

fn signal(n: usize, dtype: np::DType) -> Array {
    evaluated(&np::sin(np::arange(n, ..).astype(np::float64) * 0.37).astype(dtype))
}

fn fft(c: &mut Criterion) {
    np::set_threads(1);
    for (real, complex) in [(np::float64, np::complex128), (np::float32, np::complex64)] {
        let mut group = c.benchmark_group(format!("fft/{real}"));
        for n in [1024, 65_536, 1 << 20, 1_000_003] {
            let (x, z) = (signal(n, real), signal(n, complex));
            group.throughput(Throughput::Elements(n as u64));
            group.bench_function(BenchmarkId::new("fft", n), |b| b.iter(|| run(|| np::fft::fft(&z, ..))));
            group.bench_function(BenchmarkId::new("rfft", n), |b| b.iter(|| run(|| np::fft::rfft(&x, ..))));
        }
        let plane = evaluated(&signal(1 << 20, complex).reshape([1024, 1024]));
        group.bench_function("fft2 1024×1024", |b| b.iter(|| run(|| np::fft::fft2(&plane, ..))));
        let rows = evaluated(&signal(1_024_000, complex).reshape([1000, 1024]));
        group.bench_function("1000 rows of 1024", |b| b.iter(|| run(|| np::fft::fft(&rows, ..))));
        group.finish();
    }
}

criterion_group! { name = benches; config = cases::criterion(); targets = fft }
criterion_main!(benches);
