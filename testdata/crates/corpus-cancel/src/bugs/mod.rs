//! One module for each bug: `buggy` is marked, `fixed` is silent.

pub mod k01;
pub mod k03;
pub mod k04;
pub mod k06;
pub mod k09;
pub mod k14;
pub mod k16;
pub mod k18;
pub mod k21;
pub mod k23;
pub mod k27;
pub mod k32;
pub mod q01;
pub mod q02;
pub mod q05;
