//! Channels and notifications that wait for each other: real deadlocks in our own words, each as it was and as it was mended, and the
//! same shapes by other ways.

pub mod rows;
pub mod shapes;
