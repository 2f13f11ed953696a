//! Compiled loops against loops of the same arithmetic written by hand with AVX-512 intrinsics.
//!
//! ```text
//! cargo bench --bench intrinsics
//! ```
//!
//! Six pipelines in float64 on one thread, in ns per element, the fastest of interleaved batches. The hand-written
//! loops write into an array that is there already, past the cache where that is faster (`nt`, the better of the two
//! counts); ours allocate their results. Says so and does nothing on processors without AVX-512.

#[allow(dead_code)] // The example also times the others.
#[path = "../examples/pipelines/pipes.rs"]
mod pipes;

#[cfg(target_arch = "x86_64")]
mod by_hand {
    use std::arch::x86_64::*;

    /// `(a, b, c, out, non-temporal)`: equally long arrays; `out` of a sum is one number.
    pub type Loop = unsafe fn(&[f64], &[f64], &[f64], &mut [f64], bool);

    pub const LOOPS: &[(&str, Loop)] = &[
        ("triad", triad),
        ("poly7", poly7),
        ("norm_sum", norm_sum),
        ("gauss", gauss),
        ("clip_where", clip_where),
        ("int_mix", int_mix),
    ];

    /// Eight elements of each input to eight of the output, and a masked rest.
    macro_rules! map {
        ($name:ident |$a:ident, $b:ident, $c:ident| $body:expr) => {
            /// # Safety
            ///
            /// The processor must have AVX-512 F and DQ; the slices must be equally long.
            #[target_feature(enable = "avx512f,avx512dq")]
            unsafe fn $name(a: &[f64], b: &[f64], c: &[f64], out: &mut [f64], nt: bool) {
                let whole = a.len() & !7;
                let (pa, pb, pc, po) = (a.as_ptr(), b.as_ptr(), c.as_ptr(), out.as_mut_ptr());
                // SAFETY: all positions are below the length, or masked off; non-temporal stores are aligned.
                unsafe {
                    let nt = nt && po.addr() % 64 == 0;
                    for i in (0..whole).step_by(8) {
                        let $a = _mm512_loadu_pd(pa.add(i));
                        let $b = _mm512_loadu_pd(pb.add(i));
                        let $c = _mm512_loadu_pd(pc.add(i));
                        let y = $body;
                        if nt { _mm512_stream_pd(po.add(i), y) } else { _mm512_storeu_pd(po.add(i), y) }
                    }
                    let rest = ((1u32 << (a.len() - whole)) - 1) as u8;
                    let $a = _mm512_maskz_loadu_pd(rest, pa.add(whole));
                    let $b = _mm512_maskz_loadu_pd(rest, pb.add(whole));
                    let $c = _mm512_maskz_loadu_pd(rest, pc.add(whole));
                    _mm512_mask_storeu_pd(po.add(whole), rest, $body);
                    if nt {
                        _mm_sfence();
                    }
                }
            }
        };
    }

    macro_rules! k {
        ($x:expr) => {
            _mm512_set1_pd($x)
        };
    }

    map!(triad | a, b, _c | _mm512_add_pd(a, _mm512_mul_pd(k!(3.0), b)));

    map!(
        poly7 | a,
        _b,
        _c | {
            let mut y = _mm512_mul_pd(a, k!(0.1));
            y = _mm512_add_pd(y, k!(0.2));
            for c in [0.3, 0.4, 0.5, 0.6, 0.7, 0.8] {
                y = _mm512_add_pd(_mm512_mul_pd(y, a), k!(c));
            }
            y
        }
    );

    map!(
        gauss | a,
        b,
        c | {
            let squares = _mm512_add_pd(_mm512_mul_pd(a, a), _mm512_mul_pd(b, b));
            let x = _mm512_mul_pd(squares, k!(-0.5));
            let x = _mm512_min_pd(k!(710.0), x);
            let x = _mm512_max_pd(k!(-746.0), x);
            // The expansion's reduction, polynomial and scaling in two steps.
            let shift = k!(6755399441055744.0 + 2046.0);
            let big = _mm512_fmadd_pd(x, k!(std::f64::consts::LOG2_E), shift);
            let k = _mm512_sub_pd(big, shift);
            let r = _mm512_fmadd_pd(k, k!(-std::f64::consts::LN_2), x);
            let r = _mm512_fmadd_pd(k, k!(-2.3190468138462996e-17), r);
            let mut p = k!(2.2973882641726848e-08);
            for c in [
                2.762226731415995e-07,
                2.756386590047767e-06,
                2.4801516216194335e-05,
                0.00019841262657598532,
                0.0013888888920599073,
                0.008333333336537501,
                0.04166666666661979,
                0.1666666666666194,
                0.5,
                1.0,
                1.0,
            ] {
                p = _mm512_fmadd_pd(p, r, k!(c));
            }
            let k = _mm512_castpd_si512(big);
            let half = _mm512_srli_epi64::<1>(k);
            let rest = _mm512_sub_epi64(k, half);
            let p = _mm512_mul_pd(p, _mm512_castsi512_pd(_mm512_slli_epi64::<52>(half)));
            let p = _mm512_mul_pd(p, _mm512_castsi512_pd(_mm512_slli_epi64::<52>(rest)));
            _mm512_mul_pd(p, c)
        }
    );

    map!(
        clip_where | a,
        b,
        c | {
            let above = _mm512_cmp_pd_mask::<_CMP_GT_OQ>(a, b);
            let twice = _mm512_mul_pd(a, k!(2.0));
            // NumPy's minimum and maximum pass NaN on: the instructions return the second operand.
            let low = _mm512_min_pd(twice, c);
            let nan = _mm512_cmp_pd_mask::<_CMP_UNORD_Q>(twice, twice);
            let low = _mm512_mask_blend_pd(nan, low, twice);
            let difference = _mm512_sub_pd(b, c);
            let high = _mm512_max_pd(k!(0.25), difference);
            _mm512_mask_blend_pd(above, high, low)
        }
    );

    /// # Safety
    ///
    /// As of the others; results are `i32`, in the first half of `out`.
    #[target_feature(enable = "avx512f,avx512dq,avx512vl")]
    unsafe fn int_mix(a: &[f64], b: &[f64], _: &[f64], out: &mut [f64], nt: bool) {
        let whole = a.len() & !7;
        let (pa, pb, po) = (a.as_ptr(), b.as_ptr(), out.as_mut_ptr().cast::<i32>());
        // SAFETY: all positions are below the length, or masked off; non-temporal stores are aligned.
        unsafe {
            let nt = nt && po.addr() % 64 == 0;
            let mix = |a: __m512d, b: __m512d| {
                let i = _mm512_cvttpd_epi32(_mm512_mul_pd(a, k!(1000.0)));
                let j = _mm512_cvttpd_epi32(_mm512_mul_pd(b, k!(1000.0)));
                let i = _mm256_add_epi32(_mm256_mullo_epi32(i, _mm256_set1_epi32(7)), _mm256_set1_epi32(3));
                _mm256_and_si256(_mm256_xor_si256(i, _mm256_slli_epi32::<2>(j)), _mm256_set1_epi32(1023))
            };
            for i in (0..whole).step_by(8) {
                let y = mix(_mm512_loadu_pd(pa.add(i)), _mm512_loadu_pd(pb.add(i)));
                if nt { _mm256_stream_si256(po.add(i).cast(), y) } else { _mm256_storeu_si256(po.add(i).cast(), y) }
            }
            let rest = ((1u32 << (a.len() - whole)) - 1) as u8;
            let y = mix(_mm512_maskz_loadu_pd(rest, pa.add(whole)), _mm512_maskz_loadu_pd(rest, pb.add(whole)));
            _mm256_mask_storeu_epi32(po.add(whole), rest, y);
            if nt {
                _mm_sfence();
            }
        }
    }

    /// # Safety
    ///
    /// As of the others; `out` is one number.
    #[target_feature(enable = "avx512f,avx512dq")]
    unsafe fn norm_sum(a: &[f64], b: &[f64], c: &[f64], out: &mut [f64], _: bool) {
        let whole = a.len() & !31;
        let (pa, pb, pc) = (a.as_ptr(), b.as_ptr(), c.as_ptr());
        // SAFETY: all positions are below the length, or masked off.
        unsafe {
            let norm = |a, b, c| {
                let squares = _mm512_add_pd(_mm512_mul_pd(a, a), _mm512_mul_pd(b, b));
                _mm512_sqrt_pd(_mm512_add_pd(squares, _mm512_mul_pd(c, c)))
            };
            let mut sums = [_mm512_setzero_pd(); 4];
            for i in (0..whole).step_by(32) {
                for (k, sum) in sums.iter_mut().enumerate() {
                    let at = i + 8 * k;
                    let [a, b, c] = [pa, pb, pc].map(|p| _mm512_loadu_pd(p.add(at)));
                    *sum = _mm512_add_pd(*sum, norm(a, b, c));
                }
            }
            for i in (whole..a.len()).step_by(8) {
                let rest = ((1u32 << (a.len() - i).min(8)) - 1) as u8;
                let [a, b, c] = [pa, pb, pc].map(|p| _mm512_maskz_loadu_pd(rest, p.add(i)));
                sums[0] = _mm512_add_pd(sums[0], norm(a, b, c));
            }
            let pairs = _mm512_add_pd(_mm512_add_pd(sums[0], sums[1]), _mm512_add_pd(sums[2], sums[3]));
            out[0] = _mm512_reduce_add_pd(pairs);
        }
    }
}

#[cfg(target_arch = "x86_64")]
fn main() {
    use std::hint::black_box;
    use std::time::Instant;

    use numfuse as np;

    if !(is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512dq")) {
        println!("this processor has no AVX-512");
        return;
    }
    // `cargo test --benches` asks for a short run.
    let short = !std::env::args().any(|word| word == "--bench");
    let sizes: &[usize] = if short { &[1000] } else { &[1_000, 30_000, 1_000_000, 10_000_000] };
    println!("{:12}{:>10}{:>10}{:>10}{:>8}", "pipeline", "n", "ours", "by hand", "ratio");
    for &(name, by_hand) in by_hand::LOOPS {
        let run = pipes::PIPELINES.iter().find(|p| p.name == name).unwrap_or_else(|| panic!("no {name}")).run;
        for &n in sizes {
            let arrays = pipes::inputs(n, np::float64);
            let ours = np::compile(move |[a, b, c]| run(&a, &b, &c));
            let [a, b, c] = &arrays;
            // The same memory for both: one copy would be in the caches when the other is not.
            let values = arrays.each_ref().map(|x| x.eval().unwrap_or_else(|e| panic!("{e}")));
            let slices = values.each_ref().map(|x| x.as_slice::<f64>().unwrap_or_else(|e| panic!("{e}")));
            let mut out = vec![0.0; n + 8];
            let aligned = out.as_ptr().align_offset(64);
            let calls = if short { 1 } else { 3_000_000usize.div_ceil(n).max(2) };
            let mut fastest = [f64::INFINITY; 3];
            for _ in 0..if short { 1 } else { 15 } {
                for (which, fastest) in fastest.iter_mut().enumerate() {
                    let start = Instant::now();
                    for _ in 0..calls {
                        if which == 0 {
                            let result = np::with_threads(1, || ours.call([a, b, c]));
                            black_box(result.unwrap_or_else(|e| panic!("{e}")));
                        } else {
                            let [a, b, c] = slices;
                            // SAFETY: the processor has AVX-512; all slices have n elements.
                            unsafe { by_hand(a, b, c, &mut out[aligned..][..n], which == 2) };
                            black_box(&mut out);
                        }
                    }
                    *fastest = fastest.min(start.elapsed().as_secs_f64() / calls as f64 * 1e9 / n as f64);
                }
            }
            let hand = fastest[1].min(fastest[2]);
            println!("{name:12}{n:10}{:10.3}{hand:10.3}{:8.2}", fastest[0], fastest[0] / hand);
        }
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn main() {
    println!("there are no AVX-512 intrinsics on this processor");
}
