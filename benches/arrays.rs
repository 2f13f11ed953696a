//! What NumPy does to arrays of a million numbers in its main namespace: sorting, searching, counting, picking, moving,
//! files. The data are the same numbers on both sides, from one seed.
//!
//! `cargo bench --bench arrays -- --threads 1 > rows.json`, then `benches/against_numpy.py rows.json`.

mod cases;

use cases::rows::Rows;
use cases::{evaluated, run};
use np::prelude::*;
use numfuse as np;

const N: usize = 1_000_000;

fn main() -> np::Result<()> {
    let rows = Rows::new("arrays");
    let rng = np::random::default_rng(0)?;
    let float = np::float64;
    let time = |case: &str, call: &dyn Fn() -> np::Array| rows.time(case, N, float, || run(call));

    // Numbers in no order, the same in order, and as counts; positions; half of all elements in no pattern.
    let a = evaluated(&rng.random(N));
    let b = evaluated(&rng.random(N));
    let sorted = evaluated(&np::sort(&a, ..));
    let counts = evaluated(&rng.integers(1000, size(N)));
    let at = evaluated(&rng.permutation(N, ..));
    let half = evaluated(&a.lt(0.5));
    let number = half.sum(..).item::<i64>()?;
    let values = evaluated(&np::ones(number, ..));
    let kernel = evaluated(&rng.random(64));
    let edges = evaluated(&np::linspace(0.0, 1.0, 101));
    let few = evaluated(&rng.integers(1_i64 << 40, size(1000)));
    let many = evaluated(&rng.integers(1_i64 << 40, size(N)));

    time("interp", &|| np::interp(&b, &sorted, &a, ..));
    time("interp of 100 points", &|| np::interp(&b, &edges, &edges, ..));
    time("histogram", &|| np::histogram(&a, 100).0);
    time("bincount", &|| np::bincount(&counts, ..));
    time("digitize", &|| np::digitize(&a, &edges, ..));
    time("unique", &|| np::unique(&a, ..).values);
    time("unique of counts", &|| np::unique(&counts, ..).values);
    time("median", &|| np::median(&a, ..));
    time("percentile", &|| np::percentile(&a, [5.0, 50.0, 95.0], ..));
    time("cumsum", &|| np::cumsum(&a, ..));
    time("diff", &|| np::diff(&a, ..));
    time("convolve", &|| np::convolve(&a, &kernel, ..));
    time("searchsorted", &|| np::searchsorted(&sorted, &b, ..));
    time("searchsorted in order", &|| np::searchsorted(&sorted, &sorted, ..));
    time("take", &|| np::take(&a, &at, ..));
    time("mask get", &|| a.get(&half));
    let mut changed = a.copy(..);
    rows.time("mask set to a number", N, float, || changed.set(&half, 1.5));
    rows.time("mask set to values", N, float, || changed.set(&half, &values));
    time("concatenate", &|| np::concatenate([&a, &b], ..));
    time("repeat", &|| np::repeat(&a, 2, ..));
    time("roll", &|| np::roll(&a, 1000, ..));
    time("pad", &|| np::pad(&a, 100, "constant", ..));
    time("where", &|| np::where_(&half, &a, &b));
    time("argwhere", &|| np::argwhere(&half));
    time("isin 1000", &|| np::isin(&many, &few, ..));
    time("isin 1M", &|| np::isin(&counts, &many, ..));

    for dtype in [np::float64, np::float32, np::int64, np::int32] {
        let x = evaluated(&match dtype {
            np::float64 => a.clone(),
            np::float32 => a.astype(np::float32),
            _ => rng.integers(1_i64 << 31, size(N)).astype(dtype),
        });
        rows.time("sort", N, dtype, || run(|| np::sort(&x, ..)));
        rows.time("argsort", N, dtype, || run(|| np::argsort(&x, ..)));
    }

    let folder = std::env::temp_dir().join(format!("numfuse-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let (npy, text) = (folder.join("80MB.npy"), folder.join("table.txt"));
    let large = evaluated(&np::arange(10 * N, dtype(float)));
    rows.time("save 80 MB", 10 * N, float, || np::save(&npy, &large).expect("a file"));
    if rows.wants("load 80 MB") {
        np::save(&npy, &large)?;
        rows.time("load 80 MB", 10 * N, float, || run(|| np::load(&npy, ..)));
    }
    if rows.wants("loadtxt") {
        np::savetxt(&text, rng.random([100_000, 10]), ..)?;
        rows.time("loadtxt 100k x 10", N, float, || run(|| np::loadtxt(&text, ..)));
    }
    std::fs::remove_dir_all(&folder).expect("the folder");
    Ok(())
}
