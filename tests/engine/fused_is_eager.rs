//! Fused and op by op: the same bits.

use numfuse as np;
use numfuse::prelude::*;

use super::{bits, data, together};

type Pipeline = fn(&Array, &Array) -> Array;

const PIPELINES: &[(&str, Pipeline)] = &[
    ("polynomial", |a, b| ((a * 0.1 + 0.2) * a + 0.3) * b + 0.4),
    ("quotients", |a, b| (a / b - b / a) / (a + b)),
    ("exp, log, pow", |a, b| np::log1p(np::exp(a) * b) + np::power(a, b)),
    ("trigonometry", |a, b| np::sin(a * 40.0) * np::cos(b) + np::arctan2(a, b)),
    ("hyperbolics", |a, b| np::tanh(a) - np::arcsinh(b * 3.0) + np::sinh(a - b)),
    ("rounding", |a, b| np::floor(a * 9.0) + np::rint(b * 7.0) - np::trunc(a / b)),
    ("remainders", |a, b| np::fmod(a * 9.0, b) + np::remainder(a * -9.0, b)),
    ("choice", |a, b| np::where_(a.gt(b), np::minimum(a * 2.0, b), np::maximum(b - a, 0.25))),
    ("specials", |a, b| np::log(a - 0.6) * b + 1.0 / (a * 0.0) - np::sqrt(b - 0.6)),
    ("integers", |a, b| (((a * 1e3).astype(np::int64) * 7) ^ (b * 1e3).astype(np::int64)) << 2),
    ("comparisons", |a, b| np::logical_and(a.gt(b), np::isfinite(a / (b * 0.0)))),
    ("stencil", |a, b| a.slice(s![2..]) + a.slice(s![..-2]) - b.slice(s![1..-1]) * 2.0),
    ("reversed", |a, b| a.slice(s![..;-1]) * b + b.slice(s![..;-1])),
    ("joined", |a, b| np::concatenate([&(a * 2.0), &(b + 1.0)], ..) * 0.5),
    ("standardized", |a, b| (a - a.mean(..)) / a.std(..) + b.max(..)),
    ("sum of a chain", |a, b| (a * b + 1.0).sqrt().sum(..)),
    ("running", |a, b| (a * b).cumsum(..) * 0.5),
    ("outer", |a, b| {
        let (x, y) = (a.slice(s![..31, newaxis]), b.slice(s![newaxis, ..53]));
        np::sqrt((&x - &y) * (&x - &y) + 0.5)
    }),
];

#[test]
fn the_same_bits() {
    let _together = together();
    for n in [64, 1001, 40_009] {
        for dtype in [np::float64, np::float32] {
            let (a, b) = (data(11, n).astype(dtype), data(12, n).astype(dtype));
            for (name, pipeline) in PIPELINES {
                let fused = pipeline(&a, &b);
                let eager = np::eager(|| pipeline(&a, &b));
                assert_eq!((fused.dtype(), fused.shape()), (eager.dtype(), eager.shape()), "{name}");
                assert!(bits(&fused) == bits(&eager), "{name} on {n} {dtype} differs");
            }
        }
    }
}
