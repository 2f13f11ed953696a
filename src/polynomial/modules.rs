//! The six modules of functions, from one macro.

use crate::array::Array;
use crate::array::build::{call, call_n};
use crate::array::operand::Operand;
use crate::options::Int;

use super::basis;
use super::fit::Degrees;
use super::functions::{
    self as f, DerOptions, Fit, FitOptions, IntOptions, One, PowOptions, TrimOptions, Two, ValOptions,
};

/// Declares the functions of a family under their names.
macro_rules! family {
    (
        $(#[$doc:meta])* $module:ident $Class:ident $BASIS:ident
        constants $domain:ident $zero:ident $one:ident $x:ident: [$X:ty; 2] = $xvalue:expr;
        $add:ident $sub:ident $mul:ident $mulx:ident $div:ident $pow:ident
        $val:ident $val2d:ident $val3d:ident $grid2d:ident $grid3d:ident
        $vander:ident $vander2d:ident $vander3d:ident
        $der:ident $int:ident $line:ident $fromroots:ident $roots:ident $companion:ident $trim:ident $fit:ident
        $({ $($extra:item)* })?
    ) => {
        $(#[$doc])*
        #[doc = ""]
        #[doc = concat!("All functions follow from the recurrences of the family. [`", stringify!($Class), "`](crate::polynomial::", stringify!($Class), ") has them as methods.")]
        #[doc = ""]
        #[doc = "```"]
        #[doc = concat!("use numfuse::polynomial::", stringify!($module), "::*;")]
        #[doc = concat!("let (p, q) = (", stringify!($fromroots), "([1.0, 2.0]), ", stringify!($line), "(3.0, 0.5));")]
        #[doc = concat!("let product = ", stringify!($mul), "(&p, &q);")]
        #[doc = concat!("let value = |c: &numfuse::Array| ", stringify!($val), "(0.25, c, ..).item::<f64>();")]
        #[doc = "assert!((value(&product)? - value(&p)? * value(&q)?).abs() < 1e-12);"]
        #[doc = concat!("let (quotient, rest) = ", stringify!($div), "(&product, &q);")]
        #[doc = "assert!(numfuse::allclose(&quotient, &p, ..).item::<bool>()? && rest.size() == 1);"]
        #[doc = concat!("let back = ", stringify!($der), "(", stringify!($int), "(&p, ..), ..);")]
        #[doc = "assert!(numfuse::allclose(&back, &p, ..).item::<bool>()?);"]
        #[doc = concat!("assert!(numfuse::allclose(", stringify!($roots), "(&p), [1.0, 2.0], ..).item::<bool>()?);")]
        #[doc = concat!("assert_eq!(", stringify!($vander), "([0.5, 1.5], 3).shape(), [2, 4]);")]
        #[doc = concat!("let x = numfuse::linspace(-1.0, 1.0, 9);")]
        #[doc = concat!("let fit = ", stringify!($fit), "(&x, ", stringify!($val), "(&x, &p, ..), 2, ..);")]
        #[doc = "assert!(numfuse::allclose(&fit.coefficients, &p, ..).item::<bool>()?);"]
        #[doc = "# Ok::<(), numfuse::Error>(())"]
        #[doc = "```"]
        #[allow(non_upper_case_globals)]
        pub mod $module {
            use super::*;

            pub use super::super::series::$Class;

            /// Where the polynomials are at home.
            pub const $domain: [f64; 2] = basis_domain(stringify!($module));
            /// The coefficients of 0.
            pub const $zero: [i64; 1] = [0];
            /// The coefficients of 1.
            pub const $one: [i64; 1] = [1];
            /// The coefficients of x.
            pub const $x: [$X; 2] = $xvalue;

            /// The sum of two series.
            #[track_caller]
            pub fn $add(c1: impl Into<Operand>, c2: impl Into<Operand>) -> Array {
                let (c1, c2) = (c1.into(), c2.into());
                call(stringify!($add), |cx| f::two(cx, &basis::$BASIS, Two::Add, &c1, &c2))
            }

            /// The difference of two series.
            #[track_caller]
            pub fn $sub(c1: impl Into<Operand>, c2: impl Into<Operand>) -> Array {
                let (c1, c2) = (c1.into(), c2.into());
                call(stringify!($sub), |cx| f::two(cx, &basis::$BASIS, Two::Sub, &c1, &c2))
            }

            /// The product of two series.
            #[track_caller]
            pub fn $mul(c1: impl Into<Operand>, c2: impl Into<Operand>) -> Array {
                let (c1, c2) = (c1.into(), c2.into());
                call(stringify!($mul), |cx| f::two(cx, &basis::$BASIS, Two::Mul, &c1, &c2))
            }

            /// The product of a series and x.
            #[track_caller]
            pub fn $mulx(c: impl Into<Operand>) -> Array {
                let c = c.into();
                call(stringify!($mulx), |cx| f::one(cx, &basis::$BASIS, One::TimesX, &c))
            }

            /// Quotient and remainder of two series. A zero divisor is an error.
            #[track_caller]
            pub fn $div(c1: impl Into<Operand>, c2: impl Into<Operand>) -> (Array, Array) {
                let (c1, c2) = (c1.into(), c2.into());
                let [quotient, rest] = call_n(stringify!($div), |cx| f::div(cx, &basis::$BASIS, &c1, &c2));
                (quotient, rest)
            }

            /// A power of a series, up to `maxpower`.
            #[track_caller]
            pub fn $pow(c: impl Into<Operand>, power: i64, options: impl Into<PowOptions>) -> Array {
                let (c, o) = (c.into(), options.into());
                let most = f::most_power(&basis::$BASIS, &o);
                call(stringify!($pow), |cx| f::one(cx, &basis::$BASIS, One::Pow(power, most), &c))
            }

            /// The values of a series at points. The coefficients are along the first axis of `c`; its other axes are
            /// series side by side, whose axes come first in the result (unless `tensor` is false: then they broadcast
            /// against the points).
            #[track_caller]
            pub fn $val(x: impl Into<Operand>, c: impl Into<Operand>, options: impl Into<ValOptions>) -> Array {
                let (x, c, o) = (x.into(), c.into(), options.into());
                call(stringify!($val), |cx| f::val(cx, &basis::$BASIS, &x, &c, o.tensor.unwrap_or(true)))
            }

            /// The values of a series in two variables at points.
            #[track_caller]
            pub fn $val2d(x: impl Into<Operand>, y: impl Into<Operand>, c: impl Into<Operand>) -> Array {
                let (points, c) = ([x.into(), y.into()], c.into());
                call(stringify!($val2d), |cx| f::val_nd(cx, &basis::$BASIS, &points, &c))
            }

            /// The values of a series in three variables at points.
            #[track_caller]
            pub fn $val3d(
                x: impl Into<Operand>,
                y: impl Into<Operand>,
                z: impl Into<Operand>,
                c: impl Into<Operand>,
            ) -> Array {
                let (points, c) = ([x.into(), y.into(), z.into()], c.into());
                call(stringify!($val3d), |cx| f::val_nd(cx, &basis::$BASIS, &points, &c))
            }

            /// The values of a series in two variables at all points of a grid.
            #[track_caller]
            pub fn $grid2d(x: impl Into<Operand>, y: impl Into<Operand>, c: impl Into<Operand>) -> Array {
                let (points, c) = ([x.into(), y.into()], c.into());
                call(stringify!($grid2d), |cx| f::grid_nd(cx, &basis::$BASIS, &points, &c))
            }

            /// The values of a series in three variables at all points of a grid.
            #[track_caller]
            pub fn $grid3d(
                x: impl Into<Operand>,
                y: impl Into<Operand>,
                z: impl Into<Operand>,
                c: impl Into<Operand>,
            ) -> Array {
                let (points, c) = ([x.into(), y.into(), z.into()], c.into());
                call(stringify!($grid3d), |cx| f::grid_nd(cx, &basis::$BASIS, &points, &c))
            }

            /// The polynomials of degree 0 to `deg` at points, along a new last axis.
            #[track_caller]
            pub fn $vander(x: impl Into<Operand>, deg: impl Into<Int>) -> Array {
                let (x, deg) = (x.into(), deg.into());
                call(stringify!($vander), |cx| f::vander(cx, &basis::$BASIS, &x, deg.0))
            }

            /// Products of polynomials in two variables up to two degrees, along a new last axis.
            #[track_caller]
            pub fn $vander2d(x: impl Into<Operand>, y: impl Into<Operand>, deg: [i64; 2]) -> Array {
                let points = [x.into(), y.into()];
                call(stringify!($vander2d), |cx| f::vander_nd(cx, &basis::$BASIS, &points, &deg))
            }

            /// Products of polynomials in three variables up to three degrees, along a new last axis.
            #[track_caller]
            pub fn $vander3d(
                x: impl Into<Operand>,
                y: impl Into<Operand>,
                z: impl Into<Operand>,
                deg: [i64; 3],
            ) -> Array {
                let points = [x.into(), y.into(), z.into()];
                call(stringify!($vander3d), |cx| f::vander_nd(cx, &basis::$BASIS, &points, &deg))
            }

            /// The derivative of series along an axis.
            #[track_caller]
            pub fn $der(c: impl Into<Operand>, options: impl Into<DerOptions>) -> Array {
                let (c, o) = (c.into(), options.into());
                call(stringify!($der), |cx| f::der(cx, &basis::$BASIS, &c, &o))
            }

            /// The integral of series along an axis.
            #[track_caller]
            pub fn $int(c: impl Into<Operand>, options: impl Into<IntOptions>) -> Array {
                let (c, o) = (c.into(), options.into());
                call(stringify!($int), |cx| f::int(cx, &basis::$BASIS, &c, &o))
            }

            /// The series of `off + scl·x`.
            #[track_caller]
            pub fn $line(off: impl Into<Operand>, scl: impl Into<Operand>) -> Array {
                let (off, scl) = (off.into(), scl.into());
                call(stringify!($line), |cx| f::line(cx, &basis::$BASIS, &off, &scl))
            }

            /// The series of the monic polynomial with these roots.
            #[track_caller]
            pub fn $fromroots(roots: impl Into<Operand>) -> Array {
                let roots = roots.into();
                call(stringify!($fromroots), |cx| f::from_roots(cx, &basis::$BASIS, &roots))
            }

            /// The roots of a series, in order: eigenvalues of its companion matrix.
            #[track_caller]
            pub fn $roots(c: impl Into<Operand>) -> Array {
                let c = c.into();
                call(stringify!($roots), |cx| f::roots(cx, &basis::$BASIS, &c))
            }

            /// The companion matrix of a series, scaled to be symmetric for a single polynomial of the family.
            #[track_caller]
            pub fn $companion(c: impl Into<Operand>) -> Array {
                let c = c.into();
                call(stringify!($companion), |cx| f::companion(cx, &basis::$BASIS, &c))
            }

            /// A series without coefficients up to `tol` (0 unless given) at the end.
            #[track_caller]
            pub fn $trim(c: impl Into<Operand>, options: impl Into<TrimOptions>) -> Array {
                let (c, o) = (c.into(), options.into());
                call(stringify!($trim), |cx| f::trim(cx, &c, &o))
            }

            /// The series of a degree, or of some degrees, that is nearest to values `y` at points `x`, by least squares.
            /// Columns of `y` are fitted each on its own.
            #[track_caller]
            pub fn $fit(
                x: impl Into<Operand>,
                y: impl Into<Operand>,
                deg: impl Into<Degrees>,
                options: impl Into<FitOptions>,
            ) -> Fit {
                let (x, y, deg, o) = (x.into(), y.into(), deg.into(), options.into());
                super::super::fit::fitted(stringify!($fit), &basis::$BASIS, &x, &y, deg, &o)
            }

            $($($extra)*)?
        }
    };
}

const fn basis_domain(module: &str) -> [f64; 2] {
    // Laguerre's polynomials are at home right of 0.
    if module.len() == 8 && module.as_bytes()[1] == b'a' { [0.0, 1.0] } else { [-1.0, 1.0] }
}

/// Points and weights of a quadrature.
macro_rules! gauss {
    ($name:ident $rule:ident) => {
        /// Points and weights of Gauss' quadrature with `deg` points: exact for polynomials up to degree `2·deg - 1`
        /// times the weight.
        #[track_caller]
        pub fn $name(deg: impl Into<Int>) -> (Array, Array) {
            let deg = deg.into().0;
            let [x, w] = call_n(stringify!($name), |cx| super::super::quadrature::$rule(cx, deg));
            (x, w)
        }
    };
}

/// The weight for which the family is orthogonal.
macro_rules! weight {
    ($(#[$doc:meta])* $name:ident $rule:ident) => {
        $(#[$doc])*
        #[track_caller]
        pub fn $name(x: impl Into<Operand>) -> Array {
            let x = x.into();
            call(stringify!($name), |cx| super::super::quadrature::$rule(cx, &x))
        }
    };
}

/// From powers of x, and back.
macro_rules! conversions {
    ($to:ident $from:ident $BASIS:ident) => {
        /// The series of a polynomial in powers of x.
        #[track_caller]
        pub fn $to(pol: impl Into<Operand>) -> Array {
            let pol = pol.into();
            call(stringify!($to), |cx| f::one(cx, &basis::$BASIS, One::FromPower, &pol))
        }

        /// The polynomial in powers of x of a series.
        #[track_caller]
        pub fn $from(c: impl Into<Operand>) -> Array {
            let c = c.into();
            call(stringify!($from), |cx| f::one(cx, &basis::$BASIS, One::ToPower, &c))
        }
    };
}

family! {
    /// Powers of x.
    polynomial Polynomial POWER
    constants polydomain polyzero polyone polyx: [i64; 2] = [0, 1];
    polyadd polysub polymul polymulx polydiv polypow
    polyval polyval2d polyval3d polygrid2d polygrid3d
    polyvander polyvander2d polyvander3d
    polyder polyint polyline polyfromroots polyroots polycompanion polytrim polyfit
    {
        /// The values at points of the polynomials with roots along the first axis of `r`.
        #[track_caller]
        pub fn polyvalfromroots(x: impl Into<Operand>, r: impl Into<Operand>, options: impl Into<ValOptions>) -> Array {
            let (x, r, o) = (x.into(), r.into(), options.into());
            call("polyvalfromroots", |cx| f::val_from_roots(cx, &x, &r, o.tensor.unwrap_or(true)))
        }
    }
}

family! {
    /// Chebyshev's polynomials of the first kind: `T(n)(cos φ) = cos nφ`.
    chebyshev Chebyshev CHEBYSHEV
    constants chebdomain chebzero chebone chebx: [i64; 2] = [0, 1];
    chebadd chebsub chebmul chebmulx chebdiv chebpow
    chebval chebval2d chebval3d chebgrid2d chebgrid3d
    chebvander chebvander2d chebvander3d
    chebder chebint chebline chebfromroots chebroots chebcompanion chebtrim chebfit
    {
        conversions!(poly2cheb cheb2poly CHEBYSHEV);
        gauss!(chebgauss chebyshev_gauss);
        weight!(
            /// The weight for which the polynomials are orthogonal: `1 / √(1 - x²)`.
            chebweight chebyshev_weight
        );

        /// The `npts` roots of `T(npts)`.
        #[track_caller]
        pub fn chebpts1(npts: impl Into<Int>) -> Array {
            let npts = npts.into().0;
            call("chebpts1", |cx| super::super::quadrature::chebyshev_points_1(cx, npts))
        }

        /// The `npts` extremes of `T(npts - 1)`, ends among them.
        #[track_caller]
        pub fn chebpts2(npts: impl Into<Int>) -> Array {
            let npts = npts.into().0;
            call("chebpts2", |cx| super::super::quadrature::chebyshev_points_2(cx, npts))
        }

        /// The series of a degree that agrees with a function at the points of [`chebpts1`].
        ///
        /// ```
        /// use numfuse as np;
        /// let c = np::polynomial::chebyshev::chebinterpolate(|x| np::exp(x), 8);
        /// let error = np::polynomial::chebyshev::chebval(0.3, &c, ..).item::<f64>()? - 0.3_f64.exp();
        /// assert!(error.abs() < 1e-7);
        /// # Ok::<(), np::Error>(())
        /// ```
        #[track_caller]
        pub fn chebinterpolate(func: impl FnOnce(&Array) -> Array, deg: impl Into<Int>) -> Array {
            let deg = deg.into().0;
            call("chebinterpolate", |cx| super::super::quadrature::chebyshev_interpolation(cx, func, deg))
        }
    }
}

family! {
    /// Hermite's polynomials as physicists have them: `H(1) = 2x`.
    hermite Hermite HERMITE
    constants hermdomain hermzero hermone hermx: [f64; 2] = [0.0, 0.5];
    hermadd hermsub hermmul hermmulx hermdiv hermpow
    hermval hermval2d hermval3d hermgrid2d hermgrid3d
    hermvander hermvander2d hermvander3d
    hermder hermint hermline hermfromroots hermroots hermcompanion hermtrim hermfit
    {
        conversions!(poly2herm herm2poly HERMITE);
        gauss!(hermgauss hermite_gauss);
        weight!(
            /// The weight for which the polynomials are orthogonal: `exp(-x²)`.
            hermweight hermite_weight
        );
    }
}

family! {
    /// Hermite's polynomials as probabilists have them: `He(1) = x`.
    hermite_e HermiteE HERMITE_E
    constants hermedomain hermezero hermeone hermex: [i64; 2] = [0, 1];
    hermeadd hermesub hermemul hermemulx hermediv hermepow
    hermeval hermeval2d hermeval3d hermegrid2d hermegrid3d
    hermevander hermevander2d hermevander3d
    hermeder hermeint hermeline hermefromroots hermeroots hermecompanion hermetrim hermefit
    {
        conversions!(poly2herme herme2poly HERMITE_E);
        gauss!(hermegauss hermite_e_gauss);
        weight!(
            /// The weight for which the polynomials are orthogonal: `exp(-x²/2)`.
            hermeweight hermite_e_weight
        );
    }
}

family! {
    /// Laguerre's polynomials: `L(1) = 1 - x`.
    laguerre Laguerre LAGUERRE
    constants lagdomain lagzero lagone lagx: [i64; 2] = [1, -1];
    lagadd lagsub lagmul lagmulx lagdiv lagpow
    lagval lagval2d lagval3d laggrid2d laggrid3d
    lagvander lagvander2d lagvander3d
    lagder lagint lagline lagfromroots lagroots lagcompanion lagtrim lagfit
    {
        conversions!(poly2lag lag2poly LAGUERRE);
        gauss!(laggauss laguerre_gauss);
        weight!(
            /// The weight for which the polynomials are orthogonal: `exp(-x)`.
            lagweight laguerre_weight
        );
    }
}

family! {
    /// Legendre's polynomials, orthogonal on [-1, 1].
    legendre Legendre LEGENDRE
    constants legdomain legzero legone legx: [i64; 2] = [0, 1];
    legadd legsub legmul legmulx legdiv legpow
    legval legval2d legval3d leggrid2d leggrid3d
    legvander legvander2d legvander3d
    legder legint legline legfromroots legroots legcompanion legtrim legfit
    {
        conversions!(poly2leg leg2poly LEGENDRE);
        gauss!(leggauss legendre_gauss);
        weight!(
            /// The weight for which the polynomials are orthogonal: 1.
            legweight legendre_weight
        );
    }
}
