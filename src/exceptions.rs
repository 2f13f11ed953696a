//! NumPy's `exceptions`: the names of the classes that [`Error::class`] gives.
//!
//! ```
//! use numfuse as np;
//! let error = np::sum([1, 2], 3).check().unwrap_err();
//! assert_eq!(error.class(), np::exceptions::AxisError);
//! ```

#![allow(non_upper_case_globals)]

pub use crate::error::{Detail, Error};

/// An axis that the array does not have.
pub const AxisError: &str = "AxisError";
/// Dtypes without a common one.
pub const DTypePromotionError: &str = "DTypePromotionError";
/// Work that would take too long.
pub const TooHardError: &str = "TooHardError";
/// A cast that drops imaginary parts. Casts do, without a warning.
pub const ComplexWarning: &str = "ComplexWarning";
/// A module that is to go.
pub const ModuleDeprecationWarning: &str = "ModuleDeprecationWarning";
/// A fit with too few points for its degree.
pub const RankWarning: &str = "RankWarning";
/// A use that is to go.
pub const VisibleDeprecationWarning: &str = "VisibleDeprecationWarning";
