//! Products, linear algebra, transforms.

use numfuse as np;

use super::super::case::Value;
use super::args::{Args, options};
use super::{Fault, Out, Result, Row};

/// The absolute values of results that are unique but for signs or phases.
fn sizes(arrays: &[&np::Array]) -> Result {
    Ok(arrays.iter().map(|a| np::abs(*a)).collect::<Vec<_>>().into())
}

/// Complex numbers in order.
pub fn sorted(values: &np::Array) -> Result {
    let mut all = values.astype(np::complex128).to_vec::<num_complex::Complex<f64>>()?;
    // To 9 digits: equal real parts must not be told apart by rounding.
    let key = |x: f64| (x * 1e9).round() + 0.0;
    all.sort_by(|a, b| key(a.re).total_cmp(&key(b.re)).then(key(a.im).total_cmp(&key(b.im))));
    Ok(np::Array::from_vec(all).into())
}

fn uplo(c: &Args) -> Result<np::linalg::EighOptions> {
    let letter = c.text("UPLO")?.and_then(|t| t.chars().next());
    Ok(letter.map_or_else(|| (..).into(), Into::into))
}

fn mode(c: &Args) -> Result<np::linalg::QrOptions> {
    Ok(match c.text("mode")? {
        Some(mode) => (&*mode.to_owned().leak()).into(),
        None => (..).into(),
    })
}

fn svd(c: &Args) -> Result<np::linalg::SVDResult> {
    let o = options!(c => np::linalg::SvdOptions; full_matrices: boolean, compute_uv: boolean, hermitian!,);
    Ok(np::linalg::svd(c.op(0)?, o))
}

fn transform(c: &Args) -> Result<np::fft::FftOptions> {
    Ok(options!(c => np::fft::FftOptions; n: int, axis: axes, norm: fixed_text,))
}

fn transform_n(c: &Args) -> Result<np::fft::FftnOptions> {
    Ok(options!(c => np::fft::FftnOptions; s: ints, axes: axes, norm: fixed_text,))
}

fn spacing(c: &Args) -> Result<np::fft::FreqOptions> {
    Ok(options!(c => np::fft::FreqOptions; d: float,))
}

fn pairs(c: &Args) -> Result<np::TensordotOptions> {
    let list = |v: &Value| match v {
        Value::Int(i) => Ok(vec![*i as i64]),
        Value::List(items) => {
            Ok(items.iter().filter_map(|i| if let Value::Int(i) = i { Some(*i as i64) } else { None }).collect())
        }
        _ => Err(Fault::Harness("axes are wanted".to_owned())),
    };
    Ok(match c.value("axes") {
        None => (..).into(),
        Some(Value::Int(n)) => (*n as i64).into(),
        Some(Value::List(both)) if both.len() == 2 => (list(&both[0])?, list(&both[1])?).into(),
        Some(_) => return Err(Fault::Harness("axes are wanted".to_owned())),
    })
}

/// A text and operands, or operands and lists of labels by turns, and that of the output.
fn einsum_operands(c: &Args) -> Result<(np::EinsumSubscripts, Vec<np::Operand>)> {
    if let Value::Text(subscripts) = c.at(0)? {
        return Ok((subscripts.into(), (1..c.len()).map(|i| c.op(i)).collect::<Result<_>>()?));
    }
    let labels = |i: usize| -> Result<Vec<np::Index>> {
        let Value::List(list) = c.at(i)? else { return Err(Fault::Harness("labels are wanted".to_owned())) };
        list.iter()
            .map(|label| match label {
                Value::Int(i) => Ok(np::Index::At(*i as isize)),
                _ => Ok(np::newaxis),
            })
            .collect()
    };
    let pairs = c.len() / 2;
    let inputs = (0..pairs).map(|n| labels(2 * n + 1)).collect::<Result<Vec<_>>>()?;
    let output = (c.len() % 2 == 1).then(|| labels(2 * pairs)).transpose()?;
    let lists: Vec<&[np::Index]> = inputs.iter().map(Vec::as_slice).collect();
    let subscripts = np::EinsumSubscripts::from_lists(&lists, output.as_deref());
    Ok((subscripts, (0..pairs).map(|n| c.op(2 * n)).collect::<Result<_>>()?))
}

fn optimize(c: &Args) -> Result<np::Optimize> {
    Ok(match c.value("optimize") {
        Some(Value::Bool(b)) => (*b).into(),
        Some(Value::Text(t)) => t.as_str().into(),
        None => np::Optimize::Greedy,
        Some(_) => return Err(Fault::Harness("optimize is wanted".to_owned())),
    })
}

macro_rules! transforms {
    ($($name:ident)*; $($many:ident)*) => { &[
        $((concat!("fft.", stringify!($name)), &["a"], |c| Ok(np::fft::$name(c.op(0)?, transform(c)?).into())),)*
        $((concat!("fft.", stringify!($many)), &["a"], |c| Ok(np::fft::$many(c.op(0)?, transform_n(c)?).into())),)*
        ("fft.fftfreq", &["n", "d"], |c| Ok(np::fft::fftfreq(c.int_at(0)?, spacing(c)?).into())),
        ("fft.rfftfreq", &["n", "d"], |c| Ok(np::fft::rfftfreq(c.int_at(0)?, spacing(c)?).into())),
        ("fft.fftshift", &["x"], |c| {
            Ok(np::fft::fftshift(c.op(0)?, options!(c => np::fft::ShiftOptions; axes: axes,)).into())
        }),
        ("fft.ifftshift", &["x"], |c| {
            Ok(np::fft::ifftshift(c.op(0)?, options!(c => np::fft::ShiftOptions; axes: axes,)).into())
        }),
    ] };
}

pub static FFT: &[Row] = transforms!(fft ifft rfft irfft hfft ihfft; fft2 ifft2 fftn ifftn rfft2 irfft2 rfftn irfftn);

pub static TABLE: &[Row] = &[
    ("dot", &[], |c| Ok(np::dot(c.op(0)?, c.op(1)?).into())),
    ("inner", &[], |c| Ok(np::inner(c.op(0)?, c.op(1)?).into())),
    ("vdot", &[], |c| Ok(np::vdot(c.op(0)?, c.op(1)?).into())),
    ("outer", &[], |c| Ok(np::outer(c.op(0)?, c.op(1)?).into())),
    ("kron", &[], |c| Ok(np::kron(c.op(0)?, c.op(1)?).into())),
    ("tensordot", &["a", "b", "axes"], |c| Ok(np::tensordot(c.op(0)?, c.op(1)?, pairs(c)?).into())),
    ("cross", &["a", "b"], |c| {
        let o = options!(c => np::CrossOptions; axis: axes, axisa: int, axisb: int, axisc: int,);
        Ok(np::cross(c.op(0)?, c.op(1)?, o).into())
    }),
    ("einsum", &[], |c| {
        let (subscripts, operands) = einsum_operands(c)?;
        Ok(np::einsum(subscripts, operands, np::options::optimize(optimize(c)?)).into())
    }),
    ("einsum_path", &[], |c| {
        let (subscripts, operands) = einsum_operands(c)?;
        let o = np::EinsumPathOptions::from(np::options::optimize(optimize(c)?));
        Ok(Out::Text(np::einsum_path(subscripts, operands, o)?.1))
    }),
    ("linalg.matmul", &[], |c| Ok(np::linalg::matmul(c.op(0)?, c.op(1)?).into())),
    ("linalg.outer", &[], |c| Ok(np::linalg::outer(c.op(0)?, c.op(1)?).into())),
    ("linalg.tensordot", &["a", "b", "axes"], |c| Ok(np::linalg::tensordot(c.op(0)?, c.op(1)?, pairs(c)?).into())),
    ("linalg.cross", &["a", "b"], |c| {
        Ok(np::linalg::cross(c.op(0)?, c.op(1)?, options!(c => np::linalg::AxisOptions; axis: axes,)).into())
    }),
    ("linalg.vecdot", &["a", "b"], |c| {
        Ok(np::linalg::vecdot(c.op(0)?, c.op(1)?, options!(c => np::linalg::AxisOptions; axis: axes,)).into())
    }),
    ("linalg.matrix_transpose", &[], |c| Ok(np::linalg::matrix_transpose(c.op(0)?).into())),
    ("linalg.diagonal", &["x"], |c| {
        Ok(np::linalg::diagonal(c.op(0)?, options!(c => np::linalg::DiagonalOptions; offset: int,)).into())
    }),
    ("linalg.trace", &["x"], |c| {
        let o = options!(c => np::linalg::TraceOptions; offset: int, dtype: dtype,);
        Ok(np::linalg::trace(c.op(0)?, o).into())
    }),
    ("linalg.solve", &[], |c| Ok(np::linalg::solve(c.op(0)?, c.op(1)?).into())),
    ("linalg.inv", &[], |c| Ok(np::linalg::inv(c.op(0)?).into())),
    ("linalg.det", &[], |c| Ok(np::linalg::det(c.op(0)?).into())),
    ("linalg.slogdet", &[], |c| {
        let found = np::linalg::slogdet(c.op(0)?);
        Ok(vec![found.sign, found.logabsdet].into())
    }),
    ("linalg.cholesky", &["a"], |c| {
        Ok(np::linalg::cholesky(c.op(0)?, options!(c => np::linalg::CholeskyOptions; upper!,)).into())
    }),
    ("linalg.qr", &["a", "mode"], |c| {
        let found = np::linalg::qr(c.op(0)?, mode(c)?);
        Ok(vec![found.Q, found.R].into())
    }),
    ("linalg.qr|abs", &["a", "mode"], |c| {
        let found = np::linalg::qr(c.op(0)?, mode(c)?);
        if c.text("mode")? == Some("r") { Ok(np::abs(&found.R).into()) } else { sizes(&[&found.Q, &found.R]) }
    }),
    ("linalg.eig", &[], |c| {
        let found = np::linalg::eig(c.op(0)?);
        Ok(vec![found.eigenvalues, found.eigenvectors].into())
    }),
    ("linalg.eigvals", &[], |c| Ok(np::linalg::eigvals(c.op(0)?).into())),
    ("linalg.eigvals|sorted", &[], |c| sorted(&np::linalg::eigvals(c.op(0)?))),
    ("linalg.eigh", &["a", "UPLO"], |c| {
        let found = np::linalg::eigh(c.op(0)?, uplo(c)?);
        Ok(vec![found.eigenvalues, found.eigenvectors].into())
    }),
    ("linalg.eigh|abs", &["a", "UPLO"], |c| {
        let found = np::linalg::eigh(c.op(0)?, uplo(c)?);
        sizes(&[&found.eigenvalues, &found.eigenvectors])
    }),
    ("linalg.eigvalsh", &["a", "UPLO"], |c| Ok(np::linalg::eigvalsh(c.op(0)?, uplo(c)?).into())),
    ("linalg.svd", &["a"], |c| {
        let f = svd(c)?;
        Ok(if c.boolean("compute_uv")? == Some(false) { f.S.into() } else { vec![f.U, f.S, f.Vh].into() })
    }),
    ("linalg.svd|abs", &["a"], |c| {
        let f = svd(c)?;
        sizes(&[&f.U, &f.S, &f.Vh])
    }),
    ("linalg.svdvals", &[], |c| Ok(np::linalg::svdvals(c.op(0)?).into())),
    ("linalg.lstsq", &["a", "b"], |c| {
        let f = np::linalg::lstsq(c.op(0)?, c.op(1)?, options!(c => np::linalg::LstsqOptions; rcond: operand,));
        Ok(vec![f.x, f.residuals, f.rank, f.s].into())
    }),
    ("linalg.pinv", &["a"], |c| {
        let o = options!(c => np::linalg::PinvOptions; rcond: operand, rtol: operand, hermitian!,);
        Ok(np::linalg::pinv(c.op(0)?, o).into())
    }),
    ("linalg.matrix_rank", &["A", "tol"], |c| {
        let o = options!(c => np::linalg::MatrixRankOptions; tol: operand, rtol: operand, hermitian!,);
        let rank = np::linalg::matrix_rank(c.op(0)?, o);
        // Of vectors NumPy gives a Python integer.
        let vector = c.array(0)?.ndim() < 2;
        Ok(if vector { Out::Int(rank.item::<i64>()?.into()) } else { rank.into() })
    }),
    ("linalg.cond", &["x", "p"], |c| {
        let o: np::linalg::CondOptions = match c.order("p")? {
            Some(p) => p.into(),
            None => (..).into(),
        };
        Ok(np::linalg::cond(c.op(0)?, o).into())
    }),
    ("linalg.norm", &["x", "ord", "axis"], |c| {
        Ok(np::linalg::norm(c.op(0)?, options!(c => np::linalg::NormOptions; ord: order, axis: axes, keepdims!,))
            .into())
    }),
    ("linalg.vector_norm", &["x"], |c| {
        let o = options!(c => np::linalg::VectorNormOptions; ord: order, axis: axes, keepdims!,);
        Ok(np::linalg::vector_norm(c.op(0)?, o).into())
    }),
    ("linalg.matrix_norm", &["x"], |c| {
        Ok(np::linalg::matrix_norm(c.op(0)?, options!(c => np::linalg::MatrixNormOptions; ord: order, keepdims!,))
            .into())
    }),
    ("linalg.matrix_power", &[], |c| Ok(np::linalg::matrix_power(c.op(0)?, c.int_at(1)?).into())),
    ("linalg.multi_dot", &[], |c| Ok(np::linalg::multi_dot(c.arrays(0)?).into())),
    ("linalg.tensorinv", &["a", "ind"], |c| {
        Ok(np::linalg::tensorinv(c.op(0)?, options!(c => np::linalg::TensorinvOptions; ind: int,)).into())
    }),
    ("linalg.tensorsolve", &["a", "b", "axes"], |c| {
        let o = options!(c => np::linalg::TensorsolveOptions; axes: axes,);
        Ok(np::linalg::tensorsolve(c.op(0)?, c.op(1)?, o).into())
    }),
];
