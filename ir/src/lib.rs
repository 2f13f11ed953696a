//! What a numfuse program is: dtypes, the op table, the graph of an evaluation, the passes over
//! it, and the kernels it becomes. Nothing here runs, and nothing here is unsafe.
//!
//! A program walks [`graph`] → [`passes`] → [`kernel`]; `numfuse-backends` takes it from there.
#![forbid(unsafe_code)]

pub mod dtype;
pub mod eval;
pub mod expand;
pub mod fuse;
pub mod graph;
pub mod host;
pub mod index_map;
pub mod infer;
pub mod kernel;
pub mod lower;
pub mod op;
pub mod parse;
pub mod passes;
pub mod print;
pub mod program;
pub mod routine;
pub mod scalar;
pub mod shape;
pub mod verify;

pub use dtype::{Casting, DType, Kind};
pub use graph::{Graph, Node, NodeId, Op, Slice, View};
pub use half;
pub use host::{HostCall, HostOp};
pub use index_map::IndexMap;
pub use num_complex;
pub use op::{Ew, ReduceOp, ScanOp};
pub use scalar::{Element, Scalar};
pub use shape::Shape;
