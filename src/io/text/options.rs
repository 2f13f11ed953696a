//! What the text readers take.

use std::fmt;
use std::sync::Arc;

use numfuse_ir::{DType, Scalar};

/// What starts a comment: one string, several, or `()` for nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Comments(pub(super) Vec<String>);

impl From<()> for Comments {
    fn from(_: ()) -> Comments {
        Comments(Vec::new())
    }
}

impl From<&str> for Comments {
    fn from(comment: &str) -> Comments {
        Comments(vec![comment.to_owned()])
    }
}

impl From<char> for Comments {
    fn from(comment: char) -> Comments {
        Comments(vec![comment.to_string()])
    }
}

impl<const N: usize> From<[&str; N]> for Comments {
    fn from(comments: [&str; N]) -> Comments {
        Comments(comments.iter().map(|&c| c.to_owned()).collect())
    }
}

impl From<Vec<String>> for Comments {
    fn from(comments: Vec<String>) -> Comments {
        Comments(comments)
    }
}

/// What separates columns: a string or a character, or, for [`genfromtxt`](crate::genfromtxt), the
/// width of all columns or of each.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Delimiter {
    /// This text.
    Text(String),
    /// Columns of one width.
    Width(usize),
    /// Columns of these widths.
    Widths(Vec<usize>),
}

impl From<&str> for Delimiter {
    fn from(text: &str) -> Delimiter {
        Delimiter::Text(text.to_owned())
    }
}

impl From<char> for Delimiter {
    fn from(c: char) -> Delimiter {
        Delimiter::Text(c.to_string())
    }
}

impl From<usize> for Delimiter {
    fn from(width: usize) -> Delimiter {
        Delimiter::Width(width)
    }
}

impl From<i32> for Delimiter {
    fn from(width: i32) -> Delimiter {
        Delimiter::Width(usize::try_from(width).unwrap_or(0))
    }
}

impl<const N: usize> From<[usize; N]> for Delimiter {
    fn from(widths: [usize; N]) -> Delimiter {
        Delimiter::Widths(widths.into())
    }
}

impl From<Vec<usize>> for Delimiter {
    fn from(widths: Vec<usize>) -> Delimiter {
        Delimiter::Widths(widths)
    }
}

/// Columns of a table: numbers, negative ones from the end, or names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Usecols {
    /// By number.
    Numbers(Vec<i64>),
    /// By name.
    Names(Vec<String>),
}

macro_rules! usecols_from {
    ($($t:ty),*) => {$(
        impl From<$t> for Usecols {
            fn from(column: $t) -> Usecols { Usecols::Numbers(vec![column as i64]) }
        }
        impl<const N: usize> From<[$t; N]> for Usecols {
            fn from(columns: [$t; N]) -> Usecols { Usecols::Numbers(columns.iter().map(|&c| c as i64).collect()) }
        }
        impl From<Vec<$t>> for Usecols {
            fn from(columns: Vec<$t>) -> Usecols { Usecols::Numbers(columns.iter().map(|&c| c as i64).collect()) }
        }
    )*};
}
usecols_from!(i32, i64, isize, usize);

/// Names, separated by commas.
impl From<&str> for Usecols {
    fn from(names: &str) -> Usecols {
        Usecols::Names(names.split(',').map(|n| n.trim().to_owned()).collect())
    }
}

impl<const N: usize> From<[&str; N]> for Usecols {
    fn from(names: [&str; N]) -> Usecols {
        Usecols::Names(names.iter().map(|&n| n.to_owned()).collect())
    }
}

/// What a converter may return: a number, or a result whose error ends the reading.
pub trait Converted {
    /// The element.
    #[doc(hidden)]
    fn converted(self) -> Result<Scalar, String>;
}

macro_rules! converted {
    ($($t:ty),*) => {$(
        impl Converted for $t {
            fn converted(self) -> Result<Scalar, String> { Ok(self.into()) }
        }
        impl<E: fmt::Display> Converted for Result<$t, E> {
            fn converted(self) -> Result<Scalar, String> {
                self.map(Into::into).map_err(|e| e.to_string())
            }
        }
    )*};
}
converted!(bool, i8, i16, i32, i64, u8, u16, u32, u64, f32, f64, num_complex::Complex<f64>);

impl Converted for Scalar {
    fn converted(self) -> Result<Scalar, String> {
        Ok(self)
    }
}

pub(super) type Convert = Arc<dyn Fn(&str) -> Result<Scalar, String> + Send + Sync>;

/// Functions that turn fields into numbers: one for all columns, or by column.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// let percent = |field: &str| field.trim_end_matches('%').parse::<f64>();
/// let table = np::Source::text("7 12%\n8 20%");
/// let table = np::loadtxt(table, converters(np::Converters::column(1, percent)));
/// assert_eq!(table.to_vec::<f64>()?, [7.0, 12.0, 8.0, 20.0]);
/// # Ok::<(), np::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Converters {
    pub(super) all: Option<Convert>,
    /// Of two for one column the last one counts.
    pub(super) columns: Vec<(Column, Convert)>,
}

/// A column by its number or its name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Column {
    /// By number; negative ones count from the end.
    Number(i64),
    /// By name.
    Name(String),
}

impl From<i64> for Column {
    fn from(number: i64) -> Column {
        Column::Number(number)
    }
}

impl From<i32> for Column {
    fn from(number: i32) -> Column {
        Column::Number(number.into())
    }
}

impl From<&str> for Column {
    fn from(name: &str) -> Column {
        Column::Name(name.to_owned())
    }
}

impl Converters {
    /// A function for all columns.
    pub fn all<R: Converted>(convert: impl Fn(&str) -> R + Send + Sync + 'static) -> Converters {
        Converters { all: Some(Arc::new(move |field| convert(field).converted())), columns: Vec::new() }
    }

    /// A function for one column.
    pub fn column<R: Converted>(
        column: impl Into<Column>,
        convert: impl Fn(&str) -> R + Send + Sync + 'static,
    ) -> Converters {
        Converters::default().and(column, convert)
    }

    /// A function for one more column.
    #[must_use]
    pub fn and<R: Converted>(
        mut self,
        column: impl Into<Column>,
        convert: impl Fn(&str) -> R + Send + Sync + 'static,
    ) -> Converters {
        self.columns.push((column.into(), Arc::new(move |field| convert(field).converted())));
        self
    }
}

impl fmt::Debug for Converters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns: Vec<&Column> = self.columns.iter().map(|(column, _)| column).collect();
        f.debug_struct("Converters").field("all", &self.all.is_some()).field("columns", &columns).finish()
    }
}

/// The names of columns: `true` reads them from the first line; or names, separated by commas or as
/// an array.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Names {
    /// In the first line.
    FirstLine,
    /// These.
    Given(Vec<String>),
}

impl From<bool> for Names {
    fn from(first_line: bool) -> Names {
        if first_line { Names::FirstLine } else { Names::Given(Vec::new()) }
    }
}

impl From<&str> for Names {
    fn from(names: &str) -> Names {
        Names::Given(names.split(',').map(|n| n.trim().to_owned()).collect())
    }
}

impl<const N: usize> From<[&str; N]> for Names {
    fn from(names: [&str; N]) -> Names {
        Names::Given(names.iter().map(|&n| n.to_owned()).collect())
    }
}

impl From<Vec<String>> for Names {
    fn from(names: Vec<String>) -> Names {
        Names::Given(names)
    }
}

/// The dtypes of columns: one for all, one for each, or `()` to find them out (NumPy's `dtype=None`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FieldTypes {
    /// As the values ask for.
    Auto,
    /// The same for all.
    One(DType),
    /// For each.
    Each(Vec<DType>),
}

impl From<()> for FieldTypes {
    fn from(_: ()) -> FieldTypes {
        FieldTypes::Auto
    }
}

impl From<DType> for FieldTypes {
    fn from(dtype: DType) -> FieldTypes {
        FieldTypes::One(dtype)
    }
}

impl<const N: usize> From<[DType; N]> for FieldTypes {
    fn from(dtypes: [DType; N]) -> FieldTypes {
        FieldTypes::Each(dtypes.into())
    }
}

impl From<Vec<DType>> for FieldTypes {
    fn from(dtypes: Vec<DType>) -> FieldTypes {
        FieldTypes::Each(dtypes)
    }
}

/// Values by column: one for all, one for each, or by number or name.
#[derive(Clone, Debug)]
pub enum PerColumn<T> {
    /// For all columns.
    All(T),
    /// For the columns in order.
    Each(Vec<T>),
    /// For some.
    Some(Vec<(Column, T)>),
}

macro_rules! per_column {
    ($($t:ty => $T:ty: $x:ident, $into:expr;)*) => {$(
        impl From<$t> for PerColumn<$T> {
            fn from($x: $t) -> Self { PerColumn::All($into) }
        }
        impl<const N: usize> From<[$t; N]> for PerColumn<$T> {
            fn from(values: [$t; N]) -> Self { PerColumn::Each(values.into_iter().map(|$x| $into).collect()) }
        }
        impl<C: Into<Column>, const N: usize> From<[(C, $t); N]> for PerColumn<$T> {
            fn from(values: [(C, $t); N]) -> Self {
                PerColumn::Some(values.into_iter().map(|(column, $x)| (column.into(), $into)).collect())
            }
        }
        impl<C: Into<Column>> From<Vec<(C, $t)>> for PerColumn<$T> {
            fn from(values: Vec<(C, $t)>) -> Self {
                PerColumn::Some(values.into_iter().map(|(column, $x)| (column.into(), $into)).collect())
            }
        }
    )*};
}
per_column! {
    &str => String: x, x.to_owned();
    f64 => Scalar: x, x.into();
    i64 => Scalar: x, x.into();
    i32 => Scalar: x, Scalar::new(i64::from(x));
    bool => Scalar: x, x.into();
    Scalar => Scalar: x, x;
}
