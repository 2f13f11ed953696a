//! Subscripts with arrays, assignment, and the functions around positions.

use numfuse as np;

use super::super::case::Value;
use super::args::{Args, index_items, operand, options, subscript_items};
use super::{Fault, Out, Result, Row};
use np::{Array, Index, TakeMode};

/// The items of a subscript, as text or as a list.
pub(super) fn items(c: &Args, position: usize) -> Result<Vec<Index>> {
    match c.at(position)? {
        Value::Text(text) => index_items(text),
        Value::List(items) => items.iter().map(item).collect::<Result<Vec<_>>>().map(|all| all.concat()),
        _ => Err(Fault::Harness("a subscript is wanted".to_owned())),
    }
}

fn item(value: &Value) -> Result<Vec<Index>> {
    Ok(match value {
        Value::Text(text) => subscript_items(text)?,
        Value::Int(i) => vec![Index::At(*i as isize)],
        Value::Bool(b) => vec![(*b).into()],
        other => vec![np::asarray(operand(other)?, ..).into()],
    })
}

fn mode(c: &Args) -> Result<Option<TakeMode>> {
    match c.text("mode")? {
        None => Ok(None),
        Some("wrap") => Ok(Some(TakeMode::Wrap)),
        Some("clip") => Ok(Some(TakeMode::Clip)),
        Some("raise") => Ok(Some(TakeMode::Raise)),
        Some(other) => Err(Fault::Harness(format!("mode {other}"))),
    }
}

fn mode_options(c: &Args) -> Result<np::ModeOptions> {
    Ok(mode(c)?.map_or_else(|| (..).into(), Into::into))
}

fn along(c: &Args) -> Result<np::AlongOptions> {
    Ok(options!(c => np::AlongOptions; axis: axes,))
}

fn order(c: &Args) -> Result<Option<char>> {
    Ok(c.text("order")?.and_then(|o| o.chars().next()))
}

/// What a function makes of its first argument: once as the only handle, once as one of two, when the
/// other one must keep its value.
pub(super) fn changed(c: &Args, change: impl Fn(&mut Array) -> Result<()>) -> Result {
    let mut alone = c.array(0)?;
    change(&mut alone)?;
    let original = c.array(0)?;
    let mut shared = original.clone();
    change(&mut shared)?;
    let untouched = c.array(0)?;
    let same = |a: &Array, b: &Array| np::array_equal(a, b, np::options::equal_nan(true)).item::<bool>();
    if alone.check().is_ok() && !(same(&alone, &shared)? && same(&original, &untouched)?) {
        return Err(Fault::Harness("a shared array changes differently".to_owned()));
    }
    Ok(alone.into())
}

pub static TABLE: &[Row] = &[
    ("getitem", &[], |c| Ok(c.array(0)?.get(items(c, 1)?).into())),
    ("setitem", &[], |c| {
        changed(c, |a| {
            a.set(items(c, 1)?, c.op(2)?);
            Ok(())
        })
    }),
    ("nonzero", &[], |c| listed(np::nonzero(c.op(0)?))),
    ("ndarray.nonzero", &[], |c| listed(c.array(0)?.nonzero())),
    ("argwhere", &[], |c| Ok(np::argwhere(c.op(0)?).into())),
    ("flatnonzero", &[], |c| Ok(np::flatnonzero(c.op(0)?).into())),
    ("extract", &[], |c| Ok(np::extract(c.op(0)?, c.op(1)?).into())),
    ("compress", &[], |c| Ok(np::compress(c.op(0)?, c.op(1)?, options!(c => np::CompressOptions; axis: axes,)).into())),
    ("ndarray.compress", &[], |c| {
        Ok(c.array(0)?.compress(c.op(1)?, options!(c => np::CompressOptions; axis: axes,)).into())
    }),
    ("ix_", &[], |c| listed(np::ix_(c.operands()?))),
    ("diag_indices", &["n", "ndim"], |c| {
        listed(np::diag_indices(c.int_at(0)?, options!(c => np::DiagIndicesOptions; ndim: int,)))
    }),
    ("diag_indices_from", &[], |c| listed(np::diag_indices_from(c.op(0)?))),
    ("tril_indices", &["n", "k", "m"], |c| {
        listed(np::tril_indices(c.int_at(0)?, options!(c => np::TriangleIndicesOptions; k: int, m: int,)))
    }),
    ("triu_indices", &["n", "k", "m"], |c| {
        listed(np::triu_indices(c.int_at(0)?, options!(c => np::TriangleIndicesOptions; k: int, m: int,)))
    }),
    ("tril_indices_from", &["arr", "k"], |c| {
        listed(np::tril_indices_from(c.op(0)?, options!(c => np::TriangleOptions; k: int,)))
    }),
    ("triu_indices_from", &["arr", "k"], |c| {
        listed(np::triu_indices_from(c.op(0)?, options!(c => np::TriangleOptions; k: int,)))
    }),
    ("mask_indices", &["n", "mask_func", "k"], |c| {
        let Some(Value::Function(name)) = c.value("mask_func") else {
            return Err(Fault::Harness("no function".to_owned()));
        };
        let function = if name == "tril" { |a: &Array, k| np::tril(a, k) } else { |a: &Array, k| np::triu(a, k) };
        listed(np::mask_indices(c.int_at(0)?, function, options!(c => np::TriangleOptions; k: int,)))
    }),
    ("ravel_multi_index", &["multi_index", "dims"], |c| {
        let options = match (mode(c)?, order(c)?) {
            (None, None) => np::RavelIndexOptions::from(..),
            (Some(mode), None) => mode.into(),
            (None, Some(order)) => np::options::order(order).into(),
            (Some(mode), Some(order)) => np::options::mode(mode).order(order).into(),
        };
        Ok(np::ravel_multi_index(c.arrays(0)?, c.ints_at(1)?, options).into())
    }),
    ("unravel_index", &["indices", "shape"], |c| {
        let options = order(c)?.map_or_else(|| np::OrderOptions::from(..), Into::into);
        listed(np::unravel_index(c.op(0)?, c.ints_at(1)?, options))
    }),
    ("take_along_axis", &["arr", "indices"], |c| Ok(np::take_along_axis(c.op(0)?, c.op(1)?, along(c)?).into())),
    ("put_along_axis", &["arr", "indices", "values"], |c| {
        changed(c, |a| {
            np::put_along_axis(a, c.op(1)?, c.op(2)?, along(c)?);
            Ok(())
        })
    }),
    ("choose", &[], |c| Ok(np::choose(c.op(0)?, c.arrays(1)?, mode_options(c)?).into())),
    ("ndarray.choose", &[], |c| Ok(c.array(0)?.choose(c.arrays(1)?, mode_options(c)?).into())),
    ("put", &[], |c| {
        changed(c, |a| {
            np::put(a, c.op(1)?, c.op(2)?, mode_options(c)?);
            Ok(())
        })
    }),
    ("ndarray.put", &[], |c| {
        changed(c, |a| {
            a.put(c.op(1)?, c.op(2)?, mode_options(c)?);
            Ok(())
        })
    }),
    ("place", &[], |c| {
        changed(c, |a| {
            np::place(a, c.op(1)?, c.op(2)?);
            Ok(())
        })
    }),
    ("putmask", &[], |c| {
        changed(c, |a| {
            np::putmask(a, c.op(1)?, c.op(2)?);
            Ok(())
        })
    }),
    ("copyto", &[], |c| {
        changed(c, |a| {
            let options = match (c.casting("casting")?, c.operand("where")?) {
                (None, None) => np::CopytoOptions::from(..),
                (Some(casting), None) => casting.into(),
                (None, Some(mask)) => np::options::where_(mask).into(),
                (Some(casting), Some(mask)) => np::options::casting(casting).where_(mask).into(),
            };
            np::copyto(a, c.op(1)?, options);
            Ok(())
        })
    }),
    ("fill_diagonal", &["a", "val"], |c| {
        changed(c, |a| {
            np::fill_diagonal(a, c.op(1)?, options!(c => np::FillDiagonalOptions; wrap!,));
            Ok(())
        })
    }),
    ("ndarray.fill", &[], |c| {
        changed(c, |a| {
            a.fill(c.op(1)?);
            Ok(())
        })
    }),
];

/// Several arrays, or the error that the first one carries.
pub(super) fn listed(arrays: Vec<Array>) -> Result {
    if let Some(first) = arrays.first() {
        first.check()?;
    }
    Ok(Out::Arrays(arrays))
}
