//@ edition: 2024
//@ only: std
//! The future has a name and is polled on some path, or may be.

use std::future::Future;
use std::pin::Pin;

pub type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

async fn send(n: u32) -> u32 {
    n
}

async fn flush() {}

fn send_boxed(n: u32) -> Boxed<u32> {
    Box::pin(send(n))
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

/// Whether the vector is ever polled is not decided here.
pub async fn pushed_into_a_vec() -> usize {
    let mut later: Vec<Boxed<u32>> = Vec::new();
    later.push(send_boxed(1));
    flush().await;
    later.len()
}

pub async fn pushed_and_awaited() -> u32 {
    let mut later = vec![send(1), send(2)];
    let mut sum = 0;
    for pending in later.drain(..) {
        sum += pending.await;
    }
    sum
}
