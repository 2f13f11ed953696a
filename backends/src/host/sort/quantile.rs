//! Quantiles of lanes: the methods of R. J. Hyndman and Y. Fan, "Sample quantiles in statistical packages" (The
//! American Statistician 50, 1996), and those that NumPy had before, in NumPy's arithmetic.

use half::f16;
use numfuse_ir::{DType, Element};

use super::key::Ordered;
use super::select::select;
use super::width;
use crate::host::fault;
use crate::host::lanes::{self, Lane, Lanes, operand};
use crate::runtime::{Concrete, Fault, FaultKind, Scratch};

/// How a quantile is made of the elements on both sides of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
#[repr(u8)]
pub enum Method {
    InvertedCdf,
    AveragedInvertedCdf,
    ClosestObservation,
    InterpolatedInvertedCdf,
    Hazen,
    Weibull,
    Linear,
    MedianUnbiased,
    NormalUnbiased,
    Lower,
    Higher,
    Midpoint,
    Nearest,
    /// The middle element, or the mean of both: a median. No method of NumPy's quantiles.
    Middle,
}

impl Method {
    /// Every method under NumPy's name.
    pub const ALL: [(&'static str, Method); 13] = [
        ("inverted_cdf", Method::InvertedCdf),
        ("averaged_inverted_cdf", Method::AveragedInvertedCdf),
        ("closest_observation", Method::ClosestObservation),
        ("interpolated_inverted_cdf", Method::InterpolatedInvertedCdf),
        ("hazen", Method::Hazen),
        ("weibull", Method::Weibull),
        ("linear", Method::Linear),
        ("median_unbiased", Method::MedianUnbiased),
        ("normal_unbiased", Method::NormalUnbiased),
        ("lower", Method::Lower),
        ("higher", Method::Higher),
        ("midpoint", Method::Midpoint),
        ("nearest", Method::Nearest),
    ];

    /// Whether a quantile is always an element.
    pub fn is_discrete(self) -> bool {
        use Method::*;
        matches!(self, InvertedCdf | ClosestObservation | Lower | Higher | Nearest)
    }

    /// Where quantile `q` of `n` elements is, and between which; `round` is the arithmetic of the dtype of `q`.
    fn place(self, n: usize, q: f64, round: impl Fn(f64) -> f64) -> Place {
        let count = n as f64;
        // `n·q + (α + q·(1 - α - β)) - 1`, one rounding after another.
        let between = |alpha: f64, beta: f64| {
            let shift = round(alpha + round(q * (1.0 - alpha - beta)));
            round(round(round(count * q) + shift) - 1.0)
        };
        let scaled = round((count - 1.0) * q);
        let discrete = |at: f64, lower: bool| Place::at(n, if lower { at.floor() } else { at.floor() + 1.0 });
        match self {
            Method::InvertedCdf => {
                let at = round(round(count * q) - 1.0);
                discrete(at, at - at.floor() == 0.0)
            }
            Method::ClosestObservation => {
                let at = round(round(round(count * q) - 1.0) - 0.5);
                discrete(at, at - at.floor() == 0.0 && at.floor().rem_euclid(2.0) == 1.0)
            }
            Method::Lower => Place::at(n, scaled.floor()),
            Method::Higher => Place::at(n, scaled.ceil()),
            Method::Nearest => Place::at(n, scaled.round_ties_even()),
            Method::Linear => Place::of(n, scaled, &round),
            Method::Midpoint => {
                let place = Place::of(n, round(0.5 * round(scaled.floor() + scaled.ceil())), &round);
                Place { share: if place.whole { 0.0 } else { 0.5 }, ..place }
            }
            Method::AveragedInvertedCdf => {
                let place = Place::of(n, round(round(count * q) - 1.0), &round);
                Place { share: if place.share == 0.0 { 0.5 } else { 1.0 }, ..place }
            }
            Method::Middle => Place { lower: n.saturating_sub(1) / 2, upper: n / 2, share: 0.5, whole: false },
            Method::InterpolatedInvertedCdf => Place::of(n, between(0.0, 1.0), &round),
            Method::Hazen => Place::of(n, between(0.5, 0.5), &round),
            Method::Weibull => Place::of(n, between(0.0, 0.0), &round),
            Method::MedianUnbiased => Place::of(n, between(1.0 / 3.0, 1.0 / 3.0), &round),
            Method::NormalUnbiased => Place::of(n, between(3.0 / 8.0, 3.0 / 8.0), &round),
        }
    }
}

/// Positions in the sorted order, and how far the quantile is from the lower to the upper.
#[derive(Clone, Copy, Debug)]
struct Place {
    lower: usize,
    upper: usize,
    share: f64,
    whole: bool,
}

impl Place {
    fn at(n: usize, position: f64) -> Place {
        let position = (position.max(0.0) as usize).min(n.saturating_sub(1));
        Place { lower: position, upper: position, share: 0.0, whole: true }
    }

    fn of(n: usize, at: f64, round: &impl Fn(f64) -> f64) -> Place {
        let last = n.saturating_sub(1);
        let whole = at % 1.0 == 0.0;
        // Beyond the ends both are the same element, and the share says nothing.
        if at >= last as f64 {
            return Place { lower: last, upper: last, share: round(at + 1.0), whole };
        }
        if at < 0.0 {
            return Place { lower: 0, upper: 0, share: at, whole };
        }
        let lower = at.floor();
        Place { lower: lower as usize, upper: lower as usize + 1, share: round(at - lower), whole }
    }
}

/// A dtype of which there are quantiles.
trait Sample: Ordered {
    fn wide(self) -> f64;
    /// `self - other` in the arithmetic of the dtype.
    fn minus(self, other: Self) -> f64;
    /// The nearest number.
    fn narrow(x: f64) -> Self;
}

macro_rules! samples {
    (integers $($i:ty)*; floats $($f:ty: $wide:expr, $narrow:expr;)*) => {
        $(impl Sample for $i {
            fn wide(self) -> f64 { self as f64 }
            fn minus(self, other: $i) -> f64 { self.wrapping_sub(other) as f64 }
            fn narrow(x: f64) -> $i { x as $i }
        })*
        $(impl Sample for $f {
            fn wide(self) -> f64 { $wide(self) }
            fn minus(self, other: $f) -> f64 { $wide($narrow($wide(self) - $wide(other))) }
            fn narrow(x: f64) -> $f { $narrow(x) }
        })*
    };
}
samples! {
    integers i8 i16 i32 i64 u8 u16 u32 u64;
    floats f16: f16::to_f64, f16::from_f64; f32: f64::from, |x| x as f32; f64: |x| x, |x| x;
}

impl Sample for bool {
    fn wide(self) -> f64 {
        self.into()
    }
    fn minus(self, other: bool) -> f64 {
        f64::from(self) - f64::from(other)
    }
    fn narrow(x: f64) -> bool {
        x != 0.0
    }
}

/// Rounds to a float dtype.
type Round = fn(f64) -> f64;

fn rounder(dtype: DType) -> Round {
    match dtype {
        DType::F16 => |x| f16::from_f64(x).to_f64(),
        DType::F32 => |x| x as f32 as f64,
        _ => |x| x,
    }
}

/// What to compute.
pub struct Spec {
    /// How.
    pub method: Method,
    /// Leaves out NaN; otherwise a lane with NaN has no quantile but NaN.
    pub skip_nan: bool,
    /// The dtype of the quantiles' numbers.
    pub q_dtype: DType,
    /// The dtype of the results, that of the elements for discrete methods.
    pub out: DType,
    /// From 0 to 1.
    pub q: Vec<f64>,
}

impl Spec {
    /// As parameters of the host call.
    pub fn params(&self) -> Vec<i64> {
        let head = [self.method as i64, i64::from(self.skip_nan), self.q_dtype as i64, self.out as i64];
        head.into_iter().chain(self.q.iter().map(|q| q.to_bits() as i64)).collect()
    }

    fn read(params: &[i64]) -> Result<Spec, Fault> {
        let [method, skip_nan, q_dtype, out, q @ ..] = params else {
            return Err(Fault::Mismatch("quantile has four parameters and more".into()));
        };
        let dtype = |at: i64| DType::ALL.iter().copied().find(|d| *d as i64 == at);
        let methods = Method::ALL.iter().map(|(_, m)| *m).chain([Method::Middle]);
        let method = methods.into_iter().find(|m| *m as i64 == *method);
        match (method, dtype(*q_dtype), dtype(*out)) {
            (Some(method), Some(q_dtype), Some(out)) => {
                let q = q.iter().map(|&bits| f64::from_bits(bits as u64)).collect();
                Ok(Spec { method, skip_nan: *skip_nan != 0, q_dtype, out, q })
            }
            _ => Err(Fault::Mismatch("quantile knows no such method or dtype".into())),
        }
    }
}

/// Quantiles of the lanes of the first operand, next to each other along the last axis; with weights of the same shape
/// (`float64`), those of the weighted elements, where all methods are `inverted_cdf`. Parameters: see [`Spec`].
pub(in crate::host) fn quantile(inputs: &[Concrete], params: &[i64]) -> Result<Vec<Concrete>, Fault> {
    let a = operand(inputs, 0)?;
    let spec = Spec::read(params)?;
    macro_rules! by_dtype {
        ($($D:ident $T:ty),*) => {
            match a.dtype {
                $(DType::$D => match spec.out {
                    DType::$D => of::<$T, $T>(inputs, &spec, |x| x, <$T>::narrow),
                    DType::F16 => of::<$T, f16>(inputs, &spec, |x| f16::narrow(x.wide()), f16::narrow),
                    DType::F32 => of::<$T, f32>(inputs, &spec, |x| f32::narrow(x.wide()), f32::narrow),
                    DType::F64 => of::<$T, f64>(inputs, &spec, |x| x.wide(), f64::narrow),
                    other => Err(Fault::Mismatch(format!("no quantiles as {other}"))),
                },)*
                other => Err(Fault::Mismatch(format!("no quantiles of {other}"))),
            }
        };
    }
    #[allow(unreachable_patterns, reason = "a float dtype is its own result's too")]
    let out = by_dtype!(
        Bool bool, I8 i8, I16 i16, I32 i32, I64 i64, U8 u8, U16 u16, U32 u32, U64 u64, F16 f16, F32 f32, F64 f64
    )?;
    Ok(vec![out])
}

/// The numbers to the front, in no particular order; how many there are.
fn numbers_first<T: Ordered>(items: &mut [T]) -> usize {
    let mut count = items.len();
    let mut at = 0;
    while at < count {
        if items[at].is_number() {
            at += 1;
        } else {
            count -= 1;
            items.swap(at, count);
        }
    }
    count
}

/// The two-sided form of the linear interpolation, which is exact at both ends.
fn interpolate<T: Sample>(low: T, high: T, share: f64, share_round: Round, round: Round) -> f64 {
    let difference = high.minus(low);
    if share >= 0.5 {
        round(round(high.wide()) - round(round(difference) * round(share_round(1.0 - share))))
    } else {
        round(round(low.wide()) + round(round(difference) * round(share)))
    }
}

/// `exact` makes a result of an element, `rounded` one of a number between elements.
fn of<T: Sample, U: Element>(
    inputs: &[Concrete],
    spec: &Spec,
    exact: impl Fn(T) -> U + Sync,
    rounded: impl Fn(f64) -> U + Sync,
) -> Result<Concrete, Fault> {
    let a = operand(inputs, 0)?;
    let weights = inputs.get(1).map(Lanes::<f64>::new).transpose()?;
    let shape = &a.map.shape;
    let lanes_of_result = shape[..shape.len().saturating_sub(1)].iter().product::<usize>();
    if width(a) == 0 && lanes_of_result > 0 && !spec.q.is_empty() && !spec.skip_nan {
        return fault(FaultKind::Index, "index -1 is out of bounds for axis 0 with size 0");
    }
    lanes::map_numbered::<T, U>(a, spec.q.len(), |number, lane, out| {
        let mut items = Scratch::new(lane.len, T::default())?;
        lane.copy_to(&mut items);
        if let Some(weights) = &weights {
            return weighted(&items, weights.get(number), spec, out, &exact);
        }
        let numbers = numbers_first(&mut items);
        if let Some(&nan) = items.get(numbers).filter(|_| !spec.skip_nan || numbers == 0) {
            out.fill(exact(nan));
            return Ok(());
        }
        let items = &mut items[..numbers];
        let round = rounder(spec.q_dtype);
        let places: Vec<Place> = spec.q.iter().map(|&q| spec.method.place(numbers, q, round)).collect();
        let mut kth: Vec<i64> = places.iter().flat_map(|p| [p.lower as i64, p.upper as i64]).collect();
        kth.sort_unstable();
        kth.dedup();
        select(items, &kth, |x| x.key());
        for (slot, place) in out.iter_mut().zip(&places) {
            let (low, high) = (items[place.lower], items[place.upper]);
            *slot = match spec.method.is_discrete() {
                true => exact(low),
                false if spec.method == Method::Middle => rounded((low.wide() + high.wide()) / 2.0),
                false => rounded(interpolate(low, high, place.share, round, rounder(spec.out))),
            };
        }
        Ok(())
    })
}

/// The first element at which the running share of the weights reaches each quantile.
fn weighted<T: Sample, U: Element>(
    items: &[T],
    weights: Lane<f64>,
    spec: &Spec,
    out: &mut [U],
    exact: &impl Fn(T) -> U,
) -> Result<(), Fault> {
    let mut pairs = Scratch::new(items.len(), (T::default(), 0.0))?;
    let mut count = 0;
    for (&x, weight) in items.iter().zip(weights.iter()) {
        if !spec.skip_nan || x.is_number() {
            pairs[count] = (x, weight);
            count += 1;
        }
    }
    if let Some(&nan) = items.first().filter(|_| count == 0) {
        out.fill(exact(nan));
        return Ok(());
    }
    let pairs = &mut pairs[..count];
    pairs.sort_by_key(|pair| pair.0.key());
    let mut sum = 0.0;
    for (_, weight) in pairs.iter_mut() {
        sum += *weight;
        *weight = sum;
    }
    let round = rounder(spec.q_dtype);
    for (_, share) in pairs.iter_mut() {
        *share = round(*share / sum);
        // Elements of no weight before all others are no quantile, not even the least.
        *share = if *share == 0.0 { -1.0 } else { *share };
    }
    let Some(&(last, whole)) = pairs.last() else { return Ok(()) };
    if whole.is_nan() {
        return fault(FaultKind::Value, "Weights included NaN, inf or were all zero.");
    }
    for (slot, &q) in out.iter_mut().zip(&spec.q) {
        let at = pairs.partition_point(|pair| pair.1 < q).min(count - 1);
        *slot = exact(if last.is_number() { pairs[at].0 } else { last });
    }
    Ok(())
}
