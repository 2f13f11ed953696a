//! Columns with names.

use crate::array::Array;
use crate::array::build::call;
use crate::error::raise;

/// Columns of one length, with names: what structured arrays are to NumPy, without being one array.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// let table = np::Source::text("x,n\n1.5,2\n2.5,3");
/// let table = np::genfromtxt_fields(table, delimiter(",").names(true).dtypes(()))?;
/// assert_eq!(table.names(), ["x", "n"]);
/// assert_eq!(table.field("n").to_vec::<i64>()?, [2, 3]);
/// assert!(table.field("y").check().is_err());
/// # Ok::<(), np::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Fields {
    names: Vec<String>,
    arrays: Vec<Array>,
}

impl Fields {
    pub(super) fn new(names: Vec<String>, arrays: Vec<Array>) -> Fields {
        Fields { names, arrays }
    }

    /// The names of the columns.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The columns in order.
    pub fn arrays(&self) -> &[Array] {
        &self.arrays
    }

    /// A column by its name; it carries a `ValueError` if there is none.
    #[track_caller]
    pub fn field(&self, name: &str) -> Array {
        call("field", |_| match self.names.iter().position(|n| n == name) {
            Some(i) => Ok(self.arrays[i].clone()),
            None => raise!(Value, "no field of name {name}"),
        })
    }

    /// Names and columns.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Array)> {
        self.names.iter().map(String::as_str).zip(&self.arrays)
    }
}
