//! Elements without a header: bytes, and numbers with separators.

use std::io::{Read, Write};
use std::panic::Location;

use numfuse_backends::runtime::Concrete;
use numfuse_ir::{DType, Element, IndexMap, dispatch};

use super::npy::{evaluated, swap_bytes, transposed};
use super::printf::{Style, Template};
use super::source::{From_, Progress, Source, Target};
use super::text::numbers::scan;
use crate::array::Array;
use crate::array::build::{Cx, call};
use crate::error::{Raise, Raised, Result, no_memory, of_io, raise};
use crate::options::{Int, options};

options! {
    /// Options of [`frombuffer`]; the bare value is `dtype`.
    FrombufferOptions {
        dtype: Dtype(DType), count: Count(Int), offset: Offset(Int), byteorder: Byteorder(char),
    } bare dtype dtype;
    /// Options of [`fromfile`]; the bare value is `dtype`.
    FromfileOptions {
        dtype: Dtype(DType), count: Count(Int), sep: Sep(String), offset: Offset(Int), byteorder: Byteorder(char),
        progress: ProgressKey(Progress),
    } bare dtype dtype;
    /// Options of [`fromstring`]; the bare value is `sep`.
    FromstringOptions { sep: Sep(String), dtype: Dtype(DType), count: Count(Int) } bare sep text;
    /// Options of [`Array::tofile`]; the bare value is `sep`.
    TofileOptions { sep: Sep(String), format: Format(String) } bare sep text;
    /// Options of [`Array::tobytes`]; the bare value is `order`.
    TobytesOptions { order: Order(char) } bare order order;
}

/// Whether bytes are in the other order than the machine's.
fn swapped(order: Option<char>) -> Raised<bool> {
    match order.unwrap_or('=') {
        '=' | '|' => Ok(false),
        '<' => Ok(cfg!(target_endian = "big")),
        '>' => Ok(cfg!(target_endian = "little")),
        other => raise!(Value, "byteorder must be one of '<', '>', '=' (got '{other}')"),
    }
}

/// A one-dimensional array of the elements that bytes hold. It copies them.
///
/// - `dtype` (`float64`), `byteorder` (`'='`, the machine's; `'<'` or `'>'`).
/// - `count` (-1: all), `offset` (0): which part, in elements from a position in bytes.
///
/// # Errors
///
/// `ValueError` if the bytes are no whole number of elements, or fewer than `count`, or if `offset` is
/// not among them.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// assert_eq!(np::frombuffer(b"\x01\x02\x03\x04", np::uint8).to_vec::<u8>()?, [1, 2, 3, 4]);
/// assert_eq!(np::frombuffer(b"\x01\x02\x03\x04", dtype(np::uint16).byteorder('>')).to_vec::<u16>()?, [258, 772]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn frombuffer(buffer: impl AsRef<[u8]>, options: impl Into<FrombufferOptions>) -> Array {
    let (buffer, options) = (buffer.as_ref(), options.into());
    call("frombuffer", |cx| {
        let dtype = options.dtype.unwrap_or(DType::F64);
        let (count, size) = (options.count.map_or(-1, |c| c.0), dtype.itemsize());
        let offset = usize::try_from(options.offset.map_or(0, |o| o.0)).ok();
        let Some(rest) = offset.and_then(|offset| buffer.get(offset..)) else {
            return raise!(Value, "offset must be non-negative and no greater than buffer length ({})", buffer.len());
        };
        let count = match usize::try_from(count) {
            Ok(count) => count,
            Err(_) if rest.len() % size == 0 => rest.len() / size,
            Err(_) => return raise!(Value, "buffer size must be a multiple of element size"),
        };
        let Some(bytes) = count.checked_mul(size).and_then(|n| rest.get(..n)) else {
            return raise!(Value, "buffer is smaller than requested size");
        };
        elements(cx, bytes, dtype, swapped(options.byteorder)?)
    })
}

fn elements(cx: Cx, bytes: &[u8], dtype: DType, swapped: bool) -> Raised<Array> {
    let value = Concrete::from_bytes(dtype, &[bytes.len() / dtype.itemsize()], |out| {
        out.copy_from_slice(bytes);
        if swapped {
            swap_bytes(out, dtype);
        }
        Ok::<(), Raise>(())
    })?;
    Ok(Array::ready(value, cx.location))
}

/// The elements of a file without a header, in one dimension.
///
/// - `dtype` (`float64`), `byteorder` (`'='`; `'<'` or `'>'`).
/// - `count` (-1: all): how many, if there are as many. Bytes at the end that make no element are
///   left out.
/// - `sep` (`""`: bytes): what stands between numbers in text; a space in it stands for any white
///   space, or none.
/// - `offset` (0): where to start in a file of bytes.
/// - `progress`: is told how far it has come.
///
/// # Errors
///
/// `FileNotFoundError`, `OSError`; `ValueError` for text that is not numbers.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// let mut bytes = Vec::new();
/// np::arange(4, dtype(np::int16)).tofile(&mut bytes, ..)?;
/// assert_eq!(np::fromfile(&bytes, dtype(np::int16).count(3)).to_vec::<i16>()?, [0, 1, 2]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn fromfile<'a>(file: impl Into<Source<'a>>, options: impl Into<FromfileOptions>) -> Array {
    let (file, options) = (file.into(), options.into());
    call("fromfile", |cx| {
        let dtype = options.dtype.unwrap_or(DType::F64);
        let count = usize::try_from(options.count.map_or(-1, |c| c.0)).ok();
        let sep = options.sep.as_deref().unwrap_or("");
        let offset = options.offset.map_or(0, |o| o.0);
        if !sep.is_empty() {
            if offset != 0 {
                return raise!(DType, "'offset' argument only permitted for binary files");
            }
            let text = read_text(file)?;
            return numbers(cx, &text, dtype, count, sep, false);
        }
        let Ok(offset) = u64::try_from(offset) else { return raise!(Io, "[Errno 22] Invalid argument") };
        let bytes = read_bytes(file, offset, count, dtype.itemsize(), options.progress.as_ref())?;
        let whole = bytes.len() / dtype.itemsize() * dtype.itemsize();
        elements(cx, &bytes[..whole], dtype, swapped(options.byteorder)?)
    })
}

fn read_text(file: Source<'_>) -> Raised<String> {
    let mut opened = file.open()?;
    let mut bytes = Vec::new();
    opened.reader.read_to_end(&mut bytes).map_err(|e| of_io(&e, opened.path.as_deref()))?;
    Ok(match String::from_utf8(bytes) {
        Ok(text) => text,
        // No number has such characters.
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    })
}

/// At most `count` elements' bytes from `offset` on. Memory grows with what there is.
fn read_bytes(
    file: Source<'_>,
    offset: u64,
    count: Option<usize>,
    size: usize,
    progress: Option<&Progress>,
) -> Raised<Vec<u8>> {
    let skip = |reader: &mut dyn Read| std::io::copy(&mut reader.take(offset), &mut std::io::sink());
    let limit = count.map_or(u64::MAX, |count| (count as u64).saturating_mul(size as u64));
    let path = match &file.0 {
        From_::Path(path) => Some(path.clone()),
        _ => None,
    };
    let fail = |e: std::io::Error| of_io(&e, path.as_deref());
    let mut opened = file.open()?;
    let skipped = skip(&mut opened.reader).map_err(fail)?;
    if skipped < offset {
        return raise!(Value, "negative dimensions are not allowed");
    }
    let total = opened.len.map(|len| len.saturating_sub(offset).min(limit));
    let mut bytes = Vec::new();
    if let Some(total) = total.and_then(|t| usize::try_from(t).ok())
        && bytes.try_reserve_exact(total).is_err()
    {
        return Err(no_memory(total as u128, None));
    }
    loop {
        let step = (4 << 20).min(limit - bytes.len() as u64);
        let got = opened.reader.by_ref().take(step).read_to_end(&mut bytes).map_err(fail)?;
        if let Some(progress) = progress {
            progress.report(bytes.len() as u64, total);
        }
        if got == 0 || bytes.len() as u64 == limit {
            return Ok(bytes);
        }
    }
}

/// The numbers in text, in one dimension.
///
/// `sep` is what stands between them; a space in it stands for any white space, or none. It must be
/// given. `dtype` is `float64` and `count` -1 (all) unless given.
///
/// # Errors
///
/// `ValueError` without `sep`, for text that is not numbers, or for fewer than `count`.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// assert_eq!(np::fromstring("1 2\n3", " ").to_vec::<f64>()?, [1.0, 2.0, 3.0]);
/// assert_eq!(np::fromstring("1, 2", sep(",").dtype(np::int32)).to_vec::<i32>()?, [1, 2]);
/// assert!(np::fromstring("1, x", ",").check().is_err());
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn fromstring(string: &str, options: impl Into<FromstringOptions>) -> Array {
    let options = options.into();
    call("fromstring", |cx| {
        let sep = options.sep.as_deref().unwrap_or("");
        if sep.is_empty() {
            return raise!(Value, "The binary mode of fromstring is removed, use frombuffer instead");
        }
        let count = usize::try_from(options.count.map_or(-1, |c| c.0)).ok();
        numbers(cx, string, options.dtype.unwrap_or(DType::F64), count, sep, true)
    })
}

/// What a separator does to the text before the next number.
enum Skipped<'a> {
    Rest(&'a str),
    End,
    Mismatch,
}

/// Separators begin and end with optional white space.
fn skip_separator<'a>(text: &'a str, sep: &str) -> Skipped<'a> {
    let blank = |c: char| c.is_ascii_whitespace() || c == '\x0b';
    let mut rest = text.trim_start_matches(blank);
    if rest.is_empty() {
        return Skipped::End;
    }
    for c in sep.trim_matches(blank).chars() {
        if blank(c) {
            rest = rest.trim_start_matches(blank);
        } else if let Some(after) = rest.strip_prefix(c) {
            rest = after;
        } else {
            return if rest.is_empty() { Skipped::End } else { Skipped::Mismatch };
        }
    }
    rest = rest.trim_start_matches(blank);
    match rest.len() {
        0 => Skipped::End,
        n if n == text.len() => Skipped::Mismatch,
        _ => Skipped::Rest(rest),
    }
}

fn numbers(cx: Cx, text: &str, dtype: DType, count: Option<usize>, sep: &str, all: bool) -> Raised<Array> {
    dispatch!(dtype, T => {
        let mut items: Vec<T> = Vec::new();
        let mut rest = text;
        while count.is_none_or(|count| items.len() < count) {
            let Some((value, after)) = scan(rest, dtype) else {
                if rest.trim().is_empty() {
                    break;
                }
                return raise!(Value, "string or file could not be read to its end due to unmatched data");
            };
            items.push(<T as Element>::from_bits(value.bits()));
            match skip_separator(after, sep) {
                Skipped::Rest(after) => rest = after,
                Skipped::End => break,
                Skipped::Mismatch if count == Some(items.len()) => break,
                Skipped::Mismatch => {
                    return raise!(Value, "string or file could not be read to its end due to unmatched data");
                }
            }
        }
        if all && count.is_some_and(|count| items.len() < count) {
            return raise!(Value, "string is smaller than requested size");
        }
        let n = items.len();
        Ok(Array::from_vec_shape(items, smallvec::smallvec![n], cx.location))
    })
}

impl Array {
    /// The elements' bytes, in the machine's byte order.
    ///
    /// `order` is `'C'` (rows first) unless given; `'F'` is columns first, `'A'` is `'F'` for an array
    /// that is stored so.
    ///
    /// ```
    /// use numfuse as np;
    /// let a = np::array![[1_u8, 2], [3, 4]];
    /// assert_eq!(a.tobytes(..)?, [1, 2, 3, 4]);
    /// assert_eq!(a.tobytes('F')?, [1, 3, 2, 4]);
    /// # Ok::<(), np::Error>(())
    /// ```
    #[track_caller]
    pub fn tobytes(&self, options: impl Into<TobytesOptions>) -> Result<Vec<u8>> {
        let location = Location::caller();
        let value = evaluated(self, "tobytes")?;
        bytes_of(value.value(), options.into()).map_err(|raise| raise.sign("tobytes", location))
    }

    /// Writes the elements' bytes to a file, rows first, or with a `sep` their text with that between
    /// them. `format` (`"%s"`) is Python's way to format a number. A path keeps its old file until the
    /// new one is complete.
    ///
    /// ```
    /// use numfuse as np;
    /// use np::prelude::*;
    /// let mut text = Vec::new();
    /// np::array![1.0, 0.5].tofile(&mut text, sep(", ").format("%.2f"))?;
    /// assert_eq!(text, b"1.00, 0.50");
    /// # Ok::<(), np::Error>(())
    /// ```
    #[track_caller]
    pub fn tofile<'a>(&self, file: impl Into<Target<'a>>, options: impl Into<TofileOptions>) -> Result<()> {
        let (location, options) = (Location::caller(), options.into());
        let value = evaluated(self, "tofile")?;
        let body = |out: &mut dyn Write| -> Raised<()> {
            let fail = |e: std::io::Error| of_io(&e, None);
            let sep = options.sep.as_deref().unwrap_or("");
            if sep.is_empty() {
                return value.value().each_bytes(|bytes| out.write_all(bytes).map_err(fail));
            }
            let template = match options.format.as_deref().unwrap_or("") {
                "" => Template::parse("%s")?,
                format => Template::parse(format)?,
            };
            let mut text = String::new();
            for i in 0..value.size() {
                if i > 0 {
                    text.push_str(sep);
                }
                template.write(&[value.get_flat(i)], Style::Python, &mut text)?;
                if text.len() > 1 << 16 {
                    out.write_all(text.as_bytes()).map_err(fail)?;
                    text.clear();
                }
            }
            out.write_all(text.as_bytes()).map_err(fail)
        };
        file.into().write(false, body).map_err(|raise| raise.sign("tofile", location))
    }
}

fn bytes_of(value: &Concrete, options: TobytesOptions) -> Raised<Vec<u8>> {
    let flipped = transposed(&value.map);
    let columns = match options.order.unwrap_or('C') {
        'C' | 'K' => false,
        'F' => true,
        'A' => !value.map.is_contiguous() && flipped.is_contiguous(),
        other => return raise!(Value, "order must be one of 'C', 'F', 'A', or 'K' (got '{other}')"),
    };
    let map: IndexMap = if columns { flipped } else { value.map.clone() };
    let mut bytes = Vec::new();
    let size = value.len() * value.dtype.itemsize();
    if bytes.try_reserve_exact(size).is_err() {
        return Err(no_memory(size as u128, None));
    }
    Concrete { map, ..value.clone() }.each_bytes(|part| {
        bytes.extend_from_slice(part);
        Ok::<(), Raise>(())
    })?;
    Ok(bytes)
}
