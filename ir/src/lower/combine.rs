//! What reductions and running reductions do with two accumulators.
//!
//! An accumulator has a component per lane of the dtype (two for complex ones); `argmin` and
//! `argmax` add the position, an `I64`. Components of `float16` are `F32` lanes that a reduction
//! does not round, so its result needs a cast from `float32`; running reductions round every step,
//! both as NumPy does. `any` and `all` take truth values, whatever the dtype.

use smallvec::{SmallVec, smallvec};

use super::{Lanes, elementwise};
use crate::dtype::{DType, Kind};
use crate::kernel::{Builder, Combine, Inst, Lane, Next, ValueId};
use crate::op::{Ew, ReduceOp, ScanOp};
use crate::scalar::Scalar;

type Values = SmallVec<[ValueId; 2]>;

/// How a reduction combines accumulators over `dtype`, which is the result's but for `argmin`,
/// `argmax` and truth values.
pub fn reduction(op: ReduceOp, dtype: DType) -> Combine {
    let dtype = match op {
        ReduceOp::Any | ReduceOp::All => DType::Bool,
        // The lanes of float16 hold float32 until the end.
        _ if dtype == DType::F16 => DType::F32,
        _ => dtype,
    };
    match op {
        // NumPy starts sums of floats at 0, not at the neutral -0.
        ReduceOp::Sum => elementwise_combine(Ew::Add, dtype, number(dtype, 0.0, 0.0)),
        ReduceOp::Prod if dtype.is_complex() => complex_product(dtype, 0.0),
        ReduceOp::Prod => elementwise_combine(Ew::Multiply, dtype, number(dtype, 1.0, 0.0)),
        ReduceOp::Any => elementwise_combine(Ew::LogicalOr, dtype, smallvec![0]),
        ReduceOp::All => elementwise_combine(Ew::LogicalAnd, dtype, smallvec![1]),
        ReduceOp::Max => elementwise_combine(Ew::Maximum, dtype, extreme(dtype, false)),
        ReduceOp::Min => elementwise_combine(Ew::Minimum, dtype, extreme(dtype, true)),
        ReduceOp::Fmax | ReduceOp::Fmin => {
            let identity = if dtype.is_inexact() {
                number(dtype, f64::NAN, f64::NAN)
            } else {
                extreme(dtype, op == ReduceOp::Fmin)
            };
            elementwise_combine(if op == ReduceOp::Fmax { Ew::Fmax } else { Ew::Fmin }, dtype, identity)
        }
        ReduceOp::ArgMax => arg_extreme(Ew::Greater, dtype, extreme(dtype, false)),
        ReduceOp::ArgMin => arg_extreme(Ew::Less, dtype, extreme(dtype, true)),
    }
}

/// How a running reduction takes in the next element.
pub fn scan(op: ScanOp, dtype: DType) -> Combine {
    match op {
        // The first result is the first element, sign of zero included.
        ScanOp::Sum => elementwise_combine(Ew::Add, dtype, number(dtype, -0.0, -0.0)),
        ScanOp::Prod if dtype.is_complex() => complex_product(dtype, -0.0),
        ScanOp::Prod => elementwise_combine(Ew::Multiply, dtype, number(dtype, 1.0, 0.0)),
    }
}

/// The lanes that a dtype is accumulated in.
fn components(dtype: DType) -> SmallVec<[Lane; 2]> {
    let lane = Lane::of(dtype);
    if dtype.is_complex() { smallvec![lane, lane] } else { smallvec![lane] }
}

/// The bits of a number in the lanes of a dtype.
fn number(dtype: DType, re: f64, im: f64) -> SmallVec<[u64; 2]> {
    let real = if dtype == DType::F16 { DType::F32 } else { dtype.real() };
    let bits = |x: f64| Scalar::new(x).cast(real).bits()[0];
    components(dtype).iter().zip([re, im]).map(|(_, x)| bits(x)).collect()
}

/// The value that loses to (or ties with) every other: the largest or the smallest.
fn extreme(dtype: DType, largest: bool) -> SmallVec<[u64; 2]> {
    let lane = Lane::of(dtype);
    let ones = if lane.bits() == 64 { u64::MAX } else { (1 << lane.bits()) - 1 };
    let sign = 1 << (lane.bits() - 1);
    match (dtype.kind(), largest) {
        (Kind::Bool, _) => smallvec![largest as u64],
        (Kind::Unsigned, _) => smallvec![if largest { ones } else { 0 }],
        (Kind::Signed, _) => smallvec![if largest { ones ^ sign } else { sign }],
        (Kind::Float | Kind::Complex, true) => number(dtype, f64::INFINITY, f64::INFINITY),
        (Kind::Float | Kind::Complex, false) => number(dtype, f64::NEG_INFINITY, f64::NEG_INFINITY),
    }
}

/// `Arg(from..)` as lanes.
fn args(b: &mut Builder, lanes: &[Lane], from: usize) -> Values {
    lanes.iter().enumerate().map(|(k, &lane)| b.push(Inst::Arg((from + k) as u16), lane)).collect()
}

fn build(
    lanes: SmallVec<[Lane; 2]>,
    identity: SmallVec<[u64; 2]>,
    f: impl FnOnce(&mut Builder, Values, Values) -> Values,
) -> Combine {
    let mut b = Builder::new();
    let (acc, element) = (args(&mut b, &lanes, 0), args(&mut b, &lanes, lanes.len()));
    let results = f(&mut b, acc, element);
    Combine { lanes, identity, body: b.finish(), results, next: None }
}

fn elementwise_combine(op: Ew, dtype: DType, identity: SmallVec<[u64; 2]>) -> Combine {
    build(components(dtype), identity, |b, acc, element| {
        elementwise::lower(b, op, dtype, &[Lanes(acc), Lanes(element)]).0
    })
}

/// Complex products from an identity that is recognized and dropped: multiplying by 1 would make
/// NaN of infinite numbers. `im` is the zero in the identity's imaginary part; 0 matches either.
fn complex_product(dtype: DType, im: f64) -> Combine {
    build(components(dtype), number(dtype, 1.0, im), |b, acc, element| {
        let lane = Lane::of(dtype);
        let (one, zero) = (b.float(lane, 1.0), b.float(lane, 0.0));
        let is_one = |b: &mut Builder, z: &Values| {
            let (re, mut is_zero) = (b.eq(z[0], one), b.eq(z[1], zero));
            if im.is_sign_negative() {
                let negative = elementwise::signbit(b, z[1]);
                is_zero = b.and(is_zero, negative);
            }
            b.and(re, is_zero)
        };
        let (skip_acc, skip_element) = (is_one(b, &acc), is_one(b, &element));
        let product = elementwise::lower(b, Ew::Multiply, dtype, &[Lanes(acc.clone()), Lanes(element.clone())]).0;
        (0..2)
            .map(|k| {
                let r = b.select(skip_element, acc[k], product[k]);
                b.select(skip_acc, element[k], r)
            })
            .collect()
    })
}

/// The position of the first extreme; NaN is more extreme than any number.
///
/// Equal values go by position, so the order of combination doesn't matter. The identity is the least extreme
/// value at position 0: it ties only where all elements are that value, and then 0 is the answer.
fn arg_extreme(better: Ew, dtype: DType, identity: SmallVec<[u64; 2]>) -> Combine {
    let values = components(dtype);
    let count = values.len();
    let (mut lanes, mut identity) = (values, identity);
    lanes.push(Lane::I64);
    identity.push(0);
    let form = |b: &mut Builder, acc: Values, element: Values, is_next: bool| {
        let old = Lanes(acc[..count].into());
        let new = Lanes(element[..count].into());
        let lower = |b: &mut Builder, op, operands: &[&Lanes]| {
            let operands: SmallVec<[Lanes; 2]> = operands.iter().map(|&x| x.clone()).collect();
            elementwise::lower(b, op, dtype, &operands).re()
        };
        let mut keep = if count == 1 {
            // NaN is not below.
            if better == Ew::Greater { b.le(new.re(), old.re()) } else { b.ge(new.re(), old.re()) }
        } else {
            let (wins, nan) = (lower(b, better, &[&new, &old]), lower(b, Ew::Isnan, &[&new]));
            let wins = b.or(wins, nan);
            b.not(wins)
        };
        let old_nan = dtype.is_inexact().then(|| lower(b, Ew::Isnan, &[&old]));
        if let Some(nan) = old_nan {
            keep = b.or(keep, nan);
        }
        if !is_next {
            let mut ties = lower(b, Ew::Equal, &[&new, &old]);
            if let Some(old_nan) = old_nan {
                let new_nan = lower(b, Ew::Isnan, &[&new]);
                let both = b.and(new_nan, old_nan);
                ties = b.or(ties, both);
            }
            let earlier = b.lt(element[count], acc[count]);
            let first = b.and(ties, earlier);
            let stays = b.not(first);
            keep = b.and(keep, stays);
        }
        acc.iter().zip(&element).map(|(&old, &new)| b.select(keep, old, new)).collect()
    };
    let combine = build(lanes, identity, |b, acc, element| form(b, acc, element, false));
    let next = build(combine.lanes.clone(), combine.identity.clone(), |b, acc, element| form(b, acc, element, true));
    Combine { next: Some(Next { body: next.body, results: next.results }), ..combine }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::{self, Context};
    use crate::routine::Routine;

    struct Args(Vec<u64>);

    impl Context for Args {
        fn leaf(&mut self, inst: &Inst, _index: u64, _values: &[u64]) -> u64 {
            match inst {
                Inst::Arg(k) => self.0[*k as usize],
                other => panic!("unexpected {other:?}"),
            }
        }

        fn call(&mut self, routine: Routine, _args: &[u64]) -> u64 {
            panic!("unexpected {}", routine.name())
        }
    }

    fn step(c: &Combine, acc: &[u64], element: &[u64]) -> Vec<u64> {
        let mut values = Vec::new();
        eval::body(&c.body, &mut values, &mut Args([acc, element].concat()));
        c.results.iter().map(|v| values[v.0 as usize]).collect()
    }

    fn fold(c: &Combine, elements: &[Vec<u64>]) -> Vec<u64> {
        elements.iter().fold(c.identity.to_vec(), |acc, x| step(c, &acc, x))
    }

    fn f64s(c: &Combine, elements: &[f64]) -> f64 {
        let elements: Vec<_> = elements.iter().map(|x| vec![x.to_bits()]).collect();
        f64::from_bits(fold(c, &elements)[0])
    }

    #[test]
    fn bodies_agree_with_their_components() {
        for dtype in DType::ALL {
            let scans = [ScanOp::Sum, ScanOp::Prod].map(|op| scan(op, dtype));
            for c in ReduceOp::ALL.map(|op| reduction(op, dtype)).iter().chain(&scans) {
                assert_eq!((c.lanes.len(), c.lanes.len()), (c.identity.len(), c.results.len()));
                for (&lane, &v) in c.lanes.iter().zip(&c.results) {
                    assert_eq!(c.body.lane(v), lane);
                }
            }
        }
    }

    #[test]
    fn zeros_keep_their_sign_where_numpy_does() {
        let sign = |x: f64| x.is_sign_negative();
        assert!(!sign(f64s(&reduction(ReduceOp::Sum, DType::F64), &[-0.0])));
        assert!(sign(f64s(&reduction(ReduceOp::Prod, DType::F64), &[-0.0])));
        assert!(sign(f64s(&scan(ScanOp::Sum, DType::F64), &[-0.0])));
    }

    #[test]
    fn nan_wins_extremes_and_loses_fmax() {
        let data = [1.0, f64::NAN, 3.0];
        assert!(f64s(&reduction(ReduceOp::Max, DType::F64), &data).is_nan());
        assert!(f64s(&reduction(ReduceOp::Min, DType::F64), &data).is_nan());
        assert_eq!(f64s(&reduction(ReduceOp::Fmax, DType::F64), &data), 3.0);
        assert_eq!(f64s(&reduction(ReduceOp::Fmin, DType::F64), &data), 1.0);
        assert_eq!(f64s(&reduction(ReduceOp::Max, DType::F64), &[f64::NEG_INFINITY]), f64::NEG_INFINITY);
    }

    /// `argmin` or `argmax` of lanes, taken in order, the cheaper way, and, whatever the order, backwards.
    fn position(op: ReduceOp, dtype: DType, elements: &[Vec<u64>]) -> u64 {
        let c = reduction(op, dtype);
        let mut indexed: Vec<Vec<u64>> =
            elements.iter().enumerate().map(|(i, x)| [&x[..], &[i as u64]].concat()).collect();
        let forward = fold(&c, &indexed);
        let Some(Next { body, results }) = c.next.clone() else { panic!("{} without a cheaper way", op.name()) };
        let next = Combine { body, results, ..c.clone() };
        assert_eq!(fold(&next, &indexed), forward);
        indexed.reverse();
        assert_eq!(fold(&c, &indexed).last(), forward.last());
        // An accumulator that saw nothing changes nothing, on either side.
        assert_eq!(step(&c, &c.identity, &forward), forward);
        assert_eq!(step(&c, &forward, &c.identity), forward);
        forward[forward.len() - 1]
    }

    #[test]
    fn positions_are_of_first_extremes() {
        let floats = |x: &[f64]| -> Vec<Vec<u64>> { x.iter().map(|x| vec![x.to_bits()]).collect() };
        let (inf, nan) = (f64::INFINITY, f64::NAN);
        for (op, data, want) in [
            (ReduceOp::ArgMax, vec![1.0, 3.0, 3.0], 1),
            (ReduceOp::ArgMax, vec![-inf, -inf], 0),
            (ReduceOp::ArgMin, vec![inf, inf], 0),
            (ReduceOp::ArgMax, vec![1.0, nan, inf, nan], 1),
            (ReduceOp::ArgMin, vec![1.0, nan, -inf, nan], 1),
            (ReduceOp::ArgMin, vec![0.0, -0.0], 0),
        ] {
            assert_eq!(position(op, DType::F64, &floats(&data)), want, "{} {data:?}", op.name());
        }
        let integers: Vec<Vec<u64>> = [0x80, 0x80, 0x7f].iter().map(|&x| vec![x]).collect();
        assert_eq!(position(ReduceOp::ArgMin, DType::I8, &integers), 0);
        assert_eq!(position(ReduceOp::ArgMax, DType::I8, &integers), 2);
        assert_eq!(position(ReduceOp::ArgMax, DType::Bool, &[vec![0], vec![0]]), 0);
        assert_eq!(position(ReduceOp::ArgMax, DType::Bool, &[vec![0], vec![1], vec![1]]), 1);
        let pairs = |x: &[[f64; 2]]| -> Vec<Vec<u64>> { x.iter().map(|z| z.map(f64::to_bits).to_vec()).collect() };
        let data = pairs(&[[1.0, 0.0], [1.0, nan], [nan, 0.0], [2.0, 5.0]]);
        assert_eq!(position(ReduceOp::ArgMax, DType::C128, &data), 1);
        let data = pairs(&[[1.0, 0.0], [1.0, 2.0], [-1.0, 9.0]]);
        assert_eq!(position(ReduceOp::ArgMax, DType::C128, &data), 1);
        assert_eq!(position(ReduceOp::ArgMin, DType::C128, &data), 2);
    }

    #[test]
    fn complex_products_start_with_the_first_element() {
        let z = [f64::INFINITY, 1.0].map(f64::to_bits).to_vec();
        let c = scan(ScanOp::Prod, DType::C128);
        assert_eq!(fold(&c, std::slice::from_ref(&z)), z);
        let c = reduction(ReduceOp::Prod, DType::C128);
        assert_eq!(step(&c, &z, &c.identity), z);
    }

    #[test]
    fn float16_rounds_each_step_of_a_scan_only() {
        let element = vec![1f32.to_bits() as u64];
        let large = 2048f32.to_bits() as u64;
        assert_eq!(step(&scan(ScanOp::Sum, DType::F16), &[large], &element), [large]);
        let sum = step(&reduction(ReduceOp::Sum, DType::F16), &[large], &element)[0];
        assert_eq!(f32::from_bits(sum as u32), 2049.0);
    }
}
