//! Executable memory: one mapping per function, written once, then made executable.

use std::io;

use memmap2::{Mmap, MmapMut};

/// The pages of one compiled function; unmapped on drop.
pub(crate) struct Pages {
    map: Mmap,
    len: usize,
}

impl Pages {
    /// Copies code into fresh pages and makes them executable (never writable and executable at
    /// the same time).
    pub(crate) fn new(code: &[u8]) -> io::Result<Pages> {
        let mut map = MmapMut::map_anon(code.len().max(1))?;
        map[..code.len()].copy_from_slice(code);
        Ok(Pages { map: map.make_exec()?, len: code.len() })
    }

    /// The address of the first instruction.
    pub(crate) fn start(&self) -> *const u8 {
        self.map.as_ptr()
    }

    /// Bytes of code.
    pub(crate) fn len(&self) -> usize {
        self.len
    }
}
