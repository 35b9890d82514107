//@ edition: 2024
//! The waker is kept first, or the condition is looked at again, or nothing can come between.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use futures::task::AtomicWaker;

pub struct Shared {
    done: AtomicBool,
    items: Mutex<VecDeque<u32>>,
    waker: AtomicWaker,
}

impl Shared {
    fn is_done(&self) -> bool {
        self.done.load(Ordering::Acquire)
    }
}

pub struct First(pub Arc<Shared>);

impl Future for First {
    type Output = ();
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.0.waker.register(cx.waker());
        if self.0.is_done() { Poll::Ready(()) } else { Poll::Pending }
    }
}

pub struct Again(pub Arc<Shared>);

impl Future for Again {
    type Output = ();
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.0.is_done() {
            return Poll::Ready(());
        }
        self.0.waker.register(cx.waker());
        if self.0.is_done() {
            return Poll::Ready(());
        }
        Poll::Pending
    }
}

pub struct InALoop(pub Arc<Shared>);

impl Future for InALoop {
    type Output = ();
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut registered = false;
        loop {
            if self.0.is_done() {
                return Poll::Ready(());
            }
            if registered {
                return Poll::Pending;
            }
            self.0.waker.register(cx.waker());
            registered = true;
        }
    }
}

/// The lock that the one who pushes takes is held over both.
pub struct UnderALock(pub Arc<Shared>);

impl Future for UnderALock {
    type Output = Option<u32>;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u32>> {
        if self.0.is_done() {
            return Poll::Ready(None);
        }
        let mut items = self.0.items.lock().unwrap();
        if let Some(item) = items.pop_front() {
            return Poll::Ready(Some(item));
        }
        self.0.waker.register(cx.waker());
        Poll::Pending
    }
}
