//! What the emitter promises beyond results (those are in `tests/differential.rs`).

use numfuse_ir::eval;
use numfuse_ir::kernel::{Access, BinOp, Builder, Inst, Lane, Loop, Operand, Step, Store};
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

/// Quotients at and around integers, of any size; the division is done by way of floats.
#[test]
fn division_of_64_bits_is_exact() {
    let mut edges: Vec<u64> = (0..64).flat_map(|e| [(1u64 << e) - 1, 1 << e, (1 << e) + 1]).collect();
    edges.extend([3, 7, 10, 1_000_003, 0x5555_5555_5555_5555, u64::MAX - 1, u64::MAX, 1 << 63]);
    edges.extend(edges.clone().into_iter().map(u64::wrapping_neg));
    let mut pairs: Vec<(u64, u64)> = edges.iter().flat_map(|&a| edges.iter().map(move |&b| (a, b))).collect();
    let products = pairs.iter().map(|&(a, b)| (a.wrapping_mul(b).wrapping_add(a % 3).wrapping_sub(1), b));
    pairs.extend(products.collect::<Vec<_>>());
    let (a, b): (Vec<u64>, Vec<u64>) = pairs.into_iter().unzip();
    for (lane, op) in [Lane::I64, Lane::U64].into_iter().flat_map(|l| [(l, BinOp::Div), (l, BinOp::Rem)]) {
        let mut body = Builder::new();
        let x = body.push(Inst::Load { operand: 0, part: 0 }, lane);
        let y = body.push(Inst::Load { operand: 1, part: 0 }, lane);
        let r = body.bin(op, x, y);
        let accesses = [Access::Load, Access::Load, Access::Store];
        let l = Loop {
            rank: 1,
            operands: accesses.into_iter().map(|a| Operand { lane, ..operand(a, Step::Unit) }).collect(),
            body: body.finish(),
            stores: vec![Store { operand: 2, values: smallvec![r] }],
            ..Loop::default()
        };
        let code = match compile(&l) {
            Err(CompileError::Host) => {
                println!("skipped: this processor has no AVX-512");
                return;
            }
            other => other.unwrap(),
        };
        let mut out = vec![0u64; a.len()];
        let ptrs = [a.as_ptr() as *mut u8, b.as_ptr() as *mut u8, out.as_mut_ptr() as *mut u8];
        let (strides, sizes, mut flags) = ([8, 0, 8, 0, 8, 0], [a.len() as i64], 0);
        // SAFETY: all three operands have as many elements.
        unsafe { code.entry()(ptrs.as_ptr(), strides.as_ptr(), sizes.as_ptr(), std::ptr::null(), &mut flags) };
        for ((&a, &b), &got) in a.iter().zip(&b).zip(&out) {
            assert_eq!(got, eval::binary(op, lane, a, b), "{op:?} {lane:?} {a:#x} {b:#x}");
        }
    }
}
