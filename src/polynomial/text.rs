//! Series as text.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use numfuse_ir::{DType, Scalar};

use super::series::{Family, Series};
use crate::error::{Class, Error, Result};
use crate::print::{PrintOptions, Style, Trim, scalar_text};

/// How series are printed: with superscripts and a dot (`1.0 + 2.0·x²`), or in ASCII (`1.0 + 2.0 x**2`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum PrintStyle {
    /// `"unicode"`.
    #[default]
    Unicode,
    /// `"ascii"`.
    Ascii,
}

static ASCII: AtomicBool = AtomicBool::new(cfg!(windows));

/// Sets how all series are printed: `"unicode"` or `"ascii"`.
///
/// ```
/// use numfuse as np;
/// let p = np::polynomial::Polynomial::new([1, 2, 3], ..);
/// np::polynomial::set_default_printstyle("ascii")?;
/// assert_eq!(p.to_string(), "1.0 + 2.0 x + 3.0 x**2");
/// np::polynomial::set_default_printstyle("unicode")?;
/// assert_eq!(p.to_string(), "1.0 + 2.0·x + 3.0·x²");
/// assert!(np::polynomial::set_default_printstyle("html").is_err());
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn set_default_printstyle(style: &str) -> Result<()> {
    match style {
        "ascii" => ASCII.store(true, Relaxed),
        "unicode" => ASCII.store(false, Relaxed),
        other => {
            let text = format!("Unsupported format string '{other}'. Valid options are 'ascii' and 'unicode'");
            let location = std::panic::Location::caller();
            return Err(Error::new(Class::Value, "set_default_printstyle", text, location));
        }
    }
    Ok(())
}

pub(super) fn default_style() -> PrintStyle {
    if ASCII.load(Relaxed) { PrintStyle::Ascii } else { PrintStyle::Unicode }
}

/// A coefficient under the current print options; see [`super::polyutils::format_float`].
pub(super) fn number(x: Scalar, parens: bool) -> String {
    let dtype = x.dtype();
    if !dtype.is_float() {
        return scalar_text(x);
    }
    let options = PrintOptions::current();
    let value = x.to_c128().re;
    if value.is_nan() {
        return options.nanstr.clone();
    }
    if value.is_infinite() {
        return options.infstr.clone();
    }
    let least = 10_f64.powi(0.min((-(options.precision - 1)).div_euclid(2)) as i32);
    let scientific = value != 0.0 && (value.abs() >= 1e8 || value.abs() < least);
    let fixed = options.floatmode == "fixed";
    let style = Style {
        precision: usize::try_from(options.precision).ok(),
        unique: !fixed,
        trim: if fixed { Trim::Keep } else { Trim::OneZero },
        plus: options.sign == '+',
        fractional: true,
        ..Style::default()
    };
    if !scientific {
        return style.positional(value, dtype);
    }
    let text = style.scientific(value, dtype);
    if parens { format!("({text})") } else { text }
}

fn digits(n: usize, set: [char; 10]) -> String {
    n.to_string().bytes().filter_map(|d| set.get(usize::from(d - b'0'))).collect()
}

const SUPERSCRIPT: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
const SUBSCRIPT: [char; 10] = ['₀', '₁', '₂', '₃', '₄', '₅', '₆', '₇', '₈', '₉'];

impl PrintStyle {
    fn term(self, letter: Option<&str>, degree: usize, argument: &str) -> String {
        match (self, letter, degree) {
            (PrintStyle::Unicode, None, 1) => format!("·{argument}"),
            (PrintStyle::Unicode, None, _) => format!("·{argument}{}", digits(degree, SUPERSCRIPT)),
            (PrintStyle::Unicode, Some(letter), _) => format!("·{letter}{}({argument})", digits(degree, SUBSCRIPT)),
            (PrintStyle::Ascii, None, 1) => format!(" {argument}"),
            (PrintStyle::Ascii, None, _) => format!(" {argument}**{degree}"),
            (PrintStyle::Ascii, Some(letter), _) => format!(" {letter}_{degree}({argument})"),
        }
    }
}

/// What the polynomials are of: the symbol, mapped from the domain to the window. And whether it needs parentheses.
fn argument(offset: f64, scale: f64, symbol: &str, number: impl Fn(f64) -> String) -> (String, bool) {
    match (offset == 0.0, scale == 1.0) {
        (true, true) => (symbol.to_owned(), false),
        (false, true) => (format!("{} + {symbol}", number(offset)), true),
        (true, false) => (format!("{}{symbol}", number(scale)), true),
        (false, false) => (format!("{} + {}{symbol}", number(offset), number(scale)), true),
    }
}

/// As NumPy compares coefficients with 0: complex ones by their real parts first.
fn is_negative(x: Scalar) -> bool {
    let z = x.to_c128();
    z.re < 0.0 || (z.re == 0.0 && z.im < 0.0)
}

fn negated(x: Scalar) -> Scalar {
    let sign = |bits: u64, dtype: DType| bits ^ (1 << (8 * dtype.itemsize() - 1));
    let real = x.dtype().real();
    let [re, im] = x.bits();
    let im = if x.dtype().is_complex() { sign(im, real) } else { 0 };
    Scalar::from_bits(x.dtype(), [sign(re, real), im])
}

pub(super) fn text<F: Family>(series: &Series<F>, style: PrintStyle) -> Result<String> {
    let coefficients = series.coef().eval()?;
    let width = PrintOptions::current().linewidth.max(1) as usize;
    let (offset, scale) = series.mapparms();
    let (mut inner, parens) = argument(offset, scale, series.symbol(), |x| number(Scalar::new(x), false));
    if parens {
        inner = format!("({inner})");
    }
    let mut out = number(coefficients.get_flat(0), false);
    let n = coefficients.size();
    for i in 1..n {
        out.push(' ');
        let c = coefficients.get_flat(i);
        let mut term = match is_negative(c) {
            true => format!("- {}", number(negated(c), true)),
            // NaN is not greater than 0, and its sign is not shown.
            false if c.to_c128().re.is_nan() => format!("- {}", number(c, true)),
            false => format!("+ {}", number(c, true)),
        };
        term += &style.term(F::basis().letter, i, &inner);
        let line = out.rsplit('\n').next().unwrap_or_default().chars().count() + term.chars().count();
        if line + if i + 1 < n { 2 } else { 0 } >= width {
            term = term.replacen(' ', "\n", 1);
        }
        out += &term;
    }
    Ok(out)
}

pub(super) fn repr<F: Family>(series: &Series<F>) -> Result<String> {
    let inside = |a: crate::Array| -> Result<String> {
        let text = crate::array_repr(a, ..)?;
        Ok(text.get(6..text.len().saturating_sub(1)).unwrap_or_default().to_owned())
    };
    Ok(format!(
        "{}({}, domain={}, window={}, symbol='{}')",
        F::basis().class,
        inside(series.coef().clone())?,
        inside(series.domain().to_vec().into())?,
        inside(series.window().to_vec().into())?,
        series.symbol()
    ))
}

pub(super) fn latex<F: Family>(series: &Series<F>) -> Result<String> {
    let coefficients = series.coef().eval()?;
    let scalar = |x: Scalar, parens: bool| format!("\\text{{{}}}", number(x, parens));
    let (offset, scale) = series.mapparms();
    let (inner, parens) = argument(offset, scale, series.symbol(), |x| scalar(Scalar::new(x), false));
    let term = |degree: usize| match (F::basis().letter, degree) {
        (Some(letter), _) => format!("{{{letter}}}_{{{degree}}}({inner})"),
        (None, 0) => "1".to_owned(),
        (None, _) => {
            let inner = if parens { format!("\\left({inner}\\right)") } else { inner.clone() };
            if degree == 1 { inner } else { format!("{inner}^{{{degree}}}") }
        }
    };
    let mut body = String::new();
    for i in 0..coefficients.size() {
        let c = coefficients.get_flat(i);
        let number = match i {
            0 => scalar(c, false),
            _ if c.dtype().is_complex() => format!(" + ({})", scalar(c, false)),
            _ if c.to_c128().re >= 0.0 => format!(" + {}", scalar(c, true)),
            _ => format!(" - {}", scalar(negated(c), true)),
        };
        let part = match term(i) {
            one if one == "1" => number,
            term => format!("{number}\\,{term}"),
        };
        let zero = c.to_c128() == num_complex::Complex::new(0.0, 0.0);
        // Writing to a string cannot fail.
        let _ = if zero { write!(body, "\\color{{LightGray}}{{{part}}}") } else { write!(body, "{part}") };
    }
    Ok(format!("${} \\mapsto {body}$", series.symbol()))
}
