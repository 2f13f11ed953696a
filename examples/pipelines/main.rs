//! Times seventeen pipelines, or single functions: fused, through `np::compile`, and op by op.
//!
//! ```text
//! cargo run --release --example pipelines -- [--threads N] [--sizes 1000,100000,10000000]
//!     [--dtypes f64,f32] [--set pipelines|functions] [--only triad,softmax_rows] [--json FILE]
//! ```
//!
//! Cells are nanoseconds per element of the input length, the best of 7 batches, every result
//! materialized. `fused` builds the expression and evaluates it each time; `compiled` calls what
//! `np::compile` made of it; `eager` runs every operation as a kernel of its own. `compile_us` is
//! the time in microseconds of a first evaluation of at most 1000 elements with cold caches.

mod pipes;

use std::error::Error;
use std::time::Instant;

use numfuse as np;
use pipes::{FUNCTIONS, PIPELINES, Pipeline, inputs};
use serde_json::json;

const BATCHES: usize = 7;
const BATCH_SECONDS: f64 = 0.03;
const COLD_LENGTH: usize = 1000;
const COLD_RUNS: usize = 3;

type Outcome<T> = Result<T, Box<dyn Error>>;

struct Args {
    threads: usize,
    sizes: Vec<usize>,
    dtypes: Vec<(String, np::DType)>,
    pipelines: Vec<Pipeline>,
    json: Option<String>,
}

fn parse(mut words: impl Iterator<Item = String>) -> Outcome<Args> {
    let mut args = Args {
        threads: np::threads(),
        sizes: vec![1_000, 100_000, 10_000_000],
        dtypes: vec![("f64".into(), np::float64), ("f32".into(), np::float32)],
        pipelines: PIPELINES.to_vec(),
        json: None,
    };
    while let Some(flag) = words.next() {
        let value = words.next().ok_or_else(|| format!("{flag} needs a value"))?;
        match flag.as_str() {
            "--threads" => args.threads = value.parse()?,
            "--sizes" => args.sizes = value.split(',').map(str::parse).collect::<Result<_, _>>()?,
            "--dtypes" => args.dtypes = value.split(',').map(dtype).collect::<Outcome<_>>()?,
            "--set" if value == "functions" => args.pipelines = FUNCTIONS.to_vec(),
            "--set" => args.pipelines = PIPELINES.to_vec(),
            "--only" => args.pipelines = value.split(',').map(pipeline).collect::<Outcome<_>>()?,
            "--json" => args.json = Some(value),
            _ => return Err(format!("unknown flag {flag}").into()),
        }
    }
    Ok(args)
}

fn dtype(name: &str) -> Outcome<(String, np::DType)> {
    match name {
        "f64" => Ok((name.into(), np::float64)),
        "f32" => Ok((name.into(), np::float32)),
        "i32" => Ok((name.into(), np::int32)),
        _ => Err(format!("unknown dtype {name}: f64, f32 or i32").into()),
    }
}

fn pipeline(name: &str) -> Outcome<Pipeline> {
    PIPELINES
        .iter()
        .chain(FUNCTIONS)
        .find(|p| p.name == name)
        .copied()
        .ok_or_else(|| format!("unknown pipeline {name}").into())
}

/// Seconds of the fastest batch, per call. Two calls warm up and a third sets the batch's length.
fn best<R>(mut call: impl FnMut() -> np::Result<R>) -> np::Result<f64> {
    call()?;
    call()?;
    let start = Instant::now();
    call()?;
    let calls = ((BATCH_SECONDS / start.elapsed().as_secs_f64().max(1e-9)) as usize).max(1);
    let mut fastest = f64::INFINITY;
    for _ in 0..BATCHES {
        let start = Instant::now();
        for _ in 0..calls {
            call()?;
        }
        fastest = fastest.min(start.elapsed().as_secs_f64() / calls as f64);
    }
    Ok(fastest)
}

/// Seconds of a first evaluation, when neither a plan nor a kernel is there yet.
fn cold(run: impl Fn() -> np::Array) -> np::Result<f64> {
    let mut fastest = f64::INFINITY;
    for _ in 0..COLD_RUNS {
        np::clear_caches();
        let start = Instant::now();
        run().eval()?;
        fastest = fastest.min(start.elapsed().as_secs_f64());
    }
    Ok(fastest)
}

fn main() -> Outcome<()> {
    let args = parse(std::env::args().skip(1))?;
    np::set_threads(args.threads);
    let mut rows = Vec::new();
    println!("# threads {}; ns per element, best of {BATCHES}", args.threads);
    println!(
        "{:17}{:6}{:>10}{:>11}{:>11}{:>11}{:>12}",
        "pipeline", "dtype", "n", "fused", "compiled", "eager", "compile_us"
    );
    for (dtype_name, dtype) in &args.dtypes {
        for &n in &args.sizes {
            let [a, b, c] = inputs(n, *dtype);
            let first = n.min(COLD_LENGTH);
            let [a0, b0, c0] = [&a, &b, &c].map(|x| x.slice(..first));
            for pipeline in &args.pipelines {
                let run = pipeline.run;
                let compile_us = cold(|| run(&a0, &b0, &c0))? * 1e6;
                let compiled = np::compile(move |[a, b, c]| run(&a, &b, &c));
                let ns = |seconds: f64| seconds * 1e9 / n as f64;
                let fused = ns(best(|| run(&a, &b, &c).eval())?);
                let compiled = ns(best(|| compiled.call([&a, &b, &c]))?);
                let eager = ns(best(|| np::eager(|| run(&a, &b, &c).eval()))?);
                println!(
                    "{:17}{dtype_name:6}{n:>10}{fused:11.4}{compiled:11.4}{eager:11.4}{compile_us:12.1}",
                    pipeline.name
                );
                rows.push(json!({
                    "pipeline": pipeline.name, "dtype": dtype_name, "n": n, "threads": args.threads,
                    "fused": fused, "compiled": compiled, "eager": eager, "compile_us": compile_us,
                }));
            }
        }
    }
    if let Some(path) = args.json {
        std::fs::write(path, serde_json::to_string_pretty(&rows)?)?;
    }
    Ok(())
}
