//! The same work with the `ndarray` crate, written as its users would write it: operators and
//! `mapv`, and a hand-fused `Zip` where that fits.

mod cases;
#[allow(dead_code)] // The example also times them.
#[path = "../examples/pipelines/pipes.rs"]
mod pipes;

use std::hint::black_box;

use cases::{SIZES, run};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis, Zip, s};
use numfuse as np;
use pipes::{PIPELINES, inputs, side};

type Vector<'a> = ArrayView1<'a, f64>;

/// What a pipeline gives. Only `black_box` reads it.
#[allow(dead_code)]
enum Value {
    Number(f64),
    Vector(Array1<f64>),
    Integers(Array1<i32>),
    Matrix(Array2<f64>),
}

macro_rules! value_from {
    ($($t:ty => $Variant:ident),*) => {$(
        impl From<$t> for Value {
            fn from(value: $t) -> Value { Value::$Variant(value) }
        }
    )*};
}
value_from!(f64 => Number, Array1<f64> => Vector, Array1<i32> => Integers, Array2<f64> => Matrix);

fn square_of(a: Vector) -> ArrayView2<f64> {
    let n = side(a.len());
    a.slice_move(s![..n * n]).into_shape_with_order((n, n)).unwrap_or_else(|e| panic!("{e}"))
}

fn maximum(a: ArrayView1<f64>) -> f64 {
    a.fold(f64::NEG_INFINITY, |m, &x| m.max(x))
}

fn triad(a: Vector, b: Vector, _: Vector) -> Value {
    (3.0 * &b + a).into()
}

fn poly7(a: Vector, _: Vector, _: Vector) -> Value {
    (((((((&a * 0.1 + 0.2) * a + 0.3) * a + 0.4) * a + 0.5) * a + 0.6) * a + 0.7) * a + 0.8).into()
}

fn norm_sum(a: Vector, b: Vector, c: Vector) -> Value {
    (&a * &a + &b * &b + &c * &c).mapv_into(f64::sqrt).sum().into()
}

fn gauss(a: Vector, b: Vector, c: Vector) -> Value {
    (((&a * &a + &b * &b) * -0.5).mapv_into(f64::exp) * c).into()
}

fn trig(a: Vector, b: Vector, c: Vector) -> Value {
    (a.mapv(f64::sin) * b.mapv(f64::cos) + c.mapv(f64::tanh)).into()
}

fn clip_where(a: Vector, b: Vector, c: Vector) -> Value {
    Zip::from(a).and(b).and(c).map_collect(|&a, &b, &c| if a > b { (a * 2.0).min(c) } else { (b - c).max(0.25) }).into()
}

fn moments(a: Vector, b: Vector, c: Vector) -> Value {
    let d = &a - a.mean().unwrap_or(f64::NAN);
    ((&d * &d).mean().unwrap_or(f64::NAN) + maximum(b) - c.fold(f64::INFINITY, |m, &x| m.min(x))).into()
}

fn softmax_rows(a: Vector, _: Vector, _: Vector) -> Value {
    let x = &square_of(a) * 8.0;
    let top = x.map_axis(Axis(1), maximum).insert_axis(Axis(1));
    let e = (x - top).mapv_into(f64::exp);
    let total = e.sum_axis(Axis(1)).insert_axis(Axis(1));
    (e / total).into()
}

fn standardize_cols(a: Vector, _: Vector, _: Vector) -> Value {
    let x = square_of(a);
    let rows = x.nrows() as f64;
    let d = &x - x.sum_axis(Axis(0)) / rows;
    let deviation = (d.mapv(|x| x * x).sum_axis(Axis(0)) / rows + 1e-9).mapv_into(f64::sqrt);
    (d / deviation).into()
}

#[allow(clippy::reversed_empty_ranges)] // Negative ends count from the back.
fn stencil(a: Vector, _: Vector, _: Vector) -> Value {
    let u = square_of(a);
    let middle = u.slice(s![1..-1, 1..-1]);
    let around =
        &u.slice(s![2.., 1..-1]) + &u.slice(s![..-2, 1..-1]) + u.slice(s![1..-1, 2..]) + u.slice(s![1..-1, ..-2]);
    ((around - &middle * 4.0) * 0.1 + middle).into()
}

fn outer_dist(a: Vector, b: Vector, _: Vector) -> Value {
    let n = side(a.len());
    let (x, y) = (a.slice(s![..n]).insert_axis(Axis(1)), b.slice(s![..n]).insert_axis(Axis(0)));
    (&x - &y).mapv_into(|d| (d * d + 0.5).sqrt()).into()
}

fn transpose_add(a: Vector, _: Vector, _: Vector) -> Value {
    let x = square_of(a);
    (&x.t() * 2.0 + x).into()
}

fn int_mix(a: Vector, b: Vector, _: Vector) -> Value {
    let (i, j) = (a.mapv(|a| (a * 1000.0) as i32), b.mapv(|b| (b * 1000.0) as i32));
    (((i * 7 + 3) ^ (j << 2)) & 1023).into()
}

fn cumsum_scale(a: Vector, b: Vector, _: Vector) -> Value {
    let mut out = &a * &b;
    out.accumulate_axis_inplace(Axis(0), |&before, x| *x += before);
    (out * 0.5).into()
}

fn triad_zip(a: Vector, b: Vector, _: Vector) -> Value {
    Zip::from(a).and(b).map_collect(|&a, &b| a + 3.0 * b).into()
}

fn norm_sum_zip(a: Vector, b: Vector, c: Vector) -> Value {
    Zip::from(a).and(b).and(c).fold(0.0, |sum, &a, &b, &c| sum + (a * a + b * b + c * c).sqrt()).into()
}

fn gauss_zip(a: Vector, b: Vector, c: Vector) -> Value {
    Zip::from(a).and(b).and(c).map_collect(|&a, &b, &c| ((a * a + b * b) * -0.5).exp() * c).into()
}

fn poly7_zip(a: Vector, _: Vector, _: Vector) -> Value {
    a.mapv(|a| ((((((a * 0.1 + 0.2) * a + 0.3) * a + 0.4) * a + 0.5) * a + 0.6) * a + 0.7) * a + 0.8).into()
}

type Peer = (&'static str, &'static str, fn(Vector, Vector, Vector) -> Value);

/// Pipeline, style, function.
const PEERS: &[Peer] = &[
    ("triad", "ndarray", triad),
    ("triad", "ndarray Zip", triad_zip),
    ("poly7", "ndarray", poly7),
    ("poly7", "ndarray Zip", poly7_zip),
    ("norm_sum", "ndarray", norm_sum),
    ("norm_sum", "ndarray Zip", norm_sum_zip),
    ("gauss", "ndarray", gauss),
    ("gauss", "ndarray Zip", gauss_zip),
    ("trig", "ndarray", trig),
    ("clip_where", "ndarray Zip", clip_where),
    ("moments", "ndarray", moments),
    ("softmax_rows", "ndarray", softmax_rows),
    ("standardize_cols", "ndarray", standardize_cols),
    ("stencil", "ndarray", stencil),
    ("outer_dist", "ndarray", outer_dist),
    ("transpose_add", "ndarray", transpose_add),
    ("int_mix", "ndarray", int_mix),
    ("cumsum_scale", "ndarray", cumsum_scale),
];

fn peers_of(pipeline: &str) -> impl Iterator<Item = &Peer> {
    PEERS.iter().filter(move |(name, ..)| *name == pipeline)
}

fn against_ndarray(criterion: &mut Criterion) {
    np::set_threads(1);
    for pipeline in PIPELINES {
        if peers_of(pipeline.name).next().is_none() {
            continue;
        }
        let mut group = criterion.benchmark_group(format!("against ndarray/{}", pipeline.name));
        for n in SIZES {
            let [a, b, c] = inputs(n, np::float64);
            let vectors = [&a, &b, &c].map(|x| Array1::from(x.to_vec::<f64>().unwrap_or_default()));
            let [va, vb, vc] = [0, 1, 2].map(|i| vectors[i].view());
            group.throughput(Throughput::Elements(n as u64));
            group.bench_function(BenchmarkId::new("numfuse", n), |bencher| {
                bencher.iter(|| run(|| (pipeline.run)(&a, &b, &c)));
            });
            for (_, style, peer) in peers_of(pipeline.name) {
                group.bench_function(BenchmarkId::new(*style, n), |bencher| {
                    bencher.iter(|| black_box(peer(va, vb, vc)));
                });
            }
        }
        group.finish();
    }
}

criterion_group! { name = benches; config = cases::criterion(); targets = against_ndarray }
criterion_main!(benches);
