//! The `.npy` format, versions 1.0 to 3.0 (NEP 1; `numpy/lib/format.py`).

use std::io::{self, Read, Write};
use std::panic::Location;

use numfuse_backends::runtime::Concrete;
use numfuse_ir::shape::{MAX_NDIM, Shape, bytes_of, tuple};
use numfuse_ir::{DType, IndexMap};

use super::literal::{Literal, quoted};
use super::memmap::Memmap;
use super::source::{From_, Opened, Progress, Source, Target};
use crate::array::build::call;
use crate::array::operand::Operand;
use crate::array::{Array, NdArray};
use crate::error::{Class, Raise, Raised, Result, of_io, raise};
use crate::options::{Int, options};

pub(super) const MAGIC: &[u8] = b"\x93NUMPY";
const ALIGN: usize = 64;
const MAX_HEADER: i64 = 10_000;
/// Bytes that are read between two reports of progress.
const STEP: usize = 4 << 20;

options! {
    /// Options of [`load`]; the bare value is `mmap_mode`.
    LoadOptions {
        mmap_mode: MmapMode(String), allow_pickle: AllowPickle(bool), max_header_size: MaxHeaderSize(Int),
        progress: ProgressKey(Progress),
    } bare mmap_mode text;
}

/// The array in a `.npy` file of any version, order and byte order.
///
/// - `mmap_mode`: `"r"`, `"r+"` or `"c"` map the file instead of reading it; see [`Memmap::open_npy`].
/// - `max_header_size` (10,000): a longer header is an error.
/// - `allow_pickle`: lifts that limit. Pickled objects are an error in any case.
/// - `progress`: is told how far it has come.
///
/// A `.npz` archive is opened by [`NpzFile::open`](crate::NpzFile::open).
///
/// # Errors
///
/// `FileNotFoundError` and `OSError`; `EOFError` for an empty file; `ValueError` for one that is
/// truncated, malformed, or larger than its header allows for. Memory is allocated for data that is
/// there, never on the word of a header.
///
/// ```
/// use numfuse as np;
/// # let folder = std::env::temp_dir().join(format!("numfuse-load-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder).unwrap();
/// let path = folder.join("table.npy");
/// np::save(&path, &np::arange(6, ..).reshape([2, 3]))?;
/// let table = np::load(&path, ..);
/// assert_eq!(table.shape(), [2, 3]);
/// assert_eq!(np::load(&path, "r").sum(..).item::<i64>()?, 15); // reads pages as it needs them
/// # std::fs::remove_dir_all(&folder).unwrap();
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn load<'a>(file: impl Into<Source<'a>>, options: impl Into<LoadOptions>) -> Array {
    let (file, options) = (file.into(), options.into());
    call("load", |cx| {
        if let Some(mode) = &options.mmap_mode {
            let From_::Path(path) = &file.0 else {
                return raise!(
                    Value,
                    "Filename must be a string or a path-like object.  Memmap cannot use existing file handles."
                );
            };
            return Ok(Memmap::of_npy(path, mode, options.header_limit())?.array());
        }
        let mut opened = file.open()?;
        let path = opened.path.clone();
        let mut magic = [0; MAGIC.len()];
        let got = read_up_to(&mut opened.reader, &mut magic).map_err(|e| of_io(&e, path.as_deref()))?;
        match &magic[..got] {
            [] => return raise!(Eof, "No data left in file"),
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => {
                return raise!(Value, "this is an .npz archive with several arrays; NpzFile::open reads it");
            }
            m if m != MAGIC => {
                return raise!(
                    Value,
                    "This file contains pickled (object) data. If you trust the file you can load it unsafely using the `allow_pickle=` keyword argument or `pickle.load()`."
                );
            }
            _ => {}
        }
        let value = read_after_magic(opened, options.header_limit(), options.progress.as_ref())?;
        Ok(Array::ready(value, cx.location))
    })
}

impl LoadOptions {
    fn header_limit(&self) -> u64 {
        match self.allow_pickle {
            Some(true) => u64::MAX,
            _ => u64::try_from(self.max_header_size.map_or(MAX_HEADER, |n| n.0)).unwrap_or(0),
        }
    }
}

/// Writes an array in `.npy` format 1.0. A path gets the extension `.npy` if it lacks it, and keeps
/// its old file until the new one is complete.
///
/// Arrays that are stored column by column are written so, as NumPy does.
///
/// # Errors
///
/// Those of the evaluation, and `OSError`.
///
/// ```
/// use numfuse as np;
/// let mut bytes = Vec::new();
/// np::save(&mut bytes, &np::array![1.5, 2.5])?;
/// assert_eq!(bytes.len(), 128 + 16);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn save<'a>(file: impl Into<Target<'a>>, arr: impl Into<Operand>) -> Result<()> {
    let location = Location::caller();
    let value = evaluated(arr, "save")?;
    let target = file.into().with_extension(".npy");
    target.write(false, |out| write(out, value.value())).map_err(|raise| raise.sign("save", location))
}

/// The value of an operand of a function that works on values.
#[track_caller]
pub(super) fn evaluated(operand: impl Into<Operand>, name: &'static str) -> Result<NdArray> {
    let operand = operand.into();
    call(name, |cx| cx.array(operand)).eval()
}

/// What a header says.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) dtype: DType,
    pub(super) swapped: bool,
    pub(super) fortran: bool,
    pub(super) shape: Shape,
    /// Bytes of magic and header.
    pub(super) len: u64,
}

impl Header {
    pub(super) fn bytes(&self) -> Raised<usize> {
        match bytes_of(&self.shape, self.dtype) {
            Some(bytes) => Ok(bytes),
            None => raise!(
                Value,
                "array is too big; `arr.size * arr.dtype.itemsize` is larger than the maximum possible size."
            ),
        }
    }

    /// The shape in which the elements lie in the file, row by row.
    pub(super) fn stored(&self) -> Shape {
        if self.fortran { self.shape.iter().rev().copied().collect() } else { self.shape.clone() }
    }

    /// The elements as the header's shape sees them.
    pub(super) fn arrange(&self, mut value: Concrete) -> Concrete {
        if self.fortran {
            value.map = transposed(&value.map);
        }
        value
    }
}

pub(super) fn transposed(map: &IndexMap) -> IndexMap {
    let shape = map.shape.iter().rev().copied().collect();
    let strides = map.strides.iter().rev().copied().collect();
    IndexMap { offset: map.offset, shape, strides }
}

/// Reads until the buffer is full or the data ends; returns how much there was.
fn read_up_to(reader: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut got = 0;
    while got < buffer.len() {
        match reader.read(&mut buffer[got..]) {
            Ok(0) => break,
            Ok(n) => got += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(got)
}

fn read_exactly(reader: &mut dyn Read, buffer: &mut [u8], what: &str) -> Raised<()> {
    let got = read_up_to(reader, buffer).map_err(|e| of_io(&e, None))?;
    if got < buffer.len() {
        return raise!(Value, "EOF: reading {what}, expected {} bytes got {got}", buffer.len());
    }
    Ok(())
}

/// Reads a header from its magic string on.
pub(super) fn read_header(reader: &mut dyn Read, limit: u64) -> Raised<Header> {
    let mut magic = [0; MAGIC.len()];
    read_exactly(reader, &mut magic, "magic string")?;
    if magic != *MAGIC {
        let bytes: String = magic.iter().map(|b| b.escape_ascii().to_string()).collect();
        return raise!(Value, "the magic string is not correct; expected b'\\x93NUMPY', got b'{bytes}'");
    }
    header_after_magic(reader, limit)
}

fn header_after_magic(reader: &mut dyn Read, limit: u64) -> Raised<Header> {
    let mut version = [0; 2];
    read_exactly(reader, &mut version, "magic string")?;
    let [major, minor] = version;
    let (size, len) = match version {
        [1, 0] => {
            let mut bytes = [0; 2];
            read_exactly(reader, &mut bytes, "array header length")?;
            (2, u64::from(u16::from_le_bytes(bytes)))
        }
        [2 | 3, 0] => {
            let mut bytes = [0; 4];
            read_exactly(reader, &mut bytes, "array header length")?;
            (4, u64::from(u32::from_le_bytes(bytes)))
        }
        _ => return raise!(Value, "we only support format version (1,0), (2,0), and (3,0), not ({major}, {minor})"),
    };
    if len > limit {
        return raise!(
            Value,
            "Header info length ({len}) is large and may not be safe to load securely. To allow loading, adjust `max_header_size` or fully trust the `.npy` file using `allow_pickle=True`."
        );
    }
    let mut bytes = Vec::new();
    reader.take(len).read_to_end(&mut bytes).map_err(|e| of_io(&e, None))?;
    if (bytes.len() as u64) < len {
        return raise!(Value, "EOF: reading array header, expected {len} bytes got {}", bytes.len());
    }
    let text = match major {
        3 => match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(_) => return raise!(Value, "the header is not valid UTF-8"),
        },
        _ => bytes.into_iter().map(char::from).collect(),
    };
    let header = parse_header(&text)?;
    Ok(Header { len: (MAGIC.len() + 2 + size) as u64 + len, ..header })
}

fn parse_header(text: &str) -> Raised<Header> {
    let Some(literal) = Literal::parse(text) else {
        return raise!(Value, "Cannot parse header: {}", quoted(text));
    };
    let Literal::Dict(pairs) = literal else {
        return raise!(Value, "Header is not a dictionary: {literal}");
    };
    let find = |name: &str| pairs.iter().find(|(key, _)| *key == Literal::Text(name.into())).map(|(_, v)| v);
    let (Some(descr), Some(order), Some(shape), 3) = (find("descr"), find("fortran_order"), find("shape"), pairs.len())
    else {
        let mut keys: Vec<String> = pairs.iter().map(|(key, _)| key.to_string()).collect();
        keys.sort();
        return raise!(Value, "Header does not contain the correct keys: [{}]", keys.join(", "));
    };
    let lengths = match shape {
        Literal::Tuple(items) if items.len() <= MAX_NDIM => {
            let length = |item: &Literal| match item {
                Literal::Int(n) => usize::try_from(*n).ok(),
                _ => None,
            };
            items.iter().map(length).collect::<Option<Shape>>()
        }
        _ => None,
    };
    let Some(shape) = lengths else { return raise!(Value, "shape is not valid: {shape}") };
    let Literal::Bool(fortran) = *order else {
        return raise!(Value, "fortran_order is not a valid bool: {order}");
    };
    let Literal::Text(descr) = descr else {
        return raise!(Value, "structured dtypes cannot be read: {descr}");
    };
    let (dtype, swapped) = match stored_dtype(descr) {
        Some(known) => known,
        None if descr.trim_start_matches(['<', '>', '|', '=']).starts_with('O') => {
            return raise!(Value, "Object arrays cannot be loaded when allow_pickle=False");
        }
        None => return raise!(Value, "descr is not a valid dtype descriptor: {}", quoted(descr)),
    };
    Ok(Header { dtype, swapped, fortran, shape, len: 0 })
}

/// The dtype that a type string such as `>f8` names, and whether its bytes are in the other order.
pub(super) fn stored_dtype(text: &str) -> Option<(DType, bool)> {
    let (big, rest) = match text.strip_prefix('>') {
        Some(rest) => (true, rest),
        None => (false, text.trim_start_matches(['<', '|', '='])),
    };
    let big = if text.starts_with('<') || big { big } else { cfg!(target_endian = "big") };
    let dtype = DType::ALL.into_iter().find(|d| d.type_code() == if rest == "?" { "b1" } else { rest })?;
    Some((dtype, big != cfg!(target_endian = "big") && dtype.itemsize() > 1))
}

fn read_after_magic(mut opened: Opened<'_>, limit: u64, progress: Option<&Progress>) -> Raised<Concrete> {
    let header = header_after_magic(&mut opened.reader, limit)?;
    let rest = opened.len.map(|len| len.saturating_sub(header.len));
    read_data(&mut opened.reader, &header, rest, progress)
}

/// Reads what a header announces. `rest` is how many bytes are left, if that is known; otherwise
/// memory grows with what comes.
pub(super) fn read_data(
    reader: &mut dyn Read,
    header: &Header,
    rest: Option<u64>,
    progress: Option<&Progress>,
) -> Raised<Concrete> {
    let bytes = header.bytes()?;
    let short = |got: u64| {
        let size = header.dtype.itemsize();
        let (shape, got) = (tuple(&header.shape), got / size as u64);
        Raise::New(
            Class::Value,
            format!(
                "Failed to read all data for array. Expected {shape} = {} elements, could only read {got} elements. (file seems not fully written?)",
                bytes / size
            ),
        )
    };
    if let Some(rest) = rest
        && rest < bytes as u64
    {
        return Err(short(rest));
    }
    let total = rest.map(|_| header.len + bytes as u64);
    let report = |done: usize| {
        if let Some(progress) = progress {
            progress.report(header.len + done as u64, total);
        }
    };
    let stored = header.stored();
    let value = if rest.is_some() {
        Concrete::from_bytes(header.dtype, &stored, |out| {
            let mut done = 0;
            let step = if progress.is_some() { STEP } else { out.len().max(1) };
            for part in out.chunks_mut(step) {
                let got = read_up_to(reader, part).map_err(|e| of_io(&e, None))?;
                done += got;
                if got < part.len() {
                    return Err(short(done as u64));
                }
                report(done);
            }
            swap(out, header);
            Ok::<(), Raise>(())
        })?
    } else {
        let mut data = Vec::new();
        while data.len() < bytes {
            let step = STEP.min(bytes - data.len()) as u64;
            let got = reader.take(step).read_to_end(&mut data).map_err(|e| of_io(&e, None))?;
            report(data.len());
            if got == 0 {
                return Err(short(data.len() as u64));
            }
        }
        Concrete::from_bytes(header.dtype, &stored, |out| {
            out.copy_from_slice(&data);
            swap(out, header);
            Ok::<(), Raise>(())
        })?
    };
    Ok(header.arrange(value))
}

fn swap(bytes: &mut [u8], header: &Header) {
    if header.swapped {
        swap_bytes(bytes, header.dtype);
    }
}

/// Turns the byte order of elements around; complex ones have two parts.
pub(super) fn swap_bytes(bytes: &mut [u8], dtype: DType) {
    fn turn<const N: usize>(bytes: &mut [u8]) {
        bytes.as_chunks_mut::<N>().0.iter_mut().for_each(|item| item.reverse());
    }
    match dtype.real().itemsize() {
        2 => turn::<2>(bytes),
        4 => turn::<4>(bytes),
        8 => turn::<8>(bytes),
        _ => {}
    }
}

/// Writes header and data.
pub(super) fn write(out: &mut dyn Write, value: &Concrete) -> Raised<()> {
    let flipped = transposed(&value.map);
    let fortran = !value.map.is_contiguous() && flipped.is_contiguous();
    let fail = |e: io::Error| of_io(&e, None);
    out.write_all(&header(value.dtype, &value.map.shape, fortran)).map_err(fail)?;
    let stored = if fortran { Concrete { map: flipped, ..value.clone() } } else { value.clone() };
    stored.each_bytes(|bytes| out.write_all(bytes).map_err(fail))
}

/// NumPy's type string in the machine's byte order.
pub(super) fn descr(dtype: DType) -> String {
    let order = match dtype.itemsize() {
        1 => '|',
        _ if cfg!(target_endian = "big") => '>',
        _ => '<',
    };
    format!("{order}{}", dtype.type_code())
}

/// The bytes before the data: room is left for the first axis to grow, and data starts at a multiple
/// of 64.
pub(super) fn header(dtype: DType, shape: &[usize], fortran: bool) -> Vec<u8> {
    const GROWTH: usize = 21;
    let order = if fortran { "True" } else { "False" };
    let mut text = format!("{{'descr': '{}', 'fortran_order': {order}, 'shape': {}, }}", descr(dtype), tuple(shape));
    if let Some(growing) = if fortran { shape.last() } else { shape.first() } {
        text += &" ".repeat(GROWTH - growing.to_string().len());
    }
    let prefix = MAGIC.len() + 2 + 2;
    let padding = ALIGN - (prefix + text.len() + 1) % ALIGN;
    text += &" ".repeat(padding);
    text.push('\n');
    // At most 64 axes of 20 digits.
    let len = text.len() as u16;
    [MAGIC, &[1, 0], &len.to_le_bytes(), text.as_bytes()].concat()
}
