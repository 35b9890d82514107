//! Locks that are taken twice or in opposite order: real deadlocks in our own words, each as it was and as it was mended, and the same
//! shapes by other ways: helpers, struct fields, clones, closures, other locks.

pub mod callbacks;
pub mod orders;
pub mod reentry;
pub mod shapes;
