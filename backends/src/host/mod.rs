//! Kernels of libraries: what runs as one call on whole arrays instead of as a loop.
//!
//! A kernel is a function of concrete arrays and whole numbers that gives fresh contiguous arrays,
//! one per result of its [`HostOp`]. It takes its operands as they lie in memory, as any strided
//! view, and runs on [`threads`](crate::runtime::config::threads) threads at most. Both backends share it.

use numfuse_ir::{Element, HostOp, IndexMap};

pub(crate) use crate::runtime::each;
use crate::runtime::{Concrete, Fault, FaultKind, Fresh};

mod assign;
mod correlate;
pub mod counting;
mod fft;
mod lanes;
mod linalg;
mod matmul;
mod parallel;
pub mod random;
pub mod select;
pub(crate) mod simd;
pub mod sort;

pub use parallel::{generate, map};

/// Runs `$body` with `$T` bound to an integer type of so many bytes: for moving elements as bits.
macro_rules! sized {
    ($size:expr, $T:ident => $body:expr) => {
        match $size {
            1 => {
                type $T = u8;
                $body
            }
            2 => {
                type $T = u16;
                $body
            }
            4 => {
                type $T = u32;
                $body
            }
            8 => {
                type $T = u64;
                $body
            }
            _ => {
                type $T = [u64; 2];
                $body
            }
        }
    };
}
pub(crate) use sized;

/// A kernel: operands, parameters, results.
pub type HostKernel = fn(&[Concrete], &[i64]) -> Result<Vec<Concrete>, Fault>;

/// The kernel of an op.
pub fn kernel(op: HostOp) -> HostKernel {
    match op {
        HostOp::MatMul => matmul::matmul,
        HostOp::Solve => linalg::solve,
        HostOp::Inv => linalg::inv,
        HostOp::Det => linalg::det,
        HostOp::Slogdet => linalg::slogdet,
        HostOp::Lstsq => linalg::lstsq,
        HostOp::Cholesky => linalg::cholesky,
        HostOp::Qr => linalg::qr,
        HostOp::Eig => linalg::eig,
        HostOp::Eigvals => linalg::eigvals,
        HostOp::Eigh => linalg::eigh,
        HostOp::Eigvalsh => linalg::eigvalsh,
        HostOp::Svd => linalg::svd,
        HostOp::Svdvals => linalg::svdvals,
        HostOp::Fft => fft::complex,
        HostOp::Rfft => fft::real,
        HostOp::Irfft => fft::inverse_real,
        HostOp::Sort => sort::sort,
        HostOp::Argsort => sort::argsort,
        HostOp::Lexsort => sort::lexsort,
        HostOp::Partition => sort::partition,
        HostOp::Argpartition => sort::argpartition,
        HostOp::Searchsorted => sort::searchsorted,
        HostOp::Isin => sort::isin,
        HostOp::Quantile => sort::quantile::quantile,
        HostOp::Histogram => counting::histogram,
        HostOp::Correlate => correlate::correlate,
    }
}

/// Runs a kernel. Its results own their memory and are contiguous.
pub fn run(op: HostOp, inputs: &[Concrete], params: &[i64]) -> Result<Vec<Concrete>, Fault> {
    let results = kernel(op)(inputs, params).map_err(|fault| fault.of(op))?;
    debug_assert_eq!(results.len(), op.results(), "{}", op.name());
    debug_assert!(results.iter().all(|r| r.map == IndexMap::contiguous(&r.map.shape)), "{}", op.name());
    Ok(results)
}

/// A fault of a kernel, which [`run`] signs with the op's name.
pub fn fault<T>(kind: FaultKind, message: impl Into<String>) -> Result<T, Fault> {
    Err(Fault::Host { op: None, kind, message: message.into() })
}

/// The storage offsets of the indices of some leading axes, in row-major order.
#[derive(Clone)]
pub(crate) enum Offsets {
    /// So many, a step apart.
    Even { first: isize, step: isize, len: usize },
    /// Any.
    Listed(Vec<isize>),
}

impl Offsets {
    /// Of the axes that `shape` is as long as.
    pub(crate) fn new(map: &IndexMap, shape: &[usize]) -> Offsets {
        let mut axes = shape.iter().zip(&map.strides).filter(|(n, _)| **n != 1).rev();
        let (mut len, step) = axes.next().map_or((1, 0), |(&n, &stride)| (n, stride));
        for (&n, &stride) in axes {
            if stride != step * len as isize {
                return Offsets::listed(map, shape);
            }
            len *= n;
        }
        Offsets::Even { first: map.offset, step, len }
    }

    fn listed(map: &IndexMap, shape: &[usize]) -> Offsets {
        let mut all = vec![map.offset];
        for (&n, &stride) in shape.iter().zip(&map.strides) {
            let mut next = Vec::with_capacity(all.len() * n);
            for at in all {
                next.extend((0..n as isize).map(|i| at + i * stride));
            }
            all = next;
        }
        Offsets::Listed(all)
    }

    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        match self {
            Offsets::Even { len, .. } => *len,
            Offsets::Listed(all) => all.len(),
        }
    }

    /// Offset number `i`, below [`Offsets::len`].
    #[inline(always)]
    pub(crate) fn get(&self, i: usize) -> isize {
        match self {
            Offsets::Even { first, step, .. } => first + i as isize * step,
            Offsets::Listed(all) => all[i],
        }
    }
}

/// An address that threads share: whoever dereferences it says why that is sound.
#[derive(Clone, Copy)]
pub(crate) struct Shared<T>(pub *mut T);

// SAFETY: dereferencing is unsafe anyway; see the struct.
unsafe impl<T> Send for Shared<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for Shared<T> {}

impl<T> Shared<T> {
    pub(crate) fn get(self) -> *mut T {
        self.0
    }
}

/// A new array of the elements that `item` gives, in row-major order.
pub fn collect<T: Element>(shape: &[usize], items: impl IntoIterator<Item = T>) -> Result<Concrete, Fault> {
    let mut out = Fresh::<T>::zeroed(shape)?;
    out.slice().iter_mut().zip(items).for_each(|(slot, item)| *slot = item);
    Ok(out.finish())
}
