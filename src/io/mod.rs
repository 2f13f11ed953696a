//! Files: `.npy` and `.npz`, maps of files, text, raw bytes.
//!
//! What a file says about itself is not believed: every malformed, truncated or hostile one is an
//! `Err`, and memory is allocated for data that is there. What is written to a path takes its place
//! when it is complete.

mod list;
mod literal;
mod memmap;
mod npy;
mod npz;
mod pickle;
mod printf;
mod raw;
mod source;
mod text;

pub use list::List;
pub use memmap::*;
pub use npy::{LoadOptions, load, save};
pub use npz::{NamedArrays, NpzFile, NpzOptions, savez, savez_compressed};
pub use raw::*;
pub use source::{Progress, Source, Target};
pub use text::*;
