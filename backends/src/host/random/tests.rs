//! Streams in closed form: what needs no NumPy.

use super::*;

fn pcg(seed: u32) -> Pcg64 {
    Pcg64::new(&SeedSequence::new(&[seed], &[], 4))
}

/// The elements of a fill.
fn elements<T: numfuse_ir::Element>(
    filled: Result<std::sync::Arc<crate::runtime::Buffer>, crate::runtime::Fault>,
    len: usize,
) -> Vec<T> {
    let Ok(buffer) = filled else { panic!("no memory") };
    let map = numfuse_ir::IndexMap::contiguous(&[len]);
    let array = crate::runtime::Concrete { buffer, dtype: T::DTYPE, map };
    array.to_vec().unwrap_or_else(|| panic!("not {}", T::DTYPE))
}

/// Fills that make words out of order give those of the sequence, and leave the generator where it would be.
fn long_fills_are_the_sequence<W: Words + Clone + PartialEq + std::fmt::Debug>(start: W) {
    let (mut one, mut other) = (start.clone(), start);
    for len in [0, 1, 2, 3, 4, 7, 1023, 2050, (1 << 18) + 1] {
        let expected: Vec<u64> = (0..len).map(|_| other.next_raw()).collect();
        assert!(elements::<u64>(fill::raw(&mut one, len), len) == expected, "{len}");
        assert_eq!(one, other);
        let expected: Vec<f32> = (0..len).map(|_| other.next_float()).collect();
        assert!(elements::<f32>(fill::single(fill::Single::Uniform, &mut one, len), len) == expected, "{len}");
        assert_eq!(one, other);
        let expected: Vec<f64> = (0..len).map(|_| other.next_double()).collect();
        assert!(elements::<f64>(fill::uniform(&mut one, &[0.0], &[1.0], len), len) == expected, "{len}");
        assert_eq!(one, other);
    }
}

#[test]
fn a_long_fill_is_the_sequence() {
    let seed = SeedSequence::new(&[1], &[], 4);
    long_fills_are_the_sequence(pcg(1));
    long_fills_are_the_sequence(Pcg64Dxsm::new(&seed));
    long_fills_are_the_sequence(Philox::new(Philox::key(&seed), [u64::MAX - 7, u64::MAX, 0, 1]));
    long_fills_are_the_sequence(Sfc64::new(&seed));
    long_fills_are_the_sequence(Mt19937::new(&seed));
}

/// The loops for one range draw what the function for one integer draws.
#[test]
fn integers_in_bulk_are_integers_one_by_one() {
    fn check<T: bounded::Bounded + numfuse_ir::Element>(low: u64, range: u64, dtype: numfuse_ir::DType) {
        let (mut one, mut other) = (pcg(5), pcg(5));
        for len in [1, 2, 3, 4, 5, 1000, 1001] {
            let mut rest = bounded::Rest::default();
            let expected: Vec<T> = (0..len).map(|_| T::draw(&mut other, &mut rest, low, range, false)).collect();
            let filled = fill::integers(&mut one, dtype, &[low], &[range], len, false);
            assert!(elements::<T>(filled, len) == expected, "{dtype} {low} {range} {len}");
            assert_eq!(one, other);
        }
    }
    use numfuse_ir::DType;
    for (low, range) in [(0, 1), (3, 99), (200, 155), (0, 255), (0, 254)] {
        check::<u8>(low, range, DType::U8);
        check::<u16>(low, range, DType::U16);
        check::<u32>(low, range, DType::U32);
        check::<u64>(low, range, DType::U64);
    }
    for range in [60_000, 65_535] {
        check::<u16>(7, range, DType::U16);
    }
    // A third of all halves is rejected.
    for range in [3 << 30, u64::from(u32::MAX)] {
        check::<u32>(7, range, DType::U32);
        check::<u64>(7, range, DType::U64);
    }
    check::<u64>(7, 1 << 40, DType::U64);
}

#[test]
fn an_advance_is_as_many_words() {
    let (mut one, mut other) = (pcg(7), pcg(7));
    for _ in 0..1000 {
        one.next_uint64();
    }
    other.advance(1000.into());
    assert_eq!(one, other);
    other.advance((-1000).into());
    assert_eq!(other, pcg(7));

    let seed = SeedSequence::new(&[7], &[], 4);
    let mut philox = Philox::new(Philox::key(&seed), [u64::MAX, u64::MAX, 3, 4]);
    let mut ahead = philox.clone();
    for _ in 0..4 * 5 {
        philox.next_uint64();
    }
    ahead.advance(5.into());
    philox.next_uint64();
    ahead.next_uint64();
    assert_eq!(philox, ahead);
}

#[test]
fn masks_cover() {
    let mut words = pcg(3);
    for max in [0, 1, 2, 5, 255, 256, u64::from(u32::MAX), 1 << 40, u64::MAX] {
        for _ in 0..100 {
            assert!(bounded::interval(&mut words, max) <= max);
            assert!(bounded::below(&mut words, max) <= max);
        }
    }
}
