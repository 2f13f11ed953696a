//! The run-time: buffers, caches, schedules, threads.
//!
//! [`run`] is the door: it takes the key of a graph's structure, finds or makes the [`Plan`], and
//! runs it on concrete arrays.

mod buffer;
mod bytes;
mod cache;
pub mod config;
mod dlpack;
mod explain;
mod fault;
pub mod flags;
mod launch;
mod mapped;
mod pack;
mod plan;
mod pool;
mod reduce;
mod stats;
mod tiles;
mod work;

pub use buffer::{Access, Buffer, Concrete, Fresh, Scratch};
pub use cache::{clear_caches, plan, plan_with, run};
pub use dlpack::DlTensor;
pub use explain::{Stage, dump, explain, flops, times};
pub use fault::{Fault, FaultKind};
pub use mapped::{FileMap, Flush, MapMode};
pub use plan::{Asked, Plan};
pub use stats::{Stats, count_auto_evaluation, stats};
pub(crate) use tiles::each;
