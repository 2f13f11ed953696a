//! Medians, quantiles and percentiles.

use numfuse_backends::host::sort::quantile::{Method, Spec};
use numfuse_ir::{DType, Ew, HostOp, Kind, Scalar};

use super::{any, weights_for};
use crate::array::Array;
use crate::array::build::{Cx, call};
use crate::array::operand::{Operand, Weak, k, promote};
use crate::error::{Raised, raise};
use crate::options::{Axes, options};

options! {
    /// Options of [`median`] and [`nanmedian`]; the bare value is `axis`.
    MedianOptions { axis: Axis(Axes), keepdims: Keepdims(bool) } bare axis axes;
    /// Options of [`quantile`], [`percentile`] and their NaN variants; the bare value is `axis`.
    ///
    /// `method` is one of `"inverted_cdf"`, `"averaged_inverted_cdf"`, `"closest_observation"`,
    /// `"interpolated_inverted_cdf"`, `"hazen"`, `"weibull"`, `"linear"` (the default), `"median_unbiased"`,
    /// `"normal_unbiased"`, `"lower"`, `"higher"`, `"midpoint"` and `"nearest"`. `weights` need `"inverted_cdf"`.
    QuantileOptions {
        axis: Axis(Axes), method: Method(&'static str), keepdims: Keepdims(bool), weights: Weights(Operand),
    } bare axis axes;
}

/// An array whose last axis has the elements to reduce, and the shape of the result.
struct Rows {
    rows: Array,
    kept: Vec<usize>,
}

impl Rows {
    fn new(cx: Cx, a: &Array, axis: &Option<Axes>, keepdims: bool) -> Raised<Rows> {
        let ndim = a.0.shape.len();
        let all = matches!(axis, None | Some(Axes::All));
        let axes = match axis {
            Some(axis) if !all => axis.resolve(ndim)?,
            _ => (0..ndim).collect(),
        };
        let others: Vec<usize> = (0..ndim).filter(|d| !axes.contains(d)).collect();
        // NumPy keeps the axes in their order when it merges them.
        let mut ascending = axes.clone();
        ascending.sort_unstable();
        let order: Vec<usize> = others.iter().copied().chain(ascending).collect();
        let moved = cx.permute(a, &order)?;
        let mut shape: Vec<usize> = others.iter().map(|&d| a.0.shape[d]).collect();
        let kept = match keepdims {
            true => (0..ndim).map(|d| if axes.contains(&d) { 1 } else { a.0.shape[d] }).collect(),
            false => shape.clone(),
        };
        shape.push(axes.iter().map(|&d| a.0.shape[d]).product());
        Ok(Rows { rows: cx.reshape(&moved, &shape)?, kept })
    }
}

/// The median over axes: the middle element, or the mean of both; NaN if there is one. Integers have medians in
/// `float64`.
///
/// ```
/// use numfuse as np;
/// let a = np::array![[10, 7, 4], [3, 2, 1]];
/// assert_eq!(np::median(&a, ..).item::<f64>()?, 3.5);
/// assert_eq!(np::median(&a, 1).to_vec::<f64>()?, [7.0, 2.0]);
/// assert_eq!(np::nanmedian([1.0, f64::NAN, 3.0], ..).item::<f64>()?, 2.0);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn median(a: impl Into<Operand>, options: impl Into<MedianOptions>) -> Array {
    let (a, o) = (a.into(), options.into());
    call("median", |cx| middle(cx, &cx.array(a)?, &o))
}

fn middle(cx: Cx, a: &Array, o: &MedianOptions) -> Raised<Array> {
    let Rows { rows, kept } = Rows::new(cx, a, &o.axis, o.keepdims.unwrap_or(false))?;
    let (axis, n) = (rows.0.shape.len() - 1, rows.0.shape[rows.0.shape.len() - 1]);
    if n == 0 {
        return cx.reshape(&crate::mean(&rows, -1), &kept);
    }
    let (low, high) = ((n - 1) / 2, n / 2);
    let inexact = rows.0.dtype.is_inexact();
    let mut kth: Vec<i64> = vec![low as i64, high as i64];
    if inexact {
        kth.push(n as i64 - 1);
    }
    kth.dedup();
    let shape = rows.0.shape.clone();
    let [parted] = cx.host(HostOp::Partition, &kth, &[&rows], [(rows.0.dtype, shape)])?;
    let mean = crate::mean(cx.part(&parted, axis, low, high + 1 - low)?, -1);
    mean.check()?;
    let mut result = cx.reshape(&mean, &kept)?;
    if inexact {
        let last = cx.reshape(&cx.part(&parted, axis, n - 1, 1)?, &kept)?;
        result = cx.select(&cx.un(Ew::Isnan, &last)?, &last, &result, result.0.dtype)?;
    }
    Ok(result)
}

/// [`median`] of what is not NaN; NaN where there is nothing else.
#[track_caller]
pub fn nanmedian(a: impl Into<Operand>, options: impl Into<MedianOptions>) -> Array {
    let (a, o) = (a.into(), options.into());
    call("nanmedian", |cx| {
        let a = cx.array(a)?;
        let keepdims = o.keepdims.unwrap_or(false);
        if a.0.shape.contains(&0) {
            return Ok(crate::nanmean(
                &a,
                crate::MeanOptions { axis: o.axis, keepdims: Some(keepdims), ..Default::default() },
            ));
        }
        if !a.0.dtype.is_inexact() {
            return middle(cx, &a, &o);
        }
        let Rows { rows, kept } = Rows::new(cx, &a, &o.axis, keepdims)?;
        if rows.0.dtype.is_complex() {
            return complex_middle(cx, &rows, &kept);
        }
        let dtype = rows.0.dtype;
        let spec = Spec { method: Method::Middle, skip_nan: true, q_dtype: DType::F64, out: dtype, q: vec![0.5] };
        cx.reshape(&spread(cx, &rows, None, &spec)?, &kept)
    })
}

/// The middle of what sorting puts before NaN.
fn complex_middle(cx: Cx, rows: &Array, kept: &[usize]) -> Raised<Array> {
    let n = rows.0.shape[rows.0.shape.len() - 1];
    let count: usize = rows.0.shape.iter().product();
    let flat = cx.reshape(rows, &[count / n, n])?;
    let [sorted] = cx.host(HostOp::Sort, &[], &[&flat], [(flat.0.dtype, flat.0.shape.clone())])?;
    let numbers = cx.cast(&cx.un(Ew::LogicalNot, &cx.un(Ew::Isnan, &flat)?)?, DType::I64)?;
    let numbers = crate::sum(&numbers, 1);
    let length: Operand = cx.param(Scalar::new(n as i64));
    let start = cx.bin(Ew::Multiply, &cx.iota(count / n, 0, 1)?, length)?;
    let sorted = cx.reshape(&sorted, &[count])?;
    let at = |x: &Array| -> Raised<Array> {
        let half = cx.bin(Ew::Maximum, &cx.bin(Ew::FloorDivide, x, k(2))?, k(0))?;
        cx.take(&sorted, &cx.bin(Ew::Add, &start, &half)?, 0)
    };
    let sum = cx.bin(Ew::Add, &at(&cx.bin(Ew::Subtract, &numbers, k(1))?)?, &at(&numbers)?)?;
    let mean = cx.bin(Ew::Divide, &sum, k(2.0))?;
    let none = cx.bin(Ew::Equal, &numbers, k(0))?;
    let result = cx.select(&none, &at(&numbers)?, &mean, mean.0.dtype)?;
    cx.reshape(&result, kept)
}

/// Quantiles of rows, along the last axis.
fn spread(cx: Cx, rows: &Array, weights: Option<&Array>, spec: &Spec) -> Raised<Array> {
    let mut shape = rows.0.shape.clone();
    if let Some(last) = shape.last_mut() {
        *last = spec.q.len();
    }
    let operands: Vec<&Array> = [rows].into_iter().chain(weights).collect();
    let [out] = cx.host(HostOp::Quantile, &spec.params(), &operands, [(spec.out, shape)])?;
    Ok(out)
}

/// The share in per cent or as it is, of all elements or those that are not NaN.
struct Variant {
    percent: bool,
    skip_nan: bool,
}

fn quantiles(cx: Cx, a: Operand, q: Operand, o: QuantileOptions, variant: Variant) -> Raised<Array> {
    let a = cx.array(a)?;
    if a.0.dtype.is_complex() {
        return raise!(DType, "a must be an array of real numbers");
    }
    let weak = matches!(q.weak(), Some(Weak::Int(_) | Weak::Float(_)));
    let mut q = cx.array(q)?;
    if variant.percent {
        q = cx.bin(Ew::Divide, &q, k(100))?;
    }
    // The shares decide what is computed, so they are needed now.
    let shares = cx.cast(&q, DType::F64)?.to_vec::<f64>()?;
    if !shares.iter().all(|share| (0.0..=1.0).contains(share)) {
        return match variant.percent {
            true => raise!(Value, "Percentiles must be in the range [0, 100]"),
            false => raise!(Value, "Quantiles must be in the range [0, 1]"),
        };
    }
    let name = o.method.unwrap_or("linear");
    let weights = match &o.weights {
        None => None,
        Some(_) if name != "inverted_cdf" => {
            return raise!(Value, "Only method 'inverted_cdf' supports weights. Got: {name}.");
        }
        Some(weights) => {
            let weights = weights_for(cx, &a, weights, &o.axis)?;
            if any(cx, &cx.bin(Ew::Less, &weights, k(0))?)? {
                return raise!(Value, "Weights must be non-negative.");
            }
            Some(cx.broadcast(&cx.cast(&weights, DType::F64)?, &a.0.shape)?)
        }
    };
    let keepdims = o.keepdims.unwrap_or(false);
    if variant.skip_nan && a.0.shape.contains(&0) {
        return Ok(crate::nanmean(
            &a,
            crate::MeanOptions { axis: o.axis, keepdims: Some(keepdims), ..Default::default() },
        ));
    }
    if q.0.shape.len() > 2 {
        return raise!(Value, "q must be a scalar or 1d");
    }
    let Some((_, method)) = Method::ALL.into_iter().find(|(known, _)| *known == name) else {
        let names = Method::ALL.map(|(name, _)| format!("'{name}'")).join(", ");
        return raise!(Value, "'{name}' is not a valid method. Use one of: dict_keys([{names}])");
    };
    // Whole shares are the ends, elements themselves.
    let whole = method == Method::Linear && q.0.dtype.is_integer();
    let method = if whole { Method::Lower } else { method };
    let out = match method.is_discrete() {
        true => a.0.dtype,
        false if a.0.dtype == DType::Bool => {
            return raise!(
                DType,
                "numpy boolean subtract, the `-` operator, is not supported, use the bitwise_xor, the `^` operator, or the logical_xor function instead."
            );
        }
        false if weak => promote(Some(a.0.dtype), Some(Kind::Float)),
        false if q.0.dtype.is_float() => a.0.dtype.promote(q.0.dtype),
        false => a.0.dtype.promote(DType::F64),
    };
    let q_dtype = if q.0.dtype.is_float() { q.0.dtype } else { DType::F64 };
    let spec = Spec { method, skip_nan: variant.skip_nan, q_dtype, out, q: shares };
    let Rows { rows, kept } = Rows::new(cx, &a, &o.axis, keepdims)?;
    let weights = weights.map(|w| Rows::new(cx, &w, &o.axis, false)).transpose()?.map(|w| w.rows);
    let spread = spread(cx, &rows, weights.as_ref(), &spec)?;
    // The axes of `q` go first.
    let last = spread.0.shape.len() - 1;
    let mut order: Vec<usize> = (0..last).collect();
    order.insert(0, last);
    let shape: Vec<usize> = q.0.shape.iter().copied().chain(kept).collect();
    cx.reshape(&cx.permute(&spread, &order)?, &shape)
}

macro_rules! quantile_functions {
    ($($(#[$doc:meta])* $name:ident $percent:literal $skip_nan:literal;)*) => {$(
        $(#[$doc])*
        #[track_caller]
        pub fn $name(a: impl Into<Operand>, q: impl Into<Operand>, options: impl Into<QuantileOptions>) -> Array {
            let (a, q, o) = (a.into(), q.into(), options.into());
            call(stringify!($name), |cx| {
                quantiles(cx, a, q, o, Variant { percent: $percent, skip_nan: $skip_nan })
            })
        }
    )*};
}

quantile_functions! {
    /// The values below which shares `q` (from 0 to 1, a number or a vector) of the elements are, over axes. The axes
    /// of `q` come first in the result. A row with NaN has NaN quantiles.
    ///
    /// ```
    /// use numfuse as np;
    /// use np::prelude::*;
    /// let a = np::array![[10, 7, 4], [3, 2, 1]];
    /// assert_eq!(np::quantile(&a, 0.5, ..).item::<f64>()?, 3.5);
    /// assert_eq!(np::quantile(&a, [0.0, 0.5], 1).to_vec::<f64>()?, [4.0, 1.0, 7.0, 2.0]);
    /// assert_eq!(np::percentile(&a, 30, method("lower")).item::<i32>()?, 2);
    /// let weighted = np::quantile([1.0, 2.0, 3.0], 0.5, method("inverted_cdf").weights([1, 1, 5]));
    /// assert_eq!(weighted.item::<f64>()?, 3.0);
    /// assert_eq!(np::nanquantile([1.0, f64::NAN, 3.0], 0.5, ..).item::<f64>()?, 2.0);
    /// # Ok::<(), np::Error>(())
    /// ```
    quantile false false;
    /// [`quantile`] with shares in per cent.
    percentile true false;
    /// [`quantile`] of what is not NaN.
    nanquantile false true;
    /// [`percentile`] of what is not NaN.
    nanpercentile true true;
}
