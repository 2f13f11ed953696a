//! Buffers of deviates: one function per kind of distribution, so that a call costs one dispatch.
//!
//! Values come in row-major order, one after the other, as NumPy draws them. Only where a word makes a
//! value and the generator can jump is a large fill split over threads; the values are the same.

use std::mem::MaybeUninit;
use std::sync::{Arc, Mutex};

use numfuse_ir::{DType, Element};

use super::bounded::{Bounded, Rest};
use super::continuous as c;
use super::discrete as d;
use super::legacy::{self, Gauss, Legacy};
use super::shuffle::with_words;
use super::{Half, Seek, Words, unit_double, unit_float, ziggurat};
use crate::host::each;
use crate::runtime::{Buffer, Fault, config};

type Filled = Result<Arc<Buffer>, Fault>;

/// Buffers of `len` elements that `each` makes, in order.
fn collect<T: Element>(len: usize, each: impl FnMut() -> T) -> Filled {
    let mut each = each;
    // SAFETY: the loop writes every element.
    unsafe {
        Buffer::written(len, |out| {
            for slot in out {
                slot.write(each());
            }
        })
    }
}

/// Parameters of a distribution: per parameter one value, or one per deviate.
pub type Params<'a, P> = [&'a [P]; 3];

/// Deviates with their parameters.
fn draw<S: ?Sized, P: Copy, T: Element>(
    state: &mut S,
    params: Params<P>,
    len: usize,
    sample: impl Fn(&mut S, [P; 3]) -> T,
) -> Filled {
    if let [[a], [b], [c]] = params {
        let same = [*a, *b, *c];
        return collect(len, || sample(state, same));
    }
    let mut i = 0;
    collect(len, || {
        let at = params.map(|p| if let [one] = p { *one } else { p[i] });
        i += 1;
        sample(state, at)
    })
}

/// Declares the distributions of a kind, by name, parameters and sampler.
macro_rules! family {
    ($(#[$doc:meta])* $Family:ident over $S:ident: $P:ty => $T:ty { $($Name:ident($($p:ident),*) $sample:path;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[allow(missing_docs, reason = "named as NumPy's methods are")]
        pub enum $Family { $($Name),* }

        impl $Family {
            fn fill<W: Words + ?Sized>(self, state: &mut family!(@state $S W), params: Params<$P>, len: usize) -> Filled {
                match self {
                    $($Family::$Name => draw(state, params, len, |s, [$($p,)* ..]| -> $T { $sample(s, $($p),*) }),)*
                }
            }
        }
    };
    (@state Words $W:ident) => { $W };
    (@state Legacy $W:ident) => { Legacy<'_, $W> };
}

family! {
    /// Continuous distributions of `Generator`.
    Continuous over Words: f64 => f64 {
        Beta(a, b) c::beta;
        Chisquare(df) c::chisquare;
        Exponential(scale) c::exponential;
        F(dfnum, dfden) c::f;
        Gamma(shape, scale) c::gamma;
        Gumbel(loc, scale) c::gumbel;
        Laplace(loc, scale) c::laplace;
        Logistic(loc, scale) c::logistic;
        Lognormal(mean, sigma) c::lognormal;
        NoncentralChisquare(df, nonc) c::noncentral_chisquare;
        NoncentralF(dfnum, dfden, nonc) c::noncentral_f;
        Normal(loc, scale) c::normal;
        Pareto(a) c::pareto;
        Power(a) c::power;
        Rayleigh(scale) c::rayleigh;
        StandardCauchy() c::standard_cauchy;
        StandardExponential() c::standard_exponential;
        StandardGamma(shape) c::standard_gamma;
        StandardNormal() c::standard_normal;
        StandardT(df) c::standard_t;
        Triangular(left, mode, right) c::triangular;
        Vonmises(mu, kappa) c::vonmises;
        Wald(mean, scale) c::wald;
        Weibull(a) c::weibull;
    }
}

family! {
    /// Continuous distributions of `RandomState`.
    LegacyContinuous over Legacy: f64 => f64 {
        Beta(a, b) legacy::beta;
        Chisquare(df) c::chisquare;
        Exponential(scale) c::exponential;
        F(dfnum, dfden) c::f;
        Gamma(shape, scale) c::gamma;
        Lognormal(mean, sigma) c::lognormal;
        NoncentralChisquare(df, nonc) legacy::noncentral_chisquare;
        NoncentralF(dfnum, dfden, nonc) legacy::noncentral_f;
        Normal(loc, scale) c::normal;
        Pareto(a) legacy::pareto;
        Power(a) legacy::power;
        Rayleigh(scale) legacy::rayleigh;
        StandardCauchy() c::standard_cauchy;
        StandardExponential() c::standard_exponential;
        StandardGamma(shape) c::standard_gamma;
        StandardNormal() c::standard_normal;
        StandardT(df) c::standard_t;
        Vonmises(mu, kappa) legacy::vonmises;
        Wald(mean, scale) legacy::wald;
        Weibull(a) c::weibull;
    }
}

family! {
    /// Discrete distributions of `Generator` with real parameters.
    Discrete over Words: f64 => i64 {
        Geometric(p) d::geometric;
        Logseries(p) d::logseries;
        NegativeBinomial(n, p) d::negative_binomial;
        Poisson(lam) d::poisson;
        Zipf(a) d::zipf;
    }
}

family! {
    /// Discrete distributions of `RandomState` with real parameters.
    LegacyDiscrete over Legacy: f64 => i64 {
        Geometric(p) legacy::geometric;
        Logseries(p) legacy::logseries;
        NegativeBinomial(n, p) legacy::negative_binomial;
        Zipf(a) legacy::zipf;
    }
}

/// Deviates of a continuous distribution.
pub fn continuous(kind: Continuous, words: &mut dyn Words, params: Params<f64>, len: usize) -> Filled {
    with_words!(words, w => kind.fill(w, params, len))
}

/// Deviates of a discrete distribution.
pub fn discrete(kind: Discrete, words: &mut dyn Words, params: Params<f64>, len: usize) -> Filled {
    if let (Discrete::Poisson, &[lam]) = (kind, params[0]) {
        let poisson = d::Poisson::new(lam);
        return with_words!(words, w => collect(len, || poisson.sample(w)));
    }
    with_words!(words, w => kind.fill(w, params, len))
}

/// As [`with_words`], for the generator of the legacy streams.
macro_rules! with_legacy {
    ($words:expr, $gauss:expr, $s:ident => $body:expr) => {{
        let (words, gauss): (&mut dyn Words, &mut Gauss) = ($words, $gauss);
        match words.as_mt19937() {
            Some(words) => {
                let $s = &mut Legacy { words, gauss };
                $body
            }
            None => {
                let $s = &mut Legacy { words, gauss };
                $body
            }
        }
    }};
}

/// Deviates of a continuous distribution of `RandomState`.
pub fn legacy_continuous(
    kind: LegacyContinuous,
    words: &mut dyn Words,
    gauss: &mut Gauss,
    params: Params<f64>,
    len: usize,
) -> Filled {
    with_legacy!(words, gauss, s => kind.fill(s, params, len))
}

/// Deviates of a discrete distribution of `RandomState`.
pub fn legacy_discrete(
    kind: LegacyDiscrete,
    words: &mut dyn Words,
    gauss: &mut Gauss,
    params: Params<f64>,
    len: usize,
) -> Filled {
    with_legacy!(words, gauss, s => kind.fill(s, params, len))
}

/// Standard deviates in `float32`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Single {
    /// In [0, 1).
    Uniform,
    /// Normal.
    Normal,
    /// Exponential, by the ziggurat.
    Exponential,
    /// Exponential, by the inverse of the distribution function.
    ExponentialInverse,
}

/// Standard deviates in `float32`.
pub fn single(kind: Single, words: &mut dyn Words, len: usize) -> Filled {
    if kind == Single::Uniform
        && let Some(stream) = words.as_seek()
    {
        return by_half(stream, len, unit_float);
    }
    with_words!(words, w => match kind {
        Single::Uniform => collect(len, || w.next_float()),
        Single::Normal => collect(len, || ziggurat::normal_f32(w)),
        Single::Exponential => collect(len, || ziggurat::exponential_f32(w)),
        Single::ExponentialInverse => collect(len, || ziggurat::exponential_inverse_f32(w)),
    })
}

/// Standard exponential deviates by the inverse of the distribution function.
pub fn exponential_inverse(words: &mut dyn Words, len: usize) -> Filled {
    with_words!(words, w => collect(len, || ziggurat::exponential_inverse(w)))
}

/// Gamma deviates of scale 1 in `float32`.
pub fn single_gamma(words: &mut dyn Words, shape: &[f32], len: usize) -> Filled {
    with_words!(words, w => draw(w, [shape, &[0.0], &[0.0]], len, |w, [shape, ..]| c::standard_gamma_f32(w, shape)))
}

/// Words as the generator makes them.
pub fn raw(words: &mut dyn Words, len: usize) -> Filled {
    match words.as_seek() {
        Some(stream) => by_word(stream, len, |word| word),
        None => collect(len, || words.next_raw()),
    }
}

/// 64-bit words without their sign bit.
pub fn positive(words: &mut dyn Words, len: usize) -> Filled {
    match words.as_seek() {
        Some(stream) => by_word(stream, len, |word| (word >> 1) as i64),
        None => collect(len, || (words.next_uint64() >> 1) as i64),
    }
}

/// Uniform deviates in [low, low + range).
pub fn uniform(words: &mut dyn Words, low: &[f64], range: &[f64], len: usize) -> Filled {
    if let (&[low], &[range]) = (low, range)
        && let Some(stream) = words.as_seek()
    {
        return match (low, range) {
            (0.0, 1.0) => by_word(stream, len, unit_double),
            _ => by_word(stream, len, move |word| low + range * unit_double(word)),
        };
    }
    match words.as_mt19937() {
        Some(w) => draw(w, [low, range, &[0.0]], len, |w, [low, range, _]| low + range * w.next_double()),
        None => draw(words, [low, range, &[0.0]], len, |w, [low, range, _]| low + range * w.next_double()),
    }
}

/// Elements that a thread takes at a time: an even number.
const CHUNK: usize = 1 << 16;
/// Words that are made in one go.
const BLOCK: usize = 1024;

/// Elements that take one 64-bit word each.
fn by_word<T: Element>(stream: &mut dyn Seek, len: usize, value: impl Fn(u64) -> T + Sync) -> Filled {
    let from = &*stream;
    let filled = in_chunks(len, |first, out| {
        let mut words = [0; BLOCK];
        for (n, block) in out.chunks_mut(BLOCK).enumerate() {
            let words = &mut words[..block.len()];
            from.words_at(first + n * BLOCK, words);
            block.iter_mut().zip(words).for_each(|(slot, word)| _ = slot.write(value(*word)));
        }
    });
    stream.skip(len);
    filled
}

/// Elements that take 32 bits each: the half that waits, then both halves of words, the low one first.
fn by_half<T: Element>(stream: &mut dyn Seek, len: usize, value: impl Fn(u32) -> T + Sync) -> Filled {
    let waiting = *stream.waiting();
    let offset = usize::from(waiting.ready && len > 0);
    let from = &*stream;
    let filled = in_chunks(len, |first, mut out| {
        if first == 0 && offset == 1 {
            out[0].write(value(waiting.word));
            out = &mut out[1..];
        }
        // Chunks are even, so that after the first one each starts with the high half of a word if one waited.
        let mut at = (first.max(offset) - offset) / 2;
        if first > 0 && offset == 1 {
            let mut word = [0];
            from.words_at(at, &mut word);
            at += 1;
            out[0].write(value((word[0] >> 32) as u32));
            out = &mut out[1..];
        }
        let mut words = [0; BLOCK];
        for block in out.chunks_mut(2 * BLOCK) {
            let words = &mut words[..block.len().div_ceil(2)];
            from.words_at(at, words);
            at += words.len();
            for (pair, word) in block.chunks_mut(2).zip(words) {
                pair[0].write(value(*word as u32));
                if let Some(high) = pair.get_mut(1) {
                    high.write(value((*word >> 32) as u32));
                }
            }
        }
    });
    let rest = len - offset;
    if rest > 0 {
        let mut last = [0];
        stream.skip(rest.div_ceil(2) - 1);
        stream.words_at(0, &mut last);
        stream.skip(1);
        *stream.waiting() = Half::new(rest % 2 == 1, (last[0] >> 32) as u32);
    } else if offset == 1 {
        stream.waiting().ready = false;
    }
    filled
}

/// A buffer of which `run` writes every chunk, given its position, on several threads if there are many.
fn in_chunks<T: Element>(len: usize, run: impl Fn(usize, &mut [MaybeUninit<T>]) + Sync) -> Filled {
    let threads = config::threads().min(len / CHUNK);
    // SAFETY: `run` writes all that it is given, and the chunks cover the buffer.
    unsafe {
        Buffer::written(len, |out| {
            if threads < 2 {
                return run(0, out);
            }
            let chunks: Vec<_> = out.chunks_mut(CHUNK).map(|chunk| Mutex::new(Some(chunk))).collect();
            each(chunks.len(), threads, |i| {
                // Each index comes once.
                if let Some(chunk) = chunks[i].lock().ok().and_then(|mut chunk| chunk.take()) {
                    run(i * CHUNK, chunk);
                }
            });
        })
    }
}

/// Integers in [low, low + range], of an integer dtype or bool. `low` and `range` are the low bits of
/// each, one value or one per element; `masked` takes masks with rejection and not Lemire's method.
pub fn integers(words: &mut dyn Words, dtype: DType, low: &[u64], range: &[u64], len: usize, masked: bool) -> Filled {
    macro_rules! of {
        ($T:ty) => {
            match (words.as_pcg64(), masked) {
                (Some(w), false) => bounded::<$T, _>(w, low, range, len, false),
                _ => match words.as_mt19937() {
                    Some(w) => bounded::<$T, _>(w, low, range, len, masked),
                    None => bounded::<$T, _>(words, low, range, len, masked),
                },
            }
        };
    }
    match dtype.itemsize() {
        1 if dtype == DType::Bool => of!(bool),
        1 => of!(u8),
        2 => of!(u16),
        4 => of!(u32),
        _ => of!(u64),
    }
}

fn bounded<T: Bounded + Element, W: Words + ?Sized>(
    w: &mut W,
    low: &[u64],
    range: &[u64],
    len: usize,
    masked: bool,
) -> Filled {
    let mut rest = Rest::default();
    if let (&[low], &[range]) = (low, range) {
        if range == 0 {
            return collect(len, || T::of(low));
        }
        if masked {
            return collect(len, || T::draw(w, &mut rest, low, range, true));
        }
        // SAFETY: it writes all of the buffer.
        return unsafe { Buffer::written(len, |out| T::fill(w, low, range, out)) };
    }
    let at = |values: &[u64], i: usize| if let [one] = values { *one } else { values[i] };
    let mut i = 0;
    collect(len, || {
        let (low, range) = (at(low, i), at(range, i));
        i += 1;
        T::draw(w, &mut rest, low, range, masked)
    })
}

/// Binomial deviates; `legacy` is the rounding of `RandomState`.
pub fn binomial(words: &mut dyn Words, n: &[i64], p: &[f64], len: usize, legacy: bool) -> Filled {
    let mut setup = None;
    let mut i = 0;
    let next = || {
        let at = i;
        i += 1;
        (if let [one] = n { *one } else { n[at] }, if let [one] = p { *one } else { p[at] })
    };
    let mut next = next;
    with_words!(words, w => collect(len, || {
        let (n, p) = next();
        d::binomial(w, n, p, &mut setup, legacy)
    }))
}

/// Hypergeometric deviates of good and bad items and a sample; `legacy` are those of `RandomState`.
pub fn hypergeometric(words: &mut dyn Words, params: Params<i64>, len: usize, legacy: bool) -> Filled {
    if legacy {
        return draw(words, params, len, |w, [good, bad, sample]| legacy::hypergeometric(w, good, bad, sample));
    }
    draw(words, params, len, |w, [good, bad, sample]| d::hypergeometric(w, good, bad, sample))
}

/// Rows of an array, zero before `row` writes them.
fn rows<T: Element + Default>(len: usize, width: usize, mut row: impl FnMut(usize, &mut [T])) -> Filled {
    // SAFETY: every element is written before the rows are made of them.
    unsafe {
        Buffer::written(len * width, |out: &mut [MaybeUninit<T>]| {
            let mut buffer = vec![T::default(); width];
            for (i, slots) in out.chunks_exact_mut(width.max(1)).enumerate() {
                buffer.fill(T::default());
                row(i, &mut buffer);
                for (slot, value) in slots.iter_mut().zip(&buffer) {
                    slot.write(*value);
                }
            }
        })
    }
}

/// Rows of multinomial counts. `n` has one value or one per row, and so has `pvals` one row or as many;
/// `width` is the length of a row.
pub fn multinomial(words: &mut dyn Words, n: &[i64], pvals: &[f64], width: usize, len: usize) -> Filled {
    let mut setup = None;
    rows(len, width, |i, row| {
        let n = if let [one] = n { *one } else { n[i] };
        let pvals = if pvals.len() == width { pvals } else { &pvals[i * width..][..width] };
        d::multinomial(words, n, pvals, row, &mut setup);
    })
}

/// Rows of multivariate hypergeometric counts, whose colours have so many items.
pub fn multivariate_hypergeometric(
    words: &mut dyn Words,
    colors: &[i64],
    sample: i64,
    len: usize,
    count: bool,
) -> Filled {
    let total: i64 = colors.iter().sum();
    let mut choices = Vec::new();
    if count && sample > 0 && len > 0 {
        let items = usize::try_from(total).unwrap_or(usize::MAX);
        if choices.try_reserve_exact(items).is_err() {
            return Err(Fault::Memory { bytes: items as u128 * size_of::<usize>() as u128 });
        }
        for (color, &items) in colors.iter().enumerate() {
            choices.resize(choices.len() + items as usize, color);
        }
    }
    rows(len, colors.len(), |_, row| match (total > 0 && sample > 0, count) {
        (false, _) => {}
        (true, true) => d::multivariate_count(words, &mut choices, colors, sample as usize, row),
        (true, false) => d::multivariate_marginals(words, total, colors, sample, row),
    })
}

/// Rows of Dirichlet deviates.
pub fn dirichlet(words: &mut dyn Words, alpha: &[f64], len: usize) -> Filled {
    let most = alpha.iter().copied().fold(f64::NEG_INFINITY, |m, a| if m.is_nan() || a > m { a } else { m });
    // Not below 0.1 if there is a NaN, as in NumPy.
    let small = most < 0.1 && !alpha.iter().any(|a| a.is_nan());
    if !small {
        return rows(len, alpha.len(), |_, row| d::dirichlet(words, alpha, row));
    }
    let mut rest = alpha.to_vec();
    let mut sum = 0.0;
    for slot in rest.iter_mut().rev() {
        sum += *slot;
        *slot = sum;
    }
    rows(len, alpha.len(), |_, row| {
        if sum > 0.0 {
            d::dirichlet_sticks(words, alpha, &rest, row);
        }
    })
}

/// Rows of Dirichlet deviates of `RandomState`.
pub fn legacy_dirichlet(words: &mut dyn Words, gauss: &mut Gauss, alpha: &[f64], len: usize) -> Filled {
    let state = &mut Legacy { words, gauss };
    rows(len, alpha.len(), |_, row| d::dirichlet(state, alpha, row))
}
