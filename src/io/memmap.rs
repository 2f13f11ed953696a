//! Arrays over files.

use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom};
use std::ops::Deref;
use std::panic::Location;
use std::path::{Path, PathBuf};

use numfuse_backends::runtime::{Concrete, FileMap, Flush, MapMode};
use numfuse_ir::shape::{Shape, bytes_of};
use numfuse_ir::{DType, IndexMap};

use super::npy::{self, read_header, swap_bytes, transposed};
use crate::array::build::{broadcast_all, call};
use crate::array::operand::Operand;
use crate::array::{Array, Dims, NdArray};
use crate::error::{Raise, Raised, Result, of_io, raise, tight};
use crate::index::Subscript;
use crate::options::{Int, ModeValue, options};

options! {
    /// Options of [`memmap`]; the bare value is `dtype`.
    MemmapOptions {
        dtype: Dtype(DType), mode: Mode(ModeValue), offset: Offset(Int), shape: ShapeKey(Dims), order: Order(char),
    } bare dtype dtype;
}

/// An array over a part of a file, which the operating system reads and writes page by page, so that
/// it may be larger than memory.
///
/// It derefs to the [`NdArray`] over the map; [`Memmap::array`] gives the lazy handle that functions
/// take. [`Memmap::set`] changes elements. Values do not change under those who hold them, so it
/// needs all handles to the map to be gone.
///
/// Nobody else may change or truncate the file while it is mapped: the system shows such changes in
/// the middle of a computation, or ends the process.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// # let path = std::env::temp_dir().join(format!("numfuse-memmap-{}", std::process::id()));
/// let mut map = np::memmap(&path, dtype(np::float32).mode("w+").shape([3, 4]))?;
/// map.set(s![1, ..], &np::arange(4, ..))?;
/// map.flush()?;
///
/// let map = np::memmap(&path, dtype(np::float32).mode("r").shape([3, 4]))?;
/// assert_eq!(map.array().sum(1).to_vec::<f32>()?, [0.0, 6.0, 0.0]);
/// # std::fs::remove_file(&path).unwrap();
/// # Ok::<(), np::Error>(())
/// ```
pub struct Memmap {
    data: NdArray,
    flush: Option<Flush>,
    mode: &'static str,
    path: PathBuf,
    offset: u64,
}

impl Deref for Memmap {
    type Target = NdArray;
    fn deref(&self) -> &NdArray {
        &self.data
    }
}

impl std::fmt::Debug for Memmap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Memmap({:?}, {}, {:?})", self.path, self.mode, self.data)
    }
}

/// Maps a file as an array.
///
/// - `dtype` (`uint8`).
/// - `mode` (`"r+"`): `"r"` only reads; `"r+"` reads and writes, and lengthens a file that is too
///   short; `"w+"` starts a file of zeros; `"c"` writes to memory, not to the file.
/// - `offset` (0): where the data starts, in bytes.
/// - `shape`: all that is there after `offset`, in one dimension, unless given. `"w+"` needs it.
/// - `order` (`'C'`).
///
/// # Errors
///
/// `FileNotFoundError`, `OSError`; `ValueError` for another mode, a missing shape, a file whose length
/// is no multiple of the item size, or, in the modes that write to the file, an `offset` that is no
/// multiple of it. (The modes that do not, read such data into memory.)
///
/// See [`Memmap`] for an example.
#[track_caller]
pub fn memmap(filename: impl AsRef<Path>, options: impl Into<MemmapOptions>) -> Result<Memmap> {
    let location = Location::caller();
    open(filename.as_ref(), options.into()).map_err(|raise| raise.sign("memmap", location))
}

fn mode_of(mode: &str) -> Raised<&'static str> {
    const MODES: [(&str, &str); 8] = [
        ("r", "r"),
        ("c", "c"),
        ("r+", "r+"),
        ("w+", "w+"),
        ("readonly", "r"),
        ("copyonwrite", "c"),
        ("readwrite", "r+"),
        ("write", "w+"),
    ];
    match MODES.iter().find(|(name, _)| *name == mode) {
        Some((_, mode)) => Ok(mode),
        None => raise!(
            Value,
            "mode must be one of ['r', 'c', 'r+', 'w+', 'readonly', 'copyonwrite', 'readwrite', 'write'] (got '{mode}')"
        ),
    }
}

fn open(path: &Path, options: MemmapOptions) -> Raised<Memmap> {
    let mode = mode_of(ModeValue::text(&options.mode, "r+"))?;
    let dtype = options.dtype.unwrap_or(DType::U8);
    let Ok(offset) = u64::try_from(options.offset.map_or(0, |o| o.0)) else {
        return raise!(Value, "offset must not be negative");
    };
    let shape = options.shape.map(|shape| shape.lengths()).transpose()?;
    let fortran = match options.order.unwrap_or('C') {
        'C' => false,
        'F' => true,
        other => return raise!(Value, "order must be one of 'C', 'F' (got '{other}')"),
    };
    if mode == "w+" && shape.is_none() {
        return raise!(Value, "shape must be given if mode == 'w+'");
    }
    let fail = |e: std::io::Error| of_io(&e, Some(path));
    let mut file = match mode {
        "r" | "c" => File::open(path),
        "r+" => OpenOptions::new().read(true).write(true).open(path),
        _ => OpenOptions::new().read(true).write(true).create(true).truncate(true).open(path),
    }
    .map_err(fail)?;
    let len = file.metadata().map_err(fail)?.len();
    let shape = match shape {
        Some(shape) => shape,
        None => {
            let Some(available) = len.checked_sub(offset) else {
                return raise!(Value, "mmap offset is greater than file size");
            };
            let size = dtype.itemsize() as u64;
            if available % size != 0 {
                return raise!(Value, "Size of available data is not a multiple of the data-type size.");
            }
            smallvec::smallvec![(available / size) as usize]
        }
    };
    let layout = Layout { dtype, swapped: false, shape, fortran, offset };
    if matches!(mode, "r+" | "w+") {
        let end = layout.end()?.max(1);
        if len < end {
            file.set_len(end).map_err(fail)?;
        }
    }
    layout.map(&mut file, path, mode)
}

/// Where an array lies in a file.
struct Layout {
    dtype: DType,
    swapped: bool,
    shape: Shape,
    fortran: bool,
    offset: u64,
}

impl Layout {
    fn bytes(&self) -> Raised<usize> {
        match bytes_of(&self.shape, self.dtype) {
            Some(bytes) => Ok(bytes),
            None => raise!(
                Value,
                "array is too big; `arr.size * arr.dtype.itemsize` is larger than the maximum possible size."
            ),
        }
    }

    fn end(&self) -> Raised<u64> {
        match self.offset.checked_add(self.bytes()? as u64) {
            Some(end) => Ok(end),
            None => raise!(Value, "the file would be too long"),
        }
    }

    fn map(self, file: &mut File, path: &Path, mode: &'static str) -> Raised<Memmap> {
        let fail = |e: std::io::Error| of_io(&e, Some(path));
        let bytes = self.bytes()?;
        if file.metadata().map_err(fail)?.len() < self.end()? {
            return raise!(Value, "mmap length is greater than file size");
        }
        let access = match mode {
            "r" => MapMode::Read,
            "c" => MapMode::Copy,
            _ => MapMode::Write,
        };
        let stored: Shape = if self.fortran { self.shape.iter().rev().copied().collect() } else { self.shape.clone() };
        let align = self.dtype.real().itemsize();
        let mapped = match self.swapped {
            true => None,
            false => FileMap::new(file, self.offset, bytes, access)
                .map_err(fail)?
                .into_buffer(align, self.dtype == DType::Bool)?,
        };
        let (mut value, flush) = match mapped {
            Some((buffer, flush)) => {
                let map = IndexMap::contiguous(&stored);
                (Concrete { buffer, dtype: self.dtype, map }, Some(flush))
            }
            None if access == MapMode::Write => {
                return raise!(
                    Value,
                    "data in another byte order, at an offset that is no multiple of the item size, or of bytes that are no bools can be mapped in modes 'r' and 'c' only"
                );
            }
            None => {
                file.seek(SeekFrom::Start(self.offset)).map_err(fail)?;
                let value = Concrete::from_bytes(self.dtype, &stored, |out| {
                    std::io::Read::read_exact(file, out).map_err(fail)?;
                    if self.swapped {
                        swap_bytes(out, self.dtype);
                    }
                    Ok::<(), Raise>(())
                })?;
                (value, None)
            }
        };
        if self.fortran {
            value.map = transposed(&value.map);
        }
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        Ok(Memmap { data: NdArray::new(value), flush, mode, path, offset: self.offset })
    }
}

impl Memmap {
    /// Maps the array of a `.npy` file, in mode `"r"`, `"r+"` or `"c"`.
    ///
    /// ```
    /// use numfuse as np;
    /// use np::prelude::*;
    /// # let path = std::env::temp_dir().join(format!("numfuse-open-npy-{}.npy", std::process::id()));
    /// np::save(&path, &np::zeros(3, ..))?;
    /// np::Memmap::open_npy(&path, "r+")?.set(s![1], 2.5)?;
    /// assert_eq!(np::load(&path, ..).to_vec::<f64>()?, [0.0, 2.5, 0.0]);
    /// # std::fs::remove_file(&path).unwrap();
    /// # Ok::<(), np::Error>(())
    /// ```
    #[track_caller]
    pub fn open_npy(path: impl AsRef<Path>, mode: &str) -> Result<Memmap> {
        let location = Location::caller();
        Memmap::of_npy(path.as_ref(), mode, 10_000).map_err(|raise| raise.sign("open_memmap", location))
    }

    /// Starts a `.npy` file of zeros, and maps it for reading and writing.
    ///
    /// ```
    /// use numfuse as np;
    /// use np::prelude::*;
    /// # let path = std::env::temp_dir().join(format!("numfuse-create-npy-{}.npy", std::process::id()));
    /// let mut map = np::Memmap::create_npy(&path, np::int16, [2, 2])?;
    /// map.set(s![.., 1], 7)?;
    /// drop(map);
    /// assert_eq!(np::load(&path, ..).to_vec::<i16>()?, [0, 7, 0, 7]);
    /// # std::fs::remove_file(&path).unwrap();
    /// # Ok::<(), np::Error>(())
    /// ```
    #[track_caller]
    pub fn create_npy(path: impl AsRef<Path>, dtype: DType, shape: impl Into<Dims>) -> Result<Memmap> {
        let (location, path) = (Location::caller(), path.as_ref());
        let create = || -> Raised<Memmap> {
            let shape = shape.into().lengths()?;
            let header = npy::header(dtype, &shape, false);
            let layout = Layout { dtype, swapped: false, shape, fortran: false, offset: header.len() as u64 };
            let end = layout.end()?;
            let fail = |e: std::io::Error| of_io(&e, Some(path));
            let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(true).open(path);
            let file = file.as_mut().map_err(|e| of_io(e, Some(path)))?;
            std::io::Write::write_all(file, &header).map_err(fail)?;
            file.set_len(end).map_err(fail)?;
            layout.map(file, path, "w+")
        };
        create().map_err(|raise| raise.sign("open_memmap", location))
    }

    pub(super) fn of_npy(path: &Path, mode: &str, header_limit: u64) -> Raised<Memmap> {
        let mode = mode_of(mode)?;
        if mode == "w+" {
            return raise!(Value, "mode 'w+' needs a dtype and a shape; Memmap::create_npy takes them");
        }
        let fail = |e: std::io::Error| of_io(&e, Some(path));
        let mut file = OpenOptions::new().read(true).write(mode == "r+").open(path).map_err(fail)?;
        let header = read_header(&mut file, header_limit)?;
        let layout = Layout {
            dtype: header.dtype,
            swapped: header.swapped,
            shape: header.shape,
            fortran: header.fortran,
            offset: header.len,
        };
        layout.map(&mut file, path, mode)
    }

    /// The array over the map, without a copy.
    #[track_caller]
    pub fn array(&self) -> Array {
        Array::from(&self.data)
    }

    /// Assigns to a part of the map, as `map[index] = value`: casts to the map's dtype and broadcasts.
    /// [`Memmap::update`] assigns what is computed from the map.
    ///
    /// # Errors
    ///
    /// Those of the index and of the evaluation; `ValueError` if the map is read-only or somebody else
    /// still holds an array over it.
    ///
    /// ```
    /// use numfuse as np;
    /// use np::prelude::*;
    /// # let path = std::env::temp_dir().join(format!("numfuse-set-{}", std::process::id()));
    /// let mut map = np::memmap(&path, dtype(np::float64).mode("w+").shape(4))?;
    /// map.set(s![..], &np::arange(4, ..))?;
    /// map.set(s![1..3], 10)?;
    /// let held = map.array();
    /// assert!(map.set(s![0], 1).is_err());
    /// assert_eq!(held.to_vec::<f64>()?, [0.0, 10.0, 10.0, 3.0]);
    /// # drop(map);
    /// # std::fs::remove_file(&path).unwrap();
    /// # Ok::<(), np::Error>(())
    /// ```
    #[track_caller]
    pub fn set(&mut self, index: impl Into<Subscript>, value: impl Into<Operand>) -> Result<()> {
        let location = Location::caller();
        let sign = |raise: Raise| raise.sign("memmap", location);
        if self.mode == "r" {
            return raise!(Value, "assignment destination is read-only").map_err(sign);
        }
        let value = value.into();
        let region = self.array().slice(index).concrete()?.map;
        let (dtype, shape) = (self.data.dtype(), region.shape.clone());
        let assigned = call("memmap", |cx| {
            let fits = broadcast_all([value.dims(), &shape[..]]).is_ok_and(|s| s == shape);
            if !fits {
                return raise!(
                    Value,
                    "could not broadcast input array from shape {} into shape {}",
                    tight(value.dims()),
                    tight(&shape)
                );
            }
            let value = cx.array_as(&value, dtype)?;
            cx.broadcast(&value, &shape)
        });
        let memory = self.data.memory();
        if region.is_contiguous() && region.offset == 0 {
            // All of the map: then it needs no other memory, unless the value reads from the map.
            assigned.evaluate_into(memory)?;
        }
        let mut written = assigned.concrete()?;
        drop((assigned, value));
        let map = self.data.value_mut();
        if std::sync::Arc::ptr_eq(&written.buffer, &map.buffer) {
            if written.map == region {
                return Ok(());
            }
            // A view of the map itself.
            written = written.packed().map_err(|fault| sign(fault.into()))?;
        }
        match map.assign(&region, &written) {
            Ok(()) => Ok(()),
            Err(_) => raise!(Value, "cannot assign to a memmap while arrays over it are in use").map_err(sign),
        }
    }

    /// Assigns to a part of the map what a function makes of the whole. It is computed before anything
    /// is written.
    ///
    /// ```
    /// use numfuse as np;
    /// use np::prelude::*;
    /// # let path = std::env::temp_dir().join(format!("numfuse-update-{}", std::process::id()));
    /// let mut map = np::memmap(&path, dtype(np::float64).mode("w+").shape([2, 3]))?;
    /// map.set(s![..], &np::arange(3, ..))?;
    /// map.update(s![1], |all| all.slice(0) * 10)?;
    /// assert_eq!(map.array().to_vec::<f64>()?, [0.0, 1.0, 2.0, 0.0, 10.0, 20.0]);
    /// # drop(map);
    /// # std::fs::remove_file(&path).unwrap();
    /// # Ok::<(), np::Error>(())
    /// ```
    #[track_caller]
    pub fn update(&mut self, index: impl Into<Subscript>, value: impl FnOnce(&Array) -> Array) -> Result<()> {
        let all = self.array();
        let made = value(&all);
        drop(all);
        self.set(index, made)
    }

    /// Writes changes to the file. Without it the system does so when it sees fit, at the latest when
    /// the map is dropped.
    #[track_caller]
    pub fn flush(&self) -> Result<()> {
        let location = Location::caller();
        let done = self.flush.as_ref().map_or(Ok(()), Flush::flush);
        done.map_err(|e| of_io(&e, Some(&self.path)).sign("memmap", location))
    }

    /// The mode: `"r"`, `"r+"`, `"w+"` or `"c"`.
    pub fn mode(&self) -> &'static str {
        self.mode
    }

    /// The absolute path of the file.
    pub fn filename(&self) -> &Path {
        &self.path
    }

    /// Where the data starts in the file, in bytes.
    pub fn offset(&self) -> u64 {
        self.offset
    }
}

impl From<&Memmap> for Operand {
    fn from(map: &Memmap) -> Operand {
        map.array().into()
    }
}
