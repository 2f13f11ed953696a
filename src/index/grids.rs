//! Arrays from slices: `r_`, `c_`, `mgrid` and `ogrid`, which are macros here.

use std::ops::{Range, RangeTo};

use num_complex::Complex;
use numfuse_ir::shape::Shape;
use numfuse_ir::{DType, Ew, Kind};
use smallvec::SmallVec;

use super::positions::call_all;
use crate::array::Array;
use crate::array::build::{Cx, call};
use crate::array::operand::{Operand, Weak, common_dtype};
use crate::error::{Raised, raise};

/// What [`r_!`](crate::r_) and its kin take: a range of numbers, an array, or a directive.
#[derive(Clone, Debug)]
pub struct GridItem(Item);

#[derive(Clone, Debug)]
enum Item {
    Range { start: Weak, stop: Weak, step: GridStep },
    Array(Operand),
    Directive(String),
}

/// The step of a range, or the number of points from its first to its last number.
#[derive(Clone, Copy, Debug)]
pub struct GridStep(Step);

#[derive(Clone, Copy, Debug)]
enum Step {
    By(Weak),
    Points(f64),
}

macro_rules! steps {
    ($($t:ty),*) => {$(
        impl From<$t> for GridStep {
            fn from(step: $t) -> GridStep { GridStep(Step::By(step.into())) }
        }
    )*};
}
steps!(i32, i64, isize, f32, f64);

/// NumPy's spelling of a number of points: an imaginary step.
impl From<Complex<f64>> for GridStep {
    fn from(step: Complex<f64>) -> GridStep {
        GridStep(Step::Points(step.norm()))
    }
}

/// `num(5)`: so many points.
impl From<crate::options::Set<crate::options::Num>> for GridStep {
    fn from(points: crate::options::Set<crate::options::Num>) -> GridStep {
        GridStep(Step::Points(points.0.0.0.unsigned_abs() as f64))
    }
}

macro_rules! ranges {
    ($($t:ty),*) => {$(
        impl From<Range<$t>> for GridItem {
            fn from(range: Range<$t>) -> GridItem {
                let step = GridStep(Step::By(Weak::Int(1)));
                GridItem(Item::Range { start: range.start.into(), stop: range.end.into(), step })
            }
        }
        impl From<RangeTo<$t>> for GridItem {
            fn from(range: RangeTo<$t>) -> GridItem {
                let step = GridStep(Step::By(Weak::Int(1)));
                GridItem(Item::Range { start: Weak::Int(0), stop: range.end.into(), step })
            }
        }
    )*};
}
ranges!(i32, i64, isize, usize, f32, f64);

impl<T: Into<Operand>> From<T> for GridItem {
    #[track_caller]
    fn from(item: T) -> GridItem {
        GridItem(Item::Array(item.into()))
    }
}

impl From<&str> for GridItem {
    fn from(directive: &str) -> GridItem {
        GridItem(Item::Directive(directive.to_owned()))
    }
}

impl GridItem {
    /// The range with another step. Other items stay as they are.
    pub fn step(self, step: impl Into<GridStep>) -> GridItem {
        match self.0 {
            Item::Range { start, stop, .. } => GridItem(Item::Range { start, stop, step: step.into() }),
            other => GridItem(other),
        }
    }
}

fn value(x: Weak) -> f64 {
    match x {
        Weak::Bool(b) => f64::from(u8::from(b)),
        Weak::Int(i) => i as f64,
        Weak::Float(x) => x,
        Weak::Complex(z) => z.re,
    }
}

fn operand(x: Weak) -> Operand {
    Operand(crate::array::operand::Arg::Weak(x))
}

/// The numbers of one range.
fn spread(start: Weak, stop: Weak, step: GridStep) -> Raised<Array> {
    let made = match step.0 {
        Step::By(step) => crate::arange(operand(start), crate::options::stop(operand(stop)).step(operand(step))),
        Step::Points(n) => crate::linspace(operand(start), operand(stop), points(n)?),
    };
    made.check()?;
    Ok(made)
}

fn points(n: f64) -> Raised<i64> {
    if n < i64::MAX as f64 { Ok(n as i64) } else { raise!(Value, "Maximum allowed size exceeded") }
}

/// What [`r_!`](crate::r_) joins: `c` for [`c_!`](crate::c_).
#[doc(hidden)]
#[track_caller]
pub fn joined_items(items: Vec<GridItem>, c: bool) -> Array {
    call(if c { "c_" } else { "r_" }, |cx| {
        let (mut axis, mut ndmin, mut place) = if c { (-1, 2, 0) } else { (0, 1, -1) };
        let mut matrix = None;
        let mut parts: Vec<(Operand, bool)> = Vec::new();
        for (n, item) in items.into_iter().enumerate() {
            match item.0 {
                Item::Directive(_) if n != 0 => return raise!(Value, "special directives must be the first entry."),
                Item::Directive(text) => match &text[..] {
                    "r" | "c" => {
                        matrix = Some(text == "c");
                        ndmin = 1;
                    }
                    text => {
                        let numbers: Result<Vec<i64>, _> = text.split(',').map(|t| t.trim().parse()).collect();
                        match numbers.as_deref() {
                            Ok([one]) => axis = *one,
                            Ok([a, n]) => (axis, ndmin) = (*a, usize::try_from(*n).unwrap_or(0)),
                            Ok([a, n, p]) => (axis, ndmin, place) = (*a, usize::try_from(*n).unwrap_or(0), *p),
                            _ => return raise!(Value, "unknown special directive '{text}'"),
                        }
                    }
                },
                Item::Range { start, stop, step } => parts.push(((&spread(start, stop, step)?).into(), true)),
                Item::Array(operand) => parts.push((operand, false)),
            }
        }
        if parts.is_empty() {
            return raise!(Value, "need at least one array to concatenate");
        }
        let dtype = common_dtype(parts.iter().map(|p| &p.0));
        let arrays = parts.iter().map(|(operand, is_range)| {
            let a = cx.array_as(operand, dtype)?;
            raised_to(cx, &a, ndmin, place, *is_range, operand.weak().is_some())
        });
        let arrays: Vec<Array> = arrays.collect::<Raised<_>>()?;
        let result = crate::concatenate(&arrays, crate::options::axis(axis));
        result.check()?;
        match matrix {
            // A matrix has two axes; one made of vectors is a row, or with `c` a column.
            Some(column) => {
                let flat = result.0.shape.len() == 1;
                let matrix = crate::atleast_2d(&result);
                Ok(if flat && column { matrix.t() } else { matrix })
            }
            None => Ok(result),
        }
    })
}

/// An array with at least `ndmin` axes, its own from place `place` on (`AxisConcatenator` in
/// `numpy/lib/_index_tricks_impl.py`).
fn raised_to(cx: Cx, a: &Array, ndmin: usize, place: i64, is_range: bool, is_number: bool) -> Raised<Array> {
    let own = a.0.shape.len();
    let Some(more) = ndmin.checked_sub(own).filter(|&more| more > 0) else { return Ok(a.clone()) };
    let mut shape: Shape = smallvec::smallvec![1; more];
    shape.extend_from_slice(&a.0.shape);
    let wide = cx.reshape(a, &shape)?;
    if is_number || place == -1 && is_range {
        return Ok(wide);
    }
    if is_range {
        let axis = crate::options::normalize_axis(place, ndmin)?;
        let mut order: SmallVec<[usize; 4]> = (0..ndmin).collect();
        order.swap(axis, ndmin - 1);
        return cx.permute(&wide, &order);
    }
    if place == -1 {
        return Ok(wide);
    }
    let first = if place < 0 { place + more as i64 + 1 } else { place };
    let first = usize::try_from(first).unwrap_or(0).min(ndmin);
    // axes[:first] + axes[more:] + axes[first:more]
    let mut order: SmallVec<[usize; 4]> = (0..first).collect();
    order.extend(more..ndmin);
    order.extend(first.min(more)..more);
    if order.len() != ndmin {
        return raise!(Value, "axes don't match array");
    }
    cx.permute(&wide, &order)
}

/// The ranges of a grid: each as steps from a start, and the dtype of all.
struct Grid {
    lines: Vec<(usize, Weak, Weak)>,
    dtype: DType,
}

/// Ranges that end before they start are empty, but not in a `dense` grid of several.
fn grid(items: Vec<GridItem>, dense: bool) -> Raised<Grid> {
    let (mut lines, mut kind) = (Vec::new(), Kind::Signed);
    for item in items {
        let Item::Range { start, stop, step } = item.0 else {
            return raise!(DType, "a grid is made of slices");
        };
        let (first, last) = (value(start), value(stop));
        let (size, step) = match step.0 {
            Step::Points(n) => {
                kind = kind.max(Kind::Float);
                let n = points(n)?;
                let step = if n > 1 { (last - first) / (n - 1) as f64 } else { 1.0 };
                (n as f64, Weak::Float(step))
            }
            Step::By(step) => {
                if value(step) == 0.0 {
                    return raise!(ZeroDivision, "division by zero");
                }
                (((last - first) / value(step)).ceil(), step)
            }
        };
        for number in [start, stop, step] {
            kind = kind.max(number.kind());
        }
        if !size.is_finite() || size >= i64::MAX as f64 {
            return raise!(Value, "Maximum allowed size exceeded");
        }
        if size < 0.0 && dense {
            return raise!(Value, "negative dimensions are not allowed");
        }
        lines.push((size.max(0.0) as usize, start, step));
    }
    let dtype = if kind == Kind::Float { DType::F64 } else { DType::I64 };
    Ok(Grid { lines, dtype })
}

/// One line of a grid, along its axis.
fn line(cx: Cx, grid: &Grid, axis: usize) -> Raised<Array> {
    let (n, start, step) = grid.lines[axis];
    let counted = cx.cast(&cx.iota(n, axis, grid.lines.len())?, grid.dtype)?;
    let scaled = cx.bin(Ew::Multiply, &counted, operand(step))?;
    cx.bin(Ew::Add, &scaled, operand(start))
}

/// What [`mgrid!`](crate::mgrid) makes.
#[doc(hidden)]
#[track_caller]
pub fn dense_grid(items: Vec<GridItem>) -> Array {
    call("mgrid", |cx| {
        let single = items.len() == 1;
        let grid = grid(items, !single)?;
        let shape: Shape = grid.lines.iter().map(|l| l.0).collect();
        if single {
            return line(cx, &grid, 0);
        }
        let mut wide: Shape = smallvec::smallvec![1];
        wide.extend_from_slice(&shape);
        let lines: Vec<Array> = (0..shape.len())
            .map(|axis| cx.reshape(&cx.broadcast(&line(cx, &grid, axis)?, &shape)?, &wide))
            .collect::<Raised<_>>()?;
        if lines.is_empty() {
            return cx.full(&[0], &crate::array::operand::k(0), DType::I64);
        }
        cx.concat(&lines, 0)
    })
}

/// What [`ogrid!`](crate::ogrid) makes.
#[doc(hidden)]
#[track_caller]
pub fn open_grid(items: Vec<GridItem>) -> Vec<Array> {
    call_all("ogrid", |cx| {
        let grid = grid(items, false)?;
        (0..grid.lines.len()).map(|axis| line(cx, &grid, axis)).collect()
    })
}

/// Items for the functions behind the macros.
#[doc(hidden)]
#[macro_export]
macro_rules! grid_items {
    ($($item:expr $(; $step:expr)?),* $(,)?) => {
        vec![$({
            // `3..0;-1` runs backwards.
            #[allow(clippy::reversed_empty_ranges)]
            let item = $crate::GridItem::from($item)$(.step($step))?;
            item
        }),*]
    };
}

/// Joins arrays, numbers and ranges along the first axis: NumPy's `r_`. A range is `start..stop`, with a
/// step `start..stop;step`, or `start..stop;num(5)`: five points, `stop` the last of them. A first item
/// of text is a directive: `"axis"`, `"axis,ndmin"` or `"axis,ndmin,place"`; `"r"` and
/// `"c"` give the matrix of one row or column.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// assert_eq!(np::r_![1..4, 0, np::array![7, 8]].to_vec::<i64>()?, [1, 2, 3, 0, 7, 8]);
/// assert_eq!(np::r_![-1.0..1.0; num(5)].to_vec::<f64>()?, [-1.0, -0.5, 0.0, 0.5, 1.0]);
/// assert_eq!(np::r_!["0,2", [1, 2], [3, 4]].shape(), [2, 2]);
/// assert_eq!(np::c_![[1, 2], [3, 4]].to_vec::<i32>()?, [1, 3, 2, 4]);
/// # Ok::<(), np::Error>(())
/// ```
#[macro_export]
macro_rules! r_ {
    ($($items:tt)*) => { $crate::joined_items($crate::grid_items![$($items)*], false) };
}

/// Joins arrays as columns, along the last axis: NumPy's `c_`. See [`r_!`](crate::r_).
#[macro_export]
macro_rules! c_ {
    ($($items:tt)*) => { $crate::joined_items($crate::grid_items![$($items)*], true) };
}

/// The coordinates of a grid of ranges, one array per axis, stacked along a new first axis (a vector for
/// one range): NumPy's `mgrid`. Ranges are those of [`r_!`](crate::r_).
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// let g = np::mgrid![0..2, 0..3];
/// assert_eq!(g.shape(), [2, 2, 3]);
/// assert_eq!(g.slice(1).to_vec::<i64>()?, [0, 1, 2, 0, 1, 2]);
/// assert_eq!(np::mgrid![-1.0..1.0; num(3)].to_vec::<f64>()?, [-1.0, 0.0, 1.0]);
/// let open = np::ogrid![0..2, 0..3];
/// assert_eq!((open[0].shape(), open[1].shape()), (&[2, 1][..], &[1, 3][..]));
/// # Ok::<(), np::Error>(())
/// ```
#[macro_export]
macro_rules! mgrid {
    ($($items:tt)*) => { $crate::dense_grid($crate::grid_items![$($items)*]) };
}

/// The coordinates of a grid of ranges as arrays that broadcast against each other: NumPy's `ogrid`. See
/// [`mgrid!`](crate::mgrid).
#[macro_export]
macro_rules! ogrid {
    ($($items:tt)*) => { $crate::open_grid($crate::grid_items![$($items)*]) };
}
