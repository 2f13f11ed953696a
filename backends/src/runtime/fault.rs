//! What can go wrong while a plan runs.

/// A failed evaluation. The graph stays usable.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The allocator refused.
    #[error("Unable to allocate {bytes} bytes for an array")]
    Memory {
        /// Bytes asked for.
        bytes: u128,
    },
    /// A `take` index was outside its axis.
    #[error("index is out of bounds for its axis")]
    IndexOutOfBounds,
    /// An integer was raised to a negative integer power.
    #[error("Integers to negative integer powers are not allowed.")]
    NegativePower,
    /// The code generator failed; a bug.
    #[error("code generation failed: {0}")]
    Compile(String),
    /// Arrays do not fit the plan they were given to.
    #[error("{0}")]
    Mismatch(String),
}
