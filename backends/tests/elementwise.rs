//! The lowering of every elementwise op and cast against NumPy's results
//! (`elementwise_golden/generate.py`): the reference semantics, and compiled code against those.

use std::collections::HashMap;

use half::f16;
use numfuse_backends::runtime::config::Backend;
use numfuse_backends::{cranelift, native, routines};
use numfuse_ir::eval::{self, Context};
use numfuse_ir::kernel::{Access, Builder, Inst, Lane, Loop, Operand, Step, Store};
use numfuse_ir::lower::{Lanes, elementwise};
use numfuse_ir::op::{COMMUTATIVE, IDEMPOTENT, INVOLUTION};
use numfuse_ir::routine::Routine;
use numfuse_ir::{DType, Ew, Scalar};
use smallvec::smallvec;

/// The lanes of the operands of one element, and the routines' code.
struct Element<'a> {
    parts: &'a [u64],
    /// Where each operand's lanes begin.
    offsets: &'a [usize],
}

impl Context for Element<'_> {
    fn leaf(&mut self, inst: &Inst, _index: u64, _values: &[u64]) -> u64 {
        match inst {
            Inst::Load { operand, part } => self.parts[self.offsets[*operand as usize] + *part as usize],
            other => panic!("unexpected {other:?}"),
        }
    }

    fn call(&mut self, routine: Routine, args: &[u64]) -> u64 {
        routines::call(routine, args)
    }
}

/// A loop over contiguous operands: the inputs, then the output.
struct Function {
    l: Loop,
    offsets: Vec<usize>,
}

impl Function {
    /// `inputs` are dtypes in memory; `f` maps their lanes to those of `out`.
    fn new(inputs: &[DType], out: DType, f: impl FnOnce(&mut Builder, &[Lanes]) -> Lanes) -> Function {
        let operand = |dtype: DType, access| Operand {
            access,
            lane: Lane::of_memory(dtype),
            parts: 1 + dtype.is_complex() as u8,
            steps: smallvec![Step::Unit],
        };
        let mut operands: Vec<Operand> = inputs.iter().map(|&dtype| operand(dtype, Access::Load)).collect();
        let mut b = Builder::new();
        let mut offsets = vec![0];
        let mut args = Vec::new();
        for (k, (o, &dtype)) in operands.iter().zip(inputs).enumerate() {
            let parts = (0..o.parts).map(|part| b.push(Inst::Load { operand: k as u16, part }, o.lane));
            let lanes = Lanes(parts.collect());
            args.push(elementwise::from_memory(&mut b, dtype, lanes));
            offsets.push(offsets[k] + o.parts as usize);
        }
        let r = f(&mut b, &args);
        let values = elementwise::to_memory(&mut b, out, r).0;
        operands.push(operand(out, Access::Store));
        for &v in &values {
            assert_eq!(b.lane(v), Lane::of_memory(out));
        }
        let stores = vec![Store { operand: inputs.len() as u16, values }];
        Function { l: Loop { rank: 1, operands, body: b.finish(), stores, ..Loop::default() }, offsets }
    }

    fn op(op: Ew, dtype: DType) -> Function {
        let mut inputs = vec![dtype; op.info().arity];
        match op {
            Ew::Ldexp => inputs[1] = DType::I64,
            Ew::Where => inputs[0] = DType::Bool,
            _ => {}
        }
        Function::new(&inputs, op.out_dtype(dtype), |b, args| elementwise::lower(b, op, dtype, args))
    }

    fn cast(from: DType, to: DType) -> Function {
        Function::new(&[from], to, |b, args| elementwise::cast(b, from, to, &args[0]))
    }

    /// The result for one element, by the reference semantics.
    fn call(&self, parts: &[u64]) -> Vec<u64> {
        let mut values = Vec::new();
        eval::body(&self.l.body, &mut values, &mut Element { parts, offsets: &self.offsets });
        self.l.stores[0].values.iter().map(|v| values[v.0 as usize]).collect()
    }

    /// The results for many elements by compiled code; `None` where the host has no compiler.
    fn compiled(&self, elements: &[Vec<u64>], backend: Backend) -> Option<Vec<Vec<u64>>> {
        let code = match native::compile(&self.l, backend) {
            Ok(code) => code,
            Err(cranelift::CompileError::Host(_)) => return None,
            Err(error) => panic!("{error}"),
        };
        let n = elements.len();
        let mut memory: Vec<Vec<u8>> = self.l.operands.iter().map(|o| vec![0; o.element_bytes() * n]).collect();
        for (k, o) in self.l.operands.iter().enumerate().filter(|(_, o)| o.access == Access::Load) {
            let parts = elements.iter().flat_map(|x| &x[self.offsets[k]..][..o.parts as usize]);
            for (place, bits) in memory[k].chunks_exact_mut(o.lane.bytes()).zip(parts) {
                place.copy_from_slice(&bits.to_le_bytes()[..o.lane.bytes()]);
            }
        }
        let ptrs: Vec<*mut u8> = memory.iter_mut().map(|m| m.as_mut_ptr()).collect();
        let strides: Vec<i64> = self.l.operands.iter().flat_map(|o| [o.element_bytes() as i64, 0]).collect();
        let (sizes, params, mut flags) = ([n as i64], [0u64], 0);
        // SAFETY: each operand has `n` contiguous elements; there are no parameters.
        unsafe { code.entry()(ptrs.as_ptr(), strides.as_ptr(), sizes.as_ptr(), params.as_ptr(), &mut flags) };
        let (out, bytes) = (self.l.operands.last()?, memory.pop()?);
        let lane = |place: &[u8]| {
            let mut bits = [0; 8];
            bits[..place.len()].copy_from_slice(place);
            u64::from_le_bytes(bits)
        };
        let element = |place: &[u8]| place.chunks_exact(out.lane.bytes()).map(lane).collect();
        Some(bytes.chunks_exact(out.element_bytes()).map(element).collect())
    }
}

/// One part of a golden value: its bits, NaN, or unspecified.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Part {
    Bits(u64),
    Nan,
    Any,
}

fn parse(token: &str) -> Vec<Part> {
    let part = |t: &str| match t {
        "n" => Part::Nan,
        "-" => Part::Any,
        _ => Part::Bits(u64::from_str_radix(t, 16).unwrap()),
    };
    token.split(',').map(part).collect()
}

fn operand(parts: &[Part], dtype: DType) -> Vec<u64> {
    let nan = match dtype.real() {
        DType::F16 => 0x7e00,
        DType::F32 => f32::NAN.to_bits() as u64,
        _ => f64::NAN.to_bits(),
    };
    parts.iter().map(|p| if let Part::Bits(bits) = p { *bits } else { nan }).collect()
}

/// The part of a float as an integer that counts values in order.
fn ordered(bits: u64, width: u32) -> i64 {
    let sign = 1u64 << (width - 1);
    if bits & sign != 0 { -((bits ^ sign) as i64) } else { bits as i64 }
}

/// Whether one part agrees, within so many units in the last place.
fn agrees(got: u64, want: Part, dtype: DType, ulps: u64) -> bool {
    let lane = Lane::of_memory(dtype);
    let exponent = match dtype.real() {
        DType::F16 => 0x7c00,
        DType::F32 => 0x7f80_0000,
        DType::F64 => 0x7ff0_0000_0000_0000,
        _ => u64::MAX,
    };
    let magnitude = |bits: u64| bits & !(1 << (lane.bits() - 1));
    match want {
        Part::Any => true,
        Part::Nan => exponent != u64::MAX && magnitude(got) > exponent,
        Part::Bits(want) if got == want => true,
        // Zeros and infinities must be as they are, and NaN is nothing else.
        Part::Bits(want) if [got, want].map(magnitude).iter().any(|&m| m == 0 || m >= exponent) => false,
        Part::Bits(want) => ordered(got, lane.bits()).abs_diff(ordered(want, lane.bits())) <= ulps,
    }
}

/// Ops whose results are not correctly rounded in NumPy either.
fn tolerance(op: Ew, dtype: DType) -> u64 {
    if op.info().cost < 20 || matches!(op, Ew::Fmod | Ew::Gcd | Ew::Lcm | Ew::Ldexp) || !dtype.is_inexact() {
        0
    } else if dtype == DType::F16 {
        1
    } else {
        4
    }
}

/// The lines of a dtype's file by name, each with its tokens parsed.
fn golden(dtype: DType) -> HashMap<String, Vec<Vec<Part>>> {
    let path = format!("{}/tests/elementwise_golden/{}.txt", env!("CARGO_MANIFEST_DIR"), dtype.short());
    let text = std::fs::read_to_string(path).unwrap();
    text.lines()
        .map(|line| {
            let mut tokens = line.split(' ');
            (tokens.next().unwrap().to_string(), tokens.map(parse).collect())
        })
        .collect()
}

/// Differences of one line, as text.
fn compare(
    name: &str,
    function: &Function,
    operands: &[Vec<u64>],
    want: &[Vec<Part>],
    out: DType,
    ulps: u64,
    failures: &mut Vec<String>,
) {
    assert_eq!(operands.len(), want.len(), "{name}");
    let compiled: Vec<_> =
        Backend::native().into_iter().filter_map(|b| Some((b.name(), function.compiled(operands, b)?))).collect();
    for (i, (args, want)) in operands.iter().zip(want).enumerate() {
        let got = function.call(args);
        let fits = want[0] == Part::Any
            || got.len() == want.len() && got.iter().zip(want).all(|(&g, &w)| agrees(g, w, out, ulps));
        if !fits {
            failures.push(format!("{name} {args:x?}: {got:x?}, NumPy {want:x?}"));
        }
        for (backend, compiled) in &compiled {
            if !equal(&compiled[i], &got, out) {
                failures.push(format!("{name} {args:x?}: {got:x?}, {backend} {:x?}", compiled[i]));
            }
        }
    }
}

/// Equal bits, but any NaN equals any other.
fn equal(a: &[u64], b: &[u64], dtype: DType) -> bool {
    let want = |bits| if agrees(bits, Part::Nan, dtype, 0) { Part::Nan } else { Part::Bits(bits) };
    a.iter().zip(b).all(|(&a, &b)| agrees(a, want(b), dtype, 0))
}

#[test]
fn ops_match_numpy() {
    let mut failures = Vec::new();
    for dtype in DType::ALL {
        let lines = golden(dtype);
        let values = |name: &str, dtype| -> Vec<Vec<u64>> { lines[name].iter().map(|p| operand(p, dtype)).collect() };
        let (unary, binary) = (values("unary", dtype), values("binary", dtype));
        let pairs = |second: &[Vec<u64>]| -> Vec<Vec<u64>> {
            binary.iter().flat_map(|x| second.iter().map(move |y| [x.clone(), y.clone()].concat())).collect()
        };
        for op in lines.keys().filter_map(|name| Ew::parse(name)) {
            if op.resolve(dtype) != Some(dtype) {
                failures.push(format!("{} {dtype}: NumPy has a loop", op.name()));
            }
        }
        for &op in Ew::ALL {
            if op.resolve(dtype) != Some(dtype) || op == Ew::Where || op == Ew::MakeComplex {
                continue;
            }
            let operands = match op {
                Ew::Ldexp => pairs(&values("exponents", DType::I64)),
                _ if op.info().arity == 2 => pairs(&binary),
                _ => unary.clone(),
            };
            let name = format!("{} {dtype}", op.name());
            let Some(want) = lines.get(op.name()) else {
                failures.push(format!("{name}: not in the golden file"));
                continue;
            };
            let out = op.out_dtype(dtype);
            compare(&name, &Function::op(op, dtype), &operands, want, out, tolerance(op, dtype), &mut failures);
        }
    }
    assert!(failures.is_empty(), "{} differences\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn casts_match_numpy() {
    let mut failures = Vec::new();
    for from in DType::ALL {
        let lines = golden(from);
        let unary: Vec<Vec<u64>> = lines["unary"].iter().map(|p| operand(p, from)).collect();
        for to in DType::ALL.into_iter().filter(|&to| to != from) {
            let want = &lines[&format!("cast:{}", to.short())];
            compare(&format!("{from} to {to}"), &Function::cast(from, to), &unary, want, to, 0, &mut failures);
            for (x, want) in unary.iter().zip(want) {
                let x = Scalar::from_bits(from, [x[0], x.get(1).copied().unwrap_or(0)]);
                let bits = x.cast(to).bits();
                if !want.iter().zip(bits).all(|(&want, got)| agrees(got, want, to, 0)) {
                    failures.push(format!("{x:?} to {to}: {bits:x?}, NumPy {want:x?}"));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{} differences\n{}", failures.len(), failures.join("\n"));
}

/// Pseudo-random bits (Steele, Lea, Flood: SplitMix64).
fn random() -> impl Iterator<Item = u64> {
    (1u64..).map(|i| {
        let mut z = i.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    })
}

#[test]
fn every_float16_survives_memory() {
    let (positive, widen) = (Function::op(Ew::Positive, DType::F16), Function::cast(DType::F16, DType::F32));
    for bits in 0..=u16::MAX {
        let x = f16::from_bits(bits);
        let got = f16::from_bits(positive.call(&[bits as u64])[0] as u16);
        let wide = f32::from_bits(widen.call(&[bits as u64])[0] as u32);
        if x.is_nan() {
            assert!(got.is_nan() && wide.is_nan() && got.is_sign_negative() == x.is_sign_negative());
        } else {
            assert_eq!((got.to_bits(), wide.to_bits()), (bits, x.to_f32().to_bits()));
        }
    }
}

#[test]
fn float16_rounds_once() {
    let (from_f32, from_f64) = (Function::cast(DType::F32, DType::F16), Function::cast(DType::F64, DType::F16));
    let check = |x: f64| {
        let narrow = from_f32.call(&[(x as f32).to_bits() as u64])[0] as u16;
        let wide = from_f64.call(&[x.to_bits()])[0] as u16;
        assert_eq!(narrow, f16::from_f32(x as f32).to_bits(), "{x:e} as f32");
        assert_eq!(wide as u64, Scalar::new(x).cast(DType::F16).bits()[0], "{x:e}");
    };
    // Around each midpoint of neighbours, on either side.
    for bits in 0..0x7c00u16 {
        let (x, next) = (f16::from_bits(bits).to_f64(), f16::from_bits(bits + 1).to_f64());
        let middle = if next.is_finite() { (x + next) / 2.0 } else { 65520.0 };
        for y in [x, middle, middle.next_up(), middle.next_down(), f64::from((middle as f32).next_up())] {
            check(y);
            check(-y);
        }
    }
    for bits in random().take(100_000) {
        let x = f64::from_bits((bits >> 12) | ((1023 - 30 + (bits & 63)) << 52));
        check(x);
    }
}

#[test]
fn fmod_is_exact() {
    let (wide, narrow) = (Function::op(Ew::Fmod, DType::F64), Function::op(Ew::Fmod, DType::F32));
    let mut bits = random();
    for i in 0..200_000 {
        let mut next = || bits.next().unwrap_or(0);
        let (mut x, mut y) = (f64::from_bits(next()), f64::from_bits(next()));
        if i % 2 == 0 {
            // Quotients near and at integers.
            y = f64::from_bits((next() >> 12) | (1023 << 52));
            x = y * (next() >> (11 + next() % 50)) as f64;
            x = if next() & 1 == 0 { x.next_down() } else { -x };
        }
        for (x, y) in [(x, y), (x as f32 as f64, y as f32 as f64)] {
            let got = f64::from_bits(wide.call(&[x.to_bits(), y.to_bits()])[0]);
            let want = x % y;
            assert!(got.to_bits() == want.to_bits() || want.is_nan() && got.is_nan(), "{x:e} % {y:e} = {got:e}");
        }
        let (x, y) = (x as f32, y as f32);
        let got = f32::from_bits(narrow.call(&[x.to_bits() as u64, y.to_bits() as u64])[0] as u32);
        let want = x % y;
        assert!(got.to_bits() == want.to_bits() || want.is_nan() && got.is_nan(), "{x:e} % {y:e} = {got:e}");
    }
}

#[test]
fn where_selects_and_complex_pairs() {
    for dtype in DType::ALL {
        let select = Function::op(Ew::Where, dtype);
        let parts = 1 + dtype.is_complex() as usize;
        let (x, y) = (vec![1; parts], vec![0; parts]);
        for (c, want) in [(1, &x), (0, &y)] {
            assert_eq!(&select.call(&[&[c][..], &x, &y].concat()), want, "{dtype}");
        }
    }
    let pair = Function::op(Ew::MakeComplex, DType::F16);
    let bits = |x: f32| x.to_bits() as u64;
    assert_eq!(pair.call(&[0x3c00, 0xc000]), [bits(1.0), bits(-2.0)]);
}

#[test]
fn every_loop_is_lowered() {
    for &op in Ew::ALL {
        for dtype in DType::ALL.into_iter().filter_map(|common| op.resolve(common)) {
            let function = Function::op(op, dtype);
            assert_eq!(function.l.stores[0].values.len(), 1 + op.out_dtype(dtype).is_complex() as usize);
        }
    }
}

#[test]
fn complex_formulas_agree_with_libm() {
    use Routine::*;
    let mut bits = random();
    for (op, re_routine, im_routine) in [
        (Ew::Exp, CexpReF64, CexpImF64),
        (Ew::Sin, CsinReF64, CsinImF64),
        (Ew::Cos, CcosReF64, CcosImF64),
        (Ew::Sinh, CsinhReF64, CsinhImF64),
        (Ew::Cosh, CcoshReF64, CcoshImF64),
        (Ew::Sqrt, CsqrtReF64, CsqrtImF64),
        (Ew::Log, ClogReF64, ClogImF64),
    ] {
        let function = Function::op(op, DType::C128);
        for _ in 0..20_000 {
            // Exponents from -30 to 10, now and then anything.
            let mut part = || {
                let r = bits.next().unwrap_or(0);
                let exponent = if r & 31 == 0 { (r >> 5) & 2047 } else { 1023 - 30 + (r >> 5) % 40 };
                (r >> 12) & ((1 << 52) - 1) | (exponent << 52) | (r << 63)
            };
            let z = [part(), part()];
            for (got, routine) in function.call(&z).into_iter().zip([re_routine, im_routine]) {
                let want = routines::call(routine, &z);
                let want = if f64::from_bits(want).is_nan() { Part::Nan } else { Part::Bits(want) };
                assert!(agrees(got, want, DType::F64, 4), "{} {z:x?}: {got:x}, libm {want:x?}", op.name());
            }
        }
    }
}

/// The rewrite rules rely on the table's properties; for complex numbers, `sign` and `multiply` have
/// theirs up to rounding only (a contracted product rounds two of its four terms).
#[test]
fn properties_of_the_table_hold() {
    let mut failures = Vec::new();
    for dtype in DType::ALL {
        let mut values: Vec<Vec<u64>> = golden(dtype)["unary"].iter().map(|p| operand(p, dtype)).collect();
        if dtype.is_inexact() {
            // Ordinary numbers, to see roundings.
            let one = Scalar::new(1.0).cast(dtype).bits()[0];
            let parts = values[0].len();
            let mut bits = random();
            values.extend((0..30).map(|_| bits.by_ref().take(parts).map(|r| one ^ (r & one >> 3)).collect()));
        }
        for &op in Ew::ALL {
            if op.resolve(dtype) != Some(dtype) || matches!(op, Ew::Where | Ew::MakeComplex | Ew::Ldexp) {
                continue;
            }
            if dtype.is_complex() && matches!(op, Ew::Sign | Ew::Multiply) {
                continue;
            }
            let (function, out) = (Function::op(op, dtype), op.out_dtype(dtype));
            let f = |args: &[&[u64]]| function.call(&args.concat());
            let equal = |a: &[u64], b: &[u64]| equal(a, b, out);
            let mut check = |property: &str, holds: bool, x: &[u64], y: &[u64]| {
                if !holds {
                    failures.push(format!("{} {dtype} is not {property}: {x:x?} {y:x?}", op.name()));
                }
            };
            for x in &values {
                if op.info().arity == 1 && out == dtype {
                    let once = f(&[x]);
                    let twice = f(&[&once]);
                    check("an involution", !op.has(INVOLUTION) || equal(&twice, x), x, x);
                    check("idempotent", !op.has(IDEMPOTENT) || equal(&twice, &once), x, x);
                } else if op.info().arity == 2 {
                    check("idempotent", !op.has(IDEMPOTENT) || equal(&f(&[x, x]), x), x, x);
                    for y in values.iter().filter(|_| op.has(COMMUTATIVE)) {
                        check("commutative", equal(&f(&[x, y]), &f(&[y, x])), x, y);
                    }
                }
            }
        }
    }
    assert!(failures.is_empty(), "{} differences\n{}", failures.len(), failures.join("\n"));
}
