//! Errors: NumPy's classes and words, with the operation and the caller's file and line.

use std::fmt;
use std::panic::Location;
use std::sync::{Arc, OnceLock};

use numfuse_backends::runtime::{Fault, FaultKind};
use numfuse_ir::DType;
use numfuse_ir::shape::tuple;

/// What a `Result` of this crate carries.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Where an error came from and what it says.
#[derive(Clone, Debug)]
pub struct Detail {
    /// The function that was called, under NumPy's name.
    pub op: &'static str,
    /// NumPy's words.
    pub message: String,
    /// The line that called the function.
    pub location: &'static Location<'static>,
}

impl fmt::Display for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {} ({}:{})", self.op, self.message, self.location.file(), self.location.line())
    }
}

macro_rules! classes {
    ($($variant:ident $python:literal $doc:literal;)*) => {
        /// An error of NumPy's kinds. The text is `[op] NumPy's message (file:line)`.
        ///
        /// ```
        /// use numfuse as np;
        /// let bad = np::add([1.0, 2.0, 3.0], [1.0, 2.0]);
        /// let error = bad.eval().unwrap_err();
        /// assert_eq!(error.class(), "ValueError");
        /// assert_eq!(error.detail().message, "operands could not be broadcast together with shapes (3,) (2,)");
        /// ```
        #[derive(Clone, Debug, thiserror::Error)]
        #[non_exhaustive]
        pub enum Error {
            $(#[doc = $doc] #[error("{0}")] $variant(Arc<Detail>),)*
        }

        /// The kind of an error that is about to be raised.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub(crate) enum Class { $($variant),* }

        impl Error {
            /// The class of the exception that NumPy raises.
            pub fn class(&self) -> &'static str {
                match self { $(Error::$variant(_) => $python),* }
            }

            /// The operation, the message and the caller.
            pub fn detail(&self) -> &Detail {
                match self { $(Error::$variant(d) => d),* }
            }

            pub(crate) fn new(class: Class, op: &'static str, message: String, location: &'static Location<'static>) -> Error {
                let detail = Arc::new(Detail { op, message, location });
                let error = match class { $(Class::$variant => Error::$variant(detail)),* };
                if panic_on_error() {
                    panic!("{error}");
                }
                error
            }
        }
    };
}

classes! {
    Shape    "ValueError"     "Shapes that do not fit together.";
    Axis     "AxisError"      "An axis that the array does not have.";
    Index    "IndexError"     "An index out of range, or too many indices.";
    DType    "TypeError"      "A dtype for which the operation has no meaning.";
    Value    "ValueError"     "An argument of the right type with an impossible value.";
    Overflow "OverflowError"  "A number that its dtype cannot hold.";
    Key      "KeyError"       "A name that does not exist.";
    ZeroDivision "ZeroDivisionError" "A length that would be infinite.";
    Memory   "MemoryError"    "An allocation that failed.";
    LinAlg   "LinAlgError"    "A matrix for which the operation has no answer: singular, not square, no convergence.";
    Io       "OSError"        "A file that could not be read or written.";
    NotFound "FileNotFoundError" "A file that is not there.";
    Eof      "EOFError"       "A file without data.";
    Attribute "AttributeError" "A value that has not the parts that it should have.";
    FloatingPoint "FloatingPointError" "Arithmetic that [`errstate`](crate::errstate) was told to make an error.";
    Name     "NameError"      "A policy of [`errstate`](crate::errstate) without the function that it needs.";
    Runtime  "RuntimeError"   "The engine could not run the expression.";
}

fn panic_on_error() -> bool {
    static FLAG: OnceLock<bool> = OnceLock::new();
    *FLAG.get_or_init(|| std::env::var_os("NUMFUSE_PANIC_ON_ERROR").is_some_and(|v| !v.is_empty() && v != "0"))
}

/// An error on its way to the public function that will sign it with its name and caller, or one
/// that an operand already carries.
#[derive(Debug)]
pub(crate) enum Raise {
    New(Class, String),
    Carried(Error),
}

impl From<Error> for Raise {
    fn from(error: Error) -> Raise {
        Raise::Carried(error)
    }
}

impl From<Fault> for Raise {
    fn from(fault: Fault) -> Raise {
        of_fault(fault)
    }
}

impl Raise {
    pub(crate) fn sign(self, op: &'static str, location: &'static Location<'static>) -> Error {
        match self {
            Raise::New(class, message) => Error::new(class, op, message, location),
            Raise::Carried(error) => error,
        }
    }
}

pub(crate) type Raised<T> = std::result::Result<T, Raise>;

macro_rules! raise {
    ($class:ident, $($arg:tt)*) => {
        Err($crate::error::Raise::New($crate::error::Class::$class, format!($($arg)*)))
    };
}
pub(crate) use raise;

/// A shape as NumPy's C code prints it: `(3,)`, `(2,3)`.
pub(crate) fn tight(shape: &[usize]) -> String {
    match shape {
        [one] => format!("({one},)"),
        _ => format!("({})", shape.iter().map(usize::to_string).collect::<Vec<_>>().join(",")),
    }
}

/// An error of the operating system, in Python's words.
pub(crate) fn of_io(error: &std::io::Error, path: Option<&std::path::Path>) -> Raise {
    let class = match error.kind() {
        std::io::ErrorKind::NotFound => Class::NotFound,
        _ => Class::Io,
    };
    let text = error.to_string();
    let text = match error.raw_os_error() {
        // Rust appends the number, Python puts it first.
        Some(code) => format!("[Errno {code}] {}", text.trim_end_matches(&format!(" (os error {code})"))),
        None => text,
    };
    Raise::New(class, path.map_or_else(|| text.clone(), |p| format!("{text}: '{}'", p.display())))
}

/// A fault of the run-time, in NumPy's words.
pub(crate) fn of_fault(fault: Fault) -> Raise {
    match fault {
        Fault::Memory { bytes } => no_memory(bytes, None),
        Fault::IndexOutOfBounds => {
            Raise::New(Class::Index, "index is out of bounds for the axis it is taken from".into())
        }
        Fault::Host { kind, message, .. } => {
            let class = match kind {
                FaultKind::LinAlg => Class::LinAlg,
                FaultKind::Value => Class::Value,
                FaultKind::Type => Class::DType,
                FaultKind::Runtime => Class::Runtime,
                FaultKind::Index => Class::Index,
            };
            Raise::New(class, message)
        }
        Fault::NegativePower => Raise::New(Class::Value, fault.to_string()),
        other => Raise::New(Class::Runtime, other.to_string()),
    }
}

/// NumPy's words for a failed allocation, of a result or of something in between.
pub(crate) fn no_memory(bytes: u128, array: Option<(&[usize], DType)>) -> Raise {
    let mut text = format!("Unable to allocate {}", human(bytes));
    if let Some((shape, dtype)) = array {
        text += &format!(" for an array with shape {} and data type {dtype}", tuple(shape));
    }
    Raise::New(Class::Memory, text)
}

/// A size as NumPy's memory errors print it: `1.00 PiB`.
fn human(bytes: u128) -> String {
    let units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    let unit = ((128 - bytes.max(1).leading_zeros() as usize - 1) / 10).min(units.len() - 1);
    if unit == 0 {
        return format!("{bytes} bytes");
    }
    let value = bytes as f64 / (1u128 << (10 * unit)) as f64;
    let digits = if value < 10.0 {
        2
    } else if value < 100.0 {
        1
    } else {
        0
    };
    format!("{value:.digits$} {}", units[unit])
}
