//! Matrices: arrays that always have two axes, and whose product is the matrix product.

use std::fmt;
use std::ops::{Add, Deref, Div, Mul, Neg, Sub};

use numfuse_ir::{DType, Scalar};

use crate::array::Array;
use crate::array::build::{Cx, call};
use crate::array::operand::{Arg, Operand, Weak};
use crate::error::{Raised, raise};
use crate::manip::Block;
use crate::options::options;

options! {
    /// Options of [`matrix()`] and [`asmatrix`]; the bare value is `dtype`.
    MatrixOptions { dtype: Dtype(DType) } bare dtype dtype;
}

/// An array with two axes; see [`matrix()`]. It stands for its array: all methods of [`Array`] are at hand,
/// and those that reduce along an axis keep it if they are [`Matrix`]' own.
#[derive(Clone)]
pub struct Matrix(Array);

/// NumPy's name of the type.
#[allow(non_camel_case_types)]
pub type matrix = Matrix;

/// What a matrix is made of: text such as `"1 2; 3 4"`, or anything that is an array.
#[derive(Clone, Debug)]
pub enum MatrixData {
    /// Rows are separated by semicolons, numbers by spaces or commas.
    Text(String),
    /// An array of at most two axes.
    Array(Operand),
}

impl From<&str> for MatrixData {
    fn from(text: &str) -> MatrixData {
        MatrixData::Text(text.to_owned())
    }
}

impl<T: Into<Operand>> From<T> for MatrixData {
    #[track_caller]
    fn from(data: T) -> MatrixData {
        MatrixData::Array(data.into())
    }
}

/// A matrix of numbers in text, or of an array: numbers become `1 × 1`, vectors a row.
///
/// ```
/// use numfuse as np;
/// let a = np::matrix("1 2; 3 4", ..);
/// assert_eq!((a.shape(), a.dtype()), (&[2, 2][..], np::int64));
/// assert_eq!((&a * &a).to_vec::<i64>()?, [7, 10, 15, 22]); // a matrix product
/// assert_eq!(np::multiply(&a, &a).to_vec::<i64>()?, [1, 4, 9, 16]);
/// assert_eq!(a.pow(2).to_vec::<i64>()?, [7, 10, 15, 22]);
/// assert_eq!((a.sum(0).shape(), a.T().to_vec::<i64>()?), (&[1, 2][..], vec![1, 3, 2, 4]));
/// assert_eq!(a.row(1).shape(), [1, 2]);
/// assert_eq!(np::asmatrix([1.0, 2.0], ..).shape(), [1, 2]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn matrix(data: impl Into<MatrixData>, options: impl Into<MatrixOptions>) -> Matrix {
    let (data, options) = (data.into(), options.into());
    Matrix(call("matrix", |cx| made(cx, &data, options.dtype)))
}

/// [`matrix()`] without a copy, which no matrix here needs.
#[track_caller]
pub fn asmatrix(data: impl Into<MatrixData>, options: impl Into<MatrixOptions>) -> Matrix {
    matrix(data, options)
}

fn made(cx: Cx, data: &MatrixData, dtype: Option<DType>) -> Raised<Array> {
    let a = match data {
        MatrixData::Text(text) => numbers(cx, text)?,
        MatrixData::Array(operand) => cx.array(operand)?,
    };
    let a = cx.cast(&a, dtype.unwrap_or(a.0.dtype))?;
    two_axes(cx, &a)
}

fn two_axes(cx: Cx, a: &Array) -> Raised<Array> {
    match a.0.shape[..] {
        [] => cx.reshape(a, &[1, 1]),
        [n] => cx.reshape(a, &[1, n]),
        [_, _] => Ok(a.clone()),
        _ => {
            // Axes of length 1 are one too many.
            let rest: Vec<usize> = a.0.shape.iter().copied().filter(|&n| n > 1).collect();
            match rest[..] {
                [] => cx.reshape(a, &[1, 1]),
                [n] => cx.reshape(a, &[1, n]),
                [_, _] => cx.reshape(a, &rest),
                _ => {
                    let text = crate::error::tight(&a.0.shape).replace(',', ", ");
                    raise!(Value, "shape too large to be a matrix: {text}")
                }
            }
        }
    }
}

/// The numbers of a text: Python's literals of integers, floats and complex numbers.
fn numbers(cx: Cx, text: &str) -> Raised<Array> {
    let mut rows: Vec<Vec<Weak>> = Vec::new();
    let bare = text.replace(['[', ']'], "");
    for line in bare.split(';') {
        let words = line.split([',', ' ', '\t', '\n']).filter(|w| !w.is_empty());
        rows.push(words.map(number).collect::<Raised<_>>()?);
    }
    let columns = rows[0].len();
    if rows.iter().any(|row| row.len() != columns) {
        return raise!(Value, "Rows not the same size.");
    }
    let all: Vec<Operand> = rows.into_iter().flatten().map(|w| Operand(Arg::Weak(w))).collect();
    if all.is_empty() {
        return cx.full(&[1, 0], &crate::array::operand::k(0), DType::F64);
    }
    let rows = all.len() / columns;
    let flat = crate::stack(all, ..);
    flat.check()?;
    cx.reshape(&flat, &[rows, columns])
}

fn number(word: &str) -> Raised<Weak> {
    let real = |t: &str| t.replace('_', "").parse::<f64>().ok().filter(|_| !t.contains(['n', 'N', 'i', 'I']));
    if let Ok(i) = word.parse::<i128>()
        && (i64::MIN as i128..=u64::MAX as i128).contains(&i)
    {
        return Ok(Weak::Int(i));
    }
    if let Some(x) = real(word) {
        return Ok(Weak::Float(x));
    }
    match word {
        "True" => return Ok(Weak::Bool(true)),
        "False" => return Ok(Weak::Bool(false)),
        _ => {}
    }
    if let Some(body) = word.strip_suffix(['j', 'J']) {
        // The last sign that is no exponent's begins the imaginary part.
        let cut = body.char_indices().skip(1).filter(|&(i, c)| "+-".contains(c) && !body[..i].ends_with(['e', 'E']));
        let (re, im) = body.split_at(cut.last().map_or(0, |(i, _)| i));
        let re = if re.is_empty() { Some(0.0) } else { real(re) };
        if let (Some(re), Some(im)) = (re, real(im)) {
            return Ok(Weak::Complex(num_complex::Complex::new(re, im)));
        }
    }
    raise!(Value, "malformed node or string: {word}")
}

/// A matrix from nested blocks, as [`block`](crate::block) joins them; or from text such as `"A, B; C, D"`
/// with [`bmat_named`].
///
/// ```
/// use numfuse as np;
/// use np::Block;
/// let (a, b) = (np::ones([2, 2], ..), np::zeros([2, 1], ..));
/// let row = Block::List(vec![Block::from(&a), Block::from(&b)]);
/// assert_eq!(np::bmat(row).shape(), [2, 3]);
/// let m = np::bmat_named("A B; B A", &[("A", &a), ("B", &b)]);
/// assert_eq!(m.shape(), [4, 3]);
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn bmat(blocks: impl Into<Block>) -> Matrix {
    let blocks = blocks.into();
    Matrix(call("bmat", |cx| {
        let rows = match blocks {
            Block::One(operand) => return two_axes(cx, &cx.array(operand)?),
            Block::List(rows) if rows.iter().any(|r| matches!(r, Block::List(_))) => rows,
            row => vec![row],
        };
        let mut lines = Vec::with_capacity(rows.len());
        for row in rows {
            let parts = match row {
                Block::List(parts) => parts,
                one => vec![one],
            };
            let arrays = parts.into_iter().map(|part| match part {
                Block::One(operand) => cx.array(operand),
                Block::List(_) => raise!(Value, "blocks are nested at most twice"),
            });
            lines.push(joined(&arrays.collect::<Raised<Vec<_>>>()?, -1)?);
        }
        two_axes(cx, &joined(&lines, 0)?)
    }))
}

/// [`bmat`] from text: names of blocks, separated by spaces or commas, rows by semicolons.
#[track_caller]
pub fn bmat_named(text: &str, blocks: &[(&str, &Array)]) -> Matrix {
    Matrix(call("bmat", |cx| {
        let mut lines = Vec::new();
        for row in text.split(';') {
            let mut arrays = Vec::new();
            for name in row.split([',', ' ', '\t', '\n']).filter(|w| !w.is_empty()) {
                match blocks.iter().find(|b| b.0 == name) {
                    Some((_, array)) => arrays.push(cx.array(*array)?),
                    None => return raise!(Key, "name '{name}' is not defined"),
                }
            }
            lines.push(joined(&arrays, -1)?);
        }
        two_axes(cx, &joined(&lines, 0)?)
    }))
}

fn joined(parts: &[Array], axis: i32) -> Raised<Array> {
    let all = crate::concatenate(parts, axis);
    all.check()?;
    Ok(all)
}

impl Matrix {
    /// The array.
    pub fn array(&self) -> &Array {
        &self.0
    }

    /// The matrix in one dimension.
    #[allow(non_snake_case)]
    #[track_caller]
    pub fn A1(&self) -> Array {
        self.0.ravel(..)
    }

    /// The transpose.
    #[allow(non_snake_case)]
    #[track_caller]
    pub fn T(&self) -> Matrix {
        Matrix(self.0.t())
    }

    /// The conjugate transpose.
    #[allow(non_snake_case)]
    #[track_caller]
    pub fn H(&self) -> Matrix {
        Matrix(self.0.t().conjugate())
    }

    /// The inverse of a square matrix, the pseudo-inverse of any other.
    #[allow(non_snake_case)]
    #[track_caller]
    pub fn I(&self) -> Matrix {
        let square = matches!(self.0.0.shape[..], [m, n] if m == n);
        Matrix(if square { crate::linalg::inv(&self.0) } else { crate::linalg::pinv(&self.0, ..) })
    }

    /// The product with itself, so many times; negative powers are of the inverse.
    #[track_caller]
    pub fn pow(&self, n: i64) -> Matrix {
        Matrix(crate::linalg::matrix_power(&self.0, n))
    }

    /// One row, as a matrix. Negative numbers count from the end.
    #[track_caller]
    pub fn row(&self, i: isize) -> Matrix {
        Matrix(self.0.slice(i).reshape([1, -1]))
    }

    /// One column, as a matrix.
    #[track_caller]
    pub fn column(&self, j: isize) -> Matrix {
        Matrix(self.0.slice(crate::s![.., j]).reshape([-1, 1]))
    }
}

/// Reductions along an axis, which stay matrices: with all axes (`..`) they are numbers.
macro_rules! reductions {
    ($($name:ident)*) => {
        impl Matrix {$(
            #[doc = concat!("[`", stringify!($name), "`](crate::", stringify!($name), "()) along an axis, as a matrix; a number for `..`.")]
            #[track_caller]
            pub fn $name(&self, axis: impl Into<crate::Axes>) -> Array {
                match axis.into() {
                    crate::Axes::All => self.0.$name(..),
                    axis => self.0.$name(crate::options::axis(axis).keepdims()),
                }
            }
        )*}
    };
}
reductions!(sum prod mean std var min max any all argmin argmax);

impl Deref for Matrix {
    type Target = Array;

    fn deref(&self) -> &Array {
        &self.0
    }
}

impl From<Matrix> for Operand {
    fn from(m: Matrix) -> Operand {
        m.0.into()
    }
}

impl From<&Matrix> for Operand {
    fn from(m: &Matrix) -> Operand {
        (&m.0).into()
    }
}

impl From<Matrix> for Array {
    fn from(m: Matrix) -> Array {
        m.0
    }
}

impl fmt::Debug for Matrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Matrix of {:?}", self.0)
    }
}

/// Evaluates and prints as the array does.
impl fmt::Display for Matrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The product with a number or a matrix: of numbers each element, of matrices the matrix product. As in
/// [`dot`](crate::dot), numbers are not weak.
#[track_caller]
fn product(a: &Array, b: Operand) -> Matrix {
    let is_number = b.weak().is_some() || b.dims().is_empty();
    Matrix(if is_number { crate::multiply(a, crate::asarray(b, ..)) } else { crate::matmul(a, crate::asmatrix(b, ..)) })
}

macro_rules! operators {
    ($($Trait:ident $method:ident |$a:ident, $b:ident| $body:expr;)*) => {$(
        impl<R: Into<Operand>> $Trait<R> for &Matrix {
            type Output = Matrix;
            #[track_caller]
            fn $method(self, other: R) -> Matrix {
                let ($a, $b): (&Array, Operand) = (&self.0, other.into());
                $body
            }
        }
        impl<R: Into<Operand>> $Trait<R> for Matrix {
            type Output = Matrix;
            #[track_caller]
            fn $method(self, other: R) -> Matrix { $Trait::$method(&self, other) }
        }
    )*};
}
operators! {
    Mul mul |a, b| product(a, b);
    Add add |a, b| Matrix(crate::add(a, b));
    Sub sub |a, b| Matrix(crate::subtract(a, b));
    Div div |a, b| Matrix(crate::divide(a, b));
}

impl Neg for &Matrix {
    type Output = Matrix;

    #[track_caller]
    fn neg(self) -> Matrix {
        Matrix(self.0.negative())
    }
}

impl Matrix {
    /// One element, by row and column.
    #[track_caller]
    pub fn at(&self, row: i64, column: i64) -> crate::Result<Scalar> {
        self.0.item_at([row, column])
    }
}
