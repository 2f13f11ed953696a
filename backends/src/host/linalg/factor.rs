//! Cholesky and QR.

use numfuse_dense::Mat;
use numfuse_ir::num_complex::Complex;

use super::{Number, Out, Stack, by_dtype, cube, flag, for_each, operands};
use crate::host::fault;
use crate::runtime::{Concrete, Fault, FaultKind};

/// `cholesky` of the lower triangle. Parameter: the upper triangle instead, for an upper factor.
pub(in crate::host) fn cholesky(inputs: &[Concrete], params: &[i64]) -> Result<Vec<Concrete>, Fault> {
    by_dtype!(cholesky_in(inputs, params))
}

fn cholesky_in<T: Number>(inputs: &[Concrete], params: &[i64]) -> Result<Vec<Concrete>, Fault> {
    let [a] = operands(inputs)?;
    let a = Stack::<T>::new(a)?;
    let n = a.square()?;
    let upper = flag(params, 0);
    let out = Out::<T>::new(&a.batch, &[n, n])?;
    for_each(a.len(), cube(n) / 3, |i, par| {
        let from = a.get(i);
        let mut l = Mat::<T>::zeros(n, n);
        for j in 0..n {
            for k in j..n {
                l[(k, j)] = if upper { from[(j, k)].conjugate() } else { from[(k, j)] };
            }
            // LAPACK takes the diagonal as real.
            l[(j, j)] = T::real(l[(j, j)].wide().re);
        }
        let finite = (0..n).all(|j| (j..n).all(|k| l[(k, j)].finite()));
        if !finite {
            // As LAPACK, which does not complain.
            l = Mat::from_fn(n, n, |_, _| T::of_wide(Complex::new(f64::NAN, 0.0)));
        } else if !T::cholesky(l.as_mut(), par)? {
            return fault(FaultKind::LinAlg, "Matrix is not positive definite");
        }
        // SAFETY: one call per matrix.
        let mut result = unsafe { out.get(i) };
        for j in 0..n {
            for k in j..n {
                let at = if upper { (j, k) } else { (k, j) };
                result[at] = if upper { l[(k, j)].conjugate() } else { l[(k, j)] };
            }
        }
        Ok(())
    })?;
    Ok(vec![out.finish()])
}

/// What `qr` gives.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Reduced,
    Complete,
    R,
    Raw,
}

/// `qr`: Q and R. Parameter: 0 reduced, 1 complete, 2 R alone (Q is empty), 3 raw: Householder vectors
/// (transposed) and their factors.
pub(in crate::host) fn qr(inputs: &[Concrete], params: &[i64]) -> Result<Vec<Concrete>, Fault> {
    by_dtype!(qr_in(inputs, params))
}

fn qr_in<T: Number>(inputs: &[Concrete], params: &[i64]) -> Result<Vec<Concrete>, Fault> {
    let [a] = operands(inputs)?;
    let a = Stack::<T>::new(a)?;
    let (m, n) = (a.rows, a.columns);
    let size = m.min(n);
    let mode = match params.first() {
        Some(1) => Mode::Complete,
        Some(2) => Mode::R,
        Some(3) => Mode::Raw,
        _ => Mode::Reduced,
    };
    let columns = if mode == Mode::Complete { m } else { size };
    let (q, r) = match mode {
        Mode::R => (Out::<T>::new(&[0], &[])?, Out::<T>::new(&a.batch, &[size, n])?),
        Mode::Raw => (Out::<T>::new(&a.batch, &[n, m])?, Out::<T>::new(&a.batch, &[size])?),
        _ => (Out::<T>::new(&a.batch, &[m, columns])?, Out::<T>::new(&a.batch, &[columns, n])?),
    };
    for_each(a.len(), m.saturating_mul(n).saturating_mul(size), |i, par| {
        let wanted = if matches!(mode, Mode::R | Mode::Raw) { 0 } else { columns };
        let found = T::qr(a.get(i), mode == Mode::Raw, wanted, par)?;
        let factors = &found.factors;
        if mode == Mode::Raw {
            // SAFETY: one call per matrix.
            let (mut h, mut tau) = unsafe { (q.get(i), r.get(i)) };
            h.copy_from(factors.transpose());
            for j in 0..size {
                // faer's factor is the reciprocal of LAPACK's; an unused reflection has an infinite one.
                tau[(j, 0)] = T::of_wide(1.0 / found.coefficients[(0, j)].wide());
            }
            return Ok(());
        }
        // SAFETY: one call per matrix.
        let mut upper = unsafe { r.get(i) };
        for row in 0..size {
            for column in row..n {
                upper[(row, column)] = factors[(row, column)];
            }
        }
        if mode == Mode::R {
            return Ok(());
        }
        // SAFETY: one call per matrix.
        unsafe { q.get(i) }.copy_from(&found.q);
        Ok(())
    })?;
    Ok(vec![q.finish(), r.finish()])
}
