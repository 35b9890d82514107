//@ edition: 2021
//@ only: std
//! Ways from a function to `std::thread::sleep`. The test names each function and what its summary must say.

use std::time::Duration;

pub fn sleeps() {
    std::thread::sleep(Duration::from_millis(1));
}

pub fn one_call() {
    sleeps();
}

pub fn two_calls() {
    one_call();
}

pub fn on_one_path(quick: bool) {
    if !quick {
        sleeps();
    }
}

pub fn on_both_paths(quick: bool) {
    if quick {
        sleeps();
    } else {
        one_call();
    }
}

pub fn after_a_loop(n: u32) {
    for _ in 0..n {}
    sleeps();
}

pub fn counts(n: u32) -> u32 {
    if n == 0 { 0 } else { counts(n - 1) }
}

pub fn recursive(n: u32) {
    if n > 0 {
        recursive(n - 1);
    }
    sleeps();
}

pub fn ping(n: u32) {
    if n > 0 {
        pong(n - 1);
    }
}

pub fn pong(n: u32) {
    sleeps();
    ping(n);
}

pub struct Lamp;

impl Lamp {
    pub fn wait(&self) {
        sleeps();
    }

    pub fn make() -> Lamp {
        sleeps();
        Lamp
    }
}

pub fn inherent_method(lamp: &Lamp) {
    lamp.wait();
}

pub fn associated_function() -> Lamp {
    Lamp::make()
}

pub fn function_pointer(f: fn()) {
    f();
}

pub fn on_a_thread() {
    std::thread::spawn(|| sleeps());
}

pub fn run(f: impl FnOnce()) {
    f();
}

fn run_through(f: impl Fn()) {
    run(|| f());
}

pub fn closure_argument() {
    run(|| sleeps());
}

pub fn quick_closure_argument() {
    run(|| {});
}

pub fn function_argument() {
    run(sleeps);
}

pub fn closure_through_two_helpers() {
    run_through(|| sleeps());
}

pub fn local_closure() {
    let f = || sleeps();
    f();
}

pub fn closure_not_called() {
    let _f = || sleeps();
}

pub fn mapped(n: Option<u32>) -> Option<()> {
    n.map(|_| sleeps())
}
