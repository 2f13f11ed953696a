//! The log-mel spectrogram of a synthesized sound: what speech and music models hear.
//!
//! ```text
//! cargo run --release --example spectrogram -- [FILE.png]
//! ```

mod picture;

use std::error::Error;
use std::path::PathBuf;
use std::time::Instant;

use np::prelude::*;
use numfuse as np;

const RATE: f64 = 16_000.0;
const SECONDS: usize = 4;
/// Samples per window, and (below) from one window to the next.
const WINDOW: usize = 512;
const HOP: usize = 128;
const BANDS: usize = 96;

/// Three voices: a rising chirp, a tone with vibrato and its overtones, and a beat of short clicks.
fn sound() -> Array {
    let t = np::arange(SECONDS * RATE as usize, ..) / RATE;
    let chirp = np::sin(2.0 * np::pi * (200.0 * &t + 450.0 * np::square(&t)));
    let phase = 2.0 * np::pi * 440.0 * &t + 8.0 * np::sin(2.0 * np::pi * 5.0 * &t);
    let voice = np::sin(&phase) + 0.5 * np::sin(2.0 * &phase) + 0.3 * np::sin(3.0 * &phase);
    let beat = &t * 2.0 % 1.0;
    let clicks = np::exp(-beat * 60.0) * np::sin(2.0 * np::pi * 6000.0 * &t);
    0.4 * chirp + 0.3 * voice + clicks
}

/// Triangles over the frequencies of a window, evenly spaced on the mel scale (O'Shaughnessy, Speech
/// Communication, 1987): one row per band.
fn mel_bands() -> Array {
    let mel = |hertz: f64| 2595.0 * (1.0 + hertz / 700.0).log10();
    let edges = np::linspace(mel(50.0), mel(RATE / 2.0), BANDS + 2);
    let edges = (np::power(10.0, edges / 2595.0) - 1.0) * 700.0;
    let edge = |from: isize, to: isize| edges.slice(s![from..to]).slice(s![.., newaxis]);
    let (low, middle, high) = (edge(0, BANDS as isize), edge(1, BANDS as isize + 1), edge(2, BANDS as isize + 2));
    let hertz = np::fft::rfftfreq(WINDOW, 1.0 / RATE);
    let rising = (&hertz - &low) / (&middle - &low);
    let falling = (&high - &hertz) / (&high - &middle);
    np::maximum(np::minimum(rising, falling), 0.0)
}

/// Dark blue through red to yellow.
fn colours(x: &Array) -> Array {
    let channels = [1.6 * x - 0.1, 1.8 * x - 0.9, 0.25 + 1.2 * x * (1.0 - x) - 0.9 * np::power(x, 4.0)];
    (np::clip(np::stack(channels, -1), 0.0, 1.0) * 255.0).astype(np::uint8)
}

fn main() -> Result<(), Box<dyn Error>> {
    let path =
        std::env::args().nth(1).map_or_else(|| PathBuf::from("target/spectrogram/spectrogram.png"), PathBuf::from);
    let samples = sound();
    samples.eval()?;
    let start = Instant::now();
    let frames = (samples.size() - WINDOW) / HOP + 1;
    // Overlapping windows by index: nothing of this size is stored before it is multiplied.
    let index = np::arange(frames, ..).reshape([frames, 1]) * HOP + np::arange(WINDOW, ..);
    let hann = 0.5 - 0.5 * np::cos(2.0 * np::pi * np::arange(WINDOW, ..) / WINDOW as f64);
    let spectrum = np::fft::rfft(np::take(&samples, index, ..) * hann, ..);
    let power = np::square(np::abs(spectrum)) / WINDOW as f64;
    let bands = np::matmul(power, mel_bands().t());
    let decibels = np::log10(np::maximum(bands, 1e-8)) * 10.0;
    let story = decibels.explain();
    decibels.eval()?;
    let took = start.elapsed();

    println!("{SECONDS} s of sound, {frames} windows of {WINDOW} samples, {BANDS} mel bands in {took:.1?}");
    for line in story.lines().filter(|l| l.starts_with("kernel ") && l.contains("reads") || l.starts_with("host call"))
    {
        println!("  {line}");
    }
    let top = decibels.max(..);
    let x = np::clip((&decibels - &top) / 70.0 + 1.0, 0.0, 1.0);
    // Low bands at the bottom, each 4 pixels high and each window 2 pixels wide.
    let (rows, columns) = (np::arange(BANDS * 4, ..) / 4, np::arange(frames * 2, ..) / 2);
    let image = np::take(np::take(np::flip(x.t(), 0), rows.astype(np::int64), 0), columns.astype(np::int64), 1);
    picture::write_png(&path, &colours(&image))?;
    println!("loudest band: {:.1} dB; picture in {}", top.item::<f64>()?, path.display());
    Ok(())
}
