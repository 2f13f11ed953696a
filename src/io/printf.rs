//! Python's `%` formatting of numbers (Python library reference, "printf-style String Formatting").

use numfuse_ir::{DType, Scalar};

use crate::error::{Raised, raise};
use crate::print::{python_text, scalar_repr, scalar_text};

/// Widths and precisions that no table needs.
const LIMIT: usize = 1 << 15;

/// Whether a number prints as NumPy's scalars or as Python's own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Style {
    Numpy,
    Python,
}

/// A format: text, and conversions of the arguments in order.
#[derive(Clone, Debug)]
pub(super) struct Template {
    pieces: Vec<Piece>,
    text: String,
}

#[derive(Clone, Debug)]
enum Piece {
    Text(String),
    Conversion(Conversion),
}

#[derive(Clone, Copy, Debug, Default)]
struct Conversion {
    left: bool,
    plus: bool,
    space: bool,
    zero: bool,
    alternate: bool,
    width: usize,
    precision: Option<usize>,
    kind: char,
}

impl Template {
    pub(super) fn parse(text: &str) -> Raised<Template> {
        let mut pieces = Vec::new();
        let mut literal = String::new();
        let mut chars = text.chars().enumerate().peekable();
        while let Some((_, c)) = chars.next() {
            if c != '%' {
                literal.push(c);
                continue;
            }
            let mut conversion = Conversion::default();
            while let Some(&(_, flag)) = chars.peek() {
                match flag {
                    '-' => conversion.left = true,
                    '+' => conversion.plus = true,
                    ' ' => conversion.space = true,
                    '0' => conversion.zero = true,
                    '#' => conversion.alternate = true,
                    _ => break,
                }
                chars.next();
            }
            let number = |chars: &mut std::iter::Peekable<std::iter::Enumerate<std::str::Chars<'_>>>| {
                let mut n = 0usize;
                while let Some(digit) = chars.peek().and_then(|(_, c)| c.to_digit(10)) {
                    n = n.saturating_mul(10).saturating_add(digit as usize);
                    chars.next();
                }
                n
            };
            conversion.width = number(&mut chars);
            if chars.next_if(|(_, c)| *c == '.').is_some() {
                conversion.precision = Some(number(&mut chars));
            }
            if conversion.width > LIMIT || conversion.precision.is_some_and(|p| p > LIMIT) {
                return raise!(Value, "width or precision too big in '{text}'");
            }
            // C's length modifiers mean nothing.
            while chars.next_if(|(_, c)| matches!(c, 'h' | 'l' | 'L')).is_some() {}
            match chars.next() {
                None => return raise!(Value, "incomplete format"),
                Some((_, '%')) => literal.push('%'),
                Some((_, '*' | '(')) => return raise!(DType, "not enough arguments for format string"),
                Some((_, kind)) if "diouxXeEfFgGcrsa".contains(kind) => {
                    conversion.kind = kind;
                    if !literal.is_empty() {
                        pieces.push(Piece::Text(std::mem::take(&mut literal)));
                    }
                    pieces.push(Piece::Conversion(conversion));
                }
                Some((at, kind)) => {
                    let code = kind as u32;
                    return raise!(Value, "unsupported format character '{kind}' ({code:#x}) at index {at}");
                }
            }
        }
        if !literal.is_empty() {
            pieces.push(Piece::Text(literal));
        }
        Ok(Template { pieces, text: text.to_owned() })
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Appends the arguments, formatted.
    pub(super) fn write(&self, arguments: &[Scalar], style: Style, out: &mut String) -> Raised<()> {
        let mut arguments = arguments.iter();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Conversion(conversion) => match arguments.next() {
                    Some(&value) => conversion.write(value, style, out)?,
                    None => return raise!(DType, "not enough arguments for format string"),
                },
            }
        }
        match arguments.next() {
            Some(_) => raise!(DType, "not all arguments converted during string formatting"),
            None => Ok(()),
        }
    }
}

impl Conversion {
    fn write(self, value: Scalar, style: Style, out: &mut String) -> Raised<()> {
        let dtype = value.dtype();
        match self.kind {
            's' | 'r' | 'a' => {
                let text = match (style, self.kind) {
                    (Style::Python, _) => python_text(value),
                    (Style::Numpy, 's') => scalar_text(value),
                    (Style::Numpy, _) => scalar_repr(value),
                };
                let text: String = text.chars().take(self.precision.unwrap_or(usize::MAX)).collect();
                self.pad("", "", &text, false, out);
                return Ok(());
            }
            'c' => {
                let code = value.to_i128().filter(|_| dtype != DType::Bool || style == Style::Python);
                let Some(code) = code else { return raise!(DType, "%c requires int or char") };
                let Some(c) = u32::try_from(code).ok().and_then(char::from_u32) else {
                    return raise!(Overflow, "%c arg not in range(0x110000)");
                };
                self.pad("", "", c.encode_utf8(&mut [0; 4]), false, out);
                return Ok(());
            }
            _ => {}
        }
        if dtype.is_complex() {
            return match self.kind {
                'd' | 'i' | 'u' => {
                    raise!(DType, "%{} format: a real number is required, not complex", self.kind)
                }
                'o' | 'x' | 'X' => raise!(DType, "%{} format: an integer is required, not complex", self.kind),
                _ => raise!(DType, "must be real number, not complex"),
            };
        }
        match self.kind {
            'o' | 'x' | 'X' if dtype == DType::Bool && style == Style::Numpy => {
                raise!(DType, "%{} format: an integer is required, not numpy.bool", self.kind)
            }
            'd' | 'i' | 'u' | 'o' | 'x' | 'X' => self.integer(value, out),
            _ => {
                self.float(value.to_c128().re, out);
                Ok(())
            }
        }
    }

    fn integer(self, value: Scalar, out: &mut String) -> Raised<()> {
        let (sign, magnitude) = match value.to_i128() {
            Some(i) => (i < 0, i.unsigned_abs().to_string()),
            None if matches!(self.kind, 'o' | 'x' | 'X') => {
                return raise!(DType, "%{} format: an integer is required, not {}", self.kind, kind_name(value));
            }
            None => {
                let x = value.to_c128().re;
                if x.is_nan() {
                    return raise!(Value, "cannot convert float NaN to integer");
                }
                if x.is_infinite() {
                    return raise!(Overflow, "cannot convert float infinity to integer");
                }
                let whole = x.trunc();
                (whole < 0.0, format!("{:.0}", whole.abs()))
            }
        };
        let number = || value.to_i128().unwrap_or_default().unsigned_abs();
        let (prefix, mut digits) = match self.kind {
            'o' => ("0o", format!("{:o}", number())),
            'x' => ("0x", format!("{:x}", number())),
            'X' => ("0X", format!("{:X}", number())),
            _ => ("", magnitude),
        };
        if let Some(precision) = self.precision
            && digits.len() < precision
        {
            digits.insert_str(0, &"0".repeat(precision - digits.len()));
        }
        let prefix = if self.alternate { prefix } else { "" };
        self.pad(self.sign(sign), prefix, &digits, self.zero, out);
        Ok(())
    }

    fn sign(self, negative: bool) -> &'static str {
        match () {
            () if negative => "-",
            () if self.plus => "+",
            () if self.space => " ",
            () => "",
        }
    }

    fn float(self, x: f64, out: &mut String) {
        let magnitude = x.abs();
        let precision = self.precision.unwrap_or(6);
        let mut text = match self.kind {
            _ if x.is_nan() => "nan".to_owned(),
            _ if x.is_infinite() => "inf".to_owned(),
            'e' | 'E' => exponential(magnitude, precision, self.alternate),
            'f' | 'F' => {
                let mut text = format!("{magnitude:.precision$}");
                if precision == 0 && self.alternate {
                    text.push('.');
                }
                text
            }
            _ => general(magnitude, precision.max(1), self.alternate),
        };
        if self.kind.is_ascii_uppercase() {
            text.make_ascii_uppercase();
        }
        let negative = x.is_sign_negative() && !x.is_nan();
        self.pad(self.sign(negative), "", &text, self.zero, out);
    }

    fn pad(self, sign: &str, prefix: &str, text: &str, zeros: bool, out: &mut String) {
        let used = sign.len() + prefix.len() + text.chars().count();
        let missing = self.width.saturating_sub(used);
        let fill = |out: &mut String, c: char| out.extend(std::iter::repeat_n(c, missing));
        let zeros = zeros && !self.left;
        if !self.left && !zeros {
            fill(out, ' ');
        }
        out.extend([sign, prefix]);
        if zeros {
            fill(out, '0');
        }
        out.push_str(text);
        if self.left {
            fill(out, ' ');
        }
    }
}

/// `d.ddde+dd`.
fn exponential(x: f64, precision: usize, point: bool) -> String {
    let text = format!("{x:.precision$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, digits) = match exponent.strip_prefix('-') {
        Some(digits) => ('-', digits),
        None => ('+', exponent),
    };
    let point = if point && precision == 0 { "." } else { "" };
    format!("{mantissa}{point}e{sign}{digits:0>2}")
}

/// The shorter of both, with so many significant digits.
fn general(x: f64, precision: usize, keep: bool) -> String {
    let text = exponential(x, precision - 1, keep);
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let power: i64 = exponent.parse().unwrap_or(0);
    let trim = |digits: &str| match digits.contains('.') && !keep {
        true => digits.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => digits.to_owned(),
    };
    if (-4..precision as i64).contains(&power) {
        let places = (precision as i64 - 1 - power) as usize;
        let mut fixed = format!("{x:.places$}");
        if keep && places == 0 {
            fixed.push('.');
        }
        return trim(&fixed);
    }
    format!("{}e{exponent}", trim(mantissa))
}

fn kind_name(value: Scalar) -> String {
    match value.dtype() {
        DType::F64 => "float".to_owned(),
        other => other.to_string(),
    }
}
