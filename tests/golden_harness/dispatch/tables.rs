//! Tables in text.

use numfuse as np;
use numfuse_ir::Scalar;

use super::super::case::Value;
use super::args::{Args, options};
use super::{Fault, Out, Result, Row};

fn fault<T>(text: &str) -> Result<T> {
    Err(Fault::Harness(text.to_owned()))
}

fn text_of(value: &Value) -> Result<&str> {
    match value {
        Value::Text(text) => Ok(text),
        _ => fault("text is wanted"),
    }
}

fn texts(values: &[Value]) -> Result<Vec<String>> {
    values.iter().map(|v| text_of(v).map(str::to_owned)).collect()
}

fn scalar(value: &Value) -> Result<Scalar> {
    Ok(match value {
        Value::Int(i) => Scalar::new(*i as i64),
        Value::Float(x) => Scalar::new(*x),
        _ => return fault("a number is wanted"),
    })
}

fn comments(c: &Args) -> Result<Option<np::Comments>> {
    Ok(match c.value("comments") {
        None => None,
        Some(Value::Text(text)) => Some(text.as_str().into()),
        Some(Value::List(items)) => Some(texts(items)?.into()),
        Some(_) => return fault("no comments"),
    })
}

fn delimiter(c: &Args) -> Result<Option<np::Delimiter>> {
    Ok(match c.value("delimiter") {
        None => None,
        Some(Value::Text(text)) => Some(text.as_str().into()),
        Some(Value::Int(width)) => Some((*width as usize).into()),
        Some(Value::List(_)) => {
            let widths = c.ints("delimiter")?.unwrap_or_default();
            Some(widths.into_iter().map(|w| w as usize).collect::<Vec<_>>().into())
        }
        Some(_) => return fault("no delimiter"),
    })
}

fn usecols(c: &Args) -> Result<Option<np::Usecols>> {
    Ok(match c.value("usecols") {
        None => None,
        Some(Value::Text(names)) => Some(names.as_str().into()),
        Some(Value::List(items)) if matches!(items.first(), Some(Value::Text(_))) => {
            Some(np::Usecols::Names(texts(items)?))
        }
        Some(_) => c.ints("usecols")?.map(Into::into),
    })
}

type Convert = fn(&str) -> std::result::Result<f64, std::num::ParseFloatError>;

/// The functions of `files.py`.
fn convert(name: &str) -> Result<Convert> {
    Ok(match name {
        "percent" => |text| text.trim_matches('%').trim().parse::<f64>().map(|x| x / 100.0),
        "or -9" => |text| if text.is_empty() { Ok(-9.0) } else { text.trim().parse() },
        "length" => |text| Ok(text.chars().count() as f64 + 0.5),
        "seven" => |_| Ok(7.0),
        "float" => |text| text.trim().parse(),
        _ => return fault("no function"),
    })
}

fn column(value: &Value) -> Result<np::Column> {
    Ok(match value {
        Value::Int(i) => (*i as i64).into(),
        Value::Text(name) => name.as_str().into(),
        _ => return fault("no column"),
    })
}

fn pair(value: &Value) -> Result<(np::Column, &Value)> {
    match value {
        Value::List(pair) if pair.len() == 2 => Ok((column(&pair[0])?, &pair[1])),
        _ => fault("no pair"),
    }
}

fn converters(c: &Args) -> Result<Option<np::Converters>> {
    Ok(match c.value("converters") {
        None => None,
        Some(Value::Function(name)) => Some(np::Converters::all(convert(name)?)),
        Some(Value::List(pairs)) => {
            let mut converters = np::Converters::default();
            for item in pairs {
                let (column, Value::Function(name)) = pair(item)? else { return fault("no function") };
                converters = converters.and(column, convert(name)?);
            }
            Some(converters)
        }
        Some(_) => return fault("no converters"),
    })
}

/// A value for all columns, one for each, or pairs.
fn per_column<T>(value: Option<&Value>, one: fn(&Value) -> Result<T>) -> Result<Option<np::PerColumn<T>>> {
    Ok(match value {
        None => None,
        Some(Value::List(items)) if matches!(items.first(), Some(Value::List(_))) => {
            let some = items.iter().map(|item| pair(item).and_then(|(column, value)| Ok((column, one(value)?))));
            Some(np::PerColumn::Some(some.collect::<Result<_>>()?))
        }
        Some(Value::List(items)) => Some(np::PerColumn::Each(items.iter().map(one).collect::<Result<_>>()?)),
        Some(value) => Some(np::PerColumn::All(one(value)?)),
    })
}

fn names(c: &Args) -> Result<Option<np::Names>> {
    Ok(match c.value("names") {
        None => None,
        Some(Value::Bool(first)) => Some((*first).into()),
        Some(Value::Text(names)) => Some(names.as_str().into()),
        Some(Value::List(items)) => Some(texts(items)?.into()),
        Some(_) => return fault("no names"),
    })
}

fn case_sensitive(c: &Args) -> Result<Option<np::CaseSensitive>> {
    Ok(match c.value("case_sensitive") {
        None => None,
        Some(Value::Bool(sensitive)) => Some((*sensitive).into()),
        Some(Value::Text(case)) => Some(case.as_str().into()),
        Some(_) => return fault("no case"),
    })
}

fn excluded(c: &Args) -> Result<Option<Vec<String>>> {
    match c.value("excludelist") {
        None => Ok(None),
        Some(Value::List(items)) => texts(items).map(Some),
        Some(_) => fault("no list"),
    }
}

fn missing(c: &Args) -> Result<Option<np::PerColumn<String>>> {
    per_column(c.value("missing_values"), |v| text_of(v).map(str::to_owned))
}

fn filling(c: &Args) -> Result<Option<np::PerColumn<Scalar>>> {
    per_column(c.value("filling_values"), scalar)
}

macro_rules! with {
    ($c:ident $options:ident: $($name:ident $get:ident),* $(,)?) => {$(
        if let Some(value) = $get($c)? {
            $options = $options.with(np::options::$name(value));
        }
    )*};
}

fn loadtxt_options(c: &Args) -> Result<np::LoadtxtOptions> {
    let mut options = options!(c => np::LoadtxtOptions;
        dtype: dtype, skiprows: int, unpack: boolean, ndmin: int, max_rows: int, quotechar: char,
    );
    with!(c options: comments comments, delimiter delimiter, usecols usecols, converters converters);
    Ok(options)
}

fn genfromtxt_options(c: &Args) -> Result<np::GenfromtxtOptions> {
    let mut options = options!(c => np::GenfromtxtOptions;
        skip_header: int, skip_footer: int, deletechars: text, replace_space: text, autostrip: boolean, defaultfmt: text,
        unpack: boolean, loose: boolean, invalid_raise: boolean, max_rows: int, ndmin: int, dtype: dtype,
    );
    // No dtype, rather than none given.
    if c.has("dtype") && c.dtype("dtype")?.is_none() {
        options = options.with(np::options::dtypes(()));
    }
    with!(c options:
        comments comments, delimiter delimiter, usecols usecols, converters converters, names names,
        case_sensitive case_sensitive, excludelist excluded, missing_values missing, filling_values filling,
    );
    Ok(options)
}

fn source<'a>(c: &'a Args) -> Result<np::Source<'a>> {
    Ok(np::Source::text(text_of(c.at(0)?)?))
}

pub static TABLE: &[Row] = &[
    ("loadtxt", &[], |c| Ok(np::loadtxt(source(c)?, loadtxt_options(c)?).into())),
    ("loadtxt.gz", &[], |c| {
        let path = std::env::temp_dir().join(format!("numfuse-golden-{}-{:p}.txt.gz", std::process::id(), c));
        // What is not packed by `savetxt` is by nobody here.
        let table = np::loadtxt(source(c)?, ..);
        np::savetxt(&path, &table, ..)?;
        let packed = std::fs::read(&path).map_err(|e| Fault::Harness(e.to_string()))?;
        assert!(packed.starts_with(&[0x1f, 0x8b]));
        let loaded = np::loadtxt(&path, loadtxt_options(c)?);
        let _ = std::fs::remove_file(&path);
        Ok(loaded.into())
    }),
    ("genfromtxt", &[], |c| Ok(np::genfromtxt(source(c)?, genfromtxt_options(c)?).into())),
    ("genfromtxt.fields", &[], |c| {
        Ok(np::genfromtxt_fields(source(c)?, genfromtxt_options(c)?)?.arrays().to_vec().into())
    }),
    ("genfromtxt.names", &[], |c| {
        Ok(Out::Text(np::genfromtxt_fields(source(c)?, genfromtxt_options(c)?)?.names().join(" ")))
    }),
    ("savetxt", &[], |c| {
        let mut options = options!(c => np::SavetxtOptions; newline: text, header: text, footer: text,);
        with!(c options: comments comments, delimiter delimiter);
        options = match c.value("fmt") {
            None => options,
            Some(Value::Text(format)) => options.with(np::options::fmt(format.as_str())),
            Some(Value::List(items)) => options.with(np::options::fmt(texts(items)?)),
            Some(_) => return fault("no format"),
        };
        let mut bytes = Vec::new();
        np::savetxt(&mut bytes, c.op(0)?, options)?;
        String::from_utf8(bytes).map(Out::Text).or_else(|_| fault("no text"))
    }),
    ("fromregex", &[], |c| {
        let Value::List(fields) = c.at(2)? else { return fault("no fields") };
        let fields = fields.iter().map(|field| match field {
            Value::List(pair) if pair.len() == 2 => Ok((text_of(&pair[0])?.to_owned(), super::args::dtype(&pair[1])?)),
            _ => fault("no field"),
        });
        let fields = fields.collect::<Result<Vec<_>>>()?;
        Ok(np::fromregex(source(c)?, text_of(c.at(1)?)?, fields, ..)?.arrays().to_vec().into())
    }),
];
