//! What the library is and what it runs on.

use std::fmt;
use std::io::Write;
use std::panic::Location;
use std::path::PathBuf;

use numfuse_backends::runtime::config::{Backend, backend};
use numfuse_ir::IndexMap;
use numfuse_ir::shape::tuple;

use crate::array::Operand;
use crate::config::{Statistics, statistics, threads};
use crate::error::{Class, Error, Result, of_io};
use crate::options::{ModeValue, options};
use crate::prelude::axis;

/// The directory that holds the header of the C ABI, `numfuse.h`, in the library's sources.
///
/// ```
/// assert!(numfuse::get_include().join("numfuse.h").exists());
/// ```
pub fn get_include() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "bindings", "c", "include"].iter().collect()
}

/// Writes what is known of an array: shape, strides, layout, address, byte order and dtype, a line each. Evaluates it.
///
/// ```
/// use numfuse as np;
/// let mut text = Vec::new();
/// np::info(np::arange(6, ..).reshape([2, 3]), &mut text)?;
/// let text = String::from_utf8_lossy(&text);
/// assert!(text.starts_with("class:  ndarray\nshape:  (2, 3)\nstrides:  (24, 8)\nitemsize:  8\n"));
/// assert!(text.ends_with("type: int64\n"));
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn info(object: impl Into<Operand>, mut output: impl Write) -> Result<()> {
    let location = Location::caller();
    let value = crate::asarray(object, ..).eval()?;
    let word = |truth: bool| if truth { "True" } else { "False" };
    let strides: Vec<String> = value.strides().iter().map(isize::to_string).collect();
    let strides = strides.join(", ") + if strides.len() == 1 { "," } else { "" };
    // Fortran's order is C's of the axes in reverse.
    let map = &value.value().map;
    let (mut shape, mut steps) = (map.shape.clone(), map.strides.clone());
    shape.reverse();
    steps.reverse();
    let reversed = IndexMap { offset: map.offset, shape, strides: steps };
    let item = value.dtype().itemsize();
    let address = value.value().buffer.as_ptr().wrapping_offset(map.offset.wrapping_mul(item as isize));
    let order = if cfg!(target_endian = "little") { "little" } else { "big" };
    let text = format!(
        "class:  ndarray\nshape:  {}\nstrides:  ({strides})\nitemsize:  {item}\naligned:  {}\ncontiguous:  {}\nfortran:  {}\n\
         data pointer: {address:p}\nbyteorder:  {order}\nbyteswap:  False\ntype: {}\n",
        tuple(value.shape()),
        word(address.addr() % item == 0),
        word(map.is_contiguous()),
        word(reversed.is_contiguous()),
        value.dtype(),
    );
    output.write_all(text.as_bytes()).map_err(|e| of_io(&e, None).sign("info", location))
}

/// How the library was built: [`show_config`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BuildConfig {
    /// The version of this crate.
    pub version: &'static str,
    /// The version of NumPy whose results it gives.
    pub numpy: &'static str,
    /// The processor and the system that it was built for.
    pub target: String,
    /// Vector instructions that every processor must have which runs it.
    pub baseline: Vec<&'static str>,
    /// What compiles kernels, the fastest first; which of them run is known at run time.
    pub compilers: Vec<&'static str>,
    /// What factors and multiplies matrices.
    pub blas: &'static str,
    /// What transforms.
    pub fft: &'static str,
}

impl fmt::Display for BuildConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "version: {} (results of NumPy {})\ntarget: {}", self.version, self.numpy, self.target)?;
        writeln!(f, "baseline: {}\ncompilers: {}", self.baseline.join(" "), self.compilers.join(" "))?;
        writeln!(f, "linear algebra: {}\ntransforms: {}", self.blas, self.fft)
    }
}

options! {
    /// Options of [`show_config`].
    ShowConfigOptions { mode: Mode(ModeValue) };
}

/// How the library was built. Prints it, unless `mode` is `"dicts"`.
///
/// # Errors
///
/// `AttributeError` for another mode than `"stdout"` and `"dicts"`.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// let config = np::show_config(mode("dicts"))?;
/// assert_eq!(config.numpy, "2.4");
/// assert!(config.to_string().contains("linear algebra: faer"));
/// # Ok::<(), np::Error>(())
/// ```
#[track_caller]
pub fn show_config(options: impl Into<ShowConfigOptions>) -> Result<BuildConfig> {
    let (options, location) = (options.into(), Location::caller());
    let print = match ModeValue::text(&options.mode, "stdout") {
        "stdout" => true,
        "dicts" => false,
        _ => {
            let text = "Invalid `mode`, use one of: stdout, dicts".to_owned();
            return Err(Error::new(Class::Attribute, "show_config", text, location));
        }
    };
    let features = [
        ("sse2", cfg!(target_feature = "sse2")),
        ("sse4.1", cfg!(target_feature = "sse4.1")),
        ("avx2", cfg!(target_feature = "avx2")),
        ("avx512f", cfg!(target_feature = "avx512f")),
        ("neon", cfg!(target_feature = "neon")),
    ];
    let config = BuildConfig {
        version: env!("CARGO_PKG_VERSION"),
        numpy: "2.4",
        target: format!("{} {}", std::env::consts::ARCH, std::env::consts::OS),
        baseline: features.into_iter().filter(|(_, on)| *on).map(|(name, _)| name).collect(),
        compilers: Backend::ALL.map(Backend::name).to_vec(),
        blas: "faer, and kernels of this library",
        fft: "rustfft",
    };
    if print {
        print!("{config}");
    }
    Ok(config)
}

/// What the library runs on: [`show_runtime`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RuntimeInfo {
    /// What compiles kernels now.
    pub backend: &'static str,
    /// What could, on this processor.
    pub available: Vec<&'static str>,
    /// How many threads a large evaluation may use.
    pub threads: usize,
    /// What has been evaluated, compiled and allocated so far.
    pub statistics: Statistics,
}

impl fmt::Display for RuntimeInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "backend: {} of {}", self.backend, self.available.join(" "))?;
        writeln!(f, "threads: {}\n{:#?}", self.threads, self.statistics)
    }
}

/// Prints, and returns, what the library runs on: compilers that this processor supports, threads, and the state of
/// caches and memory.
///
/// ```
/// let runtime = numfuse::show_runtime();
/// assert!(runtime.threads >= 1 && runtime.available.contains(&runtime.backend));
/// ```
pub fn show_runtime() -> RuntimeInfo {
    let available = Backend::ALL.into_iter().filter(|b| b.is_available());
    let runtime = RuntimeInfo {
        backend: backend().name(),
        available: available.map(Backend::name).collect(),
        threads: threads(),
        statistics: statistics(),
    };
    print!("{runtime}");
    runtime
}

/// What must hold, in words, and whether it does.
type Check = (&'static str, fn() -> Result<bool>);

/// A short check that the library works on this machine: kernels of several kinds are compiled and compared with the
/// same operations one by one and with what is known. Says on standard error what does not hold.
///
/// ```
/// assert!(numfuse::test());
/// ```
pub fn test() -> bool {
    let checks: [Check; 5] = [
        ("a fused expression is the same op by op", || {
            let wave = || {
                let x = crate::linspace(-4.0, 4.0, 1001);
                (crate::sin(&x * 3.0) * crate::exp(-(&x * &x))).eval()?.to_vec::<f64>()
            };
            Ok(wave()? == crate::eager(wave)?)
        }),
        ("sums and products of integers", || {
            let a = crate::arange(1, 21);
            Ok(a.sum(..).item::<i64>()? == 210 && a.prod(..).item::<i64>()? == 2_432_902_008_176_640_000)
        }),
        ("reductions along axes, and views", || {
            let a = crate::arange(12, ..).reshape([3, 4]);
            let turned = crate::transpose(&a, ..);
            Ok(a.sum(axis(0)).to_vec::<i64>()? == [12, 15, 18, 21]
                && turned.max(axis(0)).to_vec::<i64>()? == [3, 7, 11])
        }),
        ("a system of equations", || {
            let x = crate::linalg::solve([[3.0, 1.0], [1.0, 2.0]], [9.0, 8.0]).to_vec::<f64>()?;
            Ok((x[0] - 2.0).abs() < 1e-12 && (x[1] - 3.0).abs() < 1e-12)
        }),
        ("a transform and its inverse", || {
            let x = crate::arange(16, ..) * 0.25;
            let back = crate::fft::irfft(crate::fft::rfft(&x, ..), ..);
            Ok(crate::max(crate::absolute(back - x), ..).item::<f64>()? < 1e-13)
        }),
    ];
    let mut good = true;
    for (what, check) in checks {
        match check() {
            Ok(true) => {}
            Ok(false) => {
                eprintln!("does not hold: {what}");
                good = false;
            }
            Err(error) => {
                eprintln!("does not hold: {what}: {error}");
                good = false;
            }
        }
    }
    good
}
