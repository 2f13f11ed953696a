//! What a fused chain costs in memory: its inputs and its result. A process of its own, since the peak is the process'.

use numfuse as np;
use numfuse::prelude::*;

/// Ten operations over two inputs.
fn chain(a: &Array, b: &Array) -> Array {
    ((((a * 2.0 + b).sqrt() - 0.5) * a).abs() + b * 3.0 - a) / (b + 1.0)
}

/// The most memory this process ever had, as the system sees it.
fn resident_peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok().map(|kib| kib * 1024)
}

#[test]
fn a_fused_chain_needs_its_inputs_and_its_result() {
    const N: usize = 10_000_000;
    const ARRAY: u64 = 8 * N as u64;
    let make = |n: usize, from: f64| {
        let a = np::linspace(from, from + 1.0, num(n as i64));
        a.eval().unwrap();
        a
    };
    // The compiler's own memory is not the chain's.
    chain(&make(1000, 0.1), &make(1000, 0.2)).eval().unwrap();

    let (live, resident) = (np::statistics().live_bytes, resident_peak());
    let (a, b) = (make(N, 0.1), make(N, 0.2));
    let result = chain(&a, &b);
    result.eval().unwrap();
    let used = np::statistics().peak_bytes - live;
    let allowed = (3 * ARRAY) as f64 * 1.05;
    assert!(used >= 3 * ARRAY, "the peak counts inputs and result: {used}");
    assert!(used as f64 <= allowed, "{used} bytes live for two inputs and one result of {ARRAY}");
    if let (Some(before), Some(after)) = (resident, resident_peak()) {
        assert!((after - before) as f64 <= allowed, "{} bytes resident", after - before);
    }

    let at = |a: &Array| a.slice(N / 2).item::<f64>().unwrap();
    let (x, y) = (at(&a), at(&b));
    let expected = ((((x * 2.0 + y).sqrt() - 0.5) * x).abs() + y * 3.0 - x) / (y + 1.0);
    assert_eq!(at(&result), expected);
}
