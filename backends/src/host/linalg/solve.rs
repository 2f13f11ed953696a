//! By LU with partial pivoting: systems, inverses, determinants. By SVD: least squares.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use numfuse_dense::{Lu, Mat, MatRef, Par, Vectors};
use numfuse_ir::View;
use numfuse_ir::num_complex::Complex;
use numfuse_ir::shape::broadcast;

use super::lanes::{self, SMALL};
use super::svd::decompose;
use super::{Number, Out, Stack, by_dtype, cube, flag, for_each, for_each_range, operands};
use crate::host::simd::widest;
use crate::host::{collect, fault};
use crate::runtime::{Concrete, Fault, FaultKind};

/// A pivot is zero exactly: what LAPACK calls singular.
fn singular<T: Number>(lu: &Lu<T>) -> bool {
    (0..lu.factors.nrows()).any(|i| lu.factors[(i, i)] == T::default())
}

const SINGULAR: &str = "Singular matrix";

/// `solve`: `a` of shape `(…, n, n)` and `b` of shape `(…, n, k)`, whose stacks broadcast.
pub(in crate::host) fn solve(inputs: &[Concrete], params: &[i64]) -> Result<Vec<Concrete>, Fault> {
    by_dtype!(solve_in(inputs, params))
}

fn solve_in<T: Number>(inputs: &[Concrete], _: &[i64]) -> Result<Vec<Concrete>, Fault> {
    let [a, b] = operands(inputs)?;
    let lead = |c: &Concrete| c.map.shape[..c.map.shape.len().saturating_sub(2)].to_vec();
    let batch = broadcast(&lead(a), &lead(b)).ok_or_else(|| Fault::Mismatch("stacks do not broadcast".into()))?;
    let full = |c: &Concrete| -> Option<Concrete> {
        let core = c.map.shape.len().checked_sub(2)?;
        let shape = [&batch[..], &c.map.shape[core..]].concat();
        Some(Concrete { map: c.map.through(&View::Broadcast, &shape)?, ..c.clone() })
    };
    let (Some(a), Some(b)) = (full(a), full(b)) else {
        return Err(Fault::Mismatch("stacks do not broadcast".into()));
    };
    let (a, b) = (Stack::<T>::new(&a)?, Stack::<T>::new(&b)?);
    let n = a.square()?;
    if b.rows != n {
        return Err(Fault::Mismatch("solve: shapes do not fit".into()));
    }
    let out = Out::<T>::new(&batch, &[n, b.columns])?;
    if (1..=SMALL).contains(&n) {
        solve_small(&a, Some(&b), &out, None)?;
        return Ok(vec![out.finish()]);
    }
    for_each(a.len(), cube(n), |i, par| {
        let lu = T::lu(a.get(i), par)?;
        if singular(&lu) {
            return fault(FaultKind::LinAlg, SINGULAR);
        }
        let x = T::lu_solve(&lu, b.get(i), par);
        // SAFETY: one call per matrix.
        unsafe { out.get(i) }.copy_from(&x);
        Ok(())
    })?;
    Ok(vec![out.finish()])
}

/// [`lanes::Solve`] of a whole stack.
fn solve_small<T: Number>(a: &Stack<T>, b: Option<&Stack<T>>, out: &Out<T>, otherwise: Option<T>) -> Result<(), Fault> {
    let singular = AtomicBool::new(false);
    for_each_range(a.len(), cube(a.rows), |matrices| {
        if !widest(lanes::Solve { a, b, out, matrices, otherwise }) {
            singular.store(true, Relaxed);
        }
    });
    if singular.into_inner() { fault(FaultKind::LinAlg, SINGULAR) } else { Ok(()) }
}

/// `inv`. Parameter: a singular matrix gives NaN instead of an error.
pub(in crate::host) fn inv(inputs: &[Concrete], params: &[i64]) -> Result<Vec<Concrete>, Fault> {
    by_dtype!(inv_in(inputs, params))
}

fn inv_in<T: Number>(inputs: &[Concrete], params: &[i64]) -> Result<Vec<Concrete>, Fault> {
    let [a] = operands(inputs)?;
    let a = Stack::<T>::new(a)?;
    let n = a.square()?;
    let out = Out::<T>::new(&a.batch, &[n, n])?;
    let nan = T::of_wide(Complex::new(f64::NAN, 0.0));
    if (1..=SMALL).contains(&n) {
        solve_small(&a, None, &out, flag(params, 0).then_some(nan))?;
        return Ok(vec![out.finish()]);
    }
    for_each(a.len(), cube(n), |i, par| {
        let lu = T::lu(a.get(i), par)?;
        // SAFETY: one call per matrix.
        let mut result = unsafe { out.get(i) };
        if singular(&lu) {
            if !flag(params, 0) {
                return fault(FaultKind::LinAlg, SINGULAR);
            }
            result.fill(nan);
            return Ok(());
        }
        let x = T::lu_inverse(&lu, par)?;
        result.copy_from(&x);
        Ok(())
    })?;
    Ok(vec![out.finish()])
}

/// The pivots of a matrix that is not empty, and whether an odd number of rows changed places.
fn pivots<T: Number>(a: MatRef<'_, T>, par: Par) -> Result<(Vec<T>, bool), Fault> {
    if a.nrows() == 0 {
        return Ok((Vec::new(), false));
    }
    let lu = T::lu(a, par)?;
    Ok(((0..a.nrows()).map(|i| lu.factors[(i, i)]).collect(), lu.odd))
}

/// The sign (a unit complex number) of a determinant and the logarithm of its absolute value.
fn sign_and_log<T: Number>(pivots: &[T], odd: bool) -> (Complex<f64>, f64) {
    let mut sign = Complex::new(if odd { -1.0 } else { 1.0 }, 0.0);
    let mut log = 0.0;
    for pivot in pivots {
        let size = pivot.wide().norm();
        if size == 0.0 {
            return (Complex::new(0.0, 0.0), f64::NEG_INFINITY);
        }
        sign *= pivot.unit();
        log += size.ln();
    }
    (sign, log)
}

/// The product of the pivots, with its exponent apart so that it overflows only at the end.
fn determinant<T: Number>(pivots: &[T], odd: bool) -> Complex<f64> {
    let mut product = Complex::new(if odd { -1.0 } else { 1.0 }, 0.0);
    let mut exponent = 0i64;
    for pivot in pivots {
        if *pivot == T::default() {
            return Complex::new(0.0, 0.0);
        }
        product *= pivot.wide();
        let size = product.re.abs().max(product.im.abs());
        if size.is_normal() {
            let e = (size.to_bits() >> 52) as i64 - 1023;
            product *= 2f64.powi(-e as i32);
            exponent += e;
        }
    }
    let half = exponent.clamp(-4000, 4000) / 2;
    product * 2f64.powi(half as i32) * 2f64.powi((exponent.clamp(-4000, 4000) - half) as i32)
}

/// Whether a product of up to [`SMALL`] such pivots neither overflows nor underflows on the way.
fn moderate<T: Number>(pivots: &[T]) -> bool {
    let most = 2f64.powi(120);
    pivots.iter().all(|pivot| {
        let z = pivot.wide();
        (1.0 / most..most).contains(&(z.re.abs() + z.im.abs()))
    })
}

/// `det`.
pub(in crate::host) fn det(inputs: &[Concrete], params: &[i64]) -> Result<Vec<Concrete>, Fault> {
    by_dtype!(det_in(inputs, params))
}

fn det_in<T: Number>(inputs: &[Concrete], _: &[i64]) -> Result<Vec<Concrete>, Fault> {
    let [a] = operands(inputs)?;
    let a = Stack::<T>::new(a)?;
    let n = a.square()?;
    let out = Out::<T>::new(&a.batch, &[])?;
    // SAFETY: one call per matrix.
    let write = |i: usize, value: T| unsafe { *out.base.get().add(i) = value };
    if (1..=SMALL).contains(&n) {
        for_each_range(a.len(), cube(n), |matrices| {
            let found = |i: usize, pivots: &[T], odd: bool, product: T| {
                write(i, if moderate(pivots) { product } else { T::of_wide(determinant(pivots, odd)) });
            };
            widest(lanes::Pivots { a: &a, matrices, found });
        });
        return Ok(vec![out.finish()]);
    }
    for_each(a.len(), cube(n), |i, par| {
        let (pivots, odd) = pivots(a.get(i), par)?;
        write(i, T::of_wide(determinant(&pivots, odd)));
        Ok(())
    })?;
    Ok(vec![out.finish()])
}

/// `slogdet`: sign, and the logarithm of the absolute value.
pub(in crate::host) fn slogdet(inputs: &[Concrete], params: &[i64]) -> Result<Vec<Concrete>, Fault> {
    by_dtype!(slogdet_in(inputs, params))
}

fn slogdet_in<T: Number>(inputs: &[Concrete], _: &[i64]) -> Result<Vec<Concrete>, Fault> {
    let [a] = operands(inputs)?;
    let a = Stack::<T>::new(a)?;
    let n = a.square()?;
    let (signs, logs) = (Out::<T>::new(&a.batch, &[])?, Out::<f64>::new(&a.batch, &[])?);
    let write = |i: usize, pivots: &[T], odd: bool| {
        let (sign, log) = sign_and_log(pivots, odd);
        // SAFETY: one call per matrix.
        unsafe {
            *signs.base.get().add(i) = T::of_wide(sign);
            *logs.base.get().add(i) = log;
        }
    };
    if (1..=SMALL).contains(&n) {
        for_each_range(a.len(), cube(n), |matrices| {
            let found = |i: usize, pivots: &[T], odd: bool, _: T| write(i, pivots, odd);
            widest(lanes::Pivots { a: &a, matrices, found });
        });
        return Ok(vec![signs.finish(), logs.finish()]);
    }
    for_each(a.len(), cube(n), |i, par| {
        let (pivots, odd) = pivots(a.get(i), par)?;
        write(i, &pivots, odd);
        Ok(())
    })?;
    Ok(vec![signs.finish(), logs.finish()])
}

/// `lstsq` of one matrix `(m, n)` and right-hand sides `(m, k)`: solution, rank, singular values. Singular
/// values up to the parameter (bits of a float64) times the largest count as zero.
pub(in crate::host) fn lstsq(inputs: &[Concrete], params: &[i64]) -> Result<Vec<Concrete>, Fault> {
    by_dtype!(lstsq_in(inputs, params))
}

fn lstsq_in<T: Number>(inputs: &[Concrete], params: &[i64]) -> Result<Vec<Concrete>, Fault> {
    let [a, b] = operands(inputs)?;
    let (a, b) = (Stack::<T>::new(a)?, Stack::<T>::new(b)?);
    if a.len() != 1 || b.len() != 1 || a.rows != b.rows {
        return Err(Fault::Mismatch("lstsq: shapes do not fit".into()));
    }
    let rcond = f64::from_bits(params.first().copied().unwrap_or(0) as u64);
    let (m, n, k) = (a.rows, a.columns, b.columns);
    let out = Out::<T>::new(&[], &[n, k])?;
    let size = m.min(n);
    let mut rank = 0i64;
    let mut values = vec![0.0; size];
    if size > 0 {
        let par =
            if cube(m.max(n)) >= super::PARALLEL_MATRIX { Par::rayon(super::config::threads()) } else { Par::Seq };
        let Some(f) = decompose(a.get(0), Vectors::Thin, par)? else {
            return fault(FaultKind::LinAlg, "SVD did not converge in Linear Least Squares");
        };
        let largest = f.s[0];
        let keeps = |s: f64| s > rcond * largest;
        rank = f.s.iter().filter(|s| keeps(**s)).count() as i64;
        // x = V · (Uᴴ·b / s) over the values that count.
        let conjugate = Mat::from_fn(size, m, |i, j| f.u[(j, i)].conjugate());
        let mut projected = Mat::zeros(size, k);
        T::multiply(projected.as_mut(), conjugate.as_ref(), b.get(0), par);
        for (i, &s) in f.s.iter().enumerate() {
            for j in 0..k {
                let scaled = projected[(i, j)].wide() / s;
                projected[(i, j)] = if keeps(s) { T::of_wide(scaled) } else { T::default() };
            }
        }
        // SAFETY: the only result.
        T::multiply(unsafe { out.get(0) }, f.v.as_ref(), projected.as_ref(), par);
        values = f.s;
    }
    Ok(vec![out.finish(), collect(&[], [rank])?, collect(&[size], values)?])
}
