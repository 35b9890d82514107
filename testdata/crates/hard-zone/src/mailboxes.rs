//! Actors and their mailboxes.

/// An actor that is driven by its own poll.
pub mod actor {
    use std::future::Future;
    use std::pin::Pin;
    use std::task::{Context, Poll};
    use tokio::sync::mpsc::{Receiver, error::TryRecvError};

    pub mod unsound {
        use super::*;

        pub struct Actor {
            mailbox: Receiver<u32>,
            sum: u32,
        }

        impl Future for Actor {
            type Output = u32;
            fn poll(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<u32> {
                loop {
                    match self.mailbox.try_recv() {
                        Ok(n) => self.sum += n,
                        Err(TryRecvError::Empty) => return Poll::Pending, //~ pending-without-waker
                        Err(TryRecvError::Disconnected) => return Poll::Ready(self.sum),
                    }
                }
            }
        }
    }

    pub mod sound {
        use super::*;

        pub struct Actor {
            mailbox: Receiver<u32>,
            sum: u32,
        }

        impl Future for Actor {
            type Output = u32;
            fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u32> {
                loop {
                    match self.mailbox.poll_recv(cx) {
                        Poll::Ready(Some(n)) => self.sum += n,
                        Poll::Ready(None) => return Poll::Ready(self.sum),
                        Poll::Pending => return Poll::Pending,
                    }
                }
            }
        }
    }
}

/// An actor whose task keeps the handle alive that should end it.
pub mod handle {
    use std::sync::{Arc, Mutex};
    use tokio::sync::mpsc;
    use tokio::task::AbortHandle;

    pub mod unsound {
        use super::*;

        #[derive(Default)]
        pub struct Handle {
            task: Mutex<Option<AbortHandle>>,
            seen: Mutex<u64>,
        }

        pub fn start(mut mailbox: mpsc::Receiver<u32>) -> Arc<Handle> {
            let handle = Arc::new(Handle::default());
            let mine = handle.clone();
            let task = tokio::spawn(async move { //~ detached-task
                loop {
                    match mailbox.recv().await { //~ error-loop-spins
                        Some(n) => *mine.seen.lock().unwrap() += u64::from(n),
                        None => eprintln!("no sender"),
                    }
                }
            });
            *handle.task.lock().unwrap() = Some(task.abort_handle());
            handle
        }

        impl Drop for Handle {
            fn drop(&mut self) {
                if let Some(task) = self.task.lock().unwrap().take() {
                    task.abort();
                }
            }
        }
    }

    pub mod sound {
        use super::*;

        #[derive(Default)]
        pub struct Handle {
            task: Mutex<Option<AbortHandle>>,
            seen: Arc<Mutex<u64>>,
        }

        pub fn start(mut mailbox: mpsc::Receiver<u32>) -> Arc<Handle> {
            let handle = Arc::new(Handle::default());
            let seen = handle.seen.clone();
            let task = tokio::spawn(async move {
                while let Some(n) = mailbox.recv().await {
                    *seen.lock().unwrap() += u64::from(n);
                }
            });
            *handle.task.lock().unwrap() = Some(task.abort_handle());
            handle
        }

        impl Drop for Handle {
            fn drop(&mut self) {
                if let Some(task) = self.task.lock().unwrap().take() {
                    task.abort();
                }
            }
        }
    }
}

/// A mailbox behind an async lock, polled by hand.
pub mod locked {
    use std::future::Future;
    use std::pin::{Pin, pin};
    use std::sync::Arc;
    use std::task::{Context, Poll};
    use tokio::sync::{Mutex, OwnedMutexGuard};

    pub mod unsound {
        use super::*;

        pub struct Next(pub Arc<Mutex<Vec<u32>>>);

        impl Future for Next {
            type Output = Option<u32>;
            fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u32>> {
                match pin!(self.0.lock()).poll(cx) { //~ lost-registration
                    Poll::Ready(mut list) => Poll::Ready(list.pop()),
                    Poll::Pending => Poll::Pending,
                }
            }
        }
    }

    pub mod sound {
        use super::*;

        type Locking = Pin<Box<dyn Future<Output = OwnedMutexGuard<Vec<u32>>> + Send>>;

        pub struct Next(pub Locking);

        pub fn next(list: Arc<Mutex<Vec<u32>>>) -> Next {
            Next(Box::pin(list.lock_owned()))
        }

        impl Future for Next {
            type Output = Option<u32>;
            fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u32>> {
                match self.0.as_mut().poll(cx) {
                    Poll::Ready(mut list) => Poll::Ready(list.pop()),
                    Poll::Pending => Poll::Pending,
                }
            }
        }
    }
}
