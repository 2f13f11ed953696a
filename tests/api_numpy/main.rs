//! The API against NumPy: each case is a NumPy expression, the same in Rust, and what NumPy 2.4
//! prints for it (`value|dtype|shape`) or raises (`Class: message`).
//!
//! `expected.py` evaluates the Python side of every case and reports those that differ.

mod creation;
mod logic;
mod manip;
mod mixed;
mod print;
mod reduce;
mod ufunc;

use num_complex::Complex;
use numfuse as np;
use numfuse::prelude::*;

/// NumPy's expression, the array, NumPy's answer.
type Case = (&'static str, Array, &'static str);

/// The arrays that the expressions name; `expected.py` has the same.
struct Inputs {
    a: Array,
    i: Array,
    u: Array,
    f: Array,
    h: Array,
    z: Array,
    b: Array,
    x: Array,
    y: Array,
    e: Array,
    c3: Array,
}

impl Inputs {
    fn new() -> Inputs {
        let c = Complex::<f64>::new;
        Inputs {
            a: np::arange(6, dtype(np::float64)).reshape([2, 3]),
            i: array![[3, -1, 2], [0, 5, -4]],
            u: array![1u8, 2, 250],
            f: array![[1.5f32, -2.25], [0.3, 100.0]],
            h: array![[1.5, 2.25], [0.3, 100.0]].astype(np::float16),
            z: array![[c(1.0, 2.0), c(-0.5, 0.25)], [c(3.0, -4.0), c(0.0, 1.0)]],
            b: array![true, false],
            x: array![1.0, np::nan, -2.5, np::inf, -np::inf, 0.0, -0.0],
            y: array![[1.0, np::nan, 3.0], [4.0, 5.0, np::nan]],
            e: np::zeros([0, 3], ..),
            c3: np::arange(24, ..).reshape([2, 3, 4]),
        }
    }
}

/// The shape as an array, for cases about shapes alone.
fn shape_of(a: Array) -> Array {
    Array::from_vec(a.shape().iter().map(|&n| n as i64).collect())
}

fn show(a: &Array) -> String {
    match a.eval() {
        Ok(v) => format!("{v}|{}|{:?}", v.dtype(), v.shape()),
        Err(e) => format!("{}: {}", e.class(), e.detail().message),
    }
}

fn check(cases: Vec<Case>) {
    let mut wrong = String::new();
    for (numpy, array, want) in &cases {
        let got = show(array);
        if got != *want {
            wrong += &format!("{numpy}\n--- got\n{got}\n--- NumPy\n{want}\n\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
