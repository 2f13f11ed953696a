//! Norms, condition numbers, rank, pseudo-inverse.

use numfuse_ir::{DType, Ew, ReduceOp};
use smallvec::SmallVec;

use super::decompose::svdvals_of;
use super::solve::{epsilon, inv_of, number};
use super::{is_complex, lapack, matrices, parts, squares};
use crate::array::Array;
use crate::array::build::{Cx, call};
use crate::array::operand::{Operand, k};
use crate::error::{Raised, raise};
use crate::options::{Axes, PValue, normalize_axis, options};
use crate::reduce::reduce_or_identity;

/// Which norm.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Ord {
    /// Of a vector the p-norm (also infinite, negative and 0), of a matrix 1, 2, infinity and their negatives.
    P(f64),
    /// Frobenius norm of a matrix: `"fro"`.
    Frobenius,
    /// Nuclear norm of a matrix: `"nuc"`.
    Nuclear,
    /// Another name, which is an error.
    Unknown(&'static str),
}

macro_rules! ord_from {
    ($($t:ty),*) => {$(
        impl From<$t> for Ord {
            fn from(p: $t) -> Ord { Ord::P(p as f64) }
        }
    )*};
}
ord_from!(i32, i64, f64);

impl From<&'static str> for Ord {
    fn from(name: &'static str) -> Ord {
        match name {
            "fro" | "f" => Ord::Frobenius,
            "nuc" => Ord::Nuclear,
            other => Ord::Unknown(other),
        }
    }
}

options! {
    /// Options of [`norm`]; the bare value is `ord`.
    NormOptions { ord: OrdKey(Ord), axis: Axis(Axes), keepdims: Keepdims(bool) } bare ord ord;
    /// Options of [`vector_norm`]; the bare value is `ord`.
    VectorNormOptions { ord: OrdKey(Ord), axis: Axis(Axes), keepdims: Keepdims(bool) } bare ord ord;
    /// Options of [`matrix_norm`]; the bare value is `ord`.
    MatrixNormOptions { ord: OrdKey(Ord), keepdims: Keepdims(bool) } bare ord ord;
    /// Options of [`cond`]; the bare value is `p`.
    CondOptions { p: P(PValue) } bare p ord;
    /// Options of [`matrix_rank`]; the bare value is `tol`.
    MatrixRankOptions { tol: Tol(Operand), rtol: Rtol(Operand), hermitian: Hermitian(bool) } bare tol operand;
    /// Options of [`pinv`]; the bare value is `rcond`.
    PinvOptions { rcond: Rcond(Operand), rtol: Rtol(Operand), hermitian: Hermitian(bool) } bare rcond operand;
}

fn keep(cx: Cx, a: &Array, shape: &[usize], axes: &[usize], keepdims: bool) -> Raised<Array> {
    if !keepdims {
        return Ok(a.clone());
    }
    let kept: Vec<usize> = (0..shape.len()).map(|d| if axes.contains(&d) { 1 } else { shape[d] }).collect();
    cx.reshape(a, &kept)
}

/// `Σ |x|²` over axes, in the real dtype.
fn squared(cx: Cx, x: &Array, axes: &[usize]) -> Raised<Array> {
    let squares = if is_complex(x) {
        let (re, im) = (cx.un(Ew::Real, x)?, cx.un(Ew::Imag, x)?);
        cx.bin(Ew::Add, &cx.un(Ew::Square, &re)?, &cx.un(Ew::Square, &im)?)?
    } else {
        cx.un(Ew::Square, x)?
    };
    reduce_or_identity(cx, ReduceOp::Sum, &squares, axes, false)
}

/// Smallest or largest element over axes. The largest of nothing is 0, as NumPy says for norms.
fn extreme(cx: Cx, op: ReduceOp, x: &Array, axes: &[usize]) -> Raised<Array> {
    if op == ReduceOp::Min && axes.iter().any(|&d| x.0.shape[d] == 0) {
        return raise!(Value, "zero-size array to reduction operation minimum which has no identity");
    }
    reduce_or_identity(cx, op, x, axes, false)
}

fn vector(cx: Cx, x: &Array, axes: &[usize], ord: Option<Ord>) -> Raised<Array> {
    let size = |cx: Cx| cx.un(Ew::Absolute, x);
    let real = x.0.dtype.real();
    let p = match ord {
        None => 2.0,
        Some(Ord::P(p)) => p,
        Some(Ord::Frobenius) => return raise!(Value, "Invalid norm order 'fro' for vectors"),
        Some(Ord::Nuclear) => return raise!(Value, "Invalid norm order 'nuc' for vectors"),
        Some(Ord::Unknown(name)) => return raise!(Value, "Invalid norm order '{name}' for vectors"),
    };
    if p == 2.0 {
        return cx.un(Ew::Sqrt, &squared(cx, x, axes)?);
    }
    if p.is_infinite() {
        return extreme(cx, if p > 0.0 { ReduceOp::Max } else { ReduceOp::Min }, &size(cx)?, axes);
    }
    if p == 0.0 {
        let nonzero = cx.cast(&cx.bin(Ew::NotEqual, x, k(0))?, real)?;
        return reduce_or_identity(cx, ReduceOp::Sum, &nonzero, axes, false);
    }
    if p == 1.0 {
        return reduce_or_identity(cx, ReduceOp::Sum, &size(cx)?, axes, false);
    }
    let exponent = |p: f64| -> Raised<Array> { cx.array_as(&number(cx, p), real) };
    let powers = cx.bin(Ew::Power, &size(cx)?, &exponent(p)?)?;
    let total = reduce_or_identity(cx, ReduceOp::Sum, &powers, axes, false)?;
    cx.bin(Ew::Power, &total, &exponent(1.0 / p)?)
}

fn matrix(cx: Cx, x: &Array, [rows, columns]: [usize; 2], ord: Option<Ord>) -> Raised<Array> {
    if rows == columns {
        return raise!(Value, "Duplicate axes given.");
    }
    // Sums over one axis, extremes over the other.
    let sums = |over: usize, op: ReduceOp, along: usize| -> Raised<Array> {
        let total = reduce_or_identity(cx, ReduceOp::Sum, &cx.un(Ew::Absolute, x)?, &[over], false)?;
        extreme(cx, op, &total, &[if along > over { along - 1 } else { along }])
    };
    // Singular values, along a new last axis.
    let values = |op: ReduceOp| -> Raised<Array> {
        let ndim = x.0.shape.len();
        let order: Vec<usize> = (0..ndim).filter(|d| ![rows, columns].contains(d)).chain([rows, columns]).collect();
        let s = svdvals_of(cx, &matrices(cx, &cx.permute(x, &order)?.into())?, false)?;
        extreme(cx, op, &s, &[s.0.shape.len() - 1])
    };
    match ord {
        None | Some(Ord::Frobenius) => {
            let mut axes = [rows, columns];
            axes.sort_unstable();
            cx.un(Ew::Sqrt, &squared(cx, x, &axes)?)
        }
        Some(Ord::Nuclear) => values(ReduceOp::Sum),
        Some(Ord::P(2.0)) => values(ReduceOp::Max),
        Some(Ord::P(-2.0)) => values(ReduceOp::Min),
        Some(Ord::P(1.0)) => sums(rows, ReduceOp::Max, columns),
        Some(Ord::P(-1.0)) => sums(rows, ReduceOp::Min, columns),
        Some(Ord::P(f64::INFINITY)) => sums(columns, ReduceOp::Max, rows),
        Some(Ord::P(f64::NEG_INFINITY)) => sums(columns, ReduceOp::Min, rows),
        _ => raise!(Value, "Invalid norm order for matrices."),
    }
}

/// A float array; integers become `float64`.
fn floats(cx: Cx, x: &Operand) -> Raised<Array> {
    let x = cx.array(x)?;
    if x.0.dtype.is_inexact() { Ok(x) } else { cx.cast(&x, DType::F64) }
}

/// The axes in the order given; all of them by default.
fn given(axis: &Option<Axes>, ndim: usize) -> Raised<SmallVec<[usize; 4]>> {
    match axis {
        None | Some(Axes::All) => Ok((0..ndim).collect()),
        Some(Axes::One(axis)) => Ok(smallvec::smallvec![normalize_axis(*axis, ndim)?]),
        Some(Axes::Many(axes)) => axes.iter().map(|&axis| normalize_axis(axis, ndim)).collect(),
    }
}

fn norm_of(cx: Cx, x: &Array, ord: Option<Ord>, axis: &Option<Axes>, keepdims: bool) -> Raised<Array> {
    let (shape, ndim) = (&x.0.shape, x.0.shape.len());
    let axes = given(axis, ndim)?;
    let whole = matches!(axis, None | Some(Axes::All));
    let flat = matches!((ord, ndim), (None, _) | (Some(Ord::Frobenius), 2) | (Some(Ord::P(2.0)), 1));
    if whole && flat {
        let total = cx.un(Ew::Sqrt, &squared(cx, x, &axes)?)?;
        return keep(cx, &total, shape, &axes, keepdims);
    }
    let norm = match axes[..] {
        [axis] => vector(cx, x, &[axis], ord)?,
        [rows, columns] => matrix(cx, x, [rows, columns], ord)?,
        _ => return raise!(Value, "Improper number of dimensions to norm."),
    };
    keep(cx, &norm, shape, &axes, keepdims)
}

/// The norm of vectors (along one axis) or matrices (along two). Without `axis` and `ord`, the 2-norm of all
/// elements.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// let a = np::array![[3.0, 0.0], [4.0, 12.0]];
/// assert_eq!(np::linalg::norm(&a, ..).item::<f64>()?, 13.0);
/// assert_eq!(np::linalg::norm(&a, axis(0)).to_vec::<f64>()?, [5.0, 12.0]);
/// assert_eq!(np::linalg::norm(&a, 1).item::<f64>()?, 12.0); // largest sum of a column
/// assert_eq!(np::linalg::norm([1.0, -7.0], np::inf).item::<f64>()?, 7.0);
/// assert_eq!(np::linalg::vector_norm(&a, 1).item::<f64>()?, 19.0);
/// assert_eq!(np::linalg::matrix_norm(&a, "fro").item::<f64>()?, 13.0);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn norm(x: impl Into<Operand>, options: impl Into<NormOptions>) -> Array {
    let (x, o) = (x.into(), options.into());
    call("linalg.norm", |cx| norm_of(cx, &floats(cx, &x)?, o.ord, &o.axis, o.keepdims.unwrap_or(false)))
}

/// The p-norm (2 by default) of vectors along axes, which are taken together; of all elements by default. See
/// [`norm`] for an example.
#[track_caller]
pub fn vector_norm(x: impl Into<Operand>, options: impl Into<VectorNormOptions>) -> Array {
    let (x, o) = (x.into(), options.into());
    call("linalg.vector_norm", |cx| {
        let x = floats(cx, &x)?;
        let axes = given(&o.axis, x.0.shape.len())?;
        // The axes become one: norms of several axes are norms of their elements in a row.
        let rest: Vec<usize> = (0..x.0.shape.len()).filter(|d| !axes.contains(d)).collect();
        let together = cx.permute(&x, &rest.iter().chain(&axes).copied().collect::<Vec<_>>())?;
        let mut shape: Vec<usize> = rest.iter().map(|&d| x.0.shape[d]).collect();
        shape.push(axes.iter().map(|&d| x.0.shape[d]).product());
        let together = cx.reshape(&together, &shape)?;
        let norm = vector(cx, &together, &[shape.len() - 1], Some(o.ord.unwrap_or(Ord::P(2.0))))?;
        keep(cx, &norm, &x.0.shape, &axes, o.keepdims.unwrap_or(false))
    })
}

/// The norm (Frobenius by default) of the matrices of a stack. See [`norm`] for an example.
#[track_caller]
pub fn matrix_norm(x: impl Into<Operand>, options: impl Into<MatrixNormOptions>) -> Array {
    let (x, o) = (x.into(), options.into());
    call("linalg.matrix_norm", |cx| {
        let last = Some(Axes::from([-2, -1]));
        let ord = Some(o.ord.unwrap_or(Ord::Frobenius));
        norm_of(cx, &floats(cx, &x)?, ord, &last, o.keepdims.unwrap_or(false))
    })
}

/// The condition number: the norm (`p`, the 2-norm by default) of a matrix times that of its inverse. A singular
/// matrix has an infinite one.
///
/// ```
/// use numfuse as np;
/// assert!(np::allclose(np::linalg::cond([[2.0, 0.0], [0.0, 8.0]], ..), 4.0, ..).item::<bool>()?);
/// assert_eq!(np::linalg::cond([[1.0, 0.0], [0.0, 0.0]], 1).item::<f64>()?, np::inf);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn cond(x: impl Into<Operand>, options: impl Into<CondOptions>) -> Array {
    let (x, o) = (x.into(), options.into());
    call("linalg.cond", |cx| {
        let x = cx.array(&x)?;
        let (ndim, empty) = (x.0.shape.len(), x.0.shape.contains(&0));
        if empty && x.0.shape[ndim.saturating_sub(2)..].contains(&0) {
            return raise!(LinAlg, "cond is not defined on empty arrays");
        }
        let p = match &o.p {
            None => None,
            Some(PValue::Norm(ord)) => Some(*ord),
            Some(PValue::Numbers(p)) => Some(Ord::P(cx.array_as(p, DType::F64)?.item::<f64>()?)),
        };
        let by_values = match p {
            None | Some(Ord::P(2.0)) => Some(false),
            Some(Ord::P(-2.0)) => Some(true),
            _ => None,
        };
        let x: Operand = (&x).into();
        let (a, ratio) = match by_values {
            Some(inverted) => {
                let a = matrices(cx, &x)?;
                let s = svdvals_of(cx, &a, false)?;
                let last = s.0.shape.len() - 1;
                let (large, small) =
                    (cx.reduce(ReduceOp::Max, &s, &[last], false)?, cx.reduce(ReduceOp::Min, &s, &[last], false)?);
                (a, if inverted { cx.bin(Ew::Divide, &small, &large)? } else { cx.bin(Ew::Divide, &large, &small)? })
            }
            None => {
                let a = squares(cx, &x)?;
                let last = Some(Axes::from([-2, -1]));
                let inverse = inv_of(cx, &a, true)?;
                let (own, other) = (norm_of(cx, &a, p, &last, false)?, norm_of(cx, &inverse, p, &last, false)?);
                (a, cx.bin(Ew::Multiply, &own, &other)?)
            }
        };
        // NaN means a singular matrix, unless the matrix has NaN itself.
        let ndim = a.0.shape.len();
        let own = reduce_or_identity(cx, ReduceOp::Any, &cx.un(Ew::Isnan, &a)?, &[ndim - 2, ndim - 1], false)?;
        let singular = cx.bin(Ew::BitwiseAnd, &cx.un(Ew::Isnan, &ratio)?, &cx.un(Ew::LogicalNot, &own)?)?;
        cx.select(&singular, k(f64::INFINITY), &ratio, ratio.0.dtype)
    })
}

/// A tolerance relative to the largest singular value: `rtol` per matrix, or the larger dimension times the
/// precision.
fn relative(cx: Cx, a: &Array, rtol: &Option<Operand>) -> Raised<Array> {
    let (_, m, n) = parts(a);
    let given = match rtol {
        Some(rtol) => cx.array(rtol)?,
        None => cx.array(number(cx, m.max(n) as f64 * epsilon(a.0.dtype)))?,
    };
    cx.reshape(&given, &[&given.0.shape[..], &[1]].concat())
}

/// The number of singular values above a tolerance: `tol`, or `rtol` times the largest one.
///
/// ```
/// use numfuse as np;
/// assert_eq!(np::linalg::matrix_rank([[1.0, 2.0], [2.0, 4.0]], ..).item::<i64>()?, 1);
/// assert_eq!(np::linalg::matrix_rank(np::eye(4, ..), ..).item::<i64>()?, 4);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn matrix_rank(a: impl Into<Operand>, options: impl Into<MatrixRankOptions>) -> Array {
    let (a, o) = (a.into(), options.into());
    call("linalg.matrix_rank", |cx| {
        if o.tol.is_some() && o.rtol.is_some() {
            return raise!(Value, "`tol` and `rtol` can't be both set.");
        }
        let a = cx.array(&a)?;
        if a.0.shape.len() < 2 {
            let axes: Vec<usize> = (0..a.0.shape.len()).collect();
            let nonzero = cx.bin(Ew::NotEqual, &a, k(0))?;
            return cx.cast(&reduce_or_identity(cx, ReduceOp::Any, &nonzero, &axes, false)?, DType::I64);
        }
        let hermitian = o.hermitian.unwrap_or(false);
        let a: Operand = a.into();
        let a = if hermitian { squares(cx, &a)? } else { matrices(cx, &a)? };
        let s = svdvals_of(cx, &a, hermitian)?;
        let last = s.0.shape.len() - 1;
        let tolerance = match &o.tol {
            Some(tol) => {
                let tol = cx.array(tol)?;
                cx.reshape(&tol, &[&tol.0.shape[..], &[1]].concat())?
            }
            None => {
                let largest = reduce_or_identity(cx, ReduceOp::Max, &s, &[last], true)?;
                cx.bin(Ew::Multiply, &largest, &relative(cx, &a, &o.rtol)?)?
            }
        };
        let above = cx.cast(&cx.bin(Ew::Greater, &s, &tolerance)?, DType::I64)?;
        reduce_or_identity(cx, ReduceOp::Sum, &above, &[last], false)
    })
}

/// The Moore-Penrose pseudo-inverse. Singular values up to `rcond` (or `rtol`) times the largest count as zero.
///
/// ```
/// use numfuse as np;
/// let a = np::array![[1.0, 0.0], [0.0, 2.0], [0.0, 0.0]];
/// let p = np::linalg::pinv(&a, ..);
/// assert!(np::allclose(&p, [[1.0, 0.0, 0.0], [0.0, 0.5, 0.0]], ..).item::<bool>()?);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn pinv(a: impl Into<Operand>, options: impl Into<PinvOptions>) -> Array {
    let (a, o) = (a.into(), options.into());
    call("linalg.pinv", |cx| {
        if o.rcond.is_some() && o.rtol.is_some() {
            return raise!(Value, "`rtol` and `rcond` can't be both set.");
        }
        let hermitian = o.hermitian.unwrap_or(false);
        let a = if hermitian { squares(cx, &a)? } else { matrices(cx, &a)? };
        let ((batch, m, n), dtype) = (parts(&a), a.0.dtype);
        let size = m.min(n);
        if a.0.shape.contains(&0) {
            return cx.full(&super::with(&batch, &[n, m]), &k(0), dtype);
        }
        let results = [
            (dtype, super::with(&batch, &[m, size])),
            (dtype.real(), super::with(&batch, &[size])),
            (dtype, super::with(&batch, &[size, n])),
        ];
        let [u, s, vh] = lapack(cx, numfuse_ir::HostOp::Svd, &[0, i64::from(hermitian)], &[&a], results)?;
        let last = s.0.shape.len() - 1;
        let largest = cx.reduce(ReduceOp::Max, &s, &[last], true)?;
        let rtol = match (&o.rcond, &o.rtol) {
            (Some(rcond), _) => Some(rcond.clone()),
            (None, Some(rtol)) => Some(rtol.clone()),
            (None, None) => None,
        };
        let cutoff = cx.bin(Ew::Multiply, &largest, &relative(cx, &a, &rtol)?)?;
        let large = cx.bin(Ew::Greater, &s, &cutoff)?;
        let inverted = cx.select(&large, &cx.un(Ew::Reciprocal, &s)?, k(0.0), s.0.dtype)?;
        // V · (1/s · Uᴴ)
        let adjoint = |x: &Array| -> Raised<Array> {
            let swapped = crate::products::swap_last(cx, x)?;
            if is_complex(x) { cx.un(Ew::Conjugate, &swapped) } else { Ok(swapped) }
        };
        let column = cx.reshape(&inverted, &[&inverted.0.shape[..], &[1]].concat())?;
        let scaled = cx.cast(&cx.bin(Ew::Multiply, &column, &adjoint(&u)?)?, dtype)?;
        crate::products::matrices(cx, &adjoint(&vh)?, &scaled)
    })
}
