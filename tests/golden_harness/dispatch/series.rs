//! The classes of series: `polynomial.Chebyshev.deriv(coef, m, domain=…)`.

use std::sync::{PoisonError, RwLock};

use numfuse as np;
use numfuse::options as o;
use numfuse::polynomial as p;
use p::{Class, Family, PrintStyle, Series};

use super::super::case::Value;
use super::args::{Args, options};
use super::polynomials::{degrees, fault, interval};
use super::{Out, Result, Row};

/// Who prints in the default style reads, who sets it writes.
static STYLE: RwLock<()> = RwLock::new(());

/// Coefficients, domain, window.
pub fn parts<F: Family>(series: &Series<F>) -> Result {
    Ok(vec![series.coef().clone(), series.domain().to_vec().into(), series.window().to_vec().into()].into())
}

fn given(c: &Args) -> Result<p::SeriesOptions> {
    Ok(options!(c => p::SeriesOptions; domain: operand, window: operand, symbol: fixed_text,))
}

fn series<C: Class>(c: &Args) -> Result<Series<C::Family>> {
    Ok(Series::new(c.op(0)?, given(c)?))
}

/// Both sides of an operator.
fn sides<C: Class>(c: &Args) -> Result<[Series<C::Family>; 2]> {
    let options = |name: &str| -> Result<p::SeriesOptions> {
        Ok(c.operand(name)?.map_or_else(|| (..).into(), |domain| o::domain(domain).into()))
    };
    let other = if c.has("other") { "other" } else { "domain" };
    Ok([Series::new(c.op(0)?, options("domain")?), Series::new(c.op(1)?, options(other)?)])
}

/// An operator with a number on its left.
type FromLeft<N, F> = fn(N, &Series<F>) -> Series<F>;

fn left<C: Class>(c: &Args, whole: FromLeft<i64, C::Family>, real: FromLeft<f64, C::Family>) -> Result {
    let series = series::<C>(c)?;
    parts(&match c.at(1)? {
        Value::Int(n) => whole(*n as i64, &series),
        Value::Float(x) => real(*x, &series),
        _ => return fault("a number is wanted"),
    })
}

fn integral(c: &Args) -> Result<p::IntegOptions> {
    let options = options!(c => p::IntegOptions; m: int, lbnd: operand,);
    Ok(c.operand("k")?.map_or(options.clone(), |k| options.with(o::constants(k))))
}

fn convert<C: Class>(c: &Args) -> Result {
    let series = series::<C>(c)?;
    let options = match c.value("to") {
        Some(to) => o::domain(interval(Some(to))?).into(),
        None => p::ConvertOptions::from(..),
    };
    match c.text("kind")? {
        Some("Polynomial") => parts(&series.convert::<p::Polynomial>(options)),
        Some("Chebyshev") => parts(&series.convert::<p::Chebyshev>(options)),
        Some("Hermite") => parts(&series.convert::<p::Hermite>(options)),
        Some("HermiteE") => parts(&series.convert::<p::HermiteE>(options)),
        Some("Laguerre") => parts(&series.convert::<p::Laguerre>(options)),
        Some("Legendre") => parts(&series.convert::<p::Legendre>(options)),
        _ => fault("no such class"),
    }
}

fn fit<C: Class>(c: &Args) -> Result {
    let options =
        options!(c => p::SeriesFitOptions; domain: operand, window: operand, rcond: operand, w: operand, full!,);
    let fit = Series::<C::Family>::fit(c.op(0)?, c.op(1)?, degrees(c)?, options);
    let Some(d) = &fit.diagnostics else { return parts(&fit) };
    let Out::Arrays(mut all) = parts(&fit)? else { return fault("parts are arrays") };
    all.extend([&d.residuals, &d.rank, &d.singular_values, &d.rcond].map(np::Array::clone));
    Ok(all.into())
}

macro_rules! classes {
    ($($Class:ident)*) => { &[
        ("polynomial.set_default_printstyle", &["style"], |c| {
            let style = c.text("style")?.unwrap_or_default();
            let _alone = STYLE.write().unwrap_or_else(PoisonError::into_inner);
            let done = p::set_default_printstyle(style);
            let text = p::Legendre::new([1, 2, 3], ..).to_string();
            p::set_default_printstyle("unicode")?;
            done?;
            Ok(Out::Text(text))
        }),
        $(
            (classes!(@ $Class "new"), &[], |c| parts(&series::<p::$Class>(c)?)),
            (classes!(@ $Class "str"), &[], |c| {
                let _style = STYLE.read().unwrap_or_else(PoisonError::into_inner);
                Ok(Out::Text(series::<p::$Class>(c)?.to_string()))
            }),
            (classes!(@ $Class "ascii"), &[], |c| {
                Ok(Out::Text(series::<p::$Class>(c)?.text(PrintStyle::Ascii)?))
            }),
            (classes!(@ $Class "repr"), &[], |c| Ok(Out::Text(series::<p::$Class>(c)?.repr()?))),
            (classes!(@ $Class "latex"), &[], |c| Ok(Out::Text(series::<p::$Class>(c)?.latex()?))),
            (classes!(@ $Class "call"), &[], |c| Ok(series::<p::$Class>(c)?.call(c.op(1)?).into())),
            (classes!(@ $Class "degree"), &[], |c| Ok(Out::Int(series::<p::$Class>(c)?.degree() as i128))),
            (classes!(@ $Class "add"), &[], |c| {
                let [a, b] = sides::<p::$Class>(c)?;
                parts(&(&a + &b))
            }),
            (classes!(@ $Class "sub"), &[], |c| {
                let [a, b] = sides::<p::$Class>(c)?;
                parts(&(&a - &b))
            }),
            (classes!(@ $Class "mul"), &[], |c| {
                let [a, b] = sides::<p::$Class>(c)?;
                parts(&(&a * &b))
            }),
            (classes!(@ $Class "divmod"), &[], |c| {
                let [a, b] = sides::<p::$Class>(c)?;
                let (quotient, rest) = a.divmod(&b);
                Ok(vec![quotient.coef().clone(), rest.coef().clone()].into())
            }),
            (classes!(@ $Class "radd"), &[], |c| left::<p::$Class>(c, |n, s| n + s, |x, s| x + s)),
            (classes!(@ $Class "rsub"), &[], |c| left::<p::$Class>(c, |n, s| n - s, |x, s| x - s)),
            (classes!(@ $Class "neg"), &[], |c| parts(&-&series::<p::$Class>(c)?)),
            (classes!(@ $Class "pow"), &[], |c| parts(&series::<p::$Class>(c)?.pow(c.int_at(1)?))),
            (classes!(@ $Class "deriv"), &["coef", "m"], |c| {
                parts(&series::<p::$Class>(c)?.deriv(options!(c => p::DerOptions; m: int,)))
            }),
            (classes!(@ $Class "integ"), &["coef", "m", "k", "lbnd"], |c| {
                parts(&series::<p::$Class>(c)?.integ(integral(c)?))
            }),
            (classes!(@ $Class "roots"), &[], |c| Ok(series::<p::$Class>(c)?.roots().into())),
            (classes!(@ $Class "linspace"), &["coef", "n", "to"], |c| {
                let mut options = options!(c => p::LinspaceOptions; n: int,);
                if let Some(to) = c.value("to") {
                    options = options.with(o::domain(interval(Some(to))?));
                }
                let (x, y) = series::<p::$Class>(c)?.linspace(options);
                Ok(vec![x, y].into())
            }),
            (classes!(@ $Class "trim"), &["coef", "tol"], |c| {
                parts(&series::<p::$Class>(c)?.trim(options!(c => p::TrimOptions; tol: operand,)))
            }),
            (classes!(@ $Class "truncate"), &[], |c| {
                parts(&series::<p::$Class>(c)?.truncate(c.int_at(1)?))
            }),
            (classes!(@ $Class "cutdeg"), &[], |c| parts(&series::<p::$Class>(c)?.cutdeg(c.int_at(1)?))),
            (classes!(@ $Class "convert"), &["coef", "kind", "to"], convert::<p::$Class>),
            (classes!(@ $Class "basis"), &[], |c| parts(&p::$Class::basis(c.int_at(0)?, given(c)?))),
            (classes!(@ $Class "identity"), &[], |c| parts(&p::$Class::identity(given(c)?))),
            (classes!(@ $Class "fromroots"), &[], |c| parts(&p::$Class::fromroots(c.op(0)?, given(c)?))),
            (classes!(@ $Class "fit"), &["x", "y", "deg"], fit::<p::$Class>),
        )*
    ] };
    (@ $Class:ident $method:literal) => { concat!("polynomial.", stringify!($Class), ".", $method) };
}

pub static TABLE: &[Row] = classes!(Polynomial Chebyshev Hermite HermiteE Laguerre Legendre);
