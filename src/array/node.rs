//! The lazy node behind an [`Array`]: what it computes, from what, and, once evaluated, its value.

use std::panic::Location;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use numfuse_backends::runtime::Concrete;
use numfuse_ir::index_map::Strides;
use numfuse_ir::shape::{MAX_NDIM, Shape, bytes_of};
use numfuse_ir::{DType, Op, Scalar};
use smallvec::SmallVec;

use super::Array;
use crate::error::{Error, Raised, raise};

pub(crate) struct Node {
    pub(crate) shape: Shape,
    pub(crate) dtype: DType,
    /// What it computes. Never `Op::Input`; `Op::Param` has its value as the one input.
    pub(crate) op: Op,
    /// The line that built it.
    pub(crate) location: &'static Location<'static>,
    /// Nodes on the longest pending chain that ends here.
    pub(crate) depth: u32,
    /// Bytes of concrete arrays that a pending chain keeps alive (those on the largest path).
    pub(crate) bytes: u64,
    /// Depends on a placeholder of [`crate::compile`].
    pub(crate) traced: bool,
    /// What `setflags` took from this handle, and from its views.
    pub(crate) locks: Locks,
    /// The results of the same library call: evaluating one evaluates those that are still there.
    siblings: OnceLock<Box<[Weak<Node>]>>,
    state: Mutex<State>,
}

/// Flags that are cleared by hand.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Locks {
    pub(crate) read_only: bool,
    pub(crate) unaligned: bool,
}

pub(crate) enum State {
    Lazy(Inputs),
    Ready(Concrete),
    Failed(Error),
    /// An argument of a function that is being traced.
    Placeholder {
        argument: u32,
        strides: Strides,
    },
}

pub(crate) type Inputs = SmallVec<[Input; 2]>;

#[derive(Clone)]
pub(crate) enum Input {
    Node(Array),
    /// A user's number, already in its final dtype: a run-time argument.
    Param(Scalar),
    /// The library's number: part of the structure.
    Const(Scalar),
}

impl Node {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        // A panic while the lock is held cannot leave a state half written.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Releases long chains in a loop: the naive recursive drop would overflow the stack.
impl Drop for Node {
    fn drop(&mut self) {
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        let State::Lazy(inputs) = state else { return };
        if inputs.is_empty() {
            return;
        }
        let mut pending: SmallVec<[Inputs; 4]> = SmallVec::new();
        pending.push(std::mem::take(inputs));
        while let Some(inputs) = pending.pop() {
            for input in inputs {
                let Input::Node(array) = input else { continue };
                if let Some(mut node) = Arc::into_inner(array.0)
                    && let State::Lazy(inputs) = node.state.get_mut().unwrap_or_else(PoisonError::into_inner)
                    && !inputs.is_empty()
                {
                    pending.push(std::mem::take(inputs));
                }
            }
        }
    }
}

impl Array {
    fn from_node(
        op: Op,
        dtype: DType,
        shape: Shape,
        location: &'static Location<'static>,
        (depth, bytes, traced): (u32, u64, bool),
        state: State,
    ) -> Array {
        let (siblings, state) = (OnceLock::new(), Mutex::new(state));
        let locks = Locks::default();
        Array(Arc::new(Node { shape, dtype, op, location, depth, bytes, traced, locks, siblings, state }))
    }

    /// Makes arrays the results of one call.
    pub(crate) fn relate(arrays: &[Array]) {
        for array in arrays {
            // A node is related once, when it is made.
            let _ = array.0.siblings.set(arrays.iter().map(|a| Arc::downgrade(&a.0)).collect());
        }
    }

    /// The other results of the same call that somebody holds and that are not computed yet.
    pub(crate) fn pending_siblings(&self) -> impl Iterator<Item = Array> + '_ {
        let related = self.0.siblings.get().into_iter().flatten().filter_map(Weak::upgrade);
        let others = related.filter(|node| !std::ptr::eq(&**node, &*self.0)).map(Array);
        others.filter(|other| matches!(&*other.0.state(), State::Lazy(_)))
    }

    /// An array that holds a value.
    pub(crate) fn ready(value: Concrete, location: &'static Location<'static>) -> Array {
        let (dtype, shape) = (value.dtype, value.map.shape.clone());
        let op = Op::Input { slot: 0, strides: Strides::new() };
        Array::from_node(op, dtype, shape, location, (0, 0, false), State::Ready(value))
    }

    /// A new array with flags cleared.
    pub(crate) fn locked(mut self, locks: Locks) -> Array {
        if let Some(node) = Arc::get_mut(&mut self.0) {
            node.locks = locks;
        }
        self
    }

    /// An array that carries an error.
    pub(crate) fn failed(error: Error) -> Array {
        let location = error.detail().location;
        Array::from_node(Op::Iota, DType::F64, Shape::new(), location, (0, 0, false), State::Failed(error))
    }

    /// Argument number `argument` of a function that is being traced.
    pub(crate) fn placeholder(argument: u32, like: &Concrete, location: &'static Location<'static>) -> Array {
        let state = State::Placeholder { argument, strides: like.map.strides.clone() };
        let op = Op::Input { slot: argument, strides: Strides::new() };
        Array::from_node(op, like.dtype, like.map.shape.clone(), location, (0, 0, true), state)
    }

    /// A pending node, which is evaluated at once if nothing may wait.
    pub(crate) fn pending(
        op: Op,
        dtype: DType,
        shape: Shape,
        inputs: Inputs,
        location: &'static Location<'static>,
    ) -> Raised<Array> {
        let array = Array::waiting(op, dtype, shape, inputs, location)?;
        array.settle();
        Ok(array)
    }

    /// Evaluates a new node if nothing may wait.
    pub(crate) fn settle(&self) {
        if !self.0.traced {
            crate::config::after_build(self);
        }
    }

    /// A pending node. Views of concrete arrays are made at once; everything else waits.
    pub(crate) fn waiting(
        op: Op,
        dtype: DType,
        shape: Shape,
        inputs: Inputs,
        location: &'static Location<'static>,
    ) -> Raised<Array> {
        if shape.len() > MAX_NDIM {
            let found = shape.len();
            return raise!(Value, "maximum supported dimension for an ndarray is currently {MAX_NDIM}, found {found}");
        }
        if bytes_of(&shape, dtype).is_none() {
            return raise!(
                Value,
                "array is too big; `arr.size * arr.dtype.itemsize` is larger than the maximum possible size."
            );
        }
        let (mut depth, mut path, mut leaves, mut traced) = (0, 0, 0u64, false);
        for input in &inputs {
            let Input::Node(array) = input else { continue };
            let node = &*array.0;
            match &*node.state() {
                State::Failed(error) => return Err(error.clone().into()),
                State::Ready(value) => {
                    if let Op::View(view) = &op
                        && let Some(map) = value.map.through(view, &shape)
                    {
                        let seen = Concrete { buffer: value.buffer.clone(), dtype, map };
                        return Ok(Array::ready(seen, location).locked(node.locks));
                    }
                    leaves += value.buffer.len_bytes() as u64;
                }
                State::Lazy(_) | State::Placeholder { .. } => {
                    depth = depth.max(node.depth);
                    path = path.max(node.bytes);
                    traced |= node.traced;
                }
            }
        }
        let bytes = path.saturating_add(leaves);
        Ok(Array::from_node(op, dtype, shape, location, (depth + 1, bytes, traced), State::Lazy(inputs)))
    }

    /// Marks a node as failed for good: used when it was evaluated without being asked.
    pub(crate) fn fail(&self, error: Error) {
        let old = std::mem::replace(&mut *self.0.state(), State::Failed(error));
        drop(old);
    }

    /// The value of an array that nobody else holds. The handle must be bound to something else
    /// afterwards: it has no value any more.
    pub(crate) fn release(&mut self) -> Option<Concrete> {
        let node = Arc::get_mut(&mut self.0)?;
        let state = node.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        match state {
            State::Ready(_) => match std::mem::replace(state, State::Lazy(Inputs::new())) {
                State::Ready(value) => Some(value),
                _ => None,
            },
            _ => None,
        }
    }

    /// Stores the value and lets go of the inputs. The first of two concurrent evaluations wins.
    pub(crate) fn fulfil(&self, value: Concrete) {
        let mut state = self.0.state();
        if let State::Lazy(_) = *state {
            let old = std::mem::replace(&mut *state, State::Ready(value));
            // Unlock before the inputs' destructors run.
            drop(state);
            drop(old);
        }
    }
}
