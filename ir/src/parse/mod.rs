//! Text back to programs: the inverse of [`crate::print`].
//!
//! The parser checks what the text alone can tell (names, numbers, syntax); whether the program
//! means anything is for [`crate::verify`]. It neither recurses nor allocates more than a
//! multiple of the text's length, whatever the text.
//!
//! Lines stand alone. Outside of parentheses `;` starts a comment. Blank lines are skipped, and so
//! are the headings that tell the stages of a dump apart, which start with `--` or `==`.

use std::fmt;

mod graph;
mod kernel;

pub use graph::{graph, graphs};
pub use kernel::{kernel, kernels};

/// What is wrong with a text, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParseError {
    /// Line, counted from 1.
    pub line: usize,
    /// Column in characters, counted from 1.
    pub column: usize,
    /// What was expected or is wrong.
    pub message: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)
    }
}

impl std::error::Error for ParseError {}

type Result<T, E = ParseError> = std::result::Result<T, E>;

/// A position in a line.
#[derive(Clone)]
struct Cursor<'t> {
    text: &'t str,
    line: usize,
    at: usize,
}

/// The lines that say something.
fn lines(text: &str) -> impl Iterator<Item = Cursor<'_>> {
    text.lines().enumerate().filter_map(|(k, text)| {
        let mut cursor = Cursor { text, line: k + 1, at: 0 };
        let silent = cursor.at_end() || cursor.sees("--") || cursor.sees("==");
        (!silent).then_some(cursor)
    })
}

/// The only item of a text.
fn single<T>(text: &str, what: &str, mut items: Vec<T>) -> Result<T> {
    match items.pop() {
        Some(item) if items.is_empty() => Ok(item),
        Some(_) => ends_early(text, format!("expected one {what}, not {}", items.len() + 1)),
        None => ends_early(text, format!("expected a {what}")),
    }
}

/// The error of a text that stops too early.
fn ends_early<T>(text: &str, message: impl Into<String>) -> Result<T> {
    Err(ParseError { line: text.lines().count() + 1, column: 1, message: message.into() })
}

impl<'t> Cursor<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn skip_blanks(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    /// Whether only a comment is left.
    fn at_end(&mut self) -> bool {
        self.skip_blanks();
        self.rest().is_empty() || self.rest().starts_with(';')
    }

    fn end(mut self) -> Result<()> {
        if self.at_end() { Ok(()) } else { self.fail("expected the end of the line") }
    }

    fn error(&self, message: impl Into<String>) -> ParseError {
        let column = self.text[..self.at].chars().count() + 1;
        ParseError { line: self.line, column, message: message.into() }
    }

    fn fail<T>(&self, message: impl Into<String>) -> Result<T> {
        Err(self.error(message))
    }

    /// Takes a token if it is next.
    fn eat(&mut self, token: &str) -> bool {
        self.skip_blanks();
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn expect(&mut self, token: &str) -> Result<()> {
        if self.eat(token) { Ok(()) } else { self.fail(format!("expected `{token}`")) }
    }

    /// The longest run of characters that `keep` takes.
    fn run(&mut self, keep: impl Fn(char) -> bool) -> &'t str {
        self.skip_blanks();
        let rest = self.rest();
        let end = rest.find(|c| !keep(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// A name: letters, digits, `_`, and `.` within.
    fn word(&mut self) -> &'t str {
        self.run(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.')
    }

    /// Takes a word if it is next, whole.
    fn eat_word(&mut self, word: &str) -> bool {
        let start = self.at;
        let found = self.word() == word;
        if !found {
            self.at = start;
        }
        found
    }

    fn expect_word(&mut self, word: &str) -> Result<()> {
        if self.eat_word(word) { Ok(()) } else { self.fail(format!("expected `{word}`")) }
    }

    /// The meaning of the next word, or an error at its start.
    fn name<T>(&mut self, what: &str, find: impl FnOnce(&'t str) -> Option<T>) -> Result<T> {
        self.skip_blanks();
        let start = self.clone();
        let word = self.word();
        find(word).ok_or_else(|| match word {
            "" => start.error(format!("expected {what}")),
            _ => start.error(format!("`{}` is not {what}", shorten(word))),
        })
    }

    /// A decimal number in the range of its type.
    fn number<T: std::str::FromStr>(&mut self) -> Result<T> {
        self.skip_blanks();
        let start = self.clone();
        let sign = usize::from(self.rest().starts_with(['+', '-']));
        self.at += sign;
        let digits = self.run(|c| c.is_ascii_digit()).len();
        let text = &start.rest()[..self.at - start.at];
        if digits == 0 || text.len() != sign + digits {
            return start.fail("expected a number");
        }
        text.parse().map_err(|_| start.error(format!("{} is out of range", shorten(text))))
    }

    /// `0x…`, up to 64 bits.
    fn hex(&mut self) -> Result<u64> {
        self.expect("0x")?;
        let start = self.clone();
        let digits = self.rest();
        let end = digits.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(digits.len());
        self.at += end;
        u64::from_str_radix(&digits[..end], 16).map_err(|_| start.error("expected up to 64 bits in hexadecimal"))
    }

    /// Separated items (by blanks if the separator is empty), none if `stop` holds at once.
    fn list<T, C: Default + Extend<T>>(
        &mut self,
        separator: &str,
        stop: impl Fn(&mut Self) -> bool,
        mut item: impl FnMut(&mut Self) -> Result<T>,
    ) -> Result<C> {
        let mut out = C::default();
        if stop(self) {
            return Ok(out);
        }
        loop {
            out.extend([item(self)?]);
            let more = if separator.is_empty() { !stop(self) } else { self.eat(separator) };
            if !more {
                return Ok(out);
            }
        }
    }

    /// Whether a token is next.
    fn sees(&mut self, token: &str) -> bool {
        self.skip_blanks();
        self.rest().starts_with(token)
    }
}

/// Names in messages are not repeated at any length.
fn shorten(word: &str) -> &str {
    &word[..word.len().min(40)]
}
