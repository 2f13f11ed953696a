//! Random numbers: what NumPy's users draw most, and fills that run on several threads.
//!
//! `cargo bench --bench random -- --threads 1,2 > rows.json`, then `benches/against_numpy.py rows.json`.

mod cases;

use cases::rows::Rows;
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
    ("legacy random_sample", |s, n| s.random_sample(n)),
    ("legacy standard_normal", |s, n| s.standard_normal(n)),
    ("legacy randint below 100", |s, n| s.randint(100, size(n))),
];

fn main() {
    let rows = Rows::new("random");
    let (Ok(rng), Ok(state)) = (np::random::default_rng(1), RandomState::new(1)) else { return };
    for n in cases::SIZES {
        for (name, case) in CASES {
            rows.time(name, n, np::float64, || cases::run(|| case(&rng, n)));
        }
        for (name, case) in LEGACY {
            rows.time(name, n, np::float64, || cases::run(|| case(&state, n)));
        }
        let numbers = cases::evaluated(&np::arange(n, ..));
        rows.time("shuffle", n, np::float64, || {
            let mut shuffled = numbers.clone();
            rng.shuffle(&mut shuffled, ..);
            cases::run(|| shuffled);
        });
    }
}
