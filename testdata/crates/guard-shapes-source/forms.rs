//! The forms async code comes in: blocks, closures, tasks, macros, traits, generics.

use super::support::{pause, send};
use async_trait::async_trait;
use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub fn async_block(m: &Mutex<usize>) -> impl Future<Output = usize> + '_ {
    async move {
        let g = m.lock().unwrap();
        pause().await; //~ sync-guard-across-await
        *g
    }
}

pub fn locked_outside_the_block(m: &Mutex<usize>) -> impl Future<Output = usize> + '_ {
    let n = *m.lock().unwrap();
    async move { send(n).await }
}

pub fn guard_captured_by_the_block(m: &Mutex<usize>) -> impl Future<Output = usize> + '_ {
    let g = m.lock().unwrap();
    async move {
        pause().await; //~ sync-guard-across-await
        *g
    }
}

pub fn boxed_block(m: &Mutex<usize>) -> Pin<Box<dyn Future<Output = usize> + '_>> {
    Box::pin(async move {
        let g = m.lock().unwrap();
        pause().await; //~ sync-guard-across-await
        *g
    })
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

pub async fn async_closure_short_section(m: &Mutex<usize>) {
    let work = async |extra: usize| {
        *m.lock().unwrap() += extra;
        pause().await;
    };
    work(1).await;
}

pub async fn closure_that_returns_a_block(m: &Mutex<usize>) -> usize {
    let work = || async {
        let g = m.lock().unwrap();
        pause().await; //~ sync-guard-across-await
        *g
    };
    work().await
}

/// The short section is inside the task; a guard over its await would not be `Send`.
pub fn spawned(m: Arc<Mutex<usize>>) {
    tokio::spawn(async move {
        *m.lock().unwrap() += 1;
        pause().await;
        *m.lock().unwrap() += 1;
    });
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

pub fn spawned_locally(m: std::rc::Rc<Mutex<usize>>) {
    tokio::task::spawn_local(async move {
        let mut g = m.lock().unwrap();
        pause().await; //~ sync-guard-across-await
        *g += 1;
    });
}

pub async fn spawn_while_held(m: &Mutex<usize>) {
    let g = m.lock().unwrap();
    let task = tokio::spawn(send(*g));
    drop(g);
    let _ = task.await;
}

pub async fn held_over_select(m: &Mutex<usize>) -> usize {
    let g = m.lock().unwrap();
    tokio::select! { //~ sync-guard-across-await
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

pub async fn short_section_in_a_select_handler(m: &Mutex<usize>) {
    tokio::select! {
        n = send(1) => {
            *m.lock().unwrap() += n;
            pause().await;
        }
        _ = tokio::time::sleep(Duration::from_millis(5)) => {}
    }
}

pub async fn temporary_in_a_select_branch(m: &Mutex<usize>) {
    tokio::select! {
        _ = send(*m.lock().unwrap()) => {}
        _ = tokio::time::sleep(Duration::from_millis(5)) => {}
    }
}

pub async fn held_over_join(m: &Mutex<usize>) -> usize {
    let g = m.lock().unwrap();
    tokio::join!(pause(), send(2)); //~ sync-guard-across-await
    *g
}

pub async fn held_in_one_branch_of_join(m: &Mutex<usize>) {
    let locked = async {
        let g = m.lock().unwrap();
        send(*g).await; //~ sync-guard-across-await
    };
    tokio::join!(locked, pause());
}

pub async fn held_over_try_join(m: &Mutex<usize>) -> Result<usize, String> {
    let g = m.lock().unwrap();
    tokio::try_join!(super::support::try_send(1), super::support::try_send(2))?; //~ sync-guard-across-await
    Ok(*g)
}

pub async fn held_over_a_timeout(m: &Mutex<usize>) -> usize {
    let g = m.lock().unwrap();
    let _ = tokio::time::timeout(Duration::from_millis(5), pause()).await; //~ sync-guard-across-await
    *g
}

pub async fn held_over_a_stored_future(m: &Mutex<usize>) -> usize {
    let future = send(3);
    let g = m.lock().unwrap();
    let n = future.await; //~ sync-guard-across-await
    n + *g
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

pub async fn macro_section_ends_before(m: &Mutex<usize>) {
    let n = with_lock!(m, g, { *g });
    send(n).await;
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

/// An async function in a trait, without a macro.
pub trait Sink {
    fn write(&self, n: usize) -> impl Future<Output = usize>;

    fn flush(&self) -> impl Future<Output = ()> {
        async {}
    }
}

impl Sink for Mutex<Vec<usize>> {
    async fn write(&self, n: usize) -> usize {
        let mut g = self.lock().unwrap();
        g.push(n);
        pause().await; //~ sync-guard-across-await
        g.len()
    }

    async fn flush(&self) {
        self.lock().unwrap().clear();
        pause().await;
    }
}

/// A default body in a trait.
pub trait Counter {
    fn cell(&self) -> &Mutex<usize>;

    fn bump(&self) -> impl Future<Output = usize> {
        async {
            let mut g = self.cell().lock().unwrap();
            *g += 1;
            pause().await; //~ sync-guard-across-await
            *g
        }
    }
}

pub async fn generic_value<T: Clone + Debug>(m: &Mutex<T>) -> T {
    let g = m.lock().unwrap();
    pause().await; //~ sync-guard-across-await
    g.clone()
}

pub async fn generic_value_cloned<T: Clone + Debug>(m: &Mutex<T>) -> T {
    let value = m.lock().unwrap().clone();
    pause().await;
    value
}

pub async fn generic_future<F: Future<Output = usize>>(m: &Mutex<usize>, f: F) {
    let mut g = m.lock().unwrap();
    *g += f.await; //~ sync-guard-across-await
}

pub async fn with_a_callback<F>(m: &Mutex<usize>, f: F) -> usize
where
    F: AsyncFn(usize) -> usize,
{
    let g = m.lock().unwrap();
    f(*g).await //~ sync-guard-across-await
}

pub async fn recursive(m: &Mutex<usize>, depth: usize) -> usize {
    if depth == 0 {
        return 0;
    }
    let g = m.lock().unwrap();
    let n = *g;
    drop(g);
    n + Box::pin(recursive(m, depth - 1)).await
}

pub struct Service {
    pub state: Mutex<Vec<usize>>,
}

impl Service {
    pub async fn method(&self) -> usize {
        let state = self.state.lock().unwrap();
        send(state.len()).await //~ sync-guard-across-await
    }

    pub async fn two_step(&mut self) -> usize {
        self.state.get_mut().unwrap().push(1);
        pause().await;
        self.state.lock().unwrap().len()
    }
}
