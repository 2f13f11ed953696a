//! Views as affine index maps: where element `(i, j, …)` of a view lives in its storage.

use smallvec::SmallVec;

use crate::graph::View;
use crate::shape::Shape;

/// Element strides, outermost axis first.
pub type Strides = SmallVec<[isize; 4]>;

/// An affine map from the indices of a shape to the elements of a one-dimensional storage:
/// `offset + Σ strides[d] · i[d]`, in elements.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct IndexMap {
    /// Storage index of element `(0, 0, …)`.
    pub offset: isize,
    /// Axis lengths.
    pub shape: Shape,
    /// Storage step per axis; 0 repeats (broadcast), negative runs backwards.
    pub strides: Strides,
}

/// Row-major strides of a shape.
pub fn contiguous_strides(shape: &[usize]) -> Strides {
    let mut strides: Strides = SmallVec::from_elem(0, shape.len());
    let mut step = 1isize;
    for (s, &d) in strides.iter_mut().zip(shape).rev() {
        *s = step;
        step = step.saturating_mul(d.max(1) as isize);
    }
    strides
}

impl IndexMap {
    /// The row-major map of a shape.
    pub fn contiguous(shape: &[usize]) -> IndexMap {
        IndexMap { offset: 0, shape: shape.into(), strides: contiguous_strides(shape) }
    }

    /// Whether elements are stored in row-major order without gaps, starting anywhere.
    pub fn is_contiguous(&self) -> bool {
        if self.shape.contains(&0) {
            return true;
        }
        let mut step = 1isize;
        for (&s, &d) in self.strides.iter().zip(&self.shape).rev() {
            if d != 1 {
                if s != step {
                    return false;
                }
                step *= d as isize;
            }
        }
        true
    }

    /// The map seen through one more view, or `None` when that is not affine (a reshape that
    /// would have to copy).
    pub fn through(&self, view: &View, shape: &[usize]) -> Option<IndexMap> {
        let mut out =
            IndexMap { offset: self.offset, shape: shape.into(), strides: SmallVec::from_elem(0, shape.len()) };
        match view {
            View::Permute(axes) => {
                for (s, &a) in out.strides.iter_mut().zip(axes) {
                    *s = self.strides[a];
                }
            }
            View::Slice(slices) => {
                for (d, slice) in slices.iter().enumerate() {
                    out.offset += slice.start as isize * self.strides[d];
                    out.strides[d] = slice.step * self.strides[d];
                }
            }
            View::Broadcast => {
                let lead = shape.len() - self.shape.len();
                for (d, &n) in self.shape.iter().enumerate() {
                    if n == shape[lead + d] {
                        out.strides[lead + d] = self.strides[d];
                    }
                }
            }
            View::Reshape => out.strides = self.reshaped(shape)?,
            View::Diagonal { offset, axis1, axis2 } => {
                let start = if *offset >= 0 { *offset * self.strides[*axis2] } else { -*offset * self.strides[*axis1] };
                out.offset += start;
                let rest = (0..self.shape.len()).filter(|d| d != axis1 && d != axis2);
                for (s, d) in out.strides.iter_mut().zip(rest) {
                    *s = self.strides[d];
                }
                if let Some(last) = out.strides.last_mut() {
                    *last = self.strides[*axis1] + self.strides[*axis2];
                }
            }
        }
        if shape.contains(&0) {
            out.offset = 0;
        }
        Some(out)
    }

    /// Strides for another shape over the same elements in the same order, if affine. The
    /// grouping follows NumPy's no-copy reshape: runs of old axes that merge are re-split.
    fn reshaped(&self, shape: &[usize]) -> Option<Strides> {
        if shape.contains(&0) || self.is_contiguous() {
            return Some(contiguous_strides(shape));
        }
        let old: SmallVec<[(usize, isize); 4]> =
            self.shape.iter().copied().zip(self.strides.iter().copied()).filter(|&(n, _)| n != 1).collect();
        let mut strides: Strides = SmallVec::from_elem(0, shape.len());
        let (mut o, mut n) = (0, 0);
        while n < shape.len() {
            if shape[n] == 1 {
                n += 1;
                continue;
            }
            let (n0, o0) = (n, o);
            let (mut new_size, mut old_size) = (shape[n], old.get(o)?.0);
            n += 1;
            o += 1;
            while new_size != old_size {
                if new_size < old_size {
                    new_size *= *shape.get(n)?;
                    n += 1;
                } else {
                    old_size *= old.get(o)?.0;
                    o += 1;
                }
            }
            for pair in old[o0..o].windows(2) {
                if pair[0].1 != pair[1].1 * pair[1].0 as isize {
                    return None;
                }
            }
            let mut step = old[o - 1].1;
            for d in (n0..n).rev() {
                strides[d] = step;
                step *= shape[d] as isize;
            }
        }
        Some(strides)
    }

    /// The lowest and highest storage index touched, or `None` for an empty map. Saturates.
    pub fn extent(&self) -> Option<(isize, isize)> {
        let (mut lo, mut hi) = (self.offset, self.offset);
        for (&s, &d) in self.strides.iter().zip(&self.shape) {
            let reach = s.saturating_mul(d.checked_sub(1)? as isize);
            let end = if reach < 0 { &mut lo } else { &mut hi };
            *end = end.saturating_add(reach);
        }
        Some((lo, hi))
    }
}
