//! `numpy.random`: generators, distributions, and the legacy module functions, with NumPy's streams.
//!
//! The same seed gives the same values as NumPy 2.4, bit for bit where only arithmetic is involved, and
//! up to the last digit of the platform's `log`, `exp` and `pow` elsewhere.
//!
//! ```
//! use np::prelude::*;
//! use numfuse as np;
//!
//! let rng = np::random::default_rng(1234)?;
//! assert_eq!(rng.integers(0, high(100).size(5)).to_vec::<i64>()?, [97, 97, 98, 38, 17]);
//! let noise = rng.normal(loc(10.0).scale(2.0).size([2, 3]));
//! assert_eq!(noise.shape(), [2, 3]);
//! let deck = rng.permutation(52, ..);
//! let hand = rng.choice(&deck, size(5).replace(false));
//! assert_eq!(hand.size(), 5);
//!
//! np::random::seed(1234)?; // the legacy stream
//! assert_eq!(np::random::randint(0, high(100).size(3)).to_vec::<i64>()?, [47, 83, 38]);
//! # Ok::<(), np::Error>(())
//! ```
//!
//! - Drawing is an effect: it happens when the call is made, in program order, and the result is a
//!   concrete array. Parameters that are arrays are evaluated and broadcast.
//! - All optional arguments go into the last parameter; the bare value is `size`
//!   (for [`Generator::integers`] and [`randint`] it is `high`). Without `size`, and with parameters
//!   that are numbers, the result is a 0-d array.
//! - A bad call yields an array that carries NumPy's error, and draws nothing.
//! - [`Generator`] and [`RandomState`] lock their bit generator during a call, so they can be shared by
//!   threads. The bit generators, and `&Generator`, are random number generators of the `rand_core` crate.

mod bit_generator;
mod choice;
mod distributions;
mod generator;
mod legacy;
mod multivariate;
mod normal;
mod options;
mod params;
mod seed;

pub use bit_generator::{BitGenerator, BitGeneratorGuard, MT19937, PCG64, PCG64DXSM, Philox, SFC64, Shared};
pub use generator::{Generator, default_rng};
pub use legacy::{LegacyState, RandomState};
pub use legacy::{
    beta, binomial, bytes, chisquare, choice, dirichlet, exponential, f, gamma, geometric, get_bit_generator,
    get_state, gumbel, hypergeometric, laplace, logistic, lognormal, logseries, multinomial, multivariate_normal,
    negative_binomial, noncentral_chisquare, noncentral_f, normal, pareto, permutation, poisson, power, rand, randint,
    randn, random, random_integers, random_sample, ranf, rayleigh, sample, seed, set_bit_generator, set_state, shuffle,
    standard_cauchy, standard_exponential, standard_gamma, standard_normal, standard_t, triangular, uniform, vonmises,
    wald, weibull, zipf,
};
pub use numfuse_backends::host::random::{State, Step, Words};
pub use options::*;
pub use seed::{Seed, SeedSequence};
