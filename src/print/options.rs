//! The print options of a thread.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;
use std::rc::Rc;
use std::sync::Arc;

use numfuse_ir::{DType, Kind, Scalar};

use crate::array::NdArray;
use crate::error::{Raised, Result, raise};
use crate::options::{Int, Sign, Threshold, options};

/// Turns an element into a word.
pub(super) type Custom = Arc<dyn Fn(Scalar) -> String + Send + Sync>;

/// Functions that print elements, by kind of dtype: `formatter` of [`set_printoptions`].
///
/// The kinds are NumPy's: `"bool"`, `"int"`, `"float"`, `"complexfloat"` for one each,
/// `"int_kind"`, `"float_kind"`, `"complex_kind"` and `"all"` for groups. One kind goes before a
/// group, a group before `"all"`. Other names are ignored.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// let hex = np::Formatter::new().with("int", |x| format!("{:#x}", x.to_i128().unwrap_or(0)));
/// assert_eq!(np::array2string(&np::arange(12, ..).slice(s![9..]), formatter(hex))?, "[0x9 0xa 0xb]");
/// # Ok::<(), np::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Formatter(BTreeMap<String, Custom>);

impl Formatter {
    /// No functions.
    pub fn new() -> Formatter {
        Formatter::default()
    }

    /// A function for a kind of elements.
    pub fn with(
        mut self,
        kind: impl Into<String>,
        word: impl Fn(Scalar) -> String + Send + Sync + 'static,
    ) -> Formatter {
        self.0.insert(kind.into(), Arc::new(word));
        self
    }

    pub(super) fn of(&self, dtype: DType) -> Option<Custom> {
        let kinds: &[&str] = match dtype.kind() {
            Kind::Bool => &["bool", "all"],
            Kind::Signed | Kind::Unsigned => &["int", "int_kind", "all"],
            Kind::Float => &["float", "float_kind", "all"],
            Kind::Complex => &["complexfloat", "complex_kind", "all"],
        };
        kinds.iter().find_map(|kind| self.0.get(*kind)).cloned()
    }
}

impl fmt::Debug for Formatter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// A function that prints whole arrays: `override_repr` of [`set_printoptions`].
#[derive(Clone)]
pub struct OverrideRepr(Arc<dyn Fn(&NdArray) -> String + Send + Sync>);

impl OverrideRepr {
    pub(super) fn call(&self, array: &NdArray) -> String {
        (self.0)(array)
    }
}

impl<F: Fn(&NdArray) -> String + Send + Sync + 'static> From<F> for OverrideRepr {
    fn from(repr: F) -> OverrideRepr {
        OverrideRepr(Arc::new(repr))
    }
}

impl fmt::Debug for OverrideRepr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OverrideRepr")
    }
}

/// Prints as a former version of NumPy did.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Legacy {
    /// `"1.13"`: a space for the sign of floats, 0-d arrays like Python's numbers.
    V1_13,
    /// `"1.21"`: differs from 1.25 for structured dtypes only.
    V1_21,
    /// `"1.25"`: as 2.2 for arrays.
    V1_25,
    /// `"2.1"`: as 2.2 for arrays.
    V2_1,
    /// `"2.2"`: no shape where elements are left out; `float16` and `float32` switch to exponents
    /// where `float64` does.
    V2_2,
    /// `False`: as the present version.
    #[default]
    Off,
}

impl Legacy {
    fn parse(text: &str) -> Option<Legacy> {
        use Legacy::*;
        let names = [("1.13", V1_13), ("1.21", V1_21), ("1.25", V1_25), ("2.1", V2_1), ("2.2", V2_2), ("False", Off)];
        names.into_iter().find(|(name, _)| *name == text).map(|(_, legacy)| legacy)
    }
}

impl From<bool> for LegacyName {
    fn from(legacy: bool) -> LegacyName {
        LegacyName(if legacy { "True" } else { "False" }.to_owned())
    }
}

impl From<&str> for LegacyName {
    fn from(legacy: &str) -> LegacyName {
        LegacyName(legacy.to_owned())
    }
}

/// The value of option `legacy`: a version such as `"1.13"`, or `false`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LegacyName(String);

/// How arrays are printed; see [`set_printoptions`] for what the fields mean.
#[derive(Clone, Debug)]
#[non_exhaustive]
#[allow(missing_docs)]
pub struct PrintOptions {
    pub edgeitems: i64,
    pub threshold: f64,
    pub floatmode: String,
    pub precision: i64,
    pub suppress: bool,
    pub linewidth: i64,
    pub nanstr: String,
    pub infstr: String,
    pub sign: char,
    pub formatter: Option<Formatter>,
    pub legacy: Legacy,
    pub override_repr: Option<OverrideRepr>,
}

impl Default for PrintOptions {
    fn default() -> PrintOptions {
        PrintOptions {
            edgeitems: 3,
            threshold: 1000.0,
            floatmode: "maxprec".to_owned(),
            precision: 8,
            suppress: false,
            linewidth: 75,
            nanstr: "nan".to_owned(),
            infstr: "inf".to_owned(),
            sign: '-',
            formatter: None,
            legacy: Legacy::Off,
            override_repr: None,
        }
    }
}

thread_local! {
    static CURRENT: RefCell<Rc<PrintOptions>> = RefCell::default();
}

options! {
    /// Options of [`set_printoptions`] and [`printoptions`].
    SetPrintOptions {
        precision: PrecisionKey(Int), threshold: ThresholdKey(Threshold), edgeitems: Edgeitems(Int),
        linewidth: Linewidth(Int), suppress: Suppress(bool), nanstr: Nanstr(String), infstr: Infstr(String),
        formatter: FormatterKey(Formatter), sign: SignKey(Sign), floatmode: Floatmode(String),
        legacy: LegacyKey(LegacyName), override_repr: OverrideReprKey(OverrideRepr),
    };
}

impl PrintOptions {
    pub(crate) fn current() -> Rc<PrintOptions> {
        CURRENT.with_borrow(Rc::clone)
    }

    /// Takes over what is given, checked as NumPy checks it.
    pub(super) fn update(&mut self, given: SetPrintOptions) -> Raised<()> {
        const MODES: [&str; 4] = ["fixed", "unique", "maxprec", "maxprec_equal"];
        if given.floatmode.as_ref().is_some_and(|mode| !MODES.contains(&mode.as_str())) {
            let modes = MODES.map(|m| format!("\"{m}\"")).join(", ");
            return raise!(Value, "floatmode option must be one of {modes}");
        }
        let sign = given.sign.map(|sign| sign.0);
        let sign = match sign.as_deref() {
            None => None,
            Some("-") => Some('-'),
            Some("+") => Some('+'),
            Some(" ") => Some(' '),
            Some(_) => return raise!(Value, "sign option must be one of ' ', '+', or '-'"),
        };
        let legacy = match given.legacy {
            None => None,
            Some(LegacyName(name)) => match Legacy::parse(&name) {
                Some(legacy) => Some(legacy),
                None => {
                    return raise!(
                        Value,
                        "legacy printing option can currently only be '1.13', '1.21', '1.25', '2.1', '2.2' or `False`"
                    );
                }
            },
        };
        if given.threshold.is_some_and(|t| t.0.is_nan()) {
            return raise!(Value, "threshold must be non-NAN, try sys.maxsize for untruncated representation");
        }
        fn set<T>(field: &mut T, value: Option<T>) {
            if let Some(value) = value {
                *field = value;
            }
        }
        let int = |i: Option<Int>| i.map(|i| i.0);
        set(&mut self.precision, int(given.precision));
        set(&mut self.threshold, given.threshold.map(|t| t.0));
        set(&mut self.edgeitems, int(given.edgeitems));
        set(&mut self.linewidth, int(given.linewidth));
        set(&mut self.suppress, given.suppress);
        set(&mut self.nanstr, given.nanstr);
        set(&mut self.infstr, given.infstr);
        set(&mut self.floatmode, given.floatmode);
        set(&mut self.sign, sign);
        set(&mut self.legacy, legacy);
        if given.formatter.is_some() {
            self.formatter = given.formatter;
        }
        Ok(())
    }
}

/// Sets how this thread prints arrays. What is not given stays as it is, but for `formatter` and
/// `override_repr`, which every call sets anew.
///
/// - `precision` (8): digits after the point.
/// - `threshold` (1000): arrays with more elements are summarized.
/// - `edgeitems` (3): how many items a summary shows at each end of an axis.
/// - `linewidth` (75): columns of a line.
/// - `suppress` (false): never print exponents for the sake of small numbers.
/// - `nanstr`, `infstr`: the words for NaN and infinity.
/// - `sign` (`'-'`): `'+'` shows the sign of positive numbers, `' '` a space for it.
/// - `floatmode` (`"maxprec"`): `"fixed"`, `"unique"`, `"maxprec"` or `"maxprec_equal"`.
/// - `formatter`: functions that print elements, see [`Formatter`].
/// - `legacy` (false): a former version whose layout to use: `"1.13"`, `"1.21"`, `"1.25"`, `"2.1"`,
///   `"2.2"`.
/// - `override_repr`: a function that does the work of [`array_repr`](crate::array_repr).
///
/// # Errors
///
/// `ValueError` for an unknown `sign`, `floatmode` or `legacy`, and for a `threshold` that is NaN.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// np::set_printoptions(precision(3).suppress(true))?;
/// assert_eq!(np::array![1e-9, 2.0 / 3.0].to_string(), "[0.    0.667]");
/// assert_eq!(np::get_printoptions().precision, 3);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn set_printoptions(options: impl Into<SetPrintOptions>) -> Result<()> {
    replace("set_printoptions", options.into(), Location::caller()).map(drop)
}

/// Installs options and returns those before.
fn replace(
    name: &'static str,
    mut given: SetPrintOptions,
    location: &'static Location<'static>,
) -> Result<Rc<PrintOptions>> {
    let old = PrintOptions::current();
    let mut new = PrintOptions { formatter: None, override_repr: given.override_repr.take(), ..(*old).clone() };
    new.update(given).map_err(|raise| raise.sign(name, location))?;
    if new.legacy == Legacy::V1_13 {
        new.sign = '-';
    }
    CURRENT.set(Rc::new(new));
    Ok(old)
}

/// How this thread prints arrays.
///
/// ```
/// use numfuse as np;
/// assert_eq!(np::get_printoptions().linewidth, 75);
/// ```
pub fn get_printoptions() -> PrintOptions {
    (*PrintOptions::current()).clone()
}

/// Print options for a scope: those before come back when it is dropped.
#[derive(Debug)]
#[must_use = "the options hold until this is dropped"]
pub struct PrintOptionsGuard {
    before: Rc<PrintOptions>,
    /// Belongs to its thread.
    thread: PhantomData<*const ()>,
}

impl Drop for PrintOptionsGuard {
    fn drop(&mut self) {
        CURRENT.set(Rc::clone(&self.before));
    }
}

/// [`set_printoptions`] until the guard is dropped.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// let a = np::array![2.0] / 3.0;
/// {
///     let _guard = np::printoptions(precision(2))?;
///     assert_eq!(a.to_string(), "[0.67]");
/// }
/// assert_eq!(a.to_string(), "[0.66666667]");
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn printoptions(options: impl Into<SetPrintOptions>) -> Result<PrintOptionsGuard> {
    let before = replace("printoptions", options.into(), Location::caller())?;
    Ok(PrintOptionsGuard { before, thread: PhantomData })
}
