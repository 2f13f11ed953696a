//! Averages, covariances, quantiles, histograms.

use numfuse as np;

use super::super::case::Value;
use super::args::{Args, operand, options};
use super::{Fault, Out, Result, Row};

fn number(value: &Value) -> Result<f64> {
    match value {
        Value::Int(i) => Ok(*i as f64),
        Value::Float(x) => Ok(*x),
        _ => Err(Fault::Harness("a number is wanted".to_owned())),
    }
}

fn bins_of(value: &Value) -> Result<np::Bins> {
    Ok(match value {
        Value::Text(rule) => np::Bins::from(&*rule.clone().leak()),
        Value::List(each) => np::Bins::each(each.iter().map(bins_of).collect::<Result<Vec<_>>>()?),
        other => operand(other)?.into(),
    })
}

fn bins(c: &Args) -> Result<np::Bins> {
    c.value("bins").map_or_else(|| Ok(10.into()), bins_of)
}

fn pair(value: &Value) -> Result<(f64, f64)> {
    match value {
        Value::List(ends) if ends.len() == 2 => Ok((number(&ends[0])?, number(&ends[1])?)),
        _ => Err(Fault::Harness("a range is wanted".to_owned())),
    }
}

impl Args<'_> {
    fn ranges(&self, name: &str) -> Result<Option<np::Ranges>> {
        Ok(match self.value(name) {
            None => None,
            Some(Value::List(each)) if matches!(each.first(), Some(Value::List(_))) => {
                let ranges = each.iter().map(|r| pair(r).map(Some)).collect::<Result<Vec<_>>>()?;
                Some(np::Ranges::each(ranges))
            }
            Some(one) => Some(pair(one)?.into()),
        })
    }

    fn bins(&self, _: &str) -> Result<Option<np::Bins>> {
        bins(self).map(Some)
    }
}

pub fn histogram(c: &Args) -> Result<np::HistogramOptions> {
    Ok(options!(c => np::HistogramOptions; bins: bins, range: ranges, density!, weights: operand,))
}

fn median(c: &Args) -> Result<np::MedianOptions> {
    Ok(options!(c => np::MedianOptions; axis: axes, keepdims!,))
}

fn quantile(c: &Args) -> Result<np::QuantileOptions> {
    Ok(options!(c => np::QuantileOptions; axis: axes, method: fixed_text, keepdims!, weights: operand,))
}

macro_rules! quantiles {
    ($($name:ident)*) => { [$((stringify!($name), &["a", "q"], |c| {
        Ok(np::$name(c.op(0)?, c.op(1)?, quantile(c)?).into())
    })),*] };
}

pub static QUANTILES: [Row; 4] = quantiles!(quantile percentile nanquantile nanpercentile);

pub static TABLE: &[Row] = &[
    ("average", &["a", "axis", "weights"], |c| {
        let o = options!(c => np::AverageOptions; axis: axes, weights: operand, returned!, keepdims!,);
        let found = np::average(c.op(0)?, o);
        Ok(match found.sum_of_weights {
            Some(sum) => vec![found.average, sum].into(),
            None => found.average.into(),
        })
    }),
    ("cov", &["m", "y"], |c| {
        let o = options!(c => np::CovOptions; y: operand, rowvar: boolean, bias!, ddof: float, fweights: operand,
            aweights: operand, dtype: dtype,);
        Ok(np::cov(c.op(0)?, o).into())
    }),
    ("corrcoef", &["x", "y"], |c| {
        let o = options!(c => np::CorrcoefOptions; y: operand, rowvar: boolean, dtype: dtype,);
        Ok(np::corrcoef(c.op(0)?, o).into())
    }),
    ("median", &["a"], |c| Ok(np::median(c.op(0)?, median(c)?).into())),
    ("nanmedian", &["a"], |c| Ok(np::nanmedian(c.op(0)?, median(c)?).into())),
    ("bincount", &["x", "weights"], |c| {
        let o = options!(c => np::BincountOptions; weights: operand, minlength: int,);
        Ok(np::bincount(c.op(0)?, o).into())
    }),
    ("digitize", &["x", "bins"], |c| {
        Ok(np::digitize(c.op(0)?, c.op(1)?, options!(c => np::DigitizeOptions; right: boolean,)).into())
    }),
    ("histogram", &["a"], |c| {
        let (counts, edges) = np::histogram(c.op(0)?, histogram(c)?);
        Ok(vec![counts, edges].into())
    }),
    ("histogram_bin_edges", &["a"], |c| {
        let o = options!(c => np::BinEdgesOptions; bins: bins, range: ranges, weights: operand,);
        Ok(np::histogram_bin_edges(c.op(0)?, o).into())
    }),
    ("histogram2d", &["x", "y"], |c| {
        let (counts, x, y) = np::histogram2d(c.op(0)?, c.op(1)?, histogram(c)?);
        Ok(vec![counts, x, y].into())
    }),
    ("histogramdd|flat", &["sample"], |c| {
        let (counts, mut edges) = np::histogramdd(c.op(0)?, histogram(c)?);
        edges.insert(0, counts);
        Ok(Out::Arrays(edges))
    }),
];
