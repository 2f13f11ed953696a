//! What an array is in memory: its bytes, strides and flags, and the same bytes as another dtype.

use std::fmt;
use std::panic::Location;
use std::sync::Arc;

use numfuse_backends::runtime::{Access, Concrete};
use numfuse_ir::shape::{Shape, bytes_of};
use numfuse_ir::{DType, Ew, IndexMap, Kind, Scalar};

use super::build::{Cx, call};
use super::node::Locks;
use super::operand::{Operand, k};
use super::{Array, Dims, NdArray};
use crate::error::{Raised, Result, of_fault, raise};
use crate::index::change;
use crate::options::{Axes, normalize_axis, options};

options! {
    /// Options of [`Array::setflags`].
    SetflagsOptions { write: Write(bool), align: Align(bool), uic: Uic(bool) };
    /// Options of [`Array::resize`].
    ResizeInPlaceOptions { refcheck: Refcheck(bool) };
}

/// How an array lies in memory: NumPy's `flags`.
///
/// ```
/// use numfuse as np;
/// let a = np::array![[1, 2, 3], [4, 5, 6]];
/// let flags = a.t().flags()?;
/// assert!(flags.f_contiguous && !flags.c_contiguous && flags.writeable);
/// assert!(flags.to_string().starts_with("  C_CONTIGUOUS : False\n"));
/// # Ok::<(), np::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Flags {
    /// Rows first, without gaps.
    pub c_contiguous: bool,
    /// Columns first, without gaps.
    pub f_contiguous: bool,
    /// Whether it is all of its memory, in row-major order: [`Array::base`] is `None`.
    pub owndata: bool,
    /// Whether assignment is allowed: not for maps of files that are read only, nor after
    /// `setflags(write(false))`.
    pub writeable: bool,
    /// Whether elements lie at multiples of their size.
    pub aligned: bool,
    /// Never: arrays are values.
    pub writebackifcopy: bool,
}

impl Flags {
    /// Column-major and not row-major.
    pub fn fnc(&self) -> bool {
        self.f_contiguous && !self.c_contiguous
    }

    /// Column-major or row-major.
    pub fn forc(&self) -> bool {
        self.f_contiguous || self.c_contiguous
    }

    /// Aligned and writeable.
    pub fn behaved(&self) -> bool {
        self.aligned && self.writeable
    }

    /// Behaved and row-major.
    pub fn carray(&self) -> bool {
        self.behaved() && self.c_contiguous
    }

    /// Behaved and column-major, but not row-major.
    pub fn farray(&self) -> bool {
        self.behaved() && self.fnc()
    }

    /// All flags by NumPy's numbers, or-ed.
    pub fn num(&self) -> u32 {
        let bits = [
            (self.c_contiguous, 0x1),
            (self.f_contiguous, 0x2),
            (self.owndata, 0x4),
            (self.aligned, 0x100),
            (self.writeable, 0x400),
            (self.writebackifcopy, 0x2000),
        ];
        bits.iter().filter(|(on, _)| *on).map(|(_, bit)| bit).sum()
    }
}

/// NumPy's table, without a newline at its end.
impl fmt::Display for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = [
            ("C_CONTIGUOUS", self.c_contiguous),
            ("F_CONTIGUOUS", self.f_contiguous),
            ("OWNDATA", self.owndata),
            ("WRITEABLE", self.writeable),
            ("ALIGNED", self.aligned),
            ("WRITEBACKIFCOPY", self.writebackifcopy),
        ];
        let lines = rows.map(|(name, on)| format!("  {name} : {}", if on { "True" } else { "False" }));
        f.write_str(&lines.join("\n"))
    }
}

/// The bytes of a row-major value, from its first element on; see [`Array::data`].
#[derive(Clone, Debug)]
pub struct Data(Concrete);

impl Data {
    /// The address of the first element.
    pub fn as_ptr(&self) -> *const u8 {
        self.as_ref().as_ptr()
    }
}

impl AsRef<[u8]> for Data {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes().unwrap_or_default()
    }
}

impl std::ops::Deref for Data {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.as_ref()
    }
}

/// What C code needs to use an array; see [`Array::ctypes`].
#[derive(Clone, Debug)]
pub struct Ctypes {
    value: Concrete,
    /// Axis lengths, as C's `npy_intp`.
    pub shape: Vec<isize>,
    /// Steps between neighbours in bytes, as C's `npy_intp`.
    pub strides: Vec<isize>,
}

impl Ctypes {
    /// The address of element (0, …, 0), valid as long as this value lives. The memory is shared:
    /// reading is fine, writing is not.
    pub fn data(&self) -> *const u8 {
        let offset = self.value.map.offset * self.value.dtype.itemsize() as isize;
        self.value.buffer.as_ptr().wrapping_offset(offset)
    }
}

fn byte_strides(value: &Concrete) -> Vec<isize> {
    let size = value.dtype.itemsize() as isize;
    value.map.strides.iter().map(|s| s * size).collect()
}

fn by_columns(map: &IndexMap) -> bool {
    let turned = IndexMap {
        offset: map.offset,
        shape: map.shape.iter().rev().copied().collect(),
        strides: map.strides.iter().rev().copied().collect(),
    };
    turned.is_contiguous()
}

impl Array {
    /// Steps between neighbours along each axis, in bytes, of the value in memory. Evaluates.
    ///
    /// ```
    /// use numfuse as np;
    /// let a = np::array![[1, 2, 3], [4, 5, 6]];
    /// assert_eq!(a.strides()?, [12, 4]);
    /// assert_eq!(a.t().strides()?, [4, 12]);
    /// # Ok::<(), np::Error>(())
    /// ```
    #[track_caller]
    pub fn strides(&self) -> Result<Vec<isize>> {
        Ok(byte_strides(&self.concrete()?))
    }

    /// How the value lies in memory. Evaluates. See [`Flags`].
    #[track_caller]
    pub fn flags(&self) -> Result<Flags> {
        let value = self.concrete()?;
        Ok(Flags {
            c_contiguous: value.map.is_contiguous(),
            f_contiguous: by_columns(&value.map),
            owndata: !is_view(&value),
            writeable: !self.0.locks.read_only && value.buffer.access() != Access::Never,
            aligned: !self.0.locks.unaligned,
            writebackifcopy: false,
        })
    }

    /// Sets flags of this handle and of views made of it afterwards: `write(false)` makes assignments
    /// an error, until `write(true)`. `align` is only remembered. `uic(true)` is an error, and so is
    /// `write(true)` for a map of a file that is read only; the handle then carries it.
    ///
    /// ```
    /// use numfuse as np;
    /// use np::prelude::*;
    /// let mut a = np::zeros(3, ..);
    /// a.setflags(write(false));
    /// let mut b = a.clone();
    /// b.set(0, 1.0);
    /// assert_eq!(b.check().unwrap_err().detail().message, "assignment destination is read-only");
    /// a.setflags(write(true));
    /// a.set(0, 1.0);
    /// assert_eq!(a.to_vec::<f64>()?, [1.0, 0.0, 0.0]);
    /// # Ok::<(), np::Error>(())
    /// ```
    #[track_caller]
    pub fn setflags(&mut self, options: impl Into<SetflagsOptions>) {
        let options = options.into();
        *self = call("setflags", |cx| {
            let value = self.concrete()?;
            if options.uic == Some(true) {
                return raise!(Value, "cannot set WRITEBACKIFCOPY flag to True");
            }
            if options.write == Some(true) && value.buffer.access() == Access::Never {
                return raise!(Value, "cannot set WRITEABLE flag to True of this array");
            }
            let locks = Locks {
                read_only: options.write.map_or(self.0.locks.read_only, |on| !on),
                unaligned: options.align.map_or(self.0.locks.unaligned, |on| !on),
            };
            Ok(Array::ready(value, cx.location).locked(locks))
        });
    }

    /// The whole memory, in one dimension, of which this array is a part or another order; `None` if it
    /// is all of it, in row-major order. Evaluates.
    ///
    /// ```
    /// use numfuse as np;
    /// let a = np::arange(6, ..);
    /// a.eval()?;
    /// assert!(a.base()?.is_none());
    /// let part = a.slice(np::s![2..4]);
    /// assert_eq!(part.base()?.map(|b| b.size()), Some(6));
    /// # Ok::<(), np::Error>(())
    /// ```
    #[track_caller]
    pub fn base(&self) -> Result<Option<Array>> {
        let value = self.concrete()?;
        if !is_view(&value) {
            return Ok(None);
        }
        let map = IndexMap::contiguous(&[value.buffer.len_bytes() / value.dtype.itemsize()]);
        Ok(Some(Array::ready(Concrete { map, ..value }, Location::caller())))
    }

    /// The bytes of the elements in row-major order. Evaluates; a value in another order is copied.
    ///
    /// ```
    /// use numfuse as np;
    /// assert_eq!(&*np::array![1_i16, -1].data()?, [1, 0, 255, 255]);
    /// # Ok::<(), np::Error>(())
    /// ```
    #[track_caller]
    pub fn data(&self) -> Result<Data> {
        let (value, location) = (self.concrete()?, Location::caller());
        if value.map.is_contiguous() {
            return Ok(Data(value));
        }
        value.packed().map(Data).map_err(|fault| of_fault(fault).sign("data", location))
    }

    /// Address, shape and strides for C code. Evaluates.
    ///
    /// ```
    /// use numfuse as np;
    /// let c = np::arange(6, ..).reshape([2, 3]).ctypes()?;
    /// assert_eq!((c.shape.as_slice(), c.strides.as_slice()), (&[2, 3][..], &[24, 8][..]));
    /// assert!(!c.data().is_null());
    /// # Ok::<(), np::Error>(())
    /// ```
    #[track_caller]
    pub fn ctypes(&self) -> Result<Ctypes> {
        let value = self.concrete()?;
        let shape = value.map.shape.iter().map(|&n| n as isize).collect();
        Ok(Ctypes { shape, strides: byte_strides(&value), value })
    }

    /// Where the array is: always `"cpu"`.
    pub fn device(&self) -> &'static str {
        "cpu"
    }

    /// The array itself for `"cpu"`, an error for any other device.
    ///
    /// ```
    /// use numfuse as np;
    /// let a = np::ones(2, ..);
    /// assert_eq!(a.to_device("cpu").shape(), [2]);
    /// assert!(a.to_device("cuda").check().is_err());
    /// assert_eq!(a.device(), "cpu");
    /// ```
    #[track_caller]
    pub fn to_device(&self, device: &str) -> Array {
        call("to_device", |cx| match device {
            "cpu" => cx.array(self),
            other => raise!(Value, "Unsupported device: {other}. Only 'cpu' is accepted."),
        })
    }

    /// The same bytes as another dtype. Of another element size, they must follow each other along the
    /// last axis, whose length changes. Evaluates, and copies only if the new dtype asks for other
    /// alignment, or is bool.
    ///
    /// ```
    /// use numfuse as np;
    /// let a = np::array![1.0_f32, -2.0];
    /// assert_eq!(a.view(np::uint32).to_vec::<u32>()?, [0x3f80_0000, 0xc000_0000]);
    /// assert_eq!(a.view(np::uint16).shape(), [4]);
    /// assert!(a.view(np::complex128).check().is_err());
    /// assert_eq!(np::array![1_i16, 256].byteswap().to_vec::<i16>()?, [256, 1]);
    /// # Ok::<(), np::Error>(())
    /// ```
    #[track_caller]
    pub fn view(&self, dtype: DType) -> Array {
        call("view", |cx| viewed(cx, self, dtype))
    }

    /// The bytes of every element (of each part of a complex one) in reverse order. Integers stay lazy.
    /// See [`Array::view`].
    #[track_caller]
    pub fn byteswap(&self) -> Array {
        call("byteswap", |cx| {
            let dtype = cx.array(self)?.0.dtype;
            let parts = if dtype.kind() == Kind::Complex { 2 } else { 1 };
            let bits = match dtype.itemsize() / parts {
                1 => return Ok(self.clone()),
                2 => DType::U16,
                4 => DType::U32,
                _ => DType::U64,
            };
            if dtype.is_integer() {
                return cx.cast(&swapped(cx, &cx.cast(self, bits)?)?, dtype);
            }
            // A complex number seen as its parts needs an axis of its own.
            let mut shape = self.0.shape.clone();
            shape.push(1);
            let whole = match parts {
                1 => self.clone(),
                _ => crate::copy(cx.reshape(self, &shape)?, ..),
            };
            let swapped = swapped(cx, &viewed(cx, &whole, bits)?)?;
            let back = viewed(cx, &swapped, dtype)?;
            cx.reshape(&back, &self.0.shape)
        })
    }

    /// One element as a number: at a row-major position, at one position per axis, or the only one
    /// (`..`). [`Array::item`] gives it as a Rust type.
    ///
    /// ```
    /// use numfuse as np;
    /// let a = np::arange(6, ..).reshape([2, 3]);
    /// assert_eq!(a.item_at(4)?, np::Scalar::new(4_i64));
    /// assert_eq!(a.item_at([1, -1])?, np::Scalar::new(5_i64));
    /// assert!(a.item_at(..).is_err());
    /// # Ok::<(), np::Error>(())
    /// ```
    #[track_caller]
    pub fn item_at(&self, index: impl Into<Axes>) -> Result<Scalar> {
        let (index, location) = (index.into(), Location::caller());
        let value = self.eval()?;
        let position = position(&index, value.shape()).map_err(|raise| raise.sign("item", location))?;
        Ok(value.get_flat(position))
    }

    /// Another shape, in place: elements are kept in row-major order, and zeros follow. An error if
    /// another handle or view shares the memory, unless `refcheck(false)`: those keep their value either
    /// way.
    ///
    /// ```
    /// use numfuse as np;
    /// use np::prelude::*;
    /// let mut a = np::array![1, 2, 3];
    /// a.resize([2, 2], ..);
    /// assert_eq!(a.to_vec::<i32>()?, [1, 2, 3, 0]);
    /// let mut b = a.clone();
    /// b.resize(2, ..);
    /// assert!(b.check().is_err());
    /// # Ok::<(), np::Error>(())
    /// ```
    #[track_caller]
    pub fn resize(&mut self, new_shape: impl Into<Dims>, options: impl Into<ResizeInPlaceOptions>) {
        let (shape, options) = (new_shape.into(), options.into());
        let held = Arc::strong_count(&self.0) > 1;
        change("resize", self, |cx, a| {
            let shape = shape.lengths()?;
            if bytes_of(&shape, a.0.dtype).is_none() {
                return raise!(
                    Value,
                    "array is too big; `arr.size * arr.dtype.itemsize` is larger than the maximum possible size."
                );
            }
            let shared = held || a.is_evaluated() && Arc::strong_count(&a.concrete()?.buffer) > 2;
            if shared && options.refcheck.unwrap_or(true) {
                return raise!(
                    Value,
                    "cannot resize an array that references or is referenced\nby another array in this way.\nUse the np.resize function or refcheck=False"
                );
            }
            *a = resized(cx, a, &shape)?;
            Ok(())
        });
    }
}

/// Whether an array is not its whole memory in row-major order.
fn is_view(value: &Concrete) -> bool {
    let all = value.map.is_contiguous() && value.map.offset == 0;
    let whole = all && value.len() * value.dtype.itemsize() == value.buffer.len_bytes();
    !whole && !value.is_empty()
}

fn viewed(cx: Cx, a: &Array, dtype: DType) -> Raised<Array> {
    let a = cx.array(a)?;
    if a.0.dtype == dtype {
        return Ok(a);
    }
    let value = a.concrete()?.viewed(dtype).map_err(of_fault)?;
    Ok(Array::ready(value, cx.location).locked(a.0.locks))
}

/// Unsigned integers with their bytes in reverse order: neighbours change places, then neighbouring pairs,
/// and so on (H. S. Warren, "Hacker's Delight", 7-1).
fn swapped(cx: Cx, a: &Array) -> Raised<Array> {
    let dtype = a.0.dtype;
    let bits = dtype.itemsize() as i128 * 8;
    let mut value = a.clone();
    let mut width = 8;
    while width < bits {
        // Every second group of `width` bits.
        let mask = (0..bits / (2 * width)).fold(0i128, |mask, i| mask | ((1i128 << width) - 1) << (2 * width * i));
        let number = |n: i128| {
            Ok::<Operand, crate::error::Raise>(Operand(super::operand::Arg::Strong(
                super::operand::Weak::Int(n).to_dtype(dtype)?,
            )))
        };
        let low = cx.bin(Ew::LeftShift, cx.bin(Ew::BitwiseAnd, &value, number(mask)?)?, k(width as i64))?;
        let high = cx.bin(Ew::BitwiseAnd, cx.bin(Ew::RightShift, &value, k(width as i64))?, number(mask)?)?;
        value = cx.bin(Ew::BitwiseOr, &low, &high)?;
        width *= 2;
    }
    Ok(value)
}

fn position(index: &Axes, shape: &[usize]) -> Raised<usize> {
    let size: usize = shape.iter().product();
    let indices = match index {
        Axes::All if size == 1 => return Ok(0),
        Axes::All => return raise!(Value, "can only convert an array of size 1 to a Python scalar"),
        Axes::One(i) => {
            let n = size as i64;
            return match normalize_axis(*i, size) {
                Ok(position) => Ok(position),
                Err(_) => raise!(Index, "index {i} is out of bounds for size {n}"),
            };
        }
        Axes::Many(indices) => indices,
    };
    match (&indices[..], shape.len()) {
        ([], _) => return position(&Axes::All, shape),
        ([one], ndim) if ndim != 1 => return position(&Axes::One(*one), shape),
        (all, ndim) if all.len() != ndim => return raise!(Value, "incorrect number of indices for array"),
        _ => {}
    }
    let mut at = 0;
    for (axis, (&i, &n)) in indices.iter().zip(shape).enumerate() {
        match normalize_axis(i, n) {
            Ok(i) => at = at * n + i,
            Err(_) => return raise!(Index, "index {i} is out of bounds for axis {axis} with size {n}"),
        }
    }
    Ok(at)
}

fn resized(cx: Cx, a: &Array, shape: &Shape) -> Raised<Array> {
    let (old, new) = (a.0.shape.iter().product::<usize>(), shape.iter().product::<usize>());
    let flat = cx.reshape(a, &[old])?;
    let flat = match new.checked_sub(old) {
        None => crate::manip::part(cx, &flat, 0, 0, new)?,
        Some(0) => flat,
        Some(more) => cx.concat(&[flat, cx.full(&[more], &k(0), a.0.dtype)?], 0)?,
    };
    cx.reshape(&flat, shape)
}

/// The values of two arguments, for questions about their memory.
fn both(a: Operand, b: Operand, name: &'static str, location: &'static Location<'static>) -> Result<[Concrete; 2]> {
    let value = |operand: Operand| -> Raised<Concrete> { Ok(Cx { location }.array(operand)?.concrete()?) };
    let both = value(a).and_then(|a| Ok([a, value(b)?]));
    both.map_err(|raise| raise.sign(name, location))
}

/// Whether the memory of two arrays may overlap: whether the stretches do from their first to their last
/// byte. Evaluates both. Since arrays are values, this says what is stored twice, and nothing about
/// what a change of one does to the other.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// let a = np::arange(6, ..);
/// a.eval()?; // what is still to be computed has no memory to share
/// let (even, odd) = (a.slice(s![..;2]), a.slice(s![1..;2]));
/// assert!(np::may_share_memory(&even, &odd)?);
/// assert!(!np::shares_memory(&even, &odd)?);
/// assert!(np::shares_memory(&even, &a)?);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn may_share_memory(a: impl Into<Operand>, b: impl Into<Operand>) -> Result<bool> {
    let [a, b] = both(a.into(), b.into(), "may_share_memory", Location::caller())?;
    Ok(match (a.reach(), b.reach()) {
        (Some(a), Some(b)) => a.0.max(b.0) < a.1.min(b.1),
        _ => false,
    })
}

/// Whether two arrays have a byte of memory in common: exactly, in time and memory linear in their size.
/// See [`may_share_memory`].
#[track_caller]
pub fn shares_memory(a: impl Into<Operand>, b: impl Into<Operand>) -> Result<bool> {
    let location = Location::caller();
    let [a, b] = both(a.into(), b.into(), "shares_memory", location)?;
    a.shares(&b).map_err(|fault| of_fault(fault).sign("shares_memory", location))
}

impl From<Data> for Vec<u8> {
    fn from(data: Data) -> Vec<u8> {
        data.to_vec()
    }
}

impl NdArray {
    /// The bytes of the elements; see [`Array::data`].
    pub fn data(&self) -> Result<Data> {
        Array::from(self).data()
    }
}
