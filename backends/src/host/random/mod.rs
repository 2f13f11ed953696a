//! Random numbers: bit generators and the distributions over them, with NumPy 2.4's streams.
//!
//! A bit generator makes words ([`Words`]); a distribution turns words into values. Both are pure:
//! the same state gives the same values on every machine, up to the last bit of the C library's
//! functions. Nothing here knows arrays; [`fill`] writes buffers.

pub mod bounded;
mod continuous;
mod discrete;
pub mod fill;
mod legacy;
mod log_factorial;
mod mt19937;
mod mt19937_jump;
mod pcg64;
mod philox;
mod seed_sequence;
mod sfc64;
pub mod shuffle;
mod state;
#[cfg(test)]
mod tests;
mod ziggurat;
mod ziggurat_tables;

pub use legacy::Gauss;
pub use mt19937::Mt19937;
pub use pcg64::{Pcg64, Pcg64Dxsm};
pub use philox::Philox;
pub use seed_sequence::SeedSequence;
pub use sfc64::Sfc64;
pub use state::{State, Step};

/// A source of random words: what a distribution draws from.
pub trait Words {
    /// The next 64 bits.
    fn next_uint64(&mut self) -> u64;

    /// The next 32 bits: half a word, of which the other half is kept for the next time if there is a
    /// [place](Words::half) for it.
    #[inline]
    fn next_uint32(&mut self) -> u32 {
        if let Some(half) = self.half()
            && half.ready
        {
            half.ready = false;
            return half.word;
        }
        let word = self.next_uint64();
        match self.half() {
            Some(half) => {
                *half = Half { ready: true, word: (word >> 32) as u32 };
                word as u32
            }
            None => (word >> 32) as u32,
        }
    }

    /// Where half a word waits.
    #[inline]
    fn half(&mut self) -> Option<&mut Half> {
        None
    }

    /// The next word as the algorithm makes it: 64 bits, or 32 bits where it makes no more.
    #[inline]
    fn next_raw(&mut self) -> u64 {
        self.next_uint64()
    }

    /// A number in [0, 1) with 53 random bits.
    #[inline]
    fn next_double(&mut self) -> f64 {
        unit_double(self.next_uint64())
    }

    /// A number in [0, 1) with 24 random bits.
    #[inline]
    fn next_float(&mut self) -> f32 {
        unit_float(self.next_uint32())
    }

    /// The stream, if it can be entered anywhere.
    #[doc(hidden)]
    fn as_seek(&mut self) -> Option<&mut dyn Seek> {
        None
    }

    /// The generator that long fills are compiled for, if this is it. Others draw through a table of
    /// functions.
    #[doc(hidden)]
    fn as_pcg64(&mut self) -> Option<&mut Pcg64> {
        None
    }

    /// As [`Words::as_pcg64`], for the generator of the legacy streams.
    #[doc(hidden)]
    fn as_mt19937(&mut self) -> Option<&mut Mt19937> {
        None
    }
}

/// 53 bits of a word as a number in [0, 1).
#[inline]
pub(crate) fn unit_double(word: u64) -> f64 {
    (word >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
}

/// 24 bits of half a word as a number in [0, 1).
#[inline]
pub(crate) fn unit_float(half: u32) -> f32 {
    (half >> 8) as f32 * (1.0 / 16_777_216.0)
}

/// The half of a 64-bit word that the next request for 32 bits takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Half {
    /// Whether `word` is still to be taken.
    pub(crate) ready: bool,
    pub(crate) word: u32,
}

/// A stream that can be entered anywhere, so that several threads can make parts of it.
pub trait Seek: Sync {
    /// The 64-bit words from number `at` on, counted from the next one.
    fn words_at(&self, at: usize, out: &mut [u64]);

    /// Goes on as if so many words had been drawn; half a word that waits goes on waiting.
    fn skip(&mut self, words: usize);

    /// Where half a word waits.
    fn waiting(&mut self) -> &mut Half;
}
