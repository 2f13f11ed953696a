//! The wide backend: a [`Loop`] becomes one native function on vectors as wide as the processor has
//! them, with AVX-512 or AVX2.
//!
//! Cranelift's vectors have 128 bits. This emitter makes x86-64 code of its own for what it
//! covers, chosen at run time by what the processor can do; Cranelift compiles the rest.
//!
//! | file | what it does |
//! | --- | --- |
//! | `plan` | lanes per chunk, how operands move, what is covered |
//! | `isa`, `inst`, `ops` | instruction sets, machine instructions on virtual registers, and their table |
//! | `lower`, `divide`, `convert`, `truth`, `memory` | instructions of a body to machine instructions |
//! | `avx2` | what AVX2 composes of several instructions |
//! | `alloc` | registers, for straight-line code |
//! | `emit`, `asm` | regions of code, the frame, bytes; `special`, `call`: what is more than one instruction |
//! | `nest`, `reduce`, `scan` | the loop nest, its tail, accumulators, running reductions |
//!
//! **Values.** A chunk has as many elements as a register holds of the widest lane in the innermost
//! loop, so that every value is exactly one register: narrower lanes are in smaller registers, or
//! the low end of one. Truth values are mask registers with AVX-512, and vectors of ones and zeros with
//! AVX2. An instruction that works on wider lanes than it has (a division of bytes, by way of floats)
//! counts as that wide.
//!
//! **Instruction sets** differ by their columns in the table of `ops`, the compositions of `avx2` and the
//! two kinds of `truth`; everything else is the same code with other sizes. Lane by lane with AVX2
//! are conversions of floats to 64-bit integers and gathers of 8 and 16 bits.
//!
//! **Registers.** The body of a loop is straight-line code, allocated in one pass by Belady's rule.
//! Constants live in a pool behind the code, values of outer levels in the frame; both are memory
//! operands (broadcast, if they are constants and the instruction set can) unless registers are left, in
//! which the ones used most stay during the loop. Light bodies are repeated, one chunk after the other, which
//! the processor's reordering overlaps; long ones, chains of which its schedulers see little at a time,
//! are mixed, instruction by instruction, as far as registers go.
//!
//! **Results** that will not be found in the caches anyway, as the caller knows ([`crate::abi::STREAM`]),
//! are stored past them if they are aligned.
//!
//! **Tails** are chunks whose padding lanes repeat the chunk's first element, so that no lane
//! sees a value that no element has: no flag is raised, no check fails, no routine is called and no
//! index is read but for real elements. With AVX-512 loads and stores are masked; with AVX2, which has no
//! masks for narrow lanes, those and pairs go through memory element by element.
//!
//! **Running reductions** take one combination after the other, a float64 sum 0.85 to 0.91 ns per element
//! (Zen 4, 30,000 elements; Cranelift 0.85), which is the latency of an addition; what comes before and
//! after has whole vectors.
//!
//! Not covered (left to Cranelift): running reductions of truth values or beside other reductions, and results
//! that stay along the innermost dimension. Those are accumulators in memory of a running reduction
//! along it, one element's store being the next one's load, so that no width makes them faster.

mod alloc;
mod asm;
mod avx2;
mod call;
mod convert;
mod divide;
mod emit;
mod inst;
mod isa;
mod lower;
mod memory;
mod nest;
mod ops;
mod plan;
mod reduce;
mod scan;
mod special;
#[cfg(test)]
mod tests;
mod truth;

use iced_x86::{Decoder, DecoderOptions, Formatter, Instruction, IntelFormatter};
use numfuse_ir::kernel::Loop;

pub use isa::Isa;

use crate::abi::LoopFn;
use crate::pages::Pages;

/// A reason why a loop is left to another backend.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unsupported(pub &'static str);

/// Why a loop was not compiled.
#[derive(Debug, thiserror::Error)]
pub enum CompileError {
    /// The processor is not x86-64, or lacks the instruction set ([`Isa`]).
    #[error("[wide] this processor is not supported")]
    Host,
    /// Another backend has to do it.
    #[error("[wide] not covered: {0}")]
    Unsupported(&'static str),
    /// An instruction could not be emitted.
    #[error("[wide] {0}")]
    Encode(String),
    /// No executable memory.
    #[error("[wide] cannot map executable memory: {0}")]
    Memory(#[from] std::io::Error),
}

impl From<Unsupported> for CompileError {
    fn from(why: Unsupported) -> CompileError {
        CompileError::Unsupported(why.0)
    }
}

/// A compiled loop. Owns its executable pages, which are unmapped on drop.
pub struct Code {
    pages: Pages,
    entry: usize,
}

impl Code {
    /// The compiled function; callable as long as `self` lives.
    pub fn entry(&self) -> LoopFn {
        let start = self.pages.start().wrapping_add(self.entry);
        // SAFETY: the pages hold a complete function of this signature at that place, for
        // instructions that the processor has.
        unsafe { std::mem::transmute::<*const u8, LoopFn>(start) }
    }

    /// Bytes of machine code and constants.
    pub fn size(&self) -> usize {
        self.pages.len()
    }
}

/// Compiles a loop for the host.
pub fn compile(l: &Loop, isa: Isa) -> Result<Code, CompileError> {
    if !isa.is_available() {
        return Err(CompileError::Host);
    }
    let emitted = emit::function(l, isa, false)?;
    Ok(Code { pages: Pages::new(&emitted.bytes)?, entry: emitted.entry })
}

/// The machine code of a loop, as text; works on any host. Addresses of routines are their numbers.
pub fn asm(l: &Loop, isa: Isa) -> Result<String, CompileError> {
    let emitted = emit::function(l, isa, true)?;
    let mut decoder = Decoder::new(64, &emitted.bytes[..emitted.code], DecoderOptions::NONE);
    let mut formatter = IntelFormatter::new();
    let mut instruction = Instruction::default();
    let (mut text, mut line) = (String::new(), String::new());
    while decoder.can_decode() {
        decoder.decode_out(&mut instruction);
        if instruction.ip() as usize == emitted.entry {
            text.push_str("entry:\n");
        }
        line.clear();
        formatter.format(&instruction, &mut line);
        text.push_str(&format!("{:6x}  {line}\n", instruction.ip()));
    }
    Ok(text)
}
