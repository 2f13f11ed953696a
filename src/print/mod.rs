//! Arrays and numbers as text, to the last character as NumPy 2.4 prints them.
//!
//! The layout follows `numpy/_core/arrayprint.py`: a common width, scientific notation when
//! magnitudes differ too much, and `...` in arrays of more than 1000 elements.

mod bases;
mod digits;
mod elements;
mod layout;
mod options;

use std::fmt;
use std::panic::Location;

use numfuse_ir::shape::tuple;
use numfuse_ir::{DType, Scalar};

pub use bases::*;
pub use options::*;

use crate::array::NdArray;
use crate::array::operand::Operand;
use crate::error::{Raised, Result, raise};
use crate::options::{Int, Sign, Threshold, options};
pub(crate) use digits::{Style, Trim};
use elements::Format;
use layout::{Layout, leading_trailing};

options! {
    /// Options of [`array2string`].
    Array2StringOptions {
        max_line_width: MaxLineWidth(Int), precision: PrecisionKey(Int), suppress_small: SuppressSmall(bool),
        separator: Separator(String), prefix: Prefix(String), suffix: Suffix(String),
        formatter: FormatterKey(Formatter), threshold: ThresholdKey(Threshold), edgeitems: Edgeitems(Int),
        sign: SignKey(Sign), floatmode: Floatmode(String), legacy: LegacyKey(LegacyName),
    };
    /// Options of [`array_str`] and [`array_repr`].
    ArrayTextOptions {
        max_line_width: MaxLineWidth(Int), precision: PrecisionKey(Int), suppress_small: SuppressSmall(bool),
    };
    /// Options of [`format_float_positional`].
    PositionalOptions {
        precision: PrecisionKey(Int), unique: Unique(bool), fractional: Fractional(bool), trim: TrimKey(String),
        sign: SignKey(Sign), pad_left: PadLeft(Int), pad_right: PadRight(Int), min_digits: MinDigits(Int),
    };
    /// Options of [`format_float_scientific`].
    ScientificOptions {
        precision: PrecisionKey(Int), unique: Unique(bool), trim: TrimKey(String), sign: SignKey(Sign),
        pad_left: PadLeft(Int), exp_digits: ExpDigits(Int), min_digits: MinDigits(Int),
    };
}

/// An array as text, in brackets; options that are not given are those of the thread
/// ([`set_printoptions`]).
///
/// `prefix` and `suffix` are not printed: they say how much of the first and of the last line
/// something else takes. `separator` (a space) stands between elements.
///
/// # Errors
///
/// Those of the evaluation, and `ValueError` for options that have no meaning.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// let a = np::array![1e-16, 1.0, 2.0, 3.0];
/// let text = np::array2string(&a, precision(2).separator(",").suppress_small(true))?;
/// assert_eq!(text, "[0.,1.,2.,3.]");
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn array2string(a: impl Into<Operand>, options: impl Into<Array2StringOptions>) -> Result<String> {
    let (location, value) = (Location::caller(), evaluated(a.into(), "array2string")?);
    to_string(&value, options.into()).map_err(|raise| raise.sign("array2string", location))
}

/// An array as [`Display`](fmt::Display) prints it.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// assert_eq!(np::array_str(&np::arange(3, ..), ..)?, "[0 1 2]");
/// assert_eq!(np::array_str(&np::array![1.0 / 3.0], precision(3))?, "[0.333]");
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn array_str(a: impl Into<Operand>, options: impl Into<ArrayTextOptions>) -> Result<String> {
    let (location, value) = (Location::caller(), evaluated(a.into(), "array_str")?);
    str_of(&value, options.into()).map_err(|raise| raise.sign("array_str", location))
}

/// An array with what is needed to build it again: `array([1, 2], dtype=int8)`.
///
/// ```
/// use numfuse as np;
/// assert_eq!(np::array_repr(np::array![1_i8, 2], ..)?, "array([1, 2], dtype=int8)");
/// assert_eq!(np::array_repr(np::zeros([2, 0], ..), ..)?, "array([], shape=(2, 0), dtype=float64)");
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn array_repr(a: impl Into<Operand>, options: impl Into<ArrayTextOptions>) -> Result<String> {
    let (location, value) = (Location::caller(), evaluated(a.into(), "array_repr")?);
    repr_of(&value, options.into()).map_err(|raise| raise.sign("array_repr", location))
}

#[track_caller]
fn evaluated(operand: Operand, name: &'static str) -> Result<NdArray> {
    crate::array::build::call(name, |cx| cx.array(operand)).eval()
}

impl fmt::Display for NdArray {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match str_of(self, ArrayTextOptions::default()) {
            Ok(text) => f.write_str(&text),
            Err(raise) => write!(f, "<error: {}>", raise.sign("str", Location::caller())),
        }
    }
}

impl From<ArrayTextOptions> for Array2StringOptions {
    fn from(o: ArrayTextOptions) -> Array2StringOptions {
        let ArrayTextOptions { max_line_width, precision, suppress_small } = o;
        Array2StringOptions { max_line_width, precision, suppress_small, ..Default::default() }
    }
}

fn str_of(a: &NdArray, options: ArrayTextOptions) -> Raised<String> {
    if a.ndim() == 0 {
        return Ok(scalar_text(a.get_flat(0)));
    }
    to_string(a, options.into())
}

fn repr_of(a: &NdArray, options: ArrayTextOptions) -> Raised<String> {
    const PREFIX: &str = "array(";
    let current = PrintOptions::current();
    if let Some(repr) = &current.override_repr {
        return Ok(repr.call(a));
    }
    let width = options.max_line_width.map_or(current.linewidth, |w| w.0);
    let text = |s: &str| Some(s.to_owned());
    let options = Array2StringOptions {
        separator: text(", "),
        prefix: text(PREFIX),
        suffix: text(")"),
        ..Array2StringOptions::from(options)
    };
    let old = current.legacy <= Legacy::V1_13;
    let list = to_string(a, options)?;
    let (size, dtype) = (a.size(), a.dtype());
    let mut extras = Vec::new();
    if (size == 0 && a.shape() != [0]) || (current.legacy > Legacy::V2_2 && size as f64 > current.threshold) {
        extras.push(format!("shape={}", tuple(a.shape())));
    }
    let implied = match dtype {
        DType::Bool => !old,
        DType::I64 | DType::F64 | DType::C128 => true,
        _ => false,
    };
    if !implied || size == 0 {
        extras.push(format!("dtype={dtype}"));
    }
    if extras.is_empty() {
        return Ok(format!("{PREFIX}{list})"));
    }
    let (start, end) = (format!("{PREFIX}{list},"), extras.join(", ") + ")");
    let last_line = start.rsplit('\n').next().unwrap_or_default().chars().count();
    let full = !old && (last_line + end.chars().count() + 1) as i64 > width;
    let space = if full { format!("\n{}", " ".repeat(PREFIX.len())) } else { " ".to_owned() };
    Ok(start + &space + &end)
}

fn to_string(a: &NdArray, given: Array2StringOptions) -> Raised<String> {
    let mut options = (*PrintOptions::current()).clone();
    options.update(SetPrintOptions {
        precision: given.precision,
        threshold: given.threshold,
        edgeitems: given.edgeitems,
        linewidth: given.max_line_width,
        suppress: given.suppress_small,
        formatter: given.formatter,
        sign: given.sign,
        floatmode: given.floatmode,
        legacy: given.legacy,
        ..Default::default()
    })?;
    let separator = given.separator.as_deref().unwrap_or(" ");
    if options.legacy <= Legacy::V1_13 {
        if a.ndim() == 0 {
            return Ok(python_text(a.get_flat(0)));
        }
    } else {
        options.linewidth -= given.suffix.map_or(0, |s| s.chars().count()) as i64;
    }
    let shape = a.shape();
    if shape.contains(&0) {
        return Ok("[]".to_owned());
    }
    let summarize = a.size() as f64 > options.threshold;
    // NumPy measures everything if it shows no edge.
    let edge = usize::try_from(options.edgeitems).ok().filter(|&edge| summarize && edge > 0);
    let mut shown = Vec::new();
    leading_trailing(shape, edge, 0, &mut |i| shown.push(a.get_flat(i)));
    let format = Format::new(&shown, a.dtype(), !shape.is_empty(), &options)?;
    let layout = Layout { shape, options: &options, summarize, separator, word: &|i| format.word(a.get_flat(i)) };
    let indent = " ".repeat(1 + given.prefix.map_or(0, |p| p.chars().count()));
    Ok(layout.rows(0, 0, &indent, options.linewidth))
}

/// One number as NumPy prints a scalar.
pub(crate) fn scalar_text(value: Scalar) -> String {
    let legacy = PrintOptions::current().legacy;
    if legacy <= Legacy::V1_13 {
        return python_text(value);
    }
    let cutoff = match value.dtype().real() {
        DType::F16 if legacy > Legacy::V2_2 => 1e3,
        DType::F32 if legacy > Legacy::V2_2 => 1e6,
        _ => 1e16,
    };
    number(value, cutoff)
}

/// One number as NumPy's `repr` of a scalar.
pub(crate) fn scalar_repr(value: Scalar) -> String {
    let (text, dtype) = (scalar_text(value), value.dtype());
    if PrintOptions::current().legacy <= Legacy::V1_25 {
        return text;
    }
    match (dtype, text.strip_prefix('(').and_then(|t| t.strip_suffix(')'))) {
        (DType::Bool, _) => format!("np.{text}_"),
        (_, Some(inner)) => format!("np.{dtype}({inner})"),
        _ => format!("np.{dtype}({text})"),
    }
}

/// One number as Python prints its own.
pub(crate) fn python_text(value: Scalar) -> String {
    let wide = match value.dtype() {
        dtype if !dtype.is_inexact() => value,
        dtype if dtype.is_complex() => value.cast(DType::C128),
        _ => value.cast(DType::F64),
    };
    number(wide, 1e16)
}

fn number(value: Scalar, cutoff: f64) -> String {
    let dtype = value.dtype();
    if dtype == DType::Bool {
        return if value.bits()[0] != 0 { "True" } else { "False" }.into();
    }
    if let Some(i) = value.to_i128() {
        return i.to_string();
    }
    let z = value.to_c128();
    if !dtype.is_complex() {
        return float(z.re, dtype, cutoff, Trim::OneZero);
    }
    let part = |x: f64| float(x, dtype.real(), cutoff, Trim::Point);
    let im = part(z.im);
    if z.re == 0.0 && z.re.is_sign_positive() {
        return format!("{im}j");
    }
    let plus = if im.starts_with('-') { "" } else { "+" };
    format!("({}{plus}{im}j)", part(z.re))
}

fn float(x: f64, dtype: DType, cutoff: f64, trim: Trim) -> String {
    let magnitude = x.abs();
    if magnitude == 0.0 || (1e-4..cutoff).contains(&magnitude) {
        return Style { trim, ..Style::default() }.positional(x, dtype);
    }
    Style { trim: Trim::Point, ..Style::default() }.scientific(x, dtype)
}

/// A float as `ddd.ddd`, with the digits that identify it in its dtype unless told otherwise.
///
/// - `precision`: at most so many digits; `min_digits`: at least so many, if `unique`.
/// - `unique` (true): stop at the digits that identify the float. Otherwise all digits up to
///   `precision`, which must be given.
/// - `fractional` (true): these options count digits after the point, not all digits.
/// - `trim` (`'k'`): `'k'` keeps zeros at the end, `'.'` drops them, `'0'` keeps one, `'-'` drops the
///   point as well.
/// - `sign` (false): show a plus.
/// - `pad_left`, `pad_right`: blanks up to so many characters on either side of the point.
///
/// # Errors
///
/// `ValueError` for negative or contradictory numbers, `TypeError` for a complex number or a `trim`
/// that has no meaning.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// assert_eq!(np::format_float_positional(std::f32::consts::PI, ..)?, "3.1415927");
/// assert_eq!(np::format_float_positional(0.3, unique(false).precision(10))?, "0.3000000000");
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn format_float_positional(x: impl Into<Scalar>, options: impl Into<PositionalOptions>) -> Result<String> {
    let (location, x, o) = (Location::caller(), x.into(), options.into());
    let text = || -> Raised<String> {
        let base = style(o.precision, o.unique, o.trim, o.sign, o.pad_left, o.min_digits)?;
        let fractional = o.fractional.unwrap_or(true);
        if !fractional && base.precision == Some(0) {
            return raise!(Value, "precision must be greater than 0 if fractional=False");
        }
        let style = Style { fractional, pad_right: count(o.pad_right, "pad_right")?, ..base };
        let (x, dtype) = real(x)?;
        Ok(style.positional(x, dtype))
    };
    text().map_err(|raise| raise.sign("format_float_positional", location))
}

/// A float as `d.ddde+dd`. The options are those of [`format_float_positional`], and `exp_digits`,
/// the least number of digits in the exponent (2).
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// assert_eq!(np::format_float_scientific(std::f32::consts::PI, ..)?, "3.1415927e+00");
/// assert_eq!(np::format_float_scientific(1.23e24_f32, exp_digits(4))?, "1.23e+0024");
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn format_float_scientific(x: impl Into<Scalar>, options: impl Into<ScientificOptions>) -> Result<String> {
    let (location, x, o) = (Location::caller(), x.into(), options.into());
    let text = || -> Raised<String> {
        let base = style(o.precision, o.unique, o.trim, o.sign, o.pad_left, o.min_digits)?;
        let style = Style { exp_digits: count(o.exp_digits, "exp_digits")?, ..base };
        let (x, dtype) = real(x)?;
        Ok(style.scientific(x, dtype))
    };
    text().map_err(|raise| raise.sign("format_float_scientific", location))
}

fn count(value: Option<Int>, name: &str) -> Raised<Option<usize>> {
    match value.map(|v| usize::try_from(v.0)) {
        None => Ok(None),
        Some(Ok(n)) => Ok(Some(n)),
        Some(Err(_)) => raise!(Value, "{name} must be >= 0"),
    }
}

fn style(
    precision: Option<Int>,
    unique: Option<bool>,
    trim: Option<String>,
    sign: Option<Sign>,
    pad_left: Option<Int>,
    min_digits: Option<Int>,
) -> Raised<Style> {
    let precision = count(precision, "precision")?;
    let pad_left = count(pad_left, "pad_left")?.unwrap_or(0);
    let min_digits = count(min_digits, "min_digits")?;
    if let (Some(min @ 1..), Some(max @ 1..)) = (min_digits, precision)
        && min > max
    {
        return raise!(Value, "min_digits must be less than or equal to precision");
    }
    let unique = unique.unwrap_or(true);
    if !unique && precision.is_none() {
        return raise!(DType, "in non-unique mode `precision` must be supplied");
    }
    let trim = trim.as_deref().unwrap_or("k");
    let Some(trim) = Trim::parse(trim) else {
        return raise!(DType, "if supplied, trim must be 'k', '.', '0' or '-' found `{trim}`");
    };
    // What is not empty is true, as in Python.
    let plus = sign.is_some_and(|sign| !sign.0.is_empty());
    Ok(Style { unique, precision, min_digits, trim, plus, pad_left, ..Style::default() })
}

/// The number and the float type whose digits identify it.
fn real(x: Scalar) -> Raised<(f64, DType)> {
    let dtype = x.dtype();
    if dtype.is_complex() {
        return raise!(DType, "must be real number, not complex");
    }
    Ok((x.to_c128().re, if dtype.is_float() { dtype } else { DType::F64 }))
}
