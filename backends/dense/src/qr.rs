//! QR by Householder reflections.
//!
//! faer's own factorization skips a column that is all but dependent on those before it, to within 16·m·ε of its
//! length. R is then not LAPACK's, and the residual is that large. Here every column gets its reflection; the
//! building blocks are faer's.

use faer::dyn_stack::MemStack;
use faer::linalg::householder::{
    apply_block_householder_sequence_on_the_left_in_place_scratch,
    apply_block_householder_sequence_on_the_left_in_place_with_conj,
    apply_block_householder_transpose_on_the_left_in_place_scratch,
    apply_block_householder_transpose_on_the_left_in_place_with_conj, make_householder_in_place,
};
use faer::linalg::matmul::triangular::{self, BlockStructure};
use faer::linalg::qr::no_pivoting::factor::recommended_block_size;
use faer::{Accum, Conj, Mat, MatMut, MatRef, Par};

use crate::factor::{copy, scratch};
use crate::{Field, NoMemory};

/// `A = Q·R`.
pub struct Qr<T> {
    /// R, and the Householder vectors below its diagonal.
    pub factors: Mat<T>,
    /// Block reflectors: their diagonals are the reciprocals of LAPACK's tau.
    pub coefficients: Mat<T>,
    /// The columns of Q that were asked for.
    pub q: Mat<T>,
}

pub(crate) fn qr<T: Field>(a: MatRef<'_, T>, raw: bool, columns: usize, par: Par) -> Result<Qr<T>, NoMemory> {
    let (m, n) = (a.nrows(), a.ncols());
    let size = m.min(n);
    let mut factors = copy(a);
    let block = if raw { 1 } else { recommended_block_size::<T>(m, n).max(1) };
    let mut coefficients = Mat::<T>::zeros(block, size);
    let mut q = Mat::<T>::identity(m, columns);
    if size > 0 {
        let need = apply_block_householder_transpose_on_the_left_in_place_scratch::<T>(m, block, n);
        let mut memory = scratch(need)?;
        reflect(factors.as_mut(), coefficients.as_mut(), par, MemStack::new(&mut memory));
        if columns > 0 {
            let need = apply_block_householder_sequence_on_the_left_in_place_scratch::<T>(m, block, columns);
            let mut memory = scratch(need)?;
            apply_block_householder_sequence_on_the_left_in_place_with_conj(
                factors.as_ref().get(.., ..size),
                coefficients.as_ref(),
                Conj::No,
                q.as_mut(),
                par,
                MemStack::new(&mut memory),
            );
        }
    }
    Ok(Qr { factors, coefficients, q })
}

/// Applies the adjoint of reflections to other columns.
fn apply<T: Field>(v: MatRef<'_, T>, h: MatRef<'_, T>, to: MatMut<'_, T>, par: Par, stack: &mut MemStack) {
    if to.ncols() > 0 {
        apply_block_householder_transpose_on_the_left_in_place_with_conj(v, h, Conj::Yes, to, par, stack);
    }
}

/// Replaces A by R and the vectors of its reflections; `h` takes the triangular factors of blocks of as many reflections
/// as it has rows.
fn reflect<T: Field>(mut a: MatMut<'_, T>, mut h: MatMut<'_, T>, par: Par, stack: &mut MemStack) {
    let (block, size) = (h.nrows(), h.ncols());
    for j in (0..size).step_by(block) {
        let width = block.min(size - j);
        let (mut panel, rest) = a.as_mut().get_mut(j.., j..).split_at_col_mut(width);
        let mut h = h.as_mut().submatrix_mut(0, j, width, width);
        reflect_panel(panel.as_mut(), h.as_mut(), par, stack);
        apply(panel.as_ref(), h.as_ref(), rest, par, stack);
    }
}

/// The same of one block, by halves: E. Elmroth, F. Gustavson, "Applying recursion to serial and parallel QR
/// factorization leads to better performance", IBM J. Res. Dev. 44 (2000).
fn reflect_panel<T: Field>(mut a: MatMut<'_, T>, mut h: MatMut<'_, T>, par: Par, stack: &mut MemStack) {
    let width = a.ncols();
    if width == 1 {
        let (mut head, tail) = a.col_mut(0).split_at_row_mut(1);
        h[(0, 0)] = T::real(make_householder_in_place(&mut head[0], tail).tau);
        return;
    }
    let half = width / 2;
    let (mut left, mut right) = a.as_mut().split_at_col_mut(half);
    let (mut first, mut between, _, mut second) = h.as_mut().split_at_mut(half, half);
    reflect_panel(left.as_mut(), first.as_mut(), par, stack);
    apply(left.as_ref(), first.as_ref(), right.as_mut(), par, stack);
    let mut below = right.get_mut(half.., ..);
    reflect_panel(below.as_mut(), second.as_mut(), par, stack);
    // The factor of both: products of their vectors, of which those on the right begin with a triangle.
    let (v, w) = (left.as_ref().get(half.., ..).adjoint(), below.as_ref());
    let rest = width - half;
    triangular::matmul(
        between.as_mut(),
        BlockStructure::Rectangular,
        Accum::Replace,
        v.get(.., ..rest),
        BlockStructure::Rectangular,
        w.get(..rest, ..),
        BlockStructure::UnitTriangularLower,
        T::one_impl(),
        par,
    );
    faer::linalg::matmul::matmul(between, Accum::Add, v.get(.., rest..), w.get(rest.., ..), T::one_impl(), par);
}
