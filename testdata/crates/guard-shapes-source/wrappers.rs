//! A guard inside something else: options, tuples, structs, enums, arrays, closures, boxes.

use super::support::{pause, send};
use std::mem::ManuallyDrop;
use std::sync::{Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};

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

pub async fn user_struct(m: &Mutex<Vec<usize>>) -> usize {
    let view = View { guard: m.lock().unwrap(), start: 0 };
    pause().await; //~ sync-guard-across-await
    view.first()
}

pub async fn user_struct_from_a_constructor(m: &Mutex<Vec<usize>>) -> usize {
    let view = View::new(m, 0);
    pause().await; //~ sync-guard-across-await
    view.first()
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

pub async fn custom_guard_dropped(m: &Mutex<Vec<usize>>) {
    let mut batch = Batch::begin(m);
    batch.add(1);
    drop(batch);
    pause().await;
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

pub async fn user_enum_without_a_guard() -> usize {
    let access = Access::Nothing;
    pause().await;
    match access {
        Access::Read(g) => *g,
        Access::Write(g) => *g,
        Access::Nothing => 0,
    }
}

/// Wrapped twice: a struct with a lifetime around an option of a struct with a guard.
pub struct Session<'a> {
    pub view: Option<View<'a>>,
}

pub async fn nested_structs(m: &Mutex<Vec<usize>>) -> usize {
    let session = Session { view: Some(View::new(m, 0)) };
    pause().await; //~ sync-guard-across-await
    session.view.map_or(0, |v| v.first())
}

/// A generic owner; only the argument makes it a guard.
pub struct Holder<T>(pub T);

pub async fn generic_struct(m: &Mutex<usize>) -> usize {
    let holder = Holder(m.lock().unwrap());
    pause().await; //~ sync-guard-across-await
    *holder.0
}

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

pub async fn option_emptied_by_assignment(m: &Mutex<usize>) {
    let mut g = Some(m.lock().unwrap());
    if let Some(g) = &mut g {
        **g += 1;
    }
    g = None;
    pause().await;
    drop(g);
}

pub async fn option_emptied_by_take(m: &Mutex<usize>) {
    let mut g = Some(m.lock().unwrap());
    drop(g.take());
    pause().await;
    drop(g);
}

pub async fn option_taken_and_kept(m: &Mutex<usize>) -> usize {
    let mut slot = Some(m.lock().unwrap());
    let g = slot.take();
    pause().await; //~ sync-guard-across-await
    g.map_or(0, |g| *g)
}

pub async fn never_filled(m: &Mutex<usize>, fill: bool) -> usize {
    let mut slot: Option<MutexGuard<'_, usize>> = None;
    pause().await;
    if fill {
        slot = Some(m.lock().unwrap());
    }
    slot.map_or(0, |g| *g)
}

pub async fn forgotten(m: &Mutex<usize>) {
    let g = m.lock().unwrap();
    std::mem::forget(g);
    pause().await;
}

pub async fn manually_dropped_and_kept(m: &Mutex<usize>) -> usize {
    let g = ManuallyDrop::new(m.lock().unwrap());
    pause().await; //~ sync-guard-across-await
    let n = **g;
    drop(ManuallyDrop::into_inner(g));
    n
}
