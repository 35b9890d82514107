//! Small pieces with one mistake each. Their tests pass under plain tokio, most of them always: an uncontended lock lets a
//! task run to its end, so nobody ever runs in between.

use std::sync::{Arc, Mutex as StdMutex};
use tokio::sync::{Mutex, Notify, RwLock, Semaphore, mpsc, oneshot};

/// A counter that reads and writes under two separate locks.
#[derive(Default)]
pub struct Counter {
    value: Mutex<u32>,
}

impl Counter {
    pub async fn add_one(&self) {
        let now = *self.value.lock().await;
        *self.value.lock().await = now + 1;
    }

    pub async fn get(&self) -> u32 {
        *self.value.lock().await
    }
}

/// Two accounts, locked in the order of the transfer.
pub struct Bank {
    pub left: Mutex<i64>,
    pub right: Mutex<i64>,
}

impl Bank {
    pub async fn to_right(&self, amount: i64) {
        let mut left = self.left.lock().await;
        let mut right = self.right.lock().await;
        *left -= amount;
        *right += amount;
    }

    pub async fn to_left(&self, amount: i64) {
        let mut right = self.right.lock().await;
        let mut left = self.left.lock().await; //~ lock-order-inversion
        *right -= amount;
        *left += amount;
    }
}

/// A table whose report reads again under its own read lock. A writer in between is served first.
#[derive(Default)]
pub struct Table {
    rows: RwLock<Vec<u32>>,
}

impl Table {
    pub async fn push(&self, row: u32) {
        self.rows.write().await.push(row);
    }

    pub async fn average(&self) -> u32 {
        let rows = self.rows.read().await;
        if rows.is_empty() {
            return 0;
        }
        self.total().await / rows.len() as u32 //~ async-relock
    }

    async fn total(&self) -> u32 {
        self.rows.read().await.iter().sum()
    }
}

/// Uploads under a limit that takes a second permit for the inner step.
pub async fn upload(limit: Arc<Semaphore>) {
    let _outer = limit.acquire().await.unwrap();
    store(&limit).await; //~ async-relock
}

async fn store(limit: &Semaphore) {
    let _inner = limit.acquire().await.unwrap();
}

/// A gate whose waiter looks first and registers afterwards.
#[derive(Default)]
pub struct Gate {
    open: Mutex<bool>,
    waiting: Mutex<u32>,
    opened: Notify,
}

impl Gate {
    pub async fn pass(&self) {
        if !*self.open.lock().await {
            *self.waiting.lock().await += 1;
            self.opened.notified().await; //~ notify-lost-wakeup
        }
    }

    pub async fn open(&self) {
        *self.open.lock().await = true;
        self.opened.notify_waiters();
    }
}

/// Reads pairs; a pair that is dropped half-way loses its first number.
pub async fn pair(numbers: &mut mpsc::Receiver<u32>) -> Option<(u32, u32)> {
    let first = numbers.recv().await?;
    let second = numbers.recv().await?;
    Some((first, second))
}

/// Collects pairs until the sender is gone, and counts ticks meanwhile.
pub async fn collect(mut numbers: mpsc::Receiver<u32>, mut ticks: mpsc::Receiver<()>) -> Vec<(u32, u32)> {
    let (mut got, mut ticking) = (Vec::new(), true);
    loop {
        tokio::select! {
            next = pair(&mut numbers) => match next { //~ cancel-lossy-future
                Some(next) => got.push(next),
                None => return got,
            },
            tick = ticks.recv(), if ticking => ticking = tick.is_some(),
        }
    }
}

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

/// A stock that is checked and taken from under two locks, and that must never be short.
#[derive(Default)]
pub struct Stock {
    left: Mutex<u32>,
}

impl Stock {
    pub fn new(left: u32) -> Self {
        Self { left: Mutex::new(left) }
    }

    pub async fn take(&self) -> bool {
        if *self.left.lock().await == 0 {
            return false;
        }
        let mut left = self.left.lock().await;
        *left = left.checked_sub(1).expect("a stock is never short");
        true
    }
}

/// Adds to a sum, and looks at it whenever a tick comes first. The look is queued behind the addition that it does not poll.
pub async fn add_with_looks(sum: Arc<Mutex<u32>>, mut ticks: mpsc::Receiver<()>) {
    let adding = async { *sum.lock().await += 1 };
    tokio::pin!(adding);
    loop {
        tokio::select! {
            biased;
            _ = &mut adding => return,
            Some(()) = ticks.recv() => {
                let _seen = *sum.lock().await; //~ futurelock
            }
        }
    }
}

/// Takes in the background, and nobody looks whether that went well.
pub fn take_later(stock: Arc<Stock>) {
    tokio::spawn(async move { stock.take().await });
}
