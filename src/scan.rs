//! Running sums and products.

use numfuse_ir::{DType, ScanOp};

use crate::array::Array;
use crate::array::build::{Cx, call};
use crate::array::operand::{Operand, k};
use crate::error::{Raised, raise};
use crate::options::{Axes, options};
use crate::reduce::{replace_nan, sum_dtype};

options! {
    /// Options of [`cumsum`] and [`cumprod`]; the bare value is `axis`.
    ScanOptions { axis: Axis(Axes), dtype: Dtype(DType) } bare axis axes;
    /// Options of [`cumulative_sum`] and [`cumulative_prod`]; the bare value is `axis`.
    CumulativeOptions {
        axis: Axis(Axes), dtype: Dtype(DType), include_initial: IncludeInitial(bool),
    } bare axis axes;
}

macro_rules! scans {
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
    };
}

scans! {
    /// Running sum along an axis, or over all elements in row-major order. The dtypes are those
    /// of [`sum`](crate::sum).
    ///
    /// ```
    /// use numfuse as np;
    /// use np::prelude::*;
    /// let a = np::array![[1, 2], [3, 4]];
    /// assert_eq!(np::cumsum(&a, ..).to_vec::<i64>()?, [1, 3, 6, 10]);
    /// assert_eq!(np::cumprod(&a, 0).to_vec::<i64>()?, [1, 2, 3, 8]);
    /// assert_eq!(np::cumulative_sum([5, 7], include_initial()).to_vec::<i64>()?, [0, 5, 12]);
    /// assert_eq!(np::nancumsum([1.0, f64::NAN, 2.0], ..).to_vec::<f64>()?, [1.0, 1.0, 3.0]);
    /// # Ok::<(), np::Error>(())
    /// ```
    cumsum(ScanOptions) = |cx, a, o| running(cx, ScanOp::Sum, a, &o.axis, o.dtype);
    /// Running product. See [`cumsum`].
    cumprod(ScanOptions) = |cx, a, o| running(cx, ScanOp::Prod, a, &o.axis, o.dtype);
    /// [`cumsum`] with NaN as 0.
    nancumsum(ScanOptions) = |cx, a, o| running(cx, ScanOp::Sum, &replace_nan(cx, a, 0.0)?, &o.axis, o.dtype);
    /// [`cumprod`] with NaN as 1.
    nancumprod(ScanOptions) = |cx, a, o| running(cx, ScanOp::Prod, &replace_nan(cx, a, 1.0)?, &o.axis, o.dtype);
    /// The array API's running sum: an axis is required for more than one dimension.
    cumulative_sum(CumulativeOptions) = |cx, a, o| cumulative(cx, ScanOp::Sum, a, o);
    /// The array API's running product.
    cumulative_prod(CumulativeOptions) = |cx, a, o| cumulative(cx, ScanOp::Prod, a, o);
}

impl Array {
    /// See [`cumsum`].
    #[track_caller]
    pub fn cumsum(&self, options: impl Into<ScanOptions>) -> Array {
        cumsum(self, options)
    }

    /// See [`cumprod`].
    #[track_caller]
    pub fn cumprod(&self, options: impl Into<ScanOptions>) -> Array {
        cumprod(self, options)
    }
}

fn running(cx: Cx, op: ScanOp, a: &Array, axis: &Option<Axes>, dtype: Option<DType>) -> Raised<Array> {
    let dtype = dtype.unwrap_or_else(|| sum_dtype(a.0.dtype));
    let a = cx.cast(a, dtype)?;
    let (a, axis) = match Axes::single(axis, a.0.shape.len())? {
        Some(axis) => (a, axis),
        None => {
            let n = a.0.shape.iter().product();
            (cx.reshape(&a, &[n])?, 0)
        }
    };
    if a.0.shape.contains(&0) {
        return Ok(a);
    }
    // A running or (and) of bool is the running sum (product) of 0 and 1, compared with 0.
    if dtype == DType::Bool {
        let counted = cx.scan(op, &cx.cast(&a, DType::I64)?, axis)?;
        return cx.cast(&counted, DType::Bool);
    }
    cx.scan(op, &a, axis)
}

fn cumulative(cx: Cx, op: ScanOp, a: &Array, o: CumulativeOptions) -> Raised<Array> {
    // A number is a vector of one.
    let a = &if a.0.shape.is_empty() { cx.reshape(a, &[1])? } else { a.clone() };
    let ndim = a.0.shape.len();
    let axis = match (Axes::single(&o.axis, ndim)?, ndim) {
        (Some(axis), _) => axis,
        (None, 1) => 0,
        (None, _) => {
            return raise!(Value, "For arrays which have more than one dimension ``axis`` argument is required.");
        }
    };
    let scanned = running(cx, op, a, &Some(Axes::One(axis as i64)), o.dtype)?;
    if !o.include_initial.unwrap_or(false) {
        return Ok(scanned);
    }
    let mut shape = a.0.shape.clone();
    shape[axis] = 1;
    let identity = if op == ScanOp::Sum { k(0) } else { k(1) };
    let first = cx.full(&shape, &identity, scanned.0.dtype)?;
    cx.concat(&[first, scanned], axis)
}
