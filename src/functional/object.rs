//! Universal functions as objects: what `np.add` is besides a function.

use std::fmt;
use std::sync::Arc;

use numfuse_ir::op::INT_SECOND;
use numfuse_ir::{DType, Ew, Scalar};

use super::fold::{self, Fold};
use super::vectorize::call_closure;
use crate::array::build::{Cx, call};
use crate::array::operand::Operand;
use crate::array::{Array, evaluate};
use crate::error::{Class, Error, Raised, Result, raise};
use crate::index::{Subscript, call_all, change};
use crate::options::{Axes, options};

options! {
    /// Options of [`Ufunc::reduce`]; the bare value is `axis` (0).
    ReduceOptions {
        axis: Axis(Axes), dtype: Dtype(DType), keepdims: Keepdims(bool), initial: Initial(Operand), where_: Where(Operand),
    } bare axis axes;
    /// Options of [`Ufunc::accumulate`] and [`Ufunc::reduceat`]; the bare value is `axis` (0).
    AccumulateOptions { axis: Axis(Axes), dtype: Dtype(DType) } bare axis axes;
}

type Product = fn(Operand, Operand) -> Array;

type Closure = dyn Fn(&[Scalar]) -> Vec<Scalar> + Send + Sync;

#[derive(Clone)]
pub(super) enum Kind {
    /// One op of the engine per result.
    Ops(&'static [Ew]),
    /// A product over the last axes.
    Product { function: Product, signature: &'static str },
    /// A user's function.
    Closure { function: Arc<Closure>, nin: usize, nout: usize },
}

/// A universal function; see [`ufunc()`].
#[derive(Clone)]
pub struct Ufunc {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
}

/// NumPy's name of the type of universal functions.
#[allow(non_camel_case_types)]
pub type ufunc = Ufunc;

impl fmt::Debug for Ufunc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<ufunc '{}'>", self.name)
    }
}

/// Other names of ops, and the functions of several results or ops.
const ALIASES: &[(&str, &[Ew])] = &[
    ("abs", &[Ew::Absolute]),
    ("conj", &[Ew::Conjugate]),
    ("bitwise_not", &[Ew::Invert]),
    ("bitwise_invert", &[Ew::Invert]),
    ("true_divide", &[Ew::Divide]),
    ("mod", &[Ew::Remainder]),
    ("pow", &[Ew::Power]),
    ("atan2", &[Ew::Arctan2]),
    ("asin", &[Ew::Arcsin]),
    ("acos", &[Ew::Arccos]),
    ("atan", &[Ew::Arctan]),
    ("asinh", &[Ew::Arcsinh]),
    ("acosh", &[Ew::Arccosh]),
    ("atanh", &[Ew::Arctanh]),
    ("radians", &[Ew::Deg2rad]),
    ("degrees", &[Ew::Rad2deg]),
    ("bitwise_left_shift", &[Ew::LeftShift]),
    ("bitwise_right_shift", &[Ew::RightShift]),
    ("divmod", &[Ew::FloorDivide, Ew::Remainder]),
    ("modf", &[Ew::ModfFraction, Ew::ModfIntegral]),
    ("frexp", &[Ew::FrexpMantissa, Ew::FrexpExponent]),
];

/// Ops that are no universal functions of NumPy.
const NOT_UFUNCS: [Ew; 8] = [
    Ew::Real,
    Ew::Imag,
    Ew::MakeComplex,
    Ew::Where,
    Ew::ModfFraction,
    Ew::ModfIntegral,
    Ew::FrexpMantissa,
    Ew::FrexpExponent,
];

/// The universal function of a name, as an object.
///
/// ```
/// use numfuse as np;
/// let add = np::ufunc("add")?;
/// assert_eq!(add.reduce([[1, 2], [3, 4]], ..).to_vec::<i64>()?, [4, 6]);
/// assert_eq!(add.accumulate([1, 2, 3], ..).to_vec::<i64>()?, [1, 3, 6]);
/// assert_eq!(add.reduceat([1, 2, 3, 4], [0, 2], ..).to_vec::<i64>()?, [3, 7]);
/// assert_eq!(add.outer([1, 2], [10, 20]).to_vec::<i32>()?, [11, 21, 12, 22]);
/// let mut a = np::zeros(3, ..);
/// add.at(&mut a, [0, 0, 2], 1.0);
/// assert_eq!(a.to_vec::<f64>()?, [2.0, 0.0, 1.0]);
/// assert_eq!((add.nin(), add.nout(), add.identity()), (2, 1, Some(np::Scalar::new(0_i64))));
/// assert!(add.types().contains(&"dd->d".to_string()));
/// assert_eq!(np::ufunc("matmul")?.signature(), Some("(n?,k),(k,m?)->(n?,m?)"));
/// assert!(np::ufunc("plus").is_err());
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn ufunc(name: &str) -> Result<Ufunc> {
    let products: [(&str, Product, &str); 4] = [
        ("matmul", |a, b| crate::matmul(a, b), "(n?,k),(k,m?)->(n?,m?)"),
        ("vecdot", |a, b| crate::vecdot(a, b), "(n),(n)->()"),
        ("matvec", |a, b| crate::matvec(a, b), "(m,n),(n)->(m)"),
        ("vecmat", |a, b| crate::vecmat(a, b), "(n),(n,m)->(m)"),
    ];
    if let Some((name, function, signature)) = products.into_iter().find(|p| p.0 == name) {
        return Ok(Ufunc { name, kind: Kind::Product { function, signature } });
    }
    if let Some(&(name, ops)) = ALIASES.iter().find(|a| a.0 == name) {
        // Other names are of the same object.
        let name = if ops.len() == 1 { ops[0].name() } else { name };
        return Ok(Ufunc { name, kind: Kind::Ops(ops) });
    }
    match Ew::ALL.iter().position(|op| op.name() == name && !NOT_UFUNCS.contains(op)) {
        Some(at) => Ok(Ufunc { name: Ew::ALL[at].name(), kind: Kind::Ops(&Ew::ALL[at..=at]) }),
        None => {
            let text = format!("module 'numpy' has no ufunc '{name}'");
            Err(Error::new(Class::Key, "ufunc", text, std::panic::Location::caller()))
        }
    }
}

impl Ufunc {
    /// NumPy's name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The number of operands.
    pub fn nin(&self) -> usize {
        match &self.kind {
            Kind::Ops(ops) => ops[0].info().arity,
            Kind::Product { .. } => 2,
            Kind::Closure { nin, .. } => *nin,
        }
    }

    /// The number of results.
    pub fn nout(&self) -> usize {
        match &self.kind {
            Kind::Ops(ops) => ops.len(),
            Kind::Product { .. } => 1,
            Kind::Closure { nout, .. } => *nout,
        }
    }

    /// The number of operands and results.
    pub fn nargs(&self) -> usize {
        self.nin() + self.nout()
    }

    /// The loops, as `dd->d`: a character per dtype.
    pub fn types(&self) -> Vec<String> {
        match &self.kind {
            Kind::Ops(ops) => {
                let row = |code: char| {
                    let dtype = DType::from_char(code)?;
                    let first = ops.first()?;
                    let mut text: String = std::iter::repeat_n(code, first.info().arity).collect();
                    if first.has(INT_SECOND) {
                        text = format!("{code}l");
                    }
                    text.push_str("->");
                    text.extend(ops.iter().map(|op| op.out_dtype(dtype).char_code()));
                    Some(text)
                };
                ops[0].info().loops.chars().filter_map(row).collect()
            }
            Kind::Product { .. } => Ew::Add.info().loops.chars().map(|c| format!("{c}{c}->{c}")).collect(),
            Kind::Closure { nin, nout, .. } => vec![format!("{}->{}", "O".repeat(*nin), "O".repeat(*nout))],
        }
    }

    /// The number of [`Ufunc::types`].
    pub fn ntypes(&self) -> usize {
        self.types().len()
    }

    /// The value that changes nothing, if there is one: what a reduction of nothing gives.
    pub fn identity(&self) -> Option<Scalar> {
        self.fold().ok()?.identity()
    }

    /// Which of the last axes take part, for functions of more than single elements.
    pub fn signature(&self) -> Option<&'static str> {
        match &self.kind {
            Kind::Product { signature, .. } => Some(signature),
            _ => None,
        }
    }

    /// Calls the function; there are as many results as [`Ufunc::nout`]. See [`ufunc()`] for examples of
    /// all methods.
    #[track_caller]
    pub fn call<T: Into<Operand>>(&self, operands: impl IntoIterator<Item = T>) -> Vec<Array> {
        let operands: Vec<Operand> = operands.into_iter().map(Into::into).collect();
        call_all("ufunc", |cx| self.results(cx, &operands))
    }

    fn results(&self, cx: Cx, operands: &[Operand]) -> Raised<Vec<Array>> {
        if operands.len() != self.nin() {
            return raise!(
                DType,
                "{}() takes {} positional arguments but {} were given",
                self.name,
                self.nin(),
                operands.len()
            );
        }
        match &self.kind {
            Kind::Ops(ops) => ops.iter().map(|&op| cx.ew(op, operands.iter().cloned().collect())).collect(),
            Kind::Product { function, .. } => {
                let product = function(operands[0].clone(), operands[1].clone());
                product.check()?;
                Ok(vec![product])
            }
            Kind::Closure { function, nout, .. } => {
                let arrays: Vec<Array> = operands.iter().map(|o| cx.array(o)).collect::<Raised<_>>()?;
                call_closure(cx, &**function, *nout, &arrays)
            }
        }
    }

    /// The function as something to fold with, if it is one of two operands and one result.
    pub(super) fn fold(&self) -> Raised<Fold<'_>> {
        match &self.kind {
            Kind::Product { .. } => raise!(Runtime, "Reduction not defined on ufunc with signature"),
            _ if self.nin() != 2 => raise!(Value, "reduce only supported for binary functions"),
            _ if self.nout() != 1 => raise!(Value, "reduce only supported for functions returning a single value"),
            Kind::Ops(ops) => Ok(Fold::Op(ops[0])),
            Kind::Closure { function, .. } => Ok(Fold::Closure(&**function)),
        }
    }

    /// The function applied between the elements along axes (the first unless given), from the left.
    /// Only one axis if the order matters. See [`ufunc()`].
    #[track_caller]
    pub fn reduce(&self, a: impl Into<Operand>, options: impl Into<ReduceOptions>) -> Array {
        let (a, options) = (a.into(), options.into());
        call("reduce", |cx| fold::reduce(cx, &self.fold()?, &cx.array(a)?, &options))
    }

    /// All partial results of [`Ufunc::reduce`] along an axis (the first unless given). See [`ufunc()`].
    #[track_caller]
    pub fn accumulate(&self, a: impl Into<Operand>, options: impl Into<AccumulateOptions>) -> Array {
        let (a, options) = (a.into(), options.into());
        call("accumulate", |cx| fold::accumulate(cx, &self.fold()?, &cx.array(a)?, &options))
    }

    /// [`Ufunc::reduce`] over parts of an axis (the first unless given): from each index to the next
    /// one, if that is larger; otherwise the element at the index. See [`ufunc()`].
    #[track_caller]
    pub fn reduceat(
        &self,
        a: impl Into<Operand>,
        indices: impl Into<Operand>,
        options: impl Into<AccumulateOptions>,
    ) -> Array {
        let (a, indices, options) = (a.into(), indices.into(), options.into());
        call("reduceat", |cx| fold::reduceat(cx, &self.fold()?, &cx.array(a)?, &cx.array(indices)?, &options))
    }

    /// The function of every pair of elements; the axes of `a` come first. See [`ufunc()`].
    #[track_caller]
    pub fn outer(&self, a: impl Into<Operand>, b: impl Into<Operand>) -> Array {
        let (a, b) = (a.into(), b.into());
        call("outer", |cx| {
            if self.nin() != 2 {
                return raise!(Value, "outer product only supported for binary functions");
            }
            if self.signature().is_some() {
                return raise!(DType, "method outer is not allowed in ufunc with non-trivial signature");
            }
            // Numbers are arrays here, and not weak.
            let (a, b) = (cx.array(a)?, cx.array(b)?);
            let mut shape = a.0.shape.clone();
            shape.extend(std::iter::repeat_n(1, b.0.shape.len()));
            match self.results(cx, &[cx.reshape(&a, &shape)?.into(), b.into()])?.pop() {
                Some(result) => Ok(result),
                None => raise!(Runtime, "a function without results"),
            }
        })
    }

    /// Applies the function in place to what a subscript selects, once for every time that an element
    /// is selected: `a[indices] = f(a[indices], b)` would do it once. For functions of one operand
    /// see [`Ufunc::at_unary`].
    #[track_caller]
    pub fn at(&self, a: &mut Array, indices: impl Into<Subscript>, b: impl Into<Operand>) {
        let (indices, b) = (indices.into(), b.into());
        change("at", a, |cx, a| {
            if self.nin() != 2 || self.nout() != 1 {
                return raise!(Value, "second operand provided when ufunc is unary");
            }
            let apply = |x: &Array, b: Option<&Array>| {
                let mut operands: Vec<Operand> = vec![x.into()];
                operands.extend(b.map(Operand::from));
                self.results(cx, &operands).map(|mut all| all.remove(0))
            };
            fold::at(cx, a, &indices, Some(&b), self.single_op(), &apply)
        });
    }

    /// [`Ufunc::at`] for functions of one operand.
    ///
    /// ```
    /// use numfuse as np;
    /// let mut a = np::array![1.0, 2.0, 3.0];
    /// np::ufunc("negative")?.at_unary(&mut a, [0, 1, 1]);
    /// assert_eq!(a.to_vec::<f64>()?, [-1.0, 2.0, 3.0]);
    /// # Ok::<(), np::Error>(())
    /// ```
    #[track_caller]
    pub fn at_unary(&self, a: &mut Array, indices: impl Into<Subscript>) {
        let indices = indices.into();
        change("at", a, |cx, a| {
            if self.nin() != 1 || self.nout() != 1 {
                return raise!(Value, "second operand needed for ufunc");
            }
            let apply = |x: &Array, _: Option<&Array>| self.results(cx, &[x.into()]).map(|mut all| all.remove(0));
            fold::at(cx, a, &indices, None, None, &apply)
        });
    }

    fn single_op(&self) -> Option<Ew> {
        match &self.kind {
            Kind::Ops([op]) => Some(*op),
            _ => None,
        }
    }

    /// The dtypes of the operands and results of the loop for operands of some dtypes, as NumPy's
    /// `resolve_dtypes`.
    ///
    /// ```
    /// use numfuse as np;
    /// let dtypes = np::ufunc("add")?.resolve_dtypes(&[np::int8, np::float32])?;
    /// assert_eq!(dtypes, [np::float32; 3]);
    /// # Ok::<(), np::Error>(())
    /// ```
    #[track_caller]
    pub fn resolve_dtypes(&self, operands: &[DType]) -> Result<Vec<DType>> {
        let location = std::panic::Location::caller();
        let cx = Cx { location };
        let find = || -> Raised<Vec<DType>> {
            let Kind::Ops(ops) = &self.kind else { return raise!(DType, "{} has no table of loops", self.name) };
            let ones: Vec<Operand> = operands
                .iter()
                .map(|&d| Ok((&cx.cast(&cx.array(cx.param(Scalar::new(true)))?, d)?).into()))
                .collect::<Raised<_>>()?;
            let results = self.results(cx, &ones)?;
            let Some(loop_dtype) = ops[0].resolve_operands(operands) else {
                return raise!(DType, "ufunc '{}' not supported for the input types", self.name);
            };
            let mut all = vec![loop_dtype; self.nin()];
            all.extend(results.iter().map(|r| r.0.dtype));
            Ok(all)
        };
        find().map_err(|raise| raise.sign("resolve_dtypes", location))
    }
}

/// Evaluates several arrays in one plan.
pub(super) fn all_at_once(arrays: &[&Array]) -> Raised<()> {
    evaluate(arrays)?;
    Ok(())
}
