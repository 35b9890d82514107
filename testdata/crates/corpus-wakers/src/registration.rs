//! Futures that go with the poll that made them.

/// tokio #1361, in today's words: a lock future is made by each poll.
pub mod w42 {
    use std::sync::Arc;
    use tokio::sync::Mutex;

    pub mod buggy {
        use super::*;
        use std::future::Future;
        use std::pin::{Pin, pin};
        use std::task::{Context, Poll};

        pub struct Read {
            pub cache: Arc<Mutex<Vec<u32>>>,
            pub at: usize,
        }

        impl Future for Read {
            type Output = Option<u32>;
            fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u32>> {
                let lock = pin!(self.cache.lock()); //~ lost-registration
                match lock.poll(cx) {
                    Poll::Ready(cache) => Poll::Ready(cache.get(self.at).copied()),
                    Poll::Pending => Poll::Pending,
                }
            }
        }
    }

    pub mod fixed {
        use super::*;
        use std::future::Future;
        use std::pin::Pin;
        use std::task::{Context, Poll};
        use tokio::sync::OwnedMutexGuard;

        pub struct Read {
            pub lock: Pin<Box<dyn Future<Output = OwnedMutexGuard<Vec<u32>>> + Send>>,
            pub at: usize,
        }

        pub fn read(cache: Arc<Mutex<Vec<u32>>>, at: usize) -> Read {
            Read { lock: Box::pin(cache.lock_owned()), at }
        }

        impl Future for Read {
            type Output = Option<u32>;
            fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u32>> {
                match self.lock.as_mut().poll(cx) {
                    Poll::Ready(cache) => Poll::Ready(cache.get(self.at).copied()),
                    Poll::Pending => Poll::Pending,
                }
            }
        }
    }
}
