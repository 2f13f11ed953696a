//! Measures the largest errors of the vectorized functions, as compiled.
//!
//! ```text
//! cargo run --release --example accuracy -- [--only exp,tan] [--dtypes f32,f64] [--every 1] [--count 100000000]
//! ```
//!
//! `float32` functions of one argument are run over all 2^32 arguments (or one of every `--every`);
//! everything else over `--count` arguments: random bits, numbers of ordinary size, neighbours of 0, 1 and the
//! ends of ranges, of multiples of π/2 and of powers of two. `float64` results are compared with pxfm's, correctly
//! rounded but for rare ties: the distance in floats, so the error in units of the last place is at most ½ more.
//! `float32` results are compared with the `float64` ones, which are 2^28 times as exact, in units of the exact
//! result's last place.

use std::error::Error;

use np::prelude::*;
use numfuse as np;

const CHUNK: usize = 1 << 18;

#[derive(Clone, Copy)]
enum Function {
    One(fn(&Array) -> Array, fn(f64) -> f64),
    Two(fn(&Array, &Array) -> Array, fn(f64, f64) -> f64),
}

macro_rules! functions {
    ($($name:ident $kind:ident($oracle:expr, $($arg:ident)*);)*) => {
        &[$((stringify!($name), Function::$kind(|$($arg),*| np::$name($($arg),*), $oracle))),*]
    };
}

/// `copysign` mends zeros that pxfm 0.1 gives the wrong sign.
const FUNCTIONS: &[(&str, Function)] = functions! {
    exp One(|x| normal_or(pxfm::f_exp(x), x.exp()), x);
    exp2 One(|x| normal_or(pxfm::f_exp2(x), x.exp2()), x);
    expm1 One(pxfm::f_expm1, x);
    log One(pxfm::f_log, x);
    log2 One(pxfm::f_log2, x);
    log10 One(pxfm::f_log10, x);
    log1p One(pxfm::f_log1p, x);
    sin One(pxfm::f_sin, x);
    cos One(pxfm::f_cos, x);
    tan One(pxfm::f_tan, x);
    arcsin One(pxfm::f_asin, x);
    arccos One(pxfm::f_acos, x);
    arctan One(pxfm::f_atan, x);
    sinh One(|x| pxfm::f_sinh(x).copysign(x), x);
    cosh One(pxfm::f_cosh, x);
    tanh One(pxfm::f_tanh, x);
    arcsinh One(|x| pxfm::f_asinh(x).copysign(x), x);
    arccosh One(pxfm::f_acosh, x);
    arctanh One(|x| pxfm::f_atanh(x).copysign(x), x);
    cbrt One(pxfm::f_cbrt, x);
    arctan2 Two(|y, x| pxfm::f_atan2(y, x).copysign(y), y x);
    power Two(f64::powf, x y);
    hypot Two(pxfm::f_hypot, x y);
};

/// The oracle's result, or the system's where that is subnormal: pxfm 0.1 is wrong there.
fn normal_or(oracle: f64, system: f64) -> f64 {
    if system.abs() < f64::MIN_POSITIVE { system } else { oracle }
}

/// SplitMix64 (Steele, Lea and Flood, 2014).
struct Random(u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * 2f64.powi(-53)
    }

    fn argument(&mut self, single: bool) -> f64 {
        let sign = if self.bits() & 1 == 0 { 1.0 } else { -1.0 };
        match self.bits() % 8 {
            0 if single => f32::from_bits(self.bits() as u32).into(),
            0 => f64::from_bits(self.bits()),
            1 => sign * (self.unit() * 80.0 - 60.0).exp2(),
            2 => self.unit() * 2.0 - 1.0,
            3 => self.unit() * 20.0 - 10.0,
            4 => 1.0 + (self.unit() - 0.5) * (-50.0 * self.unit()).exp2(),
            5 => (self.unit() - 0.5) * 1500.0,
            6 => {
                let turn = (self.unit() * (self.unit() * 24.0).exp2()).floor() * std::f64::consts::FRAC_PI_2;
                sign * turn * (1.0 + (self.unit() - 0.5) * (-52.0 * self.unit()).exp2())
            }
            _ => sign * (self.unit() * 2000.0 - 1000.0).floor().exp2() * (1.0 + (-52.0 * self.unit()).exp2()),
        }
    }
}

/// The largest error so far, and where it was.
#[derive(Clone, Default)]
struct Worst {
    error: f64,
    at: Vec<f64>,
    wrong: u64,
    seen: u64,
}

/// The distance of a result from the exact one; infinite if NaN or the sign of a zero is wrong.
fn error(single: bool, got: f64, exact: f64) -> f64 {
    if got.is_nan() || exact.is_nan() {
        return if got.is_nan() && exact.is_nan() { 0.0 } else { f64::INFINITY };
    }
    if got == 0.0 && exact == 0.0 {
        return if got.is_sign_negative() == exact.is_sign_negative() { 0.0 } else { f64::INFINITY };
    }
    if !single {
        let order = |x: f64| if x.is_sign_negative() { -(x.abs().to_bits() as i64) } else { x.to_bits() as i64 };
        return order(got).abs_diff(order(exact)) as f64;
    }
    // Infinity stands for the first number that is too large.
    let finite = |x: f64| x.clamp(-2f64.powi(128), 2f64.powi(128));
    let exponent = ((exact.abs().to_bits() >> 52) as i32 - 1023).clamp(-126, 127);
    (finite(got) - finite(exact)).abs() * 2f64.powi(23 - exponent)
}

fn array(single: bool, values: &[f64]) -> Array {
    if single { Array::from_vec(values.iter().map(|&x| x as f32).collect()) } else { Array::from_vec(values.to_vec()) }
}

/// Compares one chunk of arguments, given as they are after rounding to the dtype.
fn compare(function: Function, single: bool, args: &[Vec<f64>], worst: &mut Worst) -> np::Result<()> {
    let run = |single| match function {
        Function::One(f, _) => f(&array(single, &args[0])),
        Function::Two(f, _) => f(&array(single, &args[0]), &array(single, &args[1])),
    };
    let got = run(single).astype(np::float64).to_vec::<f64>()?;
    let exact: Vec<f64> = match function {
        _ if single => run(false).to_vec()?,
        Function::One(_, oracle) => args[0].iter().map(|&x| oracle(x)).collect(),
        Function::Two(_, oracle) => args[0].iter().zip(&args[1]).map(|(&x, &y)| oracle(x, y)).collect(),
    };
    for (i, (&got, &exact)) in got.iter().zip(&exact).enumerate() {
        worst.seen += 1;
        // Nearly always: the correctly rounded result.
        if single && got != 0.0 && got == f64::from(exact as f32) {
            continue;
        }
        let error = error(single, got, exact);
        worst.wrong += u64::from(error > 0.5);
        if error > worst.error {
            (worst.error, worst.at) = (error, args.iter().map(|list| list[i]).collect());
        }
    }
    Ok(())
}

/// Measures a function; threads take turns with chunks of arguments.
fn measure(function: Function, single: bool, every: u64, count: u64) -> np::Result<Worst> {
    let exhaustive = single && matches!(function, Function::One(..));
    let total = if exhaustive { (1 << 32) / every } else { count };
    let chunks = total.div_ceil(CHUNK as u64);
    let next = std::sync::atomic::AtomicU64::new(0);
    let work = || -> np::Result<Worst> {
        let mut worst = Worst::default();
        loop {
            let chunk = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            if chunk >= chunks {
                return Ok(worst);
            }
            let first = chunk * CHUNK as u64;
            let length = (total - first).min(CHUNK as u64);
            let mut random = Random(chunk);
            let arity = if matches!(function, Function::One(..)) { 1 } else { 2 };
            let mut args = vec![Vec::with_capacity(length as usize); arity];
            for i in first..first + length {
                for list in &mut args {
                    let x =
                        if exhaustive { f32::from_bits((i * every) as u32).into() } else { random.argument(single) };
                    // One NaN is as good as another, but for signalling ones, on which libraries differ.
                    let x: f64 = if x.is_nan() { f64::NAN } else { x };
                    list.push(if single { (x as f32).into() } else { x });
                }
            }
            np::with_threads(1, || compare(function, single, &args, &mut worst))?;
        }
    };
    let parts = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..np::threads()).map(|_| scope.spawn(work)).collect();
        threads.into_iter().map(|t| t.join()).collect::<Vec<_>>()
    });
    let mut all = Worst::default();
    for part in parts {
        let part = part.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        all.seen += part.seen;
        all.wrong += part.wrong;
        if part.error > all.error {
            (all.error, all.at) = (part.error, part.at);
        }
    }
    Ok(all)
}

fn main() -> Result<(), Box<dyn Error>> {
    let (mut only, mut dtypes, mut every, mut count) = (None, "f32,f64".to_string(), 1, 100_000_000);
    let mut words = std::env::args().skip(1);
    while let Some(flag) = words.next() {
        let value = words.next().ok_or_else(|| format!("{flag} needs a value"))?;
        match flag.as_str() {
            "--only" => only = Some(value),
            "--dtypes" => dtypes = value,
            "--every" => every = value.parse::<u64>()?.max(1),
            "--count" => count = value.parse()?,
            _ => return Err(format!("unknown flag {flag}").into()),
        }
    }
    println!("| function | dtype | arguments | largest error | at | not correctly rounded |");
    println!("| --- | --- | --- | --- | --- | --- |");
    for &(name, function) in FUNCTIONS {
        if only.as_ref().is_some_and(|list| !list.split(',').any(|n| n == name)) {
            continue;
        }
        for dtype in dtypes.split(',') {
            let worst = measure(function, dtype == "f32", every, count)?;
            let at: Vec<String> = worst.at.iter().map(|x| format!("{x:e}")).collect();
            let share = 100.0 * worst.wrong as f64 / worst.seen.max(1) as f64;
            let (seen, error) = (worst.seen, worst.error);
            println!("| `{name}` | {dtype} | {seen} | {error:.3} | {} | {share:.2} % |", at.join(", "));
        }
    }
    Ok(())
}
