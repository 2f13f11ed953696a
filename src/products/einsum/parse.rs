//! The subscripts of `einsum`.

use crate::array::Array;
use crate::error::{Class, Raise, Raised, raise};
use crate::index::Index;

/// The labels, in the order in which an implicit output lists them.
pub(super) const SYMBOLS: &[u8; 52] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The subscripts of [`einsum`](crate::einsum): a text, or [lists of numbers](crate::sublists).
#[derive(Clone, Debug)]
pub struct EinsumSubscripts {
    text: String,
    fault: Option<(Class, &'static str)>,
}

impl EinsumSubscripts {
    /// From lists of labels 0 to 51 and [`Ellipsis`](crate::Ellipsis), one per operand, and those of the output.
    /// Without the latter it has the labels that occur once, in order.
    pub fn from_lists(inputs: &[&[Index]], output: Option<&[Index]>) -> EinsumSubscripts {
        let mut all = EinsumSubscripts { text: String::new(), fault: None };
        for (n, list) in inputs.iter().enumerate() {
            all.text.push_str(if n > 0 { "," } else { "" });
            all.list(list);
        }
        if let Some(output) = output {
            all.text.push_str("->");
            all.list(output);
        }
        all
    }

    fn list(&mut self, labels: &[Index]) {
        for label in labels {
            match label {
                Index::Ellipsis => self.text.push_str("..."),
                Index::At(i) => match usize::try_from(*i).ok().and_then(|i| SYMBOLS.get(i)) {
                    Some(&symbol) => self.text.push(symbol as char),
                    None => self.fault = Some((Class::Value, "subscript is not within the valid range [0, 52)")),
                },
                _ => self.fault = Some((Class::DType, "each subscript must be either an integer or an ellipsis")),
            }
        }
    }

    pub(super) fn text(&self) -> Raised<&str> {
        match self.fault {
            Some((class, message)) => Err(Raise::New(class, message.into())),
            None => Ok(&self.text),
        }
    }
}

impl From<&str> for EinsumSubscripts {
    fn from(text: &str) -> EinsumSubscripts {
        EinsumSubscripts { text: text.to_owned(), fault: None }
    }
}

impl From<&String> for EinsumSubscripts {
    fn from(text: &String) -> EinsumSubscripts {
        text.as_str().into()
    }
}

/// The subscripts of [`einsum`](crate::einsum) as lists of numbers, NumPy's other form: one list per operand, and,
/// after `=>`, that of the output.
///
/// ```
/// use numfuse as np;
/// let a = np::arange(6, ..).reshape([2, 3]);
/// let product = np::einsum(np::sublists!([0, 1], [2, 1] => [0, 2]), [&a, &a], ..);
/// assert_eq!(product.to_vec::<i64>()?, [5, 14, 14, 50]);
/// let sums = np::einsum(np::sublists!([np::Ellipsis, 7] => [np::Ellipsis]), [&a], ..);
/// assert_eq!(sums.to_vec::<i64>()?, [3, 12]);
/// assert_eq!(np::einsum(np::sublists!([0, 0]), [&np::eye(3, ..)], ..).item::<f64>()?, 3.0);
/// # Ok::<(), np::Error>(())
/// ```
#[macro_export]
macro_rules! sublists {
    ($([$($label:expr),* $(,)?]),+ $(,)?) => {
        $crate::EinsumSubscripts::from_lists(&[$(&[$($crate::Index::from($label)),*]),+], None)
    };
    ($([$($label:expr),* $(,)?]),+ => [$($out:expr),* $(,)?]) => {
        $crate::EinsumSubscripts::from_lists(
            &[$(&[$($crate::Index::from($label)),*]),+],
            Some(&[$($crate::Index::from($out)),*]),
        )
    };
}

/// A set of labels: one bit each.
pub(super) type Set = u64;

/// The labels of an operand's axes, as positions in [`SYMBOLS`].
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Labels(pub Vec<usize>);

impl Labels {
    pub fn set(&self) -> Set {
        self.0.iter().fold(0, |set, &label| set | 1 << label)
    }

    pub fn text(&self) -> String {
        self.0.iter().map(|&label| SYMBOLS[label] as char).collect()
    }

    fn count(&self, label: usize) -> usize {
        self.0.iter().filter(|&&l| l == label).count()
    }
}

/// Subscripts that fit their operands: one label per axis, ellipses spelled out.
pub(super) struct Subscripts {
    pub inputs: Vec<Labels>,
    pub output: Labels,
}

/// A term before its ellipsis is known: labels before it and after it, or no ellipsis.
struct Term {
    before: Vec<usize>,
    after: Option<Vec<usize>>,
}

fn term(text: &str) -> Raised<Term> {
    let mut term = Term { before: Vec::new(), after: None };
    let mut rest = text.as_bytes();
    while let Some((&c, tail)) = rest.split_first() {
        if c == b'.' {
            if !rest.starts_with(b"...") || term.after.is_some() {
                return raise!(
                    Value,
                    "einstein sum subscripts string contains a '.' that is not part of an ellipsis ('...')"
                );
            }
            term.after = Some(Vec::new());
            rest = &rest[3..];
            continue;
        }
        let Some(label) = SYMBOLS.iter().position(|&s| s == c) else {
            let c = text.chars().find(|c| !c.is_ascii_alphabetic() && *c != '.').unwrap_or('?');
            return raise!(
                Value,
                "invalid subscript '{c}' in einstein sum subscripts string, subscripts must be letters"
            );
        };
        term.after.as_mut().unwrap_or(&mut term.before).push(label);
        rest = tail;
    }
    Ok(term)
}

impl Subscripts {
    /// Reads the subscripts of these operands.
    pub fn new(text: &str, operands: &[Array]) -> Raised<Subscripts> {
        let text: String = text.chars().filter(|c| *c != ' ').collect();
        let (inputs, output) = match text.split_once("->") {
            Some((inputs, output)) => (inputs, Some(output)),
            None => (text.as_str(), None),
        };
        let terms: Vec<Term> = inputs.split(',').map(term).collect::<Raised<_>>()?;
        // NumPy has the two words the wrong way round, and so programs that look for them do.
        let side = if terms.len() < operands.len() { "fewer" } else { "more" };
        if terms.len() != operands.len() {
            return raise!(
                Value,
                "{side} operands provided to einstein sum function than specified in the subscripts string"
            );
        }
        let output = output.map(term).transpose()?;
        let all_terms = terms.iter().chain(&output);
        let used = all_terms.flat_map(|t| t.before.iter().chain(t.after.iter().flatten()));
        let used = used.fold(0u64, |set, &label| set | 1 << label);
        let unused: Vec<usize> = (0..SYMBOLS.len()).filter(|&l| used >> l & 1 == 0).collect();
        // Ellipses of several operands align at their ends, as in broadcasting.
        let spelled = |n: usize| match unused.len().checked_sub(n) {
            Some(start) => Ok(&unused[start..]),
            None => raise!(Value, "too many subscripts in einsum"),
        };
        let mut longest = 0;
        let mut labels = Vec::with_capacity(terms.len());
        for (n, (term, operand)) in terms.iter().zip(operands).enumerate() {
            let (ndim, given) = (operand.0.shape.len(), term.before.len() + term.after.as_ref().map_or(0, Vec::len));
            if given > ndim {
                return raise!(Value, "einstein sum subscripts string contains too many subscripts for operand {n}");
            }
            if term.after.is_none() && given < ndim {
                return raise!(
                    Value,
                    "operand has more dimensions than subscripts given in einstein sum, but no '...' ellipsis provided to broadcast the extra dimensions."
                );
            }
            longest = longest.max(ndim - given);
            let after = term.after.iter().flatten();
            labels.push(Labels(term.before.iter().chain(spelled(ndim - given)?).chain(after).copied().collect()));
        }
        let ellipsis = spelled(longest)?;
        let output = match output {
            Some(term) => {
                if term.after.is_none() && longest > 0 {
                    return raise!(
                        Value,
                        "output has more dimensions than subscripts given in einstein sum, but no '...' ellipsis provided to broadcast the extra dimensions."
                    );
                }
                let dots = if term.after.is_some() { ellipsis } else { &[] };
                Labels(term.before.iter().chain(dots).chain(term.after.iter().flatten()).copied().collect())
            }
            None => {
                let once = |l: &usize| labels.iter().map(|t| t.count(*l)).sum::<usize>() == 1 && !ellipsis.contains(l);
                Labels(ellipsis.iter().copied().chain((0..SYMBOLS.len()).filter(once)).collect())
            }
        };
        let present = labels.iter().fold(0, |set, l| set | l.set());
        for &label in &output.0 {
            let c = SYMBOLS[label] as char;
            if output.count(label) > 1 {
                return raise!(Value, "einstein sum subscripts string includes output subscript '{c}' multiple times");
            }
            if present >> label & 1 == 0 {
                return raise!(
                    Value,
                    "einstein sum subscripts string included output subscript '{c}' which never appeared in an input"
                );
            }
        }
        Ok(Subscripts { inputs: labels, output })
    }
}
