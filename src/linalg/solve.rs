//! Systems, inverses, determinants, least squares.

use numfuse_ir::{DType, Ew, HostOp, Scalar};

use super::{lapack, linalg_dtype, parts, squares, unary, with};
use crate::array::Array;
use crate::array::build::{Cx, broadcast_all, call, call_n};
use crate::array::operand::{Operand, k};
use crate::error::{Raised, raise};
use crate::options::{Axes, normalize_axis, options};

options! {
    /// Options of [`lstsq`]; the bare value is `rcond`.
    LstsqOptions { rcond: Rcond(Operand) } bare rcond operand;
    /// Options of [`tensorsolve`]; the bare value is `axes`.
    TensorsolveOptions { axes: AxesKey(Axes) } bare axes axes;
    /// Options of [`tensorinv`]; the bare value is `ind`.
    TensorinvOptions { ind: Ind(crate::options::Int) } bare ind int;
}

/// The solution of `a·x = b` for square matrices `a`. `b` is a vector if it has one axis, else a stack of
/// matrices; stacks broadcast. A singular matrix is an error of the evaluation.
///
/// ```
/// use numfuse as np;
/// let x = np::linalg::solve([[2.0, 0.0], [0.0, 4.0]], [2.0, 4.0]);
/// assert_eq!(x.to_vec::<f64>()?, [1.0, 1.0]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn solve(a: impl Into<Operand>, b: impl Into<Operand>) -> Array {
    let (a, b) = (a.into(), b.into());
    call("linalg.solve", |cx| solve_of(cx, &a, &b))
}

pub(super) fn solve_of(cx: Cx, a: &Operand, b: &Operand) -> Raised<Array> {
    let a = squares(cx, a)?;
    let b = cx.array(b)?;
    let dtype = linalg_dtype(b.0.dtype)?.promote(a.0.dtype);
    let (a, b) = (cx.cast(&a, dtype)?, cx.cast(&b, dtype)?);
    let (stack, n, _) = parts(&a);
    if b.0.shape.is_empty() {
        return raise!(
            Shape,
            "solve: Input operand 1 does not have enough dimensions (has 0, gufunc core with signature (m,m),(m,n)->(m,n) requires 2)"
        );
    }
    let vector = b.0.shape.len() == 1;
    let columns = if vector { cx.reshape(&b, &[b.0.shape[0], 1])? } else { b.clone() };
    let (other, rows, width) = parts(&columns);
    if rows != n {
        let signature = if vector { "(m,m),(m)->(m)" } else { "(m,m),(m,n)->(m,n)" };
        return raise!(
            Shape,
            "solve{}: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature {signature} (size {rows} is different from {n})",
            if vector { "1" } else { "" }
        );
    }
    let batch = broadcast_all([&stack[..], &other[..]])?;
    let [x] = lapack(cx, HostOp::Solve, &[], &[&a, &columns], [(dtype, with(&batch, &[n, width]))])?;
    if vector { cx.reshape(&x, &with(&batch, &[n])) } else { Ok(x) }
}

/// The inverse. A singular matrix is an error of the evaluation.
///
/// ```
/// use numfuse as np;
/// let a = np::array![[2.0, 1.0], [0.0, 4.0]];
/// assert_eq!(np::linalg::inv(&a).to_vec::<f64>()?, [0.5, -0.125, 0.0, 0.25]);
/// assert_eq!(np::linalg::det(&a).item::<f64>()?, 8.0);
/// let np::linalg::SlogdetResult { sign, logabsdet } = np::linalg::slogdet(&a);
/// assert_eq!((sign.item::<f64>()?, logabsdet.item::<f64>()?), (1.0, 8.0_f64.ln()));
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn inv(a: impl Into<Operand>) -> Array {
    let a = a.into();
    call("linalg.inv", |cx| inv_of(cx, &squares(cx, &a)?, false))
}

/// The inverse of square matrices; `quiet` gives NaN for singular ones.
pub(super) fn inv_of(cx: Cx, a: &Array, quiet: bool) -> Raised<Array> {
    unary(cx, HostOp::Inv, &[i64::from(quiet)], a, a.0.dtype, a.0.shape.clone())
}

/// The determinant. See [`inv`] for an example.
#[track_caller]
pub fn det(a: impl Into<Operand>) -> Array {
    let a = a.into();
    call("linalg.det", |cx| {
        let a = squares(cx, &a)?;
        let (batch, ..) = parts(&a);
        unary(cx, HostOp::Det, &[], &a, a.0.dtype, batch)
    })
}

/// What [`slogdet`] gives.
#[derive(Clone, Debug)]
pub struct SlogdetResult {
    /// The determinant divided by its absolute value: 1, -1, a unit complex number, or 0.
    pub sign: Array,
    /// The natural logarithm of the absolute value.
    pub logabsdet: Array,
}

/// Sign and logarithm of the determinant, which may overflow itself. See [`inv`] for an example.
#[track_caller]
pub fn slogdet(a: impl Into<Operand>) -> SlogdetResult {
    let a = a.into();
    let [sign, logabsdet] = call_n("linalg.slogdet", |cx| {
        let a = squares(cx, &a)?;
        let (batch, ..) = parts(&a);
        lapack(cx, HostOp::Slogdet, &[], &[&a], [(a.0.dtype, batch.clone()), (a.0.dtype.real(), batch)])
    });
    SlogdetResult { sign, logabsdet }
}

/// What [`lstsq`] gives.
#[derive(Clone, Debug)]
pub struct LstsqResult {
    /// The solution, of shape `(n,)` or `(n, k)`.
    pub x: Array,
    /// Sums of squared residuals per right-hand side; empty if the rank is below `n`, or `m` at most `n`.
    pub residuals: Array,
    /// The rank of `a`.
    pub rank: Array,
    /// The singular values of `a`.
    pub s: Array,
}

/// The least-squares solution of `a·x ≈ b` for one matrix, that of smallest norm if there are several.
/// Singular values up to `rcond` times the largest count as zero; by default `rcond` is double
/// precision times the larger dimension. Evaluates, since the shape of the residuals depends on the rank.
///
/// ```
/// use numfuse as np;
/// let (x, y) = (np::array![0.0, 1.0, 2.0, 3.0], np::array![-1.0, 0.2, 0.9, 2.1]);
/// let a = np::column_stack([&x, &np::ones(4, ..)]);
/// let fit = np::linalg::lstsq(&a, &y, ..);
/// assert!(np::allclose(&fit.x, [1.0, -0.95], ..).item::<bool>()?);
/// assert_eq!(fit.rank.item::<i32>()?, 2);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn lstsq(a: impl Into<Operand>, b: impl Into<Operand>, options: impl Into<LstsqOptions>) -> LstsqResult {
    let (a, b, o) = (a.into(), b.into(), options.into());
    let [x, residuals, rank, s] = call_n("linalg.lstsq", |cx| {
        let (a, b) = (cx.array(&a)?, cx.array(&b)?);
        let vector = b.0.shape.len() == 1;
        for (ndim, least) in [(a.0.shape.len(), 2), (b.0.shape.len(), if vector { 1 } else { 2 })] {
            if ndim != least {
                return raise!(LinAlg, "{ndim}-dimensional array given. Array must be two-dimensional");
            }
        }
        let dtype = linalg_dtype(a.0.dtype)?.promote(linalg_dtype(b.0.dtype)?);
        let (m, n) = (a.0.shape[0], a.0.shape[1]);
        if b.0.shape[0] != m {
            return raise!(LinAlg, "Incompatible dimensions");
        }
        let (a, columns) = (cx.cast(&a, dtype)?, cx.cast(&b, dtype)?);
        let columns = if vector { cx.reshape(&columns, &[m, 1])? } else { columns };
        let width = columns.0.shape[1];
        let rcond = match &o.rcond {
            Some(given) => cx.array_as(given, DType::F64)?.item::<f64>()?,
            // Of the precision in which it is computed.
            None => f64::EPSILON * m.max(n) as f64,
        };
        let results =
            [(dtype, [n, width][..].into()), (DType::I64, [][..].into()), (dtype.real(), [m.min(n)][..].into())];
        let [x, rank, s] = lapack(cx, HostOp::Lstsq, &[rcond.to_bits() as i64], &[&a, &columns], results)?;
        crate::eval([&x, &rank, &s])?;
        let residuals = if m > n && rank.item::<i64>()? == n as i64 {
            let product = crate::products::contract_axes(cx, &a, &x, (&[1], &[0]))?;
            let size = cx.un(Ew::Absolute, &cx.bin(Ew::Subtract, &columns, &product)?)?;
            cx.reduce(numfuse_ir::ReduceOp::Sum, &cx.un(Ew::Square, &size)?, &[0], false)?
        } else {
            cx.full(&[0], &k(0.0), dtype.real())?
        };
        let x = if vector { cx.reshape(&x, &[n])? } else { x };
        Ok([x, residuals, cx.cast(&rank, DType::I32)?, s])
    });
    LstsqResult { x, residuals, rank, s }
}

/// The spacing of numbers at 1.
pub(super) fn epsilon(dtype: DType) -> f64 {
    if dtype.real() == DType::F32 { f32::EPSILON.into() } else { f64::EPSILON }
}

/// The solution of a linear tensor equation: `tensordot(a, x, x.ndim) = b`. `axes` of `a` go to its end first.
///
/// ```
/// use numfuse as np;
/// let a = np::eye(6, ..).reshape([2, 3, 6]) * 2.0;
/// let x = np::linalg::tensorsolve(&a, np::ones([2, 3], ..), ..);
/// assert_eq!(x.to_vec::<f64>()?, [0.5; 6]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn tensorsolve(a: impl Into<Operand>, b: impl Into<Operand>, options: impl Into<TensorsolveOptions>) -> Array {
    let (a, b, o) = (a.into(), b.into(), options.into());
    call("linalg.tensorsolve", |cx| {
        let (mut a, b) = (cx.array(a)?, cx.array(b)?);
        let ndim = a.0.shape.len();
        if let Some(axes) = &o.axes {
            let mut order: Vec<usize> = (0..ndim).collect();
            let axes: Vec<i64> = match axes {
                Axes::All => Vec::new(),
                Axes::One(axis) => vec![*axis],
                Axes::Many(axes) => axes.to_vec(),
            };
            for axis in axes {
                let axis = normalize_axis(axis, ndim)?;
                order.retain(|&d| d != axis);
                order.push(axis);
            }
            a = cx.permute(&a, &order)?;
        }
        let shape = a.0.shape[b.0.shape.len().min(ndim)..].to_vec();
        let n: usize = shape.iter().product();
        if n.checked_mul(n) != Some(a.0.shape.iter().product()) {
            return raise!(
                LinAlg,
                "Input arrays must satisfy the requirement             prod(a.shape[b.ndim:]) == prod(a.shape[:b.ndim])"
            );
        }
        let flat = cx.reshape(&b, &[b.0.shape.iter().product()])?;
        let x = solve_of(cx, &cx.reshape(&a, &[n, n])?.into(), &flat.into())?;
        cx.reshape(&x, &shape)
    })
}

/// The inverse of `a` as a map from its last axes to its first `ind`, with respect to `tensordot`.
///
/// ```
/// use numfuse as np;
/// let a = np::eye(6, ..).reshape([2, 3, 6]) * 2.0;
/// assert_eq!(np::linalg::tensorinv(&a, ..).shape(), [6, 2, 3]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn tensorinv(a: impl Into<Operand>, options: impl Into<TensorinvOptions>) -> Array {
    let (a, o) = (a.into(), options.into());
    call("linalg.tensorinv", |cx| {
        let a = cx.array(a)?;
        let ind = o.ind.map_or(2, |i| i.0);
        if ind <= 0 {
            return raise!(Value, "Invalid ind argument.");
        }
        let (rows, columns) = a.0.shape.split_at((ind as usize).min(a.0.shape.len()));
        let (m, n) = (rows.iter().product::<usize>(), columns.iter().product::<usize>());
        let matrix = squares(cx, &cx.reshape(&a, &[m, n])?.into())?;
        cx.reshape(&inv_of(cx, &matrix, false)?, &[columns, rows].concat())
    })
}

/// A number of the library in a dtype.
pub(super) fn number(cx: Cx, value: f64) -> Operand {
    cx.param(Scalar::new(value))
}
