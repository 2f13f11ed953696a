//! Tools for coefficients and domains, which all families share.

use numfuse_ir::{DType, Ew, Scalar};

use super::functions::{TrimOptions, series_array, series_dtype};
use crate::array::Array;
use crate::array::build::{Cx, call};
use crate::array::operand::{Operand, k};
use crate::error::{Raised, raise};
use crate::options::options;

options! {
    /// Options of [`as_series`]; the bare value is `trim`, true unless given.
    AsSeriesOptions { trim_zeros: TrimZerosKey(bool) } bare trim_zeros truth;
    /// Options of [`format_float`].
    FormatFloatOptions { parens: Parens(bool) };
}

/// A vector without zeros at the end, but for its first element.
///
/// ```
/// use numfuse::polynomial::polyutils::*;
/// assert_eq!(trimseq([1, 2, 0, 0]).to_vec::<i32>()?, [1, 2]);
/// assert_eq!(trimcoef([1.0, 0.5, 1e-9], 1e-8).to_vec::<f64>()?, [1.0, 0.5]);
/// assert_eq!(as_series([vec![1, 0], vec![2]], ..)[0].to_vec::<f64>()?, [1.0]);
/// assert_eq!(getdomain([3.0, -1.0, 2.0]).to_vec::<f64>()?, [-1.0, 3.0]);
/// assert_eq!(mapparms([0.0, 4.0], [-1.0, 1.0]), (-1.0, 0.5));
/// assert_eq!(mapdomain([0.0, 3.0], [0.0, 4.0], [-1.0, 1.0]).to_vec::<f64>()?, [-1.0, 0.5]);
/// assert_eq!(format_float(2.5, ..), "2.5");
/// # Ok::<(), numfuse::Error>(())
/// ```
#[track_caller]
pub fn trimseq(seq: impl Into<Operand>) -> Array {
    let seq = seq.into();
    call("trimseq", |cx| without_zeros(cx, &cx.array(seq)?))
}

fn without_zeros(cx: Cx, a: &Array) -> Raised<Array> {
    let n = a.0.shape.first().copied().unwrap_or(0);
    if n == 0 {
        return Ok(a.clone());
    }
    let zero = cx.cast(&cx.bin(Ew::Equal, a, k(0))?, DType::Bool)?.to_vec::<bool>()?;
    let kept = zero.iter().rposition(|zero| !zero).map_or(1, |last| last + 1);
    cx.part(a, 0, 0, kept)
}

/// Vectors of one dtype, without zeros at their ends unless `trim` is false. See [`trimseq`].
#[track_caller]
pub fn as_series<T: Into<Operand>>(
    alist: impl IntoIterator<Item = T>,
    options: impl Into<AsSeriesOptions>,
) -> Vec<Array> {
    let (alist, o): (Vec<Operand>, AsSeriesOptions) = (alist.into_iter().map(Into::into).collect(), options.into());
    let cx = Cx { location: std::panic::Location::caller() };
    let build = || -> Raised<Vec<Array>> {
        let mut all: Vec<Array> = alist.iter().map(|a| series_array(cx, a)).collect::<Raised<_>>()?;
        if o.trim_zeros.unwrap_or(true) {
            all = all.iter().map(|a| without_zeros(cx, a)).collect::<Raised<_>>()?;
        }
        let dtype = series_dtype(&all.iter().collect::<Vec<_>>())?;
        all.iter().map(|a| cx.cast(a, dtype)).collect()
    };
    build().unwrap_or_else(|raise| vec![Array::failed(raise.sign("as_series", cx.location)); alist.len()])
}

/// A series without coefficients up to `tol` (0 unless given) at the end. See [`trimseq`].
#[track_caller]
pub fn trimcoef(c: impl Into<Operand>, options: impl Into<TrimOptions>) -> Array {
    let (c, o) = (c.into(), options.into());
    call("trimcoef", |cx| super::functions::trim(cx, &c, &o))
}

/// The least and the greatest of points; of complex ones the corners of the rectangle around them. See [`trimseq`].
#[track_caller]
pub fn getdomain(x: impl Into<Operand>) -> Array {
    let x = x.into();
    call("getdomain", |cx| domain_of(cx, &x))
}

pub(super) fn domain_of(cx: Cx, x: &Operand) -> Raised<Array> {
    let x = series_array(cx, x)?;
    let x = cx.cast(&x, series_dtype(&[&x])?)?;
    let both = |x: &Array| -> Raised<Array> {
        let (low, high) = (crate::min(x, ..), crate::max(x, ..));
        cx.concat(&[cx.reshape(&low, &[1])?, cx.reshape(&high, &[1])?], 0)
    };
    if !x.0.dtype.is_complex() {
        return both(&x);
    }
    let (re, im) = (both(&cx.un(Ew::Real, &x)?)?, both(&cx.un(Ew::Imag, &x)?)?);
    cx.cast(&cx.bin(Ew::MakeComplex, &re, &im)?, DType::C128)
}

/// Offset and scale of the line that maps one interval to another. See [`trimseq`].
pub fn mapparms(old: [f64; 2], new: [f64; 2]) -> (f64, f64) {
    let (from, to) = (old[1] - old[0], new[1] - new[0]);
    ((old[1] * new[0] - old[0] * new[1]) / from, to / from)
}

/// Points mapped by the line from one interval to another. See [`trimseq`].
#[track_caller]
pub fn mapdomain(x: impl Into<Operand>, old: [f64; 2], new: [f64; 2]) -> Array {
    let x = x.into();
    call("mapdomain", |cx| {
        let (offset, scale) = mapparms(old, new);
        cx.bin(Ew::Add, k(offset), &cx.bin(Ew::Multiply, k(scale), x)?)
    })
}

pub(super) fn mapped(cx: Cx, x: &Operand, old: [f64; 2], new: [f64; 2]) -> Raised<Array> {
    let (offset, scale) = mapparms(old, new);
    let number = |x: f64| cx.param(Scalar::new(x));
    cx.bin(Ew::Add, number(offset), &cx.bin(Ew::Multiply, number(scale), x)?)
}

/// A number as coefficients of series are printed, under the print options; `parens` go around exponents. See
/// [`trimseq`].
pub fn format_float(x: impl Into<Scalar>, options: impl Into<FormatFloatOptions>) -> String {
    super::text::number(x.into(), options.into().parens.unwrap_or(false))
}

/// Two numbers.
pub(super) fn pair(cx: Cx, name: &str, x: &Operand) -> Raised<[f64; 2]> {
    let x = series_array(cx, x)?;
    if x.0.dtype.is_complex() {
        return raise!(DType, "{name} must be real");
    }
    match cx.cast(&x, DType::F64)?.to_vec::<f64>()?[..] {
        [low, high] => Ok([low, high]),
        _ => raise!(Value, "{name} has wrong number of elements."),
    }
}
