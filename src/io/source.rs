//! What is read, and what is written to.

use std::borrow::Cow;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;

use crate::error::{Raised, of_io, raise};

/// Bytes that a compressed stream may unpack to unless told otherwise.
pub(crate) const MAX_UNPACKED: u64 = 4 << 30;

/// What functions read from: a path (`&str`, `&Path`, `PathBuf`, …), bytes (`&[u8]`, `Vec<u8>`),
/// text ([`Source::text`]) or a reader ([`Source::reader`]).
///
/// ```
/// use numfuse as np;
/// let a = np::loadtxt(np::Source::text("1 2\n3 4"), ..);
/// assert_eq!(a.shape(), [2, 2]);
/// assert!(np::loadtxt("no such file", ..).check().is_err());
/// ```
pub struct Source<'a>(pub(super) From_<'a>);

pub(super) enum From_<'a> {
    Path(PathBuf),
    Bytes(Cow<'a, [u8]>),
    Reader(Box<dyn Read + 'a>),
}

impl<'a> Source<'a> {
    /// Text itself, where a `&str` alone would be a path.
    pub fn text(text: &'a str) -> Source<'a> {
        Source(From_::Bytes(Cow::Borrowed(text.as_bytes())))
    }

    /// Anything that can be read. Functions that read one array from it stop where it ends.
    pub fn reader(reader: impl Read + 'a) -> Source<'a> {
        Source(From_::Reader(Box::new(reader)))
    }

    /// Opens it, and says how many bytes there are, if that is known.
    pub(super) fn open(self) -> Raised<Opened<'a>> {
        Ok(match self.0 {
            From_::Path(path) => {
                let file = File::open(&path).map_err(|e| of_io(&e, Some(&path)))?;
                let metadata = file.metadata().map_err(|e| of_io(&e, Some(&path)))?;
                if metadata.is_dir() {
                    return raise!(Io, "[Errno 21] Is a directory: '{}'", path.display());
                }
                let len = metadata.is_file().then_some(metadata.len());
                Opened { reader: Box::new(file), len, path: Some(path) }
            }
            From_::Bytes(bytes) => {
                let len = Some(bytes.len() as u64);
                Opened { reader: Box::new(io::Cursor::new(bytes)), len, path: None }
            }
            From_::Reader(reader) => Opened { reader, len: None, path: None },
        })
    }

    /// Opens it as text: a path that ends in `.gz` is unpacked, to at most `limit` bytes.
    pub(super) fn open_text(self, limit: u64) -> Raised<Opened<'a>> {
        let opened = self.open()?;
        let extension = opened.path.as_ref().and_then(|p| p.extension()?.to_str().map(str::to_owned));
        match extension.as_deref() {
            Some("gz") => {
                let reader = Box::new(Limited { inner: MultiGzDecoder::new(opened.reader), left: limit, limit });
                Ok(Opened { reader, len: None, path: opened.path })
            }
            Some("bz2" | "xz" | "lzma") => {
                raise!(Io, "files packed by bzip2 or xz cannot be read: unpack them first, or pass a reader that does")
            }
            _ => Ok(opened),
        }
    }
}

pub(super) struct Opened<'a> {
    pub(super) reader: Box<dyn Read + 'a>,
    /// Bytes in all; not of what a reader gives.
    pub(super) len: Option<u64>,
    pub(super) path: Option<PathBuf>,
}

/// A reader that fails instead of giving more than so many bytes.
pub(super) struct Limited<R> {
    pub(super) inner: R,
    pub(super) left: u64,
    pub(super) limit: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        match self.left.checked_sub(n as u64) {
            Some(left) => self.left = left,
            None => return Err(io::Error::other(too_much(self.limit))),
        }
        Ok(n)
    }
}

/// What is said about a stream that unpacks to more than the limit.
pub(super) fn too_much(limit: u64) -> String {
    format!("the data unpacks to more than {limit} bytes; raise `max_unpacked` if you trust it")
}

macro_rules! paths {
    ($($name:ident<$life:lifetime> $inner:ident: $($t:ty),*;)*) => {$($(
        impl<$life> From<$t> for $name<$life> {
            fn from(path: $t) -> $name<$life> { $name($inner::Path(path.into())) }
        }
    )*)*};
}
paths! {
    Source<'a> From_: &str, &String, String, &Path, &PathBuf, PathBuf;
    Target<'a> To: &str, &String, String, &Path, &PathBuf, PathBuf;
}

impl<'a> From<&'a [u8]> for Source<'a> {
    fn from(bytes: &'a [u8]) -> Source<'a> {
        Source(From_::Bytes(Cow::Borrowed(bytes)))
    }
}

impl<'a> From<&'a Vec<u8>> for Source<'a> {
    fn from(bytes: &'a Vec<u8>) -> Source<'a> {
        Source(From_::Bytes(Cow::Borrowed(bytes)))
    }
}

impl<const N: usize> From<&'static [u8; N]> for Source<'_> {
    fn from(bytes: &'static [u8; N]) -> Self {
        Source(From_::Bytes(Cow::Borrowed(bytes)))
    }
}

impl From<Vec<u8>> for Source<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Source(From_::Bytes(Cow::Owned(bytes)))
    }
}

/// What functions write to: a path, a vector of bytes (`&mut Vec<u8>`), or a writer
/// ([`Target::writer`]). A path keeps its old file until the new one is complete.
///
/// ```
/// use numfuse as np;
/// let mut bytes = Vec::new();
/// np::save(&mut bytes, &np::arange(3, ..))?;
/// assert_eq!(np::load(&bytes, ..).to_vec::<i64>()?, [0, 1, 2]);
/// # Ok::<(), np::Error>(())
/// ```
pub struct Target<'a>(pub(super) To<'a>);

pub(super) enum To<'a> {
    Path(PathBuf),
    Writer(Box<dyn Write + 'a>),
}

impl<'a> Target<'a> {
    /// Anything that can be written to.
    pub fn writer(writer: impl Write + 'a) -> Target<'a> {
        Target(To::Writer(Box::new(writer)))
    }

    /// Appends an extension to a path that does not have it.
    pub(super) fn with_extension(self, extension: &str) -> Target<'a> {
        match self.0 {
            To::Path(path) if !path.as_os_str().to_string_lossy().ends_with(extension) => {
                let mut name = path.into_os_string();
                name.push(extension);
                Target(To::Path(name.into()))
            }
            to => Target(to),
        }
    }

    /// Writes by `body`. A path has its old content until that has succeeded. `gz` packs what goes to
    /// a path that ends so.
    pub(super) fn write(self, gz: bool, body: impl FnOnce(&mut dyn Write) -> Raised<()>) -> Raised<()> {
        match self.0 {
            To::Writer(mut writer) => body(&mut *writer),
            To::Path(path) => {
                let fail = |e: io::Error| of_io(&e, Some(&path));
                let mut file = Replacement::create(&path).map_err(fail)?;
                if gz && path.extension().is_some_and(|e| e == "gz") {
                    let mut packed = GzEncoder::new(&mut file.file, flate2::Compression::new(9));
                    body(&mut packed)?;
                    packed.finish().map_err(fail)?;
                } else {
                    body(&mut file.file)?;
                }
                file.commit().map_err(fail)
            }
        }
    }
}

impl<'a> From<&'a mut Vec<u8>> for Target<'a> {
    fn from(bytes: &'a mut Vec<u8>) -> Target<'a> {
        Target::writer(bytes)
    }
}

/// A file next to another one, whose place it takes when it is complete.
pub(super) struct Replacement {
    pub(super) file: File,
    /// The file's present name and its name to be; `None` where it is written in place.
    rename: Option<(PathBuf, PathBuf)>,
}

impl Replacement {
    pub(super) fn create(path: &Path) -> io::Result<Replacement> {
        // A link keeps pointing where it does.
        let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let old = std::fs::metadata(&path).ok();
        if old.as_ref().is_some_and(|m| !m.is_file()) {
            // A pipe or a device has no old content.
            let file = OpenOptions::new().write(true).open(&path)?;
            return Ok(Replacement { file, rename: None });
        }
        if old.is_some() {
            // Fails where the old file must not be written.
            OpenOptions::new().write(true).open(&path)?;
        }
        static COUNTER: AtomicU64 = AtomicU64::new(0);
        let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        loop {
            let mut temporary = std::ffi::OsString::from(".");
            temporary.push(name);
            temporary.push(format!(".{}-{}.part", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed)));
            let temporary = path.with_file_name(temporary);
            match OpenOptions::new().read(true).write(true).create_new(true).open(&temporary) {
                Ok(file) => {
                    let made = Replacement { file, rename: Some((temporary, path)) };
                    if let Some(old) = old {
                        made.file.set_permissions(old.permissions())?;
                    }
                    return Ok(made);
                }
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                Err(e) => return Err(e),
            }
        }
    }

    pub(super) fn commit(mut self) -> io::Result<()> {
        self.file.flush()?;
        if let Some((from, to)) = &self.rename {
            replace(from, to)?;
            self.rename = None;
        }
        Ok(())
    }
}

/// Puts a file in the place of another one, or where none is.
fn replace(from: &Path, to: &Path) -> io::Result<()> {
    // A rename over a file makes ext4 write the new one to the disk at once; an exchange of names does not.
    #[cfg(target_os = "linux")]
    if rustix::fs::renameat_with(rustix::fs::CWD, from, rustix::fs::CWD, to, rustix::fs::RenameFlags::EXCHANGE).is_ok()
    {
        // The new file is in place; the old one in a hidden one's is no failure to save.
        let _ = std::fs::remove_file(from);
        return Ok(());
    }
    std::fs::rename(from, to)
}

impl Drop for Replacement {
    fn drop(&mut self) {
        if let Some((temporary, _)) = &self.rename {
            // Nothing is left to tell of an error.
            let _ = std::fs::remove_file(temporary);
        }
    }
}

/// Is told how far a long load has come: bytes so far, and in all if that is known.
///
/// ```
/// use numfuse as np;
/// use np::prelude::*;
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use std::sync::Arc;
///
/// let mut bytes = Vec::new();
/// np::save(&mut bytes, &np::zeros(1000, ..))?;
/// let (seen, all) = (Arc::new(AtomicU64::new(0)), bytes.len() as u64);
/// let report = { let seen = seen.clone(); move |done, _all| seen.store(done, Ordering::Relaxed) };
/// np::load(&bytes, progress(report)).check()?;
/// assert_eq!(seen.load(Ordering::Relaxed), all);
/// # Ok::<(), np::Error>(())
/// ```
#[derive(Clone)]
pub struct Progress(Arc<dyn Fn(u64, Option<u64>) + Send + Sync>);

impl Progress {
    pub(super) fn report(&self, done: u64, all: Option<u64>) {
        (self.0)(done, all);
    }
}

impl<F: Fn(u64, Option<u64>) + Send + Sync + 'static> From<F> for Progress {
    fn from(report: F) -> Progress {
        Progress(Arc::new(report))
    }
}

impl std::fmt::Debug for Progress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Progress")
    }
}
