//! The lazy [`Array`] and the concrete [`NdArray`].

mod assign;
pub(crate) mod build;
pub(crate) mod flatten;
mod memory;
mod ndarray;
pub(crate) mod node;
pub(crate) mod operand;
mod ops;

use std::fmt;
use std::panic::Location;
use std::sync::Arc;

use numfuse_backends::runtime::{self, Access, Asked, Buffer, Concrete, Fault};
use numfuse_ir::{DType, Element, IndexMap, Op};

pub use memory::*;
pub use ndarray::NdArray;
pub use operand::{Dims, Length, Nested, Operand};

use crate::error::{Error, Raise, Raised, Result, no_memory, of_fault, raise, tight};
use crate::errstate::Watch;
use flatten::{Flat, Source};
use node::{Input, Node, State};
use numfuse_ir::shape::{Shape, bytes_of};

/// A lazy array: a cheap, immutable handle to an expression that knows its shape and dtype.
///
/// Operators and functions build larger expressions; nothing is computed until [`Array::eval`],
/// [`Array::item`] or printing asks for values. The node then keeps its value and lets go of the
/// expression, so a second use costs nothing. Handles can be cloned and sent to other threads.
///
/// A call that cannot work (shapes that do not broadcast, an axis out of range) yields an array
/// that carries the error and the caller's line; [`Array::check`] and [`Array::eval`] return it.
///
/// ```
/// use numfuse as np;
/// let x = np::linspace(0.0, 1.0, 5);
/// let y = (&x * 2.0 + 1.0).sqrt();
/// assert_eq!((y.shape(), y.dtype()), (&[5][..], np::float64));
/// assert_eq!(y.eval()?.as_slice::<f64>()?[4], 3.0_f64.sqrt());
/// # Ok::<(), np::Error>(())
/// ```
#[derive(Clone)]
pub struct Array(pub(crate) Arc<Node>);

impl Array {
    /// Axis lengths.
    ///
    /// # Panics
    ///
    /// With the array's error, when it carries one; see [`Array::check`].
    #[track_caller]
    pub fn shape(&self) -> &[usize] {
        self.expect_valid();
        &self.0.shape
    }

    /// The number of axes. Panics as [`Array::shape`] does.
    #[track_caller]
    pub fn ndim(&self) -> usize {
        self.shape().len()
    }

    /// The number of elements. Panics as [`Array::shape`] does.
    #[track_caller]
    pub fn size(&self) -> usize {
        self.shape().iter().product()
    }

    /// The element type. Panics as [`Array::shape`] does.
    #[track_caller]
    pub fn dtype(&self) -> DType {
        self.expect_valid();
        self.0.dtype
    }

    /// Bytes per element.
    #[track_caller]
    pub fn itemsize(&self) -> usize {
        self.dtype().itemsize()
    }

    /// Bytes of all elements.
    #[track_caller]
    pub fn nbytes(&self) -> usize {
        self.size() * self.itemsize()
    }

    #[track_caller]
    fn expect_valid(&self) {
        if let State::Failed(error) = &*self.0.state() {
            panic!("{error}");
        }
    }

    /// The error that the array carries, if any. Does not evaluate.
    ///
    /// ```
    /// use numfuse as np;
    /// assert!(np::zeros([2, 3], ..).reshape([7]).check().is_err());
    /// ```
    pub fn check(&self) -> Result<()> {
        match &*self.0.state() {
            State::Failed(error) => Err(error.clone()),
            _ => Ok(()),
        }
    }

    /// Whether the value is there already.
    pub fn is_evaluated(&self) -> bool {
        matches!(&*self.0.state(), State::Ready(_))
    }

    /// Computes the value, once, and returns it.
    pub fn eval(&self) -> Result<NdArray> {
        self.concrete().map(NdArray::new)
    }

    /// The value, computed unless it is there.
    pub(crate) fn concrete(&self) -> Result<Concrete> {
        if let State::Ready(value) = &*self.0.state() {
            return Ok(value.clone());
        }
        evaluate(&[self])?;
        match &*self.0.state() {
            State::Ready(value) => Ok(value.clone()),
            State::Failed(error) => Err(error.clone()),
            _ => Err(self.signed(no_value())),
        }
    }

    /// [`Array::eval`] into memory that is there: `target` takes on the value, and its old memory is
    /// written over if nobody else holds it. A loop that computes one array after another of the same
    /// shape needs memory for one, whatever the pool does.
    ///
    /// Fails, and leaves `target` as it is, if shapes or dtypes differ. When the evaluation itself
    /// fails, the elements of `target` are unspecified.
    ///
    /// ```
    /// use numfuse as np;
    /// let mut total = np::zeros(3, ..).eval()?;
    /// let address = total.as_slice::<f64>()?.as_ptr();
    /// (np::arange(3, ..) * 0.5).eval_into(&mut total)?;
    /// assert_eq!(total.as_slice::<f64>()?, [0.0, 0.5, 1.0]);
    /// assert_eq!(total.as_slice::<f64>()?.as_ptr(), address);
    /// assert!(np::ones(4, ..).eval_into(&mut total).is_err());
    /// # Ok::<(), np::Error>(())
    /// ```
    #[track_caller]
    pub fn eval_into(&self, target: &mut NdArray) -> Result<()> {
        let location = Location::caller();
        self.check()?;
        self.fits(target).map_err(|raise| raise.sign("eval_into", location))?;
        // A file changes for those only who ask for that.
        let memory = target.memory();
        if memory.access() == Access::Own {
            self.evaluate_into(memory)?;
        }
        *target = self.eval()?;
        Ok(())
    }

    /// Evaluates, if that is still to be done, into memory that nobody else holds, if it can be used.
    pub(crate) fn evaluate_into(&self, memory: &mut Arc<Buffer>) -> Result<()> {
        if !self.is_evaluated() && !shortcut(self).map_err(|raise| self.signed(raise))? {
            let asked = Asked { into: Some(memory), ..Asked::default() };
            let values = compute(&[self], asked).map_err(|raise| self.signed(raise))?;
            values.into_iter().for_each(|value| self.fulfil(value));
        }
        Ok(())
    }

    fn fits(&self, target: &NdArray) -> Raised<()> {
        let (want, have) = (&self.0.shape, target.shape());
        if want.as_slice() != have {
            return raise!(
                Shape,
                "non-broadcastable output operand with shape {} doesn't match the broadcast shape {}",
                tight(have),
                tight(want)
            );
        }
        if self.0.dtype != target.dtype() {
            return raise!(DType, "the value is {}, the output array {}", self.0.dtype, target.dtype());
        }
        Ok(())
    }

    /// Evaluates, and tells what [`Array::explain`] does and how long each kernel took. Kernels that
    /// run together have one time.
    ///
    /// ```
    /// use numfuse as np;
    /// let a = np::arange(1000, ..) * 0.5;
    /// assert!(a.profile()?.contains("kernel 0: ran in"));
    /// assert!(a.is_evaluated());
    /// # Ok::<(), np::Error>(())
    /// ```
    pub fn profile(&self) -> Result<String> {
        self.check()?;
        let mut text = self.explain();
        if !self.is_evaluated() && !shortcut(self).map_err(|raise| self.signed(raise))? {
            let mut times = Vec::new();
            let asked = Asked { times: Some(&mut times), ..Asked::default() };
            let values = compute(&[self], asked).map_err(|raise| self.signed(raise))?;
            values.into_iter().for_each(|value| self.fulfil(value));
            text.push_str(&runtime::times(&times));
        }
        Ok(text)
    }

    /// The single element of an array of size 1, as `T`, which must be the type of its dtype.
    ///
    /// ```
    /// use numfuse as np;
    /// assert_eq!(np::arange(5, ..).sum(..).item::<i64>()?, 10);
    /// # Ok::<(), np::Error>(())
    /// ```
    #[track_caller]
    pub fn item<T: Element>(&self) -> Result<T> {
        self.eval()?.item::<T>()
    }

    /// All elements in row-major order, as `T`, which must be the type of the dtype.
    #[track_caller]
    pub fn to_vec<T: Element>(&self) -> Result<Vec<T>> {
        self.eval()?.to_vec::<T>()
    }

    /// The graph, the rewrites and the kernels of the expression, as text; see the README for how
    /// to read it. An array with an error explains that.
    pub fn explain(&self) -> String {
        match Flat::new([self]) {
            Ok(flat) => runtime::explain(&flat.graph()),
            Err(raise) => self.signed(raise).to_string(),
        }
    }

    /// One stage of the expression's way to machine code, as text: what `NUMFUSE_DUMP` writes.
    ///
    /// ```
    /// use numfuse as np;
    /// let a = np::arange(3, ..) * 2;
    /// assert!(a.dump_stage(np::Stage::Graph).contains("multiply"));
    /// ```
    pub fn dump_stage(&self, stage: runtime::Stage) -> String {
        match Flat::new([self]) {
            Ok(flat) => runtime::dump(&flat.graph(), stage),
            Err(raise) => self.signed(raise).to_string(),
        }
    }

    /// An array of Rust data.
    #[track_caller]
    pub(crate) fn from_nested<N: Nested + ?Sized>(data: &N) -> Array {
        let location = Location::caller();
        let mut shape = Shape::new();
        data.nested_shape(&mut shape);
        let mut items = Vec::new();
        if !data.nested_items(&shape, &mut items) {
            let raise: Raised<()> = raise!(
                Value,
                "setting an array element with a sequence. The requested array has an inhomogeneous shape after {} dimensions.",
                1
            );
            return Array::failed(raise.unwrap_err().sign("array", location));
        }
        Array::from_vec_shape(items, shape, location)
    }

    pub(crate) fn from_vec_shape<T: Element>(
        items: Vec<T>,
        shape: Shape,
        location: &'static Location<'static>,
    ) -> Array {
        let map = IndexMap::contiguous(&shape);
        Array::ready(Concrete { buffer: Buffer::from_vec(items), dtype: T::DTYPE, map }, location)
    }

    pub(crate) fn signed(&self, raise: Raise) -> Error {
        raise.sign("eval", self.0.location)
    }
}

fn no_value() -> Raise {
    Raise::New(crate::error::Class::Value, "an argument of a function that is being traced has no value yet".into())
}

/// Evaluates several expressions in one plan, so that they share common work and passes over
/// memory.
///
/// ```
/// use numfuse as np;
/// let a = np::arange(1_000, 2_000);
/// let (lo, hi) = (a.min(..), a.max(..));
/// np::eval([&lo, &hi])?;
/// assert!(lo.is_evaluated() && hi.is_evaluated());
/// # Ok::<(), np::Error>(())
/// ```
pub fn eval<'a>(roots: impl IntoIterator<Item = &'a Array>) -> Result<()> {
    evaluate(&roots.into_iter().collect::<Vec<_>>())
}

pub(crate) fn evaluate(roots: &[&Array]) -> Result<()> {
    // One call of a library kernel gives all of its results.
    let pending = roots.iter().filter(|root| !root.is_evaluated());
    let siblings: Vec<Array> = pending.flat_map(|root| root.pending_siblings()).collect();
    let mut wanted: smallvec::SmallVec<[&Array; 4]> = smallvec::SmallVec::new();
    for &root in roots {
        match shortcut(root) {
            Ok(true) => {}
            Ok(false) => {
                if !wanted.iter().any(|w| Arc::ptr_eq(&w.0, &root.0)) {
                    wanted.push(root);
                }
            }
            Err(raise) => return Err(root.signed(raise)),
        }
    }
    for sibling in &siblings {
        if !wanted.iter().any(|w| Arc::ptr_eq(&w.0, &sibling.0)) {
            wanted.push(sibling);
        }
    }
    let Some(first) = wanted.first() else { return Ok(()) };
    let values = compute(&wanted, Asked::default()).map_err(|raise| first.signed(raise))?;
    for (root, value) in wanted.iter().zip(values) {
        root.fulfil(value);
    }
    Ok(())
}

fn compute(roots: &[&Array], asked: Asked) -> Raised<Vec<Concrete>> {
    let flat = Flat::new(roots.iter().copied())?;
    let mut inputs: smallvec::SmallVec<[Concrete; 4]> = smallvec::SmallVec::with_capacity(flat.inputs.len());
    for source in &flat.inputs {
        match source {
            Source::Array(value) => inputs.push(value.clone()),
            Source::Argument(_) => return Err(no_value()),
        }
    }
    let mut watch = Watch::new();
    let asked = Asked { flags: watch.as_mut().map(|w| &mut w.met), ..asked };
    let run = runtime::run(&flat.key, &inputs, &flat.scalars, &mut || flat.graph(), asked);
    let values = run.map_err(|fault| match fault {
        Fault::Host { op: Some(op), .. } => flat.failed_call(op, fault),
        Fault::IndexOutOfBounds => flat.bad_take().unwrap_or_else(|| of_fault(fault)),
        Fault::Memory { bytes } => {
            let root = roots.iter().find(|r| bytes_of(&r.0.shape, r.0.dtype).is_some_and(|n| n as u128 == bytes));
            match root {
                Some(r) => no_memory(bytes, Some((&r.0.shape, r.0.dtype))),
                None => no_memory(bytes, None),
            }
        }
        fault => of_fault(fault),
    })?;
    if let Some(watch) = watch {
        watch.settle(&flat, &inputs)?;
    }
    Ok(values)
}

/// Evaluates without a plan what needs none: values that are there, single numbers, arrays
/// without elements, and views of concrete arrays. `false` when a plan is needed. A number repeated over a shape needs one: it
/// gets memory of its own.
fn shortcut(root: &Array) -> Raised<bool> {
    let mut chain: smallvec::SmallVec<[Array; 4]> = smallvec::SmallVec::new();
    let mut at = root.clone();
    let mut value = loop {
        let next = match &*at.0.state() {
            State::Failed(error) => return Err(error.clone().into()),
            State::Placeholder { .. } => return Err(no_value()),
            State::Ready(value) => break value.clone(),
            State::Lazy(_) if at.0.shape.contains(&0) => break empty(&at)?,
            State::Lazy(inputs) => match (&at.0.op, inputs.as_slice()) {
                (Op::Const(_) | Op::Param { .. }, _) if !chain.is_empty() => return Ok(false),
                (Op::Const(value), _) => break Concrete::from_scalar(*value).map_err(of_fault)?,
                (Op::Param { .. }, [Input::Param(value)]) => break Concrete::from_scalar(*value).map_err(of_fault)?,
                (Op::View(_), [Input::Node(of)]) => of.clone(),
                _ => return Ok(false),
            },
        };
        chain.push(std::mem::replace(&mut at, next));
    };
    for array in chain.iter().rev() {
        let Op::View(view) = &array.0.op else { return Ok(false) };
        let Some(map) = value.map.through(view, &array.0.shape) else { return Ok(false) };
        value.map = map;
    }
    root.fulfil(value);
    Ok(true)
}

/// An array without elements, whatever the expression.
fn empty(array: &Array) -> Raised<Concrete> {
    let (dtype, map) = (array.0.dtype, IndexMap::contiguous(&array.0.shape));
    Ok(Concrete { buffer: Buffer::from_slice::<u8>(&[]).map_err(of_fault)?, dtype, map })
}

/// Names the expression without computing it.
impl fmt::Debug for Array {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match &*self.0.state() {
            State::Failed(error) => return write!(f, "Array(error: {error})"),
            State::Ready(_) => "evaluated",
            State::Lazy(_) => "pending",
            State::Placeholder { .. } => "traced",
        };
        let shape = numfuse_ir::shape::tuple(&self.0.shape);
        write!(f, "Array({}, {}, {state})", shape, self.0.dtype)
    }
}

/// Evaluates and prints as NumPy's `str` does; an error prints as its message.
impl fmt::Display for Array {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.eval() {
            Ok(value) => value.fmt(f),
            Err(error) => write!(f, "<error: {error}>"),
        }
    }
}
