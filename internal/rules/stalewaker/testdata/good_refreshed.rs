//! Wakers that are refreshed, or compared.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

pub struct Compared {
    pub due: Arc<AtomicBool>,
    pub waker: Option<Waker>,
}

impl Future for Compared {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.due.load(Ordering::Acquire) {
            return Poll::Ready(());
        }
        match &self.waker {
            Some(w) if w.will_wake(cx.waker()) => {}
            _ => self.waker = Some(cx.waker().clone()),
        }
        Poll::Pending
    }
}

/// Wakes the earlier one before it keeps the new one.
pub struct Replaced(pub Mutex<Option<Waker>>, pub AtomicBool);

impl Future for &Replaced {
    type Output = ();
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.1.load(Ordering::Acquire) {
            return Poll::Ready(());
        }
        if let Some(old) = self.0.lock().unwrap().replace(cx.waker().clone()) {
            old.wake();
        }
        Poll::Pending
    }
}

/// Waking another task that waits is none of this task's wake-up.
pub struct Handover {
    pub other: Option<Waker>,
    pub inner: tokio::sync::mpsc::Receiver<u32>,
}

impl Future for Handover {
    type Output = Option<u32>;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u32>> {
        if let Some(other) = self.other.take() {
            other.wake();
        }
        self.inner.poll_recv(cx)
    }
}

/// Kept by a method that looks whether there is one, and refreshed behind it.
pub struct Once(pub Option<std::task::Waker>, pub bool);

impl std::future::Future for Once {
    type Output = ();
    fn poll(mut self: std::pin::Pin<&mut Self>, cx: &mut std::task::Context<'_>) -> std::task::Poll<()> {
        if self.1 {
            return std::task::Poll::Ready(());
        }
        self.0.get_or_insert_with(|| cx.waker().clone()).clone_from(cx.waker());
        std::task::Poll::Pending
    }
}
