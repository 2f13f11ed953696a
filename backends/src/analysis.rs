//! What more than one backend wants to know about a loop.

use numfuse_ir::kernel::{Inst, Loop, ValueId};

/// The values that a store, a reduction or a check depends on.
pub(crate) fn live(l: &Loop) -> Vec<bool> {
    live_by(l, |inst, f| inst.for_each_operand(f))
}

/// The same for a backend to which an instruction reads what `operands` says.
pub(crate) fn live_by(l: &Loop, operands: impl Fn(&Inst, &mut dyn FnMut(ValueId))) -> Vec<bool> {
    let mut live = vec![false; l.body.len()];
    let roots = l.stores.iter().flat_map(|s| &s.values).chain(l.reductions.iter().flat_map(|r| &r.values));
    for v in roots {
        live[v.0 as usize] = true;
    }
    let insts: Vec<_> = l.body.insts().collect();
    for (v, inst, _) in insts.into_iter().rev() {
        if live[v.0 as usize] || matches!(inst, Inst::Check(_)) {
            live[v.0 as usize] = true;
            operands(inst, &mut |a| live[a.0 as usize] = true);
            if let Inst::ScanOut { scan, .. } = inst {
                for a in &l.scans[*scan as usize].values {
                    live[a.0 as usize] = true;
                }
            }
        }
    }
    live
}
