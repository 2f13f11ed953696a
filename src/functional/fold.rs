//! Reductions with any function of two operands.
//!
//! What the engine reduces by itself goes there. Functions that may be applied in any grouping, exactly,
//! are applied to halves (reductions) or at doubling distances (running reductions); the others from the
//! left, a number of steps per plan.

use numfuse_ir::shape::Shape;
use numfuse_ir::{Casting, DType, Ew, Scalar};
use smallvec::SmallVec;

use super::object::{AccumulateOptions, ReduceOptions, all_at_once};
use super::vectorize::call_closure;
use crate::array::Array;
use crate::array::build::Cx;
use crate::array::operand::Operand;
use crate::error::{Raised, raise};
use crate::index::{Subscript, put_flat};
use crate::manip::part;
use crate::options::{Axes, normalize_axis};
use crate::reduce::sum_dtype;

/// Steps from the left in one plan.
const STEPS: usize = 32;

/// What to fold with.
pub(super) enum Fold<'f> {
    Op(Ew),
    Closure(&'f (dyn Fn(&[Scalar]) -> Vec<Scalar> + Send + Sync)),
}

impl Fold<'_> {
    fn name(&self) -> &'static str {
        match self {
            Fold::Op(op) => op.name(),
            Fold::Closure(_) => "? (vectorized)",
        }
    }

    /// NumPy's identities (`numpy/_core/code_generators/generate_umath.py`).
    pub(super) fn identity(&self) -> Option<Scalar> {
        let Fold::Op(op) = self else { return None };
        use Ew::*;
        Some(match op {
            Add | BitwiseOr | BitwiseXor | Gcd | Hypot => Scalar::new(0i64),
            Multiply => Scalar::new(1i64),
            LogicalAnd => Scalar::new(true),
            LogicalOr | LogicalXor => Scalar::new(false),
            BitwiseAnd => Scalar::new(-1i64),
            Logaddexp | Logaddexp2 => Scalar::new(f64::NEG_INFINITY),
            _ => return None,
        })
    }

    /// Whether the grouping does not matter, not even by rounding.
    fn is_exactly_associative(&self) -> bool {
        use Ew::*;
        let Fold::Op(op) = self else { return false };
        matches!(
            op,
            Maximum
                | Minimum
                | Fmax
                | Fmin
                | BitwiseAnd
                | BitwiseOr
                | BitwiseXor
                | LogicalAnd
                | LogicalOr
                | LogicalXor
                | Gcd
        )
    }

    /// Whether NumPy reduces over several axes: whether the order does not matter.
    fn is_reorderable(&self) -> bool {
        self.identity().is_some() || self.is_exactly_associative()
    }

    /// One application.
    fn apply(&self, cx: Cx, a: &Array, b: &Array) -> Raised<Array> {
        match self {
            Fold::Op(op) => cx.bin(*op, a, b),
            Fold::Closure(f) => Ok(call_closure(cx, *f, 1, &[a.clone(), b.clone()])?.remove(0)),
        }
    }

    /// The dtype in which a fold of an array runs: its loop must give what it takes.
    fn dtype(&self, a: DType, wanted: Option<DType>) -> Raised<DType> {
        let Fold::Op(op) = self else { return Ok(wanted.unwrap_or(a)) };
        let start = match (op, wanted) {
            (_, Some(wanted)) => wanted,
            (Ew::Add | Ew::Multiply, None) => sum_dtype(a),
            _ => a,
        };
        let logical = matches!(op, Ew::LogicalAnd | Ew::LogicalOr | Ew::LogicalXor);
        let found = if logical { Some(DType::Bool) } else { op.resolve(start) };
        match found {
            Some(dtype) if op.out_dtype(dtype) == dtype && wanted.is_none_or(|w| w == dtype) => Ok(dtype),
            _ => {
                raise!(DType, "No loop matching the specified signature and casting was found for ufunc {}", op.name())
            }
        }
    }
}

pub(super) fn reduce(cx: Cx, fold: &Fold, a: &Array, o: &ReduceOptions) -> Raised<Array> {
    let ndim = a.0.shape.len();
    let axis = Some(o.axis.clone().unwrap_or(Axes::One(0)));
    let axes = Axes::reduced(&axis, ndim)?;
    if axes.len() > 1 && !fold.is_reorderable() {
        return raise!(
            Value,
            "reduction operation '{}' is not reorderable, so at most one axis may be specified",
            fold.name()
        );
    }
    let keepdims = o.keepdims.unwrap_or(false);
    if let Fold::Op(op) = fold
        && let Some(done) = by_engine(*op, a, &axes, keepdims, o)
    {
        done.check()?;
        return Ok(done);
    }
    let dtype = fold.dtype(a.0.dtype, o.dtype)?;
    let logical = matches!(fold, Fold::Op(Ew::LogicalAnd | Ew::LogicalOr | Ew::LogicalXor));
    let identity = match fold.identity() {
        Some(identity) => Some(cx.array(cx.param(identity.cast(dtype)))?),
        None => None,
    };
    let initial = o.initial.as_ref().map(|initial| cx.array_as(initial, dtype)).transpose()?;
    // All axes as one, behind the others.
    let rest: SmallVec<[usize; 4]> = (0..ndim).filter(|d| !axes.contains(d)).collect();
    let mut outer: Shape = rest.iter().map(|&d| a.0.shape[d]).collect();
    let order: SmallVec<[usize; 4]> = rest.iter().chain(&axes).copied().collect();
    let n: usize = axes.iter().map(|&d| a.0.shape[d]).product();
    let as_one = |value: &Array| -> Raised<Array> {
        let mut shape = outer.clone();
        shape.push(n);
        cx.reshape(&cx.permute(value, &order)?, &shape)
    };
    let mut value = as_one(&if logical { cx.cast(a, DType::Bool)? } else { cx.cast(a, dtype)? })?;
    let mask = match &o.where_ {
        None => None,
        Some(_) if identity.is_none() && initial.is_none() => {
            return raise!(
                Value,
                "reduction operation '{}' does not have an identity, so to use a where mask one has to specify 'initial'",
                fold.name()
            );
        }
        Some(mask) => Some(as_one(&cx.broadcast(&cx.cast(&cx.array(mask)?, DType::Bool)?, &a.0.shape)?)?),
    };
    let start = initial.as_ref().or(identity.as_ref());
    let lane = rest.len();
    let mut sum = match (n, start) {
        (0, Some(start)) => {
            outer.push(1);
            cx.broadcast(start, &outer)?
        }
        (0, None) => {
            return raise!(Value, "zero-size array to reduction operation {} which has no identity", fold.name());
        }
        _ if fold.is_exactly_associative() => {
            // What takes no part changes nothing; a number that counts already does not either.
            if let (Some(mask), Some(nothing)) = (&mask, identity.as_ref().or(start)) {
                value = cx.select(mask, &value, nothing, dtype)?;
            }
            let sum = halves(cx, fold, value, lane)?;
            match &initial {
                Some(initial) => fold.apply(cx, initial, &sum)?,
                None => sum,
            }
        }
        _ => {
            let start = if mask.is_some() { start } else { initial.as_ref() };
            from_left(cx, fold, &value, lane, start, mask.as_ref())?
        }
    };
    let shape: Shape = match keepdims {
        true => (0..ndim).map(|d| if axes.contains(&d) { 1 } else { a.0.shape[d] }).collect(),
        false => rest.iter().map(|&d| a.0.shape[d]).collect(),
    };
    sum = cx.cast(&sum, dtype)?;
    cx.reshape(&sum, &shape)
}

/// The reductions that are functions of their own.
fn by_engine(op: Ew, a: &Array, axes: &[usize], keepdims: bool, o: &ReduceOptions) -> Option<Array> {
    if axes.is_empty() {
        return None;
    }
    let axis = Some(Axes::from(axes));
    let keepdims = Some(keepdims);
    let (initial, where_) = (o.initial.clone(), o.where_.clone());
    let sums = || crate::SumOptions {
        axis: axis.clone(),
        dtype: o.dtype,
        keepdims,
        initial: initial.clone(),
        where_: where_.clone(),
    };
    let extremes =
        || crate::ExtremeOptions { axis: axis.clone(), keepdims, initial: initial.clone(), where_: where_.clone() };
    let truths = || crate::TruthOptions { axis: axis.clone(), keepdims, where_: where_.clone() };
    let plain = o.dtype.is_none();
    match op {
        Ew::Add => Some(crate::sum(a, sums())),
        Ew::Multiply => Some(crate::prod(a, sums())),
        Ew::Maximum if plain => Some(crate::max(a, extremes())),
        Ew::Minimum if plain => Some(crate::min(a, extremes())),
        Ew::LogicalAnd if plain && initial.is_none() => Some(crate::all(a, truths())),
        Ew::LogicalOr if plain && initial.is_none() => Some(crate::any(a, truths())),
        _ => None,
    }
}

/// By halves, until one is left.
fn halves(cx: Cx, fold: &Fold, mut value: Array, axis: usize) -> Raised<Array> {
    loop {
        let n = value.0.shape[axis];
        if n <= 1 {
            return Ok(value);
        }
        let half = n / 2;
        let (low, high) = (part(cx, &value, axis, 0, half)?, part(cx, &value, axis, half, 2 * half)?);
        let joined = fold.apply(cx, &low, &high)?;
        value = if n % 2 == 1 { cx.concat(&[joined, part(cx, &value, axis, n - 1, n)?], axis)? } else { joined };
        if !value.0.traced {
            all_at_once(&[&value])?;
        }
    }
}

/// From the left: from a start, or from the first element. Elements where the mask is false take no part.
fn from_left(
    cx: Cx,
    fold: &Fold,
    value: &Array,
    axis: usize,
    start: Option<&Array>,
    mask: Option<&Array>,
) -> Raised<Array> {
    if !value.0.traced {
        all_at_once(&[value])?;
    }
    let at = |of: &Array, i: usize| part(cx, of, axis, i, i + 1);
    let mut sum = match start {
        Some(start) => cx.broadcast(start, &at(value, 0)?.0.shape)?,
        None => at(value, 0)?,
    };
    for i in usize::from(start.is_none())..value.0.shape[axis] {
        let next = fold.apply(cx, &sum, &at(value, i)?)?;
        sum = match mask {
            Some(mask) => cx.select(&at(mask, i)?, &next, &sum, next.0.dtype)?,
            None => next,
        };
        if i % STEPS == 0 && !sum.0.traced {
            all_at_once(&[&sum])?;
        }
    }
    Ok(sum)
}

fn the_axis(axis: &Option<Axes>, a: &Array, what: &str) -> Raised<usize> {
    let ndim = a.0.shape.len();
    let axis = match axis {
        None => 0,
        Some(Axes::One(axis)) => *axis,
        Some(axes) => match axes.distinct(ndim)?[..] {
            [axis] => axis as i64,
            _ => return raise!(Value, "{what} does not allow multiple axes"),
        },
    };
    if ndim == 0 && [0, -1].contains(&axis) {
        return raise!(DType, "cannot {what} on a scalar");
    }
    normalize_axis(axis, ndim)
}

pub(super) fn accumulate(cx: Cx, fold: &Fold, a: &Array, o: &AccumulateOptions) -> Raised<Array> {
    let axis = the_axis(&o.axis, a, "accumulate")?;
    let dtype = fold.dtype(a.0.dtype, o.dtype)?;
    let mut value = cx.cast(a, dtype)?;
    let n = value.0.shape[axis];
    if n == 0 {
        return Ok(value);
    }
    match fold {
        Fold::Op(Ew::Add) if !value.0.shape.contains(&0) => return cx.scan(numfuse_ir::ScanOp::Sum, &value, axis),
        Fold::Op(Ew::Multiply) if !value.0.shape.contains(&0) => {
            return cx.scan(numfuse_ir::ScanOp::Prod, &value, axis);
        }
        _ if fold.is_exactly_associative() => {
            let mut distance = 1;
            while distance < n {
                let (near, far) = (part(cx, &value, axis, distance, n)?, part(cx, &value, axis, 0, n - distance)?);
                let head = part(cx, &value, axis, 0, distance)?;
                value = cx.concat(&[head, fold.apply(cx, &far, &near)?], axis)?;
                if !value.0.traced {
                    all_at_once(&[&value])?;
                }
                distance *= 2;
            }
            return Ok(value);
        }
        _ => {}
    }
    if !value.0.traced {
        all_at_once(&[&value])?;
    }
    let mut sums = vec![part(cx, &value, axis, 0, 1)?];
    for i in 1..n {
        let next = fold.apply(cx, &sums[i - 1], &part(cx, &value, axis, i, i + 1)?)?;
        sums.push(cx.cast(&next, dtype)?);
        if i % STEPS == 0 && !value.0.traced {
            all_at_once(&sums[i + 1 - STEPS..].iter().collect::<Vec<_>>())?;
        }
    }
    cx.concat(&sums, axis)
}

pub(super) fn reduceat(cx: Cx, fold: &Fold, a: &Array, indices: &Array, o: &AccumulateOptions) -> Raised<Array> {
    let ndim = a.0.shape.len();
    let axis = the_axis(&o.axis, a, "reduceat")?;
    if indices.0.shape.len() > 1 {
        return raise!(Value, "object too deep for desired array");
    }
    if !indices.0.dtype.can_cast(DType::I64, Casting::Safe) {
        return raise!(
            DType,
            "Cannot cast array data from dtype('{}') to dtype('int64') according to the rule 'safe'",
            indices.0.dtype
        );
    }
    let n = a.0.shape[axis];
    let starts = cx.cast(indices, DType::I64)?.to_vec::<i64>()?;
    if let Some(i) = starts.iter().find(|i| !(0..n as i64).contains(*i)) {
        return raise!(Index, "index {i} out-of-bounds in {}.reduceat [0, {n})", fold.name());
    }
    let dtype = fold.dtype(a.0.dtype, o.dtype)?;
    let value = cx.cast(a, dtype)?;
    if !value.0.traced {
        all_at_once(&[&value])?;
    }
    let ends = starts.iter().skip(1).copied().chain([n as i64]);
    let spans: Vec<(usize, usize)> =
        starts.iter().zip(ends).map(|(&start, end)| (start as usize, (end.max(start + 1) - start) as usize)).collect();
    let longest = spans.iter().map(|s| s.1).max().unwrap_or(0);
    let first = |i: usize| spans.iter().map(|s| (s.0 + i.min(s.1 - 1)) as i64).collect::<Vec<_>>();
    let taken = |i: usize| {
        let index = Array::from_vec_shape(first(i), smallvec::smallvec![spans.len()], cx.location);
        cx.take(&value, &index, axis)
    };
    if spans.is_empty() || longest <= spans.len() {
        // Element by element of all parts at once.
        let mut sum = taken(0)?;
        for i in 1..longest {
            let on: Vec<bool> = spans.iter().map(|s| i < s.1).collect();
            let mut shape: SmallVec<[usize; 4]> = smallvec::smallvec![1; ndim];
            shape[axis] = spans.len();
            let on = Array::from_vec_shape(on, shape, cx.location);
            let next = cx.cast(&fold.apply(cx, &sum, &taken(i)?)?, dtype)?;
            sum = cx.select(&on, &next, &sum, dtype)?;
            if i % STEPS == 0 && !sum.0.traced {
                all_at_once(&[&sum])?;
            }
        }
        return Ok(sum);
    }
    let mut parts = Vec::with_capacity(spans.len());
    for (start, length) in spans {
        let options = ReduceOptions {
            axis: Some(Axes::One(axis as i64)),
            dtype: o.dtype,
            keepdims: Some(true),
            ..Default::default()
        };
        let one = reduce(cx, fold, &part(cx, a, axis, start, start + length)?, &options)?;
        parts.push(cx.cast(&one, dtype)?);
    }
    cx.concat(&parts, axis)
}

/// The dtype of `ufunc.at`'s operand. Python's numbers are arrays there; one that the array's dtype
/// holds exactly has it if the arithmetic comes to the same (a float64 sum rounded to float32 is their
/// float32 sum: S. A. Figueroa, "When is double rounding innocuous?", SIGNUM Newsletter 30, 1995).
fn value_dtype(b: &Operand, a: DType, op: Option<Ew>) -> DType {
    use Ew::*;
    let own = b.own_dtype();
    let same = matches!(op, Some(Add | Subtract | Multiply | Maximum | Minimum));
    match b.weak() {
        Some(w) if same && (own.kind() == a.kind() || a.is_float() && own.is_integer()) => match w.to_dtype(a) {
            Ok(value) if value.cast(own) == w.wrap(own) => a,
            _ => own,
        },
        _ => own,
    }
}

/// `ufunc.at`: one application for every time that an element is selected. What is selected once is
/// done at once; what is selected again waits for the next round.
pub(super) fn at(
    cx: Cx,
    a: &mut Array,
    indices: &Subscript,
    b: Option<&Operand>,
    op: Option<Ew>,
    apply: &dyn Fn(&Array, Option<&Array>) -> Raised<Array>,
) -> Raised<()> {
    let size: usize = a.0.shape.iter().product();
    let shape = a.0.shape.clone();
    let numbers = cx.reshape(&cx.iota(size, 0, 1)?, &shape)?;
    let places = crate::index::get(cx, &numbers, indices)?;
    let count: usize = places.0.shape.iter().product();
    let b = match b {
        Some(b) => {
            let b = cx.array_as(b, value_dtype(b, a.0.dtype, op))?;
            let wide = match cx.broadcast(&b, &places.0.shape) {
                Ok(wide) => wide,
                Err(_) => {
                    return raise!(Shape, "array is not broadcastable to correct shape");
                }
            };
            Some(cx.reshape(&wide, &[count])?)
        }
        None => None,
    };
    // Results are cast to the array's dtype, whatever they are.
    let probe = apply(
        &part(cx, &cx.reshape(a, &[size])?, 0, 0, size.min(1))?,
        match &b {
            Some(b) => Some(part(cx, b, 0, 0, count.min(1).min(size))?),
            None => None,
        }
        .as_ref(),
    );
    let given = match probe {
        Ok(result) => result.0.dtype,
        Err(_) if size == 0 || count == 0 => a.0.dtype,
        Err(raise) => return Err(raise),
    };
    let mut wanted = vec![&*a, &places];
    wanted.extend(b.as_ref());
    all_at_once(&wanted)?;
    let places = cx.reshape(&places, &[count])?.to_vec::<i64>()?;
    if let (Some(op), Some(b)) = (op, &b)
        && given == a.0.dtype
        && crate::index::accumulate_at(cx, a, &places, b, op)?
    {
        return Ok(());
    }
    let mut seen: rustc_hash::FxHashMap<i64, usize> = rustc_hash::FxHashMap::default();
    let mut rounds: Vec<Vec<usize>> = Vec::new();
    for (p, &place) in places.iter().enumerate() {
        let turn = seen.entry(place).or_insert(0);
        if rounds.len() == *turn {
            rounds.push(Vec::new());
        }
        rounds[*turn].push(p);
        *turn += 1;
    }
    for round in rounds {
        let at: Vec<i64> = round.iter().map(|&p| places[p]).collect();
        let length = smallvec::smallvec![at.len()];
        let index = Array::from_vec_shape(at.clone(), length, cx.location);
        let old = cx.take(&cx.reshape(a, &[size])?, &index, 0)?;
        let other = match &b {
            Some(b) => {
                let from = round.iter().map(|&p| p as i64).collect::<Vec<_>>();
                let from = Array::from_vec_shape(from, smallvec::smallvec![round.len()], cx.location);
                Some(cx.take(b, &from, 0)?)
            }
            None => None,
        };
        let new = cx.cast(&apply(&old, other.as_ref())?, a.0.dtype)?;
        all_at_once(&[&new])?;
        drop(old);
        put_flat(cx, a, &at, &new)?;
    }
    Ok(())
}
