//! Arrays as pickles that Python reads back, byte for byte those of NumPy's `dumps` (protocol 2).

use std::panic::Location;

use numfuse_backends::runtime::Concrete;

use super::npy::{descr, evaluated, transposed};
use super::source::Target;
use crate::array::Array;
use crate::error::{Raise, Raised, Result, of_io, raise};

/// A pickle that is being written, with the numbers of its memo.
struct Pickle {
    bytes: Vec<u8>,
    memo: u8,
}

impl Pickle {
    fn op(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Remembers what was just made; returns its number.
    fn remember(&mut self) -> u8 {
        self.op(&[b'q', self.memo]);
        self.memo += 1;
        self.memo - 1
    }

    fn global(&mut self, name: &str) -> u8 {
        self.op(b"c");
        self.op(name.as_bytes());
        self.op(b"\n");
        self.remember()
    }

    fn text(&mut self, text: &str) -> Raised<u8> {
        let Ok(len) = u32::try_from(text.len()) else {
            return raise!(Overflow, "cannot serialize a string larger than 4GiB");
        };
        self.op(b"X");
        self.op(&len.to_le_bytes());
        self.op(text.as_bytes());
        Ok(self.remember())
    }

    fn int(&mut self, n: usize) {
        match (u8::try_from(n), u16::try_from(n), i32::try_from(n)) {
            (Ok(n), ..) => self.op(&[b'K', n]),
            (_, Ok(n), _) => self.op(&[&b"M"[..], &n.to_le_bytes()].concat()),
            (_, _, Ok(n)) => self.op(&[&b"J"[..], &n.to_le_bytes()].concat()),
            _ => {
                // As few bytes as hold the number and its sign.
                let bytes = (n as u64).to_le_bytes();
                let len = 8 - (n.leading_zeros() as usize - 1) / 8;
                self.op(&[0x8a, len as u8]);
                self.op(&bytes[..len]);
            }
        }
    }
}

fn pickled(value: &Concrete) -> Raised<Vec<u8>> {
    let flipped = transposed(&value.map);
    let fortran = !value.map.is_contiguous() && flipped.is_contiguous();
    let stored = if fortran { Concrete { map: flipped, ..value.clone() } } else { value.clone() };
    let mut p = Pickle { bytes: Vec::new(), memo: 0 };
    p.op(b"\x80\x02");
    p.global("numpy._core.multiarray\n_reconstruct");
    p.global("numpy\nndarray");
    p.int(0);
    p.op(b"\x85");
    p.remember();
    // Protocol 2 has no bytes: they are characters that are encoded when they are read.
    let encode = p.global("_codecs\nencode");
    p.text("b")?;
    let latin1 = p.text("latin1")?;
    for op in [b"\x86", b"R", b"\x87", b"R"] {
        p.op(op);
        p.remember();
    }
    p.op(b"(");
    p.int(1);
    let shape = &value.map.shape;
    match shape.len() {
        0 => p.op(b")"),
        n => {
            if n > 3 {
                p.op(b"(");
            }
            shape.iter().for_each(|&n| p.int(n));
            p.op([b"\x85", b"\x86", b"\x87", b"t"][n.min(4) - 1]);
            p.remember();
        }
    }
    p.global("numpy\ndtype");
    p.text(value.dtype.type_code())?;
    p.op(b"\x89\x88\x87");
    p.remember();
    p.op(b"R");
    p.remember();
    p.op(b"(");
    p.int(3);
    p.text(&descr(value.dtype)[..1])?;
    p.op(b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xff");
    p.int(0);
    p.op(b"t");
    p.remember();
    p.op(b"b");
    p.op(if fortran { b"\x88" } else { b"\x89" });
    if value.is_empty() {
        p.global("__builtin__\nbytes");
        p.op(b")");
    } else {
        let mut text = String::new();
        stored.each_bytes(|bytes| {
            text.extend(bytes.iter().map(|&b| char::from(b)));
            Ok::<(), Raise>(())
        })?;
        p.op(&[b'h', encode]);
        p.text(&text)?;
        p.op(&[b'h', latin1]);
        p.op(b"\x86");
        p.remember();
    }
    p.op(b"R");
    p.remember();
    p.op(b"t");
    p.remember();
    p.op(b"b.");
    Ok(p.bytes)
}

impl Array {
    /// The bytes of a pickle that Python reads back as an `ndarray`, those of NumPy's `dumps`.
    ///
    /// ```
    /// use numfuse as np;
    /// let bytes = np::arange(3, ..).dumps()?;
    /// assert!(bytes.starts_with(b"\x80\x02cnumpy._core.multiarray\n"));
    /// # Ok::<(), np::Error>(())
    /// ```
    #[track_caller]
    pub fn dumps(&self) -> Result<Vec<u8>> {
        let location = Location::caller();
        let value = evaluated(self, "dumps")?;
        pickled(value.value()).map_err(|raise| raise.sign("dumps", location))
    }

    /// Writes [`Array::dumps`] to a file. A path keeps its old file until the new one is complete.
    ///
    /// ```
    /// use numfuse as np;
    /// let mut bytes = Vec::new();
    /// np::ones(2, ..).dump(&mut bytes)?;
    /// assert_eq!(bytes, np::ones(2, ..).dumps()?);
    /// # Ok::<(), np::Error>(())
    /// ```
    #[track_caller]
    pub fn dump<'a>(&self, file: impl Into<Target<'a>>) -> Result<()> {
        let (location, bytes) = (Location::caller(), self.dumps()?);
        let written = file.into().write(false, |out| out.write_all(&bytes).map_err(|e| of_io(&e, None)));
        written.map_err(|raise| raise.sign("dump", location))
    }
}
