//! The same two locks in opposite order, by other ways than two methods of one type.

use std::sync::{Arc, OnceLock};
use tokio::sync::{Mutex, RwLock};

#[derive(Default)]
pub struct Registry {
    pub peers: RwLock<Vec<u32>>,
}

#[derive(Default)]
pub struct Ledger {
    pub entries: Mutex<Vec<u32>>,
}

pub struct Node {
    registry: Arc<Registry>,
    ledger: Arc<Ledger>,
}

impl Node {
    pub async fn announce(&self) {
        let peers = self.registry.peers.write().await;
        append(&self.ledger, peers.len() as u32).await;
    }

    pub async fn replay(&self) {
        let entries = self.ledger.entries.lock().await;
        for n in entries.iter() {
            self.join(*n).await; //~ lock-order-inversion
        }
    }

    async fn join(&self, n: u32) {
        self.registry.peers.write().await.push(n);
    }

    pub async fn replay_fixed(&self) {
        let entries = self.ledger.entries.lock().await.clone();
        for n in entries {
            self.join(n).await;
        }
    }
}

async fn append(ledger: &Ledger, n: u32) {
    ledger.entries.lock().await.push(n);
}

static CONFIG: Mutex<u32> = Mutex::const_new(0);
static METRICS: OnceLock<Mutex<Vec<u32>>> = OnceLock::new();

fn metrics() -> &'static Mutex<Vec<u32>> {
    METRICS.get_or_init(Mutex::default)
}

pub async fn record() {
    let mut all = metrics().lock().await;
    all.push(*CONFIG.lock().await);
}

pub async fn reload(n: u32) {
    let mut config = CONFIG.lock().await;
    *config = n;
    metrics().lock().await.clear(); //~ lock-order-inversion
}
