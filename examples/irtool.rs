//! Reads a graph from a dump, runs passes over it, verifies, prints any stage, and can run it: a
//! compiler bug is one text file.
//!
//! ```text
//! irtool [FILE] [--pass NAME]… [--show STAGE]… [--run] [--list]
//! ```
//!
//! Without `--pass`, the whole pipeline runs. Without a file, a small built-in graph is used. A dump
//! comes from `NUMFUSE_DUMP=graph NUMFUSE_DUMP_DIR=dumps`, or from `Array::explain`.

use std::process::ExitCode;

use numfuse_backends::runtime::{self, Concrete, Stage};
use numfuse_ir::passes::{Fired, PIPELINE};
use numfuse_ir::{DType, Element, Graph, Op, Scalar, dispatch, parse, print, verify};

/// exp(-(x - 0)² / 2) over every second element, summed: something for each kind of pass.
const SAMPLE: &str = "\
A: f64[1000] = input 0 strides(1)
B: f64[] = param 0
C: f64[1000] = multiply(A, A)
D: f64[1000] = positive(C)
E: f64[1000] = multiply(D, B)
F: f64[1000] = exp(E)
G: f64[500] = slice(F; 0:+2)
H: f64[] = sum(G; axes 0)
outputs H
";

struct Options {
    file: Option<String>,
    passes: Vec<String>,
    stages: Vec<Stage>,
    run: bool,
    list: bool,
}

fn options() -> Result<Options, String> {
    let mut options = Options { file: None, passes: vec![], stages: vec![], run: false, list: false };
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut value = |what: &str| args.next().ok_or(format!("{arg} needs {what}"));
        match arg.as_str() {
            "--pass" => options.passes.push(value("the name of a pass")?),
            "--show" => {
                let name = value("a stage")?;
                let stage = Stage::parse(&name).ok_or(format!("there is no stage `{name}`; see --list"))?;
                options.stages.push(stage);
            }
            "--run" => options.run = true,
            "--list" => options.list = true,
            flag if flag.starts_with('-') => return Err(format!("unknown option {flag}")),
            file => options.file = Some(file.into()),
        }
    }
    Ok(options)
}

fn main() -> ExitCode {
    match options().and_then(|o| tool(&o)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("irtool: {e}");
            ExitCode::FAILURE
        }
    }
}

fn tool(options: &Options) -> Result<(), String> {
    if options.list {
        println!("passes:");
        PIPELINE.iter().for_each(|p| println!("  {:10} {}", p.name, p.about));
        let stages: Vec<&str> = Stage::ALL.iter().map(|(name, _)| *name).collect();
        println!("stages: {}", stages.join(" "));
        return Ok(());
    }
    let text = match &options.file {
        Some(file) => std::fs::read_to_string(file).map_err(|e| format!("{file}: {e}"))?,
        None => SAMPLE.into(),
    };
    let name = options.file.as_deref().unwrap_or("sample");
    let mut graph = parse::graph(&text).map_err(|e| format!("{name}:{e}"))?;
    verify::graph(&graph).map_err(|e| format!("{name}: {e}"))?;
    println!("{name}: {} nodes, verified\n{}", graph.len(), print::graph(&graph));

    let wanted: Vec<&str> = match options.passes.as_slice() {
        [] => PIPELINE.iter().map(|p| p.name).collect(),
        names => names.iter().map(String::as_str).collect(),
    };
    for name in wanted {
        let pass = PIPELINE.iter().find(|p| p.name == name);
        let pass = pass.ok_or(format!("there is no pass `{name}`; see --list"))?;
        let mut fired = Fired::default();
        let next = (pass.run)(&graph, &mut fired);
        verify::graph(&next).map_err(|e| format!("after {name}: {e}\n{}", print::graph(&next)))?;
        if fired.0.is_empty() {
            println!("-- {name}: nothing to do");
        } else {
            let rules: Vec<String> = fired.0.iter().map(|(rule, n)| format!("{rule} ×{n}")).collect();
            println!("-- {name}: {}\n{}", rules.join(", "), print::graph(&next));
        }
        graph = next;
    }
    for &stage in &options.stages {
        println!("== {stage:?}\n{}", runtime::dump(&graph, stage));
    }
    if options.run { run(&graph) } else { Ok(()) }
}

/// Runs the graph on inputs in [0.1, 1.1) and prints how its results begin.
fn run(graph: &Graph) -> Result<(), String> {
    let mut inputs: Vec<Option<Concrete>> = Vec::new();
    let mut scalars: Vec<Option<Scalar>> = Vec::new();
    for id in graph.ids() {
        let node = graph.node(id);
        match node.op {
            Op::Input { slot, .. } => {
                let slot = slot as usize;
                inputs.resize(inputs.len().max(slot + 1), None);
                inputs[slot] = Some(fill(node.dtype, &node.shape)?);
            }
            Op::Param { slot } => {
                let slot = slot as usize;
                scalars.resize(scalars.len().max(slot + 1), None);
                scalars[slot] = Some(Scalar::new(0.5f64).cast(node.dtype));
            }
            _ => {}
        }
    }
    let inputs: Option<Vec<Concrete>> = inputs.into_iter().collect();
    let scalars: Option<Vec<Scalar>> = scalars.into_iter().collect();
    let (Some(inputs), Some(scalars)) = (inputs, scalars) else {
        return Err("inputs and params must be numbered from 0 without gaps".into());
    };
    let plan = runtime::plan(graph.clone()).map_err(|e| e.to_string())?;
    let results = plan.run(&inputs, &scalars).map_err(|e| e.to_string())?;
    for (k, result) in results.iter().enumerate() {
        let head: Vec<String> =
            (0..result.len().min(6)).filter_map(|i| Some(format!("{:?}", result.get(i)?))).collect();
        let more = if result.len() > 6 { ", …" } else { "" };
        println!("result {k}: {}{:?} = {}{more}", result.dtype, result.map.shape, head.join(", "));
    }
    Ok(())
}

fn fill(dtype: DType, shape: &[usize]) -> Result<Concrete, String> {
    // The sawtooth of the golden ratio: spread evenly, and the same on every machine.
    let value = |i: usize| Scalar::new((i as f64 * 0.618_033_988_749_894_8).fract() + 0.1).cast(dtype);
    dispatch!(dtype, T => {
        let data: Vec<T> = (0..shape.iter().product()).map(|i| <T as Element>::from_bits(value(i).bits())).collect();
        Concrete::from_vec(data, shape).map_err(|e| e.to_string())
    })
}
