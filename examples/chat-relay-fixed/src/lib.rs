//! A chat server: clients connect over TCP, join a room and talk. One line in, one line out.
//!
//! The relay runs on one thread; sessions are local tasks.

pub mod demo;
pub mod history;
pub mod protocol;
pub mod relay;
pub mod room;
pub mod session;
