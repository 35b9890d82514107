//@ edition: 2024
//! Every family of guards that must not be held.

use dashmap::DashMap;
use dashmap::mapref::entry::Entry;
use std::cell::RefCell;
use std::io::Write;
use std::sync::RwLock;
use tokio::sync::watch;

async fn pause() {}

async fn send(n: usize) -> usize {
    n
}

pub async fn read_guard(lock: &RwLock<usize>) -> usize {
    let g = lock.read().unwrap();
    pause().await; //~ sync-guard-across-await
    *g
}

pub async fn write_guard(lock: &RwLock<usize>) {
    let mut g = lock.write().unwrap();
    *g = send(1).await; //~ sync-guard-across-await
}

pub async fn parking_lot_mutex(m: &parking_lot::Mutex<usize>) -> usize {
    let g = m.lock();
    pause().await; //~ sync-guard-across-await
    *g
}

pub async fn parking_lot_mapped(m: &parking_lot::Mutex<(usize, usize)>) -> usize {
    let g = parking_lot::MutexGuard::map(m.lock(), |pair| &mut pair.1);
    pause().await; //~ sync-guard-across-await
    *g
}

pub async fn parking_lot_upgradable(m: &parking_lot::RwLock<usize>) -> usize {
    let g = m.upgradable_read();
    pause().await; //~ sync-guard-across-await
    *g
}

pub async fn dashmap_get(map: &DashMap<u32, usize>) -> usize {
    let Some(entry) = map.get(&1) else {
        return send(0).await;
    };
    send(*entry).await //~ sync-guard-across-await: any access to that shard from this thread waits for ever
}

pub async fn dashmap_get_in_if_let(map: &DashMap<u32, usize>) {
    if let Some(entry) = map.get(&1) {
        send(*entry).await; //~ sync-guard-across-await
    }
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

pub async fn refcell_borrow_mut(cell: &RefCell<Vec<usize>>) {
    let mut items = cell.borrow_mut();
    items.push(1);
    pause().await; //~ sync-guard-across-await: another future of this task or thread that borrows the cell panics
}

pub async fn refcell_temporary_in_a_loop_head(cell: &RefCell<Vec<usize>>) {
    for n in cell.borrow().iter() {
        send(*n).await; //~ sync-guard-across-await
    }
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

pub async fn watch_borrow(rx: &watch::Receiver<usize>) -> usize {
    let value = rx.borrow();
    pause().await; //~ sync-guard-across-await: `value` (a borrow of a watch channel's value) is held
    *value
}

pub async fn watch_borrow_in_an_argument(rx: &mut watch::Receiver<usize>) -> usize {
    send(*rx.borrow_and_update()).await //~ sync-guard-across-await
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
