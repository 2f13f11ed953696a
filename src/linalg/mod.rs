//! Linear algebra: `numpy.linalg`.
//!
//! Factorizations and solvers are lazy like everything else: a call builds a node, evaluation runs a
//! library kernel on whole matrices, and loops fuse before and after it. Operands of shape `(…, m, n)` are
//! stacks of matrices. `float32`, `float64` and their complex types keep their dtype, integers and bools give
//! `float64`, `float16` is an error. Solvers and factorizations compute in double precision, as NumPy's do.
//!
//! What is wrong with shapes and dtypes shows when a call is built; what is wrong with values (a singular
//! matrix) when it is evaluated, as an error of class `LinAlgError` that names the line of the call.
//!
//! ```
//! use numfuse as np;
//! let a = np::array![[3.0, 1.0], [1.0, 2.0]];
//! let x = np::linalg::solve(&a, [9.0, 8.0]);
//! assert!(np::allclose(&x, [2.0, 3.0], ..).item::<bool>()?);
//! let error = np::linalg::inv([[1.0, 2.0], [2.0, 4.0]]).eval().unwrap_err();
//! assert_eq!((error.class(), error.detail().message.as_str()), ("LinAlgError", "Singular matrix"));
//! # Ok::<(), np::Error>(())
//! ```

mod decompose;
mod norms;
mod powers;
mod solve;

use numfuse_ir::{DType, HostOp, Kind, Shape};

use crate::array::Array;
use crate::array::build::{Cx, call};
use crate::array::operand::Operand;
use crate::error::{Raised, raise};

pub use crate::error::Error::LinAlg as LinAlgError;
pub use crate::manip::matrix_transpose;
pub use crate::products::{TensorAxes, TensordotOptions, matmul, tensordot};
pub use decompose::*;
pub use norms::*;
pub use powers::*;
pub use solve::*;

/// The dtype in which linear algebra on a dtype runs.
fn linalg_dtype(dtype: DType) -> Raised<DType> {
    match dtype {
        DType::F16 => raise!(DType, "array type float16 is unsupported in linalg"),
        d if d.is_inexact() => Ok(d),
        _ => Ok(DType::F64),
    }
}

/// A stack of matrices in the dtype of linear algebra.
fn matrices(cx: Cx, a: &Operand) -> Raised<Array> {
    let a = cx.array(a)?;
    let ndim = a.0.shape.len();
    if ndim < 2 {
        return raise!(LinAlg, "{ndim}-dimensional array given. Array must be at least two-dimensional");
    }
    cx.cast(&a, linalg_dtype(a.0.dtype)?)
}

/// A stack of square matrices.
fn squares(cx: Cx, a: &Operand) -> Raised<Array> {
    let a = matrices(cx, a)?;
    match a.0.shape[..] {
        [.., m, n] if m == n => Ok(a),
        _ => raise!(LinAlg, "Last 2 dimensions of the array must be square"),
    }
}

/// Axes of the stack, and the two of its matrices.
fn parts(a: &Array) -> (Shape, usize, usize) {
    let lead = a.0.shape.len() - 2;
    (a.0.shape[..lead].into(), a.0.shape[lead], a.0.shape[lead + 1])
}

fn with(batch: &Shape, core: &[usize]) -> Shape {
    batch.iter().chain(core).copied().collect()
}

fn is_complex(a: &Array) -> bool {
    a.0.dtype.kind() == Kind::Complex
}

/// An array that stands for a result that was not asked for.
fn absent(cx: Cx, name: &'static str, why: &str) -> Array {
    let missing: Raised<()> = raise!(Value, "{why}");
    match missing {
        Err(raise) => Array::failed(raise.sign(name, cx.location)),
        Ok(()) => unreachable!("`raise!` is an error"),
    }
}

/// The results of a kernel of matrices. It computes in double precision whatever that of its operands is, as NumPy
/// does; what casts there are fuse with what is around them.
fn lapack<const N: usize>(
    cx: Cx,
    op: HostOp,
    params: &[i64],
    operands: &[&Array],
    results: [(DType, Shape); N],
) -> Raised<[Array; N]> {
    let double = |dtype: DType| match dtype {
        DType::F32 => DType::F64,
        DType::C64 => DType::C128,
        other => other,
    };
    let operands = operands.iter().map(|a| cx.cast(a, double(a.0.dtype))).collect::<Raised<Vec<Array>>>()?;
    let dtypes = results.each_ref().map(|(dtype, _)| *dtype);
    let results = results.map(|(dtype, shape)| (double(dtype), shape));
    let mut found = cx.host(op, params, &operands.iter().collect::<Vec<_>>(), results)?;
    for (result, dtype) in found.iter_mut().zip(dtypes) {
        *result = cx.cast(result, dtype)?;
    }
    Ok(found)
}

/// A one-result kernel of a matrix.
fn unary(cx: Cx, op: HostOp, params: &[i64], a: &Array, dtype: DType, shape: Shape) -> Raised<Array> {
    let [result] = lapack(cx, op, params, &[a], [(dtype, shape)])?;
    Ok(result)
}

crate::options::options! {
    /// Options of [`diagonal`]; the bare value is `offset`.
    DiagonalOptions { offset: Offset(crate::options::Int) } bare offset int;
    /// Options of [`trace`]; the bare value is `offset`.
    TraceOptions { offset: Offset(crate::options::Int), dtype: Dtype(DType) } bare offset int;
    /// Options of [`cross`] and [`vecdot`]; the bare value is `axis`.
    AxisOptions { axis: Axis(crate::options::Axes) } bare axis axes;
}

/// The diagonals of a stack of matrices.
///
/// ```
/// use numfuse as np;
/// let a = np::arange(8, ..).reshape([2, 2, 2]);
/// assert_eq!(np::linalg::diagonal(&a, ..).to_vec::<i64>()?, [0, 3, 4, 7]);
/// assert_eq!(np::linalg::trace(&a, ..).to_vec::<i64>()?, [3, 11]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn diagonal(x: impl Into<Operand>, options: impl Into<DiagonalOptions>) -> Array {
    let (x, o) = (x.into(), options.into());
    let mut all = crate::manip::DiagonalOptions::from(crate::options::axis1(-2).axis2(-1));
    all.offset = o.offset;
    crate::manip::diagonal(x, all)
}

/// The sums of the diagonals of a stack of matrices. See [`diagonal`] for an example.
#[track_caller]
pub fn trace(x: impl Into<Operand>, options: impl Into<TraceOptions>) -> Array {
    let (x, o) = (x.into(), options.into());
    let mut all = crate::manip::TraceOptions::from(crate::options::axis1(-2).axis2(-1));
    (all.offset, all.dtype) = (o.offset, o.dtype);
    crate::manip::trace(x, all)
}

/// Products of all pairs of elements of two vectors.
///
/// ```
/// use numfuse as np;
/// assert_eq!(np::linalg::outer([1, 2], [3, 4]).to_vec::<i32>()?, [3, 4, 6, 8]);
/// assert!(np::linalg::outer([[1]], [3, 4]).check().is_err());
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn outer(x1: impl Into<Operand>, x2: impl Into<Operand>) -> Array {
    let (x1, x2) = (x1.into(), x2.into());
    call("linalg.outer", |cx| {
        let (a, b) = (cx.array(x1)?, cx.array(x2)?);
        let (na, nb) = (a.0.shape.len(), b.0.shape.len());
        if na != 1 || nb != 1 {
            return raise!(Value, "Input arrays must be one-dimensional, but they are x1.ndim={na} and x2.ndim={nb}.");
        }
        let (m, n) = (a.0.shape[0], b.0.shape[0]);
        cx.bin(numfuse_ir::Ew::Multiply, &cx.reshape(&a, &[m, 1])?, &cx.reshape(&b, &[1, n])?)
    })
}

/// Cross products of vectors of three components along an axis.
///
/// ```
/// use numfuse as np;
/// assert_eq!(np::linalg::cross([1, 2, 3], [4, 5, 6], ..).to_vec::<i32>()?, [-3, 6, -3]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn cross(x1: impl Into<Operand>, x2: impl Into<Operand>, options: impl Into<AxisOptions>) -> Array {
    let (x1, x2, o) = (x1.into(), x2.into(), options.into());
    call("linalg.cross", |cx| {
        let (a, b) = (cx.array(&x1)?, cx.array(&x2)?);
        let axis = |x: &Array| crate::options::Axes::single(&o.axis, x.0.shape.len());
        let length = |x: &Array| -> Raised<usize> {
            let last = x.0.shape.len().saturating_sub(1);
            Ok(x.0.shape.get(axis(x)?.unwrap_or(last)).copied().unwrap_or(0))
        };
        let (m, n) = (length(&a)?, length(&b)?);
        if m != 3 || n != 3 {
            return raise!(
                Value,
                "Both input arrays must be (arrays of) 3-dimensional vectors, but they are {m} and {n} dimensional instead."
            );
        }
        let options = crate::products::CrossOptions { axis: o.axis.clone(), ..Default::default() };
        crate::products::cross_of(cx, &x1, &x2, &options)
    })
}

/// Inner products of vectors along an axis, the first one conjugated.
///
/// ```
/// use numfuse as np;
/// let a = np::array![[1.0, 2.0], [3.0, 4.0]];
/// assert_eq!(np::linalg::vecdot(&a, &a, 0).to_vec::<f64>()?, [10.0, 20.0]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn vecdot(x1: impl Into<Operand>, x2: impl Into<Operand>, options: impl Into<AxisOptions>) -> Array {
    let (x1, x2, o) = (x1.into(), x2.into(), options.into());
    call("linalg.vecdot", |cx| {
        let last = |x: Operand| -> Raised<Array> {
            let x = cx.array(x)?;
            let ndim = x.0.shape.len();
            let Some(axis) = crate::options::Axes::single(&o.axis, ndim)? else { return Ok(x) };
            let axes: Vec<usize> = (0..ndim).filter(|&d| d != axis).chain([axis]).collect();
            cx.permute(&x, &axes)
        };
        crate::products::vecdot_of(cx, last(x1)?.into(), last(x2)?.into())
    })
}
