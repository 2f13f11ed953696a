//! Reductions: sums, products, extremes, truth, moments, and their NaN-skipping variants.
//!
//! Each is a few lines over the engine's reduction node, so that it fuses with what comes before
//! and after it.

use numfuse_ir::{DType, Ew, Kind, ReduceOp, Scalar};
use smallvec::SmallVec;

use crate::array::Array;
use crate::array::build::{Cx, call, checked_size};
use crate::array::operand::{Operand, k};
use crate::error::{Raised, raise};
use crate::options::{Axes, options};

options! {
    /// Options of [`sum`], [`prod`] and their NaN variants; the bare value is `axis`.
    SumOptions {
        axis: Axis(Axes), dtype: Dtype(DType), keepdims: Keepdims(bool), initial: Initial(Operand), where_: Where(Operand),
    } bare axis axes;
    /// Options of [`min`], [`max`] and their NaN variants; the bare value is `axis`.
    ExtremeOptions {
        axis: Axis(Axes), keepdims: Keepdims(bool), initial: Initial(Operand), where_: Where(Operand),
    } bare axis axes;
    /// Options of [`any`] and [`all`]; the bare value is `axis`.
    TruthOptions { axis: Axis(Axes), keepdims: Keepdims(bool), where_: Where(Operand) } bare axis axes;
    /// Options of [`mean`] and [`nanmean`]; the bare value is `axis`.
    MeanOptions {
        axis: Axis(Axes), dtype: Dtype(DType), keepdims: Keepdims(bool), where_: Where(Operand),
    } bare axis axes;
    /// Options of [`var()`], [`std()`] and their NaN variants; the bare value is `axis`.
    VarOptions {
        axis: Axis(Axes), dtype: Dtype(DType), keepdims: Keepdims(bool), where_: Where(Operand), ddof: Ddof(f64),
        correction: Correction(f64), mean: Mean(Operand),
    } bare axis axes;
    /// Options of [`argmin`], [`argmax`] and their NaN variants (one axis), [`count_nonzero`] and
    /// [`ptp`]; the bare value is `axis`.
    AxisOptions { axis: Axis(Axes), keepdims: Keepdims(bool) } bare axis axes;
}

/// Declares the free function and the method of a reduction.
macro_rules! reductions {
    ($($(#[$doc:meta])* $name:ident($Options:ident) = $body:expr;)*) => {
        $(
            $(#[$doc])*
            #[track_caller]
            pub fn $name(a: impl Into<Operand>, options: impl Into<$Options>) -> Array {
                let (a, options) = (a.into(), options.into());
                call(stringify!($name), |cx| {
                    let body: fn(Cx, &Array, $Options) -> Raised<Array> = $body;
                    body(cx, &cx.array(a)?, options)
                })
            }
        )*
        impl Array {$(
            #[doc = concat!("See [`", stringify!($name), "()`].")]
            #[track_caller]
            pub fn $name(&self, options: impl Into<$Options>) -> Array {
                $name(self, options)
            }
        )*}
    };
}

reductions! {
    /// Sum over axes. Small integers and bool add up in 64 bits; `float16` in `float32`.
    ///
    /// ```
    /// use numfuse as np;
    /// use np::prelude::*;
    /// let a = np::array![[1.0, 2.0, 3.0], [4.0, 5.0, 9.0]];
    /// assert_eq!(a.sum(..).item::<f64>()?, 24.0);
    /// assert_eq!(a.sum(0).to_vec::<f64>()?, [5.0, 7.0, 12.0]);
    /// assert_eq!(a.max(axis(1).keepdims()).shape(), [2, 1]);
    /// assert_eq!(a.mean(-1).to_vec::<f64>()?, [2.0, 6.0]);
    /// assert_eq!(a.var(axis(1).ddof(1)).to_vec::<f64>()?, [1.0, 7.0]);
    /// assert_eq!(a.argmax(..).item::<i64>()?, 5);
    /// assert_eq!(np::any(a.gt(8.0), 1).to_vec::<bool>()?, [false, true]);
    /// assert_eq!(np::nansum([1.0, f64::NAN], ..).item::<f64>()?, 1.0);
    /// assert_eq!(a.sum(axis(..).where_(a.lt(3.0)).initial(10)).item::<f64>()?, 13.0);
    /// # Ok::<(), np::Error>(())
    /// ```
    sum(SumOptions) = |cx, a, o| accumulate(cx, ReduceOp::Sum, a, o);
    /// Product over axes, with the dtypes of [`sum`].
    prod(SumOptions) = |cx, a, o| accumulate(cx, ReduceOp::Prod, a, o);
    /// Smallest element; NaN wins.
    min(ExtremeOptions) = |cx, a, o| extreme(cx, ReduceOp::Min, a, o);
    /// Largest element; NaN wins.
    max(ExtremeOptions) = |cx, a, o| extreme(cx, ReduceOp::Max, a, o);
    /// Another name of [`min`].
    amin(ExtremeOptions) = |cx, a, o| extreme(cx, ReduceOp::Min, a, o);
    /// Another name of [`max`].
    amax(ExtremeOptions) = |cx, a, o| extreme(cx, ReduceOp::Max, a, o);
    /// Whether any element is nonzero.
    any(TruthOptions) = |cx, a, o| truth(cx, ReduceOp::Any, a, o);
    /// Whether all elements are nonzero.
    all(TruthOptions) = |cx, a, o| truth(cx, ReduceOp::All, a, o);
    /// Arithmetic mean: the sum divided by the count. Integers average in `float64`.
    mean(MeanOptions) = |cx, a, o| mean_of(cx, a, o);
    /// Variance: the mean of squared deviations from the mean, over `n - ddof`.
    var(VarOptions) = |cx, a, o| variance(cx, a, o);
    /// Standard deviation: the square root of [`var`].
    std(VarOptions) = |cx, a, o| deviation(cx, &variance(cx, a, o)?);
    /// Position of the first smallest element (in row-major order, without an axis).
    argmin(AxisOptions) = |cx, a, o| arg(cx, ReduceOp::ArgMin, a, o);
    /// Position of the first largest element.
    argmax(AxisOptions) = |cx, a, o| arg(cx, ReduceOp::ArgMax, a, o);
    /// The number of nonzero elements.
    count_nonzero(AxisOptions) = |cx, a, o| {
        let ones = cx.cast(&cx.cast(a, DType::Bool)?, DType::I64)?;
        let axes = Axes::reduced(&o.axis, a.0.shape.len())?;
        reduce_or_identity(cx, ReduceOp::Sum, &ones, &axes, o.keepdims.unwrap_or(false))
    };
    /// Largest minus smallest element.
    ptp(AxisOptions) = |cx, a, o| {
        let options = || ExtremeOptions { axis: o.axis.clone(), keepdims: o.keepdims, ..Default::default() };
        cx.bin(Ew::Subtract, &extreme(cx, ReduceOp::Max, a, options())?, &extreme(cx, ReduceOp::Min, a, options())?)
    };
    /// [`sum`] of what is not NaN.
    nansum(SumOptions) = |cx, a, o| accumulate(cx, ReduceOp::Sum, &replace_nan(cx, a, 0.0)?, o);
    /// [`prod`] of what is not NaN.
    nanprod(SumOptions) = |cx, a, o| accumulate(cx, ReduceOp::Prod, &replace_nan(cx, a, 1.0)?, o);
    /// [`min`] of what is not NaN; NaN where nothing else is.
    nanmin(ExtremeOptions) = |cx, a, o| extreme(cx, ReduceOp::Fmin, a, o);
    /// [`max`] of what is not NaN; NaN where nothing else is.
    nanmax(ExtremeOptions) = |cx, a, o| extreme(cx, ReduceOp::Fmax, a, o);
    /// [`mean`] of what is not NaN.
    nanmean(MeanOptions) = |cx, a, o| nan_mean(cx, a, o);
    /// [`var`] of what is not NaN; NaN where fewer than `ddof + 1` elements are left.
    nanvar(VarOptions) = |cx, a, o| nan_variance(cx, a, o);
    /// Square root of [`nanvar`].
    nanstd(VarOptions) = |cx, a, o| deviation(cx, &nan_variance(cx, a, o)?);
    /// [`argmin`] of what is not NaN. A lane of NaN only is an error, so the input is evaluated.
    nanargmin(AxisOptions) = |cx, a, o| nan_arg(cx, ReduceOp::ArgMin, a, o);
    /// [`argmax`] of what is not NaN. A lane of NaN only is an error, so the input is evaluated.
    nanargmax(AxisOptions) = |cx, a, o| nan_arg(cx, ReduceOp::ArgMax, a, o);
}

/// A reduction that need not have elements: without any, the identity fills the result.
pub(crate) fn reduce_or_identity(cx: Cx, op: ReduceOp, a: &Array, axes: &[usize], keepdims: bool) -> Raised<Array> {
    if axes.iter().all(|&d| a.0.shape[d] != 0) && !a.0.shape.contains(&0) {
        return cx.reduce(op, a, axes, keepdims);
    }
    let identity = match op {
        ReduceOp::Prod => k(1),
        ReduceOp::All => k(true),
        ReduceOp::Any => k(false),
        _ => k(0),
    };
    cx.full(&kept_shape(&a.0.shape, axes, keepdims), &identity, op.out_dtype(a.0.dtype))
}

fn kept_shape(shape: &[usize], axes: &[usize], keepdims: bool) -> SmallVec<[usize; 4]> {
    let mut kept = SmallVec::new();
    for (d, &n) in shape.iter().enumerate() {
        match axes.contains(&d) {
            false => kept.push(n),
            true if keepdims => kept.push(1),
            true => {}
        }
    }
    kept
}

/// How many elements each result is made of.
fn reduced_count(shape: &[usize], axes: &[usize]) -> Raised<usize> {
    checked_size(&axes.iter().map(|&d| shape[d]).collect::<Vec<_>>())
}

/// The dtype in which NumPy adds up and multiplies: at least 64 bits for integers.
pub(crate) fn sum_dtype(dtype: DType) -> DType {
    match dtype.kind() {
        Kind::Bool | Kind::Signed => DType::I64,
        Kind::Unsigned => DType::U64,
        _ => dtype,
    }
}

/// `a` broadcast with the mask, and the identity where the mask is false.
fn masked(cx: Cx, a: &Array, mask: Option<&Operand>, identity: impl Into<Operand>) -> Raised<Array> {
    match mask {
        None => Ok(a.clone()),
        Some(mask) => {
            let mask = bool_mask(cx, mask)?;
            cx.select(&mask, a, identity, a.0.dtype)
        }
    }
}

fn bool_mask(cx: Cx, mask: &Operand) -> Raised<Array> {
    let mask = cx.array(mask)?;
    if mask.0.dtype != DType::Bool {
        return raise!(
            DType,
            "Cannot cast array data from dtype('{}') to dtype('bool') according to the rule 'safe'",
            mask.0.dtype
        );
    }
    Ok(mask)
}

fn accumulate(cx: Cx, op: ReduceOp, a: &Array, o: SumOptions) -> Raised<Array> {
    let dtype = o.dtype.unwrap_or_else(|| sum_dtype(a.0.dtype));
    let identity = if op == ReduceOp::Sum { k(0) } else { k(1) };
    let a = cx.cast(a, dtype)?;
    let a = masked(cx, &a, o.where_.as_ref(), identity)?;
    let axes = Axes::reduced(&o.axis, a.0.shape.len())?;
    let keepdims = o.keepdims.unwrap_or(false);
    // Sums and products of bool are or and and.
    let total = match (dtype, op) {
        (DType::Bool, ReduceOp::Sum) => reduce_or_identity(cx, ReduceOp::Any, &a, &axes, keepdims)?,
        (DType::Bool, _) => reduce_or_identity(cx, ReduceOp::All, &a, &axes, keepdims)?,
        (DType::F16, _) => {
            let wide = cx.cast(&a, DType::F32)?;
            cx.cast(&reduce_or_identity(cx, op, &wide, &axes, keepdims)?, DType::F16)?
        }
        _ => reduce_or_identity(cx, op, &a, &axes, keepdims)?,
    };
    match o.initial {
        None => Ok(total),
        Some(initial) => {
            let initial = cx.array_as(&initial, dtype)?;
            cx.bin(if op == ReduceOp::Sum { Ew::Add } else { Ew::Multiply }, &initial, &total)
        }
    }
}

fn extreme(cx: Cx, op: ReduceOp, a: &Array, o: ExtremeOptions) -> Raised<Array> {
    let (name, combine) = match op {
        ReduceOp::Min => ("minimum", Ew::Minimum),
        ReduceOp::Max => ("maximum", Ew::Maximum),
        ReduceOp::Fmin => ("fmin", Ew::Fmin),
        _ => ("fmax", Ew::Fmax),
    };
    let dtype = a.0.dtype;
    let initial = o.initial.as_ref().map(|i| cx.array_as(i, dtype)).transpose()?;
    let a = match (&o.where_, &initial) {
        (None, _) => a.clone(),
        (Some(_), None) => {
            return raise!(
                Value,
                "reduction operation '{name}' does not have an identity, so to use a where mask one has to specify 'initial'"
            );
        }
        (Some(mask), Some(initial)) => masked(cx, a, Some(mask), initial)?,
    };
    let axes = Axes::reduced(&o.axis, a.0.shape.len())?;
    let keepdims = o.keepdims.unwrap_or(false);
    let shape = kept_shape(&a.0.shape, &axes, keepdims);
    if a.0.shape.contains(&0) {
        return match initial {
            Some(initial) => cx.broadcast(&initial, &shape),
            None if shape.contains(&0) => cx.full(&shape, &k(0), dtype),
            None => raise!(Value, "zero-size array to reduction operation {name} which has no identity"),
        };
    }
    // Numbers other than floats have no NaN to skip.
    let op = match op {
        ReduceOp::Fmin if !dtype.is_inexact() => ReduceOp::Min,
        ReduceOp::Fmax if !dtype.is_inexact() => ReduceOp::Max,
        op => op,
    };
    let best = match (dtype, op) {
        (DType::Bool, ReduceOp::Min) => cx.reduce(ReduceOp::All, &a, &axes, keepdims)?,
        (DType::Bool, _) => cx.reduce(ReduceOp::Any, &a, &axes, keepdims)?,
        _ => cx.reduce(op, &a, &axes, keepdims)?,
    };
    match initial {
        None => Ok(best),
        Some(initial) => cx.bin(combine, &initial, &best),
    }
}

fn truth(cx: Cx, op: ReduceOp, a: &Array, o: TruthOptions) -> Raised<Array> {
    let a = cx.cast(a, DType::Bool)?;
    let a = masked(cx, &a, o.where_.as_ref(), k(op == ReduceOp::All))?;
    let axes = Axes::reduced(&o.axis, a.0.shape.len())?;
    reduce_or_identity(cx, op, &a, &axes, o.keepdims.unwrap_or(false))
}

/// The number of elements that take part in each result: a run-time number, or a count of the
/// mask.
fn count(cx: Cx, shape: &[usize], axes: &[usize], mask: Option<&Operand>, keepdims: bool) -> Raised<Operand> {
    match mask {
        None => Ok(cx.param(Scalar::new(reduced_count(shape, axes)? as i64))),
        Some(mask) => {
            let mask = cx.broadcast(&bool_mask(cx, mask)?, shape)?;
            let ones = cx.cast(&mask, DType::I64)?;
            Ok((&reduce_or_identity(cx, ReduceOp::Sum, &ones, axes, keepdims)?).into())
        }
    }
}

/// `total / count` in `float64` at least, rounded to the dtype of the total, as NumPy does it.
fn divide_count(cx: Cx, total: &Array, count: impl Into<Operand>) -> Raised<Array> {
    let quotient = cx.bin(Ew::Divide, total, count)?;
    cx.cast(&quotient, total.0.dtype)
}

/// The dtype in which mean and variance of integers are computed.
fn mean_dtype(given: Option<DType>, dtype: DType) -> DType {
    given.unwrap_or(if dtype.is_inexact() { dtype } else { DType::F64 })
}

fn sum_options(axes: &[usize], dtype: DType, keepdims: bool, mask: Option<&Operand>) -> SumOptions {
    SumOptions {
        axis: Some(Axes::Many(axes.iter().map(|&a| a as i64).collect())),
        dtype: Some(dtype),
        keepdims: Some(keepdims),
        where_: mask.cloned(),
        initial: None,
    }
}

/// NumPy's `_mean`. `float16` sums stay in `float32` until after the division.
fn mean_of(cx: Cx, a: &Array, o: MeanOptions) -> Raised<Array> {
    let axes = Axes::listed(&o.axis, a.0.shape.len())?;
    let keepdims = o.keepdims.unwrap_or(false);
    let mask = o.where_.as_ref();
    let narrow = o.dtype.is_none() && a.0.dtype == DType::F16;
    let dtype = if narrow { DType::F32 } else { mean_dtype(o.dtype, a.0.dtype) };
    let total = accumulate(cx, ReduceOp::Sum, a, sum_options(&axes, dtype, keepdims, mask))?;
    let n = count(cx, &a.0.shape, &axes, mask, keepdims)?;
    let mean = divide_count(cx, &total, n)?;
    if narrow { cx.cast(&mean, DType::F16) } else { Ok(mean) }
}

/// `|x|²`, real.
fn squared_magnitude(cx: Cx, x: &Array) -> Raised<Array> {
    if !x.0.dtype.is_complex() {
        return cx.un(Ew::Square, x);
    }
    let (re, im) = (cx.un(Ew::Real, x)?, cx.un(Ew::Imag, x)?);
    cx.bin(Ew::Add, &cx.un(Ew::Square, &re)?, &cx.un(Ew::Square, &im)?)
}

impl VarOptions {
    /// The number to subtract from the count of elements.
    fn freedom_lost(&self) -> Raised<f64> {
        match (self.ddof, self.correction) {
            (Some(ddof), Some(_)) if ddof != 0.0 => {
                raise!(Value, "ddof and correction can't be provided simultaneously.")
            }
            (ddof, correction) => Ok(correction.or(ddof).unwrap_or(0.0)),
        }
    }
}

/// NumPy's `_var`: two passes, the second over squared deviations.
fn variance(cx: Cx, a: &Array, o: VarOptions) -> Raised<Array> {
    let axes = Axes::listed(&o.axis, a.0.shape.len())?;
    let keepdims = o.keepdims.unwrap_or(false);
    let mask = o.where_.as_ref();
    let dtype = mean_dtype(o.dtype, a.0.dtype);
    let ddof = o.freedom_lost()?;
    let mean = match &o.mean {
        Some(mean) => cx.array(mean)?,
        None => {
            let total = accumulate(cx, ReduceOp::Sum, a, sum_options(&axes, dtype, true, mask))?;
            divide_count(cx, &total, count(cx, &a.0.shape, &axes, mask, true)?)?
        }
    };
    let squares = squared_magnitude(cx, &cx.bin(Ew::Subtract, a, &mean)?)?;
    let sum_dtype = o.dtype.unwrap_or(dtype.real());
    let total = accumulate(cx, ReduceOp::Sum, &squares, sum_options(&axes, sum_dtype, keepdims, mask))?;
    let freedom = match mask {
        None => {
            let n = reduced_count(&a.0.shape, &axes)? as f64;
            cx.param(Scalar::new((n - ddof).max(0.0)))
        }
        Some(_) => {
            let n = cx.array(count(cx, &a.0.shape, &axes, mask, keepdims)?)?;
            let ddof = cx.param(Scalar::new(ddof));
            (&cx.bin(Ew::Maximum, &cx.bin(Ew::Subtract, &n, ddof)?, k(0.0))?).into()
        }
    };
    divide_count(cx, &total, freedom)
}

/// The square root of a variance, in its dtype.
fn deviation(cx: Cx, variance: &Array) -> Raised<Array> {
    cx.cast(&cx.un(Ew::Sqrt, variance)?, variance.0.dtype)
}

fn arg(cx: Cx, op: ReduceOp, a: &Array, o: AxisOptions) -> Raised<Array> {
    let ndim = a.0.shape.len();
    let axes: SmallVec<[usize; 4]> = match Axes::single(&o.axis, ndim)? {
        Some(axis) => smallvec::smallvec![axis],
        None => (0..ndim).collect(),
    };
    let keepdims = o.keepdims.unwrap_or(false);
    let shape = kept_shape(&a.0.shape, &axes, keepdims);
    if reduced_count(&a.0.shape, &axes)? == 0 {
        let name = if op == ReduceOp::ArgMin { "argmin" } else { "argmax" };
        return raise!(Value, "attempt to get {name} of an empty sequence");
    }
    if ndim == 0 || shape.contains(&0) {
        return cx.full(&shape, &k(0), DType::I64);
    }
    cx.reduce(op, a, &axes, keepdims)
}

/// `a` with another value in place of NaN.
pub(crate) fn replace_nan(cx: Cx, a: &Array, value: f64) -> Raised<Array> {
    if !a.0.dtype.is_inexact() {
        return Ok(a.clone());
    }
    cx.select(&cx.un(Ew::Isnan, a)?, k(value), a, a.0.dtype)
}

fn with_not_nan(cx: Cx, a: &Array, mask: Option<&Operand>) -> Raised<Operand> {
    let valid = cx.un(Ew::LogicalNot, &cx.un(Ew::Isnan, a)?)?;
    Ok(match mask {
        None => (&valid).into(),
        Some(mask) => (&cx.bin(Ew::BitwiseAnd, &valid, &bool_mask(cx, mask)?)?).into(),
    })
}

/// The dtype of a mean that skips NaN.
fn inexact(given: Option<DType>, own: DType) -> Raised<DType> {
    match given {
        Some(dtype) if !dtype.is_inexact() => raise!(DType, "If a is inexact, then dtype must be inexact"),
        _ => Ok(given.unwrap_or(own)),
    }
}

fn nan_mean(cx: Cx, a: &Array, o: MeanOptions) -> Raised<Array> {
    if !a.0.dtype.is_inexact() {
        return mean_of(cx, a, o);
    }
    let dtype = inexact(o.dtype, a.0.dtype)?;
    let axes = Axes::reduced(&o.axis, a.0.shape.len())?;
    let keepdims = o.keepdims.unwrap_or(false);
    let valid = with_not_nan(cx, a, o.where_.as_ref())?;
    let total = accumulate(cx, ReduceOp::Sum, a, sum_options(&axes, dtype, keepdims, Some(&valid)))?;
    let n = count(cx, &cx.array(&valid)?.0.shape, &axes, Some(&valid), keepdims)?;
    divide_count(cx, &total, n)
}

fn nan_variance(cx: Cx, a: &Array, o: VarOptions) -> Raised<Array> {
    if !a.0.dtype.is_inexact() {
        return variance(cx, a, o);
    }
    let axes = Axes::reduced(&o.axis, a.0.shape.len())?;
    let keepdims = o.keepdims.unwrap_or(false);
    let dtype = inexact(o.dtype, a.0.dtype)?;
    let valid = with_not_nan(cx, a, o.where_.as_ref())?;
    let shape = cx.array(&valid)?.0.shape.clone();
    let ddof = o.freedom_lost()?;
    let mean = match &o.mean {
        Some(mean) => cx.array(mean)?,
        None => {
            let total = accumulate(cx, ReduceOp::Sum, a, sum_options(&axes, dtype, true, Some(&valid)))?;
            divide_count(cx, &total, count(cx, &shape, &axes, Some(&valid), true)?)?
        }
    };
    let squares = squared_magnitude(cx, &cx.bin(Ew::Subtract, a, &mean)?)?;
    let total = accumulate(
        cx,
        ReduceOp::Sum,
        &squares,
        sum_options(&axes, o.dtype.unwrap_or(dtype.real()), keepdims, Some(&valid)),
    )?;
    let n = cx.array(count(cx, &shape, &axes, Some(&valid), keepdims)?)?;
    let freedom = cx.bin(Ew::Subtract, &n, cx.param(Scalar::new(ddof)))?;
    let result = divide_count(cx, &total, &freedom)?;
    cx.select(&cx.bin(Ew::LessEqual, &freedom, k(0.0))?, k(f64::NAN), &result, result.0.dtype)
}

fn nan_arg(cx: Cx, op: ReduceOp, a: &Array, o: AxisOptions) -> Raised<Array> {
    let dtype = a.0.dtype;
    if !dtype.is_inexact() {
        return arg(cx, op, a, o);
    }
    let ndim = a.0.shape.len();
    let axes: SmallVec<[usize; 4]> = match Axes::single(&o.axis, ndim)? {
        Some(axis) => smallvec::smallvec![axis],
        None => (0..ndim).collect(),
    };
    let lanes = cx.reduce(ReduceOp::All, &cx.un(Ew::Isnan, a)?, &axes, false)?;
    let all: SmallVec<[usize; 4]> = (0..lanes.0.shape.len()).collect();
    let hopeless = reduce_or_identity(cx, ReduceOp::Any, &lanes, &all, false)?;
    // The error depends on the data. While a function is traced there is none to look at.
    if !a.0.traced && reduced_count(&a.0.shape, &axes)? != 0 && hopeless.item::<bool>()? {
        return raise!(Value, "All-NaN slice encountered");
    }
    let worst = if op == ReduceOp::ArgMin { f64::INFINITY } else { f64::NEG_INFINITY };
    arg(cx, op, &replace_nan(cx, a, worst)?, o)
}
