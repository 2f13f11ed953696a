//! Products of whole arrays: `dot`, `inner`, `tensordot`, `outer`, `kron`, `cross` and their kin.

use numfuse_ir::{DType, Ew, Kind};
use smallvec::SmallVec;

use super::{inner_dtype, matrices, vectors};
use crate::array::Array;
use crate::array::build::{Cx, call};
use crate::array::operand::Operand;
use crate::error::{Class, Raise, Raised, raise, tight};
use crate::options::{Axes, Int, normalize_axis, options};

/// The axes that [`tensordot`] sums over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TensorAxes {
    /// The last `n` of the first operand and the first `n` of the second.
    Count(i64),
    /// Axes of the first operand, and as many of the second.
    Pairs(Vec<i64>, Vec<i64>),
}

impl From<i32> for TensorAxes {
    fn from(n: i32) -> TensorAxes {
        TensorAxes::Count(n.into())
    }
}

impl From<i64> for TensorAxes {
    fn from(n: i64) -> TensorAxes {
        TensorAxes::Count(n)
    }
}

impl From<usize> for TensorAxes {
    fn from(n: usize) -> TensorAxes {
        TensorAxes::Count(i64::try_from(n).unwrap_or(i64::MAX))
    }
}

impl<A: Into<Axes>, B: Into<Axes>> From<(A, B)> for TensorAxes {
    fn from((a, b): (A, B)) -> TensorAxes {
        let list = |axes: Axes| match axes {
            Axes::All => Vec::new(),
            Axes::One(axis) => vec![axis],
            Axes::Many(axes) => axes.to_vec(),
        };
        TensorAxes::Pairs(list(a.into()), list(b.into()))
    }
}

options! {
    /// Options of [`tensordot`]; the bare value is `axes`: a number, or a pair of axes or of lists of them.
    TensordotOptions { axes: PairsKey(TensorAxes) } bare axes pairs;
    /// Options of [`cross`]; the bare value is `axis`.
    CrossOptions { axis: Axis(Axes), axisa: Axisa(Int), axisb: Axisb(Int), axisc: Axisc(Int) } bare axis axes;
}

/// Two operands in the dtype of their product, and that dtype. Numbers are arrays, and not weak.
fn promoted(cx: Cx, a: &Operand, b: &Operand) -> Raised<(Array, Array, DType)> {
    let dtype = a.own_dtype().promote(b.own_dtype());
    let inner = inner_dtype(dtype);
    Ok((cx.array_as(a, inner)?, cx.array_as(b, inner)?, dtype))
}

/// Sums over pairs of axes of equal lengths.
pub(crate) fn contract_axes(cx: Cx, a: &Array, b: &Array, pairs: (&[usize], &[usize])) -> Raised<Array> {
    let rest = |x: &Array, axes: &[usize]| (0..x.0.shape.len()).filter(|d| !axes.contains(d)).collect::<Vec<_>>();
    let (ra, rb) = (rest(a, pairs.0), rest(b, pairs.1));
    let lengths = |x: &Array, axes: &[usize]| axes.iter().map(|&d| x.0.shape[d]).collect::<SmallVec<[usize; 4]>>();
    let shape = [&lengths(a, &ra)[..], &lengths(b, &rb)].concat();
    let product = |lengths: &[usize]| lengths.iter().product::<usize>();
    let (m, k, n) = (product(&lengths(a, &ra)), product(&lengths(a, pairs.0)), product(&lengths(b, &rb)));
    let a = cx.permute(a, &[&ra, pairs.0].concat())?;
    let b = cx.permute(b, &[pairs.1, &rb].concat())?;
    let product = matrices(cx, &cx.reshape(&a, &[m, k])?, &cx.reshape(&b, &[k, n])?)?;
    cx.reshape(&product, &shape)
}

fn not_aligned<T>(a: &Array, i: usize, b: &Array, j: usize) -> Raised<T> {
    let (sa, sb) = (&a.0.shape, &b.0.shape);
    raise!(Shape, "shapes {} and {} not aligned: {} (dim {i}) != {} (dim {j})", tight(sa), tight(sb), sa[i], sb[j])
}

fn dot_of(cx: Cx, a: &Operand, b: &Operand) -> Raised<Array> {
    let (a, b, dtype) = promoted(cx, a, b)?;
    let (na, nb) = (a.0.shape.len(), b.0.shape.len());
    if na == 0 || nb == 0 {
        return cx.cast(&cx.bin(Ew::Multiply, &a, &b)?, dtype);
    }
    let (i, j) = (na - 1, nb.saturating_sub(2));
    if a.0.shape[i] != b.0.shape[j] {
        return not_aligned(&a, i, &b, j);
    }
    cx.cast(&contract_axes(cx, &a, &b, (&[i], &[j]))?, dtype)
}

/// Dot product: of vectors their inner product, of matrices the matrix product; in general a sum over the
/// last axis of `a` and the second-to-last of `b`. A 0-d operand multiplies.
///
/// ```
/// use numfuse as np;
/// let a = np::array![[1.0, 2.0], [3.0, 4.0]];
/// assert_eq!(np::dot(&a, [1.0, 1.0]).to_vec::<f64>()?, [3.0, 7.0]);
/// assert_eq!(np::vdot(&a, &a).item::<f64>()?, 30.0);
/// assert_eq!(np::inner(&a, &a).to_vec::<f64>()?, [5.0, 11.0, 11.0, 25.0]);
/// assert_eq!(np::outer([1, 2], [3, 4]).to_vec::<i32>()?, [3, 4, 6, 8]);
/// assert_eq!(np::kron([1, 10], [1, 2]).to_vec::<i32>()?, [1, 2, 10, 20]);
/// assert_eq!(np::cross([1, 0, 0], [0, 1, 0], ..).to_vec::<i32>()?, [0, 0, 1]);
/// assert_eq!(np::tensordot(&a, &a, ..).item::<f64>()?, 30.0);
/// assert_eq!(np::tensordot(&a, &a, (0, 0)).to_vec::<f64>()?, [10.0, 14.0, 14.0, 20.0]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn dot(a: impl Into<Operand>, b: impl Into<Operand>) -> Array {
    let (a, b) = (a.into(), b.into());
    call("dot", |cx| dot_of(cx, &a, &b))
}

impl Array {
    /// See [`dot`].
    #[track_caller]
    pub fn dot(&self, b: impl Into<Operand>) -> Array {
        dot(self, b)
    }
}

/// Sum over the last axes of both operands. See [`dot`] for an example.
#[track_caller]
pub fn inner(a: impl Into<Operand>, b: impl Into<Operand>) -> Array {
    let (a, b) = (a.into(), b.into());
    call("inner", |cx| {
        let (a, b, dtype) = promoted(cx, &a, &b)?;
        let (na, nb) = (a.0.shape.len(), b.0.shape.len());
        if na == 0 || nb == 0 {
            return cx.cast(&cx.bin(Ew::Multiply, &a, &b)?, dtype);
        }
        if a.0.shape[na - 1] != b.0.shape[nb - 1] {
            // NumPy multiplies by the transpose, and says so.
            return match nb {
                1 => not_aligned(&a, na - 1, &b, 0),
                _ => not_aligned(&a, na - 1, &super::swap_last(cx, &b)?, nb - 2),
            };
        }
        cx.cast(&contract_axes(cx, &a, &b, (&[na - 1], &[nb - 1]))?, dtype)
    })
}

/// Inner product of all elements, the first operand conjugated. See [`dot`] for an example.
#[track_caller]
pub fn vdot(a: impl Into<Operand>, b: impl Into<Operand>) -> Array {
    let (a, b) = (a.into(), b.into());
    call("vdot", |cx| {
        let (a, b, dtype) = promoted(cx, &a, &b)?;
        let flat = |x: &Array| cx.reshape(x, &[x.0.shape.iter().product()]);
        let (a, b) = (flat(&a)?, flat(&b)?);
        if a.0.shape != b.0.shape {
            return not_aligned(&a, 0, &b, 0);
        }
        let a = if dtype.kind() == Kind::Complex { cx.un(Ew::Conjugate, &a)? } else { a };
        cx.cast(&vectors(cx, &a, &b)?, dtype)
    })
}

/// Products of all pairs of elements: `(m, n)` for `m` and `n` elements. See [`dot`] for an example.
#[track_caller]
pub fn outer(a: impl Into<Operand>, b: impl Into<Operand>) -> Array {
    let (a, b) = (a.into(), b.into());
    call("outer", |cx| {
        let (a, b) = (cx.array(a)?, cx.array(b)?);
        let (m, n) = (a.0.shape.iter().product(), b.0.shape.iter().product());
        cx.bin(Ew::Multiply, &cx.reshape(&a, &[m, 1])?, &cx.reshape(&b, &[1, n])?)
    })
}

pub(crate) fn tensordot_of(cx: Cx, a: &Operand, b: &Operand, axes: &TensorAxes) -> Raised<Array> {
    let (a, b, dtype) = promoted(cx, a, b)?;
    let (na, nb) = (a.0.shape.len(), b.0.shape.len());
    let no_axis = || Raise::New(Class::Index, "tuple index out of range".into());
    let mismatch = || Raise::New(Class::Shape, "shape-mismatch for sum".into());
    let (ia, ib) = match axes {
        TensorAxes::Count(n) => {
            let n = usize::try_from(*n).unwrap_or(0);
            if n > na || n > nb {
                return Err(no_axis());
            }
            ((na - n..na).collect::<Vec<_>>(), (0..n).collect::<Vec<_>>())
        }
        TensorAxes::Pairs(ia, ib) => {
            let resolve = |axes: &[i64], ndim: usize| -> Raised<Vec<usize>> {
                axes.iter().map(|&axis| normalize_axis(axis, ndim).map_err(|_| no_axis())).collect()
            };
            (resolve(ia, na)?, resolve(ib, nb)?)
        }
    };
    let repeats = |axes: &[usize]| axes.iter().enumerate().any(|(n, axis)| axes[..n].contains(axis));
    if repeats(&ia) || repeats(&ib) {
        return raise!(Value, "duplicate axes are not allowed in tensordot");
    }
    if ia.len() != ib.len() || ia.iter().zip(&ib).any(|(&i, &j)| a.0.shape[i] != b.0.shape[j]) {
        return Err(mismatch());
    }
    cx.cast(&contract_axes(cx, &a, &b, (&ia, &ib))?, dtype)
}

/// Sum of products over pairs of axes: the last two of `a` with the first two of `b`, or as `axes` says.
/// See [`dot`] for an example.
#[track_caller]
pub fn tensordot(a: impl Into<Operand>, b: impl Into<Operand>, options: impl Into<TensordotOptions>) -> Array {
    let (a, b, options) = (a.into(), b.into(), options.into());
    call("tensordot", |cx| tensordot_of(cx, &a, &b, &options.axes.unwrap_or(TensorAxes::Count(2))))
}

/// Kronecker product: blocks of `b`, scaled by the elements of `a`. See [`dot`] for an example.
#[track_caller]
pub fn kron(a: impl Into<Operand>, b: impl Into<Operand>) -> Array {
    let (a, b) = (a.into(), b.into());
    call("kron", |cx| {
        let (a, b) = (cx.array(a)?, cx.array(b)?);
        let ndim = a.0.shape.len().max(b.0.shape.len());
        let padded = |x: &Array| {
            let mut shape = vec![1; ndim - x.0.shape.len()];
            shape.extend_from_slice(&x.0.shape);
            shape
        };
        let (sa, sb) = (padded(&a), padded(&b));
        let apart = |shape: &[usize], at: usize| -> Vec<usize> {
            shape.iter().flat_map(|&n| if at == 0 { [n, 1] } else { [1, n] }).collect()
        };
        let product = cx.bin(Ew::Multiply, &cx.reshape(&a, &apart(&sa, 0))?, &cx.reshape(&b, &apart(&sb, 1))?)?;
        let mut shape = Vec::with_capacity(ndim);
        for (&m, &n) in sa.iter().zip(&sb) {
            match m.checked_mul(n) {
                Some(length) => shape.push(length),
                None => return raise!(Value, "Maximum allowed dimension exceeded"),
            }
        }
        cx.reshape(&product, &shape)
    })
}

/// Cross products of vectors along an axis (`axis`, or `axisa`, `axisb` and `axisc` of the operands and the
/// result). Vectors have two or three components; of two vectors of two, only the third component of
/// the product is given. See [`dot`] for an example.
#[track_caller]
pub fn cross(a: impl Into<Operand>, b: impl Into<Operand>, options: impl Into<CrossOptions>) -> Array {
    let (a, b, options) = (a.into(), b.into(), options.into());
    call("cross", |cx| cross_of(cx, &a, &b, &options))
}

pub(crate) fn cross_of(cx: Cx, a: &Operand, b: &Operand, options: &CrossOptions) -> Raised<Array> {
    let (a, b) = (cx.array(a)?, cx.array(b)?);
    if a.0.shape.is_empty() || b.0.shape.is_empty() {
        return raise!(Value, "At least one array has zero dimension");
    }
    let one = match &options.axis {
        Some(Axes::One(axis)) => Some(*axis),
        _ => None,
    };
    let pick = |own: &Option<Int>| one.or(own.map(|i| i.0)).unwrap_or(-1);
    let to_last = |x: &Array, axis: i64| -> Raised<Array> {
        let ndim = x.0.shape.len();
        let axis = normalize_axis(axis, ndim)?;
        let axes: Vec<usize> = (0..ndim).filter(|&d| d != axis).chain([axis]).collect();
        cx.permute(x, &axes)
    };
    let (a, b) = (to_last(&a, pick(&options.axisa))?, to_last(&b, pick(&options.axisb))?);
    let (la, lb) = (a.0.shape[a.0.shape.len() - 1], b.0.shape[b.0.shape.len() - 1]);
    if !(2..=3).contains(&la) || !(2..=3).contains(&lb) {
        return raise!(Value, "incompatible dimensions for cross product\n(dimension must be 2 or 3)");
    }
    // Component `i` of a vector, zero where two components have no third.
    let component = |x: &Array, i: usize| -> Raised<Option<Array>> {
        let ndim = x.0.shape.len();
        if i >= x.0.shape[ndim - 1] {
            return Ok(None);
        }
        let mut shape = x.0.shape.clone();
        shape[ndim - 1] = 1;
        let mut slices: SmallVec<[numfuse_ir::Slice; 4]> =
            SmallVec::from_elem(numfuse_ir::Slice { start: 0, step: 1 }, ndim);
        slices[ndim - 1].start = i;
        cx.slice(x, slices, shape).map(Some)
    };
    let term = |i: usize, j: usize| -> Raised<Option<Array>> {
        Ok(match (component(&a, i)?, component(&b, j)?) {
            (Some(x), Some(y)) => Some(cx.bin(Ew::Multiply, &x, &y)?),
            _ => None,
        })
    };
    let entry = |i: usize, j: usize| -> Raised<Array> {
        match (term(i, j)?, term(j, i)?) {
            (Some(x), Some(y)) => cx.bin(Ew::Subtract, &x, &y),
            (Some(x), None) => Ok(x),
            (None, Some(y)) => cx.un(Ew::Negative, &y),
            // Both operands have two components, and this is not the third.
            (None, None) => raise!(Value, "incompatible dimensions for cross product\n(dimension must be 2 or 3)"),
        }
    };
    if la == 2 && lb == 2 {
        let only = entry(0, 1)?;
        let shape = only.0.shape[..only.0.shape.len() - 1].to_vec();
        return cx.reshape(&only, &shape);
    }
    let parts = [entry(1, 2)?, entry(2, 0)?, entry(0, 1)?];
    let shape = crate::array::build::broadcast_all(parts.iter().map(|p| &p.0.shape[..]).collect::<Vec<_>>())?;
    let parts: Vec<Array> = parts.iter().map(|p| cx.broadcast(p, &shape)).collect::<Raised<_>>()?;
    let ndim = shape.len();
    let product = cx.concat(&parts, ndim - 1)?;
    let last = normalize_axis(pick(&options.axisc), ndim)?;
    let mut axes: Vec<usize> = (0..ndim - 1).collect();
    axes.insert(last, ndim - 1);
    cx.permute(&product, &axes)
}
