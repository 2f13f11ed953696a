//! Systems, inverses and determinants of small matrices, many at a time.
//!
//! A vector holds one element of as many matrices as it has lanes, so that Gaussian elimination is the same
//! instructions for all of them; partial pivoting exchanges rows by selection. Each lane is the elimination of
//! LAPACK's `getf2` (Golub and Van Loan, Matrix Computations, 4th ed., algorithm 3.4.1).

use std::ops::Range;

use numfuse_ir::num_complex::Complex;

use super::{Number, Out, Stack};
use crate::host::simd::{Kernel, MulAdd};

/// Largest matrices that are eliminated here.
pub(super) const SMALL: usize = 8;
/// Matrices at a time: two vectors of the widest kind.
pub(super) const LANES: usize = 16;

/// An element that comes in lanes.
pub(super) trait Laned: Copy {
    /// So many elements.
    type Lanes: Lanes<Item = Self>;
}

/// One element of each of some matrices.
pub(super) trait Lanes: Copy {
    type Item: Copy;

    fn splat(value: f64) -> Self;
    fn get(&self, lane: usize) -> Self::Item;
    fn set(&mut self, lane: usize, value: Self::Item);
    fn times<const FMA: bool>(self, other: Self) -> Self;
    fn over<const FMA: bool>(self, other: Self) -> Self;
    /// `self - x · y`.
    fn less<const FMA: bool>(self, x: Self, y: Self) -> Self;
    /// Where the largest element of column `k` is in the rows from `k` on. The size of a complex number is the sum of its
    /// parts' absolute values, as in LAPACK.
    fn pivots(rows: &[[Self; SMALL]], k: usize) -> Row;
    /// Exchanges two elements where `at` is `i`.
    fn swap_where(at: &Row, i: usize, x: &mut Self, y: &mut Self);
    /// The other sign where `at` is not `i`.
    fn flip_unless(self, at: &Row, i: usize) -> Self;
}

/// Lanes of real numbers.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(super) struct Row([f64; LANES]);

/// Lanes of complex numbers.
#[derive(Clone, Copy)]
pub(super) struct Pair {
    re: Row,
    im: Row,
}

impl Laned for f64 {
    type Lanes = Row;
}

impl Laned for Complex<f64> {
    type Lanes = Pair;
}

impl Row {
    #[inline(always)]
    fn map(mut self, f: impl Fn(f64) -> f64) -> Row {
        for x in &mut self.0 {
            *x = f(*x);
        }
        self
    }

    #[inline(always)]
    fn zip(mut self, other: Row, f: impl Fn(f64, f64) -> f64) -> Row {
        for (x, y) in self.0.iter_mut().zip(other.0) {
            *x = f(*x, y);
        }
        self
    }

    /// `self · y + z`.
    #[inline(always)]
    fn mul_add<const FMA: bool>(self, y: Row, mut z: Row) -> Row {
        for (z, (x, y)) in z.0.iter_mut().zip(self.0.into_iter().zip(y.0)) {
            *z = MulAdd::mul_add::<FMA>(x, y, *z);
        }
        z
    }

    #[inline(always)]
    fn abs(self) -> Row {
        self.map(f64::abs)
    }

    #[inline(always)]
    fn neg(self) -> Row {
        self.map(|x| -x)
    }

    #[inline(always)]
    fn times(self, other: Row) -> Row {
        self.zip(other, |x, y| x * y)
    }

    #[inline(always)]
    fn over(self, other: Row) -> Row {
        self.zip(other, |x, y| x / y)
    }

    /// Where the largest of the sizes is, counted from `k`; NaN is never larger.
    #[inline(always)]
    fn largest(sizes: impl Iterator<Item = Row>, k: usize) -> Row {
        let (mut at, mut best) = (Row([k as f64; LANES]), Row([0.0; LANES]));
        for (i, size) in sizes.enumerate() {
            let position = (k + i) as f64;
            for ((at, best), size) in at.0.iter_mut().zip(&mut best.0).zip(size.0) {
                let larger = i == 0 || size > *best;
                *at = if larger { position } else { *at };
                *best = if larger { size } else { *best };
            }
        }
        at
    }

    /// By bits: an exchange of places becomes a branch per lane.
    #[inline(always)]
    fn exchange(at: &Row, i: usize, x: &mut Row, y: &mut Row) {
        let i = i as f64;
        for ((x, y), at) in x.0.iter_mut().zip(&mut y.0).zip(at.0) {
            let difference = (x.to_bits() ^ y.to_bits()) & u64::from(at == i).wrapping_neg();
            *x = f64::from_bits(x.to_bits() ^ difference);
            *y = f64::from_bits(y.to_bits() ^ difference);
        }
    }

    #[inline(always)]
    fn flip(self, at: &Row, i: usize) -> Row {
        let i = i as f64;
        self.zip(*at, |x, at| if at == i { x } else { -x })
    }
}

impl Lanes for Row {
    type Item = f64;

    #[inline(always)]
    fn splat(value: f64) -> Row {
        Row([value; LANES])
    }
    #[inline(always)]
    fn get(&self, lane: usize) -> f64 {
        self.0[lane]
    }
    #[inline(always)]
    fn set(&mut self, lane: usize, value: f64) {
        self.0[lane] = value;
    }
    #[inline(always)]
    fn times<const FMA: bool>(self, other: Row) -> Row {
        Row::times(self, other)
    }
    #[inline(always)]
    fn over<const FMA: bool>(self, other: Row) -> Row {
        Row::over(self, other)
    }
    #[inline(always)]
    fn less<const FMA: bool>(self, x: Row, y: Row) -> Row {
        x.neg().mul_add::<FMA>(y, self)
    }
    #[inline(always)]
    fn pivots(rows: &[[Row; SMALL]], k: usize) -> Row {
        Row::largest(rows.iter().map(|row| row[k].abs()), k)
    }
    #[inline(always)]
    fn swap_where(at: &Row, i: usize, x: &mut Row, y: &mut Row) {
        Row::exchange(at, i, x, y);
    }
    #[inline(always)]
    fn flip_unless(self, at: &Row, i: usize) -> Row {
        self.flip(at, i)
    }
}

impl Lanes for Pair {
    type Item = Complex<f64>;

    #[inline(always)]
    fn splat(value: f64) -> Pair {
        Pair { re: Row::splat(value), im: Row::splat(0.0) }
    }
    #[inline(always)]
    fn get(&self, lane: usize) -> Complex<f64> {
        Complex { re: self.re.0[lane], im: self.im.0[lane] }
    }
    #[inline(always)]
    fn set(&mut self, lane: usize, value: Complex<f64>) {
        (self.re.0[lane], self.im.0[lane]) = (value.re, value.im);
    }
    #[inline(always)]
    fn times<const FMA: bool>(self, other: Pair) -> Pair {
        let re = self.re.times(other.re).less::<FMA>(self.im, other.im);
        Pair { re, im: self.re.mul_add::<FMA>(other.im, self.im.times(other.re)) }
    }
    #[inline(always)]
    fn over<const FMA: bool>(self, other: Pair) -> Pair {
        // By the conjugate of a divisor that is scaled first, so that its square does not overflow.
        let size = other.re.abs().zip(other.im.abs(), |x, y| if x < y { y } else { x });
        let (c, d) = (other.re.over(size), other.im.over(size));
        let norm = c.mul_add::<FMA>(c, d.times(d)).times(size);
        let re = self.re.mul_add::<FMA>(c, self.im.times(d));
        let im = self.im.times(c).less::<FMA>(self.re, d);
        Pair { re: re.over(norm), im: im.over(norm) }
    }
    #[inline(always)]
    fn less<const FMA: bool>(self, x: Pair, y: Pair) -> Pair {
        let re = self.re.less::<FMA>(x.re, y.re);
        let im = self.im.less::<FMA>(x.re, y.im).less::<FMA>(x.im, y.re);
        Pair { re: x.im.mul_add::<FMA>(y.im, re), im }
    }
    #[inline(always)]
    fn pivots(rows: &[[Pair; SMALL]], k: usize) -> Row {
        Row::largest(rows.iter().map(|row| row[k].re.abs().zip(row[k].im.abs(), |x, y| x + y)), k)
    }
    #[inline(always)]
    fn swap_where(at: &Row, i: usize, x: &mut Pair, y: &mut Pair) {
        Row::exchange(at, i, &mut x.re, &mut y.re);
        Row::exchange(at, i, &mut x.im, &mut y.im);
    }
    #[inline(always)]
    fn flip_unless(self, at: &Row, i: usize) -> Pair {
        Pair { re: self.re.flip(at, i), im: self.im.flip(at, i) }
    }
}

/// Eliminated matrices: U, and L below its diagonal of ones.
struct Group<V: Lanes> {
    n: usize,
    a: [[V; SMALL]; SMALL],
    /// The row that each row changed places with.
    swaps: [Row; SMALL],
}

impl<V: Lanes> Group<V> {
    /// From `count` matrices of a stack; the other lanes repeat the last one.
    #[inline(always)]
    fn new<const FMA: bool>(stack: &Stack<V::Item>, first: usize, count: usize) -> Self
    where
        V::Item: Number,
    {
        let n = stack.rows;
        let mut a = [[V::splat(0.0); SMALL]; SMALL];
        for lane in 0..LANES {
            let from = stack.at(first + lane.min(count - 1));
            for (i, row) in a.iter_mut().enumerate().take(n) {
                for (j, x) in row.iter_mut().enumerate().take(n) {
                    // SAFETY: n × n elements lie at the strides of the stack.
                    x.set(lane, unsafe { *from.offset(i as isize * stack.strides[0] + j as isize * stack.strides[1]) });
                }
            }
        }
        let mut swaps = [Row::splat(0.0); SMALL];
        for k in 0..n {
            swaps[k] = V::pivots(&a[k..n], k);
            let (above, below) = a.split_at_mut(k + 1);
            let pivot = &mut above[k];
            for (i, row) in (k + 1..n).zip(below.iter_mut()) {
                for (x, y) in pivot.iter_mut().zip(row).take(n) {
                    V::swap_where(&swaps[k], i, x, y);
                }
            }
            for row in below.iter_mut().take(n - k - 1) {
                let factor = row[k].over::<FMA>(pivot[k]);
                row[k] = factor;
                for j in k + 1..n {
                    row[j] = row[j].less::<FMA>(factor, pivot[j]);
                }
            }
        }
        Group { n, a, swaps }
    }

    /// Replaces a right-hand side by the solution. All rows change places first, as the rows of L have.
    #[inline(always)]
    fn solve<const FMA: bool>(&self, x: &mut [V; SMALL]) {
        let n = self.n;
        for k in 0..n {
            let (above, below) = x.split_at_mut(k + 1);
            for (i, other) in (k + 1..n).zip(below.iter_mut()) {
                V::swap_where(&self.swaps[k], i, &mut above[k], other);
            }
        }
        for k in 0..n {
            let (above, below) = x.split_at_mut(k + 1);
            for (other, row) in below.iter_mut().zip(&self.a[k + 1..n]) {
                *other = other.less::<FMA>(row[k], above[k]);
            }
        }
        for k in (0..n).rev() {
            x[k] = x[k].over::<FMA>(self.a[k][k]);
            for i in 0..k {
                x[i] = x[i].less::<FMA>(self.a[i][k], x[k]);
            }
        }
    }

    /// A pivot is zero exactly: what LAPACK calls singular.
    fn singular(&self, lane: usize) -> bool
    where
        V::Item: Default + PartialEq,
    {
        (0..self.n).any(|k| self.a[k][k].get(lane) == V::Item::default())
    }
}

/// Groups of matrices, from first to last.
fn each_group(matrices: Range<usize>) -> impl Iterator<Item = (usize, usize)> {
    let end = matrices.end;
    matrices.step_by(LANES).map(move |first| (first, LANES.min(end - first)))
}

/// Solutions of systems, or inverses.
pub(super) struct Solve<'a, T> {
    pub a: &'a Stack<T>,
    /// Right-hand sides: the identity if there are none.
    pub b: Option<&'a Stack<T>>,
    pub out: &'a Out<T>,
    pub matrices: Range<usize>,
    /// What singular matrices give; the result counts if there is none.
    pub otherwise: Option<T>,
}

impl<T: Number> Kernel for Solve<'_, T> {
    /// Whether there is a solution for all.
    type Out = bool;

    #[inline(always)]
    fn run<const FMA: bool>(self) -> bool {
        let (n, columns) = (self.a.rows, self.b.map_or(self.a.rows, |b| b.columns));
        let mut regular = true;
        for (first, count) in each_group(self.matrices) {
            let group = Group::<T::Lanes>::new::<FMA>(self.a, first, count);
            let bad: [bool; LANES] = std::array::from_fn(|lane| lane < count && group.singular(lane));
            if bad.contains(&true) && self.otherwise.is_none() {
                regular = false;
                break;
            }
            for column in 0..columns {
                let mut x = [T::Lanes::splat(0.0); SMALL];
                match self.b {
                    None => x[column] = T::Lanes::splat(1.0),
                    Some(b) => {
                        for lane in 0..LANES {
                            let from = b.at(first + lane.min(count - 1));
                            for (i, x) in x.iter_mut().enumerate().take(n) {
                                let offset = i as isize * b.strides[0] + column as isize * b.strides[1];
                                // SAFETY: n × columns elements lie at the strides of the stack.
                                x.set(lane, unsafe { *from.offset(offset) });
                            }
                        }
                    }
                }
                group.solve::<FMA>(&mut x);
                for (lane, &bad) in bad.iter().enumerate().take(count) {
                    // SAFETY: this call alone writes these results, of n × columns elements each.
                    let to = unsafe { self.out.base.get().add((first + lane) * n * columns + column) };
                    for (i, x) in x.iter().enumerate().take(n) {
                        let value = if bad { self.otherwise.unwrap_or_default() } else { x.get(lane) };
                        // SAFETY: as above.
                        unsafe { *to.add(i * columns) = value };
                    }
                }
            }
        }
        regular
    }
}

/// Pivots of matrices: calls `found` with the number of the matrix, its pivots, whether rows were exchanged an odd
/// number of times, and the product of all that.
pub(super) struct Pivots<'a, T, F> {
    pub a: &'a Stack<T>,
    pub matrices: Range<usize>,
    pub found: F,
}

impl<T: Number, F: FnMut(usize, &[T], bool, T)> Kernel for Pivots<'_, T, F> {
    type Out = ();

    #[inline(always)]
    fn run<const FMA: bool>(mut self) {
        let n = self.a.rows;
        for (first, count) in each_group(self.matrices) {
            let group = Group::<T::Lanes>::new::<FMA>(self.a, first, count);
            let mut sign = T::Lanes::splat(1.0);
            let mut product = T::Lanes::splat(1.0);
            for k in 0..n {
                sign = sign.flip_unless(&group.swaps[k], k);
                product = product.times::<FMA>(group.a[k][k]);
            }
            product = product.times::<FMA>(sign);
            for lane in 0..count {
                let mut pivots = [T::default(); SMALL];
                pivots.iter_mut().zip(&group.a).enumerate().take(n).for_each(|(k, (p, row))| *p = row[k].get(lane));
                let odd = sign.get(lane).wide().re < 0.0;
                (self.found)(first + lane, &pivots[..n], odd, product.get(lane));
            }
        }
    }
}
