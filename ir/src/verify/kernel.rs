//! Loops: SSA order, lane types, operands, reductions and scans.

use crate::kernel::{Access, BinOp, Body, Combine, Inst, Lane, Loop, Operand, Reduction, Step, UnOp, ValueId};
use crate::print;
use crate::shape::MAX_NDIM;

/// Components per accumulator: a `u8` counts them in [`Inst::ScanOut`].
const MAX_COMPONENTS: usize = 256;

/// Checks a loop against the rules of [`crate::kernel`].
///
/// The error names the instruction, store, reduction or scan as a dump does.
pub fn kernel(l: &Loop) -> Result<(), String> {
    if l.rank == 0 || l.rank > MAX_NDIM {
        return Err(format!("rank {} is not in 1..={MAX_NDIM}", l.rank));
    }
    if l.reduce_dims > l.rank {
        return Err(format!("reduces {} dimensions of {}", l.reduce_dims, l.rank));
    }
    if l.reduce_dims == 0 && !l.reductions.is_empty() {
        return Err("has reductions but no reduced dimensions".into());
    }
    for (k, operand) in l.operands.iter().enumerate() {
        check_operand(l, operand).map_err(|e| format!("operand @{k}: {e}"))?;
    }
    for (k, scan) in l.scans.iter().enumerate() {
        check_combine(l, &scan.combine, &scan.values).map_err(|e| format!("scan {k}: {e}"))?;
    }
    check_body(&l.body, &Scope::Loop(l))?;
    let mut written = vec![false; l.operands.len()];
    for (k, store) in l.stores.iter().enumerate() {
        check_store(l, store.operand, &store.values, &mut written).map_err(|e| format!("store {k}: {e}"))?;
    }
    for (k, r) in l.reductions.iter().enumerate() {
        check_combine(l, &r.combine, &r.values)
            .and_then(|()| check_outs(l, r, &mut written))
            .map_err(|e| format!("reduction {k}: {e}"))?;
    }
    Ok(())
}

fn check_operand(l: &Loop, operand: &Operand) -> Result<(), String> {
    let Operand { access, lane, parts, ref steps } = *operand;
    if steps.len() != l.rank {
        return Err(format!("has {} steps in {} dimensions", steps.len(), l.rank));
    }
    if steps[..l.rank - 1].contains(&Step::Unit) {
        return Err("a unit step is not innermost".into());
    }
    match (access, parts) {
        (Access::Iota, 1) if lane == Lane::I64 => Ok(()),
        (Access::Iota, _) => Err("an iota is one i64".into()),
        (_, 1 | 2) => Ok(()),
        _ => Err(format!("{parts} parts of {}", lane.name())),
    }
}

/// Where an instruction stands.
enum Scope<'a> {
    /// The body of a loop.
    Loop(&'a Loop),
    /// The body of a combination of accumulators with these lanes.
    Combine(&'a Loop, &'a [Lane]),
}

fn check_body(body: &Body, scope: &Scope) -> Result<(), String> {
    for (v, inst, lane) in body.insts() {
        let mut late = None;
        inst.for_each_operand(|a| {
            if a >= v {
                late = late.or(Some(a));
            }
        });
        let checked = match late {
            Some(a) => Err(format!("uses %{} before it is made", a.0)),
            None => check_inst(body, v, inst, lane, scope),
        };
        checked.map_err(|e| format!("%{} = {}.{}: {e}", v.0, print::mnemonic(inst), lane.name()))?;
    }
    Ok(())
}

fn expect(what: &str, found: Lane, wanted: Lane) -> Result<(), String> {
    if found == wanted { Ok(()) } else { Err(format!("{what} is {}, not {}", found.name(), wanted.name())) }
}

fn check_inst(body: &Body, v: ValueId, inst: &Inst, lane: Lane, scope: &Scope) -> Result<(), String> {
    let is = |what, a: ValueId, wanted| expect(what, body.lane(a), wanted);
    let result = |wanted| expect("the result", lane, wanted);
    let no = || Err(format!("not an operation on {}", lane.name()));
    let allow = |allowed: bool| if allowed { Ok(()) } else { no() };
    match (inst, scope) {
        (Inst::Const(bits), _) => check_bits(lane, *bits),
        (Inst::Arg(k), Scope::Combine(_, lanes)) => match lanes.len() {
            n if usize::from(*k) < 2 * n => result(lanes[usize::from(*k) % n]),
            n => Err(format!("argument {k} of {}", 2 * n)),
        },
        (Inst::Param(k), Scope::Loop(l) | Scope::Combine(l, _)) => match l.params.get(usize::from(*k)) {
            Some(&param) => result(param),
            None => Err(format!("parameter {k} of {}", l.params.len())),
        },
        (Inst::Load { operand, part }, Scope::Loop(l)) => {
            let operand = find_operand(l, *operand, Some(*part), &[Access::Load, Access::Update, Access::Iota])?;
            result(operand.lane)
        }
        (Inst::Gather { operand, part, index }, Scope::Loop(l)) => {
            let operand = find_operand(l, *operand, Some(*part), &[Access::Load])?;
            is("the index", *index, Lane::I64)?;
            result(operand.lane)
        }
        (Inst::ScanOut { scan, component }, Scope::Loop(l)) => {
            let Some(scan) = l.scans.get(usize::from(*scan)) else {
                return Err(format!("scan {scan} of {}", l.scans.len()));
            };
            if let Some(late) = scan.values.iter().find(|&&a| a >= v) {
                return Err(format!("reads a scan of %{} before it is made", late.0));
            }
            match scan.combine.lanes.get(usize::from(*component)) {
                Some(&component) => result(component),
                None => Err(format!("component {component} of {}", scan.combine.lanes.len())),
            }
        }
        (Inst::Check(a), Scope::Loop(_)) => {
            is("the operand", *a, Lane::B1)?;
            result(Lane::B1)
        }
        (Inst::Unary(op, a), _) => {
            is("the operand", *a, lane)?;
            allow(match op {
                UnOp::Neg | UnOp::Abs => lane != Lane::B1,
                UnOp::Not => !lane.is_float(),
                UnOp::Sqrt | UnOp::Floor | UnOp::Ceil | UnOp::Trunc | UnOp::Round => lane.is_float(),
                UnOp::Popcount | UnOp::LeadingZeros => lane.is_int(),
            })
        }
        (Inst::Binary(op, a, b), _) => {
            is("operand 0", *a, lane)?;
            is("operand 1", *b, lane)?;
            allow(match op {
                BinOp::Add | BinOp::Sub | BinOp::Mul | BinOp::Div | BinOp::Min | BinOp::Max => lane != Lane::B1,
                BinOp::And | BinOp::Or | BinOp::Xor => !lane.is_float(),
                BinOp::Rem | BinOp::Shl | BinOp::Shr => lane.is_int(),
            })
        }
        (Inst::Compare(_, a, b), _) => {
            is("operand 1", *b, body.lane(*a))?;
            result(Lane::B1)
        }
        (Inst::Fma(a, b, c), _) => {
            [a, b, c].into_iter().try_for_each(|&x| is("an operand", x, lane))?;
            allow(lane.is_float())
        }
        (Inst::Select(c, a, b), _) => {
            is("the condition", *c, Lane::B1)?;
            is("operand 1", *a, lane)?;
            is("operand 2", *b, lane)
        }
        (Inst::Convert(_), _) => allow(lane != Lane::B1),
        (Inst::Bitcast(a), _) => {
            let from = body.lane(*a);
            if from.bytes() == lane.bytes() && from != Lane::B1 && lane != Lane::B1 {
                Ok(())
            } else {
                Err(format!("the operand is {}", from.name()))
            }
        }
        (Inst::Call(routine, args) | Inst::CallWhere(routine, args, ..), _) => {
            let wanted = routine.args();
            if args.len() != wanted.len() {
                return Err(format!("{} takes {} argument(s), has {}", routine.name(), wanted.len(), args.len()));
            }
            args.iter().zip(wanted).try_for_each(|(&a, &wanted)| is("an argument", a, wanted))?;
            result(routine.result())?;
            if let Inst::CallWhere(_, _, mask, otherwise) = inst {
                is("the mask", *mask, Lane::B1)?;
                is("the alternative", *otherwise, lane)?;
            }
            Ok(())
        }
        (Inst::Arg(_), Scope::Loop(_)) => Err("only combining bodies have arguments".into()),
        (_, Scope::Combine(..)) => Err("not in a combining body".into()),
    }
}

fn check_bits(lane: Lane, bits: u64) -> Result<(), String> {
    let width = if lane == Lane::B1 { 1 } else { lane.bits() };
    if width == 64 || bits >> width == 0 { Ok(()) } else { Err(format!("{bits:#x} is wider than {}", lane.name())) }
}

fn find_operand<'l>(l: &'l Loop, k: u16, part: Option<u8>, access: &[Access]) -> Result<&'l Operand, String> {
    let Some(operand) = l.operands.get(usize::from(k)) else {
        return Err(format!("operand @{k} of {}", l.operands.len()));
    };
    if !access.contains(&operand.access) {
        return Err(format!("operand @{k} is for {}", print::access(operand.access)));
    }
    match part {
        Some(part) if part >= operand.parts => Err(format!("part {part} of {} of @{k}", operand.parts)),
        _ => Ok(operand),
    }
}

/// A value that is used outside of the instructions.
fn check_value(body: &Body, v: ValueId, wanted: Lane) -> Result<(), String> {
    if v.0 as usize >= body.len() {
        return Err(format!("%{} does not exist", v.0));
    }
    expect(&format!("%{}", v.0), body.lane(v), wanted)
}

fn write_once(written: &mut [bool], k: u16) -> Result<(), String> {
    match written.get_mut(usize::from(k)) {
        Some(done) if !*done => {
            *done = true;
            Ok(())
        }
        _ => Err(format!("operand @{k} is written twice")),
    }
}

fn check_store(l: &Loop, k: u16, values: &[ValueId], written: &mut [bool]) -> Result<(), String> {
    let operand = find_operand(l, k, None, &[Access::Store, Access::Update])?;
    if values.len() != usize::from(operand.parts) {
        return Err(format!("{} value(s) for {} part(s)", values.len(), operand.parts));
    }
    values.iter().try_for_each(|&v| check_value(&l.body, v, operand.lane))?;
    write_once(written, k)
}

fn check_combine(l: &Loop, combine: &Combine, values: &[ValueId]) -> Result<(), String> {
    let Combine { lanes, identity, body, results, next } = combine;
    let n = lanes.len();
    if n == 0 || n > MAX_COMPONENTS {
        return Err(format!("{n} components are not in 1..={MAX_COMPONENTS}"));
    }
    let count = |what: &str, len: usize| {
        if len == n { Ok(()) } else { Err(format!("has {len} {what} for {n} component(s)")) }
    };
    count("elements", values.len())?;
    count("identities", identity.len())?;
    for (c, &lane) in lanes.iter().enumerate() {
        check_bits(lane, identity[c])?;
        check_value(&l.body, values[c], lane)?;
    }
    let forms = [(body, results)].into_iter().chain(next.iter().map(|next| (&next.body, &next.results)));
    for (body, results) in forms {
        count("results", results.len())?;
        check_body(body, &Scope::Combine(l, lanes))?;
        for (c, &lane) in lanes.iter().enumerate() {
            check_value(body, results[c], lane).map_err(|e| format!("result {c}: {e}"))?;
        }
    }
    if next.is_some() && lanes.last() != Some(&Lane::I64) {
        return Err("a form for the next element, and no position".into());
    }
    Ok(())
}

fn check_outs(l: &Loop, r: &Reduction, written: &mut [bool]) -> Result<(), String> {
    let lanes = &r.combine.lanes;
    if r.compensated && !lanes.iter().all(|lane| lane.is_float()) {
        return Err("only sums of floats are compensated".into());
    }
    let count = lanes.len() * if r.compensated { 2 } else { 1 };
    if r.outs.len() != count {
        return Err(format!("has {} outputs, not {count}", r.outs.len()));
    }
    for (&k, &lane) in r.outs.iter().zip(lanes.iter().cycle()) {
        let operand = find_operand(l, k, None, &[Access::Store])?;
        expect(&format!("operand @{k}"), operand.lane, lane)?;
        if operand.parts != 1 {
            return Err(format!("operand @{k} has {} parts", operand.parts));
        }
        if operand.steps[l.rank - l.reduce_dims..].iter().any(|&s| s != Step::Zero) {
            return Err(format!("operand @{k} moves along a reduced dimension"));
        }
        write_once(written, k)?;
    }
    Ok(())
}
