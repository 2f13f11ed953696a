//! `Generator`: the distributions over any bit generator.

use std::fmt;
use std::panic::Location;

use numfuse_backends::host::random::fill::{self, Continuous, Discrete, Single};
use numfuse_ir::{DType, Kind};
use rand_core::{Infallible, TryRng};

use super::bit_generator::{BitGeneratorGuard, PCG64, Shared, fill_bytes};
use super::distributions::{Arg, call_at, draw, draw_params};
use super::options::{
    ChoiceOptions, IntegersOptions, MultivariateHypergeometricOptions, MultivariateNormalOptions, ShuffleOptions,
    SizeOptions, StandardExponentialOptions, StandardOptions, UniformOptions,
};
use super::params::{Constraint, POISSON_LAM_MAX, Param, broadcast, finished, result_shape, shape_of};
use super::seed::{Seed, SeedSequence, Source, signed};
use super::{choice, multivariate, normal};
use crate::array::build::{Cx, broadcast_all, call};
use crate::array::operand::{Arg as Kindof, Operand, int_range, k};
use crate::array::{Array, Dims};
use crate::error::{Raised, Result, raise};

/// A generator over [`PCG64`] (or another bit generator, if that is given) with a seed: an integer, several,
/// a [`SeedSequence`], or fresh entropy (`..`).
///
/// ```
/// use numfuse as np;
/// let rng = np::random::default_rng(1234)?;
/// assert_eq!(rng.random(..).item::<f64>()?, 0.9766997666981422);
/// let unpredictable = np::random::default_rng(..)?;
/// # let _ = unpredictable;
/// assert!(np::random::default_rng(-1).is_err());
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn default_rng(seed: impl Into<Seed>) -> Result<Generator> {
    let seed = seed.into();
    signed("default_rng", || match seed.0 {
        Source::Shared(bits) => Ok(Generator { bits }),
        other => Ok(Generator { bits: PCG64::seeded(SeedSequence::from_seed(Seed(other))?).into() }),
    })
}

/// Deviates of NumPy's distributions, drawn from a bit generator.
///
/// Methods take `&self`: the bit generator is locked during a call, and may be shared. Parameters are
/// numbers or arrays, which broadcast against each other and must broadcast to `size`, if that is given.
/// Results are concrete arrays of `float64` or `int64` unless said otherwise.
///
/// ```
/// use np::prelude::*;
/// use numfuse as np;
/// let rng = np::random::Generator::new(np::random::SFC64::new(1)?);
/// let x = rng.standard_normal(size([2, 3]).dtype(np::float32));
/// assert_eq!((x.shape(), x.dtype()), (&[2, 3][..], np::float32));
/// assert_eq!(rng.poisson(lam([1.0, 10.0])).shape(), [2]);
///
/// let state = rng.bit_generator().state();
/// let first = rng.integers(10, size(4)).to_vec::<i64>()?;
/// rng.bit_generator().set_state(&state)?;
/// assert_eq!(rng.integers(10, size(4)).to_vec::<i64>()?, first);
/// # Ok::<(), np::Error>(())
/// ```
pub struct Generator {
    pub(super) bits: Shared,
}

impl fmt::Debug for Generator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Generator({})", self.words().name())
    }
}

/// NumPy's text: `Generator(PCG64)`.
impl fmt::Display for Generator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl TryRng for &Generator {
    type Error = Infallible;
    fn try_next_u32(&mut self) -> std::result::Result<u32, Infallible> {
        Ok(self.words().next_uint32())
    }
    fn try_next_u64(&mut self) -> std::result::Result<u64, Infallible> {
        Ok(self.words().next_uint64())
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> std::result::Result<(), Infallible> {
        fill_bytes(&mut *self.words(), bytes);
        Ok(())
    }
}

impl Generator {
    /// A generator over a bit generator.
    pub fn new(bit_generator: impl Into<Shared>) -> Generator {
        Generator { bits: bit_generator.into() }
    }

    /// The bit generator, locked: to read or set its state, or to draw words.
    pub fn bit_generator(&self) -> BitGeneratorGuard<'_> {
        self.bits.lock()
    }

    pub(super) fn words(&self) -> BitGeneratorGuard<'_> {
        self.bits.lock()
    }

    /// Independent generators of the same kind.
    #[track_caller]
    pub fn spawn(&self, n_children: usize) -> Result<Vec<Generator>> {
        let children = self.words().spawn_boxed(n_children)?;
        Ok(children.into_iter().map(Generator::new).collect())
    }

    /// Uniform deviates in [0, 1), `float64` or `float32`.
    ///
    /// ```
    /// use numfuse as np;
    /// let x = np::random::default_rng(1234)?.random(3);
    /// assert_eq!(x.to_vec::<f64>()?, [0.9766997666981422, 0.3801957350196178, 0.9232462337639554]);
    /// # Ok::<(), np::Error>(())
    /// ```
    #[track_caller]
    pub fn random(&self, options: impl Into<StandardOptions>) -> Array {
        let o = options.into();
        self.standard("random", Location::caller(), &o.size, o.dtype, Standard::Uniform)
    }

    /// Normal deviates of mean 0 and standard deviation 1, `float64` or `float32`.
    #[track_caller]
    pub fn standard_normal(&self, options: impl Into<StandardOptions>) -> Array {
        let o = options.into();
        self.standard("standard_normal", Location::caller(), &o.size, o.dtype, Standard::Normal)
    }

    /// Exponential deviates of mean 1, `float64` or `float32`. The method is `"zig"`, unless told
    /// otherwise: `"inv"` takes the inverse of the distribution function.
    #[track_caller]
    pub fn standard_exponential(&self, options: impl Into<StandardExponentialOptions>) -> Array {
        let o = options.into();
        let kind = match o.method {
            None | Some("zig") => Standard::Exponential,
            Some(_) => Standard::ExponentialInverse,
        };
        self.standard("standard_exponential", Location::caller(), &o.size, o.dtype, kind)
    }

    fn standard(
        &self,
        name: &'static str,
        line: &'static Location<'static>,
        size: &Option<Dims>,
        dtype: Option<DType>,
        kind: Standard,
    ) -> Array {
        call_at(name, line, |cx| {
            let dtype = float_dtype(name, dtype)?;
            let (shape, len) = shape_of(size)?;
            let words = &mut *self.words();
            let none = [&[0.0][..]; 3];
            let buffer = match (dtype, kind) {
                (DType::F32, Standard::Uniform) => fill::single(Single::Uniform, words, len),
                (DType::F32, Standard::Normal) => fill::single(Single::Normal, words, len),
                (DType::F32, Standard::Exponential) => fill::single(Single::Exponential, words, len),
                (DType::F32, Standard::ExponentialInverse) => fill::single(Single::ExponentialInverse, words, len),
                (_, Standard::Uniform) => fill::uniform(words, &[0.0], &[1.0], len),
                (_, Standard::Normal) => fill::continuous(Continuous::StandardNormal, words, none, len),
                (_, Standard::Exponential) => fill::continuous(Continuous::StandardExponential, words, none, len),
                (_, Standard::ExponentialInverse) => fill::exponential_inverse(words, len),
            };
            finished(cx, buffer, dtype, &shape)
        })
    }

    /// Gamma deviates of a shape and scale 1, `float64` or `float32`.
    #[track_caller]
    pub fn standard_gamma(&self, shape: impl Into<Operand>, options: impl Into<StandardOptions>) -> Array {
        let (operand, o) = (shape.into(), options.into());
        call("standard_gamma", |cx| {
            if float_dtype("standard_gamma", o.dtype)? == DType::F64 {
                let args = [Arg::new(operand, "shape", Constraint::NonNegative)];
                return draw(cx, &args, &o.size, DType::F64, |params, len| {
                    fill::continuous(Continuous::StandardGamma, &mut *self.words(), params, len)
                });
            }
            let param = Param::<f32>::cast(cx, operand)?;
            let wide: Vec<f64> = param.values.iter().map(|&x| x.into()).collect();
            Constraint::NonNegative.check(&wide, "shape", param.is_scalar())?;
            let (shape, len) = result_shape(&o.size, &[&param.shape])?;
            let values = param.along(&shape)?;
            finished(cx, fill::single_gamma(&mut *self.words(), &values, len), DType::F32, &shape)
        })
    }

    /// Uniform deviates in [`low` (0), `high` (1)).
    #[track_caller]
    pub fn uniform(&self, options: impl Into<UniformOptions>) -> Array {
        let o = options.into();
        call("uniform", |cx| {
            let (params, size) = uniform_params(cx, o, "high - low range exceeds valid bounds")?;
            let scalar = params.iter().all(Param::is_scalar);
            Constraint::NonNegative.check(&params[1].values, "high - low", scalar)?;
            draw_params(cx, &params, &size, DType::F64, |[low, range, _], len| {
                fill::uniform(&mut *self.words(), low, range, len)
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
                fill::continuous(Continuous::Triangular, &mut *self.words(), params, len)
            })
        })
    }

    /// Integers from 0 to `low_or_high`, or from it to `high`; the upper end is not included unless
    /// `endpoint(true)`. `int64`, or any integer dtype or bool.
    ///
    /// ```
    /// use np::prelude::*;
    /// use numfuse as np;
    /// let rng = np::random::default_rng(1)?;
    /// let dice = rng.integers(1, high(6).endpoint(true).size(1000).dtype(np::uint8));
    /// assert_eq!((dice.min(..).item::<u8>()?, dice.max(..).item::<u8>()?), (1, 6));
    /// assert_eq!(rng.integers([1, 10, 100], ..).shape(), [3]); // below 1, 10 and 100
    /// # Ok::<(), np::Error>(())
    /// ```
    #[track_caller]
    pub fn integers(&self, low_or_high: impl Into<Operand>, options: impl Into<IntegersOptions>) -> Array {
        let (first, o) = (low_or_high.into(), options.into());
        call("integers", |cx| {
            let range = IntegerRange {
                name: "integers",
                ends: ends(first, o.high),
                size: o.size,
                dtype: o.dtype.unwrap_or(DType::I64),
                closed: o.endpoint.unwrap_or(false),
                masked: false,
            };
            range.draw(cx, &self.bits)
        })
    }

    /// So many random bytes.
    #[track_caller]
    pub fn bytes(&self, length: usize) -> Result<Vec<u8>> {
        signed("bytes", || bytes_of(length, &self.bits))
    }

    /// Elements of an array, along `axis` (0), or integers below a number: with replacement, unless
    /// `replace(false)`, of probabilities `p`, if given. `shuffle(false)` leaves the order of a sample without
    /// replacement to chance that is no longer uniform.
    ///
    /// ```
    /// use np::prelude::*;
    /// use numfuse as np;
    /// let rng = np::random::default_rng(5)?;
    /// let picks = rng.choice(["3", "5"].len(), size(10).p([0.9, 0.1]));
    /// assert_eq!(picks.shape(), [10]);
    /// let sample = rng.choice(100, size(100).replace(false));
    /// assert_eq!(sample.sum(..).item::<i64>()?, 4950);
    /// assert!(rng.choice(3, size(4).replace(false)).check().is_err());
    /// # Ok::<(), np::Error>(())
    /// ```
    #[track_caller]
    pub fn choice(&self, a: impl Into<Operand>, options: impl Into<ChoiceOptions>) -> Array {
        let (a, o) = (a.into(), options.into());
        call("choice", |cx| choice::choice(cx, &self.bits, a, o))
    }

    /// Shuffles an array along `axis` (0): rows change places, and stay whole.
    ///
    /// ```
    /// use numfuse as np;
    /// let mut x = np::arange(10, ..);
    /// np::random::default_rng(1234)?.shuffle(&mut x, ..);
    /// assert_eq!(x.to_vec::<i64>()?, [8, 9, 5, 0, 2, 6, 4, 7, 1, 3]);
    /// # Ok::<(), np::Error>(())
    /// ```
    #[track_caller]
    pub fn shuffle(&self, x: &mut Array, options: impl Into<ShuffleOptions>) {
        let o = options.into();
        *x = call("shuffle", |cx| choice::shuffled(cx, &self.bits, x, &o.axis));
    }

    /// A shuffled copy of an array along `axis` (0), or of the integers below a number.
    #[track_caller]
    pub fn permutation(&self, x: impl Into<Operand>, options: impl Into<ShuffleOptions>) -> Array {
        let (x, o) = (x.into(), options.into());
        call("permutation", |cx| choice::permutation(cx, &self.bits, x, &o.axis))
    }

    /// A copy of an array in which each slice along `axis` is shuffled on its own; without `axis` all
    /// elements are.
    #[track_caller]
    pub fn permuted(&self, x: impl Into<Operand>, options: impl Into<ShuffleOptions>) -> Array {
        let (x, o) = (x.into(), options.into());
        call("permuted", |cx| choice::permuted(cx, &self.bits, x, &o.axis))
    }

    /// How many of `n` trials of probability `p` succeed, as `int64`.
    #[track_caller]
    pub fn binomial(&self, n: impl Into<Operand>, p: impl Into<Operand>, options: impl Into<SizeOptions>) -> Array {
        let (n, p, o) = (n.into(), p.into(), options.into());
        call("binomial", |cx| multivariate::binomial(cx, &self.bits, &n, &p, &o.size, false))
    }

    /// How many failures come before `n` successes of probability `p`, as `int64`. `n` need not be whole.
    #[track_caller]
    pub fn negative_binomial(
        &self,
        n: impl Into<Operand>,
        p: impl Into<Operand>,
        options: impl Into<SizeOptions>,
    ) -> Array {
        let (n, p, o) = (n.into(), p.into(), options.into());
        call("negative_binomial", |cx| {
            let params = [Param::<f64>::new(cx, &n)?, Param::new(cx, &p)?];
            let scalar = params.iter().all(Param::is_scalar);
            Constraint::PositiveNotNan.check(&params[0].values, "n", scalar)?;
            Constraint::BoundedGt01.check(&params[1].values, "p", scalar)?;
            let common = broadcast_all([&params[1].shape[..], &params[0].shape])?;
            let (n, p) = (params[0].along(&common)?, params[1].along(&common)?);
            let many = n.len().max(p.len());
            let largest = |i: usize| {
                let at = |values: &[f64]| if let [one] = values { *one } else { values[i] };
                let (n, p) = (at(&n), at(&p));
                (1.0 - p) / p * (n + 10.0 * n.sqrt())
            };
            if (0..many.min(common.iter().product())).any(|i| largest(i) > POISSON_LAM_MAX) {
                return raise!(Value, "n too large or p too small, see Generator.negative_binomial Notes");
            }
            draw_params(cx, &params, &o.size, DType::I64, |params, len| {
                fill::discrete(Discrete::NegativeBinomial, &mut *self.words(), params, len)
            })
        })
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
        call("hypergeometric", |cx| multivariate::hypergeometric(cx, &self.bits, &counts, &o.size, false))
    }

    /// How many of `n` trials fall into each class of probabilities `pvals`, which lie along the last
    /// axis. `n` and the rows of `pvals` broadcast; the result has one more axis, `int64`.
    #[track_caller]
    pub fn multinomial(
        &self,
        n: impl Into<Operand>,
        pvals: impl Into<Operand>,
        options: impl Into<SizeOptions>,
    ) -> Array {
        let (n, pvals, o) = (n.into(), pvals.into(), options.into());
        call("multinomial", |cx| multivariate::multinomial(cx, &self.bits, &n, &pvals, &o.size))
    }

    /// How many of each colour are among `nsample` items drawn without replacement, if there are
    /// `colors` of each. The method is `"marginals"` (one hypergeometric deviate per colour) unless told
    /// otherwise: `"count"` shuffles all items.
    #[track_caller]
    pub fn multivariate_hypergeometric(
        &self,
        colors: impl Into<Operand>,
        nsample: i64,
        options: impl Into<MultivariateHypergeometricOptions>,
    ) -> Array {
        let (colors, o) = (colors.into(), options.into());
        call("multivariate_hypergeometric", |cx| {
            multivariate::multivariate_hypergeometric(cx, &self.bits, &colors, nsample, &o)
        })
    }

    /// Normal deviates of a mean vector and a covariance matrix, along a new last axis.
    ///
    /// The method that factors the covariance is `"svd"`, `"eigh"` or `"cholesky"`, the fastest. With
    /// `check_valid("raise")` a matrix that is not positive semidefinite, up to `tol`, is an error, of which
    /// NumPy warns by default. The values are NumPy's up to 25 dimensions; beyond, the factors of `"svd"` and
    /// `"eigh"` may differ from NumPy's in the signs of their columns, and the deviates up to the distribution.
    ///
    /// ```
    /// use np::prelude::*;
    /// use numfuse as np;
    /// let rng = np::random::default_rng(1)?;
    /// let x = rng.multivariate_normal([1.0, 2.0], [[2.0, 1.0], [1.0, 2.0]], size(1000).method("cholesky"));
    /// assert_eq!(x.shape(), [1000, 2]);
    /// # Ok::<(), np::Error>(())
    /// ```
    #[track_caller]
    pub fn multivariate_normal(
        &self,
        mean: impl Into<Operand>,
        cov: impl Into<Operand>,
        options: impl Into<MultivariateNormalOptions>,
    ) -> Array {
        let (mean, cov, o) = (mean.into(), cov.into(), options.into());
        call("multivariate_normal", |cx| {
            normal::multivariate_normal(cx, [&mean, &cov], &o, |size| self.standard_normal(size))
        })
    }

    /// Points of the simplex: Dirichlet deviates of parameters `alpha`, along a new last axis.
    #[track_caller]
    pub fn dirichlet(&self, alpha: impl Into<Operand>, options: impl Into<SizeOptions>) -> Array {
        let (alpha, o) = (alpha.into(), options.into());
        call("dirichlet", |cx| {
            let (alpha, shape, len) = multivariate::dirichlet_params(cx, &alpha, &o.size, false)?;
            finished(cx, fill::dirichlet(&mut *self.words(), &alpha, len), DType::F64, &shape)
        })
    }
}

#[derive(Clone, Copy)]
enum Standard {
    Uniform,
    Normal,
    Exponential,
    ExponentialInverse,
}

fn float_dtype(name: &str, dtype: Option<DType>) -> Raised<DType> {
    match dtype.unwrap_or(DType::F64) {
        dtype @ (DType::F64 | DType::F32) => Ok(dtype),
        other => raise!(DType, "Unsupported dtype dtype('{other}') for {name}"),
    }
}

/// Low end and range of a uniform distribution; `overflow` is said of numbers.
pub(super) fn uniform_params(cx: Cx, o: UniformOptions, overflow: &str) -> Raised<([Param<f64>; 2], Option<Dims>)> {
    let low = Param::<f64>::new(cx, &o.low.unwrap_or_else(|| k(0.0)))?;
    let high = Param::<f64>::new(cx, &o.high.unwrap_or_else(|| k(1.0)))?;
    let shape = broadcast(&[&low.shape, &high.shape])?;
    let scalar = low.is_scalar() && high.is_scalar();
    let (lows, highs) = (low.along(&shape)?, high.along(&shape)?);
    let len = shape.iter().product::<usize>();
    let at = |values: &[f64], i: usize| if let [one] = values { *one } else { values[i] };
    let range: Vec<f64> = (0..len).map(|i| at(&highs, i) - at(&lows, i)).collect();
    if range.iter().any(|r| !r.is_finite()) {
        return raise!(Overflow, "{}", if scalar { overflow } else { "Range exceeds valid bounds" });
    }
    Ok(([low, Param { values: range, shape }], o.size))
}

/// The corners of triangles, in order.
pub(super) fn triangular_params(cx: Cx, corners: &[Operand; 3]) -> Raised<Vec<Param<f64>>> {
    let params = corners.iter().map(|c| Param::new(cx, c)).collect::<Raised<Vec<Param<f64>>>>()?;
    let any = |a: usize, b: usize, bad: fn(f64, f64) -> bool| -> Raised<bool> {
        let shape = broadcast_all([&params[a].shape[..], &params[b].shape])?;
        let (a, b) = (params[a].along(&shape)?, params[b].along(&shape)?);
        let at = |values: &[f64], i: usize| if let [one] = values { *one } else { values[i] };
        Ok((0..shape.iter().product()).any(|i| bad(at(&a, i), at(&b, i))))
    };
    if any(0, 1, |left, mode| left > mode)? {
        return raise!(Value, "left > mode");
    }
    if any(1, 2, |mode, right| mode > right)? {
        return raise!(Value, "mode > right");
    }
    if any(0, 2, |left, right| left == right)? {
        return raise!(Value, "left == right");
    }
    Ok(params)
}

/// Both ends of a range of integers: one number is the upper end.
pub(super) fn ends(first: Operand, high: Option<Operand>) -> [Operand; 2] {
    match high {
        Some(high) => [first, high],
        None => [k(0), first],
    }
}

/// A request for integers.
pub(super) struct IntegerRange {
    pub(super) name: &'static str,
    pub(super) ends: [Operand; 2],
    pub(super) size: Option<Dims>,
    pub(super) dtype: DType,
    /// Whether the upper end is included.
    pub(super) closed: bool,
    /// Masks with rejection: the legacy stream.
    pub(super) masked: bool,
}

impl IntegerRange {
    pub(super) fn draw(self, cx: Cx, bits: &Shared) -> Raised<Array> {
        let IntegerRange { name, dtype, closed, .. } = self;
        if !matches!(dtype.kind(), Kind::Bool | Kind::Signed | Kind::Unsigned) {
            return raise!(DType, "Unsupported dtype dtype('{dtype}') for {name}");
        }
        if self.size.as_ref().is_some_and(|s| s.0.contains(&0)) {
            let (shape, _) = shape_of(&self.size)?;
            return cx.full(&shape, &k(0), dtype);
        }
        let [low, high] = [whole(cx, &self.ends[0])?, whole(cx, &self.ends[1])?];
        let (least, most) = int_range(dtype);
        let open = i128::from(!closed);
        if low.values.iter().any(|&n| n < least) {
            return raise!(Value, "low is out of bounds for {dtype}");
        }
        if high.values.iter().any(|&n| n - open > most) {
            return raise!(Value, "high is out of bounds for {dtype}");
        }
        // NumPy's order: the parameters are compared before the size is looked at.
        let common = broadcast(&[&low.shape, &high.shape])?;
        let (lows, highs) = (low.along(&common), high.along(&common));
        let empty = (0..common.iter().product()).any(|i| at(&lows, i) > at(&highs, i) - open);
        if empty {
            let zero = low.values.iter().all(|&n| n == 0);
            return match (zero, closed) {
                (true, true) => raise!(Value, "high < 0"),
                (true, false) => raise!(Value, "high <= 0"),
                (false, true) => raise!(Value, "low > high"),
                (false, false) => raise!(Value, "low >= high"),
            };
        }
        let (shape, len) = result_shape(&self.size, &[&low.shape, &high.shape])?;
        let (lows, highs) = (low.along(&shape), high.along(&shape));
        let many = lows.len().max(highs.len());
        let bounds: Vec<u64> = (0..many).map(|i| (at(&highs, i) - open - at(&lows, i)) as u64).collect();
        let lows: Vec<u64> = lows.iter().map(|&n| n as u64).collect();
        finished(cx, fill::integers(&mut *bits.lock(), dtype, &lows, &bounds, len, self.masked), dtype, &shape)
    }
}

fn at(values: &[i128], i: usize) -> i128 {
    if let [one] = values { *one } else { values.get(i).copied().unwrap_or_default() }
}

/// Integers of any dtype.
pub(super) struct Whole {
    pub(super) values: Vec<i128>,
    shape: numfuse_ir::shape::Shape,
}

impl Whole {
    fn along(&self, shape: &[usize]) -> Vec<i128> {
        if self.values.len() == 1 || self.shape[..] == *shape {
            return self.values.clone();
        }
        let index = Param { values: (0..self.values.len() as u64).collect(), shape: self.shape.clone() };
        index.along(shape).map_or_else(|_| Vec::new(), |along| along.iter().map(|&i| self.values[i as usize]).collect())
    }
}

/// The integers of an operand; real numbers are cut, as Python's `int` does.
pub(super) fn whole(cx: Cx, operand: &Operand) -> Raised<Whole> {
    if let Kindof::Weak(weak) | Kindof::Const(weak) = &operand.0
        && let crate::array::operand::Weak::Int(n) = weak
    {
        return Ok(Whole { values: vec![(*n).clamp(-(1 << 100), 1 << 100)], shape: Default::default() });
    }
    let array = cx.array(operand)?;
    let dtype = array.0.dtype;
    if dtype.is_complex() {
        return raise!(DType, "int() argument must be a string, a bytes-like object or a real number, not 'complex'");
    }
    let shape = array.0.shape.clone();
    let values = match dtype.kind() {
        Kind::Float => {
            let param = Param::<f64>::cast(cx, &array)?;
            if param.values.iter().any(|x| x.is_nan()) {
                return raise!(Value, "cannot convert float NaN to integer");
            }
            if param.values.iter().any(|x| x.is_infinite()) {
                return raise!(Overflow, "cannot convert float infinity to integer");
            }
            param.values.iter().map(|&x| x.clamp(-1e30, 1e30) as i128).collect()
        }
        Kind::Unsigned => Param::<u64>::cast(cx, &array)?.values.into_iter().map(i128::from).collect(),
        _ => Param::<i64>::cast(cx, &array)?.values.into_iter().map(i128::from).collect(),
    };
    Ok(Whole { values, shape })
}

/// Bytes of 32-bit words, lowest first.
pub(super) fn bytes_of(length: usize, bits: &Shared) -> Raised<Vec<u8>> {
    let mut out = Vec::new();
    if out.try_reserve_exact(length).is_err() {
        return raise!(Memory, "Unable to allocate {length} bytes");
    }
    let mut words = bits.lock();
    if length == 0 {
        // NumPy's division rounds up to one word.
        words.next_uint32();
    }
    while out.len() < length {
        let word = words.next_uint32().to_le_bytes();
        let wanted = (length - out.len()).min(4);
        out.extend_from_slice(&word[..wanted]);
    }
    Ok(out)
}
