//! What happens when arithmetic divides by zero, overflows, underflows or gives no number: NumPy's `errstate`.
//!
//! An evaluation reads the processor's sticky flags (`numfuse_backends::runtime::flags`) once its kernels have run, if
//! anyone is to hear of them. They may say too much, so an evaluation with a flag is run again op by op, and
//! what each op made of its operands decides ([`attribute`]).

mod attribute;
mod report;

use std::cell::{Cell, RefCell};
use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;
use std::sync::Arc;

use numfuse_backends::runtime::flags;

pub(crate) use attribute::Watch;

use crate::error::{Raised, Result, raise};
use crate::options::{Int, options};

/// What to do about a kind of floating-point error.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ErrMode {
    /// `"ignore"`: nothing.
    Ignore,
    /// `"warn"`: a warning of the `log` crate, once per calling line, kind and function. Nobody listens to it unless
    /// the program installs a logger for warnings, and then nothing is looked for.
    Warn,
    /// `"raise"`: the evaluation fails with [`Error::FloatingPoint`](crate::Error::FloatingPoint).
    Raise,
    /// `"call"`: the function that [`seterrcall`] installed, with the kind and the flags.
    Call,
    /// `"print"`: a line on standard error.
    Print,
    /// `"log"`: the function that [`seterrcall`] installed, with a line of text.
    Log,
}

impl ErrMode {
    fn parse(name: &str) -> Raised<ErrMode> {
        use ErrMode::*;
        match [Ignore, Warn, Raise, Call, Print, Log].into_iter().find(|mode| mode.name() == name) {
            Some(mode) => Ok(mode),
            None => raise!(Value, "invalid error mode '{name}'"),
        }
    }

    /// NumPy's word.
    pub fn name(self) -> &'static str {
        match self {
            ErrMode::Ignore => "ignore",
            ErrMode::Warn => "warn",
            ErrMode::Raise => "raise",
            ErrMode::Call => "call",
            ErrMode::Print => "print",
            ErrMode::Log => "log",
        }
    }
}

impl fmt::Display for ErrMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a thread does about floating-point errors: [`geterr`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ErrState {
    /// An infinite result of finite operands: a division by zero.
    pub divide: ErrMode,
    /// A result too large for its dtype.
    pub over: ErrMode,
    /// A result that lost digits for being too small.
    pub under: ErrMode,
    /// A result that is not a number.
    pub invalid: ErrMode,
}

impl Default for ErrState {
    fn default() -> ErrState {
        ErrState { divide: ErrMode::Warn, over: ErrMode::Warn, under: ErrMode::Ignore, invalid: ErrMode::Warn }
    }
}

impl ErrState {
    /// Every kind in the order in which NumPy reports them: its flag, its words and what is done about it.
    fn kinds(&self) -> [(u32, &'static str, ErrMode); 4] {
        [
            (flags::DIVIDE, "divide by zero", self.divide),
            (flags::OVER, "overflow", self.over),
            (flags::UNDER, "underflow", self.under),
            (flags::INVALID, "invalid value", self.invalid),
        ]
    }
}

/// The function of policies `call` and `log`.
pub type ErrCall = Arc<dyn Fn(&str, u32) + Send + Sync>;

/// All that a thread has been told.
#[derive(Clone, Default)]
struct Policy {
    state: ErrState,
    call: Option<ErrCall>,
}

/// NumPy's default of `setbufsize`.
const BUFFER_SIZE: usize = 8192;

thread_local! {
    static POLICY: RefCell<Policy> = RefCell::default();
    static BUFFER: Cell<usize> = const { Cell::new(BUFFER_SIZE) };
}

options! {
    /// Options of [`seterr`].
    SetErrOptions {
        all: AllKey(String), divide: DivideKey(String), over: OverKey(String), under: UnderKey(String),
        invalid: InvalidKey(String),
    };
    /// Options of [`errstate`].
    ErrStateOptions {
        all: AllKey(String), divide: DivideKey(String), over: OverKey(String), under: UnderKey(String),
        invalid: InvalidKey(String), call: CallKey(OnError),
    };
}

/// A function that hears of errors: option `call` of [`errstate`].
#[derive(Clone)]
pub struct OnError(ErrCall);

impl<F: Fn(&str, u32) + Send + Sync + 'static> From<F> for OnError {
    fn from(call: F) -> OnError {
        OnError(Arc::new(call))
    }
}

impl fmt::Debug for OnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OnError")
    }
}

impl ErrState {
    fn with(mut self, all: Option<String>, one_by_one: [Option<String>; 4]) -> Raised<ErrState> {
        if let Some(all) = all {
            let mode = ErrMode::parse(&all)?;
            self = ErrState { divide: mode, over: mode, under: mode, invalid: mode };
        }
        let fields = [&mut self.divide, &mut self.over, &mut self.under, &mut self.invalid];
        for (field, mode) in fields.into_iter().zip(one_by_one) {
            if let Some(mode) = mode {
                *field = ErrMode::parse(&mode)?;
            }
        }
        Ok(self)
    }
}

/// Sets what this thread does about floating-point errors, and returns what it did.
///
/// `divide`, `over`, `under` and `invalid` are the kinds of errors, `all` stands for every one; the modes are those of
/// [`ErrMode`] by name. What is not given stays. What counts is the policy of the thread that evaluates, when it does;
/// an expression that was built under another policy does not remember it.
///
/// # Errors
///
/// `ValueError` for an unknown mode.
///
/// ```
/// use numfuse as np;
/// use np::options::{all, divide};
/// let before = np::seterr(all("raise").divide("ignore"))?;
/// assert_eq!((np::array![1.0] / 0.0).item::<f64>()?, np::inf);
/// let error = (np::array![0.0] / 0.0).eval().unwrap_err();
/// assert_eq!(error.detail().message, "invalid value encountered in divide");
/// assert_eq!(before, np::ErrState::default());
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn seterr(options: impl Into<SetErrOptions>) -> Result<ErrState> {
    let SetErrOptions { all, divide, over, under, invalid } = options.into();
    let location = Location::caller();
    let old = geterr();
    let new = old.with(all, [divide, over, under, invalid]).map_err(|raise| raise.sign("seterr", location))?;
    POLICY.with_borrow_mut(|policy| policy.state = new);
    Ok(old)
}

/// What this thread does about floating-point errors.
///
/// ```
/// use numfuse as np;
/// assert_eq!(np::geterr().under, np::ErrMode::Ignore);
/// ```
pub fn geterr() -> ErrState {
    POLICY.with_borrow(|policy| policy.state)
}

/// Installs the function of policies `call` and `log` for this thread, or none, and returns the one before.
///
/// For `call` it gets the kind of an error (`"divide by zero"`, `"overflow"`, `"underflow"`, `"invalid value"`) and
/// all kinds that occurred, as the sum of 1, 2, 4 and 8 in this order; for `log` a line of text in place of the kind.
///
/// ```
/// use numfuse as np;
/// use std::sync::{Arc, Mutex};
/// let heard = Arc::new(Mutex::new(vec![]));
/// let ear = heard.clone();
/// np::seterrcall(Some(Arc::new(move |kind: &str, flags| ear.lock().unwrap().push(format!("{kind} {flags}")))));
/// let _guard = np::errstate(np::options::all("call"))?;
/// np::log(np::array![0.0]).eval()?;
/// assert_eq!(*heard.lock().unwrap(), ["divide by zero 1"]);
/// # Ok::<(), np::Error>(())
/// ```
pub fn seterrcall(call: Option<ErrCall>) -> Option<ErrCall> {
    POLICY.with_borrow_mut(|policy| std::mem::replace(&mut policy.call, call))
}

/// The function that [`seterrcall`] installed.
pub fn geterrcall() -> Option<ErrCall> {
    POLICY.with_borrow(|policy| policy.call.clone())
}

/// A policy for a scope: the one before comes back when it is dropped.
#[must_use = "the policy holds until this is dropped"]
pub struct ErrStateGuard {
    before: Policy,
    /// Belongs to its thread.
    thread: PhantomData<*const ()>,
}

impl Drop for ErrStateGuard {
    fn drop(&mut self) {
        POLICY.set(self.before.clone());
    }
}

/// [`seterr`], and with `call` [`seterrcall`], until the guard is dropped.
///
/// ```
/// use numfuse as np;
/// use np::options::over;
/// let x = np::array![1000.0];
/// {
///     let _guard = np::errstate(over("raise"))?;
///     let error = np::exp(&x).eval().unwrap_err();
///     assert_eq!((error.class(), &*error.detail().message), ("FloatingPointError", "overflow encountered in exp"));
/// }
/// assert_eq!(np::exp(&x).item::<f64>()?, np::inf);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn errstate(options: impl Into<ErrStateOptions>) -> Result<ErrStateGuard> {
    let ErrStateOptions { all, divide, over, under, invalid, call } = options.into();
    let location = Location::caller();
    let before = POLICY.with_borrow(Policy::clone);
    let state = before.state.with(all, [divide, over, under, invalid]).map_err(|r| r.sign("errstate", location))?;
    let call = call.map(|OnError(call)| call).or_else(|| before.call.clone());
    POLICY.set(Policy { state, call });
    Ok(ErrStateGuard { before, thread: PhantomData })
}

/// Sets the block length of NumPy's buffered loops, in elements, and returns the one before. It is remembered for
/// this thread and checked as NumPy checks it; loops here are cut by what fits into the caches, whatever it says.
///
/// # Errors
///
/// `ValueError` unless the length is a multiple of 16 from 16 to 10,000,000.
///
/// ```
/// use numfuse as np;
/// assert_eq!(np::setbufsize(4096)?, 8192);
/// assert_eq!(np::getbufsize(), 4096);
/// assert!(np::setbufsize(17).is_err());
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn setbufsize(size: impl Into<Int>) -> Result<usize> {
    let (size, location) = (size.into().0, Location::caller());
    let checked = || match size {
        ..0 => raise!(Value, "buffer size must be non-negative"),
        10_000_001.. => raise!(Value, "Buffer size, {size}, is too big"),
        0..5 => raise!(Value, "Buffer size, {size}, is too small"),
        _ if size % 16 != 0 => raise!(Value, "Buffer size, {size}, is not a multiple of 16"),
        _ => Ok(size as usize),
    };
    checked().map(|size| BUFFER.replace(size)).map_err(|raise| raise.sign("setbufsize", location))
}

/// The block length that [`setbufsize`] set; 8192 unless it did.
pub fn getbufsize() -> usize {
    BUFFER.get()
}
