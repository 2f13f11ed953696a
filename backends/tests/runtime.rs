//! The run-time on hand-made graphs: values, kernel counts, chunked reductions.

use numfuse_backends::runtime::{self, Concrete};
use numfuse_ir::{DType, Ew, Graph, Node, NodeId, Op, ReduceOp, Scalar, ScanOp, Slice, View};
use smallvec::{SmallVec, smallvec};

struct G(Graph);

impl G {
    fn node(&mut self, op: Op, inputs: &[NodeId], dtype: DType, shape: &[usize]) -> NodeId {
        self.0.add(Node { op, inputs: inputs.into(), dtype, shape: shape.into() })
    }
    fn input(&mut self, slot: u32, shape: &[usize]) -> NodeId {
        let strides = numfuse_ir::index_map::contiguous_strides(shape);
        self.node(Op::Input { slot, strides }, &[], DType::F64, shape)
    }
    fn ew(&mut self, op: Ew, inputs: &[NodeId], shape: &[usize]) -> NodeId {
        self.node(Op::Ew(op), inputs, DType::F64, shape)
    }
    fn reduce(&mut self, op: ReduceOp, a: NodeId, axes: &[usize], shape: &[usize]) -> NodeId {
        let dtype = op.out_dtype(DType::F64);
        self.node(Op::Reduce { op, axes: axes.into() }, &[a], dtype, shape)
    }
    fn run(mut self, outputs: &[NodeId], inputs: &[Concrete], scalars: &[f64]) -> (Vec<Vec<f64>>, usize) {
        self.0.outputs = outputs.to_vec();
        let plan = runtime::plan(self.0).expect("a plan");
        let scalars: SmallVec<[Scalar; 4]> = scalars.iter().map(|&s| Scalar::new(s)).collect();
        let out = plan.run(inputs, &scalars).expect("a result");
        let values = out.iter().map(|c| (0..c.len()).map(|i| c.get(i).unwrap().to_c128().re).collect());
        (values.collect(), plan.program().kernels.len())
    }
}

fn data(n: usize, seed: u64) -> Vec<f64> {
    let mut x = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    (0..n)
        .map(|_| {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            (x >> 11) as f64 / (1u64 << 53) as f64 + 0.1
        })
        .collect()
}

fn concrete(v: &[f64], shape: &[usize]) -> Concrete {
    Concrete::from_vec(v.to_vec(), shape).unwrap()
}

#[test]
fn elementwise_with_a_scalar() {
    for n in [0, 1, 3, 7, 64, 1000, 100_003] {
        let (a, b) = (data(n, 1), data(n, 2));
        let mut g = G(Graph::new());
        let (x, y) = (g.input(0, &[n]), g.input(1, &[n]));
        let s = g.node(Op::Param { slot: 0 }, &[], DType::F64, &[]);
        let m = g.ew(Ew::Multiply, &[y, s], &[n]);
        let r = g.ew(Ew::Add, &[x, m], &[n]);
        let (out, kernels) = g.run(&[r], &[concrete(&a, &[n]), concrete(&b, &[n])], &[3.0]);
        let want: Vec<f64> = a.iter().zip(&b).map(|(a, b)| a + b * 3.0).collect();
        assert_eq!(out[0], want);
        assert_eq!(kernels, 1);
    }
}

#[test]
fn sums_of_any_length_and_axis() {
    for n in [0usize, 1, 5, 1000, 300_001] {
        let a = data(n, 3);
        let mut g = G(Graph::new());
        let x = g.input(0, &[n]);
        let sq = g.ew(Ew::Multiply, &[x, x], &[n]);
        let s = g.reduce(ReduceOp::Sum, sq, &[0], &[]);
        let (out, kernels) = g.run(&[s], &[concrete(&a, &[n])], &[]);
        let want: f64 = a.iter().map(|x| x * x).sum();
        assert!((out[0][0] - want).abs() <= 1e-12 * want, "{} {want}", out[0][0]);
        assert_eq!(kernels, 1);
    }
    for (r, c) in [(3, 4), (100, 37), (2000, 11), (7, 5000), (300, 3)] {
        let a = data(r * c, 4);
        for axis in [0, 1] {
            let mut g = G(Graph::new());
            let x = g.input(0, &[r, c]);
            let out_shape = if axis == 0 { [c] } else { [r] };
            let s = g.reduce(ReduceOp::Sum, x, &[axis], &out_shape);
            let m = g.reduce(ReduceOp::Max, x, &[axis], &out_shape);
            let i = g.reduce(ReduceOp::ArgMax, x, &[axis], &out_shape);
            let (out, kernels) = g.run(&[s, m, i], &[concrete(&a, &[r, c])], &[]);
            assert_eq!(kernels, 1, "siblings share a loop");
            for k in 0..out_shape[0] {
                let line: Vec<f64> =
                    if axis == 0 { (0..r).map(|i| a[i * c + k]).collect() } else { a[k * c..][..c].to_vec() };
                let want: f64 = line.iter().sum();
                assert!((out[0][k] - want).abs() <= 1e-12 * want);
                let max = line.iter().copied().fold(f64::MIN, f64::max);
                assert_eq!(out[1][k], max);
                assert_eq!(out[2][k] as usize, line.iter().position(|&v| v == max).unwrap());
            }
        }
    }
}

#[test]
fn views_scans_and_takes() {
    let (r, c) = (30, 41);
    let a = data(r * c, 5);
    let mut g = G(Graph::new());
    let x = g.input(0, &[r, c]);
    let t = g.node(Op::View(View::Permute(smallvec![1, 0])), &[x], DType::F64, &[c, r]);
    let slices = smallvec![Slice { start: c - 1, step: -1 }, Slice { start: 2, step: 3 }];
    let v = g.node(Op::View(View::Slice(slices)), &[t], DType::F64, &[c, 9]);
    let d = g.ew(Ew::Add, &[v, v], &[c, 9]);
    let cs = g.node(Op::Scan { op: ScanOp::Sum, axis: 1 }, &[d], DType::F64, &[c, 9]);
    let cs0 = g.node(Op::Scan { op: ScanOp::Sum, axis: 0 }, &[d], DType::F64, &[c, 9]);
    let (out, _) = g.run(&[cs, cs0], &[concrete(&a, &[r, c])], &[]);
    let at = |i: usize, j: usize| 2.0 * a[(2 + 3 * j) * c + (c - 1 - i)];
    for i in 0..c {
        let mut sum = 0.0;
        for j in 0..9 {
            sum += at(i, j);
            assert_eq!(out[0][i * 9 + j], sum);
        }
    }
    for j in 0..9 {
        let mut sum = 0.0;
        for i in 0..c {
            sum += at(i, j);
            assert_eq!(out[1][i * 9 + j], sum);
        }
    }
}

#[test]
fn rows_normalized_by_their_sum() {
    let (r, c) = (50, 333);
    let a = data(r * c, 6);
    let mut g = G(Graph::new());
    let x = g.input(0, &[r, c]);
    let e = g.ew(Ew::Exp, &[x], &[r, c]);
    let s = g.reduce(ReduceOp::Sum, e, &[1], &[r]);
    let s = g.node(Op::View(View::Reshape), &[s], DType::F64, &[r, 1]);
    let q = g.ew(Ew::Divide, &[e, s], &[r, c]);
    let (out, kernels) = g.run(&[q], &[concrete(&a, &[r, c])], &[]);
    assert_eq!(kernels, 2);
    for row in out[0].chunks(c) {
        assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }
}
