//! Sets: distinct elements, and what arrays have in common.
//!
//! How many elements a result has depends on the data, so all but [`isin`] evaluate their arguments when called.

use numfuse_backends::host::sort::{Groups, distinct, positions};
use numfuse_backends::runtime::{Concrete, Fault};
use numfuse_ir::{DType, HostOp};

use crate::array::Array;
use crate::array::build::{Cx, call, call_n, checked_size};
use crate::array::operand::{Operand, common_dtype, k};
use crate::error::{Raised, of_fault, raise};
use crate::options::{Axes, normalize_axis, options};
use crate::results::stands_for;

options! {
    /// Options of [`unique`]; the bare value is `axis`. `sorted(false)` allows any order, but the result is sorted
    /// anyway.
    UniqueOptions {
        axis: Axis(Axes), return_index: ReturnIndex(bool), return_inverse: ReturnInverse(bool),
        return_counts: ReturnCounts(bool), equal_nan: EqualNan(bool), sorted: Sorted(bool),
    } bare axis axes;
    /// Options of [`intersect1d`].
    IntersectOptions { assume_unique: AssumeUnique(bool), return_indices: ReturnIndices(bool) };
    /// Options of [`setdiff1d`] and [`setxor1d`].
    SetOptions { assume_unique: AssumeUnique(bool) };
    /// Options of [`isin`]; the bare value is `kind`: `"sort"`, or `"table"` for whole numbers.
    IsinOptions { kind: KindKey(&'static str), assume_unique: AssumeUnique(bool), invert: Invert(bool) } bare kind text;
}

stands_for!(UniqueResult.values IntersectResult.values);

/// What [`unique`] gives. It stands for its values: all methods of [`Array`] are at hand.
#[derive(Clone, Debug)]
pub struct UniqueResult {
    /// The distinct elements, in order.
    pub values: Array,
    /// Where each was found first (`int64`), with `return_index`.
    pub index: Option<Array>,
    /// Which of the values each element is (`int64`), with `return_inverse`.
    pub inverse: Option<Array>,
    /// How often each occurs (`int64`), with `return_counts`.
    pub counts: Option<Array>,
}

/// What [`unique_all`] gives.
#[derive(Clone, Debug)]
pub struct UniqueAllResult {
    /// The distinct elements, in order.
    pub values: Array,
    /// Where each was found first (`int64`).
    pub indices: Array,
    /// Which of the values each element is (`int64`), in the shape of the argument.
    pub inverse_indices: Array,
    /// How often each occurs (`int64`).
    pub counts: Array,
}

/// What [`unique_counts`] gives.
#[derive(Clone, Debug)]
pub struct UniqueCountsResult {
    /// The distinct elements, in order.
    pub values: Array,
    /// How often each occurs (`int64`).
    pub counts: Array,
}

/// What [`unique_inverse`] gives.
#[derive(Clone, Debug)]
pub struct UniqueInverseResult {
    /// The distinct elements, in order.
    pub values: Array,
    /// Which of the values each element is (`int64`), in the shape of the argument.
    pub inverse_indices: Array,
}

/// What [`intersect1d`] gives. It stands for its values: all methods of [`Array`] are at hand.
#[derive(Clone, Debug)]
pub struct IntersectResult {
    /// The common elements, in order.
    pub values: Array,
    /// Where each is first in either array (`int64`), with `return_indices`.
    pub indices: Option<[Array; 2]>,
}

fn ready(cx: Cx, value: Result<Concrete, Fault>) -> Raised<Array> {
    Ok(Array::ready(value.map_err(of_fault)?, cx.location))
}

fn flat(cx: Cx, a: &Array) -> Raised<Array> {
    cx.reshape(a, &[checked_size(&a.0.shape)?])
}

/// Which parts are asked for, besides the values.
#[derive(Clone, Copy, Default)]
struct Parts {
    index: bool,
    inverse: bool,
    counts: bool,
}

/// Values, index, inverse, counts; those not asked for are values again.
fn parts(cx: Cx, a: &Array, axis: &Option<Axes>, equal_nan: bool, wanted: Parts) -> Raised<[Array; 4]> {
    let ndim = a.0.shape.len();
    let axis = match axis {
        Some(Axes::One(axis)) => Some(normalize_axis(*axis, ndim)?),
        Some(Axes::Many(axes)) if axes.len() != 1 => return raise!(DType, "unique goes along one axis"),
        Some(Axes::Many(axes)) => Some(normalize_axis(axes[0], ndim)?),
        None | Some(Axes::All) => None,
    };
    let (values, groups) = match axis {
        Some(axis) if ndim > 1 => {
            let mut order: Vec<usize> = (0..ndim).filter(|&d| d != axis).collect();
            order.insert(0, axis);
            let first = cx.permute(a, &order)?;
            let rows = first.0.shape[0];
            let matrix = cx.reshape(&first, &[rows, first.0.shape[1..].iter().product()])?;
            let groups = Groups::of_rows(&matrix.concrete()?).map_err(of_fault)?;
            let kept = cx.take(&first, &ready(cx, groups.index())?, 0)?;
            let mut back: Vec<usize> = (1..ndim).collect();
            back.insert(axis, 0);
            (cx.permute(&kept, &back)?, groups)
        }
        _ => {
            let a = flat(cx, a)?;
            let value = a.concrete()?;
            if !(wanted.index || wanted.inverse || wanted.counts) {
                let values = ready(cx, distinct(&value, equal_nan))?;
                return Ok(std::array::from_fn(|_| values.clone()));
            }
            let groups = Groups::of_values(&value, equal_nan).map_err(of_fault)?;
            (cx.take(&a, &ready(cx, groups.index())?, 0)?, groups)
        }
    };
    let part = |wanted: bool, make: &dyn Fn() -> Result<Concrete, Fault>| match wanted {
        true => ready(cx, make()),
        false => Ok(values.clone()),
    };
    let index = part(wanted.index, &|| groups.index())?;
    let mut inverse = part(wanted.inverse, &|| groups.inverse())?;
    if wanted.inverse && axis.is_none() {
        inverse = cx.reshape(&inverse, &a.0.shape)?;
    }
    let counts = part(wanted.counts, &|| groups.counts())?;
    values.concrete()?;
    Ok([values, index, inverse, counts])
}

/// The distinct elements of an array in order, or its distinct slices along an axis. NaN occurs once, unless with
/// `equal_nan(false)`.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// let a = np::array![3, 1, 3, 2, 1];
/// assert_eq!(np::unique(&a, ..).to_vec::<i32>()?, [1, 2, 3]);
/// let found = np::unique(&a, return_index().return_inverse().return_counts());
/// assert_eq!(found.index.unwrap().to_vec::<i64>()?, [1, 3, 0]);
/// assert_eq!(found.inverse.unwrap().to_vec::<i64>()?, [2, 0, 2, 1, 0]);
/// assert_eq!(found.counts.unwrap().to_vec::<i64>()?, [2, 1, 2]);
/// let rows = np::unique(np::array![[1, 0], [2, 3], [1, 0]], 0);
/// assert_eq!(rows.to_vec::<i32>()?, [1, 0, 2, 3]);
/// assert_eq!(np::unique([f64::NAN, f64::NAN], equal_nan(false)).shape(), [2]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn unique(a: impl Into<Operand>, options: impl Into<UniqueOptions>) -> UniqueResult {
    let (a, o) = (a.into(), options.into());
    let asked = |flag: Option<bool>| flag.unwrap_or(false);
    let wanted =
        Parts { index: asked(o.return_index), inverse: asked(o.return_inverse), counts: asked(o.return_counts) };
    let [values, index, inverse, counts] =
        call_n("unique", |cx| parts(cx, &cx.array(a)?, &o.axis, o.equal_nan.unwrap_or(true), wanted));
    UniqueResult {
        values,
        index: wanted.index.then_some(index),
        inverse: wanted.inverse.then_some(inverse),
        counts: wanted.counts.then_some(counts),
    }
}

/// The distinct elements of an array, where each was first, which of them each element is, and how often each occurs.
/// Every NaN is distinct.
///
/// ```
/// use numfuse as np;
/// let found = np::unique_all([[1, 1], [2, 1]]);
/// assert_eq!(found.values.to_vec::<i32>()?, [1, 2]);
/// assert_eq!(found.indices.to_vec::<i64>()?, [0, 2]);
/// assert_eq!(found.inverse_indices.shape(), [2, 2]);
/// assert_eq!(found.counts.to_vec::<i64>()?, [3, 1]);
/// assert_eq!(np::unique_counts([5, 5]).counts.to_vec::<i64>()?, [2]);
/// assert_eq!(np::unique_inverse([7, 5]).inverse_indices.to_vec::<i64>()?, [1, 0]);
/// assert_eq!(np::unique_values([7, 5, 7]).to_vec::<i32>()?, [5, 7]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn unique_all(x: impl Into<Operand>) -> UniqueAllResult {
    let (x, wanted) = (x.into(), Parts { index: true, inverse: true, counts: true });
    let [values, indices, inverse_indices, counts] =
        call_n("unique_all", |cx| parts(cx, &cx.array(x)?, &None, false, wanted));
    UniqueAllResult { values, indices, inverse_indices, counts }
}

/// The distinct elements of an array and how often each occurs. See [`unique_all`].
#[track_caller]
pub fn unique_counts(x: impl Into<Operand>) -> UniqueCountsResult {
    let (x, wanted) = (x.into(), Parts { counts: true, ..Parts::default() });
    let [values, _, _, counts] = call_n("unique_counts", |cx| parts(cx, &cx.array(x)?, &None, false, wanted));
    UniqueCountsResult { values, counts }
}

/// The distinct elements of an array and which of them each element is. See [`unique_all`].
#[track_caller]
pub fn unique_inverse(x: impl Into<Operand>) -> UniqueInverseResult {
    let (x, wanted) = (x.into(), Parts { inverse: true, ..Parts::default() });
    let [values, _, inverse_indices, _] = call_n("unique_inverse", |cx| parts(cx, &cx.array(x)?, &None, false, wanted));
    UniqueInverseResult { values, inverse_indices }
}

/// The distinct elements of an array, every NaN among them. See [`unique_all`].
#[track_caller]
pub fn unique_values(x: impl Into<Operand>) -> Array {
    let x = x.into();
    call("unique_values", |cx| {
        let [values, ..] = parts(cx, &cx.array(x)?, &None, false, Parts::default())?;
        Ok(values)
    })
}

/// Both arrays flattened, in their common dtype, without repeated elements unless they are taken to have none; and
/// where their elements were.
fn two_sets(cx: Cx, a: Operand, b: Operand, assume_unique: bool, index: bool) -> Raised<[(Array, Array); 2]> {
    // Numbers are joined to arrays as they are, but have a dtype once they are looked through.
    let dtype = if assume_unique { common_dtype([&a, &b]) } else { a.own_dtype().promote(b.own_dtype()) };
    let set = |operand: &Operand| -> Raised<(Array, Array)> {
        let a = cx.array(operand)?;
        if assume_unique {
            let flat = flat(cx, &cx.cast(&a, dtype)?)?;
            return Ok((flat.clone(), flat));
        }
        let [values, index, ..] = parts(cx, &a, &None, true, Parts { index, ..Parts::default() })?;
        Ok((cx.cast(&values, dtype)?, index))
    };
    Ok([set(&a)?, set(&b)?])
}

/// The sorted common elements of two arrays.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// let (a, b) = (np::array![4, 1, 3, 1], np::array![3, 4, 7]);
/// let common = np::intersect1d(&a, &b, return_indices());
/// assert_eq!(common.to_vec::<i32>()?, [3, 4]);
/// let [in_a, in_b] = common.indices.unwrap();
/// assert_eq!((in_a.to_vec::<i64>()?, in_b.to_vec::<i64>()?), (vec![2, 0], vec![0, 1]));
/// assert_eq!(np::union1d(&a, &b).to_vec::<i32>()?, [1, 3, 4, 7]);
/// assert_eq!(np::setdiff1d(&a, &b, ..).to_vec::<i32>()?, [1]);
/// assert_eq!(np::setxor1d(&a, &b, ..).to_vec::<i32>()?, [1, 7]);
/// assert_eq!(np::isin(&a, &b, ..).to_vec::<bool>()?, [true, false, true, false]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn intersect1d(
    a: impl Into<Operand>,
    b: impl Into<Operand>,
    options: impl Into<IntersectOptions>,
) -> IntersectResult {
    let (a, b, o) = (a.into(), b.into(), options.into());
    let (assume, wanted) = (o.assume_unique.unwrap_or(false), o.return_indices.unwrap_or(false));
    let [values, first, second] = call_n("intersect1d", |cx| {
        let (a, b) = (cx.array(a)?, cx.array(b)?);
        let [(a, index_a), (b, index_b)] = two_sets(cx, a.into(), b.into(), assume, wanted)?;
        let n = a.0.shape[0];
        let both = cx.concat(&[a, b], 0)?;
        let [first, second] =
            Groups::of_values(&both.concrete()?, false).and_then(|groups| groups.pairs()).map_err(of_fault)?;
        let (first, second) = (ready(cx, Ok(first))?, ready(cx, Ok(second))?);
        let values = cx.take(&both, &first, 0)?;
        values.concrete()?;
        let second = cx.bin(numfuse_ir::Ew::Subtract, &second, cx.param(numfuse_ir::Scalar::new(n as i64)))?;
        match wanted && !assume {
            true => Ok([values, cx.take(&index_a, &first, 0)?, cx.take(&index_b, &second, 0)?]),
            false => Ok([values, first, second]),
        }
    });
    IntersectResult { values, indices: wanted.then_some([first, second]) }
}

/// The sorted elements that exactly one of two arrays has. See [`intersect1d`].
#[track_caller]
pub fn setxor1d(a: impl Into<Operand>, b: impl Into<Operand>, options: impl Into<SetOptions>) -> Array {
    let (a, b, o) = (a.into(), b.into(), options.into());
    call("setxor1d", |cx| {
        let [(a, _), (b, _)] = two_sets(cx, a, b, o.assume_unique.unwrap_or(false), false)?;
        let both = cx.concat(&[a, b], 0)?;
        let alone = Groups::of_values(&both.concrete()?, false).and_then(|groups| groups.singles());
        let out = cx.take(&both, &ready(cx, alone)?, 0)?;
        out.concrete()?;
        Ok(out)
    })
}

/// The sorted elements that either of two arrays has. See [`intersect1d`].
#[track_caller]
pub fn union1d(a: impl Into<Operand>, b: impl Into<Operand>) -> Array {
    let (a, b) = (a.into(), b.into());
    call("union1d", |cx| {
        let [(a, _), (b, _)] = two_sets(cx, a, b, true, false)?;
        ready(cx, distinct(&cx.concat(&[a, b], 0)?.concrete()?, true))
    })
}

/// The sorted elements of an array that another one does not have; in their old order with `assume_unique`. See
/// [`intersect1d`].
#[track_caller]
pub fn setdiff1d(a: impl Into<Operand>, b: impl Into<Operand>, options: impl Into<SetOptions>) -> Array {
    let (a, b, o) = (a.into(), b.into(), options.into());
    call("setdiff1d", |cx| {
        let (a, b) = (flat(cx, &cx.array(a)?)?, cx.array(b)?);
        let a = match o.assume_unique.unwrap_or(false) {
            true => a,
            false => ready(cx, distinct(&a.concrete()?, true))?,
        };
        let others = among(cx, &a, &b, true, None)?;
        let out = cx.take(&a, &ready(cx, positions(&others.concrete()?))?, 0)?;
        out.concrete()?;
        Ok(out)
    })
}

/// Whether each element of an array is among those of another, or is not with `invert`. NaN is among nothing.
///
/// Whole numbers of a small range are looked up in a table, others are searched for in sorted order; `kind` can ask for
/// `"table"` or `"sort"`. See [`intersect1d`].
#[track_caller]
pub fn isin(element: impl Into<Operand>, tests: impl Into<Operand>, options: impl Into<IsinOptions>) -> Array {
    let (element, tests, o) = (element.into(), tests.into(), options.into());
    call("isin", |cx| {
        let (a, tests) = (cx.array(element)?, cx.array(tests)?);
        among(cx, &a, &tests, o.invert.unwrap_or(false), o.kind)
    })
}

fn among(cx: Cx, a: &Array, tests: &Array, invert: bool, kind: Option<&str>) -> Raised<Array> {
    let whole = !a.0.dtype.is_inexact() && !tests.0.dtype.is_inexact();
    let kind = match kind {
        None => 0,
        Some("sort") => 1,
        Some("table") if whole => 2,
        Some("table") => {
            return raise!(
                Value,
                "The 'table' method is only supported for boolean or integer arrays. Please select 'sort' or None for kind."
            );
        }
        Some(other) => return raise!(Value, "Invalid kind: '{other}'. Please use None, 'sort' or 'table'."),
    };
    if tests.0.shape.contains(&0) {
        return cx.full(&a.0.shape, &k(invert), DType::Bool);
    }
    let dtype = common_dtype([&a.into(), &tests.into()]);
    let (x, tests) = (cx.cast(a, dtype)?, flat(cx, &cx.cast(tests, dtype)?)?);
    let params = [i64::from(invert), kind];
    let [out] = cx.host(HostOp::Isin, &params, &[&x, &tests], [(DType::Bool, a.0.shape.clone())])?;
    Ok(out)
}
