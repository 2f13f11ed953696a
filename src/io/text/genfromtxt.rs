//! `genfromtxt` (`numpy/lib/_npyio_impl.py`, `numpy/lib/_iotools.py`).

use std::panic::Location;

use numfuse_ir::shape::Shape;
use numfuse_ir::{DType, Element, Kind, Scalar, dispatch};

use super::lines::{Encoding, Lines};
use super::loadtxt::{checked_ndmin, count, reversed, squeezed};
use super::names::{CaseSensitive, Validator};
use super::numbers::{is_space, python_complex, python_float, python_int, strip, wrap};
use super::options::{Column, Comments, Convert, Converters, Delimiter, FieldTypes, Names, PerColumn, Usecols};
use super::table::Fields;
use crate::array::Array;
use crate::array::build::{Cx, call};
use crate::array::operand::fits;
use crate::error::{Raised, Result, raise};
use crate::io::printf::{Style, Template};
use crate::io::source::{MAX_UNPACKED, Progress, Source};
use crate::options::{Int, options};

options! {
    /// Options of [`genfromtxt`] and [`genfromtxt_fields`]; the bare value is `dtype`.
    GenfromtxtOptions {
        dtype: Dtype(DType), dtypes: DtypesKey(FieldTypes), comments: CommentsKey(Comments),
        delimiter: DelimiterKey(Delimiter), skip_header: SkipHeader(Int), skip_footer: SkipFooter(Int),
        converters: ConvertersKey(Converters), missing_values: MissingValues(PerColumn<String>),
        filling_values: FillingValues(PerColumn<Scalar>), usecols: UsecolsKey(Usecols), names: NamesKey(Names),
        excludelist: Excludelist(Vec<String>), deletechars: Deletechars(String), replace_space: ReplaceSpace(String),
        autostrip: Autostrip(bool), case_sensitive: CaseSensitiveKey(CaseSensitive), defaultfmt: Defaultfmt(String),
        unpack: Unpack(bool), loose: Loose(bool), invalid_raise: InvalidRaise(bool), max_rows: MaxRows(Int),
        encoding: EncodingKey(String), ndmin: Ndmin(Int), progress: ProgressKey(Progress), max_unpacked: MaxUnpacked(Int),
    } bare dtype dtype;
}

/// A table in text with gaps, as a matrix; one row or one column is a vector, one number is 0-d. What
/// is no number becomes a filling value.
///
/// - `dtype` (`float64`), or `dtypes(())` to find out which one holds all values.
/// - `delimiter`: text, white space unless given; or the width of all columns, or of each.
/// - `comments` (`"#"`): what starts a comment, or `()`.
/// - `skip_header`, `skip_footer` (0): lines to leave out; `max_rows`: rows to read at most.
/// - `usecols`: which columns, by number or, if there are names, by name.
/// - `missing_values`: text that stands for a missing value besides none at all; `filling_values`: what
///   it becomes (NaN, -1 for integers, `false`). One for all columns, one for each, or by column:
///   `filling_values([(1, 0.0)])`.
/// - `loose` (true): any text that is no number is missing. Otherwise it is an error.
/// - `converters`: functions by column. Their errors mean a missing value.
/// - `invalid_raise` (true): rows of another length are an error; otherwise they are left out.
/// - `autostrip` (false): strips white space around fields.
/// - `unpack`, `ndmin`, `encoding`, `progress`, `max_unpacked`: as for [`loadtxt`](crate::loadtxt).
///
/// `names` and dtypes that differ by column make several arrays: [`genfromtxt_fields`].
///
/// # Errors
///
/// `FileNotFoundError`, `OSError`; `ValueError` for rows of another length, columns that are not there,
/// and options that contradict each other; `OverflowError` for integers that the dtype does not hold.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// let table = || np::Source::text("1,2,\n4,N/A,6");
/// let a = np::genfromtxt(table(), delimiter(",").filling_values(-9.0));
/// assert_eq!(a.to_vec::<f64>()?, [1.0, 2.0, -9.0, 4.0, -9.0, 6.0]);
/// assert!(np::genfromtxt(table(), delimiter(",").loose(false)).check().is_err());
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn genfromtxt<'a>(fname: impl Into<Source<'a>>, options: impl Into<GenfromtxtOptions>) -> Array {
    let (source, options) = (fname.into(), options.into());
    call("genfromtxt", |cx| {
        if options.names.is_some() {
            return raise!(Value, "names make several arrays; genfromtxt_fields returns them");
        }
        let (unpack, ndmin) = (options.unpack.unwrap_or(false), checked_ndmin(options.ndmin)?);
        let table = Table::read(source, options)?;
        let array = table.matrix(cx)?;
        let array = squeezed(cx, &array, ndmin)?;
        if unpack { reversed(cx, &array) } else { Ok(array) }
    })
}

/// [`genfromtxt`] with a name and a dtype for each column.
///
/// - `names`: `true` for those in the first line, or the names.
/// - `dtypes`: one for all columns, one for each, or `()` to find out for each; `float64` unless given.
/// - Names lose the characters `deletechars`, spaces become `replace_space` (`"_"`), those of
///   `excludelist` get a trailing underscore, `case_sensitive` (true, false, `"upper"`, `"lower"`)
///   changes letters, and `defaultfmt` (`"f%i"`) names what has no name.
///
/// A column of text is an error.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// let table = np::Source::text("# x  n\n1.5 2\n2.5 3");
/// let table = np::genfromtxt_fields(table, names(true).dtypes([np::float32, np::int16]))?;
/// assert_eq!(table.field("x").to_vec::<f32>()?, [1.5, 2.5]);
/// assert_eq!(table.field("n").to_vec::<i16>()?, [2, 3]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn genfromtxt_fields<'a>(fname: impl Into<Source<'a>>, options: impl Into<GenfromtxtOptions>) -> Result<Fields> {
    let location = Location::caller();
    let read = || {
        let table = Table::read(fname.into(), options.into())?;
        table.fields(location)
    };
    read().map_err(|raise| raise.sign("genfromtxt", location))
}

/// Cuts lines into fields, as `LineSplitter` does.
struct Splitter {
    delimiter: Option<Delimiter>,
    comments: Option<String>,
    autostrip: bool,
}

impl Splitter {
    fn split<'l>(&self, line: &'l str) -> Vec<&'l str> {
        let line = match &self.comments {
            Some(comment) => line.split(comment.as_str()).next().unwrap_or_default(),
            None => line,
        };
        let line = match &self.delimiter {
            None | Some(Delimiter::Text(_)) => line.trim_matches([' ', '\r', '\n']),
            Some(_) => line,
        };
        let mut fields: Vec<&str> = match &self.delimiter {
            _ if line.is_empty() => Vec::new(),
            None => line.split(is_space).filter(|f| !f.is_empty()).collect(),
            Some(Delimiter::Text(text)) => line.split(text.as_str()).collect(),
            Some(Delimiter::Width(width)) => {
                let mut rest = line;
                std::iter::from_fn(|| {
                    let (field, after) = rest.split_at(end_of(rest, *width));
                    rest = after;
                    (!field.is_empty()).then_some(field)
                })
                .collect()
            }
            Some(Delimiter::Widths(widths)) => {
                let mut rest = line;
                let cut = widths.iter().map(|&width| {
                    let (field, after) = rest.split_at(end_of(rest, width));
                    rest = after;
                    field
                });
                cut.collect()
            }
        };
        if self.autostrip {
            fields.iter_mut().for_each(|field| *field = strip(field));
        }
        fields
    }
}

/// Bytes of so many characters.
fn end_of(text: &str, characters: usize) -> usize {
    text.char_indices().nth(characters).map_or(text.len(), |(i, _)| i)
}

/// A table as text, and how its columns become numbers.
struct Table {
    rows: Vec<Vec<String>>,
    converters: Vec<Converter>,
    names: Option<Vec<String>>,
    default_name: Template,
    types: FieldTypes,
    loose: bool,
}

/// What is known of a column.
struct Converter {
    convert: Option<Convert>,
    missing: Vec<String>,
    filling: Option<Scalar>,
}

impl Table {
    fn read(source: Source<'_>, options: GenfromtxtOptions) -> Raised<Table> {
        let (skip, footer) = (count(options.skip_header)?.unwrap_or(0), count(options.skip_footer)?.unwrap_or(0));
        let max_rows = match options.max_rows.map(|n| n.0) {
            Some(_) if footer > 0 => {
                return raise!(
                    Value,
                    "The keywords 'skip_footer' and 'max_rows' can not be specified at the same time."
                );
            }
            Some(n) if n < 1 => return raise!(Value, "'max_rows' must be at least 1."),
            n => n.map(|n| n as usize),
        };
        let splitter = splitter(&options)?;
        let limit = options.max_unpacked.map_or(MAX_UNPACKED, |n| n.0.max(0) as u64);
        let encoding = Encoding::parse(options.encoding.as_deref())?;
        let mut lines = Lines::open(source, encoding, limit, options.progress.clone())?;
        let mut line = String::new();
        let mut at = 0;
        for _ in 0..skip {
            line.clear();
            lines.next(&mut line)?;
        }
        // The first line with fields says how many columns there are, and what their names are.
        let in_first_line = options.names == Some(Names::FirstLine);
        let mut first: Vec<String> = Vec::new();
        while first.is_empty() {
            line.clear();
            if !lines.next(&mut line)? {
                log::warn!("genfromtxt: Empty input file");
                break;
            }
            at += 1;
            if let (true, Some(comment)) = (in_first_line, &splitter.comments)
                && line.contains(comment.as_str())
            {
                line = line.split(comment.as_str()).skip(1).collect();
            }
            first = splitter.split(&line).into_iter().map(str::to_owned).collect();
        }
        if let (true, Some(comment), Some(name)) = (in_first_line, &splitter.comments, first.first())
            && comment.contains(name.trim())
        {
            first.remove(0);
        }
        let validator =
            Validator::new(options.excludelist, options.deletechars, options.case_sensitive, options.replace_space)?;
        let names = match options.names {
            None => None,
            Some(Names::FirstLine) => {
                line.clear();
                Some(validator.validate(&first, "f%i")?)
            }
            Some(Names::Given(names)) if names.is_empty() => None,
            Some(Names::Given(names)) => Some(validator.validate(&names, "f%i")?),
        };
        let columns = columns(options.usecols, names.as_deref(), first.len())?;
        let width = columns.as_ref().map_or(first.len(), Vec::len);
        let names = match (names, &columns) {
            (Some(names), Some(columns)) if names.len() > width => {
                let picked = columns.iter().map(|&c| usize::try_from(c).ok().and_then(|c| names.get(c)).cloned());
                match picked.collect::<Option<Vec<_>>>() {
                    Some(names) => Some(names),
                    None => return raise!(Index, "list index out of range"),
                }
            }
            (names, _) => names,
        };
        let types = match (options.dtypes, options.dtype) {
            (Some(types), _) => types,
            (None, dtype) => FieldTypes::One(dtype.unwrap_or(DType::F64)),
        };
        let position = |column: &Column| position(column, names.as_deref(), columns.as_deref(), width);
        let mut converters = Vec::new();
        for _ in 0..width {
            converters.push(Converter { convert: None, missing: vec![String::new()], filling: None });
        }
        fill(&mut converters, options.missing_values, &position, |converter, text| {
            converter.missing.extend(text.split(',').map(str::to_owned));
        })?;
        fill(&mut converters, options.filling_values, &position, |converter, value| converter.filling = Some(value))?;
        let user = options.converters.unwrap_or_default();
        if let Some(all) = user.all {
            converters.iter_mut().for_each(|c| c.convert = Some(all.clone()));
        }
        for (column, convert) in user.columns {
            match position(&column)? {
                Some(i) => converters[i].convert = Some(convert),
                None if columns.is_none() && matches!(column, Column::Number(_)) => {
                    return raise!(Index, "list index out of range");
                }
                None => {}
            }
        }
        let mut rows: Vec<Vec<String>> = Vec::new();
        let mut invalid: Vec<(usize, usize)> = Vec::new();
        // The first line again, unless it was names.
        let mut number = at - usize::from(at > 0);
        let mut more = !line.is_empty() || lines.next(&mut line)?;
        if line.is_empty() {
            number += 1;
        }
        while more {
            number += 1;
            let fields = splitter.split(&line);
            let wanted: Option<Vec<&str>> = match &columns {
                _ if fields.is_empty() => None,
                Some(columns) => {
                    let pick = |&c: &i64| {
                        let c = if c < 0 { c + fields.len() as i64 } else { c };
                        usize::try_from(c).ok().and_then(|c| fields.get(c)).copied()
                    };
                    columns.iter().map(pick).collect()
                }
                None => (fields.len() == width).then(|| fields.clone()),
            };
            match wanted {
                Some(fields) => rows.push(fields.into_iter().map(str::to_owned).collect()),
                None if !fields.is_empty() => invalid.push((number + skip, fields.len())),
                None => {}
            }
            if max_rows == Some(rows.len()) {
                break;
            }
            line.clear();
            more = lines.next(&mut line)?;
        }
        drop_footer(&mut rows, invalid, skip, footer, width, options.invalid_raise.unwrap_or(true))?;
        let default_name = Template::parse(options.defaultfmt.as_deref().unwrap_or("f%i"))?;
        Ok(Table { rows, converters, names, default_name, types, loose: options.loose.unwrap_or(true) })
    }

    /// The dtype that holds all values of a column.
    fn auto(&self, column: usize) -> Raised<DType> {
        let converter = &self.converters[column];
        let kinds = [DType::Bool, DType::I64, DType::F64, DType::C128];
        let missing = |text: &str| converter.missing.iter().any(|m| m == text.trim());
        for dtype in kinds {
            let mut fields = self.rows.iter().map(|row| row[column].as_str());
            if fields.all(|text| missing(text) || matches!(parse(text, dtype), Parsed::Value(_))) {
                return Ok(dtype);
            }
        }
        raise!(DType, "column {column} is text, for which there is no dtype yet")
    }

    /// A column as numbers.
    fn column<T: Element>(&self, column: usize) -> Raised<Vec<T>> {
        let (dtype, converter) = (T::DTYPE, &self.converters[column]);
        let usual = match dtype.kind() {
            Kind::Bool => Scalar::new(false),
            Kind::Signed | Kind::Unsigned => Scalar::new(-1i64),
            Kind::Float => Scalar::new(f64::NAN),
            Kind::Complex => Scalar::new(num_complex::Complex::new(f64::NAN, 0.0)),
        };
        let filling = converter.filling.unwrap_or(usual);
        let mut items = Vec::with_capacity(self.rows.len());
        for row in &self.rows {
            let text = row[column].as_str();
            let parsed = match &converter.convert {
                Some(convert) => convert(text).map_or(Parsed::Missing, Parsed::Value),
                None => parse(text, dtype),
            };
            let value = match parsed {
                Parsed::Value(value) => value,
                Parsed::TooLarge => return raise!(Overflow, "Python int too large to convert to C long"),
                Parsed::Missing if self.loose || converter.missing.iter().any(|m| m == text.trim()) => filling,
                Parsed::Missing => return raise!(Value, "Cannot convert string '{text}'"),
            };
            if let (Some(i), true) = (value.to_i128(), dtype.is_integer())
                && !fits(i, dtype)
            {
                return raise!(Overflow, "Python integer {i} out of bounds for {dtype}");
            }
            items.push(T::from_bits(value.cast(dtype).bits()));
        }
        Ok(items)
    }

    fn matrix(&self, cx: Cx) -> Raised<Array> {
        let width = self.converters.len();
        let dtype = match &self.types {
            FieldTypes::One(dtype) => *dtype,
            FieldTypes::Each(_) => {
                return raise!(Value, "dtypes by column make several arrays; genfromtxt_fields returns them");
            }
            FieldTypes::Auto => {
                let mut found = (0..width).map(|c| self.auto(c)).collect::<Raised<Vec<_>>>()?;
                found.dedup();
                match found[..] {
                    [] => DType::F64,
                    [one] => one,
                    _ => {
                        return raise!(Value, "the columns have different dtypes; genfromtxt_fields returns them");
                    }
                }
            }
        };
        let rows = self.rows.len();
        let shape: Shape = if rows == 0 { smallvec::smallvec![0] } else { smallvec::smallvec![rows, width] };
        dispatch!(dtype, T => {
            let mut items = vec![T::default(); rows * width];
            for column in 0..width {
                for (row, item) in self.column::<T>(column)?.into_iter().enumerate() {
                    items[row * width + column] = item;
                }
            }
            Ok(Array::from_vec_shape(items, shape, cx.location))
        })
    }

    fn fields(&self, location: &'static Location<'static>) -> Raised<Fields> {
        let width = self.converters.len();
        let types = match &self.types {
            FieldTypes::One(dtype) => vec![*dtype; width],
            FieldTypes::Each(dtypes) if dtypes.len() == width => dtypes.clone(),
            FieldTypes::Each(dtypes) => return mismatch(width, dtypes.len()),
            FieldTypes::Auto => (0..width).map(|c| self.auto(c)).collect::<Raised<_>>()?,
        };
        let names = match &self.names {
            Some(names) if names.len() == width => names.clone(),
            Some(names) => return mismatch(width, names.len()),
            None => {
                let mut names = Vec::new();
                for i in 0..width {
                    let mut name = String::new();
                    self.default_name.write(&[(i as i64).into()], Style::Python, &mut name)?;
                    names.push(name);
                }
                names
            }
        };
        let mut arrays = Vec::new();
        for (column, dtype) in types.into_iter().enumerate() {
            arrays.push(dispatch!(dtype, T => {
                let items = self.column::<T>(column)?;
                let n = items.len();
                Array::from_vec_shape(items, smallvec::smallvec![n], location)
            }));
        }
        Ok(Fields::new(names, arrays))
    }
}

fn mismatch<T>(columns: usize, fields: usize) -> Raised<T> {
    raise!(Value, "could not assign tuple of length {columns} to structure with {fields} fields.")
}

fn splitter(options: &GenfromtxtOptions) -> Raised<Splitter> {
    let comments = match &options.comments {
        None => Some("#".to_owned()),
        Some(Comments(comments)) => match comments.as_slice() {
            [] => None,
            [one] if !one.is_empty() => Some(one.clone()),
            [_] => return raise!(Value, "empty separator"),
            _ => return raise!(DType, "comments must be one string"),
        },
    };
    let delimiter = match options.delimiter.clone() {
        Some(Delimiter::Text(text)) if text.is_empty() => None,
        Some(Delimiter::Width(0)) => None,
        given => given,
    };
    Ok(Splitter { delimiter, comments, autostrip: options.autostrip.unwrap_or(false) })
}

/// The columns to use, by number.
fn columns(usecols: Option<Usecols>, names: Option<&[String]>, width: usize) -> Raised<Option<Vec<i64>>> {
    let turn = |c: i64| if c < 0 { c + width as i64 } else { c };
    match usecols {
        None => Ok(None),
        Some(Usecols::Numbers(columns)) if columns.is_empty() => Ok(None),
        Some(Usecols::Numbers(columns)) => Ok(Some(columns.into_iter().map(turn).collect())),
        Some(Usecols::Names(wanted)) => {
            let mut found = Vec::new();
            for name in wanted {
                match names.unwrap_or_default().iter().position(|n| *n == name) {
                    Some(i) => found.push(i as i64),
                    None => return raise!(Value, "'{name}' is not in list"),
                }
            }
            Ok(Some(found))
        }
    }
}

/// Where a column is among those that are used; `None` if it is not.
fn position(column: &Column, names: Option<&[String]>, columns: Option<&[i64]>, width: usize) -> Raised<Option<usize>> {
    let number = match column {
        Column::Name(name) => match names.unwrap_or_default().iter().position(|n| n == name) {
            Some(i) => return Ok((i < width).then_some(i)),
            None => return Ok(None),
        },
        Column::Number(number) => *number,
    };
    if let Some(columns) = columns {
        return Ok(columns.iter().position(|&c| c == number));
    }
    let number = if number < 0 { number + width as i64 } else { number };
    Ok(usize::try_from(number).ok().filter(|&i| i < width))
}

/// Gives columns their values of an option.
fn fill<T: Clone>(
    converters: &mut [Converter],
    values: Option<PerColumn<T>>,
    position: &impl Fn(&Column) -> Raised<Option<usize>>,
    set: impl Fn(&mut Converter, T),
) -> Raised<()> {
    match values {
        None => {}
        Some(PerColumn::All(value)) => converters.iter_mut().for_each(|c| set(c, value.clone())),
        Some(PerColumn::Each(values)) => converters.iter_mut().zip(values).for_each(|(c, v)| set(c, v)),
        Some(PerColumn::Some(values)) => {
            for (column, value) in values {
                if let Some(i) = position(&column)? {
                    set(&mut converters[i], value);
                }
            }
        }
    }
    Ok(())
}

/// Leaves out the last lines, and says what is wrong with the others.
fn drop_footer(
    rows: &mut Vec<Vec<String>>,
    mut invalid: Vec<(usize, usize)>,
    skip: usize,
    mut footer: usize,
    width: usize,
    fatal: bool,
) -> Raised<()> {
    if footer > 0 {
        let last = (rows.len() + invalid.len()).saturating_sub(footer) + skip;
        let before = invalid.len();
        invalid.retain(|(line, _)| *line <= last);
        footer = footer.saturating_sub(before - invalid.len());
    }
    if !invalid.is_empty() {
        let lines = invalid.iter().map(|(line, n)| format!("\n    Line #{line} (got {n} columns instead of {width})"));
        let text = format!("Some errors were detected !{}", lines.collect::<String>());
        if fatal {
            return raise!(Value, "{text}");
        }
        log::warn!("{text}");
    }
    rows.truncate(rows.len().saturating_sub(footer));
    Ok(())
}

enum Parsed {
    Value(Scalar),
    /// No number.
    Missing,
    /// An integer that 64 bits do not hold.
    TooLarge,
}

/// A field by the functions that `StringConverter` has for dtypes.
fn parse(text: &str, dtype: DType) -> Parsed {
    let value = match dtype.kind() {
        Kind::Bool => match text.to_uppercase().as_str() {
            "TRUE" => Some(Scalar::new(true)),
            "FALSE" => Some(Scalar::new(false)),
            _ => None,
        },
        Kind::Signed | Kind::Unsigned if matches!(dtype, DType::I64 | DType::U64) => {
            return match python_int(text) {
                Some(i) if fits(i, DType::I64) => Parsed::Value(Scalar::new(i as i64)),
                Some(i) if dtype == DType::U64 && fits(i, dtype) => Parsed::Value(wrap(i, dtype)),
                Some(_) => Parsed::TooLarge,
                None => Parsed::Missing,
            };
        }
        // Smaller integers are read as floats and cut off.
        Kind::Signed | Kind::Unsigned => match python_float(text) {
            Some(x) if x.is_infinite() => return Parsed::TooLarge,
            Some(x) if x.is_nan() => None,
            Some(x) if x.abs() >= 9.2e18 => return Parsed::TooLarge,
            Some(x) => Some(Scalar::new(x as i64)),
            None => None,
        },
        Kind::Float => python_float(text).map(Scalar::new),
        Kind::Complex => python_complex(text).map(|(re, im)| Scalar::new(num_complex::Complex::new(re, im))),
    };
    value.map_or(Parsed::Missing, Parsed::Value)
}
