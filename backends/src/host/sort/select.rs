//! Partitions: elements at some positions of the sorted order, and the others on the right side of them.

use numfuse_ir::dispatch;

use super::key::Ordered;
use super::{Lane, width};
use crate::host::lanes::{self, operand};
use crate::runtime::{Concrete, Fault, Scratch};

/// A partitioned copy. Parameters: the positions, ascending.
pub(in crate::host) fn partition(inputs: &[Concrete], kth: &[i64]) -> Result<Vec<Concrete>, Fault> {
    let a = operand(inputs, 0)?;
    dispatch!(a.dtype, T => Ok(vec![lanes::map::<T, T>(a, width(a), |lane, out| {
        lane.copy_to(out);
        select(out, kth, |x| x.key());
        Ok(())
    })?]))
}

/// The positions of the elements of a partitioned copy (`int64`). Parameters: the positions, ascending.
pub(in crate::host) fn argpartition(inputs: &[Concrete], kth: &[i64]) -> Result<Vec<Concrete>, Fault> {
    fn lane<T: Ordered>(lane: Lane<T>, out: &mut [i64], kth: &[i64]) -> Result<(), Fault> {
        let mut pairs = Scratch::new(lane.len, (T::Key::default(), 0_usize))?;
        pairs.iter_mut().enumerate().for_each(|(i, pair)| *pair = (lane.get(i).key(), i));
        select(&mut pairs, kth, |pair| *pair);
        out.iter_mut().zip(pairs.iter()).for_each(|(slot, pair)| *slot = pair.1 as i64);
        Ok(())
    }
    let a = operand(inputs, 0)?;
    dispatch!(a.dtype, T => Ok(vec![lanes::map::<T, i64>(a, width(a), |l, out| lane(l, out, kth))?]))
}

/// Brings the elements at ascending positions to their places: the middle one first, so that the others have less to
/// search.
pub(super) fn select<T, K: Ord>(items: &mut [T], kth: &[i64], key: impl Fn(&T) -> K) {
    let mut open = vec![(0, items.len(), kth)];
    while let Some((start, end, kth)) = open.pop() {
        let middle = kth.len() / 2;
        let Some(at) = kth.get(middle).map(|&k| k as usize).filter(|k| (start..end).contains(k)) else { continue };
        items[start..end].select_nth_unstable_by_key(at - start, &key);
        open.push((start, at, &kth[..middle]));
        open.push((at + 1, end, &kth[middle + 1..]));
    }
}
