//! Kernels over the same rows run block by block of rows, and give what they give one after another.

use numfuse as np;
use numfuse::prelude::*;

use super::{alone, bits, data, together};

fn softmax(a: &Array) -> Array {
    let e = np::exp(a - np::max(a, axis(1).keepdims()));
    &e / np::sum(&e, axis(1).keepdims())
}

/// The exponentials cannot lend their memory to the smaller truth values.
fn above_mean(a: &Array) -> Array {
    let e = np::exp(a * 0.5);
    e.gt(np::mean(&e, axis(1).keepdims()))
}

fn planes(a: &Array) -> Array {
    let x = a.reshape([50, 16, 1000]);
    let scaled = &x / np::sqrt(np::sum(&x * &x, axis([1, 2]).keepdims()));
    np::cumsum(scaled, 2)
}

#[test]
fn rows_run_in_blocks_with_the_same_bits() {
    let _alone = alone();
    type Case = (&'static str, fn(&Array) -> Array, bool);
    let cases: &[Case] = &[
        ("softmax", softmax, true),
        ("above the mean", above_mean, true),
        ("planes", planes, true),
        // Every row needs the first reduction whole.
        ("mean of all", |a| np::exp(a - np::mean(a, ..)).sum(1), false),
        // Rows of one kernel are columns of the other.
        ("columns of rows", |a| np::exp(a - a.max(axis(1).keepdims())).sum(0), false),
    ];
    let a = data(1, 400 * 2000).reshape([400, 2000]);
    for &(name, run, in_slabs) in cases {
        let expected = bits(&np::eager(|| np::with_threads(1, || run(&a))));
        for threads in [1, 2, 3] {
            let before = np::statistics();
            let value = np::with_threads(threads, || {
                let value = run(&a);
                value.eval().unwrap();
                value
            });
            let after = np::statistics();
            assert!(after.kernel_runs - before.kernel_runs > 1, "{name}: several kernels");
            assert_eq!(after.slab_runs - before.slab_runs, u64::from(in_slabs), "{name}: slab by slab");
            assert_eq!(bits(&value), expected, "{name} on {threads} thread(s)");
        }
    }
}

#[test]
fn what_fits_into_the_cache_runs_at_once() {
    let _alone = alone();
    let a = data(1, 20 * 30).reshape([20, 30]);
    let before = np::statistics();
    softmax(&a).eval().unwrap();
    let after = np::statistics();
    assert_eq!(after.slab_runs, before.slab_runs);
    assert_eq!(after.loop_calls - before.loop_calls, 3);
}

/// A long row is the same sum whether it stands alone, among others, or is split over threads.
#[test]
fn long_rows_keep_their_bits() {
    let _alone = alone();
    let (rows, n) = (3, 400_001);
    let a = data(7, rows * n).reshape([rows, n]);
    for reduce in [|a: &Array| a.sum(-1), |a: &Array| a.max(-1), |a: &Array| a.argmin(-1)] {
        let whole = bits(&np::with_threads(1, || reduce(&a)));
        assert_eq!(bits(&np::with_threads(2, || reduce(&a))), whole);
        for (row, &among_others) in whole.iter().enumerate() {
            assert_eq!(bits(&reduce(&a.slice(row)))[0], among_others, "row {row}");
        }
    }
}

#[test]
fn few_long_columns_use_the_threads() {
    let _alone = alone();
    let a = data(9, 300_000 * 10).reshape([300_000, 10]);
    let reductions: &[fn(&Array) -> Array] = &[
        |a| a.sum(0),
        |a| a.max(0),
        |a| a.argmax(0),
        |a| a.slice(s![.., ..1]).sum(0),
        |a| a.gt(0.2).all(0),
        |a| (a.astype(np::complex128) * a).sum(0).real(),
    ];
    for (k, reduce) in reductions.iter().enumerate() {
        let before = np::statistics().loop_calls;
        let one = bits(&np::with_threads(1, || {
            let value = reduce(&a);
            value.eval().unwrap();
            value
        }));
        assert!(np::statistics().loop_calls - before > 4, "reduction {k} runs in chunks");
        assert_eq!(bits(&np::with_threads(2, || reduce(&a))), one, "reduction {k}");
    }
    let first = a.slice(s![.., 3]);
    let (alone, among) = (first.sum(..).item::<f64>().unwrap(), a.sum(0).to_vec::<f64>().unwrap()[3]);
    assert!((alone - among).abs() <= 1e-13 * alone);
}

#[test]
fn transposed_operands_are_packed_with_the_same_bits() {
    let _together = together();
    for (rows, columns) in [(1, 7), (3, 1000), (64, 65), (300, 301), (2000, 130), (5, 40_000)] {
        let (a, b) =
            (data(3, rows * columns).reshape([rows, columns]), data(4, rows * columns).reshape([columns, rows]));
        let expected: Vec<u64> = {
            let (a, b) = (a.to_vec::<f64>().unwrap(), b.to_vec::<f64>().unwrap());
            let at = |i: usize, j: usize| (a[i * columns + j] + 2.0 * b[j * rows + i]).to_bits();
            (0..rows).flat_map(|i| (0..columns).map(move |j| (i, j))).map(|(i, j)| at(i, j)).collect()
        };
        for threads in [1, 2] {
            let sum = &a + 2.0 * b.t();
            np::with_threads(threads, || sum.eval()).unwrap();
            assert_eq!(bits(&sum), expected, "{rows} × {columns} on {threads} thread(s)");
        }
    }
    let planes = data(5, 20 * 30 * 40).reshape([20, 30, 40]);
    for axes in [[2, 1, 0], [1, 2, 0], [0, 2, 1], [2, 0, 1]] {
        let turned = planes.transpose(axes) + 1.0;
        let back: Vec<usize> = (0..3).map(|axis| axes.iter().position(|&a| a == axis).unwrap()).collect();
        let back = turned.transpose([back[0], back[1], back[2]]);
        assert_eq!(bits(&(back - 1.0)), bits(&(&planes + 1.0 - 1.0)), "{axes:?}");
    }
}
