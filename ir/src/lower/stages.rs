//! Stages: consecutive kernels that may run slab by slab.
//!
//! A softmax is three loops over the same rows. Run one after another, each streams the whole array
//! through the cache; run one block of rows at a time, the second and third find it there. That
//! needs no new code: kernels are called on a part of their outermost dimension as it is.

use std::ops::Range;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::kernel::Access;
use crate::program::{DimKind, Kernel, Program, Source, Stage, Step};

/// Most kernels per stage: finding one takes quadratic time in it.
const MAX_KERNELS: usize = 16;

/// Cuts the steps of a program into stages.
///
/// Kernels share a stage if their outermost dimensions are parallel, have lengths of which one
/// divides all others, and if every buffer that two of them touch falls into as many slabs of
/// equal size, of which iteration `i` of each kernel touches the `i`-th alone. Then slab `i` of a
/// kernel needs no other slab of the kernels before it.
pub(super) fn stages(program: &Program) -> Vec<Stage> {
    let lives = Lives::of(program);
    let kernel = |s: usize| match program.steps[s] {
        Step::Kernel(k) => Some(&program.kernels[k]),
        Step::Host(_) => None,
    };
    let mut out = Vec::new();
    let mut first = 0;
    while first < program.steps.len() {
        let mut kernels: SmallVec<[&Kernel; 8]> = kernel(first).into_iter().collect();
        let mut slabs = kernels.first().and_then(|k| slabs_of(k)).unwrap_or(1);
        let mut end = first + 1;
        while slabs > 1 && end < program.steps.len() && kernels.len() < MAX_KERNELS {
            let Some(next) = kernel(end) else { break };
            let Some(joined) = joined(program, &mut kernels, next, slabs) else { break };
            slabs = joined;
            end += 1;
        }
        let mut stage = Stage { steps: first..end, slabs: 1, slab_bytes: 0, local: Vec::new() };
        if end - first > 1 {
            stage.slabs = slabs;
            stage.slab_bytes = slab_bytes(&kernels, slabs);
            stage.local = lives.local(program, &kernels, &stage.steps);
        }
        out.push(stage);
        first = end;
    }
    out
}

/// The iterations of a parallel outermost dimension.
fn slabs_of(kernel: &Kernel) -> Option<usize> {
    let dim = kernel.dims.first()?;
    (dim.kind == DimKind::Parallel && dim.size > 1).then_some(dim.size)
}

/// Adds a kernel to those of a stage, if it can be one of them; returns the number of slabs.
fn joined<'p>(
    program: &Program,
    kernels: &mut SmallVec<[&'p Kernel; 8]>,
    next: &'p Kernel,
    slabs: usize,
) -> Option<usize> {
    let new = slabs_of(next)?;
    let (few, many) = (new.min(slabs), new.max(slabs));
    let arrays = |k: &Kernel| -> SmallVec<[Source; 8]> {
        let inputs = k.bindings.iter().map(|b| b.source).filter(|s| matches!(s, Source::Input(_)));
        inputs.chain(k.buffers().map(Source::Buffer)).collect()
    };
    let known: SmallVec<[Source; 16]> = kernels.iter().flat_map(|k| arrays(k)).collect();
    if !many.is_multiple_of(few) || !arrays(next).iter().any(|s| known.contains(s)) {
        return None;
    }
    kernels.push(next);
    if in_slabs(program, kernels, few) {
        return Some(few);
    }
    kernels.pop();
    None
}

/// Whether every buffer that two of the kernels touch is touched slab by slab.
fn in_slabs(program: &Program, kernels: &[&Kernel], slabs: usize) -> bool {
    let mut users: FxHashMap<u32, (usize, u32)> = FxHashMap::default();
    let mut touch = |b: u32, k: usize| {
        let (last, count) = users.entry(b).or_insert((usize::MAX, 0));
        if *last != k {
            (*last, *count) = (k, *count + 1);
        }
    };
    for (k, kernel) in kernels.iter().enumerate() {
        kernel.buffers().for_each(|b| touch(b, k));
    }
    let slab = |b: u32| -> Option<Option<i64>> {
        if users.get(&b).is_none_or(|(_, count)| *count < 2) {
            return Some(None);
        }
        let bytes = program.buffers[b as usize].bytes;
        bytes.is_multiple_of(slabs).then_some(Some((bytes / slabs) as i64))
    };
    kernels.iter().all(|kernel| {
        let per_slab = (kernel.dims[0].size / slabs) as i64;
        let rank = kernel.dims.len();
        let operands = kernel.code.operands.iter().zip(&kernel.bindings).all(|(operand, binding)| {
            let Source::Buffer(b) = binding.source else { return true };
            let Some(slab) = slab(b) else { return false };
            let Some(slab) = slab else { return true };
            let (mut low, mut high) = (binding.offset, binding.offset + operand.element_bytes() as i64);
            for (d, &stride) in binding.strides[..rank].iter().enumerate() {
                let n = if d == 0 { per_slab } else { kernel.dims[d].size as i64 };
                let reach = (n - 1).saturating_mul(stride);
                if reach < 0 { low = low.saturating_add(reach) } else { high = high.saturating_add(reach) }
            }
            let gathers = binding.strides[rank] != 0;
            !gathers && binding.strides[0].saturating_mul(per_slab) == slab && low >= 0 && high <= slab
        });
        let results = kernel.parallel_points() as i64;
        operands
            && kernel.reductions.iter().flat_map(|r| r.results.iter().flatten()).all(|slot| match slab(slot.buffer) {
                None => false,
                Some(None) => true,
                Some(Some(slab)) => results % slabs as i64 == 0 && results / slabs as i64 * slot.stride == slab,
            })
    })
}

/// Bytes of all memory that one slab of all kernels touches.
fn slab_bytes(kernels: &[&Kernel], slabs: usize) -> usize {
    let mut touched: FxHashMap<Source, usize> = FxHashMap::default();
    for kernel in kernels {
        for (operand, binding) in kernel.code.operands.iter().zip(&kernel.bindings) {
            if operand.access == Access::Iota || binding.strides[0] == 0 {
                continue;
            }
            let moving = kernel.dims.iter().zip(&binding.strides).filter(|(_, s)| **s != 0);
            let elements = moving.map(|(d, _)| d.size).fold(1, usize::saturating_mul);
            let bytes = elements.saturating_mul(operand.element_bytes()) / slabs;
            let most = touched.entry(binding.source).or_default();
            *most = bytes.max(*most);
        }
    }
    touched.values().fold(0, |sum, &b| sum.saturating_add(b))
}

/// Per buffer, the first step that touches it, and whether another takes its memory over.
struct Lives {
    first: Vec<usize>,
    donates: Vec<bool>,
}

impl Lives {
    fn of(program: &Program) -> Lives {
        let n = program.buffers.len();
        let mut lives = Lives { first: vec![usize::MAX; n], donates: vec![false; n] };
        for (s, step) in program.steps.iter().enumerate() {
            let mut touch = |b: u32| {
                let first = &mut lives.first[b as usize];
                *first = s.min(*first);
            };
            match *step {
                Step::Kernel(k) => program.kernels[k].buffers().for_each(touch),
                Step::Host(k) => program.hosts[k].results.iter().flatten().for_each(|&b| touch(b)),
            }
        }
        for donor in program.buffers.iter().filter_map(|b| b.donor) {
            lives.donates[donor as usize] = true;
        }
        lives
    }

    /// Buffers that live inside a stage alone: one slab after another can use the same memory. Not
    /// those that take over or hand on memory, which cost nothing.
    fn local(&self, program: &Program, kernels: &[&Kernel], steps: &Range<usize>) -> Vec<u32> {
        let mut local: Vec<u32> = kernels.iter().flat_map(|k| k.buffers()).collect();
        local.sort_unstable();
        local.dedup();
        local.retain(|&b| {
            let (info, first) = (&program.buffers[b as usize], self.first[b as usize]);
            first >= steps.start
                && info.last_use.is_some_and(|last| last > first && last < steps.end)
                && info.donor.is_none()
                && !self.donates[b as usize]
        });
        local
    }
}
