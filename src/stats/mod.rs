//! Statistics: averages, covariances, quantiles, histograms.

mod histogram;
mod quantile;

pub use histogram::*;
pub use quantile::*;

use numfuse_ir::{DType, Ew, ReduceOp, Scalar};
use smallvec::SmallVec;

use crate::array::Array;
use crate::array::build::{Cx, call, call_n};
use crate::array::operand::{Operand, k};
use crate::error::{Raised, raise};
use crate::options::{Axes, options};
use crate::results::stands_for;

options! {
    /// Options of [`average`]; the bare value is `axis`.
    AverageOptions {
        axis: Axis(Axes), weights: Weights(Operand), returned: Returned(bool), keepdims: Keepdims(bool),
    } bare axis axes;
    /// Options of [`cov`]; the bare value is `y`.
    CovOptions {
        y: Y(Operand), rowvar: Rowvar(bool), bias: Bias(bool), ddof: Ddof(f64), fweights: Fweights(Operand),
        aweights: Aweights(Operand), dtype: Dtype(DType),
    } bare y operand;
    /// Options of [`corrcoef`]; the bare value is `y`.
    CorrcoefOptions { y: Y(Operand), rowvar: Rowvar(bool), dtype: Dtype(DType) } bare y operand;
}

/// What [`average`] gives. It stands for the average: all methods of [`Array`] are at hand.
#[derive(Clone, Debug)]
pub struct AverageResult {
    /// The average.
    pub average: Array,
    /// The sum of the weights, with `returned`.
    pub sum_of_weights: Option<Array>,
}
stands_for!(AverageResult.average);

/// Whether any element is true; `false` while a function is traced, when there are no elements to look at.
fn any(cx: Cx, a: &Array) -> Raised<bool> {
    if a.0.traced || a.0.shape.contains(&0) {
        return Ok(false);
    }
    let all: SmallVec<[usize; 4]> = (0..a.0.shape.len()).collect();
    Ok(cx.reduce(ReduceOp::Any, a, &all, false)?.item::<bool>()?)
}

/// Weights in a shape that broadcasts against `a`: its own, or that of the axes.
fn weights_for(cx: Cx, a: &Array, weights: &Operand, axis: &Option<Axes>) -> Raised<Array> {
    let weights = cx.array(weights)?;
    let shape = &a.0.shape;
    if weights.0.shape == *shape {
        return Ok(weights);
    }
    let axes = match axis {
        None | Some(Axes::All) => {
            return raise!(DType, "Axis must be specified when shapes of a and weights differ.");
        }
        Some(axes) => axes.resolve(shape.len())?,
    };
    if weights.0.shape.len() != axes.len() || axes.iter().zip(&weights.0.shape).any(|(&axis, &n)| shape[axis] != n) {
        return raise!(Value, "Shape of weights must be consistent with shape of a along specified axis.");
    }
    let mut order: Vec<usize> = (0..axes.len()).collect();
    order.sort_by_key(|&i| axes[i]);
    let weights = cx.permute(&weights, &order)?;
    let kept: Vec<usize> = (0..shape.len()).map(|d| if axes.contains(&d) { shape[d] } else { 1 }).collect();
    cx.reshape(&weights, &kept)
}

/// The average and the sum of the weights, of one shape.
fn averaged(cx: Cx, a: &Array, weights: Option<&Operand>, axis: &Option<Axes>, keepdims: bool) -> Raised<[Array; 2]> {
    if let Some(axes) = axis {
        crate::manip::named("axis", axes.resolve(a.0.shape.len()))?;
    }
    let reduced = |dtype: Option<DType>| crate::SumOptions {
        axis: axis.clone(),
        dtype,
        keepdims: Some(keepdims),
        ..Default::default()
    };
    let Some(weights) = weights else {
        let mean =
            crate::mean(a, crate::MeanOptions { axis: axis.clone(), keepdims: Some(keepdims), ..Default::default() });
        mean.check()?;
        let (all, kept): (usize, usize) = (a.0.shape.iter().product(), mean.0.shape.iter().product());
        if kept == 0 {
            return raise!(ZeroDivision, "division by zero");
        }
        let count: Operand = cx.param(Scalar::new((all / kept) as f64));
        let count = cx.full(&mean.0.shape, &count, mean.0.dtype)?;
        return Ok([mean, count]);
    };
    let weights = weights_for(cx, a, weights, axis)?;
    let mut dtype = a.0.dtype.promote(weights.0.dtype);
    if !a.0.dtype.is_inexact() {
        dtype = dtype.promote(DType::F64);
    }
    let full = cx.broadcast(&weights, &a.0.shape)?;
    // NumPy sums what weights there are; a sum over a repeated axis would count them again.
    let sum = match weights.0.shape == a.0.shape {
        true => crate::sum(&weights, reduced(Some(dtype))),
        false => {
            let own = Axes::reduced(axis, a.0.shape.len())?;
            let sum = cx.reduce(ReduceOp::Sum, &cx.cast(&weights, dtype)?, &own, keepdims)?;
            if keepdims { sum } else { cx.reshape(&sum, &vec![1; sum.0.shape.len()])? }
        }
    };
    sum.check()?;
    if any(cx, &cx.bin(Ew::Equal, &sum, k(0.0))?)? {
        return raise!(ZeroDivision, "Weights sum to zero, can't be normalized");
    }
    let products = cx.bin(Ew::Multiply, &cx.cast(a, dtype)?, &cx.cast(&full, dtype)?)?;
    let total = crate::sum(&products, reduced(None));
    total.check()?;
    let average = cx.bin(Ew::Divide, &total, &sum)?;
    let sum = cx.broadcast(&sum, &average.0.shape)?;
    Ok([average, sum])
}

/// The average over axes, weighted if `weights` are given: `Σ a·w / Σ w`. Weights have the shape of the array, or that
/// of its axes; it is an error if they add up to 0.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// let a = np::array![[0, 1], [2, 3], [4, 5]];
/// assert_eq!(np::average(&a, ..).item::<f64>()?, 2.5);
/// assert_eq!(np::average(&a, axis(1).weights([0.25, 0.75])).to_vec::<f64>()?, [0.75, 2.75, 4.75]);
/// let found = np::average(&a, axis(0).returned());
/// assert_eq!(found.sum_of_weights.unwrap().to_vec::<f64>()?, [3.0, 3.0]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn average(a: impl Into<Operand>, options: impl Into<AverageOptions>) -> AverageResult {
    let (a, o) = (a.into(), options.into());
    let [average, sum] =
        call_n("average", |cx| averaged(cx, &cx.array(a)?, o.weights.as_ref(), &o.axis, o.keepdims.unwrap_or(false)));
    AverageResult { average, sum_of_weights: o.returned.unwrap_or(false).then_some(sum) }
}

/// Weights of samples, as `float64`.
fn sample_weights(cx: Cx, name: &str, weights: &Operand, samples: usize) -> Raised<Array> {
    let weights = cx.cast(&cx.array(weights)?, DType::F64)?;
    let whole = cx.bin(Ew::NotEqual, &weights, &cx.un(Ew::Rint, &weights)?)?;
    if name == "fweights" && any(cx, &whole)? {
        return raise!(DType, "fweights must be integer");
    }
    if weights.0.shape.len() > 1 {
        return raise!(Runtime, "cannot handle multidimensional {name}");
    }
    match weights.0.shape.first() {
        None => return raise!(Index, "tuple index out of range"),
        Some(&n) if n != samples => return raise!(Runtime, "incompatible numbers of samples and {name}"),
        _ => {}
    }
    if any(cx, &cx.bin(Ew::Less, &weights, k(0.0))?)? {
        return raise!(Value, "{name} cannot be negative");
    }
    Ok(weights)
}

fn covariance(cx: Cx, m: Operand, o: CovOptions) -> Raised<Array> {
    if o.ddof.is_some_and(|d| d != d.trunc()) {
        return raise!(Value, "ddof must be integer");
    }
    let m = cx.array(m)?;
    let y = o.y.as_ref().map(|y| cx.array(y)).transpose()?;
    for (name, a) in [("m", Some(&m)), ("y", y.as_ref())] {
        if a.is_some_and(|a| a.0.shape.len() > 2) {
            return raise!(Value, "{name} has more than 2 dimensions");
        }
    }
    let own = m.0.dtype.promote(DType::F64);
    let dtype = o.dtype.unwrap_or(y.as_ref().map_or(own, |y| own.promote(y.0.dtype)));
    let rows = |a: &Array, vector_is_row: bool| -> Raised<Array> {
        let shape = match a.0.shape[..] {
            [] => [1, 1],
            [n] => [1, n],
            _ => [a.0.shape[0], a.0.shape[1]],
        };
        let matrix = cx.reshape(&cx.cast(a, dtype)?, &shape)?;
        if vector_is_row || o.rowvar.unwrap_or(true) { Ok(matrix) } else { cx.permute(&matrix, &[1, 0]) }
    };
    let mut x = rows(&m, m.0.shape.len() == 1)?;
    if x.0.shape[0] == 0 {
        return cx.full(&[0, 0], &k(0.0), DType::F64);
    }
    if let Some(y) = &y {
        let one_row = y.0.shape.len() < 2 || y.0.shape[0] == 1;
        x = crate::manip::joined(cx, &[x, rows(y, one_row)?], 0)?;
    }
    let samples = x.0.shape[1];
    let ddof = o.ddof.unwrap_or(if o.bias.unwrap_or(false) { 0.0 } else { 1.0 });
    let weights =
        |name: &str, w: &Option<Operand>| w.as_ref().map(|w| sample_weights(cx, name, w, samples)).transpose();
    let (fweights, aweights) = (weights("fweights", &o.fweights)?, weights("aweights", &o.aweights)?);
    let w = match (&fweights, &aweights) {
        (Some(f), Some(a)) => Some(cx.bin(Ew::Multiply, f, a)?),
        (f, a) => f.clone().or(a.clone()),
    };
    let along = Some(Axes::One(1));
    let as_operand = w.as_ref().map(Operand::from);
    let [mean, sums] = averaged(cx, &x, as_operand.as_ref(), &along, false)?;
    let sum = cx.reshape(&cx.part(&sums, 0, 0, 1)?, &[])?;
    let factor: Operand = match (&w, &aweights) {
        (None, _) => k((samples as f64 - ddof).max(0.0)),
        _ if ddof == 0.0 => sum.into(),
        (Some(_), None) => cx.bin(Ew::Subtract, &sum, k(ddof))?.into(),
        (Some(w), Some(a)) => {
            let squares = crate::sum(&cx.bin(Ew::Multiply, w, a)?, ..);
            let lost = cx.bin(Ew::Divide, &cx.bin(Ew::Multiply, k(ddof), &squares)?, &sum)?;
            cx.bin(Ew::Subtract, &sum, &lost)?.into()
        }
    };
    let factor = match w {
        None => factor,
        Some(_) => {
            // Weights are real, even those that complex numbers are averaged with.
            let factor = crate::real(factor);
            cx.select(&cx.bin(Ew::LessEqual, &factor, k(0.0))?, k(0.0), &factor, factor.0.dtype)?.into()
        }
    };
    let centred = cx.bin(Ew::Subtract, &x, &cx.reshape(&mean, &[x.0.shape[0], 1])?)?;
    let weighted = match &w {
        None => centred.clone(),
        Some(w) => cx.bin(Ew::Multiply, &centred, w)?,
    };
    let other = if dtype.is_complex() { cx.un(Ew::Conjugate, &weighted)? } else { weighted };
    let product = crate::products::matrices(cx, &centred, &cx.permute(&other, &[1, 0])?)?;
    let scale = cx.bin(Ew::Divide, k(1), factor)?;
    let scaled = cx.cast(&cx.bin(Ew::Multiply, &product, &scale)?, product.0.dtype)?;
    if scaled.0.shape[..] == [1, 1] { cx.reshape(&scaled, &[]) } else { Ok(scaled) }
}

/// Covariances of variables, each a row of `m` (a column with `rowvar(false)`), and those of `y` below them. Divides by
/// `n - ddof`, which is `n - 1` unless `ddof` or `bias` say otherwise. `fweights` count samples, `aweights` weigh them.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// let m = np::array![[0.0, 1.0, 2.0], [2.0, 1.0, 0.0]];
/// assert_eq!(np::cov(&m, ..).to_vec::<f64>()?, [1.0, -1.0, -1.0, 1.0]);
/// assert_eq!(np::cov([1.0, 3.0], bias()).item::<f64>()?, 1.0);
/// assert_eq!(np::cov([1.0, 3.0], fweights([1, 3])).item::<f64>()?, 1.0);
/// assert_eq!(np::corrcoef(&m, ..).to_vec::<f64>()?, [1.0, -1.0, -1.0, 1.0]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn cov(m: impl Into<Operand>, options: impl Into<CovOptions>) -> Array {
    let (m, o) = (m.into(), options.into());
    call("cov", |cx| covariance(cx, m, o))
}

/// Correlation coefficients of variables: [`cov`] divided by both standard deviations, limited to [-1, 1].
#[track_caller]
pub fn corrcoef(x: impl Into<Operand>, options: impl Into<CorrcoefOptions>) -> Array {
    let (x, o) = (x.into(), options.into());
    call("corrcoef", |cx| {
        let o = CovOptions { y: o.y, rowvar: o.rowvar, dtype: o.dtype, ..CovOptions::default() };
        let c = covariance(cx, x, o)?;
        let &[n, _] = &c.0.shape[..] else { return cx.bin(Ew::Divide, &c, &c) };
        let variances = crate::diagonal(&c, ..);
        let real = if c.0.dtype.is_complex() { cx.un(Ew::Real, &variances)? } else { variances };
        let deviations = cx.un(Ew::Sqrt, &real)?;
        let c = cx.bin(Ew::Divide, &c, &cx.reshape(&deviations, &[n, 1])?)?;
        let c = cx.bin(Ew::Divide, &c, &cx.reshape(&deviations, &[1, n])?)?;
        let limited = |a: &Array| cx.bin(Ew::Minimum, &cx.bin(Ew::Maximum, a, k(-1))?, k(1));
        if !c.0.dtype.is_complex() {
            return limited(&c);
        }
        let (re, im) = (limited(&cx.un(Ew::Real, &c)?)?, limited(&cx.un(Ew::Imag, &c)?)?);
        cx.bin(Ew::MakeComplex, &re, &im)
    })
}
