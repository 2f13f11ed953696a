//! Products, LU, Cholesky.

use faer::dyn_stack::{MemBuffer, MemStack, StackReq};
use faer::linalg::cholesky::llt::factor::{cholesky_in_place, cholesky_in_place_scratch};
use faer::linalg::lu::partial_pivoting::factor::{lu_in_place, lu_in_place_scratch};
use faer::linalg::lu::partial_pivoting::inverse::{inverse, inverse_scratch};
use faer::linalg::triangular_solve::{solve_unit_lower_triangular_in_place, solve_upper_triangular_in_place};
use faer::perm::PermRef;
use faer::{Accum, Mat, MatMut, MatRef, Par};

use crate::{Field, Multiply, NoMemory};

pub(crate) fn scratch(need: StackReq) -> Result<MemBuffer, NoMemory> {
    MemBuffer::try_new(need).map_err(|_| NoMemory(need.size_bytes()))
}

/// A column-major copy.
pub(crate) fn copy<T: Field>(a: MatRef<'_, T>) -> Mat<T> {
    Mat::from_fn(a.nrows(), a.ncols(), |i, j| a[(i, j)])
}

pub(crate) fn multiply<T: Multiply>(c: MatMut<'_, T>, a: MatRef<'_, T>, b: MatRef<'_, T>, par: Par) {
    faer::linalg::matmul::matmul(c, Accum::Replace, a, b, T::one_impl(), par);
}

/// `P·A = L·U`.
pub struct Lu<T> {
    /// U, and L below its diagonal of ones.
    pub factors: Mat<T>,
    forward: Vec<usize>,
    backward: Vec<usize>,
    /// Whether P is an odd permutation.
    pub odd: bool,
}

pub(crate) fn lu<T: Field>(a: MatRef<'_, T>, par: Par) -> Result<Lu<T>, NoMemory> {
    let n = a.nrows();
    let mut factors = copy(a);
    let (mut forward, mut backward) = (vec![0usize; n], vec![0usize; n]);
    let mut memory = scratch(lu_in_place_scratch::<usize, T>(n, n, par, Default::default()))?;
    let stack = MemStack::new(&mut memory);
    let (info, _) = lu_in_place(factors.as_mut(), &mut forward, &mut backward, par, stack, Default::default());
    Ok(Lu { factors, forward, backward, odd: info.transposition_count % 2 == 1 })
}

pub(crate) fn lu_solve<T: Field>(lu: &Lu<T>, b: MatRef<'_, T>, par: Par) -> Mat<T> {
    let mut x = Mat::from_fn(b.nrows(), b.ncols(), |i, j| b[(lu.forward[i], j)]);
    solve_unit_lower_triangular_in_place(lu.factors.as_ref(), x.as_mut(), par);
    solve_upper_triangular_in_place(lu.factors.as_ref(), x.as_mut(), par);
    x
}

pub(crate) fn lu_inverse<T: Field>(lu: &Lu<T>, par: Par) -> Result<Mat<T>, NoMemory> {
    let n = lu.factors.nrows();
    let mut x = Mat::zeros(n, n);
    let mut memory = scratch(inverse_scratch::<usize, T>(n, par))?;
    let permutation = PermRef::new_checked(&lu.forward, &lu.backward, n);
    let factors = lu.factors.as_ref();
    inverse(x.as_mut(), factors, factors, permutation, par, MemStack::new(&mut memory));
    Ok(x)
}

pub(crate) fn cholesky<T: Field>(a: MatMut<'_, T>, par: Par) -> Result<bool, NoMemory> {
    let mut memory = scratch(cholesky_in_place_scratch::<T>(a.nrows(), par, Default::default()))?;
    let stack = MemStack::new(&mut memory);
    Ok(cholesky_in_place(a, Default::default(), par, stack, Default::default()).is_ok())
}
