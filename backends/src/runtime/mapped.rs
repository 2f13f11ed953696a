//! Files as memory.

use std::fs::File;
use std::io;
use std::sync::Arc;

use memmap2::{MmapOptions, MmapRaw};

use super::buffer::{Access, Buffer};
use super::fault::Fault;

/// What happens to what is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MapMode {
    /// Nothing can be written.
    Read,
    /// It goes to the file.
    Write,
    /// It stays in memory.
    Copy,
}

/// A part of a file in memory. The operating system reads pages when they are touched, and writes
/// and drops them as it needs to, so that it may be larger than memory.
pub struct FileMap {
    /// `None` for no bytes, which no system maps.
    pages: Option<Arc<MmapRaw>>,
    bytes: usize,
    mode: MapMode,
}

impl FileMap {
    /// Maps `bytes` bytes of a file from `offset` on. They must be there.
    pub fn new(file: &File, offset: u64, bytes: usize, mode: MapMode) -> io::Result<FileMap> {
        let end = offset.checked_add(bytes as u64);
        if end.is_none_or(|end| file.metadata().is_ok_and(|m| m.len() < end)) {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "mmap length is greater than file size"));
        }
        if bytes == 0 {
            return Ok(FileMap { pages: None, bytes, mode });
        }
        let mut options = MmapOptions::new();
        options.offset(offset).len(bytes);
        // SAFETY: that nobody else changes or truncates the file is what the user of a map answers for,
        // as the documentation of `memmap` says; within this process, the memory is behind a buffer.
        let pages = unsafe {
            match mode {
                MapMode::Read => options.map(file)?.into(),
                MapMode::Write => options.map_raw(file)?,
                MapMode::Copy => options.map_copy(file)?.into(),
            }
        };
        Ok(FileMap { pages: Some(Arc::new(pages)), bytes, mode })
    }

    /// The pages as memory of arrays, and a way to flush them. `None` if they cannot be that: an
    /// address that is no multiple of `align`, or, for bools, bytes that are none.
    pub fn into_buffer(self, align: usize, bools: bool) -> Result<Option<(Arc<Buffer>, Flush)>, Fault> {
        let Some(pages) = self.pages else {
            return Ok(Some((Buffer::from_slice::<u8>(&[])?, Flush(None))));
        };
        let ptr = pages.as_mut_ptr();
        // SAFETY: the mapping has so many bytes and lives as long as `pages`.
        if bools && unsafe { std::slice::from_raw_parts(ptr, self.bytes) }.iter().any(|&b| b > 1) {
            return Ok(None);
        }
        if ptr.align_offset(align) != 0 {
            return Ok(None);
        }
        let flush = Flush((self.mode == MapMode::Write).then(|| pages.clone()));
        let access = if self.mode == MapMode::Read { Access::Never } else { Access::File };
        // SAFETY: the pages live as long as their owner; they are writable but for `Read`; alignment and
        // bools are checked, and every byte is a value of all other dtypes; this consumes the map, so
        // that no other buffer is over it.
        let buffer = unsafe { Buffer::foreign(ptr, self.bytes, Box::new(pages), access) };
        Ok(Some((buffer, flush)))
    }
}

/// Writes changed pages of a map to its file.
pub struct Flush(Option<Arc<MmapRaw>>);

impl Flush {
    /// Returns when the file has the changes.
    pub fn flush(&self) -> io::Result<()> {
        self.0.as_ref().map_or(Ok(()), |pages| pages.flush())
    }
}
