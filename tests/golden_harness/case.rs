//! Reads the case files; tests/golden/README.md describes them.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::{Arc, OnceLock};

use serde_json::Value as Json;

use super::tensor::Tensor;

/// An argument or a result.
#[derive(Clone)]
pub enum Value {
    None,
    Bool(bool),
    Int(i128),
    Float(f64),
    Complex(f64, f64),
    /// A dtype, an option, or a subscript.
    Text(String),
    /// The base and the views over it, as text.
    Array(Tensor, Vec<String>),
    List(Vec<Value>),
    Call(Arc<Inner>),
    /// A function of the table in the generator.
    Function(String),
}

/// A function with its arguments.
#[derive(Clone)]
pub struct Call {
    pub name: String,
    pub args: Vec<Value>,
    pub kwargs: BTreeMap<String, Value>,
}

/// A call below another one; what it builds is shared by all that use it.
pub struct Inner {
    pub call: Call,
    pub array: OnceLock<numfuse::Array>,
}

/// What NumPy gave.
pub enum Expected {
    Value(Value),
    Text(String),
    DType(String),
    Shape(Vec<usize>),
    Error { class: String, message: String },
}

/// How far a result may be from NumPy's.
#[derive(Clone, Copy, Default)]
pub struct Tolerance {
    pub ulp: f64,
    pub abs: f64,
    pub rel: f64,
    pub any_zero: bool,
    pub shape_only: bool,
}

/// One line of a file.
pub struct Case {
    pub topic: String,
    pub line: usize,
    pub call: Call,
    pub expected: Expected,
    pub tolerance: Tolerance,
    /// The line as text, for reports.
    pub text: String,
}

/// The arrays that a file names, and the calls that a case names.
#[derive(Default)]
struct Definitions {
    arrays: HashMap<String, String>,
    calls: HashMap<String, Arc<Inner>>,
}

/// All cases of a folder, in the order of the files' names.
pub fn read_folder(folder: &Path) -> Result<Vec<Case>, String> {
    let entries = std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut paths: Vec<_> = entries.filter_map(|e| e.ok().map(|e| e.path())).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == "jsonl"));
    paths.sort();
    let mut cases = Vec::new();
    for path in paths {
        let topic = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let mut definitions = Definitions::default();
        for (number, line) in text.lines().enumerate() {
            let at = |message: String| format!("{topic}:{}: {message}", number + 1);
            let json: Json = serde_json::from_str(line).map_err(|e| at(e.to_string()))?;
            if let (Some(name), Some(value)) = (json["def"].as_str(), json["v"].as_str()) {
                definitions.arrays.insert(name.to_owned(), value.to_owned());
            } else if json["f"].is_string() {
                let case = read_case(&json, &mut definitions, &topic, number + 1, line);
                cases.push(case.ok_or_else(|| at("not a case".to_owned()))?);
            }
        }
    }
    Ok(cases)
}

fn read_case(json: &Json, definitions: &mut Definitions, topic: &str, line: usize, text: &str) -> Option<Case> {
    definitions.calls.clear();
    for name in (0..).map(|n| format!("${n}")) {
        let Some(call) = json["let"].get(&name) else { break };
        let inner = Inner { call: read_call(call, definitions)?, array: OnceLock::new() };
        definitions.calls.insert(name, Arc::new(inner));
    }
    let call = read_call(json, definitions)?;
    let text_of = |key: &str| json[key].as_str().map(str::to_owned);
    let expected = if let Some(class) = text_of("e") {
        Expected::Error { class, message: text_of("m")? }
    } else {
        match &json["r"] {
            Json::Object(map) if map.contains_key("str") => Expected::Text(map["str"].as_str()?.to_owned()),
            Json::Object(map) if map.contains_key("dtype") => Expected::DType(map["dtype"].as_str()?.to_owned()),
            Json::Object(map) if map.contains_key("shape") => {
                let dims = map["shape"].as_array()?.iter();
                Expected::Shape(dims.map(|d| d.as_u64().map(|d| d as usize)).collect::<Option<_>>()?)
            }
            value => Expected::Value(read_value(value, definitions)?),
        }
    };
    let number = |key: &str| json[key].as_f64().unwrap_or(0.0);
    let tolerance = Tolerance {
        ulp: number("ulp"),
        abs: number("abs"),
        rel: number("rel"),
        any_zero: json["zero"] == "any",
        shape_only: json["only"] == "shape",
    };
    Some(Case { topic: topic.to_owned(), line, call, expected, tolerance, text: text.to_owned() })
}

fn read_call(json: &Json, definitions: &Definitions) -> Option<Call> {
    let name = json["f"].as_str()?.to_owned();
    let args = json["a"].as_array().into_iter().flatten();
    let args = args.map(|v| read_value(v, definitions)).collect::<Option<_>>()?;
    let kwargs = json["k"].as_object().into_iter().flatten();
    let kwargs = kwargs.map(|(k, v)| Some((k.clone(), read_value(v, definitions)?))).collect::<Option<_>>()?;
    Some(Call { name, args, kwargs })
}

fn read_value(json: &Json, definitions: &Definitions) -> Option<Value> {
    Some(match json {
        Json::Null => Value::None,
        Json::Bool(b) => Value::Bool(*b),
        Json::Number(n) => match n.as_i64() {
            Some(i) => Value::Int(i.into()),
            None => Value::Float(n.as_f64()?),
        },
        Json::String(text) => read_text(text, definitions)?,
        Json::Array(items) => Value::List(items.iter().map(|v| read_value(v, definitions)).collect::<Option<_>>()?),
        Json::Object(map) if map.contains_key("text") => Value::Text(map["text"].as_str()?.to_owned()),
        Json::Object(map) => match map.get("fn") {
            Some(name) => Value::Function(name.as_str()?.to_owned()),
            None => Value::Call(Arc::new(Inner { call: read_call(json, definitions)?, array: OnceLock::new() })),
        },
    })
}

fn read_text(text: &str, definitions: &Definitions) -> Option<Value> {
    if text.starts_with('$') {
        return definitions.calls.get(text).cloned().map(Value::Call);
    }
    let mut parts = text.split('|');
    let base = parts.next()?;
    let base = if base.starts_with('@') { definitions.arrays.get(base)? } else { base };
    if let Some(tensor) = Tensor::parse(base) {
        return Some(Value::Array(tensor, parts.map(str::to_owned).collect()));
    }
    let words: Vec<&str> = text.split(' ').collect();
    Some(match words[..] {
        ["int", i] => Value::Int(i.parse().ok()?),
        ["float", x] => Value::Float(x.parse().ok()?),
        ["complex", re, im] => Value::Complex(re.parse().ok()?, im.parse().ok()?),
        _ => Value::Text(text.to_owned()),
    })
}
