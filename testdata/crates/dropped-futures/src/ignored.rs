//! The value of the expression is thrown away at once.

use crate::support::{Client, Notifier, audit, flush, send, send_boxed, send_later, send_twice};

pub async fn wildcard() {
    let _ = audit("wildcard"); //~ dropped-future
    flush().await;
}

pub fn wildcard_in_a_sync_function() {
    let _ = audit("sync"); //~ dropped-future
}

pub async fn wildcard_of_a_method(client: &Client) {
    let _ = client.notify(1); //~ dropped-future
    client.notify(2).await;
}

pub async fn wildcard_of_a_consuming_method(client: Client) {
    let _ = client.close(); //~ dropped-future
}

pub async fn wildcard_of_a_trait_method(client: &Client) {
    let _ = client.notify_all(1); //~ dropped-future
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

#[allow(unused_must_use)]
pub async fn statement_of_a_wrapped_future() {
    send_twice(1); //~ dropped-future
    flush().await;
}

pub async fn dropped_by_hand() {
    drop(flush()); //~ dropped-future
    send(1).await;
}

pub async fn dropped_by_full_path() {
    std::mem::drop(send_later(1)); //~ dropped-future
    flush().await;
}

pub async fn pinned_and_dropped() {
    drop(Box::pin(send(1))); //~ dropped-future
    flush().await;
}

#[allow(unused_must_use)]
pub async fn pinned_as_a_statement() {
    Box::pin(flush()); //~ dropped-future
    send(1).await;
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

pub async fn in_one_branch(quick: bool) {
    if quick {
        let _ = audit("quick"); //~ dropped-future
    } else {
        audit("slow").await;
    }
}

pub async fn in_a_loop(events: &[&str]) {
    for event in events {
        let _ = audit(event); //~ dropped-future
    }
    flush().await;
}

pub async fn before_an_early_return(stop: bool) -> u32 {
    if stop {
        let _ = audit("stop"); //~ dropped-future
        return 0;
    }
    send(1).await
}

pub async fn mapped_and_ignored(next: Option<u32>) {
    next.map(|n| send(n)); //~ dropped-future
    flush().await;
}

pub async fn mapped_by_path_and_ignored(next: Option<u32>) {
    let _ = next.map(send); //~ dropped-future
    flush().await;
}

pub async fn result_mapped_and_ignored(next: Result<u32, String>) {
    let _ = next.map(|n| send(n)); //~ dropped-future
    flush().await;
}

pub async fn closure_called_and_ignored() {
    let notify = |n: u32| send(n);
    let _ = notify(1); //~ dropped-future
    flush().await;
}

pub async fn async_closure_called_and_ignored() {
    let notify = async |n: u32| send(n).await;
    let _ = notify(1); //~? dropped-future
    notify(2).await;
}

pub async fn one_of_a_pair() -> u32 {
    let (first, _) = (send(1), send(2)); //~? dropped-future
    first.await
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
