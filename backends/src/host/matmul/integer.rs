//! Products of integers, which wrap, and of bools, which are "or of ands".

use numfuse_ir::Element;

use super::{Shared, Stack, each};
use crate::runtime::{Concrete, Fault, Fresh};

/// NumPy's arithmetic of a product's elements.
pub(super) trait Wrap: Element {
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

pub(super) fn integer<T: Wrap>(a: &Concrete, b: &Concrete) -> Result<Concrete, Fault> {
    let stack = Stack::new(a, b)?;
    let [m, n, k] = stack.sizes;
    let mut out = Fresh::<T>::zeroed(&stack.shape)?;
    if k == 0 || stack.starts.len() == 0 || m * n == 0 {
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
        let (start_a, start_b) = stack.starts.get(s);
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
