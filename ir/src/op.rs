//! The op table: every elementwise op, declared once.
//!
//! A row gives the variant, NumPy's name, the arity, the input loops in NumPy's order (one
//! character per dtype, as `ufunc.types` prints them), the rule for the result's dtype, algebraic
//! properties and the cost per element in additions. The enum, the names in dumps, dtype
//! resolution, the rewrite rules' side conditions and the coverage tests all read this table; the
//! meaning of an op is its lowering in [`crate::lower`], the one other place that names it.

use std::sync::LazyLock;

use crate::dtype::{Casting, DType};

/// How the dtype of the result follows from the loop's dtype.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OutRule {
    /// The loop's dtype.
    Same,
    /// `bool`.
    Bool,
    /// The real part's dtype.
    Real,
    /// The complex dtype with this real part.
    Complex,
    /// Always this dtype.
    Fixed(DType),
}

/// `f(a, b) == f(b, a)`, bit for bit apart from NaN payloads.
pub const COMMUTATIVE: u8 = 1;
/// `f(f(a)) == a`.
pub const INVOLUTION: u8 = 2;
/// `f(f(a)) == f(a)`, and for two operands `f(a, a) == a`.
pub const IDEMPOTENT: u8 = 4;
/// The second operand is not of the loop's dtype but an integer (`ldexp`).
pub const INT_SECOND: u8 = 8;

/// One row of the table.
pub struct OpInfo {
    /// NumPy's name; also the name in dumps.
    pub name: &'static str,
    /// Number of operands.
    pub arity: usize,
    /// Input dtypes that have a loop, in NumPy's order of search.
    pub loops: &'static str,
    /// The result's dtype.
    pub out: OutRule,
    /// Bits of [`COMMUTATIVE`], [`INVOLUTION`], ….
    pub props: u8,
    /// Cost per element, in additions.
    pub cost: u32,
}

macro_rules! op_table {
    ($($variant:ident $name:literal $arity:literal $loops:ident $out:expr, $props:expr, $cost:literal;)*) => {
        /// An elementwise op. All operands of a node have the loop's dtype (see [`Ew::resolve`]).
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        #[allow(missing_docs)]
        #[repr(u8)]
        pub enum Ew { $($variant),* }

        impl Ew {
            /// Every op, in table order.
            pub const ALL: &'static [Ew] = &[$(Ew::$variant),*];
        }

        static TABLE: &[OpInfo] = &[$(OpInfo {
            name: $name, arity: $arity, loops: $loops, out: $out, props: $props, cost: $cost,
        }),*];
    };
}

const NUMERIC: &str = "?bBhHiIlLefdFD";
const NO_BOOL: &str = "bBhHiIlLefdFD";
const REAL: &str = "?bBhHiIlLefd";
const REAL_NO_BOOL: &str = "bBhHiIlLefd";
const INTS: &str = "bBhHiIlL";
const BITS: &str = "?bBhHiIlL";
const FLOATS: &str = "efd";
const INEXACT: &str = "efdFD";
const WIDE: &str = "dD";
const COMPLEX: &str = "FD";
const PARTS: &str = "fd";
use OutRule::{Bool, Complex as ToComplex, Fixed, Real as ToReal, Same};

op_table! {
    // variant     name             n loops         result    properties               cost
    Add            "add"            2 NUMERIC       Same,     COMMUTATIVE,             1;
    Subtract       "subtract"       2 NO_BOOL       Same,     0,                       1;
    Multiply       "multiply"       2 NUMERIC       Same,     COMMUTATIVE,             1;
    Divide         "divide"         2 INEXACT       Same,     0,                       4;
    FloorDivide    "floor_divide"   2 REAL_NO_BOOL  Same,     0,                       12;
    Remainder      "remainder"      2 REAL_NO_BOOL  Same,     0,                       12;
    Fmod           "fmod"           2 REAL_NO_BOOL  Same,     0,                       30;
    Power          "power"          2 NO_BOOL       Same,     0,                       60;
    FloatPower     "float_power"    2 WIDE          Same,     0,                       60;
    Negative       "negative"       1 NO_BOOL       Same,     INVOLUTION,              1;
    Positive       "positive"       1 NO_BOOL       Same,     IDEMPOTENT,              0;
    Absolute       "absolute"       1 NUMERIC       ToReal,   IDEMPOTENT,              1;
    Fabs           "fabs"           1 FLOATS        Same,     IDEMPOTENT,              1;
    Sign           "sign"           1 NO_BOOL       Same,     IDEMPOTENT,              3;
    Square         "square"         1 NO_BOOL       Same,     0,                       1;
    Reciprocal     "reciprocal"     1 NO_BOOL       Same,     0,                       4;
    Conjugate      "conjugate"      1 NO_BOOL       Same,     INVOLUTION,              1;
    Maximum        "maximum"        2 NUMERIC       Same,     IDEMPOTENT,              2;
    Minimum        "minimum"        2 NUMERIC       Same,     IDEMPOTENT,              2;
    Fmax           "fmax"           2 NUMERIC       Same,     IDEMPOTENT,              2;
    Fmin           "fmin"           2 NUMERIC       Same,     IDEMPOTENT,              2;
    Gcd            "gcd"            2 INTS          Same,     COMMUTATIVE,             100;
    Lcm            "lcm"            2 INTS          Same,     COMMUTATIVE,             110;
    Heaviside      "heaviside"      2 FLOATS        Same,     0,                       3;
    Copysign       "copysign"       2 FLOATS        Same,     IDEMPOTENT,              1;
    Nextafter      "nextafter"      2 FLOATS        Same,     0,                       8;
    Spacing        "spacing"        1 FLOATS        Same,     0,                       8;
    Hypot          "hypot"          2 FLOATS        Same,     COMMUTATIVE,             40;
    Arctan2        "arctan2"        2 FLOATS        Same,     0,                       40;
    Logaddexp      "logaddexp"      2 FLOATS        Same,     COMMUTATIVE,             80;
    Logaddexp2     "logaddexp2"     2 FLOATS        Same,     COMMUTATIVE,             80;
    Ldexp          "ldexp"          2 FLOATS        Same,     INT_SECOND,              30;
    ModfFraction   "modf_fraction"  1 FLOATS        Same,     0,                       3;
    ModfIntegral   "modf_integral"  1 FLOATS        Same,     IDEMPOTENT,              2;
    FrexpMantissa  "frexp_mantissa" 1 FLOATS        Same,     0,                       6;
    FrexpExponent  "frexp_exponent" 1 FLOATS        Fixed(DType::I32), 0,              6;
    BitwiseAnd     "bitwise_and"    2 BITS          Same,     COMMUTATIVE|IDEMPOTENT,  1;
    BitwiseOr      "bitwise_or"     2 BITS          Same,     COMMUTATIVE|IDEMPOTENT,  1;
    BitwiseXor     "bitwise_xor"    2 BITS          Same,     COMMUTATIVE,             1;
    Invert         "invert"         1 BITS          Same,     INVOLUTION,              1;
    LeftShift      "left_shift"     2 INTS          Same,     0,                       2;
    RightShift     "right_shift"    2 INTS          Same,     0,                       2;
    BitwiseCount   "bitwise_count"  1 INTS          Fixed(DType::U8), 0,               4;
    Equal          "equal"          2 NUMERIC       Bool,     COMMUTATIVE,             1;
    NotEqual       "not_equal"      2 NUMERIC       Bool,     COMMUTATIVE,             1;
    Less           "less"           2 NUMERIC       Bool,     0,                       1;
    LessEqual      "less_equal"     2 NUMERIC       Bool,     0,                       1;
    Greater        "greater"        2 NUMERIC       Bool,     0,                       1;
    GreaterEqual   "greater_equal"  2 NUMERIC       Bool,     0,                       1;
    LogicalAnd     "logical_and"    2 NUMERIC       Bool,     COMMUTATIVE,             1;
    LogicalOr      "logical_or"     2 NUMERIC       Bool,     COMMUTATIVE,             1;
    LogicalXor     "logical_xor"    2 NUMERIC       Bool,     COMMUTATIVE,             1;
    LogicalNot     "logical_not"    1 NUMERIC       Bool,     0,                       1;
    Isnan          "isnan"          1 NUMERIC       Bool,     0,                       1;
    Isinf          "isinf"          1 NUMERIC       Bool,     0,                       1;
    Isfinite       "isfinite"       1 NUMERIC       Bool,     0,                       1;
    Signbit        "signbit"        1 FLOATS        Bool,     0,                       1;
    Floor          "floor"          1 REAL          Same,     IDEMPOTENT,              1;
    Ceil           "ceil"           1 REAL          Same,     IDEMPOTENT,              1;
    Trunc          "trunc"          1 REAL          Same,     IDEMPOTENT,              1;
    Rint           "rint"           1 INEXACT       Same,     IDEMPOTENT,              1;
    Sqrt           "sqrt"           1 INEXACT       Same,     0,                       6;
    Cbrt           "cbrt"           1 FLOATS        Same,     0,                       40;
    Exp            "exp"            1 INEXACT       Same,     0,                       20;
    Exp2           "exp2"           1 INEXACT       Same,     0,                       20;
    Expm1          "expm1"          1 INEXACT       Same,     0,                       30;
    Log            "log"            1 INEXACT       Same,     0,                       20;
    Log2           "log2"           1 INEXACT       Same,     0,                       20;
    Log10          "log10"          1 INEXACT       Same,     0,                       20;
    Log1p          "log1p"          1 INEXACT       Same,     0,                       25;
    Sin            "sin"            1 INEXACT       Same,     0,                       30;
    Cos            "cos"            1 INEXACT       Same,     0,                       30;
    Tan            "tan"            1 INEXACT       Same,     0,                       40;
    Arcsin         "arcsin"         1 INEXACT       Same,     0,                       30;
    Arccos         "arccos"         1 INEXACT       Same,     0,                       30;
    Arctan         "arctan"         1 INEXACT       Same,     0,                       30;
    Sinh           "sinh"           1 INEXACT       Same,     0,                       40;
    Cosh           "cosh"           1 INEXACT       Same,     0,                       40;
    Tanh           "tanh"           1 INEXACT       Same,     0,                       30;
    Arcsinh        "arcsinh"        1 INEXACT       Same,     0,                       60;
    Arccosh        "arccosh"        1 INEXACT       Same,     0,                       60;
    Arctanh        "arctanh"        1 INEXACT       Same,     0,                       60;
    Deg2rad        "deg2rad"        1 FLOATS        Same,     0,                       1;
    Rad2deg        "rad2deg"        1 FLOATS        Same,     0,                       1;
    Real           "real"           1 COMPLEX       ToReal,   0,                       0;
    Imag           "imag"           1 COMPLEX       ToReal,   0,                       0;
    // Not ufuncs of NumPy, but elementwise all the same. `where` takes (bool, T, T).
    MakeComplex    "complex"        2 PARTS         ToComplex, 0,                      0;
    Where          "where"          3 NUMERIC       Same,     0,                       1;
}

impl Ew {
    /// The table row.
    #[inline]
    pub fn info(self) -> &'static OpInfo {
        &TABLE[self as usize]
    }

    /// NumPy's name.
    pub fn name(self) -> &'static str {
        self.info().name
    }

    /// The op of a name in a dump.
    pub fn parse(name: &str) -> Option<Ew> {
        Ew::ALL.iter().copied().find(|op| op.name() == name)
    }

    /// Whether a property bit is set.
    pub fn has(self, property: u8) -> bool {
        self.info().props & property != 0
    }

    /// NumPy's type resolution: the dtype of the first loop to which every operand casts safely,
    /// or `None` when NumPy has no loop. Weak scalars take part as the dtype they adopt.
    ///
    /// ```
    /// use numfuse_ir::{DType, Ew};
    /// assert_eq!(Ew::Sqrt.resolve(DType::I8), Some(DType::F16));
    /// assert_eq!(Ew::Hypot.resolve_operands(&[DType::I8, DType::U8]), Some(DType::F16));
    /// assert_eq!(Ew::Divide.resolve(DType::I8), Some(DType::F64));
    /// assert_eq!(Ew::Subtract.resolve(DType::Bool), None);
    /// ```
    pub fn resolve_operands(self, operands: &[DType]) -> Option<DType> {
        /// The loops for operands of one dtype, which nearly all calls ask for.
        static UNIFORM: LazyLock<Vec<[Option<DType>; DType::ALL.len()]>> = LazyLock::new(|| {
            let row = |op: &Ew| {
                let mut row = [None; DType::ALL.len()];
                DType::ALL.iter().for_each(|&d| row[d as usize] = op.find_loop(&[d]));
                row
            };
            Ew::ALL.iter().map(row).collect()
        });
        match operands {
            [first, rest @ ..] if rest.iter().all(|d| d == first) => {
                UNIFORM.get(self as usize).and_then(|row| row[*first as usize])
            }
            _ => self.find_loop(operands),
        }
    }

    fn find_loop(self, operands: &[DType]) -> Option<DType> {
        let all_bool = operands.iter().all(|&d| d == DType::Bool);
        match self {
            // `divide` has `bb->d` … `QQ->d` loops before the float ones.
            Ew::Divide if operands.iter().all(|d| !d.is_inexact()) => return Some(DType::F64),
            // NumPy rejects these outright rather than casting bool up.
            Ew::Subtract | Ew::Negative | Ew::Positive | Ew::Sign | Ew::Gcd | Ew::Lcm if all_bool => return None,
            _ => {}
        }
        // The exponent of `ldexp` has a dtype of its own.
        let decisive = if self.has(INT_SECOND) { &operands[..operands.len().min(1)] } else { operands };
        let mut loops = self.info().loops.chars().filter_map(DType::from_char);
        loops.find(|&d| decisive.iter().all(|o| o.can_cast(d, Casting::Safe)))
    }

    /// [`Ew::resolve_operands`] for operands of one dtype.
    pub fn resolve(self, dtype: DType) -> Option<DType> {
        self.resolve_operands(&[dtype])
    }

    /// The result's dtype for a loop dtype.
    pub fn out_dtype(self, loop_dtype: DType) -> DType {
        match self.info().out {
            OutRule::Same => loop_dtype,
            OutRule::Bool => DType::Bool,
            OutRule::Real => loop_dtype.real(),
            OutRule::Complex => loop_dtype.complex(),
            OutRule::Fixed(d) => d,
        }
    }

    /// Cost per element for a dtype, in additions: complex arithmetic is several real ops, and
    /// complex transcendentals are routine calls.
    pub fn cost(self, loop_dtype: DType) -> u32 {
        let base = self.info().cost;
        match loop_dtype {
            d if d.is_complex() && base >= 6 => base * 10,
            d if d.is_complex() => base * 4,
            DType::F16 => base + 4,
            _ => base,
        }
    }
}

/// A reduction over some axes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub enum ReduceOp {
    Sum,
    Prod,
    Min,
    Max,
    Any,
    All,
    ArgMin,
    ArgMax,
    /// `fmin` and `fmax`: NaN loses.
    Fmin,
    Fmax,
}

impl ReduceOp {
    /// Every reduction.
    pub const ALL: [ReduceOp; 10] = [
        ReduceOp::Sum,
        ReduceOp::Prod,
        ReduceOp::Min,
        ReduceOp::Max,
        ReduceOp::Any,
        ReduceOp::All,
        ReduceOp::ArgMin,
        ReduceOp::ArgMax,
        ReduceOp::Fmin,
        ReduceOp::Fmax,
    ];

    /// NumPy's name.
    pub fn name(self) -> &'static str {
        match self {
            ReduceOp::Sum => "sum",
            ReduceOp::Prod => "prod",
            ReduceOp::Min => "min",
            ReduceOp::Max => "max",
            ReduceOp::Any => "any",
            ReduceOp::All => "all",
            ReduceOp::ArgMin => "argmin",
            ReduceOp::ArgMax => "argmax",
            ReduceOp::Fmin => "fmin_reduce",
            ReduceOp::Fmax => "fmax_reduce",
        }
    }

    /// The reduction of a name in a dump.
    pub fn parse(name: &str) -> Option<ReduceOp> {
        Self::ALL.into_iter().find(|op| op.name() == name)
    }

    /// `argmin` and `argmax`, whose result is an `int64` position along the reduced axes.
    pub fn is_arg(self) -> bool {
        matches!(self, ReduceOp::ArgMin | ReduceOp::ArgMax)
    }

    /// The result's dtype.
    pub fn out_dtype(self, dtype: DType) -> DType {
        match self {
            ReduceOp::Any | ReduceOp::All => DType::Bool,
            op if op.is_arg() => DType::I64,
            _ => dtype,
        }
    }
}

/// A running reduction along one axis.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub enum ScanOp {
    Sum,
    Prod,
}

impl ScanOp {
    /// NumPy's name.
    pub fn name(self) -> &'static str {
        match self {
            ScanOp::Sum => "cumsum",
            ScanOp::Prod => "cumprod",
        }
    }
}
