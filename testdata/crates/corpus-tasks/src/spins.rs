//! Loops that never give the thread back.

/// tower #133: the worker goes around as long as both sides are pending.
pub mod s01 {
    use futures::Stream;
    use std::future::Future;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    pub mod buggy {
        use super::*;

        pub struct Worker<S, F> {
            requests: S,
            ready: F,
            queue: Vec<u32>,
        }

        impl<S: Stream<Item = u32> + Unpin, F: Future<Output = ()> + Unpin> Future for Worker<S, F> {
            type Output = Vec<u32>;
            fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Vec<u32>> {
                let this = &mut *self;
                loop {
                    match Pin::new(&mut this.requests).poll_next(cx) { //~ never-yields
                        Poll::Ready(Some(n)) => this.queue.push(n),
                        Poll::Ready(None) => return Poll::Ready(std::mem::take(&mut this.queue)),
                        Poll::Pending => {}
                    }
                    if let Poll::Ready(()) = Pin::new(&mut this.ready).poll(cx) {
                        return Poll::Ready(std::mem::take(&mut this.queue));
                    }
                }
            }
        }
    }

    pub mod fixed {
        use super::*;

        pub struct Worker<S, F> {
            requests: S,
            ready: F,
            queue: Vec<u32>,
        }

        impl<S: Stream<Item = u32> + Unpin, F: Future<Output = ()> + Unpin> Future for Worker<S, F> {
            type Output = Vec<u32>;
            fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Vec<u32>> {
                let this = &mut *self;
                loop {
                    match Pin::new(&mut this.requests).poll_next(cx) {
                        Poll::Ready(Some(n)) => this.queue.push(n),
                        Poll::Ready(None) => return Poll::Ready(std::mem::take(&mut this.queue)),
                        Poll::Pending => break,
                    }
                }
                match Pin::new(&mut this.ready).poll(cx) {
                    Poll::Ready(()) => Poll::Ready(std::mem::take(&mut this.queue)),
                    Poll::Pending => Poll::Pending,
                }
            }
        }
    }
}

pub mod shapes {
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
    use std::sync::{Arc, Mutex};
    use tokio::sync::{Notify, mpsc, oneshot};

    pub mod buggy {
        use super::*;

        pub struct Gate {
            open: AtomicBool,
            users: AtomicUsize,
        }

        impl Gate {
            fn is_open(&self) -> bool {
                self.open.load(Ordering::Acquire)
            }

            pub async fn enter(&self) {
                while !self.is_open() { //~? never-yields
                    std::hint::spin_loop();
                }
                self.users.fetch_add(1, Ordering::AcqRel);
            }

            pub async fn drain(self: Arc<Self>) {
                loop {
                    if self.users.load(Ordering::Acquire) == 0 { //~ never-yields
                        break;
                    }
                }
            }
        }

        pub async fn reply(mut rx: oneshot::Receiver<u32>) -> u32 {
            loop {
                match rx.try_recv() { //~ never-yields
                    Ok(n) => return n,
                    Err(oneshot::error::TryRecvError::Empty) => continue,
                    Err(oneshot::error::TryRecvError::Closed) => return 0,
                }
            }
        }

        pub async fn shared(m: &Mutex<Vec<u32>>) -> u32 {
            loop {
                let Ok(mut list) = m.try_lock() else { continue }; //~ never-yields
                return list.pop().unwrap_or(0);
            }
        }

        pub async fn room(tx: mpsc::Sender<u32>) -> bool {
            while tx.capacity() == 0 { //~ never-yields
                std::thread::yield_now(); //~ blocking-in-async
            }
            tx.try_send(1).is_ok()
        }
    }

    pub mod fixed {
        use super::*;

        pub struct Gate {
            open: Notify,
            users: AtomicUsize,
            empty: Notify,
        }

        impl Gate {
            pub async fn enter(&self) {
                self.open.notified().await;
                self.users.fetch_add(1, Ordering::AcqRel);
            }

            pub async fn drain(self: Arc<Self>) {
                while self.users.load(Ordering::Acquire) != 0 {
                    self.empty.notified().await;
                }
            }
        }

        pub async fn reply(rx: oneshot::Receiver<u32>) -> u32 {
            rx.await.unwrap_or(0)
        }

        pub async fn shared(m: &Mutex<Vec<u32>>, flag: &AtomicBool) -> u32 {
            for _ in 0..10 {
                if let Ok(mut list) = m.try_lock() {
                    return list.pop().unwrap_or(0);
                }
                std::hint::spin_loop();
            }
            flag.store(true, Ordering::Release);
            0
        }

        pub async fn room(tx: mpsc::Sender<u32>) -> bool {
            tx.reserve().await.map(|place| place.send(1)).is_ok()
        }
    }
}
