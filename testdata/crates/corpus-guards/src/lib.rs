//! Blocking guards held across an await: real bugs with their fixes, and correct code that looks alike.

pub mod bugs;
pub mod probes;
