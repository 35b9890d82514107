//! The corrected pieces of `explore-bugs`, and other shapes that only look as if they could go wrong.

use tokio::sync::{Mutex, Notify, RwLock};

/// A counter that reads and writes under one lock.
#[derive(Default)]
pub struct Counter {
    value: Mutex<u32>,
}

impl Counter {
    pub async fn add_one(&self) {
        let mut value = self.value.lock().await;
        let now = *value;
        tokio::task::yield_now().await;
        *value = now + 1;
    }

    pub async fn get(&self) -> u32 {
        *self.value.lock().await
    }
}

/// Two accounts, always locked left first.
pub struct Bank {
    pub left: Mutex<i64>,
    pub right: Mutex<i64>,
}

impl Bank {
    pub async fn transfer(&self, amount: i64) {
        let mut left = self.left.lock().await;
        let mut right = self.right.lock().await;
        *left -= amount;
        *right += amount;
    }
}

/// A table that reads once.
#[derive(Default)]
pub struct Table {
    rows: RwLock<Vec<u32>>,
}

impl Table {
    pub async fn push(&self, row: u32) {
        self.rows.write().await.push(row);
    }

    pub async fn sum_twice(&self) -> u32 {
        let first: u32 = self.rows.read().await.iter().sum();
        first + self.rows.read().await.iter().sum::<u32>()
    }
}

/// A gate whose waiter registers before it looks.
#[derive(Default)]
pub struct Gate {
    open: Mutex<bool>,
    opened: Notify,
}

impl Gate {
    pub async fn pass(&self) {
        let opened = self.opened.notified();
        if !*self.open.lock().await {
            opened.await;
        }
    }

    pub async fn open(&self) {
        *self.open.lock().await = true;
        self.opened.notify_waiters();
    }
}
