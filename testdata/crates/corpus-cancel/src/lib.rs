//! Futures that a `select!` or a time limit drops half done: real bugs with their fixes, and correct code that looks alike.

pub mod bugs;
pub mod probes;
