//! Views by shape and strides: NumPy's `lib.stride_tricks`.

use numfuse_backends::runtime::Concrete;
use numfuse_ir::IndexMap;
use numfuse_ir::index_map::Strides;
use numfuse_ir::shape::{Shape, bytes_of, tuple};

use crate::array::Array;
use crate::array::build::call;
use crate::array::operand::{Dims, Operand};
use crate::error::raise;
use crate::options::{Axes, options};

options! {
    /// Options of [`as_strided`]; the bare value is `shape`.
    AsStridedOptions { shape: ShapeKey(Dims), strides: StridesKey(Dims) } bare shape dims;
    /// Options of [`sliding_window_view`]; the bare value is `axis`.
    SlidingWindowOptions { axis: Axis(Axes) } bare axis axes;
}

/// The memory of an array under another shape and other strides, in bytes. Strides that are
/// not given are the array's, or those of the shape if the array has no gaps. Evaluates. Anything outside of the memory that the array's value lies in is an error, where
/// NumPy reads what is there. The result is a value: assigning to it changes nothing else.
///
/// ```
/// use numfuse as np;
/// use np::lib::stride_tricks::{as_strided, sliding_window_view};
/// use np::prelude::*;
/// let a = np::arange(5, ..);
/// let toeplitz = as_strided(&a, shape([3, 3]).strides([8, 8]));
/// assert_eq!(toeplitz.slice(2).to_vec::<i64>()?, [2, 3, 4]);
/// assert!(as_strided(&a, shape([3, 4]).strides([8, 8])).check().is_err());
/// let means = sliding_window_view(&a, 3, ..).mean(-1);
/// assert_eq!(means.to_vec::<f64>()?, [1.0, 2.0, 3.0]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn as_strided(x: impl Into<Operand>, options: impl Into<AsStridedOptions>) -> Array {
    let (x, options) = (x.into(), options.into());
    call("as_strided", |cx| {
        let x = cx.array(x)?;
        let value = x.concrete()?;
        let size = value.dtype.itemsize() as i128;
        let shape: Shape = match &options.shape {
            Some(shape) => shape.lengths()?,
            None => value.map.shape.clone(),
        };
        // Without gaps stays without gaps.
        let mut strides = match value.map.is_contiguous() {
            true => numfuse_ir::index_map::contiguous_strides(&shape),
            false => value.map.strides.clone(),
        };
        if let Some(given) = &options.strides {
            strides.clear();
            for &step in &given.0 {
                match isize::try_from(step / size) {
                    Ok(elements) if step % size == 0 => strides.push(elements),
                    _ => return raise!(Value, "strides must be a multiple of the itemsize {size}"),
                }
            }
        }
        if strides.len() != shape.len() {
            return raise!(Value, "strides, if given, must be the same length as shape");
        }
        if bytes_of(&shape, value.dtype).is_none() {
            return raise!(
                Value,
                "array is too big; `arr.size * arr.dtype.itemsize` is larger than the maximum possible size."
            );
        }
        let map = IndexMap { offset: value.map.offset, shape, strides };
        let seen = Concrete { map, ..value };
        if !seen.inside() {
            return raise!(
                Value,
                "a view of shape {} with these strides reaches outside of the array's memory",
                tuple(&seen.map.shape)
            );
        }
        Ok(Array::ready(seen, cx.location))
    })
}

/// All windows of a shape that slide along axes (all unless given), as new last axes: each window axis
/// takes its length minus one from the axis it slides along. Evaluates; the windows share the array's
/// memory. See [`as_strided`].
#[track_caller]
pub fn sliding_window_view(
    x: impl Into<Operand>,
    window_shape: impl Into<Dims>,
    options: impl Into<SlidingWindowOptions>,
) -> Array {
    let (x, window, options) = (x.into(), window_shape.into(), options.into());
    call("sliding_window_view", |cx| {
        let x = cx.array(x)?;
        if window.0.iter().any(|&n| n < 0) {
            return raise!(Value, "`window_shape` cannot contain negative values");
        }
        let window = window.lengths()?;
        let ndim = x.0.shape.len();
        // An axis may come twice: then its windows slide in windows.
        let axes: Vec<usize> = match &options.axis {
            None | Some(Axes::All) => {
                if window.len() != ndim {
                    return raise!(
                        Value,
                        "Since axis is `None`, must provide window_shape for all dimensions of `x`; got {} window_shape elements and `x.ndim` is {ndim}.",
                        window.len()
                    );
                }
                (0..ndim).collect()
            }
            Some(Axes::One(axis)) => vec![crate::options::normalize_axis(*axis, ndim)?],
            Some(Axes::Many(axes)) => {
                let mut out = Vec::with_capacity(axes.len());
                for &axis in axes {
                    out.push(crate::options::normalize_axis(axis, ndim)?);
                }
                out
            }
        };
        if axes.len() != window.len() {
            return raise!(
                Value,
                "Must provide matching length window_shape and axis; got {} window_shape elements and {} axes elements.",
                window.len(),
                axes.len()
            );
        }
        let value = x.concrete()?;
        let mut map = value.map.clone();
        for (&axis, &n) in axes.iter().zip(&window) {
            if n > map.shape[axis] + usize::from(n == 0) {
                return raise!(Value, "window shape cannot be larger than input array shape");
            }
            map.shape[axis] = map.shape[axis] + 1 - n;
        }
        map.shape.extend_from_slice(&window);
        let steps: Strides = axes.iter().map(|&axis| value.map.strides[axis]).collect();
        map.strides.extend_from_slice(&steps);
        if bytes_of(&map.shape, value.dtype).is_none() || map.shape.len() > numfuse_ir::shape::MAX_NDIM {
            return raise!(
                Value,
                "array is too big; `arr.size * arr.dtype.itemsize` is larger than the maximum possible size."
            );
        }
        if map.shape.contains(&0) {
            map.offset = 0;
        }
        Ok(Array::ready(Concrete { map, ..value }, cx.location))
    })
}
