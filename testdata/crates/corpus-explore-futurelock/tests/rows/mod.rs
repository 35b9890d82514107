//! The tests of the rows: the same text for both versions of the code.

mod f01;
mod f02;
mod f05;
mod f07;
mod f09;
mod f11;
mod f13;
