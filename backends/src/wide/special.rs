//! What takes more than one instruction: lanes that are not neighbours, checks, lane-by-lane work.

use iced_x86::{Code, Register};

use super::alloc::{number, vector_register};
use super::asm::{Mods, O};
use super::emit::Emitter;
use super::inst::{Addr, Place, PlacedSpecial, Special};
use super::isa::Isa;
use super::lower::{BROADCAST, by_width};
use super::ops::{Op, Size};
use super::plan::Walk;

const RAX: Register = Register::RAX;
const RCX: Register = Register::RCX;
const RDX: Register = Register::RDX;
const RSP: Register = Register::RSP;

/// The low end of a vector register.
fn low(r: Register) -> Register {
    vector_register(Size::X, number(r).1)
}

fn size_of(r: Register) -> Size {
    number(r).0
}

impl Emitter<'_> {
    pub(super) fn special(&mut self, p: &PlacedSpecial) {
        let reg = |k: usize| match p.srcs.get(k) {
            Some(&Place::Reg(r)) => r,
            _ => Register::XMM0,
        };
        let dst = p.dst.unwrap_or(Register::XMM0);
        let temp = p.temp.unwrap_or(Register::XMM0);
        match p.special {
            Special::Check { bytes } => self.check(reg(0), bytes as usize),
            Special::Advance { track } => {
                let place = self.tracks[track as usize];
                let by = if self.uniform { place.stride } else { place.bump };
                match place.at {
                    super::nest::At::Register(r) => {
                        self.asm.ins(Code::Add_r64_rm64, &[O::R(r), O::M(RSP, by as i32)]);
                    }
                    super::nest::At::Slot(slot) => {
                        self.asm.load_frame(RAX, by);
                        self.asm.ins(Code::Add_rm64_r64, &[O::M(RSP, slot as i32), O::R(RAX)]);
                    }
                }
            }
            Special::SpreadMask { slot } => {
                self.asm.ins(Code::VEX_Kmovq_r64_kr, &[O::R(RCX), O::R(reg(0))]);
                self.spread_truth(slot);
            }
            Special::Position { track } => {
                let at = self.track_register(track as usize, RAX);
                if self.isa == Isa::Avx2 {
                    self.asm.ins(Code::VEX_Vmovq_xmm_rm64, &[O::R(low(dst)), O::R(at)]);
                    self.sized(Op::Broadcast64, size_of(dst), &[O::R(dst), O::R(low(dst))]);
                } else {
                    self.sized(Op::BroadcastR64, size_of(dst), &[O::R(dst), O::R(at)]);
                }
            }
            Special::StridedLoad { track, width, part } => {
                self.walk(track as usize);
                if self.tail.is_some() {
                    self.strided_tail_load(width as usize, part as i32, dst, temp);
                } else {
                    self.strided_load(width as usize, part as i32, dst, temp);
                }
            }
            Special::StridedStore { track, width, part } => {
                self.walk(track as usize);
                if self.tail.is_some() {
                    self.strided_tail_store(width as usize, part as i32, reg(0), temp);
                } else {
                    self.strided_store(width as usize, part as i32, reg(0), temp);
                }
            }
            Special::Gather { base, width } => {
                let mask = p.temp_mask.unwrap_or(self.isa.register(number(temp).1));
                self.gather_lanes(base, width as usize, reg(0), dst, mask);
            }
            Special::FloatToInt { double } => self.float_to_int(double, reg(0), dst, temp),
            Special::Routine { .. } => self.call_routine(p),
            // The allocator makes instructions of these.
            Special::Assign | Special::Fma { .. } => {}
        }
    }

    /// The position in `rax`, the stride in `rcx`, three strides in `rdx`.
    fn walk(&mut self, t: usize) {
        let at = self.track_register(t, RAX);
        if at != RAX {
            self.asm.mov(RAX, at);
        }
        match self.plan.tracks[t].walk {
            Walk::Unit => self.asm.constant32(RCX, self.plan.tracks[t].bytes as i32),
            _ => self.asm.load_frame(RCX, self.tracks[t].stride),
        }
        self.asm.ins(Code::Lea_r64_m, &[O::R(RDX), O::X(RCX, RCX, 2, 0)]);
    }

    /// Lane `j` of those that `rax` moves over, four at a time.
    fn lane(&mut self, j: usize, part: i32) -> O {
        if j > 0 && j.is_multiple_of(4) {
            self.asm.ins(Code::Lea_r64_m, &[O::R(RAX), O::X(RAX, RCX, 4, 0)]);
        }
        match j % 4 {
            0 => O::M(RAX, part),
            1 => O::X(RAX, RCX, 1, part),
            2 => O::X(RAX, RCX, 2, part),
            _ => O::X(RAX, RDX, 1, part),
        }
    }

    fn either(&mut self, avx512: Code, avx2: Code, operands: &[O]) {
        self.asm.ins(self.isa.pick(avx512, avx2), operands);
    }

    fn insert(&mut self, width: usize, to: Register, from: O, index: usize) {
        let (to, imm) = (O::R(to), O::I8(index as u8));
        match (width, index) {
            (_, 0) => self.sized(by_width(BROADCAST, width), Size::X, &[to, from]),
            (1, _) => self.either(
                Code::EVEX_Vpinsrb_xmm_xmm_r32m8_imm8,
                Code::VEX_Vpinsrb_xmm_xmm_r32m8_imm8,
                &[to, to, from, imm],
            ),
            (2, _) => self.either(
                Code::EVEX_Vpinsrw_xmm_xmm_r32m16_imm8,
                Code::VEX_Vpinsrw_xmm_xmm_r32m16_imm8,
                &[to, to, from, imm],
            ),
            (4, _) => self.either(
                Code::EVEX_Vpinsrd_xmm_xmm_rm32_imm8,
                Code::VEX_Vpinsrd_xmm_xmm_rm32_imm8,
                &[to, to, from, imm],
            ),
            _ => self.either(Code::EVEX_Vmovhps_xmm_xmm_m64, Code::VEX_Vmovhps_xmm_xmm_m64, &[to, to, from]),
        }
    }

    fn extract(&mut self, width: usize, from: Register, to: O, index: usize) {
        let (from, imm) = (O::R(from), O::I8(index as u8));
        match (width, index) {
            (1, _) => {
                self.either(Code::EVEX_Vpextrb_r32m8_xmm_imm8, Code::VEX_Vpextrb_r32m8_xmm_imm8, &[to, from, imm])
            }
            (2, _) => {
                self.either(Code::EVEX_Vpextrw_r32m16_xmm_imm8, Code::VEX_Vpextrw_r32m16_xmm_imm8, &[to, from, imm])
            }
            (4, _) => self.either(Code::EVEX_Vpextrd_rm32_xmm_imm8, Code::VEX_Vpextrd_rm32_xmm_imm8, &[to, from, imm]),
            (_, 0) => self.either(Code::EVEX_Vmovq_xmmm64_xmm, Code::VEX_Vmovq_xmmm64_xmm, &[to, from]),
            _ => self.either(Code::EVEX_Vmovhps_m64_xmm, Code::VEX_Vmovhps_m64_xmm, &[to, from]),
        }
    }

    fn strided_load(&mut self, width: usize, part: i32, dst: Register, temp: Register) {
        let per = 16 / width;
        for group in 0..(self.lanes * width).div_ceil(16) {
            let to = if group == 0 { low(dst) } else { temp };
            for i in 0..per.min(self.lanes) {
                let from = self.lane(group * per + i, part);
                self.insert(width, to, from, i);
            }
            if group > 0 {
                let code = match size_of(dst) {
                    _ if self.isa == Isa::Avx2 => Code::VEX_Vinserti128_ymm_ymm_xmmm128_imm8,
                    Size::Z => Code::EVEX_Vinserti64x2_zmm_k1z_zmm_xmmm128_imm8,
                    _ => Code::EVEX_Vinserti64x2_ymm_k1z_ymm_xmmm128_imm8,
                };
                self.asm.ins(code, &[O::R(dst), O::R(dst), O::R(temp), O::I8(group as u8)]);
            }
        }
    }

    fn strided_store(&mut self, width: usize, part: i32, src: Register, temp: Register) {
        let per = 16 / width;
        let lanes = if self.uniform { 1 } else { self.lanes };
        for group in 0..(lanes * width).div_ceil(16) {
            let from = if group == 0 { low(src) } else { temp };
            if group > 0 {
                let code = match size_of(src) {
                    _ if self.isa == Isa::Avx2 => Code::VEX_Vextracti128_xmmm128_ymm_imm8,
                    Size::Z => Code::EVEX_Vextracti64x2_xmmm128_k1z_zmm_imm8,
                    _ => Code::EVEX_Vextracti64x2_xmmm128_k1z_ymm_imm8,
                };
                self.asm.ins(code, &[O::R(temp), O::R(src), O::I8(group as u8)]);
            }
            for i in 0..per.min(lanes) {
                let to = self.lane(group * per + i, part);
                self.extract(width, from, to, i);
            }
        }
    }

    /// `for rdx in 0..rest`, with `rax` moving by `rcx`.
    fn for_each_in_tail(&mut self, body: impl FnOnce(&mut Self)) {
        self.asm.ins(Code::Xor_r32_rm32, &[O::R(Register::EDX), O::R(Register::EDX)]);
        let head = self.asm.here();
        body(self);
        self.asm.ins(Code::Add_r64_rm64, &[O::R(RAX), O::R(RCX)]);
        self.asm.ins(Code::Add_rm64_imm32, &[O::R(RDX), O::I32(1)]);
        let rest = O::M(RSP, self.rest as i32);
        self.asm.ins(Code::Cmp_r64_rm64, &[O::R(RDX), rest]);
        self.asm.jump(Code::Jb_rel32_64, head);
    }

    /// Through memory that is filled with the first element before.
    fn strided_tail_load(&mut self, width: usize, part: i32, dst: Register, temp: Register) {
        let (size, bounce) = (size_of(dst), self.bounce() as i32);
        self.sized(by_width(BROADCAST, width), size, &[O::R(dst), O::M(RAX, part)]);
        self.sized(Op::Store64, size, &[O::M(RSP, bounce), O::R(dst)]);
        self.for_each_in_tail(|e| {
            e.insert(width, temp, O::M(RAX, part), 0);
            e.extract(width, temp, O::X(RSP, RDX, width as u32, bounce), 0);
        });
        self.sized(Op::Load64, size, &[O::R(dst), O::M(RSP, bounce)]);
    }

    fn strided_tail_store(&mut self, width: usize, part: i32, src: Register, temp: Register) {
        let (size, bounce) = (size_of(src), self.bounce() as i32);
        self.sized(Op::Store64, size, &[O::M(RSP, bounce), O::R(src)]);
        self.for_each_in_tail(|e| {
            e.insert(width, temp, O::X(RSP, RDX, width as u32, bounce), 0);
            e.extract(width, temp, O::M(RAX, part), 0);
        });
    }

    /// Lanes at offsets from a place; the offsets of padding lanes are those of real ones.
    fn gather_lanes(&mut self, base: Addr, width: usize, offsets: Register, dst: Register, mask: Register) {
        let (base, at) = match self.address(base) {
            O::M(base, at) => (base, at),
            _ => (RAX, 0),
        };
        let from = O::X(base, offsets, 1, at);
        match (self.isa, width) {
            (Isa::Avx512, 4 | 8) => {
                let double = width == 8;
                let code = if double { Code::EVEX_Vgatherqpd_zmm_k1_vm64z } else { Code::EVEX_Vgatherqps_ymm_k1_vm64z };
                self.asm.ins(Code::VEX_Kxnorb_kr_kr_kr, &[O::R(mask); 3]);
                self.sized(Op::Xor64, size_of(dst), &[O::R(dst); 3]);
                let mods = Mods { mask: Some(mask), ..Mods::default() };
                self.asm.with(code, &[O::R(dst), from], mods);
            }
            (Isa::Avx2, 4 | 8) => {
                let double = width == 8;
                let code = if double { Code::VEX_Vgatherqpd_ymm_vm64y_ymm } else { Code::VEX_Vgatherqps_xmm_vm64y_xmm };
                let mask = vector_register(size_of(dst), number(mask).1);
                self.sized(Op::Equal32, size_of(dst), &[O::R(mask); 3]);
                self.sized(Op::Xor64, size_of(dst), &[O::R(dst); 3]);
                self.asm.ins(code, &[O::R(dst), from, O::R(mask)]);
            }
            _ => {
                let bounce = self.bounce() as i32;
                self.whole(Op::Store64, &[O::M(RSP, bounce), O::R(offsets)]);
                for j in 0..self.lanes {
                    self.asm.load(RCX, RSP, bounce + 8 * j as i32);
                    self.insert(width, low(dst), O::X(base, RCX, 1, at), j);
                }
            }
        }
    }

    /// Four lanes, for AVX2.
    fn float_to_int(&mut self, double: bool, src: Register, dst: Register, temp: Register) {
        let bounce = self.bounce() as i32;
        self.sized(Op::Store64, size_of(src), &[O::M(RSP, bounce), O::R(src)]);
        let (code, width) =
            if double { (Code::VEX_Vcvttsd2si_r64_xmmm64, 8) } else { (Code::VEX_Vcvttss2si_r64_xmmm32, 4) };
        for (half, to) in [low(dst), temp].into_iter().enumerate() {
            let lane = |j: i32| O::M(RSP, bounce + (2 * half as i32 + j) * width);
            self.asm.ins(code, &[O::R(RAX), lane(0)]);
            self.asm.ins(Code::VEX_Vmovq_xmm_rm64, &[O::R(to), O::R(RAX)]);
            self.asm.ins(code, &[O::R(RAX), lane(1)]);
            self.asm.ins(Code::VEX_Vpinsrq_xmm_xmm_rm64_imm8, &[O::R(to), O::R(to), O::R(RAX), O::I8(1)]);
        }
        let high = [O::R(dst), O::R(dst), O::R(temp), O::I8(1)];
        self.asm.ins(Code::VEX_Vinserti128_ymm_ymm_xmmm128_imm8, &high);
    }

    /// The fault flag is set out of line. Padding lanes repeat the first.
    fn check(&mut self, mask: Register, bytes: usize) {
        let (fault, back) = (self.asm.label(), self.asm.label());
        self.branch(mask, bytes, false, fault);
        self.asm.bind(back);
        let flags = self.args.flags;
        self.later(move |e| {
            e.asm.bind(fault);
            e.asm.load_frame(RAX, flags);
            e.asm.load(RCX, RAX, 0);
            e.asm.ins(Code::Or_rm8_imm8, &[O::M(RAX, 0), O::I8(1)]);
            e.asm.jmp(back);
        });
    }
}
