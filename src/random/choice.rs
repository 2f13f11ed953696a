//! Samples, shuffles and permutations of arrays.

use numfuse_backends::host::random::fill;
use numfuse_backends::host::random::shuffle::{sample_positions, shuffle, shuffle_lane, shuffle_positions};
use numfuse_backends::runtime::{Buffer, Concrete};
use numfuse_ir::shape::Shape;
use numfuse_ir::{DType, IndexMap, dispatch};

use super::bit_generator::Shared;
use super::options::{ChoiceOptions, LegacyChoiceOptions};
use super::params::{Param, array_of, finished, kahan_sum, shape_of};
use crate::array::build::Cx;
use crate::array::operand::{Arg, Operand, Weak};
use crate::array::{Array, Dims, NdArray};
use crate::error::{Raised, no_memory, raise};
use crate::options::{Axes, PValue, normalize_axis};

/// What is drawn from: integers below a number, or slices of an array.
enum Population {
    Below(i128),
    Of(Array),
}

/// A bare integer, if the operand is one.
fn integer(operand: &Operand) -> Option<i128> {
    match &operand.0 {
        Arg::Weak(Weak::Int(n)) | Arg::Const(Weak::Int(n)) => Some(*n),
        Arg::Strong(s) if s.dtype().is_integer() => s.to_i128(),
        _ => None,
    }
}

fn population(cx: Cx, a: &Operand, not_integer: &str) -> Raised<Population> {
    if let Some(n) = integer(a) {
        return Ok(Population::Below(n));
    }
    let array = cx.array(a)?;
    if !array.0.shape.is_empty() {
        return Ok(Population::Of(array));
    }
    match array.eval()?.get_flat(0).to_i128() {
        Some(n) if array.0.dtype.is_integer() => Ok(Population::Below(n)),
        _ => raise!(Value, "{not_integer}"),
    }
}

/// Words that differ between `Generator` and `RandomState`.
struct Wording {
    not_integer: &'static str,
    not_positive: &'static str,
    empty: &'static str,
    p_axes: &'static str,
    p_size: &'static str,
    p_nan: &'static str,
    p_negative: &'static str,
    p_sum: &'static str,
    too_many: &'static str,
}

const NEW: Wording = Wording {
    not_integer: "a must be a sequence or an integer, not <class 'numpy.ndarray'>",
    not_positive: "a must be a positive integer unless no samples are taken",
    empty: "a cannot be empty unless no samples are taken",
    p_axes: "p must be 1-dimensional",
    p_size: "a and p must have same size",
    p_nan: "Probabilities contain NaN",
    p_negative: "Probabilities are not non-negative",
    p_sum: "Probabilities do not sum to 1. See Notes section of docstring for more information.",
    too_many: "Cannot take a larger sample than population when replace is False",
};

const LEGACY: Wording = Wording {
    not_integer: "a must be 1-dimensional or an integer",
    not_positive: "a must be greater than 0 unless no samples are taken",
    empty: "'a' cannot be empty unless no samples are taken",
    p_axes: "'p' must be 1-dimensional",
    p_size: "'a' and 'p' must have same size",
    p_nan: "probabilities contain NaN",
    p_negative: "probabilities are not non-negative",
    p_sum: "probabilities do not sum to 1",
    too_many: "Cannot take a larger sample than population when 'replace=False'",
};

/// `Generator.choice`.
pub(super) fn choice(cx: Cx, bits: &Shared, a: Operand, o: ChoiceOptions) -> Raised<Array> {
    let population = population(cx, &a, NEW.not_integer)?;
    let (axis, count) = match &population {
        Population::Below(n) => (0, *n),
        Population::Of(array) => {
            let Ok(axis) = single_axis(&o.axis, array.0.shape.len()) else {
                return raise!(Index, "tuple index out of range");
            };
            (axis, array.0.shape[axis] as i128)
        }
    };
    let below = matches!(population, Population::Below(_));
    let draw = Draw { words: &NEW, below, count, size: &o.size, p: &o.p, replace: o.replace.unwrap_or(true) };
    let (positions, shape) = draw.positions(cx, bits, Some(o.shuffle.unwrap_or(true)))?;
    taken(cx, population, positions, &shape, axis)
}

/// `RandomState.choice`.
pub(super) fn legacy_choice(cx: Cx, bits: &Shared, a: Operand, o: LegacyChoiceOptions) -> Raised<Array> {
    let population = population(cx, &a, LEGACY.not_integer)?;
    let count = match &population {
        Population::Below(n) => *n,
        Population::Of(array) if array.0.shape.len() != 1 => return raise!(Value, "a must be 1-dimensional"),
        Population::Of(array) => array.0.shape[0] as i128,
    };
    let below = matches!(population, Population::Below(_));
    let draw = Draw { words: &LEGACY, below, count, size: &o.size, p: &o.p, replace: o.replace.unwrap_or(true) };
    let (positions, shape) = draw.positions(cx, bits, None)?;
    taken(cx, population, positions, &shape, 0)
}

/// The axis of an array; 0 unless given.
fn single_axis(axis: &Option<Axes>, ndim: usize) -> Raised<usize> {
    match axis {
        None => normalize_axis(0, ndim),
        Some(axis) => match Axes::single(&Some(axis.clone()), ndim)? {
            Some(axis) => Ok(axis),
            None => raise!(DType, "'NoneType' object cannot be interpreted as an integer"),
        },
    }
}

/// The slices of the population at positions.
fn taken(cx: Cx, population: Population, positions: Array, shape: &[usize], axis: usize) -> Raised<Array> {
    let out = match population {
        Population::Below(_) => positions,
        Population::Of(array) => cx.take(&array, &cx.reshape(&positions, shape)?, axis)?,
    };
    out.eval()?;
    Ok(out)
}

/// A draw of positions.
struct Draw<'a> {
    words: &'a Wording,
    /// Whether the population is a number.
    below: bool,
    count: i128,
    size: &'a Option<Dims>,
    p: &'a Option<PValue>,
    replace: bool,
}

impl Draw<'_> {
    /// `shuffle` is that of `Generator`, and `None` the legacy stream.
    fn positions(&self, cx: Cx, bits: &Shared, shuffle: Option<bool>) -> Raised<(Array, Shape)> {
        let &Draw { words, count, replace, .. } = self;
        let none_taken = self.size.as_ref().is_some_and(|s| s.0.contains(&0));
        if count <= 0 && !none_taken {
            return raise!(Value, "{}", if self.below { words.not_positive } else { words.empty });
        }
        let p = match self.p {
            Some(PValue::Numbers(p)) => Some(self.probabilities(cx, p)?),
            Some(PValue::Norm(_)) => return raise!(DType, "p must be numbers"),
            None => None,
        };
        let (shape, len) = shape_of(self.size)?;
        if replace {
            let Some(p) = p else {
                let range = [(count - 1).max(0) as u64];
                let buffer = match none_taken {
                    true => fill::raw(&mut *bits.lock(), 0),
                    false => fill::integers(&mut *bits.lock(), DType::I64, &[0], &range, len, shuffle.is_none()),
                };
                return Ok((finished(cx, buffer, DType::I64, &shape)?, shape));
            };
            let uniform = fill::uniform(&mut *bits.lock(), &[0.0], &[1.0], len);
            let uniform = finished(cx, uniform, DType::F64, &shape)?.eval()?;
            let cdf = cumulative(&p);
            let positions = uniform.as_slice::<f64>()?.iter().map(|u| search(&cdf, *u)).collect();
            return Ok((array_of::<i64>(cx, positions, &shape), shape));
        }
        if len as i128 > count {
            return raise!(Value, "{}", words.too_many);
        }
        let count = count as usize;
        let mut positions = zeros(len)?;
        match (p, shuffle) {
            (Some(p), _) => weighted(bits, p, &mut positions)?,
            (None, Some(shuffle)) => {
                let cutoff = if shuffle { 50 } else { 20 };
                let words = &mut *bits.lock();
                if count > 10_000 && len > count / cutoff {
                    let mut all = range(count)?;
                    shuffle_positions(words, &mut all, count.saturating_sub(len).max(1));
                    positions.copy_from_slice(&all[count - len..]);
                } else {
                    if !sample_positions(words, count, &mut positions) {
                        return Err(no_memory(len as u128 * 16, None));
                    }
                    if shuffle {
                        shuffle_positions(words, &mut positions, 1);
                    }
                }
            }
            (None, None) => {
                let mut all = range(count)?;
                self::shuffle(&mut *bits.lock(), &mut all);
                positions.copy_from_slice(&all[..len]);
            }
        }
        Ok((array_of(cx, positions, &shape), shape))
    }

    fn probabilities(&self, cx: Cx, p: &Operand) -> Raised<Vec<f64>> {
        let epsilon = match p.strong() {
            Some(DType::F16) => 2.0_f64.powi(-10),
            Some(DType::F32) => f32::EPSILON.into(),
            _ => f64::EPSILON,
        };
        let param = Param::<f64>::new(cx, p)?;
        let words = self.words;
        if param.is_scalar() {
            return raise!(DType, "object of type 'float' has no len()");
        }
        if param.shape.len() != 1 {
            return raise!(Value, "{}", words.p_axes);
        }
        if param.values.len() as i128 != self.count {
            return raise!(Value, "{}", words.p_size);
        }
        let sum = kahan_sum(&param.values);
        if sum.is_nan() {
            return raise!(Value, "{}", words.p_nan);
        }
        if param.values.iter().any(|&p| p < 0.0) {
            return raise!(Value, "{}", words.p_negative);
        }
        if (sum - 1.0).abs() > epsilon.sqrt() {
            return raise!(Value, "{}", words.p_sum);
        }
        Ok(param.values)
    }
}

fn zeros(len: usize) -> Raised<Vec<i64>> {
    let mut out = Vec::new();
    if out.try_reserve_exact(len).is_err() {
        return Err(no_memory(len as u128 * 8, Some((&[len], DType::I64))));
    }
    out.resize(len, 0);
    Ok(out)
}

fn range(len: usize) -> Raised<Vec<i64>> {
    let mut out = zeros(len)?;
    for (slot, i) in out.iter_mut().zip(0..) {
        *slot = i;
    }
    Ok(out)
}

/// The distribution function, up to 1.
fn cumulative(p: &[f64]) -> Vec<f64> {
    let mut sum = 0.0;
    let mut cdf: Vec<f64> = p
        .iter()
        .map(|p| {
            sum += p;
            sum
        })
        .collect();
    for c in &mut cdf {
        *c /= sum;
    }
    cdf
}

/// NumPy's `searchsorted(…, side='right')`.
fn search(cdf: &[f64], u: f64) -> i64 {
    cdf.partition_point(|&c| c <= u).min(cdf.len().saturating_sub(1)) as i64
}

/// Different positions by rounds: each draws as many as are missing, and keeps the new ones.
fn weighted(bits: &Shared, mut p: Vec<f64>, out: &mut [i64]) -> Raised<()> {
    if p.iter().filter(|&&p| p > 0.0).count() < out.len() {
        return raise!(Value, "Fewer non-zero entries in p than size");
    }
    let mut found = 0;
    let mut words = bits.lock();
    while found < out.len() {
        let uniform: Vec<f64> = (found..out.len()).map(|_| words.next_double()).collect();
        for &at in &out[..found] {
            p[at as usize] = 0.0;
        }
        let cdf = cumulative(&p);
        let first = found;
        for u in uniform {
            let at = search(&cdf, u);
            if !out[first..found].contains(&at) {
                out[found] = at;
                found += 1;
            }
        }
    }
    Ok(())
}

/// The array with its slices along an axis in random order.
pub(super) fn shuffled(cx: Cx, bits: &Shared, x: &Array, axis: &Option<Axes>) -> Raised<Array> {
    let x = cx.array(x)?;
    let shape = &x.0.shape;
    if shape.is_empty() {
        return raise!(DType, "len() of unsized object");
    }
    let axis = single_axis(axis, shape.len())?;
    let value = x.eval()?;
    if shape.contains(&0) {
        return Ok(value.into());
    }
    if shape.len() == 1 {
        return dispatch!(value.dtype(), T => {
            let mut items = value.to_vec::<T>()?;
            shuffle(&mut *bits.lock(), &mut items);
            Ok(array_of(cx, items, shape))
        });
    }
    let mut positions = range(shape[axis])?;
    shuffle(&mut *bits.lock(), &mut positions);
    let len = positions.len();
    taken(cx, Population::Of(value.into()), array_of(cx, positions, &[len]), &[len], axis)
}

/// `Generator.permutation`.
pub(super) fn permutation(cx: Cx, bits: &Shared, x: Operand, axis: &Option<Axes>) -> Raised<Array> {
    if let Some(n) = integer(&x) {
        return below(cx, bits, n, DType::I64);
    }
    let x = cx.array(x)?;
    let axis = single_axis(axis, x.0.shape.len())?;
    if x.0.shape.len() > 1 && x.0.shape.contains(&0) {
        // The positions are shuffled all the same.
        let mut positions = range(x.0.shape[axis])?;
        shuffle(&mut *bits.lock(), &mut positions);
    }
    shuffled(cx, bits, &x, &Some(Axes::One(axis as i64)))
}

/// `RandomState.permutation`.
pub(super) fn legacy_permutation(cx: Cx, bits: &Shared, x: Operand) -> Raised<Array> {
    if let Some(n) = integer(&x) {
        let dtype = x.strong().map_or(DType::I64, |d| d.promote(DType::I64));
        return below(cx, bits, n, dtype);
    }
    let array = cx.array(&x)?;
    if array.0.shape.is_empty() {
        return raise!(Index, "x must be an integer or at least 1-dimensional");
    }
    permutation(cx, bits, x, &None)
}

/// The integers below a number, shuffled.
fn below(cx: Cx, bits: &Shared, n: i128, dtype: DType) -> Raised<Array> {
    let len = match usize::try_from(n.max(0)) {
        Ok(len) if len <= isize::MAX as usize / 8 => len,
        _ => return raise!(Value, "Maximum allowed size exceeded"),
    };
    let mut positions = range(len)?;
    shuffle(&mut *bits.lock(), &mut positions);
    let array = array_of(cx, positions, &[len]);
    if dtype == DType::I64 { Ok(array) } else { Ok(cx.cast(&array, dtype)?.eval()?.into()) }
}

/// `Generator.permuted`.
pub(super) fn permuted(cx: Cx, bits: &Shared, x: Operand, axis: &Option<Axes>) -> Raised<Array> {
    let x = cx.array(x)?;
    let shape = x.0.shape.clone();
    let axis = match axis {
        None | Some(Axes::All) => None,
        some => Some(single_axis(some, shape.len())?),
    };
    let value = x.eval()?;
    let Some(axis) = axis else {
        if shape.is_empty() {
            return raise!(DType, "len() of unsized object");
        }
        // NumPy shuffles in the order of memory if there is one without gaps.
        let map = &value.value().map;
        let reversed = IndexMap {
            offset: map.offset,
            shape: map.shape.iter().rev().copied().collect(),
            strides: map.strides.iter().rev().copied().collect(),
        };
        let by_columns = !map.is_contiguous() && reversed.is_contiguous();
        let flat = match by_columns {
            true => NdArray::new(Concrete { map: reversed.clone(), ..value.value().clone() }),
            false => value.clone(),
        };
        return dispatch!(value.dtype(), T => {
            let mut items = flat.to_vec::<T>()?;
            shuffle(&mut *bits.lock(), &mut items);
            if !by_columns {
                return Ok(array_of(cx, items, &shape));
            }
            let rows = IndexMap::contiguous(&reversed.shape);
            let map = IndexMap {
                offset: 0,
                shape: shape.clone(),
                strides: rows.strides.iter().rev().copied().collect(),
            };
            Ok(Array::ready(Concrete { buffer: Buffer::from_vec(items), dtype: value.dtype(), map }, cx.location))
        });
    };
    let (len, inner) = (shape[axis], shape[axis + 1..].iter().product::<usize>());
    dispatch!(value.dtype(), T => {
        let mut items = value.to_vec::<T>()?;
        let mut words = bits.lock();
        for block in items.chunks_exact_mut((len * inner).max(1)) {
            for first in 0..inner {
                shuffle_lane(&mut *words, &mut block[first..], len, inner);
            }
        }
        drop(words);
        Ok(array_of(cx, items, &shape))
    })
}
