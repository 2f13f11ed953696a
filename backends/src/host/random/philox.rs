//! Philox 4x64 with ten rounds: a counter, encrypted.
//!
//! J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel Random Numbers: As Easy as
//! 1, 2, 3", SC11 (2011).

use super::{Half, SeedSequence, Seek, State, Step, Words};

const MULTIPLIERS: [u64; 2] = [0xd2e7_470e_e14c_6c93, 0xca5a_8263_9512_1157];
const KEY_STEPS: [u64; 2] = [0x9e37_79b9_7f4a_7c15, 0xbb67_ae85_84ca_a73b];
const ROUNDS: usize = 10;

/// A 256-bit counter under a 128-bit key; four words per count.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Philox {
    counter: [u64; 4],
    key: [u64; 2],
    buffer: [u64; 4],
    position: usize,
    half: Half,
}

impl Philox {
    /// The generator of a key, at a counter.
    pub fn new(key: [u64; 2], counter: [u64; 4]) -> Philox {
        Philox { counter, key, buffer: [0; 4], position: 4, half: Half::default() }
    }

    /// The key that a seed gives.
    pub fn key(seed: &SeedSequence) -> [u64; 2] {
        seed.take64()
    }

    /// The words of a count.
    fn block(&self, counter: [u64; 4]) -> [u64; 4] {
        let (mut block, mut key) = (counter, self.key);
        for round in 0..ROUNDS {
            if round > 0 {
                key = std::array::from_fn(|i| key[i].wrapping_add(KEY_STEPS[i]));
            }
            let product = |i: usize| u128::from(MULTIPLIERS[i]) * u128::from(block[2 * i]);
            let (left, right) = (product(0), product(1));
            block = [
                (right >> 64) as u64 ^ block[1] ^ key[0],
                right as u64,
                (left >> 64) as u64 ^ block[3] ^ key[1],
                left as u64,
            ];
        }
        block
    }

    /// The counter, that many counts on.
    fn ahead(&self, step: [u64; 4]) -> [u64; 4] {
        let (mut counter, mut carry) = (self.counter, false);
        for (word, add) in counter.iter_mut().zip(step) {
            let (sum, over) = word.overflowing_add(add);
            let (sum, over_carry) = sum.overflowing_add(u64::from(carry));
            (*word, carry) = (sum, over || over_carry);
        }
        counter
    }

    /// Advances the counter; words that wait are dropped.
    pub fn advance(&mut self, delta: Step) {
        self.counter = self.ahead(delta.0);
        (self.buffer, self.position, self.half) = ([0; 4], 4, Half::default());
    }

    /// A copy, a number of times 2^128 counts ahead.
    pub fn jumped(&self, jumps: u128) -> Philox {
        let mut ahead = self.clone();
        ahead.advance(Step([0, 0, jumps as u64, (jumps >> 64) as u64]));
        ahead
    }

    /// The state.
    pub fn state(&self) -> State {
        State::Philox {
            counter: self.counter,
            key: self.key,
            buffer: self.buffer,
            buffer_pos: self.position,
            has_uint32: self.half.ready,
            uinteger: self.half.word,
        }
    }

    /// Continues from a state; `false` if it is one of another generator.
    #[must_use]
    pub fn set_state(&mut self, state: &State) -> bool {
        let &State::Philox { counter, key, buffer, buffer_pos, has_uint32, uinteger } = state else { return false };
        *self = Philox { counter, key, buffer, position: buffer_pos, half: Half::new(has_uint32, uinteger) };
        true
    }
}

impl Words for Philox {
    fn half(&mut self) -> Option<&mut Half> {
        Some(&mut self.half)
    }

    fn as_seek(&mut self) -> Option<&mut dyn Seek> {
        Some(self)
    }

    fn next_uint64(&mut self) -> u64 {
        if let Some(&word) = self.buffer.get(self.position) {
            self.position += 1;
            return word;
        }
        self.counter = self.ahead([1, 0, 0, 0]);
        (self.buffer, self.position) = (self.block(self.counter), 1);
        self.buffer[0]
    }
}

impl Seek for Philox {
    fn words_at(&self, at: usize, out: &mut [u64]) {
        let waiting = self.buffer.get(self.position..).unwrap_or_default();
        let (mut at, mut out) = (at, out);
        if let Some(rest) = waiting.get(at..) {
            let (first, others) = out.split_at_mut(rest.len().min(out.len()));
            first.copy_from_slice(&rest[..first.len()]);
            (at, out) = (waiting.len(), others);
        }
        let (mut count, mut skipped) = ((at - waiting.len()) / 4, (at - waiting.len()) % 4);
        while !out.is_empty() {
            count += 1;
            let block = self.block(self.ahead([count as u64, 0, 0, 0]));
            let words = &block[skipped..];
            let (first, others) = out.split_at_mut(words.len().min(out.len()));
            first.copy_from_slice(&words[..first.len()]);
            (skipped, out) = (0, others);
        }
    }

    fn skip(&mut self, words: usize) {
        let waiting = 4 - self.position.min(4);
        if words <= waiting {
            self.position += words;
            return;
        }
        let beyond = words - waiting;
        self.counter = self.ahead([beyond.div_ceil(4) as u64, 0, 0, 0]);
        (self.buffer, self.position) = (self.block(self.counter), (beyond - 1) % 4 + 1);
    }

    fn waiting(&mut self) -> &mut Half {
        &mut self.half
    }
}
