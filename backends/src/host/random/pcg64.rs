//! PCG64 and PCG64DXSM: 128-bit linear congruential generators with permuted output.
//!
//! M. E. O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms for
//! Random Number Generation", HMC-CS-2014-0905 (XSL RR 128/64); the DXSM output and the 64-bit
//! multiplier are those of NumPy's `pcg64.h`. Jumps: F. B. Brown, "Random Number Generation with
//! Arbitrary Strides", Trans. Am. Nucl. Soc. 71 (1994).

use super::{Half, SeedSequence, Seek, State, Step, Words};

const MULTIPLIER: u128 = 0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645;
const CHEAP_MULTIPLIER: u64 = 0xda94_2042_e4dd_58b5;
/// 2^128 over the golden ratio: the distance of a jump.
const JUMP: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;

/// x → multiplier·x + increment, modulo 2^128.
#[derive(Clone, Copy, Debug)]
struct Affine {
    multiplier: u128,
    increment: u128,
}

impl Affine {
    #[inline]
    fn apply(self, x: u128) -> u128 {
        x.wrapping_mul(self.multiplier).wrapping_add(self.increment)
    }

    /// The map applied `n` times, by squaring.
    fn repeated(self, mut n: u128) -> Affine {
        let (mut power, mut total) = (self, Affine { multiplier: 1, increment: 0 });
        while n > 0 {
            if n & 1 == 1 {
                total = Affine {
                    multiplier: total.multiplier.wrapping_mul(power.multiplier),
                    increment: power.apply(total.increment),
                };
            }
            power = Affine {
                multiplier: power.multiplier.wrapping_mul(power.multiplier),
                increment: power.apply(power.increment),
            };
            n >>= 1;
        }
        total
    }
}

/// Steps of a generator that run side by side: its multiplication has a long latency.
const LANES: usize = 4;

macro_rules! pcg {
    ($(#[$doc:meta])* $Pcg:ident, $multiplier:expr, first output after $first:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Debug)]
        pub struct $Pcg {
            state: u128,
            inc: u128,
            half: Half,
        }

        impl $Pcg {
            /// Seeds the generator and its stream.
            pub fn new(seed: &SeedSequence) -> $Pcg {
                let [high, low, stream_high, stream_low] = seed.take64();
                let join = |high: u64, low: u64| u128::from(high) << 64 | u128::from(low);
                let inc = join(stream_high, stream_low) << 1 | 1;
                // NumPy seeds both kinds with the full multiplier.
                let step = Affine { multiplier: MULTIPLIER, increment: inc };
                let state = step.apply(step.apply(0).wrapping_add(join(high, low)));
                $Pcg { state, inc, half: Half::default() }
            }

            /// One step of the congruential generator.
            #[inline]
            fn step(&self) -> Affine {
                Affine { multiplier: $multiplier, increment: self.inc }
            }

            /// Goes on as if so many words had been drawn; a half word that waits is dropped.
            pub fn advance(&mut self, delta: Step) {
                self.state = self.step().repeated(delta.low()).apply(self.state);
                self.half = Half::default();
            }

            /// A copy, a number of times 2^128 over the golden ratio ahead.
            pub fn jumped(&self, jumps: u128) -> $Pcg {
                let mut ahead = self.clone();
                ahead.advance(JUMP.wrapping_mul(jumps).into());
                ahead
            }

            /// The state.
            pub fn state(&self) -> State {
                let (has_uint32, uinteger) = (self.half.ready, self.half.word);
                State::$Pcg { state: self.state, inc: self.inc, has_uint32, uinteger }
            }

            /// Continues from a state; `false` if it is one of another generator.
            #[must_use]
            pub fn set_state(&mut self, state: &State) -> bool {
                let &State::$Pcg { state, inc, has_uint32, uinteger } = state else { return false };
                *self = $Pcg { state, inc, half: Half::new(has_uint32, uinteger) };
                true
            }
        }

        impl Seek for $Pcg {
            fn words_at(&self, at: usize, out: &mut [u64]) {
                let step = self.step();
                let stride = step.repeated(LANES as u128);
                // Some outputs are those of the state before a step, others of the one after.
                let first = step.repeated(at as u128 + $first).apply(self.state);
                let mut lanes: [u128; LANES] = std::array::from_fn(|lane| step.repeated(lane as u128).apply(first));
                let (groups, rest) = out.as_chunks_mut::<LANES>();
                for group in groups {
                    for (slot, lane) in group.iter_mut().zip(&mut lanes) {
                        *slot = $Pcg::output(*lane);
                        *lane = stride.apply(*lane);
                    }
                }
                rest.iter_mut().zip(lanes).for_each(|(slot, lane)| *slot = $Pcg::output(lane));
            }

            fn skip(&mut self, words: usize) {
                self.state = self.step().repeated(words as u128).apply(self.state);
            }

            fn waiting(&mut self) -> &mut Half {
                &mut self.half
            }
        }
    };
}

pcg! {
    /// PCG XSL RR 128/64: NumPy's default.
    Pcg64, MULTIPLIER, first output after 1
}
pcg! {
    /// PCG CM DXSM 128/64: a stronger output function, taken before the step.
    Pcg64Dxsm, CHEAP_MULTIPLIER as u128, first output after 0
}

impl Pcg64 {
    /// The word that a state puts out.
    #[inline]
    fn output(state: u128) -> u64 {
        ((state >> 64) as u64 ^ state as u64).rotate_right((state >> 122) as u32)
    }

    /// Draws both halves of a word, if `accept` wants both and no half waits.
    #[inline]
    pub(super) fn take_halves(&mut self, accept: impl FnOnce([u32; 2]) -> bool) -> bool {
        if self.half.ready {
            return false;
        }
        let next = self.step().apply(self.state);
        let word = Pcg64::output(next);
        let halves = [word as u32, (word >> 32) as u32];
        let taken = accept(halves);
        if taken {
            (self.state, self.half.word) = (next, halves[1]);
        }
        taken
    }
}

impl Pcg64Dxsm {
    /// The word that a state puts out.
    #[inline]
    fn output(state: u128) -> u64 {
        let (mut high, low) = ((state >> 64) as u64, state as u64 | 1);
        high ^= high >> 32;
        high = high.wrapping_mul(CHEAP_MULTIPLIER);
        high ^= high >> 48;
        high.wrapping_mul(low)
    }
}

impl Words for Pcg64 {
    #[inline]
    fn next_uint64(&mut self) -> u64 {
        self.state = self.step().apply(self.state);
        Pcg64::output(self.state)
    }

    #[inline]
    fn half(&mut self) -> Option<&mut Half> {
        Some(&mut self.half)
    }

    fn as_seek(&mut self) -> Option<&mut dyn Seek> {
        Some(self)
    }

    fn as_pcg64(&mut self) -> Option<&mut Pcg64> {
        Some(self)
    }
}

impl Words for Pcg64Dxsm {
    fn next_uint64(&mut self) -> u64 {
        let word = Pcg64Dxsm::output(self.state);
        self.state = self.step().apply(self.state);
        word
    }

    fn half(&mut self) -> Option<&mut Half> {
        Some(&mut self.half)
    }

    fn as_seek(&mut self) -> Option<&mut dyn Seek> {
        Some(self)
    }
}
