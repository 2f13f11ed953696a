//! NumPy's universal functions, generated from one table over the ops of the engine.
//!
//! Each works element by element, broadcasts its operands, follows NumPy's type resolution and
//! fuses with its neighbours. The most used ones are methods of [`Array`] too.

use numfuse_ir::Ew;
use smallvec::{SmallVec, smallvec};

use crate::array::Array;
use crate::array::build::{call, call_n};
use crate::array::operand::Operand;
use crate::error::raise;
use crate::products::matmul;

macro_rules! unary {
    ($($(#[$doc:meta])* $name:ident $(= $($alias:ident)+)? => $op:ident;)*) => {
        $(
            $(#[$doc])*
            #[track_caller]
            pub fn $name(x: impl Into<Operand>) -> Array {
                let x = x.into();
                call(stringify!($name), |cx| cx.un(Ew::$op, x))
            }
            $($(
                #[doc = concat!("Another name of [`", stringify!($name), "`].")]
                #[track_caller]
                pub fn $alias(x: impl Into<Operand>) -> Array {
                    $name(x)
                }
            )+)?
        )*
        impl Array {$(
            #[doc = concat!("See [`", stringify!($name), "`](fn@", stringify!($name), ").")]
            #[track_caller]
            pub fn $name(&self) -> Array {
                call(stringify!($name), |cx| match Ew::$op {
                    // The method takes bools as they are, too.
                    Ew::Conjugate if !self.0.dtype.is_complex() => cx.array(self),
                    op => cx.un(op, self),
                })
            }
        )*}
    };
}

/// Ufuncs of their own in NumPy that do what another does.
macro_rules! twin {
    ($($name:ident = $other:ident => $op:ident;)*) => {$(
        #[doc = concat!("The same as [`", stringify!($other), "`].")]
        #[track_caller]
        pub fn $name(x: impl Into<Operand>) -> Array {
            let name = stringify!($name);
            call(name, |cx| cx.ew_as(name, Ew::$op, smallvec![x.into()]))
        }
    )*};
}

twin! {
    radians = deg2rad => Deg2rad;
    degrees = rad2deg => Rad2deg;
}

macro_rules! binary {
    ($($(#[$doc:meta])* $name:ident $(= $alias:ident)* => $op:ident;)*) => {$(
        $(#[$doc])*
        #[track_caller]
        pub fn $name(x1: impl Into<Operand>, x2: impl Into<Operand>) -> Array {
            let (x1, x2) = (x1.into(), x2.into());
            call(stringify!($name), |cx| cx.bin(Ew::$op, x1, x2))
        }
        $(
            #[doc = concat!("Another name of [`", stringify!($name), "`].")]
            #[track_caller]
            pub fn $alias(x1: impl Into<Operand>, x2: impl Into<Operand>) -> Array {
                $name(x1, x2)
            }
        )*
    )*};
}

unary! {
    /// `-x`; an error for bool, as in NumPy.
    ///
    /// One-operand functions take arrays, numbers and (nested) slices:
    ///
    /// ```
    /// use numfuse as np;
    /// let x = np::array![0.25, 4.0];
    /// assert_eq!(np::sqrt(&x).to_vec::<f64>()?, [0.5, 2.0]);
    /// assert_eq!(x.negative().to_vec::<f64>()?, [-0.25, -4.0]);
    /// assert_eq!(np::absolute([-3, 2]).to_vec::<i32>()?, [3, 2]);
    /// assert_eq!(np::isnan([f64::NAN, 1.0]).to_vec::<bool>()?, [true, false]);
    /// assert_eq!(np::exp([0_i8]).dtype(), np::float16);
    /// # Ok::<(), np::Error>(())
    /// ```
    negative => Negative;
    /// `x` itself; an error for bool.
    positive => Positive;
    /// Absolute value; the magnitude of complex numbers, as a real dtype.
    absolute = abs => Absolute;
    /// Absolute value of real numbers, as a float.
    fabs => Fabs;
    /// -1, 0 or 1; `z/|z|` for complex numbers.
    sign => Sign;
    /// `x·x`.
    square => Square;
    /// `1/x`, truncated for integers.
    reciprocal => Reciprocal;
    /// Complex conjugate.
    conjugate = conj => Conjugate;
    /// Distance to the next representable number.
    spacing => Spacing;
    /// Bitwise complement; logical for bool.
    invert = bitwise_not bitwise_invert => Invert;
    /// Set bits of `|x|`, as `uint8`.
    bitwise_count => BitwiseCount;
    /// Whether `x` is zero.
    logical_not => LogicalNot;
    /// Whether `x` is NaN.
    isnan => Isnan;
    /// Whether `x` is infinite.
    isinf => Isinf;
    /// Whether `x` is neither NaN nor infinite.
    isfinite => Isfinite;
    /// Whether the sign bit is set (also of -0.0 and NaN).
    signbit => Signbit;
    /// Rounds down; integers stay as they are.
    floor => Floor;
    /// Rounds up.
    ceil => Ceil;
    /// Rounds towards zero.
    trunc => Trunc;
    /// Rounds to the nearest integer, ties to even.
    rint => Rint;
    /// Square root.
    sqrt => Sqrt;
    /// Cube root.
    cbrt => Cbrt;
    /// `e^x`.
    exp => Exp;
    /// `2^x`.
    exp2 => Exp2;
    /// `e^x - 1`, precise near 0.
    expm1 => Expm1;
    /// Natural logarithm.
    log => Log;
    /// Logarithm to base 2.
    log2 => Log2;
    /// Logarithm to base 10.
    log10 => Log10;
    /// `log(1 + x)`, precise near 0.
    log1p => Log1p;
    /// Sine.
    sin => Sin;
    /// Cosine.
    cos => Cos;
    /// Tangent.
    tan => Tan;
    /// Inverse sine.
    arcsin = asin => Arcsin;
    /// Inverse cosine.
    arccos = acos => Arccos;
    /// Inverse tangent.
    arctan = atan => Arctan;
    /// Hyperbolic sine.
    sinh => Sinh;
    /// Hyperbolic cosine.
    cosh => Cosh;
    /// Hyperbolic tangent.
    tanh => Tanh;
    /// Inverse hyperbolic sine.
    arcsinh = asinh => Arcsinh;
    /// Inverse hyperbolic cosine.
    arccosh = acosh => Arccosh;
    /// Inverse hyperbolic tangent.
    arctanh = atanh => Arctanh;
    /// Degrees to radians.
    deg2rad => Deg2rad;
    /// Radians to degrees.
    rad2deg => Rad2deg;
}

binary! {
    /// `x1 + x2`.
    ///
    /// Two-operand functions take arrays, numbers and (nested) slices on either side:
    ///
    /// ```
    /// use numfuse as np;
    /// let a = np::array![[1, 2], [3, 4]];
    /// assert_eq!(np::add(&a, [10, 20]).to_vec::<i32>()?, [11, 22, 13, 24]);
    /// assert_eq!(np::power(2.0, &a).to_vec::<f64>()?, [2.0, 4.0, 8.0, 16.0]);
    /// assert_eq!(np::greater(&a, 2).to_vec::<bool>()?, [false, false, true, true]);
    /// assert_eq!(np::floor_divide(-7, 2).item::<i64>()?, -4);
    /// # Ok::<(), np::Error>(())
    /// ```
    add => Add;
    /// `x1 - x2`; an error for bool.
    subtract => Subtract;
    /// `x1 · x2`.
    multiply => Multiply;
    /// `x1 / x2`, a float also for integers.
    divide = true_divide => Divide;
    /// `floor(x1 / x2)`.
    floor_divide => FloorDivide;
    /// The remainder with the sign of `x2`.
    remainder = mod_ => Remainder;
    /// The remainder with the sign of `x1`.
    fmod => Fmod;
    /// `x1` to the power `x2`.
    power = pow => Power;
    /// Power in `float64` or `complex128`.
    float_power => FloatPower;
    /// The larger; NaN wins.
    maximum => Maximum;
    /// The smaller; NaN wins.
    minimum => Minimum;
    /// The larger; NaN loses.
    fmax => Fmax;
    /// The smaller; NaN loses.
    fmin => Fmin;
    /// Greatest common divisor.
    gcd => Gcd;
    /// Least common multiple.
    lcm => Lcm;
    /// 0 below zero, 1 above, `x2` at zero.
    heaviside => Heaviside;
    /// `x1` with the sign of `x2`.
    copysign => Copysign;
    /// The next number after `x1` towards `x2`.
    nextafter => Nextafter;
    /// `sqrt(x1² + x2²)` without overflow.
    hypot => Hypot;
    /// The angle of the point `(x2, x1)`.
    arctan2 = atan2 => Arctan2;
    /// `log(e^x1 + e^x2)`.
    logaddexp => Logaddexp;
    /// `log2(2^x1 + 2^x2)`.
    logaddexp2 => Logaddexp2;
    /// `x1 · 2^x2`, `x2` an integer.
    ldexp => Ldexp;
    /// Bitwise and; logical for bool.
    bitwise_and => BitwiseAnd;
    /// Bitwise or.
    bitwise_or => BitwiseOr;
    /// Bitwise exclusive or.
    bitwise_xor => BitwiseXor;
    /// `x1 << x2`; 0 when the shift is too long.
    left_shift = bitwise_left_shift => LeftShift;
    /// `x1 >> x2`, arithmetic for signed integers.
    right_shift = bitwise_right_shift => RightShift;
    /// `x1 == x2`.
    equal => Equal;
    /// `x1 != x2`.
    not_equal => NotEqual;
    /// `x1 < x2`; complex numbers in lexicographic order.
    less => Less;
    /// `x1 <= x2`.
    less_equal => LessEqual;
    /// `x1 > x2`.
    greater => Greater;
    /// `x1 >= x2`.
    greater_equal => GreaterEqual;
    /// Whether both are nonzero.
    logical_and => LogicalAnd;
    /// Whether either is nonzero.
    logical_or => LogicalOr;
    /// Whether exactly one is nonzero.
    logical_xor => LogicalXor;
}

macro_rules! binary_methods {
    ($($name:ident => $function:ident;)*) => {
        impl Array {$(
            #[doc = concat!("See [`", stringify!($function), "`].")]
            #[track_caller]
            pub fn $name(&self, other: impl Into<Operand>) -> Array {
                $function(self, other)
            }
        )*}
    };
}

binary_methods! {
    eq => equal;
    ne => not_equal;
    lt => less;
    le => less_equal;
    gt => greater;
    ge => greater_equal;
    maximum => maximum;
    minimum => minimum;
    power => power;
    floor_divide => floor_divide;
    arctan2 => arctan2;
    hypot => hypot;
    logical_and => logical_and;
    logical_or => logical_or;
    logical_xor => logical_xor;
    matmul => matmul;
}

impl Array {
    /// See [`conjugate`].
    #[track_caller]
    pub fn conj(&self) -> Array {
        self.conjugate()
    }

    /// See [`absolute`].
    #[track_caller]
    pub fn abs(&self) -> Array {
        self.absolute()
    }
}

/// Whether `x` is "not a time". Numbers never are, and asking is an error, as in NumPy.
#[track_caller]
pub fn isnat(x: impl Into<Operand>) -> Array {
    let x = x.into();
    call("isnat", |cx| {
        cx.array(x)?;
        raise!(DType, "ufunc 'isnat' is only defined for np.datetime64 and np.timedelta64.")
    })
}

/// The results of a ufunc that has two.
#[track_caller]
fn parts(name: &'static str, ops: [Ew; 2], operands: SmallVec<[Operand; 2]>) -> (Array, Array) {
    call_n(name, |cx| {
        let [first, second] = ops;
        Ok([cx.ew_as(name, first, operands.clone())?, cx.ew_as(name, second, operands)?])
    })
    .into()
}

/// `(floor_divide(x1, x2), remainder(x1, x2))`.
///
/// ```
/// use numfuse as np;
/// let (q, r) = np::divmod([7.5, -7.5], 2.0);
/// assert_eq!((q.to_vec::<f64>()?, r.to_vec::<f64>()?), (vec![3.0, -4.0], vec![1.5, 0.5]));
/// let (fraction, integral) = np::modf([2.5]);
/// let (mantissa, exponent) = np::frexp([8.0]);
/// np::eval([&fraction, &integral, &mantissa, &exponent])?;
/// assert_eq!(exponent.item::<i32>()?, 4);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn divmod(x1: impl Into<Operand>, x2: impl Into<Operand>) -> (Array, Array) {
    parts("divmod", [Ew::FloorDivide, Ew::Remainder], smallvec![x1.into(), x2.into()])
}

/// Fractional and integral part, both with the sign of `x`. See [`divmod`] for an example.
#[track_caller]
pub fn modf(x: impl Into<Operand>) -> (Array, Array) {
    parts("modf", [Ew::ModfFraction, Ew::ModfIntegral], smallvec![x.into()])
}

/// Mantissa in [0.5, 1) and exponent (`int32`) with `x = mantissa · 2^exponent`. See [`divmod`]
/// for an example.
#[track_caller]
pub fn frexp(x: impl Into<Operand>) -> (Array, Array) {
    parts("frexp", [Ew::FrexpMantissa, Ew::FrexpExponent], smallvec![x.into()])
}
