//! Seventeen array pipelines, from one multiply-add to a row-wise softmax, and their inputs.
//!
//! The example times them, `tests/pipelines.rs` looks at their kernels, the benches measure them.

use np::prelude::*;
use numfuse as np;

/// A function of three vectors of equal length.
#[derive(Clone, Copy)]
pub struct Pipeline {
    pub name: &'static str,
    pub run: fn(&Array, &Array, &Array) -> Array,
}

macro_rules! pipelines {
    ($($name:ident)*) => { &[$(Pipeline { name: stringify!($name), run: $name }),*] };
}

macro_rules! functions {
    ($($name:ident($a:ident, $b:ident) => $body:expr;)*) => {
        &[$(Pipeline { name: stringify!($name), run: |$a, $b, _| { let _ = $b; $body } }),*]
    };
}

/// All of them, in the order of the tables.
pub const PIPELINES: &[Pipeline] = pipelines! {
    triad poly7 norm_sum gauss trig black_scholes haversine clip_where moments softmax_rows standardize_cols
    stencil outer_dist transpose_add mandel20 int_mix cumsum_scale
};

/// Single functions.
pub const FUNCTIONS: &[Pipeline] = functions! {
    add(a, b) => a + b;
    multiply(a, b) => a * b;
    divide(a, b) => a / b;
    sqrt(a, b) => np::sqrt(a);
    exp(a, b) => np::exp(a);
    log(a, b) => np::log(a);
    sin(a, b) => np::sin(a);
    cos(a, b) => np::cos(a);
    tanh(a, b) => np::tanh(a);
    power(a, b) => np::power(a, b);
    abs(a, b) => np::abs(a);
    maximum(a, b) => np::maximum(a, b);
    less(a, b) => np::less(a, b);
    sum(a, b) => np::sum(a, ..);
    max(a, b) => np::max(a, ..);
    mean(a, b) => np::mean(a, ..);
    argmax(a, b) => np::argmax(a, ..);
};

fn triad(a: &Array, b: &Array, _: &Array) -> Array {
    a + 3.0 * b
}

fn poly7(a: &Array, _: &Array, _: &Array) -> Array {
    ((((((a * 0.1 + 0.2) * a + 0.3) * a + 0.4) * a + 0.5) * a + 0.6) * a + 0.7) * a + 0.8
}

fn norm_sum(a: &Array, b: &Array, c: &Array) -> Array {
    np::sum(np::sqrt(a * a + b * b + c * c), ..)
}

fn gauss(a: &Array, b: &Array, c: &Array) -> Array {
    np::exp((a * a + b * b) * -0.5) * c
}

fn trig(a: &Array, b: &Array, c: &Array) -> Array {
    np::sin(a) * np::cos(b) + np::tanh(c)
}

fn black_scholes(a: &Array, b: &Array, c: &Array) -> Array {
    let (s, k, t) = (a * 100.0, b * 100.0, c);
    let (r, v) = (0.02, 0.3);
    let sq = np::sqrt(t);
    let d1 = (np::log(&s / &k) + (r + 0.5 * v * v) * t) / (v * &sq);
    let d2 = &d1 - v * sq;
    // Logistic approximation of the normal distribution: every peer has tanh, not every one erf.
    let cdf = |x: &Array| 0.5 * (1.0 + np::tanh(0.7978845608 * (x + 0.044715 * x * x * x)));
    s * cdf(&d1) - k * np::exp(-r * t) * cdf(&d2)
}

fn haversine(a: &Array, b: &Array, c: &Array) -> Array {
    let (dlat, dlon) = ((b - a) * 0.5, (c - a) * 0.5);
    let h = np::square(np::sin(dlat)) + np::cos(a) * np::cos(b) * np::square(np::sin(dlon));
    2.0 * 6371.0 * np::arcsin(np::sqrt(h))
}

fn clip_where(a: &Array, b: &Array, c: &Array) -> Array {
    np::where_(np::greater(a, b), np::minimum(a * 2.0, c), np::maximum(b - c, 0.25))
}

fn moments(a: &Array, b: &Array, c: &Array) -> Array {
    let m = np::mean(a, ..);
    let d = a - m;
    np::mean(&d * &d, ..) + np::max(b, ..) - np::min(c, ..)
}

fn softmax_rows(a: &Array, _: &Array, _: &Array) -> Array {
    let x = square_of(a) * 8.0;
    let e = np::exp(&x - np::max(&x, axis(1).keepdims()));
    &e / np::sum(&e, axis(1).keepdims())
}

fn standardize_cols(a: &Array, _: &Array, _: &Array) -> Array {
    let x = square_of(a);
    let m = np::mean(&x, 0);
    (&x - &m) / np::sqrt(np::mean(np::square(&x - &m), 0) + 1e-9)
}

fn stencil(a: &Array, _: &Array, _: &Array) -> Array {
    let u = square_of(a);
    let middle = u.slice(s![1..-1, 1..-1]);
    let around =
        u.slice(s![2.., 1..-1]) + u.slice(s![..-2, 1..-1]) + u.slice(s![1..-1, 2..]) + u.slice(s![1..-1, ..-2]);
    &middle + 0.1 * (around - 4.0 * &middle)
}

fn outer_dist(a: &Array, b: &Array, _: &Array) -> Array {
    let n = side(a.size());
    let (x, y) = (a.slice(s![..n]), b.slice(s![..n]));
    np::sqrt(np::square(x.slice(s![.., newaxis]) - y.slice(s![newaxis, ..])) + 0.5)
}

fn transpose_add(a: &Array, _: &Array, _: &Array) -> Array {
    let x = square_of(a);
    &x + 2.0 * x.t()
}

fn mandel20(a: &Array, b: &Array, _: &Array) -> Array {
    let (x0, y0) = (a * 2.0 - 1.6, b * 2.0 - 1.1);
    let (mut x, mut y) = (x0.clone(), y0.clone());
    for _ in 0..20 {
        (x, y) = (np::clip(&x * &x - &y * &y + &x0, -4.0, 4.0), np::clip(2.0 * &x * &y + &y0, -4.0, 4.0));
    }
    &x * &x + &y * &y
}

fn int_mix(a: &Array, b: &Array, _: &Array) -> Array {
    let (i, j) = ((a * 1000.0).astype(np::int32), (b * 1000.0).astype(np::int32));
    ((i * 7 + 3) ^ (j << 2)) & 1023
}

fn cumsum_scale(a: &Array, b: &Array, _: &Array) -> Array {
    np::cumsum(a * b, ..) * 0.5
}

/// The side of the largest square matrix that `n` elements fill.
pub fn side(n: usize) -> usize {
    n.isqrt()
}

fn square_of(a: &Array) -> Array {
    let n = side(a.size());
    a.slice(s![..n * n]).reshape([n, n])
}

/// Three vectors in [0.1, 1.1): what `numpy.random.default_rng(0).random(n) + 0.1` gives when it
/// is called three times, in one of the dtypes `float64` and `float32`; for `int32` thousandths.
pub fn inputs(n: usize, dtype: np::DType) -> [Array; 3] {
    let mut generator = Pcg64::default_rng_0();
    [(); 3].map(|()| {
        let items: Vec<f64> = (0..n).map(|_| generator.random() + 0.1).collect();
        if dtype == np::float32 {
            Array::from_vec(items.into_iter().map(|x| x as f32).collect::<Vec<_>>())
        } else if dtype == np::int32 {
            Array::from_vec(items.into_iter().map(|x| (x * 1000.0) as i32).collect::<Vec<_>>())
        } else {
            Array::from_vec(items)
        }
    })
}

/// PCG XSL RR 128/64: M. O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good
/// Algorithms for Random Number Generation", HMC-CS-2014-0905; NumPy's default bit generator.
struct Pcg64 {
    state: u128,
}

impl Pcg64 {
    const MULTIPLIER: u128 = 0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645;
    /// The stream of seed 0.
    const INCREMENT: u128 = 87136372517582989555478159403783844777;

    /// The state that NumPy derives from seed 0.
    fn default_rng_0() -> Pcg64 {
        Pcg64 { state: 35399562948360463058890781895381311971 }
    }

    /// The next of 2^53 equidistant numbers in [0, 1).
    fn random(&mut self) -> f64 {
        self.state = self.state.wrapping_mul(Pcg64::MULTIPLIER).wrapping_add(Pcg64::INCREMENT);
        let folded = (self.state >> 64) as u64 ^ self.state as u64;
        let bits = folded.rotate_right((self.state >> 122) as u32);
        (bits >> 11) as f64 / (1u64 << 53) as f64
    }
}
