//! Arrays as nested lists.

use std::fmt;

use numfuse_ir::Scalar;

use super::npy::evaluated;
use crate::array::{Array, NdArray};
use crate::error::Result;
use crate::print::python_text;

/// What [`Array::tolist`] gives: a number, or a list of lists and numbers. It prints as Python's
/// lists do.
///
/// ```
/// use numfuse as np;
/// use np::List;
/// let list = np::array![[1.5, 2.0], [3.0, np::nan]].tolist()?;
/// assert_eq!(list.to_string(), "[[1.5, 2.0], [3.0, nan]]");
/// let List::Items(rows) = list else { panic!() };
/// assert_eq!(rows.len(), 2);
/// # Ok::<(), np::Error>(())
/// ```
#[derive(Clone, PartialEq, Debug)]
pub enum List {
    /// An element.
    Item(Scalar),
    /// Elements along an axis.
    Items(Vec<List>),
}

impl fmt::Display for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            List::Item(value) => f.write_str(&python_text(*value)),
            List::Items(items) => {
                f.write_str("[")?;
                for (i, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if i == 0 { "" } else { ", " })?;
                }
                f.write_str("]")
            }
        }
    }
}

impl Array {
    /// The elements as nested lists: a number for a 0-d array.
    #[track_caller]
    pub fn tolist(&self) -> Result<List> {
        let value = evaluated(self, "tolist")?;
        Ok(rows(&value, value.shape(), 0))
    }
}

fn rows(value: &NdArray, shape: &[usize], base: usize) -> List {
    match shape.split_first() {
        None => List::Item(value.get_flat(base)),
        Some((&n, rest)) => List::Items((0..n).map(|i| rows(value, rest, base * n + i)).collect()),
    }
}
