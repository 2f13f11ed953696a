//! Products of small matrices, of which a gemm would spend its time packing.

use std::ops::Range;

use numfuse_ir::Element;

use super::Starts;
use crate::host::simd::{Kernel, MulAdd};

/// Largest edge of the matrices that are multiplied here.
pub(super) const SMALL: usize = 8;

/// Some products of a stack.
pub(super) struct Small<'a, T> {
    /// Where the first operands begin, from which `starts` count, and strides of their matrices.
    pub a: (*const T, [isize; 2]),
    /// The same of the second operands.
    pub b: (*const T, [isize; 2]),
    /// Room for the results of the whole stack.
    pub c: *mut T,
    pub starts: &'a Starts,
    /// Which of the stack.
    pub products: Range<usize>,
    /// Rows, columns, and terms of each sum: none above [`SMALL`].
    pub sizes: [usize; 3],
}

impl<T: Element + MulAdd> Small<'_, T> {
    /// Multiplies.
    ///
    /// # Safety
    ///
    /// The operands must lie where the fields say, and the room be writable and this call's alone.
    pub(super) unsafe fn multiply(self) {
        crate::host::simd::widest(self);
    }

    /// For `N` columns, which the compiler then knows.
    #[inline(always)]
    fn columns<const N: usize, const FMA: bool>(&self) {
        let [m, _, k] = self.sizes;
        let ((a, sa), (b, sb)) = (self.a, self.b);
        let in_order = m == N && k == N && sa == [N as isize, 1] && sb == sa;
        for i in self.products.clone() {
            let (start_a, start_b) = self.starts.get(i);
            // SAFETY: the caller of `multiply` says that the operands and the room lie there.
            unsafe {
                let (a, b, c) = (a.offset(start_a), b.offset(start_b), self.c.add(i * m * N));
                if in_order {
                    square::<T, N, FMA>(a, b, c);
                } else {
                    strided::<T, N, FMA>((a, sa), (b, sb), c, [m, k]);
                }
            }
        }
    }
}

impl<T: Element + MulAdd> Kernel for Small<'_, T> {
    type Out = ();

    #[inline(always)]
    fn run<const FMA: bool>(self) {
        match self.sizes[1] {
            1 => self.columns::<1, FMA>(),
            2 => self.columns::<2, FMA>(),
            3 => self.columns::<3, FMA>(),
            4 => self.columns::<4, FMA>(),
            5 => self.columns::<5, FMA>(),
            6 => self.columns::<6, FMA>(),
            7 => self.columns::<7, FMA>(),
            _ => self.columns::<SMALL, FMA>(),
        }
    }
}

/// `c = a · b` of square matrices in order: every size is known.
///
/// # Safety
///
/// Each must hold N × N elements.
#[inline(always)]
unsafe fn square<T: Element + MulAdd, const N: usize, const FMA: bool>(a: *const T, b: *const T, c: *mut T) {
    // In registers.
    let mut rows = [[T::default(); N]; N];
    for (p, row) in rows.iter_mut().enumerate() {
        // SAFETY: as the caller says.
        *row = unsafe { b.add(p * N).cast::<[T; N]>().read_unaligned() };
    }
    for i in 0..N {
        let mut sum = [T::default(); N];
        for (p, row) in rows.iter().enumerate() {
            // SAFETY: i and p are below N, and the caller's promise.
            let x = unsafe { *a.add(i * N + p) };
            for (s, &y) in sum.iter_mut().zip(row) {
                *s = x.mul_add::<FMA>(y, *s);
            }
        }
        // SAFETY: as above.
        unsafe { c.add(i * N).cast::<[T; N]>().write_unaligned(sum) };
    }
}

/// `c = a · b` of `m × k` and `k × N` elements at strides.
///
/// # Safety
///
/// The operands must lie there, and `c` have room for `m × N`.
#[inline(always)]
unsafe fn strided<T: Element + MulAdd, const N: usize, const FMA: bool>(
    (a, sa): (*const T, [isize; 2]),
    (b, sb): (*const T, [isize; 2]),
    c: *mut T,
    [m, k]: [usize; 2],
) {
    let mut rows = [[T::default(); N]; SMALL];
    for (p, row) in rows.iter_mut().enumerate().take(k) {
        for (j, x) in row.iter_mut().enumerate() {
            // SAFETY: p < k and j < N.
            *x = unsafe { *b.offset(p as isize * sb[0] + j as isize * sb[1]) };
        }
    }
    for i in 0..m {
        let mut sum = [T::default(); N];
        for (p, row) in rows.iter().enumerate().take(k) {
            // SAFETY: i < m and p < k.
            let x = unsafe { *a.offset(i as isize * sa[0] + p as isize * sa[1]) };
            for (s, &y) in sum.iter_mut().zip(row) {
                *s = x.mul_add::<FMA>(y, *s);
            }
        }
        // SAFETY: row i of m rows of N elements.
        unsafe { c.add(i * N).cast::<[T; N]>().write_unaligned(sum) };
    }
}
