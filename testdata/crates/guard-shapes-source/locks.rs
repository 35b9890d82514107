//! Other locks and guards: which types count, and which do not.

use super::support::{pause, send};
use dashmap::DashMap;
use dashmap::mapref::entry::Entry;
use std::cell::RefCell;
use std::collections::HashMap;
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, OnceLock, RwLock};
use tokio::sync::{Semaphore, mpsc, watch};
use tracing::Instrument;

pub async fn read_guard(lock: &RwLock<usize>) -> usize {
    let g = lock.read().unwrap();
    pause().await; //~ sync-guard-across-await
    *g
}

pub async fn write_guard(lock: &RwLock<usize>) {
    let mut g = lock.write().unwrap();
    *g = send(1).await; //~ sync-guard-across-await
}

pub async fn read_and_let_go(lock: &RwLock<HashMap<u32, usize>>) -> usize {
    let n = lock.read().unwrap().get(&1).copied().unwrap_or_default();
    send(n).await
}

pub async fn parking_lot_mutex(m: &parking_lot::Mutex<usize>) -> usize {
    let g = m.lock();
    pause().await; //~ sync-guard-across-await
    *g
}

pub async fn parking_lot_dropped(m: &parking_lot::Mutex<usize>) -> usize {
    let g = m.lock();
    let n = *g;
    drop(g);
    send(n).await
}

pub async fn parking_lot_mapped(m: &parking_lot::Mutex<(usize, usize)>) -> usize {
    let g = parking_lot::MutexGuard::map(m.lock(), |pair| &mut pair.1);
    pause().await; //~ sync-guard-across-await
    *g
}

pub async fn parking_lot_owned(m: Arc<parking_lot::RwLock<usize>>) -> usize {
    let g = m.read();
    send(*g).await //~ sync-guard-across-await
}

pub async fn parking_lot_upgradable(m: &parking_lot::RwLock<usize>) -> usize {
    let g = m.upgradable_read();
    pause().await; //~ sync-guard-across-await
    *g
}

pub async fn parking_lot_try_lock(m: &parking_lot::Mutex<usize>) -> usize {
    match m.try_lock() {
        Some(g) => *g,
        None => send(0).await,
    }
}

pub async fn dashmap_get(map: &DashMap<u32, usize>) -> usize {
    let Some(entry) = map.get(&1) else {
        return send(0).await;
    };
    send(*entry).await //~ sync-guard-across-await
}

pub async fn dashmap_get_in_if_let(map: &DashMap<u32, usize>) {
    if let Some(entry) = map.get(&1) {
        send(*entry).await; //~ sync-guard-across-await
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

pub async fn dashmap_get_mut(map: &DashMap<u32, usize>) {
    let mut entry = map.get_mut(&1).unwrap();
    *entry += send(1).await; //~ sync-guard-across-await
}

pub async fn dashmap_entry(map: &DashMap<u32, usize>) {
    match map.entry(1) {
        Entry::Occupied(occupied) => {
            send(*occupied.get()).await; //~ sync-guard-across-await
        }
        Entry::Vacant(vacant) => {
            vacant.insert(1);
            pause().await;
        }
    }
}

pub async fn dashmap_or_insert(map: &DashMap<u32, usize>) -> usize {
    let value = map.entry(1).or_insert(0);
    pause().await; //~ sync-guard-across-await
    *value
}

pub async fn dashmap_iter(map: &DashMap<u32, usize>) {
    for entry in map.iter() {
        send(*entry.value()).await; //~ sync-guard-across-await
    }
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

pub async fn refcell_borrow(cell: &RefCell<Vec<usize>>) -> usize {
    let items = cell.borrow();
    send(items.len()).await //~ sync-guard-across-await
}

pub async fn refcell_borrow_mut(cell: &RefCell<Vec<usize>>) {
    let mut items = cell.borrow_mut();
    items.push(1);
    pause().await; //~ sync-guard-across-await
}

pub async fn refcell_temporary_in_a_loop_head(cell: &RefCell<Vec<usize>>) {
    for n in cell.borrow().iter() {
        send(*n).await; //~ sync-guard-across-await
    }
}

pub async fn refcell_short_borrow(cell: &RefCell<Vec<usize>>) {
    cell.borrow_mut().push(1);
    let n = cell.borrow().len();
    send(n).await;
}

pub async fn span_entered(n: usize) -> usize {
    let span = tracing::info_span!("work", n);
    let _entered = span.enter();
    send(n).await //~ sync-guard-across-await
}

pub async fn span_entered_by_value(n: usize) -> usize {
    let _entered = tracing::info_span!("work", n).entered();
    send(n).await //~ sync-guard-across-await
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

pub async fn watch_borrow(rx: &watch::Receiver<usize>) -> usize {
    let value = rx.borrow();
    pause().await; //~ sync-guard-across-await
    *value
}

pub async fn watch_borrow_in_an_argument(rx: &mut watch::Receiver<usize>) -> usize {
    send(*rx.borrow_and_update()).await //~ sync-guard-across-await
}

pub async fn watch_value_copied(rx: &mut watch::Receiver<usize>) -> usize {
    let n = *rx.borrow_and_update();
    let _ = rx.changed().await;
    send(n).await
}

pub async fn stdout_lock(n: usize) -> std::io::Result<usize> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{n}")?;
    let n = send(n).await; //~ sync-guard-across-await
    writeln!(out, "{n}")?;
    Ok(n)
}

pub async fn runtime_entered(handle: tokio::runtime::Handle) {
    let _context = handle.enter();
    pause().await; //~ sync-guard-across-await
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

pub async fn atomic(counter: &AtomicUsize) -> usize {
    let before = counter.fetch_add(1, Ordering::SeqCst);
    pause().await;
    before
}

pub async fn condvar_then_let_go(ready: &Mutex<bool>, changed: &Condvar) {
    let mut g = ready.lock().unwrap();
    while !*g {
        g = changed.wait(g).unwrap(); //~ blocking-in-async
    }
    drop(g);
    pause().await;
}

pub async fn condvar_and_kept(ready: &Mutex<bool>, changed: &Condvar) {
    let mut g = changed.wait_while(ready.lock().unwrap(), |ready| !*ready).unwrap(); //~ blocking-in-async
    pause().await; //~ sync-guard-across-await
    *g = false;
}

pub async fn condvar_notified_under_the_lock(ready: &Mutex<bool>, changed: &Condvar) {
    *ready.lock().unwrap() = true;
    changed.notify_all();
    pause().await;
}
