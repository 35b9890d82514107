//! Futures written by hand that lose their wake-up under some schedules, each with a twin that does not.
//!
//! When nothing can run, each of the mistaken ones could go on if only somebody polled it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

/// A flag that one task raises and another waits for.
#[derive(Default)]
pub struct Flag(Mutex<(bool, Option<Waker>)>);

impl Flag {
    /// Raises the flag and wakes nobody.
    pub fn raise_silently(&self) {
        self.0.lock().unwrap().0 = true;
    }

    pub fn raise(&self) {
        let mut flag = self.0.lock().unwrap();
        flag.0 = true;
        if let Some(waker) = flag.1.take() {
            waker.wake();
        }
    }

    fn poll(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut flag = self.0.lock().unwrap();
        if flag.0 {
            return Poll::Ready(());
        }
        flag.1 = Some(cx.waker().clone());
        Poll::Pending
    }

    pub fn is_raised(&self) -> bool {
        self.0.lock().unwrap().0
    }

    pub async fn raised(&self) {
        std::future::poll_fn(|cx| self.poll(cx)).await
    }

    /// Looks at the flag in each poll and keeps no waker.
    pub async fn raised_some_day(&self) {
        std::future::poll_fn(|_| if self.0.lock().unwrap().0 { Poll::Ready(()) } else { Poll::Pending }).await //~ pending-without-waker
    }

    /// Waits twice, keeping the waker in the first poll only.
    pub async fn raised_after(&self, other: &Flag) {
        let mut first = true;
        std::future::poll_fn(|cx| {
            if first {
                first = false;
                let _ = self.poll(cx);
                return other.poll(cx);
            }
            if self.0.lock().unwrap().0 { Poll::Ready(()) } else { Poll::Pending }
        })
        .await
    }
}

/// Items that one task puts and another takes.
#[derive(Default)]
pub struct Items(Mutex<(Vec<u32>, Option<Waker>)>);

impl Items {
    pub fn put(&self, item: u32) {
        let mut items = self.0.lock().unwrap();
        items.0.push(item);
        if let Some(waker) = items.1.take() {
            waker.wake();
        }
    }

    /// Looks for items that are there, and then keeps the waker; what is put in between wakes nobody.
    pub async fn take_late(&self) -> u32 {
        if let Some(item) = self.0.lock().unwrap().0.pop() {
            return item;
        }
        tokio::task::consume_budget().await;
        Late { items: self, kept: false }.await
    }

    pub async fn take(&self) -> u32 {
        std::future::poll_fn(|cx| {
            let mut items = self.0.lock().unwrap();
            match items.0.pop() {
                Some(item) => Poll::Ready(item),
                None => {
                    items.1 = Some(cx.waker().clone());
                    Poll::Pending
                }
            }
        })
        .await
    }
}

/// Keeps its waker before it looks again.
struct Late<'a> {
    items: &'a Items,
    kept: bool,
}

impl Future for Late<'_> {
    type Output = u32;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u32> {
        let mut items = self.items.0.lock().unwrap();
        items.1 = Some(cx.waker().clone());
        let item = if self.kept { items.0.pop() } else { None };
        drop(items);
        self.kept = true;
        item.map_or(Poll::Pending, Poll::Ready)
    }
}
