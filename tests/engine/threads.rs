//! Many threads at once: right results, no deadlock, also inside a rayon task.

use std::sync::Barrier;

use numfuse as np;
use numfuse::prelude::*;
use rayon::prelude::*;

use super::{bits, data, together};

const THREADS: usize = 16;

/// A different graph for each `kind`, large enough for tiles on several threads.
fn graph(kind: usize, a: &Array, b: &Array) -> Array {
    match kind % 8 {
        0 => (a * 2.0 + b).sqrt(),
        1 => np::exp(-(a * a)) * b,
        2 => (a * b).sum(..),
        3 => (a - a.mean(..)) / a.std(..),
        4 => (a * b).cumsum(..) * 0.5,
        5 => np::where_(a.gt(b), a, b).max(..),
        6 => a.slice(s![..;-1]) + b,
        _ => (0..kind).fold(a.clone(), |x, _| x * 0.5 + b),
    }
}

fn expected(a: &Array, b: &Array) -> Vec<Vec<u64>> {
    (0..THREADS).map(|kind| bits(&np::with_threads(1, || np::eager(|| graph(kind, a, b))))).collect()
}

#[test]
fn equal_and_different_graphs_at_once() {
    let _together = together();
    let (a, b) = (data(1, 300_000), data(2, 300_000));
    let expected = expected(&a, &b);
    // Handles that all threads evaluate, on top of graphs of their own.
    let shared: Vec<Array> = (0..THREADS).map(|kind| graph(kind, &a, &b)).collect();
    let start = Barrier::new(THREADS);
    std::thread::scope(|scope| {
        for t in 0..THREADS {
            let (a, b, expected, shared, start) = (&a, &b, &expected, &shared, &start);
            scope.spawn(move || {
                start.wait();
                for round in 0..THREADS {
                    let (equal, different) = (round, (t + round) % THREADS);
                    assert_eq!(bits(&graph(equal, a, b)), expected[equal], "graph {equal}");
                    assert_eq!(bits(&graph(different, a, b)), expected[different], "graph {different}");
                    assert_eq!(bits(&shared[different]), expected[different], "shared graph {different}");
                }
            });
        }
    });
}

#[test]
fn inside_rayon_tasks() {
    let _together = together();
    let (a, b) = (data(3, 300_000), data(4, 300_000));
    let expected = expected(&a, &b);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(4).build().unwrap();
    let run = || {
        (0..8 * THREADS).into_par_iter().for_each(|i| {
            let kind = i % THREADS;
            assert_eq!(bits(&graph(kind, &a, &b)), expected[kind], "graph {kind}");
            // A task within a task, evaluated while its parent waits.
            let (sum, max) = rayon::join(|| (&a + &b).sum(..).item::<f64>(), || (&a * &b).max(..).item::<f64>());
            assert!(sum.unwrap() > 300_000.0 * 1.1 && max.unwrap() <= 1.21);
        });
    };
    pool.install(run);
    run();
}

#[test]
fn reductions_keep_their_bits_on_any_number_of_threads() {
    let _together = together();
    let long = data(5, 1_000_003);
    let table = data(6, 1003 * 997).reshape([1003, 997]);
    let cube = data(7, 100 * 101 * 102).reshape([100, 101, 102]) - 0.6;
    let reductions: &[fn(&Array) -> Array] = &[
        |a| a.sum(..),
        |a| a.mean(..),
        |a| a.var(..),
        |a| a.std(axis(-1).ddof(1)),
        |a| (a + 0.4).prod(-1),
        |a| a.min(0),
        |a| a.max(..),
        |a| a.argmin(..),
        |a| a.argmax(0),
        |a| a.sum(0),
        |a| a.sum(-1),
        |a| a.mean(axis(0).keepdims()),
        |a| a.cumsum(..),
        |a| a.cumsum(0),
        |a| np::nansum(a, ..),
        |a| (a * a).sum(axis(..).where_(a.gt(0.3))),
        |a| a - a.mean(..),
    ];
    for a in [&long, &table, &cube, &table.t(), &long.slice(s![..;-3])] {
        for a in [a, &a.astype(np::float32)] {
            for (i, reduce) in reductions.iter().enumerate() {
                let alone = np::with_threads(1, || bits(&reduce(a)));
                for threads in [2, 3] {
                    let several = np::with_threads(threads, || bits(&reduce(a)));
                    assert!(alone == several, "reduction {i} of {a:?} differs between 1 and {threads} threads");
                }
            }
        }
    }
}
