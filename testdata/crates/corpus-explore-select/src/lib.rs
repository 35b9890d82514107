//! `select!` that does not do what it seems to: real mistakes in our own words, each as it was and as it was mended.

pub mod q06;
pub mod q08;
pub mod q12;
