//! Words in brackets, wrapped and summarized: NumPy's `_formatArray`
//! (`numpy/_core/arrayprint.py`).

use super::options::{Legacy, PrintOptions};

/// Calls `f` with the row-major position of every element whose word decides the widths.
pub(super) fn leading_trailing(shape: &[usize], edge: Option<usize>, base: usize, f: &mut impl FnMut(usize)) {
    let Some((&n, rest)) = shape.split_first() else { return f(base) };
    let ranges = match edge {
        Some(edge) if n > edge.saturating_mul(2) => [0..edge, n - edge..n],
        _ => [0..n, 0..0],
    };
    for i in ranges.into_iter().flatten() {
        leading_trailing(rest, edge, base * n + i, f);
    }
}

pub(super) struct Layout<'a> {
    pub(super) shape: &'a [usize],
    pub(super) options: &'a PrintOptions,
    pub(super) summarize: bool,
    pub(super) separator: &'a str,
    /// The word of the element at a row-major position.
    pub(super) word: &'a dyn Fn(usize) -> String,
}

fn columns(text: &str) -> i64 {
    text.chars().count() as i64
}

impl Layout<'_> {
    fn old(&self) -> bool {
        self.options.legacy <= Legacy::V1_13
    }

    /// Axis `axis` and below, whose first element is at `base`, in brackets; `width` columns are left.
    pub(super) fn rows(&self, axis: usize, base: usize, indent: &str, width: i64) -> String {
        let Some(&n) = self.shape.get(axis) else { return (self.word)(base) };
        let edge = self.options.edgeitems;
        let cut = self.summarize && (n as i64) > edge.saturating_mul(2);
        let edge = usize::try_from(edge).unwrap_or(0);
        // At least the last item shows.
        let (leading, trailing) = if cut { (edge, edge.max(1)) } else { (0, n) };
        let next_indent = format!("{indent} ");
        let next_width = if self.old() { width } else { width - 1 };
        let item = |i: usize| self.rows(axis + 1, base * n + i, &next_indent, next_width);
        let axes_left = self.shape.len() - axis;
        let bare = self.separator.trim_end();
        let mut text = String::new();
        if axes_left == 1 {
            let elem_width = width - if self.old() { columns(bare) } else { columns(bare).max(1) };
            let mut line = indent.to_owned();
            for i in 0..leading {
                self.extend(&mut text, &mut line, &item(i), elem_width, indent);
                line.push_str(self.separator);
            }
            if cut {
                self.extend_line(&mut text, &mut line, "...", elem_width, indent);
                line.push_str(if self.old() { ", " } else { self.separator });
            }
            for i in n - trailing..n - 1 {
                self.extend(&mut text, &mut line, &item(i), elem_width, indent);
                line.push_str(self.separator);
            }
            let last_width = if self.old() { width } else { elem_width };
            self.extend(&mut text, &mut line, &item(n - 1), last_width, indent);
            text.push_str(&line);
        } else {
            let break_ = bare.to_owned() + &"\n".repeat(axes_left - 1);
            for i in 0..leading {
                text.extend([indent, &item(i), &break_]);
            }
            if cut {
                text.extend([indent, "...", if self.old() { ", \n" } else { &break_ }]);
            }
            for i in n - trailing..n - 1 {
                text.extend([indent, &item(i), &break_]);
            }
            text.extend([indent, &item(n - 1)]);
        }
        format!("[{}]", &text[indent.len()..])
    }

    fn extend_line(&self, text: &mut String, line: &mut String, word: &str, width: i64, indent: &str) {
        let full = columns(line) + columns(word) > width;
        // A line of its own has to take the word, however long.
        if full && (self.old() || columns(line) > columns(indent)) {
            text.push_str(line.trim_end());
            text.push('\n');
            indent.clone_into(line);
        }
        line.push_str(word);
    }

    /// Words of a user's formatter may have several lines.
    fn extend(&self, text: &mut String, line: &mut String, word: &str, width: i64, indent: &str) {
        let lines: Vec<&str> = word.lines().collect();
        if lines.len() <= 1 || self.old() {
            return self.extend_line(text, line, word, width, indent);
        }
        let longest = lines.iter().map(|l| columns(l)).max().unwrap_or(0);
        let hanging = if columns(line) + longest > width && columns(line) > columns(indent) {
            text.push_str(line.trim_end());
            text.push('\n');
            indent.clone_into(line);
            indent.to_owned()
        } else {
            " ".repeat(columns(line) as usize)
        };
        line.push_str(lines[0]);
        for next in &lines[1..] {
            text.push_str(line.trim_end());
            text.push('\n');
            *line = format!("{hanging}{next}");
        }
        let last = lines.last().map_or(0, |l| columns(l));
        line.push_str(&" ".repeat((longest - last) as usize));
    }
}
