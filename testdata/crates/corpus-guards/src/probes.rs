//! Correct code in the shapes that services use. Only the two functions with a mark hold a guard.

use dashmap::DashMap;
use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, OnceLock, RwLock};
use tokio::sync::{Notify, mpsc, oneshot, watch};
use tokio::task::JoinHandle;

async fn fetch(key: &str) -> String {
    tokio::task::yield_now().await;
    key.to_uppercase()
}

/// A cache: look, let go, fetch, store.
#[derive(Default)]
pub struct Cache {
    entries: Mutex<HashMap<String, String>>,
    hits: Mutex<u64>,
}

impl Cache {
    pub async fn get(&self, key: &str) -> String {
        if let Some(found) = self.lookup(key) {
            return found;
        }
        let value = fetch(key).await;
        self.entries.lock().unwrap().insert(key.to_owned(), value.clone());
        value
    }

    fn lookup(&self, key: &str) -> Option<String> {
        let entries = self.entries.lock().unwrap();
        let found = entries.get(key).cloned();
        if found.is_some() {
            *self.hits.lock().unwrap() += 1;
        }
        found
    }

    /// All access goes through a closure.
    fn with<T>(&self, f: impl FnOnce(&mut HashMap<String, String>) -> T) -> T {
        f(&mut self.entries.lock().unwrap())
    }

    pub async fn refresh(&self, key: &str) -> usize {
        let old = self.with(|entries| entries.remove(key));
        let value = fetch(&old.unwrap_or_default()).await;
        self.with(|entries| {
            entries.insert(key.to_owned(), value);
            entries.len()
        })
    }

    pub async fn get_in_one_go(&self, key: &str) -> String {
        let cached = {
            let entries = self.entries.lock().unwrap();
            match entries.get(key) {
                Some(value) => value.clone(),
                None => String::new(),
            }
        };
        if cached.is_empty() { fetch(key).await } else { cached }
    }
}

/// Listeners are copied out before they are told.
#[derive(Default)]
pub struct Bus {
    listeners: RwLock<Vec<mpsc::Sender<u32>>>,
}

impl Bus {
    pub fn subscribe(&self) -> mpsc::Receiver<u32> {
        let (tx, rx) = mpsc::channel(4);
        self.listeners.write().unwrap().push(tx);
        rx
    }

    pub async fn publish(&self, n: u32) {
        let listeners: Vec<_> = self.listeners.read().unwrap().iter().cloned().collect();
        for listener in listeners {
            let _ = listener.send(n).await;
        }
        self.listeners.write().unwrap().retain(|l| !l.is_closed());
    }

    pub fn publish_now(&self, n: u32) -> usize {
        self.listeners.read().unwrap().iter().filter(|l| l.try_send(n).is_ok()).count()
    }
}

/// A task whose handle is behind a lock.
#[derive(Default)]
pub struct Background {
    handle: Mutex<Option<JoinHandle<()>>>,
    stop: Notify,
}

impl Background {
    pub fn start(self: &Arc<Self>) {
        let this = self.clone();
        let mut handle = self.handle.lock().unwrap();
        *handle = Some(tokio::spawn(async move { this.stop.notified().await }));
    }

    pub async fn stop(&self) {
        self.stop.notify_one();
        let handle = self.handle.lock().unwrap().take();
        if let Some(handle) = handle {
            let _ = handle.await;
        }
    }

    /// Almost the same text: the temporary of the `if let` lives through its body.
    pub async fn stop_under_the_lock(&self) {
        self.stop.notify_one();
        if let Some(handle) = self.handle.lock().unwrap().take() {
            let _ = handle.await; //~ sync-guard-across-await
        }
    }
}

/// A queue with workers that wait for a signal.
#[derive(Default)]
pub struct Queue {
    jobs: parking_lot::Mutex<VecDeque<u32>>,
    ready: Notify,
}

impl Queue {
    pub fn push(&self, job: u32) {
        self.jobs.lock().push_back(job);
        self.ready.notify_one();
    }

    pub async fn pop(&self) -> u32 {
        loop {
            let ready = self.ready.notified();
            if let Some(job) = self.take() {
                return job;
            }
            ready.await;
        }
    }

    fn take(&self) -> Option<u32> {
        self.jobs.lock().pop_front()
    }

    /// In this edition the temporary is gone before `else`.
    pub async fn pop_or_wait(&self) -> Option<u32> {
        if let Some(job) = self.jobs.lock().pop_front() {
            Some(job)
        } else {
            self.ready.notified().await;
            None
        }
    }

    /// A `match` keeps it in every edition.
    pub async fn pop_or_wait_by_match(&self) -> Option<u32> {
        match self.jobs.lock().pop_front() {
            Some(job) => Some(job),
            None => {
                self.ready.notified().await; //~ sync-guard-across-await
                None
            }
        }
    }
}

/// Answers are matched to requests by number.
#[derive(Default)]
pub struct Calls {
    waiting: DashMap<u64, oneshot::Sender<String>>,
}

impl Calls {
    pub async fn call(&self, id: u64) -> Option<String> {
        let (tx, rx) = oneshot::channel();
        self.waiting.insert(id, tx);
        let answer = rx.await.ok();
        self.waiting.remove(&id);
        answer
    }

    pub async fn answer(&self, id: u64) -> bool {
        let text = fetch("answer").await;
        match self.waiting.remove(&id) {
            Some((_, reply)) => reply.send(text).is_ok(),
            None => false,
        }
    }

    pub async fn answer_all(&self) -> usize {
        let ids: Vec<u64> = self.waiting.iter().map(|entry| *entry.key()).collect();
        let mut answered = 0;
        for id in ids {
            if self.answer(id).await {
                answered += 1;
            }
        }
        answered
    }

    pub async fn count_after_a_wait(&self) -> usize {
        let before = self.waiting.iter().filter(|entry| !entry.value().is_closed()).count();
        tokio::task::yield_now().await;
        before + self.waiting.len()
    }
}

/// A setting is copied out of the channel that announces it.
pub async fn follow(mut settings: watch::Receiver<String>) -> usize {
    let mut length = settings.borrow_and_update().len();
    while settings.changed().await.is_ok() {
        let current = settings.borrow_and_update().clone();
        length += fetch(&current).await.len();
    }
    length
}

/// A shared list behind a lock is swapped, not edited: the guard lives for one expression.
pub async fn snapshot(routes: &RwLock<Arc<Vec<String>>>) -> usize {
    let current = Arc::clone(&routes.read().unwrap());
    let mut total = 0;
    for route in current.iter() {
        total += fetch(route).await.len();
    }
    total
}

thread_local! {
    static DEPTH: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
}

pub async fn thread_local_section(n: u32) -> usize {
    DEPTH.with(|depth| depth.borrow_mut().push(n));
    tokio::task::yield_now().await;
    DEPTH.with_borrow(|depth| depth.len())
}

static NAME: OnceLock<String> = OnceLock::new();

/// A reference out of a cell that is set once is not a guard.
pub async fn once(n: u32) -> usize {
    let name = NAME.get_or_init(|| n.to_string());
    tokio::task::yield_now().await;
    name.len()
}

/// Exclusive access through `&mut` needs no lock.
pub async fn exclusive(entries: &mut Mutex<Vec<u32>>) -> usize {
    let inner = entries.get_mut().unwrap();
    inner.push(1);
    tokio::task::yield_now().await;
    inner.len()
}

/// A lock of the async kind may be held.
pub async fn async_lock(state: &tokio::sync::RwLock<Vec<String>>) -> usize {
    let mut state = state.write().await;
    let text = fetch("x").await;
    state.push(text);
    state.len()
}

/// The guard is inside a task's sync part and a thread's body.
pub async fn elsewhere(count: Arc<Mutex<u32>>) -> u32 {
    let other = count.clone();
    let adding = tokio::task::spawn_blocking(move || {
        let mut g = other.lock().unwrap();
        *g += 1;
    });
    let _ = adding.await;
    let n = *count.lock().unwrap();
    tokio::task::yield_now().await;
    n
}

/// A lock's content is moved out as a whole.
pub async fn drain(pending: &Mutex<Vec<String>>) -> usize {
    let batch = std::mem::take(&mut *pending.lock().unwrap());
    let mut total = 0;
    for item in &batch {
        total += fetch(item).await.len();
    }
    total
}
