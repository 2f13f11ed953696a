//! `.npz` archives: zip files of `.npy` files (`numpy/lib/_npyio_impl.py`).

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::panic::Location;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::npy::{self, evaluated, read_data, read_header};
use super::source::{From_, Limited, MAX_UNPACKED, Progress, Replacement, Source, Target, To, too_much};
use crate::array::build::call;
use crate::array::operand::Operand;
use crate::array::{Array, NdArray};
use crate::error::{Class, Raise, Raised, Result, of_io, raise};
use crate::options::{Int, options};

options! {
    /// Options of [`NpzFile::open`].
    NpzOptions { max_header_size: MaxHeaderSize(Int), max_unpacked: MaxUnpacked(Int), progress: ProgressKey(Progress) };
}

trait Bytes: Read + Seek + Send {}
impl<T: Read + Seek + Send> Bytes for T {}

/// An open `.npz` archive. Arrays are read when they are asked for.
///
/// ```
/// use numfuse as np;
/// let mut bytes = Vec::new();
/// np::savez(&mut bytes, [("x", np::arange(3, ..)), ("y", np::ones([2, 2], ..))])?;
/// let archive = np::NpzFile::open(&bytes, ..)?;
/// assert_eq!(archive.files(), ["x", "y"]);
/// assert_eq!(archive.get("x").to_vec::<i64>()?, [0, 1, 2]);
/// assert_eq!(archive.get("z").check().unwrap_err().class(), "KeyError");
/// # Ok::<(), np::Error>(())
/// ```
pub struct NpzFile {
    zip: Mutex<ZipArchive<Box<dyn Bytes>>>,
    /// Names in the archive, with their extension.
    members: Vec<String>,
    names: Vec<String>,
    path: Option<PathBuf>,
    header_limit: u64,
    unpacked_limit: u64,
    progress: Option<Progress>,
}

impl NpzFile {
    /// Opens an archive: a path, bytes, or a reader, which is read to its end.
    ///
    /// `max_header_size` is that of [`load`](crate::load). `max_unpacked` (4 GiB) bounds what one
    /// packed array may unpack to.
    #[track_caller]
    pub fn open<'a>(file: impl Into<Source<'a>>, options: impl Into<NpzOptions>) -> Result<NpzFile> {
        let location = Location::caller();
        NpzFile::read(file.into(), options.into()).map_err(|raise| raise.sign("load", location))
    }

    fn read(source: Source<'_>, options: NpzOptions) -> Raised<NpzFile> {
        let (reader, path): (Box<dyn Bytes>, Option<PathBuf>) = match source.0 {
            From_::Path(path) => (Box::new(File::open(&path).map_err(|e| of_io(&e, Some(&path)))?), Some(path)),
            From_::Bytes(bytes) => (Box::new(io::Cursor::new(bytes.into_owned())), None),
            From_::Reader(mut reader) => {
                let mut bytes = Vec::new();
                reader.read_to_end(&mut bytes).map_err(|e| of_io(&e, None))?;
                (Box::new(io::Cursor::new(bytes)), None)
            }
        };
        let zip = ZipArchive::new(reader).map_err(of_zip)?;
        let members = zip.file_names().map(|name| name.map(Cow::into_owned)).collect::<Result<Vec<_>, _>>();
        let members = members.map_err(of_zip)?;
        let names = members.iter().map(|m| m.strip_suffix(".npy").unwrap_or(m).to_owned()).collect();
        let limit = |given: Option<Int>, usual: u64| given.map_or(usual, |n| u64::try_from(n.0).unwrap_or(0));
        Ok(NpzFile {
            zip: Mutex::new(zip),
            members,
            names,
            path,
            header_limit: limit(options.max_header_size, 10_000),
            unpacked_limit: limit(options.max_unpacked, MAX_UNPACKED),
            progress: options.progress,
        })
    }

    /// The names of the arrays.
    pub fn files(&self) -> &[String] {
        &self.names
    }

    /// The number of arrays.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there are no arrays.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Whether there is an array of this name.
    pub fn contains(&self, name: &str) -> bool {
        self.position(name).is_some()
    }

    fn position(&self, name: &str) -> Option<usize> {
        let exact = self.members.iter().position(|m| m == name);
        exact.or_else(|| self.names.iter().position(|n| n == name))
    }

    /// An array by its name, read now. It carries a `KeyError` if there is none, and what is wrong
    /// with the file otherwise, as [`load`](crate::load) says.
    #[track_caller]
    pub fn get(&self, name: &str) -> Array {
        call("load", |cx| Ok(Array::ready(self.member(name)?, cx.location)))
    }

    fn member(&self, name: &str) -> Raised<numfuse_backends::runtime::Concrete> {
        let Some(position) = self.position(name) else {
            let file = self.path.as_ref().map_or("object".into(), |p| p.display().to_string());
            return raise!(Key, "{name} is not a file in the archive ({file})");
        };
        let member = &self.members[position];
        let mut zip = self.zip.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = zip.by_name(member).map_err(of_zip)?;
        let (stored, size) = (entry.compression() == CompressionMethod::Stored, entry.compressed_size());
        let limit = if stored { u64::MAX } else { self.unpacked_limit };
        let mut reader = Limited { inner: entry, left: limit, limit };
        let header = read_header(&mut reader, self.header_limit)?;
        let bytes = header.bytes()? as u64;
        if header.len.saturating_add(bytes) > limit {
            return raise!(Value, "{}", too_much(limit));
        }
        // Only bytes that are not packed are known to be there.
        let rest = stored.then(|| size.saturating_sub(header.len));
        let value = read_data(&mut reader, &header, rest, self.progress.as_ref())?;
        // The archive's checksum is looked at where the data ends.
        reader.read(&mut [0; 1]).map_err(|e| of_io(&e, None))?;
        Ok(value)
    }
}

impl std::fmt::Debug for NpzFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let file = self.path.as_ref().map_or("object".into(), |p| p.display().to_string());
        write!(f, "NpzFile '{file}' with keys: {}", self.names.join(", "))
    }
}

fn of_zip(error: ZipError) -> Raise {
    match error {
        ZipError::Io(e) => of_io(&e, None),
        other => Raise::New(Class::Io, format!("not a zip archive that can be read: {other}")),
    }
}

/// Arrays for an archive, by position (`arr_0`, `arr_1`, …) or by name.
///
/// From arrays, vectors and slices of arrays or of pairs; or one by one:
///
/// ```
/// use numfuse as np;
/// let arrays = np::NamedArrays::new().with(&np::zeros(2, ..)).named("scale", np::scalar(2.5));
/// let mut bytes = Vec::new();
/// np::savez_compressed(&mut bytes, arrays)?;
/// assert_eq!(np::NpzFile::open(&bytes, ..)?.files(), ["scale", "arr_0"]);
/// # Ok::<(), np::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct NamedArrays {
    unnamed: Vec<Operand>,
    named: Vec<(String, Operand)>,
}

impl NamedArrays {
    /// No arrays.
    pub fn new() -> NamedArrays {
        NamedArrays::default()
    }

    /// One more array, named after its position among those without a name.
    #[must_use]
    pub fn with(mut self, array: impl Into<Operand>) -> NamedArrays {
        self.unnamed.push(array.into());
        self
    }

    /// One more array with a name.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>, array: impl Into<Operand>) -> NamedArrays {
        self.named.push((name.into(), array.into()));
        self
    }

    /// Names and arrays in the order of the archive.
    fn members(self) -> Raised<Vec<(String, Operand)>> {
        let mut members = self.named;
        for (i, array) in self.unnamed.into_iter().enumerate() {
            let name = format!("arr_{i}");
            if members.iter().any(|(n, _)| *n == name) {
                return raise!(Value, "Cannot use un-named variables and keyword {name}");
            }
            members.push((name, array));
        }
        for (i, (name, _)) in members.iter().enumerate() {
            if members[..i].iter().any(|(n, _)| n == name) {
                return raise!(Value, "the name {name} is given twice");
            }
        }
        Ok(members)
    }
}

macro_rules! unnamed {
    ($([$($generics:tt)*] $t:ty;)*) => {$(
        impl<$($generics)*> From<$t> for NamedArrays {
            fn from(arrays: $t) -> NamedArrays {
                NamedArrays { unnamed: arrays.into_iter().map(Into::into).collect(), named: Vec::new() }
            }
        }
    )*};
}
unnamed! {
    [const N: usize] [Array; N];
    ['a, const N: usize] [&'a Array; N];
    [] Vec<Array>;
    ['a] &'a [Array];
    ['a] &'a [&'a Array];
}

impl From<&Array> for NamedArrays {
    fn from(array: &Array) -> NamedArrays {
        NamedArrays::new().with(array)
    }
}

macro_rules! named {
    ($([$($generics:tt)*] $t:ty;)*) => {$(
        impl<$($generics)*> From<$t> for NamedArrays {
            fn from(arrays: $t) -> NamedArrays {
                let named = arrays.into_iter().map(|(name, array)| (name.into(), array.into())).collect();
                NamedArrays { unnamed: Vec::new(), named }
            }
        }
    )*};
}
named! {
    [S: Into<String>, A: Into<Operand>, const N: usize] [(S, A); N];
    [S: Into<String>, A: Into<Operand>] Vec<(S, A)>;
}

/// Writes arrays to a `.npz` archive, not packed. A path gets the extension `.npz` if it lacks it, and
/// keeps its old file until the new one is complete.
///
/// # Errors
///
/// Those of the evaluation; `ValueError` for a name that is given twice; `OSError`.
///
/// ```
/// use numfuse as np;
/// let (x, y) = (np::arange(4, ..), np::arange(4, ..) * 0.5);
/// let mut bytes = Vec::new();
/// np::savez(&mut bytes, [&x, &y])?;
/// assert_eq!(np::NpzFile::open(&bytes, ..)?.get("arr_1").to_vec::<f64>()?, [0.0, 0.5, 1.0, 1.5]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn savez<'a>(file: impl Into<Target<'a>>, arrays: impl Into<NamedArrays>) -> Result<()> {
    archive("savez", file.into(), arrays.into(), CompressionMethod::Stored, Location::caller())
}

/// [`savez`], packed by deflate.
#[track_caller]
pub fn savez_compressed<'a>(file: impl Into<Target<'a>>, arrays: impl Into<NamedArrays>) -> Result<()> {
    archive("savez_compressed", file.into(), arrays.into(), CompressionMethod::Deflated, Location::caller())
}

fn archive(
    name: &'static str,
    target: Target<'_>,
    arrays: NamedArrays,
    method: CompressionMethod,
    location: &'static Location<'static>,
) -> Result<()> {
    let sign = |raise: Raise| raise.sign(name, location);
    let mut values: Vec<(String, NdArray)> = Vec::new();
    for (member, array) in arrays.members().map_err(sign)? {
        values.push((member, evaluated(array, name)?));
    }
    let write = || -> Raised<()> {
        match target.with_extension(".npz").0 {
            To::Writer(mut writer) => {
                let mut bytes = io::Cursor::new(Vec::new());
                members(&mut bytes, &values, method)?;
                writer.write_all(bytes.get_ref()).map_err(|e| of_io(&e, None))
            }
            To::Path(path) => {
                let fail = |e: io::Error| of_io(&e, Some(&path));
                let mut file = Replacement::create(&path).map_err(fail)?;
                members(&mut file.file, &values, method)?;
                file.commit().map_err(fail)
            }
        }
    };
    write().map_err(sign)
}

fn members<W: Write + Seek>(out: &mut W, values: &[(String, NdArray)], method: CompressionMethod) -> Raised<()> {
    let mut zip = ZipWriter::new(out);
    let options = SimpleFileOptions::default().compression_method(method).large_file(true);
    for (name, value) in values {
        zip.start_file(Cow::from(format!("{name}.npy")), options).map_err(of_zip)?;
        npy::write(&mut zip, value.value())?;
    }
    zip.finish().map_err(of_zip)?;
    Ok(())
}
