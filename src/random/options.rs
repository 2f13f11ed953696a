//! The optional arguments of the distributions.

use numfuse_ir::DType;

use crate::array::{Dims, Operand};
use crate::options::{Axes, Int, PValue, options};

options! {
    /// Options of distributions whose parameters are all required; the bare value is `size`.
    SizeOptions { size: Size(Dims) } bare size dims;
    /// Options of [`Generator::random`](crate::random::Generator::random),
    /// [`standard_normal`](crate::random::Generator::standard_normal) and
    /// [`standard_gamma`](crate::random::Generator::standard_gamma); the bare value is `size`.
    StandardOptions { size: Size(Dims), dtype: Dtype(DType) } bare size dims;
    /// Options of [`Generator::standard_exponential`](crate::random::Generator::standard_exponential); the
    /// bare value is `size`.
    StandardExponentialOptions { size: Size(Dims), dtype: Dtype(DType), method: Method(&'static str) } bare size dims;
    /// Options of [`Generator::integers`](crate::random::Generator::integers); the bare value is `high`.
    IntegersOptions {
        high: High(Operand), size: Size(Dims), dtype: Dtype(DType), endpoint: Endpoint(bool),
    } bare high operand;
    /// Options of [`randint`](crate::random::randint); the bare value is `high`.
    RandintOptions { high: High(Operand), size: Size(Dims), dtype: Dtype(DType) } bare high operand;
    /// Options of [`random_integers`](crate::random::random_integers); the bare value is `high`.
    RandomIntegersOptions { high: High(Operand), size: Size(Dims) } bare high operand;
    /// Options of [`Generator::choice`](crate::random::Generator::choice); the bare value is `size`.
    ChoiceOptions {
        size: Size(Dims), replace: Replace(bool), p: P(PValue), axis: Axis(Axes), shuffle: Shuffle(bool),
    } bare size dims;
    /// Options of [`choice`](crate::random::choice); the bare value is `size`.
    LegacyChoiceOptions { size: Size(Dims), replace: Replace(bool), p: P(PValue) } bare size dims;
    /// Options of [`Generator::shuffle`](crate::random::Generator::shuffle),
    /// [`permutation`](crate::random::Generator::permutation) and
    /// [`permuted`](crate::random::Generator::permuted); the bare value is `axis`.
    ShuffleOptions { axis: Axis(Axes) } bare axis axes;
    /// Options of distributions with location and scale; the bare value is `size`.
    LocScaleOptions { loc: Loc(Operand), scale: Scale(Operand), size: Size(Dims) } bare size dims;
    /// Options of distributions with a scale; the bare value is `size`.
    ScaleOptions { scale: Scale(Operand), size: Size(Dims) } bare size dims;
    /// Options of `lognormal`; the bare value is `size`.
    LognormalOptions { mean: Mean(Operand), sigma: Sigma(Operand), size: Size(Dims) } bare size dims;
    /// Options of `poisson`; the bare value is `size`.
    PoissonOptions { lam: Lam(Operand), size: Size(Dims) } bare size dims;
    /// Options of `uniform`; the bare value is `size`.
    UniformOptions { low: Low(Operand), high: High(Operand), size: Size(Dims) } bare size dims;
    /// Options of `multivariate_hypergeometric`; the bare value is `size`.
    MultivariateHypergeometricOptions { size: Size(Dims), method: Method(&'static str) } bare size dims;
    /// Options of `multivariate_normal`; the bare value is `size`.
    MultivariateNormalOptions {
        size: Size(Dims), check_valid: CheckValid(&'static str), tol: Tol(Operand), method: Method(&'static str),
    } bare size dims;
    /// Options of the legacy `multivariate_normal`; the bare value is `size`.
    LegacyMultivariateNormalOptions {
        size: Size(Dims), check_valid: CheckValid(&'static str), tol: Tol(Operand),
    } bare size dims;
    /// Options of [`SeedSequence::new`](crate::random::SeedSequence::new).
    SeedSequenceOptions {
        spawn_key: SpawnKey(Vec<u32>), pool_size: PoolSize(Int), n_children_spawned: NChildrenSpawned(Int),
    };
    /// Options of [`Philox::new`](crate::random::Philox::new).
    PhiloxOptions { counter: Counter([u64; 4]), key: Key([u64; 2]) };
}
