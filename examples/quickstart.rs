//! A first look: build an expression, evaluate it, read what was compiled, and time it.
//!
//! ```text
//! cargo run --release --example quickstart
//! ```

use std::time::{Duration, Instant};

use np::prelude::*;
use numfuse as np;

/// How badly a line through (0, 1) fits: the mean Huber loss, which forgives outliers (P. Huber,
/// "Robust Estimation of a Location Parameter", Annals of Mathematical Statistics 35, 1964).
fn loss(t: &Array, y: &Array, slope: f64) -> Array {
    let distance = np::abs(y - (slope * t + 1.0));
    let near = 0.5 * &distance * &distance;
    let far = 0.5 * (&distance - 0.25);
    np::mean(np::where_(np::less(&distance, 0.5), near, far), ..)
}

/// The best time of several runs, and how many kernels one run takes.
fn measure(run: impl Fn() -> np::Result<np::NdArray>) -> np::Result<(Duration, u64)> {
    const RUNS: u64 = 15;
    let before = np::statistics().kernel_runs;
    let mut best = Duration::MAX;
    for _ in 0..RUNS {
        let start = Instant::now();
        run()?;
        best = best.min(start.elapsed());
    }
    Ok((best, (np::statistics().kernel_runs - before) / RUNS))
}

fn main() -> np::Result<()> {
    const N: usize = 4_000_000;
    println!("1. Measured: {N} samples of a line of unknown slope, every fiftieth an outlier.\n");
    let t = np::linspace(0.0, 10.0, N);
    let outlier = np::equal(np::arange(N, ..) % 50, 0);
    let y = 0.7 * &t + 1.0 + 0.2 * np::sin(1e4 * &t) + np::where_(outlier, 25.0, 0.0);
    np::eval([&t, &y])?;
    println!("t = {t}");
    println!("y = {y}\n");

    println!("2. How well does a slope of 0.5 fit? Calling NumPy's functions builds an expression:\n");
    let misfit = loss(&t, &y, 0.5);
    println!("{misfit:?}\n");
    let explanation = misfit.explain();
    println!("Asking for its value compiles it to a loop and runs that: {:.6}\n", misfit.item::<f64>()?);

    println!("3. What was compiled, as `misfit.explain()` tells it:\n\n{explanation}");

    println!("4. Another slope is another number in the same code, so nothing is compiled again:\n");
    let before = np::statistics().kernels_compiled;
    let mut best = (f64::INFINITY, 0.0);
    for step in 0..=20 {
        let slope = 0.05 * f64::from(step);
        let misfit = loss(&t, &y, slope).item::<f64>()?;
        if misfit < best.0 {
            best = (misfit, slope);
        }
        if step % 2 == 0 {
            println!("slope {slope:.2}  loss {misfit:.6}  {}", "#".repeat((misfit * 40.0) as usize));
        }
    }
    println!("best: slope {:.2}, loss {:.6}", best.1, best.0);
    println!("kernels compiled on the way: {}\n", np::statistics().kernels_compiled - before);

    println!("5. Fused against op by op, {} thread(s), best of 15:\n", np::threads());
    let (eager, eager_kernels) = measure(|| np::eager(|| loss(&t, &y, 0.5).eval()))?;
    let (fused, fused_kernels) = measure(|| loss(&t, &y, 0.5).eval())?;
    println!("eager {eager:10.2?} in {eager_kernels:2} kernels, an array of {N} for every intermediate result");
    println!("fused {fused:10.2?} in {fused_kernels:2} kernels, nothing stored but the answer");
    println!("{:.1} times as fast", eager.as_secs_f64() / fused.as_secs_f64());
    Ok(())
}
