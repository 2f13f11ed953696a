//! Sorting, selecting, searching.

use numfuse as np;

use super::args::{Args, options};
use super::{Result, Row};

fn sort(c: &Args) -> Result<np::SortOptions> {
    Ok(options!(c => np::SortOptions; axis: axes, kind: fixed_text, stable: boolean,))
}

fn partition(c: &Args) -> Result<np::PartitionOptions> {
    Ok(options!(c => np::PartitionOptions; axis: axes, kind: fixed_text,))
}

fn searchsorted(c: &Args) -> Result<np::SearchsortedOptions> {
    Ok(options!(c => np::SearchsortedOptions; side: fixed_text, sorter: operand,))
}

pub static TABLE: &[Row] = &[
    ("sort", &["a"], |c| Ok(np::sort(c.op(0)?, sort(c)?).into())),
    ("argsort", &["a"], |c| Ok(np::argsort(c.op(0)?, sort(c)?).into())),
    ("sort_complex", &[], |c| Ok(np::sort_complex(c.op(0)?).into())),
    ("lexsort", &["keys", "axis"], |c| {
        Ok(np::lexsort(c.arrays(0)?, options!(c => np::LexsortOptions; axis: axes,)).into())
    }),
    ("partition", &["a", "kth"], |c| Ok(np::partition(c.op(0)?, c.ints_at(1)?, partition(c)?).into())),
    ("argpartition", &["a", "kth"], |c| Ok(np::argpartition(c.op(0)?, c.ints_at(1)?, partition(c)?).into())),
    ("searchsorted", &["a", "v"], |c| Ok(np::searchsorted(c.op(0)?, c.op(1)?, searchsorted(c)?).into())),
    ("ndarray.sort", &["a"], |c| {
        let mut a = c.array(0)?;
        a.sort(sort(c)?);
        Ok(a.into())
    }),
    ("ndarray.partition", &["a", "kth"], |c| {
        let mut a = c.array(0)?;
        a.partition(c.ints_at(1)?, partition(c)?);
        Ok(a.into())
    }),
    ("ndarray.argsort", &["a"], |c| Ok(c.array(0)?.argsort(sort(c)?).into())),
    ("ndarray.searchsorted", &["a", "v"], |c| Ok(c.array(0)?.searchsorted(c.op(1)?, searchsorted(c)?).into())),
];
