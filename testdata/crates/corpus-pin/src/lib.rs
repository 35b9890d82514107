//! Pinned memory that moves: real bugs with their fixes, and variations of the same shapes.

pub mod advisories;
pub mod shapes;
