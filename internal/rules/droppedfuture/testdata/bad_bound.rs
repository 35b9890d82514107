//@ edition: 2024
//@ only: std
//! The future has a name and is still never polled.

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
    let pending = send(1); //~ dropped-future: its work is never done
    flush().await;
    drop(pending);
}

pub async fn block_bound_and_dropped() {
    let work = async { audit("never").await }; //~ dropped-future: this async block's future
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

pub async fn option_never_looked_at() {
    let _slot = Some(send(1)); //~ dropped-future
    flush().await;
}

/// A future that owns another one and polls it.
pub struct Counted<F> {
    inner: std::pin::Pin<Box<F>>,
    polls: u32,
}

impl<F: Future> Future for Counted<F> {
    type Output = (F::Output, u32);

    fn poll(mut self: std::pin::Pin<&mut Self>, cx: &mut std::task::Context<'_>) -> std::task::Poll<Self::Output> {
        self.polls += 1;
        let polls = self.polls;
        self.inner.as_mut().poll(cx).map(|output| (output, polls))
    }
}

pub async fn wrapped_and_forgotten() {
    let _counted = Counted { inner: Box::pin(send(1)), polls: 0 }; //~ dropped-future
    flush().await;
}
