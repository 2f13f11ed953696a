//! Shapes, broadcasting and size arithmetic that cannot overflow.

use smallvec::SmallVec;

use crate::dtype::DType;

/// Axis lengths, outermost first.
pub type Shape = SmallVec<[usize; 4]>;

/// NumPy's limit on the number of axes.
pub const MAX_NDIM: usize = 64;

/// The number of elements, or `None` when it exceeds `isize::MAX`.
pub fn size_of(shape: &[usize]) -> Option<usize> {
    if shape.contains(&0) {
        return Some(0);
    }
    let n = shape.iter().try_fold(1usize, |n, &d| n.checked_mul(d))?;
    isize::try_from(n).is_ok().then_some(n)
}

/// The number of bytes, or `None` when it exceeds `isize::MAX`.
pub fn bytes_of(shape: &[usize], dtype: DType) -> Option<usize> {
    let bytes = size_of(shape)?.checked_mul(dtype.itemsize())?;
    isize::try_from(bytes).is_ok().then_some(bytes)
}

/// The common shape of two operands under NumPy's broadcasting, or `None`.
///
/// ```
/// use numfuse_ir::shape::broadcast;
/// assert_eq!(broadcast(&[3, 1], &[4]).unwrap().as_slice(), [3, 4]);
/// assert!(broadcast(&[3], &[4]).is_none());
/// ```
pub fn broadcast(a: &[usize], b: &[usize]) -> Option<Shape> {
    let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    let mut out = Shape::from_slice(long);
    let lead = long.len() - short.len();
    for (o, &s) in out[lead..].iter_mut().zip(short) {
        *o = match (*o, s) {
            (x, y) if x == y => x,
            (1, y) => y,
            (x, 1) => x,
            _ => return None,
        };
    }
    Some(out)
}

/// A shape in NumPy's tuple notation: `()`, `(3,)`, `(2, 3)`.
pub fn tuple(shape: &[usize]) -> String {
    match shape {
        [one] => format!("({one},)"),
        _ => {
            let parts: Vec<_> = shape.iter().map(usize::to_string).collect();
            format!("({})", parts.join(", "))
        }
    }
}
