//! Transcendental functions as kernel instructions, so that every backend gets them vectorized.
//!
//! Each function appends a branch-free body to a [`Builder`] and works on `F32` and `F64` lanes
//! alike; the two differ by the coefficients. There are no tables and no gathers, floats become
//! integers by the addition of a large constant rather than by a conversion (which 128-bit
//! vectors lack for 64 bits), and integer shifts are by constants, left or logical right.
//!
//! # Errors
//!
//! No result in the table is further than the next float from the correctly rounded one.
//! `f64`: share of results that are not the correctly rounded one, over millions of arguments
//! (random bits, and random numbers where the function does something), against CORE-MATH.
//! `f32`: largest error in units in the last place, over all 2^32 arguments (`tan`: one of 7,
//! `atanh`: one of 97), or over 2·10^7 pairs. `cargo run --release --example accuracy` measures.
//! Instructions are those of the `f64` body without constants and bitcasts.
//!
//! | function | instructions | f64 | f32 | method |
//! | --- | --- | --- | --- | --- |
//! | `exp` | 25 | 7.2 % | 0.90 | Cody–Waite reduction, minimax polynomial of degree 11 (6) |
//! | `exp2` | 24 | 6.9 % | 0.90 | polynomial of degree 11 (6) |
//! | `expm1` | 40 | 2.0 % | 0.94 | as `exp`, leading terms with their rounding errors |
//! | `log` | 37 | 3.3 % | 0.83 | FreeBSD msun `e_log.c`, own coefficients |
//! | `log2` | 48 | 0.4 % | 0.82 | as `log`, times a sum of two floats |
//! | `log10` | 49 | 0.2 % | 0.71 | as `log2` |
//! | `log1p` | 50 | 3.8 % | 0.89 | as `log`, of a sum of two floats |
//! | `sin`, `cos` | 34 | 2.8 %, 3.2 % | 0.87 | Cody–Waite reduction with fma, polynomial with coefficients by quadrant |
//! | `tan` | 53 | 4.1 % | 0.88 | the quotient of the two, corrected |
//! | `asin` | 34 | 2.4 % | 0.72 | polynomial for half of the range, root for the other |
//! | `acos` | 38 | 1.1 % | 0.67 | as `asin` |
//! | `atan` | 36 | 5.8 % | 0.51 | polynomial of degree 19 in the square on \[0, 1\]; `f32` in `f64` |
//! | `atan2` | 58 | 1.0 % | 0.99 | as `atan`, of a corrected quotient |
//! | `sinh`, `cosh` | 44, 42 | 1.8 %, 1.9 % | 0.98, 0.79 | addition theorem for `k·ln 2 + r` |
//! | `tanh` | 41 | 4.6 % | 0.96 | polynomial for small, `1 − 2/(e^2x + 1)` for large arguments |
//! | `asinh` | 67 | 7.7 % | 0.51 | `log` of a sum of two floats; `f32` in `f64` |
//! | `acosh` | 68 | 2.5 % | 0.88 | as `asinh` |
//! | `atanh` | 64 | 3.0 % | 0.85 | as `asinh` |
//! | `cbrt` | 50 | 0.01 % | 0.51 | polynomial, Newton steps, exact residual |
//! | `pow` | 127 | 1.7 % | 0.78 | `log2` and `2^x` of sums of two floats |
//! | `hypot` | 37 | 0.7 % | 0.76 | Borges' correction (2019) |
//!
//! `logaddexp` and `logaddexp2` (51 and 52 instructions) compute NumPy's formula; their errors
//! are below 2 and 3 units in the last place of its larger term, apart from the rounding of
//! `x − y` that it has.
//!
//! Sine, cosine and tangent call a scalar routine for arguments beyond 2^24 (2^17 in `f32`).
//! Zero divisors and square roots of negative numbers are those of the function, so that the
//! sticky IEEE flags of division by zero and invalid operations are set where they should be; only
//! `pow` of zero and a negative exponent sets overflow in place of division by zero.

use crate::kernel::{Builder, Lane, ValueId};
use std::ops::{Deref, DerefMut};

mod arc;
mod exp;
mod hyperbolic;
mod log;
mod power;
#[cfg(test)]
mod tests;
mod trig;

pub use arc::{acos, asin, atan, atan2};
pub use exp::{exp, exp2, expm1};
pub use hyperbolic::{acosh, asinh, atanh, cosh, sinh, tanh};
pub use log::{log, log1p, log2, log10, logaddexp, logaddexp2};
pub use power::{cbrt, hypot, pow};
pub use trig::{cos, sin, tan};

/// An expanded function of one argument.
pub type Unary = fn(&mut Builder, ValueId) -> ValueId;

/// An expanded function of two arguments.
pub type Binary = fn(&mut Builder, ValueId, ValueId) -> ValueId;

macro_rules! table {
    ($($name:ident)*) => { &[$((stringify!($name), $name)),*] };
}

/// Every function of one argument, by name.
pub const UNARY: &[(&str, Unary)] =
    table![exp exp2 expm1 log log2 log10 log1p sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh cbrt];

/// Every function of two arguments, by name.
pub const BINARY: &[(&str, Binary)] = table![atan2 pow hypot logaddexp logaddexp2];

/// What tells the two binary formats apart.
struct Format {
    lane: Lane,
    /// The unsigned integer lane of the same width: unsigned, so that right shifts are logical.
    int: Lane,
    /// Bits of the fraction.
    mantissa: i64,
    /// Exponent bias.
    bias: i64,
    /// `1.5·2^mantissa`: added to a small number, it rounds it to an integer, which is then in
    /// the low bits (two's complement).
    rounder: f64,
    /// `ln 2 = hi + lo`. With fma, `x − k·hi` is exact for the nearest integer `k` to `x / ln 2`.
    ln2: [f64; 2],
    /// `π/2 = hi + lo`.
    pio2: [f64; 2],
}

impl Format {
    /// How far the sign bit is from the lowest.
    fn sign_shift(&self) -> i64 {
        self.lane.bits() as i64 - 1
    }
}

const F64: Format = Format {
    lane: Lane::F64,
    int: Lane::U64,
    mantissa: 52,
    bias: 1023,
    rounder: 6755399441055744.0,
    ln2: [std::f64::consts::LN_2, 2.3190468138462996e-17],
    pio2: [std::f64::consts::FRAC_PI_2, 6.123233995736766e-17],
};

const F32: Format = Format {
    lane: Lane::F32,
    int: Lane::U32,
    mantissa: 23,
    bias: 127,
    rounder: 12582912.0,
    ln2: [0.6931471824645996, -1.9046542121259336e-9],
    pio2: [1.5707963705062866, -4.371138828673793e-8],
};

/// A constant per format.
#[derive(Clone, Copy)]
struct By<T> {
    f64: T,
    f32: T,
}

/// Polynomial coefficients per format, lowest power first.
type Poly = By<&'static [f64]>;

/// A builder with the format of the function's argument, and idioms on its bits.
struct Math<'a> {
    b: &'a mut Builder,
    f: &'static Format,
}

impl Deref for Math<'_> {
    type Target = Builder;
    fn deref(&self) -> &Builder {
        self.b
    }
}

impl DerefMut for Math<'_> {
    fn deref_mut(&mut self) -> &mut Builder {
        self.b
    }
}

/// An argument in `F64`, where no term needs its rounding error: for functions of `F32` that lose more than a
/// unit in the last place otherwise. (`pow` that way is 1.4 times slower than with sums of two floats.)
fn in_f64(b: &mut Builder, x: ValueId) -> ValueId {
    b.convert(Lane::F64, x)
}

impl<'a> Math<'a> {
    fn of(b: &'a mut Builder, x: ValueId) -> Math<'a> {
        let f = if b.lane(x) == Lane::F32 { &F32 } else { &F64 };
        Math { b, f }
    }

    /// The constant of this format.
    fn by<T: Copy>(&self, c: &By<T>) -> T {
        if self.f.lane == Lane::F32 { c.f32 } else { c.f64 }
    }

    /// A float constant.
    fn k(&mut self, c: f64) -> ValueId {
        let lane = self.f.lane;
        self.float(lane, c)
    }

    /// An integer constant.
    fn n(&mut self, c: i64) -> ValueId {
        let int = self.f.int;
        self.int(int, c)
    }

    /// The bits of a float constant, as an integer.
    fn n_of(&mut self, c: f64) -> ValueId {
        let bits = if self.f.lane == Lane::F32 { (c as f32).to_bits() as i64 } else { c.to_bits() as i64 };
        self.n(bits)
    }

    /// The bits of a float value.
    fn as_int(&mut self, x: ValueId) -> ValueId {
        let int = self.f.int;
        self.bitcast(int, x)
    }

    /// The float of some bits.
    fn as_float(&mut self, i: ValueId) -> ValueId {
        let lane = self.f.lane;
        self.bitcast(lane, i)
    }

    /// Whether this is `F32`, where some functions need a correction to stay near one unit in the
    /// last place: half the bits leave rounding errors less room.
    fn is_single(&self) -> bool {
        self.f.lane == Lane::F32
    }

    /// `y`, but in `F32` an odd function's argument where that is next to the function itself.
    fn unless_tiny(&mut self, x: ValueId, magnitude: ValueId, y: ValueId) -> ValueId {
        if !self.is_single() {
            return y;
        }
        let bound = self.k(0.000244140625);
        let tiny = self.lt(magnitude, bound);
        self.select(tiny, x, y)
    }

    /// `c[0] + c[1]·x + …`, by Horner's rule.
    fn poly(&mut self, x: ValueId, c: &[f64]) -> ValueId {
        let mut terms = c.iter().rev();
        let mut y = self.k(terms.next().copied().unwrap_or(0.0));
        for &c in terms {
            let c = self.k(c);
            y = self.fma(y, x, c);
        }
        y
    }

    /// [`Math::poly`] with this format's coefficients.
    fn poly_by(&mut self, x: ValueId, c: &Poly) -> ValueId {
        let c = self.by(c);
        self.poly(x, c)
    }

    /// `a·b + c` with a constant factor.
    fn fma_k(&mut self, a: ValueId, b: f64, c: ValueId) -> ValueId {
        let b = self.k(b);
        self.fma(a, b, c)
    }

    /// `min(x, c)`; NaN stays. The shape of the select is that of the x86 instruction.
    fn at_most(&mut self, x: ValueId, c: f64) -> ValueId {
        let c = self.k(c);
        let over = self.lt(c, x);
        self.select(over, c, x)
    }

    /// `max(x, c)`; NaN stays.
    fn at_least(&mut self, x: ValueId, c: f64) -> ValueId {
        let c = self.k(c);
        let under = self.gt(c, x);
        self.select(under, c, x)
    }

    /// Shift left by a constant.
    fn shl_k(&mut self, i: ValueId, by: i64) -> ValueId {
        let by = self.n(by);
        self.shl(i, by)
    }

    /// Logical shift right by a constant.
    fn shr_k(&mut self, i: ValueId, by: i64) -> ValueId {
        let by = self.n(by);
        self.shr(i, by)
    }

    /// The sign bit of a value, in place.
    fn sign_bit(&mut self, x: ValueId) -> ValueId {
        let (x, mask) = (self.as_int(x), self.n_of(-0.0));
        self.and(x, mask)
    }

    /// Flips the sign of `y` where the sign bit of `sign` is set.
    fn xor_sign(&mut self, y: ValueId, sign: ValueId) -> ValueId {
        let y = self.as_int(y);
        let y = self.xor(y, sign);
        self.as_float(y)
    }

    /// The rounding error of `sum = large + small`, where `large` has the larger magnitude
    /// (Dekker's fast two-sum).
    fn sum_error(&mut self, sum: ValueId, [large, small]: [ValueId; 2]) -> ValueId {
        let rest = self.sub(large, sum);
        self.add(rest, small)
    }

    /// The sum of a float of larger magnitude and one of smaller, with its rounding error.
    fn sum_exact(&mut self, large: ValueId, small: ValueId) -> (ValueId, ValueId) {
        let sum = self.add(large, small);
        (sum, self.sum_error(sum, [large, small]))
    }

    /// `1 + x` as a sum of two floats (Knuth's two-sum).
    fn one_plus(&mut self, x: ValueId) -> (ValueId, ValueId) {
        let one = self.k(1.0);
        let sum = self.add(one, x);
        let x_part = self.sub(sum, one);
        let one_part = self.sub(sum, x_part);
        let (one_error, x_error) = (self.sub(one, one_part), self.sub(x, x_part));
        (sum, self.add(one_error, x_error))
    }

    /// `√z` and what is missing from it, where `z` itself lacks `z_error`.
    fn sqrt_with_error(&mut self, z: ValueId, z_error: Option<ValueId>) -> (ValueId, ValueId) {
        let root = self.sqrt(z);
        // (z − root²) / 2·root, for which 5 bits of 1/√z suffice: Blinn's halving of the exponent,
        // with the constants of Lomont, "Fast inverse square root" (2003), here halved too.
        let magic = self.by(&By { f64: 0x5fe6_eb50_c7b5_37a9 - (1 << 52), f32: 0x5f37_5a86 - (1 << 23) });
        let (bits, magic) = (self.as_int(z), self.n(magic));
        let bits = self.shr_k(bits, 1);
        let bits = self.sub(magic, bits);
        let half_reciprocal = self.as_float(bits);
        let minus_root = self.neg(root);
        let mut rest = self.fma(minus_root, root, z);
        if let Some(e) = z_error {
            rest = self.add(rest, e);
        }
        (root, self.mul(rest, half_reciprocal))
    }

    /// 3 bits of `1/x` for positive `x` below the last two binades, by a negated exponent.
    fn rough_reciprocal(&mut self, x: ValueId) -> ValueId {
        let magic = self.by(&By { f64: 0x7fde_6238_22fc_16e6, f32: 0x7ef3_11c7 });
        let (bits, magic) = (self.as_int(x), self.n(magic));
        let bits = self.sub(magic, bits);
        self.as_float(bits)
    }

    /// A float whose sign bit is set where that of `sign` is.
    fn or_sign(&mut self, y: ValueId, sign: ValueId) -> ValueId {
        let y = self.as_int(y);
        let y = self.or(y, sign);
        self.as_float(y)
    }

    /// The nearest integer to `x·c`, plus `bias`, twice: as a float, and in the low bits of an
    /// integer, whose high bits are those of [`Format::rounder`].
    fn round_mul(&mut self, x: ValueId, c: f64, bias: i64) -> (ValueId, ValueId) {
        let shift = self.k(self.f.rounder + bias as f64);
        let big = self.fma_k(x, c, shift);
        (self.sub(big, shift), self.as_int(big))
    }
}
