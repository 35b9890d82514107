use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, RwLock, Semaphore};

#[derive(Default)]
pub struct Store {
    names: Mutex<Vec<String>>,
    rows: RwLock<Vec<u32>>,
    only_read: RwLock<Vec<u32>>,
    shards: Vec<Mutex<u32>>,
    by_key: std::sync::Mutex<BTreeMap<u32, Arc<Mutex<u32>>>>,
    next: Option<Box<Store>>,
}

impl Store {
    async fn len(&self) -> usize {
        self.names.lock().await.len()
    }

    pub async fn one_after_the_other(&self) -> usize {
        let first = self.names.lock().await.len();
        first + self.len().await
    }

    pub async fn dropped_before(&self) -> usize {
        let names = self.names.lock().await;
        let n = names.len();
        drop(names);
        n + self.len().await
    }

    pub async fn in_a_block(&self) -> usize {
        let n = { self.names.lock().await.len() };
        n + self.len().await
    }

    pub async fn another_lock(&self) -> usize {
        let rows = self.rows.write().await;
        rows.len() + self.len().await
    }

    pub async fn nobody_writes(&self) -> usize {
        let a = self.only_read.read().await;
        let b = self.only_read.read().await;
        a.len() + b.len()
    }

    pub async fn two_of_many(&self) -> u32 {
        let a = self.shards[0].lock().await;
        let b = self.shards[1].lock().await;
        *a + *b
    }

    pub async fn all_of_them(&self) -> u32 {
        let mut held = Vec::new();
        for shard in &self.shards {
            held.push(shard.lock().await);
        }
        held.iter().map(|g| **g).sum()
    }

    fn lock_of(&self, key: u32) -> Arc<Mutex<u32>> {
        self.by_key.lock().unwrap().entry(key).or_default().clone()
    }

    pub async fn of_two_keys(&self) -> u32 {
        let (a, b) = (self.lock_of(1), self.lock_of(2));
        let (a, b) = (a.lock().await, b.lock().await);
        *a + *b
    }

    pub async fn gives_up(&self) -> bool {
        let _names = self.names.lock().await;
        self.names.try_lock().is_ok() || tokio::time::timeout(Duration::from_secs(1), self.names.lock()).await.is_ok()
    }

    pub async fn the_next_one(&self) -> usize {
        let names = self.names.lock().await;
        match &self.next {
            Some(next) => names.len() + next.len().await,
            None => 0,
        }
    }

    pub async fn handed_over(&self) -> usize {
        let names = self.names.lock().await;
        consume(names);
        self.len().await
    }

    pub async fn in_a_task_of_its_own(self: Arc<Self>) {
        let names = self.names.lock().await;
        let this = self.clone();
        tokio::spawn(async move { this.len().await });
        drop(names);
    }

    pub async fn one_way_or_the_other(&self, early: bool) -> usize {
        if early {
            let names = self.names.lock().await;
            names.len()
        } else {
            self.len().await
        }
    }
}

fn consume(names: tokio::sync::MutexGuard<'_, Vec<String>>) {
    drop(names);
}

pub async fn two_parameters(from: &Mutex<u32>, to: &Mutex<u32>) {
    let mut from = from.lock().await;
    let mut to = to.lock().await;
    *to += *from;
    *from = 0;
}

pub async fn permits_of_two_kinds(reads: &Semaphore, writes: &Semaphore) {
    let read = reads.acquire().await;
    let write = writes.acquire().await;
    drop((read, write));
}

pub async fn one_value_per_turn(make: fn() -> Arc<Mutex<u32>>) {
    let mut kept = Vec::new();
    for _ in 0..2 {
        let lock = make();
        kept.push(lock.lock_owned().await);
    }
}
