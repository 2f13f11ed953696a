//! Positions themselves: meshes of them, those of diagonals and triangles, and their row-major numbers.

use std::panic::Location;

use numfuse_ir::shape::{Shape, size_of};
use numfuse_ir::{Casting, DType, Ew, Scalar};

use super::find::positions;
use super::take::bounded;
use crate::array::build::{Cx, call};
use crate::array::operand::{Dims, Operand, k};
use crate::array::{Array, evaluate};
use crate::creation::band;
use crate::error::{Raised, raise};
use crate::options::{Int, ModeValue, TakeMode, options};

options! {
    /// Options of [`diag_indices`]; the bare value is `ndim`.
    DiagIndicesOptions { ndim: NdimKey(Int) } bare ndim int;
    /// Options of [`tril_indices`] and [`triu_indices`]; the bare value is `k`, the diagonal.
    TriangleIndicesOptions { k: KKey(Int), m: MKey(Int) } bare k int;
    /// Options of [`ravel_multi_index`].
    RavelIndexOptions { mode: Mode(ModeValue), order: Order(char) } bare mode mode;
}

/// Runs the body of a function that gives several arrays; on an error there is one array, which
/// carries it.
#[track_caller]
pub(crate) fn call_all(name: &'static str, body: impl FnOnce(Cx) -> Raised<Vec<Array>>) -> Vec<Array> {
    let location = Location::caller();
    body(Cx { location }).unwrap_or_else(|raise| vec![Array::failed(raise.sign(name, location))])
}

/// Vectors as an open mesh: the `d`-th lies along axis `d`, so that indexing with all of them gives
/// their product. Masks count as their positions.
///
/// ```
/// use numfuse as np;
/// let a = np::arange(12, ..).reshape([3, 4]);
/// let mesh = np::ix_([[0, 2], [1, 3]]);
/// assert_eq!(mesh[0].shape(), [2, 1]);
/// assert_eq!(a.get((&mesh[0], &mesh[1])).to_vec::<i64>()?, [1, 3, 9, 11]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn ix_<T: Into<Operand>>(args: impl IntoIterator<Item = T>) -> Vec<Array> {
    let args: Vec<Operand> = args.into_iter().map(Into::into).collect();
    call_all("ix_", |cx| {
        let ndim = args.len();
        let axis = |(d, arg): (usize, &Operand)| {
            let a = cx.array(arg)?;
            if a.0.shape.len() != 1 {
                return raise!(Value, "Cross index must be 1 dimensional");
            }
            let a = match a.0.dtype {
                DType::Bool => positions(cx, &a)?.remove(0),
                _ => a,
            };
            let mut shape: Shape = smallvec::smallvec![1; ndim];
            shape[d] = a.0.shape[0];
            cx.reshape(&a, &shape)
        };
        args.iter().enumerate().map(axis).collect()
    })
}

/// The positions of the main diagonal of an array with `ndim` (2) axes of length `n`.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// let at = np::diag_indices(2, ..);
/// let mut a = np::zeros([2, 2], ..);
/// a.set((&at[0], &at[1]), 1.0);
/// assert_eq!(a.to_vec::<f64>()?, np::eye(2, ..).to_vec::<f64>()?);
/// let lower = np::tril_indices(3, -1);
/// assert_eq!(lower[0].to_vec::<i64>()?, [1, 2, 2]);
/// assert_eq!(lower[1].to_vec::<i64>()?, [0, 0, 1]);
/// assert_eq!(np::triu_indices(2, m(3))[1].to_vec::<i64>()?, [0, 1, 2, 1, 2]);
/// let above = np::mask_indices(3, |m, k| np::triu(m, k), 1);
/// assert_eq!(above[0].to_vec::<i64>()?, [0, 0, 1]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn diag_indices(n: impl Into<Int>, options: impl Into<DiagIndicesOptions>) -> Vec<Array> {
    let (n, options) = (n.into(), options.into());
    call_all("diag_indices", |cx| {
        let ndim = usize::try_from(options.ndim.map_or(2, |n| n.0)).unwrap_or(0);
        let index = cx.iota(usize::try_from(n.0).unwrap_or(0), 0, 1)?;
        Ok(vec![index; ndim])
    })
}

/// The positions of the main diagonal of an array, whose axes must have equal lengths. See
/// [`diag_indices`].
#[track_caller]
pub fn diag_indices_from(a: impl Into<Operand>) -> Vec<Array> {
    let a = a.into();
    call_all("diag_indices_from", |cx| {
        let a = cx.array(a)?;
        let shape = &a.0.shape;
        if shape.len() < 2 {
            return raise!(Value, "input array must be at least 2-d");
        }
        if shape.iter().any(|n| *n != shape[0]) {
            return raise!(Value, "All dimensions of input must be of equal length");
        }
        Ok(vec![cx.iota(shape[0], 0, 1)?; shape.len()])
    })
}

fn triangle(cx: Cx, rows: usize, columns: usize, diagonal: i64, lower: bool) -> Raised<Vec<Array>> {
    let mask = if lower {
        band(cx, rows, columns, diagonal, Ew::GreaterEqual)?
    } else {
        let below = band(cx, rows, columns, diagonal.saturating_sub(1), Ew::GreaterEqual)?;
        cx.un(Ew::LogicalNot, &below)?
    };
    positions(cx, &mask)
}

fn lengths(n: Int, m: Option<Int>) -> Raised<(usize, usize)> {
    // As of `arange`, a negative length is none.
    let shape = Dims::from([n.0.max(0), m.unwrap_or(n).0.max(0)]).lengths()?;
    Ok((shape[0], shape[1]))
}

/// The positions at and below the `k`-th diagonal of an `n` by `m` matrix. See [`diag_indices`].
#[track_caller]
pub fn tril_indices(n: impl Into<Int>, options: impl Into<TriangleIndicesOptions>) -> Vec<Array> {
    let (n, options) = (n.into(), options.into());
    call_all("tril_indices", |cx| {
        let (rows, columns) = lengths(n, options.m)?;
        triangle(cx, rows, columns, options.k.unwrap_or_default().0, true)
    })
}

/// The positions at and above the `k`-th diagonal of an `n` by `m` matrix. See [`diag_indices`].
#[track_caller]
pub fn triu_indices(n: impl Into<Int>, options: impl Into<TriangleIndicesOptions>) -> Vec<Array> {
    let (n, options) = (n.into(), options.into());
    call_all("triu_indices", |cx| {
        let (rows, columns) = lengths(n, options.m)?;
        triangle(cx, rows, columns, options.k.unwrap_or_default().0, false)
    })
}

fn triangle_of(cx: Cx, a: Operand, diagonal: Option<Int>, lower: bool) -> Raised<Vec<Array>> {
    match cx.array(a)?.0.shape[..] {
        [rows, columns] => triangle(cx, rows, columns, diagonal.unwrap_or_default().0, lower),
        _ => raise!(Value, "input array must be 2-d"),
    }
}

/// [`tril_indices`] of the shape of a matrix.
#[track_caller]
pub fn tril_indices_from(a: impl Into<Operand>, options: impl Into<crate::TriangleOptions>) -> Vec<Array> {
    let (a, options) = (a.into(), options.into());
    call_all("tril_indices_from", |cx| triangle_of(cx, a, options.k, true))
}

/// [`triu_indices`] of the shape of a matrix.
#[track_caller]
pub fn triu_indices_from(a: impl Into<Operand>, options: impl Into<crate::TriangleOptions>) -> Vec<Array> {
    let (a, options) = (a.into(), options.into());
    call_all("triu_indices_from", |cx| triangle_of(cx, a, options.k, false))
}

/// The positions that a function such as [`triu`](crate::triu()) keeps of an `n` by `n` matrix. See
/// [`diag_indices`].
#[track_caller]
pub fn mask_indices(
    n: impl Into<Int>,
    mask_func: impl FnOnce(&Array, i64) -> Array,
    options: impl Into<crate::TriangleOptions>,
) -> Vec<Array> {
    let (n, options) = (n.into(), options.into());
    call_all("mask_indices", |cx| {
        let (rows, columns) = lengths(n, None)?;
        let ones = cx.full(&[rows, columns], &k(1), DType::I64)?;
        let kept = mask_func(&ones, options.k.unwrap_or_default().0);
        kept.check()?;
        positions(cx, &cx.bin(Ew::NotEqual, &kept, k(0))?)
    })
}

/// The row-major (`order('F')`: column-major) number of a position: one array of positions per axis of
/// `dims`. Positions out of range are an error unless a mode says otherwise, so that they are evaluated
/// when the call is made.
///
/// ```
/// use numfuse as np;
/// let flat = np::ravel_multi_index([[1, 2], [3, 0]], [3, 4], ..);
/// assert_eq!(flat.to_vec::<i64>()?, [7, 8]);
/// let back = np::unravel_index(&flat, [3, 4], ..);
/// assert_eq!(back[0].to_vec::<i64>()?, [1, 2]);
/// assert_eq!(back[1].to_vec::<i64>()?, [3, 0]);
/// assert!(np::ravel_multi_index([[3], [0]], [3, 4], ..).check().is_err());
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn ravel_multi_index<T: Into<Operand>>(
    multi_index: impl IntoIterator<Item = T>,
    dims: impl Into<Dims>,
    options: impl Into<RavelIndexOptions>,
) -> Array {
    let parts: Vec<Operand> = multi_index.into_iter().map(Into::into).collect();
    let (dims, options) = (dims.into(), options.into());
    call("ravel_multi_index", |cx| {
        let shape = dims.lengths()?;
        let fortran = column_major(options.order)?;
        if parts.len() != shape.len() {
            return raise!(Value, "parameter multi_index must be a sequence of length {}", shape.len());
        }
        if size_of(&shape).is_none() {
            return raise!(Value, "invalid dims: array size defined by dims is larger than the maximum possible size.");
        }
        let mode = ModeValue::take(&options.mode)?;
        let mut indices = Vec::with_capacity(parts.len());
        for (part, &n) in parts.iter().zip(&shape) {
            let part = integers(cx, cx.array(part)?)?;
            if mode == TakeMode::Raise {
                evaluate(&[&part])?;
                if part.eval()?.as_slice::<i64>()?.iter().any(|i| !(0..n as i64).contains(i)) {
                    return raise!(Value, "invalid entry in coordinates array");
                }
            }
            indices.push((bounded(cx, &part, n, mode)?, n));
        }
        if fortran {
            indices.reverse();
        }
        let mut sum: Option<Array> = None;
        for (index, n) in indices {
            sum = Some(match sum {
                None => index,
                Some(sum) => {
                    let scaled = cx.bin(Ew::Multiply, &sum, cx.param(Scalar::new(n as i64)))?;
                    cx.bin(Ew::Add, &scaled, &index)?
                }
            });
        }
        match sum {
            Some(sum) => Ok(sum),
            None => raise!(Value, "need at least one dimension: dims is empty"),
        }
    })
}

fn integers(cx: Cx, a: Array) -> Raised<Array> {
    let dtype = a.0.dtype;
    if dtype != DType::Bool && !(dtype.is_integer() && dtype.can_cast(DType::I64, Casting::SameKind)) {
        return raise!(DType, "only int indices permitted");
    }
    cx.cast(&a, DType::I64)
}

fn column_major(order: Option<char>) -> Raised<bool> {
    match order.unwrap_or('C') {
        'C' => Ok(false),
        'F' => Ok(true),
        _ => raise!(Value, "only \'C\' or \'F\' order is permitted"),
    }
}

/// The positions, one array per axis of `shape`, of row-major (`'F'`: column-major) numbers, which are
/// evaluated when the call is made. See [`ravel_multi_index`].
#[track_caller]
pub fn unravel_index(
    indices: impl Into<Operand>,
    shape: impl Into<Dims>,
    options: impl Into<crate::OrderOptions>,
) -> Vec<Array> {
    let (indices, shape, options) = (indices.into(), shape.into(), options.into());
    call_all("unravel_index", |cx| {
        let shape = shape.lengths()?;
        let indices = cx.array(indices)?;
        let empty = indices.0.shape.contains(&0);
        let free = empty || indices.0.dtype == DType::Bool;
        let indices = if free { cx.cast(&indices, DType::I64)? } else { integers(cx, indices)? };
        let Some(size) = size_of(&shape) else {
            return raise!(
                Value,
                "dimensions are too large; arrays and shapes with a total size greater than \'intp\' are not supported."
            );
        };
        if !empty {
            if shape.is_empty() {
                return raise!(Value, "multiple indices are not supported for 0d arrays");
            }
            let value = indices.eval()?;
            if let Some(i) = value.as_slice::<i64>()?.iter().find(|i| !(0..size as i64).contains(i)) {
                return raise!(Value, "index {i} is out of bounds for array with size {size}");
            }
        }
        let fortran = column_major(options.order)?;
        let mut rest = indices;
        let mut out = vec![rest.clone(); shape.len()];
        for step in 0..shape.len() {
            let d = if fortran { step } else { shape.len() - 1 - step };
            let n = cx.param(Scalar::new(shape[d].max(1) as i64));
            out[d] = cx.bin(Ew::Remainder, &rest, n.clone())?;
            rest = cx.bin(Ew::FloorDivide, &rest, n)?;
        }
        Ok(out)
    })
}

/// Whether a shape has equal axes, and at least two: what a diagonal needs.
pub(super) fn check_square(shape: &[usize]) -> Raised<()> {
    if shape.len() < 2 {
        return raise!(Value, "array must be at least 2-d");
    }
    if shape.len() > 2 && shape.iter().any(|n| *n != shape[0]) {
        return raise!(Value, "All dimensions of input must be of equal length");
    }
    Ok(())
}
