//! The story of an evaluation, as text: what `explain` and `NUMFUSE_DUMP` show.

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use numfuse_ir::fuse::Fusion;
use numfuse_ir::kernel::{Inst, Loop};
use numfuse_ir::program::{DimKind, Form, Kernel, Program, Step};
use numfuse_ir::{Graph, NodeId, lower::kernels, passes, print};

use super::{cache, config, launch, work};
use crate::{cranelift, native};

/// A view of an evaluation on its way from graph to machine code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// The graph as it was built.
    Graph,
    /// Each pass that changed something: the rules that fired and the graph after it.
    Passes,
    /// Which nodes share a kernel, what each kernel moves, and why fusion stopped.
    Fused,
    /// The loops, as kernel IR.
    Kernel,
    /// The loops, as Cranelift IR.
    Clif,
    /// The loops, as machine code.
    Asm,
    /// The optimized graph in DOT, nodes grouped by kernel.
    Dot,
    /// The same as a self-contained HTML page.
    Html,
}

impl Stage {
    /// Every stage with its name in `NUMFUSE_DUMP`.
    pub const ALL: [(&'static str, Stage); 8] = [
        ("graph", Stage::Graph),
        ("passes", Stage::Passes),
        ("fused", Stage::Fused),
        ("kernel", Stage::Kernel),
        ("clif", Stage::Clif),
        ("asm", Stage::Asm),
        ("dot", Stage::Dot),
        ("html", Stage::Html),
    ];

    /// The stage of a name.
    pub fn parse(name: &str) -> Option<Stage> {
        Self::ALL.iter().find(|(n, _)| *n == name).map(|(_, s)| *s)
    }
}

/// One stage of a graph as text. Does not compile, except for `Clif` and `Asm`.
pub fn dump(graph: &Graph, stage: Stage) -> String {
    if stage == Stage::Graph {
        return print::graph(graph);
    }
    let mut rewrites = String::new();
    let optimized = passes::optimize(graph.clone(), |pass, fired, after| {
        let rules: Vec<String> = fired.0.iter().map(|(rule, n)| format!("{rule} ×{n}")).collect();
        let _ = writeln!(rewrites, "-- {pass}: {}\n{}", rules.join(", "), print::graph(after));
    });
    if stage == Stage::Passes {
        return if rewrites.is_empty() { "-- no pass changed the graph\n".into() } else { rewrites };
    }
    let optimized = kernels::store_generated_outputs(&optimized);
    let fusion = Fusion::new(&optimized);
    let program = kernels::program_of(&optimized, &fusion);
    let loops = |text: &dyn Fn(&Loop) -> String| {
        let mut out = String::new();
        for (k, kernel) in program.kernels.iter().enumerate() {
            let _ = writeln!(out, "-- kernel {k}\n{}", text(&kernel.code));
        }
        out
    };
    let mut kernel_of = vec![None; optimized.len()];
    for (k, kernel) in program.kernels.iter().enumerate() {
        kernel.nodes.iter().for_each(|id| kernel_of[id.index()] = Some(k));
    }
    let cluster = |id: NodeId| kernel_of[id.index()];
    match stage {
        Stage::Graph | Stage::Passes => rewrites,
        Stage::Fused => fused(&optimized, &program),
        Stage::Kernel => loops(&print::kernel),
        Stage::Clif => loops(&|l| cranelift::clif(l).unwrap_or_else(|e| e.to_string())),
        Stage::Asm => loops(&|l| native::asm(l, config::backend()).unwrap_or_else(|e| e.to_string())),
        Stage::Dot => print::dot(&optimized, Some(&cluster)),
        Stage::Html => print::html("numfuse", &optimized, Some(&cluster)),
    }
}

/// The kernels of a program over its graph.
fn fused(graph: &Graph, program: &Program) -> String {
    let mut out = String::new();
    let _ = write!(out, "{}", print::graph(graph));
    let names = print::names(graph);
    let name = |id: NodeId| names[id.index()].as_deref().unwrap_or("?");
    for step in &program.steps {
        match *step {
            Step::Kernel(k) => {
                let kernel = &program.kernels[k];
                let _ = writeln!(out, "kernel {k}: {}", describe(kernel));
                let nodes: Vec<&str> = in_order(kernel).map(name).collect();
                let _ = writeln!(out, "  nodes  {}", nodes.join(" "));
            }
            Step::Host(k) => {
                let call = &program.hosts[k];
                let nodes: Vec<&str> = call.nodes.iter().map(|&id| name(id)).collect();
                let _ = writeln!(out, "host call {k}: {}\n  nodes  {}", call.call.op.name(), nodes.join(" "));
            }
        }
    }
    for stage in program.stages.iter().filter(|stage| stage.slabs > 1) {
        let kernels: Vec<String> = program.steps[stage.steps.clone()]
            .iter()
            .filter_map(|step| match step {
                Step::Kernel(k) => Some(k.to_string()),
                Step::Host(_) => None,
            })
            .collect();
        let _ =
            write!(out, "kernels {} together: {} slabs of {}", kernels.join(" "), stage.slabs, human(stage.slab_bytes));
        let local: Vec<&str> = stage.local.iter().map(|&b| name(program.buffers[b as usize].node)).collect();
        let _ = if local.is_empty() {
            writeln!(out)
        } else {
            writeln!(out, ", which is all there is of {}", local.join(" "))
        };
    }
    let temporaries: Vec<_> = program.buffers.iter().filter(|b| b.last_use.is_some()).collect();
    let bytes: usize = temporaries.iter().filter(|b| b.donor.is_none()).map(|b| b.bytes).sum();
    let _ = writeln!(out, "temporaries: {} ({})", temporaries.len(), human(bytes));
    for info in &program.buffers {
        if let Some(donor) = info.donor {
            let giver = program.buffers[donor as usize].node;
            let _ = writeln!(out, "  {} takes over the memory of {}", name(info.node), name(giver));
        }
    }
    for (user, operand, why) in &program.stops {
        let _ = writeln!(out, "not fused: {} into {}: {why}", name(*operand), name(*user));
    }
    out
}

fn in_order(kernel: &Kernel) -> impl Iterator<Item = NodeId> {
    let mut nodes = kernel.nodes.clone();
    nodes.sort_unstable();
    nodes.dedup();
    nodes.into_iter()
}

/// One line: what a kernel runs over, moves and computes.
fn describe(kernel: &Kernel) -> String {
    let dims: Vec<String> = kernel
        .dims
        .iter()
        .map(|d| format!("{}{}", d.size, if d.kind == DimKind::Sequential { "s" } else { "" }))
        .collect();
    let form = match kernel.form {
        Form::Map if kernel.code.scans.is_empty() && !kernel.scan_in_memory => "map",
        Form::Map => "scan",
        Form::Lanes => "reduce in lanes",
        Form::Memory => "reduce in memory",
    };
    let (read, written) = kernel.traffic();
    let packed = kernel.bindings.iter().filter(|b| b.packed.is_some()).count();
    let packs = if packed > 0 { format!(", transposes {packed} operand(s) tile by tile") } else { String::new() };
    format!(
        "{form} [{}], reads {}, writes {}, {} flops per point{packs}",
        dims.join(" "),
        human(read),
        human(written),
        flops(&kernel.code)
    )
}

/// Arithmetic instructions per point; a routine call counts as 20.
pub fn flops(code: &Loop) -> u32 {
    code.body
        .insts()
        .map(|(_, inst, _)| match inst {
            Inst::Fma(..) => 2,
            Inst::Unary(..) | Inst::Binary(..) | Inst::Compare(..) | Inst::Select(..) | Inst::Convert(_) => 1,
            Inst::Call(..) | Inst::CallWhere(..) => 20,
            _ => 0,
        })
        .sum()
}

/// Bytes for people.
fn human(bytes: usize) -> String {
    match bytes {
        0..=9_999 => format!("{bytes} B"),
        10_000..=9_999_999 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

/// Everything a user wants to know about an evaluation before it runs: the graph, what the passes
/// did, the kernels with their traffic, tiles and threads, and whether their code is cached.
pub fn explain(graph: &Graph) -> String {
    let mut out = format!("graph ({} nodes)\n{}\n", graph.len(), print::graph(graph));
    let optimized = passes::optimize(graph.clone(), |pass, fired, _| {
        for (rule, n) in &fired.0 {
            let _ = writeln!(out, "pass {pass}: {rule} ×{n}");
        }
    });
    let optimized = kernels::store_generated_outputs(&optimized);
    let program = kernels::program_of(&optimized, &Fusion::new(&optimized));
    let _ = writeln!(out, "\nkernels\n{}", fused(&optimized, &program));
    for (k, kernel) in program.kernels.iter().enumerate() {
        let known = cache::is_cached(&kernel.code);
        let start = std::time::Instant::now();
        match cache::code(&kernel.code, config::backend()) {
            Ok(code) => {
                let took = start.elapsed();
                let bytes = code.size();
                let launch = launch::Launch::new(kernel.clone(), code);
                let threads = work::thread_count(&launch);
                let tiles = work::tile_count(&launch, threads);
                let cached = if known { "cached".into() } else { format!("compiled in {} µs", took.as_micros()) };
                let _ =
                    writeln!(out, "kernel {k}: {bytes} B of code, {cached}; {tiles} tile(s) on {threads} thread(s)");
            }
            Err(e) => {
                let _ = writeln!(out, "kernel {k}: {e}");
            }
        }
    }
    out
}

/// Writes the stages that `NUMFUSE_DUMP` names: to `NUMFUSE_DUMP_DIR`, or to standard error.
pub(super) fn dump_if_asked(graph: &Graph) {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let Ok(wanted) = std::env::var("NUMFUSE_DUMP") else { return };
    let number = NUMBER.fetch_add(1, Relaxed);
    let dir = std::env::var_os("NUMFUSE_DUMP_DIR");
    for name in wanted.split(',').map(str::trim).filter(|n| !n.is_empty()) {
        let Some(stage) = Stage::parse(name) else {
            eprintln!("numfuse: NUMFUSE_DUMP has no stage `{name}`");
            continue;
        };
        let text = dump(graph, stage);
        match &dir {
            Some(dir) => {
                let ending = if matches!(stage, Stage::Html | Stage::Dot) { name } else { "txt" };
                let path = std::path::Path::new(dir).join(format!("{number:04}-{name}.{ending}"));
                let written = std::fs::create_dir_all(dir)
                    .and_then(|()| std::fs::File::create(&path))
                    .and_then(|mut f| f.write_all(text.as_bytes()));
                if let Err(e) = written {
                    eprintln!("numfuse: cannot write {}: {e}", path.display());
                }
            }
            None => eprintln!("== {name} {number}\n{text}"),
        }
    }
}
