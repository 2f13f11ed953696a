//! Machine code for a loop, from whichever emitter covers it.

use numfuse_ir::kernel::Loop;

use crate::abi::LoopFn;
use crate::runtime::config::Backend;
use crate::{cranelift, wide};

/// A compiled loop.
pub enum Code {
    /// Vectors as wide as the processor has them.
    Wide(wide::Code),
    /// 128-bit vectors.
    Cranelift(cranelift::Code),
}

impl Code {
    /// The compiled function; callable as long as `self` lives.
    pub fn entry(&self) -> LoopFn {
        match self {
            Code::Wide(code) => code.entry(),
            Code::Cranelift(code) => code.entry(),
        }
    }

    /// Bytes of machine code.
    pub fn size(&self) -> usize {
        match self {
            Code::Wide(code) => code.size(),
            Code::Cranelift(code) => code.size(),
        }
    }
}

/// Compiles a loop for the host. What the wide backend does not cover, Cranelift compiles.
pub fn compile(l: &Loop, backend: Backend) -> Result<Code, cranelift::CompileError> {
    if let Some(isa) = backend.isa()
        && let Ok(code) = wide::compile(l, isa)
    {
        return Ok(Code::Wide(code));
    }
    cranelift::compile(l).map(Code::Cranelift)
}

/// The machine code that [`compile`] makes, as text.
pub fn asm(l: &Loop, backend: Backend) -> Result<String, cranelift::CompileError> {
    if let Some(isa) = backend.isa()
        && let Ok(text) = wide::asm(l, isa)
    {
        return Ok(text);
    }
    cranelift::asm(l)
}
