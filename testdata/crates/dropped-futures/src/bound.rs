//! The future has a name and is still never polled.

use crate::support::{audit, flush, send, send_boxed, send_later};
use std::future::Future;

pub async fn unused_variable() {
    let _pending = send(1); //~ dropped-future
    flush().await;
}

pub async fn unused_boxed_variable() {
    let _pending = send_boxed(1); //~ dropped-future
    flush().await;
}

pub async fn unused_variable_from_a_helper() {
    let _pending = send_later(1); //~ dropped-future
    flush().await;
}

pub async fn bound_and_dropped() {
    let pending = send(1); //~ dropped-future
    flush().await;
    drop(pending);
}

pub async fn block_bound_and_dropped() {
    let work = async { audit("never").await }; //~ dropped-future
    flush().await;
    drop(work);
}

pub async fn block_in_an_unused_variable(n: u32) {
    let _work = async move { send(n).await }; //~ dropped-future
    flush().await;
}

pub async fn pinned_and_never_polled() {
    let _pinned = Box::pin(send(1)); //~ dropped-future
    flush().await;
}

pub async fn moved_to_another_name() {
    let first = send(1); //~ dropped-future
    let _second = first;
    flush().await;
}

#[allow(unused_assignments)]
pub async fn replaced_before_its_turn() -> u32 {
    let mut next = send_boxed(1); //~? dropped-future
    flush().await;
    next = send_boxed(2);
    next.await
}

pub async fn option_never_looked_at() {
    let _slot = Some(send(1)); //~ dropped-future
    flush().await;
}

pub async fn awaited_later() -> u32 {
    let pending = send(1);
    flush().await;
    pending.await
}

/// Started only when it is needed.
pub async fn awaited_on_one_path(needed: bool) -> u32 {
    let pending = send(1);
    if needed { pending.await } else { 0 }
}

pub async fn dropped_after_an_await_in_the_other_branch(needed: bool) -> u32 {
    let pending = send(1);
    if needed {
        return pending.await;
    }
    drop(pending);
    0
}

pub async fn dropped_on_an_early_return(stop: bool) -> Result<u32, String> {
    let pending = send(1);
    if stop {
        return Err("stopped".into());
    }
    Ok(pending.await)
}

pub async fn polled_once_and_dropped() {
    let mut pending = Box::pin(send(1));
    std::future::poll_fn(|cx| {
        let _ = pending.as_mut().poll(cx);
        std::task::Poll::Ready(())
    })
    .await;
    drop(pending);
}

pub async fn awaited_by_reference() -> u32 {
    let mut pending = Box::pin(send(1));
    (&mut pending).await
}

pub async fn pinned_on_the_stack() -> u32 {
    let pending = std::pin::pin!(send(1));
    pending.await
}

pub async fn joined_later() -> u32 {
    let first = send(1);
    let second = send_later(2);
    flush().await;
    let (a, b) = tokio::join!(first, second);
    a + b
}

pub async fn chosen_from_two(second: bool) -> u32 {
    let pending = if second { send_boxed(2) } else { send_boxed(1) };
    pending.await
}

pub async fn option_awaited(wanted: bool) -> u32 {
    let pending = wanted.then(|| send(1));
    match pending {
        Some(pending) => pending.await,
        None => 0,
    }
}
