//! Reading and writing files.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use np::prelude::*;
use numfuse as np;

fn files(c: &mut Criterion) {
    let folder = std::env::temp_dir().join(format!("numfuse-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let mut group = c.benchmark_group("files");
    group.sample_size(10);

    let array = np::arange(10_000_000, dtype(np::float64));
    array.eval().expect("an array");
    let npy = folder.join("80MB.npy");
    group.throughput(Throughput::Bytes(80_000_000));
    group.bench_function("save 80 MB", |b| b.iter(|| np::save(&npy, &array).expect("a file")));
    group.bench_function("load 80 MB", |b| b.iter(|| np::load(&npy, ..).eval().expect("the array")));
    group.bench_function("map 80 MB and sum", |b| {
        b.iter(|| black_box(np::load(&npy, "r").sum(..).item::<f64>().expect("a sum")))
    });

    let table = np::random::default_rng(0).expect("a generator").random([100_000, 10]);
    let text = folder.join("table.txt");
    group.bench_function("savetxt 100k x 10", |b| b.iter(|| np::savetxt(&text, &table, ..).expect("a table")));
    group.throughput(Throughput::Bytes(std::fs::metadata(&text).expect("the table").len()));
    group.bench_function("loadtxt 100k x 10", |b| b.iter(|| np::loadtxt(&text, ..).eval().expect("the table")));
    group.bench_function("genfromtxt 100k x 10", |b| b.iter(|| np::genfromtxt(&text, ..).eval().expect("the table")));
    group.finish();
    std::fs::remove_dir_all(&folder).expect("the folder");
}

criterion_group!(benches, files);
criterion_main!(benches);
