//! What the run says: a table per function, and the first differences.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::PENDING;
use super::case::Case;

/// A case that did not give NumPy's result, and how.
pub struct Failure<'a> {
    pub case: &'a Case,
    pub reason: String,
}

/// Cases and failures per function.
pub struct Report<'a> {
    totals: BTreeMap<&'a str, (usize, usize)>,
    failures: Vec<Failure<'a>>,
    /// Functions and options that the API lacks, and how many cases wait for them.
    pending: BTreeMap<String, usize>,
}

impl<'a> Report<'a> {
    pub fn new(cases: &[&'a Case], failures: Vec<Failure<'a>>) -> Report<'a> {
        let mut totals = BTreeMap::<&str, (usize, usize)>::new();
        for case in cases {
            totals.entry(&case.call.name).or_default().0 += 1;
        }
        let mut pending = BTreeMap::<String, usize>::new();
        let mut wrong = Vec::new();
        for failure in failures {
            let total = totals.entry(&failure.case.call.name).or_default();
            match failure.reason.strip_prefix(PENDING) {
                Some(what) => {
                    total.0 -= 1;
                    *pending.entry(what.to_owned()).or_default() += 1;
                }
                None => {
                    total.1 += 1;
                    wrong.push(failure);
                }
            }
        }
        totals.retain(|_, (all, _)| *all > 0);
        Report { totals, failures: wrong, pending }
    }

    pub fn failed(&self) -> usize {
        self.failures.len()
    }

    /// `name passed/total`, several to a line; functions with failures first.
    pub fn table(&self) -> String {
        let mut out = String::new();
        for wanted in [true, false] {
            let rows = self.totals.iter().filter(|(_, (_, failed))| (*failed > 0) == wanted);
            let cells: Vec<String> =
                rows.map(|(name, (all, failed))| format!("{name} {}/{all}", all - failed)).collect();
            if cells.is_empty() {
                continue;
            }
            let _ = writeln!(out, "{}", if wanted { "with failures (passed/cases):" } else { "passed:" });
            for line in cells.chunks(6) {
                let _ = writeln!(out, "  {}", line.iter().map(|c| format!("{c:<27}")).collect::<String>().trim_end());
            }
        }
        if !self.pending.is_empty() {
            let cells: Vec<String> = self.pending.iter().map(|(what, count)| format!("{what} {count}")).collect();
            let _ = writeln!(out, "cases of what the API does not have:\n  {}", cells.join(", "));
        }
        out + &self.summary() + "\n"
    }

    pub fn summary(&self) -> String {
        let all: usize = self.totals.values().map(|(all, _)| all).sum();
        format!("{} functions, {all} cases, {} failed", self.totals.len(), self.failures.len())
    }

    /// The failures, at most `limit` of each function.
    pub fn details(&self, limit: usize) -> String {
        let mut shown = BTreeMap::<&str, usize>::new();
        let mut out = String::new();
        for failure in &self.failures {
            let count = shown.entry(&failure.case.call.name).or_default();
            *count += 1;
            if *count <= limit {
                let Case { topic, line, text, .. } = failure.case;
                let text: String = text.chars().take(300).collect();
                let _ = writeln!(out, "{topic}:{line} {}\n    {text}", failure.reason);
            }
        }
        out
    }
}
