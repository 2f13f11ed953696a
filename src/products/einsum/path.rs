//! In which order to contract the operands of an `einsum`.
//!
//! The two searches and their cost model are those of NumPy's `numpy/_core/einsumfunc.py`: a
//! contraction costs the product of the lengths of all its labels, times the operations per point. Sets
//! of labels are bit sets.

use super::parse::{Labels, SYMBOLS, Set};

/// More operands than this, and the search for the optimum, which tries every order, gives way to the
/// greedy one.
const MOST_SEARCHED: usize = 9;

/// The labels of one contraction.
pub(super) struct Contraction {
    /// Labels of its result.
    pub result: Set,
    /// The operands afterwards: those not contracted, then the result.
    pub remaining: Vec<Set>,
    /// Labels of its operands.
    pub all: Set,
}

impl Contraction {
    pub fn new(positions: &[usize], inputs: &[Set], output: Set) -> Contraction {
        let (mut all, mut needed, mut remaining) = (0, output, Vec::new());
        for (n, &labels) in inputs.iter().enumerate() {
            if positions.contains(&n) {
                all |= labels;
            } else {
                remaining.push(labels);
                needed |= labels;
            }
        }
        let result = needed & all;
        remaining.push(result);
        Contraction { result, remaining, all }
    }

    /// Operations, for contractions of `terms` operands.
    pub fn cost(&self, terms: usize, sizes: &Sizes) -> u128 {
        flops(self.all, self.all != self.result, terms, sizes)
    }
}

/// The length of each label.
pub(super) type Sizes = [u128; SYMBOLS.len()];

pub(super) fn size(labels: Set, sizes: &Sizes) -> u128 {
    (0..SYMBOLS.len()).filter(|&i| labels >> i & 1 == 1).fold(1, |n, i| n.saturating_mul(sizes[i]))
}

pub(super) fn flops(labels: Set, inner: bool, terms: usize, sizes: &Sizes) -> u128 {
    let per_point = terms.saturating_sub(1).max(1) + usize::from(inner);
    size(labels, sizes).saturating_mul(per_point as u128)
}

fn pairs(n: usize) -> impl Iterator<Item = [usize; 2]> {
    (0..n).flat_map(move |i| (i + 1..n).map(move |j| [i, j]))
}

/// The cheapest order of pairwise contractions whose results have at most `limit` elements.
pub(super) fn optimal(inputs: &[Set], output: Set, sizes: &Sizes, limit: u128) -> Vec<Vec<usize>> {
    if inputs.len() > MOST_SEARCHED {
        return greedy(inputs, output, sizes, limit);
    }
    let mut search = Search { output, sizes, limit, best: None, path: Vec::new() };
    search.descend(inputs, 0);
    search.best.map_or_else(Vec::new, |(_, _, path)| path)
}

struct Search<'s> {
    output: Set,
    sizes: &'s Sizes,
    limit: u128,
    /// The longest path so far, and the cheapest of those: (operands left, cost, path).
    best: Option<(usize, u128, Vec<Vec<usize>>)>,
    path: Vec<Vec<usize>>,
}

impl Search<'_> {
    /// Tries every pair, in the order that makes the first of equals the result. The depth is at most
    /// [`MOST_SEARCHED`].
    fn descend(&mut self, inputs: &[Set], cost: u128) {
        if self.best.as_ref().is_some_and(|(left, best, _)| *left <= 1 && cost >= *best) {
            return;
        }
        let mut stuck = true;
        for pair in pairs(inputs.len()) {
            let next = Contraction::new(&pair, inputs, self.output);
            if size(next.result, self.sizes) > self.limit {
                continue;
            }
            stuck = false;
            self.path.push(pair.to_vec());
            self.descend(&next.remaining, cost.saturating_add(next.cost(2, self.sizes)));
            self.path.pop();
        }
        if stuck {
            let left = inputs.len();
            let better = self.best.as_ref().is_none_or(|(l, c, _)| left < *l || left == *l && cost < *c);
            if better {
                let mut path = self.path.clone();
                // What no pair may contract is contracted at once.
                if left > 1 {
                    path.push((0..left).collect());
                }
                self.best = Some((left, cost, path));
            }
        }
    }
}

struct Candidate {
    /// Elements removed (most first), then operations.
    rank: (std::cmp::Reverse<i128>, u128),
    pair: [usize; 2],
    remaining: Vec<Set>,
}

/// The order that contracts the best pair first: the one that removes most elements, then the cheapest.
pub(super) fn greedy(inputs: &[Set], output: Set, sizes: &Sizes, limit: u128) -> Vec<Vec<usize>> {
    if inputs.len() <= 2 {
        return vec![(0..inputs.len()).collect()];
    }
    let everything: Vec<usize> = (0..inputs.len()).collect();
    let naive = Contraction::new(&everything, inputs, output).cost(inputs.len(), sizes);
    let candidate = |pair: [usize; 2], inputs: &[Set], spent: u128| {
        let next = Contraction::new(&pair, inputs, output);
        let new = size(next.result, sizes);
        let cost = next.cost(2, sizes);
        if new > limit || spent.saturating_add(cost) > naive {
            return None;
        }
        let old = pair.iter().fold(0u128, |n, &p| n.saturating_add(size(inputs[p], sizes)));
        let removed = i128::try_from(old).unwrap_or(i128::MAX).saturating_sub(i128::try_from(new).unwrap_or(i128::MAX));
        Some(Candidate { rank: (std::cmp::Reverse(removed), cost), pair, remaining: next.remaining })
    };
    let mut inputs = inputs.to_vec();
    let mut known: Vec<Candidate> = Vec::new();
    let mut fresh: Vec<[usize; 2]> = pairs(inputs.len()).collect();
    let (mut path, mut spent) = (Vec::new(), 0u128);
    for _ in 1..everything.len() {
        let touching = fresh.iter().filter(|[i, j]| inputs[*i] & inputs[*j] != 0);
        known.extend(touching.filter_map(|&pair| candidate(pair, &inputs, spent)));
        if known.is_empty() {
            known.extend(pairs(inputs.len()).filter_map(|pair| candidate(pair, &inputs, spent)));
        }
        let mut best: Option<usize> = None;
        for (n, c) in known.iter().enumerate() {
            if best.is_none_or(|b| c.rank < known[b].rank) {
                best = Some(n);
            }
        }
        let Some(best) = best else {
            path.push((0..inputs.len()).collect());
            break;
        };
        let best = known.remove(best);
        let [bx, by] = best.pair;
        known.retain(|c| !c.pair.contains(&bx) && !c.pair.contains(&by));
        let result = best.remaining[best.remaining.len() - 1];
        for c in &mut known {
            let [x, y] = c.pair;
            c.remaining.remove(by - usize::from(by > x) - usize::from(by > y));
            c.remaining.remove(bx - usize::from(bx > x) - usize::from(bx > y));
            c.remaining.insert(c.remaining.len() - 1, result);
            c.pair = [x, y].map(|i| i - usize::from(i > bx) - usize::from(i > by));
        }
        inputs = best.remaining;
        let last = inputs.len() - 1;
        fresh = (0..last).map(|i| [i, last]).collect();
        path.push(best.pair.to_vec());
        spent = spent.saturating_add(best.rank.1);
    }
    path
}

/// The table that `einsum_path` prints.
pub(super) fn table(inputs: &[Labels], output: &Labels, path: &[Vec<usize>], sizes: &Sizes) -> String {
    let out_set = output.set();
    let mut sets: Vec<Set> = inputs.iter().map(Labels::set).collect();
    let mut names: Vec<String> = inputs.iter().map(Labels::text).collect();
    let all = sets.iter().fold(0, |all, s| all | s);
    let (mut cost, mut scaling, mut largest) = (1u128, 0, 0);
    let mut rows = String::new();
    for (n, positions) in path.iter().enumerate() {
        let step = Contraction::new(positions, &sets, out_set);
        cost = cost.saturating_add(step.cost(positions.len(), sizes));
        let width = step.all.count_ones();
        scaling = scaling.max(width);
        largest = largest.max(size(step.result, sizes));
        let mut taken = positions.clone();
        taken.sort_unstable_by(|a, b| b.cmp(a));
        let terms: Vec<String> = taken.iter().map(|&p| names.remove(p)).collect();
        let result = if n + 1 == path.len() {
            output.text()
        } else {
            let mut labels: Vec<usize> = (0..SYMBOLS.len()).filter(|&i| step.result >> i & 1 == 1).collect();
            labels.sort_by_key(|&i| (sizes[i], i));
            Labels(labels).text()
        };
        names.push(result.clone());
        let current = format!("{}->{result}", terms.join(","));
        let remaining = format!("{}->{}", names.join(","), output.text());
        rows += &format!("\n{width:4}    {current:>24} {remaining:>40}");
        sets = step.remaining;
    }
    let total: u32 = inputs.iter().map(|l| l.set().count_ones()).sum();
    let naive = flops(all, total > all.count_ones(), inputs.len(), sizes);
    let terms: Vec<String> = inputs.iter().map(Labels::text).collect();
    let rule = "-".repeat(74);
    let mut text = format!("  Complete contraction:  {}->{}\n", terms.join(","), output.text());
    text += &format!("         Naive scaling:  {}\n", all.count_ones());
    text += &format!("     Optimized scaling:  {scaling}\n");
    text += &format!("      Naive FLOP count:  {}\n", scientific(naive as f64));
    text += &format!("  Optimized FLOP count:  {}\n", scientific(cost as f64));
    text += &format!("   Theoretical speedup:  {:.3}\n", naive as f64 / cost as f64);
    text += &format!("  Largest intermediate:  {} elements\n", scientific(largest as f64));
    text += &format!("{rule}\n{:>6} {:>24} {:>40}\n{rule}", "scaling", "current", "remaining");
    text + &rows
}

/// C's `%.3e`.
fn scientific(x: f64) -> String {
    let text = format!("{x:.3e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    format!("{digits}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
}
