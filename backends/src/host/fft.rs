//! Discrete Fourier transforms along one axis, by rustfft and realfft.
//!
//! A transform takes its operand at any strides: lines that lie in order are transformed where they are
//! read from, others are gathered. Lines along an axis that is not the last are gathered many at a time, so that
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

use super::{Offsets, Shared, each};
use crate::runtime::{Concrete, Fault, Fresh, config};

/// Points from which a second thread pays.
const PARALLEL_POINTS: usize = 1 << 15;
/// Elements of a gang: lines of an inner axis that are moved together, so that whole cache lines are.
const GANG_POINTS: usize = 1 << 15;
/// Most lines of a gang.
const GANG_LINES: usize = 32;
/// Points of each line that are moved in one go.
const BLOCK: usize = 8;
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
    starts: Offsets,
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
        let starts = Offsets::new(&rest, &rest.shape);
        Lines { starts, step: map.strides[axis], len: map.shape[axis] }
    }
}

/// How lines are handed to threads.
struct Schedule {
    lines: usize,
    /// Lines that are moved together.
    gang: usize,
    per_task: usize,
    threads: usize,
}

impl Schedule {
    fn new(lines: usize, points: usize, in_order: bool) -> Schedule {
        let gang = if in_order { 1 } else { (GANG_POINTS / points.max(1)).clamp(4, GANG_LINES) };
        let threads = if lines.saturating_mul(points) < PARALLEL_POINTS { 1 } else { config::threads() };
        // Few tasks, for what a task needs is made once.
        let per_task = lines.div_ceil(threads * if threads > 1 { 4 } else { 1 }).next_multiple_of(gang);
        Schedule { lines, gang, per_task, threads }
    }

    /// Calls `work` with the first line and the number of lines of every gang; `with` makes what a task needs.
    fn run<W>(
        &self,
        with: impl Fn() -> Result<W, Fault> + Sync,
        work: impl Fn(&mut W, usize, usize) + Sync,
    ) -> Result<(), Fault> {
        let failed = Mutex::new(None);
        each(self.lines.div_ceil(self.per_task), self.threads, |task| match with() {
            Ok(mut state) => {
                let end = ((task + 1) * self.per_task).min(self.lines);
                for first in (task * self.per_task..end).step_by(self.gang) {
                    work(&mut state, first, self.gang.min(end - first));
                }
            }
            Err(fault) => *failed.lock().unwrap_or_else(|e| e.into_inner()) = Some(fault),
        });
        failed.into_inner().unwrap_or_else(|e| e.into_inner()).map_or(Ok(()), Err)
    }
}

/// Working memory, from the pool: fresh pages cost more than a transform.
fn working<T: Element>(n: usize) -> Result<Fresh<T>, Fault> {
    Fresh::zeroed(&[n])
}

/// Both sides of a transform: lines to read and to write.
struct Sides<I, O> {
    base: Shared<I>,
    target: Shared<O>,
    from: Lines,
    to: Lines,
}

impl<I: Element, O: Element> Sides<I, O> {
    fn new(a: &Concrete, out: &mut Fresh<O>, shape: &[usize], axis: usize) -> Result<Sides<I, O>, Fault> {
        let base = a.base::<I>().ok_or_else(|| Fault::Mismatch("a transform of another dtype".into()))?;
        let to = Lines::new(&IndexMap::contiguous(shape), axis);
        Ok(Sides { base: Shared(base), target: Shared(out.ptr()), from: Lines::new(&a.map, axis), to })
    }

    /// Gathers lines into rows of `points` elements, `pitch` apart, cropped or padded with zeros.
    ///
    /// # Safety
    ///
    /// `into` must be room for `count` rows, which nobody else uses.
    unsafe fn gather(&self, first: usize, count: usize, points: usize, into: *mut I, pitch: usize) {
        let read = self.from.len.min(points);
        let (base, step) = (self.base.get(), self.from.step);
        // SAFETY: starts and steps are those of elements inside the operand, as `Concrete::base` checked; and the
        // caller's promise.
        unsafe {
            if step == 1 {
                for k in 0..count {
                    base.offset(self.from.starts.get(first + k)).copy_to_nonoverlapping(into.add(k * pitch), read);
                }
            } else {
                // A few points of all lines at a time: whole cache lines are read, and whole ones written.
                for block in (0..read).step_by(BLOCK) {
                    for k in 0..count {
                        let from = base.offset(self.from.starts.get(first + k));
                        for p in block..(block + BLOCK).min(read) {
                            *into.add(k * pitch + p) = *from.offset(p as isize * step);
                        }
                    }
                }
            }
            for k in 0..count {
                into.add(k * pitch + read).write_bytes(0, points - read);
            }
        }
    }

    /// The inverse for results.
    ///
    /// # Safety
    ///
    /// Only the caller writes these lines.
    unsafe fn scatter(&self, first: usize, count: usize, points: usize, from: &[O], pitch: usize) {
        for block in (0..points).step_by(BLOCK) {
            for k in 0..count {
                // SAFETY: starts and steps are those of elements of the result, and the caller's promise.
                let to = unsafe { self.target.get().offset(self.to.starts.get(first + k)) };
                for p in block..(block + BLOCK).min(points) {
                    // SAFETY: as above.
                    unsafe { *to.offset(p as isize * self.to.step) = from[k * pitch + p] };
                }
            }
        }
    }

    /// The address of a line of the result.
    fn line(&self, line: usize) -> *mut O {
        self.target.get().wrapping_offset(self.to.starts.get(line))
    }
}

/// Elements from one row of a gang to the next: rows at a power of two apart would share a few sets of the cache.
fn pitch_of<T>(points: usize) -> usize {
    points + 64_usize.div_ceil(size_of::<T>())
}

/// Transforms each line of `a` into the line of the result that corresponds. `line` gets the input points, padded with
/// zeros to `points_in`, and room for `points_out`, and may use both; `with` makes what it needs per task.
fn transform<I: Element, O: Element, W>(
    a: &Concrete,
    spec: &Spec,
    (points_in, points_out): (usize, usize),
    with: impl Fn() -> Result<W, Fault> + Sync,
    line: impl Fn(&mut W, &mut [I], &mut [O]) + Sync,
) -> Result<Concrete, Fault> {
    let mut shape = a.map.shape.clone();
    shape[spec.axis] = points_out;
    // SAFETY: every line is written below; without lines there are no elements.
    let mut out = unsafe { Fresh::<O>::uninit(&shape)? };
    if shape.contains(&0) {
        return Ok(out.finish());
    }
    let sides = Sides::<I, O>::new(a, &mut out, &shape, spec.axis)?;
    let in_order = sides.to.step == 1;
    let schedule = Schedule::new(sides.from.starts.len(), points_in.max(points_out), in_order);
    let gang = schedule.gang;
    let (pitch_in, pitch_out) = (pitch_of::<I>(points_in), pitch_of::<O>(points_out));
    let room = if in_order { 0 } else { pitch_out * gang };
    let memory = || Ok((with()?, working::<I>(pitch_in * gang)?, working::<O>(room)?));
    schedule.run(memory, |(state, input, output), first, count| {
        let (input, output) = (input.slice(), output.slice());
        // SAFETY: the memory has room for a gang.
        unsafe { sides.gather(first, count, points_in, input.as_mut_ptr(), pitch_in) };
        for k in 0..count {
            let line_in = &mut input[k * pitch_in..][..points_in];
            if in_order {
                let to = sides.line(first + k);
                // SAFETY: each line lies inside the result and belongs to one gang; zeros are values.
                let line_out = unsafe {
                    to.write_bytes(0, points_out);
                    std::slice::from_raw_parts_mut(to, points_out)
                };
                line(state, line_in, line_out);
            } else {
                line(state, line_in, &mut output[k * pitch_out..][..points_out]);
            }
        }
        if !in_order {
            // SAFETY: as above.
            unsafe { sides.scatter(first, count, points_out, output, pitch_out) };
        }
    })?;
    Ok(out.finish())
}

/// The same for transforms that work in place, which saves a pass over memory.
fn transform_in_place<T: Element>(
    a: &Concrete,
    spec: &Spec,
    scratch: usize,
    line: impl Fn(&mut [T], &mut [T]) + Sync,
) -> Result<Concrete, Fault> {
    let points = spec.n;
    let mut shape = a.map.shape.clone();
    shape[spec.axis] = points;
    // SAFETY: every line is written below; without lines there are no elements.
    let mut out = unsafe { Fresh::<T>::uninit(&shape)? };
    if shape.contains(&0) {
        return Ok(out.finish());
    }
    let sides = Sides::<T, T>::new(a, &mut out, &shape, spec.axis)?;
    let in_order = sides.to.step == 1;
    let schedule = Schedule::new(sides.from.starts.len(), points, in_order);
    let gang = schedule.gang;
    let pitch = pitch_of::<T>(points);
    let memory = || Ok((working::<T>(scratch)?, working::<T>(if in_order { 0 } else { pitch * gang })?));
    schedule.run(memory, |(scratch, lines), first, count| {
        if in_order {
            let to = sides.line(first);
            // SAFETY: each line lies inside the result and belongs to one task, which writes all of it first.
            let own = unsafe {
                sides.gather(first, 1, points, to, 0);
                std::slice::from_raw_parts_mut(to, points)
            };
            line(own, scratch.slice());
            return;
        }
        let lines = lines.slice();
        // SAFETY: the memory has room for a gang.
        unsafe { sides.gather(first, count, points, lines.as_mut_ptr(), pitch) };
        lines.chunks_mut(pitch).take(count).for_each(|own| line(&mut own[..points], scratch.slice()));
        // SAFETY: as above.
        unsafe { sides.scatter(first, count, points, lines, pitch) };
    })?;
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
    transform_in_place::<Complex<T>>(a, spec, plan.get_inplace_scratch_len(), |line, scratch| {
        plan.process_with_scratch(line, scratch);
        if spec.scale != 1.0 {
            line.iter_mut().for_each(|z| *z = Complex::new(z.re * scale, z.im * scale));
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
    let with = || working::<Complex<T>>(plan.get_scratch_len());
    transform::<T, Complex<T>, _>(a, spec, (spec.n, spec.n / 2 + 1), with, |scratch, input, output| {
        // The lengths are the plan's own.
        let done = plan.process_with_scratch(input, output, scratch.slice());
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
    let with = || working::<Complex<T>>(plan.get_scratch_len());
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
        let done = plan.process_with_scratch(input, output, scratch.slice());
        debug_assert!(done.is_ok(), "{done:?}");
        if spec.scale != 1.0 {
            output.iter_mut().for_each(|x| *x = *x * scale);
        }
    })
}
