//! An inner future is pending, and the task is woken all the same.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

pub struct Eager<F>(pub F);

impl<F: Future<Output = u32> + Unpin> Future for Eager<F> {
    type Output = u32;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u32> {
        match Pin::new(&mut self.0).poll(cx) {
            Poll::Ready(n) => Poll::Ready(n),
            Poll::Pending => {
                cx.waker().wake_by_ref();
                Poll::Pending //~ waker-busy-loop: wakes its own task
            }
        }
    }
}
