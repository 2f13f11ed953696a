//! What the library says of itself, and its types for signatures.

use numfuse as np;
use numfuse::prelude::*;
use numfuse::typing::{NBitBase, NDArray};

#[test]
fn get_include_has_the_header_of_all_twenty_functions() {
    let header = std::fs::read_to_string(np::get_include().join("numfuse.h")).unwrap();
    let names = "arange zeros_vec ones_vec eye linspace log_vec power_vec compute_min compute_std compute_var transpose_2d \
                 dot_vec matmul_2d clip_vec reshape_vec concatenate vstack hstack interp free_float_buffer";
    for name in names.split_whitespace() {
        let declared = ["float *", "float ", "void "].iter().filter(|t| header.contains(&format!("\n{t}{name}(")));
        assert_eq!(declared.count(), 1, "{name}");
    }
}

#[test]
fn show_config_and_show_runtime_say_what_runs() {
    let config = np::show_config(..).unwrap();
    assert_eq!(config, np::show_config(mode("dicts")).unwrap());
    assert_eq!(config.version, env!("CARGO_PKG_VERSION"));
    assert!(config.target.starts_with(std::env::consts::ARCH));
    let error = np::show_config(mode("yaml")).unwrap_err();
    assert_eq!(
        (error.class(), &*error.detail().message),
        ("AttributeError", "Invalid `mode`, use one of: stdout, dicts")
    );

    let before = np::show_runtime().statistics.evaluations;
    np::with_threads(3, || assert_eq!(np::show_runtime().threads, 3));
    (np::arange(3, ..) * 2).eval().unwrap();
    assert!(np::show_runtime().statistics.evaluations > before);
}

#[test]
fn info_writes_to_a_writer_and_fails_with_it() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("full"))
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    assert_eq!(np::info(np::arange(3, ..), Full).unwrap_err().class(), "OSError");
    assert!(np::info(np::arange(3, ..).reshape([2, 2]), Full).unwrap_err().detail().message.contains("reshape"));
}

#[test]
fn the_library_tests_itself() {
    assert!(np::test());
}

#[test]
fn typed_arrays_keep_their_type() {
    fn bits<T: NBitBase>(_: &NDArray<T>) -> u32 {
        T::BITS
    }
    let a = NDArray::<f32>::try_from(np::ones([2, 3], np::float32)).unwrap();
    assert_eq!((bits(&a), a.shape(), a.to_vec().unwrap()), (32, &[2, 3][..], vec![1.0; 6]));
    assert_eq!(NDArray::<i64>::try_from(np::asarray(7, ..)).unwrap().item().unwrap(), 7);
    assert_eq!(NDArray::<f32>::try_from(np::zeros(2, ..)).unwrap_err().class(), "TypeError");
    assert!(NDArray::<f64>::try_from(np::zeros(2, ..).reshape(3)).is_err());
    assert_eq!(np::Array::from(a).dtype(), np::float32);
}
