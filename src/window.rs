//! Window functions: weights that fall off towards both ends.

use numfuse_ir::{DType, Ew, Scalar};

use crate::array::Array;
use crate::array::build::{Cx, call};
use crate::array::operand::{Operand, k};
use crate::error::{Raised, raise};

/// The length of a window: any real number, of which all below 1 mean none.
fn length(cx: Cx, m: &Operand) -> Raised<f64> {
    let m = cx.array(m)?;
    if m.0.dtype.is_complex() {
        return raise!(DType, "the length of a window is a real number");
    }
    let m = cx.cast(&m, DType::F64)?.item::<f64>()?;
    if m.is_nan() { raise!(Value, "arange: cannot compute length") } else { Ok(m) }
}

/// `1 - m, 3 - m, …` below `m`, and `m - 1`, the largest of them; or the window itself if it has no more than one point.
enum Points {
    Window(Array),
    Of(Array, Operand),
}

impl Points {
    fn new(cx: Cx, m: &Operand) -> Raised<Points> {
        let m = length(cx, m)?;
        if m < 1.0 {
            return cx.full(&[0], &k(0.0), DType::F64).map(Points::Window);
        }
        if m == 1.0 {
            return cx.full(&[1], &k(1.0), DType::F64).map(Points::Window);
        }
        let points = crate::arange(cx.param(Scalar::new(1.0 - m)), crate::options::stop(m).step(2.0));
        points.check()?;
        Ok(Points::Of(points, cx.param(Scalar::new(m - 1.0))))
    }
}

/// `Σ cₖ·cos(k·π·n / (m - 1))`.
fn cosines(cx: Cx, m: &Operand, coefficients: &[f64]) -> Raised<Array> {
    let (n, last) = match Points::new(cx, m)? {
        Points::Window(window) => return Ok(window),
        Points::Of(n, last) => (n, last),
    };
    let mut sum: Operand = k(coefficients[0]);
    for (order, &c) in coefficients.iter().enumerate().skip(1) {
        let turn = order as f64 * std::f64::consts::PI;
        let angle = cx.bin(Ew::Divide, &cx.bin(Ew::Multiply, k(turn), &n)?, &last)?;
        let term = cx.bin(Ew::Multiply, k(c), &cx.un(Ew::Cos, &angle)?)?;
        sum = cx.bin(Ew::Add, sum, &term)?.into();
    }
    cx.array(sum)
}

macro_rules! windows {
    ($($(#[$doc:meta])* $name:ident |$cx:ident, $m:ident| $body:expr;)*) => {$(
        $(#[$doc])*
        #[track_caller]
        pub fn $name(m: impl Into<Operand>) -> Array {
            let $m = m.into();
            call(stringify!($name), |$cx| $body)
        }
    )*};
}

windows! {
    /// The triangular window of `m` points, 0 at both ends (`float64`).
    ///
    /// ```
    /// use numfuse as np;
    /// assert_eq!(np::bartlett(5).to_vec::<f64>()?, [0.0, 0.5, 1.0, 0.5, 0.0]);
    /// assert_eq!(np::hanning(5).slice(2).item::<f64>()?, 1.0);
    /// assert_eq!(np::hamming(0).shape(), [0]);
    /// assert!((np::blackman(7).max(..).item::<f64>()? - 1.0).abs() < 1e-15);
    /// assert_eq!(np::kaiser(5, 14.0).shape(), [5]);
    /// # Ok::<(), np::Error>(())
    /// ```
    bartlett |cx, m| {
        let (n, last) = match Points::new(cx, &m)? {
            Points::Window(window) => return Ok(window),
            Points::Of(n, last) => (n, last),
        };
        let share = cx.bin(Ew::Divide, &n, last)?;
        let (up, down) = (cx.bin(Ew::Add, k(1), &share)?, cx.bin(Ew::Subtract, k(1), &share)?);
        cx.select(&cx.bin(Ew::LessEqual, &n, k(0))?, &up, &down, DType::F64)
    };
    /// The Hann window: half a cosine above 0 (R. B. Blackman and J. W. Tukey, *The Measurement of Power Spectra*,
    /// 1958). See [`bartlett`].
    hanning |cx, m| cosines(cx, &m, &[0.5, 0.5]);
    /// The Hamming window (ibid.). See [`bartlett`].
    hamming |cx, m| cosines(cx, &m, &[0.54, 0.46]);
    /// The Blackman window (ibid.). See [`bartlett`].
    blackman |cx, m| cosines(cx, &m, &[0.42, 0.5, 0.08]);
}

/// The Kaiser window with shape `beta`: `i0(β·√(1 - (2n/(m-1) - 1)²)) / i0(β)` (J. F. Kaiser, "Digital filters", in
/// Kuo and Kaiser, *System Analysis by Digital Computer*, 1966). See [`bartlett`].
#[track_caller]
pub fn kaiser(m: impl Into<Operand>, beta: impl Into<Operand>) -> Array {
    let (m, beta) = (m.into(), beta.into());
    call("kaiser", |cx| {
        let m = length(cx, &m)?;
        let beta = cx.array_as(&beta, DType::F64)?;
        if m == 1.0 {
            return cx.full(&[1], &k(1.0), DType::F64);
        }
        let n = crate::arange(0, crate::options::stop(m));
        n.check()?;
        let n = cx.cast(&n, DType::F64)?;
        let alpha = cx.param(Scalar::new((m - 1.0) / 2.0));
        let place = cx.bin(Ew::Divide, &cx.bin(Ew::Subtract, &n, &alpha)?, &alpha)?;
        let root = cx.un(Ew::Sqrt, &cx.bin(Ew::Subtract, k(1), &cx.un(Ew::Square, &place)?)?)?;
        let numerator = bessel_i0(cx, &cx.bin(Ew::Multiply, &beta, &root)?)?;
        cx.bin(Ew::Divide, &numerator, &bessel_i0(cx, &beta)?)
    })
}

/// Chebyshev coefficients of `exp(-x)·I₀(x)` on [0, 8], of `√x·exp(-x)·I₀(x)` beyond: those of the Cephes library (S. L.
/// Moshier, *Methods and Programs for Mathematical Functions*, 1989, `i0.c`), as in NumPy.
#[allow(clippy::excessive_precision, reason = "as published")]
const NEAR: [f64; 30] = [
    -4.41534164647933937950E-18,
    3.33079451882223809783E-17,
    -2.43127984654795469359E-16,
    1.71539128555513303061E-15,
    -1.16853328779934516808E-14,
    7.67618549860493561688E-14,
    -4.85644678311192946090E-13,
    2.95505266312963983461E-12,
    -1.72682629144155570723E-11,
    9.67580903537323691224E-11,
    -5.18979560163526290666E-10,
    2.65982372468238665035E-9,
    -1.30002500998624804212E-8,
    6.04699502254191894932E-8,
    -2.67079385394061173391E-7,
    1.11738753912010371815E-6,
    -4.41673835845875056359E-6,
    1.64484480707288970893E-5,
    -5.75419501008210370398E-5,
    1.88502885095841655729E-4,
    -5.76375574538582365885E-4,
    1.63947561694133579842E-3,
    -4.32430999505057594430E-3,
    1.05464603945949983183E-2,
    -2.37374148058994688156E-2,
    4.93052842396707084878E-2,
    -9.49010970480476444210E-2,
    1.71620901522208775349E-1,
    -3.04682672343198398683E-1,
    6.76795274409476084995E-1,
];
#[allow(clippy::excessive_precision, reason = "as published")]
const FAR: [f64; 25] = [
    -7.23318048787475395456E-18,
    -4.83050448594418207126E-18,
    4.46562142029675999901E-17,
    3.46122286769746109310E-17,
    -2.82762398051658348494E-16,
    -3.42548561967721913462E-16,
    1.77256013305652638360E-15,
    3.81168066935262242075E-15,
    -9.55484669882830764870E-15,
    -4.15056934728722208663E-14,
    1.54008621752140982691E-14,
    3.85277838274214270114E-13,
    7.18012445138366623367E-13,
    -1.79417853150680611778E-12,
    -1.32158118404477131188E-11,
    -3.14991652796324136454E-11,
    1.18891471078464383424E-11,
    4.94060238822496958910E-10,
    3.39623202570838634515E-9,
    2.26666899049817806459E-8,
    2.04891858946906374183E-7,
    2.89137052083475648297E-6,
    6.88975834691682398426E-5,
    3.36911647825569408990E-3,
    8.04490411014108831608E-1,
];

/// A Chebyshev series by Clenshaw's recurrence.
fn chebyshev(cx: Cx, x: &Array, coefficients: &[f64]) -> Raised<Array> {
    let (mut b0, mut b1, mut b2): (Operand, Operand, Operand) = (k(coefficients[0]), k(0.0), k(0.0));
    for &c in &coefficients[1..] {
        (b2, b1) = (b1, b0);
        let step = cx.bin(Ew::Subtract, &cx.bin(Ew::Multiply, x, &b1)?, &b2)?;
        b0 = cx.bin(Ew::Add, &step, k(c))?.into();
    }
    cx.bin(Ew::Multiply, k(0.5), &cx.bin(Ew::Subtract, b0, b2)?)
}

fn bessel_i0(cx: Cx, x: &Array) -> Raised<Array> {
    let dtype = x.0.dtype;
    let x = cx.un(Ew::Absolute, x)?;
    let growth = cx.un(Ew::Exp, &x)?;
    let near = chebyshev(cx, &cx.bin(Ew::Subtract, &cx.bin(Ew::Divide, &x, k(2.0))?, k(2.0))?, &NEAR)?;
    let near = cx.bin(Ew::Multiply, &growth, &near)?;
    let far = chebyshev(cx, &cx.bin(Ew::Subtract, &cx.bin(Ew::Divide, k(32.0), &x)?, k(2.0))?, &FAR)?;
    let far = cx.bin(Ew::Divide, &cx.bin(Ew::Multiply, &growth, &far)?, &cx.un(Ew::Sqrt, &x)?)?;
    cx.select(&cx.bin(Ew::LessEqual, &x, k(8.0))?, &near, &far, dtype)
}

/// The modified Bessel function of the first kind of order 0, by Chebyshev series. Integers give `float64`.
///
/// ```
/// use numfuse as np;
/// assert_eq!(np::i0(0.0).item::<f64>()?, 1.0);
/// assert!((np::i0([1.0, 10.0]).slice(1).item::<f64>()? - 2815.716628466254).abs() < 1e-9);
/// assert!(np::i0(np::complex(1.0, 2.0)).check().is_err());
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn i0(x: impl Into<Operand>) -> Array {
    let x = x.into();
    call("i0", |cx| {
        let x = cx.array(x)?;
        match x.0.dtype {
            dtype if dtype.is_complex() => raise!(DType, "i0 not supported for complex values"),
            dtype if dtype.is_float() => bessel_i0(cx, &x),
            _ => bessel_i0(cx, &cx.cast(&x, DType::F64)?),
        }
    })
}
