//! Rust closures as functions of arrays, element by element and on several threads.

use std::marker::PhantomData;
use std::panic::Location;

use numfuse_backends::host;
use numfuse_backends::runtime::Concrete;
use numfuse_ir::shape::{Shape, broadcast};
use numfuse_ir::{DType, Element, Scalar, dispatch};

use super::object::{Kind, Ufunc};
use crate::array::build::{Cx, broadcast_all, call};
use crate::array::operand::Operand;
use crate::array::{Array, evaluate};
use crate::error::{Raised, of_fault, raise};
use crate::index::call_all;

/// A Rust closure of numbers, as [`vectorize`] takes it: `Fn(A) -> R`, `Fn(A, B) -> R`, … for element
/// types.
pub trait ScalarFunction<Arguments>: Sync {
    /// The element type of the result.
    type Output: Element;
    /// The dtypes of the arguments.
    #[doc(hidden)]
    fn dtypes() -> Vec<DType>;
    /// The results for arguments of one shape, contiguous in memory.
    #[doc(hidden)]
    fn results(&self, arguments: &[Concrete], shape: &[usize]) -> Result<Concrete, numfuse_backends::runtime::Fault>;
}

macro_rules! scalar_functions {
    ($($($A:ident $a:ident $i:tt),*;)*) => {$(
        impl<Func, $($A,)* R> ScalarFunction<($($A,)*)> for Func
        where
            Func: Fn($($A),*) -> R + Sync,
            $($A: Element,)*
            R: Element,
        {
            type Output = R;

            fn dtypes() -> Vec<DType> {
                vec![$($A::DTYPE),*]
            }

            fn results(
                &self,
                arguments: &[Concrete],
                shape: &[usize],
            ) -> Result<Concrete, numfuse_backends::runtime::Fault> {
                $(let $a = arguments.get($i).and_then(|a| a.contiguous::<$A>()).unwrap_or_default();)*
                host::generate::<R>(shape, |i| self($($a[i]),*))
            }
        }
    )*};
}
scalar_functions! {
    A a 0;
    A a 0, B b 1;
    A a 0, B b 1, C c 2;
    A a 0, B b 1, C c 2, D d 3;
}

/// A closure as a function of arrays; see [`vectorize`].
#[derive(Clone, Debug)]
pub struct Vectorized<F, Arguments> {
    function: F,
    otypes: Option<DType>,
    arguments: PhantomData<fn(Arguments)>,
}

/// A closure of numbers as a function of arrays: arguments are cast to the closure's types and
/// broadcast, and it is called for each element, on several threads.
///
/// ```
/// use numfuse as np;
/// let clipped = np::vectorize(|x: f64, limit: f64| if x > limit { limit } else { x });
/// let y = clipped.call(&[np::arange(5, ..).into(), 2.5.into()]);
/// assert_eq!(y.to_vec::<f64>()?, [0.0, 1.0, 2.0, 2.5, 2.5]);
/// let parity = np::vectorize(|i: i64| i % 2).otypes(np::int8);
/// assert_eq!(parity.call(&[[1, 2, 3].into()]).to_vec::<i8>()?, [1, 0, 1]);
/// # Ok::<(), np::Error>(())
/// ```
pub fn vectorize<F: ScalarFunction<Arguments>, Arguments>(function: F) -> Vectorized<F, Arguments> {
    Vectorized { function, otypes: None, arguments: PhantomData }
}

impl<F: ScalarFunction<Arguments>, Arguments> Vectorized<F, Arguments> {
    /// The dtype of results, to which they are cast.
    pub fn otypes(self, dtype: DType) -> Self {
        Vectorized { otypes: Some(dtype), ..self }
    }

    /// Calls the closure for every element. Needs as many arguments as the closure has.
    #[track_caller]
    pub fn call(&self, arguments: &[Operand]) -> Array {
        call("vectorize", |cx| {
            let dtypes = F::dtypes();
            if arguments.len() != dtypes.len() {
                let (want, got) = (dtypes.len(), arguments.len());
                return raise!(DType, "the function takes {want} positional arguments but {got} were given");
            }
            let arrays: Vec<Array> =
                arguments.iter().zip(&dtypes).map(|(a, &dtype)| cx.array_as(a, dtype)).collect::<Raised<_>>()?;
            let shape = broadcast_all(arrays.iter().map(|a| &a.0.shape[..]))?;
            let values = spread(cx, &arrays, &shape)?;
            let result = Array::ready(self.function.results(&values, &shape).map_err(of_fault)?, cx.location);
            cx.cast(&result, self.otypes.unwrap_or(F::Output::DTYPE))
        })
    }
}

/// Arrays broadcast to a shape, evaluated and contiguous.
fn spread(cx: Cx, arrays: &[Array], shape: &[usize]) -> Raised<Vec<Concrete>> {
    let wide: Vec<Array> = arrays.iter().map(|a| cx.broadcast(a, shape)).collect::<Raised<_>>()?;
    evaluate(&wide.iter().collect::<Vec<_>>())?;
    let pack = |a: &Array| {
        let value = a.concrete()?;
        if value.map.is_contiguous() { Ok(value) } else { value.packed().map_err(of_fault) }
    };
    wide.iter().map(pack).collect()
}

type Generalized = dyn Fn(&[Array]) -> Vec<Array> + Send + Sync;

/// A closure of arrays with a signature; see [`vectorize_signature`].
pub struct GeneralizedVectorized {
    function: Box<Generalized>,
    inputs: Vec<Vec<String>>,
    outputs: Vec<Vec<String>>,
    excluded: Vec<usize>,
    location: &'static Location<'static>,
    bad: Option<String>,
}

/// [`vectorize`] for a closure of small arrays: the signature, such as `"(m,n),(n)->(m)"`, says which of
/// the last axes each argument and result has; over the others the arguments are broadcast.
///
/// ```
/// use numfuse as np;
/// let dot = np::vectorize_signature(|a| vec![(&a[0] * &a[1]).sum(..)], "(n),(n)->()");
/// let (rows, v) = (np::array![[1.0, 2.0], [3.0, 4.0]], np::array![1.0, 10.0]);
/// assert_eq!(dot.call(&[rows.into(), v.into()])[0].to_vec::<f64>()?, [21.0, 43.0]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn vectorize_signature(
    function: impl Fn(&[Array]) -> Vec<Array> + Send + Sync + 'static,
    signature: &str,
) -> GeneralizedVectorized {
    let side = |text: &str| -> Option<Vec<Vec<String>>> {
        let inner = text.trim().strip_prefix('(')?.strip_suffix(')')?;
        let names = |part: &str| part.split(',').map(|n| n.trim().to_owned()).filter(|n| !n.is_empty()).collect();
        Some(inner.split("),(").map(names).collect())
    };
    let text: String = signature.split_whitespace().collect();
    let sides = text.split_once("->").and_then(|(from, to)| Some((side(from)?, side(to)?)));
    let bad = sides.is_none().then(|| format!("not a valid gufunc signature: {signature}"));
    let (inputs, outputs) = sides.unwrap_or_default();
    let location = Location::caller();
    GeneralizedVectorized { function: Box::new(function), inputs, outputs, excluded: Vec::new(), location, bad }
}

impl GeneralizedVectorized {
    /// Positions of arguments that the closure gets whole.
    pub fn excluded(mut self, positions: impl IntoIterator<Item = usize>) -> Self {
        self.excluded = positions.into_iter().collect();
        self
    }

    /// Calls the closure for every place of the broadcast axes.
    #[track_caller]
    pub fn call(&self, arguments: &[Operand]) -> Vec<Array> {
        call_all("vectorize", |cx| {
            if let Some(bad) = &self.bad {
                return Err(crate::error::Raise::Carried(
                    crate::error::Raise::New(crate::error::Class::Value, bad.clone()).sign("vectorize", self.location),
                ));
            }
            let arrays: Vec<Array> = arguments.iter().map(|a| cx.array(a)).collect::<Raised<_>>()?;
            let looped: Vec<usize> = (0..arrays.len()).filter(|i| !self.excluded.contains(i)).collect();
            if looped.len() != self.inputs.len() {
                return raise!(
                    DType,
                    "wrong number of positional arguments: expected {}, got {}",
                    self.inputs.len(),
                    looped.len()
                );
            }
            let mut sizes: Vec<(&str, usize)> = Vec::new();
            let mut outer = Shape::new();
            for (&i, names) in looped.iter().zip(&self.inputs) {
                let shape = &arrays[i].0.shape;
                let Some(split) = shape.len().checked_sub(names.len()) else {
                    return raise!(
                        Value,
                        "{}-dimensional argument does not have enough dimensions for all core dimensions ({})",
                        shape.len(),
                        names.iter().map(|n| format!("'{n}'")).collect::<Vec<_>>().join(", ")
                    );
                };
                for (name, &n) in names.iter().zip(&shape[split..]) {
                    match sizes.iter().find(|(known, _)| known == name) {
                        Some(&(_, known)) if known != n => {
                            return raise!(Value, "inconsistent size for core dimension '{name}': {n} vs {known}");
                        }
                        Some(_) => {}
                        None => sizes.push((name, n)),
                    }
                }
                outer = match broadcast(&outer, &shape[..split]) {
                    Some(outer) => outer,
                    None => return raise!(Shape, "shape mismatch: objects cannot be broadcast to a single shape"),
                };
            }
            let count: usize = outer.iter().product();
            let mut flat = arrays.clone();
            for (&i, names) in looped.iter().zip(&self.inputs) {
                let core: Shape = arrays[i].0.shape[arrays[i].0.shape.len() - names.len()..].into();
                let mut wide = outer.clone();
                wide.extend_from_slice(&core);
                let mut lined: Shape = smallvec::smallvec![count];
                lined.extend_from_slice(&core);
                flat[i] = cx.reshape(&cx.broadcast(&arrays[i], &wide)?, &lined)?;
            }
            evaluate(&flat.iter().collect::<Vec<_>>())?;
            let place = |p: usize| -> Raised<Vec<Array>> {
                let mut own = flat.clone();
                for &i in &looped {
                    let core: Shape = flat[i].0.shape[1..].into();
                    own[i] = cx.reshape(&crate::manip::part(cx, &flat[i], 0, p, p + 1)?, &core)?;
                }
                let results = (self.function)(&own);
                if results.len() != self.outputs.len() {
                    return raise!(
                        Value,
                        "wrong number of outputs from pyfunc: expected {}, got {}",
                        self.outputs.len(),
                        results.len()
                    );
                }
                crate::eval(&results)?;
                Ok(results)
            };
            if count == 0 {
                return raise!(
                    Value,
                    "cannot call `vectorize` with a signature including new output dimensions on size 0 inputs"
                );
            }
            let all: Vec<Vec<Array>> = host::map(count, place).into_iter().collect::<Raised<_>>()?;
            let mut out = Vec::with_capacity(self.outputs.len());
            for o in 0..self.outputs.len() {
                let parts: Vec<Array> = all.iter().map(|results| results[o].clone()).collect();
                let stacked = crate::stack(&parts, ..);
                stacked.check()?;
                let mut shape = outer.clone();
                shape.extend_from_slice(&stacked.0.shape[1..]);
                out.push(cx.reshape(&stacked, &shape)?);
            }
            Ok(out)
        })
    }
}

/// A closure of `nin` numbers that gives `nout` numbers as a universal function, with `reduce`,
/// `outer` and the rest. Results are of the dtype that the closure's numbers have together.
///
/// ```
/// use numfuse as np;
/// use np::Scalar;
/// let larger = np::frompyfunc(|x| vec![if x[0].to_c128().re > x[1].to_c128().re { x[0] } else { x[1] }], 2, 1);
/// let y = larger.call([np::array![1, 5], np::array![3, 2]]).remove(0);
/// assert_eq!(y.to_vec::<i32>()?, [3, 5]);
/// assert_eq!(larger.reduce([4, 9, 2], ..).item::<i32>()?, 9);
/// # Ok::<(), np::Error>(())
/// ```
pub fn frompyfunc(
    function: impl Fn(&[Scalar]) -> Vec<Scalar> + Send + Sync + 'static,
    nin: usize,
    nout: usize,
) -> Ufunc {
    Ufunc { name: "? (vectorized)", kind: Kind::Closure { function: std::sync::Arc::new(function), nin, nout } }
}

/// Calls a closure of numbers for each element of arrays that broadcast.
pub(super) fn call_closure(
    cx: Cx,
    function: &(dyn Fn(&[Scalar]) -> Vec<Scalar> + Send + Sync),
    nout: usize,
    arrays: &[Array],
) -> Raised<Vec<Array>> {
    let shape = broadcast_all(arrays.iter().map(|a| &a.0.shape[..]).collect::<Vec<_>>())?;
    let values = spread(cx, arrays, &shape)?;
    let count: usize = shape.iter().product();
    let results = host::map(count, |i| {
        let arguments: Vec<Scalar> = values.iter().filter_map(|v| v.get(i)).collect();
        function(&arguments)
    });
    if let Some(wrong) = results.iter().find(|r| r.len() != nout) {
        return raise!(Value, "the function gave {} results instead of {nout}", wrong.len());
    }
    let column = |o: usize| {
        let dtype = results.iter().map(|r| r[o].dtype()).reduce(DType::promote).unwrap_or(DType::F64);
        dispatch!(dtype, T => {
            let items: Vec<T> = results.iter().map(|r| <T as Element>::from_bits(r[o].cast(dtype).bits())).collect();
            Array::from_vec_shape(items, shape.clone(), cx.location)
        })
    };
    Ok((0..nout).map(column).collect())
}
