//! Distributions of counts with checks of their own, and those of rows.

use numfuse_backends::host::random::fill;
use numfuse_ir::DType;
use numfuse_ir::shape::{Shape, tuple};

use super::bit_generator::Shared;
use super::options::MultivariateHypergeometricOptions;
use super::params::{Constraint, Param, broadcast, finished, kahan_sum, result_shape, shape_of};
use crate::array::build::{Cx, broadcast_all, checked_size};
use crate::array::{Array, Dims, Operand};
use crate::error::{Raised, raise};

/// Integers as NumPy compares them.
fn real(values: &[i64]) -> Vec<f64> {
    values.iter().map(|&n| n as f64).collect()
}

/// Binomial deviates of either stream.
pub(super) fn binomial(
    cx: Cx,
    bits: &Shared,
    n: &Operand,
    p: &Operand,
    size: &Option<Dims>,
    legacy: bool,
) -> Raised<Array> {
    let (p, n) = (Param::<f64>::new(cx, p)?, Param::<i64>::new(cx, n)?);
    let scalar = p.is_scalar() && n.is_scalar();
    Constraint::Bounded01.check(&p.values, "p", scalar)?;
    Constraint::NonNegative.check(&real(&n.values), "n", scalar)?;
    let (shape, len) = result_shape(size, &[&p.shape, &n.shape])?;
    let (n, p) = (n.along(&shape)?, p.along(&shape)?);
    finished(cx, fill::binomial(&mut *bits.lock(), &n, &p, len, legacy), DType::I64, &shape)
}

/// `Generator`'s algorithm is made for smaller populations.
const HYPERGEOMETRIC_MAX: i64 = 1_000_000_000;

/// Hypergeometric deviates of either stream.
pub(super) fn hypergeometric(
    cx: Cx,
    bits: &Shared,
    counts: &[Operand; 3],
    size: &Option<Dims>,
    legacy: bool,
) -> Raised<Array> {
    let params = counts.iter().map(|c| Param::new(cx, c)).collect::<Raised<Vec<Param<i64>>>>()?;
    let [good, bad, sample] = &params[..] else { return raise!(Value, "three counts are wanted") };
    let scalar = params.iter().all(Param::is_scalar);
    if !legacy && good.values.iter().chain(&bad.values).any(|&n| n >= HYPERGEOMETRIC_MAX) {
        return raise!(Value, "both ngood and nbad must be less than {HYPERGEOMETRIC_MAX}");
    }
    let both = broadcast_all([&good.shape[..], &bad.shape])?;
    let shape = broadcast_all([&both[..], &sample.shape])?;
    let all = [good.along(&shape)?, bad.along(&shape)?, sample.along(&shape)?];
    let at = |p: usize, i: usize| if let [one] = all[p][..] { one } else { all[p][i] };
    if (0..checked_size(&shape)?).any(|i| at(0, i).wrapping_add(at(1, i)) < at(2, i)) {
        return raise!(Value, "ngood + nbad < nsample");
    }
    let least = if legacy { Constraint::Gte1 } else { Constraint::NonNegative };
    Constraint::NonNegative.check(&real(&good.values), "ngood", scalar)?;
    Constraint::NonNegative.check(&real(&bad.values), "nbad", scalar)?;
    least.check(&real(&sample.values), "nsample", scalar)?;
    let (shape, len) = result_shape(size, &[&good.shape, &bad.shape, &sample.shape])?;
    let along = params.iter().map(|p| p.along(&shape)).collect::<Raised<Vec<_>>>()?;
    let params = [&along[0][..], &along[1], &along[2]];
    finished(cx, fill::hypergeometric(&mut *bits.lock(), params, len, legacy), DType::I64, &shape)
}

/// A shape with one more axis, and the number of its rows.
fn rows(mut shape: Shape, width: usize) -> Raised<(Shape, usize)> {
    let len = checked_size(&shape)?;
    shape.push(width);
    checked_size(&shape)?;
    Ok((shape, len))
}

/// Checks the sums of rows of probabilities.
fn check_pvals(pvals: &Param<f64>, operand: &Operand, width: usize, ndim: usize) -> Raised<()> {
    Constraint::Bounded01.check(&pvals.values, "pvals", false)?;
    let over = |row: &[f64]| kahan_sum(&row[..row.len() - 1]) > 1.0 + 1e-12;
    if !pvals.values.chunks_exact(width.max(1)).any(over) {
        return Ok(());
    }
    let slice = if ndim == 1 { "[:-1]" } else { "[...,:-1]" };
    if matches!(operand.strong(), Some(DType::F16 | DType::F32)) && pvals.values.iter().sum::<f64>() < 1.0001 {
        return raise!(
            Value,
            "sum(pvals{slice}.astype(np.float64)) > 1.0. The pvals array is cast to 64-bit floating point prior to checking the sum. Precision changes when casting may cause problems even if the sum of the original pvals is valid."
        );
    }
    raise!(Value, "sum(pvals{slice}) > 1.0")
}

/// `Generator.multinomial`.
pub(super) fn multinomial(cx: Cx, bits: &Shared, n: &Operand, pvals: &Operand, size: &Option<Dims>) -> Raised<Array> {
    let (n, p) = (Param::<i64>::new(cx, n)?, Param::<f64>::new(cx, pvals)?);
    let (width, outer) = match p.shape.split_last() {
        Some((&width, outer)) if width > 0 => (width, Shape::from_slice(outer)),
        _ => {
            return raise!(
                Value,
                "pvals must have at least 1 dimension and the last dimension of pvals must be greater than 0."
            );
        }
    };
    check_pvals(&p, pvals, width, p.shape.len())?;
    let scalar = n.is_scalar() && outer.is_empty();
    let (shape, common) = match size {
        _ if scalar => (shape_of(size)?.0, Shape::new()),
        None => {
            let shape = broadcast(&[&n.shape, &outer])?;
            (shape.clone(), shape)
        }
        Some(size) => {
            let size = size.lengths()?;
            let common = broadcast(&[&n.shape, &outer, &size])?;
            if common != size {
                let (size, common) = (tuple(&size), tuple(&common));
                return raise!(
                    Value,
                    "Output size {size} is not compatible with broadcast dimensions of inputs {common}."
                );
            }
            (common.clone(), common)
        }
    };
    Constraint::NonNegative.check(&real(&n.values), "n", scalar)?;
    let (full, len) = rows(shape, width)?;
    let counts = n.along(&common)?;
    // Rows of probabilities, one per result unless there is one for all.
    let per_row = if p.values.len() == width {
        std::borrow::Cow::Borrowed(&p.values[..])
    } else {
        let (own, mut all) = (p.shape.len() - 1, common);
        all.push(width);
        debug_assert!(own < all.len());
        p.along(&all)?
    };
    finished(cx, fill::multinomial(&mut *bits.lock(), &counts, &per_row, width, len), DType::I64, &full)
}

/// `RandomState.multinomial`: one number of trials, one row of probabilities.
pub(super) fn legacy_multinomial(cx: Cx, bits: &Shared, n: i64, pvals: &Operand, size: &Option<Dims>) -> Raised<Array> {
    let p = Param::<f64>::new(cx, pvals)?;
    let width = match p.shape[..] {
        [] => return raise!(DType, "pvals must be a 1-d sequence"),
        [width] => width,
        _ => return raise!(Value, "object too deep for desired array"),
    };
    check_pvals(&p, pvals, width, 1)?;
    Constraint::NonNegative.check(&[n as f64], "n", true)?;
    let (full, len) = rows(shape_of(size)?.0, width)?;
    finished(cx, fill::multinomial(&mut *bits.lock(), &[n], &p.values, width, len), DType::I64, &full)
}

/// `Generator.multivariate_hypergeometric`.
pub(super) fn multivariate_hypergeometric(
    cx: Cx,
    bits: &Shared,
    colors: &Operand,
    nsample: i64,
    o: &MultivariateHypergeometricOptions,
) -> Raised<Array> {
    let count = match o.method.unwrap_or("marginals") {
        "count" => true,
        "marginals" => false,
        _ => return raise!(Value, "method must be \"count\" or \"marginals\"."),
    };
    if nsample < 0 {
        return raise!(Value, "nsample must be nonnegative.");
    }
    let array = cx.array(colors)?;
    let whole = array.0.dtype.is_integer() || array.0.shape.contains(&0);
    let param = if array.0.shape.len() == 1 && whole { Some(Param::<i64>::cast(cx, &array)?) } else { None };
    let Some(colors) = param.filter(|p| p.values.iter().all(|&n| n >= 0)) else {
        return raise!(
            Value,
            "colors must be a one-dimensional sequence of nonnegative integers not exceeding {}.",
            i64::MAX
        );
    };
    let Some(total) = colors.values.iter().try_fold(0_i64, |sum, &n| sum.checked_add(n)) else {
        return raise!(
            Value,
            "sum(colors) must not exceed the maximum value of a 64 bit signed integer ({})",
            i64::MAX
        );
    };
    if !count && total >= HYPERGEOMETRIC_MAX {
        return raise!(Value, "When method is \"marginals\", sum(colors) must be less than {HYPERGEOMETRIC_MAX}.");
    }
    if count && total > i64::MAX / 8 {
        return raise!(Value, "When method is 'count', sum(colors) must not exceed {}", i64::MAX / 8);
    }
    if nsample > total {
        return raise!(Value, "nsample > sum(colors)");
    }
    let (full, len) = rows(shape_of(&o.size)?.0, colors.values.len())?;
    let buffer = fill::multivariate_hypergeometric(&mut *bits.lock(), &colors.values, nsample, len, count);
    finished(cx, buffer, DType::I64, &full)
}

/// The parameters of a Dirichlet distribution, the shape of the result and the number of its rows.
pub(super) fn dirichlet_params(
    cx: Cx,
    alpha: &Operand,
    size: &Option<Dims>,
    legacy: bool,
) -> Raised<(Vec<f64>, Shape, usize)> {
    let alpha = Param::<f64>::new(cx, alpha)?;
    match alpha.shape.len() {
        0 => return raise!(DType, "object of type 'float' has no len()"),
        1 => {}
        _ => return raise!(Value, "object too deep for desired array"),
    }
    if legacy && alpha.values.iter().any(|&a| a <= 0.0) {
        return raise!(Value, "alpha <= 0");
    }
    if alpha.values.iter().any(|&a| a < 0.0) {
        return raise!(Value, "alpha < 0");
    }
    let (shape, len) = rows(shape_of(size)?.0, alpha.values.len())?;
    Ok((alpha.values, shape, len))
}
