//! Names of columns: NumPy's `NameValidator` (`numpy/lib/_iotools.py`).

use crate::error::{Raised, raise};
use crate::io::printf::{Style, Template};

/// Characters that no name has, unless told otherwise.
const DELETED: &str = "~!@#$%^&*()-=+~\\|]}[{';: /?.>,<";
/// Names that get a trailing underscore.
const EXCLUDED: [&str; 3] = ["return", "file", "print"];

/// What happens to letters.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Case {
    #[default]
    Keep,
    Upper,
    Lower,
}

pub(super) struct Validator {
    excluded: Vec<String>,
    deleted: String,
    case: Case,
    space: String,
}

/// The value of option `case_sensitive`: whether names keep their case, or `"upper"` or `"lower"`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CaseSensitive(String);

impl From<bool> for CaseSensitive {
    fn from(sensitive: bool) -> CaseSensitive {
        CaseSensitive(if sensitive { "" } else { "upper" }.to_owned())
    }
}

impl From<&str> for CaseSensitive {
    fn from(case: &str) -> CaseSensitive {
        CaseSensitive(case.to_owned())
    }
}

impl Validator {
    pub(super) fn new(
        excludelist: Option<Vec<String>>,
        deletechars: Option<String>,
        case: Option<CaseSensitive>,
        space: Option<String>,
    ) -> Raised<Validator> {
        let mut excluded = excludelist.unwrap_or_default();
        excluded.extend(EXCLUDED.map(str::to_owned));
        let case = match case {
            None => Case::Keep,
            Some(CaseSensitive(case)) => match case.chars().next() {
                None => Case::Keep,
                Some('u') => Case::Upper,
                Some('l') => Case::Lower,
                Some(_) => return raise!(Value, "unrecognized case_sensitive value {case}."),
            },
        };
        let deleted = deletechars.unwrap_or_else(|| DELETED.to_owned()) + "\"";
        Ok(Validator { excluded, deleted, case, space: space.unwrap_or_else(|| "_".to_owned()) })
    }

    /// Names that are good, and all different.
    pub(super) fn validate(&self, names: &[String], default: &str) -> Raised<Vec<String>> {
        let numbered = Template::parse(default)?;
        let mut valid: Vec<String> = Vec::new();
        let mut seen: Vec<(String, usize)> = Vec::new();
        let mut empty = 0i64;
        for name in names {
            let name = match self.case {
                Case::Keep => name.clone(),
                Case::Upper => name.to_uppercase(),
                Case::Lower => name.to_lowercase(),
            };
            let name = match self.space.as_str() {
                "" => name.trim().to_owned(),
                space => name.trim().replace(' ', space),
            };
            let mut name: String = name.chars().filter(|&c| !self.deleted.contains(c)).collect();
            if name.is_empty() {
                loop {
                    name.clear();
                    numbered.write(&[empty.into()], Style::Python, &mut name)?;
                    empty += 1;
                    if !names.contains(&name) {
                        break;
                    }
                }
            } else if self.excluded.contains(&name) {
                name.push('_');
            }
            match seen.iter_mut().find(|(n, _)| *n == name) {
                Some((_, count)) => {
                    valid.push(format!("{name}_{count}"));
                    *count += 1;
                }
                None => {
                    valid.push(name.clone());
                    seen.push((name, 1));
                }
            }
        }
        Ok(valid)
    }
}
