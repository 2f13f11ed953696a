//! The reference backend: runs a [`Loop`] one element at a time on [`numfuse_ir::eval`].
//!
//! Slow and obvious. The other backends are fuzzed against it, bit for bit.

use numfuse_ir::eval::{self, Context};
use numfuse_ir::kernel::{Access, Combine, Inst, Lane, Loop};
use numfuse_ir::routine::Routine;

/// Runs a loop with the arguments of its calling convention.
///
/// # Safety
///
/// As [`crate::abi::LoopFn`]: pointers, strides and sizes describe memory that is valid for the
/// whole iteration space.
pub unsafe fn run(
    l: &Loop,
    ptrs: *const *mut u8,
    strides: *const i64,
    sizes: *const i64,
    params: *const u64,
    flags: *mut u32,
) {
    let (rank, operands) = (l.rank, l.operands.len());
    // SAFETY: the caller passes one pointer per operand, `rank + 1` strides per operand, `rank`
    // sizes and one word per parameter.
    let (ptrs, strides, sizes, params) = unsafe {
        (
            slice(ptrs, operands),
            slice(strides, operands * (rank + 1)),
            slice(sizes, rank),
            slice(params, l.params.len()),
        )
    };
    let mut machine = Machine {
        l,
        strides,
        params,
        at: ptrs.iter().map(|&p| p as i64).collect(),
        values: Vec::new(),
        reductions: l.reductions.iter().map(|r| Accumulator::new(&r.combine)).collect(),
        carries: l.scans.iter().map(|s| s.combine.identity.to_vec()).collect(),
        fault: false,
    };
    if sizes[..rank - l.reduce_dims].iter().all(|&n| n > 0) {
        machine.dimension(0, sizes);
    }
    if machine.fault {
        // SAFETY: `flags` points to a word the caller owns.
        unsafe { *flags |= 1 };
    }
}

/// # Safety
///
/// `p` points to `n` values; it may be anything if `n` is 0.
unsafe fn slice<'a, T>(p: *const T, n: usize) -> &'a [T] {
    // SAFETY: as this function's contract.
    if n == 0 { &[] } else { unsafe { std::slice::from_raw_parts(p, n) } }
}

/// The state of one reduction.
struct Accumulator {
    /// Block results so far, per component, and what their additions rounded away.
    total: Vec<u64>,
    lost: Vec<u64>,
    /// The lanes of the block at hand.
    lanes: Vec<Vec<u64>>,
}

impl Accumulator {
    fn new(combine: &Combine) -> Accumulator {
        let identity = combine.identity.to_vec();
        Accumulator {
            lost: vec![0; identity.len()],
            lanes: vec![identity.clone(); Loop::reduction_lanes(combine)],
            total: identity,
        }
    }
}

struct Machine<'a> {
    l: &'a Loop,
    strides: &'a [i64],
    params: &'a [u64],
    /// Current position of each operand (address, or value for iota).
    at: Vec<i64>,
    values: Vec<u64>,
    reductions: Vec<Accumulator>,
    carries: Vec<Vec<u64>>,
    fault: bool,
}

impl Machine<'_> {
    fn dimension(&mut self, d: usize, sizes: &[i64]) {
        let reduced = self.l.reduce_dims > 0 && d == self.l.rank - self.l.reduce_dims;
        if reduced {
            self.reductions = self.l.reductions.iter().map(|r| Accumulator::new(&r.combine)).collect();
        }
        let innermost = d + 1 == self.l.rank;
        if innermost {
            self.carries = self.l.scans.iter().map(|s| s.combine.identity.to_vec()).collect();
        }
        let start = self.at.clone();
        for i in 0..sizes[d] {
            if innermost {
                self.element(i as usize, i + 1 == sizes[d]);
            } else {
                self.dimension(d + 1, sizes);
            }
            for (k, at) in self.at.iter_mut().enumerate() {
                *at = at.wrapping_add(self.strides[k * (self.l.rank + 1) + d]);
            }
        }
        self.at = start;
        if reduced {
            self.store_totals();
        }
    }

    fn element(&mut self, index: usize, last: bool) {
        let l = self.l;
        let mut values = std::mem::take(&mut self.values);
        let mut cx = Point { machine: self, scans: vec![None; l.scans.len()] };
        eval::body(&l.body, &mut values, &mut cx);
        for store in &l.stores {
            for (part, v) in store.values.iter().enumerate() {
                self.write(store.operand as usize, part, values[v.0 as usize]);
            }
        }
        for (r, reduction) in l.reductions.iter().enumerate() {
            let element: Vec<u64> = reduction.values.iter().map(|v| values[v.0 as usize]).collect();
            let mut acc = std::mem::replace(
                &mut self.reductions[r],
                Accumulator { total: Vec::new(), lost: Vec::new(), lanes: Vec::new() },
            );
            let w = acc.lanes.len();
            acc.lanes[index % w] = combine(&reduction.combine, &acc.lanes[index % w], &element, self.params);
            if last || (index + 1).is_multiple_of(reduction.combine.block_depth() * w) {
                self.merge_block(r, &mut acc);
            }
            self.reductions[r] = acc;
        }
        self.values = values;
    }

    /// Folds neighbouring lanes of a block and merges the result into the total.
    fn merge_block(&self, r: usize, acc: &mut Accumulator) {
        let reduction = &self.l.reductions[r];
        let mut half = acc.lanes.len() / 2;
        while half > 0 {
            for i in 0..half {
                acc.lanes[i] = combine(&reduction.combine, &acc.lanes[2 * i], &acc.lanes[2 * i + 1], self.params);
            }
            half /= 2;
        }
        if reduction.compensated {
            for (c, &lane) in reduction.combine.lanes.iter().enumerate() {
                let (hi, e) = two_sum(lane, acc.total[c], acc.lanes[0][c]);
                acc.total[c] = hi;
                acc.lost[c] = eval::binary(numfuse_ir::kernel::BinOp::Add, lane, acc.lost[c], e);
            }
        } else {
            acc.total = combine(&reduction.combine, &acc.total, &acc.lanes[0], self.params);
        }
        acc.lanes.fill(reduction.combine.identity.to_vec());
    }

    fn store_totals(&mut self) {
        for (r, reduction) in self.l.reductions.iter().enumerate() {
            let acc = &self.reductions[r];
            let all = acc.total.iter().chain(&acc.lost);
            for (&out, &bits) in reduction.outs.iter().zip(all) {
                self.write(out as usize, 0, bits);
            }
        }
    }

    fn write(&self, operand: usize, part: usize, bits: u64) {
        let lane = self.l.operands[operand].lane;
        let at = (self.at[operand] as usize + part * lane.bytes()) as *mut u8;
        // SAFETY: the position is inside the iteration space, where the operand is valid.
        unsafe { std::ptr::copy_nonoverlapping(bits.to_le_bytes().as_ptr(), at, lane.bytes()) };
    }
}

/// Knuth's two-sum: the rounded sum and its rounding error (TAOCP 2, 4.2.2, theorem B).
fn two_sum(lane: Lane, a: u64, b: u64) -> (u64, u64) {
    use numfuse_ir::kernel::BinOp::{Add, Sub};
    let op = |op, x, y| eval::binary(op, lane, x, y);
    let s = op(Add, a, b);
    let a1 = op(Sub, s, b);
    let b1 = op(Sub, s, a1);
    (s, op(Add, op(Sub, a, a1), op(Sub, b, b1)))
}

/// One step of a combining body.
fn combine(combine: &Combine, acc: &[u64], element: &[u64], params: &[u64]) -> Vec<u64> {
    let mut values = Vec::new();
    eval::body(&combine.body, &mut values, &mut Step { acc, element, params });
    combine.results.iter().map(|v| values[v.0 as usize]).collect()
}

/// The context of a combining body.
struct Step<'a> {
    acc: &'a [u64],
    element: &'a [u64],
    params: &'a [u64],
}

impl Context for Step<'_> {
    fn leaf(&mut self, inst: &Inst, _: u64, _: &[u64]) -> u64 {
        match *inst {
            Inst::Arg(k) if (k as usize) < self.acc.len() => self.acc[k as usize],
            Inst::Arg(k) => self.element[k as usize - self.acc.len()],
            Inst::Param(k) => self.params[k as usize],
            _ => 0,
        }
    }

    fn call(&mut self, routine: Routine, args: &[u64]) -> u64 {
        crate::routines::call(routine, args)
    }
}

/// The context of the loop's body at one point.
struct Point<'m, 'a> {
    machine: &'m mut Machine<'a>,
    /// The accumulator after this element, of the scans asked for so far.
    scans: Vec<Option<Vec<u64>>>,
}

impl Context for Point<'_, '_> {
    fn leaf(&mut self, inst: &Inst, index: u64, values: &[u64]) -> u64 {
        let m = &mut *self.machine;
        match *inst {
            Inst::Param(k) => m.params[k as usize],
            Inst::Load { operand, .. } if m.l.operands[operand as usize].access == Access::Iota => {
                m.at[operand as usize] as u64
            }
            Inst::Load { operand, part } => m.read(operand as usize, part as usize, 0),
            Inst::Gather { operand, part, .. } => {
                let stride = m.strides[operand as usize * (m.l.rank + 1) + m.l.rank];
                m.read(operand as usize, part as usize, (index as i64).wrapping_mul(stride))
            }
            Inst::ScanOut { scan, component } => {
                let s = scan as usize;
                if self.scans[s].is_none() {
                    let scan = &m.l.scans[s];
                    let element: Vec<u64> = scan.values.iter().map(|v| values[v.0 as usize]).collect();
                    m.carries[s] = combine(&scan.combine, &m.carries[s], &element, m.params);
                    self.scans[s] = Some(m.carries[s].clone());
                }
                m.carries[s][component as usize]
            }
            _ => 0,
        }
    }

    fn call(&mut self, routine: Routine, args: &[u64]) -> u64 {
        crate::routines::call(routine, args)
    }

    fn fault(&mut self) {
        self.machine.fault = true;
    }
}

impl Machine<'_> {
    fn read(&self, operand: usize, part: usize, offset: i64) -> u64 {
        let lane = self.l.operands[operand].lane;
        let at = self.at[operand].wrapping_add(offset) as usize + part * lane.bytes();
        let mut bytes = [0; 8];
        // SAFETY: the position is inside the iteration space, where the operand is valid; gathered
        // indices stay inside the operand by the contract of `Inst::Gather`.
        unsafe { std::ptr::copy_nonoverlapping(at as *const u8, bytes.as_mut_ptr(), lane.bytes()) };
        u64::from_le_bytes(bytes)
    }
}
