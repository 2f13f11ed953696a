//! Calls of scalar routines, lane by lane, out of line: what is in registers is kept in the frame,
//! where the lanes are read from and the results put.

use iced_x86::{Code, Register};
use numfuse_ir::kernel::Lane;

use super::alloc::number;
use super::asm::O;
use super::emit::Emitter;
use super::inst::{Addr, Place, PlacedSpecial, Special};
use super::nest::{At, is_kept};
use super::ops::Op;
use crate::routines;

const RAX: Register = Register::RAX;
const RCX: Register = Register::RCX;
const RSP: Register = Register::RSP;

/// Registers of arguments, by position among those of a kind.
const FLOATS: [Register; 4] = [Register::XMM0, Register::XMM1, Register::XMM2, Register::XMM3];
const INTEGERS: [Register; 4] = [Register::RDI, Register::RSI, Register::RDX, Register::RCX];

impl Emitter<'_> {
    pub(super) fn call_routine(&mut self, p: &PlacedSpecial) {
        let Special::Routine { mask, .. } = p.special else { return };
        let (rare, back) = (self.asm.label(), self.asm.label());
        match (mask, p.srcs.last()) {
            (Some(bytes), Some(&Place::Reg(mask))) => self.branch(mask, bytes as usize, true, rare),
            _ => self.asm.jmp(rare),
        }
        self.asm.bind(back);
        let p = p.clone();
        self.later(move |e| {
            e.asm.bind(rare);
            e.call_lanes(&p);
            e.asm.jmp(back);
        });
    }

    fn call_lanes(&mut self, p: &PlacedSpecial) {
        let Special::Routine { routine, lanes, ref widths, mask } = p.special else { return };
        let Some(dst) = p.dst else { return };
        let save = self.save_area();
        let place = |r: Register| save as i32 + 64 * number(r).1 as i32;
        let (isa, registers) = (self.isa, self.isa.registers() as u32);
        let whole = |n: u32| isa.register(n as u8);
        // Arguments are read from where their registers are kept.
        let mut kept = p.live | 1 << number(dst).1;
        for s in &p.srcs {
            if let Place::Reg(r) = s
                && !r.is_k()
                && *r != Register::None
            {
                kept |= 1 << number(*r).1;
            }
        }
        for n in (0..registers).filter(|n| kept >> n & 1 == 1) {
            self.whole(Op::Store64, &[O::M(RSP, place(whole(n))), O::R(whole(n))]);
        }
        let mask_place = |n: u32| save as i32 + 64 * 32 + 8 * n as i32;
        for n in (0..8).filter(|n| p.live_masks >> n & 1 == 1) {
            self.asm.ins(Code::VEX_Kmovq_m64_kr, &[O::M(RSP, mask_place(n)), O::R(Register::K0 + n)]);
        }
        let pointers: Vec<(Register, u32)> = self
            .tracks
            .iter()
            .filter_map(|t| match t.at {
                At::Register(r) if !is_kept(r) => Some(r),
                _ => None,
            })
            .collect::<Vec<_>>()
            .into_iter()
            .map(|r| (r, self.frame.word()))
            .collect();
        for &(r, slot) in &pointers {
            self.asm.store_frame(slot, r);
        }
        let (bits, lane) = (self.frame.word(), self.frame.word());
        let all = if lanes >= 64 { u64::MAX } else { (1 << lanes) - 1 };
        self.asm.constant(RAX, all);
        if let (Some(bytes), Some(&Place::Reg(mask))) = (mask, p.srcs.last()) {
            self.lane_bits(mask, bytes as usize);
            self.asm.ins(Code::And_r64_rm64, &[O::R(RAX), O::R(RCX)]);
        }
        self.asm.store_frame(bits, RAX);
        self.asm.ins(Code::VEX_Vzeroupper, &[]);

        let head = self.asm.here();
        self.asm.ins(Code::Tzcnt_r64_rm64, &[O::R(RAX), O::M(RSP, bits as i32)]);
        self.asm.store_frame(lane, RAX);
        let (mut floats, mut integers) = (0, 0);
        for ((k, &kind), &width) in routine.args().iter().enumerate().zip(widths) {
            let from = match p.srcs[k] {
                Place::Reg(r) => O::X(RSP, RAX, width as u32, place(r)),
                Place::Mem(Addr::Frame(at)) => O::M(RSP, at as i32),
                _ => O::M(RSP, 0),
            };
            match kind {
                Lane::F64 => {
                    self.asm.ins(Code::VEX_Vmovsd_xmm_m64, &[O::R(FLOATS[floats]), from]);
                    floats += 1;
                }
                Lane::F32 => {
                    self.asm.ins(Code::VEX_Vmovss_xmm_m32, &[O::R(FLOATS[floats]), from]);
                    floats += 1;
                }
                _ => {
                    self.asm.ins(Code::Mov_r64_rm64, &[O::R(INTEGERS[integers]), from]);
                    integers += 1;
                }
            }
        }
        let address = if self.symbolic { routine as u64 } else { routines::address(routine) as u64 };
        self.asm.constant(RAX, address);
        self.asm.ins(Code::Call_rm64, &[O::R(RAX)]);
        self.asm.load_frame(RCX, lane);
        let width = routine.result().bytes() as u32;
        let to = O::X(RSP, RCX, width, place(dst));
        match routine.result() {
            Lane::F64 => self.asm.ins(Code::VEX_Vmovsd_m64_xmm, &[to, O::R(Register::XMM0)]),
            Lane::F32 => self.asm.ins(Code::VEX_Vmovss_m32_xmm, &[to, O::R(Register::XMM0)]),
            _ => self.asm.ins(Code::Mov_rm64_r64, &[to, O::R(RAX)]),
        }
        self.asm.ins(Code::VEX_Blsr_r64_rm64, &[O::R(RAX), O::M(RSP, bits as i32)]);
        self.asm.store_frame(bits, RAX);
        self.asm.ins(Code::Test_rm64_r64, &[O::R(RAX), O::R(RAX)]);
        self.asm.jump(Code::Jne_rel32_64, head);

        for &(r, slot) in &pointers {
            self.asm.load_frame(r, slot);
        }
        for n in (0..8).filter(|n| p.live_masks >> n & 1 == 1) {
            self.asm.ins(Code::VEX_Kmovq_kr_km64, &[O::R(Register::K0 + n), O::M(RSP, mask_place(n))]);
        }
        for n in (0..registers).filter(|n| (p.live | 1 << number(dst).1) >> n & 1 == 1) {
            self.whole(Op::Load64, &[O::R(whole(n)), O::M(RSP, place(whole(n)))]);
        }
    }
}
