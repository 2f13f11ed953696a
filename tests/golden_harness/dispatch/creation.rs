//! Generators.

use numfuse as np;

use super::super::case::Value;
use super::args::{Args, options};
use super::{Fault, Out, Result, Row};
use np::Array;

macro_rules! fills {
    ($($name:ident)*) => { [$((stringify!($name), &["shape", "dtype"], |c| {
        let options = options!(c => np::CreateOptions; dtype: dtype,);
        Ok(np::$name(c.ints_at(0)?, options).into())
    })),*] };
}

macro_rules! likes {
    ($($name:ident)*) => { [$((stringify!($name), &["a", "dtype"], |c| {
        Ok(np::$name(c.op(0)?, options!(c => np::LikeOptions; dtype: dtype, shape: ints,)).into())
    })),*] };
}

static FILLS: [Row; 3] = fills!(zeros ones empty);
static LIKES: [Row; 3] = likes!(zeros_like ones_like empty_like);

pub static TABLE: &[Row] = &[
    FILLS[0],
    FILLS[1],
    FILLS[2],
    LIKES[0],
    LIKES[1],
    LIKES[2],
    ("asarray", &["a", "dtype"], |c| Ok(np::asarray(c.op(0)?, options!(c => np::CreateOptions; dtype: dtype,)).into())),
    ("full", &["shape", "fill_value", "dtype"], |c| {
        Ok(np::full(c.ints_at(0)?, c.op(1)?, options!(c => np::CreateOptions; dtype: dtype,)).into())
    }),
    ("full_like", &["a", "fill_value", "dtype"], |c| {
        Ok(np::full_like(c.op(0)?, c.op(1)?, options!(c => np::LikeOptions; dtype: dtype, shape: ints,)).into())
    }),
    ("arange", &["start", "stop", "step", "dtype"], |c| {
        Ok(np::arange(c.op(0)?, options!(c => np::ArangeOptions; stop: operand, step: operand, dtype: dtype,)).into())
    }),
    ("linspace", &["start", "stop", "num"], |c| {
        let options = options!(c => np::LinspaceOptions; num: int, endpoint: boolean, dtype: dtype, axis: axes,);
        Ok(np::linspace(c.op(0)?, c.op(1)?, options).into())
    }),
    ("geomspace", &["start", "stop", "num"], |c| {
        let options = options!(c => np::LinspaceOptions; num: int, endpoint: boolean, dtype: dtype, axis: axes,);
        Ok(np::geomspace(c.op(0)?, c.op(1)?, options).into())
    }),
    ("logspace", &["start", "stop", "num"], |c| {
        let options =
            options!(c => np::LogspaceOptions; num: int, endpoint: boolean, base: operand, dtype: dtype, axis: axes,);
        Ok(np::logspace(c.op(0)?, c.op(1)?, options).into())
    }),
    ("eye", &["N", "m", "k"], |c| {
        Ok(np::eye(c.int_at(0)?, options!(c => np::EyeOptions; m: int, k: int, dtype: dtype,)).into())
    }),
    ("tri", &["N", "m", "k"], |c| {
        Ok(np::tri(c.int_at(0)?, options!(c => np::EyeOptions; m: int, k: int, dtype: dtype,)).into())
    }),
    ("identity", &["n"], |c| Ok(np::identity(c.int_at(0)?, options!(c => np::CreateOptions; dtype: dtype,)).into())),
    ("tril", &["m", "k"], |c| Ok(np::tril(c.op(0)?, options!(c => np::TriangleOptions; k: int,)).into())),
    ("triu", &["m", "k"], |c| Ok(np::triu(c.op(0)?, options!(c => np::TriangleOptions; k: int,)).into())),
    ("indices", &["dimensions"], |c| {
        Ok(np::indices(c.ints_at(0)?, options!(c => np::CreateOptions; dtype: dtype,)).into())
    }),
    ("meshgrid", &[], |c| {
        let options = match (c.text("indexing")?, c.flag("sparse")?) {
            (None, false) => np::MeshOptions::from(..),
            (None, true) => np::options::sparse().into(),
            (Some(text), sparse) => {
                // The option takes a static string.
                let indexing = ["xy", "ij"].into_iter().find(|t| *t == text).unwrap_or("no");
                match sparse {
                    false => np::options::indexing(indexing).into(),
                    true => np::options::indexing(indexing).sparse().into(),
                }
            }
        };
        Ok(np::meshgrid(c.operands()?, options).into())
    }),
    ("fromfunction", &[], fromfunction),
];

fn fromfunction(c: &Args) -> Result {
    let Value::Function(name) = c.at(0)? else { return Err(Fault::Harness("no function".to_owned())) };
    let shape: Vec<usize> = c.ints_at(1)?.into_iter().map(|n| n as usize).collect();
    let options = options!(c => np::CreateOptions; dtype: dtype,);
    let array: Array = match (name.as_str(), &shape[..]) {
        ("i", &[n]) => np::fromfunction(|[i]| i, [n], options),
        ("i+j", &[n, m]) => np::fromfunction(|[i, j]| i + j, [n, m], options),
        ("10i+j", &[n, m]) => np::fromfunction(|[i, j]| i * 10 + j, [n, m], options),
        ("i==j", &[n, m]) => np::fromfunction(|[i, j]| i.eq(&j), [n, m], options),
        ("i*j-k", &[n, m, l]) => np::fromfunction(|[i, j, k]| i * j - k, [n, m, l], options),
        _ => return Err(Fault::Harness(format!("no function {name}"))),
    };
    Ok(Out::Array(array))
}
