//! One module for each bug: `buggy` is marked, `fixed` is silent.

pub mod k01;
pub mod k03;
pub mod k23;
pub mod q01;
pub mod q02;
