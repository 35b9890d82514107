//! W22: a timer registers the waker of its first poll only. Polled by another task later, it wakes the wrong one.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

/// What fires the timer.
#[derive(Clone, Default)]
pub struct Reactor(Arc<Mutex<(bool, Option<Waker>)>>);

impl Reactor {
    pub fn fire(&self) {
        let mut reactor = self.0.lock().unwrap();
        reactor.0 = true;
        if let Some(waker) = reactor.1.take() {
            waker.wake();
        }
    }
}

pub mod buggy {
    use super::*;

    pub struct Timer {
        reactor: Reactor,
        registered: bool,
    }

    pub fn timer(reactor: &Reactor) -> Timer {
        Timer { reactor: reactor.clone(), registered: false }
    }

    impl Future for Timer {
        type Output = ();

        fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
            let registered = std::mem::replace(&mut self.registered, true);
            let mut reactor = self.reactor.0.lock().unwrap();
            if reactor.0 {
                return Poll::Ready(());
            }
            if !registered {
                reactor.1 = Some(cx.waker().clone());
            }
            Poll::Pending
        }
    }
}

pub mod fixed {
    use super::*;

    pub struct Timer {
        reactor: Reactor,
    }

    pub fn timer(reactor: &Reactor) -> Timer {
        Timer { reactor: reactor.clone() }
    }

    impl Future for Timer {
        type Output = ();

        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
            let mut reactor = self.reactor.0.lock().unwrap();
            if reactor.0 {
                return Poll::Ready(());
            }
            if !reactor.1.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
                reactor.1 = Some(cx.waker().clone());
            }
            Poll::Pending
        }
    }
}
