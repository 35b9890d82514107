use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, RwLock};

#[derive(Default)]
pub struct Timeline {
    gate: Mutex<()>,
    gc: Mutex<()>,
    compaction: Mutex<()>,
    config: RwLock<u32>,
    state: RwLock<u32>,
    early: Mutex<()>,
    late: Mutex<()>,
}

impl Timeline {
    pub async fn compact(&self) {
        let _gate = self.gate.lock().await;
        let _compaction = self.compaction.lock().await;
        let _gc = self.gc.lock().await;
    }

    pub async fn gc_under_the_same_gate(&self) {
        let _gate = self.gate.lock().await;
        let _gc = self.gc.lock().await;
        let _compaction = self.compaction.lock().await;
    }

    pub async fn two_reads(&self) -> u32 {
        let config = self.config.read().await;
        let state = self.state.read().await;
        *config + *state
    }

    pub async fn two_reads_the_other_way(&self) -> u32 {
        let state = self.state.read().await;
        let config = self.config.read().await;
        *config + *state
    }

    pub async fn one_after_the_other(&self) {
        self.late.lock().await;
        self.early.lock().await;
    }

    pub async fn in_order(&self) {
        let _early = self.early.lock().await;
        let _late = self.late.lock().await;
    }

    pub async fn gives_up(&self) {
        let _late = self.late.lock().await;
        let _early = self.early.try_lock();
        let _ = tokio::time::timeout(Duration::from_secs(1), self.early.lock()).await;
    }
}

#[derive(Default)]
pub struct Alone {
    a: Mutex<u32>,
    b: Mutex<u32>,
}

impl Alone {
    pub async fn forth(&mut self) -> u32 {
        let a = self.a.lock().await;
        let b = self.b.lock().await;
        *a + *b
    }

    pub async fn back(&mut self) -> u32 {
        let b = self.b.lock().await;
        let a = self.a.lock().await;
        *a - *b
    }
}

async fn transfer(from: Arc<Mutex<i64>>, to: Arc<Mutex<i64>>) {
    let mut from = from.lock().await;
    let mut to = to.lock().await;
    *from -= 1;
    *to += 1;
}

pub async fn forth_and_back() {
    let (a, b) = (Arc::new(Mutex::new(1)), Arc::new(Mutex::new(2)));
    transfer(a.clone(), b.clone()).await;
    transfer(b, a).await;
}
