//! Paths on which nobody wakes the task, or the wrong one.

/// h2 #931: one arm puts the event back without keeping the waker.
pub mod w01 {
    use std::collections::VecDeque;
    use std::task::Waker;

    pub enum Event {
        Data(u32),
        Trailers(u32),
    }

    pub struct Stream {
        pub events: VecDeque<Event>,
        pub task: Option<Waker>,
    }

    pub trait Trailers {
        fn poll_trailers(&mut self, cx: &mut std::task::Context<'_>) -> std::task::Poll<Option<u32>>;
    }

    pub mod buggy {
        use super::*;
        use std::task::{Context, Poll};

        pub struct Recv(pub Stream);

        impl Trailers for Recv {
            fn poll_trailers(&mut self, cx: &mut Context<'_>) -> Poll<Option<u32>> {
                match self.0.events.pop_front() {
                    Some(Event::Trailers(n)) => Poll::Ready(Some(n)),
                    Some(event) => {
                        self.0.events.push_front(event);
                        Poll::Pending //~ pending-without-waker(info)
                    }
                    None => {
                        self.0.task = Some(cx.waker().clone());
                        Poll::Pending
                    }
                }
            }
        }
    }

    pub mod fixed {
        use super::*;
        use std::task::{Context, Poll};

        pub struct Recv(pub Stream);

        impl Trailers for Recv {
            fn poll_trailers(&mut self, cx: &mut Context<'_>) -> Poll<Option<u32>> {
                match self.0.events.pop_front() {
                    Some(Event::Trailers(n)) => Poll::Ready(Some(n)),
                    Some(event) => {
                        self.0.events.push_front(event);
                        self.0.task = Some(cx.waker().clone());
                        Poll::Pending
                    }
                    None => {
                        self.0.task = Some(cx.waker().clone());
                        Poll::Pending
                    }
                }
            }
        }
    }
}

/// reth #2276: the tick is asked once, so a tick that was ready does not wake the task again.
pub mod w14 {
    use futures::{Stream, StreamExt};
    use tokio::sync::mpsc;
    use tokio::time::Interval;

    pub struct Peers {
        pub tick: Interval,
        pub commands: mpsc::Receiver<u32>,
        pub due: u32,
    }

    pub mod buggy {
        use super::*;
        use std::future::Future;
        use std::pin::Pin;
        use std::task::{Context, Poll};

        pub struct Manager(pub Peers);

        impl Future for Manager {
            type Output = ();
            fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
                if self.0.tick.poll_tick(cx).is_ready() {
                    self.0.due += 1;
                }
                while let Poll::Ready(command) = self.0.commands.poll_recv(cx) {
                    match command {
                        Some(n) => self.0.due -= n,
                        None => return Poll::Ready(()),
                    }
                }
                Poll::Pending //~? pending-without-waker
            }
        }
    }

    pub mod fixed {
        use super::*;
        use std::future::Future;
        use std::pin::Pin;
        use std::task::{Context, Poll};

        pub struct Manager(pub Peers);

        impl Future for Manager {
            type Output = ();
            fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
                while self.0.tick.poll_tick(cx).is_ready() {
                    self.0.due += 1;
                }
                while let Poll::Ready(command) = self.0.commands.poll_recv(cx) {
                    match command {
                        Some(n) => self.0.due -= n,
                        None => return Poll::Ready(()),
                    }
                }
                Poll::Pending
            }
        }
    }

    pub async fn all<S: Stream<Item = u32> + Unpin>(mut s: S) -> u32 {
        s.next().await.unwrap_or(0)
    }
}

/// async-io: the timer keeps the waker of its first poll.
pub mod w22 {
    use std::collections::BTreeMap;
    use std::sync::Mutex;
    use std::task::Waker;
    use std::time::Instant;

    #[derive(Default)]
    pub struct Reactor(Mutex<BTreeMap<(Instant, usize), Waker>>);

    impl Reactor {
        pub fn insert(&self, when: Instant, waker: &Waker) -> usize {
            let mut timers = self.0.lock().unwrap();
            let id = timers.len();
            timers.insert((when, id), waker.clone());
            id
        }
        pub fn remove(&self, when: Instant, id: usize) {
            self.0.lock().unwrap().remove(&(when, id));
        }
    }

    pub mod buggy {
        use super::*;
        use std::future::Future;
        use std::pin::Pin;
        use std::task::{Context, Poll};

        pub struct Timer<'a> {
            pub reactor: &'a Reactor,
            pub when: Instant,
            pub inserted: Option<(usize, Waker)>,
        }

        impl Future for Timer<'_> {
            type Output = Instant;
            fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Instant> {
                if Instant::now() >= self.when {
                    if let Some((id, _)) = self.inserted.take() {
                        self.reactor.remove(self.when, id);
                    }
                    return Poll::Ready(self.when);
                }
                if self.inserted.is_none() {
                    let id = self.reactor.insert(self.when, cx.waker());
                    self.inserted = Some((id, cx.waker().clone()));
                }
                Poll::Pending //~ stale-waker
            }
        }
    }

    pub mod fixed {
        use super::*;
        use std::future::Future;
        use std::pin::Pin;
        use std::task::{Context, Poll};

        pub struct Timer<'a> {
            pub reactor: &'a Reactor,
            pub when: Instant,
            pub inserted: Option<(usize, Waker)>,
        }

        impl Future for Timer<'_> {
            type Output = Instant;
            fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Instant> {
                if Instant::now() >= self.when {
                    if let Some((id, _)) = self.inserted.take() {
                        self.reactor.remove(self.when, id);
                    }
                    return Poll::Ready(self.when);
                }
                match &self.inserted {
                    Some((_, waker)) if waker.will_wake(cx.waker()) => {}
                    _ => {
                        if let Some((id, _)) = self.inserted.take() {
                            self.reactor.remove(self.when, id);
                        }
                        let id = self.reactor.insert(self.when, cx.waker());
                        self.inserted = Some((id, cx.waker().clone()));
                    }
                }
                Poll::Pending
            }
        }
    }
}

/// chatmail core #1922: the poll never uses its context.
pub mod w26 {
    use tokio::sync::mpsc::{Receiver, error::TryRecvError};

    pub mod buggy {
        use super::*;
        use std::task::{Context, Poll};

        pub struct Emitter(pub Vec<Receiver<u32>>);

        impl Emitter {
            pub async fn recv(&mut self) -> Option<u32> {
                std::future::poll_fn(|cx| self.recv_poll(cx)).await
            }

            fn recv_poll(&mut self, _cx: &mut Context<'_>) -> Poll<Option<u32>> {
                for emitter in &mut self.0 {
                    match emitter.try_recv() {
                        Ok(event) => return Poll::Ready(Some(event)),
                        Err(TryRecvError::Empty) => {}
                        Err(TryRecvError::Disconnected) => return Poll::Ready(None),
                    }
                }
                Poll::Pending //~ pending-without-waker
            }
        }
    }

    pub mod fixed {
        use super::*;
        use std::task::{Context, Poll};

        pub struct Emitter(pub Vec<Receiver<u32>>);

        impl Emitter {
            pub async fn recv(&mut self) -> Option<u32> {
                std::future::poll_fn(|cx| self.recv_poll(cx)).await
            }

            fn recv_poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<u32>> {
                for emitter in &mut self.0 {
                    if let Poll::Ready(event) = emitter.poll_recv(cx) {
                        return Poll::Ready(event);
                    }
                }
                Poll::Pending
            }
        }
    }
}

/// router #7167: pending for a failure that stays.
pub mod w28 {
    pub trait Service {
        type Error;
        fn poll_ready(&mut self, cx: &mut std::task::Context<'_>) -> std::task::Poll<Result<(), Self::Error>>;
    }

    pub mod buggy {
        use super::*;
        use std::task::{Context, Poll};

        pub struct Limited<S> {
            pub inner: S,
            pub failed: bool,
        }

        impl<S: Service> Service for Limited<S> {
            type Error = S::Error;
            fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
                if self.failed {
                    return Poll::Pending; //~? pending-without-waker
                }
                self.inner.poll_ready(cx)
            }
        }
    }

    pub mod fixed {
        use super::*;
        use std::task::{Context, Poll};

        pub struct Limited<S: Service> {
            pub inner: S,
            pub failed: Option<S::Error>,
        }

        impl<S: Service> Service for Limited<S> {
            type Error = S::Error;
            fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
                if let Some(e) = self.failed.take() {
                    return Poll::Ready(Err(e));
                }
                self.inner.poll_ready(cx)
            }
        }
    }
}

/// vector #23340: an empty set of futures is taken for one that has nothing yet.
pub mod w30 {
    use futures::stream::{Fuse, FuturesUnordered, Stream, StreamExt};
    use futures::future::BoxFuture;

    pub mod buggy {
        use super::*;
        use std::pin::Pin;
        use std::task::{Context, Poll};

        pub struct Concurrent<S> {
            pub input: Fuse<S>,
            pub running: FuturesUnordered<BoxFuture<'static, u32>>,
        }

        impl<S: Stream<Item = u32> + Unpin> Stream for Concurrent<S> {
            type Item = u32;
            fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u32>> {
                while self.running.len() < 8 {
                    match self.input.poll_next_unpin(cx) {
                        Poll::Ready(Some(n)) => self.running.push(Box::pin(async move { n * 2 })),
                        Poll::Ready(None) | Poll::Pending => break,
                    }
                }
                match self.running.poll_next_unpin(cx) {
                    Poll::Ready(Some(n)) => Poll::Ready(Some(n)),
                    Poll::Ready(None) | Poll::Pending => Poll::Pending, //~ pending-without-waker
                }
            }
        }
    }

    pub mod fixed {
        use super::*;
        use std::pin::Pin;
        use std::task::{Context, Poll};

        pub struct Concurrent<S> {
            pub input: Fuse<S>,
            pub running: FuturesUnordered<BoxFuture<'static, u32>>,
        }

        impl<S: Stream<Item = u32> + Unpin> Stream for Concurrent<S> {
            type Item = u32;
            fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u32>> {
                while self.running.len() < 8 {
                    match self.input.poll_next_unpin(cx) {
                        Poll::Ready(Some(n)) => self.running.push(Box::pin(async move { n * 2 })),
                        Poll::Ready(None) | Poll::Pending => break,
                    }
                }
                match self.running.poll_next_unpin(cx) {
                    Poll::Ready(Some(n)) => Poll::Ready(Some(n)),
                    Poll::Ready(None) if self.input.is_done() => Poll::Ready(None),
                    Poll::Ready(None) | Poll::Pending => Poll::Pending,
                }
            }
        }
    }
}
