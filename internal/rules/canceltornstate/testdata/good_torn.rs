use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

const LIMIT: Duration = Duration::from_secs(1);

#[derive(Default)]
pub struct Shared {
    running: AtomicUsize,
    done: AtomicUsize,
    sessions: Mutex<HashMap<u64, String>>,
}

/// Counts down again, whatever happens.
struct Running<'a>(&'a Shared);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Shared {
    async fn guarded(&self) {
        self.running.fetch_add(1, Ordering::SeqCst);
        let _running = Running(self);
        sleep(LIMIT).await;
    }

    async fn counts_only_up(&self) {
        self.running.fetch_add(1, Ordering::SeqCst);
        sleep(LIMIT).await;
        self.done.fetch_add(1, Ordering::SeqCst);
    }

    async fn nothing_between(&self, id: u64) {
        sleep(LIMIT).await;
        self.sessions.lock().unwrap().insert(id, "here".into());
        self.sessions.lock().unwrap().remove(&id);
        sleep(LIMIT).await;
    }

    async fn stays_registered(&self, id: u64) {
        self.sessions.lock().unwrap().insert(id, "here".into());
        sleep(LIMIT).await;
    }

    async fn turns(&self, orders: &mut mpsc::Receiver<bool>) {
        let mut open = false;
        while let Some(order) = orders.recv().await {
            if order && !open {
                self.running.fetch_add(1, Ordering::SeqCst);
                open = true;
            } else if open {
                self.running.fetch_sub(1, Ordering::SeqCst);
                open = false;
            }
        }
    }
}

pub async fn limited(shared: &Shared, orders: &mut mpsc::Receiver<bool>) {
    let _ = timeout(LIMIT, shared.guarded()).await;
    let _ = timeout(LIMIT, shared.counts_only_up()).await;
    let _ = timeout(LIMIT, shared.nothing_between(1)).await;
    let _ = timeout(LIMIT, shared.stays_registered(1)).await;
    let _ = timeout(LIMIT, shared.turns(orders)).await;
}

pub struct Line {
    high: bool,
}

impl Line {
    async fn pulse(&mut self) {
        self.high = true;
        sleep(LIMIT).await;
        self.high = false;
    }
}

/// The line goes with the future.
pub async fn its_own_line() -> bool {
    timeout(LIMIT, async {
        let mut line = Line { high: false };
        line.pulse().await;
        line.high
    })
    .await
    .is_ok()
}

/// Nobody drops the task.
pub fn spawned(shared: Arc<Shared>) {
    tokio::spawn(async move {
        let _running = Running(&shared);
        sleep(LIMIT).await;
    });
}

#[derive(Default)]
pub struct Client {
    waiting: Mutex<HashMap<u64, tokio::sync::oneshot::Sender<String>>>,
}

struct Waiting<'a>(&'a Client, u64);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.lock().unwrap().remove(&self.1);
    }
}

impl Client {
    async fn ask(&self, id: u64) -> Option<String> {
        let (reply, replied) = tokio::sync::oneshot::channel();
        self.waiting.lock().unwrap().insert(id, reply);
        let _waiting = Waiting(self, id);
        replied.await.ok()
    }

    async fn answered_for_certain(&self, id: u64) -> Option<String> {
        let (reply, replied) = tokio::sync::oneshot::channel();
        self.waiting.lock().unwrap().insert(id, reply);
        replied.await.ok()
    }

    pub async fn limited(&self, id: u64) -> Option<String> {
        timeout(LIMIT, self.ask(id)).await.ok().flatten()
    }

    pub async fn unlimited(&self, id: u64) -> Option<String> {
        self.answered_for_certain(id).await
    }
}

/// A connection that is kept from turn to turn: without one the function makes another, so a cancel that drops it leaves nothing torn.
#[derive(Default)]
pub struct Kept {
    connection: Option<mpsc::Sender<u32>>,
    sent: u32,
}

impl Kept {
    async fn connect(&self) -> mpsc::Sender<u32> {
        sleep(LIMIT).await;
        mpsc::channel(1).0
    }

    async fn send(&mut self, n: u32) -> bool {
        let connection = if let Some(connection) = self.connection.take() {
            connection
        } else {
            self.connect().await
        };
        let sent = connection.send(n).await.is_ok();
        if sent {
            self.connection = Some(connection);
        }
        sent
    }
}

pub async fn all(numbers: Vec<u32>) -> u32 {
    let mut kept = Kept::default();
    for n in numbers {
        if let Ok(true) = timeout(LIMIT, kept.send(n)).await {
            kept.sent += 1;
        }
    }
    kept.sent
}
