//! `einsum`: sums of products over labelled axes.
//!
//! Operands are contracted in pairs, in the order that [`path`] finds. A pair whose labels make it a
//! (stacked) matrix product becomes one; any other is a broadcast product and a sum, which fuse.

mod parse;
mod path;

use numfuse_ir::{DType, Ew, View};
use smallvec::SmallVec;

use super::{inner_dtype, matrices, sum_last};
use crate::array::Array;
use crate::array::build::{Cx, call};
use crate::array::operand::{Operand, common_dtype};
use crate::error::{Raised, Result, raise};
use crate::options::options;
pub use parse::EinsumSubscripts;
use parse::{Labels, SYMBOLS, Set, Subscripts};
use path::{Contraction, Sizes};

/// The order of contractions: NumPy's `optimize=`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Optimize {
    /// All operands in one contraction (`false`). [`einsum`] still works pair by pair, left to right.
    No,
    /// The best pair first (`true`, `"greedy"`).
    Greedy,
    /// The cheapest order (`"optimal"`); greedy for more than nine operands.
    Optimal,
    /// The positions of each contraction's operands; its result goes to the end of the list.
    Path(Vec<Vec<usize>>),
    /// Something else, which is an error.
    Unknown(String),
}

impl From<bool> for Optimize {
    fn from(yes: bool) -> Optimize {
        if yes { Optimize::Greedy } else { Optimize::No }
    }
}

impl From<&str> for Optimize {
    fn from(name: &str) -> Optimize {
        match name {
            "greedy" => Optimize::Greedy,
            "optimal" => Optimize::Optimal,
            other => Optimize::Unknown(other.to_owned()),
        }
    }
}

impl From<Vec<Vec<usize>>> for Optimize {
    fn from(path: Vec<Vec<usize>>) -> Optimize {
        Optimize::Path(path)
    }
}

impl From<&Vec<Vec<usize>>> for Optimize {
    fn from(path: &Vec<Vec<usize>>) -> Optimize {
        Optimize::Path(path.clone())
    }
}

options! {
    /// Options of [`einsum`]; the bare value is `optimize`.
    EinsumOptions { optimize: OptimizeKey(Optimize), dtype: Dtype(DType) } bare optimize optimize;
    /// Options of [`einsum_path`]; the bare value is `optimize`.
    EinsumPathOptions { optimize: OptimizeKey(Optimize) } bare optimize optimize;
}

/// Sums of products over labelled axes, in Einstein's notation: a label that the output lacks is summed
/// over, `...` stands for axes that broadcast, a repeated label for a diagonal. Without `->` the output
/// has the labels that occur once, in alphabetical order.
///
/// Contractions go in the greedy order unless `optimize` says otherwise; those that are matrix
/// products run as such. Sums stay in the operands' dtype. Labels may be numbers: see [`sublists!`](crate::sublists).
///
/// ```
/// use numfuse as np;
/// let a = np::arange(6, ..).reshape([2, 3]);
/// assert_eq!(np::einsum("ij,kj->ik", [&a, &a], ..).to_vec::<i64>()?, [5, 14, 14, 50]);
/// assert_eq!(np::einsum("ij->j", [&a], ..).to_vec::<i64>()?, [3, 5, 7]);
/// assert_eq!(np::einsum("...j,j", [&a, &np::arange(3, ..)], "optimal").to_vec::<i64>()?, [5, 14]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn einsum<T: Into<Operand>>(
    subscripts: impl Into<EinsumSubscripts>,
    operands: impl IntoIterator<Item = T>,
    options: impl Into<EinsumOptions>,
) -> Array {
    let operands: Vec<Operand> = operands.into_iter().map(Into::into).collect();
    let (subscripts, options) = (subscripts.into(), options.into());
    call("einsum", |cx| {
        let dtype = options.dtype.unwrap_or_else(|| common_dtype(&operands));
        let operands: Vec<Array> =
            operands.iter().map(|o| cx.array_as(o, inner_dtype(dtype))).collect::<Raised<_>>()?;
        let plan = Plan::new(subscripts.text()?, &operands, options.optimize.unwrap_or(Optimize::Greedy))?;
        cx.cast(&plan.contract(cx, operands)?, dtype)
    })
}

/// The order of contractions of an [`einsum`], and a table that compares its cost with that of one
/// contraction.
///
/// ```
/// use numfuse as np;
/// let (a, b, c) = (np::ones([2, 2], ..), np::ones([2, 5], ..), np::ones([5, 2], ..));
/// let (path, table) = np::einsum_path("ij,jk,kl->il", [&a, &b, &c], ..)?;
/// assert_eq!(path, [[1, 2], [0, 1]]);
/// assert!(table.contains("  Optimized FLOP count:  5.700e+01"));
/// assert_eq!(np::einsum("ij,jk,kl->il", [&a, &b, &c], &path).to_vec::<f64>()?, [10.0; 4]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn einsum_path<T: Into<Operand>>(
    subscripts: impl Into<EinsumSubscripts>,
    operands: impl IntoIterator<Item = T>,
    options: impl Into<EinsumPathOptions>,
) -> Result<(Vec<Vec<usize>>, String)> {
    let location = std::panic::Location::caller();
    let (subscripts, options) = (subscripts.into(), options.into());
    let find = || -> Raised<_> {
        let cx = Cx { location };
        let operands: Vec<Array> = operands.into_iter().map(|o| cx.array(o)).collect::<Raised<_>>()?;
        let plan = Plan::new(subscripts.text()?, &operands, options.optimize.unwrap_or(Optimize::Greedy))?;
        let table = path::table(&plan.subscripts.inputs, &plan.subscripts.output, &plan.path, &plan.sizes);
        Ok((plan.path, table))
    };
    find().map_err(|raise| raise.sign("einsum_path", location))
}

struct Plan {
    subscripts: Subscripts,
    sizes: Sizes,
    path: Vec<Vec<usize>>,
}

impl Plan {
    fn new(text: &str, operands: &[Array], optimize: Optimize) -> Raised<Plan> {
        let subscripts = Subscripts::new(text, operands)?;
        let mut sizes: Sizes = [1; SYMBOLS.len()];
        let mut known: Set = 0;
        for (n, (labels, operand)) in subscripts.inputs.iter().zip(operands).enumerate() {
            for (&label, &length) in labels.0.iter().zip(&operand.0.shape) {
                let (length, first) = (length as u128, known >> label & 1 == 0);
                if first || sizes[label] == 1 {
                    sizes[label] = length;
                } else if length != 1 && length != sizes[label] {
                    return raise!(
                        Value,
                        "Size of label '{}' for operand {n} ({length}) does not match previous terms ({}).",
                        SYMBOLS[label] as char,
                        sizes[label]
                    );
                }
                known |= 1 << label;
            }
        }
        let inputs: Vec<Set> = subscripts.inputs.iter().map(Labels::set).collect();
        let output = subscripts.output.set();
        let limit = inputs.iter().chain([&output]).map(|&set| path::size(set, &sizes)).max().unwrap_or(1);
        let at_once = inputs.len() <= 2 || inputs.iter().fold(0, |all, s| all | s) == output;
        let path = match optimize {
            Optimize::Path(path) => checked(path, inputs.len())?,
            Optimize::Unknown(name) => return raise!(Value, "Path name {name} not found"),
            _ if at_once => vec![(0..inputs.len()).collect()],
            Optimize::No => vec![(0..inputs.len()).collect()],
            Optimize::Greedy => path::greedy(&inputs, output, &sizes, limit),
            Optimize::Optimal => path::optimal(&inputs, output, &sizes, limit),
        };
        Ok(Plan { subscripts, sizes, path })
    }

    fn contract(&self, cx: Cx, operands: Vec<Array>) -> Raised<Array> {
        let mut terms: Vec<(Labels, Array)> = Vec::new();
        for (labels, operand) in self.subscripts.inputs.iter().zip(operands) {
            terms.push(self.distinct(cx, labels.clone(), operand)?);
        }
        let output = &self.subscripts.output;
        for positions in &self.path {
            let sets: Vec<Set> = terms.iter().map(|(l, _)| l.set()).collect();
            let needed = Contraction::new(positions, &sets, output.set()).result;
            let mut taken: Vec<(Labels, Array)> = Vec::new();
            let mut descending = positions.clone();
            descending.sort_unstable_by(|a, b| b.cmp(a));
            for p in descending {
                taken.push(terms.remove(p));
            }
            let mut product: Option<(Labels, Array)> = None;
            while let Some(next) = taken.pop() {
                let later = taken.iter().fold(needed, |set, (l, _)| set | l.set());
                product = Some(match product {
                    None => next,
                    Some(first) => pair(cx, first, next, later)?,
                });
            }
            terms.extend(product.map(|(labels, a)| sum_out(cx, labels, &a, needed)).transpose()?);
        }
        match &terms[..] {
            [(labels, a)] => {
                let axes: Vec<usize> = output.0.iter().filter_map(|l| labels.0.iter().position(|x| x == l)).collect();
                cx.permute(a, &axes)
            }
            _ => raise!(
                Runtime,
                "Invalid einsum_path is specified: {} more operands has to be contracted.",
                terms.len().saturating_sub(1)
            ),
        }
    }

    /// One axis per label: diagonals of repeated labels, and axes of length 1 that broadcast dropped.
    fn distinct(&self, cx: Cx, labels: Labels, a: Array) -> Raised<(Labels, Array)> {
        let broadcast = |label: usize, length: usize| length == 1 && self.sizes[label] != 1;
        let kept = |(label, length): &(&usize, &usize)| !broadcast(**label, **length);
        let shape: SmallVec<[usize; 4]> = labels.0.iter().zip(&a.0.shape).filter(kept).map(|(_, &n)| n).collect();
        let mut labels: Vec<usize> = labels.0.iter().zip(&a.0.shape).filter(kept).map(|(&l, _)| l).collect();
        let mut a = cx.reshape(&a, &shape)?;
        while let Some((axis1, axis2)) = repeated(&labels) {
            let n = a.0.shape[axis1];
            let label = labels[axis1];
            labels.remove(axis2);
            labels.remove(axis1);
            labels.push(label);
            let mut shape = a.0.shape.clone();
            shape.remove(axis2);
            shape.remove(axis1);
            shape.push(n);
            a = cx.view(View::Diagonal { offset: 0, axis1, axis2 }, &a, shape)?;
        }
        Ok((Labels(labels), a))
    }
}

fn checked(path: Vec<Vec<usize>>, operands: usize) -> Raised<Vec<Vec<usize>>> {
    let mut left = operands;
    for positions in &path {
        let mut sorted = positions.clone();
        sorted.sort_unstable();
        sorted.dedup();
        if sorted.len() != positions.len() || sorted.is_empty() || sorted.last().is_some_and(|&p| p >= left) {
            return raise!(Value, "einsum_path contracts operands {positions:?} of {left}");
        }
        left = left - positions.len() + 1;
    }
    if left != 1 {
        return raise!(Runtime, "Invalid einsum_path is specified: {} more operands has to be contracted.", left - 1);
    }
    Ok(path)
}

fn repeated(labels: &[usize]) -> Option<(usize, usize)> {
    (0..labels.len()).find_map(|i| {
        let j = labels[i + 1..].iter().position(|l| *l == labels[i])?;
        Some((i, i + 1 + j))
    })
}

/// The sum over axes whose labels nobody needs.
fn sum_out(cx: Cx, labels: Labels, a: &Array, needed: Set) -> Raised<(Labels, Array)> {
    let (kept, gone): (Vec<usize>, Vec<usize>) = (0..labels.0.len()).partition(|&d| needed >> labels.0[d] & 1 == 1);
    if gone.is_empty() {
        return Ok((labels, a.clone()));
    }
    let order: Vec<usize> = kept.iter().chain(&gone).copied().collect();
    let a = sum_last(cx, &cx.permute(a, &order)?, gone.len())?;
    Ok((Labels(kept.iter().map(|&d| labels.0[d]).collect()), a))
}

/// The contraction of two operands to the labels that are needed.
fn pair(cx: Cx, (la, a): (Labels, Array), (lb, b): (Labels, Array), needed: Set) -> Raised<(Labels, Array)> {
    let (la, a) = sum_out(cx, la.clone(), &a, needed | lb.set())?;
    let (lb, b) = sum_out(cx, lb, &b, needed | la.set())?;
    let both = la.set() & lb.set();
    let pick = |labels: &Labels, set: Set| labels.0.iter().copied().filter(|&l| set >> l & 1 == 1).collect::<Vec<_>>();
    let (stack, summed) = (pick(&la, both & needed), pick(&la, both & !needed));
    let (rows, columns) = (pick(&la, !both), pick(&lb, !both));
    let length = |label: usize| match la.0.iter().position(|&l| l == label) {
        Some(d) => a.0.shape[d],
        None => lb.0.iter().position(|&l| l == label).map_or(1, |d| b.0.shape[d]),
    };
    let lengths = |labels: &[usize]| labels.iter().map(|&l| length(l)).collect::<Vec<usize>>();
    let axes = |of: &Labels, order: [&[usize]; 3]| -> Vec<usize> {
        order.iter().flat_map(|labels| labels.iter()).filter_map(|l| of.0.iter().position(|x| x == l)).collect()
    };
    let result = Labels([&stack[..], &rows, &columns].concat());
    let count = |labels: &[usize]| lengths(labels).iter().product::<usize>();
    // A stack of dot products, and what is no product of floats or has a vector in it, fuses.
    let (m, n) = (count(&rows), count(&columns));
    let kernel = if a.0.dtype.is_inexact() { m > 1 || n > 1 || stack.is_empty() } else { m > 1 && n > 1 };
    if !summed.is_empty() && kernel {
        let a = cx.permute(&a, &axes(&la, [&stack, &rows, &summed]))?;
        let b = cx.permute(&b, &axes(&lb, [&stack, &summed, &columns]))?;
        let stacked = |m, n| [lengths(&stack), vec![m, n]].concat();
        let a = cx.reshape(&a, &stacked(m, count(&summed)))?;
        let b = cx.reshape(&b, &stacked(count(&summed), n))?;
        let product = matrices(cx, &a, &b)?;
        return Ok((result.clone(), cx.reshape(&product, &lengths(&result.0))?));
    }
    // Both as (stack, rows, columns, summed), with axes of length 1 for what they lack.
    let aligned = |of: &Labels, x: &Array, lacks: &[usize]| -> Raised<Array> {
        let order = [&stack[..], &rows, &columns, &summed].concat();
        let own = axes(of, [&order, &[], &[]]);
        let shape: Vec<usize> = order.iter().map(|l| if lacks.contains(l) { 1 } else { length(*l) }).collect();
        cx.reshape(&cx.permute(x, &own)?, &shape)
    };
    let product = cx.bin(Ew::Multiply, &aligned(&la, &a, &columns)?, &aligned(&lb, &b, &rows)?)?;
    let total = if summed.is_empty() { product } else { sum_last(cx, &product, summed.len())? };
    Ok((result, total))
}
