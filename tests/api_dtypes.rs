//! The dtype of every function's result, for every dtype, pair of dtypes and number on either
//! side, against the table that `api_dtypes.py` made with NumPy. Nothing is evaluated.

use std::collections::HashMap;

use num_complex::Complex;
use numfuse as np;
use numfuse::{Array, Casting, DType, Operand};

/// The order of the table's rows and columns.
const CODES: &str = "?bBhHiIlLefdFD";

fn dtypes() -> Vec<DType> {
    CODES.chars().map(|c| DType::from_char(c).unwrap()).collect()
}

fn weak() -> [Operand; 4] {
    [true.into(), 1.into(), 1.0.into(), Complex::new(0.0, 1.0).into()]
}

fn table() -> HashMap<&'static str, &'static str> {
    include_str!("api_dtypes.txt").lines().filter_map(|line| line.split_once(' ')).collect()
}

fn code(result: Array) -> char {
    match result.check() {
        Ok(()) => result.dtype().char_code(),
        Err(e) if e.class() == "TypeError" => '-',
        Err(e) => panic!("{e}"),
    }
}

/// What differs between two rows, readably.
fn differences(name: &str, got: &str, want: &str) -> String {
    let n = CODES.len();
    let mut text = String::new();
    for (k, (g, w)) in got.chars().zip(want.chars()).enumerate().filter(|(_, (g, w))| g != w) {
        let codes = CODES.as_bytes();
        let place = match (want.len(), k) {
            (14, k) => (codes[k] as char).to_string(),
            (_, k) if k < n * n => format!("{}{}", codes[k / n] as char, codes[k % n] as char),
            (_, k) => format!("{} with number {}", codes[(k - n * n) / 8] as char, (k - n * n) % 8),
        };
        text += &format!("{name} {place}: {g}, NumPy {w}\n");
    }
    if got.len() != want.len() {
        text += &format!("{name}: {} results, NumPy {}\n", got.len(), want.len());
    }
    text
}

#[test]
fn promotion_and_casting_rules() {
    let (table, all) = (table(), dtypes());
    let pairs = || all.iter().flat_map(|&a| dtypes().into_iter().map(move |b| (a, b)));
    let promoted: String = pairs().map(|(a, b)| np::promote_types(a, b).char_code()).collect();
    assert_eq!(promoted, table["promote"]);
    for (name, rule) in [("safe", Casting::Safe), ("same_kind", Casting::SameKind)] {
        let row: String = pairs().map(|(a, b)| if np::can_cast(a, b, rule).unwrap() { '+' } else { '-' }).collect();
        assert_eq!(row, table[name], "{name}");
    }
    let row: String = all
        .iter()
        .flat_map(|&d| {
            [
                np::result_type((d, true)),
                np::result_type((d, 1)),
                np::result_type((d, 1.0)),
                np::result_type((d, Complex::new(0.0, 1.0))),
            ]
        })
        .map(|d| d.unwrap().char_code())
        .collect();
    assert_eq!(row, table["weak"]);
}

macro_rules! unary_rows {
    ($table:ident, $wrong:ident: $($name:ident)*) => {$(
        let row: String = dtypes().iter().map(|&d| code(np::$name(np::ones(1, d)))).collect();
        let name = stringify!($name);
        $wrong += &differences(name, &row, $table[name]);
    )*};
}

macro_rules! binary_rows {
    ($table:ident, $wrong:ident: $($name:ident)*) => {$(
        let ones: Vec<Array> = dtypes().iter().map(|&d| np::ones(1, d)).collect();
        let mut row: String = ones.iter().flat_map(|a| ones.iter().map(move |b| code(np::$name(a, b)))).collect();
        for a in &ones {
            row.extend(weak().map(|w| code(np::$name(a, w))));
            row.extend(weak().map(|w| code(np::$name(w, a))));
        }
        // Rust's keyword has an underscore.
        let name = stringify!($name).trim_end_matches('_');
        $wrong += &differences(name, &row, $table[name]);
    )*};
}

macro_rules! reduction_rows {
    ($table:ident, $wrong:ident: $($name:ident)*) => {$(
        let row: String = dtypes().iter().map(|&d| code(np::$name(np::ones(1, d), ..))).collect();
        let name = stringify!($name);
        $wrong += &differences(name, &row, $table[name]);
    )*};
}

#[test]
fn one_operand_functions() {
    let (table, mut wrong) = (table(), String::new());
    unary_rows! { table, wrong:
        abs absolute acos acosh arccos arccosh arcsin arcsinh arctan arctanh asin asinh atan atanh bitwise_count
        bitwise_invert bitwise_not cbrt ceil conj conjugate cos cosh deg2rad degrees exp exp2 expm1 fabs floor
        invert isfinite isinf isnan log log10 log1p log2 logical_not negative positive rad2deg radians reciprocal
        rint sign signbit sin sinh spacing sqrt square tan tanh trunc
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn two_operand_functions() {
    let (table, mut wrong) = (table(), String::new());
    binary_rows! { table, wrong:
        add arctan2 atan2 bitwise_and bitwise_left_shift bitwise_or bitwise_right_shift bitwise_xor copysign divide
        equal float_power floor_divide fmax fmin fmod gcd greater greater_equal heaviside hypot lcm ldexp left_shift
        less less_equal logaddexp logaddexp2 logical_and logical_or logical_xor maximum minimum mod_
        multiply nextafter not_equal pow power remainder right_shift subtract true_divide
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn reductions_and_scans() {
    let (table, mut wrong) = (table(), String::new());
    reduction_rows! { table, wrong:
        sum prod min max any all mean var std argmin argmax ptp nansum nanprod nanmin nanmax nanmean nanvar nanstd
        count_nonzero cumsum cumprod nancumsum nancumprod
    }
    assert!(wrong.is_empty(), "{wrong}");
}
