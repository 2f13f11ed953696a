//! Polynomials: as series of one of six families, with a class and functions for each, and tools for all.
//!
//! | module | class | polynomials |
//! | --- | --- | --- |
//! | [`mod@polynomial`] | [`Polynomial`] | powers of x |
//! | [`chebyshev`] | [`Chebyshev`] | Chebyshev's of the first kind |
//! | [`hermite`] | [`Hermite`] | Hermite's, as physicists have them |
//! | [`hermite_e`] | [`HermiteE`] | Hermite's, as probabilists have them |
//! | [`laguerre`] | [`Laguerre`] | Laguerre's |
//! | [`legendre`] | [`Legendre`] | Legendre's |
//!
//! Coefficients go from the lowest degree to the highest. They are computed with at once, in their dtype (`float64` for
//! integers); values of a series at points are lazy, and the whole recurrence is one loop.
//!
//! ```
//! use numfuse as np;
//! use np::polynomial::{Chebyshev, Polynomial};
//! use np::polynomial::chebyshev::{chebmul, chebval};
//!
//! let p = Polynomial::new([1.0, 2.0, 3.0], ..); // 1 + 2x + 3x²
//! assert_eq!(p.call([0.0, 2.0]).to_vec::<f64>()?, [1.0, 17.0]);
//! assert_eq!(p.deriv(..).coef().to_vec::<f64>()?, [2.0, 6.0]);
//! assert_eq!((&p * &p - 1.0).degree(), 4);
//! assert_eq!(p.to_string(), "1.0 + 2.0·x + 3.0·x²");
//! assert_eq!(p.convert::<Chebyshev>(..).coef().to_vec::<f64>()?, [2.5, 2.0, 1.5]);
//!
//! let product = chebmul([0, 1], [0, 1]); // T₁·T₁ = (T₀ + T₂) / 2
//! assert_eq!(product.to_vec::<f64>()?, [0.5, 0.0, 0.5]);
//! assert_eq!(chebval(0.5, &product, ..).item::<f64>()?, 0.25);
//! # Ok::<(), np::Error>(())
//! ```

pub(crate) mod algebra;
mod basis;
pub(crate) mod fit;
pub(crate) mod functions;
mod modules;
pub mod polyutils;
mod quadrature;
mod series;
mod text;

pub use fit::Degrees;
pub use functions::{DerOptions, Fit, FitDiagnostics, FitOptions, IntOptions, PowOptions, TrimOptions, ValOptions};
pub use modules::{chebyshev, hermite, hermite_e, laguerre, legendre, polynomial};
pub use series::{
    Chebyshev, Class, ConvertOptions, Family, Hermite, HermiteE, IntegOptions, Laguerre, Legendre, LinspaceOptions,
    Polynomial, Series, SeriesFit, SeriesFitOptions, SeriesOptions, Term,
};
pub use text::{PrintStyle, set_default_printstyle};

/// The table of powers, for the older interface.
pub(crate) fn power_basis() -> &'static basis::Basis {
    &basis::POWER
}
