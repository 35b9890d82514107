//! Things to forget: async functions, functions that return futures, an async trait.

use std::future::Future;
use std::pin::Pin;

pub type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Writes to a record that nobody reads.
pub async fn audit(event: &str) -> usize {
    tokio::task::yield_now().await;
    event.len()
}

pub async fn send(n: u32) -> u32 {
    tokio::task::yield_now().await;
    n
}

pub async fn flush() {
    tokio::task::yield_now().await;
}

/// An ordinary function that hands out an async block.
pub fn send_later(n: u32) -> impl Future<Output = u32> {
    async move { send(n).await }
}

/// Behind an allocation and a trait object.
pub fn send_boxed(n: u32) -> Boxed<u32> {
    Box::pin(send(n))
}

/// Wraps the future of another function.
pub fn send_twice(n: u32) -> impl Future<Output = u32> {
    let first = send(n);
    async move { first.await + send(n).await }
}

pub struct Client {
    pub sent: tokio::sync::Mutex<u32>,
}

impl Client {
    pub async fn notify(&self, n: u32) -> bool {
        *self.sent.lock().await += n;
        true
    }

    pub async fn close(self) {
        flush().await;
    }
}

pub trait Notifier {
    fn notify_all(&self, n: u32) -> impl Future<Output = usize>;
}

impl Notifier for Client {
    async fn notify_all(&self, n: u32) -> usize {
        usize::from(self.notify(n).await)
    }
}
