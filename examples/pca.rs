//! Principal components: clusters in twelve dimensions, drawn in the plane that shows them best.
//!
//! ```text
//! cargo run --release --example pca -- [FILE.png]
//! ```

mod picture;

use std::error::Error;
use std::path::PathBuf;
use std::time::Instant;

use np::prelude::*;
use numfuse as np;

const DIMENSIONS: usize = 12;
const POINTS: usize = 150;
const COLOURS: [[f64; 3]; 4] = [[0.12, 0.47, 0.71], [1.0, 0.5, 0.05], [0.17, 0.63, 0.17], [0.84, 0.15, 0.16]];
const PIXELS: usize = 480;

/// Numbers that look uniform in [0, 1): the fractional parts of large sines.
fn uniform(shape: [usize; 2], seed: f64) -> Array {
    let i = np::arange(shape[0] * shape[1], ..).astype(np::float64);
    let x = np::sin(&i * 12.9898 + seed * 78.233) * 43758.5453;
    (&x - np::floor(&x)).reshape(shape)
}

/// Normally distributed numbers, by Box and Muller's formula.
fn normal(shape: [usize; 2], seed: f64) -> Array {
    let radius = np::sqrt(-2.0 * np::log(1.0 - uniform(shape, seed)));
    radius * np::cos(2.0 * np::pi * uniform(shape, seed + 0.5))
}

/// Points around four centres, stretched by the same random map.
fn clusters() -> Array {
    let centres = normal([COLOURS.len(), DIMENSIONS], 1.0) * 2.0;
    let stretch = normal([DIMENSIONS, DIMENSIONS], 2.0) * 0.3;
    let noise = normal([COLOURS.len() * POINTS, DIMENSIONS], 3.0);
    let which = np::arange(COLOURS.len() * POINTS, ..) / POINTS as f64;
    np::take(centres, which.astype(np::int64), 0) + np::matmul(noise, stretch)
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).map_or_else(|| PathBuf::from("target/pca/pca.png"), PathBuf::from);
    let data = clusters();
    data.eval()?;
    let start = Instant::now();
    let centred = &data - data.mean(0);
    let f = np::linalg::svd(&centred, full_matrices(false));
    let shares = np::square(&f.S) / np::square(&f.S).sum(..);
    let plane = f.Vh.slice(s![..2]);
    let scores = np::matmul(&centred, plane.t());
    np::eval([&scores, &shares])?;
    println!("{} points in {DIMENSIONS} dimensions, components in {:.1?}", data.shape()[0], start.elapsed());
    for (k, share) in shares.to_vec::<f64>()?.iter().take(4).enumerate() {
        println!("  component {}: {:4.1} % of the variance", k + 1, share * 100.0);
    }

    // A pixel has the colour of a cluster if a point of it is near: one pass per cluster over all pairs of
    // pixels and points, of which nothing is stored.
    let reach = np::abs(&scores).max(..) * 1.08;
    let line = np::linspace(-1.0, 1.0, PIXELS);
    let (x, y) = ((&line * &reach).reshape([1, PIXELS, 1]), (&line * -&reach).reshape([PIXELS, 1, 1]));
    let mut image = np::ones([PIXELS, PIXELS, 3], ..);
    for (k, colour) in COLOURS.iter().enumerate() {
        let points = scores.slice(s![(k * POINTS) as isize..((k + 1) * POINTS) as isize]);
        let distance = np::square(&x - points.slice(s![.., 0])) + np::square(&y - points.slice(s![.., 1]));
        let near = np::sqrt(distance.min(-1)) * (PIXELS as f64 / 2.0) / &reach;
        // Soft edges: full colour up to 3 pixels, none from 4.
        let cover = np::clip(4.0 - near, 0.0, 1.0).reshape([PIXELS, PIXELS, 1]) * 0.85;
        image = &image + &cover * (np::Array::from_vec(colour.to_vec()) - &image);
    }
    picture::write_png(&path, &(image * 255.0).astype(np::uint8))?;
    println!("picture in {}", path.display());
    Ok(())
}
