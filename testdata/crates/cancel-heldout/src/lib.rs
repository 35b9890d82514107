//! Variations of known mistakes around cancellation, written and marked before pollux was asked about them, with near misses between
//! them. `README.md` says what was found at first sight.

pub mod after;
pub mod leader;
pub mod methods;
pub mod replies;
