//! Methods and properties of arrays.

use numfuse as np;

use super::super::case::Value;
use super::args::{Args, options};
use super::{Out, Result, Row};

fn order(c: &Args) -> Result<np::OrderOptions> {
    Ok(c.char("order")?.map_or_else(|| np::OrderOptions::from(..), Into::into))
}

fn ints(values: impl IntoIterator<Item = isize>) -> np::Array {
    np::Array::from_vec(values.into_iter().map(|v| v as i64).collect())
}

fn bytes(bytes: &[u8]) -> Out {
    np::Array::from_vec(bytes.to_vec()).into()
}

/// An array that its handle alone holds.
fn alone(c: &Args) -> Result<np::Array> {
    Ok(c.array(0)?.copy(..))
}

fn word(on: bool) -> &'static str {
    if on { "True" } else { "False" }
}

fn flags(c: &Args) -> Result {
    let f = c.array(0)?.flags()?;
    let words = [f.c_contiguous, f.f_contiguous, f.aligned, f.writebackifcopy, f.fnc(), f.forc()].map(word);
    Ok(Out::Text(format!("{} {}", words.join(" "), f.num() & 3)))
}

fn set_flags(c: &Args) -> Result {
    let mut a = alone(c)?;
    a.setflags(options!(c => np::SetflagsOptions; write: boolean, align: boolean, uic: boolean,));
    let flags = a.flags()?;
    a.set(0, 9);
    let after = match a.check() {
        Ok(()) => a.to_string(),
        Err(error) => error.detail().message.clone(),
    };
    Ok(Out::Text(format!("{} {} {after}", word(flags.writeable), word(flags.aligned))))
}

fn item(c: &Args) -> Result {
    let a = c.array(0)?;
    let index = match c.len() {
        1 => np::Axes::All,
        2 => np::Axes::from(c.int_at(1)?),
        n => np::Axes::from((1..n).map(|i| c.int_at(i)).collect::<Result<Vec<_>>>()?),
    };
    Ok(np::asarray(np::Operand::from(a.item_at(index)?), ..).into())
}

fn axes(c: &Args) -> Result<np::TransposeOptions> {
    Ok(match c.len() {
        1 => (..).into(),
        _ => options!(c => np::TransposeOptions; axes: axes,),
    })
}

pub static TABLE: &[Row] = &[
    ("ndarray.conj", &[], |c| Ok(c.array(0)?.conj().into())),
    ("ndarray.conjugate", &[], |c| Ok(c.array(0)?.conjugate().into())),
    ("ndarray.byteswap", &[], |c| Ok(c.array(0)?.byteswap().into())),
    ("ndarray.view", &[], |c| Ok(c.array(0)?.view(c.dtype_at(1)?).into())),
    ("ndarray.argpartition", &["a", "kth"], |c| {
        let options = options!(c => np::PartitionOptions; axis: axes, kind: fixed_text,);
        Ok(c.array(0)?.argpartition(c.ints_at(1)?, options).into())
    }),
    ("ndarray.take", &["a", "indices"], |c| {
        let options = options!(c => np::TakeOptions; axis: axes, mode: fixed_text,);
        Ok(c.array(0)?.take(c.op(1)?, options).into())
    }),
    ("ndarray.dot", &[], |c| Ok(c.array(0)?.dot(c.op(1)?).into())),
    ("ndarray.diagonal", &["a"], |c| {
        let options = options!(c => np::DiagonalOptions; offset: int, axis1: int, axis2: int,);
        Ok(c.array(0)?.diagonal(options).into())
    }),
    ("ndarray.trace", &["a"], |c| {
        let options = options!(c => np::TraceOptions; offset: int, axis1: int, axis2: int, dtype: dtype,);
        Ok(c.array(0)?.trace(options).into())
    }),
    ("ndarray.item", &[], item),
    ("ndarray.ravel", &["a", "order"], |c| Ok(c.array(0)?.ravel(order(c)?).into())),
    ("ndarray.reshape", &["a", "shape"], |c| {
        let (a, shape) = (c.array(0)?, c.ints_at(1)?);
        Ok(match c.char("order")? {
            None => a.reshape(shape),
            Some(order) => a.reshape(np::options::shape(shape).order(order)),
        }
        .into())
    }),
    ("ndarray.transpose", &["a", "axes"], |c| Ok(c.array(0)?.transpose(axes(c)?).into())),
    ("ndarray.squeeze", &["a"], |c| Ok(c.array(0)?.squeeze(options!(c => np::AxesOptions; axis: axes,)).into())),
    ("ndarray.swapaxes", &[], |c| Ok(c.array(0)?.swapaxes(c.int_at(1)?, c.int_at(2)?).into())),
    ("ndarray.resize", &["a", "shape"], |c| {
        let options = options!(c => np::ResizeInPlaceOptions; refcheck: boolean,);
        let mut a = alone(c)?;
        a.resize(c.ints_at(1)?, options.clone());
        if c.boolean("refcheck")? == Some(false) && a.check().is_ok() {
            // The other handle keeps its value.
            let (mut one, other) = (alone(c)?, c.array(0)?.copy(..));
            let held = one.clone();
            one.resize(c.ints_at(1)?, options);
            assert!(one.check().is_ok() && np::array_equal(&held, &other, ..).item::<bool>()?);
        }
        Ok(a.into())
    }),
    ("ndarray.dump", &[], |c| {
        let mut out = Vec::new();
        c.array(0)?.dump(&mut out)?;
        Ok(bytes(&out))
    }),
    ("ndarray.data", &[], |c| Ok(bytes(&c.array(0)?.data()?))),
    ("ndarray.shape", &[], |c| Ok(Out::Shape(c.array(0)?.shape().to_vec()))),
    ("ndarray.ndim", &[], |c| Ok(Out::Int(c.array(0)?.ndim() as i128))),
    ("ndarray.size", &[], |c| Ok(Out::Int(c.array(0)?.size() as i128))),
    ("ndarray.itemsize", &[], |c| Ok(Out::Int(c.array(0)?.itemsize() as i128))),
    ("ndarray.nbytes", &[], |c| Ok(Out::Int(c.array(0)?.nbytes() as i128))),
    ("ndarray.dtype", &[], |c| Ok(Out::DType(c.array(0)?.dtype()))),
    ("ndarray.device", &[], |c| Ok(Out::Text(c.array(0)?.device().to_owned()))),
    ("ndarray.to_device", &[], |c| match c.at(1)? {
        Value::Text(device) => Ok(c.array(0)?.to_device(device).into()),
        _ => Err(super::Fault::Harness("a device is text".to_owned())),
    }),
    ("ndarray.strides", &[], |c| Ok(ints(c.array(0)?.strides()?).into())),
    ("ndarray.ctypes", &[], |c| {
        let facts = c.array(0)?.ctypes()?;
        Ok(vec![ints(facts.shape), ints(facts.strides)].into())
    }),
    ("ndarray.flags", &[], flags),
    ("ndarray.setflags", &[], set_flags),
    ("ndarray.base", &[], |c| Ok(c.array(0)?.base()?.is_some().into())),
    ("ndarray.flat", &[], |c| {
        let flat = c.array(0)?.flat()?;
        let (every, length) = (flat.get(np::s![..;2]), flat.len());
        let dtype = flat.base().dtype();
        let all: Vec<np::Array> = flat.map(|x| np::asarray(np::Operand::from(x), ..)).collect();
        let all = if all.is_empty() { np::zeros(0, dtype) } else { np::stack(all, ..) };
        Ok(vec![all, every, np::scalar(length as i64)].into())
    }),
];
