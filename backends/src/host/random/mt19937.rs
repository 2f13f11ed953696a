//! MT19937, the Mersenne Twister, and its legacy seedings.
//!
//! M. Matsumoto, T. Nishimura, "Mersenne Twister: A 623-Dimensionally Equidistributed Uniform
//! Pseudo-Random Number Generator", ACM TOMACS 8 (1998); seeding by arrays as in their
//! `mt19937ar.c` (2002).

use super::mt19937_jump::JUMP;
use super::{SeedSequence, State, Words};

pub(crate) const LENGTH: usize = 624;
const MIDDLE: usize = 397;

/// A 19937-bit linear generator over two elements, 32 bits at a time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mt19937 {
    key: Box<[u32; LENGTH]>,
    /// What the key's words put out.
    output: Box<[u32; LENGTH]>,
    position: usize,
}

/// What takes the place of a word, from it, the next one and the one 397 ahead.
#[inline]
fn twist(word: u32, next: u32, ahead: u32) -> u32 {
    let y = word & 0x8000_0000 | next & 0x7fff_ffff;
    ahead ^ y >> 1 ^ (y & 1).wrapping_neg() & 0x9908_b0df
}

/// What a word puts out.
#[inline]
fn temper(mut y: u32) -> u32 {
    y ^= y >> 11;
    y ^= y << 7 & 0x9d2c_5680;
    y ^= y << 15 & 0xefc6_0000;
    y ^ y >> 18
}

/// The multiplier of both seedings (Knuth, TAOCP 2, 3rd ed., p. 106).
fn scrambled(word: u32) -> u32 {
    word ^ word >> 30
}

impl Mt19937 {
    fn of(key: Box<[u32; LENGTH]>, position: usize) -> Mt19937 {
        let output = Box::new(key.map(temper));
        Mt19937 { key, output, position }
    }

    /// Seeds the generator as NumPy's `MT19937` does.
    pub fn new(seed: &SeedSequence) -> Mt19937 {
        let mut key = Box::new([0; LENGTH]);
        for (slot, word) in key.iter_mut().zip(seed.words()) {
            *slot = word;
        }
        key[0] = 0x8000_0000;
        Mt19937::of(key, LENGTH - 1)
    }

    /// Seeds the generator as `RandomState` does from an integer.
    pub fn from_integer(seed: u32) -> Mt19937 {
        let mut key = Box::new([0; LENGTH]);
        let mut word = seed;
        for (slot, i) in key.iter_mut().zip(1_u32..) {
            *slot = word;
            word = scrambled(word).wrapping_mul(1_812_433_253).wrapping_add(i);
        }
        Mt19937::of(key, LENGTH)
    }

    /// Seeds the generator as `RandomState` does from several integers, of which there must be one.
    pub fn from_integers(seed: &[u32]) -> Mt19937 {
        let mut key = Mt19937::from_integer(19_650_218).key;
        let mut i = 1;
        let mut turn = |key: &mut [u32; LENGTH], f: &dyn Fn(u32, u32, usize) -> u32| {
            key[i] = f(key[i], scrambled(key[i - 1]), i);
            i += 1;
            if i >= LENGTH {
                key[0] = key[LENGTH - 1];
                i = 1;
            }
        };
        for (j, &word) in seed.iter().enumerate().cycle().take(LENGTH.max(seed.len())) {
            let add = word.wrapping_add(j as u32);
            turn(&mut key, &|at, before, _| (at ^ before.wrapping_mul(1_664_525)).wrapping_add(add));
        }
        for _ in 1..LENGTH {
            turn(&mut key, &|at, before, i| (at ^ before.wrapping_mul(1_566_083_941)).wrapping_sub(i as u32));
        }
        key[0] = 0x8000_0000;
        Mt19937::of(key, LENGTH)
    }

    /// All words anew.
    fn generate(&mut self) {
        let key = &mut *self.key;
        for i in 0..LENGTH - MIDDLE {
            key[i] = twist(key[i], key[i + 1], key[i + MIDDLE]);
        }
        for i in LENGTH - MIDDLE..LENGTH - 1 {
            key[i] = twist(key[i], key[i + 1], key[i + MIDDLE - LENGTH]);
        }
        key[LENGTH - 1] = twist(key[LENGTH - 1], key[0], key[MIDDLE - 1]);
        *self.output = key.map(temper);
        self.position = 0;
    }

    #[inline]
    fn next(&mut self) -> u32 {
        if self.position >= LENGTH {
            self.generate();
        }
        let word = self.output[self.position];
        self.position += 1;
        word
    }

    #[inline]
    fn next_two(&mut self) -> (u32, u32) {
        match self.output.get(self.position..self.position.saturating_add(2)) {
            Some(&[first, second]) => {
                self.position += 2;
                (first, second)
            }
            _ => (self.next(), self.next()),
        }
    }

    /// One word anew, in a ring whose first word is at `position`.
    fn turn(&mut self) {
        let at = |n: usize| n % LENGTH;
        let i = self.position;
        self.key[i] = twist(self.key[i], self.key[at(i + 1)], self.key[at(i + MIDDLE)]);
        self.position = at(i + 1);
    }

    /// A copy, a number of times 2^128 words ahead.
    ///
    /// The polynomial x^(2^128) modulo the characteristic one, applied by Horner's rule: H. Haramoto,
    /// M. Matsumoto, P. L'Ecuyer, "A Fast Jump Ahead Algorithm for Linear Recurrences in a Polynomial
    /// Space", SETA 2008.
    pub fn jumped(&self, jumps: usize) -> Mt19937 {
        let mut from = self.clone();
        for _ in 0..jumps {
            from.position %= LENGTH;
            let coefficient = |i: usize| JUMP[i / 32] >> (i % 32) & 1 == 1;
            let Some(degree) = (0..LENGTH * 32).rev().find(|&i| coefficient(i)) else { return from };
            let mut sum = from.clone();
            for i in (0..degree).rev() {
                sum.turn();
                if coefficient(i) {
                    for n in 0..LENGTH {
                        sum.key[(sum.position + n) % LENGTH] ^= from.key[(from.position + n) % LENGTH];
                    }
                }
            }
            from = Mt19937::of(sum.key, sum.position);
        }
        from
    }

    /// The state.
    pub fn state(&self) -> State {
        State::Mt19937 { key: self.key.to_vec(), pos: self.position }
    }

    /// Continues from a state; `false` if it is one of another generator or has another length.
    #[must_use]
    pub fn set_state(&mut self, state: &State) -> bool {
        let State::Mt19937 { key, pos } = state else { return false };
        let Ok(key) = key.clone().into_boxed_slice().try_into() else { return false };
        *self = Mt19937::of(key, *pos);
        true
    }
}

impl Words for Mt19937 {
    #[inline]
    fn next_uint32(&mut self) -> u32 {
        self.next()
    }

    #[inline]
    fn next_uint64(&mut self) -> u64 {
        let (high, low) = self.next_two();
        u64::from(high) << 32 | u64::from(low)
    }

    #[inline]
    fn next_raw(&mut self) -> u64 {
        u64::from(self.next())
    }

    /// 53 bits of two words.
    #[inline]
    fn next_double(&mut self) -> f64 {
        let (high, low) = self.next_two();
        (f64::from(high >> 5) * 67_108_864.0 + f64::from(low >> 6)) / 9_007_199_254_740_992.0
    }

    fn as_mt19937(&mut self) -> Option<&mut Mt19937> {
        Some(self)
    }
}
