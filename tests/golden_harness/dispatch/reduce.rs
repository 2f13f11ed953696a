//! Reductions and scans, as functions and as methods.

use numfuse as np;

use super::Result;
use super::Row;
use super::args::{Args, options};

fn sum(c: &Args) -> Result<np::SumOptions> {
    Ok(options!(c => np::SumOptions; axis: axes, keepdims!, dtype: dtype, initial: operand, where_: operand,))
}

fn extreme(c: &Args) -> Result<np::ExtremeOptions> {
    Ok(options!(c => np::ExtremeOptions; axis: axes, keepdims!, initial: operand, where_: operand,))
}

fn truth(c: &Args) -> Result<np::TruthOptions> {
    Ok(options!(c => np::TruthOptions; axis: axes, keepdims!, where_: operand,))
}

fn mean(c: &Args) -> Result<np::MeanOptions> {
    Ok(options!(c => np::MeanOptions; axis: axes, keepdims!, dtype: dtype, where_: operand,))
}

fn var(c: &Args) -> Result<np::VarOptions> {
    Ok(options!(c => np::VarOptions; axis: axes, keepdims!, dtype: dtype, where_: operand, ddof: float,
        correction: float, mean: operand,))
}

fn axis(c: &Args) -> Result<np::AxisOptions> {
    Ok(options!(c => np::AxisOptions; axis: axes, keepdims!,))
}

fn scan(c: &Args) -> Result<np::ScanOptions> {
    Ok(options!(c => np::ScanOptions; axis: axes, dtype: dtype,))
}

fn cumulative(c: &Args) -> Result<np::CumulativeOptions> {
    Ok(options!(c => np::CumulativeOptions; axis: axes, dtype: dtype, include_initial!,))
}

macro_rules! table {
    ($($options:ident: $($name:ident)*;)* @methods $($moptions:ident: $($method:ident)*;)*) => { &[
        $($((stringify!($name), &["a"], |c: &Args| Ok(np::$name(c.op(0)?, $options(c)?).into())),)*)*
        $($((concat!("ndarray.", stringify!($method)), &["a"], |c: &Args| Ok(c.array(0)?.$method($moptions(c)?).into())),)*)*
    ] };
}

pub static TABLE: &[Row] = table! {
    sum: sum prod nansum nanprod;
    extreme: min max amin amax nanmin nanmax;
    truth: any all;
    mean: mean nanmean;
    var: var std nanvar nanstd;
    axis: argmin argmax nanargmin nanargmax count_nonzero ptp;
    scan: cumsum cumprod nancumsum nancumprod;
    cumulative: cumulative_sum cumulative_prod;
    @methods
    sum: sum prod;
    extreme: min max;
    truth: any all;
    mean: mean;
    var: var std;
    axis: argmin argmax;
    scan: cumsum cumprod;
};
