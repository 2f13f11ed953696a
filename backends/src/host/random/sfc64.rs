//! SFC64: Chris Doty-Humphrey's Small Fast Chaotic generator, of PractRand.

use super::{Half, SeedSequence, State, Words};

/// 256 bits of state, 64 of them a counter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sfc64 {
    state: [u64; 4],
    half: Half,
}

impl Sfc64 {
    /// Seeds the generator and mixes the seed for twelve rounds.
    pub fn new(seed: &SeedSequence) -> Sfc64 {
        let [a, b, c] = seed.take64();
        let mut sfc = Sfc64 { state: [a, b, c, 1], half: Half::default() };
        for _ in 0..12 {
            sfc.next_uint64();
        }
        sfc
    }

    /// The state.
    pub fn state(&self) -> State {
        State::Sfc64 { state: self.state, has_uint32: self.half.ready, uinteger: self.half.word }
    }

    /// Continues from a state; `false` if it is one of another generator.
    #[must_use]
    pub fn set_state(&mut self, state: &State) -> bool {
        let &State::Sfc64 { state, has_uint32, uinteger } = state else { return false };
        *self = Sfc64 { state, half: Half::new(has_uint32, uinteger) };
        true
    }
}

impl Words for Sfc64 {
    fn half(&mut self) -> Option<&mut Half> {
        Some(&mut self.half)
    }

    fn next_uint64(&mut self) -> u64 {
        let [a, b, c, counter] = self.state;
        let word = a.wrapping_add(b).wrapping_add(counter);
        self.state =
            [b ^ b >> 11, c.wrapping_add(c << 3), c.rotate_left(24).wrapping_add(word), counter.wrapping_add(1)];
        word
    }
}
