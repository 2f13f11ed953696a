//! Loads and stores of the lanes of a chunk.

use ::cranelift::codegen::ir::types::{F32, F32X4, F64, F64X2, I8, I8X16, I16, I16X8, I64X2};
use ::cranelift::codegen::ir::{InstBuilder, Value};
use numfuse_ir::kernel::{Access, Lane, Operand};

use super::emit::{Emitter, Regs, Val, memory, regs_for, scalar, vector, vector_of};
use super::plan::{REG, Stream, Walk};

/// A stream inside the innermost loop.
pub(super) struct Track {
    pub stream: Stream,
    /// Unit: the address of index 0. Table: the address of the lane offsets.
    pub base: Value,
    /// Strided and table: the stride.
    pub stride: Value,
    /// Strided and table: the position of the iteration's first element.
    pub at: Value,
    /// Unit: the address of the iteration's first element, once it is known.
    address: Option<Value>,
    /// Strided: the addresses of the iteration's elements, as far as they were needed.
    addresses: Vec<Value>,
    /// Interleaved registers of a chunk, shared by the loads of both parts.
    pairs: Option<(usize, Regs)>,
}

impl Track {
    pub(super) fn new(stream: Stream, base: Value, stride: Value, at: Value) -> Track {
        Track { stream, base, stride, at, address: None, addresses: vec![at], pairs: None }
    }
}

impl Emitter<'_> {
    pub(super) fn operand(&self, k: usize) -> &Operand {
        &self.l.operands[k]
    }

    /// Lanes `chunk · lanes ..` of an operand's part at the iteration that starts at `index`.
    pub(super) fn load_chunk(&mut self, track: &mut Track, index: Value, part: usize, chunk: usize) -> Val {
        let lanes = self.plan.lanes;
        let (lane, parts, access) = {
            let op = self.operand(track.stream.operand);
            (op.lane, op.parts as usize, op.access)
        };
        let loaded = match track.stream.walk {
            Walk::Table if access == Access::Iota => return self.load_iota(track, chunk),
            Walk::Unit if parts == 1 => {
                let at = self.unit_address(track, index);
                let regs = self.load_regs(at, chunk * lanes * lane.bytes(), lanes * lane.bytes(), vector(lane));
                Val { regs, width: lane.bytes(), uniform: false }
            }
            Walk::Unit => self.load_pair(track, index, part, chunk, lane),
            _ => {
                let scalars: Vec<Value> = (0..lanes)
                    .map(|j| {
                        let at = self.strided_address(track, chunk * lanes + j);
                        self.cur.ins().load(scalar(lane), memory(), at, (part * lane.bytes()) as i32)
                    })
                    .collect();
                self.assemble(lane, &scalars)
            }
        };
        if lane == Lane::B1 { self.bytes_to_mask(&loaded) } else { loaded }
    }

    /// Stores a chunk: one value per part.
    pub(super) fn store_chunk(&mut self, track: &mut Track, index: Value, values: &[Val], chunk: usize) {
        let lanes = self.plan.lanes;
        let (lane, parts) = {
            let op = self.operand(track.stream.operand);
            (op.lane, op.parts as usize)
        };
        let values: Vec<Val> =
            values.iter().map(|v| if lane == Lane::B1 { self.mask_to_bytes(v, lanes) } else { v.clone() }).collect();
        let bytes = lane.bytes();
        match track.stream.walk {
            Walk::Unit => {
                let at = self.unit_address(track, index);
                let total = lanes * parts * bytes;
                let regs = if parts == 1 { values[0].regs.clone() } else { self.interleave(&values, lane) };
                self.store_regs(at, chunk * total, total, &regs);
            }
            _ => {
                for j in 0..lanes {
                    let at = self.strided_address(track, chunk * lanes + j);
                    for (part, v) in values.iter().enumerate() {
                        let x = self.extract(v, lane, j);
                        self.cur.ins().store(memory(), x, at, (part * bytes) as i32);
                    }
                }
            }
        }
    }

    /// The position of each of the iteration's gathering elements, relative to which indices count.
    pub(super) fn gather_address(&mut self, track: &Track, element: usize) -> Value {
        let offset = self.cur.ins().load(scalar(Lane::I64), memory(), track.base, element as i32 * 8);
        self.cur.ins().iadd(track.at, offset)
    }

    fn load_iota(&mut self, track: &Track, chunk: usize) -> Val {
        let lanes = self.plan.lanes;
        let start = self.cur.ins().splat(I64X2, track.at);
        let offsets = self.load_regs(track.base, chunk * lanes * 8, lanes * 8, I64X2);
        let regs = offsets.iter().map(|&o| self.cur.ins().iadd(start, o)).collect();
        Val { regs, width: 8, uniform: false }
    }

    fn unit_address(&mut self, track: &mut Track, index: Value) -> Value {
        if let Some(at) = track.address {
            return at;
        }
        let shift = self.operand(track.stream.operand).element_bytes().trailing_zeros();
        let at = self.indexed(track.base, index, shift);
        track.address = Some(at);
        at
    }

    /// The address of an element of the iteration; one addition per element.
    pub(super) fn strided_address(&mut self, track: &mut Track, element: usize) -> Value {
        if track.stream.still {
            return track.at;
        }
        while track.addresses.len() <= element {
            let last = track.addresses[track.addresses.len() - 1];
            let next = self.cur.ins().iadd(last, track.stride);
            track.addresses.push(next);
        }
        track.addresses[element]
    }

    /// Loads a power of two of bytes; less than a register's worth is repeated to fill it, so that
    /// unused lanes never see values that the used ones do not.
    pub(super) fn load_regs(
        &mut self,
        at: Value,
        offset: usize,
        bytes: usize,
        ty: ::cranelift::codegen::ir::Type,
    ) -> Regs {
        if bytes >= REG {
            return (0..bytes / REG)
                .map(|r| self.cur.ins().load(ty, memory(), at, (offset + r * REG) as i32))
                .collect();
        }
        let (part, whole) = match bytes {
            8 => (F64, F64X2),
            4 => (F32, F32X4),
            2 => (I16, I16X8),
            _ => (I8, I8X16),
        };
        let x = self.cur.ins().load(part, memory(), at, offset as i32);
        let v = self.cur.ins().splat(whole, x);
        Regs::from_slice(&[self.cast(v, ty)])
    }

    /// Stores a power of two of bytes.
    pub(super) fn store_regs(&mut self, at: Value, offset: usize, bytes: usize, regs: &[Value]) {
        if bytes >= REG {
            for r in 0..bytes / REG {
                let v = regs[if regs.len() == 1 { 0 } else { r }];
                self.cur.ins().store(memory(), v, at, (offset + r * REG) as i32);
            }
            return;
        }
        let whole = match bytes {
            8 => F64X2,
            4 => F32X4,
            2 => I16X8,
            _ => I8X16,
        };
        let v = self.cast(regs[0], whole);
        let x = self.cur.ins().extractlane(v, 0);
        self.cur.ins().store(memory(), x, at, offset as i32);
    }

    /// One part of interleaved pairs.
    fn load_pair(&mut self, track: &mut Track, index: Value, part: usize, chunk: usize, lane: Lane) -> Val {
        let (lanes, width) = (self.plan.lanes, lane.bytes());
        let raw = match &track.pairs {
            Some((c, regs)) if *c == chunk => regs.clone(),
            _ => {
                let at = self.unit_address(track, index);
                let bytes = 2 * lanes * width;
                let regs = self.load_regs(at, chunk * bytes, bytes, vector(lane));
                track.pairs = Some((chunk, regs.clone()));
                regs
            }
        };
        let per = REG / width;
        let regs = raw
            .chunks(2)
            .map(|pair| match *pair {
                [x, y] => self.pick(width, x, y, |i| 2 * i + part),
                // Half a register of lanes or less: repeat them.
                _ => self.pick(width, pair[0], pair[0], |i| 2 * (i % lanes.min(per / 2)) + part),
            })
            .collect();
        Val { regs, width, uniform: false }
    }

    /// Two parts as alternating lanes.
    fn interleave(&mut self, values: &[Val], lane: Lane) -> Regs {
        let width = lane.bytes();
        let per = REG / width;
        let count = regs_for(self.plan.lanes * 2, width);
        (0..count)
            .map(|o| {
                let (re, im) = (values[0].reg(o / 2), values[1].reg(o / 2));
                let first = (o % 2) * per / 2;
                self.pick(width, re, im, |i| first + i / 2 + (i % 2) * per)
            })
            .collect()
    }

    /// Bytes of 0 and 1 to masks.
    pub(super) fn bytes_to_mask(&mut self, bytes: &Val) -> Val {
        self.zip(Lane::U8, &[bytes], |e, x| e.cur.ins().ineg(x[0]))
    }

    /// Masks to bytes of 0 and 1.
    pub(super) fn mask_to_bytes(&mut self, mask: &Val, lanes: usize) -> Val {
        let mask = self.resize_mask(mask, 1, lanes);
        self.truth_to(Lane::U8, &mask)
    }

    /// A value that does not change along the innermost dimension.
    pub(super) fn load_uniform(&mut self, operand: usize, part: usize, at: Value) -> Val {
        let op = self.operand(operand);
        let (lane, iota) = (op.lane, op.access == Access::Iota);
        let x = if iota { at } else { self.cur.ins().load(scalar(lane), memory(), at, (part * lane.bytes()) as i32) };
        let reg = self.cur.ins().splat(if lane == Lane::B1 { vector_of(1) } else { vector(lane) }, x);
        let val = Val::uniform(reg, lane.bytes());
        if lane == Lane::B1 { self.bytes_to_mask(&val) } else { val }
    }
}
