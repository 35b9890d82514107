//! Executors, wakers, combinators, mailboxes and buffers written by hand: each in a sound and an unsound version.

pub mod buffers;
pub mod combinators;
pub mod executors;
pub mod mailboxes;
