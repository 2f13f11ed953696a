//! Differences, derivatives, integrals, interpolation, convolution.

use numfuse as np;

use super::args::{Args, options};
use super::{Result, Row};

fn mode(c: &Args) -> Result<np::ConvolveOptions> {
    Ok(c.fixed_text("mode")?.map_or_else(|| (..).into(), Into::into))
}

pub static TABLE: &[Row] = &[
    ("diff", &["a"], |c| {
        let o = options!(c => np::DiffOptions; n: int, axis: axes, prepend: operand, append: operand,);
        Ok(np::diff(c.op(0)?, o).into())
    }),
    ("ediff1d", &["ary"], |c| {
        let o = options!(c => np::Ediff1dOptions; to_end: operand, to_begin: operand,);
        Ok(np::ediff1d(c.op(0)?, o).into())
    }),
    ("gradient", &["f"], |c| {
        let spacings = c.operands()?.split_off(1);
        let spacing = np::options::spacing(match &spacings[..] {
            [] => 1.0.into(),
            [one] => one.clone().into(),
            _ => np::Spacing::each(spacings),
        });
        let o: np::GradientOptions = match (c.axes("axis")?, c.int("edge_order")?) {
            (None, None) => spacing.into(),
            (Some(axes), None) => spacing.axis(axes).into(),
            (None, Some(order)) => spacing.edge_order(order).into(),
            (Some(axes), Some(order)) => spacing.axis(axes).edge_order(order).into(),
        };
        let mut all = np::gradient(c.op(0)?, o);
        Ok(if all.len() == 1 { all.remove(0).into() } else { all.into() })
    }),
    ("interp", &["x", "xp", "fp"], |c| {
        let o = options!(c => np::InterpOptions; left: operand, right: operand, period: operand,);
        Ok(np::interp(c.op(0)?, c.op(1)?, c.op(2)?, o).into())
    }),
    ("trapezoid", &["y", "x"], |c| {
        let o = options!(c => np::TrapezoidOptions; x: operand, dx: operand, axis: axes,);
        Ok(np::trapezoid(c.op(0)?, o).into())
    }),
    ("unwrap", &["p", "discont"], |c| {
        let o = options!(c => np::UnwrapOptions; discont: operand, axis: axes, period: operand,);
        Ok(np::unwrap(c.op(0)?, o).into())
    }),
    ("convolve", &["a", "v", "mode"], |c| Ok(np::convolve(c.op(0)?, c.op(1)?, mode(c)?).into())),
    ("correlate", &["a", "v", "mode"], |c| Ok(np::correlate(c.op(0)?, c.op(1)?, mode(c)?).into())),
];
