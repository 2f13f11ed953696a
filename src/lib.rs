//! NumPy for Rust that compiles.
//!
//! NumPy-style calls build a lazy graph; the engine fuses it and compiles each fused region to one
//! vectorized native loop; [`Array::eval`] yields a concrete [`NdArray`]. The names, the results,
//! the dtypes and the error texts are NumPy's.
//!
//! ```
//! use numfuse as np;
//! use np::prelude::*;
//!
//! let x = np::linspace(-3.0, 3.0, 1_000);
//! let y = np::exp(-(&x * &x) / 2.0) * 0.4;
//! assert!(y.max(..).item::<f64>()? <= 0.4); // one kernel: nothing of size 1000 is ever stored
//!
//! let table = np::arange(6, ..).reshape([2, 3]);
//! println!("{}", &table - table.mean(axis(0).keepdims()));
//! # Ok::<(), np::Error>(())
//! ```
//!
//! - Required arguments are positional and take arrays, numbers, slices or nested arrays; all
//!   optional ones go into the last parameter: `..`, the most used one bare, or a chain such as
//!   `axis(0).keepdims()` ([`options`]).
//! - Bare Rust numbers are weak, as Python's are (NEP 50): a `float32` array times `2.0` stays
//!   `float32`. [`scalar()`] makes strong ones.
//! - Building never panics. A bad call yields an array that carries its error and the caller's
//!   line; [`Array::check`], [`Array::eval`] and all that return a `Result` give it
//!   ([`Error`]). With `NUMFUSE_PANIC_ON_ERROR=1` it panics where the fault is.
//! - [`compile()`] traces a function once for repeated calls; [`eager()`] runs op by op.
#![forbid(unsafe_code)]

mod about;
mod array;
mod bits;
mod calculus;
mod compile;
mod config;
mod creation;
mod dtypes;
pub mod emath;
mod error;
mod errstate;
pub mod exceptions;
pub mod fft;
mod functional;
mod index;
mod io;
mod iteration;
pub mod linalg;
mod logic;
mod manip;
mod matrices;
pub mod options;
mod poly;
pub mod polynomial;
pub mod prelude;
mod print;
mod products;
pub mod random;
mod reduce;
mod results;
mod scan;
mod sets;
mod sort;
mod stats;
mod strides;
pub mod typing;
mod ufuncs;
mod window;

pub use about::*;
pub use array::{
    Array, Ctypes, Data, Dims, Flags, Length, NdArray, Nested, Operand, ResizeInPlaceOptions, SetflagsOptions, eval,
    may_share_memory, shares_memory,
};
pub use bits::*;
pub use calculus::*;
pub use compile::{Compiled, Outputs, compile};
pub use config::{
    Stage, Statistics, clear_caches, eager, set_pending_limits, set_threads, statistics, threads, with_threads,
};
pub use creation::*;
pub use dtypes::*;
pub use error::{Detail, Error, Result};
pub use errstate::{
    ErrCall, ErrMode, ErrState, ErrStateGuard, ErrStateOptions, OnError, SetErrOptions, errstate, getbufsize, geterr,
    geterrcall, setbufsize, seterr, seterrcall,
};
pub use functional::*;
pub use index::*;
pub use io::*;
pub use iteration::*;
pub use lib::stride_tricks::{AsStridedOptions, SlidingWindowOptions};
pub use logic::*;
pub use manip::*;
pub use matrices::*;
pub use numfuse_ir::{Casting, DType, Element, Kind, Scalar};
pub use options::{Axes, TakeMode};
pub use poly::*;
pub use print::*;
pub use products::*;
pub use reduce::*;
pub use scan::*;
pub use sets::*;
pub use sort::*;
pub use stats::*;
pub use ufuncs::*;
pub use window::*;

/// NumPy's `lib`.
pub mod lib {
    /// Views by shape and strides.
    pub mod stride_tricks {
        pub use crate::manip::{broadcast_arrays, broadcast_shapes, broadcast_to};
        pub use crate::strides::*;
    }
}

/// Not a number.
#[allow(non_upper_case_globals)]
pub const nan: f64 = f64::NAN;
/// Positive infinity.
#[allow(non_upper_case_globals)]
pub const inf: f64 = f64::INFINITY;
/// The circle constant.
#[allow(non_upper_case_globals)]
pub const pi: f64 = std::f64::consts::PI;
/// Euler's number.
#[allow(non_upper_case_globals)]
pub const e: f64 = std::f64::consts::E;
/// The limit of the harmonic numbers minus the natural logarithm (Euler and Mascheroni).
#[allow(non_upper_case_globals)]
pub const euler_gamma: f64 = 0.577_215_664_901_532_9;
