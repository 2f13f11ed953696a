//! Bytes from instructions: labels, the constant pool, and the few forms of scalar code.

use iced_x86::{Code, Encoder, Instruction, OpKind, Register};
use rustc_hash::FxHashMap;

use super::inst::Addr;

/// A position in the code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Label(u32);

/// An operand for the encoder.
#[derive(Clone, Copy, Debug)]
pub(super) enum O {
    R(Register),
    M(Register, i32),
    /// Base, index, scale, displacement.
    X(Register, Register, u32, i32),
    /// A pool entry.
    P(Addr),
    I8(u8),
    /// Sign-extended to 64 bits.
    I32(i32),
    I64(u64),
}

/// An opmask, and whether other lanes are zeroed; a repeated memory element.
#[derive(Clone, Copy, Default)]
pub(super) struct Mods {
    pub mask: Option<Register>,
    pub zeroing: bool,
    pub broadcast: bool,
}

/// A constant: its bytes, once or repeated over a register.
#[derive(Default)]
pub(super) struct Pool {
    bytes: Vec<Vec<u8>>,
    known: FxHashMap<Vec<u8>, u32>,
    /// Which of both forms the code reads.
    scalar: Vec<bool>,
    full: Vec<bool>,
}

impl Pool {
    pub(super) fn add(&mut self, bytes: &[u8]) -> u32 {
        if let Some(&id) = self.known.get(bytes) {
            return id;
        }
        let id = self.bytes.len() as u32;
        self.bytes.push(bytes.to_vec());
        self.known.insert(bytes.to_vec(), id);
        self.scalar.push(false);
        self.full.push(false);
        id
    }
}

pub(super) struct Asm {
    encoder: Encoder,
    pub pos: u32,
    labels: Vec<u32>,
    /// Where a 32-bit displacement goes, what from, and what to.
    jumps: Vec<(u32, Label)>,
    constants: Vec<(u32, u32, Addr)>,
    pub pool: Pool,
    failed: Option<String>,
}

impl Asm {
    pub(super) fn new() -> Asm {
        Asm {
            encoder: Encoder::new(64),
            pos: 0,
            labels: Vec::new(),
            jumps: Vec::new(),
            constants: Vec::new(),
            pool: Pool::default(),
            failed: None,
        }
    }

    pub(super) fn label(&mut self) -> Label {
        self.labels.push(u32::MAX);
        Label(self.labels.len() as u32 - 1)
    }

    pub(super) fn bind(&mut self, label: Label) {
        self.labels[label.0 as usize] = self.pos;
    }

    pub(super) fn here(&mut self) -> Label {
        let label = self.label();
        self.bind(label);
        label
    }

    fn encode(&mut self, instruction: &Instruction) -> u32 {
        match self.encoder.encode(instruction, self.pos as u64) {
            Ok(n) => self.pos += n as u32,
            Err(e) => self.failed = self.failed.take().or_else(|| Some(format!("{:?}: {e}", instruction.code()))),
        }
        self.pos
    }

    pub(super) fn ins(&mut self, code: Code, operands: &[O]) {
        self.with(code, operands, Mods::default());
    }

    pub(super) fn with(&mut self, code: Code, operands: &[O], mods: Mods) {
        let mut i = Instruction::new();
        i.set_code(code);
        let mut constant = None;
        for (k, &o) in operands.iter().enumerate() {
            let k = k as u32;
            match o {
                O::R(r) => i.set_op_register(k, r),
                O::M(base, at) => memory(&mut i, k, (base, Register::None, 1), at as u64),
                O::X(base, index, scale, at) => memory(&mut i, k, (base, index, scale), at as u64),
                O::P(addr) => {
                    // The displacement is filled in later; RIP-relative ones are absolute here.
                    memory(&mut i, k, (Register::RIP, Register::None, 1), self.pos as u64);
                    constant = Some(addr);
                }
                O::I8(x) => {
                    i.set_op_kind(k, OpKind::Immediate8);
                    i.set_immediate8(x);
                }
                O::I32(x) => {
                    i.set_op_kind(k, OpKind::Immediate32to64);
                    i.set_immediate32to64(x as i64);
                }
                O::I64(x) => {
                    i.set_op_kind(k, OpKind::Immediate64);
                    i.set_immediate64(x);
                }
            }
        }
        if let Some(m) = mods.mask {
            i.set_op_mask(m);
            i.set_zeroing_masking(mods.zeroing);
        }
        i.set_is_broadcast(mods.broadcast);
        let start = self.pos;
        let end = self.encode(&i);
        if let Some(addr) = constant {
            let at = start + self.encoder.get_constant_offsets().displacement_offset() as u32;
            self.constants.push((at, end, addr));
            match addr {
                Addr::Full(id) => self.pool.full[id as usize] = true,
                Addr::Scalar(id) => self.pool.scalar[id as usize] = true,
                _ => {}
            }
        }
    }

    /// A jump, or a conditional one, with a 32-bit displacement.
    pub(super) fn jump(&mut self, code: Code, to: Label) {
        let mut i = Instruction::new();
        i.set_code(code);
        i.set_op_kind(0, OpKind::NearBranch64);
        i.set_near_branch64(self.pos as u64);
        let end = self.encode(&i);
        self.jumps.push((end - 4, to));
    }

    pub(super) fn jmp(&mut self, to: Label) {
        self.jump(Code::Jmp_rel32_64, to);
    }

    pub(super) fn mov(&mut self, to: Register, from: Register) {
        self.ins(Code::Mov_r64_rm64, &[O::R(to), O::R(from)]);
    }

    pub(super) fn load(&mut self, to: Register, base: Register, at: i32) {
        self.ins(Code::Mov_r64_rm64, &[O::R(to), O::M(base, at)]);
    }

    pub(super) fn store(&mut self, base: Register, at: i32, from: Register) {
        self.ins(Code::Mov_rm64_r64, &[O::M(base, at), O::R(from)]);
    }

    pub(super) fn load_frame(&mut self, to: Register, at: u32) {
        self.load(to, Register::RSP, at as i32);
    }

    pub(super) fn store_frame(&mut self, at: u32, from: Register) {
        self.store(Register::RSP, at as i32, from);
    }

    pub(super) fn constant(&mut self, to: Register, x: u64) {
        self.ins(Code::Mov_r64_imm64, &[O::R(to), O::I64(x)]);
    }

    /// A small number, sign-extended.
    pub(super) fn constant32(&mut self, to: Register, x: i32) {
        self.ins(Code::Mov_rm64_imm32, &[O::R(to), O::I32(x)]);
    }

    pub(super) fn align(&mut self, to: u32) {
        const NOPS: [&[u8]; 8] = [
            &[0x90],
            &[0x66, 0x90],
            &[0x0f, 0x1f, 0x00],
            &[0x0f, 0x1f, 0x40, 0x00],
            &[0x0f, 0x1f, 0x44, 0x00, 0x00],
            &[0x66, 0x0f, 0x1f, 0x44, 0x00, 0x00],
            &[0x0f, 0x1f, 0x80, 0x00, 0x00, 0x00, 0x00],
            &[0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00],
        ];
        let mut left = self.pos.next_multiple_of(to) - self.pos;
        while left > 0 {
            let n = left.min(8);
            for &b in NOPS[n as usize - 1] {
                self.encoder.write_u8(b);
            }
            self.pos += n;
            left -= n;
        }
    }

    /// Everything: code, then constants. Returns the bytes and the length of the code.
    pub(super) fn finish(mut self) -> Result<(Vec<u8>, usize), String> {
        if let Some(why) = self.failed {
            return Err(why);
        }
        let mut bytes = self.encoder.take_buffer();
        let code = bytes.len();
        let mut at = FxHashMap::default();
        bytes.resize(code.next_multiple_of(64), 0xcc);
        for (id, constant) in self.pool.bytes.iter().enumerate() {
            if self.pool.full[id] {
                at.insert(Addr::Full(id as u32), bytes.len());
                bytes.extend(constant.iter().cycle().take(64));
            }
        }
        for (id, constant) in self.pool.bytes.iter().enumerate() {
            if self.pool.scalar[id] {
                // Longest first would save padding; there are few kinds.
                let start = bytes.len().next_multiple_of(constant.len().clamp(1, 64));
                bytes.resize(start, 0);
                at.insert(Addr::Scalar(id as u32), start);
                bytes.extend(constant);
            }
        }
        let mut put = |at: u32, value: i64| -> Result<(), String> {
            let value = i32::try_from(value).map_err(|_| "code of more than 2 GiB".to_string())?;
            let at = at as usize;
            bytes.get_mut(at..at + 4).ok_or("a jump outside of the code")?.copy_from_slice(&value.to_le_bytes());
            Ok(())
        };
        for (from, to) in std::mem::take(&mut self.jumps) {
            let target = self.labels[to.0 as usize];
            if target == u32::MAX {
                return Err("a jump to nowhere".into());
            }
            put(from, target as i64 - (from as i64 + 4))?;
        }
        for (from, end, addr) in std::mem::take(&mut self.constants) {
            let target = at.get(&addr).copied().ok_or("a constant that is not there")?;
            put(from, target as i64 - end as i64)?;
        }
        Ok((bytes, code))
    }

    pub(super) fn position(&self, label: Label) -> usize {
        self.labels[label.0 as usize] as usize
    }
}

fn memory(i: &mut Instruction, k: u32, (base, index, scale): (Register, Register, u32), displacement: u64) {
    i.set_op_kind(k, OpKind::Memory);
    i.set_memory_base(base);
    i.set_memory_index(index);
    i.set_memory_index_scale(scale);
    // 1 stands for the shortest that fits.
    let size = match base {
        Register::RIP => 8,
        _ => u32::from(displacement != 0),
    };
    i.set_memory_displ_size(size);
    i.set_memory_displacement64(displacement);
}
