//! Laziness: what is computed when, how errors travel, how long chains and threads behave.

use std::sync::Mutex;

use numfuse as np;
use numfuse::options::num;
use numfuse::prelude::*;

/// Tests that read the process' counters must not run at the same time as other compilations.
static COUNTERS: Mutex<()> = Mutex::new(());

fn counters() -> std::sync::MutexGuard<'static, ()> {
    COUNTERS.lock().unwrap_or_else(|e| e.into_inner())
}

#[test]
fn nothing_is_computed_before_it_is_asked_for() {
    let _guard = counters();
    let x = np::linspace(0.0, 1.0, 5);
    let y = (&x * 2.0).sqrt();
    assert!(!y.is_evaluated());
    assert_eq!(format!("{y:?}"), "Array((5,), float64, pending)");
    assert!(!y.is_evaluated(), "Debug does not evaluate");
    assert_eq!(y.to_string().lines().count(), 1);
    assert!(y.is_evaluated() && !x.is_evaluated());
}

#[test]
fn views_of_concrete_arrays_are_concrete() {
    let _guard = counters();
    let a = array![[1.0, 2.0], [3.0, 4.0]];
    assert!(a.t().slice(s![..;-1, 0]).is_evaluated());
    // A view that was built before its array was evaluated shares the memory, too.
    let b = &a + 1.0;
    let row = b.slice(1);
    b.eval().unwrap();
    assert_eq!(row.to_vec::<f64>().unwrap(), [4.0, 5.0]);
}

#[test]
fn evaluating_releases_the_inputs() {
    let _guard = counters();
    let n = 1 << 20;
    let before = np::statistics().live_bytes;
    let big = np::ones(n, ..) * 3.0;
    big.eval().unwrap();
    let total = big.sum(..);
    total.eval().unwrap();
    drop(big);
    assert_eq!(total.item::<f64>().unwrap(), 3.0 * n as f64);
    assert!(np::statistics().live_bytes < before + (n as u64 * 8) / 2);
}

#[test]
fn several_roots_share_one_plan() {
    let _guard = counters();
    let a = np::arange(1000, dtype(np::float64)) + 0.5;
    let (lo, hi, mean) = (a.min(..), a.max(..), a.mean(..));
    let before = np::statistics().evaluations;
    np::eval([&lo, &hi, &mean, &lo]).unwrap();
    assert_eq!(np::statistics().evaluations, before + 1);
    assert_eq!(hi.item::<f64>().unwrap() - lo.item::<f64>().unwrap(), 999.0);
    assert_eq!(mean.item::<f64>().unwrap(), 500.0);
}

#[test]
fn new_scalars_sizes_and_data_compile_nothing() {
    let _guard = counters();
    let pipeline = |n: i64, s: f64| {
        let a = np::linspace(0.1, 1.1, num(n));
        let b = (&a * s + 1.0).sqrt() - s;
        let c = np::clip(&b, -s, s);
        np::eval([&c, &c.mean(..), &c.std(..), &np::where_(c.gt(s), &c, s)]).unwrap();
    };
    pipeline(1000, 2.0);
    pipeline(1000, 1.5);
    let before = np::statistics();
    for (n, s) in [(1000, 3.0), (1000, 0.5), (2000, 2.0), (12345, 7.0), (100, 1.0)] {
        pipeline(n, s);
    }
    let after = np::statistics();
    assert_eq!(after.kernels_compiled, before.kernels_compiled);
    assert_eq!(after.plan_misses - before.plan_misses, 3, "one plan per new size, none per scalar");
}

#[test]
fn a_scalar_that_changes_does_not_change_the_plan() {
    let _guard = counters();
    let x = np::ones(64, ..);
    x.eval().unwrap();
    // Twenty copies of the same line with equal and with different numbers.
    let step = |rates: [f64; 20]| {
        let mut y = x.clone();
        for rate in rates {
            y = &y * rate + 0.25;
        }
        y.eval().unwrap();
    };
    step([0.5; 20]);
    let before = np::statistics();
    step([0.75; 20]);
    assert_eq!(np::statistics().plan_misses, before.plan_misses);
}

#[test]
fn errors_travel_with_the_array_and_name_the_caller() {
    let _guard = counters();
    let line = line!() + 1;
    let bad = np::ones(3, ..) + np::ones(4, ..);
    let later = (bad * 2.0).sum(..).reshape([5, 5]);
    let error = later.check().unwrap_err();
    assert_eq!(error.class(), "ValueError");
    assert_eq!(
        error.to_string(),
        format!("[add] operands could not be broadcast together with shapes (3,) (4,) (tests/api_lazy.rs:{line})")
    );
    assert_eq!(later.eval().unwrap_err().to_string(), error.to_string());
    assert_eq!(later.item::<f64>().unwrap_err().to_string(), error.to_string());
    assert!(later.to_string().contains("[add]"));
    let panic = std::panic::catch_unwind(|| later.shape().len()).unwrap_err();
    assert!(panic.downcast_ref::<String>().is_some_and(|text| text.contains("[add]")));
}

#[test]
fn a_failed_evaluation_leaves_the_graph_usable() {
    let _guard = counters();
    let data = array![1.0, 2.0, 3.0];
    let index = array![0i64, 7] + 1;
    let line = line!() + 1;
    let taken = np::take(&data * 2.0, &index, ..);
    let error = (&taken + 1.0).eval().unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("[take] index 8 is out of bounds for axis 0 with size 3 (tests/api_lazy.rs:{line})")
    );
    assert_eq!(taken.check().map_err(|e| e.to_string()), Ok(()));
    assert_eq!((&index - 8).to_vec::<i64>().unwrap(), [-7, 0]);
}

#[test]
fn memory_that_is_not_there_is_an_error() {
    let _guard = counters();
    let huge = np::zeros([1usize << 27, 1 << 20], ..);
    let error = huge.eval().unwrap_err();
    assert_eq!(error.class(), "MemoryError");
    assert_eq!(
        error.detail().message,
        "Unable to allocate 1.00 PiB for an array with shape (134217728, 1048576) and data type float64"
    );
    assert!((np::arange(1i64 << 47, ..) * 2).eval().is_err());
    let wide = np::broadcast_to(array![1.0], [1usize << 47]);
    assert_eq!(wide.eval().and_then(|w| w.to_vec::<f64>()).unwrap_err().class(), "MemoryError");
    assert_eq!(huge.slice((3, 4)).item::<f64>().unwrap(), 0.0);
    for shape in [vec![usize::MAX, 2], vec![1 << 40, 1 << 40], vec![isize::MAX as usize]] {
        assert_eq!(np::ones(shape, ..).check().unwrap_err().class(), "ValueError");
    }
    assert!(np::linspace(0.0, 1.0, i64::MAX).check().is_err());
    assert!(np::arange(1e300, ..).check().is_err());
    assert!(np::arange(np::nan, ..).check().is_err());
    assert!(np::eye(usize::MAX, ..).check().is_err());
    let wide = np::broadcast_to(np::ones([1usize << 40, 1], ..), [1usize << 40, 1 << 40]);
    assert!(wide.check().is_err());
    let joined = np::concatenate([&np::zeros(1usize << 59, ..), &np::zeros(1usize << 59, ..)], ..);
    assert!(joined.check().is_err() || joined.eval().is_err());
    assert!(np::zeros(vec![1; 65], ..).check().is_err());
}

#[test]
fn dtypes_are_checked_on_access() {
    let _guard = counters();
    let a = array![1.5, 2.5].eval().unwrap();
    assert_eq!(a.as_slice::<i64>().unwrap_err().class(), "TypeError");
    assert_eq!(a.item::<f64>().unwrap_err().class(), "ValueError");
    assert_eq!(a.get::<f64>([2]).unwrap_err().class(), "IndexError");
    assert_eq!(a.get::<f64>([0, 0]).unwrap_err().class(), "IndexError");
    assert_eq!(a.get::<f64>([1]).unwrap(), 2.5);
}

#[test]
fn a_hundred_thousand_nodes_build_print_evaluate_and_drop() {
    let _guard = counters();
    let one = array![1.0, 2.0];
    let chain = |n: usize| {
        let mut x = one.clone();
        for _ in 0..n / 2 {
            x = &x * 0.5 + &one;
        }
        x
    };
    let x = chain(100_000);
    assert!(!x.is_evaluated());
    assert!(!x.explain().is_empty());
    assert_eq!(x.to_vec::<f64>().unwrap(), [2.0, 4.0]);
    drop(chain(100_000));
    // A diamond at every step: 2^100 paths, 300 nodes.
    let mut y = one.clone();
    for _ in 0..100 {
        y = (&y + &y) * 0.5;
    }
    assert_eq!(y.to_vec::<f64>().unwrap(), [1.0, 2.0]);
}

#[test]
fn endless_loops_evaluate_on_their_own() {
    let _guard = counters();
    let y = np::ones(16, ..);
    y.eval().unwrap();
    let before = np::statistics().auto_evaluations;
    let mut x = np::ones(16, ..) * 4.0;
    for _ in 0..150_000 {
        x = &x * 0.5 + &y;
    }
    assert!(np::statistics().auto_evaluations > before);
    assert_eq!(x.to_vec::<f64>().unwrap(), [2.0; 16]);
}

#[test]
fn assignment_rebinds_one_handle_and_keeps_the_dtype() {
    let _guard = counters();
    let mut a = array![1.0f32, 2.0];
    let b = a.clone();
    a += array![0.5, 0.5];
    a *= 2;
    assert_eq!(a.to_vec::<f32>().unwrap(), [3.0, 5.0]);
    assert_eq!(b.to_vec::<f32>().unwrap(), [1.0, 2.0]);
    let mut i = array![1, 2];
    i <<= 3;
    assert_eq!(i.to_vec::<i32>().unwrap(), [8, 16]);
    i += 1.5;
    let error = i.check().unwrap_err();
    assert_eq!(
        error.detail().message,
        "Cannot cast ufunc 'add' output from dtype('float64') to dtype('int32') with casting rule 'same_kind'"
    );
    let mut v = array![1.0, 2.0];
    v -= np::ones([3, 2], ..);
    assert_eq!(
        v.check().unwrap_err().detail().message,
        "non-broadcastable output operand with shape (2,) doesn't match the broadcast shape (3,2)"
    );
}

#[test]
fn numbers_work_on_either_side() {
    let _guard = counters();
    let f = array![1.0f32, 2.0];
    for (a, dtype) in [
        (2.0 * &f, np::float32),
        (2 * &f, np::float32),
        (true + &f, np::float32),
        (1u8 - f.clone(), np::float32),
        (np::scalar(2.0) * &f, np::float64),
        (num_complex::Complex::new(0.0, 1.0) + &f, np::complex64),
        (7 / array![2i8, 3], np::float64),
        (7 % array![2i8, 3], np::int8),
        (1i64 << array![2u8, 3], np::uint8),
        (true ^ array![true, false], np::bool),
        (half::f16::ONE * array![1u16], np::float64),
    ] {
        assert_eq!(a.dtype(), dtype);
        a.eval().unwrap();
    }
}

#[test]
fn eager_gives_the_same_bits_and_one_kernel_per_op() {
    let _guard = counters();
    let a = np::linspace(0.1, 1.1, 1001);
    let b = a.slice(s![..;-1]);
    let pipeline = || {
        let r = (&a * &a + &b * &b).sqrt();
        np::exp(-&r) * np::sin(&b) - np::where_(a.gt(&b), &r, 0.25)
    };
    let lazy = pipeline();
    let before = np::statistics().evaluations;
    let eager = np::eager(pipeline);
    assert!(np::statistics().evaluations - before >= 9);
    assert!(eager.is_evaluated() && !lazy.is_evaluated());
    let bits = |x: &Array| x.to_vec::<f64>().unwrap().into_iter().map(f64::to_bits).collect::<Vec<_>>();
    assert_eq!(bits(&eager), bits(&lazy));
    // The mode ends with the call, also when it panics.
    let _ = std::panic::catch_unwind(|| np::eager(|| panic!("out")));
    assert!(!(&a + 1.0).is_evaluated());
}

#[test]
fn compiled_functions_are_traced_once_per_signature() {
    let _guard = counters();
    let weights = array![1.0, 10.0, 100.0];
    let f = np::compile(|[x, y]| {
        let s = (&x * &weights + 2.5) * &y;
        (s.sum(..), [s.clone(), x.slice(s![..;-1])])
    });
    let (a, b) = (array![1.0, 2.0, 3.0], np::linspace(0.0, 1.0, 3));
    for round in 0..3 {
        let y = &b + round;
        let (sum, [s, reversed]) = f.call([&a, &y]).unwrap();
        let want = (&a * &weights + 2.5) * &y;
        assert!(s.is_evaluated());
        assert_eq!(s.to_vec::<f64>().unwrap(), want.to_vec::<f64>().unwrap());
        assert_eq!(sum.item::<f64>().unwrap(), want.sum(..).item::<f64>().unwrap());
        assert_eq!(reversed.to_vec::<f64>().unwrap(), [3.0, 2.0, 1.0]);
    }
    assert_eq!(f.traces(), 1);
    f.call([a.astype(np::float32), b.clone()]).unwrap();
    f.call([&a, &array![2.0]]).unwrap();
    assert_eq!(f.traces(), 3);
    let error = f.call([&np::zeros(4, ..), &b]).map(|_| ()).unwrap_err();
    assert_eq!(error.detail().message, "operands could not be broadcast together with shapes (4,) (3,)");
    // A value cannot be asked for while there is none.
    let peek = np::compile(|[x]| if x.item::<f64>().is_err() { x + 1.0 } else { x });
    assert_eq!(peek.call([2.0]).unwrap().item::<f64>().unwrap(), 3.0);
}

#[test]
fn data_moves_to_and_from_the_ndarray_crate_without_copying() {
    let _guard = counters();
    let owned = ndarray::Array2::from_shape_fn((3, 4), |(i, j)| (i * 10 + j) as f64);
    let address = owned.as_ptr() as usize;
    let a = Array::from(owned.clone().reversed_axes());
    assert_eq!(a.shape(), [4, 3]);
    assert_eq!(a.slice((1, 2)).item::<f64>().unwrap(), 21.0);
    let b = Array::from(owned).eval().unwrap();
    assert_eq!(b.as_slice::<f64>().unwrap().as_ptr() as usize, address);
    let view = b.view::<f64>().unwrap();
    assert_eq!(view[[2, 3]], 23.0);
    assert_eq!(view.as_ptr() as usize, address);
    let vec = vec![1u8, 2, 3];
    let address = vec.as_ptr() as usize;
    let c = Array::from_vec(vec).eval().unwrap();
    assert_eq!(c.as_slice::<u8>().unwrap().as_ptr() as usize, address);
    let strided = ndarray::Array1::from_iter(0..10).slice_move(ndarray::s![..;-3]);
    assert_eq!(Array::from(strided).to_vec::<i32>().unwrap(), [9, 6, 3, 0]);
}

#[test]
fn many_threads_evaluate_equal_and_different_graphs() {
    let _guard = counters();
    let shared = np::arange(50_000, dtype(np::float64)) * 0.5;
    let total = (&shared + 1.0).sum(..);
    std::thread::scope(|scope| {
        for t in 0..16 {
            let (shared, total) = (shared.clone(), total.clone());
            scope.spawn(move || {
                for round in 0..20 {
                    let k = (t % 4) as f64 + round as f64;
                    let mine = (&shared * k - k).max(..).item::<f64>().unwrap();
                    assert_eq!(mine, 24_999.5 * k - k);
                    assert_eq!(total.item::<f64>().unwrap(), 624_987_500.0 + 50_000.0);
                }
            });
        }
    });
}
