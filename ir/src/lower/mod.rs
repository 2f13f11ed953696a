//! From ops to kernels.

use crate::kernel::ValueId;
use smallvec::SmallVec;

pub mod combine;
pub mod elementwise;
pub mod kernels;
mod nest;
mod stages;

/// The lanes of one element of some dtype: one value, or (real, imaginary).
///
/// `float16` values are `F32` lanes that hold a value representable in `float16`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lanes(pub SmallVec<[ValueId; 2]>);

impl Lanes {
    /// A real element.
    pub fn real(v: ValueId) -> Lanes {
        Lanes(smallvec::smallvec![v])
    }

    /// A complex element.
    pub fn complex(re: ValueId, im: ValueId) -> Lanes {
        Lanes(smallvec::smallvec![re, im])
    }

    /// The real part, or the value.
    pub fn re(&self) -> ValueId {
        self.0[0]
    }

    /// The imaginary part; the real part of a real element.
    pub fn im(&self) -> ValueId {
        self.0[self.0.len() - 1]
    }
}
