//@ edition: 2024
//! Blocks, closures, macros and traits.

use async_trait::async_trait;
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;

async fn pause() {}

async fn send(n: usize) -> usize {
    n
}

pub fn guard_captured_by_the_block(m: &Mutex<usize>) -> impl Future<Output = usize> + '_ {
    let g = m.lock().unwrap();
    async move {
        pause().await; //~ sync-guard-across-await
        *g
    }
}

pub async fn async_closure(m: &Mutex<usize>) {
    let work = async |extra: usize| {
        let g = m.lock().unwrap();
        send(extra).await; //~ sync-guard-across-await
        drop(g);
    };
    work(1).await;
    work(2).await;
}

pub async fn closure_that_returns_a_block(m: &Mutex<usize>) -> usize {
    let work = || async {
        let g = m.lock().unwrap();
        pause().await; //~ sync-guard-across-await
        *g
    };
    work().await
}

/// A guard that is `Send` gets past the compiler.
pub fn spawned_with_a_guard(map: Arc<dashmap::DashMap<u32, usize>>) {
    tokio::spawn(async move {
        if let Some(mut entry) = map.get_mut(&1) {
            pause().await; //~ sync-guard-across-await
            *entry += 1;
        }
    });
}

pub async fn held_over_select(m: &Mutex<usize>) -> usize {
    let g = m.lock().unwrap();
    tokio::select! { //~ sync-guard-across-await: `g` (a std mutex guard) is held
        _ = pause() => {}
        _ = tokio::time::sleep(Duration::from_millis(5)) => {}
    }
    *g
}

pub async fn held_in_a_select_handler(m: &Mutex<usize>) {
    tokio::select! {
        n = send(1) => {
            let mut g = m.lock().unwrap();
            *g += n;
            pause().await; //~ sync-guard-across-await
        }
        _ = tokio::time::sleep(Duration::from_millis(5)) => {}
    }
}

pub async fn held_over_join(m: &Mutex<usize>) -> usize {
    let g = m.lock().unwrap();
    tokio::join!(pause(), send(2)); //~ sync-guard-across-await
    *g
}

pub async fn held_over_a_timeout(m: &Mutex<usize>) -> usize {
    let g = m.lock().unwrap();
    let _ = tokio::time::timeout(Duration::from_millis(5), pause()).await; //~ sync-guard-across-await
    *g
}

macro_rules! wait_for {
    ($future:expr) => {
        $future.await
    };
}

macro_rules! with_lock {
    ($lock:expr, $name:ident, $body:block) => {{
        let $name = $lock.lock().unwrap();
        $body
    }};
}

pub async fn await_comes_from_a_macro(m: &Mutex<usize>) -> usize {
    let g = m.lock().unwrap();
    wait_for!(pause()); //~ sync-guard-across-await
    *g
}

pub async fn lock_comes_from_a_macro(m: &Mutex<usize>) {
    with_lock!(m, g, {
        send(*g).await; //~ sync-guard-across-await
    });
}

#[async_trait]
pub trait Store {
    async fn put(&self, n: usize) -> usize;
    async fn get(&self) -> usize;
}

pub struct Table {
    pub rows: dashmap::DashMap<u32, usize>,
    pub total: Mutex<usize>,
}

#[async_trait]
impl Store for Table {
    async fn put(&self, n: usize) -> usize {
        let row = self.rows.entry(1).or_insert(n);
        pause().await; //~ sync-guard-across-await
        *row
    }

    async fn get(&self) -> usize {
        let n = *self.total.lock().unwrap();
        send(n).await
    }
}

pub async fn generic_future<F: Future<Output = usize>>(m: &Mutex<usize>, f: F) {
    let mut g = m.lock().unwrap();
    *g += f.await; //~ sync-guard-across-await
}
