//! Singular values and eigenvectors of small real matrices as LAPACK computes them, so that vectors come with LAPACK's
//! signs, which depend on every rotation of the iteration.
//!
//! Up to 25 rows, `gesdd` and `syevd` run the implicit QR iterations of `bdsqr` and `steqr` (reference LAPACK 3.12, from
//! whose documentation and the papers below this is written) on a bidiagonal or tridiagonal matrix that Householder
//! reflections made (`gebd2`, `sytd2`).

use faer::{Mat, MatMut, MatRef};

use crate::{Spectrum, Svd, Vectors};

/// LAPACK's SMLSIZ: larger matrices are divided and conquered.
const SMALL: usize = 25;
/// Products of a reduction that these loops are still good for.
const WORK: usize = 1 << 20;

/// Whether LAPACK would iterate, and these loops are fast enough.
pub(crate) fn suits(a: MatRef<'_, f64>) -> bool {
    let (least, most) = (a.nrows().min(a.ncols()), a.nrows().max(a.ncols()));
    (1..=SMALL).contains(&least) && most <= WORK / (least * least)
}

const EPSILON: f64 = f64::EPSILON / 2.0;

/// The reflection `I - tau·v·vᵀ` with `v[0] = 1` that makes `(alpha, x)` a multiple of the first unit vector: LAPACK's
/// `larfg`. `x` becomes the rest of `v`; the result is what `alpha` becomes, and tau.
fn reflect(alpha: f64, x: &mut [f64]) -> (f64, f64) {
    let norm = x.iter().map(|x| x * x).sum::<f64>().sqrt();
    if norm == 0.0 {
        return (alpha, 0.0);
    }
    let beta = -alpha.hypot(norm).copysign(alpha);
    let scale = 1.0 / (alpha - beta);
    x.iter_mut().for_each(|x| *x *= scale);
    (beta, (beta - alpha) / beta)
}

/// Reflections of rows or columns, each with its first position.
struct Reflections(Vec<(usize, f64, Vec<f64>)>);

impl Reflections {
    /// `H·A`, with `v` from row `first` on.
    fn left(mut a: MatMut<'_, f64>, first: usize, tau: f64, v: &[f64]) {
        for j in 0..a.ncols() {
            let mut column = a.as_mut().col_mut(j);
            let sum = column[first] + v.iter().enumerate().map(|(i, v)| v * column[first + 1 + i]).sum::<f64>();
            column[first] -= tau * sum;
            v.iter().enumerate().for_each(|(i, v)| column[first + 1 + i] -= tau * sum * v);
        }
    }

    /// `Q·A` for the product of all.
    fn apply(&self, mut a: MatMut<'_, f64>) {
        for (first, tau, v) in self.0.iter().rev() {
            Reflections::left(a.as_mut(), *first, *tau, v);
        }
    }

    /// Makes one of column `j` of A from row `first` on, and applies it to the columns after it.
    fn eliminate(&mut self, mut a: MatMut<'_, f64>, first: usize, j: usize) {
        let mut x: Vec<f64> = (first + 1..a.nrows()).map(|i| a[(i, j)]).collect();
        let (beta, tau) = reflect(a[(first, j)], &mut x);
        a[(first, j)] = beta;
        (first + 1..a.nrows()).for_each(|i| a[(i, j)] = 0.0);
        Reflections::left(a.get_mut(.., j + 1..), first, tau, &x);
        self.0.push((first, tau, x));
    }
}

/// Cosine, sine and length of the rotation that makes `(f, g)` a multiple of the first unit vector, the cosine not
/// negative: E. Anderson, "Algorithm 978: Safe Scaling in the Level 1 BLAS", ACM TOMS 44 (2017), `lartg`.
fn rotation(f: f64, g: f64) -> (f64, f64, f64) {
    if g == 0.0 {
        return (1.0, 0.0, f);
    }
    if f == 0.0 {
        return (0.0, 1f64.copysign(g), g.abs());
    }
    let length = f.hypot(g);
    let r = length.copysign(f);
    (f.abs() / length, g / r, r)
}

/// `(x, y)` becomes `(c·x + s·y, c·y - s·x)`, in columns of a matrix.
fn rotate(a: &mut Mat<f64>, x: usize, y: usize, c: f64, s: f64) {
    for i in 0..a.nrows() {
        let (p, q) = (a[(i, x)], a[(i, y)]);
        (a[(i, x)], a[(i, y)]) = (c * p + s * q, c * q - s * p);
    }
}

fn swap_columns(a: &mut Mat<f64>, x: usize, y: usize) {
    for i in 0..a.nrows() {
        (a[(i, x)], a[(i, y)]) = (a[(i, y)], a[(i, x)]);
    }
}

/// A power of two near the largest element, by which a division is exact; nothing overflows after it.
fn scale(a: MatRef<'_, f64>) -> f64 {
    let size = (0..a.ncols()).flat_map(|j| (0..a.nrows()).map(move |i| a[(i, j)].abs())).fold(0.0, f64::max);
    if size == 0.0 { 1.0 } else { size.log2().floor().clamp(-1000.0, 1000.0).exp2() }
}

/// The smallest singular value of a triangle `[f g; 0 h]`: `las2`.
fn smallest_of_triangle(f: f64, g: f64, h: f64) -> f64 {
    let (f, g, h) = (f.abs(), g.abs(), h.abs());
    let (least, most) = (f.min(h), f.max(h));
    if least == 0.0 {
        return 0.0;
    }
    let (sum, difference) = (1.0 + least / most, (most - least) / most);
    if g < most {
        let u = (g / most) * (g / most);
        return least * (2.0 / ((sum * sum + u).sqrt() + (difference * difference + u).sqrt()));
    }
    let u = most / g;
    if u == 0.0 {
        return least * most / g;
    }
    let c = 1.0 / ((1.0 + (sum * u) * (sum * u)).sqrt() + (1.0 + (difference * u) * (difference * u)).sqrt());
    2.0 * ((least * c) * u)
}

/// Singular values and vectors of a triangle `[f g; 0 h]`: `lasv2`.
struct Triangle {
    least: f64,
    most: f64,
    /// Cosine and sine of the right vectors, and of the left ones.
    right: (f64, f64),
    left: (f64, f64),
}

impl Triangle {
    fn new(f: f64, g: f64, h: f64) -> Triangle {
        let swap = h.abs() > f.abs();
        let (ft, ht) = if swap { (h, f) } else { (f, h) };
        let (fa, ha, ga) = (ft.abs(), ht.abs(), g.abs());
        // Which element is the largest.
        let mut largest = if swap { 3 } else { 1 };
        let (mut least, mut most, clt, slt, crt, srt);
        if ga == 0.0 {
            (least, most, clt, crt, slt, srt) = (ha, fa, 1.0, 1.0, 0.0, 0.0);
        } else if ga > fa && fa / ga < EPSILON {
            largest = 2;
            most = ga;
            least = if ha > 1.0 { fa / (ga / ha) } else { (fa / ga) * ha };
            (clt, slt, srt, crt) = (1.0, ht / g, 1.0, ft / g);
        } else {
            if ga > fa {
                largest = 2;
            }
            let d = fa - ha;
            let l = if d == fa { 1.0 } else { d / fa };
            let m = g / ft;
            let t = 2.0 - l;
            let (mm, tt) = (m * m, t * t);
            let s = (tt + mm).sqrt();
            let r = if l == 0.0 { m.abs() } else { (l * l + mm).sqrt() };
            let a = 0.5 * (s + r);
            (least, most) = (ha / a, fa * a);
            let t = if mm != 0.0 {
                (m / (s + t) + m / (r + l)) * (1.0 + a)
            } else if l == 0.0 {
                2f64.copysign(ft) * 1f64.copysign(g)
            } else {
                g / d.copysign(ft) + m / t
            };
            let l = (t * t + 4.0).sqrt();
            (crt, srt) = (2.0 / l, t / l);
            (clt, slt) = ((crt + srt * m) / a, (ht / ft) * srt / a);
        }
        let (left, right) = if swap { ((srt, crt), (slt, clt)) } else { ((clt, slt), (crt, srt)) };
        let sign = |x: f64| 1f64.copysign(x);
        let total = match largest {
            1 => sign(right.0) * sign(left.0) * sign(f),
            2 => sign(right.1) * sign(left.0) * sign(g),
            _ => sign(right.1) * sign(left.1) * sign(h),
        };
        most = most.copysign(total);
        least = least.copysign(total * sign(f) * sign(h));
        Triangle { least, most, right, left }
    }
}

/// Singular values, descending, of an upper bidiagonal matrix with diagonal `d` and `e` above it, and what its
/// rotations make of the columns of `u` and `v`: `bdsqr`. False if it does not converge.
///
/// J. Demmel, W. Kahan, "Accurate Singular Values of Bidiagonal Matrices", SIAM J. Sci. Stat. Comput. 11 (1990).
fn bidiagonal(d: &mut [f64], e: &mut [f64], u: &mut Mat<f64>, v: &mut Mat<f64>) -> bool {
    let n = d.len();
    let tol = EPSILON.powf(-0.125).clamp(10.0, 100.0) * EPSILON;
    let mut mu = d[0].abs();
    let mut least = mu;
    for i in 1..n {
        if least == 0.0 {
            break;
        }
        mu = d[i].abs() * (mu / (mu + e[i - 1].abs()));
        least = least.min(mu);
    }
    let limit = 6.0 * (n * n) as f64;
    let threshold = (tol * (least / (n as f64).sqrt())).max(limit * f64::MIN_POSITIVE);
    let mut left = 6 * n * n;
    // Rows `low` to `high` are worked on; the last such block, and the direction it went.
    let (mut high, mut last, mut down) = (n - 1, None, true);
    'block: while high > 0 {
        if left == 0 {
            return false;
        }
        // The block that ends in `high` begins after the last negligible element above it.
        let mut low = high;
        let mut most = d[high].abs();
        while low > 0 {
            let above = e[low - 1].abs();
            if above <= threshold {
                e[low - 1] = 0.0;
                break;
            }
            low -= 1;
            most = most.max(d[low].abs()).max(above);
        }
        if low == high {
            high -= 1;
            continue;
        }
        if low + 1 == high {
            let t = Triangle::new(d[low], e[low], d[high]);
            (d[low], e[low], d[high]) = (t.most, 0.0, t.least);
            rotate(v, low, high, t.right.0, t.right.1);
            rotate(u, low, high, t.left.0, t.left.1);
            if low == 0 {
                break;
            }
            high = low - 1;
            continue;
        }
        if last.is_none_or(|(l, h)| low > h || high < l) {
            down = d[low].abs() >= d[high].abs();
        }
        // Negligible elements of the block, by a criterion that bounds the relative error.
        let mut smallest;
        if down {
            if e[high - 1].abs() <= tol * d[high].abs() {
                e[high - 1] = 0.0;
                continue;
            }
            let mut mu = d[low].abs();
            smallest = mu;
            for i in low..high {
                if e[i].abs() <= tol * mu {
                    e[i] = 0.0;
                    continue 'block;
                }
                mu = d[i + 1].abs() * (mu / (mu + e[i].abs()));
                smallest = smallest.min(mu);
            }
        } else {
            if e[low].abs() <= tol * d[low].abs() {
                e[low] = 0.0;
                continue;
            }
            let mut mu = d[high].abs();
            smallest = mu;
            for i in (low..high).rev() {
                if e[i].abs() <= tol * mu {
                    e[i] = 0.0;
                    continue 'block;
                }
                mu = d[i].abs() * (mu / (mu + e[i].abs()));
                smallest = smallest.min(mu);
            }
        }
        last = Some((low, high));
        // A shift that would ruin the relative accuracy is none.
        let mut shift = 0.0;
        if n as f64 * tol * (smallest / most) > EPSILON.max(0.01 * tol) {
            let (first, f, g, h) =
                if down { (d[low], d[high - 1], e[high - 1], d[high]) } else { (d[high], d[low], e[low], d[low + 1]) };
            shift = smallest_of_triangle(f, g, h);
            if first != 0.0 && (shift / first.abs()) * (shift / first.abs()) < EPSILON {
                shift = 0.0;
            }
        }
        left = left.saturating_sub(high - low);
        match (shift == 0.0, down) {
            (true, true) => {
                let (mut c, mut old_c, mut old_s) = (1.0, 1.0, 0.0);
                for i in low..high {
                    let (c1, s1, r) = rotation(d[i] * c, e[i]);
                    if i > low {
                        e[i - 1] = old_s * r;
                    }
                    (old_c, old_s, d[i]) = rotation(old_c * r, d[i + 1] * s1);
                    c = c1;
                    rotate(v, i, i + 1, c1, s1);
                    rotate(u, i, i + 1, old_c, old_s);
                }
                let h = d[high] * c;
                (d[high], e[high - 1]) = (h * old_c, h * old_s);
            }
            (true, false) => {
                let (mut c, mut old_c, mut old_s) = (1.0, 1.0, 0.0);
                for i in (low + 1..=high).rev() {
                    let (c1, s1, r) = rotation(d[i] * c, e[i - 1]);
                    if i < high {
                        e[i] = old_s * r;
                    }
                    (old_c, old_s, d[i]) = rotation(old_c * r, d[i - 1] * s1);
                    c = c1;
                    rotate(v, i - 1, i, old_c, -old_s);
                    rotate(u, i - 1, i, c1, -s1);
                }
                let h = d[low] * c;
                (d[low], e[low]) = (h * old_c, h * old_s);
            }
            (false, true) => {
                let mut f = (d[low].abs() - shift) * (1f64.copysign(d[low]) + shift / d[low]);
                let mut g = e[low];
                for i in low..high {
                    let (cr, sr, r) = rotation(f, g);
                    if i > low {
                        e[i - 1] = r;
                    }
                    f = cr * d[i] + sr * e[i];
                    e[i] = cr * e[i] - sr * d[i];
                    g = sr * d[i + 1];
                    d[i + 1] *= cr;
                    let (cl, sl, r) = rotation(f, g);
                    d[i] = r;
                    f = cl * e[i] + sl * d[i + 1];
                    d[i + 1] = cl * d[i + 1] - sl * e[i];
                    if i + 1 < high {
                        g = sl * e[i + 1];
                        e[i + 1] *= cl;
                    }
                    rotate(v, i, i + 1, cr, sr);
                    rotate(u, i, i + 1, cl, sl);
                }
                e[high - 1] = f;
            }
            (false, false) => {
                let mut f = (d[high].abs() - shift) * (1f64.copysign(d[high]) + shift / d[high]);
                let mut g = e[high - 1];
                for i in (low + 1..=high).rev() {
                    let (cr, sr, r) = rotation(f, g);
                    if i < high {
                        e[i] = r;
                    }
                    f = cr * d[i] + sr * e[i - 1];
                    e[i - 1] = cr * e[i - 1] - sr * d[i];
                    g = sr * d[i - 1];
                    d[i - 1] *= cr;
                    let (cl, sl, r) = rotation(f, g);
                    d[i] = r;
                    f = cl * e[i - 1] + sl * d[i - 1];
                    d[i - 1] = cl * d[i - 1] - sl * e[i - 1];
                    if i > low + 1 {
                        g = sl * e[i - 2];
                        e[i - 2] *= cl;
                    }
                    rotate(v, i - 1, i, cl, -sl);
                    rotate(u, i - 1, i, cr, -sr);
                }
                e[low] = f;
            }
        }
        let end = if down { high - 1 } else { low };
        if e[end].abs() <= threshold {
            e[end] = 0.0;
        }
    }
    for (i, d) in d.iter_mut().enumerate() {
        if *d == 0.0 {
            *d = 0.0;
        } else if *d < 0.0 {
            *d = -*d;
            (0..v.nrows()).for_each(|k| v[(k, i)] = -v[(k, i)]);
        }
    }
    // The smallest that is left goes last.
    for end in (1..n).rev() {
        let mut at = 0;
        for j in 1..=end {
            if d[j] <= d[at] {
                at = j;
            }
        }
        if at != end {
            d.swap(at, end);
            swap_columns(u, at, end);
            swap_columns(v, at, end);
        }
    }
    true
}

/// Reflections that make a tall matrix a triangle, which they leave.
fn triangle(a: MatRef<'_, f64>) -> (Reflections, Mat<f64>) {
    let mut work = Mat::from_fn(a.nrows(), a.ncols(), |i, j| a[(i, j)]);
    let mut reflections = Reflections(Vec::new());
    (0..a.ncols()).for_each(|j| reflections.eliminate(work.as_mut(), j, j));
    let r = Mat::from_fn(a.ncols(), a.ncols(), |i, j| if i <= j { work[(i, j)] } else { 0.0 });
    (reflections, r)
}

/// A matrix with rows and columns of the identity beyond its own.
fn extended(a: &Mat<f64>, rows: usize, columns: usize) -> Mat<f64> {
    Mat::from_fn(rows, columns, |i, j| if i < a.nrows() && j < a.ncols() { a[(i, j)] } else { f64::from(i == j) })
}

/// The decomposition by `gesdd`'s ways; `None` if it does not converge. The matrix has a row and a column.
pub(crate) fn svd(a: MatRef<'_, f64>, vectors: Vectors) -> Option<Svd<f64>> {
    let (m, n) = (a.nrows(), a.ncols());
    let scale = scale(a);
    let a = Mat::from_fn(m, n, |i, j| a[(i, j)] / scale);
    let columns = |all: usize| if vectors == Vectors::Full { all } else { m.min(n) };
    // A matrix that is much longer one way is made a triangle first.
    let mut found = if m > n && m >= n * 11 / 6 {
        let (reflections, r) = triangle(a.as_ref());
        let mut found = direct(r, n, false)?;
        found.u = extended(&found.u, m, columns(m));
        reflections.apply(found.u.as_mut());
        found
    } else if n > m && n >= m * 11 / 6 {
        let (reflections, r) = triangle(a.transpose());
        let mut found = direct(r.transpose().to_owned(), m, false)?;
        found.v = extended(&found.v, n, columns(n));
        reflections.apply(found.v.as_mut());
        found
    } else if m >= n {
        direct(a, columns(m), false)?
    } else {
        // The transpose: its left vectors are the right ones.
        let Svd { u, s, v } = direct(a.transpose().to_owned(), columns(n), true)?;
        Svd { u: v, s, v: u }
    };
    found.s.iter_mut().for_each(|s| *s *= scale);
    Some(found)
}

/// For at least as many rows as columns, with so many left vectors. `lower`: the matrix is the transpose of the one that
/// is wanted, whose bidiagonal matrix is a lower one, and LAPACK makes that an upper one first.
fn direct(mut work: Mat<f64>, columns: usize, lower: bool) -> Option<Svd<f64>> {
    let (m, n) = (work.nrows(), work.ncols());
    let (mut left, mut right) = (Reflections(Vec::new()), Reflections(Vec::new()));
    let (mut d, mut e) = (vec![0.0; n], vec![0.0; n - 1]);
    for i in 0..n {
        left.eliminate(work.as_mut(), i, i);
        d[i] = work[(i, i)];
        if i + 1 < n {
            // Row i beyond the diagonal is a column of the transpose.
            right.eliminate(work.as_mut().get_mut(i.., ..).transpose_mut(), i + 1, 0);
            e[i] = work[(i, i + 1)];
        }
    }
    let (mut u, mut v) = (Mat::<f64>::identity(n, n), Mat::<f64>::identity(n, n));
    let mut turns = Vec::new();
    if lower {
        for i in 0..n - 1 {
            let (c, s, r) = rotation(d[i], e[i]);
            (d[i], e[i], d[i + 1]) = (r, s * d[i + 1], c * d[i + 1]);
            turns.push((c, s));
        }
    }
    let (one, other) = if lower { (&mut v, &mut u) } else { (&mut u, &mut v) };
    if n == 1 {
        // Nothing to iterate: `bdsdc` gives the sign to the left vector.
        one[(0, 0)] = 1f64.copysign(d[0]);
        d[0] = d[0].abs();
    } else if !bidiagonal(&mut d, &mut e, one, other) {
        return None;
    }
    for (i, (c, s)) in turns.into_iter().enumerate().rev() {
        for j in 0..n {
            let (p, q) = (v[(i, j)], v[(i + 1, j)]);
            (v[(i, j)], v[(i + 1, j)]) = (c * p - s * q, s * p + c * q);
        }
    }
    right.apply(v.as_mut());
    let mut u = extended(&u, m, columns);
    left.apply(u.as_mut());
    Some(Svd { u, s: d, v })
}

/// Eigenvalues of `[a b; b c]`, the larger absolute value first, and the unit vector of that one: `laev2`.
fn symmetric_pair(a: f64, b: f64, c: f64) -> (f64, f64, f64, f64) {
    let (sum, difference, twice) = (a + c, a - c, b + b);
    let (most, least) = if a.abs() > c.abs() { (a, c) } else { (c, a) };
    let root = difference.hypot(twice);
    let (first, second, sign) = if sum < 0.0 {
        let first = 0.5 * (sum - root);
        (first, (most / first) * least - (b / first) * b, -1)
    } else if sum > 0.0 {
        let first = 0.5 * (sum + root);
        (first, (most / first) * least - (b / first) * b, 1)
    } else {
        (0.5 * root, -0.5 * root, 1)
    };
    let (cosine, other) = if difference >= 0.0 { (difference + root, 1) } else { (difference - root, -1) };
    let (c, s) = if cosine.abs() > twice.abs() {
        let t = -twice / cosine;
        let s = 1.0 / (1.0 + t * t).sqrt();
        (t * s, s)
    } else if twice == 0.0 {
        (1.0, 0.0)
    } else {
        let t = -cosine / twice;
        let c = 1.0 / (1.0 + t * t).sqrt();
        (c, t * c)
    };
    if sign == other { (first, second, -s, c) } else { (first, second, c, s) }
}

/// Eigenvalues, ascending, of a symmetric tridiagonal matrix, and what its rotations make of the columns of `z`:
/// `steqr`. False if it does not converge.
///
/// A. Dubrulle, R. S. Martin, J. H. Wilkinson, "The Implicit QL Algorithm", Numer. Math. 12 (1968).
fn tridiagonal(d: &mut [f64], e: &mut [f64], z: &mut Mat<f64>) -> bool {
    let n = d.len();
    let tiny = f64::MIN_POSITIVE;
    let mut rounds = 30 * n;
    let mut begin = 0;
    while begin < n {
        if begin > 0 {
            e[begin - 1] = 0.0;
        }
        // A block up to the next negligible element.
        let mut end = begin;
        while end + 1 < n {
            if e[end] == 0.0 {
                break;
            }
            if e[end].abs() <= d[end].abs().sqrt() * d[end + 1].abs().sqrt() * EPSILON {
                e[end] = 0.0;
                break;
            }
            end += 1;
        }
        let (first, last) = (begin, end);
        begin = end + 1;
        if first == last {
            continue;
        }
        let negligible = |x: f64, p: f64, q: f64| x * x <= (EPSILON * EPSILON * p.abs()) * q.abs() + tiny;
        if d[last].abs() >= d[first].abs() {
            // QL: eigenvalues come out at the upper end.
            let mut l = first;
            while l <= last {
                let m = (l..last).find(|&m| negligible(e[m], d[m], d[m + 1])).unwrap_or(last);
                if m < last {
                    e[m] = 0.0;
                }
                let mut p = d[l];
                if m == l {
                    l += 1;
                    continue;
                }
                if m == l + 1 {
                    let (one, two, c, s) = symmetric_pair(d[l], e[l], d[l + 1]);
                    rotate(z, l, l + 1, c, s);
                    (d[l], d[l + 1], e[l]) = (one, two, 0.0);
                    l += 2;
                    continue;
                }
                if rounds == 0 {
                    return false;
                }
                rounds -= 1;
                let mut g = (d[l + 1] - p) / (2.0 * e[l]);
                let r = g.hypot(1.0);
                g = d[m] - p + e[l] / (g + r.copysign(g));
                let (mut s, mut c) = (1.0, 1.0);
                p = 0.0;
                for i in (l..m).rev() {
                    let (f, b) = (s * e[i], c * e[i]);
                    let (c1, s1, r) = rotation(g, f);
                    (c, s) = (c1, s1);
                    if i + 1 < m {
                        e[i + 1] = r;
                    }
                    g = d[i + 1] - p;
                    let r = (d[i] - g) * s + 2.0 * c * b;
                    p = s * r;
                    d[i + 1] = g + p;
                    g = c * r - b;
                    rotate(z, i, i + 1, c, -s);
                }
                d[l] -= p;
                e[l] = g;
            }
        } else {
            // QR: at the lower end. `l` counts down from `last`.
            let mut left = last + 1;
            while left > first {
                let l = left - 1;
                let m = (first + 1..=l).rev().find(|&m| negligible(e[m - 1], d[m], d[m - 1])).unwrap_or(first);
                if m > first {
                    e[m - 1] = 0.0;
                }
                let mut p = d[l];
                if m == l {
                    left -= 1;
                    continue;
                }
                if m + 1 == l {
                    let (one, two, c, s) = symmetric_pair(d[l - 1], e[l - 1], d[l]);
                    rotate(z, l - 1, l, c, s);
                    (d[l - 1], d[l], e[l - 1]) = (one, two, 0.0);
                    left -= 2;
                    continue;
                }
                if rounds == 0 {
                    return false;
                }
                rounds -= 1;
                let mut g = (d[l - 1] - p) / (2.0 * e[l - 1]);
                let r = g.hypot(1.0);
                g = d[m] - p + e[l - 1] / (g + r.copysign(g));
                let (mut s, mut c) = (1.0, 1.0);
                p = 0.0;
                for i in m..l {
                    let (f, b) = (s * e[i], c * e[i]);
                    let (c1, s1, r) = rotation(g, f);
                    (c, s) = (c1, s1);
                    if i > m {
                        e[i - 1] = r;
                    }
                    g = d[i] - p;
                    let r = (d[i + 1] - g) * s + 2.0 * c * b;
                    p = s * r;
                    d[i] = g + p;
                    g = c * r - b;
                    rotate(z, i, i + 1, c, s);
                }
                d[l] -= p;
                e[l - 1] = g;
            }
        }
    }
    for i in 0..n {
        let mut at = i;
        for j in i + 1..n {
            if d[j] < d[at] {
                at = j;
            }
        }
        if at != i {
            d.swap(i, at);
            swap_columns(z, i, at);
        }
    }
    true
}

/// Eigenvalues and vectors of the symmetric matrix with this lower triangle by `syevd`'s way; `None` if it does not
/// converge.
pub(crate) fn symmetric(a: MatRef<'_, f64>) -> Option<Spectrum<f64, f64>> {
    let n = a.nrows();
    let lower = |i: usize, j: usize| if i >= j { a[(i, j)] } else { a[(j, i)] };
    let whole = Mat::from_fn(n, n, lower);
    let scale = scale(whole.as_ref());
    let mut work = Mat::from_fn(n, n, |i, j| whole[(i, j)] / scale);
    let mut reflections = Reflections(Vec::new());
    let mut e = vec![0.0; n.saturating_sub(1)];
    for k in 0..n.saturating_sub(1) {
        let mut v: Vec<f64> = (k + 2..n).map(|i| work[(i, k)]).collect();
        let (beta, tau) = reflect(work[(k + 1, k)], &mut v);
        e[k] = beta;
        // Both sides, by the symmetric update of `sytd2`: A - v·wᵀ - w·vᵀ.
        let full = |i: usize| if i == 0 { 1.0 } else { v[i - 1] };
        let size = n - k - 1;
        let mut w: Vec<f64> =
            (0..size).map(|i| tau * (0..size).map(|j| work[(k + 1 + i, k + 1 + j)] * full(j)).sum::<f64>()).collect();
        let alpha = -0.5 * tau * (0..size).map(|i| w[i] * full(i)).sum::<f64>();
        (0..size).for_each(|i| w[i] += alpha * full(i));
        for j in 0..size {
            for i in 0..size {
                work[(k + 1 + i, k + 1 + j)] -= full(i) * w[j] + w[i] * full(j);
            }
        }
        reflections.0.push((k + 1, tau, v));
    }
    let mut d: Vec<f64> = (0..n).map(|i| work[(i, i)]).collect();
    let mut z = Mat::<f64>::identity(n, n);
    if !tridiagonal(&mut d, &mut e, &mut z) {
        return None;
    }
    reflections.apply(z.as_mut());
    d.iter_mut().for_each(|d| *d *= scale);
    Some(Spectrum { values: d, vectors: z })
}
