//@ edition: 2024
//! The short section is inside a block, closure, macro or task; the await is outside of it.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

async fn pause() {}

async fn send(n: usize) -> usize {
    n
}

pub fn locked_outside_the_block(m: &Mutex<usize>) -> impl Future<Output = usize> + '_ {
    let n = *m.lock().unwrap();
    async move { send(n).await }
}

pub async fn async_closure_short_section(m: &Mutex<usize>) {
    let work = async |extra: usize| {
        *m.lock().unwrap() += extra;
        pause().await;
    };
    work(1).await;
}

/// The short section is inside the task; a guard over its await would not be `Send`.
pub fn spawned(m: Arc<Mutex<usize>>) {
    tokio::spawn(async move {
        *m.lock().unwrap() += 1;
        pause().await;
        *m.lock().unwrap() += 1;
    });
}

pub async fn spawn_while_held(m: &Mutex<usize>) {
    let g = m.lock().unwrap();
    let task = tokio::spawn(send(*g));
    drop(g);
    let _ = task.await;
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

macro_rules! with_lock {
    ($lock:expr, $name:ident, $body:block) => {{
        let $name = $lock.lock().unwrap();
        $body
    }};
}

pub async fn macro_section_ends_before(m: &Mutex<usize>) {
    let n = with_lock!(m, g, { *g });
    send(n).await;
}

/// The callee's future owns the guard and answers for it.
pub async fn argument_of_an_async_fn(m: &Mutex<usize>) {
    takes_a_guard_and_drops_it(m.lock().unwrap()).await;
}

/// The guard comes in as an argument and is let go before the suspension.
pub async fn takes_a_guard_and_drops_it(g: MutexGuard<'_, usize>) -> usize {
    let n = *g;
    drop(g);
    send(n).await
}
