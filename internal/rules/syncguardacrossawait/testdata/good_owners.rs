//@ edition: 2024
//@ only: std
//! Owners that are used up before the await, and types that only look like owners of a guard.

use std::sync::{Mutex, MutexGuard, RwLockReadGuard};

async fn pause() {}

async fn send(n: usize) -> usize {
    n
}

pub async fn closure_used_up_before(m: &Mutex<usize>) {
    let g = m.lock().unwrap();
    let read = move || *g;
    let n = call_once(read);
    send(n).await;
}

fn call_once(f: impl FnOnce() -> usize) -> usize {
    f()
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

    pub fn into_copy(self) -> Vec<usize> {
        self.guard[self.start..].to_vec()
    }
}

pub async fn user_struct_used_up(m: &Mutex<Vec<usize>>) {
    let copy = View::new(m, 0).into_copy();
    send(copy.len()).await;
}

pub async fn field_moved_out(m: &Mutex<Vec<usize>>) -> usize {
    let view = View::new(m, 2);
    let View { guard, start } = view;
    drop(guard);
    send(start).await
}

/// Has a destructor and a guard-like name, and holds no lock.
pub struct DepthGuard<'a> {
    depth: &'a std::cell::Cell<usize>,
}

impl<'a> DepthGuard<'a> {
    pub fn new(depth: &'a std::cell::Cell<usize>) -> Self {
        depth.set(depth.get() + 1);
        DepthGuard { depth }
    }
}

impl Drop for DepthGuard<'_> {
    fn drop(&mut self) {
        self.depth.set(self.depth.get() - 1);
    }
}

pub async fn guard_by_name_only(depth: &std::cell::Cell<usize>) {
    let _guard = DepthGuard::new(depth);
    pause().await;
}

/// A generic owner; only the argument makes it a guard.
pub struct Holder<T>(pub T);

pub async fn generic_struct_without_a_guard(m: &Mutex<usize>) -> usize {
    let holder = Holder(m);
    pause().await;
    *holder.0.lock().unwrap()
}

pub async fn reference_to_the_lock(m: &Mutex<usize>) -> usize {
    let again = Some((m, 1));
    pause().await;
    again.map_or(0, |(m, n)| *m.lock().unwrap() + n)
}

pub enum Access<'a> {
    Read(RwLockReadGuard<'a, usize>),
    Nothing,
}

pub async fn user_enum_without_a_guard() -> usize {
    let access = Access::Nothing;
    pause().await;
    match access {
        Access::Read(g) => *g,
        Access::Nothing => 0,
    }
}
