//! The corrected pieces of `explore-cancel-bugs`, and programs that wait, as they should, for somebody who was cancelled.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex as StdMutex};
use tokio::sync::{Notify, OnceCell, Semaphore, mpsc, oneshot};

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

/// A turn that is handed from one to the next. Whoever is handed it and goes away hands it on.
#[derive(Default)]
pub struct Turn {
    state: StdMutex<(bool, VecDeque<oneshot::Sender<()>>)>,
}

struct Waiting<'a> {
    turn: &'a Turn,
    handed: oneshot::Receiver<()>,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.handed.close();
        if self.handed.try_recv().is_ok() {
            self.turn.pass_on();
        }
    }
}

impl Turn {
    pub async fn take(&self) {
        let mut waiting = {
            let mut state = self.state.lock().unwrap();
            if !state.0 {
                state.0 = true;
                return;
            }
            let (hand, handed) = oneshot::channel();
            state.1.push_back(hand);
            Waiting { turn: self, handed }
        };
        let _ = (&mut waiting.handed).await;
    }

    pub fn pass_on(&self) {
        let mut state = self.state.lock().unwrap();
        while let Some(next) = state.1.pop_front() {
            if next.send(()).is_ok() {
                return;
            }
        }
        state.0 = false;
    }
}

/// Starts work when it is told to, and says when it is done: without it there is nobody who would.
pub async fn starter(start: oneshot::Receiver<()>, done: Arc<Notify>) {
    if start.await.is_ok() {
        done.notify_one();
    }
}

/// A lock and a permit of tokio's: each goes to the next one when its taker goes away.
pub async fn take_both(lock: &tokio::sync::Mutex<u32>, permits: &Semaphore) {
    let mut sum = lock.lock().await;
    let _permit = permits.acquire().await.unwrap();
    tokio::task::yield_now().await;
    *sum += 1;
}
