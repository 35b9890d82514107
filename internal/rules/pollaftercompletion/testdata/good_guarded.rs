//@ edition: 2024
//! What was ready is noted, or is the end.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures::{Stream, StreamExt};

pub struct Throttle<S, D> {
    pub stream: S,
    pub delay: Option<D>,
}

impl<S: Stream<Item = u32> + Unpin, D: Future<Output = ()> + Unpin> Stream for Throttle<S, D> {
    type Item = u32;
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u32>> {
        let this = &mut *self;
        if let Some(delay) = this.delay.as_mut() {
            ready!(Pin::new(delay).poll(cx));
            this.delay = None;
        }
        this.stream.poll_next_unpin(cx)
    }
}

pub struct Mapped<F>(pub F);

impl<F: Future<Output = u32> + Unpin> Future for Mapped<F> {
    type Output = u32;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u32> {
        let n = ready!(Pin::new(&mut self.0).poll(cx));
        Poll::Ready(n + 1)
    }
}

/// The first to be ready ends it.
pub struct Race<A, B>(pub A, pub B);

impl<A: Future<Output = u32> + Unpin, B: Future<Output = u32> + Unpin> Future for Race<A, B> {
    type Output = u32;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u32> {
        if let Poll::Ready(n) = Pin::new(&mut self.0).poll(cx) {
            return Poll::Ready(n);
        }
        Pin::new(&mut self.1).poll(cx)
    }
}

pub struct Both<A, B>(pub Option<A>, pub Option<B>);

impl<A: Future<Output = ()> + Unpin, B: Future<Output = ()> + Unpin> Future for Both<A, B> {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        if let Some(a) = &mut this.0
            && Pin::new(a).poll(cx).is_ready()
        {
            this.0 = None;
        }
        if let Some(b) = &mut this.1
            && Pin::new(b).poll(cx).is_ready()
        {
            this.1 = None;
        }
        if this.0.is_none() && this.1.is_none() { Poll::Ready(()) } else { Poll::Pending }
    }
}

/// A delay of tokio stays ready.
pub struct Delayed<S> {
    pub stream: S,
    pub delay: Pin<Box<tokio::time::Sleep>>,
}

impl<S: Stream<Item = u32> + Unpin> Stream for Delayed<S> {
    type Item = u32;
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u32>> {
        ready!(Pin::new(&mut self.delay).poll(cx));
        self.stream.poll_next_unpin(cx)
    }
}

/// A future of this crate that stays ready, polled through a Pin of a Pin.
pub enum Kept<F> {
    Running(F),
    Done,
}

impl<F: Future<Output = ()> + Unpin> Future for Kept<F> {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        match &mut *self {
            Kept::Running(f) => ready!(Pin::new(f).poll(cx)),
            Kept::Done => return Poll::Ready(()),
        }
        self.set(Kept::Done);
        Poll::Ready(())
    }
}

pub struct JoinKept<A, B>(pub Kept<A>, pub Kept<B>);

impl<A: Future<Output = ()> + Unpin, B: Future<Output = ()> + Unpin> Future for JoinKept<A, B> {
    type Output = ();
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        let mut left = Pin::new(&mut this.0);
        let mut right = Pin::new(&mut this.1);
        let is_left = Future::poll(Pin::new(&mut left), cx).is_ready();
        let is_right = Future::poll(Pin::new(&mut right), cx).is_ready();
        if is_left && is_right { Poll::Ready(()) } else { Poll::Pending }
    }
}
