//! Futures that are made by each poll and go with it.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures::Stream;
use tokio::sync::{Notify, Semaphore, broadcast};

pub struct Jobs {
    pub queue: Vec<u32>,
    pub more: Arc<Notify>,
}

impl Stream for Jobs {
    type Item = u32;
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u32>> {
        let more = self.more.clone();
        let mut notified = pin!(more.notified()); //~ lost-registration: leaves the list of waiters
        while self.queue.is_empty() {
            ready!(notified.as_mut().poll(cx));
            notified.set(more.notified()); //~? lost-registration
        }
        Poll::Ready(self.queue.pop())
    }
}

pub async fn news(mut events: broadcast::Receiver<u32>) -> u32 {
    std::future::poll_fn(|cx| {
        let next = pin!(events.recv()); //~ lost-registration
        next.poll(cx).map(|n| n.unwrap_or(0))
    })
    .await
}

pub async fn paused() {
    std::future::poll_fn(|cx| {
        let mut sleep = std::pin::pin!(tokio::time::sleep(Duration::from_secs(1))); //~ lost-registration: timer wheel
        match sleep.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(()),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

pub struct Gate(pub Arc<Semaphore>);

impl Gate {
    pub fn poll_open(&self, cx: &mut Context<'_>) -> Poll<bool> {
        let acquire = self.0.acquire(); //~ lost-registration
        pin!(acquire).poll(cx).map(|permit| permit.is_ok())
    }
}
