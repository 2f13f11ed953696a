//! Prices a book of European options and its risk, and checks the prices against plain Rust.
//!
//! ```text
//! cargo run --release --example black_scholes -- [OPTIONS]
//! ```
//!
//! Formulas: F. Black and M. Scholes, "The Pricing of Options and Corporate Liabilities", Journal
//! of Political Economy 81 (1973). Normal distribution: M. Abramowitz and I. Stegun, Handbook of
//! Mathematical Functions, 26.2.17 (absolute error below 7.5e-8).

use std::error::Error;
use std::time::Instant;

use np::prelude::*;
use numfuse as np;

const RATE: f64 = 0.03;

/// Density of the standard normal distribution.
fn density(x: &Array) -> Array {
    np::exp(-0.5 * x * x) * (1.0 / (2.0 * np::pi).sqrt())
}

/// The standard normal distribution function.
fn normal(x: &Array) -> Array {
    let k = 1.0 / (1.0 + 0.2316419 * np::abs(x));
    let mut tail = 1.330274429 * &k;
    for coefficient in [-1.821255978, 1.781477937, -0.356563782, 0.319381530] {
        tail = (tail + coefficient) * &k;
    }
    let upper = density(x) * tail;
    np::where_(np::less(x, 0.0), &upper, 1.0 - &upper)
}

/// What a book is worth and how that moves.
struct Valuation {
    price: Array,
    delta: Array,
    vega: Array,
}

/// Call options on spot `s` with strike `k`, `t` years and volatility `v`.
fn calls(s: &Array, k: &Array, t: &Array, v: &Array) -> Valuation {
    let root = np::sqrt(t);
    let d1 = (np::log(s / k) + (RATE + 0.5 * v * v) * t) / (v * &root);
    let d2 = &d1 - v * &root;
    let delta = normal(&d1);
    Valuation { price: s * &delta - k * np::exp(-RATE * t) * normal(&d2), vega: s * density(&d1) * root, delta }
}

/// The same price for one option, with the distribution summed up numerically.
fn reference(s: f64, k: f64, t: f64, v: f64) -> f64 {
    let d1 = ((s / k).ln() + (RATE + 0.5 * v * v) * t) / (v * t.sqrt());
    let d2 = d1 - v * t.sqrt();
    s * reference_normal(d1) - k * (-RATE * t).exp() * reference_normal(d2)
}

/// Simpson's rule from 0 to `x`.
fn reference_normal(x: f64) -> f64 {
    const STEPS: usize = 2000;
    let h = x / STEPS as f64;
    let f = |i: usize| (-0.5 * (i as f64 * h).powi(2)).exp();
    let inner: f64 = (1..STEPS).map(|i| f(i) * if i % 2 == 1 { 4.0 } else { 2.0 }).sum();
    0.5 + (f(0) + inner + f(STEPS)) * h / 3.0 / (2.0 * np::pi).sqrt()
}

fn main() -> Result<(), Box<dyn Error>> {
    let n: usize = std::env::args().nth(1).map_or(Ok(1_000_000), |word| word.parse())?;

    println!("Call prices at spot 100, volatility 20 %: a row per strike, a column per maturity.\n");
    let strikes = np::array![80.0, 90.0, 100.0, 110.0, 120.0];
    let years = np::array![0.25, 0.5, 1.0, 2.0];
    let table = calls(&np::scalar(100.0), &strikes.slice(s![.., newaxis]), &years, &np::scalar(0.2));
    println!("{}\n", np::round(&table.price, 2));

    println!("A book of {n} options:");
    let i = np::arange(n, dtype(np::float64));
    // Irrational steps spread the book evenly over spots, strikes, maturities and volatilities.
    let spread = |step: f64, low: f64, high: f64| low + (high - low) * np::remainder(&i * step, 1.0);
    let s = spread(0.618_033_988_75, 50.0, 150.0);
    let k = spread(0.414_213_562_37, 50.0, 150.0);
    let t = spread(0.732_050_807_57, 0.1, 2.0);
    let v = spread(0.236_067_977_50, 0.1, 0.5);
    np::eval([&s, &k, &t, &v])?;

    let book = calls(&s, &k, &t, &v);
    let (value, delta, vega) = (np::sum(&book.price, ..), np::sum(&book.delta, ..), np::sum(&book.vega, ..));
    let before = np::statistics();
    let start = Instant::now();
    // One plan for three sums: the shared d1 is computed once, and no price is ever stored.
    np::eval([&value, &delta, &vega])?;
    let took = start.elapsed();
    let after = np::statistics();
    println!("  value {:16.2}", value.item::<f64>()?);
    println!("  delta {:16.2}", delta.item::<f64>()?);
    println!("  vega  {:16.2}", vega.item::<f64>()?);
    println!(
        "  {} kernel(s) run, {} compiled, {took:.2?} in all\n",
        after.kernel_runs - before.kernel_runs,
        after.kernels_compiled - before.kernels_compiled
    );

    let revalue = np::compile(|[s, k, t, v]| np::sum(calls(&s, &k, &t, &v).price, ..));
    revalue.call([&s, &k, &t, &v])?;
    let start = Instant::now();
    let mut worst = (f64::INFINITY, 0);
    for percent in -10..=10 {
        let shocked = &s * (1.0 + f64::from(percent) / 100.0);
        let change = revalue.call([&shocked, &k, &t, &v])?.item::<f64>()? - value.item::<f64>()?;
        if percent % 5 == 0 {
            println!("  spots {percent:+4} %: {change:+16.2}");
        }
        if change < worst.0 {
            worst = (change, percent);
        }
    }
    let rate = 21.0 * n as f64 / start.elapsed().as_secs_f64() / 1e6;
    println!("  worst of 21 scenarios: {:+} %, at {rate:.0} million options per second\n", worst.1);

    let shown = n.min(1000);
    let [s, k, t, v] = [&s, &k, &t, &v].map(|x| x.slice(..shown).to_vec::<f64>());
    let (s, k, t, v) = (s?, k?, t?, v?);
    let prices = book.price.slice(..shown).to_vec::<f64>()?;
    let error = (0..shown).map(|i| (prices[i] - reference(s[i], k[i], t[i], v[i])).abs()).fold(0.0, f64::max);
    println!("Largest deviation of the first {shown} prices from numerical integration: {error:.1e}");
    Ok(())
}
