//! A future beside a stream that goes on.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures::{Stream, StreamExt};

/// The delay is polled again when the stream has nothing yet.
pub struct Throttle<S, D> {
    pub stream: S,
    pub delay: Option<D>,
}

impl<S: Stream<Item = u32> + Unpin, D: Future<Output = ()> + Unpin> Stream for Throttle<S, D> {
    type Item = u32;
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u32>> {
        let this = &mut *self;
        if let Some(delay) = this.delay.as_mut() {
            ready!(Pin::new(delay).poll(cx)); //~ poll-after-completion: after it is complete
        }
        this.stream.poll_next_unpin(cx)
    }
}

/// Either can be complete while the other is pending.
pub struct Both<A, B>(pub A, pub B);

impl<A: Future<Output = ()> + Unpin, B: Future<Output = ()> + Unpin> Future for Both<A, B> {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let first = Pin::new(&mut self.0).poll(cx).is_ready(); //~ poll-after-completion
        let second = Pin::new(&mut self.1).poll(cx).is_ready(); //~ poll-after-completion
        if first && second { Poll::Ready(()) } else { Poll::Pending }
    }
}
