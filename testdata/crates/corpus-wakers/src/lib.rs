//! Polls that nobody wakes, that wake the wrong task, and that come back to what is complete: real bugs with their fixes.

pub mod completion;
pub mod registration;
pub mod wakers;
