//! Sorting, selecting, searching. The work is that of library kernels on lanes, lines along one axis.

use numfuse_ir::{DType, HostOp, Kind, Op};

use crate::array::Array;
use crate::array::build::{Cx, call};
use crate::array::node::Input;
use crate::array::operand::{Operand, common_dtype};
use crate::error::{Raised, raise};
use crate::options::{Axes, normalize_axis, options};

options! {
    /// Options of [`sort()`] and [`argsort`]; the bare value is `axis`, the last one unless given. Every sort is stable,
    /// so that `kind` and `stable` make no difference but for the check of their values.
    SortOptions { axis: Axis(Axes), kind: KindKey(&'static str), stable: Stable(bool) } bare axis axes;
    /// Options of [`partition`] and [`argpartition`]; the bare value is `axis`, the last one unless given.
    PartitionOptions { axis: Axis(Axes), kind: KindKey(&'static str) } bare axis axes;
    /// Options of [`lexsort`]; the bare value is `axis`, the last one unless given.
    LexsortOptions { axis: Axis(Axes) } bare axis axes;
    /// Options of [`searchsorted`]; the bare value is `side`.
    SearchsortedOptions { side: Side(&'static str), sorter: Sorter(Operand) } bare side text;
}

/// An array whose lanes to work on are along its last axis, and the axis where they were.
struct Laid {
    array: Array,
    axis: usize,
}

/// The axis to the end; a strided one in memory of its own, so that lanes are contiguous. All axes are flattened.
fn lay(cx: Cx, a: &Array, axis: &Option<Axes>) -> Raised<Laid> {
    let ndim = a.0.shape.len();
    let axis = match axis {
        None => normalize_axis(-1, ndim)?,
        Some(Axes::All) => {
            return Ok(Laid { array: cx.reshape(a, &[a.0.shape.iter().product()])?, axis: 0 });
        }
        Some(Axes::One(axis)) => normalize_axis(*axis, ndim)?,
        Some(Axes::Many(axes)) => match axes[..] {
            [axis] => normalize_axis(axis, ndim)?,
            _ => return raise!(DType, "only one axis is allowed here, got {}", axes.len()),
        },
    };
    if axis + 1 == ndim {
        return Ok(Laid { array: a.clone(), axis });
    }
    let mut order: Vec<usize> = (0..ndim).filter(|&d| d != axis).collect();
    order.push(axis);
    let moved = cx.permute(a, &order)?;
    let (dtype, shape) = (moved.0.dtype, moved.0.shape.clone());
    Ok(Laid { array: cx.node(Op::Copy, dtype, shape, smallvec::smallvec![Input::Node(moved)])?, axis })
}

impl Laid {
    /// The result of a kernel on the lanes, its axes in the old order.
    fn run(&self, cx: Cx, op: HostOp, params: &[i64], dtype: DType) -> Raised<Array> {
        let [out] = cx.host(op, params, &[&self.array], [(dtype, self.array.0.shape.clone())])?;
        back(cx, &out, self.axis)
    }
}

/// The last axis to where it was.
fn back(cx: Cx, a: &Array, axis: usize) -> Raised<Array> {
    let mut order: Vec<usize> = (0..a.0.shape.len().saturating_sub(1)).collect();
    order.insert(axis, order.len());
    cx.permute(a, &order)
}

/// Of the positions in a 0-d array NumPy makes a vector, unless an axis is named that this does not have either.
fn listed(cx: Cx, a: &Array, axis: &Option<Axes>) -> Raised<Array> {
    let first = matches!(axis, None | Some(Axes::All | Axes::One(0 | -1)));
    if a.0.shape.is_empty() && first { cx.reshape(a, &[1]) } else { Ok(a.clone()) }
}

fn check_kind(kind: Option<&str>, stable: Option<bool>) -> Raised<()> {
    match (kind, stable) {
        (Some(_), Some(_)) => {
            raise!(Value, "`kind` and keyword parameters can't be provided at the same time. Use only one of them.")
        }
        (None | Some("quicksort" | "heapsort" | "mergesort" | "stable" | "quick" | "heap" | "merge"), _) => Ok(()),
        (Some(other), _) => raise!(Value, "sort kind must be one of 'quick', 'heap', or 'stable' (got '{other}')"),
    }
}

fn sorted(cx: Cx, a: &Array, o: &SortOptions, op: HostOp) -> Raised<Array> {
    check_kind(o.kind, o.stable)?;
    match op {
        HostOp::Sort => lay(cx, a, &o.axis)?.run(cx, op, &[], a.0.dtype),
        _ => lay(cx, &listed(cx, a, &o.axis)?, &o.axis)?.run(cx, op, &[], DType::I64),
    }
}

/// A sorted copy along an axis (the last unless given; all of [`axis(..)`](crate::options::axis) are flattened).
///
/// Numbers ascend, NaN comes last. Complex numbers go by their real, then their imaginary parts. Equal elements keep
/// their order.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// let a = np::array![[3.0, 1.0, 2.0], [0.5, f64::NAN, -1.0]];
/// assert_eq!(np::sort(&a, ..).slice(0).to_vec::<f64>()?, [1.0, 2.0, 3.0]);
/// assert_eq!(np::sort(&a, 0).slice(0).to_vec::<f64>()?, [0.5, 1.0, -1.0]);
/// assert_eq!(np::sort(&a, axis(..)).slice(0).item::<f64>()?, -1.0);
/// assert_eq!(np::argsort(&a, ..).slice(1).to_vec::<i64>()?, [2, 0, 1]);
/// let mut b = np::array![3, 1, 2];
/// b.sort(..);
/// assert_eq!(b.to_vec::<i32>()?, [1, 2, 3]);
/// assert!(np::sort(5, ..).check().is_err()); // no axis
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn sort(a: impl Into<Operand>, options: impl Into<SortOptions>) -> Array {
    let (a, o) = (a.into(), options.into());
    call("sort", |cx| sorted(cx, &cx.array(a)?, &o, HostOp::Sort))
}

/// The positions (`int64`) that would sort an array along an axis, ties in their old order. See [`sort()`].
#[track_caller]
pub fn argsort(a: impl Into<Operand>, options: impl Into<SortOptions>) -> Array {
    let (a, o) = (a.into(), options.into());
    call("argsort", |cx| sorted(cx, &cx.array(a)?, &o, HostOp::Argsort))
}

/// A sorted copy along the last axis, as complex numbers: `complex64` of 8- and 16-bit integers, else `complex128`.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// assert_eq!(np::sort_complex([3.0, 1.0]).real().to_vec::<f64>()?, [1.0, 3.0]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn sort_complex(a: impl Into<Operand>) -> Array {
    let a = a.into();
    call("sort_complex", |cx| {
        let a = cx.array(a)?;
        let out = sorted(cx, &a, &SortOptions::default(), HostOp::Sort)?;
        match a.0.dtype {
            dtype if dtype.is_complex() => Ok(out),
            DType::I8 | DType::U8 | DType::I16 | DType::U16 => cx.cast(&out, DType::C64),
            _ => cx.cast(&out, DType::C128),
        }
    })
}

/// The positions (`int64`) that sort by several keys of one shape: by the last one, ties by the one before, and so on.
///
/// ```
/// use numfuse as np;
/// let (surname, name) = (np::array![2, 1, 2], np::array![1, 5, 0]);
/// assert_eq!(np::lexsort([&name, &surname], ..).to_vec::<i64>()?, [1, 2, 0]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn lexsort<T: Into<Operand>>(keys: impl IntoIterator<Item = T>, options: impl Into<LexsortOptions>) -> Array {
    let keys: Vec<Operand> = keys.into_iter().map(Into::into).collect();
    let o = options.into();
    call("lexsort", |cx| {
        let keys: Vec<Array> = keys.iter().map(|key| cx.array(key)).collect::<Raised<_>>()?;
        let Some(first) = keys.first() else {
            return raise!(DType, "need sequence of keys with len > 0 in lexsort");
        };
        if keys.iter().any(|key| key.0.shape != first.0.shape) {
            return raise!(Value, "all keys need to be the same shape");
        }
        if first.0.shape.is_empty() {
            // NumPy takes the axes 0 and -1 of numbers.
            if let Some(Axes::One(axis)) = o.axis
                && ![0, -1].contains(&axis)
            {
                normalize_axis(axis, 0)?;
            }
            return cx.full(&[], &crate::array::operand::k(0), DType::I64);
        }
        let laid: Vec<Laid> = keys.iter().map(|key| lay(cx, key, &o.axis)).collect::<Raised<_>>()?;
        let operands: Vec<&Array> = laid.iter().map(|l| &l.array).collect();
        let [out] = cx.host(HostOp::Lexsort, &[], &operands, [(DType::I64, operands[0].0.shape.clone())])?;
        back(cx, &out, laid[0].axis)
    })
}

fn partitioned(cx: Cx, a: &Array, kth: &Axes, o: &PartitionOptions, op: HostOp) -> Raised<Array> {
    if let Some(kind) = o.kind.filter(|kind| *kind != "introselect") {
        return raise!(Value, "select kind must be 'introselect' (got '{kind}')");
    }
    let laid = match op {
        HostOp::Partition => lay(cx, a, &o.axis)?,
        _ => lay(cx, &listed(cx, a, &o.axis)?, &o.axis)?,
    };
    let n = laid.array.0.shape.last().map_or(1, |&n| n as i64);
    let none = laid.array.0.shape.contains(&0);
    let mut places: Vec<i64> = match kth {
        Axes::All => return raise!(DType, "Partition index must be integer"),
        Axes::One(k) => vec![*k],
        Axes::Many(all) => all.to_vec(),
    };
    for k in &mut places {
        if !(-n..n).contains(k) && !none {
            return raise!(Value, "kth(={}) out of bounds ({n})", if *k < 0 { *k + n } else { *k });
        }
        *k = if *k < 0 { *k + n } else { *k };
    }
    places.sort_unstable();
    places.dedup();
    laid.run(cx, op, &places, if op == HostOp::Partition { a.0.dtype } else { DType::I64 })
}

/// A copy in which the elements at positions `kth` stand where sorting would put them, smaller ones before and larger
/// ones behind them, in no particular order. Faster than sorting.
///
/// ```
/// use numfuse as np;
/// let a = np::array![7, 1, 5, 3, 9];
/// let b = np::partition(&a, 2, ..);
/// assert_eq!(b.slice(2).item::<i32>()?, 5);
/// assert!(b.slice(np::s![..2]).max(..).item::<i32>()? < 5);
/// assert_eq!(a.take(np::argpartition(&a, [0, -1], ..), ..).slice(-1).item::<i32>()?, 9);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn partition(a: impl Into<Operand>, kth: impl Into<Axes>, options: impl Into<PartitionOptions>) -> Array {
    let (a, kth, o) = (a.into(), kth.into(), options.into());
    call("partition", |cx| partitioned(cx, &cx.array(a)?, &kth, &o, HostOp::Partition))
}

/// The positions (`int64`) of the elements of a partitioned copy. See [`partition`].
#[track_caller]
pub fn argpartition(a: impl Into<Operand>, kth: impl Into<Axes>, options: impl Into<PartitionOptions>) -> Array {
    let (a, kth, o) = (a.into(), kth.into(), options.into());
    call("argpartition", |cx| partitioned(cx, &cx.array(a)?, &kth, &o, HostOp::Argpartition))
}

/// Where elements go in a sorted vector so that it stays sorted (`int64`): before equal ones, or after them with
/// `"right"`. With `sorter`, the vector is sorted once its elements are taken at these positions.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// let a = np::array![1.0, 2.0, 2.0, 5.0];
/// assert_eq!(np::searchsorted(&a, [2.0, 7.0], ..).to_vec::<i64>()?, [1, 4]);
/// assert_eq!(a.searchsorted(2.0, "right").item::<i64>()?, 3);
/// assert_eq!(np::searchsorted([5, 1, 3], 3, sorter([1, 2, 0])).item::<i64>()?, 1);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn searchsorted(a: impl Into<Operand>, v: impl Into<Operand>, options: impl Into<SearchsortedOptions>) -> Array {
    let (a, v, o) = (a.into(), v.into(), options.into());
    call("searchsorted", |cx| {
        let right = match o.side {
            None | Some("left") => false,
            Some("right") => true,
            Some(other) => return raise!(Value, "search side must be 'left' or 'right' (got '{other}')"),
        };
        let (a, v) = (cx.array(a)?, cx.array(v)?);
        match a.0.shape.len() {
            0 => return raise!(Value, "object of too small depth for desired array"),
            1 => {}
            _ => return raise!(Value, "object too deep for desired array"),
        }
        let a = match &o.sorter {
            None => a,
            Some(sorter) => ordered_by(cx, &a, &cx.array(sorter)?)?,
        };
        places(cx, &a, &v, right)
    })
}

/// [`searchsorted`] of arrays, in their common dtype.
pub(crate) fn places(cx: Cx, a: &Array, v: &Array, right: bool) -> Raised<Array> {
    let dtype = common_dtype([&a.into(), &v.into()]);
    let (a, v) = (cx.cast(a, dtype)?, cx.cast(v, dtype)?);
    let shape = v.0.shape.clone();
    let [out] = cx.host(HostOp::Searchsorted, &[i64::from(right)], &[&a, &v], [(DType::I64, shape)])?;
    Ok(out)
}

fn ordered_by(cx: Cx, a: &Array, sorter: &Array) -> Raised<Array> {
    if !matches!(sorter.0.dtype.kind(), Kind::Signed | Kind::Unsigned | Kind::Bool) {
        return raise!(DType, "sorter must only contain integers");
    }
    if sorter.0.shape.len() != 1 {
        return raise!(DType, "could not parse sorter argument");
    }
    if sorter.0.shape != a.0.shape {
        return raise!(Value, "sorter.size must equal a.size");
    }
    let sorter = cx.cast(sorter, DType::I64)?;
    let n = a.0.shape[0] as i64;
    // The error depends on the data. While a function is traced there is none to look at.
    if !sorter.0.traced && n > 0 && sorter.eval()?.as_slice::<i64>()?.iter().any(|i| !(0..n).contains(i)) {
        return raise!(Value, "Sorter index out of range.");
    }
    cx.take(a, &sorter, 0)
}

/// What becomes of a handle that does not allow assignment.
#[track_caller]
fn read_only(name: &'static str) -> Array {
    call(name, |_| raise!(Value, "{name} array is read-only"))
}

impl Array {
    /// Sorts in place: the handle is bound to the sorted array. See [`sort()`].
    #[track_caller]
    pub fn sort(&mut self, options: impl Into<SortOptions>) {
        *self = if self.0.locks.read_only { read_only("sort") } else { sort(&*self, options) };
    }

    /// See [`argsort()`].
    #[track_caller]
    pub fn argsort(&self, options: impl Into<SortOptions>) -> Array {
        argsort(self, options)
    }

    /// Partitions in place: the handle is bound to the new array. See [`partition()`].
    #[track_caller]
    pub fn partition(&mut self, kth: impl Into<Axes>, options: impl Into<PartitionOptions>) {
        *self = if self.0.locks.read_only { read_only("partition") } else { partition(&*self, kth, options) };
    }

    /// See [`argpartition()`].
    #[track_caller]
    pub fn argpartition(&self, kth: impl Into<Axes>, options: impl Into<PartitionOptions>) -> Array {
        argpartition(self, kth, options)
    }

    /// See [`searchsorted()`].
    #[track_caller]
    pub fn searchsorted(&self, v: impl Into<Operand>, options: impl Into<SearchsortedOptions>) -> Array {
        searchsorted(self, v, options)
    }
}
