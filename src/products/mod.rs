//! Products: the generalized ufuncs here, what composes them in the other files.
//!
//! Products of floats are calls of a library kernel, which takes transposed and sliced operands as they are and
//! adds up as BLAS does. Integers and bools with a vector on one side are sums of an elementwise product, and fuse
//! with what is around them.

mod einsum;
mod tensor;

pub use einsum::*;
pub use tensor::*;

use numfuse_ir::{DType, Ew, HostOp, Kind, ReduceOp};

use crate::array::Array;
use crate::array::build::{Cx, broadcast_all, call};
use crate::array::operand::{Operand, common_dtype};
use crate::error::{Raised, raise};

/// Matrix product of the last two axes; the other axes broadcast. One-dimensional operands act as
/// a row (left) or a column (right).
///
/// ```
/// use numfuse as np;
/// let a = np::array![[1.0, 2.0], [3.0, 4.0]];
/// assert_eq!(np::matmul(&a, &a).to_vec::<f64>()?, [7.0, 10.0, 15.0, 22.0]);
/// assert_eq!(np::matvec(&a, [1.0, 1.0]).to_vec::<f64>()?, [3.0, 7.0]);
/// assert_eq!(np::vecmat([1.0, 1.0], &a).to_vec::<f64>()?, [4.0, 6.0]);
/// assert_eq!(np::vecdot(&a, &a).to_vec::<f64>()?, [5.0, 25.0]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn matmul(x1: impl Into<Operand>, x2: impl Into<Operand>) -> Array {
    let (x1, x2) = (x1.into(), x2.into());
    call("matmul", |cx| contract(cx, &MATMUL, x1, x2))
}

/// Matrix times vector: axes `(m, n)` and `(n)` give `(m)`. See [`matmul`] for an example.
#[track_caller]
pub fn matvec(x1: impl Into<Operand>, x2: impl Into<Operand>) -> Array {
    let (x1, x2) = (x1.into(), x2.into());
    call("matvec", |cx| contract(cx, &MATVEC, x1, x2))
}

/// Conjugated vector times matrix: axes `(n)` and `(n, m)` give `(m)`. See [`matmul`].
#[track_caller]
pub fn vecmat(x1: impl Into<Operand>, x2: impl Into<Operand>) -> Array {
    let (x1, x2) = (x1.into(), x2.into());
    call("vecmat", |cx| contract(cx, &VECMAT, x1, x2))
}

/// Dot product of vectors along the last axis, the first one conjugated. See [`matmul`].
#[track_caller]
pub fn vecdot(x1: impl Into<Operand>, x2: impl Into<Operand>) -> Array {
    let (x1, x2) = (x1.into(), x2.into());
    call("vecdot", |cx| vecdot_of(cx, x1, x2))
}

pub(crate) fn vecdot_of(cx: Cx, x1: Operand, x2: Operand) -> Raised<Array> {
    contract(cx, &VECDOT, x1, x2)
}

/// A contraction over one axis, in the manner of NumPy's generalized ufuncs.
struct Contraction {
    name: &'static str,
    signature: &'static str,
    /// Core axes that each operand has at least and at most.
    core: [(usize, usize); 2],
    /// The mismatching core dimension that NumPy names.
    dimension: usize,
    conjugate: bool,
}

static MATMUL: Contraction = Contraction {
    name: "matmul",
    signature: "(n?,k),(k,m?)->(n?,m?)",
    core: [(1, 2), (1, 2)],
    dimension: 0,
    conjugate: false,
};
static MATVEC: Contraction =
    Contraction { name: "matvec", signature: "(m,n),(n)->(m)", core: [(2, 2), (1, 1)], dimension: 0, conjugate: false };
static VECMAT: Contraction =
    Contraction { name: "vecmat", signature: "(n),(n,m)->(m)", core: [(1, 1), (2, 2)], dimension: 0, conjugate: true };
static VECDOT: Contraction =
    Contraction { name: "vecdot", signature: "(n),(n)->()", core: [(1, 1), (1, 1)], dimension: 0, conjugate: true };

fn contract(cx: Cx, spec: &Contraction, x1: Operand, x2: Operand) -> Raised<Array> {
    let dtype = common_dtype([&x1, &x2]);
    let inner = inner_dtype(dtype);
    let (a, b) = (cx.array_as(&x1, inner)?, cx.array_as(&x2, inner)?);
    for (n, x) in [&a, &b].into_iter().enumerate() {
        let (has, needs) = (x.0.shape.len(), spec.core[n].0);
        if has < needs {
            return raise!(
                Shape,
                "{}: Input operand {n} does not have enough dimensions (has {has}, gufunc core with signature {} requires {needs})",
                spec.name,
                spec.signature
            );
        }
    }
    let columns = b.0.shape.len().min(spec.core[1].1) == 2;
    let rows = a.0.shape.len().min(spec.core[0].1) == 2;
    // Bring the operands to (…, rows, k) and (…, columns, k).
    let b = if columns { swap_last(cx, &b)? } else { b };
    let (ka, kb) = (a.0.shape.last().copied().unwrap_or(1), b.0.shape.last().copied().unwrap_or(1));
    if ka != kb {
        return raise!(
            Shape,
            "{}: Input operand 1 has a mismatch in its core dimension {}, with gufunc signature {} (size {kb} is different from {ka})",
            spec.name,
            spec.dimension,
            spec.signature
        );
    }
    let a = if spec.conjugate && dtype.kind() == Kind::Complex { cx.un(Ew::Conjugate, &a)? } else { a };
    let core = |x: &Array, core: usize| x.0.shape[..x.0.shape.len() - core].to_vec();
    let (la, lb) = (core(&a, 1 + usize::from(rows)), core(&b, 1 + usize::from(columns)));
    broadcast_all([&la[..], &lb[..]])?;
    let a = if rows { a } else { insert_axis(cx, &a, 2)? };
    let b = if columns { swap_last(cx, &b)? } else { insert_axis(cx, &b, 1)? };
    let mut product = matrices(cx, &a, &b)?;
    for (axis, kept) in [(1, columns), (2, rows)] {
        if !kept {
            let mut shape = product.0.shape.clone();
            shape.remove(shape.len() - if columns { axis } else { 1 });
            product = cx.reshape(&product, &shape)?;
        }
    }
    cx.cast(&product, dtype)
}

/// The sum over the last `n` axes in the array's own dtype; bools are joined by or.
pub(crate) fn sum_last(cx: Cx, a: &Array, n: usize) -> Raised<Array> {
    let ndim = a.0.shape.len();
    let axes: Vec<usize> = (ndim - n..ndim).collect();
    let op = if a.0.dtype == DType::Bool { ReduceOp::Any } else { ReduceOp::Sum };
    cx.reduce(op, a, &axes, false)
}

/// The dtype in which products of a dtype add up: small floats do so in `float32`, as in NumPy.
pub(crate) fn inner_dtype(dtype: DType) -> DType {
    if dtype == DType::F16 { DType::F32 } else { dtype }
}

/// The sum of products of two vectors of one length and dtype other than `float16`.
pub(crate) fn vectors(cx: Cx, a: &Array, b: &Array) -> Raised<Array> {
    let n = a.0.shape.iter().product();
    let product = matrices(cx, &cx.reshape(a, &[1, n])?, &cx.reshape(b, &[n, 1])?)?;
    cx.reshape(&product, &[])
}

/// `(…, m, k) @ (…, k, n)` for operands that fit, of one dtype other than `float16`.
pub(crate) fn matrices(cx: Cx, a: &Array, b: &Array) -> Raised<Array> {
    let (na, nb) = (a.0.shape.len(), b.0.shape.len());
    let ([m, k], n) = ([a.0.shape[na - 2], a.0.shape[na - 1]], b.0.shape[nb - 1]);
    let mut shape = broadcast_all([&a.0.shape[..na - 2], &b.0.shape[..nb - 2]])?;
    shape.extend([m, n]);
    if k == 1 {
        return cx.bin(Ew::Multiply, a, b);
    }
    if (m == 1 || n == 1) && !a.0.dtype.is_inexact() {
        // A vector: (…, m, 1, k) · (…, 1, n, k).
        let (a, b) = (insert_axis(cx, a, 2)?, insert_axis(cx, &swap_last(cx, b)?, 3)?);
        return sum_last(cx, &cx.bin(Ew::Multiply, &a, &b)?, 1);
    }
    let [product] = cx.host(HostOp::MatMul, &[], &[a, b], [(a.0.dtype, shape)])?;
    Ok(product)
}

/// The last two axes exchanged.
pub(crate) fn swap_last(cx: Cx, a: &Array) -> Raised<Array> {
    let n = a.0.shape.len();
    let mut axes: Vec<usize> = (0..n).collect();
    axes.swap(n - 1, n - 2);
    cx.permute(a, &axes)
}

/// An axis of length 1 that becomes the `from_end`-th from the end.
pub(crate) fn insert_axis(cx: Cx, a: &Array, from_end: usize) -> Raised<Array> {
    let mut shape = a.0.shape.clone();
    shape.insert(shape.len() + 1 - from_end, 1);
    cx.reshape(a, &shape)
}
