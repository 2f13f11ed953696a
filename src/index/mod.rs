//! Indexing, get and set: positions, slices with steps, `newaxis`, `Ellipsis`, masks and arrays of
//! positions, alone or mixed, under NumPy's rules.

mod find;
mod get;
mod positions;
mod set;
mod subscript;
mod take;

pub use find::*;
pub(crate) use positions::call_all;
pub use positions::*;
pub(crate) use set::value_as;
pub use set::*;
pub(crate) use subscript::clamp;
pub use subscript::{Ellipsis, Index, Subscript, newaxis};
pub(crate) use take::bounded;
pub use take::*;
