//! Discrete Fourier transforms: `numpy.fft`.
//!
//! Transforms are lazy: a call builds a node, and what comes before and after it fuses. Any length works,
//! also primes. `float32` and `complex64` are transformed in single precision, `float16` too; integers and bools in
//! `float64`.
//!
//! `norm` says where the factor 1/n goes: `"backward"` (the default) on inverse transforms, `"forward"` on
//! forward ones, `"ortho"` its square root on both.
//!
//! ```
//! use numfuse as np;
//! use np::prelude::*;
//! let t = np::arange(64, ..) / 64.0;
//! let spectrum = np::fft::rfft(np::sin(2.0 * np::pi * &t), ..);
//! assert_eq!(spectrum.shape(), [33]);
//! assert!((np::abs(&spectrum).slice(1).item::<f64>()? - 32.0).abs() < 1e-12);
//! assert!(np::allclose(np::fft::irfft(&spectrum, 64), np::sin(2.0 * np::pi * &t), ..).item::<bool>()?);
//! assert_eq!(np::fft::fftfreq(4, 0.5).to_vec::<f64>()?, [0.0, 0.5, -1.0, -0.5]);
//! # Ok::<(), np::Error>(())
//! ```

use numfuse_ir::{DType, Ew, HostOp, Kind, Slice};
use smallvec::SmallVec;

use crate::array::build::{Cx, call};
use crate::array::operand::{Dims, Operand};
use crate::array::{Array, build::checked_size};
use crate::error::{Class, Raise, Raised, raise};
use crate::options::{Axes, Int, normalize_axis, options};

options! {
    /// Options of transforms along one axis; the bare value is `n`, the number of points: input is cropped or
    /// padded with zeros.
    FftOptions { n: NKey(Int), axis: Axis(Axes), norm: NormKey(&'static str) } bare n int;
    /// Options of transforms along several axes; the bare value is `s`, the number of points along each.
    FftnOptions { s: SKey(Dims), axes: AxesKey(Axes), norm: NormKey(&'static str) } bare s dims;
    /// Options of [`fftfreq`] and [`rfftfreq`]; the bare value is `d`, the spacing of samples.
    FreqOptions { d: DKey(f64) } bare d float;
    /// Options of [`fftshift`] and [`ifftshift`]; the bare value is `axes`.
    ShiftOptions { axes: AxesKey(Axes) } bare axes axes;
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Norm {
    Backward,
    Ortho,
    Forward,
}

impl Norm {
    fn new(name: Option<&str>) -> Raised<Norm> {
        match name {
            None | Some("backward") => Ok(Norm::Backward),
            Some("ortho") => Ok(Norm::Ortho),
            Some("forward") => Ok(Norm::Forward),
            Some(other) => {
                raise!(Value, "Invalid norm value {other}; should be \"backward\", \"ortho\" or \"forward\".")
            }
        }
    }

    /// The norm that gives the factor of the other direction.
    fn swapped(self) -> Norm {
        match self {
            Norm::Backward => Norm::Forward,
            Norm::Ortho => Norm::Ortho,
            Norm::Forward => Norm::Backward,
        }
    }

    fn factor(self, n: usize, forward: bool) -> f64 {
        match (self, forward) {
            (Norm::Ortho, _) => 1.0 / (n as f64).sqrt(),
            (Norm::Forward, true) | (Norm::Backward, false) => 1.0 / n as f64,
            _ => 1.0,
        }
    }
}

/// The real dtype in which a dtype is transformed.
fn precision(dtype: DType) -> DType {
    match dtype {
        DType::F16 | DType::F32 | DType::C64 => DType::F32,
        _ => DType::F64,
    }
}

/// Which kernel.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Transform {
    Complex { forward: bool },
    Real,
    InverseReal,
}

/// A transform along one axis. `n` is the number of points of the real or complex signal.
fn along(cx: Cx, a: &Array, kind: Transform, n: Option<i64>, axis: i64, norm: Norm) -> Raised<Array> {
    let ndim = a.0.shape.len();
    let axis = match normalize_axis(axis, ndim) {
        Ok(axis) => axis,
        Err(_) if n.is_none() => return raise!(Index, "tuple index out of range"),
        Err(raise) => return Err(raise),
    };
    let length = a.0.shape[axis] as i64;
    let own = if kind == Transform::InverseReal { 2 * (length - 1) } else { length };
    let n = n.unwrap_or(own);
    if n < 1 {
        return raise!(Value, "Invalid number of FFT data points ({n}) specified.");
    }
    let n = n as usize;
    let real = precision(a.0.dtype);
    let mut shape = a.0.shape.clone();
    let (op, operand, dtype, points, forward) = match kind {
        Transform::Complex { forward } => (HostOp::Fft, real.complex(), real.complex(), n, forward),
        Transform::Real => {
            if a.0.dtype.kind() == Kind::Complex {
                let odd = if n.is_multiple_of(2) { "even" } else { "odd" };
                return raise!(
                    DType,
                    "ufunc 'rfft_n_{odd}' not supported for the input types, and the inputs could not be safely coerced to any supported types according to the casting rule ''safe''"
                );
            }
            (HostOp::Rfft, real, real.complex(), n / 2 + 1, true)
        }
        Transform::InverseReal => (HostOp::Irfft, real.complex(), real, n, false),
    };
    shape[axis] = points;
    checked_size(&shape)?;
    // NumPy has the factor in the dtype of the operand.
    let factor = match (norm.factor(n, forward), a.0.dtype) {
        (x, DType::F16) => half::f16::from_f64(x).to_f64(),
        (x, _) => x,
    };
    let params = [axis as i64, n as i64, i64::from(forward), factor.to_bits() as i64];
    let [out] = cx.host(op, &params, &[&cx.cast(a, operand)?], [(dtype, shape)])?;
    // Real results of half precision are half precision again.
    if a.0.dtype == DType::F16 && kind == Transform::InverseReal { cx.cast(&out, DType::F16) } else { Ok(out) }
}

fn single(o: &FftOptions) -> Raised<(Option<i64>, i64, Norm)> {
    let axis = match &o.axis {
        None => -1,
        Some(Axes::One(axis)) => *axis,
        Some(_) => return raise!(DType, "a transform takes one axis"),
    };
    Ok((o.n.map(|n| n.0), axis, Norm::new(o.norm)?))
}

macro_rules! transforms {
    ($($(#[$doc:meta])* $name:ident($Options:ident) |$cx:ident, $a:ident, $o:ident| $body:expr;)*) => {$(
        $(#[$doc])*
        #[track_caller]
        pub fn $name(a: impl Into<Operand>, options: impl Into<$Options>) -> Array {
            let (a, $o) = (a.into(), options.into());
            call(concat!("fft.", stringify!($name)), |$cx| {
                let $a = $cx.array(a)?;
                $body
            })
        }
    )*};
}

transforms! {
    /// The transform along one axis. See the [module](crate::fft) for an example.
    fft(FftOptions) |cx, a, o| {
        let (n, axis, norm) = single(&o)?;
        along(cx, &a, Transform::Complex { forward: true }, n, axis, norm)
    };
    /// The inverse of [`fft()`].
    ifft(FftOptions) |cx, a, o| {
        let (n, axis, norm) = single(&o)?;
        along(cx, &a, Transform::Complex { forward: false }, n, axis, norm)
    };
    /// The transform of real numbers: its `n / 2 + 1` non-negative frequencies.
    rfft(FftOptions) |cx, a, o| {
        let (n, axis, norm) = single(&o)?;
        along(cx, &a, Transform::Real, n, axis, norm)
    };
    /// The inverse of [`rfft`]. An odd number of points must be given: it does not follow from the frequencies.
    irfft(FftOptions) |cx, a, o| {
        let (n, axis, norm) = single(&o)?;
        along(cx, &a, Transform::InverseReal, n, axis, norm)
    };
    /// The transform of a signal that is Hermitian in time: its real spectrum.
    hfft(FftOptions) |cx, a, o| {
        let (n, axis, norm) = single(&o)?;
        along(cx, &cx.un(Ew::Conjugate, &a)?, Transform::InverseReal, n, axis, norm.swapped())
    };
    /// The inverse of [`hfft`].
    ihfft(FftOptions) |cx, a, o| {
        let (n, axis, norm) = single(&o)?;
        cx.un(Ew::Conjugate, &along(cx, &a, Transform::Real, n, axis, norm.swapped())?)
    };
    /// The transform along the last two axes, or two others.
    fft2(FftnOptions) |cx, a, o| complex_n(cx, a, &plane(o), true);
    /// The inverse of [`fft2`].
    ifft2(FftnOptions) |cx, a, o| complex_n(cx, a, &plane(o), false);
    /// The transform along all axes, or some: the last ones if only `s` is given.
    fftn(FftnOptions) |cx, a, o| complex_n(cx, a, &o, true);
    /// The inverse of [`fftn`].
    ifftn(FftnOptions) |cx, a, o| complex_n(cx, a, &o, false);
    /// The transform of real numbers along two axes; of the last one, the non-negative frequencies.
    rfft2(FftnOptions) |cx, a, o| real_n(cx, a, &plane(o));
    /// The inverse of [`rfft2`].
    irfft2(FftnOptions) |cx, a, o| inverse_real_n(cx, a, &plane(o));
    /// The transform of real numbers along several axes; of the last one, the non-negative frequencies.
    rfftn(FftnOptions) |cx, a, o| real_n(cx, a, &o);
    /// The inverse of [`rfftn`].
    irfftn(FftnOptions) |cx, a, o| inverse_real_n(cx, a, &o);
}

fn plane(mut o: FftnOptions) -> FftnOptions {
    o.axes.get_or_insert_with(|| [-2, -1].into());
    o
}

/// The axes in order, and the points along each.
fn several(a: &Array, o: &FftnOptions, inverse_real: bool) -> Raised<(Vec<i64>, Vec<i64>, Norm)> {
    let ndim = a.0.shape.len() as i64;
    let given: Option<Vec<i64>> = o.s.as_ref().map(|s| s.0.iter().map(|&n| n as i64).collect());
    let axes: Vec<i64> = match (&o.axes, &given) {
        (Some(Axes::One(axis)), _) => vec![*axis],
        (Some(Axes::Many(axes)), _) => axes.to_vec(),
        (_, Some(s)) => (-(s.len() as i64)..0).collect(),
        (_, None) => (0..ndim).collect(),
    };
    // NumPy takes from the array of lengths.
    let length = |axis: i64| match normalize_axis(axis, ndim as usize) {
        Ok(axis) => Ok(a.0.shape[axis] as i64),
        Err(_) if ndim == 0 => raise!(Index, "cannot do a non-empty take from an empty axes."),
        Err(_) => raise!(Index, "index {axis} is out of bounds for axis 0 with size {ndim}"),
    };
    let mut s: Vec<i64> = axes.iter().map(|&axis| length(axis)).collect::<Raised<_>>()?;
    if inverse_real
        && given.is_none()
        && let Some(last) = s.last_mut()
    {
        *last = (*last - 1) * 2;
    }
    if let Some(given) = given {
        if given.len() != axes.len() {
            return raise!(Value, "Shape and axes have different lengths.");
        }
        for (own, n) in s.iter_mut().zip(given) {
            // -1 means all points.
            if n != -1 {
                *own = n;
            }
        }
    }
    Ok((axes, s, Norm::new(o.norm)?))
}

fn complex_n(cx: Cx, mut a: Array, o: &FftnOptions, forward: bool) -> Raised<Array> {
    let (axes, s, norm) = several(&a, o, false)?;
    for (&axis, &n) in axes.iter().zip(&s).rev() {
        a = along(cx, &a, Transform::Complex { forward }, Some(n), axis, norm)?;
    }
    Ok(a)
}

fn real_n(cx: Cx, a: Array, o: &FftnOptions) -> Raised<Array> {
    let (axes, s, norm) = several(&a, o, false)?;
    let (Some((&last, axes)), Some((&n, s))) = (axes.split_last(), s.split_last()) else {
        return raise!(Index, "list index out of range");
    };
    let mut a = along(cx, &a, Transform::Real, Some(n), last, norm)?;
    for (&axis, &n) in axes.iter().zip(s).rev() {
        a = along(cx, &a, Transform::Complex { forward: true }, Some(n), axis, norm)?;
    }
    Ok(a)
}

fn inverse_real_n(cx: Cx, mut a: Array, o: &FftnOptions) -> Raised<Array> {
    let (axes, s, norm) = several(&a, o, true)?;
    let (Some((&last, axes)), Some((&n, s))) = (axes.split_last(), s.split_last()) else {
        return raise!(Index, "list index out of range");
    };
    for (&axis, &n) in axes.iter().zip(s) {
        a = along(cx, &a, Transform::Complex { forward: false }, Some(n), axis, norm)?;
    }
    along(cx, &a, Transform::InverseReal, Some(n), last, norm)
}

/// The frequencies of the results of [`fft()`] for `n` samples that are `d` apart: 0 first, the negative ones at the end.
///
/// ```
/// use numfuse as np;
/// let f = np::fft::fftfreq(5, ..);
/// assert_eq!(f.to_vec::<f64>()?, [0.0, 0.2, 0.4, -0.4, -0.2]);
/// assert_eq!(np::fft::fftshift(&f, ..).to_vec::<f64>()?, [-0.4, -0.2, 0.0, 0.2, 0.4]);
/// assert_eq!(np::fft::rfftfreq(5, ..).to_vec::<f64>()?, [0.0, 0.2, 0.4]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn fftfreq(n: impl Into<Int>, options: impl Into<FreqOptions>) -> Array {
    let (n, o) = (n.into().0, options.into());
    call("fft.fftfreq", |cx| {
        let (length, step) = frequencies(n, &o)?;
        let index = cx.iota(length, 0, 1)?;
        let size = cx.array(cx.param(numfuse_ir::Scalar::new(n)))?;
        let half = cx.array(cx.param(numfuse_ir::Scalar::new((n + 1) / 2)))?;
        let negative = cx.bin(Ew::Subtract, &index, &size)?;
        let signed = cx.select(&cx.bin(Ew::Less, &index, &half)?, &index, &negative, DType::I64)?;
        cx.bin(Ew::Multiply, &signed, cx.param(numfuse_ir::Scalar::new(step)))
    })
}

/// The frequencies of the results of [`rfft`]. See [`fftfreq`] for an example.
#[track_caller]
pub fn rfftfreq(n: impl Into<Int>, options: impl Into<FreqOptions>) -> Array {
    let (n, o) = (n.into().0, options.into());
    call("fft.rfftfreq", |cx| {
        let (length, step) = frequencies(n, &o)?;
        let index = cx.iota(length / 2 + 1, 0, 1)?;
        cx.bin(Ew::Multiply, &index, cx.param(numfuse_ir::Scalar::new(step)))
    })
}

/// The length and the lowest frequency.
fn frequencies(n: i64, o: &FreqOptions) -> Raised<(usize, f64)> {
    let period = n as f64 * o.d.unwrap_or(1.0);
    if period == 0.0 {
        return raise!(ZeroDivision, "float division by zero");
    }
    match usize::try_from(n) {
        Ok(length) => Ok((length, 1.0 / period)),
        Err(_) => raise!(Value, "negative dimensions are not allowed"),
    }
}

/// The zero frequency moved to the middle. See [`fftfreq`] for an example.
#[track_caller]
pub fn fftshift(x: impl Into<Operand>, options: impl Into<ShiftOptions>) -> Array {
    let (x, o) = (x.into(), options.into());
    call("fft.fftshift", |cx| shifted(cx, cx.array(x)?, &o, |n| n - n / 2))
}

/// The inverse of [`fftshift`].
#[track_caller]
pub fn ifftshift(x: impl Into<Operand>, options: impl Into<ShiftOptions>) -> Array {
    let (x, o) = (x.into(), options.into());
    call("fft.ifftshift", |cx| shifted(cx, cx.array(x)?, &o, |n| n / 2))
}

/// An axis counted from the front, with the error of an index into the shape.
fn existing(axis: i64, ndim: usize) -> Raised<usize> {
    normalize_axis(axis, ndim).map_err(|_| Raise::New(Class::Index, "tuple index out of range".into()))
}

/// Each axis cut at a position, its parts exchanged.
fn shifted(cx: Cx, mut x: Array, o: &ShiftOptions, cut: impl Fn(usize) -> usize) -> Raised<Array> {
    let ndim = x.0.shape.len();
    if ndim == 0 {
        return raise!(Value, "not enough values to unpack (expected 2, got 0)");
    }
    let axes: SmallVec<[usize; 4]> = match &o.axes {
        None | Some(Axes::All) => (0..ndim).collect(),
        Some(Axes::One(axis)) => smallvec::smallvec![existing(*axis, ndim)?],
        Some(Axes::Many(axes)) => axes.iter().map(|&a| existing(a, ndim)).collect::<Raised<_>>()?,
    };
    for axis in axes {
        let n = x.0.shape[axis];
        let at = cut(n);
        if at == 0 || at == n {
            continue;
        }
        let part = |start: usize, length: usize| -> Raised<Array> {
            let mut slices: SmallVec<[Slice; 4]> = SmallVec::from_elem(Slice { start: 0, step: 1 }, ndim);
            slices[axis].start = start;
            let mut shape = x.0.shape.clone();
            shape[axis] = length;
            cx.slice(&x, slices, shape)
        };
        x = cx.concat(&[part(at, n - at)?, part(0, at)?], axis)?;
    }
    Ok(x)
}
