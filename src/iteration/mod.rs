//! Walks over elements and indices. Each evaluates its arrays when it is made.
//!
//! Loops over elements in Rust cost what they look like; an expression of whole arrays compiles to less.

mod multi;
mod order;

pub use multi::*;

use std::panic::Location;

use numfuse_backends::runtime::Concrete;
use numfuse_ir::Scalar;
use numfuse_ir::shape::Shape;

use crate::array::build::{Cx, broadcast_all};
use crate::array::{Array, Dims, Operand};
use crate::error::{Raised, Result, raise};
use crate::index::{Subscript, change};

/// The index of a row-major position.
fn unraveled(mut position: usize, shape: &[usize]) -> Vec<usize> {
    let mut index = vec![0; shape.len()];
    for (i, &n) in index.iter_mut().zip(shape).rev() {
        *i = position % n.max(1);
        position /= n.max(1);
    }
    index
}

fn evaluated(array: impl Into<Operand>, name: &'static str) -> Result<(Array, Concrete)> {
    let location = Location::caller();
    let find = || -> Raised<(Array, Concrete)> {
        let array = Cx { location }.array(array)?;
        let value = array.concrete()?;
        Ok((array, value))
    };
    find().map_err(|raise| raise.sign(name, location))
}

/// The indices of a shape in row-major order; see [`ndindex()`].
#[derive(Clone, Debug)]
pub struct NdIndex {
    shape: Shape,
    next: usize,
    size: usize,
}

/// NumPy's name of the type.
#[allow(non_camel_case_types)]
pub type ndindex = NdIndex;

/// The indices of a shape in row-major order. Negative lengths are an error.
///
/// ```
/// use numfuse as np;
/// let all: Vec<Vec<usize>> = np::ndindex([2, 2])?.collect();
/// assert_eq!(all, [[0, 0], [0, 1], [1, 0], [1, 1]]);
/// assert_eq!(np::ndindex(())?.count(), 1);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn ndindex(shape: impl Into<Dims>) -> Result<NdIndex> {
    let location = Location::caller();
    let find = || -> Raised<NdIndex> {
        let shape = shape.into().lengths()?;
        let size = crate::array::build::checked_size(&shape)?;
        Ok(NdIndex { shape, next: 0, size })
    };
    find().map_err(|raise| raise.sign("ndindex", location))
}

impl Iterator for NdIndex {
    type Item = Vec<usize>;

    fn next(&mut self) -> Option<Vec<usize>> {
        (self.next < self.size).then(|| {
            self.next += 1;
            unraveled(self.next - 1, &self.shape)
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.size - self.next, Some(self.size - self.next))
    }
}

impl ExactSizeIterator for NdIndex {}

/// Indices and elements in row-major order; see [`ndenumerate()`].
#[derive(Clone, Debug)]
pub struct NdEnumerate(FlatIter);

/// NumPy's name of the type.
#[allow(non_camel_case_types)]
pub type ndenumerate = NdEnumerate;

/// Indices and elements of an array in row-major order.
///
/// ```
/// use numfuse as np;
/// for (index, value) in np::ndenumerate(np::array![[1, 2], [3, 4]])? {
///     assert_eq!(value, np::Scalar::new((1 + 2 * index[0] + index[1]) as i32));
/// }
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn ndenumerate(arr: impl Into<Operand>) -> Result<NdEnumerate> {
    let (array, value) = evaluated(arr, "ndenumerate")?;
    Ok(NdEnumerate(FlatIter { array, value, next: 0 }))
}

impl Iterator for NdEnumerate {
    type Item = (Vec<usize>, Scalar);

    fn next(&mut self) -> Option<Self::Item> {
        let index = self.0.coords();
        Some((index, self.0.next()?))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl ExactSizeIterator for NdEnumerate {}

/// The elements of an array in row-major order, one by one or by subscript; see [`Array::flat`].
#[derive(Clone, Debug)]
pub struct FlatIter {
    array: Array,
    value: Concrete,
    next: usize,
}

/// NumPy's name of the type.
#[allow(non_camel_case_types)]
pub type flatiter = FlatIter;

impl FlatIter {
    /// The array.
    pub fn base(&self) -> &Array {
        &self.array
    }

    /// The row-major position of the next element.
    pub fn index(&self) -> usize {
        self.next
    }

    /// The index of the next element.
    pub fn coords(&self) -> Vec<usize> {
        unraveled(self.next, &self.value.map.shape)
    }

    /// All elements in one dimension.
    #[track_caller]
    pub fn copy(&self) -> Array {
        self.array.flatten(..)
    }

    /// What a subscript selects of the elements in one dimension. See [`Array::flat`].
    #[track_caller]
    pub fn get(&self, subscript: impl Into<Subscript>) -> Array {
        self.array.flatten(..).get(subscript)
    }
}

impl Iterator for FlatIter {
    type Item = Scalar;

    fn next(&mut self) -> Option<Scalar> {
        let item = self.value.get(self.next)?;
        self.next += 1;
        Some(item)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.value.len() - self.next;
        (left, Some(left))
    }
}

impl ExactSizeIterator for FlatIter {}

impl Array {
    /// The elements in row-major order: an iterator, and something to subscript. Evaluates.
    /// [`Array::set_flat`] assigns.
    ///
    /// ```
    /// use numfuse as np;
    /// use np::prelude::*;
    /// let mut a = np::array![[1, 2], [3, 4]];
    /// let sum: i64 = a.flat()?.filter_map(|x| x.to_i128()).map(|x| x as i64).sum();
    /// assert_eq!(sum, 10);
    /// assert_eq!(a.t().flat()?.get(s![1..3]).to_vec::<i32>()?, [3, 2]);
    /// a.set_flat(s![1..3], 0);
    /// assert_eq!(a.to_vec::<i32>()?, [1, 0, 0, 4]);
    /// # Ok::<(), np::Error>(())
    /// ```
    #[track_caller]
    pub fn flat(&self) -> Result<FlatIter> {
        let (array, value) = evaluated(self, "flat")?;
        Ok(FlatIter { array, value, next: 0 })
    }

    /// Assigns to what a subscript selects of the elements in row-major order: NumPy's
    /// `a.flat[subscript] = value`. Values are used over and over if there are fewer. See [`Array::flat`].
    #[track_caller]
    pub fn set_flat(&mut self, subscript: impl Into<Subscript>, value: impl Into<Operand>) {
        let (subscript, value) = (subscript.into(), value.into());
        change("flat", self, |cx, a| {
            let size = crate::array::build::checked_size(&a.0.shape)?;
            let places = crate::index::get(cx, &cx.iota(size, 0, 1)?, &subscript)?.to_vec::<i64>()?;
            let value = crate::index::value_as(cx, &value, a.0.dtype)?;
            crate::index::put_flat(cx, a, &places, &value)
        });
    }
}

/// Arrays broadcast against each other, element by element; see [`broadcast()`].
#[derive(Clone, Debug)]
pub struct Broadcast {
    arrays: Vec<Array>,
    values: Vec<Concrete>,
    shape: Shape,
    next: usize,
}

/// NumPy's name of the type.
#[allow(non_camel_case_types)]
pub type broadcast = Broadcast;

/// The joint shape of arrays, and an iterator over the tuples of their elements.
///
/// ```
/// use numfuse as np;
/// let both = np::broadcast([np::array![[1], [2]], np::array![[10, 20]]])?;
/// assert_eq!((both.shape(), both.size(), both.numiter()), (&[2, 2][..], 4, 2));
/// let last = both.last().unwrap_or_default();
/// assert_eq!(last, [np::Scalar::new(2_i32), np::Scalar::new(20_i32)]);
/// assert!(np::broadcast([np::array![1, 2], np::array![1, 2, 3]]).is_err());
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn broadcast<T: Into<Operand>>(arrays: impl IntoIterator<Item = T>) -> Result<Broadcast> {
    let operands: Vec<Operand> = arrays.into_iter().map(Into::into).collect();
    let location = Location::caller();
    let find = || -> Raised<Broadcast> {
        let cx = Cx { location };
        let arrays: Vec<Array> = operands.iter().map(|o| cx.array(o)).collect::<Raised<_>>()?;
        let Ok(shape) = broadcast_all(arrays.iter().map(|a| &a.0.shape[..])) else {
            return raise!(Shape, "shape mismatch: objects cannot be broadcast to a single shape.");
        };
        crate::eval(&arrays)?;
        let wide = |a: &Array| Ok(cx.broadcast(a, &shape)?.concrete()?);
        let values = arrays.iter().map(wide).collect::<Raised<_>>()?;
        Ok(Broadcast { arrays, values, shape, next: 0 })
    };
    find().map_err(|raise| raise.sign("broadcast", location))
}

impl Broadcast {
    /// The joint shape.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The number of axes of the joint shape.
    pub fn ndim(&self) -> usize {
        self.shape.len()
    }

    /// The number of tuples.
    pub fn size(&self) -> usize {
        self.shape.iter().product()
    }

    /// The number of arrays.
    pub fn numiter(&self) -> usize {
        self.arrays.len()
    }

    /// How many tuples were given.
    pub fn index(&self) -> usize {
        self.next
    }

    /// An iterator over the elements of each array alone, repeated as broadcasting says.
    pub fn iters(&self) -> Vec<FlatIter> {
        let both = self.arrays.iter().zip(&self.values);
        both.map(|(array, value)| FlatIter { array: array.clone(), value: value.clone(), next: self.next }).collect()
    }

    /// Starts again.
    pub fn reset(&mut self) {
        self.next = 0;
    }
}

impl Iterator for Broadcast {
    type Item = Vec<Scalar>;

    fn next(&mut self) -> Option<Vec<Scalar>> {
        if self.next >= self.size() {
            return None;
        }
        self.next += 1;
        self.values.iter().map(|v| v.get(self.next - 1)).collect()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.size() - self.next, Some(self.size() - self.next))
    }
}

impl ExactSizeIterator for Broadcast {}
