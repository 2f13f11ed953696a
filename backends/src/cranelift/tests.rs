//! What a compiled loop promises beyond its results (those are in `tests/differential.rs`).

use numfuse_ir::kernel::{Access, Builder, Combine, Inst, Lane, Loop, Operand, Reduction, Scan, Step, Store, ValueId};
use smallvec::smallvec;

use super::{Code, asm, clif, compile};

fn operand(access: Access, step: Step) -> Operand {
    Operand { access, lane: Lane::F64, parts: 1, steps: smallvec![step] }
}

/// `out = a · p + 1`
fn affine() -> Loop {
    let mut b = Builder::new();
    let a = b.push(Inst::Load { operand: 0, part: 0 }, Lane::F64);
    let p = b.push(Inst::Param(0), Lane::F64);
    let product = b.mul(a, p);
    let one = b.float(Lane::F64, 1.0);
    let sum = b.add(product, one);
    Loop {
        rank: 1,
        operands: vec![operand(Access::Load, Step::Unit), operand(Access::Store, Step::Unit)],
        params: vec![Lane::F64],
        body: b.finish(),
        stores: vec![Store { operand: 1, values: smallvec![sum] }],
        ..Loop::default()
    }
}

fn run_affine(code: &Code, n: usize, p: f64) {
    let a: Vec<f64> = (0..n).map(|i| i as f64).collect();
    let mut out = vec![f64::NAN; n];
    let ptrs = [a.as_ptr() as *mut u8, out.as_mut_ptr() as *mut u8];
    let mut flags = 0;
    // SAFETY: both operands have `n` elements.
    unsafe {
        code.entry()(ptrs.as_ptr(), [8, 0, 8, 0].as_ptr(), [n as i64].as_ptr(), [p.to_bits()].as_ptr(), &mut flags);
    }
    assert!(out.iter().enumerate().all(|(i, &y)| y == i as f64 * p + 1.0));
}

#[test]
fn dumps_are_stable() {
    let l = affine();
    let (text, machine) = (clif(&l).unwrap(), asm(&l).unwrap());
    assert!(text.contains("fmul") && machine.contains("mulpd"), "{text}\n{machine}");
    assert_eq!(text, clif(&l).unwrap());
    assert_eq!(machine, asm(&l).unwrap());
    assert!(compile(&l).unwrap().size() < 2048);
}

#[test]
fn threads_compile_and_run() {
    let shared = compile(&affine()).unwrap();
    std::thread::scope(|scope| {
        for t in 1..=4 {
            let shared = &shared;
            scope.spawn(move || {
                for n in 0..40 {
                    run_affine(shared, n, t as f64);
                    run_affine(&compile(&affine()).unwrap(), n, t as f64);
                }
            });
        }
    });
}

/// Mappings of code go away with the code.
#[cfg(target_os = "linux")]
#[test]
fn code_is_freed() {
    let executable = || {
        let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
        maps.lines().filter(|line| line.contains("r-xp") && line.trim_end().ends_with(" 0")).count()
    };
    let l = affine();
    let before = executable();
    for _ in 0..500 {
        drop(compile(&l).unwrap());
    }
    // Other tests compile at the same time.
    assert!(executable() < before + 100);
}

/// Combines two values by one instruction.
fn combine(identity: f64, f: impl FnOnce(&mut Builder, ValueId, ValueId) -> ValueId) -> Combine {
    let mut b = Builder::new();
    let (x, y) = (b.push(Inst::Arg(0), Lane::F64), b.push(Inst::Arg(1), Lane::F64));
    let r = f(&mut b, x, y);
    Combine {
        lanes: smallvec![Lane::F64],
        identity: smallvec![identity.to_bits()],
        body: b.finish(),
        results: smallvec![r],
        next: None,
    }
}

/// Padding lanes take a running sum further; a result that stays must not see that.
#[test]
fn last_value_of_a_scan_stays() {
    let mut body = Builder::new();
    let v = body.push(Inst::Load { operand: 0, part: 0 }, Lane::F64);
    let sum = body.push(Inst::ScanOut { scan: 0, component: 0 }, Lane::F64);
    let l = Loop {
        rank: 1,
        operands: vec![operand(Access::Load, Step::Unit), operand(Access::Store, Step::Zero)],
        body: body.finish(),
        stores: vec![Store { operand: 1, values: smallvec![sum] }],
        scans: vec![Scan { combine: combine(-0.0, Builder::add), values: smallvec![v] }],
        ..Loop::default()
    };
    let code = compile(&l).unwrap();
    for n in 1..9 {
        let (a, mut out, mut flags) = (vec![1.0f64; n], 0.0f64, 0);
        let ptrs = [a.as_ptr() as *mut u8, (&raw mut out) as *mut u8];
        // SAFETY: there are `n` elements to read, and one to write.
        unsafe {
            code.entry()(ptrs.as_ptr(), [8, 0, 0, 0].as_ptr(), [n as i64].as_ptr(), std::ptr::null(), &mut flags);
        }
        assert_eq!(out, n as f64);
    }
}

#[test]
fn empty_reduction_stores_identity() {
    let mut body = Builder::new();
    let v = body.push(Inst::Load { operand: 0, part: 0 }, Lane::F64);
    let l = Loop {
        rank: 1,
        reduce_dims: 1,
        operands: vec![operand(Access::Load, Step::Unit), operand(Access::Store, Step::Zero)],
        body: body.finish(),
        reductions: vec![Reduction {
            combine: combine(f64::NEG_INFINITY, Builder::max),
            values: smallvec![v],
            compensated: false,
            outs: smallvec![1],
        }],
        ..Loop::default()
    };
    let code = compile(&l).unwrap();
    let mut out = 0.0f64;
    let ptrs = [std::ptr::null_mut(), (&raw mut out) as *mut u8];
    let mut flags = 0;
    // SAFETY: there are no elements to read, and one to write.
    unsafe {
        code.entry()(ptrs.as_ptr(), [8, 0, 0, 0].as_ptr(), [0].as_ptr(), std::ptr::null(), &mut flags);
    }
    assert_eq!(out, f64::NEG_INFINITY);
}
