//! Draws the Mandelbrot set.
//!
//! ```text
//! cargo run --release --example mandelbrot -- [FILE.png] [WIDTH] [ITERATIONS]
//! ```

mod picture;

use std::error::Error;
use std::path::PathBuf;
use std::time::Instant;

use np::prelude::*;
use numfuse as np;

/// Iterations per evaluation: one kernel of this many steps keeps z in registers.
const UNROLL: usize = 10;
/// Beyond this |z|² a point has escaped. Large, so that the smooth count below is smooth.
const BAILOUT: f64 = 256.0;

/// `UNROLL` steps of z² + c. Points that have escaped stay where they are and stop counting.
fn advance([cx, cy, x, y, count]: [Array; 5]) -> [Array; 3] {
    let (mut x, mut y, mut count) = (x, y, count);
    for _ in 0..UNROLL {
        let (xx, yy) = (&x * &x, &y * &y);
        let inside = np::less_equal(&xx + &yy, BAILOUT);
        let (next_x, next_y) = (xx - yy + &cx, 2.0 * &x * &y + &cy);
        x = np::where_(&inside, next_x, x);
        y = np::where_(&inside, next_y, y);
        count += inside;
    }
    [x, y, count]
}

/// Colours of a smooth iteration count: a cosine palette (I. Quilez, "Procedural color palette").
fn colours(x: &Array, y: &Array, count: &Array, iterations: usize) -> Array {
    // The count at which |z|² passes the bailout, if it could be passed between two iterations.
    let overshoot = np::log2(np::log2(x * x + y * y) / BAILOUT.log2());
    let smooth = np::sqrt(np::maximum(count - overshoot, 0.0)) * 0.15;
    let escaped = np::less(count, iterations);
    let channels = [0.0, 0.1, 0.25].map(|phase| 0.5 - 0.5 * np::cos(2.0 * np::pi * (&smooth + phase)));
    let rgb = np::stack(channels.map(|c| np::where_(&escaped, c, 0.0)), -1);
    (rgb * 255.0).astype(np::uint8)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let path = words.next().map_or_else(|| PathBuf::from("target/mandelbrot/mandelbrot.png"), PathBuf::from);
    let width: usize = words.next().map_or(Ok(1200), |word| word.parse())?;
    let iterations: usize = words.next().map_or(Ok(500), |word| word.parse())?;
    let rounds = iterations.div_ceil(UNROLL);
    let height = width * 2 / 3;

    let start = Instant::now();
    // A row of real parts and a column of imaginary parts, broadcast against each other.
    let re = np::linspace(-2.25, 0.75, width);
    let im = np::linspace(1.0, -1.0, height).slice(s![.., newaxis]);
    let zero = np::zeros([height, width], ..);
    let (cx, cy) = (&zero + re, &zero + im);
    np::eval([&zero, &cx, &cy])?;

    let advance = np::compile(advance);
    let [mut x, mut y, mut count] = [zero.clone(), zero.clone(), zero];
    for round in 0..rounds {
        [x, y, count] = advance.call([&cx, &cy, &x, &y, &count])?;
        if round.is_power_of_two() {
            let steps = (round + 1) * UNROLL;
            let left = np::mean(np::equal(&count, steps as f64), ..).item::<f64>()?;
            println!("after {steps:5} iterations {:6.2} % of the points are left", left * 100.0);
        }
    }
    let computed = start.elapsed();
    picture::write_png(&path, &colours(&x, &y, &count, rounds * UNROLL))?;

    let inside = np::mean(np::equal(&count, (rounds * UNROLL) as f64), ..).item::<f64>()?;
    println!("area of the set: about {:.4} (1.5066 in the limit)", inside * 3.0 * 2.0);
    let rate = (width * height * rounds * UNROLL) as f64 / computed.as_secs_f64() / 1e6;
    println!("{width} x {height}, {} iterations: {computed:.2?}, {rate:.0} million per second", rounds * UNROLL);
    println!("{} (drawn in {:.2?})", path.display(), start.elapsed() - computed);
    Ok(())
}
