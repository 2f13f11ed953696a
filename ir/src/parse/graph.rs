//! Graphs.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::{Cursor, Result, ends_early, lines, single};
use crate::dtype::DType;
use crate::graph::{Graph, Node, NodeId, Op, Slice, View};
use crate::host::{HostCall, HostOp};
use crate::op::{Ew, ReduceOp, ScanOp};
use crate::scalar::Scalar;

type Names<'t> = FxHashMap<&'t str, NodeId>;

/// Reads what [`crate::print::graph`] prints. Names are free, as long as operands come first.
pub fn graph(text: &str) -> Result<Graph> {
    single(text, "graph", graphs(text)?)
}

/// Reads any number of graphs; each ends with its outputs.
pub fn graphs(text: &str) -> Result<Vec<Graph>> {
    let mut finished = Vec::new();
    let mut graph = Graph::new();
    let mut names = Names::default();
    for mut c in lines(text) {
        c.skip_blanks();
        let start = c.clone();
        let name = c.name("a node name", |w| is_name(w).then_some(w))?;
        if name == "outputs" {
            graph.outputs = c.list(",", Cursor::at_end, |c| operand(c, &names))?;
            c.end()?;
            finished.push(std::mem::take(&mut graph));
            names.clear();
            continue;
        }
        if names.contains_key(name) {
            return start.fail(format!("{name} has a meaning already"));
        }
        c.expect(":")?;
        let node = node(&mut c, &names)?;
        c.end()?;
        names.insert(name, graph.add(node));
    }
    if names.is_empty() { Ok(finished) } else { ends_early(text, "expected `outputs`") }
}

fn is_name(word: &str) -> bool {
    let starts = word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    starts && word.len() <= 40 && !word.contains('.')
}

fn operand(c: &mut Cursor, names: &Names) -> Result<NodeId> {
    c.name("the name of an earlier node", |w| names.get(w).copied())
}

/// `f64[2, 3] = add(A, B)`, from the dtype on.
fn node(c: &mut Cursor, names: &Names) -> Result<Node> {
    let dtype = c.name("a dtype", |w| DType::ALL.into_iter().find(|d| d.short() == w))?;
    c.expect("[")?;
    let shape = c.list(",", |c| c.sees("]"), Cursor::number)?;
    c.expect("]")?;
    c.expect("=")?;
    let mut inputs = SmallVec::new();
    let op = match c.name("an op", Rule::find)? {
        Rule::Input => {
            let slot = c.number()?;
            c.expect_word("strides")?;
            c.expect("(")?;
            let strides = c.list(",", |c| c.sees(")"), Cursor::number)?;
            c.expect(")")?;
            Op::Input { slot, strides }
        }
        Rule::Param => Op::Param { slot: c.number()? },
        Rule::Const => {
            let re = c.hex()?;
            let im = if c.sees("0x") { c.hex()? } else { 0 };
            Op::Const(Scalar::from_bits(dtype, [re, im]))
        }
        Rule::Iota => Op::Iota,
        rule => {
            c.expect("(")?;
            inputs = c.list(",", |c| c.sees(")") || c.sees(";"), |c| operand(c, names))?;
            let op = rule.attributes(c)?;
            c.expect(")")?;
            op
        }
    };
    Ok(Node { op, inputs, dtype, shape })
}

/// What the name of an op says about the rest of the line.
#[derive(Clone, Copy)]
enum Rule {
    Input,
    Param,
    Const,
    Iota,
    Permute,
    Slice,
    Diagonal,
    Take,
    Concat,
    Reduce(ReduceOp),
    Scan(ScanOp),
    Ew(Ew),
    Cast,
    Copy,
    Broadcast,
    Reshape,
    Host(HostOp),
}

impl Rule {
    fn find(name: &str) -> Option<Rule> {
        Some(match name {
            "input" => Rule::Input,
            "param" => Rule::Param,
            "const" => Rule::Const,
            "iota" => Rule::Iota,
            "permute" => Rule::Permute,
            "slice" => Rule::Slice,
            "diagonal" => Rule::Diagonal,
            "take" => Rule::Take,
            "concat" => Rule::Concat,
            "cast" => Rule::Cast,
            "copy" => Rule::Copy,
            "broadcast" => Rule::Broadcast,
            "reshape" => Rule::Reshape,
            _ => {
                let scan = || [ScanOp::Sum, ScanOp::Prod].into_iter().find(|op| op.name() == name);
                let reduce = || ReduceOp::parse(name).map(Rule::Reduce);
                let host = || HostOp::parse(name).map(Rule::Host);
                return Ew::parse(name).map(Rule::Ew).or_else(reduce).or_else(|| scan().map(Rule::Scan)).or_else(host);
            }
        })
    }

    /// What follows the operands, up to the closing parenthesis.
    fn attributes(self, c: &mut Cursor) -> Result<Op> {
        Ok(match self {
            Rule::Permute => Op::View(View::Permute(items(c, Cursor::number)?)),
            Rule::Slice => Op::View(View::Slice(items(c, slice)?)),
            Rule::Diagonal => {
                c.expect(";")?;
                let offset = c.number()?;
                c.expect(",")?;
                let axis1 = c.number()?;
                c.expect(",")?;
                Op::View(View::Diagonal { offset, axis1, axis2: c.number()? })
            }
            Rule::Broadcast => Op::View(View::Broadcast),
            Rule::Reshape => Op::View(View::Reshape),
            Rule::Cast => Op::Cast,
            Rule::Copy => Op::Copy,
            Rule::Ew(op) => Op::Ew(op),
            Rule::Take => Op::Take { axis: axis(c)? },
            Rule::Concat => Op::Concat { axis: axis(c)? },
            Rule::Scan(op) => Op::Scan { op, axis: axis(c)? },
            Rule::Reduce(op) => {
                c.expect(";")?;
                c.expect_word("axes")?;
                Op::Reduce { op, axes: c.list("", |c| c.sees(")"), Cursor::number)? }
            }
            Rule::Host(op) => {
                let mut call = HostCall { op, output: 0, params: SmallVec::new() };
                if c.eat(";") {
                    c.expect_word("result")?;
                    call.output = c.number()?;
                    if c.eat_word("params") {
                        call.params = c.list("", |c| c.sees(")"), Cursor::number)?;
                    }
                }
                Op::Host(call)
            }
            Rule::Input | Rule::Param | Rule::Const | Rule::Iota => return c.fail("has no operands"),
        })
    }
}

/// `; 1, 0`, or nothing for no items.
fn items<'t, T, C: Default + Extend<T>>(
    c: &mut Cursor<'t>,
    item: impl FnMut(&mut Cursor<'t>) -> Result<T>,
) -> Result<C> {
    if c.eat(";") { c.list(",", |c| c.sees(")"), item) } else { Ok(C::default()) }
}

/// `5:-2`
fn slice(c: &mut Cursor) -> Result<Slice> {
    let start = c.number()?;
    c.expect(":")?;
    Ok(Slice { start, step: c.number()? })
}

/// `; axis 1`
fn axis(c: &mut Cursor) -> Result<usize> {
    c.expect(";")?;
    c.expect_word("axis")?;
    c.number()
}
