//! K13: whoever gives a connection back wakes the first waiter. A waiter that was woken and gives up takes the wake-up along,
//! and nobody else hears of the free connection.

use std::collections::VecDeque;

/// Idle connections and those who wait for one.
#[derive(Default)]
pub struct Inner {
    pub idle: Vec<u32>,
    pub waiters: VecDeque<tokio::sync::oneshot::Sender<()>>,
}

pub mod buggy {
    use super::Inner;
    use std::sync::Mutex;
    use tokio::sync::oneshot;

    #[derive(Default)]
    pub struct Pool {
        inner: Mutex<Inner>,
    }

    impl Pool {
        pub fn put(&self, connection: u32) {
            let mut inner = self.inner.lock().unwrap();
            inner.idle.push(connection);
            while let Some(waiter) = inner.waiters.pop_front() {
                if waiter.send(()).is_ok() {
                    return;
                }
            }
        }

        pub async fn get(&self) -> u32 {
            loop {
                let woken = {
                    let mut inner = self.inner.lock().unwrap();
                    if let Some(connection) = inner.idle.pop() {
                        return connection;
                    }
                    let (wake, woken) = oneshot::channel();
                    inner.waiters.push_back(wake);
                    woken
                };
                let _ = woken.await;
            }
        }
    }
}

pub mod fixed {
    use super::Inner;
    use std::sync::Mutex;
    use tokio::sync::oneshot;

    #[derive(Default)]
    pub struct Pool {
        inner: Mutex<Inner>,
    }

    /// A waiter that may have been woken: what it does not use, it passes on.
    struct Waiting<'a> {
        pool: &'a Pool,
        woken: oneshot::Receiver<()>,
    }

    impl Drop for Waiting<'_> {
        fn drop(&mut self) {
            if self.woken.try_recv().is_ok() {
                self.pool.wake_next(&mut self.pool.inner.lock().unwrap());
            }
        }
    }

    impl Pool {
        fn wake_next(&self, inner: &mut Inner) {
            while let Some(waiter) = inner.waiters.pop_front() {
                if waiter.send(()).is_ok() {
                    return;
                }
            }
        }

        pub fn put(&self, connection: u32) {
            let mut inner = self.inner.lock().unwrap();
            inner.idle.push(connection);
            self.wake_next(&mut inner);
        }

        pub async fn get(&self) -> u32 {
            loop {
                let mut waiting = {
                    let mut inner = self.inner.lock().unwrap();
                    if let Some(connection) = inner.idle.pop() {
                        return connection;
                    }
                    let (wake, woken) = oneshot::channel();
                    inner.waiters.push_back(wake);
                    Waiting { pool: self, woken }
                };
                let _ = (&mut waiting.woken).await;
            }
        }
    }
}
