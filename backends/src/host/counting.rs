//! Counting: how many elements are which number, or in which bin.

use half::f16;
use num_complex::Complex;
use numfuse_ir::{DType, Element, dispatch};

use super::fault;
use super::lanes::{Lane, Lanes, only, operand};
use super::simd::{Kernel, widest};
use super::sort::key::Ordered;
use super::sort::search_lane;
use crate::runtime::{Concrete, Fault, FaultKind, Fresh, Scratch};

/// What is added up: ones, or weights.
trait Weight: Element {
    fn add(&mut self, other: Self);
}

impl Weight for i64 {
    #[inline(always)]
    fn add(&mut self, other: i64) {
        *self += other;
    }
}
impl Weight for f64 {
    #[inline(always)]
    fn add(&mut self, other: f64) {
        *self += other;
    }
}
impl Weight for Complex<f64> {
    #[inline(always)]
    fn add(&mut self, other: Complex<f64>) {
        *self += other;
    }
}

/// Adds up the weights of each bin; `bin` gives that of element `i`, or one past the last for none.
fn add_up<W: Weight>(
    bins: usize,
    n: usize,
    bin: impl Fn(usize) -> usize,
    weight: impl Fn(usize) -> W,
) -> Result<Concrete, Fault> {
    /// Neighbours often fall into one bin, and an addition would wait for the one before it.
    const TABLES: usize = 4;
    let mut out = Fresh::<W>::zeroed(&[bins])?;
    if bins == 0 {
        return Ok(out.finish());
    }
    let slots = out.slice();
    // Several sums of one bin would round differently.
    if W::DTYPE != DType::I64 || bins > 1 << 12 {
        for i in 0..n {
            if let Some(slot) = slots.get_mut(bin(i)) {
                slot.add(weight(i));
            }
        }
        return Ok(out.finish());
    }
    let mut tables = Scratch::new(bins * TABLES, W::default())?;
    let (quarter, rest) = (n / TABLES, n % TABLES);
    let (first, others) = tables.split_at_mut(bins);
    let (second, others) = others.split_at_mut(bins);
    let (third, fourth) = others.split_at_mut(bins);
    let add = |table: &mut [W], i: usize| {
        if let Some(slot) = table.get_mut(bin(i)) {
            slot.add(weight(i));
        }
    };
    for i in 0..quarter {
        add(first, TABLES * i);
        add(second, TABLES * i + 1);
        add(third, TABLES * i + 2);
        add(fourth, TABLES * i + 3);
    }
    for i in n - rest..n {
        add(first, i);
    }
    for table in tables.chunks_exact(bins) {
        slots.iter_mut().zip(table).for_each(|(slot, sum)| slot.add(*sum));
    }
    Ok(out.finish())
}

/// Ends of no numbers.
const NO_ENDS: (i64, i64) = (0, -1);

#[inline(always)]
fn ends((low, high): (i64, i64), i: i64) -> (i64, i64) {
    (low.min(i), high.max(i))
}

/// The least and the greatest of numbers, 0 and -1.
struct Ends<'a>(&'a [i64]);

impl Kernel for Ends<'_> {
    type Out = (i64, i64);

    #[inline(always)]
    fn run<const FMA: bool>(self) -> (i64, i64) {
        self.0.iter().copied().fold(NO_ENDS, ends)
    }
}

/// How often each number from 0 occurs among the `int64` elements of a vector, or what their `float64` weights sum up
/// to; at least `minlength` numbers.
pub fn bincount(x: &Concrete, weights: Option<&Concrete>, minlength: usize) -> Result<Concrete, Fault> {
    let lanes = Lanes::<i64>::new(x)?;
    let x = only(&lanes);
    let (low, high) = match x.slice() {
        Some(items) => widest(Ends(items)),
        None => x.iter().fold(NO_ENDS, ends),
    };
    if low < 0 {
        return fault(FaultKind::Value, "'list' argument must have no negative elements");
    }
    let bins = minlength.max((high + 1) as usize);
    match weights {
        None => counted(x, |i| i as usize, bins, |_| 1_i64),
        Some(weights) => {
            let lanes = Lanes::<f64>::new(weights)?;
            let weights = only(&lanes);
            counted(x, |i| i as usize, bins, |i| weights.get(i))
        }
    }
}

fn counted<T: Element, W: Weight>(
    x: Lane<T>,
    bin: impl Fn(T) -> usize,
    bins: usize,
    weight: impl Fn(usize) -> W,
) -> Result<Concrete, Fault> {
    match x.slice() {
        Some(items) => add_up(bins, items.len(), |i| bin(items[i]), weight),
        None => add_up(bins, x.len, |i| bin(x.get(i)), weight),
    }
}

/// Elements of a vector in the bins between ascending edges of the same dtype; the last bin includes its upper edge.
/// Sums of a third operand, `float64` or `complex128` weights, if there is one. Parameter: whether the edges are at
/// equal distances, and of a float dtype.
pub(super) fn histogram(inputs: &[Concrete], params: &[i64]) -> Result<Vec<Concrete>, Fault> {
    let (a, edges) = (operand(inputs, 0)?, operand(inputs, 1)?);
    let uniform = params.first() == Some(&1);
    let places = match (uniform, a.dtype) {
        (true, DType::F64) => Places::uniform::<f64>(a, edges)?,
        (true, DType::F32) => Places::uniform::<f32>(a, edges)?,
        (true, DType::F16) => Places::uniform::<f16>(a, edges)?,
        _ => dispatch!(a.dtype, T => Places::searched::<T>(a, edges)?),
    };
    let (n, bin) = (places.bin.len(), |i: usize| places.bin[i] as usize);
    let out = match inputs.get(2) {
        None => add_up(places.bins, n, bin, |_| 1_i64)?,
        Some(weights) if weights.dtype == DType::C128 => {
            let lanes = Lanes::<Complex<f64>>::new(weights)?;
            let weights = only(&lanes);
            add_up(places.bins, n, bin, |i| weights.get(i))?
        }
        Some(weights) => {
            let lanes = Lanes::<f64>::new(weights)?;
            let weights = only(&lanes);
            add_up(places.bins, n, bin, |i| weights.get(i))?
        }
    };
    Ok(vec![out])
}

/// A float dtype's own arithmetic.
trait Float: Ordered + PartialOrd {
    fn wide(self) -> f64;
    /// Rounded: the result of one operation on two numbers of the dtype, exact in `float64` or nearly so, rounds as
    /// the operation itself does.
    fn round(x: f64) -> Self;
}

macro_rules! floats {
    ($($t:ty: $to:expr, $from:expr;)*) => {$(
        impl Float for $t {
            #[inline(always)]
            fn wide(self) -> f64 { $to(self) }
            #[inline(always)]
            fn round(x: f64) -> $t { $from(x) }
        }
    )*};
}
floats! {
    f64: |x| x, |x| x;
    f32: f64::from, |x| x as f32;
    f16: f16::to_f64, f16::from_f64;
}

/// The bin of each element; the number of bins for those in none.
struct Places {
    bins: usize,
    bin: Scratch<u32>,
}

impl Places {
    fn new(edges: usize, elements: usize) -> Result<Places, Fault> {
        let bins = edges.saturating_sub(1);
        if bins >= u32::MAX as usize {
            return Err(Fault::Memory { bytes: 16 * bins as u128 });
        }
        Ok(Places { bins, bin: Scratch::new(elements, bins as u32)? })
    }

    /// NumPy's way: a guess from the distance to the first edge, which the edges next to it correct.
    fn uniform<T: Float>(a: &Concrete, edges: &Concrete) -> Result<Places, Fault> {
        let (a, edges) = (Lanes::<T>::new(a)?, Lanes::<T>::new(edges)?);
        let (a, edges) = (only(&a), only(&edges));
        let mut places = Places::new(edges.len, a.len)?;
        let mut known = Scratch::new(edges.len, T::default())?;
        edges.copy_to(&mut known);
        let (Some(&first), Some(&last)) = (known.first(), known.last()) else { return Ok(places) };
        let (bins, width) = (places.bins, T::round(last.wide() - first.wide()).wide());
        let bin_of = |x: T| {
            let share = T::round(T::round(x.wide() - first.wide()).wide() / width);
            let guess = T::round(share.wide() * bins as f64).wide() as usize;
            let guess = guess.min(bins - 1);
            let guess = guess - usize::from(guess > 0 && x < known[guess]);
            guess + usize::from(guess + 1 < bins && x >= known[guess + 1])
        };
        for (i, slot) in places.bin.iter_mut().enumerate() {
            let x = a.get(i);
            if x >= first && x <= last {
                *slot = bin_of(x) as u32;
            }
        }
        Ok(places)
    }

    fn searched<T: Ordered>(a: &Concrete, edges: &Concrete) -> Result<Places, Fault> {
        let (a, edges) = (Lanes::<T>::new(a)?, Lanes::<T>::new(edges)?);
        let (a, edges) = (only(&a), only(&edges));
        let mut places = Places::new(edges.len, a.len)?;
        let bins = places.bins;
        if bins > 0 {
            let last = edges.get(bins).key();
            search_lane(&edges, a, true, &mut places.bin, |key, place| match place {
                0 => bins as u32,
                _ if place <= bins => place as u32 - 1,
                _ if key == last => bins as u32 - 1,
                _ => bins as u32,
            })?;
        }
        Ok(places)
    }
}
