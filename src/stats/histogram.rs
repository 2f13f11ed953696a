//! Counting elements: by their value, or by the bin that they are in.

use numfuse_backends::host::counting;
use numfuse_backends::host::sort::positions;
use numfuse_ir::{Casting, DType, Ew, HostOp, Kind, Scalar};

use crate::array::Array;
use crate::array::build::{Cx, call, call_n, checked_size};
use crate::array::operand::{Arg, Operand, Weak, k};
use crate::error::{Raised, of_fault, raise};
use crate::options::{Int, options};
use crate::sort::places;

options! {
    /// Options of [`bincount`]; the bare value is `weights`.
    BincountOptions { weights: Weights(Operand), minlength: Minlength(Int) } bare weights operand;
    /// Options of [`digitize`]; the bare value is `right`.
    DigitizeOptions { right: Right(Operand) } bare right operand;
    /// Options of [`histogram`], [`histogram2d`] and [`histogramdd`]; the bare value is `bins`.
    HistogramOptions {
        bins: BinsKey(Bins), range: RangeKey(Ranges), density: Density(bool), weights: Weights(Operand),
    } bare bins bins;
    /// Options of [`histogram_bin_edges`]; the bare value is `bins`.
    BinEdgesOptions { bins: BinsKey(Bins), range: RangeKey(Ranges), weights: Weights(Operand) } bare bins bins;
}

/// The bins of a histogram: how many, their edges, a rule for their number (`"auto"`, `"fd"`, `"doane"`, `"scott"`,
/// `"stone"`, `"rice"`, `"sturges"` or `"sqrt"`), or one of these for each dimension.
#[derive(Clone, Debug)]
pub struct Bins(Kinds);

#[derive(Clone, Debug)]
enum Kinds {
    Given(Operand),
    Rule(&'static str),
    Each(Vec<Bins>),
}

impl<T: Into<Operand>> From<T> for Bins {
    #[track_caller]
    fn from(bins: T) -> Bins {
        Bins(Kinds::Given(bins.into()))
    }
}

impl From<&'static str> for Bins {
    fn from(rule: &'static str) -> Bins {
        Bins(Kinds::Rule(rule))
    }
}

impl Bins {
    /// Bins for each dimension.
    pub fn each<T: Into<Bins>>(bins: impl IntoIterator<Item = T>) -> Bins {
        Bins(Kinds::Each(bins.into_iter().map(Into::into).collect()))
    }
}

/// From where to where bins go, in all dimensions or each.
#[derive(Clone, Debug)]
pub struct Ranges(Vec<Option<(f64, f64)>>);

impl From<(f64, f64)> for Ranges {
    fn from(range: (f64, f64)) -> Ranges {
        Ranges(vec![Some(range)])
    }
}

impl From<(i32, i32)> for Ranges {
    fn from((low, high): (i32, i32)) -> Ranges {
        (f64::from(low), f64::from(high)).into()
    }
}

impl Ranges {
    /// The range of each dimension; `None` for that of the data.
    pub fn each(ranges: impl IntoIterator<Item = Option<(f64, f64)>>) -> Ranges {
        Ranges(ranges.into_iter().collect())
    }
}

fn no_safe_cast<T>(from: DType, to: DType) -> Raised<T> {
    raise!(DType, "Cannot cast array data from dtype('{from}') to dtype('{to}') according to the rule 'safe'")
}

/// How often each number from 0 occurs in a vector of non-negative integers, or the sums of their weights. There are
/// as many counts as the largest number asks for, and at least `minlength`.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// let x = np::array![0, 1, 1, 3];
/// assert_eq!(np::bincount(&x, ..).to_vec::<i64>()?, [1, 2, 0, 1]);
/// assert_eq!(np::bincount(&x, weights([0.5, 0.25, 0.25, 1.0])).to_vec::<f64>()?, [0.5, 0.5, 0.0, 1.0]);
/// assert_eq!(np::bincount(&x, minlength(6)).shape(), [6]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn bincount(x: impl Into<Operand>, options: impl Into<BincountOptions>) -> Array {
    let (x, o) = (x.into(), options.into());
    call("bincount", |cx| {
        let x = cx.array(x)?;
        let minlength = o.minlength.map_or(0, |n| n.0);
        let Ok(minlength) = usize::try_from(minlength) else {
            return raise!(Value, "'minlength' must not be negative");
        };
        match x.0.shape.len() {
            0 => return raise!(Value, "object of too small depth for desired array"),
            1 => {}
            _ => return raise!(Value, "object too deep for desired array"),
        }
        if x.0.shape[0] == 0 {
            checked_size(&[minlength])?;
            return cx.full(&[minlength], &k(0), DType::I64);
        }
        if !x.0.dtype.is_integer() && x.0.dtype != DType::Bool {
            return no_safe_cast(x.0.dtype, DType::I64);
        }
        let weights = match &o.weights {
            None => None,
            Some(weights) => {
                let weights = cx.array(weights)?;
                if !weights.0.dtype.can_cast(DType::F64, Casting::Safe) {
                    return no_safe_cast(weights.0.dtype, DType::F64);
                }
                if weights.0.shape != x.0.shape {
                    return raise!(Value, "The weights and list don't have the same length.");
                }
                Some(cx.cast(&weights, DType::F64)?)
            }
        };
        counts(cx, &x, weights.as_ref(), minlength)
    })
}

/// `bincount` of a vector of integers, now.
fn counts(cx: Cx, x: &Array, weights: Option<&Array>, minlength: usize) -> Raised<Array> {
    let x = cx.cast(x, DType::I64)?.concrete()?;
    let weights = weights.map(Array::concrete).transpose()?;
    let counts = counting::bincount(&x, weights.as_ref(), minlength).map_err(of_fault)?;
    Ok(Array::ready(counts, cx.location))
}

/// The number of the bin that each element is in (`int64`): `i` where `bins[i-1] <= x < bins[i]`, or `bins[i-1] < x <=
/// bins[i]` with `right(true)`, and the other way round for bins that descend. 0 and `len(bins)` mean outside.
///
/// ```
/// use numfuse as np;
/// let bins = np::array![0.0, 1.0, 2.5];
/// assert_eq!(np::digitize([0.2, 1.0, 9.0], &bins, ..).to_vec::<i64>()?, [1, 2, 3]);
/// assert_eq!(np::digitize([0.2, 1.0, 9.0], &bins, true).to_vec::<i64>()?, [1, 1, 3]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn digitize(x: impl Into<Operand>, bins: impl Into<Operand>, options: impl Into<DigitizeOptions>) -> Array {
    let (x, bins, o) = (x.into(), bins.into(), options.into());
    call("digitize", |cx| {
        let (x, bins) = (cx.array(x)?, cx.array(bins)?);
        if x.0.dtype.is_complex() {
            return raise!(DType, "x may not be complex");
        }
        if bins.0.dtype.is_complex() {
            return no_safe_cast(bins.0.dtype, DType::F64);
        }
        match bins.0.shape.len() {
            0 => return raise!(Value, "object of too small depth for desired array"),
            1 => {}
            _ => return raise!(Value, "object too deep for desired array"),
        }
        let right = match &o.right {
            None => false,
            Some(right) => cx.array_as(right, DType::Bool)?.item::<bool>()?,
        };
        let edges = cx.cast(&bins, DType::F64)?.to_vec::<f64>()?;
        if edges.windows(2).all(|w| w[0] <= w[1]) {
            return places(cx, &bins, &x, !right);
        }
        if !edges.windows(2).all(|w| w[0] >= w[1]) {
            return raise!(Value, "bins must be monotonically increasing or decreasing");
        }
        let n = edges.len();
        let slices = smallvec::smallvec![numfuse_ir::Slice { start: n - 1, step: -1 }];
        let ascending = cx.slice(&bins, slices, bins.0.shape.clone())?;
        let found = places(cx, &ascending, &x, !right)?;
        cx.bin(Ew::Subtract, cx.param(Scalar::new(n as i64)), &found)
    })
}

/// The one number of an array.
fn value(cx: Cx, a: &Array) -> Raised<f64> {
    Ok(cx.cast(a, DType::F64)?.item::<f64>()?)
}

/// First and last edge: those of the range, or of the data.
struct Ends {
    first: Operand,
    last: Operand,
}

impl Ends {
    fn new(cx: Cx, a: &Array, range: Option<(f64, f64)>) -> Raised<Ends> {
        let text = |x: f64| match x {
            x if x.is_nan() => "nan".to_owned(),
            x if x.is_infinite() => if x > 0.0 { "inf" } else { "-inf" }.to_owned(),
            x => format!("{x:?}"),
        };
        if let Some((low, high)) = range {
            if low > high {
                return raise!(Value, "max must be larger than min in range parameter.");
            }
            if !low.is_finite() || !high.is_finite() {
                return raise!(Value, "supplied range of [{}, {}] is not finite", text(low), text(high));
            }
            return Ok(match low == high {
                true => Ends { first: (low - 0.5).into(), last: (high + 0.5).into() },
                false => Ends { first: low.into(), last: high.into() },
            });
        }
        if a.0.shape.contains(&0) {
            return Ok(Ends { first: 0.into(), last: 1.into() });
        }
        let (low, high) = (crate::min(a, ..), crate::max(a, ..));
        crate::array::evaluate(&[&low, &high])?;
        let (x, y) = (value(cx, &low)?, value(cx, &high)?);
        if !x.is_finite() || !y.is_finite() {
            return raise!(Value, "autodetected range of [{}, {}] is not finite", text(x), text(y));
        }
        if x == y {
            let half = k(0.5);
            return Ok(Ends {
                first: cx.bin(Ew::Subtract, &low, &half)?.into(),
                last: cx.bin(Ew::Add, &high, &half)?.into(),
            });
        }
        Ok(Ends { first: low.into(), last: high.into() })
    }

    fn numbers(&self, cx: Cx) -> Raised<(f64, f64)> {
        Ok((value(cx, &cx.array(&self.first)?)?, value(cx, &cx.array(&self.last)?)?))
    }
}

/// Bins as they are counted in: edges, and whether all bins are equally wide.
struct Edges {
    edges: Array,
    uniform: bool,
}

/// A whole number, if it is one and no array.
fn whole(operand: &Operand) -> Option<i128> {
    match (&operand.0, operand.weak()) {
        (_, Some(Weak::Int(n))) => Some(n),
        (Arg::Strong(s), _) if s.dtype().is_integer() => s.to_i128(),
        (Arg::Array(a), _) if a.0.shape.is_empty() && a.0.dtype.is_integer() => a.eval().ok()?.get_flat(0).to_i128(),
        _ => None,
    }
}

fn check_ascending(cx: Cx, edges: &Array, words: &str) -> Raised<()> {
    let n = edges.0.shape[0].saturating_sub(1);
    let descends = cx.bin(Ew::Greater, &cx.part(edges, 0, 0, n)?, &cx.part(edges, 0, 1, n)?)?;
    if super::any(cx, &descends)? { raise!(Value, "{words}") } else { Ok(()) }
}

fn edges_of(cx: Cx, a: &Array, bins: &Bins, range: Option<(f64, f64)>, weighted: bool) -> Raised<Edges> {
    let (count, ends) = match &bins.0 {
        Kinds::Rule(rule) => {
            if !RULES.contains(rule) {
                return raise!(Value, "'{rule}' is not a valid estimator for `bins`");
            }
            if weighted {
                return raise!(DType, "Automated estimation of the number of bins is not supported for weighted data");
            }
            let ends = Ends::new(cx, a, range)?;
            (bins_by_rule(cx, a, rule, &ends, range.is_some())?, ends)
        }
        Kinds::Given(given) if given.dims().is_empty() => {
            let Some(count) = whole(given) else {
                return raise!(DType, "`bins` must be an integer, a string, or an array");
            };
            if count < 1 {
                return raise!(Value, "`bins` must be positive, when an integer");
            }
            (usize::try_from(count).unwrap_or(usize::MAX), Ends::new(cx, a, range)?)
        }
        Kinds::Given(given) if given.dims().len() == 1 => {
            let edges = cx.array(given)?;
            check_ascending(cx, &edges, "`bins` must increase monotonically, when an array")?;
            return Ok(Edges { edges, uniform: false });
        }
        _ => return raise!(Value, "`bins` must be 1d, when an array"),
    };
    let dtype = crate::array::operand::common_dtype([&ends.first, &ends.last, &a.into()]);
    let dtype = if dtype.is_inexact() { dtype } else { DType::F64 };
    let edges = even_edges(&ends, count, dtype)?;
    let flat = {
        let n = edges.0.shape[0] - 1;
        cx.bin(Ew::GreaterEqual, &cx.part(&edges, 0, 0, n)?, &cx.part(&edges, 0, 1, n)?)?
    };
    if super::any(cx, &flat)? {
        return raise!(Value, "Too many bins for data range. Cannot create {count} finite-sized bins.");
    }
    Ok(Edges { edges, uniform: true })
}

fn even_edges(ends: &Ends, count: usize, dtype: DType) -> Raised<Array> {
    let Some(samples) = count.checked_add(1) else {
        return raise!(Value, "Maximum allowed size exceeded");
    };
    let edges = crate::linspace(&ends.first, &ends.last, crate::options::num(samples).dtype(dtype));
    edges.check()?;
    Ok(edges)
}

const RULES: [&str; 8] = ["stone", "auto", "doane", "fd", "rice", "scott", "sqrt", "sturges"];

/// How many bins a rule asks for: see `numpy.histogram_bin_edges` for the rules and their sources.
fn bins_by_rule(cx: Cx, a: &Array, rule: &str, ends: &Ends, ranged: bool) -> Raised<usize> {
    let mut a = a.clone();
    if ranged {
        let inside = cx.bin(
            Ew::BitwiseAnd,
            &cx.bin(Ew::GreaterEqual, &a, &ends.first)?,
            &cx.bin(Ew::LessEqual, &a, &ends.last)?,
        )?;
        let kept = positions(&inside.concrete()?).map_err(of_fault)?;
        a = cx.take(&a, &Array::ready(kept, cx.location), 0)?;
    }
    if a.0.shape[0] == 0 {
        return Ok(1);
    }
    let width = width_by_rule(cx, &a, rule, ends)?;
    let mut size = value(cx, &width)?;
    if size == 0.0 || size.is_nan() {
        return Ok(1);
    }
    let mut width = width;
    if a.0.dtype.is_integer() && size < 1.0 {
        size = 1.0;
        width = cx.array(k(size))?;
    }
    let (first, last) = ends.numbers(cx)?;
    // Differences of integers do not wrap.
    let delta: Operand = match (&ends.first.weak(), a.0.dtype.is_float()) {
        (None, true) => cx.bin(Ew::Subtract, &ends.last, &ends.first)?.into(),
        _ => (last - first).into(),
    };
    Ok(value(cx, &cx.bin(Ew::Divide, delta, &width)?)?.ceil().max(1.0) as usize)
}

fn width_by_rule(cx: Cx, a: &Array, rule: &str, ends: &Ends) -> Raised<Array> {
    let n = a.0.shape[0] as f64;
    let strong = |x: f64| cx.param(Scalar::new(x));
    let (low, high) = (crate::min(a, ..), crate::max(a, ..));
    let spread = match a.0.dtype.kind() {
        Kind::Float => cx.bin(Ew::Subtract, &high, &low)?,
        _ => cx.array(k(value(cx, &high)? - value(cx, &low)?))?,
    };
    Ok(match rule {
        "sqrt" => cx.bin(Ew::Divide, &spread, strong(n.sqrt()))?,
        "sturges" => cx.bin(Ew::Divide, &spread, strong(n.log2() + 1.0))?,
        "rice" => cx.bin(Ew::Divide, &spread, k(2.0 * n.powf(1.0 / 3.0)))?,
        "scott" => {
            let factor = (24.0 * std::f64::consts::PI.powf(0.5) / n).powf(1.0 / 3.0);
            cx.bin(Ew::Multiply, k(factor), crate::std(a, ..))?
        }
        "fd" => {
            let quartiles = crate::percentile(a, [75.0, 25.0], ..);
            quartiles.check()?;
            let (upper, lower) = (cx.part(&quartiles, 0, 0, 1)?, cx.part(&quartiles, 0, 1, 1)?);
            let between = cx.reshape(&cx.bin(Ew::Subtract, &upper, &lower)?, &[])?;
            cx.bin(Ew::Multiply, &cx.bin(Ew::Multiply, k(2.0), &between)?, k(n.powf(-1.0 / 3.0)))?
        }
        "auto" => {
            let width = |rule: &str| width_by_rule(cx, a, rule, ends);
            let (fd, sturges, root) = (width("fd")?, width("sturges")?, width("sqrt")?);
            let half = cx.bin(Ew::Divide, &root, k(2.0))?;
            let capped = if value(cx, &half)? > value(cx, &fd)? { half } else { fd };
            if value(cx, &sturges)? < value(cx, &capped)? { sturges } else { capped }
        }
        "doane" => {
            let deviation = crate::std(a, ..);
            if n <= 2.0 || value(cx, &deviation)? <= 0.0 {
                return cx.array(k(0.0));
            }
            let error = (6.0 * (n - 2.0) / ((n + 1.0) * (n + 3.0))).sqrt();
            let standard = cx.bin(Ew::Divide, &cx.bin(Ew::Subtract, a, crate::mean(a, ..))?, &deviation)?;
            let skewness = value(cx, &crate::mean(&cx.bin(Ew::Power, &standard, k(3))?, ..))?;
            let bins = 1.0 + n.log2() + (1.0 + skewness.abs() / error).log2();
            cx.bin(Ew::Divide, &spread, strong(bins))?
        }
        _ => {
            let spread = value(cx, &spread)?;
            if n <= 1.0 || spread == 0.0 {
                return cx.array(k(0.0));
            }
            let bound = 100.max(n.sqrt() as usize);
            let mut best = (f64::INFINITY, 1);
            for bins in 1..=bound {
                let edges = Edges { edges: even_edges(ends, bins, DType::F64)?, uniform: true };
                let counts = cx.cast(&filled(cx, a, &edges, None)?, DType::F64)?.to_vec::<f64>()?;
                let squares: f64 = counts.iter().map(|c| (c / n) * (c / n)).sum();
                let risk = (2.0 - (n + 1.0) * squares) / (spread / bins as f64);
                if risk < best.0 {
                    best = (risk, bins);
                }
            }
            cx.array(k(spread / best.1 as f64))?
        }
    })
}

/// A flat array that can be subtracted from, and its weights.
fn flattened(cx: Cx, a: &Operand, weights: &Option<Operand>) -> Raised<(Array, Option<Array>)> {
    let a = cx.array(a)?;
    let flat = |a: &Array| cx.reshape(a, &[checked_size(&a.0.shape)?]);
    let weights = match weights {
        None => None,
        Some(weights) => {
            let weights = cx.array(weights)?;
            if weights.0.shape != a.0.shape {
                return raise!(Value, "weights should have the same shape as a.");
            }
            Some(flat(&weights)?)
        }
    };
    let a = if a.0.dtype == DType::Bool { cx.cast(&a, DType::U8)? } else { a };
    // It is looked at several times.
    let a = flat(&a)?;
    a.concrete()?;
    Ok((a, weights))
}

/// The sums in each bin, in the dtype of the weights, or counts.
fn filled(cx: Cx, a: &Array, edges: &Edges, weights: Option<&Array>) -> Raised<Array> {
    let dtype = match edges.uniform {
        true => edges.edges.0.dtype,
        false => a.0.dtype.promote(edges.edges.0.dtype),
    };
    if !edges.uniform && weights.is_some_and(|w| w.0.dtype == DType::Bool) {
        return raise!(
            DType,
            "Cannot cast ufunc 'add' output from dtype('int64') to dtype('bool') with casting rule 'same_kind'"
        );
    }
    let (a, bounds) = (cx.cast(a, dtype)?, cx.cast(&edges.edges, dtype)?);
    let shape = smallvec::smallvec![bounds.0.shape[0].saturating_sub(1)];
    let params = [i64::from(edges.uniform)];
    let Some(weights) = weights else {
        let [out] = cx.host(HostOp::Histogram, &params, &[&a, &bounds], [(DType::I64, shape)])?;
        return Ok(out);
    };
    let own = weights.0.dtype;
    let wide = if own.is_complex() { DType::C128 } else { DType::F64 };
    let [out] = cx.host(HostOp::Histogram, &params, &[&a, &bounds, &cx.cast(weights, wide)?], [(wide, shape)])?;
    cx.cast(&out, own)
}

/// How many elements of the flattened array are in each bin, and the edges of the bins. There are ten of equal width
/// unless `bins` says otherwise; the last one includes its right edge. Elements outside are left out. With `weights`
/// the bins hold their sums, in their dtype; with `density` the integral over the bins is 1.
///
/// The edges follow from the data, so the array is evaluated.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// let a = np::array![1.0, 2.0, 1.5, 4.0];
/// let (counts, edges) = np::histogram(&a, 3);
/// assert_eq!(counts.to_vec::<i64>()?, [2, 1, 1]);
/// assert_eq!(edges.to_vec::<f64>()?, [1.0, 2.0, 3.0, 4.0]);
/// let (counts, _) = np::histogram(&a, bins([0, 2, 10]).weights([1.0, 2.0, 3.0, 4.0]));
/// assert_eq!(counts.to_vec::<f64>()?, [4.0, 6.0]);
/// let (density, _) = np::histogram(&a, bins(2).range((0, 8)).density());
/// assert_eq!(density.to_vec::<f64>()?, [0.1875, 0.0625]);
/// assert_eq!(np::histogram_bin_edges(&a, "sqrt").shape(), [3]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn histogram(a: impl Into<Operand>, options: impl Into<HistogramOptions>) -> (Array, Array) {
    let (a, o) = (a.into(), options.into());
    let [counts, edges] = call_n("histogram", |cx| {
        let (a, weights) = flattened(cx, &a, &o.weights)?;
        let bins = o.bins.unwrap_or_else(|| 10.into());
        let bounds = edges_of(cx, &a, &bins, one_range(&o.range), weights.is_some())?;
        let mut counts = filled(cx, &a, &bounds, weights.as_ref())?;
        if o.density.unwrap_or(false) {
            let n = bounds.edges.0.shape[0].saturating_sub(1);
            let (high, low) = (cx.part(&bounds.edges, 0, 1, n)?, cx.part(&bounds.edges, 0, 0, n)?);
            let widths = cx.cast(&cx.bin(Ew::Subtract, &high, &low)?, DType::F64)?;
            counts = cx.bin(Ew::Divide, &cx.bin(Ew::Divide, &counts, &widths)?, crate::sum(&counts, ..))?;
        }
        Ok([counts, bounds.edges])
    });
    (counts, edges)
}

fn one_range(range: &Option<Ranges>) -> Option<(f64, f64)> {
    range.as_ref().and_then(|r| r.0.first().copied().flatten())
}

/// The edges of the bins of [`histogram`].
#[track_caller]
pub fn histogram_bin_edges(a: impl Into<Operand>, options: impl Into<BinEdgesOptions>) -> Array {
    let (a, o) = (a.into(), options.into());
    call("histogram_bin_edges", |cx| {
        let (a, weights) = flattened(cx, &a, &o.weights)?;
        let bins = o.bins.unwrap_or_else(|| 10.into());
        Ok(edges_of(cx, &a, &bins, one_range(&o.range), weights.is_some())?.edges)
    })
}

/// A histogram in several dimensions.
fn filled_n(cx: Cx, sample: &Array, o: &HistogramOptions) -> Raised<(Array, Vec<Array>)> {
    let (samples, dims) = (sample.0.shape[0], sample.0.shape[1]);
    let bins: Vec<Bins> = match &o.bins {
        None => vec![10.into(); dims],
        Some(Bins(Kinds::Each(each))) => each.clone(),
        Some(Bins(Kinds::Given(given))) if !given.dims().is_empty() => {
            // Rows of an array are bins for each dimension.
            let all = cx.array(given)?;
            let rows = all.0.shape[0];
            let row = |i: usize| -> Raised<Bins> {
                let row = cx.part(&all, 0, i, 1)?;
                let shape = row.0.shape[1..].to_vec();
                Ok(cx.reshape(&row, &shape)?.into())
            };
            (0..rows).map(row).collect::<Raised<_>>()?
        }
        Some(one) => vec![one.clone(); dims],
    };
    if bins.len() != dims {
        return raise!(Value, "The dimension of bins must be equal to the dimension of the sample x.");
    }
    let ranges = match &o.range {
        None => vec![None; dims],
        Some(Ranges(ranges)) if ranges.len() == dims => ranges.clone(),
        Some(_) => return raise!(Value, "range argument must have one entry per dimension"),
    };
    let mut edges = Vec::with_capacity(dims);
    for (i, bins) in bins.iter().enumerate() {
        let column = cx.reshape(&cx.part(sample, 1, i, 1)?, &[samples])?;
        edges.push(match &bins.0 {
            Kinds::Given(given) if given.dims().is_empty() => {
                let count = match whole(given) {
                    Some(count) if count < 1 => {
                        return raise!(Value, "`bins[{i}]` must be positive, when an integer");
                    }
                    Some(count) => usize::try_from(count).unwrap_or(usize::MAX),
                    None => return raise!(DType, "`bins[{i}]` must be an integer, when a scalar"),
                };
                let ends = Ends::new(cx, &column, ranges[i])?;
                let dtype = crate::array::operand::common_dtype([&ends.first, &ends.last, &k(0.0)]);
                even_edges(&ends, count, dtype)?
            }
            Kinds::Given(given) if given.dims().len() == 1 => {
                let edges = cx.array(given)?;
                let words = format!("`bins[{i}]` must be monotonically increasing, when an array");
                check_ascending(cx, &edges, &words)?;
                edges
            }
            _ => return raise!(Value, "`bins[{i}]` must be a scalar or 1d array"),
        });
    }
    // Positions in a histogram with one more bin at each end.
    let lengths: Vec<usize> = edges.iter().map(|e| e.0.shape[0] + 1).collect();
    let total = checked_size(&lengths)?;
    let mut at = cx.full(&[samples], &k(0), DType::I64)?;
    for (i, edge) in edges.iter().enumerate() {
        let column = cx.reshape(&cx.part(sample, 1, i, 1)?, &[samples])?;
        let n = edge.0.shape[0];
        if n == 0 {
            return raise!(Index, "index -1 is out of bounds for axis 0 with size 0");
        }
        let last = cx.reshape(&cx.part(edge, 0, n - 1, 1)?, &[])?;
        let on_edge = cx.cast(&cx.bin(Ew::Equal, &column, &last)?, DType::I64)?;
        let place = cx.bin(Ew::Subtract, &places(cx, edge, &column, true)?, &on_edge)?;
        at = cx.bin(Ew::Add, &cx.bin(Ew::Multiply, &at, cx.param(Scalar::new(lengths[i] as i64)))?, &place)?;
    }
    let weights = match &o.weights {
        None => None,
        Some(weights) => {
            let weights = cx.array(weights)?;
            if !weights.0.dtype.can_cast(DType::F64, Casting::Safe) {
                return no_safe_cast(weights.0.dtype, DType::F64);
            }
            if weights.0.shape[..] != [samples] {
                return raise!(Value, "The weights and list don't have the same length.");
            }
            Some(cx.cast(&weights, DType::F64)?)
        }
    };
    let counts = counts(cx, &at, weights.as_ref(), total)?;
    let mut hist = cx.cast(&cx.reshape(&counts, &lengths)?, DType::F64)?;
    for (axis, n) in lengths.iter().enumerate() {
        hist = cx.part(&hist, axis, 1, n.saturating_sub(2))?;
    }
    if o.density.unwrap_or(false) {
        let sum = crate::sum(&hist, ..);
        for (axis, edge) in edges.iter().enumerate() {
            let n = edge.0.shape[0].saturating_sub(1);
            let widths = cx.bin(Ew::Subtract, &cx.part(edge, 0, 1, n)?, &cx.part(edge, 0, 0, n)?)?;
            let mut shape = vec![1; dims];
            shape[axis] = n;
            hist = cx.bin(Ew::Divide, &hist, &cx.reshape(&widths, &shape)?)?;
        }
        hist = cx.bin(Ew::Divide, &hist, &sum)?;
    }
    Ok((hist, edges))
}

/// How many samples, the rows of a matrix, are in each cell of a grid (`float64`), and the edges of the cells along
/// each axis. `bins` and `range` are the same for every axis, or given for each ([`Bins::each`], [`Ranges::each`]).
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// let points = np::array![[0.5, 0.5], [1.5, 0.5], [1.5, 1.5]];
/// let (counts, edges) = np::histogramdd(&points, bins(2).range(np::Ranges::each([Some((0.0, 2.0)); 2])));
/// assert_eq!(counts.to_vec::<f64>()?, [1.0, 0.0, 1.0, 1.0]);
/// assert_eq!(edges[0].to_vec::<f64>()?, [0.0, 1.0, 2.0]);
/// let (counts, _, _) = np::histogram2d([0.5, 1.5], [3.0, 4.0], bins(np::Bins::each([1, 2])));
/// assert_eq!(counts.to_vec::<f64>()?, [1.0, 1.0]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn histogramdd(sample: impl Into<Operand>, options: impl Into<HistogramOptions>) -> (Array, Vec<Array>) {
    let (sample, o) = (sample.into(), options.into());
    let cx = Cx { location: std::panic::Location::caller() };
    let build = || {
        let sample = cx.array(&sample)?;
        let sample = match sample.0.shape[..] {
            [] => cx.reshape(&sample, &[1, 1])?,
            [n] => cx.reshape(&sample, &[n, 1])?,
            [_, _] => sample,
            _ => return raise!(Value, "too many values to unpack (expected 2, got {})", sample.0.shape.len()),
        };
        filled_n(cx, &sample, &o)
    };
    build().unwrap_or_else(|raise| {
        let failed = Array::failed(raise.sign("histogramdd", cx.location));
        (failed.clone(), vec![failed])
    })
}

/// [`histogramdd`] of points with coordinates `x` and `y`: counts, edges along `x`, edges along `y`.
#[track_caller]
pub fn histogram2d(
    x: impl Into<Operand>,
    y: impl Into<Operand>,
    options: impl Into<HistogramOptions>,
) -> (Array, Array, Array) {
    let (x, y, mut o) = (x.into(), y.into(), options.into());
    let [counts, in_x, in_y] = call_n("histogram2d", |cx| {
        let (x, y) = (cx.array(&x)?, cx.array(&y)?);
        if x.0.shape.first() != y.0.shape.first() {
            return raise!(Value, "x and y must have the same length.");
        }
        // One vector of edges is for both axes; two numbers are one for each.
        if let Some(Bins(Kinds::Given(given))) = &o.bins
            && let [n] = given.dims()
            && ![1, 2].contains(n)
        {
            o.bins = Some(Bins::each([given.clone(), given.clone()]));
        }
        let columns = |a: &Array| cx.reshape(a, &[checked_size(&a.0.shape)?, 1]);
        let sample = crate::manip::joined(cx, &[columns(&x)?, columns(&y)?], 1)?;
        let (counts, edges) = filled_n(cx, &sample, &o)?;
        match <[Array; 2]>::try_from(edges) {
            Ok([in_x, in_y]) => Ok([counts, in_x, in_y]),
            Err(_) => raise!(Runtime, "two axes have two vectors of edges"),
        }
    });
    (counts, in_x, in_y)
}
