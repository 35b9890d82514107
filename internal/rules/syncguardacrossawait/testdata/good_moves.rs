//@ edition: 2024
//@ only: std
//! The guard moved away before the await, or was never there: the failure arms of try_lock.

use std::sync::{Mutex, MutexGuard, TryLockError};

async fn pause() {}

async fn send(n: usize) -> usize {
    n
}

fn lock(m: &Mutex<usize>) -> MutexGuard<'_, usize> {
    m.lock().unwrap()
}

fn drop_it(g: MutexGuard<'_, usize>) {
    drop(g);
}

fn consume(g: MutexGuard<'_, usize>) -> usize {
    *g
}

fn ignore<T>(_: T) {}

fn identity<T>(value: T) -> T {
    value
}

pub async fn moved_into_a_callee(m: &Mutex<usize>) {
    let g = m.lock().unwrap();
    drop_it(g);
    pause().await;
}

pub async fn consumed_by_a_callee(m: &Mutex<usize>) {
    let g = m.lock().unwrap();
    let n = consume(g);
    send(n).await;
}

pub async fn moved_into_a_generic_callee(m: &Mutex<usize>) {
    let g = m.lock().unwrap();
    ignore(g);
    pause().await;
}

pub async fn made_by_a_helper_as_temporary(m: &Mutex<usize>) -> usize {
    let n = *lock(m);
    send(n).await
}

pub async fn moved_and_dropped(m: &Mutex<usize>) {
    let first = m.lock().unwrap();
    let second = first;
    drop(second);
    pause().await;
}

pub async fn vec_of_guards_dropped<'a>(locks: &'a [Mutex<usize>]) -> usize {
    let guards: Vec<MutexGuard<'a, usize>> = locks.iter().map(lock).collect();
    let n = guards.len();
    drop(guards);
    send(n).await
}

/// The guard comes in as an argument and is let go before the suspension.
pub async fn takes_a_guard_and_drops_it(g: MutexGuard<'_, usize>) -> usize {
    let n = *g;
    drop(g);
    send(n).await
}

/// In the other arm there is no guard, whatever the edition says about the temporary.
pub async fn try_lock_failure(m: &Mutex<usize>) -> usize {
    if let Ok(g) = m.try_lock() {
        return *g;
    } else {
        pause().await;
    }
    0
}

pub async fn try_lock_by_match(m: &Mutex<usize>) -> usize {
    loop {
        match m.try_lock() {
            Ok(g) => return *g,
            Err(TryLockError::WouldBlock) => pause().await,
            Err(TryLockError::Poisoned(p)) => return *p.into_inner(),
        }
    }
}

pub async fn try_lock_to_option(m: &Mutex<usize>) -> usize {
    let Some(g) = m.try_lock().ok() else {
        pause().await;
        return 0;
    };
    *g
}
