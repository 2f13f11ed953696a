//! The distributions with real parameters: one table for `Generator`, one for `RandomState` and the module
//! functions, and the way from arguments to values.

use std::panic::Location;
use std::sync::Arc;

use numfuse_backends::host::random::fill::{self, Continuous, Discrete, LegacyContinuous, LegacyDiscrete, Params};
use numfuse_backends::runtime::{Buffer, Fault};
use numfuse_ir::DType;

use super::generator::Generator;
use super::legacy::{RandomState, global};
use super::options::{LocScaleOptions, LognormalOptions, PoissonOptions, ScaleOptions, SizeOptions};
use super::params::{Constraint, Param, finished, result_shape};
use crate::array::build::Cx;
use crate::array::operand::{Operand, k};
use crate::array::{Array, Dims};
use crate::error::Raised;

/// An argument of a distribution.
pub(super) struct Arg {
    pub(super) value: Operand,
    pub(super) name: &'static str,
    pub(super) constraint: Constraint,
}

impl Arg {
    pub(super) fn new(value: Operand, name: &'static str, constraint: Constraint) -> Arg {
        Arg { value, name, constraint }
    }
}

/// Runs the body of a method that was called from a line.
pub(super) fn call_at(
    name: &'static str,
    location: &'static Location<'static>,
    body: impl FnOnce(Cx) -> Raised<Array>,
) -> Array {
    body(Cx { location }).unwrap_or_else(|raise| Array::failed(raise.sign(name, location)))
}

/// Checks arguments, broadcasts them and draws.
pub(super) fn draw(
    cx: Cx,
    args: &[Arg],
    size: &Option<Dims>,
    dtype: DType,
    fill: impl FnOnce(Params<f64>, usize) -> Result<Arc<Buffer>, Fault>,
) -> Raised<Array> {
    let params = args.iter().map(|arg| Param::new(cx, &arg.value)).collect::<Raised<Vec<Param<f64>>>>()?;
    let scalar = params.iter().all(Param::is_scalar);
    for (arg, param) in args.iter().zip(&params) {
        arg.constraint.check(&param.values, arg.name, scalar)?;
    }
    draw_params(cx, &params, size, dtype, fill)
}

/// [`draw`] of parameters that are checked.
pub(super) fn draw_params(
    cx: Cx,
    params: &[Param<f64>],
    size: &Option<Dims>,
    dtype: DType,
    fill: impl FnOnce(Params<f64>, usize) -> Result<Arc<Buffer>, Fault>,
) -> Raised<Array> {
    let shapes: Vec<&[usize]> = params.iter().map(|p| &p.shape[..]).collect();
    let (shape, len) = result_shape(size, &shapes)?;
    let along = params.iter().map(|p| p.along(&shape)).collect::<Raised<Vec<_>>>()?;
    let one = |i: usize| along.get(i).map_or(&[0.0][..], |p| p);
    finished(cx, fill([one(0), one(1), one(2)], len), dtype, &shape)
}

/// Declares methods: name, required parameters, optional ones with their defaults, what each must be, and
/// the distribution.
macro_rules! methods {
    ($Type:ident; $($(#[$doc:meta])*
        $name:ident($($arg:ident $c:ident),*) [$($opt:ident $default:literal $oc:ident),*] $Options:ident => $family:ident $Kind:ident;)*
    ) => {
        impl $Type {$(
            $(#[$doc])*
            #[track_caller]
            pub fn $name(&self, $($arg: impl Into<Operand>,)* options: impl Into<$Options>) -> Array {
                let options: $Options = options.into();
                let args = [
                    $(Arg::new($arg.into(), stringify!($arg), Constraint::$c),)*
                    $(Arg::new(options.$opt.unwrap_or_else(|| k($default)), stringify!($opt), Constraint::$oc),)*
                ];
                self.$family(stringify!($name), Location::caller(), methods!(@kind $family $Kind), &args, &options.size)
            }
        )*}
        methods!(@functions $Type; $($name($($arg),*) $Options;)*);
    };
    (@kind continuous $Kind:ident) => { Continuous::$Kind };
    (@kind discrete $Kind:ident) => { Discrete::$Kind };
    (@kind legacy_continuous $Kind:ident) => { LegacyContinuous::$Kind };
    (@kind shared_continuous $Kind:ident) => { Continuous::$Kind };
    (@kind legacy_discrete $Kind:ident) => { LegacyDiscrete::$Kind };
    (@kind shared_discrete $Kind:ident) => { Discrete::$Kind };
    (@functions Generator; $($rest:tt)*) => {};
    (@functions RandomState; $($name:ident($($arg:ident),*) $Options:ident;)*) => {$(
        #[doc = concat!("[`RandomState::", stringify!($name), "`] of the global state.")]
        #[track_caller]
        pub fn $name($($arg: impl Into<Operand>,)* options: impl Into<$Options>) -> Array {
            global().$name($($arg,)* options)
        }
    )*};
}

methods! { Generator;
    /// Beta deviates in [0, 1]: `a` and `b` are positive.
    beta(a Positive, b Positive) [] SizeOptions => continuous Beta;
    /// Chi-square deviates of `df` degrees of freedom, positive.
    chisquare(df Positive) [] SizeOptions => continuous Chisquare;
    /// Exponential deviates; `scale` is the mean.
    exponential() [scale 1.0 NonNegative] ScaleOptions => continuous Exponential;
    /// F deviates of `dfnum` over `dfden` degrees of freedom, both positive.
    f(dfnum Positive, dfden Positive) [] SizeOptions => continuous F;
    /// Gamma deviates of a shape and a scale (1).
    gamma(shape NonNegative) [scale 1.0 NonNegative] ScaleOptions => continuous Gamma;
    /// Gumbel deviates: extremes.
    gumbel() [loc 0.0 Any, scale 1.0 NonNegative] LocScaleOptions => continuous Gumbel;
    /// Laplace deviates: exponential to both sides of `loc`.
    laplace() [loc 0.0 Any, scale 1.0 NonNegative] LocScaleOptions => continuous Laplace;
    /// Logistic deviates.
    logistic() [loc 0.0 Any, scale 1.0 NonNegative] LocScaleOptions => continuous Logistic;
    /// Exponentials of normal deviates of `mean` (0) and `sigma` (1).
    lognormal() [mean 0.0 Any, sigma 1.0 NonNegative] LognormalOptions => continuous Lognormal;
    /// Chi-square deviates of squares that are not centred: `nonc` is the sum of the squared means.
    noncentral_chisquare(df Positive, nonc NonNegative) [] SizeOptions => continuous NoncentralChisquare;
    /// F deviates with a [`noncentral_chisquare`](Self::noncentral_chisquare) numerator.
    noncentral_f(dfnum Positive, dfden Positive, nonc NonNegative) [] SizeOptions => continuous NoncentralF;
    /// Normal deviates of mean `loc` (0) and standard deviation `scale` (1).
    ///
    /// ```
    /// use np::prelude::*;
    /// use numfuse as np;
    /// let rng = np::random::default_rng(7)?;
    /// let x = rng.normal(loc([[0.0], [100.0]]).size([2, 1000])); // parameters broadcast
    /// assert!(x.mean(1).to_vec::<f64>()?[1] > 90.0);
    /// assert_eq!(rng.normal(5).shape(), [5]); // the bare value is the size
    /// assert!(rng.normal(scale(-1.0)).check().is_err());
    /// # Ok::<(), np::Error>(())
    /// ```
    normal() [loc 0.0 Any, scale 1.0 NonNegative] LocScaleOptions => continuous Normal;
    /// Pareto II (Lomax) deviates of shape `a`.
    pareto(a Positive) [] SizeOptions => continuous Pareto;
    /// Deviates in [0, 1] of density `a x^(a - 1)`.
    power(a Positive) [] SizeOptions => continuous Power;
    /// Rayleigh deviates of mode `scale`.
    rayleigh() [scale 1.0 NonNegative] ScaleOptions => continuous Rayleigh;
    /// Cauchy deviates with mode 0.
    standard_cauchy() [] SizeOptions => continuous StandardCauchy;
    /// Student's t deviates of `df` degrees of freedom.
    standard_t(df Positive) [] SizeOptions => continuous StandardT;
    /// Von Mises deviates in [-π, π]: normal ones on a circle, of mode `mu` and concentration `kappa`.
    vonmises(mu Any, kappa NonNegative) [] SizeOptions => continuous Vonmises;
    /// Inverse Gaussian deviates.
    wald(mean Positive, scale Positive) [] SizeOptions => continuous Wald;
    /// Weibull deviates of shape `a`.
    weibull(a NonNegative) [] SizeOptions => continuous Weibull;
    /// How many trials to the first success of probability `p`, as `int64`.
    geometric(p BoundedGt01) [] SizeOptions => discrete Geometric;
    /// Logarithmic series deviates, `int64`.
    logseries(p BoundedLt01) [] SizeOptions => discrete Logseries;
    /// Poisson deviates of mean `lam` (1), `int64`.
    poisson() [lam 1.0 Poisson] PoissonOptions => discrete Poisson;
    /// Zipf deviates of exponent `a` above 1, `int64`.
    zipf(a Gt1) [] SizeOptions => discrete Zipf;
}

methods! { RandomState;
    /// Beta deviates in [0, 1]: `a` and `b` are positive.
    beta(a Positive, b Positive) [] SizeOptions => legacy_continuous Beta;
    /// Chi-square deviates of `df` degrees of freedom, positive.
    chisquare(df Positive) [] SizeOptions => legacy_continuous Chisquare;
    /// Exponential deviates; `scale` is the mean.
    exponential() [scale 1.0 NonNegative] ScaleOptions => legacy_continuous Exponential;
    /// F deviates of `dfnum` over `dfden` degrees of freedom, both positive.
    f(dfnum Positive, dfden Positive) [] SizeOptions => legacy_continuous F;
    /// Gamma deviates of a shape and a scale (1).
    gamma(shape NonNegative) [scale 1.0 NonNegative] ScaleOptions => legacy_continuous Gamma;
    /// Gumbel deviates: extremes.
    gumbel() [loc 0.0 Any, scale 1.0 NonNegative] LocScaleOptions => shared_continuous Gumbel;
    /// Laplace deviates: exponential to both sides of `loc`.
    laplace() [loc 0.0 Any, scale 1.0 NonNegative] LocScaleOptions => shared_continuous Laplace;
    /// Logistic deviates.
    logistic() [loc 0.0 Any, scale 1.0 NonNegative] LocScaleOptions => shared_continuous Logistic;
    /// Exponentials of normal deviates of `mean` (0) and `sigma` (1).
    lognormal() [mean 0.0 Any, sigma 1.0 NonNegative] LognormalOptions => legacy_continuous Lognormal;
    /// Chi-square deviates of squares that are not centred: `nonc` is the sum of the squared means.
    noncentral_chisquare(df Positive, nonc NonNegative) [] SizeOptions => legacy_continuous NoncentralChisquare;
    /// F deviates with a [`noncentral_chisquare`](Self::noncentral_chisquare) numerator.
    noncentral_f(dfnum Positive, dfden Positive, nonc NonNegative) [] SizeOptions => legacy_continuous NoncentralF;
    /// Normal deviates of mean `loc` (0) and standard deviation `scale` (1).
    normal() [loc 0.0 Any, scale 1.0 NonNegative] LocScaleOptions => legacy_continuous Normal;
    /// Pareto II (Lomax) deviates of shape `a`.
    pareto(a Positive) [] SizeOptions => legacy_continuous Pareto;
    /// Deviates in [0, 1] of density `a x^(a - 1)`.
    power(a Positive) [] SizeOptions => legacy_continuous Power;
    /// Rayleigh deviates of mode `scale`.
    rayleigh() [scale 1.0 NonNegative] ScaleOptions => legacy_continuous Rayleigh;
    /// Cauchy deviates with mode 0.
    standard_cauchy() [] SizeOptions => legacy_continuous StandardCauchy;
    /// Exponential deviates of mean 1.
    standard_exponential() [] SizeOptions => legacy_continuous StandardExponential;
    /// Gamma deviates of a shape and scale 1.
    standard_gamma(shape NonNegative) [] SizeOptions => legacy_continuous StandardGamma;
    /// Normal deviates of mean 0 and standard deviation 1.
    standard_normal() [] SizeOptions => legacy_continuous StandardNormal;
    /// Student's t deviates of `df` degrees of freedom.
    standard_t(df Positive) [] SizeOptions => legacy_continuous StandardT;
    /// Von Mises deviates in [-π, π]: normal ones on a circle, of mode `mu` and concentration `kappa`.
    vonmises(mu Any, kappa NonNegative) [] SizeOptions => legacy_continuous Vonmises;
    /// Inverse Gaussian deviates.
    wald(mean Positive, scale Positive) [] SizeOptions => legacy_continuous Wald;
    /// Weibull deviates of shape `a`.
    weibull(a NonNegative) [] SizeOptions => legacy_continuous Weibull;
    /// How many trials to the first success of probability `p`, as `int64`.
    geometric(p BoundedGt01) [] SizeOptions => legacy_discrete Geometric;
    /// Logarithmic series deviates, `int64`.
    logseries(p BoundedLt01) [] SizeOptions => legacy_discrete Logseries;
    /// How many failures before `n` successes of probability `p`, as `int64`.
    negative_binomial(n Positive, p Bounded01) [] SizeOptions => legacy_discrete NegativeBinomial;
    /// Poisson deviates of mean `lam` (1), `int64`.
    poisson() [lam 1.0 Poisson] PoissonOptions => shared_discrete Poisson;
    /// Zipf deviates of exponent `a` above 1, `int64`.
    zipf(a Gt1) [] SizeOptions => legacy_discrete Zipf;
}

type Line = &'static Location<'static>;

impl Generator {
    pub(super) fn continuous(
        &self,
        name: &'static str,
        line: Line,
        kind: Continuous,
        args: &[Arg],
        size: &Option<Dims>,
    ) -> Array {
        call_at(name, line, |cx| {
            draw(cx, args, size, DType::F64, |params, len| fill::continuous(kind, &mut *self.words(), params, len))
        })
    }

    pub(super) fn discrete(
        &self,
        name: &'static str,
        line: Line,
        kind: Discrete,
        args: &[Arg],
        size: &Option<Dims>,
    ) -> Array {
        call_at(name, line, |cx| {
            draw(cx, args, size, DType::I64, |params, len| fill::discrete(kind, &mut *self.words(), params, len))
        })
    }
}

impl RandomState {
    fn legacy_continuous(
        &self,
        name: &'static str,
        line: Line,
        kind: LegacyContinuous,
        args: &[Arg],
        size: &Option<Dims>,
    ) -> Array {
        call_at(name, line, |cx| {
            draw(cx, args, size, DType::F64, |params, len| {
                self.locked(|words, gauss| fill::legacy_continuous(kind, words, gauss, params, len))
            })
        })
    }

    fn legacy_discrete(
        &self,
        name: &'static str,
        line: Line,
        kind: LegacyDiscrete,
        args: &[Arg],
        size: &Option<Dims>,
    ) -> Array {
        call_at(name, line, |cx| {
            draw(cx, args, size, DType::I64, |params, len| {
                self.locked(|words, gauss| fill::legacy_discrete(kind, words, gauss, params, len))
            })
        })
    }

    /// Distributions that the newer streams have kept.
    fn shared_continuous(
        &self,
        name: &'static str,
        line: Line,
        kind: Continuous,
        args: &[Arg],
        size: &Option<Dims>,
    ) -> Array {
        call_at(name, line, |cx| {
            draw(cx, args, size, DType::F64, |params, len| {
                self.locked(|words, _| fill::continuous(kind, words, params, len))
            })
        })
    }

    fn shared_discrete(
        &self,
        name: &'static str,
        line: Line,
        kind: Discrete,
        args: &[Arg],
        size: &Option<Dims>,
    ) -> Array {
        call_at(name, line, |cx| {
            draw(cx, args, size, DType::I64, |params, len| {
                self.locked(|words, _| fill::discrete(kind, words, params, len))
            })
        })
    }
}
