//! Least times as rows of JSON, for what `against_numpy.py` times in NumPy: cases from microseconds to
//! seconds, of which a few runs must do.

use std::time::{Duration, Instant};

use numfuse as np;

/// How long a case may repeat itself.
const BUDGET: Duration = Duration::from_millis(400);
/// Runs of a case that is longer than that.
const LEAST_RUNS: usize = 2;
/// Runs of the shortest cases.
const MOST_RUNS: usize = 2000;

/// What the command line asks for.
pub struct Rows {
    family: &'static str,
    threads: Vec<usize>,
    only: Vec<String>,
}

impl Rows {
    /// From the arguments: `--threads 1,2` and words, one of which must occur in a case's name.
    pub fn new(family: &'static str) -> Rows {
        let mut rows = Rows { family, threads: vec![1], only: Vec::new() };
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--bench" => {}
                "--threads" => {
                    let list = arguments.next().unwrap_or_default();
                    rows.threads = list.split(',').filter_map(|n| n.parse().ok()).collect();
                }
                _ => rows.only.push(argument),
            }
        }
        rows
    }

    /// Whether a case is asked for, whose input may be dear to make.
    pub fn wants(&self, case: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|word| case.contains(word.as_str()))
    }

    /// Prints a row per number of threads.
    pub fn time(&self, case: &str, n: usize, dtype: np::DType, mut run: impl FnMut()) {
        if !self.wants(case) {
            return;
        }
        for &threads in &self.threads {
            np::set_threads(threads);
            // What is made once, plans and code, is not counted.
            run();
            let (begin, mut runs, mut least) = (Instant::now(), 0, Duration::MAX);
            while runs < LEAST_RUNS || (begin.elapsed() < BUDGET && runs < MOST_RUNS) {
                let start = Instant::now();
                run();
                least = least.min(start.elapsed());
                runs += 1;
            }
            println!(
                r#"{{"family": "{}", "case": "{case}", "n": {n}, "dtype": "{dtype}", "threads": {threads}, "seconds": {:e}}}"#,
                self.family,
                least.as_secs_f64()
            );
        }
    }
}
