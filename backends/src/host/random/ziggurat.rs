//! Normal and exponential deviates by the ziggurat method.
//!
//! G. Marsaglia, W. W. Tsang, "The Ziggurat Method for Generating Random Variables", J. Stat. Softw.
//! 5(8) (2000), in NumPy's arrangement (`distributions.c`): one word gives the strip, the sign and
//! the position; 99 of 100 are inside.

use super::Words;
use super::ziggurat_tables::{EXPONENTIAL_F32, EXPONENTIAL_F64, NORMAL_F32, NORMAL_F64};

/// Where the normal density's tail begins, and its inverse.
const NORMAL_R: f64 = 3.654_152_885_361_009;
const NORMAL_INV_R: f64 = 0.273_661_237_329_758_3;
/// Where the exponential density's tail begins.
const EXPONENTIAL_R: f64 = 7.697_117_470_131_05;

/// NumPy's float log(1 + x) is rounded from the double one.
fn rounded_log1p(x: f32) -> f32 {
    f64::from(x).ln_1p() as f32
}

macro_rules! ziggurat {
    (
        $F:ident from $word:ident, $unit:ident; log1p $log1p:path; position $bits:literal bits;
        $normal:ident of $normal_tables:ident;
        $exponential:ident of $exponential_tables:ident after $skip:literal bits;
        $inverse:ident
    ) => {
        /// A standard normal deviate.
        #[inline]
        pub(super) fn $normal<W: Words + ?Sized>(words: &mut W) -> $F {
            let t = &$normal_tables;
            loop {
                let r = words.$word();
                let strip = r as u8 as usize;
                let position = r >> 9 & ((1 << $bits) - 1);
                let magnitude = position as $F * $F::from_bits(t.w[strip]);
                // Bit 8 is the sign: a coin that no branch predictor guesses.
                let sign = r << (size_of::<$F>() * 8 - 9) & $F::to_bits(-0.0);
                let x = $F::from_bits(magnitude.to_bits() | sign);
                if position < t.k[strip] {
                    return x;
                }
                if strip == 0 {
                    // The tail (Marsaglia 1964).
                    loop {
                        let xx = -(NORMAL_INV_R as $F) * $log1p(-words.$unit());
                        let yy = -$log1p(-words.$unit());
                        if yy + yy > xx * xx {
                            let x = NORMAL_R as $F + xx;
                            return if position >> 8 & 1 == 1 { -x } else { x };
                        }
                    }
                }
                let (above, below) = ($F::from_bits(t.f[strip - 1]), $F::from_bits(t.f[strip]));
                let height = f64::from((above - below) * words.$unit() + below);
                if height < (-0.5 * f64::from(x) * f64::from(x)).exp() {
                    return x;
                }
            }
        }

        /// A standard exponential deviate.
        #[inline]
        pub(super) fn $exponential<W: Words + ?Sized>(words: &mut W) -> $F {
            let t = &$exponential_tables;
            loop {
                let r = words.$word() >> $skip;
                let strip = r as u8 as usize;
                let position = r >> 8;
                let x = position as $F * $F::from_bits(t.w[strip]);
                if position < t.k[strip] {
                    return x;
                }
                if strip == 0 {
                    return EXPONENTIAL_R as $F - $log1p(-words.$unit());
                }
                let (above, below) = ($F::from_bits(t.f[strip - 1]), $F::from_bits(t.f[strip]));
                if (above - below) * words.$unit() + below < (-x).exp() {
                    return x;
                }
            }
        }

        /// A standard exponential deviate as the inverse of its distribution function.
        pub(super) fn $inverse<W: Words + ?Sized>(words: &mut W) -> $F {
            -$log1p(-words.$unit())
        }
    };
}

ziggurat! {
    f64 from next_uint64, next_double; log1p f64::ln_1p; position 52 bits;
    normal of NORMAL_F64;
    exponential of EXPONENTIAL_F64 after 3 bits;
    exponential_inverse
}
ziggurat! {
    f32 from next_uint32, next_float; log1p rounded_log1p; position 23 bits;
    normal_f32 of NORMAL_F32;
    exponential_f32 of EXPONENTIAL_F32 after 1 bits;
    exponential_inverse_f32
}
