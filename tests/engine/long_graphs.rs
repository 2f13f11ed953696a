//! Depth costs memory in proportion, never stack; endless loops evaluate on their own.

use numfuse as np;
use numfuse::prelude::*;

use super::{alone, data, together};

const NODES: usize = 100_000;

fn deep(step: impl Fn(Array) -> Array, from: &Array, nodes_per_step: usize) -> Array {
    (0..NODES / nodes_per_step).fold(from.clone(), |x, _| step(x))
}

/// Builds, prints, explains, evaluates and drops; the drop of an unevaluated one, too.
fn live_and_die() {
    let one = array![1.0, 2.0, 3.0];
    let chain = || deep(|x| x * 0.5 + &one, &one, 2);
    let x = chain();
    assert_eq!(format!("{x:?}"), "Array((3,), float64, pending)");
    assert!(x.explain().lines().count() > NODES / 100);
    assert!(!x.is_evaluated());
    assert_eq!(x.to_vec::<f64>().unwrap(), [2.0, 4.0, 6.0]);
    assert_eq!(x.to_string(), "[2. 4. 6.]");
    drop(chain());
    // Everything that hangs on a deep chain: its error, its views, its reductions.
    let clone = chain();
    let total = clone.slice(s![..;-1]).sum(..);
    drop(clone);
    assert_eq!(total.item::<f64>().unwrap(), 12.0);
}

#[test]
fn a_hundred_thousand_nodes_fit_a_small_stack() {
    let _together = together();
    let small = std::thread::Builder::new().stack_size(512 << 10).spawn(live_and_die).unwrap();
    small.join().unwrap();
}

#[test]
fn deep_graphs_of_other_shapes() {
    let _together = together();
    let one = array![1.0, 2.0];
    // Every node used twice: 2^50000 paths.
    let diamonds = deep(|x| (&x + &x) * 0.5, &one, 2);
    assert_eq!(diamonds.to_vec::<f64>().unwrap(), [1.0, 2.0]);
    // Views only.
    let flips = deep(|x| np::flip(x, ..), &(&one + 0.0), 1);
    assert_eq!(flips.to_vec::<f64>().unwrap(), [1.0, 2.0]);
    // A wide one: as many leaves as nodes.
    let mut layer: Vec<Array> = (0..NODES / 10).map(|i| Array::from_vec(vec![i as f64, 1.0])).collect();
    while layer.len() > 1 {
        layer = layer.chunks(2).map(|pair| if let [a, b] = pair { a + b } else { pair[0].clone() }).collect();
    }
    let n = (NODES / 10) as f64;
    assert_eq!(layer[0].to_vec::<f64>().unwrap(), [n * (n - 1.0) / 2.0, n]);
}

/// `NUMFUSE_LONG_TESTS=1` runs the full million.
#[test]
fn endless_loops_stay_within_bounded_memory() {
    let _alone = alone();
    let steps = if std::env::var_os("NUMFUSE_LONG_TESTS").is_some() { 1_000_000 } else { 200_000 };
    let y = data(7, 1000);
    let before = np::statistics();
    let mut x = np::zeros(1000, ..);
    for _ in 0..steps {
        x = &x * 0.5 + &y;
    }
    let after = np::statistics();
    assert!(after.auto_evaluations - before.auto_evaluations >= steps / 65_537, "the library evaluates on its own");
    let peak = after.peak_bytes.saturating_sub(before.peak_bytes);
    assert!(peak < 100 << 20, "{peak} bytes more than before");
    let fixed_point: Vec<f64> = y.to_vec::<f64>().unwrap();
    for (got, y) in x.to_vec::<f64>().unwrap().into_iter().zip(fixed_point) {
        assert!((got - 2.0 * y).abs() <= 2.0 * f64::EPSILON * y * 2.0, "{got} is not twice {y}");
    }
    drop(x);
    assert!(np::statistics().live_bytes <= before.live_bytes + (1 << 20));
}
