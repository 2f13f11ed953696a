//! Powers of a matrix, and products of several.

use numfuse_ir::DType;

use super::solve::inv_of;
use super::squares;
use crate::array::Array;
use crate::array::build::{Cx, call};
use crate::array::operand::{Operand, common_dtype, k};
use crate::error::{Raised, raise};
use crate::products::{inner_dtype, matrices};

/// A square matrix to a whole power, by repeated squaring; negative powers are of the inverse. Integers
/// stay integers, and wrap.
///
/// ```
/// use numfuse as np;
/// let fibonacci = np::linalg::matrix_power([[1, 1], [1, 0]], 10);
/// assert_eq!(fibonacci.to_vec::<i32>()?, [89, 55, 55, 34]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn matrix_power(a: impl Into<Operand>, n: i64) -> Array {
    let a = a.into();
    call("linalg.matrix_power", |cx| {
        let a = cx.array(&a)?;
        let ndim = a.0.shape.len();
        if ndim < 2 {
            return raise!(LinAlg, "{ndim}-dimensional array given. Array must be at least two-dimensional");
        }
        let size = a.0.shape[ndim - 1];
        if a.0.shape[ndim - 2] != size {
            return raise!(LinAlg, "Last 2 dimensions of the array must be square");
        }
        let dtype = a.0.dtype;
        if n == 0 {
            let (rows, columns) = (cx.iota(size, 0, 2)?, cx.iota(size, 1, 2)?);
            let one = cx.cast(&cx.bin(numfuse_ir::Ew::Equal, &rows, &columns)?, dtype)?;
            return cx.broadcast(&one, &a.0.shape);
        }
        let base = if n < 0 { inv_of(cx, &squares(cx, &a.into())?, false)? } else { a };
        let dtype = base.0.dtype;
        let mut square = cx.cast(&base, inner_dtype(dtype))?;
        let (mut left, mut power) = (n.unsigned_abs(), None::<Array>);
        while left > 0 {
            if left & 1 == 1 {
                power = Some(match power {
                    Some(p) => matrices(cx, &p, &square)?,
                    None => square.clone(),
                });
            }
            left >>= 1;
            if left > 0 {
                square = matrices(cx, &square, &square)?;
            }
        }
        cx.cast(&power.unwrap_or(square), dtype)
    })
}

/// The product of two or more matrices in the order that takes the fewest operations. The first and the last
/// may be vectors.
///
/// ```
/// use numfuse as np;
/// let (a, b, c) = (np::ones([10, 100], ..), np::ones([100, 5], ..), np::ones([5, 50], ..));
/// let product = np::linalg::multi_dot([&a, &b, &c]);
/// assert_eq!((product.shape(), product.max(..).item::<f64>()?), (&[10, 50][..], 500.0));
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn multi_dot<T: Into<Operand>>(arrays: impl IntoIterator<Item = T>) -> Array {
    let arrays: Vec<Operand> = arrays.into_iter().map(Into::into).collect();
    call("linalg.multi_dot", |cx| {
        if arrays.len() < 2 {
            return raise!(Value, "Expecting at least two arrays.");
        }
        let dtype = common_dtype(&arrays);
        let mut parts: Vec<Array> = arrays.iter().map(|a| cx.array_as(a, inner_dtype(dtype))).collect::<Raised<_>>()?;
        let last = parts.len() - 1;
        let row = parts[0].0.shape.len() == 1;
        let column = parts[last].0.shape.len() == 1;
        if row {
            parts[0] = cx.reshape(&parts[0], &[1, parts[0].0.shape[0]])?;
        }
        if column {
            parts[last] = cx.reshape(&parts[last], &[parts[last].0.shape[0], 1])?;
        }
        if let Some(bad) = parts.iter().find(|p| p.0.shape.len() != 2) {
            return raise!(LinAlg, "{}-dimensional array given. Array must be two-dimensional", bad.0.shape.len());
        }
        for pair in parts.windows(2) {
            let (a, b) = (&pair[0].0.shape, &pair[1].0.shape);
            if a[1] != b[0] {
                let text = [crate::error::tight(a), crate::error::tight(b)];
                return raise!(
                    Shape,
                    "shapes {} and {} not aligned: {} (dim 1) != {} (dim 0)",
                    text[0],
                    text[1],
                    a[1],
                    b[0]
                );
            }
        }
        let product = chain(cx, &parts)?;
        let mut shape = product.0.shape.to_vec();
        if column {
            shape.pop();
        }
        if row {
            shape.remove(0);
        }
        cx.cast(&cx.reshape(&product, &shape)?, dtype)
    })
}

/// The product of matrices that fit, split where the textbook's dynamic program says (Cormen et al.,
/// Introduction to Algorithms, 3rd ed., section 15.2).
fn chain(cx: Cx, parts: &[Array]) -> Raised<Array> {
    let n = parts.len();
    let size = |i: usize| if i == 0 { parts[0].0.shape[0] } else { parts[i - 1].0.shape[1] } as f64;
    let mut cost = vec![vec![0.0; n]; n];
    let mut split = vec![vec![0; n]; n];
    for length in 1..n {
        for i in 0..n - length {
            let j = i + length;
            cost[i][j] = f64::INFINITY;
            for at in i..j {
                let total = cost[i][at] + cost[at + 1][j] + size(i) * size(at + 1) * size(j + 1);
                if total < cost[i][j] {
                    (cost[i][j], split[i][j]) = (total, at);
                }
            }
        }
    }
    // Reverse Polish: the tree as a list, so that a long chain needs no recursion.
    let (mut pending, mut order) = (vec![(0, n - 1)], Vec::new());
    while let Some((i, j)) = pending.pop() {
        order.push((i, j));
        if i < j {
            pending.push((i, split[i][j]));
            pending.push((split[i][j] + 1, j));
        }
    }
    let mut stack: Vec<Array> = Vec::new();
    for (i, j) in order.into_iter().rev() {
        if i == j {
            stack.push(parts[i].clone());
            continue;
        }
        match (stack.pop(), stack.pop()) {
            (Some(right), Some(left)) => stack.push(matrices(cx, &left, &right)?),
            _ => return raise!(Runtime, "a product without operands"),
        }
    }
    match stack.pop() {
        Some(product) => Ok(product),
        None => cx.full(&[0, 0], &k(0), DType::F64),
    }
}
