//! Indexing, get and set: positions, slices with steps, `newaxis`, `Ellipsis`, masks and arrays of
//! positions, alone or mixed, under NumPy's rules.

mod find;
mod get;
mod positions;
mod set;
mod subscript;
mod take;

pub use find::*;
pub use positions::*;
pub use set::*;
pub use subscript::{Ellipsis, Index, Subscript, newaxis};
pub use take::*;
