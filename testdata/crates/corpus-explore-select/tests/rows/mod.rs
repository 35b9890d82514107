//! The tests of the rows: the same text for both versions of the code.

mod q06;
mod q08;
mod q12;
