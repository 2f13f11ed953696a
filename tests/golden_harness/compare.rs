//! Whether a result is NumPy's.

use half::f16;
use numfuse_ir::{DType, Scalar};

use super::case::Tolerance;
use super::tensor::{Tensor, show};

/// The first difference, in words.
pub fn compare(got: &Tensor, want: &Tensor, tolerance: Tolerance) -> Result<(), String> {
    if got.dtype != want.dtype {
        return Err(format!("dtype {} instead of {}", got.dtype, want.dtype));
    }
    if got.shape != want.shape {
        return Err(format!("shape {:?} instead of {:?}", got.shape, want.shape));
    }
    if tolerance.shape_only {
        return Ok(());
    }
    let pairs = || got.values.iter().zip(&want.values);
    let bad = pairs().enumerate().filter(|(_, (g, w))| !same(**g, **w, tolerance));
    let bad: Vec<_> = bad.collect();
    let Some((at, (g, w))) = bad.first() else { return Ok(()) };
    let count = if bad.len() > 1 { format!(" ({} elements differ)", bad.len()) } else { String::new() };
    Err(format!("element {at}: {} instead of {}{}{count}", show(**g), show(**w), distance(**g, **w)))
}

fn distance(got: Scalar, want: Scalar) -> String {
    if !got.dtype().is_float() {
        return String::new();
    }
    format!(", {} ulp apart", ordinal(got.dtype(), got.bits()[0]).abs_diff(ordinal(want.dtype(), want.bits()[0])))
}

fn same(got: Scalar, want: Scalar, tolerance: Tolerance) -> bool {
    if got == want {
        return true;
    }
    let dtype = want.dtype();
    if !dtype.is_inexact() {
        return false;
    }
    let (real, lanes) = (dtype.real(), if dtype.is_complex() { 2 } else { 1 });
    // Error of a complex result is measured against its larger part.
    let scale = real_value(real, want.bits()[0]).abs().max(real_value(real, want.bits()[1]).abs());
    (0..lanes).all(|i| same_real(real, got.bits()[i], want.bits()[i], scale, lanes == 2, tolerance))
}

fn same_real(dtype: DType, got: u64, want: u64, scale: f64, complex: bool, tolerance: Tolerance) -> bool {
    let (g, w) = (real_value(dtype, got), real_value(dtype, want));
    if g.is_nan() || w.is_nan() {
        return g.is_nan() && w.is_nan();
    }
    let inexact = tolerance.ulp + tolerance.abs + tolerance.rel > 0.0;
    if g == w {
        // The sign of a zero counts, unless the value itself is only near.
        let sign_free = tolerance.any_zero || tolerance.abs > 0.0 || (complex && inexact && scale > 0.0);
        return g != 0.0 || sign_free || got == want;
    }
    if g.is_infinite() || w.is_infinite() {
        return false;
    }
    let distance = (g - w).abs();
    let relative = tolerance.rel * w.abs().max(if complex && scale.is_finite() { scale } else { 0.0 });
    if distance <= tolerance.abs || distance <= relative {
        return true;
    }
    let ulps = ordinal(dtype, got).abs_diff(ordinal(dtype, want)) as f64;
    let epsilon = match dtype {
        DType::F16 => f16::EPSILON.to_f64(),
        DType::F32 => f32::EPSILON.into(),
        _ => f64::EPSILON,
    };
    ulps <= tolerance.ulp || (complex && scale.is_finite() && distance <= tolerance.ulp * epsilon * scale)
}

fn real_value(dtype: DType, bits: u64) -> f64 {
    Scalar::from_bits(dtype, [bits, 0]).to_c128().re
}

/// The position of a float among all floats of its dtype; both zeros at 0.
fn ordinal(dtype: DType, bits: u64) -> i64 {
    let sign = 1u64 << (dtype.itemsize() * 8 - 1);
    if bits & sign == 0 { bits as i64 } else { -((bits & (sign - 1)) as i64) }
}
