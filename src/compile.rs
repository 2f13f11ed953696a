//! Functions traced once and called often.

use std::panic::Location;
use std::sync::{Arc, PoisonError, RwLock};

use numfuse_backends::runtime::{self, Asked, Concrete, Plan};
use smallvec::SmallVec;

use crate::array::Array;
use crate::array::flatten::{Flat, Source};
use crate::array::operand::Operand;
use crate::error::{Class, Raise, Raised, Result, of_fault};
use crate::errstate::Watch;

/// What a traced function returns: one array, an array of them, a vector or a tuple.
pub trait Outputs: Sized {
    /// The arrays in order.
    #[doc(hidden)]
    fn arrays(&self) -> Vec<Array>;
    /// The same structure around other arrays, as many as [`Outputs::arrays`] gave.
    #[doc(hidden)]
    fn rebuild(&self, arrays: &mut dyn Iterator<Item = Array>) -> Option<Self>;
}

impl Outputs for Array {
    fn arrays(&self) -> Vec<Array> {
        vec![self.clone()]
    }
    fn rebuild(&self, arrays: &mut dyn Iterator<Item = Array>) -> Option<Array> {
        arrays.next()
    }
}

impl<O: Outputs, const N: usize> Outputs for [O; N] {
    fn arrays(&self) -> Vec<Array> {
        self.iter().flat_map(Outputs::arrays).collect()
    }
    fn rebuild(&self, arrays: &mut dyn Iterator<Item = Array>) -> Option<[O; N]> {
        let parts: Option<Vec<O>> = self.iter().map(|o| o.rebuild(arrays)).collect();
        parts?.try_into().ok()
    }
}

impl<O: Outputs> Outputs for Vec<O> {
    fn arrays(&self) -> Vec<Array> {
        self.iter().flat_map(Outputs::arrays).collect()
    }
    fn rebuild(&self, arrays: &mut dyn Iterator<Item = Array>) -> Option<Vec<O>> {
        self.iter().map(|o| o.rebuild(arrays)).collect()
    }
}

macro_rules! tuple_outputs {
    ($($T:ident $i:tt),*) => {
        impl<$($T: Outputs),*> Outputs for ($($T,)*) {
            fn arrays(&self) -> Vec<Array> {
                let mut all = Vec::new();
                $(all.extend(self.$i.arrays());)*
                all
            }
            fn rebuild(&self, arrays: &mut dyn Iterator<Item = Array>) -> Option<Self> {
                Some(($(self.$i.rebuild(arrays)?,)*))
            }
        }
    };
}
tuple_outputs!(A 0, B 1);
tuple_outputs!(A 0, B 1, C 2);
tuple_outputs!(A 0, B 1, C 2, D 3);

/// Traces that a function keeps; beyond that the oldest is made again when it is needed.
const MAX_TRACES: usize = 64;

/// A function of `N` arrays that [`compile`] made. It can be called from several threads.
pub struct Compiled<F, O, const N: usize> {
    body: F,
    traces: RwLock<Vec<(Signature, Arc<Traced<O>>)>>,
    location: &'static Location<'static>,
}

/// What a trace depends on: dtype, shape and strides of each argument.
struct Signature(SmallVec<[u64; 16]>);

struct Traced<O> {
    plan: Arc<Plan>,
    /// The expression, with the numbers in the function's body, and which argument or captured array each input slot
    /// takes.
    flat: Flat,
    /// Slot `k` takes argument `k`.
    in_order: bool,
    outputs: O,
}

/// Makes a function that is traced once per combination of dtypes and shapes, and after that is
/// called at the lowest overhead: no expression is built and no plan looked up.
///
/// The body must build its result from its arguments with this crate's functions; numbers and
/// arrays that it captures are fixed when it is traced. Pass numbers that change as 0-d arrays
/// ([`crate::scalar()`]) or plain Rust numbers among the arguments.
///
/// ```
/// use numfuse as np;
/// let norm = np::compile(|[x, y]| (&x * &x + &y * &y).sqrt());
/// let (a, b) = (np::array![3.0, 6.0], np::array![4.0, 8.0]);
/// assert_eq!(norm.call([&a, &b])?.to_vec::<f64>()?, [5.0, 10.0]);
///
/// let range = np::compile(|[x]| (x.min(..), x.max(..)));
/// let (lo, hi) = range.call([&a])?;
/// assert_eq!((lo.item::<f64>()?, hi.item::<f64>()?), (3.0, 6.0));
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn compile<F, O, const N: usize>(body: F) -> Compiled<F, O, N>
where
    F: Fn([Array; N]) -> O,
    O: Outputs,
{
    Compiled { body, traces: RwLock::new(Vec::new()), location: Location::caller() }
}

impl<F, O, const N: usize> Compiled<F, O, N>
where
    F: Fn([Array; N]) -> O,
    O: Outputs,
{
    /// Calls the function. Arguments that are still expressions are evaluated first; the results
    /// are evaluated.
    #[track_caller]
    pub fn call<T: Into<Operand>>(&self, arguments: [T; N]) -> Result<O> {
        let location = Location::caller();
        self.run(arguments.map(Into::into), location).map_err(|raise| raise.sign("compile", location))
    }

    /// How many combinations of dtypes and shapes have been traced.
    pub fn traces(&self) -> usize {
        self.traces.read().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn run(&self, arguments: [Operand; N], location: &'static Location<'static>) -> Raised<O> {
        let cx = crate::array::build::Cx { location };
        let mut values: SmallVec<[Concrete; 4]> = SmallVec::with_capacity(N);
        for argument in arguments {
            values.push(cx.array(argument)?.concrete()?);
        }
        let traced = self.find(&values)?;
        let flat = &traced.flat;
        if !traced.in_order {
            let source = |source: &Source| match source {
                Source::Array(captured) => captured.clone(),
                Source::Argument(n) => values[*n as usize].clone(),
            };
            values = flat.inputs.iter().map(source).collect();
        }
        let mut watch = Watch::new();
        let asked = Asked { flags: watch.as_mut().map(|w| &mut w.met), ..Asked::default() };
        let results = traced.plan.run_as(&values, &flat.scalars, asked).map_err(of_fault)?;
        if let Some(watch) = watch {
            watch.settle(flat, &values)?;
        }
        let mut arrays = results.into_iter().map(|value| Array::ready(value, location));
        traced
            .outputs
            .rebuild(&mut arrays)
            .ok_or_else(|| Raise::New(Class::Runtime, "the plan has fewer results than the traced function".into()))
    }

    fn find(&self, values: &[Concrete]) -> Raised<Arc<Traced<O>>> {
        let known = |traces: &[(Signature, Arc<Traced<O>>)]| {
            traces.iter().find(|(s, _)| s.0.iter().copied().eq(words(values))).map(|(_, t)| t.clone())
        };
        if let Some(traced) = known(&self.traces.read().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(traced);
        }
        let traced = Arc::new(self.trace(values)?);
        let mut traces = self.traces.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(first) = known(&traces) {
            return Ok(first);
        }
        if traces.len() >= MAX_TRACES {
            traces.remove(0);
        }
        traces.push((Signature(words(values).collect()), traced.clone()));
        Ok(traced)
    }

    fn trace(&self, values: &[Concrete]) -> Raised<Traced<O>> {
        let placeholders = std::array::from_fn(|n| Array::placeholder(n as u32, &values[n], self.location));
        let outputs = (self.body)(placeholders);
        let roots = outputs.arrays();
        let flat = Flat::new(&roots)?;
        let plan = runtime::plan(flat.graph()).map_err(of_fault)?;
        let in_order =
            flat.inputs.iter().enumerate().all(|(k, s)| matches!(s, Source::Argument(n) if *n as usize == k));
        Ok(Traced { plan, flat, in_order, outputs })
    }
}

fn words(values: &[Concrete]) -> impl Iterator<Item = u64> {
    values.iter().flat_map(|value| {
        let map = &value.map;
        let head = value.dtype as u64 | (map.shape.len() as u64) << 8;
        let lengths = map.shape.iter().map(|&n| n as u64);
        std::iter::once(head).chain(lengths).chain(map.strides.iter().map(|&s| s as u64))
    })
}
