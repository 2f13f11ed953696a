//! Host calls: ops that run as one call of a library kernel, not as a loop.
//!
//! A call is pure: equal operands and parameters give equal results, so that calls are shared like
//! any other node. A node is one result of a call; the nodes of one call have the same operands and
//! parameters, and the call runs once for all of them. Shapes and dtypes of results are decided by
//! whoever builds the node, and checked when the call returns.

use smallvec::SmallVec;

/// Declares the host ops: name in dumps and errors, number of operands, number of results.
macro_rules! host_ops {
    ($($(#[$doc:meta])* $Op:ident $name:literal $operands:expr => $results:literal;)*) => {
        /// A library kernel. Its parameters are whole numbers (flags, axes, bits of floats), in the
        /// order that the kernel in `numfuse-backends` documents.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u16)]
        pub enum HostOp { $($(#[$doc])* $Op),* }

        impl HostOp {
            /// Every op, in the order of the table.
            pub const ALL: &'static [HostOp] = &[$(HostOp::$Op),*];

            /// NumPy's name below `numpy.`.
            pub fn name(self) -> &'static str {
                match self { $(HostOp::$Op => $name),* }
            }

            /// How many operands it takes.
            pub fn operands(self) -> std::ops::RangeInclusive<usize> {
                match self { $(HostOp::$Op => $operands),* }
            }

            /// How many results it gives.
            pub fn results(self) -> usize {
                match self { $(HostOp::$Op => $results),* }
            }
        }
    };
}

/// No limit on the number of operands but the graph's.
const MANY: usize = usize::MAX;

host_ops! {
    /// Matrix products over broadcast stacks: `(…, m, k)` and `(…, k, n)` give `(…, m, n)`.
    MatMul "matmul" 2..=2 => 1;
    /// The solution of `a·x = b`.
    Solve "linalg.solve" 2..=2 => 1;
    /// The inverse.
    Inv "linalg.inv" 1..=1 => 1;
    /// The determinant.
    Det "linalg.det" 1..=1 => 1;
    /// Sign of the determinant and logarithm of its absolute value.
    Slogdet "linalg.slogdet" 1..=1 => 2;
    /// The least-squares solution of `a·x ≈ b`, rank of `a` (`int64`) and its singular values.
    Lstsq "linalg.lstsq" 2..=2 => 3;
    /// The triangular factor `L` of `L·Lᴴ`.
    Cholesky "linalg.cholesky" 1..=1 => 1;
    /// Q and R.
    Qr "linalg.qr" 1..=1 => 2;
    /// Eigenvalues and eigenvectors, complex.
    Eig "linalg.eig" 1..=1 => 2;
    /// Eigenvalues, complex.
    Eigvals "linalg.eigvals" 1..=1 => 1;
    /// Eigenvalues and eigenvectors of a Hermitian matrix.
    Eigh "linalg.eigh" 1..=1 => 2;
    /// Eigenvalues of a Hermitian matrix.
    Eigvalsh "linalg.eigvalsh" 1..=1 => 1;
    /// U, s and Vᴴ.
    Svd "linalg.svd" 1..=1 => 3;
    /// Singular values.
    Svdvals "linalg.svdvals" 1..=1 => 1;
    /// Discrete Fourier transform of complex numbers along one axis.
    Fft "fft.fft" 1..=1 => 1;
    /// The non-negative frequencies of real numbers.
    Rfft "fft.rfft" 1..=1 => 1;
    /// Real numbers from their non-negative frequencies.
    Irfft "fft.irfft" 1..=1 => 1;
    /// Elements in order along the last axis.
    Sort "sort" 1..=1 => 1;
    /// Their positions.
    Argsort "argsort" 1..=1 => 1;
    /// Positions in the order of several keys, the last one first.
    Lexsort "lexsort" 1..=MANY => 1;
    /// Elements with some of them where sorting would put them.
    Partition "partition" 1..=1 => 1;
    /// Their positions.
    Argpartition "argpartition" 1..=1 => 1;
    /// Places of elements in a sorted vector.
    Searchsorted "searchsorted" 2..=2 => 1;
    /// Whether elements are among others.
    Isin "isin" 2..=2 => 1;
    /// Quantiles of lanes along the last axis, of weighted elements if there is a second operand.
    Quantile "quantile" 1..=2 => 1;
    /// Elements, or weights of elements, between edges.
    Histogram "histogram" 2..=3 => 1;
    /// Sums of products of a vector with shifts of another.
    Correlate "correlate" 2..=2 => 1;
}

impl HostOp {
    /// The op of a name.
    ///
    /// ```
    /// use numfuse_ir::host::HostOp;
    /// assert_eq!(HostOp::parse("matmul"), Some(HostOp::MatMul));
    /// ```
    pub fn parse(name: &str) -> Option<HostOp> {
        Self::ALL.iter().copied().find(|op| op.name() == name)
    }
}

/// One result of a host call.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct HostCall {
    /// The kernel.
    pub op: HostOp,
    /// Which of its results.
    pub output: u8,
    /// What does not depend on the operands' values.
    pub params: SmallVec<[i64; 4]>,
}
