//! Arrays and numbers as text.

use numfuse as np;
use numfuse_ir::Scalar;

use super::super::case::Value;
use super::args::{Args, options};
use super::{Fault, Out, Result, Row};

pub static TABLE: &[Row] = &[
    ("str", &[], |c| {
        let array = np::asarray(c.op(0)?, ..);
        Ok(Out::Text(array.eval()?.to_string()))
    }),
    ("repr", &[], |c| Ok(Out::Text(np::array_repr(c.op(0)?, ..)?))),
    ("array2string", &[], |c| {
        let mut options = options!(c => np::Array2StringOptions;
            max_line_width: int, precision: int, suppress_small: boolean, separator: text, prefix: text, suffix: text,
            threshold: float, edgeitems: int, sign: text, floatmode: text,
        );
        if let Some(formatter) = formatter(c)? {
            options = options.with(np::options::formatter(formatter));
        }
        if let Some(legacy) = legacy(c)? {
            options = options.with(np::options::legacy(legacy));
        }
        Ok(Out::Text(np::array2string(c.op(0)?, options)?))
    }),
    ("array_str", &[], |c| Ok(Out::Text(np::array_str(c.op(0)?, text_options(c)?)?))),
    ("array_repr", &[], |c| Ok(Out::Text(np::array_repr(c.op(0)?, text_options(c)?)?))),
    ("printoptions.str", &[], |c| {
        let (array, _guard) = (c.array(0)?, np::printoptions(print_options(c)?)?);
        Ok(Out::Text(np::array_str(&array, ..)?))
    }),
    ("printoptions.repr", &[], |c| {
        let (array, _guard) = (c.array(0)?, np::printoptions(print_options(c)?)?);
        Ok(Out::Text(np::array_repr(&array, ..)?))
    }),
    ("set_printoptions", &[], |c| {
        // The guard restores what the call sets.
        let (array, _guard) = (c.array(0)?, np::printoptions(..)?);
        np::set_printoptions(print_options(c)?)?;
        Ok(Out::Text(np::array_repr(&array, ..)?))
    }),
    ("get_printoptions", &[], |c| {
        let _guard = np::printoptions(print_options(c)?)?;
        let o = np::get_printoptions();
        let legacy = format!("{:?}", o.legacy).replace('V', "").replace('_', ".").replace("Off", "False");
        let suppress = if o.suppress { "True" } else { "False" };
        Ok(Out::Text(format!(
            "edgeitems={} floatmode={} formatter={} infstr={} legacy={legacy} linewidth={} nanstr={} override_repr={} precision={} sign={} suppress={suppress} threshold={}",
            o.edgeitems,
            o.floatmode,
            o.formatter.map_or("None", |_| "set"),
            o.infstr,
            o.linewidth,
            o.nanstr,
            o.override_repr.map_or("None", |_| "set"),
            o.precision,
            o.sign,
            o.threshold
        )))
    }),
    ("format_float_positional", &[], |c| {
        let options = options!(c => np::PositionalOptions;
            precision: int, unique: boolean, fractional: boolean, trim: text, sign: boolean, pad_left: int, pad_right: int,
            min_digits: int,
        );
        Ok(Out::Text(np::format_float_positional(scalar(c)?, options)?))
    }),
    ("format_float_scientific", &[], |c| {
        let options = options!(c => np::ScientificOptions;
            precision: int, unique: boolean, trim: text, sign: boolean, pad_left: int, exp_digits: int, min_digits: int,
        );
        Ok(Out::Text(np::format_float_scientific(scalar(c)?, options)?))
    }),
    ("base_repr", &["number", "base", "padding"], |c| {
        Ok(Out::Text(np::base_repr(c.big_at(0)?, options!(c => np::BaseReprOptions; base: operand, padding: int,))?))
    }),
    ("binary_repr", &["num", "width"], |c| {
        Ok(Out::Text(np::binary_repr(c.big_at(0)?, options!(c => np::BinaryReprOptions; width: int,))?))
    }),
];

fn text_options(c: &Args) -> Result<np::ArrayTextOptions> {
    Ok(options!(c => np::ArrayTextOptions; max_line_width: int, precision: int, suppress_small: boolean,))
}

fn print_options(c: &Args) -> Result<np::SetPrintOptions> {
    let mut options = options!(c => np::SetPrintOptions;
        precision: int, threshold: float, edgeitems: int, linewidth: int, suppress: boolean, nanstr: text, infstr: text,
        sign: text, floatmode: text,
    );
    if let Some(formatter) = formatter(c)? {
        options = options.with(np::options::formatter(formatter));
    }
    if let Some(legacy) = legacy(c)? {
        options = options.with(np::options::legacy(legacy));
    }
    if let Some(Value::Function(name)) = c.value("override_repr") {
        assert_eq!(name, "shape");
        let repr = |a: &np::NdArray| format!("an array of shape {}", numfuse_ir::shape::tuple(a.shape()));
        options = options.with(np::options::override_repr(repr));
    }
    Ok(options)
}

fn legacy(c: &Args) -> Result<Option<np::LegacyName>> {
    Ok(match c.value("legacy") {
        None => None,
        Some(Value::Bool(b)) => Some((*b).into()),
        Some(Value::Text(name)) => Some(name.as_str().into()),
        Some(_) => return Err(Fault::Harness("no version".to_owned())),
    })
}

fn scalar(c: &Args) -> Result<Scalar> {
    match c.at(0)? {
        Value::Array(tensor, _) => Ok(tensor.values[0]),
        Value::Complex(re, im) => Ok(num_complex::Complex::new(*re, *im).into()),
        _ => Err(Fault::Harness("a scalar is wanted".to_owned())),
    }
}

/// The functions of `printed.py`.
fn formatter(c: &Args) -> Result<Option<np::Formatter>> {
    let Some(Value::List(pairs)) = c.value("formatter") else { return Ok(None) };
    let mut formatter = np::Formatter::new();
    for pair in pairs {
        let Value::List(pair) = pair else { return Err(Fault::Harness("no pair".to_owned())) };
        let [Value::Text(kind), Value::Function(name)] = &pair[..] else {
            return Err(Fault::Harness("no function".to_owned()));
        };
        let word: fn(Scalar) -> String = match name.as_str() {
            "%.2f" => |x| format!("{:.2}", x.to_c128().re).replace("NaN", "nan"),
            "hex" => |x| format!("{:#x}", x.to_i128().unwrap_or_default()),
            "<>" => |x| format!("<{}>", np::asarray(np::Operand::from(x), ..)),
            "two lines" => |x| format!("{0:.1}\n{0:.3}", x.to_c128().re),
            "real" => |x| format!("{:.3}!", x.to_c128().re),
            "bit" => |x| if x.bits()[0] != 0 { "1".to_owned() } else { "0".to_owned() },
            _ => return Err(Fault::Harness(format!("no function {name}"))),
        };
        formatter = formatter.with(kind.as_str(), word);
    }
    Ok(Some(formatter))
}
