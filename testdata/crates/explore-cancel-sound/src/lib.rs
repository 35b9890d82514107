//! The corrected pieces of `explore-cancel-bugs`, and programs that wait, as they should, for somebody who was cancelled.

use std::sync::{Arc, Mutex as StdMutex};
use tokio::sync::{Notify, OnceCell, Semaphore, mpsc};

/// Computes a value once. When the leader is cancelled, a follower leads.
#[derive(Default)]
pub struct Once {
    value: OnceCell<u32>,
}

impl Once {
    pub async fn get(&self) -> u32 {
        *self.value.get_or_init(|| async { tokio::spawn(async { 7 }).await.unwrap() }).await
    }
}

/// A device for one user at a time, whose flag is cleared by a destructor.
#[derive(Default)]
pub struct Device {
    busy: StdMutex<bool>,
    free: Notify,
}

struct Free<'a>(&'a Device);

impl Drop for Free<'_> {
    fn drop(&mut self) {
        *self.0.busy.lock().unwrap() = false;
        self.0.free.notify_one();
    }
}

impl Device {
    pub async fn work(&self) {
        while std::mem::replace(&mut *self.busy.lock().unwrap(), true) {
            self.free.notified().await;
        }
        let _free = Free(self);
        tokio::task::yield_now().await;
    }
}

/// A limit whose permits give themselves back.
pub async fn limited(limit: &Semaphore) {
    let _permit = limit.acquire().await.unwrap();
    tokio::task::yield_now().await;
}

/// A connection that is used in place.
#[derive(Default)]
pub struct Link {
    sent: StdMutex<Vec<u8>>,
}

impl Link {
    pub async fn send(&self, byte: u8) {
        tokio::task::yield_now().await;
        self.sent.lock().unwrap().push(byte);
    }
}

/// A door that somebody else opens: whoever waits depends on that by design.
#[derive(Default)]
pub struct Door {
    ready: tokio::sync::Mutex<u32>,
    opened: Notify,
}

impl Door {
    pub async fn open(&self) {
        *self.ready.lock().await += 1;
        tokio::task::yield_now().await;
        self.opened.notify_one();
    }

    pub async fn pass(&self) {
        self.opened.notified().await;
    }
}

/// A worker that ends when it is told to.
pub async fn worker(mut jobs: mpsc::Receiver<Option<u32>>) -> u32 {
    let mut sum = 0;
    while let Some(Some(job)) = jobs.recv().await {
        sum += job;
    }
    sum
}

/// Sends jobs and then the end.
pub struct Client(pub Arc<mpsc::Sender<Option<u32>>>);

impl Client {
    pub async fn job(&self, n: u32) {
        let _ = self.0.send(Some(n)).await;
    }

    pub async fn end(&self) {
        tokio::task::yield_now().await;
        let _ = self.0.send(None).await;
    }
}
