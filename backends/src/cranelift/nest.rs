//! The loop nest: outer dimensions as plain loops, the innermost one as vectors with a tail.
//!
//! The body is emitted once. An iteration handles [`Plan::step`](super::plan::Plan::step) elements;
//! for the remaining ones the operands are redirected to scratch memory that holds the remaining
//! elements, the last one repeated. So no padding lane sees a value that no element has (nothing
//! divides by a padding zero, no check fails), and nothing outside the operands is touched. Where
//! results don't replace operands, and the row is long enough, an iteration that overlaps the last
//! one does as well.
//!
//! ```text
//! segment(pos)   one per row, or one per block if there are reductions
//!   head         bases of operands or of scratch memory
//!     body       bottom-tested, one iteration of vectors
//!   after        → tail (once, if elements remain) → head again, then copy_out if need be
//! ```

use ::cranelift::codegen::cursor::Cursor;
use ::cranelift::codegen::ir::condcodes::IntCC;
use ::cranelift::codegen::ir::types::{I8, I64, I64X2};
use ::cranelift::codegen::ir::{AbiParam, Block, InstBuilder, Signature, StackSlot, Type, Value};
use numfuse_ir::kernel::{Access, Inst, Step, ValueId};

use super::emit::{Emitter, Scope, memory, scalar_of, vector_of};
use super::memory_ops::Track;
use super::plan::{REG, Stream, Walk};
use super::reduce::Accumulators;

/// What an entry of the head does: all whole iterations, the tail in scratch memory, or one more
/// iteration that overlaps the last one.
const PASS_MAIN: i64 = 0;
const PASS_SCRATCH: i64 = 1;
const PASS_REDO: i64 = 2;

/// What the innermost loop needs to know about a stream, outside of the loop.
struct Lanes {
    stream: Stream,
    /// The address (or iota value) at the start of the row.
    start: Value,
    stride: Value,
    /// Remaining elements in the tail, or offsets of padded lanes.
    scratch: Option<StackSlot>,
    /// Lane offsets outside the tail.
    table: Option<StackSlot>,
}

impl Emitter<'_> {
    /// Emits everything after the entry block.
    pub(super) fn nest(&mut self) {
        let outer = self.l.rank - self.l.reduce_dims;
        let sizes: Vec<Value> = (0..self.l.rank).map(|d| self.size(d)).collect();
        let (done, _) = self.block(&[]);
        self.leave_if_empty(&sizes[..outer], done);
        if self.l.reduce_dims > 0 {
            let (fallback, _) = self.block(&[]);
            self.leave_if_empty(&sizes[outer..], fallback);
            let here = self.cur.current_block();
            self.enter(fallback);
            self.cold(fallback);
            self.interpret();
            self.jump(done, &[]);
            if let Some(block) = here {
                self.cur.goto_bottom(block);
            }
        }
        let ptrs: Vec<Value> = (0..self.l.operands.len())
            .map(|k| {
                let at = self.args.ptrs;
                self.cur.ins().load(I64, memory(), at, k as i32 * 8)
            })
            .collect();
        self.prepare_accumulators();
        let tables = self.fill_tables();
        self.hoist(0, &ptrs);
        self.dimension(0, &ptrs, &sizes, &tables);
        self.jump(done, &[]);
        self.enter(done);
        self.cur.ins().return_(&[]);
    }

    fn size(&mut self, d: usize) -> Value {
        let at = self.args.sizes;
        self.cur.ins().load(I64, memory(), at, d as i32 * 8)
    }

    pub(super) fn stride(&mut self, operand: usize, d: usize) -> Value {
        let at = self.args.strides;
        let offset = (operand * (self.l.rank + 1) + d) as i32 * 8;
        self.cur.ins().load(I64, memory(), at, offset)
    }

    fn leave_if_empty(&mut self, sizes: &[Value], to: Block) {
        let Some((&first, rest)) = sizes.split_first() else { return };
        let least = rest.iter().fold(first, |a, &b| self.cur.ins().umin(a, b));
        let (go_on, _) = self.block(&[]);
        self.branch(least, (go_on, &[]), (to, &[]));
        self.enter(go_on);
    }

    /// Leaves the whole loop to the interpreter: empty reductions store their identity.
    fn interpret(&mut self) {
        let conv = self.cur.func.signature.call_conv;
        let mut signature = Signature::new(conv);
        signature.params.extend([AbiParam::new(I64); 6]);
        let signature = self.cur.func.import_signature(signature);
        let code = if self.source.is_some() { run_interpreter as *const () as usize } else { 0 };
        let (code, source) = (self.int(code as i64), self.int(self.source.unwrap_or(0) as i64));
        let a = &self.args;
        let args = [source, a.ptrs, a.strides, a.sizes, a.params, a.flags];
        self.cur.ins().call_indirect(signature, code, &args);
    }

    /// Computes the values that need exactly `level` loops around them.
    fn hoist(&mut self, level: usize, ptrs: &[Value]) {
        let l = self.l;
        let mut scope = Scope::new(&l.body, 1);
        std::mem::swap(&mut scope.vals, &mut self.hoisted);
        for (v, inst, _) in l.body.insts() {
            if self.plan.levels[v.0 as usize] != level || !self.plan.live[v.0 as usize] {
                continue;
            }
            match *inst {
                Inst::Load { operand, part } => {
                    let val = self.load_uniform(operand as usize, part as usize, ptrs[operand as usize]);
                    scope.vals[v.0 as usize] = Some(val);
                }
                Inst::Gather { operand, part, index } => {
                    let index = self.val(&scope, index);
                    let index = self.extract(&index, numfuse_ir::kernel::Lane::I64, 0);
                    let stride = self.stride(operand as usize, l.rank);
                    let offset = self.cur.ins().imul(index, stride);
                    let at = self.cur.ins().iadd(ptrs[operand as usize], offset);
                    scope.vals[v.0 as usize] = Some(self.load_uniform(operand as usize, part as usize, at));
                }
                _ => self.compute(&mut scope, v),
            }
        }
        std::mem::swap(&mut scope.vals, &mut self.hoisted);
    }

    fn dimension(&mut self, d: usize, ptrs: &[Value], sizes: &[Value], tables: &[Option<StackSlot>]) {
        let l = self.l;
        let reduced = l.reduce_dims > 0 && d == l.rank - l.reduce_dims;
        if reduced {
            self.start_totals();
        }
        if d + 1 == l.rank {
            self.row(ptrs, sizes[d], tables);
        } else {
            let moving: Vec<usize> = (0..l.operands.len()).filter(|&k| l.operands[k].steps[d] != Step::Zero).collect();
            let (head, params) = self.block(&vec![I64; 1 + moving.len()]);
            let mut args = vec![sizes[d]];
            args.extend(moving.iter().map(|&k| ptrs[k]));
            self.jump(head, &args);
            self.enter(head);
            let mut inner = ptrs.to_vec();
            for (i, &k) in moving.iter().enumerate() {
                inner[k] = params[1 + i];
            }
            self.hoist(d + 1, &inner);
            self.dimension(d + 1, &inner, sizes, tables);
            let mut next = vec![self.cur.ins().iadd_imm_s(params[0], -1)];
            for &k in &moving {
                let stride = self.stride(k, d);
                next.push(self.cur.ins().iadd(inner[k], stride));
            }
            let (exit, _) = self.block(&[]);
            self.branch(next[0], (head, &next), (exit, &[]));
            self.enter(exit);
        }
        if reduced {
            self.store_totals(ptrs);
        }
    }

    /// Lane offsets of iota and gathering operands, the same for every row.
    fn fill_tables(&mut self) -> Vec<Option<StackSlot>> {
        let step = self.plan.step();
        let streams = self.plan.streams.clone();
        let tables: Vec<Option<StackSlot>> =
            streams.iter().map(|s| (s.walk == Walk::Table).then(|| self.slot(step * 8))).collect();
        let used: Vec<(StackSlot, usize)> =
            tables.iter().zip(&streams).filter_map(|(t, s)| t.map(|t| (t, s.operand))).collect();
        if used.is_empty() {
            return tables;
        }
        let strides: Vec<Value> = used.iter().map(|&(_, k)| self.stride(k, self.l.rank - 1)).collect();
        let zeros = vec![self.int(0); used.len()];
        let count = self.int(step as i64);
        self.count_up(count, &zeros, |e, j, offsets| {
            for (&(table, _), &offset) in used.iter().zip(offsets) {
                let base = e.slot_addr(table);
                let at = e.indexed(base, j, 3);
                e.cur.ins().store(memory(), offset, at, 0);
            }
            offsets.iter().zip(&strides).map(|(&o, &s)| e.cur.ins().iadd(o, s)).collect()
        });
        tables
    }

    /// The innermost dimension.
    fn row(&mut self, ptrs: &[Value], n: Value, tables: &[Option<StackSlot>]) {
        let step = self.plan.step();
        let inner = self.l.rank - 1;
        let streams = self.plan.streams.clone();
        let lanes: Vec<Lanes> = streams
            .iter()
            .zip(tables)
            .map(|(&stream, &table)| {
                let op = self.operand(stream.operand);
                let bytes = op.element_bytes();
                let stride = if stream.still {
                    self.int(0)
                } else if stream.walk == Walk::Unit {
                    self.int(bytes as i64)
                } else {
                    self.stride(stream.operand, inner)
                };
                let size = if stream.walk == Walk::Table { 8 } else { bytes };
                let scratch = (step > 1).then(|| self.slot(step * size));
                Lanes { stream, start: ptrs[stream.operand], stride, scratch, table }
            })
            .collect();
        self.start_row();

        let (row_done, _) = self.block(&[]);
        let segment = self.plan.segment();
        let zero = self.int(0);
        let mut carry0 = self.start_scans();
        let (pos, len, next_segment) = match segment {
            None => (zero, n, None),
            Some(limit) => {
                let mut types = vec![I64];
                types.extend(carry0.iter().map(|&v| self.cur.func.dfg.value_type(v)));
                let (block, params) = self.block(&types);
                let mut args = vec![zero];
                args.append(&mut carry0);
                self.jump(block, &args);
                self.enter(block);
                carry0.extend(&params[1..]);
                let left = self.cur.ins().isub(n, params[0]);
                let limit = self.int(limit as i64);
                (params[0], self.cur.ins().umin(left, limit), Some(block))
            }
        };
        let main = self.cur.ins().band_imm_s(len, -(step as i64));
        let rest = self.cur.ins().band_imm_s(len, step as i64 - 1);
        let tail_at = self.cur.ins().iadd(pos, main);

        // head: index, limit, which pass this is; then per stream what the tail redirects;
        // then the state that iterations carry.
        let acc0 = self.start_segment();
        let state0: Vec<Value> = acc0.iter().chain(&carry0).copied().collect();
        let state_types: Vec<Type> = state0.iter().map(|&v| self.cur.func.dfg.value_type(v)).collect();
        let mut head_types = vec![I64, I64, I8];
        for s in &lanes {
            head_types.extend(vec![I64; redirected(s.stream.walk)]);
        }
        head_types.extend(&state_types);
        let (head, head_params) = self.block(&head_types);
        let (tail, tail_state) = self.block(&state_types);

        let first = self.cur.ins().iconst(I8, PASS_MAIN);
        let mut args = vec![pos, tail_at, first];
        self.place(&lanes, pos, &mut args);
        args.extend(&state0);
        if step > 1 {
            self.branch(main, (head, &args), (tail, &state0));
        } else {
            self.jump(head, &args);
        }

        self.enter(head);
        let (index0, limit, pass) = (head_params[0], head_params[1], head_params[2]);
        let mut redirected_params = head_params[3..].iter().copied();
        // Per stream: base, stride, and where it starts walking.
        let mut heads: Vec<(Value, Value, Option<Value>)> = Vec::new();
        for s in &lanes {
            let mut next = || redirected_params.next().unwrap_or(index0);
            heads.push(match s.stream.walk {
                Walk::Unit => (next(), s.stride, None),
                Walk::Strided => {
                    let at = next();
                    (at, next(), Some(at))
                }
                Walk::Table => {
                    let at = next();
                    (next(), s.stride, Some(at))
                }
            });
        }
        let state: Vec<Value> = redirected_params.collect();
        let slots = self.slot_bases();

        // body: index, walking positions, state.
        let walking: Vec<usize> =
            (0..lanes.len()).filter(|&s| heads[s].2.is_some() && !lanes[s].stream.still).collect();
        let mut body_types = vec![I64; 1 + walking.len()];
        body_types.extend(&state_types);
        let (body, body_params) = self.block(&body_types);
        let mut args = vec![index0];
        args.extend(walking.iter().filter_map(|&s| heads[s].2));
        args.extend(&state);
        self.jump(body, &args);
        self.enter(body);
        let index = body_params[0];
        let mut tracks: Vec<Track> = Vec::new();
        for (s, stream) in lanes.iter().enumerate() {
            let (base, stride, start) = heads[s];
            let at = match walking.iter().position(|&w| w == s) {
                Some(i) => body_params[1 + i],
                None => start.unwrap_or(base),
            };
            tracks.push(Track::new(stream.stream, base, stride, at));
        }
        let (accs, carries) = body_params[1 + walking.len()..].split_at(acc0.len());
        let mut accs = Accumulators::new(accs.to_vec(), slots, index);
        let mut carries = carries.to_vec();
        for chunk in 0..self.plan.chunks {
            self.chunk(chunk, index, ptrs, &mut tracks, &mut accs, &mut carries);
        }
        let mut next = vec![self.cur.ins().iadd_imm_s(index, step as i64)];
        for &w in &walking {
            let at = self.next_position(&mut tracks[w], step);
            next.push(at);
        }
        next.extend(&accs.registers);
        next.extend(&carries);
        let state_out = next[1 + walking.len()..].to_vec();
        let (after, after_state) = self.block(&state_types);
        let more = self.cur.ins().icmp(IntCC::UnsignedLessThan, next[0], limit);
        self.branch(more, (body, &next), (after, &state_out));

        self.enter(after);
        let redo = self.can_redo();
        let (finish, finish_state) = self.block(&state_types);
        let (accs_out, carries_out) = after_state.split_at(acc0.len());
        if step > 1 {
            let (ended, _) = self.block(&[]);
            let (copy_out, _) = self.block(&[]);
            let (not_tail, _) = self.block(&[]);
            self.branch(pass, (ended, &[]), (not_tail, &[]));
            self.enter(not_tail);
            self.branch(rest, (tail, &after_state), (finish, &after_state));

            self.enter(tail);
            if redo {
                self.redo(&lanes, tail_at, n, head);
            }
            self.save_accumulators(&tail_state[..acc0.len()], tail_at);
            let mut args = self.fill_scratch(&lanes, tail_at, rest);
            args.extend(&tail_state);
            self.jump(head, &args);

            self.enter(ended);
            if redo {
                let again = self.cur.ins().icmp_imm_s(IntCC::Equal, pass, PASS_REDO);
                self.branch(again, (finish, &after_state), (copy_out, &[]));
            } else {
                self.jump(copy_out, &[]);
            }
            self.enter(copy_out);
            self.copy_out(&lanes, tail_at, rest);
            let mut restored = self.restore_accumulators(accs_out, tail_at, rest);
            restored.extend(carries_out);
            self.jump(finish, &restored);
        } else {
            self.jump(finish, &after_state);
        }

        self.enter(finish);
        let end = self.cur.ins().iadd(pos, len);
        self.finish_segment(&finish_state[..acc0.len()], end, n);
        if let Some(block) = next_segment {
            let more = self.cur.ins().icmp(IntCC::UnsignedLessThan, end, n);
            let mut next = vec![end];
            next.extend(&finish_state[acc0.len()..]);
            self.branch(more, (block, &next), (row_done, &[]));
        } else {
            self.jump(row_done, &[]);
        }
        self.enter(row_done);
    }

    /// The head's arguments that put the streams at an index of the row.
    fn place(&mut self, lanes: &[Lanes], index: Value, args: &mut Vec<Value>) {
        for s in lanes {
            match s.stream.walk {
                Walk::Unit => args.push(s.start),
                _ => {
                    let moved = self.cur.ins().imul(index, s.stride);
                    let at = self.cur.ins().iadd(s.start, moved);
                    args.push(at);
                    match s.table {
                        Some(table) => args.push(self.slot_addr(table)),
                        None => args.push(s.stride),
                    }
                }
            }
        }
    }

    /// Whether doing some elements twice is harmless, as long as the results don't replace what is
    /// read.
    fn can_redo(&self) -> bool {
        let l = self.l;
        l.reductions.is_empty()
            && l.scans.is_empty()
            && self.plan.streams.iter().all(|s| !s.writes || !(s.reads || s.still))
    }

    /// The short way through the tail, if the row has at least one iteration and nothing is written
    /// in place: one more iteration that ends with the last element.
    fn redo(&mut self, lanes: &[Lanes], tail_at: Value, n: Value, head: Block) {
        let (slow, _) = self.block(&[]);
        let (apart, _) = self.block(&[]);
        self.branch(tail_at, (apart, &[]), (slow, &[]));
        self.enter(apart);
        let memory = |s: &&Lanes| s.stream.walk != Walk::Table;
        let written: Vec<&Lanes> = lanes.iter().filter(|s| s.stream.writes).collect();
        let read: Vec<&Lanes> = lanes.iter().filter(|s| s.stream.reads).filter(memory).collect();
        let extents =
            |e: &mut Self, all: &[&Lanes]| -> Vec<(Value, Value)> { all.iter().map(|s| e.extent(s, n)).collect() };
        let (written, read) = (extents(self, &written), extents(self, &read));
        let mut overlap: Option<Value> = None;
        for &(low, high) in &written {
            for &(from, to) in &read {
                let a = self.cur.ins().icmp(IntCC::UnsignedLessThan, low, to);
                let b = self.cur.ins().icmp(IntCC::UnsignedLessThan, from, high);
                let both = self.cur.ins().band(a, b);
                overlap = Some(match overlap {
                    Some(o) => self.cur.ins().bor(o, both),
                    None => both,
                });
            }
        }
        let (again, _) = self.block(&[]);
        match overlap {
            Some(o) => self.branch(o, (slow, &[]), (again, &[])),
            None => self.jump(again, &[]),
        }
        self.enter(again);
        let from = self.cur.ins().iadd_imm_s(n, -(self.plan.step() as i64));
        let pass = self.cur.ins().iconst(I8, PASS_REDO);
        let mut args = vec![from, n, pass];
        self.place(lanes, from, &mut args);
        self.jump(head, &args);
        self.enter(slow);
    }

    /// The bytes between the ends of a row of an operand.
    fn extent(&mut self, s: &Lanes, n: Value) -> (Value, Value) {
        let bytes = self.operand(s.stream.operand).element_bytes() as i64;
        let last = self.cur.ins().iadd_imm_s(n, -1);
        let moved = self.cur.ins().imul(last, s.stride);
        let end = self.cur.ins().iadd(s.start, moved);
        if s.stream.walk == Walk::Unit {
            return (s.start, self.cur.ins().iadd_imm_s(end, bytes));
        }
        let (low, high) = (self.cur.ins().umin(s.start, end), self.cur.ins().umax(s.start, end));
        (low, self.cur.ins().iadd_imm_s(high, bytes))
    }

    /// One emission of the body.
    fn chunk(
        &mut self,
        chunk: usize,
        index: Value,
        ptrs: &[Value],
        tracks: &mut [Track],
        accs: &mut Accumulators,
        carries: &mut [Value],
    ) {
        let l = self.l;
        let mut scope = Scope::new(&l.body, self.plan.lanes);
        scope.vals.clone_from(&self.hoisted);
        scope.innermost = true;
        for (v, inst, lane) in l.body.insts() {
            if !self.plan.live[v.0 as usize] || !self.plan.varies(l, v) {
                continue;
            }
            let val = match *inst {
                Inst::Load { operand, part } => {
                    let iota = l.operands[operand as usize].access == Access::Iota;
                    let track = find(tracks, operand, iota);
                    track.map(|t| self.load_chunk(t, index, part as usize, chunk))
                }
                Inst::Gather { operand, part, index } => {
                    let index = self.val(&scope, index);
                    let still = ptrs[operand as usize];
                    Some(self.gather(
                        find(tracks, operand, true),
                        still,
                        (operand as usize, part as usize),
                        &index,
                        chunk,
                    ))
                }
                Inst::ScanOut { scan, .. } => {
                    self.scan_out(&mut scope, v, scan as usize, carries);
                    continue;
                }
                Inst::Check(a) => {
                    let mask = self.val(&scope, a);
                    self.check(&mask);
                    Some(mask)
                }
                _ => {
                    self.compute(&mut scope, v);
                    continue;
                }
            };
            debug_assert!(val.is_some(), "{v:?} of {lane:?} has no stream");
            scope.vals[v.0 as usize] = val;
        }
        for store in &l.stores {
            let values: Vec<_> = store.values.iter().map(|&v: &ValueId| self.val(&scope, v)).collect();
            if let Some(track) = find(tracks, store.operand, false) {
                self.store_chunk(track, index, &values, chunk);
            }
        }
        self.accumulate(&mut scope, chunk, accs);
    }

    /// The position of the next iteration's first element.
    fn next_position(&mut self, track: &mut Track, step: usize) -> Value {
        if track.stream.walk == Walk::Strided {
            return self.strided_address(track, step);
        }
        let moved = self.cur.ins().imul_imm_s(track.stride, step as i64);
        self.cur.ins().iadd(track.at, moved)
    }

    /// Copies the remaining elements to scratch memory, the last one repeated, and returns the
    /// arguments of the head up to the state.
    fn fill_scratch(&mut self, lanes: &[Lanes], tail_at: Value, rest: Value) -> Vec<Value> {
        let step = self.plan.step();
        let read: Vec<&Lanes> = lanes.iter().filter(|s| s.stream.reads).collect();
        let starts: Vec<Value> = read
            .iter()
            .map(|s| match s.stream.walk {
                Walk::Table => self.int(0),
                _ => {
                    let moved = self.cur.ins().imul(tail_at, s.stride);
                    self.cur.ins().iadd(s.start, moved)
                }
            })
            .collect();
        let last = self.cur.ins().iadd_imm_s(rest, -1);
        for (s, &start) in read.iter().zip(&starts) {
            let Some(scratch) = s.scratch else { continue };
            let moved = self.cur.ins().imul(last, s.stride);
            let at = self.cur.ins().iadd(start, moved);
            let bytes = self.operand(s.stream.operand).element_bytes();
            let (fill, total) = match s.stream.walk {
                Walk::Table => (self.cur.ins().splat(I64X2, at), step * 8),
                _ => (self.load_regs(at, 0, bytes, vector_of(bytes))[0], step * bytes),
            };
            let base = self.slot_addr(scratch);
            for offset in (0..total).step_by(REG) {
                self.cur.ins().store(memory(), fill, base, offset as i32);
            }
        }
        if !read.is_empty() {
            self.count_up(rest, &starts, |e, j, at| {
                for (s, &at) in read.iter().zip(at) {
                    let Some(scratch) = s.scratch else { continue };
                    let base = e.slot_addr(scratch);
                    if s.stream.walk == Walk::Table {
                        let to = e.indexed(base, j, 3);
                        e.cur.ins().store(memory(), at, to, 0);
                    } else {
                        let bytes = e.operand(s.stream.operand).element_bytes();
                        let to = e.indexed(base, j, bytes.trailing_zeros());
                        e.copy_element(bytes, at, to);
                    }
                }
                read.iter().zip(at).map(|(s, &at)| e.cur.ins().iadd(at, s.stride)).collect()
            });
        }
        let limit = self.cur.ins().iadd_imm_s(tail_at, step as i64);
        let pass = self.cur.ins().iconst(I8, PASS_SCRATCH);
        let mut args = vec![tail_at, limit, pass];
        for s in lanes {
            let Some(scratch) = s.scratch else { continue };
            let base = self.slot_addr(scratch);
            let bytes = self.operand(s.stream.operand).element_bytes();
            match s.stream.walk {
                Walk::Unit => {
                    // The index goes on counting, so the base is that far before the scratch.
                    let shift = self.cur.ins().ishl_imm_u(tail_at, bytes.trailing_zeros() as i64);
                    args.push(self.cur.ins().isub(base, shift));
                }
                Walk::Strided => {
                    args.push(base);
                    args.push(self.int(if s.stream.still { 0 } else { bytes as i64 }));
                }
                Walk::Table => {
                    let moved = self.cur.ins().imul(tail_at, s.stride);
                    let at = self.cur.ins().iadd(s.start, moved);
                    args.push(at);
                    args.push(base);
                }
            }
        }
        args
    }

    /// Copies the tail's results to where they belong.
    fn copy_out(&mut self, lanes: &[Lanes], tail_at: Value, rest: Value) {
        let written: Vec<&Lanes> = lanes.iter().filter(|s| s.stream.writes).collect();
        if written.is_empty() {
            return;
        }
        let starts: Vec<Value> = written
            .iter()
            .map(|s| {
                let moved = self.cur.ins().imul(tail_at, s.stride);
                self.cur.ins().iadd(s.start, moved)
            })
            .collect();
        self.count_up(rest, &starts, |e, j, at| {
            for (s, &at) in written.iter().zip(at) {
                let Some(scratch) = s.scratch else { continue };
                let base = e.slot_addr(scratch);
                let bytes = e.operand(s.stream.operand).element_bytes();
                let from = if s.stream.still { base } else { e.indexed(base, j, bytes.trailing_zeros()) };
                e.copy_element(bytes, from, at);
            }
            written.iter().zip(at).map(|(s, &at)| e.cur.ins().iadd(at, s.stride)).collect()
        });
    }

    pub(super) fn copy_element(&mut self, bytes: usize, from: Value, to: Value) {
        let unit = bytes.min(8);
        for i in 0..bytes / unit {
            let x = self.cur.ins().load(scalar_of(unit), memory(), from, (i * unit) as i32);
            self.cur.ins().store(memory(), x, to, (i * unit) as i32);
        }
    }
}

/// How many values of a stream the tail redirects.
fn redirected(walk: Walk) -> usize {
    if walk == Walk::Unit { 1 } else { 2 }
}

fn find(tracks: &mut [Track], operand: u16, table: bool) -> Option<&mut Track> {
    tracks.iter_mut().find(|t| t.stream.operand == operand as usize && (t.stream.walk == Walk::Table) == table)
}

/// What the code of an empty reduction calls.
///
/// # Safety
///
/// `source` is a loop and the others are its arguments.
unsafe extern "C" fn run_interpreter(
    source: *const numfuse_ir::kernel::Loop,
    ptrs: *const *mut u8,
    strides: *const i64,
    sizes: *const i64,
    params: *const u64,
    flags: *mut u32,
) {
    // SAFETY: as this function's contract.
    unsafe { crate::interp::run(&*source, ptrs, strides, sizes, params, flags) };
}
