use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures::{Stream, StreamExt};

/// Items after a delay.
pub struct Delayed<D, S> {
    pub delay: Option<D>,
    pub items: S,
}

impl<D: Future<Output = ()> + Unpin, S: Stream + Unpin> Stream for Delayed<D, S> {
    type Item = S::Item;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
        if let Some(delay) = &mut self.delay {
            ready!(Pin::new(delay).poll(cx));
            self.delay = None;
        }
        self.items.poll_next_unpin(cx)
    }
}
