//! Windows, bits, and the elementwise functions that are neither ufuncs nor selections.

use numfuse as np;

use super::args::{Args, options};
use super::{Result, Row};

macro_rules! table {
    ($($name:ident)*; $($row:expr,)*) => { &[
        $((stringify!($name), &[], |c: &Args| -> Result { Ok(np::$name(c.op(0)?).into()) }),)*
        $($row,)*
    ] };
}

pub static TABLE: &[Row] = table! {
    bartlett blackman hamming hanning i0 iscomplex isreal isposinf isneginf fix sinc;
    ("kaiser", &[], |c| Ok(np::kaiser(c.op(0)?, c.op(1)?).into())),
    ("array_equiv", &[], |c| Ok(np::array_equiv(c.op(0)?, c.op(1)?).into())),
    ("real_if_close", &["a", "tol"], |c| {
        Ok(np::real_if_close(c.op(0)?, options!(c => np::RealIfCloseOptions; tol: operand,)).into())
    }),
    ("packbits", &["a"], |c| {
        Ok(np::packbits(c.op(0)?, options!(c => np::PackOptions; axis: axes, bitorder: fixed_text,)).into())
    }),
    ("unpackbits", &["a"], |c| {
        let o = options!(c => np::UnpackOptions; axis: axes, count: int, bitorder: fixed_text,);
        Ok(np::unpackbits(c.op(0)?, o).into())
    }),
};
