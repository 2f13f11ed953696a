//! The Cranelift backend: a [`Loop`] becomes one native function on 128-bit vectors.
//!
//! | file | what it does |
//! | --- | --- |
//! | `plan` | lanes per chunk, unrolling, how operands move, where accumulators live |
//! | `emit` | constants, blocks and values: what the others build on |
//! | `nest` | the loop nest, the innermost loop and its tail |
//! | `memory_ops` | loads and stores of lanes |
//! | `body`, `vector`, `convert`, `call` | instructions of a body |
//! | `reduce`, `scan` | accumulators, blocks, running reductions |
//!
//! Emitted code uses at most 128-bit registers and Cranelift moves them with legacy SSE
//! instructions even where AVX is there, so code that leaves the upper halves of `ymm` or `zmm`
//! registers dirty must execute `vzeroupper` before it calls a kernel: every move would pay for a
//! merge otherwise.

mod body;
mod call;
mod convert;
mod emit;
mod memory_ops;
mod nest;
mod plan;
mod reduce;
mod scan;
#[cfg(test)]
mod tests;
mod vector;

use std::cell::RefCell;
use std::sync::{Arc, OnceLock};

use ::cranelift::codegen::control::ControlPlane;
use ::cranelift::codegen::isa::TargetIsa;
use ::cranelift::codegen::settings::{self, Configurable};
use ::cranelift::codegen::{CodegenError, Context};
use numfuse_ir::kernel::Loop;

use crate::abi::LoopFn;
use crate::pages::Pages;

/// Why a loop was not compiled.
#[derive(Debug, thiserror::Error)]
pub enum CompileError {
    /// The processor is not x86-64, or lacks SSE4.2 or FMA.
    #[error("[cranelift] this processor is not supported: {0}")]
    Host(&'static str),
    /// Cranelift refused the function.
    #[error("[cranelift] {0}")]
    Codegen(String),
    /// No executable memory.
    #[error("[cranelift] cannot map executable memory: {0}")]
    Memory(#[from] std::io::Error),
}

/// A compiled loop. Owns its executable pages, which are unmapped on drop.
pub struct Code {
    pages: Pages,
    /// What the code itself points to: empty reductions run in the interpreter.
    _source: Box<Loop>,
}

impl Code {
    /// The compiled function; callable as long as `self` lives.
    pub fn entry(&self) -> LoopFn {
        // SAFETY: the pages hold a complete function of this signature, compiled for the host.
        unsafe { std::mem::transmute::<*const u8, LoopFn>(self.pages.start()) }
    }

    /// Bytes of machine code.
    pub fn size(&self) -> usize {
        self.pages.len()
    }
}

/// Compiles a loop for the host.
pub fn compile(l: &Loop) -> Result<Code, CompileError> {
    let source = Box::new(l.clone());
    with_compiled(&source, Some(&*source as *const Loop as usize), false, |context| {
        let compiled = context.compiled_code().ok_or_else(|| CompileError::Codegen("no code".into()))?;
        if !compiled.buffer.relocs().is_empty() {
            return Err(CompileError::Codegen("the code needs relocations".into()));
        }
        Ok(Pages::new(compiled.code_buffer())?)
    })
    .map(|pages| Code { pages, _source: source })
}

/// The Cranelift IR of a loop, as text. Addresses of routines are printed as their numbers.
pub fn clif(l: &Loop) -> Result<String, CompileError> {
    let isa = isa()?;
    let mut context = Context::new();
    emit::function(l, &mut context.func, isa, None);
    Ok(context.func.display().to_string())
}

/// The machine code of a loop, as text. Addresses of routines are printed as their numbers.
pub fn asm(l: &Loop) -> Result<String, CompileError> {
    with_compiled(l, None, true, |context| {
        let text = context.compiled_code().and_then(|c| c.vcode.clone());
        text.ok_or_else(|| CompileError::Codegen("no disassembly".into()))
    })
}

/// Emits and compiles a loop in this thread's context.
fn with_compiled<T>(
    l: &Loop,
    source: Option<usize>,
    disassemble: bool,
    then: impl FnOnce(&Context) -> Result<T, CompileError>,
) -> Result<T, CompileError> {
    thread_local! {
        static CONTEXT: RefCell<Context> = RefCell::new(Context::new());
    }
    let isa = isa()?;
    CONTEXT.with_borrow_mut(|context| {
        context.clear();
        emit::function(l, &mut context.func, isa, source);
        context.set_disasm(disassemble);
        context
            .compile(isa, &mut ControlPlane::default())
            .map_err(|e| describe(&e.inner, &e.func.display().to_string()))?;
        then(context)
    })
}

fn describe(error: &CodegenError, function: &str) -> CompileError {
    match error {
        CodegenError::Verifier(errors) => CompileError::Codegen(format!("{errors}\n{function}")),
        other => CompileError::Codegen(other.to_string()),
    }
}

/// The host's instruction set, set up once.
fn isa() -> Result<&'static dyn TargetIsa, CompileError> {
    static ISA: OnceLock<Result<Arc<dyn TargetIsa>, &'static str>> = OnceLock::new();
    let isa = ISA.get_or_init(|| {
        if !cfg!(all(target_arch = "x86_64", target_endian = "little")) {
            return Err("only x86-64 is");
        }
        let mut flags = settings::builder();
        let verifier = if cfg!(debug_assertions) { "true" } else { "false" };
        // `opt_level=none`: the emitted code is hoisted already, and compiles faster.
        for (name, value) in [("opt_level", "none"), ("enable_verifier", verifier), ("unwind_info", "false")] {
            flags.set(name, value).map_err(|_| "Cranelift's settings changed")?;
        }
        let isa = cranelift_native::builder()?
            .finish(settings::Flags::new(flags))
            .map_err(|_| "Cranelift has no code generator for it")?;
        for feature in ["has_sse41", "has_sse42", "has_fma"] {
            let has = isa.isa_flags().iter().any(|v| v.name == feature && v.as_bool() == Some(true));
            if !has {
                return Err("it has no SSE4.2 or FMA");
            }
        }
        Ok(isa)
    });
    isa.as_ref().map(|isa| &**isa).map_err(|&why| CompileError::Host(why))
}
