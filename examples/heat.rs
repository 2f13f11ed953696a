//! Heat spreads over a plate: two hot bars, a cold disc, insulated edges. Writes a PNG per frame.
//!
//! ```text
//! cargo run --release --example heat -- [FOLDER] [SIDE] [FRAMES]
//! ```
//!
//! Explicit Euler steps of the heat equation on the five-point stencil, which is stable while the
//! step is at most h²/4 (W. H. Press et al., Numerical Recipes, 20.2).

mod picture;

use std::error::Error;
use std::path::PathBuf;
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};
use np::prelude::*;
use numfuse as np;

const STEPS_PER_FRAME: usize = 50;
/// Diffusivity times time step over h².
const MOBILITY: f64 = 0.24;

/// The plate with its edge rows and columns repeated: no heat flows through an insulated edge.
fn with_edges(u: &Array) -> Array {
    let tall = np::concatenate([u.slice(s![..1, ..]), u.clone(), u.slice(s![-1.., ..])], 0);
    np::concatenate([tall.slice(s![.., ..1]), tall.clone(), tall.slice(s![.., -1..])], 1)
}

/// One time step; where `held` is true the temperature stays.
fn step(u: &Array, held: &Array) -> Array {
    let p = with_edges(u);
    let around =
        p.slice(s![..-2, 1..-1]) + p.slice(s![2.., 1..-1]) + p.slice(s![1..-1, ..-2]) + p.slice(s![1..-1, 2..]);
    np::where_(held, u, u + MOBILITY * (around - 4.0 * u))
}

/// Temperatures 0 to 1 from black over red and yellow to white.
fn colours(u: &Array) -> Array {
    let channels = [0.0, 1.0, 2.0].map(|c| np::clip(3.0 * u - c, 0.0, 1.0));
    (np::stack(channels, -1) * 255.0).astype(np::uint8)
}

/// Row and column coordinates of the plate, from 0 to 1.
fn coordinates(side: usize) -> (Array, Array) {
    let axis = np::linspace(0.0, 1.0, side);
    (axis.slice(s![.., newaxis]), axis.slice(s![newaxis, ..]))
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let folder = words.next().map_or_else(|| PathBuf::from("target/heat"), PathBuf::from);
    let side: usize = words.next().map_or(Ok(256), |word| word.parse())?;
    let frames: usize = words.next().map_or(Ok(60), |word| word.parse())?;

    let (y, x) = coordinates(side);
    let bar = |at: f64| np::less(np::abs(&y - at), 0.02) & np::less(np::abs(&x - 0.5), 0.35);
    let disc = np::less(np::square(&y - 0.5) + np::square(&x - 0.5), 0.01);
    let hot = bar(0.2) | bar(0.8);
    let held = &hot | disc;
    let mut u = np::where_(&hot, 1.0, 0.0);
    np::eval([&u, &held])?;

    let step = np::compile(|[u, held]| step(&u, &held));
    let progress = ProgressBar::new(frames as u64)
        .with_style(ProgressStyle::with_template("{bar:40} frame {pos}/{len}, {per_sec}, {eta} to go: {msg}")?);
    let start = Instant::now();
    let mut history = Vec::new();
    for frame in 0..frames {
        picture::write_png(&folder.join(format!("{frame:04}.png")), &colours(&u))?;
        history.push(np::mean(&u, ..).item::<f64>()?);
        progress.set_message(format!("mean temperature {:.4}", history[frame]));
        progress.inc(1);
        for _ in 0..STEPS_PER_FRAME {
            u = step.call([&u, &held])?;
        }
    }
    progress.finish();

    println!("mean temperature over time:");
    for (frame, mean) in history.iter().enumerate().step_by(frames.div_ceil(10).max(1)) {
        println!("  frame {frame:4}  {mean:.4}  {}", "#".repeat((mean * 60.0) as usize));
    }
    // Along the middle row: cold in the disc, warmer towards the insulated sides.
    let row = u.slice(s![side / 2, ..;(side as isize / 8).max(1)]);
    println!("along the middle row: {}", np::round(row, 3));
    let cells = (side * side * frames * STEPS_PER_FRAME) as f64;
    let took = start.elapsed();
    println!("{:.0} million cells per second, pictures included", cells / took.as_secs_f64() / 1e6);
    println!("{} frames in {}", frames, folder.display());
    Ok(())
}
