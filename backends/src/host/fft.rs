//! Discrete Fourier transforms along one axis, by rustfft and realfft.
//!
//! A transform takes its operand at any strides: lines that lie in order are transformed where they are
//! read from, others are gathered. Lines along an axis that is not the last are gathered eight at a time, so that
//! whole cache lines move. Cropping, padding with zeros and scaling happen on the way. Lines run in
//! parallel. `float32` is transformed in `float32`.

use std::any::{Any, TypeId};
use std::sync::{Arc, Mutex, OnceLock};

use numfuse_ir::Element;
use numfuse_ir::num_complex::Complex;
use numfuse_ir::{DType, IndexMap};
use realfft::{ComplexToReal, FftNum, RealFftPlanner, RealToComplex};
use rustc_hash::FxHashMap;
use rustfft::{Fft, FftPlanner};

use super::{Shared, each};
use crate::runtime::{Concrete, Fault, Fresh, config};

/// Points from which a second thread pays.
const PARALLEL_POINTS: usize = 1 << 15;
/// Lines of an inner axis that are moved together.
const GANG: usize = 8;
/// Points of all plans that are kept (twiddles take about as many complex numbers).
const KEPT_POINTS: usize = 1 << 24;
/// Plans that are kept.
const KEPT_PLANS: usize = 256;

/// What the parameters of every transform say.
struct Spec {
    axis: usize,
    /// Points of the transform.
    n: usize,
    forward: bool,
    scale: f64,
}

impl Spec {
    /// Parameters: axis, points, forward, bits of the factor (a float64).
    fn new(params: &[i64], a: &Concrete) -> Result<Spec, Fault> {
        let &[axis, n, forward, scale] = params else {
            return Err(Fault::Mismatch("a transform has four parameters".into()));
        };
        let spec =
            Spec { axis: axis as usize, n: n as usize, forward: forward != 0, scale: f64::from_bits(scale as u64) };
        if spec.axis >= a.map.shape.len() || n < 1 {
            return Err(Fault::Mismatch("a transform along no axis".into()));
        }
        Ok(spec)
    }
}

type Kept = FxHashMap<(TypeId, usize), (Box<dyn Any + Send + Sync>, u64)>;

/// Plans by type and length. Making one takes longer than running it.
struct Plans {
    kept: Kept,
    points: usize,
    clock: u64,
}

/// The plan of a length, from the cache or made by `make`.
fn planned<P: Clone + Send + Sync + 'static>(n: usize, make: impl FnOnce() -> P) -> P {
    static PLANS: OnceLock<Mutex<Plans>> = OnceLock::new();
    let plans = PLANS.get_or_init(|| Mutex::new(Plans { kept: Kept::default(), points: 0, clock: 0 }));
    let key = (TypeId::of::<P>(), n);
    {
        let mut plans = plans.lock().unwrap_or_else(|e| e.into_inner());
        plans.clock += 1;
        let now = plans.clock;
        if let Some((plan, used)) = plans.kept.get_mut(&key)
            && let Some(plan) = plan.downcast_ref::<P>()
        {
            *used = now;
            return plan.clone();
        }
    }
    // Outside the lock: another thread may make the same plan, which costs time and nothing else.
    let plan = make();
    let mut plans = plans.lock().unwrap_or_else(|e| e.into_inner());
    let now = plans.clock;
    if plans.kept.insert(key, (Box::new(plan.clone()), now)).is_none() {
        plans.points += n;
    }
    while plans.kept.len() > 1 && (plans.points > KEPT_POINTS || plans.kept.len() > KEPT_PLANS) {
        let oldest = plans.kept.iter().min_by_key(|(_, (_, used))| *used).map(|(key, _)| *key);
        let Some(oldest) = oldest else { break };
        plans.kept.remove(&oldest);
        plans.points -= oldest.1;
    }
    plan
}

/// The two directions of a type have plans of different types.
#[derive(Clone)]
struct Forward<T>(Arc<dyn Fft<T>>);
#[derive(Clone)]
struct Backward<T>(Arc<dyn Fft<T>>);

fn complex_plan<T: FftNum>(n: usize, forward: bool) -> Arc<dyn Fft<T>> {
    if forward {
        planned(n, || Forward(FftPlanner::new().plan_fft_forward(n))).0
    } else {
        planned(n, || Backward(FftPlanner::new().plan_fft_inverse(n))).0
    }
}

/// The real types.
trait Real: Element + FftNum {
    fn narrow(x: f64) -> Self;
}
impl Real for f32 {
    fn narrow(x: f64) -> f32 {
        x as f32
    }
}
impl Real for f64 {
    fn narrow(x: f64) -> f64 {
        x
    }
}

/// Where the lines of an array along an axis begin, in the order of the other axes, and the step along it.
struct Lines {
    starts: Vec<isize>,
    step: isize,
    /// Points in the array, of which transforms read at most theirs.
    len: usize,
}

impl Lines {
    /// Relative to element (0, …, 0).
    fn new(map: &IndexMap, axis: usize) -> Lines {
        let mut rest = IndexMap { offset: 0, ..map.clone() };
        rest.shape.remove(axis);
        rest.strides.remove(axis);
        let starts = super::offsets(&rest, &rest.shape);
        Lines { starts, step: map.strides[axis], len: map.shape[axis] }
    }
}

/// Transforms each line of `a` into the line of `out` that corresponds. `line` gets the input points, padded
/// with zeros to `points_in`, and room for `points_out`, and may use both; `with` makes what it needs per thread.
fn transform<I: Element, O: Element, W>(
    a: &Concrete,
    spec: &Spec,
    (points_in, points_out): (usize, usize),
    with: impl Fn() -> W + Sync,
    line: impl Fn(&mut W, &mut [I], &mut [O]) + Sync,
) -> Result<Concrete, Fault> {
    let base = a.base::<I>().ok_or_else(|| Fault::Mismatch("a transform of another dtype".into()))?;
    let mut shape = a.map.shape.clone();
    shape[spec.axis] = points_out;
    let out_map = IndexMap::contiguous(&shape);
    if shape.contains(&0) {
        return Ok(Fresh::<O>::zeroed(&shape)?.finish());
    }
    let (from, to) = (Lines::new(&a.map, spec.axis), Lines::new(&out_map, spec.axis));
    let read = from.len.min(points_in);
    // SAFETY: every line of the result is written below.
    let mut out = unsafe { Fresh::<O>::uninit(&shape)? };
    let (base, target) = (Shared(base), Shared(out.ptr()));
    let lines = from.starts.len();
    let gang = if to.step == 1 { 1 } else { GANG };
    // Enough lines per task to be worth a thread's while.
    let per_task = (PARALLEL_POINTS / 4 / points_in.max(1)).max(1).next_multiple_of(gang);
    let threads = if lines * points_in < PARALLEL_POINTS { 1 } else { config::threads() };
    each(lines.div_ceil(per_task), threads, |task| {
        let mut state = with();
        let mut input = vec![I::default(); points_in * gang];
        let mut output = vec![O::default(); if to.step == 1 { 0 } else { points_out * gang }];
        let end = ((task + 1) * per_task).min(lines);
        for first in (task * per_task..end).step_by(gang) {
            let together = gang.min(end - first);
            // SAFETY: starts and steps are those of elements inside the operand, as `Concrete::base` checked.
            let get =
                |k: usize, p: usize| unsafe { *base.get().offset(from.starts[first + k] + p as isize * from.step) };
            if together == 1 {
                (0..read).for_each(|p| input[p] = get(0, p));
            } else {
                for p in 0..read {
                    (0..together).for_each(|k| input[k * points_in + p] = get(k, p));
                }
            }
            for (k, line_in) in input.chunks_exact_mut(points_in).enumerate().take(together) {
                line_in[read..].fill(I::default());
                if to.step == 1 {
                    // SAFETY: the line lies inside the result, and only this task writes it.
                    let line_out = unsafe {
                        let start = target.get().offset(to.starts[first + k]);
                        start.write_bytes(0, points_out);
                        std::slice::from_raw_parts_mut(start, points_out)
                    };
                    line(&mut state, line_in, line_out);
                } else {
                    line(&mut state, line_in, &mut output[k * points_out..][..points_out]);
                }
            }
            if to.step != 1 {
                for p in 0..points_out {
                    for k in 0..together {
                        // SAFETY: as above.
                        unsafe {
                            *target.get().offset(to.starts[first + k] + p as isize * to.step) =
                                output[k * points_out + p];
                        }
                    }
                }
            }
        }
    });
    Ok(out.finish())
}

fn one(inputs: &[Concrete]) -> Result<&Concrete, Fault> {
    inputs.first().ok_or_else(|| Fault::Mismatch("a transform takes an operand".into()))
}

/// `fft` and `ifft` of complex numbers. Parameters as in [`Spec`].
pub(super) fn complex(inputs: &[Concrete], params: &[i64]) -> Result<Vec<Concrete>, Fault> {
    let a = one(inputs)?;
    let spec = Spec::new(params, a)?;
    Ok(vec![match a.dtype {
        DType::C64 => complex_in::<f32>(a, &spec)?,
        _ => complex_in::<f64>(a, &spec)?,
    }])
}

fn complex_in<T: Real>(a: &Concrete, spec: &Spec) -> Result<Concrete, Fault>
where
    Complex<T>: Element,
{
    let plan = complex_plan::<T>(spec.n, spec.forward);
    let scale = T::narrow(spec.scale);
    let scratch = plan.get_outofplace_scratch_len();
    let with = || vec![Complex::<T>::default(); scratch];
    transform::<Complex<T>, Complex<T>, _>(a, spec, (spec.n, spec.n), with, |scratch, input, output| {
        plan.process_outofplace_with_scratch(input, output, scratch);
        if spec.scale != 1.0 {
            output.iter_mut().for_each(|z| *z = Complex::new(z.re * scale, z.im * scale));
        }
    })
}

/// `rfft` of real numbers. Parameters as in [`Spec`].
pub(super) fn real(inputs: &[Concrete], params: &[i64]) -> Result<Vec<Concrete>, Fault> {
    let a = one(inputs)?;
    let spec = Spec::new(params, a)?;
    Ok(vec![match a.dtype {
        DType::F32 => real_in::<f32>(a, &spec)?,
        _ => real_in::<f64>(a, &spec)?,
    }])
}

fn real_in<T: Real>(a: &Concrete, spec: &Spec) -> Result<Concrete, Fault>
where
    Complex<T>: Element,
{
    let plan: Arc<dyn RealToComplex<T>> = planned(spec.n, || RealFftPlanner::new().plan_fft_forward(spec.n));
    let scale = T::narrow(spec.scale);
    let with = || plan.make_scratch_vec();
    transform::<T, Complex<T>, _>(a, spec, (spec.n, spec.n / 2 + 1), with, |scratch, input, output| {
        // The lengths are the plan's own.
        let done = plan.process_with_scratch(input, output, scratch);
        debug_assert!(done.is_ok(), "{done:?}");
        if spec.scale != 1.0 {
            output.iter_mut().for_each(|z| *z = Complex::new(z.re * scale, z.im * scale));
        }
    })
}

/// `irfft` of the non-negative frequencies. Parameters as in [`Spec`].
pub(super) fn inverse_real(inputs: &[Concrete], params: &[i64]) -> Result<Vec<Concrete>, Fault> {
    let a = one(inputs)?;
    let spec = Spec::new(params, a)?;
    Ok(vec![match a.dtype {
        DType::C64 => inverse_in::<f32>(a, &spec)?,
        _ => inverse_in::<f64>(a, &spec)?,
    }])
}

fn inverse_in<T: Real>(a: &Concrete, spec: &Spec) -> Result<Concrete, Fault>
where
    Complex<T>: Element,
{
    let plan: Arc<dyn ComplexToReal<T>> = planned(spec.n, || RealFftPlanner::new().plan_fft_inverse(spec.n));
    let scale = T::narrow(spec.scale);
    let with = || plan.make_scratch_vec();
    transform::<Complex<T>, T, _>(a, spec, (spec.n / 2 + 1, spec.n), with, |scratch, input, output| {
        // NumPy ignores the imaginary parts of the mean and of the highest frequency, if there is one.
        if let Some(first) = input.first_mut() {
            first.im = T::default();
        }
        if spec.n.is_multiple_of(2)
            && let Some(last) = input.last_mut()
        {
            last.im = T::default();
        }
        let done = plan.process_with_scratch(input, output, scratch);
        debug_assert!(done.is_ok(), "{done:?}");
        if spec.scale != 1.0 {
            output.iter_mut().for_each(|x| *x = *x * scale);
        }
    })
}
