//! Eigenvalues and eigenvectors.

use numfuse_dense::{Field, Hessenberg, Mat, MatRef, Multiply, Par, Spectrum};
use numfuse_ir::num_complex::Complex;

use super::{Number, Out, Stack, all_finite, by_dtype, cube, flag, for_each, operands};
use crate::host::fault;
use crate::runtime::{Concrete, Fault, FaultKind};

const DIVERGED: &str = "Eigenvalues did not converge";

/// Eigenvalues, ascending, and orthonormal eigenvectors (empty unless asked for) of a Hermitian matrix
/// given by one triangle; NaN if it has infinities or NaN. `None` when the iteration does not converge.
pub(super) fn self_adjoint<T: Number>(
    a: MatRef<'_, T>,
    upper: bool,
    vectors: bool,
    par: Par,
) -> Result<Option<Spectrum<f64, T>>, Fault> {
    let n = a.nrows();
    let lower = Mat::from_fn(n, n, |i, j| match (i >= j, upper) {
        (false, _) => T::default(),
        (true, false) => a[(i, j)],
        (true, true) => a[(j, i)].conjugate(),
    });
    if !all_finite(lower.as_ref()) {
        // As LAPACK, which does not complain.
        let nan = T::of_wide(Complex::new(f64::NAN, 0.0));
        let size = if vectors { n } else { 0 };
        return Ok(Some(Spectrum { values: vec![f64::NAN; n], vectors: Mat::from_fn(size, size, |_, _| nan) }));
    }
    Ok(T::hermitian(lower.as_ref(), vectors, par)?)
}

/// `eigh`: eigenvalues and eigenvectors. Parameter: of the upper triangle.
pub(in crate::host) fn eigh(inputs: &[Concrete], params: &[i64]) -> Result<Vec<Concrete>, Fault> {
    by_dtype!(eigh_in(inputs, params))
}

fn eigh_in<T: Number>(inputs: &[Concrete], params: &[i64]) -> Result<Vec<Concrete>, Fault> {
    let [a] = operands(inputs)?;
    let a = Stack::<T>::new(a)?;
    let n = a.square()?;
    let (w, v) = (Out::<f64>::new(&a.batch, &[n])?, Out::<T>::new(&a.batch, &[n, n])?);
    for_each(a.len(), cube(n).saturating_mul(4), |i, par| {
        let Some(Spectrum { values, vectors }) = self_adjoint(a.get(i), flag(params, 0), true, par)? else {
            return fault(FaultKind::LinAlg, DIVERGED);
        };
        // SAFETY: one call per matrix.
        let (mut w, mut v) = unsafe { (w.get(i), v.get(i)) };
        values.iter().enumerate().for_each(|(k, &value)| w[(k, 0)] = value);
        v.copy_from(&vectors);
        Ok(())
    })?;
    Ok(vec![w.finish(), v.finish()])
}

/// `eigvalsh`. Parameter: of the upper triangle.
pub(in crate::host) fn eigvalsh(inputs: &[Concrete], params: &[i64]) -> Result<Vec<Concrete>, Fault> {
    by_dtype!(eigvalsh_in(inputs, params))
}

fn eigvalsh_in<T: Number>(inputs: &[Concrete], params: &[i64]) -> Result<Vec<Concrete>, Fault> {
    let [a] = operands(inputs)?;
    let a = Stack::<T>::new(a)?;
    let n = a.square()?;
    let w = Out::<f64>::new(&a.batch, &[n])?;
    for_each(a.len(), cube(n).saturating_mul(2), |i, par| {
        let Some(Spectrum { values, .. }) = self_adjoint(a.get(i), flag(params, 0), false, par)? else {
            return fault(FaultKind::LinAlg, DIVERGED);
        };
        // SAFETY: one call per matrix.
        let mut w = unsafe { w.get(i) };
        values.iter().enumerate().for_each(|(k, &value)| w[(k, 0)] = value);
        Ok(())
    })?;
    Ok(vec![w.finish()])
}

/// `D⁻¹·A·D` with powers of two that make rows and columns of equal size, and `D`: eigenvalues of badly
/// scaled matrices lose fewer digits (Parlett and Reinsch, Numer. Math. 13, 293, 1969, as LAPACK's gebal).
fn balance<T: Number>(a: &mut Mat<T>) -> Vec<f64> {
    let n = a.nrows();
    let mut d = vec![1.0f64; n];
    let mut done = false;
    // Each round at least halves what it changes; the bound is for safety.
    for _ in 0..100 {
        if std::mem::replace(&mut done, true) {
            break;
        }
        for i in 0..n {
            let off = |at: (usize, usize)| a[at].wide().norm_sqr();
            let column = (0..n).filter(|&k| k != i).map(|k| off((k, i))).sum::<f64>().sqrt();
            let row = (0..n).filter(|&k| k != i).map(|k| off((i, k))).sum::<f64>().sqrt();
            if !(column > 0.0 && row > 0.0 && (column + row).is_finite()) {
                continue;
            }
            let exponent = ((row / column).log2() / 2.0).round().clamp(-60.0, 60.0);
            let f = exponent.exp2();
            if exponent == 0.0 || column * f + row / f >= 0.95 * (column + row) {
                continue;
            }
            let scale = d[i] * f;
            if !(1e-100..1e100).contains(&scale) {
                continue;
            }
            d[i] = scale;
            done = false;
            for k in 0..n {
                a[(i, k)] = T::of_wide(a[(i, k)].wide() / f);
                a[(k, i)] = T::of_wide(a[(k, i)].wide() * f);
            }
        }
    }
    d
}

fn spectrum<T: Number>(
    a: MatRef<'_, T>,
    vectors: bool,
    par: Par,
) -> Result<Spectrum<Complex<f64>, Complex<f64>>, Fault> {
    if !all_finite(a) {
        return fault(FaultKind::LinAlg, "Array must not contain infs or NaNs");
    }
    let mut balanced = Mat::from_fn(a.nrows(), a.ncols(), |i, j| a[(i, j)]);
    let scales = balance(&mut balanced);
    let Some(mut found) = T::general(balanced.as_ref(), vectors, par)? else {
        return fault(FaultKind::LinAlg, DIVERGED);
    };
    if !vectors {
        return Ok(found);
    }
    let n = a.nrows();
    for j in 0..n {
        let column = (0..n).map(|i| found.vectors[(i, j)].wide() * scales[i]).collect();
        normalize(column, &mut found.vectors, j);
    }
    refine(a, &mut found, par)?;
    Ok(found)
}

/// Column `j` as LAPACK gives it: of length 1, and the largest component of a complex vector is real.
fn normalize<C: Field>(mut column: Vec<Complex<f64>>, into: &mut Mat<C>, j: usize) {
    let larger = |m: Complex<f64>, z: &Complex<f64>| if z.norm_sqr() > m.norm_sqr() { *z } else { m };
    let largest = column.iter().fold(Complex::new(0.0, 0.0), larger);
    if largest.norm() == 0.0 {
        return;
    }
    // Scaled first: an inverse iteration gives vectors of any size.
    column.iter_mut().for_each(|z| *z /= largest.norm());
    let length = column.iter().map(|z| z.norm_sqr()).sum::<f64>().sqrt();
    let real = column.iter().all(|z| z.im == 0.0);
    let phase = if real { Complex::new(1.0, 0.0) } else { largest.conj() / largest.norm() };
    for (i, z) in column.into_iter().enumerate() {
        into[(i, j)] = C::of_wide(z * phase / length);
    }
}

/// A residual, in units of `ε·‖A‖`, from which a vector is computed again.
const POOR: f64 = 4.0;

/// Replaces eigenvectors with large residuals. faer's back substitution takes the determinant of a block of two small
/// conjugate eigenvalues for zero, so that graded matrices have many.
fn refine<T: Number>(
    a: MatRef<'_, T>,
    found: &mut Spectrum<Complex<f64>, Complex<f64>>,
    par: Par,
) -> Result<(), Fault> {
    let n = a.nrows();
    let complex = Mat::<Complex<f64>>::from_fn(n, n, |i, j| a[(i, j)].wide());
    let norm = (0..n).flat_map(|i| (0..n).map(move |j| (i, j))).map(|at| a[at].wide().norm_sqr()).sum::<f64>().sqrt();
    let mut image = Mat::<Complex<f64>>::zeros(n, n);
    Multiply::multiply(image.as_mut(), complex.as_ref(), found.vectors.as_ref(), par);
    let poor = |j: usize| {
        let left = |i: usize| (image[(i, j)] - found.values[j] * found.vectors[(i, j)]).norm_sqr();
        (0..n).map(left).sum::<f64>().sqrt() > POOR * f64::EPSILON * norm
    };
    let poor: Vec<usize> = (0..n).filter(|&j| poor(j)).collect();
    if poor.is_empty() {
        return Ok(());
    }
    let Hessenberg { h, q } = T::hessenberg(a, par)?;
    let q = Mat::<Complex<f64>>::from_fn(n, n, |i, j| q[(i, j)].wide());
    for j in poor {
        let y = shifted_inverse(&h, found.values[j], f64::EPSILON * norm);
        let y = Mat::from_fn(n, 1, |i, _| y[i]);
        let mut v = Mat::<Complex<f64>>::zeros(n, 1);
        Multiply::multiply(v.as_mut(), q.as_ref(), y.as_ref(), par);
        if (0..n).all(|i| v[(i, 0)].finite()) {
            normalize((0..n).map(|i| v[(i, 0)]).collect(), &mut found.vectors, j);
        }
    }
    Ok(())
}

/// An eigenvector of a Hessenberg matrix by two steps of inverse iteration from a vector of ones, the first of which
/// leaves the elimination's own factor out: J. H. Wilkinson, The Algebraic Eigenvalue Problem (1965), section 9.54, as
/// LAPACK's `laein`. Pivots are `least` at least.
fn shifted_inverse<T: Number>(h: &Mat<T>, value: Complex<f64>, least: f64) -> Vec<Complex<f64>> {
    let n = h.nrows();
    let zero = Complex::new(0.0, 0.0);
    // Rows of H - λ, of which the part from the diagonal on becomes upper triangular.
    let mut rows: Vec<Vec<Complex<f64>>> =
        (0..n).map(|i| (0..n).map(|j| if j + 1 < i { zero } else { h[(i, j)].wide() }).collect::<Vec<_>>()).collect();
    rows.iter_mut().enumerate().for_each(|(i, row)| row[i] -= value);
    let mut steps = vec![(false, zero); n];
    for k in 0..n {
        let (above, below) = rows.split_at_mut(k + 1);
        let pivot = &mut above[k];
        if let Some(next) = below.first_mut() {
            let exchanged = next[k].norm_sqr() > pivot[k].norm_sqr();
            if exchanged {
                std::mem::swap(pivot, next);
            }
            if next[k] != zero {
                let factor = next[k] / pivot[k];
                next[k + 1..].iter_mut().zip(&pivot[k + 1..]).for_each(|(x, y)| *x -= factor * y);
                steps[k] = (exchanged, factor);
            } else {
                steps[k] = (exchanged, zero);
            }
        }
        if pivot[k].norm() < least {
            pivot[k] = Complex::new(least, 0.0);
        }
    }
    let mut x = vec![Complex::new(1.0, 0.0); n];
    for round in 0..2 {
        if round > 0 {
            for k in 0..n.saturating_sub(1) {
                let (exchanged, factor) = steps[k];
                if exchanged {
                    x.swap(k, k + 1);
                }
                let above = x[k];
                x[k + 1] -= factor * above;
            }
        }
        for i in (0..n).rev() {
            let sum: Complex<f64> = rows[i][i + 1..].iter().zip(&x[i + 1..]).map(|(a, x)| a * x).sum();
            x[i] = (x[i] - sum) / rows[i][i];
            // As large as may be squared.
            let size = x[i].norm();
            if size > 1e100 {
                x.iter_mut().for_each(|x| *x /= size);
            }
        }
        let size = x.iter().map(|x| x.norm()).fold(f64::MIN_POSITIVE, f64::max);
        x.iter_mut().for_each(|x| *x /= size);
    }
    x
}

/// `eig`: eigenvalues and the columns of eigenvectors, complex.
pub(in crate::host) fn eig(inputs: &[Concrete], params: &[i64]) -> Result<Vec<Concrete>, Fault> {
    by_dtype!(eig_in(inputs, params))
}

fn eig_in<T: Number>(inputs: &[Concrete], _: &[i64]) -> Result<Vec<Concrete>, Fault> {
    let [a] = operands(inputs)?;
    let a = Stack::<T>::new(a)?;
    let n = a.square()?;
    let (w, v) = (Out::<Complex<f64>>::new(&a.batch, &[n])?, Out::<Complex<f64>>::new(&a.batch, &[n, n])?);
    if n == 0 {
        return Ok(vec![w.finish(), v.finish()]);
    }
    for_each(a.len(), cube(n).saturating_mul(10), |i, par| {
        let found = spectrum(a.get(i), true, par)?;
        // SAFETY: one call per matrix.
        let (mut w, mut v) = unsafe { (w.get(i), v.get(i)) };
        found.values.iter().enumerate().for_each(|(k, &value)| w[(k, 0)] = value);
        v.copy_from(&found.vectors);
        Ok(())
    })?;
    Ok(vec![w.finish(), v.finish()])
}

/// `eigvals`: eigenvalues, complex.
pub(in crate::host) fn eigvals(inputs: &[Concrete], params: &[i64]) -> Result<Vec<Concrete>, Fault> {
    by_dtype!(eigvals_in(inputs, params))
}

fn eigvals_in<T: Number>(inputs: &[Concrete], _: &[i64]) -> Result<Vec<Concrete>, Fault> {
    let [a] = operands(inputs)?;
    let a = Stack::<T>::new(a)?;
    let n = a.square()?;
    let w = Out::<Complex<f64>>::new(&a.batch, &[n])?;
    if n == 0 {
        return Ok(vec![w.finish()]);
    }
    for_each(a.len(), cube(n).saturating_mul(5), |i, par| {
        let found = spectrum(a.get(i), false, par)?;
        // SAFETY: one call per matrix.
        let mut w = unsafe { w.get(i) };
        found.values.iter().enumerate().for_each(|(k, &value)| w[(k, 0)] = value);
        Ok(())
    })?;
    Ok(vec![w.finish()])
}
