//! Binary searches, many at a time.

use numfuse_ir::{Kind, dispatch};

use super::key::{Key, Ordered};
use super::{radix, width};
use crate::host::fault;
use crate::host::lanes::{self, Lane, Lanes, only, operand};
use crate::runtime::{Concrete, Fault, FaultKind, Scratch};

/// Searches that run side by side: their loads do not wait for each other.
const GANG: usize = 16;

/// Where the elements of `v` go in the sorted vector `a` so that it stays sorted (`int64`). Parameter: whether after
/// equal elements.
pub(in crate::host) fn searchsorted(inputs: &[Concrete], params: &[i64]) -> Result<Vec<Concrete>, Fault> {
    let (a, v) = (operand(inputs, 0)?, operand(inputs, 1)?);
    let right = params.first() == Some(&1);
    dispatch!(a.dtype, T => {
        let sorted = Lanes::<T>::new(a)?;
        let sorted = only(&sorted);
        Ok(vec![lanes::map::<T, i64>(v, width(v), |wanted, out| {
            search_lane(&sorted, wanted, right, out, |_, place| place as i64)
        })?])
    })
}

/// Searches for all elements of `wanted`, and stores what `found` makes of each one's key and place.
pub(in crate::host) fn search_lane<T: Ordered, U>(
    sorted: &Lane<T>,
    wanted: Lane<T>,
    right: bool,
    out: &mut [U],
    found: impl Fn(T::Key, usize) -> U,
) -> Result<(), Fault> {
    // Many searches come by each element several times, and its key takes longer than its load.
    if wanted.len < sorted.len / 16 {
        search_in(sorted.len, |i| sorted.get(i).key(), wanted, right, out, found);
        return Ok(());
    }
    let mut keys = Scratch::new(sorted.len, T::Key::default())?;
    keys.iter_mut().zip(sorted.iter()).for_each(|(key, x)| *key = x.key());
    let keys = &keys[..];
    search_in(keys.len(), |i| keys[i], wanted, right, out, found);
    Ok(())
}

fn search_in<T: Ordered, U>(
    n: usize,
    sorted: impl Fn(usize) -> T::Key,
    wanted: Lane<T>,
    right: bool,
    out: &mut [U],
    found: impl Fn(T::Key, usize) -> U,
) {
    match right {
        true => search_before(n, sorted, |a, key| a <= key, wanted, out, found),
        false => search_before(n, sorted, |a, key| a < key, wanted, out, found),
    }
}

fn search_before<T: Ordered, U>(
    n: usize,
    sorted: impl Fn(usize) -> T::Key,
    before: impl Fn(T::Key, T::Key) -> bool,
    wanted: Lane<T>,
    out: &mut [U],
    found: impl Fn(T::Key, usize) -> U,
) {
    let mut keys = [T::Key::default(); GANG];
    let mut last = (T::Key::default(), 0);
    for (number, slots) in out.chunks_mut(GANG).enumerate() {
        let first = number * GANG;
        keys.iter_mut().zip(first..wanted.len).for_each(|(key, i)| *key = wanted.get(i).key());
        let (mut low, mut high) = (0, n);
        // Keys in order are near each other, and behind those before them.
        if keys.is_sorted() {
            if last.0 <= keys[0] {
                low = last.1;
            }
            high = low;
            let mut step = GANG;
            while high < n && before(sorted(high), keys[GANG - 1]) {
                high = n.min(high + step);
                step *= 4;
            }
        }
        let places = gang(low, high, &sorted, &keys, &before);
        last = (keys[GANG - 1], places[GANG - 1]);
        for ((slot, key), place) in slots.iter_mut().zip(keys).zip(places) {
            *slot = found(key, place);
        }
    }
}

/// For each key, how many elements go before it; at least `low`, at most `high`. Every search takes the same steps,
/// without branches.
#[inline(always)]
fn gang<K: Key>(
    low: usize,
    high: usize,
    sorted: impl Fn(usize) -> K,
    keys: &[K; GANG],
    before: impl Fn(K, K) -> bool,
) -> [usize; GANG] {
    let mut places = [low; GANG];
    let mut left = high - low;
    while left > 0 {
        // The place is between `place` and `place + left`.
        let half = left.div_ceil(2);
        for (place, key) in places.iter_mut().zip(keys) {
            let below = before(sorted(*place + half - 1), *key);
            *place += std::hint::select_unpredictable(below, half, 0);
        }
        left -= half;
    }
    places
}

/// Whether each element of `a` is among those of `tests`, a vector. Parameters: whether to answer the opposite; 0 for
/// whatever is fastest, 1 for sorting, 2 for a table (of whole numbers).
pub(in crate::host) fn isin(inputs: &[Concrete], params: &[i64]) -> Result<Vec<Concrete>, Fault> {
    let (a, tests) = (operand(inputs, 0)?, operand(inputs, 1)?);
    let &[invert, kind] = params else { return Err(Fault::Mismatch("isin has two parameters".into())) };
    dispatch!(a.dtype, T => Ok(vec![among(a, only(&Lanes::<T>::new(tests)?), invert != 0, kind)?]))
}

fn among<T: Ordered>(a: &Concrete, tests: Lane<T>, invert: bool, kind: i64) -> Result<Concrete, Fault> {
    if let Some(table) = table(tests, a.len(), kind)? {
        return lanes::map::<T, bool>(a, width(a), |lane, out| {
            out.iter_mut().zip(lane.iter()).for_each(|(slot, x)| *slot = table.has(x) != invert);
            Ok(())
        });
    }
    let mut keys = Scratch::new(tests.len, T::Key::default())?;
    let mut count = 0;
    // NaN is among nothing.
    for x in tests.iter().filter(|x| x.is_number()) {
        keys[count] = x.key();
        count += 1;
    }
    let keys = &mut keys[..count];
    if count < radix::RADIX_MIN || T::Key::DIGITS > 8 {
        keys.sort_unstable();
    } else {
        radix::sort_by(keys, |key| *key)?;
    }
    lanes::map::<T, bool>(a, width(a), |lane, out| {
        search_in(count, |i| keys[i], lane, false, out, |key, place| (place < count && keys[place] == key) != invert);
        Ok(())
    })
}

/// Which numbers there are, counted from a lowest one.
struct Table<T: Ordered> {
    low: T::Key,
    known: Scratch<bool>,
}

impl<T: Ordered> Table<T> {
    fn has(&self, x: T) -> bool {
        self.known.get(self.low.distance(x.key())).is_some_and(|&known| known)
    }
}

/// Which values from the least to the greatest of `tests` there are, if they are whole numbers, and few enough or a
/// table was asked for.
fn table<T: Ordered>(tests: Lane<T>, asked: usize, kind: i64) -> Result<Option<Table<T>>, Fault> {
    let whole = !T::DTYPE.is_inexact();
    let Some((low, high)) = tests.iter().map(T::key).fold(None, |ends: Option<(T::Key, T::Key)>, key| {
        Some(ends.map_or((key, key), |(low, high)| (low.min(key), high.max(key))))
    }) else {
        return Ok(None);
    };
    let span = low.distance(high);
    let few = span <= 6 * (asked + tests.len);
    if !whole || kind == 1 || (kind == 0 && !few) {
        return Ok(None);
    }
    // Half of the dtype's range, as in NumPy; all of it for unsigned numbers, which is half of the address space.
    let signed = matches!(T::DTYPE.kind(), Kind::Signed);
    let bits = 8 * size_of::<T>() as u32 - u32::from(signed);
    if span >= 1 << bits.min(62) {
        if kind == 0 {
            return Ok(None);
        }
        return fault(
            FaultKind::Runtime,
            "You have specified kind='table', but the range of values in `ar2` or `ar1` exceed the maximum integer of the datatype. Please set `kind` to None or 'sort'.",
        );
    }
    let mut known = Scratch::new(span + 1, false)?;
    for x in tests.iter() {
        known[low.distance(x.key())] = true;
    }
    Ok(Some(Table { low, known }))
}
