//! Decides, before anything is emitted, how a loop is cut into registers: elements per chunk, how
//! each operand moves, and what is computed outside of the innermost loop.

use numfuse_ir::kernel::{Access, BinOp, Body, CmpOp, Inst, Lane, Loop, Step, UnOp, ValueId};

use super::Unsupported;
use super::isa::Isa;
use crate::analysis;

/// How an operand is walked along the innermost dimension.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Walk {
    /// Contiguous.
    Unit,
    /// Any stride: lane by lane.
    Strided,
    /// Values `start + index · stride`.
    Iota,
    /// Where an index of each lane is counted from.
    Gather,
}

/// One operand as it is walked in the innermost loop.
#[derive(Clone, Copy, Debug)]
pub(super) struct Track {
    pub operand: usize,
    pub walk: Walk,
    /// A gather whose index stays along the row: the value that says where the row is.
    pub row_of: Option<ValueId>,
    /// Bytes per element.
    pub bytes: usize,
    /// Unit-stride pairs need masks of their own in the tail.
    pub pairs: bool,
}

/// The plan of a loop.
pub(super) struct Plan {
    /// For each value, the number of loops around it ([`Loop::levels`]).
    pub levels: Vec<usize>,
    /// Values that something visible depends on.
    pub live: Vec<bool>,
    /// Elements per chunk.
    pub lanes: usize,
    pub tracks: Vec<Track>,
    /// Values with one use, before the stores: a load may be an operand of that.
    pub once: Vec<bool>,
}

/// A selection that the processor makes by itself.
#[derive(Clone, Copy)]
pub(super) enum Choice {
    /// Its minimum or maximum of floats: the second operand unless the first is beyond it.
    Extreme(BinOp, ValueId, ValueId),
    /// A shift whose amount may exceed the lanes, which gives zeros.
    Shift(BinOp, ValueId, ValueId),
}

/// What `if c { a } else { b }` is.
pub(super) fn choice(body: &Body, c: ValueId, a: ValueId, b: ValueId) -> Option<Choice> {
    let Inst::Compare(op, x, y) = *body.inst(c) else { return None };
    if (x, y) == (a, b) && body.lane(a).is_float() {
        return match op {
            CmpOp::Lt => Some(Choice::Extreme(BinOp::Min, a, b)),
            CmpOp::Gt => Some(Choice::Extreme(BinOp::Max, a, b)),
            _ => None,
        };
    }
    let (lane, compared) = (body.lane(a), body.lane(x));
    let is = |v: ValueId, bits: u64| *body.inst(v) == Inst::Const(bits);
    match *body.inst(a) {
        // Signed lanes shifted to the right fill with their sign.
        Inst::Binary(shift @ (BinOp::Shl | BinOp::Shr), value, amount)
            if (shift == BinOp::Shl || !lane.is_signed())
                && op == CmpOp::Lt
                && compared.is_int()
                && !compared.is_signed()
                && (x == amount || *body.inst(x) == Inst::Bitcast(amount))
                && is(y, lane.bits() as u64)
                && is(b, 0) =>
        {
            Some(Choice::Shift(shift, value, amount))
        }
        _ => None,
    }
}

/// Calls `f` with the values that an instruction reads as it is emitted.
fn for_each_read(body: &Body, inst: &Inst, f: &mut dyn FnMut(ValueId)) {
    let choice = match *inst {
        Inst::Select(c, a, b) => choice(body, c, a, b),
        _ => None,
    };
    match choice {
        Some(Choice::Extreme(_, a, b) | Choice::Shift(_, a, b)) => {
            f(a);
            f(b);
        }
        None => inst.for_each_operand(f),
    }
}

impl Plan {
    pub(super) fn new(l: &Loop, isa: Isa) -> Result<Plan, Unsupported> {
        let components = || l.scans.iter().flat_map(|s| &s.combine.lanes);
        if components().any(|&lane| lane == Lane::B1) || components().count() > 4 {
            return Err(Unsupported("running truth values, or many of anything"));
        }
        if !l.scans.is_empty() && !l.reductions.is_empty() {
            return Err(Unsupported("a running reduction and another one"));
        }
        let levels = l.levels();
        let live = analysis::live_by(l, |inst, f| for_each_read(&l.body, inst, f));
        let mut widest = 1;
        for (v, inst, lane) in l.body.insts() {
            if live[v.0 as usize] && levels[v.0 as usize] == l.rank {
                widest = widest.max(working_width(l, inst, lane, isa));
            }
        }
        for store in &l.stores {
            let op = &l.operands[store.operand as usize];
            if op.steps.last() == Some(&Step::Zero) {
                return Err(Unsupported("a result that stays"));
            }
            widest = widest.max(op.lane.bytes());
        }
        let combines = l.reductions.iter().map(|r| &r.combine).chain(l.scans.iter().map(|s| &s.combine));
        for combine in combines {
            for (_, inst, lane) in combine.body.insts() {
                widest = widest.max(width_of(&combine.body, inst, lane, isa));
            }
            for lane in &combine.lanes {
                widest = widest.max(lane.bytes());
            }
        }
        let once = used_once(l, &live);
        // Elements that are combined one by one are code each.
        let most = if l.scans.is_empty() { 64 } else { 16 };
        let mut plan = Plan { levels, live, lanes: (isa.bytes() / widest).min(most), tracks: Vec::new(), once };
        plan.find_tracks(l)?;
        Ok(plan)
    }

    fn find_tracks(&mut self, l: &Loop) -> Result<(), Unsupported> {
        for (v, inst, _) in l.body.insts() {
            if !self.live[v.0 as usize] || self.levels[v.0 as usize] != l.rank {
                continue;
            }
            match *inst {
                Inst::Load { operand, .. } => self.add(l, operand as usize, None, false),
                Inst::Gather { operand, index, .. } => {
                    let stays = l.operands[operand as usize].steps.last() == Some(&Step::Zero);
                    if self.levels[index.0 as usize] < l.rank {
                        self.add(l, operand as usize, Some(index), false);
                    } else if !stays {
                        self.add(l, operand as usize, None, true);
                    }
                }
                _ => {}
            }
        }
        for store in &l.stores {
            self.add(l, store.operand as usize, None, false);
        }
        if self.tracks.len() > 200 {
            return Err(Unsupported("more operands than a byte counts"));
        }
        Ok(())
    }

    fn add(&mut self, l: &Loop, operand: usize, row_of: Option<ValueId>, gather: bool) {
        let op = &l.operands[operand];
        let pairs = op.parts > 1;
        let walk = match op.steps.last() {
            _ if gather => Walk::Gather,
            _ if op.access == Access::Iota => Walk::Iota,
            // Pairs of narrow lanes go one by one.
            Some(Step::Unit) if !pairs || op.lane.bytes() >= 4 => Walk::Unit,
            _ => Walk::Strided,
        };
        if self.find(operand, row_of, gather).is_none() {
            let pairs = pairs && walk == Walk::Unit;
            self.tracks.push(Track { operand, walk, row_of, bytes: op.element_bytes(), pairs });
        }
    }

    /// The track of an operand.
    pub(super) fn find(&self, operand: usize, row_of: Option<ValueId>, gather: bool) -> Option<usize> {
        self.tracks
            .iter()
            .position(|t| t.operand == operand && t.row_of == row_of && (t.walk == Walk::Gather) == gather)
    }
}

/// Values with one use before anything is stored: stores may be on top of loads.
fn used_once(l: &Loop, live: &[bool]) -> Vec<bool> {
    let mut uses = vec![0; l.body.len()];
    for (v, inst, _) in l.body.insts() {
        if live[v.0 as usize] {
            for_each_read(&l.body, inst, &mut |a| uses[a.0 as usize] += 1);
        }
    }
    let combined = l.reductions.iter().flat_map(|r| &r.values).chain(l.scans.iter().flat_map(|s| &s.values));
    combined.for_each(|v| uses[v.0 as usize] += 1);
    // An extreme looks for NaN apart.
    let extremes = l.reductions.iter().filter(|r| super::reduce::extreme(l, r).is_some());
    extremes.flat_map(|r| &r.values).for_each(|v| uses[v.0 as usize] += 1);
    l.stores.iter().flat_map(|s| &s.values).for_each(|v| uses[v.0 as usize] += 2);
    uses.iter().map(|&n| n == 1).collect()
}

/// Bytes of the widest lane that an instruction works on, its operands' own loads aside.
fn working_width(l: &Loop, inst: &Inst, lane: Lane, isa: Isa) -> usize {
    match inst {
        Inst::Gather { index, .. } => lane.bytes().max(l.body.lane(*index).bytes()),
        _ => width_of(&l.body, inst, lane, isa),
    }
}

/// The widest operand.
fn operand_lanes(body: &Body, inst: &Inst) -> Option<Lane> {
    let mut widest: Option<Lane> = None;
    inst.for_each_operand(|v| {
        let lane = body.lane(v);
        if widest.is_none_or(|w| w.bytes() < lane.bytes()) {
            widest = Some(lane);
        }
    });
    widest
}

fn width_of(body: &Body, inst: &Inst, lane: Lane, isa: Isa) -> usize {
    let from = operand_lanes(body, inst);
    let own = lane.bytes().max(from.map_or(1, Lane::bytes));
    match inst {
        Inst::Select(c, a, b) if let Some(Choice::Shift(..)) = choice(body, *c, *a, *b) => {
            width_of(body, body.inst(*a), lane, isa)
        }
        Inst::Binary(BinOp::Div | BinOp::Rem, ..) if lane.is_int() => match lane.bytes() {
            1 | 2 => 4,
            _ => 8,
        },
        // AVX2 shifts by another vector in lanes of 32 bits at least.
        Inst::Binary(BinOp::Shl | BinOp::Shr, _, by)
            if isa == Isa::Avx2 && lane.bytes() < 4 && !matches!(body.inst(*by), Inst::Const(_)) =>
        {
            4
        }
        Inst::Binary(BinOp::Mul | BinOp::Shl | BinOp::Shr, ..) if lane.is_int() && lane.bytes() == 1 => 2,
        Inst::Unary(UnOp::LeadingZeros, _) if lane.bytes() < 4 => 4,
        Inst::Convert(_) => match (from, lane) {
            (Some(Lane::F32), Lane::I64 | Lane::U64 | Lane::U32) | (Some(Lane::F64), _) => 8,
            (Some(f), _) if f.is_float() || lane.is_float() => own.max(4),
            _ => own,
        },
        _ => own,
    }
}
