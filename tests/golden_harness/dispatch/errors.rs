//! Floating-point errors, and the policies for them: results as text, as `tests/golden/errors.py` writes them.

use std::sync::{Arc, Mutex};

use numfuse as np;

use super::args::{Args, options};
use super::{Fault, Out, Result, Row};

/// What functions of a policy have heard.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<String>>);

impl Heard {
    fn push(&self, text: &str) {
        self.0.lock().unwrap_or_else(|e| e.into_inner()).push_str(text);
    }

    fn ear(&self) -> np::ErrCall {
        let heard = self.clone();
        // A line of text is one already; a kind comes with its flags.
        Arc::new(
            move |what, flags| {
                if what.ends_with('\n') { heard.push(what) } else { heard.push(&format!("{what} {flags}\n")) }
            },
        )
    }

    fn text(self) -> Out {
        Out::Text(self.0.lock().unwrap_or_else(|e| e.into_inner()).clone())
    }
}

fn policy(c: &Args) -> Result<np::SetErrOptions> {
    Ok(options!(c => np::SetErrOptions; all: text, divide: text, over: text, under: text, invalid: text,))
}

/// The recorder's policy, whatever the thread's is; and that again at the end.
fn quiet() -> Result<np::ErrStateGuard> {
    Ok(np::errstate(np::options::all("ignore"))?)
}

fn words(state: np::ErrState) -> String {
    format!("divide={} over={} under={} invalid={}", state.divide, state.over, state.under, state.invalid)
}

fn under(c: &Args) -> Result {
    let _quiet = quiet()?;
    let heard = Heard::default();
    np::seterr(policy(c)?)?;
    np::seterrcall(Some(heard.ear()));
    let result = match c.array(0) {
        Ok(array) => array.eval(),
        Err(Fault::Numpy(error)) => Err(error),
        Err(other) => return Err(other),
    };
    match result {
        Err(error) if error.class() == "FloatingPointError" => {
            heard.push(&format!("FloatingPointError: {}\n", error.detail().message));
        }
        Err(error) => return Err(error.into()),
        Ok(_) => {}
    }
    Ok(heard.text())
}

fn seterr(c: &Args) -> Result {
    let _quiet = quiet()?;
    let before = np::seterr(policy(c)?)?;
    Ok(Out::Text(format!("{}; {}", words(before), words(np::geterr()))))
}

fn geterr(c: &Args) -> Result {
    let _quiet = quiet()?;
    let o = options!(c => np::ErrStateOptions; all: text, divide: text, over: text, under: text, invalid: text,);
    let _guard = np::errstate(o)?;
    Ok(Out::Text(words(np::geterr())))
}

/// As Python writes a truth value.
fn python(truth: bool) -> &'static str {
    if truth { "True" } else { "False" }
}

fn seterrcall(c: &Args) -> Result {
    let _quiet = quiet()?;
    let before = (0..c.int_at(0)?).map(|_| python(np::seterrcall(Some(Heard::default().ear())).is_some()));
    Ok(Out::Text(before.collect::<Vec<_>>().join(" ")))
}

fn geterrcall(c: &Args) -> Result {
    let _quiet = quiet()?;
    let installed = matches!(c.at(0)?, super::super::case::Value::Bool(true));
    np::seterrcall(installed.then(|| Heard::default().ear()));
    Ok(Out::Text(python(np::geterrcall().is_some()).to_owned()))
}

fn setbufsize(c: &Args) -> Result {
    let before = np::setbufsize(c.int_at(0)?)?;
    let after = np::getbufsize();
    np::setbufsize(before)?;
    Ok(Out::Text(format!("{before} {after}")))
}

fn info(c: &Args) -> Result {
    let mut text = Vec::new();
    np::info(c.array(0)?, &mut text)?;
    let text = String::from_utf8_lossy(&text);
    let lines = text.lines().filter(|line| !line.starts_with("data pointer"));
    Ok(Out::Text(lines.map(|line| format!("{line}\n")).collect()))
}

pub static TABLE: &[Row] = &[
    ("errstate", &[], under),
    ("seterr", &[], seterr),
    ("geterr", &[], geterr),
    ("seterrcall", &[], seterrcall),
    ("geterrcall", &[], geterrcall),
    ("setbufsize", &[], setbufsize),
    ("getbufsize", &[], |_| Ok(Out::Text(np::getbufsize().to_string()))),
    ("info", &[], info),
];
