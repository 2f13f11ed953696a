//! Data types, NumPy's promotion lattice and its casting rules.

use std::fmt;

/// The element type of an array.
///
/// Values are written as NumPy's names: `DType::F64` prints as `float64`. More types (text,
/// datetime, structured) are to come, so matches outside this workspace need a `_` arm.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
#[non_exhaustive]
#[allow(missing_docs)]
pub enum DType {
    Bool,
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
    F16,
    F32,
    F64,
    C64,
    C128,
}

/// NumPy's `dtype.kind`, ordered as promotion orders kinds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// `b`
    Bool,
    /// `u`
    Unsigned,
    /// `i`
    Signed,
    /// `f`
    Float,
    /// `c`
    Complex,
}

/// The `casting=` argument of NumPy.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Casting {
    /// No cast at all.
    No,
    /// Byte-order changes only; the same as `No` here.
    Equiv,
    /// Casts that keep every value.
    Safe,
    /// Safe casts, and casts within a kind (`float64` to `float32`).
    #[default]
    SameKind,
    /// Any cast.
    Unsafe,
}

impl Casting {
    /// NumPy's spelling of the rule.
    pub fn name(self) -> &'static str {
        match self {
            Casting::No => "no",
            Casting::Equiv => "equiv",
            Casting::Safe => "safe",
            Casting::SameKind => "same_kind",
            Casting::Unsafe => "unsafe",
        }
    }
}

use DType::*;

impl DType {
    /// Every dtype, in NumPy's type-number order.
    pub const ALL: [DType; 14] = [Bool, I8, U8, I16, U16, I32, U32, I64, U64, F16, F32, F64, C64, C128];

    /// NumPy's name: `float64`, `bool`, ….
    pub const fn name(self) -> &'static str {
        match self {
            Bool => "bool",
            I8 => "int8",
            I16 => "int16",
            I32 => "int32",
            I64 => "int64",
            U8 => "uint8",
            U16 => "uint16",
            U32 => "uint32",
            U64 => "uint64",
            F16 => "float16",
            F32 => "float32",
            F64 => "float64",
            C64 => "complex64",
            C128 => "complex128",
        }
    }

    /// The short name used in dumps: `f64`, `b1`, ….
    pub const fn short(self) -> &'static str {
        match self {
            Bool => "b1",
            I8 => "i8",
            I16 => "i16",
            I32 => "i32",
            I64 => "i64",
            U8 => "u8",
            U16 => "u16",
            U32 => "u32",
            U64 => "u64",
            F16 => "f16",
            F32 => "f32",
            F64 => "f64",
            C64 => "c64",
            C128 => "c128",
        }
    }

    /// NumPy's one-character code on x86-64 Linux (`d` for `float64`).
    pub const fn char_code(self) -> char {
        match self {
            Bool => '?',
            I8 => 'b',
            I16 => 'h',
            I32 => 'i',
            I64 => 'l',
            U8 => 'B',
            U16 => 'H',
            U32 => 'I',
            U64 => 'L',
            F16 => 'e',
            F32 => 'f',
            F64 => 'd',
            C64 => 'F',
            C128 => 'D',
        }
    }

    /// The dtype of a one-character code; `q` and `Q` are 64-bit too.
    pub fn from_char(code: char) -> Option<DType> {
        match code {
            'q' => Some(I64),
            'Q' => Some(U64),
            _ => Self::ALL.into_iter().find(|d| d.char_code() == code),
        }
    }

    /// Parses NumPy's name, the short name, or a type string such as `<f8`.
    pub fn parse(name: &str) -> Option<DType> {
        let by_name = Self::ALL.into_iter().find(|d| d.name() == name || d.short() == name);
        by_name.or_else(|| {
            let code = name.trim_start_matches(['<', '=', '|']);
            Self::ALL.into_iter().find(|d| d.type_code() == code)
        })
    }

    /// Kind and size as in NumPy's type strings: `f8`, `i4`, `b1`.
    pub const fn type_code(self) -> &'static str {
        match self {
            Bool => "b1",
            I8 => "i1",
            I16 => "i2",
            I32 => "i4",
            I64 => "i8",
            U8 => "u1",
            U16 => "u2",
            U32 => "u4",
            U64 => "u8",
            F16 => "f2",
            F32 => "f4",
            F64 => "f8",
            C64 => "c8",
            C128 => "c16",
        }
    }

    /// Bytes per element.
    pub const fn itemsize(self) -> usize {
        match self {
            Bool | I8 | U8 => 1,
            I16 | U16 | F16 => 2,
            I32 | U32 | F32 => 4,
            I64 | U64 | F64 | C64 => 8,
            C128 => 16,
        }
    }

    /// The kind of number.
    pub const fn kind(self) -> Kind {
        match self {
            Bool => Kind::Bool,
            I8 | I16 | I32 | I64 => Kind::Signed,
            U8 | U16 | U32 | U64 => Kind::Unsigned,
            F16 | F32 | F64 => Kind::Float,
            C64 | C128 => Kind::Complex,
        }
    }

    /// Signed or unsigned integer (not bool).
    pub const fn is_integer(self) -> bool {
        matches!(self.kind(), Kind::Signed | Kind::Unsigned)
    }

    /// Real floating point.
    pub const fn is_float(self) -> bool {
        matches!(self.kind(), Kind::Float)
    }

    /// Complex floating point.
    pub const fn is_complex(self) -> bool {
        matches!(self.kind(), Kind::Complex)
    }

    /// Real or complex floating point: NumPy's `inexact`.
    pub const fn is_inexact(self) -> bool {
        self.is_float() || self.is_complex()
    }

    /// The dtype of the real part; `self` for real dtypes.
    pub const fn real(self) -> DType {
        match self {
            C64 => F32,
            C128 => F64,
            other => other,
        }
    }

    /// The complex dtype with this one as real part (`complex64` for `float16`, as NumPy).
    pub fn complex(self) -> DType {
        self.promote(C64)
    }

    /// NumPy's `promote_types`: the smallest dtype to which both cast safely.
    ///
    /// ```
    /// use numfuse_ir::DType;
    /// assert_eq!(DType::I32.promote(DType::F32), DType::F64);
    /// assert_eq!(DType::U64.promote(DType::I8), DType::F64);
    /// ```
    pub fn promote(self, other: DType) -> DType {
        if self == other {
            return self;
        }
        let (lo, hi) = if self.kind() <= other.kind() { (self, other) } else { (other, self) };
        let wider = |a: DType, b: DType| if a.itemsize() >= b.itemsize() { a } else { b };
        match (lo.kind(), hi.kind()) {
            (Kind::Bool, _) => hi,
            (Kind::Unsigned, Kind::Signed) => match (lo.itemsize(), hi.itemsize()) {
                (u, s) if u < s => hi,
                (1, _) => I16,
                (2, _) => I32,
                (4, _) => I64,
                _ => F64,
            },
            (Kind::Unsigned | Kind::Signed, Kind::Float) => wider(hi, lo.as_float()),
            (Kind::Unsigned | Kind::Signed | Kind::Float, Kind::Complex) => {
                if lo.as_float().itemsize() == 8 {
                    C128
                } else {
                    hi
                }
            }
            _ => wider(lo, hi),
        }
    }

    /// The smallest float dtype that NumPy promotes this real dtype to.
    fn as_float(self) -> DType {
        match self {
            Bool | I8 | U8 => F16,
            I16 | U16 => F32,
            I32 | U32 | I64 | U64 => F64,
            other => other,
        }
    }

    /// NumPy's `can_cast` between dtypes.
    pub fn can_cast(self, to: DType, casting: Casting) -> bool {
        match casting {
            Casting::No | Casting::Equiv => self == to,
            Casting::Safe => self.promote(to) == to,
            Casting::SameKind => self.promote(to) == to || self.kind() <= to.kind(),
            Casting::Unsafe => true,
        }
    }
}

impl fmt::Display for DType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for DType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
