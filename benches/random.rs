//! Random numbers: what NumPy's users draw most, and fills that run on several threads.

mod cases;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use np::prelude::*;
use numfuse as np;
use numfuse::Array;
use numfuse::random::{Generator, RandomState};

type Case = (&'static str, fn(&Generator, usize) -> Array);

const CASES: &[Case] = &[
    ("random", |g, n| g.random(n)),
    ("random float32", |g, n| g.random(size(n).dtype(np::float32))),
    ("standard_normal", |g, n| g.standard_normal(n)),
    ("standard_normal float32", |g, n| g.standard_normal(size(n).dtype(np::float32))),
    ("standard_exponential", |g, n| g.standard_exponential(n)),
    ("normal", |g, n| g.normal(loc(1.0).scale(2.0).size(n))),
    ("integers below 100", |g, n| g.integers(100, size(n))),
    ("integers below 2^40", |g, n| g.integers(1_i64 << 40, size(n))),
    ("integers uint8", |g, n| g.integers(100, size(n).dtype(np::uint8))),
    ("gamma 2.5", |g, n| g.gamma(2.5, n)),
    ("gamma 0.5", |g, n| g.gamma(0.5, n)),
    ("poisson 3", |g, n| g.poisson(lam(3.0).size(n))),
    ("poisson 100", |g, n| g.poisson(lam(100.0).size(n))),
    ("binomial 10", |g, n| g.binomial(10, 0.3, n)),
    ("binomial 1000", |g, n| g.binomial(1000, 0.4, n)),
    ("beta", |g, n| g.beta(2.0, 3.0, n)),
    ("permutation", |g, n| g.permutation(n, ..)),
    ("choice without replacement", |g, n| g.choice(n, size(n / 10).replace(false))),
];

type LegacyCase = (&'static str, fn(&RandomState, usize) -> Array);

const LEGACY: &[LegacyCase] = &[
    ("random_sample", |s, n| s.random_sample(n)),
    ("standard_normal", |s, n| s.standard_normal(n)),
    ("randint below 100", |s, n| s.randint(100, size(n))),
];

fn generators(c: &mut Criterion) {
    let Ok(rng) = np::random::default_rng(1) else { return };
    for threads in [1, 2] {
        np::set_threads(threads);
        let cases = if threads == 1 { CASES } else { &CASES[..1] };
        for (name, case) in cases {
            let mut group = c.benchmark_group(format!("random/{name}/{threads} threads"));
            for n in cases::SIZES {
                group.throughput(Throughput::Elements(n as u64));
                group.bench_function(BenchmarkId::from_parameter(n), |b| b.iter(|| cases::run(|| case(&rng, n))));
            }
        }
    }
}

fn legacy(c: &mut Criterion) {
    np::set_threads(1);
    let Ok(state) = RandomState::new(1) else { return };
    for (name, case) in LEGACY {
        let mut group = c.benchmark_group(format!("legacy/{name}"));
        for n in cases::SIZES {
            group.throughput(Throughput::Elements(n as u64));
            group.bench_function(BenchmarkId::from_parameter(n), |b| b.iter(|| cases::run(|| case(&state, n))));
        }
    }
}

criterion_group! { name = benches; config = cases::criterion(); targets = generators, legacy }
criterion_main!(benches);
