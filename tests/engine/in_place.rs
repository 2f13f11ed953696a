//! Assignment writes to the memory of an array that one handle holds, and to no other.

use np::prelude::*;
use numfuse as np;

fn address(a: &Array) -> np::Result<*const u8> {
    Ok(a.data()?.as_ptr())
}

type Change = fn(&mut Array) -> np::Result<()>;

const CHANGES: [(&str, Change); 9] = [
    ("an element", |a| {
        a.set((3, -1), 7.0);
        Ok(())
    }),
    ("a slice", |a| {
        a.set(s![..;2, 1..5], [1.0, 2.0, 3.0, 4.0]);
        Ok(())
    }),
    ("a row", |a| {
        a.set(5, 2.5);
        Ok(())
    }),
    ("positions", |a| {
        a.set(([1, 1, 7], [0, 2, 4]), [8.0, 9.0, 10.0]);
        Ok(())
    }),
    ("a mask", |a| {
        let mask = np::arange(10, ..).gt(4).eval()?;
        a.set(&mask, 0.5);
        Ok(())
    }),
    ("put", |a| {
        a.put([0, 17, -1], 3.0, ..);
        Ok(())
    }),
    ("flat", |a| {
        a.set_flat(s![20..40], 1.0);
        Ok(())
    }),
    ("ufunc.at", |a| {
        np::ufunc("add")?.at(a, [0, 0, 2], 1.0);
        Ok(())
    }),
    ("an expression", |a| {
        a.set(0, np::arange(10, ..));
        Ok(())
    }),
];

#[test]
fn one_handle_keeps_its_memory() -> np::Result<()> {
    let mut a = np::zeros([10, 10], ..).copy(..);
    let first = address(&a)?;
    for (name, change) in CHANGES {
        for _ in 0..3 {
            change(&mut a)?;
            assert!(a.check().is_ok(), "{name}: {a:?}");
            assert_eq!(address(&a)?, first, "{name}");
        }
    }
    Ok(())
}

#[test]
fn other_handles_do_not_notice() -> np::Result<()> {
    for (name, change) in CHANGES {
        let mut a = np::zeros([10, 10], ..).copy(..);
        let other = a.clone();
        change(&mut a)?;
        assert_ne!(address(&a)?, address(&other)?, "{name}");
        assert!(!other.any(..).item::<bool>()? && a.any(..).item::<bool>()?, "{name}");
        // From then on it is alone.
        let now = address(&a)?;
        change(&mut a)?;
        assert_eq!(address(&a)?, now, "{name}");
    }
    Ok(())
}

#[test]
fn a_loop_needs_no_memory_of_its_own() -> np::Result<()> {
    let mut a = np::zeros(1 << 20, ..).copy(..);
    let first = address(&a)?;
    for i in 0..1000_usize {
        a.set(i, i);
    }
    assert_eq!(address(&a)?, first);
    assert_eq!(a.sum(..).item::<f64>()?, 499_500.0);
    Ok(())
}
