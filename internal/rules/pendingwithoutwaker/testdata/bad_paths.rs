//! Paths to Pending on which nobody wakes the task.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use futures::{Stream, StreamExt};
use tokio::sync::mpsc;

/// Never uses its context.
pub struct Flag(pub Arc<AtomicBool>);

impl Future for Flag {
    type Output = ();
    fn poll(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<()> {
        match self.0.load(Ordering::Acquire) {
            true => Poll::Ready(()),
            false => Poll::Pending, //~ pending-without-waker: never uses its context
        }
    }
}

/// The same in a closure, over receivers that do not wait.
pub async fn first(mut queues: Vec<mpsc::Receiver<u32>>) -> u32 {
    std::future::poll_fn(move |_cx| {
        for q in &mut queues {
            if let Ok(n) = q.try_recv() {
                return Poll::Ready(n);
            }
        }
        Poll::Pending //~ pending-without-waker
    })
    .await
}

/// A filter that drops an item and waits without having asked for the next one.
pub struct Even<S>(pub S);

impl<S: Stream<Item = u32> + Unpin> Stream for Even<S> {
    type Item = u32;
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u32>> {
        match self.0.poll_next_unpin(cx) {
            Poll::Ready(Some(n)) if n % 2 == 0 => Poll::Ready(Some(n)),
            Poll::Ready(None) => Poll::Ready(None),
            _ => Poll::Pending, //~ pending-without-waker: although `poll_next_unpin` was ready
        }
    }
}

/// Both streams have ended, and still it is pending.
pub struct Either<A, B>(pub A, pub B);

impl<A: Stream<Item = u32> + Unpin, B: Stream<Item = u32> + Unpin> Stream for Either<A, B> {
    type Item = u32;
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u32>> {
        if let Poll::Ready(Some(n)) = self.0.poll_next_unpin(cx) {
            return Poll::Ready(Some(n));
        }
        if let Poll::Ready(Some(n)) = self.1.poll_next_unpin(cx) {
            return Poll::Ready(Some(n));
        }
        Poll::Pending //~ pending-without-waker: has ended
    }
}

/// The inner future is polled with a waker that wakes nobody.
pub struct Peek<F>(pub F);

impl<F: Future<Output = u32> + Unpin> Future for Peek<F> {
    type Output = u32;
    fn poll(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<u32> {
        let mut cx = Context::from_waker(Waker::noop());
        match Pin::new(&mut self.0).poll(&mut cx) { //~ pending-without-waker: with another waker
            Poll::Ready(n) => Poll::Ready(n + 1),
            pending => pending,
        }
    }
}

/// One path keeps the waker, one does not.
pub struct Queue {
    pub jobs: Mutex<VecDeque<u32>>,
    pub waker: Mutex<Option<Waker>>,
}

impl Stream for &Queue {
    type Item = u32;
    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u32>> {
        let mut jobs = self.jobs.lock().unwrap();
        match jobs.pop_front() {
            Some(n) if n > 9 => {
                jobs.push_front(n);
                Poll::Pending //~ pending-without-waker(info): as other paths of the poll do
            }
            Some(n) => Poll::Ready(Some(n)),
            None => {
                *self.waker.lock().unwrap() = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}
