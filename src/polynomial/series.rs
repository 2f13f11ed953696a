//! The six classes of series, which differ in their basis only.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Add, Deref, Div, Mul, Neg, Rem, Sub};
use std::panic::Location;

use numfuse_ir::{DType, Element, Scalar};

use super::algebra::{self, Field};
use super::basis::{self, Basis};
use super::fit::Degrees;
use super::functions::{
    self as f, DerOptions, FitDiagnostics, FitOptions, IntOptions, One, TrimOptions, Two, array_of, numbers,
    series_array, series_dtype, with_field,
};
use super::polyutils::{domain_of, mapparms, mapped, pair};
use super::text::{self, PrintStyle};
use crate::array::Array;
use crate::array::build::{Cx, call, call_n};
use crate::array::operand::Operand;
use crate::error::{Raised, Result, raise};
use crate::options::{Int, options};

options! {
    /// Options of series: the interval that is mapped to the `window` of the polynomials, the window, and the letter for
    /// the variable.
    SeriesOptions { domain: DomainKey(Operand), window: WindowKey(Operand), symbol: SymbolKey(&'static str) };
    /// Options of [`Series::fit`]: those of series and of fits.
    SeriesFitOptions {
        domain: DomainKey(Operand), window: WindowKey(Operand), symbol: SymbolKey(&'static str),
        rcond: Rcond(Operand), w: W(Operand), full: FullKey(bool),
    };
    /// Options of [`Series::convert`] and [`Series::cast`].
    ConvertOptions { domain: DomainKey(Operand), window: WindowKey(Operand) };
    /// Options of [`Series::integ`]; the bare value is `m`, the order.
    IntegOptions { m: MKey(Int), constants: Constants(Operand), lbnd: Lbnd(Operand) } bare m int;
    /// Options of [`Series::linspace`]; the bare value is `n`, 100 unless given.
    LinspaceOptions { n: NKey(Int), domain: DomainKey(Operand) } bare n int;
}

/// Which polynomials a series is made of.
pub trait Family: Clone + Copy + fmt::Debug + Default + 'static {
    /// The table of their recurrences.
    #[doc(hidden)]
    fn basis() -> &'static Basis;
}

macro_rules! families {
    ($($(#[$doc:meta])* $Class:ident $Marker:ident $BASIS:ident;)*) => {$(
        #[doc = concat!("The family of [`", stringify!($Class), "`].")]
        #[derive(Clone, Copy, Debug, Default)]
        #[doc(hidden)]
        pub struct $Marker;

        impl Family for $Marker {
            fn basis() -> &'static Basis {
                &basis::$BASIS
            }
        }

        $(#[$doc])*
        pub type $Class = Series<$Marker>;
    )*};
}

families! {
    /// A series of powers of x. See [`Series`].
    Polynomial Powers POWER;
    /// A series of Chebyshev polynomials. See [`Series`].
    Chebyshev Chebyshevs CHEBYSHEV;
    /// A series of the physicists' Hermite polynomials. See [`Series`].
    Hermite Hermites HERMITE;
    /// A series of the probabilists' Hermite polynomials. See [`Series`].
    HermiteE HermitesE HERMITE_E;
    /// A series of Laguerre polynomials. See [`Series`].
    Laguerre Laguerres LAGUERRE;
    /// A series of Legendre polynomials. See [`Series`].
    Legendre Legendres LEGENDRE;
}

/// Powers of a class' series go so far.
const MOST_POWER: i64 = 100;

/// A series of polynomials of one family, on a domain: its variable is mapped linearly from the domain to the window
/// where the polynomials are at home.
///
/// Series of one family, domain, window and symbol can be added, subtracted, multiplied and divided (`/` by numbers,
/// [`Series::divmod`], [`Series::floordiv`] and `%` by series); numbers and vectors of coefficients take part. A bad call
/// gives a series whose coefficients carry the error.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// use np::polynomial::{Chebyshev, Polynomial};
///
/// let p = Polynomial::new([-1.0, 0.0, 1.0], ..); // x² - 1
/// assert_eq!(p.roots().to_vec::<f64>()?, [-1.0, 1.0]);
/// assert_eq!((&p * 2.0 + [0.0, 1.0]).coef().to_vec::<f64>()?, [-2.0, 1.0, 2.0]);
/// let (quotient, rest) = p.divmod(&Polynomial::new([1.0, 1.0], ..));
/// assert_eq!(quotient.coef().to_vec::<f64>()?, [-1.0, 1.0]);
/// assert_eq!(rest.coef().to_vec::<f64>()?, [0.0]);
/// assert_eq!(p.integ(lbnd(0)).deriv(..), p);
///
/// let x = np::linspace(0.0, 10.0, 50);
/// let fit = Chebyshev::fit(&x, np::sin(&x), 12, ..);
/// assert_eq!(fit.domain(), [0.0, 10.0]);
/// assert!((fit.call(3.3).item::<f64>()? - 3.3_f64.sin()).abs() < 1e-4);
/// assert!((&fit.series + &Chebyshev::new([1.0], ..)).coef().check().is_err()); // domains differ
/// # Ok::<(), np::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Series<F: Family> {
    coef: Array,
    domain: [f64; 2],
    window: [f64; 2],
    symbol: String,
    family: PhantomData<F>,
}

/// One of the six classes, for [`Series::convert`].
pub trait Class {
    /// Its family.
    type Family: Family;
}

impl<F: Family> Class for Series<F> {
    type Family = F;
}

/// What [`Series::fit`] gives. It stands for the series.
#[derive(Clone, Debug)]
pub struct SeriesFit<F: Family> {
    /// The series.
    pub series: Series<F>,
    /// How well it went, with `full`.
    pub diagnostics: Option<FitDiagnostics>,
}

impl<F: Family> Deref for SeriesFit<F> {
    type Target = Series<F>;
    fn deref(&self) -> &Series<F> {
        &self.series
    }
}

/// A Python identifier, near enough: letters, digits and underscores, no digit first.
fn is_identifier(symbol: &str) -> bool {
    let mut letters = symbol.chars();
    letters.next().is_some_and(|c| c.is_alphabetic() || c == '_') && letters.all(|c| c.is_alphanumeric() || c == '_')
}

impl<F: Family> Series<F> {
    /// Runs the body of a method; an error becomes a series that carries it.
    #[track_caller]
    fn build(name: &'static str, body: impl FnOnce(Cx) -> Raised<Series<F>>) -> Series<F> {
        let location = Location::caller();
        body(Cx { location }).unwrap_or_else(|raise| Series {
            coef: Array::failed(raise.sign(name, location)),
            domain: F::basis().domain,
            window: F::basis().domain,
            symbol: "x".to_owned(),
            family: PhantomData,
        })
    }

    fn made(cx: Cx, coef: &Operand, o: SeriesOptions) -> Raised<Series<F>> {
        let coef = series_array(cx, coef)?;
        let coef = cx.cast(&coef, series_dtype(&[&coef])?)?;
        let interval = |name: &str, x: &Option<Operand>| match x {
            None => Ok(F::basis().domain),
            Some(x) => pair(cx, name, x),
        };
        let (domain, window) = (interval("Domain", &o.domain)?, interval("Window", &o.window)?);
        let symbol = o.symbol.unwrap_or("x");
        if !is_identifier(symbol) {
            return raise!(Value, "Symbol string must be a valid Python identifier");
        }
        Ok(Series { coef, domain, window, symbol: symbol.to_owned(), family: PhantomData })
    }

    /// Other coefficients on the same domain.
    fn with(&self, coef: Array) -> Series<F> {
        Series { coef, ..self.clone() }
    }

    /// The series with these coefficients, lowest degree first.
    #[track_caller]
    pub fn new(coef: impl Into<Operand>, options: impl Into<SeriesOptions>) -> Series<F> {
        let (coef, o) = (coef.into(), options.into());
        Self::build("Series", |cx| Self::made(cx, &coef, o))
    }

    /// The coefficients, lowest degree first.
    pub fn coef(&self) -> &Array {
        &self.coef
    }

    /// The interval that is mapped to the window.
    pub fn domain(&self) -> [f64; 2] {
        self.domain
    }

    /// The interval of the polynomials' argument.
    pub fn window(&self) -> [f64; 2] {
        self.window
    }

    /// The letter for the variable.
    pub fn symbol(&self) -> &str {
        &self.symbol
    }

    /// The degree: one less than there are coefficients, be the last ones zero or not.
    #[track_caller]
    pub fn degree(&self) -> usize {
        self.coef.size().saturating_sub(1)
    }

    /// The values at points. Lazy.
    #[track_caller]
    pub fn call(&self, x: impl Into<Operand>) -> Array {
        let x = x.into();
        call("Series::call", |cx| {
            let x = mapped(cx, &x, self.domain, self.window)?;
            f::val(cx, F::basis(), &x.into(), &(&self.coef).into(), true)
        })
    }

    /// Offset and scale of the map from domain to window.
    pub fn mapparms(&self) -> (f64, f64) {
        mapparms(self.domain, self.window)
    }

    /// The single polynomial of a degree.
    #[track_caller]
    pub fn basis(deg: impl Into<Int>, options: impl Into<SeriesOptions>) -> Series<F> {
        let (deg, o) = (deg.into().0, options.into());
        Self::build("Series::basis", |cx| {
            let degree = match usize::try_from(deg) {
                Ok(degree) if degree < 1 << 32 => degree,
                Ok(_) => return raise!(Value, "deg is too large"),
                Err(_) => return raise!(Value, "deg must be non-negative integer"),
            };
            let mut c = vec![0.0; degree + 1];
            c[degree] = 1.0;
            Self::made(cx, &array_of(cx, c)?.into(), o)
        })
    }

    /// The series of the variable itself.
    #[track_caller]
    pub fn identity(options: impl Into<SeriesOptions>) -> Series<F> {
        let o = options.into();
        Self::build("Series::identity", |cx| {
            let mut out = Self::made(cx, &array_of(cx, vec![0.0])?.into(), o)?;
            let (offset, scale) = mapparms(out.window, out.domain);
            out.coef = array_of(cx, algebra::line(F::basis(), offset, scale))?;
            Ok(out)
        })
    }

    /// The series of the monic polynomial with these roots, on the family's own domain unless another is given.
    #[track_caller]
    pub fn fromroots(roots: impl Into<Operand>, options: impl Into<SeriesOptions>) -> Series<F> {
        let (roots, o) = (roots.into(), options.into());
        Self::build("Series::fromroots", |cx| {
            let roots = series_array(cx, &roots)?;
            let mut out = Self::made(cx, &array_of(cx, vec![0.0])?.into(), o)?;
            let (_, scale) = out.mapparms();
            let dtype = series_dtype(&[&roots])?.promote(DType::F64);
            let roots = mapped(cx, &cx.cast(&roots, dtype)?.into(), out.domain, out.window)?;
            let degree = roots.0.shape[0] as i32;
            out.coef = with_field!(dtype, T => {
                let c = algebra::from_roots(F::basis(), numbers::<T>(cx, &roots)?);
                let factor = <<T as Field>::Wide as Field>::of(scale.powi(degree));
                array_of(cx, c.into_iter().map(|x| x / factor).collect::<Vec<_>>())
            })?;
            Ok(out)
        })
    }

    /// The series of a degree, or of some degrees, that is nearest to values `y` at points `x`, by least squares. Its
    /// domain is the interval of the points unless given.
    #[track_caller]
    pub fn fit(
        x: impl Into<Operand>,
        y: impl Into<Operand>,
        deg: impl Into<Degrees>,
        options: impl Into<SeriesFitOptions>,
    ) -> SeriesFit<F> {
        let (x, y, deg, o) = (x.into(), y.into(), deg.into(), options.into());
        let mut diagnostics = None;
        let series = Self::build("Series::fit", |cx| {
            let domain = match &o.domain {
                Some(domain) => pair(cx, "Domain", domain)?,
                None => {
                    let [low, high] = pair(cx, "Domain", &domain_of(cx, &x)?.into())?;
                    if low == high { [low - 1.0, high + 1.0] } else { [low, high] }
                }
            };
            let given = SeriesOptions { domain: Some(domain.into()), window: o.window, symbol: o.symbol };
            let mut out = Self::made(cx, &array_of(cx, vec![0.0])?.into(), given)?;
            let points = mapped(cx, &x, out.domain, out.window)?;
            let how = FitOptions { rcond: o.rcond, full: o.full, w: o.w };
            let fit = super::fit::fit(cx, F::basis(), &points.into(), &y, deg, &how)?;
            if fit.coefficients.0.shape.len() != 1 {
                return raise!(Value, "Coefficient array is not 1-d");
            }
            out.coef = fit.coefficients;
            diagnostics = fit.diagnostics;
            Ok(out)
        });
        SeriesFit { series, diagnostics }
    }

    /// The same function as a series of another family, domain or window.
    #[track_caller]
    pub fn convert<K: Class>(&self, options: impl Into<ConvertOptions>) -> Series<K::Family> {
        let (o, basis) = (options.into(), K::Family::basis());
        Series::<K::Family>::build("Series::convert", |cx| {
            let given = SeriesOptions { domain: o.domain, window: o.window, symbol: None };
            let mut out = Series::<K::Family>::made(cx, &array_of(cx, vec![0.0])?.into(), given)?;
            out.symbol = self.symbol.clone();
            let (offset, scale) = mapparms(out.window, out.domain);
            let (to_offset, to_scale) = self.mapparms();
            let coef = series_array(cx, &(&self.coef).into())?;
            out.coef = with_field!(series_dtype(&[&coef])?, S => {
                let of = <<S as Field>::Wide as Field>::of;
                let x = algebra::line(basis, of(offset), of(scale));
                let x = algebra::add(&algebra::scaled(&x, of(to_scale)), &[of(to_offset)]);
                let c = numbers::<S>(cx, &coef)?;
                array_of(cx, algebra::trim(algebra::compose(F::basis(), &c, basis, &x)))
            })?;
            Ok(out)
        })
    }

    /// A series of any family as one of this.
    #[track_caller]
    pub fn cast<K: Family>(series: &Series<K>, options: impl Into<ConvertOptions>) -> Series<F> {
        series.convert::<Series<F>>(options)
    }

    /// The derivative; the bare value is its order.
    #[track_caller]
    pub fn deriv(&self, options: impl Into<DerOptions>) -> Series<F> {
        let order = options.into().m;
        self.with(call("Series::deriv", |cx| {
            let scale: Operand = cx.param(Scalar::new(self.mapparms().1));
            let o = DerOptions { m: order, scl: Some(scale), axis: None };
            f::der(cx, F::basis(), &(&self.coef).into(), &o)
        }))
    }

    /// The integral; the bare value is its order. `constants` are the values at `lbnd` (0 unless given) of each.
    #[track_caller]
    pub fn integ(&self, options: impl Into<IntegOptions>) -> Series<F> {
        let o = options.into();
        self.with(call("Series::integ", |cx| {
            let (offset, scale) = self.mapparms();
            let bound = match &o.lbnd {
                None => 0.0,
                Some(bound) => offset + scale * cx.array_as(bound, DType::F64)?.item::<f64>()?,
            };
            let number = |x: f64| Some(cx.param(Scalar::new(x)));
            let o = IntOptions {
                m: o.m,
                constants: o.constants,
                lbnd: number(bound),
                scl: number(1.0 / scale),
                axis: None,
            };
            f::int(cx, F::basis(), &(&self.coef).into(), &o)
        }))
    }

    /// The roots, in order.
    #[track_caller]
    pub fn roots(&self) -> Array {
        call("Series::roots", |cx| {
            let roots = f::roots(cx, F::basis(), &(&self.coef).into())?;
            mapped(cx, &roots.into(), self.window, self.domain)
        })
    }

    /// Points at even distances over the domain, and the values there.
    #[track_caller]
    pub fn linspace(&self, options: impl Into<LinspaceOptions>) -> (Array, Array) {
        let o = options.into();
        let [x, y] = call_n("Series::linspace", |cx| {
            let [low, high] = match &o.domain {
                None => self.domain,
                Some(domain) => pair(cx, "Domain", domain)?,
            };
            let x = crate::linspace(low, high, crate::options::num(o.n.map_or(100, |n| n.0)));
            x.check()?;
            let y = self.call(&x);
            y.check()?;
            Ok([x, y])
        });
        (x, y)
    }

    /// Without coefficients up to a tolerance (0 unless given) at the end.
    #[track_caller]
    pub fn trim(&self, options: impl Into<TrimOptions>) -> Series<F> {
        let o = options.into();
        self.with(call("Series::trim", |cx| f::trim(cx, &(&self.coef).into(), &o)))
    }

    /// With `size` coefficients at most.
    #[track_caller]
    pub fn truncate(&self, size: impl Into<Int>) -> Series<F> {
        let size = size.into().0;
        self.with(call("Series::truncate", |cx| {
            self.coef.check()?;
            if size < 1 {
                return raise!(Value, "size must be a positive integer");
            }
            cx.part(&self.coef, 0, 0, self.coef.0.shape[0].min(size as usize))
        }))
    }

    /// Of degree `deg` at most.
    #[track_caller]
    pub fn cutdeg(&self, deg: impl Into<Int>) -> Series<F> {
        self.truncate(deg.into().0.saturating_add(1))
    }

    /// A power, up to 100.
    #[track_caller]
    pub fn pow(&self, power: i64) -> Series<F> {
        self.with(call("Series::pow", |cx| {
            f::one(cx, F::basis(), One::Pow(power, Some(MOST_POWER)), &(&self.coef).into())
        }))
    }

    /// Quotient and remainder.
    #[track_caller]
    pub fn divmod(&self, other: impl Into<Term<F>>) -> (Series<F>, Series<F>) {
        let other = other.into();
        let [quotient, rest] =
            call_n("Series::divmod", |cx| f::div(cx, F::basis(), &(&self.coef).into(), &self.coefficients_of(&other)?));
        (self.with(quotient), self.with(rest))
    }

    /// The quotient without the remainder.
    #[track_caller]
    pub fn floordiv(&self, other: impl Into<Term<F>>) -> Series<F> {
        self.divmod(other).0
    }

    /// Whether coefficients are equal.
    pub fn has_samecoef<K: Family>(&self, other: &Series<K>) -> bool {
        crate::array_equal(&self.coef, &other.coef, ..).item::<bool>().unwrap_or(false)
    }

    /// Whether domains are equal.
    pub fn has_samedomain<K: Family>(&self, other: &Series<K>) -> bool {
        self.domain == other.domain
    }

    /// Whether windows are equal.
    pub fn has_samewindow<K: Family>(&self, other: &Series<K>) -> bool {
        self.window == other.window
    }

    /// Whether the families are the same.
    pub fn has_sametype<K: Family>(&self, _: &Series<K>) -> bool {
        std::ptr::eq(F::basis(), K::basis())
    }

    /// The series in a style of text. Evaluates the coefficients.
    pub fn text(&self, style: PrintStyle) -> Result<String> {
        text::text(self, style)
    }

    /// The series as a call of its constructor, as NumPy's `repr` prints it.
    pub fn repr(&self) -> Result<String> {
        text::repr(self)
    }

    /// The series in LaTeX, as notebooks show it.
    pub fn latex(&self) -> Result<String> {
        text::latex(self)
    }

    /// The coefficients of the other side of an operator, if it goes together with this one.
    fn coefficients_of(&self, other: &Term<F>) -> Raised<Operand> {
        match other {
            Term::Coefficients(c) => Ok(c.clone()),
            Term::Series(other) if self.domain != other.domain => raise!(DType, "Domains differ"),
            Term::Series(other) if self.window != other.window => raise!(DType, "Windows differ"),
            Term::Series(other) if self.symbol != other.symbol => raise!(Value, "Polynomial symbols differ"),
            Term::Series(other) => Ok((&other.coef).into()),
        }
    }

    #[track_caller]
    fn combined(&self, op: Two, other: Term<F>, reversed: bool) -> Series<F> {
        self.with(call("Series", |cx| {
            let (mine, other) = ((&self.coef).into(), self.coefficients_of(&other)?);
            match reversed {
                false => f::two(cx, F::basis(), op, &mine, &other),
                true => f::two(cx, F::basis(), op, &other, &mine),
            }
        }))
    }
}

impl Chebyshev {
    /// The series of a degree that agrees with a function at Chebyshev points of the domain.
    ///
    /// ```
    /// use numfuse as np;
    /// use np::prelude::*;
    /// let p = np::polynomial::Chebyshev::interpolate(|x| np::exp(x), 10, domain([0.0, 2.0]));
    /// assert!((p.call(1.5).item::<f64>()? - 1.5_f64.exp()).abs() < 1e-9);
    /// # Ok::<(), np::Error>(())
    /// ```
    #[track_caller]
    pub fn interpolate(
        func: impl FnOnce(&Array) -> Array,
        deg: impl Into<Int>,
        options: impl Into<ConvertOptions>,
    ) -> Chebyshev {
        let (deg, o) = (deg.into().0, options.into());
        Self::build("Chebyshev::interpolate", |cx| {
            let given = SeriesOptions { domain: o.domain, ..SeriesOptions::default() };
            let mut out = Self::made(cx, &array_of(cx, vec![0.0])?.into(), given)?;
            let (window, domain) = (basis::CHEBYSHEV.domain, out.domain);
            let on_domain = |x: &Array| match mapped(cx, &x.into(), window, domain) {
                Ok(x) => func(&x),
                Err(raise) => Array::failed(raise.sign("Chebyshev::interpolate", cx.location)),
            };
            out.coef = super::quadrature::chebyshev_interpolation(cx, on_domain, deg)?;
            Ok(out)
        })
    }
}

/// The other side of an operator: a series, or coefficients (a number is one of degree 0).
#[derive(Clone, Debug)]
pub enum Term<F: Family> {
    /// A series.
    Series(Series<F>),
    /// Coefficients.
    Coefficients(Operand),
}

impl<F: Family> From<Series<F>> for Term<F> {
    fn from(series: Series<F>) -> Term<F> {
        Term::Series(series)
    }
}

impl<F: Family> From<&Series<F>> for Term<F> {
    fn from(series: &Series<F>) -> Term<F> {
        Term::Series(series.clone())
    }
}

macro_rules! coefficients {
    ($([$($generics:tt)*] $t:ty),* $(,)?) => {$(
        impl<F: Family, $($generics)*> From<$t> for Term<F> {
            #[track_caller]
            fn from(c: $t) -> Term<F> { Term::Coefficients(c.into()) }
        }
    )*};
}
coefficients!([] i32, [] i64, [] f32, [] f64, [] Array, [] &Array, [T: Element + crate::Nested<Item = T>] Vec<T>);
coefficients!([T: Element + crate::Nested<Item = T>, const N: usize] [T; N]);

macro_rules! operators {
    ($($Trait:ident $method:ident $op:ident;)*) => {$(
        impl<F: Family, R: Into<Term<F>>> $Trait<R> for &Series<F> {
            type Output = Series<F>;
            #[track_caller]
            fn $method(self, other: R) -> Series<F> { self.combined(Two::$op, other.into(), false) }
        }
        impl<F: Family, R: Into<Term<F>>> $Trait<R> for Series<F> {
            type Output = Series<F>;
            #[track_caller]
            fn $method(self, other: R) -> Series<F> { self.combined(Two::$op, other.into(), false) }
        }
        operators!(@reversed $Trait $method $op: i32, i64, f32, f64);
    )*};
    (@reversed $Trait:ident $method:ident $op:ident: $($t:ty),*) => {$(
        impl<F: Family> $Trait<&Series<F>> for $t {
            type Output = Series<F>;
            #[track_caller]
            fn $method(self, other: &Series<F>) -> Series<F> { other.combined(Two::$op, self.into(), true) }
        }
        impl<F: Family> $Trait<Series<F>> for $t {
            type Output = Series<F>;
            #[track_caller]
            fn $method(self, other: Series<F>) -> Series<F> { other.combined(Two::$op, self.into(), true) }
        }
    )*};
}
operators! { Add add Add; Sub sub Sub; Mul mul Mul; }

impl<F: Family, R: Into<Term<F>>> Rem<R> for &Series<F> {
    type Output = Series<F>;
    #[track_caller]
    fn rem(self, other: R) -> Series<F> {
        self.divmod(other).1
    }
}

impl<F: Family> Div<f64> for &Series<F> {
    type Output = Series<F>;
    #[track_caller]
    fn div(self, other: f64) -> Series<F> {
        self.floordiv(other)
    }
}

impl<F: Family> Neg for &Series<F> {
    type Output = Series<F>;
    #[track_caller]
    fn neg(self) -> Series<F> {
        self.with(crate::negative(&self.coef))
    }
}

/// Coefficients, domains, windows and symbols are equal. Evaluates the coefficients; nothing equals an error.
impl<F: Family> PartialEq for Series<F> {
    fn eq(&self, other: &Series<F>) -> bool {
        self.domain == other.domain
            && self.window == other.window
            && self.symbol == other.symbol
            && self.has_samecoef(other)
    }
}

/// The series as NumPy's `str` prints it; an error prints as its message.
impl<F: Family> fmt::Display for Series<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.text(text::default_style()) {
            Ok(text) => f.write_str(&text),
            Err(error) => write!(f, "<error: {error}>"),
        }
    }
}
