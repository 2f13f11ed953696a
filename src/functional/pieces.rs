//! Functions defined in pieces.

use std::fmt;
use std::sync::Arc;

use numfuse_ir::{DType, Ew};

use crate::array::Array;
use crate::array::build::call;
use crate::array::operand::{Operand, k};
use crate::error::raise;

/// What [`piecewise`] puts where a condition holds: a value or a function.
#[derive(Clone)]
pub enum Piece {
    /// A number, or an array of as many elements as the condition has true ones.
    Value(Operand),
    /// A function of the elements where the condition holds.
    Function(Arc<dyn Fn(&Array) -> Array + Send + Sync>),
}

impl Piece {
    /// A function.
    pub fn function(f: impl Fn(&Array) -> Array + Send + Sync + 'static) -> Piece {
        Piece::Function(Arc::new(f))
    }
}

impl<T: Into<Operand>> From<T> for Piece {
    fn from(value: T) -> Piece {
        Piece::Value(value.into())
    }
}

impl fmt::Debug for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Piece::Value(value) => value.fmt(f),
            Piece::Function(_) => f.write_str("function"),
        }
    }
}

/// A function in pieces: for each condition the value, or what a function makes of the elements where
/// it holds. One more piece than conditions is for where none holds; without it, there is 0. Later
/// conditions win. The result has the dtype of `x`.
///
/// ```
/// use numfuse as np;
/// use np::Piece;
/// let x = np::array![-2.0, -1.0, 0.0, 4.0, 9.0];
/// let y = np::piecewise(&x, [x.lt(0), x.gt(0)], [Piece::from(-1.0), Piece::function(|v| np::sqrt(v))]);
/// assert_eq!(y.to_vec::<f64>()?, [-1.0, -1.0, 0.0, 2.0, 3.0]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn piecewise<C: Into<Operand>, P: Into<Piece>>(
    x: impl Into<Operand>,
    conditions: impl IntoIterator<Item = C>,
    pieces: impl IntoIterator<Item = P>,
) -> Array {
    let x = x.into();
    let conditions: Vec<Operand> = conditions.into_iter().map(Into::into).collect();
    let pieces: Vec<Piece> = pieces.into_iter().map(Into::into).collect();
    call("piecewise", |cx| {
        let x = cx.array(x)?;
        let n = conditions.len();
        let mut masks = Vec::with_capacity(n + 1);
        for condition in &conditions {
            masks.push(cx.cast(&cx.array(condition)?, DType::Bool)?);
        }
        if pieces.len() == n + 1 {
            let mut any = cx.array(k(false))?;
            for mask in &masks {
                any = cx.bin(Ew::LogicalOr, &any, mask)?;
            }
            masks.push(cx.un(Ew::LogicalNot, &any)?);
        } else if pieces.len() != n {
            return raise!(Value, "with {n} condition(s), either {n} or {} functions are expected", n + 1);
        }
        let mut y = cx.full(&x.0.shape, &k(0), x.0.dtype)?;
        for (mask, piece) in masks.iter().zip(&pieces) {
            match piece {
                Piece::Value(value) => y.set(mask, value),
                Piece::Function(f) => {
                    let chosen = x.get(mask);
                    chosen.check()?;
                    if !chosen.0.shape.contains(&0) {
                        y.set(mask, f(&chosen));
                    }
                }
            }
            y.check()?;
        }
        Ok(y)
    })
}
