//! F11: a lock that is owned from the moment its future is made. Who makes the futures in one order and awaits them in
//! another deadlocks with code that only looks as if it took the same order.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex as StdMutex};
use std::task::{Context, Poll, Waker};

#[derive(Default)]
struct Queue {
    next: u64,
    waiting: VecDeque<(u64, Option<Waker>)>,
}

impl Queue {
    fn enter(&mut self) -> u64 {
        self.next += 1;
        self.waiting.push_back((self.next, None));
        self.next
    }

    fn first(&mut self, ticket: u64, waker: &Waker) -> bool {
        if self.waiting.front().is_some_and(|(first, _)| *first == ticket) {
            return true;
        }
        if let Some(place) = self.waiting.iter_mut().find(|(waiting, _)| *waiting == ticket) {
            place.1 = Some(waker.clone());
        }
        false
    }

    fn leave(&mut self, ticket: u64) {
        self.waiting.retain(|(waiting, _)| *waiting != ticket);
        if let Some((_, Some(waker))) = self.waiting.front() {
            waker.wake_by_ref();
        }
    }
}

/// Ownership of a lock.
pub struct Guard {
    queue: Arc<StdMutex<Queue>>,
    ticket: u64,
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.queue.lock().unwrap().leave(self.ticket);
    }
}

pub mod buggy {
    use super::*;

    #[derive(Clone, Default)]
    pub struct Mutex {
        queue: Arc<StdMutex<Queue>>,
    }

    pub struct LockFuture {
        guard: Option<Guard>,
    }

    impl Mutex {
        pub fn lock(&self) -> LockFuture {
            let ticket = self.queue.lock().unwrap().enter();
            LockFuture { guard: Some(Guard { queue: self.queue.clone(), ticket }) }
        }
    }

    impl Future for LockFuture {
        type Output = Guard;

        fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Guard> {
            let guard = self.guard.take().expect("polled after completion");
            if guard.queue.lock().unwrap().first(guard.ticket, cx.waker()) {
                return Poll::Ready(guard);
            }
            self.guard = Some(guard);
            Poll::Pending
        }
    }
}

pub mod fixed {
    use super::*;

    #[derive(Clone, Default)]
    pub struct Mutex {
        queue: Arc<StdMutex<Queue>>,
    }

    pub struct LockFuture {
        queue: Arc<StdMutex<Queue>>,
        guard: Option<Guard>,
    }

    impl Mutex {
        pub fn lock(&self) -> LockFuture {
            LockFuture { queue: self.queue.clone(), guard: None }
        }
    }

    impl Future for LockFuture {
        type Output = Guard;

        fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Guard> {
            let guard = self.guard.take().unwrap_or_else(|| {
                let ticket = self.queue.lock().unwrap().enter();
                Guard { queue: self.queue.clone(), ticket }
            });
            if guard.queue.lock().unwrap().first(guard.ticket, cx.waker()) {
                return Poll::Ready(guard);
            }
            self.guard = Some(guard);
            Poll::Pending
        }
    }
}
