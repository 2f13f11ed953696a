//! Kernels that work on one lane, a line along the last axis, at a time.

use std::sync::Mutex;

use numfuse_ir::Element;

use super::{Offsets, Shared, each};
use crate::runtime::{Concrete, Fault, Fresh, config};

/// Elements from which a second thread pays.
const PARALLEL_ELEMENTS: usize = 1 << 15;

/// Elements in a line, at any distance from each other.
#[derive(Clone, Copy)]
pub struct Lane<'a, T> {
    base: &'a Shared<T>,
    offset: isize,
    stride: isize,
    /// The number of elements.
    pub len: usize,
}

impl<'a, T: Element> Lane<'a, T> {
    /// Element `i`.
    #[inline(always)]
    pub fn get(&self, i: usize) -> T {
        assert!(i < self.len);
        // SAFETY: `Lanes::new` checked that all elements lie in the buffer, and `i` is one of them.
        unsafe { *self.base.get().offset(self.offset + i as isize * self.stride) }
    }

    /// The elements in order.
    #[inline(always)]
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = T> + ExactSizeIterator + use<'a, T> {
        let lane = *self;
        (0..lane.len).map(move |i| lane.get(i))
    }

    /// The elements where they are, if they are neighbours.
    pub fn slice(&self) -> Option<&'a [T]> {
        // SAFETY: as in `get`; the buffer is immutable while it is shared, and the lane borrows it.
        (self.stride == 1 || self.len <= 1)
            .then(|| unsafe { std::slice::from_raw_parts(self.base.get().offset(self.offset), self.len) })
    }

    /// Copies the elements to `out`, which is as long.
    pub fn copy_to(&self, out: &mut [T]) {
        match self.slice() {
            Some(items) => out.copy_from_slice(items),
            None => out.iter_mut().zip(self.iter()).for_each(|(slot, item)| *slot = item),
        }
    }
}

/// All lanes of an operand along its last axis; an operand without axes has one lane.
pub struct Lanes<'a, T> {
    operand: std::marker::PhantomData<&'a Concrete>,
    base: Shared<T>,
    starts: Offsets,
    stride: isize,
    len: usize,
}

impl<'a, T: Element> Lanes<'a, T> {
    /// The lanes of `a`, whose elements are of type `T`.
    pub fn new(a: &'a Concrete) -> Result<Lanes<'a, T>, Fault> {
        if a.base::<T>().is_none() {
            return Err(Fault::Mismatch(format!("an operand of {} where {} was announced", a.dtype, T::DTYPE)));
        }
        let (&len, leading) = a.map.shape.split_last().unwrap_or((&1, &[]));
        let stride = a.map.strides.last().copied().unwrap_or(1);
        let base = Shared(a.buffer.as_ptr().cast::<T>());
        let none = Offsets::Even { first: 0, step: 0, len: 0 };
        let starts = if a.is_empty() { none } else { Offsets::new(&a.map, leading) };
        Ok(Lanes { operand: std::marker::PhantomData, base, starts, stride, len })
    }

    /// How many there are; none of an operand without elements.
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// Lane `i`.
    pub fn get(&self, i: usize) -> Lane<'_, T> {
        Lane { base: &self.base, offset: self.starts.get(i), stride: self.stride, len: self.len }
    }
}

/// The only lane of a vector, and the first of anything else.
pub fn only<'l, T: Element>(lanes: &'l Lanes<'_, T>) -> Lane<'l, T> {
    let (offset, len) = if lanes.count() == 0 { (0, 0) } else { (lanes.starts.get(0), lanes.len) };
    Lane { base: &lanes.base, offset, stride: lanes.stride, len }
}

/// Writes each line of a new array from the corresponding lane of `a`. Only the last axis may change its length; it
/// becomes `width`.
pub fn map<T: Element, U: Element>(
    a: &Concrete,
    width: usize,
    work: impl Fn(Lane<T>, &mut [U]) -> Result<(), Fault> + Sync,
) -> Result<Concrete, Fault> {
    map_numbered(a, width, |_, lane, out| work(lane, out))
}

/// [`map`] that also tells which lane it is.
pub fn map_numbered<T: Element, U: Element>(
    a: &Concrete,
    width: usize,
    work: impl Fn(usize, Lane<T>, &mut [U]) -> Result<(), Fault> + Sync,
) -> Result<Concrete, Fault> {
    let mut shape = a.map.shape.clone();
    if let Some(last) = shape.last_mut() {
        *last = width;
    }
    let mut out = Fresh::<U>::zeroed(&shape)?;
    let lanes = Lanes::<T>::new(a)?;
    if lanes.count() == 0 || shape.contains(&0) {
        return Ok(out.finish());
    }
    let target = Shared(out.ptr());
    let threads = if a.len() < PARALLEL_ELEMENTS { 1 } else { config::threads() };
    let failed = Mutex::new(None);
    each(lanes.count(), threads, |i| {
        // SAFETY: line `i` lies in the result, whose memory starts as zeros, and is this call's alone.
        let line = unsafe { std::slice::from_raw_parts_mut(target.get().add(i * width), width) };
        if let Err(fault) = work(i, lanes.get(i), line) {
            *failed.lock().unwrap_or_else(|e| e.into_inner()) = Some(fault);
        }
    });
    match failed.into_inner().unwrap_or_else(|e| e.into_inner()) {
        Some(fault) => Err(fault),
        None => Ok(out.finish()),
    }
}

/// Operand `i` of a kernel.
pub fn operand(inputs: &[Concrete], i: usize) -> Result<&Concrete, Fault> {
    inputs.get(i).ok_or_else(|| Fault::Mismatch(format!("operand {i} is missing")))
}
