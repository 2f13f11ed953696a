//! Factorizations: Cholesky, QR, eigenvalues, singular values.

#![allow(non_snake_case, reason = "fields have NumPy's names")]

use numfuse_ir::{DType, Ew, HostOp};

use super::{absent, is_complex, lapack, matrices, parts, squares, unary, with};
use crate::array::Array;
use crate::array::build::{Cx, call, call_n};
use crate::array::operand::{Operand, k};
use crate::error::{Raised, raise};
use crate::options::options;

options! {
    /// Options of [`cholesky`].
    CholeskyOptions { upper: Upper(bool) };
    /// Options of [`qr`]; the bare value is `mode`.
    QrOptions { mode: QrMode(&'static str) } bare mode text;
    /// Options of [`eigh`] and [`eigvalsh`]; the bare value is `uplo`.
    EighOptions { uplo: Uplo(char) } bare uplo order;
    /// Options of [`svd`].
    SvdOptions { full_matrices: FullMatrices(bool), compute_uv: ComputeUv(bool), hermitian: Hermitian(bool) };
}

/// The triangular factor `L` of `a = L·Lᴴ` (of `a = Uᴴ·U` with `upper`). Only one triangle of `a` is read. A
/// matrix that is not positive definite is an error of the evaluation.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// let a = np::array![[4.0, 2.0], [2.0, 5.0]];
/// assert_eq!(np::linalg::cholesky(&a, ..).to_vec::<f64>()?, [2.0, 0.0, 1.0, 2.0]);
/// assert_eq!(np::linalg::cholesky(&a, upper()).to_vec::<f64>()?, [2.0, 1.0, 0.0, 2.0]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn cholesky(a: impl Into<Operand>, options: impl Into<CholeskyOptions>) -> Array {
    let (a, o) = (a.into(), options.into());
    call("linalg.cholesky", |cx| {
        let a = squares(cx, &a)?;
        let upper = o.upper.unwrap_or(false);
        unary(cx, HostOp::Cholesky, &[i64::from(upper)], &a, a.0.dtype, a.0.shape.clone())
    })
}

/// What [`qr`] gives.
#[derive(Clone, Debug)]
pub struct QRResult {
    /// Orthonormal columns. In mode `"raw"` the Householder vectors, transposed (NumPy's `h`); in mode `"r"` an error.
    pub Q: Array,
    /// Upper triangular. In mode `"raw"` the factors of the reflections (NumPy's `tau`).
    pub R: Array,
}

/// `a = Q·R`. Modes: `"reduced"` (the default), `"complete"` (square Q), `"r"` and `"raw"`.
///
/// ```
/// use numfuse as np;
/// let a = np::array![[3.0, 1.0], [4.0, 2.0], [0.0, 5.0]];
/// let np::linalg::QRResult { Q, R } = np::linalg::qr(&a, ..);
/// assert_eq!((Q.shape(), R.shape()), (&[3, 2][..], &[2, 2][..]));
/// assert!(np::allclose(np::matmul(&Q, &R), &a, ..).item::<bool>()?);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn qr(a: impl Into<Operand>, options: impl Into<QrOptions>) -> QRResult {
    let (a, o) = (a.into(), options.into());
    let [Q, R] = call_n("linalg.qr", |cx| {
        let a = matrices(cx, &a)?;
        let ((batch, m, n), dtype) = (parts(&a), a.0.dtype);
        let size = m.min(n);
        let mode = o.mode.unwrap_or("reduced");
        let (code, q, r) = match mode {
            "reduced" => (0, with(&batch, &[m, size]), with(&batch, &[size, n])),
            "complete" => (1, with(&batch, &[m, m]), with(&batch, &[m, n])),
            "r" => (2, with(&batch, &[0]), with(&batch, &[size, n])),
            "raw" => (3, with(&batch, &[n, m]), with(&batch, &[size])),
            other => return raise!(Value, "Unrecognized mode '{other}'"),
        };
        let [q, r] = lapack(cx, HostOp::Qr, &[code], &[&a], [(dtype, q), (dtype, r)])?;
        let q = if mode == "r" { absent(cx, "linalg.qr", "mode 'r' gives no Q") } else { q };
        Ok([q, r])
    });
    QRResult { Q, R }
}

/// What [`eig`] gives.
#[derive(Clone, Debug)]
pub struct EigResult {
    /// Eigenvalues, in no particular order.
    pub eigenvalues: Array,
    /// Their eigenvectors, as columns of length 1.
    pub eigenvectors: Array,
}

/// Eigenvalues and eigenvectors. Evaluates, since the results are real if no eigenvalue of a real matrix is
/// complex.
///
/// ```
/// use numfuse as np;
/// let pair = np::linalg::eig([[2.0, 0.0], [0.0, 3.0]]);
/// assert_eq!(pair.eigenvalues.dtype(), np::float64);
/// let rotation = np::array![[0.0, -1.0], [1.0, 0.0]];
/// assert_eq!(np::linalg::eigvals(&rotation).dtype(), np::complex128);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn eig(a: impl Into<Operand>) -> EigResult {
    let a = a.into();
    let [eigenvalues, eigenvectors] = call_n("linalg.eig", |cx| {
        let a = squares(cx, &a)?;
        let ((batch, n, _), dtype) = (parts(&a), a.0.dtype.complex());
        let results = [(dtype, with(&batch, &[n])), (dtype, a.0.shape.clone())];
        let [w, v] = lapack(cx, HostOp::Eig, &[], &[&a], results)?;
        crate::eval([&w, &v])?;
        if is_complex(&a) || any_imaginary(cx, &w)? {
            return Ok([w, v]);
        }
        Ok([cx.un(Ew::Real, &w)?, cx.un(Ew::Real, &v)?])
    });
    EigResult { eigenvalues, eigenvectors }
}

fn any_imaginary(cx: Cx, w: &Array) -> Raised<bool> {
    if w.0.shape.contains(&0) {
        return Ok(false);
    }
    let axes: Vec<usize> = (0..w.0.shape.len()).collect();
    let nonzero = cx.bin(Ew::NotEqual, &cx.un(Ew::Imag, w)?, k(0.0))?;
    Ok(cx.reduce(numfuse_ir::ReduceOp::Any, &nonzero, &axes, false)?.item::<bool>()?)
}

/// Eigenvalues alone. See [`eig`].
#[track_caller]
pub fn eigvals(a: impl Into<Operand>) -> Array {
    let a = a.into();
    call("linalg.eigvals", |cx| {
        let a = squares(cx, &a)?;
        let (batch, n, _) = parts(&a);
        let w = unary(cx, HostOp::Eigvals, &[], &a, a.0.dtype.complex(), with(&batch, &[n]))?;
        w.eval()?;
        if is_complex(&a) || any_imaginary(cx, &w)? { Ok(w) } else { cx.un(Ew::Real, &w) }
    })
}

/// What [`eigh`] gives.
#[derive(Clone, Debug)]
pub struct EighResult {
    /// Eigenvalues, ascending.
    pub eigenvalues: Array,
    /// Orthonormal eigenvectors, as columns.
    pub eigenvectors: Array,
}

/// Whether the upper triangle is to be read.
fn upper_of(o: &EighOptions) -> Raised<i64> {
    match o.uplo.unwrap_or('L') {
        'L' | 'l' => Ok(0),
        'U' | 'u' => Ok(1),
        _ => raise!(Value, "UPLO argument must be 'L' or 'U'"),
    }
}

/// Eigenvalues and eigenvectors of a Hermitian matrix, of which the lower triangle (`'L'`) or the upper one (`'U'`)
/// is read.
///
/// ```
/// use numfuse as np;
/// let pair = np::linalg::eigh([[2.0, 1.0], [1.0, 2.0]], ..);
/// assert!(np::allclose(&pair.eigenvalues, [1.0, 3.0], ..).item::<bool>()?);
/// assert_eq!(np::linalg::eigvalsh([[2.0, 9.0], [0.0, 2.0]], 'L').to_vec::<f64>()?, [2.0, 2.0]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn eigh(a: impl Into<Operand>, options: impl Into<EighOptions>) -> EighResult {
    let (a, o) = (a.into(), options.into());
    let [eigenvalues, eigenvectors] = call_n("linalg.eigh", |cx| {
        let upper = upper_of(&o)?;
        let a = squares(cx, &a)?;
        let ((batch, n, _), dtype) = (parts(&a), a.0.dtype);
        let results = [(dtype.real(), with(&batch, &[n])), (dtype, a.0.shape.clone())];
        lapack(cx, HostOp::Eigh, &[upper], &[&a], results)
    });
    EighResult { eigenvalues, eigenvectors }
}

/// Eigenvalues of a Hermitian matrix, ascending. See [`eigh`].
#[track_caller]
pub fn eigvalsh(a: impl Into<Operand>, options: impl Into<EighOptions>) -> Array {
    let (a, o) = (a.into(), options.into());
    call("linalg.eigvalsh", |cx| {
        let upper = upper_of(&o)?;
        let a = squares(cx, &a)?;
        let (batch, n, _) = parts(&a);
        unary(cx, HostOp::Eigvalsh, &[upper], &a, a.0.dtype.real(), with(&batch, &[n]))
    })
}

/// What [`svd`] gives.
#[derive(Clone, Debug)]
pub struct SVDResult {
    /// Left singular vectors, as columns.
    pub U: Array,
    /// Singular values, descending.
    pub S: Array,
    /// Right singular vectors, conjugated, as rows.
    pub Vh: Array,
}

/// Singular value decomposition `a = U·diag(S)·Vh`, with square `U` and `Vh` unless `full_matrices(false)`.
/// With `compute_uv(false)` the fields `U` and `Vh` carry an error; see [`svdvals`]. `hermitian` takes `a` as
/// Hermitian, which is faster.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// let f = np::linalg::svd([[3.0, 0.0], [0.0, 4.0], [0.0, 0.0]], full_matrices(false));
/// assert_eq!((f.U.shape(), f.Vh.shape()), (&[3, 2][..], &[2, 2][..]));
/// assert!(np::allclose(&f.S, [4.0, 3.0], ..).item::<bool>()?);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn svd(a: impl Into<Operand>, options: impl Into<SvdOptions>) -> SVDResult {
    let (a, o) = (a.into(), options.into());
    let [U, S, Vh] = call_n("linalg.svd", |cx| {
        let hermitian = o.hermitian.unwrap_or(false);
        let a = if hermitian { squares(cx, &a)? } else { matrices(cx, &a)? };
        if !o.compute_uv.unwrap_or(true) {
            let s = svdvals_of(cx, &a, hermitian)?;
            let missing = absent(cx, "linalg.svd", "compute_uv=False gives no singular vectors");
            return Ok([missing.clone(), s, missing]);
        }
        let ((batch, m, n), dtype) = (parts(&a), a.0.dtype);
        let (full, size) = (o.full_matrices.unwrap_or(true), m.min(n));
        let (rows, columns) = if full { (m, n) } else { (size, size) };
        let results = [
            (dtype, with(&batch, &[m, rows])),
            (dtype.real(), with(&batch, &[size])),
            (dtype, with(&batch, &[columns, n])),
        ];
        lapack(cx, HostOp::Svd, &[i64::from(full), i64::from(hermitian)], &[&a], results)
    });
    SVDResult { U, S, Vh }
}

/// Singular values of matrices.
pub(super) fn svdvals_of(cx: Cx, a: &Array, hermitian: bool) -> Raised<Array> {
    let (batch, m, n) = parts(a);
    let dtype: DType = a.0.dtype.real();
    unary(cx, HostOp::Svdvals, &[i64::from(hermitian)], a, dtype, with(&batch, &[m.min(n)]))
}

/// Singular values, descending.
///
/// ```
/// use numfuse as np;
/// let s = np::linalg::svdvals([[3.0, 0.0], [0.0, 4.0]]);
/// assert!(np::allclose(&s, [4.0, 3.0], ..).item::<bool>()?);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn svdvals(x: impl Into<Operand>) -> Array {
    let x = x.into();
    call("linalg.svdvals", |cx| svdvals_of(cx, &matrices(cx, &x)?, false))
}
