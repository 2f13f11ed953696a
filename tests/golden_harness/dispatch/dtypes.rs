//! Queries about dtypes, and arrays as text.

use numfuse as np;

use super::super::case::Value;
use super::args::{Args, operand};
use super::{Fault, Out, Result, Row};

fn type_arg(value: &Value) -> Result<np::TypeArg> {
    Ok(match value {
        Value::Text(_) => super::args::dtype(value)?.into(),
        Value::Bool(b) => (*b).into(),
        Value::Int(i) => (*i as i32).into(),
        Value::Float(x) => (*x).into(),
        Value::Complex(re, im) => num_complex::Complex::new(*re, *im).into(),
        Value::Array(..) => np::asarray(operand(value)?, ..).into(),
        _ => return Err(Fault::Harness("a dtype, an array or a number is wanted".to_owned())),
    })
}

pub static TABLE: &[Row] = &[
    ("result_type", &[], |c| {
        let args = (0..c.len()).map(|i| type_arg(c.at(i)?)).collect::<Result<Vec<_>>>()?;
        Ok(Out::DType(np::result_type(args)?))
    }),
    ("promote_types", &[], |c| Ok(Out::DType(np::promote_types(c.dtype_at(0)?, c.dtype_at(1)?)))),
    ("can_cast", &[], |c: &Args| {
        let options = match c.casting("casting")? {
            Some(casting) => casting.into(),
            None => np::CanCastOptions::from(..),
        };
        Ok(Out::Bool(np::can_cast(type_arg(c.at(0)?)?, c.dtype_at(1)?, options)?))
    }),
];
