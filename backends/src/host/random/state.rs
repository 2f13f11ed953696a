//! The states of the bit generators, and distances along their streams.

use super::Half;

/// The state of a bit generator: all it takes to continue its stream.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum State {
    /// Of a PCG64.
    Pcg64 {
        /// The linear congruential generator.
        state: u128,
        /// Its increment, odd: the stream.
        inc: u128,
        /// Half a word that is still to be used.
        has_uint32: bool,
        /// That half.
        uinteger: u32,
    },
    /// Of a PCG64DXSM.
    Pcg64Dxsm {
        /// The linear congruential generator.
        state: u128,
        /// Its increment, odd: the stream.
        inc: u128,
        /// Half a word that is still to be used.
        has_uint32: bool,
        /// That half.
        uinteger: u32,
    },
    /// Of an MT19937.
    Mt19937 {
        /// 624 words.
        key: Vec<u32>,
        /// The next word to use.
        pos: usize,
    },
    /// Of a Philox.
    Philox {
        /// The block that was made last, lowest word first.
        counter: [u64; 4],
        /// The key: the stream.
        key: [u64; 2],
        /// The last block.
        buffer: [u64; 4],
        /// The next word of the block to use.
        buffer_pos: usize,
        /// Half a word that is still to be used.
        has_uint32: bool,
        /// That half.
        uinteger: u32,
    },
    /// Of an SFC64.
    Sfc64 {
        /// Three words and the counter.
        state: [u64; 4],
        /// Half a word that is still to be used.
        has_uint32: bool,
        /// That half.
        uinteger: u32,
    },
}

impl State {
    /// The name of the bit generator.
    pub fn bit_generator(&self) -> &'static str {
        match self {
            State::Pcg64 { .. } => "PCG64",
            State::Pcg64Dxsm { .. } => "PCG64DXSM",
            State::Mt19937 { .. } => "MT19937",
            State::Philox { .. } => "Philox",
            State::Sfc64 { .. } => "SFC64",
        }
    }
}

impl Half {
    pub(crate) fn new(ready: bool, word: u32) -> Half {
        Half { ready, word }
    }
}

/// How far to advance: any integer, modulo 2^256; negative ones go back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Step(pub [u64; 4]);

impl Step {
    /// The step modulo 2^128.
    pub(crate) fn low(self) -> u128 {
        u128::from(self.0[1]) << 64 | u128::from(self.0[0])
    }
}

macro_rules! step_from {
    ($($t:ty),*) => {$(
        impl From<$t> for Step {
            fn from(n: $t) -> Step {
                #[allow(unused_comparisons, reason = "unsigned types too")]
                let fill = if n < 0 { u64::MAX } else { 0 };
                let n = n as u128;
                Step([n as u64, (n >> 64) as u64, fill, fill])
            }
        }
    )*};
}
step_from!(i32, i64, i128, isize, u32, u64, u128, usize);

/// Four words, lowest first.
impl From<[u64; 4]> for Step {
    fn from(words: [u64; 4]) -> Step {
        Step(words)
    }
}
