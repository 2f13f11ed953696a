//! Elements as words of one width: NumPy's `FloatingFormat` and its siblings
//! (`numpy/_core/arrayprint.py`).

use half::f16;
use numfuse_ir::{DType, Scalar};

use super::digits::{Style, Trim};
use super::options::{Custom, Legacy, PrintOptions};
use crate::error::{Raised, raise};

/// What the words of an array have in common.
pub(super) enum Format {
    Bool { pad: bool },
    Int { sign: char, width: usize },
    Float(Float),
    Complex(Box<Float>, Box<Float>),
    Custom(Custom),
}

impl Format {
    /// For the elements that will be shown; `flat` is false for 0-d arrays.
    pub(super) fn new(values: &[Scalar], dtype: DType, flat: bool, options: &PrintOptions) -> Raised<Format> {
        if let Some(custom) = options.formatter.as_ref().and_then(|f| f.of(dtype)) {
            return Ok(Format::Custom(custom));
        }
        if dtype == DType::Bool {
            return Ok(Format::Bool { pad: flat });
        }
        if dtype.is_integer() {
            return Ok(int_format(values, options.sign));
        }
        let old = options.legacy <= Legacy::V1_13;
        let sign = if old && flat && options.sign == '-' { ' ' } else { options.sign };
        let real: Vec<f64> = values.iter().map(|v| v.to_c128().re).collect();
        if !dtype.is_complex() {
            return Ok(Format::Float(Float::new(&real, dtype, sign, &options.floatmode, options)?));
        }
        let imaginary: Vec<f64> = values.iter().map(|v| v.to_c128().im).collect();
        let mode = |old_mode| if old { old_mode } else { options.floatmode.as_str() };
        let re = Float::new(&real, dtype.real(), sign, mode("maxprec_equal"), options)?;
        let im = Float::new(&imaginary, dtype.real(), '+', mode("maxprec"), options)?;
        Ok(Format::Complex(Box::new(re), Box::new(im)))
    }

    pub(super) fn word(&self, value: Scalar) -> String {
        match self {
            Format::Bool { pad } => match (value.bits()[0] != 0, pad) {
                (false, _) => "False".to_owned(),
                (true, false) => "True".to_owned(),
                (true, true) => " True".to_owned(),
            },
            Format::Int { sign, width } => {
                let i = value.to_i128().unwrap_or_default();
                let plus = if i >= 0 && *sign != '-' { sign.to_string() } else { String::new() };
                format!("{:>width$}", format!("{plus}{i}"))
            }
            Format::Float(float) => float.word(value.to_c128().re),
            Format::Complex(re, im) => {
                let z = value.to_c128();
                let imaginary = im.word(z.im);
                let (number, blanks) = imaginary.split_at(imaginary.trim_end().len());
                format!("{}{number}j{blanks}", re.word(z.re))
            }
            Format::Custom(custom) => custom(value),
        }
    }
}

fn int_format(values: &[Scalar], sign: char) -> Format {
    let numbers = || values.iter().filter_map(|v| v.to_i128());
    let (Some(max), Some(min)) = (numbers().max(), numbers().min()) else { return Format::Int { sign, width: 0 } };
    let sign = if sign == ' ' && min < 0 { '-' } else { sign };
    let length = |i: i128| i.to_string().len();
    let width = (length(max) + usize::from(max >= 0 && sign != '-')).max(length(min));
    Format::Int { sign, width }
}

/// What all floats of an array have in common.
pub(super) struct Float {
    dtype: DType,
    exponential: bool,
    sign: char,
    style: Style,
    /// Columns of a word that is not finite.
    width: usize,
    nan: String,
    inf: String,
}

impl Float {
    fn new(values: &[f64], dtype: DType, sign: char, mode: &str, options: &PrintOptions) -> Raised<Float> {
        let precision = match mode {
            "unique" => None,
            _ => match usize::try_from(options.precision) {
                Ok(precision) => Some(precision),
                Err(_) => return raise!(Value, "precision must be >= 0"),
            },
        };
        let old = options.legacy <= Legacy::V1_13;
        let finite: Vec<f64> = values.iter().copied().filter(|x| x.is_finite()).collect();
        let exponential = needs_exponent(&finite, dtype, options);
        let fixed = mode == "fixed" || (exponential && old);
        if fixed && precision.is_none() && !finite.is_empty() {
            return raise!(DType, "in non-unique mode `precision` must be supplied");
        }
        let (trim, plus) = (if fixed { Trim::Keep } else { Trim::Zeros }, sign == '+');
        let first = Style { unique: !fixed, precision, trim, plus, ..Style::default() };
        let mut style;
        let (mut left, mut right) = (0, 0);
        if !finite.is_empty() && exponential {
            let mut exponent = 0;
            for &x in &finite {
                let text = first.scientific(x, dtype);
                let (mantissa, power) = text.split_once('e').unwrap_or((&text, ""));
                let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
                (left, right) = (left.max(whole.len()), right.max(fraction.len()));
                exponent = exponent.max(power.len().saturating_sub(1));
            }
            if old {
                left = 3;
            }
            style = Style { trim: Trim::Keep, precision: Some(right), min_digits: Some(right), ..first };
            style.exp_digits = Some(exponent);
            right += exponent + 2;
        } else {
            for &x in &finite {
                let text = first.positional(x, dtype);
                let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
                let whole = if old { 1 + whole.trim_start_matches(['-', '+']).len() } else { whole.len() };
                (left, right) = (left.max(whole), right.max(fraction.len()));
            }
            style = match mode {
                "fixed" | "maxprec_equal" => {
                    Style { trim: Trim::Keep, precision: Some(right), min_digits: Some(right), ..first }
                }
                _ => Style { trim: Trim::Zeros, min_digits: Some(0), ..first },
            };
            style.pad_right = Some(right);
        }
        if !old && sign == ' ' && !finite.iter().any(|x| x.is_sign_negative()) {
            left += 1;
        }
        let current = PrintOptions::current();
        if finite.len() != values.len() {
            let signed = usize::from(sign != '-' || values.contains(&f64::NEG_INFINITY));
            let longest = current.nanstr.chars().count().max(current.infstr.chars().count() + signed);
            left = left.max(longest.saturating_sub(right + 1));
        }
        style.pad_left = left;
        let (nan, inf) = (current.nanstr.clone(), current.infstr.clone());
        Ok(Float { dtype, exponential, sign, style, width: left + right + 1, nan, inf })
    }

    fn word(&self, x: f64) -> String {
        if !x.is_finite() {
            let sign = match x < 0.0 {
                true => "-",
                false if self.sign == '+' => "+",
                false => "",
            };
            let word = format!("{sign}{}", if x.is_nan() { &self.nan } else { &self.inf });
            return format!("{word:>width$}", width = self.width);
        }
        if self.exponential { self.style.scientific(x, self.dtype) } else { self.style.positional(x, self.dtype) }
    }
}

/// Whether magnitudes call for `1.e+10`. NumPy compares in the dtype of the data.
fn needs_exponent(finite: &[f64], dtype: DType, options: &PrintOptions) -> bool {
    let magnitudes = finite.iter().map(|x| x.abs()).filter(|&x| x != 0.0);
    let (min, max) = magnitudes.fold((f64::INFINITY, 0.0f64), |(lo, hi), x| (lo.min(x), hi.max(x)));
    if max == 0.0 {
        return false;
    }
    let digits = match dtype {
        _ if options.legacy <= Legacy::V2_2 => 8,
        DType::F16 => 3,
        DType::F32 => 6,
        _ => 8,
    };
    let round = |x: f64| match dtype {
        DType::F16 => f16::from_f64(x).to_f64(),
        DType::F32 => f64::from(x as f32),
        _ => x,
    };
    max >= round(10f64.powi(digits)) || (!options.suppress && (min < round(1e-4) || round(max / min) > 1000.0))
}
