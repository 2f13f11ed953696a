//! Sorting, selecting and searching along the last axis, in NumPy's order (see [`key::Ordered`]).
//!
//! Every sort is stable, whatever the caller asked for: equal elements, -0.0 and 0.0 among them, keep their order.
//! Long lanes are sorted by the digits of their keys (`radix`), short ones and `complex128` by comparison.

use numfuse_ir::dispatch;

use super::lanes::{self, Lane, Lanes, operand};
use crate::runtime::{Concrete, Fault, Fresh, Scratch};

pub mod key;
pub mod quantile;
mod radix;
mod search;
mod select;
mod unique;

use key::{Key, Ordered};
pub(super) use search::{isin, search_lane, searchsorted};
pub(super) use select::{argpartition, partition};
pub use unique::{Groups, distinct, positions};

/// A sorted copy. No parameters.
pub(super) fn sort(inputs: &[Concrete], _: &[i64]) -> Result<Vec<Concrete>, Fault> {
    let a = operand(inputs, 0)?;
    dispatch!(a.dtype, T => Ok(vec![lanes::map::<T, T>(a, width(a), sort_lane)?]))
}

/// The positions of the elements in order (`int64`). No parameters.
pub(super) fn argsort(inputs: &[Concrete], _: &[i64]) -> Result<Vec<Concrete>, Fault> {
    let a = operand(inputs, 0)?;
    dispatch!(a.dtype, T => Ok(vec![lanes::map::<T, i64>(a, width(a), |lane, out| {
        order(lane.len, |i| lane.get(i).key(), |at, i| out[at] = i as i64)
    })?]))
}

/// The positions in the order of the last operand, ties in the order of the one before, and so on. The operands have
/// one shape. No parameters.
pub(super) fn lexsort(inputs: &[Concrete], _: &[i64]) -> Result<Vec<Concrete>, Fault> {
    let first = operand(inputs, 0)?;
    let mut out = Fresh::<i64>::zeroed(&first.map.shape)?;
    let width = width(first);
    if width == 0 {
        return Ok(vec![out.finish()]);
    }
    for line in out.slice().chunks_exact_mut(width) {
        line.iter_mut().zip(0..).for_each(|(slot, i)| *slot = i);
    }
    let mut before = Scratch::new(width, 0_i64)?;
    for key in inputs {
        dispatch!(key.dtype, T => {
            let keys = Lanes::<T>::new(key)?;
            if keys.count() * width != first.len() {
                return Err(Fault::Mismatch("the keys of lexsort differ in size".into()));
            }
            for (line, i) in out.slice().chunks_exact_mut(width).zip(0..) {
                let lane = keys.get(i);
                before.copy_from_slice(line);
                order(width, |i| lane.get(before[i] as usize).key(), |at, i| line[at] = before[i])?;
            }
        });
    }
    Ok(vec![out.finish()])
}

/// The length of the last axis.
fn width(a: &Concrete) -> usize {
    a.map.shape.last().copied().unwrap_or(1)
}

fn sort_lane<T: Ordered>(lane: Lane<T>, out: &mut [T]) -> Result<(), Fault> {
    if lane.len < radix::RADIX_MIN || !T::INVERTIBLE {
        lane.copy_to(out);
        out.sort_by_key(|x| x.key());
        return Ok(());
    }
    let mut keys = Scratch::new(lane.len, T::Key::default())?;
    let (mut canonical, mut sorted, mut last) = (true, true, T::Key::default());
    let each = |slot: &mut T::Key, x: T| {
        *slot = x.key();
        canonical &= x.is_canonical();
        sorted &= last <= *slot;
        last = *slot;
    };
    fill(&mut keys, lane, each);
    if sorted {
        lane.copy_to(out);
        return Ok(());
    }
    radix::sort_by(&mut keys, |key| *key)?;
    out.iter_mut().zip(keys.iter()).for_each(|(slot, key)| *slot = T::of_key(*key));
    if !canonical {
        // Zeros and NaN come back with the signs and payloads that they had, in the order that they had.
        restore(lane, &keys, T::default().key(), out);
        if let Some(&last) = keys.last().filter(|last| !T::of_key(**last).is_number()) {
            restore(lane, &keys, last, out);
        }
    }
    Ok(())
}

/// Calls `each` with a slot and an element, for all of them.
fn fill<T: Ordered, U>(slots: &mut [U], lane: Lane<T>, mut each: impl FnMut(&mut U, T)) {
    match lane.slice() {
        Some(items) => slots.iter_mut().zip(items).for_each(|(slot, x)| each(slot, *x)),
        None => slots.iter_mut().zip(lane.iter()).for_each(|(slot, x)| each(slot, x)),
    }
}

/// Writes the elements of one key as they are, where their keys are in the sorted order.
fn restore<T: Ordered>(lane: Lane<T>, keys: &[T::Key], key: T::Key, out: &mut [T]) {
    let start = keys.partition_point(|k| *k < key);
    let equal = lane.iter().filter(|x| x.key() == key);
    out[start..].iter_mut().zip(equal).for_each(|(slot, x)| *slot = x);
}

/// Calls `place` with each position of the sorted order and what stands there.
fn order<K: Key>(n: usize, key: impl Fn(usize) -> K, mut place: impl FnMut(usize, usize)) -> Result<(), Fault> {
    if n > u32::MAX as usize {
        let mut pairs = Scratch::new(n, (K::default(), 0_usize))?;
        pairs.iter_mut().enumerate().for_each(|(i, pair)| *pair = (key(i), i));
        pairs.sort_unstable();
        pairs.iter().enumerate().for_each(|(at, pair)| place(at, pair.1));
        return Ok(());
    }
    let mut pairs = Scratch::new(n, (K::default(), 0_u32))?;
    pairs.iter_mut().zip(0..).for_each(|(pair, i)| *pair = (key(i as usize), i));
    if n < radix::RADIX_MIN || K::DIGITS > 8 {
        pairs.sort_unstable();
    } else if !pairs.is_sorted_by_key(|pair| pair.0) {
        radix::sort_by(&mut pairs, |pair| pair.0)?;
    }
    pairs.iter().enumerate().for_each(|(at, pair)| place(at, pair.1 as usize));
    Ok(())
}
