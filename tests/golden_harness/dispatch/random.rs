//! numpy.random. The first argument names the stream, and the result has the values and a probe of what comes
//! after them: see tests/golden/streams.py.

use np::Array;
use np::random::{Generator, MT19937, PCG64, PCG64DXSM, Philox, RandomState, SFC64, Seed, SeedSequence, State};
use numfuse as np;

use super::super::case::Value;
use super::args::{Args, operand, options};
use super::{Fault, Out, Result, Row};

type Bits = Box<dyn np::random::BitGenerator>;

fn fault<T>(text: impl Into<String>) -> Result<T> {
    Err(Fault::Harness(text.into()))
}

/// The kind and the seed of a stream.
fn stream<'a>(c: &Args<'a>) -> Result<(&'a str, Vec<u128>)> {
    let Some(text) = c.text("stream")? else { return fault("no stream") };
    let (kind, seeds) = text.split_once(' ').unwrap_or((text, ""));
    Ok((kind, seeds.split(' ').filter_map(|s| s.parse().ok()).collect()))
}

fn seed(integers: &[u128]) -> Seed {
    match integers {
        [one] => (*one).into(),
        several => several.into(),
    }
}

fn bits(kind: &str, integers: &[u128]) -> Result<Bits> {
    let seed = seed(integers);
    Ok(match kind {
        "PCG64" => Box::new(PCG64::new(seed)?),
        "PCG64DXSM" => Box::new(PCG64DXSM::new(seed)?),
        "MT19937" => Box::new(MT19937::new(seed)?),
        "Philox" => Box::new(Philox::new(seed, ..)?),
        "SFC64" => Box::new(SFC64::new(seed)?),
        _ => return fault(format!("no bit generator {kind}")),
    })
}

fn generator(c: &Args) -> Result<Generator> {
    let (kind, seeds) = stream(c)?;
    Ok(Generator::new(bits(kind, &seeds)?))
}

fn random_state(c: &Args) -> Result<RandomState> {
    match stream(c)? {
        ("RandomState", seeds) => Ok(RandomState::new(seed(&seeds))?),
        (kind, seeds) => Ok(RandomState::new(bits(kind, &seeds)?)?),
    }
}

trait Probe {
    fn probe(&self) -> Result<Array>;
}

impl Probe for Generator {
    fn probe(&self) -> Result<Array> {
        let mut bits = self.bit_generator();
        let half = bits.next_uint32();
        Ok(vec![u64::from(half), bits.next_raw()].into())
    }
}

impl Probe for RandomState {
    fn probe(&self) -> Result<Array> {
        let normal = self.standard_normal(..).item::<f64>()?;
        Ok(vec![normal, self.random_sample(..).item::<f64>()?].into())
    }
}

/// An error of the values comes before the probe.
fn pair(values: Array, state: &impl Probe) -> Result {
    values.check()?;
    Ok(Out::Arrays(vec![values, state.probe()?]))
}

fn needed(c: &Args, name: &str) -> Result<np::Operand> {
    c.operand(name)?.map_or_else(|| fault(format!("no {name}")), Ok)
}

/// Rows of methods that take required operands and options.
macro_rules! methods {
    ($make:ident $prefix:literal: $($name:ident($($arg:ident),*) $O:ident { $($option:ident: $get:ident),* };)*) => {
        &[$((
            concat!("random.", $prefix, ".", stringify!($name)),
            &["stream", $(stringify!($arg),)* $(stringify!($option),)*],
            |c| {
                let state = $make(c)?;
                let values = state.$name(
                    $(needed(c, stringify!($arg))?,)*
                    options!(c => np::random::$O; $($option: $get,)*),
                );
                pair(values, &state)
            },
        )),*]
    };
}

pub static GENERATOR: &[Row] = methods! { generator "Generator":
    random() StandardOptions { size: ints, dtype: dtype };
    standard_normal() StandardOptions { size: ints, dtype: dtype };
    standard_gamma(shape) StandardOptions { size: ints, dtype: dtype };
    integers(low) IntegersOptions { high: operand, size: ints, dtype: dtype, endpoint: boolean };
    choice(a) ChoiceOptions { size: ints, replace: boolean, p: operand, axis: axes, shuffle: boolean };
    permutation(x) ShuffleOptions { axis: axes };
    permuted(x) ShuffleOptions { axis: axes };
    beta(a, b) SizeOptions { size: ints };
    binomial(n, p) SizeOptions { size: ints };
    chisquare(df) SizeOptions { size: ints };
    dirichlet(alpha) SizeOptions { size: ints };
    exponential() ScaleOptions { scale: operand, size: ints };
    f(dfnum, dfden) SizeOptions { size: ints };
    gamma(shape) ScaleOptions { scale: operand, size: ints };
    geometric(p) SizeOptions { size: ints };
    gumbel() LocScaleOptions { loc: operand, scale: operand, size: ints };
    hypergeometric(ngood, nbad, nsample) SizeOptions { size: ints };
    laplace() LocScaleOptions { loc: operand, scale: operand, size: ints };
    logistic() LocScaleOptions { loc: operand, scale: operand, size: ints };
    lognormal() LognormalOptions { mean: operand, sigma: operand, size: ints };
    logseries(p) SizeOptions { size: ints };
    multinomial(n, pvals) SizeOptions { size: ints };
    negative_binomial(n, p) SizeOptions { size: ints };
    noncentral_chisquare(df, nonc) SizeOptions { size: ints };
    noncentral_f(dfnum, dfden, nonc) SizeOptions { size: ints };
    normal() LocScaleOptions { loc: operand, scale: operand, size: ints };
    pareto(a) SizeOptions { size: ints };
    poisson() PoissonOptions { lam: operand, size: ints };
    power(a) SizeOptions { size: ints };
    rayleigh() ScaleOptions { scale: operand, size: ints };
    standard_cauchy() SizeOptions { size: ints };
    standard_t(df) SizeOptions { size: ints };
    triangular(left, mode, right) SizeOptions { size: ints };
    uniform() UniformOptions { low: operand, high: operand, size: ints };
    vonmises(mu, kappa) SizeOptions { size: ints };
    wald(mean, scale) SizeOptions { size: ints };
    weibull(a) SizeOptions { size: ints };
    zipf(a) SizeOptions { size: ints };
};

pub static RANDOM_STATE: &[Row] = methods! { random_state "RandomState":
    random() SizeOptions { size: ints };
    random_sample() SizeOptions { size: ints };
    standard_normal() SizeOptions { size: ints };
    standard_exponential() SizeOptions { size: ints };
    standard_gamma(shape) SizeOptions { size: ints };
    tomaxint() SizeOptions { size: ints };
    randint(low) RandintOptions { high: operand, size: ints, dtype: dtype };
    choice(a) LegacyChoiceOptions { size: ints, replace: boolean, p: operand };
    beta(a, b) SizeOptions { size: ints };
    binomial(n, p) SizeOptions { size: ints };
    chisquare(df) SizeOptions { size: ints };
    dirichlet(alpha) SizeOptions { size: ints };
    exponential() ScaleOptions { scale: operand, size: ints };
    f(dfnum, dfden) SizeOptions { size: ints };
    gamma(shape) ScaleOptions { scale: operand, size: ints };
    geometric(p) SizeOptions { size: ints };
    gumbel() LocScaleOptions { loc: operand, scale: operand, size: ints };
    hypergeometric(ngood, nbad, nsample) SizeOptions { size: ints };
    laplace() LocScaleOptions { loc: operand, scale: operand, size: ints };
    logistic() LocScaleOptions { loc: operand, scale: operand, size: ints };
    lognormal() LognormalOptions { mean: operand, sigma: operand, size: ints };
    logseries(p) SizeOptions { size: ints };
    negative_binomial(n, p) SizeOptions { size: ints };
    noncentral_chisquare(df, nonc) SizeOptions { size: ints };
    noncentral_f(dfnum, dfden, nonc) SizeOptions { size: ints };
    normal() LocScaleOptions { loc: operand, scale: operand, size: ints };
    pareto(a) SizeOptions { size: ints };
    poisson() PoissonOptions { lam: operand, size: ints };
    power(a) SizeOptions { size: ints };
    rayleigh() ScaleOptions { scale: operand, size: ints };
    standard_cauchy() SizeOptions { size: ints };
    standard_t(df) SizeOptions { size: ints };
    triangular(left, mode, right) SizeOptions { size: ints };
    uniform() UniformOptions { low: operand, high: operand, size: ints };
    vonmises(mu, kappa) SizeOptions { size: ints };
    wald(mean, scale) SizeOptions { size: ints };
    weibull(a) SizeOptions { size: ints };
    zipf(a) SizeOptions { size: ints };
};

/// Of a few words, the one given: options take static text.
fn word(c: &Args, name: &str, words: &[&'static str]) -> Result<Option<&'static str>> {
    let given = c.text(name)?;
    Ok(given.map(|given| words.iter().copied().find(|w| *w == given).unwrap_or("other")))
}

fn size_of(c: &Args) -> Result<np::random::SizeOptions> {
    Ok(options!(c => np::random::SizeOptions; size: ints,))
}

/// The integers of an argument that may be written as text.
fn integers(value: &Value) -> Result<Vec<u128>> {
    let one = |v: &Value| match v {
        Value::Int(i) => Ok(*i as u128),
        Value::Text(text) => text.parse().or_else(|_| fault("no integer")),
        _ => fault("no integer"),
    };
    match value {
        Value::List(items) => items.iter().map(one).collect(),
        other => Ok(vec![one(other)?]),
    }
}

/// Ten words, and the state after them.
fn ten(bits: &mut dyn np::random::BitGenerator) -> Result {
    Ok(Out::Arrays(vec![bits.random_raw(10), words(&bits.state()).into()]))
}

/// The numbers of a state as 64-bit words, in the order of NumPy's dictionary.
fn words(state: &State) -> Vec<u64> {
    let split = |n: u128| [(n >> 64) as u64, n as u64];
    match state {
        State::Pcg64 { state, inc, has_uint32, uinteger } | State::Pcg64Dxsm { state, inc, has_uint32, uinteger } => {
            let [[a, b], [c, d]] = [split(*state), split(*inc)];
            vec![a, b, c, d, (*has_uint32).into(), (*uinteger).into()]
        }
        State::Mt19937 { key, pos } => key.iter().map(|&k| k.into()).chain([*pos as u64]).collect(),
        State::Philox { counter, key, buffer, buffer_pos, has_uint32, uinteger } => {
            let rest = [*buffer_pos as u64, (*has_uint32).into(), (*uinteger).into()];
            counter.iter().chain(key).chain(buffer).copied().chain(rest).collect()
        }
        State::Sfc64 { state, has_uint32, uinteger } => {
            state.iter().copied().chain([(*has_uint32).into(), (*uinteger).into()]).collect()
        }
        _ => Vec::new(),
    }
}

pub static TABLE: &[Row] = &[
    ("random.Generator.standard_exponential", &["stream"], |c| {
        let g = generator(c)?;
        let method = word(c, "method", &["zig", "inv"])?.unwrap_or("zig");
        let chain = np::options::method(method);
        let values = match (c.ints("size")?, c.dtype("dtype")?) {
            (Some(size), Some(dtype)) => g.standard_exponential(chain.size(size).dtype(dtype)),
            (Some(size), None) => g.standard_exponential(chain.size(size)),
            (None, Some(dtype)) => g.standard_exponential(chain.dtype(dtype)),
            (None, None) => g.standard_exponential(chain),
        };
        pair(values, &g)
    }),
    ("random.Generator.multivariate_normal", &["stream", "mean", "cov"], |c| {
        let g = generator(c)?;
        let chain = np::options::method(word(c, "method", &["svd", "eigh", "cholesky"])?.unwrap_or("svd"))
            .check_valid(word(c, "check_valid", &["warn", "raise", "ignore"])?.unwrap_or("warn"));
        let (mean, cov) = (operand(c.at(1)?)?, operand(c.at(2)?)?);
        let values = match c.ints("size")? {
            Some(size) => g.multivariate_normal(mean, cov, chain.size(size)),
            None => g.multivariate_normal(mean, cov, chain),
        };
        pair(values, &g)
    }),
    ("random.RandomState.multivariate_normal", &["stream", "mean", "cov"], |c| {
        let state = random_state(c)?;
        let chain = np::options::check_valid(word(c, "check_valid", &["warn", "raise", "ignore"])?.unwrap_or("warn"));
        let (mean, cov) = (operand(c.at(1)?)?, operand(c.at(2)?)?);
        let values = match c.ints("size")? {
            Some(size) => state.multivariate_normal(mean, cov, chain.size(size)),
            None => state.multivariate_normal(mean, cov, chain),
        };
        pair(values, &state)
    }),
    ("random.Generator.shuffle", &["stream", "x"], |c| {
        let (g, mut x) = (generator(c)?, c.array(1)?);
        g.shuffle(&mut x, options!(c => np::random::ShuffleOptions; axis: axes,));
        pair(x, &g)
    }),
    ("random.Generator.bytes", &["stream", "length"], |c| {
        let g = generator(c)?;
        pair(g.bytes(c.int_at(1)? as usize)?.into(), &g)
    }),
    ("random.Generator.multivariate_hypergeometric", &["stream", "colors", "nsample"], |c| {
        let (g, colors, nsample) = (generator(c)?, operand(c.at(1)?)?, c.int_at(2)?);
        let size = c.ints("size")?;
        let values = match (size, word(c, "method", &["marginals", "count"])?) {
            (Some(size), Some(method)) => {
                g.multivariate_hypergeometric(colors, nsample, np::options::size(size).method(method))
            }
            (None, Some(method)) => g.multivariate_hypergeometric(colors, nsample, np::options::method(method)),
            (Some(size), None) => g.multivariate_hypergeometric(colors, nsample, np::options::size(size)),
            (None, None) => g.multivariate_hypergeometric(colors, nsample, ..),
        };
        pair(values, &g)
    }),
    ("random.RandomState.shuffle", &["stream", "x"], |c| {
        let (state, mut x) = (random_state(c)?, c.array(1)?);
        state.shuffle(&mut x);
        pair(x, &state)
    }),
    ("random.RandomState.permutation", &["stream", "x"], |c| {
        let state = random_state(c)?;
        pair(state.permutation(operand(c.at(1)?)?), &state)
    }),
    ("random.RandomState.bytes", &["stream", "length"], |c| {
        let state = random_state(c)?;
        pair(state.bytes(c.int_at(1)? as usize)?.into(), &state)
    }),
    ("random.RandomState.rand", &["stream"], |c| {
        let state = random_state(c)?;
        let shape: Vec<i64> = (1..c.len()).map(|i| c.int_at(i)).collect::<Result<_>>()?;
        pair(state.rand(shape), &state)
    }),
    ("random.RandomState.randn", &["stream"], |c| {
        let state = random_state(c)?;
        let shape: Vec<i64> = (1..c.len()).map(|i| c.int_at(i)).collect::<Result<_>>()?;
        pair(state.randn(shape), &state)
    }),
    ("random.RandomState.random_integers", &["stream", "low", "high"], |c| {
        let state = random_state(c)?;
        let o = options!(c => np::random::RandomIntegersOptions; high: operand, size: ints,);
        pair(state.random_integers(c.int_at(1)?, o), &state)
    }),
    ("random.RandomState.multinomial", &["stream", "n", "pvals"], |c| {
        let state = random_state(c)?;
        pair(state.multinomial(c.int_at(1)?, operand(c.at(2)?)?, size_of(c)?), &state)
    }),
    ("random.BitGenerator.random_raw", &["stream", "size"], |c| {
        let (kind, seeds) = stream(c)?;
        let mut bits = bits(kind, &seeds)?;
        let raw = bits.random_raw(size_of(c)?);
        bits.next_uint32();
        Ok(Out::Arrays(vec![raw, words(&bits.state()).into()]))
    }),
    ("random.BitGenerator.spawn", &["stream"], |c| {
        let (kind, seeds) = stream(c)?;
        let mut children = bits(kind, &seeds)?.spawn_boxed(3)?;
        ten(&mut *children[2].spawn_boxed(2)?.remove(1))
    }),
    ("random.BitGenerator.jumped", &["stream", "jumps"], |c| {
        let (kind, seeds) = stream(c)?;
        let mut bits = bits(kind, &seeds)?;
        let _ = bits.random_raw(3);
        let jumps = c.int_at(1)? as u64;
        if let Some(b) = bits.downcast_mut::<PCG64>() {
            return ten(&mut b.jumped(jumps));
        }
        if let Some(b) = bits.downcast_mut::<PCG64DXSM>() {
            return ten(&mut b.jumped(jumps));
        }
        if let Some(b) = bits.downcast_mut::<Philox>() {
            return ten(&mut b.jumped(jumps));
        }
        match bits.downcast_mut::<MT19937>() {
            Some(b) => ten(&mut b.jumped(jumps as usize)),
            None => fault("does not jump"),
        }
    }),
    ("random.BitGenerator.advance", &["stream", "delta"], |c| {
        let (kind, seeds) = stream(c)?;
        let mut bits = bits(kind, &seeds)?;
        bits.next_uint32();
        let Value::Int(delta) = c.at(1)? else { return fault("no step") };
        if let Some(b) = bits.downcast_mut::<PCG64>() {
            return ten(b.advance(*delta));
        }
        if let Some(b) = bits.downcast_mut::<PCG64DXSM>() {
            return ten(b.advance(*delta));
        }
        match bits.downcast_mut::<Philox>() {
            Some(b) => ten(b.advance(*delta)),
            None => fault("does not advance"),
        }
    }),
    ("random.SeedSequence.generate_state", &["entropy", "spawn_key", "pool_size"], |c| {
        let [entropy, key] = [integers(c.at(0)?)?, integers(c.at(1)?)?];
        let key: Vec<u32> = key.into_iter().map(|k| k as u32).collect();
        let options = np::options::spawn_key(key).pool_size(c.int_at(2)?);
        let mut sequence = SeedSequence::new(&entropy[..], options)?;
        let child = sequence.spawn(3).remove(2).spawn(1).remove(0);
        let states = [sequence.generate_state(10).into(), sequence.generate_state64(5).into()];
        Ok(Out::Arrays(states.into_iter().chain([child.generate_state(4).into()]).collect()))
    }),
];
