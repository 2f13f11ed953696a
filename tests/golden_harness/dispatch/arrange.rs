//! Views and joins: what moves elements without changing them.

use numfuse as np;

use super::super::case::Value;
use super::args::{Args, options};
use super::{Out, Result, Row};

fn stacked(c: &Args) -> Result<np::StackOptions> {
    Ok(options!(c => np::StackOptions; dtype: dtype, casting: casting,))
}

fn join(c: &Args) -> Result<np::JoinOptions> {
    Ok(options!(c => np::JoinOptions; axis: axes, dtype: dtype, casting: casting,))
}

fn order(c: &Args) -> Result<np::OrderOptions> {
    let order = c.text("order")?.and_then(|o| o.chars().next());
    Ok(order.map_or_else(|| np::OrderOptions::from(..), Into::into))
}

fn diagonal(c: &Args) -> Result<np::DiagonalOptions> {
    Ok(options!(c => np::DiagonalOptions; offset: int, axis1: int, axis2: int,))
}

fn axes_at(c: &Args, index: usize) -> Result<np::Axes> {
    Ok(match c.at(index)? {
        Value::Int(axis) => np::Axes::One(*axis as i64),
        _ => c.ints_at(index)?.into(),
    })
}

/// `atleast_nd` of one array or of several.
fn at_least(c: &Args, one: fn(np::Operand) -> np::Array) -> Result {
    let mut arrays: Vec<np::Array> = c.operands()?.into_iter().map(one).collect();
    Ok(if arrays.len() == 1 { arrays.remove(0).into() } else { arrays.into() })
}

fn shapes(c: &Args) -> Result<Vec<Vec<i64>>> {
    (0..c.len()).map(|i| c.ints_at(i)).collect()
}

pub static TABLE: &[Row] = &[
    ("reshape", &["a", "shape"], |c| {
        let shape = c.ints_at(1)?;
        let order = c.text("order")?.and_then(|o| o.chars().next());
        let options = match order {
            None => np::ReshapeOptions::from(shape),
            Some(order) => np::options::shape(shape).order(order).into(),
        };
        Ok(np::reshape(c.op(0)?, options).into())
    }),
    ("ravel", &["a", "order"], |c| Ok(np::ravel(c.op(0)?, order(c)?).into())),
    ("ndarray.flatten", &["a", "order"], |c| Ok(c.array(0)?.flatten(order(c)?).into())),
    ("ndarray.T", &[], |c| Ok(c.array(0)?.t().into())),
    ("ndarray.mT", &[], |c| Ok(c.array(0)?.mt().into())),
    ("transpose", &["a", "axes"], |c| {
        Ok(np::transpose(c.op(0)?, options!(c => np::TransposeOptions; axes: axes,)).into())
    }),
    ("matrix_transpose", &[], |c| Ok(np::matrix_transpose(c.op(0)?).into())),
    ("swapaxes", &[], |c| Ok(np::swapaxes(c.op(0)?, c.int_at(1)?, c.int_at(2)?).into())),
    ("moveaxis", &[], |c| Ok(np::moveaxis(c.op(0)?, axes_at(c, 1)?, axes_at(c, 2)?).into())),
    ("rollaxis", &["a", "axis", "start"], |c| {
        Ok(np::rollaxis(c.op(0)?, c.int_at(1)?, options!(c => np::RollaxisOptions; start: int,)).into())
    }),
    ("squeeze", &["a"], |c| Ok(np::squeeze(c.op(0)?, options!(c => np::AxesOptions; axis: axes,)).into())),
    ("expand_dims", &[], |c| Ok(np::expand_dims(c.op(0)?, axes_at(c, 1)?).into())),
    ("flip", &["a"], |c| Ok(np::flip(c.op(0)?, options!(c => np::AxesOptions; axis: axes,)).into())),
    ("fliplr", &[], |c| Ok(np::fliplr(c.op(0)?).into())),
    ("flipud", &[], |c| Ok(np::flipud(c.op(0)?).into())),
    ("rot90", &["a"], |c| Ok(np::rot90(c.op(0)?, options!(c => np::Rot90Options; k: int, axes: axes,)).into())),
    ("diagonal", &["a"], |c| Ok(np::diagonal(c.op(0)?, diagonal(c)?).into())),
    ("trace", &["a"], |c| {
        let options = options!(c => np::TraceOptions; offset: int, axis1: int, axis2: int, dtype: dtype,);
        Ok(np::trace(c.op(0)?, options).into())
    }),
    ("broadcast_to", &[], |c| Ok(np::broadcast_to(c.op(0)?, c.ints_at(1)?).into())),
    ("broadcast_arrays", &[], |c| Ok(np::broadcast_arrays(c.operands()?).into())),
    ("broadcast_shapes", &[], |c| Ok(Out::Shape(np::broadcast_shapes(shapes(c)?)?))),
    ("atleast_1d", &[], |c| at_least(c, |a| np::atleast_1d(a))),
    ("atleast_2d", &[], |c| at_least(c, |a| np::atleast_2d(a))),
    ("atleast_3d", &[], |c| at_least(c, |a| np::atleast_3d(a))),
    ("concatenate", &["arrays"], |c| Ok(np::concatenate(c.arrays(0)?, join(c)?).into())),
    ("concat", &["arrays"], |c| Ok(np::concat(c.arrays(0)?, join(c)?).into())),
    ("stack", &["arrays"], |c| Ok(np::stack(c.arrays(0)?, join(c)?).into())),
    ("hstack", &[], |c| Ok(np::hstack(c.arrays(0)?, stacked(c)?).into())),
    ("vstack", &[], |c| Ok(np::vstack(c.arrays(0)?, stacked(c)?).into())),
    ("dstack", &[], |c| Ok(np::dstack(c.arrays(0)?).into())),
    ("column_stack", &[], |c| Ok(np::column_stack(c.arrays(0)?).into())),
];
