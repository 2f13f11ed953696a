//! What the emitter promises beyond results (those are in `tests/differential.rs`).

use numfuse_ir::eval;
use numfuse_ir::kernel::{Access, BinOp, Builder, Combine, Inst, Lane, Loop, Operand, Scan, Step, Store};
use smallvec::smallvec;

use super::{Code, CompileError, Isa, asm, compile};

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

/// Compiled for every instruction set that this processor has.
fn compiled(l: &Loop) -> Vec<Code> {
    Isa::ALL
        .into_iter()
        .filter_map(|isa| match compile(l, isa) {
            Err(CompileError::Host) => {
                println!("skipped: this processor has no {isa:?}");
                None
            }
            other => Some(other.unwrap()),
        })
        .collect()
}

/// Light bodies are repeated, loads are operands, constants and parameters are in registers; there
/// is a second loop whose stores bypass the caches.
#[test]
fn main_loop_is_tight() {
    for (isa, plain) in [(Isa::Avx512, "vmovdqu64"), (Isa::Avx2, "vmovdqu")] {
        let text = asm(&affine(), isa).unwrap();
        let lines: Vec<&str> = text.lines().map(|l| l[6..].trim()).collect();
        let is_loop = |i: &usize| lines[*i..].iter().take_while(|l| !l.starts_with('j')).count() == 4 * 3 + 3;
        let starts: Vec<usize> = (0..lines.len()).filter(|&i| lines[i].starts_with("vmulpd") && is_loop(&i)).collect();
        assert_eq!(starts.len(), 2, "{text}");
        for (first, store) in starts.into_iter().zip(["vmovntdq", plain]) {
            let body: Vec<&str> = lines[first..].iter().take_while(|l| !l.starts_with('j')).copied().collect();
            let count = |what: &str| body.iter().filter(|l| l.starts_with(what)).count();
            assert_eq!((count("vmulpd"), count("vaddpd"), count(store)), (4, 4, 4), "{text}");
        }
        assert_eq!(text, asm(&affine(), isa).unwrap());
    }
}

#[test]
fn lengths_around_the_tail() {
    for (code, n) in compiled(&affine()).iter().flat_map(|code| (0..100).map(move |n| (code, n))) {
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

#[test]
fn running_sums_of_all_lengths() {
    let mut b = Builder::new();
    let a = b.push(Inst::Load { operand: 0, part: 0 }, Lane::F64);
    let running = b.push(Inst::ScanOut { scan: 0, component: 0 }, Lane::F64);
    let body = b.finish();
    let mut b = Builder::new();
    let (x, y) = (b.push(Inst::Arg(0), Lane::F64), b.push(Inst::Arg(1), Lane::F64));
    let sum = b.add(x, y);
    let combine = Combine {
        lanes: smallvec![Lane::F64],
        identity: smallvec![0.25f64.to_bits()],
        body: b.finish(),
        results: smallvec![sum],
        next: None,
    };
    let l = Loop {
        rank: 1,
        operands: vec![operand(Access::Load, Step::Unit), operand(Access::Store, Step::Unit)],
        body,
        stores: vec![Store { operand: 1, values: smallvec![running] }],
        scans: vec![Scan { combine, values: smallvec![a] }],
        ..Loop::default()
    };
    for (code, n) in compiled(&l).iter().flat_map(|code| (0..70).map(move |n| (code, n))) {
        let a: Vec<f64> = (0..n).map(|i| 1.0 / (i as f64 + 3.0)).collect();
        let mut out = vec![f64::NAN; n + 8];
        let ptrs = [a.as_ptr() as *mut u8, out.as_mut_ptr() as *mut u8];
        let (strides, sizes, mut flags) = ([8, 0, 8, 0], [n as i64], 0);
        // SAFETY: both operands have `n` elements.
        unsafe { code.entry()(ptrs.as_ptr(), strides.as_ptr(), sizes.as_ptr(), std::ptr::null(), &mut flags) };
        let mut sum = 0.25;
        let expected = a.iter().map(|x| {
            sum += x;
            sum
        });
        assert!(expected.eq(out[..n].iter().copied()), "{n}");
        assert!(out[n..].iter().all(|y| y.is_nan()));
    }
}

/// What is left to another backend says so.
#[test]
fn says_what_is_not_covered() {
    let mut l = affine();
    l.operands[1].steps = smallvec![Step::Zero];
    for isa in Isa::ALL {
        match compile(&l, isa) {
            Err(CompileError::Unsupported(why)) => assert_eq!(why, "a result that stays"),
            Err(CompileError::Host) => assert!(!isa.is_available()),
            other => panic!("{:?}", other.map(|c| c.size())),
        }
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
        for code in compiled(&l) {
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
}
