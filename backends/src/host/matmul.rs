//! Matrix products over broadcast stacks.
//!
//! Floats go to a gemm, which takes any strides, so that transposed and sliced operands are not
//! copied. Small matrices of a stack are multiplied by a loop of their own, because a gemm would spend
//! its time packing. Integers wrap and bools are "or of ands", as in NumPy.

use numfuse_dense::{Field, MatMut, MatRef, Par};
use numfuse_ir::num_complex::Complex;
use numfuse_ir::shape::{Shape, broadcast};
use numfuse_ir::{DType, Element, IndexMap, View};

use super::{Shared, each, offsets};
use crate::runtime::{Concrete, Fault, Fresh, config};

/// Products per thread that are worth waking one.
const PARALLEL_WORK: usize = 1 << 20;
/// Largest edge of the matrices that the small loop multiplies.
const SMALL: usize = 8;

/// `matmul`: `(…, m, k) @ (…, k, n)`, no parameters. Both operands have one dtype, which is not
/// `float16`.
pub(super) fn matmul(inputs: &[Concrete], _: &[i64]) -> Result<Vec<Concrete>, Fault> {
    let [a, b] = inputs else { return Err(Fault::Mismatch("matmul takes two operands".into())) };
    let product = match a.dtype {
        DType::F32 => float::<f32>(a, b),
        DType::F64 => float::<f64>(a, b),
        DType::C64 => float::<Complex<f32>>(a, b),
        DType::C128 => float::<Complex<f64>>(a, b),
        DType::Bool => integer::<bool>(a, b),
        DType::I8 => integer::<i8>(a, b),
        DType::I16 => integer::<i16>(a, b),
        DType::I32 => integer::<i32>(a, b),
        DType::I64 => integer::<i64>(a, b),
        DType::U8 => integer::<u8>(a, b),
        DType::U16 => integer::<u16>(a, b),
        DType::U32 => integer::<u32>(a, b),
        DType::U64 => integer::<u64>(a, b),
        other => Err(Fault::Mismatch(format!("matmul has no {other} kernel"))),
    };
    Ok(vec![product?])
}

/// One product of a stack: sizes, strides of the operands' last two axes, and where each pair begins.
struct Stack {
    shape: Shape,
    sizes: [usize; 3],
    a: [isize; 2],
    b: [isize; 2],
    starts: Vec<(isize, isize)>,
}

impl Stack {
    fn new(a: &Concrete, b: &Concrete) -> Result<Stack, Fault> {
        let mismatch = || Fault::Mismatch("matmul: shapes do not fit".into());
        let ((sa, sb), (na, nb)) = ((&a.map.shape, &b.map.shape), (a.map.shape.len(), b.map.shape.len()));
        if na < 2 || nb < 2 || sa[na - 1] != sb[nb - 2] || a.dtype != b.dtype {
            return Err(mismatch());
        }
        let batch = broadcast(&sa[..na - 2], &sb[..nb - 2]).ok_or_else(mismatch)?;
        let sizes @ [m, n, _] = [sa[na - 2], sb[nb - 1], sa[na - 1]];
        // Offsets relative to element (0, …, 0), which `Concrete::base` points at.
        let stacked = |c: &Concrete, ndim: usize| -> Result<Vec<isize>, Fault> {
            let lead = IndexMap {
                offset: 0,
                shape: c.map.shape[..ndim - 2].into(),
                strides: c.map.strides[..ndim - 2].into(),
            };
            let map = lead.through(&View::Broadcast, &batch).ok_or_else(mismatch)?;
            Ok(offsets(&map, &batch))
        };
        let starts = stacked(a, na)?.into_iter().zip(stacked(b, nb)?).collect();
        let last = |c: &Concrete, ndim: usize| [c.map.strides[ndim - 2], c.map.strides[ndim - 1]];
        let (a, b) = (last(a, na), last(b, nb));
        let mut shape = batch;
        shape.extend([m, n]);
        Ok(Stack { shape, sizes, a, b, starts })
    }

    /// Products in all, and the threads that they are worth.
    fn threads(&self) -> usize {
        let work = self.sizes.iter().product::<usize>().saturating_mul(self.starts.len());
        config::threads().min(work / PARALLEL_WORK).max(1)
    }
}

fn float<T: Element + Field + std::ops::Add<Output = T> + std::ops::Mul<Output = T>>(
    a: &Concrete,
    b: &Concrete,
) -> Result<Concrete, Fault> {
    let stack = Stack::new(a, b)?;
    let [m, n, k] = stack.sizes;
    if k == 0 || stack.starts.is_empty() || m * n == 0 {
        return Ok(Fresh::<T>::zeroed(&stack.shape)?.finish());
    }
    let (Some(pa), Some(pb)) = (a.base::<T>(), b.base::<T>()) else {
        return Err(Fault::Mismatch("matmul: an operand reaches outside its buffer".into()));
    };
    // SAFETY: every element of every product is written below.
    let mut out = unsafe { Fresh::<T>::uninit(&stack.shape)? };
    let (pa, pb, pc) = (Shared(pa), Shared(pb), Shared(out.ptr()));
    let threads = stack.threads();
    let (sa, sb) = (stack.a, stack.b);
    if m.max(n).max(k) <= SMALL {
        let product = small_kernel::<T>(n);
        let chunk = stack.starts.len().div_ceil(threads * 4).max(64);
        each(stack.starts.len().div_ceil(chunk), threads, |c| {
            for i in c * chunk..((c + 1) * chunk).min(stack.starts.len()) {
                let (start_a, start_b) = stack.starts[i];
                // SAFETY: the offsets are those of matrices inside the operands, and each result is one matrix of
                // the new array, written by this thread alone.
                unsafe {
                    product(
                        (pa.get().offset(start_a), sa),
                        (pb.get().offset(start_b), sb),
                        pc.get().add(i * m * n),
                        stack.sizes,
                    );
                }
            }
        });
        return Ok(out.finish());
    }
    // Cut each product into panels of rows or columns, whichever are longer, when the stack is too short.
    let panels = threads.div_ceil(stack.starts.len()).min(m.max(n).div_ceil(16));
    each(stack.starts.len() * panels, threads, |task| {
        let (i, panel) = (task / panels, task % panels);
        let cut = |len: usize| {
            let step = len.div_ceil(panels).next_multiple_of(16);
            ((panel * step).min(len), ((panel + 1) * step).min(len))
        };
        let ((r0, r1), (c0, c1)) = if m >= n { (cut(m), (0, n)) } else { ((0, m), cut(n)) };
        if r0 == r1 || c0 == c1 {
            return;
        }
        let (start_a, start_b) = stack.starts[i];
        // SAFETY: rows r0..r1 and columns c0..c1 lie inside the operands and the result; panels do not overlap.
        unsafe {
            let a = pa.get().offset(start_a + r0 as isize * sa[0]);
            let b = pb.get().offset(start_b + c0 as isize * sb[1]);
            let c = pc.get().add(i * m * n + r0 * n + c0);
            let a = MatRef::from_raw_parts(a.cast_const(), r1 - r0, k, sa[0], sa[1]);
            let b = MatRef::from_raw_parts(b.cast_const(), k, c1 - c0, sb[0], sb[1]);
            let c = MatMut::from_raw_parts_mut(c, r1 - r0, c1 - c0, n as isize, 1);
            T::multiply(c, a, b, Par::Seq);
        }
    });
    Ok(out.finish())
}

type Small<T> = unsafe fn((*mut T, [isize; 2]), (*mut T, [isize; 2]), *mut T, [usize; 3]);

/// The small loop for a number of columns, which the compiler then knows.
fn small_kernel<T: Element + std::ops::Add<Output = T> + std::ops::Mul<Output = T>>(n: usize) -> Small<T> {
    match n {
        1 => small::<T, 1>,
        2 => small::<T, 2>,
        3 => small::<T, 3>,
        4 => small::<T, 4>,
        5 => small::<T, 5>,
        6 => small::<T, 6>,
        7 => small::<T, 7>,
        _ => small::<T, SMALL>,
    }
}

/// `c = a @ b` for `n = N` columns.
///
/// # Safety
///
/// The operands must hold `m × k` and `k × N` elements at their strides, and `c` have room for `m × N`.
unsafe fn small<T: Element + std::ops::Add<Output = T> + std::ops::Mul<Output = T>, const N: usize>(
    (a, sa): (*mut T, [isize; 2]),
    (b, sb): (*mut T, [isize; 2]),
    c: *mut T,
    [m, _, k]: [usize; 3],
) {
    if m == N && k == N && sa == [N as isize, 1] && sb == sa {
        // Square and in order, as most stacks are: the compiler knows every size.
        // SAFETY: the operands hold N × N elements in order.
        unsafe {
            let (a, b) = (a.cast::<[[T; N]; N]>().read_unaligned(), b.cast::<[[T; N]; N]>().read_unaligned());
            let mut product = [[T::default(); N]; N];
            for (row, out) in a.iter().zip(&mut product) {
                for (&x, other) in row.iter().zip(&b) {
                    for (s, &y) in out.iter_mut().zip(other) {
                        *s = *s + x * y;
                    }
                }
            }
            c.cast::<[[T; N]; N]>().write_unaligned(product);
        }
        return;
    }
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
                *s = *s + x * y;
            }
        }
        // SAFETY: row i of m rows of N elements.
        unsafe { c.add(i * N).cast::<[T; N]>().write_unaligned(sum) };
    }
}

/// NumPy's arithmetic of a product's elements.
trait Wrap: Element {
    fn mul_add(self, x: Self, y: Self) -> Self;
}

macro_rules! wrap {
    ($($t:ty),*) => {$(impl Wrap for $t {
        fn mul_add(self, x: $t, y: $t) -> $t { self.wrapping_add(x.wrapping_mul(y)) }
    })*};
}
wrap!(i8, i16, i32, i64, u8, u16, u32, u64);

impl Wrap for bool {
    fn mul_add(self, x: bool, y: bool) -> bool {
        self | (x & y)
    }
}

/// Rows of `b` that stay in the first-level cache while the rows of `c` pass.
const BLOCK_K: usize = 64;
/// Columns of a block.
const BLOCK_N: usize = 512;

fn integer<T: Wrap>(a: &Concrete, b: &Concrete) -> Result<Concrete, Fault> {
    let stack = Stack::new(a, b)?;
    let [m, n, k] = stack.sizes;
    let mut out = Fresh::<T>::zeroed(&stack.shape)?;
    if k == 0 || stack.starts.is_empty() || m * n == 0 {
        return Ok(out.finish());
    }
    let (Some(pa), Some(pb)) = (a.base::<T>(), b.base::<T>()) else {
        return Err(Fault::Mismatch("matmul: an operand reaches outside its buffer".into()));
    };
    let (pa, pb, pc) = (Shared(pa), Shared(pb), Shared(out.ptr()));
    let threads = stack.threads();
    let panels = threads.div_ceil(stack.starts.len()).min(m);
    each(stack.starts.len() * panels, threads, |task| {
        let (s, panel) = (task / panels, task % panels);
        let rows = panel * m / panels..(panel + 1) * m / panels;
        let (start_a, start_b) = stack.starts[s];
        // SAFETY: indices below m, n and k lie inside the operands and the result; panels do not overlap.
        unsafe {
            let (a, b) = (pa.get().offset(start_a), pb.get().offset(start_b));
            for (k0, j0) in (0..k).step_by(BLOCK_K).flat_map(|k0| (0..n).step_by(BLOCK_N).map(move |j0| (k0, j0))) {
                let (k1, j1) = ((k0 + BLOCK_K).min(k), (j0 + BLOCK_N).min(n));
                for i in rows.clone() {
                    let row = std::slice::from_raw_parts_mut(pc.get().add((s * m + i) * n + j0), j1 - j0);
                    for p in k0..k1 {
                        let x = *a.offset(i as isize * stack.a[0] + p as isize * stack.a[1]);
                        let from = b.offset(p as isize * stack.b[0] + j0 as isize * stack.b[1]);
                        if stack.b[1] == 1 {
                            let other = std::slice::from_raw_parts(from.cast_const(), j1 - j0);
                            row.iter_mut().zip(other).for_each(|(c, &y)| *c = c.mul_add(x, y));
                        } else {
                            for (j, c) in row.iter_mut().enumerate() {
                                *c = c.mul_add(x, *from.offset(j as isize * stack.b[1]));
                            }
                        }
                    }
                }
            }
        }
    });
    Ok(out.finish())
}
