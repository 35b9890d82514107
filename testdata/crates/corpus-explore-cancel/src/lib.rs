//! Futures that are dropped half done: real mistakes in our own words, each as it was and as it was mended.

pub mod k01;
pub mod k03;
pub mod k04;
pub mod k06;
pub mod k09;
pub mod k11;
pub mod k13;
pub mod k14;
pub mod k16;
pub mod k18;
pub mod k21;
pub mod k23;
pub mod k25;
pub mod k27;
pub mod k32;
pub mod k34;
