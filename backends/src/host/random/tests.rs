//! Streams in closed form: what needs no NumPy.

use super::*;

fn pcg(seed: u32) -> Pcg64 {
    Pcg64::new(&SeedSequence::new(&[seed], &[], 4))
}

#[test]
fn a_long_fill_is_the_sequence() {
    let (mut one, mut other) = (pcg(1), pcg(1));
    for len in [0, 1, 3, 4, 7, 1 << 18] {
        let Ok(filled) = fill::raw(&mut one, len) else { panic!("no memory") };
        let map = numfuse_ir::IndexMap::contiguous(&[len]);
        let filled = crate::runtime::Concrete { buffer: filled, dtype: numfuse_ir::DType::U64, map };
        let expected: Vec<u64> = (0..len).map(|_| other.next_uint64()).collect();
        assert_eq!(filled.contiguous::<u64>(), Some(&expected[..]));
        assert_eq!(one, other);
    }
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
