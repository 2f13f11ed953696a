//! Products of a matrix and a vector, which read the matrix once.
//!
//! What a result is depends on shapes and strides alone, never on threads: the sum is cut into fixed chunks,
//! whose sums are added in order; a chunk is cut into blocks, and a block is added up in the lanes of a few
//! vectors. The error is that of a sum of `k / 64` terms at most, and of far fewer for long sums.

use numfuse_ir::Element;

use super::{Shared, each};
use crate::host::simd::{Kernel, MulAdd, widest};
use crate::runtime::{Fault, Fresh};

/// Terms of a chunk, the unit of a thread. Part of the result's definition, as are the next two.
const CHUNK: usize = 1 << 16;
/// Terms of a block of a dot product.
const BLOCK: usize = 4096;
/// Rows of a block of a sum of rows.
const BLOCK_ROWS: usize = 128;
/// Dot products that share the loads of the vector.
const TOGETHER: usize = 4;
/// Rows that are added in one go.
const ROWS: usize = 8;
/// Columns whose sums stay in the first-level cache.
const COLUMNS: usize = 1024;
/// Elements of a vector of the widest kind, for single precision.
const LANES: usize = 16;

/// An element with sums in lanes.
pub(super) trait Real: Element + MulAdd + std::ops::Add<Output = Self> {}
impl Real for f32 {}
impl Real for f64 {}

/// `y[i] = Σ a[i, p] · x[p]`.
pub(super) struct Product<T> {
    pub a: Shared<T>,
    /// Strides of `a`.
    pub strides: [isize; 2],
    pub x: Shared<T>,
    pub step: isize,
    /// Room for the results, one after the other.
    pub y: Shared<T>,
    pub rows: usize,
    pub terms: usize,
}

impl<T: Real> Product<T> {
    /// Whether the strides are such as this reads fast.
    pub(super) fn suits(&self) -> bool {
        self.strides[1] == 1 || self.strides[0] == 1 || self.rows == 1
    }

    /// Rows are dot products, not terms of a sum of rows.
    fn by_rows(&self) -> bool {
        self.strides[1] == 1
    }

    /// Terms and results of a task. Sums of rows are cheap to cut and dear to add up.
    fn task(&self) -> (usize, usize) {
        if self.by_rows() { (CHUNK, (CHUNK / self.terms.clamp(1, CHUNK)).max(TOGETHER)) } else { (CHUNK / 16, COLUMNS) }
    }

    /// Whether it is one task, of operands as they are.
    pub(super) fn whole(&self) -> bool {
        let (terms, rows) = self.task();
        self.step == 1 && (self.by_rows() || self.strides[0] == 1) && self.terms <= terms && self.rows <= rows
    }

    /// Some results, of some terms.
    ///
    /// # Safety
    ///
    /// As [`Product::multiply`]; the vector's elements lie in order, and `y` is room for the results.
    #[inline(always)]
    unsafe fn part<const FMA: bool>(&self, y: *mut T, (first, rows): (usize, usize), (begin, terms): (usize, usize)) {
        // SAFETY: as the caller says.
        unsafe {
            let offset = first as isize * self.strides[0] + begin as isize * self.strides[1];
            let a = self.a.get().offset(offset).cast_const();
            let x = std::slice::from_raw_parts(self.x.get().add(begin).cast_const(), terms);
            let y = std::slice::from_raw_parts_mut(y, rows);
            if self.by_rows() {
                Dots { a, pitch: self.strides[0], x, y }.run::<FMA>();
            } else {
                Rows { a, pitch: self.strides[1], x, y }.run::<FMA>();
            }
        }
    }

    /// Multiplies, on up to so many threads.
    ///
    /// # Safety
    ///
    /// The operands must lie where the fields say, and the room be writable and this call's alone.
    pub(super) unsafe fn multiply(mut self, threads: usize) -> Result<(), Fault> {
        let x = (self.step != 1).then(|| self.packed(self.x, self.step)).transpose()?;
        let row = (self.rows == 1 && self.strides[1] != 1).then(|| self.packed(self.a, self.strides[1])).transpose()?;
        if let Some(mut x) = x {
            self.x = Shared(x.ptr());
            return self.chunks(threads, row, Some(x));
        }
        self.chunks(threads, row, None)
    }

    /// A vector of `terms` elements in order.
    fn packed(&self, from: Shared<T>, step: isize) -> Result<Fresh<T>, Fault> {
        let mut copy = Fresh::<T>::zeroed(&[self.terms])?;
        for (p, slot) in copy.slice().iter_mut().enumerate() {
            // SAFETY: the vector has so many elements, as the caller of `multiply` says.
            *slot = unsafe { *from.get().offset(p as isize * step) };
        }
        Ok(copy)
    }

    /// Chunks of terms and of results. The packed operands are kept alive.
    fn chunks(mut self, threads: usize, mut row: Option<Fresh<T>>, _x: Option<Fresh<T>>) -> Result<(), Fault> {
        if let Some(row) = &mut row {
            (self.a, self.strides) = (Shared(row.ptr()), [self.terms as isize, 1]);
        }
        let (long, wide) = self.task();
        let (parts, groups) = (self.terms.div_ceil(long).max(1), self.rows.div_ceil(wide));
        let mut partial = (parts > 1).then(|| Fresh::<T>::zeroed(&[parts, self.rows])).transpose()?;
        let sums = partial.as_mut().map_or(self.y, |p| Shared(p.ptr()));
        each(parts * groups, threads, |task| {
            let (part, group) = (task / groups, task % groups);
            let (first, begin) = (group * wide, part * long);
            let y = Shared(sums.get().wrapping_add(part * self.rows + first));
            let (rows, terms) = ((first, wide.min(self.rows - first)), (begin, long.min(self.terms - begin)));
            widest(Part { product: &self, y, rows, terms });
        });
        if let Some(partial) = &mut partial {
            for i in 0..self.rows {
                let sum = partial.slice()[i..].iter().step_by(self.rows).fold(T::default(), |sum, &part| sum + part);
                // SAFETY: one of `rows` results.
                unsafe { *self.y.get().add(i) = sum };
            }
        }
        Ok(())
    }
}

/// [`Product::part`] of a product that is being computed.
struct Part<'a, T> {
    product: &'a Product<T>,
    y: Shared<T>,
    rows: (usize, usize),
    terms: (usize, usize),
}

impl<T: Real> Kernel for Part<'_, T> {
    type Out = ();

    #[inline(always)]
    fn run<const FMA: bool>(self) {
        // SAFETY: these rows and terms lie inside the operands; each task has room of its own.
        unsafe { self.product.part::<FMA>(self.y.get(), self.rows, self.terms) };
    }
}

/// Products that are [whole](Product::whole), and which nobody else computes.
pub(super) struct Several<I>(pub I);

impl<T: Real, I: Iterator<Item = Product<T>>> Kernel for Several<I> {
    type Out = ();

    #[inline(always)]
    fn run<const FMA: bool>(self) {
        for product in self.0 {
            // SAFETY: as `Several` says.
            unsafe { product.part::<FMA>(product.y.get(), (0, product.rows), (0, product.terms)) };
        }
    }
}

/// `y[i]` is the dot product of `x` and the elements at `a + i · pitch`.
struct Dots<'a, T> {
    a: *const T,
    pitch: isize,
    x: &'a [T],
    y: &'a mut [T],
}

impl<T: Real> Kernel for Dots<'_, T> {
    type Out = ();

    #[inline(always)]
    fn run<const FMA: bool>(self) {
        // SAFETY: each row has as many elements as `x`, as `Product` says.
        let row =
            |i: usize| unsafe { std::slice::from_raw_parts(self.a.offset(i as isize * self.pitch), self.x.len()) };
        let whole = self.y.len() / TOGETHER * TOGETHER;
        for i in (0..whole).step_by(TOGETHER) {
            let sums = dots::<T, TOGETHER, 1, FMA>([row(i), row(i + 1), row(i + 2), row(i + 3)], self.x);
            self.y[i..i + TOGETHER].copy_from_slice(&sums);
        }
        for i in whole..self.y.len() {
            [self.y[i]] = dots::<T, 1, TOGETHER, FMA>([row(i)], self.x);
        }
    }
}

/// Dot products of `R` rows and a vector, each in `U` vectors of lanes.
#[inline(always)]
fn dots<T: Real, const R: usize, const U: usize, const FMA: bool>(rows: [&[T]; R], x: &[T]) -> [T; R] {
    let mut totals = [[T::default(); LANES]; R];
    for begin in (0..x.len()).step_by(BLOCK) {
        let end = (begin + BLOCK).min(x.len());
        let mut sums = [[[T::default(); LANES]; U]; R];
        let vectors = (end - begin) / (LANES * U);
        for v in 0..vectors {
            for u in 0..U {
                let at = begin + (v * U + u) * LANES;
                // SAFETY: whole vectors of the block, which lies inside `x`, and rows are as long.
                let load = |from: &[T]| unsafe { from.as_ptr().add(at).cast::<[T; LANES]>().read_unaligned() };
                let factor = load(x);
                for (row, sums) in rows.iter().zip(&mut sums) {
                    let values = load(row);
                    for ((s, &a), &x) in sums[u].iter_mut().zip(&values).zip(&factor) {
                        *s = a.mul_add::<FMA>(x, *s);
                    }
                }
            }
        }
        // What is left: whole vectors, and one that zeros fill up.
        let mut at = begin + vectors * LANES * U;
        while at < end {
            let load = |from: &[T]| {
                let mut values = [T::default(); LANES];
                match from[at..end].first_chunk() {
                    Some(whole) => values = *whole,
                    None => values[..end - at].copy_from_slice(&from[at..end]),
                }
                values
            };
            let factor = load(x);
            for (row, sums) in rows.iter().zip(&mut sums) {
                for ((s, &a), &x) in sums[0].iter_mut().zip(&load(row)).zip(&factor) {
                    *s = a.mul_add::<FMA>(x, *s);
                }
            }
            at += LANES;
        }
        for (sums, total) in sums.iter_mut().zip(&mut totals) {
            for sum in sums.iter() {
                total.iter_mut().zip(sum).for_each(|(t, &s)| *t = *t + s);
            }
        }
    }
    totals.map(|mut total| {
        let mut half = LANES / 2;
        while half > 0 {
            for i in 0..half {
                total[i] = total[i] + total[i + half];
            }
            half /= 2;
        }
        total[0]
    })
}

/// `y` is the sum of rows at `a + p · pitch`, each times `x[p]`; not more than [`COLUMNS`] long.
struct Rows<'a, T> {
    a: *const T,
    pitch: isize,
    x: &'a [T],
    y: &'a mut [T],
}

impl<T: Real> Kernel for Rows<'_, T> {
    type Out = ();

    #[inline(always)]
    fn run<const FMA: bool>(self) {
        let n = self.y.len();
        // SAFETY: each row has as many elements as `y`, as `Product` says.
        let row = |p: usize| unsafe { std::slice::from_raw_parts(self.a.offset(p as isize * self.pitch), n) };
        self.y.fill(T::default());
        for begin in (0..self.x.len()).step_by(BLOCK_ROWS) {
            let block = &self.x[begin..(begin + BLOCK_ROWS).min(self.x.len())];
            let mut sums = [T::default(); COLUMNS];
            let sums = &mut sums[..n];
            let mut groups = block.chunks_exact(ROWS);
            for (g, x) in groups.by_ref().enumerate() {
                let rows: [&[T]; ROWS] = std::array::from_fn(|r| row(begin + g * ROWS + r));
                for (j, slot) in sums.iter_mut().enumerate() {
                    let mut sum = *slot;
                    for r in 0..ROWS {
                        // SAFETY: rows are as long as the sums.
                        sum = unsafe { *rows[r].get_unchecked(j) }.mul_add::<FMA>(x[r], sum);
                    }
                    *slot = sum;
                }
            }
            let rest = groups.remainder();
            for (r, &x) in rest.iter().enumerate() {
                let row = row(begin + block.len() - rest.len() + r);
                sums.iter_mut().zip(row).for_each(|(s, &a)| *s = a.mul_add::<FMA>(x, *s));
            }
            self.y.iter_mut().zip(sums.iter()).for_each(|(y, &s)| *y = *y + s);
        }
    }
}
