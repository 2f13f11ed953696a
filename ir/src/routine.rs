//! Scalar routines that kernels call lane by lane: the functions without a vector form.
//!
//! This crate only names them; `numfuse-backends` has their code, and every backend calls the
//! same code, so that results agree bit for bit.

use crate::kernel::Lane;

macro_rules! routines {
    ($($variant:ident $name:literal ($($arg:ident),*) -> $out:ident;)*) => {
        /// A scalar routine.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        #[allow(missing_docs)]
        pub enum Routine { $($variant),* }

        impl Routine {
            /// Every routine.
            pub const ALL: &'static [Routine] = &[$(Routine::$variant),*];

            /// The name in dumps.
            pub fn name(self) -> &'static str {
                match self { $(Routine::$variant => $name),* }
            }

            /// Lane types of the arguments.
            pub fn args(self) -> &'static [Lane] {
                match self { $(Routine::$variant => &[$(Lane::$arg),*]),* }
            }

            /// Lane type of the result.
            pub fn result(self) -> Lane {
                match self { $(Routine::$variant => Lane::$out),* }
            }
        }
    };
}

routines! {
    // variant   name        (arguments) -> result
    FmodF64      "fmod.f64"  (F64, F64) -> F64;
    FmodF32      "fmod.f32"  (F32, F32) -> F32;
}

impl Routine {
    /// The routine of a name in a dump.
    pub fn parse(name: &str) -> Option<Routine> {
        Routine::ALL.iter().copied().find(|r| r.name() == name)
    }
}
