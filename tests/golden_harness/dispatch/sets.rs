//! Sets and distinct elements.

use numfuse as np;

use super::args::{Args, options};
use super::{Out, Result, Row};

/// One array, or several as NumPy's tuple.
fn parts(all: impl IntoIterator<Item = Option<np::Array>>) -> Out {
    let mut given: Vec<np::Array> = all.into_iter().flatten().collect();
    match given.len() {
        1 => given.remove(0).into(),
        _ => given.into(),
    }
}

fn set(c: &Args) -> Result<np::SetOptions> {
    Ok(options!(c => np::SetOptions; assume_unique!,))
}

pub static TABLE: &[Row] = &[
    ("unique", &["ar"], |c| {
        let o = options!(c => np::UniqueOptions; axis: axes, return_index!, return_inverse!, return_counts!,
            equal_nan: boolean, sorted: boolean,);
        let np::UniqueResult { values, index, inverse, counts } = np::unique(c.op(0)?, o);
        Ok(parts([Some(values), index, inverse, counts]))
    }),
    ("unique_all", &["x"], |c| {
        let found = np::unique_all(c.op(0)?);
        Ok(vec![found.values, found.indices, found.inverse_indices, found.counts].into())
    }),
    ("unique_counts", &["x"], |c| {
        let found = np::unique_counts(c.op(0)?);
        Ok(vec![found.values, found.counts].into())
    }),
    ("unique_inverse", &["x"], |c| {
        let found = np::unique_inverse(c.op(0)?);
        Ok(vec![found.values, found.inverse_indices].into())
    }),
    ("unique_values", &["x"], |c| Ok(np::unique_values(c.op(0)?).into())),
    ("intersect1d", &["ar1", "ar2"], |c| {
        let o = options!(c => np::IntersectOptions; assume_unique!, return_indices!,);
        let found = np::intersect1d(c.op(0)?, c.op(1)?, o);
        let [first, second] = found.indices.map_or([None, None], |[a, b]| [Some(a), Some(b)]);
        Ok(parts([Some(found.values), first, second]))
    }),
    ("setdiff1d", &["ar1", "ar2"], |c| Ok(np::setdiff1d(c.op(0)?, c.op(1)?, set(c)?).into())),
    ("setxor1d", &["ar1", "ar2"], |c| Ok(np::setxor1d(c.op(0)?, c.op(1)?, set(c)?).into())),
    ("union1d", &["ar1", "ar2"], |c| Ok(np::union1d(c.op(0)?, c.op(1)?).into())),
    ("isin", &["element", "test_elements"], |c| {
        let o = options!(c => np::IsinOptions; kind: fixed_text, assume_unique!, invert!,);
        Ok(np::isin(c.op(0)?, c.op(1)?, o).into())
    }),
];
