//! A line cut into fields, as NumPy's C reader does (`numpy/_core/src/multiarray/textreading`).

use super::lines::Lines;
use super::numbers::is_space;
use crate::error::Raised;

/// What separates fields.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Separator {
    /// Any run of white space.
    White,
    Char(char),
}

/// How lines are cut.
#[derive(Clone, Debug)]
pub(super) struct Cutter {
    pub(super) separator: Separator,
    /// What starts a comment; several, or longer ones, only without a quote.
    pub(super) comments: Vec<String>,
    pub(super) quote: Option<char>,
}

/// The fields of a row.
#[derive(Default)]
pub(super) struct Fields {
    line: String,
    /// Fields that had quotes, without them.
    quoted: String,
    /// Where the fields are: in `quoted`, or in `line`.
    spans: Vec<(usize, usize)>,
}

impl Fields {
    pub(super) fn len(&self) -> usize {
        self.spans.len()
    }

    pub(super) fn get(&self, i: usize) -> &str {
        let text = if self.quoted.is_empty() { &self.line } else { &self.quoted };
        self.spans.get(i).map_or("", |&(start, end)| &text[start..end])
    }
}

impl Cutter {
    /// Reads the next line and cuts it. False at the end of the file. A line without data has no fields.
    pub(super) fn next(&self, lines: &mut Lines<'_>, fields: &mut Fields) -> Raised<bool> {
        let Fields { line, quoted, spans } = fields;
        line.clear();
        quoted.clear();
        spans.clear();
        if !lines.next(line)? {
            return Ok(false);
        }
        match self.quote {
            Some(quote) if line.contains(quote) => self.cut_quoted(quote, lines, fields)?,
            _ => {
                let end = self.comments.iter().filter_map(|c| line.find(c.as_str())).min().unwrap_or(line.len());
                self.cut(&line[..end], spans);
            }
        }
        Ok(true)
    }

    fn cut(&self, line: &str, spans: &mut Vec<(usize, usize)>) {
        match self.separator {
            Separator::Char(c) => {
                let mut start = 0;
                if line.is_empty() {
                    return;
                }
                for (at, found) in line.match_indices(c) {
                    spans.push((start, at));
                    start = at + found.len();
                }
                spans.push((start, line.len()));
            }
            Separator::White if line.is_ascii() => {
                let mut start = None;
                for (i, &b) in line.as_bytes().iter().enumerate() {
                    let space = matches!(b, b' ' | 9..=13 | 28..=31);
                    match (start, space) {
                        (None, false) => start = Some(i),
                        (Some(from), true) => {
                            spans.push((from, i));
                            start = None;
                        }
                        _ => {}
                    }
                }
                spans.extend(start.map(|from| (from, line.len())));
            }
            Separator::White => {
                for word in line.split(is_space).filter(|w| !w.is_empty()) {
                    let start = word.as_ptr() as usize - line.as_ptr() as usize;
                    spans.push((start, start + word.len()));
                }
            }
        }
    }

    /// Quotes may hold separators, comments, and line ends; a quote in them is doubled.
    fn cut_quoted(&self, quote: char, lines: &mut Lines<'_>, fields: &mut Fields) -> Raised<()> {
        let Fields { line, quoted, spans } = fields;
        let comment = self.comments.first().and_then(|c| c.chars().next());
        let separates = |c: char| match self.separator {
            Separator::White => is_space(c),
            Separator::Char(s) => c == s,
        };
        let white = self.separator == Separator::White;
        // The marker keeps `quoted` from being empty, which would mean that the fields are in `line`.
        quoted.push(quote);
        let (mut at, mut start, mut fresh, mut inside) = (0, quoted.len(), true, false);
        loop {
            let Some(c) = line[at..].chars().next() else {
                if !inside {
                    break;
                }
                // The field goes on in the next line.
                line.clear();
                at = 0;
                if !lines.next(line)? {
                    break;
                }
                quoted.push('\n');
                continue;
            };
            at += c.len_utf8();
            if inside {
                if c != quote {
                    quoted.push(c);
                } else if line[at..].starts_with(quote) {
                    quoted.push(quote);
                    at += quote.len_utf8();
                } else {
                    inside = false;
                }
            } else if fresh && c == quote {
                (inside, fresh) = (true, false);
            } else if Some(c) == comment {
                break;
            } else if separates(c) {
                if !(white && fresh) {
                    spans.push((start, quoted.len()));
                }
                (start, fresh) = (quoted.len(), true);
            } else {
                quoted.push(c);
                fresh = false;
            }
        }
        if !(fresh && (white || spans.is_empty())) {
            spans.push((start, quoted.len()));
        }
        Ok(())
    }
}
