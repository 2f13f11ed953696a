//! `nditer`: several arrays at once, in the order of their memory.

use std::panic::Location;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use numfuse_backends::runtime::Concrete;
use numfuse_ir::shape::Shape;
use numfuse_ir::{Casting, DType, Element, IndexMap, dispatch};

use super::order::{Axis, allocated, arrange, joint_shape, runs};
use crate::array::build::{Cx, checked_size};
use crate::array::{Array, Dims, Operand};
use crate::error::{Raised, Result, raise, tight};
use crate::index::{put_flat, value_as};
use crate::options::{Int, options};

options! {
    /// Options of [`nditer()`] and [`nested_iters`]; the bare value is `order`.
    NditerOptions {
        order: Order(char), flags: FlagsKey(Vec<&'static str>), op_flags: OpFlags(Vec<Vec<&'static str>>),
        op_dtypes: OpDtypes(Vec<Option<DType>>), casting: CastingKey(Casting), op_axes: OpAxes(Vec<Vec<i64>>),
        itershape: Itershape(Dims), buffersize: Buffersize(Int),
    } bare order order;
}

const FLAGS: &str = "buffered c_index copy_if_overlap common_dtype delay_bufalloc external_loop f_index grow_inner \
                     growinner multi_index ranged refs_ok reduce_ok zerosize_ok";
const OP_FLAGS: &str = "readonly readwrite writeonly nbo aligned contig copy updateifcopy allocate no_subtype virtual \
                        arraymask writemasked no_broadcast overlap_assume_elementwise";

/// An operand of [`nditer()`]: an array, or one that is to be made.
#[derive(Clone, Debug)]
pub enum NdOperand {
    /// An array.
    Array(Operand),
    /// A new array of the iteration's shape: Python's `None`.
    Allocate,
}

impl<T: Into<Operand>> From<T> for NdOperand {
    #[track_caller]
    fn from(array: T) -> NdOperand {
        NdOperand::Array(array.into())
    }
}

/// Where the operands' elements of an outer iterator are, and how often that changed.
#[derive(Debug, Default)]
struct Place {
    offsets: Vec<isize>,
    turn: u64,
}

type Shared<T> = Arc<Mutex<T>>;

fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An iterator over several arrays; see [`nditer()`].
#[derive(Debug)]
pub struct NdIter {
    shape: Shape,
    /// Outermost first.
    axes: Vec<Axis>,
    /// The operands' row-major positions of the first element.
    start: Vec<isize>,
    values: Shared<Vec<Array>>,
    own: Vec<DType>,
    writes: Vec<bool>,
    reads: Vec<Option<Concrete>>,
    next: usize,
    /// First element and length of what was given last.
    given: Option<(usize, usize)>,
    chunk: Option<usize>,
    multi_index: bool,
    index: Option<char>,
    outer: Option<(Shared<Place>, u64)>,
    inner: Option<Shared<Place>>,
    location: &'static Location<'static>,
}

/// NumPy's name of the type.
#[allow(non_camel_case_types)]
pub type nditer = NdIter;

/// An iterator over arrays that broadcast, in the order of their memory unless `order` says otherwise. It
/// gives one array without axes per operand, or with the flag `external_loop` vectors as long as can be.
///
/// `flags`, `op_flags` (a list per operand, or one for all), `op_dtypes`, `casting`, `op_axes` (per operand and
/// axis of the iteration an axis, or -1), `itershape` and `buffersize` are NumPy's. Arrays are values, so
/// that what [`NdIter::set`] assigns is in [`NdIter::operands`] afterwards and nowhere else.
///
/// ```
/// use numfuse as np;
/// use np::NdOperand;
/// use np::prelude::*;
/// let a = np::array![[1, 2], [3, 4]];
/// let mut it = np::nditer([&a.t()], flags(["multi_index"]))?;
/// let mut seen = Vec::new();
/// while let Some(x) = it.next() {
///     seen.push((it.multi_index().unwrap_or_default(), x[0].item::<i32>()?));
/// }
/// assert_eq!(seen[1], (vec![1, 0], 2)); // in memory's order
///
/// let mut it = np::nditer([NdOperand::from(&a), NdOperand::Allocate], ..)?;
/// while let Some(x) = it.next() {
///     it.set(1, &x[0] * &x[0])?;
/// }
/// assert_eq!(it.operands()[1].to_vec::<i32>()?, [1, 4, 9, 16]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn nditer<T: Into<NdOperand>>(
    op: impl IntoIterator<Item = T>,
    options: impl Into<NditerOptions>,
) -> Result<NdIter> {
    let operands: Vec<NdOperand> = op.into_iter().map(Into::into).collect();
    let (options, location) = (options.into(), Location::caller());
    build(&operands, &options, location).map_err(|raise| raise.sign("nditer", location))
}

/// Iterators over groups of axes, outermost first: each step of one starts the next one again, at another
/// place.
///
/// ```
/// use numfuse as np;
/// let a = np::arange(6, ..).reshape([2, 3]);
/// let mut iters = np::nested_iters([&a], [vec![1], vec![0]], ..)?;
/// let (mut inner, mut outer) = (iters.remove(1), iters.remove(0));
/// let mut sums = Vec::new();
/// while outer.next().is_some() {
///     let mut sum = 0;
///     for x in &mut inner {
///         sum += x[0].item::<i64>()?;
///     }
///     sums.push(sum);
/// }
/// assert_eq!(sums, [3, 5, 7]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn nested_iters<T: Into<NdOperand>>(
    op: impl IntoIterator<Item = T>,
    axes: impl IntoIterator<Item = Vec<i64>>,
    options: impl Into<NditerOptions>,
) -> Result<Vec<NdIter>> {
    let operands: Vec<NdOperand> = op.into_iter().map(Into::into).collect();
    let groups: Vec<Vec<i64>> = axes.into_iter().collect();
    let (options, location) = (options.into(), Location::caller());
    let make = || -> Raised<Vec<NdIter>> {
        if groups.len() < 2 {
            return raise!(Value, "axes must have at least 2 entries for nested iteration");
        }
        if operands.iter().any(|o| matches!(o, NdOperand::Allocate)) {
            return raise!(Value, "nested iterators make no operands");
        }
        let mut seen: Vec<i64> = groups.concat();
        seen.sort_unstable();
        if seen.iter().any(|&a| a < 0) {
            return raise!(Value, "An axis is out of bounds");
        }
        if seen.windows(2).any(|w| w[0] == w[1]) {
            return raise!(Value, "An axis is used more than once");
        }
        let mut iters: Vec<NdIter> = Vec::new();
        for (level, group) in groups.iter().enumerate() {
            let mut options = options.clone();
            options.op_axes = Some(vec![group.clone(); operands.len()]);
            if level + 1 < groups.len() {
                // Only the innermost one gives more than an element at a time.
                options.flags.iter_mut().for_each(|f| f.retain(|f| !["external_loop", "buffered"].contains(f)));
            }
            let mut iter = build(&operands, &options, location)?;
            if let Some(outer) = iters.last_mut() {
                let place: Shared<Place> = Arc::default();
                locked(&place).offsets = vec![0; operands.len()];
                outer.inner = Some(place.clone());
                iter.outer = Some((place, 0));
                iter.values = outer.values.clone();
            }
            iters.push(iter);
        }
        Ok(iters)
    };
    make().map_err(|raise| raise.sign("nested_iters", location))
}

/// What the flags of an operand say.
struct Role {
    read: bool,
    write: bool,
    copy: bool,
    broadcast: bool,
}

fn role(flags: Option<&Vec<&'static str>>, allocate: bool) -> Raised<Role> {
    let usual: &[&str] = if allocate { &["writeonly", "allocate"] } else { &["readonly"] };
    let flags = flags.map_or(usual, |f| &f[..]);
    if let Some(unknown) = flags.iter().find(|f| !OP_FLAGS.split(' ').any(|known| known == **f)) {
        return raise!(Value, "Unexpected per-op iterator flag \"{unknown}\"");
    }
    let has = |name: &str| flags.contains(&name);
    let ways = ["readonly", "readwrite", "writeonly"].iter().filter(|w| has(w)).count();
    if ways == 0 && !allocate {
        return raise!(
            Value,
            "None of the iterator flags READWRITE, READONLY, or WRITEONLY were specified for an operand"
        );
    }
    if ways > 1 {
        return raise!(
            Value,
            "Only one of the iterator flags READWRITE, READONLY, and WRITEONLY may be specified for an operand"
        );
    }
    Ok(Role {
        read: !(has("writeonly") || allocate && ways == 0),
        write: has("readwrite") || has("writeonly") || allocate,
        copy: has("copy") || has("updateifcopy"),
        broadcast: !has("no_broadcast"),
    })
}

fn build(operands: &[NdOperand], o: &NditerOptions, location: &'static Location<'static>) -> Raised<NdIter> {
    let cx = Cx { location };
    let flags = o.flags.clone().unwrap_or_default();
    if let Some(unknown) = flags.iter().find(|f| !FLAGS.split_whitespace().any(|known| known == **f)) {
        return raise!(Value, "Unexpected iterator global flag \"{unknown}\"");
    }
    let has = |name: &str| flags.contains(&name);
    let external = has("external_loop");
    let index = ["c_index", "f_index"].into_iter().find(|f| has(f)).and_then(|f| f.chars().next());
    if has("c_index") && has("f_index") {
        return raise!(Value, "Iterator flags C_INDEX and F_INDEX cannot both be specified");
    }
    if external && (has("multi_index") || index.is_some()) {
        return raise!(Value, "Iterator flag EXTERNAL_LOOP cannot be used if an index or multi-index is being tracked");
    }
    let order = o.order.unwrap_or('K');
    if !"CFAK".contains(order) {
        return raise!(Value, "order must be one of 'C', 'F', 'A', or 'K' (got '{order}')");
    }
    if operands.is_empty() {
        return raise!(Value, "Must provide at least one operand");
    }
    let mut roles = Vec::with_capacity(operands.len());
    for (i, operand) in operands.iter().enumerate() {
        let all = o.op_flags.as_ref();
        let own = all.and_then(|f| if f.len() == 1 { f.first() } else { f.get(i) });
        roles.push(role(own, matches!(operand, NdOperand::Allocate))?);
    }
    let arrays: Vec<Option<Array>> = operands
        .iter()
        .map(|operand| match operand {
            NdOperand::Array(a) => cx.array(a).map(Some),
            NdOperand::Allocate => Ok(None),
        })
        .collect::<Raised<_>>()?;
    let (shape, links) = joint_shape(&arrays, o)?;
    let size = checked_size(&shape)?;
    if size == 0 && !has("zerosize_ok") {
        return raise!(Value, "Iteration of zero-sized operands is not enabled");
    }

    // The dtypes of the operands, and those that the iteration shows.
    let common = arrays.iter().flatten().map(|a| a.0.dtype).reduce(DType::promote).unwrap_or(DType::F64);
    let casting = o.casting.unwrap_or(Casting::Safe);
    let (mut own, mut values, mut reads) = (Vec::new(), Vec::new(), Vec::new());
    for (i, array) in arrays.iter().enumerate() {
        let asked = o.op_dtypes.as_ref().and_then(|d| d.get(i).copied().flatten());
        let role = &roles[i];
        let Some(array) = array else {
            let dtype = asked.unwrap_or(common);
            let shape: Shape = allocated(&shape, &links[i]);
            own.push(dtype);
            values.push(cx.full(&shape, &crate::array::operand::k(0), dtype)?);
            reads.push(None);
            continue;
        };
        let dtype = asked.unwrap_or(if has("common_dtype") { common } else { array.0.dtype });
        if dtype != array.0.dtype {
            let (from, to) = (array.0.dtype, dtype);
            if role.read && !from.can_cast(to, casting) {
                return raise!(
                    DType,
                    "Iterator operand {i} dtype could not be cast from dtype('{from}') to dtype('{to}') according to the rule '{}'",
                    casting.name()
                );
            }
            if role.write && !to.can_cast(from, casting) {
                return raise!(
                    DType,
                    "Iterator requested dtype could not be cast from dtype('{to}') to dtype('{from}'), the operand {i} dtype, according to the rule '{}'",
                    casting.name()
                );
            }
            if !has("buffered") && !role.copy {
                return raise!(
                    DType,
                    "Iterator operand required copying or buffering, but neither copying nor buffering was enabled"
                );
            }
        }
        for (d, link) in links[i].iter().enumerate() {
            let repeated = shape[d] > 1 && link.is_none_or(|at| array.0.shape[at] == 1);
            if repeated && !role.broadcast {
                return raise!(
                    Shape,
                    "non-broadcastable operand with shape {} doesn't match the broadcast shape {}",
                    tight(&array.0.shape),
                    tight(&shape)
                );
            }
            if repeated && role.write && !has("reduce_ok") {
                return raise!(
                    Value,
                    "output operand requires a reduction along dimension {d}, but the reduction is not enabled. The dimension size of 1 does not match the expected output shape."
                );
            }
        }
        own.push(array.0.dtype);
        let value = cx.cast(array, dtype)?;
        let concrete = value.concrete()?;
        reads.push((!role.write).then_some(concrete));
        values.push(value);
    }

    // Steps per axis and operand: in memory for the order, in row-major positions to find elements.
    let mut axes: Vec<Axis> = (0..shape.len())
        .map(|of| Axis { n: shape[of], of, turned: false, steps: Vec::new(), places: Vec::new() })
        .collect();
    for (i, value) in values.iter().enumerate() {
        let logical = IndexMap::contiguous(&value.0.shape).strides;
        let memory = match &arrays[i] {
            Some(array) => Some(array.concrete()?.map.strides),
            None => None,
        };
        for (axis, link) in axes.iter_mut().zip(&links[i]) {
            let at = link.filter(|&at| value.0.shape[at] > 1);
            axis.places.push(at.map_or(0, |at| logical[at]));
            axis.steps.push(at.and_then(|at| Some(memory.as_ref()?[at])).unwrap_or(0));
        }
    }
    arrange(&mut axes, order, &arrays);
    let mut start = vec![0isize; values.len()];
    for axis in axes.iter_mut().filter(|a| a.turned) {
        for (place, first) in axis.places.iter_mut().zip(&mut start) {
            *first += *place * (axis.n as isize - 1);
            *place = -*place;
        }
    }
    let chunk = external.then(|| {
        let runs = runs(&axes);
        if !has("buffered") {
            return runs.last().copied().unwrap_or(1);
        }
        // Whole inner axes, as many as fit.
        let buffer = o.buffersize.and_then(|b| usize::try_from(b.0).ok()).filter(|&b| b > 0).unwrap_or(8192);
        let mut core = 1;
        for n in runs.iter().rev() {
            match core * n {
                more if more <= buffer => core = more.max(1),
                _ => break,
            }
        }
        buffer / core * core
    });
    Ok(NdIter {
        shape,
        axes,
        start,
        values: Arc::new(Mutex::new(values)),
        own,
        writes: roles.iter().map(|r| r.write).collect(),
        reads,
        next: 0,
        given: None,
        chunk,
        multi_index: has("multi_index"),
        index,
        outer: None,
        inner: None,
        location,
    })
}

impl NdIter {
    fn coordinates(&self, mut position: usize) -> Vec<usize> {
        let mut at = vec![0; self.axes.len()];
        for (slot, axis) in at.iter_mut().zip(&self.axes).rev() {
            *slot = position % axis.n.max(1);
            position /= axis.n.max(1);
        }
        at
    }

    /// The row-major position of an operand's element.
    fn place(&self, op: usize, position: usize) -> isize {
        let at = self.coordinates(position);
        let base = self.outer.as_ref().map_or(0, |o| locked(&o.0).offsets.get(op).copied().unwrap_or(0));
        let own: isize = at.iter().zip(&self.axes).map(|(&i, axis)| i as isize * axis.places[op]).sum();
        base + self.start[op] + own
    }

    fn places(&self, op: usize, (first, n): (usize, usize)) -> Vec<i64> {
        (first..first + n).map(|p| self.place(op, p) as i64).collect()
    }

    /// The elements of an operand, as the iteration shows them.
    fn show(&self, op: usize, given: (usize, usize)) -> Option<Array> {
        let value = match self.reads.get(op)? {
            Some(value) => value.clone(),
            None => locked(&self.values).get(op)?.concrete().ok()?,
        };
        let places = self.places(op, given);
        let shape: Shape = if self.chunk.is_some() { smallvec::smallvec![places.len()] } else { Shape::new() };
        dispatch!(value.dtype, T => {
            let item = |p: &i64| value.get(*p as usize).map(|s| <T as Element>::from_bits(s.bits()));
            let items: Option<Vec<T>> = places.iter().map(item).collect();
            Some(Array::from_vec_shape(items?, shape, self.location))
        })
    }

    /// Assigns to the element, or the elements, of operand `op` that were given last. An error for
    /// operands that are read only.
    #[track_caller]
    pub fn set(&mut self, op: usize, value: impl Into<Operand>) -> Result<()> {
        let (value, location) = (value.into(), Location::caller());
        let run = || -> Raised<()> {
            let cx = Cx { location };
            if op >= self.writes.len() {
                return raise!(Index, "Iterator operand index {op} is out of bounds");
            }
            if !self.writes[op] {
                return raise!(Value, "assignment destination is read-only");
            }
            let Some(given) = self.given else {
                return raise!(Value, "Iterator is past the end");
            };
            let places = self.places(op, given);
            let mut values = locked(&self.values);
            let target = &mut values[op];
            let value = value_as(cx, &value, target.0.dtype)?;
            let shape: Shape = if self.chunk.is_some() { smallvec::smallvec![places.len()] } else { Shape::new() };
            let Ok(value) = cx.broadcast(&value, &shape) else {
                return raise!(
                    Shape,
                    "could not broadcast input array from shape {} into shape {}",
                    tight(&value.0.shape),
                    tight(&shape)
                );
            };
            put_flat(cx, target, &places, &value)
        };
        run().map_err(|raise| raise.sign("nditer", location))
    }

    /// The operands with what was assigned, each in its own dtype.
    #[track_caller]
    pub fn operands(&self) -> Vec<Array> {
        locked(&self.values).iter().zip(&self.own).map(|(value, &dtype)| value.astype(dtype)).collect()
    }

    /// The index of the element that was given last; `None` before the first, or without the flag
    /// `multi_index`.
    pub fn multi_index(&self) -> Option<Vec<usize>> {
        let (position, _) = self.given.filter(|_| self.multi_index)?;
        Some(self.index_of(position))
    }

    fn index_of(&self, position: usize) -> Vec<usize> {
        let mut index = vec![0; self.shape.len()];
        for (i, axis) in self.coordinates(position).into_iter().zip(&self.axes) {
            index[axis.of] = if axis.turned { axis.n - 1 - i } else { i };
        }
        index
    }

    /// The row-major (`c_index`) or column-major (`f_index`) position of the element that was given last.
    pub fn index(&self) -> Option<usize> {
        let (position, _) = self.given?;
        let order = self.index?;
        let index = self.index_of(position);
        let both = index.iter().zip(&self.shape);
        Some(match order {
            'c' => both.fold(0, |at, (i, n)| at * n + i),
            _ => both.rev().fold(0, |at, (i, n)| at * n + i),
        })
    }

    /// The shape that the operands have together.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The number of axes of that shape.
    pub fn ndim(&self) -> usize {
        self.shape.len()
    }

    /// The number of operands.
    pub fn nop(&self) -> usize {
        self.own.len()
    }

    /// The number of elements.
    pub fn itersize(&self) -> usize {
        self.shape.iter().product()
    }

    /// How many elements were given.
    pub fn iterindex(&self) -> usize {
        self.next
    }

    /// The dtypes that the iteration shows.
    pub fn dtypes(&self) -> Vec<DType> {
        locked(&self.values).iter().map(|v| v.0.dtype).collect()
    }

    /// Whether all elements were given.
    pub fn finished(&self) -> bool {
        self.next >= self.itersize()
    }

    /// Starts again.
    pub fn reset(&mut self) {
        (self.next, self.given) = (0, None);
    }
}

impl Iterator for NdIter {
    type Item = Vec<Array>;

    fn next(&mut self) -> Option<Vec<Array>> {
        if let Some((place, seen)) = &mut self.outer {
            let turn = locked(place).turn;
            if *seen != turn {
                *seen = turn;
                (self.next, self.given) = (0, None);
            }
        }
        if self.finished() {
            self.given = None;
            return None;
        }
        let given = (self.next, self.chunk.unwrap_or(1).min(self.itersize() - self.next));
        self.given = Some(given);
        self.next += given.1;
        if let Some(inner) = &self.inner {
            let offsets = (0..self.nop()).map(|op| self.place(op, given.0)).collect();
            let mut place = locked(inner);
            place.offsets = offsets;
            place.turn += 1;
        }
        (0..self.nop()).map(|op| self.show(op, given)).collect()
    }
}
