//! Machine instructions on virtual registers, and what is known about values.

use iced_x86::{Code, Register};
use numfuse_ir::routine::Routine;
use smallvec::SmallVec;

use super::isa::Isa;
use super::ops::{Form, Op, Size};

/// A virtual register.
pub(super) type V = u32;

/// Where a register comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Class {
    Vector(Size),
    Mask,
}

/// A position in memory, resolved when code is emitted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Addr {
    /// Bytes above the stack pointer.
    Frame(u32),
    /// Through a pointer kept in the frame.
    Through(u32, i32),
    /// Bytes after where a track is.
    Track(u8, i32),
    /// The lanes of an accumulator that elements go to: its place in the frame, how far they are after the
    /// position, its lanes minus one, bytes per lane.
    Lanes { block: u32, offset: u32, mask: u32, width: u8 },
    /// A constant's element, to be broadcast.
    Scalar(u32),
    /// A constant in all lanes.
    Full(u32),
}

/// Where a value can be read from at any time, without a register.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Home {
    /// A constant of some bytes per element; 0 for a table that fills a register.
    Const(u32, u8),
    /// A whole register, or a mask, in the frame.
    Slot(u32),
    /// An operand's memory, in lanes of some bytes; read at most once.
    Stream(Addr, u8),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Info {
    pub class: Class,
    pub home: Option<Home>,
    /// A register that holds the value wherever it is used.
    pub pinned: Option<u8>,
    /// Bytes per lane of a truth value in a vector register.
    pub truth: u8,
}

/// What is not one instruction.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Special {
    /// The first source becomes the pinned destination's value.
    Assign,
    /// Sets the fault flag if any lane of the mask, of some bytes per lane, is false.
    Check {
        bytes: u8,
    },
    /// Calls a routine for the lanes of the mask (last source, of some bytes per lane; all of them, or
    /// the first, without), and puts the results into the destination, which starts as the last but one source.
    Routine {
        routine: Routine,
        lanes: usize,
        widths: SmallVec<[u8; 4]>,
        mask: Option<u8>,
    },
    /// Lanes that are not neighbours: bytes per lane, bytes to the part.
    StridedLoad {
        track: u8,
        width: u8,
        part: u8,
    },
    StridedStore {
        track: u8,
        width: u8,
        part: u8,
    },
    /// Lanes at offsets (the source) from a track, or from a pointer in the frame.
    Gather {
        base: Addr,
        width: u8,
    },
    /// Moves a track that is not contiguous to the next chunk.
    Advance {
        track: u8,
    },
    /// Puts lane 0 of a mask into all lanes of a slot.
    SpreadMask {
        slot: u32,
    },
    /// Floats to signed integers of 64 bits, lane by lane.
    FloatToInt {
        double: bool,
    },
    /// Where an iota track is, in all lanes.
    Position {
        track: u8,
    },
    /// A multiplication-addition of the three sources.
    Fma {
        double: bool,
        size: Size,
    },
}

#[derive(Clone, Debug)]
pub(super) struct Inst {
    pub code: Code,
    pub broadcast: u8,
    pub form: Form,
    pub dst: Option<V>,
    pub srcs: SmallVec<[V; 4]>,
    /// The last operand (the first, if the instruction stores).
    pub mem: Option<Addr>,
    pub imm: Option<u8>,
    /// Only these lanes are written; the others are zeroed, or kept.
    pub mask: Option<V>,
    pub zeroing: bool,
    pub special: Option<Special>,
}

impl Inst {
    pub(super) fn new(code: Code, form: Form) -> Inst {
        Inst {
            code,
            broadcast: 0,
            form,
            dst: None,
            srcs: SmallVec::new(),
            mem: None,
            imm: None,
            mask: None,
            zeroing: false,
            special: None,
        }
    }

    pub(super) fn of(isa: Isa, op: Op, size: Size) -> Inst {
        Inst { broadcast: op.broadcast(isa) as u8, ..Inst::new(op.code(isa, size), op.form(isa)) }
    }

    pub(super) fn special(special: Special) -> Inst {
        Inst { special: Some(special), ..Inst::new(Code::INVALID, Form::NoMemory) }
    }

    /// Calls `f` with each value that is read.
    pub(super) fn for_each_use(&self, mut f: impl FnMut(V)) {
        self.srcs.iter().copied().for_each(&mut f);
        self.mask.iter().copied().for_each(f);
    }
}

/// An operand after allocation.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Place {
    Reg(Register),
    Mem(Addr),
    /// An element that is repeated in all lanes.
    Broadcast(Addr),
}

/// An instruction after allocation: operands in the encoder's order.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub code: Code,
    pub operands: SmallVec<[Place; 4]>,
    pub imm: Option<u8>,
    pub mask: Option<Register>,
    pub zeroing: bool,
    pub special: Option<Box<PlacedSpecial>>,
}

/// A special with its registers.
#[derive(Clone, Debug)]
pub(super) struct PlacedSpecial {
    pub special: Special,
    pub dst: Option<Register>,
    pub srcs: SmallVec<[Place; 4]>,
    pub temp: Option<Register>,
    pub temp_mask: Option<Register>,
    /// Registers that hold something afterwards, one bit each.
    pub live: u32,
    pub live_masks: u8,
}

/// All values of a function.
#[derive(Default)]
pub(super) struct Values {
    pub infos: Vec<Info>,
}

impl Values {
    pub(super) fn new_value(&mut self, class: Class) -> V {
        self.infos.push(Info { class, home: None, pinned: None, truth: 0 });
        self.infos.len() as V - 1
    }

    pub(super) fn with_home(&mut self, class: Class, home: Home) -> V {
        let v = self.new_value(class);
        self.at_mut(v).home = Some(home);
        v
    }

    pub(super) fn at(&self, v: V) -> &Info {
        &self.infos[v as usize]
    }

    pub(super) fn at_mut(&mut self, v: V) -> &mut Info {
        &mut self.infos[v as usize]
    }

    pub(super) fn size(&self, v: V) -> Size {
        match self.at(v).class {
            Class::Vector(size) => size,
            Class::Mask => Size::X,
        }
    }
}

/// The stack frame as it grows: offsets from the stack pointer.
#[derive(Default)]
pub(super) struct Frame {
    pub bytes: u32,
    words: Vec<u32>,
    free_vectors: Vec<u32>,
}

impl Frame {
    /// A slot for a whole register.
    pub(super) fn vector(&mut self) -> u32 {
        self.free_vectors.pop().unwrap_or_else(|| self.block(64))
    }

    pub(super) fn free_vector(&mut self, at: u32) {
        self.free_vectors.push(at);
    }

    /// Some bytes, aligned like a register.
    pub(super) fn block(&mut self, bytes: u32) -> u32 {
        let at = self.bytes;
        self.bytes += bytes.next_multiple_of(64);
        at
    }

    /// A slot for a pointer, a number or a mask.
    pub(super) fn word(&mut self) -> u32 {
        if self.words.is_empty() {
            let at = self.block(64);
            self.words.extend((0..8).rev().map(|i| at + 8 * i));
        }
        self.words.pop().unwrap_or(0)
    }
}
