//@ edition: 2021
//@ only: std
//! What dropping a value runs.

use std::time::Duration;

pub struct Slow(pub u64);

impl Drop for Slow {
    fn drop(&mut self) {
        std::thread::sleep(Duration::from_millis(self.0));
    }
}

pub struct Owner {
    pub inner: Slow,
}

pub struct Borrower<'a> {
    pub inner: &'a Slow,
}

/// Takes its inner value out before the field is dropped.
pub struct Emptied {
    pub inner: Option<Slow>,
}

impl Drop for Emptied {
    fn drop(&mut self) {
        std::mem::forget(self.inner.take());
    }
}

pub fn at_the_end(_slow: Slow) {}

pub fn by_hand(slow: Slow) {
    drop(slow);
}

pub fn in_a_field(_owner: Owner) {}

pub fn in_a_tuple(_pair: (u32, Slow)) {}

pub fn in_an_option(_maybe: Option<Slow>) {}

pub fn in_a_box(_boxed: Box<Slow>) {}

pub fn in_a_vec(_all: Vec<Slow>) {}

pub fn captured(slow: Slow) {
    let _keep = move || passed_on(slow);
}

pub fn borrowed(borrower: Borrower<'_>) {
    let _n = borrower.inner;
}

pub fn passed_on(slow: Slow) -> Slow {
    slow
}

pub fn forgotten(slow: Slow) {
    std::mem::forget(slow);
}

pub fn emptied(_emptied: Emptied) {}

pub fn makes_owner(slow: Slow) -> Owner {
    Owner { inner: slow }
}
