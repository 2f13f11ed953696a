//! From NumPy's name of a function to the call of numfuse: one table per topic.

mod args;
mod arrange;
mod arrays;
mod calculus;
mod creation;
mod dtypes;
mod errors;
mod files;
mod functional;
mod indexing;
mod linalg;
mod manipulation;
mod methods;
mod polynomials;
mod printing;
mod random;
mod reduce;
mod select;
mod series;
mod sets;
mod sorting;
mod statistics;
mod tables;
mod ufunc;
mod windows;

use numfuse as np;
use numfuse_ir::{DType, Scalar, dispatch};

pub use args::Args;

use super::case::Call;
use super::tensor::Tensor;

/// What a function gave, before and after evaluation.
pub enum Out {
    Array(np::Array),
    Arrays(Vec<np::Array>),
    Tensor(Tensor),
    Tensors(Vec<Tensor>),
    Bool(bool),
    Int(i128),
    Text(String),
    DType(DType),
    Shape(Vec<usize>),
}

/// Why there is no result.
pub enum Fault {
    /// An error of numfuse.
    Numpy(np::Error),
    /// The harness cannot make this call.
    Harness(String),
    /// The API does not have this function or option.
    Pending(String),
}

impl From<np::Error> for Fault {
    fn from(error: np::Error) -> Fault {
        Fault::Numpy(error)
    }
}

pub type Result<T = Out> = std::result::Result<T, Fault>;

/// A row of a topic's table.
pub type Row = (&'static str, &'static [&'static str], fn(&Args) -> Result);

fn tables() -> Vec<&'static [Row]> {
    vec![
        linalg::TABLE,
        linalg::FFT,
        creation::TABLE,
        functional::TABLE,
        indexing::TABLE,
        manipulation::TABLE,
        methods::TABLE,
        arrange::TABLE,
        arrays::TABLE,
        arrays::EMATH,
        arrays::MATRICES,
        reduce::TABLE,
        select::TABLE,
        dtypes::TABLE,
        dtypes::CLASSES,
        dtypes::NAMES,
        errors::TABLE,
        files::TABLE,
        tables::TABLE,
        printing::TABLE,
        random::GENERATOR,
        random::RANDOM_STATE,
        random::TABLE,
        calculus::TABLE,
        sets::TABLE,
        sorting::TABLE,
        statistics::TABLE,
        &statistics::QUANTILES,
        polynomials::MODULES,
        polynomials::TOOLS,
        polynomials::OLDER,
        series::TABLE,
        windows::TABLE,
    ]
}

fn find(name: &str) -> Option<&'static Row> {
    tables().into_iter().flatten().find(|row| row.0 == name)
}

/// Whether there is a function of this name.
pub fn knows(name: &str) -> bool {
    ufunc::knows(name) || find(name).is_some() || functional::method(name).is_some()
}

/// Makes a call.
pub fn call(call: &Call) -> Result {
    let (args, result) = if ufunc::knows(&call.name) {
        let args = Args::new(call, &[])?;
        let result = ufunc::call(&args);
        (args, result)
    } else if let Some((_, names, function)) = find(&call.name) {
        let args = Args::new(call, names)?;
        let result = function(&args);
        (args, result)
    } else if let Some(function) = functional::method(&call.name) {
        let args = Args::new(call, &[])?;
        let result = function(&args);
        (args, result)
    } else {
        return Err(Fault::Pending(call.name.clone()));
    };
    match args.refused(call) {
        Some(option) => Err(Fault::Pending(format!("{}({option})", call.name))),
        None => result,
    }
}

impl From<np::Array> for Out {
    fn from(array: np::Array) -> Out {
        Out::Array(array)
    }
}

impl From<Vec<np::Array>> for Out {
    fn from(arrays: Vec<np::Array>) -> Out {
        Out::Arrays(arrays)
    }
}

impl From<bool> for Out {
    fn from(value: bool) -> Out {
        Out::Bool(value)
    }
}

impl Out {
    /// Evaluates lazy arrays, several in one plan.
    pub fn evaluate(self) -> Result {
        Ok(match self {
            Out::Array(array) => Out::Tensor(tensor(&array)?),
            Out::Arrays(arrays) => {
                np::eval(&arrays)?;
                Out::Tensors(arrays.iter().map(tensor).collect::<Result<_>>()?)
            }
            other => other,
        })
    }

    /// A word or two for reports.
    pub fn summary(&self) -> String {
        match self {
            Out::Array(_) | Out::Arrays(_) => "a lazy array".to_owned(),
            Out::Tensor(t) => t.to_string(),
            Out::Tensors(all) => all.iter().map(Tensor::to_string).collect::<Vec<_>>().join("; "),
            Out::Bool(b) => b.to_string(),
            Out::Int(i) => i.to_string(),
            Out::Text(t) => t.clone(),
            Out::DType(d) => d.to_string(),
            Out::Shape(s) => format!("{s:?}"),
        }
    }
}

fn tensor(array: &np::Array) -> Result<Tensor> {
    let value = array.eval()?;
    let dtype = value.dtype();
    if (array.shape(), array.dtype()) != (value.shape(), dtype) {
        let (shape, lazy) = (value.shape(), array.dtype());
        return Err(Fault::Harness(format!("announced {lazy}{:?}, computed {dtype}{shape:?}", array.shape())));
    }
    let values = dispatch!(dtype, T => value.to_vec::<T>()?.into_iter().map(Scalar::new).collect());
    Ok(Tensor { dtype, shape: value.shape().to_vec(), values })
}
