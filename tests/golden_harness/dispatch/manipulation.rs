//! Parts cut, joined, repeated, moved and put around.

use numfuse as np;
use numfuse_ir::dispatch;

use super::super::case::Value;
use super::args::{Args, operand, options};
use super::indexing::{items, listed};
use super::{Fault, Result, Row};
use np::{Array, Block, Index, PadMode, s};

fn split(c: &Args) -> Result<np::SplitOptions> {
    Ok(options!(c => np::SplitOptions; axis: axes,))
}

fn edit(c: &Args) -> Result<np::EditOptions> {
    Ok(options!(c => np::EditOptions; axis: axes,))
}

fn rolls(c: &Args) -> Result<np::RollOptions> {
    Ok(options!(c => np::RollOptions; axis: axes,))
}

/// The index of `delete` and `insert`.
fn place(c: &Args) -> Result<Index> {
    Ok(match c.at(1)? {
        Value::Int(i) => Index::At(*i as isize),
        _ => items(c, 1)?.remove(0),
    })
}

fn block(value: &Value) -> Result<Block> {
    Ok(match value {
        Value::List(items) => Block::List(items.iter().map(block).collect::<Result<_>>()?),
        one => Block::One(operand(one)?),
    })
}

fn ten(vector: &Array, (before, after): (usize, usize), axis: usize) -> Array {
    let mut vector = vector.clone();
    vector.set(s![..before], 10 + axis);
    vector.set(s![vector.size() - after..], 10 + axis);
    vector
}

fn order(c: &Args) -> Result<np::OrderOptions> {
    let order = c.text("order")?.and_then(|o| o.chars().next());
    Ok(order.map_or_else(|| np::OrderOptions::from(..), Into::into))
}

fn iterated(c: &Args) -> Result {
    let array = c.array(0)?;
    let (dtype, options) = (c.dtype_at(1)?, options!(c => np::FromiterOptions; count: int,));
    Ok(dispatch!(array.dtype(), T => np::fromiter(array.to_vec::<T>()?, dtype, options)).into())
}

fn requirements(c: &Args) -> Result<Option<Vec<&'static str>>> {
    match c.value("requirements") {
        None => Ok(None),
        Some(Value::List(all)) => {
            let text = |v: &Value| match v {
                Value::Text(t) => Ok(&*t.clone().leak()),
                _ => Err(Fault::Harness("a requirement is text".to_owned())),
            };
            all.iter().map(text).collect::<Result<_>>().map(Some)
        }
        Some(_) => Err(Fault::Harness("requirements".to_owned())),
    }
}

pub static TABLE: &[Row] = &[
    ("split", &["ary", "sections", "axis"], |c| listed(np::split(c.op(0)?, c.op(1)?, split(c)?))),
    ("array_split", &["ary", "sections", "axis"], |c| listed(np::array_split(c.op(0)?, c.op(1)?, split(c)?))),
    ("hsplit", &[], |c| listed(np::hsplit(c.op(0)?, c.op(1)?))),
    ("vsplit", &[], |c| listed(np::vsplit(c.op(0)?, c.op(1)?))),
    ("dsplit", &[], |c| listed(np::dsplit(c.op(0)?, c.op(1)?))),
    ("unstack", &[], |c| listed(np::unstack(c.op(0)?, split(c)?))),
    ("append", &[], |c| Ok(np::append(c.op(0)?, c.op(1)?, edit(c)?).into())),
    ("delete", &[], |c| Ok(np::delete(c.op(0)?, place(c)?, edit(c)?).into())),
    ("insert", &[], |c| Ok(np::insert(c.op(0)?, place(c)?, c.op(2)?, edit(c)?).into())),
    ("resize", &[], |c| Ok(np::resize(c.op(0)?, c.ints_at(1)?).into())),
    ("trim_zeros", &["filt", "trim"], |c| {
        Ok(np::trim_zeros(c.op(0)?, options!(c => np::TrimOptions; trim: text, axis: axes,)).into())
    }),
    ("roll", &[], |c| Ok(np::roll(c.op(0)?, c.ints_at(1)?, rolls(c)?).into())),
    ("repeat", &[], |c| Ok(np::repeat(c.op(0)?, c.op(1)?, rolls(c)?).into())),
    ("ndarray.repeat", &[], |c| Ok(c.array(0)?.repeat(c.op(1)?, rolls(c)?).into())),
    ("tile", &[], |c| Ok(np::tile(c.op(0)?, c.ints_at(1)?).into())),
    ("pad", &["array", "pad_width", "mode"], |c| {
        let mode = match c.value("mode") {
            None => PadMode::from(..),
            Some(Value::Text(name)) => PadMode::Named(name.clone().leak()),
            Some(_) => PadMode::function(ten),
        };
        let options = options!(c => np::PadOptions; constant_values: operand, end_values: operand, stat_length: operand, reflect_type: fixed_text,);
        Ok(np::pad(c.op(0)?, c.op(1)?, mode, options).into())
    }),
    ("block", &[], |c| Ok(np::block(block(c.at(0)?)?).into())),
    ("diag", &["v", "k"], |c| Ok(np::diag(c.op(0)?, options!(c => np::DiagOptions; k: int,)).into())),
    ("diagflat", &["v", "k"], |c| Ok(np::diagflat(c.op(0)?, options!(c => np::DiagOptions; k: int,)).into())),
    (
        "vander",
        &["x", "n"],
        |c| Ok(np::vander(c.op(0)?, options!(c => np::VanderOptions; n: int, increasing!,)).into()),
    ),
    ("asanyarray", &[], |c| Ok(np::asanyarray(c.op(0)?, options!(c => np::CreateOptions; dtype: dtype,)).into())),
    ("asarray_chkfinite", &[], |c| Ok(np::asarray_chkfinite(c.op(0)?, ..).into())),
    ("ascontiguousarray", &[], |c| {
        let a = np::ascontiguousarray(c.op(0)?, ..);
        let flags = a.eval()?;
        assert!(
            flags
                .strides()
                .last()
                .is_none_or(|&s| flags.size() < 2 || s == a.itemsize() as isize || a.shape().ends_with(&[1]))
        );
        Ok(a.into())
    }),
    ("asfortranarray", &[], |c| Ok(np::asfortranarray(c.op(0)?, ..).into())),
    ("copy", &[], |c| Ok(np::copy(c.op(0)?, order(c)?).into())),
    ("ndarray.copy", &[], |c| Ok(c.array(0)?.copy(order(c)?).into())),
    ("require", &["a", "dtype", "requirements"], |c| {
        let options = match (c.dtype("dtype")?, requirements(c)?) {
            (None, None) => np::RequireOptions::from(..),
            (Some(dtype), None) => dtype.into(),
            (None, Some(all)) => np::options::requirements(all).into(),
            (Some(dtype), Some(all)) => np::options::dtype(dtype).requirements(all).into(),
        };
        Ok(np::require(c.op(0)?, options).into())
    }),
    ("fromiter", &["iter", "dtype", "count"], iterated),
];
