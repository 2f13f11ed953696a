//! The code of the scalar routines that kernels call (see [`Routine`]).
//!
//! Every backend calls this code: compiled kernels through [`address`], the interpreter and the
//! constant folder through [`call`]. Real and complex functions are those of the system's libm,
//! the ones that NumPy calls.

use num_complex::Complex;
use numfuse_ir::routine::Routine;

/// A routine as a function pointer of its type.
#[derive(Clone, Copy)]
enum Code {
    F64x1(extern "C" fn(f64) -> f64),
    F64x2(extern "C" fn(f64, f64) -> f64),
    F64x4(extern "C" fn(f64, f64, f64, f64) -> f64),
    F32x1(extern "C" fn(f32) -> f32),
    F32x2(extern "C" fn(f32, f32) -> f32),
    F32x4(extern "C" fn(f32, f32, f32, f32) -> f32),
    I64x2(extern "C" fn(i64, i64) -> i64),
    U64x2(extern "C" fn(u64, u64) -> u64),
}

macro_rules! libm {
    (
        unary { $($u64:ident $u32:ident $uf:ident;)* }
        binary { $($b64:ident $bf:ident $b32:ident $bff:ident;)* }
        complex { $($re64:ident $im64:ident $cf:ident $re32:ident $im32:ident $cff:ident;)* }
    ) => {
        mod c {
            use num_complex::Complex;

            // SAFETY: the declarations are those of C99's math.h and complex.h. `Complex` is laid
            // out, and passed, as C's complex types are on x86-64 (System V) and AArch64. The
            // functions take any value.
            #[cfg_attr(all(unix, not(target_vendor = "apple")), link(name = "m"))]
            unsafe extern "C" {
                $(pub safe fn $uf(x: f64) -> f64;)*
                $(pub safe fn $bf(x: f64, y: f64) -> f64;
                pub safe fn $bff(x: f32, y: f32) -> f32;)*
                $(pub safe fn $cf(z: Complex<f64>) -> Complex<f64>;
                pub safe fn $cff(z: Complex<f32>) -> Complex<f32>;)*
                pub safe fn cpow(a: Complex<f64>, b: Complex<f64>) -> Complex<f64>;
                pub safe fn cpowf(a: Complex<f32>, b: Complex<f32>) -> Complex<f32>;
            }
        }

        fn code(routine: Routine) -> Code {
            match routine {
                $(Routine::$u64 => Code::F64x1(c::$uf),
                Routine::$u32 => Code::F32x1(single!(c::$uf)),)*
                $(Routine::$b64 => Code::F64x2(c::$bf),
                Routine::$b32 => Code::F32x2(c::$bff),)*
                $(Routine::$re64 => Code::F64x2(part!(f64 c::$cf re)),
                Routine::$im64 => Code::F64x2(part!(f64 c::$cf im)),
                Routine::$re32 => Code::F32x2(part!(f32 c::$cff re)),
                Routine::$im32 => Code::F32x2(part!(f32 c::$cff im)),)*
                Routine::CpowReF64 => Code::F64x4(part!(f64 complex_f64::power, re)),
                Routine::CpowImF64 => Code::F64x4(part!(f64 complex_f64::power, im)),
                Routine::CpowReF32 => Code::F32x4(part!(f32 complex_f32::power, re)),
                Routine::CpowImF32 => Code::F32x4(part!(f32 complex_f32::power, im)),
                Routine::GcdU64 => Code::U64x2(gcd),
                Routine::PowI64 => Code::I64x2(power_i64),
                Routine::PowU64 => Code::U64x2(power_u64),
            }
        }
    };
}

/// A function of `f64` for `f32`: correctly rounded but for rare ties, which glibc's `tanf` is not.
macro_rules! single {
    ($f:path) => {{
        extern "C" fn single(x: f32) -> f32 {
            $f(x.into()) as f32
        }
        single
    }};
}

/// One part of a complex function, as a function of parts.
macro_rules! part {
    ($t:ident $f:path, $part:ident) => {{
        extern "C" fn part(a_re: $t, a_im: $t, b_re: $t, b_im: $t) -> $t {
            $f(Complex::new(a_re, a_im), Complex::new(b_re, b_im)).$part
        }
        part
    }};
    ($t:ident $m:ident::$f:ident $part:ident) => {{
        extern "C" fn part(re: $t, im: $t) -> $t {
            $m::$f(Complex::new(re, im)).$part
        }
        part
    }};
}

libm! {
    unary {
        SinF64 SinF32 sin;
        CosF64 CosF32 cos;
        TanF64 TanF32 tan;
    }
    binary {
        FmodF64   fmod   FmodF32   fmodf;
    }
    complex {
        CsqrtReF64  CsqrtImF64  csqrt  CsqrtReF32  CsqrtImF32  csqrtf;
        CexpReF64   CexpImF64   cexp   CexpReF32   CexpImF32   cexpf;
        ClogReF64   ClogImF64   clog   ClogReF32   ClogImF32   clogf;
        CsinReF64   CsinImF64   csin   CsinReF32   CsinImF32   csinf;
        CcosReF64   CcosImF64   ccos   CcosReF32   CcosImF32   ccosf;
        CtanReF64   CtanImF64   ctan   CtanReF32   CtanImF32   ctanf;
        CasinReF64  CasinImF64  casin  CasinReF32  CasinImF32  casinf;
        CacosReF64  CacosImF64  cacos  CacosReF32  CacosImF32  cacosf;
        CatanReF64  CatanImF64  catan  CatanReF32  CatanImF32  catanf;
        CsinhReF64  CsinhImF64  csinh  CsinhReF32  CsinhImF32  csinhf;
        CcoshReF64  CcoshImF64  ccosh  CcoshReF32  CcoshImF32  ccoshf;
        CtanhReF64  CtanhImF64  ctanh  CtanhReF32  CtanhImF32  ctanhf;
        CasinhReF64 CasinhImF64 casinh CasinhReF32 CasinhImF32 casinhf;
        CacoshReF64 CacoshImF64 cacosh CacoshReF32 CacoshImF32 cacoshf;
        CatanhReF64 CatanhImF64 catanh CatanhReF32 CatanhImF32 catanhf;
    }
}

/// The address of a routine's code: an `extern "C"` function on the lane types that
/// [`Routine::args`] and [`Routine::result`] give.
pub fn address(routine: Routine) -> usize {
    match code(routine) {
        Code::F64x1(f) => f as usize,
        Code::F64x2(f) => f as usize,
        Code::F64x4(f) => f as usize,
        Code::F32x1(f) => f as usize,
        Code::F32x2(f) => f as usize,
        Code::F32x4(f) => f as usize,
        Code::I64x2(f) => f as usize,
        Code::U64x2(f) => f as usize,
    }
}

/// Calls a routine on the bits of its arguments (missing ones count as 0).
pub fn call(routine: Routine, args: &[u64]) -> u64 {
    let arg = |i: usize| args.get(i).copied().unwrap_or(0);
    let f64 = |i| f64::from_bits(arg(i));
    let f32 = |i| f32::from_bits(arg(i) as u32);
    match code(routine) {
        Code::F64x1(f) => f(f64(0)).to_bits(),
        Code::F64x2(f) => f(f64(0), f64(1)).to_bits(),
        Code::F64x4(f) => f(f64(0), f64(1), f64(2), f64(3)).to_bits(),
        Code::F32x1(f) => f(f32(0)).to_bits() as u64,
        Code::F32x2(f) => f(f32(0), f32(1)).to_bits() as u64,
        Code::F32x4(f) => f(f32(0), f32(1), f32(2), f32(3)).to_bits() as u64,
        Code::I64x2(f) => f(arg(0) as i64, arg(1) as i64) as u64,
        Code::U64x2(f) => f(arg(0), arg(1)),
    }
}

/// Greatest common divisor by Euclid's algorithm; `gcd(0, x) = x`.
extern "C" fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// Wrapping power by squaring.
extern "C" fn power_u64(mut base: u64, mut exponent: u64) -> u64 {
    let mut result = 1u64;
    while exponent != 0 {
        if exponent & 1 != 0 {
            result = result.wrapping_mul(base);
        }
        base = base.wrapping_mul(base);
        exponent >>= 1;
    }
    result
}

/// Wrapping power; 0 for negative exponents, which NumPy rejects before it computes.
extern "C" fn power_i64(base: i64, exponent: i64) -> i64 {
    if exponent < 0 { 0 } else { power_u64(base as u64, exponent as u64) as i64 }
}

macro_rules! complex_power {
    ($module:ident, $t:ident, $cpow:path) => {
        mod $module {
            use super::Complex;

            /// `1 / z` by Smith's algorithm (R. L. Smith, Algorithm 116, CACM 5, 1962).
            fn reciprocal(z: Complex<$t>) -> Complex<$t> {
                if z.re.abs() >= z.im.abs() {
                    if z.re == 0.0 && z.im == 0.0 {
                        return Complex::new(1.0 / z.re.abs(), 0.0 / z.im.abs());
                    }
                    let ratio = z.im / z.re;
                    let scale = 1.0 / (z.re + z.im * ratio);
                    Complex::new((1.0 + 0.0 * ratio) * scale, (0.0 - ratio) * scale)
                } else {
                    let ratio = z.re / z.im;
                    let scale = 1.0 / (z.im + z.re * ratio);
                    Complex::new((ratio + 0.0) * scale, (0.0 * ratio - 1.0) * scale)
                }
            }

            /// NumPy's complex power: C's `cpow`, except that powers of 0 follow limits, and that
            /// integer exponents below 100 multiply, which keeps Gaussian integers exact.
            pub fn power(a: Complex<$t>, b: Complex<$t>) -> Complex<$t> {
                if b.re == 0.0 && b.im == 0.0 {
                    return Complex::new(1.0, 0.0);
                }
                if a.re == 0.0 && a.im == 0.0 {
                    let part = if b.re > 0.0 { 0.0 } else { $t::NAN };
                    return Complex::new(part, part);
                }
                let small_integer = b.im == 0.0 && b.re.abs() < 100.0 && b.re.fract() == 0.0;
                if !small_integer {
                    return $cpow(a, b);
                }
                match b.re as i32 {
                    1 => a,
                    2 => a * a,
                    3 => a * (a * a),
                    n => {
                        let (mut result, mut square, mut left) = (Complex::new(1.0, 0.0), a, n.unsigned_abs());
                        loop {
                            if left & 1 != 0 {
                                result *= square;
                            }
                            left >>= 1;
                            if left == 0 {
                                break;
                            }
                            square = square * square;
                        }
                        if n < 0 { reciprocal(result) } else { result }
                    }
                }
            }
        }
    };
}
complex_power!(complex_f64, f64, super::c::cpow);
complex_power!(complex_f32, f32, super::c::cpowf);

#[cfg(test)]
mod tests {
    use super::*;
    use numfuse_ir::kernel::Lane;

    #[test]
    fn code_has_the_declared_types() {
        for &r in Routine::ALL {
            let (lane, arity) = match code(r) {
                Code::F64x1(_) => (Lane::F64, 1),
                Code::F64x2(_) => (Lane::F64, 2),
                Code::F64x4(_) => (Lane::F64, 4),
                Code::F32x1(_) => (Lane::F32, 1),
                Code::F32x2(_) => (Lane::F32, 2),
                Code::F32x4(_) => (Lane::F32, 4),
                Code::I64x2(_) => (Lane::I64, 2),
                Code::U64x2(_) => (Lane::U64, 2),
            };
            assert_eq!(r.args(), vec![lane; arity], "{}", r.name());
            assert_eq!(r.result(), lane, "{}", r.name());
            assert_ne!(address(r), 0);
        }
    }

    #[test]
    fn names_match_the_code() {
        let two = 2f64.to_bits();
        assert_eq!(f64::from_bits(call(Routine::FmodF64, &[5f64.to_bits(), two])), 1.0);
        assert_eq!(call(Routine::GcdU64, &[12, 18]), 6);
        assert_eq!(call(Routine::PowI64, &[-3i64 as u64, 3]) as i64, -27);
        assert_eq!(call(Routine::PowU64, &[3, 200]), 3u64.wrapping_pow(200));
        let i = [0, 1f64.to_bits(), two, 0];
        assert_eq!(f64::from_bits(call(Routine::CpowReF64, &i)), -1.0);
        assert_eq!(f32::from_bits(call(Routine::CsqrtImF32, &[(-4f32).to_bits() as u64, 0]) as u32), 2.0);
    }
}
