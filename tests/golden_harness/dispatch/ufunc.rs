//! The universal functions, and the table of their result types.

use numfuse as np;
use numfuse_ir::DType;

use super::args::Args;
use super::{Fault, Out, Result};
use np::{Array, Operand};

type Unary = fn(Operand) -> Array;
type Binary = fn(Operand, Operand) -> Array;

macro_rules! table {
    ($($name:ident)*) => { &[$((stringify!($name), np::$name)),*] };
}

static UNARY: &[(&str, Unary)] = table! {
    abs absolute acos acosh arccos arccosh arcsin arcsinh arctan arctanh asin asinh atan atanh bitwise_count
    bitwise_invert bitwise_not cbrt ceil conj conjugate cos cosh deg2rad degrees exp exp2 expm1 fabs floor invert
    isfinite isinf isnan isnat log log10 log1p log2 logical_not negative positive rad2deg radians reciprocal rint sign
    signbit sin sinh spacing sqrt square tan tanh trunc
};
static BINARY: &[(&str, Binary)] = table! {
    add arctan2 atan2 bitwise_and bitwise_left_shift bitwise_or bitwise_right_shift bitwise_xor copysign divide equal
    float_power floor_divide fmax fmin fmod gcd greater greater_equal heaviside hypot lcm ldexp left_shift less
    less_equal logaddexp logaddexp2 logical_and logical_or logical_xor matmul matvec maximum minimum mod_ multiply
    nextafter not_equal pow power remainder right_shift subtract true_divide vecdot vecmat
};

fn lookup<T: Copy>(table: &[(&str, T)], name: &str) -> Option<T> {
    table.iter().find(|row| row.0.trim_end_matches('_') == name).map(|row| row.1)
}

const PAIRS: [&str; 3] = ["divmod", "modf", "frexp"];

pub fn knows(name: &str) -> bool {
    name == "types" || PAIRS.contains(&name) || lookup(UNARY, name).is_some() || lookup(BINARY, name).is_some()
}

pub fn call(args: &Args) -> Result {
    if args.name == "types" {
        return types(args);
    }
    apply(args.name, args.operands()?).map(|mut out| match out.len() {
        1 => out.remove(0).into(),
        _ => out.into(),
    })
}

fn apply(name: &str, operands: Vec<Operand>) -> Result<Vec<Array>> {
    let pair = |(a, b): (Array, Array)| Ok(vec![a, b]);
    match (name, <[Operand; 2]>::try_from(operands)) {
        ("divmod", Ok([a, b])) => pair(np::divmod(a, b)),
        (_, Ok([a, b])) => match lookup(BINARY, name) {
            Some(f) => Ok(vec![f(a, b)]),
            None => Err(Fault::Harness(format!("{name} does not take two operands"))),
        },
        (_, Err(mut one)) => match (one.pop(), name) {
            (Some(a), "modf") => pair(np::modf(a)),
            (Some(a), "frexp") => pair(np::frexp(a)),
            (Some(a), _) => match lookup(UNARY, name) {
                Some(f) => Ok(vec![f(a)]),
                None => Err(Fault::Harness(format!("{name} does not take one operand"))),
            },
            (None, _) => Err(Fault::Harness(format!("{name} without operands"))),
        },
    }
}

/// The result types of a ufunc; nothing is evaluated. See tests/golden/README.md.
fn types(args: &Args) -> Result {
    use super::super::case::Value;
    let (Value::Text(name), Value::Text(others)) = (args.at(0)?, args.at(1)?) else {
        return Err(Fault::Harness("types takes a name and a list".to_owned()));
    };
    let mut rows = Vec::new();
    for dtype in DType::ALL {
        let one = || Operand::from(np::ones(1, dtype));
        let mut cells = Vec::new();
        for other in others.split(' ') {
            let scalar = |x: Operand| vec![vec![one(), x.clone()], vec![x, one()]];
            let calls = match other {
                "-" => vec![vec![one()]],
                "weak_bool" => scalar(true.into()),
                "weak_int" => scalar(1.into()),
                "weak_float" => scalar(1.0.into()),
                "weak_complex" => scalar(num_complex::Complex::new(0.0, 1.0).into()),
                _ => {
                    let other = DType::parse(other).ok_or_else(|| Fault::Harness(format!("no dtype {other}")))?;
                    vec![vec![one(), np::ones(1, other).into()]]
                }
            };
            let cell = calls.into_iter().map(|operands| cell(name, operands)).collect::<Result<Vec<_>>>()?;
            cells.push(cell.join("/"));
        }
        rows.push(cells.join(" "));
    }
    Ok(Out::Text(rows.join("\n")))
}

fn cell(name: &str, operands: Vec<Operand>) -> Result<String> {
    let mut out = String::new();
    for array in apply(name, operands)? {
        match array.check() {
            Ok(()) => out.push_str(array.dtype().type_code()),
            Err(error) if error.class() == "TypeError" => return Ok(".".to_owned()),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(out)
}
