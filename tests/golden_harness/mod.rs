//! Runs the golden cases: reads a case, calls numfuse by NumPy's name, compares.

pub mod case;
pub mod compare;
pub mod dispatch;
pub mod parity;
pub mod report;
pub mod tensor;

use std::panic::{AssertUnwindSafe, catch_unwind};

use case::{Case, Expected, Value};
use dispatch::{Fault, Out};
use numfuse_ir::Scalar;
use report::Failure;

/// How the reason of a case that the API cannot express begins.
pub const PENDING: &str = "not in the API: ";

/// How expressions are evaluated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// As users do.
    Fused,
    /// Op by op.
    Eager,
}

/// Runs every case, on as many threads as there are cores.
pub fn run_all<'a>(cases: &[&'a Case], mode: Mode) -> Vec<Failure<'a>> {
    let trace = std::env::var_os("GOLDEN_TRACE").is_some();
    let threads = if trace { 1 } else { std::thread::available_parallelism().map_or(1, usize::from) };
    let next = std::sync::atomic::AtomicUsize::new(0);
    let worker = || {
        let mut failures = Vec::new();
        loop {
            let index = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let Some(case) = cases.get(index) else { return failures };
            if trace {
                eprintln!("{}:{} {}", case.topic, case.line, case.text);
            }
            let outcome = catch_unwind(AssertUnwindSafe(|| match mode {
                Mode::Fused => run(case),
                Mode::Eager => numfuse::eager(|| run(case)),
            }));
            let reason = outcome.unwrap_or_else(|panic| Err(format!("panic: {}", panic_message(&*panic))));
            if let Err(reason) = reason {
                failures.push((index, Failure { case, reason }));
            }
        }
    };
    let mut failures = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        handles.into_iter().flat_map(|h| h.join().unwrap_or_default()).collect::<Vec<_>>()
    });
    failures.sort_by_key(|(index, _)| *index);
    failures.into_iter().map(|(_, failure)| failure).collect()
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|s| s.to_string())).unwrap_or_default()
}

fn run(case: &Case) -> Result<(), String> {
    let outcome = dispatch::call(&case.call).and_then(Out::evaluate);
    match (outcome, &case.expected) {
        (Err(Fault::Harness(text)), _) => Err(format!("harness: {text}")),
        (Err(Fault::Pending(what)), _) => Err(format!("{PENDING}{what}")),
        (Err(Fault::Numpy(error)), Expected::Error { class, message }) if error.class() == class => {
            if std::env::var_os("GOLDEN_WORDS").is_some()
                && error.detail().message.lines().next().unwrap_or_default() != message.trim_end()
            {
                return Err(format!("says {:?} instead of {message:?}", error.detail().message));
            }
            Ok(())
        }
        (Err(Fault::Numpy(error)), Expected::Error { class, message }) => {
            Err(format!("{} instead of {class} ({message}): {error}", error.class()))
        }
        (Err(Fault::Numpy(error)), _) => Err(format!("{}: {error}", error.class())),
        (Ok(got), Expected::Error { class, message }) => {
            Err(format!("{} instead of {class}: {message}", got.summary()))
        }
        (Ok(got), expected) => check(&got, expected, case),
    }
}

fn check(got: &Out, expected: &Expected, case: &Case) -> Result<(), String> {
    let differs = |want: String| Err(format!("{} instead of {want}", got.summary()));
    match (got, expected) {
        (Out::Tensor(got), Expected::Value(Value::Array(want, _))) => compare::compare(got, want, case.tolerance),
        (Out::Tensors(got), Expected::Value(Value::List(want))) => {
            if got.len() != want.len() {
                return differs(format!("{} arrays", want.len()));
            }
            for (i, (got, want)) in got.iter().zip(want).enumerate() {
                let Value::Array(want, _) = want else { return differs("something unreadable".to_owned()) };
                compare::compare(got, want, case.tolerance).map_err(|e| format!("result {i}: {e}"))?;
            }
            Ok(())
        }
        // An empty tuple, whatever it is of.
        (Out::Tensors(got), Expected::Shape(want)) if got.is_empty() && want.is_empty() => Ok(()),
        (Out::Bool(got), Expected::Value(Value::Bool(want))) if got == want => Ok(()),
        // A test of whole arrays is a lazy 0-d bool here, and a Python bool there.
        (Out::Tensor(got), Expected::Value(Value::Bool(want)))
            if got.shape.is_empty() && got.values == [Scalar::new(*want)] =>
        {
            Ok(())
        }
        (Out::Tensor(got), Expected::Value(Value::Float(want)))
            if got.shape.is_empty() && got.values == [Scalar::new(*want)] =>
        {
            Ok(())
        }
        (Out::Int(got), Expected::Value(Value::Int(want))) if got == want => Ok(()),
        (Out::Text(got), Expected::Text(want)) => {
            if got == want {
                Ok(())
            } else {
                Err(format!("text\n{got}\n    instead of\n{want}"))
            }
        }
        (Out::DType(got), Expected::DType(want)) if got.name() == want => Ok(()),
        (Out::Shape(got), Expected::Shape(want)) if got == want => Ok(()),
        (_, Expected::Value(Value::Bool(want))) => differs(want.to_string()),
        (_, Expected::Value(Value::Int(want))) => differs(want.to_string()),
        (_, Expected::Value(Value::Float(want))) => differs(want.to_string()),
        (_, Expected::Value(Value::Array(want, _))) => differs(want.to_string()),
        (_, Expected::DType(want)) => differs(want.clone()),
        (_, Expected::Shape(want)) => differs(format!("{want:?}")),
        _ => differs("another kind of result".to_owned()),
    }
}
