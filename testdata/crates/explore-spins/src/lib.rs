//! Pieces that run on and on under some schedule, and get nowhere.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use tokio::sync::{Mutex, watch};
use tokio::time::{Duration, sleep};

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

/// Waits for a while, or for a stop; once nobody can ask for that any more, asking is an error at once, each time.
pub async fn wait_or_stop(mut stop: watch::Receiver<bool>) {
    let over = sleep(Duration::from_millis(20));
    tokio::pin!(over);
    loop {
        tokio::select! {
            () = &mut over => return,
            changed = stop.changed() => { //~ error-loop-spins
                if changed.is_ok() && *stop.borrow() {
                    return;
                }
            }
        }
    }
}
