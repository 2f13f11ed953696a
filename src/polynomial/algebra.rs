//! Arithmetic on coefficients, lowest degree first. They are few, so this happens at once, in their own dtype.

use std::ops::{Add, Div, Mul, Neg, Sub};

use half::f16;
use num_complex::Complex;
use numfuse_ir::Element;

use super::basis::{Basis, POWER};
use crate::error::{Raised, raise};

/// A dtype of coefficients.
pub trait Field:
    Element + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> + Neg<Output = Self>
{
    /// Its double precision.
    type Wide: Field<Wide = Self::Wide>;
    fn of(x: f64) -> Self;
    fn wide(self) -> Self::Wide;
    fn zero() -> Self {
        Self::default()
    }
    fn is_zero(self) -> bool {
        self == Self::default()
    }
    /// Real, imaginary part: for sorting.
    fn parts(self) -> (f64, f64);
}

macro_rules! fields {
    ($($t:ty: $of:expr, $parts:expr, $Wide:ty, $wide:expr;)*) => {$(
        impl Field for $t {
            type Wide = $Wide;
            fn of(x: f64) -> $t { $of(x) }
            fn wide(self) -> $Wide { $wide(self) }
            fn parts(self) -> (f64, f64) { $parts(self) }
        }
    )*};
}
fields! {
    f16: f16::from_f64, |x: f16| (x.to_f64(), 0.0), f64, f16::to_f64;
    f32: |x| x as f32, |x| (f64::from(x), 0.0), f64, f64::from;
    f64: |x| x, |x| (x, 0.0), f64, |x| x;
    Complex<f32>: |x| Complex::new(x as f32, 0.0), |z: Complex<f32>| (z.re.into(), z.im.into()), Complex<f64>,
        |z: Complex<f32>| Complex::new(z.re.into(), z.im.into());
    Complex<f64>: |x| Complex::new(x, 0.0), |z: Complex<f64>| (z.re, z.im), Complex<f64>, |z| z;
}

/// Without zeros at the end, but for the first coefficient.
pub fn trim<T: Field>(mut c: Vec<T>) -> Vec<T> {
    while c.len() > 1 && c.last().is_some_and(|x| x.is_zero()) {
        c.pop();
    }
    c
}

fn longest<T: Field>(a: &[T], b: &[T], op: impl Fn(T, T) -> T) -> Vec<T> {
    let at = |c: &[T], i: usize| c.get(i).copied().unwrap_or(T::zero());
    trim((0..a.len().max(b.len())).map(|i| op(at(a, i), at(b, i))).collect())
}

pub fn add<T: Field>(a: &[T], b: &[T]) -> Vec<T> {
    longest(a, b, |x, y| x + y)
}

pub fn sub<T: Field>(a: &[T], b: &[T]) -> Vec<T> {
    longest(a, b, |x, y| x - y)
}

pub fn scaled<T: Field>(c: &[T], factor: T) -> Vec<T> {
    c.iter().map(|&x| x * factor).collect()
}

fn over<T: Field>(c: Vec<T>, divisor: f64) -> Vec<T> {
    if divisor == 1.0 { c } else { c.into_iter().map(|x| x / T::of(divisor)).collect() }
}

/// `x·c`.
pub fn times_x<T: Field>(basis: &Basis, c: &[T]) -> Vec<T> {
    if matches!(c, [only] if only.is_zero()) {
        return c.to_vec();
    }
    let mut out = vec![T::zero(); c.len() + 1];
    for (n, &x) in c.iter().enumerate() {
        let [up, same, down] = (basis.times_x)(n as f64);
        out[n + 1] = out[n + 1] + x * T::of(up);
        if same != 0.0 {
            out[n] = out[n] + x * T::of(same);
        }
        if n > 0 && down != 0.0 {
            out[n - 1] = out[n - 1] + x * T::of(down);
        }
    }
    out
}

/// `(a·x + b)·c` in a basis.
fn times_line<T: Field>(basis: &Basis, c: &[T], a: f64, b: f64) -> Vec<T> {
    let product = scaled(&times_x(basis, c), T::of(a));
    if b == 0.0 { product } else { add(&product, &scaled(c, T::of(b))) }
}

/// The sum of a series whose polynomials are evaluated in another ring, by Clenshaw's recurrence (C. W. Clenshaw, "A note
/// on the summation of Chebyshev series", 1955): `lift` makes an element of a coefficient, `line` is `(a·x + b)·p`.
/// Coefficients that are numbers still round in their own precision, as NumPy's do.
fn clenshaw<S: Field, T: Field>(
    basis: &Basis,
    c: &[S],
    lift: impl Fn(S) -> Vec<T>,
    line: impl Fn(&[T], f64, f64) -> Vec<T>,
) -> Vec<T> {
    let degree = c.len() - 1;
    if degree == 0 {
        return lift(c[0]);
    }
    let (mut c0, mut c1) = (lift(c[degree - 1]), lift(c[degree]));
    for n in (1..degree).rev() {
        let ([a, b, g], d) = ((basis.next)(n as f64), (basis.divisor)(n as f64));
        let before = c0;
        c0 = if n + 1 == degree {
            lift(c[n - 1] - c[degree] * S::of(g) / S::of(d))
        } else {
            sub(&lift(c[n - 1]), &over(scaled(&c1, T::of(g)), d))
        };
        c1 = add(&before, &over(line(&c1, a, b), d));
    }
    let [a, b, _] = (basis.next)(0.0);
    add(&c0, &line(&c1, a, b))
}

fn convolved<T: Field>(a: &[T], b: &[T]) -> Vec<T> {
    let mut out = vec![T::zero(); a.len() + b.len() - 1];
    for (i, &x) in a.iter().enumerate() {
        for (j, &y) in b.iter().enumerate() {
            out[i + j] = out[i + j] + x * y;
        }
    }
    out
}

pub fn mul<T: Field>(basis: &Basis, a: &[T], b: &[T]) -> Vec<T> {
    if std::ptr::eq(basis, &POWER) {
        return trim(convolved(a, b));
    }
    let (short, long) = if a.len() > b.len() { (b, a) } else { (a, b) };
    trim(clenshaw(basis, short, |x| scaled(long, x), |c, a, b| times_line(basis, c, a, b)))
}

/// Quotient and remainder.
pub fn div<T: Field>(basis: &Basis, a: &[T], b: &[T]) -> Raised<(Vec<T>, Vec<T>)> {
    let Some(&last) = b.last().filter(|x| !x.is_zero()) else {
        return raise!(ZeroDivision, "");
    };
    if a.len() < b.len() {
        return Ok((vec![a[0] * T::zero()], a.to_vec()));
    }
    if b.len() == 1 {
        return Ok((a.iter().map(|&x| x / last).collect(), vec![a[0] * T::zero()]));
    }
    let mut quotient = vec![T::zero(); a.len() - b.len() + 1];
    let mut rest = a.to_vec();
    for i in (0..quotient.len()).rev() {
        let mut one = vec![T::zero(); i + 1];
        one[i] = T::of(1.0);
        let product = mul(basis, &one, b);
        let (Some(top), Some(&leading)) = (rest.pop(), product.last()) else { break };
        let q = top / leading;
        for (r, &p) in rest.iter_mut().zip(&product) {
            *r = *r - q * p;
        }
        quotient[i] = q;
    }
    Ok((quotient, trim(rest)))
}

pub fn pow<T: Field>(basis: &Basis, c: &[T], power: i64, most: Option<i64>) -> Raised<Vec<T>> {
    if power < 0 {
        return raise!(Value, "Power must be a non-negative integer.");
    }
    if most.is_some_and(|most| power > most) {
        return raise!(Value, "Power is too large");
    }
    // No product may be so long that it does not fit.
    if (c.len() as i128 - 1) * i128::from(power) > 1 << 32 {
        return raise!(Value, "Power is too large");
    }
    let mut out = vec![T::of(1.0)];
    for i in 0..power {
        out = if i == 0 { c.to_vec() } else { mul(basis, &out, c) };
    }
    Ok(out)
}

/// `offset + scale·x`.
pub fn line<T: Field>(basis: &Basis, offset: T, scale: T) -> Vec<T> {
    if scale.is_zero() {
        return vec![offset];
    }
    let [a, b, _] = (basis.next)(0.0);
    let first = scale / T::of(a);
    vec![if b == 0.0 { offset } else { offset - first * T::of(b) }, first]
}

/// The monic polynomial with these roots: products of halves, which rounds less than one after another.
/// In double precision, as NumPy's lines have a Python 1.
pub fn from_roots<S: Field>(basis: &Basis, mut roots: Vec<S>) -> Vec<S::Wide> {
    if roots.is_empty() {
        return vec![Field::of(1.0)];
    }
    roots.sort_by(|x, y| {
        let ((a, b), (c, d)) = (x.parts(), y.parts());
        a.total_cmp(&c).then(b.total_cmp(&d))
    });
    let factor = |root: S| line(basis, -root, S::of(1.0)).into_iter().map(S::wide).collect();
    let mut factors: Vec<Vec<S::Wide>> = roots.into_iter().map(factor).collect();
    while factors.len() > 1 {
        let half = factors.len() / 2;
        let mut products: Vec<Vec<S::Wide>> = (0..half).map(|i| mul(basis, &factors[i], &factors[i + half])).collect();
        if factors.len() % 2 == 1
            && let Some(last) = factors.last()
        {
            products[0] = mul(basis, &products[0], last);
        }
        factors = products;
    }
    factors.swap_remove(0)
}

/// The same polynomial in powers of x.
pub fn to_power<T: Field>(basis: &Basis, c: &[T]) -> Vec<T> {
    clenshaw(basis, c, |x| vec![x], |c, a, b| times_line(&POWER, c, a, b))
}

/// The same polynomial from powers of x.
pub fn from_power<T: Field>(basis: &Basis, c: &[T]) -> Vec<T> {
    let mut out = vec![T::zero()];
    for &x in c.iter().rev() {
        out = add(&trim(times_x(basis, &out)), &[x]);
    }
    out
}

/// `outer(inner(x))`; both may be of different families.
pub fn compose<S: Field>(outer: &Basis, c: &[S], inner: &Basis, x: &[S::Wide]) -> Vec<S::Wide> {
    clenshaw(
        outer,
        c,
        |x| vec![x.wide()],
        |p, a, b| {
            let product = scaled(&mul(inner, p, x), Field::of(a));
            if b == 0.0 { product } else { add(&product, &scaled(p, Field::of(b))) }
        },
    )
}

/// Coefficients of many series at once: row `n` has coefficient `n` of each.
pub struct Rows<T> {
    pub rows: Vec<Vec<T>>,
}

impl<T: Field> Rows<T> {
    fn zeros(&self) -> Vec<T> {
        self.rows.first().map_or_else(Vec::new, |row| row.iter().map(|&x| x * T::zero()).collect())
    }

    /// The derivative of order `order` with respect to `x / scale`.
    pub fn derive(mut self, basis: &Basis, order: usize, scale: T) -> Rows<T> {
        if order >= self.rows.len() {
            return Rows { rows: vec![self.zeros()] };
        }
        for _ in 0..order {
            self.rows.iter_mut().flatten().for_each(|x| *x = *x * scale);
            let degree = self.rows.len() - 1;
            let mut out: Vec<Vec<T>> = Vec::with_capacity(degree);
            for n in (1..=degree).rev() {
                let [d, e] = (basis.derivative)(n as f64);
                out.push(scaled(&self.rows[n], T::of(d)));
                if e != 0.0 && n > basis.step {
                    let (low, high) = self.rows.split_at_mut(n);
                    low[n - basis.step].iter_mut().zip(&high[0]).for_each(|(x, &y)| *x = *x + y * T::of(e));
                }
            }
            out.reverse();
            self.rows = out;
        }
        self
    }

    /// The integral of order `order`, which at `bound` has the values `constants`, one per order.
    pub fn integrate(mut self, basis: &Basis, constants: &[T], bound: T, scale: T) -> Rows<T> {
        for &constant in constants {
            self.rows.iter_mut().flatten().for_each(|x| *x = *x * scale);
            if let [only] = &mut self.rows[..]
                && only.iter().all(|x| x.is_zero())
            {
                only.iter_mut().for_each(|x| *x = *x + constant);
                continue;
            }
            let mut out = vec![self.zeros(); self.rows.len() + 1];
            for (n, row) in self.rows.iter().enumerate() {
                let [up, same, down] = (basis.integral)(n as f64);
                let places = [(n + 1, up), (n, same), (n.wrapping_sub(1), down)];
                for (place, factor) in places.into_iter().filter(|(_, factor)| *factor != 0.0) {
                    out[place].iter_mut().zip(row).for_each(|(x, &y)| *x = *x + y * T::of(factor));
                }
            }
            for column in 0..out[0].len() {
                let series: Vec<T> = out.iter().map(|row| row[column]).collect();
                out[0][column] = out[0][column] + constant - value(basis, &series, bound);
            }
            self.rows = out;
        }
        self
    }
}

/// The value of a series at a point.
pub fn value<T: Field>(basis: &Basis, c: &[T], x: T) -> T {
    let at = |p: &[T], a: f64, b: f64| vec![p[0] * (x * T::of(a) + T::of(b))];
    clenshaw(basis, c, |x| vec![x], at)[0]
}

/// The matrix of the multiplication by x modulo the series, row after row, scaled so that it is symmetric for a single
/// polynomial of the basis (I. J. Good, "The colleague matrix", 1961). At least of degree 1.
pub fn companion<T: Field>(basis: &Basis, c: &[T]) -> Vec<T> {
    let n = c.len() - 1;
    if n == 1 {
        return vec![root_of_line(basis, c)];
    }
    let mut matrix = vec![T::zero(); n * n];
    // Scale of each polynomial, relative to the last one.
    let mut scale = vec![1.0; n];
    for i in (0..n - 1).rev() {
        let ([up, ..], [_, _, down]) = ((basis.times_x)(i as f64), (basis.times_x)(i as f64 + 1.0));
        let off = (up * down).sqrt().copysign(up);
        if down == 0.0 {
            matrix[(i + 1) * n + i] = T::of(up);
        } else {
            matrix[(i + 1) * n + i] = T::of(off);
            matrix[i * n + i + 1] = T::of(off);
            scale[i] = scale[i + 1] / (down / up).sqrt();
        }
    }
    for i in 0..n {
        matrix[i * n + i] = T::of((basis.times_x)(i as f64)[1]);
    }
    let [up, ..] = (basis.times_x)(n as f64 - 1.0);
    for i in 0..n {
        let place = &mut matrix[i * n + n - 1];
        *place = *place - (c[i] / c[n]) * T::of(scale[i] * up);
    }
    matrix
}

/// The root of a series of degree 1.
pub fn root_of_line<T: Field>(basis: &Basis, c: &[T]) -> T {
    let [a, b, _] = (basis.next)(0.0);
    let root = -(c[0] / c[1]);
    if (a, b) == (1.0, 0.0) { root } else { (root - T::of(b)) / T::of(a) }
}
