//! Types that option values are given as.

use smallvec::SmallVec;

use crate::array::Operand;
use crate::error::{Raised, raise};
use crate::linalg::Ord;

/// The value of option [`p`](fn@super::p): probabilities, or which norm.
#[derive(Clone, Debug)]
pub enum PValue {
    /// Numbers.
    Numbers(Operand),
    /// A norm by its name.
    Norm(Ord),
}

macro_rules! p_numbers {
    ($([$($generics:tt)*] $t:ty),*) => {$(
        impl<$($generics)*> From<$t> for PValue {
            #[track_caller]
            fn from(value: $t) -> PValue { PValue::Numbers(value.into()) }
        }
    )*};
}
p_numbers!([] i32, [] i64, [] f64, [] crate::Array, [] &crate::Array, [] Operand, [] crate::NdArray);
p_numbers!([const N: usize] [f64; N], [const N: usize] &[f64; N], [] &[f64], [] Vec<f64>, [] &Vec<f64>);

impl From<&'static str> for PValue {
    fn from(name: &'static str) -> PValue {
        PValue::Norm(name.into())
    }
}

impl From<Ord> for PValue {
    fn from(ord: Ord) -> PValue {
        PValue::Norm(ord)
    }
}

/// The value of option [`mode`](fn@super::mode): by name, or a [`TakeMode`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ModeValue {
    /// What an index out of range means.
    Take(TakeMode),
    /// A name.
    Text(String),
}

impl From<TakeMode> for ModeValue {
    fn from(mode: TakeMode) -> ModeValue {
        ModeValue::Take(mode)
    }
}

impl From<&str> for ModeValue {
    fn from(mode: &str) -> ModeValue {
        ModeValue::Text(mode.to_owned())
    }
}

impl ModeValue {
    /// What an index out of range means; an error unless told otherwise.
    pub(crate) fn take(mode: &Option<ModeValue>) -> Raised<TakeMode> {
        match mode {
            None => Ok(TakeMode::default()),
            Some(ModeValue::Take(mode)) => Ok(*mode),
            Some(ModeValue::Text(name)) => match name.as_str() {
                "raise" => Ok(TakeMode::Raise),
                "wrap" => Ok(TakeMode::Wrap),
                "clip" => Ok(TakeMode::Clip),
                _ => raise!(Value, "clipmode must be one of 'clip', 'raise', or 'wrap' (got '{name}')"),
            },
        }
    }

    /// A mode by its name.
    pub(crate) fn text<'a>(mode: &'a Option<ModeValue>, usual: &'a str) -> &'a str {
        match mode {
            None => usual,
            Some(ModeValue::Text(name)) => name,
            Some(ModeValue::Take(TakeMode::Raise)) => "raise",
            Some(ModeValue::Take(TakeMode::Wrap)) => "wrap",
            Some(ModeValue::Take(TakeMode::Clip)) => "clip",
        }
    }
}

/// An integer option: any Rust integer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Int(pub(crate) i64);

macro_rules! int_from {
    ($($t:ty),*) => {$(
        impl From<$t> for Int {
            // No count, axis or offset comes near 2^63.
            fn from(value: $t) -> Int { Int(i64::try_from(value).unwrap_or(i64::MAX)) }
        }
    )*};
}
int_from!(i32, i64, isize, u32, u64, usize);

/// The value of option [`threshold`](fn@super::threshold): an integer, or a float such as infinity.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Threshold(pub(crate) f64);

macro_rules! threshold_from {
    ($($t:ty),*) => {$(
        impl From<$t> for Threshold {
            fn from(value: $t) -> Threshold { Threshold(value as f64) }
        }
    )*};
}
threshold_from!(i32, i64, isize, u32, u64, usize, f64);

/// The value of option [`sign`](fn@super::sign).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sign(pub(crate) String);

impl From<char> for Sign {
    fn from(sign: char) -> Sign {
        Sign(sign.into())
    }
}

impl From<&str> for Sign {
    fn from(sign: &str) -> Sign {
        Sign(sign.into())
    }
}

impl From<bool> for Sign {
    fn from(sign: bool) -> Sign {
        Sign(if sign { "True" } else { "" }.into())
    }
}

/// Axes of an array: one, several, or all (`..`). Negative axes count from the end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Axes {
    /// Every axis: NumPy's `axis=None`.
    All,
    /// One axis.
    One(i64),
    /// Several axes.
    Many(SmallVec<[i64; 4]>),
}

impl From<std::ops::RangeFull> for Axes {
    fn from(_: std::ops::RangeFull) -> Axes {
        Axes::All
    }
}

impl From<()> for Axes {
    fn from(_: ()) -> Axes {
        Axes::Many(SmallVec::new())
    }
}

macro_rules! axes_from {
    ($($t:ty),*) => {$(
        impl From<$t> for Axes {
            fn from(axis: $t) -> Axes { Axes::One(axis as i64) }
        }
        impl<const N: usize> From<[$t; N]> for Axes {
            fn from(axes: [$t; N]) -> Axes { Axes::Many(axes.iter().map(|&a| a as i64).collect()) }
        }
        impl<const N: usize> From<&[$t; N]> for Axes {
            fn from(axes: &[$t; N]) -> Axes { Axes::Many(axes.iter().map(|&a| a as i64).collect()) }
        }
        impl From<&[$t]> for Axes {
            fn from(axes: &[$t]) -> Axes { Axes::Many(axes.iter().map(|&a| a as i64).collect()) }
        }
        impl From<Vec<$t>> for Axes {
            fn from(axes: Vec<$t>) -> Axes { Axes::Many(axes.iter().map(|&a| a as i64).collect()) }
        }
    )*};
}
axes_from!(i32, i64, isize, usize);

/// An axis number, counted from the front.
pub(crate) fn normalize_axis(axis: i64, ndim: usize) -> Raised<usize> {
    let n = ndim as i64;
    if !(-n..n).contains(&axis) {
        return raise!(Axis, "axis {axis} is out of bounds for array of dimension {ndim}");
    }
    Ok(if axis < 0 { axis + n } else { axis } as usize)
}

/// What ufuncs and `squeeze` say of an axis that is there twice.
const DUPLICATE: &str = "duplicate value in 'axis'";

impl Axes {
    /// The axes that a ufunc or `squeeze` takes, in the order given, checked.
    pub(crate) fn distinct(&self, ndim: usize) -> Raised<SmallVec<[usize; 4]>> {
        self.resolve_or(ndim, DUPLICATE)
    }

    /// The axes in the order given, checked.
    pub(crate) fn resolve(&self, ndim: usize) -> Raised<SmallVec<[usize; 4]>> {
        self.resolve_or(ndim, "repeated axis")
    }

    /// [`Axes::resolve`] with the words for an axis that is there twice: ufuncs have their own.
    fn resolve_or(&self, ndim: usize, repeated: &str) -> Raised<SmallVec<[usize; 4]>> {
        match self {
            Axes::All => Ok((0..ndim).collect()),
            Axes::One(axis) => Ok(smallvec::smallvec![normalize_axis(*axis, ndim)?]),
            Axes::Many(axes) => {
                let mut out: SmallVec<[usize; 4]> = SmallVec::new();
                for &axis in axes {
                    let axis = normalize_axis(axis, ndim)?;
                    if out.contains(&axis) {
                        return raise!(Value, "{repeated}");
                    }
                    out.push(axis);
                }
                Ok(out)
            }
        }
    }

    /// NumPy lets axis 0 (or -1) of a 0-d array pass where it reduces.
    fn is_first_of_scalar(&self) -> bool {
        match self {
            Axes::One(axis) => [0, -1].contains(axis),
            Axes::Many(axes) => matches!(axes[..], [0] | [-1]),
            Axes::All => false,
        }
    }

    /// The axes in ascending order; all of them when not given.
    pub(crate) fn reduced(axes: &Option<Axes>, ndim: usize) -> Raised<SmallVec<[usize; 4]>> {
        if ndim == 0 && axes.as_ref().is_some_and(Axes::is_first_of_scalar) {
            return Ok(SmallVec::new());
        }
        Axes::listed(axes, ndim)
    }

    /// [`Axes::reduced`] without the leave for 0-d arrays, which mean and variance do not give.
    pub(crate) fn listed(axes: &Option<Axes>, ndim: usize) -> Raised<SmallVec<[usize; 4]>> {
        let mut axes = axes.as_ref().unwrap_or(&Axes::All).distinct(ndim)?;
        axes.sort_unstable();
        Ok(axes)
    }

    /// A single axis, or `None` for all.
    pub(crate) fn single(axes: &Option<Axes>, ndim: usize) -> Raised<Option<usize>> {
        match axes {
            None | Some(Axes::All) => Ok(None),
            Some(axes) if ndim == 0 && axes.is_first_of_scalar() => Ok(None),
            Some(Axes::One(axis)) => normalize_axis(*axis, ndim).map(Some),
            Some(Axes::Many(axes)) => match axes.as_slice() {
                [axis] => normalize_axis(*axis, ndim).map(Some),
                _ => raise!(DType, "only one axis is allowed here, got {}", axes.len()),
            },
        }
    }
}

/// What an index out of range means to [`take`](crate::take).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum TakeMode {
    /// An error of the evaluation.
    #[default]
    Raise,
    /// Counts modulo the length.
    Wrap,
    /// Means the nearest end; negative indices mean the first element.
    Clip,
}
