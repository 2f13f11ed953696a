//! Integers in other bases.

use std::panic::Location;

use crate::array::operand::{Arg, Operand, Weak};
use crate::error::{Raised, Result, no_memory, raise};
use crate::options::{Int, options};

options! {
    /// Options of [`base_repr`]; the bare value is `base`.
    BaseReprOptions { base: Base(Operand), padding: Padding(Int) } bare base operand;
    /// Options of [`binary_repr`]; the bare value is `width`.
    BinaryReprOptions { width: Width(Int) } bare width int;
}

/// An integer in a base from 2 (the default) to 36, with `padding` zeros in front.
///
/// # Errors
///
/// `ValueError` for another base, `TypeError` for one that is not an integer.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// assert_eq!(np::base_repr(5, ..)?, "101");
/// assert_eq!(np::base_repr(-10, 16)?, "-A");
/// assert_eq!(np::base_repr(6, base(5).padding(3))?, "00011");
/// assert!(np::base_repr(5, 37).is_err());
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn base_repr(number: impl Into<i128>, options: impl Into<BaseReprOptions>) -> Result<String> {
    let location = Location::caller();
    base_text(number.into(), options.into()).map_err(|raise| raise.sign("base_repr", location))
}

fn base_text(number: i128, options: BaseReprOptions) -> Raised<String> {
    let base = match options.base.map(|base| base.0) {
        None => 2,
        Some(Arg::Weak(Weak::Int(base))) => base,
        Some(_) => return raise!(DType, "the base must be an integer"),
    };
    match base {
        ..2 => return raise!(Value, "Bases less than 2 not handled in base_repr."),
        37.. => return raise!(Value, "Bases greater than 36 not handled in base_repr."),
        _ => {}
    }
    let padding = usize::try_from(options.padding.map_or(0, |p| p.0)).unwrap_or(0);
    let mut text = String::new();
    let mut rest = number.unsigned_abs();
    while rest > 0 {
        let digit = (rest % base.unsigned_abs()) as u32;
        text.push(char::from_digit(digit, 36).unwrap_or('0').to_ascii_uppercase());
        rest /= base.unsigned_abs();
    }
    if text.try_reserve(padding.saturating_add(2)).is_err() {
        return Err(no_memory(padding as u128, None));
    }
    text.extend(std::iter::repeat_n('0', padding));
    if text.is_empty() {
        text.push('0');
    }
    if number < 0 {
        text.push('-');
    }
    Ok(text.chars().rev().collect())
}

/// An integer in base 2; with a `width`, negative ones as their two's complement.
///
/// # Errors
///
/// `ValueError` if the digits do not fit into `width`.
///
/// ```
/// use numfuse as np;
/// assert_eq!(np::binary_repr(3, ..)?, "11");
/// assert_eq!(np::binary_repr(-3, ..)?, "-11");
/// assert_eq!(np::binary_repr(3, 4)?, "0011");
/// assert_eq!(np::binary_repr(-3, 5)?, "11101");
/// assert!(np::binary_repr(10, 2).is_err());
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn binary_repr(number: impl Into<i128>, options: impl Into<BinaryReprOptions>) -> Result<String> {
    let location = Location::caller();
    let width = options.into().width.map(|w| w.0);
    binary_text(number.into(), width).map_err(|raise| raise.sign("binary_repr", location))
}

fn binary_text(number: i128, width: Option<i64>) -> Raised<String> {
    let magnitude = format!("{:b}", number.unsigned_abs());
    let (digits, fill) = match (number, width) {
        // Python repeats a string a negative number of times as none.
        (0, Some(width)) if width != 0 => (String::new(), '0'),
        (0.., _) => (magnitude, '0'),
        (_, None) => return Ok(format!("-{magnitude}")),
        (_, Some(_)) => {
            // -8 needs four digits, not five.
            let bits = magnitude.len() - usize::from(number.unsigned_abs().is_power_of_two());
            let complement = number.unsigned_abs().wrapping_neg() & (u128::MAX >> (127 - bits));
            (format!("{complement:0>width$b}", width = bits + 1), '1')
        }
    };
    let Some(width) = width else { return Ok(digits) };
    if width < digits.len() as i64 {
        if number == 0 {
            return Ok(digits);
        }
        return raise!(Value, "Insufficient bit width={width} provided for binwidth={}", digits.len());
    }
    let missing = width as usize - digits.len();
    let mut text = String::new();
    if text.try_reserve_exact(missing.saturating_add(digits.len())).is_err() {
        return Err(no_memory(missing as u128, None));
    }
    text.extend(std::iter::repeat_n(fill, missing));
    Ok(text + &digits)
}
