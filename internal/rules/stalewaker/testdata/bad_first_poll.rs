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
