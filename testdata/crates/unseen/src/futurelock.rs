//! A future that is kept and not polled, while its task waits for what it has or is next for.

use futures::StreamExt;
use futures::future::{Either, select};
use futures::stream::FuturesUnordered;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, Semaphore};

pub struct Store {
    rows: Mutex<Vec<u32>>,
    places: Semaphore,
}

impl Store {
    pub fn new(places: usize) -> Self {
        Store { rows: Default::default(), places: Semaphore::new(places) }
    }

    async fn flush(&self) {
        for _ in 0..3 {
            let mut rows = self.rows.lock().await;
            tokio::time::sleep(Duration::from_millis(1)).await;
            rows.clear();
        }
    }

    async fn len(&self) -> usize {
        self.rows.lock().await.len()
    }
}

/// The arm of a tick asks for the lock of the flush that it interrupts.
pub mod a_tick_asks_for_the_lock {
    use super::*;

    pub async fn buggy(store: Arc<Store>) {
        let mut flush = pin!(store.flush());
        let mut tick = tokio::time::interval(Duration::from_millis(10));
        loop {
            tokio::select! {
                _ = &mut flush => break,
                _ = tick.tick() => println!("{} rows", store.len().await), //~ futurelock
            }
        }
    }

    pub async fn fixed(store: Arc<Store>) {
        let mut flush = pin!(store.flush());
        let mut report = pin!(async {
            let mut tick = tokio::time::interval(Duration::from_millis(10));
            loop {
                tick.tick().await;
                println!("{} rows", store.len().await);
            }
        });
        tokio::select! {
            _ = &mut flush => {}
            () = &mut report => {}
        }
    }
}

/// The loser of `select` is kept while its task locks.
pub mod the_loser_is_kept {
    use super::*;

    pub async fn buggy(store: &Store) -> usize {
        let flush = Box::pin(store.flush());
        let limit = Box::pin(tokio::time::sleep(Duration::from_millis(1)));
        match select(flush, limit).await {
            Either::Left(_) => 0,
            Either::Right((_, flush)) => {
                let n = store.len().await; //~ futurelock
                flush.await;
                n
            }
        }
    }

    pub async fn fixed(store: &Store) -> usize {
        let flush = Box::pin(store.flush());
        let limit = Box::pin(tokio::time::sleep(Duration::from_millis(1)));
        match select(flush, limit).await {
            Either::Left(_) => 0,
            Either::Right((_, flush)) => {
                drop(flush);
                store.len().await
            }
        }
    }
}

/// The body of a loop over buffered futures takes the lock that they take.
pub mod a_body_between_buffered_futures {
    use super::*;

    pub async fn buggy(store: &Store, ids: Vec<u32>) {
        let mut all = futures::stream::iter(ids)
            .map(|id| async move {
                store.rows.lock().await.push(id);
                tokio::time::sleep(Duration::from_millis(1)).await;
                id
            })
            .buffer_unordered(4);
        while let Some(id) = all.next().await {
            let n = store.rows.lock().await.len(); //~ futurelock
            println!("{id}: {n}");
        }
    }

    pub async fn fixed(store: &Store, ids: Vec<u32>) {
        let done: Vec<u32> = futures::stream::iter(ids)
            .map(|id| async move {
                store.rows.lock().await.push(id);
                id
            })
            .buffer_unordered(4)
            .collect()
            .await;
        for id in done {
            let n = store.rows.lock().await.len();
            println!("{id}: {n}");
        }
    }
}

/// A set of futures that hold permits, and a loop that needs one to go on.
pub mod permits_of_a_set {
    use super::*;

    pub async fn buggy(store: &Store) {
        let mut set = FuturesUnordered::new();
        for _ in 0..4 {
            set.push(async {
                let _place = store.places.acquire().await.unwrap();
                tokio::time::sleep(Duration::from_millis(1)).await;
            });
        }
        while let Some(()) = set.next().await {
            let _place = store.places.acquire().await.unwrap(); //~ futurelock
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    pub async fn fixed(store: &Store) {
        let mut set = FuturesUnordered::new();
        for _ in 0..4 {
            set.push(async {
                let _place = store.places.acquire().await.unwrap();
                tokio::time::sleep(Duration::from_millis(1)).await;
            });
        }
        while let Some(()) = set.next().await {
            println!("one more");
        }
    }
}

/// The future that is borrowed runs as a task of its own: nothing stands still.
pub mod a_task_is_borrowed {
    use super::*;

    pub async fn right(store: Arc<Store>) {
        let other = store.clone();
        let mut flush = tokio::spawn(async move { other.flush().await });
        let mut tick = tokio::time::interval(Duration::from_millis(10));
        loop {
            tokio::select! {
                _ = &mut flush => break,
                _ = tick.tick() => println!("{} rows", store.len().await),
            }
        }
    }
}
