//! Floats as decimal digits, by the rules of NumPy's Dragon4.
//!
//! NumPy stops at the first digit that tells a float from its neighbours, or at a cut-off, and
//! rounds there (`numpy/_core/src/multiarray/dragon4.c`; G. Steele, J. White, "How to Print
//! Floating-Point Numbers Accurately", PLDI 1990; R. Burger, R. Dybvig, "Printing Floating-Point
//! Numbers Quickly and Accurately", PLDI 1996). The shortest digits and the exact ones come from
//! Rust's formatter; here is where one stops and how one rounds.

use numfuse_ir::{DType, Scalar};

/// As many characters as NumPy's buffer has.
const LIMIT: usize = 16383;

/// What happens to zeros at the end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Trim {
    /// `'k'`: kept.
    Keep,
    /// `'.'`: dropped, the point stays.
    Zeros,
    /// `'0'`: dropped but for one.
    OneZero,
    /// `'-'`: dropped, and the point with them.
    Point,
}

impl Trim {
    pub(crate) fn parse(text: &str) -> Option<Trim> {
        Some(match text {
            "k" => Trim::Keep,
            "." => Trim::Zeros,
            "0" => Trim::OneZero,
            "-" => Trim::Point,
            _ => return None,
        })
    }
}

/// How a float becomes text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    /// Stop at the digits that identify the float.
    pub(crate) unique: bool,
    pub(crate) precision: Option<usize>,
    pub(crate) min_digits: Option<usize>,
    /// `precision` and `min_digits` count digits after the point.
    pub(crate) fractional: bool,
    pub(crate) trim: Trim,
    pub(crate) plus: bool,
    pub(crate) pad_left: usize,
    pub(crate) pad_right: Option<usize>,
    pub(crate) exp_digits: Option<usize>,
}

impl Default for Style {
    fn default() -> Style {
        Style {
            unique: true,
            precision: None,
            min_digits: None,
            fractional: true,
            trim: Trim::Keep,
            plus: false,
            pad_left: 0,
            pad_right: None,
            exp_digits: None,
        }
    }
}

impl Style {
    fn sign(&self, x: f64) -> &'static str {
        match (x.is_sign_negative(), self.plus) {
            _ if x.is_nan() => "",
            (true, _) => "-",
            (false, true) => "+",
            (false, false) => "",
        }
    }

    fn special(&self, x: f64) -> String {
        format!("{}{}", self.sign(x), if x.is_nan() { "nan" } else { "inf" })
    }

    /// `x`, which is a value of `dtype`, as `ddd.ddd`.
    pub(crate) fn positional(&self, x: f64, dtype: DType) -> String {
        if !x.is_finite() {
            return self.special(x);
        }
        let cut = |n: Option<usize>| {
            n.map(|n| n.min(LIMIT) as i32).map(|n| if self.fractional { Cut::Fraction(n) } else { Cut::Total(n) })
        };
        let number = Number { x: x.abs(), dtype };
        let Decimal { digits, exponent } = number.digits(self.unique, cut(self.precision), cut(self.min_digits));
        let (whole, mut fraction) = match usize::try_from(exponent) {
            Ok(e) if digits.len() <= e + 1 => (format!("{digits:0<width$}", width = e + 1), String::new()),
            Ok(e) => (digits[..=e].to_owned(), digits[e + 1..].to_owned()),
            Err(_) => ("0".to_owned(), "0".repeat((-1 - exponent) as usize) + &digits),
        };
        let wanted = if self.unique { self.min_digits } else { self.precision };
        let wanted = match (wanted, self.fractional) {
            (None, true) => 0,
            (None, false) => -1 - whole.len() as i64,
            (Some(n), true) => n as i64,
            (Some(n), false) => n as i64 - whole.len() as i64,
        };
        let point = self.finish(&mut fraction, wanted);
        let sign = self.sign(x);
        let mut text = " ".repeat(self.pad_left.min(LIMIT).saturating_sub(whole.len() + sign.len()));
        text.extend([sign, &whole, point, &fraction]);
        if let Some(pad) = self.pad_right.map(|pad| pad.min(LIMIT))
            && pad >= fraction.len()
        {
            // A blank for the point that is not there.
            let blanks = pad - fraction.len() + usize::from(point.is_empty());
            text.push_str(&" ".repeat(blanks));
        }
        text.truncate(LIMIT);
        text
    }

    /// `x`, which is a value of `dtype`, as `d.ddde+dd`.
    pub(crate) fn scientific(&self, x: f64, dtype: DType) -> String {
        if !x.is_finite() {
            return self.special(x);
        }
        let cut = |n: Option<usize>| n.map(|n| Cut::Total(n.min(LIMIT) as i32 + 1));
        let number = Number { x: x.abs(), dtype };
        let Decimal { digits, exponent } = number.digits(self.unique, cut(self.precision), cut(self.min_digits));
        let (first, rest) = digits.split_at(1);
        let mut fraction = rest.to_owned();
        let wanted = if self.unique { self.min_digits } else { self.precision };
        let point = match self.finish(&mut fraction, wanted.unwrap_or(0) as i64) {
            // NumPy forgets the point here.
            "" if !rest.is_empty() => ".",
            point => point,
        };
        let sign = self.sign(x);
        let mut text = " ".repeat(self.pad_left.min(LIMIT).saturating_sub(1 + sign.len()));
        text.extend([sign, first, point, &fraction]);
        let width = self.exp_digits.map_or(2, |n| n.min(5));
        text.truncate(LIMIT - width - 4);
        let power = match (exponent.unsigned_abs(), width) {
            (0, 0) => String::new(),
            (power, width) => format!("{power:0>width$}"),
        };
        text + &format!("e{}{power}", if exponent < 0 { '-' } else { '+' })
    }

    /// Pads or trims the digits after the point; returns the point, if it stays.
    fn finish(&self, fraction: &mut String, wanted: i64) -> &'static str {
        if self.trim == Trim::Keep {
            let missing = wanted.min(LIMIT as i64) - fraction.len() as i64;
            fraction.push_str(&"0".repeat(missing.max(0) as usize));
            return ".";
        }
        fraction.truncate(fraction.trim_end_matches('0').len());
        match (self.trim, fraction.is_empty()) {
            (Trim::Point, true) => return "",
            (Trim::OneZero, true) => fraction.push('0'),
            _ => {}
        }
        "."
    }
}

/// Where digits end: after so many in all, or so many after the point.
#[derive(Clone, Copy)]
enum Cut {
    Total(i32),
    Fraction(i32),
}

impl Cut {
    /// The power of ten of the last digit, for a number whose first digit is at `first`.
    fn position(self, first: i32) -> i32 {
        match self {
            Cut::Total(n) => first + 1 - n,
            Cut::Fraction(n) => -n,
        }
    }
}

/// `d.ddd` times a power of ten.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Decimal {
    pub(crate) digits: String,
    pub(crate) exponent: i32,
}

impl Decimal {
    fn zero() -> Decimal {
        Decimal { digits: "0".to_owned(), exponent: 0 }
    }

    /// What `{:e}` prints.
    fn parse(text: &str) -> Decimal {
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let digits = mantissa.chars().filter(char::is_ascii_digit).collect();
        Decimal { digits, exponent: exponent.parse().unwrap_or(0) }
    }

    /// All digits of a positive float.
    fn exact(x: f64) -> Decimal {
        let first = x.log10().floor() as i32 + 1;
        let precision = (first - last_digit(x)).max(0) as usize;
        let mut decimal = Decimal::parse(&format!("{x:.precision$e}"));
        decimal.digits.truncate(decimal.digits.trim_end_matches('0').len().max(1));
        decimal
    }

    /// The power of ten of the last digit.
    fn last(&self) -> i32 {
        self.exponent + 1 - self.digits.len() as i32
    }

    /// The digit at a power of ten.
    fn digit(&self, position: i32) -> u8 {
        let index = usize::try_from(self.exponent - position).ok();
        index.and_then(|i| self.digits.as_bytes().get(i)).map_or(0, |d| d - b'0')
    }

    fn add(&self, other: &Decimal) -> Decimal {
        let top = self.exponent.max(other.exponent) + 1;
        let mut digits = Vec::new();
        let mut carry = 0;
        for position in self.last().min(other.last())..=top {
            let sum = self.digit(position) + other.digit(position) + carry;
            digits.push(b'0' + sum % 10);
            carry = sum / 10;
        }
        digits.reverse();
        let digits = String::from_utf8(digits).unwrap_or_default();
        let zeros = digits.len() - digits.trim_start_matches('0').len();
        Decimal { digits: digits[zeros..].to_owned(), exponent: top - zeros as i32 }
    }

    /// Whether it is less than another one; neither is zero.
    fn less(&self, other: &Decimal) -> bool {
        let trimmed = |d: &Decimal| d.digits.trim_end_matches('0').to_owned();
        (self.exponent, trimmed(self)) < (other.exponent, trimmed(other))
    }

    /// Digits down to `position`, and whether what is left is more than half of a unit there: less,
    /// half, or more.
    fn split(&self, position: i32) -> (Decimal, std::cmp::Ordering) {
        let keep = (self.exponent + 1 - position).max(0) as usize;
        let head = match keep {
            0 => Decimal { digits: "0".to_owned(), exponent: position },
            _ => {
                let digits = &self.digits[..keep.min(self.digits.len())];
                Decimal { digits: format!("{digits:0<keep$}"), exponent: self.exponent }
            }
        };
        // Left of the number's first digit are zeros.
        let next = self.digit(position - 1);
        let more = position - 1 > self.last();
        (
            head,
            next.cmp(&5).then(if next == 5 && more { std::cmp::Ordering::Greater } else { std::cmp::Ordering::Equal }),
        )
    }

    /// One more in the last digit; zeros that a carry leaves are dropped.
    fn up(&self) -> Decimal {
        let kept = self.digits.trim_end_matches('9');
        let Some(last) = kept.bytes().last() else {
            return Decimal { digits: "1".to_owned(), exponent: self.exponent + 1 };
        };
        let digits = format!("{}{}", &kept[..kept.len() - 1], char::from(last + 1));
        Decimal { digits, exponent: self.exponent }
    }
}

/// The power of ten of the last digit of a positive float that is not zero: that of 2^scale, or, in
/// whole numbers, of a power of ten.
fn last_digit(x: f64) -> i32 {
    let (bits, fraction) = (x.to_bits(), x.to_bits() & ((1 << 52) - 1));
    let (mantissa, scale) = match (bits >> 52) as i32 {
        0 => (fraction, -1074),
        e => (fraction | 1 << 52, e - 1075),
    };
    let twos = mantissa.trailing_zeros().min(63);
    let (mut odd, scale, mut fives) = (mantissa >> twos, scale + twos as i32, 0);
    while scale > fives && odd > 0 && odd % 5 == 0 {
        (odd, fives) = (odd / 5, fives + 1);
    }
    scale.min(fives)
}

/// A finite float that is not negative.
struct Number {
    x: f64,
    dtype: DType,
}

impl Number {
    fn digits(&self, unique: bool, max: Option<Cut>, min: Option<Cut>) -> Decimal {
        if self.x == 0.0 {
            return Decimal::zero();
        }
        if !unique {
            let exact = Decimal::exact(self.x);
            let position = max.map_or(i32::MIN, |cut| cut.position(exact.exponent));
            return if exact.last() >= position { exact } else { nearest(exact.split(position)) };
        }
        let shortest = self.shortest();
        if max.is_none() && min.is_none() {
            return shortest;
        }
        // A lone 1 may stand for 9.99…, whose first digit is one place lower.
        let first = match shortest.digits.as_str() {
            "1" => Decimal::exact(self.x).exponent,
            _ => shortest.exponent,
        };
        let enough = shortest.last().min(first);
        let least = min.map_or(i32::MAX, |cut| cut.position(first));
        let most = max.map_or(i32::MIN, |cut| cut.position(first));
        let end = enough.min(least).max(most);
        if end == enough {
            return shortest;
        }
        let exact = Decimal::exact(self.x);
        let split = exact.split(end);
        if end < enough && split.1.is_lt() && self.only_up(&exact, &split.0) {
            return split.0.up();
        }
        nearest(split)
    }

    /// The fewest digits that give the number back. Rust rounds a half up, NumPy to the even digit.
    fn shortest(&self) -> Decimal {
        let shortest = match self.dtype {
            DType::F32 => Decimal::parse(&format!("{:e}", self.x as f32)),
            DType::F16 => return self.shortest_half(),
            _ => Decimal::parse(&format!("{:e}", self.x)),
        };
        let end = shortest.last();
        if last_digit(self.x) != end - 1 {
            return shortest;
        }
        let split = Decimal::exact(self.x).split(end);
        let even = nearest(split.clone());
        if split.1.is_eq() && self.is(&even) { even } else { shortest }
    }

    /// Whether digits give the number back.
    fn is(&self, d: &Decimal) -> bool {
        let text = format!("{}e{}", d.digits, d.last());
        match self.dtype {
            DType::F16 => text.parse().is_ok_and(|y: f64| Scalar::new(y).cast(DType::F16).to_c128().re == self.x),
            DType::F32 => text.parse().is_ok_and(|y: f32| f64::from(y) == self.x),
            _ => text.parse().is_ok_and(|y: f64| y == self.x),
        }
    }

    fn shortest_half(&self) -> Decimal {
        let exact = Decimal::exact(self.x);
        for end in (exact.last()..=exact.exponent).rev() {
            let split = exact.split(end);
            let (down, up) = (split.0.clone(), split.0.up());
            match (self.is(&down), self.is(&up)) {
                (true, true) => return nearest(split),
                (true, false) => return down,
                (false, true) => return up,
                (false, false) => {}
            }
        }
        exact
    }

    /// Above a power of two the gap to the next float is twice that below. There, digits past those
    /// that identify it may round up although the rest is less than half: `down` is no longer near
    /// enough, and the number above it is.
    fn only_up(&self, exact: &Decimal, down: &Decimal) -> bool {
        let (mantissa_bits, min_exponent) = match self.dtype {
            DType::F16 => (10, -14),
            DType::F32 => (23, -126),
            _ => (52, -1022),
        };
        let exponent = (self.x.to_bits() >> 52) as i32 - 1023;
        if self.x.to_bits() & ((1 << 52) - 1) != 0 || exponent <= min_exponent {
            return false;
        }
        // Half the gap above; the half gap below is half of it.
        let power = exponent - mantissa_bits - 1;
        let margin = Decimal::exact(2f64.powi(power / 2) * 2f64.powi(power - power / 2));
        let unit = Decimal { digits: "1".to_owned(), exponent: down.last() };
        let near_above = !exact.add(&margin).less(&down.add(&unit));
        let near_below = !down.add(down).add(&margin).less(&exact.add(exact));
        near_above && !near_below
    }
}

/// Rounds to nearest, a half to the even digit.
fn nearest((head, rest): (Decimal, std::cmp::Ordering)) -> Decimal {
    let odd = head.digits.bytes().last().is_some_and(|d| d % 2 == 1);
    if rest.is_gt() || (rest.is_eq() && odd) { head.up() } else { head }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_digits_are_exact() {
        for (x, digits, exponent) in [
            (1.0, "1", 0),
            (1e22, "1", 22),
            (1e23, "99999999999999991611392", 22),
            (1.0 / 1024.0, "9765625", -4),
            (0.1, "1000000000000000055511151231257827021181583404541015625", -1),
            (10.0, "1", 1),
        ] {
            assert_eq!(Decimal::exact(x), Decimal { digits: digits.into(), exponent });
        }
        assert_eq!(Decimal::exact(f64::from_bits(1)).digits.len(), 751);
        assert_eq!(Decimal::exact(f64::MAX).digits.len(), 309);
    }
}
