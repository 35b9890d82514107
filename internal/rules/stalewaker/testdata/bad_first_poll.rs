//! The waker of the first poll only.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

pub struct Timer {
    pub due: Arc<AtomicBool>,
    pub id_and_waker: Option<(usize, Waker)>,
}

pub fn insert(_: &Waker) -> usize {
    1
}

impl Future for Timer {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.due.load(Ordering::Acquire) {
            return Poll::Ready(());
        }
        match &self.id_and_waker {
            None => {
                let id = insert(cx.waker());
                self.id_and_waker = Some((id, cx.waker().clone()));
            }
            Some(_) => {}
        }
        Poll::Pending //~ stale-waker: earlier poll
    }
}

/// Kept by a method that looks whether there is one.
pub struct Once(pub Option<std::task::Waker>, pub bool);

impl std::future::Future for Once {
    type Output = ();
    fn poll(mut self: std::pin::Pin<&mut Self>, cx: &mut std::task::Context<'_>) -> std::task::Poll<()> {
        if self.1 {
            return std::task::Poll::Ready(());
        }
        self.0.get_or_insert_with(|| cx.waker().clone());
        std::task::Poll::Pending //~ stale-waker
    }
}
