//! Array values of the case files: dtype, shape and elements as bits.

use std::fmt;

use half::f16;
use num_complex::Complex;
use numfuse_ir::{DType, Scalar};

/// A concrete array in C order.
#[derive(Clone, PartialEq)]
pub struct Tensor {
    pub dtype: DType,
    pub shape: Vec<usize>,
    pub values: Vec<Scalar>,
}

impl Tensor {
    /// Parses `f8[2,3] 1 2 3*4`; `None` when the text is not of this form.
    pub fn parse(text: &str) -> Option<Tensor> {
        let (head, body) = text.split_once(']')?;
        let (code, dims) = head.split_once('[')?;
        let dtype = DType::ALL.into_iter().find(|d| d.type_code() == code)?;
        let dims = dims.split(',').filter(|d| !d.is_empty());
        let shape = dims.map(|d| d.parse().ok()).collect::<Option<Vec<usize>>>()?;
        let mut values = Vec::new();
        for word in body.split_whitespace() {
            let (token, count) = match word.split_once('*') {
                Some((token, count)) => (token, count.parse().ok()?),
                None => (word, 1),
            };
            let value = scalar(dtype, token)?;
            values.extend(std::iter::repeat_n(value, count));
        }
        (values.len() == shape.iter().product::<usize>()).then_some(Tensor { dtype, shape, values })
    }
}

fn scalar(dtype: DType, token: &str) -> Option<Scalar> {
    Some(match dtype {
        DType::Bool => Scalar::new(token == "1"),
        DType::F16 => Scalar::new(f16::from_f64(token.parse().ok()?)),
        DType::F32 => Scalar::new(token.parse::<f32>().ok()?),
        DType::F64 => Scalar::new(token.parse::<f64>().ok()?),
        DType::C64 => {
            let (re, im) = token.split_once(':')?;
            Scalar::new(Complex::<f32>::new(re.parse().ok()?, im.parse().ok()?))
        }
        DType::C128 => {
            let (re, im) = token.split_once(':')?;
            Scalar::new(Complex::<f64>::new(re.parse().ok()?, im.parse().ok()?))
        }
        DType::U64 => Scalar::new(token.parse::<u64>().ok()?),
        _ => Scalar::new(token.parse::<i64>().ok()?).cast(dtype),
    })
}

impl fmt::Display for Tensor {
    /// The text that [`Tensor::parse`] reads, cut after 40 elements.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dims: Vec<String> = self.shape.iter().map(usize::to_string).collect();
        write!(f, "{}[{}]", self.dtype.type_code(), dims.join(","))?;
        for value in self.values.iter().take(40) {
            write!(f, " {}", show(*value))?;
        }
        if self.values.len() > 40 { write!(f, " …") } else { Ok(()) }
    }
}

/// One element, as the case files write it.
pub fn show(value: Scalar) -> String {
    if let Some(i) = value.to_i128() {
        return i.to_string();
    }
    let [re, im] = value.bits();
    match value.dtype() {
        DType::F16 => f16::from_bits(re as u16).to_string(),
        DType::F32 => format!("{:?}", f32::from_bits(re as u32)),
        DType::C64 => format!("{:?}:{:?}", f32::from_bits(re as u32), f32::from_bits(im as u32)),
        DType::C128 => format!("{:?}:{:?}", f64::from_bits(re), f64::from_bits(im)),
        _ => format!("{:?}", f64::from_bits(re)),
    }
}
