use std::sync::Arc;
use tokio::sync::{Mutex, RwLock};

#[derive(Default)]
pub struct Timeline {
    gc: Mutex<()>,
    compaction: Mutex<()>,
}

impl Timeline {
    pub async fn compact(&self) {
        let _compaction = self.compaction.lock().await;
        self.ancestors().await;
    }

    async fn ancestors(&self) {
        let _gc = self.gc.lock().await;
    }

    pub async fn gc(self: Arc<Self>) {
        let _gc = self.gc.lock().await;
        let _compaction = self.compaction.lock().await; //~ lock-order-inversion: while it holds `self.gc`, and `compact` takes them in the opposite order
    }
}

pub struct Account {
    balance: RwLock<i64>,
}

pub struct Bank {
    account: Account,
    audit: Mutex<Vec<String>>,
}

impl Bank {
    pub async fn report(&self) {
        let audit = self.audit.lock().await;
        match *self.account.balance.read().await {
            0 => {}
            n => println!("{n} {}", audit.len()),
        }
    }

    pub async fn pay(&self, n: i64) {
        let mut balance = self.account.balance.write().await;
        *balance += n;
        self.note(format!("{n}")).await; //~ lock-order-inversion
    }

    async fn note(&self, line: String) {
        self.audit.lock().await.push(line);
    }
}

pub async fn spawned() {
    let left = Arc::new(Mutex::new(1));
    let right = Arc::new(Mutex::new(2));
    let (a, b) = (left.clone(), right.clone());
    let one = tokio::spawn(async move {
        let a = a.lock().await;
        tokio::task::yield_now().await;
        let b = b.lock().await;
        *a + *b
    });
    let other = tokio::spawn(async move {
        let right = right.lock().await;
        let left = left.lock().await; //~ lock-order-inversion
        *left - *right
    });
    let _ = (one.await, other.await);
}

async fn transfer(from: Arc<Mutex<i64>>, to: Arc<Mutex<i64>>) {
    let mut from = from.lock().await;
    let mut to = to.lock().await; //~ lock-order-inversion
    *from -= 1;
    *to += 1;
}

pub async fn both_ways() {
    let (a, b) = (Arc::new(Mutex::new(1)), Arc::new(Mutex::new(2)));
    tokio::join!(transfer(a.clone(), b.clone()), transfer(b, a));
}
