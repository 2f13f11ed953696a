//! Choosing, comparing and rounding: functions composed of elementwise ops.

use numfuse_ir::{Casting, DType, Ew, Kind, ReduceOp};
use smallvec::SmallVec;

use crate::array::Array;
use crate::array::build::{Cx, call};
use crate::array::operand::{Operand, Weak, common_dtype, int_range, k};
use crate::error::{Raised, raise};
use crate::options::{Int, options};

/// `x` where the condition is true (nonzero), `y` elsewhere.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// let a = np::array![-2.0, -0.5, 0.5, 2.0];
/// assert_eq!(np::where_(a.gt(0), &a, 0.0).to_vec::<f64>()?, [0.0, 0.0, 0.5, 2.0]);
/// assert_eq!(np::clip(&a, -1, 1).to_vec::<f64>()?, [-1.0, -0.5, 0.5, 1.0]);
/// assert_eq!(a.clip(.., 0.0).max(..).item::<f64>()?, 0.0);
/// let sign = np::select([a.lt(-1), a.gt(1)], [-1, 1], ..);
/// assert_eq!(sign.to_vec::<i64>()?, [-1, 0, 0, 1]);
/// assert_eq!(np::round([1.25, -0.75], 1).to_vec::<f64>()?, [1.2, -0.8]);
/// assert!(np::allclose(&a, &a + 1e-12, ..).item::<bool>()?);
/// assert!(!np::array_equal(&a, [1.0], ..).item::<bool>()?);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn where_(condition: impl Into<Operand>, x: impl Into<Operand>, y: impl Into<Operand>) -> Array {
    let (condition, x, y) = (condition.into(), x.into(), y.into());
    call("where", |cx| {
        let dtype = common_dtype([&x, &y]);
        cx.select(condition, x, y, dtype)
    })
}

options! {
    /// Options of [`select`]; the bare value is `default`.
    SelectOptions { default: DefaultKey(Operand) } bare default operand;
    /// Options of [`Array::astype`]; the bare value is `dtype`.
    AstypeOptions { dtype: Dtype(DType), casting: CastingKey(Casting) } bare dtype dtype;
    /// Options of [`round`]; the bare value is `decimals`.
    RoundOptions { decimals: Decimals(Int) } bare decimals int;
    /// Options of [`isclose`] and [`allclose`]; the bare value is `rtol`.
    CloseOptions { rtol: Rtol(Operand), atol: Atol(Operand), equal_nan: EqualNan(bool) } bare rtol number;
    /// Options of [`array_equal`].
    EqualOptions { equal_nan: EqualNan(bool) };
    /// Options of [`nan_to_num`]; the bare value is `nan`.
    NanToNumOptions { nan: Nan(Operand), posinf: Posinf(Operand), neginf: Neginf(Operand) } bare nan number;
    /// Options of [`real_if_close`]; the bare value is `tol`, 100 unless given.
    RealIfCloseOptions { tol: Tol(Operand) } bare tol number;
    /// Options of [`angle`].
    AngleOptions { deg: Deg(bool) };
}

/// The choice of the first condition that is true, or the default (0 unless given). See
/// [`where_`] for an example.
#[track_caller]
pub fn select<C: Into<Operand>, V: Into<Operand>>(
    conditions: impl IntoIterator<Item = C>,
    choices: impl IntoIterator<Item = V>,
    options: impl Into<SelectOptions>,
) -> Array {
    let conditions: Vec<Operand> = conditions.into_iter().map(Into::into).collect();
    let choices: Vec<Operand> = choices.into_iter().map(Into::into).collect();
    let options = options.into();
    call("select", |cx| {
        if conditions.len() != choices.len() {
            return raise!(Value, "list of cases must be same length as list of conditions");
        }
        if conditions.is_empty() {
            return raise!(Value, "select with an empty condition list is not possible");
        }
        let default = options.default.clone().unwrap_or_else(|| k(0));
        let dtype = common_dtype(choices.iter().chain([&default]));
        let mut result = default;
        for (n, (condition, choice)) in conditions.iter().zip(&choices).enumerate().rev() {
            if condition.own_dtype() != DType::Bool {
                return raise!(DType, "invalid entry {n} in condlist: should be boolean ndarray");
            }
            result = (&cx.select(condition, choice, result, dtype)?).into();
        }
        cx.array(result)
    })
}

/// A limit of [`clip`]: anything that stands for an array, or `..` for none.
#[derive(Clone, Debug)]
pub struct Bound(Option<Operand>);

impl<T: Into<Operand>> From<T> for Bound {
    fn from(limit: T) -> Bound {
        Bound(Some(limit.into()))
    }
}

impl From<std::ops::RangeFull> for Bound {
    fn from(_: std::ops::RangeFull) -> Bound {
        Bound(None)
    }
}

/// Values limited to an interval: `minimum(maximum(a, min), max)`. `..` leaves a side open. See
/// [`where_`] for an example.
#[track_caller]
pub fn clip(a: impl Into<Operand>, min: impl Into<Bound>, max: impl Into<Bound>) -> Array {
    let (a, min, max) = (a.into(), min.into(), max.into());
    call("clip", |cx| clipped(cx, a, min.0, max.0))
}

fn clipped(cx: Cx, a: Operand, mut min: Option<Operand>, mut max: Option<Operand>) -> Raised<Array> {
    let own = a.own_dtype();
    if own.is_integer() {
        // Numbers beyond the dtype limit nothing.
        let (lo, hi) = int_range(own);
        min = min.filter(|m| !matches!(m.weak(), Some(Weak::Int(i)) if i <= lo));
        max = max.filter(|m| !matches!(m.weak(), Some(Weak::Int(i)) if i >= hi));
    }
    let dtype = common_dtype([Some(&a), min.as_ref(), max.as_ref()].into_iter().flatten());
    let mut result: Operand = (&cx.array(&a)?).into();
    let limits = [(Ew::Maximum, min), (Ew::Minimum, max)];
    for (op, limit) in limits {
        if let Some(limit) = limit {
            let limit = match limit.weak() {
                Some(_) => limit,
                None => (&cx.array_as(&limit, dtype)?).into(),
            };
            let wide: Operand = (&cx.array_as(&result, dtype)?).into();
            result = (&cx.bin(op, wide, limit)?).into();
        }
    }
    cx.array_as(&result, dtype)
}

/// Another dtype, with C's casts: floats to integers truncate, integers wrap. See also the method.
///
/// ```
/// use numfuse as np;
/// assert_eq!(np::astype([1.7, -1.7], np::int32).to_vec::<i32>()?, [1, -1]);
/// assert_eq!(np::array![300].astype(np::uint8).to_vec::<u8>()?, [44]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn astype(a: impl Into<Operand>, dtype: DType) -> Array {
    let a = a.into();
    call("astype", |cx| cx.cast(&cx.array(a)?, dtype))
}

/// Rounded to a number of decimals (0 unless given), ties to even. See [`where_`].
#[track_caller]
pub fn round(a: impl Into<Operand>, options: impl Into<RoundOptions>) -> Array {
    let (a, options) = (a.into(), options.into());
    call("round", |cx| rounded(cx, &cx.array(a)?, options.decimals.unwrap_or_default().0))
}

/// Another name of [`round`].
#[track_caller]
pub fn around(a: impl Into<Operand>, options: impl Into<RoundOptions>) -> Array {
    round(a, options)
}

/// NumPy's rounding: scaled by a power of ten, rounded to an integer and scaled back.
fn rounded(cx: Cx, a: &Array, decimals: i64) -> Raised<Array> {
    let dtype = a.0.dtype;
    if dtype.is_complex() {
        let re = rounded(cx, &cx.un(Ew::Real, a)?, decimals)?;
        let im = rounded(cx, &cx.un(Ew::Imag, a)?, decimals)?;
        return cx.bin(Ew::MakeComplex, &re, &im);
    }
    if dtype.is_integer() && decimals >= 0 {
        return Ok(a.clone());
    }
    if decimals == 0 {
        return cx.un(Ew::Rint, a);
    }
    if dtype == DType::Bool {
        let scale = if decimals > 0 { "multiply" } else { "divide" };
        return raise!(
            DType,
            "Cannot cast ufunc '{scale}' output from dtype('float64') to dtype('bool') with casting rule 'same_kind'"
        );
    }
    let power = 10f64.powi(decimals.unsigned_abs().min(1000) as i32);
    let scale = || -> Operand { k(power) };
    let (before, after) = if decimals > 0 { (Ew::Multiply, Ew::Divide) } else { (Ew::Divide, Ew::Multiply) };
    let scaled = cx.un(Ew::Rint, &cx.bin(before, a, scale())?)?;
    let back = cx.bin(after, &scaled, scale())?;
    if dtype.is_integer() { cx.cast(&back, dtype) } else { Ok(back) }
}

/// Whether `|a - b| <= atol + rtol·|b|`, element by element; infinities are close to themselves.
/// `rtol` is 1e-5 and `atol` 1e-8 unless given.
#[track_caller]
pub fn isclose(a: impl Into<Operand>, b: impl Into<Operand>, options: impl Into<CloseOptions>) -> Array {
    let (a, b, options) = (a.into(), b.into(), options.into());
    call("isclose", |cx| close(cx, a, b, &options))
}

/// Whether all elements are close, as a 0-d bool; see [`isclose`] and the example of [`where_`].
#[track_caller]
pub fn allclose(a: impl Into<Operand>, b: impl Into<Operand>, options: impl Into<CloseOptions>) -> Array {
    let (a, b, options) = (a.into(), b.into(), options.into());
    call("allclose", |cx| everything(cx, &close(cx, a, b, &options)?))
}

fn everything(cx: Cx, a: &Array) -> Raised<Array> {
    if a.0.shape.contains(&0) {
        return cx.array(k(true));
    }
    let axes: SmallVec<[usize; 4]> = (0..a.0.shape.len()).collect();
    cx.reduce(ReduceOp::All, a, &axes, false)
}

fn close(cx: Cx, a: Operand, b: Operand, o: &CloseOptions) -> Raised<Array> {
    let a = cx.array(a)?;
    let b = cx.array_as(&b, common_dtype([&b, &k(1.0)]))?;
    let rtol = o.rtol.clone().unwrap_or_else(|| k(1e-5));
    let atol = o.atol.clone().unwrap_or_else(|| k(1e-8));
    let distance = cx.un(Ew::Absolute, &cx.bin(Ew::Subtract, &a, &b)?)?;
    let tolerance = cx.bin(Ew::Add, atol, &cx.bin(Ew::Multiply, rtol, &cx.un(Ew::Absolute, &b)?)?)?;
    let near = cx.bin(Ew::LessEqual, &distance, &tolerance)?;
    let near = cx.bin(Ew::BitwiseAnd, &near, &cx.un(Ew::Isfinite, &b)?)?;
    let near = cx.bin(Ew::BitwiseOr, &near, &cx.bin(Ew::Equal, &a, &b)?)?;
    if !o.equal_nan.unwrap_or(false) {
        return Ok(near);
    }
    let both = cx.bin(Ew::BitwiseAnd, &cx.un(Ew::Isnan, &a)?, &cx.un(Ew::Isnan, &b)?)?;
    cx.bin(Ew::BitwiseOr, &near, &both)
}

/// Whether two arrays have the same shape and elements, as a 0-d bool. See [`where_`].
#[track_caller]
pub fn array_equal(a: impl Into<Operand>, b: impl Into<Operand>, options: impl Into<EqualOptions>) -> Array {
    let (a, b, options) = (a.into(), b.into(), options.into());
    call("array_equal", |cx| {
        let (a, b) = (cx.array(a)?, cx.array(b)?);
        if a.0.shape != b.0.shape {
            return cx.array(k(false));
        }
        let equal = cx.bin(Ew::Equal, &a, &b)?;
        if !options.equal_nan.unwrap_or(false) {
            return everything(cx, &equal);
        }
        let both = cx.bin(Ew::BitwiseAnd, &cx.un(Ew::Isnan, &a)?, &cx.un(Ew::Isnan, &b)?)?;
        everything(cx, &cx.bin(Ew::BitwiseOr, &equal, &both)?)
    })
}

/// The real part; real arrays are their own.
///
/// ```
/// use numfuse as np;
/// let z = np::complex([3.0, 0.0], [4.0, 2.0]);
/// assert_eq!(z.real().to_vec::<f64>()?, [3.0, 0.0]);
/// assert_eq!(np::imag(&z).to_vec::<f64>()?, [4.0, 2.0]);
/// assert_eq!(np::angle(&z, np::options::deg()).slice(1).item::<f64>()?, 90.0);
/// assert_eq!(np::nan_to_num([f64::NAN, 1.0], ..).to_vec::<f64>()?, [0.0, 1.0]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn real(z: impl Into<Operand>) -> Array {
    let z = z.into();
    call("real", |cx| real_part(cx, &cx.array(z)?))
}

/// The imaginary part; zeros for real arrays. See [`real`].
#[track_caller]
pub fn imag(z: impl Into<Operand>) -> Array {
    let z = z.into();
    call("imag", |cx| imaginary_part(cx, &cx.array(z)?))
}

fn real_part(cx: Cx, z: &Array) -> Raised<Array> {
    if z.0.dtype.is_complex() { cx.un(Ew::Real, z) } else { Ok(z.clone()) }
}

fn imaginary_part(cx: Cx, z: &Array) -> Raised<Array> {
    if z.0.dtype.is_complex() { cx.un(Ew::Imag, z) } else { cx.full(&z.0.shape, &k(0), z.0.dtype) }
}

/// The angle of complex numbers in radians, or degrees. See [`real`].
#[track_caller]
pub fn angle(z: impl Into<Operand>, options: impl Into<AngleOptions>) -> Array {
    let (z, options) = (z.into(), options.into());
    call("angle", |cx| {
        let z = cx.array(z)?;
        let im = if z.0.dtype.is_complex() { (&cx.un(Ew::Imag, &z)?).into() } else { k(0) };
        let angle = cx.bin(Ew::Arctan2, im, &real_part(cx, &z)?)?;
        if options.deg.unwrap_or(false) {
            cx.bin(Ew::Multiply, &angle, k(180.0 / std::f64::consts::PI))
        } else {
            Ok(angle)
        }
    })
}

/// Complex numbers from real and imaginary parts, which are promoted to floats together.
#[track_caller]
pub fn complex(re: impl Into<Operand>, im: impl Into<Operand>) -> Array {
    let (re, im) = (re.into(), im.into());
    call("complex", |cx| cx.bin(Ew::MakeComplex, re, im))
}

/// NaN as 0 (or `nan`) and infinities as the largest finite numbers (or `posinf`, `neginf`). See
/// [`real`] for an example.
#[track_caller]
pub fn nan_to_num(x: impl Into<Operand>, options: impl Into<NanToNumOptions>) -> Array {
    let (x, options) = (x.into(), options.into());
    call("nan_to_num", |cx| finite(cx, &cx.array(x)?, &options))
}

fn finite(cx: Cx, x: &Array, o: &NanToNumOptions) -> Raised<Array> {
    let dtype = x.0.dtype;
    match dtype.kind() {
        Kind::Complex => {
            let re = finite(cx, &cx.un(Ew::Real, x)?, o)?;
            let im = finite(cx, &cx.un(Ew::Imag, x)?, o)?;
            cx.bin(Ew::MakeComplex, &re, &im)
        }
        Kind::Float => {
            let largest = match dtype {
                DType::F16 => 65504.0,
                DType::F32 => f32::MAX as f64,
                _ => f64::MAX,
            };
            let nan = o.nan.clone().unwrap_or_else(|| k(0.0));
            let posinf = o.posinf.clone().unwrap_or_else(|| k(largest));
            let neginf = o.neginf.clone().unwrap_or_else(|| k(-largest));
            let y = cx.select(&cx.un(Ew::Isnan, x)?, nan, x, dtype)?;
            let y = cx.select(&cx.bin(Ew::Equal, x, k(f64::INFINITY))?, posinf, &y, dtype)?;
            cx.select(&cx.bin(Ew::Equal, x, k(f64::NEG_INFINITY))?, neginf, &y, dtype)
        }
        _ => Ok(x.clone()),
    }
}

/// Whether two arrays have the same elements once they are broadcast together, as a 0-d bool; `false` if they cannot be.
///
/// ```
/// use numfuse as np;
/// assert!(np::array_equiv([1, 2], [[1, 2], [1, 2]]).item::<bool>()?);
/// assert!(!np::array_equiv([1, 2], [1, 2, 3]).item::<bool>()?);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn array_equiv(a: impl Into<Operand>, b: impl Into<Operand>) -> Array {
    let (a, b) = (a.into(), b.into());
    call("array_equiv", |cx| {
        let (a, b) = (cx.array(a)?, cx.array(b)?);
        match numfuse_ir::shape::broadcast(&a.0.shape, &b.0.shape) {
            Some(_) => everything(cx, &cx.bin(Ew::Equal, &a, &b)?),
            None => cx.array(k(false)),
        }
    })
}

/// Declares functions of one array.
macro_rules! of_one_array {
    ($($(#[$doc:meta])* $name:ident |$cx:ident, $x:ident| $body:expr;)*) => {$(
        $(#[$doc])*
        #[track_caller]
        pub fn $name(x: impl Into<Operand>) -> Array {
            let x = x.into();
            call(stringify!($name), |$cx| {
                let $x = &$cx.array(x)?;
                $body
            })
        }
    )*};
}

of_one_array! {
    /// Whether elements have an imaginary part other than 0.
    ///
    /// ```
    /// use numfuse as np;
    /// let z = np::complex([1.0, 2.0], [0.0, 3.0]);
    /// assert_eq!(np::iscomplex(&z).to_vec::<bool>()?, [false, true]);
    /// assert_eq!(np::isreal(&z).to_vec::<bool>()?, [true, false]);
    /// assert_eq!(np::isneginf([1.0, -np::inf]).to_vec::<bool>()?, [false, true]);
    /// assert_eq!(np::fix([2.7, -2.7]).to_vec::<f64>()?, [2.0, -2.0]);
    /// assert_eq!(np::sinc(0.0).item::<f64>()?, 1.0);
    /// # Ok::<(), np::Error>(())
    /// ```
    iscomplex |cx, x| match x.0.dtype.is_complex() {
        true => cx.bin(Ew::NotEqual, &cx.un(Ew::Imag, x)?, k(0)),
        false => cx.full(&x.0.shape, &k(false), DType::Bool),
    };
    /// Whether elements have no imaginary part, or 0. See [`iscomplex`].
    isreal |cx, x| cx.bin(Ew::Equal, &imaginary_part(cx, x)?, k(0));
    /// Whether elements are positive infinity. Of complex numbers nobody could tell, which is an error.
    isposinf |cx, x| infinite(cx, x, false);
    /// Whether elements are negative infinity. See [`iscomplex`] for an example.
    isneginf |cx, x| infinite(cx, x, true);
    /// Rounded towards zero: [`trunc`](crate::trunc). See [`iscomplex`].
    fix |cx, x| cx.un(Ew::Trunc, x);
    /// `sin(πx) / πx`, which is 1 at 0. See [`iscomplex`].
    sinc |cx, x| {
        let x = cx.bin(Ew::Multiply, k(std::f64::consts::PI), x)?;
        let small = match x.0.dtype {
            DType::F16 => f64::from(half::f16::EPSILON),
            DType::F32 => f64::from(f32::EPSILON),
            DType::F64 => f64::EPSILON,
            _ => 1e-20,
        };
        let y = cx.select(&x, &x, k(small), x.0.dtype)?;
        cx.bin(Ew::Divide, &cx.un(Ew::Sin, &y)?, &y)
    };
}

fn infinite(cx: Cx, x: &Array, negative: bool) -> Raised<Array> {
    if x.0.dtype.is_complex() {
        return raise!(
            DType,
            "This operation is not supported for {} values because it would be ambiguous.",
            x.0.dtype
        );
    }
    let sign = cx.un(Ew::Signbit, x)?;
    let wanted = if negative { sign } else { cx.un(Ew::LogicalNot, &sign)? };
    cx.bin(Ew::LogicalAnd, &cx.un(Ew::Isinf, x)?, &wanted)
}

/// The real parts, if all imaginary parts are smaller than `tol` units of the dtype's precision (or than `tol` itself,
/// if it is 1 or less). The dtype depends on the data, so the array is evaluated.
///
/// ```
/// use numfuse as np;
/// let z = np::complex([2.1, 5.2], [4e-14, 3e-15]);
/// assert_eq!(np::real_if_close(&z, 1000).dtype(), np::float64);
/// assert_eq!(np::real_if_close(&z, ..).dtype(), np::complex128);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn real_if_close(a: impl Into<Operand>, options: impl Into<RealIfCloseOptions>) -> Array {
    let (a, o) = (a.into(), options.into());
    call("real_if_close", |cx| {
        let a = cx.array(a)?;
        if !a.0.dtype.is_complex() {
            return Ok(a);
        }
        let mut tol = match &o.tol {
            None => 100.0,
            Some(tol) => cx.array_as(tol, DType::F64)?.item::<f64>()?,
        };
        if tol > 1.0 {
            tol *= if a.0.dtype == DType::C64 { f64::from(f32::EPSILON) } else { f64::EPSILON };
        }
        let near = cx.bin(Ew::Less, &cx.un(Ew::Absolute, &cx.un(Ew::Imag, &a)?)?, k(tol))?;
        if everything(cx, &near)?.item::<bool>()? { cx.un(Ew::Real, &a) } else { Ok(a) }
    })
}

impl Array {
    /// See [`clip()`].
    #[track_caller]
    pub fn clip(&self, min: impl Into<Bound>, max: impl Into<Bound>) -> Array {
        clip(self, min, max)
    }

    /// Another dtype, which is to be given, if the rule (`casting`, by default any cast) lets it.
    ///
    /// ```
    /// use np::prelude::*;
    /// use numfuse as np;
    /// let a = np::array![1.5, 2.5];
    /// assert_eq!(a.astype(np::int32).to_vec::<i32>()?, [1, 2]);
    /// let error = a.astype(dtype(np::int32).casting(np::Casting::Safe)).eval().unwrap_err();
    /// let words = "Cannot cast array data from dtype('float64') to dtype('int32') according to the rule 'safe'";
    /// assert_eq!(error.detail().message, words);
    /// # Ok::<(), np::Error>(())
    /// ```
    #[track_caller]
    pub fn astype(&self, options: impl Into<AstypeOptions>) -> Array {
        let o = options.into();
        call("astype", |cx| {
            let Some(dtype) = o.dtype else {
                return raise!(DType, "astype() missing required argument 'dtype' (pos 1)");
            };
            let rule = o.casting.unwrap_or(Casting::Unsafe);
            let what = if self.0.shape.is_empty() { "scalar" } else { "array data" };
            crate::manip::check_cast(what, self.0.dtype, dtype, rule)?;
            cx.cast(self, dtype)
        })
    }

    /// See [`round()`].
    #[track_caller]
    pub fn round(&self, options: impl Into<RoundOptions>) -> Array {
        round(self, options)
    }

    /// See [`real()`].
    #[track_caller]
    pub fn real(&self) -> Array {
        real(self)
    }

    /// See [`imag()`].
    #[track_caller]
    pub fn imag(&self) -> Array {
        imag(self)
    }
}
