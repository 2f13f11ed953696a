//! Conversions between lane types, and between widths of masks.

use ::cranelift::codegen::ir::condcodes::FloatCC;
use ::cranelift::codegen::ir::types::{F32, F32X4, F64X2, I32, I32X4, I64X2};
use ::cranelift::codegen::ir::{InstBuilder, Value};
use numfuse_ir::kernel::Lane;

use super::emit::{Emitter, Regs, Val, regs_for, vector, vector_of};

/// What fills the new bits of a wider integer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extend {
    Sign,
    Zero,
}

/// How a narrower integer is made.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Narrow {
    Truncate,
    /// Lanes are all ones or all zeros.
    Mask,
}

impl Emitter<'_> {
    /// Converts between lane types other than `B1`.
    pub(super) fn convert(&mut self, from: Lane, to: Lane, a: &Val, lanes: usize) -> Val {
        match (from, to) {
            _ if from == to => a.clone(),
            (Lane::F32, Lane::F64) => self.halves(a, to, lanes, |e, x| e.cur.ins().fvpromote_low(x)),
            (Lane::F64, Lane::F32) => self.join(a, to, |e, x| e.cur.ins().fvdemote(x)),
            (Lane::I64 | Lane::U64, Lane::F32) => self.lanewise(lanes, &[(a, from)], to, |e, x| {
                if from == Lane::I64 {
                    e.cur.ins().fcvt_from_sint(F32, x[0])
                } else {
                    e.cur.ins().fcvt_from_uint(F32, x[0])
                }
            }),
            (Lane::I64, Lane::F64) => self.zip(to, &[a], |e, x| e.i64_to_f64(x[0])),
            (Lane::U64, Lane::F64) => self.zip(to, &[a], |e, x| e.cur.ins().fcvt_from_uint(F64X2, x[0])),
            (_, Lane::F32 | Lane::F64) => self.small_to_float(from, to, a, lanes),
            (Lane::F32 | Lane::F64, Lane::I64 | Lane::U64 | Lane::U32) => {
                let a = self.convert(from, Lane::F64, a, lanes);
                let wide = self.zip(Lane::I64, &[&a], |e, x| e.f64_to_int64(to, x[0]));
                self.resize(&wide, to.bytes(), Extend::Sign, Narrow::Truncate, lanes)
            }
            (Lane::F32, _) => {
                let int = self.zip(Lane::I32, &[a], |e, x| e.cur.ins().x86_cvtt2dq(I32X4, x[0]));
                self.resize(&int, to.bytes(), Extend::Sign, Narrow::Truncate, lanes)
            }
            (Lane::F64, _) => {
                let int = self.join(a, Lane::I32, |e, x| e.truncate_pair(x));
                self.resize(&int, to.bytes(), Extend::Sign, Narrow::Truncate, lanes)
            }
            _ => {
                let extend = if from.is_signed() { Extend::Sign } else { Extend::Zero };
                self.resize(a, to.bytes(), extend, Narrow::Truncate, lanes)
            }
        }
    }

    /// Truth values, as masks of the target's width, to 0 and 1.
    pub(super) fn truth_to(&mut self, to: Lane, mask: &Val) -> Val {
        let one = match to {
            Lane::F32 => 1f32.to_bits() as u64,
            Lane::F64 => 1f64.to_bits(),
            _ => 1,
        };
        let ty = vector(to);
        let one = self.splat_bits(ty, one);
        self.zip(to, &[mask], |e, x| {
            let x = e.cast(x[0], ty);
            e.cur.ins().band(x, one)
        })
    }

    pub(super) fn resize_mask(&mut self, a: &Val, width: usize, lanes: usize) -> Val {
        if a.uniform {
            // All ones or all zeros in every width.
            return Val::uniform(self.cast(a.regs[0], vector_of(width)), width);
        }
        self.resize(a, width, Extend::Sign, Narrow::Mask, lanes)
    }

    /// Widens or narrows integers, one doubling or halving at a time.
    fn resize(&mut self, a: &Val, width: usize, extend: Extend, narrow: Narrow, lanes: usize) -> Val {
        let mut a = a.clone();
        while a.width < width {
            let to = a.width * 2;
            let from = vector_of(a.width);
            let count = if a.uniform { 1 } else { regs_for(lanes, to) };
            let mut regs = Regs::new();
            for r in 0..count {
                let x = self.cast(a.regs[r / 2], from);
                regs.push(match (extend, r % 2) {
                    (Extend::Sign, 0) => self.cur.ins().swiden_low(x),
                    (Extend::Sign, _) => self.cur.ins().swiden_high(x),
                    (Extend::Zero, 0) => self.cur.ins().uwiden_low(x),
                    (Extend::Zero, _) => self.cur.ins().uwiden_high(x),
                });
            }
            a = Val { regs, width: to, ..a };
        }
        while a.width > width {
            let from = vector_of(a.width);
            let mut regs = Regs::new();
            for pair in a.regs.chunks(2) {
                let (x, y) = (pair[0], pair[pair.len() - 1]);
                let (x, y) = (self.cast(x, from), self.cast(y, from));
                regs.push(self.narrow(a.width, narrow, x, y));
            }
            a = Val { regs, width: a.width / 2, ..a };
        }
        a
    }

    /// Two registers into one of half the lane width.
    fn narrow(&mut self, width: usize, narrow: Narrow, x: Value, y: Value) -> Value {
        if width == 8 {
            let (x, y) = (self.cast(x, I32X4), self.cast(y, I32X4));
            return self.pick(4, x, y, |i| 2 * i);
        }
        if narrow == Narrow::Mask {
            return self.cur.ins().snarrow(x, y);
        }
        // Saturation never happens once the upper bits are gone.
        let low = self.splat_bits(vector_of(width), if width == 2 { 0xff } else { 0xffff });
        let (x, y) = (self.cur.ins().band(x, low), self.cur.ins().band(y, low));
        self.cur.ins().unarrow(x, y)
    }

    /// Applies an operation that makes two wide lanes of the low half of a register.
    fn halves(&mut self, a: &Val, to: Lane, lanes: usize, mut f: impl FnMut(&mut Self, Value) -> Value) -> Val {
        let count = if a.uniform { 1 } else { regs_for(lanes, to.bytes()) };
        let mut regs = Regs::new();
        for r in 0..count {
            let mut x = a.regs[r / 2];
            if r % 2 == 1 {
                x = self.upper(x);
            }
            regs.push(f(self, x));
        }
        Val { regs, width: to.bytes(), uniform: a.uniform }
    }

    /// Applies an operation that leaves two narrow lanes in the low half of a register, and joins
    /// the results of two registers.
    fn join(&mut self, a: &Val, to: Lane, mut f: impl FnMut(&mut Self, Value) -> Value) -> Val {
        let mut regs = Regs::new();
        for pair in a.regs.chunks(2) {
            let x = f(self, pair[0]);
            let y = if pair.len() == 2 { f(self, pair[1]) } else { x };
            regs.push(self.pick(8, x, y, |i| 2 * i));
        }
        Val { regs, width: to.bytes(), uniform: a.uniform }
    }

    /// Integers of up to 32 bits to floats.
    fn small_to_float(&mut self, from: Lane, to: Lane, a: &Val, lanes: usize) -> Val {
        let extend = if from.is_signed() { Extend::Sign } else { Extend::Zero };
        let unsigned = from == Lane::U32;
        let a = self.resize(a, 4, extend, Narrow::Truncate, lanes);
        if to == Lane::F32 {
            return self.zip(to, &[&a], |e, x| match unsigned {
                true => e.cur.ins().fcvt_from_uint(F32X4, x[0]),
                false => e.cur.ins().fcvt_from_sint(F32X4, x[0]),
            });
        }
        self.halves(&a, to, lanes, |e, x| {
            // Each pair becomes one conversion. (Without the widening Cranelift computes the wrong
            // thing and does not complain.)
            if unsigned {
                let wide = e.cur.ins().uwiden_low(x);
                e.cur.ins().fcvt_from_uint(F64X2, wide)
            } else {
                let wide = e.cur.ins().swiden_low(x);
                e.cur.ins().fcvt_from_sint(F64X2, wide)
            }
        })
    }

    /// Exactly rounded: the halves become floats by way of the bits of 2^52 and 2^84 + 2^63, whose
    /// sum is taken away from the upper one; the only rounding is in the last addition. (The signed
    /// sibling of LLVM's lowering of `uitofp <2 x i64>`.)
    fn i64_to_f64(&mut self, x: Value) -> Value {
        let thirty_two = self.cur.ins().iconst(I32, 32);
        let low_mask = self.splat_bits(I64X2, 0xffff_ffff);
        let two52 = self.splat_bits(I64X2, 0x4330_0000_0000_0000);
        let two84_63 = self.splat_bits(I64X2, 0x4530_0000_8000_0000);
        let all = self.splat_bits(F64X2, 0x4530_0000_8010_0000);
        let low = self.cur.ins().band(x, low_mask);
        let low = self.cur.ins().bor(low, two52);
        let high = self.cur.ins().ushr(x, thirty_two);
        let high = self.cur.ins().bxor(high, two84_63);
        let (low, high) = (self.cast(low, F64X2), self.cast(high, F64X2));
        let high = self.cur.ins().fsub(high, all);
        self.cur.ins().fadd(high, low)
    }

    /// cvttpd2dq: two 32-bit integers in the low half.
    fn truncate_pair(&mut self, x: Value) -> Value {
        let zero = self.constant(I64X2, 0);
        let wide = self.cur.ins().x86_cvtt2dq(I64X2, x);
        self.cur.ins().snarrow(wide, zero)
    }

    /// Truncates floats that are in range: the integer is in the low mantissa bits of 2^52 + `x`.
    pub(super) fn f64_to_u32(&mut self, a: &Val, lanes: usize) -> Val {
        let two52 = self.splat_bits(F64X2, f64::powi(2.0, 52).to_bits());
        let wide = self.zip(Lane::I64, &[a], |e, x| {
            let t = e.cur.ins().trunc(x[0]);
            let t = e.cur.ins().fadd(t, two52);
            e.cast(t, I64X2)
        });
        self.resize(&wide, 4, Extend::Zero, Narrow::Truncate, lanes)
    }

    /// 64-bit lanes of [`numfuse_ir::scalar::float_to_int`]. The truncated value is split into
    /// `hi·2^32 + lo`, both of which become integers in the low mantissa bits of 1.5·2^52 + `hi` and
    /// 2^52 + `lo`.
    fn f64_to_int64(&mut self, to: Lane, x: Value) -> Value {
        let f = |e: &mut Self, x: f64| e.splat_bits(F64X2, x.to_bits());
        let two = |e: i32| f64::powi(2.0, e);
        let upper_bound = f(self, if to == Lane::U64 { two(64) } else { two(63) });
        let lower_bound = f(self, -two(63));
        let (scale, unscale) = (f(self, two(-32)), f(self, two(32)));
        let (magic_hi, magic_lo) = (f(self, 1.5 * two(52)), f(self, two(52)));
        let thirty_two = self.cur.ins().iconst(I32, 32);
        let low_mask = self.splat_bits(I64X2, 0xffff_ffff);

        let t = self.cur.ins().trunc(x);
        let above = self.cur.ins().fcmp(FloatCC::GreaterThanOrEqual, t, lower_bound);
        let below = self.cur.ins().fcmp(FloatCC::LessThan, t, upper_bound);
        let fits = self.cur.ins().band(above, below);
        let hi = self.cur.ins().fmul(t, scale);
        let hi = self.cur.ins().floor(hi);
        let back = self.cur.ins().fmul(hi, unscale);
        let lo = self.cur.ins().fsub(t, back);
        let hi = self.cur.ins().fadd(hi, magic_hi);
        let lo = self.cur.ins().fadd(lo, magic_lo);
        let (hi, lo) = (self.cast(hi, I64X2), self.cast(lo, I64X2));
        let hi = self.cur.ins().ishl(hi, thirty_two);
        let lo = self.cur.ins().band(lo, low_mask);
        let int = self.cur.ins().bor(hi, lo);
        // The other lanes go through a 32-bit conversion, which raises the invalid flag for them and
        // gives the upper half of the indefinite value; zeros, in place of those that fit, give 0.
        let bits = self.cast(x, I64X2);
        let misfits = self.cur.ins().band_not(bits, fits);
        let misfits = self.cast(misfits, F64X2);
        let upper = self.truncate_pair(misfits);
        let zero = self.constant(I32X4, 0);
        let indefinite = self.pick(4, zero, upper, |i| i / 2 + (i % 2) * 4);
        let mut indefinite = self.cast(indefinite, I64X2);
        if to == Lane::U64 {
            // Above its range `uint64` gives 0.
            let zero = self.splat_bits(F64X2, 0);
            let above = self.cur.ins().fcmp(FloatCC::GreaterThan, t, zero);
            indefinite = self.cur.ins().band_not(indefinite, above);
        }
        let int = self.cur.ins().band(int, fits);
        self.cur.ins().bor(int, indefinite)
    }
}
