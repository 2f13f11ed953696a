//! Errors of the expansions against correctly rounded functions, and their special values.

use super::{BINARY, UNARY};
use crate::eval::{self, Context};
use crate::kernel::{Body, Builder, Inst, Lane, ValueId};
use crate::routine::Routine;

/// Arguments are the values of `Arg`; the routines of rare lanes are the oracle's.
struct Oracle<'a>(&'a [u64]);

impl Context for Oracle<'_> {
    fn leaf(&mut self, inst: &Inst, _: u64, _: &[u64]) -> u64 {
        match inst {
            Inst::Arg(k) => self.0[*k as usize],
            other => panic!("{other:?} in an expansion"),
        }
    }

    fn call(&mut self, routine: Routine, args: &[u64]) -> u64 {
        let (name, format) = routine.name().split_once('.').expect("name.format");
        let decode =
            |&bits: &u64| if format == "f32" { f32::from_bits(bits as u32) as f64 } else { f64::from_bits(bits) };
        let args: Vec<f64> = args.iter().map(decode).collect();
        let y = match args[..] {
            [x] => UNARY_ORACLES.iter().find(|o| o.0 == name).expect("an oracle").1(x),
            [x, y] => BINARY_ORACLES.iter().find(|o| o.0 == name).expect("an oracle").1(x, y),
            _ => panic!("{routine:?}"),
        };
        if format == "f32" { (y as f32).to_bits() as u64 } else { y.to_bits() }
    }
}

type Oracle1 = fn(f64) -> f64;
type Oracle2 = fn(f64, f64) -> f64;

/// Name, oracle, largest distance from the correctly rounded result in `F64` lanes, largest
/// error in `F32` lanes.
/// The system's `pow` is good to 0.52 ulp (glibc, musl), and right for special values, which
/// pxfm's is not; `copysign` mends zeros that pxfm 0.1 gives the wrong sign.
const UNARY_ORACLES: &[(&str, Oracle1, u64, f64)] = &[
    ("exp", pxfm::f_exp, 1, 0.9),
    ("exp2", pxfm::f_exp2, 1, 0.9),
    ("expm1", pxfm::f_expm1, 1, 0.95),
    ("log", pxfm::f_log, 1, 0.84),
    ("log2", pxfm::f_log2, 1, 0.82),
    ("log10", pxfm::f_log10, 1, 0.72),
    ("log1p", pxfm::f_log1p, 1, 0.95),
    ("sin", pxfm::f_sin, 1, 0.88),
    ("cos", pxfm::f_cos, 1, 0.88),
    ("tan", pxfm::f_tan, 1, 0.9),
    ("asin", pxfm::f_asin, 1, 0.72),
    ("acos", pxfm::f_acos, 1, 0.7),
    ("atan", pxfm::f_atan, 1, 0.52),
    ("sinh", |x| pxfm::f_sinh(x).copysign(x), 1, 1.0),
    ("cosh", pxfm::f_cosh, 1, 0.8),
    ("tanh", pxfm::f_tanh, 1, 0.97),
    ("asinh", |x| pxfm::f_asinh(x).copysign(x), 1, 0.52),
    ("acosh", pxfm::f_acosh, 1, 0.88),
    ("atanh", |x| pxfm::f_atanh(x).copysign(x), 1, 0.9),
    ("cbrt", pxfm::f_cbrt, 1, 0.51),
];

const BINARY_ORACLES: &[(&str, Oracle2, u64, f64)] = &[
    ("atan2", |y, x| pxfm::f_atan2(y, x).copysign(y), 1, 1.0),
    ("pow", f64::powf, 1, 0.8),
    ("hypot", pxfm::f_hypot, 1, 0.8),
];

/// Name, oracle (NumPy's formula), largest errors in units of the last place of the larger term
/// of that formula, since terms may cancel, plus what the rounding of `x − y` does to the result.
const SUM_ORACLES: &[(&str, Oracle2, f64, f64)] = &[
    ("logaddexp", |x, y| add_exponents(x, y, std::f64::consts::LN_2, |d| pxfm::f_log1p(pxfm::f_exp(d))), 2.0, 2.0),
    ("logaddexp2", |x, y| add_exponents(x, y, 1.0, |d| pxfm::f_log2p1(pxfm::f_exp2(d))), 3.0, 2.0),
];

fn add_exponents(x: f64, y: f64, of_equal: f64, of_distance: fn(f64) -> f64) -> f64 {
    if x.is_nan() || y.is_nan() {
        f64::NAN
    } else if x == y {
        x + of_equal
    } else {
        x.max(y) + of_distance(x.min(y) - x.max(y))
    }
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e3779b97f4a7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58476d1ce4e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d049bb133111eb);
        z ^ (z >> 31)
    }

    fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * 2f64.powi(-53)
    }

    /// Any bits, or numbers of the sizes at which functions do something.
    fn argument(&mut self, lane: Lane) -> f64 {
        match self.bits() % 6 {
            0 if lane == Lane::F32 => f32::from_bits(self.bits() as u32) as f64,
            0 => f64::from_bits(self.bits()),
            1 => (self.unit() * 80.0 - 60.0).exp2() * (self.unit() - 0.5).signum(),
            2 => self.unit() * 2.0 - 1.0,
            3 => self.unit() * 20.0 - 10.0,
            4 => 1.0 + (self.unit() - 0.5) * (-50.0 * self.unit()).exp2(),
            _ => (self.unit() - 0.5) * 1500.0,
        }
    }
}

/// Zeros, infinities, NaN, the ends of the ranges, and where functions overflow or turn.
fn specials() -> Vec<f64> {
    let positive = [
        0.0,
        0.25,
        0.5,
        1.0,
        1.5,
        2.0,
        3.0,
        10.0,
        22.0,
        88.7,
        89.0,
        103.9,
        104.0,
        127.0,
        128.0,
        149.0,
        150.0,
        709.7,
        709.8,
        745.1,
        745.2,
        1022.0,
        1023.0,
        1024.0,
        1074.0,
        1075.0,
        1076.0,
        1e-9,
        1e-20,
        1e-38,
        1e-45,
        1e9,
        1e22,
        3.4e38,
        1e-300,
        1e-310,
        5e-324,
        1e300,
        131073.0,
        16777216.0,
        16777217.0,
        4503599627370497.5,
        9007199254740991.0,
        9007199254740992.0,
        0.9999999999999999,
        1.0000000000000002,
        0.99999994,
        1.0000001,
        f64::MIN_POSITIVE,
        f64::MAX,
        f64::INFINITY,
        f64::NAN,
        f32::MIN_POSITIVE as f64,
        f32::MAX as f64,
    ];
    positive.iter().flat_map(|&x| [x, -x]).collect()
}

fn encode(lane: Lane, x: f64) -> u64 {
    if lane == Lane::F32 { (x as f32).to_bits() as u64 } else { x.to_bits() }
}

fn decode(lane: Lane, bits: u64) -> f64 {
    if lane == Lane::F32 { f32::from_bits(bits as u32) as f64 } else { f64::from_bits(bits) }
}

/// The distance of a result from the exact one: infinite if NaN, the sign of a zero or a finite
/// result is wrong; for `F32` in units of the exact result's last place, for `F64` in floats.
fn error(lane: Lane, got: f64, exact: f64) -> f64 {
    if got.is_nan() || exact.is_nan() {
        return if got.is_nan() && exact.is_nan() { 0.0 } else { f64::INFINITY };
    }
    if got == 0.0 && exact == 0.0 {
        return if got.is_sign_negative() == exact.is_sign_negative() { 0.0 } else { f64::INFINITY };
    }
    if lane == Lane::F64 {
        let order = |x: f64| if x < 0.0 { -(x.abs().to_bits() as i64) } else { x.to_bits() as i64 };
        return order(got).abs_diff(order(exact)) as f64;
    }
    // Infinity stands for the first number that is too large.
    let finite = |x: f64| x.clamp(-2f64.powi(128), 2f64.powi(128));
    let exponent = ((exact.abs().to_bits() >> 52) as i32 - 1023).clamp(-126, 127);
    (finite(got) - finite(exact)).abs() / 2f64.powi(exponent - 23)
}

/// The largest error over some arguments, and where it is.
fn worst<'a>(
    body: &Body,
    lane: Lane,
    result: ValueId,
    cases: impl Iterator<Item = Vec<f64>> + 'a,
    oracle: impl Fn(&[f64]) -> f64,
) -> (f64, Vec<f64>) {
    let mut values = Vec::new();
    let mut worst = (0.0, Vec::new());
    for args in cases {
        let bits: Vec<u64> = args.iter().map(|&x| encode(lane, x)).collect();
        let args: Vec<f64> = bits.iter().map(|&b| decode(lane, b)).collect();
        eval::body(body, &mut values, &mut Oracle(&bits));
        let error = error(lane, decode(lane, values[result.0 as usize]), oracle(&args));
        if error > worst.0 {
            worst = (error, args);
        }
    }
    worst
}

fn samples() -> usize {
    std::env::var("NUMFUSE_EXPAND_SAMPLES").ok().and_then(|n| n.parse().ok()).unwrap_or(20_000)
}

#[test]
fn unary_functions_keep_their_error_bounds() {
    for &(name, oracle, bound64, bound32) in UNARY_ORACLES {
        let &(_, expand) = UNARY.iter().find(|f| f.0 == name).expect("an expansion");
        for (lane, bound) in [(Lane::F64, bound64 as f64), (Lane::F32, bound32)] {
            let mut b = Builder::new();
            let x = b.push(Inst::Arg(0), lane);
            let y = expand(&mut b, x);
            let mut random = Random(1);
            let random = (0..samples()).map(move |_| random.argument(lane));
            let cases = specials().into_iter().chain(random).map(|x| vec![x]);
            let (error, at) = worst(b.body(), lane, y, cases, |a| oracle(a[0]));
            assert!(error <= bound, "{name} {lane:?}: {error} ulp at {at:?}");
        }
    }
}

#[test]
fn binary_functions_keep_their_error_bounds() {
    for &(name, oracle, bound64, bound32) in BINARY_ORACLES {
        let &(_, expand) = BINARY.iter().find(|f| f.0 == name).expect("an expansion");
        for (lane, bound) in [(Lane::F64, bound64 as f64), (Lane::F32, bound32)] {
            let mut b = Builder::new();
            let (x, y) = (b.push(Inst::Arg(0), lane), b.push(Inst::Arg(1), lane));
            let z = expand(&mut b, x, y);
            let mut random = Random(1);
            let random = (0..samples()).map(move |_| vec![random.argument(lane), random.argument(lane)]);
            let pairs = specials().into_iter().flat_map(|x| specials().into_iter().map(move |y| vec![x, y]));
            let (error, at) = worst(b.body(), lane, z, pairs.chain(random), |a| oracle(a[0], a[1]));
            assert!(error <= bound, "{name} {lane:?}: {error} ulp at {at:?}");
        }
    }
}

#[test]
fn sums_of_exponentials_keep_their_error_bounds() {
    for &(name, oracle, bound64, bound32) in SUM_ORACLES {
        let &(_, expand) = BINARY.iter().find(|f| f.0 == name).expect("an expansion");
        for (lane, bound) in [(Lane::F64, bound64), (Lane::F32, bound32)] {
            let mut b = Builder::new();
            let (x, y) = (b.push(Inst::Arg(0), lane), b.push(Inst::Arg(1), lane));
            let z = expand(&mut b, x, y);
            let mut random = Random(1);
            let random = (0..samples()).map(|_| (random.argument(lane), random.argument(lane)));
            let special = specials().into_iter().flat_map(|x| specials().into_iter().map(move |y| (x, y)));
            let mut values = Vec::new();
            for (x, y) in special.chain(random) {
                let bits = [encode(lane, x), encode(lane, y)];
                let (x, y) = (decode(lane, bits[0]), decode(lane, bits[1]));
                eval::body(b.body(), &mut values, &mut Oracle(&bits));
                let (got, exact) = (decode(lane, values[z.0 as usize]), oracle(x, y));
                let exact = decode(lane, encode(lane, exact));
                if got == exact || got.is_nan() && exact.is_nan() {
                    continue;
                }
                let high = x.max(y);
                let term = (exact - high).abs();
                let size = term.max(high.abs()).max(exact.abs()).max(f64::MIN_POSITIVE);
                let unit = if lane == Lane::F32 { f32::EPSILON as f64 } else { f64::EPSILON };
                let unit = unit * (size.log2().floor().exp2() + term * (x - y).abs());
                let smallest = if lane == Lane::F32 { 2f64.powi(-149) } else { f64::from_bits(1) };
                let error = (got - exact).abs() / unit.max(smallest);
                assert!(error <= bound, "{name} {lane:?}: {error} ulp at {x:e}, {y:e}: {got:e}, not {exact:e}");
            }
        }
    }
}

#[test]
fn exact_results_are_exact() {
    let mut b = Builder::new();
    let (x, y) = (b.push(Inst::Arg(0), Lane::F64), b.push(Inst::Arg(1), Lane::F64));
    let results = [super::pow(&mut b, x, y), super::cbrt(&mut b, x), super::log10(&mut b, x), super::log2(&mut b, x)];
    let mut values = Vec::new();
    let mut check = |which: usize, x: f64, y: f64, expected: f64| {
        eval::body(b.body(), &mut values, &mut Oracle(&[x.to_bits(), y.to_bits()]));
        assert_eq!(f64::from_bits(values[results[which].0 as usize]), expected, "{which}: {x}, {y}");
    };
    for i in 1..200 {
        let x = i as f64;
        for n in 1..8 {
            if x.powi(n) < 9e15 {
                check(0, x, n as f64, x.powi(n));
                check(0, -x, n as f64, (-x).powi(n));
            }
        }
        check(1, x * x * x, 0.0, x);
        check(0, x * x, 0.5, x);
        check(3, (x - 100.0).exp2(), 0.0, x - 100.0);
    }
    for e in 0..23 {
        check(2, 10f64.powi(e), 0.0, e as f64);
    }
}

#[test]
fn every_expansion_has_an_oracle() {
    assert_eq!(UNARY.len(), UNARY_ORACLES.len());
    assert_eq!(BINARY.len(), BINARY_ORACLES.len() + SUM_ORACLES.len());
}

#[test]
fn sine_and_cosine_share_the_reduction() {
    let mut b = Builder::new();
    let x = b.push(Inst::Arg(0), Lane::F64);
    super::sin(&mut b, x);
    let alone = b.body().len();
    super::cos(&mut b, x);
    assert!(b.body().len() - alone < 30);
}
