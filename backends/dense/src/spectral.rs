//! Eigenvalues and singular values. Operands are finite.

use faer::diag::Diag;
use faer::dyn_stack::MemStack;
use faer::linalg::evd::hessenberg::{hessenberg_in_place, hessenberg_in_place_scratch};
use faer::linalg::evd::{
    ComputeEigenvectors, SelfAdjointEvdParams, evd_cplx, evd_real, evd_scratch, self_adjoint_evd,
    self_adjoint_evd_scratch,
};
use faer::linalg::householder::{
    apply_block_householder_sequence_on_the_left_in_place_scratch,
    apply_block_householder_sequence_on_the_left_in_place_with_conj,
};
use faer::linalg::qr::no_pivoting::factor::recommended_block_size;
use faer::linalg::svd::{ComputeSvdVectors, SvdParams, svd_scratch};
use faer::{Auto, Conj, Mat, MatRef, Par, Spec};
use num_complex::Complex;

use crate::factor::{copy, scratch};
use crate::{Field, Found, NoMemory, Vectors, small};

/// `A = U · diag(s) · Vᴴ`; empty matrices for vectors that were not asked for.
pub struct Svd<T: Field> {
    /// Left singular vectors.
    pub u: Mat<T>,
    /// Singular values.
    pub s: Vec<f64>,
    /// Right singular vectors.
    pub v: Mat<T>,
}

/// Eigenvalues and the columns of eigenvectors.
pub struct Spectrum<V, T> {
    /// Eigenvalues.
    pub values: Vec<V>,
    /// Eigenvectors.
    pub vectors: Mat<T>,
}

pub(crate) fn svd<T: Field>(a: MatRef<'_, T>, vectors: Vectors, par: Par) -> Found<Svd<T>> {
    let (m, n) = (a.nrows(), a.ncols());
    let size = m.min(n);
    let (compute, cu, cv) = match vectors {
        Vectors::None => (ComputeSvdVectors::No, 0, 0),
        Vectors::Thin => (ComputeSvdVectors::Thin, size, size),
        Vectors::Full => (ComputeSvdVectors::Full, m, n),
    };
    if size == 0 {
        return Ok(Some(Svd { u: Mat::identity(m, cu), s: Vec::new(), v: Mat::identity(n, cv) }));
    }
    let (mut u, mut v) = (Mat::<T>::zeros(m, cu), Mat::<T>::zeros(n, cv));
    let mut s = Diag::<T>::zeros(size);
    let params = Spec::from(SvdParams { recursion_threshold: SMALL, ..<SvdParams as Auto<T>>::auto() });
    let mut memory = scratch(svd_scratch::<T>(m, n, compute, compute, par, params))?;
    let stack = MemStack::new(&mut memory);
    let wanted = vectors != Vectors::None;
    let (to_u, to_v) = (wanted.then(|| u.as_mut()), wanted.then(|| v.as_mut()));
    if faer::linalg::svd::svd(a, s.as_mut(), to_u, to_v, par, stack, params).is_err() {
        return Ok(None);
    }
    let s = (0..size).map(|i| s.column_vector()[i].wide().re).collect();
    Ok(Some(Svd { u, s, v }))
}

/// Sizes from which the iterations divide and conquer, about LAPACK's: many rotations, one after the other, lose more of
/// the vectors' orthogonality.
const SMALL: usize = 32;

/// Of a real matrix: small ones by LAPACK's own iteration, for its signs.
pub(crate) fn svd_real(a: MatRef<'_, f64>, vectors: Vectors, par: Par) -> Found<Svd<f64>> {
    if vectors != Vectors::None
        && small::suits(a)
        && let Some(found) = small::svd(a, vectors)
    {
        return Ok(Some(found));
    }
    svd(a, vectors, par)
}

fn computes(vectors: bool) -> ComputeEigenvectors {
    if vectors { ComputeEigenvectors::Yes } else { ComputeEigenvectors::No }
}

pub(crate) fn hermitian<T: Field>(a: MatRef<'_, T>, vectors: bool, par: Par) -> Found<Spectrum<f64, T>> {
    let n = a.nrows();
    let columns = if vectors { n } else { 0 };
    let mut v = Mat::<T>::zeros(columns, columns);
    if n == 0 {
        return Ok(Some(Spectrum { values: Vec::new(), vectors: v }));
    }
    let params =
        Spec::from(SelfAdjointEvdParams { recursion_threshold: SMALL, ..<SelfAdjointEvdParams as Auto<T>>::auto() });
    let mut memory = scratch(self_adjoint_evd_scratch::<T>(n, computes(vectors), par, params))?;
    let stack = MemStack::new(&mut memory);
    let mut w = Diag::<T>::zeros(n);
    let to_v = vectors.then(|| v.as_mut());
    if self_adjoint_evd(a, w.as_mut(), to_v, par, stack, params).is_err() {
        return Ok(None);
    }
    let values = (0..n).map(|i| w.column_vector()[i].wide().re).collect();
    Ok(Some(Spectrum { values, vectors: v }))
}

/// The same of a real matrix.
pub(crate) fn hermitian_real(a: MatRef<'_, f64>, vectors: bool, par: Par) -> Found<Spectrum<f64, f64>> {
    if vectors
        && small::suits(a)
        && let Some(found) = small::symmetric(a)
    {
        return Ok(Some(found));
    }
    hermitian(a, vectors, par)
}

/// Eigenvalues and vectors of a general matrix, if the iteration converges.
type General = Found<Spectrum<Complex<f64>, Complex<f64>>>;

/// Of a real matrix.
pub(crate) fn general_real(a: MatRef<'_, f64>, vectors: bool, par: Par) -> General {
    let n = a.nrows();
    let columns = if vectors { n } else { 0 };
    let (mut re, mut im) = (Diag::<f64>::zeros(n), Diag::<f64>::zeros(n));
    let mut u = Mat::<f64>::zeros(n, columns);
    if n > 0 {
        let need = evd_scratch::<f64>(n, ComputeEigenvectors::No, computes(vectors), par, Default::default());
        let mut memory = scratch(need)?;
        let to_u = vectors.then(|| u.as_mut());
        let stack = MemStack::new(&mut memory);
        if evd_real(a, re.as_mut(), im.as_mut(), None, to_u, par, stack, Default::default()).is_err() {
            return Ok(None);
        }
    }
    let (re, im) = (re.column_vector(), im.column_vector());
    let values = (0..n).map(|i| Complex::new(re[i], im[i])).collect();
    let zero = 0.0;
    let mut complex = Mat::<Complex<f64>>::zeros(n, columns);
    let mut j = 0;
    while j < columns {
        // A conjugate pair shares two real columns: real and imaginary part.
        let pair = im[j] != zero && j + 1 < n;
        for i in 0..n {
            let part = if pair { u[(i, j + 1)] } else { zero };
            complex[(i, j)] = Complex::new(u[(i, j)], part);
            if pair {
                complex[(i, j + 1)] = Complex::new(u[(i, j)], -part);
            }
        }
        j += if pair { 2 } else { 1 };
    }
    Ok(Some(Spectrum { values, vectors: complex }))
}

/// Of a complex matrix.
pub(crate) fn general_complex(a: MatRef<'_, Complex<f64>>, vectors: bool, par: Par) -> General {
    let n = a.nrows();
    let columns = if vectors { n } else { 0 };
    let mut w = Diag::<Complex<f64>>::zeros(n);
    let mut u = Mat::<Complex<f64>>::zeros(n, columns);
    if n > 0 {
        let need = evd_scratch::<Complex<f64>>(n, ComputeEigenvectors::No, computes(vectors), par, Default::default());
        let mut memory = scratch(need)?;
        let to_u = vectors.then(|| u.as_mut());
        let stack = MemStack::new(&mut memory);
        if evd_cplx::<f64>(a, w.as_mut(), None, to_u, par, stack, Default::default()).is_err() {
            return Ok(None);
        }
    }
    Ok(Some(Spectrum { values: (0..n).map(|i| w.column_vector()[i]).collect(), vectors: u }))
}

/// `A = Q·H·Qᴴ` with zeros below the first subdiagonal of H.
pub struct Hessenberg<T> {
    /// H.
    pub h: Mat<T>,
    /// Q.
    pub q: Mat<T>,
}

pub(crate) fn hessenberg<T: Field>(a: MatRef<'_, T>, par: Par) -> Result<Hessenberg<T>, NoMemory> {
    let n = a.nrows();
    let (mut h, mut q) = (copy(a), Mat::<T>::identity(n, n));
    if n > 1 {
        let block = recommended_block_size::<T>(n - 1, n - 1);
        let mut reflections = Mat::<T>::zeros(block, n - 1);
        let mut memory = scratch(hessenberg_in_place_scratch::<T>(n, block, par, Default::default()))?;
        hessenberg_in_place(h.as_mut(), reflections.as_mut(), par, MemStack::new(&mut memory), Default::default());
        let need = apply_block_householder_sequence_on_the_left_in_place_scratch::<T>(n - 1, block, n - 1);
        let mut memory = scratch(need)?;
        apply_block_householder_sequence_on_the_left_in_place_with_conj(
            h.as_ref().submatrix(1, 0, n - 1, n - 1),
            reflections.as_ref(),
            Conj::No,
            q.as_mut().submatrix_mut(1, 1, n - 1, n - 1),
            par,
            MemStack::new(&mut memory),
        );
        for j in 0..n {
            for i in j + 2..n {
                h[(i, j)] = T::default();
            }
        }
    }
    Ok(Hessenberg { h, q })
}
