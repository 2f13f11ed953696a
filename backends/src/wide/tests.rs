//! What the emitter promises beyond results (those are in `tests/differential.rs`).

use numfuse_ir::kernel::{Access, Builder, Inst, Lane, Loop, Operand, Step, Store};
use smallvec::smallvec;

use super::{CompileError, asm, compile, is_available};

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

/// Light bodies are repeated, loads are operands, constants and parameters are in registers; there
/// is a second loop whose stores bypass the caches.
#[test]
fn main_loop_is_tight() {
    let text = asm(&affine()).unwrap();
    let lines: Vec<&str> = text.lines().map(|l| l[6..].trim()).collect();
    let is_start = |i: &usize| lines[*i].starts_with("vmulpd") && lines[i - 1].starts_with("nop");
    let starts: Vec<usize> = (1..lines.len()).filter(is_start).collect();
    assert_eq!(starts.len(), 2, "{text}");
    for (first, store) in starts.into_iter().zip(["vmovntdq", "vmovdqu64"]) {
        let body: Vec<&str> = lines[first..].iter().take_while(|l| !l.starts_with('j')).copied().collect();
        let count = |what: &str| body.iter().filter(|l| l.starts_with(what)).count();
        assert_eq!((count("vmulpd"), count("vaddpd"), count(store)), (4, 4, 4), "{text}");
        assert_eq!(body.len(), 4 * 3 + 3, "{text}");
    }
    assert_eq!(text, asm(&affine()).unwrap());
}

#[test]
fn lengths_around_the_tail() {
    let code = match compile(&affine()) {
        Err(CompileError::Host) => {
            println!("skipped: this processor has no AVX-512");
            return;
        }
        other => other.unwrap(),
    };
    for n in 0..100 {
        let a: Vec<f64> = (0..n).map(|i| i as f64).collect();
        let mut out = vec![f64::NAN; n + 8];
        let ptrs = [a.as_ptr() as *mut u8, out.as_mut_ptr() as *mut u8];
        let mut flags = 0;
        let (strides, sizes, params) = ([8, 0, 8, 0], [n as i64], [2.5f64.to_bits()]);
        // SAFETY: both operands have `n` elements.
        unsafe { code.entry()(ptrs.as_ptr(), strides.as_ptr(), sizes.as_ptr(), params.as_ptr(), &mut flags) };
        assert!(out[..n].iter().enumerate().all(|(i, &y)| y == i as f64 * 2.5 + 1.0));
        assert!(out[n..].iter().all(|y| y.is_nan()));
    }
}

/// What is left to another backend says so.
#[test]
fn says_what_is_not_covered() {
    let mut l = affine();
    l.operands[1].steps = smallvec![Step::Zero];
    match compile(&l) {
        Err(CompileError::Unsupported(why)) => assert_eq!(why, "a result that stays"),
        Err(CompileError::Host) => assert!(!is_available()),
        other => panic!("{:?}", other.map(|c| c.size())),
    }
}
