//! Futures that are kept across polls, or whose waker is kept elsewhere.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::sync::{Mutex, OwnedMutexGuard, mpsc};

type Locking = Pin<Box<dyn Future<Output = OwnedMutexGuard<u64>> + Send>>;

pub struct Total {
    pub lock: Arc<Mutex<u64>>,
    pub locking: Option<Locking>,
}

impl Future for Total {
    type Output = u64;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u64> {
        if self.locking.is_none() {
            self.locking = Some(Box::pin(self.lock.clone().lock_owned()));
        }
        let locking = self.locking.as_mut().unwrap();
        locking.as_mut().poll(cx).map(|total| *total)
    }
}

pub async fn next(mut jobs: mpsc::Receiver<u32>) -> Option<u32> {
    std::future::poll_fn(|cx| {
        let next = pin!(jobs.recv());
        next.poll(cx)
    })
    .await
}

pub async fn try_now(lock: &Mutex<u64>) -> Option<u64> {
    lock.try_lock().ok().map(|n| *n)
}
