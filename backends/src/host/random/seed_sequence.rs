//! Seeds of any quality to states of high quality: NumPy's `SeedSequence`.
//!
//! The hash is that of M. E. O'Neill, "Developing a seed_seq Alternative" (2015), as NumPy's
//! `bit_generator.pyx` fixes it.

const INIT_A: u32 = 0x43b0_d7e5;
const MULT_A: u32 = 0x931e_8875;
const INIT_B: u32 = 0x8b51_f9dd;
const MULT_B: u32 = 0x58f3_8ded;
const MIX_MULT_L: u32 = 0xca01_f9dd;
const MIX_MULT_R: u32 = 0x4973_f715;
const XSHIFT: u32 = 16;

/// A pool of entropy from which seeds are drawn.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SeedSequence {
    pool: Vec<u32>,
}

/// Words with a constant that changes with each of them.
struct Hash(u32);

impl Hash {
    fn mix_in(&mut self, value: u32) -> u32 {
        let value = value ^ self.0;
        self.0 = self.0.wrapping_mul(MULT_A);
        let value = value.wrapping_mul(self.0);
        value ^ value >> XSHIFT
    }
}

fn mix(x: u32, y: u32) -> u32 {
    let mixed = MIX_MULT_L.wrapping_mul(x).wrapping_sub(MIX_MULT_R.wrapping_mul(y));
    mixed ^ mixed >> XSHIFT
}

impl SeedSequence {
    /// The pool of so many words that the entropy and the place in a tree of seeds give.
    pub fn new(entropy: &[u32], spawn_key: &[u32], pool_size: usize) -> SeedSequence {
        let mut words = entropy.to_vec();
        // Short entropy with a key must not look like longer entropy without.
        if !spawn_key.is_empty() && words.len() < pool_size {
            words.resize(pool_size, 0);
        }
        words.extend_from_slice(spawn_key);

        let mut hash = Hash(INIT_A);
        let mut pool: Vec<u32> = (0..pool_size).map(|i| hash.mix_in(words.get(i).copied().unwrap_or(0))).collect();
        for source in 0..pool_size {
            for target in 0..pool_size {
                if source != target {
                    pool[target] = mix(pool[target], hash.mix_in(pool[source]));
                }
            }
        }
        for &word in words.iter().skip(pool_size) {
            for slot in &mut pool {
                *slot = mix(*slot, hash.mix_in(word));
            }
        }
        SeedSequence { pool }
    }

    /// The mixed entropy.
    pub fn pool(&self) -> &[u32] {
        &self.pool
    }

    /// The first words of the seed.
    pub fn words(&self) -> impl Iterator<Item = u32> + '_ {
        let mut constant = INIT_B;
        self.pool.iter().cycle().map(move |&word| {
            let word = word ^ constant;
            constant = constant.wrapping_mul(MULT_B);
            let word = word.wrapping_mul(constant);
            word ^ word >> XSHIFT
        })
    }

    /// The first 64-bit words of the seed: pairs of words, the low one first.
    pub fn words64(&self) -> impl Iterator<Item = u64> + '_ {
        let mut words = self.words();
        std::iter::from_fn(move || Some(u64::from(words.next()?) | u64::from(words.next()?) << 32))
    }

    /// The first `N` 64-bit words.
    pub(crate) fn take64<const N: usize>(&self) -> [u64; N] {
        let mut words = self.words64();
        std::array::from_fn(|_| words.next().unwrap_or_default())
    }
}
