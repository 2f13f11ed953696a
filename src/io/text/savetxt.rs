//! `savetxt` (`numpy/lib/_npyio_impl.py`).

use std::io::Write;
use std::panic::Location;

use numfuse_ir::{DType, Scalar};

use super::lines::Encoding;
use super::options::{Comments, Delimiter};
use crate::array::NdArray;
use crate::array::operand::Operand;
use crate::error::{Raised, Result, of_io, raise};
use crate::io::npy::evaluated;
use crate::io::printf::{Style, Template};
use crate::io::source::Target;
use crate::options::options;

/// How numbers are formatted: one of Python's formats for all columns, one for each, or one for a row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Formats {
    /// For every column, or, with as many conversions as there are columns, for a row.
    One(String),
    /// For each column.
    Each(Vec<String>),
}

impl From<&str> for Formats {
    fn from(format: &str) -> Formats {
        Formats::One(format.to_owned())
    }
}

impl<const N: usize> From<[&str; N]> for Formats {
    fn from(formats: [&str; N]) -> Formats {
        Formats::Each(formats.iter().map(|&f| f.to_owned()).collect())
    }
}

impl From<Vec<String>> for Formats {
    fn from(formats: Vec<String>) -> Formats {
        Formats::Each(formats)
    }
}

options! {
    /// Options of [`savetxt`]; the bare value is `fmt`.
    SavetxtOptions {
        fmt: Fmt(Formats), delimiter: DelimiterKey(Delimiter), newline: Newline(String), header: HeaderKey(String),
        footer: Footer(String), comments: CommentsKey(Comments), encoding: EncodingKey(String),
    } bare fmt text;
}

/// Writes a vector (one number to a line) or a matrix as text. A path that ends in `.gz` is packed, and
/// keeps its old file until the new one is complete.
///
/// - `fmt` (`"%.18e"`): Python's format of a number; one for each column (`fmt(["%d", "%.2f"])`), or one
///   with a conversion for each. Complex numbers print as ` (a+bj)`, or take two conversions each.
/// - `delimiter` (a space), `newline` (`"\n"`).
/// - `header`, `footer`: text before and after, its lines behind `comments` (`"# "`).
/// - `encoding` (`"utf-8"`): or `"latin1"`, `"ascii"`.
///
/// # Errors
///
/// Those of the evaluation; `ValueError` for other dimensions and a wrong number of conversions;
/// `TypeError` for a conversion that the dtype does not have; `OSError`.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// let mut text = Vec::new();
/// np::savetxt(&mut text, &np::array![[1.0, 2.5], [3.0, -4.0]], fmt("%.1f").delimiter(",").header("x,y"))?;
/// assert_eq!(text, b"# x,y\n1.0,2.5\n3.0,-4.0\n");
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn savetxt<'a>(
    fname: impl Into<Target<'a>>,
    x: impl Into<Operand>,
    options: impl Into<SavetxtOptions>,
) -> Result<()> {
    let location = Location::caller();
    let value = evaluated(x, "savetxt")?;
    let (target, options) = (fname.into(), options.into());
    let table = Table::new(&value, &options).and_then(|table| target.write(true, |out| table.write(out)));
    table.map_err(|raise| raise.sign("savetxt", location))
}

struct Table<'a> {
    value: &'a NdArray,
    columns: usize,
    template: Template,
    newline: String,
    header: String,
    footer: String,
    encoding: Encoding,
}

impl<'a> Table<'a> {
    fn new(value: &'a NdArray, options: &SavetxtOptions) -> Raised<Table<'a>> {
        let columns = match *value.shape() {
            [_] => 1,
            [_, columns] => columns,
            _ => return raise!(Value, "Expected 1D or 2D array, got {}D array instead", value.ndim()),
        };
        let delimiter = match &options.delimiter {
            None => " ",
            Some(Delimiter::Text(text)) => text,
            Some(_) => return raise!(DType, "the delimiter must be text"),
        };
        let complex = value.dtype().is_complex();
        let usual = Formats::One("%.18e".to_owned());
        let template = match options.fmt.as_ref().unwrap_or(&usual) {
            Formats::Each(formats) if formats.len() == columns => formats.join(delimiter),
            Formats::Each(formats) => return raise!(Attribute, "fmt has wrong shape.  {formats:?}"),
            Formats::One(format) => {
                let conversions = format.matches('%').count();
                let wanted = if complex { 2 * columns } else { columns };
                if conversions == 1 {
                    let one = if complex { format!(" ({format}+{format}j)") } else { format.clone() };
                    vec![one; columns].join(delimiter)
                } else if conversions == wanted {
                    format.clone()
                } else {
                    return raise!(Value, "fmt has wrong number of % formats:  {format}");
                }
            }
        };
        let newline = options.newline.clone().unwrap_or_else(|| "\n".to_owned());
        let comments = match &options.comments {
            None => "# ",
            Some(Comments(comments)) => comments.first().map_or("", String::as_str),
        };
        let comment = |text: &Option<String>| match text.as_deref() {
            None | Some("") => String::new(),
            Some(text) => format!("{comments}{}{newline}", text.replace('\n', &format!("\n{comments}"))),
        };
        Ok(Table {
            value,
            columns,
            template: Template::parse(&template)?,
            header: comment(&options.header),
            footer: comment(&options.footer),
            encoding: Encoding::parse(options.encoding.as_deref())?,
            newline,
        })
    }

    fn write(&self, out: &mut dyn Write) -> Raised<()> {
        let mut put = |text: &mut String| -> Raised<()> {
            let bytes = self.encoding.encode(text)?;
            text.clear();
            out.write_all(&bytes).map_err(|e| of_io(&e, None))
        };
        let mut text = self.header.clone();
        let complex = self.value.dtype().is_complex();
        let mut row: Vec<Scalar> = Vec::new();
        for r in 0..self.value.shape()[0] {
            row.clear();
            for c in 0..self.columns {
                let value = self.value.get_flat(r * self.columns + c);
                if complex {
                    let part = |bits: u64| Scalar::from_bits(value.dtype().real(), [bits, 0]);
                    row.extend(value.bits().map(part));
                } else {
                    row.push(value);
                }
            }
            let start = text.len();
            self.template.write(&row, Style::Numpy, &mut text).map_err(|raise| self.mismatch(raise))?;
            text.push_str(&self.newline);
            if complex && text[start..].contains("+-") {
                let line = text.split_off(start).replace("+-", "-");
                text.push_str(&line);
            }
            if text.len() > 1 << 16 {
                put(&mut text)?;
            }
        }
        text.push_str(&self.footer);
        put(&mut text)
    }

    fn mismatch(&self, raise: crate::error::Raise) -> crate::error::Raise {
        use crate::error::{Class, Raise};
        match raise {
            Raise::New(Class::DType, _) => {
                let (dtype, format): (DType, _) = (self.value.dtype(), self.template.text());
                let text = format!("Mismatch between array dtype ('{dtype}') and format specifier ('{format}')");
                Raise::New(Class::DType, text)
            }
            other => other,
        }
    }
}
