//! Selection, casts, and the elementwise functions that are not ufuncs.

use numfuse as np;

use super::args::{Args, options};
use super::{Fault, Result, Row};

fn bound(c: &Args, name: &str) -> Result<np::Bound> {
    Ok(match c.operand(name)? {
        Some(limit) => limit.into(),
        None => (..).into(),
    })
}

fn mode(c: &Args) -> Result<Option<np::TakeMode>> {
    match c.text("mode")? {
        None => Ok(None),
        Some("wrap") => Ok(Some(np::TakeMode::Wrap)),
        Some("clip") => Ok(Some(np::TakeMode::Clip)),
        Some("raise") => Ok(Some(np::TakeMode::Raise)),
        Some(other) => Err(Fault::Harness(format!("mode {other}"))),
    }
}

fn close(c: &Args) -> Result<np::CloseOptions> {
    Ok(options!(c => np::CloseOptions; rtol: operand, atol: operand, equal_nan: boolean,))
}

fn decimals(c: &Args) -> Result<np::RoundOptions> {
    Ok(options!(c => np::RoundOptions; decimals: int,))
}

pub static TABLE: &[Row] = &[
    ("where", &[], |c| Ok(np::where_(c.op(0)?, c.op(1)?, c.op(2)?).into())),
    ("select", &[], |c| {
        let options = options!(c => np::SelectOptions; default: operand,);
        Ok(np::select(c.arrays(0)?, c.arrays(1)?, options).into())
    }),
    ("clip", &["a", "min", "max"], |c| Ok(np::clip(c.op(0)?, bound(c, "min")?, bound(c, "max")?).into())),
    ("ndarray.clip", &["a", "min", "max"], |c| Ok(c.array(0)?.clip(bound(c, "min")?, bound(c, "max")?).into())),
    ("astype", &[], |c| Ok(np::astype(c.op(0)?, c.dtype_at(1)?).into())),
    ("ndarray.astype", &[], |c| {
        let to = np::options::dtype(c.dtype_at(1)?);
        let o: np::AstypeOptions = match c.casting("casting")? {
            Some(casting) => to.casting(casting).into(),
            None => to.into(),
        };
        Ok(c.array(0)?.astype(o).into())
    }),
    ("take", &["a", "indices"], |c| {
        let axis = options!(c => np::TakeOptions; axis: axes,);
        let options = match (mode(c)?, c.axes("axis")?) {
            (None, _) => axis,
            (Some(mode), None) => np::options::mode(mode).into(),
            (Some(mode), Some(axis)) => np::options::mode(mode).axis(axis).into(),
        };
        Ok(np::take(c.op(0)?, c.op(1)?, options).into())
    }),
    ("round", &["a", "decimals"], |c| Ok(np::round(c.op(0)?, decimals(c)?).into())),
    ("around", &["a", "decimals"], |c| Ok(np::around(c.op(0)?, decimals(c)?).into())),
    ("ndarray.round", &["a", "decimals"], |c| Ok(c.array(0)?.round(decimals(c)?).into())),
    ("isclose", &[], |c| Ok(np::isclose(c.op(0)?, c.op(1)?, close(c)?).into())),
    ("allclose", &[], |c| Ok(np::allclose(c.op(0)?, c.op(1)?, close(c)?).into())),
    ("array_equal", &[], |c| {
        let options = options!(c => np::EqualOptions; equal_nan: boolean,);
        Ok(np::array_equal(c.op(0)?, c.op(1)?, options).into())
    }),
    ("nan_to_num", &[], |c| {
        let options = options!(c => np::NanToNumOptions; nan: operand, posinf: operand, neginf: operand,);
        Ok(np::nan_to_num(c.op(0)?, options).into())
    }),
    ("real", &[], |c| Ok(np::real(c.op(0)?).into())),
    ("imag", &[], |c| Ok(np::imag(c.op(0)?).into())),
    ("ndarray.real", &[], |c| Ok(c.array(0)?.real().into())),
    ("ndarray.imag", &[], |c| Ok(c.array(0)?.imag().into())),
    ("angle", &["z"], |c| Ok(np::angle(c.op(0)?, options!(c => np::AngleOptions; deg!,)).into())),
];
