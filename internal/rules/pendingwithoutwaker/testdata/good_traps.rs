//@ edition: 2024
//! Polls that keep the contract, or about which nothing can be said.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker, ready};

use futures::task::AtomicWaker;
use futures::{Sink, Stream, StreamExt};

/// Never ready, on purpose.
pub struct Never;

impl Future for Never {
    type Output = ();
    fn poll(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<()> {
        Poll::Pending
    }
}

/// Pending once it is terminated, as `Fuse` is.
pub struct Fused<F>(pub Option<F>);

impl<F: Future<Output = u32> + Unpin> Future for Fused<F> {
    type Output = u32;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u32> {
        match self.0.as_mut().map(|f| Pin::new(f).poll(cx)) {
            Some(Poll::Ready(n)) => {
                self.0 = None;
                Poll::Ready(n)
            }
            Some(Poll::Pending) | None => Poll::Pending,
        }
    }
}

/// The item is dropped and the stream asked again.
pub struct Even<S>(pub S);

impl<S: Stream<Item = u32> + Unpin> Stream for Even<S> {
    type Item = u32;
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u32>> {
        loop {
            match ready!(self.0.poll_next_unpin(cx)) {
                Some(n) if n % 2 == 0 => return Poll::Ready(Some(n)),
                Some(_) => {}
                None => return Poll::Ready(None),
            }
        }
    }
}

/// The same, by waking itself.
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

/// Registers, then looks again.
pub struct Flag {
    pub set: AtomicBool,
    pub waker: AtomicWaker,
}

impl Future for &Flag {
    type Output = ();
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.set.load(Ordering::Acquire) {
            return Poll::Ready(());
        }
        self.waker.register(cx.waker());
        if self.set.load(Ordering::Acquire) { Poll::Ready(()) } else { Poll::Pending }
    }
}

/// Registers in a function of its own.
pub struct Shared(pub Arc<Mutex<(bool, Vec<Waker>)>>);

impl Shared {
    fn wait(&self, cx: &mut Context<'_>) {
        self.0.lock().unwrap().1.push(cx.waker().clone());
    }
}

impl Future for Shared {
    type Output = ();
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.0.lock().unwrap().0 {
            return Poll::Ready(());
        }
        self.wait(cx);
        Poll::Pending
    }
}

/// All children are polled, and a flag tells whether one was pending.
pub struct All<F>(pub Vec<Pin<Box<F>>>);

impl<F: Future<Output = ()>> Future for All<F> {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut all = true;
        self.0.retain_mut(|f| f.as_mut().poll(cx).is_pending());
        for f in &mut self.0 {
            if f.as_mut().poll(cx).is_pending() {
                all = false;
            }
        }
        if all { Poll::Ready(()) } else { Poll::Pending }
    }
}

/// A result that is kept and looked at together with others.
pub struct Zip<A: Future, B: Future>(pub A, pub Option<A::Output>, pub B, pub Option<B::Output>);

impl<A: Future + Unpin, B: Future + Unpin> Future for Zip<A, B>
where
    A::Output: Unpin,
    B::Output: Unpin,
{
    type Output = (A::Output, B::Output);
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        if this.1.is_none()
            && let Poll::Ready(a) = Pin::new(&mut this.0).poll(cx)
        {
            this.1 = Some(a);
        }
        if this.3.is_none()
            && let Poll::Ready(b) = Pin::new(&mut this.2).poll(cx)
        {
            this.3 = Some(b);
        }
        match (this.1.take(), this.3.take()) {
            (Some(a), Some(b)) => Poll::Ready((a, b)),
            (a, b) => {
                (this.1, this.3) = (a, b);
                Poll::Pending
            }
        }
    }
}

/// A sink that hands on what its inner sink says.
pub struct Through<S>(pub S);

impl<S: Sink<u32> + Unpin> Sink<u32> for Through<S> {
    type Error = S::Error;
    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        Pin::new(&mut self.0).poll_ready(cx)
    }
    fn start_send(mut self: Pin<&mut Self>, n: u32) -> Result<(), S::Error> {
        Pin::new(&mut self.0).start_send(n)
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        Pin::new(&mut self.0).poll_flush(cx)?.map(Ok)
    }
    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        ready!(self.as_mut().poll_flush(cx))?;
        Pin::new(&mut self.0).poll_close(cx)
    }
}

/// Its own waker forwards to the task's, which is kept.
pub struct Forward<F> {
    pub inner: F,
    pub outer: Arc<Outer>,
}

pub struct Outer(pub AtomicWaker);

impl std::task::Wake for Outer {
    fn wake(self: Arc<Self>) {
        self.0.wake();
    }
}

impl<F: Future<Output = u32> + Unpin> Future for Forward<F> {
    type Output = u32;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u32> {
        self.outer.0.register(cx.waker());
        let waker = Waker::from(self.outer.clone());
        let mut inner = Context::from_waker(&waker);
        Pin::new(&mut self.inner).poll(&mut inner)
    }
}

/// A context made of the task's own waker is the task's.
pub struct Renewed<F>(pub F);

impl<F: Future<Output = u32> + Unpin> Future for Renewed<F> {
    type Output = u32;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u32> {
        let waker = cx.waker().clone();
        Pin::new(&mut self.0).poll(&mut Context::from_waker(&waker))
    }
}
