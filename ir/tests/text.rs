//! Text out and text in: exact round trips, and errors, never panics, on any other text.

mod arbitrary;
mod verifier;

use arbitrary::{Choices, any_graph, any_loop, typed_graph};
use numfuse_ir::graph::{Graph, Node, NodeId, Op};
use numfuse_ir::{DType, Ew, parse, print, verify};
use proptest::prelude::*;

const GRAPH: &str = "\
A: f64[2, 3] = input 0 strides(-3, 1)
B: f64[]     = param 0
C: f64[]     = const 0x3ff8000000000000 ; 1.5
D: c64[]     = const 0x3f800000 0xff800000 ; (1.0, -inf)
E: i64[3]    = iota
F: f64[2, 3] = add(A, B)
G: b1[2, 3]  = less(F, C)
H: f64[2, 3] = where(G, F, A)
I: f64[3, 2] = permute(H; 1, 0)
J: f64[2, 1] = slice(I; 2:-2, 1:+1)
K: f64[5, 2] = broadcast(C)
L: f64[10]   = reshape(K)
M: f64[2]    = diagonal(A; -1, 1, 0)
N: f64[]     = sum(A; axes 0 1)
O: f64[2, 3] = cumsum(A; axis 1)
P: f64[2, 3] = take(A, E; axis 1)
Q: f64[4, 3] = concat(P, O; axis 0)
R: c64[4, 3] = cast(Q)
S: c64[4, 3] = multiply(R, D)
T: f64[10]   = copy(L)
U: f64[10]   = slice(T; 0:+1)
V: f64[]     = slice(N)
W: f64[]     = permute(V)
X: f64[]     = max(W; axes)
outputs S, J, M, U, X, S
";

const LOOP: &str = "\
loop rank 2 reduce 1
  @0 load   f64 [strided unit]
  @1 load   f32x2 [zero unit]
  @2 iota   i64 [strided zero]
  @3 store  f64 [unit zero]
  @4 store  f64 [unit zero]
  @5 store  f32x2 [strided unit]
  $0 f64
  $1 b1
  %0  = load.f64 @0
  %1  = load.f32 @1.1
  %2  = load.i64 @2
  %3  = gather.f32 @1 [%2]
  %4  = param.f64 $0
  %5  = const.f64 0x7ff8000000000000 ; NaN
  %6  = fma.f64 %0, %4, %5
  %7  = lt.b1 %6, %5
  %8  = call.f64 fmod.f64(%6, %4)
  %9  = call.f64 csqrt.re.f64(%6, %4) where %7 else %8
  %10 = check.b1 %7
  %11 = scanned.f64 0.0
  %12 = convert.i32 %2 ; from i64
  store %1, %3 -> @5
  reduce %9 -> @3, @4 compensated
    acc f64 from 0x0 ; 0.0
    %0 = arg.f64 0
    %1 = arg.f64 1
    %2 = add.f64 %0, %1
    yield %2
  scan %0
    acc f64 from 0x8000000000000000 ; -0.0
    %0 = arg.f64 0
    %1 = arg.f64 1
    %2 = mul.f64 %0, %1
    yield %2
";

/// Nodes reachable from the outputs, operands renamed: what a dump shows.
fn shown(graph: &Graph) -> (Vec<Node>, Vec<NodeId>) {
    let live = graph.rebuild(|new, _, node| new.add(node));
    (live.ids().map(|id| live.node(id).clone()).collect(), live.outputs)
}

#[test]
fn every_kind_of_node_comes_back() {
    assert_eq!(print::graph(&parse::graph(GRAPH).unwrap()), GRAPH);
}

#[test]
fn loops_come_back() {
    let l = parse::kernel(LOOP).unwrap();
    assert_eq!(print::kernel(&l), LOOP);
}

#[test]
fn names_in_texts_are_free_and_dead_nodes_are_dropped() {
    let text = "x_1: f64[] = param 0\r\n\r\n; dead:\r\nzz: i64[9] = iota ; really\r\nout:f64[]=sin(x_1)\r\noutputs out";
    let graph = parse::graph(text).unwrap();
    assert_eq!(graph.len(), 3);
    assert_eq!(print::graph(&graph), "A: f64[] = param 0\nB: f64[] = sin(A)\noutputs B\n");
}

#[test]
fn dumps_of_several_stages_are_split() {
    let graphs = parse::graphs(&format!("== passes 3\n-- fold: x ×1\n{GRAPH}\n-- views\n{GRAPH}")).unwrap();
    assert_eq!(graphs.iter().map(print::graph).collect::<Vec<_>>(), [GRAPH, GRAPH]);
    let loops = parse::kernels(&format!("-- kernel 0\n{LOOP}\n-- kernel 1\n{LOOP}")).unwrap();
    assert_eq!(loops.iter().map(print::kernel).collect::<Vec<_>>(), [LOOP, LOOP]);
    assert!(parse::kernel("").is_err() && parse::kernel(&LOOP.repeat(2)).is_err());
}

#[test]
fn errors_say_where() {
    for (text, at, message) in [
        ("A: f64[] = param 0\noutputs B\n", "2:9", "earlier node"),
        ("A: f64[] = frobnicate(A)\noutputs", "1:12", "`frobnicate` is not an op"),
        ("A: f64[] = add(A, A)\noutputs", "1:16", "earlier node"),
        ("A: f65[]", "1:4", "dtype"),
        ("A: f64[-1] = iota", "1:8", "out of range"),
        ("A: f64[18446744073709551616] = iota", "1:8", "out of range"),
        ("A: f64[1] = iota x", "1:18", "end of the line"),
        ("\n\nA: f64[] = const 1.5", "3:18", "`0x`"),
        ("A: f64[] = const 0x12345678123456789", "1:20", "64 bits"),
        ("A: f64[] = param 4294967296", "1:18", "out of range"),
        ("A: f64[] = param 0\nA: f64[] = param 1", "2:1", "already"),
        ("A: f64[] = param 0", "2:1", "expected `outputs`"),
        ("", "1:1", "expected a graph"),
        ("outputs\nA: f64[] = param 0", "3:1", "expected `outputs`"),
        ("outputs\noutputs", "3:1", "expected one graph, not 2"),
        ("é: f64[] = param 0", "1:1", "node name"),
        ("; naïve\nA: f64[] = param é", "2:18", "number"),
        ("9: f64[] = param 0", "1:1", "node name"),
        ("A: f64[2] = input 0 strides(1", "1:30", "expected `)`"),
        ("A: f64[2] = input 0\nB: f64[] = sum(A; axis 0)", "1:20", "`strides`"),
    ] {
        let e = parse::graph(text).err().unwrap_or_else(|| panic!("{text}"));
        assert_eq!(format!("{}:{}", e.line, e.column), at, "{text}: {e}");
        assert!(e.message.contains(message), "{text}: {e}");
    }
    let head = "loop rank 1 reduce 0\n";
    for (text, at, message) in [
        ("%0 = add.f64 %0", "2:14", "2 operand(s)"),
        ("%1 = const.f64 0x0", "2:2", "%0"),
        ("%0 = const.q 0x0", "2:6", "instruction"),
        ("%0 = const 0x0", "2:6", "instruction"),
        ("%0 = call.f64 foo(%1)", "2:15", "routine"),
        ("@1 load f64 [unit]", "2:2", "@0"),
        ("@0 load f64x256 [unit]", "2:9", "lane type"),
        ("@0 load f64 [sideways]", "2:14", "step"),
        ("reduce %0 -> @0", "3:1", "`acc`"),
        ("scan %0\nacc f64 from 0x0\n", "4:1", "`yield`"),
        ("store %0 -> @65536", "2:14", "out of range"),
        ("jump", "2:1", "expected an operand"),
    ] {
        let e = parse::kernel(&format!("{head}{text}")).expect_err(text);
        assert_eq!(format!("{}:{}", e.line, e.column), at, "{text}: {e}");
        assert!(e.message.contains(message), "{text}: {e}");
    }
}

#[test]
fn long_graphs_take_linear_time_and_no_stack() {
    let mut graph = Graph::new();
    let node =
        |op, inputs: &[NodeId]| Node { op, inputs: inputs.into(), dtype: DType::F64, shape: [10].as_slice().into() };
    let strides = [1].as_slice().into();
    let mut last = graph.add(node(Op::Input { slot: 0, strides }, &[]));
    for _ in 0..100_000 {
        last = graph.add(node(Op::Ew(Ew::Sin), &[last]));
    }
    graph.outputs = vec![last];
    verify::graph(&graph).unwrap();
    let text = print::graph(&graph);
    assert_eq!(text.lines().count(), 100_002);
    let again = parse::graph(&text).unwrap();
    assert!(print::graph(&again) == text);
    assert!(print::dot(&graph, None).lines().count() > 200_000);
    assert!(print::html("chain", &graph, None).len() > 100_000);
}

#[test]
fn hostile_lines_are_errors() {
    for piece in
        ["(", "[", "A", "0", "%", "@0 ", ";", ", ", "-", "outputs ", "A: f64[", "\0", "é", "0x", "\r", "\u{2028}"]
    {
        let text = piece.repeat(200_000 / piece.len());
        let _ = parse::graph(&text);
        let _ = parse::kernel(&text);
        for head in [
            "A: f64[] = add(",
            "A: f64[",
            "A: f64[] = input 0 strides(",
            "A: f64[] = slice(",
            "A: f64[] = const 0x",
            "A",
        ] {
            let _ = parse::graph(&format!("{head}{text}"));
        }
        for head in [
            "loop rank ",
            "loop rank 1 reduce 0\n@0 load f64 [",
            "loop rank 1 reduce 0\n%0 = call.f64 ",
            "loop rank 1 reduce 0\nreduce ",
        ] {
            let _ = parse::kernel(&format!("{head}{text}"));
        }
    }
}

#[test]
fn pictures_escape_and_group() {
    let graph = parse::graph(GRAPH).unwrap();
    let cluster = |id: NodeId| (!id.index().is_multiple_of(3)).then_some(id.index() % 2);
    let dot = print::dot(&graph, Some(&cluster));
    assert!(dot.starts_with("digraph numfuse {") && dot.ends_with("}\n"));
    assert!(dot.contains("subgraph cluster_0 { label=\"kernel 0\"; ") && dot.contains("  A -> F;\n"));
    assert!(dot.contains("\"S: c64[4, 3]\\lmultiply(R, D)\\l\", peripheries=2"));
    assert_eq!(dot.matches('{').count(), dot.matches('}').count());
    let html = print::html("<a> & \"b\"", &graph, Some(&cluster));
    assert!(html.contains("<title>&lt;a&gt; &amp; &quot;b&quot;</title>"));
    assert!(html.contains("kernel 1") && !html.contains("http-equiv") && !html.contains("src="));
    assert_eq!(html.matches("<g>").count(), html.matches("</g>").count());
}

fn choices() -> impl Strategy<Value = Vec<u32>> {
    prop::collection::vec(any::<u32>(), 0..400)
}

/// Damages a text here and there.
fn damage(text: &str, c: &mut Choices) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..1 + c.below(4) {
        let at = c.below(bytes.len());
        match c.below(5) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..(at + c.below(9)).min(bytes.len()))),
            2 => bytes.insert(at, c.pick(b"0123456789:;,()[]%@$.-+x =\nAaz")),
            3 => drop(bytes.splice(at..at, *b"18446744073709551615")),
            _ => {
                // Another line, here.
                let lines: Vec<&[u8]> = text.as_bytes().split_inclusive(|&b| b == b'\n').collect();
                let line = c.pick(&lines).to_vec();
                let start = bytes[..at].iter().rposition(|&b| b == b'\n').map_or(0, |p| p + 1);
                drop(bytes.splice(start..start, line));
            }
        }
        if bytes.is_empty() {
            break;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_graph_comes_back(choices in choices()) {
        let graph = any_graph(&mut Choices::new(&choices));
        let text = print::graph(&graph);
        let again = parse::graph(&text).unwrap();
        prop_assert_eq!(shown(&again), shown(&graph));
        prop_assert_eq!(print::graph(&again), text);
        let _ = (verify::graph(&graph), print::dot(&graph, None), print::html("", &graph, None));
    }

    #[test]
    fn typed_graphs_come_back_and_verify(choices in choices()) {
        let graph = typed_graph(&mut Choices::new(&choices));
        prop_assert_eq!(verify::graph(&graph), Ok(()));
        let again = parse::graph(&print::graph(&graph)).unwrap();
        prop_assert_eq!(shown(&again), shown(&graph));
        prop_assert_eq!(verify::graph(&again), Ok(()));
    }

    #[test]
    fn any_loop_comes_back(choices in choices()) {
        let l = any_loop(&mut Choices::new(&choices));
        let text = print::kernel(&l);
        prop_assert_eq!(&parse::kernel(&text).unwrap(), &l, "{}", text);
        let _ = verify::kernel(&l);
    }

    #[test]
    fn damaged_dumps_do_not_panic(choices in choices()) {
        let mut c = Choices::new(&choices);
        if let Ok(graph) = parse::graph(&damage(GRAPH, &mut c)) {
            let _ = verify::graph(&graph);
            let text = print::graph(&graph);
            prop_assert_eq!(print::graph(&parse::graph(&text).unwrap()), text);
        }
        if let Ok(l) = parse::kernel(&damage(LOOP, &mut c)) {
            let _ = verify::kernel(&l);
            prop_assert_eq!(parse::kernel(&print::kernel(&l)).unwrap(), l);
        }
    }

    #[test]
    fn any_text_parses_or_not(text in "\\PC{0,200}") {
        let _ = (parse::graph(&text), parse::kernel(&text));
    }
}
