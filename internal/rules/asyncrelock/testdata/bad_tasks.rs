use std::sync::Arc;
use tokio::sync::{Mutex, OwnedSemaphorePermit, RwLock, Semaphore};

#[derive(Default)]
pub struct Store {
    names: Mutex<Vec<String>>,
    rows: RwLock<Vec<u32>>,
    inner: Arc<Inner>,
}

#[derive(Default)]
pub struct Inner {
    count: Mutex<u32>,
}

static LOG: Mutex<Vec<String>> = Mutex::const_new(Vec::new());

async fn log(line: &str) {
    LOG.lock().await.push(line.to_owned());
}

impl Store {
    pub async fn twice(&self) {
        let names = self.names.lock().await;
        let more = self.names.lock().await; //~ async-relock: this task waits for `self.names`, which it has already
        drop(more);
        drop(names);
    }

    async fn len(&self) -> usize {
        self.names.lock().await.len()
    }

    pub async fn in_a_match_head(&self) -> usize {
        match self.names.lock().await.first() {
            Some(name) => name.len() + self.len().await, //~ async-relock
            None => 0,
        }
    }

    pub async fn write_under_read(&self) {
        let rows = self.rows.read().await;
        if rows.is_empty() {
            self.rows.write().await.push(1); //~ async-relock
        }
    }

    pub async fn in_a_loop_head(&self) -> u32 {
        let mut sum = 0;
        for row in self.rows.read().await.iter() {
            sum += row + self.first().await; //~ async-relock: a writer that queues in between
        }
        sum
    }

    async fn first(&self) -> u32 {
        self.rows.read().await.first().copied().unwrap_or(0)
    }

    pub async fn joined(&self) {
        let names = self.names.lock().await;
        let (a, b) = tokio::join!(self.len(), self.first()); //~ async-relock
        drop((names, a, b));
    }

    pub async fn through_a_shared_pointer(&self) {
        let inner = Arc::clone(&self.inner);
        let mut count = inner.count.lock().await;
        *count += self.inner.next().await; //~ async-relock
    }

    pub async fn on_some_paths(&self, early: bool) {
        let mut guard = None;
        if early {
            guard = Some(self.inner.count.lock().await);
        }
        if guard.is_some() {
            self.inner.next().await; //~ async-relock: may have already
        }
    }

    fn boxed(&self) -> std::pin::Pin<Box<dyn Future<Output = usize> + Send + '_>> {
        Box::pin(async move { self.names.lock().await.len() })
    }

    pub async fn in_a_box(&self) -> usize {
        let names = self.names.lock().await;
        names.len() + self.boxed().await //~ async-relock
    }
}

use std::future::Future;

impl Inner {
    async fn next(&self) -> u32 {
        let mut count = self.count.lock().await;
        *count += 1;
        *count
    }
}

pub async fn of_a_static() {
    let lines = LOG.lock().await;
    log(lines.first().map_or("", |l| l.as_str())).await; //~ async-relock
}

pub struct Connection {
    _place: OwnedSemaphorePermit,
}

#[derive(Clone)]
pub struct Pool {
    free: Arc<Semaphore>,
}

impl Pool {
    pub async fn acquire(&self) -> Connection {
        Connection { _place: self.free.clone().acquire_owned().await.unwrap() }
    }
}

pub async fn two_connections(pool: &Pool) {
    let first = pool.acquire().await;
    let again = pool.clone();
    let second = again.acquire().await; //~ async-relock: takes a second permit
    drop((first, second));
}

pub async fn a_value_of_its_own() {
    let state = Arc::new(Mutex::new(1));
    let shared = state.clone();
    let add = async move { *shared.lock().await += 1 };
    let guard = state.lock().await;
    add.await; //~ async-relock
    drop(guard);
}
