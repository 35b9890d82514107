//! Mistakes and their corrections that no rule was written after: shapes as they stand in services, clients and
//! brokers, marked before pollux was asked. See README.md for the rates.
#![allow(dead_code, clippy::all)]

pub mod blocking;
pub mod cancel;
pub mod channels;
pub mod futurelock;
pub mod guards;
pub mod locks;
pub mod loops;
pub mod mailboxes;
pub mod pins;
pub mod services;
pub mod tasks;
pub mod vaults;
pub mod wakers;
pub mod written;
