//! Futures that are built and never polled, and futures that only look so.
//!
//! The mark stands on the expression that builds the future.

pub mod bound;
pub mod handed_on;
pub mod ignored;
pub mod library;
pub mod probes;
pub mod support;
