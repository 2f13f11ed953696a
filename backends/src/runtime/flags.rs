//! The sticky floating-point flags of the processor, per thread.
//!
//! A watched run clears them, and afterwards they say which exceptions its kernels met (IEEE 754-2019, 7). They can say
//! too much, as expanded functions and comparisons with NaN raise flags that their results do not deserve: whoever reads
//! them must look closer.

/// A division of a finite number by zero, or another exact infinity.
pub const DIVIDE: u32 = 1;
/// A result too large for its dtype.
pub const OVER: u32 = 2;
/// A result that lost digits for being too small.
pub const UNDER: u32 = 4;
/// A result that is not a number.
pub const INVALID: u32 = 8;

#[cfg(target_arch = "x86_64")]
mod register {
    use super::{DIVIDE, INVALID, OVER, UNDER};
    use std::arch::asm;

    /// Bits of MXCSR and what they mean (Intel SDM 1, 10.2.3): invalid, divide, overflow, underflow.
    const BITS: [(u32, u32); 4] = [(1, INVALID), (4, DIVIDE), (8, OVER), (16, UNDER)];

    fn read() -> u32 {
        let mut word = 0u32;
        // SAFETY: stores the register to four bytes that are ours.
        unsafe { asm!("stmxcsr [{}]", in(reg) &raw mut word, options(nostack, preserves_flags)) };
        word
    }

    fn write(word: u32) {
        // SAFETY: loads the register from four bytes; only sticky flags differ from what it held, so that rounding and
        // masks stay as the compiler assumes them.
        unsafe { asm!("ldmxcsr [{}]", in(reg) &raw const word, options(nostack, preserves_flags, readonly)) };
    }

    pub fn clear() {
        let word = read();
        // Writing costs more than reading. "Inexact", which nobody asks for, may stay.
        if word & 0x1f != 0 {
            write(word & !0x3f);
        }
    }

    pub fn raised() -> u32 {
        let word = read();
        BITS.iter().filter(|(bit, _)| word & bit != 0).fold(0, |flags, (_, flag)| flags | flag)
    }

    pub fn raise(flags: u32) {
        let bits = BITS.iter().filter(|(_, flag)| flags & flag != 0).fold(0, |bits, (bit, _)| bits | bit);
        write(read() | bits);
    }
}

#[cfg(target_arch = "aarch64")]
mod register {
    use super::{DIVIDE, INVALID, OVER, UNDER};
    use std::arch::asm;

    /// Bits of FPSR and what they mean: invalid, divide, overflow, underflow.
    const BITS: [(u64, u32); 4] = [(1, INVALID), (2, DIVIDE), (4, OVER), (8, UNDER)];

    fn read() -> u64 {
        let word: u64;
        // SAFETY: reads a register.
        unsafe { asm!("mrs {}, fpsr", out(reg) word, options(nostack, nomem, preserves_flags)) };
        word
    }

    fn write(word: u64) {
        // SAFETY: the register holds cumulative flags and nothing that the compiler relies on.
        unsafe { asm!("msr fpsr, {}", in(reg) word, options(nostack, nomem, preserves_flags)) };
    }

    pub fn clear() {
        write(read() & !0x1f);
    }

    pub fn raised() -> u32 {
        let word = read();
        BITS.iter().filter(|(bit, _)| word & bit != 0).fold(0, |flags, (_, flag)| flags | flag)
    }

    pub fn raise(flags: u32) {
        let bits = BITS.iter().filter(|(_, flag)| flags & flag != 0).fold(0, |bits, (bit, _)| bits | bit);
        write(read() | bits);
    }
}

/// Without flags to read, every run might have met everything.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
mod register {
    use super::{DIVIDE, INVALID, OVER, UNDER};

    pub fn clear() {}

    pub fn raised() -> u32 {
        DIVIDE | OVER | UNDER | INVALID
    }

    pub fn raise(_: u32) {}
}

/// Clears the flags of this thread.
pub fn clear() {
    register::clear();
}

/// The flags of this thread that are set.
pub fn raised() -> u32 {
    register::raised()
}

/// Sets flags of this thread: those that other threads met on its behalf.
pub(super) fn raise(flags: u32) {
    if flags != 0 {
        register::raise(flags);
    }
}

/// Runs what may raise flags by accident, of which this thread's show nothing afterwards.
pub(super) fn unheard<R>(body: impl FnOnce() -> R) -> R {
    let before = raised();
    let result = body();
    clear();
    raise(before);
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::hint::black_box;

    #[test]
    fn arithmetic_raises_what_it_should() {
        let flags = |body: &dyn Fn() -> f64| {
            clear();
            black_box(body());
            raised()
        };
        assert_eq!(flags(&|| black_box(1.0) / black_box(3.0)), 0);
        assert_eq!(flags(&|| black_box(1.0) / black_box(0.0)), DIVIDE);
        assert_eq!(flags(&|| black_box(0.0) / black_box(0.0)), INVALID);
        assert_eq!(flags(&|| black_box(1e300) * black_box(1e300)), OVER);
        assert_eq!(flags(&|| black_box(1e-300) * black_box(1e-300)), UNDER);
        // The flag from before stays, that of the division goes.
        assert_eq!(unheard(|| flags(&|| black_box(1.0) / black_box(0.0))), DIVIDE);
        assert_eq!(raised(), UNDER);
    }
}
