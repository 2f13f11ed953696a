//! Sums are at least as accurate as NumPy's.

use numfuse::{Array, Element};

use super::{random, together};

/// The arithmetic that the reference needs.
trait Float: Element + std::ops::Add<Output = Self> {
    fn wide(self) -> f64;
}

impl Float for f32 {
    fn wide(self) -> f64 {
        self.into()
    }
}

impl Float for f64 {
    fn wide(self) -> f64 {
        self
    }
}

/// NumPy's `pairwise_sum` (numpy/_core/src/umath/loops_utils.h.src): blocks of up to 128 elements in eight
/// accumulators, halves above that.
fn pairwise<T: Float>(a: &[T]) -> T {
    let n = a.len();
    if n < 8 {
        let mut rest = a.iter().copied();
        let first = rest.next().unwrap();
        return rest.fold(first, |sum, x| sum + x);
    }
    if n <= 128 {
        let (chunks, rest) = a.as_chunks::<8>();
        let mut r = chunks[0];
        for chunk in &chunks[1..] {
            r = std::array::from_fn(|i| r[i] + chunk[i]);
        }
        let sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
        return rest.iter().fold(sum, |sum, &x| sum + x);
    }
    let half = n / 2 - n / 2 % 8;
    pairwise(&a[..half]) + pairwise(&a[half..])
}

/// The sum in twice the precision of float64: TwoSum (Knuth, TAOCP 4.2.2) with the errors added up apart.
fn exact<T: Float>(a: &[T]) -> (f64, f64) {
    let (mut sum, mut low) = (0.0f64, 0.0f64);
    for x in a.iter().map(|x| x.wide()) {
        let next = sum + x;
        let part = next - sum;
        low += (sum - (next - part)) + (x - part);
        sum = next;
    }
    (sum, low)
}

/// Errors of this crate's and of NumPy's sum.
fn errors<T: Float>(items: Vec<T>) -> (f64, f64) {
    let (high, low) = exact(&items);
    let numpy = pairwise(&items).wide();
    let ours = Array::from_vec(items).sum(..).item::<T>().unwrap().wide();
    (((ours - high) - low).abs(), ((numpy - high) - low).abs())
}

/// Asserts that the root mean square error over several arrays is not above NumPy's.
fn compare<T: Float>(name: &str, arrays: u64, length: usize, item: impl Fn(usize, f64) -> T) {
    let _together = together();
    let (mut ours, mut numpys) = (0.0, 0.0);
    for seed in 0..arrays {
        let items = random(seed).take(length).enumerate().map(|(i, x)| item(i, x)).collect();
        let (our, numpy) = errors(items);
        ours += our * our;
        numpys += numpy * numpy;
    }
    let [ours, numpys] = [ours, numpys].map(|squares| (squares / arrays as f64).sqrt());
    println!("{name}: error {ours:e}, NumPy's {numpys:e}");
    assert!(ours <= numpys, "{name}: error {ours:e} is above NumPy's {numpys:e}");
}

#[test]
fn sums_of_random_float32() {
    compare("random float32", 4, 10_000_000, |_, x| x as f32);
}

#[test]
fn sums_of_random_float64() {
    compare("random float64", 4, 10_000_000, |_, x| x);
}

// One sum of such data has almost any error; enough of them show the difference.

#[test]
fn sums_of_alternating_float32() {
    compare("alternating float32", 16, 2_000_000, |i, x| alternating(i, x) as f32);
}

#[test]
fn sums_of_alternating_float64() {
    compare("alternating float64", 16, 2_000_000, alternating);
}

fn alternating(i: usize, x: f64) -> f64 {
    if i.is_multiple_of(2) { x + 1000.0 } else { -(x + 1000.0) }
}
