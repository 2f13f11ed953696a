//! `loadtxt` (`numpy/lib/_npyio_impl.py`; `numpy/_core/src/multiarray/textreading/rows.c`).

use numfuse_ir::shape::Shape;
use numfuse_ir::{DType, Element, Scalar, dispatch};

use super::fields::{Cutter, Fields, Separator};
use super::lines::{Encoding, Lines};
use super::numbers::field;
use super::options::{Column, Comments, Convert, Converters, Delimiter, Usecols};
use crate::array::Array;
use crate::array::build::{Cx, call};
use crate::error::{Raised, no_memory, raise};
use crate::io::literal::quoted;
use crate::io::source::{MAX_UNPACKED, Progress, Source};
use crate::options::{Int, options};

options! {
    /// Options of [`loadtxt`]; the bare value is `dtype`.
    LoadtxtOptions {
        dtype: Dtype(DType), comments: CommentsKey(Comments), delimiter: DelimiterKey(Delimiter),
        converters: ConvertersKey(Converters), skiprows: Skiprows(Int), usecols: UsecolsKey(Usecols), unpack: Unpack(bool),
        ndmin: Ndmin(Int), encoding: EncodingKey(String), max_rows: MaxRows(Int), quotechar: Quotechar(char),
        progress: ProgressKey(Progress), max_unpacked: MaxUnpacked(Int),
    } bare dtype dtype;
}

/// A table in text, as a matrix; one row or one column is a vector, one number is 0-d.
///
/// The source is a path (`.gz` is unpacked), text ([`Source::text`]), bytes or a reader.
///
/// - `dtype` (`float64`).
/// - `delimiter`: one character; any white space unless given.
/// - `comments` (`"#"`): what starts a comment: one string, several, or `()`.
/// - `quotechar`: fields may be quoted by it; none unless given.
/// - `skiprows` (0): lines to leave out; `max_rows`: rows to read at most.
/// - `usecols`: which columns, negative ones from the end.
/// - `converters`: functions that turn fields into numbers ([`Converters`]).
/// - `unpack` (false): transposes, so that columns come first. `ndmin` (0): at least so many dimensions.
/// - `encoding` (`"utf-8"`): or `"latin1"`, `"ascii"`, `"utf-8-sig"`.
/// - `progress`: is told how far it has come. `max_unpacked` (4 GiB): bounds what `.gz` unpacks to.
///
/// A file without data gives an empty array and a warning in the log.
///
/// # Errors
///
/// `FileNotFoundError`, `OSError`; `ValueError` for a field that is no number of the dtype, for rows of
/// different lengths and columns that are not there; `TypeError` for characters that cannot be told apart.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// let table = || np::Source::text("# x, y\n1, 2.5\n3, -4");
/// assert_eq!(np::loadtxt(table(), delimiter(",")).to_vec::<f64>()?, [1.0, 2.5, 3.0, -4.0]);
/// let x = np::loadtxt(table(), delimiter(",").usecols(0).dtype(np::int32));
/// assert_eq!(x.to_vec::<i32>()?, [1, 3]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn loadtxt<'a>(fname: impl Into<Source<'a>>, options: impl Into<LoadtxtOptions>) -> Array {
    let (source, options) = (fname.into(), options.into());
    call("loadtxt", |cx| load(cx, source, options))
}

/// A number of rows or lines.
pub(super) fn count(value: Option<Int>) -> Raised<Option<usize>> {
    match value.map(|n| usize::try_from(n.0)) {
        None => Ok(None),
        Some(Ok(n)) => Ok(Some(n)),
        Some(Err(_)) => raise!(Value, "argument must be nonnegative"),
    }
}

pub(super) fn checked_ndmin(ndmin: Option<Int>) -> Raised<usize> {
    match ndmin.map_or(0, |n| n.0) {
        n @ 0..=2 => Ok(n as usize),
        n => raise!(Value, "Illegal value of ndmin keyword: {n}"),
    }
}

fn cutter(options: &LoadtxtOptions) -> Raised<Cutter> {
    let comments = options.comments.as_ref().map_or_else(|| vec!["#".to_owned()], |c| c.0.clone());
    if comments.iter().any(String::is_empty) {
        return raise!(Value, "comments cannot be an empty string. Use comments=None to disable comments.");
    }
    let control = |name: &str, c: char| match c {
        '\r' | '\n' => {
            raise!(DType, "control character '{name}' cannot be a newline (`\\r` or `\\n`).")
        }
        c => Ok(c),
    };
    let separator = match &options.delimiter {
        None => Separator::White,
        Some(Delimiter::Text(text)) => {
            let mut chars = text.chars();
            let (Some(c), None) = (chars.next(), chars.next()) else {
                return raise!(
                    DType,
                    "Text reading control character must be a single unicode character or None; but got: {}",
                    quoted(text)
                );
            };
            Separator::Char(control("delimiter", c)?)
        }
        Some(_) => {
            return raise!(
                DType,
                "Text reading control character must be a single unicode character or None; but got a width"
            );
        }
    };
    let quote = options.quotechar.map(|c| control("quotechar", c)).transpose()?;
    let single = matches!(comments.as_slice(), [] | [_]) && comments.iter().all(|c| c.chars().count() == 1);
    if !single {
        if let Some(Delimiter::Text(text)) = &options.delimiter
            && comments.contains(text)
        {
            return raise!(DType, "Comment characters '{comments:?}' cannot include the delimiter '{text}'");
        }
        if quote.is_some() {
            return raise!(
                Value,
                "when multiple comments or a multi-character comment is given, quotes are not supported.  In this case quotechar must be set to None."
            );
        }
    }
    let comment = if single { comments.first().and_then(|c| c.chars().next()) } else { None };
    let delimiter = match separator {
        Separator::Char(c) => Some(c),
        Separator::White => None,
    };
    for (a, b, names) in [
        (comment, delimiter, "'comment' and 'delimiter'"),
        (quote, delimiter, "'quotechar' and 'delimiter'"),
        (quote, comment, "'comment' and 'quotechar'"),
    ] {
        let white = delimiter.is_none() && b == delimiter && a.is_some_and(super::numbers::is_space);
        if a.is_some() && (a == b || white) {
            return raise!(DType, "The values for control characters {names} are incompatible");
        }
    }
    Ok(Cutter { separator, comments, quote })
}

fn load(cx: Cx, source: Source<'_>, options: LoadtxtOptions) -> Raised<Array> {
    let ndmin = checked_ndmin(options.ndmin)?;
    let cutter = cutter(&options)?;
    let skip = count(options.skiprows)?.unwrap_or(0);
    let max_rows = count(options.max_rows)?;
    let columns = match &options.usecols {
        None => None,
        Some(Usecols::Numbers(columns)) => Some(columns.clone()),
        Some(Usecols::Names(_)) => return raise!(DType, "usecols must be an int or a sequence of ints"),
    };
    let limit = options.max_unpacked.map_or(MAX_UNPACKED, |n| n.0.max(0) as u64);
    let encoding = Encoding::parse(options.encoding.as_deref())?;
    let mut lines = Lines::open(source, encoding, limit, options.progress.clone())?;
    let mut dropped = String::new();
    for _ in 0..skip {
        dropped.clear();
        if !lines.next(&mut dropped)? {
            break;
        }
    }
    let dtype = options.dtype.unwrap_or(DType::F64);
    let converters = options.converters.unwrap_or_default();
    let reader = Reader { cutter, columns, max_rows, converters, dtype };
    let (array, rows) = dispatch!(dtype, T => {
        let (items, rows, width) = reader.read::<T>(&mut lines)?;
        let shape: Shape = match rows {
            0 => smallvec::smallvec![0],
            _ => smallvec::smallvec![rows, width],
        };
        (Array::from_vec_shape(items, shape, cx.location), rows)
    });
    if rows == 0 {
        log::warn!("loadtxt: input contained no data");
    }
    let array = squeezed(cx, &array, ndmin)?;
    if options.unpack.unwrap_or(false) { reversed(cx, &array) } else { Ok(array) }
}

/// Drops axes of length 1, but for as many as `ndmin` asks for: NumPy's `_ensure_ndmin_ndarray`.
pub(super) fn squeezed(cx: Cx, array: &Array, ndmin: usize) -> Raised<Array> {
    let shape = &array.0.shape;
    let mut kept: Shape = match shape.len() > ndmin {
        true => shape.iter().copied().filter(|&n| n != 1).collect(),
        false => shape.clone(),
    };
    if kept.len() < ndmin {
        kept = match (ndmin, kept.as_slice()) {
            (1, _) => smallvec::smallvec![1],
            (_, []) => smallvec::smallvec![1, 1],
            (_, &[n, ..]) => smallvec::smallvec![n, 1],
        };
    }
    cx.reshape(array, &kept)
}

pub(super) fn reversed(cx: Cx, array: &Array) -> Raised<Array> {
    let axes: Vec<usize> = (0..array.0.shape.len()).rev().collect();
    cx.permute(array, &axes)
}

struct Reader {
    cutter: Cutter,
    columns: Option<Vec<i64>>,
    max_rows: Option<usize>,
    converters: Converters,
    dtype: DType,
}

impl Reader {
    /// The elements of all rows, how many there are, and how long they are.
    fn read<T: Element>(&self, lines: &mut Lines<'_>) -> Raised<(Vec<T>, usize, usize)> {
        let mut items: Vec<T> = Vec::new();
        let mut fields = Fields::default();
        let (mut rows, mut width) = (0, None);
        let mut converters: Vec<Option<Convert>> = Vec::new();
        while self.max_rows.is_none_or(|max| rows < max) && self.cutter.next(lines, &mut fields)? {
            let n = fields.len();
            if n == 0 {
                continue;
            }
            let (used, first) = match (&self.columns, width) {
                (Some(columns), known) => (columns.len(), known.is_none()),
                (None, None) => (n, true),
                (None, Some(known)) if known != n => {
                    return raise!(
                        Value,
                        "the number of columns changed from {known} to {n} at row {}; use `usecols` to select a subset and avoid this error",
                        rows + 1
                    );
                }
                (None, Some(known)) => (known, false),
            };
            if first {
                width = Some(used);
                converters = self.by_column(used)?;
            }
            if items.try_reserve(used).is_err() {
                return Err(no_memory((items.len() + used) as u128 * size_of::<T>() as u128, None));
            }
            for (i, convert) in converters.iter().enumerate() {
                let column = match &self.columns {
                    None => i,
                    Some(columns) => {
                        let wanted = columns[i];
                        let index = if wanted < 0 { wanted + n as i64 } else { wanted };
                        match usize::try_from(index).ok().filter(|&c| c < n) {
                            Some(column) => column,
                            None => {
                                return raise!(
                                    Value,
                                    "invalid column index {wanted} at row {} with {n} columns",
                                    rows + 1
                                );
                            }
                        }
                    }
                };
                let text = fields.get(column);
                let value = self.value(text, convert.as_ref(), rows, column)?;
                items.push(T::from_bits(value.bits()));
            }
            rows += 1;
        }
        Ok((items, rows, width.unwrap_or(0)))
    }

    fn value(&self, text: &str, convert: Option<&Convert>, row: usize, column: usize) -> Raised<Scalar> {
        if let Some(convert) = convert {
            return match convert(text) {
                Ok(value) => Ok(value.cast(self.dtype)),
                Err(error) => raise!(Value, "{error}"),
            };
        }
        match field(text, self.dtype) {
            Some(value) => Ok(value),
            None => raise!(
                Value,
                "could not convert string {} to {} at row {row}, column {}.",
                quoted(text),
                self.dtype,
                column + 1
            ),
        }
    }

    fn by_column(&self, used: usize) -> Raised<Vec<Option<Convert>>> {
        let mut converters = vec![self.converters.all.clone(); used];
        for (column, convert) in &self.converters.columns {
            let Column::Number(number) = *column else {
                return raise!(DType, "keys of the converters dictionary must be integers");
            };
            match &self.columns {
                Some(columns) => {
                    for (i, _) in columns.iter().enumerate().filter(|(_, c)| **c == number) {
                        converters[i] = Some(convert.clone());
                    }
                }
                None => {
                    let index = if number < 0 { number + used as i64 } else { number };
                    match usize::try_from(index).ok().and_then(|i| converters.get_mut(i)) {
                        Some(slot) => *slot = Some(convert.clone()),
                        None => {
                            return raise!(
                                Value,
                                "converter specified for column {number}, which is invalid for the number of fields {used}."
                            );
                        }
                    }
                }
            }
        }
        Ok(converters)
    }
}
