//! W07: a shutdown sets a flag that the future which reads the version of a new connection does not look at.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

/// The first byte of a connection, when it comes.
#[derive(Clone, Default)]
pub struct Wire(Arc<Mutex<(Option<u8>, Option<Waker>)>>);

impl Wire {
    pub fn send(&self, byte: u8) {
        let mut wire = self.0.lock().unwrap();
        wire.0 = Some(byte);
        if let Some(reader) = wire.1.take() {
            reader.wake();
        }
    }

    fn poll_read(&self, cx: &mut Context<'_>) -> Poll<u8> {
        let mut wire = self.0.lock().unwrap();
        match wire.0.take() {
            Some(byte) => Poll::Ready(byte),
            None => {
                wire.1 = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

/// Asks connections to end.
#[derive(Clone, Default)]
pub struct Shutdown {
    now: Arc<AtomicBool>,
    wakers: Arc<Mutex<Vec<Waker>>>,
}

impl Shutdown {
    pub fn start(&self) {
        self.now.store(true, SeqCst);
        for waker in self.wakers.lock().unwrap().drain(..) {
            waker.wake();
        }
    }
}

pub mod buggy {
    use super::*;
    use std::future::poll_fn;

    /// Reads the version and serves: one request here. None when it was shut down first.
    pub async fn serve(wire: Wire, shutdown: Shutdown) -> Option<u8> {
        if shutdown.now.load(SeqCst) {
            return None;
        }
        let version = poll_fn(|cx| wire.poll_read(cx)).await;
        if shutdown.now.load(SeqCst) {
            return None;
        }
        Some(version)
    }
}

pub mod fixed {
    use super::*;
    use std::future::poll_fn;

    /// Reads the version and serves: one request here. None when it was shut down first.
    pub async fn serve(wire: Wire, shutdown: Shutdown) -> Option<u8> {
        let version = poll_fn(|cx| {
            if shutdown.now.load(SeqCst) {
                return Poll::Ready(None);
            }
            shutdown.wakers.lock().unwrap().push(cx.waker().clone());
            wire.poll_read(cx).map(Some)
        })
        .await;
        version
    }
}
