//! Decides, before anything is emitted, how a loop is cut into vectors: lanes per chunk, chunks
//! per iteration, how each operand moves, and where accumulators live.

use numfuse_ir::kernel::{Access, Inst, Lane, Loop, Reduction, Step, ValueId};

use crate::analysis;

/// Bytes of a vector register.
pub(super) const REG: usize = 16;

/// How an operand is walked along the innermost dimension.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Walk {
    /// Contiguous: base plus index.
    Unit,
    /// A pointer that moves by the stride; lanes are loaded one by one.
    Strided,
    /// A position that moves by the stride, plus a table of lane offsets: iota values, and the
    /// positions of gathering operands. The table lets padding lanes repeat the last element.
    Table,
}

/// One operand as it is walked in the innermost loop.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stream {
    pub operand: usize,
    pub walk: Walk,
    pub reads: bool,
    pub writes: bool,
    /// The stride is zero whatever the caller says.
    pub still: bool,
}

/// Where a reduction keeps the lanes of the block at hand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    Registers,
    Slot,
}

/// How one reduction runs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reducer {
    /// Lanes of the accumulator, a power of two.
    pub lanes: usize,
    /// Elements per block.
    pub block: usize,
    pub place: Place,
}

/// The plan of a loop.
pub(super) struct Plan {
    /// For each value, the number of loops around it ([`Loop::levels`]).
    pub levels: Vec<usize>,
    /// Values that something visible depends on.
    pub live: Vec<bool>,
    /// Elements per chunk: what one emission of the body handles. A power of two.
    pub lanes: usize,
    /// Chunks per iteration of the innermost loop. A power of two.
    pub chunks: usize,
    /// Constants that are loaded where they are used: registers are for those used more often.
    pub in_memory: Vec<bool>,
    pub streams: Vec<Stream>,
    pub reducers: Vec<Reducer>,
}

impl Plan {
    pub(super) fn new(l: &Loop) -> Plan {
        let levels = l.levels();
        let live = analysis::live(l);
        let streams = streams(l, &levels, &live);
        let in_memory = constants_in_memory(l, &levels, &live);
        let mut plan = Plan { levels, live, lanes: 1, chunks: 1, in_memory, streams, reducers: Vec::new() };
        plan.choose_lanes(l);
        plan
    }

    /// Elements per iteration of the innermost loop.
    pub(super) fn step(&self) -> usize {
        self.lanes * self.chunks
    }

    /// Elements between block boundaries, if there are reductions.
    pub(super) fn segment(&self) -> Option<usize> {
        self.reducers.iter().map(|r| r.block).min()
    }

    /// Whether a value is computed for every element (not hoisted).
    pub(super) fn varies(&self, l: &Loop, v: ValueId) -> bool {
        self.levels[v.0 as usize] == l.rank
    }

    fn choose_lanes(&mut self, l: &Loop) {
        // One element at a time where lanes would meet in memory: in an accumulator that stays, or,
        // once padding lanes have taken a running reduction further, in a result that stays.
        let serial = l
            .stores
            .iter()
            .map(|s| &l.operands[s.operand as usize])
            .any(|op| (op.access == Access::Update || !l.scans.is_empty()) && op.steps.last() == Some(&Step::Zero));
        let (mut cost, mut calls, mut widest, mut narrowest) = (0, false, 1, 8);
        for (v, inst, lane) in l.body.insts() {
            if !self.live[v.0 as usize] || !self.varies(l, v) {
                continue;
            }
            let memory = matches!(inst, Inst::Load { .. } | Inst::Gather { .. });
            cost += cost_of(inst, lane);
            calls |= matches!(inst, Inst::Call(..));
            if lane != Lane::B1 {
                widest = lane.bytes().max(widest);
            }
            if lane != Lane::B1 || memory {
                narrowest = lane.bytes().min(narrowest);
            }
        }
        for store in &l.stores {
            let lane = l.operands[store.operand as usize].lane;
            narrowest = lane.bytes().min(narrowest);
            widest = lane.bytes().max(widest);
        }
        for r in &l.reductions {
            cost += r.combine.body.len();
            for lane in &r.combine.lanes {
                widest = lane.bytes().max(widest);
            }
        }
        self.lanes = REG / widest;
        // Long bodies are chains of dependent instructions: registers per value, interleaved, hide
        // their latency (black_scholes: 22.9 ns per element with 1, 16.5 with 2, 13.0 with 4; each
        // doubling also doubles the time to compile). Short ones rather repeat as a whole.
        let (unroll, interleave) = match cost {
            _ if calls || !l.scans.is_empty() => (1, 1),
            0..=12 => (4, 1),
            13..=100 => (2, 2),
            _ => (4, 4),
        };
        // Narrow lanes come in wider chunks first: one full register beats many partial ones.
        let widen = (widest / narrowest.max(1)).max(interleave).clamp(1, unroll);
        self.lanes *= widen;
        self.chunks = unroll / widen;

        let lanes: Vec<usize> = l.reductions.iter().map(|r| Loop::reduction_lanes(&r.combine)).collect();
        if let (Some(&least), Some(&most)) = (lanes.iter().min(), lanes.iter().max()) {
            let registers: usize = l
                .reductions
                .iter()
                .zip(&lanes)
                .flat_map(|(r, w)| r.combine.lanes.iter().map(move |lane| w * lane.bytes() / REG))
                .sum();
            let chunks = least / self.lanes.min(least);
            // Registers hold whole lanes of a chunk only if they are full.
            let full = l.reductions.iter().flat_map(|r| &r.combine.lanes).all(|w| self.lanes * w.bytes() >= REG);
            let depth = l.reductions.iter().map(|r| r.combine.block_depth());
            let same = least == most && depth.clone().min() == depth.max();
            let in_registers = full && same && registers <= 8 && cost * chunks <= 40 && self.lanes <= least;
            if in_registers {
                self.chunks = chunks;
            }
            self.lanes = self.lanes.min(least);
            self.chunks = self.chunks.min(least / self.lanes);
            let place = if in_registers { Place::Registers } else { Place::Slot };
            let block = |r: &Reduction, lanes| lanes * r.combine.block_depth();
            let reducer = |(r, &lanes): (&Reduction, &usize)| Reducer { lanes, block: block(r, lanes), place };
            self.reducers = l.reductions.iter().zip(&lanes).map(reducer).collect();
        }
        if serial {
            (self.lanes, self.chunks) = (1, 1);
            self.reducers.iter_mut().for_each(|r| r.place = Place::Slot);
        }
    }
}

/// A rough number of machine instructions per register.
fn cost_of(inst: &Inst, lane: Lane) -> usize {
    match inst {
        Inst::Const(_) | Inst::Param(_) | Inst::Arg(_) | Inst::Bitcast(_) => 0,
        Inst::Gather { .. } => 8,
        Inst::Call(..) | Inst::CallWhere(..) => 8,
        Inst::Binary(numfuse_ir::kernel::BinOp::Div | numfuse_ir::kernel::BinOp::Rem, ..) if lane.is_int() => {
            if lane.bytes() == 8 { 32 } else { 12 }
        }
        _ => 1,
    }
}

/// With more constants than registers can hold, those used once per chunk come from memory, as
/// operands of the instructions that use them. Spilling them would cost an instruction each.
fn constants_in_memory(l: &Loop, levels: &[usize], live: &[bool]) -> Vec<bool> {
    const ENOUGH: usize = 8;
    let mut uses = vec![0; l.body.len()];
    for (v, inst, _) in l.body.insts() {
        if live[v.0 as usize] && levels[v.0 as usize] == l.rank {
            inst.for_each_operand(|a| uses[a.0 as usize] += 1);
        }
    }
    for (v, inst, _) in l.body.insts() {
        if !matches!(inst, Inst::Const(_)) {
            uses[v.0 as usize] = 0;
        }
    }
    let many = uses.iter().filter(|&&n| n > 0).count() > ENOUGH;
    uses.iter().map(|&n| many && n == 1).collect()
}

fn streams(l: &Loop, levels: &[usize], live: &[bool]) -> Vec<Stream> {
    let mut streams: Vec<Stream> = Vec::new();
    let mut add = |operand: usize, table: bool, reads: bool, writes: bool| {
        let step = l.operands[operand].steps.last().copied().unwrap_or(Step::Zero);
        // Unit-stride pairs of narrow lanes have no shuffle here; they are walked lane by lane.
        let pairs = l.operands[operand].parts > 1 && l.operands[operand].lane.bytes() < 4;
        let walk = match step {
            _ if table => Walk::Table,
            Step::Unit if !pairs => Walk::Unit,
            _ => Walk::Strided,
        };
        let is_table = |w: Walk| w == Walk::Table;
        match streams.iter_mut().find(|s| s.operand == operand && is_table(s.walk) == table) {
            Some(s) => {
                s.reads |= reads;
                s.writes |= writes;
            }
            None => streams.push(Stream { operand, walk, reads, writes, still: step == Step::Zero }),
        }
    };
    for (v, inst, _) in l.body.insts() {
        if !live[v.0 as usize] || levels[v.0 as usize] != l.rank {
            continue;
        }
        match inst {
            Inst::Load { operand, .. } => {
                let k = *operand as usize;
                add(k, l.operands[k].access == Access::Iota, true, false);
            }
            Inst::Gather { operand, .. } => {
                let k = *operand as usize;
                if l.operands[k].steps.last() != Some(&Step::Zero) {
                    add(k, true, true, false);
                }
            }
            _ => {}
        }
    }
    for store in &l.stores {
        add(store.operand as usize, false, false, true);
    }
    streams
}
