//! W16: accepting an inbound stream clears the waker of the one who waits to open an outbound stream.

use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

#[derive(Default)]
pub struct Inner {
    inbound: u32,
    credit: u32,
    inbound_waker: Option<Waker>,
    outbound_waker: Option<Waker>,
}

/// A connection that carries streams of both sides.
#[derive(Clone, Default)]
pub struct Connection(Arc<Mutex<Inner>>);

impl Connection {
    /// The peer opens a stream.
    pub fn incoming(&self) {
        let mut inner = self.0.lock().unwrap();
        inner.inbound += 1;
        if let Some(waker) = inner.inbound_waker.take() {
            waker.wake();
        }
    }

    /// The peer allows one more stream of ours.
    pub fn more_credit(&self) {
        let mut inner = self.0.lock().unwrap();
        inner.credit += 1;
        if let Some(waker) = inner.outbound_waker.take() {
            waker.wake();
        }
    }

    fn poll_open(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut inner = self.0.lock().unwrap();
        if inner.credit == 0 {
            inner.outbound_waker = Some(cx.waker().clone());
            return Poll::Pending;
        }
        inner.credit -= 1;
        inner.outbound_waker = None;
        Poll::Ready(())
    }

    pub async fn open(&self) {
        std::future::poll_fn(|cx| self.poll_open(cx)).await
    }
}

pub mod buggy {
    use super::*;

    pub async fn accept(connection: &Connection) {
        std::future::poll_fn(|cx| {
            let mut inner = connection.0.lock().unwrap();
            if inner.inbound == 0 {
                inner.inbound_waker = Some(cx.waker().clone());
                return Poll::Pending;
            }
            inner.inbound -= 1;
            inner.outbound_waker = None;
            Poll::Ready(())
        })
        .await
    }
}

pub mod fixed {
    use super::*;

    pub async fn accept(connection: &Connection) {
        std::future::poll_fn(|cx| {
            let mut inner = connection.0.lock().unwrap();
            if inner.inbound == 0 {
                inner.inbound_waker = Some(cx.waker().clone());
                return Poll::Pending;
            }
            inner.inbound -= 1;
            inner.inbound_waker = None;
            Poll::Ready(())
        })
        .await
    }
}
