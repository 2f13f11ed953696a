//! Arrays assembled from nested lists of blocks.

use smallvec::SmallVec;

use super::join;
use crate::array::build::{Cx, call};
use crate::array::operand::{Operand, common_dtype};
use crate::array::{Array, NdArray};
use crate::error::{Raised, raise};
use crate::options::Axes;
use numfuse_ir::DType;

/// A block of [`block`]: an array or a number, or a list of blocks.
#[derive(Clone, Debug)]
pub enum Block {
    /// An array.
    One(Operand),
    /// A list.
    List(Vec<Block>),
}

macro_rules! blocks {
    ($($t:ty),*) => {$(
        impl From<$t> for Block {
            fn from(a: $t) -> Block { Block::One(a.into()) }
        }
    )*};
}
blocks!(Array, &Array, &&Array, NdArray, &NdArray, Operand, &Operand, bool, i32, i64, f32, f64);

impl<B: Into<Block>, const N: usize> From<[B; N]> for Block {
    fn from(list: [B; N]) -> Block {
        Block::List(list.into_iter().map(Into::into).collect())
    }
}

impl<B: Into<Block>> From<Vec<B>> for Block {
    fn from(list: Vec<B>) -> Block {
        Block::List(list.into_iter().map(Into::into).collect())
    }
}

/// What the nesting of a list looks like.
struct Nesting {
    /// The way to the first array.
    first: Vec<usize>,
    depth: usize,
    ndim: usize,
}

fn path(at: &[usize]) -> String {
    let steps: String = at.iter().map(|i| format!("[{i}]")).collect();
    format!("arrays{steps}")
}

/// Checks that all blocks are equally deep in lists that are not empty.
fn nesting(cx: Cx, block: &Block, at: &mut Vec<usize>) -> Raised<(Nesting, Option<Vec<usize>>)> {
    match block {
        Block::One(operand) => {
            Ok((Nesting { first: at.clone(), depth: at.len(), ndim: cx.array(operand)?.0.shape.len() }, None))
        }
        Block::List(items) => {
            let mut all: Option<Nesting> = None;
            let mut empty = items.is_empty().then(|| at.clone());
            for (i, item) in items.iter().enumerate() {
                at.push(i);
                let (inner, hollow) = nesting(cx, item, at)?;
                match &mut all {
                    None => all = Some(inner),
                    Some(first) => {
                        if inner.depth != first.depth {
                            return raise!(
                                Value,
                                "List depths are mismatched. First element was at depth {}, but there is an element at depth {} ({})",
                                first.depth,
                                inner.depth,
                                path(&inner.first)
                            );
                        }
                        first.ndim = first.ndim.max(inner.ndim);
                    }
                }
                at.pop();
                empty = empty.or(hollow);
            }
            // An empty list is as deep as what could be in it.
            Ok((all.unwrap_or(Nesting { first: at.clone(), depth: at.len() + 1, ndim: 0 }), empty))
        }
    }
}

fn leaves<'a>(block: &'a Block, out: &mut Vec<&'a Operand>) {
    match block {
        Block::One(operand) => out.push(operand),
        Block::List(items) => items.iter().for_each(|item| leaves(item, out)),
    }
}

fn assemble(cx: Cx, block: &Block, dtype: DType, ndim: usize, depth: usize) -> Raised<Array> {
    match block {
        Block::One(operand) => {
            let a = cx.array_as(operand, dtype)?;
            let mut shape: SmallVec<[usize; 4]> = smallvec::smallvec![1; ndim.saturating_sub(a.0.shape.len())];
            shape.extend_from_slice(&a.0.shape);
            cx.reshape(&a, &shape)
        }
        Block::List(items) => {
            let parts: Vec<Array> =
                items.iter().map(|item| assemble(cx, item, dtype, ndim, depth - 1)).collect::<Raised<_>>()?;
            join(cx, &parts, &Some(Axes::One(-(depth as i64))))
        }
    }
}

/// An array from nested lists of blocks: the innermost lists are joined along the last axis, those
/// around them along the one before, and so on.
///
/// ```
/// use numfuse as np;
/// let (a, b) = (np::eye(2, ..), np::ones([2, 1], ..));
/// let m = np::block([[&a * 2.0, b], [np::zeros([1, 2], ..), np::full([1, 1], 5.0, ..)]]);
/// assert_eq!(m.to_vec::<f64>()?, [2.0, 0.0, 1.0, 0.0, 2.0, 1.0, 0.0, 0.0, 5.0]);
/// assert_eq!(np::block([1, 2, 3]).to_vec::<i64>()?, [1, 2, 3]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn block(arrays: impl Into<Block>) -> Array {
    let arrays = arrays.into();
    call("block", |cx| {
        let (all, empty) = nesting(cx, &arrays, &mut Vec::new())?;
        if let Some(at) = empty {
            return raise!(Value, "List at {} cannot be empty", path(&at));
        }
        let mut operands = Vec::new();
        leaves(&arrays, &mut operands);
        // Numbers count by their own dtype, as they do in a list.
        let dtype = operands.iter().map(|o| o.own_dtype()).reduce(DType::promote);
        let dtype = dtype.unwrap_or_else(|| common_dtype(operands.iter().copied()));
        assemble(cx, &arrays, dtype, all.ndim.max(all.depth), all.depth)
    })
}
