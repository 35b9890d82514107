//@ edition: 2024
//@ only: std
//! Guards that come out of helpers, arguments and other locals.

use std::ops::DerefMut;
use std::sync::{LockResult, Mutex, MutexGuard, PoisonError};

async fn pause() {}

async fn send(n: usize) -> usize {
    n
}

fn takes_and_returns(mut g: MutexGuard<'_, usize>) -> MutexGuard<'_, usize> {
    *g += 1;
    g
}

fn lock(m: &Mutex<usize>) -> MutexGuard<'_, usize> {
    m.lock().unwrap_or_else(PoisonError::into_inner)
}

fn lock_if(m: &Mutex<usize>, wanted: bool) -> Option<MutexGuard<'_, usize>> {
    if wanted { m.lock().ok() } else { None }
}

fn opaque(m: &Mutex<usize>) -> impl DerefMut<Target = usize> + '_ {
    m.lock().unwrap()
}

fn ignore<T>(_: T) {}

fn identity<T>(value: T) -> T {
    value
}

fn unpoison<G>(r: LockResult<G>) -> G {
    r.unwrap_or_else(PoisonError::into_inner)
}

pub async fn returned_by_a_callee(m: &Mutex<usize>) -> usize {
    let g = m.lock().unwrap();
    let g = takes_and_returns(g);
    pause().await; //~ sync-guard-across-await
    *g
}

pub async fn returned_by_a_generic_callee(m: &Mutex<usize>) -> usize {
    let g = identity(m.lock().unwrap());
    pause().await; //~ sync-guard-across-await
    *g
}

pub async fn returned_by_a_generic_helper_of_results(m: &Mutex<usize>) -> usize {
    let g = unpoison(m.lock());
    pause().await; //~ sync-guard-across-await
    *g
}

pub async fn made_by_a_helper(m: &Mutex<usize>) -> usize {
    let g = lock(m);
    pause().await; //~ sync-guard-across-await
    *g
}

pub async fn made_by_a_helper_in_an_argument(m: &Mutex<usize>) -> usize {
    send(*lock(m)).await //~ sync-guard-across-await
}

pub async fn made_by_a_helper_sometimes(m: &Mutex<usize>, wanted: bool) -> usize {
    let g = lock_if(m, wanted);
    pause().await; //~ sync-guard-across-await
    g.map_or(0, |g| *g)
}

pub async fn opaque_type(m: &Mutex<usize>) -> usize {
    let mut g = opaque(m);
    *g += 1;
    pause().await; //~ sync-guard-across-await
    *g
}

pub async fn moved_to_another_local(m: &Mutex<usize>) -> usize {
    let first = m.lock().unwrap();
    let second = first;
    pause().await; //~ sync-guard-across-await: `second` (a std mutex guard) is held
    *second
}

pub async fn replaced(a: &Mutex<usize>, b: &Mutex<usize>) -> usize {
    let mut g = a.lock().unwrap();
    let old = std::mem::replace(&mut g, b.lock().unwrap());
    drop(old);
    pause().await; //~ sync-guard-across-await
    *g
}

pub async fn pushed_into_a_vec<'a>(locks: &'a [Mutex<usize>]) -> usize {
    let mut guards: Vec<MutexGuard<'a, usize>> = Vec::new();
    for m in locks {
        guards.push(m.lock().unwrap());
    }
    pause().await; //~ sync-guard-across-await
    guards.len()
}

pub async fn borrowed_by_a_callee(m: &Mutex<usize>) {
    let g = m.lock().unwrap();
    read(&g).await; //~ sync-guard-across-await
}

/// Gets the number by reference; whether a guard stands behind it is the caller's matter.
async fn read(n: &usize) -> usize {
    pause().await;
    *n
}

/// The guard comes in as an argument and lives to the end.
pub async fn takes_a_guard(g: MutexGuard<'_, usize>) -> usize {
    pause().await; //~ sync-guard-across-await
    *g
}

pub async fn try_lock_success(m: &Mutex<usize>) {
    if let Ok(g) = m.try_lock() {
        send(*g).await; //~ sync-guard-across-await
    }
}
