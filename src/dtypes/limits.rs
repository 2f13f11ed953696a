//! What a dtype can hold.

use std::fmt;

use numfuse_ir::{DType, Kind, Scalar};

use super::{TypeArg, signed};
use crate::array::operand::{Arg, Operand, int_range};
use crate::error::{Raised, Result, raise};
use crate::print::scalar_text;

/// The limits of a floating-point dtype; for complex ones those of their parts. The numbers are exact: `float64`
/// holds them all.
#[derive(Clone, Copy, PartialEq, Debug)]
#[non_exhaustive]
pub struct FInfo {
    /// The dtype, that of the parts if it was complex.
    pub dtype: DType,
    /// Bits of a number.
    pub bits: u32,
    /// From 1.0 to the next larger number.
    pub eps: f64,
    /// From 1.0 to the next smaller number.
    pub epsneg: f64,
    /// Bits of the exponent.
    pub iexp: u32,
    /// The exponent of `eps`.
    pub machep: i32,
    /// The largest number.
    pub max: f64,
    /// The smallest power of two that overflows.
    pub maxexp: i32,
    /// The most negative number, `-max`.
    pub min: f64,
    /// The smallest power of two among normal numbers.
    pub minexp: i32,
    /// The exponent of `epsneg`.
    pub negep: i32,
    /// Bits of the exponent.
    pub nexp: u32,
    /// Bits of the mantissa that are stored.
    pub nmant: u32,
    /// Decimal digits that every number keeps.
    pub precision: u32,
    /// `10 ** -precision`, in the dtype.
    pub resolution: f64,
    /// The smallest positive number of full precision.
    pub smallest_normal: f64,
    /// The smallest positive number.
    pub smallest_subnormal: f64,
    /// The same as `smallest_normal`.
    pub tiny: f64,
}

/// The limits of a floating-point dtype, by dtype, name or number. A dtype of integers or truth values is an error,
/// and so is an array, as in NumPy.
///
/// All follows from the bits of exponent and mantissa (IEEE 754-2019, 3.6).
///
/// ```
/// use numfuse as np;
/// let f = np::finfo(np::float32)?;
/// assert_eq!((f.bits, f.precision, f.eps), (32, 6, f64::from(f32::EPSILON)));
/// assert_eq!(np::finfo(np::complex128)?.dtype, np::float64);
/// assert!(np::finfo("int32").is_err());
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn finfo(dtype: impl Into<TypeArg>) -> Result<FInfo> {
    let dtype = dtype.into();
    let answer = || match own(&dtype)? {
        Some(dtype) => limits(dtype),
        None => raise!(Value, "data type <class 'numpy.object_'> not inexact"),
    };
    signed("finfo", answer())
}

/// The dtype of an argument; a number has that of an array made of it, an array none.
fn own(arg: &TypeArg) -> Raised<Option<DType>> {
    if let TypeArg::Value(Operand(Arg::Array(a))) = arg {
        a.check()?;
        return Ok(None);
    }
    let (strong, weak) = arg.split()?;
    Ok(strong.or(weak.map(|w| w.default_dtype())))
}

fn limits(dtype: DType) -> Raised<FInfo> {
    let part = dtype.real();
    let (bits, nmant, precision) = match part {
        DType::F16 => (16, 10, 3),
        DType::F32 => (32, 23, 6),
        DType::F64 => (64, 52, 15),
        _ => return raise!(Value, "data type <class 'numpy.{dtype}'> not inexact"),
    };
    let iexp = bits - 1 - nmant;
    let (mant, maxexp) = (nmant as i32, 1 << (iexp - 1));
    let minexp = 2 - maxexp;
    let two = |exponent: i32| 2.0_f64.powi(exponent);
    let max = (2.0 - two(-mant)) * two(maxexp - 1);
    let resolution = Scalar::new(10.0_f64.powi(-(precision as i32))).cast(part).to_c128().re;
    // In two factors: the smallest float64 is not one that `powi` reaches.
    let smallest_subnormal = two(minexp) * two(-mant);
    Ok(FInfo {
        dtype: part,
        bits,
        eps: two(-mant),
        epsneg: two(-mant - 1),
        iexp,
        machep: -mant,
        max,
        maxexp,
        min: -max,
        minexp,
        negep: -mant - 1,
        nexp: iexp,
        nmant,
        precision,
        resolution,
        smallest_normal: two(minexp),
        smallest_subnormal,
        tiny: two(minexp),
    })
}

/// The table that NumPy prints.
impl fmt::Display for FInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |x: f64| scalar_text(Scalar::new(x).cast(self.dtype));
        let line = "-".repeat(63);
        writeln!(f, "Machine parameters for {}\n{line}", self.dtype)?;
        writeln!(f, "precision = {}   resolution = {}", self.precision, text(self.resolution))?;
        writeln!(f, "machep = {}   eps =        {}", self.machep, text(self.eps))?;
        writeln!(f, "negep =  {}   epsneg =     {}", self.negep, text(self.epsneg))?;
        writeln!(f, "minexp = {}   tiny =       {}", self.minexp, text(self.tiny))?;
        writeln!(f, "maxexp = {}   max =        {}", self.maxexp, text(self.max))?;
        writeln!(f, "nexp =   {}   min =        -max", self.nexp)?;
        let (normal, subnormal) = (text(self.smallest_normal), text(self.smallest_subnormal));
        writeln!(f, "smallest_normal = {normal}   smallest_subnormal = {subnormal}\n{line}")
    }
}

/// The limits of an integer dtype.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct IInfo {
    /// The dtype.
    pub dtype: DType,
    /// Bits of a number.
    pub bits: u32,
    /// The smallest number.
    pub min: i128,
    /// The largest number.
    pub max: i128,
}

/// The limits of an integer dtype, by dtype, name or number. Other dtypes are an error, and so are arrays, as in
/// NumPy.
///
/// ```
/// use numfuse as np;
/// let i = np::iinfo(np::uint64)?;
/// assert_eq!((i.bits, i.min, i.max), (64, 0, u64::MAX as i128));
/// assert!(np::iinfo(np::float64).is_err());
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn iinfo(int_type: impl Into<TypeArg>) -> Result<IInfo> {
    let int_type = int_type.into();
    let answer = || {
        let Some(dtype) = own(&int_type)? else { return raise!(Value, "Invalid integer data type 'O'.") };
        if !dtype.is_integer() {
            let kind = match dtype.kind() {
                Kind::Bool => 'b',
                Kind::Complex => 'c',
                _ => 'f',
            };
            return raise!(Value, "Invalid integer data type '{kind}'.");
        }
        let (min, max) = int_range(dtype);
        Ok(IInfo { dtype, bits: 8 * dtype.itemsize() as u32, min, max })
    };
    signed("iinfo", answer())
}

/// The table that NumPy prints.
impl fmt::Display for IInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = "-".repeat(63);
        write!(f, "Machine parameters for {}\n{line}\nmin = {}\nmax = {}\n{line}\n", self.dtype, self.min, self.max)
    }
}
