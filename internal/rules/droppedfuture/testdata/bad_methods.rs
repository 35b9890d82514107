//@ edition: 2024
//@ only: std
//! Methods of types and traits.

use std::future::Future;

async fn flush() {}

pub struct Client {
    pub sent: std::sync::Mutex<u32>,
}

impl Client {
    pub async fn notify(&self, n: u32) -> bool {
        *self.sent.lock().unwrap() += n;
        true
    }

    pub async fn close(self) {
        flush().await;
    }
}

pub trait Notifier {
    fn notify_all(&self, n: u32) -> impl Future<Output = usize>;
}

pub async fn wildcard_of_a_method(client: &Client) {
    let _ = client.notify(1); //~ dropped-future: the future of `Client::notify`
    client.notify(2).await;
}

pub async fn wildcard_of_a_consuming_method(client: Client) {
    let _ = client.close(); //~ dropped-future
}

pub async fn wildcard_of_a_trait_method(client: &Client) {
    let _ = client.notify_all(1); //~ dropped-future
}

impl Notifier for Client {
    async fn notify_all(&self, n: u32) -> usize {
        usize::from(self.notify(n).await)
    }
}
