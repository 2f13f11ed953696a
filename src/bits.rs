//! Bits as elements, and eight of them in a byte.

use numfuse_ir::{DType, Ew};

use crate::array::Array;
use crate::array::build::{Cx, call, checked_size};
use crate::array::operand::{Operand, k};
use crate::error::{Raised, raise};
use crate::options::{Axes, Int, normalize_axis, options};

options! {
    /// Options of [`packbits`]; the bare value is `axis`. Without one the array is flattened.
    PackOptions { axis: Axis(Axes), bitorder: Bitorder(&'static str) } bare axis axes;
    /// Options of [`unpackbits`]; the bare value is `axis`. Without one the array is flattened.
    UnpackOptions { axis: Axis(Axes), count: Count(Int), bitorder: Bitorder(&'static str) } bare axis axes;
}

/// The axis to work on as the last one, and where it was.
fn last(cx: Cx, a: &Array, axis: &Option<Axes>) -> Raised<(Array, usize)> {
    let ndim = a.0.shape.len();
    let axis = match axis {
        None | Some(Axes::All) => return Ok((cx.reshape(a, &[checked_size(&a.0.shape)?])?, 0)),
        // A number has an axis here.
        Some(Axes::One(0 | -1)) if ndim == 0 => return Ok((cx.reshape(a, &[1])?, 0)),
        Some(Axes::One(axis)) => normalize_axis(*axis, ndim)?,
        Some(Axes::Many(axes)) if axes.len() == 1 => normalize_axis(axes[0], ndim)?,
        Some(Axes::Many(_)) => return raise!(DType, "bits are packed along one axis"),
    };
    let mut order: Vec<usize> = (0..ndim).filter(|&d| d != axis).collect();
    order.push(axis);
    Ok((cx.permute(a, &order)?, axis))
}

fn restored(cx: Cx, a: &Array, axis: usize) -> Raised<Array> {
    let mut order: Vec<usize> = (0..a.0.shape.len() - 1).collect();
    order.insert(axis, order.len());
    cx.permute(a, &order)
}

/// The place of each bit in its byte, in the order of the elements.
fn places(order: Option<&str>, wanted: &str) -> Raised<[u8; 8]> {
    match order {
        None | Some("big") => Ok([7, 6, 5, 4, 3, 2, 1, 0]),
        Some("little") => Ok([0, 1, 2, 3, 4, 5, 6, 7]),
        Some(_) => raise!(Value, "'order' must {wanted}"),
    }
}

/// The last axis made longer with zeros.
fn padded(cx: Cx, a: &Array, n: usize) -> Raised<Array> {
    let axis = a.0.shape.len() - 1;
    let mut missing = a.0.shape.clone();
    missing[axis] = n.saturating_sub(a.0.shape[axis]);
    if missing[axis] == 0 {
        return Ok(a.clone());
    }
    checked_size(&missing)?;
    let zeros = cx.full(&missing, &k(0), a.0.dtype)?;
    if a.0.shape[axis] == 0 { Ok(zeros) } else { cx.concat(&[a.clone(), zeros], axis) }
}

/// Eight elements in a byte: a bit is set where an integer or bool is not 0. The first element is the highest bit, or
/// with `bitorder("little")` the lowest; missing ones at the end count as 0.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// let bits = np::array![1, 0, 0, 0, 0, 0, 1, 1, 1];
/// assert_eq!(np::packbits(&bits, ..).to_vec::<u8>()?, [131, 128]);
/// assert_eq!(np::packbits(&bits, bitorder("little")).to_vec::<u8>()?, [193, 1]);
/// let bytes = np::array![131_u8, 128];
/// assert_eq!(np::unpackbits(&bytes, count(9)).to_vec::<u8>()?, [1, 0, 0, 0, 0, 0, 1, 1, 1]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn packbits(a: impl Into<Operand>, options: impl Into<PackOptions>) -> Array {
    let (a, o) = (a.into(), options.into());
    call("packbits", |cx| {
        let a = cx.array(a)?;
        if a.0.dtype.is_inexact() {
            return raise!(DType, "Expected an input array of integer or boolean data type");
        }
        let values = places(o.bitorder, "be either 'little' or 'big'")?.map(|place| 1_u8 << place);
        let (a, axis) = last(cx, &a, &o.axis)?;
        let bits = cx.cast(&cx.cast(&a, DType::Bool)?, DType::U8)?;
        let end = bits.0.shape.len() - 1;
        let bytes = bits.0.shape[end].div_ceil(8);
        let bits = padded(cx, &bits, bytes * 8)?;
        let mut shape = bits.0.shape.to_vec();
        shape[end] = bytes;
        shape.push(8);
        let products = cx.bin(Ew::Multiply, &cx.reshape(&bits, &shape)?, values)?;
        let sums = crate::sum(&products, crate::options::axis(-1).dtype(DType::U8));
        sums.check()?;
        restored(cx, &sums, axis)
    })
}

/// The bits of bytes as elements 0 and 1 (`uint8`), in the order of [`packbits`]. `count` says how many to give:
/// fewer, or more with zeros at the end; a negative one leaves so many out at the end.
#[track_caller]
pub fn unpackbits(a: impl Into<Operand>, options: impl Into<UnpackOptions>) -> Array {
    let (a, o) = (a.into(), options.into());
    call("unpackbits", |cx| {
        let a = cx.array(a)?;
        if a.0.dtype != DType::U8 {
            return raise!(DType, "Expected an input array of unsigned byte data type");
        }
        let shifts = places(o.bitorder, "begin with 'l' or 'b'")?;
        let (a, axis) = last(cx, &a, &o.axis)?;
        let end = a.0.shape.len() - 1;
        let n = a.0.shape[end];
        let mut shape = a.0.shape.to_vec();
        shape.push(1);
        let shifted = cx.bin(Ew::RightShift, &cx.reshape(&a, &shape)?, shifts)?;
        let bits = cx.bin(Ew::BitwiseAnd, &shifted, k(1))?;
        shape.pop();
        shape[end] = match n.checked_mul(8) {
            Some(bits) => bits,
            None => return raise!(Value, "Maximum allowed size exceeded"),
        };
        let mut bits = cx.reshape(&bits, &shape)?;
        if let Some(Int(count)) = o.count {
            let wanted = if count < 0 { shape[end] as i64 + count } else { count };
            let Ok(wanted) = usize::try_from(wanted) else {
                return raise!(Value, "-count larger than number of elements");
            };
            bits = match wanted <= shape[end] {
                true => cx.part(&bits, end, 0, wanted)?,
                false => padded(cx, &bits, wanted)?,
            };
        }
        restored(cx, &bits, axis)
    })
}
