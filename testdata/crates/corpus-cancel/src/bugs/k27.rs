//! nats.rs #1617: the sender for a reply is put into a map, and only a reply takes it out again. A request that is given up leaves its
//! entry behind.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::timeout;

#[derive(Default)]
pub struct Client {
    pub waiting: Mutex<HashMap<u64, oneshot::Sender<String>>>,
}

impl Client {
    pub fn received(&self, id: u64, text: String) {
        if let Some(reply) = self.waiting.lock().unwrap().remove(&id) {
            let _ = reply.send(text);
        }
    }
}

pub mod buggy {
    use super::*;

    pub async fn request(client: &Client, id: u64) -> Option<String> {
        let (reply, replied) = oneshot::channel();
        client.waiting.lock().unwrap().insert(id, reply);
        replied.await.ok() //~ cancel-torn-state
    }

    pub async fn limited(client: &Client, id: u64) -> Option<String> {
        timeout(Duration::from_secs(1), request(client, id)).await.ok().flatten()
    }
}

pub mod fixed {
    use super::*;

    /// Takes the entry out again, whatever becomes of the request.
    struct Waiting<'a>(&'a Client, u64);

    impl Drop for Waiting<'_> {
        fn drop(&mut self) {
            self.0.waiting.lock().unwrap().remove(&self.1);
        }
    }

    pub async fn request(client: &Client, id: u64) -> Option<String> {
        let (reply, replied) = oneshot::channel();
        client.waiting.lock().unwrap().insert(id, reply);
        let _waiting = Waiting(client, id);
        replied.await.ok()
    }

    pub async fn limited(client: &Client, id: u64) -> Option<String> {
        timeout(Duration::from_secs(1), request(client, id)).await.ok().flatten()
    }
}
