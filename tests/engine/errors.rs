//! Bad input gets a clear error and nothing else.

use numfuse as np;
use numfuse::prelude::*;

use super::together;

/// Class and text of the error.
fn error_of(a: &Array) -> (&'static str, String) {
    let error = a.eval().unwrap_err();
    (error.class(), error.detail().message.clone())
}

#[test]
fn bad_arguments_get_numpys_words() {
    let _together = together();
    let a = np::arange(6, ..).reshape([2, 3]);
    let cases = [
        (&a + np::ones([4, 3], ..), "ValueError", "operands could not be broadcast together with shapes (2,3) (4,3)"),
        (np::broadcast_to(&a, [3, 3]), "ValueError", ""),
        (a.sum(2), "AxisError", "axis 2 is out of bounds for array of dimension 2"),
        (a.sum(-3), "AxisError", "axis -3 is out of bounds for array of dimension 2"),
        (a.sum([0, 0]), "ValueError", "duplicate value in 'axis'"),
        (a.transpose([0, 0]), "ValueError", "repeated axis in transpose"),
        (np::squeeze(&a, 0), "ValueError", "cannot select an axis to squeeze out which has size not equal to one"),
        (a.reshape([4, 2]), "ValueError", "cannot reshape array of size 6 into shape (4,2)"),
        (a.reshape([-1, 4]), "ValueError", "cannot reshape array of size 6 into shape (4)"),
        (a.reshape([-1, -1]), "ValueError", "can only specify one unknown dimension"),
        (a.slice(2), "IndexError", "index 2 is out of bounds for axis 0 with size 2"),
        (a.slice(s![.., -4]), "IndexError", "index -4 is out of bounds for axis 1 with size 3"),
        (a.slice(s![0, 0, 0]), "IndexError", "too many indices for array: array is 2-dimensional, but 3 were indexed"),
        (a.slice(s![..;0]), "ValueError", "slice step cannot be zero"),
        (np::take(&a, [0, 3], 1), "IndexError", "index 3 is out of bounds for axis 1 with size 3"),
        (np::zeros(0, ..).max(..), "ValueError", ""),
        (np::zeros(-1, ..), "ValueError", "negative dimensions are not allowed"),
        (array![1u8] + 300, "OverflowError", "Python integer 300 out of bounds for uint8"),
        (np::concatenate([&a, &np::ones([2, 3, 1], ..)], ..), "ValueError", ""),
    ];
    for (i, (bad, class, message)) in cases.iter().enumerate() {
        let (found, text) = error_of(bad);
        assert_eq!(found, *class, "case {i}: {text}");
        assert!(text.contains(message), "case {i}: {text}");
        assert!(bad.check().is_err() || i == 14, "case {i} is known when it is built");
    }
    assert_eq!(a.slice(s![0..100, -100..1]).shape(), [2, 1], "ranges clamp, as in Python");
    assert_eq!(a.to_vec::<i64>().unwrap(), [0, 1, 2, 3, 4, 5]);
}

#[test]
fn access_checks_dtype_size_and_position() {
    let _together = together();
    let a = array![1.0, 2.0];
    let value = a.eval().unwrap();
    assert_eq!(a.item::<f64>().unwrap_err().class(), "ValueError");
    assert_eq!(a.to_vec::<f32>().unwrap_err().class(), "TypeError");
    assert_eq!(a.sum(..).item::<i64>().unwrap_err().class(), "TypeError");
    assert_eq!(value.as_slice::<u64>().unwrap_err().class(), "TypeError");
    assert_eq!(value.get::<f64>([2]).unwrap_err().class(), "IndexError");
    assert_eq!(value.view::<bool>().unwrap_err().class(), "TypeError");
    assert_eq!(value.into_ndarray::<i64>().unwrap_err().class(), "TypeError");
    let strided = array![[1, 2], [3, 4]].t().eval().unwrap();
    assert_eq!(strided.as_slice::<i32>().unwrap(), [1, 3, 2, 4], "packed on access");
    assert_eq!(strided.as_slice::<u32>().unwrap_err().class(), "TypeError");
}

#[test]
fn sizes_that_no_address_can_hold() {
    let _together = together();
    let half = 1usize << 62;
    for bad in [
        np::zeros(usize::MAX, ..),
        np::ones([half, 2], np::uint8),
        np::full([1usize << 40, 1 << 40], 1.0, ..),
        np::broadcast_to(array![1.0], [half, half]),
        np::broadcast_to(array![1.0], [1usize << 32, 1]) + np::broadcast_to(array![1.0], [1usize << 32]),
        np::zeros(half, np::bool).astype(np::float64),
        np::linspace(0.0, 1.0, i64::MAX),
        np::eye(1usize << 33, ..),
    ] {
        assert_eq!(error_of(&bad).0, "ValueError");
    }
    // Lengths of 0 need no memory, whatever the others say.
    assert_eq!(np::zeros([0usize, 1 << 40], ..).eval().unwrap().size(), 0);
}

#[test]
fn a_petabyte_is_an_error_only_when_it_must_be_stored() {
    let _together = together();
    let huge = np::zeros([1usize << 27, 1 << 20], ..);
    assert_eq!((huge.shape(), huge.nbytes()), (&[1 << 27, 1 << 20][..], 1 << 50));
    let (class, message) = error_of(&huge);
    assert_eq!(class, "MemoryError");
    assert!(
        message.starts_with("Unable to allocate 1.00 PiB for an array with shape (134217728, 1048576)"),
        "{message}"
    );
    // Not stored: corners, and sums over a corner.
    assert_eq!((&huge + 1.0).slice((5, 7)).item::<f64>().unwrap(), 1.0);
    let corner = (np::arange(1i64 << 47, dtype(np::float64)) * 2.0).slice(s![-3..]);
    assert_eq!(corner.to_vec::<f64>().unwrap().len(), 3);
    assert_eq!((&huge + 1.0).slice(s![..1000, ..1000]).sum(..).item::<f64>().unwrap(), 1e6);
    let lazy = (&huge * 2.0 + 1.0).sum(..);
    assert_eq!((lazy.shape(), lazy.dtype()), (&[][..], np::float64));
    // Far more elements than fit, and few enough to add up.
    assert_eq!(np::ones([1usize << 12, 1 << 14], np::uint8).sum(..).item::<u64>().unwrap(), 1 << 26);
    assert_eq!(error_of(&huge).0, "MemoryError", "asked again, it fails again");
}

#[test]
fn a_failed_evaluation_leaves_the_graph_usable() {
    let _together = together();
    let a = np::linspace(0.0, 1.0, 11) * 2.0;
    let index = np::arange(12, ..) + 0;
    let taken = np::take(&a, &index, ..);
    let sum = (&taken + 1.0).sum(..);
    for _ in 0..2 {
        assert_eq!(error_of(&sum), ("IndexError", "index 11 is out of bounds for axis 0 with size 11".into()));
    }
    assert!(np::eval([&sum, &a.max(..)]).is_err());
    assert_eq!((a.max(..)).item::<f64>().unwrap(), 2.0);
    assert_eq!(index.slice(-1).item::<i64>().unwrap(), 11);
    assert_eq!((np::take(&a, index.slice(s![..-1]), ..) - &a).abs().sum(..).item::<f64>().unwrap(), 0.0);

    let huge = np::arange(1i64 << 47, dtype(np::float64)) + &a.slice(0);
    assert_eq!(error_of(&huge).0, "MemoryError");
    assert_eq!(huge.slice(s![..2]).to_vec::<f64>().unwrap(), [0.0, 1.0]);
    assert_eq!((&a + 1.0).slice(-1).item::<f64>().unwrap(), 3.0);
}
