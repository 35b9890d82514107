//! Ways in which async code gets to a blocking call: direct, through calls, closures, traits,
//! destructors, hand-written futures.

pub mod calls;
pub mod closures;
pub mod direct;
pub mod polls;
pub mod runtimes;
pub mod traits;
