//! The tests of the rows: the same text for both versions of the code.

mod h03;
mod h05;
mod h10;
mod h12;
mod h14;
mod h16;
