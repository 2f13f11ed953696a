//! Evaluation into memory that is there, and with a clock.

use numfuse as np;
use numfuse::prelude::*;

use super::{alone, data};

#[test]
fn evaluation_into_an_array_takes_no_memory() {
    let _alone = alone();
    let a = data(1, 1000);
    let mut out = (&a * 0.0).eval().unwrap();
    (&a * 1.0 + 1.0).eval_into(&mut out).unwrap();
    let address = out.as_slice::<f64>().unwrap().as_ptr();
    let before = np::statistics();
    for round in 0..10 {
        (&a * f64::from(round) + 1.0).eval_into(&mut out).unwrap();
        let expected: Vec<f64> = a.to_vec::<f64>().unwrap().iter().map(|x| x * f64::from(round) + 1.0).collect();
        assert_eq!(out.as_slice::<f64>().unwrap(), expected);
    }
    let after = np::statistics();
    assert_eq!(after.pool_hits + after.pool_misses, before.pool_hits + before.pool_misses);
    assert_eq!(after.donations - before.donations, 10);
    assert_eq!(out.as_slice::<f64>().unwrap().as_ptr(), address);
}

#[test]
fn memory_that_others_hold_is_not_written() {
    let _alone = alone();
    let a = data(1, 100);
    let mut out = (&a * 2.0).eval().unwrap();
    let kept = out.clone();
    let old = kept.to_vec::<f64>().unwrap();
    (&a * 3.0).eval_into(&mut out).unwrap();
    assert_eq!(kept.to_vec::<f64>().unwrap(), old);
    assert_ne!(out.to_vec::<f64>().unwrap(), old);

    // The target is an operand of its own next value, in another order.
    let operand = Array::from(&out);
    let reversed: Vec<f64> = out.to_vec::<f64>().unwrap().into_iter().rev().collect();
    (operand.slice(s![..;-1]) + 0.0).eval_into(&mut out).unwrap();
    assert_eq!(out.to_vec::<f64>().unwrap(), reversed);

    // The first expression keeps its value when the second is evaluated into the same place.
    let (first, second) = (&a + 1.0, &a + 2.0);
    first.eval_into(&mut out).unwrap();
    second.eval_into(&mut out).unwrap();
    let x = a.to_vec::<f64>().unwrap()[7];
    assert_eq!((first.to_vec::<f64>().unwrap()[7], out.to_vec::<f64>().unwrap()[7]), (x + 1.0, x + 2.0));
}

#[test]
fn what_does_not_fit_is_an_error_and_changes_nothing() {
    let _alone = alone();
    let a = data(1, 6).reshape([2, 3]);
    let mut out = (&a * 2.0).eval().unwrap();
    let old = out.to_vec::<f64>().unwrap();
    let error = a.t().eval_into(&mut out).unwrap_err();
    assert_eq!(error.class(), "ValueError");
    let error = a.gt(0.5).eval_into(&mut out).unwrap_err();
    assert_eq!(error.class(), "TypeError");
    assert!(np::add(&a, np::zeros(4, ..)).eval_into(&mut out).is_err());
    assert_eq!(out.to_vec::<f64>().unwrap(), old);

    // A strided value, a value that is there, and a single number.
    let mut turned = np::zeros([3, 2], ..).eval().unwrap();
    a.t().eval_into(&mut turned).unwrap();
    assert_eq!(turned.to_vec::<f64>().unwrap(), a.t().to_vec::<f64>().unwrap());
    let mut sum = np::zeros((), ..).eval().unwrap();
    a.sum(..).eval_into(&mut sum).unwrap();
    assert_eq!(sum.item::<f64>().unwrap(), a.sum(..).item::<f64>().unwrap());
}

#[test]
fn a_profile_has_a_time_for_every_kernel() {
    let _alone = alone();
    let a = data(1, 300 * 1000).reshape([300, 1000]);
    let centred = &a - a.max(axis(1).keepdims());
    let spread = np::exp(&centred).sum(..);
    let before = np::statistics().evaluations;
    let text = spread.profile().unwrap();
    assert_eq!(np::statistics().evaluations, before + 1);
    assert!(spread.is_evaluated());
    for kernel in ["kernel 0", "kernel 1"] {
        let timed = text.lines().filter(|l| l.contains(kernel) && l.contains("ran in")).count();
        assert_eq!(timed, 1, "{text}");
    }
    assert!(!spread.profile().unwrap().contains("ran in"), "what is there does not run");
    assert!(np::add(&a, np::zeros(4, ..)).profile().is_err());
}
