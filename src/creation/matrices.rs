//! Matrices with a pattern: diagonals and powers.

use numfuse_ir::{DType, Ew, Scalar};

use crate::array::Array;
use crate::array::build::{Cx, call, checked_size};
use crate::array::operand::{Operand, k};
use crate::error::{Raised, raise};
use crate::options::{Int, options};

options! {
    /// Options of [`diag`] and [`diagflat`]; the bare value is `k`, the diagonal.
    DiagOptions { k: KKey(Int) } bare k int;
    /// Options of [`vander`]; the bare value is `n`, the number of columns.
    VanderOptions { n: NKey(Int), increasing: Increasing(bool) } bare n int;
}

/// The diagonal of a matrix, or the square matrix that has a vector as its diagonal: the main one, or
/// the `k`-th above it.
///
/// ```
/// use numfuse as np;
/// let d = np::diag([1, 2], ..);
/// assert_eq!(d.to_vec::<i32>()?, [1, 0, 0, 2]);
/// assert_eq!(np::diag(&d, ..).to_vec::<i32>()?, [1, 2]);
/// assert_eq!(np::diag([7], -1).to_vec::<i32>()?, [0, 0, 7, 0]);
/// assert_eq!(np::diagflat([[1, 2], [3, 4]], ..).shape(), [4, 4]);
/// assert_eq!(np::vander([1, 2, 3], ..).to_vec::<i64>()?, [1, 1, 1, 4, 2, 1, 9, 3, 1]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn diag(v: impl Into<Operand>, options: impl Into<DiagOptions>) -> Array {
    let (v, options) = (v.into(), options.into());
    call("diag", |cx| {
        let v = cx.array(v)?;
        let diagonal = options.k.unwrap_or_default();
        match v.0.shape.len() {
            1 => with_diagonal(cx, &v, diagonal.0),
            2 => {
                let picked = crate::diagonal(&v, crate::options::offset(diagonal));
                picked.check()?;
                Ok(picked)
            }
            _ => raise!(Value, "Input must be 1- or 2-d."),
        }
    })
}

/// The square matrix that has the flattened array as a diagonal. See [`diag`].
#[track_caller]
pub fn diagflat(v: impl Into<Operand>, options: impl Into<DiagOptions>) -> Array {
    let (v, options) = (v.into(), options.into());
    call("diagflat", |cx| {
        let v = cx.array(v)?;
        let flat = cx.reshape(&v, &[checked_size(&v.0.shape)?])?;
        with_diagonal(cx, &flat, options.k.unwrap_or_default().0)
    })
}

fn with_diagonal(cx: Cx, v: &Array, diagonal: i64) -> Raised<Array> {
    let s = v.0.shape[0];
    let skipped = usize::try_from(diagonal.unsigned_abs()).unwrap_or(usize::MAX);
    let n = match s.checked_add(skipped) {
        Some(n) if n <= isize::MAX as usize => n,
        _ => return raise!(Value, "Maximum allowed dimension exceeded"),
    };
    if s == 0 {
        return cx.full(&[n, n], &k(0), v.0.dtype);
    }
    let mask = super::band(cx, n, n, diagonal, Ew::Equal)?;
    // The element of row i is v[i], or v[i + k] below the main diagonal.
    let row = cx.iota(n, 0, 1)?;
    let shift = cx.param(Scalar::new(diagonal.min(0)));
    let at = cx.bin(Ew::Add, &row, shift)?;
    let at = crate::index::bounded(cx, &at, s, crate::TakeMode::Clip)?;
    let column = cx.reshape(&cx.take(v, &at, 0)?, &[n, 1])?;
    cx.select(&mask, &column, k(0), v.0.dtype)
}

/// The powers of a vector's elements as rows: `x^(n-1), …, x, 1`, or the other way round with
/// `increasing()`. Integers give integers. See [`diag`] for an example.
#[track_caller]
pub fn vander(x: impl Into<Operand>, options: impl Into<VanderOptions>) -> Array {
    let (x, options) = (x.into(), options.into());
    call("vander", |cx| {
        let x = cx.array(x)?;
        if x.0.shape.len() != 1 {
            return raise!(Value, "x must be a one-dimensional array or sequence.");
        }
        let rows = x.0.shape[0];
        let columns = match options.n {
            None => rows,
            Some(n) => match usize::try_from(n.0) {
                Ok(n) => n,
                Err(_) => return raise!(Value, "negative dimensions are not allowed"),
            },
        };
        let dtype = x.0.dtype.promote(DType::I64);
        if columns == 0 {
            return cx.full(&[rows, 0], &k(0), dtype);
        }
        let ones = cx.full(&[rows, 1], &k(1), dtype)?;
        let powers = if columns == 1 {
            ones
        } else {
            let base = cx.reshape(&cx.cast(&x, dtype)?, &[rows, 1])?;
            let same = cx.broadcast(&base, &[rows, columns - 1])?;
            let running = match same.0.shape.contains(&0) {
                true => same,
                false => cx.scan(numfuse_ir::ScanOp::Prod, &same, 1)?,
            };
            cx.concat(&[ones, running], 1)?
        };
        if options.increasing.unwrap_or(false) { Ok(powers) } else { crate::manip::flipped(cx, &powers, &[1]) }
    })
}
