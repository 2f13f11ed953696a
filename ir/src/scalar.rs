//! Typed scalar values and the Rust types that stand for dtypes.

use std::fmt;

use half::f16;
use num_complex::Complex;

use crate::dtype::DType;

/// A Rust type that is the element of some dtype.
///
/// Sealed by design: the layout of each implementor is that of NumPy's dtype.
pub trait Element: Copy + Send + Sync + fmt::Debug + PartialEq + Default + 'static {
    /// The dtype of this type.
    const DTYPE: DType;
    /// The value as (real or integer bits, imaginary bits), zero-extended.
    fn to_bits(self) -> [u64; 2];
    /// The inverse of [`Element::to_bits`].
    fn from_bits(bits: [u64; 2]) -> Self;
}

macro_rules! int_element {
    ($($t:ty, $u:ty => $d:ident;)*) => {$(
        impl Element for $t {
            const DTYPE: DType = DType::$d;
            fn to_bits(self) -> [u64; 2] { [self as $u as u64, 0] }
            fn from_bits(bits: [u64; 2]) -> Self { bits[0] as $u as $t }
        }
    )*};
}
int_element! {
    i8, u8 => I8; i16, u16 => I16; i32, u32 => I32; i64, u64 => I64;
    u8, u8 => U8; u16, u16 => U16; u32, u32 => U32; u64, u64 => U64;
}

macro_rules! float_element {
    ($($t:ty, $u:ty => $d:ident, $c:ident;)*) => {$(
        impl Element for $t {
            const DTYPE: DType = DType::$d;
            fn to_bits(self) -> [u64; 2] { [<$t>::to_bits(self) as u64, 0] }
            fn from_bits(bits: [u64; 2]) -> Self { <$t>::from_bits(bits[0] as $u) }
        }
    )*};
}
float_element! { f16, u16 => F16, F16; f32, u32 => F32, C64; f64, u64 => F64, C128; }

impl Element for bool {
    const DTYPE: DType = DType::Bool;
    fn to_bits(self) -> [u64; 2] {
        [self as u64, 0]
    }
    fn from_bits(bits: [u64; 2]) -> Self {
        bits[0] & 1 != 0
    }
}

impl Element for Complex<f32> {
    const DTYPE: DType = DType::C64;
    fn to_bits(self) -> [u64; 2] {
        [self.re.to_bits() as u64, self.im.to_bits() as u64]
    }
    fn from_bits(bits: [u64; 2]) -> Self {
        Complex::new(f32::from_bits(bits[0] as u32), f32::from_bits(bits[1] as u32))
    }
}

impl Element for Complex<f64> {
    const DTYPE: DType = DType::C128;
    fn to_bits(self) -> [u64; 2] {
        [self.re.to_bits(), self.im.to_bits()]
    }
    fn from_bits(bits: [u64; 2]) -> Self {
        Complex::new(f64::from_bits(bits[0]), f64::from_bits(bits[1]))
    }
}

/// Runs `$body` with `$T` bound to the Rust type of a dtype: the one place that lists them.
///
/// ```
/// use numfuse_ir::{dispatch, DType};
/// let size = dispatch!(DType::F32, T => std::mem::size_of::<T>());
/// assert_eq!(size, 4);
/// ```
#[macro_export]
macro_rules! dispatch {
    ($dtype:expr, $T:ident => $body:expr) => {{
        #[allow(unreachable_patterns)]
        match $dtype {
            $crate::DType::Bool => {
                type $T = bool;
                $body
            }
            $crate::DType::I8 => {
                type $T = i8;
                $body
            }
            $crate::DType::I16 => {
                type $T = i16;
                $body
            }
            $crate::DType::I32 => {
                type $T = i32;
                $body
            }
            $crate::DType::I64 => {
                type $T = i64;
                $body
            }
            $crate::DType::U8 => {
                type $T = u8;
                $body
            }
            $crate::DType::U16 => {
                type $T = u16;
                $body
            }
            $crate::DType::U32 => {
                type $T = u32;
                $body
            }
            $crate::DType::U64 => {
                type $T = u64;
                $body
            }
            $crate::DType::F16 => {
                type $T = $crate::half::f16;
                $body
            }
            $crate::DType::F32 => {
                type $T = f32;
                $body
            }
            $crate::DType::F64 => {
                type $T = f64;
                $body
            }
            $crate::DType::C64 => {
                type $T = $crate::num_complex::Complex<f32>;
                $body
            }
            $crate::DType::C128 => {
                type $T = $crate::num_complex::Complex<f64>;
                $body
            }
            _ => unreachable!("a dtype without a Rust type"),
        }
    }};
}

/// A value of some dtype, compared and hashed by its bits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Scalar {
    dtype: DType,
    bits: [u64; 2],
}

impl<T: Element> From<T> for Scalar {
    fn from(value: T) -> Scalar {
        Scalar::new(value)
    }
}

impl Scalar {
    /// A scalar of the dtype of `T`.
    pub fn new<T: Element>(value: T) -> Scalar {
        Scalar { dtype: T::DTYPE, bits: value.to_bits() }
    }

    /// A scalar from a dtype and its lanes' bits (real, imaginary).
    pub fn from_bits(dtype: DType, bits: [u64; 2]) -> Scalar {
        Scalar { dtype, bits }
    }

    /// The dtype.
    pub fn dtype(self) -> DType {
        self.dtype
    }

    /// The bits of the lanes: (value, 0), or (real, imaginary) for complex dtypes.
    pub fn bits(self) -> [u64; 2] {
        self.bits
    }

    /// The value, if `T` is the dtype.
    pub fn get<T: Element>(self) -> Option<T> {
        (T::DTYPE == self.dtype).then(|| T::from_bits(self.bits))
    }

    /// The value as a complex number, whatever the dtype (64-bit integers may round).
    pub fn to_c128(self) -> Complex<f64> {
        let re = |x: f64| Complex::new(x, 0.0);
        match self.dtype {
            DType::Bool | DType::U8 | DType::U16 | DType::U32 | DType::U64 => re(self.bits[0] as f64),
            DType::I8 => re(self.bits[0] as i8 as f64),
            DType::I16 => re(self.bits[0] as i16 as f64),
            DType::I32 => re(self.bits[0] as i32 as f64),
            DType::I64 => re(self.bits[0] as i64 as f64),
            DType::F16 => re(f16::from_bits(self.bits[0] as u16).to_f64()),
            DType::F32 => re(f32::from_bits(self.bits[0] as u32) as f64),
            DType::F64 => re(f64::from_bits(self.bits[0])),
            DType::C64 => {
                let z = <Complex<f32> as Element>::from_bits(self.bits);
                Complex::new(z.re as f64, z.im as f64)
            }
            DType::C128 => <Complex<f64> as Element>::from_bits(self.bits),
        }
    }

    /// The value as an exact integer, for bool and integer dtypes.
    pub fn to_i128(self) -> Option<i128> {
        Some(match self.dtype {
            DType::Bool | DType::U8 | DType::U16 | DType::U32 | DType::U64 => self.bits[0] as i128,
            DType::I8 => self.bits[0] as i8 as i128,
            DType::I16 => self.bits[0] as i16 as i128,
            DType::I32 => self.bits[0] as i32 as i128,
            DType::I64 => self.bits[0] as i64 as i128,
            _ => return None,
        })
    }

    /// NumPy's `astype` of one value: integers wrap, floats round to nearest, out-of-range
    /// float-to-integer casts give what x86-64 gives.
    pub fn cast(self, to: DType) -> Scalar {
        if to == self.dtype {
            return self;
        }
        if to == DType::Bool {
            let z = self.to_c128();
            return Scalar::new(z.re != 0.0 || z.im != 0.0);
        }
        if let (Some(i), true) = (self.to_i128(), to.is_integer()) {
            return dispatch_int(to, i);
        }
        let z = self.to_c128();
        match to {
            DType::F16 => Scalar::new(match self.dtype {
                DType::F32 | DType::C64 => f16::from_f32(z.re as f32),
                _ => f64_to_f16(z.re),
            }),
            DType::F32 => Scalar::new(self.to_f32()),
            DType::F64 => Scalar::new(z.re),
            DType::C64 => Scalar::new(Complex::new(self.to_f32(), z.im as f32)),
            DType::C128 => Scalar::new(z),
            _ => dispatch_int(to, float_to_int(z.re, to)),
        }
    }

    /// Real part rounded once to `f32` (64-bit integers do not go through `f64`).
    fn to_f32(self) -> f32 {
        self.to_i128().map_or_else(|| self.to_c128().re as f32, |i| i as f32)
    }
}

/// Rounds once, to nearest; `half`'s conversion does not look at the low bits. The `f32` on the way
/// is rounded to odd, which keeps apart what the second rounding must tell from a tie (S. Boldo,
/// G. Melquiond, "Emulation of FMA and correctly rounded sums", IEEE TC 57(4), 2008).
fn f64_to_f16(x: f64) -> f16 {
    let nearest = x as f32;
    let bits = nearest.to_bits();
    let odd = match nearest as f64 {
        y if y == x || !nearest.is_finite() || bits & 1 != 0 => bits,
        y if y.abs() < x.abs() => bits + 1,
        _ => bits - 1,
    };
    f16::from_f32(f32::from_bits(odd))
}

fn dispatch_int(to: DType, i: i128) -> Scalar {
    Scalar::from_bits(
        to,
        [
            match to.itemsize() {
                1 => i as u8 as u64,
                2 => i as u16 as u64,
                4 => i as u32 as u64,
                _ => i as u64,
            },
            0,
        ],
    )
}

/// What `astype` gives for a float on x86-64: `cvttsd2si` to 64 bits (32 for small integers),
/// then wrap; out of range is the "integer indefinite" value. `uint64` covers its whole range, and
/// gives 0 above it.
pub fn float_to_int(x: f64, to: DType) -> i128 {
    let t = x.trunc();
    if to == DType::U64 {
        return if (0.0..18446744073709551616.0).contains(&t) {
            t as u64 as i128
        } else if (-9223372036854775808.0..0.0).contains(&t) {
            t as i64 as u64 as i128
        } else if t > 0.0 {
            0
        } else {
            i64::MIN as u64 as i128
        };
    }
    let wide = matches!(to, DType::I64 | DType::U32);
    let (lo, hi, bad) = if wide {
        (i64::MIN as f64, 9223372036854775808.0, i64::MIN as i128)
    } else {
        (i32::MIN as f64, 2147483648.0, i32::MIN as i128)
    };
    if (lo..hi).contains(&t) { t as i128 } else { bad }
}

impl fmt::Debug for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(i) = self.to_i128() {
            return if self.dtype == DType::Bool {
                write!(f, "{}", i != 0)
            } else {
                write!(f, "{i}{}", self.dtype.short())
            };
        }
        let z = self.to_c128();
        if self.dtype.is_complex() {
            write!(f, "({:?}, {:?}){}", z.re, z.im, self.dtype.short())
        } else {
            write!(f, "{:?}{}", z.re, self.dtype.short())
        }
    }
}
