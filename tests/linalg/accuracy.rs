//! Residuals and orthogonality at several sizes and on hard matrices, against what NumPy reaches on the same ones
//! (`tests/golden/residuals.py`).

use numfuse as np;

use super::dense;

/// Times of NumPy's figure that ours may have.
const TIMES: f64 = 4.0;
/// What is not there yet, and what it may have: faer's divide and conquer on a graded matrix just above the size
/// where it starts (residual 44 units of precision against 7).
const KNOWN: &[(&str, f64)] = &[("float64 graded 50 eigh", 8.0)];
/// A figure below which neither says anything, in units of the precision.
const LEAST: f64 = 1.0;

/// Square matrices that are easy, ill-conditioned, badly scaled, and with equal eigenvalues.
fn matrix(kind: &str, n: usize) -> np::Array {
    let i = np::arange(n, ..).astype(np::float64);
    let (rows, columns) = (i.reshape([n, 1]), i.reshape([1, n]));
    match kind {
        "random" => dense(n, n, 1),
        "hilbert" => 1.0 / (&rows + &columns + 1.0),
        "graded" => dense(n, n, 3) * np::exp2(-(&rows + &columns) * (40.0 / n as f64)),
        "repeated" => {
            let q = np::linalg::qr(dense(n, n, 4), ..).Q;
            np::matmul(&q * np::where_(i.lt(n as f64 / 2.0), 1.0, 2.0), q.t())
        }
        other => panic!("no matrix is called {other}"),
    }
}

fn size(a: &np::Array) -> np::Result<f64> {
    np::linalg::norm(a, ..).item::<f64>()
}

/// The figures of a function for a matrix: residual, and distance from orthogonality if there is an orthogonal factor.
/// Measured in double precision.
fn figures(function: &str, a: &np::Array) -> np::Result<Vec<f64>> {
    let wide = |x: &np::Array| x.astype(if x.dtype().is_complex() { np::complex128 } else { np::float64 });
    let eps = if a.dtype() == np::float32 { f64::from(f32::EPSILON) } else { f64::EPSILON };
    let n = a.shape()[0];
    let relative = |difference: np::Array, scale: f64| Ok(size(&difference)? / scale / eps);
    let orthogonal = |q: &np::Array| {
        let q = wide(q);
        relative(np::matmul(q.t(), &q) - np::eye(n, ..), 1.0)
    };
    let a64 = wide(a);
    let scale = size(&a64)?;
    Ok(match function {
        "qr" => {
            let f = np::linalg::qr(a, ..);
            vec![relative(np::matmul(wide(&f.Q), wide(&f.R)) - &a64, scale)?, orthogonal(&f.Q)?]
        }
        "svd" => {
            let f = np::linalg::svd(a, ..);
            let product = np::matmul(wide(&f.U) * wide(&f.S), wide(&f.Vh));
            vec![relative(product - &a64, scale)?, orthogonal(&f.U)?.max(orthogonal(&f.Vh.t())?)]
        }
        "eigh" => {
            let h = (a + a.t()) / 2.0;
            let f = np::linalg::eigh(&h, ..);
            let (h, v) = (wide(&h), wide(&f.eigenvectors));
            vec![relative(np::matmul(&h, &v) - &v * wide(&f.eigenvalues), size(&h)?)?, orthogonal(&v)?]
        }
        "cholesky" => {
            let p = np::matmul(a, a.t()) + (np::eye(n, ..) * scale).astype(a.dtype());
            let l = wide(&np::linalg::cholesky(&p, ..));
            vec![relative(np::matmul(&l, l.t()) - wide(&p), size(&wide(&p))?)?]
        }
        "solve" => {
            let b = dense(n, 2, 5).astype(a.dtype());
            let x = wide(&np::linalg::solve(a, &b));
            vec![relative(np::matmul(&a64, &x) - wide(&b), scale * size(&x)?)?]
        }
        "inv" => {
            let x = wide(&np::linalg::inv(a));
            vec![relative(np::matmul(&a64, &x) - np::eye(n, ..), scale * size(&x)?)?]
        }
        "eig" => {
            let f = np::linalg::eig(a);
            let (v, w) = (wide(&f.eigenvectors), wide(&f.eigenvalues));
            vec![relative(np::matmul(&a64, &v) - &v * w, scale)?]
        }
        other => panic!("no figures of {other}"),
    })
}

/// The worst figures, relative to NumPy's, go to standard output: `cargo test --test linalg -- --nocapture`.
#[test]
fn factors_are_as_exact_as_numpys() {
    let table = include_str!("../golden/residuals.txt");
    let mut worst: Vec<(f64, String)> = Vec::new();
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let words: Vec<&str> = line.split(' ').collect();
        let [dtype, kind, n, function, theirs @ ..] = &words[..] else { panic!("not a line: {line}") };
        let n: usize = n.parse().unwrap_or_else(|e| panic!("{line}: {e}"));
        let dtype = if *dtype == "float32" { np::float32 } else { np::float64 };
        let ours = figures(function, &matrix(kind, n).astype(dtype)).unwrap_or_else(|e| panic!("{line}: {e}"));
        assert_eq!(ours.len(), theirs.len(), "{line}");
        for (ours, theirs) in ours.iter().zip(theirs.iter()) {
            let theirs: f64 = theirs.parse().unwrap_or_else(|e| panic!("{line}: {e}"));
            worst.push((ours / theirs.max(LEAST), format!("{line}: {ours:.3}")));
        }
    }
    worst.sort_by(|a, b| b.0.total_cmp(&a.0));
    worst.iter().take(8).for_each(|(times, what)| println!("{times:.2} times {what}"));
    let bound = |what: &str| KNOWN.iter().find(|(line, _)| what.starts_with(line)).map_or(TIMES, |(_, bound)| *bound);
    let bad: Vec<&String> = worst.iter().filter(|(times, what)| *times > bound(what)).map(|(_, what)| what).collect();
    assert!(bad.is_empty(), "more than {TIMES} times NumPy's:\n{bad:#?}");
}
