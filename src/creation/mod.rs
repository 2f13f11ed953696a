//! Arrays out of nothing: generators that consumers fuse, so that a range or a fill is never
//! stored unless it is what was asked for.

mod convert;
mod matrices;

pub use convert::*;
pub use matrices::*;

use std::panic::Location;

use numfuse_ir::{DType, Element, Ew, Kind, Scalar};
use smallvec::SmallVec;

use crate::array::build::{Cx, call};
use crate::array::operand::{Arg, Dims, Operand, common_dtype, k, promote};
use crate::array::{Array, Nested};
use crate::error::{Raised, raise};
use crate::options::{Axes, Int, options};

options! {
    /// Options of [`zeros`], [`ones`], [`empty`], [`full`], [`identity`], [`indices`],
    /// [`fromfunction`] and [`asarray`]; the bare value is `dtype`.
    CreateOptions { dtype: Dtype(DType) } bare dtype dtype;
    /// Options of [`array()`]; the bare value is `dtype`.
    ArrayOptions { dtype: Dtype(DType), ndmin: Ndmin(Int) } bare dtype dtype;
    /// Options of [`zeros_like`] and its kin; the bare value is `dtype`.
    LikeOptions { dtype: Dtype(DType), shape: ShapeKey(Dims) } bare dtype dtype;
    /// Options of [`arange`]; the bare value is `stop`.
    ArangeOptions { stop: Stop(Operand), step: Step(Operand), dtype: Dtype(DType) } bare stop number;
    /// Options of [`linspace`] and [`geomspace`]; the bare value is `num`.
    LinspaceOptions {
        num: Num(Int), endpoint: Endpoint(bool), dtype: Dtype(DType), axis: Axis(Axes),
    } bare num int;
    /// Options of [`logspace`]; the bare value is `num`.
    LogspaceOptions {
        num: Num(Int), endpoint: Endpoint(bool), base: Base(Operand), dtype: Dtype(DType), axis: Axis(Axes),
    } bare num int;
    /// Options of [`eye`] and [`tri`]; the bare value is `m`, the number of columns.
    EyeOptions { m: MKey(Int), k: KKey(Int), dtype: Dtype(DType) } bare m int;
    /// Options of [`meshgrid`]; the bare value is `indexing`.
    MeshOptions { indexing: Indexing(&'static str), sparse: Sparse(bool) } bare indexing text;
}

/// An array of Rust data: numbers, slices, vectors, nested arrays. The dtype is that of the
/// numbers, so `1.0` is `float64` and `1` is Rust's `i32`; give `dtype` to change it.
///
/// ```
/// use numfuse as np;
/// assert_eq!(np::array([[1.0_f32, 2.0], [3.0, 4.0]], ..).dtype(), np::float32);
/// assert_eq!(np::array(vec![1, 2, 3], np::float64).to_vec::<f64>()?, [1.0, 2.0, 3.0]);
/// assert_eq!(np::array![[1, 2], [3, 4]].shape(), [2, 2]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn array(data: impl Into<Operand>, options: impl Into<ArrayOptions>) -> Array {
    let (data, options) = (data.into(), options.into());
    call("array", |cx| {
        let dtype = options.dtype.unwrap_or_else(|| data.own_dtype());
        let a = crate::index::value_as(cx, &data, dtype)?;
        let ndmin = usize::try_from(options.ndmin.unwrap_or_default().0).unwrap_or(0);
        if a.0.shape.len() >= ndmin {
            return Ok(a);
        }
        let mut shape: SmallVec<[usize; 4]> = smallvec::smallvec![1; ndmin - a.0.shape.len()];
        shape.extend_from_slice(&a.0.shape);
        cx.reshape(&a, &shape)
    })
}

/// The argument as an array: no copy when it is one already.
#[track_caller]
pub fn asarray(data: impl Into<Operand>, options: impl Into<CreateOptions>) -> Array {
    array(data, ArrayOptions { dtype: options.into().dtype, ndmin: None })
}

/// A 0-d array of exactly this Rust type, which promotes as arrays do: `np::scalar(2.0)` is a
/// strong `float64`, while a bare `2.0` takes the dtype of its partner.
#[track_caller]
pub fn scalar<T: Element>(value: T) -> Array {
    call("scalar", |cx| cx.array(Scalar::new(value)))
}

impl Array {
    /// A one-dimensional array that takes over a vector without copying.
    ///
    /// ```
    /// let a = numfuse::Array::from_vec(vec![1.0, 2.0, 3.0]);
    /// assert_eq!(a.shape(), [3]);
    /// ```
    #[track_caller]
    pub fn from_vec<T: Element>(items: Vec<T>) -> Array {
        let shape = smallvec::smallvec![items.len()];
        Array::from_vec_shape(items, shape, Location::caller())
    }
}

impl<T: Element> From<Vec<T>> for Array {
    #[track_caller]
    fn from(items: Vec<T>) -> Array {
        Array::from_vec(items)
    }
}

impl<N: Nested> From<&[N]> for Array {
    #[track_caller]
    fn from(data: &[N]) -> Array {
        Array::from_nested(data)
    }
}

macro_rules! fills {
    ($($(#[$doc:meta])* $name:ident, $like:ident, $value:expr;)*) => {$(
        $(#[$doc])*
        #[track_caller]
        pub fn $name(shape: impl Into<Dims>, options: impl Into<CreateOptions>) -> Array {
            let (shape, options) = (shape.into(), options.into());
            call(stringify!($name), |cx| {
                cx.full(&shape.lengths()?, &k($value), options.dtype.unwrap_or(DType::F64))
            })
        }

        #[doc = concat!("[`", stringify!($name), "`] with the shape and dtype of an array, unless given.")]
        #[track_caller]
        pub fn $like(a: impl Into<Operand>, options: impl Into<LikeOptions>) -> Array {
            let (a, options) = (a.into(), options.into());
            call(stringify!($like), |cx| fill_like(cx, &a, &k($value), &options))
        }
    )*};
}

fills! {
    /// Zeros, `float64` unless told otherwise.
    ///
    /// ```
    /// use numfuse as np;
    /// assert_eq!(np::zeros([2, 3], ..).shape(), [2, 3]);
    /// assert_eq!(np::ones(4, np::int32).to_vec::<i32>()?, [1; 4]);
    /// assert_eq!(np::full([2], 7, ..).to_vec::<i64>()?, [7, 7]);
    /// assert_eq!(np::zeros_like(np::ones(2, np::uint8), ..).dtype(), np::uint8);
    /// # Ok::<(), np::Error>(())
    /// ```
    zeros, zeros_like, 0;
    /// Ones, `float64` unless told otherwise.
    ones, ones_like, 1;
    /// An array of no particular value. Lazy arrays have no uninitialized memory: these are zeros.
    empty, empty_like, 0;
}

fn fill_like(cx: Cx, a: &Operand, value: &Operand, options: &LikeOptions) -> Raised<Array> {
    let a = cx.array(a)?;
    let shape = match &options.shape {
        Some(shape) => shape.lengths()?,
        None => a.0.shape.clone(),
    };
    cx.full(&shape, value, options.dtype.unwrap_or(a.0.dtype))
}

/// An array of one value; its dtype is that of the value unless given.
#[track_caller]
pub fn full(shape: impl Into<Dims>, value: impl Into<Operand>, options: impl Into<CreateOptions>) -> Array {
    let (shape, value, options) = (shape.into(), value.into(), options.into());
    call("full", |cx| cx.full(&shape.lengths()?, &value, options.dtype.unwrap_or_else(|| value.own_dtype())))
}

/// [`full`] with the shape and dtype of an array, unless given.
#[track_caller]
pub fn full_like(a: impl Into<Operand>, value: impl Into<Operand>, options: impl Into<LikeOptions>) -> Array {
    let (a, value, options) = (a.into(), value.into(), options.into());
    call("full_like", |cx| fill_like(cx, &a, &value, &options))
}

/// The number behind an operand that must be one: run-time numbers are needed to know a length.
pub(crate) fn real_number(operand: &Operand) -> Raised<Scalar> {
    match &operand.0 {
        Arg::Weak(w) | Arg::Const(w) => w.to_dtype(w.default_dtype()),
        Arg::Strong(s) => Ok(*s),
        Arg::Array(a) => {
            if a.0.shape.iter().any(|&n| n != 1) {
                return raise!(DType, "only 0-dimensional arrays can be converted to Python scalars");
            }
            Ok(a.eval()?.get_flat(0))
        }
    }
}

/// Evenly spaced numbers from `start` (included) to `stop` (not included) in steps of `step`.
/// With one argument the range starts at 0.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// assert_eq!(np::arange(4, ..).to_vec::<i64>()?, [0, 1, 2, 3]);
/// assert_eq!(np::arange(2, 5).to_vec::<i64>()?, [2, 3, 4]);
/// assert_eq!(np::arange(0.0, stop(1.0).step(0.25)).to_vec::<f64>()?, [0.0, 0.25, 0.5, 0.75]);
/// assert_eq!(np::arange(3, np::prelude::dtype(np::float32)).dtype(), np::float32);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn arange(start_or_stop: impl Into<Operand>, options: impl Into<ArangeOptions>) -> Array {
    let (first, options) = (start_or_stop.into(), options.into());
    call("arange", |cx| {
        let (start, stop) = match &options.stop {
            Some(stop) => (first.clone(), stop.clone()),
            None => (k(0), first.clone()),
        };
        let step = options.step.clone().unwrap_or_else(|| k(1));
        let dtype = options.dtype.unwrap_or_else(|| common_dtype([&start, &stop, &step]));
        let (start, stop, step) = (real_number(&start)?, real_number(&stop)?, real_number(&step)?);
        let count = match (start.to_i128(), stop.to_i128(), step.to_i128()) {
            (_, _, Some(0)) => return raise!(ZeroDivision, "division by zero"),
            (Some(a), Some(b), Some(s)) => {
                let span = b - a;
                // Rounded up, for either direction.
                ((span + s - s.signum()) / s).max(0) as f64
            }
            _ if step.to_c128().norm() == 0.0 => return raise!(ZeroDivision, "division by zero"),
            _ => {
                let count = (stop.to_c128().re - start.to_c128().re) / step.to_c128().re;
                if count.is_nan() {
                    return raise!(Value, "arange: cannot compute length");
                }
                count.ceil().max(0.0)
            }
        };
        if count > isize::MAX as f64 {
            return raise!(Value, "Maximum allowed size exceeded");
        }
        if dtype == DType::Bool && count > 2.0 {
            return raise!(DType, "arange() is only supported for booleans when the result has at most length 2.");
        }
        // NumPy's fill functions: the second element decides the increment.
        let first = start.cast(dtype);
        let second = match (start.to_i128(), step.to_i128()) {
            (Some(a), Some(s)) => integer(a + s).cast(dtype),
            _ => Scalar::new(start.to_c128() + step.to_c128()).cast(dtype),
        };
        let index = cx.iota(count as usize, 0, 1)?;
        match dtype.kind() {
            Kind::Bool => cx.cast(&cx.bin(Ew::Add, &index, cx.param(first.cast(DType::I64)))?, DType::Bool),
            Kind::Signed | Kind::Unsigned => {
                let (a, b) = (first.to_i128().unwrap_or(0), second.to_i128().unwrap_or(0));
                let index = cx.cast(&index, dtype)?;
                let steps = cx.bin(Ew::Multiply, &index, cx.param(integer(b.wrapping_sub(a)).cast(dtype)))?;
                cx.bin(Ew::Add, &steps, cx.param(first))
            }
            _ => {
                let wide = if dtype == DType::F16 { DType::F32 } else { dtype };
                let (a, b) = (first.cast(wide), second.cast(wide));
                let delta = match wide {
                    DType::F32 => Scalar::new((b.to_c128().re - a.to_c128().re) as f32),
                    _ => Scalar::new(b.to_c128() - a.to_c128()).cast(wide),
                };
                let steps = cx.bin(Ew::Multiply, &cx.cast(&index, wide)?, cx.param(delta))?;
                cx.cast(&cx.bin(Ew::Add, &steps, cx.param(a))?, dtype)
            }
        }
    })
}

fn integer(i: i128) -> Scalar {
    if i > i64::MAX as i128 { Scalar::new(i as u64) } else { Scalar::new(i as i64) }
}

fn sample_count(num: Option<Int>) -> Raised<usize> {
    let num = num.unwrap_or(Int(50)).0;
    match usize::try_from(num) {
        Ok(n) => Ok(n),
        Err(_) => raise!(Value, "Number of samples, {num}, must be non-negative."),
    }
}

/// `num` evenly spaced numbers from `start` to `stop` (50 unless given), the last of them `stop`
/// itself unless `endpoint(false)`. The ends may be arrays; the samples then lie along `axis`.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// assert_eq!(np::linspace(0.0, 1.0, 5).to_vec::<f64>()?, [0.0, 0.25, 0.5, 0.75, 1.0]);
/// assert_eq!(np::linspace(0, 10, num(4).dtype(np::int32)).to_vec::<i32>()?, [0, 3, 6, 10]);
/// assert_eq!(np::logspace(0, 2, 3).to_vec::<f64>()?, [1.0, 10.0, 100.0]);
/// assert_eq!(np::geomspace(1, 8, 4).shape(), [4]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn linspace(start: impl Into<Operand>, stop: impl Into<Operand>, options: impl Into<LinspaceOptions>) -> Array {
    let (start, stop, options) = (start.into(), stop.into(), options.into());
    call("linspace", |cx| {
        let samples = spaced(cx, &start, &stop, &options)?;
        finish(cx, samples, &options.axis, options.dtype)
    })
}

/// Numbers spaced evenly on a log scale: `base` to the powers of [`linspace`]. See there for an
/// example.
#[track_caller]
pub fn logspace(start: impl Into<Operand>, stop: impl Into<Operand>, options: impl Into<LogspaceOptions>) -> Array {
    let (start, stop, o) = (start.into(), stop.into(), options.into());
    call("logspace", |cx| {
        let base = o.base.clone().unwrap_or_else(|| k(10.0));
        let linear = LinspaceOptions { num: o.num, endpoint: o.endpoint, dtype: None, axis: None };
        let powers = spaced(cx, &start, &stop, &linear)?;
        finish(cx, cx.bin(Ew::Power, base, &powers)?, &o.axis, o.dtype)
    })
}

/// Numbers in geometric progression from `start` to `stop`; neither may be zero. See [`linspace`]
/// for an example.
#[track_caller]
pub fn geomspace(start: impl Into<Operand>, stop: impl Into<Operand>, options: impl Into<LinspaceOptions>) -> Array {
    let (start, stop, o) = (start.into(), stop.into(), options.into());
    call("geomspace", |cx| geometric(cx, &start, &stop, &o))
}

/// The samples of NumPy's `linspace`, along axis 0, in the dtype of the computation.
fn spaced(cx: Cx, start: &Operand, stop: &Operand, o: &LinspaceOptions) -> Raised<Array> {
    let n = sample_count(o.num)?;
    let endpoint = o.endpoint.unwrap_or(true);
    let divisor = if endpoint { n.saturating_sub(1) } else { n } as f64;
    let dtype = common_dtype([start, stop, &k(1.0)]);
    let (a, b) = (cx.array_as(start, dtype)?, cx.array_as(stop, dtype)?);
    let delta = cx.bin(Ew::Subtract, &b, &a)?;
    let real = dtype.real();
    let index = cx.cast(&cx.iota(n, 0, 1 + delta.0.shape.len())?, real)?;
    let count = || cx.param(Scalar::new(divisor).cast(real));
    let scaled = if divisor > 0.0 {
        let step = cx.bin(Ew::Divide, &delta, count())?;
        let by_step = cx.bin(Ew::Multiply, &index, &step)?;
        // A step that underflows to zero would lose the span.
        let by_delta = cx.bin(Ew::Multiply, &cx.bin(Ew::Divide, &index, count())?, &delta)?;
        let underflow = cx.bin(Ew::Equal, &step, k(0.0))?;
        cx.select(&underflow, &by_delta, &by_step, dtype)?
    } else {
        cx.bin(Ew::Multiply, &index, &delta)?
    };
    let samples = cx.bin(Ew::Add, &scaled, &a)?;
    let samples = if endpoint && n > 1 {
        let last = cx.bin(Ew::Equal, &index, count())?;
        cx.select(&last, &b, &samples, dtype)?
    } else {
        samples
    };
    match o.dtype {
        // Integer samples round down, not towards zero.
        Some(d) if d.is_integer() && !dtype.is_complex() => cx.un(Ew::Floor, &samples),
        _ => Ok(samples),
    }
}

/// Moves the samples to their axis and casts them.
fn finish(cx: Cx, samples: Array, axis: &Option<Axes>, dtype: Option<DType>) -> Raised<Array> {
    let ndim = samples.0.shape.len();
    let axis = Axes::single(axis, ndim)?.unwrap_or(0);
    let mut order: Vec<usize> = (1..ndim).collect();
    order.insert(axis, 0);
    let samples = cx.permute(&samples, &order)?;
    match dtype {
        Some(dtype) => cx.cast(&samples, dtype),
        None => Ok(samples),
    }
}

fn geometric(cx: Cx, start: &Operand, stop: &Operand, o: &LinspaceOptions) -> Raised<Array> {
    for end in [start, stop] {
        if !matches!(end.0, Arg::Array(_)) && real_number(end)?.to_c128().norm() == 0.0 {
            return raise!(Value, "Geometric sequence cannot include zero");
        }
    }
    let n = sample_count(o.num)?;
    // Unlike in linspace, numbers count as arrays.
    let dtype = promote(Some(start.own_dtype().promote(stop.own_dtype())), Some(Kind::Float));
    let (a, b) = (cx.array_as(start, dtype)?, cx.array_as(stop, dtype)?);
    // Rotated and scaled so that the progression starts on the positive real axis.
    let sign = cx.un(Ew::Sign, &a)?;
    let (from, to) = (cx.bin(Ew::Divide, &a, &sign)?, cx.bin(Ew::Divide, &b, &sign)?);
    let logs = LinspaceOptions { num: o.num, endpoint: o.endpoint, dtype: None, axis: None };
    let (log_from, log_to) = (cx.un(Ew::Log10, &from)?, cx.un(Ew::Log10, &to)?);
    let powers = spaced(cx, &(&log_from).into(), &(&log_to).into(), &logs)?;
    let samples = cx.bin(Ew::Power, k(10.0), &powers)?;
    let index = cx.iota(n, 0, samples.0.shape.len())?;
    let samples = cx.select(&cx.bin(Ew::Equal, &index, k(0))?, &from, &samples, dtype)?;
    let samples = if n > 1 && o.endpoint.unwrap_or(true) {
        let last = cx.bin(Ew::Equal, &index, cx.param(Scalar::new(n as i64 - 1)))?;
        cx.select(&last, &to, &samples, dtype)?
    } else {
        samples
    };
    finish(cx, cx.bin(Ew::Multiply, &samples, &sign)?, &o.axis, o.dtype)
}

fn length(n: impl Into<Dims>) -> Raised<usize> {
    let shape = n.into().lengths()?;
    match shape.as_slice() {
        [n] => Ok(*n),
        _ => raise!(DType, "only an integer is allowed here"),
    }
}

/// Row index + k compared with column index.
pub(crate) fn band(cx: Cx, rows: usize, columns: usize, k: i64, compare: Ew) -> Raised<Array> {
    let (row, column) = (cx.iota(rows, 0, 2)?, cx.iota(columns, 1, 2)?);
    // Diagonals outside the matrix are all alike, and their numbers must not wrap.
    let bound = |n: usize| i64::try_from(n).unwrap_or(i64::MAX).saturating_add(1).min(i64::MAX / 2);
    let k = k.clamp(-bound(rows), bound(columns));
    let shifted = cx.bin(Ew::Add, &row, cx.param(Scalar::new(k)))?;
    cx.bin(compare, &shifted, &column)
}

/// Ones on the `k`-th diagonal of an `n` by `m` matrix of zeros.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// assert_eq!(np::eye(2, ..).to_vec::<f64>()?, [1.0, 0.0, 0.0, 1.0]);
/// assert_eq!(np::eye(2, m(3).k(1).dtype(np::int8)).to_vec::<i8>()?, [0, 1, 0, 0, 0, 1]);
/// assert_eq!(np::tri(2, ..).to_vec::<f64>()?, [1.0, 0.0, 1.0, 1.0]);
/// assert_eq!(np::identity(3, ..).shape(), [3, 3]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn eye(n: impl Into<Dims>, options: impl Into<EyeOptions>) -> Array {
    let (n, options) = (n.into(), options.into());
    call("eye", |cx| banded(cx, n, &options, Ew::Equal))
}

/// Ones at and below the `k`-th diagonal of an `n` by `m` matrix of zeros. See [`eye`].
#[track_caller]
pub fn tri(n: impl Into<Dims>, options: impl Into<EyeOptions>) -> Array {
    let (n, options) = (n.into(), options.into());
    call("tri", |cx| banded(cx, n, &options, Ew::GreaterEqual))
}

fn banded(cx: Cx, n: Dims, o: &EyeOptions, compare: Ew) -> Raised<Array> {
    let rows = length(n)?;
    let columns = match o.m {
        Some(m) => length(m.0)?,
        None => rows,
    };
    let mask = band(cx, rows, columns, o.k.unwrap_or_default().0, compare)?;
    cx.cast(&mask, o.dtype.unwrap_or(DType::F64))
}

/// The square matrix with ones on its diagonal. See [`eye`].
#[track_caller]
pub fn identity(n: impl Into<Dims>, options: impl Into<CreateOptions>) -> Array {
    let (n, options) = (n.into(), options.into());
    call("identity", |cx| banded(cx, n, &EyeOptions { dtype: options.dtype, ..Default::default() }, Ew::Equal))
}

options! {
    /// Options of [`tril`] and [`triu`]; the bare value is `k`, the diagonal.
    TriangleOptions { k: KKey(Int) } bare k int;
}

/// The lower triangle of the last two axes; zeros above the `k`-th diagonal.
///
/// ```
/// use numfuse as np;
/// let a = np::array![[1, 2], [3, 4]];
/// assert_eq!(np::tril(&a, ..).to_vec::<i32>()?, [1, 0, 3, 4]);
/// assert_eq!(np::triu(&a, 1).to_vec::<i32>()?, [0, 2, 0, 0]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn tril(a: impl Into<Operand>, options: impl Into<TriangleOptions>) -> Array {
    let (a, options) = (a.into(), options.into());
    call("tril", |cx| triangle(cx, a, options.k, true))
}

/// The upper triangle of the last two axes; zeros below the `k`-th diagonal. See [`tril`].
#[track_caller]
pub fn triu(a: impl Into<Operand>, options: impl Into<TriangleOptions>) -> Array {
    let (a, options) = (a.into(), options.into());
    call("triu", |cx| triangle(cx, a, options.k, false))
}

fn triangle(cx: Cx, a: Operand, diagonal: Option<Int>, lower: bool) -> Raised<Array> {
    let a = cx.array(a)?;
    let diagonal = diagonal.unwrap_or_default().0;
    let (rows, columns) = match a.0.shape[..] {
        [] => return raise!(DType, "tri() missing 1 required positional argument: 'N'"),
        [n] => (n, n),
        [.., rows, columns] => (rows, columns),
    };
    let zero = k(0);
    if lower {
        let mask = band(cx, rows, columns, diagonal, Ew::GreaterEqual)?;
        cx.select(&mask, &a, zero, a.0.dtype)
    } else {
        let mask = band(cx, rows, columns, diagonal.saturating_sub(1), Ew::GreaterEqual)?;
        cx.select(&mask, zero, &a, a.0.dtype)
    }
}

/// The index of every element: shape `(d, …dims)`, `int64` unless told otherwise.
///
/// ```
/// use numfuse as np;
/// assert_eq!(np::indices([2, 2], ..).to_vec::<i64>()?, [0, 0, 1, 1, 0, 1, 0, 1]);
/// let sums = np::fromfunction(|[i, j]| i * 10 + j, [2, 2], np::int64);
/// assert_eq!(sums.to_vec::<i64>()?, [0, 1, 10, 11]);
/// let grids = np::meshgrid([[1, 2, 3].into(), [4, 5].into()] as [np::Operand; 2], ..);
/// assert_eq!(grids[0].shape(), [2, 3]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn indices(dimensions: impl Into<Dims>, options: impl Into<CreateOptions>) -> Array {
    let (shape, options) = (dimensions.into(), options.into());
    call("indices", |cx| {
        let shape = shape.lengths()?;
        let dtype = options.dtype.unwrap_or(DType::I64);
        let mut stacked = SmallVec::<[usize; 4]>::from_slice(&[1]);
        stacked.extend_from_slice(&shape);
        if shape.is_empty() {
            return cx.full(&[0], &k(0), dtype);
        }
        let parts: Raised<Vec<Array>> = (0..shape.len())
            .map(|d| {
                let index = cx.cast(&cx.iota(shape[d], d, shape.len())?, dtype)?;
                cx.reshape(&cx.broadcast(&index, &shape)?, &stacked)
            })
            .collect();
        cx.concat(&parts?, 0)
    })
}

/// Calls a function once with the index arrays of a shape (`float64` unless told otherwise). See
/// [`indices`] for an example.
#[track_caller]
pub fn fromfunction<const N: usize>(
    function: impl FnOnce([Array; N]) -> Array,
    shape: [usize; N],
    options: impl Into<CreateOptions>,
) -> Array {
    let options = options.into();
    call("fromfunction", |cx| {
        let dtype = options.dtype.unwrap_or(DType::F64);
        let mut axes: SmallVec<[Array; 4]> = SmallVec::new();
        for d in 0..N {
            let index = cx.cast(&cx.iota(shape[d], d, N)?, dtype)?;
            axes.push(cx.broadcast(&index, &shape)?);
        }
        let mut axes = axes.into_iter();
        let empty = cx.full(&shape, &k(0), dtype)?;
        Ok(function(std::array::from_fn(|_| axes.next().unwrap_or_else(|| empty.clone()))))
    })
}

/// Coordinate arrays of a grid from coordinate vectors, with Cartesian indexing (the first two
/// axes swapped) unless `"ij"`; `sparse()` leaves out the broadcasting. See [`indices`] for an
/// example. On an error every array carries it.
#[track_caller]
pub fn meshgrid<T: Into<Operand>>(xi: impl IntoIterator<Item = T>, options: impl Into<MeshOptions>) -> Vec<Array> {
    let xi: Vec<Operand> = xi.into_iter().map(Into::into).collect();
    let options = options.into();
    let count = xi.len();
    let location = Location::caller();
    let build = || -> Raised<Vec<Array>> {
        let cx = Cx { location };
        let indexing = options.indexing.unwrap_or("xy");
        if !["xy", "ij"].contains(&indexing) {
            return raise!(Value, "Valid values for `indexing` are 'xy' and 'ij'.");
        }
        let axis = |d: usize| if indexing == "xy" && d < 2 && count > 1 { 1 - d } else { d };
        let mut grids = Vec::with_capacity(count);
        let mut full: SmallVec<[usize; 4]> = smallvec::smallvec![1; count];
        for (d, x) in xi.iter().enumerate() {
            let x = cx.array(x)?;
            let n = x.0.shape.iter().product();
            let mut shape: SmallVec<[usize; 4]> = smallvec::smallvec![1; count];
            shape[axis(d)] = n;
            full[axis(d)] = n;
            grids.push(cx.reshape(&x, &shape)?);
        }
        if options.sparse.unwrap_or(false) {
            return Ok(grids);
        }
        grids.iter().map(|g| cx.broadcast(g, &full)).collect()
    };
    build().unwrap_or_else(|raise| {
        let failed = Array::failed(raise.sign("meshgrid", location));
        vec![failed; count]
    })
}

/// An [`Array`] from a literal: `array![1.0, 2.0]`, `array![[1, 2], [3, 4]]`.
///
/// ```
/// use numfuse::array;
/// assert_eq!(array![[1.0, 2.0], [3.0, 4.0]].shape(), [2, 2]);
/// ```
#[macro_export]
macro_rules! array {
    ($($x:expr),* $(,)?) => { $crate::array([$($x),*], ..) };
}
