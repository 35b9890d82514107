//! W42: each poll makes a new future for the lock, and drops it again: its place in the queue goes with it.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::sync::Mutex;

pub mod buggy {
    use super::*;

    /// Adds to a sum under its lock, by hand.
    pub struct Add {
        pub sum: Arc<Mutex<u32>>,
        pub n: u32,
    }

    pub fn add(sum: Arc<Mutex<u32>>, n: u32) -> Add {
        Add { sum, n }
    }

    impl Future for Add {
        type Output = u32;

        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u32> {
            let lock = pin!(self.sum.lock()); //~ lost-registration
            match lock.poll(cx) {
                Poll::Ready(mut sum) => {
                    *sum += self.n;
                    Poll::Ready(*sum)
                }
                Poll::Pending => Poll::Pending,
            }
        }
    }
}

pub mod fixed {
    use super::*;
    use tokio::sync::OwnedMutexGuard;

    /// Adds to a sum under its lock, by hand.
    pub struct Add {
        lock: Pin<Box<dyn Future<Output = OwnedMutexGuard<u32>> + Send>>,
        n: u32,
    }

    pub fn add(sum: Arc<Mutex<u32>>, n: u32) -> Add {
        Add { lock: Box::pin(sum.lock_owned()), n }
    }

    impl Future for Add {
        type Output = u32;

        fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u32> {
            match self.lock.as_mut().poll(cx) {
                Poll::Ready(mut sum) => {
                    *sum += self.n;
                    Poll::Ready(*sum)
                }
                Poll::Pending => Poll::Pending,
            }
        }
    }
}
