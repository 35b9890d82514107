//! K34: a lock is handed to the first waiting future, and only its guard releases it. A future that is dropped after it got the
//! lock, and before it was polled, keeps it for ever.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex as StdMutex};
use std::task::{Context, Poll};
use tokio::sync::oneshot;

#[derive(Default)]
pub struct State {
    owned: bool,
    waiting: VecDeque<oneshot::Sender<()>>,
}

#[derive(Clone, Default)]
pub struct Mutex(Arc<StdMutex<State>>);

impl Mutex {
    fn unlock(&self) {
        let mut state = self.0.lock().unwrap();
        while let Some(next) = state.waiting.pop_front() {
            if next.send(()).is_ok() {
                return; // ownership goes to that one
            }
        }
        state.owned = false;
    }

    /// None when the lock was free and is ours now.
    fn queue(&self) -> Option<oneshot::Receiver<()>> {
        let mut state = self.0.lock().unwrap();
        if !state.owned {
            state.owned = true;
            return None;
        }
        let (hand, handed) = oneshot::channel();
        state.waiting.push_back(hand);
        Some(handed)
    }
}

pub struct Guard(Mutex);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.unlock();
    }
}

pub mod buggy {
    use super::*;

    pub struct MutexFut {
        mutex: Mutex,
        handed: Option<Option<oneshot::Receiver<()>>>,
    }

    pub fn lock(mutex: &Mutex) -> MutexFut {
        MutexFut { mutex: mutex.clone(), handed: None }
    }

    impl Future for MutexFut {
        type Output = Guard;

        fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Guard> {
            let this = &mut *self;
            let mutex = this.mutex.clone();
            if let Some(handed) = this.handed.get_or_insert_with(|| mutex.queue()) {
                if Pin::new(handed).poll(cx).is_pending() {
                    return Poll::Pending;
                }
            }
            Poll::Ready(Guard(mutex))
        }
    }
}

pub mod fixed {
    use super::*;

    pub struct MutexFut {
        mutex: Mutex,
        handed: Option<Option<oneshot::Receiver<()>>>,
    }

    pub fn lock(mutex: &Mutex) -> MutexFut {
        MutexFut { mutex: mutex.clone(), handed: None }
    }

    impl Future for MutexFut {
        type Output = Guard;

        fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Guard> {
            let this = &mut *self;
            let mutex = this.mutex.clone();
            if let Some(handed) = this.handed.get_or_insert_with(|| mutex.queue()) {
                if Pin::new(handed).poll(cx).is_pending() {
                    return Poll::Pending;
                }
            }
            this.handed = Some(None);
            Poll::Ready(Guard(mutex))
        }
    }

    impl Drop for MutexFut {
        fn drop(&mut self) {
            if let Some(Some(mut handed)) = self.handed.take() {
                handed.close();
                if handed.try_recv().is_ok() {
                    self.mutex.unlock();
                }
            }
        }
    }
}
