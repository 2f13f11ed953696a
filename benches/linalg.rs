//! Products, solvers and factorizations of single matrices and of stacks of small ones.
//!
//! `cargo bench --bench linalg -- --threads 1,2 > rows.json`, then `benches/against_numpy.py rows.json`.

mod cases;

use cases::rows::Rows;
use cases::{Case, evaluated, run};
use numfuse as np;
use numfuse::Array;

/// A function of a matrix, a vector, and a positive definite matrix.
type MatrixCase = (&'static str, fn(&Array, &Array, &Array) -> Array);

const CASES: &[MatrixCase] = &[
    ("matmul", |a, _, _| np::matmul(a, a)),
    ("solve", |a, b, _| np::linalg::solve(a, b)),
    ("inv", |a, _, _| np::linalg::inv(a)),
    ("cholesky", |_, _, s| np::linalg::cholesky(s, ..)),
    ("qr", |a, _, _| np::linalg::qr(a, ..).Q),
    ("eigh", |_, _, s| np::linalg::eigh(s, ..).eigenvectors),
    ("svd", |a, _, _| np::linalg::svd(a, ..).U),
];

/// Functions of a stack of small matrices, and of as many right-hand sides.
const STACKS: &[Case] = &[
    ("stack matmul", |a, _| np::matmul(a, a)),
    ("stack solve", |a, b| np::linalg::solve(a, b)),
    ("stack inv", |a, _| np::linalg::inv(a)),
    ("stack det", |a, _| np::linalg::det(a)),
];

/// Functions of a matrix and a vector of as many columns.
const VECTORS: &[Case] = &[
    ("dot", |a, _| np::dot(a.ravel(..), a.ravel(..))),
    ("vecdot", |a, _| np::vecdot(a, a)),
    ("matvec", |a, b| np::matvec(a, b)),
    ("vecmat", |a, b| np::vecmat(b, a)),
];

/// A well-conditioned matrix.
fn matrix(n: usize, dtype: np::DType) -> Array {
    let i = np::arange(n, ..).astype(np::float64);
    let mixed = np::sin(i.reshape([n, 1]) * &i * 0.37 + &i * 78.233) + np::eye(n, ..) * 2.0;
    evaluated(&mixed.astype(dtype))
}

fn main() {
    let rows = Rows::new("linalg");
    for dtype in [np::float64, np::float32] {
        for n in [100, 500, 1000, 2000] {
            // Double precision is the default; of the other the products tell enough.
            let cases = if dtype == np::float64 { CASES } else { &CASES[..2] };
            if !cases.iter().any(|(name, _)| rows.wants(name)) {
                continue;
            }
            let a = matrix(n, dtype);
            let b = evaluated(&np::ones(n, dtype));
            let s = evaluated(&(np::matmul(a.t(), &a) + np::eye(n, ..).astype(dtype)));
            for (name, case) in cases {
                rows.time(name, n, dtype, || run(|| case(&a, &b, &s)));
            }
        }
        for n in [2, 4, 8] {
            let i = np::arange(10_000 * n * n, ..).astype(np::float64);
            let stack = np::sin(i * 0.731).reshape([10_000, n, n]) + np::eye(n, ..);
            let a = evaluated(&stack.astype(dtype));
            let b = evaluated(&np::ones([10_000, n, 1], dtype));
            for (name, case) in STACKS {
                rows.time(name, n, dtype, || run(|| case(&a, &b)));
            }
        }
        let (a, b) = (matrix(1000, dtype), evaluated(&np::ones(1000, dtype)));
        for (name, case) in VECTORS {
            rows.time(name, 1000, dtype, || run(|| case(&a, &b)));
        }
    }
}
