//@ edition: 2024
//@ only: std
//! The guard is inside something else.

use std::sync::{Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};

async fn pause() {}

async fn send(n: usize) -> usize {
    n
}

pub async fn option(m: &Mutex<usize>) {
    let g = Some(m.lock().unwrap());
    pause().await; //~ sync-guard-across-await
    drop(g);
}

pub async fn result(m: &Mutex<usize>) {
    let g = m.lock();
    pause().await; //~ sync-guard-across-await
    drop(g);
}

pub async fn tuple(m: &Mutex<usize>) {
    let pair = (m.lock().unwrap(), 1);
    send(pair.1).await; //~ sync-guard-across-await
    drop(pair);
}

pub async fn array(a: &Mutex<usize>, b: &Mutex<usize>) -> usize {
    let both = [a.lock().unwrap(), b.lock().unwrap()];
    pause().await; //~ sync-guard-across-await
    *both[0] + *both[1]
}

pub async fn boxed(m: &Mutex<usize>) -> usize {
    let g = Box::new(m.lock().unwrap());
    pause().await; //~ sync-guard-across-await
    **g
}

pub async fn in_a_vec(locks: &[Mutex<usize>]) -> usize {
    let guards: Vec<_> = locks.iter().map(|m| m.lock().unwrap()).collect();
    pause().await; //~ sync-guard-across-await
    guards.iter().map(|g| **g).sum()
}

pub async fn closure_owns_the_guard(m: &Mutex<usize>) -> usize {
    let g = m.lock().unwrap();
    let read = move || *g;
    pause().await; //~ sync-guard-across-await
    read()
}

/// A view of a table that keeps the table locked.
pub struct View<'a> {
    guard: MutexGuard<'a, Vec<usize>>,
    start: usize,
}

impl<'a> View<'a> {
    pub fn new(m: &'a Mutex<Vec<usize>>, start: usize) -> Self {
        View { guard: m.lock().unwrap(), start }
    }

    pub fn first(&self) -> usize {
        self.guard.get(self.start).copied().unwrap_or_default()
    }
}

pub async fn user_struct_from_a_constructor(m: &Mutex<Vec<usize>>) -> usize {
    let view = View::new(m, 0);
    pause().await; //~ sync-guard-across-await: `view` (which holds a std mutex guard) is held
    view.first()
}

/// Writes back on drop, under a lock that it holds all its life.
pub struct Batch<'a> {
    target: MutexGuard<'a, Vec<usize>>,
    pending: Vec<usize>,
}

impl<'a> Batch<'a> {
    pub fn begin(m: &'a Mutex<Vec<usize>>) -> Self {
        Batch { target: m.lock().unwrap(), pending: Vec::new() }
    }

    pub fn add(&mut self, n: usize) {
        self.pending.push(n);
    }
}

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        self.target.append(&mut self.pending);
    }
}

pub async fn custom_guard(m: &Mutex<Vec<usize>>) {
    let mut batch = Batch::begin(m);
    batch.add(1);
    pause().await; //~ sync-guard-across-await
}

/// Either kind of access, or none.
pub enum Access<'a> {
    Read(RwLockReadGuard<'a, usize>),
    Write(RwLockWriteGuard<'a, usize>),
    Nothing,
}

pub async fn user_enum(lock: &RwLock<usize>, write: bool) -> usize {
    let access = if write { Access::Write(lock.write().unwrap()) } else { Access::Read(lock.read().unwrap()) };
    pause().await; //~ sync-guard-across-await
    match access {
        Access::Read(g) => *g,
        Access::Write(g) => *g,
        Access::Nothing => 0,
    }
}

/// A generic owner; only the argument makes it a guard.
pub struct Holder<T>(pub T);

pub async fn generic_struct(m: &Mutex<usize>) -> usize {
    let holder = Holder(m.lock().unwrap());
    pause().await; //~ sync-guard-across-await
    *holder.0
}
