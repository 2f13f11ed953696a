//! Loops.

use smallvec::SmallVec;

use super::{Cursor, Result, ends_early, lines, single};
use crate::kernel::{
    BinOp, Body, CmpOp, Combine, Inst, Lane, Loop, Next, Operand, Reduction, Scan, Store, UnOp, ValueId,
};
use crate::print::{ACCESSES, BINARY, COMPARE, STEPS, UNARY};
use crate::routine::Routine;

/// Reads what [`crate::print::kernel`] prints.
pub fn kernel(text: &str) -> Result<Loop> {
    single(text, "loop", kernels(text)?)
}

/// Reads any number of loops.
pub fn kernels(text: &str) -> Result<Vec<Loop>> {
    let mut lines = lines(text);
    let mut loops: Vec<Loop> = Vec::new();
    while let Some(mut c) = lines.next() {
        if c.eat_word("loop") {
            c.expect_word("rank")?;
            let rank = c.number()?;
            c.expect_word("reduce")?;
            let reduce_dims = c.number()?;
            c.end()?;
            loops.push(Loop { rank, reduce_dims, ..Loop::default() });
            continue;
        }
        let Some(l) = loops.last_mut() else { return c.fail("expected `loop`") };
        if c.eat("@") {
            numbered(&mut c, "@", l.operands.len())?;
            l.operands.push(operand(&mut c)?);
        } else if c.eat("$") {
            numbered(&mut c, "$", l.params.len())?;
            l.params.push(lane(&mut c)?);
        } else if c.sees("%") {
            inst(&mut c, &mut l.body)?;
        } else if c.eat_word("store") {
            let values = values(&mut c)?;
            c.expect("->")?;
            l.stores.push(Store { operand: at(&mut c)?, values });
        } else if c.eat_word("reduce") {
            let values = values(&mut c)?;
            c.expect("->")?;
            let outs = c.list(",", |c| !c.sees("@"), at)?;
            let compensated = c.eat_word("compensated");
            c.end()?;
            let combine = combine(text, &mut lines)?;
            l.reductions.push(Reduction { combine, values, compensated, outs });
            continue;
        } else if c.eat_word("scan") {
            let values = values(&mut c)?;
            c.end()?;
            l.scans.push(Scan { combine: combine(text, &mut lines)?, values });
            continue;
        } else {
            return c.fail("expected an operand, a parameter, an instruction, `store`, `reduce` or `scan`");
        }
        c.end()?;
    }
    Ok(loops)
}

/// An index that is written only to be read.
fn numbered(c: &mut Cursor, sigil: &str, expected: usize) -> Result<()> {
    c.skip_blanks();
    let start = c.clone();
    let index: usize = c.number()?;
    if index == expected { Ok(()) } else { start.fail(format!("expected {sigil}{expected}")) }
}

fn lane_of(name: &str) -> Option<Lane> {
    Lane::ALL.into_iter().find(|lane| lane.name() == name)
}

fn lane(c: &mut Cursor) -> Result<Lane> {
    c.name("a lane type", lane_of)
}

fn find_in<T: Copy>(table: &[(T, &str)], name: &str) -> Option<T> {
    table.iter().find(|(_, n)| *n == name).map(|(item, _)| *item)
}

/// `load f64x2 [strided unit]`
fn operand(c: &mut Cursor) -> Result<Operand> {
    let access = c.name("an access", |w| find_in(ACCESSES, w))?;
    let (lane, parts) = c.name("a lane type", |w| match w.split_once('x') {
        Some((lane, parts)) => Some((lane_of(lane)?, parts.parse().ok()?)),
        None => Some((lane_of(w)?, 1)),
    })?;
    c.expect("[")?;
    let steps = c.list("", |c| c.sees("]"), |c| c.name("a step", |w| find_in(STEPS, w)))?;
    c.expect("]")?;
    Ok(Operand { access, lane, parts, steps })
}

/// `%7`
fn value(c: &mut Cursor) -> Result<ValueId> {
    c.expect("%")?;
    c.number().map(ValueId)
}

fn values(c: &mut Cursor) -> Result<SmallVec<[ValueId; 2]>> {
    c.list(",", |c| !c.sees("%"), value)
}

/// `@7`
fn at(c: &mut Cursor) -> Result<u16> {
    c.expect("@")?;
    c.number()
}

/// `@7` or `@7.1`
fn place(c: &mut Cursor) -> Result<(u16, u8)> {
    Ok((at(c)?, if c.eat(".") { c.number()? } else { 0 }))
}

/// The lines from `acc` to `yield`.
fn combine<'t>(text: &str, lines: &mut impl Iterator<Item = Cursor<'t>>) -> Result<Combine> {
    let Some(mut c) = lines.next() else { return ends_early(text, "expected `acc`") };
    c.expect_word("acc")?;
    let lanes = if c.eat_word("from") {
        SmallVec::new()
    } else {
        let lanes = c.list(",", Cursor::at_end, lane)?;
        c.expect_word("from")?;
        lanes
    };
    let identity = c.list(",", Cursor::at_end, Cursor::hex)?;
    c.end()?;
    let mut body = Body::default();
    // What comes before `or next`.
    let mut any_order = None;
    for mut c in lines {
        if !c.eat_word("yield") {
            inst(&mut c, &mut body)?;
            c.end()?;
            continue;
        }
        let results = values(&mut c)?;
        let more = any_order.is_none() && c.eat_word("or");
        if more {
            c.expect_word("next")?;
        }
        c.end()?;
        let body = std::mem::take(&mut body);
        match any_order.take() {
            None if more => any_order = Some((body, results)),
            None => return Ok(Combine { lanes, identity, body, results, next: None }),
            Some((first, chosen)) => {
                let next = Some(Next { body, results });
                return Ok(Combine { lanes, identity, body: first, results: chosen, next });
            }
        }
    }
    ends_early(text, "expected `yield`")
}

/// What the name of an instruction says about the rest of the line.
enum Rule {
    Const,
    Param,
    Arg,
    Load,
    Gather,
    Scanned,
    Call,
    Unary(UnOp),
    Binary(BinOp),
    Compare(CmpOp),
    Fma,
    Select,
    Convert,
    Bitcast,
    Check,
}

impl Rule {
    fn find(name: &str) -> Option<Rule> {
        Some(match name {
            "const" => Rule::Const,
            "param" => Rule::Param,
            "arg" => Rule::Arg,
            "load" => Rule::Load,
            "gather" => Rule::Gather,
            "scanned" => Rule::Scanned,
            "call" => Rule::Call,
            "fma" => Rule::Fma,
            "select" => Rule::Select,
            "convert" => Rule::Convert,
            "bitcast" => Rule::Bitcast,
            "check" => Rule::Check,
            _ => {
                let binary = || find_in(BINARY, name).map(Rule::Binary);
                let compare = || find_in(COMPARE, name).map(Rule::Compare);
                return find_in(UNARY, name).map(Rule::Unary).or_else(binary).or_else(compare);
            }
        })
    }
}

/// Exactly so many values.
fn exactly<const N: usize>(c: &mut Cursor) -> Result<[ValueId; N]> {
    c.skip_blanks();
    let start = c.clone();
    let values = values(c)?;
    values.as_slice().try_into().map_err(|_| start.error(format!("expected {N} operand(s)")))
}

/// `%3 = fma.f64 %0, %1, %2`
fn inst(c: &mut Cursor, body: &mut Body) -> Result<()> {
    c.expect("%")?;
    numbered(c, "%", body.len())?;
    c.expect("=")?;
    let (rule, lane) = c.name("an instruction and its lane type", |w| {
        let (name, lane) = w.rsplit_once('.')?;
        Some((Rule::find(name)?, lane_of(lane)?))
    })?;
    let inst = match rule {
        Rule::Const => Inst::Const(c.hex()?),
        Rule::Param => {
            c.expect("$")?;
            Inst::Param(c.number()?)
        }
        Rule::Arg => Inst::Arg(c.number()?),
        Rule::Load => {
            let (operand, part) = place(c)?;
            Inst::Load { operand, part }
        }
        Rule::Gather => {
            let (operand, part) = place(c)?;
            c.expect("[")?;
            let index = value(c)?;
            c.expect("]")?;
            Inst::Gather { operand, part, index }
        }
        Rule::Scanned => {
            let scan = c.number()?;
            c.expect(".")?;
            Inst::ScanOut { scan, component: c.number()? }
        }
        Rule::Call => {
            let routine = c.name("a routine", Routine::parse)?;
            c.expect("(")?;
            let args = values(c)?;
            c.expect(")")?;
            if c.eat_word("where") {
                let mask = value(c)?;
                c.expect_word("else")?;
                Inst::CallWhere(routine, args, mask, value(c)?)
            } else {
                Inst::Call(routine, args)
            }
        }
        Rule::Unary(op) => {
            let [a] = exactly(c)?;
            Inst::Unary(op, a)
        }
        Rule::Binary(op) => {
            let [a, b] = exactly(c)?;
            Inst::Binary(op, a, b)
        }
        Rule::Compare(op) => {
            let [a, b] = exactly(c)?;
            Inst::Compare(op, a, b)
        }
        Rule::Fma => {
            let [a, b, d] = exactly(c)?;
            Inst::Fma(a, b, d)
        }
        Rule::Select => {
            let [mask, a, b] = exactly(c)?;
            Inst::Select(mask, a, b)
        }
        Rule::Convert => Inst::Convert(value(c)?),
        Rule::Bitcast => Inst::Bitcast(value(c)?),
        Rule::Check => Inst::Check(value(c)?),
    };
    body.push_raw(inst, lane);
    Ok(())
}
