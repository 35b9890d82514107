//! Pieces that look again and again, and come to an end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};

pub async fn look_again(there: Arc<AtomicBool>) {
    while !there.load(SeqCst) {
        tokio::task::yield_now().await;
    }
}

pub async fn count_to(end: u32, count: Arc<AtomicU32>) {
    while count.fetch_add(1, SeqCst) < end {
        tokio::task::yield_now().await;
    }
}
