//! New sizes, new data and new numbers run the kernels that are there.

use numfuse as np;
use numfuse::prelude::*;

use super::{alone, data};

/// A pipeline over two vectors and a number, and the 2-D shape it gives them.
type Pipeline = fn(&Array, &Array, f64) -> Array;

const PIPELINES: &[(&str, Pipeline)] = &[
    ("chain", |a, b, s| (a * s + b).sqrt() - s),
    ("transcendental", |a, b, s| np::exp(-(a * a)) * np::sin(b * s)),
    ("sum of a chain", |a, b, s| (a * s - b).sum(..)),
    ("rows", |a, b, s| (a - a.mean(axis(-1).keepdims())) * s + b),
    ("columns", |a, b, s| (a * s + b).max(0)),
    ("reversed", |a, b, s| a.slice(s![..;-1]) * s + b),
    ("neighbours", |a, b, s| (a.slice(s![2..]) + b.slice(s![..-2])) * s),
    ("running sum", |a, b, s| (a * b).cumsum(-1) * s),
    ("choice", |a, b, s| np::where_(a.gt(b), a * s, np::clip(b, 0.0, s))),
    ("integers", |a, b, s| (a * 100.0).astype(np::int32) % 7 + (b * s).astype(np::int32)),
    ("position", |a, b, s| (a * s + b).argmax(-1)),
];

#[test]
fn new_sizes_data_and_numbers_compile_nothing() {
    let _alone = alone();
    let run = |pipeline: Pipeline, (rows, columns): (usize, usize), seed: u64, s: f64| {
        let shape = [rows, columns];
        let (a, b) = (data(seed, rows * columns).reshape(shape), data(seed + 1, rows * columns).reshape(shape));
        pipeline(&a, &b, s).eval().unwrap();
        let (a, b) = (data(seed, columns), data(seed + 1, columns));
        pipeline(&a, &b, s).eval().unwrap();
    };
    for &(name, pipeline) in PIPELINES {
        run(pipeline, (40, 50), 1, 2.0);
        let warm = np::statistics();
        run(pipeline, (40, 50), 3, 2.0);
        run(pipeline, (40, 50), 1, 3.5);
        assert_eq!(np::statistics().plan_misses, warm.plan_misses, "{name}: new data and numbers keep the plan");
        for shape in [(7, 9), (50, 40), (300, 21), (3, 100_000)] {
            run(pipeline, shape, 5, 0.25);
        }
        assert_eq!(np::statistics().kernels_compiled, warm.kernels_compiled, "{name}: kernels fit all sizes");
    }
}

/// Where memory is crossed, the order of the loops depends on the shape, in two classes: an innermost axis that is very
/// short is not the innermost loop. One kernel for each class, whatever the sizes.
#[test]
fn transposed_operands_compile_once_per_loop_order() {
    let _alone = alone();
    let run = |rows: usize, columns: usize, s: f64| {
        let shape = [rows, columns];
        let (a, b) = (data(1, rows * columns).reshape(shape), data(2, rows * columns).reshape(shape));
        (a.t() * s + b.t()).eval().unwrap();
    };
    run(40, 50, 2.0);
    run(3, 1000, 2.0);
    let warm = np::statistics().kernels_compiled;
    for (rows, columns) in [(50, 40), (30, 300), (300, 21), (1000, 999), (3, 100_000), (2, 777)] {
        run(rows, columns, 0.5);
    }
    assert_eq!(np::statistics().kernels_compiled, warm);
}

#[test]
fn compiled_functions_take_new_data_and_numbers_without_work() {
    let _alone = alone();
    let f = np::compile(|[a, b, s]| ((&a * &s + &b).sqrt(), (&a - &b).sum(..)));
    let call = |seed: u64, s: f64| f.call([data(seed, 1000), data(seed + 1, 1000), np::scalar(s)]).unwrap();
    call(1, 2.0);
    let warm = np::statistics();
    let (root, total) = call(3, 0.5);
    let after = np::statistics();
    assert_eq!((after.kernels_compiled, after.plan_misses), (warm.kernels_compiled, warm.plan_misses));
    let (a, b) = (data(3, 1000), data(4, 1000));
    assert_eq!(root.to_vec::<f64>().unwrap(), (&a * 0.5 + &b).sqrt().to_vec::<f64>().unwrap());
    assert_eq!(total.item::<f64>().unwrap(), (&a - &b).sum(..).item::<f64>().unwrap());
}
