//! Guards that move: into a callee, out of a callee, through a helper, into another local.

use super::support::{Shared, pause, send};
use std::ops::{Deref, DerefMut};
use std::sync::{LockResult, Mutex, MutexGuard, PoisonError, TryLockError};

fn drop_it(g: MutexGuard<'_, usize>) {
    drop(g);
}

fn consume(g: MutexGuard<'_, usize>) -> usize {
    *g
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

fn erased(m: &Mutex<usize>) -> Box<dyn Deref<Target = usize> + '_> {
    Box::new(m.lock().unwrap())
}

fn ignore<T>(_: T) {}

fn identity<T>(value: T) -> T {
    value
}

fn unpoison<G>(r: LockResult<G>) -> G {
    r.unwrap_or_else(PoisonError::into_inner)
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

pub async fn made_by_a_helper_as_temporary(m: &Mutex<usize>) -> usize {
    let n = *lock(m);
    send(n).await
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

/// A guard behind a trait object is a known miss: the type says nothing about a lock.
pub async fn trait_object(m: &Mutex<usize>) -> usize {
    let g = erased(m);
    pause().await;
    **g
}

pub async fn moved_to_another_local(m: &Mutex<usize>) -> usize {
    let first = m.lock().unwrap();
    let second = first;
    pause().await; //~ sync-guard-across-await
    *second
}

pub async fn moved_and_dropped(m: &Mutex<usize>) {
    let first = m.lock().unwrap();
    let second = first;
    drop(second);
    pause().await;
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

pub async fn vec_of_guards_dropped<'a>(locks: &'a [Mutex<usize>]) -> usize {
    let guards: Vec<MutexGuard<'a, usize>> = locks.iter().map(lock).collect();
    let n = guards.len();
    drop(guards);
    send(n).await
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

/// The callee's future owns the guard and answers for it.
pub async fn argument_of_an_async_fn(m: &Mutex<usize>) {
    takes_a_guard(m.lock().unwrap()).await;
    takes_a_guard_and_drops_it(m.lock().unwrap()).await;
}

/// The guard comes in as an argument and lives to the end.
pub async fn takes_a_guard(g: MutexGuard<'_, usize>) -> usize {
    pause().await; //~ sync-guard-across-await
    *g
}

/// The guard comes in as an argument and is let go before the suspension.
pub async fn takes_a_guard_and_drops_it(g: MutexGuard<'_, usize>) -> usize {
    let n = *g;
    drop(g);
    send(n).await
}

pub async fn try_lock_success(m: &Mutex<usize>) {
    if let Ok(g) = m.try_lock() {
        send(*g).await; //~ sync-guard-across-await
    }
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

pub async fn passed_on_by_a_method(shared: &Shared) {
    let n = shared.items().len();
    send(n).await;
    let mut items = shared.items();
    items.push(n);
    drop(items);
    pause().await;
}
