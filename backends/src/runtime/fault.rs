//! What can go wrong while a plan runs.

use numfuse_ir::HostOp;

/// The class of NumPy's exception for a failed host call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// `LinAlgError`.
    LinAlg,
    /// `ValueError`.
    Value,
    /// `TypeError`.
    Type,
    /// `RuntimeError`.
    Runtime,
    /// `IndexError`.
    Index,
}

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
    /// A library kernel could not compute its results.
    #[error("{message}")]
    Host {
        /// The kernel, once it is known.
        op: Option<HostOp>,
        /// The class of NumPy's exception.
        kind: FaultKind,
        /// NumPy's words.
        message: String,
    },
    /// The code generator failed; a bug.
    #[error("code generation failed: {0}")]
    Compile(String),
    /// Arrays do not fit the plan they were given to.
    #[error("{0}")]
    Mismatch(String),
}

impl Fault {
    /// The fault of a host call, signed with its kernel.
    pub(crate) fn of(self, op: HostOp) -> Fault {
        match self {
            Fault::Host { kind, message, .. } => Fault::Host { op: Some(op), kind, message },
            other => other,
        }
    }
}
