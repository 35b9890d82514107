use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures::{Stream, StreamExt};

/// Items after a delay.
pub struct Delayed<D, S> {
    pub delay: D,
    pub items: S,
}

impl<D: Future<Output = ()> + Unpin, S: Stream + Unpin> Stream for Delayed<D, S> {
    type Item = S::Item;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
        ready!(Pin::new(&mut self.delay).poll(cx)); //~ poll-after-completion: polled again after it is complete
        self.items.poll_next_unpin(cx)
    }
}
