//! Lines of a text file.

use std::io::{BufRead, BufReader, Read};
use std::ops::Range;
use std::path::PathBuf;

use crate::error::{Raised, of_io, raise};
use crate::io::source::{Opened, Progress, Source};

/// Bytes between two reports of progress.
const STEP: u64 = 1 << 20;

/// How bytes stand for characters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Encoding {
    Utf8,
    /// With a mark at the start of the file that is no character.
    Utf8Sig,
    Latin1,
    Ascii,
}

impl Encoding {
    pub(crate) fn parse(name: Option<&str>) -> Raised<Encoding> {
        let name = name.unwrap_or("utf-8").to_ascii_lowercase().replace('_', "-");
        match name.as_str() {
            "utf-8" | "utf8" => Ok(Encoding::Utf8),
            "utf-8-sig" => Ok(Encoding::Utf8Sig),
            "latin1" | "latin-1" | "iso-8859-1" | "iso8859-1" | "bytes" => Ok(Encoding::Latin1),
            "ascii" | "us-ascii" => Ok(Encoding::Ascii),
            _ => raise!(Value, "unknown encoding: {name}; known are utf-8, utf-8-sig, latin1 and ascii"),
        }
    }

    /// Appends bytes as characters.
    fn decode(self, bytes: &[u8], out: &mut String) -> Raised<()> {
        match self {
            Encoding::Latin1 => out.extend(bytes.iter().map(|&b| char::from(b))),
            Encoding::Ascii if !bytes.is_ascii() => {
                let at = bytes.iter().position(|b| !b.is_ascii()).unwrap_or(0);
                return raise!(
                    Value,
                    "'ascii' codec can't decode byte {:#04x} in position {at}: ordinal not in range(128)",
                    bytes[at]
                );
            }
            _ => match std::str::from_utf8(bytes) {
                Ok(text) => out.push_str(text),
                Err(error) => {
                    let at = error.valid_up_to();
                    return raise!(
                        Value,
                        "'utf-8' codec can't decode byte {:#04x} in position {at}: invalid start byte",
                        bytes[at]
                    );
                }
            },
        }
        Ok(())
    }

    /// Text as bytes.
    pub(crate) fn encode(self, text: &str) -> Raised<Vec<u8>> {
        let limit = match self {
            Encoding::Utf8 | Encoding::Utf8Sig => return Ok(text.as_bytes().to_vec()),
            Encoding::Latin1 => 256,
            Encoding::Ascii => 128,
        };
        let byte = |c: char| u8::try_from(u32::from(c)).ok().filter(|_| u32::from(c) < limit);
        match text.chars().map(byte).collect() {
            Some(bytes) => Ok(bytes),
            None => raise!(Value, "a character cannot be encoded: ordinal not in range({limit})"),
        }
    }
}

/// Reads line by line: they end in `\n`, `\r` or `\r\n`.
pub(crate) struct Lines<'a> {
    reader: BufReader<Box<dyn Read + 'a>>,
    encoding: Encoding,
    raw: Vec<u8>,
    /// What is left of `raw`.
    rest: Range<usize>,
    done: u64,
    reported: u64,
    len: Option<u64>,
    progress: Option<Progress>,
    path: Option<PathBuf>,
}

impl<'a> Lines<'a> {
    pub(crate) fn open(
        source: Source<'a>,
        encoding: Encoding,
        limit: u64,
        progress: Option<Progress>,
    ) -> Raised<Lines<'a>> {
        let Opened { reader, len, path } = source.open_text(limit)?;
        let reader = BufReader::with_capacity(1 << 16, reader);
        let mut lines =
            Lines { reader, encoding, raw: Vec::new(), rest: 0..0, done: 0, reported: 0, len, progress, path };
        if encoding == Encoding::Utf8Sig {
            lines.fill()?;
            if lines.raw.starts_with("\u{feff}".as_bytes()) {
                lines.rest.start = 3;
            }
        }
        Ok(lines)
    }

    fn fill(&mut self) -> Raised<bool> {
        self.raw.clear();
        let n = self.reader.read_until(b'\n', &mut self.raw).map_err(|e| of_io(&e, self.path.as_deref()))?;
        self.done += n as u64;
        self.rest = 0..n;
        if let Some(progress) = &self.progress
            && (self.done - self.reported >= STEP || n == 0)
        {
            self.reported = self.done;
            progress.report(self.done, self.len);
        }
        Ok(n > 0)
    }

    /// Appends the next line, without its end. False when there is none.
    pub(crate) fn next(&mut self, line: &mut String) -> Raised<bool> {
        if self.rest.is_empty() && !self.fill()? {
            return Ok(false);
        }
        let bytes = &self.raw[self.rest.clone()];
        let (end, next) = match bytes.iter().position(|b| matches!(b, b'\r' | b'\n')) {
            None => (bytes.len(), bytes.len()),
            Some(end) if bytes[end..].starts_with(b"\r\n") => (end, end + 2),
            Some(end) => (end, end + 1),
        };
        self.encoding.decode(&bytes[..end], line)?;
        self.rest.start += next;
        Ok(true)
    }
}
