//! `PARITY.md`: what of NumPy's API has golden cases, and what they leave out.
//!
//! The names are those of `tests/parity/manifest.csv`. A case counts for a name if it passed; its arguments show which
//! options, dtype classes and layouts the name's cases reach.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use numfuse_ir::{DType, Kind};

use super::case::{Call, Case, Expected, Inner, Value};
use super::report::Failure;
use super::tensor::Tensor;

/// Parameters that numfuse has for no function: arrays never change under their owner, so there is nothing to write
/// into, to overwrite or to alias, so a copy is nothing to ask for; elements lie in rows unless a view says otherwise, and
/// fields to sort by are of a dtype that is to come, as are pickled objects; there are no subclasses and no other devices.
const NOWHERE: [&str; 12] = [
    "out",
    "subok",
    "like",
    "device",
    "signature",
    "overwrite_input",
    "copy",
    "inplace",
    "order",
    "allow_pickle",
    "fix_imports",
    "stream",
];
/// And those that it has for no ufunc, where `where_` and `astype` say the same.
const NO_UFUNC: [&str; 4] = ["where", "casting", "order", "dtype"];
/// Names of dtypes that are to come.
const LATER: [&str; 7] = ["str_", "bytes_", "character", "void", "object_", "datetime64", "timedelta64"];

/// A row of the manifest.
struct Name {
    module: String,
    name: String,
    kind: String,
    signature: String,
    path: String,
    group: String,
    meaning: String,
}

impl Name {
    /// What the golden cases call it.
    fn key(&self) -> String {
        if self.module == "numpy" { self.name.clone() } else { format!("{}.{}", self.module, self.name) }
    }

    /// The optional parameters, each with its place among those that may be given by position.
    fn options(&self) -> Vec<(String, Option<usize>)> {
        let (mut depth, mut text, mut parts) = (0, String::new(), vec![]);
        for c in self.signature.trim_start_matches('(').chars() {
            match c {
                '(' | '[' => depth += 1,
                ')' | ']' => depth -= 1,
                ',' if depth == 0 => parts.push(std::mem::take(&mut text)),
                _ => {}
            }
            if !(c == ',' && depth == 0) {
                text.push(c);
            }
        }
        parts.push(text);
        // Scalar types are constants here; errors and properties have a sentence instead of a signature.
        if !self.signature.starts_with('(') || self.group.starts_with("dtype-") {
            return vec![];
        }
        let (mut options, mut place) = (vec![], Some(0));
        for part in parts.iter().map(|p| p.trim()) {
            if part == "/" {
                continue;
            }
            if part.starts_with('*') {
                place = None;
            }
            if let Some((option, _)) = part.split_once('=')
                && !NOWHERE.contains(&option)
                && !(self.kind == "ufunc" && NO_UFUNC.contains(&option))
            {
                options.push((option.to_owned(), place));
            }
            place = place.map(|p| p + 1);
        }
        options
    }
}

/// What the cases of a name reach.
#[derive(Default)]
struct Seen {
    passed: usize,
    keywords: BTreeSet<String>,
    positions: usize,
    kinds: BTreeSet<Kind>,
    arrays: bool,
    scalar: bool,
    empty: bool,
    strided: bool,
    error: bool,
    /// The type table has no entry that is an error.
    total: bool,
    /// `tests/parity/refuses_nothing.txt` has it.
    listed: bool,
}

impl Seen {
    fn add(&mut self, case: &Case, of_table: bool) {
        self.passed += 1;
        self.error |= matches!(case.expected, Expected::Error { .. });
        if of_table {
            // A row per dtype: `.` where there is no loop.
            if let Expected::Text(table) = &case.expected {
                self.error |= table.contains('.');
                self.total |= !table.contains('.');
                self.kinds.extend(DType::ALL.map(DType::kind));
            }
            return;
        }
        self.call(&case.call, &mut HashSet::new());
        self.positions = self.positions.max(case.call.args.len());
        self.keywords.extend(case.call.kwargs.keys().cloned());
    }

    /// What a call has, and the calls below it, each of them once.
    fn call(&mut self, call: &Call, visited: &mut HashSet<*const Inner>) {
        call.args.iter().chain(call.kwargs.values()).for_each(|value| self.value(value, visited));
    }

    fn value(&mut self, value: &Value, visited: &mut HashSet<*const Inner>) {
        match value {
            Value::Array(Tensor { dtype, shape, .. }, views) => {
                self.arrays = true;
                self.kinds.insert(dtype.kind());
                self.scalar |= shape.is_empty();
                self.empty |= shape.contains(&0);
                self.strided |= !views.is_empty();
            }
            Value::Text(text) => self.kinds.extend(DType::parse(text).map(DType::kind)),
            Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Complex(..) => self.scalar = true,
            Value::List(items) => items.iter().for_each(|item| self.value(item, visited)),
            Value::Call(inner) => {
                self.arrays = true;
                if visited.insert(Arc::as_ptr(inner)) {
                    self.call(&inner.call, visited);
                }
            }
            Value::None | Value::Function(_) => {}
        }
    }

    /// What the cases of a name leave out.
    fn lacks(&self, name: &Name) -> Vec<String> {
        let given = |(option, place): &(String, Option<usize>)| {
            self.keywords.contains(option) || place.is_some_and(|place| place < self.positions)
        };
        let options: Vec<String> = name.options().into_iter().filter(|o| !given(o)).map(|(option, _)| option).collect();
        let mut out = vec![];
        if !options.is_empty() {
            out.push(format!("`{}`", options.join("`, `")));
        }
        if self.arrays {
            let all = [Kind::Bool, Kind::Signed, Kind::Unsigned, Kind::Float, Kind::Complex];
            out.extend(all.iter().filter(|k| !self.kinds.contains(k)).map(|k| format!("{k:?}").to_lowercase()));
            let layouts = [(self.scalar, "0-d"), (self.empty, "empty"), (self.strided, "strided")];
            out.extend(layouts.iter().filter(|(seen, _)| !seen).map(|(_, layout)| (*layout).to_owned()));
        }
        // What takes every dtype and every shape has nothing to refuse.
        let refuses_nothing = name.kind == "property" || name.group.starts_with("dtype-") || self.total || self.listed;
        if !self.error && !refuses_nothing {
            out.push("an error".to_owned());
        }
        out
    }
}

/// The lines of a CSV file, without the first; quoted fields may have commas and doubled quotes.
fn read_csv(path: &Path) -> Result<Vec<Vec<String>>, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let fields = |line: &str| {
        let (mut fields, mut field, mut quoted) = (vec![], String::new(), false);
        let mut chars = line.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '"' if quoted && chars.next_if_eq(&'"').is_some() => field.push('"'),
                '"' => quoted = !quoted,
                ',' if !quoted => fields.push(std::mem::take(&mut field)),
                c => field.push(c),
            }
        }
        fields.push(field);
        fields
    };
    Ok(text.lines().skip(1).map(fields).collect())
}

/// The names of the manifest that a case counts for: its own; without what follows a `|` or the last dot
/// (`finfo.str`, methods of classes); and the module functions behind `RandomState`.
fn counts_for(function: &str, known: &HashSet<String>) -> Vec<String> {
    let mut name = function.split('|').next().unwrap_or(function).to_owned();
    let mut names = vec![];
    if let Some(legacy) = name.strip_prefix("random.RandomState.") {
        names.push(format!("random.{legacy}"));
    }
    while !known.contains(&name) {
        match name.rsplit_once('.') {
            Some((shorter, _)) => name = shorter.to_owned(),
            None => return names,
        }
    }
    names.push(name);
    names
}

/// The page, from the cases and those of them that did not pass.
pub fn page(root: &Path, cases: &[&Case], failures: &[Failure]) -> Result<String, String> {
    let rows = read_csv(&root.join("tests/parity/manifest.csv"))?;
    let names: Vec<Name> = rows
        .into_iter()
        .map(|row| {
            <[String; 7]>::try_from(row)
                .map(|[module, name, kind, signature, path, group, meaning]| Name {
                    module,
                    name,
                    kind,
                    signature,
                    path,
                    group,
                    meaning,
                })
                .map_err(|row| format!("manifest.csv: {row:?}"))
        })
        .collect::<Result<_, String>>()?;
    let mut elsewhere = BTreeMap::new();
    for row in read_csv(&root.join("tests/parity/elsewhere.csv"))? {
        let [name, file] = <[String; 2]>::try_from(row).map_err(|row| format!("elsewhere.csv: {row:?}"))?;
        let text = std::fs::read_to_string(root.join(&file)).map_err(|e| format!("{file}: {e}"))?;
        let bare = name.rsplit('.').next().unwrap_or(&name);
        if !text.contains(bare) {
            return Err(format!("elsewhere.csv: {file} does not name {bare}"));
        }
        elsewhere.insert(name, file);
    }
    let known: HashSet<String> = names.iter().map(Name::key).collect();
    let failed: HashSet<(&str, usize)> = failures.iter().map(|f| (f.case.topic.as_str(), f.case.line)).collect();
    let mut seen: BTreeMap<String, Seen> = BTreeMap::new();
    for case in cases.iter().filter(|c| !failed.contains(&(c.topic.as_str(), c.line))) {
        let table = case.call.name == "types";
        let function = match case.call.args.first() {
            Some(Value::Text(ufunc)) if table => ufunc,
            _ => &case.call.name,
        };
        for name in counts_for(function, &known) {
            seen.entry(name).or_default().add(case, table);
        }
    }
    let path = root.join("tests/parity/refuses_nothing.txt");
    let listed = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    for name in listed.lines().filter(|l| !l.starts_with('#')).flat_map(str::split_whitespace) {
        let seen = seen.get_mut(name).ok_or_else(|| format!("refuses_nothing.txt: {name} has no case"))?;
        if seen.error {
            return Err(format!("refuses_nothing.txt: {name} has a case with an error"));
        }
        seen.listed = true;
    }
    Ok(write(&names, &seen, &elsewhere))
}

fn write(names: &[Name], seen: &BTreeMap<String, Seen>, elsewhere: &BTreeMap<String, String>) -> String {
    let mut totals: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    let mut tables: BTreeMap<&str, String> = BTreeMap::new();
    for name in names {
        let key = name.key();
        let later = ["datetime", "records"].contains(&&*name.group) || LATER.contains(&&*name.name);
        let (status, cases, note) = match seen.get(&key) {
            _ if name.meaning.starts_with("n/a") => {
                ("n/a", "n/a".to_owned(), name.meaning[3..].trim_matches([':', ' ']).to_owned())
            }
            Some(seen) => {
                let lacks = seen.lacks(name).join(", ");
                (if lacks.is_empty() { "covered" } else { "in part" }, seen.passed.to_string(), lacks)
            }
            None => match elsewhere.get(&key) {
                Some(file) => ("elsewhere", "–".to_owned(), format!("tested in [{file}]({file})")),
                None if later => ("later", "missing".to_owned(), "a dtype that is to come".to_owned()),
                None => ("missing", "missing".to_owned(), String::new()),
            },
        };
        *totals.entry(&name.module).or_default().entry(status).or_default() += 1;
        let path = if name.path.is_empty() { &name.name } else { &name.path };
        let _ = writeln!(tables.entry(&name.module).or_default(), "| `{path}` | {cases} | {note} |");
    }
    let mut modules: Vec<&str> = vec![];
    names.iter().map(|n| n.module.as_str()).for_each(|m| {
        if !modules.contains(&m) {
            modules.push(m);
        }
    });
    let statuses = ["covered", "in part", "elsewhere", "missing", "later", "n/a"];
    let mut out = String::from(HEAD);
    let mut line = |label: &str, counts: &dyn Fn(&str) -> usize| {
        let cells: Vec<String> = statuses.iter().map(|s| counts(s).to_string()).collect();
        let sum: usize = statuses.iter().map(|s| counts(s)).sum();
        let _ = writeln!(out, "| {label} | {sum} | {} |", cells.join(" | "));
    };
    for module in &modules {
        line(module, &|status| totals[module].get(status).copied().unwrap_or(0));
    }
    line("total", &|status| totals.values().filter_map(|t| t.get(status)).sum());
    for module in modules {
        let _ =
            write!(out, "\n## {module}\n\n| | cases passed | not reached |\n| --- | ---: | --- |\n{}", tables[module]);
    }
    out
}

const HEAD: &str = "\
# Parity with NumPy 2.4

Written by `GOLDEN_PARITY=write cargo test --test golden` from [the list of names](tests/parity/manifest.csv) and from the
[golden cases](tests/golden/README.md) that passed; `.ci/run` fails if it is stale.

A name is *covered* if its cases give every optional argument, reach all dtype classes (bool, signed, unsigned, float, complex),
0-d, empty and strided operands, and have an error, unless NumPy [refuses none of the arguments](tests/parity/refuses_nothing.txt)
that there are dtypes for; *in part* if something of that is left out, which the last column names;
*elsewhere* if NumPy has no value to compare with, or the value is a file, and a test of ours has it; *later* if it is of a
dtype that is to come (text, dates, objects, records). `out`, `subok`, `like`, `device`, `stream`, `signature`, `overwrite_input`,
`inplace` and `copy` exist for no function, nor do `where`, `casting` and `dtype` for ufuncs, as the README says; `order` names the
memory layout, where it is there at all, or fields of records, and `allow_pickle` and `fix_imports` are about objects.

| | names | covered | in part | elsewhere | missing | later | n/a |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
";
