//! The bit generators, as NumPy names them.

use std::any::Any;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use numfuse_backends::host::random::{self as host, State, Step, Words, fill};
use numfuse_ir::DType;
use rand_core::{Infallible, TryRng};

use super::options::{PhiloxOptions, SizeOptions};
use super::params::{finished, shape_of};
use super::seed::{Seed, SeedSequence, Source, signed};
use crate::array::Array;
use crate::array::build::call;
use crate::error::{Result, raise};

/// A stream of random words that a [`Generator`](crate::random::Generator) can draw from.
///
/// To use one's own: implement [`Words`] and this, and pass it boxed to
/// [`default_rng`](crate::random::default_rng) or [`Generator::new`](crate::random::Generator::new).
pub trait BitGenerator: Words + Any + Send {
    /// NumPy's name.
    fn name(&self) -> &'static str;

    /// The state: all it takes to continue the stream.
    fn state(&self) -> State;

    /// Continues from a state. One of another algorithm is an error.
    fn set_state(&mut self, state: &State) -> Result<()>;

    /// The sequence that seeded it, if there is one.
    fn seed_seq(&self) -> Option<&SeedSequence>;

    /// Independent generators of the same kind. An error without a [`SeedSequence`].
    fn spawn_boxed(&mut self, n_children: usize) -> Result<Vec<Box<dyn BitGenerator>>>;
}

impl dyn BitGenerator {
    /// The generator itself, if it is of this type.
    pub fn downcast_mut<B: BitGenerator>(&mut self) -> Option<&mut B> {
        (self as &mut dyn Any).downcast_mut()
    }

    /// Words as the generator makes them, as `uint64`.
    #[track_caller]
    pub fn random_raw(&mut self, options: impl Into<SizeOptions>) -> Array {
        let options = options.into();
        let words: &mut dyn Words = self;
        call("random_raw", |cx| {
            let (shape, len) = shape_of(&options.size)?;
            finished(cx, fill::raw(words, len), DType::U64, &shape)
        })
    }
}

impl fmt::Debug for dyn BitGenerator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

macro_rules! bit_generators {
    ($($(#[$doc:meta])* $Name:ident = $Core:ident($what:literal), $seeded:expr, { $($member:tt)* })*) => {$(
        $(#[$doc])*
        ///
        /// It is a random number generator of the `rand_core` crate.
        #[derive(Clone, PartialEq, Eq)]
        pub struct $Name {
            core: host::$Core,
            seed_seq: Option<SeedSequence>,
        }

        impl $Name {
            fn of(sequence: SeedSequence) -> $Name {
                let seeded: fn(&host::SeedSequence) -> host::$Core = $seeded;
                $Name { core: seeded(&sequence.mixed), seed_seq: Some(sequence) }
            }

            $($member)*

            /// The state: all it takes to continue the stream.
            pub fn state(&self) -> State {
                self.core.state()
            }

            /// Continues from a state. One of another algorithm is an error.
            #[track_caller]
            pub fn set_state(&mut self, state: &State) -> Result<()> {
                signed("state", || match self.core.set_state(state) {
                    true => Ok(()),
                    false => raise!(Value, "state must be for a {} {}", stringify!($Name), $what),
                })
            }

            /// The sequence that seeded it, if there is one.
            pub fn seed_seq(&self) -> Option<&SeedSequence> {
                self.seed_seq.as_ref()
            }

            /// Independent generators of the same kind. An error without a [`SeedSequence`].
            #[track_caller]
            pub fn spawn(&mut self, n_children: usize) -> Result<Vec<$Name>> {
                signed("spawn", || match &mut self.seed_seq {
                    Some(sequence) => {
                        let children = sequence.spawn(n_children).into_iter();
                        Ok(children.map($Name::of).collect())
                    }
                    None => raise!(DType, "The underlying SeedSequence does not implement spawning."),
                })
            }

            /// Words as the generator makes them, as `uint64`.
            #[track_caller]
            pub fn random_raw(&mut self, options: impl Into<SizeOptions>) -> Array {
                (self as &mut dyn BitGenerator).random_raw(options)
            }
        }

        impl Words for $Name {
            fn next_uint32(&mut self) -> u32 {
                self.core.next_uint32()
            }
            fn next_uint64(&mut self) -> u64 {
                self.core.next_uint64()
            }
            fn next_raw(&mut self) -> u64 {
                self.core.next_raw()
            }
            fn next_double(&mut self) -> f64 {
                self.core.next_double()
            }
            fn half(&mut self) -> Option<&mut host::Half> {
                self.core.half()
            }
            fn as_seek(&mut self) -> Option<&mut dyn host::Seek> {
                self.core.as_seek()
            }
            fn as_pcg64(&mut self) -> Option<&mut host::Pcg64> {
                self.core.as_pcg64()
            }
            fn as_mt19937(&mut self) -> Option<&mut host::Mt19937> {
                self.core.as_mt19937()
            }
        }

        impl BitGenerator for $Name {
            fn name(&self) -> &'static str {
                stringify!($Name)
            }
            fn state(&self) -> State {
                $Name::state(self)
            }
            #[track_caller]
            fn set_state(&mut self, state: &State) -> Result<()> {
                $Name::set_state(self, state)
            }
            fn seed_seq(&self) -> Option<&SeedSequence> {
                $Name::seed_seq(self)
            }
            #[track_caller]
            fn spawn_boxed(&mut self, n_children: usize) -> Result<Vec<Box<dyn BitGenerator>>> {
                let children = self.spawn(n_children)?;
                Ok(children.into_iter().map(|child| Box::new(child) as Box<dyn BitGenerator>).collect())
            }
        }

        impl TryRng for $Name {
            type Error = Infallible;
            fn try_next_u32(&mut self) -> std::result::Result<u32, Infallible> {
                Ok(self.core.next_uint32())
            }
            fn try_next_u64(&mut self) -> std::result::Result<u64, Infallible> {
                Ok(self.core.next_uint64())
            }
            fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> std::result::Result<(), Infallible> {
                fill_bytes(&mut self.core, bytes);
                Ok(())
            }
        }

        impl fmt::Debug for $Name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($Name))
            }
        }

        impl From<$Name> for Shared {
            fn from(bits: $Name) -> Shared {
                (Box::new(bits) as Box<dyn BitGenerator>).into()
            }
        }

        impl From<$Name> for Seed {
            fn from(bits: $Name) -> Seed {
                Seed(Source::Shared(bits.into()))
            }
        }
    )*};
}

bit_generators! {
    /// NumPy's default: PCG XSL RR 128/64 (O'Neill 2014).
    PCG64 = Pcg64("RNG"), host::Pcg64::new, {
        /// Seeds the generator with an integer, several, a [`SeedSequence`], or fresh entropy (`..`).
        ///
        /// ```
        /// use numfuse as np;
        /// let mut bits = np::random::PCG64::new(1234)?;
        /// assert_eq!(bits.random_raw(1).to_vec::<u64>()?, [0xfa08fef3fab6bbba]);
        /// # Ok::<(), np::Error>(())
        /// ```
        #[track_caller]
        pub fn new(seed: impl Into<Seed>) -> Result<PCG64> {
            let seed = seed.into();
            signed("PCG64", || Ok(PCG64::of(SeedSequence::from_seed(seed)?)))
        }

        pub(super) fn seeded(sequence: SeedSequence) -> PCG64 {
            PCG64::of(sequence)
        }

        /// Goes on as if so many words had been drawn; negative steps go back.
        pub fn advance(&mut self, delta: impl Into<Step>) -> &mut PCG64 {
            self.core.advance(delta.into());
            self
        }

        /// A copy that is `jumps` times 2^128 over the golden ratio words ahead.
        pub fn jumped(&self, jumps: u64) -> PCG64 {
            PCG64 { core: self.core.jumped(jumps.into()), seed_seq: self.seed_seq.clone() }
        }
    }

    /// PCG CM DXSM 128/64: PCG64 with a stronger output function.
    PCG64DXSM = Pcg64Dxsm("RNG"), host::Pcg64Dxsm::new, {
        /// Seeds the generator with an integer, several, a [`SeedSequence`], or fresh entropy (`..`).
        #[track_caller]
        pub fn new(seed: impl Into<Seed>) -> Result<PCG64DXSM> {
            let seed = seed.into();
            signed("PCG64DXSM", || Ok(PCG64DXSM::of(SeedSequence::from_seed(seed)?)))
        }

        /// Goes on as if so many words had been drawn; negative steps go back.
        pub fn advance(&mut self, delta: impl Into<Step>) -> &mut PCG64DXSM {
            self.core.advance(delta.into());
            self
        }

        /// A copy that is `jumps` times 2^128 over the golden ratio words ahead.
        pub fn jumped(&self, jumps: u64) -> PCG64DXSM {
            PCG64DXSM { core: self.core.jumped(jumps.into()), seed_seq: self.seed_seq.clone() }
        }
    }

    /// The Mersenne Twister (Matsumoto, Nishimura 1998).
    MT19937 = Mt19937("PRNG"), host::Mt19937::new, {
        /// Seeds the generator with an integer, several, a [`SeedSequence`], or fresh entropy (`..`).
        /// [`RandomState`](crate::random::RandomState) seeds it in another way.
        #[track_caller]
        pub fn new(seed: impl Into<Seed>) -> Result<MT19937> {
            let seed = seed.into();
            signed("MT19937", || Ok(MT19937::of(SeedSequence::from_seed(seed)?)))
        }

        /// The generator of a legacy seed.
        pub(super) fn legacy(core: host::Mt19937) -> MT19937 {
            MT19937 { core, seed_seq: None }
        }

        /// A copy that is `jumps` times 2^128 words ahead.
        pub fn jumped(&self, jumps: usize) -> MT19937 {
            MT19937 { core: self.core.jumped(jumps), seed_seq: self.seed_seq.clone() }
        }
    }

    /// Philox 4x64 with ten rounds: counter-based (Salmon et al. 2011).
    Philox = Philox("PRNG"), |seed| host::Philox::new(host::Philox::key(seed), [0; 4]), {
        /// Seeds the generator with an integer, several, a [`SeedSequence`], or fresh entropy (`..`); or
        /// sets `key` and `counter` directly, lowest word first.
        ///
        /// ```
        /// use np::prelude::*;
        /// use numfuse as np;
        /// let streams = [1, 2].map(|i| np::random::Philox::new(.., key([i, 0])));
        /// # let [a, b] = streams;
        /// # assert_ne!(a?, b?);
        /// # Ok::<(), np::Error>(())
        /// ```
        #[track_caller]
        pub fn new(seed: impl Into<Seed>, options: impl Into<PhiloxOptions>) -> Result<Philox> {
            let (seed, options) = (seed.into(), options.into());
            signed("Philox", || {
                let counter = options.counter.unwrap_or_default();
                let (key, seed_seq) = match (options.key, &seed.0) {
                    (Some(key), Source::Fresh) => (key, None),
                    (Some(_), _) => return raise!(Value, "seed and key cannot be both used"),
                    (None, _) => {
                        let sequence = SeedSequence::from_seed(seed)?;
                        (host::Philox::key(&sequence.mixed), Some(sequence))
                    }
                };
                Ok(Philox { core: host::Philox::new(key, counter), seed_seq })
            })
        }

        /// Advances the counter, of which each step is four words.
        pub fn advance(&mut self, delta: impl Into<Step>) -> &mut Philox {
            self.core.advance(delta.into());
            self
        }

        /// A copy that is `jumps` times 2^128 counts ahead.
        pub fn jumped(&self, jumps: u64) -> Philox {
            Philox { core: self.core.jumped(jumps.into()), seed_seq: self.seed_seq.clone() }
        }
    }

    /// Chris Doty-Humphrey's Small Fast Chaotic generator.
    SFC64 = Sfc64("RNG"), host::Sfc64::new, {
        /// Seeds the generator with an integer, several, a [`SeedSequence`], or fresh entropy (`..`).
        #[track_caller]
        pub fn new(seed: impl Into<Seed>) -> Result<SFC64> {
            let seed = seed.into();
            signed("SFC64", || Ok(SFC64::of(SeedSequence::from_seed(seed)?)))
        }
    }
}

/// A bit generator behind a lock: what generators hold, and may share.
pub struct Shared(pub(super) Arc<Mutex<Box<dyn BitGenerator>>>);

impl From<Box<dyn BitGenerator>> for Shared {
    fn from(bits: Box<dyn BitGenerator>) -> Shared {
        Shared(Arc::new(Mutex::new(bits)))
    }
}

impl Shared {
    /// A panic while the lock is held leaves a state of the stream, if not the next one.
    pub(super) fn lock(&self) -> BitGeneratorGuard<'_> {
        BitGeneratorGuard(self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Shared {
    /// Puts the bit generator of another handle into this one, and this one's into the other.
    pub(super) fn swap(&self, other: &Shared) {
        if !Arc::ptr_eq(&self.0, &other.0) {
            std::mem::swap(&mut *self.lock().0, &mut *other.lock().0);
        }
    }
}

/// A generator's bit generator, locked: drawing from the generator waits until this is dropped.
pub struct BitGeneratorGuard<'a>(MutexGuard<'a, Box<dyn BitGenerator>>);

impl Deref for BitGeneratorGuard<'_> {
    type Target = dyn BitGenerator;
    fn deref(&self) -> &(dyn BitGenerator + 'static) {
        &**self.0
    }
}

impl DerefMut for BitGeneratorGuard<'_> {
    fn deref_mut(&mut self) -> &mut (dyn BitGenerator + 'static) {
        &mut **self.0
    }
}

/// Bytes of 64-bit words, lowest first, the last word cut.
pub(super) fn fill_bytes(words: &mut dyn Words, bytes: &mut [u8]) {
    for chunk in bytes.chunks_mut(8) {
        let word = words.next_uint64().to_le_bytes();
        chunk.copy_from_slice(&word[..chunk.len()]);
    }
}
