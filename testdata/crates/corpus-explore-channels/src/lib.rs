//! Channels and notifications that wait for each other: real deadlocks in our own words, each as it was and as it was mended.

pub mod h03;
pub mod h05;
pub mod h10;
pub mod h12;
pub mod h14;
pub mod h16;
