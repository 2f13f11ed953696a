//! Transforms of short, long and prime lengths, of rows and of planes.
//!
//! `cargo bench --bench fft -- --threads 1,2 > rows.json`, then `benches/against_numpy.py rows.json`.

mod cases;

use cases::rows::Rows;
use cases::{evaluated, run};
use numfuse as np;
use numfuse::Array;

fn signal(n: usize, dtype: np::DType) -> Array {
    evaluated(&np::sin(np::arange(n, ..).astype(np::float64) * 0.37).astype(dtype))
}

fn main() {
    let rows = Rows::new("fft");
    for (real, complex) in [(np::float64, np::complex128), (np::float32, np::complex64)] {
        for n in [1024, 65_536, 1 << 20, 1_000_003] {
            let (x, z) = (signal(n, real), signal(n, complex));
            let half = evaluated(&np::fft::rfft(&x, ..));
            rows.time("fft", n, real, || run(|| np::fft::fft(&z, ..)));
            rows.time("rfft", n, real, || run(|| np::fft::rfft(&x, ..)));
            rows.time("irfft", n, real, || run(|| np::fft::irfft(&half, n)));
        }
        let plane = evaluated(&signal(1 << 20, complex).reshape([1024, 1024]));
        rows.time("fft2", 1024, real, || run(|| np::fft::fft2(&plane, ..)));
        let plane = evaluated(&signal(1 << 20, real).reshape([1024, 1024]));
        rows.time("rfft2", 1024, real, || run(|| np::fft::rfft2(&plane, ..)));
        let lines = evaluated(&signal(1_024_000, complex).reshape([1000, 1024]));
        rows.time("rows", 1000, real, || run(|| np::fft::fft(&lines, ..)));
        let lines = evaluated(&signal(1_024_000, real).reshape([1000, 1024]));
        rows.time("real rows", 1000, real, || run(|| np::fft::rfft(&lines, ..)));
    }
}
