//! Matrix products over broadcast stacks.
//!
//! Floats go to a gemm, which takes any strides, so that transposed and sliced operands are not
//! copied. Small matrices of a stack and products with vectors have loops of their own.

mod integer;
mod small;
mod vector;

use numfuse_dense::{MatMut, MatRef, Multiply, Par};
use numfuse_ir::num_complex::Complex;
use numfuse_ir::shape::{Shape, broadcast};
use numfuse_ir::{DType, Element, IndexMap, View};

use super::simd::{MulAdd, widest};
use super::{Offsets, Shared, each};
use crate::runtime::{Concrete, Fault, Fresh, config};
use integer::integer;
use small::{SMALL, Small};
use vector::{Product, Several};

/// Products per thread that are worth waking one.
const PARALLEL_WORK: usize = 1 << 20;

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

/// Where each pair of operands begins.
struct Starts(Offsets, Offsets);

impl Starts {
    #[inline(always)]
    fn len(&self) -> usize {
        self.0.len()
    }

    #[inline(always)]
    fn get(&self, i: usize) -> (isize, isize) {
        (self.0.get(i), self.1.get(i))
    }
}

/// One product of a stack: sizes, strides of the operands' last two axes, and where each pair begins.
struct Stack {
    shape: Shape,
    sizes: [usize; 3],
    a: [isize; 2],
    b: [isize; 2],
    starts: Starts,
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
        let stacked = |c: &Concrete, ndim: usize| -> Result<Offsets, Fault> {
            let lead = IndexMap {
                offset: 0,
                shape: c.map.shape[..ndim - 2].into(),
                strides: c.map.strides[..ndim - 2].into(),
            };
            let map = lead.through(&View::Broadcast, &batch).ok_or_else(mismatch)?;
            Ok(Offsets::new(&map, &batch))
        };
        let starts = Starts(stacked(a, na)?, stacked(b, nb)?);
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

/// A type of float.
trait Float: Element + Multiply + MulAdd {
    /// Multiplies a matrix and a vector, if there is a loop for such strides.
    ///
    /// # Safety
    ///
    /// As [`Product::multiply`].
    unsafe fn vector(_: Product<Self>, _threads: usize) -> Option<Result<(), Fault>> {
        None
    }

    /// [`Product::whole`].
    fn whole(_: &Product<Self>) -> bool {
        false
    }

    /// Multiplies products that are [whole](Product::whole).
    ///
    /// # Safety
    ///
    /// As [`Product::multiply`].
    unsafe fn several(_: impl Iterator<Item = Product<Self>>) {}
}

macro_rules! floats {
    ($($t:ident),*) => {$(
        impl Float for $t {
            unsafe fn vector(product: Product<$t>, threads: usize) -> Option<Result<(), Fault>> {
                // SAFETY: as the caller says.
                product.suits().then(|| unsafe { product.multiply(threads) })
            }
            fn whole(product: &Product<$t>) -> bool {
                product.whole()
            }
            unsafe fn several(products: impl Iterator<Item = Product<$t>>) {
                widest(Several(products));
            }
        }
        impl Float for Complex<$t> {}
    )*};
}
floats!(f32, f64);

fn float<T: Float>(a: &Concrete, b: &Concrete) -> Result<Concrete, Fault> {
    let stack = Stack::new(a, b)?;
    let [m, n, k] = stack.sizes;
    if k == 0 || stack.starts.len() == 0 || m * n == 0 {
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
        let chunk = stack.starts.len().div_ceil(threads * 4).max(64);
        each(stack.starts.len().div_ceil(chunk), threads, |c| {
            let products = c * chunk..((c + 1) * chunk).min(stack.starts.len());
            // SAFETY: the offsets are those of matrices inside the operands, and each result is one matrix of the new
            // array, written by this thread alone.
            unsafe {
                let (a, b) = ((pa.get().cast_const(), sa), (pb.get().cast_const(), sb));
                Small { a, b, c: pc.get(), starts: &stack.starts, products, sizes: stack.sizes }.multiply();
            }
        });
        return Ok(out.finish());
    }
    if (m == 1 || n == 1) && multiply_vectors(&stack, (pa, pb, pc), threads)? {
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
        let (start_a, start_b) = stack.starts.get(i);
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

/// Products in which one operand is a vector; false if they have no loop of their own.
fn multiply_vectors<T: Float>(
    stack: &Stack,
    (a, b, c): (Shared<T>, Shared<T>, Shared<T>),
    threads: usize,
) -> Result<bool, Fault> {
    let [m, n, k] = stack.sizes;
    let product = |i: usize| {
        let (start_a, start_b) = stack.starts.get(i);
        let (a, b) = (a.get().wrapping_offset(start_a), b.get().wrapping_offset(start_b));
        let y = Shared(c.get().wrapping_add(i * m * n));
        if n == 1 {
            Product { a: Shared(a), strides: stack.a, x: Shared(b), step: stack.b[0], y, rows: m, terms: k }
        } else {
            let strides = [stack.b[1], stack.b[0]];
            Product { a: Shared(b), strides, x: Shared(a), step: stack.a[1], y, rows: n, terms: k }
        }
    };
    // SAFETY: operands and results are those of the stack, and each product is computed once.
    let run = |i: usize, threads: usize| unsafe { T::vector(product(i), threads) };
    let count = stack.starts.len();
    let chunk = count.div_ceil(threads * 4);
    if T::whole(&product(0)) {
        each(count.div_ceil(chunk), threads, |task| {
            // SAFETY: as above.
            unsafe { T::several((task * chunk..((task + 1) * chunk).min(count)).map(product)) };
        });
        return Ok(true);
    }
    let Some(first) = run(0, threads) else { return Ok(false) };
    first?;
    let rest = count - 1;
    if rest < threads {
        for i in 1..=rest {
            run(i, threads).unwrap_or(Ok(()))?;
        }
        return Ok(true);
    }
    let failed = std::sync::OnceLock::new();
    each(rest.div_ceil(chunk), threads, |task| {
        for i in task * chunk..((task + 1) * chunk).min(rest) {
            if let Some(Err(fault)) = run(i + 1, 1) {
                let _ = failed.set(fault);
            }
        }
    });
    failed.into_inner().map_or(Ok(true), Err)
}
