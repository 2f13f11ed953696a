//! No argument may panic, overflow or allocate without bound: every call gives a value or an error.

use std::panic::{AssertUnwindSafe, catch_unwind};

use numfuse as np;
use numfuse::options::*;
use numfuse::{Array, Index, TakeMode, s};

const NUMBERS: [i64; 9] = [i64::MIN, i64::MIN + 1, -7, -1, 0, 1, 2, 7, i64::MAX];

fn arrays() -> Vec<Array> {
    vec![
        np::scalar(2.5),
        np::zeros(0, np::int32),
        np::zeros([2, 0, 3], np::complex64),
        np::arange(5, ..),
        np::ones([2, 3], np::bool),
        (np::arange(24, dtype(np::float32)) - 7).reshape([2, 3, 4]).slice(s![.., ..;-1, 1..]),
        np::ones([1, 2], np::uint8),
        np::broadcast_to([1u64, u64::MAX], [3, 2]),
        np::linspace(-1.0, 1.0, 4).astype(np::float16),
        np::ones(3, ..) + np::ones(4, ..),
    ]
}

/// Builds, and evaluates what is small; the name of the call on a panic.
fn survives(name: &str, build: impl FnOnce() -> Array) {
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let a = build();
        if a.check().is_ok() && a.shape().iter().try_fold(1usize, |n, &d| n.checked_mul(d)).is_some_and(|n| n < 1000) {
            let _ = a.eval().map(|v| v.to_string());
        }
    }));
    assert!(outcome.is_ok(), "{name} panicked");
}

#[test]
fn generators_take_any_number() {
    for m1 in NUMBERS {
        survives("zeros", || np::zeros([m1, 2], ..));
        survives("full", || np::full(m1, m1, np::int8));
        survives("arange", || np::arange(m1, ..));
        survives("identity", || np::identity(m1, ..));
        for m2 in NUMBERS {
            survives("eye", || np::eye(2, m(m1).k(m2)));
            survives("tri", || np::tri(3, k(m1).m(m2)));
            survives("tril", || np::tril(np::ones([3, 2], ..), m1));
            survives("arange", || np::arange(m1, m2));
            survives("linspace", || np::linspace(m1, m2, num(m2)));
            survives("geomspace", || np::geomspace(m1, m2, num(3).dtype(np::int16)));
            for m3 in NUMBERS {
                survives("arange", || np::arange(m1, stop(m2).step(m3)));
                survives("arange", || np::arange(m1 as f64, stop(m2 as f64 * 1e300).step(m3 as f64 * 1e-300)));
            }
        }
    }
}

#[test]
fn views_take_any_number() {
    for a in arrays() {
        for x in NUMBERS {
            survives("reshape", || a.reshape(x));
            survives("squeeze", || np::squeeze(&a, x));
            survives("expand_dims", || np::expand_dims(&a, x));
            survives("flip", || np::flip(&a, x));
            survives("rot90", || np::rot90(&a, x));
            survives("diagonal", || a.diagonal(x));
            survives("trace", || a.trace(x));
            survives("slice", || a.slice(x));
            survives("cumsum", || a.cumsum(x));
            survives("argmax", || a.argmax(x));
            survives("round", || a.round(x));
            survives("stack", || np::stack([&a, &a], x));
            survives("concatenate", || np::concatenate([&a, &a], x));
            survives("linspace", || np::linspace(&a, &a, num(3).axis(x)));
            for y in NUMBERS {
                survives("reshape", || a.reshape([x, y]));
                survives("swapaxes", || np::swapaxes(&a, x, y));
                survives("moveaxis", || np::moveaxis(&a, x, y));
                survives("rollaxis", || np::rollaxis(&a, x, y));
                survives("transpose", || np::transpose(&a, [x as isize, y as isize]));
                survives("broadcast_to", || np::broadcast_to(&a, [x, y]));
                survives("rot90", || np::rot90(&a, axes([x, y])));
                survives("diagonal", || a.diagonal(axis1(x).axis2(y)));
                survives("sum", || a.sum(axis([x, y]).keepdims()));
                survives("take", || np::take(&a, x, axis(y)));
                survives("take", || np::take(&a, [x, y], mode(TakeMode::Wrap)));
                survives("take", || np::take(&a, [x, y], mode(TakeMode::Clip)));
                survives("split", || np::split(&a, x, y).remove(0));
                survives("array_split", || np::array_split(&a, [x, y], 0).remove(0));
                survives("delete", || np::delete(&a, x, axis(y)));
                survives("delete", || np::delete(&a, [x, y], ..));
                survives("insert", || np::insert(&a, x, y, 0));
                survives("insert", || np::insert(&a, [x, y], y, ..));
                survives("resize", || np::resize(&a, [x, y]));
                survives("roll", || np::roll(&a, [x, y], 0));
                survives("repeat", || np::repeat(&a, x, axis(y)));
                survives("repeat", || np::repeat(&a, [x, y], 0));
                survives("tile", || np::tile(&a, [x, y]));
                survives("diag", || np::diag(&a, x));
                survives("diagflat", || np::diagflat(&a, x));
                survives("vander", || np::vander(&a, x));
                for mode in ["constant", "edge", "linear_ramp", "maximum", "mean", "reflect", "symmetric", "wrap"] {
                    survives("pad", || np::pad(&a, [x, y], mode, ..));
                }
                survives("pad", || np::pad(&a, [x, y], "reflect", reflect_type("odd")));
                survives("frombuffer", || np::frombuffer(vec![1, 2, 3, 4], dtype(np::int16).count(x).offset(y)));
                survives("ndarray", || {
                    Array::new([2, 2], dtype(np::uint8).buffer(vec![1; 9]).offset(x).strides([y, x]))
                });
                survives("get", || a.get(np::s![[x, y], np::Ellipsis, y as isize]));
                survives("get", || a.get(([x, y], [y])));
                survives("take_along_axis", || np::take_along_axis(&a, [[x], [y]], x));
                survives("ravel_multi_index", || np::ravel_multi_index([x, y], [y, x], ..));
                survives("unravel_index", || np::unravel_index(x, [y, x], ..).remove(0));
                survives("set", || {
                    let mut b = a.clone();
                    b.set(([x, y], y as isize), x);
                    b
                });
                survives("put", || {
                    let mut b = a.clone();
                    np::put(&mut b, [x, y], [y, x], ..);
                    np::put(&mut b, [x, y], [y, x], TakeMode::Wrap);
                    np::fill_diagonal(&mut b, x, wrap());
                    b
                });
                for z in NUMBERS {
                    let slice = Index::Slice { start: Some(x as isize), stop: Some(y as isize), step: z as isize };
                    survives("slice", || a.slice(slice.clone()));
                    survives("slice", || a.slice([np::Ellipsis, slice]));
                }
            }
        }
    }
}

type Change = fn(&mut Array, &Array);

/// Calls that change an array, with another array as mask, positions and value.
const CHANGES: &[(&str, Change)] = &[
    ("set", |a, b| a.set(b, b)),
    ("set", |a, b| a.set((b, b), 1)),
    ("set", |a, b| a.set(np::s![.., np::newaxis], b)),
    ("put", |a, b| np::put(a, b, b, ..)),
    ("place", |a, b| np::place(a, b, b)),
    ("putmask", |a, b| np::putmask(a, b, b)),
    ("copyto", |a, b| np::copyto(a, b, where_(b))),
    ("put_along_axis", |a, b| np::put_along_axis(a, b, b, 0)),
    ("fill_diagonal", |a, b| np::fill_diagonal(a, b, ..)),
    ("fill", |a, b| a.fill(b)),
];

#[test]
fn every_pair_of_arrays_gives_a_value_or_an_error() {
    let all = arrays();
    for a in &all {
        survives("reductions", || a.mean(0) + a.std(..) + a.prod(-1) + a.min(0));
        survives("nan reductions", || np::nanmean(a, 0) + np::nanargmax(a, ..) + np::nanvar(a, ddof(1e300)));
        for b in &all {
            survives("operators", || (a + b) * (a - b) / (b % a) - (a ^ b));
            survives("shifts", || (a << b) >> a);
            survives("power", || np::power(a, b));
            survives("matmul", || np::matmul(a, b));
            survives("vecdot", || np::vecdot(a, b));
            survives("take", || np::take(a, b, ..));
            survives("get", || a.get(b));
            survives("get", || a.get((b, b)));
            survives("get", || a.get(np::s![np::Ellipsis, b, np::newaxis]));
            survives("get", || a.get(a.ne(b)));
            survives("nonzero", || np::nonzero(a).remove(0));
            survives("argwhere", || np::argwhere(a));
            survives("compress", || np::compress(a, b, 0));
            survives("extract", || np::extract(a, b));
            survives("choose", || np::choose(a, [b, a], ..));
            survives("take_along_axis", || np::take_along_axis(a, b, ..));
            survives("ravel_multi_index", || np::ravel_multi_index([a, b], [3, 4], ..));
            for (name, change) in CHANGES {
                survives(name, || {
                    let mut c = a.clone();
                    change(&mut c, b);
                    c
                });
            }
            survives("where", || np::where_(a, b, a));
            survives("clip", || np::clip(a, b, ..));
            survives("select", || np::select([a], [b], ..));
            survives("allclose", || np::allclose(a, b, ..));
            survives("array_equal", || np::array_equal(a, b, ..));
            survives("hstack", || np::hstack([a, b], ..));
            survives("dstack", || np::dstack([a, b]));
            survives("column_stack", || np::column_stack([a, b]));
            survives("sum", || a.sum(where_(b).initial(b)));
            survives("full", || np::full([2, 3], b, ..));
            survives("assign", || {
                let mut c = a.clone();
                c *= b;
                c
            });
        }
    }
    let mut deep = np::ones((), ..);
    for _ in 0..70 {
        deep = np::expand_dims(&deep, 0);
    }
    assert!(deep.check().is_err());
    let wide = np::ones(vec![1; 40], np::int64);
    survives("take", || np::take(&wide, &wide, 0));
    assert!(np::array(vec![vec![1.0, 2.0], vec![3.0]], ..).check().is_err());
    survives("empty nested", || np::array(vec![Vec::<f64>::new(); 3], ..));
}
