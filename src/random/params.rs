//! Parameters and sizes of distributions: what NumPy checks, in its order and words, before it draws.

use std::borrow::Cow;
use std::sync::Arc;

use numfuse_backends::runtime::{Buffer, Concrete, Fault};
use numfuse_ir::shape::{Shape, bytes_of, tuple};
use numfuse_ir::{Casting, DType, Element, IndexMap};

use crate::array::build::{Cx, broadcast_all, checked_size};
use crate::array::operand::Operand;
use crate::array::{Array, Dims};
use crate::error::{Class, Raise, Raised, no_memory, of_fault, raise};

/// What a parameter must be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Constraint {
    Any,
    NonNegative,
    Positive,
    PositiveNotNan,
    /// In [0, 1].
    Bounded01,
    /// In (0, 1].
    BoundedGt01,
    /// In [0, 1).
    BoundedLt01,
    Gt1,
    Gte1,
    Poisson,
}

/// Above it a Poisson deviate might not fit: 2^63 less ten standard deviations.
pub(super) const POISSON_LAM_MAX: f64 = 9_223_372_036_854_775_807.0 - 30_370_004_999.760_5;

impl Constraint {
    /// Checks a parameter of a name; `scalar` chooses among NumPy's two wordings.
    pub(super) fn check(self, values: &[f64], name: &str, scalar: bool) -> Raised<()> {
        let nan = if scalar { "is NaN" } else { "contains NaNs" };
        let any = |bad: fn(f64) -> bool| values.iter().any(|&x| bad(x));
        let wrong = match self {
            Constraint::Any => None,
            Constraint::NonNegative => any(|x| !x.is_nan() && x.is_sign_negative()).then(|| format!("{name} < 0")),
            Constraint::PositiveNotNan if any(f64::is_nan) => Some(format!("{name} must not be NaN")),
            Constraint::Positive | Constraint::PositiveNotNan => any(|x| x <= 0.0).then(|| format!("{name} <= 0")),
            Constraint::Bounded01 => {
                any(|x| !(0.0..=1.0).contains(&x)).then(|| format!("{name} < 0, {name} > 1 or {name} {nan}"))
            }
            Constraint::BoundedGt01 => {
                any(|x| !(x > 0.0 && x <= 1.0)).then(|| format!("{name} <= 0, {name} > 1 or {name} contains NaNs"))
            }
            Constraint::BoundedLt01 => {
                any(|x| !(0.0..1.0).contains(&x)).then(|| format!("{name} < 0, {name} >= 1 or {name} {nan}"))
            }
            Constraint::Gt1 => any(|x| x.is_nan() || x <= 1.0).then(|| format!("{name} <= 1 or {name} {nan}")),
            Constraint::Gte1 => any(|x| x.is_nan() || x < 1.0).then(|| format!("{name} < 1 or {name} {nan}")),
            Constraint::Poisson => {
                let large = any(|x| x > POISSON_LAM_MAX || x.is_nan()).then(|| format!("{name} value too large"));
                let small = any(|x| x.is_nan() || x < 0.0).then(|| format!("{name} < 0 or {name} {nan}"));
                if scalar { small.or(large) } else { large.or(small) }
            }
        };
        match wrong {
            None => Ok(()),
            Some(message) => Err(Raise::New(Class::Value, message)),
        }
    }
}

/// A parameter with its values: one, or all of an array in row-major order.
pub(super) struct Param<P> {
    pub(super) values: Vec<P>,
    pub(super) shape: Shape,
}

impl<P: Element> Param<P> {
    /// The argument's values, in a type to which NumPy casts safely.
    pub(super) fn new(cx: Cx, operand: &Operand) -> Raised<Param<P>> {
        if let Some(weak) = operand.weak() {
            safe(weak.default_dtype(), P::DTYPE, true)?;
            return Ok(Param::scalar(P::from_bits(weak.to_dtype(P::DTYPE)?.bits())));
        }
        let array = cx.array(operand)?;
        safe(array.0.dtype, P::DTYPE, array.0.shape.is_empty())?;
        Param::cast(cx, &array)
    }

    /// The argument's values, cast.
    pub(super) fn cast(cx: Cx, operand: impl Into<Operand>) -> Raised<Param<P>> {
        let array = cx.array_as(&operand.into(), P::DTYPE)?;
        Ok(Param { values: array.eval()?.to_vec::<P>()?, shape: array.0.shape.clone() })
    }

    pub(super) fn scalar(value: P) -> Param<P> {
        Param { values: vec![value], shape: Shape::new() }
    }

    pub(super) fn is_scalar(&self) -> bool {
        self.shape.is_empty()
    }

    /// One value, or one per element of a shape that the parameter broadcasts to.
    pub(super) fn along(&self, shape: &[usize]) -> Raised<Cow<'_, [P]>> {
        if self.values.len() == 1 || self.shape[..] == *shape {
            return Ok(Cow::Borrowed(&self.values));
        }
        let mut out = Vec::new();
        let len = checked_size(shape)?;
        if out.try_reserve_exact(len).is_err() {
            return Err(no_memory(len as u128 * size_of::<P>() as u128, Some((shape, P::DTYPE))));
        }
        let own = IndexMap::contiguous(&self.shape);
        let lead = shape.len() - self.shape.len();
        let step = |axis: usize| match axis.checked_sub(lead) {
            Some(a) if self.shape[a] != 1 => own.strides[a] as usize,
            _ => 0,
        };
        let steps: Vec<usize> = (0..shape.len()).map(step).collect();
        let (mut index, mut at) = (vec![0; shape.len()], 0);
        for _ in 0..len {
            out.push(self.values[at]);
            for axis in (0..shape.len()).rev() {
                index[axis] += 1;
                at += steps[axis];
                if index[axis] < shape[axis] {
                    break;
                }
                at -= steps[axis] * shape[axis];
                index[axis] = 0;
            }
        }
        Ok(Cow::Owned(out))
    }
}

/// NumPy's error unless every value of a dtype fits the other.
fn safe(from: DType, to: DType, scalar: bool) -> Raised<()> {
    if from.can_cast(to, Casting::Safe) || from.is_integer() && to == DType::F64 {
        return Ok(());
    }
    let what = if scalar { "scalar" } else { "array data" };
    raise!(DType, "Cannot cast {what} from dtype('{from}') to dtype('{to}') according to the rule 'safe'")
}

/// The shape of a size, and its number of elements; a 0-d array without one.
pub(super) fn shape_of(size: &Option<Dims>) -> Raised<(Shape, usize)> {
    let shape = match size {
        Some(size) => size.lengths()?,
        None => Shape::new(),
    };
    let len = checked_size(&shape)?;
    Ok((shape, len))
}

/// The shape of the result of a distribution whose parameters have shapes.
pub(super) fn result_shape(size: &Option<Dims>, params: &[&[usize]]) -> Raised<(Shape, usize)> {
    if params.iter().all(|p| p.is_empty()) {
        return shape_of(size);
    }
    let Some(size) = size else {
        let shape = broadcast(params)?;
        let len = checked_size(&shape)?;
        return Ok((shape, len));
    };
    let shape = size.lengths()?;
    let len = checked_size(&shape)?;
    let mut all: Vec<&[usize]> = vec![&shape];
    all.extend_from_slice(params);
    let common = broadcast(&all)?;
    if common != shape {
        let (shape, common) = (tuple(&shape), tuple(&common));
        return raise!(Value, "Output size {shape} is not compatible with broadcast dimensions of inputs {common}.");
    }
    Ok((shape, len))
}

/// The common shape, or the error of NumPy's iterator, which names the first two that differ.
pub(super) fn broadcast(shapes: &[&[usize]]) -> Raised<Shape> {
    if let Ok(shape) = broadcast_all(shapes.iter().copied()) {
        return Ok(shape);
    }
    let pairs = (0..shapes.len()).flat_map(|j| (0..j).map(move |i| (i, j)));
    for (i, j) in pairs {
        if numfuse_ir::shape::broadcast(shapes[i], shapes[j]).is_none() {
            let (a, b) = (tuple(shapes[i]), tuple(shapes[j]));
            return raise!(
                Value,
                "shape mismatch: objects cannot be broadcast to a single shape.  Mismatch is between arg {i} with shape {a} and arg {j} with shape {b}."
            );
        }
    }
    broadcast_all(shapes.iter().copied())
}

/// The array of a buffer that a distribution filled.
pub(super) fn finished(cx: Cx, buffer: Result<Arc<Buffer>, Fault>, dtype: DType, shape: &[usize]) -> Raised<Array> {
    match buffer {
        Ok(buffer) => Ok(Array::ready(Concrete { buffer, dtype, map: IndexMap::contiguous(shape) }, cx.location)),
        Err(Fault::Memory { bytes }) if bytes_of(shape, dtype).is_none_or(|n| n as u128 == bytes) => {
            Err(no_memory(bytes, Some((shape, dtype))))
        }
        Err(fault) => Err(of_fault(fault)),
    }
}

/// The array of a vector.
pub(super) fn array_of<T: Element>(cx: Cx, items: Vec<T>, shape: &[usize]) -> Array {
    Array::from_vec_shape(items, shape.into(), cx.location)
}

/// NumPy's compensated sum of probabilities (Kahan 1965).
pub(super) fn kahan_sum(values: &[f64]) -> f64 {
    let Some((&first, rest)) = values.split_first() else { return 0.0 };
    let (mut sum, mut lost) = (first, 0.0);
    for x in rest {
        let y = x - lost;
        let t = sum + y;
        lost = (t - sum) - y;
        sum = t;
    }
    sum
}
