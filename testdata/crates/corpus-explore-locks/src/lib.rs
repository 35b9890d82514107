//! Async locks, permits and pools: real deadlocks in our own words, each as it was and as it was mended.

pub mod l01;
pub mod l03;
pub mod l05;
pub mod l06;
pub mod l10;
pub mod l12;
pub mod l21;
pub mod l27;
pub mod l30;
pub mod l32;
