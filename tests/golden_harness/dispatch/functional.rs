//! Universal functions as objects, and functions of functions.

use numfuse as np;

use super::super::case::Value;
use super::args::{Args, dtype, operand, options};
use super::indexing::{changed, items};
use super::{Fault, Out, Result, Row};
use np::{Array, Operand, Piece, Scalar};

/// A method of a universal function, by the name `add.reduce`.
pub fn method(name: &str) -> Option<fn(&Args) -> Result> {
    let (prefix, method) = name.rsplit_once('.')?;
    np::ufunc(prefix).ok()?;
    Some(match method {
        "reduce" => |c| {
            let options = options!(c => np::ReduceOptions; axis: axes, dtype: dtype, keepdims!, initial: operand, where_: operand,);
            Ok(ufunc(c)?.reduce(c.op(0)?, options).into())
        },
        "accumulate" => |c| Ok(ufunc(c)?.accumulate(c.op(0)?, accumulate(c)?).into()),
        "reduceat" => |c| Ok(ufunc(c)?.reduceat(c.op(0)?, c.op(1)?, accumulate(c)?).into()),
        "outer" => |c| Ok(ufunc(c)?.outer(c.op(0)?, c.op(1)?).into()),
        "at" => |c| {
            changed(c, |a| {
                match c.len() {
                    2 => ufunc(c)?.at_unary(a, items(c, 1)?),
                    _ => ufunc(c)?.at(a, items(c, 1)?, c.op(2)?),
                }
                Ok(())
            })
        },
        _ => return None,
    })
}

fn ufunc(c: &Args) -> Result<np::Ufunc> {
    let name = c.name.rsplit_once('.').map_or(c.name, |(name, _)| name);
    Ok(np::ufunc(name)?)
}

fn accumulate(c: &Args) -> Result<np::AccumulateOptions> {
    Ok(options!(c => np::AccumulateOptions; axis: axes, dtype: dtype,))
}

fn function(value: &Value) -> Result<&str> {
    match value {
        Value::Function(name) => Ok(name),
        _ => Err(Fault::Harness("no function".to_owned())),
    }
}

fn unknown<T>(name: &str) -> Result<T> {
    Err(Fault::Harness(format!("no function {name}")))
}

fn lane(name: &str) -> Result<fn(&Array) -> Array> {
    Ok(match name {
        "sum" => |v| v.sum(..),
        "max" => |v| v.max(..),
        "shifted" => |v| v - v.get(0),
        "pair" => |v| np::stack([v.get(0), v.get(-1)], ..),
        "outer" => |v| np::outer(v, v.get(np::s![..2])),
        "negated" => |v| -v,
        "halved" => |v| v / 2,
        _ => return unknown(name),
    })
}

fn larger(x: &[Scalar]) -> Vec<Scalar> {
    vec![if x[0].to_c128().re > x[1].to_c128().re { x[0] } else { x[1] }]
}

fn vectorized(c: &Args) -> Result {
    let arguments: Vec<Operand> = (1..c.len()).map(|i| c.op(i)).collect::<Result<_>>()?;
    if let Some(signature) = c.text("signature")? {
        let f = match function(c.at(0)?)? {
            "dot" => np::vectorize_signature(|a| vec![np::dot(&a[0], &a[1])], signature),
            "pair" => np::vectorize_signature(|a| vec![np::stack([a[0].get(0), a[0].get(-1)], ..)], signature),
            other => return unknown(other),
        };
        let mut all = f.call(&arguments);
        return Ok(all.remove(0).into());
    }
    let whole = arguments.iter().all(|a| np::asarray(a, ..).dtype().is_integer());
    Ok(match (function(c.at(0)?)?, whole) {
        ("x*y+1", true) => np::vectorize(|x: i64, y: i64| x * y + 1).call(&arguments),
        ("x*y+1", false) => np::vectorize(|x: f64, y: f64| x * y + 1.0).call(&arguments),
        ("square", _) => {
            let square = np::vectorize(|x: f64| x * x);
            match c.value("otypes") {
                Some(Value::List(types)) => square.otypes(dtype(&types[0])?).call(&arguments),
                _ => square.call(&arguments),
            }
        }
        (other, _) => return unknown(other),
    }
    .into())
}

pub static TABLE: &[Row] = &[
    ("ufunc", &["name"], |c| {
        let u = np::ufunc(c.text("name")?.unwrap_or_default())?;
        let identity = match u.identity() {
            None => "None".to_owned(),
            Some(i) if i.dtype() == np::bool => if i == Scalar::new(true) { "True" } else { "False" }.to_owned(),
            Some(i) => i.to_i128().map_or_else(|| format!("{:?}", i.to_c128().re), |i| i.to_string()),
        };
        let signature = u.signature().unwrap_or("None");
        Ok(Out::Text(format!("{} {} {} {identity} {signature}", u.nin(), u.nout(), u.nargs())))
    }),
    ("apply_along_axis", &[], |c| {
        let f = lane(function(c.at(0)?)?)?;
        Ok(np::apply_along_axis(f, c.int_at(1)?, c.op(2)?).into())
    }),
    ("apply_over_axes", &[], |c| {
        let f: fn(&Array, isize) -> Array = match function(c.at(0)?)? {
            "fold" => |a, axis| a.sum(axis),
            "kept" => |a, axis| a.max(np::options::axis(axis).keepdims()),
            "all" => |a, _| a.sum(..),
            other => return unknown(other),
        };
        Ok(np::apply_over_axes(f, c.op(1)?, c.ints_at(2)?).into())
    }),
    ("piecewise", &[], |c| {
        let Value::List(pieces) = c.at(2)? else { return Err(Fault::Harness("no pieces".to_owned())) };
        let piece = |value: &Value| match value {
            Value::Function(name) => Ok(Piece::function(lane(name)?)),
            other => Ok(Piece::from(operand(other)?)),
        };
        Ok(np::piecewise(c.op(0)?, c.arrays(1)?, pieces.iter().map(piece).collect::<Result<Vec<_>>>()?).into())
    }),
    ("vectorize", &[], vectorized),
    ("frompyfunc", &["function", "nin", "method", "dtype"], |c| {
        let f = np::frompyfunc(larger, 2, 1);
        let result = match c.text("method")?.unwrap_or_default() {
            "" => f.call([c.op(4)?, c.op(5)?]).remove(0),
            "reduce" => f.reduce(c.op(4)?, ..),
            "accumulate" => f.accumulate(c.op(4)?, ..),
            _ => f.outer(c.op(4)?, c.op(5)?),
        };
        Ok(result.astype(c.dtype_at(3)?).into())
    }),
];
