//! W03: the last handle is dropped and does not wake the connection, which would end now.

use std::sync::{Arc, Mutex};
use std::task::Waker;

#[derive(Default)]
pub struct Shared {
    handles: usize,
    requests: Vec<u32>,
    task: Option<Waker>,
}

impl Shared {
    fn wake(&mut self) {
        if let Some(task) = self.task.take() {
            task.wake();
        }
    }
}

pub mod buggy {
    use super::*;
    use std::future::poll_fn;
    use std::task::Poll;

    pub struct SendRequest(Arc<Mutex<Shared>>);

    pub struct Connection(Arc<Mutex<Shared>>);

    pub fn handshake() -> (SendRequest, Connection) {
        let shared = Arc::new(Mutex::new(Shared { handles: 1, ..Shared::default() }));
        (SendRequest(shared.clone()), Connection(shared))
    }

    impl SendRequest {
        pub fn send(&self, request: u32) {
            let mut shared = self.0.lock().unwrap();
            shared.requests.push(request);
            shared.wake();
        }
    }

    impl Drop for SendRequest {
        fn drop(&mut self) {
            self.0.lock().unwrap().handles -= 1;
        }
    }

    impl Connection {
        /// Serves requests until no handle is left, and tells how many there were.
        pub async fn run(self) -> usize {
            let mut served = 0;
            poll_fn(|cx| {
                let mut shared = self.0.lock().unwrap();
                served += std::mem::take(&mut shared.requests).len();
                if shared.handles == 0 {
                    return Poll::Ready(());
                }
                shared.task = Some(cx.waker().clone());
                Poll::Pending
            })
            .await;
            served
        }
    }
}

pub mod fixed {
    use super::*;
    use std::future::poll_fn;
    use std::task::Poll;

    pub struct SendRequest(Arc<Mutex<Shared>>);

    pub struct Connection(Arc<Mutex<Shared>>);

    pub fn handshake() -> (SendRequest, Connection) {
        let shared = Arc::new(Mutex::new(Shared { handles: 1, ..Shared::default() }));
        (SendRequest(shared.clone()), Connection(shared))
    }

    impl SendRequest {
        pub fn send(&self, request: u32) {
            let mut shared = self.0.lock().unwrap();
            shared.requests.push(request);
            shared.wake();
        }
    }

    impl Drop for SendRequest {
        fn drop(&mut self) {
            let mut shared = self.0.lock().unwrap();
            shared.handles -= 1;
            if shared.handles == 0 {
                shared.wake();
            }
        }
    }

    impl Connection {
        /// Serves requests until no handle is left, and tells how many there were.
        pub async fn run(self) -> usize {
            let mut served = 0;
            poll_fn(|cx| {
                let mut shared = self.0.lock().unwrap();
                served += std::mem::take(&mut shared.requests).len();
                if shared.handles == 0 {
                    return Poll::Ready(());
                }
                shared.task = Some(cx.waker().clone());
                Poll::Pending
            })
            .await;
            served
        }
    }
}
