//! Matrix products of `f32`, `f64` and their complex numbers, and factorizations in double precision, by faer.
//!
//! faer is generic, and generic code is compiled where it is used. The methods of [`Multiply`] and [`Field`] are
//! the uses: they are compiled here, once, and a change in the crates above costs none of it.
#![forbid(unsafe_code)]

mod factor;
mod qr;
mod small;
mod spectral;

use std::fmt::Debug;

use faer::traits::ComplexField;
pub use faer::{Mat, MatMut, MatRef, Par};
use num_complex::Complex;

pub use factor::Lu;
pub use qr::Qr;
pub use spectral::{Hessenberg, Spectrum, Svd};

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

/// An element of matrices that are multiplied.
pub trait Multiply: Copy + Debug + Default + PartialEq + Send + Sync + 'static + ComplexField {
    /// `c = a · b`. Any strides.
    fn multiply(c: MatMut<'_, Self>, a: MatRef<'_, Self>, b: MatRef<'_, Self>, par: Par);
}

macro_rules! multiply {
    ($($t:ty),*) => {$(
        impl Multiply for $t {
            fn multiply(c: MatMut<'_, Self>, a: MatRef<'_, Self>, b: MatRef<'_, Self>, par: Par) {
                factor::multiply(c, a, b, par)
            }
        }
    )*};
}
multiply!(f32, f64, Complex<f32>, Complex<f64>);

/// An element of matrices that are factored: double precision, real or complex.
pub trait Field: Multiply + ComplexField<Real = f64> {
    /// A real number.
    fn real(x: f64) -> Self;
    /// The complex conjugate.
    fn conjugate(self) -> Self;
    /// The value with the other sign.
    fn negated(self) -> Self;
    /// Neither infinite nor NaN.
    fn finite(self) -> bool;
    /// The value over its size; of a real number that is not negative 1, as LAPACK's callers count signs.
    fn unit(self) -> Complex<f64>;
    /// The value as a complex number.
    fn wide(self) -> Complex<f64>;
    /// The inverse of [`Field::wide`]; a real field drops the imaginary part.
    fn of_wide(z: Complex<f64>) -> Self;

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
    fn hermitian(a: MatRef<'_, Self>, vectors: bool, par: Par) -> Found<Spectrum<f64, Self>>;
    /// A matrix with the same eigenvalues that is triangular but for one diagonal.
    fn hessenberg(a: MatRef<'_, Self>, par: Par) -> Result<Hessenberg<Self>, NoMemory>;
    /// Eigenvalues and vectors (empty unless asked for). `None` if the iteration does not converge.
    fn general(a: MatRef<'_, Self>, vectors: bool, par: Par) -> Found<Spectrum<Complex<f64>, Complex<f64>>>;
}

macro_rules! algorithms {
    ($svd:path, $hermitian:path, $general:path) => {
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
            qr::qr(a, raw, columns, par)
        }
        fn svd(a: MatRef<'_, Self>, vectors: Vectors, par: Par) -> Found<Svd<Self>> {
            $svd(a, vectors, par)
        }
        fn hermitian(a: MatRef<'_, Self>, vectors: bool, par: Par) -> Found<Spectrum<f64, Self>> {
            $hermitian(a, vectors, par)
        }
        fn hessenberg(a: MatRef<'_, Self>, par: Par) -> Result<Hessenberg<Self>, NoMemory> {
            spectral::hessenberg(a, par)
        }
        fn general(a: MatRef<'_, Self>, vectors: bool, par: Par) -> Found<Spectrum<Complex<f64>, Complex<f64>>> {
            $general(a, vectors, par)
        }
    };
}

impl Field for f64 {
    fn real(x: f64) -> f64 {
        x
    }
    fn conjugate(self) -> f64 {
        self
    }
    fn negated(self) -> f64 {
        -self
    }
    fn finite(self) -> bool {
        self.is_finite()
    }
    fn unit(self) -> Complex<f64> {
        Complex::new(if self < 0.0 { -1.0 } else { 1.0 }, 0.0)
    }
    fn wide(self) -> Complex<f64> {
        Complex::new(self, 0.0)
    }
    fn of_wide(z: Complex<f64>) -> f64 {
        z.re
    }
    algorithms!(spectral::svd_real, spectral::hermitian_real, spectral::general_real);
}

impl Field for Complex<f64> {
    fn real(x: f64) -> Complex<f64> {
        Complex::new(x, 0.0)
    }
    fn conjugate(self) -> Complex<f64> {
        self.conj()
    }
    fn negated(self) -> Complex<f64> {
        -self
    }
    fn finite(self) -> bool {
        self.re.is_finite() && self.im.is_finite()
    }
    fn unit(self) -> Complex<f64> {
        self / self.norm()
    }
    fn wide(self) -> Complex<f64> {
        self
    }
    fn of_wide(z: Complex<f64>) -> Complex<f64> {
        z
    }
    algorithms!(spectral::svd, spectral::hermitian, spectral::general_complex);
}
