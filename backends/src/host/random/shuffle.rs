//! Permutations and samples of positions.

use super::Words;
use super::bounded::{below, interval};

/// Runs a body with the generator itself when it is the default one, and through its table of functions
/// otherwise.
macro_rules! with_words {
    ($words:expr, $w:ident => $body:expr) => {{
        let words: &mut dyn $crate::host::random::Words = $words;
        match words.as_pcg64() {
            Some($w) => $body,
            None => {
                let $w = words;
                $body
            }
        }
    }};
}
pub(super) use with_words;

/// Shuffles in place: R. A. Fisher, F. Yates (1938), from the end, with masks and rejection.
pub fn shuffle<T>(words: &mut dyn Words, items: &mut [T]) {
    with_words!(words, w => {
        for i in (1..items.len()).rev() {
            let j = interval(w, i as u64) as usize;
            items.swap(i, j);
        }
    });
}

/// [`shuffle`] of `len` items, `stride` apart.
pub fn shuffle_lane<T>(words: &mut dyn Words, items: &mut [T], len: usize, stride: usize) {
    for i in (1..len).rev() {
        let j = interval(words, i as u64) as usize;
        items.swap(i * stride, j * stride);
    }
}

/// Shuffles by Lemire's method, down to position `first`: what `Generator.choice` does with positions.
pub fn shuffle_positions(words: &mut dyn Words, items: &mut [i64], first: usize) {
    with_words!(words, w => {
        for i in (first..items.len()).rev() {
            let j = below(w, i as u64) as usize;
            items.swap(i, j);
        }
    });
}

/// `out.len()` different positions below `population`, which is not smaller. `false` if there is no
/// memory for a set of them.
///
/// R. W. Floyd's sampling (J. Bentley, "Programming Pearls: A Sample of Brilliance", Comm. ACM 30,
/// 1987), over an open-addressed set.
pub fn sample_positions(words: &mut dyn Words, population: usize, out: &mut [i64]) -> bool {
    const EMPTY: u64 = u64::MAX;
    let wanted = (1.2 * out.len() as f64) as u64;
    let mask = u64::MAX.checked_shr(wanted.leading_zeros()).unwrap_or(0);
    let mut set = Vec::new();
    if set.try_reserve_exact(mask as usize + 1).is_err() {
        return false;
    }
    set.resize(mask as usize + 1, EMPTY);
    let first = population - out.len();
    with_words!(words, w => {
        for (slot, j) in out.iter_mut().zip(first as u64..) {
            let value = below(w, j);
            let mut place = value & mask;
            while set[place as usize] != EMPTY && set[place as usize] != value {
                place = (place + 1) & mask;
            }
            let value = if set[place as usize] == EMPTY {
                value
            } else {
                // Drawn before: the new position cannot have been.
                place = j & mask;
                while set[place as usize] != EMPTY {
                    place = (place + 1) & mask;
                }
                j
            };
            set[place as usize] = value;
            *slot = value as i64;
        }
    });
    true
}
