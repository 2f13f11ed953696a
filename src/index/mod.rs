//! Indexing, get and set: positions, slices with steps, `newaxis`, `Ellipsis`, masks and arrays of
//! positions, alone or mixed, under NumPy's rules.

mod find;
mod get;
mod grids;
mod positions;
mod set;
mod subscript;
mod take;

pub use find::*;
pub(crate) use get::get;
pub use grids::*;
pub(crate) use positions::call_all;
pub use positions::*;
pub use set::*;
pub(crate) use set::{accumulate_at, change, put_flat, value_as};
pub(crate) use subscript::clamp;
pub use subscript::{Ellipsis, Index, Subscript, newaxis};
pub(crate) use take::bounded;
pub use take::*;
