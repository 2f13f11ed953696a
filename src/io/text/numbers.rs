//! Numbers in text.

use numfuse_ir::{DType, Kind, Scalar};

use crate::array::operand::fits;

/// White space as Python's `str.isspace` sees it.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\x1c'..='\x1f').contains(&c)
}

pub(crate) fn strip(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// The float that text starts with, and its length: C's `strtod` without hexadecimal numbers.
pub(crate) fn scan_float(text: &str) -> Option<(f64, usize)> {
    let bytes = text.as_bytes();
    let sign = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let rest = &bytes[sign..];
    let starts = |word: &str| rest.len() >= word.len() && rest[..word.len()].eq_ignore_ascii_case(word.as_bytes());
    let negative = bytes.first() == Some(&b'-');
    let signed = |x: f64| if negative { -x } else { x };
    for (word, value) in [("infinity", f64::INFINITY), ("inf", f64::INFINITY)] {
        if starts(word) {
            return Some((signed(value), sign + word.len()));
        }
    }
    if starts("nan") {
        let mut end = sign + 3;
        // A payload in parentheses, which means nothing.
        if bytes.get(end) == Some(&b'(') {
            let word = bytes[end + 1..].iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
            if bytes.get(end + 1 + word) == Some(&b')') {
                end += word + 2;
            }
        }
        return Some((signed(f64::NAN), end));
    }
    let digits = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let whole = digits(sign);
    let mut end = sign + whole;
    let mut fraction = 0;
    if bytes.get(end) == Some(&b'.') {
        fraction = digits(end + 1);
        end += 1 + fraction;
    }
    if whole + fraction == 0 {
        return None;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end + 1 + sign);
        if exponent > 0 {
            end += 1 + sign + exponent;
        }
    }
    text[..end].parse().ok().map(|x| (x, end))
}

/// A whole field as a float, with white space around it.
pub(crate) fn float(text: &str) -> Option<f64> {
    let text = strip(text);
    match text.as_bytes().first()? {
        // What Rust takes beyond that starts with a letter.
        b'0'..=b'9' | b'+' | b'-' | b'.' => {
            let digit = text.bytes().any(|b| b.is_ascii_digit());
            let (value, len) = if digit { (text.parse().ok()?, text.len()) } else { scan_float(text)? };
            (len == text.len() && !text.ends_with(')')).then_some(value)
        }
        _ => {
            let (value, len) = scan_float(text)?;
            (len == text.len() && !text.ends_with(')')).then_some(value)
        }
    }
}

/// A whole field as an integer, with white space around it.
pub(crate) fn integer(text: &str) -> Option<i128> {
    let text = strip(text);
    // Nobody needs more digits than 64 bits have.
    text.parse().ok().filter(|_| text.len() < 64)
}

/// A whole field as a complex number as `loadtxt` reads it: `1+2j`, `2j`, `1`, in parentheses or not.
pub(crate) fn complex(text: &str) -> Option<(f64, f64)> {
    let text = strip(text);
    let text = match text.strip_prefix('(') {
        Some(inner) => strip(inner.strip_suffix(')')?),
        None => text,
    };
    let (first, len) = scan_float(text)?;
    let rest = &text[len..];
    if rest.is_empty() {
        return Some((first, 0.0));
    }
    if rest == "j" {
        return Some((0.0, first));
    }
    if !rest.starts_with(['+', '-']) {
        return None;
    }
    let (second, len) = scan_float(rest)?;
    (&rest[len..] == "j").then_some((first, second))
}

/// A field in a dtype, by the rules of `loadtxt`.
pub(crate) fn field(text: &str, dtype: DType) -> Option<Scalar> {
    match dtype.kind() {
        Kind::Bool => integer(text).filter(|&i| fits(i, DType::I64)).map(|i| Scalar::new(i != 0)),
        Kind::Signed | Kind::Unsigned => integer(text).filter(|&i| fits(i, dtype)).map(|i| wrap(i, dtype)),
        Kind::Float => float(text).map(|x| Scalar::new(x).cast(dtype)),
        Kind::Complex => complex(text).map(|(re, im)| Scalar::new(num_complex::Complex::new(re, im)).cast(dtype)),
    }
}

/// An integer in an integer dtype.
pub(crate) fn wrap(i: i128, dtype: DType) -> Scalar {
    match i64::try_from(i) {
        Ok(i) => Scalar::new(i).cast(dtype),
        Err(_) => Scalar::new(i as u64).cast(dtype),
    }
}

/// The element that text starts with, and what is left: `fromstring`'s rules, which are those of C.
pub(crate) fn scan(text: &str, dtype: DType) -> Option<(Scalar, &str)> {
    let text = text.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '\x0b');
    match dtype.kind() {
        Kind::Float => scan_float(text).map(|(x, len)| (Scalar::new(x).cast(dtype), &text[len..])),
        Kind::Complex => {
            let (first, len) = scan_float(text)?;
            let rest = &text[len..];
            let part = |re: f64, im: f64| Scalar::new(num_complex::Complex::new(re, im)).cast(dtype);
            if let Some(rest) = rest.strip_prefix('j') {
                return Some((part(0.0, first), rest));
            }
            match scan_float(rest) {
                Some((second, len)) if rest.starts_with(['+', '-']) && rest[len..].starts_with('j') => {
                    Some((part(first, second), &rest[len + 1..]))
                }
                // Half a number is none.
                Some(_) if rest.starts_with(['+', '-']) => None,
                _ => Some((part(first, 0.0), rest)),
            }
        }
        Kind::Bool => scan_float(text).map(|(x, len)| (Scalar::new(x != 0.0), &text[len..])),
        Kind::Signed | Kind::Unsigned => {
            if dtype.kind() == Kind::Unsigned && text.starts_with('-') {
                return None;
            }
            let sign = usize::from(text.starts_with(['+', '-']));
            let digits = text[sign..].bytes().take_while(u8::is_ascii_digit).count();
            if digits == 0 {
                return None;
            }
            let (word, rest) = text.split_at(sign + digits);
            // What 64 bits cannot hold becomes the nearest that they can; what a smaller dtype cannot
            // hold wraps.
            let (low, high) = match dtype {
                DType::U64 => (0, i128::from(u64::MAX)),
                _ => (i128::from(i64::MIN), i128::from(i64::MAX)),
            };
            let value = match word.parse::<i128>() {
                Ok(i) => i.clamp(low, high),
                Err(_) if word.starts_with('-') => low,
                Err(_) => high,
            };
            Some((wrap(value, dtype), rest))
        }
    }
}

/// Digits without the underscores that Python allows between them.
fn without_underscores(text: &str) -> Option<std::borrow::Cow<'_, str>> {
    if !text.contains('_') {
        return Some(text.into());
    }
    let bytes = text.as_bytes();
    let between = |i: usize| {
        let digit = |j: Option<usize>| j.and_then(|j| bytes.get(j)).is_some_and(u8::is_ascii_digit);
        digit(i.checked_sub(1)) && digit(Some(i + 1))
    };
    (0..bytes.len()).all(|i| bytes[i] != b'_' || between(i)).then(|| text.replace('_', "").into())
}

/// Python's `float(text)`.
pub(super) fn python_float(text: &str) -> Option<f64> {
    float(&without_underscores(strip(text))?)
}

/// Python's `int(text)`.
pub(super) fn python_int(text: &str) -> Option<i128> {
    integer(&without_underscores(strip(text))?)
}

/// Python's `complex(text)`.
pub(super) fn python_complex(text: &str) -> Option<(f64, f64)> {
    let text = without_underscores(strip(text))?;
    let text = match text.strip_prefix('(') {
        Some(inner) => strip(inner.strip_suffix(')')?),
        None => &text,
    };
    let unit = |rest: &str| match rest {
        "j" | "J" | "+j" | "+J" => Some(1.0),
        "-j" | "-J" => Some(-1.0),
        _ => None,
    };
    if let Some(im) = unit(text) {
        return Some((0.0, im));
    }
    let plain = |text: &str| scan_float(text).filter(|(_, len)| !text[..*len].ends_with(')'));
    let (first, len) = plain(text)?;
    let rest = &text[len..];
    if rest.is_empty() {
        return Some((first, 0.0));
    }
    if matches!(rest, "j" | "J") {
        return Some((0.0, first));
    }
    if let Some(im) = unit(rest) {
        return Some((first, im));
    }
    let (second, len) = plain(rest).filter(|_| rest.starts_with(['+', '-']))?;
    matches!(&rest[len..], "j" | "J").then_some((first, second))
}

/// A field as `np.array` of a string makes it a number.
pub(super) fn python(text: &str, dtype: DType) -> Option<Scalar> {
    match dtype.kind() {
        Kind::Bool => Some(Scalar::new(!text.is_empty())),
        Kind::Signed | Kind::Unsigned => python_int(text).filter(|&i| fits(i, dtype)).map(|i| wrap(i, dtype)),
        Kind::Float => python_float(text).map(|x| Scalar::new(x).cast(dtype)),
        Kind::Complex => {
            python_complex(text).map(|(re, im)| Scalar::new(num_complex::Complex::new(re, im)).cast(dtype))
        }
    }
}
