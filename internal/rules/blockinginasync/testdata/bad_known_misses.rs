//@ edition: 2024
//@ only: std
//! What is not followed: how long a computation runs, function pointers, objects with several implementations.

use std::time::Duration;

fn slow() {
    std::thread::sleep(Duration::from_millis(1));
}

pub async fn named() {
    slow(); //~ blocking-in-async: `slow` leads to `std::thread::sleep`
}

pub async fn function_pointer(n: u32) {
    let work: fn() = if n > 1 { slow } else { named_nothing };
    work(); //~? blocking-in-async
}

fn named_nothing() {}

pub trait Clock {
    fn wait(&self);
}

pub struct ThreadClock;
pub struct WallClock;

impl Clock for ThreadClock {
    fn wait(&self) {
        slow();
    }
}

impl Clock for WallClock {
    fn wait(&self) {
        slow();
    }
}

pub async fn object_of_two_types(clock: &dyn Clock) {
    clock.wait(); //~? blocking-in-async
}

pub async fn callable_in_a_box(work: u32) {
    let jobs: Vec<Box<dyn Fn()>> = vec![Box::new(slow), Box::new(move || assert!(work > 0))];
    for job in jobs {
        job(); //~? blocking-in-async
    }
}

/// The computation takes seconds; nothing in the text says so.
pub async fn long_computation(n: u64) -> u64 {
    (0..n).fold(1, |a, b| a ^ a.rotate_left(7).wrapping_mul(b)) //~? blocking-in-async
}
