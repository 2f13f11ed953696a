//! Random well-typed loops: the compiled function and the interpreter must leave the same bytes.

use numfuse_backends::abi::LoopFn;
use numfuse_backends::{cranelift, interp, wide};
use numfuse_ir::kernel::{
    Access, BinOp, Body, Builder, CmpOp, Combine, Inst, Lane, Loop, Next, Operand, Reduction, Scan, Step, Store, UnOp,
    ValueId,
};
use numfuse_ir::print;
use numfuse_ir::routine::Routine;
use smallvec::{SmallVec, smallvec};

/// SplitMix64 (Steele, Lea and Flood, 2014).
struct Rng(u64);

impl Rng {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// Bits of a lane, edge cases included.
    fn bits(&mut self, lane: Lane) -> u64 {
        let small = self.below(9) as i64 - 4;
        match lane {
            Lane::B1 => self.next() & 1,
            Lane::F32 | Lane::F64 => {
                let edges =
                    [0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 1e300, 1e-310, 2147483648.0, -2147483649.0];
                let x = match self.below(8) {
                    0 => self.pick(&edges),
                    1 => (self.next() as i64 >> self.below(60)) as f64 * 0.5,
                    2..=4 => small as f64,
                    _ => (self.next() >> 11) as f64 / (1u64 << 50) as f64 - 4.0,
                };
                if lane == Lane::F32 { (x as f32).to_bits() as u64 } else { x.to_bits() }
            }
            _ => {
                let x = match self.below(4) {
                    0 => self.next(),
                    1 => self.pick(&[i64::MIN, i64::MAX, i32::MIN as i64, u32::MAX as i64, 1 << 53]) as u64,
                    _ => small as u64,
                };
                numfuse_ir::eval::truncate(lane, x)
            }
        }
    }
}

/// An operand's memory: strides (one more for the gathered axis) and where index 0 is.
#[derive(Clone)]
struct Layout {
    strides: Vec<i64>,
    start: usize,
    bytes: usize,
    /// Shares the memory of an earlier operand.
    alias: Option<usize>,
}

struct Case {
    l: Loop,
    sizes: Vec<i64>,
    layouts: Vec<Layout>,
    params: Vec<u64>,
}

/// Elements of a gathered axis.
const AXIS: usize = 8;

struct Generator<'r> {
    rng: &'r mut Rng,
    l: Loop,
    sizes: Vec<i64>,
    layouts: Vec<Layout>,
    b: Builder,
}

impl Generator<'_> {
    fn operand(&mut self, access: Access, lane: Lane, parts: u8, steps: SmallVec<[Step; 4]>, gathered: bool) -> usize {
        let op = Operand { access, lane, parts, steps };
        let unit = if access == Access::Iota { 1 } else { op.element_bytes() as i64 };
        let mut extent = unit;
        let mut strides = vec![0; self.l.rank + 1];
        if gathered {
            strides[self.l.rank] = unit;
            extent *= AXIS as i64;
        }
        for d in (0..self.l.rank).rev() {
            strides[d] = match op.steps[d] {
                Step::Zero => 0,
                Step::Unit => unit,
                Step::Strided => {
                    let s = extent * (1 + self.rng.below(2) as i64);
                    if self.rng.chance(30) { -s } else { s }
                }
            };
            if op.steps[d] != Step::Zero {
                extent = extent.max(strides[d].abs() * self.sizes[d].max(1) + unit);
            }
        }
        // Offsets of the first and last byte.
        let reach = |sign: i64| -> i64 {
            (0..self.l.rank).map(|d| (strides[d] * (self.sizes[d] - 1).max(0) * sign).max(0)).sum()
        };
        let below = reach(-1);
        let above = reach(1) + unit * if gathered { AXIS as i64 } else { 1 };
        let layout = Layout { strides, start: below as usize, bytes: (below + above) as usize, alias: None };
        self.layouts.push(layout);
        self.l.operands.push(op);
        self.l.operands.len() - 1
    }

    fn steps(&mut self, zero: usize, unit: bool) -> SmallVec<[Step; 4]> {
        let rank = self.l.rank;
        (0..rank)
            .map(|d| {
                if self.rng.chance(zero) {
                    Step::Zero
                } else if unit && d + 1 == rank && self.rng.chance(70) {
                    Step::Unit
                } else {
                    Step::Strided
                }
            })
            .collect()
    }

    /// Steps of something written: mostly, every point has a place of its own; else the last stays.
    fn full_steps(&mut self) -> SmallVec<[Step; 4]> {
        let zero = if self.rng.chance(10) { 30 } else { 0 };
        self.steps(zero, true)
    }

    fn lane(&mut self) -> Lane {
        // Floats more often, and few types at a time.
        if self.rng.chance(40) { self.rng.pick(&[Lane::F64, Lane::F32]) } else { self.rng.pick(&Lane::ALL) }
    }

    /// Some value of a lane type.
    fn value(&mut self, lane: Lane) -> ValueId {
        let known: Vec<ValueId> = self.b.body().insts().filter(|i| i.2 == lane).map(|i| i.0).collect();
        if !known.is_empty() && self.rng.chance(85) {
            // Recent ones more often, for depth.
            let recent = known.len().saturating_sub(4);
            return if self.rng.chance(60) {
                known[recent + self.rng.below(known.len() - recent)]
            } else {
                self.rng.pick(&known)
            };
        }
        match self.rng.below(4) {
            0 => {
                let bits = self.rng.bits(lane);
                self.b.bits(lane, bits)
            }
            1 => {
                self.l.params.push(lane);
                self.b.push(Inst::Param(self.l.params.len() as u16 - 1), lane)
            }
            _ => {
                let others: Vec<ValueId> = self.b.body().insts().map(|i| i.0).collect();
                if others.is_empty() {
                    let bits = self.rng.bits(lane);
                    return self.b.bits(lane, bits);
                }
                let from = self.rng.pick(&others);
                self.b.convert(lane, from)
            }
        }
    }

    fn load(&mut self) {
        if self.rng.chance(12) {
            let steps = self.steps(25, true);
            let k = self.operand(Access::Iota, Lane::I64, 1, steps, false);
            self.b.push(Inst::Load { operand: k as u16, part: 0 }, Lane::I64);
            return;
        }
        let lane = self.lane();
        let parts = if self.rng.chance(15) { 2 } else { 1 };
        let gathered = self.rng.chance(12);
        let steps = self.steps(20, true);
        let k = self.operand(Access::Load, lane, parts, steps, gathered) as u16;
        if gathered {
            let index = self.value(Lane::I64);
            let mask = self.b.int(Lane::I64, AXIS as i64 - 1);
            let index = self.b.and(index, mask);
            for part in 0..parts {
                self.b.push(Inst::Gather { operand: k, part, index }, lane);
            }
        } else {
            for part in 0..parts {
                self.b.push(Inst::Load { operand: k, part }, lane);
            }
        }
    }

    fn inst(&mut self) {
        use BinOp::*;
        let lane = self.lane();
        match self.rng.below(20) {
            0 | 1 => {
                let a = self.value(lane);
                let ops: &[UnOp] = match lane {
                    Lane::B1 => &[UnOp::Not],
                    _ if lane.is_float() => {
                        &[UnOp::Neg, UnOp::Abs, UnOp::Sqrt, UnOp::Floor, UnOp::Ceil, UnOp::Trunc, UnOp::Round]
                    }
                    _ => &[UnOp::Neg, UnOp::Abs, UnOp::Not, UnOp::Popcount, UnOp::LeadingZeros],
                };
                let op = self.rng.pick(ops);
                self.b.un(op, a);
            }
            2..=8 => {
                let (a, b) = (self.value(lane), self.value(lane));
                let ops: &[BinOp] = match lane {
                    Lane::B1 => &[And, Or, Xor, Min, Max],
                    _ if lane.is_float() => &[Add, Sub, Mul, Div, Min, Max],
                    _ => &[Add, Sub, Mul, Div, Rem, Min, Max, And, Or, Xor, Shl, Shr],
                };
                let op = self.rng.pick(ops);
                self.b.bin(op, a, b);
            }
            9..=11 => {
                let (a, b) = (self.value(lane), self.value(lane));
                let op = self.rng.pick(&[CmpOp::Eq, CmpOp::Ne, CmpOp::Lt, CmpOp::Le, CmpOp::Gt, CmpOp::Ge]);
                self.b.cmp(op, a, b);
            }
            12 => {
                let lane = self.rng.pick(&[Lane::F32, Lane::F64]);
                let (a, b, c) = (self.value(lane), self.value(lane), self.value(lane));
                self.b.fma(a, b, c);
            }
            13 | 14 => {
                let (c, a, b) = (self.value(Lane::B1), self.value(lane), self.value(lane));
                self.b.select(c, a, b);
            }
            15 | 16 => {
                let from = self.lane();
                let a = self.value(from);
                self.b.convert(lane, a);
            }
            17 => {
                let to: Vec<Lane> = Lane::ALL
                    .into_iter()
                    .filter(|t| *t != Lane::B1 && lane != Lane::B1 && t.bytes() == lane.bytes())
                    .collect();
                if to.is_empty() {
                    return;
                }
                let mut a = self.value(lane);
                if lane.is_float() {
                    // The bits of a NaN are nobody's business.
                    let one = self.b.number(lane, 1);
                    let fine = self.b.eq(a, a);
                    a = self.b.select(fine, a, one);
                }
                let to = self.rng.pick(&to);
                self.b.bitcast(to, a);
            }
            18 => {
                let routine = Routine::ALL[self.rng.below(Routine::ALL.len())];
                let args: Vec<ValueId> = routine.args().iter().map(|&lane| self.value(lane)).collect();
                if self.rng.chance(40) {
                    self.b.call(routine, &args);
                } else {
                    let (mask, other) = (self.value(Lane::B1), self.value(routine.result()));
                    self.b.call_where(routine, &args, mask, other);
                }
            }
            _ => {
                let a = self.value(Lane::B1);
                if self.rng.chance(40) {
                    self.b.push(Inst::Check(a), Lane::B1);
                }
            }
        }
    }

    fn combine(&mut self, lane: Lane) -> Combine {
        let mut b = Builder::new();
        let arg = |b: &mut Builder, k: u16, lane| b.push(Inst::Arg(k), lane);
        if self.rng.chance(25) && lane != Lane::B1 {
            // First greatest and where it was.
            let lanes: SmallVec<[Lane; 2]> = smallvec![lane, Lane::I64];
            let (x, i, y, j) =
                (arg(&mut b, 0, lane), arg(&mut b, 1, Lane::I64), arg(&mut b, 2, lane), arg(&mut b, 3, Lane::I64));
            let (above, equal, before) = (b.gt(y, x), b.eq(x, y), b.lt(j, i));
            let tie = b.and(equal, before);
            let take = b.or(above, tie);
            let (v, k) = (b.select(take, y, x), b.select(take, j, i));
            let identity = smallvec![self.rng.bits(lane), i64::MAX as u64];
            let form = (b.finish(), smallvec![v, k]);
            // With NaN the order does matter.
            let next = (!lane.is_float()).then(|| {
                let mut b = Builder::new();
                let (x, i, y, j) =
                    (arg(&mut b, 0, lane), arg(&mut b, 1, Lane::I64), arg(&mut b, 2, lane), arg(&mut b, 3, Lane::I64));
                let (above, equal) = (b.gt(y, x), b.eq(x, y));
                let nowhere = b.int(Lane::I64, i64::MAX);
                let empty = b.eq(i, nowhere);
                let tie = b.and(equal, empty);
                let take = b.or(above, tie);
                let results = smallvec![b.select(take, y, x), b.select(take, j, i)];
                Next { body: b.finish(), results }
            });
            return Combine { lanes, identity, body: form.0, results: form.1, next };
        }
        let (x, y) = (arg(&mut b, 0, lane), arg(&mut b, 1, lane));
        let same = |r: &Routine| r.result() == lane && r.args() == [lane, lane];
        let routines: Vec<Routine> = Routine::ALL.iter().copied().filter(same).collect();
        if !routines.is_empty() && self.rng.chance(20) {
            let rare = b.lt(x, y);
            let r = self.rng.pick(&routines);
            let sum = b.add(x, y);
            let r = b.call_where(r, &[x, y], rare, sum);
            let identity = smallvec![self.rng.bits(lane)];
            return Combine { lanes: smallvec![lane], identity, body: b.finish(), results: smallvec![r], next: None };
        }
        let ops: &[BinOp] = match lane {
            Lane::B1 => &[BinOp::And, BinOp::Or, BinOp::Xor],
            _ if lane.is_float() => &[BinOp::Add, BinOp::Add, BinOp::Mul, BinOp::Min, BinOp::Max, BinOp::Sub],
            _ => &[BinOp::Add, BinOp::Mul, BinOp::Min, BinOp::Max, BinOp::And, BinOp::Xor, BinOp::Sub],
        };
        let op = self.rng.pick(ops);
        let r = b.bin(op, x, y);
        let body: Body = b.finish();
        let identity = smallvec![self.rng.bits(lane)];
        Combine { lanes: smallvec![lane], identity, body, results: smallvec![r], next: None }
    }

    fn elements(&mut self, combine: &Combine) -> SmallVec<[ValueId; 2]> {
        let mut values: SmallVec<[ValueId; 2]> = combine.lanes.iter().map(|&lane| self.value(lane)).collect();
        if combine.next.is_some()
            && let Some(position) = values.last_mut()
            && self.rng.chance(80)
        {
            let steps = (0..self.l.rank).map(|d| if d + 1 == self.l.rank { Step::Unit } else { Step::Strided });
            let k = self.operand(Access::Iota, Lane::I64, 1, steps.collect(), false);
            *position = self.b.push(Inst::Load { operand: k as u16, part: 0 }, Lane::I64);
        }
        values
    }

    fn reductions(&mut self) {
        self.l.reduce_dims = 1 + self.rng.below(self.l.rank);
        for _ in 0..1 + self.rng.below(3) {
            let lane = self.lane();
            let mut combine = self.combine(lane);
            let compensated = combine.lanes.len() == 1 && lane.is_float() && self.rng.chance(40);
            if compensated {
                combine.identity[0] = 0;
            }
            let values = self.elements(&combine);
            let outer = self.l.rank - self.l.reduce_dims;
            let mut outs: SmallVec<[u16; 4]> = SmallVec::new();
            for _ in 0..1 + usize::from(compensated) {
                for &lane in &combine.lanes {
                    let steps = (0..self.l.rank).map(|d| if d < outer { Step::Strided } else { Step::Zero }).collect();
                    outs.push(self.operand(Access::Store, lane, 1, steps, false) as u16);
                }
            }
            self.l.reductions.push(Reduction { combine, values, compensated, outs });
        }
    }

    fn stores(&mut self, count: usize) {
        for _ in 0..count {
            // In place: on top of something that is read at the same place.
            let candidates: Vec<usize> = (0..self.l.operands.len())
                .filter(|&k| {
                    let (op, layout) = (&self.l.operands[k], &self.layouts[k]);
                    op.access == Access::Load
                        && !op.steps.contains(&Step::Zero)
                        && layout.strides[self.l.rank] == 0
                        && !self.layouts.iter().any(|l| l.alias == Some(k))
                })
                .collect();
            if !candidates.is_empty() && self.rng.chance(40) {
                let k = self.rng.pick(&candidates);
                let op = self.l.operands[k].clone();
                let layout = Layout { alias: Some(k), ..self.layouts[k].clone() };
                self.l.operands.push(Operand { access: Access::Store, ..op.clone() });
                self.layouts.push(layout);
                let values = (0..op.parts).map(|_| self.value(op.lane)).collect();
                self.l.stores.push(Store { operand: self.l.operands.len() as u16 - 1, values });
                continue;
            }
            let lane = self.lane();
            let parts = if self.rng.chance(20) { 2 } else { 1 };
            let steps = self.full_steps();
            let k = self.operand(Access::Store, lane, parts, steps, false) as u16;
            let values = (0..parts).map(|_| self.value(lane)).collect();
            self.l.stores.push(Store { operand: k, values });
        }
    }

    fn update(&mut self) {
        let lane = self.lane();
        let mut steps = self.full_steps();
        for step in &mut steps {
            if self.rng.chance(15) {
                *step = Step::Zero;
            }
        }
        let k = self.operand(Access::Update, lane, 1, steps, false) as u16;
        let old = self.b.push(Inst::Load { operand: k, part: 0 }, lane);
        let new = self.value(lane);
        let op = if lane == Lane::B1 { BinOp::Or } else { BinOp::Add };
        let v = self.b.bin(op, old, new);
        self.l.stores.push(Store { operand: k, values: smallvec![v] });
    }

    fn scan(&mut self) {
        let lane = self.lane();
        let combine = self.combine(lane);
        let values = self.elements(&combine);
        let scan = self.l.scans.len() as u16;
        for (c, &lane) in combine.lanes.iter().enumerate() {
            self.b.push(Inst::ScanOut { scan, component: c as u8 }, lane);
        }
        self.l.scans.push(Scan { combine, values });
    }
}

fn generate(rng: &mut Rng) -> Case {
    let rank = 1 + rng.below(3);
    let mut sizes: Vec<i64> = (0..rank).map(|_| 1 + rng.below(3) as i64).collect();
    sizes[rank - 1] = rng.below(71) as i64;
    if rng.chance(5) {
        let d = rng.below(rank);
        sizes[d] = 0;
    }
    if rng.chance(4) {
        sizes[rank - 1] += 300 + rng.below(5000) as i64;
    }
    let l = Loop { rank, ..Loop::default() };
    let mut g = Generator { rng, l, sizes, layouts: Vec::new(), b: Builder::new() };
    for _ in 0..1 + g.rng.below(3) {
        g.load();
    }
    let count = if g.rng.chance(8) { 20 + g.rng.below(50) } else { g.rng.below(12) };
    let scan_at = if g.rng.chance(15) { g.rng.below(count + 1) } else { usize::MAX };
    for i in 0..count {
        if i == scan_at {
            g.scan();
        }
        g.inst();
    }
    match g.rng.below(10) {
        0..=3 => {
            g.reductions();
            if g.rng.chance(30) {
                g.stores(1);
            }
        }
        4 => g.update(),
        _ => {
            let n = 1 + g.rng.below(2);
            g.stores(n);
        }
    }
    let Generator { mut l, sizes, layouts, b, .. } = g;
    l.body = b.finish();
    let params = l.params.iter().map(|&lane| rng.bits(lane)).collect();
    Case { l, sizes, layouts, params }
}

/// A loop compiled by one backend.
enum Native {
    Cranelift(cranelift::Code),
    Wide(wide::Code),
}

impl Native {
    fn entry(&self) -> LoopFn {
        match self {
            Native::Cranelift(code) => code.entry(),
            Native::Wide(code) => code.entry(),
        }
    }
}

/// Code of every backend that this processor can run, and that covers the loop.
fn compile(l: &Loop, seed: u64) -> Vec<(&'static str, Native)> {
    let code = cranelift::compile(l).unwrap_or_else(|e| panic!("seed {seed}: {e}\n{}", print::kernel(l)));
    let mut all = vec![("cranelift", Native::Cranelift(code))];
    for (name, isa) in [("wide-avx512", wide::Isa::Avx512), ("wide-avx2", wide::Isa::Avx2)] {
        match wide::compile(l, isa) {
            Ok(code) => all.push((name, Native::Wide(code))),
            Err(wide::CompileError::Host | wide::CompileError::Unsupported(_)) => {}
            Err(e) => panic!("seed {seed}: {e}\n{}", print::kernel(l)),
        }
    }
    all
}

/// Bytes around each operand that nobody may touch.
const MARGIN: usize = 32;

impl Case {
    fn memory(&self, rng: &mut Rng) -> Vec<Vec<u8>> {
        self.l
            .operands
            .iter()
            .zip(&self.layouts)
            .map(|(op, layout)| {
                if op.access == Access::Iota {
                    return vec![rng.below(40) as u8];
                }
                let mut bytes = Vec::new();
                while bytes.len() < layout.bytes + 2 * MARGIN {
                    let bits = rng.bits(op.lane).to_le_bytes();
                    bytes.extend_from_slice(&bits[..op.lane.bytes()]);
                }
                bytes
            })
            .collect()
    }

    /// Runs on a copy of the memory; the memory after, and the flags.
    fn run(
        &self,
        memory: &[Vec<u8>],
        f: impl FnOnce(*const *mut u8, *const i64, *const i64, *const u64, *mut u32),
    ) -> (Vec<Vec<u8>>, u32) {
        let mut memory = memory.to_vec();
        let starts: Vec<*mut u8> = memory.iter_mut().map(|m| m.as_mut_ptr()).collect();
        let ptrs: Vec<*mut u8> = (0..starts.len())
            .map(|k| {
                if self.l.operands[k].access == Access::Iota {
                    // SAFETY: one byte is there.
                    return unsafe { *starts[k] } as usize as *mut u8;
                }
                starts[self.layouts[k].alias.unwrap_or(k)].wrapping_add(MARGIN + self.layouts[k].start)
            })
            .collect();
        let strides: Vec<i64> = self.layouts.iter().flat_map(|l| l.strides.iter().copied()).collect();
        let mut flags = 0;
        f(ptrs.as_ptr(), strides.as_ptr(), self.sizes.as_ptr(), self.params.as_ptr(), &mut flags);
        (memory, flags)
    }

    fn check(&self, rng: &mut Rng, seed: u64) {
        let memory = self.memory(rng);
        let (expected, expected_flags) = self.run(&memory, |p, st, sz, pa, fl| {
            // SAFETY: `run` passes memory for the whole iteration space.
            unsafe { interp::run(&self.l, p, st, sz, pa, fl) }
        });
        for (backend, code) in compile(&self.l, seed) {
            let (got, flags) = self.run(&memory, |p, st, sz, pa, fl| {
                // SAFETY: as above.
                unsafe { code.entry()(p, st, sz, pa, fl) }
            });
            self.compare(seed, backend, (&expected, expected_flags), (&got, flags));
        }
    }

    fn compare(
        &self,
        seed: u64,
        backend: &str,
        (expected, expected_flags): (&[Vec<u8>], u32),
        (got, flags): (&[Vec<u8>], u32),
    ) {
        assert_eq!(
            flags,
            expected_flags,
            "seed {seed}, {backend}: flags of {} {:?}",
            print::kernel(&self.l),
            self.sizes
        );
        for (k, op) in self.l.operands.iter().enumerate() {
            let width = op.lane.bytes();
            for (i, (a, b)) in expected[k].chunks(width).zip(got[k].chunks(width)).enumerate() {
                let nan = |x: &[u8]| match op.lane {
                    Lane::F32 if x.len() == 4 => f32::from_le_bytes([x[0], x[1], x[2], x[3]]).is_nan(),
                    Lane::F64 if x.len() == 8 => f64::from_le_bytes(x.try_into().unwrap()).is_nan(),
                    _ => false,
                };
                assert!(
                    a == b || (nan(a) && nan(b)),
                    "seed {seed}, {backend}: operand {k} lane {i}: interpreter {a:?}, compiled {b:?}\n{}\n{:?} {:?}\n",
                    print::kernel(&self.l),
                    self.sizes,
                    self.layouts.iter().map(|l| &l.strides).collect::<Vec<_>>(),
                );
            }
        }
    }
}

fn fuzz(first: u64, count: u64) {
    for seed in first..first + count {
        let mut rng = Rng(seed);
        let case = generate(&mut rng);
        case.check(&mut rng, seed);
    }
}

/// `NUMFUSE_FUZZ=first,count` runs other seeds.
#[test]
fn compiled_equals_interpreted() {
    let range = std::env::var("NUMFUSE_FUZZ").ok();
    let range = range.as_deref().and_then(|r| r.split_once(','));
    match range.and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?))) {
        Some((first, count)) => fuzz(first, count),
        None => fuzz(0, 4000),
    }
}

/// Memory between two pages that nobody may touch.
#[cfg(unix)]
struct Guarded {
    map: memmap2::MmapMut,
    start: usize,
}

#[cfg(unix)]
impl Guarded {
    /// `bytes` bytes that touch the page before or the page after.
    fn new(content: &[u8], at_end: bool) -> Guarded {
        unsafe extern "C" {
            fn mprotect(at: *mut u8, bytes: usize, access: i32) -> i32;
        }
        const PAGE: usize = 4096;
        let room = content.len().next_multiple_of(PAGE);
        let mut map = memmap2::MmapMut::map_anon(room + 2 * PAGE).unwrap();
        let start = PAGE + if at_end { room - content.len() } else { 0 };
        map[start..start + content.len()].copy_from_slice(content);
        for page in [0, PAGE + room] {
            // SAFETY: both pages belong to the mapping, and nothing is there.
            let failed = unsafe { mprotect(map.as_mut_ptr().add(page), PAGE, 0) };
            assert_eq!(failed, 0);
        }
        Guarded { map, start }
    }
}

/// No byte outside of the operands is read or written, padding lanes and all: it would fault.
#[cfg(unix)]
#[test]
fn stays_inside() {
    for seed in 0..400 {
        let mut rng = Rng(seed);
        let case = generate(&mut rng);
        let native = compile(&case.l, seed);
        let content = case.memory(&mut rng);
        for (at_end, (_, code)) in [false, true].into_iter().flat_map(|e| native.iter().map(move |n| (e, n))) {
            let mut guarded: Vec<Guarded> = content
                .iter()
                .zip(&case.layouts)
                .map(|(c, layout)| Guarded::new(&c[..layout.bytes.min(c.len())], at_end))
                .collect();
            let ptrs: Vec<*mut u8> = (0..guarded.len())
                .map(|k| match case.l.operands[k].access {
                    Access::Iota => content[k][0] as usize as *mut u8,
                    _ => {
                        let g = &mut guarded[case.layouts[k].alias.unwrap_or(k)];
                        g.map.as_mut_ptr().wrapping_add(g.start + case.layouts[k].start)
                    }
                })
                .collect();
            let strides: Vec<i64> = case.layouts.iter().flat_map(|l| l.strides.iter().copied()).collect();
            let mut flags = 0;
            // SAFETY: the operands have memory for the whole iteration space.
            unsafe {
                code.entry()(ptrs.as_ptr(), strides.as_ptr(), case.sizes.as_ptr(), case.params.as_ptr(), &mut flags);
            }
        }
    }
}
