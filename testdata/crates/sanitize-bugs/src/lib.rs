//! Unsound futures and wakers, and sound programs beside them, for the sanitizers.
use std::cell::UnsafeCell;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

/// Pending once, then ready.
pub struct YieldOnce(pub bool);

impl Future for YieldOnce {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.0 {
            return Poll::Ready(());
        }
        self.0 = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

/// Its state points into itself while it waits.
pub async fn self_referential(n: u8) -> u64 {
    let mut bytes = [n; 64];
    let r = &mut bytes;
    YieldOnce(false).await;
    r[0] = r[0].wrapping_add(1);
    r.iter().map(|b| u64::from(*b)).sum()
}

/// Polls its future through a pin, and lets it be taken out afterwards.
pub struct Movable<F>(pub Option<F>);

impl<F: Future> Movable<F> {
    pub fn poll_once(&mut self, cx: &mut Context<'_>) -> Poll<F::Output> {
        let future = self.0.as_mut().unwrap();
        unsafe { Pin::new_unchecked(future) }.poll(cx) //~ pin-projection-mismatch
    }

    pub fn take(&mut self) -> F {
        self.0.take().unwrap() //~ pin-moved-value
    }
}

/// A value and a waker without a lock.
pub struct Cell {
    waker: UnsafeCell<Option<Waker>>,
    value: UnsafeCell<u32>,
}

unsafe impl Sync for Cell {}
unsafe impl Send for Cell {}

impl Cell {
    pub fn new() -> Arc<Cell> {
        Arc::new(Cell { waker: UnsafeCell::new(None), value: UnsafeCell::new(0) })
    }

    pub fn send(&self, value: u32) {
        unsafe {
            *self.value.get() = value;
            if let Some(waker) = (*self.waker.get()).take() {
                waker.wake();
            }
        }
    }
}

impl Default for Cell {
    fn default() -> Cell {
        Cell { waker: UnsafeCell::new(None), value: UnsafeCell::new(0) }
    }
}

pub struct Receive(pub Arc<Cell>);

impl Future for Receive {
    type Output = u32;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u32> {
        unsafe {
            if *self.0.value.get() != 0 {
                return Poll::Ready(*self.0.value.get());
            }
            *self.0.waker.get() = Some(cx.waker().clone());
            Poll::Pending
        }
    }
}
