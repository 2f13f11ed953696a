//! Random well-typed graphs: fused, op by op, and interpreted, compared bit for bit.
//!
//! Each graph runs three times: as one plan of compiled loops, as one plan of interpreted loops,
//! and one node at a time, every intermediate stored. Elementwise results must agree to the last
//! bit; sums may differ in rounding only where their order does (strided against stored operands).

use numfuse_backends::runtime::{self, Concrete, config};
use numfuse_ir::shape::broadcast;
use numfuse_ir::{
    DType, Element, Ew, Graph, IndexMap, Node, NodeId, Op, ReduceOp, Scalar, ScanOp, Shape, Slice, View, dispatch,
};
use smallvec::{SmallVec, smallvec};

/// xorshift64*: enough for choosing ops.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }
    fn below(&mut self, n: usize) -> usize {
        (self.next() >> 33) as usize % n.max(1)
    }
    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
    /// Small numbers mostly, with the values that break things.
    fn scalar(&mut self, dtype: DType) -> Scalar {
        let special = [0.0, -0.0, 1.0, -1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, 1e-310, 255.0, -129.0];
        let mut real = || {
            if self.below(8) == 0 { self.one(&special) } else { (self.below(4001) as f64 - 2000.0) / 128.0 }
        };
        let z = num_complex::Complex::new(real(), real());
        Scalar::new(z).cast(DType::C128).cast(if dtype.is_complex() { DType::C128 } else { DType::F64 }).cast(dtype)
    }
}

/// Where an array's elements are, and how many its memory holds: contiguous, or with axes in any
/// order, steps, backwards, or standing still.
fn layout(r: &mut Random, shape: &[usize]) -> (IndexMap, usize) {
    let mut map = IndexMap::contiguous(shape);
    if r.below(3) != 0 {
        return (map, shape.iter().product());
    }
    let mut axes: Vec<usize> = (0..shape.len()).collect();
    for k in (1..axes.len()).rev() {
        axes.swap(k, r.below(k + 1));
    }
    let mut len = 1;
    for d in axes {
        let stride = if r.below(8) == 0 { 0 } else { len * r.one(&[1, 1, 2, 3]) };
        len = (stride * shape[d]).max(len);
        map.strides[d] = stride as isize;
        if r.below(4) == 0 && shape[d] > 0 {
            map.offset += ((shape[d] - 1) * stride) as isize;
            map.strides[d] = -map.strides[d];
        }
    }
    (map, len)
}

struct Case {
    graph: Graph,
    inputs: Vec<Concrete>,
    scalars: Vec<Scalar>,
    /// Reductions of floats feed the node that may depend on the order.
    inexact: Vec<bool>,
    /// Most elements of a value.
    most: usize,
}

impl Case {
    fn add(&mut self, op: Op, inputs: &[NodeId], dtype: DType, shape: Shape) -> NodeId {
        let inexact = inputs.iter().any(|i| self.inexact[i.index()]);
        let id = self.graph.add(Node { op, inputs: inputs.into(), dtype, shape });
        if id.index() == self.inexact.len() {
            self.inexact.push(inexact);
        }
        id
    }

    fn cast(&mut self, id: NodeId, dtype: DType) -> NodeId {
        let node = self.graph.node(id);
        if node.dtype == dtype {
            return id;
        }
        let shape = node.shape.clone();
        self.add(Op::Cast, &[id], dtype, shape)
    }

    fn input(&mut self, r: &mut Random, dtype: DType, shape: Shape) -> NodeId {
        let (map, len) = layout(r, &shape);
        let array = dispatch!(dtype, T => {
            let data: Vec<T> = (0..len).map(|_| <T as Element>::from_bits(r.scalar(dtype).bits())).collect();
            let whole = Concrete::from_vec(data, &[len]).expect("sizes agree");
            Concrete { map: map.clone(), ..whole }
        });
        self.inputs.push(array);
        let slot = self.inputs.len() as u32 - 1;
        self.add(Op::Input { slot, strides: map.strides }, &[], dtype, shape)
    }

    /// Short axes, an empty one now and then: every tail of a vector, and cheap to interpret.
    fn small(seed: u64) -> Case {
        let sizes = [1, 2, 3, 5, 8, 17, 33];
        Case::random(seed, &if seed.is_multiple_of(16) { [0, 1, 2, 3, 5, 8, 17] } else { sizes }, 5_000)
    }

    /// Axes long enough for threads, tiles, and reductions in chunks.
    fn large(seed: u64) -> Case {
        Case::random(seed, &[1, 3, 7, 65, 130, 2_000, 70_001], 200_000)
    }

    fn random(seed: u64, sizes: &[usize], most: usize) -> Case {
        let mut r = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let mut case = Case { graph: Graph::new(), inputs: vec![], scalars: vec![], inexact: vec![], most };
        let rank = r.below(4);
        let mut base: Shape = (0..rank).map(|_| r.one(sizes)).collect();
        while base.iter().product::<usize>() > most {
            base.pop();
        }
        // A few dtypes per graph, so that values meet.
        let dtypes = [r.one(&DType::ALL), r.one(&[DType::F64, DType::F32, DType::I32, DType::Bool]), DType::F64];
        let mut pool: Vec<NodeId> = Vec::new();
        for _ in 0..1 + r.below(3) {
            let mut shape = base.clone();
            for d in &mut shape {
                if r.below(5) == 0 {
                    *d = 1;
                }
            }
            let dtype = r.one(&dtypes);
            pool.push(case.input(&mut r, dtype, shape));
        }
        if r.below(6) == 0 {
            let n = base.last().copied().unwrap_or(1);
            pool.push(case.add(Op::Iota, &[], DType::I64, smallvec![n]));
        }
        for _ in 0..2 + r.below(12) {
            let last = pool[pool.len() - 1];
            let a = if r.below(3) == 0 { pool[r.below(pool.len())] } else { last };
            let id = match r.below(12) {
                0 => case.view(&mut r, a),
                1 if r.below(2) == 0 => case.reduce(&mut r, a),
                2 if r.below(2) == 0 => case.scan(&mut r, a),
                3 if r.below(3) == 0 => case.take(&mut r, a),
                4 if r.below(3) == 0 => case.concat(&mut r, a),
                5 => {
                    let dtype = r.one(&dtypes);
                    case.cast(a, dtype)
                }
                _ => case.elementwise(&mut r, a, &pool),
            };
            pool.push(id);
        }
        let mut outputs = vec![pool[pool.len() - 1]];
        if r.below(2) == 0 {
            outputs.push(pool[r.below(pool.len())]);
        }
        case.graph.outputs = outputs;
        case
    }

    fn elementwise(&mut self, r: &mut Random, a: NodeId, pool: &[NodeId]) -> NodeId {
        for _ in 0..20 {
            let op = r.one(Ew::ALL);
            // Sums differ in the last bit; keep what amplifies that away from them.
            let arity = op.info().arity;
            let mut operands: SmallVec<[NodeId; 3]> = smallvec![a];
            let mut shape = self.graph.node(a).shape.clone();
            while operands.len() < arity {
                let b = pool[r.below(pool.len())];
                let b_shape = self.graph.node(b).shape.clone();
                match broadcast(&shape, &b_shape) {
                    Some(s) if r.below(4) != 0 && s.iter().product::<usize>() < self.most => {
                        shape = s;
                        operands.push(b);
                    }
                    _ => {
                        let dtype = self.graph.node(a).dtype;
                        let value = r.scalar(dtype);
                        operands.push(if r.below(4) == 0 {
                            let neutral = Scalar::new(r.one(&[0.0, -0.0, 1.0, 2.0])).cast(dtype);
                            let value = if r.below(2) == 0 { neutral } else { value };
                            self.add(Op::Const(value), &[], dtype, Shape::new())
                        } else {
                            let slot = self.scalars.len() as u32;
                            self.scalars.push(value);
                            self.add(Op::Param { slot }, &[], dtype, Shape::new())
                        });
                    }
                }
            }
            let skip = if op == Ew::Where { 1 } else { 0 };
            let dtypes: SmallVec<[DType; 3]> = operands[skip..].iter().map(|&o| self.graph.node(o).dtype).collect();
            let Some(dtype) = op.resolve(dtypes.iter().copied().reduce(DType::promote).unwrap_or(DType::F64)) else {
                continue;
            };
            // Negative integer exponents are faults.
            if op == Ew::Power && dtype.is_integer() {
                continue;
            }
            for (k, o) in operands.iter_mut().enumerate() {
                let want = match (op, k) {
                    (Ew::Where, 0) => DType::Bool,
                    (Ew::Ldexp, 1) => DType::I64,
                    _ => dtype,
                };
                *o = self.cast(*o, want);
            }
            if let (Ew::Signbit, Some(o)) | (Ew::Copysign, Some(o)) = (op, operands.last_mut()) {
                *o = self.without_nan(*o);
            }
            return self.add(Op::Ew(op), &operands, op.out_dtype(dtype), shape);
        }
        a
    }

    /// NaN replaced by 1: the sign of a NaN is nobody's promise (IEEE 754, 6.3), and which operand's
    /// NaN an instruction passes on depends on the order that a compiler puts them in.
    fn without_nan(&mut self, a: NodeId) -> NodeId {
        let Node { dtype, shape, .. } = self.graph.node(a).clone();
        let is_nan = self.add(Op::Ew(Ew::Isnan), &[a], DType::Bool, shape.clone());
        let slot = self.scalars.len() as u32;
        self.scalars.push(Scalar::new(1.0f64).cast(dtype));
        let one = self.add(Op::Param { slot }, &[], dtype, Shape::new());
        self.add(Op::Ew(Ew::Where), &[is_nan, one, a], dtype, shape)
    }

    /// `a + 0`: no negative zeros.
    fn with_positive_zeros(&mut self, a: NodeId) -> NodeId {
        let Node { dtype, shape, .. } = self.graph.node(a).clone();
        let slot = self.scalars.len() as u32;
        self.scalars.push(Scalar::new(0.0f64).cast(dtype));
        let zero = self.add(Op::Param { slot }, &[], dtype, Shape::new());
        self.add(Op::Ew(Ew::Add), &[a, zero], dtype, shape)
    }

    fn view(&mut self, r: &mut Random, a: NodeId) -> NodeId {
        let node = self.graph.node(a).clone();
        let rank = node.shape.len();
        match r.below(5) {
            0 if rank > 1 => {
                let mut axes: SmallVec<[usize; 4]> = (0..rank).collect();
                for k in (1..rank).rev() {
                    axes.swap(k, r.below(k + 1));
                }
                let shape = axes.iter().map(|&x| node.shape[x]).collect();
                self.add(Op::View(View::Permute(axes)), &[a], node.dtype, shape)
            }
            1 if rank > 0 => {
                let mut shape = Shape::new();
                let mut slices: SmallVec<[Slice; 4]> = smallvec![];
                for &n in &node.shape {
                    let len = if n == 0 || r.below(60) == 0 { 0 } else { 1 + r.below(n) };
                    if len == 0 {
                        slices.push(Slice { start: 0, step: 1 });
                        shape.push(0);
                        continue;
                    }
                    let max_step = if len > 1 { (n - 1) / (len - 1) } else { 1 };
                    let step = 1 + r.below(max_step);
                    let reach = (len - 1) * step;
                    let start = r.below(n - reach);
                    let backwards = r.below(3) == 0;
                    slices.push(Slice {
                        start: if backwards { start + reach } else { start },
                        step: if backwards { -(step as isize) } else { step as isize },
                    });
                    shape.push(len);
                }
                self.add(Op::View(View::Slice(slices)), &[a], node.dtype, shape)
            }
            2 => {
                let n: usize = node.shape.iter().product();
                let divisor = (1..=4).rev().find(|&d| n.is_multiple_of(d)).unwrap_or(1);
                let shape: Shape = if r.below(2) == 0 { smallvec![n] } else { smallvec![divisor, n / divisor] };
                self.add(Op::View(View::Reshape), &[a], node.dtype, shape)
            }
            3 if rank > 1 => {
                let (axis1, axis2) = (r.below(rank), r.below(rank - 1));
                let axis2 = if axis2 >= axis1 { axis2 + 1 } else { axis2 };
                let (rows, columns) = (node.shape[axis1], node.shape[axis2]);
                let offset = r.below(rows + columns) as isize - rows as isize;
                let (down, right) = ((-offset).max(0) as usize, offset.max(0) as usize);
                let len = rows.saturating_sub(down).min(columns.saturating_sub(right));
                let mut shape: Shape =
                    (0..rank).filter(|d| *d != axis1 && *d != axis2).map(|d| node.shape[d]).collect();
                shape.push(len);
                self.add(Op::View(View::Diagonal { offset, axis1, axis2 }), &[a], node.dtype, shape)
            }
            _ if rank < 3 && node.size() < self.most / 10 => {
                let mut shape = node.shape.clone();
                shape.insert(0, 1 + r.below(4));
                self.add(Op::View(View::Broadcast), &[a], node.dtype, shape)
            }
            _ => a,
        }
    }

    fn reduce(&mut self, r: &mut Random, a: NodeId) -> NodeId {
        let node = self.graph.node(a).clone();
        let rank = node.shape.len();
        if rank == 0 {
            return a;
        }
        let mut axes: SmallVec<[usize; 4]> = (0..rank).filter(|_| r.below(2) == 0).collect();
        if axes.is_empty() {
            axes.push(r.below(rank));
        }
        let op = r.one(&ReduceOp::ALL);
        let extreme = matches!(op, ReduceOp::Max | ReduceOp::Min | ReduceOp::Fmax | ReduceOp::Fmin);
        let real = node.dtype.is_inexact() && !node.dtype.is_complex();
        let positive_zeros = extreme && real && r.below(4) != 0;
        let a = match op {
            ReduceOp::Sum | ReduceOp::Prod if node.dtype == DType::Bool => self.cast(a, DType::I64),
            _ if positive_zeros => self.with_positive_zeros(a),
            _ => a,
        };
        let dtype = op.out_dtype(self.graph.node(a).dtype);
        let shape = (0..rank).filter(|d| !axes.contains(d)).map(|d| node.shape[d]).collect();
        // Which of 0 and -0, or of several complex NaN, is the extreme depends on the order, too.
        let ordered = matches!(op, ReduceOp::Sum | ReduceOp::Prod) || (extreme && !positive_zeros);
        let rounds = ordered && dtype.is_inexact();
        let id = self.add(Op::Reduce { op, axes }, &[a], dtype, shape);
        self.inexact[id.index()] |= rounds;
        id
    }

    fn scan(&mut self, r: &mut Random, a: NodeId) -> NodeId {
        let node = self.graph.node(a).clone();
        if node.shape.is_empty() {
            return a;
        }
        let a = if node.dtype == DType::Bool { self.cast(a, DType::I64) } else { a };
        let op = if r.below(2) == 0 { ScanOp::Sum } else { ScanOp::Prod };
        let dtype = self.graph.node(a).dtype;
        self.add(Op::Scan { op, axis: r.below(node.shape.len()) }, &[a], dtype, node.shape)
    }

    fn take(&mut self, r: &mut Random, a: NodeId) -> NodeId {
        let node = self.graph.node(a).clone();
        if node.shape.is_empty() || node.size() == 0 {
            return a;
        }
        let axis = r.below(node.shape.len());
        let n = node.shape[axis] as i64;
        let len = r.below(10);
        let indices: Vec<i64> = (0..len).map(|_| r.below(2 * n as usize) as i64 - n).collect();
        self.inputs.push(Concrete::from_vec(indices, &[len]).expect("sizes agree"));
        let slot = self.inputs.len() as u32 - 1;
        let index = self.add(Op::Input { slot, strides: smallvec![1] }, &[], DType::I64, smallvec![len]);
        let mut shape = node.shape.clone();
        shape[axis] = len;
        self.add(Op::Take { axis }, &[a, index], node.dtype, shape)
    }

    fn concat(&mut self, r: &mut Random, a: NodeId) -> NodeId {
        let node = self.graph.node(a).clone();
        if node.shape.is_empty() || node.size() > self.most / 3 {
            return a;
        }
        let axis = r.below(node.shape.len());
        let b = self.add(Op::Cast, &[a], DType::F32, node.shape.clone());
        let b = self.cast(b, node.dtype);
        let mut shape = node.shape.clone();
        shape[axis] *= 3;
        self.add(Op::Concat { axis }, &[a, b, a], node.dtype, shape)
    }

    fn fused(&self) -> Vec<Concrete> {
        let plan = runtime::plan(self.graph.clone()).expect("a plan");
        plan.run(&self.inputs, &self.scalars).expect("a result")
    }

    /// One node at a time.
    fn stepwise(&self) -> Vec<Concrete> {
        let mut values: Vec<Option<Concrete>> = vec![None; self.graph.len()];
        for id in self.graph.ids() {
            let node = self.graph.node(id);
            values[id.index()] = Some(match node.op {
                Op::Input { slot, .. } => self.inputs[slot as usize].clone(),
                Op::Param { slot } => Concrete::from_scalar(self.scalars[slot as usize]).expect("memory"),
                _ => {
                    let mut graph = Graph::new();
                    let mut arrays = Vec::new();
                    let inputs: SmallVec<[NodeId; 3]> = node
                        .inputs
                        .iter()
                        .map(|i| {
                            let operand = self.graph.node(*i);
                            if let Op::Const(_) = operand.op {
                                return graph.add(operand.clone());
                            }
                            let value = values[i.index()].clone().expect("operands come first");
                            let op = Op::Input { slot: arrays.len() as u32, strides: value.map.strides.clone() };
                            let (dtype, shape) = (value.dtype, value.map.shape.clone());
                            arrays.push(value);
                            graph.add(Node { op, inputs: smallvec![], dtype, shape })
                        })
                        .collect();
                    let root = graph.add(Node { inputs, ..node.clone() });
                    graph.outputs = vec![root];
                    let plan = runtime::plan(graph).expect("a plan");
                    plan.run(&arrays, &[]).expect("a result").remove(0)
                }
            });
        }
        self.graph.outputs.iter().map(|o| values[o.index()].clone().expect("computed")).collect()
    }
}

/// Same bits, or both NaN.
fn same(a: Scalar, b: Scalar) -> bool {
    let lane = |s: Scalar, k: usize| {
        let z = s.to_c128();
        let x = if k == 0 { z.re } else { z.im };
        (s.bits()[k], s.dtype().is_inexact() && x.is_nan())
    };
    (0..2).all(|k| {
        let ((x, x_nan), (y, y_nan)) = (lane(a, k), lane(b, k));
        x == y || (x_nan && y_nan)
    })
}

fn compare(case: &Case, what: &str, seed: u64, a: &[Concrete], b: &[Concrete]) {
    for ((x, y), output) in a.iter().zip(b).zip(&case.graph.outputs) {
        assert_eq!(x.map.shape, y.map.shape, "{what}, seed {seed}");
        // Where sums were reordered, what follows may differ in kind (a comparison flips).
        if what == "op by op" && case.inexact[output.index()] {
            continue;
        }
        for i in 0..x.len() {
            let (u, v) = (x.get(i).expect("inside"), y.get(i).expect("inside"));
            assert!(
                same(u, v),
                "{what}, seed {seed}, element {i}: fused {u:?}, other {v:?}\n{}",
                numfuse_ir::print::graph(&case.graph)
            );
        }
    }
}

fn check(seeds: std::ops::Range<u64>) {
    for seed in seeds {
        let case = Case::small(seed);
        let fused = case.fused();
        compare(&case, "op by op", seed, &fused, &case.stepwise());
        // What `fused` ran on is the first of these.
        for backend in config::Backend::ALL.into_iter().filter(|b| b.is_available()).skip(1) {
            let plan = runtime::plan_with(case.graph.clone(), backend).expect("a plan");
            let other = plan.run(&case.inputs, &case.scalars).expect("a result");
            compare(&case, backend.name(), seed, &fused, &other);
        }
    }
}

// Four tests, so that two cores have work; 20,000 graphs in all.
#[test]
fn graphs_agree_a() {
    check(0..5_000);
}

#[test]
fn graphs_agree_b() {
    check(5_000..10_000);
}

#[test]
fn graphs_agree_c() {
    check(10_000..15_000);
}

#[test]
fn graphs_agree_d() {
    check(15_000..20_000);
}

/// Large graphs: any number of threads gives the same bits, and op by op does.
#[test]
fn large_graphs_agree() {
    for seed in 0..150 {
        let case = Case::large(seed);
        let fused = config::with_threads(1, || case.fused());
        compare(&case, "three threads", seed, &fused, &config::with_threads(3, || case.fused()));
        compare(&case, "op by op", seed, &fused, &case.stepwise());
    }
}

/// The fuzz target for longer runs: `GRAPH_SEEDS=20000..1000000 cargo test --release
/// -p numfuse-backends --test graphs more`.
#[test]
fn more_graphs_agree() {
    let range = std::env::var("GRAPH_SEEDS").unwrap_or("20000..20500".into());
    let (from, to) = range.split_once("..").expect("from..to");
    let number = |s: &str| s.parse::<u64>().expect("a number");
    let failed: Vec<u64> = (number(from)..number(to))
        .filter(|&seed| std::panic::catch_unwind(|| check(seed..seed + 1)).is_err())
        .collect();
    assert!(failed.is_empty(), "seeds {failed:?}");
}
