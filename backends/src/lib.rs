//! How a numfuse program runs: buffers, the run-time, and the backends that turn kernels into
//! machine code.

pub mod abi;
mod analysis;
pub mod cranelift;
pub mod host;
pub mod interp;
pub mod native;
mod pages;
pub mod routines;
pub mod runtime;
pub mod wide;
