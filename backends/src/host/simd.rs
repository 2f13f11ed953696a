//! Kernels compiled for the vectors that the machine has.
//!
//! A loop over arrays of fixed length becomes vector instructions of whatever the function around it may
//! use. [`widest`] compiles such a function three times and takes the best version that runs here.

/// A loop, with what it works on.
pub(crate) trait Kernel {
    /// What it gives.
    type Out;

    /// Runs it. `FMA` says that fused multiply-add is an instruction and not a library call. This and all it
    /// calls must be `#[inline(always)]`: only code inlined into a version is compiled for it.
    fn run<const FMA: bool>(self) -> Self::Out;
}

/// Runs a kernel in the widest version that this machine can execute.
#[inline]
pub(crate) fn widest<K: Kernel>(kernel: K) -> K::Out {
    #[cfg(target_arch = "x86_64")]
    {
        macro_rules! when {
            ($version:ident: $($feature:tt)*) => {
                if $(std::arch::is_x86_feature_detected!($feature))&&* {
                    // SAFETY: the machine has the features of this version.
                    return unsafe { $version(kernel) };
                }
            };
        }
        when!(v4: "avx512f" "avx512dq" "avx512vl" "avx512bw" "avx512cd" "avx2" "fma" "bmi2");
        when!(v3: "avx2" "fma" "bmi2");
    }
    kernel.run::<false>()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw,avx512cd,avx2,fma,bmi2")]
fn v4<K: Kernel>(kernel: K) -> K::Out {
    kernel.run::<true>()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,bmi2")]
fn v3<K: Kernel>(kernel: K) -> K::Out {
    kernel.run::<true>()
}

/// `x · y + z`, in one rounding where that is an instruction.
pub(crate) trait MulAdd: Copy {
    /// See the trait.
    fn mul_add<const FMA: bool>(self, y: Self, z: Self) -> Self;
}

macro_rules! mul_add {
    ($($t:ident),*) => {$(
        impl MulAdd for $t {
            #[inline(always)]
            fn mul_add<const FMA: bool>(self, y: $t, z: $t) -> $t {
                if FMA { $t::mul_add(self, y, z) } else { self * y + z }
            }
        }
        impl MulAdd for numfuse_ir::num_complex::Complex<$t> {
            #[inline(always)]
            fn mul_add<const FMA: bool>(self, y: Self, z: Self) -> Self {
                let re = MulAdd::mul_add::<FMA>(self.re, y.re, MulAdd::mul_add::<FMA>(-self.im, y.im, z.re));
                let im = MulAdd::mul_add::<FMA>(self.re, y.im, MulAdd::mul_add::<FMA>(self.im, y.re, z.im));
                Self { re, im }
            }
        }
    )*};
}
mul_add!(f32, f64);
