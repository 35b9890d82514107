//! Models of `loom-copy`: `pollux loom --model models/gates.rs`.
use loom_copy::{Gate, Leaky, Parked, Torn, TOTAL};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::thread;

#[test]
fn a_gate_opens() {
    loom::model(|| {
        let gate = Arc::new(Gate::default());
        let other = gate.clone();
        let opener = thread::spawn(move || other.open());
        gate.wait();
        opener.join().unwrap();
    });
}

#[test]
fn a_leaky_gate_opens() {
    loom::model(|| {
        let gate = Arc::new(Leaky::new());
        let other = gate.clone();
        let opener = thread::spawn(move || other.open());
        gate.wait();
        opener.join().unwrap();
    });
}

#[test]
fn a_counter_counts() {
    loom::model(|| {
        let torn = Arc::new(Torn::new());
        let other = torn.clone();
        let adder = thread::spawn(move || other.add());
        torn.add();
        adder.join().unwrap();
        assert_eq!(2, Arc::try_unwrap(torn).ok().unwrap().get(), "a count is lost");
    });
}

#[test]
fn a_static_counts() {
    loom::model(|| {
        TOTAL.add();
        assert!(TOTAL.look() > 0);
    });
}

#[test]
fn a_parked_thread_wakes() {
    loom::model(|| {
        let parked = Arc::new(Parked { done: AtomicBool::new(false), thread: thread::current() });
        let other = parked.clone();
        let waker = thread::spawn(move || other.wake());
        while !parked.done.load(Ordering::Acquire) {
            thread::park();
        }
        waker.join().unwrap();
    });
}
