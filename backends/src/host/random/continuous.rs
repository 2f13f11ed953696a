//! Continuous distributions, with the algorithms of NumPy's `distributions.c`.
//!
//! Those that `RandomState` shares are written over [`Deviates`], which gives the deviates of either
//! stream.

use std::f64::consts::PI;

use super::Words;
use super::discrete::poisson;
use super::ziggurat;

/// Standard deviates of a stream.
pub(super) trait Deviates<F> {
    /// In [0, 1).
    fn uniform(&mut self) -> F;
    fn normal(&mut self) -> F;
    fn exponential(&mut self) -> F;
}

impl<W: Words + ?Sized> Deviates<f64> for W {
    #[inline]
    fn uniform(&mut self) -> f64 {
        self.next_double()
    }
    #[inline]
    fn normal(&mut self) -> f64 {
        ziggurat::normal(self)
    }
    #[inline]
    fn exponential(&mut self) -> f64 {
        ziggurat::exponential(self)
    }
}

impl<W: Words + ?Sized> Deviates<f32> for W {
    #[inline]
    fn uniform(&mut self) -> f32 {
        self.next_float()
    }
    #[inline]
    fn normal(&mut self) -> f32 {
        ziggurat::normal_f32(self)
    }
    #[inline]
    fn exponential(&mut self) -> f32 {
        ziggurat::exponential_f32(self)
    }
}

pub(super) fn standard_normal(s: &mut (impl Deviates<f64> + ?Sized)) -> f64 {
    s.normal()
}

pub(super) fn standard_exponential(s: &mut (impl Deviates<f64> + ?Sized)) -> f64 {
    s.exponential()
}

#[inline]
pub(super) fn normal(s: &mut (impl Deviates<f64> + ?Sized), loc: f64, scale: f64) -> f64 {
    loc + scale * s.normal()
}

#[inline]
pub(super) fn exponential(s: &mut (impl Deviates<f64> + ?Sized), scale: f64) -> f64 {
    scale * s.exponential()
}

macro_rules! gamma {
    ($F:ident $name:ident) => {
        /// A gamma deviate of scale 1.
        ///
        /// From 1 on: G. Marsaglia, W. W. Tsang, "A Simple Method for Generating Gamma Variables", ACM
        /// TOMS 26 (2000). Below: J. H. Ahrens, U. Dieter, "Computer Methods for Sampling from Gamma,
        /// Beta, Poisson and Binomial Distributions", Computing 12 (1974).
        #[allow(clippy::neg_cmp_op_on_partial_ord, reason = "NaN must come out")]
        pub(super) fn $name<S: Deviates<$F> + ?Sized>(s: &mut S, shape: $F) -> $F {
            if shape == 1.0 {
                return s.exponential();
            }
            if shape == 0.0 {
                return 0.0;
            }
            if shape < 1.0 {
                loop {
                    let u = s.uniform();
                    let v = s.exponential();
                    if u <= 1.0 - shape {
                        let x = u.powf(1.0 / shape);
                        if x <= v {
                            return x;
                        }
                    } else {
                        let y = -((1.0 - u) / shape).ln();
                        let x = (1.0 - shape + shape * y).powf(1.0 / shape);
                        if x <= v + y {
                            return x;
                        }
                    }
                }
            }
            let b = shape - 1.0 / 3.0;
            let c = 1.0 / (9.0 * b).sqrt();
            loop {
                let (x, v) = loop {
                    let x = s.normal();
                    let v = 1.0 + c * x;
                    if !(v <= 0.0) {
                        break (x, v);
                    }
                };
                let v = v * v * v;
                let u = s.uniform();
                if u < 1.0 - 0.0331 * (x * x) * (x * x) || u.ln() < 0.5 * x * x + b * (1.0 - v + v.ln()) {
                    return b * v;
                }
            }
        }
    };
}
gamma!(f64 standard_gamma);
gamma!(f32 standard_gamma_f32);

pub(super) fn gamma(s: &mut (impl Deviates<f64> + ?Sized), shape: f64, scale: f64) -> f64 {
    scale * standard_gamma(s, shape)
}

/// Below this the deviate is 0 or 1 but for one in 10^100.
const BETA_TINY: f64 = 3e-103;

/// M. D. Jöhnk, "Erzeugung von betaverteilten und gammaverteilten Zufallszahlen", Metrika 8 (1964), or
/// a ratio of gamma deviates.
pub(super) fn beta<W: Words + ?Sized>(w: &mut W, a: f64, b: f64) -> f64 {
    if !(a <= 1.0 && b <= 1.0) {
        let (a, b) = (standard_gamma(w, a), standard_gamma(w, b));
        return a / (a + b);
    }
    if a < BETA_TINY && b < BETA_TINY {
        return f64::from((a + b) * w.next_double() < a);
    }
    loop {
        let (u, v) = (w.next_double(), w.next_double());
        let (x, y) = (u.powf(1.0 / a), v.powf(1.0 / b));
        if x + y <= 1.0 && u + v > 0.0 {
            if x > 0.0 && y > 0.0 {
                return x / (x + y);
            }
            // The powers underflowed: the same by logarithms.
            let delta = u.ln() / a - v.ln() / b;
            return if delta > 0.0 { (-(-delta).exp().ln_1p()).exp() } else { (delta - delta.exp().ln_1p()).exp() };
        }
    }
}

pub(super) fn chisquare(s: &mut (impl Deviates<f64> + ?Sized), df: f64) -> f64 {
    2.0 * standard_gamma(s, df / 2.0)
}

pub(super) fn f(s: &mut (impl Deviates<f64> + ?Sized), dfnum: f64, dfden: f64) -> f64 {
    let above = chisquare(s, dfnum) * dfden;
    above / (chisquare(s, dfden) * dfnum)
}

pub(super) fn noncentral_chisquare<W: Words + ?Sized>(w: &mut W, df: f64, nonc: f64) -> f64 {
    if nonc.is_nan() {
        return f64::NAN;
    }
    if nonc == 0.0 {
        return chisquare(w, df);
    }
    if df > 1.0 {
        let chi2 = chisquare(w, df - 1.0);
        let n = ziggurat::normal(w) + nonc.sqrt();
        return chi2 + n * n;
    }
    let i = poisson(w, nonc / 2.0);
    chisquare(w, df + i.wrapping_mul(2) as f64)
}

pub(super) fn noncentral_f<W: Words + ?Sized>(w: &mut W, dfnum: f64, dfden: f64, nonc: f64) -> f64 {
    let t = noncentral_chisquare(w, dfnum, nonc) * dfden;
    t / (chisquare(w, dfden) * dfnum)
}

pub(super) fn standard_cauchy(s: &mut (impl Deviates<f64> + ?Sized)) -> f64 {
    let above = s.normal();
    above / s.normal()
}

pub(super) fn pareto<W: Words + ?Sized>(w: &mut W, a: f64) -> f64 {
    (ziggurat::exponential(w) / a).exp_m1()
}

pub(super) fn weibull(s: &mut (impl Deviates<f64> + ?Sized), a: f64) -> f64 {
    if a == 0.0 { 0.0 } else { s.exponential().powf(1.0 / a) }
}

pub(super) fn power<W: Words + ?Sized>(w: &mut W, a: f64) -> f64 {
    (-(-ziggurat::exponential(w)).exp_m1()).powf(1.0 / a)
}

pub(super) fn laplace<W: Words + ?Sized>(w: &mut W, loc: f64, scale: f64) -> f64 {
    loop {
        let u = w.next_double();
        if u >= 0.5 {
            return loc - scale * (2.0 - u - u).ln();
        } else if u > 0.0 {
            return loc + scale * (u + u).ln();
        }
    }
}

pub(super) fn gumbel<W: Words + ?Sized>(w: &mut W, loc: f64, scale: f64) -> f64 {
    loop {
        let u = 1.0 - w.next_double();
        if u < 1.0 {
            return loc - scale * (-u.ln()).ln();
        }
    }
}

pub(super) fn logistic<W: Words + ?Sized>(w: &mut W, loc: f64, scale: f64) -> f64 {
    loop {
        let u = w.next_double();
        if u > 0.0 {
            return loc + scale * (u / (1.0 - u)).ln();
        }
    }
}

pub(super) fn lognormal(s: &mut (impl Deviates<f64> + ?Sized), mean: f64, sigma: f64) -> f64 {
    normal(s, mean, sigma).exp()
}

pub(super) fn rayleigh<W: Words + ?Sized>(w: &mut W, mode: f64) -> f64 {
    mode * (2.0 * ziggurat::exponential(w)).sqrt()
}

pub(super) fn standard_t(s: &mut (impl Deviates<f64> + ?Sized), df: f64) -> f64 {
    let above = s.normal();
    let below = standard_gamma(s, df / 2.0);
    (df / 2.0).sqrt() * above / below.sqrt()
}

/// J. R. Michael, W. R. Schucany, R. W. Haas, "Generating Random Variates Using Transformations with
/// Multiple Roots", Am. Stat. 30 (1976), arranged against cancellation.
pub(super) fn wald<W: Words + ?Sized>(w: &mut W, mean: f64, scale: f64) -> f64 {
    let y = ziggurat::normal(w);
    let y = mean * y * y;
    let d = 1.0 + (1.0 + 4.0 * scale / y).sqrt();
    let x = mean * (1.0 - 2.0 / d);
    let u = w.next_double();
    if u <= mean / (mean + x) { x } else { mean * mean / x }
}

pub(super) fn triangular<W: Words + ?Sized>(w: &mut W, left: f64, mode: f64, right: f64) -> f64 {
    let base = right - left;
    let left_base = mode - left;
    let ratio = left_base / base;
    let (left_product, right_product) = (left_base * base, (right - mode) * base);
    let u = w.next_double();
    if u <= ratio { left + (u * left_product).sqrt() } else { right - ((1.0 - u) * right_product).sqrt() }
}

/// Where the concentration is too small for its square to count.
pub(super) const VONMISES_SMALL: f64 = 1e-5;

/// The concentration of the wrapped Cauchy density that dominates.
pub(super) fn vonmises_envelope(kappa: f64) -> f64 {
    if kappa < VONMISES_SMALL {
        return 1.0 / kappa + kappa;
    }
    let r = 1.0 + (1.0 + 4.0 * kappa * kappa).sqrt();
    let rho = (r - (2.0 * r).sqrt()) / (2.0 * kappa);
    (1.0 + rho * rho) / (2.0 * rho)
}

/// D. J. Best, N. I. Fisher, "Efficient Simulation of the von Mises Distribution", Appl. Stat. 28
/// (1979).
pub(super) fn vonmises_best_fisher<W: Words + ?Sized>(w: &mut W, mu: f64, kappa: f64) -> f64 {
    let s = vonmises_envelope(kappa);
    if s.is_nan() {
        // The square overflowed; nothing would ever be accepted.
        return f64::NAN;
    }
    let cosine = loop {
        let z = (PI * w.next_double()).cos();
        let cosine = (1.0 + s * z) / (s + z);
        let y = kappa * (s - cosine);
        let v = w.next_double();
        if y * (2.0 - y) - v >= 0.0 || (y / v).ln() + 1.0 - y >= 0.0 {
            break cosine;
        }
    };
    let angle = cosine.acos();
    let angle = if w.next_double() < 0.5 { -angle } else { angle } + mu;
    let wrapped = (angle.abs() + PI) % (2.0 * PI) - PI;
    if angle < 0.0 { -wrapped } else { wrapped }
}

/// Uniform for no concentration to speak of, else by rejection, else a wrapped normal.
pub(super) fn vonmises<W: Words + ?Sized>(w: &mut W, mu: f64, kappa: f64) -> f64 {
    if kappa.is_nan() {
        return f64::NAN;
    }
    if kappa < 1e-8 {
        return PI * (2.0 * w.next_double() - 1.0);
    }
    if kappa <= 1e6 {
        return vonmises_best_fisher(w, mu, kappa);
    }
    let mut angle = mu + (1.0 / kappa).sqrt() * ziggurat::normal(w);
    if angle < -PI {
        angle += 2.0 * PI;
    }
    if angle > PI {
        angle -= 2.0 * PI;
    }
    angle
}
