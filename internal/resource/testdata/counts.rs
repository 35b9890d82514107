// Permits and places by number.
use std::sync::Arc;
use tokio::sync::{Semaphore, mpsc};

const PLACES: usize = 4;

pub struct Limits {
    calls: Semaphore,
    unknown: Semaphore,
}

impl Limits {
    pub fn new(n: usize) -> Self {
        Limits { calls: Semaphore::new(2), unknown: Semaphore::new(n) }
    }

    async fn one(&self) {
        let _one = self.calls.acquire().await.unwrap();
    }

    pub async fn of_a_field(&self) {
        let _first = self.calls.acquire_many(2).await.unwrap();
        self.one().await;
    }

    pub async fn of_an_unknown_number(&self) {
        let _first = self.unknown.acquire().await.unwrap();
        let _second = self.unknown.acquire().await.unwrap();
    }
}

pub async fn more_than_there_are() {
    let slots = Semaphore::new(PLACES);
    let _most = slots.acquire_many(3).await.unwrap();
    let _two = slots.acquire_many(2).await.unwrap();
}

pub async fn as_many_as_there_are() {
    let slots = Arc::new(Semaphore::new(PLACES));
    let _most = slots.clone().acquire_many_owned(3).await.unwrap();
    let _one = slots.acquire().await.unwrap();
}

pub async fn an_amount_that_varies(n: u32) {
    let slots = Semaphore::new(PLACES);
    let _some = slots.acquire_many(n).await.unwrap();
    let _one = slots.acquire().await.unwrap();
}

pub async fn a_place_for_each() {
    let (tx, rx) = mpsc::channel(2);
    tx.send(1).await.unwrap();
    tx.send(2).await.unwrap();
    drop(rx);
}

pub async fn one_place_less() {
    let (tx, rx) = mpsc::channel(1);
    tx.send(1).await.unwrap();
    tx.send(2).await.unwrap();
    drop(rx);
}

pub async fn only_on_one_way(both: bool) {
    let (tx, rx) = mpsc::channel(1);
    if both {
        tx.send(1).await.unwrap();
    }
    tx.send(2).await.unwrap();
    drop(rx);
}
