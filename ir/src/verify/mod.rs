//! The verifier: whether a graph or a loop means something. It runs after every pass in debug
//! builds, on everything read from text, and in the tests. Linear time; it shares no code with the
//! builders it checks.

mod graph;
mod kernel;

pub use graph::graph;
pub use kernel::kernel;
