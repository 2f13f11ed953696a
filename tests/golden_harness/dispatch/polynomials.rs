//! The six modules of functions of series, the tools they share, and the older functions of coefficients.

use numfuse as np;
use numfuse::options as o;
use numfuse::polynomial as p;

use super::super::case::Value;
use super::args::{Args, options};
use super::series::parts;
use super::{Fault, Out, Result, Row, linalg};

pub fn fault<T>(text: &str) -> Result<T> {
    Err(Fault::Harness(text.to_owned()))
}

/// `[0, 1.5]`.
pub fn interval(value: Option<&Value>) -> Result<[f64; 2]> {
    let number = |v: &Value| match v {
        Value::Int(i) => Ok(*i as f64),
        Value::Float(x) => Ok(*x),
        _ => fault("a number is wanted"),
    };
    match value {
        Some(Value::List(items)) if items.len() == 2 => Ok([number(&items[0])?, number(&items[1])?]),
        _ => fault("two numbers are wanted"),
    }
}

/// One degree, or several.
pub fn degrees(c: &Args) -> Result<p::Degrees> {
    Ok(match c.value("deg") {
        Some(Value::Int(degree)) => (*degree as i64).into(),
        _ => c.ints("deg")?.unwrap_or_default().into(),
    })
}

fn pair(c: &Args) -> Result<[i64; 2]> {
    c.ints("deg")?.unwrap_or_default().try_into().or_else(|_| fault("two degrees are wanted"))
}

fn triple(c: &Args) -> Result<[i64; 3]> {
    c.ints("deg")?.unwrap_or_default().try_into().or_else(|_| fault("three degrees are wanted"))
}

fn power(c: &Args) -> Result<p::PowOptions> {
    Ok(options!(c => p::PowOptions; maxpower: int,))
}

fn values(c: &Args) -> Result<p::ValOptions> {
    Ok(options!(c => p::ValOptions; tensor: boolean,))
}

fn derivative(c: &Args) -> Result<p::DerOptions> {
    Ok(options!(c => p::DerOptions; m: int, scl: operand, axis: axes,))
}

fn integral(c: &Args) -> Result<p::IntOptions> {
    let options = options!(c => p::IntOptions; m: int, lbnd: operand, scl: operand, axis: axes,);
    Ok(match c.operand("k")? {
        Some(k) => options.with(o::constants(k)),
        None => options,
    })
}

fn tolerance(c: &Args) -> Result<p::TrimOptions> {
    Ok(options!(c => p::TrimOptions; tol: operand,))
}

fn fit(c: &Args) -> Result<p::FitOptions> {
    Ok(options!(c => p::FitOptions; rcond: operand, w: operand,))
}

/// The function that a case gives.
pub fn function(c: &Args) -> Result<fn(&np::Array) -> np::Array> {
    match c.at(0)? {
        Value::Function(name) if name == "exp" => Ok(|x| np::exp(x)),
        _ => fault("no function"),
    }
}

fn both((a, b): (np::Array, np::Array)) -> Result {
    Ok(vec![a, b].into())
}

/// The functions that every family has.
macro_rules! family {
    ($($module:ident:
        $domain:ident $zero:ident $one:ident $x:ident
        $add:ident $sub:ident $mul:ident $mulx:ident $div:ident $pow:ident
        $val:ident $val2d:ident $val3d:ident $grid2d:ident $grid3d:ident
        $vander:ident $vander2d:ident $vander3d:ident
        $der:ident $int:ident $line:ident $fromroots:ident $roots:ident $companion:ident $trim:ident $fit:ident
        $({ $($to:ident $from:ident $gauss:ident $weight:ident)? })?;
    )*) => { &[$(
        $($(
            (family!(@ $module $to), &[], |c| Ok(p::$module::$to(c.op(0)?).into())),
            (family!(@ $module $from), &[], |c| Ok(p::$module::$from(c.op(0)?).into())),
            (family!(@ $module $gauss), &[], |c| both(p::$module::$gauss(c.int_at(0)?))),
            (family!(@ $module $weight), &[], |c| Ok(p::$module::$weight(c.op(0)?).into())),
        )?)?
        (concat!("polynomial.", stringify!($module), ".constants"), &[], |_| {
            use p::$module as m;
            Ok(vec![m::$domain.to_vec().into(), m::$zero.to_vec().into(), m::$one.to_vec().into(), m::$x.to_vec().into()].into())
        }),
        (family!(@ $module $add), &[], |c| Ok(p::$module::$add(c.op(0)?, c.op(1)?).into())),
        (family!(@ $module $sub), &[], |c| Ok(p::$module::$sub(c.op(0)?, c.op(1)?).into())),
        (family!(@ $module $mul), &[], |c| Ok(p::$module::$mul(c.op(0)?, c.op(1)?).into())),
        (family!(@ $module $mulx), &[], |c| Ok(p::$module::$mulx(c.op(0)?).into())),
        (family!(@ $module $div), &[], |c| both(p::$module::$div(c.op(0)?, c.op(1)?))),
        (family!(@ $module $pow), &["c", "pow", "maxpower"], |c| {
            Ok(p::$module::$pow(c.op(0)?, c.int_at(1)?, power(c)?).into())
        }),
        (family!(@ $module $val), &["x", "c", "tensor"], |c| {
            Ok(p::$module::$val(c.op(0)?, c.op(1)?, values(c)?).into())
        }),
        (family!(@ $module $val2d), &[], |c| Ok(p::$module::$val2d(c.op(0)?, c.op(1)?, c.op(2)?).into())),
        (family!(@ $module $val3d), &[], |c| {
            Ok(p::$module::$val3d(c.op(0)?, c.op(1)?, c.op(2)?, c.op(3)?).into())
        }),
        (family!(@ $module $grid2d), &[], |c| Ok(p::$module::$grid2d(c.op(0)?, c.op(1)?, c.op(2)?).into())),
        (family!(@ $module $grid3d), &[], |c| {
            Ok(p::$module::$grid3d(c.op(0)?, c.op(1)?, c.op(2)?, c.op(3)?).into())
        }),
        (family!(@ $module $vander), &[], |c| Ok(p::$module::$vander(c.op(0)?, c.int_at(1)?).into())),
        (family!(@ $module $vander2d), &["x", "y", "deg"], |c| {
            Ok(p::$module::$vander2d(c.op(0)?, c.op(1)?, pair(c)?).into())
        }),
        (family!(@ $module $vander3d), &["x", "y", "z", "deg"], |c| {
            Ok(p::$module::$vander3d(c.op(0)?, c.op(1)?, c.op(2)?, triple(c)?).into())
        }),
        (family!(@ $module $der), &["c", "m", "scl", "axis"], |c| {
            Ok(p::$module::$der(c.op(0)?, derivative(c)?).into())
        }),
        (family!(@ $module $int), &["c", "m", "k", "lbnd", "scl", "axis"], |c| {
            Ok(p::$module::$int(c.op(0)?, integral(c)?).into())
        }),
        (family!(@ $module $line), &[], |c| Ok(p::$module::$line(c.op(0)?, c.op(1)?).into())),
        (family!(@ $module $fromroots), &[], |c| Ok(p::$module::$fromroots(c.op(0)?).into())),
        (family!(@ $module $roots), &[], |c| Ok(p::$module::$roots(c.op(0)?).into())),
        (family!(@ $module $companion), &[], |c| Ok(p::$module::$companion(c.op(0)?).into())),
        (family!(@ $module $trim), &["c", "tol"], |c| Ok(p::$module::$trim(c.op(0)?, tolerance(c)?).into())),
        (family!(@ $module $fit), &["x", "y", "deg", "rcond", "full", "w"], |c| {
            fitted(c, |o| Ok(p::$module::$fit(c.op(0)?, c.op(1)?, degrees(c)?, o)))
        }),
    )*] };
    (@ $module:ident $name:ident) => { concat!("polynomial.", stringify!($module), ".", stringify!($name)) };
}

/// The coefficients, and with `full` how well it went.
fn fitted(c: &Args, call: impl FnOnce(p::FitOptions) -> Result<p::Fit>) -> Result {
    let full = c.flag("full")?;
    let options = fit(c)?;
    let found = call(if full { options.with(o::full()) } else { options })?;
    Ok(match found.diagnostics {
        Some(d) => vec![found.coefficients, d.residuals, d.rank, d.singular_values, d.rcond].into(),
        None => found.coefficients.into(),
    })
}

pub static MODULES: &[Row] = family! {
    polynomial:
        polydomain polyzero polyone polyx
        polyadd polysub polymul polymulx polydiv polypow
        polyval polyval2d polyval3d polygrid2d polygrid3d polyvander polyvander2d polyvander3d
        polyder polyint polyline polyfromroots polyroots polycompanion polytrim polyfit;
    chebyshev:
        chebdomain chebzero chebone chebx
        chebadd chebsub chebmul chebmulx chebdiv chebpow
        chebval chebval2d chebval3d chebgrid2d chebgrid3d chebvander chebvander2d chebvander3d
        chebder chebint chebline chebfromroots chebroots chebcompanion chebtrim chebfit
        { poly2cheb cheb2poly chebgauss chebweight };
    hermite:
        hermdomain hermzero hermone hermx
        hermadd hermsub hermmul hermmulx hermdiv hermpow
        hermval hermval2d hermval3d hermgrid2d hermgrid3d hermvander hermvander2d hermvander3d
        hermder hermint hermline hermfromroots hermroots hermcompanion hermtrim hermfit
        { poly2herm herm2poly hermgauss hermweight };
    hermite_e:
        hermedomain hermezero hermeone hermex
        hermeadd hermesub hermemul hermemulx hermediv hermepow
        hermeval hermeval2d hermeval3d hermegrid2d hermegrid3d hermevander hermevander2d hermevander3d
        hermeder hermeint hermeline hermefromroots hermeroots hermecompanion hermetrim hermefit
        { poly2herme herme2poly hermegauss hermeweight };
    laguerre:
        lagdomain lagzero lagone lagx
        lagadd lagsub lagmul lagmulx lagdiv lagpow
        lagval lagval2d lagval3d laggrid2d laggrid3d lagvander lagvander2d lagvander3d
        lagder lagint lagline lagfromroots lagroots lagcompanion lagtrim lagfit
        { poly2lag lag2poly laggauss lagweight };
    legendre:
        legdomain legzero legone legx
        legadd legsub legmul legmulx legdiv legpow
        legval legval2d legval3d leggrid2d leggrid3d legvander legvander2d legvander3d
        legder legint legline legfromroots legroots legcompanion legtrim legfit
        { poly2leg leg2poly leggauss legweight };
};

pub static TOOLS: &[Row] = &[
    ("polynomial.polynomial.polyvalfromroots", &["x", "r", "tensor"], |c| {
        Ok(p::polynomial::polyvalfromroots(c.op(0)?, c.op(1)?, values(c)?).into())
    }),
    ("polynomial.chebyshev.chebpts1", &[], |c| Ok(p::chebyshev::chebpts1(c.int_at(0)?).into())),
    ("polynomial.chebyshev.chebpts2", &[], |c| Ok(p::chebyshev::chebpts2(c.int_at(0)?).into())),
    ("polynomial.chebyshev.chebinterpolate", &["func", "deg"], |c| {
        Ok(p::chebyshev::chebinterpolate(function(c)?, c.int_at(1)?).into())
    }),
    ("polynomial.Chebyshev.interpolate", &["func", "deg"], |c| {
        let o = options!(c => p::ConvertOptions; domain: operand,);
        parts(&p::Chebyshev::interpolate(function(c)?, c.int_at(1)?, o))
    }),
    ("polynomial.polyutils.getdomain", &[], |c| Ok(p::polyutils::getdomain(c.op(0)?).into())),
    ("polynomial.polyutils.trimseq", &[], |c| Ok(p::polyutils::trimseq(c.op(0)?).into())),
    ("polynomial.polyutils.trimcoef", &["c", "tol"], |c| Ok(p::polyutils::trimcoef(c.op(0)?, tolerance(c)?).into())),
    ("polynomial.polyutils.as_series", &["alist", "trim"], |c| {
        let o = c.boolean("trim")?.map_or_else(|| (..).into(), p::polyutils::AsSeriesOptions::from);
        Ok(p::polyutils::as_series(c.arrays(0)?, o).into())
    }),
    ("polynomial.polyutils.mapdomain", &["x", "old", "new"], |c| {
        Ok(p::polyutils::mapdomain(c.op(0)?, interval(c.value("old"))?, interval(c.value("new"))?).into())
    }),
    ("polynomial.polyutils.mapparms", &["old", "new"], |c| {
        let (offset, scale) = p::polyutils::mapparms(interval(c.value("old"))?, interval(c.value("new"))?);
        Ok(vec![np::asarray(np::Scalar::new(offset), ..), np::asarray(np::Scalar::new(scale), ..)].into())
    }),
    ("polynomial.polyutils.format_float", &["x", "parens"], |c| {
        let o = options!(c => p::polyutils::FormatFloatOptions; parens!,);
        let Value::Array(x, _) = c.at(0)? else { return fault("an array is wanted") };
        Ok(Out::Text(p::polyutils::format_float(x.values[0], o)))
    }),
];

fn older_fit(c: &Args, full: bool) -> Result<np::PolyfitResult> {
    let mut o = options!(c => np::PolyfitOptions; rcond: operand, w: operand,);
    if full {
        o = o.with(o::full());
    }
    o = match c.value("cov") {
        Some(Value::Bool(cov)) => o.with(o::cov(*cov)),
        Some(Value::Text(_)) => o.with(o::cov("unscaled")),
        _ => o,
    };
    let degree = c.int("deg")?.map_or_else(|| fault("no degree"), Ok)?;
    Ok(np::polyfit(c.op(0)?, c.op(1)?, degree, o))
}

fn poly1d(c: &Args) -> Result<np::poly1d> {
    let o = options!(c => np::Poly1dOptions; r!, variable: fixed_text,);
    Ok(np::poly1d::new(c.op(0)?, o))
}

fn other(c: &Args) -> Result<np::poly1d> {
    Ok(np::poly1d::new(c.op(1)?, ..))
}

fn coeffs(p: np::poly1d) -> Result {
    Ok(p.coeffs().clone().into())
}

pub static OLDER: &[Row] = &[
    ("polyadd", &[], |c| Ok(np::polyadd(c.op(0)?, c.op(1)?).into())),
    ("polysub", &[], |c| Ok(np::polysub(c.op(0)?, c.op(1)?).into())),
    ("polymul", &[], |c| Ok(np::polymul(c.op(0)?, c.op(1)?).into())),
    ("polydiv", &[], |c| both(np::polydiv(c.op(0)?, c.op(1)?))),
    ("polyval", &[], |c| Ok(np::polyval(c.op(0)?, c.op(1)?).into())),
    ("polyder", &["p", "m"], |c| Ok(np::polyder(c.op(0)?, options!(c => np::PolyderOptions; m: int,)).into())),
    ("polyint", &["p", "m", "k"], |c| {
        let options = options!(c => np::PolyintOptions; m: int,);
        let options = c.operand("k")?.map_or(options.clone(), |k| options.with(o::constants(k)));
        Ok(np::polyint(c.op(0)?, options).into())
    }),
    ("poly", &[], |c| Ok(np::poly(c.op(0)?).into())),
    ("roots", &[], |c| Ok(np::roots(c.op(0)?).into())),
    ("roots|sorted", &[], |c| linalg::sorted(&np::roots(c.op(0)?))),
    ("polyfit", &["x", "y", "deg"], |c| {
        let found = older_fit(c, false)?;
        Ok(match found.covariance {
            Some(covariance) => vec![found.coefficients, covariance].into(),
            None => found.coefficients.into(),
        })
    }),
    ("polyfit.full", &["x", "y", "deg"], |c| {
        let found = older_fit(c, true)?;
        let Some(d) = found.diagnostics else { return fault("no diagnostics") };
        Ok(vec![found.coefficients, d.residuals, d.rank, d.singular_values, d.rcond].into())
    }),
    ("poly1d", &["c", "r"], |c| coeffs(poly1d(c)?)),
    ("poly1d.str", &["c"], |c| Ok(Out::Text(poly1d(c)?.to_string()))),
    ("poly1d.repr", &["c"], |c| Ok(Out::Text(poly1d(c)?.repr()?))),
    ("poly1d.order", &["c"], |c| Ok(Out::Int(poly1d(c)?.order() as i128))),
    ("poly1d.call", &["c", "x"], |c| Ok(poly1d(c)?.call(c.op(1)?).into())),
    ("poly1d.compose", &["c", "q"], |c| coeffs(poly1d(c)?.compose(&other(c)?))),
    ("poly1d.roots", &["c"], |c| Ok(poly1d(c)?.roots().into())),
    ("poly1d.deriv", &["c", "m"], |c| coeffs(poly1d(c)?.deriv(options!(c => np::PolyderOptions; m: int,)))),
    ("poly1d.integ", &["c", "m", "k"], |c| {
        let options = options!(c => np::PolyintOptions; m: int,);
        let options = c.operand("k")?.map_or(options.clone(), |k| options.with(o::constants(k)));
        coeffs(poly1d(c)?.integ(options))
    }),
    ("poly1d.pow", &["c", "n"], |c| coeffs(poly1d(c)?.pow(c.int_at(1)?))),
    ("poly1d.add", &["c", "q"], |c| coeffs(&poly1d(c)? + &other(c)?)),
    ("poly1d.sub", &["c", "q"], |c| coeffs(&poly1d(c)? - &other(c)?)),
    ("poly1d.mul", &["c", "q"], |c| coeffs(&poly1d(c)? * &other(c)?)),
    ("poly1d.div", &["c", "q"], |c| {
        let (quotient, rest) = poly1d(c)?.divide(&other(c)?);
        Ok(vec![quotient.coeffs().clone(), rest.coeffs().clone()].into())
    }),
    ("poly1d.neg", &["c"], |c| coeffs(-&poly1d(c)?)),
    ("poly1d.get", &["c", "n"], |c| Ok(np::asarray(poly1d(c)?.get(c.int_at(1)? as usize), ..).into())),
    ("poly1d.set", &["c", "n", "value"], |c| {
        let mut p = poly1d(c)?;
        p.set(c.int_at(1)? as usize, c.op(2)?);
        coeffs(p)
    }),
];
