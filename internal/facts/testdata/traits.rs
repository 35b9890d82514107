//@ edition: 2021
//@ only: std
//! Calls whose target depends on a type.

use std::str::FromStr;
use std::time::Duration;

pub trait Clock {
    fn wait(&self);

    fn wait_twice(&self) {
        self.wait();
        self.wait();
    }
}

pub struct Slow(pub u64);
pub struct Quick(pub u64);

impl Clock for Slow {
    fn wait(&self) {
        std::thread::sleep(Duration::from_millis(self.0));
    }
}

impl Clock for Quick {
    fn wait(&self) {}
}

pub fn concrete(slow: &Slow) {
    slow.wait();
}

pub fn concrete_quick(quick: &Quick) {
    quick.wait();
}

pub fn default_method(slow: &Slow) {
    slow.wait_twice();
}

pub fn default_method_quick(quick: &Quick) {
    quick.wait_twice();
}

pub fn generic<C: Clock>(clock: &C) {
    clock.wait();
}

pub fn generic_with(slow: &Slow) {
    generic(slow);
}

pub fn generic_with_quick(quick: &Quick) {
    generic(quick);
}

fn generic_twice<C: Clock>(clock: C) {
    generic(&clock);
}

pub fn generic_through_generic(slow: Slow) {
    generic_twice(slow);
}

pub fn object_of_two(clock: &dyn Clock) {
    clock.wait();
}

pub trait Bell {
    fn ring(&self);
}

impl Bell for Slow {
    fn ring(&self) {
        self.wait();
    }
}

pub fn object_of_one(bell: &dyn Bell) {
    bell.ring();
}

pub struct Settings(pub u64);

impl From<u64> for Settings {
    fn from(n: u64) -> Self {
        std::thread::sleep(Duration::from_millis(n));
        Settings(n)
    }
}

impl TryFrom<&str> for Settings {
    type Error = ();

    fn try_from(text: &str) -> Result<Self, ()> {
        std::thread::sleep(Duration::from_millis(1));
        Ok(Settings(text.len() as u64))
    }
}

impl FromStr for Settings {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        std::thread::sleep(Duration::from_millis(1));
        Ok(Settings(text.len() as u64))
    }
}

pub fn conversion(n: u64) -> Settings {
    n.into()
}

pub fn fallible_conversion(text: &str) -> Option<Settings> {
    text.try_into().ok()
}

pub fn parsed(text: &str) -> Option<Settings> {
    text.parse::<Settings>().ok()
}

pub fn parsed_number(text: &str) -> Option<u64> {
    text.parse::<u64>().ok()
}

impl Iterator for Slow {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        self.wait();
        None
    }
}

pub fn looped(slow: Slow) {
    for _ in slow {}
}

pub fn provided_method(slow: Slow) -> usize {
    slow.count()
}
