//! Functions of functions: universal functions as objects, and Rust closures over arrays.

mod along;
mod fold;
mod object;
mod pieces;
mod vectorize;

pub use along::*;
pub use object::*;
pub use pieces::*;
pub use vectorize::*;
