//! Programs made of a stream of choices, so that proptest can shrink them.

use numfuse_ir::graph::{Graph, Node, NodeId, Op, Slice, View};
use numfuse_ir::host::{HostCall, HostOp};
use numfuse_ir::kernel::*;
use numfuse_ir::op::{Ew, ReduceOp, ScanOp};
use numfuse_ir::routine::Routine;
use numfuse_ir::{DType, Scalar};

/// Numbers to choose by; zeros when they run out.
pub struct Choices<'c>(std::slice::Iter<'c, u32>);

impl<'c> Choices<'c> {
    pub fn new(choices: &'c [u32]) -> Self {
        Choices(choices.iter())
    }

    pub fn any(&mut self) -> u32 {
        self.0.next().copied().unwrap_or(0)
    }

    pub fn below(&mut self, n: usize) -> usize {
        self.any() as usize % n.max(1)
    }

    pub fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }

    pub fn list<T, C: FromIterator<T>>(&mut self, max: usize, mut item: impl FnMut(&mut Self) -> T) -> C {
        let n = self.below(max + 1);
        (0..n).map(|_| item(self)).collect()
    }

    /// Mostly small, sometimes extreme.
    pub fn size(&mut self) -> usize {
        match self.below(20) {
            0 => usize::MAX,
            1 => 1 << 62,
            2 => 1 << 31,
            n => n % 5,
        }
    }

    pub fn signed(&mut self) -> isize {
        match self.below(12) {
            0 => isize::MIN,
            1 => isize::MAX,
            n => n as isize - 6,
        }
    }

    pub fn bits(&mut self) -> u64 {
        match self.below(4) {
            0 => self.below(4) as u64,
            1 => f64::to_bits(self.below(100) as f64 * 0.25 - 10.0),
            2 => f32::to_bits(self.below(100) as f32 * 0.25 - 10.0) as u64,
            _ => (self.any() as u64) << 32 | self.any() as u64,
        }
    }
}

const SCANS: [ScanOp; 2] = [ScanOp::Sum, ScanOp::Prod];

/// A node of any kind, right or wrong, over earlier nodes.
fn node(c: &mut Choices, earlier: usize) -> Node {
    let dtype = c.pick(&DType::ALL);
    let op = match c.below(19) {
        0 => Op::Input { slot: c.any(), strides: c.list(3, Choices::signed) },
        1 => Op::Param { slot: c.any() },
        2 => Op::Const(Scalar::from_bits(dtype, [c.bits(), if c.below(2) == 0 { 0 } else { c.bits() }])),
        3 => Op::Iota,
        4 => Op::Cast,
        5 => Op::Copy,
        6 => Op::View(View::Permute(c.list(3, Choices::size))),
        7 => Op::View(View::Slice(c.list(3, |c| Slice { start: c.size(), step: c.signed() }))),
        8 => Op::View(View::Broadcast),
        9 => Op::View(View::Reshape),
        10 => Op::View(View::Diagonal { offset: c.signed(), axis1: c.size(), axis2: c.size() }),
        11 => Op::Reduce { op: c.pick(&ReduceOp::ALL), axes: c.list(3, Choices::size) },
        12 => Op::Scan { op: c.pick(&SCANS), axis: c.size() },
        13 => Op::Take { axis: c.size() },
        14 => Op::Concat { axis: c.size() },
        15 => {
            let params = c.list(3, |c| c.signed() as i64);
            Op::Host(HostCall { op: c.pick(HostOp::ALL), output: c.below(3) as u8, params })
        }
        _ => Op::Ew(c.pick(Ew::ALL)),
    };
    let leaf = matches!(op, Op::Input { .. } | Op::Param { .. } | Op::Const(_) | Op::Iota);
    let inputs = if leaf || earlier == 0 { Default::default() } else { c.list(3, |c| NodeId::new(c.below(earlier))) };
    Node { op, inputs, dtype, shape: c.list(4, Choices::size) }
}

/// A graph that parses, and hardly ever verifies.
pub fn any_graph(c: &mut Choices) -> Graph {
    let mut graph = Graph::new();
    for _ in 0..c.below(30) {
        let node = node(c, graph.len());
        graph.add(node);
    }
    if !graph.is_empty() {
        graph.outputs = c.list(4, |c| NodeId::new(c.below(graph.len())));
    }
    graph
}

/// A graph that verifies: whatever [`numfuse_ir::infer`] accepts, at small sizes.
pub fn typed_graph(c: &mut Choices) -> Graph {
    use numfuse_ir::index_map::contiguous_strides;
    use numfuse_ir::infer::{Hint, infer};

    let mut graph = Graph::new();
    let dtypes = [DType::F64, DType::F32, DType::I64, DType::Bool, DType::C128, DType::F16, DType::U8];
    let shapes: [&[usize]; 8] = [&[2, 3], &[3], &[], &[1, 3], &[2, 3], &[2, 1], &[6], &[0, 3]];
    for slot in 0..1 + c.below(4) as u32 {
        let (shape, dtype) = (c.pick(&shapes), c.pick(&dtypes));
        let op = match c.below(5) {
            0 => Op::Param { slot },
            1 => Op::Const(Scalar::new(c.below(3) as i64).cast(dtype)),
            _ => Op::Input { slot, strides: contiguous_strides(shape) },
        };
        let shape = if matches!(op, Op::Input { .. }) { shape.into() } else { Default::default() };
        graph.add(Node { op, inputs: Default::default(), dtype, shape });
    }
    for _ in 0..c.below(25) {
        for _ in 0..8 {
            let mut new = node(c, graph.len());
            let (to, dtype) = (c.pick(&shapes), c.pick(&dtypes));
            let first = NodeId::new(c.below(graph.len()));
            let ndim = graph.node(first).shape.len();
            match &mut new.op {
                Op::Input { .. } | Op::Param { .. } | Op::Const(_) => continue,
                Op::Ew(op) => {
                    // Operands of one dtype, by casts, so that most attempts succeed.
                    let loops: Vec<DType> = op.info().loops.chars().filter_map(DType::from_char).collect();
                    let dtype = if loops.contains(&dtype) { dtype } else { c.pick(&loops) };
                    new.inputs = (0..op.info().arity)
                        .map(|k| {
                            let id = if k == 0 { first } else { NodeId::new(c.below(graph.len())) };
                            let dtype = match (*op, k) {
                                (Ew::Where, 0) => DType::Bool,
                                (Ew::Ldexp, 1) => DType::I32,
                                _ => dtype,
                            };
                            let from = graph.node(id).clone();
                            if from.dtype == dtype {
                                return id;
                            }
                            graph.add(Node {
                                op: Op::Cast,
                                inputs: [id].into_iter().collect(),
                                dtype,
                                shape: from.shape,
                            })
                        })
                        .collect();
                }
                Op::Iota => {}
                Op::Take { axis } => {
                    *axis = c.below(ndim);
                    new.inputs = [first, NodeId::new(c.below(graph.len()))].into_iter().collect();
                }
                Op::Concat { axis } => {
                    *axis = c.below(ndim);
                    new.inputs = [first, first].into_iter().collect();
                }
                op => {
                    new.inputs = [first].into_iter().collect();
                    match op {
                        Op::View(View::Permute(axes)) => *axes = (0..ndim).rev().collect(),
                        Op::View(View::Slice(slices)) => {
                            *slices = (0..ndim).map(|_| Slice { start: c.below(3), step: c.signed() }).collect();
                        }
                        Op::View(View::Diagonal { offset, axis1, axis2 }) => {
                            (*offset, *axis1, *axis2) = (c.below(5) as isize - 2, c.below(2), c.below(2));
                        }
                        Op::Reduce { axes, .. } => *axes = (0..ndim).filter(|_| c.below(2) == 0).collect(),
                        Op::Scan { axis, .. } => *axis = c.below(ndim),
                        _ => {}
                    }
                }
            }
            let operands: Vec<_> =
                new.inputs.iter().map(|&i| (graph.node(i).shape.as_slice(), graph.node(i).dtype)).collect();
            let needs_shape = matches!(
                new.op,
                Op::Iota | Op::View(View::Slice(_)) | Op::View(View::Broadcast) | Op::View(View::Reshape)
            );
            let hint = Hint { shape: needs_shape.then_some(to), dtype: Some(dtype) };
            if let Ok((shape, dtype)) = infer(&new.op, &operands, hint) {
                graph.add(Node { shape, dtype, ..new });
                break;
            }
        }
    }
    graph.outputs = c.list(3, |c| NodeId::new(c.below(graph.len())));
    graph.outputs.push(NodeId::new(graph.len() - 1));
    graph
}

const UNARY: [UnOp; 10] = [
    UnOp::Neg,
    UnOp::Abs,
    UnOp::Not,
    UnOp::Sqrt,
    UnOp::Floor,
    UnOp::Ceil,
    UnOp::Trunc,
    UnOp::Round,
    UnOp::Popcount,
    UnOp::LeadingZeros,
];
const BINARY: [BinOp; 12] = [
    BinOp::Add,
    BinOp::Sub,
    BinOp::Mul,
    BinOp::Div,
    BinOp::Rem,
    BinOp::Min,
    BinOp::Max,
    BinOp::And,
    BinOp::Or,
    BinOp::Xor,
    BinOp::Shl,
    BinOp::Shr,
];
const COMPARE: [CmpOp; 6] = [CmpOp::Eq, CmpOp::Ne, CmpOp::Lt, CmpOp::Le, CmpOp::Gt, CmpOp::Ge];
const ACCESS: [Access; 4] = [Access::Load, Access::Store, Access::Update, Access::Iota];
const STEPS: [Step; 3] = [Step::Zero, Step::Unit, Step::Strided];

fn value(c: &mut Choices) -> ValueId {
    ValueId(if c.below(30) == 0 { u32::MAX } else { c.below(8) as u32 })
}

fn index(c: &mut Choices) -> u16 {
    if c.below(30) == 0 { u16::MAX } else { c.below(4) as u16 }
}

fn part(c: &mut Choices) -> u8 {
    if c.below(30) == 0 { u8::MAX } else { c.below(2) as u8 }
}

fn body(c: &mut Choices) -> Body {
    let mut body = Body::default();
    for _ in 0..c.below(20) {
        let inst = match c.below(16) {
            0 => Inst::Const(c.bits()),
            1 => Inst::Param(index(c)),
            2 => Inst::Arg(index(c)),
            3 => Inst::Load { operand: index(c), part: part(c) },
            4 => Inst::Gather { operand: index(c), part: part(c), index: value(c) },
            5 => Inst::Unary(c.pick(&UNARY), value(c)),
            6 => Inst::Binary(c.pick(&BINARY), value(c), value(c)),
            7 => Inst::Compare(c.pick(&COMPARE), value(c), value(c)),
            8 => Inst::Fma(value(c), value(c), value(c)),
            9 => Inst::Select(value(c), value(c), value(c)),
            10 => Inst::Convert(value(c)),
            11 => Inst::Bitcast(value(c)),
            12 => Inst::Call(c.pick(Routine::ALL), c.list(3, value)),
            13 => Inst::CallWhere(c.pick(Routine::ALL), c.list(3, value), value(c), value(c)),
            14 => Inst::ScanOut { scan: index(c), component: part(c) },
            _ => Inst::Check(value(c)),
        };
        let lane = c.pick(&Lane::ALL);
        body.push_raw(inst, lane);
    }
    body
}

fn combine(c: &mut Choices) -> Combine {
    Combine {
        lanes: c.list(3, |c| c.pick(&Lane::ALL)),
        identity: c.list(3, Choices::bits),
        body: body(c),
        results: c.list(3, value),
        next: (c.below(3) == 0).then(|| Next { body: body(c), results: c.list(3, value) }),
    }
}

/// A loop that parses, and hardly ever verifies.
pub fn any_loop(c: &mut Choices) -> Loop {
    Loop {
        rank: c.size(),
        reduce_dims: c.size(),
        operands: c.list(12, |c| Operand {
            access: c.pick(&ACCESS),
            lane: c.pick(&Lane::ALL),
            parts: part(c),
            steps: c.list(3, |c| c.pick(&STEPS)),
        }),
        params: c.list(3, |c| c.pick(&Lane::ALL)),
        body: body(c),
        stores: c.list(3, |c| Store { operand: index(c), values: c.list(3, value) }),
        reductions: c.list(2, |c| Reduction {
            combine: combine(c),
            values: c.list(3, value),
            compensated: c.below(2) == 0,
            outs: c.list(4, index),
        }),
        scans: c.list(2, |c| Scan { combine: combine(c), values: c.list(3, value) }),
    }
}
