//@ edition: 2024
//! The waker is kept after the last look at what the poll waits for.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};

use futures::Stream;
use futures::task::AtomicWaker;

pub struct Shared {
    done: AtomicBool,
    left: AtomicUsize,
    waker: AtomicWaker,
}

impl Shared {
    fn is_done(&self) -> bool {
        self.done.load(Ordering::Acquire)
    }
}

pub struct Done(pub Arc<Shared>);

impl Future for Done {
    type Output = ();
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.0.done.load(Ordering::Acquire) {
            return Poll::Ready(());
        }
        self.0.waker.register(cx.waker()); //~ lost-registration: after the last look
        Poll::Pending
    }
}

pub struct ByHelper(pub Arc<Shared>);

impl Future for ByHelper {
    type Output = ();
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.0.is_done() {
            Poll::Ready(())
        } else {
            self.0.waker.register(cx.waker()); //~ lost-registration
            Poll::Pending
        }
    }
}

pub struct Countdown(pub Arc<Shared>);

impl Stream for Countdown {
    type Item = usize;
    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<usize>> {
        match self.0.left.load(Ordering::Acquire) {
            0 => Poll::Ready(None),
            n if n % 2 == 0 => Poll::Ready(Some(n)),
            _ => {
                self.0.waker.register(cx.waker()); //~ lost-registration
                Poll::Pending
            }
        }
    }
}
