//! Infinities and NaN in every place where a matrix can have them: each function ends, with a value or an error.

use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use np::prelude::*;
use numfuse as np;

use super::dense;

/// A matrix, and what one function makes of it.
type Function = (&'static str, fn(&np::Array) -> Vec<np::Array>);

const FUNCTIONS: &[Function] = &[
    ("solve", |a| vec![np::linalg::solve(a, np::ones(a.shape()[0], ..))]),
    ("inv", |a| vec![np::linalg::inv(a)]),
    ("det", |a| vec![np::linalg::det(a)]),
    ("slogdet", |a| vec![np::linalg::slogdet(a).logabsdet]),
    ("cholesky", |a| vec![np::linalg::cholesky(a, ..)]),
    ("qr", |a| {
        let f = np::linalg::qr(a, ..);
        vec![f.Q, f.R]
    }),
    ("eigh", |a| {
        let f = np::linalg::eigh(a, ..);
        vec![f.eigenvalues, f.eigenvectors]
    }),
    ("eigvalsh", |a| vec![np::linalg::eigvalsh(a, ..)]),
    ("eig", |a| {
        let f = np::linalg::eig(a);
        vec![f.eigenvalues, f.eigenvectors]
    }),
    ("eigvals", |a| vec![np::linalg::eigvals(a)]),
    ("svd", |a| {
        let f = np::linalg::svd(a, ..);
        vec![f.U, f.S, f.Vh]
    }),
    ("svdvals", |a| vec![np::linalg::svdvals(a)]),
    ("hermitian svd", |a| vec![np::linalg::svd(a, hermitian()).U]),
    ("lstsq", |a| vec![np::linalg::lstsq(a, np::ones(a.shape()[0], ..), ..).x]),
    ("pinv", |a| vec![np::linalg::pinv(a, ..)]),
    ("matrix_rank", |a| vec![np::linalg::matrix_rank(a, ..)]),
    ("cond", |a| vec![np::linalg::cond(a, ..)]),
    ("matrix_power", |a| vec![np::linalg::matrix_power(a, -3)]),
    ("norm", |a| vec![np::linalg::norm(a, "nuc")]),
    ("fft", |a| vec![np::fft::fft2(a, ..), np::fft::irfft(a, ..)]),
];

/// Matrices of a size with a value everywhere, in one place, on the diagonal, in a row, among huge and tiny numbers.
fn matrices(n: usize, value: f64) -> Vec<np::Array> {
    let i = np::arange(n, ..);
    let (rows, columns) = (i.reshape([n, 1]), i.reshape([1, n]));
    let put = |place: np::Array, rest: np::Array| np::where_(place, value, rest);
    let last = i64::try_from(n - 1).unwrap_or(0);
    vec![
        np::full([n, n], value, ..),
        put(np::equal(&rows + &columns, 0), dense(n, n, 1)),
        put(np::equal(&rows + &columns, 2 * last), dense(n, n, 2)),
        put(np::equal(&rows, &columns), np::zeros([n, n], ..)),
        put(np::broadcast_to(np::equal(&rows, last / 2), [n, n]), dense(n, n, 3)),
        put(np::equal(&rows - &columns, last), dense(n, n, 4) * np::exp2((&rows - &columns) * 20)),
    ]
}

#[test]
fn everything_ends() {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for n in [1, 2, 5, 8, 9, 33, 70] {
            for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN_POSITIVE / 4.0] {
                for a in matrices(n, value) {
                    for complex in [false, true] {
                        let a = if complex { a.astype(np::complex128) } else { a.clone() };
                        for (name, function) in FUNCTIONS {
                            let _ = sender.send(format!("{name} of {value:e} in a matrix of {n}, complex: {complex}"));
                            for result in function(&a) {
                                // A value or an error: which one, the goldens say.
                                let _ = result.eval();
                            }
                        }
                    }
                }
            }
        }
    });
    let mut last = String::new();
    loop {
        match receiver.recv_timeout(Duration::from_secs(60)) {
            Ok(what) => last = what,
            Err(std::sync::mpsc::RecvTimeoutError::Timeout) => panic!("{last} does not end"),
            Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => break,
        }
    }
    assert!(last.starts_with("fft") && last.contains("70, complex: true"), "it ended early, after {last}");
}
