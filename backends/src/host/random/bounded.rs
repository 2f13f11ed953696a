//! Integers of a range.
//!
//! D. Lemire, "Fast Random Integer Generation in an Interval", ACM TOMACS 29 (2019), and masks with
//! rejection for the legacy streams. Narrow types share 32-bit words: the buffer is part of the
//! stream.

use std::mem::MaybeUninit;

use super::Words;

/// The smallest mask that covers a number.
fn mask_of(max: u64) -> u64 {
    u64::MAX.checked_shr(max.leading_zeros()).unwrap_or(0)
}

/// An integer in [0, max], by mask and rejection.
pub fn interval<W: Words + ?Sized>(w: &mut W, max: u64) -> u64 {
    if max == 0 {
        return 0;
    }
    let mask = mask_of(max);
    loop {
        let value = if max <= u64::from(u32::MAX) { u64::from(w.next_uint32()) & mask } else { w.next_uint64() & mask };
        if value <= max {
            return value;
        }
    }
}

/// What is left of a 32-bit word for narrower types.
#[derive(Clone, Copy, Default)]
pub(super) struct Rest {
    word: u32,
    left: u32,
}

/// An integer type that can be drawn: its values as unsigned numbers that wrap.
pub(super) trait Bounded: Copy {
    /// The low bits of a number.
    fn of(bits: u64) -> Self;
    /// An integer in [offset, offset + range].
    fn draw<W: Words + ?Sized>(w: &mut W, rest: &mut Rest, offset: u64, range: u64, masked: bool) -> Self;

    /// Integers in [offset, offset + range], where that is more than one, by Lemire's method. Writes all of `out`.
    fn fill<W: Words + ?Sized>(w: &mut W, offset: u64, range: u64, out: &mut [MaybeUninit<Self>]) {
        let mut rest = Rest::default();
        out.iter_mut().for_each(|slot| _ = slot.write(Self::draw(w, &mut rest, offset, range, false)));
    }
}

/// [`Bounded::fill`] for several integers per 32-bit word. Those that are rejected are overwritten by the next
/// one, without a branch that nobody can predict.
macro_rules! fill_narrow {
    ($T:ty, $Wide:ty) => {
        fn fill<W: Words + ?Sized>(w: &mut W, offset: u64, range: u64, out: &mut [MaybeUninit<$T>]) {
            const PER_WORD: usize = 4 / size_of::<$T>();
            let mut at = 0;
            let (offset, range) = (offset as $T, range as $T);
            // Of the whole range nothing is rejected.
            let (bound, threshold) = match range.checked_add(1) {
                Some(bound) => (<$Wide>::from(bound), (<$T>::MAX - range) % bound),
                None => (1 << <$T>::BITS, 0),
            };
            while at + PER_WORD <= out.len() {
                let word = w.next_uint32();
                for part in 0..PER_WORD {
                    let product = <$Wide>::from((word >> (part as u32 * <$T>::BITS)) as $T) * bound;
                    out[at].write(offset.wrapping_add((product >> <$T>::BITS) as $T));
                    at += usize::from(product as $T >= threshold);
                }
            }
            let mut rest = Rest::default();
            let (offset, range) = (offset.into(), range.into());
            out[at..].iter_mut().for_each(|slot| _ = slot.write(Self::draw(w, &mut rest, offset, range, false)));
        }
    };
}

/// [`Bounded::fill`] for ranges of 32 bits: two at a time, of both halves of a word.
#[inline]
fn fill_halves<T, W: Words + ?Sized>(w: &mut W, range: u32, out: &mut [MaybeUninit<T>], value: impl Fn(u32) -> T) {
    fn one<W: Words + ?Sized>(w: &mut W, range: u32) -> u32 {
        u32::draw(w, &mut Rest::default(), 0, range.into(), false)
    }
    let (Some(pcg), Some(bound)) = (w.as_pcg64(), range.checked_add(1)) else {
        return out.iter_mut().for_each(|slot| _ = slot.write(value(one(w, range))));
    };
    let threshold = (u32::MAX - range) % bound;
    let mut at = 0;
    while at < out.len() {
        if let [first, second, ..] = &mut out[at..]
            && pcg.take_halves(|halves| {
                let products = halves.map(|half| u64::from(half) * u64::from(bound));
                first.write(value((products[0] >> 32) as u32));
                second.write(value((products[1] >> 32) as u32));
                products.iter().all(|product| *product as u32 >= threshold)
            })
        {
            at += 2;
        } else {
            // The last one, the other half of a word, or one that is rejected.
            out[at].write(value(one(pcg, range)));
            at += 1;
        }
    }
}

/// Lemire's method, in words of one type and products of another.
macro_rules! lemire {
    ($word:expr, $range:expr, $T:ty, $Wide:ty) => {{
        // The type's whole range has its own path, so this does not overflow.
        let bound = $range + 1;
        let mut product = <$Wide>::from($word) * <$Wide>::from(bound);
        if (product as $T) < bound {
            let threshold = (<$T>::MAX - $range) % bound;
            while (product as $T) < threshold {
                product = <$Wide>::from($word) * <$Wide>::from(bound);
            }
        }
        (product >> <$T>::BITS) as $T
    }};
}

/// Words with the mask until one is in range.
macro_rules! masked {
    ($word:expr, $range:expr, $T:ty) => {{
        let mask = mask_of(u64::from($range)) as $T;
        loop {
            let value = $word & mask;
            if value <= $range {
                break value;
            }
        }
    }};
}

macro_rules! bounded {
    ($($T:ty, $Wide:ty, |$w:ident, $rest:ident| $word:expr, { $($fill:item)* })*) => {$(
        impl Bounded for $T {
            fn of(bits: u64) -> $T {
                bits as $T
            }

            #[inline]
            fn draw<W: Words + ?Sized>($w: &mut W, $rest: &mut Rest, offset: u64, range: u64, masked: bool) -> $T {
                let (offset, range) = (offset as $T, range as $T);
                if range == 0 {
                    return offset;
                }
                let value = if range == <$T>::MAX {
                    $word
                } else if masked {
                    masked!($word, range, $T)
                } else {
                    lemire!($word, range, $T, $Wide)
                };
                offset.wrapping_add(value)
            }

            $($fill)*
        }
    )*};
}

bounded! {
    u8, u16, |w, rest| rest.next(w, 8) as u8, { fill_narrow!(u8, u16); }
    u16, u32, |w, rest| rest.next(w, 16) as u16, { fill_narrow!(u16, u32); }
    u32, u64, |w, _rest| w.next_uint32(), {
        fn fill<W: Words + ?Sized>(w: &mut W, offset: u64, range: u64, out: &mut [MaybeUninit<u32>]) {
            fill_halves(w, range as u32, out, |x| x.wrapping_add(offset as u32));
        }
    }
}

impl Rest {
    /// The next `bits` bits of the word, or a new one.
    #[inline]
    fn next<W: Words + ?Sized>(&mut self, w: &mut W, bits: u32) -> u32 {
        if self.left == 0 {
            *self = Rest { word: w.next_uint32(), left: 32 / bits - 1 };
        } else {
            self.word >>= bits;
            self.left -= 1;
        }
        self.word
    }
}

impl Bounded for u64 {
    fn of(bits: u64) -> u64 {
        bits
    }

    #[inline]
    fn draw<W: Words + ?Sized>(w: &mut W, rest: &mut Rest, offset: u64, range: u64, masked: bool) -> u64 {
        if range <= u64::from(u32::MAX) {
            return offset.wrapping_add(u64::from(u32::draw(w, rest, 0, range, masked)));
        }
        let value = if range == u64::MAX {
            w.next_uint64()
        } else if masked {
            masked!(w.next_uint64(), range, u64)
        } else {
            lemire!(w.next_uint64(), range, u64, u128)
        };
        offset.wrapping_add(value)
    }

    fn fill<W: Words + ?Sized>(w: &mut W, offset: u64, range: u64, out: &mut [MaybeUninit<u64>]) {
        match u32::try_from(range) {
            Ok(range) => fill_halves(w, range, out, |x| offset.wrapping_add(x.into())),
            Err(_) => {
                let mut rest = Rest::default();
                out.iter_mut().for_each(|slot| _ = slot.write(u64::draw(w, &mut rest, offset, range, false)));
            }
        }
    }
}

impl Bounded for bool {
    fn of(bits: u64) -> bool {
        bits != 0
    }

    #[inline]
    fn draw<W: Words + ?Sized>(w: &mut W, rest: &mut Rest, offset: u64, range: u64, _: bool) -> bool {
        if range == 0 { offset != 0 } else { rest.next(w, 1) & 1 == 1 }
    }
}

/// An integer in [0, max], by Lemire's method.
pub fn below<W: Words + ?Sized>(w: &mut W, max: u64) -> u64 {
    u64::draw(w, &mut Rest::default(), 0, max, false)
}
