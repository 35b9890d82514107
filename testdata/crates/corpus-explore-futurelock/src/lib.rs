//! Futures that hold a place in a queue and are not polled: real deadlocks in our own words, each as it was and as it was
//! mended.

pub mod f01;
pub mod f02;
pub mod f05;
pub mod f07;
pub mod f09;
pub mod f11;
pub mod f13;
