//! The frozen distributions of `RandomState`: those that differ from the newer ones, as NumPy 1.16 had
//! them (`legacy-distributions.c`).

use super::Words;
use super::continuous::{Deviates, chisquare, gamma, standard_gamma};
use super::discrete::{self, HRUA_D1, HRUA_D2, truncate};
use super::log_factorial::log_gamma;

/// The second deviate of a pair of normal ones, if it is still to be used.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Gauss {
    /// Whether there is one.
    pub ready: bool,
    /// Its value.
    pub value: f64,
}

/// Words, and the normal deviate that waits.
pub(super) struct Legacy<'a, W: ?Sized> {
    pub(super) words: &'a mut W,
    pub(super) gauss: &'a mut Gauss,
}

impl<W: Words + ?Sized> Deviates<f64> for Legacy<'_, W> {
    #[inline]
    fn uniform(&mut self) -> f64 {
        self.words.next_double()
    }

    /// G. Marsaglia's polar method: SIAM Rev. 6 (1964).
    #[inline]
    fn normal(&mut self) -> f64 {
        if self.gauss.ready {
            return std::mem::take(self.gauss).value;
        }
        let (x1, x2, r2) = loop {
            let x1 = 2.0 * self.words.next_double() - 1.0;
            let x2 = 2.0 * self.words.next_double() - 1.0;
            let r2 = x1 * x1 + x2 * x2;
            if r2 < 1.0 && r2 != 0.0 {
                break (x1, x2, r2);
            }
        };
        let f = (-2.0 * r2.ln() / r2).sqrt();
        *self.gauss = Gauss { ready: true, value: f * x1 };
        f * x2
    }

    #[inline]
    fn exponential(&mut self) -> f64 {
        -(1.0 - self.words.next_double()).ln()
    }
}

pub(super) fn beta<W: Words + ?Sized>(s: &mut Legacy<W>, a: f64, b: f64) -> f64 {
    if !(a <= 1.0 && b <= 1.0) {
        let (a, b) = (standard_gamma(s, a), standard_gamma(s, b));
        return a / (a + b);
    }
    loop {
        let (u, v) = (s.uniform(), s.uniform());
        let (x, y) = (u.powf(1.0 / a), v.powf(1.0 / b));
        if x + y <= 1.0 {
            if x + y > 0.0 {
                return x / (x + y);
            }
            let (log_x, log_y) = (u.ln() / a, v.ln() / b);
            let most = if log_x > log_y { log_x } else { log_y };
            let (log_x, log_y) = (log_x - most, log_y - most);
            return (log_x - (log_x.exp() + log_y.exp()).ln()).exp();
        }
    }
}

pub(super) fn noncentral_chisquare<W: Words + ?Sized>(s: &mut Legacy<W>, df: f64, nonc: f64) -> f64 {
    if nonc == 0.0 {
        return chisquare(s, df);
    }
    if df > 1.0 {
        let chi2 = chisquare(s, df - 1.0);
        let n = s.normal() + nonc.sqrt();
        return chi2 + n * n;
    }
    let i = discrete::poisson(s.words, nonc / 2.0);
    let value = chisquare(s, df + i.wrapping_mul(2) as f64);
    if nonc.is_nan() { nonc } else { value }
}

pub(super) fn noncentral_f<W: Words + ?Sized>(s: &mut Legacy<W>, dfnum: f64, dfden: f64, nonc: f64) -> f64 {
    let t = noncentral_chisquare(s, dfnum, nonc) * dfden;
    t / (chisquare(s, dfden) * dfnum)
}

pub(super) fn pareto<W: Words + ?Sized>(s: &mut Legacy<W>, a: f64) -> f64 {
    (s.exponential() / a).exp() - 1.0
}

pub(super) fn power<W: Words + ?Sized>(s: &mut Legacy<W>, a: f64) -> f64 {
    (1.0 - (-s.exponential()).exp()).powf(1.0 / a)
}

pub(super) fn rayleigh<W: Words + ?Sized>(s: &mut Legacy<W>, mode: f64) -> f64 {
    mode * (-2.0 * (-s.uniform()).ln_1p()).sqrt()
}

pub(super) fn wald<W: Words + ?Sized>(s: &mut Legacy<W>, mean: f64, scale: f64) -> f64 {
    let mu_2l = mean / (2.0 * scale);
    let y = s.normal();
    let y = mean * y * y;
    let x = mean + mu_2l * (y - (4.0 * scale * y + y * y).sqrt());
    let u = s.uniform();
    if u <= mean / (mean + x) { x } else { mean * mean / x }
}

pub(super) fn vonmises<W: Words + ?Sized>(s: &mut Legacy<W>, mu: f64, kappa: f64) -> f64 {
    // What the newer stream does up to a concentration of 10^6 holds for all of them.
    if kappa.is_nan() || kappa < 1e-8 {
        return super::continuous::vonmises(s.words, mu, kappa);
    }
    super::continuous::vonmises_best_fisher(s.words, mu, kappa)
}

pub(super) fn negative_binomial<W: Words + ?Sized>(s: &mut Legacy<W>, n: f64, p: f64) -> i64 {
    let lam = gamma(s, n, (1.0 - p) / p);
    discrete::poisson(s.words, lam)
}

pub(super) fn logseries<W: Words + ?Sized>(s: &mut Legacy<W>, p: f64) -> i64 {
    let r = (1.0 - p).ln();
    discrete::logseries_with(s.words, p, |u| 1.0 - (r * u).exp())
}

pub(super) fn geometric<W: Words + ?Sized>(s: &mut Legacy<W>, p: f64) -> i64 {
    if p >= discrete::GEOMETRIC_SEARCH {
        return discrete::geometric_search(s.words, p);
    }
    truncate(((-s.uniform()).ln_1p() / (1.0 - p).ln()).ceil())
}

pub(super) fn zipf<W: Words + ?Sized>(s: &mut Legacy<W>, a: f64) -> i64 {
    discrete::zipf_with(s.words, a, |w| 1.0 - w.next_double())
}

/// The largest population that the arithmetic below is made for.
const POPULATION_MAX: i64 = 1 << 62;

pub(super) fn hypergeometric<W: Words + ?Sized>(w: &mut W, good: i64, bad: i64, sample: i64) -> i64 {
    if good.saturating_add(bad) > POPULATION_MAX {
        return i64::MIN;
    }
    match sample {
        11.. => hypergeometric_rejection(w, good, bad, sample),
        1..=10 => hypergeometric_urn(w, good, bad, sample),
        _ => 0,
    }
}

fn hypergeometric_urn<W: Words + ?Sized>(w: &mut W, good: i64, bad: i64, sample: i64) -> i64 {
    let rest = bad + good - sample;
    let fewer = bad.min(good) as f64;
    let (mut y, mut k) = (fewer, sample);
    while y > 0.0 {
        let u = w.next_double();
        y -= truncate((u + y / (rest + k) as f64).floor()) as f64;
        k -= 1;
        if k == 0 {
            break;
        }
    }
    let z = truncate(fewer - y);
    if good > bad { sample - z } else { z }
}

fn hypergeometric_rejection<W: Words + ?Sized>(w: &mut W, good: i64, bad: i64, sample: i64) -> i64 {
    let (fewer, more, total) = (good.min(bad), good.max(bad), good + bad);
    let m = sample.min(total - sample);
    let d4 = fewer as f64 / total as f64;
    let d5 = 1.0 - d4;
    let d6 = m as f64 * d4 + 0.5;
    let d7 = ((total - m) as f64 * sample as f64 * d4 * d5 / (total - 1) as f64 + 0.5).sqrt();
    let d8 = HRUA_D1 * d7 + HRUA_D2;
    let mode = truncate(((m + 1) as f64 * (fewer + 1) as f64 / (total + 2) as f64).floor());
    let log_weight = |z: i64| {
        let log_factorial = |k: i64| log_gamma(k.saturating_add(1) as f64);
        log_factorial(z)
            + log_factorial(fewer.saturating_sub(z))
            + log_factorial(m.saturating_sub(z))
            + log_factorial((more - m).saturating_add(z))
    };
    let d10 = log_weight(mode);
    let (support, far) = (m.min(fewer) as f64 + 1.0, (d6 + 16.0 * d7).floor());
    let d11 = if support < far { support } else { far };
    let z = loop {
        let x = w.next_double();
        let y = w.next_double();
        let position = d6 + d8 * (y - 0.5) / x;
        if position < 0.0 || position >= d11 {
            continue;
        }
        let z = truncate(position.floor());
        let t = d10 - log_weight(z);
        if x * (4.0 - x) - 3.0 <= t {
            break z;
        }
        if x * (x - t) >= 1.0 {
            continue;
        }
        if 2.0 * x.ln() <= t {
            break z;
        }
    };
    let z = if good > bad { m - z } else { z };
    if m < sample { good - z } else { z }
}
