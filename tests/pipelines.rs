//! The kernels of seventeen pipelines: how many, over what, moving how much.

#[allow(dead_code)] // The example also times them.
#[path = "../examples/pipelines/pipes.rs"]
mod pipes;

use std::sync::{Mutex, MutexGuard, PoisonError};

use numfuse as np;
use pipes::{PIPELINES, Pipeline, inputs, side};

/// Square and long enough that one row more or less shows in the traffic.
const N: usize = 10_000;
const ITEM: usize = size_of::<f64>();

/// The counters are the process's, so that one test at a time may move them.
fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn pipeline(name: &str) -> Pipeline {
    *PIPELINES.iter().find(|p| p.name == name).unwrap_or_else(|| panic!("no pipeline {name}"))
}

/// The lines of `explain` that say what runs and what it moves: those that hold for every machine.
fn kernels(array: &np::Array) -> String {
    let text = array.explain();
    let (_, fused) = text.split_once("\nkernels\n").unwrap_or_else(|| panic!("no kernels in\n{text}"));
    let (fused, _) = fused.split_once("\n\n").unwrap_or((fused, ""));
    fused.to_string()
}

/// The number in front of a word, such as `80.0 kB`, in bytes.
fn bytes(text: &str) -> f64 {
    let mut words = text.split_whitespace();
    let number: f64 = words.next().and_then(|n| n.parse().ok()).unwrap_or_else(|| panic!("no number in {text}"));
    number
        * match words.next() {
            Some(unit) if unit.starts_with("kB") => 1e3,
            Some(unit) if unit.starts_with("MB") => 1e6,
            _ => 1.0,
        }
}

/// Per kernel: bytes read and written.
fn traffic(dump: &str) -> Vec<(f64, f64)> {
    let lines = dump.lines().filter(|l| l.starts_with("kernel "));
    let after =
        |line: &str, word: &str| bytes(line.split_once(word).unwrap_or_else(|| panic!("no {word} in {line}")).1);
    lines.map(|line| (after(line, "reads "), after(line, "writes "))).collect()
}

/// Bytes of all buffers whose memory does not end up as the result.
fn temporaries(dump: &str, result: &np::Array) -> f64 {
    let line = dump.lines().find(|l| l.starts_with("temporaries: ")).unwrap_or_else(|| panic!("{dump}"));
    let all = bytes(line.split_once('(').unwrap_or_else(|| panic!("no size in {line}")).1);
    let output = dump.lines().find_map(|l| l.strip_prefix("outputs ")).unwrap_or_else(|| panic!("{dump}"));
    let taken_over = dump.lines().any(|l| l.trim_start().starts_with(&format!("{output} takes over the memory of")));
    if taken_over { all - result.nbytes() as f64 } else { all }
}

fn built(pipeline: Pipeline, n: usize) -> np::Array {
    let [a, b, c] = inputs(n, np::float64);
    (pipeline.run)(&a, &b, &c)
}

#[test]
fn kernels_are_as_recorded() {
    let _turn = alone();
    for pipeline in PIPELINES {
        insta::assert_snapshot!(pipeline.name, kernels(&built(*pipeline, N)));
    }
}

#[test]
fn one_kernel_each() {
    let _turn = alone();
    let names = [
        "triad",
        "poly7",
        "norm_sum",
        "gauss",
        "trig",
        "black_scholes",
        "haversine",
        "clip_where",
        "stencil",
        "outer_dist",
        "transpose_add",
        "mandel20",
        "int_mix",
        "cumsum_scale",
    ];
    for name in names {
        let array = built(pipeline(name), N);
        let dump = kernels(&array);
        assert_eq!(traffic(&dump).len(), 1, "{name}\n{dump}");
        assert_eq!(temporaries(&dump, &array), 0.0, "{name}\n{dump}");
        let before = np::statistics().kernel_runs;
        array.eval().unwrap();
        assert_eq!(np::statistics().kernel_runs - before, 1, "{name}\n{dump}");
    }
}

#[test]
fn moments_pass_over_a_at_most_twice() {
    let _turn = alone();
    let array = built(pipeline("moments"), N);
    let dump = kernels(&array);
    let read: f64 = traffic(&dump).iter().map(|(read, _)| read).sum();
    // Twice a, once b, once c; and scalars.
    assert!(read < (4 * N * ITEM) as f64 * 1.01, "{dump}");
    assert!(temporaries(&dump, &array) < 1000.0, "{dump}");
}

#[test]
fn normalizations_store_nothing_of_full_size_but_the_result() {
    let _turn = alone();
    for name in ["softmax_rows", "standardize_cols"] {
        let array = built(pipeline(name), N);
        let dump = kernels(&array);
        // Rows of means, maxima and sums; what the result takes over counts as the result.
        assert!(temporaries(&dump, &array) < (N * ITEM) as f64 / 10.0, "{name}\n{dump}");
    }
}

#[test]
fn other_sizes_data_and_scalars_compile_nothing() {
    let _turn = alone();
    for pipeline in PIPELINES {
        built(*pipeline, 2_500).eval().unwrap();
        let before = np::statistics().kernels_compiled;
        for n in [400, 3_600, 40_000] {
            let [a, b, c] = inputs(n, np::float64);
            (pipeline.run)(&b, &c, &a).eval().unwrap();
        }
        assert_eq!(np::statistics().kernels_compiled - before, 0, "{}", pipeline.name);
    }
    let scaled = |factor: f64, limit: f64| {
        let [a, b, _] = inputs(N, np::float64);
        np::sum(np::minimum(factor * a + b, limit), ..).item::<f64>().unwrap()
    };
    let first = scaled(2.0, 1.0);
    let before = np::statistics();
    assert_ne!(scaled(3.0, 1.5), first);
    let after = np::statistics();
    assert_eq!(after.kernels_compiled, before.kernels_compiled);
    assert_eq!(after.plan_misses, before.plan_misses);
}

#[test]
fn compiled_and_eager_give_the_fused_result() {
    let _turn = alone();
    for pipeline in PIPELINES {
        let run = pipeline.run;
        let [a, b, c] = inputs(1_000, np::float64);
        let fused = run(&a, &b, &c);
        let eager = np::eager(|| run(&a, &b, &c));
        let compiled = np::compile(move |[a, b, c]| run(&a, &b, &c)).call([&a, &b, &c]).unwrap();
        assert!(np::array_equal(&fused, &eager, ..).item::<bool>().unwrap(), "{}: eager", pipeline.name);
        assert!(np::array_equal(&fused, &compiled, ..).item::<bool>().unwrap(), "{}: compiled", pipeline.name);
    }
}

/// Sums of all elements of the results, made by NumPy 2.4 from the same generator and pipelines.
#[test]
fn results_are_numpys() {
    let _turn = alone();
    let sums = include_str!("pipelines.csv");
    let mut seen = 0;
    for row in sums.lines().filter(|line| !line.starts_with('#')) {
        let [name, expected] = row.split(',').collect::<Vec<_>>()[..] else { panic!("malformed row {row}") };
        let expected: f64 = expected.parse().unwrap();
        let total = built(pipeline(name), N).astype(np::float64).sum(..).item::<f64>().unwrap();
        assert!((total - expected).abs() <= 1e-12 * expected.abs().max(1.0), "{name}: {total}, NumPy {expected}");
        seen += 1;
    }
    assert_eq!(seen, PIPELINES.len());
    assert_eq!(side(N), 100);
}

/// NumPy's functions that are made of others: name, call, and the fewest kernels that can do it.
type Composition = (&'static str, fn(&np::Array) -> np::Array, usize);

const COMPOSITIONS: &[Composition] = &[
    // Either end has a formula of its own; each is written to its place.
    ("gradient", |a| np::gradient(a, ..).remove(0), 3),
    ("trapezoid", |a| np::trapezoid(a, ..), 1),
    // Means and centred rows in one pass, and the scale of the product.
    ("cov", |a| np::cov(a.reshape([100, 100]), ..), 3),
    ("nan_to_num_clip", |a| np::nan_to_num(np::clip(a, 0.25, 0.75), ..), 1),
    // The search is no kernel.
    ("interp", |a| np::interp(a, [0.0, 0.5, 1.0], [1.0, 3.0, 2.0], ..), 1),
    ("polyval", |a| np::polyval([1.0, -2.0, 0.5, 3.0], a), 1),
    ("chebval", |a| np::polynomial::chebyshev::chebval(a, [1.0, -2.0, 0.5, 3.0], ..), 1),
    ("series", |a| np::polynomial::Legendre::new([1.0, -2.0, 0.5, 3.0], ..).call(a), 1),
];

#[test]
fn compositions_are_as_few_kernels_as_can_be() {
    let _turn = alone();
    let mut wrong = String::new();
    for (name, call, fewest) in COMPOSITIONS {
        let [a, ..] = inputs(N, np::float64);
        let array = call(&a);
        let dump = kernels(&array);
        insta::assert_snapshot!(format!("composition_{name}"), dump);
        let before = np::statistics().kernel_runs;
        array.eval().unwrap();
        let runs = np::statistics().kernel_runs - before;
        if runs != *fewest as u64 {
            wrong += &format!("{name}: {runs} kernels instead of {fewest}\n{dump}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
