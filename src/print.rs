//! Printing arrays exactly as NumPy's `str` does with its default options.
//!
//! The layout follows `numpy/_core/arrayprint.py` of NumPy 2.4: shortest digits that identify a
//! float, at most 8 of them after the point, a common width, scientific notation when magnitudes
//! differ too much, and `...` in arrays of more than 1000 elements. Digits come from Rust's
//! formatter, which, like NumPy's Dragon4, rounds correctly.

use std::fmt;

use half::f16;
use numfuse_ir::{DType, Scalar};

use crate::array::NdArray;

const PRECISION: usize = 8;
const THRESHOLD: usize = 1000;
const EDGE: usize = 3;
const LINE_WIDTH: usize = 75;

impl fmt::Display for NdArray {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shape = self.shape();
        if shape.is_empty() {
            return f.write_str(&single(self.get_flat(0)));
        }
        if shape.contains(&0) {
            return f.write_str("[]");
        }
        let summarize = self.size() > THRESHOLD;
        let mut shown = Vec::new();
        visit(shape, summarize, 0, 0, &mut |flat| shown.push(self.get_flat(flat)));
        let words = format_all(&shown, self.dtype());
        let mut layout = Layout { shape, summarize, words: words.into_iter() };
        f.write_str(&layout.rows(0, 1, LINE_WIDTH))
    }
}

/// Calls `f` with the row-major position of every element that is printed.
fn visit(shape: &[usize], summarize: bool, axis: usize, base: usize, f: &mut impl FnMut(usize)) {
    let Some(&n) = shape.get(axis) else { return f(base) };
    let cut = summarize && n > 2 * EDGE;
    let ranges = if cut { [0..EDGE, n - EDGE..n] } else { [0..n, 0..0] };
    for i in ranges.into_iter().flatten() {
        visit(shape, summarize, axis + 1, base * n + i, f);
    }
}

struct Layout<'a> {
    shape: &'a [usize],
    summarize: bool,
    words: std::vec::IntoIter<String>,
}

impl Layout<'_> {
    /// Axis `axis` and below, in brackets, indented by `indent`, with `width` columns left.
    fn rows(&mut self, axis: usize, indent: usize, width: usize) -> String {
        let n = self.shape[axis];
        let cut = self.summarize && n > 2 * EDGE;
        let count = if cut { 2 * EDGE } else { n };
        let hanging = " ".repeat(indent);
        let mut out = String::new();
        if axis + 1 == self.shape.len() {
            let elem_width = width - 1;
            let mut line = hanging.clone();
            let add = |out: &mut String, line: &mut String, word: &str| {
                if line.chars().count() + word.len() > elem_width && line.len() > hanging.len() {
                    out.push_str(line.trim_end());
                    out.push('\n');
                    line.clone_from(&hanging);
                }
                line.push_str(word);
            };
            for i in 0..count {
                if cut && i == EDGE {
                    add(&mut out, &mut line, "...");
                    line.push(' ');
                }
                let word = self.words.next().unwrap_or_default();
                add(&mut out, &mut line, &word);
                if i + 1 < count {
                    line.push(' ');
                }
            }
            out.push_str(&line);
        } else {
            let separator = "\n".repeat(self.shape.len() - axis - 1);
            for i in 0..count {
                if cut && i == EDGE {
                    out.push_str(&hanging);
                    out.push_str("...");
                    out.push_str(&separator);
                }
                out.push_str(&hanging);
                out.push_str(&self.rows(axis + 1, indent + 1, width - 1));
                if i + 1 < count {
                    out.push_str(&separator);
                }
            }
        }
        format!("[{}]", &out[indent..])
    }
}

/// The words of all printed elements, of one width.
fn format_all(values: &[Scalar], dtype: DType) -> Vec<String> {
    if dtype == DType::Bool {
        return values.iter().map(|v| if v.bits()[0] != 0 { " True" } else { "False" }.into()).collect();
    }
    if dtype.is_integer() {
        let words: Vec<String> = values.iter().map(|v| v.to_i128().unwrap_or(0).to_string()).collect();
        let width = words.iter().map(String::len).max().unwrap_or(0);
        return words.into_iter().map(|w| format!("{w:>width$}")).collect();
    }
    let real = dtype.real();
    let parts =
        |pick: fn(num_complex::Complex<f64>) -> f64| -> Vec<f64> { values.iter().map(|v| pick(v.to_c128())).collect() };
    let re = parts(|z| z.re);
    if !dtype.is_complex() {
        let format = Format::new(&re, real, false);
        return re.iter().map(|&x| format.word(x)).collect();
    }
    let im = parts(|z| z.im);
    let (re_format, im_format) = (Format::new(&re, real, false), Format::new(&im, real, true));
    re.iter()
        .zip(&im)
        .map(|(&re, &im)| {
            let word = im_format.word(im);
            let end = word.trim_end().len();
            format!("{}{}j{}", re_format.word(re), &word[..end], &word[end..])
        })
        .collect()
}

/// NumPy's `FloatingFormat`: what all floats of an array have in common.
struct Format {
    dtype: DType,
    plus: bool,
    exponential: bool,
    precision: usize,
    pad_left: usize,
    pad_right: usize,
    exponent_digits: usize,
}

impl Format {
    fn new(values: &[f64], dtype: DType, plus: bool) -> Format {
        let finite: Vec<f64> = values.iter().copied().filter(|x| x.is_finite()).collect();
        let magnitudes = finite.iter().map(|x| x.abs()).filter(|&x| x != 0.0);
        let (min, max) = magnitudes.fold((f64::INFINITY, 0.0f64), |(lo, hi), x| (lo.min(x), hi.max(x)));
        let mut format = Format {
            dtype,
            plus,
            exponential: false,
            precision: PRECISION,
            pad_left: 0,
            pad_right: 0,
            exponent_digits: 0,
        };
        if max > 0.0 {
            let cutoff = match dtype {
                DType::F16 => 1e3,
                DType::F32 => 1e6,
                _ => 1e8,
            };
            format.exponential = max >= cutoff || min < lowest(dtype) || ratio(max, min, dtype) > 1000.0;
        }
        if !finite.is_empty() && format.exponential {
            let words: Vec<(String, String)> = finite.iter().map(|&x| scientific(x, dtype, PRECISION)).collect();
            let fraction = |m: &str| m.split_once('.').map_or(0, |(_, f)| f.len());
            format.exponent_digits = words.iter().map(|(_, e)| e.len() - 1).max().unwrap_or(2);
            format.precision = words.iter().map(|(m, _)| fraction(m)).max().unwrap_or(0);
            let sign = |x: f64| usize::from(plus || x.is_sign_negative());
            format.pad_left = finite.iter().map(|&x| 1 + sign(x)).max().unwrap_or(1);
            format.pad_right = format.exponent_digits + 2 + format.precision;
        } else {
            for &x in &finite {
                let word = format.sign(x) + &positional(x, dtype, PRECISION);
                let (int, fraction) = word.split_once('.').unwrap_or((&word, ""));
                format.pad_left = format.pad_left.max(int.len());
                format.pad_right = format.pad_right.max(fraction.len());
            }
        }
        if finite.len() != values.len() {
            let negative = plus || values.contains(&f64::NEG_INFINITY);
            let offset = format.pad_right + 1;
            let need = (3 + usize::from(negative)).saturating_sub(offset).max(3usize.saturating_sub(offset));
            format.pad_left = format.pad_left.max(need);
        }
        format
    }

    fn sign(&self, x: f64) -> String {
        if x.is_sign_negative() && !x.is_nan() {
            "-".into()
        } else if self.plus {
            "+".into()
        } else {
            String::new()
        }
    }

    fn word(&self, x: f64) -> String {
        let width = self.pad_left + self.pad_right + 1;
        if !x.is_finite() {
            let word = self.sign(x) + if x.is_nan() { "nan" } else { "inf" };
            return format!("{word:>width$}");
        }
        if self.exponential {
            // Past the digits that identify a number come its own, not zeros.
            let text = format!("{:.*e}", self.precision, x.abs());
            let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
            let (sign, digits) = match exponent.strip_prefix('-') {
                Some(digits) => ('-', digits),
                None => ('+', exponent),
            };
            let (int, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
            let int = self.sign(x) + int;
            return format!(
                "{int:>left$}.{fraction:0<precision$}e{sign}{digits:0>exponent$}",
                left = self.pad_left,
                precision = self.precision,
                exponent = self.exponent_digits
            );
        }
        let word = self.sign(x) + &positional(x, self.dtype, PRECISION);
        let (int, fraction) = word.split_once('.').unwrap_or((&word, ""));
        format!("{int:>left$}.{fraction:<right$}", left = self.pad_left, right = self.pad_right)
    }
}

/// NumPy compares in the dtype of the data.
fn lowest(dtype: DType) -> f64 {
    match dtype {
        DType::F16 => f16::from_f64(1e-4).to_f64(),
        DType::F32 => f64::from(1e-4f32),
        _ => 1e-4,
    }
}

fn ratio(max: f64, min: f64, dtype: DType) -> f64 {
    match dtype {
        DType::F16 => f16::from_f64(max / min).to_f64(),
        DType::F32 => f64::from((max / min) as f32),
        _ => max / min,
    }
}

/// The fewest digits that identify `|x|` in its dtype, and the decimal exponent of the first.
fn shortest(x: f64, dtype: DType) -> (String, i32) {
    let text = match dtype {
        DType::F32 => format!("{:e}", (x as f32).abs()),
        DType::F16 => {
            let same = |t: &str| t.parse::<f64>().is_ok_and(|y| f16::from_f64(y).to_f64() == x.abs());
            (0..=5).map(|n| format!("{:.n$e}", x.abs())).find(|t| same(t)).unwrap_or_else(|| format!("{:e}", x.abs()))
        }
        _ => format!("{:e}", x.abs()),
    };
    split_exponent(&text)
}

fn split_exponent(text: &str) -> (String, i32) {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let digits: String = mantissa.chars().filter(|c| *c != '.').collect();
    let trimmed = digits.trim_end_matches('0');
    let digits = if trimmed.is_empty() { "0" } else { trimmed };
    (digits.into(), exponent.parse().unwrap_or(0))
}

/// `|x|` as `int.fraction` with at most `precision` digits after the point, no trailing zeros.
fn positional(x: f64, dtype: DType, precision: usize) -> String {
    let (digits, exponent) = shortest(x, dtype);
    let fraction_len = digits.len() as i64 - 1 - i64::from(exponent);
    if fraction_len > precision as i64 {
        let text = format!("{:.precision$}", x.abs());
        let (int, fraction) = text.split_once('.').unwrap_or((&text, ""));
        return format!("{int}.{}", fraction.trim_end_matches('0'));
    }
    if exponent < 0 {
        return format!("0.{}{digits}", "0".repeat((-exponent - 1) as usize)).trim_end_matches('0').to_string();
    }
    let point = exponent as usize + 1;
    if digits.len() <= point {
        return format!("{digits}{}.", "0".repeat(point - digits.len()));
    }
    format!("{}.{}", &digits[..point], &digits[point..])
}

/// `|x|` as (`d.ddd`, `+dd`) with at most `precision` digits after the point, no trailing zeros.
fn scientific(x: f64, dtype: DType, precision: usize) -> (String, String) {
    let (mut digits, mut exponent) = shortest(x, dtype);
    if digits.len() > precision + 1 {
        (digits, exponent) = split_exponent(&format!("{:.precision$e}", x.abs()));
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    (format!("{}.{}", &digits[..1], &digits[1..]), format!("{sign}{:02}", exponent.unsigned_abs()))
}

/// One number as NumPy prints a scalar.
pub(crate) fn single(value: Scalar) -> String {
    let dtype = value.dtype();
    if dtype == DType::Bool {
        return if value.bits()[0] != 0 { "True" } else { "False" }.into();
    }
    if let Some(i) = value.to_i128() {
        return i.to_string();
    }
    let z = value.to_c128();
    if !dtype.is_complex() {
        return single_float(z.re, dtype, ".0");
    }
    let part = |x: f64| single_float(x, dtype.real(), "");
    let im = part(z.im);
    if z.re == 0.0 && z.re.is_sign_positive() {
        return format!("{im}j");
    }
    let plus = if im.starts_with('-') { "" } else { "+" };
    format!("({}{plus}{im}j)", part(z.re))
}

fn single_float(x: f64, dtype: DType, point: &str) -> String {
    if x.is_nan() {
        return "nan".into();
    }
    let sign = if x.is_sign_negative() { "-" } else { "" };
    if x.is_infinite() {
        return format!("{sign}inf");
    }
    let magnitude = x.abs();
    let cutoff = match dtype {
        DType::F16 => 1e3,
        DType::F32 => 1e6,
        _ => 1e16,
    };
    if magnitude == 0.0 || (1e-4..cutoff).contains(&magnitude) {
        let text = positional(x, dtype, usize::MAX >> 1);
        return match text.strip_suffix('.') {
            Some(int) => format!("{sign}{int}{point}"),
            None => format!("{sign}{text}"),
        };
    }
    let (mantissa, exponent) = scientific(x, dtype, 40);
    format!("{sign}{}e{exponent}", mantissa.trim_end_matches('.'))
}
