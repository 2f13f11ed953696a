//! Singular value decomposition.

use numfuse_dense::{Mat, MatRef, Par, Svd, Vectors};

use super::eigen::self_adjoint;
use super::{Number, Out, Stack, all_finite, by_dtype, flag, for_each, operands};
use crate::host::fault;
use crate::runtime::{Concrete, Fault, FaultKind};

/// `None` when the iteration does not converge, which includes infinities and NaN.
pub(super) fn decompose<T: Number>(a: MatRef<'_, T>, vectors: Vectors, par: Par) -> Result<Option<Svd<T>>, Fault> {
    if !all_finite(a) {
        return Ok(None);
    }
    Ok(T::svd(a, vectors, par)?)
}

/// The same from the eigenvalues of a Hermitian matrix (its lower triangle).
fn decompose_hermitian<T: Number>(a: MatRef<'_, T>, vectors: Vectors, par: Par) -> Result<Option<Svd<T>>, Fault> {
    let n = a.nrows();
    if !all_finite(a) {
        return Ok(None);
    }
    let Some(found) = self_adjoint(a, false, vectors != Vectors::None, par)? else { return Ok(None) };
    let (w, v) = (found.values, found.vectors);
    let size = |i: usize| Into::<f64>::into(w[i]).abs();
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&i, &j| size(j).total_cmp(&size(i)));
    let s = order.iter().map(|&i| size(i)).collect();
    if vectors == Vectors::None {
        return Ok(Some(Svd { u: Mat::zeros(0, 0), s, v: Mat::zeros(0, 0) }));
    }
    let u = Mat::from_fn(n, n, |i, j| v[(i, order[j])]);
    let flip = |j: usize| Into::<f64>::into(w[order[j]]) < 0.0;
    let right = Mat::from_fn(n, n, |i, j| if flip(j) { u[(i, j)].negated() } else { u[(i, j)] });
    Ok(Some(Svd { u, s, v: right }))
}

const DIVERGED: &str = "SVD did not converge";

/// `svd`: U, s and Vᴴ. Parameters: full matrices; the operand is Hermitian.
pub(in crate::host) fn svd(inputs: &[Concrete], params: &[i64]) -> Result<Vec<Concrete>, Fault> {
    by_dtype!(svd_in(inputs, params))
}

fn svd_in<T: Number>(inputs: &[Concrete], params: &[i64]) -> Result<Vec<Concrete>, Fault> {
    let [a] = operands(inputs)?;
    let a = Stack::<T>::new(a)?;
    let (m, n) = (a.rows, a.columns);
    let size = m.min(n);
    let (full, hermitian) = (flag(params, 0), flag(params, 1));
    let (rows, columns) = if full { (m, n) } else { (size, size) };
    let u = Out::<T>::new(&a.batch, &[m, rows])?;
    let s = Out::<f64>::new(&a.batch, &[size])?;
    let vh = Out::<T>::new(&a.batch, &[columns, n])?;
    for_each(a.len(), m.saturating_mul(n).saturating_mul(size).saturating_mul(8), |i, par| {
        let found = if hermitian {
            decompose_hermitian(a.get(i), Vectors::Full, par)?
        } else {
            decompose(a.get(i), if full { Vectors::Full } else { Vectors::Thin }, par)?
        };
        let Some(f) = found else { return fault(FaultKind::LinAlg, DIVERGED) };
        // SAFETY: one call per matrix.
        unsafe {
            u.get(i).copy_from(&f.u);
            let mut s = s.get(i);
            f.s.iter().enumerate().for_each(|(k, &value)| s[(k, 0)] = value);
            let mut vh = vh.get(i);
            for k in 0..columns {
                for j in 0..n {
                    vh[(k, j)] = f.v[(j, k)].conjugate();
                }
            }
        }
        Ok(())
    })?;
    Ok(vec![u.finish(), s.finish(), vh.finish()])
}

/// `svdvals`: the singular values, descending. Parameter: the operand is Hermitian.
pub(in crate::host) fn svdvals(inputs: &[Concrete], params: &[i64]) -> Result<Vec<Concrete>, Fault> {
    by_dtype!(svdvals_in(inputs, params))
}

fn svdvals_in<T: Number>(inputs: &[Concrete], params: &[i64]) -> Result<Vec<Concrete>, Fault> {
    let [a] = operands(inputs)?;
    let a = Stack::<T>::new(a)?;
    let (m, n) = (a.rows, a.columns);
    let size = m.min(n);
    let s = Out::<f64>::new(&a.batch, &[size])?;
    for_each(a.len(), m.saturating_mul(n).saturating_mul(size).saturating_mul(3), |i, par| {
        let found = if flag(params, 0) {
            decompose_hermitian(a.get(i), Vectors::None, par)?
        } else {
            decompose(a.get(i), Vectors::None, par)?
        };
        let Some(f) = found else { return fault(FaultKind::LinAlg, DIVERGED) };
        // SAFETY: one call per matrix.
        let mut s = unsafe { s.get(i) };
        f.s.iter().enumerate().for_each(|(k, &value)| s[(k, 0)] = value);
        Ok(())
    })?;
    Ok(vec![s.finish()])
}
