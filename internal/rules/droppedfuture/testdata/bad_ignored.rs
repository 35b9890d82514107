//@ edition: 2024
//@ only: std
//! The value of the expression is thrown away at once.

use std::future::Future;
use std::pin::Pin;

pub type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

async fn audit(event: &str) -> usize {
    event.len()
}

async fn send(n: u32) -> u32 {
    n
}

async fn flush() {}

fn send_later(n: u32) -> impl Future<Output = u32> {
    async move { send(n).await }
}

fn send_boxed(n: u32) -> Boxed<u32> {
    Box::pin(send(n))
}

pub async fn wildcard() {
    let _ = audit("wildcard"); //~ dropped-future: the future of `audit` is dropped without having been polled
    flush().await;
}

pub fn wildcard_in_a_sync_function() {
    let _ = audit("sync"); //~ dropped-future
}

/// The author silenced the compiler's own warning.
#[allow(unused_must_use)]
pub async fn statement() {
    flush(); //~ dropped-future
    send(1).await;
}

#[allow(unused_must_use)]
pub async fn statement_of_a_function_that_returns_a_block() {
    send_later(1); //~ dropped-future
    flush().await;
}

#[allow(unused_must_use)]
pub async fn statement_of_a_boxed_future() {
    send_boxed(1); //~ dropped-future
    flush().await;
}

pub async fn dropped_by_hand() {
    drop(flush()); //~ dropped-future
    send(1).await;
}

pub async fn pinned_and_dropped() {
    drop(Box::pin(send(1))); //~ dropped-future
    flush().await;
}

pub async fn in_match_arms(mode: u8) {
    match mode {
        0 => drop(send(1)), //~ dropped-future
        1 => {
            let _ = audit("one"); //~ dropped-future
        }
        _ => flush().await,
    }
}

pub async fn in_a_loop(events: &[&str]) {
    for event in events {
        let _ = audit(event); //~ dropped-future
    }
    flush().await;
}

pub async fn mapped_and_ignored(next: Option<u32>) {
    next.map(|n| send(n)); //~ dropped-future
    flush().await;
}

pub async fn mapped_by_path_and_ignored(next: Option<u32>) {
    let _ = next.map(send); //~ dropped-future
    flush().await;
}

pub async fn closure_called_and_ignored() {
    let notify = |n: u32| send(n);
    let _ = notify(1); //~ dropped-future
    flush().await;
}

pub async fn inside_another_block() {
    let outer = async {
        let _ = audit("inner"); //~ dropped-future
        flush().await;
    };
    outer.await;
}

pub fn inside_a_sync_callback(events: &[&str]) {
    events.iter().for_each(|event| {
        let _ = audit(event); //~ dropped-future
    });
}
