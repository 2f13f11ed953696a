//! Floating-point errors beyond the golden cases: warnings, threads, compiled functions, large arrays.

use std::sync::{Arc, Mutex};

use log::{LevelFilter, Log, Metadata, Record};
use numfuse as np;
use numfuse::options::{all, divide, over};

/// Keeps what is logged. It listens from the first test on, so tests look for their own lines.
struct Kept(Mutex<Vec<String>>);

static KEPT: Kept = Kept(Mutex::new(Vec::new()));

impl Log for Kept {
    fn enabled(&self, _: &Metadata) -> bool {
        true
    }
    fn log(&self, record: &Record) {
        self.0.lock().unwrap().push(format!("{} {}", record.level(), record.args()));
    }
    fn flush(&self) {}
}

fn listen() {
    // Another test may have been first.
    let _ = log::set_logger(&KEPT);
    log::set_max_level(LevelFilter::Warn);
}

fn logged(line: u32) -> Vec<String> {
    let here = format!("{}:{line}: ", file!());
    KEPT.0.lock().unwrap().iter().filter(|text| text.contains(&here)).cloned().collect()
}

#[test]
fn warns_once_per_calling_line() {
    listen();
    let zeros = np::zeros(3, ..);
    for _ in 0..3 {
        (np::ones(3, ..) / &zeros).eval().unwrap();
    }
    let first = logged(line!() - 2);
    assert_eq!(first.len(), 1, "{first:?}");
    assert!(first[0].starts_with("WARN ") && first[0].ends_with("divide by zero encountered in divide"), "{first:?}");

    (np::ones(3, ..) / &zeros).eval().unwrap();
    assert_eq!(logged(line!() - 1).len(), 1);
    (&zeros / &zeros + np::log(&zeros)).eval().unwrap();
    let both = logged(line!() - 1);
    assert_eq!(both.len(), 2, "{both:?}");
    assert!(both[0].ends_with("invalid value encountered in divide"));
    assert!(both[1].ends_with("divide by zero encountered in log"));
}

#[test]
fn says_nothing_of_what_was_there_before() {
    let _guard = np::errstate(all("raise")).unwrap();
    let x = np::array![np::nan, np::inf, 1.0];
    let y = np::where_(np::less(&x, 2.0), np::maximum(&x, 0.0), -&x) + np::fmin(&x, 1.0);
    assert!(y.eval().is_ok());
    assert!(np::nansum(&x, ..).eval().is_ok());
    assert!(np::exp(np::array![-np::inf, np::inf, np::nan]).eval().is_ok());
}

#[test]
fn every_thread_has_its_policy() {
    let _guard = np::errstate(divide("raise")).unwrap();
    let quotient = np::array![1.0] / 0.0;
    let there = std::thread::scope(|scope| scope.spawn(|| (np::geterr(), quotient.eval().is_ok())).join().unwrap());
    assert_eq!(there, (np::ErrState::default(), true));
    assert!((np::array![1.0] / 0.0).eval().is_err());
}

#[test]
fn finds_one_element_that_another_thread_computed() {
    let n = 3_000_000;
    let mut x = vec![1.0; n];
    for at in [0, 17, n / 2, n - 1] {
        x[at] = 0.0;
        let a = np::Array::from_vec(x.clone());
        x[at] = 1.0;
        np::with_threads(4, || {
            let _guard = np::errstate(divide("raise")).unwrap();
            let error = (np::sqrt(&a) + np::log(&a) * 2.0).eval().unwrap_err();
            assert_eq!(error.detail().message, "divide by zero encountered in log");
            assert!((&a + 1.0).reciprocal().eval().is_ok());
        });
    }
}

#[test]
fn compiled_functions_report_too() {
    let inverse = np::compile(|[x]| np::reciprocal(x) + 1.0);
    let _guard = np::errstate(all("raise")).unwrap();
    assert!(inverse.call([np::array![1.0, 2.0]]).is_ok());
    let error = inverse.call([np::array![1.0, 0.0]]).err().unwrap();
    assert_eq!(
        (error.class(), &*error.detail().message),
        ("FloatingPointError", "divide by zero encountered in reciprocal")
    );
    assert_eq!(error.detail().location.file(), file!());
}

#[test]
fn an_error_leaves_the_expression_as_it_was() {
    let y = np::array![1000.0].exp();
    {
        let _guard = np::errstate(over("raise")).unwrap();
        assert!(y.eval().is_err());
        assert!(y.eval().is_err());
    }
    assert_eq!(y.item::<f64>().unwrap(), np::inf);
}

#[test]
fn the_function_is_called_with_kind_and_flags() {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ear = heard.clone();
    let listener = move |kind: &str, flags: u32| ear.lock().unwrap().push((kind.to_owned(), flags));
    let _guard = np::errstate(all("call").call(listener)).unwrap();
    (np::array![1.0, 0.0] / 0.0).eval().unwrap();
    let want = [("divide by zero".to_owned(), 9), ("invalid value".to_owned(), 9)];
    assert_eq!(*heard.lock().unwrap(), want);
}

#[test]
fn a_policy_without_its_function_is_an_error() {
    np::seterrcall(None);
    for mode in ["call", "log"] {
        let _guard = np::errstate(all(mode)).unwrap();
        assert_eq!((np::array![1.0] / 0.0).eval().unwrap_err().class(), "NameError");
    }
}
