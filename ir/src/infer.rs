//! Shape and dtype inference: what the value of an op is, from its operands alone.
//!
//! This is the definition of a well-formed node, written from the meaning of the ops and shared
//! with nobody who builds them, so that [`crate::verify`] checks builders and passes instead of
//! repeating their mistakes.

use crate::dtype::DType;
use crate::graph::{Op, Slice, View};
use crate::op::{Ew, INT_SECOND};
use crate::shape::{MAX_NDIM, Shape, broadcast, tuple};

/// The shape and dtype of an operand.
pub type Operand<'a> = (&'a [usize], DType);

/// What an op leaves open, and its node says.
#[derive(Clone, Copy, Default, Debug)]
pub struct Hint<'a> {
    /// The shape of inputs, generators, slices, broadcasts and reshapes. Elementwise ops may have
    /// a larger shape than their operands broadcast to.
    pub shape: Option<&'a [usize]>,
    /// The dtype of inputs, parameters and casts.
    pub dtype: Option<DType>,
}

impl Hint<'_> {
    fn shape(&self) -> Result<Shape, String> {
        self.shape.map(Shape::from_slice).ok_or_else(|| "needs a shape".into())
    }

    fn dtype(&self) -> Result<DType, String> {
        self.dtype.ok_or_else(|| "needs a dtype".into())
    }
}

/// The shape and dtype of an op's value, or what is wrong with its operands or attributes.
///
/// ```
/// use numfuse_ir::{DType, Ew, Op, infer::{Hint, infer}};
/// let operands: [(&[usize], DType); 2] = [(&[3, 1], DType::F64), (&[4], DType::F64)];
/// let (shape, dtype) = infer(&Op::Ew(Ew::Less), &operands, Hint::default()).unwrap();
/// assert_eq!((shape.as_slice(), dtype), ([3, 4].as_slice(), DType::Bool));
/// ```
pub fn infer(op: &Op, operands: &[Operand], hint: Hint) -> Result<(Shape, DType), String> {
    let (shape, dtype) = result_of(op, operands, hint)?;
    check_shape(&shape)?;
    Ok((shape, dtype))
}

/// The number of operands of an op; `None` for any positive number, or as the kernel takes.
pub fn arity(op: &Op) -> Option<usize> {
    match op {
        Op::Input { .. } | Op::Param { .. } | Op::Const(_) | Op::Iota => Some(0),
        Op::Ew(ew) => Some(ew.info().arity),
        Op::Cast | Op::View(_) | Op::Copy | Op::Reduce { .. } | Op::Scan { .. } => Some(1),
        Op::Take { .. } => Some(2),
        Op::Concat { .. } | Op::Host(_) => None,
    }
}

fn result_of(op: &Op, operands: &[Operand], hint: Hint) -> Result<(Shape, DType), String> {
    match arity(op) {
        Some(n) if n != operands.len() => {
            return Err(format!("takes {n} operand(s), has {}", operands.len()));
        }
        None if operands.is_empty() && !matches!(op, Op::Host(_)) => return Err("takes at least one operand".into()),
        _ => {}
    }
    Ok(match op {
        Op::Input { strides, .. } => {
            let (shape, dtype) = (hint.shape()?, hint.dtype()?);
            check_memory(&shape, strides, dtype)?;
            (shape, dtype)
        }
        Op::Param { .. } => (Shape::new(), hint.dtype()?),
        Op::Const(value) => {
            let lanes = if value.dtype().is_complex() { 2 } else { 1 };
            let bits = match value.dtype() {
                DType::Bool => 1,
                d => d.itemsize() * 8 / lanes,
            };
            let fits = value.bits().iter().take(lanes).all(|&b| bits == 64 || b >> bits == 0);
            if !fits || lanes == 1 && value.bits()[1] != 0 {
                return Err(format!("bits {:#x?} are not a {}", value.bits(), value.dtype()));
            }
            (Shape::new(), value.dtype())
        }
        Op::Iota => {
            let shape = hint.shape()?;
            if shape.len() != 1 {
                return Err(format!("has one axis, not shape {}", tuple(&shape)));
            }
            (shape, DType::I64)
        }
        Op::Ew(ew) => elementwise(*ew, operands, hint)?,
        Op::Cast => (operands[0].0.into(), hint.dtype()?),
        Op::Copy => (operands[0].0.into(), operands[0].1),
        Op::View(view) => (view_shape(view, operands[0].0, hint)?, operands[0].1),
        Op::Reduce { op, axes } => {
            let (shape, dtype) = operands[0];
            check_ascending(axes, shape.len())?;
            let kept = shape.iter().enumerate().filter(|(d, _)| axes.binary_search(d).is_err());
            (kept.map(|(_, &n)| n).collect(), op.out_dtype(dtype))
        }
        Op::Scan { axis, .. } => {
            check_axis(*axis, operands[0].0.len())?;
            (operands[0].0.into(), operands[0].1)
        }
        Op::Take { axis } => {
            let ((shape, dtype), (indices, index_dtype)) = (operands[0], operands[1]);
            check_axis(*axis, shape.len())?;
            if index_dtype != DType::I64 {
                return Err(format!("indices are int64, not {index_dtype}"));
            }
            if shape[*axis] == 0 && !indices.contains(&0) {
                return Err("cannot do a non-empty take from an empty axis".into());
            }
            let mut out = Shape::from_slice(&shape[..*axis]);
            out.extend_from_slice(indices);
            out.extend_from_slice(&shape[axis + 1..]);
            (out, dtype)
        }
        Op::Concat { axis } => concat(*axis, operands)?,
        Op::Host(call) => {
            if !call.op.operands().contains(&operands.len()) {
                return Err(format!("takes {:?} operands, has {}", call.op.operands(), operands.len()));
            }
            if usize::from(call.output) >= call.op.results() {
                return Err(format!("result {} of {}", call.output, call.op.results()));
            }
            (hint.shape()?, hint.dtype()?)
        }
    })
}

fn elementwise(ew: Ew, operands: &[Operand], hint: Hint) -> Result<(Shape, DType), String> {
    let selects = usize::from(ew == Ew::Where);
    let loop_dtype = operands[selects].1;
    if selects == 1 && operands[0].1 != DType::Bool {
        return Err(format!("the condition is bool, not {}", operands[0].1));
    }
    for (k, &(_, dtype)) in operands.iter().enumerate().skip(selects) {
        if k == 1 && ew.has(INT_SECOND) {
            if !matches!(dtype, DType::I32 | DType::I64) {
                return Err(format!("the second operand is int32 or int64, not {dtype}"));
            }
        } else if dtype != loop_dtype {
            return Err(format!("operands have different dtypes {loop_dtype} and {dtype}"));
        }
    }
    if !ew.info().loops.contains(loop_dtype.char_code()) {
        return Err(format!("has no loop for {loop_dtype}"));
    }
    let mut shape = Shape::new();
    for (other, _) in operands {
        shape = broadcast(&shape, other)
            .ok_or_else(|| format!("operands do not broadcast: {} and {}", tuple(&shape), tuple(other)))?;
    }
    if let Some(full) = hint.shape {
        check_broadcast(&shape, full)?;
        shape = full.into();
    }
    Ok((shape, ew.out_dtype(loop_dtype)))
}

fn concat(axis: usize, operands: &[Operand]) -> Result<(Shape, DType), String> {
    let (first, dtype) = operands[0];
    check_axis(axis, first.len())?;
    let mut out = Shape::from_slice(first);
    for &(shape, other) in &operands[1..] {
        if other != dtype {
            return Err(format!("operands have different dtypes {dtype} and {other}"));
        }
        let fits = shape.len() == first.len() && (0..shape.len()).all(|d| d == axis || shape[d] == first[d]);
        if !fits {
            return Err(format!("shapes {} and {} differ beside axis {axis}", tuple(first), tuple(shape)));
        }
        out[axis] = out[axis].checked_add(shape[axis]).ok_or("size overflow")?;
    }
    Ok((out, dtype))
}

fn view_shape(view: &View, from: &[usize], hint: Hint) -> Result<Shape, String> {
    Ok(match view {
        View::Permute(axes) => {
            let mut seen = [false; MAX_NDIM];
            if axes.len() != from.len() || axes.len() > MAX_NDIM {
                return Err(format!("permutes {} axes of {}", axes.len(), from.len()));
            }
            for &a in axes {
                check_axis(a, from.len())?;
                if std::mem::replace(&mut seen[a], true) {
                    return Err(format!("axis {a} appears twice"));
                }
            }
            axes.iter().map(|&a| from[a]).collect()
        }
        View::Slice(slices) => {
            let to = hint.shape()?;
            if slices.len() != from.len() || to.len() != from.len() {
                return Err(format!("has {} slices from {} to {} axes", slices.len(), from.len(), to.len()));
            }
            for (d, (slice, (&n, &out))) in slices.iter().zip(from.iter().zip(&to)).enumerate() {
                check_slice(slice, n, out, from).map_err(|e| format!("axis {d}: {e}"))?;
            }
            to
        }
        View::Broadcast => {
            let to = hint.shape()?;
            check_broadcast(from, &to)?;
            to
        }
        View::Reshape => {
            let to = hint.shape()?;
            if element_count(from) != element_count(&to) {
                return Err(format!("{} and {} have different sizes", tuple(from), tuple(&to)));
            }
            to
        }
        &View::Diagonal { offset, axis1, axis2 } => {
            check_axis(axis1, from.len())?;
            check_axis(axis2, from.len())?;
            if axis1 == axis2 {
                return Err(format!("axis {axis1} appears twice"));
            }
            check_reach(offset.unsigned_abs(), from)?;
            let (rows, columns) = (from[axis1], from[axis2]);
            let length = if offset >= 0 {
                rows.min(columns.saturating_sub(offset.unsigned_abs()))
            } else {
                columns.min(rows.saturating_sub(offset.unsigned_abs()))
            };
            let rest = from.iter().enumerate().filter(|&(d, _)| d != axis1 && d != axis2);
            rest.map(|(_, &n)| n).chain([length]).collect()
        }
    })
}

/// A slice of an axis of length `n` that keeps `out` elements; `from` is the whole shape.
fn check_slice(slice: &Slice, n: usize, out: usize, from: &[usize]) -> Result<(), String> {
    let &Slice { start, step } = slice;
    if step == 0 {
        return Err("the step is 0".into());
    }
    check_reach(step.unsigned_abs(), from)?;
    let last = (out as i128 - 1).checked_mul(step as i128).and_then(|reach| reach.checked_add(start as i128));
    let inside = match out {
        0 => start <= n,
        _ => start < n && last.is_some_and(|last| (0..n as i128).contains(&last)),
    };
    if inside { Ok(()) } else { Err(format!("slice {start}:{step:+} of {out} leaves an axis of length {n}")) }
}

/// Offsets and steps, times the strides of a contiguous array, stay within `isize`.
fn check_reach(factor: usize, shape: &[usize]) -> Result<(), String> {
    let size = bounded_size(shape).unwrap_or(usize::MAX);
    match size.checked_mul(factor).map(isize::try_from) {
        Some(Ok(_)) => Ok(()),
        _ => Err(format!("a step of {factor} overflows")),
    }
}

fn check_axis(axis: usize, ndim: usize) -> Result<(), String> {
    if axis < ndim { Ok(()) } else { Err(format!("axis {axis} of {ndim}")) }
}

fn check_ascending(axes: &[usize], ndim: usize) -> Result<(), String> {
    if axes.is_empty() {
        return Err("reduces no axes".into());
    }
    axes.iter().try_for_each(|&a| check_axis(a, ndim))?;
    if axes.windows(2).all(|w| w[0] < w[1]) { Ok(()) } else { Err(format!("axes {axes:?} are not ascending")) }
}

fn check_broadcast(from: &[usize], to: &[usize]) -> Result<(), String> {
    if broadcast(from, to).as_deref() == Some(to) {
        Ok(())
    } else {
        Err(format!("{} does not broadcast to {}", tuple(from), tuple(to)))
    }
}

fn check_shape(shape: &[usize]) -> Result<(), String> {
    if shape.len() > MAX_NDIM {
        return Err(format!("has {} axes, more than {MAX_NDIM}", shape.len()));
    }
    bounded_size(shape).map(|_| ()).ok_or_else(|| format!("shape {} overflows", tuple(shape)))
}

/// The number of elements, counting empty axes as one element: NumPy bounds that product, and it
/// keeps every partial product and stride within `isize`.
fn bounded_size(shape: &[usize]) -> Option<usize> {
    let n = shape.iter().try_fold(1usize, |n, &d| n.checked_mul(d.max(1)))?;
    isize::try_from(n).is_ok().then_some(n)
}

/// The number of elements; `None` for shapes that [`check_shape`] rejects.
fn element_count(shape: &[usize]) -> Option<usize> {
    Some(if shape.contains(&0) { 0 } else { bounded_size(shape)? })
}

/// The memory that strides span, in bytes, stays within `isize`.
fn check_memory(shape: &[usize], strides: &[isize], dtype: DType) -> Result<(), String> {
    if strides.len() != shape.len() {
        return Err(format!("has {} strides for {} axes", strides.len(), shape.len()));
    }
    let (mut below, mut above) = (0usize, 1usize);
    for (&s, &n) in strides.iter().zip(shape) {
        let reach = s.unsigned_abs().checked_mul(n.max(2) - 1).ok_or("strides overflow")?;
        let end = if s < 0 { &mut below } else { &mut above };
        *end = end.checked_add(reach).ok_or("strides overflow")?;
    }
    let bytes = below.checked_add(above).and_then(|n| n.checked_mul(dtype.itemsize()));
    match bytes.map(isize::try_from) {
        Some(Ok(_)) => Ok(()),
        _ => Err("strides overflow".into()),
    }
}
