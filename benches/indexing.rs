//! Elements picked, moved and assigned.
//!
//! `cargo bench --bench indexing -- --threads 1 > rows.json`, then `benches/against_numpy.py rows.json`.

mod cases;

use cases::rows::Rows;
use cases::{evaluated, run};
use numfuse as np;
use numfuse::{Array, s};

/// Numbers below `n` in no order.
fn scattered(n: usize) -> Array {
    evaluated(&((np::arange(n, ..) * 7_919 + 12_345) % n))
}

fn main() {
    let rows = Rows::new("indexing");
    let n = 1_000_000;
    let a = evaluated(&np::sin(np::arange(n, ..) * 0.37));
    let at = scattered(n);
    let few = evaluated(&at.slice(s![..n / 10]));
    // Half of the elements, in no pattern.
    let half = evaluated(&np::bitwise_and(&at, 1).eq(0));
    let count = half.sum(..).item::<i64>().map_or(0, |n| n as usize);
    let values = evaluated(&np::ones(count, ..));
    let plane = evaluated(&a.reshape([1000, 1000]));
    let float = np::float64;

    rows.time("take", n, float, || run(|| np::take(&a, &at, ..)));
    rows.time("take in order", n, float, || run(|| np::take(&a, np::arange(n, ..), ..)));
    rows.time("take rows", n, float, || {
        run(|| np::take(&plane, few.slice(s![..1000]), np::options::axis(0).mode(np::TakeMode::Wrap)))
    });
    let (i, j) = (evaluated(&np::floor_divide(&at, 1000)), evaluated(&(&at % 1000)));
    rows.time("get of pairs", n, float, || run(|| plane.get((&i, &j))));
    rows.time("get mask", n, float, || run(|| a.get(&half)));
    let mut b = a.copy(..);
    rows.time("set mask to a number", n, float, || b.set(&half, 1.5));
    rows.time("set mask to values", n, float, || b.set(&half, &values));
    rows.time("set positions", n, float, || b.set(&at, &a));
    rows.time("set slice", n, float, || b.set(s![10..-10], 2.5));
    rows.time("concatenate", n, float, || run(|| np::concatenate([&a, &a], ..)));
    rows.time("stack columns", n, float, || run(|| np::stack([&a, &a], 1)));
    rows.time("repeat", n, float, || run(|| np::repeat(&a, 2, ..)));
    rows.time("repeat rows", n, float, || run(|| np::repeat(&plane, 3, 0)));
    rows.time("repeat as told", n, float, || run(|| np::repeat(&a, half.astype(np::int64), ..)));
    rows.time("tile", n, float, || run(|| np::tile(&a, 3)));
    rows.time("roll", n, float, || run(|| np::roll(&a, 1000, ..)));
    rows.time("roll rows", n, float, || run(|| np::roll(&plane, 3, 1)));
    rows.time("pad", n, float, || run(|| np::pad(&a, 100, "constant", ..)));
    rows.time("pad edge", n, float, || run(|| np::pad(&plane, 10, "edge", ..)));
    rows.time("pad reflect", n, float, || run(|| np::pad(&plane, 10, "reflect", ..)));
    rows.time("where", n, float, || run(|| np::where_(&half, &a, 0.0)));
    rows.time("nonzero", n, float, || run(|| np::nonzero(&half).remove(0)));
    rows.time("argwhere", n, float, || run(|| np::argwhere(&half)));
    rows.time("argwhere of a plane", n, float, || run(|| np::argwhere(half.reshape([1000, 1000]))));
    rows.time("flatnonzero of floats", n, float, || run(|| np::flatnonzero(&a)));
    let along = evaluated(&j.reshape([1000, 1000]));
    rows.time("take_along_axis", n, float, || run(|| np::take_along_axis(&plane, &along, 1)));
    rows.time("delete", n, float, || run(|| np::delete(&a, 1000, ..)));
    rows.time("insert", n, float, || run(|| np::insert(&a, 1000, 1.0, ..)));
    let mut c = evaluated(&np::zeros(1000, ..)).copy(..);
    rows.time("set one by one", 1000, float, || {
        for i in 0..1000_usize {
            c.set(i, 1.0);
        }
    });
}
