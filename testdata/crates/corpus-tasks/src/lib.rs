//! Tasks, starvation, liveness: real bugs with their fixes, and variations of the same shapes.

pub mod accept;
pub mod errors;
pub mod limits;
pub mod spins;
pub mod tasks;
