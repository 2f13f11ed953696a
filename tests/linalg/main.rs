//! What the factorizations promise: how exact they are, how calls fuse with what is around them, and that bad input
//! ends.

mod accuracy;
mod nonfinite;

use np::prelude::*;
use numfuse as np;

/// Pseudo-random numbers in [-1, 1): a linear congruential generator, good enough for matrices.
fn random(n: usize, seed: u64) -> Vec<f64> {
    let mut state = seed.wrapping_mul(6364136223846793005).wrapping_add(1);
    let mut next = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    };
    (0..n).map(|_| next()).collect()
}

fn dense(m: usize, n: usize, seed: u64) -> np::Array {
    np::Array::from_vec(random(m * n, seed)).reshape([m, n])
}

#[test]
fn large_results_do_not_depend_on_threads() {
    let (a, b) = (dense(300, 200, 1), dense(200, 400, 2));
    let one = np::with_threads(1, || np::matmul(&a, &b).to_vec::<f64>()).unwrap();
    let two = np::with_threads(2, || np::matmul(&a, &b).to_vec::<f64>()).unwrap();
    let close = one.iter().zip(&two).all(|(x, y)| (x - y).abs() <= 1e-12 * x.abs().max(1.0));
    assert!(close);
}

#[test]
fn calls_fuse_with_what_is_around_them() {
    let (a, b, c) = (dense(40, 30, 1), dense(30, 20, 2), dense(40, 20, 3));
    let y = (np::matmul(&a, &b) + &c).sin();
    let text = y.explain();
    assert_eq!((text.matches("host call").count(), kernels(&text)), (1 + stops(&text), 1), "{text}");
    // Transposed operands are read as they lie: no copy before the product.
    let text = np::matmul(a.t(), &c).explain();
    assert_eq!(kernels(&text), 0, "{text}");
    let (x, w) = (dense(1, 64, 1).reshape([64]), dense(1, 64, 2).reshape([64]));
    let spectrum = np::abs(np::fft::rfft(&x * &w, ..));
    let text = spectrum.explain();
    assert_eq!(kernels(&text), 2, "{text}");
    assert!(text.contains("host call 0: fft.rfft"), "{text}");
}

/// How many loops a story tells of.
fn kernels(text: &str) -> usize {
    text.lines().filter(|line| line.starts_with("kernel ") && line.contains(" reads ")).count()
}

/// Lines that say why fusion stopped at a call.
fn stops(text: &str) -> usize {
    text.lines().filter(|line| line.starts_with("not fused") && line.contains("host call")).count()
}

#[test]
fn results_of_a_call_share_it() {
    let f = np::linalg::svd(dense(20, 20, 1), ..);
    let all = np::matmul(&f.U * &f.S, &f.Vh).explain();
    assert_eq!(all.lines().filter(|line| line.starts_with("host call") && line.contains("svd")).count(), 1, "{all}");
    f.S.eval().unwrap();
    assert!(f.U.is_evaluated() && f.Vh.is_evaluated());
}

#[test]
fn errors_name_the_call() {
    let singular = np::array![[1.0, 2.0], [2.0, 4.0]];
    let good = np::linalg::inv(np::eye(2, ..));
    let line = line!() + 1;
    let bad = np::linalg::inv(&singular);
    let error = (good + bad * 2.0).eval().unwrap_err();
    assert_eq!(error.class(), "LinAlgError");
    assert_eq!((error.detail().op, error.detail().message.as_str()), ("linalg.inv", "Singular matrix"));
    assert_eq!(error.detail().location.line(), line);
    let stack = np::stack([&np::eye(2, ..), &singular], 0);
    assert!(matches!(np::linalg::solve(&stack, [1.0, 2.0]).eval(), Err(np::linalg::LinAlgError(_))));
}

#[test]
fn transforms_of_every_length_are_exact_to_rounding() {
    for n in (1..70).chain([97, 127, 128, 1009, 4096, 10_007]) {
        let x = np::Array::from_vec(random(n, n as u64));
        let back = np::fft::irfft(np::fft::rfft(&x, ..), i64::try_from(n).unwrap());
        let worst = np::abs(back - &x).max(..).item::<f64>().unwrap();
        assert!(worst < 1e-13, "rfft of {n}: {worst}");
        let z = np::fft::ifft(np::fft::fft(&x, ..), ..);
        let worst = np::abs(z - &x).max(..).item::<f64>().unwrap();
        assert!(worst < 1e-13, "fft of {n}: {worst}");
    }
    // Parseval's theorem, along an axis that is not the last, in both precisions.
    let x = dense(33, 40, 9);
    let energy = np::square(np::abs(np::fft::fft(&x, axis(0)))).sum(..) / 33.0;
    assert!((energy / np::square(&x).sum(..) - 1.0).item::<f64>().unwrap().abs() < 1e-12);
    assert_eq!(np::fft::fft(x.astype(np::float32), ..).dtype(), np::complex64);
}
