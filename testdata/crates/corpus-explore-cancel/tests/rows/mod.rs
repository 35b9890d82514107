//! The tests of the rows: the same text for both versions of the code.

mod k01;
mod k03;
mod k04;
mod k06;
mod k09;
mod k11;
mod k13;
mod k14;
mod k16;
mod k18;
mod k21;
mod k23;
mod k25;
mod k27;
mod k32;
mod k34;
