//! Loops as text.

use std::fmt::Write;

use super::join;
use crate::kernel::{Access, BinOp, Body, CmpOp, Combine, Inst, Lane, Loop, Step, UnOp, ValueId};

pub(crate) const UNARY: &[(UnOp, &str)] = &[
    (UnOp::Neg, "neg"),
    (UnOp::Abs, "abs"),
    (UnOp::Not, "not"),
    (UnOp::Sqrt, "sqrt"),
    (UnOp::Floor, "floor"),
    (UnOp::Ceil, "ceil"),
    (UnOp::Trunc, "trunc"),
    (UnOp::Round, "round"),
    (UnOp::Popcount, "popcount"),
    (UnOp::LeadingZeros, "clz"),
];

pub(crate) const BINARY: &[(BinOp, &str)] = &[
    (BinOp::Add, "add"),
    (BinOp::Sub, "sub"),
    (BinOp::Mul, "mul"),
    (BinOp::Div, "div"),
    (BinOp::Rem, "rem"),
    (BinOp::Min, "min"),
    (BinOp::Max, "max"),
    (BinOp::And, "and"),
    (BinOp::Or, "or"),
    (BinOp::Xor, "xor"),
    (BinOp::Shl, "shl"),
    (BinOp::Shr, "shr"),
];

pub(crate) const COMPARE: &[(CmpOp, &str)] =
    &[(CmpOp::Eq, "eq"), (CmpOp::Ne, "ne"), (CmpOp::Lt, "lt"), (CmpOp::Le, "le"), (CmpOp::Gt, "gt"), (CmpOp::Ge, "ge")];

pub(crate) const ACCESSES: &[(Access, &str)] =
    &[(Access::Load, "load"), (Access::Store, "store"), (Access::Update, "update"), (Access::Iota, "iota")];

pub(crate) const STEPS: &[(Step, &str)] = &[(Step::Zero, "zero"), (Step::Unit, "unit"), (Step::Strided, "strided")];

fn name_in<T: PartialEq>(table: &[(T, &'static str)], item: &T) -> &'static str {
    table.iter().find(|(t, _)| t == item).map_or("?", |(_, name)| name)
}

/// The name of an instruction in dumps, without its lane type.
pub fn mnemonic(inst: &Inst) -> &'static str {
    match inst {
        Inst::Const(_) => "const",
        Inst::Param(_) => "param",
        Inst::Arg(_) => "arg",
        Inst::Load { .. } => "load",
        Inst::Gather { .. } => "gather",
        Inst::Unary(op, _) => name_in(UNARY, op),
        Inst::Binary(op, ..) => name_in(BINARY, op),
        Inst::Compare(op, ..) => name_in(COMPARE, op),
        Inst::Fma(..) => "fma",
        Inst::Select(..) => "select",
        Inst::Convert(_) => "convert",
        Inst::Bitcast(_) => "bitcast",
        Inst::Call(..) | Inst::CallWhere(..) => "call",
        Inst::ScanOut { .. } => "scanned",
        Inst::Check(_) => "check",
    }
}

/// The name of an access in dumps.
pub fn access(access: Access) -> &'static str {
    name_in(ACCESSES, &access)
}

/// A loop: its shape, operands (`@`), parameters (`$`), body (`%`), stores, reductions and scans.
/// [`crate::parse::kernel`] reads back an equal loop.
///
/// ```
/// let text = "\
/// loop rank 1 reduce 0
///   @0 load   f64 [unit]
///   @1 store  f64 [unit]
///   $0 f64
///   %0 = load.f64 @0
///   %1 = param.f64 $0
///   %2 = mul.f64 %0, %1
///   store %2 -> @1
/// ";
/// let kernel = numfuse_ir::parse::kernel(text).unwrap();
/// assert_eq!(numfuse_ir::print::kernel(&kernel), text);
/// ```
pub fn kernel(l: &Loop) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "loop rank {} reduce {}", l.rank, l.reduce_dims);
    let digits = decimals(l.operands.len());
    for (k, o) in l.operands.iter().enumerate() {
        let _ = write!(out, "  @{k:<digits$} {:6} {}", access(o.access), o.lane.name());
        if o.parts != 1 {
            let _ = write!(out, "x{}", o.parts);
        }
        out.push_str(" [");
        join(&mut out, " ", &o.steps, |out, s| out.push_str(name_in(STEPS, s)));
        out.push_str("]\n");
    }
    let digits = decimals(l.params.len());
    for (k, lane) in l.params.iter().enumerate() {
        let _ = writeln!(out, "  ${k:<digits$} {}", lane.name());
    }
    body(&mut out, "  ", &l.body);
    for store in &l.stores {
        out.push_str("  store ");
        values(&mut out, &store.values);
        let _ = writeln!(out, " -> @{}", store.operand);
    }
    for r in &l.reductions {
        out.push_str("  reduce ");
        values(&mut out, &r.values);
        out.push_str(" -> ");
        join(&mut out, ", ", &r.outs, |out, k| {
            let _ = write!(out, "@{k}");
        });
        out.push_str(if r.compensated { " compensated\n" } else { "\n" });
        combine(&mut out, &r.combine);
    }
    for scan in &l.scans {
        out.push_str("  scan ");
        values(&mut out, &scan.values);
        out.push('\n');
        combine(&mut out, &scan.combine);
    }
    // Empty lists leave a space behind.
    out.lines().flat_map(|line| [line.trim_end(), "\n"]).collect()
}

/// Digits of the largest index below `count`.
fn decimals(count: usize) -> usize {
    count.saturating_sub(1).checked_ilog10().map_or(1, |n| n as usize + 1)
}

fn values(out: &mut String, values: &[ValueId]) {
    join(out, ", ", values, |out, v| {
        let _ = write!(out, "%{}", v.0);
    });
}

fn combine(out: &mut String, c: &Combine) {
    out.push_str("    acc ");
    join(out, ", ", &c.lanes, |out, lane| out.push_str(lane.name()));
    out.push_str(" from ");
    join(out, ", ", &c.identity, |out, bits| {
        let _ = write!(out, "{bits:#x}");
    });
    if !c.identity.is_empty() {
        out.push_str(" ; ");
        join(out, ", ", c.lanes.iter().zip(&c.identity), |out, (&lane, &bits)| out.push_str(&number(lane, bits)));
    }
    out.push('\n');
    let mut part = |b: &Body, results: &[ValueId], end: &str| {
        body(out, "    ", b);
        out.push_str("    yield ");
        values(out, results);
        out.push_str(end);
    };
    match &c.next {
        None => part(&c.body, &c.results, "\n"),
        Some(next) => {
            part(&c.body, &c.results, " or next\n");
            part(&next.body, &next.results, "\n");
        }
    }
}

/// The bits of a lane as a number.
fn number(lane: Lane, bits: u64) -> String {
    match lane {
        Lane::B1 => (bits != 0).to_string(),
        Lane::F32 => format!("{:?}", f32::from_bits(bits as u32)),
        Lane::F64 => format!("{:?}", f64::from_bits(bits)),
        _ if lane.is_signed() => crate::eval::sign_extend(lane, bits).to_string(),
        _ => bits.to_string(),
    }
}

/// `@2`, or `@2.1` for the imaginary part.
fn place(out: &mut String, operand: u16, part: u8) {
    let _ = if part == 0 { write!(out, "@{operand}") } else { write!(out, "@{operand}.{part}") };
}

fn body(out: &mut String, indent: &str, body: &Body) {
    let digits = decimals(body.len());
    for (v, inst, lane) in body.insts() {
        let _ = write!(out, "{indent}%{:<digits$} = {}.{} ", v.0, mnemonic(inst), lane.name());
        let mut operands = |list: &[ValueId]| values(out, list);
        match inst {
            Inst::Const(bits) => {
                let _ = write!(out, "{bits:#x} ; {}", number(lane, *bits));
            }
            Inst::Param(k) => {
                let _ = write!(out, "${k}");
            }
            Inst::Arg(k) => {
                let _ = write!(out, "{k}");
            }
            Inst::Load { operand, part } => place(out, *operand, *part),
            Inst::Gather { operand, part, index } => {
                place(out, *operand, *part);
                let _ = write!(out, " [%{}]", index.0);
            }
            Inst::ScanOut { scan, component } => {
                let _ = write!(out, "{scan}.{component}");
            }
            Inst::Unary(_, a) | Inst::Check(a) => operands(&[*a]),
            Inst::Convert(a) | Inst::Bitcast(a) => {
                operands(&[*a]);
                if a.0 < v.0 {
                    let _ = write!(out, " ; from {}", body.lane(*a).name());
                }
            }
            Inst::Binary(_, a, b) | Inst::Compare(_, a, b) => operands(&[*a, *b]),
            Inst::Fma(a, b, c) | Inst::Select(a, b, c) => operands(&[*a, *b, *c]),
            Inst::Call(routine, args) | Inst::CallWhere(routine, args, ..) => {
                let _ = write!(out, "{}(", routine.name());
                values(out, args);
                out.push(')');
                if let Inst::CallWhere(_, _, mask, otherwise) = inst {
                    let _ = write!(out, " where %{} else %{}", mask.0, otherwise.0);
                }
            }
        }
        out.push('\n');
    }
}
