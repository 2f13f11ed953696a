//! `fromregex` (`numpy/lib/_npyio_impl.py`).

use std::io::Read;
use std::panic::Location;

use numfuse_ir::{DType, Element, dispatch};

use super::lines::{Encoding, Lines};
use super::numbers;
use super::table::Fields;
use crate::array::Array;
use crate::error::{Raised, Result, of_io, raise};
use crate::io::literal::quoted;
use crate::io::source::Source;
use crate::options::options;

options! {
    /// Options of [`fromregex`]; the bare value is `encoding`.
    FromregexOptions { encoding: EncodingKey(String) } bare encoding text;
}

/// The columns that the groups of a regular expression match in a text, one row for each match; an
/// expression without groups is one itself.
///
/// The syntax is that of the [`regex`](https://docs.rs/regex) crate, which is Python's without
/// back-references and look-around.
///
/// # Errors
///
/// `FileNotFoundError`, `OSError`; `ValueError` for an expression that is none, a number of groups that
/// is not that of the fields, and a match that is no number.
///
/// ```
/// use numfuse as np;
/// let log = np::Source::text("run 1: 0.5 s\nrun 2: 0.25 s\nfailed\n");
/// let runs = np::fromregex(log, r"run (\d+): ([\d.]+) s", [("run", np::int64), ("time", np::float64)], ..)?;
/// assert_eq!(runs.field("run").to_vec::<i64>()?, [1, 2]);
/// assert_eq!(runs.field("time").to_vec::<f64>()?, [0.5, 0.25]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn fromregex<'a, S: Into<String>>(
    file: impl Into<Source<'a>>,
    regexp: &str,
    dtype: impl IntoIterator<Item = (S, DType)>,
    options: impl Into<FromregexOptions>,
) -> Result<Fields> {
    let location = Location::caller();
    let fields = dtype.into_iter().map(|(name, dtype)| (name.into(), dtype)).collect();
    read(file.into(), regexp, fields, options.into(), location).map_err(|raise| raise.sign("fromregex", location))
}

fn read(
    source: Source<'_>,
    regexp: &str,
    fields: Vec<(String, DType)>,
    options: FromregexOptions,
    location: &'static Location<'static>,
) -> Raised<Fields> {
    let regex = match regex::RegexBuilder::new(regexp).multi_line(false).build() {
        Ok(regex) => regex,
        Err(error) => return raise!(Value, "{error}"),
    };
    if fields.is_empty() {
        return raise!(DType, "dtype must be a structured datatype.");
    }
    let text = content(source, Encoding::parse(options.encoding.as_deref())?)?;
    let groups = regex.captures_len() - 1;
    if groups.max(1) != fields.len() {
        return raise!(Value, "the expression has {groups} groups for {} fields", fields.len());
    }
    let rows: Vec<Vec<&str>> = regex
        .captures_iter(&text)
        .map(|c| (groups.min(1)..=groups).map(|g| c.get(g).map_or("", |m| m.as_str())).collect())
        .collect();
    let mut arrays = Vec::new();
    for (i, (_, dtype)) in fields.iter().enumerate() {
        arrays.push(dispatch!(*dtype, T => {
            let mut items: Vec<T> = Vec::with_capacity(rows.len());
            for row in &rows {
                match numbers::python(row[i], *dtype) {
                    None if dtype.is_integer() && numbers::python_int(row[i]).is_some() => {
                        return raise!(Overflow, "Python integer {} out of bounds for {dtype}", row[i].trim());
                    }
                    Some(value) => items.push(<T as Element>::from_bits(value.bits())),
                    None => return raise!(Value, "could not convert string to {dtype}: {}", quoted(row[i])),
                }
            }
            let n = items.len();
            Array::from_vec_shape(items, smallvec::smallvec![n], location)
        }));
    }
    Ok(Fields::new(fields.into_iter().map(|(name, _)| name).collect(), arrays))
}

fn content(source: Source<'_>, encoding: Encoding) -> Raised<String> {
    if encoding == Encoding::Utf8 {
        // Line ends stay as they are inside of a match.
        let mut opened = source.open_text(crate::io::source::MAX_UNPACKED)?;
        let mut bytes = Vec::new();
        opened.reader.read_to_end(&mut bytes).map_err(|e| of_io(&e, opened.path.as_deref()))?;
        return match String::from_utf8(bytes) {
            Ok(text) if opened.path.is_some() => Ok(text.replace("\r\n", "\n").replace('\r', "\n")),
            Ok(text) => Ok(text),
            Err(_) => raise!(Value, "'utf-8' codec can't decode the file"),
        };
    }
    let mut lines = Lines::open(source, encoding, crate::io::source::MAX_UNPACKED, None)?;
    let mut text = String::new();
    while lines.next(&mut text)? {
        text.push('\n');
    }
    Ok(text)
}
