//! Arguments by name, as the types that numfuse takes.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use num_complex::Complex;
use numfuse as np;
use numfuse_ir::{DType, Element, dispatch};

use super::super::case::{Call, Value};
use super::super::tensor::Tensor;
use super::{Fault, Out, Result, call};

/// The arguments of a call: positional ones by number, and all that have a name by name.
pub struct Args<'a> {
    pub name: &'a str,
    positional: &'a [Value],
    named: BTreeMap<&'a str, &'a Value>,
    /// Names that somebody asked for.
    asked: RefCell<BTreeSet<String>>,
}

fn fault<T>(text: impl Into<String>) -> Result<T> {
    Err(Fault::Harness(text.into()))
}

/// Builds the option struct of a function from the options that a case gives: `name: getter` for
/// values, `name!` for flags.
macro_rules! options {
    ($args:ident => $O:ty; $($rest:tt)*) => {{
        #[allow(unused_mut, reason = "functions without options")]
        let mut options = <$O>::from(..);
        options!(@each $args options; $($rest)*);
        options
    }};
    (@each $args:ident $options:ident;) => {};
    (@each $args:ident $options:ident; $name:ident: $get:ident, $($rest:tt)*) => {
        if let Some(value) = $args.$get(stringify!($name))? {
            $options = $options.with(numfuse::options::$name(value));
        }
        options!(@each $args $options; $($rest)*);
    };
    (@each $args:ident $options:ident; $name:ident!, $($rest:tt)*) => {
        if $args.flag(stringify!($name))? {
            $options = $options.with(numfuse::options::$name());
        }
        options!(@each $args $options; $($rest)*);
    };
}
pub(super) use options;

impl<'a> Args<'a> {
    /// `names` are the parameters that may be given by position, in order.
    pub fn new(call: &'a Call, names: &[&'static str]) -> Result<Args<'a>> {
        let mut named: BTreeMap<&str, &Value> = call.kwargs.iter().map(|(k, v)| (k.as_str(), v)).collect();
        named.extend(names.iter().copied().zip(&call.args));
        Ok(Args { name: &call.name, positional: &call.args, named, asked: RefCell::default() })
    }

    /// A keyword of the case that the function does not take.
    pub fn refused(&self, call: &Call) -> Option<String> {
        let asked = self.asked.borrow();
        call.kwargs.keys().find(|name| !asked.contains(*name)).cloned()
    }

    pub fn len(&self) -> usize {
        self.positional.len()
    }

    /// A positional argument.
    pub fn at(&self, index: usize) -> Result<&'a Value> {
        match self.positional.get(index) {
            Some(value) => Ok(value),
            None => fault(format!("no argument {index}")),
        }
    }

    /// Looks a name up; Rust's `where_` is Python's `where`. `None` (Python) counts as not given.
    fn given(&self, name: &str) -> Option<&'a Value> {
        self.raw(name).filter(|v| !matches!(v, Value::None))
    }

    fn raw(&self, name: &str) -> Option<&'a Value> {
        let name = name.trim_end_matches('_');
        self.asked.borrow_mut().insert(name.to_owned());
        self.named.get(name).copied()
    }

    pub fn op(&self, index: usize) -> Result<np::Operand> {
        operand(self.at(index)?)
    }

    pub fn array(&self, index: usize) -> Result<np::Array> {
        match self.at(index)? {
            Value::Array(tensor, views) => array(tensor, views),
            other => Ok(np::asarray(operand(other)?, ..)),
        }
    }

    pub fn arrays(&self, index: usize) -> Result<Vec<np::Operand>> {
        match self.at(index)? {
            Value::List(items) => items.iter().map(operand).collect(),
            _ => fault("a list of arrays is wanted"),
        }
    }

    pub fn operands(&self) -> Result<Vec<np::Operand>> {
        self.positional.iter().map(operand).collect()
    }

    pub fn operand(&self, name: &str) -> Result<Option<np::Operand>> {
        self.given(name).map(operand).transpose()
    }

    pub fn flag(&self, name: &str) -> Result<bool> {
        Ok(matches!(self.given(name), Some(Value::Bool(true))))
    }

    pub fn boolean(&self, name: &str) -> Result<Option<bool>> {
        match self.given(name) {
            None => Ok(None),
            Some(Value::Bool(b)) => Ok(Some(*b)),
            Some(_) => fault(format!("{name} is not a bool")),
        }
    }

    pub fn int(&self, name: &str) -> Result<Option<i64>> {
        self.given(name).map(integer).transpose()
    }

    pub fn int_at(&self, index: usize) -> Result<i64> {
        integer(self.at(index)?)
    }

    pub fn float(&self, name: &str) -> Result<Option<f64>> {
        match self.given(name) {
            None => Ok(None),
            Some(Value::Float(x)) => Ok(Some(*x)),
            Some(Value::Int(i)) => Ok(Some(*i as f64)),
            Some(_) => fault(format!("{name} is not a number")),
        }
    }

    /// An integer of any size.
    pub fn big_at(&self, index: usize) -> Result<i128> {
        match self.at(index)? {
            Value::Int(i) => Ok(*i),
            _ => fault("an integer is wanted"),
        }
    }

    /// One integer or several.
    pub fn ints(&self, name: &str) -> Result<Option<Vec<i64>>> {
        self.given(name).map(integers).transpose()
    }

    pub fn ints_at(&self, index: usize) -> Result<Vec<i64>> {
        integers(self.at(index)?)
    }

    pub fn text(&self, name: &str) -> Result<Option<&'a str>> {
        match self.given(name) {
            None => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(_) => fault(format!("{name} is not text")),
        }
    }

    pub fn char(&self, name: &str) -> Result<Option<char>> {
        Ok(self.text(name)?.and_then(|text| text.chars().next()))
    }

    /// Text for options that take literals; what a test leaks is gone when it ends.
    pub fn fixed_text(&self, name: &str) -> Result<Option<&'static str>> {
        Ok(self.text(name)?.map(|text| &*text.to_owned().leak()))
    }

    /// The order of a norm.
    pub fn order(&self, name: &str) -> Result<Option<np::linalg::Ord>> {
        Ok(match self.given(name) {
            None => None,
            Some(Value::Int(p)) => Some((*p as i64).into()),
            Some(Value::Float(p)) => Some((*p).into()),
            Some(Value::Text(name)) => Some(np::linalg::Ord::from(&*name.clone().leak())),
            Some(_) => return fault(format!("{name} is not an order")),
        })
    }

    /// Whether the case gives an argument, be it `None`.
    pub fn has(&self, name: &str) -> bool {
        self.raw(name).is_some()
    }

    /// An argument as it is written.
    pub fn value(&self, name: &str) -> Option<&'a Value> {
        self.given(name)
    }

    pub fn axes(&self, name: &str) -> Result<Option<np::Axes>> {
        Ok(match self.raw(name) {
            None => None,
            Some(Value::None) => Some(np::Axes::All),
            Some(Value::Int(axis)) => Some(np::Axes::One(*axis as i64)),
            Some(value) => Some(integers(value)?.into()),
        })
    }

    pub fn dtype(&self, name: &str) -> Result<Option<DType>> {
        self.given(name).map(dtype).transpose()
    }

    pub fn dtype_at(&self, index: usize) -> Result<DType> {
        dtype(self.at(index)?)
    }

    pub fn casting(&self, name: &str) -> Result<Option<np::Casting>> {
        use np::Casting::*;
        let Some(text) = self.text(name)? else { return Ok(None) };
        Ok([No, Equiv, Safe, SameKind, Unsafe].into_iter().find(|c| c.name() == text))
    }
}

fn integer(value: &Value) -> Result<i64> {
    match value {
        Value::Int(i) => Ok(*i as i64),
        _ => fault("an integer is wanted"),
    }
}

fn number(value: &Value) -> Result<f64> {
    match value {
        Value::Int(i) => Ok(*i as f64),
        Value::Float(x) => Ok(*x),
        _ => fault("a number is wanted"),
    }
}

fn integers(value: &Value) -> Result<Vec<i64>> {
    match value {
        Value::List(items) => items.iter().map(integer).collect(),
        one => Ok(vec![integer(one)?]),
    }
}

pub fn dtype(value: &Value) -> Result<DType> {
    let Value::Text(name) = value else { return fault("a dtype is wanted") };
    DType::parse(name).map_or_else(|| fault(format!("no dtype {name}")), Ok)
}

/// The value as an operand: arrays strong, Python numbers weak.
pub fn operand(value: &Value) -> Result<np::Operand> {
    Ok(match value {
        Value::Bool(b) => (*b).into(),
        Value::Int(i) => (*i).into(),
        Value::Float(x) => (*x).into(),
        Value::Complex(re, im) => Complex::new(*re, *im).into(),
        Value::Array(tensor, views) => array(tensor, views)?.into(),
        Value::List(items) if items.iter().any(|i| matches!(i, Value::Float(_))) => {
            items.iter().map(number).collect::<Result<Vec<f64>>>()?.into()
        }
        Value::List(_) => integers(value)?.into(),
        Value::Call(inner) => match inner.array.get() {
            Some(array) => array.into(),
            None => match call(&inner.call)? {
                Out::Array(array) => inner.array.get_or_init(|| array).into(),
                _ => return fault("an argument is a call that gives no array"),
            },
        },
        Value::None | Value::Text(_) | Value::Function(_) => return fault("an array is wanted"),
    })
}

fn array(tensor: &Tensor, views: &[String]) -> Result<np::Array> {
    let mut a = dispatch!(tensor.dtype, T => {
        let items = tensor.values.iter().map(|v| <T as Element>::from_bits(v.bits()));
        np::Array::from_vec(items.collect()).reshape(&tensor.shape)
    });
    for view in views {
        let (kind, rest) = view.split_at(1);
        let numbers = || rest.split(',').map(|n| n.parse::<i64>().or_else(|_| fault(format!("view {view}"))));
        a = match kind {
            "T" if rest.is_empty() => np::transpose(&a, ..),
            "T" => np::transpose(&a, np::Axes::from(numbers().collect::<Result<Vec<_>>>()?)),
            "B" => np::broadcast_to(&a, numbers().collect::<Result<Vec<_>>>()?),
            _ => subscript(&a, view)?,
        };
    }
    Ok(a)
}

/// `a[…]` with a subscript in Python's spelling.
pub fn subscript(a: &np::Array, text: &str) -> Result<np::Array> {
    Ok(a.slice(index_items(text)?))
}

/// The items of a subscript, `[1:3,...]`.
pub fn index_items(text: &str) -> Result<Vec<np::Index>> {
    subscript_items(text.trim_matches(['[', ']']))
}

/// Items in Python's spelling, `1:3,...`.
pub fn subscript_items(text: &str) -> Result<Vec<np::Index>> {
    let number = |t: &str| match t {
        "" => Ok(None),
        t => t.parse::<isize>().map(Some).or_else(|_| fault(format!("subscript {text}"))),
    };
    let mut items: Vec<np::Index> = Vec::new();
    for item in text.split(',').filter(|i| !i.is_empty()) {
        let parts: Vec<&str> = item.split(':').collect();
        items.push(match (item, &parts[..]) {
            ("...", _) => np::Index::Ellipsis,
            ("None", _) => np::Index::NewAxis,
            (_, [one]) => np::Index::At(number(one)?.unwrap_or_default()),
            (_, [start, stop]) => np::Index::Slice { start: number(start)?, stop: number(stop)?, step: 1 },
            (_, [start, stop, step]) => {
                np::Index::Slice { start: number(start)?, stop: number(stop)?, step: number(step)?.unwrap_or(1) }
            }
            _ => return fault(format!("subscript {text}")),
        });
    }
    Ok(items)
}
