//@ edition: 2024
//! Guards made to be held, guards let go, and places of a map where nothing was found.

use dashmap::DashMap;
use std::cell::RefCell;
use std::sync::OnceLock;
use tokio::sync::{Semaphore, mpsc, watch};
use tracing::Instrument;

async fn pause() {}

async fn send(n: usize) -> usize {
    n
}

pub async fn parking_lot_try_lock(m: &parking_lot::Mutex<usize>) -> usize {
    match m.try_lock() {
        Some(g) => *g,
        None => send(0).await,
    }
}

/// Where nothing was found nothing is locked, although the temporary lives on.
pub async fn dashmap_get_found_nothing(map: &DashMap<u32, usize>) -> usize {
    match map.get(&1) {
        Some(entry) => *entry,
        None => send(0).await,
    }
}

pub async fn dashmap_get_else_nothing(map: &DashMap<u32, usize>) -> usize {
    if let Some(entry) = map.get(&1) { *entry } else { send(0).await }
}

pub async fn dashmap_value_copied(map: &DashMap<u32, usize>) -> usize {
    let n = map.get(&1).map(|entry| *entry).unwrap_or_default();
    send(n).await
}

pub async fn dashmap_collected(map: &DashMap<u32, usize>) {
    let keys: Vec<u32> = map.iter().map(|entry| *entry.key()).collect();
    for key in keys {
        send(key as usize).await;
    }
}

pub async fn dashmap_insert_and_remove(map: &DashMap<u32, usize>) {
    map.insert(1, 1);
    pause().await;
    map.remove(&1);
    pause().await;
}

pub async fn refcell_short_borrow(cell: &RefCell<Vec<usize>>) {
    cell.borrow_mut().push(1);
    let n = cell.borrow().len();
    send(n).await;
}

pub async fn span_entered_for_sync_code(n: usize) -> usize {
    let span = tracing::info_span!("work", n);
    let m = span.in_scope(|| n + 1);
    {
        let _entered = span.enter();
        tracing::info!("prepared");
    }
    send(m).await
}

pub async fn span_instruments_the_future(n: usize) -> usize {
    let span = tracing::info_span!("work", n);
    send(n).instrument(span).await
}

pub async fn span_held_but_not_entered(n: usize) -> usize {
    let span = tracing::info_span!("work", n);
    let m = send(n).await;
    span.record("n", m);
    m
}

pub async fn watch_value_copied(rx: &mut watch::Receiver<usize>) -> usize {
    let n = *rx.borrow_and_update();
    let _ = rx.changed().await;
    send(n).await
}

pub async fn tokio_mutex(m: &tokio::sync::Mutex<usize>) -> usize {
    let mut g = m.lock().await;
    *g += send(1).await;
    *g
}

pub async fn tokio_rwlock(lock: &tokio::sync::RwLock<usize>) -> usize {
    let g = lock.read().await;
    pause().await;
    *g
}

pub async fn tokio_semaphore(permits: &Semaphore) {
    let _permit = permits.acquire().await.unwrap();
    pause().await;
}

pub async fn tokio_channel_permit(tx: &mpsc::Sender<usize>) {
    let permit = tx.reserve().await.unwrap();
    permit.send(send(1).await);
}

pub async fn once_lock(cell: &OnceLock<usize>) -> usize {
    let n = cell.get_or_init(|| 3);
    pause().await;
    *n
}
