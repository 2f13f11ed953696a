//! Matrix products and factorizations of `f32`, `f64` and their complex numbers, by faer.
//!
//! faer is generic, and generic code is compiled where it is used. The methods of [`Field`] are the
//! uses: they are compiled here, once, and a change in the crates above costs none of it.
#![forbid(unsafe_code)]

mod factor;
mod spectral;

use std::fmt::Debug;

use faer::traits::{ComplexField, RealField};
pub use faer::{Mat, MatMut, MatRef, Par};
use num_complex::Complex;

pub use factor::{Lu, Qr};
pub use spectral::{Spectrum, Svd};

/// faer's working memory could not be allocated: so many bytes.
#[derive(Clone, Copy, Debug)]
pub struct NoMemory(pub usize);

/// A decomposition; `None` if its iteration does not converge.
pub type Found<D> = Result<Option<D>, NoMemory>;

/// Which singular vectors to compute.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Vectors {
    /// None.
    None,
    /// As many as there are singular values.
    Thin,
    /// Square matrices of them.
    Full,
}

/// An element of a matrix.
pub trait Field: Copy + Debug + Default + PartialEq + Send + Sync + 'static + ComplexField<Real = Self::R> {
    /// The type of absolute values.
    type R: Field<R = Self::R> + RealField + PartialOrd + Into<f64>;
    /// The complex type.
    type C: Field<R = Self::R>;

    /// A real number.
    fn real(x: Self::R) -> Self;
    /// The real part.
    fn part(self) -> Self::R;
    /// The complex conjugate.
    fn conjugate(self) -> Self;
    /// The value with the other sign.
    fn negated(self) -> Self;
    /// Neither infinite nor NaN.
    fn finite(self) -> bool;
    /// From double precision.
    fn narrow(x: f64) -> Self::R;
    /// The value in double precision.
    fn wide(self) -> Complex<f64>;
    /// The inverse of [`Field::wide`]; a real field drops the imaginary part.
    fn of_wide(z: Complex<f64>) -> Self;

    /// `c = a · b`. Any strides.
    fn multiply(c: MatMut<'_, Self>, a: MatRef<'_, Self>, b: MatRef<'_, Self>, par: Par);
    /// `P·A = L·U` with partial pivoting.
    fn lu(a: MatRef<'_, Self>, par: Par) -> Result<Lu<Self>, NoMemory>;
    /// The solution of `A·x = b`.
    fn lu_solve(lu: &Lu<Self>, b: MatRef<'_, Self>, par: Par) -> Mat<Self>;
    /// The inverse of A.
    fn lu_inverse(lu: &Lu<Self>, par: Par) -> Result<Mat<Self>, NoMemory>;
    /// Replaces the lower triangle of A by L of `L·Lᴴ`; false if A is not positive definite.
    fn cholesky(a: MatMut<'_, Self>, par: Par) -> Result<bool, NoMemory>;
    /// Householder vectors and R, and that many columns of Q. Blocks of one reflection if `raw`.
    fn qr(a: MatRef<'_, Self>, raw: bool, columns: usize, par: Par) -> Result<Qr<Self>, NoMemory>;
    /// Singular values, descending, and vectors. `None` if the iteration does not converge.
    fn svd(a: MatRef<'_, Self>, vectors: Vectors, par: Par) -> Found<Svd<Self>>;
    /// Eigenvalues, ascending, and vectors (empty unless asked for) of the Hermitian matrix with this lower
    /// triangle. `None` if the iteration does not converge.
    fn hermitian(a: MatRef<'_, Self>, vectors: bool, par: Par) -> Found<Spectrum<Self::R, Self>>;
    /// Eigenvalues and vectors (empty unless asked for). `None` if the iteration does not converge.
    fn general(a: MatRef<'_, Self>, vectors: bool, par: Par) -> Found<Spectrum<Self::C, Self::C>>;
}

macro_rules! algorithms {
    ($general:path) => {
        fn multiply(c: MatMut<'_, Self>, a: MatRef<'_, Self>, b: MatRef<'_, Self>, par: Par) {
            factor::multiply(c, a, b, par)
        }
        fn lu(a: MatRef<'_, Self>, par: Par) -> Result<Lu<Self>, NoMemory> {
            factor::lu(a, par)
        }
        fn lu_solve(lu: &Lu<Self>, b: MatRef<'_, Self>, par: Par) -> Mat<Self> {
            factor::lu_solve(lu, b, par)
        }
        fn lu_inverse(lu: &Lu<Self>, par: Par) -> Result<Mat<Self>, NoMemory> {
            factor::lu_inverse(lu, par)
        }
        fn cholesky(a: MatMut<'_, Self>, par: Par) -> Result<bool, NoMemory> {
            factor::cholesky(a, par)
        }
        fn qr(a: MatRef<'_, Self>, raw: bool, columns: usize, par: Par) -> Result<Qr<Self>, NoMemory> {
            factor::qr(a, raw, columns, par)
        }
        fn svd(a: MatRef<'_, Self>, vectors: Vectors, par: Par) -> Found<Svd<Self>> {
            spectral::svd(a, vectors, par)
        }
        fn hermitian(a: MatRef<'_, Self>, vectors: bool, par: Par) -> Found<Spectrum<Self::R, Self>> {
            spectral::hermitian(a, vectors, par)
        }
        fn general(a: MatRef<'_, Self>, vectors: bool, par: Par) -> Found<Spectrum<Self::C, Self::C>> {
            $general(a, vectors, par)
        }
    };
}

macro_rules! fields {
    ($($r:ident $real:ident $complex:ident;)*) => {$(
        impl Field for $r {
            type R = $r;
            type C = Complex<$r>;
            fn real(x: $r) -> $r { x }
            fn part(self) -> $r { self }
            fn conjugate(self) -> $r { self }
            fn negated(self) -> $r { -self }
            fn finite(self) -> bool { self.is_finite() }
            fn narrow(x: f64) -> $r { x as $r }
            fn wide(self) -> Complex<f64> { Complex::new(self.into(), 0.0) }
            fn of_wide(z: Complex<f64>) -> $r { z.re as $r }
            algorithms!(spectral::$real);
        }
        impl Field for Complex<$r> {
            type R = $r;
            type C = Complex<$r>;
            fn real(x: $r) -> Complex<$r> { Complex::new(x, 0.0) }
            fn part(self) -> $r { self.re }
            fn conjugate(self) -> Complex<$r> { self.conj() }
            fn negated(self) -> Complex<$r> { -self }
            fn finite(self) -> bool { self.re.is_finite() && self.im.is_finite() }
            fn narrow(x: f64) -> $r { x as $r }
            fn wide(self) -> Complex<f64> { Complex::new(self.re.into(), self.im.into()) }
            fn of_wide(z: Complex<f64>) -> Complex<$r> { Complex::new(z.re as $r, z.im as $r) }
            algorithms!(spectral::$complex);
        }
    )*};
}
fields! {
    f32 general_f32 general_c32;
    f64 general_f64 general_c64;
}
