//! Discrete distributions, with the algorithms of NumPy's `distributions.c`.

use super::bounded::interval;
use super::continuous::{Deviates, gamma};
use super::log_factorial::{log_factorial, log_gamma_after};
use super::{Words, ziggurat};

/// C's cast on x86-64: what does not fit, NaN among it, is the smallest integer.
pub(super) fn truncate(x: f64) -> i64 {
    if (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&x) { x as i64 } else { i64::MIN }
}

/// The same of the floor, which is a call of the C library unless a machine with SSE4.1 is compiled for.
#[inline]
pub(super) fn truncate_down(x: f64) -> i64 {
    let cut = truncate(x);
    // Beyond 2^52 there is nothing to cut.
    if cut as f64 > x { cut.saturating_sub(1) } else { cut }
}

/// W. Hörmann, "The Transformed Rejection Method for Generating Poisson Random Variables", Insur. Math.
/// Econ. 12 (1993); below 10 the product of uniform deviates (Knuth).
pub(super) fn poisson<W: Words + ?Sized>(w: &mut W, lam: f64) -> i64 {
    Poisson::new(lam).sample(w)
}

/// What the Poisson algorithms compute once for a parameter.
#[derive(Clone, Copy)]
pub(super) enum Poisson {
    Zero,
    /// Up to a product of this.
    Product(f64),
    Rejection {
        lam: f64,
        log_lam: f64,
        a: f64,
        b: f64,
        log_inv_alpha: f64,
        vr: f64,
    },
}

impl Poisson {
    pub(super) fn new(lam: f64) -> Poisson {
        if lam >= 10.0 {
            let b = 0.931 + 2.53 * lam.sqrt();
            let a = -0.059 + 0.02483 * b;
            let log_inv_alpha = (1.1239 + 1.1328 / (b - 3.4)).ln();
            return Poisson::Rejection { lam, log_lam: lam.ln(), a, b, log_inv_alpha, vr: 0.9277 - 3.6224 / (b - 2.0) };
        }
        if lam == 0.0 { Poisson::Zero } else { Poisson::Product((-lam).exp()) }
    }

    #[inline]
    pub(super) fn sample<W: Words + ?Sized>(&self, w: &mut W) -> i64 {
        match *self {
            Poisson::Zero => 0,
            Poisson::Product(limit) => {
                let (mut count, mut product) = (0, 1.0);
                loop {
                    product *= w.next_double();
                    if product > limit {
                        count += 1;
                    } else {
                        return count;
                    }
                }
            }
            Poisson::Rejection { lam, log_lam, a, b, log_inv_alpha, vr } => loop {
                let u = w.next_double() - 0.5;
                let v = w.next_double();
                let us = 0.5 - u.abs();
                let k = truncate_down((2.0 * a / us + b) * u + lam + 0.43);
                if us >= 0.07 && v <= vr {
                    return k;
                }
                if k < 0 || us < 0.013 && v > us {
                    continue;
                }
                let accepted = -lam + k as f64 * log_lam - log_gamma_after(k);
                if v.ln() + log_inv_alpha - (a / (us * us) + b).ln() <= accepted {
                    return k;
                }
            },
        }
    }
}

/// A Poisson deviate of a gamma deviate.
pub(super) fn negative_binomial<W: Words + ?Sized>(w: &mut W, n: f64, p: f64) -> i64 {
    let lam = gamma(w, n, (1.0 - p) / p);
    poisson(w, lam)
}

/// What the binomial algorithms compute once for a pair of parameters.
pub(super) struct Binomial {
    n: i64,
    p: f64,
    /// The parameters of the smaller tail.
    algorithm: Algorithm,
}

enum Algorithm {
    Inversion(Inversion),
    Btpe(Box<Btpe>),
}

struct Inversion {
    n: i64,
    p: f64,
    q: f64,
    /// The probabilities of 0, 1, …, as far as they have been asked for.
    probabilities: Vec<f64>,
    bound: i64,
}

struct Btpe {
    n: i64,
    r: f64,
    q: f64,
    m: i64,
    p1: f64,
    xm: f64,
    xl: f64,
    xr: f64,
    c: f64,
    laml: f64,
    lamr: f64,
    p2: f64,
    p3: f64,
    p4: f64,
    /// Probabilities next to the mode relative to its own, as far as they have been asked for: NaN otherwise.
    near: [f64; 2 * NEAR as usize + 1],
}

/// How far from the mode probabilities are multiplied up.
const NEAR: i64 = 20;

impl Binomial {
    /// `legacy` is the rounding of `RandomState`.
    pub(super) fn new(n: i64, p: f64, legacy: bool) -> Binomial {
        let tail = if p <= 0.5 { p } else { 1.0 - p };
        let algorithm = if tail * n as f64 <= 30.0 {
            Algorithm::Inversion(Inversion::new(n, tail, legacy))
        } else {
            Algorithm::Btpe(Box::new(Btpe::new(n, tail)))
        };
        Binomial { n, p, algorithm }
    }

    fn sample<W: Words + ?Sized>(&mut self, w: &mut W) -> i64 {
        let count = match &mut self.algorithm {
            Algorithm::Inversion(inversion) => inversion.sample(w),
            Algorithm::Btpe(btpe) => btpe.sample(w),
        };
        // NaN counts as a large probability, as in C.
        if self.p <= 0.5 { count } else { self.n.wrapping_sub(count) }
    }
}

impl Inversion {
    fn new(n: i64, p: f64, legacy: bool) -> Inversion {
        let (q, n_real) = (1.0 - p, n as f64);
        let none = (n_real * if legacy { q.ln() } else { (-p).ln_1p() }).exp();
        let np = n_real * p;
        let far = np + 10.0 * (np * q + 1.0).sqrt();
        let bound = truncate(if n_real < far { n_real } else { far });
        Inversion { n, p, q, probabilities: vec![none], bound }
    }

    fn sample<W: Words + ?Sized>(&mut self, w: &mut W) -> i64 {
        let (mut x, mut u) = (0, w.next_double());
        loop {
            let px = match self.probabilities.get(x) {
                Some(&px) => px,
                None => self.extend(x),
            };
            if u > px {
                if x as i64 >= self.bound {
                    (x, u) = (0, w.next_double());
                } else {
                    u -= px;
                    x += 1;
                }
            } else {
                return x as i64;
            }
        }
    }

    /// The probability of `x`, the next one: at most [`Inversion::bound`] of them, a few dozen.
    #[cold]
    fn extend(&mut self, x: usize) -> f64 {
        let last = self.probabilities.last().copied().unwrap_or_default();
        let (x, n) = (x as i64, self.n);
        let px = ((n - x + 1) as f64 * self.p * last) / (x as f64 * self.q);
        self.probabilities.push(px);
        px
    }
}

#[allow(clippy::neg_cmp_op_on_partial_ord, reason = "NaN takes NumPy's way")]
impl Btpe {
    fn new(n: i64, p: f64) -> Btpe {
        let n_real = n as f64;
        let r = if p < 1.0 - p { p } else { 1.0 - p };
        let q = 1.0 - r;
        let fm = n_real * r + r;
        let m = truncate(fm.floor());
        let p1 = (2.195 * (n_real * r * q).sqrt() - 4.6 * q).floor() + 0.5;
        let xm = m as f64 + 0.5;
        let (xl, xr) = (xm - p1, xm + p1);
        let c = 0.134 + 20.5 / (15.3 + m as f64);
        let a = (fm - xl) / (fm - xl * r);
        let laml = a * (1.0 + a / 2.0);
        let a = (xr - fm) / (xr * q);
        let lamr = a * (1.0 + a / 2.0);
        let p2 = p1 * (1.0 + 2.0 * c);
        let p3 = p2 + c / laml;
        let p4 = p3 + c / lamr;
        Btpe { n, r, q, m, p1, xm, xl, xr, c, laml, lamr, p2, p3, p4, near: [f64::NAN; _] }
    }

    /// V. Kachitvichyanukul, B. W. Schmeiser, "Binomial Random Variate Generation", Comm. ACM 31 (1988).
    fn sample<W: Words + ?Sized>(&mut self, w: &mut W) -> i64 {
        let &mut Btpe { n, q, m, p1, xm, xl, xr, c, laml, lamr, p2, p3, p4, .. } = self;
        let nrq = n as f64 * self.r * q;
        loop {
            let u = w.next_double() * p4;
            let mut v = w.next_double();
            // The triangle: accepted at once.
            if !(u > p1) {
                return truncate_down(xm - p1 * v + u);
            }
            let y;
            if !(u > p2) {
                // Parallelograms.
                let x = xl + (u - p1) / c;
                v = v * c + 1.0 - (m as f64 - x + 0.5).abs() / p1;
                if v > 1.0 {
                    continue;
                }
                y = truncate_down(x);
            } else if !(u > p3) {
                // Left tail.
                y = truncate_down(xl + v.ln() / laml);
                if y < 0 || v == 0.0 {
                    continue;
                }
                v = v * (u - p2) * laml;
            } else {
                // Right tail.
                y = truncate_down(xr - v.ln() / lamr);
                if y > n || v == 0.0 {
                    continue;
                }
                v = v * (u - p3) * lamr;
            }
            if self.accepts(y, v, nrq) {
                return y;
            }
        }
    }

    /// The acceptance tests of step 5.
    fn accepts(&mut self, y: i64, v: f64, nrq: f64) -> bool {
        let &mut Btpe { n, r, q, m, xm, .. } = self;
        let k = y.wrapping_sub(m).wrapping_abs();
        if !(k > NEAR && (k as f64) < nrq / 2.0 - 1.0) {
            let known = self.near.get_mut(y.wrapping_sub(m).wrapping_add(NEAR) as usize);
            if let Some(f) = known.as_deref()
                && !f.is_nan()
            {
                return !(v > *f);
            }
            let s = r / q;
            let a = s * n.wrapping_add(1) as f64;
            let mut f = 1.0;
            for i in m.saturating_add(1)..=y {
                f *= a / i as f64 - s;
            }
            for i in y.saturating_add(1)..=m {
                f /= a / i as f64 - s;
            }
            if let Some(known) = known {
                *known = f;
            }
            return !(v > f);
        }
        let k_real = k as f64;
        let rho = (k_real / nrq) * ((k_real * (k_real / 3.0 + 0.625) + 0.16666666666666666) / nrq + 0.5);
        let t = k.wrapping_neg().wrapping_mul(k) as f64 / (2.0 * nrq);
        let log_v = v.ln();
        if log_v < t - rho {
            return true;
        }
        if log_v > t + rho {
            return false;
        }
        let (y_real, m_real, n_real) = (y as f64, m as f64, n as f64);
        let (x1, f1) = (y_real + 1.0, m_real + 1.0);
        let (z, w) = (n_real + 1.0 - m_real, n_real - y_real + 1.0);
        let stirling = |x: f64| {
            let x2 = x * x;
            (13680.0 - (462.0 - (132.0 - (99.0 - 140.0 / x2) / x2) / x2) / x2) / x / 166320.0
        };
        let limit = xm * (f1 / x1).ln()
            + ((n - m) as f64 + 0.5) * (z / w).ln()
            + y.wrapping_sub(m) as f64 * (w * r / (x1 * q)).ln()
            + stirling(f1)
            + stirling(z)
            + stirling(x1)
            + stirling(w);
        !(log_v > limit)
    }
}

/// One draw, with what the last one left.
pub(super) fn binomial<W: Words + ?Sized>(
    w: &mut W,
    n: i64,
    p: f64,
    setup: &mut Option<Binomial>,
    legacy: bool,
) -> i64 {
    if !legacy && (n == 0 || p == 0.0) {
        return 0;
    }
    match setup {
        Some(known) if (known.n, known.p) == (n, p) => known.sample(w),
        _ => setup.insert(Binomial::new(n, p, legacy)).sample(w),
    }
}

/// How many of `n` fall into each class: conditional binomials.
pub(super) fn multinomial<W: Words + ?Sized>(
    w: &mut W,
    n: i64,
    pvals: &[f64],
    counts: &mut [i64],
    setup: &mut Option<Binomial>,
) {
    let Some(last) = pvals.len().checked_sub(1) else { return };
    let (mut left, mut rest) = (n, 1.0);
    for (count, &p) in counts.iter_mut().zip(&pvals[..last]) {
        *count = binomial(w, left, p / rest, setup, false);
        left = left.wrapping_sub(*count);
        if left <= 0 {
            break;
        }
        rest -= p;
    }
    if left > 0
        && let Some(count) = counts.last_mut()
    {
        *count = left;
    }
}

/// Kemp's algorithm LK: A. W. Kemp, "Efficient Generation of Logarithmically Distributed Pseudo-Random
/// Variables", Appl. Stat. 30 (1981).
pub(super) fn logseries<W: Words + ?Sized>(w: &mut W, p: f64) -> i64 {
    let r = (-p).ln_1p();
    logseries_with(w, p, |u| -(r * u).exp_m1())
}

/// [`logseries`], with the function that makes q of a uniform deviate.
pub(super) fn logseries_with<W: Words + ?Sized>(w: &mut W, p: f64, q: impl Fn(f64) -> f64) -> i64 {
    loop {
        let v = w.next_double();
        if v >= p {
            return 1;
        }
        let q = q(w.next_double());
        if v <= q * q {
            let count = truncate((1.0 + v.ln() / q.ln()).floor());
            if count < 1 || v == 0.0 {
                continue;
            }
            return count;
        }
        return if v >= q { 1 } else { 2 };
    }
}

/// Where the search takes few enough steps.
pub(super) const GEOMETRIC_SEARCH: f64 = 0.333_333_333_333_333_3;

pub(super) fn geometric_search<W: Words + ?Sized>(w: &mut W, p: f64) -> i64 {
    let (mut count, mut sum, mut product, q) = (1, p, p, 1.0 - p);
    let u = w.next_double();
    // A sum that rounding keeps below u stops where nothing is added any more.
    while u > sum && product > 0.0 {
        product *= q;
        sum += product;
        count += 1;
    }
    count
}

pub(super) fn geometric<W: Words + ?Sized>(w: &mut W, p: f64) -> i64 {
    if p >= GEOMETRIC_SEARCH {
        return geometric_search(w, p);
    }
    let z = (-ziggurat::exponential(w) / (-p).ln_1p()).ceil();
    if z >= 9.223_372_036_854_776e18 { i64::MAX } else { truncate(z) }
}

/// L. Devroye, "Non-Uniform Random Variate Generation", Springer (1986), X.6.1; truncated at 2^63.
pub(super) fn zipf<W: Words + ?Sized>(w: &mut W, a: f64) -> i64 {
    let lowest = (i64::MAX as f64).powf(-(a - 1.0));
    zipf_with(w, a, |w| {
        let u = w.next_double();
        u * lowest + (1.0 - u)
    })
}

/// [`zipf`], with the stream's way to a uniform deviate.
pub(super) fn zipf_with<W: Words + ?Sized>(w: &mut W, a: f64, uniform: impl Fn(&mut W) -> f64) -> i64 {
    // Larger than 1 with probability 3e-309; 2^(a - 1) would overflow.
    if a >= 1025.0 {
        return 1;
    }
    let am1 = a - 1.0;
    let b = 2.0_f64.powf(am1);
    loop {
        let u = uniform(w);
        let v = w.next_double();
        let x = u.powf(-1.0 / am1).floor();
        if x > i64::MAX as f64 || x < 1.0 {
            continue;
        }
        let t = (1.0 + 1.0 / x).powf(am1);
        if v * x * (t - 1.0) / (b - 1.0) <= t / b {
            return truncate(x);
        }
    }
}

/// 2·sqrt(2/e) and 3 - 2·sqrt(3/e).
pub(super) const HRUA_D1: f64 = 1.7155277699214135;
pub(super) const HRUA_D2: f64 = 0.8989161620588988;

pub(super) fn hypergeometric<W: Words + ?Sized>(w: &mut W, good: i64, bad: i64, sample: i64) -> i64 {
    if sample >= 10 && sample <= good + bad - 10 {
        hypergeometric_rejection(w, good, bad, sample)
    } else {
        hypergeometric_urn(w, good, bad, sample)
    }
}

/// Draws from the urn, or what is left in it.
fn hypergeometric_urn<W: Words + ?Sized>(w: &mut W, good: i64, bad: i64, sample: i64) -> i64 {
    let total = good + bad;
    let most = sample > total / 2;
    let mut draws = if most { total - sample } else { sample };
    let (mut left, mut left_good) = (total, good);
    while draws > 0 && left_good > 0 && left > left_good {
        left -= 1;
        if (interval(w, left as u64) as i64) < left_good {
            left_good -= 1;
        }
        draws -= 1;
    }
    if left == left_good {
        left_good -= draws;
    }
    if most { left_good } else { good - left_good }
}

/// E. Stadlober, "The Ratio of Uniforms Approach for Generating Discrete Random Variates", J. Comput.
/// Appl. Math. 31 (1990).
fn hypergeometric_rejection<W: Words + ?Sized>(w: &mut W, good: i64, bad: i64, sample: i64) -> i64 {
    let total = good + bad;
    let draws = sample.min(total - sample);
    let (fewer, more) = (good.min(bad), good.max(bad));
    let (p, q) = (fewer as f64 / total as f64, more as f64 / total as f64);
    let mean = draws as f64 * p;
    let a = mean + 0.5;
    let variance = (total - draws) as f64 * draws as f64 * p * q / (total - 1) as f64;
    let c = (variance + 0.5).sqrt();
    let h = HRUA_D1 * c + HRUA_D2;
    let mode = truncate(((draws + 1) as f64 * (fewer + 1) as f64 / (total + 2) as f64).floor());
    let log_weight = |k: i64| {
        log_factorial(k) + log_factorial(fewer - k) + log_factorial(draws - k) + log_factorial(more - draws + k)
    };
    let g = log_weight(mode);
    let (support, far) = ((draws.min(fewer) + 1) as f64, (a + 16.0 * c).floor());
    let b = if support < far { support } else { far };
    let k = loop {
        let u = w.next_double();
        let v = w.next_double();
        let x = a + h * (v - 0.5) / u;
        if x < 0.0 || x >= b {
            continue;
        }
        let k = truncate(x.floor());
        let t = g - log_weight(k);
        if u * (4.0 - u) - 3.0 <= t {
            break k;
        }
        if u * (u - t) >= 1.0 {
            continue;
        }
        if 2.0 * u.ln() <= t {
            break k;
        }
    };
    let k = if good > bad { draws - k } else { k };
    if draws < sample { good - k } else { k }
}

/// How many of each colour are among `sample` drawn: conditional hypergeometrics.
pub(super) fn multivariate_marginals<W: Words + ?Sized>(
    w: &mut W,
    total: i64,
    colors: &[i64],
    sample: i64,
    counts: &mut [i64],
) {
    let most = sample > total / 2;
    let mut left = if most { total - sample } else { sample };
    let mut rest = total;
    let last = colors.len().saturating_sub(1);
    for (count, &color) in counts.iter_mut().zip(&colors[..last]) {
        if left <= 0 {
            break;
        }
        rest -= color;
        *count = hypergeometric(w, color, rest, left);
        left -= *count;
    }
    if left > 0
        && let Some(count) = counts.last_mut()
    {
        *count = left;
    }
    if most {
        for (count, &color) in counts.iter_mut().zip(colors) {
            *count = color - *count;
        }
    }
}

/// [`multivariate_marginals`] by shuffling the urn, in which `choices` holds the colour of every item.
pub(super) fn multivariate_count<W: Words + ?Sized>(
    w: &mut W,
    choices: &mut [usize],
    colors: &[i64],
    sample: usize,
    counts: &mut [i64],
) {
    let total = choices.len();
    let most = sample > total / 2;
    let draws = if most { total - sample } else { sample };
    for j in 0..draws {
        let k = j + interval(w, (total - j - 1) as u64) as usize;
        choices.swap(j, k);
    }
    for &color in &choices[..draws] {
        counts[color] += 1;
    }
    if most {
        for (count, &color) in counts.iter_mut().zip(colors) {
            *count = color - *count;
        }
    }
}

/// A row of Dirichlet deviates: gammas over their sum.
pub(super) fn dirichlet<S: Deviates<f64> + ?Sized>(s: &mut S, alpha: &[f64], row: &mut [f64]) {
    let mut sum = 0.0;
    for (x, &a) in row.iter_mut().zip(alpha) {
        *x = super::continuous::standard_gamma(s, a);
        sum += *x;
    }
    let inverse = 1.0 / sum;
    for x in row {
        *x *= inverse;
    }
}

/// [`dirichlet`] for small parameters, whose gammas would underflow: broken sticks. `rest` holds the
/// sums of the parameters from each one to the last.
pub(super) fn dirichlet_sticks<W: Words + ?Sized>(w: &mut W, alpha: &[f64], rest: &[f64], row: &mut [f64]) {
    let Some(last) = alpha.len().checked_sub(1) else { return };
    let mut stick = 1.0;
    for j in 0..last {
        let v = super::continuous::beta(w, alpha[j], rest[j + 1]);
        row[j] = stick * v;
        stick *= 1.0 - v;
        if rest[j + 1] == 0.0 {
            break;
        }
    }
    row[last] = stick;
}
