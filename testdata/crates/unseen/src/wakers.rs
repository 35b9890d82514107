//! Polls written by hand.

use futures::Stream;
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker, ready};
use tokio::sync::{Notify, Semaphore, mpsc};
use tokio::time::Sleep;

#[derive(Default)]
pub struct Inner {
    items: VecDeque<u32>,
    waker: Option<Waker>,
    closed: bool,
    paused: bool,
}

/// One way to `Pending` keeps no waker.
pub mod paused_without_a_waker {
    use super::*;

    pub struct Buggy(pub Arc<Mutex<Inner>>);
    pub struct Fixed(pub Arc<Mutex<Inner>>);

    impl Stream for Buggy {
        type Item = u32;

        fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u32>> {
            let mut inner = self.0.lock().unwrap();
            if inner.paused {
                return Poll::Pending; //~? pending-without-waker
            }
            if let Some(item) = inner.items.pop_front() {
                return Poll::Ready(Some(item));
            }
            if inner.closed {
                return Poll::Ready(None);
            }
            inner.waker = Some(cx.waker().clone());
            Poll::Pending
        }
    }

    impl Stream for Fixed {
        type Item = u32;

        fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u32>> {
            let mut inner = self.0.lock().unwrap();
            if !inner.paused {
                if let Some(item) = inner.items.pop_front() {
                    return Poll::Ready(Some(item));
                }
                if inner.closed {
                    return Poll::Ready(None);
                }
            }
            inner.waker = Some(cx.waker().clone());
            Poll::Pending
        }
    }
}

/// The waker of the first poll is kept for ever.
pub mod the_first_waker {
    use super::*;

    pub struct Buggy(pub Arc<Mutex<Inner>>);
    pub struct Fixed(pub Arc<Mutex<Inner>>);

    impl Future for Buggy {
        type Output = ();

        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
            let mut inner = self.0.lock().unwrap();
            if inner.closed {
                return Poll::Ready(());
            }
            inner.waker.get_or_insert_with(|| cx.waker().clone());
            Poll::Pending //~ stale-waker
        }
    }

    impl Future for Fixed {
        type Output = ();

        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
            let mut inner = self.0.lock().unwrap();
            if inner.closed {
                return Poll::Ready(());
            }
            match &mut inner.waker {
                Some(waker) => waker.clone_from(cx.waker()),
                none => *none = Some(cx.waker().clone()),
            }
            Poll::Pending
        }
    }
}

/// A notification future that lives as long as one poll.
pub mod a_notification_for_one_poll {
    use super::*;

    pub struct Buggy {
        told: Arc<Notify>,
        done: Arc<AtomicBool>,
    }

    impl Future for Buggy {
        type Output = ();

        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
            if self.done.load(Ordering::Acquire) {
                return Poll::Ready(());
            }
            let told = std::pin::pin!(self.told.notified()); //~ lost-registration
            told.poll(cx)
        }
    }

    pub struct Fixed {
        told: Pin<Box<dyn Future<Output = ()> + Send>>,
    }

    impl Future for Fixed {
        type Output = ();

        fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
            self.told.as_mut().poll(cx)
        }
    }
}

/// Every poll wakes itself.
pub mod wakes_itself {
    use super::*;

    pub struct Buggy(pub Arc<AtomicBool>);

    impl Future for Buggy {
        type Output = ();

        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
            if self.0.load(Ordering::Acquire) {
                Poll::Ready(())
            } else {
                cx.waker().wake_by_ref();
                Poll::Pending //~ waker-busy-loop
            }
        }
    }

    pub struct Yield(pub bool);

    impl Future for Yield {
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
}

/// A delay that is done is asked again.
pub mod a_delay_is_asked_again {
    use super::*;

    pub struct Buggy<S> {
        inner: S,
        delay: Pin<Box<Sleep>>,
    }

    impl<S: Stream + Unpin> Stream for Buggy<S> {
        type Item = S::Item;

        fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
            ready!(self.delay.as_mut().poll(cx));
            Pin::new(&mut self.inner).poll_next(cx)
        }
    }

    pub struct Copying<F, G> {
        first: Option<Pin<Box<F>>>,
        second: Pin<Box<G>>,
    }

    impl<F: Future<Output = ()>, G: Future<Output = ()>> Future for Copying<F, G> {
        type Output = ();

        fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
            if let Some(first) = self.first.as_mut() {
                ready!(first.as_mut().poll(cx));
                self.first = None;
            }
            self.second.as_mut().poll(cx)
        }
    }

    pub struct Again<F, G> {
        first: Pin<Box<F>>,
        second: Pin<Box<G>>,
    }

    impl<F: Future<Output = ()>, G: Future<Output = ()>> Future for Again<F, G> {
        type Output = ();

        fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
            ready!(self.first.as_mut().poll(cx)); //~ poll-after-completion
            self.second.as_mut().poll(cx)
        }
    }
}

/// Readiness by a permit that nobody is queued for.
pub mod readiness_by_a_permit {
    use super::*;

    pub struct Buggy {
        places: Arc<Semaphore>,
    }

    impl Buggy {
        pub fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<()> {
            match self.places.try_acquire() {
                Ok(place) => {
                    place.forget();
                    Poll::Ready(())
                }
                Err(_) => Poll::Pending, //~ pending-without-waker
            }
        }
    }

    pub struct Fixed {
        places: tokio_util::sync::PollSemaphore,
    }

    impl Fixed {
        pub fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<()> {
            match ready!(self.places.poll_acquire(cx)) {
                Some(place) => place.forget(),
                None => {}
            }
            Poll::Ready(())
        }
    }
}

/// `poll_fn` over a queue that is empty.
pub mod poll_fn_over_a_queue {
    use super::*;

    pub async fn buggy(rx: &mut mpsc::Receiver<u32>) -> Option<u32> {
        std::future::poll_fn(|_cx| match rx.try_recv() {
            Ok(x) => Poll::Ready(Some(x)),
            Err(mpsc::error::TryRecvError::Disconnected) => Poll::Ready(None),
            Err(mpsc::error::TryRecvError::Empty) => Poll::Pending, //~ pending-without-waker
        })
        .await
    }

    pub async fn fixed(rx: &mut mpsc::Receiver<u32>) -> Option<u32> {
        std::future::poll_fn(|cx| rx.poll_recv(cx)).await
    }
}

/// The waker is registered after the last look at the flag.
pub mod registered_after_the_last_look {
    use super::*;
    use futures::task::AtomicWaker;

    pub struct Shared {
        done: AtomicBool,
        waker: AtomicWaker,
    }

    pub struct Buggy(pub Arc<Shared>);
    pub struct Fixed(pub Arc<Shared>);

    impl Future for Buggy {
        type Output = ();

        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
            if self.0.done.load(Ordering::Acquire) {
                return Poll::Ready(());
            }
            self.0.waker.register(cx.waker()); //~ lost-registration
            Poll::Pending
        }
    }

    impl Future for Fixed {
        type Output = ();

        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
            self.0.waker.register(cx.waker());
            if self.0.done.load(Ordering::Acquire) {
                return Poll::Ready(());
            }
            Poll::Pending
        }
    }
}
