//! Tables in text.

mod fields;
mod fromregex;
mod genfromtxt;
mod lines;
mod loadtxt;
mod names;
pub(crate) mod numbers;
mod options;
mod savetxt;
mod table;

pub use fromregex::*;
pub use genfromtxt::*;
pub use loadtxt::{LoadtxtOptions, loadtxt};
pub use names::CaseSensitive;
pub use options::{Column, Comments, Converted, Converters, Delimiter, FieldTypes, Names, PerColumn, Usecols};
pub use savetxt::*;
pub use table::Fields;
