//! Running reductions: a chunk's elements are combined one after the other, strictly in order, in
//! lanes that are all equal. They are read from memory, and results are put together in registers, since
//! a load of what several stores have just written waits for them. The carries stay in registers for the row.
//!
//! What remains of a row is done element by element, as no lane of padding may take part.

use iced_x86::Code;
use numfuse_ir::kernel::{Inst as Ir, Lane};
use smallvec::SmallVec;

use super::asm::O;
use super::emit::Emitter;
use super::inst::{Addr, Class, Inst, Special, V};
use super::isa::Isa;
use super::lower::{BROADCAST, Scope, by_width};
use super::nest::COUNT;
use super::ops::{Op, Size};

/// A component of a running reduction.
#[derive(Clone, Copy)]
pub(super) struct Carry {
    lane: Lane,
    bits: u64,
    /// The register, in a row.
    value: V,
    /// A block of the frame: the elements of a chunk.
    elements: u32,
}

impl Emitter<'_> {
    pub(super) fn prepare_scans(&mut self) {
        for scan in &self.l.scans {
            let carries = scan.combine.lanes.iter().zip(&scan.combine.identity).map(|(&lane, &bits)| Carry {
                lane,
                bits,
                value: 0,
                elements: self.frame.block(self.isa.bytes() as u32),
            });
            let carries = carries.collect();
            self.carries.push(carries);
        }
    }

    /// Calls `f` where all lanes are equal.
    fn one_element<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> T {
        self.uniform = true;
        let result = f(self);
        self.uniform = false;
        result
    }

    /// Identities into registers that nothing else uses in this row.
    pub(super) fn start_scans(&mut self) {
        let mut carries = std::mem::take(&mut self.carries);
        for (n, carry) in carries.iter_mut().flatten().enumerate() {
            let bytes = carry.lane.bytes();
            let size = self.size(bytes);
            let register = (self.isa.registers() - 1 - n) as u8;
            carry.value = self.values.new_value(Class::Vector(size));
            self.values.at_mut(carry.value).pinned = Some(register);
            let id = self.asm.pool.add(&carry.bits.to_le_bytes()[..bytes]);
            let to = super::alloc::vector_register(size, register);
            self.sized(by_width(BROADCAST, bytes), size, &[O::R(to), O::P(Addr::Scalar(id))]);
        }
        self.carries = carries;
    }

    pub(super) fn end_scans(&mut self) {
        for carry in self.carries.iter().flatten() {
            self.values.at_mut(carry.value).pinned = None;
        }
    }

    /// Runs a scan over a chunk, or one element, unless that was done, and puts its values in place.
    pub(super) fn scan_out(&mut self, scope: &mut Scope, scan: usize) {
        let outputs = |k: usize| {
            let is_output = move |inst: &Ir| *inst == Ir::ScanOut { scan: scan as u16, component: k as u8 };
            self.l.body.insts().filter(move |(_, inst, _)| is_output(inst)).map(|(v, ..)| v)
        };
        let places: Vec<(usize, usize)> =
            (0..self.carries[scan].len()).flat_map(|k| outputs(k).map(move |v| (k, v.0 as usize))).collect();
        if places.iter().any(|&(_, v)| scope.vals[v].is_some()) {
            return;
        }
        let l = self.l;
        let carries = self.carries[scan].clone();
        let elements: SmallVec<[V; 2]> = l.scans[scan].values.iter().map(|&v| self.val(scope, v)).collect();
        let before: Vec<V> = carries.iter().map(|c| c.value).collect();
        let (after, mut outs) = if self.uniform {
            let after = self.combine(l.scans[scan].combine.any(), &[&before, &elements[..]].concat());
            (after.clone(), after)
        } else {
            for (carry, &v) in carries.iter().zip(&elements) {
                self.store_register(Addr::Frame(carry.elements), v, carry.lane.bytes(), None);
            }
            self.one_element(|e| e.scan_lanes(scan, before.clone()))
        };
        // Before any register changes.
        let after: Vec<V> = after
            .iter()
            .enumerate()
            .map(|(k, &v)| match before.iter().position(|&b| b == v) {
                Some(other) if other != k => self.op(Op::Load64, carries[k].lane.bytes(), &[v]),
                _ => v,
            })
            .collect();
        if self.uniform {
            // Carries go on changing, and so do what is made in their registers.
            outs = carries.iter().zip(&after).map(|(c, &v)| self.op(Op::Load64, c.lane.bytes(), &[v])).collect();
        }
        for (carry, v) in carries.iter().zip(after) {
            let assign = Inst::special(Special::Assign);
            self.insts.push(Inst { dst: Some(carry.value), srcs: SmallVec::from_slice(&[v]), ..assign });
        }
        for (k, v) in places {
            scope.vals[v] = Some(outs[k]);
        }
    }

    /// Combines the lanes of a chunk in order. Returns the carries, and what they were in each lane.
    fn scan_lanes(&mut self, scan: usize, mut carries: Vec<V>) -> (Vec<V>, Vec<V>) {
        let l = self.l;
        // Neighbouring results are joined as soon as there are two of a length, which frees a register.
        let mut joined: Vec<Vec<(V, usize)>> = vec![Vec::new(); carries.len()];
        for j in 0..self.lanes {
            let mut args = carries.clone();
            for k in 0..carries.len() {
                let carry = self.carries[scan][k];
                let bytes = carry.lane.bytes();
                let from = Addr::Frame(carry.elements + (j * bytes) as u32);
                args.push(self.op_with(by_width(BROADCAST, bytes), bytes, &[], |inst| inst.mem = Some(from)));
            }
            carries = self.combine(l.scans[scan].combine.any(), &args);
            for (k, joined) in joined.iter_mut().enumerate() {
                let bytes = self.carries[scan][k].lane.bytes();
                let mut last = (carries[k], 1);
                while let Some((before, _)) = joined.pop_if(|(_, n)| *n == last.1) {
                    last = (self.join(before, last.0, bytes, last.1), 2 * last.1);
                }
                joined.push(last);
            }
        }
        let outs = joined.iter().filter_map(|j| j.first()).map(|&(v, _)| v).collect();
        (carries, outs)
    }

    /// `n` lanes, that a register repeats, and the `n` lanes of another one.
    fn join(&mut self, a: V, b: V, bytes: usize, n: usize) -> V {
        let unpack = match n * bytes {
            1 => Op::UnpackLow8,
            2 => Op::UnpackLow16,
            4 => Op::UnpackLow32,
            8 => Op::UnpackLow64,
            _ if self.isa == Isa::Avx2 => return self.op_imm(Op::Mix32, bytes, &[a, b], 0b1111_0000),
            pieces => {
                let (code, order) = match (self.size(bytes), pieces) {
                    (Size::Z, 32) => (Code::EVEX_Vshufi64x2_zmm_k1z_zmm_zmmm512b64_imm8, 0b10_00_10_00),
                    (Size::Z, _) => (Code::EVEX_Vshufi64x2_zmm_k1z_zmm_zmmm512b64_imm8, 0),
                    _ => (Code::EVEX_Vshufi64x2_ymm_k1z_ymm_ymmm256b64_imm8, 0),
                };
                return self.raw(code, bytes, &[a, b], order);
            }
        };
        self.op(unpack, bytes, &[a, b])
    }

    /// The elements in `COUNT`, one at a time.
    pub(super) fn element_loop(&mut self) {
        let done = self.asm.label();
        self.asm.ins(Code::Test_rm64_r64, &[O::R(COUNT), O::R(COUNT)]);
        self.asm.jump(Code::Je_rel32_64, done);
        let head = self.asm.here();
        self.one_element(|e| {
            e.chunk(0);
            e.flush();
        });
        self.advance(1);
        self.asm.ins(Code::Sub_rm64_imm32, &[O::R(COUNT), O::I32(1)]);
        self.asm.jump(Code::Jne_rel32_64, head);
        self.asm.bind(done);
    }
}
