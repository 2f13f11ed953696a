//! Views and joins: the same elements under other indices, and arrays side by side.
//!
//! Views compose into index maps and cost nothing; a reshape that no index map can express copies
//! once. Every function gives a new value: nothing ever changes under its owner.

mod block;
mod edit;
mod facts;
mod pad;
mod repeat;
mod split;

pub use block::*;
pub use edit::*;
pub use facts::*;
pub use pad::*;
pub use repeat::*;
pub use split::*;

use numfuse_ir::graph::Slice;
use numfuse_ir::{Casting, DType, View};
use smallvec::SmallVec;

use crate::array::Array;
use crate::array::build::{Cx, broadcast_all, call, checked_size};
use crate::array::operand::{Dims, Length, Operand, common_dtype};
use crate::error::{Class, Raise, Raised, raise, tight};
use crate::options::{Axes, Int, normalize_axis, options};

options! {
    /// Options of [`transpose`]; the bare value is `axes`.
    TransposeOptions { axes: AxesKey(Axes) } bare axes axes;
    /// The shape of [`reshape`], bare or as an option, and its options.
    ReshapeOptions { shape: ShapeKey(Dims), order: Order(char) };
    /// Options of [`ravel`] and of the method `flatten`; the bare value is `order`.
    OrderOptions { order: Order(char) } bare order order;
    /// Options of [`squeeze`] and [`flip`]; the bare value is `axis`.
    AxesOptions { axis: Axis(Axes) } bare axis axes;
    /// Options of [`rollaxis`]; the bare value is `start`.
    RollaxisOptions { start: Start(Int) } bare start int;
    /// Options of [`rot90`]; the bare value is `k`, the number of quarter turns.
    Rot90Options { k: KKey(Int), axes: AxesKey(Axes) } bare k int;
    /// Options of [`diagonal`]; the bare value is `offset`.
    DiagonalOptions { offset: Offset(Int), axis1: Axis1(Int), axis2: Axis2(Int) } bare offset int;
    /// Options of [`trace`]; the bare value is `offset`.
    TraceOptions {
        offset: Offset(Int), axis1: Axis1(Int), axis2: Axis2(Int), dtype: Dtype(DType),
    } bare offset int;
    /// Options of [`concatenate`] and [`stack`]; the bare value is `axis`.
    JoinOptions { axis: Axis(Axes), dtype: Dtype(DType), casting: CastingKey(Casting) } bare axis axes;
    /// Options of [`hstack`] and [`vstack`]; the bare value is `dtype`.
    StackOptions { dtype: Dtype(DType), casting: CastingKey(Casting) } bare dtype dtype;
}

/// Everything that is a shape is a bare value.
macro_rules! reshape_from {
    ($([$($generics:tt)*] $t:ty;)*) => {$(
        impl<$($generics)*> From<$t> for ReshapeOptions {
            fn from(shape: $t) -> ReshapeOptions {
                ReshapeOptions { shape: Some(shape.into()), order: None }
            }
        }
    )*};
}
reshape_from! {
    [] Dims;
    [A: Length] (A,);
    [A: Length, B: Length] (A, B);
    [A: Length, B: Length, C: Length] (A, B, C);
    [A: Length, B: Length, C: Length, D: Length] (A, B, C, D);
}
macro_rules! reshape_from_each {
    ($($t:ty),*) => {$(reshape_from! {
        [] $t;
        [const N: usize] [$t; N];
        [const N: usize] &[$t; N];
        [] &[$t];
        [] Vec<$t>;
        [] &Vec<$t>;
    })*};
}
reshape_from_each!(i32, i64, isize, u32, u64, usize);

/// Declares functions of one array: the free function and the method.
macro_rules! manipulations {
    ($($(#[$doc:meta])* $name:ident($($arg:ident: $ty:ty),*) |$cx:ident, $a:ident| $body:block)*) => {
        $(
            $(#[$doc])*
            #[track_caller]
            pub fn $name(a: impl Into<Operand>, $($arg: impl Into<$ty>),*) -> Array {
                let a = a.into();
                $(let $arg: $ty = $arg.into();)*
                call(stringify!($name), |$cx| {
                    let $a = &$cx.array(a)?;
                    $body
                })
            }
        )*
        impl Array {$(
            #[doc = concat!("See [`", stringify!($name), "`](crate::", stringify!($name), "()).")]
            #[track_caller]
            pub fn $name(&self, $($arg: impl Into<$ty>),*) -> Array {
                $name(self, $($arg),*)
            }
        )*}
    };
}

manipulations! {
    /// Another shape for the same elements in row-major order, or column-major with
    /// `shape([…]).order('F')`. One length may be `-1`: whatever fits.
    ///
    /// ```
    /// use numfuse as np;
    /// use np::prelude::*;
    /// let a = np::arange(6, ..).reshape([2, -1]);
    /// assert_eq!(a.shape(), [2, 3]);
    /// assert_eq!(a.t().to_vec::<i64>()?, [0, 3, 1, 4, 2, 5]);
    /// assert_eq!(a.ravel('F').to_vec::<i64>()?, [0, 3, 1, 4, 2, 5]);
    /// assert_eq!(np::flip(&a, 1).to_vec::<i64>()?, [2, 1, 0, 5, 4, 3]);
    /// assert_eq!(np::rot90(&a, ..).shape(), [3, 2]);
    /// assert_eq!(a.diagonal(1).to_vec::<i64>()?, [1, 5]);
    /// assert_eq!(np::expand_dims(&a, [0, -1]).shape(), [1, 2, 3, 1]);
    /// assert_eq!(np::moveaxis(np::zeros([2, 3, 4], ..), 0, -1).shape(), [3, 4, 2]);
    /// assert_eq!(np::broadcast_to([1, 2, 3], [4, 3]).shape(), [4, 3]);
    /// # Ok::<(), np::Error>(())
    /// ```
    reshape(options: ReshapeOptions) |cx, a| {
        let Some(shape) = options.shape else {
            return raise!(DType, "reshape() missing 1 required positional argument: 'shape'");
        };
        let by_columns = match options.order.unwrap_or('C') {
            'C' => false,
            'F' => true,
            'A' => in_columns(a),
            'K' => return raise!(Value, "order 'K' is not permitted for reshaping"),
            other => return raise!(Value, "order must be one of 'C', 'F', 'A', or 'K' (got '{other}')"),
        };
        let shape = fit_shape(&a.0.shape, &shape)?;
        if by_columns {
            let turned: SmallVec<[usize; 4]> = shape.iter().rev().copied().collect();
            return reversed(cx, &cx.reshape(&reversed(cx, a)?, &turned)?);
        }
        cx.reshape(a, &shape)
    }

    /// All elements in one dimension, in row-major (`'C'`) or column-major (`'F'`) order. See
    /// [`reshape`] for an example.
    ravel(options: OrderOptions) |cx, a| {
        let a = match options.order.unwrap_or('C') {
            'A' if in_columns(a) => reversed(cx, a)?,
            'C' | 'A' | 'K' => a.clone(),
            'F' => reversed(cx, a)?,
            other => return raise!(Value, "order must be one of 'C', 'F', 'A', or 'K' (got '{other}')"),
        };
        cx.reshape(&a, &[a.0.shape.iter().product()])
    }

    /// Axes in reverse order, or in the order given. See [`reshape`] for an example.
    transpose(options: TransposeOptions) |cx, a| {
        let ndim = a.0.shape.len();
        let Some(axes) = &options.axes else { return reversed(cx, a) };
        let axes = match axes {
            Axes::All => return reversed(cx, a),
            Axes::Many(axes) if axes.len() != ndim => return raise!(Value, "axes don't match array"),
            axes => match axes.resolve(ndim) {
                Err(Raise::New(Class::Value, _)) => {
                    return raise!(Value, "repeated axis in transpose");
                }
                axes => axes?,
            },
        };
        if axes.len() != ndim {
            return raise!(Value, "axes don't match array");
        }
        cx.permute(a, &axes)
    }

    /// Two axes exchanged.
    swapaxes(axis1: Int, axis2: Int) |cx, a| {
        let ndim = a.0.shape.len();
        let i = named("axis1", normalize_axis(axis1.0, ndim))?;
        let j = named("axis2", normalize_axis(axis2.0, ndim))?;
        let mut axes: SmallVec<[usize; 4]> = (0..ndim).collect();
        axes.swap(i, j);
        cx.permute(a, &axes)
    }

    /// Axes moved to new positions, the others keeping their order. See [`reshape`].
    moveaxis(source: Axes, destination: Axes) |cx, a| {
        let ndim = a.0.shape.len();
        let (from, to) = (named_axes("source", &source, ndim)?, named_axes("destination", &destination, ndim)?);
        if from.len() != to.len() {
            return raise!(Value, "`source` and `destination` arguments must have the same number of elements");
        }
        let mut order: SmallVec<[usize; 4]> = (0..ndim).filter(|d| !from.contains(d)).collect();
        let mut moves: Vec<_> = to.iter().zip(&from).collect();
        moves.sort();
        for (&to, &from) in moves {
            order.insert(to, from);
        }
        cx.permute(a, &order)
    }

    /// An axis rolled back until it is before `start` (the front unless given).
    rollaxis(axis: Int, options: RollaxisOptions) |cx, a| {
        let ndim = a.0.shape.len();
        let axis = normalize_axis(axis.0, ndim)?;
        let start = options.start.unwrap_or_default().0;
        let n = ndim as i64;
        if !(-n..=n).contains(&start) {
            return raise!(Axis, "'start' arg requires {} <= start < {}, but {start} was passed in", -n, n + 1);
        }
        let mut start = if start < 0 { start + n } else { start } as usize;
        if axis < start {
            start -= 1;
        }
        let mut order: SmallVec<[usize; 4]> = (0..ndim).filter(|&d| d != axis).collect();
        order.insert(start, axis);
        cx.permute(a, &order)
    }

    /// The array repeated along new and length-1 axes until it has a shape. See [`reshape`].
    broadcast_to(shape: Dims) |cx, a| {
        let shape = match shape.lengths() {
            Err(_) if shape.0.iter().any(|&n| n < 0) => {
                return raise!(Value, "all elements of broadcast shape must be non-negative");
            }
            shape => shape?,
        };
        if a.0.shape.len() > shape.len() {
            return raise!(Shape, "input operand has more dimensions than allowed by the axis remapping");
        }
        cx.broadcast(a, &shape)
    }

    /// Without axes of length 1: all such axes, or those given.
    squeeze(options: AxesOptions) |cx, a| {
        let ndim = a.0.shape.len();
        let axes: SmallVec<[usize; 4]> = match &options.axis {
            None | Some(Axes::All) => (0..ndim).filter(|&d| a.0.shape[d] == 1).collect(),
            Some(axes) => axes.distinct(ndim)?,
        };
        if axes.iter().any(|&d| a.0.shape[d] != 1) {
            return raise!(Value, "cannot select an axis to squeeze out which has size not equal to one");
        }
        let shape: SmallVec<[usize; 4]> = (0..ndim).filter(|d| !axes.contains(d)).map(|d| a.0.shape[d]).collect();
        cx.reshape(a, &shape)
    }

    /// New axes of length 1 at the given positions of the result. See [`reshape`].
    expand_dims(axis: Axes) |cx, a| {
        let count = match &axis {
            Axes::All => 0,
            Axes::One(_) => 1,
            Axes::Many(axes) => axes.len(),
        };
        let ndim = a.0.shape.len() + count;
        let axes = match &axis {
            Axes::All => SmallVec::new(),
            axes => axes.resolve(ndim)?,
        };
        let mut rest = a.0.shape.iter();
        let shape: SmallVec<[usize; 4]> =
            (0..ndim).map(|d| if axes.contains(&d) { 1 } else { rest.next().copied().unwrap_or(1) }).collect();
        cx.reshape(a, &shape)
    }

    /// Reversed order along all axes, or those given. See [`reshape`].
    flip(options: AxesOptions) |cx, a| {
        let axes = options.axis.unwrap_or(Axes::All).resolve(a.0.shape.len())?;
        flipped(cx, a, &axes)
    }

    /// Reversed order along axis 1.
    fliplr() |cx, a| {
        if a.0.shape.len() < 2 {
            return raise!(Value, "Input must be >= 2-d.");
        }
        flipped(cx, a, &[1])
    }

    /// Reversed order along axis 0.
    flipud() |cx, a| {
        if a.0.shape.is_empty() {
            return raise!(Value, "Input must be >= 1-d.");
        }
        flipped(cx, a, &[0])
    }

    /// Quarter turns in the plane of two axes (the first two unless given). See [`reshape`].
    rot90(options: Rot90Options) |cx, a| {
        let ndim = a.0.shape.len();
        let axes = match options.axes {
            None => Axes::from([0, 1]),
            Some(axes) => axes,
        };
        let Axes::Many(pair) = &axes else { return raise!(Value, "len(axes) must be 2.") };
        let [i, j] = pair[..] else { return raise!(Value, "len(axes) must be 2.") };
        if i == j || i.abs_diff(j) == ndim as u64 {
            return raise!(Value, "Axes must be different.");
        }
        let n = ndim as i64;
        if !(-n..n).contains(&i) || !(-n..n).contains(&j) {
            return raise!(Value, "Axes=({i}, {j}) out of range for array of ndim={ndim}.");
        }
        let (i, j) = (normalize_axis(i, ndim)?, normalize_axis(j, ndim)?);
        let mut swap: SmallVec<[usize; 4]> = (0..ndim).collect();
        swap.swap(i, j);
        match options.k.map_or(1, |k| k.0).rem_euclid(4) {
            0 => Ok(a.clone()),
            1 => cx.permute(&flipped(cx, a, &[j])?, &swap),
            2 => flipped(cx, a, &[i, j]),
            _ => flipped(cx, &cx.permute(a, &swap)?, &[j]),
        }
    }

    /// The diagonal of two axes (the first two unless given) as the last axis. See [`reshape`].
    diagonal(options: DiagonalOptions) |cx, a| {
        diagonal_of(cx, a, options.offset, options.axis1, options.axis2)
    }

    /// The last two axes exchanged.
    matrix_transpose() |cx, a| {
        let ndim = a.0.shape.len();
        if ndim < 2 {
            return raise!(Value, "Input array must be at least 2-dimensional, but it is {ndim}");
        }
        let mut axes: SmallVec<[usize; 4]> = (0..ndim).collect();
        axes.swap(ndim - 1, ndim - 2);
        cx.permute(a, &axes)
    }

    /// At least one axis.
    atleast_1d() |cx, a| {
        if a.0.shape.is_empty() { cx.reshape(a, &[1]) } else { Ok(a.clone()) }
    }

    /// At least two axes: a vector becomes a row.
    atleast_2d() |cx, a| {
        match a.0.shape[..] {
            [] => cx.reshape(a, &[1, 1]),
            [n] => cx.reshape(a, &[1, n]),
            _ => Ok(a.clone()),
        }
    }

    /// At least three axes: `(n)` becomes `(1, n, 1)` and `(m, n)` becomes `(m, n, 1)`.
    atleast_3d() |cx, a| {
        match a.0.shape[..] {
            [] => cx.reshape(a, &[1, 1, 1]),
            [n] => cx.reshape(a, &[1, n, 1]),
            [m, n] => cx.reshape(a, &[m, n, 1]),
            _ => Ok(a.clone()),
        }
    }
}

/// The sum along a diagonal.
#[track_caller]
pub fn trace(a: impl Into<Operand>, options: impl Into<TraceOptions>) -> Array {
    let (a, o) = (a.into(), options.into());
    let diagonal = call("trace", |cx| diagonal_of(cx, &cx.array(a)?, o.offset, o.axis1, o.axis2));
    let mut sum = crate::reduce::SumOptions::from(-1);
    sum.dtype = o.dtype;
    crate::reduce::sum(diagonal, sum)
}

/// Names the argument in an error about an axis.
pub(crate) fn named<T>(name: &str, result: Raised<T>) -> Raised<T> {
    result.map_err(|raise| match raise {
        Raise::New(Class::Axis, text) => Raise::New(Class::Axis, format!("{name}: {text}")),
        other => other,
    })
}

pub(crate) fn named_axes(name: &str, axes: &Axes, ndim: usize) -> Raised<SmallVec<[usize; 4]>> {
    named(name, axes.resolve(ndim)).map_err(|raise| match raise {
        Raise::New(Class::Value, _) => Raise::New(Class::Value, format!("repeated axis in `{name}` argument")),
        other => other,
    })
}

/// A requested shape with its `-1` resolved.
fn fit_shape(old: &[usize], new: &Dims) -> Raised<SmallVec<[usize; 4]>> {
    let size = checked_size(old)?;
    let shown = || {
        // NumPy leaves out leading unknown lengths and calls the others newaxis.
        let known = new.0.iter().skip_while(|&&n| n < 0);
        let parts: Vec<_> = known.map(|&n| if n < 0 { "newaxis".into() } else { n.to_string() }).collect();
        format!("({}{})", parts.join(","), if new.0.len() == 1 && !parts.is_empty() { "," } else { "" })
    };
    let unknown = new.0.iter().filter(|&&n| n == -1).count();
    if unknown > 1 {
        return raise!(Value, "can only specify one unknown dimension");
    }
    if new.0.iter().any(|&n| n < -1) {
        return raise!(Value, "negative dimensions not allowed");
    }
    let known = new.0.iter().filter(|&&n| n != -1).try_fold(1i128, |p, &n| p.checked_mul(n));
    let mismatch = || raise!(Value, "cannot reshape array of size {size} into shape {}", shown());
    let Some(known) = known else { return mismatch() };
    let fill = match unknown {
        0 if known == size as i128 => 1,
        1 if known != 0 && size as i128 % known == 0 => size as i128 / known,
        _ => return mismatch(),
    };
    let fixed: Dims = Dims(new.0.iter().map(|&n| if n == -1 { fill } else { n }).collect());
    fixed.lengths()
}

/// Whether the value is there, and in column-major order only.
fn in_columns(a: &Array) -> bool {
    if !a.is_evaluated() {
        return false;
    }
    let Ok(mut value) = a.concrete() else { return false };
    let by_rows = value.map.is_contiguous();
    value.map.shape.reverse();
    value.map.strides.reverse();
    !by_rows && value.map.is_contiguous()
}

fn reversed(cx: Cx, a: &Array) -> Raised<Array> {
    let axes: SmallVec<[usize; 4]> = (0..a.0.shape.len()).rev().collect();
    cx.permute(a, &axes)
}

pub(crate) fn flipped(cx: Cx, a: &Array, axes: &[usize]) -> Raised<Array> {
    if axes.is_empty() {
        return Ok(a.clone());
    }
    let slices = a.0.shape.iter().enumerate();
    let slices = slices
        .map(|(d, &n)| match axes.contains(&d) && n > 0 {
            true => Slice { start: n - 1, step: -1 },
            false => Slice { start: 0, step: 1 },
        })
        .collect();
    cx.slice(a, slices, a.0.shape.clone())
}

fn diagonal_of(cx: Cx, a: &Array, offset: Option<Int>, axis1: Option<Int>, axis2: Option<Int>) -> Raised<Array> {
    let ndim = a.0.shape.len();
    if ndim < 2 {
        return raise!(Value, "diag requires an array of at least two dimensions");
    }
    let axis1 = named("axis1", normalize_axis(axis1.map_or(0, |a| a.0), ndim))?;
    let axis2 = named("axis2", normalize_axis(axis2.map_or(1, |a| a.0), ndim))?;
    if axis1 == axis2 {
        return raise!(Value, "axis1 and axis2 cannot be the same");
    }
    let offset = offset.unwrap_or_default().0;
    let (rows, columns) = (a.0.shape[axis1], a.0.shape[axis2]);
    let skipped = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
    let len =
        if offset >= 0 { rows.min(columns.saturating_sub(skipped)) } else { columns.min(rows.saturating_sub(skipped)) };
    let mut shape: SmallVec<[usize; 4]> =
        (0..ndim).filter(|&d| d != axis1 && d != axis2).map(|d| a.0.shape[d]).collect();
    shape.push(len);
    // An offset outside the matrix leaves nothing to point at.
    let offset = if len == 0 { 0 } else { offset as isize };
    cx.view(View::Diagonal { offset, axis1, axis2 }, a, shape)
}

/// Views of `arrays` with one common shape. On an error every array carries it.
#[track_caller]
pub fn broadcast_arrays<T: Into<Operand>>(arrays: impl IntoIterator<Item = T>) -> Vec<Array> {
    let operands: Vec<Operand> = arrays.into_iter().map(Into::into).collect();
    let location = std::panic::Location::caller();
    let build = || -> Raised<Vec<Array>> {
        let cx = Cx { location };
        let arrays: Vec<Array> = operands.iter().map(|o| cx.array(o)).collect::<Raised<_>>()?;
        let shape = broadcast_all(arrays.iter().map(|a| &a.0.shape[..]))?;
        arrays.iter().map(|a| cx.broadcast(a, &shape)).collect()
    };
    build().unwrap_or_else(|raise| vec![Array::failed(raise.sign("broadcast_arrays", location)); operands.len()])
}

/// Whether a rule lets a dtype become another one.
pub(crate) fn check_cast(what: &str, from: DType, to: DType, rule: Casting) -> Raised<()> {
    if from.can_cast(to, rule) {
        return Ok(());
    }
    raise!(DType, "Cannot cast {what} from dtype('{from}') to dtype('{to}') according to the rule '{}'", rule.name())
}

/// Declares functions of several arrays.
macro_rules! joins {
    ($($(#[$doc:meta])* $name:ident($($Options:ident)?) |$cx:ident, $parts:ident $(, $options:ident)?| $body:block)*) => {$(
        $(#[$doc])*
        #[track_caller]
        pub fn $name<T: Into<Operand>>(
            arrays: impl IntoIterator<Item = T> $(, options: impl Into<$Options>)?
        ) -> Array {
            let operands: Vec<Operand> = arrays.into_iter().map(Into::into).collect();
            $(let $options: $Options = options.into();)?
            call(stringify!($name), |$cx| {
                if operands.is_empty() {
                    return raise!(Value, "need at least one array to {}", if stringify!($name) == "stack" { "stack" } else { "concatenate" });
                }
                let given: [(Option<DType>, Option<Casting>); _] = [$(($options.dtype, $options.casting))?];
                let (wanted, rule) = given.first().copied().unwrap_or_default();
                let dtype = wanted.unwrap_or_else(|| common_dtype(&operands));
                for operand in &operands {
                    let own = operand.own_dtype();
                    if operand.weak().is_none() {
                        check_cast("array data", own, dtype, rule.unwrap_or(Casting::SameKind))?;
                    }
                }
                let $parts: Vec<Array> = operands.iter().map(|o| $cx.array_as(o, dtype)).collect::<Raised<_>>()?;
                $body
            })
        }
    )*};
}

joins! {
    /// Arrays joined along an existing axis (the first unless given; `..` of
    /// [`axis`](crate::options::axis) flattens them first).
    ///
    /// ```
    /// use numfuse as np;
    /// let (a, b) = (np::array![[1, 2]], np::array![[3, 4]]);
    /// assert_eq!(np::concatenate([&a, &b], ..).shape(), [2, 2]);
    /// assert_eq!(np::concatenate([&a, &b], 1).to_vec::<i32>()?, [1, 2, 3, 4]);
    /// assert_eq!(np::stack([&a, &b], -1).shape(), [1, 2, 2]);
    /// assert_eq!(np::hstack([&a, &b], ..).shape(), [1, 4]);
    /// assert_eq!(np::vstack([[1, 2], [3, 4]], np::float32).shape(), [2, 2]);
    /// assert_eq!(np::column_stack([[1, 2], [3, 4]]).to_vec::<i32>()?, [1, 3, 2, 4]);
    /// # Ok::<(), np::Error>(())
    /// ```
    concatenate(JoinOptions) |cx, parts, options| { join(cx, &parts, &options.axis) }

    /// Another name of [`concatenate`].
    concat(JoinOptions) |cx, parts, options| { join(cx, &parts, &options.axis) }

    /// Arrays of one shape joined along a new axis. See [`concatenate`].
    stack(JoinOptions) |cx, parts, options| {
        let shape = &parts[0].0.shape;
        if parts.iter().any(|p| p.0.shape != *shape) {
            return raise!(Value, "all input arrays must have the same shape");
        }
        let axis = Axes::single(&options.axis, shape.len() + 1)?.unwrap_or(0);
        let mut widened = shape.clone();
        widened.insert(axis, 1);
        let parts: Vec<Array> = parts.iter().map(|p| cx.reshape(p, &widened)).collect::<Raised<_>>()?;
        cx.concat(&parts, axis)
    }

    /// Side by side: joined along the second axis, or the first of vectors. See [`concatenate`].
    hstack(StackOptions) |cx, parts, options| {
        let parts: Vec<Array> = parts.iter().map(|p| at_least(cx, p, 1)).collect::<Raised<_>>()?;
        let axis = if parts[0].0.shape.len() == 1 { 0 } else { 1 };
        join(cx, &parts, &Some(Axes::One(axis)))
    }

    /// On top of each other: joined along the first axis, vectors as rows. See [`concatenate`].
    vstack(StackOptions) |cx, parts, options| {
        let parts: Vec<Array> = parts.iter().map(|p| at_least(cx, p, 2)).collect::<Raised<_>>()?;
        join(cx, &parts, &None)
    }

    /// Behind each other: joined along the third axis.
    dstack() |cx, parts| {
        let parts: Vec<Array> = parts.iter().map(|p| at_least(cx, p, 3)).collect::<Raised<_>>()?;
        join(cx, &parts, &Some(Axes::One(2)))
    }

    /// Vectors as the columns of a matrix. See [`concatenate`].
    column_stack() |cx, parts| {
        let columns = |p: &Array| match p.0.shape[..] {
            [] => cx.reshape(p, &[1, 1]),
            [n] => cx.reshape(p, &[n, 1]),
            _ => Ok(p.clone()),
        };
        let parts: Vec<Array> = parts.iter().map(columns).collect::<Raised<_>>()?;
        join(cx, &parts, &Some(Axes::One(1)))
    }
}

/// Another name of [`transpose`].
#[track_caller]
pub fn permute_dims(a: impl Into<Operand>, options: impl Into<TransposeOptions>) -> Array {
    transpose(a, options)
}

/// Another name of [`vstack`].
#[track_caller]
pub fn row_stack<T: Into<Operand>>(arrays: impl IntoIterator<Item = T>, options: impl Into<StackOptions>) -> Array {
    vstack(arrays, options)
}

fn at_least(cx: Cx, a: &Array, ndim: usize) -> Raised<Array> {
    let shape: SmallVec<[usize; 4]> = match (ndim, &a.0.shape[..]) {
        (n, []) => smallvec::smallvec![1; n],
        (2, [n]) => smallvec::smallvec![1, *n],
        (3, [n]) => smallvec::smallvec![1, *n, 1],
        (3, [m, n]) => smallvec::smallvec![*m, *n, 1],
        (_, shape) => shape.into(),
    };
    cx.reshape(a, &shape)
}

/// Arrays of any dtype joined along an axis.
pub(crate) fn joined(cx: Cx, parts: &[Array], axis: usize) -> Raised<Array> {
    let dtype = parts.iter().map(|p| p.0.dtype).reduce(DType::promote).unwrap_or(DType::F64);
    let parts: Vec<Array> = parts.iter().map(|p| cx.cast(p, dtype)).collect::<Raised<_>>()?;
    join(cx, &parts, &Some(Axes::One(axis as i64)))
}

fn join(cx: Cx, parts: &[Array], axis: &Option<Axes>) -> Raised<Array> {
    if let Some(Axes::All) = axis {
        let flat: Raised<Vec<Array>> = parts.iter().map(|p| cx.reshape(p, &[checked_size(&p.0.shape)?])).collect();
        return cx.concat(&flat?, 0);
    }
    let first = &parts[0].0.shape;
    if first.is_empty() {
        return raise!(Value, "zero-dimensional arrays cannot be concatenated");
    }
    let axis = Axes::single(axis, first.len())?.unwrap_or(0);
    for (n, part) in parts.iter().enumerate() {
        let shape = &part.0.shape;
        if shape.len() != first.len() {
            return raise!(
                Value,
                "all the input arrays must have same number of dimensions, but the array at index 0 has {} dimension(s) and the array at index {n} has {} dimension(s)",
                first.len(),
                shape.len()
            );
        }
        for d in (0..first.len()).filter(|&d| d != axis) {
            if shape[d] != first[d] {
                return raise!(
                    Value,
                    "all the input array dimensions except for the concatenation axis must match exactly, but along dimension {d}, the array at index 0 has size {} and the array at index {n} has size {}",
                    first[d],
                    shape[d]
                );
            }
        }
    }
    cx.concat(parts, axis)
}

/// The common shape of several shapes under broadcasting.
///
/// ```
/// use numfuse as np;
/// assert_eq!(np::broadcast_shapes([vec![3, 1], vec![4]])?, [3, 4]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn broadcast_shapes<T: Into<Dims>>(shapes: impl IntoIterator<Item = T>) -> crate::Result<Vec<usize>> {
    let location = std::panic::Location::caller();
    let find = || -> Raised<Vec<usize>> {
        let shapes: Vec<_> = shapes.into_iter().map(|s| s.into().lengths()).collect::<Raised<_>>()?;
        match broadcast_all(shapes.iter().map(|s| &s[..])) {
            Ok(shape) => Ok(shape.to_vec()),
            Err(_) => {
                let all: Vec<_> = shapes.iter().map(|s| tight(s)).collect();
                raise!(
                    Shape,
                    "shape mismatch: objects cannot be broadcast to a single shape. The shapes are {}",
                    all.join(" ")
                )
            }
        }
    };
    find().map_err(|raise| raise.sign("broadcast_shapes", location))
}

impl Array {
    /// The transpose: axes in reverse order.
    #[track_caller]
    pub fn t(&self) -> Array {
        self.transpose(..)
    }

    /// The last two axes exchanged; see [`matrix_transpose`].
    #[track_caller]
    pub fn mt(&self) -> Array {
        self.matrix_transpose()
    }

    /// All elements in one dimension; as [`ravel`], since arrays are values.
    #[track_caller]
    pub fn flatten(&self, options: impl Into<OrderOptions>) -> Array {
        ravel(self, options)
    }

    /// The sum along a diagonal.
    #[track_caller]
    pub fn trace(&self, options: impl Into<TraceOptions>) -> Array {
        trace(self, options)
    }
}
