//! The instruction sets that code is emitted for.

use iced_x86::{Code, Register};

use super::alloc::vector_register;
use super::ops::Size;

/// An instruction set.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Isa {
    /// AVX-512 (F, DQ, BW, VL, CD, VPOPCNTDQ, BITALG), BMI1 and BMI2: 32 registers of 512 bits, masks.
    Avx512,
    /// AVX2, FMA, BMI1 and BMI2: 16 registers of 256 bits.
    Avx2,
}

impl Isa {
    /// Every instruction set, the fastest first.
    pub const ALL: [Isa; 2] = [Isa::Avx512, Isa::Avx2];

    /// Whether the processor and the system have it.
    pub fn is_available(self) -> bool {
        #[cfg(all(target_arch = "x86_64", not(windows)))]
        {
            macro_rules! has {
                ($($feature:tt)*) => { $(std::arch::is_x86_feature_detected!($feature))&&* };
            }
            let common = has!("avx2" "fma" "bmi1" "bmi2");
            match self {
                Isa::Avx512 => {
                    common
                        && has!("avx512f" "avx512dq" "avx512bw" "avx512vl" "avx512cd" "avx512vpopcntdq" "avx512bitalg")
                }
                Isa::Avx2 => common,
            }
        }
        #[cfg(not(all(target_arch = "x86_64", not(windows))))]
        false
    }

    /// The size of a whole register.
    pub(super) fn whole(self) -> Size {
        match self {
            Isa::Avx512 => Size::Z,
            Isa::Avx2 => Size::Y,
        }
    }

    /// Bytes of a register.
    pub(super) fn bytes(self) -> usize {
        self.whole().bytes()
    }

    /// The number of vector registers.
    pub(super) fn registers(self) -> usize {
        match self {
            Isa::Avx512 => 32,
            Isa::Avx2 => 16,
        }
    }

    /// A bit for each vector register.
    pub(super) fn all_registers(self) -> u32 {
        u32::MAX >> (32 - self.registers())
    }

    /// A whole register.
    pub(super) fn register(self, n: u8) -> Register {
        vector_register(self.whole(), n)
    }

    /// One of two encodings.
    pub(super) fn pick(self, avx512: Code, avx2: Code) -> Code {
        match self {
            Isa::Avx512 => avx512,
            Isa::Avx2 => avx2,
        }
    }
}
