//! W44: a future that waits for a stream to be stopped leaves its waker in a map when it is dropped.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

#[derive(Default)]
pub struct State {
    stopped: BTreeMap<u32, u32>,
    waiting: BTreeMap<u32, Waker>,
}

#[derive(Clone, Default)]
pub struct Connection(pub Arc<Mutex<State>>);

impl Connection {
    /// The peer does not want more of the stream.
    pub fn stop(&self, stream: u32, code: u32) {
        let mut state = self.0.lock().unwrap();
        state.stopped.insert(stream, code);
        if let Some(waker) = state.waiting.remove(&stream) {
            waker.wake();
        }
    }

    pub fn waiting(&self) -> usize {
        self.0.lock().unwrap().waiting.len()
    }

    fn poll_stopped(&self, stream: u32, cx: &mut Context<'_>) -> Poll<u32> {
        let mut state = self.0.lock().unwrap();
        match state.stopped.get(&stream) {
            Some(code) => Poll::Ready(*code),
            None => {
                state.waiting.insert(stream, cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

pub mod buggy {
    use super::Connection;

    pub async fn stopped(connection: &Connection, stream: u32) -> u32 {
        std::future::poll_fn(|cx| connection.poll_stopped(stream, cx)).await
    }
}

pub mod fixed {
    use super::Connection;

    struct Waiting<'a>(&'a Connection, u32);

    impl Drop for Waiting<'_> {
        fn drop(&mut self) {
            self.0.0.lock().unwrap().waiting.remove(&self.1);
        }
    }

    pub async fn stopped(connection: &Connection, stream: u32) -> u32 {
        let waiting = Waiting(connection, stream);
        std::future::poll_fn(|cx| waiting.0.poll_stopped(stream, cx)).await
    }
}
