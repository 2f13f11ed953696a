//! Dense linear algebra over stacks of matrices, by `numfuse-dense`.
//!
//! Every kernel takes operands of shape `(…, m, n)`, `float64` or `complex128`. The matrices of a
//! stack run in parallel; a single large one is factored in parallel. Failures carry NumPy's words, for
//! the first matrix of the stack that fails.

mod eigen;
mod factor;
mod lanes;
mod solve;
mod svd;

use std::ops::Range;
use std::sync::Mutex;

use numfuse_dense::{Field, MatMut, MatRef, NoMemory, Par};
use numfuse_ir::Element;

use super::{Offsets, Shared, each, fault};
use crate::runtime::{Concrete, Fault, FaultKind, Fresh, config};

pub(super) use eigen::{eig, eigh, eigvals, eigvalsh};
pub(super) use factor::{cholesky, qr};
pub(super) use solve::{det, inv, lstsq, slogdet, solve};
pub(super) use svd::{svd, svdvals};

/// Operations on one matrix from which a second thread pays.
const PARALLEL_MATRIX: usize = 1 << 28;
/// Operations on a stack from which a second thread pays.
const PARALLEL_STACK: usize = 1 << 16;

/// A [`Field`] that is an array's element.
trait Number: Element + Field + lanes::Laned {}

impl<T: Element + Field + lanes::Laned> Number for T {}

impl From<NoMemory> for Fault {
    fn from(NoMemory(bytes): NoMemory) -> Fault {
        Fault::Memory { bytes: bytes as u128 }
    }
}

/// Runs a generic kernel for the dtype of its first operand.
macro_rules! by_dtype {
    ($kernel:ident($inputs:expr, $params:expr)) => {
        match $inputs.first().map(|a: &Concrete| a.dtype) {
            Some(numfuse_ir::DType::F64) => $kernel::<f64>($inputs, $params),
            Some(numfuse_ir::DType::C128) => $kernel::<numfuse_ir::num_complex::Complex<f64>>($inputs, $params),
            _ => Err(Fault::Mismatch("linalg kernels take float64 or complex128".into())),
        }
    };
}
use by_dtype;

/// The matrices of an operand.
struct Stack<T> {
    base: Shared<T>,
    starts: Offsets,
    rows: usize,
    columns: usize,
    strides: [isize; 2],
    /// Axes before the last two.
    batch: Vec<usize>,
}

impl<T: Number> Stack<T> {
    fn new(a: &Concrete) -> Result<Stack<T>, Fault> {
        let Some(lead) = a.map.shape.len().checked_sub(2) else {
            return Err(Fault::Mismatch("a matrix has two axes".into()));
        };
        let base = a.base::<T>().ok_or_else(|| Fault::Mismatch("an operand of another dtype".into()))?;
        let batch = a.map.shape[..lead].to_vec();
        let mut map = a.map.clone();
        map.offset = 0;
        Ok(Stack {
            base: Shared(base),
            starts: Offsets::new(&map, &batch),
            rows: a.map.shape[lead],
            columns: a.map.shape[lead + 1],
            strides: [a.map.strides[lead], a.map.strides[lead + 1]],
            batch,
        })
    }

    fn len(&self) -> usize {
        self.starts.len()
    }

    /// The address of a matrix.
    fn at(&self, i: usize) -> *const T {
        self.base.get().wrapping_offset(self.starts.get(i))
    }

    fn get(&self, i: usize) -> MatRef<'_, T> {
        // SAFETY: `Concrete::base` checked that the operand lies inside its buffer, which outlives the kernel.
        unsafe { MatRef::from_raw_parts(self.at(i), self.rows, self.columns, self.strides[0], self.strides[1]) }
    }

    /// Fails for matrices that are not square.
    fn square(&self) -> Result<usize, Fault> {
        if self.rows == self.columns {
            return Ok(self.rows);
        }
        fault(FaultKind::LinAlg, "Last 2 dimensions of the array must be square")
    }
}

/// A stack of results of one shape, row by row.
struct Out<T> {
    memory: Fresh<T>,
    base: Shared<T>,
    rows: usize,
    columns: usize,
}

impl<T: Element> Out<T> {
    /// Zeros of shape `batch + core`; each result is `rows × columns`.
    fn new(batch: &[usize], core: &[usize]) -> Result<Out<T>, Fault> {
        let mut memory = Fresh::<T>::zeroed(&[batch, core].concat())?;
        let base = Shared(memory.ptr());
        let (rows, columns) = match *core {
            [] => (1, 1),
            [n] => (n, 1),
            [.., m, n] => (m, n),
        };
        Ok(Out { memory, base, rows, columns })
    }

    /// Result number `i`.
    ///
    /// # Safety
    ///
    /// Each result must be taken by one thread at a time.
    unsafe fn get(&self, i: usize) -> MatMut<'_, T> {
        // SAFETY: the memory holds that many results, and the caller's promise.
        unsafe {
            let start = self.base.get().add(i * self.rows * self.columns);
            MatMut::from_raw_parts_mut(start, self.rows, self.columns, self.columns as isize, 1)
        }
    }

    fn finish(self) -> Concrete {
        self.memory.finish()
    }
}

/// Calls `work` for every matrix of a stack: several at a time, or each in parallel. `operations` is the
/// cost of one. The error is that of the first matrix that fails.
fn for_each(n: usize, operations: usize, work: impl Fn(usize, Par) -> Result<(), Fault> + Sync) -> Result<(), Fault> {
    let threads = config::threads();
    if n < threads && operations >= PARALLEL_MATRIX && threads > 1 {
        return (0..n).try_for_each(|i| work(i, Par::rayon(threads)));
    }
    let threads = if n.saturating_mul(operations) < PARALLEL_STACK { 1 } else { threads };
    let first: Mutex<Option<(usize, Fault)>> = Mutex::new(None);
    each(n, threads, |i| {
        if let Err(fault) = work(i, Par::Seq) {
            let mut first = first.lock().unwrap_or_else(|e| e.into_inner());
            if first.as_ref().is_none_or(|(k, _)| i < *k) {
                *first = Some((i, fault));
            }
        }
    });
    match first.into_inner().unwrap_or_else(|e| e.into_inner()) {
        Some((_, fault)) => Err(fault),
        None => Ok(()),
    }
}

/// Calls `work` with the matrices of a stack, some at a time, each of which costs so much.
fn for_each_range(n: usize, operations: usize, work: impl Fn(Range<usize>) + Sync) {
    let threads = if n.saturating_mul(operations) < PARALLEL_STACK { 1 } else { config::threads() };
    let chunk = n.div_ceil(threads * 4).next_multiple_of(lanes::LANES);
    let chunk = if threads > 1 { chunk } else { n };
    each(n.div_ceil(chunk.max(1)), threads, |c| work(c * chunk..((c + 1) * chunk).min(n)));
}

/// The cube of a size, as operations.
fn cube(n: usize) -> usize {
    n.saturating_mul(n).saturating_mul(n)
}

fn all_finite<T: Number>(a: MatRef<'_, T>) -> bool {
    (0..a.nrows()).all(|i| (0..a.ncols()).all(|j| a[(i, j)].finite()))
}

/// Only as many operands as a kernel takes.
fn operands<const N: usize>(inputs: &[Concrete]) -> Result<&[Concrete; N], Fault> {
    inputs.try_into().map_err(|_| Fault::Mismatch(format!("takes {N} operands")))
}

/// A flag among the parameters.
fn flag(params: &[i64], index: usize) -> bool {
    params.get(index).is_some_and(|&p| p != 0)
}
