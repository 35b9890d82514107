//@ edition: 2024
//! Future values whose way is not followed.

use std::future::Future;
use std::pin::Pin;
use tokio::sync::Notify;

pub type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

async fn audit(event: &str) -> usize {
    event.len()
}

async fn send(n: u32) -> u32 {
    n
}

async fn flush() {}

fn send_boxed(n: u32) -> Boxed<u32> {
    Box::pin(send(n))
}

#[allow(unused_assignments)]
pub async fn replaced_before_its_turn() -> u32 {
    let mut next = send_boxed(1); //~? dropped-future
    flush().await;
    next = send_boxed(2);
    next.await
}

pub async fn wildcard() {
    let _ = audit("wildcard"); //~ dropped-future: the future of `audit`
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

pub async fn notified_without_await(ready: &Notify) {
    let _ = ready.notified(); //~? dropped-future
    flush().await;
}
