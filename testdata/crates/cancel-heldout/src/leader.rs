//! One caller leads, the others wait for it. Whether a caller leads is decided first and acted upon later.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

const LIMIT: Duration = Duration::from_millis(200);

async fn load(key: u32) -> String {
    sleep(Duration::from_millis(10)).await;
    key.to_string()
}

/// 1: a bool that a block gives.
#[derive(Default)]
pub struct Once {
    running: Mutex<bool>,
    done: Notify,
    value: Mutex<Option<String>>,
}

impl Once {
    async fn get(&self) -> String {
        loop {
            if let Some(value) = self.value.lock().unwrap().clone() {
                return value;
            }
            let lead = {
                let mut running = self.running.lock().unwrap();
                if *running {
                    false
                } else {
                    *running = true;
                    true
                }
            };
            if !lead {
                self.done.notified().await; //~ notify-lost-wakeup
                continue;
            }
            let value = load(1).await; //~ cancel-torn-state
            *self.value.lock().unwrap() = Some(value.clone());
            *self.running.lock().unwrap() = false;
            self.done.notify_waiters();
            return value;
        }
    }

    pub async fn limited(&self) -> Option<String> {
        timeout(LIMIT, self.get()).await.ok()
    }
}

/// 2: the set of keys that are being loaded, and what `insert` says.
#[derive(Default)]
pub struct Flights {
    loading: Mutex<HashSet<u32>>,
    known: Mutex<HashMap<u32, String>>,
    done: Notify,
}

impl Flights {
    async fn get(&self, key: u32) -> String {
        loop {
            let told = self.done.notified();
            if let Some(value) = self.known.lock().unwrap().get(&key) {
                return value.clone();
            }
            let first = self.loading.lock().unwrap().insert(key);
            if first {
                let value = load(key).await; //~ cancel-torn-state
                self.known.lock().unwrap().insert(key, value.clone());
                self.loading.lock().unwrap().remove(&key);
                self.done.notify_waiters();
                return value;
            }
            told.await;
        }
    }

    pub async fn limited(&self, key: u32) -> Option<String> {
        timeout(LIMIT, self.get(key)).await.ok()
    }
}

/// 3: an atomic that is exchanged, and an early way out for those who come second.
#[derive(Default)]
pub struct Flusher {
    busy: AtomicBool,
    pages: Mutex<Vec<u32>>,
}

impl Flusher {
    async fn flush(&self) -> usize {
        if self.busy.compare_exchange(false, true, Ordering::AcqRel, Ordering::Acquire).is_err() {
            return 0;
        }
        let pages = self.pages.lock().unwrap().clone();
        for page in &pages {
            load(*page).await; //~ cancel-torn-state
        }
        self.busy.store(false, Ordering::Release);
        pages.len()
    }

    pub async fn limited(&self) -> usize {
        timeout(LIMIT, self.flush()).await.unwrap_or(0)
    }
}

/// 4: the state is an enum, and a match arm decides.
#[derive(Default)]
pub struct Lazy {
    state: Mutex<Progress>,
    moved: Notify,
}

#[derive(Default)]
enum Progress {
    #[default]
    Idle,
    Fetching,
    Ready(Arc<str>),
}

enum Step {
    Use(Arc<str>),
    Wait,
    Fetch,
}

impl Lazy {
    fn step(&self) -> Step {
        let mut state = self.state.lock().unwrap();
        match &*state {
            Progress::Ready(text) => Step::Use(text.clone()),
            Progress::Fetching => Step::Wait,
            Progress::Idle => {
                *state = Progress::Fetching;
                Step::Fetch
            }
        }
    }

    async fn get(&self) -> Arc<str> {
        loop {
            let moved = self.moved.notified();
            match self.step() {
                Step::Use(text) => return text,
                Step::Wait => moved.await,
                Step::Fetch => {
                    let text: Arc<str> = load(4).await.into(); //~ cancel-torn-state
                    *self.state.lock().unwrap() = Progress::Ready(text.clone());
                    self.moved.notify_waiters();
                    return text;
                }
            }
        }
    }

    pub async fn limited(&self) -> Option<Arc<str>> {
        timeout(LIMIT, self.get()).await.ok()
    }
}

/// 5: a swap in the head of a loop.
#[derive(Default)]
pub struct Turn {
    taken: AtomicBool,
    free: Notify,
}

impl Turn {
    async fn work(&self) {
        while self.taken.swap(true, Ordering::AcqRel) {
            self.free.notified().await;
        }
        load(5).await; //~ cancel-torn-state
        self.taken.store(false, Ordering::Release);
        self.free.notify_one();
    }

    pub async fn limited(&self) -> bool {
        timeout(LIMIT, self.work()).await.is_ok()
    }
}

/// 6: an entry of a map with a notification, cloned out for those who wait.
#[derive(Default)]
pub struct Shared {
    flights: Mutex<HashMap<u32, Arc<Notify>>>,
    known: Mutex<HashMap<u32, String>>,
}

impl Shared {
    async fn get(&self, key: u32) -> String {
        loop {
            if let Some(value) = self.known.lock().unwrap().get(&key).cloned() {
                return value;
            }
            let other = {
                let mut flights = self.flights.lock().unwrap();
                let other = flights.get(&key).cloned();
                if other.is_none() {
                    flights.insert(key, Arc::new(Notify::new()));
                }
                other
            };
            if let Some(other) = other {
                other.notified().await; //~ notify-lost-wakeup
                continue;
            }
            let value = load(key).await; //~ cancel-torn-state
            self.known.lock().unwrap().insert(key, value.clone());
            if let Some(told) = self.flights.lock().unwrap().remove(&key) {
                told.notify_waiters();
            }
            return value;
        }
    }

    pub async fn limited(&self, key: u32) -> Option<String> {
        timeout(LIMIT, self.get(key)).await.ok()
    }
}

/// 7: a number for the phase, set only when it was the right one.
#[derive(Default)]
pub struct Phases {
    phase: AtomicU8,
}

const IDLE: u8 = 0;
const SYNCING: u8 = 1;

impl Phases {
    async fn sync(&self) -> bool {
        let mine = self.phase.compare_exchange(IDLE, SYNCING, Ordering::SeqCst, Ordering::SeqCst).is_ok();
        if mine {
            load(7).await; //~ cancel-torn-state
            self.phase.store(IDLE, Ordering::SeqCst);
        }
        mine
    }

    pub async fn limited(&self) -> bool {
        timeout(LIMIT, self.sync()).await.unwrap_or(false)
    }
}

/// 8: the leader is a helper that is awaited in one arm.
#[derive(Default)]
pub struct Refresh {
    leading: tokio::sync::Mutex<bool>,
    token: Mutex<String>,
}

impl Refresh {
    async fn renew(&self) -> String {
        let token = load(8).await;
        *self.token.lock().unwrap() = token.clone();
        token
    }

    async fn get(&self) -> String {
        let lead = {
            let mut leading = self.leading.lock().await;
            let lead = !*leading;
            if lead {
                *leading = true;
            }
            lead
        };
        match lead {
            true => {
                let token = self.renew().await; //~ cancel-torn-state
                *self.leading.lock().await = false;
                token
            }
            false => self.token.lock().unwrap().clone(),
        }
    }

    pub async fn limited(&self) -> Option<String> {
        timeout(LIMIT, self.get()).await.ok()
    }
}

/// 9, near miss: whoever leads does so in a task of its own.
#[derive(Clone, Default)]
pub struct Apart {
    running: Arc<Mutex<bool>>,
}

impl Apart {
    async fn get(&self) -> String {
        let lead = {
            let mut running = self.running.lock().unwrap();
            let lead = !*running;
            *running = true;
            lead
        };
        if !lead {
            return String::new();
        }
        let me = self.clone();
        let led = tokio::spawn(async move {
            let value = load(9).await;
            *me.running.lock().unwrap() = false;
            value
        });
        led.await.unwrap_or_default()
    }

    pub async fn limited(&self) -> Option<String> {
        timeout(LIMIT, self.get()).await.ok()
    }
}

/// 10, near miss: a guard is made before the await, only by the one who leads.
#[derive(Default)]
pub struct Guarded {
    running: Mutex<bool>,
}

struct Leading<'a>(&'a Guarded);

impl Drop for Leading<'_> {
    fn drop(&mut self) {
        *self.0.running.lock().unwrap() = false;
    }
}

impl Guarded {
    fn lead(&self) -> Option<Leading<'_>> {
        let mut running = self.running.lock().unwrap();
        if *running {
            return None;
        }
        *running = true;
        Some(Leading(self))
    }

    async fn get(&self) -> Option<String> {
        let leading = self.lead()?;
        let value = load(10).await;
        drop(leading);
        Some(value)
    }

    pub async fn limited(&self) -> Option<String> {
        timeout(LIMIT, self.get()).await.ok().flatten()
    }
}

/// 11, near miss: who comes second waits while the flag is up, but did not put it up.
#[derive(Default)]
pub struct Waits {
    busy: AtomicBool,
    free: Notify,
}

impl Waits {
    async fn enter(&self) {
        loop {
            let free = self.free.notified();
            if !self.busy.swap(true, Ordering::AcqRel) {
                return;
            }
            free.await;
        }
    }

    fn leave(&self) {
        self.busy.store(false, Ordering::Release);
        self.free.notify_one();
    }

    pub async fn limited(&self) -> bool {
        let entered = timeout(LIMIT, self.enter()).await.is_ok();
        if entered {
            self.leave();
        }
        entered
    }
}

/// 12, near miss: a connection is made anew when none was idle; nothing was taken then.
#[derive(Default)]
pub struct Pool {
    idle: Mutex<Vec<String>>,
}

impl Pool {
    async fn get(&self) -> String {
        let idle = self.idle.lock().unwrap().pop();
        match idle {
            Some(connection) => connection,
            None => {
                let connection = load(12).await;
                self.idle.lock().unwrap().push(connection.clone());
                connection
            }
        }
    }

    pub async fn limited(&self) -> Option<String> {
        timeout(LIMIT, self.get()).await.ok()
    }
}
