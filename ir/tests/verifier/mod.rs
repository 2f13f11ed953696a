//! The verifier accepts what the passes and the lowering make, and rejects each kind of damage.

use crate::arbitrary::{Choices, typed_graph};
use numfuse_ir::graph::{Graph, Node, Op};
use numfuse_ir::{DType, fuse, lower, parse, passes, print, verify};
use proptest::prelude::*;

/// What the verifier says of a graph in which a line follows some declarations.
fn graph_error(line: &str) -> String {
    let text = format!(
        "A: f64[2, 3] = input 0 strides(3, 1)\n\
         B: f32[2, 3] = input 1 strides(3, 1)\n\
         C: i64[2]    = input 2 strides(1)\n\
         D: c128[2]   = input 3 strides(1)\n\
         E: b1[3]     = input 4 strides(1)\n\
         F: f64[0, 3] = input 5 strides(3, 1)\n\
         P: f64[]     = param 0\n\
         Z: {line}\n\
         outputs A, B, C, D, E, F, P, Z\n"
    );
    let graph = parse::graph(&text).unwrap_or_else(|e| panic!("{line}: {e}"));
    match verify::graph(&graph) {
        Ok(()) => String::new(),
        Err(e) => e,
    }
}

#[test]
fn sound_graphs_pass() {
    for line in [
        "f64[2, 3] = add(A, P)",
        "f64[5, 2, 3] = add(A, P)",
        "b1[2, 3] = less(A, A)",
        "f64[2, 3] = where(E, A, P)",
        "f64[2] = absolute(D)",
        "c64[2] = cast(D)",
        "f64[3, 2] = permute(A; 1, 0)",
        "f64[2, 2] = slice(A; 1:-1, 0:+2)",
        "f64[2, 0] = slice(A; 0:+1, 3:+1)",
        "f64[2, 0] = slice(A; 0:+1, 0:-1)",
        "f64[7, 2, 3] = broadcast(A)",
        "f64[0, 3] = broadcast(F)",
        "f64[3, 2, 1] = reshape(A)",
        "f64[0, 9] = reshape(F)",
        "f64[2] = diagonal(A; 1, 0, 1)",
        "f64[1] = diagonal(A; -1, 0, 1)",
        "f64[0] = diagonal(A; 5, 0, 1)",
        "f64[] = sum(A; axes 0 1)",
        "i64[2] = argmax(A; axes 1)",
        "b1[3] = any(A; axes 0)",
        "f64[2, 3] = cumsum(A; axis 1)",
        "f64[2, 2] = take(A, C; axis 1)",
        "f64[4, 3] = concat(A, A; axis 0)",
        "f64[1, 3] = concat(F, F, F; axis 0)",
        "f64[4611686018427387904, 1] = broadcast(P)",
    ] {
        let expected = if line.starts_with("f64[1, 3] = concat") { "shape is (0, 3), not (1, 3)" } else { "" };
        let found = graph_error(line);
        assert!(found.ends_with(expected) && found.is_empty() == expected.is_empty(), "{line}: {found}");
    }
}

#[test]
fn broken_graphs_are_named() {
    for (line, error) in [
        // Arity.
        ("f64[2, 3] = add(A)", "add: takes 2 operand(s), has 1"),
        ("f64[2, 3] = cast(A, A)", "takes 1"),
        ("f64[2, 3] = concat(; axis 0)", "at least one"),
        // Dtypes.
        ("f64[2, 3] = add(A, B)", "different dtypes float64 and float32"),
        ("f32[2, 3] = add(A, A)", "dtype is float64, not float32"),
        ("f64[2, 3] = less(A, A)", "dtype is bool"),
        ("b1[3] = subtract(E, E)", "no loop for bool"),
        ("i64[2] = sin(C)", "no loop for int64"),
        ("c128[2] = floor(D)", "no loop for complex128"),
        ("f64[2, 3] = where(A, A, A)", "condition is bool"),
        ("f64[2, 3] = ldexp(A, A)", "int32 or int64"),
        ("f64[2, 3] = take(A, P; axis 0)", "indices are int64"),
        ("f64[4, 3] = concat(A, B; axis 0)", "different dtypes"),
        ("f64[2, 3] = broadcast(B)", "dtype is float32"),
        ("f64[2] = argmin(A; axes 1)", "dtype is int64"),
        // Shapes.
        ("f64[2, 2] = add(A, P)", "(2, 3) does not broadcast to (2, 2)"),
        ("f64[2, 3] = where(E, D, D)", "do not broadcast"),
        ("f64[3] = add(A, P)", "does not broadcast"),
        ("f64[3, 2] = cast(A)", "shape is (2, 3), not (3, 2)"),
        ("f64[3] = sum(A; axes 1)", "shape is (2,), not (3,)"),
        ("f64[2, 3] = broadcast(F)", "does not broadcast"),
        ("f64[3] = broadcast(A)", "does not broadcast"),
        ("f64[5] = reshape(A)", "different sizes"),
        ("f64[2, 3] = permute(A; 1, 0)", "shape is (3, 2)"),
        ("f64[2, 3] = take(A, C; axis 1)", "shape is (2, 2)"),
        ("f64[2, 3] = take(F, C; axis 0)", "non-empty take from an empty axis"),
        ("f64[] = iota", "one axis"),
        ("f64[3] = iota", "dtype is int64"),
        ("f64[3] = param 9", "shape is ()"),
        ("f64[3] = const 0x0", "shape is ()"),
        // Axes.
        ("f64[2, 3] = permute(A; 0, 0)", "twice"),
        ("f64[2, 3] = permute(A; 0, 2)", "axis 2 of 2"),
        ("f64[2, 3] = permute(A; 0)", "permutes 1 axes of 2"),
        ("f64[2, 3] = sum(A; axes)", "reduces no axes"),
        ("f64[] = sum(A; axes 1 0)", "ascending"),
        ("f64[3] = sum(A; axes 0 0)", "ascending"),
        ("f64[] = sum(A; axes 0 2)", "axis 2 of 2"),
        ("f64[2, 3] = cumprod(A; axis 2)", "axis 2 of 2"),
        ("f64[] = cumsum(P; axis 0)", "axis 0 of 0"),
        ("f64[2, 3] = take(A, C; axis 2)", "axis 2 of 2"),
        ("f64[2, 3] = concat(A, A; axis 2)", "axis 2 of 2"),
        ("f64[2, 4] = concat(A, P; axis 0)", "differ beside axis 0"),
        ("f64[2] = diagonal(A; 0, 1, 1)", "twice"),
        ("f64[2] = diagonal(A; 0, 0, 2)", "axis 2 of 2"),
        // Bounds.
        ("f64[2, 2] = slice(A; 0:+1, 2:+1)", "axis 1: slice 2:+1 of 2 leaves an axis of length 3"),
        ("f64[2, 2] = slice(A; 0:+1, 0:-1)", "leaves"),
        ("f64[2, 1] = slice(A; 0:+1, 3:+1)", "leaves"),
        ("f64[2, 0] = slice(A; 0:+1, 4:+1)", "leaves"),
        ("f64[2, 3] = slice(A; 0:+1, 0:0)", "step is 0"),
        ("f64[2, 1] = slice(A; 0:+1, 0:+9223372036854775807)", "overflows"),
        ("f64[2, 1] = slice(A; 0:+1, 0:-9223372036854775808)", "overflows"),
        ("f64[2] = slice(A; 0:+1)", "1 slices from 2 to 1"),
        ("f64[2] = diagonal(A; -9223372036854775808, 0, 1)", "overflows"),
        // Sizes.
        ("f64[4294967296, 4294967296] = broadcast(P)", "overflows"),
        ("f64[0, 4294967296, 4294967296] = broadcast(P)", "overflows"),
        ("f64[18446744073709551615] = input 9 strides(1)", "overflow"),
        ("f64[4, 4] = input 9 strides(1)", "1 strides for 2 axes"),
        ("f64[4] = input 9 strides(-9223372036854775808)", "overflow"),
        ("f64[9223372036854775807] = input 9 strides(1)", "overflow"),
        // Values.
        ("b1[] = const 0x2", "are not a bool"),
        ("u8[] = const 0x100", "are not a uint8"),
        ("f64[] = const 0x0 0x1", "are not a float64"),
        ("c64[] = const 0x0 0x100000000", "are not a complex64"),
        // Slots.
        ("f64[3, 2] = input 0 strides(2, 1)", "slot 0 is declared twice"),
        ("f32[] = param 0", "slot 0 is declared twice"),
    ] {
        let found = graph_error(line);
        assert!(found.contains(error), "{line}: {found}");
        assert!(found.starts_with("H: "), "{line}: {found}");
    }
}

#[test]
fn more_axes_than_numpy_has_are_rejected() {
    let ones = vec!["1"; 65].join(", ");
    assert!(graph_error(&format!("f64[{ones}] = broadcast(P)")).contains("65 axes"));
    assert!(graph_error(&format!("f64[{ones}] = permute(A; {ones})")).contains("permutes 65"));
}

#[test]
fn dead_nodes_and_outputs_are_checked_too() {
    let mut graph = Graph::new();
    let node = |op| Node { op, inputs: Default::default(), dtype: DType::F32, shape: Default::default() };
    graph.add(node(Op::Iota));
    assert_eq!(verify::graph(&graph), Err("dead node 0: iota: has one axis, not shape ()".into()));
    let mut graph = Graph::new();
    graph.outputs.push(numfuse_ir::NodeId::new(0));
    assert_eq!(verify::graph(&graph), Err("output 0 does not exist".into()));
}

const HEAD: &str = "\
@0 load f64 [strided unit]
@1 load f32x2 [zero unit]
@2 iota i64 [strided zero]
@3 store f64 [unit zero]
@4 update f64 [strided unit]
@5 store f64x2 [strided unit]
@6 load b1 [strided unit]
@7 store i64 [strided zero]
@8 store f64 [strided zero]
$0 f64
$1 i32
%0 = load.f64 @0
%1 = load.f32 @1.1
%2 = load.i64 @2
%3 = load.b1 @6
%4 = param.f64 $0
%5 = param.i32 $1
";

const SUM: &str = "acc f64 from 0x0\n%0 = arg.f64 0\n%1 = arg.f64 1\n%2 = add.f64 %0, %1\nyield %2\n";

/// What the verifier says of a loop in which some lines follow declarations.
fn loop_error(lines: &str) -> String {
    let head = HEAD.replace("@3 store f64 [unit zero]", "@3 store f64 [strided zero]");
    let text = format!("loop rank 2 reduce 1\n{head}{}", lines.replace("SUM", SUM));
    let l = parse::kernel(&text).unwrap_or_else(|e| panic!("{lines}: {e}"));
    match verify::kernel(&l) {
        Ok(()) => String::new(),
        Err(e) => e,
    }
}

#[test]
fn sound_loops_pass() {
    for lines in [
        "",
        "%6 = fma.f64 %0, %4, %0\nstore %6 -> @4",
        "store %0, %4 -> @5",
        "%6 = gather.f32 @1.1 [%2]",
        "%6 = not.b1 %3\n%7 = eq.b1 %3, %6\n%8 = select.b1 %7, %3, %6\n%9 = check.b1 %8",
        "%6 = convert.i8 %0\n%7 = convert.f32 %3\n%8 = bitcast.i64 %4\n%9 = bitcast.u32 %1",
        "%6 = call.f64 fmod.f64(%0, %4)\n%7 = call.f64 fmod.f64(%0, %4) where %3 else %6",
        "%6 = load.f64 @4",
        "%6 = clz.i32 %5\n%7 = shl.i32 %5, %6\n%8 = neg.i32 %7",
        "reduce %0 -> @3\nSUM",
        "reduce %0 -> @3, @8 compensated\nSUM",
        "%6 = scanned.f64 0.0\nscan %0\nSUM",
        "reduce %0, %2 -> @3, @7\nacc f64, i64 from 0x0, 0x0\n%0 = arg.f64 2\n%1 = arg.i64 3\nyield %0, %1",
    ] {
        assert_eq!(loop_error(lines), "", "{lines}");
    }
}

#[test]
fn broken_loops_are_named() {
    for (lines, error) in [
        // SSA order.
        ("%6 = neg.f64 %6", "%6 = neg.f64: uses %6 before it is made"),
        ("%6 = call.f64 fmod.f64(%0, %9)", "uses %9"),
        ("store %6 -> @4", "store 0: %6 does not exist"),
        // Lanes.
        ("%6 = add.f64 %0, %1", "operand 1 is f32, not f64"),
        ("%6 = add.f32 %0, %0", "operand 0 is f64, not f32"),
        ("%6 = neg.b1 %3", "not an operation on b1"),
        ("%6 = add.b1 %3, %3", "not an operation on b1"),
        ("%6 = and.f64 %0, %0", "not an operation on f64"),
        ("%6 = rem.f64 %0, %0", "not an operation on f64"),
        ("%6 = not.f64 %0", "not an operation on f64"),
        ("%6 = sqrt.i32 %5", "not an operation on i32"),
        ("%6 = popcount.f64 %0", "not an operation on f64"),
        ("%6 = shl.b1 %3, %3", "not an operation on b1"),
        ("%6 = fma.i32 %5, %5, %5", "not an operation on i32"),
        ("%6 = lt.f64 %0, %0", "the result is f64, not b1"),
        ("%6 = lt.b1 %0, %1", "operand 1 is f32, not f64"),
        ("%6 = select.f64 %0, %0, %0", "the condition is f64, not b1"),
        ("%6 = select.f64 %3, %0, %1", "operand 2 is f32"),
        ("%6 = convert.b1 %0", "not an operation on b1"),
        ("%6 = bitcast.f32 %0", "the operand is f64"),
        ("%6 = bitcast.i8 %3", "the operand is b1"),
        ("%6 = check.b1 %0", "the operand is f64"),
        ("%6 = check.f64 %3", "the result is f64"),
        ("%6 = call.f64 fmod.f64(%0)", "takes 2 argument(s), has 1"),
        ("%6 = call.f64 fmod.f64(%0, %1)", "an argument is f32"),
        ("%6 = call.f32 fmod.f64(%0, %0)", "the result is f32"),
        ("%6 = call.f64 fmod.f64(%0, %0) where %0 else %0", "the mask is f64"),
        ("%6 = call.f64 fmod.f64(%0, %0) where %3 else %1", "the alternative is f32"),
        ("%6 = const.i8 0x100", "0x100 is wider than i8"),
        ("%6 = const.b1 0x2", "0x2 is wider than b1"),
        // Leaves.
        ("%6 = param.f64 $2", "parameter 2 of 2"),
        ("%6 = param.f32 $0", "the result is f32, not f64"),
        ("%6 = arg.f64 0", "only combining bodies"),
        ("%6 = load.f64 @9", "operand @9 of 9"),
        ("%6 = load.f64 @3", "operand @3 is for store"),
        ("%6 = load.f32 @0", "the result is f32, not f64"),
        ("%6 = load.f64 @0.1", "part 1 of 1"),
        ("%6 = gather.f64 @0 [%5]", "the index is i32, not i64"),
        ("%6 = gather.i64 @2 [%2]", "operand @2 is for iota"),
        ("%6 = gather.f64 @4 [%2]", "operand @4 is for update"),
        ("%6 = scanned.f64 0.0", "scan 0 of 0"),
        ("%6 = scanned.f64 0.1\nscan %0\nSUM", "component 1 of 1"),
        ("%6 = scanned.f32 0.0\nscan %0\nSUM", "the result is f32"),
        ("%6 = scanned.f64 0.0\n%7 = neg.f64 %6\nscan %7\nSUM", "reads a scan of %7 before"),
        // Operands.
        ("@9 load f64 [unit]", "operand @9: has 1 steps in 2 dimensions"),
        ("@9 load f64 [unit zero]", "not innermost"),
        ("@9 iota f64 [zero unit]", "an iota is one i64"),
        ("@9 iota i64x2 [zero unit]", "an iota is one i64"),
        ("@9 load f64x3 [zero unit]", "3 parts"),
        ("@9 load f64x0 [zero unit]", "0 parts"),
        // Stores.
        ("store %0 -> @0", "operand @0 is for load"),
        ("store %2 -> @2", "operand @2 is for iota"),
        ("store %0 -> @5", "1 value(s) for 2 part(s)"),
        ("store %1 -> @3", "%1 is f32, not f64"),
        ("store %0 -> @3\nstore %0 -> @3", "store 1: operand @3 is written twice"),
        ("store %0 -> @3\nreduce %0 -> @3\nSUM", "reduction 0: operand @3 is written twice"),
        // Reductions and scans.
        ("reduce %1 -> @3\nSUM", "reduction 0: %1 is f32"),
        ("reduce %0, %0 -> @3\nSUM", "has 2 elements for 1 component(s)"),
        ("reduce %0 -> @3, @8\nSUM", "has 2 outputs, not 1"),
        ("reduce %0 -> @3 compensated\nSUM", "has 1 outputs, not 2"),
        ("reduce %0 -> @4\nSUM", "operand @4 is for update"),
        ("reduce %0 -> @7\nSUM", "operand @7 is i64, not f64"),
        ("reduce %0 -> @5\nSUM", "has 2 parts"),
        ("@9 store f64 [strided unit]\nreduce %0 -> @9\nSUM", "moves along a reduced dimension"),
        ("reduce %2 -> @7 compensated\nacc i64 from 0x0\n%0 = arg.i64 0\nyield %0", "sums of floats"),
        ("scan\nacc from\nyield", "scan 0: 0 components"),
        ("scan %0\nacc f64 from 0x0, 0x0\n%0 = arg.f64 0\nyield %0", "has 2 identities"),
        ("scan %0\nacc f64 from 0x0\n%0 = arg.f64 0\nyield %0, %0", "has 2 results"),
        ("scan %0\nacc f64 from 0x0\nyield %0", "result 0: %0 does not exist"),
        ("scan %1\nacc f32 from 0x100000000\n%0 = arg.f32 0\nyield %0", "wider than f32"),
        ("scan %0\nacc f64 from 0x0\n%0 = arg.f64 2\nyield %0", "argument 2 of 2"),
        ("scan %0\nacc f64 from 0x0\n%0 = arg.f32 0\nyield %0", "the result is f32"),
        ("scan %0\nacc f64 from 0x0\n%0 = arg.f64 0\n%1 = check.b1 %0\nyield %0", "not in a combining body"),
        ("scan %0\nacc f64 from 0x0\n%0 = load.f64 @0\nyield %0", "not in a combining body"),
        ("scan %0\nacc f64 from 0x0\n%0 = param.f64 $2\nyield %0", "parameter 2 of 2"),
    ] {
        let found = loop_error(lines);
        assert!(found.contains(error), "{lines}: {found}");
    }
    let sum = format!("@0 load f64 [unit]\n@1 store f64 [zero]\n%0 = load.f64 @0\nreduce %0 -> @1\n{SUM}");
    for (text, error) in [
        ("loop rank 0 reduce 0", "rank 0 is not in 1..=64"),
        ("loop rank 18446744073709551615 reduce 0", "is not in 1..=64"),
        ("loop rank 1 reduce 2", "reduces 2 dimensions of 1"),
        (&format!("loop rank 1 reduce 0\n{sum}"), "no reduced dimensions"),
    ] {
        let found = verify::kernel(&parse::kernel(text).unwrap()).unwrap_err();
        assert!(found.contains(error), "{text}: {found}");
    }
    assert_eq!(verify::kernel(&parse::kernel(&format!("loop rank 1 reduce 1\n{sum}")).unwrap()), Ok(()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    /// Each pass and the lowering keep random graphs sound.
    #[test]
    fn passes_and_kernels_are_sound(choices in prop::collection::vec(any::<u32>(), 0..400)) {
        let graph = typed_graph(&mut Choices::new(&choices));
        // In a debug build each pass is verified where it runs.
        let optimized = passes::optimize(graph.clone(), |_, _, _| {});
        prop_assert_eq!(verify::graph(&optimized), Ok(()));
        let types = |g: &Graph| -> Vec<_> {
            g.outputs.iter().map(|&o| (g.node(o).shape.clone(), g.node(o).dtype)).collect()
        };
        prop_assert_eq!(types(&optimized), types(&graph));
        let optimized = lower::kernels::store_generated_outputs(&optimized);
        prop_assert_eq!(verify::graph(&optimized), Ok(()));
        let program = lower::kernels::program_of(&optimized, &fuse::Fusion::new(&optimized));
        for kernel in &program.kernels {
            prop_assert_eq!(verify::kernel(&kernel.code), Ok(()), "{}", print::kernel(&kernel.code));
            let text = print::kernel(&kernel.code);
            prop_assert_eq!(&parse::kernel(&text).unwrap(), &*kernel.code, "{}", text);
        }
    }
}
