//! Scalar routines that kernels call lane by lane: the functions without a vector form.
//!
//! This crate only names them; `numfuse-backends` has their code, and every backend calls the
//! same code, so that results agree bit for bit.

use crate::kernel::Lane;

/// `$value`, once per token: turns a list of parameter names into a list of lane types.
macro_rules! each {
    ($token:tt $value:expr) => {
        $value
    };
}

macro_rules! routines {
    (
        real { $($r64:ident $r32:ident $real:literal ($($x:ident)*);)* }
        complex { $($re64:ident $im64:ident $re32:ident $im32:ident $complex:literal ($($z:ident)*);)* }
        integer { $($int:ident $name:literal ($($arg:ident)*) -> $out:ident;)* }
    ) => {
        /// A scalar routine.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        #[allow(missing_docs)]
        pub enum Routine {
            $($r64, $r32,)*
            $($re64, $im64, $re32, $im32,)*
            $($int,)*
        }

        impl Routine {
            /// Every routine.
            pub const ALL: &'static [Routine] = &[
                $(Routine::$r64, Routine::$r32,)*
                $(Routine::$re64, Routine::$im64, Routine::$re32, Routine::$im32,)*
                $(Routine::$int,)*
            ];

            /// The name in dumps.
            pub fn name(self) -> &'static str {
                match self {
                    $(Routine::$r64 => concat!($real, ".f64"),)*
                    $(Routine::$r32 => concat!($real, ".f32"),)*
                    $(Routine::$re64 => concat!($complex, ".re.f64"),)*
                    $(Routine::$im64 => concat!($complex, ".im.f64"),)*
                    $(Routine::$re32 => concat!($complex, ".re.f32"),)*
                    $(Routine::$im32 => concat!($complex, ".im.f32"),)*
                    $(Routine::$int => $name,)*
                }
            }

            /// Lane types of the arguments.
            pub fn args(self) -> &'static [Lane] {
                match self {
                    $(Routine::$r64 => &[$(each!($x Lane::F64)),*],)*
                    $(Routine::$r32 => &[$(each!($x Lane::F32)),*],)*
                    $(Routine::$re64 | Routine::$im64 => &[$(each!($z Lane::F64)),*],)*
                    $(Routine::$re32 | Routine::$im32 => &[$(each!($z Lane::F32)),*],)*
                    $(Routine::$int => &[$(Lane::$arg),*],)*
                }
            }

            /// Lane type of the result.
            pub fn result(self) -> Lane {
                match self {
                    $(Routine::$r64 => Lane::F64,)*
                    $(Routine::$r32 => Lane::F32,)*
                    $(Routine::$re64 | Routine::$im64 => Lane::F64,)*
                    $(Routine::$re32 | Routine::$im32 => Lane::F32,)*
                    $(Routine::$int => Lane::$out,)*
                }
            }
        }
    };
}

routines! {
    // C's math.h, for the arguments that expansions and formulas leave out.
    real {
        // float64  float32   name     parameters
        SinF64     SinF32    "sin"    (x);
        CosF64     CosF32    "cos"    (x);
        TanF64     TanF32    "tan"    (x);
        FmodF64    FmodF32   "fmod"   (x y);
    }
    // C's complex.h, one routine for each part of the result.
    complex {
        // float64: re, im         float32: re, im            name      parameters
        CsqrtReF64   CsqrtImF64   CsqrtReF32   CsqrtImF32   "csqrt"   (re im);
        CexpReF64    CexpImF64    CexpReF32    CexpImF32    "cexp"    (re im);
        ClogReF64    ClogImF64    ClogReF32    ClogImF32    "clog"    (re im);
        CsinReF64    CsinImF64    CsinReF32    CsinImF32    "csin"    (re im);
        CcosReF64    CcosImF64    CcosReF32    CcosImF32    "ccos"    (re im);
        CtanReF64    CtanImF64    CtanReF32    CtanImF32    "ctan"    (re im);
        CasinReF64   CasinImF64   CasinReF32   CasinImF32   "casin"   (re im);
        CacosReF64   CacosImF64   CacosReF32   CacosImF32   "cacos"   (re im);
        CatanReF64   CatanImF64   CatanReF32   CatanImF32   "catan"   (re im);
        CsinhReF64   CsinhImF64   CsinhReF32   CsinhImF32   "csinh"   (re im);
        CcoshReF64   CcoshImF64   CcoshReF32   CcoshImF32   "ccosh"   (re im);
        CtanhReF64   CtanhImF64   CtanhReF32   CtanhImF32   "ctanh"   (re im);
        CasinhReF64  CasinhImF64  CasinhReF32  CasinhImF32  "casinh"  (re im);
        CacoshReF64  CacoshImF64  CacoshReF32  CacoshImF32  "cacosh"  (re im);
        CatanhReF64  CatanhImF64  CatanhReF32  CatanhImF32  "catanh"  (re im);
        CpowReF64    CpowImF64    CpowReF32    CpowImF32    "cpow"    (a_re a_im b_re b_im);
    }
    // Greatest common divisor; wrapping powers (0 for a negative exponent).
    integer {
        GcdU64 "gcd.u64" (U64 U64) -> U64;
        PowI64 "pow.i64" (I64 I64) -> I64;
        PowU64 "pow.u64" (U64 U64) -> U64;
    }
}

impl Routine {
    /// The routine of a name in a dump.
    pub fn parse(name: &str) -> Option<Routine> {
        Routine::ALL.iter().copied().find(|r| r.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique() {
        for &r in Routine::ALL {
            assert_eq!(Routine::parse(r.name()), Some(r));
        }
    }
}
