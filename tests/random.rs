//! numpy.random beyond the goldens: the reference data set, the module functions, threads, `rand_core`.

use np::prelude::*;
use np::random::{MT19937, PCG64, PCG64DXSM, Philox, RandomState, SFC64, SeedSequence};
use numfuse as np;
use rand_core::Rng;

type Test = Result<(), np::Error>;

/// DS-RAND-1: seed 1234, a fresh generator for each line.
#[test]
fn the_reference_values() -> Test {
    let rng = || np::random::default_rng(1234);
    let uniform = [
        0.9766997666981422,
        0.3801957350196178,
        0.9232462337639554,
        0.2616924238635442,
        0.31909705841419755,
        0.11809123296664281,
        0.2417662932527851,
        0.3185339287822264,
        0.9640792451783763,
        0.26364980427509377,
    ];
    assert_eq!(rng()?.random(10).to_vec::<f64>()?, uniform);
    let normal = [
        -1.6038368053963015,
        0.06409991400376411,
        0.7408912958767259,
        0.15261919356565307,
        0.8637438913233318,
        2.913099222503971,
        -1.4788233606644015,
        0.9454729746458599,
        -1.6661354573179643,
        0.34374458145267967,
    ];
    assert_eq!(rng()?.standard_normal(10).to_vec::<f64>()?, normal);
    let integers = [97, 97, 98, 38, 17, 92, 10, 26, 13, 31];
    assert_eq!(rng()?.integers(0, high(100).size(10)).to_vec::<i64>()?, integers);
    assert_eq!(rng()?.poisson(lam(3.0).size(10)).to_vec::<i64>()?, [4, 1, 3, 6, 2, 3, 3, 5, 3, 6]);
    assert_eq!(rng()?.permutation(10, ..).to_vec::<i64>()?, [8, 9, 5, 0, 2, 6, 4, 7, 1, 3]);

    let state = || RandomState::new(1234);
    let uniform = [
        0.1915194503788923,
        0.6221087710398319,
        0.4377277390071145,
        0.7853585837137692,
        0.7799758081188035,
        0.2725926052826416,
        0.2764642551430967,
        0.8018721775350193,
        0.9581393536837052,
        0.8759326347420947,
    ];
    assert_eq!(state()?.random_sample(10).to_vec::<f64>()?, uniform);
    let normal = [
        0.47143516373249306,
        -1.1909756947064645,
        1.4327069684260973,
        -0.3126518960917129,
        -0.7205887333650116,
        0.8871629403077386,
        0.8595884137174165,
        -0.6365235044173491,
        0.015696372114428918,
        -2.2426849541854055,
    ];
    assert_eq!(state()?.standard_normal(10).to_vec::<f64>()?, normal);
    let integers = [47, 83, 38, 53, 76, 24, 15, 49, 23, 26];
    assert_eq!(state()?.randint(0, high(100).size(10)).to_vec::<i64>()?, integers);
    assert_eq!(state()?.poisson(lam(3.0).size(10)).to_vec::<i64>()?, [3, 3, 6, 2, 4, 5, 4, 4, 2, 0]);
    assert_eq!(state()?.permutation(10).to_vec::<i64>()?, [7, 2, 9, 1, 0, 8, 4, 5, 6, 3]);

    let words = |raw: np::Array| raw.to_vec::<u64>();
    assert_eq!(
        words(PCG64::new(1234)?.random_raw(4))?,
        [0xfa08fef3fab6bbba, 0x615481f7fce9ac81, 0xec59dd7c2bde3cb4, 0x42fe46521ada3e8e]
    );
    assert_eq!(
        words(PCG64DXSM::new(1234)?.random_raw(4))?,
        [0x8a81d1863f5f6825, 0x1613b77ad3f4b592, 0xc5cb49e60b7decfb, 0x2b67891507232f1e]
    );
    assert_eq!(words(MT19937::new(1234)?.random_raw(4))?, [0x1ed1751f, 0x51592cca, 0x6758f9e6, 0x50b02325]);
    assert_eq!(
        words(Philox::new(1234, ..)?.random_raw(4))?,
        [0x8ea8640078749d91, 0x3946c72fc7bbe4c2, 0x4b17f993cf5b70b8, 0x946adfa0b89bc891]
    );
    assert_eq!(
        words(SFC64::new(1234)?.random_raw(4))?,
        [0xd859b9601b187baf, 0x8d273e7f6c571ab3, 0x515c97e1b454500a, 0x0e3f968049dcdb80]
    );
    assert_eq!(SeedSequence::new(1234, ..)?.generate_state(4), [2906597030, 1602421836, 216676975, 2698621808]);
    Ok(())
}

/// Each module function draws what the method of a `RandomState` in the same state does.
#[test]
fn the_module_functions_are_the_methods_of_the_global_state() -> Test {
    let state = RandomState::new(5)?;
    np::random::seed(5)?;
    macro_rules! same {
        ($($name:ident($($arg:expr),*);)*) => {$(
            let (global, own) = (np::random::$name($($arg),*), state.$name($($arg),*));
            assert_eq!(global.dtype(), own.dtype(), stringify!($name));
            assert_eq!(global.to_string(), own.to_string(), stringify!($name));
        )*};
    }
    same! {
        beta(2.0, 3.0, 5);
        binomial(10, 0.5, 5);
        chisquare(3.0, 5);
        choice(10, 5);
        dirichlet([1.0, 2.0], 5);
        multivariate_normal([1.0, 2.0], [[1.0, 0.5], [0.5, 2.0]], 5);
        exponential(5);
        f(3.0, 4.0, 5);
        gamma(3.0, 5);
        geometric(0.3, 5);
        gumbel(5);
        hypergeometric(5, 6, 7, 5);
        laplace(5);
        logistic(5);
        lognormal(5);
        logseries(0.5, 5);
        multinomial(5, [0.5, 0.5], 5);
        negative_binomial(5.0, 0.5, 5);
        noncentral_chisquare(3.0, 1.0, 5);
        noncentral_f(3.0, 4.0, 1.0, 5);
        normal(5);
        pareto(3.0, 5);
        permutation(10);
        poisson(5);
        power(3.0, 5);
        rand([2, 3]);
        randint(10, size(5));
        randn(3);
        random(5);
        random_integers(6, size(5));
        random_sample(5);
        rayleigh(5);
        standard_cauchy(5);
        standard_exponential(5);
        standard_gamma(2.0, 5);
        standard_normal(5);
        standard_t(4.0, 5);
        triangular(0.0, 1.0, 2.0, 5);
        uniform(5);
        vonmises(0.0, 1.0, 5);
        wald(1.0, 2.0, 5);
        weibull(2.0, 5);
        zipf(2.0, 5);
    }
    assert_eq!(np::random::ranf(3).to_string(), state.random_sample(3).to_string());
    assert_eq!(np::random::sample(3).to_string(), state.random_sample(3).to_string());
    assert_eq!(np::random::bytes(10)?, state.bytes(10)?);
    let (mut a, mut b) = (np::arange(10, ..), np::arange(10, ..));
    np::random::shuffle(&mut a);
    state.shuffle(&mut b);
    assert_eq!(a.to_string(), b.to_string());
    assert_eq!(np::random::get_state(), state.get_state());

    let saved = np::random::get_state();
    assert_eq!((saved.algorithm(), saved.key().len()), ("MT19937", 624));
    let x = np::random::randn(3).to_vec::<f64>()?;
    np::random::set_state(&saved)?;
    assert_eq!(np::random::randn(3).to_vec::<f64>()?, x);

    // Another bit generator under the module functions, and MT19937 again.
    np::random::set_bit_generator(PCG64::new(1234)?);
    assert_eq!(np::random::random(1).to_vec::<f64>()?, [0.9766997666981422]);
    assert_eq!(np::random::get_bit_generator().name(), "PCG64");
    assert!(np::random::seed(1).is_err() && np::random::set_state(&saved).is_err());
    np::random::set_bit_generator(MT19937::new(1)?);
    np::random::seed(5)
}

/// Whatever the factor of the covariance, it is one: standard normal deviates come back out of it.
#[test]
fn multivariate_normal_has_its_covariance() -> Test {
    let cov = np::array![[2.0, 0.5, 0.1], [0.5, 1.0, -0.2], [0.1, -0.2, 3.0]];
    for name in ["svd", "eigh", "cholesky"] {
        let rng = || np::random::default_rng(3);
        let x = rng()?.standard_normal([50, 3]);
        let y = rng()?.multivariate_normal([1.0, 2.0, 3.0], &cov, size(50).method(name)) - [1.0, 2.0, 3.0];
        // The factor, by least squares, is exact.
        let factor = np::linalg::lstsq(&x, &y, ..).x;
        assert!(np::allclose(np::matmul(&x, &factor), &y, ..).item::<bool>()?, "{name}");
        assert!(np::allclose(np::matmul(factor.t(), &factor), &cov, ..).item::<bool>()?, "{name}");
    }
    Ok(())
}

/// Threads change nothing but the time.
#[test]
fn a_large_fill_is_the_same_on_any_number_of_threads() -> Test {
    let fill = |threads| {
        np::with_threads(threads, || -> Result<_, np::Error> {
            let rng = np::random::default_rng(3)?;
            let x = rng.random(300_001).to_vec::<f64>()?;
            let y = rng.uniform(low(-1.0).high(3.0).size(200_000)).to_vec::<f64>()?;
            let z = rng.random(size(300_001).dtype(np::float32)).to_vec::<f32>()?;
            let philox = np::random::Generator::new(Philox::new(3, ..)?);
            let w = philox.random(300_001).to_vec::<f64>()?;
            Ok((x, y, z, w, rng.integers(1000, size(3)).to_vec::<i64>()?, philox.random(1).to_vec::<f64>()?))
        })
    };
    assert!(fill(1)? == fill(4)?);
    Ok(())
}

#[test]
fn generators_share_and_spawn() -> Test {
    let rng = np::random::default_rng(9)?;
    let same = np::random::default_rng(&rng)?;
    let (a, b) = (rng.random(..).item::<f64>()?, same.random(..).item::<f64>()?);
    let fresh = np::random::default_rng(9)?;
    assert_eq!(fresh.random(2).to_vec::<f64>()?, [a, b]);

    let [child, other] = rng.spawn(2)?.try_into().unwrap_or_else(|_| panic!("two children"));
    assert_ne!(child.random(..).item::<f64>()?, other.random(..).item::<f64>()?);
    // A key is not a sequence.
    let keyed = np::random::Generator::new(Philox::new(.., key([1, 2]))?);
    assert_eq!(keyed.spawn(1).unwrap_err().class(), "TypeError");
    assert!(Philox::new(1, key([1, 2])).is_err());

    // Fresh entropy differs.
    let random = || np::random::default_rng(..)?.random(..).item::<f64>();
    assert_ne!(random()?, random()?);
    Ok(())
}

#[test]
fn other_crates_can_draw() -> Test {
    let mut bits = PCG64::new(1234)?;
    assert_eq!(Rng::next_u64(&mut bits), 0xfa08fef3fab6bbba);
    let mut bytes = [0; 11];
    bits.fill_bytes(&mut bytes);
    assert_eq!(bytes[..8], 0x615481f7fce9ac81_u64.to_le_bytes());
    assert_eq!(bytes[8..], 0xec59dd7c2bde3cb4_u64.to_le_bytes()[..3]);
    let rng = np::random::default_rng(1234)?;
    assert_eq!((&rng).next_u64(), 0xfa08fef3fab6bbba);
    assert_eq!(rng.to_string(), "Generator(PCG64)");
    Ok(())
}

#[test]
fn a_bit_generator_of_ones_own() -> Test {
    struct Counter(u64);
    impl np::random::Words for Counter {
        fn next_uint32(&mut self) -> u32 {
            self.next_uint64() as u32
        }
        fn next_uint64(&mut self) -> u64 {
            self.0 = self.0.wrapping_add(1 << 61);
            self.0
        }
    }
    impl np::random::BitGenerator for Counter {
        fn name(&self) -> &'static str {
            "Counter"
        }
        fn state(&self) -> np::random::State {
            np::random::State::Sfc64 { state: [self.0, 0, 0, 0], has_uint32: false, uinteger: 0 }
        }
        fn set_state(&mut self, _: &np::random::State) -> np::Result<()> {
            Ok(())
        }
        fn seed_seq(&self) -> Option<&SeedSequence> {
            None
        }
        fn spawn_boxed(&mut self, n: usize) -> np::Result<Vec<Box<dyn np::random::BitGenerator>>> {
            Ok((0..n).map(|_| Box::new(Counter(0)) as _).collect())
        }
    }
    let own: Box<dyn np::random::BitGenerator> = Box::new(Counter(0));
    let rng = np::random::Generator::new(own);
    assert_eq!(rng.random(3).to_vec::<f64>()?, [0.125, 0.25, 0.375]);
    Ok(())
}

/// No size, seed or parameter aborts or hangs.
#[test]
fn impossible_requests_are_errors() -> Test {
    let rng = np::random::default_rng(1)?;
    let huge = [usize::MAX / 16, 2];
    for bad in [
        rng.random(huge),
        rng.normal(loc([0.0, 1.0]).size([1_i64 << 50, 2])),
        rng.integers(5, size(1_u64 << 60)),
        rng.multinomial(5, [0.5, 0.5], 1_u64 << 60),
        rng.dirichlet([1.0; 1000], 1_u64 << 50),
        rng.permutation(i64::MAX, ..),
        rng.choice(i64::MAX, size(1_u64 << 60).replace(false)),
        rng.multivariate_hypergeometric([1_i64 << 58, 1], 1 << 50, method("count")),
        rng.choice(5, size(1).p([0.5, f64::NAN, 0.5, 0.0, 0.0])),
        rng.beta(np::zeros([2, 3], ..).reshape([7]), 1.0, ..),
        rng.random(-1),
    ] {
        assert!(bad.check().is_err(), "{bad:?}");
    }
    assert_eq!(np::random::default_rng(-1).unwrap_err().detail().message, "expected non-negative integer");
    assert_eq!(RandomState::new(1_u64 << 32).unwrap_err().detail().message, "Seed must be between 0 and 2**32 - 1");
    assert_eq!(
        SeedSequence::new(1, pool_size(3)).unwrap_err().detail().message,
        "The size of the entropy pool should be at least 4"
    );
    let mut bits = PCG64::new(1)?;
    let state = SFC64::new(1)?.state();
    assert_eq!(bits.set_state(&state).unwrap_err().detail().message, "state must be for a PCG64 RNG");

    // Where NumPy never returns.
    let legacy = RandomState::new(1)?;
    assert_eq!(legacy.zipf(1e6, ..).item::<i64>()?, 1);
    assert!(legacy.vonmises(0.0, f64::INFINITY, ..).item::<f64>()?.is_nan());
    assert_eq!(legacy.hypergeometric(i64::MAX - 5, 1, 20, ..).item::<i64>()?, i64::MIN);
    Ok(())
}
