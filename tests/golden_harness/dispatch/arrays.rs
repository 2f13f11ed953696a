//! How arrays are made, described and walked over.

use std::io::Read;

use numfuse as np;
use numfuse_ir::{DType, Scalar};

use super::super::case::Value;
use super::args::{Args, operand, options, subscript};
use super::indexing::items;
use super::{Fault, Out, Result, Row};
use np::lib::stride_tricks;
use np::options::num;
use np::{Array, Block, GridItem, GridStep, Matrix, MatrixData};

fn harness<T>(text: &str) -> Result<T> {
    Err(Fault::Harness(text.to_owned()))
}

/// Numbers as an array of a dtype.
fn column(values: impl IntoIterator<Item = Scalar>, dtype: DType) -> Array {
    let all: Vec<np::Operand> = values.into_iter().map(Into::into).collect();
    if all.is_empty() { np::zeros(0, dtype) } else { np::stack(all, ..).astype(dtype) }
}

fn ints(values: &[usize]) -> Array {
    Array::from_vec(values.iter().map(|&v| v as i64).collect())
}

fn bytes(bytes: Vec<u8>) -> Array {
    Array::from_vec(bytes)
}

/// A slice of a grid: its ends, and a step that may be a number of points.
fn range(parts: &[Value]) -> Result<GridItem> {
    let (ends, step) = parts.split_at(2.min(parts.len()));
    let item = match ends {
        [Value::Int(a), Value::Int(b)] => GridItem::from(*a as i64..*b as i64),
        [Value::Int(a), Value::Float(b)] => GridItem::from(*a as f64..*b),
        [Value::Float(a), Value::Int(b)] => GridItem::from(*a..*b as f64),
        [Value::Float(a), Value::Float(b)] => GridItem::from(*a..*b),
        _ => return harness("a slice has two ends"),
    };
    Ok(match step {
        [] => item,
        [Value::Int(s)] => item.step(*s as i64),
        [Value::Float(s)] => item.step(*s),
        // Both spellings of a number of points.
        [Value::Complex(_, n)] if *n == 3.0 => item.step(num(3)),
        [Value::Complex(re, im)] => item.step(GridStep::from(num_complex::Complex::new(*re, *im))),
        _ => return harness("a step"),
    })
}

fn grid_items(c: &Args) -> Result<Vec<GridItem>> {
    let item = |i: usize| match c.at(i)? {
        Value::Text(directive) => Ok(GridItem::from(directive.as_str())),
        Value::List(parts) if matches!(&parts[..], [Value::Text(word), ..] if word == "slice") => range(&parts[1..]),
        other => Ok(GridItem::from(operand(other)?)),
    };
    (0..c.len()).map(item).collect()
}

fn matrix_data(value: &Value) -> Result<MatrixData> {
    Ok(match value {
        Value::Text(text) => MatrixData::from(text.as_str()),
        other => MatrixData::from(operand(other)?),
    })
}

fn matrix(c: &Args) -> Result<Matrix> {
    let options = options!(c => np::MatrixOptions; dtype: dtype,);
    Ok(np::matrix(matrix_data(c.at(0)?)?, options))
}

fn whole(m: Matrix) -> Result {
    Ok(Out::Array(m.into()))
}

/// The axis of a matrix' reduction; a number comes as the array of one row that NumPy makes of it.
macro_rules! matrix_reductions {
    ($($name:ident)*) => { &[
        $((concat!("matrix.", stringify!($name)), &["a"], |c: &Args| {
            let axis = c.axes("axis")?.unwrap_or(np::Axes::All);
            Ok(matrix(c)?.$name(axis).into())
        }),)*
    ] };
}

pub static MATRICES: &[Row] = matrix_reductions!(sum prod mean std var min max any all argmin argmax);

macro_rules! emath {
    ($($name:ident)*) => { &[
        $((concat!("emath.", stringify!($name)), &[], |c: &Args| Ok(np::emath::$name(c.op(0)?).into())),)*
        ("emath.logn", &[], |c| Ok(np::emath::logn(c.op(0)?, c.op(1)?).into())),
        ("emath.power", &[], |c| Ok(np::emath::power(c.op(0)?, c.op(1)?).into())),
    ] };
}

pub static EMATH: &[Row] = emath!(sqrt log log2 log10 arccos arcsin arctanh);

fn bmat(c: &Args) -> Result {
    let Value::Text(text) = c.at(0)? else {
        let Value::List(rows) = c.at(1)? else { return harness("blocks") };
        let block = |value: &Value| -> Result<Block> {
            Ok(match value {
                Value::List(parts) => {
                    Block::List(parts.iter().map(|p| Ok(Block::One(operand(p)?))).collect::<Result<_>>()?)
                }
                one => Block::One(operand(one)?),
            })
        };
        return whole(np::bmat(Block::List(rows.iter().map(block).collect::<Result<_>>()?)));
    };
    let arrays: Vec<Array> = (1..c.len()).map(|i| c.array(i)).collect::<Result<_>>()?;
    let names: Vec<(&str, &Array)> = ["A", "B", "C", "D"].into_iter().zip(&arrays).collect();
    whole(np::bmat_named(text, &names))
}

/// What an archive holds: its names, then the bytes of each of its files.
fn archive(c: &Args, save: fn(&mut Vec<u8>, np::NamedArrays) -> np::Result<()>) -> Result {
    let Value::List(names) = c.at(0)? else { return harness("names") };
    let mut arrays = np::NamedArrays::new();
    for (i, name) in names.iter().enumerate() {
        arrays = match name {
            Value::Text(name) => arrays.named(name.clone(), c.op(i + 1)?),
            _ => arrays.with(c.op(i + 1)?),
        };
    }
    let mut out = Vec::new();
    save(&mut out, arrays)?;
    let fail = |e: &dyn std::fmt::Display| Fault::Harness(e.to_string());
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(out)).map_err(|e| fail(&e))?;
    let (mut files, mut contents) = (Vec::new(), Vec::new());
    for i in 0..zip.len() {
        let mut file = zip.by_index(i).map_err(|e| fail(&e))?;
        files.push(file.name().map_err(|e| fail(&e))?.into_owned());
        let mut content = Vec::new();
        file.read_to_end(&mut content).map_err(|e| fail(&e))?;
        contents.push(bytes(content));
    }
    contents.insert(0, bytes(files.join(" ").into_bytes()));
    Ok(contents.into())
}

/// Two views of one array.
fn both(c: &Args) -> Result<[Array; 2]> {
    let a = c.array(0)?;
    a.eval()?;
    let view = |i: usize| match c.at(i)? {
        Value::Text(text) => subscript(&a, text),
        _ => harness("a subscript is text"),
    };
    Ok([view(1)?, view(2)?])
}

fn strided(c: &Args) -> Result<np::AsStridedOptions> {
    Ok(options!(c => np::AsStridedOptions; shape: ints, strides: ints,))
}

fn flatiter(c: &Args) -> Result {
    let a = c.array(0)?;
    let mut flat = a.flat()?;
    let step: Vec<Scalar> = flat.by_ref().take(2).collect();
    let mut at = vec![flat.index()];
    if flat.index() < a.size() {
        at.extend(flat.coords());
    }
    let index = || -> Result<np::Subscript> { Ok(items(c, 1)?.into()) };
    let chosen = a.flat()?.get(index()?);
    let mut changed = a.clone();
    changed.set_flat(index()?, c.op(2)?);
    Ok(vec![column(step, a.dtype()), ints(&at), chosen, changed].into())
}

fn enumerated(c: &Args) -> Result {
    let a = c.array(0)?;
    let (indices, values): (Vec<_>, Vec<_>) = np::ndenumerate(&a)?.unzip();
    let flat: Vec<usize> = indices.concat();
    let table = ints(&flat).reshape([values.len(), a.ndim()]);
    Ok(vec![table, column(values, a.dtype())].into())
}

fn broadcast(c: &Args) -> Result {
    let arrays: Vec<Array> = (0..c.len()).map(|i| c.array(i)).collect::<Result<_>>()?;
    let mut all = np::broadcast(&arrays)?;
    let shape = ints(all.shape());
    let rows: Vec<Vec<Scalar>> = all.by_ref().collect();
    let facts = ints(&[all.size(), all.ndim(), all.numiter(), all.index()]);
    let columns = arrays.iter().enumerate().map(|(i, a)| column(rows.iter().map(|r| r[i]), a.dtype()));
    Ok([shape, facts].into_iter().chain(columns).collect::<Vec<_>>().into())
}

fn shape(c: &Args) -> Result<Vec<i64>> {
    (0..c.len()).map(|i| c.int_at(i)).collect()
}

/// A list of lists, read by a function.
fn lists<T>(c: &Args, name: &str, read: impl Fn(&Value) -> Result<T>) -> Result<Option<Vec<Vec<T>>>> {
    let one = |value: &Value| match value {
        Value::List(items) => items.iter().map(&read).collect(),
        _ => harness("a list of lists"),
    };
    match c.value(name) {
        Some(Value::List(all)) => all.iter().map(one).collect::<Result<_>>().map(Some),
        _ => Ok(None),
    }
}

fn word(value: &Value) -> Result<&'static str> {
    match value {
        Value::Text(text) => Ok(text.clone().leak()),
        _ => harness("a flag is text"),
    }
}

fn number(value: &Value) -> Result<i64> {
    match value {
        Value::Int(i) => Ok(*i as i64),
        _ => harness("an axis is a number"),
    }
}

fn iterator_options(c: &Args) -> Result<np::NditerOptions> {
    let mut options =
        options!(c => np::NditerOptions; order: char, casting: casting, itershape: ints, buffersize: int,);
    if let Some(Value::List(flags)) = c.value("flags") {
        options = options.with(np::options::flags(flags.iter().map(word).collect::<Result<Vec<_>>>()?));
    }
    if let Some(flags) = lists(c, "op_flags", word)? {
        options = options.with(np::options::op_flags(flags));
    }
    if let Some(axes) = lists(c, "op_axes", number)? {
        options = options.with(np::options::op_axes(axes));
    }
    if let Some(Value::List(dtypes)) = c.value("op_dtypes") {
        let dtypes = dtypes.iter().map(|d| super::args::dtype(d).map(Some)).collect::<Result<Vec<_>>>()?;
        options = options.with(np::options::op_dtypes(dtypes));
    }
    Ok(options)
}

/// What an iteration shows, or, if it writes, what becomes of its last operand.
fn iterated(c: &Args, mut outer: Option<np::NdIter>, mut inner: np::NdIter) -> Result {
    let write = c.flag("write")?;
    let (mut lengths, mut indices, mut width) = (Vec::new(), Vec::new(), 0);
    let mut shown = vec![Vec::new(); inner.nop()];
    loop {
        if let Some(outer) = &mut outer
            && outer.next().is_none()
        {
            break;
        }
        while let Some(step) = inner.next() {
            lengths.push(step[0].size());
            let row = [inner.multi_index().unwrap_or_default(), inner.index().into_iter().collect()].concat();
            width = row.len();
            indices.extend(row);
            if write {
                let last = step.len() - 1;
                let mut sum = &step[last] + 1;
                for x in &step[..last] {
                    sum += x.astype(sum.dtype());
                }
                inner.set(last, sum)?;
            }
            for (column, x) in shown.iter_mut().zip(step) {
                column.push(x.ravel(..));
            }
        }
        if outer.is_none() {
            break;
        }
    }
    if write {
        return Ok(inner.operands().split_off(inner.nop() - 1).into());
    }
    let rows = indices.len().checked_div(width).unwrap_or(0);
    let table = ints(&indices).reshape([rows, if rows == 0 { 0 } else { width }]);
    let columns = shown.into_iter().zip(inner.dtypes());
    let columns = columns.map(|(c, d)| if c.is_empty() { np::zeros(0, d) } else { np::concatenate(c, ..) });
    Ok([ints(&lengths), table].into_iter().chain(columns).collect::<Vec<_>>().into())
}

pub static TABLE: &[Row] = &[
    ("nditer", &[], |c| {
        // Whether it writes, be it that it does not begin.
        c.flag("write")?;
        let operands: Vec<Array> = (0..c.len()).map(|i| c.array(i)).collect::<Result<_>>()?;
        iterated(c, None, np::nditer(&operands, iterator_options(c)?)?)
    }),
    ("nested_iters", &[], |c| {
        let Value::List(groups) = c.at(0)? else { return harness("axes") };
        let group = |g: &Value| match g {
            Value::List(axes) => axes.iter().map(number).collect(),
            _ => harness("a group of axes"),
        };
        let groups: Vec<Vec<i64>> = groups.iter().map(group).collect::<Result<_>>()?;
        let operands: Vec<Array> = (1..c.len()).map(|i| c.array(i)).collect::<Result<_>>()?;
        let mut iters = np::nested_iters(&operands, groups, iterator_options(c)?)?;
        let (inner, outer) = (iters.pop(), iters.pop());
        match inner {
            Some(inner) => iterated(c, outer, inner),
            None => harness("no iterators"),
        }
    }),
    ("array", &[], |c| Ok(np::array(c.op(0)?, options!(c => np::ArrayOptions; dtype: dtype, ndmin: int,)).into())),
    ("asarray", &[], |c| Ok(np::asarray(c.op(0)?, options!(c => np::CreateOptions; dtype: dtype,)).into())),
    ("ndarray", &["shape", "dtype", "buffer"], |c| {
        let buffer = c.array(2)?.to_vec::<u8>()?;
        let options = options!(c => np::NdarrayOptions; dtype: dtype, offset: int, strides: ints, order: char,);
        Ok(np::ndarray::new(c.ints_at(0)?, options.with(np::options::buffer(buffer))).into())
    }),
    ("from_dlpack", &[], |c| Ok(np::from_dlpack(&c.array(0)?).into())),
    ("row_stack", &[], |c| {
        Ok(np::row_stack(c.arrays(0)?, options!(c => np::StackOptions; dtype: dtype, casting: casting,)).into())
    }),
    ("permute_dims", &["a", "axes"], |c| {
        Ok(np::permute_dims(c.op(0)?, options!(c => np::TransposeOptions; axes: axes,)).into())
    }),
    ("ndim", &[], |c| Ok(Out::Int(np::ndim(c.op(0)?)? as i128))),
    ("shape", &[], |c| Ok(Out::Shape(np::shape(c.op(0)?)?))),
    ("size", &["a", "axis"], |c| Ok(Out::Int(np::size(c.op(0)?, c.axes("axis")?.unwrap_or(np::Axes::All))? as i128))),
    ("savez", &[], |c| archive(c, |out, arrays| np::savez(out, arrays))),
    ("savez_compressed", &[], |c| archive(c, |out, arrays| np::savez_compressed(out, arrays))),
    ("histogramdd", &["sample"], |c| {
        let (counts, mut edges) = np::histogramdd(c.op(0)?, super::statistics::histogram(c)?);
        edges.insert(0, counts);
        Ok(edges.into())
    }),
    ("r_", &[], |c| Ok(np::joined_items(grid_items(c)?, false).into())),
    ("c_", &[], |c| Ok(np::joined_items(grid_items(c)?, true).into())),
    ("mgrid", &[], |c| Ok(np::dense_grid(grid_items(c)?).into())),
    ("ogrid", &[], |c| Ok(np::open_grid(grid_items(c)?).into())),
    ("constants", &[], |_| {
        assert!(matches!(np::newaxis, np::Index::NewAxis));
        let numbers = [np::pi, np::e, np::inf, np::nan, np::euler_gamma].map(|x| match x {
            x if x.is_nan() => "nan".to_owned(),
            x => x.to_string(),
        });
        Ok(Out::Text(format!("{} None", numbers.join(" "))))
    }),
    ("shares_memory", &[], |c| {
        let [a, b] = both(c)?;
        Ok(np::shares_memory(&a, &b)?.into())
    }),
    ("may_share_memory", &[], |c| {
        let [a, b] = both(c)?;
        Ok(np::may_share_memory(&a, &b)?.into())
    }),
    ("as_strided", &["x"], |c| Ok(stride_tricks::as_strided(c.op(0)?, strided(c)?).into())),
    ("sliding_window_view", &["x", "window_shape"], |c| {
        let options = options!(c => np::SlidingWindowOptions; axis: axes,);
        Ok(stride_tricks::sliding_window_view(c.op(0)?, c.ints_at(1)?, options).into())
    }),
    ("matrix", &["data", "dtype"], |c| whole(matrix(c)?)),
    ("asmatrix", &["data"], |c| whole(np::asmatrix(matrix_data(c.at(0)?)?, ..))),
    ("bmat", &[], bmat),
    ("matrix.mul", &[], |c| whole(matrix(c)? * c.op(1)?)),
    ("matrix.pow", &[], |c| whole(matrix(c)?.pow(c.int_at(1)?))),
    ("matrix.row", &[], |c| whole(matrix(c)?.row(c.int_at(1)? as isize))),
    ("matrix.column", &[], |c| whole(matrix(c)?.column(c.int_at(1)? as isize))),
    ("matrix.T", &[], |c| whole(matrix(c)?.T())),
    ("matrix.H", &[], |c| whole(matrix(c)?.H())),
    ("matrix.I", &[], |c| whole(matrix(c)?.I())),
    ("matrix.A1", &[], |c| Ok(matrix(c)?.A1().into())),
    ("ndindex", &[], |c| {
        let all: Vec<Vec<usize>> = np::ndindex(shape(c)?)?.collect();
        let table = ints(&all.concat());
        Ok(table.reshape([all.len(), c.len()]).into())
    }),
    ("ndenumerate", &[], enumerated),
    ("broadcast", &[], broadcast),
    ("flatiter", &[], flatiter),
];
