//! The primitives from which every function builds its expression: type resolution, broadcasting
//! and the checks that come with them.

use std::panic::Location;

use numfuse_ir::graph::Slice;
use numfuse_ir::shape::{Shape, broadcast, size_of};
use numfuse_ir::{Casting, DType, Ew, HostCall, HostOp, Kind, Op, ReduceOp, Scalar, ScanOp, View};
use smallvec::SmallVec;

use super::Array;
use super::node::{Input, Inputs};
use super::operand::{Arg, Operand, Weak, fits, k, promote};
use crate::error::{Raised, raise, tight};

/// The public call under construction: its nodes carry the caller's line.
#[derive(Clone, Copy)]
pub(crate) struct Cx {
    pub(crate) location: &'static Location<'static>,
}

/// Runs the body of a public function; an error becomes an array that carries it.
#[track_caller]
pub(crate) fn call(name: &'static str, body: impl FnOnce(Cx) -> Raised<Array>) -> Array {
    let location = Location::caller();
    body(Cx { location }).unwrap_or_else(|raise| Array::failed(raise.sign(name, location)))
}

/// [`call`] for functions with several results, all of which carry the error.
#[track_caller]
pub(crate) fn call_n<const N: usize>(name: &'static str, body: impl FnOnce(Cx) -> Raised<[Array; N]>) -> [Array; N] {
    let location = Location::caller();
    body(Cx { location }).unwrap_or_else(|raise| {
        let failed = Array::failed(raise.sign(name, location));
        std::array::from_fn(|_| failed.clone())
    })
}

/// Element count of a shape, or NumPy's error.
pub(crate) fn checked_size(shape: &[usize]) -> Raised<usize> {
    match size_of(shape) {
        Some(n) => Ok(n),
        None => {
            raise!(Value, "array is too big; `arr.size * arr.dtype.itemsize` is larger than the maximum possible size.")
        }
    }
}

/// The shape of several operands broadcast together.
pub(crate) fn broadcast_all<'a>(shapes: impl IntoIterator<Item = &'a [usize]> + Clone) -> Raised<Shape> {
    let mut out = Shape::new();
    for shape in shapes.clone() {
        match broadcast(&out, shape) {
            Some(s) => out = s,
            None => {
                let list: Vec<_> = shapes.into_iter().map(tight).collect();
                return raise!(Shape, "operands could not be broadcast together with shapes {}", list.join(" "));
            }
        }
    }
    Ok(out)
}

impl Cx {
    pub(crate) fn node(self, op: Op, dtype: DType, shape: Shape, inputs: Inputs) -> Raised<Array> {
        Array::pending(op, dtype, shape, inputs, self.location)
    }

    /// The operand as an array; numbers become 0-d arrays of their own dtype.
    pub(crate) fn array(self, operand: impl Into<Operand>) -> Raised<Array> {
        let operand = operand.into();
        match operand.0 {
            Arg::Array(a) => {
                a.check()?;
                Ok(a)
            }
            _ => {
                let dtype = operand.own_dtype();
                self.array_as(&operand, dtype)
            }
        }
    }

    /// The operand as an array of a dtype; numbers that do not fit are an error.
    pub(crate) fn array_as(self, operand: &Operand, dtype: DType) -> Raised<Array> {
        match &operand.0 {
            Arg::Array(a) => self.cast(a, dtype),
            Arg::Weak(w) => self.number(Input::Param(w.to_dtype(dtype)?), dtype),
            Arg::Const(w) => self.number(Input::Const(w.to_dtype(dtype)?), dtype),
            Arg::Strong(s) => self.number(Input::Param(s.cast(dtype)), dtype),
        }
    }

    fn number(self, value: Input, dtype: DType) -> Raised<Array> {
        match value {
            Input::Const(s) => self.node(Op::Const(s), dtype, Shape::new(), Inputs::new()),
            value => self.node(Op::Param { slot: 0 }, dtype, Shape::new(), smallvec::smallvec![value]),
        }
    }

    /// A run-time number of the library: sizes and the like, which must not shape the code.
    pub(crate) fn param(self, value: Scalar) -> Operand {
        Operand(Arg::Strong(value))
    }

    /// An operand in the dtype of a loop, as an input of a node. Numbers stay inline.
    fn input(self, operand: Operand, dtype: DType) -> Raised<Input> {
        Ok(match operand.0 {
            Arg::Array(a) if a.0.dtype == dtype => Input::Node(a),
            Arg::Array(a) => Input::Node(self.cast(&a, dtype)?),
            Arg::Weak(w) => Input::Param(w.to_dtype(dtype)?),
            Arg::Const(w) => Input::Const(w.to_dtype(dtype)?),
            Arg::Strong(s) => Input::Param(s.cast(dtype)),
        })
    }

    /// A one-operand elementwise op.
    pub(crate) fn un(self, op: Ew, a: impl Into<Operand>) -> Raised<Array> {
        self.ew(op, smallvec::smallvec![a.into()])
    }

    /// A two-operand elementwise op.
    pub(crate) fn bin(self, op: Ew, a: impl Into<Operand>, b: impl Into<Operand>) -> Raised<Array> {
        self.ew(op, smallvec::smallvec![a.into(), b.into()])
    }

    /// An elementwise op under NumPy's type resolution and broadcasting.
    pub(crate) fn ew(self, op: Ew, operands: SmallVec<[Operand; 2]>) -> Raised<Array> {
        self.ew_as(op.name(), op, operands)
    }

    /// [`Cx::ew`] for a ufunc of NumPy that is made of other ops here.
    pub(crate) fn ew_as(self, ufunc: &str, op: Ew, operands: SmallVec<[Operand; 2]>) -> Raised<Array> {
        for o in &operands {
            if let Arg::Array(a) = &o.0 {
                a.check()?;
            }
        }
        let Some(dtype) = loop_dtype(op, &operands) else { return no_loop(op, ufunc, &operands) };
        let out = op.out_dtype(dtype);
        let shape = match operands.as_slice() {
            [a] => Shape::from_slice(a.dims()),
            [a, b] if b.dims().is_empty() || a.dims() == b.dims() => Shape::from_slice(a.dims()),
            [a, b] if a.dims().is_empty() => Shape::from_slice(b.dims()),
            all => broadcast_all(all.iter().map(Operand::dims))?,
        };
        if let [a, b] = operands.as_slice()
            && let Some(special) = self.special(op, dtype, a, b, &shape)?
        {
            return Ok(special);
        }
        let mut inputs = Inputs::new();
        for (n, operand) in operands.into_iter().enumerate() {
            let want = if op == Ew::Ldexp && n == 1 { DType::I64 } else { dtype };
            inputs.push(self.input(operand, want)?);
        }
        self.node(Op::Ew(op), out, shape, inputs)
    }

    /// Two-operand cases in which NumPy looks at more than dtypes.
    fn special(self, op: Ew, dtype: DType, a: &Operand, b: &Operand, shape: &Shape) -> Raised<Option<Array>> {
        use Ew::*;
        if let (Power, true, Some(Weak::Int(..=-1))) = (op, dtype.is_integer(), b.weak()) {
            return if b.weak().is_some_and(|w| matches!(w, Weak::Int(i) if fits(i, dtype))) {
                raise!(Value, "Integers to negative integer powers are not allowed.")
            } else {
                Ok(None)
            };
        }
        let ordering = matches!(op, Equal | NotEqual | Less | LessEqual | Greater | GreaterEqual);
        let logical = matches!(op, LogicalAnd | LogicalOr | LogicalXor);
        if !ordering && !logical {
            return Ok(None);
        }
        // Numbers out of the dtype's range compare by value instead of failing.
        if dtype.is_integer() {
            for (this, other, flipped) in [(b, a, false), (a, b, true)] {
                let Some(Weak::Int(i)) = this.weak() else { continue };
                if fits(i, dtype) {
                    continue;
                }
                if logical {
                    let one = k(1);
                    let (x, y) = if flipped { (one, other.clone()) } else { (other.clone(), one) };
                    return self.bin(op, x, y).map(Some);
                }
                let other_is_less = (i > 0) != flipped;
                let truth = match op {
                    Equal => false,
                    NotEqual => true,
                    Less | LessEqual => other_is_less,
                    _ => !other_is_less,
                };
                let value = self.array(k(truth))?;
                return self.broadcast(&value, shape).map(Some);
            }
        }
        // int64 against uint64 promotes to float64, yet compares exactly.
        if ordering && dtype == DType::F64 {
            let (da, db) = (a.own_dtype(), b.own_dtype());
            if a.weak().is_none() && b.weak().is_none() {
                if da.kind() == Kind::Signed && db == DType::U64 {
                    return self.compare_mixed(op, a, b).map(Some);
                }
                if db.kind() == Kind::Signed && da == DType::U64 {
                    let mirrored = match op {
                        Less => Greater,
                        LessEqual => GreaterEqual,
                        Greater => Less,
                        GreaterEqual => LessEqual,
                        same => same,
                    };
                    return self.compare_mixed(mirrored, b, a).map(Some);
                }
            }
        }
        Ok(None)
    }

    fn compare_mixed(self, op: Ew, signed: &Operand, unsigned: &Operand) -> Raised<Array> {
        let s = self.array_as(signed, DType::I64)?;
        let u = self.array_as(unsigned, DType::U64)?;
        let negative = self.bin(Ew::Less, &s, k(0))?;
        let exact = self.bin(op, &self.cast(&s, DType::U64)?, &u)?;
        match op {
            Ew::Equal | Ew::Greater | Ew::GreaterEqual => {
                self.bin(Ew::BitwiseAnd, &exact, &self.un(Ew::LogicalNot, &negative)?)
            }
            _ => self.bin(Ew::BitwiseOr, &exact, &negative),
        }
    }

    /// `where(condition, x, y)`; both values already decide the dtype.
    pub(crate) fn select(
        self,
        condition: impl Into<Operand>,
        x: impl Into<Operand>,
        y: impl Into<Operand>,
        dtype: DType,
    ) -> Raised<Array> {
        let condition = self.array(condition)?;
        let condition = self.cast(&condition, DType::Bool)?;
        let (x, y) = (x.into(), y.into());
        for o in [&x, &y] {
            if let Arg::Array(a) = &o.0 {
                a.check()?;
            }
        }
        let shape = broadcast_all([&condition.0.shape[..], x.dims(), y.dims()])?;
        let mut inputs: Inputs = smallvec::smallvec![Input::Node(condition)];
        for o in [x, y] {
            // NumPy's where wraps numbers that do not fit.
            inputs.push(match o.0 {
                Arg::Weak(w) => Input::Param(w.wrap(dtype)),
                Arg::Const(w) => Input::Const(w.wrap(dtype)),
                _ => self.input(o, dtype)?,
            });
        }
        self.node(Op::Ew(Ew::Where), dtype, shape, inputs)
    }

    pub(crate) fn cast(self, a: &Array, dtype: DType) -> Raised<Array> {
        a.check()?;
        if a.0.dtype == dtype {
            return Ok(a.clone());
        }
        self.node(Op::Cast, dtype, a.0.shape.clone(), smallvec::smallvec![Input::Node(a.clone())])
    }

    pub(crate) fn view(self, view: View, a: &Array, shape: Shape) -> Raised<Array> {
        self.node(Op::View(view), a.0.dtype, shape, smallvec::smallvec![Input::Node(a.clone())])
    }

    /// Row-major reshape to a shape of the same size.
    pub(crate) fn reshape(self, a: &Array, shape: &[usize]) -> Raised<Array> {
        a.check()?;
        if a.0.shape[..] == *shape {
            return Ok(a.clone());
        }
        self.view(View::Reshape, a, shape.into())
    }

    pub(crate) fn permute(self, a: &Array, axes: &[usize]) -> Raised<Array> {
        a.check()?;
        if axes.iter().enumerate().all(|(i, &x)| i == x) {
            return Ok(a.clone());
        }
        let shape = axes.iter().map(|&x| a.0.shape[x]).collect();
        self.view(View::Permute(axes.into()), a, shape)
    }

    pub(crate) fn slice(self, a: &Array, slices: SmallVec<[Slice; 4]>, shape: Shape) -> Raised<Array> {
        if a.0.shape == shape && slices.iter().all(|s| s.step == 1) {
            return Ok(a.clone());
        }
        self.view(View::Slice(slices), a, shape)
    }

    pub(crate) fn broadcast(self, a: &Array, shape: &[usize]) -> Raised<Array> {
        a.check()?;
        if a.0.shape[..] == *shape {
            return Ok(a.clone());
        }
        match broadcast(&a.0.shape, shape) {
            Some(s) if s[..] == *shape => self.view(View::Broadcast, a, shape.into()),
            _ => raise!(
                Shape,
                "operands could not be broadcast together with remapped shapes [original->remapped]: {}  and requested shape {}",
                tight(&a.0.shape),
                tight(shape)
            ),
        }
    }

    /// Reduction over ascending `axes`; operands already have the dtype of the reduction.
    pub(crate) fn reduce(self, op: ReduceOp, a: &Array, axes: &[usize], keepdims: bool) -> Raised<Array> {
        let rest: Shape = (0..a.0.shape.len()).filter(|d| !axes.contains(d)).map(|d| a.0.shape[d]).collect();
        let out = op.out_dtype(a.0.dtype);
        let reduced = if axes.is_empty() {
            self.cast(a, out)?
        } else {
            let node = Op::Reduce { op, axes: axes.into() };
            self.node(node, out, rest, smallvec::smallvec![Input::Node(a.clone())])?
        };
        if keepdims {
            let kept: Shape =
                a.0.shape.iter().enumerate().map(|(d, &n)| if axes.contains(&d) { 1 } else { n }).collect();
            return self.reshape(&reduced, &kept);
        }
        Ok(reduced)
    }

    pub(crate) fn scan(self, op: ScanOp, a: &Array, axis: usize) -> Raised<Array> {
        let node = Op::Scan { op, axis };
        self.node(node, a.0.dtype, a.0.shape.clone(), smallvec::smallvec![Input::Node(a.clone())])
    }

    /// `take` with `int64` indices.
    pub(crate) fn take(self, a: &Array, indices: &Array, axis: usize) -> Raised<Array> {
        let mut shape = Shape::from_slice(&a.0.shape[..axis]);
        shape.extend_from_slice(&indices.0.shape);
        shape.extend_from_slice(&a.0.shape[axis + 1..]);
        let inputs = smallvec::smallvec![Input::Node(a.clone()), Input::Node(indices.clone())];
        self.node(Op::Take { axis }, a.0.dtype, shape, inputs)
    }

    /// Arrays of one dtype whose shapes agree but for `axis`.
    pub(crate) fn concat(self, parts: &[Array], axis: usize) -> Raised<Array> {
        if let [only] = parts {
            return Ok(only.clone());
        }
        let mut shape = parts[0].0.shape.clone();
        let mut length = 0usize;
        for part in parts {
            match length.checked_add(part.0.shape[axis]) {
                Some(n) => length = n,
                None => {
                    return raise!(
                        Value,
                        "array is too big; the joined axis is longer than the maximum possible size."
                    );
                }
            }
        }
        shape[axis] = length;
        let inputs = parts.iter().map(|p| Input::Node(p.clone())).collect();
        self.node(Op::Concat { axis }, parts[0].0.dtype, shape, inputs)
    }

    /// The results of a library kernel, of these dtypes and shapes.
    pub(crate) fn host<const N: usize>(
        self,
        op: HostOp,
        params: &[i64],
        operands: &[&Array],
        results: [(DType, Shape); N],
    ) -> Raised<[Array; N]> {
        let mut nodes = Vec::with_capacity(N);
        for (output, (dtype, shape)) in (0..).zip(results) {
            let call = HostCall { op, output, params: params.into() };
            let inputs = operands.iter().map(|&a| Input::Node(a.clone())).collect();
            nodes.push(Array::waiting(Op::Host(call), dtype, shape, inputs, self.location)?);
        }
        if N > 1 {
            Array::relate(&nodes);
        }
        // Related first: what may not wait is one call.
        nodes.iter().for_each(Array::settle);
        match nodes.try_into() {
            Ok(nodes) => Ok(nodes),
            Err(_) => raise!(Runtime, "{} gives another number of results", op.name()),
        }
    }

    /// `0, 1, …, n-1` along one axis of an `ndim`-dimensional shape of ones.
    pub(crate) fn iota(self, n: usize, axis: usize, ndim: usize) -> Raised<Array> {
        let flat = self.node(Op::Iota, DType::I64, smallvec::smallvec![n], Inputs::new())?;
        let mut shape: Shape = smallvec::smallvec![1; ndim];
        shape[axis] = n;
        self.reshape(&flat, &shape)
    }

    /// A value repeated over a shape.
    pub(crate) fn full(self, shape: &[usize], value: &Operand, dtype: DType) -> Raised<Array> {
        let value = self.array_as(value, dtype)?;
        let from = &value.0.shape;
        if broadcast(from, shape).is_none_or(|s| s[..] != *shape) {
            raise!(Shape, "could not broadcast input array from shape {} into shape {}", tight(from), tight(shape))
        } else {
            self.broadcast(&value, shape)
        }
    }
}

/// The loop that NumPy would run. Weak numbers take part as the dtype that they adopt from the
/// other operands.
fn loop_dtype(op: Ew, operands: &[Operand]) -> Option<DType> {
    let strong = operands.iter().filter_map(Operand::strong).reduce(DType::promote);
    let adopted = |o: &Operand| match o.weak() {
        Some(w) => promote(strong, Some(w.kind())),
        None => o.own_dtype(),
    };
    match operands {
        [a] => op.resolve(adopted(a)),
        [_, b] if op == Ew::Ldexp && !b.own_dtype().can_cast(DType::I64, Casting::Safe) => None,
        // The exponent lends its dtype to nobody: NumPy takes the first loop for a bare integer.
        [a, b]
            if op == Ew::Ldexp
                && b.strong().is_some_and(DType::is_integer)
                && a.weak().is_some_and(|w| w.kind() <= Kind::Signed) =>
        {
            op.resolve(DType::I8)
        }
        _ => op.resolve_operands(&operands.iter().map(adopted).collect::<SmallVec<[DType; 3]>>()),
    }
}

/// NumPy's words for operands that no loop of a ufunc takes.
fn no_loop<T>(op: Ew, ufunc: &str, operands: &[Operand]) -> Raised<T> {
    let all_bool = operands.iter().all(|o| o.own_dtype() == DType::Bool);
    match op {
        Ew::Subtract if all_bool => raise!(
            DType,
            "numpy boolean subtract, the `-` operator, is not supported, use the bitwise_xor, the `^` operator, or the logical_xor function instead."
        ),
        Ew::Negative if all_bool => raise!(
            DType,
            "The numpy boolean negative, the `-` operator, is not supported, use the `~` operator or the logical_not function instead."
        ),
        _ if all_bool || matches!(op, Ew::Gcd | Ew::Lcm) => {
            let class = |o: &Operand| {
                let name = o.own_dtype().name();
                let (first, rest) = name.split_at(if name.starts_with('u') { 2 } else { 1 });
                format!("<class 'numpy.dtypes.{}{rest}DType'>", first.to_uppercase())
            };
            let classes: Vec<String> = operands.iter().map(class).collect();
            let classes = if let [one] = &classes[..] { one.clone() } else { format!("({})", classes.join(", ")) };
            raise!(DType, "ufunc '{ufunc}' did not contain a loop with signature matching types {classes} -> None")
        }
        _ => raise!(
            DType,
            "ufunc '{ufunc}' not supported for the input types, and the inputs could not be safely coerced to any supported types according to the casting rule ''safe''"
        ),
    }
}
