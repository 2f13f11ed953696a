//! Multivariate normal deviates: standard ones times a factor of the covariance.

use numfuse_ir::DType;
use numfuse_ir::shape::Shape;

use super::options::MultivariateNormalOptions;
use crate::array::build::Cx;
use crate::array::operand::Operand;
use crate::array::{Array, Dims};
use crate::error::{Raised, raise};
use crate::linalg;
use crate::options::rtol;

/// `mean + x·Fᵀ` for standard normal `x`, which `standard` draws, and a factor `F` with `F·Fᵀ = cov`.
pub(super) fn multivariate_normal(
    cx: Cx,
    [mean, cov]: [&Operand; 2],
    o: &MultivariateNormalOptions,
    standard: impl FnOnce(Dims) -> Array,
) -> Raised<Array> {
    let method = o.method.unwrap_or("svd");
    if !["eigh", "svd", "cholesky"].contains(&method) {
        return raise!(Value, "method must be one of {{'eigh', 'svd', 'cholesky'}}");
    }
    let (mean, cov) = (cx.array(mean)?, cx.array(cov)?);
    if mean.0.dtype.is_complex() || cov.0.dtype.is_complex() {
        return raise!(DType, "mean and cov must not be complex");
    }
    let &[n] = &mean.0.shape[..] else { return raise!(Value, "mean must be 1 dimensional") };
    let &[rows, columns] = &cov.0.shape[..] else { return raise!(Value, "cov must be 2 dimensional and square") };
    if rows != columns {
        return raise!(Value, "cov must be 2 dimensional and square");
    }
    if n != rows {
        return raise!(Value, "mean and cov must have same length");
    }
    let mut shape = match &o.size {
        Some(size) => size.lengths()?,
        None => Shape::new(),
    };
    shape.push(n);
    // Drawn before the covariance is looked at, as in NumPy.
    let x = standard(Dims::from(&shape[..])).reshape([-1, n as i64]);
    x.check()?;
    let cov = cx.cast(&cov, DType::F64)?;
    let check = o.check_valid.unwrap_or("warn");
    if method != "cholesky" && !["warn", "raise", "ignore"].contains(&check) {
        return raise!(Value, "check_valid must equal 'warn', 'raise', or 'ignore'");
    }
    let tol = match &o.tol {
        Some(tol) => cx.array_as(tol, DType::F64)?.item::<f64>()?,
        None => 1e-8,
    };
    let (factor, valid) = match method {
        "cholesky" => (linalg::cholesky(&cov, ..), None),
        "eigh" => {
            let e = linalg::eigh(&cov, ..);
            let negative = crate::any(e.eigenvalues.lt(-tol), ..);
            (&e.eigenvectors * crate::sqrt(crate::abs(&e.eigenvalues)), Some(crate::logical_not(negative)))
        }
        _ => {
            let f = linalg::svd(&cov, ..);
            let again = crate::matmul(f.Vh.t() * &f.S, &f.Vh);
            (&f.U * crate::sqrt(&f.S), Some(crate::allclose(again, &cov, rtol(tol).atol(tol))))
        }
    };
    // There are no warnings here: what NumPy warns of is an error or nothing.
    if let Some(valid) = valid
        && check == "raise"
        && !valid.item::<bool>()?
    {
        return raise!(Value, "covariance is not symmetric positive-semidefinite.");
    }
    let out = (crate::matmul(x, factor.t()) + mean).reshape(Dims::from(&shape[..]));
    out.eval()?;
    Ok(out)
}
