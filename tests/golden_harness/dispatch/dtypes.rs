//! Names and classes of dtypes, and queries about them.

use numfuse as np;
use numfuse_ir::{DType, Scalar};

use super::super::case::Value;
use super::args::{Args, operand};
use super::{Fault, Out, Result, Row};

fn type_arg(value: &Value) -> Result<np::TypeArg> {
    Ok(match value {
        Value::Text(name) => np::TypeArg::from(name.as_str()),
        Value::Bool(b) => (*b).into(),
        Value::Int(i) => (*i as i32).into(),
        Value::Float(x) => (*x).into(),
        Value::Complex(re, im) => num_complex::Complex::new(*re, *im).into(),
        Value::Array(..) => np::asarray(operand(value)?, ..).into(),
        _ => return Err(Fault::Harness("a dtype, an array or a number is wanted".to_owned())),
    })
}

fn text(value: &Value) -> Result<&str> {
    match value {
        Value::Text(text) => Ok(text),
        _ => Err(Fault::Harness("text is wanted".to_owned())),
    }
}

macro_rules! classes {
    ($($name:ident)*) => {
        /// A class, or a dtype by name.
        fn class(value: &Value) -> Result<np::TypeOrClass> {
            Ok(match text(value)? {
                $(stringify!($name) => np::$name.into(),)*
                name => name.into(),
            })
        }

        /// `floating(x)` is `issubdtype(x, floating)`.
        pub static CLASSES: &[Row] = &[
            $((stringify!($name), &[], |c| Ok(Out::Bool(np::issubdtype(class(c.at(0)?)?, np::$name)?))),)*
        ];
    };
}
classes! { generic number integer signedinteger unsignedinteger inexact floating complexfloating flexible }

macro_rules! names {
    ($($name:ident)*) => {
        /// `half(a)` is what arrays of the dtype hold of `a`.
        pub static NAMES: &[Row] = &[
            $((stringify!($name), &[], |c| Ok(np::astype(c.op(0)?, np::$name).into())),)*
        ];
    };
}
names! {
    bool bool_ byte cdouble complex128 complex64 csingle double float16 float32 float64 half int16 int32 int64 int8
    int_ intc intp long longlong short single ubyte uint uint16 uint32 uint64 uint8 uintc uintp ulong ulonglong ushort
    longdouble float128 clongdouble complex256
}

/// Numbers one by one, and an empty array of the dtype.
fn limits(numbers: impl IntoIterator<Item = Scalar>, dtype: DType) -> Out {
    let tensor = |values: Vec<Scalar>, dtype, shape| super::super::tensor::Tensor { dtype, shape, values };
    let mut all: Vec<_> = numbers.into_iter().map(|x| tensor(vec![x], x.dtype(), vec![])).collect();
    all.push(tensor(vec![], dtype, vec![0]));
    Out::Tensors(all)
}

fn finfo(c: &Args) -> Result {
    let f = np::finfo(type_arg(c.at(0)?)?)?;
    let numbers = [
        f.bits.into(),
        f.eps,
        f.epsneg,
        f.iexp.into(),
        f.machep.into(),
        f.max,
        f.maxexp.into(),
        f.min,
        f.minexp.into(),
        f.negep.into(),
        f.nexp.into(),
        f.nmant.into(),
        f.precision.into(),
        f.resolution,
        f.smallest_normal,
        f.smallest_subnormal,
        f.tiny,
    ];
    Ok(limits(numbers.map(Scalar::new), f.dtype))
}

fn iinfo(c: &Args) -> Result {
    let i = np::iinfo(type_arg(c.at(0)?)?)?;
    // As NumPy makes an array of a Python integer.
    let max = u64::try_from(i.max).map_or(Scalar::new(0), |u| i64::try_from(u).map_or(Scalar::new(u), Scalar::new));
    Ok(limits([Scalar::new(i64::from(i.bits)), Scalar::new(i.min as i64), max], i.dtype))
}

fn kinds(value: &Value) -> Result<np::Kinds> {
    Ok(match value {
        Value::List(items) => items.iter().map(kind).collect::<Result<Vec<_>>>()?.into(),
        one => vec![kind(one)?].into(),
    })
}

/// Classes and dtypes by name, other text as it is.
fn kind(value: &Value) -> Result<np::TypeOrClass> {
    let name = text(value)?;
    let dtype = DType::ALL.into_iter().find(|d| d.name() == name && name != "bool");
    dtype.map_or_else(|| class(value), |d| Ok(d.into()))
}

/// What Python's values are here, for questions about kinds of values.
fn classified(value: &Value, array: fn(&np::Array) -> bool, scalar: [bool; 3], list: fn(&[i64]) -> bool) -> Result {
    Ok(Out::Bool(match value {
        Value::Bool(_) | Value::Int(_) | Value::Float(_) => scalar[0],
        Value::Complex(..) => scalar[1],
        Value::Text(_) => scalar[2],
        Value::List(items) => list(&vec![0; items.len()]),
        other => array(&np::asarray(operand(other)?, ..)),
    }))
}

pub static TABLE: &[Row] = &[
    ("dtype", &[], |c| Ok(Out::DType(np::dtype(text(c.at(0)?)?)?))),
    ("issubdtype", &[], |c| Ok(Out::Bool(np::issubdtype(class(c.at(0)?)?, class(c.at(1)?)?)?))),
    ("isdtype", &[], |c| Ok(Out::Bool(np::isdtype(c.dtype_at(0)?, kinds(c.at(1)?)?)?))),
    ("finfo", &[], finfo),
    ("iinfo", &[], iinfo),
    ("finfo.str", &[], |c| Ok(Out::Text(np::finfo(type_arg(c.at(0)?)?)?.to_string()))),
    ("iinfo.str", &[], |c| Ok(Out::Text(np::iinfo(type_arg(c.at(0)?)?)?.to_string()))),
    ("common_type", &[], |c| Ok(Out::DType(np::common_type(c.operands()?)?))),
    ("min_scalar_type", &[], |c| Ok(Out::DType(np::min_scalar_type(c.op(0)?)?))),
    ("mintypecode", &["typechars"], |c| {
        let mut o = np::MinTypeCodeOptions::from(..);
        if let Some(set) = c.text("typeset")? {
            o = o.with(np::options::typeset(set));
        }
        if let Some(code) = c.char("default")? {
            o = o.with(np::options::default_code(code));
        }
        Ok(Out::Text(np::mintypecode(text(c.at(0)?)?, o).to_string()))
    }),
    ("typename", &[], |c| Ok(Out::Text(np::typename(text(c.at(0)?)?)?.to_owned()))),
    ("iscomplexobj", &[], |c| Ok(Out::Bool(np::iscomplexobj(c.op(0)?)))),
    ("isrealobj", &[], |c| Ok(Out::Bool(np::isrealobj(c.op(0)?)))),
    ("isfortran", &[], |c| Ok(Out::Bool(np::isfortran(c.array(0)?)?))),
    ("isscalar", &[], |c| {
        let scalars = [np::isscalar(3), np::isscalar(num_complex::Complex::new(1.0, 2.0)), np::isscalar("text")];
        classified(c.at(0)?, |a| np::isscalar(a), scalars, |list| np::isscalar(list))
    }),
    ("iterable", &[], |c| {
        let scalars = [np::iterable(3), np::iterable(num_complex::Complex::new(1.0, 2.0)), np::iterable("text")];
        classified(c.at(0)?, |a| np::iterable(a), scalars, |list| np::iterable(list))
    }),
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
