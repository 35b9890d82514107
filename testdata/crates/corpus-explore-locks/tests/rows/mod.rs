//! The tests of the rows: the same text for both versions of the code.

mod l01;
mod l03;
mod l05;
mod l06;
mod l10;
mod l12;
mod l21;
mod l27;
mod l30;
mod l32;
