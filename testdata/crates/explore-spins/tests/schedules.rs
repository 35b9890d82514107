//! Each test passes under plain tokio, and runs without end under some schedule.

use explore_spins::{after_you, bring, look_again, wait_or_stop};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use tokio::sync::Mutex;

#[tokio::test]
async fn politeness() {
    let (left, right) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let entries = Arc::new(Mutex::new(0));
    let first = tokio::spawn(after_you(left.clone(), right.clone(), entries.clone()));
    let second = tokio::spawn(after_you(right, left, entries));
    first.await.unwrap();
    second.await.unwrap();
}

#[tokio::test]
async fn a_wish_that_nobody_saw() {
    let (wanted, there) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let looking = tokio::spawn(look_again(wanted.clone(), there.clone()));
    tokio::spawn(bring(wanted, there)).await.unwrap();
    looking.await.unwrap();
}

#[tokio::test]
async fn a_stop_that_nobody_can_ask_for() {
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let waiting = tokio::spawn(wait_or_stop(stopped));
    drop(stop);
    waiting.await.unwrap();
}
