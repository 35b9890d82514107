//! What every shape uses: a place to suspend, and small types around a lock.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard};

/// The point of suspension of every shape.
pub async fn pause() {
    tokio::task::yield_now().await;
}

/// A suspension that takes an argument by value.
pub async fn send(n: usize) -> usize {
    tokio::task::yield_now().await;
    n
}

/// A suspension that can fail.
pub async fn try_send(n: usize) -> Result<usize, String> {
    tokio::task::yield_now().await;
    if n > 1000 { Err(format!("{n} is too much")) } else { Ok(n) }
}

/// Shared state with a lock that blocks the thread.
#[derive(Default)]
pub struct Shared {
    pub items: Mutex<Vec<usize>>,
    pub queue: Mutex<VecDeque<usize>>,
    pub total: Mutex<usize>,
}

impl Shared {
    /// Locks the items; a guard that comes out of a function is held like any other.
    pub fn items(&self) -> MutexGuard<'_, Vec<usize>> {
        self.items.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Copies under the lock and lets go of it.
    pub fn snapshot(&self) -> Vec<usize> {
        self.items().clone()
    }
}
