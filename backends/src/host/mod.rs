//! Work that runs as it is called and not as compiled kernels.

pub mod random;
