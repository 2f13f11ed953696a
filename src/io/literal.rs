//! Python literals: what headers of `.npy` files are written in.

use std::fmt;

/// A value that Python can write down.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Literal {
    None,
    Bool(bool),
    Int(i128),
    Text(String),
    Tuple(Vec<Literal>),
    List(Vec<Literal>),
    Dict(Vec<(Literal, Literal)>),
}

/// Nesting that no header needs.
const DEPTH: usize = 16;

impl Literal {
    /// Reads one literal, or nothing if the text is something else. Integers may end in Python 2's `L`.
    pub(super) fn parse(text: &str) -> Option<Literal> {
        let mut parser = Parser { rest: text };
        let value = parser.value(DEPTH)?;
        parser.blank();
        parser.rest.is_empty().then_some(value)
    }
}

struct Parser<'a> {
    rest: &'a str,
}

impl Parser<'_> {
    fn blank(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn eat(&mut self, token: &str) -> bool {
        self.blank();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn value(&mut self, depth: usize) -> Option<Literal> {
        let depth = depth.checked_sub(1)?;
        self.blank();
        match self.rest.chars().next()? {
            '(' => {
                self.eat("(");
                let (items, comma) = self.items(")", depth)?;
                match items.len() {
                    // Parentheses alone make no tuple.
                    1 if !comma => items.into_iter().next(),
                    _ => Some(Literal::Tuple(items)),
                }
            }
            '[' => {
                self.eat("[");
                Some(Literal::List(self.items("]", depth)?.0))
            }
            '{' => {
                self.eat("{");
                let mut pairs: Vec<(Literal, Literal)> = Vec::new();
                while !self.eat("}") {
                    let key = self.value(depth)?;
                    if !self.eat(":") {
                        return None;
                    }
                    let value = self.value(depth)?;
                    pairs.retain(|(k, _)| *k != key);
                    pairs.push((key, value));
                    if !self.eat(",") {
                        return self.eat("}").then_some(Literal::Dict(pairs));
                    }
                }
                Some(Literal::Dict(pairs))
            }
            quote @ ('\'' | '"') => self.text(quote),
            '-' | '+' | '0'..='9' => self.int(),
            _ => {
                let words = [("True", Literal::Bool(true)), ("False", Literal::Bool(false)), ("None", Literal::None)];
                words.into_iter().find(|(word, _)| self.eat(word)).map(|(_, value)| value)
            }
        }
    }

    /// Items up to a bracket, and whether a comma came last.
    fn items(&mut self, close: &str, depth: usize) -> Option<(Vec<Literal>, bool)> {
        let (mut items, mut comma) = (Vec::new(), false);
        while !self.eat(close) {
            if !items.is_empty() && !comma {
                return None;
            }
            items.push(self.value(depth)?);
            comma = self.eat(",");
        }
        Some((items, comma))
    }

    fn text(&mut self, quote: char) -> Option<Literal> {
        let mut chars = self.rest.char_indices().skip(1);
        let mut text = String::new();
        while let Some((i, c)) = chars.next() {
            match c {
                c if c == quote => {
                    self.rest = &self.rest[i + c.len_utf8()..];
                    return Some(Literal::Text(text));
                }
                '\n' => return None,
                '\\' => text.push(match chars.next()?.1 {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    c @ ('\\' | '\'' | '"') => c,
                    _ => return None,
                }),
                c => text.push(c),
            }
        }
        None
    }

    fn int(&mut self) -> Option<Literal> {
        let end = self.rest.char_indices().find(|(i, c)| !(c.is_ascii_digit() || (*i == 0 && "+-".contains(*c))));
        let (digits, rest) = self.rest.split_at(end.map_or(self.rest.len(), |(i, _)| i));
        let unsigned = digits.trim_start_matches(['+', '-']);
        if unsigned.len() > 1 && unsigned.starts_with('0') {
            return None;
        }
        let value = digits.parse().ok()?;
        self.rest = rest.strip_prefix('L').unwrap_or(rest);
        (!self.rest.starts_with(['.', 'e', 'E', 'j', '_', 'x'])).then_some(Literal::Int(value))
    }
}

/// As Python's `repr`.
impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, items: &[Literal]| {
            for (i, item) in items.iter().enumerate() {
                write!(f, "{}{item}", if i == 0 { "" } else { ", " })?;
            }
            Ok(())
        };
        match self {
            Literal::None => f.write_str("None"),
            Literal::Bool(b) => f.write_str(if *b { "True" } else { "False" }),
            Literal::Int(i) => write!(f, "{i}"),
            Literal::Text(text) => f.write_str(&quoted(text)),
            Literal::Tuple(items) => {
                f.write_str("(")?;
                list(f, items)?;
                f.write_str(if items.len() == 1 { ",)" } else { ")" })
            }
            Literal::List(items) => {
                f.write_str("[")?;
                list(f, items)?;
                f.write_str("]")
            }
            Literal::Dict(pairs) => {
                f.write_str("{")?;
                for (i, (key, value)) in pairs.iter().enumerate() {
                    write!(f, "{}{key}: {value}", if i == 0 { "" } else { ", " })?;
                }
                f.write_str("}")
            }
        }
    }
}

/// Text as Python's `repr` prints it.
pub(super) fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::from(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => out.extend(['\\', c]),
            c if c.is_control() && (c as u32) < 256 => out.push_str(&format!("\\x{:02x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}
