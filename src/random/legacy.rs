//! `RandomState` and the module functions: the streams that NumPy has frozen.

use std::fmt;
use std::sync::{LazyLock, Mutex, PoisonError};

use numfuse_backends::host::random::fill::{self, Continuous};
use numfuse_backends::host::random::{Gauss, State, Words};
use numfuse_ir::DType;

use super::bit_generator::{BitGeneratorGuard, MT19937, Shared};
use super::distributions::draw_params;
pub use super::distributions::{
    beta, chisquare, exponential, f, gamma, geometric, gumbel, laplace, logistic, lognormal, logseries,
    negative_binomial, noncentral_chisquare, noncentral_f, normal, pareto, poisson, power, rayleigh, standard_cauchy,
    standard_exponential, standard_gamma, standard_normal, standard_t, vonmises, wald, weibull, zipf,
};
use super::generator::{IntegerRange, bytes_of, ends, triangular_params, uniform_params, whole};
use super::options::{
    LegacyChoiceOptions, LegacyMultivariateNormalOptions, MultivariateNormalOptions, RandintOptions,
    RandomIntegersOptions, SizeOptions, UniformOptions,
};
use super::params::{finished, shape_of};
use super::seed::{Seed, Source, signed};
use super::{choice as pick, multivariate, normal as correlated};
use crate::array::build::call;
use crate::array::{Array, Dims, Operand};
use crate::error::{Result, raise};

/// The state of a [`RandomState`]: what NumPy's `get_state` gives.
#[derive(Clone, PartialEq, Debug)]
pub struct LegacyState {
    /// The bit generator's state.
    pub bit_generator: State,
    /// Whether a normal deviate waits: they are made in pairs.
    pub has_gauss: bool,
    /// That deviate.
    pub cached_gaussian: f64,
}

impl LegacyState {
    /// The name of the bit generator.
    pub fn algorithm(&self) -> &'static str {
        self.bit_generator.bit_generator()
    }

    /// The 624 words of an MT19937; none of another bit generator.
    pub fn key(&self) -> &[u32] {
        match &self.bit_generator {
            State::Mt19937 { key, .. } => key,
            _ => &[],
        }
    }

    /// The next word of an MT19937 to use.
    pub fn pos(&self) -> usize {
        match &self.bit_generator {
            State::Mt19937 { pos, .. } => *pos,
            _ => 0,
        }
    }
}

/// The legacy generator: its values for a seed never change. New code is better off with
/// [`default_rng`](crate::random::default_rng).
///
/// The seed is an integer below 2^32, several, or nothing (`..`); a bit generator may take the place of
/// MT19937. Methods and results are as those of [`Generator`](crate::random::Generator).
///
/// ```
/// use np::prelude::*;
/// use numfuse as np;
/// let state = np::random::RandomState::new(1234)?;
/// assert_eq!(state.randint(0, high(100).size(4)).to_vec::<i64>()?, [47, 83, 38, 53]);
/// let saved = state.get_state();
/// let x = state.randn([2, 3]).to_vec::<f64>()?;
/// state.set_state(&saved)?;
/// assert_eq!(state.randn([2, 3]).to_vec::<f64>()?, x);
/// # Ok::<(), np::Error>(())
/// ```
pub struct RandomState {
    pub(super) bits: Shared,
    gauss: Mutex<Gauss>,
}

impl fmt::Debug for RandomState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RandomState({})", self.bits.lock().name())
    }
}

/// NumPy's text: `RandomState(MT19937)`.
impl fmt::Display for RandomState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// The state of the module functions, seeded with fresh entropy at first. Without entropy it is that of
/// seed 0.
pub(super) fn global() -> &'static RandomState {
    static GLOBAL: LazyLock<RandomState> = LazyLock::new(|| {
        let fresh = RandomState::new(..);
        fresh.unwrap_or_else(|_| RandomState::over(MT19937::legacy(host_mt19937(0)).into()))
    });
    &GLOBAL
}

fn host_mt19937(seed: u32) -> numfuse_backends::host::random::Mt19937 {
    numfuse_backends::host::random::Mt19937::from_integer(seed)
}

impl RandomState {
    /// A generator with a legacy seed, or over a bit generator.
    #[track_caller]
    pub fn new(seed: impl Into<Seed>) -> Result<RandomState> {
        let seed = seed.into();
        signed("RandomState", || match seed.0 {
            Source::Shared(bits) => Ok(RandomState::over(bits)),
            Source::Fresh => {
                let fresh = MT19937::legacy(Seed(Source::Fresh).legacy()?.mt19937());
                Ok(RandomState::over(fresh.into()))
            }
            other => Ok(RandomState::over(MT19937::legacy(Seed(other).legacy()?.mt19937()).into())),
        })
    }

    fn over(bits: Shared) -> RandomState {
        RandomState { bits, gauss: Mutex::default() }
    }

    /// The bit generator, locked: drawing waits until this is dropped.
    pub fn bit_generator(&self) -> BitGeneratorGuard<'_> {
        self.bits.lock()
    }

    /// Runs a draw on the words and the normal deviate that waits.
    pub(super) fn locked<R>(&self, body: impl FnOnce(&mut dyn Words, &mut Gauss) -> R) -> R {
        let mut gauss = self.gauss.lock().unwrap_or_else(PoisonError::into_inner);
        body(&mut *self.bits.lock(), &mut gauss)
    }

    /// Seeds the generator anew. Only MT19937 can be.
    #[track_caller]
    pub fn seed(&self, seed: impl Into<Seed>) -> Result<()> {
        let seed = seed.into();
        signed("seed", || {
            let mut gauss = self.gauss.lock().unwrap_or_else(PoisonError::into_inner);
            let mut bits = self.bits.lock();
            let Some(mt) = bits.downcast_mut::<MT19937>() else {
                return raise!(DType, "can only re-seed a MT19937 BitGenerator");
            };
            *mt = MT19937::legacy(seed.legacy()?.mt19937());
            *gauss = Gauss::default();
            Ok(())
        })
    }

    /// The state.
    pub fn get_state(&self) -> LegacyState {
        let gauss = self.gauss.lock().unwrap_or_else(PoisonError::into_inner);
        let bit_generator = self.bits.lock().state();
        LegacyState { bit_generator, has_gauss: gauss.ready, cached_gaussian: gauss.value }
    }

    /// Continues from a state, which must be of the same bit generator.
    #[track_caller]
    pub fn set_state(&self, state: &LegacyState) -> Result<()> {
        let mut gauss = self.gauss.lock().unwrap_or_else(PoisonError::into_inner);
        self.bits.lock().set_state(&state.bit_generator)?;
        *gauss = Gauss { ready: state.has_gauss, value: state.cached_gaussian };
        Ok(())
    }

    /// Uniform deviates in [0, 1).
    #[track_caller]
    pub fn random_sample(&self, options: impl Into<SizeOptions>) -> Array {
        let o = options.into();
        call("random_sample", |cx| {
            let (shape, len) = shape_of(&o.size)?;
            finished(cx, fill::uniform(&mut *self.bits.lock(), &[0.0], &[1.0], len), DType::F64, &shape)
        })
    }

    /// Uniform deviates in [0, 1).
    #[track_caller]
    pub fn random(&self, options: impl Into<SizeOptions>) -> Array {
        self.random_sample(options)
    }

    /// Uniform deviates in [0, 1) of a shape; `()` is one number.
    #[track_caller]
    pub fn rand(&self, shape: impl Into<Dims>) -> Array {
        self.random_sample(SizeOptions { size: Some(shape.into()) })
    }

    /// Standard normal deviates of a shape; `()` is one number.
    #[track_caller]
    pub fn randn(&self, shape: impl Into<Dims>) -> Array {
        self.standard_normal(SizeOptions { size: Some(shape.into()) })
    }

    /// Random integers up to 2^63 - 1.
    #[track_caller]
    pub fn tomaxint(&self, options: impl Into<SizeOptions>) -> Array {
        let o = options.into();
        call("tomaxint", |cx| {
            let (shape, len) = shape_of(&o.size)?;
            finished(cx, fill::positive(&mut *self.bits.lock(), len), DType::I64, &shape)
        })
    }

    /// Uniform deviates in [`low` (0), `high` (1)).
    #[track_caller]
    pub fn uniform(&self, options: impl Into<UniformOptions>) -> Array {
        let o = options.into();
        call("uniform", |cx| {
            let (params, size) = uniform_params(cx, o, "Range exceeds valid bounds")?;
            draw_params(cx, &params, &size, DType::F64, |[low, range, _], len| {
                fill::uniform(&mut *self.bits.lock(), low, range, len)
            })
        })
    }

    /// Deviates of a triangle from `left` over `mode` to `right`.
    #[track_caller]
    pub fn triangular(
        &self,
        left: impl Into<Operand>,
        mode: impl Into<Operand>,
        right: impl Into<Operand>,
        options: impl Into<SizeOptions>,
    ) -> Array {
        let (corners, o) = ([left.into(), mode.into(), right.into()], options.into());
        call("triangular", |cx| {
            let params = triangular_params(cx, &corners)?;
            draw_params(cx, &params, &o.size, DType::F64, |params, len| {
                fill::continuous(Continuous::Triangular, &mut *self.bits.lock(), params, len)
            })
        })
    }

    /// Integers from 0 to `low_or_high`, or from it to `high`, which is not included. `int64`, or any
    /// integer dtype or bool.
    #[track_caller]
    pub fn randint(&self, low_or_high: impl Into<Operand>, options: impl Into<RandintOptions>) -> Array {
        let (first, o) = (low_or_high.into(), options.into());
        call("randint", |cx| {
            let range = IntegerRange {
                name: "randint",
                ends: ends(first, o.high),
                size: o.size,
                dtype: o.dtype.unwrap_or(DType::I64),
                closed: false,
                masked: true,
            };
            range.draw(cx, &self.bits)
        })
    }

    /// Integers from 1 to `low_or_high`, or from it to `high`, which is included. Deprecated in NumPy.
    #[track_caller]
    pub fn random_integers(&self, low_or_high: i64, options: impl Into<RandomIntegersOptions>) -> Array {
        let o = options.into();
        call("random_integers", |cx| {
            let (low, high) = match o.high {
                Some(high) => (low_or_high, whole(cx, &high)?.values),
                None => (1, vec![low_or_high.into()]),
            };
            let [high] = high[..] else {
                return raise!(DType, "only 0-dimensional arrays can be converted to Python scalars");
            };
            let (ends, dtype) = ([low.into(), (high + 1).into()], DType::I64);
            IntegerRange { name: "randint", ends, size: o.size, dtype, closed: false, masked: true }
                .draw(cx, &self.bits)
        })
    }

    /// So many random bytes.
    #[track_caller]
    pub fn bytes(&self, length: usize) -> Result<Vec<u8>> {
        signed("bytes", || bytes_of(length, &self.bits))
    }

    /// Elements of a one-dimensional array, or integers below a number: with replacement, unless
    /// `replace(false)`, of probabilities `p`, if given.
    #[track_caller]
    pub fn choice(&self, a: impl Into<Operand>, options: impl Into<LegacyChoiceOptions>) -> Array {
        let (a, o) = (a.into(), options.into());
        call("choice", |cx| pick::legacy_choice(cx, &self.bits, a, o))
    }

    /// Shuffles an array along its first axis.
    #[track_caller]
    pub fn shuffle(&self, x: &mut Array) {
        *x = call("shuffle", |cx| pick::shuffled(cx, &self.bits, x, &None));
    }

    /// A shuffled copy of an array along its first axis, or of the integers below a number.
    #[track_caller]
    pub fn permutation(&self, x: impl Into<Operand>) -> Array {
        let x = x.into();
        call("permutation", |cx| pick::legacy_permutation(cx, &self.bits, x))
    }

    /// How many of `n` trials of probability `p` succeed, as `int64`.
    #[track_caller]
    pub fn binomial(&self, n: impl Into<Operand>, p: impl Into<Operand>, options: impl Into<SizeOptions>) -> Array {
        let (n, p, o) = (n.into(), p.into(), options.into());
        call("binomial", |cx| multivariate::binomial(cx, &self.bits, &n, &p, &o.size, true))
    }

    /// How many of `nsample` items drawn without replacement are good, if `ngood` are and `nbad` are not,
    /// as `int64`.
    #[track_caller]
    pub fn hypergeometric(
        &self,
        ngood: impl Into<Operand>,
        nbad: impl Into<Operand>,
        nsample: impl Into<Operand>,
        options: impl Into<SizeOptions>,
    ) -> Array {
        let (counts, o) = ([ngood.into(), nbad.into(), nsample.into()], options.into());
        call("hypergeometric", |cx| multivariate::hypergeometric(cx, &self.bits, &counts, &o.size, true))
    }

    /// How many of `n` trials fall into each class of probabilities `pvals`, as `int64`.
    #[track_caller]
    pub fn multinomial(&self, n: i64, pvals: impl Into<Operand>, options: impl Into<SizeOptions>) -> Array {
        let (pvals, o) = (pvals.into(), options.into());
        call("multinomial", |cx| multivariate::legacy_multinomial(cx, &self.bits, n, &pvals, &o.size))
    }

    /// Normal deviates of a mean vector and a covariance matrix, along a new last axis: those of
    /// [`Generator::multivariate_normal`](crate::random::Generator::multivariate_normal) with `"svd"`.
    #[track_caller]
    pub fn multivariate_normal(
        &self,
        mean: impl Into<Operand>,
        cov: impl Into<Operand>,
        options: impl Into<LegacyMultivariateNormalOptions>,
    ) -> Array {
        let (mean, cov, o) = (mean.into(), cov.into(), options.into());
        let o = MultivariateNormalOptions { size: o.size, check_valid: o.check_valid, tol: o.tol, method: None };
        call("multivariate_normal", |cx| {
            correlated::multivariate_normal(cx, [&mean, &cov], &o, |size| self.standard_normal(size))
        })
    }

    /// Points of the simplex: Dirichlet deviates of parameters `alpha`, along a new last axis.
    #[track_caller]
    pub fn dirichlet(&self, alpha: impl Into<Operand>, options: impl Into<SizeOptions>) -> Array {
        let (alpha, o) = (alpha.into(), options.into());
        call("dirichlet", |cx| {
            let (alpha, shape, len) = multivariate::dirichlet_params(cx, &alpha, &o.size, true)?;
            let buffer = self.locked(|words, gauss| fill::legacy_dirichlet(words, gauss, &alpha, len));
            finished(cx, buffer, DType::F64, &shape)
        })
    }
}

/// Declares module functions that call a method of the global state.
macro_rules! functions {
    ($($name:ident = $method:ident($($arg:ident: $t:ty),*) -> $R:ty;)*) => {$(
        #[doc = concat!("[`RandomState::", stringify!($method), "`] of the global state.")]
        #[track_caller]
        pub fn $name($($arg: $t),*) -> $R {
            global().$method($($arg),*)
        }
    )*};
}

functions! {
    seed = seed(seed: impl Into<Seed>) -> Result<()>;
    get_state = get_state() -> LegacyState;
    set_state = set_state(state: &LegacyState) -> Result<()>;
    random = random_sample(options: impl Into<SizeOptions>) -> Array;
    random_sample = random_sample(options: impl Into<SizeOptions>) -> Array;
    ranf = random_sample(options: impl Into<SizeOptions>) -> Array;
    sample = random_sample(options: impl Into<SizeOptions>) -> Array;
    rand = rand(shape: impl Into<Dims>) -> Array;
    randn = randn(shape: impl Into<Dims>) -> Array;
    randint = randint(low_or_high: impl Into<Operand>, options: impl Into<RandintOptions>) -> Array;
    random_integers = random_integers(low_or_high: i64, options: impl Into<RandomIntegersOptions>) -> Array;
    bytes = bytes(length: usize) -> Result<Vec<u8>>;
    choice = choice(a: impl Into<Operand>, options: impl Into<LegacyChoiceOptions>) -> Array;
    shuffle = shuffle(x: &mut Array) -> ();
    permutation = permutation(x: impl Into<Operand>) -> Array;
    uniform = uniform(options: impl Into<UniformOptions>) -> Array;
    binomial = binomial(n: impl Into<Operand>, p: impl Into<Operand>, options: impl Into<SizeOptions>) -> Array;
    multinomial = multinomial(n: i64, pvals: impl Into<Operand>, options: impl Into<SizeOptions>) -> Array;
    multivariate_normal = multivariate_normal(
        mean: impl Into<Operand>, cov: impl Into<Operand>, options: impl Into<LegacyMultivariateNormalOptions>
    ) -> Array;
    dirichlet = dirichlet(alpha: impl Into<Operand>, options: impl Into<SizeOptions>) -> Array;
    triangular = triangular(
        left: impl Into<Operand>, mode: impl Into<Operand>, right: impl Into<Operand>, options: impl Into<SizeOptions>
    ) -> Array;
    hypergeometric = hypergeometric(
        ngood: impl Into<Operand>, nbad: impl Into<Operand>, nsample: impl Into<Operand>, options: impl Into<SizeOptions>
    ) -> Array;
}

/// The bit generator of the module functions, locked: drawing from them waits until this is dropped.
pub fn get_bit_generator() -> BitGeneratorGuard<'static> {
    global().bit_generator()
}

/// Lets the module functions draw from another bit generator.
pub fn set_bit_generator(bit_generator: impl Into<Shared>) {
    let state = global();
    let mut gauss = state.gauss.lock().unwrap_or_else(PoisonError::into_inner);
    state.bits.swap(&bit_generator.into());
    *gauss = Gauss::default();
}
