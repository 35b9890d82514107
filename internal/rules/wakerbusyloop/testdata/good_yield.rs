//! Polls that wake themselves and get on.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::{Stream, StreamExt};

#[derive(Default)]
pub struct YieldNow(bool);

impl Future for YieldNow {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.0 {
            return Poll::Ready(());
        }
        self.0 = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

/// An item is left out at each turn.
pub struct Odd<S>(pub S);

impl<S: Stream<Item = u32> + Unpin> Stream for Odd<S> {
    type Item = u32;
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u32>> {
        match self.0.poll_next_unpin(cx) {
            Poll::Ready(Some(n)) if n % 2 == 0 => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            other => other,
        }
    }
}

/// One in many.
pub struct Budget<S>(pub S, pub u32);

impl<S: Stream<Item = u32> + Unpin> Stream for Budget<S> {
    type Item = u32;
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u32>> {
        self.1 += 1;
        if self.1 % 32 == 0 {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.0.poll_next_unpin(cx)
    }
}
