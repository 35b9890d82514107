//! Blocking work in async code: real bugs with their fixes, shapes of the path to the blocking
//! call, and correct code that looks alike.

pub mod bugs;
pub mod probes;
pub mod shapes;
