//! Writing into an array that nobody else holds: what `a[...] = v` comes down to.
//!
//! Elements are moved as bits, by their size. [`Concrete::exclusive`] makes sure that the memory is
//! the writer's own, so that what is read cannot be what is written.

use std::sync::Arc;

use numfuse_ir::index_map::Strides;
use numfuse_ir::{DType, Ew, IndexMap, Shape};

use super::sized;
use crate::runtime::{Access, Buffer, Concrete, Fault};

impl Concrete {
    /// Whether all elements lie inside the buffer.
    pub fn inside(&self) -> bool {
        let len = self.buffer.len_bytes() / self.dtype.itemsize();
        match self.map.extent() {
            Some((lo, hi)) => lo >= 0 && (hi as usize) < len,
            None => true,
        }
    }

    /// The array in memory of its own: as it is if nobody else holds the buffer, a contiguous copy
    /// otherwise. No two indices share an element afterwards.
    pub fn exclusive(mut self) -> Result<Concrete, Fault> {
        let own = self.buffer.access() == Access::Own;
        if own && !overlaps(&self.map) && self.inside() && Arc::get_mut(&mut self.buffer).is_some() {
            return Ok(self);
        }
        self.packed()
    }

    /// A contiguous copy.
    pub fn packed(&self) -> Result<Concrete, Fault> {
        let n = self.len();
        let size = self.dtype.itemsize();
        let buffer = if n == 0 {
            Buffer::from_slice::<u8>(&[])?
        } else {
            if !self.inside() {
                return Err(Fault::Mismatch("an array reaches outside its buffer".into()));
            }
            let bytes = n.checked_mul(size).ok_or(Fault::Memory { bytes: u128::MAX })?;
            let map = IndexMap::contiguous(&self.map.shape);
            // SAFETY: the walk visits every element of the new array, and reads inside the old one, as checked.
            unsafe {
                Buffer::written::<u8>(bytes, |out| {
                    let (to, from) = (out.as_mut_ptr().cast::<u8>(), self.buffer.as_ptr());
                    sized!(size, T => walk::<T>(to.cast(), &map, from.cast(), &self.map))
                })?
            }
        };
        Ok(Concrete { buffer, dtype: self.dtype, map: IndexMap::contiguous(&self.map.shape) })
    }

    /// `self[target] = values`: `target` maps the indices of the values' shape to elements of the
    /// buffer. The buffer must be [`Concrete::exclusive`].
    pub fn assign(&mut self, target: &IndexMap, values: &Concrete) -> Result<(), Fault> {
        if values.is_empty() {
            return Ok(());
        }
        self.check(target, values)?;
        let (to, from) = (self.buffer.as_ptr(), values.buffer.as_ptr());
        // SAFETY: both maps stay inside their buffers, which differ, as checked; nobody else reads this one.
        unsafe { sized!(self.dtype.itemsize(), T => walk::<T>(to.cast(), target, from.cast(), &values.map)) };
        Ok(())
    }

    /// `self[offsets…, rest…] = values`: for number `p` of `offsets` the part `values[p]` goes to the
    /// elements `offsets[p] + rest`. The values' shape is `picked` (as many elements as there are
    /// offsets) followed by that of `rest`. In order, so that of equal offsets the last one stays.
    pub fn scatter(
        &mut self,
        offsets: &[isize],
        picked: &[usize],
        rest: &IndexMap,
        values: &Concrete,
    ) -> Result<(), Fault> {
        if values.is_empty() {
            return Ok(());
        }
        let split = picked.len();
        let (Some(&lo), Some(&hi)) = (offsets.iter().min(), offsets.iter().max()) else { return Ok(()) };
        if picked.iter().product::<usize>() != offsets.len() || values.map.shape.get(split..) != Some(&rest.shape[..]) {
            return Err(Fault::Mismatch("values of another shape".into()));
        }
        for end in [lo, hi] {
            let mut reach = rest.clone();
            reach.offset = reach.offset.checked_add(end).ok_or(Fault::Mismatch("an offset overflows".into()))?;
            self.check_map(&reach)?;
        }
        self.check_values(values)?;
        let part = |at: isize| IndexMap {
            offset: at,
            shape: rest.shape.clone(),
            strides: values.map.strides[split..].iter().copied().collect(),
        };
        let (to, from, size) = (self.buffer.as_ptr(), values.buffer.as_ptr(), self.dtype.itemsize());
        let mut outer = Odometer::new(picked, &values.map.strides[..split], values.map.offset);
        let single = rest.shape.iter().all(|&n| n == 1);
        let mut target = rest.clone();
        let mut source = part(0);
        for &offset in offsets {
            // SAFETY: all offsets lie between the two that were checked, so that the target stays inside the
            // buffer, which is exclusive; the source stays inside the values' map, which was checked.
            unsafe {
                if single {
                    sized!(size, T => {
                        let value = from.cast::<T>().offset(outer.at).read();
                        to.cast::<T>().offset(offset + rest.offset).write(value);
                    });
                } else {
                    target.offset = offset + rest.offset;
                    source.offset = outer.at;
                    sized!(size, T => walk::<T>(to.cast(), &target, from.cast(), &source));
                }
            }
            outer.step();
        }
        Ok(())
    }

    /// `self[mask] = values`, for a mask of the array's size in row-major order. The array is contiguous
    /// and [`Concrete::exclusive`]; `values` is one element or as many as the mask has true ones.
    pub fn assign_masked(&mut self, mask: &[bool], values: &Concrete) -> Result<(), Fault> {
        if self.is_empty() || values.is_empty() {
            return Ok(());
        }
        let one = values.len() == 1;
        if !self.map.is_contiguous()
            || mask.len() != self.len()
            || !(one || values.map.is_contiguous() && values.len() == super::select::count(mask))
        {
            return Err(Fault::Mismatch("a mask of another size".into()));
        }
        self.check_map(&self.map.clone())?;
        self.check_values(values)?;
        let (offset, from) = (self.map.offset as usize, values.map.offset as usize);
        let (to, source) = (self.buffer.as_ptr(), values.buffer.as_ptr());
        sized!(self.dtype.itemsize(), T => {
            // SAFETY: the array is contiguous, inside its buffer and exclusive; the values are inside theirs.
            unsafe {
                let all = std::slice::from_raw_parts_mut(to.cast::<T>().add(offset), mask.len());
                let source = source.cast::<T>().add(from);
                if one {
                    let value = source.read();
                    for (slot, &bit) in all.iter_mut().zip(mask) {
                        *slot = if bit { value } else { *slot };
                    }
                } else {
                    masked_run(all, mask, std::slice::from_raw_parts(source, values.len()));
                }
            }
        });
        Ok(())
    }

    /// `self[places[p]] = op(self[places[p]], values[p])`, one after another, for row-major places. The
    /// array is contiguous and [`Concrete::exclusive`]. `false`, and nothing is done, for functions and
    /// dtypes that have no loop here.
    pub fn accumulate(&mut self, places: &[i64], values: &Concrete, op: Ew) -> Result<bool, Fault> {
        let len = self.len() as i64;
        let fits = self.map.is_contiguous()
            && values.map.is_contiguous()
            && values.len() == places.len()
            && places.iter().all(|p| (0..len).contains(p));
        if !fits {
            return Err(Fault::Mismatch("places outside of the array".into()));
        }
        if self.is_empty() {
            return Ok(true);
        }
        self.check_map(&self.map.clone())?;
        self.check_values(values)?;
        macro_rules! run {
            ($($T:ty: $variant:ident),*) => {
                match self.dtype {
                    $(DType::$variant => {
                        let Some(function) = <$T as Accumulate>::function(op) else { return Ok(false) };
                        // SAFETY: the array is contiguous, inside its buffer, of this dtype and exclusive.
                        let all = unsafe {
                            let first = self.buffer.as_ptr().cast::<$T>().offset(self.map.offset);
                            std::slice::from_raw_parts_mut(first, len as usize)
                        };
                        let values = values.contiguous::<$T>().unwrap_or_default();
                        for (&p, &value) in places.iter().zip(values) {
                            all[p as usize] = function(all[p as usize], value);
                        }
                        Ok(true)
                    })*
                    _ => Ok(false),
                }
            };
        }
        run!(i8: I8, i16: I16, i32: I32, i64: I64, u8: U8, u16: U16, u32: U32, u64: U64, f32: F32, f64: F64)
    }

    fn check(&mut self, target: &IndexMap, values: &Concrete) -> Result<(), Fault> {
        if target.shape != values.map.shape {
            return Err(Fault::Mismatch("values of another shape".into()));
        }
        self.check_map(target)?;
        self.check_values(values)
    }

    fn check_values(&mut self, values: &Concrete) -> Result<(), Fault> {
        if values.dtype != self.dtype || !values.inside() {
            return Err(Fault::Mismatch("values of another dtype".into()));
        }
        if self.buffer.access() == Access::Never {
            return Err(Fault::Mismatch("the array is read-only".into()));
        }
        // Exclusive: then the values are elsewhere.
        match Arc::get_mut(&mut self.buffer) {
            Some(_) => Ok(()),
            None => Err(Fault::Mismatch("the array is shared".into())),
        }
    }

    fn check_map(&self, map: &IndexMap) -> Result<(), Fault> {
        let seen = Concrete { buffer: self.buffer.clone(), dtype: self.dtype, map: map.clone() };
        if seen.inside() { Ok(()) } else { Err(Fault::Mismatch("a target outside of the array".into())) }
    }
}

/// The functions of [`Concrete::accumulate`].
trait Accumulate: Sized {
    fn function(op: Ew) -> Option<fn(Self, Self) -> Self>;
}

macro_rules! accumulate {
    ($($T:ty: $add:expr, $sub:expr, $mul:expr, $max:expr, $min:expr;)*) => {$(
        impl Accumulate for $T {
            fn function(op: Ew) -> Option<fn($T, $T) -> $T> {
                Some(match op {
                    Ew::Add => $add,
                    Ew::Subtract => $sub,
                    Ew::Multiply => $mul,
                    Ew::Maximum => $max,
                    Ew::Minimum => $min,
                    _ => return None,
                })
            }
        }
    )*};
    (ints $($T:ty)*) => {
        accumulate! {$(
            $T: <$T>::wrapping_add, <$T>::wrapping_sub, <$T>::wrapping_mul, <$T as Ord>::max, <$T as Ord>::min;
        )*}
    };
    (floats $($T:ty)*) => {
        accumulate! {$(
            $T: |a, b| a + b, |a, b| a - b, |a, b| a * b,
                |a, b| if a >= b || a.is_nan() { a } else { b },
                |a, b| if a <= b || a.is_nan() { a } else { b };
        )*}
    };
}
accumulate!(ints i8 i16 i32 i64 u8 u16 u32 u64);
accumulate!(floats f32 f64);

/// Whether two indices may share an element. Sorted by stride, no axis then ends before the next one
/// begins: so it says yes to some maps in which none do.
fn overlaps(map: &IndexMap) -> bool {
    let mut axes: Vec<(usize, usize)> =
        map.strides.iter().zip(&map.shape).filter(|(_, n)| **n > 1).map(|(s, &n)| (s.unsigned_abs(), n)).collect();
    axes.sort_unstable();
    let mut reach = 0usize;
    axes.iter().any(|&(stride, n)| {
        let overlap = stride <= reach;
        reach = reach.saturating_add(stride.saturating_mul(n - 1));
        overlap
    })
}

/// Puts `values`, one after another, where the mask is true.
fn masked_run<T: Copy>(all: &mut [T], mask: &[bool], values: &[T]) {
    let mut rest = values.iter();
    let (words, tail) = mask.as_chunks::<8>();
    let (blocks, last) = all.as_chunks_mut::<8>();
    for (block, bits) in blocks.iter_mut().zip(words) {
        if bits == &[false; 8] {
            continue;
        }
        if rest.len() > 8 {
            // A value is read for every element, and is the next one's again if the mask is false.
            let values = rest.as_slice();
            let mut taken = 0;
            for (slot, &bit) in block.iter_mut().zip(bits) {
                *slot = if bit { values[taken & 7] } else { *slot };
                taken += usize::from(bit);
            }
            rest = values[taken..].iter();
        } else {
            for (slot, _) in block.iter_mut().zip(bits).filter(|(_, bit)| **bit) {
                if let Some(&value) = rest.next() {
                    *slot = value;
                }
            }
        }
    }
    for (slot, _) in last.iter_mut().zip(tail).filter(|(_, bit)| **bit) {
        if let Some(&value) = rest.next() {
            *slot = value;
        }
    }
}

/// The storage positions of the indices of a shape, in row-major order.
struct Odometer<'a> {
    shape: &'a [usize],
    strides: &'a [isize],
    index: Shape,
    at: isize,
}

impl<'a> Odometer<'a> {
    fn new(shape: &'a [usize], strides: &'a [isize], at: isize) -> Odometer<'a> {
        Odometer { shape, strides, index: smallvec::smallvec![0; shape.len()], at }
    }

    fn step(&mut self) {
        for d in (0..self.shape.len()).rev() {
            self.index[d] += 1;
            self.at += self.strides[d];
            if self.index[d] < self.shape[d] {
                return;
            }
            self.at -= self.strides[d] * self.shape[d] as isize;
            self.index[d] = 0;
        }
    }
}

/// Copies element by element in row-major order, the innermost axis as a run where it can be.
///
/// # Safety
///
/// Both maps have the same shape, none of its lengths 0, and stay inside memory that is valid to
/// write and to read, and that does not overlap.
unsafe fn walk<T: Copy>(to: *mut T, target: &IndexMap, from: *const T, source: &IndexMap) {
    let (shape, steps_to, steps_from) = merged(target, source);
    let Some((&n, outer)) = shape.split_last() else {
        // SAFETY: one element of each.
        return unsafe { to.offset(target.offset).write(from.offset(source.offset).read()) };
    };
    let last = outer.len();
    let (dt, ds) = (steps_to[last], steps_from[last]);
    let mut targets = Odometer::new(outer, &steps_to[..last], target.offset);
    let mut sources = Odometer::new(outer, &steps_from[..last], source.offset);
    for _ in 0..outer.iter().product() {
        // SAFETY: the caller's promise, for the row of n elements that starts here.
        unsafe {
            let (to, from) = (to.offset(targets.at), from.offset(sources.at));
            match (dt, ds) {
                (1, 1) => std::ptr::copy_nonoverlapping(from, to, n),
                (1, 0) => std::slice::from_raw_parts_mut(to.cast::<std::mem::MaybeUninit<T>>(), n)
                    .fill(std::mem::MaybeUninit::new(from.read())),
                _ => {
                    for i in 0..n as isize {
                        to.offset(i * dt).write(from.offset(i * ds).read());
                    }
                }
            }
        }
        targets.step();
        sources.step();
    }
}

/// The shape without axes of length 1, and with neighbours joined that both maps walk as one.
fn merged(a: &IndexMap, b: &IndexMap) -> (Shape, Strides, Strides) {
    let (mut shape, mut sa, mut sb) = (Shape::new(), Strides::new(), Strides::new());
    for (d, &n) in a.shape.iter().enumerate().filter(|&(_, &n)| n != 1) {
        let (x, y) = (a.strides[d], b.strides[d]);
        match (shape.last_mut(), sa.last_mut(), sb.last_mut()) {
            (Some(m), Some(p), Some(q)) if *p == x * n as isize && *q == y * n as isize => {
                *m *= n;
                *p = x;
                *q = y;
            }
            _ => {
                shape.push(n);
                sa.push(x);
                sb.push(y);
            }
        }
    }
    (shape, sa, sb)
}
