//! Actors, pools, caches and buses in the styles of several authors: locks, permits and channels, each as it hangs and as it is right.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

/// A bus calls its listeners under the lock of their list, and a listener takes itself off the list.
pub mod a_listener_that_leaves {
    use super::*;
    use parking_lot::Mutex;

    type Listener = Box<dyn Fn(&str) + Send + Sync>;

    #[derive(Default)]
    pub struct Bus {
        listeners: Mutex<HashMap<u64, Listener>>,
        shared: Mutex<HashMap<u64, Arc<dyn Fn(&str) + Send + Sync>>>,
        next: AtomicU64,
    }

    impl Bus {
        pub fn listen(&self, listener: Listener) -> u64 {
            let id = self.next.fetch_add(1, Ordering::Relaxed);
            self.listeners.lock().insert(id, listener);
            id
        }

        pub fn share(&self, listener: Arc<dyn Fn(&str) + Send + Sync>) -> u64 {
            let id = self.next.fetch_add(1, Ordering::Relaxed);
            self.shared.lock().insert(id, listener);
            id
        }

        pub fn leave(&self, id: u64) {
            self.listeners.lock().remove(&id);
            self.shared.lock().remove(&id);
        }

        pub fn tell_buggy(&self, text: &str) {
            for listener in self.listeners.lock().values() {
                listener(text); //~ async-relock
            }
        }

        pub fn tell_fixed(&self, text: &str) {
            let all: Vec<_> = self.shared.lock().values().cloned().collect();
            for listener in all {
                listener(text);
            }
        }
    }

    pub fn only_once(bus: &Arc<Bus>) {
        let this = bus.clone();
        bus.listen(Box::new(move |text| {
            if text == "bye" {
                this.leave(0);
            }
        }));
        let this = bus.clone();
        bus.share(Arc::new(move |text| {
            if text == "bye" {
                this.leave(1);
            }
        }));
    }
}

/// A store lends what it holds to a closure, and the closure asks the store.
pub mod a_closure_in_the_store {
    use std::sync::RwLock;

    #[derive(Default)]
    pub struct Store {
        rows: RwLock<Vec<(u32, String)>>,
    }

    impl Store {
        fn edit<T>(&self, with: impl FnOnce(&mut Vec<(u32, String)>) -> T) -> T {
            let mut rows = self.rows.write().unwrap_or_else(|e| e.into_inner());
            with(&mut rows)
        }

        fn len(&self) -> usize {
            self.rows.read().unwrap_or_else(|e| e.into_inner()).len()
        }

        pub fn add_buggy(&self, text: &str) {
            self.edit(|rows| rows.push((self.len() as u32, text.to_owned()))); //~ async-relock
        }

        pub fn add_fixed(&self, text: &str) {
            self.edit(|rows| rows.push((rows.len() as u32, text.to_owned())));
        }
    }
}

/// An actor asks its own handle for the answer that it gives itself.
pub mod an_actor_and_its_handle {
    use super::*;

    pub enum Ask {
        Size(oneshot::Sender<usize>),
        Put(String),
        Report,
    }

    #[derive(Clone)]
    pub struct Handle(mpsc::Sender<Ask>);

    impl Handle {
        pub async fn size(&self) -> usize {
            let (tx, rx) = oneshot::channel();
            if self.0.send(Ask::Size(tx)).await.is_err() {
                return 0;
            }
            rx.await.unwrap_or(0)
        }
    }

    struct Actor {
        inbox: mpsc::Receiver<Ask>,
        own: Handle,
        rows: Vec<String>,
    }

    pub fn open(buggy: bool) -> Handle {
        let (tx, inbox) = mpsc::channel(32);
        let own = Handle(tx);
        let actor = Actor { inbox, own: own.clone(), rows: Vec::new() };
        if buggy {
            tokio::spawn(actor.run_buggy());
        } else {
            tokio::spawn(actor.run_fixed());
        }
        own
    }

    impl Actor {
        async fn run_buggy(mut self) {
            loop {
                match self.inbox.recv().await { //~ never-closes
                    Some(Ask::Size(tx)) => drop(tx.send(self.rows.len())),
                    Some(Ask::Put(row)) => self.rows.push(row),
                    Some(Ask::Report) => println!("{} rows", self.own.size().await), //~ channel-deadlock
                    None => return,
                }
            }
        }

        async fn run_fixed(mut self) {
            loop {
                match self.inbox.recv().await { //~ never-closes
                    Some(Ask::Size(tx)) => drop(tx.send(self.rows.len())),
                    Some(Ask::Put(row)) => self.rows.push(row),
                    Some(Ask::Report) => {
                        let own = self.own.clone();
                        tokio::spawn(async move { println!("{} rows", own.size().await) });
                    }
                    None => return,
                }
            }
        }
    }
}

/// Permits by number: more than there are.
pub mod more_permits_than_there_are {
    use super::*;

    const SLOTS: usize = 4;

    pub async fn buggy() {
        let slots = Semaphore::new(SLOTS);
        let most = slots.acquire_many(3).await.unwrap();
        let two = slots.acquire_many(2).await.unwrap(); //~ async-relock
        println!("{} {}", most.num_permits(), two.num_permits());
    }

    pub async fn fixed() {
        let slots = Semaphore::new(SLOTS);
        let most = slots.acquire_many(3).await.unwrap();
        let one = slots.acquire().await.unwrap();
        println!("{} {}", most.num_permits(), one.num_permits());
    }
}

/// A channel with as many places as there are messages, and with one less.
pub mod one_place_less {
    use super::*;

    pub async fn buggy() -> u32 {
        let (tx, mut rx) = mpsc::channel(2);
        tx.send(1).await.unwrap();
        tx.send(2).await.unwrap();
        tx.send(3).await.unwrap(); //~ channel-deadlock
        drop(tx);
        let mut sum = 0;
        while let Some(n) = rx.recv().await {
            sum += n;
        }
        sum
    }

    pub async fn fixed() -> u32 {
        let (tx, mut rx) = mpsc::channel(3);
        tx.send(1).await.unwrap();
        tx.send(2).await.unwrap();
        tx.send(3).await.unwrap();
        drop(tx);
        let mut sum = 0;
        while let Some(n) = rx.recv().await {
            sum += n;
        }
        sum
    }
}

/// The tasks of a set need the permit that the one who joins them has.
pub mod joined_with_the_permit {
    use super::*;
    use tokio::task::JoinSet;

    async fn fetch(limit: Arc<Semaphore>, n: u32) -> u32 {
        let _permit: OwnedSemaphorePermit = limit.acquire_owned().await.expect("open");
        n + 1
    }

    pub async fn buggy(items: Vec<u32>) -> u32 {
        let limit = Arc::new(Semaphore::new(1));
        let mut set = JoinSet::new();
        let own = limit.clone().acquire_owned().await.expect("open");
        for n in items {
            set.spawn(fetch(limit.clone(), n));
        }
        let mut sum = 0;
        while let Some(n) = set.join_next().await { //~ join-deadlock
            sum += n.unwrap_or(0);
        }
        drop(own);
        sum
    }

    pub async fn fixed(items: Vec<u32>) -> u32 {
        let limit = Arc::new(Semaphore::new(1));
        let mut set = JoinSet::new();
        let own = limit.clone().acquire_owned().await.expect("open");
        for n in items {
            set.spawn(fetch(limit.clone(), n));
        }
        drop(own);
        let mut sum = 0;
        while let Some(n) = set.join_next().await {
            sum += n.unwrap_or(0);
        }
        sum
    }
}
