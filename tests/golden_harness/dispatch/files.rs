//! Files: bytes are `uint8` arrays in the cases, paths are temporary ones here.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use numfuse as np;

use super::super::case::Value;
use super::args::{Args, index_items, operand, options};
use super::{Fault, Out, Result, Row};

/// The bytes of an argument.
fn bytes(c: &Args, index: usize) -> Result<Vec<u8>> {
    Ok(np::asarray(operand(c.at(index)?)?, np::uint8).to_vec::<u8>()?)
}

fn out(bytes: Vec<u8>) -> Out {
    np::Array::from_vec(bytes).into()
}

/// A file that goes away.
struct File(PathBuf);

impl File {
    fn new(content: &[u8]) -> Result<File> {
        static COUNTER: AtomicU64 = AtomicU64::new(0);
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("numfuse-golden-{}-{number}", std::process::id()));
        std::fs::write(&path, content).map_err(|e| Fault::Harness(e.to_string()))?;
        Ok(File(path))
    }

    fn content(&self) -> Result<Vec<u8>> {
        std::fs::read(&self.0).map_err(|e| Fault::Harness(e.to_string()))
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Values that are read before a file goes away.
fn read(array: np::Array) -> Result<np::Array> {
    let value = array.eval()?;
    // A copy, for the map's sake.
    Ok(np::Array::from(&value).flatten(..).reshape(value.shape()))
}

fn memmap_options(c: &Args) -> Result<np::MemmapOptions> {
    Ok(options!(c => np::MemmapOptions; dtype: dtype, mode: fixed_text, offset: int, shape: ints, order: char,))
}

fn text(c: &Args) -> Result<String> {
    match c.at(0)? {
        Value::Text(text) => Ok(text.clone()),
        _ => Err(Fault::Harness("text is wanted".to_owned())),
    }
}

fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

pub static TABLE: &[Row] = &[
    ("load", &[], |c| {
        let bytes = bytes(c, 0)?;
        if is_archive(&bytes) {
            let archive = np::NpzFile::open(&bytes, options!(c => np::NpzOptions; max_header_size: int,))?;
            let mut names = archive.files().to_vec();
            names.sort();
            return Ok(names.iter().map(|name| archive.get(name)).collect::<Vec<_>>().into());
        }
        let options = options!(c => np::LoadOptions; max_header_size: int, allow_pickle: boolean,);
        Ok(np::load(&bytes, options).into())
    }),
    ("load.files", &[], |c| Ok(Out::Text(np::NpzFile::open(bytes(c, 0)?, ..)?.files().join(",")))),
    ("load.mmap", &[], |c| {
        let (file, mode) = (File::new(&bytes(c, 0)?)?, c.at(1)?);
        let Value::Text(mode) = mode else { return Err(Fault::Harness("no mode".to_owned())) };
        Ok(read(np::load(&file.0, np::options::mmap_mode(mode.as_str())))?.into())
    }),
    ("save", &[], |c| {
        let mut bytes = Vec::new();
        np::save(&mut bytes, c.op(0)?)?;
        Ok(out(bytes))
    }),
    ("frombuffer", &[], |c| {
        let options = options!(c => np::FrombufferOptions; dtype: dtype, count: int, offset: int, byteorder: char,);
        Ok(np::frombuffer(bytes(c, 0)?, options).into())
    }),
    ("fromfile", &[], |c| {
        let file = File::new(&bytes(c, 0)?)?;
        let options = options!(c => np::FromfileOptions;
            dtype: dtype, count: int, sep: text, offset: int, byteorder: char,
        );
        Ok(np::fromfile(&file.0, options).into())
    }),
    ("fromstring", &[], |c| {
        let options = options!(c => np::FromstringOptions; sep: text, dtype: dtype, count: int,);
        Ok(np::fromstring(&text(c)?, options).into())
    }),
    ("ndarray.tofile", &[], |c| {
        let file = File::new(b"old")?;
        c.array(0)?.tofile(&file.0, options!(c => np::TofileOptions; sep: text, format: text,))?;
        Ok(out(file.content()?))
    }),
    ("ndarray.tobytes", &[], |c| Ok(out(c.array(0)?.tobytes(options!(c => np::TobytesOptions; order: char,))?))),
    ("ndarray.dumps", &[], |c| Ok(out(c.array(0)?.dumps()?))),
    ("ndarray.tolist", &[], |c| Ok(Out::Text(c.array(0)?.tolist()?.to_string()))),
    ("memmap", &[], |c| {
        let file = File::new(&bytes(c, 0)?)?;
        let map = np::memmap(&file.0, memmap_options(c)?)?;
        Ok(read(map.array())?.into())
    }),
    ("memmap.set", &[], |c| {
        let file = File::new(&bytes(c, 0)?)?;
        let mut map = np::memmap(&file.0, memmap_options(c)?)?;
        let Value::Text(index) = c.at(1)? else { return Err(Fault::Harness("no subscript".to_owned())) };
        map.set(index_items(index)?, c.op(2)?)?;
        let after = read(map.array())?;
        map.flush()?;
        Ok(vec![after, np::Array::from_vec(file.content()?)].into())
    }),
];
