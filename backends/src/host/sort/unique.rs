//! Equal elements together.

use numfuse_ir::dispatch;

use super::key::Ordered;
use super::{order, sort_lane};
use crate::host::lanes::{Lane, Lanes, only};
use crate::runtime::{Concrete, Fault, Fresh, Scratch};

/// Whether neighbours of the sorted order are the same: all NaN are, or none.
fn same<T: Ordered>(a: T, b: T, equal_nan: bool) -> bool {
    match (a.is_number(), b.is_number()) {
        (true, true) => a.key() == b.key(),
        (false, false) => equal_nan,
        _ => false,
    }
}

/// The sorted distinct elements of a vector.
pub fn distinct(a: &Concrete, equal_nan: bool) -> Result<Concrete, Fault> {
    fn of<T: Ordered>(lane: Lane<T>, equal_nan: bool) -> Result<Concrete, Fault> {
        let mut sorted = Scratch::new(lane.len, T::default())?;
        sort_lane(lane, &mut sorted)?;
        let mut count = 0;
        for i in 0..sorted.len() {
            if i == 0 || !same(sorted[i - 1], sorted[i], equal_nan) {
                count += 1;
            }
        }
        let mut out = Fresh::<T>::zeroed(&[count])?;
        let slots = out.slice();
        let mut at = 0;
        for i in 0..sorted.len() {
            if i == 0 || !same(sorted[i - 1], sorted[i], equal_nan) {
                slots[at] = sorted[i];
                at += 1;
            }
        }
        Ok(out.finish())
    }
    dispatch!(a.dtype, T => of(only(&Lanes::<T>::new(a)?), equal_nan))
}

/// Positions in groups of the same element, the groups in order, and in each the positions ascending.
pub struct Groups {
    order: Scratch<u64>,
    /// Where each group begins.
    starts: Vec<usize>,
}

impl Groups {
    /// The elements of a vector.
    pub fn of_values(a: &Concrete, equal_nan: bool) -> Result<Groups, Fault> {
        dispatch!(a.dtype, T => {
            let lanes = Lanes::<T>::new(a)?;
            let lane = only(&lanes);
            let mut positions = Scratch::new(lane.len, 0)?;
            order(lane.len, |i| lane.get(i).key(), |at, i| positions[at] = i as u64)?;
            Groups::new(positions, |i, j| same(lane.get(i), lane.get(j), equal_nan))
        })
    }

    /// The rows of a matrix in lexicographic order. No NaN equals another.
    pub fn of_rows(a: &Concrete) -> Result<Groups, Fault> {
        let &[rows, _] = &a.map.shape[..] else { return Err(Fault::Mismatch("rows of a matrix are wanted".into())) };
        dispatch!(a.dtype, T => {
            let lanes = Lanes::<T>::new(a)?;
            let mut positions = Scratch::new(rows, 0)?;
            positions.iter_mut().zip(0..).for_each(|(slot, i)| *slot = i);
            // Rows without elements are all equal.
            let row = |i: usize| (lanes.count() > 0).then(|| lanes.get(i)).into_iter().flat_map(|lane| lane.iter());
            positions.sort_by(|&i, &j| row(i as usize).map(T::key).cmp(row(j as usize).map(T::key)));
            Groups::new(positions, |i, j| row(i).zip(row(j)).all(|(x, y)| same(x, y, false)))
        })
    }

    fn new(order: Scratch<u64>, same: impl Fn(usize, usize) -> bool) -> Result<Groups, Fault> {
        let begins = |at: usize| at == 0 || !same(order[at - 1] as usize, order[at] as usize);
        let mut starts = Vec::new();
        for at in (0..order.len()).filter(|&at| begins(at)) {
            if starts.try_reserve(1).is_err() {
                return Err(Fault::Memory { bytes: 8 * order.len() as u128 });
            }
            starts.push(at);
        }
        Ok(Groups { order, starts })
    }

    /// The first position of each group (`int64`).
    pub fn index(&self) -> Result<Concrete, Fault> {
        super::super::collect(&[self.starts.len()], self.starts.iter().map(|&at| self.order[at] as i64))
    }

    /// The group of each position (`int64`).
    pub fn inverse(&self) -> Result<Concrete, Fault> {
        let mut out = Fresh::<i64>::zeroed(&[self.order.len()])?;
        let slots = out.slice();
        for (group, (start, end)) in self.bounds().enumerate() {
            self.order[start..end].iter().for_each(|&i| slots[i as usize] = group as i64);
        }
        Ok(out.finish())
    }

    /// The size of each group (`int64`).
    pub fn counts(&self) -> Result<Concrete, Fault> {
        super::super::collect(&[self.starts.len()], self.bounds().map(|(start, end)| (end - start) as i64))
    }

    fn bounds(&self) -> impl Iterator<Item = (usize, usize)> {
        let ends = self.starts.iter().copied().skip(1).chain([self.order.len()]);
        self.starts.iter().copied().zip(ends)
    }
}

impl Groups {
    /// Positions of neighbours in a group: each but its last, and the one that follows (`int64`).
    pub fn pairs(&self) -> Result<[Concrete; 2], Fault> {
        let count = self.order.len() - self.starts.len();
        let firsts = || self.bounds().flat_map(|(start, end)| start..end - 1);
        let at = |i: usize| self.order[i] as i64;
        Ok([
            super::super::collect(&[count], firsts().map(at))?,
            super::super::collect(&[count], firsts().map(|i| at(i + 1)))?,
        ])
    }

    /// The positions of groups of one (`int64`).
    pub fn singles(&self) -> Result<Concrete, Fault> {
        let alone = || self.bounds().filter(|(start, end)| end - start == 1);
        super::super::collect(&[alone().count()], alone().map(|(start, _)| self.order[start] as i64))
    }
}

/// The positions of the true elements of a vector (`int64`).
pub fn positions(mask: &Concrete) -> Result<Concrete, Fault> {
    let lanes = Lanes::<bool>::new(mask)?;
    let lane = only(&lanes);
    let count = lane.iter().filter(|&x| x).count();
    super::super::collect(&[count], lane.iter().zip(0_i64..).filter(|(x, _)| *x).map(|(_, i)| i))
}
