//! Pieces that run on and on under some schedule, and get nowhere.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use tokio::sync::Mutex;

/// Two who let each other go first.
pub async fn after_you(mine: Arc<AtomicBool>, theirs: Arc<AtomicBool>, entries: Arc<Mutex<u32>>) {
    mine.store(true, SeqCst);
    *entries.lock().await += 1;
    while theirs.load(SeqCst) {
        tokio::task::yield_now().await;
    }
    mine.store(false, SeqCst);
}

/// Waits for a flag that is set only if somebody saw it wanted.
pub async fn look_again(wanted: Arc<AtomicBool>, there: Arc<AtomicBool>) {
    while !there.load(SeqCst) {
        wanted.store(true, SeqCst);
        tokio::task::yield_now().await;
    }
}

pub async fn bring(wanted: Arc<AtomicBool>, there: Arc<AtomicBool>) {
    if wanted.load(SeqCst) {
        there.store(true, SeqCst);
    }
}
