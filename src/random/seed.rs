//! Seeds, and the sequences that spread them.

use std::panic::Location;
use std::sync::Arc;

use numfuse_backends::host::random as host;

use super::bit_generator::{BitGenerator, Shared};
use super::generator::Generator;
use super::legacy::RandomState;
use super::options::SeedSequenceOptions;
use crate::error::{Class, Error, Raise, Raised, Result, raise};

/// What generators are seeded with: nothing (`..` or `()`, for fresh entropy), a non-negative integer,
/// several of them, a [`SeedSequence`], a bit generator or a generator.
pub struct Seed(pub(super) Source);

pub(super) enum Source {
    Fresh,
    Integer(u128),
    Integers(Vec<u128>),
    /// An integer below zero.
    Negative,
    Sequence(SeedSequence),
    Shared(Shared),
}

impl From<std::ops::RangeFull> for Seed {
    fn from(_: std::ops::RangeFull) -> Seed {
        Seed(Source::Fresh)
    }
}

impl From<()> for Seed {
    fn from(_: ()) -> Seed {
        Seed(Source::Fresh)
    }
}

macro_rules! seed_from {
    ($($t:ty),*) => {$(
        impl From<$t> for Seed {
            fn from(n: $t) -> Seed {
                Seed(u128::try_from(n).map_or(Source::Negative, Source::Integer))
            }
        }
        impl From<&[$t]> for Seed {
            fn from(all: &[$t]) -> Seed {
                let all: std::result::Result<_, _> = all.iter().map(|&n| u128::try_from(n)).collect();
                Seed(all.map_or(Source::Negative, Source::Integers))
            }
        }
        impl From<Vec<$t>> for Seed {
            fn from(all: Vec<$t>) -> Seed { all[..].into() }
        }
        impl<const N: usize> From<[$t; N]> for Seed {
            fn from(all: [$t; N]) -> Seed { all[..].into() }
        }
    )*};
}
seed_from!(i32, i64, i128, isize, u8, u16, u32, u64, u128, usize);

impl From<SeedSequence> for Seed {
    fn from(sequence: SeedSequence) -> Seed {
        Seed(Source::Sequence(sequence))
    }
}

impl From<&SeedSequence> for Seed {
    fn from(sequence: &SeedSequence) -> Seed {
        Seed(Source::Sequence(sequence.clone()))
    }
}

impl From<Box<dyn BitGenerator>> for Seed {
    fn from(bits: Box<dyn BitGenerator>) -> Seed {
        Seed(Source::Shared(bits.into()))
    }
}

/// The generator's bit generator, shared.
impl From<&Generator> for Seed {
    fn from(generator: &Generator) -> Seed {
        Seed(Source::Shared(Shared(Arc::clone(&generator.bits.0))))
    }
}

impl From<Generator> for Seed {
    fn from(generator: Generator) -> Seed {
        Seed(Source::Shared(generator.bits))
    }
}

/// The generator's bit generator, shared.
impl From<&RandomState> for Seed {
    fn from(state: &RandomState) -> Seed {
        Seed(Source::Shared(Shared(Arc::clone(&state.bits.0))))
    }
}

/// The 32-bit words of an integer, lowest first; zero has one.
fn words_of(n: u128) -> impl Iterator<Item = u32> {
    let count = (128 - n.leading_zeros()).div_ceil(32).max(1);
    (0..count).map(move |i| (n >> (32 * i)) as u32)
}

/// Bits of the operating system.
fn fresh(words: usize) -> Raised<Vec<u32>> {
    let mut bytes = vec![0; 4 * words];
    match getrandom::fill(&mut bytes) {
        Ok(()) => Ok(bytes.chunks_exact(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()),
        Err(error) => raise!(Runtime, "no entropy from the operating system: {error}"),
    }
}

const POOL_SIZE: usize = 4;

/// Entropy of any quality, spread over as many words as a generator needs, and its children, which are
/// independent of it and of each other.
///
/// ```
/// use numfuse as np;
/// let mut root = np::random::SeedSequence::new(1234, ..)?;
/// assert_eq!(root.generate_state(4), [2906597030, 1602421836, 216676975, 2698621808]);
/// let streams = root.spawn(2); // one per thread
/// assert_eq!(streams[1].spawn_key(), [1]);
/// let rng = np::random::default_rng(&streams[0])?;
/// # let _ = rng;
/// # Ok::<(), np::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SeedSequence {
    entropy: Vec<u128>,
    spawn_key: Vec<u32>,
    n_children_spawned: u32,
    pub(super) mixed: host::SeedSequence,
}

impl SeedSequence {
    /// A sequence of an integer, of several, or of fresh entropy (`..`). Options are `spawn_key`,
    /// `pool_size` (at least 4, the default) and `n_children_spawned`.
    #[track_caller]
    pub fn new(entropy: impl Into<Seed>, options: impl Into<SeedSequenceOptions>) -> Result<SeedSequence> {
        let location = Location::caller();
        SeedSequence::build(entropy.into(), options.into()).map_err(|raise| raise.sign("SeedSequence", location))
    }

    fn build(entropy: Seed, options: SeedSequenceOptions) -> Raised<SeedSequence> {
        let pool_size = options.pool_size.map_or(POOL_SIZE as i64, |n| n.0);
        let pool_size = match usize::try_from(pool_size) {
            Ok(n) if n < POOL_SIZE => raise!(Value, "The size of the entropy pool should be at least {POOL_SIZE}"),
            Ok(n) if n <= 1 << 20 => Ok(n),
            Ok(_) => raise!(Memory, "Unable to allocate a pool of {pool_size} words"),
            Err(_) => raise!(Value, "The size of the entropy pool should be at least {POOL_SIZE}"),
        }?;
        let entropy = match entropy.0 {
            Source::Fresh => {
                let words = fresh(pool_size)?;
                let join = |words: &[u32]| words.iter().rev().fold(0, |n, &w| n << 32 | u128::from(w));
                if pool_size == POOL_SIZE { vec![join(&words)] } else { words.into_iter().map(u128::from).collect() }
            }
            Source::Integer(n) => vec![n],
            Source::Integers(all) => all,
            Source::Negative => return raise!(Value, "expected non-negative integer"),
            Source::Sequence(sequence) => return Ok(sequence),
            Source::Shared(_) => {
                return raise!(DType, "SeedSequence expects int or sequence of ints for entropy not a generator");
            }
        };
        let spawned = options.n_children_spawned.map_or(0, |n| n.0);
        let Ok(n_children_spawned) = u32::try_from(spawned) else {
            return raise!(Overflow, "can't convert negative value to uint32_t");
        };
        Ok(SeedSequence::of(entropy, options.spawn_key.unwrap_or_default(), pool_size, n_children_spawned))
    }

    fn of(entropy: Vec<u128>, spawn_key: Vec<u32>, pool_size: usize, n_children_spawned: u32) -> SeedSequence {
        let words: Vec<u32> = entropy.iter().flat_map(|&n| words_of(n)).collect();
        let mixed = host::SeedSequence::new(&words, &spawn_key, pool_size);
        SeedSequence { entropy, spawn_key, n_children_spawned, mixed }
    }

    /// What generators take: a sequence, or one made of integers.
    pub(super) fn from_seed(seed: Seed) -> Raised<SeedSequence> {
        SeedSequence::build(seed, SeedSequenceOptions::default())
    }

    /// The entropy: one integer, or those that were given.
    pub fn entropy(&self) -> &[u128] {
        &self.entropy
    }

    /// The place in the tree of children.
    pub fn spawn_key(&self) -> &[u32] {
        &self.spawn_key
    }

    /// The mixed entropy.
    pub fn pool(&self) -> &[u32] {
        self.mixed.pool()
    }

    /// Words of the pool.
    pub fn pool_size(&self) -> usize {
        self.mixed.pool().len()
    }

    /// How many children there are so far.
    pub fn n_children_spawned(&self) -> u32 {
        self.n_children_spawned
    }

    /// The first words of the seed.
    pub fn generate_state(&self, n_words: usize) -> Vec<u32> {
        self.mixed.words().take(n_words).collect()
    }

    /// The first 64-bit words of the seed: NumPy's `generate_state(n_words, np.uint64)`.
    pub fn generate_state64(&self, n_words: usize) -> Vec<u64> {
        self.mixed.words64().take(n_words).collect()
    }

    /// More children.
    pub fn spawn(&mut self, n_children: usize) -> Vec<SeedSequence> {
        let first = self.n_children_spawned;
        let children = (0..n_children as u32).map(|i| {
            let mut key = self.spawn_key.clone();
            key.push(first.wrapping_add(i));
            SeedSequence::of(self.entropy.clone(), key, self.pool_size(), 0)
        });
        let children = children.collect();
        self.n_children_spawned = first.wrapping_add(n_children as u32);
        children
    }
}

impl Seed {
    /// The words of a legacy seed, in NumPy's checks.
    pub(super) fn legacy(self) -> Raised<LegacySeed> {
        let word = |n: u128| {
            u32::try_from(n).map_err(|_| Raise::New(Class::Value, "Seed must be between 0 and 2**32 - 1".into()))
        };
        Ok(match self.0 {
            Source::Fresh => LegacySeed::Sequence(SeedSequence::from_seed(().into())?),
            Source::Integer(n) => LegacySeed::Integer(word(n)?),
            Source::Integers(all) if all.is_empty() => return raise!(Value, "Seed must be non-empty"),
            Source::Integers(all) => LegacySeed::Integers(all.into_iter().map(word).collect::<Raised<_>>()?),
            Source::Negative => return raise!(Value, "Seed must be between 0 and 2**32 - 1"),
            Source::Sequence(_) | Source::Shared(_) => {
                return raise!(
                    DType,
                    "Cannot cast scalar from dtype('O') to dtype('int64') according to the rule 'safe'"
                );
            }
        })
    }
}

/// What seeds an MT19937 of [`RandomState`].
pub(super) enum LegacySeed {
    Integer(u32),
    Integers(Vec<u32>),
    Sequence(SeedSequence),
}

impl LegacySeed {
    pub(super) fn mt19937(&self) -> host::Mt19937 {
        match self {
            LegacySeed::Integer(seed) => host::Mt19937::from_integer(*seed),
            LegacySeed::Integers(seed) => host::Mt19937::from_integers(seed),
            LegacySeed::Sequence(seed) => host::Mt19937::new(&seed.mixed),
        }
    }
}

/// Signs an error of a function that gives no array.
#[track_caller]
pub(super) fn signed<T>(name: &'static str, body: impl FnOnce() -> Raised<T>) -> Result<T> {
    let location = Location::caller();
    body().map_err(|raise: Raise| -> Error { raise.sign(name, location) })
}
