//! Small pieces that are right as long as nobody cancels them. Their tests pass under every schedule.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex as StdMutex};
use tokio::sync::{Notify, Semaphore, oneshot};

/// Computes a value once. Whoever comes first leads; nobody takes over when the leader is cancelled.
#[derive(Default)]
pub struct Once {
    value: StdMutex<Option<u32>>,
    leader: StdMutex<Option<Arc<Notify>>>,
}

impl Once {
    pub async fn get(&self) -> u32 {
        loop {
            let following = {
                if let Some(value) = *self.value.lock().unwrap() {
                    return value;
                }
                let mut leader = self.leader.lock().unwrap();
                match &*leader {
                    Some(done) => Some(done.clone()),
                    None => {
                        *leader = Some(Arc::new(Notify::new()));
                        None
                    }
                }
            };
            match following {
                Some(done) => done.notified().await,
                None => return self.lead().await,
            }
        }
    }

    async fn lead(&self) -> u32 {
        let value = fetch().await;
        *self.value.lock().unwrap() = Some(value);
        if let Some(done) = self.leader.lock().unwrap().take() {
            done.notify_waiters();
        }
        value
    }
}

async fn fetch() -> u32 {
    let (tx, rx) = oneshot::channel();
    tokio::spawn(async move {
        let _ = tx.send(7);
    });
    rx.await.unwrap()
}

/// A device for one user at a time, with a flag that the user sets and clears.
#[derive(Default)]
pub struct Device {
    busy: StdMutex<bool>,
    free: Notify,
}

impl Device {
    pub async fn work(&self) {
        while std::mem::replace(&mut *self.busy.lock().unwrap(), true) {
            self.free.notified().await;
        }
        tokio::task::yield_now().await;
        *self.busy.lock().unwrap() = false;
        self.free.notify_one();
    }
}

/// A limit whose permits are given back by hand.
pub async fn limited(limit: &Semaphore) {
    limit.acquire().await.unwrap().forget();
    tokio::task::yield_now().await;
    limit.add_permits(1);
}

/// A connection that is taken out while it is used.
pub struct Link {
    connection: StdMutex<Option<Vec<u8>>>,
}

impl Link {
    pub fn new() -> Self {
        Self { connection: StdMutex::new(Some(Vec::new())) }
    }

    pub async fn send(&self, byte: u8) {
        let mut connection = self.connection.lock().unwrap().take().expect("the connection is there");
        connection.push(byte);
        tokio::task::yield_now().await;
        *self.connection.lock().unwrap() = Some(connection);
    }
}

impl Default for Link {
    fn default() -> Self {
        Self::new()
    }
}

/// A transfer that insists on being finished.
pub struct Transfer {
    open: bool,
}

impl Drop for Transfer {
    fn drop(&mut self) {
        assert!(!self.open, "a transfer is finished before it is dropped");
    }
}

pub async fn transfer() {
    let mut transfer = Transfer { open: true };
    tokio::task::yield_now().await;
    transfer.open = false;
}

/// A turn that is handed from one to the next. Whoever is handed it and goes away keeps it.
#[derive(Default)]
pub struct Turn {
    state: StdMutex<(bool, VecDeque<oneshot::Sender<()>>)>,
}

impl Turn {
    pub async fn take(&self) {
        let handed = {
            let mut state = self.state.lock().unwrap();
            if !state.0 {
                state.0 = true;
                return;
            }
            let (hand, handed) = oneshot::channel();
            state.1.push_back(hand);
            handed
        };
        let _ = handed.await;
    }

    pub fn pass_on(&self) {
        let mut state = self.state.lock().unwrap();
        while let Some(next) = state.1.pop_front() {
            if next.send(()).is_ok() {
                return;
            }
        }
        state.0 = false;
    }
}
