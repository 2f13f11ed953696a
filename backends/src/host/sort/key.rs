//! The order of each dtype's values, as integers.

use std::fmt::Debug;

use half::f16;
use num_complex::Complex;
use numfuse_ir::Element;

/// An unsigned integer that a radix sort takes apart.
pub trait Key: Copy + Ord + Debug + Default + Send + Sync {
    /// Digits of eight bits.
    const DIGITS: usize;
    /// Digit `i`, the lowest first.
    fn digit(self, i: usize) -> usize;
    /// How far a key is above this one: the largest number if below, or out of range.
    fn distance(self, above: Self) -> usize;
}

macro_rules! keys {
    ($($t:ty),*) => {$(
        impl Key for $t {
            const DIGITS: usize = size_of::<$t>();
            #[inline(always)]
            fn digit(self, i: usize) -> usize { (self >> (8 * i)) as usize & 0xff }
            #[inline(always)]
            fn distance(self, above: $t) -> usize {
                above.checked_sub(self).and_then(|d| usize::try_from(d).ok()).unwrap_or(usize::MAX)
            }
        }
    )*};
}
keys!(u8, u16, u32, u64, u128);

/// Values in NumPy's order: numbers by size, -0.0 with 0.0, all NaN alike and last; complex numbers by real, then
/// imaginary part, those with a NaN last in the order `R + nan·j`, `nan + R·j`, `nan + nan·j`.
pub trait Ordered: Element {
    /// Equal values have equal keys, smaller ones smaller keys.
    type Key: Key;
    /// Whether [`Ordered::of_key`] gives the dtype's numbers back.
    const INVERTIBLE: bool = true;
    /// The place of the value in the order.
    fn key(self) -> Self::Key;
    /// A value with this key.
    fn of_key(key: Self::Key) -> Self;
    /// Whether it equals itself.
    #[inline(always)]
    fn is_number(self) -> bool {
        true
    }
    /// Whether [`Ordered::of_key`] gives this very value back.
    #[inline(always)]
    fn is_canonical(self) -> bool {
        true
    }
}

impl Ordered for bool {
    type Key = u8;
    #[inline(always)]
    fn key(self) -> u8 {
        self.into()
    }
    #[inline(always)]
    fn of_key(key: u8) -> bool {
        key != 0
    }
}

macro_rules! ordered_integers {
    ($($t:ident $key:ident $flip:expr;)*) => {$(
        impl Ordered for $t {
            type Key = $key;
            #[inline(always)]
            fn key(self) -> $key { self as $key ^ $flip }
            #[inline(always)]
            fn of_key(key: $key) -> $t { (key ^ $flip) as $t }
        }
    )*};
}
ordered_integers! {
    u8 u8 0; u16 u16 0; u32 u32 0; u64 u64 0;
    i8 u8 1 << 7; i16 u16 1 << 15; i32 u32 1 << 31; i64 u64 1 << 63;
}

/// The bits of negative floats descend, those of the others ascend.
macro_rules! ordered_floats {
    ($($t:ident $key:ident $signed:ident;)*) => {$(
        impl Ordered for $t {
            type Key = $key;
            #[inline(always)]
            fn key(self) -> $key {
                const SIGN: $key = 1 << ($key::BITS - 1);
                let bits = self.to_bits();
                let placed = bits ^ ((bits as $signed >> ($key::BITS - 1)) as $key | SIGN);
                if self.is_nan() {
                    $key::MAX
                } else if bits == SIGN {
                    SIGN
                } else {
                    placed
                }
            }
            #[inline(always)]
            fn of_key(key: $key) -> $t {
                const SIGN: $key = 1 << ($key::BITS - 1);
                if key == $key::MAX {
                    return $t::NAN;
                }
                $t::from_bits(if key & SIGN != 0 { key ^ SIGN } else { !key })
            }
            #[inline(always)]
            fn is_number(self) -> bool { !self.is_nan() }
            #[inline(always)]
            fn is_canonical(self) -> bool { !self.is_nan() && self.to_bits() != 1 << ($key::BITS - 1) }
        }
    )*};
}
ordered_floats! { f16 u16 i16; f32 u32 i32; f64 u64 i64; }

/// Keys of parts side by side. Where a part is NaN, the upper half of the key is one of the three largest numbers,
/// which no part's own key reaches: NaN has a wide gap above infinity.
macro_rules! ordered_complex {
    ($($part:ident $half:ident $key:ident;)*) => {$(
        impl Ordered for Complex<$part> {
            type Key = $key;
            const INVERTIBLE: bool = false;
            #[inline(always)]
            fn key(self) -> $key {
                let (re, im) = (self.re.key(), self.im.key());
                let (high, low) = match (self.re.is_nan(), self.im.is_nan()) {
                    (false, false) => (re, im),
                    (false, true) => ($half::MAX - 2, re),
                    (true, false) => ($half::MAX - 1, im),
                    (true, true) => ($half::MAX, 0),
                };
                ($key::from(high) << $half::BITS) | $key::from(low)
            }
            fn of_key(key: $key) -> Self {
                Complex::new(<$part>::of_key((key >> $half::BITS) as $half), <$part>::of_key(key as $half))
            }
            #[inline(always)]
            fn is_number(self) -> bool { !self.re.is_nan() && !self.im.is_nan() }
            #[inline(always)]
            fn is_canonical(self) -> bool { self.re.is_canonical() && self.im.is_canonical() }
        }
    )*};
}
ordered_complex! { f32 u32 u64; f64 u64 u128; }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_follow_the_order() {
        let floats = [f64::NEG_INFINITY, -1.5, -f64::MIN_POSITIVE, 0.0, 5e-324, 2.0, f64::INFINITY, f64::NAN];
        assert!(floats.windows(2).all(|w| w[0].key() < w[1].key()));
        assert_eq!((-0.0_f64).key(), 0.0_f64.key());
        assert_eq!((-f64::NAN).key(), f64::NAN.key());
        assert!(floats[..7].iter().all(|x| f64::of_key(x.key()) == *x));
        let (n, i) = (f32::NAN, f32::INFINITY);
        let complex = [(-i, -i), (0.0, 1.0), (1.0, -2.0), (i, i), (1.0, n), (i, n), (n, -1.0), (n, 3.0), (n, n)];
        let keys = complex.map(|(re, im)| Complex::new(re, im).key());
        assert!(keys.is_sorted());
        assert!(i8::MIN.key() < (-1_i8).key() && (-1_i8).key() < 0_i8.key());
    }
}
