use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::sync::Mutex;

pub struct Total(pub Arc<Mutex<u64>>);

impl Future for Total {
    type Output = u64;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u64> {
        let mut lock = Box::pin(self.0.lock()); //~ lost-registration: leaves the queue of waiters
        lock.as_mut().poll(cx).map(|total| *total)
    }
}
